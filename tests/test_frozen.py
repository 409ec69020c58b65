"""A frozen link shows the same figures and articles after whatever happens to the store: byte for byte."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import links
from lib.desk import Desk
from lib.links import View
from lib.models import Article, ArticleFilter, Rate, Tag
from lib.store import Store
from lib.ui import loaders
from tests.sampling import FULL

ROOT = Path(__file__).parent.parent
PERIOD = (date(2026, 6, 1), date(2026, 9, 29))
KZ = View(countries=("KZ",), since=PERIOD[0], until=PERIOD[1])
SECONDS = 60


@pytest.fixture
def store(tmp_path: Path, seeded: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DATABASE_URL", url := f"sqlite:///{shutil.copy(seeded, tmp_path)}")
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    restart()
    opened = Store(url)
    yield opened
    opened.close()
    restart()


def restart() -> None:
    """All that a server's process remembers is gone."""
    st.cache_data.clear()
    st.cache_resource.clear()


def files(link: str) -> dict[str, bytes]:
    """What a reader of a link takes along."""
    desk = loaders.desk()
    view, ignored = links.parse(parse_qs(urlsplit(link).query), loaders.topic_names(), loaders.source_names())
    assert not ignored
    bundle = desk.bundle(view, desk.state_of(view, desk.now()), "chart", "https://altyn.example/")
    assert bundle.link == link
    return {
        "csv": bundle.rates_csv(),
        "articles": bundle.articles_csv(),
        "xlsx": bundle.excel(),
        "atom": bundle.atom(),
        "citation": bundle.citation().encode(),
    }


def frozen_link(store: Store, view: View) -> str:
    """As the Share button makes it."""
    desk = Desk(store)
    return desk.bundle(view, desk.now(), "chart", "https://altyn.example/").link


def page(link: str) -> str:
    """What the page of a link shows, but for the words on what has changed since."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    for name, values in parse_qs(urlsplit(link).query).items():
        app.query_params[name] = values
    app.run()
    assert not app.exception
    shown = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r'<div class="notice frozen".*?</div>', "", re.sub(r'<div class="asof.*?</div>', "", shown))


def refresh(store: Store, day: date) -> None:
    """New rates and a new article."""
    store.rates.add([Rate("nbk", "USD", "KZT", day, 450.0 + day.day), Rate("currency_api", "USD", "KZT", day, 455.5)])
    store.articles.add([Article(f"new {day}", "f", "Outlet", "en", "", f"Tenge on {day}", "", day, tags=TAGS)])


TAGS = (Tag("country", "KZ", "tenge"), Tag("topic", "economy", "tenge"))


def held(store: Store) -> tuple[Article, ...]:
    return store.articles.page(ArticleFilter(countries=("KZ",), since=PERIOD[0]), 1, 50).articles


def correct(store: Store) -> None:
    store.rates.add([Rate("currency_api", "USD", "KZT", date(2026, 9, 29), 999.0)])


def edit(store: Store) -> None:
    store.articles.add([replace(held(store)[0], title="Edited beyond recognition", excerpt="Another text.")])


def delete(store: Store) -> None:
    assert store.articles.withdraw([held(store)[-1].key]) == 1


def retag(store: Store) -> None:
    for _ in store.articles.retag(lambda _: [Tag("country", "UZ", "a new rule")]):
        pass


def five_refreshes(store: Store) -> None:
    for nth in range(5):
        refresh(store, PERIOD[1] - timedelta(days=nth * 20))


def everything(store: Store) -> None:
    for deed in (five_refreshes, correct, edit, delete, retag):
        deed(store)


DEEDS = [five_refreshes, correct, edit, delete, retag, everything]


@pytest.mark.parametrize("deed", DEEDS if FULL else [everything])
def test_a_frozen_link_keeps_every_byte(store: Store, deed: Callable[[Store], None]) -> None:
    link = frozen_link(store, KZ)
    before = files(link), page(link)
    deed(store)
    restart()
    assert files(link) == before[0]
    assert page(link) == before[1]


@pytest.mark.parametrize("deed", DEEDS)
def test_a_live_link_follows(store: Store, deed: Callable[[Store], None]) -> None:
    link = links.url("https://altyn.example/", links.live(KZ))
    before = page(link)
    deed(store)
    restart()
    assert page(link) != before


def test_a_frozen_page_tells_what_has_changed_since(store: Store) -> None:
    link = frozen_link(store, KZ)
    correct(store)
    store.articles.add([Article("late", "f", "Outlet", "en", "", "A late article", "", PERIOD[0], tags=TAGS)])
    restart()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    for name, values in parse_qs(urlsplit(link).query).items():
        app.query_params[name] = values
    shown = "\n".join(element.proto.body for element in app.run().get("html"))
    assert "KZT 29 Sep 2026: 441.234 → 999.000" in shown
    assert "1 more article" in shown
    assert "Back to live view" in shown
