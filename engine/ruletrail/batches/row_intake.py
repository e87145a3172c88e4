"""A raw row becomes a report, read and checked exactly as a report of its own would be.

What is wrong is marked with the row's own line in the input. A row that is plainly valid is read
the fast way, as `reports.plain_json` reads a document; a differential test binds the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite

from ruletrail.batches.lines import split_cells
from ruletrail.batches.rows import RawRow
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    decode_text,
    from_python,
    members_of,
)
from ruletrail.documents.json_reader import read_json
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.intake import check_reference, check_report
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, sort_problems
from ruletrail.references import Reference
from ruletrail.reports import Report, read_reference
from ruletrail.reports.plain_json import NotPlainError, Number, build_plain, read_plain_line
from ruletrail.schemas import Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_LONGEST_PLAIN = MOST_INTEGER_DIGITS + MOST_DECIMALS + len("-.")
"""Bytes of the longest number or boolean of a valid report."""

_KEYS = "rulebook" + "subject" + "fields"
_WIDEST = 4
"""Bytes of one character at most."""


def _count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class RowForm:
    """How the rows of one input are written: the form, its name, a table's columns and delimiter.

    `rulebook` stands in the rows of a table without that column.
    """

    form: str
    name: str
    header: tuple[str, ...] = ()
    delimiter: str = ","
    rulebook: str = ""
    has_subject: bool = field(init=False)
    """Whether a table says something of subjects; reports of one that does not have none."""
    room: int = field(init=False)
    """Bytes of the texts of a row that is surely no larger than a report."""

    def __post_init__(self) -> None:
        """Look at the header once, not once a row."""
        has_subject = any(column.startswith(SUBJECT) for column in self.header)
        object.__setattr__(self, "has_subject", has_subject)
        around = sum(_count_bytes(column) + _LONGEST_PLAIN for column in self.header)
        room = REPORT_LIMITS.size - around - len(_KEYS) - _count_bytes(self.rulebook)
        object.__setattr__(self, "room", room)


def read_report(raw: RawRow, form: RowForm, linked: LinkedRulebook) -> Report:
    """Read and check the report of a row; whatever is wrong raises `ProblemsError`."""
    report = _read_plain(raw, form, linked)
    if report is not None:
        problems = check_reference(report.reference, report.reference_mark, linked)
        if problems:
            raise ProblemsError(problems)
        return report
    node, problems = read_node(raw, form)
    if node is None or has_errors(problems):
        raise ProblemsError(sort_problems(problems))
    return _check(node, linked, raw, form)


def _read_plain(raw: RawRow, form: RowForm, linked: LinkedRulebook) -> Report | None:
    """Read a row the fast way, when it is plainly valid."""
    mark = Mark(form.name, raw.line, 1)
    cells: Sequence[object]
    if isinstance(raw.data, tuple):
        cells = raw.data
        if _WIDEST * sum(len(cell) for cell in cells if isinstance(cell, str)) > form.room:
            return None
    elif raw.data is None:
        return None
    else:
        text = _decode(raw, form)
        if form.form == "jsonl":
            return read_plain_line(text, mark, linked.schema)
        cells = [cell or None for _, cell in split_cells(text, form.delimiter) or ()]
    if len(cells) != len(form.header):
        return None
    pairs = zip(form.header, cells, strict=True)
    filled = ((column, cell) for column, cell in pairs if cell is not None)
    return _read_plain_cells(filled, form, mark, linked.schema)


def _read_plain_cells(
    cells: Iterable[tuple[str, object]], form: RowForm, mark: Mark, schema: Schema
) -> Report | None:
    """Read the filled cells of a table's row, if they are plainly a valid report.

    In CSV a text stands for what its field is; elsewhere it is a text.
    """
    fields: dict[str, object] = {}
    subject: dict[str, object] = {}
    document: dict[str, object] = {"fields": fields}
    if form.has_subject:
        document["subject"] = subject
    if form.rulebook:
        document[RULEBOOK] = form.rulebook
    types = schema.types if form.form == "csv" else {}
    try:
        for column, cell in cells:
            if column == RULEBOOK:
                document[RULEBOOK] = cell
            elif column.startswith(SUBJECT):
                subject[column.removeprefix(SUBJECT)] = _plain_cell(cell, "text")
            else:
                fields[column] = _plain_cell(cell, types.get(column, "text"))
        return build_plain(document, schema, (mark, mark))
    except NotPlainError:
        return None


def _plain_cell(cell: object, kind: str) -> object:
    """Return a cell as JSON would hold it; a text of CSV is read as its field's type."""
    if not isinstance(cell, str):
        return cell if isinstance(cell, bool) else Number(number_text(cell))
    if kind == "number":
        return Number(cell)
    return cell == "true" if kind == "boolean" and cell in ("true", "false") else cell


def number_text(cell: object) -> str:
    """Write a table's number with no more decimals than it needs.

    The scale of its column says nothing of how it was declared.
    """
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    text = f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)
    return text.rstrip("0").rstrip(".") if "." in text else text


def row_reference(raw: RawRow, form: RowForm) -> Reference | None:
    """Find which rulebook a row names; None where it names none, or cannot be read."""
    try:
        node, _ = read_node(raw, form)
    except ProblemsError:
        return None
    return read_reference(node)[0] if node is not None else None


def read_node(raw: RawRow, form: RowForm) -> tuple[Node | None, list[Problem]]:
    """Read a row as a tree, with what is wrong with it; no UTF-8 raises `ProblemsError`."""
    mark = Mark(form.name, raw.line, 1)
    if raw.data is None:
        return None, [Problem("document-too-large", mark, {"limit": str(REPORT_LIMITS.size)})]
    if isinstance(raw.data, tuple):
        return _read_cells(raw.data, raw, form)
    text = _decode(raw, form)
    if form.form == "csv":
        return _read_record(text, raw, form)
    if not text.strip(" \t\r"):
        return None, [Problem("empty-document", mark)]
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


def _check(node: Node, linked: LinkedRulebook, raw: RawRow, form: RowForm) -> Report:
    """Check a tree as a report's own document is checked."""
    report, problems = check_report(node, linked)
    if report is None:
        lines = raw.line - 1 if form.form == "jsonl" else 0
        raise ProblemsError(sort_problems(move(problems, lines)))
    return report


# -- Tables ----------------------------------------------------------------------------------------


def _read_record(text: str, raw: RawRow, form: RowForm) -> tuple[Node | None, list[Problem]]:
    """Read a CSV record; the schema types its plain scalars, and an empty cell is missing."""
    cells = split_cells(text, form.delimiter)
    mark = Mark(form.name, raw.line, 1)
    if cells is None:
        return None, [Problem("batch-quotes", mark, {"near": quote(text)})]
    if len(cells) != len(form.header):
        details = {"found": str(len(cells)), "expected": str(len(form.header))}
        return None, [Problem("batch-cells", mark, details)]
    pairs = zip(form.header, cells, strict=True)
    filled = [(column, at, cell) for column, (at, cell) in pairs if cell]
    # texts of documents are NFC and of bounded length; the tree of Python data keeps the same
    # limits
    texts = {column: cell for column, _, cell in filled}
    checked, problems = from_python(texts, form.name, REPORT_LIMITS)
    if not isinstance(checked, MappingNode) or problems:
        return None, move(problems, raw.line - 1)
    written = [
        (column, ScalarNode(node.text, "plain", _mark_at(text, at, raw, form)))
        for column, at, _ in filled
        if isinstance(node := checked.values[column], ScalarNode)
    ]
    return _tree(written, raw, form), []


def _mark_at(text: str, at: int, raw: RawRow, form: RowForm) -> Mark:
    line = text.count("\n", 0, at)
    return Mark(form.name, raw.line + line, at - (text.rfind("\n", 0, at) + 1) + 1)


def _read_cells(
    cells: tuple[object, ...], raw: RawRow, form: RowForm
) -> tuple[Node | None, list[Problem]]:
    """Read a row of a Parquet table: exact values, None where missing.

    Its report is as large as the mapping that says the same.
    """
    mark = Mark(form.name, raw.line, 1)
    written: list[tuple[str, ScalarNode]] = []
    room = REPORT_LIMITS.size
    problems: list[Problem] = []
    for number, (column, cell) in enumerate(zip(form.header, cells, strict=True), 1):
        if cell is None:
            continue
        place = replace(mark, column=number)
        if isinstance(cell, bytes):
            problems.append(_find_no_text(cell, place))
            continue
        node, found = from_python({column: _plain(cell)}, form.name, REPORT_LIMITS)
        problems += [replace(problem, mark=place) for problem in found]
        if isinstance(node, MappingNode) and isinstance(scalar := node.values[column], ScalarNode):
            written.append((column, replace(scalar, mark=place)))
            room -= _count_bytes(cell if isinstance(cell, str) else scalar.text)
    tree = _tree(written, raw, form)
    room -= sum(map(_count_bytes, _list_keys(tree))) + _count_bytes(form.rulebook)
    if room < 0 and not problems:
        problems = [Problem("document-too-large", mark, {"limit": str(REPORT_LIMITS.size)})]
    return (None, problems) if problems else (tree, [])


def _list_keys(tree: Node) -> Iterator[str]:
    for key, value in members_of(tree).items():
        yield key
        yield from _list_keys(value)


def _find_no_text(cell: bytes, place: Mark) -> Problem:
    """Find which byte of a text is none of UTF-8."""
    try:
        decode_text(cell, place.file)
    except ProblemsError as error:
        return replace(error.problems[0], mark=place)
    raise TypeError("a cell is bytes only where it is no text")


def _plain(cell: object) -> object:
    """Return a number as a Decimal without needless decimals, anything else as it is."""
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
    if form.has_subject:
        values["subject"] = _mapping(subject, mark)
    values["fields"] = _mapping(fields, mark)
    keys = {key: ScalarNode(key, "quoted", mark) for key in values}
    return MappingNode(values, keys, mark)


def _mapping(scalars: Mapping[str, ScalarNode], mark: Mark) -> MappingNode:
    keys = {key: ScalarNode(key, "quoted", scalar.mark) for key, scalar in scalars.items()}
    return MappingNode(dict(scalars), keys, mark)
