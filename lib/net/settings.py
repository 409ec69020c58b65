"""What an operator may set by environment variables. A value that makes no sense is logged, and the
default is used: a typing mistake in a setting must not take the dashboard down."""

from __future__ import annotations

import logging
import math
import os
import re

import lib

DEADLINE = 30.0  # seconds
PROJECT = "https://github.com/altyn-app/altyn"

log = logging.getLogger(__name__)


def deadline() -> float:
    """`ALTYN_DEADLINE`: seconds that one exchange with a server may take as a whole."""
    text = os.environ.get("ALTYN_DEADLINE", "").strip()
    try:
        seconds = float(text or DEADLINE)
    except ValueError:
        seconds = math.nan
    if 0 < seconds < math.inf:
        return seconds
    log.warning("ALTYN_DEADLINE is %r: give a number of seconds. %g is used", text, DEADLINE)
    return DEADLINE


def private_networks() -> bool:
    """`ALTYN_PRIVATE_NETWORKS`: whether sources may have addresses that are not public."""
    text = os.environ.get("ALTYN_PRIVATE_NETWORKS", "").strip().lower()
    if text not in ("", "allow", "refuse"):
        log.warning("ALTYN_PRIVATE_NETWORKS is %r: give allow or refuse. They are refused", text)
    return text == "allow"


def agent() -> str:
    """Who asks, in the form that also servers answer which refuse programs without it.
    `ALTYN_PROJECT_URL` is the page where a server's operator finds out more."""
    text = os.environ.get("ALTYN_PROJECT_URL", "").strip()
    if text and not re.fullmatch(r"https?://[!#-'*-;=?-~]+", text):  # ASCII without " ( ) < >
        log.warning("ALTYN_PROJECT_URL is %r: give an address. %s is used", text, PROJECT)
        text = ""
    return f"Mozilla/5.0 (compatible; Altyn/{lib.__version__}; +{text or PROJECT})"
