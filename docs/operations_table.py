#!/usr/bin/env python3
"""Write the tables of operators and functions in the language's pages from the table of operations.

Run it after a change of that table, by `make pages`; a test compares the page with what it writes.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ruletrail.formulas import FUNCTIONS, OPERATORS, Operation

PAGES: Mapping[int, Path] = {
    1: Path(__file__).parent / "language.md",
    2: Path(__file__).parent / "language-2.md",
}
"""The page of each version of the language."""

BEGIN, END = "<!-- written by `make pages` from formulas/operations.py -->\n", "<!-- end -->\n"


def write_tables(language: int) -> str:
    """Write the tables of what a version of the language brought."""
    lines: list[str] = []
    for word, table in (("operator", OPERATORS), ("function", FUNCTIONS)):
        brought = [each for each in table.values() if each.since == language]
        if brought:
            lines += ["", f"| {word} | what it gives |", "|---|---|", *_rows(brought)]
    return "\n".join(lines[1:]) + "\n"


def _rows(operations: Iterable[Operation]) -> Iterator[str]:
    for operation in operations:
        groups = "; takes groups" if operation.takes_groups else ""
        decimals = (
            "; with 0 to 10 decimals, none unless written" if operation.takes_decimals else ""
        )
        yield f"| `{operation.signature}` | {operation.helped('en')}{groups}{decimals} |"


def write_page(page: str, language: int) -> str:
    """Put the tables into the page of a version of the language, between their marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{write_tables(language)}{END}{after}"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(write_page(path.read_text("utf-8"), language), "utf-8")
