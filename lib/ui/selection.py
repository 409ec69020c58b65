"""What a browser says was selected on the chart, made into days. It can say anything: our page is not the only program
that speaks to the server."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from streamlit.elements import plotly_chart

from lib import links
from lib.desk import Days

# What a value that is no selection of days raises on the way; pandas raises the last for years that no date has.
NO_SELECTION = (AttributeError, KeyError, TypeError, ValueError, OverflowError, NotImplementedError)


class TolerantSerde(plotly_chart.PlotlyChartSelectionSerde):
    """Reads a selection as Streamlit does, and what is none as an empty one, where Streamlit's own raises before any
    code of a page runs. Streamlit has no setting for it."""

    def deserialize(self, ui_value: str | None) -> Any:
        try:
            return super().deserialize(ui_value)
        except NO_SELECTION:
            return super().deserialize(None)


plotly_chart.PlotlyChartSelectionSerde = TolerantSerde  # type: ignore[misc]


def selected_days(event: Any) -> Days | None:
    """The first and last day of a selection, or None: where nothing is selected, and where it is not of days that a
    link could name."""
    try:
        ends = sorted(_day(x) for box in event["selection"]["box"] for x in box["x"])
    except NO_SELECTION:
        return None
    return span_of(f"{ends[0]}..{ends[-1]}") if ends else None


def span_of(value: str) -> Days | None:
    """The days of "2026-03-03..2026-03-07", as a link may name them; None where it may not."""
    return links.parse({"sel": [value]}, ())[0].selected


def _day(x: float | str) -> date:
    """The day whose bar, from noon to noon, an end of a selection lies on."""
    moment = pd.Timestamp(x, unit="ms") if isinstance(x, int | float) else pd.Timestamp(x)
    return (moment + pd.Timedelta(hours=12)).date()
