"""From each layout to the next, one file each, run by Alembic in the transaction that opens a database.

A file has a number (`revision`), that of the layout before (`down_revision`), and `upgrade()`, which changes tables by
`op`. It names columns itself, since `schema.py` goes on changing. DESIGN.md tells how to add one.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """The migrations, in their order."""
    return ScriptDirectory(str(HERE), version_locations=[str(HERE)])


def upgrade(conn: sa.Connection, number: str) -> None:
    """Bring a database of layout `number` to the last one."""
    steps = [step for step in scripts().iterate_revisions("head", number) if step.revision != number]
    with Operations.context(MigrationContext.configure(conn)):
        for step in reversed(steps):
            step.module.upgrade()
