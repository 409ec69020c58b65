"""Data by URL: /data/rates.csv and its like, with the parameters of a page's link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

import lib
from lib.desk import Desk
from lib.desk.bundle import MAX_ARTICLES
from lib.desk.preview import count
from lib.errors import AltynError
from lib.server import question
from lib.server.problems import Problem, unavailable
from lib.server.question import Question
from lib.server.resources import MEDIA_TYPES, RESOURCES, Resource

METHODS = ("GET", "HEAD", "OPTIONS")
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE")
FROZEN = "public, max-age=86400"  # not for ever: an article can be withdrawn
LIVE = "no-cache"
CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Altyn-Ignored, Content-Disposition",
}
OPTIONS_HEADERS = {
    **CORS,
    "access-control-allow-methods": ", ".join(METHODS),
    "access-control-allow-headers": "If-None-Match",
    "access-control-max-age": "86400",
    "allow": ", ".join(METHODS),
}
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
SAVED = ("xlsx", "html")  # saved rather than opened by a browser


def routes(desk: Callable[[], Desk], prefix: str) -> list[BaseRoute]:
    def answer(request: Request) -> Response:
        name, _, extension = request.path_params["file"].partition(".")
        try:
            return _answer(request, desk, prefix, name, extension)
        except Problem as problem:
            return problem.response(extension)
        except AltynError as failed:
            return unavailable(str(failed)).response(extension)

    path, methods = f"{prefix}/data/{{file:path}}", [*METHODS, *OTHER_METHODS]
    return [Route(path, answer, methods=methods)]


def _answer(request: Request, desk: Callable[[], Desk], prefix: str, name: str, extension: str) -> Response:
    resource = RESOURCES.get(name)
    if resource is None or extension not in resource.formats:
        raise Problem(404, f"There is no such file. There are: {', '.join(files())}.")
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=OPTIONS_HEADERS)
    if request.method not in METHODS:
        raise Problem(405, "Data are read with GET or HEAD.", {"allow": ", ".join(METHODS)})
    try:
        return _data(request, question.read(request, desk(), prefix, resource.options), resource, extension)
    except ValueError as wrong:
        sentence = str(wrong)
        raise Problem(400, f"{sentence[:1].upper()}{sentence[1:]}.") from wrong


def files() -> list[str]:
    """The names of all that there is."""
    return [f"{name}.{end}".rstrip(".") for name, resource in RESOURCES.items() for end in resource.formats]


def _data(request: Request, requested: Question, resource: Resource, extension: str) -> Response:
    """The answer, or 304 where the client has it. Live answers are tagged by the state that they
    show, before they are made; frozen ones by their bytes, which only a withdrawal changes."""
    headers = {
        **CORS,
        "cache-control": FROZEN if requested.frozen else LIVE,
        "content-disposition": _disposition(requested, request, extension),
    }
    if name_of(request) == "articles":
        headers |= _links(request, requested)
    if requested.ignored:
        headers["altyn-ignored"] = question.named(requested.ignored)
    make = resource.formats[extension]
    body = make(requested) if requested.frozen else None
    tag = _tag(body) if body is not None else _live_tag(request, requested)
    headers["etag"] = tag
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    if extension == "svg":
        headers["content-security-policy"] = SVG_POLICY
    content = make(requested) if body is None else body
    return Response(content, headers=headers, media_type=MEDIA_TYPES[extension])


def name_of(request: Request) -> str:
    """The resource that is requested: rates of rates.csv."""
    return str(request.path_params["file"].partition(".")[0])


def _links(request: Request, requested: Question) -> dict[str, str]:
    """Where there are more articles than one file holds, the header that names the files beside it."""
    total, skipped = count(requested.bundle()), requested.skipped
    offsets = {"prev": max(0, skipped - MAX_ARTICLES), "next": skipped + MAX_ARTICLES}
    there = {"prev": skipped > 0, "next": skipped + MAX_ARTICLES < total}
    found = [
        f'<{request.url.include_query_params(offset=offset)}>; rel="{relation}"'
        for relation, offset in offsets.items()
        if there[relation]
    ]
    return {"link": ", ".join(found)} if found else {}


def _tag(content: bytes) -> str:
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def _live_tag(request: Request, requested: Question) -> str:
    """Of all that the answer depends on: the question, the state, the day, and our own version."""
    parts = (
        lib.__version__,
        str(request.url),
        requested.state.at.isoformat(),
        requested.desk.clock().date().isoformat(),
    )
    return _tag("\n".join(parts).encode())


def _has(request: Request, tag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in given.split(",")]


def _disposition(requested: Question, request: Request, extension: str) -> str:
    """The name that a click on Download gives the file."""
    subject = _subject(name_of(request), requested)
    way = "attachment" if extension in SAVED else "inline"
    return f'{way}; filename="{requested.bundle().file_name(extension or "json", subject)}"'


def _subject(name: str, requested: Question) -> str:
    """What the file is of, where it is not of the rates in view."""
    if name in ("articles", "impact", "moves", "rate", "sources"):
        return name
    return "articles" if requested.section == "archive" else ""
