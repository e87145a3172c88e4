"""The table of formulas, facts and values that every evaluator must answer alike (`conformance.yaml`)."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from ruletrail.formulas import (
    Formula,
    Signature,
    Skipped,
    check_condition,
    evaluate_formula,
    infer_signature,
    parse_formula,
)
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, NotEncoded, to_json

TABLE = Path(__file__).parent / "conformance.yaml"
# every scalar as text: what a bare number or true means here is said below, not by a YAML version
ROWS: list[dict[str, Any]] = yaml.load(TABLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it builds texts only
ACCEPTED = [row for row in ROWS if "value" in row]
REFUSED = [row for row in ROWS if "problem" in row]
FEWEST_OF_OURS = 80


def _name(row: Mapping[str, Any]) -> str:
    facts = ", ".join(f"{code}={fact}" for code, fact in row.get("facts", {}).items())
    return f"{row['formula']} | {facts}"


def _fact(written: Any) -> Fact:
    match written:
        case "true" | "false":
            return written == "true"
        case str():
            return Fraction(written)
        case {"text": text}:
            return str(text)
        case {"missing": codes}:
            return Missing(tuple(codes))
        case {"not_applicable": code}:
            return NotApplicable(code)
        case {"not_encoded": why}:
            return NotEncoded((why,))
        case {"error": {"cause": cause, "of": of}}:
            return ErrorValue(cause, of)
    raise AssertionError(f"the table has no such fact: {written}")


def _facts(row: Mapping[str, Any]) -> dict[str, Fact]:
    return {code: _fact(written) for code, written in row.get("facts", {}).items()}


def _signature(fact: Fact) -> Signature:
    match fact:
        case bool():
            return Signature("boolean")
        case Fraction():
            return Signature("number")
        case str():
            return Signature("text")
        case _:
            return Signature("unknown")


def _lookup(facts: Mapping[str, Fact]) -> Any:
    return lambda code: _signature(facts.get(code, Missing((code,))))


def _parse(row: Mapping[str, Any]) -> Formula:
    formula, findings = parse_formula(row["formula"])
    assert formula is not None, findings
    return formula


def test_table_holds_the_given_one_and_grew():
    """The table that came with the design is kept whole, and ours adds to it."""
    assert (ROWS[0]["formula"], ROWS[0]["value"]) == ("0.1 + 0.2 == 0.3", "true")
    given = next(index for index, row in enumerate(ROWS) if row["formula"] == "rand()") + 1
    assert len(ROWS) - given >= FEWEST_OF_OURS


def test_no_row_stands_twice():
    """A repeated row proves nothing."""
    names = [_name(row) for row in ROWS]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("row", ACCEPTED, ids=_name)
def test_value(row: Mapping[str, Any]):
    """The formula is accepted by the type rules and has this value, written as in a trail."""
    facts = _facts(row)
    formula = _parse(row)
    _, findings = infer_signature(formula, _lookup(facts))
    assert findings == []
    value = evaluate_formula(formula, lambda code: facts.get(code, Missing((code,)))).value
    assert to_json(value) == to_json(_fact(row["value"]))


@pytest.mark.parametrize("row", [row for row in ACCEPTED if "parts" in row], ids=_name)
def test_parts_and_spans(row: Mapping[str, Any]):
    """Every sub-expression is recorded at its span of the ASCII text, inner first, also the branch not taken."""
    facts = _facts(row)
    formula = _parse(row)
    assert formula.text == row.get("ascii", row["formula"])
    derivation = evaluate_formula(formula, lambda code: facts.get(code, Missing((code,))))
    found = [
        (list(span), "skipped" if isinstance(part.outcome, Skipped) else to_json(part.outcome))
        for span, part in zip(formula.spans, derivation.parts, strict=True)
    ]
    expected = [
        (
            [int(offset) for offset in part["span"]],
            "skipped" if "skipped" in part else to_json(_fact(part["value"])),
        )
        for part in row["parts"]
    ]
    assert found == expected


@pytest.mark.parametrize("row", REFUSED, ids=_name)
def test_refusal(row: Mapping[str, Any]):
    """The formula is refused when the rulebook is loaded, by the code and at the offset that the table names."""
    facts = _facts(row)
    formula, findings = parse_formula(row["formula"])
    if formula is not None:
        _, findings = infer_signature(formula, _lookup(facts))
    assert findings, "accepted"
    if "code" in row:
        assert row["code"] in [finding.code for finding in findings]
    if "at" in row:
        assert int(row["at"]) == next(
            finding.offset for finding in findings if finding.code == row.get("code", finding.code)
        )


@pytest.mark.parametrize(
    "row", [row for row in REFUSED if "condition-not-boolean" in row.get("code", "")], ids=_name
)
def test_conditions_are_booleans_only(row: Mapping[str, Any]):
    """What has no truth value is no condition either, when it stands alone."""
    formula, _ = parse_formula(row["formula"])
    assert formula is not None
    assert check_condition(formula, _lookup(_facts(row)))


def test_replacements_are_told():
    """`default` and `if_missing` record that they used their second argument, and only then."""
    for text, facts, replaced in [
        ("default(m, 7)", {"m": NotApplicable("m")}, True),
        ("default(m, 7)", {"m": Fraction(3)}, False),
        ("if_missing(m, 7)", {}, True),
        ("if_missing(m, 7)", {"m": Fraction(3)}, False),
    ]:
        formula = _parse({"formula": text})
        parts = evaluate_formula(
            formula, lambda code, facts=facts: facts.get(code, Missing((code,)))
        ).parts
        assert [part.replaced for part in parts] == [replaced], text
