// Runs the tour's steps without leaving the page. Without this script each button loads a page that shows its step alone.
for (const form of document.querySelectorAll('form[data-tour]')) {
  const button = form.querySelector('button');
  const outcome = document.getElementById(form.dataset.tour);

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    outcome.removeAttribute('data-fresh');
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { 'X-Tour': 'fragment' },
      });
      outcome.innerHTML = await answer.text();
    } catch {
      outcome.textContent = 'The server did not answer. Is it still running?';
    }
    outcome.setAttribute('data-fresh', '');
    button.removeAttribute('aria-busy');
  });
}
