"""The lanes answer as the reference does: values, gaps, parts, status, bytes, cells of columns.

A few generated rulebooks of each kind are tried here, more by RULETRAIL_SEEDS; `make agreement`
tries the many.
"""

import os
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import ruletrail
from ruletrail.compiled import CompiledRulebook, explain_plan
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.columns import ColumnError, NumberColumn
from ruletrail.evaluations import evaluate_record
from ruletrail.reports import Declared
from ruletrail.values import ErrorValue, Missing, NotApplicable, NotEncoded
from support.evaluators import compare_columns, compare_functions, table_of
from support.places import ROOT
from support.rulebook_generator import generate, mixed, tables
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "32"))
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


def test_examples_and_every_input_removed(sociale):
    """Each input is removed from one of the examples that have it, taken by turns."""
    _, compiled, reports = sociale
    for report in reports:
        compare_functions(compiled, report)
    for at, code in enumerate(sorted({code for report in reports for code in report.fields})):
        holding = [report for report in reports if code in report.fields]
        report = holding[at % len(holding)]
        fields = {key: value for key, value in report.fields.items() if key != code}
        compare_functions(compiled, replace(report, fields=fields))


def test_zeros_and_the_largest_numbers(sociale):
    """Every number of an example is made 0 and the largest that a document may hold."""
    _, compiled, reports = sociale
    report, causes = reports[0], set()
    for text in ("0", "999999999999999"):
        for code, declared in report.fields.items():
            if isinstance(declared.value, Fraction):
                changed = compare_functions(
                    compiled,
                    replace(report, fields={**report.fields, code: Declared(Fraction(text), text)}),
                )
                causes |= {
                    each.fact.cause
                    for each in changed.conclusions
                    if isinstance(each.fact, ErrorValue)
                }
    assert "division_by_zero" in causes


ALSO = ("length", "length", "replaced", "replaced")
"""What drawn rulebooks have too seldom: lengths of texts, what stands in a value's place."""


def cases(part, numbers="any", stride=1):
    """Make the rulebooks of every so many seeds, each with its reports."""
    for seed in range(part, SEEDS, BATCHES * stride):
        case = generate(seed, reports=4, numbers=numbers, also=ALSO)
        plan = case.load()
        yield seed, case, CompiledRulebook(plan.linked), case.read(plan)


@pytest.mark.parametrize("part", range(BATCHES))
def test_generated_rulebooks(part):
    """Generated rulebooks and reports: equal records, equal bytes; every outcome was met."""
    met = set()
    for _, _, compiled, reports in cases(part):
        for report in reports:
            record = compare_functions(compiled, report)
            met |= {type(each.fact) for each in record.conclusions}
    assert {Fraction, str, bool, Missing, NotApplicable, NotEncoded, ErrorValue} <= met


@pytest.mark.parametrize("numbers", ["small", "any"])
@pytest.mark.parametrize("part", range(BATCHES))
@pytest.mark.parametrize("block", [4, 32_768])
def test_generated_columns(part, numbers, block, monkeypatch):
    """Columns of generated reports, in tables of every shape, with numbers that fit and others.

    Blocks of a few rows show what one block's numbers decide for the next; they, and blocks larger
    than any table, take every second rulebook.
    """
    monkeypatch.setattr("ruletrail.compiled.columns.running.BLOCK_ROWS", block)
    first = part if block == 4 else part + BATCHES
    for seed, _, compiled, reports in cases(first, numbers, stride=2):
        for rows in tables(compiled.linked, reports, seed):
            compare_columns(compiled, rows)


@pytest.mark.parametrize(
    ("rules", "reports"),
    [
        ({"x": {"formula": 'length(if_missing("abc", c))'}}, [{"c": "SI"}]),
        (
            {"x": {"formula": 'length(if_missing("abc", c))'}},
            [{"c": "SI"}, {"c": "NO"}, {"c": "SI"}],
        ),
        ({"x": {"formula": "999999999999999.9999999999"}}, [{"c": "SI"}]),
    ],
    ids=["a word for one row", "a word for as many rows as words", "a constant past 63 bits"],
)
def test_constants_of_columns(rules, reports):
    """A text, or a number past 63 bits, that is the same in all rows; all were answered wrong."""
    schema = schema_of({"c": {"type": "string", "enum": ["SI", "NO"]}})
    plan = load_text(rulebook_text({"rules": rules}), schema)
    filled = [plan.read({"rulebook": REFERENCE, "fields": fields}) for fields in reports]
    compare_columns(CompiledRulebook(plan.linked), filled)


@pytest.mark.parametrize("other", ["d", "n", "t", "b"])
@pytest.mark.parametrize("never", ["r + 1", "r - r", "1 + r", "min(r)", "max(r, s)", "max(g)"])
def test_what_is_never_a_value_is_of_no_kind(never, other):
    """A sum of what is not encoded was taken for a number: the day beside it came out as one."""
    forms = {"d": {"type": "string", "format": "date"}, "t": "string", "b": "boolean"}
    gaps = {code: {"not_encoded": "w"} for code in ("r", "s")}
    rules = {
        **gaps,
        "x": {"formula": f"({never}) if c else {other}"},
        "y": {"formula": f"default({never}, {other})"},
        "z": {"formula": f"if_missing({other}, {never})"},
        "alone": {"formula": never},
        "read": {"formula": f"x == {other}"},
        "both": {"formula": f"c and ({never})"},
        "either": {"formula": f"({never}) or c"},
        "neither": {"formula": f"not ({never})"},
        "counted": {"formula": f"count(c, {never})"},
        "tested": {"formula": f"1 if {never} else 2"},
    }
    text = rulebook_text({"groups": {"g": ["r", "s"]}, "rules": rules}, language="2")
    plan = load_text(text, schema_of({**forms, "n": "number", "c": "boolean"}))
    values = {"d": "2024-01-01", "n": 7, "t": "parola", "b": True}
    rows = [values | {"c": True}, values | {"c": False}, {"c": False}, {}]
    reports = [plan.read({"rulebook": REFERENCE, "fields": fields}) for fields in rows]
    compiled = CompiledRulebook(plan.linked)
    for report in reports:
        compare_functions(compiled, report)
    compare_columns(compiled, reports)


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
    codes = list(compiled.typed.fields)
    huge = replace(
        reports[0], fields={**reports[0].fields, "M12": Declared(Fraction(10**15 - 1), "9" * 15)}
    )
    before, after = table_of(codes, [huge]), table_of(codes, [reports[0]])
    first = evaluate_many(compiled, before)
    again = evaluate_many(compiled, after, into=first)
    assert again is first
    assert again.to_dict() == evaluate_many(compiled, after).to_dict()
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
            "R07_2017": [Decimal("0.1"), Decimal("8.5"), 1],
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
    assert compiled.evaluate_record(third) == evaluate_record(compiled.linked, third)


def test_no_text_becomes_code():
    """Codes, outcomes, reasons and texts of a rulebook stand in no line of the printed code."""
    case = generate(3, kinds=["number", "decision", "gap", "text", "section", "check"])
    marked = case.text.replace('"outcome": "', '"outcome": "import os; ')
    marked = marked.replace('"not_encoded": "', '"not_encoded": "import ')
    assert marked.count("import") > 3
    plan = load_text(marked, case.schema)
    compiled = CompiledRulebook(plan.linked)
    codes = [*compiled.typed.fields, *plan.linked.rulebook.entries]
    for source in (*compiled.usual.source, *compiled.general()[0].source):
        assert "import" not in source
        assert not any(code in source for code in codes)


def test_the_plan_is_explained(sociale):
    """Each field, step and expression has its line; each lane that is left says why."""
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
        "  R04: rule; columns up to 63 bits, then compiled function, "
        "because the schema admits numbers that need 84\n"
    ) in text
    assert (
        "  rapporto_lep: message; compiled function, because columns leave sentences out\n" in text
    )
    assert "  reference          a number with more decimals than its field's scale" in text


def test_a_pair_keeps_its_value():
    """A division that nothing rounds is a fraction, in slots and in columns."""
    rules = {"X": {"formula": "n1 / n2"}, "Y": {"formula": "X * 3 + X"}}
    schema = schema_of({"n1": "number", "n2": "number"})
    compiled = CompiledRulebook(load_text(rulebook_text({"rules": rules}), schema).linked)
    outputs = evaluate_many(compiled, {"n1": [1, -4, 1], "n2": [3, -8, 0]})
    assert outputs.values["X"].to_list() == [Fraction(1, 3), Decimal("0.5"), None]
    assert outputs.values["Y"].to_list() == [Fraction(4, 3), Decimal(2), None]
    assert outputs.values["Y"].state(2) == "error"


@pytest.mark.parametrize(("chained", "count"), [(True, 1100), (False, 300)])
def test_very_many_rules(chained, count):
    """A rulebook over many functions: facts pass from one to the next, without recursion."""
    assert not chained or count > sys.getrecursionlimit()
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
    groups = {"group": [f"X{at}" for at in range(1, count)]}
    schema = schema_of({"n1": "number", "n2": "number"})
    plan = load_text(rulebook_text({"groups": groups, "rules": rules}), schema)
    compiled = CompiledRulebook(plan.linked)
    assert len(compiled.usual.functions) == count // 100 + 1
    for fields in ({"n1": Decimal("12.5"), "n2": 7}, {"n1": Decimal("0.01")}):
        report = plan.read({"rulebook": REFERENCE, "fields": fields})
        compare_functions(compiled, report)


def test_prepared_columns_are_taken_as_they_are(sociale):
    """A prepared column keeps its scale; a wrong kind is refused."""
    _, compiled, _ = sociale
    column = NumberColumn(np.array([850, 900], np.int64), 2)
    outputs = evaluate_many(
        compiled, {"R06": column, "R07_2017": [Decimal("8.5"), Decimal("8.99")], "R07_2021": [0, 0]}
    )
    assert outputs.decisions["spesa"].to_list() == ["non_inferiore", "inferiore"]
    with pytest.raises(TypeError, match="R16"):
        evaluate_many(compiled, {"R16": column})
