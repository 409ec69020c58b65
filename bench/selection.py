"""Browser time of a selection's round trip: from the end of a drag on the chart until the text that follows it has
changed, on our page and on a bare Streamlit page with the same chart, side by side in one run."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.page import DRAWN, material
from lib.countries import COUNTRIES
from tests import chromium
from tests.serving import serving

TIMES = 11
TARGET = 1.3
CHANGES = {"ours": ".newshead", "bare": ".results"}  # the days that the feed follows; the ends of the box
REST = 900  # milliseconds between two: what still loads comes to rest

# The time from the release of the mouse to the frame that shows another text.
WATCH = """selector => { window.changed = new Promise((done, fail) => {
  const before = document.querySelector(selector).innerText;
  addEventListener('mouseup', () => {
    const started = performance.now();
    const look = () => {
      const now = document.querySelector(selector)?.innerText;
      if (now && now !== before) done(performance.now() - started);
      else if (performance.now() - started > 20000) fail('the text does not follow');
      else requestAnimationFrame(look);
    };
    look();
  }, {once: true, capture: true});
}); }"""


def main() -> None:
    chrome = chromium.find()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = material(Path(folder))
        browser = playwright.chromium.launch(executable_path=chrome, args=chromium.ARGUMENTS)
        ours = serving(Path(folder) / "ours.db")
        bare = serving(Path(folder) / "bare.db", "bench/bare_selection.py", BENCH_MATERIAL=str(path))
        with ours as our_url, bare as bare_url:
            pages = {"ours": _open(browser, our_url), "bare": _open(browser, bare_url)}
            taken: dict[str, list[float]] = {name: [] for name in pages}
            for nth in range(TIMES + 1):
                for name, page in pages.items():
                    took = _drag(page, nth, CHANGES[name])
                    if nth:  # the first is the one that imports and caches
                        taken[name].append(took)
        browser.close()
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(f"Selection, browser milliseconds from the end of a drag to its articles, medians of {TIMES}")
    print(f"{'':24}{'ours':>8}{'bare':>8}{'ratio':>8}  at most {TARGET}")
    print(f"{'round trip':24}{medians['ours']:8.0f}{medians['bare']:8.0f}{medians['ours'] / medians['bare']:8.2f}")


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(url, wait_until="commit")
    page.evaluate(DRAWN, len(COUNTRIES))
    page.wait_for_timeout(2 * REST)
    return page


def _drag(page: Page, nth: int, selector: str) -> float:
    """Milliseconds; each drag spans other days than the one before."""
    page.bring_to_front()
    box = page.locator(".nsewdrag").first.bounding_box()
    assert box
    left, middle = box["x"] + box["width"] * (0.15 + 0.02 * nth), box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move(left + box["width"] * 0.2, middle, steps=4)
    page.mouse.move(left + box["width"] * 0.4, middle, steps=4)
    page.evaluate(WATCH, selector)
    page.mouse.up()
    took = float(page.evaluate("window.changed"))
    page.wait_for_timeout(REST)
    return took


if __name__ == "__main__":
    main()
