// What our own HTML does when it is clicked: <button data-act="country" data-value="KZ">, and links
// between pages: <a data-go href="/articles?q=gas">. What the browser can do alone is done here; every
// other act is sent to Python as a trigger of its name.

const DAY = 86400000;
const root = document.documentElement;

// The day of the strip of articles that was clicked, if one was. Plotly tells of clicks only where a drag does not
// select, so the place is asked for: the strip is the last trace, and bars stand from noon to noon around midnight.
const barDay = event => {
  const chart = event.target.closest?.('.js-plotly-plot');
  const strip = chart?._fullData?.at(-1);
  if (!strip || event.target.dataset?.subplot !== `x${strip.yaxis}`) return null;
  const left = event.target.getBoundingClientRect().left;
  const moment = chart._fullLayout.xaxis.p2c(event.clientX - left);
  return new Date(Math.floor((moment + DAY / 2) / DAY) * DAY).toISOString().slice(0, 10);
};

// The number of an event on the line leads to its place in the list below, which does the rest.
const eventButton = event => {
  const mark = event.target.closest?.('.js-plotly-plot .annotation');
  if (!mark) return null;
  const chart = mark.closest('.js-plotly-plot');
  const name = chart._fullLayout.annotations[Number(mark.dataset.index)]?.name ?? '';
  return name.startsWith('event-') ? document.getElementById(name) : null;
};

// The address as it stands: what was chosen since the page was opened is in it.
const speak = language => {
  const address = new URL(location);
  if (language === 'en') address.searchParams.delete('lang');
  else address.searchParams.set('lang', language);
  location.assign(address);
};

// For screen readers, and for a moment on the button itself.
const report = (button, words) => {
  let status = document.getElementById('altyn-status');
  if (!status) {
    status = Object.assign(document.createElement('div'), { id: 'altyn-status', className: 'sr' });
    status.setAttribute('role', 'status');
    (document.querySelector('[data-testid=stMain]') ?? document.body).append(status);
  }
  status.textContent = words;
  const label = button.textContent;
  button.textContent = words;
  setTimeout(() => { button.textContent = label; status.textContent = ''; }, 2000);
};

// navigator.clipboard exists in secure contexts only; on plain http a selected field does it.
const write = async text => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement('textarea'), { value: text });
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
};

const copy = (_, button) => {
  if (button.dataset.copying) return;
  const text = button.closest('.take').querySelector('.taken').textContent;
  button.dataset.copying = '1';
  setTimeout(() => delete button.dataset.copying, 2000);
  write(text).then(() => report(button, button.dataset.done));
};

const toggle = panel => {
  const open = new Set((root.dataset.open ?? '').split(' ').filter(Boolean));
  if (!open.delete(panel)) open.add(panel);
  root.dataset.open = [...open].join(' ');
};

// A link between pages of the menu carries the view, which is what stands in the address; a page number belongs to
// the list that it was chosen on.
const carry = link => {
  const kept = new URLSearchParams(location.search);
  kept.delete('page');
  const query = kept.toString();
  link.href = link.pathname + (query ? `?${query}` : '');
};

// One entry of the history, and the page drawn from its address, as Streamlit does it after Back.
const go = address => {
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
  document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0);
};

// A click outside an open popover closes it, which reruns its part of the page. Streamlit cannot draw another page
// while that arrives, so the link is followed once the page has been at rest for a moment, or after two seconds.
const RESTING = '[data-testid=stApp][data-test-script-state=notRunning]';
const POPOVER = '[data-testid=stPopoverBody]';
const whenClosed = then => {
  if (!document.querySelector(POPOVER)) return then();
  let calm = 0, looks = 0;
  const looking = setInterval(() => {
    calm = document.querySelector(RESTING) && !document.querySelector(POPOVER) ? calm + 1 : 0;
    looks += 1;
    if (calm < 4 && looks < 40) return;
    clearInterval(looking);
    then();
  }, 50);
};

const HERE = {
  copy,
  toggle,
  lang: speak,
  send: url => navigator.share({ url, title: document.title }).catch(() => {}), // closed without sending
};

const plain = event => !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

// A redrawn block of HTML is made of new elements: the button that had the focus gets it again.
let focused = '';
const follow = event => {
  const { act, value } = event.target.dataset ?? {};
  focused = act ? `[data-act="${act}"][data-value="${CSS.escape(value)}"]` : '';
  if (event.target.matches?.('a[data-carry]')) carry(event.target);
};

// Streamlit's elements that have no role or name of their own, by selector; and buttons that open a panel.
const name = regions => {
  for (const [selector, [role, label]] of Object.entries(regions)) {
    const region = document.querySelector(selector);
    if (!region || region.getAttribute('aria-label') === label) continue;
    region.setAttribute('role', role);
    if (label) region.setAttribute('aria-label', label);
  }
  const open = (root.dataset.open ?? '').split(' ');
  for (const button of document.querySelectorAll('[data-act=toggle]')) {
    const expanded = String(open.includes(button.dataset.value));
    if (button.getAttribute('aria-expanded') !== expanded) button.setAttribute('aria-expanded', expanded);
  }
};

const refocus = () => {
  if (focused && document.activeElement === document.body) {
    document.querySelector(focused)?.focus({ preventScroll: true });
  }
};

// A date that was typed counts when its field is left for another element: Enter leaves it for a moment.
const commit = event => {
  const field = event.target.closest?.('[data-testid=stDateInput]');
  if (event.key !== 'Enter' || !field || event.target.getAttribute('role') !== 'spinbutton') return;
  event.preventDefault();
  event.stopPropagation();
  const around = field.closest('[data-testid=stPopoverBody]') ?? document.querySelector('[data-testid=stMain]');
  around.tabIndex = -1;
  around.focus({ preventScroll: true });
  setTimeout(() => event.target.isConnected && event.target.focus({ preventScroll: true }), 0);
};

// A finger on the chart scrolls the page, and a tap reads a value: Plotly would take every touch for a drag. What the
// browser makes of a tap are events of a mouse, which Plotly gets.
const TOUCHES = ['touchstart', 'touchmove', 'touchend', 'touchcancel'];
const spare = event => {
  if (event.target.closest?.('.js-plotly-plot')) event.stopPropagation();
};

// A page that embeds this one can give the frame its height.
const tellHeight = () => {
  const block = document.querySelector('[data-testid=stMainBlockContainer]');
  if (!block) return () => {};
  const sizes = new ResizeObserver(() => {
    parent.postMessage({ source: 'altyn', height: Math.ceil(block.scrollHeight) }, '*');
  });
  sizes.observe(block);
  return () => sizes.disconnect();
};

export default ({ data, setTriggerValue }) => {
  root.lang = data.language; // for those who are read to
  const act = event => {
    const link = event.target.closest?.('a[data-go]');
    if (link && plain(event)) {
      event.preventDefault();
      if (link.matches('[data-carry]')) carry(link);
      const address = link.href;
      if (address !== location.href) whenClosed(() => go(address));
      return;
    }
    const numbered = eventButton(event);
    if (numbered) {
      numbered.closest('details')?.setAttribute('open', '');
      numbered.scrollIntoView({ block: 'nearest' });
      numbered.focus({ preventScroll: true });
    }
    const button = numbered ?? event.target.closest?.('[data-act]');
    const day = button ? null : barDay(event);
    if (day) setTriggerValue('days', `${day}..${day}`);
    if (!button) return;
    event.preventDefault();
    const { act, value } = button.dataset;
    if (HERE[act]) HERE[act](value, button);
    else setTriggerValue(act, value);
    name(data.regions);
  };
  const hover = event => event.target.matches?.('a[data-carry]') && carry(event.target);
  const changes = new MutationObserver(() => { name(data.regions); refocus(); });
  document.addEventListener('click', act);
  document.addEventListener('focusin', follow);
  document.addEventListener('pointerover', hover);
  document.addEventListener('keydown', commit, true);
  for (const touch of TOUCHES) document.addEventListener(touch, spare, { capture: true, passive: true });
  changes.observe(document.body, { subtree: true, childList: true });
  name(data.regions);
  if (navigator.share) root.dataset.share = '1';
  const quiet = data.embedded ? tellHeight() : () => {};
  root.dataset.hands = Number(root.dataset.hands ?? 0) + 1; // until then nothing can be clicked (style.css)
  return () => {
    document.removeEventListener('click', act);
    document.removeEventListener('focusin', follow);
    document.removeEventListener('pointerover', hover);
    document.removeEventListener('keydown', commit, true);
    for (const touch of TOUCHES) document.removeEventListener(touch, spare, { capture: true });
    changes.disconnect();
    quiet();
    if (!(root.dataset.hands -= 1)) delete root.dataset.hands;
  };
};
