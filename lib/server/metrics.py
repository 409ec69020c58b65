"""/metrics: how the data and this process are, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

import lib
from lib.desk import Desk
from lib.errors import AltynError

Gauge = GaugeMetricFamily


def routes(desk: Callable[[], Desk], prefix: str) -> list[BaseRoute]:
    registry = CollectorRegistry()
    registry.register(_Data(desk))
    ProcessCollector(registry=registry)

    def answer(_request: Request) -> Response:
        headers = {"cache-control": "no-store", "content-type": CONTENT_TYPE_LATEST}
        return Response(generate_latest(registry), headers=headers)

    return [Route(f"{prefix}/metrics", answer, methods=["GET"])]


class _Data(Collector):
    """Read at each scrape; while the store cannot answer only `altyn_up` 0."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand, so that starting reads no store."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        yield InfoMetricFamily("altyn_build", "The version of Altyn.", value={"version": lib.__version__})
        try:
            found = [*_of_state(self._desk()), *_of_sources(self._desk())]
        except AltynError:
            yield Gauge("altyn_up", "Whether the store can answer.", value=0)
            return
        yield Gauge("altyn_up", "Whether the store can answer.", value=1)
        yield from found


def _of_state(desk: Desk) -> Iterator[Gauge]:
    state = desk.now()
    spans = {"rates": desk.lines.span(state), "articles": desk.articles_of.span(state)}
    newest = Gauge("altyn_newest_day_timestamp_seconds", "Start of the newest day.", labels=["kind"])
    for kind, span in spans.items():
        if span:
            newest.add_metric([kind], _seconds(span[1]))
    yield newest
    yield Gauge("altyn_state_timestamp_seconds", "The last committed state.", value=state.at.timestamp())
    yield Gauge("altyn_cache_bytes", "What was read and is kept in memory.", value=desk.cache.used_bytes)


def _of_sources(desk: Desk) -> Iterator[Gauge]:
    log = desk.run_log()
    success = Gauge("altyn_source_success_timestamp_seconds", "End of the last success.", labels=["source"])
    for key, run in log.last_success.items():
        success.add_metric([key], run.ended.timestamp())
    failing = Gauge("altyn_source_failing", "Whether the last refresh failed.", labels=["source"])
    for key, run in log.latest.items():
        failing.add_metric([key], float(run.outcome == "failed"))
    yield success
    yield failing


def _seconds(day: date) -> float:
    return datetime.combine(day, time.min, UTC).timestamp()
