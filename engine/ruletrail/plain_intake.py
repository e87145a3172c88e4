"""A plainly valid report straight to a function's inputs: checked on the way, without a tree.

It may only say "this is what the report's own reader would have prepared"; what is in any doubt it
leaves to that reader, whose answer is always the one given. A differential test binds the two.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any

from ruletrail.analysis.ir import TypedField
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.inputs import MOST_SHAPES, Inputs, Preparer, Shape, fit_text, make_taker
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
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
from ruletrail.schemas.field_rules import ReportRules, split_rules
from ruletrail.schemas.tables import Check, UnsureError, always, never

Taken = tuple[PlainReport, Inputs]
"""A plain report, and what was prepared of it."""

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "number": (int, Number, Decimal, float), "text": (str,), "boolean": (bool,), "none": (),
}  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class _Plain:
    """What is to be done with values of such classes, and what the schema asks of them."""

    shape: Shape
    count: int
    """How many fields are there; 0 where values of such classes are left to the report's reader."""
    take_texts: Callable[[Sequence[Any]], Sequence[str]]
    checked: tuple[tuple[int, Check], ...]
    """What the schema asks of values one by one, beside the ends of numbers."""


class PlainPreparer(Preparer):
    """Prepares the fields of a document as they are written there, checked by the schema's rules.

    `rules` are those of the fields, all of which the schema names.
    """

    def __init__(self, preparer: Preparer, rules: ReportRules) -> None:
        """Prepare for the function that another preparer is of."""
        super().__init__(preparer.fields, preparer.assumed, is_usual=preparer.is_usual)
        self.rules = rules
        self.known: dict[tuple[type, ...], _Plain] = {}

    def prepare_fields(self, fields: Mapping[str, Any]) -> Inputs | None:
        """Prepare the fields of a document; None where in doubt."""
        given = list(map(fields.get, self.codes))
        kinds = tuple(map(type, given))
        plain = self.known.get(kinds) or self._learn(kinds)
        # a field that is not known, or has no value, is one more than are there
        if plain.count != len(fields) or not is_plain_text("".join(plain.take_texts(given))):
            return None
        try:
            for at, check in plain.checked:
                if not check(given[at]):
                    return None
        except (NotPlainError, UnsureError, RecursionError):
            return None
        return self.scale(given, plain.shape, _WrittenDecimals(fields, self.codes))

    def ends(self, field: TypedField, scale: int) -> tuple[int, int]:
        """Give the ends that the schema sets too."""
        widest, bounds = super().ends(field, scale), self.rules.fields[field.code].bounds
        if bounds is None:
            return widest
        least, most = bounds.at(scale)
        return (
            widest[0] if least is None else max(least, widest[0]),
            widest[1] if most is None else min(most, widest[1]),
        )

    def fits(self, field: TypedField, kind: type) -> bool:
        """Tell whether a field takes values of a class as documents hold them."""
        return kind is NoneType or kind in _CLASSES[field.kind]

    def fit(self, value: Any, scale: int) -> int:
        """Make a number as it was written whole at a scale."""
        return fit_text(value if value.__class__ is Number else written_number(value), scale)

    def _learn(self, kinds: tuple[type, ...]) -> _Plain:
        """Work out what is to be done with values of these classes."""
        shape = self.find_shape(kinds)
        there = [(at, code) for at, code in enumerate(self.codes) if kinds[at] is not NoneType]
        checks = [(at, self._check(code, kinds[at])) for at, code in there]
        fits = shape.fits and self.rules.required_fields.isdisjoint(shape.absent)
        size = sum([len(code.encode()) + _NUMBER_ROOM for _, code in there])
        plain = _Plain(
            shape,
            len(there) if fits and size < REPORT_LIMITS.size // 2 else -1,
            make_taker([at for at, _ in there if kinds[at] is str]),
            tuple([(at, check) for at, check in checks if check is not always]),
        )
        if len(self.known) < MOST_SHAPES:
            self.known[kinds] = plain
        return plain

    def _check(self, code: str, kind: type) -> Check:
        rule = self.rules.fields[code]
        if self.fields[code].kind != "number":
            return rule.table[kind]
        if rule.bounds is None:
            table = rule.table

            def check(value: Any) -> bool:
                exact = exact_number(written_number(value))
                return table[type(exact)](exact)

            return check
        # what is whole by its field's scale needs no check
        is_whole = not rule.bounds.is_whole or self.fields[code].scale == 0
        return always if is_whole else never


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
