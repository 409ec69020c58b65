"""/healthz: whether this server can answer, and how old what it answers is. For load balancers and
people on call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from lib.desk import Desk
from lib.errors import AltynError


@dataclass(frozen=True, slots=True)
class Health:
    """`reasons` is empty for a healthy server. `rates` and `articles` are the days of the newest;
    `failing` are the sources whose last refresh failed. A failing source makes no server unhealthy:
    another replica would fail alike."""

    status: str
    reasons: list[str] = field(default_factory=list)
    state: datetime | None = None
    rates: date | None = None
    articles: date | None = None
    lease: str | None = None
    failing: list[str] = field(default_factory=list)


def routes(desk: Callable[[], Desk], prefix: str) -> list[BaseRoute]:
    def answer(_request: Request) -> Response:
        found = check(desk)
        status = 200 if found.status == "ok" else 503
        headers = {"cache-control": "no-store"}
        return JSONResponse(_as_json(found), status, headers)

    return [Route(f"{prefix}/healthz", answer, methods=["GET"])]


def check(desk: Callable[[], Desk]) -> Health:
    """The health of the server with this desk. Never raises AltynError: that is an answer."""
    try:
        opened = desk()
        return _of_desk(opened)
    except AltynError as failed:
        return Health("unavailable", [str(failed)])


def _of_desk(desk: Desk) -> Health:
    state = desk.now()
    rates, articles = desk.lines.span(state), desk.articles_of.span(state)
    failing = [key for key, run in desk.run_log().latest.items() if run.outcome == "failed"]
    return Health(
        "ok",
        state=state.at,
        rates=rates[1] if rates else None,
        articles=articles[1] if articles else None,
        lease=desk.store.lease.holder(),
        failing=sorted(failing),
    )


def _as_json(found: Health) -> dict[str, object]:
    dated = (date, datetime)
    return {key: value.isoformat() if isinstance(value, dated) else value for key, value in asdict(found).items()}
