"""What a schema may demand of a report beyond types, and reports on either side of each demand.

Of a field or a cell, of a list, of the fields together, of the subject. The first value of each is
one that the demand admits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from support.matrix_cells import json_of, sheet_cell
from support.offices import header, workbook_parts, write_parts
from support.rulebooks import REFERENCE, rows_of

Row = dict[str, Any]
"""What a row says: columns with values; one that is missing is not there."""

NUMBER, TEXT, TRUTH, DAY = "number", "text", "truth", "day"

TYPES: dict[str, dict[str, Any]] = {
    NUMBER: {"type": "number"},
    TEXT: {"type": "string"},
    TRUTH: {"type": "boolean"},
    DAY: {"type": "string", "format": "date"},
}


@dataclass(frozen=True)
class Demand:
    """What is asked of one value, and values of its type."""

    kind: str
    asked: Mapping[str, Any]
    values: Sequence[Any]

    @property
    def schema(self) -> dict[str, Any]:
        """The field's schema."""
        return {**TYPES[self.kind], **self.asked}


_NUMBERS: tuple[Any, ...] = (
    *(5, 0, -1, 4, 6, 10, Decimal("9.99"), Decimal("5.5"), Decimal("5.25")),
    *(Decimal("10.0000000001"), 10**15 - 1),
)
_SMALL = (
    *(Decimal(0), Decimal("0.1"), Decimal("0.25"), Decimal("0.3"), Decimal("0.125")),
    *(Decimal("0.0000000001"), Decimal(7), Decimal("-0.1")),
)
_TEXTS = ("ab", "a", "abc", "", "AB", "12", "a b", "ab\n", "é", "😀😀", "e\u0301e", "x" * 40, "=a")
_DAYS = ("2024-02-29", "2024-01-01", "2023-12-31", "2024-12-31", "2025-01-01", "2024-02-30")

DEMANDS: dict[str, Demand] = {
    "minimum": Demand(NUMBER, {"minimum": 5}, _NUMBERS),
    "maximum": Demand(NUMBER, {"maximum": 5}, _NUMBERS),
    "both ends": Demand(NUMBER, {"minimum": 5, "maximum": 10}, _NUMBERS),
    "exclusive minimum": Demand(NUMBER, {"exclusiveMinimum": 4}, _NUMBERS),
    "exclusive maximum": Demand(NUMBER, {"exclusiveMaximum": 10}, _NUMBERS),
    "minimum of decimals": Demand(NUMBER, {"minimum": Decimal("0.1")}, (Decimal(7), *_SMALL)),
    "both minima": Demand(NUMBER, {"minimum": 5, "exclusiveMinimum": 4}, _NUMBERS),
    "other minima": Demand(NUMBER, {"minimum": 4, "exclusiveMinimum": 4}, _NUMBERS),
    "ends that cross": Demand(NUMBER, {"minimum": 6, "maximum": 5}, _NUMBERS),
    "huge end": Demand(NUMBER, {"maximum": 10**30, "minimum": -(10**30)}, _NUMBERS),
    "huge least": Demand(NUMBER, {"minimum": 10**30}, _NUMBERS),
    "whole": Demand(NUMBER, {"type": "integer"}, _NUMBERS),
    "whole and more": Demand(NUMBER, {"type": ["integer", "number"]}, _NUMBERS),
    "whole with ends": Demand(
        NUMBER, {"type": "integer", "minimum": Decimal("4.5"), "maximum": Decimal("5.5")}, _NUMBERS
    ),
    "multiple": Demand(NUMBER, {"multipleOf": 5}, _NUMBERS),
    "multiple of decimals": Demand(NUMBER, {"multipleOf": Decimal("0.1")}, _SMALL),
    "multiple of quarters": Demand(NUMBER, {"multipleOf": Decimal("0.25")}, _SMALL),
    "multiple of more": Demand(NUMBER, {"multipleOf": Decimal("1E-10")}, _SMALL),
    "multiple of most": Demand(NUMBER, {"multipleOf": 10**19}, (Decimal(0), *_NUMBERS)),
    "multiple, twice": Demand(
        NUMBER, {"allOf": [{"multipleOf": 2}, {"multipleOf": 5}]}, (Decimal(10), *_NUMBERS)
    ),
    "listed numbers": Demand(NUMBER, {"enum": [5, Decimal("9.990"), 10**30]}, _NUMBERS),
    "one number": Demand(NUMBER, {"const": Decimal("5.0")}, _NUMBERS),
    "not a number": Demand(NUMBER, {"not": {"minimum": 6}}, _NUMBERS),
    "any of numbers": Demand(NUMBER, {"anyOf": [{"maximum": 5}, {"minimum": 10}]}, _NUMBERS),
    "one of numbers": Demand(NUMBER, {"oneOf": [{"maximum": 5}, {"minimum": 5}]}, (0, *_NUMBERS)),
    "all of numbers": Demand(NUMBER, {"allOf": [{"maximum": 9}, {"minimum": 5}]}, _NUMBERS),
    "if a number": Demand(
        NUMBER, {"if": {"minimum": 5}, "then": {"multipleOf": 5}, "else": {"maximum": 0}}, _NUMBERS
    ),
    "reference": Demand(NUMBER, {"$ref": "#/$defs/small"}, _NUMBERS),
    "reference and more": Demand(NUMBER, {"$ref": "#/$defs/small", "minimum": 5}, _NUMBERS),
    "choices with names": Demand(
        NUMBER, {"oneOf": [{"const": 5, "title": "cinque"}, {"const": 6, "title": "sei"}]}, _NUMBERS
    ),
    "text keywords of a number": Demand(
        NUMBER, {"maxLength": 1, "pattern": "^a", "maxItems": 0, "required": ["x"]}, _NUMBERS
    ),
    "shortest": Demand(TEXT, {"minLength": 2}, _TEXTS),
    "longest": Demand(TEXT, {"maxLength": 2}, _TEXTS),
    "one length": Demand(TEXT, {"minLength": 2, "maxLength": 2}, _TEXTS),
    "pattern": Demand(TEXT, {"pattern": "^[a-z]{2}$"}, _TEXTS),
    "pattern anywhere": Demand(TEXT, {"pattern": "b"}, _TEXTS),
    "listed texts": Demand(TEXT, {"enum": ["ab", "é", "12", ""]}, _TEXTS),
    "listed once": Demand(TEXT, {"enum": ["ab"]}, _TEXTS),
    "one text": Demand(TEXT, {"const": "ab"}, _TEXTS),
    "text of no number": Demand(TEXT, {"not": {"pattern": "^[0-9]+$"}}, _TEXTS),
    "number keywords of a text": Demand(TEXT, {"minimum": 99, "multipleOf": 7}, _TEXTS),
    "texts with names": Demand(
        TEXT, {"oneOf": [{"const": "ab", "title": "x"}, {"const": "AB", "title": "y"}]}, _TEXTS
    ),
    "if a text": Demand(
        TEXT, {"if": {"minLength": 2}, "then": {"pattern": "^a"}, "else": {"const": "a"}}, _TEXTS
    ),
    "mail": Demand(TEXT, {"format": "email"}, ("a@b", "ab", "", "@")),
    "address": Demand(TEXT, {"format": "ipv4"}, ("1.2.3.4", "1.2.3", "1.2.3.256", "::1")),
    "long address": Demand(TEXT, {"format": "ipv6"}, ("::1", "1.2.3.4", "::g")),
    "uuid": Demand(
        TEXT, {"format": "uuid"}, ("2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08", "")
    ),
    "true": Demand(TRUTH, {"const": True}, (True, False)),
    "listed truths": Demand(TRUTH, {"enum": [False]}, (False, True)),
    "no truth": Demand(TRUTH, {"not": {"const": True}}, (False, True)),
    "first day": Demand(DAY, {"formatMinimum": "2024-01-01"}, _DAYS),
    "last day": Demand(DAY, {"formatMaximum": "2024-12-31"}, _DAYS),
    "year": Demand(DAY, {"formatMinimum": "2024-01-01", "formatMaximum": "2024-12-31"}, _DAYS),
    "day of a pattern": Demand(DAY, {"pattern": "-29$"}, _DAYS),
    "listed days": Demand(DAY, {"enum": ["2024-02-29", "2025-01-01"]}, _DAYS),
    "one day": Demand(DAY, {"const": "2024-02-29"}, _DAYS),
}
"""What may be asked of a field, or of a cell of a list's rows."""

_N, _T, _Y, _D = ("N", "T", "Y", "D")
TOGETHER: dict[str, Mapping[str, Any]] = {
    "required": {"required": ["N", "T"]},
    "required of no field": {"required": ["other"]},
    "dependent required": {"dependentRequired": {"N": ["T", "Y"], "D": ["N"]}},
    "dependent schemas": {"dependentSchemas": {"N": {"properties": {"T": {"minLength": 2}}}}},
    "if, then, else": {
        "if": {"properties": {"T": {"const": "SI"}}, "required": ["T"]},
        "then": {"required": ["N"], "properties": {"N": {"minimum": 5}}},
        "else": {"properties": {"Y": {"const": False}}},
    },
    "if, then": {"if": {"required": ["Y"]}, "then": {"required": ["D"]}},
    "all of several": {
        "allOf": [
            {"required": ["N"]},
            {"if": {"properties": {"N": {"maximum": 0}}}, "then": {"required": ["T"]}},
        ]
    },
    "any of several": {"anyOf": [{"required": ["N"]}, {"required": ["T"]}]},
    "one of several": {"oneOf": [{"required": ["N"]}, {"required": ["T"]}]},
    "not both": {"not": {"required": ["N", "T"]}},
    "least fields": {"minProperties": 3},
    "most fields": {"maxProperties": 2},
    "names": {"propertyNames": {"enum": ["N", "T"]}},
    "by pattern": {"patternProperties": {"^N$": {"enum": [6]}, "^[TD]$": {"maxLength": 9}}},
    "by pattern and others": {
        "patternProperties": {"^N": {"minimum": 5}},
        "additionalProperties": False,
    },
    "no others": {"additionalProperties": False},
    "some others": {"additionalProperties": {"type": "number", "minimum": 5}},
    "none at all": {"not": {}},
}
"""What may be asked of all fields together, which are `N`, `T`, `Y` and `D`."""

FIELDS: dict[str, Any] = {_N: TYPES[NUMBER], _T: TYPES[TEXT], _Y: TYPES[TRUTH], _D: TYPES[DAY]}


def rows_together() -> Iterator[Row]:
    """Fill in each of the fields or not, with a value or another."""
    values = ((6, Decimal("0.5")), ("SI", "no"), (True, False), ("2024-02-29",))
    choices = (((), *((each,) for each in held)) for held in values)
    for chosen in product(*choices):
        yield {name: cell[0] for name, cell in zip(FIELDS, chosen, strict=True) if cell}


_ROWS: tuple[Row, ...] = (
    {"n": Decimal(6), "t": "ab"},
    {"n": Decimal(0)},
    {"t": "SI"},
    {"n": Decimal("0.5"), "t": "no"},
    {},
)
LISTS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "plain": ({}, {}),
    "least rows": ({"minItems": 2}, {}),
    "most rows": ({"maxItems": 2}, {}),
    "no rows": ({"maxItems": 0}, {}),
    "rows apart": ({"uniqueItems": True}, {}),
    "if rows": ({"if": {"minItems": 2}, "then": {"uniqueItems": True}}, {}),
    "required": ({}, {"required": ["n"]}),
    "required of no cell": ({}, {"required": ["other"]}),
    "dependent": ({}, {"dependentRequired": {"n": ["t"]}}),
    "if, then": ({}, {"if": {"required": ["t"]}, "then": {"required": ["n"]}}),
    "least cells": ({}, {"minProperties": 1}),
    "not both": ({}, {"not": {"required": ["n", "t"]}}),
    "by pattern": ({}, {"patternProperties": {"^n": {"minimum": 5}}}),
}
"""What may be asked of a list, and of each of its rows, whose cells are `n` and `t`."""


def list_schema(of_list: Mapping[str, Any], of_row: Mapping[str, Any]) -> dict[str, Any]:
    """Make the schema of a list of which something is asked."""
    made = rows_of({"n": "number", "t": "string"}, 4)
    return {**made, **of_list, "items": {**made["items"], **of_row}}


def cells_of_list() -> Iterator[Any]:
    """List lists of no row, of one, of two, of many."""
    yield from ([], *([row] for row in _ROWS))
    yield from ([one, other] for one, other in product(_ROWS, _ROWS))
    yield from ([_ROWS[0]] * count for count in (3, 4, 5))


SUBJECTS: dict[str, Mapping[str, Any]] = {
    "required": {"required": ["comune"]},
    "pattern": {"properties": {"comune": {"type": "string", "pattern": "^[A-Z]"}}},
    "listed": {"properties": {"prov": {"enum": ["AN", "LI"]}}},
    "no others": {"properties": {"comune": {}}, "additionalProperties": False},
    "dependent": {"dependentRequired": {"prov": ["comune"]}},
    "least": {"minProperties": 2},
    "number": {"properties": {"comune": {"type": "number"}}},
}
"""What may be asked of the subject."""


def rows_of_subjects() -> Iterator[Row]:
    """Say of whom a report is, or not."""
    for comune, prov in product((None, "Jesi", "jesi", "12"), (None, "AN", "XX")):
        said = {"subject.comune": comune, "subject.prov": prov, "N": 6}
        yield {name: value for name, value in said.items() if value is not None}


# -- Files -----------------------------------------------------------------------------------------


def report_of(row: Row, columns: Sequence[str], form: str) -> dict[str, Any]:
    """Make the report that a row says, in the order of the columns."""
    parts: dict[str, dict[str, Any]] = {"subject": {}, "fields": {}}
    for column in (each for each in columns if each in row):
        part, _, name = column.rpartition(".")
        parts[part or "fields"][name] = row[column]
    has_subject = form != "jsonl" and any(each.startswith("subject.") for each in columns)
    if not parts["subject"] and not has_subject:
        del parts["subject"]
    return {"rulebook": REFERENCE, **parts}


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows as a file of the form that its name says."""
    match path.suffix:
        case ".jsonl":
            lines = (json_of(report_of(row, columns, "jsonl")) + "\n" for row in rows)
            path.write_text("".join(lines), encoding="utf-8")
        case ".csv":
            lines = (",".join(_quoted(row.get(each)) for each in columns) + "\n" for row in rows)
            path.write_text(",".join(columns) + "\n" + "".join(lines), "utf-8", newline="")
        case ".parquet":
            held = {name: _arrow([row.get(name) for row in rows]) for name in columns}
            parquet.write_table(pa.table(held), path)
        case _:
            _write_sheet(path, columns, rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json_of(value)


def _quoted(value: Any) -> str:
    text = _text(value)
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in ',"\n') else text


def _arrow(values: Sequence[Any]) -> Any:
    """Make a column; numbers are decimals of ten places, of lists too."""
    numbers = pa.decimal128(30, 10)
    first = next((each for each in values if each is not None), None)
    if isinstance(first, list):
        truth = any(isinstance(row.get("t"), bool) for cell in values for row in cell or ())
        text = pa.bool_() if truth else pa.string()
        row = pa.struct([("n", numbers), ("t", text)])
        return pa.array(values, pa.list_(row))
    is_number = isinstance(first, int | Decimal) and not isinstance(first, bool)
    return pa.array(values, numbers if is_number else None)


def _write_sheet(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    lines = [header(*columns)]
    for at, row in enumerate(rows, 2):
        said = ((f"{'ABCDEFGHIJ'[place]}{at}", row.get(name)) for place, name in enumerate(columns))
        cells = "".join(sheet_cell(_text_of_list(value), place) or "" for place, value in said)
        lines.append(f'<row r="{at}">{cells}</row>')
    write_parts(str(path), workbook_parts("".join(lines)))


def _text_of_list(value: Any) -> Any:
    return json_of(value) if isinstance(value, list) else value


def said_in(form: str, row: Row) -> Row:
    """Leave out what a form cannot say: neither CSV nor sheets have an empty text."""
    is_text = form in ("csv", "xlsx")
    return {name: value for name, value in row.items() if not (is_text and value == "")}
