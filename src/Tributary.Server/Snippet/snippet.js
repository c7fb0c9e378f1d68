// Tributary's snippet: remembers through whose link a visitor came, and names the referrer when the visitor signs up or buys.
// Lines that are only a comment are left out of what is served. What pages seldom call is in snippet-more.js.
((window, document, location) => {
const own = document.currentScript, data = own.dataset, name = window.__partnerObject || 'po';
const programs = [], more = [], keys = ['code', 'click', 'visitor'];
let base = own.src.split('?')[0].replace(/(js\/)?[^/]*$/, '');

// Life in days; 0 removes.
const bake = (program, key, days) => {
  const { config } = program;
  document.cookie = config[key] + program.suffix + '=' + program.kept[key] + ';path=/;samesite=lax;max-age=' + days * 86400
    + (config.domain ? ';domain=' + config.domain : '') + (location.protocol > 'http:' ? ';secure' : '');
};

// What to remember: in cookies where that is allowed, else as long as the page lives.
const keep = (program, touch) => {
  const { config, kept } = program, first = config.model === 'first' && kept.code;
  keys.forEach(key => {
    if (touch[key] && (key === 'visitor' || touch.code && !first)) kept[key] = touch[key];
    if (kept[key] && api.consent !== false && config.consent !== 'anonymous') bake(program, key, key === 'visitor' ? 400 : config.days);
  });
};

// Text, so that no browser asks for leave first.
const send = (program, path, body, answer) => {
  const url = base + 'pub/v1/' + program.id + path;
  body = body && JSON.stringify(body);
  if (body && !answer && navigator.sendBeacon(url, body)) return;
  fetch(url, { method: body ? 'POST' : 'GET', body, keepalive: !!body })
    .then(response => response.json())
    .then(result => answer && answer(result.status === 0 && result, result), fault => answer && answer(fault));
};

const report = (program, click) => ({
  url: program.url, referrer: program.from, at: program.at, visitor: program.kept.visitor, click, frame: program.frame,
  webdriver: navigator.webdriver, gpc: navigator.globalPrivacyControl, first_party: base.startsWith(location.origin)
});

// What the address says: a token anywhere the programme reads one, and a click id, which counts while it is fresh.
const arrive = program => {
  const { config } = program, address = new URL(program.url), here = new URL(location);
  let code, click = address.searchParams.get(config.parameter);
  config.parameters.forEach(key => {
    address.searchParams.forEach((value, name) => { if (name.toLowerCase() === key) code = code || value; });
    code = code || (address.pathname.match('/' + key + '/([^/]+)') || [])[1];
  });
  if (click) {
    here.searchParams.delete(config.parameter);
    history.replaceState(history.state, '', here);
    // The first 48 bits of a click id are its time in milliseconds.
    const at = [...click.slice(0, 10)].reduce((sum, letter) => sum * 32 + '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(letter), 0);
    if (!(Math.abs(program.at - at) < 6e5)) click = null;
  }
  if (!click && !code && !config.subdomains.some(host => address.hostname.endsWith('.' + host))) return;
  program.touch = () => {
    program.touch = null;
    send(program, '/touch', report(program, click), (fault, touch) => touch && keep(program, touch));
  };
  if (program.frame) return program.touch();
  if (click) keep(program, { code, click });
  if (api.consent !== false) program.touch();
};

const configure = program => {
  if (program.config || api.consent === false) return;
  program.config = {};
  send(program, '/config?on=' + location.hostname, null, (fault, config) => {
    if (fault) return console.warn('tributary', fault);
    program.suffix = programs.some(other => other.config.code === config.code) ? '_' + program.id : '';
    program.config = config;
    keys.forEach(key => { program.kept[key] = (document.cookie.match('(?:^|; )' + config[key] + program.suffix + '=([^;]*)') || [])[1]; });
    if (config.consent === 'required' && api.consent === undefined) api.consent = false;
    arrive(program);
    program.ready.forEach(call => call(program));
    program.ready = null;
  });
};

const load = id => {
  const program = { id, url: location.href, from: document.referrer, at: Date.now(), frame: window.top !== window, kept: {}, ready: [] };
  programs.push(program);
  const begin = () => configure(program);
  if (document.prerendering) document.addEventListener('prerenderingchange', begin, { once: true });
  else begin();
};

const each = call => programs.forEach(program => program.ready ? program.ready.push(call) : call(program));

// A sign-up or order with this browser's claims. Without any claim a sign-up is nobody's and is not sent.
const tell = path => (verb, body, answer) => each(program => {
  const claims = { ...program.kept, coupon: api.coupon, ...body };
  if (claims.code || claims.click || claims.coupon || path !== '/customers') send(program, path, claims, answer);
  else if (answer) answer();
});

const calls = {
  settings: (key, value) => {
    if (key === 'host') base = value;
    if (key === 'consent' && value === 'required') api.consent = false;
  },
  program: load,
  customers: tell('/customers'),
  transactions: tell('/transactions'),
  coupon: code => { api.coupon = code; },
  consent: given => {
    api.consent = given;
    // Withdrawn before anything was asked for or written: there is nothing to do, and nothing is requested.
    if (given || programs.some(program => !program.ready) || /partnero_|trb_/.test(document.cookie)) run(['consented']);
  }
};

// The rest is fetched by the first call of it, and then takes the calls that waited.
const run = list => {
  const call = calls[list[0]];
  if (call) return call(...list.slice(1));
  if (!more.length) document.head.append(Object.assign(document.createElement('script'), { src: base + 't-more.js' }));
  more.push(list);
};

const waiting = (window[name] || {}).q || [];
const api = window[name] = window.tributary = (...list) => run(list);
Object.assign(api, { calls, more, programs, each, keep, send, report, configure, keys });
if (data.consent) api.consent = false;
if (data.program) load(data.program);
waiting.forEach(entry => api(...entry.a || entry));
})(window, document, location);
