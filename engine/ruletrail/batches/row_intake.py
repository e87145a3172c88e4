"""A raw row to a report, checked exactly as a report of its own would be: reader, reference, schema.

What is wrong is marked with the row's own line in the input.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite

from ruletrail.batches.lines import split_cells
from ruletrail.batches.plain_rows import number_text, read_plain_row
from ruletrail.batches.rows import RawRow
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    decode_text,
    from_python,
)
from ruletrail.documents.json_reader import read_json
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, sort_problems
from ruletrail.references import Reference
from ruletrail.reports import Report, build_report, read_reference
from ruletrail.reports.plain_json import read_plain_line
from ruletrail.schemas import check_schema


@dataclass(frozen=True, slots=True)
class RowForm:
    """How the rows of one input are written: the form, the input's name, a table's columns and delimiter.

    `rulebook` stands in the rows of a table without that column.
    """

    form: str
    name: str
    header: tuple[str, ...] = ()
    delimiter: str = ","
    rulebook: str = ""


def read_report(raw: RawRow, form: RowForm, plan: LinkedRulebook) -> Report:
    """Read and check the report of a row; whatever is wrong raises `ProblemsError`."""
    report = _read_plain(raw, form, plan)
    if report is not None:
        _check_reference(report.reference, report.reference_mark, plan)
        return report
    node, problems = read_node(raw, form)
    if node is None or has_errors(problems):
        raise ProblemsError(sort_problems(problems))
    return _check(node, plan, raw, form)


def _read_plain(raw: RawRow, form: RowForm, plan: LinkedRulebook) -> Report | None:
    """Read a row the fast way, when it is plainly valid."""
    mark = Mark(form.name, raw.line, 1)
    cells: Sequence[object]
    if isinstance(raw.data, tuple):
        cells = raw.data
    elif raw.data is None:
        return None
    else:
        text = _decode(raw, form)
        if form.form == "jsonl":
            return read_plain_line(text, mark, plan.schema)
        cells = [cell or None for _, cell in split_cells(text, form.delimiter) or ()]
    if len(cells) != len(form.header):
        return None
    filled = (
        (column, cell) for column, cell in zip(form.header, cells, strict=True) if cell is not None
    )
    return read_plain_row(filled, form.rulebook, mark, plan.schema, is_written=form.form == "csv")


def find_reference(raw: RawRow, form: RowForm) -> Reference | None:
    """Find which rulebook a row names; None where it names none, or cannot be read."""
    try:
        node, _ = read_node(raw, form)
    except ProblemsError:
        return None
    return read_reference(node)[0] if node is not None else None


def read_node(raw: RawRow, form: RowForm) -> tuple[Node | None, list[Problem]]:
    """Read a row as a tree, with what is wrong with its text; an undecodable row raises `ProblemsError`."""
    if raw.data is None:
        limit = {"limit": str(REPORT_LIMITS.size)}
        return None, [Problem("document-too-large", Mark(form.name, raw.line, 1), limit)]
    if isinstance(raw.data, tuple):
        return _read_cells(raw.data, raw, form)
    text = _decode(raw, form)
    if form.form == "csv":
        return _read_record(text, raw, form)
    if not text.strip(" \t\r"):
        return None, [Problem("empty-document", Mark(form.name, raw.line, 1))]
    node, problems = read_json(text, form.name, REPORT_LIMITS)
    return node, move(problems, raw.line - 1)


def _decode(raw: RawRow, form: RowForm) -> str:
    if not isinstance(raw.data, bytes):
        raise TypeError("cells are no text")
    try:
        return decode_text(raw.data, form.name)
    except ProblemsError as error:
        raise ProblemsError(move(error.problems, raw.line - 1)) from error


def move(problems: Sequence[Problem], lines: int) -> list[Problem]:
    """Mark problems so many lines further down, and the lines that they speak of."""
    moved = []
    for problem in problems:
        details: Mapping[str, str] = problem.details
        if "line" in details:
            details = {**details, "line": str(int(details["line"]) + lines)}
        mark = replace(problem.mark, line=problem.mark.line + lines)
        moved.append(replace(problem, mark=mark, details=details))
    return moved


def _check(node: Node, plan: LinkedRulebook, raw: RawRow, form: RowForm) -> Report:
    """Check a tree against reference and schema, as a report's own document is."""
    reference, mark, problems = read_reference(node)
    lines = raw.line - 1 if form.form == "jsonl" else 0
    if reference is None or problems:
        raise ProblemsError(move(problems, lines))
    _check_reference(reference, replace(mark, line=mark.line + lines), plan)
    data, found = check_schema(node, plan.schema)
    report = None
    if not found:
        report, found = build_report(node, data, plan.schema)
    if report is None:
        raise ProblemsError(sort_problems(move(found, lines)))
    return report


def _check_reference(reference: Reference, mark: Mark, plan: LinkedRulebook) -> None:
    identity = plan.rulebook.identity
    same = (reference.name, reference.edition) == (identity.name, identity.edition)
    if not same or reference.version not in ("", identity.version):
        details = {"text": quote(str(reference)), "rulebook": quote(str(identity))}
        raise ProblemsError([Problem("report-of-another", mark, details)])


# -- Tables ------------------------------------------------------------------------------------------------------


def _read_record(text: str, raw: RawRow, form: RowForm) -> tuple[Node | None, list[Problem]]:
    """Read a CSV record; cells are plain scalars, which the schema types, and an empty one is missing."""
    cells = split_cells(text, form.delimiter)
    if cells is None:
        return None, [Problem("batch-quotes", Mark(form.name, raw.line, 1), {"near": quote(text)})]
    if len(cells) != len(form.header):
        details = {"found": str(len(cells)), "expected": str(len(form.header))}
        return None, [Problem("batch-cells", Mark(form.name, raw.line, 1), details)]
    problems: list[Problem] = []
    written: list[tuple[str, ScalarNode]] = []
    for column, (at, cell) in zip(form.header, cells, strict=True):
        if cell:
            mark = _mark_at(text, at, raw, form)
            written.append((column, ScalarNode(cell, "plain", mark)))
    # texts of documents are NFC and of bounded length; the tree of Python data keeps the same limits
    checked, problems = from_python(
        {column: scalar.text for column, scalar in written}, form.name, REPORT_LIMITS
    )
    if not isinstance(checked, MappingNode) or problems:
        return None, move(problems, raw.line - 1)
    texts = {
        column: node.text for column, node in checked.values.items() if isinstance(node, ScalarNode)
    }
    return _tree(
        [(column, replace(scalar, text=texts[column])) for column, scalar in written], raw, form
    ), []


def _mark_at(text: str, at: int, raw: RawRow, form: RowForm) -> Mark:
    line = text.count("\n", 0, at)
    return Mark(form.name, raw.line + line, at - (text.rfind("\n", 0, at) + 1) + 1)


def _read_cells(
    cells: tuple[object, ...], raw: RawRow, form: RowForm
) -> tuple[Node | None, list[Problem]]:
    """Read a row of a Parquet table: exact values, None where missing."""
    mark = Mark(form.name, raw.line, 1)
    written: list[tuple[str, ScalarNode]] = []
    problems: list[Problem] = []
    for number, (column, cell) in enumerate(zip(form.header, cells, strict=True), 1):
        if cell is None:
            continue
        place = replace(mark, column=number)
        if isinstance(cell, bytes):
            problems.append(_not_text(cell, place))
            continue
        shown = form.name
        node, found = from_python({column: _plain(cell)}, shown, REPORT_LIMITS)
        problems += [replace(problem, mark=place) for problem in found]
        if isinstance(node, MappingNode) and isinstance(scalar := node.values[column], ScalarNode):
            written.append((column, replace(scalar, mark=place)))
    return (None, problems) if problems else (_tree(written, raw, form), [])


def _not_text(cell: bytes, place: Mark) -> Problem:
    """Say which byte of a text is none of UTF-8."""
    try:
        decode_text(cell, place.file)
    except ProblemsError as error:
        return replace(error.problems[0], mark=place)
    raise TypeError("a cell is bytes only where it is no text")


def _plain(cell: object) -> object:
    """Write a number with no more decimals than it needs, as a Decimal; anything else, and no number, as it is."""
    if isinstance(cell, str | bool) or (isinstance(cell, float | Decimal) and not isfinite(cell)):
        return cell
    return Decimal(number_text(cell))


def _tree(written: Sequence[tuple[str, ScalarNode]], raw: RawRow, form: RowForm) -> MappingNode:
    """Put the cells of a row where a report has them."""
    mark = Mark(form.name, raw.line, 1)
    fields: dict[str, ScalarNode] = {}
    subject: dict[str, ScalarNode] = {}
    values: dict[str, Node] = {}
    if form.rulebook:
        values[RULEBOOK] = ScalarNode(form.rulebook, "quoted", mark)
    for column, scalar in written:
        if column == RULEBOOK:
            values[RULEBOOK] = scalar
        elif column.startswith(SUBJECT):
            subject[column.removeprefix(SUBJECT)] = (
                replace(scalar, style="quoted") if form.form == "csv" else scalar
            )
        else:
            fields[column] = scalar
    values["subject"] = _mapping(subject, mark)
    values["fields"] = _mapping(fields, mark)
    keys = {key: ScalarNode(key, "quoted", mark) for key in values}
    return MappingNode(values, keys, mark)


def _mapping(scalars: Mapping[str, ScalarNode], mark: Mark) -> MappingNode:
    return MappingNode(
        dict(scalars),
        {key: ScalarNode(key, "quoted", scalar.mark) for key, scalar in scalars.items()},
        mark,
    )
