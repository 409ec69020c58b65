"""The past of each feed, page by page: WordPress serves older entries under `?paged=2`, `?paged=3` and so on.

Other engines ignore the parameter and serve the first page again, which ends the walk like the last page does. A page
is one transaction, and articles that are held already change nothing: a walk that was stopped in any way is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from lib import news
from lib.catalog import Feed
from lib.errors import FetchError, SourceError
from lib.ingest.rounds import Tick
from lib.ingest.steps import record, side_by_side, utc_now
from lib.models import Article, Outcome, Rejected, Run
from lib.net import Client
from lib.news import stories
from lib.store import Store

PAGES = 20
PAUSE = 2.0  # seconds between two pages of one host: they are not cached as the first is, and cost it a query each
NO_SUCH_PAGE = frozenset({404, 410})


def archive(
    chosen: Sequence[Feed],
    pages: int,
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick = lambda _: None,
) -> Iterator[Run]:
    """Walk the archives of all that is chosen side by side, and yield each run as it ends. `tick` is told of pages."""
    yield from side_by_side(chosen, lambda feed: archive_feed(feed, pages, client, store, now, tick))


def archive_feed(
    feed: Feed,
    pages: int,
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick = lambda _: None,
) -> Run:
    """Store up to `pages` pages of one feed, the newest first. Never raises SourceError: the run tells what failed, and
    the pages before are kept."""
    new, changed, left = 0, 0, pages
    rejected: list[Rejected] = []
    error: SourceError | None = None
    try:
        for page in walk(feed, pages, client, store.articles.held, now):
            added = store.articles.add(page.articles, assign=stories.assign)
            new, changed, left = new + added.new, changed + added.changed, left - 1
            rejected += page.rejected
            tick(1)
    except SourceError as failed:
        error = failed
    tick(left)
    outcome: Outcome = "failed" if error else "ok" if new or changed else "unchanged"
    why = error.why if error else ""
    return record(store, Run(feed.key, now, utc_now(), outcome, new, changed, tuple(rejected), why), error)


def walk(feed: Feed, pages: int, client: Client, held: news.Held, now: datetime) -> Iterator[news.Parsed]:
    """The pages of a feed until one brings nothing that those before it had not, or there is none, or they are as many
    as asked for. One entry again is no end: whatever is published meanwhile moves the others on."""
    seen: set[str] = set()
    for number in range(1, pages + 1):
        try:
            answer = client.get(feed.key, page_url(feed.url, number), follow=True, pause=PAUSE)
        except FetchError as failed:
            if number > 1 and failed.status in NO_SUCH_PAGE:
                return
            raise
        page = news.read(
            answer.body,
            feed,
            now,
            held,
            may_be_empty=number > 1,
            content_type=answer.content_type,
        )
        if _keys(page.articles) <= seen:
            return
        seen |= _keys(page.articles)
        yield _dated(page, held)


def page_url(url: str, number: int) -> str:
    """The address of a page of a feed. The first is the feed itself."""
    if number == 1:
        return url
    parts = urlsplit(url)
    others = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != "paged"]
    return parts._replace(query="&".join([*others, f"paged={number}"])).geturl()


def _dated(page: news.Parsed, held: news.Held) -> news.Parsed:
    """The page without the new articles whose feed tells no day: today, which a refresh would give them, is the one day
    that an archive's articles are not of."""
    undated = [article for article in page.articles if article.basis == "inferred"]
    left_out = _keys(undated) - held([article.key for article in undated]).keys()
    why = "has no date, and none in its address: the day of an older article is not made up"
    rejected = (Rejected(article.title, why) for article in undated if article.key in left_out)
    kept = tuple(article for article in page.articles if article.key not in left_out)
    return replace(page, articles=kept, rejected=(*page.rejected, *rejected))


def _keys(articles: Sequence[Article]) -> set[str]:
    return {article.key for article in articles}
