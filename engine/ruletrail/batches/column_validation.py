"""Which rows of columns are surely valid: types, bounds, multiples, choices, lengths, keys.

It may only say "valid", and is sound: a keyword that it does not understand leaves every row that
holds such a value to the checker of rows. Texts are judged by the generated checker, each only
once; numbers as whole numbers at a scale.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.batches.tables import EncodedList
from ruletrail.batches.unsupported_keywords import (
    IDLE_FOR_LISTS,
    IDLE_FOR_MAPPINGS,
    IDLE_FOR_NUMBERS,
)
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas import Schema
from ruletrail.schemas.generated import Generator
from ruletrail.schemas.tables import UnsureError

Flags = NDArray[np.bool_]
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Members:
    """An object's rows as columns by key; a row has the keys whose column has a value there."""

    columns: "Mapping[str, Column | Members | EncodedList]"


class Validity:
    """What a schema asks of columns. Not for sharing between threads: it remembers references."""

    def __init__(self, schema: Schema) -> None:
        """Begin with nothing asked."""
        self._generator = Generator(schema.content)

    def find_valid(self, document: Members, rows: int) -> Flags:
        """Tell which rows are surely valid; False says nothing."""
        return self._judge(self._generator.root, document, rows)

    def _judge(self, schema: object, column: Column | Members | EncodedList, rows: int) -> Flags:
        """Judge a column against a subschema; rows without a value are neither here nor there."""
        if isinstance(schema, bool):
            return np.full(rows, schema)
        if not isinstance(schema, Mapping):
            return _none(rows)
        if isinstance(column, WordColumn):
            return self._words(schema, column)
        found = np.ones(rows, np.bool_)
        for keyword, asked in schema.items():
            if not self._generator.is_annotation(keyword, schema):
                found &= self._keyword(keyword, asked, schema, column, rows)
        if isinstance(column, NumberColumn):
            found[list(column.large)] = False
        return found

    def _keyword(
        self,
        keyword: str,
        asked: Any,
        schema: Mapping[str, Any],
        column: NumberColumn | Members | EncodedList,
        rows: int,
    ) -> Flags:
        if keyword == "$ref":
            return self._judge(self._generator.target(asked), column, rows)
        if keyword == "allOf":
            return _all([self._judge(each, column, rows) for each in asked], rows)
        if isinstance(column, Members):
            return self._of_mapping(keyword, asked, schema, column, rows)
        if isinstance(column, EncodedList):
            return self._of_list(keyword, asked, column, rows)
        if keyword in IDLE_FOR_NUMBERS:
            return np.ones(rows, np.bool_)
        return _of_numbers(keyword, asked, column)

    # -- Texts and booleans ------------------------------------------------------------------------

    def _words(self, schema: Mapping[str, Any], column: WordColumn) -> Flags:
        table = self._generator.table(schema)
        accepted = [_accepts(table[type(word)], word) for word in column.words]
        found: Flags = np.array(accepted or [False], np.bool_)[column.codes]
        return found

    # -- Mappings ----------------------------------------------------------------------------------

    def _of_mapping(
        self, keyword: str, asked: Any, schema: Mapping[str, Any], members: Members, rows: int
    ) -> Flags:
        columns = members.columns
        match keyword:
            case "type":
                return np.full(rows, "object" in ([asked] if isinstance(asked, str) else asked))
            case "required":
                return _all([_present(columns.get(key), rows) for key in asked], rows)
            case "properties":
                members_of = [(each, columns.get(key)) for key, each in asked.items()]
                return _all([self._member(*pair, rows) for pair in members_of], rows)
            case "additionalProperties" if "patternProperties" not in schema:
                others = columns.keys() - schema.get("properties", {}).keys()
                return _all([self._member(asked, columns[key], rows) for key in others], rows)
        return np.full(rows, keyword in IDLE_FOR_MAPPINGS)

    # -- Lists of rows -----------------------------------------------------------------------------

    def _of_list(self, keyword: str, asked: Any, column: EncodedList, rows: int) -> Flags:
        counts = np.diff(column.offsets)
        match keyword:
            case "type":
                return np.full(rows, "array" in ([asked] if isinstance(asked, str) else asked))
            case "minItems":
                return _at_least(counts, ceil(asked))
            case "maxItems":
                return _at_most(counts, floor(asked))
            case "items":
                cells = {name: encoded.column for name, encoded in column.cells.items()}
                sure = self._judge(asked, Members(cells), int(column.offsets[-1]))
                return ~column.of_reports(~sure)
        return np.full(rows, keyword in IDLE_FOR_LISTS)

    def _member(
        self, schema: object, column: "Column | Members | EncodedList | None", rows: int
    ) -> Flags:
        if column is None or schema is True:
            return np.ones(rows, np.bool_)
        return self._judge(schema, column, rows) | ~_present(column, rows)


def _accepts(check: Callable[[Any], bool], word: object) -> bool:
    try:
        return check(word)
    except (UnsureError, RecursionError):
        return False


def _none(rows: int) -> Flags:
    return np.zeros(rows, np.bool_)


def _all(found: list[Flags], rows: int) -> Flags:
    return np.logical_and.reduce(found) if found else np.ones(rows, np.bool_)


def _present(column: "Column | Members | EncodedList | None", rows: int) -> Flags:
    if column is None:
        return _none(rows)
    if isinstance(column, Members) or column.missing is None:
        return np.ones(rows, np.bool_)
    return ~column.missing


# -- Numbers ---------------------------------------------------------------------------------------


def _of_numbers(keyword: str, asked: Any, column: NumberColumn) -> Flags:
    """Check whole numbers at a scale; those kept beside the column are left to rows."""
    rows = len(column.values)
    scaled = 10**column.scale
    match keyword:
        case "type":
            names = [asked] if isinstance(asked, str) else asked
            if "number" in names:
                return np.ones(rows, np.bool_)
            return _multiples(column, Fraction(1)) if "integer" in names else _none(rows)
        case "multipleOf" if _is_number(asked) and asked > 0:
            return _multiples(column, Fraction(asked))
        case "enum" | "const":
            choices = asked if keyword == "enum" else [asked]
            exact = [Fraction(choice) * scaled for choice in choices if _is_number(choice)]
            wholes = [int(each) for each in exact if each.denominator == 1 and _fits(int(each))]
            return np.isin(column.values, wholes)
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" if _is_number(asked):
            return _COMPARISONS[keyword](column.values, Fraction(asked) * scaled)
    return _none(rows)


def _is_number(asked: object) -> bool:
    return isinstance(asked, int | Decimal) and not isinstance(asked, bool)


def _multiples(column: NumberColumn, step: Fraction) -> Flags:
    """Tell which values are multiples of a step.

    v / 10**scale is one of p / q when v is one of the numerator of p * 10**scale / q in lowest
    terms.
    """
    top = (step * 10**column.scale).numerator
    found: Flags = column.values % top == 0 if top <= _MOST else column.values == 0
    return found


def _fits(whole: int) -> bool:
    return -_MOST <= whole <= _MOST


def _at_least(values: NDArray[np.int64], bound: int) -> Flags:
    return values >= bound if _fits(bound) else np.full(len(values), bound < 0)


def _at_most(values: NDArray[np.int64], bound: int) -> Flags:
    return values <= bound if _fits(bound) else np.full(len(values), bound > 0)


_COMPARISONS: Mapping[str, Callable[[NDArray[np.int64], Fraction], Flags]] = {
    "minimum": lambda values, bound: _at_least(values, ceil(bound)),
    "maximum": lambda values, bound: _at_most(values, floor(bound)),
    "exclusiveMinimum": lambda values, bound: _at_least(values, floor(bound) + 1),
    "exclusiveMaximum": lambda values, bound: _at_most(values, ceil(bound) - 1),
}
