"""Impact without a browser: its sentence, its tables, what it says when nothing can be studied, hostile links."""

from __future__ import annotations

import re

import pytest

from lib.desk import Desk, impact
from lib.links import View
from tests.test_pages import Open, address, html, own_store, visit

__all__ = ["own_store", "visit"]  # fixtures

PAGE = "pages/impact.py"


def headline(shown: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", shown)
    assert found
    return found[1]


def test_fresh_store_has_something_true_to_say_at_once(visit: Open) -> None:
    shown = html(visit(PAGE))
    assert re.match(r"Around \d+ episodes of news the tenge was .* by the next weekly fixing; a mean", headline(shown))
    assert "USD/KZT, National Bank of Poland" in shown
    assert "because of" in shown  # only to say that near is not that
    assert "because of" not in headline(shown)
    assert "nan" not in re.sub("<[^>]*>", " ", shown).lower().split()


def test_page_says_what_the_desk_says(visit: Open, own_store: object) -> None:
    shown = html(visit(PAGE, country="UZ", topic="economy"))
    desk = Desk.open(f"sqlite:///{own_store}")
    question = impact.question(desk, View(countries=("UZ",), topics=("economy",)), desk.now())
    made = impact.study(desk, question, desk.now())
    desk.close()
    assert made is not None
    assert f"Around {len(made.episodes)} episodes of economy news the sum was" in headline(shown)
    assert shown.count('<th scope="row"><a data-go href="') == len(made.episodes)
    assert f"{made.articles} articles match" in shown


def test_episodes_lead_to_their_days(visit: Open) -> None:
    shown = html(visit(PAGE, country="KZ", topic="energy"))
    assert re.search(r'href="/\?country=KZ&amp;from=20\d\d-\d\d-\d\d&amp;to=20[\d-]+&amp;mark=20', shown)


def test_grid_marks_nothing_that_is_not_found_and_leads_to_its_questions(visit: Open) -> None:
    shown = html(visit(PAGE))
    assert 'data-act="topic" data-value="UZ energy"' in shown
    assert "27 tests, so that q-values are over all of them" in shown


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"country": "TM"}, "Not applicable: the manat is fixed to the dollar"),
        ({"country": "KZ", "q": "zzzz"}, "No article matches: choose a longer period"),
        ({"country": "KZ", "topic": "migration"}, "No article matches"),
    ],
)
def test_what_cannot_be_studied_is_said_with_what_to_change(visit: Open, params: dict[str, str], sentence: str) -> None:
    assert headline(html(visit(PAGE, **params))).startswith(sentence)


def test_few_episodes_are_shown_without_a_test(visit: Open) -> None:
    shown = html(visit(PAGE, country="KG", topic="energy"))
    assert "a test needs 8 episodes" in headline(shown)
    assert "p = " not in shown


def test_hostile_link_is_read_as_on_other_pages(visit: Open) -> None:
    app = visit(PAGE, event="9..9", normal="<b>", adjust="XXX,RUB", q="<script>alert(1)</script>")
    shown = html(app)
    assert "Ignored parts of this link" in shown
    assert "<script>" not in shown
    assert address(app) == {"adjust": "RUB", "q": "<script>alert(1)</script>"}


def test_page_speaks_russian(visit: Open) -> None:
    shown = html(visit(PAGE, country="KZ", topic="energy", lang="ru"))
    assert headline(shown).startswith("Вокруг новостей на тему «энергетика» (")
    assert "Эпизоды, сначала самые сильные" in shown


def test_another_window_and_normal_return_are_in_the_link_and_in_the_answer(visit: Open) -> None:
    app = visit(PAGE, country="KZ", event="0..4", normal="mean")
    assert "within five weekly fixings" in headline(html(app))
    assert "The normal return is the mean" in html(app)
    assert address(app) == {"country": "KZ", "event": "0..4", "normal": "mean"}
