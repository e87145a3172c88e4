#!/usr/bin/env python3
"""Write the tables of operators and functions in docs/language.md from the table of operations.

Run it after a change of that table, by `make pages`; a test compares the page with what it writes.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ruletrail.formulas import FUNCTIONS, OPERATORS, Operation

PAGE = Path(__file__).parent / "language.md"
BEGIN, END = "<!-- written by `make pages` from formulas/operations.py -->\n", "<!-- end -->\n"


def write_tables() -> str:
    """Write both tables."""
    lines = ["| operator | what it gives |", "|---|---|", *_rows(OPERATORS.values()), ""]
    lines += ["| function | what it gives |", "|---|---|", *_rows(FUNCTIONS.values())]
    return "\n".join(lines) + "\n"


def _rows(operations: Iterable[Operation]) -> Iterator[str]:
    for operation in operations:
        groups = "; takes groups" if operation.takes_groups else ""
        decimals = (
            "; with 0 to 10 decimals, none unless written" if operation.takes_decimals else ""
        )
        since = f"; since language {operation.since}" if operation.since > 1 else ""
        notes = f"{groups}{decimals}{since}"
        yield f"| `{operation.signature}` | {operation.helped('en')}{notes} |"


def write_page(page: str) -> str:
    """Put the tables into the page, between their marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{write_tables()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(write_page(PAGE.read_text("utf-8")), "utf-8")
