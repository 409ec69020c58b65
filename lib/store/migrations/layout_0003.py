"""An index of rates that holds all that a reader asks for."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("rates_history", if_exists=True)
    columns = ["base", "quote", "source", "day", "recorded_at", "superseded_at", "value"]
    op.create_index("rates_history", "rates", columns)
