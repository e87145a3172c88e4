"""One row out, numbers exact: JSON text, a CSV record, or the cells of a Parquet row."""

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.batches.rows import Answered
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote
from ruletrail.rendering.problems import problems_json
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import Status, outcome_word
from ruletrail.values import Fact, Missing, is_non_value, to_json, write_number

STATUS, PROBLEMS = "status", "problems"
_ACTIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that begins so is run as a formula by spreadsheets, the wide signs by some."""
_LINE_END = re.compile("\r\n?")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
"""What commands a terminal, or turns the direction of writing; no tabs and line ends."""

_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_BREAKS = str.maketrans(_LINE_ENDS)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of an output, and the language of problems.

    Codes stand kind by kind, each kind in the order of evaluation.
    """

    form: str
    language: Locale
    values: tuple[str, ...]
    decisions: tuple[str, ...]
    sections: tuple[str, ...]
    checks: tuple[str, ...]
    required: Mapping[str, frozenset[str]]
    """By section, the fields that must be filled when it is due."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The codes whose answer is a word."""
        return (*self.decisions, *self.sections, *self.checks)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a CSV or Parquet table."""
        return (STATUS, *self.values, *self.outcomes, PROBLEMS)


def layout_of(linked: LinkedRulebook, form: str, language: Locale) -> Layout:
    """Return the columns of answers; a code named as a table's own raises `ProblemsError`."""

    def codes(kind: type) -> tuple[str, ...]:
        return tuple(entry.code for entry in linked.steps if isinstance(entry, kind))

    required = {
        entry.code: frozenset(code for code in entry.fields if code not in entry.optional)
        for entry in linked.steps
        if isinstance(entry, Section)
    }
    kinds = codes(Rule), codes(Decision), codes(Section), codes(Check)
    layout = Layout(form, language, *kinds, required)
    taken = [code for code in layout.columns[1:-1] if code in (STATUS, PROBLEMS)]
    if form != "jsonl" and taken:
        mark = Mark(str(linked.rulebook.identity), 1, 1)
        raise ProblemsError(
            [Problem("batch-column-taken", mark, {"code": quote(code)}) for code in taken]
        )
    return layout


def write_header(layout: Layout) -> bytes:
    """Write what stands before the first row."""
    return _record(layout.columns) if layout.form == "csv" else b""


def write_answer(
    layout: Layout, row: int, report: Report, status: Status, facts: Mapping[str, Fact]
) -> Answered:
    """Write the row of a report that was evaluated."""
    if layout.form != "jsonl":
        values = (None if is_non_value(fact := facts[code]) else fact for code in layout.values)
        words = (outcome_word(facts[code]) for code in layout.outcomes)
        cells = (status, *values, *words, None)
        return Answered(_record(cells) if layout.form == "csv" else cells)
    document = {
        "row": row,
        "status": status,
        "values": {
            code: to_json(facts[code]) for code in layout.values if not is_non_value(facts[code])
        },
        "decisions": {code: outcome_word(facts[code]) for code in layout.decisions},
        "sections": {code: outcome_word(facts[code]) for code in layout.sections},
        "checks": {code: outcome_word(facts[code]) for code in layout.checks},
        "missing": find_missing(layout, report, facts),
    }
    return Answered(_line(document))


def find_missing(layout: Layout, report: Report, facts: Mapping[str, Fact]) -> list[str]:
    """Return, sorted, what is missing: for any value, or as a field of a due section."""
    codes: set[str] = set()
    for fact in facts.values():
        if isinstance(fact, Missing):
            codes.update(fact.codes)
    for section, required in layout.required.items():
        if facts[section] == "due":
            codes.update(required.difference(report.fields))
    return sorted(codes)


def write_problems(
    layout: Layout, row: int, problems: Sequence[Problem], *, is_defect: bool = False
) -> Answered:
    """Write the row of a report that could not be evaluated."""
    written = problems_json(problems, layout.language)
    content: bytes | tuple[object, ...]
    if layout.form == "jsonl":
        content = _line({"row": row, "problems": written})
    else:
        empty = [None] * (len(layout.columns) - 1)
        texts = [f"{problem['code']}: {problem['message']}" for problem in written]
        shown = "; ".join(texts) if layout.form == "csv" else write_json(written)
        content = _record([*empty, shown]) if layout.form == "csv" else (*empty, shown)
    return Answered(content, problems=1, defects=int(is_defect))


# -- Text ------------------------------------------------------------------------------------------


def _line(document: Mapping[str, Any]) -> bytes:
    return (write_json(document) + "\n").encode("utf-8")


def write_json(document: object) -> str:
    """Write a document on one line."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # a reader of lines must not see a line end inside a text
    return text if text.isascii() else text.translate(_BREAKS)


def _record(cells: Sequence[object]) -> bytes:
    return (",".join(_cell(cell) for cell in cells) + "\n").encode("utf-8")


def _cell(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Fraction():
            return write_number(cell)
        case _:
            return quote_text(str(cell))


def quote_text(text: str) -> str:
    """Write a text that no spreadsheet runs; an empty text is `""`, which is not an empty cell.

    Line ends are line feeds, and characters that nobody sees are made visible, as on any page.
    """
    inert = text if text.isprintable() else _show_hidden(text)
    if inert.lstrip().startswith(_ACTIVE) or inert[:1] in ("\t", "\n"):
        inert = "'" + inert
    if inert and not any(char in inert for char in ',;"\t\n'):
        return inert
    return '"' + inert.replace('"', '""') + '"'


def _show_hidden(text: str) -> str:
    return _HIDDEN.sub(lambda match: make_inert(match.group()), _LINE_END.sub("\n", text))
