"""Thousands of links put together from nasty pieces: each gives the nearest sensible view, and a notice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from lib.links import MIGRATIONS, SHOWN_LENGTH, Ignored, View, params, parse, url
from tests.sampling import FULL

COUNT = 10_000 if FULL else 2_000
TOPICS, SOURCES = ("economy", "energy", "trade", "politics"), ("nbk", "cbu")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

TEXT = {"q": 200, "outlet": 80, "story": 64, "amount": 30}  # take any printable text up to so many characters
GOOD = {
    "country": ("KZ", "uz,kg", "KAZ~UZB", ",", ""),
    "range": ("3M", "max", ""),
    "from": ("2026-01-05", "20260105", "2026-W02-1", "EUR"),
    "to": ("2026-02-03", "KZT"),
    "show": ("index", "Rate"),
    "per": ("local", "usd"),
    "base": ("eur", "KZT"),
    "source": ("nbk", "cbu,nbk", "RUB"),
    "line": ("KZT:nbk", "kzt:nbk%2Bcbu,UZS:cbu", "TJS:nbk+cbu"),
    "log": ("1", "0"),
    "table": ("1",),
    "sel": ("2026-01-05..2026-02-03", "2026-01-05"),
    "mark": ("2026-01-05",),
    "topic": ("trade", "energy,politics"),
    "news": ("all", "REGION,tj"),
    "when": ("all", "chart"),
    "q": ("oil", "нефть"),
    "outlet": ("24.kg",),
    "language": ("ru", "en,ru"),
    "month": ("2026-09", "2026-09,2025-12"),
    "story": ("0f3a",),
    "sort": ("best",),
    "size": ("50",),
    "page": ("7", "007"),
    "asof": ("2026-11-22", "2026-11-22T09:15:00.000001Z", "2026-11-22T09:15"),
    "lang": ("ru",),
    "part": ("feed", "chart"),
    "event": ("0..4", "0..0"),
    "normal": ("mean",),
    "adjust": ("RUB,eur", "cny"),
    "by": ("-1M", "currency"),
    "amount": ("250", "1 000,5"),
    "pair": ("USDKZT", "rubuzs"),
    "day": ("2026-04-14",),
    "study": ("policy", "together"),
    "over": ("120",),
    "driver": ("eur",),
}
OLD = sorted({migration.old for migration in MIGRATIONS} - GOOD.keys())
SILENT = ("embed", "embed_options", "utm_source", "fbclid", "gclid", "yclid")
STRANGE = ("colour", "Country", "__proto__", "q[]", "q.x", "х", "from%00", "%22onload%3D", "constructor", "%E2%80%AE")
NASTY = (  # as they stand in a link; nothing that a parameter which takes no text could mean
    *("%", "%zz", "%F", "%00", "%u0416", "%ff%fe", "%C0%AF", "%25%32%35", "%ED%A0%80", "%F0%9F%87", "%2525", "+%00+"),
    *("%0d%0aSet-Cookie:%20a=b", "%1b%5B31m", "%E2%80%AE", "%EF%BB%BF", "%0b%0c", "%C2%85", "%E2%80%A8"),
    *("%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "javascript:alert(1)"),
    *("'; DROP TABLE rates;--", "' OR 1=1--", "{{7*7}}", "${jndi:ldap://a}", "{told}", "%25s%25n", "../../etc/passwd"),
    *("=cmd|' /C calc'!A0", "@SUM(1)", "None", "nan", "-0", "1e9", "9" * 400, "٣", "²", "[]", "null", "-1"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "2026-13", "1989-12-31", "2100-01-02", "2026-11-23T99:00Z"),
    *("2026-02-03..2026-01-05", "..", "2026-01-05..", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59"),
    *("KZT:", ":nbk", "KZT:nbk:cbu", "XXX:nbk", "KZT:<b>", "KZT:+%2B", "KZT::", "kzt%3Aecb%2Becb"),
    *("kz;uz", "KZ,XX", "trade,,sport", "🇰🇿" * 60, "e" + "́" * 300),
)
HUGE = ("x" * 100_000, "a," * 50_000, "%00" * 33_333, "KZ,~" * 25_000 + "?", "%F0%9F%87%B0" * 8_000, "9" * 100_000)


def kin(name: str) -> set[str]:
    """The names that a notice may use for a parameter: its own, today's, and others that were merged with it."""
    targets = {name} | {migration.new for migration in MIGRATIONS if migration.old == name}
    return targets | {migration.old for migration in MIGRATIONS if migration.new in targets}


KIN = {name: kin(name) for name in (*GOOD, *OLD)}


def piece(chance: random.Random, name: str) -> str:
    if chance.random() < 0.4:
        return chance.choice(GOOD.get(name, ("1",)))
    return chance.choice(HUGE if chance.random() < 0.004 else NASTY)


def queries(count: int = COUNT) -> Iterator[str]:
    chance = random.Random(5)
    names = (*GOOD, *GOOD, *OLD, *SILENT, *STRANGE, *NASTY[:12])
    for _ in range(count):
        chosen = chance.choices(names, k=chance.choice([1, 1, 2, 3, 5, 8, 40]))
        parts = [chance.choice(("{}={}", "{}={}", "{}={}", "{}={}", "{}", "={1}&{0}={1}", "&&{}={}")) for _ in chosen]
        query = "&".join(part.format(name, piece(chance, name)) for part, name in zip(parts, chosen, strict=True))
        yield query


def read(given: dict[str, list[str]]) -> tuple[View, tuple[Ignored, ...]]:
    return parse(given, TOPICS, SOURCES, NOW)


def shown(text: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text[:SHOWN_LENGTH])
    return clean + "…" * (len(text) > SHOWN_LENGTH)


def refused(name: str, value: str, nasty: frozenset[str]) -> bool:
    """Whether a value must be told of, given the nasty ones as they are once decoded."""
    today = next((m.new for m in MIGRATIONS if m.old == name and m.values is None), name)
    if today in TEXT:
        text = ("".join(c if c.isprintable() else " " for c in value) if today == "q" else value).strip()
        return len(text) > TEXT[today] or not text.isprintable()
    return bool(value.strip()) and (today not in GOOD or value in nasty)


def test_nasty_links_give_a_view_with_a_link_of_its_own_and_a_notice_that_names_all_that_was_lost() -> None:
    decoded = (parse_qs(f"n={value}") for value in (*NASTY, *HUGE))
    nasty = frozenset(found["n"][0] for found in decoded)
    told = 0
    for query in queries():
        given = parse_qs(query, keep_blank_values=True)
        view, ignored = read(given)
        assert read(params(view)) == (view, ()), query[:500]
        assert read(parse_qs(urlsplit(url("https://a.example/", view)).query)) == (view, ()), query[:500]
        named = {part.name for part in ignored}
        for name, values in given.items():
            if not name.startswith(SILENT) and any(refused(name, value, nasty) for value in values):
                assert named & {shown(n) for n in KIN.get(name, {name})}, (name, query[:500])
        assert not named & set(SILENT), query[:500]
        assert len(ignored) <= 8 * len(given), query[:500]
        assert all((part.name + part.value + part.why).isprintable() for part in ignored), query[:500]
        assert all(len(part.name + part.value + part.why) <= 250 for part in ignored), query[:500]
        told += bool(ignored)
    assert COUNT / 2 < told < COUNT  # else the grammar has lost its sting, or its good links


@pytest.mark.parametrize("name", [*GOOD, *OLD, "embed", "", "\ud800"])
@pytest.mark.parametrize("values", [[], [""], ["\ud800"], ["\x00", "\u202e"], [" , ~ "], ["~" * 100_000]])
def test_values_that_no_address_can_carry_are_survived(name: str, values: list[str]) -> None:
    view, ignored = read({name: values})
    assert read(params(view)) == (view, ())
    assert all((part.name + part.value).isprintable() for part in ignored)


def test_link_of_one_value_of_100_kb_in_each_parameter_is_named_in_each() -> None:
    given = parse_qs("&".join(f"{name}={quote('ж' * 17_000)}" for name in GOOD))
    view, ignored = read(given)
    assert view == View()
    assert {part.name for part in ignored} == set(GOOD)
