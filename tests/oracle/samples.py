"""Random fields of a schema, and random reports that it admits."""

import re
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from .documents import Cell, Report
from .evaluation import Oracle
from .expressions import TEXTS
from .later_expressions import some_day
from .values import Num, finite_decimals, rounded, with_decimals

EDGES = [
    "0",
    "-0",
    "-0.00",
    "1",
    "-1",
    "0.1",
    "-0.1",
    "0.0000000001",
    "-0.0000000001",
    "0.5",
    "-0.5",
    "2.5",
    "-2.5",
    "1.005",
    "2.675",
    "8.50",
    "1.50e1",
    "1e2",
    "67E-2",
    "5.0",
    "3",
    "-7",
    "100",
    "999999999999999",
    "-999999999999999",
    "999999999999999.9999999999",
    "123456.789",
    "-999999999999999.9999999999",
    "922337203685477.5807",
    "9007199254.740993",
    "4294967296",
    "0.3333333333",
    "33.335",
    "12345678.12345",
    "0.05",
    "0.005",
    "-0.015",
]
BORDERS = [
    with_decimals(Fraction(sign * (2**bits + step), 10**decimals), decimals)
    for bits in (31, 32, 53, 62, 63, 64)
    for decimals in range(11)
    for step in (-1, 0, 1)
    for sign in (1, -1)
    if 2**bits + step < 10 ** (15 + decimals)
]


def number_field(rng: Random) -> dict:
    """Declare a number, within bounds or without."""
    chance = rng.random()
    if chance < 0.25:
        return {"type": "number"}
    if chance < 0.35:
        return {"type": "integer"}
    if chance < 0.45:
        return {"type": "integer", "enum": [Num("0"), Num("1"), Num("-3"), Num("250")]}
    low, high = rng.choice(
        [
            ("0", "100"),
            ("-5", "5"),
            ("0", "366"),
            ("0", "999999999999999"),
            ("0.01", "0.05"),
            ("-1000000", "1000000"),
            ("0", "9007199254740"),
            ("7", "7"),
            ("0", "0.9999999999"),
        ]
    )
    found: dict = {"type": "number", "minimum": Num(low), "maximum": Num(high)}
    if rng.random() < 0.3:
        found.pop(rng.choice(["minimum", "maximum"]))
    if "." not in low + high and rng.random() < 0.5:
        found["type"] = "integer"
    elif low != high and rng.random() < 0.3:
        for key, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if key in found and rng.random() < 0.7:
                found[other] = found.pop(key)
    elif rng.random() < 0.4:
        found["multipleOf"] = Num(rng.choice(["0.01", "0.0001"]))
    return found


def text_field(rng: Random) -> dict:
    """Declare a text, from a list or not."""
    if rng.random() < 0.6:
        pool = ["SI", "NO", "a", "b", "c", "due", "e\u0300", "x y", "passed", "", "SI "]
        return {"type": "string", "enum": rng.sample(pool, rng.randint(1, 5))}
    return rng.choice(
        [
            {"type": "string"},
            {"type": "string"},
            {"type": "string", "maxLength": 40},
            {"type": "string", "minLength": 1},
            {"type": "string", "pattern": "^[A-Za-z -]*$"},
        ]
    )


def sample_value(rng: Random, declared: dict) -> Cell:
    """Choose a value that a field admits."""
    if "oneOf" in declared:
        return rng.choice(declared["oneOf"])["const"]
    if declared.get("format") == "date":
        return _day(rng, declared)
    if "enum" in declared:
        return rng.choice(declared["enum"])
    if declared["type"] == "boolean":
        return rng.random() < 0.5
    if declared["type"] == "string":
        return rng.choice(_texts(declared))
    while True:
        text = rng.choice([_edge, _near, _small])(rng, declared)
        if admits(declared, text):
            return Num(text)


def _day(rng: Random, declared: dict) -> date:
    """Choose a day that a field admits, often one of its ends."""
    low = declared.get("formatMinimum", "0001-01-01")
    high = declared.get("formatMaximum", "9999-12-31")
    first, last = date.fromisoformat(low), date.fromisoformat(high)
    bounded = len({"formatMinimum", "formatMaximum"} & set(declared))
    if bounded and rng.random() < 0.4:
        return rng.choice([first, last])
    day = some_day(rng)
    if first <= day <= last:
        return day
    return first + timedelta(rng.randint(0, min((last - first).days, 60)))


def sample_rows(rng: Random, declared: dict, gaps: float, rules: set[str]) -> list[dict[str, Cell]]:
    """Make the rows of a list, those of rules aside."""
    cells = declared["items"]["properties"]
    most = declared["maxItems"]
    size = rng.choice([0, 1, 1, 2, 3, most]) if rng.random() < 0.9 else rng.randint(0, most)
    rows = [
        {
            c: sample_value(rng, d)
            for c, d in cells.items()
            if c not in rules and rng.random() >= gaps
        }
        for _ in range(min(size, most))
    ]
    if len(rows) > 1 and rng.random() < 0.3:
        rows = [rows[0]] * (len(rows) - 1) + [rows[-1]]
    return [dict(row) for row in rows]


def _texts(declared: dict) -> list[str]:
    """List the texts that a field admits."""
    found = [
        *TEXTS,
        "2024-05-31",
        "2024-02-30",
        "0421",
        "=1+1",
        "altro",
        "SI ",
        "long " * 6,
        "-5",
        "a,b;c",
        'q"q',
    ]
    return [
        text
        for text in found
        if len(text) >= declared.get("minLength", 0)
        and re.search(declared.get("pattern", ""), text)
    ]


def _edge(rng: Random, declared: dict) -> str:
    """Choose one of the numbers at the edges."""
    bounds = [declared[key].text for key in ("minimum", "maximum") if key in declared]
    if bounds and rng.random() < 0.5:
        return rng.choice(bounds)
    return rng.choice(rng.choice([EDGES, EDGES, BORDERS]))


def _near(rng: Random, declared: dict) -> str:
    """Choose a number within the bounds."""
    low = declared.get("minimum", declared.get("exclusiveMinimum", Num("-1000"))).value
    above = Num(str(int(low) + 2000))
    high = declared.get("maximum", declared.get("exclusiveMaximum", above)).value
    decimals = 0 if declared["type"] == "integer" else rng.choice([0, 1, 2, 2, 2, 4, 10])
    step = declared.get("multipleOf")
    value = low + (high - low) * Fraction(rng.randint(0, 10**12), 10**12)
    value = rounded(value, decimals, "down")
    if step:
        value = rounded(value / step.value, 0, "down") * step.value
        decimals = max(decimals, finite_decimals(value) or 0)
    return with_decimals(value, decimals)


def _small(rng: Random, _declared: dict) -> str:
    """Choose a small whole number, perhaps with needless zeros."""
    return str(rng.randint(-3, 12)) + rng.choice(["", "", ".0", ".00"])


def admits(declared: dict, text: str) -> bool:
    """Say whether a number is within its field's bounds."""
    value = Num(text).value
    if declared["type"] == "integer" and value.denominator != 1:
        return False
    if "minimum" in declared and value < declared["minimum"].value:
        return False
    if "maximum" in declared and value > declared["maximum"].value:
        return False
    if "exclusiveMinimum" in declared and value <= declared["exclusiveMinimum"].value:
        return False
    if "exclusiveMaximum" in declared and value >= declared["exclusiveMaximum"].value:
        return False
    return "multipleOf" not in declared or (value / declared["multipleOf"].value).denominator == 1


def make_report(rng: Random, oracle: Oracle, gaps: float = 0.15) -> Report:
    """Make a report that the schema admits, with declared values near those computed."""
    rules = set(oracle.codes("rules"))
    fields = oracle.rulebook.fields
    of_rows = {code.partition(".")[2] for code in oracle.codes("rules", of_rows=True)}
    report: Report = {
        code: sample_rows(rng, declared, rng.choice([0, 0, gaps]), of_rows)
        if declared["type"] == "array"
        else sample_value(rng, declared)
        for code, declared in fields.items()
        if code not in rules and rng.random() >= gaps
    }
    answer = oracle.answer(report)
    for code in (c for c in fields if c in rules and rng.random() < 0.6):
        report[code] = _declared(rng, fields[code], answer.unrounded[code], answer.facts[code])
    for name, cells in oracle.rulebook.lists.items():
        for at, row in enumerate(report.get(name, []), 1):
            for cell in (c for c in cells if c in of_rows and rng.random() < 0.6):
                code = f"{name}[{at}].{cell}"
                raw, fact = answer.unrounded.get(code), answer.facts[code]
                row[cell] = _declared(rng, cells[cell], raw, fact)
    return report


def _declared(rng: Random, declared: dict, raw: object, fact: object) -> Cell:
    """Choose a declared value: what was computed, that rounded or cut, or another."""
    chance = rng.random()
    listed = [each["const"] for each in declared.get("oneOf", [])] or declared.get("enum", [fact])
    if isinstance(fact, str) and fact in listed and chance < 0.6:
        return fact
    if isinstance(fact, bool) and chance < 0.6:
        return fact
    if isinstance(fact, date) and chance < 0.6:
        ends = [declared.get("formatMinimum", ""), declared.get("formatMaximum", "9999-12-31")]
        if ends[0] <= fact.isoformat() <= ends[1]:
            return fact
    if (
        isinstance(fact, Fraction)
        and chance < 0.8
        and abs(fact) < 10**14
        and declared["type"] != "string"
    ):
        number = rng.choice([raw, fact])
        decimals = 0 if declared["type"] == "integer" else rng.choice([0, 1, 2, 2, 3, 6, 10])
        return Num(
            with_decimals(rounded(number, decimals, rng.choice(["half_up", "down"])), decimals)
        )
    if declared["type"] in {"number", "integer"} and chance > 0.9:
        return Num(rng.choice(["0", "0"] if declared["type"] == "integer" else ["0", "0.00", "-0"]))
    return sample_value(rng, declared)
