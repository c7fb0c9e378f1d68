// What pages seldom call, loaded by snippet.js when they do.
(function (window, document) {
'use strict';
const api = window.tributary, { calls, programs, each, keep, keys } = api;

// Removes a cookie wherever this page could have put it: for its own host and for each domain above it.
const remove = name => window.location.hostname.split('.').forEach((part, at, parts) =>
  ['', ';domain=' + parts.slice(at).join('.')].forEach(domain => { document.cookie = name + '=;path=/;max-age=0' + domain; }));

const forget = () => {
  programs.forEach(program => {
    program.kept = {};
    keys.forEach(key => remove(program.config && program.config[key] + program.suffix));
  });
  (document.cookie.match(/\b(partnero|trb)_\w+(?==)/g) || []).forEach(remove);
};

// A page that is somebody's own page: the server knows whose, by its address.
const direct = answer => each(program => {
  if (program.frame || api.consent === false) return;
  api.send(program, '/direct', api.report(program), (fault, touch) => {
    if (touch) keep(program, touch);
    if (touch && touch.redirect) window.location.replace(touch.redirect);
    if (answer) answer(fault, touch && touch.code);
  });
});

// Forms with an e-mail field sign up whoever sends them. Passwords are never read.
const integration = () => document.addEventListener('submit', event => {
  const read = test => {
    const field = [...event.target.elements].find(element => element.type !== 'password' && element.value && test(element));
    return field && field.value;
  };
  const email = read(field => field.type === 'email' || /e-?mail/i.test(field.name));
  if (!email) return;
  const name = read(field => /^(first.?name|given.?name|name)$/i.test(field.name));
  const surname = read(field => /^(last.?name|family.?name|surname)$/i.test(field.name));
  calls.customers('signup', { data: { key: email, email, name, surname } });
}, true);

// Links to the programme's other domains, which share no cookie with this one, carry code and click id themselves.
const decorate = selector => each(({ config, kept }) => document.querySelectorAll(selector || 'a[href]').forEach(link => {
  const target = new URL(link.href, document.baseURI);
  if (!kept.code || target.hostname === window.location.hostname || !config.domains.includes(target.hostname)) return;
  target.searchParams.set(config.parameters[0], kept.code);
  if (kept.click) target.searchParams.set(config.parameter, kept.click);
  link.href = target.href;
}));

// Withdrawn: nothing stays. Given: what was kept in memory is written down, and the visit is reported once, at its own time.
const consented = () => {
  if (!api.consent) return forget();
  programs.forEach(program => {
    if (program.ready) return api.configure(program);
    keep(program, {});
    if (program.touch) program.touch();
  });
};

Object.assign(calls, {
  forget, direct, integration, decorate, consented,
  createCustomer: (body, answer) => calls.customers('signup', body, answer),
  get: (key, answer) => each(program => answer(null, program.kept[key === 'partner' ? 'code' : key.replace('_id', '')])),
  ready: answer => each(() => answer(null, true))
});

const take = list => calls[list[0]] ? api(...list) : console.warn('tributary: there is no call ' + list[0]);
api.more.splice(0).forEach(take);
api.more.push({});
api.more.push = take;
})(window, document);
