"""What travels from a row in to its row out, so that somebody recognises it: whose it is, and more.

Cells are carried as they came, whatever the report in them is worth; nothing is computed of them.
"""

from collections.abc import Iterable, Iterator, Sequence

from ruletrail.batches.cells import Carried, JsonText
from ruletrail.batches.lines import split_cells
from ruletrail.batches.row_intake import RowForm, read_document
from ruletrail.batches.rows import RawRow, Unread
from ruletrail.batches.sources import SUBJECT, is_read, name_subject, subject_columns, subject_keys
from ruletrail.batches.writing import write_json
from ruletrail.documents import MappingNode, Node, ScalarNode, items_of
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, sort_problems
from ruletrail.reports.model import KEYS
from ruletrail.suggestions import KnownNames, Nearest

ALL = "all"


def choose_columns(
    keep: Sequence[str], header: Sequence[str], name: str, linked: LinkedRulebook
) -> Carried:
    """Choose what travels of a table: its subject, and the columns asked for by name, or `all`.

    A name that no column has raises `ProblemsError`.
    """
    subject = tuple(column for column in header if column.startswith(SUBJECT))
    others = tuple(column for column in header if column and not is_read(column, linked))
    asked = others if list(keep) == [ALL] else tuple(_split_names(keep, header))
    kept = check_names(asked, header, name)
    twice = frozenset(subject)
    return Carried(subject, tuple(each for each in kept if each not in twice))


def list_alike(
    kept: Iterable[str], header: Sequence[str], name: str, linked: LinkedRulebook
) -> list[Problem]:
    """List the kept columns that look like what no column has: `R7_2017`, `subject`'s keys.

    Such a column is read by nobody, and the field, or key of the subject, is missing in every row.
    """
    # a key of JSON stands in every line, a column at one place
    places = {column: number for number, column in enumerate(header, 1)}
    known = KnownNames([code for code in linked.schema.fields if code not in places])
    subject = subject_columns(linked.schema)
    alike = [(column, known.lookalike(column)) for column in kept]
    alike += [
        (column, meant)
        for column in kept
        if (meant := name_subject(column, subject)) and meant not in places
    ]
    marks = {column: Mark(name, 1, places.get(column, 1)) for column, _ in alike}
    return [
        Problem("batch-keep-alike", marks[column], {"text": quote(column), "code": quote(code)})
        for column, code in alike
        if code
    ]


def check_names(keep: Sequence[str], header: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the names of columns to be kept, each once; one that no column has is a problem."""
    there = frozenset(header)
    known, at_top = KnownNames(header, ()), Mark(name, 1, 1)
    problems = [
        Problem("batch-keep-unknown", at_top, {"text": quote(each)}, Nearest(each, known))
        for each in keep
        if each not in there
    ]
    if problems:
        raise ProblemsError(sort_problems(problems))
    return _once(keep)


def choose_keys(keep: Sequence[str], name: str, linked: LinkedRulebook) -> Carried:
    """Choose what travels of documents: what the schema knows of subjects, and the keys asked for.

    `subject.…` may name a key that the schema does not list. A key that is the report's own, and
    `all`, of which nobody knows before what they are, raise `ProblemsError`.
    """
    asked = list(_split_names(keep, ()))
    named = [each for each in asked if each.startswith(SUBJECT)]
    subject = _once([*(SUBJECT + key for key in subject_keys(linked.schema)), *named])
    mark = Mark(name, 1, 1)
    problems = [
        Problem("batch-keep-lines", mark, {"text": quote(each)})
        for each in asked
        if each in (*KEYS, ALL)
    ]
    if problems:
        raise ProblemsError(sort_problems(problems))
    return Carried(subject, _once(each for each in asked if each not in named))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _split_names(keep: Sequence[str], header: Sequence[str]) -> Iterator[str]:
    """Split lists of names at commas, unless a column is called so as a whole."""
    there = frozenset(header)
    for written in keep:
        if written in there:
            yield written
        else:
            yield from (name for each in written.split(",") if (name := each.strip()))


# -- Of one row ------------------------------------------------------------------------------------


def read_carried(raw: RawRow, form: RowForm, carried: Carried) -> tuple[object, ...]:
    """Return what travels of a row; None for what is missing, or cannot be read."""
    names = carried.names
    if raw.carried is not None:
        return raw.carried
    if not names or raw.data is None:
        return (None,) * len(names)
    if form.form == "jsonl":
        return tuple(_find_values(raw, form, names))
    cells = _cells_of(raw, form)
    if len(cells) < len(form.header):
        return (None,) * len(names)
    return tuple(carry_cell(cells[form.places[name]]) for name in names)


def _cells_of(raw: RawRow, form: RowForm) -> Sequence[object]:
    if isinstance(raw.data, tuple):
        return raw.data
    # a text that the encoding does not mean is one to recognise the row by all the same
    text = (raw.data or b"").decode(form.dialect.encoding, "replace")
    return [cell or None for _, cell in split_cells(text, form.dialect.delimiter) or ()]


def carry_cell(cell: object) -> object:
    """Return a cell of a table as it travels: what no value is read from as the text there."""
    if isinstance(cell, Unread):
        return cell.text or None
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


def _find_values(raw: RawRow, form: RowForm, names: Sequence[str]) -> Iterator[object]:
    document = read_document(raw, form)
    values = document.values if isinstance(document, MappingNode) else {}
    subject = values.get("subject")
    members = subject.values if isinstance(subject, MappingNode) else {}
    for name in names:
        is_subject = name.startswith(SUBJECT)
        yield _value(members.get(name.removeprefix(SUBJECT)) if is_subject else values.get(name))


def _value(node: Node | None) -> object:
    """Return a scalar of a document as its text, or a truth; what holds others as JSON."""
    if node is None or (isinstance(node, ScalarNode) and _is_literal(node, "null")):
        return None
    if not isinstance(node, ScalarNode):
        return JsonText(_write_node(node))
    return node.text == "true" if node.style == "literal" else node.text


def _write_node(node: Node) -> str:
    """Write a part of a document as JSON, each number as it was written."""
    if isinstance(node, MappingNode):
        members = (f"{write_json(key)}:{_write_node(each)}" for key, each in node.values.items())
        return f"{{{','.join(members)}}}"
    if isinstance(node, ScalarNode):
        return write_json(node.text) if node.style == "quoted" else node.text
    return f"[{','.join(map(_write_node, items_of(node)))}]"


def _is_literal(node: ScalarNode, word: str) -> bool:
    return node.style == "literal" and node.text == word
