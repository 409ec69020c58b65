"""The internet on 127.0.0.1: publishers in their true formats, feeds, and everything that can go wrong with them.

    with serve(NBK.handler()) as server:                        # healthy
        source = NBK.at(server.url, sources()["nbk"])
        rows = adapter("nbk").fetch(Client(), source, day, day)
        server.asked[0].path, server.asked[0].query              # what arrived

    with FAULTS["timeout mid-body"].serve(NBK) as url: ...       # the same publisher, broken; all names in FAULTS

    with serve(route({"/rss/": NBK.handler(), "/feed": feed(xml, etag='"1"')})) as server:
        write_catalog(folder, server.url, NBK, CURRENCY_API)     # for ALTYN_CATALOG

`server.py` moves bytes, `publishers.py` says what a stand-in is (each is in tests/publishers), `faults.py` what goes
wrong, `patched_yahoo.py` points yfinance here. All answers are hand-shaped after what the publishers send; the rates in
them are real ones.
"""

from tests.loopback.faults import FAULTS, Fault
from tests.loopback.patched_yahoo import yahoo_at
from tests.loopback.publishers import Publisher, Record, feed, write_catalog
from tests.loopback.server import Asked, Handler, Reply, Server, closed_port, route, serve

__all__ = [
    "FAULTS",
    "Asked",
    "Fault",
    "Handler",
    "Publisher",
    "Record",
    "Reply",
    "Server",
    "closed_port",
    "feed",
    "route",
    "serve",
    "write_catalog",
    "yahoo_at",
]
