"""The Chromium of the browser tests: `python -m tests.chromium` finds one, or installs one, or says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # as root, in containers and CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = (
    "The browser tests need Chromium and none could be installed. Install one (Debian and Ubuntu: "
    "`apt-get install chromium`; elsewhere: `.venv/bin/playwright install chromium`), or name one in CHROMIUM."
)


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on the PATH, or the one that Playwright has downloaded."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in named if path and Path(path).exists()), None) or _playwrights_own()


def install() -> str | None:
    """Try Playwright's download, then Debian's package; the path of what is there afterwards."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=300)
    if not find() and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, timeout=600)
    return find()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    raise SystemExit(0 if find() or install() else ADVICE)
