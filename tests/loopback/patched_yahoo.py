"""Points yfinance at the loopback server. It has no setting for its address, so private names are replaced."""

from __future__ import annotations

import pytest


def yahoo_at(url: str, patch: pytest.MonkeyPatch) -> None:
    """For one test: yfinance asks `url`, asks no other host for a cookie, and remembers nothing of earlier tests."""
    import yfinance.base
    import yfinance.cache
    import yfinance.data
    import yfinance.scrapers.history

    patch.setattr(yfinance.base, "_BASE_URL_", url)
    patch.setattr(yfinance.scrapers.history, "_BASE_URL_", url)
    patch.setattr(yfinance.data.YfData, "_get_cookie_and_crumb", lambda *_: (None, "basic"))
    patch.setattr(yfinance.cache, "get_tz_cache", yfinance.cache._TzCacheDummy)
    patch.setattr(yfinance.base, "_tz_info_fetch_ctr", 2)  # at most two detours by way of another host; we want none
