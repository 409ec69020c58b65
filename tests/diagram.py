"""The diagram of packages in docs/architecture.md, drawn from the import table: `python -m tests.diagram` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs/architecture.md"
START, END = "<!-- packages -->\n", "<!-- /packages -->"


def mermaid(table: Mapping[str, set[str]]) -> str:
    """Arrows from each package to what it may import, without those that follow from others."""
    lines = [f"    {name} --> {needed}" for name in table for needed in sorted(_direct(table, name))]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def inserted(document: str, drawn: str) -> str:
    """The document with the diagram between its two marks."""
    before, _, rest = document.partition(START)
    return f"{before}{START}{drawn}{END}{rest.partition(END)[2]}"


def _direct(table: Mapping[str, set[str]], name: str) -> set[str]:
    """What a package may import, less what those imports reach themselves."""
    implied: set[str] = set()
    for needed in table[name]:
        implied |= _reached(table, needed)
    return table[name] - implied


def _reached(table: Mapping[str, set[str]], name: str) -> set[str]:
    reached = set(table[name])
    for needed in table[name]:
        reached |= _reached(table, needed)
    return reached


if __name__ == "__main__":
    from tests.test_imports import MAY_IMPORT

    DOCUMENT.write_text(inserted(DOCUMENT.read_text(), mermaid(MAY_IMPORT)))
