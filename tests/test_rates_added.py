"""A new source, added as docs/adding-a-source.md says: a record and a module, and no other line of code."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import catalog, ingest, rates
from lib.ingest.steps import utc_now
from lib.models import RateQuery
from lib.store import Store
from tests.loopback import Asked, Reply, Server, serve

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs/adding-a-source.md"
SECONDS = 60  # the first run imports pandas and Plotly
MODULE = '''
"""Bank of Mongolia: togrog for one or more units of each currency, as JSON, one request a day."""

import time

from lib.rates import expect_day, paced_days, read_day, read_json, row


def fetch(client, source, since, until, pause=time.sleep):
    for day in paced_days(source, since, until, pause):
        yield from parse(source, client.get(source.key, source.url.format(day=day)).body, day)


def parse(source, body, day):
    told = read_json(source, body)
    expect_day(source, read_day(source, told["date"], "%Y-%m-%d"), day)
    return [row(source, day, r["code"], source.base, r["rate"], r["nominal"]) for r in told["rates"]]
'''


def bank(asked: Asked) -> Reply:
    """Hand-shaped: there is no such address."""
    values = (("USD", "3580.5", 1), ("KZT", "811.45", 100), ("KGS", "40.94", 1))
    told = [{"code": code, "rate": rate, "nominal": nominal} for code, rate, nominal in values]
    return Reply(json.dumps({"date": Path(asked.path).stem, "rates": told}).encode())


def entry(url: str) -> str:
    """The example of docs/adding-a-source.md, requested at `url`, at once and for a fortnight."""
    indented = re.search(r"(?m)^ +\[bom\]\n(?: +[^`\s].*\n)+", EXAMPLE.read_text("utf-8"))
    assert indented
    text = textwrap.dedent(indented[0]).replace("https://www.example.mn/rates/", f"{url}/rates/")
    return text.replace("pause = 0.5", "pause = 0.0").replace("initial_days = 400", "initial_days = 14")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The bank, its entry at the end of the catalogue, its module beside the others, and an empty store."""
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'altyn.db'}")
    monkeypatch.setattr(rates, "__path__", [*rates.__path__, str(tmp_path)])
    (tmp_path / "bom.py").write_text(MODULE)
    caches = (catalog.sources.cache_clear, st.cache_data.clear, st.cache_resource.clear)
    with serve(bank) as started:
        (tmp_path / "sources.toml").write_text((catalog.HERE / "sources.toml").read_text() + entry(started.url))
        for clear in caches:
            clear()
        yield started
    for clear in caches:
        clear()
    sys.modules.pop("lib.rates.bom", None)


def page(file: str, **link: str) -> str:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    if file != "app.py":
        app.run().switch_page(file)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def fortnight() -> dict[str, str]:
    today = utc_now().date()
    return {"from": str(today - timedelta(days=14)), "to": str(today)}


def test_an_added_publisher_is_fetched_stored_drawn_and_listed(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest.main(["bom"]) == 0
    assert re.search(r"✓ bom: [1-9]\d* new, 0 changed\n", capsys.readouterr().out)
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}")
    tenge = store.rates.read(RateQuery(("bom",), ("KZT",), ("MNT",)))
    store.close()
    assert len(tenge) == len(server.asked)
    assert {rate.value for rate in tenge} == {8.1145}
    assert {rate.day.weekday() for rate in tenge} == set(range(5))

    listed = re.search(r"<tr[^>]*><td[^>]*><a [^>]*>Bank of Mongolia<.*?</tr>", page("pages/sources.py"))
    assert listed
    assert "KGS/MNT, KZT/MNT, USD/MNT" in listed[0]
    assert "Cite as:" in listed[0]
    drawn = page("app.py", country="KZ", source="bom", table="1", **fortnight())
    assert "1 USD in KZT · Bank of Mongolia" in drawn
    assert "<td>441.247" in drawn  # 3580.5 / 8.1145, by its two legs of one day


def test_an_added_publisher_that_answers_for_another_day_fails_in_plain_words(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = tmp_path / "sources.toml"
    entries.write_text(entries.read_text().replace("{day:%Y-%m-%d}.json", "2004-01-05.json"))
    catalog.sources.cache_clear()
    assert ingest.main(["bom"]) == 1
    assert "✕ bom: the answer is for 2004-01-05 where " in capsys.readouterr().out
    assert len(server.asked) == 1
