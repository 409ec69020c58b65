"""What can go wrong, as one small tree. Each error carries the id of the thing it concerns.

AltynError
├── CatalogError      a catalogue file says something we do not understand      (.file, .key)
├── StoreError        the database cannot be opened or is not ours              (.url)
└── SourceError       a bank or a feed did not give what it should              (.source)
    ├── FetchError    no usable answer arrived: network, status, size, time     (.source, .url, .status, .retry_after)
    └── ParseError    an answer arrived and is not what the source publishes    (.source)

A message is one plain sentence that names the thing; it is shown to readers on the Sources page as it stands.
An empty list from a source is not an error: it means that nothing was published.
"""

from __future__ import annotations

from datetime import date


class AltynError(Exception):
    """Root of all errors that a reader of the message can act upon. Bugs stay raw."""


class CatalogError(AltynError):
    """A catalogue file has a bad entry."""

    def __init__(self, file: str, key: str, why: str) -> None:
        super().__init__(f"{file}: {key}: {why}")
        self.file = file
        self.key = key


class StoreError(AltynError):
    """The database cannot be opened, or is not one of ours. The URL is shown without its password."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url


class SourceError(AltynError):
    """A source of rates or articles failed; `source` is its catalogue key. `day` or `quote` names the one request of
    several that failed, where only one did."""

    day: date | None = None
    quote: str = ""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"{source}: {why}")
        self.source = source
        self.why = why

    @property
    def by_host(self) -> bool:
        """Whether the host itself fails or refuses: asking it for something else is of no use now."""
        return False


class FetchError(SourceError):
    """No usable answer arrived. `status` is the HTTP status where there was one; `retry_after` the seconds that the
    server asked us to wait, where it did."""

    def __init__(
        self, source: str, why: str, *, url: str = "", status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(source, why)
        self.url = url
        self.status = status
        self.retry_after = retry_after

    @property
    def by_host(self) -> bool:
        return self.status is None or self.status in (401, 403, 429, 451, 503)


class ParseError(SourceError):
    """Bytes arrived that are not what this source publishes."""
