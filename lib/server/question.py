"""What a data address asks for: the view of its parameters, as a link of a page would have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import parse_qs, quote

from starlette.requests import Request

from lib import links
from lib.catalog.rules import rules
from lib.desk import NOTHING, Bundle, Desk, Section, State
from lib.links import Ignored, View
from lib.server.problems import Problem

T = TypeVar("T")

MAX_QUERY = 8192  # bytes: as much as a browser's link holds
MAX_FIELDS = 500
MAX_OFFSET_DIGITS = 7
MAX_NAMED = 8  # of what was ignored, in a header
SECTIONS: tuple[Section, ...] = ("chart", "archive")
PAGES: Mapping[Section, str] = {"chart": "", "archive": "articles", "impact": "impact"}


@dataclass(frozen=True, slots=True)
class Question:
    """`view` of a `section` in `state`, from the page at the address `page` of the site at `root`,
    which ends in a slash; `options` are the parameters that data addresses have and pages do not."""

    desk: Desk
    view: View
    state: State
    section: Section
    page: str
    root: str
    options: Mapping[str, str]
    ignored: tuple[Ignored, ...] = ()

    @property
    def frozen(self) -> bool:
        """Whether the answer can only change by a withdrawal."""
        return self.view.asof is not None and self.state != NOTHING

    @property
    def skipped(self) -> int:
        """How many articles earlier files have. Raises ValueError where the offset is no number."""
        text = self.options.get("offset") or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_OFFSET_DIGITS):
            raise ValueError("the offset is not a number of articles")
        return int(text)

    def once(self, what: str, compute: Callable[[], T]) -> T:
        """What is made of the question, made once for a state, a day and an address."""
        key = (what, self.state.rates, self.view, self.section, self.page, self.desk.clock().date())
        return self.desk.cache.get("articles", self.state.articles, key, compute)

    def bundle(self) -> Bundle:
        made = self.desk.bundle(self.view, self.state, self.section, self.page, self.view.lang)
        return replace(made, skipped=self.skipped) if self.skipped else made


def read(request: Request, desk: Desk, prefix: str, allowed: Mapping[str, Sequence[str]]) -> Question:
    """The question of a request. `allowed` are the options of its resource with their values, the
    default first; one without values takes any text. Raises Problem for a query that is too long,
    and where an option has no such value."""
    params = _params(request)
    options = {name: _option(params, name, values) for name, values in allowed.items()}
    section: Section = next((one for one in PAGES if one == options.get("section")), "chart")
    page = PAGES[section]
    requested = _question(request, desk, prefix, params, page, section, options)
    return replace(requested, view=replace(requested.view, embed=False))


def of_page(request: Request, desk: Desk, prefix: str, path: str, about: str) -> Question:
    """The question of a page's own address. Raises Problem for a query that is too long."""
    known: Mapping[str, Section] = {"archive": "archive", "impact": "impact"}
    section = known.get(about, "chart")
    return _question(request, desk, prefix, _params(request), path, section, {})


def _question(
    request: Request,
    desk: Desk,
    prefix: str,
    params: Mapping[str, Sequence[str]],
    path: str,
    section: Section,
    options: Mapping[str, str],
) -> Question:
    view, ignored = links.parse(params, rules().topics, desk.sources, desk.latest_instant())
    view = desk.settled(view)
    root = f"{request.url.scheme}://{request.url.netloc}{prefix}/"
    return Question(
        desk=desk,
        view=view,
        state=desk.state_of(view, desk.now()),
        section=section,
        page=f"{root}{path}",
        root=root,
        options=options,
        ignored=ignored,
    )


def named(ignored: Sequence[Ignored]) -> str:
    """What was ignored, for a header: name=value pairs, percent-encoded."""
    pairs = (f"{quote(one.name)}={quote(one.value)}" for one in ignored[:MAX_NAMED])
    return "; ".join(pairs)


def _params(request: Request) -> dict[str, list[str]]:
    query = request.url.query
    if len(query) > MAX_QUERY:
        raise Problem(400, f"The query is longer than {MAX_QUERY} bytes. Choose fewer values.")
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Problem(400, f"The query has more than {MAX_FIELDS} parameters.") from None


def _option(params: dict[str, list[str]], name: str, values: Sequence[str]) -> str:
    """The value of an option, which is taken out of the parameters."""
    default = values[0] if values else ""
    given = params.pop(name, [default])[0].strip() or default
    if values and given not in values:
        choices = ", ".join(values)
        raise Problem(400, f"The parameter {name} is one of {choices}.")
    return given
