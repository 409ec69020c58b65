"""Numbers as Plotly's typed arrays: a quarter of their size as text, and read without parsing."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np


def floats(values: Sequence[float] | np.ndarray, *, exact: bool = True) -> dict[str, Any]:
    """Numbers in eight bytes each, or in four (seven digits) where they only place a point."""
    array = np.asarray(values, dtype="<f8" if exact else "<f4")
    return {"dtype": "f8" if exact else "f4", "bdata": base64.b64encode(array.tobytes()).decode()}


def read(typed: dict[str, Any]) -> np.ndarray:
    """The numbers of a typed array."""
    return np.frombuffer(base64.b64decode(typed["bdata"]), f"<{typed['dtype']}")
