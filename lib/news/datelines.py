"""Datelines: where a report was filed, by whom and when, before its first sentence, in the forms that agencies use.

A dateline says where a reporter sat. It is no part of the story, and an agency's name in it is no country.
"""

from __future__ import annotations

import re

_LONGEST = 160  # characters in which a dateline ends

_NAME = r"[A-ZА-ЯЁ][\w’'-]*"
_PLACE = rf"(?:г\. ?)?{_NAME}(?: {_NAME}){{0,2}}"
_PLACES = rf"{_PLACE}(?:(?:, ?| ?/ ?){_PLACE}){{0,3}}"
_CAPITALS = rf"[A-ZА-ЯЁ][A-ZА-ЯЁ’'-]+(?:[ ,/]{{1,2}}[A-ZА-ЯЁ’'-]+){{0,4}}(?:, ?{_PLACE})?"
_MONTH = (
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"|(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]{0,5})\.?"
)
_DATE = (
    rf"(?i:(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?)"
    r"(?:,? \d{4}(?: ?г(?:ода|\.)?)?)?)"
)
AGENCIES = (
    r"(?i:(?:АН|ИА|НИАТ?|РИА|МИА|news agency)?\s?[«\"“]?(?:"
    r"podrobno(?:\.uz)?|sputnik|спутник|reuters|рейтер|xinhua|синьхуа|afp|ap|dpa|efe|tass|тасс|новости|interfax[\w-]*|"
    r"интерфакс[\w-]*|kazinform|казинформ|казтаг|kaztag|qaztag|kabar|кабар|akipress(?:\.com)?|акипресс|24\.?kg|"
    r"uza|уза|uzdaily(?:\.\w+)?|gazeta\.uz|kun\.uz|dunyo|дунё|khovar|ховар|asia-plus|азия-плюс|avesta|авеста|"
    r"tdh|тдх|orient|turkmenportal|trend|тренд|anadolu|aa|bloomberg|rfe/rl|tca|tengrinews(?:\.kz)?|zakon\.kz|"
    r"kaktus\.media|tazabek|kapital\.kz|newskaz)[»\"”]?)"
)
_CREDIT = rf"(?:\([^()]{{2,60}}\)|/[^/]{{2,40}}/|{AGENCIES})"
_DASH = r"\s*(?:[—–]\s*|--?\s+)"
_PAUSE = r"[.,:]?\s*"
_SAID = rf"(?:{AGENCIES}\b(?:, [^.]{{3,40}})?\.\s+|/[^/]{{2,40}}/\.?\s+)"  # "— Sputnik, Азамат Иванов."

_FORMS = re.compile(
    rf"(?:{_CAPITALS}{_PAUSE}(?:{_DATE}{_PAUSE})?(?:{_CREDIT})?{_DASH}(?:{_SAID})?"
    rf"|{_PLACES}{_PAUSE}{_DATE}{_PAUSE}(?:{_CREDIT})?(?:{_DASH}(?:{_SAID})?|[.:]?\s+(?=[A-ZА-ЯЁ«\"“]))"
    rf"|{_PLACES}{_PAUSE}{_CREDIT}(?:{_DASH}|[.:]\s+)"
    rf"|{_PLACES}{_DASH}{_SAID}"
    rf"|{_PLACE}, {_PLACE} ?(?:[—–]|--?) ?(?=[A-ZА-ЯЁ«\"“])"
    rf"|{_PLACE} ?[—–] ?(?=[A-ZА-ЯЁ][a-zа-яё]+ [a-zа-яё])"
    rf"|{_CREDIT}(?:{_DASH}|[.:]\s+)"
    r")(?=[A-ZА-ЯЁ«\"“0-9])"
)


def dateline(text: str) -> str:
    """The dateline that `text` begins with, or nothing."""
    found = _FORMS.match(text[:_LONGEST])
    return found[0] if found else ""
