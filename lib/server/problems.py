"""Errors of the data routes as sentences: RFC 9457 problem details for JSON, else plain text."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response

TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    503: "Temporarily unavailable",
}
RETRY_SECONDS = 15  # a page that failed comes back by itself as soon


class Problem(Exception):
    """An answer that is an error: the HTTP status and one sentence that says what to do."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})

    def response(self, extension: str) -> Response:
        """In the format that was requested, as far as that can say it."""
        headers = {"cache-control": "no-store", "access-control-allow-origin": "*", **self.headers}
        if extension not in ("", "json"):
            return PlainTextResponse(f"{self.sentence}\n", self.status, headers)
        details = {"title": TITLES[self.status], "status": self.status, "detail": self.sentence}
        return JSONResponse(details, self.status, headers, "application/problem+json")


def unavailable(why: str) -> Problem:
    """The store cannot answer now."""
    return Problem(503, f"{why}. Try again later.", {"retry-after": str(RETRY_SECONDS)})
