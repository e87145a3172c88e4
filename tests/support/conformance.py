"""The rows of `conformance.yaml`: read, and each written as a rulebook with one rule.

Facts are fields of a report. Where a fact is a non-value, or a number that no document holds,
helper rules come to exactly that; what these need has codes that begin with `zz_`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from ruletrail.formulas import Signature, infer_signature, parse_formula
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    is_non_value,
    to_decimal,
    type_of,
)
from support.plain_yaml import load_texts
from support.rulebooks import REFERENCE, rulebook_text, schema_of

Row = Mapping[str, Any]

TABLE = Path(__file__).parent.parent / "conformance.yaml"
# every scalar as text: what a bare number or true means here is said below, not by a YAML version
ROWS: list[dict[str, Any]] = load_texts(TABLE.read_text(encoding="utf-8"))
ACCEPTED = [row for row in ROWS if "value" in row]
REFUSED = [row for row in ROWS if "problem" in row]

ANSWER, CHECK = "zz_answer", "zz_check"
"""The rule whose formula is the row's, and the check of the same condition."""


def row_name(row: Row) -> str:
    """Name a row: its formula and facts."""
    facts = ", ".join(f"{code}={fact}" for code, fact in row.get("facts", {}).items())
    return f"{row['formula']} | {facts}"


def read_fact(written: Any) -> Fact:
    """Read a fact as the table writes it."""
    match written:
        case "true" | "false":
            return written == "true"
        case str():
            return Fraction(written)
        case {"text": text}:
            return str(text)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"missing": codes}:
            return Missing(tuple(codes))
        case {"not_applicable": code}:
            return NotApplicable(code)
        case {"not_encoded": why}:
            return NotEncoded((why,))
        case {"error": {"cause": cause, "of": of}}:
            return ErrorValue(cause, of)
    raise AssertionError(f"the table has no such fact: {written}")


def facts_of(row: Row) -> dict[str, Fact]:
    """Read the facts of a row; a code that is not among them is missing."""
    return {code: read_fact(written) for code, written in row.get("facts", {}).items()}


def written_value(row: Row) -> Any:
    """Give the value of a row as JSON holds it."""
    value = row["value"]
    return value == "true" if value in ("true", "false") else value


# -- A row as a rulebook ---------------------------------------------------------------------------

_FILLINGS = {"number": "1", "boolean": "true", "text": '"x"', "date": "date(2024, 5, 31)"}
_SCHEMA_TYPES = {
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
}
_TYPES = tuple(_FILLINGS)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FIRST_OF_SECOND = 21
"""The first section of docs/semantics.md that is about language 2."""
_LARGE = " * ".join(["zz_large"] * 26) + " * 99999 / 7"
"""A fraction that fits, and does not when it is rounded to 10 decimals."""


@dataclass
class RowBook:
    """A rulebook in the making: entries, fields and what the report says."""

    sections: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"rules": {}, "decisions": {}, "checks": {}}
    )
    fields: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"zz_unread": {"type": "number"}}
    )
    report: dict[str, Any] = field(default_factory=dict)
    language: str = "1"

    def declare(self, code: str, kind: str, value: Any = None) -> str:
        """Declare a field, and fill it where there is a value; gives its code."""
        self.fields[code] = _SCHEMA_TYPES[kind]
        if value is not None:
            self.report[code] = value
        return code

    def rule(self, code: str, **entry: Any) -> str:
        """Add a rule; gives its code."""
        self.sections["rules"][code] = entry
        return code

    @property
    def text(self) -> str:
        """The rulebook's document."""
        return rulebook_text(self.sections, language=self.language)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its reports."""
        return schema_of(self.fields)

    def filled(self) -> dict[str, Any]:
        """Give the report that states the row's facts."""
        return {"rulebook": REFERENCE, "fields": self.report}

    @staticmethod
    def empty() -> dict[str, Any]:
        """Give the report that states nothing."""
        return {"rulebook": REFERENCE, "fields": {}}


def why_not_expressible(row: Row) -> str | None:
    """Say why no rulebook comes to the facts of a row; None where one does."""
    types = types_of(row)
    for code, fact in facts_of(row).items():
        if (
            isinstance(fact, ErrorValue)
            and fact.cause not in ("conflict", "no_case")
            and not (fact.cause == "limit" and fact.of == code and types[code] == "number")
        ):
            return f"no helper rule is made for the error {fact.cause} of {fact.of} as {code}"
    return None


def types_of(row: Row) -> dict[str, str]:
    """Find a type for every code of an accepted row: that of its value, or one that fits."""
    facts = facts_of(row)
    formula, _ = parse_formula(row["formula"], int(language_of(row)))
    assert formula is not None
    known = {code: _type_of(fact) for code, fact in facts.items() if not is_non_value(fact)}
    open_codes = [code for code in {**facts, **dict.fromkeys(formula.names)} if code not in known]
    first = _TYPES if language_of(row) == "2" else _TYPES[:-1]
    for chosen in product(first, repeat=len(open_codes)):
        types = {**known, **dict(zip(open_codes, chosen, strict=True))}
        found = infer_signature(
            formula, lambda code, types=types: _signature(types, code), int(language_of(row))
        )
        if not found[1]:
            return types
    raise AssertionError(f"no types fit: {row_name(row)}")


def _signature(types: Mapping[str, str], code: str) -> Signature | None:
    """Answer for a code; a text in quotes is asked for too, where it might be meant as one."""
    return Signature(types[code]) if code in types else None


def _type_of(fact: Fact) -> str:
    return "number" if is_non_value(fact) else type_of(fact)


def language_of(row: Row) -> str:
    """Return the version of the language that a row is of, by the section that it shows."""
    return "2" if int(str(row.get("section", "1")).partition(".")[0]) >= _FIRST_OF_SECOND else "1"


def accepted_book(row: Row) -> RowBook:
    """Write an accepted row as a rulebook: one rule, and a check where it is a condition."""
    book, facts, types = RowBook(language=language_of(row)), facts_of(row), types_of(row)
    for code, kind in types.items():
        _state(book, code, kind, facts.get(code, Missing((code,))))
    book.rule(ANSWER, formula=row["formula"])
    formula, _ = parse_formula(row["formula"], int(language_of(row)))
    assert formula is not None
    if infer_signature(formula, lambda code: _signature(types, code))[0].type == "boolean":
        book.sections["checks"][CHECK] = {"expect": row["formula"]}
    return book


def refused_book(row: Row) -> RowBook:
    """Write a refused row as a rulebook whose every other entry is right.

    What the row says nothing of is not encoded, and so of every type.
    """
    book, facts = RowBook(language=language_of(row)), facts_of(row)
    for code, fact in facts.items():
        _state(book, code, _type_of(fact), fact)
    for code in _WORD.findall(row["formula"]):
        if code not in facts and _is_code(code):
            book.rule(code, not_encoded="w")
    book.rule(ANSWER, formula=row["formula"])
    return book


def _is_code(word: str) -> bool:
    formula, _ = parse_formula(word)
    return formula is not None and formula.names == (word,)


def _state(book: RowBook, code: str, kind: str, fact: Fact) -> None:
    """Make a code come to a fact."""
    match fact:
        case Missing(codes=codes) if codes == (code,):
            book.declare(code, kind)
        case Missing(codes=codes):
            for each in codes:
                book.declare(each, "number")
            joined = " + ".join(codes)
            book.rule(code, formula=_as_type(f"({joined}) == 0", kind, joined))
        case NotApplicable(code=other):
            off = book.declare("zz_off", "boolean", value=False)
            book.rule(other, formula=_FILLINGS[kind], when=off)
            if other != code:
                book.rule(code, formula=other)
        case NotEncoded(reasons=(why,)):
            book.rule(code, not_encoded=why)
        case ErrorValue(cause="conflict" | "no_case" as cause, of=of):
            _decide(book, cause, of)
            book.rule(code, formula=_as_type(f'{of} == "x"', kind, f"length({of})", of))
        case ErrorValue(cause="limit"):
            book.declare("zz_large", "number", Decimal(999_999_999_999_999))
            book.rule(code, formula=_LARGE, round={"decimals": 10, "mode": "half_up"})
        case Fraction() if not isinstance(to_decimal(fact), Decimal):
            book.declare(f"zz_{code}", "number", Decimal(fact.numerator))
            book.rule(code, formula=f"zz_{code} / {fact.denominator}")
        case Fraction():
            book.declare(code, kind, to_decimal(fact))
        case _:
            book.declare(code, kind, fact)


def _as_type(boolean: str, kind: str, number: str, text: str = "") -> str:
    """Choose the formula of a type, all of which come to one non-value."""
    text = text or f'"x" if {boolean} else "y"'
    day = f"date(2024, 5, {number})"
    return {"number": number, "boolean": boolean, "text": text, "date": day}[kind]


def _decide(book: RowBook, cause: str, code: str) -> None:
    """Add a decision of which two cases are true, or none."""
    on = book.declare("zz_on", "boolean", value=True)
    test = on if cause == "conflict" else f"not {on}"
    cases = [{"outcome": outcome, "when": test} for outcome in ("x", "y")]
    book.sections["decisions"][code] = {"cases": cases}
