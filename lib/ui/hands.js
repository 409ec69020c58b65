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

// The address as it stands: what was chosen since the page was opened is in it.
const speak = language => {
  const address = new URL(location);
  if (language === 'en') address.searchParams.delete('lang');
  else address.searchParams.set('lang', language);
  location.assign(address);
};

export default ({ data, setTriggerValue }) => {
  document.documentElement.lang = data.language; // for those who are read to
  const acted = event => {
    const asked = event.target.closest?.('[data-act]');
    if (!asked) return;
    event.preventDefault();
    const { act, value } = asked.dataset;
    if (act === 'picture') picture(value);
    else if (act === 'lang') speak(value);
    else setTriggerValue(act, value);
  };
  document.addEventListener('click', acted);
  return () => document.removeEventListener('click', acted);
};
