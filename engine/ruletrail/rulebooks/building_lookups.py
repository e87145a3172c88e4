"""Scales and keyed tables from their nodes: bands, and rows whose columns are typed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import prod
from typing import cast

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
    text_of,
)
from ruletrail.documents.document_shapes import CODE
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.lookups import CellType, KeyedTable, ScaleKind, TableRow
from ruletrail.problems import Fix, Mark, Problem, quote, term
from ruletrail.rulebooks.building_dated import (
    build_versions,
    day_of_entry,
    read_entries,
    refuse_both,
)
from ruletrail.rulebooks.clauses import Gathering, build_basis, scalars_at, text_at
from ruletrail.rulebooks.constants import (
    judge_bare_day,
    judge_begin,
    judge_beside_numbers,
    judge_constant,
    judge_counted,
    judge_rate,
)
from ruletrail.rulebooks.entries import Bands, Constant, Scale, Table, WrittenBand
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    NotApplicable,
    Value,
    is_like_date,
    is_plain_number,
    read_date,
    read_number,
)

MOST_ROWS = 20_000
MOST_KEYS = 100_000
"""Keys that the rows of one table may have, lists of alternatives written out."""

NOT_APPLICABLE = "not_applicable"
VALUE = "value"
"""The column that holds what a row gives."""

_KEYS_OF_BANDS = frozenset({"from", "above", "value", "rate"})
_SHARE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?%")
_HUNDRED = 100


# -- Scales ----------------------------------------------------------------------------------------


def build_scale(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Scale | None:
    """Build a scale; None where it has a defect that the bands do not survive."""
    label, basis = text_at(entry, "label") or code, build_basis(gathering, entry)
    kind, before = text_at(entry, "kind"), len(gathering.problems)
    for key, other in (("kind", "kind"), ("bands", "versions")):
        if entry.get(key) is None and entry.get(other) is None:
            gathering.note("incomplete-entry", mark, f"add-{key}", code=code, key=key)
    refuse_both(gathering, entry, ("bands", "versions"))
    if not kind or len(gathering.problems) > before:
        return None
    is_dated = entry.get("versions") is not None
    nodes = read_entries(entry.get("versions")) if is_dated else [entry]
    versions = build_versions(gathering, nodes) if is_dated else ()
    # a scale without versions may still depend on parameters that change with a day
    day = day_of_entry(gathering, code, mark, entry, is_dated=is_dated)
    for node in nodes:
        if _judge_kind(gathering, entry.get("kind"), node.get("bands"), kind):
            return None
    contents = [_bands(gathering, node.get("bands"), kind) for node in nodes]
    kept = tuple(each for each in contents if each is not None)
    if len(gathering.problems) > before or versions is None or len(kept) < len(nodes):
        return None
    times = entry.get("times")
    times_mark = times.mark if times is not None else mark
    return Scale(
        code, mark, label, basis, cast("ScaleKind", kind),
        text_at(entry, "of") or None, text_at(entry, "unit") or None,
        text_at(entry, "times") or None, times_mark, kept, versions, day,
    )  # fmt: skip


def _judge_kind(gathering: Gathering, node: Node | None, listed: Node | None, kind: str) -> bool:
    """Tell once of bands of which each gives what those of another kind of scale give."""
    gives, other = ("rate", "value") if kind == "marginal" else ("value", "rate")
    bands = read_entries(listed)
    is_other = [band.get(gives) is None and band.get(other) is not None for band in bands]
    if node is None or len(bands) < 2 or not all(is_other):  # noqa: PLR2004 - one may be a slip
        return False
    instead = f"kind: {'step' if other == 'value' else 'marginal'}"
    details = {"key": gives, "kind": kind, "other": other, "instead": instead}
    gathering.note("band-gives", node.mark, "kind-of-bands", **details)
    return True


def _bands(gathering: Gathering, listed: Node | None, kind: str) -> Bands | None:
    if not isinstance(listed, SequenceNode):
        return None
    nodes = read_entries(listed)
    bands = [_band(gathering, node, kind) for node in nodes]
    marks = {node.mark for node in nodes}
    told = [each for each in gathering.problems if each.advice == "linear-from"]
    # what is said of the first point is said of every point
    gone = {id(each) for each in [each for each in told if each.mark in marks][1:]}
    gathering.problems[:] = [each for each in gathering.problems if id(each) not in gone]
    return Bands(listed.mark, tuple(band for band in bands if band is not None))


def _band(gathering: Gathering, node: MappingNode, kind: str) -> WrittenBand | None:
    """Build a band: `from` or `above`, and `rate` or `value` as its scale's kind asks."""
    begins = [key for key in ("from", "above") if node.get(key) is not None]
    gives, other = ("rate", "value") if kind == "marginal" else ("value", "rate")
    if len(begins) != 1 or (kind == "linear" and begins != ["from"]):
        advice = "linear-from" if kind == "linear" else ""
        # a key that is none stands where the beginning would, and is told by itself
        if begins or node.values.keys() <= _KEYS_OF_BANDS:
            gathering.note("band-begins", node.mark, advice)
        return None
    if node.get(gives) is None or node.get(other) is not None:
        written = node.get(other)
        instead = f"{gives}: {text_of(written) or '…'}"
        is_one = node.get(gives) is None and _may_be(gives, text_of(written))
        advice = "write-instead" if is_one else ""
        details = {"key": gives, "kind": kind, "instead": instead}
        mark = node.keys[other].mark if written is not None else node.mark
        gathering.note("band-gives", mark, advice, **details)
        return None
    threshold, value = cast("ScalarNode", node.get(begins[0])), cast("ScalarNode", node.get(gives))
    begin = _constant(gathering, threshold)
    given = _rate(gathering, value) if gives == "rate" else _constant(gathering, value)
    if begin is None or given is None:
        return None
    return WrittenBand(node.mark, begins[0] == "above", begin, threshold.mark, given, value.mark)


def _may_be(key: str, text: str) -> bool:
    """Tell whether a text under the other key may be what this one asks for: a rate, or no rate."""
    number = read_number(text) if is_plain_number(text) else None
    if key == "rate":
        return "%" in text or (number is not None and number <= 1)
    return "%" not in text


def _constant(gathering: Gathering, node: ScalarNode) -> Constant | None:
    """Read a number, or the code of a parameter, which linking looks up."""
    is_number = node.style == "number" or (node.style == "plain" and is_plain_number(node.text))
    number = read_number(node.text) if is_number else None
    if number is not None:
        return number
    if CODE.fullmatch(node.text):
        return node.text
    wrong = judge_constant(node, "")
    if (begin := judge_begin(node)) is not None:
        gathering.problems.append(begin)
    elif wrong is not None:
        gathering.problems.append(_of_cell(wrong, "write-instead"))
    elif (counted := judge_counted(node)) is not None:
        gathering.problems.append(counted)
    else:
        gathering.note("scale-constant", node.mark, text=node.text)
    return None


def _of_cell(wrong: Problem, advice: str) -> Problem:
    """Say of a number in a row, or a band, what to write there: it has no `value: ` before it."""
    if "whole" in wrong.details:
        return wrong  # either of two
    number = quote(wrong.details["number"])
    details = {**wrong.details, "number": number, "share": quote(wrong.details["share"])}
    if wrong.advice == "percent-value":
        # one of two, which only the author can choose from
        return replace(wrong, details=details, advice="percent-of-cell")
    details["instead"] = number
    return replace(wrong, details=details, advice=advice)


def _rate(gathering: Gathering, node: ScalarNode) -> Constant | None:
    share = _SHARE.fullmatch(node.text)
    number = read_number(share[1]) if share is not None else None
    in_words = judge_rate(node)
    if in_words is not None:
        gathering.problems.append(in_words)
        return None
    return _constant(gathering, node) if number is None else number / _HUNDRED


# -- Keyed tables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row that has the right columns: alternatives for each key, and the value."""

    mark: Mark
    keys: tuple[tuple[ScalarNode, ...], ...]
    value: ScalarNode


def build_table(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Table | None:
    """Build a table; None where something of it is wrong."""
    label, basis = text_at(entry, "label") or code, build_basis(gathering, entry)
    columns = tuple(node.text for node in scalars_at(entry, "by"))
    if not columns:
        gathering.note("incomplete-entry", mark, "add-by", code=code, key="by")
        return None
    for node in scalars_at(entry, "by"):
        if node.text == VALUE:
            gathering.note("table-column-value", node.mark)
    refuse_both(gathering, entry, ("rows", "versions"))
    refuse_both(gathering, entry, ("file", "versions"))
    is_dated, before = entry.get("versions") is not None, len(gathering.problems)
    nodes = read_entries(entry.get("versions")) if is_dated else [entry]
    versions = build_versions(gathering, nodes) if is_dated else ()
    day = day_of_entry(gathering, code, mark, entry, is_dated=is_dated)
    if day is not None and not is_dated:
        gathering.note("day-of-nothing", entry.keys["day"].mark, code=code)
    made_of = _made_of(entry, nodes, columns)
    contents = tuple(each.called(code) for each in gathering.built.get(made_of, ()))
    if not contents:
        contents = _build_contents(gathering, code, mark, entry, nodes)
    if len(gathering.problems) > before or versions is None or not contents:
        return None
    gathering.built.setdefault(made_of, contents)
    unit = text_at(entry, "unit") or None
    return Table(code, mark, label, basis, unit, contents, versions, day)


def _made_of(entry: MappingNode, nodes: Sequence[MappingNode], columns: Sequence[str]) -> object:
    """Tell tables of the same contents: of the very rows, that a file gave to each of them."""
    types = tuple((name, text_of(each)) for name, each in members_of(entry.get("types")).items())
    otherwise = entry.get("otherwise")
    style = otherwise.style if isinstance(otherwise, ScalarNode) else ""
    else_ = (says_not_applicable(otherwise), style, text_of(otherwise))
    rows = tuple(id(node.get("rows")) for node in nodes)
    return rows, tuple(columns), types, text_at(entry, "unit"), otherwise is None, else_


def _build_contents(
    gathering: Gathering,
    code: str,
    mark: Mark,
    entry: MappingNode,
    nodes: Sequence[MappingNode],
) -> tuple[KeyedTable, ...]:
    """Build the rows of each version, of a table without versions of itself; none if any is wrong.

    `nodes` are the versions, or the entry alone.
    """
    before = len(gathering.problems)
    columns = tuple(node.text for node in scalars_at(entry, "by"))
    if _misname_columns(gathering, entry, nodes):
        return ()
    lists = [_rows(gathering, code, mark if node is entry else node.mark, node, columns)
             for node in nodes]  # fmt: skip
    rows = [each for each in lists if each is not None]
    if len(rows) < len(nodes) or len(gathering.problems) > before:
        return ()
    return _contents(gathering, code, entry, columns, rows)


def _misname_columns(
    gathering: Gathering, entry: MappingNode, nodes: Sequence[MappingNode]
) -> bool:
    """Tell once, in `by`, of a column that no row has; each row would lack it."""
    rows = [members_of(row) for node in nodes for row in items_of(node.get("rows"))]
    written = dict.fromkeys(name for row in rows for name in row if name != VALUE)
    columns = scalars_at(entry, "by")
    lacking = [node for node in columns if rows and node.text not in written and written]
    free = [name for name in written if name not in {node.text for node in columns}]
    for node in lacking:
        near = free[0] if len(free) == 1 == len(lacking) else Nearest(node.text, KnownNames(free))
        details = {"column": quote(node.text)}
        gathering.problems.append(Problem("table-column-unwritten", node.mark, details, near))
    return bool(lacking)


def _rows(
    gathering: Gathering, code: str, mark: Mark, node: MappingNode, columns: Sequence[str]
) -> list[_Cells] | None:
    """Read the rows of a table, or of one version of it; None where something is wrong."""
    listed = node.get("rows")
    if not isinstance(listed, SequenceNode):
        if node.get("file") is None:
            gathering.note("incomplete-entry", mark, "add-rows", code=code, key="rows")
        return None
    found = [_row(gathering, item, columns) for item in listed.items]
    rows = [row for row in found if row is not None]
    return rows if len(rows) == len(found) else None


def _row(gathering: Gathering, node: Node, columns: Sequence[str]) -> _Cells | None:
    """Read the cells of a row, which has the columns of `by` and the value, and no other."""
    cells = members_of(node)
    wanted = [name for name in (*columns, VALUE) if name not in cells]
    strange = next((name for name in cells if name not in columns and name != VALUE), None)
    if strange is not None and isinstance(node, MappingNode):
        # one that is lacking is there under a wrong name
        near = wanted[0] if len(wanted) == 1 else Nearest(strange, KnownNames(wanted))
        details = {
            "text": quote(strange),
            "column": quote(strange),
            "by": quote(", ".join(columns)),
        }
        mark = node.keys[strange].mark
        near = near if wanted else ""
        gathering.problems.append(Problem("table-column-unknown", mark, details, near))
        return None
    if wanted:
        gathering.note("table-column-lacking", node.mark, column=wanted[0])
        return None
    value = cells[VALUE]
    keys = tuple(tuple(_alternatives(cells[name])) for name in columns)
    if not isinstance(value, ScalarNode) or not all(keys):
        gathering.note("table-column-lacking", node.mark, column=VALUE)
        return None
    return _Cells(node.mark, keys, value)


def _alternatives(node: Node) -> Iterator[ScalarNode]:
    for item in items_of(node) if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, ScalarNode):
            yield item


def _contents(
    gathering: Gathering,
    code: str,
    entry: MappingNode,
    columns: tuple[str, ...],
    lists: Sequence[Sequence[_Cells]],
) -> tuple[KeyedTable, ...]:
    """Type the columns, which are the same in all versions; see that no key has two rows."""
    stated = members_of(entry.get("types"))
    for name in stated:
        if name not in columns and name != VALUE:
            keys = cast("MappingNode", entry.get("types")).keys
            gathering.note(
                "table-column-unknown", keys[name].mark, column=name, by=", ".join(columns)
            )
    otherwise = entry.get("otherwise")
    none_applies = says_not_applicable(otherwise)
    rows = [row for each in lists for row in each]
    given = [row.value for row in rows]
    if isinstance(otherwise, ScalarNode) and not none_applies:
        given.append(otherwise)
    types = tuple(
        _column_type(gathering, [cell for row in rows for cell in row.keys[at]], stated.get(name))
        for at, name in enumerate(columns)
    )
    unit = text_at(entry, "unit")
    other_node = given[-1] if len(given) > len(rows) else None
    value_type = _value_type(gathering, given, stated.get(VALUE), unit, other_node)
    other: Value | NotApplicable | None = None
    if otherwise is not None:
        other = NotApplicable(code) if none_applies else read_cell(given[-1], value_type)
    found = []
    for each in lists:
        typed = _typed(each, types, value_type)
        if _check_keys(gathering, code, each, typed):
            found.append(KeyedTable(code, columns, types, value_type, typed, other))
    return tuple(found)


def _typed(
    rows: Sequence[_Cells], types: Sequence[CellType], value_type: CellType
) -> tuple[TableRow, ...]:
    """Read the cells of rows as values of the types of their columns."""
    return tuple(
        TableRow(
            tuple(
                tuple(dict.fromkeys(read_cell(cell, kind) for cell in cells))
                for cells, kind in zip(row.keys, types, strict=True)
            ),
            read_cell(row.value, value_type),
        )
        for row in rows
    )


def says_not_applicable(otherwise: Node | None) -> bool:
    """Tell `otherwise: not_applicable`, plain; JSON, which has nothing plain, has a mapping."""
    if isinstance(otherwise, ScalarNode):
        return otherwise.style != "quoted" and otherwise.text == NOT_APPLICABLE
    return isinstance(otherwise, MappingNode) and NOT_APPLICABLE in otherwise.values


def _check_keys(
    gathering: Gathering, code: str, rows: Sequence[_Cells], typed: Sequence[TableRow]
) -> bool:
    """Find keys that two rows answer for; tell whether there is none."""
    if sum(prod(map(len, row.cells)) for row in typed) > MOST_KEYS:
        details = {"limit": str(MOST_KEYS), "code": quote(code)}
        gathering.problems.append(Problem("table-too-many-keys", rows[0].mark, details))
        return False
    first: dict[tuple[Value, ...], int] = {}
    is_right = True
    for at, row in enumerate(typed):
        for key in row.keys():  # noqa: SIM118 - no mapping
            if first.setdefault(key, at) != at:
                shown = ", ".join(cells[0].text for cells in rows[at].keys)
                line = str(rows[first[key]].mark.line)
                details = {"text": quote(shown), "line": line}
                gathering.problems.append(Problem("table-repeated-key", rows[at].mark, details))
                is_right = False
                break
    return is_right


# -- Types of columns ------------------------------------------------------------------------------

_TYPES: tuple[CellType, ...] = ("number", "boolean", "date")
"""What a column may be besides text, where every cell of it is written so."""


def is_cell_of(cell: ScalarNode, kind: CellType) -> bool:
    """Tell whether a cell is written as a value of a kind; in quotes it is a text."""
    if cell.style == "quoted":
        return kind == "text"
    if kind == "boolean":
        return cell.text in ("true", "false")
    if kind == "number":
        is_written = cell.style == "number" or is_plain_number(cell.text)
        return is_written and read_number(cell.text) is not None
    return kind == "text" or read_date(cell.text) is not None


def read_cell(cell: ScalarNode, kind: CellType) -> Value:
    """Read a cell of a column of a kind."""
    found: Value | None = None
    if kind in ("number", "date"):
        found = read_number(cell.text) if kind == "number" else read_date(cell.text)
    if found is not None:
        return found
    return cell.text == "true" if kind == "boolean" else cell.text


def _kind_of(cell: ScalarNode) -> CellType:
    return next((kind for kind in _TYPES if is_cell_of(cell, kind)), "text")


def _column_type(
    gathering: Gathering, cells: Sequence[ScalarNode], stated: Node | None
) -> CellType:
    """Find the type of a column, or see that each cell is of the stated one."""
    if isinstance(stated, ScalarNode):
        kind = cast("CellType", stated.text)
        wrong = next((cell for cell in cells if not is_cell_of(cell, kind)), None)
        if wrong is not None:
            details = {"text": quote(wrong.text), "type": term(kind)}
            gathering.problems.append(Problem("table-cell-type", wrong.mark, details))
            return "text"
        return kind
    kinds = {_kind_of(cell) for cell in cells}
    if kinds - {"date", "number", "boolean"} or len(kinds) > 1:
        _refuse_lookalikes(gathering, cells)
    return kinds.pop() if len(kinds) == 1 else "text"


def _refuse_lookalikes(gathering: Gathering, cells: Sequence[ScalarNode]) -> None:
    """Tell of the first cell that is like a day, or is a number of too many digits.

    Without quotes they are that, and never a text.
    """
    for cell in cells:
        if cell.style == "quoted":
            continue
        if is_like_date(cell.text):
            if read_date(cell.text) is None:
                gathering.problems.append(judge_bare_day(cell.text, cell.mark))
            else:
                gathering.note("table-day", cell.mark, text=cell.text)
            return
        if is_plain_number(cell.text) and read_number(cell.text) is None:
            limits = {"digits": str(MOST_INTEGER_DIGITS), "decimals": str(MOST_DECIMALS)}
            details = {"text": quote(cell.text), **limits}
            gathering.problems.append(Problem("number-out-of-limits", cell.mark, details))
            return


_NO_VALUE = re.compile(
    r"not applicable|n[./]?a\.?|n[./]?d\.?|none|null|nessuno|nessuna|niente|nulla|-+"
    r"|(?:non|not?) (?:si )?(?:applica|applicabile|applies|apply|valid)"
    r"|(?:does not|doesn't) apply",
    re.IGNORECASE,
)
"""What people write where a table has no value."""


def _of_other_type(cell: ScalarNode, first: ScalarNode, *, is_other: bool) -> Problem:
    """Say of a value that is not of the type of the first how to write that there is none."""
    details = {"text": quote(cell.text), "first": quote(first.text)}
    is_none = _NO_VALUE.fullmatch(cell.text.replace("_", " ").strip()) is not None
    counted = judge_counted(cell) if is_plain_number(first.text) else None
    if counted is not None and cell.style == "plain":
        return counted
    if not is_other:
        advice = "row-without-value" if is_none else ""
        return Problem("table-value-types", cell.mark, details, "", advice)
    begin, quotes = cell.mark.column - 1, 2 * (cell.style == "quoted")
    written = cell.mark.text[begin : begin + len(cell.text) + quotes]
    fixes = (Fix(cell.mark, written, NOT_APPLICABLE),) if is_none and cell.inline else ()
    advice = "otherwise-none" if is_none else "otherwise-value"
    return Problem("table-value-types", cell.mark, details, "", advice, fixes)


def _of_numbers_as_texts(cells: Sequence[ScalarNode]) -> list[Problem]:
    """Say of texts among numbers that are numbers written wrong how to write each of them."""
    kinds = {_kind_of(cell) for cell in cells}
    if kinds != {"number", "text"}:
        return []
    texts = [cell for cell in cells if _kind_of(cell) == "text"]
    judged = [judge_beside_numbers(cell.text, cell.mark) for cell in texts]
    wrong = [each for each in judged if each is not None]
    return wrong if len(wrong) == len(texts) else []


def _tell_odd(
    cells: Sequence[ScalarNode], otherwise: ScalarNode | None
) -> tuple[ScalarNode, ScalarNode]:
    """Tell the first value that is not of the usual type, and the first that is.

    Usual is what most rows have, and of as many the first; `otherwise` is no row.
    """
    rows = [cell for cell in cells if cell is not otherwise] or cells
    usual, _ = Counter(map(_kind_of, rows)).most_common(1)[0]
    odd = next(cell for cell in cells if _kind_of(cell) != usual)
    return odd, next(cell for cell in cells if _kind_of(cell) == usual)


def _value_type(
    gathering: Gathering,
    cells: Sequence[ScalarNode],
    stated: Node | None,
    unit: str,
    otherwise: ScalarNode | None,
) -> CellType:
    """Find the type of the values, which are all of one; `otherwise` is the last of the cells.

    One that only looks like a number is told of here: else whoever calls the table would be blamed.
    """
    judged = (judge_constant(cell, unit) for cell in cells if stated is None)
    wrong = next((problem for problem in judged if problem is not None), None)
    if wrong is not None:
        gathering.problems.append(_of_cell(wrong, "number-of-cell"))
        return "text"
    if stated is None and cells:
        first = _kind_of(cells[0])
        other = next((cell for cell in cells if _kind_of(cell) != first), None)
        if other is not None:
            odd, usual = _tell_odd(cells, otherwise)
            gathering.problems.extend(
                _of_numbers_as_texts(cells)
                or [_of_other_type(odd, usual, is_other=odd is otherwise)]
            )
            return "text"
    return _column_type(gathering, cells, stated)
