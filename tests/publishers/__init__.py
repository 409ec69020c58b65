"""One file a publisher: its stand-in in its true format, what comes of each fault, and its tests.

A new publisher's file `test_<key>.py` holds PUBLISHER, OUTCOMES (the rows of the fault table where it differs from the
usual, "healthy" always), and WITHOUT_NOMINAL where its format has none. It is found by its key in sources.toml.
"""

from importlib import import_module
from types import ModuleType

from lib.catalog import sources
from tests.loopback import Publisher

ASKED = [key for key, source in sources().items() if source.enabled and source.kind != "peg"]


def stand_in(key: str) -> ModuleType:
    """The test file of the publisher `key`."""
    return import_module(f"{__name__}.test_{key}")


PUBLISHERS: dict[str, Publisher] = {key: stand_in(key).PUBLISHER for key in ASKED}
NBK, CURRENCY_API, YAHOO = (PUBLISHERS[key] for key in ("nbk", "currency_api", "yahoo"))
