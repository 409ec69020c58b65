"""Rates to lines: published, inverse, or a cross of two rates of one publisher and one day; cut, turned, indexed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pandas as pd

from lib.models import Observation
from lib.series.digits import resolution, significant

Pairs = dict[tuple[str, str], pd.DataFrame]  # the rows of one source by (base, quote)


def frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """Observations as one frame with the columns of `Observation`; days as datetime64, codes as categories."""
    table = pd.DataFrame(list(observations), columns=list(Observation._fields))
    table["day"] = pd.to_datetime(table["day"]).astype("datetime64[s]")
    codes = dict.fromkeys(("source", "base", "quote"), "category")
    moments = dict.fromkeys(("recorded_at", "previous_at"), "datetime64[us, UTC]")
    return table.astype(
        {"value": float, "previous": float, **moments, **codes}
    )  # also where there are no rows, or only None


def lines(table: pd.DataFrame, base: str, quote: str) -> dict[str, pd.DataFrame]:
    """The line of `quote` per 1 `base` of each source that allows one: as it publishes it; else the inverse of what it
    publishes; else the cross of two rates that share a currency, over the days that have both. Sources never mix. The
    column `legs` says what was computed from what. A currency has no line of itself."""
    if base == quote:
        return {}
    near = table[table["base"].isin([base, quote]) | table["quote"].isin([base, quote])]
    sources: dict[str, Pairs] = {}
    for (source, *pair), rows in near.groupby(["source", "base", "quote"], observed=True, sort=False):
        sources.setdefault(source, {})[pair[0], pair[1]] = rows
    made = {source: _line(pairs, base, quote) for source, pairs in sources.items()}
    return {source: line for source, line in made.items() if len(line)}


def empty_line() -> pd.DataFrame:
    """The line of nothing."""
    return _published(frame([]))


def cut(line: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """The days from `since` to `until`, both included."""
    return line.loc[pd.Timestamp(since) : pd.Timestamp(until)]


def invert(line: pd.DataFrame) -> pd.DataFrame:
    """Units of base per 1 quote at 12 significant digits, with the changes that follow, annotated or not; for display,
    never stored."""
    turned = line.assign(value=significant(1 / line["value"]), previous=significant(1 / line["previous"]))
    if "change" in line:
        turned["change"] = (1 / (1 + line["change"] / 100) - 1) * 100
    if "rival_by" in line:
        turned["rival_by"] = (1 / (1 + line["rival_by"] / 100) - 1) * 100
    if "legs" in line:
        turned["legs"] = line["legs"].map({legs: _turned(legs) for legs in line["legs"].unique()})
    return turned


def index_to_100(line: pd.DataFrame) -> pd.Series:
    """Values with the line's first day as 100."""
    return line["value"] / line["value"].iloc[0] * 100 if len(line) else line["value"]


def _line(pairs: Pairs, base: str, quote: str) -> pd.DataFrame:
    if (base, quote) in pairs:
        return _published(pairs[base, quote])
    if (quote, base) in pairs:
        return invert(_published(pairs[quote, base])).assign(legs=f"1 ÷ {quote}/{base}")
    crosses = [_cross(pairs, *legs) for legs in _routes(pairs, base, quote)]
    return min((c for c in crosses if len(c)), key=_coarseness, default=empty_line())


def _published(rows: pd.DataFrame) -> pd.DataFrame:
    seen = rows.rename(columns={"recorded_at": "seen", "previous_at": "previous_seen"})
    line = seen.set_index("day")[["value", "previous", "seen", "previous_seen"]].sort_index()
    return line.assign(step=resolution(line["value"].to_numpy()), legs="")


def _routes(pairs: Pairs, base: str, quote: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """The pairs to divide, for each currency that a source quotes both in, or both against. No publisher mixes the two
    directions."""
    for pivot in sorted({code for pair in pairs for code in pair} - {base, quote}):
        for over, under in (((base, pivot), (quote, pivot)), ((pivot, quote), (pivot, base))):
            if over in pairs and under in pairs:
                yield over, under


def _cross(pairs: Pairs, over: tuple[str, str], under: tuple[str, str]) -> pd.DataFrame:
    """A corrected leg corrects the cross; the steps of the legs add up."""
    legs = _published(pairs[over]).add_suffix("_over").join(_published(pairs[under]).add_suffix("_under"), how="inner")
    was_over, was_under = legs["previous_over"], legs["previous_under"]
    was = was_over.fillna(legs["value_over"]) / was_under.fillna(legs["value_under"])
    columns: dict[str, Any] = {
        "value": significant(legs["value_over"] / legs["value_under"]),
        "previous": significant(was).where(was_over.notna() | was_under.notna()),
        "step": legs["step_over"] + legs["step_under"],
        "legs": f"{'/'.join(over)} ÷ {'/'.join(under)}",
    }
    return pd.DataFrame(columns, index=legs.index)


def _coarseness(line: pd.DataFrame) -> float:
    """A route whose digits nobody can tell comes last."""
    return float(line["step"].fillna(1.0).median())


def _turned(legs: str) -> str:
    """The inverse of a published rate names no legs: which way it was published is the caller's to know."""
    over, _, under = legs.partition(" ÷ ")
    return f"{under} ÷ {over}" if under and over != "1" else ""
