"""A row that refers to another is refused where that one does not exist, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lib.store.opening import open_engine
from lib.store.schema import fingerprints, rejections, tags


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize(
    "orphan",
    [
        sa.insert(tags).values(article=99, kind="country", code="KZ", why="Astana"),
        sa.insert(rejections).values(run=99, what="USD/KZT", why="the value is 0"),
        sa.insert(fingerprints).values(article=99, day=sa.func.current_date(), marks=b""),
    ],
    ids=lambda statement: statement.table.name,
)
def test_a_row_without_the_one_that_it_refers_to_is_refused(engine: sa.Engine, orphan: sa.Insert) -> None:
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"), engine.begin() as conn:
        conn.execute(orphan)
