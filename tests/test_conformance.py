"""The table of formulas, facts and values that every evaluator must answer alike.

Each row of `conformance.yaml` is put to the formula evaluator alone; then, as a rulebook with one
rule, to the reference, both compiled functions, columns and the checker of trails.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import ruletrail
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.formulas import (
    Formula,
    Signature,
    Skipped,
    check_condition,
    evaluate_formula,
    infer_signature,
    parse_formula,
)
from ruletrail.problems import ProblemsError
from ruletrail.values import Fact, Missing, NotApplicable, to_json
from support.conformance import (
    ACCEPTED,
    ANSWER,
    CHECK,
    REFUSED,
    ROWS,
    accepted_book,
    facts_of,
    language_of,
    read_fact,
    refused_book,
    row_name,
    why_not_expressible,
    written_value,
)
from support.evaluators import (
    check_trail,
    compare_answer,
    compare_columns,
    general_answer,
    step_value,
    usual_answer,
)
from support.rulebooks import load_text, write_rulebook

FEWEST_OF_OURS = 80


def _signature(fact: Fact) -> Signature:
    match fact:
        case bool():
            return Signature("boolean")
        case Fraction():
            return Signature("number")
        case str():
            return Signature("text")
        case date():
            return Signature("date")
        case _:
            return Signature("unknown")


def _lookup(facts: Mapping[str, Fact]) -> Any:
    return lambda code: _signature(facts.get(code, Missing((code,))))


def _parse(row: Mapping[str, Any]) -> Formula:
    formula, findings = parse_formula(row["formula"], int(language_of(row)))
    assert formula is not None, findings
    return formula


def test_table_holds_the_given_one_and_grew():
    """The table that came with the design is kept whole, and ours adds to it."""
    assert (ROWS[0]["formula"], ROWS[0]["value"]) == ("0.1 + 0.2 == 0.3", "true")
    given = next(index for index, row in enumerate(ROWS) if row["formula"] == "rand()") + 1
    assert len(ROWS) - given >= FEWEST_OF_OURS


def test_no_row_stands_twice():
    """A repeated row proves nothing."""
    names = [row_name(row) for row in ROWS]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("row", ACCEPTED, ids=row_name)
def test_value(row: Mapping[str, Any]):
    """The formula is accepted by the type rules and has this value, written as in a trail."""
    facts = facts_of(row)
    formula = _parse(row)
    _, findings = infer_signature(formula, _lookup(facts), int(language_of(row)))
    assert findings == []
    value = evaluate_formula(formula, lambda code: facts.get(code, Missing((code,)))).value
    assert to_json(value) == to_json(read_fact(row["value"]))


@pytest.mark.parametrize("row", [row for row in ACCEPTED if "parts" in row], ids=row_name)
def test_parts_and_spans(row: Mapping[str, Any]):
    """Sub-expressions stand at their spans of the ASCII text, inner first, skipped ones too."""
    facts = facts_of(row)
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
            "skipped" if "skipped" in part else to_json(read_fact(part["value"])),
        )
        for part in row["parts"]
    ]
    assert found == expected


@pytest.mark.parametrize("row", REFUSED, ids=row_name)
def test_refusal(row: Mapping[str, Any]):
    """The formula is refused by the code and at the offset that the table names."""
    facts = facts_of(row)
    formula, findings = parse_formula(row["formula"], int(language_of(row)))
    if formula is not None:
        _, findings = infer_signature(formula, _lookup(facts), int(language_of(row)))
    assert findings, "accepted"
    if "code" in row:
        assert row["code"] in [finding.code for finding in findings]
    if "at" in row:
        assert int(row["at"]) == next(
            finding.offset for finding in findings if finding.code == row.get("code", finding.code)
        )


@pytest.mark.parametrize(
    "row", [row for row in REFUSED if "condition-not-boolean" in row.get("code", "")], ids=row_name
)
def test_conditions_are_booleans_only(row: Mapping[str, Any]):
    """What has no truth value is no condition either, when it stands alone."""
    formula, _ = parse_formula(row["formula"], int(language_of(row)))
    assert formula is not None
    assert check_condition(formula, _lookup(facts_of(row)), int(language_of(row)))


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


# -- Each row as a rulebook, through every evaluator ----------------------------------------------

EXPRESSIBLE = [row for row in ACCEPTED if why_not_expressible(row) is None]
BY_NAME = {row_name(row): row for row in ROWS}


@cache
def made(name: str):
    """Make the rulebook of a row, its report, the report that states nothing, and the record."""
    book = accepted_book(BY_NAME[name])
    plan = load_text(book.text, book.schema)
    report, empty = plan.read(book.filled()), plan.read(book.empty())
    return CompiledRulebook(plan.linked), report, empty, evaluate_record(plan.linked, report)


def test_every_row_is_expressible():
    """A row that no rulebook can show would need a reason here; today none does."""
    assert {row_name(row): why for row in ACCEPTED if (why := why_not_expressible(row))} == {}


@pytest.mark.parametrize("row", EXPRESSIBLE, ids=row_name)
def test_rulebook(row: Mapping[str, Any]):
    """The rule has the row's value, and the check of the same condition its outcome."""
    _, _, _, record = made(row_name(row))
    value = written_value(row)
    assert step_value(record, ANSWER) == value
    if CHECK in record.facts:
        outcome = {True: {"text": "passed"}, False: {"text": "failed"}}
        found = step_value(record, CHECK)
        assert found == (outcome[value] if isinstance(value, bool) else value)


@pytest.mark.parametrize("row", EXPRESSIBLE, ids=row_name)
def test_compiled_functions(row: Mapping[str, Any]):
    """Both functions give the reference's record and bytes; the usual one where it answers."""
    compiled, report, _, _ = made(row_name(row))
    compare_answer(compiled, general_answer(compiled, report), report)
    usual = usual_answer(compiled, report)
    if usual is not None:
        compare_answer(compiled, usual, report)


def test_the_usual_function_takes_most_rows():
    """Were it to take few, the test above would say little of it."""
    taken = [name for name in map(row_name, EXPRESSIBLE) if usual_answer(*made(name)[:2])]
    assert len(taken) > len(EXPRESSIBLE) / 3


@pytest.mark.parametrize("row", EXPRESSIBLE, ids=row_name)
def test_columns(row: Mapping[str, Any]):
    """Columns give the same in a table of one row, and between two rows that state nothing."""
    compiled, report, empty, _ = made(row_name(row))
    compare_columns(compiled, [report])
    compare_columns(compiled, [empty, report, empty])


@pytest.mark.parametrize("row", EXPRESSIBLE, ids=row_name)
def test_checker(row: Mapping[str, Any]):
    """The checker derives the trail of the row's rulebook anew, and of one that states nothing."""
    compiled, _, empty, record = made(row_name(row))
    check_trail(record)
    check_trail(evaluate_record(compiled.linked, empty))


@pytest.mark.parametrize("row", REFUSED, ids=row_name)
def test_rulebook_is_refused(row: Mapping[str, Any], tmp_path):
    """A rulebook whose one fault is the row's formula is refused for that when it is loaded."""
    book = refused_book(row)
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load(write_rulebook(book.text, book.schema, tmp_path))
    codes = {problem.code for problem in caught.value.problems}
    assert "unknown-code" not in codes
    if "code" in row:
        assert row["code"] in codes
