"""The pages of a list: part of its block of HTML, so that nothing below the list moves when it arrives."""

from __future__ import annotations

from collections.abc import Iterator

from lib.ui import hands, markup
from lib.words import t

AROUND = 1  # pages in sight on either side of the current one; the first and the last always are


def html(number: int, pages: int) -> str:
    """Buttons for the page before and after, the first, the last, and those around `number`."""
    if pages < 2:
        return ""
    before = _button(number - 1, "‹", t("Previous page")) if number > 1 else ""
    after = _button(number + 1, "›", t("Next page")) if number < pages else ""
    middle = "".join(_page(one, number) for one in in_sight(number, pages))
    return f'<nav class="pager" aria-label="{t("Pages of results")}">{before}{middle}{after}</nav>'


def in_sight(number: int, pages: int) -> Iterator[int]:
    """The pages that have a button; 0 stands for a gap of two pages or more.

    >>> list(in_sight(1, 3)), list(in_sight(5, 13)), list(in_sight(3, 13))
    ([1, 2, 3], [1, 0, 4, 5, 6, 0, 13], [1, 2, 3, 4, 0, 13])
    """
    shown = {1, pages, *range(number - AROUND, number + AROUND + 1)}
    last = 0
    for page in sorted(one for one in shown if 1 <= one <= pages):
        if page == last + 2:
            yield page - 1
        elif page > last + 2:
            yield 0
        yield page
        last = page


def _page(page: int, current: int) -> str:
    if not page:
        return "<span>…</span>"
    here = {"aria-current": "page"} if page == current else {}
    return _button(page, str(page), t("Page {n}", n=page), here)


def _button(page: int, label: str, name: str, attributes: dict[str, str] | None = None) -> str:
    """A label of one sign has a name in words; a number is part of its own."""
    named = {"aria-label": name, **(attributes or {})}
    return hands.inner("page", str(page), markup.text(label), css="page", attributes=named)
