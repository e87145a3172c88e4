"""What a trail has at least is known before it is written, so that one too large costs no work."""

from collections import Counter

import pytest

import ruletrail
from ruletrail.answers import Evaluation
from ruletrail.compiled.record_building import Answer
from ruletrail.digests import canonical_json
from ruletrail.evaluations import evaluate_record
from ruletrail.trails import Trail, document
from ruletrail.trails.least_sizes import count_least_bytes
from support.places import ROOT
from support.rulebook_generator import generate

EXAMPLES = (
    ("tests/household/household.yaml", "tests/household/rossi.yaml"),
    ("examples/property-tax/imu.yaml", "examples/property-tax/homes.yaml"),
    ("examples/income-tax/irpef.yaml", "examples/income-tax/employee.yaml"),
    ("examples/water-bonus/bonus.yaml", "examples/water-bonus/household.yaml"),
)


def count_written(plan: ruletrail.Plan, evaluation: Evaluation) -> Counter[str]:
    """Count the bytes of the steps of each entry in the trail that was written."""
    codes = list(plan.linked.rulebook.entries)
    written: Counter[str] = Counter()
    for step in evaluation.trail.to_dict()["steps"]:
        written[codes[step["place"]]] += len(canonical_json(step).encode())
    return written


def hold(plan: ruletrail.Plan, evaluation: Evaluation) -> tuple[int, int]:
    """Hold each entry against its steps; return what was counted and what was written in all."""
    rows = {code: len(listed) for code, listed in evaluation.report.lists.items()}
    least, written = count_least_bytes(plan.linked, rows), count_written(plan, evaluation)
    assert least
    for code, size in least.items():
        assert size < written[code], code
    return sum(least.values()), sum(written.values())


@pytest.mark.parametrize("seed", range(1, 121, 3))
def test_no_trail_has_fewer_bytes(seed: int):
    """In no entry of generated rulebooks of language 2 with rows, exceptions, scales and tables."""
    case = generate(seed, reports=3, language=2, lists=True)
    plan = case.load()
    for report in case.read(plan):
        hold(plan, Evaluation(plan.linked, evaluate_record(plan.linked, report)))


@pytest.mark.parametrize(("rulebook", "report"), EXAMPLES)
def test_what_is_counted_is_near_what_is_written(rulebook: str, report: str):
    """A count of nothing would be below every trail too: it is a third of the steps and more."""
    plan = ruletrail.load(ROOT / rulebook)
    least, written = hold(plan, plan.evaluate(ROOT / report))
    assert least > written / 3


@pytest.fixture
def evaluation(monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    """Answer for the homes where a trail may have few bytes, and any number of steps is many."""
    monkeypatch.setattr(document, "MOST_BYTES", 4_000)
    monkeypatch.setattr(document, "MANY_STEPS", 1)
    plan = ruletrail.load(ROOT / "examples/property-tax/imu.yaml")
    assert plan.is_compiled
    return plan.evaluate(ROOT / "examples/property-tax/homes.yaml")


@pytest.mark.parametrize("ask", ["to_dict", "to_json"])
def test_a_trail_too_large_in_any_case_is_refused_before_its_record_is_made(
    ask: str, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
):
    """The record of rows times exceptions takes longer than all values did; these are there."""

    def record(*_: object) -> None:
        raise AssertionError("the record was made")

    monkeypatch.setattr(Answer, "record", record)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        getattr(evaluation.trail, ask)()
    assert evaluation.values["dovuta"] > 0


def test_a_record_that_is_there_is_refused_before_a_step_is_written(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
):
    """Where the reference answered, its record is not written out up to the limit."""

    def write_steps(*_: object) -> None:
        raise AssertionError("steps were written")

    monkeypatch.setattr(document, "write_steps", write_steps)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        Trail(evaluation.record).to_dict()
