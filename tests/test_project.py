"""The project's own files agree with each other: version, settings, documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import lib

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("lib/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)")
SETTING = re.compile(r"\"(ALTYN_[A-Z_]+)\"")
ENTRY = re.compile(r"`(ALTYN_[A-Z_]+)`")


def test_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert cited is not None
    assert {project["version"], cited[1]} == {lib.__version__}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_documents_lead_to_files_that_exist(document: Path) -> None:
    targets = LINK.findall(document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_setting_is_documented_and_exists() -> None:
    sources = "".join(path.read_text() for path in ROOT.glob("lib/**/*.py"))
    documented = set(ENTRY.findall((ROOT / "docs/operations.md").read_text()))
    assert set(SETTING.findall(sources)) == documented


def test_every_package_of_the_project_has_its_row_in_the_map() -> None:
    packages = {path.name for path in (ROOT / "lib").iterdir() if (path / "__init__.py").exists()}
    architecture = (ROOT / "docs/architecture.md").read_text()
    assert {name for name in packages if f"`{name}/`" not in architecture} == set()
