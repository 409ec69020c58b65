"""The values that travel between the rooms: frozen, and without behaviour beyond their own shape.

Datetimes are UTC-aware. A publication day is a `date` in the publisher's calendar, never a midnight timestamp.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

Kind = Literal["official", "market", "aggregate", "peg"]
DateBasis = Literal["published", "event", "inferred"]
TagKind = Literal["country", "topic"]
Outcome = Literal["ok", "unchanged", "failed", "snapshot"]
FacetKind = Literal["country", "topic", "outlet", "language", "month"]
Sort = Literal["newest", "best"]


@dataclass(frozen=True, slots=True)
class Rate:
    """One published rate: `value` units of `quote` for 1 `base`, in the publisher's own direction, divided by the
    nominal of its own record, at most 12 significant digits, never inverted."""

    source: str
    base: str
    quote: str
    day: date
    value: float


class Observation(NamedTuple):
    """One rate as read from the store. `previous` is the value that it corrected and `previous_at` when that one was
    first seen; None where it corrected nothing."""

    source: str
    base: str
    quote: str
    day: date
    value: float
    recorded_at: datetime
    previous: float | None
    previous_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that a source published and we did not take: the row in words, and the reason."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RateQuery:
    """Which rates to read. Empty tuples mean "any"; days are inclusive; `asof` reads the rows as they stood then."""

    sources: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    asof: datetime | None = None


@dataclass(frozen=True, slots=True)
class PolicyRate:
    """One decision on a central bank's policy rate: `rate` in percent from `day` on (the day of the
    decision, or that on which it took effect), `previous` as the page of the decision gives it."""

    bank: str  # the key of the bank in sources.toml
    day: date
    basis: Literal["decision", "effective"]
    rate: float
    previous: float | None
    url: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A country (`KZ` .. `UZ`, `REGION`) or topic code of an article, and the words that earned it."""

    kind: TagKind
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article in plain text. `key` identifies it across fetches; `url` is canonical and http(s), or empty.

    `published` is None where only a day is known; `day` is what charts and filters use. `basis` says where the
    day comes from: the outlet's own date, the day of the event described, or inferred from the fetch.

    `restamped` is the outlet's later date of an article that keeps its first one: a note beside the
    article, which makes no version of it.

    `text` is the key of the first article with this very text and `story` that of the first one on this event; empty
    where it is the article's own. `prints` are sampled fingerprints (signed, of 64 bits) of its full text; they are
    written and never read back. `body` is the start of the feed's text, which tags are decided on; a longer one alone
    makes no new version."""

    key: str
    feed: str
    outlet: str
    language: str
    url: str
    title: str
    excerpt: str
    day: date
    published: datetime | None = None
    basis: DateBasis = "published"
    tags: tuple[Tag, ...] = ()
    text: str = ""
    story: str = ""
    restamped: datetime | None = field(default=None, compare=False)
    prints: tuple[int, ...] = field(default=(), compare=False, repr=False)
    body: str = field(default="", compare=False, repr=False)

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(t.code for t in self.tags if t.kind == "country")

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(t.code for t in self.tags if t.kind == "topic")


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles to read. Empty tuples mean "any"; within one tuple "or", between them "and". Days are
    inclusive; `months` are written 2026-09. `words` is the reader's own text in the grammar of `lib.store.query`.
    "Best" puts articles first whose title has what the words ask for; otherwise the newest come first."""

    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    words: str = ""
    since: date | None = None
    until: date | None = None
    asof: datetime | None = None
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    sort: Sort = "newest"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a feed's server told us for its next conditional request."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt to refresh one source of rates or articles. `error` is a plain sentence: why it
    failed, or on success what is to be mended all the same, such as an address that has moved."""

    source: str
    started: datetime
    ended: datetime
    outcome: Outcome
    new: int = 0
    changed: int = 0
    rejected: tuple[Rejected, ...] = ()
    error: str = ""
