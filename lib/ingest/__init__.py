"""The order of the steps, from the network to the store. The only room that sees both.

steps.py       one refresh of one source or feed
rounds.py      the windows of one publisher, and what failed of them
schedule.py    when each is due: pure
backfill.py    the past, window by window, resumable
archive.py     the past of feeds, page by page
retag.py       the tags of stored articles, again
background.py  what the running app refreshes by itself
command.py     `python -m lib.ingest`

One source's failure is caught, recorded in plain words, and never stops the others; a bug stops a command loudly.
"""

from __future__ import annotations

from lib.ingest.background import Background
from lib.ingest.command import main
from lib.ingest.rounds import windows
from lib.ingest.schedule import due
from lib.ingest.steps import refresh, refresh_feed, refresh_rates

__all__ = ["Background", "due", "main", "refresh", "refresh_feed", "refresh_rates", "windows"]
