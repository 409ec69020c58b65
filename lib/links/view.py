"""What a reader sees, as one value; and the same view frozen at an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from lib.countries import ANCHORS, CODES, CURRENCIES
from lib.models import Sort

Measure = Literal["rate", "index", "change"]
Direction = Literal["usd", "local"]
Range = Literal["1M", "3M", "6M", "YTD", "1Y", "5Y", "10Y", "All"]
Language = Literal["en", "ru"]
Part = Literal["chart", "feed"]
Study = Literal["volatility", "drawdown", "average", "together", "premium", "policy"]
Lines = tuple[tuple[str, tuple[str, ...]], ...]  # currency, and the keys of its sources
RANGES: tuple[Range, ...] = get_args(Range)
MEASURES: tuple[Measure, ...] = get_args(Measure)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
LANGUAGES: tuple[Language, ...] = get_args(Language)  # of the interface
ARTICLE_LANGUAGES = ("en", "ru", "kk", "ky", "tg", "tk", "uz", "fa", "de", "it", "ro")  # ISO 639-1
PARTS: tuple[Part, ...] = get_args(Part)
SORTS: tuple[Sort, ...] = get_args(Sort)
SIZES = (6, 20, 50)  # articles on one page of the archive
BASES: tuple[str, ...] = (*ANCHORS, *CURRENCIES)
EventWindow = Literal["0..0", "0..1", "0..4"]
Normal = Literal["median", "mean"]
EVENT_WINDOWS: tuple[EventWindow, ...] = get_args(EventWindow)
NORMALS: tuple[Normal, ...] = get_args(Normal)
ADJUSTMENTS = ("RUB", "CNY", "EUR")  # currencies against the dollar that a study can be adjusted by
WINDOWS = (60, 120, 250)  # observations
STUDIES: tuple[Study, ...] = get_args(Study)
DRIVERS: tuple[str, ...] = ("RUB", "CNY", "EUR")  # what the currencies are compared with
COLUMNS = (  # of the performance table; a minus sign before one sorts it downwards
    *("currency", "now", "1D", "1W", "1M", "3M", "YTD", "1Y", "5Y", "period"),
    *("high", "low", "volatility", "fall"),
)
ORDERS: tuple[str, ...] = tuple(sign + name for name in COLUMNS for sign in ("", "-"))
RANGE_DAYS = {"1M": 30, "3M": 91, "6M": 182, "1Y": 365}
RANGE_YEARS = {"5Y": 5, "10Y": 10}


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees. `news` is None while the feed follows the chart's countries, else the feed's own choice
    (empty: all of them). `since` and `until` are custom dates, either end open; set, they outrank `range`. `sources`
    are chosen for the chart by the reader (empty: the best of each currency). `lines` names, for a currency, the source
    or the chain of sources that its line came from when the view was frozen; what is best later changes nothing then.

    `asof` (UTC) freezes the view: all is shown as it was recorded then. `selected` are the first and last day of a span
    of the chart that the feed follows, `mark` is an article's day that the chart points out, `table` puts the table
    in the chart's place. `languages` (of articles; empty: any) narrow the news; `outlets` and `months` (2026-09) the
    archive; `story` is the key of the one whose articles alone are shown. `lang` is the interface's own language. An
    `embed` shows its `part` and nothing around it.

    On Impact `event_window` is the observations from the first that could know the news, `normal` the normal return,
    and `adjust` the currencies whose moves are taken out.

    On Compare `by` is the column that its table is sorted by (of ORDERS); `amount` (a text as typed) of the first
    currency of `pair` is what a transfer of `day` (None: the last of the period) exchanges; `study` is the chart shown,
    over a `window` of observations, against a `driver`."""

    countries: tuple[str, ...] = CODES
    range: Range = "1Y"
    since: date | None = None
    until: date | None = None
    measure: Measure = "rate"
    direction: Direction = "usd"
    base: str = "USD"
    sources: tuple[str, ...] = ()
    lines: Lines = ()
    log: bool = False
    topics: tuple[str, ...] = ()
    news: tuple[str, ...] | None = None
    any_date: bool = False
    words: str = ""
    page: int = 1
    asof: datetime | None = None
    selected: tuple[date, date] | None = None
    mark: date | None = None
    table: bool = False
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    story: str = ""
    sort: Sort = "newest"
    size: int = 20
    lang: Language = "en"
    embed: bool = False
    part: Part = "chart"
    event_window: EventWindow = "0..1"
    normal: Normal = "median"
    adjust: tuple[str, ...] = ()
    by: str = "currency"
    amount: str = "1000"
    pair: str = "RUBKZT"
    day: date | None = None
    study: Study = "volatility"
    window: int = 60
    driver: str = "RUB"

    @property
    def custom(self) -> bool:
        """Whether dates of the reader's own outrank the range."""
        return self.since is not None or self.until is not None

    def period(self, newest: date, oldest: date) -> tuple[date, date]:
        """The first and last day in view, when `oldest` to `newest` is what the store holds."""
        if self.custom:
            since, until = self.since or oldest, self.until or newest
            return min(since, until), max(since, until)
        if self.range == "All":
            return oldest, newest
        return _first_day(self.range, newest), newest


def _first_day(chosen: Range, newest: date) -> date:
    """The first day of a range that ends on the newest day. The year to date begins on 1 January;
    five years before 29 February is 28 February."""
    if chosen == "YTD":
        return newest.replace(month=1, day=1)
    if chosen in RANGE_DAYS:
        return newest - timedelta(days=RANGE_DAYS[chosen])
    year = newest.year - RANGE_YEARS[chosen]
    leap_day = (newest.month, newest.day) == (2, 29)
    return newest.replace(year=year, day=28 if leap_day else newest.day)


def freeze(view: View, asof: datetime, period: tuple[date, date] | None, lines: Lines = ()) -> View:
    """The view as it is now, for ever: as of the stamp (UTC) of a state of the store, with the first and last day that
    it shows in place of a range that moves, and the sources of its lines. A frozen view keeps the instant that it has.
    Without a period the dates stay as they are: an archive of any date has none to fix."""
    frozen = replace(view, asof=view.asof or asof, lines=lines)
    if period is None:
        return frozen
    return replace(frozen, range=View().range, since=period[0], until=period[1])


def live(view: View) -> View:
    """The view of today's data. A range moves again and the best source is chosen anew; dates stay, since a range that
    became dates is gone."""
    return replace(view, asof=None, lines=())
