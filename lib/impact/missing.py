"""What a study lacks, in a sentence that says what to change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lib.impact.episodes import WHY, Found

MIN_EPISODES = 8  # fewer: paths only, no p-value
CROWD = 2  # merged articles per episode, from which it is their crowding that leaves too few

NO_ARTICLE = "No article matches: choose a longer period, or other topics, countries or words."
STEADY = "The effects of all episodes are equal, so no test can be made: choose another window or source."
CHANGE: dict[str, str] = {
    "history": "Fetch more history, or choose a later period.",
    "regime": "Choose a period that ends before the break or begins 71 fixings after it.",
    "driver": "Leave the driver out, or fetch more of its history.",
    "still": "Choose another source or currency.",
    "gap": "Choose another source or period.",
    "doubted": "Choose another source.",
    "recent": "Refresh the rates, or choose an earlier period.",
}


def missing(found: Found, articles: int, breaks: Sequence[date] = ()) -> str:
    """What is missing for a test of these episodes, and what to change; empty where nothing is. `articles` were
    selected; `breaks` are the days of the line's breaks."""
    usable = len(found.at)
    if usable >= MIN_EPISODES:
        return ""
    if not articles:
        return NO_ARTICLE
    if not found.distinct:
        return (
            f"All {articles:,} matching articles report the rate itself, and so follow its moves: "
            "choose another topic or other words, or include such articles."
        )
    lost = {reason: len(rows) for reason, rows in found.left.items() if reason in CHANGE or reason == "merged"}
    main = max(lost, key=lambda reason: lost[reason], default="")
    if main == "merged" and lost[main] >= CROWD * found.before_gates:
        return _crowded(found.before_gates, lost[main] + found.before_gates)
    main = max((reason for reason in lost if reason != "merged"), key=lambda reason: lost[reason], default="")
    return _few(usable, _cause(main, breaks)) if usable else f"None of the articles can be used. {_cause(main, breaks)}"


def _crowded(episodes: int, articles: int) -> str:
    return (
        f"{articles:,} articles lie so close together that they make {_episodes(episodes)} (with less than 10 fixings "
        f"between them they are one); a test needs {MIN_EPISODES}. Choose a narrower topic, country or words."
    )


def _few(usable: int, cause: str) -> str:
    change = f"Of the others: {cause}" if cause else "Choose more topics or countries, or a longer period."
    return (
        f"{_episodes(usable)} {'is' if usable == 1 else 'are'} too few for a test, which needs {MIN_EPISODES}: "
        f"only the paths are shown. {change}"
    )


def _cause(reason: str, breaks: Sequence[date]) -> str:
    """Why articles cannot be used, and what to change; empty where all can."""
    if not reason:
        return ""
    why = WHY[reason]
    if reason == "regime" and breaks:
        why = f"{why[:-1]} (break on {', '.join(day.isoformat() for day in breaks)})."
    return f"{why} {CHANGE[reason]}"


def _episodes(number: int) -> str:
    return f"{number} episode" if number == 1 else f"{number} episodes"
