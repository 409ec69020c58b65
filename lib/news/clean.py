"""HTML as feeds carry it to plain text, and what identifies an article: canonical URL and key. Knows no feed format.

nh3 (the ammonia sanitiser over an HTML5 parser) takes the tags away, so that text is what a browser would show.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import nh3

EXCERPT = 300
TITLE_FROM_TEXT = 100
ELLIPSIS = "…"
_ENOUGH = 20_000  # characters of HTML: an excerpt needs 300, and a hostile feed may bring megabytes

# Line breaks and tabs become spaces; other controls, soft hyphens, zero-width marks, bidi overrides and halves of
# surrogate pairs go. Joiners (U+200C, U+200D) stay: Persian and emoji are spelled with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|[uo]l|h[1-6]|t[rdh]|table|blockquote|hr|section|article|figure|pre|dd|dt)\b)", re.I
)
# Dropped with their content. From `title` on, HTML knows no tags in them: a script would come out as words.
_SILENT = {
    *("script", "style", "noscript", "iframe", "template", "svg", "figcaption"),
    *("title", "textarea", "xmp", "noembed", "noframes", "plaintext"),
}
# Written as if XML allowed it; to HTML the element stays open, and swallows the text behind it.
_SELF_CLOSED = re.compile(rf"""<({"|".join(sorted(_SILENT))})(?:\b[^<>]*[\s"'])?/\s*>""", re.I)
_TEXT_ALONE = nh3.Cleaner(tags=set(), clean_content_tags=_SILENT)
_LEFT_OVER = re.compile(r"<(?=[a-z/!?])[^<>]*>?", re.I)  # of what was escaped more than twice

# WordPress shortcodes by name: a rule for every bracket would eat "[sic]".
_PAIRED = "caption|wp_caption|embed|video|audio|youtube"
_KNOWN = (
    rf"{_PAIRED}|gallery|playlist|vimeo|tweet|instagram|soundcloud|su_\w+|vc_\w+|et_pb_\w+|fusion_\w+|td_block_\w+|"
    r"contact-form(?:-7)?|wpforms|ninja_forms?|gravityform|rev_slider|metaslider|elementor-template|smartslider3|"
    r"adrotate|tablepress|toc|dropcap|highlight|pullquote|sc_embed_player|wpdatatable|sharethis|print_link"
)
_PAIRED_CODE = re.compile(rf"\\?\[({_PAIRED})\b[^\[\]]*\].{{0,2000}}?\\?\[/\1\]", re.S)
_CODE = re.compile(rf"\\?\[/?(?:{_KNOWN})(?:\s[^\[\]]*)?/?\]")

_FOOTER = re.compile(
    r"\s*(?:The post (?:(?![.!?…\]] The post ).){1,400}? (?:first appeared|appeared first) (?:on|at)|"
    r"(?:Сообщение|Запись|Статья|Пост|Публикация) .{1,400}? "
    r"(?:(?:впервые|сначала) (?:появил|опубликован)\w*|(?:появил|опубликован)\w* (?:впервые|сначала))(?: (?:на|в))?)"
    r" .{1,120}$",
    re.S,
)
_FOOTER_SAYS = re.compile("appeared|появил|опубликован")  # without it the slow pattern need not be tried
_FOOTER_END = 700  # characters in which the footer is looked for: it holds a title and the site's name
_PARAGRAPH = re.compile(r"<p\b[^<>]*>(?:(?!</p\b).)*(?:</p>)?\s*$", re.S | re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
_MORE = re.compile(
    r"(?:\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3,}"
    r"|(?<=[.!?…\])»\"”'])\s*(?:Read [Mm]ore|READ MORE|Continue [Rr]eading|Read the full (?:story|article)"
    r"|Читать (?:далее|дальше|полностью|ещё|еще)|Читайте далее|Подробнее|Далее)\b[\s.:…→»>]*))+\s*$"
)
_END = 120  # characters in which "read more" is looked for: the pattern is slow on a long row of full stops
_TRAILING = " ,;:–—-.…"

# Parameters that say where a click came from, by vendor. The page is the same without them.
_TRACKING = re.compile(
    r"(?:utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|srsltid|_g[al]"  # Google
    r"|fbclid|fb_\w+|igshid|igsh"  # Meta
    r"|yclid|ymclid|ysclid|_openstat"  # Yandex
    r"|msclkid|twclid|ttclid|li_fat_id|rb_clickid|tgclid"  # Microsoft, X, TikTok, LinkedIn, VK, Telegram
    r"|mc_[ce]id|mkt_tok|vero_id|oly_(?:anon|enc)_id|_hsenc|_hsmi|__hs\w+|hsctatracking"  # mailings
    r"|at_(?:medium|campaign|custom\d)|pk_\w+|mtm_\w+|piwik_\w+|wt_mc|ito)",  # web analytics
    re.I,
)
_RELATIVE = re.compile(r"/.*|[^#\s][^\s]*[/?.=\d][^\s]*|\?[^\s]+|\d")  # a lone word is no address
_PORTS = {"http": 80, "https": 443}
_HOSTNAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")  # in any alphabet, or IPv6


def plain(markup: str) -> str:
    """The text of `markup` on one line: no tags, scripts, shortcodes or invisible characters. Entities are decoded
    twice, since feeds escape twice; Markdown is left as it stands."""
    text = _visible(html.unescape(html.unescape(markup[:_ENOUGH])).replace("\n", " "))
    if "[" in text:
        text = _CODE.sub(" ", _PAIRED_CODE.sub(" ", text))
    if "<" in text or "&" in text:
        text = html.unescape(_TEXT_ALONE.clean(_BLOCK.sub(" <", _without_self_closed(text))))
        text = _LEFT_OVER.sub(" ", text)
    return unicodedata.normalize("NFC", " ".join(_visible(text).split()))


def prose(markup: str, url: str) -> str:
    """The text of an entry's body without what its publisher appends: the footer that links to the item (`url`) and to
    its site, and "read more", which becomes one ellipsis."""
    text = plain(_without_link_footer(markup[:_ENOUGH], url))
    if _FOOTER_SAYS.search(text, max(0, len(text) - _FOOTER_END)):
        text = text[:-_FOOTER_END] + _FOOTER.sub("", text[-_FOOTER_END:])
    body, end = text[:-_END], text[-_END:]
    shortened = _MORE.sub("", end)
    if shortened == end:
        return text
    kept = (body + shortened).rstrip(_TRAILING)
    return kept + ELLIPSIS if kept else ""


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """`text`, cut at a word with one ellipsis when it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if " " in head[limit // 2 :]:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(_TRAILING) + ELLIPSIS


def canonical(link: str, page: str = "") -> str:
    """The address that names the article: http(s) or nothing, without tracking parameters, and without a fragment
    unless that is the route of a page made by script ("#!/news/1"). What has no scheme ("/news/1", "?id=1",
    "www.example/1") is taken from `page`, the outlet's own address."""
    try:
        link = "".join(map(str.strip, re.split(r"[\t\r\n]", link)))  # it may be broken over lines
        link = " ".join(_visible(link).split())
        parts = urlsplit(_absolute(link, page))
        if parts.scheme not in _PORTS or not _HOSTNAME.fullmatch(parts.hostname or ""):
            return ""
        route = _spaceless(parts.fragment) if parts.fragment.startswith(("!", "/")) else ""
        return urlunsplit((parts.scheme, _host(parts), _spaceless(parts.path), _query(parts.query), route))
    except ValueError:  # a port that is no number, a bracket that is no IPv6 address
        return ""


def identity(feed: str, guid: str, url: str, title: str, text: str) -> tuple[str, ...]:
    """What names the article within its feed: the guid, else the canonical URL, else its words. Two feeds with one URL
    are two articles with one text: as one they would change hands at every refresh."""
    if guid:
        return ("guid", feed, guid)
    return ("url", feed, url) if url else ("text", feed, title, text)


def key_of(name: tuple[str, ...]) -> str:
    """A name as 32 hexadecimal digits."""
    return hashlib.sha256("\0".join(name).encode("utf-8", "replace")).hexdigest()[:32]


def _without_self_closed(markup: str) -> str:
    """The markup without elements that are closed in their own tag though HTML knows no such thing; those that a tag of
    their own closes after all stay, since what they hold is no text."""
    folded = markup.lower() if "/>" in markup else ""

    def dropped(found: re.Match[str]) -> str:
        name = found[1].lower()
        closed, opened = (folded.find(f"<{mark}{name}", found.end()) for mark in ("/", ""))
        return found[0] if closed >= 0 and (opened < 0 or closed < opened) else " "

    return _SELF_CLOSED.sub(dropped, markup) if folded else markup


def _without_link_footer(markup: str, url: str) -> str:
    """The markup less a last paragraph, in whatever language, that links both to the item and to its site's front
    page."""
    start = max(markup.rfind(tag) for tag in ("<p>", "<p ", "<P>", "<P "))
    hrefs = set(_HREF.findall(markup, start)) if start >= 0 and url else set()
    if len(hrefs) < 2 or not _PARAGRAPH.match(markup, start):
        return markup
    both = {url.rstrip("/"), urlunsplit((*urlsplit(url)[:2], "", "", ""))}
    if both <= {href.rstrip("/") for href in hrefs}:
        return markup[:start]
    links = {canonical(html.unescape(href)).rstrip("/") for href in hrefs}
    return markup[:start] if both <= links else markup


def _visible(text: str) -> str:
    """Without invisible characters. What is printable has none, and that is known ten times as fast."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def _absolute(link: str, page: str) -> str:
    if urlsplit(link).scheme:
        return link
    host, _, _ = link.lower().partition("/")
    if host.startswith("www.") or (host and host == urlsplit(page).netloc):
        return f"https://{link}"
    return urljoin(page, link) if _RELATIVE.fullmatch(link) else ""


def _host(parts: SplitResult) -> str:
    """Without a user's name, which can pass for another host's."""
    plain_port = f":{parts.port}" if parts.port == _PORTS[parts.scheme] else ""
    return parts.netloc.rpartition("@")[2].lower().removesuffix(plain_port)


def _query(query: str) -> str:
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    return _spaceless("&".join(kept))


def _spaceless(text: str) -> str:
    return text.replace(" ", "%20")
