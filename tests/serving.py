"""Starts the dashboard (or another Streamlit script) as its own process on a free port, and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_SECONDS = 120


@contextmanager
def serving(database: Path, script: str = "app.py", log: Path | None = None, **environment: str) -> Iterator[str]:
    """The base URL of a server that has just started on the store at `database`."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true", f"--server.port={port}"]
    options = ["--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    ours = {"DATABASE_URL": f"sqlite:///{database}", "PYTHONPATH": str(ROOT), "ALTYN_REFRESH": "off"}
    env = {**os.environ, **ours, **environment}
    output = (log or database.with_suffix(".log")).open("w+")
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    base_path = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    url = f"http://127.0.0.1:{port}/{base_path}".rstrip("/")
    try:
        _wait_until_up(process, url, Path(output.name))
        yield url
    finally:
        process.terminate()
        process.wait(20)
        output.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped at once:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start within {START_SECONDS} s:\n{log.read_text()}")
