"""What a reader takes along: a link that lives or one that is frozen, a citation, and the view in files."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from lib import links
from lib.desk import Bundle, Section, State
from lib.links import View
from lib.ui import hands, loaders, markup
from lib.words import speaking, spoken, t

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def address() -> str:
    """This page's own address, without its parameters. The root's ends in a slash: a proxy that serves Altyn at /fx/
    need not know /fx, and what Streamlit calls the page's address leaves the slash out."""
    parts = urlsplit(st.context.url or "")
    path = parts.path if parts.path.endswith(("/articles", "/sources")) else f"{parts.path.rstrip('/')}/"
    return parts._replace(path=path, query="", fragment="").geturl()


def offer(view: View, shown: State, section: Section) -> None:
    """Two buttons: links, and files. What is behind them is made when they are opened."""
    sharing = st.popover(t("Share"), key="share", on_change="rerun")
    saving = st.popover(t("Save"), key="save", on_change="rerun")
    if not (sharing.open or saving.open):
        return
    bundle = loaders.desk().bundle(view, shown, section, address(), spoken())
    if sharing.open:
        with sharing:
            _links(view, bundle)
    if saving.open:
        with saving:
            _files(bundle)


def _links(view: View, bundle: Bundle) -> None:
    _link(
        t("Live: the same choices, with the figures of the day on which it is opened."),
        links.url(address(), links.live(view)),
    )
    _link(t("Frozen: these very figures and articles, whatever is corrected later."), bundle.link)
    st.caption(t("Citation"))
    st.code(bundle.citation(), language=None, wrap_lines=True)


def _link(words: str, url: str) -> None:
    """To copy, and to open: for the keyboard too, which does not reach what shows when a mouse hovers."""
    st.html(f'<div class="caption">{markup.text(words)} {markup.link(url, t("Open"), "out")}</div>')
    st.code(url, language=None, wrap_lines=True)


def _files(bundle: Bundle) -> None:
    """Made when they are asked for; none reruns the page."""
    rates = bool(bundle.lines())
    if rates:
        _button(t("Rates, CSV"), bundle, "csv", "text/csv", bundle.rates_csv)
        _button(t("Rates and articles, Excel"), bundle, "xlsx", EXCEL, bundle.excel)
    _button(t("Articles, CSV"), bundle, "csv", "text/csv", bundle.articles_csv, "articles")
    _button(t("Articles, Atom feed"), bundle, "atom", "application/atom+xml", bundle.atom, "articles")
    if rates:
        _button(t("The whole view, one HTML file"), bundle, "html", "text/html", bundle.html)
        pictures = (hands.button("picture", kind, kind.upper()) for kind in ("png", "svg"))
        st.html(f'<div class="pictures">{t("The chart as a picture")}: {" ".join(pictures)}</div>')


def _button(
    label: str, bundle: Bundle, extension: str, mime: str, make: Callable[[], bytes], subject: str = ""
) -> None:
    def made() -> bytes:
        with speaking(bundle.language):
            return make()

    name = bundle.file_name(extension, subject)
    key = f"save-{subject}-{extension}"
    st.download_button(label, made, name, mime, on_click="ignore", width="stretch", key=key)
