"""Whether a report with other values is one, by its schema and by all else that is asked of it.

Where the schema asks part by part, only the parts with other values are looked at again, with what
it requires beside them: the others are as valid as they were. So a report of hundreds of rows is
not held against its schema as a whole for each of their cells.
"""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from ruletrail.counterfactuals.stretches import UnsettledError
from ruletrail.documents import from_python
from ruletrail.fast_dataclasses import replace
from ruletrail.intake import check_read, limits_of
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Declared, Report, list_shells, unquote_subject, write_document
from ruletrail.schemas.field_rules import ReportRules, split_rules
from ruletrail.trails import code_in_row, cut_code
from ruletrail.values import Value, write_number

_NODES_OF_ONE = 2
"""The nodes of a document that one value more takes: its key, and itself."""
_NODES_BESIDE = 1_000
"""Those, at most, of what stands beside the fields."""


class Admission:
    """Tells of one report with other values whether it is one."""

    def __init__(self, linked: LinkedRulebook, report: Report) -> None:
        """Take a report that was admitted as it stands."""
        self.linked, self.report = linked, report

    @cached_property
    def shell(self) -> Mapping[str, Any] | None:
        """What the report's document holds beside its fields; None where that is not known."""
        for shell in list_shells(self.report.subject, self.report.printed):
            if _check(write_document(self.report, shell), self.linked) is not None:
                return shell
        return None

    @cached_property
    def _rules(self) -> ReportRules | None:
        return split_rules(self.linked.schema)

    @cached_property
    def _size(self) -> tuple[int, int]:
        """The bytes of the report's document, and its nodes, at the least one too many."""
        sizes = [_size_of(code, each) for code, each in _list_declared(self.report)]
        subject = self.report.subject
        texts = [*self.report.printed, *subject, *map(str, subject.values())]
        rows = sum(map(len, self.report.lists.values()))
        beside = sum(len(text.encode()) for text in texts) + _NODES_BESIDE
        return sum(sizes) + beside, _NODES_OF_ONE * (len(sizes) + len(texts)) + rows + _NODES_BESIDE

    def admits(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the report with other values is one, by its schema and all else.

        Raises `UnsettledError` where nothing can be told of any.
        """
        if self.shell is None:
            raise UnsettledError("schema")
        report, places = with_values(self.report, values), dict(zip(values, values, strict=True))
        if self.is_by_parts(values):
            report, places = self._parts(report, values)
        checked = _check(write_document(report, self.shell), self.linked)
        if checked is None:
            return False
        found = {code: declared_in(checked, places[code]) for code in values}
        return all(each is not None and each.value == values[code] for code, each in found.items())

    def is_by_parts(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the parts with other values decide: no limit of the whole can be passed."""
        limits, (size, nodes) = limits_of(self.linked), self._size
        size += sum(len((code + write_value(value)).encode()) for code, value in values.items())
        nodes += _NODES_OF_ONE * len(values)
        return self._rules is not None and size <= limits.size and nodes <= limits.nodes

    def count_rows(self, values: Mapping[str, Value]) -> int:
        """Count the rows that are looked at to tell it."""
        report = self.report
        if self.is_by_parts(values):
            report, _ = self._parts(report, values)
        return sum(map(len, report.lists.values()))

    def _parts(self, report: Report, changed: Collection[str]) -> tuple[Report, dict[str, str]]:
        """Leave out what is not required and did not change; say where what did is now."""
        rules = self._rules
        if rules is None:
            raise TypeError("the schema asks more than part by part")
        needed = rules.required_fields
        touched: dict[str, set[int]] = {}
        for code in changed:
            over, row, _ = cut_code(code)
            if row:
                touched.setdefault(over, set()).add(row)
        lists, places = {}, {code: code for code in changed}
        for over, rows in report.lists.items():
            if over in touched or over in needed:
                least = range(1, min(rules.lists[over].least, len(rows)) + 1)
                kept = sorted(touched.get(over, set()).union(least))
                lists[over] = tuple(rows[at - 1] for at in kept)
                places |= _renumbered(over, kept, changed)
        fields = {
            code: each for code, each in report.fields.items() if code in changed or code in needed
        }
        return replace(report, fields=fields, lists=lists), places

    def to_document(self, values: Mapping[str, Value] | None = None) -> dict[str, Any]:
        """Write the report with other values as a document's data."""
        return write_document(with_values(self.report, values or {}), self.shell or {})


def _renumbered(over: str, kept: list[int], codes: Collection[str]) -> dict[str, str]:
    """Say how cells of rows are called where only some of the rows are kept."""
    found = {}
    for code in codes:
        of, row, name = cut_code(code)
        if of == over and row:
            found[code] = code_in_row(f"{over}.{name}", kept.index(row) + 1)
    return found


def _list_declared(report: Report) -> Iterator[tuple[str, Declared]]:
    yield from report.fields.items()
    for rows in report.lists.values():
        for row in rows:
            yield from row.items()


def _size_of(code: str, declared: Declared) -> int:
    return len(code.encode()) + len(write_value(declared.value).encode())


def with_values(report: Report, values: Mapping[str, Value]) -> Report:
    """Return a report with other values."""
    fields, lists = dict(report.fields), dict(report.lists)
    for code, value in values.items():
        declared = Declared(value, write_value(value))
        over, row, name = cut_code(code)
        if row:
            rows = lists[over]
            changed = {**rows[row - 1], name: declared}
            lists[over] = (*rows[: row - 1], changed, *rows[row:])
        else:
            fields[code] = declared
    return replace(report, fields=fields, lists=lists)


def declared_in(report: Report, code: str) -> Declared | None:
    """Return what a report says of a field, or of a cell of a row, `LIST[2].NAME`."""
    over, row, name = cut_code(code)
    return report.lists[over][row - 1].get(name) if row else report.fields.get(code)


def write_value(value: Value) -> str:
    """Write a value as a report does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return write_number(value) if isinstance(value, Fraction) else str(value)


def _check(document: Mapping[str, Any], linked: LinkedRulebook) -> Report | None:
    node, problems = from_python(document, "report", limits_of(linked))
    return check_read(unquote_subject(node), problems, linked)[0]
