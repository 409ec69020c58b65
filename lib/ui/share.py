"""What a reader takes along: a link that lives or one that is frozen, a citation, and the view in files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode, urlsplit

import streamlit as st

from lib import links
from lib.charts import headline
from lib.desk import Bundle, Section, State, numbers
from lib.export.shapes import Shape
from lib.links import View
from lib.ui import hands, loaders, markup
from lib.words import speaking, spoken, t

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


PAGES_BELOW = ("articles", "compare", "impact", "sources")


def address() -> str:
    """This page's own address, without its parameters. The root's ends in a slash: a proxy that serves Altyn at /fx/
    need not know /fx, and what Streamlit calls the page's address leaves the slash out."""
    parts = urlsplit(st.context.url or "")
    below = parts.path.rpartition("/")[2]
    path = parts.path if below in PAGES_BELOW else f"{parts.path.rstrip('/')}/"
    return parts._replace(path=path, query="", fragment="").geturl()


def root() -> str:
    """The path of Rates & news, below which the other pages are: "/" unless a proxy serves Altyn elsewhere."""
    return f"{urlsplit(address()).path.rpartition('/')[0]}/"


def home() -> str:
    """The address of Rates & news."""
    return urlsplit(address())._replace(path=root()).geturl()


def offer(view: View, shown: State, section: Section) -> None:
    """Two buttons: links, and files. What is behind them is made when they are opened."""
    sharing = st.popover(t("Share"), key="share", on_change="rerun")
    saving = st.popover(t("Download"), key="save", on_change="rerun")
    if not (sharing.open or saving.open):
        return
    bundle = loaders.desk().bundle(view, shown, section, address(), spoken())
    if sharing.open:
        with sharing:
            _links(view, bundle, section)
    if saving.open:
        with saving:
            _files(bundle)
            _addresses(view, section)


def _links(view: View, bundle: Bundle, section: Section) -> None:
    live = links.url(address(), links.live(view))
    taken(t("Live link: same selection, always current data"), live, t("Copy live link"), opens=True)
    taken(
        t("Frozen link: exactly this data, even after later corrections"),
        bundle.link,
        t("Copy frozen link"),
        opens=True,
    )
    taken(t("Citation"), bundle.citation(), t("Copy citation"))
    if section == "chart" and bundle.lines():
        taken(t("The sentence with its numbers"), sentence(bundle), t("Copy sentence"))
        taken(t("For a page of your own"), embed(view), t("Copy HTML"))
    taken(t("Watch this: a feed for your feed reader"), watch(view), t("Copy feed address"))


def sentence(bundle: Bundle) -> str:
    """The heading of the chart with the sources of its numbers, the frozen link behind it."""
    desk, lines, until = bundle.desk, bundle.lines(), bundle.asof.date()
    found = numbers.told(desk, bundle.view, lines, bundle.period, bundle.state, until)
    title = headline.title(found, bundle.view.base, bundle.view.direction, bundle.period, until)
    names = dict.fromkeys(t(desk.sources[key].name) for line in lines for key in line.sources)
    return f"{title} ({', '.join(names)}). {bundle.link}"


def embed(view: View) -> str:
    """An iframe of the chart, as wide as its column, which takes the height that the page inside names."""
    src = markup.text(links.url(home(), replace(links.live(view), embed=True, part="chart")))
    title = markup.text(t("Altyn: chart"))
    follow = (
        "addEventListener('message', e => document.querySelectorAll('iframe').forEach(f => {"
        " if (f.contentWindow === e.source && e.data.source === 'altyn')"
        " f.style.height = e.data.height + 'px' }))"
    )
    return (
        f'<iframe src="{src}" title="{title}" loading="lazy" allow="clipboard-write"'
        f' style="width:100%;height:640px;border:0"></iframe>\n<script>{follow}</script>'
    )


def taken(words: str, text: str, label: str, *, opens: bool = False) -> None:
    """A text to copy; an address also to open, and to send where the browser has a share sheet. What is copied is the
    text in sight: a button could not hold HTML as its value, which the sanitiser takes away."""
    ways = [hands.button("copy", label, label, attributes={"data-done": t("Copied")})]
    if opens:
        ways.append(markup.link(text, t("Open"), "out"))
        ways.append(hands.button("send", text, t("Send …"), css="send", more=words))
    st.html(
        f'<div class="take"><h3>{markup.text(words)}</h3><div class="taken" tabindex="0" role="group"'
        f' aria-label="{markup.text(words)}">{markup.text(text)}</div><div class="ways">{" ".join(ways)}</div></div>'
    )


def _files(bundle: Bundle) -> None:
    """Made when they are asked for; none reruns the page."""
    rates = bool(bundle.lines())
    if rates:
        _button(t("Rates, CSV"), bundle, "csv", "text/csv", bundle.rates_csv)
        wide = partial(bundle.rates_csv, Shape(wide=True))
        _button(t("A column a currency, CSV"), bundle, "csv", "text/csv", wide, "rates-wide")
        _button(t("Rates and articles, Excel"), bundle, "xlsx", EXCEL, bundle.excel)
    _button(t("Articles, CSV"), bundle, "csv", "text/csv", bundle.articles_csv, "articles")
    _button(t("Articles, Atom feed"), bundle, "atom", "application/atom+xml", bundle.atom, "articles")
    if rates:
        _button(t("The whole view, one HTML file"), bundle, "html", "text/html", bundle.html)
        _button(t("The chart, PNG picture"), bundle, "png", "image/png", bundle.png)
        _button(t("The chart, SVG picture"), bundle, "svg", "image/svg+xml", bundle.svg)


def watch(view: View) -> str:
    """The address of the feed that follows a view: its articles where topics or words are chosen,
    else moves of at least one percent."""
    plain = View(countries=view.countries, base=view.base, topics=view.topics, words=view.words, lang=view.lang)
    move = [] if view.topics or view.words else [("move", "1")]
    return data_address("watch.atom", plain, move)


def data_address(file: str, view: View, options: Sequence[tuple[str, str]] = ()) -> str:
    """The address of a file of the live view; the server's page at /data/ says what there is."""
    given = [(name, value) for name, values in links.params(links.live(view)).items() for value in values]
    query = urlencode([*(pair for pair in given if pair[0] != "page"), *options])
    site = urlsplit(address())._replace(path=f"{root()}data/{file}", query=query)
    return site.geturl()


def _addresses(view: View, section: Section) -> None:
    """Where a program gets the same files, always current."""
    options = [("section", section)] if section == "archive" else []
    articles = ("articles.csv", "articles.json", "articles.atom")
    files = {
        "chart": ("rates.csv", "rates.xlsx", "rates.json", "moves.csv", "chart.png", *articles),
        "archive": articles,
        "impact": ("impact.csv", "impact.json"),
    }[section]
    named = [(file, options if file.startswith("articles") else []) for file in files]
    listed = "".join(f"<li>{markup.link(data_address(file, view, given), file, 'out')}</li>" for file, given in named)
    about = markup.link(data_address("", View()), t("All files and parameters"), "out")
    st.html(f'<div class="take"><h3>{t("By address, always current")}</h3><ul class="files">{listed}</ul>{about}</div>')


def _button(
    label: str, bundle: Bundle, extension: str, mime: str, make: Callable[[], bytes], subject: str = ""
) -> None:
    def made() -> bytes:
        with speaking(bundle.language):
            return make()

    name = bundle.file_name(extension, subject)
    key = f"save-{subject}-{extension}"
    st.download_button(label, made, name, mime, on_click="ignore", width="stretch", key=key)
