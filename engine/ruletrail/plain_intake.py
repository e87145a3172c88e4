"""A plainly valid report straight to a function's inputs: checked on the way, without a tree.

It may only say "this is what the report's own reader would have prepared"; what is in any doubt it
leaves to that reader, whose answer is always the one given. A differential test binds the two.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ruletrail.analysis.ir import TypedField
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.inputs import Inputs, MisfitError, Preparer, ends_at, fit_text
from ruletrail.documents import REPORT_LIMITS
from ruletrail.intake import names
from ruletrail.reports.plain_json import (
    NotPlainError,
    Number,
    PlainReport,
    decode_bytes,
    decode_plain,
    exact_number,
    is_plain_text,
    read_parts,
    written_number,
)
from ruletrail.schemas.field_rules import FieldRule, ReportRules, split_rules
from ruletrail.schemas.tables import Check, UnsureError, always, never

Taken = tuple[PlainReport, Inputs]
"""A plain report, and what was prepared of it."""

_OTHERS: Mapping[str, type | None] = {"number": None, "text": str, "boolean": bool, "none": None}
"""The class of a kind's values where they are no numbers."""
_DECIMALS = frozenset({Number, Decimal, float})
_NUMBER_ROOM = 32
"""Bytes that a number takes at most, of one that fits its field."""
_MOST_CHARACTERS = REPORT_LIMITS.size // 16
"""Of a mapping beside its fields; a document's bytes are counted as such."""


class _WrittenDecimals:
    """Counts the decimals of a number as it was written, only when asked."""

    __slots__ = ("codes", "fields")

    def __init__(self, fields: Mapping[str, Any], codes: tuple[str, ...]) -> None:
        self.fields, self.codes = fields, codes

    def __getitem__(self, at: int, /) -> int:
        value = self.fields[self.codes[at]]
        if value.__class__ is int:
            return 0
        return len(written_number(value).partition(".")[2])


_Plan = tuple[str, bool, int, int, int, int, int, int]
"""A field's code, whether it may be absent, ten to the power of its scale, the scale, and ends: of
a whole number, and of any at the scale; ends that nothing lies between where it is no number."""


class PlainPreparer:
    """Prepares the fields of a document as they are written there, checked by the schema's rules.

    `rules` are those of the fields, all of which the schema names. What is to be done with a field
    is known before any report, for reports differ in what they leave out.
    """

    def __init__(self, preparer: Preparer, rules: ReportRules) -> None:
        """Prepare for the function that another preparer is of."""
        self._codes, self._is_usual = preparer.codes, preparer.is_usual
        needed = preparer.assumed | rules.required_fields
        fields = [(field, rules.fields[code]) for code, field in preparer.fields.items()]
        self._plans = [_plan(field, rule, needed) for field, rule in fields]
        self._kinds = [_OTHERS[field.kind] for field, _ in fields]
        checks = [(at, _check(field, rule)) for at, (field, rule) in enumerate(fields)]
        self._checked = [(at, check) for at, check in checks if check is not always]
        size = sum([len(code.encode()) + _NUMBER_ROOM for code in self._codes])
        self._fits = size < REPORT_LIMITS.size // 2

    def prepare_fields(self, fields: Mapping[str, Any]) -> Inputs | None:
        """Prepare the fields of a document; None where in doubt."""
        given: list[Any] = list(map(fields.get, self._codes))
        absent: list[str] = []
        texts: list[str] = []
        at = -1
        try:
            for code, may_be_absent, power, scale, low, high, least, most in self._plans:
                at += 1
                value = given[at]
                kind = value.__class__
                if kind is int:
                    if not low <= value <= high:
                        return None
                    if power != 1:
                        given[at] = value * power
                elif value is None:
                    if not may_be_absent:
                        return None
                    absent.append(code)
                elif kind is self._kinds[at]:
                    if kind is str:
                        texts.append(value)
                elif least <= most and kind in _DECIMALS:
                    text = value if kind is Number else written_number(value)
                    given[at] = whole = fit_text(text, scale)
                    if not least <= whole <= most:
                        return None
                else:
                    return None
            for at, check in self._checked:
                value = fields.get(self._codes[at])
                if value is not None and not check(value):
                    return None
        except (MisfitError, NotPlainError, UnsureError, RecursionError):
            return None
        # a field that is not known, or has no value, is one more than are there
        is_known = len(given) - len(absent) == len(fields)
        if not (is_known and self._fits and is_plain_text("".join(texts))):
            return None
        decimals = _WrittenDecimals(fields, self._codes)
        return Inputs(given, decimals, frozenset(absent), is_usual=self._is_usual)


def _plan(
    field: TypedField,
    rule: FieldRule,
    needed: frozenset[str],
) -> _Plan:
    """Work out what is to be done with a field."""
    may_be_absent, scale = field.code not in needed, field.scale
    # what is whole by its field's scale needs no check
    is_sure = rule.bounds is None or not rule.bounds.is_whole or scale == 0
    if field.kind != "number" or not is_sure:
        return field.code, may_be_absent, 1, 0, 1, 0, 1, 0
    of_whole, of_any = _narrow(rule, 0), _narrow(rule, scale)
    return field.code, may_be_absent, 10**scale, scale, *of_whole, *of_any


def _narrow(rule: FieldRule, scale: int) -> tuple[int, int]:
    """Give the ends of a number at a scale: of documents, brought to those that the schema sets."""
    low, high = ends_at(scale)
    least, most = (None, None) if rule.bounds is None else rule.bounds.at(scale)
    return low if least is None else max(least, low), high if most is None else min(most, high)


def _check(field: TypedField, rule: FieldRule) -> Check:
    """Make the check of what the schema asks of a field's values beside the ends of numbers."""
    if rule.bounds is not None:
        return always
    table = rule.table
    if field.kind != "number":
        kind = _OTHERS[field.kind]
        return never if kind is None else table[kind]

    def check(value: Any) -> bool:
        exact = exact_number(written_number(value))
        return table[type(exact)](exact)

    return check


class PlainIntake:
    """Takes plain reports of one rulebook in, for its function for usual reports or for any.

    It takes none where the schema asks for more than it asks of each part.
    """

    def __init__(self, functions: CompiledRulebook) -> None:
        """Prepare for functions that are whole; what is for any report is made when one comes."""
        self._functions, self._linked = functions, functions.linked
        self._rules = split_rules(functions.linked.schema)
        self._usual: PlainPreparer | None = None
        self._any: PlainPreparer | None = None

    def take_bytes(self, data: bytes) -> Taken | None:
        """Take a JSON document in; None for every other, and where in doubt."""
        text = decode_bytes(data)
        document = decode_plain(text) if text is not None else None
        return self._take(document, text) if document is not None else None

    def take_mapping(self, report: Mapping[str, Any]) -> Taken | None:
        """Take a caller's mapping in, which may leave out `rulebook`; None where in doubt."""
        if report.__class__ is not dict:
            return None
        document = {
            key: dict(part) if part.__class__ is dict else part for key, part in report.items()
        }
        document.setdefault("rulebook", self._linked.rulebook.identity.reference)
        taken = self._take(document, None)
        return taken if taken is not None and _count(taken[0]) < _MOST_CHARACTERS else None

    def _take(self, document: dict[str, Any], text: str | None) -> Taken | None:
        linked, rules = self._linked, self._rules
        report = read_parts(document, text, linked.schema) if rules is not None else None
        if rules is None or report is None or not rules.accept_rest(document):
            return None
        if not names(report.reference, linked.rulebook.identity):
            return None
        if self._usual is None:
            self._usual = PlainPreparer(self._functions.usual_preparer, rules)
        inputs = self._usual.prepare_fields(report.fields)
        if inputs is None:
            if self._any is None:
                self._any = PlainPreparer(self._functions.general()[1], rules)
            inputs = self._any.prepare_fields(report.fields)
        return None if inputs is None else (report, inputs)


def _count(report: PlainReport) -> int:
    """Count the characters of a report beside its fields, and one more for each text."""
    texts = [*report.printed, *report.subject, *map(str, report.subject.values())]
    return sum(map(len, texts), len(texts))
