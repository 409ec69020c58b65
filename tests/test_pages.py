"""Pages without a browser: what a link shows, what it says when nothing is there, and what hostile text becomes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import snapshot
from lib.ingest.invalid import supersede_invalid
from lib.models import Article, Rate, Run, Tag
from lib.store import Failure, Store

SECONDS = 60  # the first run imports pandas and Plotly
ROOT = Path(__file__).parent.parent
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test on a store of its own; the caches of Streamlit outlive a test unless cleared."""
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'altyn.db'}")
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    return tmp_path / "altyn.db"


@pytest.fixture
def visit(own_store: Path, seeded: Path) -> Open:
    """Opens a page, on the store that the test has made, else on one with the bundled snapshot."""

    def run(file: str = "app.py", **params: str | list[str]) -> AppTest:
        if not own_store.exists():
            shutil.copy(seeded, own_store)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
        if file != "app.py":
            app.run().switch_page(file)  # a page is known only once the entry point has run; switching clears the link
        for name, value in params.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return run


def opened(app: AppTest, key: str) -> AppTest:
    """The page with what is behind a button: it is drawn when the reader opens it."""
    app.session_state[key] = True
    return app.run()


def html(app: AppTest) -> str:
    """Everything that a page shows as HTML."""
    return "\n".join(element.proto.body for element in app.get("html"))


def address(app: AppTest) -> dict[str, str | list[str]]:
    """The link in the address bar."""
    values = {name: app.query_params[name] for name in app.query_params}
    return {name: v[0] if isinstance(v, list) and len(v) == 1 else v for name, v in values.items()}


def test_first_start_shows_the_snapshot_and_says_so(visit: Open, own_store: Path) -> None:
    Store(f"sqlite:///{own_store}").close()
    shown = html(visit())
    assert "1 USD = 449.740 KZT, 1 KZT = 0.00222351 USD · NBP · 21 Oct 2026" in shown
    assert "Offline snapshot to 26 Oct 2026" in shown
    assert "Results 1–6 of 152" in shown


def test_a_move_is_told_with_its_dates_and_direction(visit: Open) -> None:
    shown = html(visit())
    assert "▼ 0.03 %" in shown
    assert "14–21 Oct" in shown
    assert "-0" not in re.sub(
        r"<[^>]*>", "", shown.split('class="ticker"')[1].split("<style")[0].split('class="cards')[0]
    )


def test_the_manat_stands_at_its_peg_and_does_not_move(visit: Open) -> None:
    manat = html(visit()).split('title="Turkmenistan: ')[1].split("</button>")[0]
    assert "1 USD = 3.5 TMT" in manat
    assert "unchanged" in manat
    assert "stronger" not in manat
    assert "weaker" not in manat


def test_newer_articles_and_the_peg_do_not_hide_the_last_rates(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.seed(snapshot.parts(date(2026, 11, 23)))
    store.rates.add([Rate("tmt_peg", "USD", "TMT", date(2026, 11, day), 3.5) for day in (19, 20, 23)])
    store.articles.add([Article("new", "f", "Outlet", "en", "", "A new bridge", "", date(2026, 11, 23))])
    store.close()
    ticker = html(visit()).split('class="ticker"')[1]
    assert "1 USD = 449.740 KZT" in ticker
    assert "Offline snapshot to 26 Oct 2026" in html(visit())


def test_a_frozen_link_shows_the_ticker_as_it_was(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.seed(snapshot.parts(date(2026, 11, 23)))
    then = store.state().at
    store.rates.add([Rate("nbk", "USD", "KZT", date(2026, 11, day), 500.0 + day) for day in range(2, 24)])
    store.close()
    assert "1 USD = 523 KZT" in html(visit())
    frozen = html(visit(asof=then.isoformat().replace("+00:00", "Z")))
    assert "1 USD = 449.740 KZT" in frozen
    assert "As of " in frozen


def upto(day: date) -> Callable[[snapshot.Part], snapshot.Part]:
    """Bundled data as they were on a day, without articles."""
    return lambda part: snapshot.Part(
        part.name, lambda: (rate for rate in part.rates() if rate.day <= day), lambda: iter(())
    )


INCUMBENT = {"KZT": "0.0019426", "KGS": "0.011431", "TJS": "0.094841", "TMT": "0.28600", "UZS": "0.000077107"}


@pytest.mark.parametrize("currency", INCUMBENT)
def test_the_first_of_may_2025_reads_as_it_was_quoted_then(visit: Open, own_store: Path, currency: str) -> None:
    """What others printed with five digits stands here with six."""
    store, then = Store(f"sqlite:///{own_store}"), date(2025, 5, 1)
    store.seed(map(upto(then), snapshot.parts(then)))
    store.close()
    shown = html(
        visit(**{"from": "2025-05-01", "to": "2025-05-01", "per": "local", "table": "1", "source": "currency_api"})
    )
    row = re.findall(r"<td>([0-9.]+)", shown.split("<caption>")[1].split("</table>")[0])
    figure = dict(zip(("KZT", "KGS", "TJS", "TMT", "UZS"), row, strict=True))[currency]
    last_digit = Decimal(1).scaleb(Decimal(INCUMBENT[currency]).as_tuple().exponent)
    assert abs(Decimal(figure) - Decimal(INCUMBENT[currency])) <= last_digit / 2
    assert len(figure.lstrip("0.")) == 6


def test_countries_of_the_link_drive_chart_and_feed(visit: Open) -> None:
    app = visit(country="UZ")
    shown = html(app)
    assert app.session_state["country"] == ["UZ"]
    assert "<h2>News: Uzbekistan</h2>" in shown
    assert "1 USD in UZS" in shown
    assert "Kazakh" not in shown.split('class="cards')[1].split("excerpt")[0]


def test_every_setting_of_a_link_reaches_its_widget(visit: Open) -> None:
    link = {"country": "KZ", "topic": ["energy", "trade"], "range": "6M", "show": "index", "per": "local", "log": "1"}
    app = visit(**link, q="oil", news="UZ", when="all")
    assert app.session_state["country"] == ["KZ"]
    assert app.multiselect(key="topic").value == ["energy", "trade"]
    assert opened(app, "chart_menu").toggle(key="log").value is True
    assert app.text_input(key="q").value == "oil"
    assert app.toggle(key="free").value is True
    assert app.multiselect(key="news").value == ["UZ"]
    assert app.toggle(key="any_date").value is True
    assert address(app) == {**link, "q": "oil", "news": "UZ", "when": "all"}


def test_a_changed_widget_writes_the_link_and_starts_at_page_one(visit: Open) -> None:
    app = visit(range="All")
    app.multiselect(key="topic").select("energy").run()
    assert address(app) == {"range": "All", "topic": "energy"}
    assert re.search(r"Results 1–6 of \d+", html(app))


def test_chosen_publishers_are_drawn_side_by_side(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.rates.add([Rate("nbk", "USD", "KZT", date(2026, 9, day), 442.0 + day / 10) for day in (25, 28, 29)])
    store.close()
    app = visit(country="KZ", source=["nbk", "currency_api"])
    assert opened(app, "chart_menu").multiselect(key="source").value == ["nbk", "currency_api"]
    assert "1 USD in KZT · National Bank of Kazakhstan" in html(app)


def test_a_break_heads_the_moves_with_its_size_sentence_and_articles(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    calm = [188.3, 188.4, 188.2, 188.38, 188.5, 188.38]
    days = [date(2015, 8, day) for day in (13, 14, 17, 18, 19, 20, 21, 24, 25, 26)]
    values = [*calm, 255.26, 252.47, 239.99, 243.12]
    store.rates.add([Rate("nbk", "USD", "KZT", day, v) for day, v in zip(days, values, strict=True)])
    tags = (Tag("country", "KZ", "says so"),)
    store.articles.add([Article("a", "f", "Outlet", "en", "", "Tenge floats", "", date(2015, 8, 20), tags=tags)])
    store.close()
    link = {"country": "KZ", "source": "nbk", "from": "2015-08-01", "to": "2015-08-31"}
    listed = html(visit(**link)).split('class="moves"')[1].split("</ul>")[0]
    assert "<b>21 Aug 2015</b> KZT ▲ 35.50 % weaker · float" in listed
    assert "Kazakhstan gave up the tenge's corridor and let it float." in unescape(listed)
    assert "Tenge floats" in listed
    assert "отказался от коридора" in html(visit(**link, lang="ru"))


@pytest.mark.parametrize(("every", "told"), [(1, ""), (7, " (weekly)"), (14, " (fortnightly)")])
def test_caption_says_how_often_a_line_is_published(visit: Open, own_store: Path, every: int, told: str) -> None:
    store = Store(f"sqlite:///{own_store}")
    days = [date(2026, 3, 4) + timedelta(days=n * every) for n in range(14)]
    store.rates.add([Rate("nbk", "USD", "KZT", day, 478.0 + day.day / 10) for day in days])
    store.close()
    link = {"country": "KZ", "source": "nbk", "from": "2026-03-01", "to": "2026-09-28"}
    assert f"1 USD in KZT · National Bank of Kazakhstan{told}</div>" in html(visit(**link))


def test_the_sources_page_names_days_left_alone_and_rates_no_longer_shown(visit: Open, own_store: Path) -> None:
    store, now = Store(f"sqlite:///{own_store}"), datetime(2026, 11, 23, 9, tzinfo=UTC)
    bad = date(2025, 12, 10)
    for days in (bad, bad + timedelta(days=1)):
        failures = 3 if days == bad else 2
        store.failures.replace("currency_api", [], [Failure(days, days, failures, now, "<b> is broken")])
    store.rates.add([Rate("cbr", "TJS", "RUB", date(2000, 10, 1), 0.01354)])
    supersede_invalid(store, now)
    store.close()
    shown = unescape(html(visit("pages/sources.py")))
    assert "1 period asked for once a week: it failed" in shown
    assert "<b> is broken</span>. Asked for 3 times, last 23 Nov 2026, 09:00 UTC." in shown
    assert "1 rate no longer shown, 23 Nov 2026, 09:00 UTC" in shown
    assert "TJS/RUB 2000-10-01 to 2000-10-01 (1 day): there was no TJS before 2000-10-30" in shown
    assert "<b> is broken" not in html(visit("pages/sources.py"))


def test_a_publisher_without_the_currency_says_so(visit: Open) -> None:
    shown = html(visit(country="TM", source="nbk"))
    assert "The chosen sources have no rates in this period." in shown


def test_a_cross_is_drawn_against_any_of_the_nine(visit: Open) -> None:
    app = visit(country="KG", base="KZT")
    assert opened(app, "chart_menu").selectbox(key="base").value == "KZT"
    assert "1 KZT in KGS · " in html(app)


def test_a_currency_against_itself_is_left_out(visit: Open) -> None:
    assert "1 KZT in KGS, TJS, TMT, UZS ·" in html(visit(base="KZT"))


def test_a_second_click_before_the_address_has_changed_is_not_lost(visit: Open) -> None:
    app = visit()
    app.session_state["country"] = ["KZ"]
    app.run()
    app.session_state["country"] = ["KZ", "UZ"]
    del app.query_params["country"]  # the address as it was before the first click was answered
    app.run()
    assert app.session_state["country"] == ["KZ", "UZ"]
    assert address(app) == {"country": ["KZ", "UZ"]}


def test_a_link_without_a_click_is_followed(visit: Open) -> None:
    app = visit(country="KZ")
    app.query_params["country"] = "TJ"  # as the browser's back button does
    app.run()
    assert app.session_state["country"] == ["TJ"]


def test_unknown_values_show_the_default_and_one_notice(visit: Open) -> None:
    app = visit(country="XX", range="9Y", colour="red")
    notices = html(app).split('class="notice"')[1:]
    assert len(notices) == 1
    assert "country = “XX”" in notices[0]
    assert "range = “9Y”" in notices[0]
    assert "colour = “red”" in notices[0]
    assert "1 USD in KZT, KGS, TJS, TMT, UZS" in html(app)


def test_a_link_of_hundreds_of_unknown_settings_gets_a_short_notice(visit: Open) -> None:
    shown = html(visit(**{f"x{n}": "1" for n in range(300)}))
    assert "and 294 more" in shown
    assert "x7 =" not in shown


def test_the_notice_goes_when_the_reader_moves_on(visit: Open) -> None:
    app = visit(country="XX")
    opened(app, "chart_menu").toggle(key="log").set_value(True).run()
    assert 'class="notice"' not in html(app)


def test_a_page_past_the_end_shows_the_last_one(visit: Open) -> None:
    app = visit(page="999")
    assert "Results 151–152 of 152" in html(app)
    assert address(app) == {"page": "26"}


def test_nothing_found_says_what_to_do(visit: Open) -> None:
    shown = html(visit(q="zzzzzz"))
    assert "No article matches. Clear a filter" in shown


def test_a_period_without_rates_says_so(visit: Open) -> None:
    assert "No rates in this period. Choose a longer one" in html(
        visit(country="TJ", **{"from": "2001-01-01", "to": "2001-02-01"})
    )


def test_a_weekend_says_which_day_the_last_publication_is_of(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.rates.add([Rate("nbk", "USD", "KZT", date(2026, 9, day), 478.0 + day) for day in (24, 25)])
    store.close()
    shown = html(visit(country="KZ", source="nbk", **{"from": "2026-09-26", "to": "2026-09-27"}))
    assert "No publication on these days; the last before them is of Fri 25 Sep 2026." in shown


def test_an_empty_store_says_what_is_missing(visit: Open, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(f"sqlite:///{own_store}").close()
    monkeypatch.setattr(Store, "seed", lambda *_: False)
    shown = html(visit())
    assert shown.count("no rate held") == 5
    assert "No data yet" in shown


HOSTILE = [
    "<script>document.title='x'</script>",
    "[click](javascript:alert(1)) **bold** `code` $x^2$ :red[a]",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;amp; \\ ~~s~~",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_show_as_their_own_letters(visit: Open, own_store: Path, title: str) -> None:
    article = Article(
        "k",
        "timesca",
        title,
        "en",
        "javascript:alert(1)",
        title,
        title,
        date(2026, 9, 29),
        tags=(Tag("country", "KZ", title),),
    )
    store = Store(f"sqlite:///{own_store}")
    store.articles.add([article])
    store.close()
    shown = html(visit())
    assert "<script" not in shown
    assert "<img src=x" not in shown
    assert 'href="javascript:' not in shown


def test_the_archive_searches_all_days(visit: Open) -> None:
    app = visit("pages/articles.py", q="gas")
    assert app.text_input(key="q").value == "gas"
    assert "of " in html(app)
    assert "Uzbekistan" in html(app)


def test_the_archive_pages_and_filters_by_topic(visit: Open) -> None:
    app = visit("pages/articles.py")
    assert "Results 1–20 of 753" in html(app)
    app.pills(key="topic").set_value(["migration"]).run()
    filtered = re.search(r"Results 1–20 of (\d+)", html(app))
    assert filtered
    assert 20 < int(filtered[1]) < 753


def test_the_sources_page_names_every_source_and_its_state(visit: Open) -> None:
    shown = html(visit("pages/sources.py"))
    assert "National Bank of Kazakhstan" in shown
    assert "The Astana Times" in shown
    assert shown.count("not asked yet") >= 5
    assert "Bundled digest" in shown


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("nbk.example has nothing at this address (status 404)", "mend the address"),
        ("cbt.example refuses us (status 403)", "read it on its own page"),
        ("cbu.example is asked too often (status 429)", "left alone for as long as it asks"),
        ("nbt.example did not answer in time", "its server is down or slow"),
        ("nbt.example took more than 30 s over one answer", "its server is down or slow"),
        ("the HTTP headers of nbt.example are malformed", "its server is down or slow"),
        ("nbt.example redirects us to an address that is not public", "mend the address"),
        ("answered with a web page instead of rates", "format may have changed"),
    ],
)
def test_each_kind_of_error_has_its_advice(visit: Open, own_store: Path, error: str, told: str) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.seed(snapshot.parts(date(2026, 11, 23)))
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    store.runs.record(Run("nbk", now, now, "failed", error=error))
    store.close()
    shown = html(visit("pages/sources.py"))
    assert error in shown
    assert told in shown.split(error)[1].split("</td>")[0]


def test_the_sources_page_shows_the_new_address_of_a_feed_that_has_moved(visit: Open, own_store: Path) -> None:
    store = Store(f"sqlite:///{own_store}")
    store.seed(snapshot.parts(date(2026, 11, 23)))
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    note = "https://a.example/feed has moved permanently to https://b.example/?a=1&b=2"
    store.runs.record(Run("astana_times", now, now, "unchanged", error=note))
    store.close()
    shown = html(visit("pages/sources.py"))
    assert f'nothing new</span>. <span lang="en">{note.replace("&", "&amp;")}.</span>' in shown


def test_the_sources_page_counts_the_doubtful_points_of_each_publisher(visit: Open) -> None:
    shown = html(visit("pages/sources.py"))
    assert re.search(r"<b>off-peg</b></td><td[^>]*>[^<]*</td><td[^>]*>currency-api \d+</td>", shown)


def test_the_interface_speaks_russian(visit: Open) -> None:
    shown = html(visit(lang="ru", country="KZ", nonsense="1"))
    assert "1 USD = 449,740 KZT" in shown
    assert "Снимок без сети, курсы по 26 окт. 2026" in shown
    assert "События на линии" in shown
    assert "nonsense = “1” (нет такой настройки)" in shown
    assert "Источники расходятся" not in shown


@pytest.mark.parametrize("page", ["pages/articles.py", "pages/sources.py"])
def test_other_pages_speak_russian_too(visit: Open, page: str) -> None:
    shown = html(visit(page, lang="ru"))
    assert "Последние курсы" in shown or "Страны и последние курсы" in shown
    assert "Результаты 1–20 из" in shown or "документированная привязка" in shown
