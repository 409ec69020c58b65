"""What a reader sees of states and figures: the banner of a frozen view, the ticker's words, what browsers may send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
import streamlit as st
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from lib import notation, snapshot
from lib.desk import Desk
from lib.models import Article, Rate, Run
from lib.store import Store
from lib.ui import share
from tests.conftest import article

ROOT = Path(__file__).parent.parent
SECONDS = 60  # the first run imports pandas and Plotly
DAYS = {"from": "2026-06-01", "to": "2026-09-29"}
Visit = Callable[..., AppTest]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the pages, not yet filled; the caches of Streamlit outlive a test unless cleared."""
    st.cache_resource.clear()
    monkeypatch.setenv("DATABASE_URL", url := f"sqlite:///{tmp_path / 'altyn.db'}")
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    opened = Store(url)
    yield opened
    opened.close()
    st.cache_resource.clear()


@pytest.fixture
def seeded(store: Store) -> Store:
    store.seed(snapshot.parts(date(2026, 11, 23)))
    return store


def visit(file: str = "app.py", **params: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    if file != "app.py":
        app.run().switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))


def address(app: AppTest) -> dict[str, str]:
    """The link in the address bar, several values of a parameter joined by commas."""
    listed = {name: app.query_params[name] for name in app.query_params}
    return {name: value if isinstance(value, str) else ",".join(value) for name, value in listed.items()}


def written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


# The ticker, the as-of line, the table, the pager.


@pytest.mark.parametrize(
    ("values", "told"),
    [((500.0, 505.0), "▲ 1.00 % weaker"), ((500.0, 495.0), "▼ 1.00 % stronger"), ((5.0, 5.0), "unchanged")],
)
def test_ticker_says_weaker_when_a_dollar_costs_more(store: Store, values: tuple[float, float], told: str) -> None:
    days = (date(2026, 9, 28), date(2026, 9, 29))
    store.rates.add([Rate("nbk", "USD", "KZT", day, value) for day, value in zip(days, values, strict=True)])
    for part in snapshot.parts(days[-1]):  # as if loaded: none is added at the start
        store.runs.record(Run(part.name, datetime.now(UTC), datetime.now(UTC), "snapshot"))
    tenge = html(visit()).split('title="Kazakhstan: ')[1].split("</button>")[0]
    assert told in words(tenge)
    assert "28–29 Sep" in tenge


def test_peg_never_counts_as_a_refresh(seeded: Store) -> None:
    now = datetime.now(UTC)
    seeded.runs.record(Run("tmt_peg", now, now, "ok", new=1))
    assert "Offline snapshot to 26 Oct 2026" in html(visit())
    seeded.runs.record(Run("nbk", now, now, "unchanged"))
    assert f"Refreshed {notation.day(now.date())}" in html(visit())


@pytest.mark.usefixtures("seeded")
def test_another_page_begins_at_page_one() -> None:
    app = visit(page="7")
    assert address(app)["page"] == "7"
    app.switch_page("pages/articles.py")
    app.query_params.clear()
    app.run()
    assert not app.exception
    assert "Results 1–20 of" in html(app)
    assert app.session_state["page"] == 1


def test_table_says_when_rows_are_cut(seeded: Store) -> None:
    assert "The newest 1,000 days of" not in html(visit(table="1", range="5Y", country="KZ"))
    days = [date(2026, 9, 29) - timedelta(days=back) for back in range(1200)]
    seeded.rates.add([Rate("nbk", "KZT", "USD", day, 470.0 + day.day) for day in days])
    shown = html(visit(table="1", range="All", country="KZ", source="nbk"))
    assert "The newest 1,000 days of 1,200; the files hold all." in shown
    assert shown.split("<tbody>")[1].count("<tr>") == 1000


def test_missed_days_come_from_the_pair_with_the_most(store: Store) -> None:
    first = date.today() - timedelta(days=28)  # noqa: DTZ011 - whichever: whole weeks either way
    days = [day for day in (first + timedelta(days=n) for n in range(28)) if day.weekday() < 5]
    store.rates.add([Rate("nbk", "KZT", "USD", day, 470.0) for day in days[:-1]])
    store.rates.add([Rate("nbk", "KZT", "TJS", days[0], 50.0)])
    shown = words(html(visit("pages/sources.py")))
    missing = re.search(r"KZT/TJS, KZT/USD [^·]*· (\d+) of (\d+) publications missing", shown)
    assert missing
    assert int(missing[1]) <= 2
    assert int(missing[2]) >= 19


# Frozen views.


def test_frozen_page_says_since_when_and_what_has_changed(seeded: Store) -> None:
    then = seeded.state()
    assert then
    seeded.rates.add([Rate("currency_api", "USD", "KZT", date(2026, 9, 29), 999.0)])
    frozen = words(html(visit(country="KZ", **DAYS, asof=written(then.at))))
    moment = f"As of {notation.day(then.at.date())}, {then.at:%H:%M:%S} UTC."
    assert f"{moment} Since then: KZT 29 Sep 2026: 441.234 → 999.000. " in frozen
    assert "Back to live view" in frozen


def test_instant_between_two_states_is_that_of_the_one_before_in_address_and_notice(seeded: Store) -> None:
    stamp = seeded.state().at  # type: ignore[union-attr]
    later = stamp + timedelta(microseconds=1)
    for asof in (written(later), f"{written(later)[:-1]}999Z", later.astimezone().isoformat()):
        app = visit(country="KZ", asof=asof)
        assert address(app)["asof"] == written(stamp)
        assert "The link asks for" in html(app)
    exact = visit(country="KZ", asof=written(stamp))
    assert "The link asks for" not in html(exact)
    assert address(exact)["asof"] == written(stamp)


def test_future_and_repeated_instants_are_named(seeded: Store) -> None:
    ahead = visit(asof="2099-01-01T00:00:00Z")
    assert "(in the future)" in html(ahead)
    assert "asof" not in address(ahead)
    stamp = written(seeded.state().at)  # type: ignore[union-attr]
    twice = visit(asof=[stamp, "2001-01-01"])
    assert "asof = “2001-01-01” (given more than once)" in html(twice)
    assert address(twice)["asof"] == stamp


@pytest.mark.parametrize("file", ["app.py", "pages/articles.py"])
def test_store_that_is_younger_than_a_link_says_so(seeded: Store, file: str) -> None:
    first = Desk(seeded).first_state()
    assert first
    shown = html(visit(file, asof="2020-01-01", country="KZ"))
    since = f"{notation.day(first.at.date())}, {first.at:%H:%M} UTC"
    sentence = f"This server holds nothing from before {since}; the link was made on another or an older one."
    assert shown.count(sentence) == (3 if file == "app.py" else 2)  # the banner, the chart and the feed; or the archive
    assert "Choose a longer one" not in shown
    assert "No article matches" not in shown
    assert "more article" not in shown


def test_old_frozen_link_opens_and_its_address_is_written_in_full(seeded: Store) -> None:
    stamp = written(seeded.state().at)  # type: ignore[union-attr]
    app = visit(**DAYS, asof=stamp)
    assert "1 USD in KZT, KGS, TJS, TMT, UZS · currency-api (open aggregate)" in html(app)
    assert address(app)["country"] == "KZ,KG,TJ,TM,UZ"
    assert address(app)["per"] == "usd"


def test_source_of_a_line_that_there_is_not_is_named_and_the_best_drawn(seeded: Store) -> None:
    stamp = written(seeded.state().at)  # type: ignore[union-attr]
    shown = html(visit(country="KZ", **DAYS, asof=stamp, line="KZT:gone"))
    assert "line = “KZT:gone” (not one of nbk," in shown
    assert "1 USD in KZT · currency-api" in shown


def test_embedded_frozen_view_says_that_it_is_of_the_past(seeded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.context), "is_embedded", True)
    stamp = seeded.state().at  # type: ignore[union-attr]
    for part in ("chart", "feed"):
        assert f"As of {notation.day(stamp.date())}" in html(visit(part=part, asof=written(stamp), country="KZ"))
        assert 'class="caption muted frozen"' not in html(visit(part=part, country="KZ"))
    assert "holds nothing from before" in html(visit(part="chart", asof="2001-01-01", country="KZ"))


# What a browser may send.


def send(app: AppTest, widget: str, field: str, value: str) -> AppTest:
    """A message that no page of ours sends."""
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = widget
    setattr(state, field, value)
    app._run(states)
    assert not app.exception, (value, app.exception)
    return app


NO_SELECTIONS = [
    *("garbage", "[]", "5", "null", '{"selection": []}', '{"selection": {}}', '{"selection": {"box": "x"}}'),
    *(json.dumps({"selection": {"box": [{"x": x}]}}) for x in (["a", "b"], [1e40, 2], [-1e15, 1], [None], 5, {})),
    json.dumps({"selection": {"box": [{"x": ["1901-01-01", "1901-01-02"]}]}}),
]


@pytest.mark.usefixtures("seeded")
def test_selection_that_is_none_is_ignored() -> None:
    app = visit(country="KZ")
    for value in NO_SELECTIONS:
        send(app, app.get("plotly_chart")[0].proto.id, "string_value", value)
        assert "sel" not in address(app)
    days = json.dumps({"selection": {"box": [{"x": ["2026-03-01", "2026-03-05"]}]}})
    send(app, app.get("plotly_chart")[0].proto.id, "string_value", days)
    assert address(app)["sel"] == "2026-03-01..2026-03-05"


NO_ACTS = [
    *(("days", value) for value in ("x..y", "2026-13-01..2026-01-02", "..", "2026-01-02..2026-01-01", 5, {"a": 1})),
    *(("show", value) for value in ("ZZ 2026-01-01", "KZ 2026-13-01", "KZ 0001-01-01", "KZ 9999-12-31", "", "KZ", [])),
    *(("show", value) for value in ("KZ 1990-01-01", "KZ 2099-12-31")),  # the days around them are out of range
    *(("story", value) for value in ("\0", "f" * 65, 7)),
]


@pytest.mark.parametrize("file", ["app.py", "pages/articles.py"])
@pytest.mark.usefixtures("seeded")
def test_act_that_no_button_of_ours_asks_for_is_ignored(file: str) -> None:
    app = visit(file, country="KZ")
    before = address(app)
    listener = _make_trigger_id(app.get("bidi_component")[0].proto.id, "events")
    for act, value in NO_ACTS:
        send(app, listener, "json_trigger_value", json.dumps([{"event": act, "value": value}]))
        assert address(app) == before, (act, value)
    for value in ("garbage", "5", "[5]", "[null]", '[{"event": 5}]', "{}"):
        send(app, listener, "json_trigger_value", value)
    assert address(app) == before


@pytest.mark.usefixtures("seeded")
def test_link_of_an_article_leads_from_the_archive_to_the_chart_of_its_days() -> None:
    shown = unescape(html(visit("pages/articles.py", country="TM")))
    leads = re.search(r'<a [^>]*href="/?\?([^"]*mark=[^"]*)"', shown)
    assert leads
    asked = dict(parse_qsl(leads[1]))
    assert asked["country"] == "TM"
    assert asked["from"] < asked["mark"] < asked["to"]
    assert visit(**asked).get("plotly_chart")


# Addresses.


@pytest.mark.parametrize(
    ("here", "shared"),
    [
        ("https://host/fx/?country=KZ#a", "https://host/fx/"),
        ("https://host/fx?country=KZ", "https://host/fx/"),
        ("http://host:8501", "http://host:8501/"),
        ("https://host/fx/articles?q=gas", "https://host/fx/articles"),
    ],
)
def test_shared_address_keeps_the_slash(monkeypatch: pytest.MonkeyPatch, here: str, shared: str) -> None:
    monkeypatch.setattr(share.st, "context", SimpleNamespace(url=here))
    assert share.address() == shared


def test_address_of_a_title_stays_escaped(store: Store) -> None:
    wicked = article("k", tags=("KZ",))
    store.articles.add([Article(**{**fields_of(wicked), "url": 'https://x.example/a"onmouseover="alert(1)'})])
    assert 'href="https://x.example/a&quot;onmouseover=&quot;alert(1)"' in html(visit(when="all"))


def fields_of(told: Article) -> dict[str, object]:
    return {name: getattr(told, name) for name in told.__slots__}
