"""What the first commit laid out. A database is recognised as this one, never made so."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing comes before."""
