"""Which room may import which, read from every file's imports and held against the table of the design."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import diagram

ROOT = Path(__file__).parent.parent
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "lib").rglob("*.py")])

# A room is a module or package of lib; `app` stands for app.py and the pages. Imports within a room are its own affair.
MAY_IMPORT = {
    "errors": set(),
    "countries": set(),
    "notation": {"words"},
    "words": set(),
    "models": {"errors", "countries"},
    "catalog": {"errors", "countries", "models"},
    "net": {"errors", "countries", "models"},
    "rates": {"models", "errors", "countries", "catalog", "net"},
    "news": {"models", "errors", "countries", "catalog", "net"},
    "store": {"models", "errors"},
    "snapshot": {"countries", "models"},
    "ingest": {"models", "errors", "countries", "catalog", "net", "rates", "news", "store", "snapshot"},
    "series": {"models", "countries"},
    "impact": {"models", "countries", "series"},
    "links": {"models", "countries"},
    "export": {"catalog", "links", "models", "notation", "series", "words"},
    "charts": {"countries", "series", "links", "notation", "words"},
    "pictures": {"charts", "notation"},
    "desk": {
        *("store", "snapshot", "series", "impact", "charts", "links", "export", "pictures"),
        *("catalog", "models", "countries", "errors", "words", "notation"),
    },
    "ui": {
        *("desk", "snapshot", "series", "impact", "charts", "links", "notation"),
        *("catalog", "models", "countries", "errors", "export", "words"),
    },
    "server": {"catalog", "desk", "errors", "export", "ingest", "links", "words"},
    "app": {"ui", "desk", "links", "server"},
}

# The packages that one place alone knows. The others (pandas, say) are anybody's.
ONLY_IN = {
    "httpx": ("lib/net/",),
    "httpcore": ("lib/net/",),
    "feedparser": ("lib/news/parse.py",),
    "yfinance": ("lib/rates/yahoo.py",),
    "sqlalchemy": ("lib/store/",),
    "alembic": ("lib/store/migrations/",),
    "msgspec": ("lib/catalog/",),
    "xlsxwriter": ("lib/export/tables.py",),
    "holidays": ("lib/series/calendars.py",),
    "resvg_py": ("lib/pictures/",),
    "cachetools": ("lib/desk/cache.py",),
    "plotly": ("lib/charts/", "lib/export/page.py", "lib/ui/"),
    "starlette": ("lib/server/",),
    "prometheus_client": ("lib/server/metrics.py",),
    "brotli": ("lib/server/compression.py",),
    "anyio": ("lib/server/",),
    "streamlit": ("lib/ui/", "app.py", "pages/"),
}


def imported(source: str, package: str = "") -> Iterator[str]:
    """Every module that a source text imports, anywhere in it; `from lib import x` is lib.x."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def room_of(file: Path) -> str:
    place, *rest = file.relative_to(ROOT).with_suffix("").parts
    if place != "lib":
        return "app"
    return "/".join(rest) if "/".join(rest) in MAY_IMPORT else rest[0]


def package_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).parent.parts)


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import lib.store, httpx", ["lib.store", "httpx"]),
        ("from lib import store as s, net", ["lib.store", "lib.net"]),
        ("def f():\n    from sqlalchemy.exc import DBAPIError", ["sqlalchemy.exc.DBAPIError"]),
        ("from . import checks", ["lib.rates.checks"]),
        ("from ..store import Store", ["lib.store.Store"]),
    ],
)
def test_reader_of_imports_sees_every_form(source: str, modules: list[str]) -> None:
    assert list(imported(source, "lib.rates")) == modules


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_file_imports_only_the_rooms_that_its_own_may(file: Path) -> None:
    room = room_of(file)
    rooms = {name.split(".")[1] for name in imported(file.read_text(), package_of(file)) if name.startswith("lib.")}
    allowed = set() if room == "__init__" else MAY_IMPORT[room]
    assert rooms - {room.split("/")[0]} <= allowed


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_file_leaves_packages_to_the_place_that_knows_them(file: Path) -> None:
    packages = {name.split(".")[0] for name in imported(file.read_text(), package_of(file))} - {"lib"}
    strangers = {p for p in packages & ONLY_IN.keys() if not name_of(file).startswith(ONLY_IN[p])}
    assert strangers == set()


def test_table_has_no_circle() -> None:
    left = dict(MAY_IMPORT)
    while ready := [room for room, needs in left.items() if not needs & left.keys()]:
        for room in ready:
            del left[room]
    assert left == {}


def test_diagram_of_the_architecture_is_the_table() -> None:
    document = diagram.DOCUMENT.read_text()
    assert document == diagram.inserted(document, diagram.mermaid(MAY_IMPORT)), "run python -m tests.diagram"


def test_diagram_leaves_out_what_follows_from_other_arrows() -> None:
    table = {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": {"a", "c"}}
    arrows = [line.strip() for line in diagram.mermaid(table).splitlines() if "-->" in line]
    assert arrows == ["b --> a", "c --> b", "d --> c"]


WITHOUT_STREAMLIT = """
import importlib, pkgutil, sys, warnings
warnings.simplefilter("ignore")  # other people's packages, at import
sys.modules["streamlit"] = None  # the import system's own way to say: there is no such module
import lib
rooms = [m.name for m in pkgutil.walk_packages(lib.__path__, "lib.", onerror=print) if not m.name.startswith("lib.ui")]
for room in rooms:
    importlib.import_module(room)
print(*rooms)
"""


def test_every_room_but_ui_works_without_streamlit() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_STREAMLIT], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    modules = {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for f in FILES}
    assert set(done.stdout.split()) == {m for m in modules if m.startswith("lib.") and not m.startswith("lib.ui")}


def test_no_source_file_is_ignored_by_git() -> None:
    kept = [
        f for folder in ("lib", "pages", "tests") for f in (ROOT / folder).rglob("*") if "__pycache__" not in f.parts
    ]
    names = "\n".join(name_of(file) for file in kept if file.is_file())
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=ROOT,
        input=names,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout == ""
    assert asked.returncode in (1, 128)  # none is ignored; or this is no checkout, and there is nothing to ignore


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("www.example.org", 80)])
def test_a_test_that_reaches_for_the_network_fails(address: tuple[str, int]) -> None:
    with pytest.raises(pytest.fail.Exception, match="a test reached for the network"):
        socket.create_connection(address, timeout=0.1)
