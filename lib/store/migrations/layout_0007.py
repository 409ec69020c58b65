"""Days that a source did not answer for, so that one bad day does not stop those after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lib.store.schema import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "failed_windows",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("until", sa.Date, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_tried", UtcDateTime, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
    )
