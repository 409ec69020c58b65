"""What a reader takes along of a frozen view: rows of rates and articles, files of them, a citation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from lib import charts, export, pictures, series
from lib.desk import moved, pictured
from lib.desk.lines import Days, InView
from lib.desk.moves import largest_first
from lib.export import atom, cite, names, page, shapes, tables
from lib.export.shapes import LONG, Shape
from lib.links import View
from lib.models import Article, ArticleFilter
from lib.store import State
from lib.words import Language, speaking, t

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MAX_ARTICLES = 5000  # in one file
MAX_ON_PAGE = 200  # in the page that opens offline, and for the outlets of a citation


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A frozen view and all that can be made of it: `view.asof` is the stamp of `state`, `period` the days that it
    shows, `chosen` its articles, `link` its address. Without `rates` it has articles alone. Nothing is read before it
    is asked for, and a bundle keeps no data, so a page may offer it for as long as it is open."""

    desk: Desk
    view: View
    state: State
    period: Days
    chosen: ArticleFilter
    link: str
    language: Language = "en"
    rates: bool = True
    skipped: int = 0

    @property
    def asof(self) -> datetime:
        return self.view.asof or self.state.at

    def lines(self) -> list[InView]:
        """The lines in view."""
        return self.desk.in_view(self.view, self.period, self.state) if self.rates else []

    def articles(self, limit: int = MAX_ARTICLES) -> tuple[Article, ...]:
        """The articles in the feed's order, at most `limit`, the first `skipped` left out."""
        last = self.skipped + limit
        return self.desk.articles_of.first(self.chosen, self.state, last)[self.skipped :]

    def rates_csv(self, shape: Shape = LONG) -> bytes:
        return tables.as_csv(self.rates_table(shape))

    def rates_json(self, shape: Shape = LONG) -> bytes:
        return tables.as_json(self.rates_table(shape))

    def rates_table(self, shape: Shape = LONG) -> tables.Table:
        """One row an observation or carried day, of each line in the order of its days; or another
        shape."""
        lines = self._lines_in_parts()
        if shape != LONG:
            return shapes.rates(lines, shape, self.asof)
        tables_of = [tables.rates(parts, self.asof) for parts in lines]
        return tables.Table(tables.RATE_COLUMNS, [r for one in tables_of for r in one.by_day()])

    def most_rows(self) -> int:
        """How many rows of rates there are at most: a day of each line is an observation or carried."""
        days = (line.line.index for line in self.lines())
        return sum((index[-1] - index[0]).days + 1 for index in days)

    def articles_csv(self) -> bytes:
        return tables.as_csv(self.articles_table())

    def articles_json(self) -> bytes:
        return tables.as_json(self.articles_table())

    def articles_table(self) -> tables.Table:
        """One row an article, in the feed's order."""
        return tables.articles(self.articles())

    def moves_table(self) -> tables.Table:
        """One row a move or break of a regime, in the order of days, with articles around it."""
        found = largest_first(self.lines())
        moves = [self.desk.with_articles(*pair, self.view, self.state) for pair in found]
        return moved.table(sorted(moves, key=lambda one: one.move.day), self.view, self.asof)

    def moves_csv(self) -> bytes:
        return tables.as_csv(self.moves_table())

    def moves_json(self) -> bytes:
        return tables.as_json(self.moves_table())

    def excel(self, shape: Shape = LONG) -> bytes:
        """Rates and articles on a sheet each."""
        sheets = {"Rates": self.rates_table(shape), "Articles": self.articles_table()}
        return tables.as_excel(sheets)

    def atom(self) -> bytes:
        with speaking(self.language):
            return atom.feed(self.articles(), t("Altyn: articles"), self.link, self.asof)

    def citation(self) -> str:
        with speaking(self.language):
            return cite.citation(self.shown(), self.articles(MAX_ON_PAGE), self.period, self.asof, self.link)

    def html(self) -> bytes:
        """The whole view as one file that opens offline."""
        with speaking(self.language):
            return page.html(self._page())

    def picture(self, size: pictured.Size = pictured.SIZE, dark: bool = False, scale: float = 1.0) -> pictures.Picture:
        """The chart with title, unit, sources, as-of and address. `size` in pixels; `scale`
        enlarges all text, for a picture that is looked at as a thumbnail."""
        with speaking(self.language):
            return pictured.picture(self, size, pictures.DARK if dark else pictures.LIGHT, scale)

    def svg(self, size: pictured.Size = pictured.SIZE, dark: bool = False, scale: float = 1.0) -> bytes:
        """The picture as an SVG document in UTF-8."""
        return pictures.svg(self.picture(size, dark, scale)).encode()

    def still(self, size: pictured.Size, scale: float = 1.0) -> str:
        """The picture as SVG in the colours of the page around it."""
        with speaking(self.language):
            return pictures.svg(pictured.picture(self, size, pictures.INLINE, scale))

    def png(
        self,
        size: pictured.Size = pictured.SIZE,
        dark: bool = False,
        scale: float = 1.0,
        zoom: float = 1.0,
    ) -> bytes:
        """The picture as PNG of `size` times `zoom` pixels."""
        return pictures.png(self.svg(size, dark, scale).decode(), zoom)

    def file_name(self, extension: str, subject: str = "") -> str:
        """The name of a file of the rates, or of another subject."""
        return names.file_name([subject] if subject else self._pairs(), self.period, self.asof, extension)

    def _page(self) -> page.Saved:
        lines = self.desk.chart_lines(self.view, self.lines())
        picture = pictured.picture(self, pictured.SIZE, pictures.LIGHT, scale=1.0)
        return page.Saved(
            title=picture.title,
            about=(picture.subtitle, *picture.footer),
            figure=picture.figure,
            alt=charts.alt(lines, self.period),
            table=self.rates_table(),
            articles=self.articles(MAX_ON_PAGE),
            citation=self.citation(),
            link=self.link,
            name=self.file_name("png").removesuffix(".png"),
            language=self.language,
        )

    def _pairs(self) -> list[str]:
        pairs = dict.fromkeys("/".join(line.pair) for line in self.shown())
        return list(pairs) or ["rates"]

    def shown(self) -> list[export.Shown]:
        """The lines in view, with carried days, as files write them: one for each source of a line."""
        return [*chain.from_iterable(self._lines_in_parts())]

    def _lines_in_parts(self) -> list[list[export.Shown]]:
        return [self._in_parts(line) for line in self.lines()]

    def _in_parts(self, line: InView) -> list[export.Shown]:
        currency, view, sources = line.country.currency, self.view, self.desk.sources
        return [
            export.Shown(sources[key], view.base, currency, rows, view.direction) for key, rows in self._by_source(line)
        ]

    def _by_source(self, line: InView) -> Iterator[tuple[str, pd.DataFrame]]:
        """The rows of each source of a line, carried days with that of the value."""
        carried = self._carried(line)
        for key in line.sources:
            yield key, carried[carried["source"] == key]

    def _carried(self, line: InView) -> pd.DataFrame:
        """With a row for each day that carries a value, flagged as such; none after the day of the state."""
        return series.carry(line.line, min(self.period[1], self.asof.date()))
