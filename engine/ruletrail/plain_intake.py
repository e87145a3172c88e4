"""A plainly valid report straight to a function's inputs: checked on the way, without a tree.

It may only say "this is what the report's own reader would have prepared"; what is in any doubt it
leaves to that reader, whose answer is always the one given. A differential test binds the two.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.inputs import Inputs, Position, Preparer, cell_at, fit_text
from ruletrail.compiled.row_inputs import Ends, MisfitError, Rows
from ruletrail.documents import LIST_REPORT_LIMITS, REPORT_LIMITS, Nulls
from ruletrail.intake import limits_of, names
from ruletrail.reports.plain_json import (
    NotPlainError,
    Number,
    PlainReport,
    are_plain_texts,
    decode_bytes,
    decode_plain,
    exact_number,
    is_plain_text,
    read_parts,
    written_number,
)
from ruletrail.schemas.field_rules import ListRule, ReportRules, split_rules
from ruletrail.schemas.tables import Check, UnsureError, always
from ruletrail.values import read_date

Taken = tuple[PlainReport, Inputs]
"""A plain report, and what was prepared of it."""

_NO_LISTS: Mapping[str, Any] = {}
_NUMBER_ROOM = 32
"""Bytes that a number takes at most, of one that fits its field."""
_MOST_CHARACTERS = REPORT_LIMITS.size // 16
"""Of a mapping beside its fields; a document's bytes are counted as such."""


class _WrittenDecimals:
    """Counts the decimals of a number as it was written, only when asked."""

    __slots__ = ("codes", "fields", "lists")

    def __init__(
        self, fields: Mapping[str, Any], codes: tuple[str, ...], lists: Mapping[str, Rows]
    ) -> None:
        self.fields, self.codes, self.lists = fields, codes, lists

    def __getitem__(self, at: Position, /) -> int:
        if isinstance(at, int):
            value = self.fields[self.codes[at]]
        else:
            value = cell_at(self.lists, self.codes, at)
        if type(value) is int:
            return 0
        return len(written_number(value).partition(".")[2])


class PlainPreparer(Preparer):
    """Prepares the fields of a document as they are written there, checked by the schema's rules.

    `rules` are those of the fields, all of which the schema names.
    """

    others = frozenset({Number, Decimal, float})

    def __init__(self, preparer: Preparer, rules: ReportRules) -> None:
        """Prepare for the function that another preparer is of."""
        needed = preparer.assumed | rules.required_fields
        self._rules = dict(rules.fields)
        for code, each in rules.lists.items():
            needed |= {f"{code}.{name}" for name in each.required}
            self._rules |= {f"{code}.{name}": rule for name, rule in each.cells.items()}
        super().__init__(preparer.fields, needed, preparer.lists, is_usual=preparer.is_usual)
        fields = list(enumerate(preparer.fields.values()))
        self._texts = [at for at, field in fields if field.kind == "text"]
        checks = [(field.code, self.check(field)) for _, field in fields]
        self._checks = [(code, check) for code, check in checks if check is not always]
        self._rows = [
            _RowChecks(self, each, rules.lists[code]) for code, each in self.lists.items()
        ]
        size = sum([len(code.encode()) + _NUMBER_ROOM for code in self.codes])
        self._is_small = size < REPORT_LIMITS.size // 2

    def prepare_fields(
        self, fields: Mapping[str, Any], lists: Mapping[str, Any] = _NO_LISTS
    ) -> Inputs | None:
        """Prepare the fields of a document, and its lists of rows; None where in doubt."""
        if lists and not all(each.are_rows(lists) for each in self._rows):
            return None
        given = list(map(fields.get, self.codes))
        count = len(given)
        inputs = self.finish(given, _WrittenDecimals(fields, self.inputs, lists), lists)
        if inputs is None:
            return None
        absent = given[:count].count(None) if self._rows else len(inputs.absent)
        # a field that is not known, or has no value, is one more than are there
        if count - absent != len(fields):
            return None
        texts = [text for at in self._texts if (text := given[at]) is not None]
        if not (self._is_small and is_plain_text("".join(texts))):
            return None
        if self._rows and not self._accepts_rows(lists, given[count:]):
            return None
        try:
            for code, check in self._checks:
                value = fields.get(code)
                if value is not None and not check(value):
                    return None
        except (NotPlainError, UnsureError, RecursionError):
            return None
        return inputs

    def _accepts_rows(self, lists: Mapping[str, Any], slots: list[Any]) -> bool:
        """Tell whether the rows of all lists are surely valid, of which `slots` were made."""
        room, at = LIST_REPORT_LIMITS.size // 8, 0
        for each in self._rows:
            rows = lists.get(each.code)
            columns = slots[at + 1 : at + each.width]
            at += each.width
            if rows is not None:
                room -= each.weigh(rows, columns)
                if room < 0 or not each.accepts(rows, columns):
                    return False
        return True

    def ends(self, field: TypedField, scale: int) -> tuple[int, int]:
        """Give the ends that the schema sets too."""
        (low, high), bounds = super().ends(field, scale), self._rules[field.code].bounds
        if bounds is None:
            return low, high
        least, most = bounds.at(scale)
        return low if least is None else max(least, low), high if most is None else min(most, high)

    def fit(self, value: Any, scale: int) -> int:
        """Make a number as it was written whole at a scale."""
        return fit_text(value if type(value) is Number else written_number(value), scale)

    def held(self, field: TypedField) -> type | None:
        """Return the class of a field's values as they are written: a day is a text."""
        return str if field.kind == "date" else super().held(field)

    def count_days(self, ends: Ends, values: Sequence[Any]) -> list[int]:
        """Give the whole numbers that stand for days as they are written."""
        days = [day.toordinal() for value in values if (day := read_date(value)) is not None]
        if len(days) != len(values) or min(days) < ends[0] or max(days) > ends[1]:
            raise MisfitError
        return days

    def check(self, field: TypedField) -> Check:
        """Make the check of what the schema asks of a field's values beside the ends of numbers."""
        rule, held = self._rules[field.code], self.held(field)
        if field.kind == "date" and field.is_exact:
            return always  # as it was counted
        if held is not None:
            return rule.table[held]
        # what is whole by its field's scale needs no check
        if rule.bounds is not None and (field.scale == 0 or not rule.bounds.is_whole):
            return always
        table = rule.table

        def check(value: Any) -> bool:
            exact = value if type(value) is int else exact_number(written_number(value))
            return table[type(exact)](exact)

        return check


class _RowChecks:
    """Checks the rows of one list as a document has them, beside what preparing them checks."""

    def __init__(self, preparer: PlainPreparer, list_: TypedList, rule: ListRule) -> None:
        self.code, self.width = list_.code, 1 + len(list_.cells)
        self._least, self._most = rule.least, rule.most
        cells = list(enumerate(list_.cells.items()))
        self._texts = [at for at, (_, cell) in cells if cell.kind == "text"]
        checks = [(name, preparer.check(cell)) for _, (name, cell) in cells]
        self._checks = [(name, check) for name, check in checks if check is not always]
        self._weight = sum([len(name.encode()) + _NUMBER_ROOM for name in list_.cells])

    def are_rows(self, lists: Mapping[str, Any]) -> bool:
        """Tell whether a list is absent, or as long as it may be and all of mappings."""
        if self.code not in lists:
            return True
        rows = lists[self.code]
        is_list = type(rows) is list and self._least <= len(rows) <= self._most
        return is_list and set(map(type, rows)) <= _MAPPINGS

    def weigh(self, rows: list[dict[str, Any]], columns: list[Any]) -> int:
        """Count bytes that rows take at most, but for what is written otherwise in JSON."""
        texts = [text for at in self._texts for text in columns[at] if text is not None]
        return self._weight * len(rows) + 4 * sum(map(len, texts))

    def accepts(self, rows: list[dict[str, Any]], columns: list[Any]) -> bool:
        """Tell whether rows are surely valid, of which columns were made."""
        # a cell that is not known, or has no value, is one more than are there
        filled = sum([len(rows) - column.count(None) for column in columns])
        if filled != sum(map(len, rows)):
            return False
        for at in self._texts:
            texts = [text for text in columns[at] if text is not None]
            if not (are_plain_texts(texts) or all(map(is_plain_text, texts))):
                return False
        try:
            return all(
                check(value)
                for name, check in self._checks
                for row in rows
                if (value := row.get(name)) is not None
            )
        except (NotPlainError, UnsureError, RecursionError):
            return False


_MAPPINGS = {dict}


class PlainIntake:
    """Takes plain reports of one rulebook in, for its function for usual reports or for any.

    It takes none where the schema asks for more than it asks of each part.
    """

    def __init__(self, functions: CompiledRulebook) -> None:
        """Prepare for functions that are whole; what is for any report is made when one comes."""
        self._functions, self._linked = functions, functions.linked
        self._rules, self._lists = (
            split_rules(self._linked.schema),
            tuple(self._linked.schema.lists),
        )
        self._usual: PlainPreparer | None = None
        self._any: PlainPreparer | None = None

    def take_bytes(self, data: bytes, nulls: Nulls = "refused") -> Taken | None:
        """Take a JSON document in; None for every other, and where in doubt."""
        text = decode_bytes(data, limits_of(self._linked).size)
        document = decode_plain(text) if text is not None else None
        if document is not None and nulls == "absent":
            self._leave_out_nulls(document)
        return self._take(document, text) if document is not None else None

    def take_mapping(self, report: Mapping[str, Any], nulls: Nulls = "refused") -> Taken | None:
        """Take a caller's mapping in, which may leave out `rulebook`; None where in doubt."""
        if type(report) is not dict:
            return None
        document = {key: dict(part) if type(part) is dict else part for key, part in report.items()}
        for code in self._lists:
            _copy_rows(document.get("fields"), code)
        document.setdefault("rulebook", self._linked.rulebook.identity.reference)
        if nulls == "absent":
            self._leave_out_nulls(document)
        taken = self._take(document, None)
        return taken if taken is not None and _count(taken[0]) < _MOST_CHARACTERS else None

    def _leave_out_nulls(self, document: dict[str, Any]) -> None:
        """Leave out the known fields that are null; any other null is left in, and so in doubt."""
        fields, known = document.get("fields"), self._linked.schema.fields
        if type(fields) is dict:
            document["fields"] = {
                key: value for key, value in fields.items() if value is not None or key not in known
            }

    def _take(self, document: dict[str, Any], text: str | None) -> Taken | None:
        linked, rules = self._linked, self._rules
        report = read_parts(document, text, linked.schema) if rules is not None else None
        if rules is None or report is None or not rules.accept_rest(document):
            return None
        if not names(report.reference, linked.rulebook.identity):
            return None
        if self._usual is None:
            self._usual = PlainPreparer(self._functions.usual_preparer, rules)
        inputs = self._usual.prepare_fields(report.fields, report.lists)
        if inputs is None:
            if self._any is None:
                self._any = PlainPreparer(self._functions.general()[1], rules)
            inputs = self._any.prepare_fields(report.fields, report.lists)
        return None if inputs is None else (report, inputs)


def _copy_rows(fields: Any, code: str) -> None:
    """Copy a list's rows, which a caller may change before the report is made of them."""
    rows = fields.get(code) if type(fields) is dict else None
    if type(rows) is list:
        fields[code] = [row.copy() if type(row) is dict else row for row in rows]


def _count(report: PlainReport) -> int:
    """Count the characters of a report beside its fields, and one more for each text."""
    texts = [*report.printed, *report.subject, *map(str, report.subject.values())]
    return sum(map(len, texts), len(texts))
