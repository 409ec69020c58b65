// One listener for all that our own HTML offers to do: <button data-act="show" data-value="KZ 2026-01-05">.
// What the browser does by itself is done here; everything else is told to Python as a trigger of the act's name.

const picture = format => {
  const charts = [...document.querySelectorAll('.js-plotly-plot')].filter(chart => chart.checkVisibility());
  const chart = charts[0];
  if (!chart) return;
  const button = chart.querySelector('.modebar-btn[data-attr="toImage"], .modebar-btn');
  chart._context.toImageButtonOptions = { ...chart._context.toImageButtonOptions, format };
  button.click();
};

const DAY = 86400000;

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

// The address as it stands: what was chosen since the page was opened is in it.
const speak = language => {
  const address = new URL(location);
  if (language === 'en') address.searchParams.delete('lang');
  else address.searchParams.set('lang', language);
  location.assign(address);
};

export default ({ data, setTriggerValue }) => {
  const root = document.documentElement;
  root.lang = data.language; // for those who are read to
  const acted = event => {
    const asked = event.target.closest?.('[data-act]');
    const day = asked ? null : barDay(event);
    if (day) setTriggerValue('days', `${day}..${day}`);
    if (!asked) return;
    event.preventDefault();
    const { act, value } = asked.dataset;
    if (act === 'picture') picture(value);
    else if (act === 'lang') speak(value);
    else setTriggerValue(act, value);
  };
  document.addEventListener('click', acted);
  root.dataset.hands = Number(root.dataset.hands ?? 0) + 1; // until then nothing can be clicked (style.css)
  return () => {
    document.removeEventListener('click', acted);
    if (!(root.dataset.hands -= 1)) delete root.dataset.hands;
  };
};
