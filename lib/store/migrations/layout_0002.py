"""Finished windows of a backfill, failures in a row, and which process refreshes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lib.store.schema import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "windows",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("until", sa.Date, primary_key=True),
    )
    op.create_table(
        "retries",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", UtcDateTime),
    )
    op.create_table(
        "lease",
        sa.Column("holder", sa.String, primary_key=True),
        sa.Column("expires", UtcDateTime, nullable=False),
    )
