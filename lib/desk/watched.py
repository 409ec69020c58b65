"""The entries of a watch in words, and as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from lib import notation
from lib.desk import watch
from lib.desk.watch import Entry
from lib.export import atom, web
from lib.links import View
from lib.models import Article
from lib.store import State
from lib.words import plural, speaking, t

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def feed(
    desk: Desk,
    view: View,
    state: State,
    least: float | None,
    *,
    page: str,
    address: str,
    older: str,
) -> bytes:
    """One page of a watch as Atom; see `watch.watch`. `address` is the feed's own, `older` that of
    its next page."""
    with speaking(view.lang):
        entries, more = watch.watch(desk, view, state, page, least)
        items = [_item(desk, entry) for entry in entries]
        return atom.items(items, _title(view), address, page, older if more else "", state.at)


def _title(view: View) -> str:
    return " · ".join(["Altyn", ", ".join(view.countries), *view.topics, *filter(None, [view.words])])


def _item(desk: Desk, entry: Entry) -> atom.Item:
    codes = (entry.country.code,) if entry.country else entry.articles[0].countries
    title = said(desk, entry) if entry.country else entry.articles[0].title
    content = "".join(_content(entry))
    return atom.Item(entry.key, title, entry.day, _link(entry), content, (entry.kind, *codes))


def _link(entry: Entry) -> str:
    """Of an article its own address, where that is one."""
    own = entry.articles[0].url if entry.kind == "article" else ""
    return own if own and web(own) else entry.link


def said(desk: Desk, entry: Entry) -> str:
    """What happened, with day and source: "KZT ▲ 1.79 % weaker, 11 Dec 2025 (NBK)"."""
    assert entry.country
    what = f"{entry.country.currency} {_what(entry)}"
    return f"{what}, {notation.day(entry.day)} ({desk.source_name(entry.source)})"


def _what(entry: Entry) -> str:
    if entry.decision:
        return decided(entry.decision.rate, entry.decision.previous)
    if entry.kind == "correction":
        before, after = notation.alike(entry.previous, entry.value)
        return t("corrected from {before} to {after}", before=before, after=after)
    weaker = t("weaker") if entry.change > 0 else t("stronger")
    return f"{notation.change(entry.change)} {weaker}"


def decided(rate: float, previous: float | None) -> str:
    """A decision on a policy rate: "policy rate 16.5 → 18 %"."""
    new = notation.number(f"{rate:g}")
    if previous is None:
        return t("policy rate {new} %", new=new)
    return t("policy rate {old} → {new} %", old=notation.number(f"{previous:g}"), new=new)


def _content(entry: Entry) -> Iterator[str]:
    """HTML, all that is not ours escaped."""
    if entry.kind == "article":
        yield f"<p>{escape(entry.articles[0].excerpt)}</p>"
    elif entry.decision:
        yield f"<p>{_anchor(entry.decision.url, entry.decision.outlet)}</p>"
    elif entry.country and entry.before:
        pair = f"{entry.base}/{entry.country.currency}"
        since = t(
            "{pair}: {value}, since {day}",
            pair=pair,
            value=notation.published(entry.value),
            day=notation.day(entry.before),
        )
        regime = f" {t(entry.regime.sentence)}" if entry.regime else ""
        yield f"<p>{escape(since)}.{escape(regime)}</p>"
    if entry.kind != "article":
        yield from _around(entry)
    yield f"<p>{_anchor(entry.link, t('Open in Altyn'))}</p>"


def _around(entry: Entry) -> Iterator[str]:
    if not entry.articles:
        yield f"<p>{t('no article found')}</p>"
        return
    yield f"<p>{plural(entry.total, 'article', 'articles')}:</p><ul>"
    yield from (f"<li>{_titled(article)}</li>" for article in entry.articles)
    yield "</ul>"


def _titled(article: Article) -> str:
    return f"{_anchor(article.url, article.title)} ({escape(article.outlet)})"


def _anchor(url: str, label: str) -> str:
    return f'<a href="{escape(url)}">{escape(label)}</a>' if web(url) else escape(label)
