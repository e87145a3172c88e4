"""The lanes answer as the reference does: values, gaps, parts, status, bytes of the trail, cells of columns."""

import os
import random
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import ruletrail
from ruletrail.compiled import CompiledRulebook, explain_plan
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.columns import ColumnError, NumberColumn
from ruletrail.evaluations import evaluate_record
from ruletrail.formats import kind_of
from ruletrail.problems import ProblemsError
from ruletrail.reports import Declared
from ruletrail.rulebooks import Message, Rule
from ruletrail.trails import Trail, outcome_word
from ruletrail.values import (
    ErrorValue,
    Missing,
    NotApplicable,
    NotEncoded,
    is_non_value,
    to_decimal,
)

sys.path.insert(0, str(Path(__file__).parent))
import generators
import lane_cases

ROOT = Path(__file__).parent.parent
SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "90"))
BATCHES = 6


@pytest.fixture(scope="module")
def sociale():
    """Give the rulebook of the forms, its compiled plan and the example reports."""
    plan = ruletrail.load("sociale/2024")
    reports = [
        plan.read(path)
        for path in sorted((ROOT / "examples").glob("*-2024*.yaml"), key=lambda path: path.stem)
    ]
    assert len(reports) >= 3
    return plan, CompiledRulebook(plan.linked), reports


def compare_records(compiled, report):
    """Assert that both evaluators give one record and the same bytes; return the reference's."""
    reference = evaluate_record(compiled.plan, report)
    answer = compiled.evaluate(report)
    assert answer is not None, "the report fits the typed form"
    record = answer.record(report)
    for ours, theirs in zip(record.conclusions, reference.conclusions, strict=True):
        assert ours == theirs, theirs.entry.code
    assert record == reference
    text = Trail(reference).to_json()
    assert Trail(record).to_json() == text
    assert compiled.write_trail(answer, report) == text.encode()
    assert dict(answer.facts) == {each.entry.code: each.fact for each in reference.conclusions}
    return reference


def test_examples_and_every_input_removed(sociale):
    """Each input of each example is removed in turn; the two records agree in every part."""
    _, compiled, reports = sociale
    for report in reports:
        compare_records(compiled, report)
        for code in report.fields:
            compare_records(
                compiled,
                replace(
                    report,
                    fields={key: value for key, value in report.fields.items() if key != code},
                ),
            )


def test_zeros_and_the_largest_numbers(sociale):
    """Every number of an example is made 0 and the largest that a document may hold."""
    _, compiled, reports = sociale
    report, causes = reports[0], set()
    for text in ("0", "999999999999999"):
        for code, declared in report.fields.items():
            if isinstance(declared.value, Fraction):
                changed = compare_records(
                    compiled,
                    replace(report, fields={**report.fields, code: Declared(Fraction(text), text)}),
                )
                causes |= {
                    each.fact.cause
                    for each in changed.conclusions
                    if isinstance(each.fact, ErrorValue)
                }
    assert "division_by_zero" in causes


def cases(seeds, folder):
    """Yield the plans that link, with their reports."""
    for seed in seeds:
        book, paths = lane_cases.write_case(seed, folder)
        try:
            plan = ruletrail.load(book)
        except ProblemsError as error:
            # a generated formula may be too deep, or a rule and its group read each other
            if {problem.code for problem in error.problems} - {
                "formula-too-deep",
                "formula-too-large",
                "cycle",
            }:
                raise
            continue
        yield seed, plan, [plan.read(path) for path in paths]


@pytest.mark.parametrize("part", range(BATCHES))
def test_generated_rulebooks(part, tmp_path):
    """Generated rulebooks and reports: equal records, equal bytes; every kind of outcome was met."""
    met, count = set(), 0
    for _, plan, reports in cases(range(part, SEEDS, BATCHES), tmp_path):
        compiled = CompiledRulebook(plan.linked)
        for report in reports:
            record = compare_records(compiled, report)
            met |= {type(each.fact) for each in record.conclusions}
            count += 1
    assert count >= SEEDS // BATCHES * 2
    assert {Fraction, str, bool, Missing, NotApplicable, NotEncoded, ErrorValue} <= met


def test_cases_of_the_other_generator():
    """The generator that all differential tests share: one report a seed, in all three ways."""
    for seed in range(SEEDS // 2):
        text, schema, report = generators.generate_case(seed)
        plan = generators.load_case(text, schema)
        compiled, read = CompiledRulebook(plan.linked), plan.read(report)
        compare_records(compiled, read)
        compare_columns(compiled, [read, *mixed([read], plan.linked.schema.fields, seed, 2)])


def written(declared):
    """Give a field to columns as a caller would."""
    if declared is None:
        return None
    return Decimal(declared.text) if isinstance(declared.value, Fraction) else declared.value


def mixed(reports, codes, seed, count):
    """Make reports of the fields of others."""
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    chosen = [
        {code: chance.choice(reports).fields.get(code) for code in codes} for _ in range(count)
    ]
    return [
        replace(
            reports[0], fields={code: value for code, value in fields.items() if value is not None}
        )
        for fields in chosen
    ]


def compare_columns(compiled, reports, **options):
    """Assert that columns answer as the reference, cell by cell."""
    codes = list(compiled.form.fields)
    outputs = evaluate_many(
        compiled,
        {code: [written(report.fields.get(code)) for report in reports] for code in codes},
        **options,
    )
    worded = {**outputs.decisions, **outputs.sections, **outputs.checks}
    for row, report in enumerate(reports):
        reference = evaluate_record(compiled.plan, report)
        assert outputs.status[row] == reference.status, row
        for each in reference.conclusions:
            fact, code = each.fact, each.entry.code
            if isinstance(each.entry, Rule):
                expected = (
                    None
                    if is_non_value(fact)
                    else to_decimal(fact)
                    if isinstance(fact, Fraction)
                    else fact
                )
                assert (outputs.values[code].kind_of(row), outputs.values[code][row]) == (
                    kind_of(fact),
                    expected,
                ), (row, code)
            elif not isinstance(each.entry, Message):
                assert worded[code][row] == outcome_word(fact), (row, code)
    return outputs


@pytest.mark.parametrize("numbers", ["small", "any"])
@pytest.mark.parametrize("part", range(BATCHES))
def test_generated_columns(part, numbers, tmp_path, monkeypatch):
    """Columns of generated reports, with numbers that fit them and with numbers that do not."""
    if numbers == "small":
        monkeypatch.setattr(
            lane_cases,
            "NUMBERS",
            ["0", "1", "2", "3", "7", "10", "100", "-1", "-3", "0.5", "-2.5", "1.005"],
        )
    for seed, plan, reports in cases(range(part, SEEDS, BATCHES), tmp_path):
        compiled = CompiledRulebook(plan.linked)
        compare_columns(compiled, [*reports, *mixed(reports, plan.linked.schema.fields, seed, 12)])


def test_columns_of_the_examples(sociale, monkeypatch):
    """The forms as columns, with one worker and with two, in small blocks and in one."""
    plan, compiled, reports = sociale
    rows = [*reports, *mixed(reports, plan.linked.schema.fields, 1, 60)]
    whole = compare_columns(compiled, rows).to_dict()
    monkeypatch.setattr("ruletrail.compiled.columns.running.BLOCK_ROWS", 7)
    assert compare_columns(compiled, rows, workers=2).to_dict() == whole


def test_an_answer_is_written_over(sociale):
    """`into` leaves nothing of the earlier table, also of rows that columns could not do."""
    _, compiled, reports = sociale
    codes = list(compiled.form.fields)
    huge = replace(
        reports[0], fields={**reports[0].fields, "M12": Declared(Fraction(10**15 - 1), "9" * 15)}
    )
    tables = [
        {code: [written(report.fields.get(code))] for code in codes}
        for report in (huge, reports[0])
    ]
    first = evaluate_many(compiled, tables[0])
    again = evaluate_many(compiled, tables[1], into=first)
    assert again is first
    assert again.to_dict() == evaluate_many(compiled, tables[1]).to_dict()
    with pytest.raises(ValueError, match="as many rows"):
        evaluate_many(compiled, {code: [None, None] for code in codes}, into=first)


def test_columns_refuse_what_is_no_exact_value(sociale):
    """A column with a wrong value names field, row and value."""
    _, compiled, _ = sociale
    for bad in (
        "abc",
        "1e999999",
        float("inf"),
        True,
        Fraction(1, 3),
        "1_0",
        Decimal("sNaN"),
        b"1",
        "12 ",
    ):
        with pytest.raises(ColumnError, match="M12") as caught:
            evaluate_many(compiled, {"M12": [1, bad]})
        assert caught.value.row == 1
    with pytest.raises(KeyError, match="M99"):
        evaluate_many(compiled, {"M99": [1]})
    with pytest.raises(ValueError, match="one length"):
        evaluate_many(compiled, {"M12": [1], "M15": [1, 2]})


def test_floats_are_read_by_their_shortest_text(sociale):
    """8.5 is 8.5 and 0.1 is 0.1; NaN is missing."""
    _, compiled, _ = sociale
    outputs = evaluate_many(
        compiled,
        {
            "R06": [0.1, 8.5, float("nan")],
            "R07_2017": [Decimal("0.1"), "8.5", 1],
            "R07_2021": [0, 0, 0],
        },
    )
    assert outputs.decisions["spesa"].to_list() == [
        "non_inferiore",
        "non_inferiore",
        "undetermined",
    ]


def test_what_does_not_fit_goes_to_the_reference(sociale):
    """A report built by hand with a third in a field is still answered, by the reference."""
    _, compiled, reports = sociale
    third = replace(
        reports[0], fields={**reports[0].fields, "R06": Declared(Fraction(1, 3), "1/3")}
    )
    assert compiled.evaluate(third) is None
    assert compiled.evaluate_record(third) == evaluate_record(compiled.plan, third)


def test_no_text_becomes_code(tmp_path):
    """Codes, outcomes, reasons and texts of a rulebook stand in no line of the printed code."""
    book, _ = lane_cases.write_case(3, tmp_path)
    text = (
        book.read_text(encoding="utf-8")
        .replace('"o0"', '"o0; import os"')
        .replace("perché", "__import__('os')")
    )
    book.write_text(text, encoding="utf-8")
    compiled = CompiledRulebook(ruletrail.load(book).linked)
    for source in (*compiled.usual.source, *compiled.general()[0].source):
        assert "import" not in source
        assert not any(code in source for code in compiled.form.fields if len(code) > 2)


def test_the_plan_is_explained(sociale):
    """Each field, step and expression has its line, with scale, range and gaps; each lane that is left says why."""
    plan, _, _ = sociale
    text = explain_plan(plan.linked)
    assert "M12: number, 0 decimals at most, >= 0" in text
    for step in plan.linked.steps:
        assert f"\n  {step.code}: " in text
    assert "    R0B / R03        quotient of whole numbers, >= 0; may be error, missing\n" in text
    assert (
        "    = R04            whole at scale 6, rounded half_up, >= 0; may be error, missing\n"
        in text
    )
    assert (
        "  R04: rule; columns up to 63 bits, then compiled function, because the schema admits numbers that need 84\n"
        in text
    )
    assert (
        "  rapporto_lep: message; compiled function, because columns leave sentences out\n" in text
    )
    assert "  reference          a number with more decimals than its field's scale" in text


def test_a_pair_keeps_its_value(tmp_path):
    """A division that nothing rounds is a fraction, in slots and in columns."""
    book = {
        "language": ("#", "1"), "rulebook": "prova", "edition": "2024", "version": "1.0.0", "status": "draft", "title": "Prova",
        "report": "prova.schema.json", "rules": {"X": {"formula": "n1 / n2"}, "Y": {"formula": "X * 3 + X"}},
    }  # fmt: skip
    (tmp_path / "prova.json").write_text(lane_cases.to_json(book), encoding="utf-8")
    (tmp_path / "prova.schema.json").write_text(
        '{"type": "object", "properties": {"rulebook": {"type": "string"}, "fields": {"type": "object", "properties":'
        ' {"n1": {"type": "number"}, "n2": {"type": "number"}}}}}',
        encoding="utf-8",
    )
    compiled = CompiledRulebook(ruletrail.load(tmp_path / "prova.json").linked)
    outputs = evaluate_many(compiled, {"n1": [1, -4, 1], "n2": [3, -8, 0]})
    assert outputs.values["X"].to_list() == [Fraction(1, 3), Decimal("0.5"), None]
    assert outputs.values["Y"].to_list() == [Fraction(4, 3), Decimal(2), None]
    assert outputs.values["Y"].kind_of(2) == "error"


@pytest.mark.parametrize("chained", [True, False])
def test_thousands_of_rules(chained, tmp_path):
    """A rulebook over many functions: facts pass from one to the next, without recursion."""
    count = 1500
    rules = {}
    for at in range(count):
        before = f"X{at - 1}" if chained and at else "n1"
        rules[f"X{at}"] = {
            "formula": f"n2 - {before} / 3 if {before} > 1 else n1 + {at}",
            "round": {"decimals": 2, "mode": "half_up"},
        }
        if at % 7 == 0:
            rules[f"X{at}"]["when"] = f"{before} != {at}"
    rules["all"] = {"formula": "sum(group)"}
    book = {
        "language": ("#", "1"), "rulebook": "prova", "edition": "2024", "version": "1.0.0", "status": "draft", "title": "Prova",
        "report": "prova.schema.json", "groups": {"group": [f"X{at}" for at in range(1, count)]}, "rules": rules,
    }  # fmt: skip
    (tmp_path / "prova.json").write_text(lane_cases.to_json(book), encoding="utf-8")
    (tmp_path / "other").mkdir()
    _, paths = lane_cases.write_case(3, tmp_path / "other")
    (tmp_path / "prova.schema.json").write_text(
        (tmp_path / "other" / "prova.schema.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    plan = ruletrail.load(tmp_path / "prova.json")
    compiled = CompiledRulebook(plan.linked)
    assert len(compiled.usual.functions) == count // 100 + 1
    for path in paths[:2]:
        compare_records(compiled, plan.read(path))


def test_prepared_columns_are_taken_as_they_are(sociale):
    """A prepared column keeps its scale; a wrong kind is refused."""
    _, compiled, _ = sociale
    column = NumberColumn(np.array([850, 900], np.int64), 2)
    outputs = evaluate_many(
        compiled, {"R06": column, "R07_2017": ["8.5", "8.99"], "R07_2021": [0, 0]}
    )
    assert outputs.decisions["spesa"].to_list() == ["non_inferiore", "inferiore"]
    with pytest.raises(TypeError, match="R16"):
        evaluate_many(compiled, {"R16": column})
