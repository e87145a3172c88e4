"""The two real reports, Jesi and Livorno 2024.

The figures, the reasons, and what happens when one thing is changed.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.evaluations import evaluate_record
from ruletrail.rulebooks import Rule
from ruletrail.values import is_non_value

EXAMPLES = Path(__file__).parent.parent / "examples"
PLAN = ruletrail.load("sociale/2024")
NAMES = ("jesi-2024", "livorno-2024")
REPORTS = {name: PLAN.read(EXAMPLES / f"{name}.yaml") for name in NAMES}
RULES = [code for code, entry in PLAN.linked.rulebook.entries.items() if isinstance(entry, Rule)]
Trail = dict[str, Any]


def fields_of(name: str) -> dict[str, Any]:
    """Give the fields, numbers as Decimals that keep their written decimals."""
    fields = REPORTS[name].fields.items()
    return {
        code: Decimal(field.text) if isinstance(field.value, Fraction) else field.value
        for code, field in fields
    }


def evaluate(name: str, remove: tuple[str, ...] = (), **changed: object) -> ruletrail.Evaluation:
    report = REPORTS[name]
    fields = {
        code: value for code, value in {**fields_of(name), **changed}.items() if code not in remove
    }
    printed = {"messages": list(report.printed)}
    return PLAN.evaluate(
        {
            "rulebook": "sociale/2024",
            "subject": dict(report.subject),
            "fields": fields,
            "printed": printed,
        }
    )


def result_of(evaluation: ruletrail.Evaluation) -> Trail:
    result: Trail = evaluation.trail.to_dict()["result"]
    return result


def steps_of(evaluation: ruletrail.Evaluation) -> dict[str, Trail]:
    return {step["id"]: step for step in evaluation.trail.to_dict()["steps"]}


def readers_of(code: str) -> set[str]:
    """Find all steps that read a code, directly or through others."""
    reached: set[str] = set()
    waiting = {code}
    while waiting:
        current = waiting.pop()
        found = {step for step, reads in PLAN.linked.reads.items() if current in reads} - reached
        reached |= found
        waiting |= found
    return reached


# -- The figures that the forms print


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("jesi-2024", {"R0B_2019": "3165", "R0B": "4056", "R04": "10.320348", "R01B": "802"}),
        (
            "livorno-2024",
            {
                "R0B_2019": "16366",
                "R0B": "22709",
                "R04": "14.802044",
                "R01B": "1942",
                "M53_media": "4888.2359932",
            },
        ),
    ],
)
def test_printed_figures(name: str, figures: dict[str, str]):
    """Totals, level of service and ratios are exactly those on the paper, here and in the trail."""
    evaluation = evaluate(name)
    assert evaluation.status == "complete"
    assert {code: evaluation.values[code] for code in figures} == {
        code: Decimal(text) for code, text in figures.items()
    }
    assert result_of(evaluation)["values"].items() >= figures.items()


@pytest.mark.parametrize(
    ("name", "counts"),
    [("jesi-2024", {"equal": 4, "rounded": 11}), ("livorno-2024", {"equal": 14, "blank": 2})],
)
def test_declared_values_agree(name: str, counts: dict[str, int]):
    """Jesi 4 equal and 11 rounded, Livorno 14 equal and 2 blank; none differs."""
    steps = steps_of(evaluate(name)).values()
    assert Counter(step["declared"]["agreement"] for step in steps if "declared" in step) == counts


@pytest.mark.parametrize("name", NAMES)
def test_sentences_match(name: str):
    """Eight sentences stand on each paper, and nothing else does."""
    assert result_of(evaluate(name))["printed"] == {"matched": 8, "unmatched": []}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_due(name: str):
    """Spending and services not below the reference.

    Quadro 3 not due, the block of R16 to R22 due.
    """
    evaluation = evaluate(name)
    assert dict(evaluation.decisions) == {"livello": "non_inferiore", "spesa": "non_inferiore"}
    due = {"quadro_1", "quadro_2", "quadro_4", "quadro_4_motivi"}
    assert {code for code, word in evaluation.sections.items() if word == "due"} - {
        "quadro_4_spiegazione"
    } == due
    assert evaluation.sections["quadro_3"] == "not_due"
    assert evaluation.values["da_rendicontare"] == 0
    assert steps_of(evaluation)["quadro_4_motivi"]["filled"] == [
        *(f"R{number}" for number in range(16, 23)),
        "R40",
    ]


def test_checks_of_the_examples():
    """Jesi's R01 equals R01A, a warning; every check of severity error passes on both."""
    assert evaluate("jesi-2024").checks["R01_diverso_da_R01A"] == "failed"
    assert evaluate("livorno-2024").checks["R01_diverso_da_R01A"] == "passed"
    for report in NAMES:
        checks = [step for step in steps_of(evaluate(report)).values() if step["kind"] == "check"]
        assert {step["outcome"] for step in checks if step["severity"] == "error"} == {"passed"}


@pytest.mark.parametrize("name", NAMES)
def test_the_trail_shows_the_division(name: str):
    """R04 shows its quotient, before rounding too, and where its inputs come from."""
    step = steps_of(evaluate(name))["R04"]
    quotient = Fraction(fields_of(name)["R0B"]) / Fraction(fields_of(name)["R03"])
    assert step["formula"] == "R0B / R03 * 100"
    assert [Fraction(part["value"]) for part in step["parts"]] == [quotient, quotient * 100]
    assert Fraction(step["rounding"]["from"]) == quotient * 100
    assert (step["reads"]["R0B"]["from"], step["reads"]["R03"]["from"]) == ("rule", "report")


# -- One thing changed


def test_spending_below_the_need():
    """Both columns of R07 below R06.

    Quadro 3 is due, the trail says by which comparison, and that its fields are not known.
    """
    evaluation = evaluate(
        "livorno-2024", R07_2017=Decimal("17000000.00"), R07_2021=Decimal("17100000.00")
    )
    steps = steps_of(evaluation)
    assert (evaluation.decisions["spesa"], evaluation.sections["quadro_3"], evaluation.status) == (
        "inferiore",
        "due",
        "incomplete",
    )
    case = next(case for case in steps["spesa"]["cases"] if case["outcome"] == "inferiore")
    assert case["value"] is True
    assert {"R07_2017", "R07_2021", "R06"} <= set(steps["spesa"]["reads"])
    assert steps["quadro_3"]["reads"]["spesa"] == {
        "value": {"text": "inferiore"},
        "from": "decision",
    }
    gaps = {gap["step"]: gap["why"] for gap in result_of(evaluation)["not_encoded"]}
    assert "R09-R15" in gaps["quadro_3"]
    assert evaluation.values["da_rendicontare"] == Decimal("167708.08")  # min(R06 - R07_2017, R08)
    assert evaluation.sections["quadro_4_motivi"] == "not_due"


@pytest.mark.parametrize(("column", "other"), [("R07_2017", "R07_2021"), ("R07_2021", "R07_2017")])
def test_either_column_is_enough(column: str, other: str):
    """In the edition 2024 one column at or above the need meets it, whatever the other is."""
    need = fields_of("livorno-2024")["R06"]
    assert evaluate("livorno-2024", **{column: Decimal(1)}).decisions["spesa"] == "non_inferiore"
    assert (
        evaluate("livorno-2024", **{column: need, other: Decimal(1)}).decisions["spesa"]
        == "non_inferiore"
    )
    assert evaluate("livorno-2024", remove=(column,)).decisions["spesa"] == "non_inferiore"
    assert (
        evaluate("livorno-2024", remove=(column,), **{other: Decimal(1)}).decisions["spesa"]
        == "undetermined"
    )


@pytest.mark.parametrize("name", NAMES)
def test_without_inhabitants(name: str):
    """R03 removed: everything that depends on it is missing R03, and nothing else changes."""
    evaluation = evaluate(name, remove=("R03",))
    before, after = steps_of(evaluate(name)), steps_of(evaluation)
    depending = readers_of("R03")
    changed = {code for code, step in after.items() if step["value"] != before[code]["value"]}
    assert {"R04", "R01B", "livello", "quadro_4_motivi"} <= changed <= depending
    assert all(after[code]["value"] == {"missing": ["R03"]} for code in changed)
    assert {code for code in depending - changed if "missing" in str(after[code]["value"])} == set()
    for code in set(after) - depending - {"quadro_1"}:
        kept = {
            key: value for key, value in after[code].items() if key not in ("digest", "message")
        }
        assert kept == {
            key: value for key, value in before[code].items() if key not in ("digest", "message")
        }, code
    assert set(after["quadro_1"]["empty"]) - set(before["quadro_1"]["empty"]) == {"R03"}
    assert (evaluation.status, evaluation.missing) == ("incomplete", ("R03",))


@pytest.mark.parametrize("name", NAMES)
def test_no_inhabitants_at_all(name: str):
    """R03 = 0 is a division by zero that names R03, no number and no missing value."""
    evaluation = evaluate(name, R03=0)
    errors = {
        error["step"]: (error["cause"], error["of"]) for error in result_of(evaluation)["errors"]
    }
    assert errors["R04"] == errors["livello"] == ("division_by_zero", "R03")
    assert "R04" not in evaluation.values
    assert (evaluation.status, evaluation.decisions["livello"], evaluation.decisions["spesa"]) == (
        "invalid",
        "error",
        "non_inferiore",
    )
    step = steps_of(evaluation)["R04"]
    assert step["reads"]["R03"]["value"] == "0"
    assert step["declared"]["agreement"] == "unverified"


@pytest.mark.parametrize("name", NAMES)
def test_level_exactly_at_the_reference(name: str):
    """R04 = R05: Quadro 1 says not below, Quadro 4 says above.

    The trail says that no sentence covers it.
    """
    evaluation = evaluate(name, R05=evaluate(name).values["R04"])
    assert evaluation.decisions["livello"] == "non_inferiore"
    assert (evaluation.sections["quadro_4_motivi"], evaluation.sections["quadro_4_parita"]) == (
        "not_due",
        "due",
    )
    why = {gap["step"]: gap["why"] for gap in result_of(evaluation)["not_encoded"]}[
        "quadro_4_parita"
    ]
    assert "nessuna frase" in why
    assert evaluation.checks["R04_diverso_da_R05"] == "failed"
    assert (evaluation.status, result_of(evaluation)["printed"]["matched"]) == ("incomplete", 7)


@pytest.mark.parametrize("name", NAMES)
def test_one_millionth_beside_the_reference(name: str):
    """The smallest step that R04 can make decides, on either side."""
    level = Decimal(str(evaluate(name).values["R04"]))
    step = Decimal("0.000001")
    assert evaluate(name, R05=level + step).decisions["livello"] == "inferiore"
    assert evaluate(name, R05=level - step).sections["quadro_4_motivi"] == "due"


@pytest.mark.parametrize(
    ("declared", "agreement"),
    [("10.32", "rounded"), ("10.320348", "equal"), ("10.3203", "rounded"), ("10.33", "differs")],
)
def test_a_printed_level_is_compared_by_its_decimals(declared: str, agreement: str):
    """The paper's R04 is compared by its own decimals.

    One that differs makes the report invalid.
    """
    evaluation = evaluate("jesi-2024", R04=Decimal(declared))
    assert steps_of(evaluation)["R04"]["declared"]["agreement"] == agreement
    assert (evaluation.status == "invalid") == (agreement == "differs")


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_total_is_found(name: str):
    """One user more in one row: the printed total differs, and the report is invalid."""
    evaluation = evaluate(name, M12=fields_of(name)["M12"] + 1)
    assert steps_of(evaluation)["R0B"]["declared"]["agreement"] == "differs"
    assert evaluation.status == "invalid"


@pytest.mark.parametrize("name", NAMES)
def test_other_reasons_require_an_explanation(name: str):
    """R22 = SI with an empty R40 fails the check.

    Without any R40 it cannot be run, and the section misses it.
    """
    empty = evaluate(name, R22="SI", R40="")
    assert (empty.checks["R22_motivato"], empty.status) == ("failed", "invalid")
    absent = evaluate(name, R22="SI", remove=("R40",))
    assert (absent.status, absent.missing) == ("incomplete", ("R40",))
    assert evaluate(name, R22="NO", remove=("R40",)).status == "complete"


@pytest.mark.parametrize(("length", "word"), [(6000, "passed"), (6001, "failed")])
def test_the_free_text_has_at_most_6000_characters(length: int, word: str):
    """Six thousand characters, counted as characters: accents count once."""
    assert evaluate("jesi-2024", R40="è" * length).checks["R40_lunghezza"] == word


# -- Every input removed in turn


def judge_change(code: str, old: Trail, new: Trail) -> None:
    """Assert that a step which changed because a field is gone is open and names the field."""
    place = (code, new["id"])
    if new["kind"] == "check" and new["outcome"] == "passed":
        assert old["outcome"] != "passed", (
            place
        )  # a check may ask whether something is missing; it never fails for it
        return
    assert new["outcome"] in ("missing", "undetermined"), place
    assert new["value"] == {"missing": [code]}, place


@pytest.mark.parametrize("name", NAMES)
def test_every_input_removed_in_turn(name: str):
    """What needed it is not settled, what cannot be compared unverified, nothing invalid."""
    whole = evaluate(name)
    before = steps_of(whole)
    inputs = [code for code in REPORTS[name].fields if code not in RULES]
    assert len(inputs) > 60
    for code in inputs:
        evaluation, depending = evaluate(name, remove=(code,)), readers_of(code)
        assert evaluation.status != "invalid", code
        for step_id, new in steps_of(evaluation).items():
            if new["value"] != before[step_id]["value"]:
                assert step_id in depending, (code, step_id)
                judge_change(code, before[step_id], new)
            if "declared" in new:
                expected = (
                    "unverified"
                    if new["outcome"] == "missing"
                    else before[step_id]["declared"]["agreement"]
                )
                assert new["declared"]["agreement"] == expected, (code, step_id)
        for decision, outcome in evaluation.decisions.items():
            assert outcome in (whole.decisions[decision], "undetermined"), (code, decision)


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("R03", "livello"),
        ("R05", "livello"),
        ("M12", "livello"),
        ("R0A", "livello"),
        ("R06", "spesa"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_decisions_that_needed_it_are_not_settled(name: str, code: str, decision: str):
    """Each input that a decision cannot do without, by name."""
    evaluation = evaluate(name, remove=(code,))
    assert evaluation.decisions[decision] == "undetermined"
    assert steps_of(evaluation)[decision]["value"] == {"missing": [code]}


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_value_removed_in_turn(name: str):
    """What the form prints of a computed value is not needed.

    Without it every value and the status are as before.
    """
    whole = evaluate(name)
    for code in RULES:
        if code in REPORTS[name].fields:
            evaluation = evaluate(name, remove=(code,))
            assert (evaluation.status, dict(evaluation.values)) == (
                "complete",
                dict(whole.values),
            ), code
            assert "declared" not in steps_of(evaluation)[code]


def test_nothing_supplied():
    """An empty report has no value, no decision, no failed check, and says what is missing."""
    subject = {"comune": "Nessuno", "provincia": "NA"}
    evaluation = PLAN.evaluate({"rulebook": "sociale/2024", "subject": subject, "fields": {}})
    assert (evaluation.status, dict(evaluation.values), set(evaluation.decisions.values())) == (
        "incomplete",
        {},
        {"undetermined"},
    )
    assert "failed" not in evaluation.checks.values()
    assert {"R03", "R05", "R06", "M12", "R07_2017"} <= set(evaluation.missing)


def test_the_incomplete_example():
    """The third example misses fields on purpose.

    It is incomplete and names them, and nothing that read them has a value.
    """
    evaluation = PLAN.evaluate(EXAMPLES / "jesi-2024-incompleto.yaml")
    assert (evaluation.status, bool(evaluation.missing)) == ("incomplete", True)
    filled = PLAN.read(EXAMPLES / "jesi-2024-incompleto.yaml").fields
    assert not set(evaluation.missing) & set(filled)


# -- The trail as a document


@pytest.mark.parametrize("name", NAMES)
def test_the_trail_is_complete(name: str):
    """Every entry is a step, every span has a value or the reason why it was skipped."""
    steps = steps_of(evaluate(name))
    assert set(steps) == set(PLAN.linked.rulebook.entries)
    for step in steps.values():
        for clause in [step, *step.get("cases", ()), *([step["when"]] if "when" in step else [])]:
            for part in clause.get("parts", ()):
                assert ("value" in part) != ("skipped" in part), step["id"]
                assert (
                    0
                    <= part["span"][0]
                    < part["span"][1]
                    <= len(clause.get("formula") or clause["condition"])
                )


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_says_what_it_rests_on(name: str):
    """Each step carries source and evidence, and a published rulebook holds nothing assumed."""
    for step in steps_of(evaluate(name)).values():
        assert step.get("evidence") in ("seed", "quoted", "inferred"), step["id"]
        assert step.get("source"), step["id"]


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_exact(name: str):
    """No float passes anywhere: every fact is a Fraction, a text, a boolean or a non-value."""
    facts = evaluate_record(PLAN.linked, REPORTS[name]).facts.values()
    assert all(isinstance(fact, Fraction | str | bool) or is_non_value(fact) for fact in facts)
