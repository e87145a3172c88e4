"""One row out, numbers exact: JSON text, a CSV record, or the cells of a Parquet row."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.batches.cells import NOTHING, Carried, JsonText, carried_text, number_text
from ruletrail.batches.dialects import PLAIN, Dialect
from ruletrail.batches.reasons import join_reasons
from ruletrail.batches.rows import Answered, Counts
from ruletrail.evaluations import sort_fields
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook, is_row_entry
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote
from ruletrail.rendering.problems import problems_json
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import Status, outcome_word
from ruletrail.values import Fact, JsonValue, gather_missing, is_non_value, to_json, write_number

ROW, STATUS, MISSING, PROBLEMS, REASONS = "row", "status", "missing", "problems", "reasons"
"""The columns that a table has beside those of codes."""
LISTS = "lists"
"""What the columns of lists begin with, `lists.NAME`."""
_COLUMN = {"it": "colonna", "en": "column"}
_ACTIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that begins so is run as a formula by spreadsheets, the wide signs by some."""
_LINE_END = re.compile("\r\n?")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
"""What commands a terminal, or turns the direction of writing; no tabs and line ends."""

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)*")

_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_BREAKS = str.maketrans(_LINE_ENDS)


Cells = Sequence[object]


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
    lists: tuple[str, ...]
    required: Mapping[str, frozenset[str]]
    """By section, the fields that must be filled when it is due; where no form has lists."""
    carried: Carried = NOTHING
    """What travels from the row in."""
    has_row: bool = False
    """Whether a table says the number of each row."""
    style: Dialect = PLAIN
    """How CSV is written."""
    has_reasons: bool = False
    """Whether rows say why they are not complete, beside what is missing."""

    @property
    def last(self) -> tuple[str, ...]:
        """The columns behind those of codes."""
        return (MISSING, PROBLEMS, *((REASONS,) if self.has_reasons else ()))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The codes whose answer is a word."""
        return (*self.decisions, *self.sections, *self.checks)

    @property
    def front(self) -> tuple[str, ...]:
        """The columns of a table by which somebody recognises a row."""
        return (*((ROW,) if self.has_row else ()), *self.carried.names)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table."""
        lists = (f"{LISTS}.{code}" for code in self.lists)
        return (*self.front, STATUS, *self.values, *self.outcomes, *lists, *self.last)


@dataclass(frozen=True, slots=True)
class Legend:
    """A sheet beside the answers that says what their codes mean: a header, and rows of texts.

    The first text of a row is the code, the second its label, the third its unit.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]


def layout_of(
    linked: LinkedRulebook,
    form: str,
    language: Locale,
    carried: Carried = NOTHING,
    *,
    has_row: bool = False,
    style: Dialect = PLAIN,
    has_reasons: bool = False,
) -> Layout:
    """Return the columns of answers; names that two of them would have raise `ProblemsError`."""

    def codes(kind: type) -> tuple[str, ...]:
        # what is of each row stands with its list; a check of rows has an outcome for all of them
        return tuple(
            entry.code
            for entry in linked.steps
            if isinstance(entry, kind) and (kind is Check or not is_row_entry(entry))
        )

    required = {
        entry.code: frozenset(code for code in entry.fields if code not in entry.optional)
        for entry in linked.steps
        if isinstance(entry, Section)
    }
    kinds = codes(Rule), codes(Decision), codes(Section), codes(Check)
    lists = tuple(linked.schema.lists)
    layout = Layout(form, language, *kinds, lists, required, carried, has_row, style, has_reasons)
    problems = list(_find_taken(layout, str(linked.rulebook.identity))) if form != "jsonl" else []
    if problems:
        raise ProblemsError(problems)
    return layout


def _find_taken(layout: Layout, name: str) -> Iterator[Problem]:
    """Find codes, and columns to be kept, that have the name of a table's own column."""
    own = (*((ROW,) if layout.has_row else ()), STATUS, *layout.last)
    codes, mark = (*layout.values, *layout.outcomes), Mark(name, 1, 1)
    for code in codes:
        if code in own:
            yield Problem("batch-column-taken", mark, {"code": quote(code)})
    for column in layout.carried.names:
        if column in (*own, *codes):
            yield Problem("batch-keep-taken", mark, {"text": quote(column)})


def write_header(layout: Layout) -> bytes:
    """Write what stands before the first row."""
    if layout.form != "csv":
        return b""
    mark = BOM_UTF8 if layout.style.has_mark else b""
    return mark + _record([quote_text(column) for column in layout.columns], layout.style)


def write_answer(  # noqa: PLR0917 - all of one row
    layout: Layout,
    front: Cells,
    status: Status,
    facts: Mapping[str, Fact],
    lists: Mapping[str, Sequence[Mapping[str, Fact]]],
    missing: list[str],
    reasons: list[str],
) -> Answered:
    """Write the row of a report that was evaluated; `front` is its number and what travels.

    `lists` are the values of its rows, `missing` what `find_missing` found, and `reasons` what
    `list_reasons` listed.
    """
    rows = {code: [_write_values(row) for row in each] for code, each in lists.items()}
    counts = Counts.of(status, 1, int(any(facts[code] == "failed" for code in layout.checks)))
    if layout.form != "jsonl":
        values = (None if is_non_value(fact := facts[code]) else fact for code in layout.values)
        words = (outcome_word(facts[code]) for code in layout.outcomes)
        texts = (write_json(rows[code]) if code in rows else None for code in layout.lists)
        last = (" ".join(missing) or None, None, join_reasons(reasons))[: len(layout.last)]
        cells = (status, *values, *words, *texts, *last)
        return Answered(_write_cells(layout, front, cells), counts)
    document = {
        "status": status,
        "values": {
            code: to_json(facts[code]) for code in layout.values if not is_non_value(facts[code])
        },
        **({"lists": rows} if layout.lists else {}),
        "decisions": {code: outcome_word(facts[code]) for code in layout.decisions},
        "sections": {code: outcome_word(facts[code]) for code in layout.sections},
        "checks": {code: outcome_word(facts[code]) for code in layout.checks},
        "missing": missing,
        **({"reasons": reasons} if reasons else {}),
    }
    return Answered(_line(layout, front, document), counts)


def _write_values(row: Mapping[str, Fact]) -> dict[str, JsonValue]:
    return {name: to_json(fact) for name, fact in row.items()}


def _begin_line(layout: Layout, front: Cells) -> str:
    """Begin a line of JSON; what travels stands in it where something was asked to be kept."""
    row, *carried = front
    begun = f'{{"row":{row}'
    if not layout.carried.kept:
        return begun
    known = zip(layout.carried.names, carried, strict=True)
    found = {name: _carried_json(cell) for name, cell in known if cell is not None}
    subject = {
        name.partition(".")[2]: found[name] for name in layout.carried.subject if name in found
    }
    kept = {name: found[name] for name in layout.carried.kept if name in found}
    return f'{begun},"subject":{_write_members(subject)},"kept":{_write_members(kept)}'


def _write_members(members: Mapping[str, str]) -> str:
    """Write an object whose values are JSON already."""
    return f"{{{','.join(f'{write_json(name)}:{text}' for name, text in members.items())}}}"


def find_missing(
    layout: Layout, linked: LinkedRulebook, report: Report, facts: Mapping[str, Fact]
) -> list[str]:
    """Return, sorted, what is missing: for any value, or as a field of a due section."""
    codes = gather_missing(facts.values())
    for section, required in layout.required.items():
        if facts[section] != "due":
            continue
        if layout.lists:
            entry = linked.rulebook.entries[section]
            codes.update(sort_fields(entry, report)[0] if isinstance(entry, Section) else ())
        else:
            codes.update(required.difference(report.fields))
    return sorted(codes)


def write_problems(
    layout: Layout, front: Cells, problems: Sequence[Problem], *, is_defect: bool = False
) -> Answered:
    """Write the row of a report that could not be evaluated; `front` is as above."""
    first = problems[0]
    # its line may be as long as a report, and is shown by nobody
    told = replace(first, mark=replace(first.mark, text=""))
    counts = Counts(problems=1, defects=int(is_defect), told=((int(str(front[0])), told),))
    written = problems_json(problems, layout.language)
    if layout.form == "jsonl":
        return Answered(_line(layout, front, {"problems": written}), counts)
    after = len(layout.last) - 1 - layout.last.index(PROBLEMS)
    empty = [None] * (len(layout.columns) - len(layout.front) - 1 - after)
    if layout.form == "parquet":
        shown = write_json(written)
    else:
        # for people, with the way out: a line of the cell each, which no sentence has within it
        shown = "\n".join(_problem_text(problem, layout.language) for problem in problems)
    # a way down the document may lead through half a character
    shown = shown.encode("utf-8", "replace").decode()
    return Answered(_write_cells(layout, front, (*empty, shown, *[None] * after)), counts)


def _problem_text(problem: Problem, language: Locale) -> str:
    """Write a problem for people on a line, with the way out at its end."""
    text = f"{problem.code}: {tell_place(problem, language)}"
    return " ".join(f"{text} → {problem.hint(language)}".splitlines())


def tell_place(problem: Problem, language: Locale) -> str:
    """Say what is wrong in a row, and where, if the sentence does not: the column, the field.

    Of what is wrong within a list the field says its row and its cell.
    """
    text, column = problem.message(language), problem.mark.cell
    named = (column, "" if problem.absent else problem.field or "")
    names = ", ".join(map(quote, dict.fromkeys(filter(None, named))))
    if not names or problem.label:
        return text
    return f"{text} ({_COLUMN[language]} {names})" if column else f"{text} ({names})"


def _write_cells(
    layout: Layout, front: Cells, cells: Sequence[object]
) -> bytes | tuple[object, ...]:
    shown = front if layout.has_row else front[1:]
    if layout.form != "csv":
        return (*shown, *cells)
    style = layout.style
    before = (write_carried(cell, style) for cell in shown)
    return _record([*before, *(_cell(cell, style) for cell in cells)], style)


# -- Text ------------------------------------------------------------------------------------------


def _line(layout: Layout, front: Cells, document: Mapping[str, Any]) -> bytes:
    """Write a line of JSON: by what somebody recognises the row, then what it came to."""
    rest = write_json(document).removeprefix("{")
    # the way to what is wrong, and what a file is called, may hold half a character
    return f"{_begin_line(layout, front)},{rest}\n".encode("utf-8", "replace")


def write_json(document: object) -> str:
    """Write a document on one line."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # a reader of lines must not see a line end inside a text
    return text if text.isascii() else text.translate(_BREAKS)


def _carried_json(cell: object) -> str:
    """Write a cell that travels as JSON; a number as its text, like all numbers of answers."""
    if isinstance(cell, JsonText):
        return cell
    return write_json(cell if isinstance(cell, bool) else carried_text(cell))


def _record(written: Sequence[str], style: Dialect) -> bytes:
    return (style.delimiter.join(written) + style.line_end).encode("utf-8")


def write_carried(cell: object, style: Dialect) -> str:
    """Write a cell that travels; a number stays one, whatever the column was read as."""
    if cell is None:
        return ""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return write_csv_number(number_text(cell), style)
    text = carried_text(cell)
    if _NUMBER.fullmatch(text) is None:
        return quote_text(text)
    return f'"{text}"' if style.delimiter in text else text


def _cell(cell: object, style: Dialect) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Fraction():
            return write_csv_number(write_number(cell), style)
        case _:
            return quote_text(str(cell))


def write_csv_number(text: str, style: Dialect) -> str:
    """Write a number in the style of a file.

    A spreadsheet takes `1/3` for the first of March; where one will open the file, an apostrophe
    makes it a text.
    """
    if not style.is_office:
        return text
    if "/" in text:
        return f"'{text}"
    written = text.replace(".", ",")
    return f'"{written}"' if style.delimiter in written else written


def quote_text(text: str) -> str:
    """Write a text that no spreadsheet runs; an empty text is `""`, which is not an empty cell.

    Line ends are line feeds, and characters that nobody sees are made visible, as on any page.
    """
    inert = text if text.isprintable() else show_hidden(text)
    if inert.lstrip().startswith(_ACTIVE) or inert[:1] in ("\t", "\n"):
        inert = "'" + inert
    if inert and not any(char in inert for char in ',;"\t\n'):
        return inert
    return '"' + inert.replace('"', '""') + '"'


def show_hidden(text: str) -> str:
    """Make visible what commands a terminal or turns the writing; line ends are line feeds."""
    return _HIDDEN.sub(lambda match: make_inert(match.group()), _LINE_END.sub("\n", text))
