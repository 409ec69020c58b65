"""Rates and articles as rows, as CSV, as Excel: what each row says, and that nothing in it runs."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest

from lib import series
from lib.export.tables import Table, articles, as_csv, as_excel, defused, digits, rates
from tests.conftest import article
from tests.exports_by_hand import ASOF, SOMONI, TENGE, shown
from tests.lines_by_hand import observation

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"


def read(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline="")))


def cells(workbook: bytes, sheet: int = 1) -> list[tuple[str, str]]:
    """Type ("s" shared text, "n" number) and content of each cell of a sheet, read from its XML."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        texts = ["".join(text.itertext()) for text in ET.fromstring(parts.read("xl/sharedStrings.xml"))]
        found = ET.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml")).iter(CELL)
        kinds = [(cell.get("t", "n"), "".join(cell.itertext())) for cell in found]
    return [(kind, texts[int(content)] if kind == "s" else content) for kind, content in kinds]


# Rates.


def test_published_rate_is_a_row_with_its_source_status_and_both_instants() -> None:
    first, second = read(rates([shown()], ASOF))
    assert first == {
        "day": "2026-09-28",
        "base": "USD",
        "quote": "KZT",
        "direction": "KZT per 1 USD",
        "value": "478.77",
        "shown": "478.77",
        "source": "nbk",
        "source_name": "National Bank of Kazakhstan",
        "kind": "official",
        "flags": "",
        "obs_status": "A",
        "legs": "",
        "recorded_at": "2026-11-23T09:00:00Z",
        "asof": "2026-11-23T09:15:00Z",
    }
    assert (second["day"], second["value"], second["shown"]) == ("2026-09-29", "480", "480")


def test_turned_rate_names_its_direction_and_what_it_was_computed_from() -> None:
    row = read(rates([shown(direction="local")], ASOF))[0]
    assert (row["base"], row["quote"], row["direction"]) == ("KZT", "USD", "USD per 1 KZT")
    assert float(row["value"]) == pytest.approx(1 / 478.77, rel=1e-11)
    assert row["shown"] == "0.00208869"
    assert row["legs"] == "1 ÷ USD/KZT"


def test_inverse_turned_back_is_as_published_and_has_no_legs() -> None:
    inverse = shown(base="KZT", currency="USD")
    assert {row["legs"] for row in read(rates([inverse], ASOF))} == {"1 ÷ USD/KZT"}
    back = read(rates([replace(inverse, direction="local")], ASOF))[0]
    assert (back["direction"], back["legs"]) == ("KZT per 1 USD", "")
    assert float(back["value"]) == pytest.approx(478.77, rel=1e-11)


def test_cross_names_its_legs_either_way_and_has_no_instant_of_its_own() -> None:
    cross = shown(TENGE + SOMONI, currency="TJS")
    row = read(rates([cross], ASOF))[0]
    assert float(row["value"]) == pytest.approx(478.77 / 51.2, rel=1e-11)
    assert (row["shown"], row["legs"], row["recorded_at"]) == ("9.35098", "USD/KZT ÷ TJS/KZT", "")
    assert read(rates([replace(cross, direction="local")], ASOF))[0]["legs"] == "TJS/KZT ÷ USD/KZT"


def test_doubted_value_carries_its_flags_and_the_code_that_outranks() -> None:
    line = shown()
    line.line["flags"] = ["", "revised spike"]
    assert [(row["flags"], row["obs_status"]) for row in read(rates([line], ASOF))] == [
        ("", "A"),
        ("revised spike", "U"),
    ]


def test_carried_day_says_that_its_value_is_estimated() -> None:
    line = shown()
    filled = replace(line, line=series.carry(line.line, date(2026, 9, 30)))
    row = read(rates([filled], ASOF))[-1]
    assert (row["day"], row["value"], row["flags"], row["obs_status"]) == ("2026-09-30", "480", "carried", "E")


def test_lines_follow_each_other_in_the_order_given() -> None:
    both = [shown(TENGE + SOMONI, currency="TJS"), shown()]
    assert [row["quote"] for row in read(rates(both, ASOF))] == ["TJS", "TJS", "KZT", "KZT"]


def test_no_line_is_a_header_alone() -> None:
    assert as_csv(rates([], ASOF)).count(b"\r\n") == 1


@pytest.mark.parametrize(
    ("value", "told", "written"),
    [
        (12968.91140011, "12968.9", "12968.91140011"),  # no thousands mark: it would be another column
        (0.0000771074, "0.0000771074", "0.0000771074"),  # and no exponent
        (441.2345678, "441.235", "441.2345678"),
    ],
)
def test_value_has_all_its_digits_and_shown_has_the_screen_s(value: float, told: str, written: str) -> None:
    row = read(rates([shown([observation("2026-09-29", value)])], ASOF))[0]
    assert (row["shown"], row["value"]) == (told, written)
    assert digits(value) == written


# Articles.


def test_article_is_a_row_with_its_tags_and_what_its_day_is() -> None:
    told = article(title="Тенге, «крепкий»", excerpt="Со вторника", tags=("KZ", "economy", "UZ"), basis="event")
    (row,) = read(articles([told]))
    assert row == {
        "day": "2026-09-29",
        "day_basis": "event",
        "published": "",
        "outlet": "Outlet",
        "title": "Тенге, «крепкий»",
        "excerpt": "Со вторника",
        "url": "https://news.example/a",
        "countries": "KZ UZ",
        "topics": "economy",
        "language": "en",
    }


def test_moment_of_an_article_is_written_in_utc() -> None:
    (row,) = read(articles([article(published=datetime(2026, 9, 29, 4, 30, tzinfo=UTC))]))
    assert row["published"] == "2026-09-29T04:30:00Z"


# Nothing runs.

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "  =1",
    "\u00a0=1",
    "\u200b=1",  # zero width space
    "\ufeff+1",
    "＝1+1",  # full width
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\u3000＝1",
    "﹢1",  # small form
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_could_begin_a_formula_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=1", "USD/KZT ÷ KGS/KZT", "1 - 2", "'=1", "– dash", "https://a.b/?c=-1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_hostile_title_is_defused_in_both_formats_and_a_negative_number_in_neither() -> None:
    table = Table(("text", "number"), [(text, -1.5) for text in HOSTILE])
    assert [(row["text"], row["number"]) for row in read(table)] == [(f"'{text}", "-1.5") for text in HOSTILE]
    written = cells(as_excel({"Sheet": table}))[2:]
    assert written[1::2] == [("n", "-1.5")] * len(HOSTILE)
    assert {kind for kind, _ in written[::2]} == {"s"}
    assert all(text.startswith("'") for _, text in written[::2])


def test_quotes_commas_and_line_ends_stay_within_their_cell() -> None:
    title = 'He said "no", twice\nand left'
    assert read(articles([article(title=title)]))[0]["title"] == title


# Excel.


def test_workbook_has_a_sheet_for_each_table_with_days_and_numbers_as_such() -> None:
    book = as_excel({"Rates": rates([shown()], ASOF), "Articles": articles([article(title="Тенге")])})
    first = cells(book)
    width = len(rates([], ASOF).header)
    assert [text for _, text in first[:width]] == list(rates([], ASOF).header)
    day, *_, value, told = first[width : width + 6]
    assert day == ("n", str((date(2026, 9, 28) - date(1899, 12, 30)).days))
    assert value == ("n", "478.77")
    assert told == ("s", "478.77")
    assert ("s", "Тенге") in cells(book, 2)


def test_workbook_holds_no_formula_and_no_link_out() -> None:
    book = as_excel({"Articles": articles([article(title="=HYPERLINK(1)")])})
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in parts.namelist()
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_workbook_does_not_tell_when_it_was_written() -> None:
    with zipfile.ZipFile(io.BytesIO(as_excel({"Rates": rates([shown()], ASOF)}))) as parts:
        properties = parts.read("docProps/core.xml").decode()
        assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 1)}
    assert properties.count("2000-01-01T00:00:00Z") == 2


# The same bytes from another process, whose hashes and time zone are its own.

PRINT_DIGESTS = """
from hashlib import sha256
from lib.export.tables import as_csv, as_excel, rates
from tests.exports_by_hand import ASOF, shown
table = rates([shown()], ASOF)
print(sha256(as_csv(table)).hexdigest(), sha256(as_excel({"Rates": table})).hexdigest())
"""


def test_another_process_writes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    table = rates([shown()], ASOF)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Almaty")
    other = subprocess.run([sys.executable, "-c", PRINT_DIGESTS], capture_output=True, text=True, check=True)
    ours = [sha256(as_csv(table)).hexdigest(), sha256(as_excel({"Rates": table})).hexdigest()]
    assert other.stdout.split() == ours
