"""A raw row becomes a report, read and checked exactly as a report of its own would be.

What is wrong is marked with the row's own line in the input. A row that is plainly valid is read
the fast way, as `reports.plain_json` reads a document; a differential test binds the two.
"""

import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from math import isfinite

from ruletrail.batches.cells import number_text
from ruletrail.batches.dialects import PLAIN, Dialect, list_signs
from ruletrail.batches.lines import find_line_end, split_cells
from ruletrail.batches.list_cells import read_rows_cell, read_rows_text
from ruletrail.batches.rows import RawRow, Unread
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    Nulls,
    ScalarNode,
    decode_text,
    from_python,
    members_of,
    take_nulls,
)
from ruletrail.documents.json_reader import read_json
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.intake import check_reference, check_report, is_whole
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    REPORT,
    Mark,
    Path,
    Problem,
    ProblemsError,
    quote,
    quote_to_write,
    sort_problems,
    term,
)
from ruletrail.references import Reference
from ruletrail.reports import Report, read_reference
from ruletrail.reports.plain_json import NotPlainError, Number, build_plain, read_plain_line
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_LONGEST_PLAIN = MOST_INTEGER_DIGITS + MOST_DECIMALS + len("-.")
"""Bytes of the longest number or boolean of a valid report."""

_KEYS = "rulebook" + "subject" + "fields"
_OF_CELLS = {"number-form": "cell-number", "number-form-whole": "cell-number-whole"}
"""Hints of a report that say to take out a line: of a table that would be somebody's whole row."""
_WIDEST = 4
"""Bytes of one character at most."""


def _count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class RowForm:
    """How the rows of one input are written: the form, its name, a table's columns, CSV's dialect.

    `rulebook` stands in the rows of a table without that column. `passed` are the columns, or keys
    of JSON, that no report reads.
    """

    form: str
    name: str
    header: tuple[str, ...] = ()
    dialect: Dialect = PLAIN
    rulebook: str = ""
    passed: frozenset[str] = frozenset()
    types: Mapping[str, object] = field(default_factory=dict)
    """The Arrow types of a table's columns, where it has some."""
    nulls: Nulls = "refused"
    """What null means in JSON; an empty cell of a table is missing."""
    has_subject: bool = field(init=False)
    """Whether a table says something of subjects; reports of one that does not have none."""
    columns: tuple[str, ...] = field(init=False)
    """The columns of a table that reports are read from; empty in the place of any other."""
    places: Mapping[str, int] = field(init=False)
    """Where each column of a table stands in its rows."""
    room: int = field(init=False)
    """Bytes of the texts of a row that is surely no larger than a report."""
    is_written: bool = field(init=False)
    """Whether texts stand for what their fields are: in CSV, and in a workbook whose decimal sign
    was declared."""

    def __post_init__(self) -> None:
        """Look at the header once, not once a row."""
        has_subject = any(column.startswith(SUBJECT) for column in self.header)
        columns = tuple("" if column in self.passed else column for column in self.header)
        object.__setattr__(self, "has_subject", has_subject)
        object.__setattr__(self, "columns", columns)
        places = {column: place for place, column in enumerate(self.header)}
        object.__setattr__(self, "places", places)
        around = sum(_count_bytes(column) + _LONGEST_PLAIN for column in self.header)
        room = REPORT_LIMITS.size - around - len(_KEYS) - _count_bytes(self.rulebook)
        object.__setattr__(self, "room", room)
        is_declared = self.form == "xlsx" and self.dialect.has_groups
        object.__setattr__(self, "is_written", self.form == "csv" or is_declared)


def read_report(raw: RawRow, form: RowForm, linked: LinkedRulebook) -> Report:
    """Read and check the report of a row; whatever is wrong raises `ProblemsError`."""
    report = _read_plain(raw, form, linked)
    if report is not None:
        problems = check_reference(report.reference, report.reference_mark, linked)
        if problems:
            raise ProblemsError(problems)
        return report
    return _check(*read_node(raw, form, linked.schema), linked, raw, form)


def _check(
    node: Node | None, problems: list[Problem], linked: LinkedRulebook, raw: RawRow, form: RowForm
) -> Report:
    """Check a row's tree as a report's own document is checked."""
    node, problems = take_nulls(node, problems, form.nulls)
    # a cell that cannot be read leaves the others as they are; so does not everything in JSON
    if node is None or (form.form == "jsonl" and not is_whole(problems)):
        raise ProblemsError(sort_problems(problems))
    report, problems = check_report(node, linked, problems)
    if report is None:
        is_empty = form.form != "jsonl" and _is_empty(node)
        hinted = (_hint_cell(problem, form, is_empty=is_empty) for problem in problems)
        cells = _WrittenCells(raw, form)
        raise ProblemsError([_show_written(each, cells, form, linked.schema) for each in hinted])
    return report


def _show_written(
    problem: Problem, cells: "_WrittenCells", form: RowForm, schema: Schema
) -> Problem:
    """Show a cell as it stands in the file: `1,5`, where the tree of the report has 1.5."""
    declared = schema.fields.get(problem.mark.cell or "")
    if not form.is_written or declared is None or problem.mark.path != _path_of(declared.code):
        return problem  # no cell, or within the JSON of a list
    cell = cells.by_column.get(declared.code, "")
    read = form.dialect.cell(cell, declared)
    if read in (None, cell):
        return problem
    shown = {quote(str(read)): quote(cell)}
    details = {name: shown.get(detail, detail) for name, detail in problem.details.items()}
    return replace(problem, details=details)


class _WrittenCells:
    """The texts of a row's cells as they stand in the file, for all that is wrong with it."""

    def __init__(self, raw: RawRow, form: RowForm) -> None:
        self._raw, self._form = raw, form

    @cached_property
    def by_column(self) -> Mapping[str, str]:
        """The text of each cell that holds one."""
        data, form = self._raw.data, self._form
        cells: Sequence[object] = data if isinstance(data, tuple) else ()
        if isinstance(data, bytes):
            split = split_cells(decode_row(self._raw, form), form.dialect.delimiter)
            cells = [cell for _, cell in split or ()]
        # of a column that is there twice the first
        pairs = reversed([*zip(form.columns, cells, strict=False)])
        return {column: cell if isinstance(cell, str) else "" for column, cell in pairs}


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
        text = decode_row(raw, form)
        if form.form == "jsonl":
            return read_plain_line(text, mark, linked.schema) if not form.passed else None
        if "\r" in text:  # inside of quotes, or a problem
            return None
        cells = [cell or None for _, cell in split_cells(text, form.dialect.delimiter) or ()]
    if len(cells) != len(form.header):
        return None
    pairs = zip(form.columns, cells, strict=True)
    filled = ((column, cell) for column, cell in pairs if cell is not None and column)
    return _read_plain_cells(filled, form, mark, linked.schema)


def _read_plain_cells(
    cells: Iterable[tuple[str, object]], form: RowForm, mark: Mark, schema: Schema
) -> Report | None:
    """Read the filled cells of a table's row, if they are plainly a valid report.

    Where texts are written as in CSV, one stands for what its field is; elsewhere it is a text.
    """
    fields: dict[str, object] = {}
    subject: dict[str, object] = {}
    document: dict[str, object] = {"fields": fields}
    if form.has_subject:
        document["subject"] = subject
    if form.rulebook:
        document[RULEBOOK] = form.rulebook
    declared = schema.fields if form.is_written else {}
    if schema.lists:
        return None
    try:
        for column, cell in cells:
            if column == RULEBOOK:
                document[RULEBOOK] = cell
            elif column.startswith(SUBJECT):
                subject[column.removeprefix(SUBJECT)] = plain_cell(cell)
            elif column in declared and isinstance(cell, str):
                fields[column] = _written_cell(cell, declared[column], form.dialect)
            else:
                fields[column] = plain_cell(cell)
        return build_plain(document, schema, (mark, mark))
    except NotPlainError:
        return None


def plain_cell(cell: object) -> object:
    """Return a cell as JSON would hold it."""
    if isinstance(cell, Unread):
        raise NotPlainError
    if isinstance(cell, str):
        return str(cell)  # of its own kind where it is a moment
    return cell if isinstance(cell, bool) else Number(number_text(cell))


def _written_cell(cell: str, declared: FieldDeclaration, dialect: Dialect) -> object:
    """Return a text as what its field is, where the dialect writes it; else it is not plain."""
    text = dialect.cell(cell, declared)
    if text is None:
        raise NotPlainError
    if declared.type == "number":
        return Number(text)
    is_truth = declared.type == "boolean" and text in ("true", "false")
    return text == "true" if is_truth else text


def row_reference(raw: RawRow, form: RowForm) -> Reference | None:
    """Find which rulebook a row names; None where it names none, or cannot be read.

    What names one is ASCII in every encoding: what else a record holds is its own row's problem.
    """
    if form.form == "csv" and isinstance(raw.data, bytes):
        raw = replace(raw, data=raw.data.decode("ascii", "replace").encode())
    try:
        node, _ = read_node(raw, form)
    except ProblemsError:
        return None
    return read_reference(node)[0] if node is not None else None


def read_node(
    raw: RawRow, form: RowForm, schema: Schema | None = None
) -> tuple[Node | None, list[Problem]]:
    """Read a row as a tree, with what is wrong with it; no UTF-8 raises `ProblemsError`.

    The schema says which cells of CSV are numbers and days, as its dialect writes them.
    """
    mark = Mark(form.name, raw.line, 1)
    if raw.data is None:
        return None, [Problem("document-too-large", mark, {"limit": str(REPORT_LIMITS.size)})]
    if isinstance(raw.data, tuple):
        return _read_cells(raw.data, raw, form, schema)
    text = decode_row(raw, form)
    if form.form == "csv":
        return _read_record(text, raw, form, schema)
    if not text.strip(" \t\r"):
        return None, [Problem("empty-document", mark)]
    node, problems = read_json(text, form.name, REPORT_LIMITS, raw.line)
    return _without(node, form.passed), problems


def _without(node: Node | None, passed: frozenset[str]) -> Node | None:
    """Leave out the keys of a document that no report reads."""
    if not passed or not isinstance(node, MappingNode):
        return node
    kept = [key for key in node.values if key not in passed]
    values, keys = {key: node.values[key] for key in kept}, {key: node.keys[key] for key in kept}
    return replace(node, values=values, keys=keys)


def read_document(raw: RawRow, form: RowForm) -> Node | None:
    """Read a line of JSON as it is, with keys that no report reads; None for what is no JSON."""
    try:
        return read_json(decode_row(raw, form), form.name, REPORT_LIMITS)[0]
    except ProblemsError:
        return None


def decode_row(raw: RawRow, form: RowForm) -> str:
    """Return the text of a row; what the form's encoding cannot mean raises `ProblemsError`."""
    if not isinstance(raw.data, bytes):
        raise TypeError("cells are no text")
    # a mark says of a file how it is encoded; at a later line it is a sign like any other
    is_sign = raw.line > 1 and raw.data.startswith(BOM_UTF8) and form.dialect.encoding == "utf-8"
    data = BOM_UTF8 * is_sign + raw.data
    try:
        if form.form == "csv":
            return form.dialect.decode(data, form.name)
        return decode_text(data, form.name)
    except ProblemsError as error:
        raise ProblemsError(_move(error.problems, raw.line - 1)) from error


def _move(problems: Sequence[Problem], lines: int) -> list[Problem]:
    """Mark problems so many lines further down."""
    return [
        replace(problem, mark=replace(problem.mark, line=problem.mark.line + lines))
        for problem in problems
    ]


def _is_empty(node: Node) -> bool:
    """Tell a row of which no cell is filled, as spreadsheets leave them below a table."""
    parts = node.values.items() if isinstance(node, MappingNode) else ()
    return all(
        isinstance(part, MappingNode) and not part.values for key, part in parts if key != RULEBOOK
    )


def _hint_cell(problem: Problem, form: RowForm, *, is_empty: bool) -> Problem:
    """Say what to do in a table, where a report of its own is mended otherwise."""
    if problem.code != "missing-key" or form.form == "jsonl":
        return _hint_number(problem, form)
    if is_empty:
        return replace(problem, advice="empty-row")
    names = (problem.absent, f"{SUBJECT}{problem.absent}")
    place = problem.mark.below(problem.absent)
    columns = [name for name in names if _path_of(name) == place]
    if problem.advice == "add-like" and place == (REPORT, "subject"):
        return replace(problem, advice="subject-columns")
    if not columns:
        return problem  # of a row in the JSON of a list
    details = {**problem.details, "column": quote(columns[0])}
    return replace(problem, details=details, advice="cell-fill")


def _hint_number(problem: Problem, form: RowForm) -> Problem:
    """Say how numbers are written in a table, where a report of its own writes them otherwise."""
    is_text = problem.code == "wrong-type" and problem.details["found"] == term("string")
    if not is_text or problem.mark.path != _path_of(problem.mark.cell or ""):
        return problem  # of a line of JSON, or within the JSON of a list
    if not {"number", "integer"} & set(problem.details["expected"][1:].split("|")):
        return problem
    text, is_whole = problem.details["text"], problem.details["expected"] == term("integer")
    if problem.advice in _ALIKE:
        return problem
    if problem.advice == "number-and-note":  # a table has no comments, in which notes stand
        problem = replace(problem, advice="number-form-whole" if is_whole else "number-form")
    if form.form == "xlsx" and not form.is_written:
        return _hint_text_cell(problem)
    if form.dialect.seems_comma and "comma" in list_signs(text.strip("`")):
        return replace(problem, advice="csv-decimal-comma", suggestion="")
    if form.dialect.decimal == "point":
        return replace(problem, advice=_OF_CELLS.get(problem.advice, problem.advice))
    meant = _number_with_comma(problem)
    if form.dialect.decimal and meant:
        shown = {**problem.details, "instead": quote_to_write(meant)}
        return replace(problem, details=shown, advice="write-instead", suggestion="")
    point = "cell-number-whole" if is_whole else "cell-number"
    comma = "number-form-comma-whole" if is_whole else "number-form-comma"
    advice = comma if form.dialect.decimal else point
    if not form.dialect.decimal and list_signs(text.strip("`")):
        advice = "csv-decimal"
    details = problem.details
    if advice == comma and "example" in details:
        details = {**details, "example": _with_comma(details["example"])}
    return replace(problem, details=details, advice=advice, suggestion="")


_ALIKE = (
    *("number-of-ratio", "number-or-values"),
    *("number-form-several", "number-form-day", "number-form-scaled"),
)
"""Advice that is the same whatever the decimal sign is."""
_IN_DOUBT = ("number-not-whole", "number-out-of-range", "sign-or-value")
"""Advice about a number that may not be what was meant, or may not stand there."""


def _number_with_comma(problem: Problem) -> str:
    """Write the number that a cell means as a table with decimal commas has it; empty for none.

    There a point before three digits parts thousands.
    """
    if problem.advice in _IN_DOUBT or "number" not in problem.details:
        return ""
    is_parted = problem.advice == "number-point-or-thousands"
    meant = problem.details["whole" if is_parted else "number"].strip("`")
    return meant.replace(".", ",")


def _with_comma(number: str) -> str:
    """Write a number as a table with decimal commas may, with a point every three digits."""
    written = number.strip("`")
    whole, point, decimals = written.lstrip("-").partition(".")
    grouped = "-" * written.startswith("-") + f"{int(whole):,}".replace(",", ".")
    return quote(f"{grouped},{decimals}" if point else grouped)


def _hint_text_cell(problem: Problem) -> Problem:
    """Say how a number that a workbook stores as text is read; what is none is to be written."""
    signs = list_signs(problem.details["text"].strip("`"))
    if not signs:
        return replace(problem, advice="cell-alone", suggestion="")
    advice = "cell-is-text" if len(signs) == 1 else "cell-is-text-either"
    details = {**problem.details, "instead": quote_to_write(f"--decimal {signs[0]}")}
    return replace(problem, details=details, advice=advice, suggestion="")


# -- Tables ----------------------------------------------------------------------------------------


def _read_record(
    text: str, raw: RawRow, form: RowForm, schema: Schema | None
) -> tuple[Node | None, list[Problem]]:
    """Read a CSV record; the schema types its plain scalars, and an empty cell is missing.

    The cell of a list of rows holds its JSON.
    """
    cells = split_cells(text, form.dialect.delimiter)
    if cells is None:
        return None, [Problem("batch-quotes", Mark(form.name, raw.line, 1), {"near": quote(text)})]
    wrong = _judge_cells(text, cells, raw, form)
    if wrong is not None:
        return None, [wrong]
    declared = schema.fields if schema is not None else {}
    lists = schema.lists if schema is not None else {}
    pairs = zip(form.columns, cells, strict=True)
    filled = [(column, at, cell) for column, (at, cell) in pairs if cell and column]
    # texts of documents are NFC and of bounded length; the tree of Python data keeps the same
    # limits
    texts = {column: cell for column, _, cell in filled if column not in lists}
    checked, problems = from_python(texts, form.name, REPORT_LIMITS)
    if not isinstance(checked, MappingNode) or problems:
        return None, [_in_cell(problem, raw) for problem in problems]
    written: list[tuple[str, Node]] = []
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for column, at, cell in filled:
        if column in lists:
            mark = _mark_at(starts, at, raw, form, column)
            rows, found = read_rows_text(cell, mark)
            problems = [*problems, *found]
            written.append((column, rows))
            continue
        node = checked.values[column]
        if isinstance(node, ScalarNode):
            read = form.dialect.cell(node.text, declared.get(column))
            mark = _mark_at(starts, at, raw, form, column)
            # what is no number here must not be read as one: it is a text, which the schema refuses
            whole = ScalarNode(node.text, "quoted", mark)
            written.append((column, whole if read is None else ScalarNode(read, "plain", mark)))
    return _tree(written, raw, form), problems


def _judge_cells(
    text: str, cells: Sequence[tuple[int, str]], raw: RawRow, form: RowForm
) -> Problem | None:
    """Say why a record is no row of the table, if it is none."""
    mark = Mark(form.name, raw.line, 1)
    ended = find_line_end(text, cells)
    if ended is not None:
        return Problem("batch-line-end", replace(mark, column=ended + 1))
    if len(cells) != len(form.header):
        details = {"found": str(len(cells)), "expected": str(len(form.header))}
        return Problem("batch-cells", mark, details, advice="" if text.strip() else "empty-row")
    return None


def _path_of(column: str) -> Path:
    """Return the way to the value of a column, down the report that a row says."""
    if column == RULEBOOK:
        return REPORT, RULEBOOK
    if column.startswith(SUBJECT):
        return (REPORT, "subject"), column.removeprefix(SUBJECT)
    return (REPORT, "fields"), column


def _in_cell(problem: Problem, raw: RawRow) -> Problem:
    """Mark a problem of a row's texts, by column, in the row, and in the report that it says."""
    mark = replace(problem.mark, line=raw.line)
    if mark.path is not None and not isinstance(mark.path, str):
        column = str(mark.path[1])
        mark = replace(mark, cell=column, path=_path_of(column))
    return replace(problem, mark=mark)


def _mark_at(starts: Sequence[int], at: int, raw: RawRow, form: RowForm, column: str) -> Mark:
    """Mark a cell in the record; `starts` says where each line of that begins."""
    line = bisect_right(starts, at) - 1
    path = _path_of(column)
    return Mark(form.name, raw.line + line, at - starts[line] + 1, cell=column, path=path)


def _read_cells(
    cells: tuple[object, ...], raw: RawRow, form: RowForm, schema: Schema | None
) -> tuple[Node | None, list[Problem]]:
    """Read a row of a Parquet table or a sheet: exact values, None where missing.

    Its report is as large as the mapping that says the same.
    """
    if len(cells) != len(form.header):
        details = {"found": str(len(cells)), "expected": str(len(form.header))}
        return None, [Problem("batch-cells", Mark(form.name, raw.line, 1), details)]
    lists = schema.lists if schema is not None else {}
    declared = schema.fields if schema is not None and form.is_written else {}
    written: list[tuple[str, Node]] = []
    room = REPORT_LIMITS.size
    problems: list[Problem] = []
    for number, (column, cell) in enumerate(zip(form.columns, cells, strict=True), 1):
        if cell is None or not column:
            continue
        place = Mark(form.name, raw.line, number, cell=column, path=_path_of(column))
        if column in lists and not isinstance(cell, bytes):
            rows, found = read_rows_cell(cell, place)
            problems += found
            written.append((column, rows))
            continue
        scalar, found = _read_cell(column, cell, place)
        scalar = _read_written(scalar, cell, declared.get(column), form.dialect)
        problems += found
        written.append((column, scalar))
        room -= _count_bytes(cell if isinstance(cell, str) else scalar.text)
    tree = _tree(written, raw, form)
    room -= sum(map(_count_bytes, _list_keys(tree))) + _count_bytes(form.rulebook)
    if room < 0 and not problems:
        limit = str(REPORT_LIMITS.size)
        return None, [Problem("document-too-large", tree.mark, {"limit": limit})]
    return tree, problems


def _read_cell(column: str, cell: object, place: Mark) -> tuple[ScalarNode, list[Problem]]:
    """Read a cell, with what is wrong with it; nothing stands for what cannot be read."""
    nothing = ScalarNode("", "quoted", place)
    if isinstance(cell, bytes):
        return nothing, [_find_no_text(cell, place)]
    if isinstance(cell, Unread):
        return nothing, [Problem(cell.code, place, {"text": quote(cell.text)})]
    node, found = from_python({column: _plain(cell)}, place.file, REPORT_LIMITS)
    problems = [replace(problem, mark=place) for problem in found]
    scalar = members_of(node).get(column)
    if isinstance(scalar, ScalarNode):
        return replace(scalar, mark=place), problems
    return nothing, problems


def _read_written(
    scalar: ScalarNode, cell: object, declared: FieldDeclaration | None, dialect: Dialect
) -> ScalarNode:
    """Read a text as what its field is, if the dialect writes it so; if not it stays a text."""
    if declared is None or not isinstance(cell, str):
        return scalar
    text = dialect.cell(scalar.text, declared)
    return scalar if text is None else replace(scalar, text=text, style="plain")


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
    if isinstance(cell, str):
        return str(cell)  # of its own kind where it is a moment
    if isinstance(cell, bool) or (isinstance(cell, float | Decimal) and not isfinite(cell)):
        return cell
    return Decimal(number_text(cell))


def _tree(written: Sequence[tuple[str, Node]], raw: RawRow, form: RowForm) -> MappingNode:
    """Put the cells of a row where a report has them."""
    mark = Mark(form.name, raw.line, 1, path=REPORT)
    fields: dict[str, Node] = {}
    subject: dict[str, ScalarNode] = {}
    values: dict[str, Node] = {}
    if form.rulebook:
        given = replace(mark, path=mark.below(RULEBOOK))
        values[RULEBOOK] = ScalarNode(form.rulebook, "quoted", given)
    for column, scalar in written:
        if column == RULEBOOK:
            values[RULEBOOK] = scalar
        elif column.startswith(SUBJECT) and isinstance(scalar, ScalarNode):
            subject[column.removeprefix(SUBJECT)] = (
                replace(scalar, style="quoted") if form.form == "csv" else scalar
            )
        else:
            fields[column] = scalar
    if form.has_subject:
        values["subject"] = _mapping(subject, replace(mark, path=mark.below("subject")))
    values["fields"] = _mapping(fields, replace(mark, path=mark.below("fields")))
    keys = {key: ScalarNode(key, "quoted", mark) for key in values}
    return MappingNode(values, keys, mark)


def _mapping(scalars: Mapping[str, Node], mark: Mark) -> MappingNode:
    # a key has a mark of its own: what is wrong with a column's name is not wrong with its cell
    keys = {key: ScalarNode(key, "quoted", replace(scalar.mark)) for key, scalar in scalars.items()}
    return MappingNode(dict(scalars), keys, mark)
