"""What the matrix of tables puts to every kind of field: the fields, their rulebooks, the values.

Each kind has two rulebooks: one whose field `V` is of it, one whose list `L` has rows with a cell
`v` of it. Every value is put to every kind, whether it is one of its values or not.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ruletrail.api import Plan
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of

KINDS: dict[str, Any] = {
    "number": "number",
    "integer": "integer",
    "decimal": {"type": "number", "multipleOf": 0.01, "minimum": -2000, "maximum": 2000},
    "text": {"type": "string", "maxLength": 12},
    "choice": {"type": "string", "enum": ["a", "é", "12", ""]},
    "boolean": "boolean",
    "date": {"type": "string", "format": "date"},
    "declared": "number",
}
"""The schema of each kind; a rule computes the one that is `declared`, as the form prints it."""

FORMULAS = {
    "number": "{0} * 2 + 1",
    "integer": "{0} * 2 + 1",
    "decimal": "{0} * 2 + 1",
    "text": 'if_missing({0}, "none")',
    "choice": '{0} == "a" or {0} == "é"',
    "boolean": "not {0}",
    "date": "add_months({0}, 1)",
    "declared": "if_missing(K, 0) * 1",
}

GOOD: dict[str, tuple[Any, ...]] = {
    "number": (7, 1.5),
    "integer": (7, 7.0),
    "decimal": (7, 1.5),
    "text": ("a",),
    "choice": ("a",),
    "boolean": (True,),
    "date": (date(2024, 1, 31), datetime(2024, 1, 31), "2024-01-31"),  # noqa: DTZ001 - no zone is meant
    "declared": (7, 3.5),
}
"""Values of each kind, of which a form takes the first that it holds."""


@cache
def plan_of(kind: str) -> Plan:
    """Load the rulebook of a field of a kind."""
    rules: dict[str, Any] = {"after": {"formula": FORMULAS[kind].format("V")}}
    if kind == "declared":
        rules["V"] = {"formula": "K / 3", "round": {"decimals": 2, "mode": "half_up"}}
    else:
        rules["lacks"] = {"formula": "is_missing(V)"}
    sections = {"s": {"title": "S", "due": "K > 0", "fields": ["V"]}}
    fields = {"K": "number", "V": KINDS[kind]}
    return load_text(
        rulebook_text({"rules": rules, "sections": sections}, language="2"), schema_of(fields)
    )


@cache
def list_plan_of(kind: str) -> Plan:
    """Load the rulebook of a list whose rows have a cell of a kind."""
    rules: dict[str, Any] = {
        "L.after": {"formula": FORMULAS[kind].format("L.v")},
        "rows": {"formula": "if_missing(size(L), -1)"},
        "last": {"formula": "if_missing(sum(L.one), -1)"},
        "L.one": {"formula": "1 if is_missing(L.v) else 10"},
    }
    if kind == "declared":
        rules["L.v"] = {"formula": "K / 3", "round": {"decimals": 2, "mode": "half_up"}}
        rules["L.one"] = {"formula": "L.v"}
    sections = {"s": {"title": "S", "due": "K > 0", "fields": ["L"]}}
    fields = {"K": "number", "L": rows_of({"v": KINDS[kind], "w": "number"}, 3)}
    return load_text(
        rulebook_text({"rules": rules, "sections": sections}, language="2"), schema_of(fields)
    )


VALUES: dict[str, Any] = {
    "one": 1,
    "zero": 0,
    "minus one": -1,
    "minus zero": -0.0,
    "decimal minus zero": Decimal("-0.0"),
    "whole float": 7.0,
    "half": 2.5,
    "cents": 1.25,
    "tenth": 0.1,
    "printed": 3.3,
    "printed long": Decimal("3.30"),
    "printed whole": 3,
    "printed longest": Decimal("3.3300"),
    "least of the form": -2000,
    "past the most": 2000.01,
    "three decimals": Decimal("1.125"),
    "ten decimals": Decimal("0.0000000001"),
    "eleven decimals": Decimal("0.00000000001"),
    "fifteen digits": 10**15 - 1,
    "sixteen digits": 10**15,
    "minus sixteen digits": -(10**15),
    "float of sixteen digits": 1e15,
    "float just below": 999999999999999.9,
    "fifteen and ten": Decimal("999999999999999.9999999999"),
    "ten quintillions": 10**19,
    "huge": 10**5000,
    "tiny float": 5e-324,
    "large float": 1e300,
    "float with an exponent": 1e-05,
    "fraction": Fraction(1, 4),
    "endless fraction": Fraction(1, 3),
    "exponent": Decimal("1E+3"),
    "negative exponent": Decimal("1E-2"),
    "large exponent": Decimal("1E+999999"),
    "none": None,
    "nan": float("nan"),
    "numpy's nan": np.float32("nan"),
    "NaT": pd.NaT,
    "NA": pd.NA,
    "numpy's NaT": np.datetime64("NaT", "ns"),
    "decimal NaN": Decimal("NaN"),
    "signalling NaN": Decimal("sNaN"),
    "infinity": float("inf"),
    "decimal infinity": Decimal("-Infinity"),
    "text of a number": "12",
    "text": "a",
    "empty text": "",
    "blanks": "  ",
    "lone surrogate": "\ud800",
    "not in NFC": "e\u0301",
    "in NFC": "é",
    "control": "\x00\x1b",
    "long text": "x" * 13,
    "text of a truth": "true",
    "true": True,
    "false": False,
    "int8": np.int8(5),
    "uint64": np.uint64(2**63 + 1),
    "float32": np.float32(0.1),
    "float16": np.float16(0.1),
    "numpy's truth": np.bool_(True),
    "numpy's text": np.str_("e\u0301"),
    "date": date(2024, 2, 29),
    "first day": date.min,
    "last day": date.max,
    "midnight": datetime(2024, 2, 29),  # noqa: DTZ001 - no zone is meant
    "noon": datetime(2024, 2, 29, 12),  # noqa: DTZ001 - the same
    "midnight in a zone": datetime(2024, 2, 29, tzinfo=UTC),
    "moment of pandas": pd.Timestamp("2024-02-29"),
    "noon of pandas": pd.Timestamp("2024-02-29T12:00:00"),
    "nanosecond": pd.Timestamp("2024-02-29T00:00:00.000000001"),
    "moment in a zone": pd.Timestamp("2024-02-29", tz="Europe/Rome"),
    "text of a day": "2024-02-29",
    "text of no day": "2024-02-30",
    "text of midnight": "2024-02-29T00:00:00",
    "numpy's day": np.datetime64("2024-02-29"),
    "numpy's midnight": np.datetime64("2024-02-29T00:00:00.000"),
    "numpy's noon": np.datetime64("2024-02-29T12:00:00"),
    "day of no year": np.datetime64("12024-02-29"),
    "time": time(12),
    "duration": timedelta(days=1),
    "numpy's duration": np.timedelta64(1, "D"),
    "bytes": b"a",
    "complex": 1j,
    "list": [],
    "mapping": {},
}
"""By name; none of them is changed."""

LISTS: dict[str, Any] = {
    "no list": None,
    "NaN for a list": float("nan"),
    "NA for a list": pd.NA,
    "NaT for a list": pd.NaT,
    "empty list": [],
    "empty row": [{}],
    "null row": [None],
    "null row after one": [{"w": 1}, None],
    "NaN for a row": [float("nan")],
    "NA for a row": [pd.NA],
    "unknown cell": [{"w": 1, "x": 1}],
    "unknown cell that is null": [{"w": 1, "x": None}],
    "too many rows": [{"w": 1}] * 4,
    "row of a list": [[]],
    "number for a row": [1],
    "text for a row": ["a"],
    "number for a list": 1,
    "truth for a list": False,
    "text for a list": "x",
    "empty text for a list": "",
    "mapping for a list": {"w": 1},
    "empty mapping for a list": {},
    "tuple of rows": ({"w": 1},),
    "day for a list": date(2024, 1, 1),
    "bytes for a list": b"",
    "another key": [{1: 1}],
}
"""Values of the list itself, whatever its cells are."""
