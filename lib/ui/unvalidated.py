"""A figure that is a plain dict, for `st.plotly_chart`, which makes a validated object of any dict: that takes
longer than all the rest of a country change. The figure is ours, and tests hold it against Plotly's own schema."""

from __future__ import annotations

from typing import Any

from plotly.basedatatypes import BaseFigure

from lib.charts import Figure


class Unvalidated(BaseFigure):  # type: ignore[misc]
    """Passes a plain dict on as it is, where Plotly's own class would check, copy and encode it again."""

    def __init__(self, figure: Figure) -> None:  # the base class's own is what validates
        self._plain = figure

    def to_dict(self) -> dict[str, Any]:
        """The dict itself, not a copy: whoever changes it changes the figure."""
        return self._plain
