"""A study in the reader's language: its sentence, its reasons, its method. Never "because of"."""

from __future__ import annotations

from collections.abc import Sequence

from lib import notation
from lib.desk.impact import NO_RATE
from lib.impact import MIN_EPISODES, Answer, Study, answer, method
from lib.words import plural, spoken, t

WHEN = {  # by the window, and whether the line is weekly
    ((0, 0), False): "at the first fixing",
    ((0, 1), False): "by the next fixing",
    ((0, 4), False): "within five fixings",
    ((0, 0), True): "at the first weekly fixing",
    ((0, 1), True): "by the next weekly fixing",
    ((0, 4), True): "within five weekly fixings",
}


def title(made: Study | None, topics: Sequence[str]) -> str:
    """The answer in one sentence, or why there is none and what to change. `topics` are names."""
    found = answer(made, topics) if made else None
    return sentence(found) if found else reason(made)


def reason(made: Study | None) -> str:
    """What a study lacks; empty where nothing is missing."""
    return t(NO_RATE) if made is None else t(made.why)


def sentence(given: Answer) -> str:
    """The answer. In English it is that of `impact.sentence`."""
    return f"{'; '.join([_moved(given), *_doubts(given)])}."


def method_note(made: Study) -> str:
    """How a study was made, with all that is needed to make it again."""
    note = method(made)
    if spoken() == "en":
        return note
    return f"{t('The method in full, in English:')} {note}"


def _moved(given: Answer) -> str:
    return t(
        "Around {episodes} of {news} the {unit} was {moved} {when}",
        episodes=plural(given.episodes, "episode", "episodes"),
        news=_news(given.topics),
        unit=t(given.unit),
        moved=_change(given.percent),
        when=t(WHEN[given.window, given.weekly]),
    )


def _news(topics: Sequence[str]) -> str:
    if not topics:
        return t("news")
    return t("{topics} news", topics=t(" and ").join(topics))


def _change(percent: float) -> str:
    if abs(percent) < 0.005:
        return t("unchanged")
    moved = "{size} weaker" if percent > 0 else "{size} stronger"
    return t(moved, size=size(abs(percent)))


def _doubts(given: Answer) -> list[str]:
    found = []
    if given.episodes < MIN_EPISODES:
        found.append(t("a test needs {n} episodes", n=MIN_EPISODES))
    elif given.in_100 is None:
        found.append(t("the period is too short to shift the calendar"))
    else:
        found.append(t("a mean this large comes up in {share} shifted calendars", share=_of_100(given.in_100)))
    if given.smallest is not None:
        episodes = plural(given.episodes, "episode", "episodes")
        smallest = size(given.smallest)
        found.append(t("the smallest effect that {episodes} could show is {size}", episodes=episodes, size=smallest))
    return found


def size(percent: float) -> str:
    """The size of a change: one decimal, two below 0.1 %."""
    if percent < 0.005:
        return notation.number("<0.01 %")
    return notation.number(f"{percent:.1f} %" if percent >= 0.095 else f"{percent:.2f} %")


def _of_100(share: float) -> str:
    return t("fewer than 1 of 100") if share < 0.5 else t("{n} of 100", n=round(share))
