"""What comes of asking a publisher for one day."""

from __future__ import annotations

from typing import NamedTuple

from lib.errors import FetchError, ParseError, SourceError


class Outcome(NamedTuple):
    """An error with these words, or every row rejected for this reason, or how many are accepted."""

    error: type[SourceError] | None = None
    says: str = ""
    rejected: str = ""
    accepted: int = 0


def fetch_fails(says: str) -> Outcome:
    return Outcome(FetchError, says)


def parse(says: str) -> Outcome:
    return Outcome(ParseError, says)


def rejected(why: str) -> Outcome:
    return Outcome(rejected=why)


NOTHING = Outcome()
