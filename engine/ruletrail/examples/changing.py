"""What `change` and `remove` make of an example's report: of fields, cells, and how many rows.

They are written as suggestions name them: `isee`, `members[2].income`, `size(members)`.
"""

import re

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.problems import Problem, quote, quote_to_write
from ruletrail.schemas import Schema
from ruletrail.suggestions import KnownNames, Nearest

_CELL = re.compile(r"(\w+)\[([^\[\]]*)\]\.(\w+)")
_SIZE = re.compile(r"size\((\w+)\)")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(slots=True)
class _Changes:
    """The fields of one report while they are changed; marks become those of the example."""

    schema: Schema
    values: dict[str, Node]
    keys: dict[str, ScalarNode]
    problems: list[Problem] = field(default_factory=list)

    def report(
        self, code: str, node: Node, text: str, known: KnownNames | None = None, advice: str = ""
    ) -> None:
        """Add a problem about a code at its node; of a cell without a row, what to write."""
        near = Nearest(text, known) if known is not None else ""
        instead = quote_to_write(f'"{text.replace(".", "[1].")}"')
        details = {"code": quote(text), "text": quote(text), "instead": instead}
        self.problems.append(Problem(code, node.mark, details, near, advice))

    def is_refused(self, code: str) -> bool:
        """Tell a field that the report itself has wrong: what it lacks for that is no second slip.

        Its name is written otherwise, or the rows of a list are none: the schema refuses both.
        """
        if code in self.values:
            return not isinstance(self.values[code], SequenceNode)
        declared = self.schema.fields.keys() | self.schema.lists.keys()
        strange = KnownNames(self.values.keys() - declared)
        return code in declared and bool(strange.nearest(code))


def change_report(
    report: MappingNode, item: MappingNode, schema: Schema
) -> tuple[MappingNode, list[Problem]]:
    """Apply an example's `change` and `remove` to the fields of its report."""
    fields = report.get("fields")
    is_same = item.get("change") is None and item.get("remove") is None
    # fields that nobody wrote would be blamed for all that they lack
    if is_same or (fields is not None and not isinstance(fields, MappingNode)):
        return report, []
    if fields is None:
        fields = MappingNode({}, {}, report.mark)
    changes = _Changes(schema, dict(fields.values), dict(fields.keys))
    change, remove = item.get("change"), item.get("remove")
    if isinstance(change, MappingNode):
        for code, key in change.keys.items():
            _set(code, key, change.values[code], changes)
    for gone in remove.items if isinstance(remove, SequenceNode) else ():
        _remove(gone.text if isinstance(gone, ScalarNode) else "", gone, changes)
    changed = MappingNode(changes.values, changes.keys, fields.mark)
    key = report.keys.get("fields", ScalarNode("fields", "quoted", report.mark, inline=False))
    values, keys = {**report.values, "fields": changed}, {**report.keys, "fields": key}
    return replace(report, values=values, keys=keys), changes.problems


def _set(code: str, key: ScalarNode, value: Node, changes: _Changes) -> None:
    schema = changes.schema
    size, cell = _SIZE.fullmatch(code), _CELL.fullmatch(code)
    if size is not None and size[1] in schema.lists:
        _resize(size[1], key, value, changes)
    elif cell is not None and f"{cell[1]}.{cell[3]}" in schema.cells:
        _set_cell(cell, key, value, changes)
    elif code in schema.fields or code in schema.lists:
        changes.values[code], changes.keys[code] = value, key
    elif code in schema.cells:
        changes.report("row-not-there", key, code, advice="row-number")
    else:
        ways = KnownNames(schema.fields, schema.lists, _first_cells(schema))
        changes.report("example-unknown-field", key, code, ways)


def _first_cells(schema: Schema) -> list[str]:
    """Name a cell of each column as an example writes it, for who wrote nearly that."""
    return [code.replace(".", "[1].") for code in schema.cells]


def _set_cell(cell: re.Match[str], key: ScalarNode, value: Node | None, changes: _Changes) -> None:
    """Put a value into a cell, or none: the cell goes."""
    over, name = cell[1], cell[3]
    number = int(cell[2]) if _NUMBER.fullmatch(cell[2]) else 0
    rows = changes.values.get(over)
    items = list(rows.items) if isinstance(rows, SequenceNode) else []
    row = items[number - 1] if 0 < number <= len(items) else None
    if not isinstance(rows, SequenceNode) or not isinstance(row, MappingNode):
        if not changes.is_refused(over):
            changes.report("row-not-there", key, cell[0], advice="no-such-row")
        return
    values, keys = dict(row.values), dict(row.keys)
    if value is not None:
        values[name], keys[name] = value, key
    elif values.pop(name, None) is None:
        changes.report("example-not-there", key, cell[0])
    else:
        del keys[name]
    items[number - 1] = replace(row, values=values, keys=keys)
    changes.values[over] = replace(rows, items=tuple(items))


def _resize(over: str, key: ScalarNode, value: Node, changes: _Changes) -> None:
    """Give a list as many rows: the last ones go, or the last one is there again."""
    rows, most = changes.values.get(over), changes.schema.lists[over].most
    text = value.text if isinstance(value, ScalarNode) else ""
    size = int(text) if _NUMBER.fullmatch(text) else -1
    if not 0 <= size <= most:
        details = {"text": quote(text), "bound": f"0 … {most}"}
        changes.problems.append(Problem("out-of-range", value.mark, details))
    elif not isinstance(rows, SequenceNode) or not (rows.items or not size):
        if not changes.is_refused(over):
            changes.report("row-not-there", key, f"{over}[1]", advice="no-such-row")
    else:
        more = rows.items[-1:] * (size - len(rows.items))
        changes.values[over] = replace(rows, items=(*rows.items[:size], *more))


def _remove(code: str, gone: Node, changes: _Changes) -> None:
    cell = _CELL.fullmatch(code)
    if cell is not None and isinstance(gone, ScalarNode):
        _set_cell(cell, gone, None, changes)
        return
    if code not in changes.values and not changes.is_refused(code):
        advice = "row-number" if code in changes.schema.cells else ""
        advice = "rows-as-whole" if code.partition("[")[0] in changes.schema.lists else advice
        problem = "row-not-there" if advice else "example-not-there"
        known = None if advice else KnownNames(changes.values)
        changes.report(problem, gone, code, known, advice)
    changes.values.pop(code, None)
    changes.keys.pop(code, None)
