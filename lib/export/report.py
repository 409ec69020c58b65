"""The address at which a reader reports a wrong tag: a prefilled issue of the project that runs this dashboard.

`ALTYN_PROJECT_URL` names the project ("https://github.com/us/altyn"). Without it there is nobody to report to.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from lib.models import Article

SETTING = "ALTYN_PROJECT_URL"
LONGEST = 4000  # characters of an address: proxies and forges refuse longer ones
TITLE, REASON = 120, 200  # characters of each that are shown ...
SHARES = (1.0, 0.5, 0.25, 0.1, 0.0)  # ... and shares of them, where an address would be too long


def project(environ: Mapping[str, str] = os.environ) -> str:
    """The project's http(s) address without a slash at its end, or empty where none is set or it is no such address."""
    address = environ.get(SETTING, "").strip().rstrip("/")
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that is no IPv6 address
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""


def wrong_tag(article: Article, project: str) -> str:
    """The address of a new issue with the article's address, its tags and their reasons, at most `LONGEST` characters;
    empty without a project."""
    if not project:
        return ""
    for share in SHARES:
        address = _address(article, project, share)
        if len(address) <= LONGEST:
            return address
    return f"{project}/issues/new"


def _address(article: Article, project: str, share: float) -> str:
    """Titles and reasons cut to a share of what is usual: a Cyrillic letter takes six characters of an address."""
    title = _cut(article.title, int(TITLE * share))
    tags = [f"- {tag.kind} {tag.code}: {_cut(tag.why, int(REASON * share))}" for tag in article.tags] or ["- no tags"]
    lines = [title, article.url or article.feed, "", *tags, "", "What is wrong:", ""]
    query = urlencode({"title": f"Wrong tag: {title}", "body": "\n".join(lines)}, errors="replace")
    return f"{project}/issues/new?{query}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(0, longest - 1)] + "…"
