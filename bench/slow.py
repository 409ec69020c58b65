"""A first visit on a slow line: 1.6 Mbit/s, 150 ms. When the figures and the still chart are in sight,
when the live chart is drawn, and how many bytes came; our page and a bare one, side by side."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from bench.page import material
from tests import chromium
from tests.serving import serving

TIMES = 3
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
MAX_STILL, MAX_CHART, MAX_BYTES = 4.0, 16.0, 2_400_000
LIVE = ".js-plotly-plot .main-svg .scatterlayer .trace"


class Visit(NamedTuple):
    """Seconds until a reader sees the figures, a still chart, the live one; and the bytes of it all."""

    figures: float
    still: float
    live: float
    size: int


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = material(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        ours = serving(Path(folder) / "ours.db")
        bare = serving(Path(folder) / "bare.db", "bench/bare.py", BENCH_MATERIAL=str(path))
        with ours as our_url, bare as bare_url:
            taken: dict[str, list[Visit]] = {"ours": [], "bare": []}
            for _ in range(TIMES):
                taken["ours"].append(visit(browser, our_url, "#still .big", "#still svg"))
                taken["bare"].append(visit(browser, bare_url, LIVE, LIVE))
        browser.close()
    _print({name: Visit(*map(statistics.median, zip(*visits, strict=True))) for name, visits in taken.items()})


def visit(browser: Browser, url: str, figures: str, still: str) -> Visit:
    """A first visit of a browser that has nothing; the selectors say what shows figures and a chart."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    line = context.new_cdp_session(page)
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    started = time.monotonic()
    page.goto(url, wait_until="commit")
    seconds = []
    for selector in (figures, still, LIVE):
        page.wait_for_selector(selector, state="attached", timeout=120_000)
        seconds.append(time.monotonic() - started)
    page.wait_for_timeout(2000)  # what still loads after the chart
    context.close()
    return Visit(*seconds, sum(map(int, sizes)))


def _print(medians: dict[str, Visit]) -> None:
    print(f"First visit at 1.6 Mbit/s and 150 ms, medians of {TIMES}")
    print(f"{'':24}{'ours':>10}{'bare':>10}")
    limits = {"figures": MAX_STILL, "still": MAX_STILL, "live": MAX_CHART, "size": MAX_BYTES}
    for name, limit in limits.items():
        ours, bare = (getattr(medians[which], name) for which in ("ours", "bare"))
        unit, form = ("bytes", ",.0f") if name == "size" else ("s", ".1f")
        print(f"{f'{name}, {unit}':24}{ours:10{form}}{bare:10{form}}  at most {limit:{form}}")


if __name__ == "__main__":
    main()
