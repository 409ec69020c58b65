"""The contract of the store on databases that old commits laid out, on both engines: the tests of a new store, as they
are. What their rows become is tested elsewhere."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from zlib import crc32

import pytest

from tests import test_lease, test_store_articles, test_store_rates, test_store_runs, test_store_search
from tests.layouts import LAYOUTS, lay_out
from tests.sampling import FULL
from tests.test_store_articles import copied, placed, tagged

__all__ = ["copied", "placed", "tagged"]  # fixtures

CONTRACT = (test_store_rates, test_store_runs, test_store_articles, test_store_search, test_lease)
CASES = list(product(LAYOUTS, ("sqlite", "postgresql")))

STORES = frozenset({"store", "copied", "placed", "tagged"})
LONG = ("random", "thousand", "hostile")  # what takes half of the time, and tells nothing of tables
globals().update(
    (name, test)
    for module in CONTRACT
    for name, test in vars(module).items()
    if name.startswith("test_") and not STORES.isdisjoint(test.__code__.co_varnames)
    if not any(word in name for word in LONG)
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test on every layout and engine in `make test-all`; on one of them in `make test`, each test on its own."""
    if "url" in metafunc.fixturenames:
        one = crc32(metafunc.function.__name__.encode()) % len(CASES)
        metafunc.parametrize("url", CASES if FULL else CASES[one : one + 1], indirect=True, ids="-".join)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database that an old commit laid out."""
    layout, engine = request.param
    address = f"sqlite:///{tmp_path / 'altyn.db'}" if engine == "sqlite" else request.getfixturevalue("postgresql")()
    lay_out(address, layout)
    return str(address)
