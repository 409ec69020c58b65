"""The news room as a whole: bytes of a feed to articles, and what is refused. Each oddity once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lib import news
from lib.catalog import Feed
from lib.errors import ParseError
from lib.models import Article
from lib.news import parse

FEEDS = Path(__file__).parent / "data" / "feeds"  # all hand-shaped
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def a_feed(**changes: str) -> Feed:
    settings = {
        "key": "steppe",
        "outlet": "The Steppe Post",
        "url": "https://steppe.example/feed/",
        "page": "https://steppe.example/",
        "language": "en",
        "timezone": "Asia/Almaty",
    }
    return Feed(**{**settings, **changes})  # type: ignore[arg-type]


def rss(*items: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'{declaration}<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'.encode()


def read(*items: str) -> tuple[Article, ...]:
    return news.read(rss(*items), a_feed(), NOW).articles


def test_a_wordpress_feed_becomes_clean_identified_tagged_articles() -> None:
    parsed = news.read((FEEDS / "wordpress.rss").read_bytes(), a_feed(), NOW)
    rate, felt = parsed.articles
    assert (parsed.title, parsed.rejected) == ("The Steppe Post – News", ())
    assert rate.title == "Kazakhstan’s Central Bank Holds Rate at 18%"
    assert rate.excerpt == "ALMATY – Inflation slowed to 11.4%, the bank said. It kept the base rate…"
    assert rate.url == "https://steppe.example/2026/11/rate/"
    assert (rate.feed, rate.outlet, rate.language) == ("steppe", "The Steppe Post", "en")
    assert rate.published == datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    assert rate.day == date(2026, 11, 21), "half past midnight in Almaty"
    assert (rate.countries, rate.topics) == (("KZ",), ("economy",))
    assert felt.excerpt == "Craftswomen from Naryn show carpets and yurts. Entry is free."
    assert felt.published == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert (felt.countries, felt.topics) == (("KG",), ("culture",))


def test_a_windows_1251_feed_with_dates_without_a_zone_is_read() -> None:
    feed = a_feed(country="UZ", language="ru", timezone="Asia/Tashkent")
    (article,) = news.read((FEEDS / "cms_1251.rss").read_bytes(), feed, NOW).articles
    assert article.title == "Курс доллара в Узбекистане снизился"
    assert article.excerpt == "Центральный банк установил курс 11 850 сумов — минимум за год…"
    assert article.published == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
    assert (article.countries, article.topics) == (("UZ",), ("economy",))


def test_an_atom_feed_is_read() -> None:
    (article,) = news.read((FEEDS / "atom.xml").read_bytes(), a_feed(timezone="Asia/Dushanbe"), NOW).articles
    assert article.title == "Таджикистан запустил второй агрегат Рогунской ГЭС"
    assert article.url == "https://agency.example/news/1"
    assert article.day == date(2026, 11, 21)
    assert (article.countries, article.topics) == (("TJ",), ("energy",))


def test_every_tag_tells_the_words_that_earned_it() -> None:
    (article,) = news.read((FEEDS / "atom.xml").read_bytes(), a_feed(), NOW).articles
    why = {tag.code: tag.why for tag in article.tags}
    assert why["TJ"].startswith("Таджикистан")
    assert "ГЭС" in why["energy"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "steppe: answered with an empty page"),
        (b" \n\t ", "steppe: answered with an empty page"),
        (
            b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>",
            "steppe: answered with a web page instead of a feed",
        ),
        (
            b"<html><body><item><title>x</title></item></body></html>",
            "steppe: answered with a web page instead of a feed",
        ),
        (b'{"items": []}', "steppe: answered with something else instead of a feed"),
        (rss(), "steppe: answered with a feed that holds no articles"),
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
            b'<rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>',
            "steppe: answered with XML that declares entities, which is not safe to read",
        ),
    ],
)
def test_what_is_not_a_feed_is_refused_in_a_plain_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(ParseError) as refused:
        news.read(body, a_feed(), NOW)
    assert str(refused.value) == sentence


def test_an_error_inside_feedparser_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object, **_options: object) -> None:
        raise LookupError("unknown encoding")

    monkeypatch.setattr("feedparser.parse", broken)
    with pytest.raises(ParseError, match=r"cannot be read \(LookupError\)"):
        news.read(rss("<title>A</title>"), a_feed(), NOW)


@pytest.mark.parametrize("reference", ["&#xD83D;", "&#55357;&#56832;", "&#xDE00;"])
def test_half_an_emoji_does_not_lose_the_feed(reference: str) -> None:
    (article,) = read(f"<title>Snow {reference}in Astana</title>")
    assert article.title == "Snow in Astana"


def test_a_whole_emoji_by_reference_stays() -> None:
    (article,) = read("<title>Snow &#x1F600; in Astana</title>")
    assert article.title == "Snow 😀 in Astana"


@pytest.mark.parametrize(
    "body",
    [
        b"\n" + rss("<title>Rate held</title>"),
        rss("<title>Rate held</title><description>Fish & chips</description>"),
        rss("<title>Rate&nbsp;held</title>"),
        rss("<title>Rate held\x0b</title>"),
    ],
)
def test_trivial_faults_of_the_xml_are_forgiven(body: bytes) -> None:
    (article,) = news.read(body, a_feed(), NOW).articles
    assert article.title == "Rate held"


def test_the_last_entry_of_a_feed_that_breaks_off_waits_for_the_next_fetch() -> None:
    body = rss("<title>Whole</title><guid>1</guid>", "<title>Cut</title><guid>https://steppe.example/123456</guid>")
    parsed = news.read(body[: body.index(b"3456")], a_feed(), NOW)
    assert [article.title for article in parsed.articles] == ["Whole"]
    assert [(r.what, r.why) for r in parsed.rejected] == [("Cut", "the feed breaks off in the middle of it")]


def test_an_entry_without_title_text_and_link_is_rejected_by_name() -> None:
    parsed = news.read(rss("<guid isPermaLink='false'>x-1</guid>", "<title>Kept</title>"), a_feed(), NOW)
    assert [article.title for article in parsed.articles] == ["Kept"]
    assert [(r.what, r.why) for r in parsed.rejected] == [("x-1", "has neither a title nor a text nor a web address")]


def test_a_missing_title_is_made_of_the_first_words_else_of_the_link() -> None:
    worded, linked = read(
        f"<description>{'The reservoir is full. ' * 20}</description>", "<link>https://steppe.example/a</link>"
    )
    assert worded.title.startswith("The reservoir is full.")
    assert len(worded.title) <= 100
    assert worded.title.endswith("…")
    assert linked.title == "https://steppe.example/a"


def test_a_script_link_is_no_address() -> None:
    (article,) = read("<title>[x](javascript:alert(1))</title><link>javascript:alert(1)</link>")
    assert article.url == ""
    assert article.title == "[x](javascript:alert(1))", "Markdown is for the page to escape"


def test_an_edited_article_keeps_its_key() -> None:
    (before,) = read("<title>Rate held</title><guid>https://steppe.example/?p=1</guid>")
    (after,) = read("<title>Rate held at 18%</title><guid>https://steppe.example/?p=1</guid>")
    assert before.key == after.key
    assert len(before.key) == 32


def test_a_guid_belongs_to_its_feed() -> None:
    body = rss("<title>A</title><guid isPermaLink='false'>1</guid>")
    (ours,), (theirs,) = (news.read(body, a_feed(key=key), NOW).articles for key in ("steppe", "valley"))
    assert ours.key != theirs.key


def item(name: str, *, guid: str = "news", link: str | None = None, text: str | None = None) -> str:
    path, words = name.lower() if link is None else link, f"All about {name}." if text is None else text
    address = f"<link>https://steppe.example/{path}</link>" if path else ""
    return f"<title>{name}</title><guid isPermaLink='false'>{guid}</guid>{address}<description>{words}</description>"


def fetched(*items: tuple[str, ...]) -> list[dict[str, str]]:
    """The titles by key that are held after each of several fetches."""
    held: dict[str, Article] = {}
    states = []
    for each in items:
        parsed = news.read(rss(*each), a_feed(), NOW, lambda keys: {k: held[k] for k in keys if k in held})
        held.update((article.key, article) for article in parsed.articles)
        states.append({key: article.title for key, article in held.items()})
    return states


def test_a_guid_used_for_every_article_swallows_none() -> None:
    one, two, three = item("One"), item("Two"), item("Three")
    states = fetched((one, two), (three, one, two), (three,), (two, one))
    assert [sorted(state.values()) for state in states] == [["One", "Two"], *[["One", "Three", "Two"]] * 3]


@pytest.mark.parametrize("path", [None, ""], ids=["with links", "without links"])
def test_a_guid_that_a_later_article_reuses_swallows_none(path: str | None) -> None:
    one, two, three = (item(name, link=path) for name in ("One", "Two", "Three"))
    first, *_, last = fetched((one,), (two,), (three, two, one), (three,))
    assert sorted(last.values()) == ["One", "Three", "Two"]
    assert first.items() <= last.items(), "the first keeps its key"


@pytest.mark.parametrize(
    "edited",
    [
        item("One, updated", guid="1", link="one", text="Another text."),
        item("One, updated", guid="1", link="one-updated", text="All about One."),
        item("One", guid="1", link="2026/one"),
    ],
    ids=["same address", "same text", "moved"],
)
def test_an_edited_article_stays_the_same_one(edited: str) -> None:
    before, after = fetched((item("One", guid="1"), item("Two", guid="2")), (edited, item("Two", guid="2")))
    assert before.keys() == after.keys()


def test_an_entry_listed_under_two_sections_is_one_article() -> None:
    parsed = news.read(rss(item("One", link="economy/1"), item("One", link="politics/1")), a_feed(), NOW)
    assert len(parsed.articles) == 1
    assert [(r.what, r.why) for r in parsed.rejected] == [("One", "stands twice in the feed")]


def test_one_address_in_two_feeds_is_an_article_of_each() -> None:
    body = rss("<title>A</title><link>https://steppe.example/a</link>")
    (ours,), (theirs,) = (news.read(body, a_feed(key=key), NOW).articles for key in ("steppe", "valley"))
    assert ours.url == theirs.url
    assert ours.key != theirs.key


def test_an_entry_that_stands_twice_is_taken_once() -> None:
    item = "<title>One</title><link>https://steppe.example/1</link>"
    parsed = news.read(rss(item, item.replace("/1", "/1?utm_source=x")), a_feed(), NOW)
    assert len(parsed.articles) == 1
    assert [(r.what, r.why) for r in parsed.rejected] == [("One", "stands twice in the feed")]


def test_without_guid_and_link_the_words_name_the_article() -> None:
    one, two = read("<title>Notice</title><description>Road closed.</description>", "<title>Notice</title>")
    assert one.key != two.key


def test_the_date_of_an_entry_is_that_of_publication_else_of_update() -> None:
    entry = "<entry><title>A</title>{}<updated>2026-11-20T10:00:00Z</updated></entry>"
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{}</feed>'
    both = parse.parse(atom.format(entry.format("<published>2026-11-19T10:00:00Z</published>")).encode(), "steppe")
    only = parse.parse(atom.format(entry.format("")).encode(), "steppe")
    published, updated = "2026-11-19T10:00:00Z", "2026-11-20T10:00:00Z"
    assert [document.entries[0].dates for document in (both, only)] == [(published, updated), (updated,)]


def test_an_entry_without_a_date_is_dated_by_its_fetch_and_says_so() -> None:
    (article,) = read("<title>A</title>")
    assert (article.day, article.published, article.basis) == (date(2026, 11, 23), NOW, "inferred")


def test_empty_elements_are_as_good_as_absent() -> None:
    (article,) = read("<title>A</title><link/><guid/><pubDate/><description/><category/>")
    assert (article.title, article.url, article.excerpt, article.basis) == ("A", "", "", "inferred")


def test_a_damaged_feed_is_read_or_refused_and_nothing_else() -> None:
    """Three hundred ways to break each sample, the same ones at each run."""
    chance = random.Random(20261123)
    outcomes = set()
    for sample in sorted(FEEDS.iterdir()):
        for _ in range(300):
            body = bytearray(sample.read_bytes())
            for _ in range(chance.randint(1, 12)):
                body[chance.randrange(len(body))] = chance.choice((*b"<>&;\"' \0", chance.randrange(256)))
            del body[chance.randint(1, 2 * len(body)) :]
            try:
                news.read(bytes(body), a_feed(), NOW)
                outcomes.add("read")
            except ParseError:
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_what_is_not_read_costs_no_article_anything() -> None:
    """WordPress adds ten categories, an author and comment counts to an entry; they are taken out before it is read."""
    bare = "<title>Rate held</title><link>https://steppe.example/1</link><guid>1</guid>"
    full = (
        bare.replace("</title>", "</title><comments>https://steppe.example/1#c</comments>")
        + "<category><![CDATA[Banks & [rates] ]]></category><category/><category domain='tag'>a</category>" * 5
        + "<description><![CDATA[<p>The bank <category>kept</category> it.</p>]]></description>"
    )
    assert parse.parse(rss(bare), "x").entries[0].guid == parse.parse(rss(full), "x").entries[0].guid == "1"
    assert [a.title for a in read(full, "<title>Next</title><category>unclosed")] == ["Rate held", "Next"]
    assert read(full)[0].excerpt.endswith("it.")
