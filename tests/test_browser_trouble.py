"""A database that is away while a page is open, clicked or opened: a sentence, and the page again by itself."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import Visit, at_rest, drawn
from tests.conftest import start_postgresql
from tests.serving import ROOT, serving

pytestmark = pytest.mark.browser
QUICK = {"ALTYN_WATCH_SECONDS": "1", "ALTYN_RETRY_SECONDS": "1"}
Cold = Callable[..., str]
AWAY = re.compile("The connection to the database broke|does not answer|is starting or stopping", re.IGNORECASE)


class Database:
    """A PostgreSQL server of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: Any = start_postgresql(folder)
        self.url = self.server.get_uri()

    def stop(self) -> None:
        self.server.cleanup()

    def start(self) -> None:
        self.server = start_postgresql(self.folder)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="altyn-pg-") as folder:
        made = Database(Path(folder))
        yield made
        made.stop()


@pytest.fixture(scope="module")
def dashboard(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("server") / "altyn.db"
    with serving(file, DATABASE_URL=database.url, **QUICK) as url:
        yield url


def says_that_it_is_away(page: Page) -> None:
    trouble = page.locator(".trouble").first
    expect(trouble).to_contain_text(AWAY)
    expect(trouble).to_contain_text("This page comes back by itself once that is over.")
    expect(page.locator(".menu nav a").first).to_be_visible()  # the menu stays
    expect(page.get_by_text("encountered an error")).to_have_count(0)


def comes_back(page: Page, *currencies: str) -> None:
    expect(page.locator(".trouble")).to_have_count(0)
    drawn(page, *currencies)
    expect(page.locator(".cards .card").first).to_be_visible()


def test_a_page_that_is_open(visit: Visit, dashboard: str, database: Database) -> None:
    page = visit(f"{dashboard}/?country=KZ")
    drawn(page, "KZT")
    database.stop()
    says_that_it_is_away(page)
    database.start()
    comes_back(page, "KZT")


def test_a_page_that_is_clicked(visit: Visit, dashboard: str, database: Database) -> None:
    page = visit(f"{dashboard}/?country=KZ")
    drawn(page, "KZT")
    database.stop()
    page.locator(".ticker [data-value=UZ]").click()
    says_that_it_is_away(page)
    database.start()
    comes_back(page, "KZT", "UZS")  # what was clicked counts
    expect(page).to_have_url(re.compile("country=KZ&country=UZ"))


def test_a_page_that_is_opened(visit: Visit, dashboard: str, database: Database) -> None:
    database.stop()
    page = visit(f"{dashboard}/?country=UZ")
    says_that_it_is_away(page)
    database.start()
    comes_back(page, "UZS")


@pytest.mark.parametrize("path", ["articles", "sources"])
def test_the_other_pages_likewise(visit: Visit, dashboard: str, database: Database, path: str) -> None:
    database.stop()
    page = visit(f"{dashboard}/{path}")
    says_that_it_is_away(page)
    database.start()
    expect(page.locator(".trouble")).to_have_count(0)
    expect(page.locator(".card, table.plain").first).to_be_visible()
    at_rest(page)


def test_a_data_folder_that_cannot_be_made(visit: Visit, cold: Cold, tmp_path: Path) -> None:
    """Root may write anywhere, so the folder's place is taken by a file."""
    (tmp_path / "taken").write_text("not a folder")
    page = visit(cold(DATABASE_URL=f"sqlite:///{tmp_path / 'taken' / 'altyn.db'}", **QUICK))
    expect(page.locator(".trouble")).to_contain_text("taken: this folder cannot be made")
    expect(page.locator(".trouble")).to_contain_text("set DATABASE_URL to a place that can be written")
    expect(page.get_by_text("encountered an error")).to_have_count(0)
    (tmp_path / "taken").unlink()
    comes_back(page, "KZT", "KGS", "TJS", "TMT", "UZS")


def test_a_disk_that_is_full_at_the_first_start(visit: Visit, cold: Cold, tmp_path: Path) -> None:
    """The size of a file that the server may write is limited, which SQLite takes for a full disk."""
    (tmp_path / "sitecustomize.py").write_text(
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
    )
    page = visit(cold(PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]), **QUICK))
    expect(page.locator(".trouble")).to_contain_text(re.compile("the disk"))
    expect(page.get_by_text("encountered an error")).to_have_count(0)
