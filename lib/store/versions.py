"""What versioned facts have in common: which rows are visible as of an instant, and how a row is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lib.store.engine import Write

CLOSE_AT_ONCE = 500  # SQLite allows 32,766 variables in one statement, older builds 999


def visible(table: sa.Table, asof: datetime | None) -> sa.ColumnElement[bool]:
    """The rows of `table` that are current, or that were as of an instant."""
    if asof is None:
        return table.c.superseded_at.is_(None)
    later = sa.or_(table.c.superseded_at.is_(None), table.c.superseded_at > asof)
    return sa.and_(table.c.recorded_at <= asof, later)


def close(write: Write, table: sa.Table, ids: Sequence[int]) -> None:
    """End the versions `ids` as of this write."""
    for start in range(0, len(ids), CLOSE_AT_ONCE):
        some = ids[start : start + CLOSE_AT_ONCE]
        write.conn.execute(sa.update(table).where(table.c.id.in_(some)).values(superseded_at=write.at))


def insert(write: Write, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add versions that hold from this write on."""
    if rows:
        write.conn.execute(sa.insert(table), [{**row, "recorded_at": write.at} for row in rows])
