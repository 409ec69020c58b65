"""The abnormal moves of the lines in view, each with the articles of the days around it. Near is not because of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from lib import series
from lib.countries import Country
from lib.desk.articles import Articles, country_filter
from lib.desk.lines import Days, InView
from lib.links import View
from lib.models import Article
from lib.store import State

AROUND = timedelta(days=2)


class MoveInView(NamedTuple):
    """One abnormal move of a source's line, the first articles of its country on the days around it, and how many
    there are. `move.change` is in percent per 1 unit of the base: a rise is a weaker currency."""

    country: Country
    source: str
    move: series.Move
    days: Days
    articles: tuple[Article, ...]
    total: int


def largest_first(lines: Iterable[InView]) -> list[tuple[InView, series.Move]]:
    """The moves of all lines in view: breaks of a regime first, the largest first of either kind."""
    pairs = ((line, move) for line in lines for move in line.moves)
    return sorted(pairs, key=lambda pair: pair[1].rank)


def with_articles(
    line: InView, move: series.Move, view: View, articles: Articles, state: State, limit: int
) -> MoveInView:
    """A move with at most `limit` of the articles on its country, of any topic and with any words."""
    days = (move.day - AROUND, move.day + AROUND)
    chosen = replace(country_filter(view, line.country.code, days), words="", topics=())
    page = articles.page(chosen, 1, limit, state)
    return MoveInView(line.country, line.source, move, days, page.articles, page.total)
