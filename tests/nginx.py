"""The nginx of the deployment test: `python -m tests.nginx` finds one, or installs one, or says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess

ADVICE = "The deployment test needs nginx and it could not be installed: `apt-get install nginx-light`."


def find() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def install() -> str | None:
    """Try Debian's package; the path of what is there afterwards."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "-qq", "nginx-light"], check=False, timeout=600)
    return find()


if __name__ == "__main__":
    raise SystemExit(0 if find() or install() else ADVICE)
