"""Browser time to the first drawn chart, and of a country change: our page and a bare Streamlit page, side by side.

Cold is a browser that has never been there; warm is its second visit. The two pages take turns, so that a slow minute
of the machine slows both. Times are the browser's own, from navigation (or click) to the frame that shows the chart.
"""

from __future__ import annotations

import pickle
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from lib import charts, series, snapshot
from lib.countries import COUNTRIES
from lib.links import View
from lib.models import ArticleFilter, RateQuery
from lib.store import Store
from tests import chromium
from tests.serving import serving

TIMES = 9
TARGET = 1.15

# Resolves with the milliseconds from `started` until the chart shows exactly `count` lines, drawn. The chart of before
# stays in the document, hidden, until the page's script has ended.
WAIT = """const wait = (count, started) => new Promise((done, fail) => {
  const look = () => {
    const now = performance.now();
    const charts = [...document.querySelectorAll('.js-plotly-plot')].filter(chart => chart.checkVisibility());
    const drawn = charts.filter(chart => chart.querySelector('.main-svg .scatterlayer .trace'));
    const lines = drawn.flatMap(chart => chart.data.filter(t => t.mode === 'lines').map(t => t.name));
    if (new Set(lines).size === count) done(now - started);
    else if (now - started > 30000) fail(`the chart does not show ${count} lines`);
    else requestAnimationFrame(look);
  };
  look();
});"""
DRAWN = f"count => {{ {WAIT} return wait(count, 0); }}"
CHANGED = f"""count => {{ {WAIT}
  const cell = document.querySelector('[data-act=country][data-value=KZ]');
  (cell ?? [...document.querySelectorAll('button')].find(b => b.innerText.trim() === 'KZ')).click();
  return wait(count, performance.now());
}}"""


def main() -> None:
    chrome = chromium.find()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        held = material(Path(folder))
        browser = playwright.chromium.launch(executable_path=chrome, args=chromium.ARGUMENTS)
        ours = serving(Path(folder) / "ours.db")
        bare = serving(Path(folder) / "bare.db", "bench/bare.py", BENCH_MATERIAL=str(held))
        with ours as our_url, bare as bare_url:
            urls = {"ours": our_url, "bare": bare_url}
            for url in urls.values():
                _visit(browser, url)  # the server's first run imports and caches; it is not what is measured
            _print(_measure(browser, urls))
        browser.close()


def _measure(browser: Browser, urls: dict[str, str]) -> dict[str, dict[str, list[float]]]:
    taken: dict[str, dict[str, list[float]]] = {name: {"cold": [], "warm": [], "change": []} for name in urls}
    for _ in range(TIMES):
        for name, url in urls.items():
            cold, warm, change = _visit(browser, url)
            taken[name]["cold"].append(cold)
            taken[name]["warm"].append(warm)
            taken[name]["change"].append(change)
    return taken


def _visit(browser: Browser, url: str) -> tuple[float, float, float]:
    """Milliseconds of a first visit, of a second one, and of a change of country on it."""
    with _page(browser) as new:
        cold = _first_chart(new, url)
        with _second(new) as again:
            warm = _first_chart(again, url)
            again.wait_for_timeout(600)  # let what still loads after the chart come to rest
            return cold, warm, again.evaluate(CHANGED, 1)


def _first_chart(page: Page, url: str) -> float:
    page.goto(url, wait_until="commit")
    return float(page.evaluate(DRAWN, len(COUNTRIES)))


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@contextmanager
def _second(page: Page) -> Iterator[Page]:
    page.close()
    yield page.context.new_page()


def material(folder: Path) -> Path:
    """The frames of our page's default view, for the bare page."""
    store = Store(f"sqlite:///{folder / 'material.db'}")
    store.seed(snapshot.parts(datetime.now(UTC).date()))
    table = series.frame(store.rates.read(RateQuery(bases=("USD",))))
    chosen = [(c, *series.choose(table, c.currency, ["currency_api"])) for c in COUNTRIES]
    newest = max(line.index[-1] for _, _, line in chosen).date()
    period = View().period(newest, newest)
    cut = [charts.Line(c, key, series.cut(series.annotate(line, c.currency), *period)) for c, key, line in chosen]
    days = store.articles.per_day(ArticleFilter(since=period[0], until=period[1]))
    path = folder / "material.pickle"
    path.write_bytes(pickle.dumps({"lines": cut, "articles": days, "period": period}))
    return path


def _print(taken: dict[str, dict[str, list[float]]]) -> None:
    median: Callable[[list[float]], float] = statistics.median
    print(f"Page, browser milliseconds, medians of {TIMES}; target: warm and change at most {TARGET}× the bare page")
    print(f"{'':24}{'ours':>8}{'bare':>8}{'ratio':>8}")
    names = {"cold": "first chart, cold", "warm": "first chart, warm", "change": "country change"}
    for key, label in names.items():
        ours, bare = median(taken["ours"][key]), median(taken["bare"][key])
        print(f"{label:24}{ours:8.0f}{bare:8.0f}{ours / bare:8.2f}")


if __name__ == "__main__":
    main()
