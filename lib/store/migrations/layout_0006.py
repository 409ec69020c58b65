"""Committed states with revisions of rates and of articles, where there was one revision of both; layouts with numbers;
and facet blocks that tell their format."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lib.store import states
from lib.store.schema import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table("altyn_layout", sa.Column("number", sa.String, primary_key=True))
    op.create_table(
        "states",
        sa.Column("at", UtcDateTime, primary_key=True),
        sa.Column("written", UtcDateTime, nullable=False),
        sa.Column("rates", sa.Integer, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    late = sa.text("written < at")
    op.create_index("states_written_late", "states", ["written"], sqlite_where=late, postgresql_where=late)
    states.rebuild(op.get_bind(), datetime.now(UTC))
    op.add_column("blocks", sa.Column("format", sa.Integer, nullable=False, server_default="1"))
    op.drop_table("meta", if_exists=True)
