"""File names: what they say, and that every file system takes them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest

from lib.export.names import file_name
from tests.exports_by_hand import ASOF

PERIOD = (date(2026, 1, 1), date(2026, 9, 29))
TAIL = "2026-01-01_2026-09-29_asof-2026-11-23T0915Z.csv"


@pytest.mark.parametrize(
    ("subjects", "begins"),
    [
        (["USD/KZT"], "altyn_USD-KZT_"),
        (["USD/KZT", "USD/UZS", "USD/KZT"], "altyn_USD-KZT_USD-UZS_"),
        (["articles"], "altyn_articles_"),
        ([], "altyn_"),
        (["", "/"], "altyn_"),
    ],
)
def test_name_says_subject_span_and_asof(subjects: list[str], begins: str) -> None:
    assert file_name(subjects, PERIOD, ASOF, "csv") == begins + TAIL


def test_asof_is_told_in_utc() -> None:
    almaty = ASOF.astimezone(timezone(timedelta(hours=5)))
    assert file_name(["USD/KZT"], PERIOD, almaty, "csv").endswith(TAIL)


@pytest.mark.parametrize("subject", ["../../etc/passwd", 'a<b>:"|?*\\c', "тенге\n\0", "x" * 5000, "CON", "‮gpj"])
def test_hostile_subject_leaves_a_plain_short_name(subject: str) -> None:
    name = file_name([subject], PERIOD, datetime.fromisoformat("2026-11-23T09:15:00+00:00"), "xlsx")
    assert re.fullmatch(r"altyn_([A-Za-z0-9_-]+_)?2026-01-01_2026-09-29_asof-2026-11-23T0915Z\.xlsx", name)
    assert len(name) <= 255
