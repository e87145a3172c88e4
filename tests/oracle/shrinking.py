"""Disagreements, and how they are made smaller."""

import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import ruletrail

from .documents import Report, Rulebook, report_text

Comparison = Callable[[Rulebook, list[Report]], list[str]]


@dataclass
class Disagreement:
    """What differed, shrunk."""

    seed: object
    what: str
    rulebook: Rulebook
    rows: list[Report]
    texts: list[str]

    def __str__(self) -> str:
        """Show everything that is needed to see it again."""
        rows = "\n".join(report_text(row) for row in self.rows[:5])
        more = f"\n… {len(self.rows)} rows" if len(self.rows) > 5 else ""
        parts = [
            f"seed {self.seed}: {self.what}",
            self.rulebook.text(),
            *(f"{name}:\n{text}" for name, text in self.rulebook.files.items()),
            self.rulebook.schema_text(),
        ]
        return "\n".join([*parts, rows + more, *(text[:3000] for text in self.texts), "-" * 80])


def guarded(compare: Callable[[], list[str]]) -> list[str]:
    """Compare, and take whatever is raised, or warned of, as a difference."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return compare()
    except ruletrail.ProblemsError as error:
        return ["problems: " + "; ".join(f"{p.code} {p.message('en')}" for p in error.problems)]
    except Exception:  # noqa: BLE001 - whatever it raises is a finding
        return ["raised: " + traceback.format_exc()]


def shrunk(found: Disagreement, compare: Comparison) -> Disagreement:
    """Leave out rows, entries and cells as long as something differs."""
    state = _Shrinking(found.rulebook, found.rows, found.texts, compare)
    if not state.still(found.rulebook, found.rows):
        texts = [*found.texts, "(not seen when asked again from the rulebook on)"]
        return Disagreement(found.seed, found.what, found.rulebook, found.rows, texts)
    state.halve_rows()
    for _ in range(2):
        state.drop_entries()
        state.drop_cells()
    state.halve_rows()
    return Disagreement(found.seed, found.what, state.rulebook, state.rows, state.texts)


@dataclass
class _Shrinking:
    """A disagreement that gets smaller."""

    rulebook: Rulebook
    rows: list[Report]
    texts: list[str]
    compare: Comparison
    left: int = 300

    def still(self, rulebook: Rulebook, rows: list[Report]) -> bool:
        """Say whether it still differs in the same manner, and keep it if so."""
        self.left -= 1
        if self.left < 0:
            return False
        texts = guarded(lambda: self.compare(rulebook, rows))
        if not texts or _raised(texts) != _raised(self.texts):
            return False
        self.rulebook, self.rows, self.texts = rulebook, rows, texts
        return True

    def halve_rows(self) -> None:
        """Leave out stretches of rows, ever shorter ones."""
        size = len(self.rows) // 2
        while size >= 1:
            at = 0
            while at < len(self.rows) and len(self.rows) > 1:
                fewer = self.rows[:at] + self.rows[at + size :]
                if not fewer or not self.still(self.rulebook, fewer):
                    at += size
            size //= 2

    def drop_entries(self) -> None:
        """Leave out entries, then fields that nothing reads."""
        for kind in list(self.rulebook.content):
            for code in list(self.rulebook.entries(kind)):
                content = {k: dict(v) for k, v in self.rulebook.content.items()}
                content[kind].pop(code)
                book = replace(self.rulebook, content=content)
                self.still(book, self.rows)
        for code in list(self.rulebook.fields):
            fields = {c: d for c, d in self.rulebook.fields.items() if c != code}
            book = replace(self.rulebook, fields=fields)
            rows = [{c: v for c, v in row.items() if c != code} for row in self.rows]
            self.still(book, rows)

    def drop_cells(self) -> None:
        """Leave out cells of small tables."""
        for index in range(min(len(self.rows), 4)):
            for code in list(self.rows[index]):
                rows = list(self.rows)
                rows[index] = {c: v for c, v in rows[index].items() if c != code}
                self.still(self.rulebook, rows)


def _raised(texts: list[str]) -> str:
    """Say what was raised, if something was, rather than answered otherwise."""
    raised = texts[0].startswith(("raised:", "problems:"))
    return " ".join(texts[0].rsplit("\n", 2)[-2:])[:30] if raised else ""
