"""What a trail has at least is known before it is written, so that one too large costs no work."""

import re
from collections import Counter
from pathlib import Path

import pytest

import ruletrail
from ruletrail.answers import Evaluation
from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.trail_codegen import writer
from ruletrail.digests import canonical_json
from ruletrail.evaluations import evaluate_record
from ruletrail.lints import sizes
from ruletrail.trails import Trail, document
from ruletrail.trails.least_sizes import count_least_bytes
from ruletrail.trails.lookups import count_least_of_answers
from support.command_line import call
from support.places import ROOT
from support.rulebook_generator import generate
from support.rulebooks import Raw, load_text, rows_of, rulebook_text, schema_of, write_rulebook

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


CHOICES = {
    "type": "string",
    "title": "Città",
    "oneOf": [{"const": "a", "title": "Forlì"}, {"const": "b"}, {"const": "c", "title": "c"}],
}
BOOK = rulebook_text({"rules": {"x": {"formula": 1}}}, language="2")


def write_sharing(folder: Path) -> Path:
    """Write a form in which fields and cells of rows share what they are called, and choices."""
    choices = {"$ref": "#/$defs/choices"}
    fields = {"B": choices, "C": choices, "L": rows_of({"A": choices})}
    return write_rulebook(BOOK, {**schema_of(fields), "$defs": {"choices": CHOICES}}, folder)


@pytest.fixture
def sharing(tmp_path: Path) -> ruletrail.Plan:
    """Load it."""
    return ruletrail.load(write_sharing(tmp_path))


def test_choices_that_fields_share_are_counted_for_each(sharing: ruletrail.Plan):
    """Of each label and choice the bytes that a trail has of it; of one without a name, none."""
    each = len("Cittàa" + "Forlì") + 2
    counted = document.count_fields(sharing.linked)
    assert counted == {"B": each, "C": each, "L.A": each}
    written = sharing.evaluate({"rulebook": "prova/2024", "fields": {}}).trail.to_dict()
    for code in ("B", "C"):
        assert counted[code] < len(canonical_json(written["fields"][code]).encode())


def test_fields_past_the_limit_are_refused_before_a_step_or_a_field_is_written(
    sharing: ruletrail.Plan, monkeypatch: pytest.MonkeyPatch
):
    """At the limit they are written, and what comes of it is measured; one past it nothing is."""

    def write_identity(*_: object) -> None:
        raise AssertionError("fields were written")

    evaluation = sharing.evaluate({"rulebook": "prova/2024", "fields": {}})
    record = evaluation.record
    monkeypatch.setattr(document, "write_identity", write_identity)
    size = sum(document.count_fields(sharing.linked).values())
    monkeypatch.setattr(document, "MOST_BYTES", size)
    with pytest.raises(AssertionError, match="fields were written"):
        Trail(record).to_dict()
    monkeypatch.setattr(document, "MOST_BYTES", size - 1)
    for ask in (evaluation.trail.to_json, evaluation.trail.to_dict, Trail(record).to_dict):
        with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
            ask()


def test_no_templates_are_made_of_fields_past_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Their head has all fields, and they are made where a rulebook is loaded and kept too."""

    def write_identity(*_: object) -> None:
        raise AssertionError("fields were written")

    path = write_rulebook(BOOK, schema_of({"B": CHOICES, "C": CHOICES}), tmp_path)
    plan = ruletrail.load(path)
    assert plan.functions.has_templates
    size = sum(document.count_fields(plan.linked).values())
    monkeypatch.setattr(document, "MOST_BYTES", size)
    assert CompiledRulebook(plan.linked).has_templates
    monkeypatch.setattr(document, "MOST_BYTES", size - 1)
    monkeypatch.setattr(writer, "write_identity", write_identity)
    functions = CompiledRulebook(plan.linked)
    assert functions.compile_trails() == ((), ())
    report = plan.evaluate({"rulebook": "prova/2024", "fields": {}}).report
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        functions.write_trail(functions.evaluate(report), report)


def test_check_warns_of_the_field_with_the_longest_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What fields have counts together with what steps have, and is told where it stands."""
    linked = ruletrail.load(path := write_sharing(tmp_path)).linked
    fields, steps = document.count_fields(linked), count_least_bytes(linked, {"L": 5})
    whole = sum(fields.values()) + sum(steps.values())
    monkeypatch.setattr(sizes, "MOST_BYTES", whole)
    assert "trail-without-room" not in call("check", path)[2]
    monkeypatch.setattr(sizes, "MOST_BYTES", whole - 1)
    of_step = call("check", path)[2]
    assert re.search(rf"prova.yaml:.*{whole} bytes.*`x` \[trail-without-room\]", of_step)
    monkeypatch.setattr(sizes, "count_least_bytes", lambda *_: {"x": min(fields.values()) - 1})
    monkeypatch.setattr(sizes, "MOST_BYTES", 1)
    of_field = call("check", path)[2]
    assert re.search(r"schema.json:.*`B` \[trail-without-room\]", of_field)


BANDS = [{"from": at, "rate": Raw(rate)} for at, rate in ((0, "0.1"), (10, "0.25"), (25, "0.3"))]


@pytest.fixture
def of_scales() -> ruletrail.Plan:
    """Load rules that call a marginal scale where there is a value, where none is, and never."""
    rules = {
        "x": {"formula": "s(A) + s(A + 20)"},
        "y": {"formula": "s(B)"},
        "z": {"formula": "s(A) if A < 0 else 0"},
    }
    bands = {"label": "S", "kind": "marginal", "bands": BANDS}
    text = rulebook_text({"scales": {"s": bands}, "rules": rules}, language="2")
    return load_text(text, schema_of({"A": "number", "B": "number"}))


def test_only_calls_that_answered_are_counted_of_a_marginal_scale(of_scales: ruletrail.Plan):
    """Two of four: one has no value to look up, one is in a branch that was not taken."""
    evaluation = of_scales.evaluate({"rulebook": "prova/2024", "fields": {"A": 12}})
    nothing = [{"amount": "0", "rate": each, "share": "0"} for each in ("0.1", "0.25", "0.3")]
    each = len(canonical_json({"shares": nothing})) - 2
    assert count_least_of_answers(evaluation.record) == 2 * each
    answers = [
        part["answer"]["shares"]
        for step in evaluation.trail.to_dict()["steps"]
        for part in step["parts"]
        if "answer" in part
    ]
    assert len(answers) == 2
    assert sum(len(canonical_json({"shares": shares})) - 2 for shares in answers) >= 2 * each


def test_a_trail_of_too_many_bands_is_refused_before_a_step_is_written(
    of_scales: ruletrail.Plan, monkeypatch: pytest.MonkeyPatch
):
    """At the size that is counted it is written, and what comes of it is measured."""

    def write_steps(*_: object) -> None:
        raise AssertionError("steps were written")

    record = of_scales.evaluate({"rulebook": "prova/2024", "fields": {"A": 12}}).record
    size = count_least_of_answers(record)
    monkeypatch.setattr(document, "write_steps", write_steps)
    monkeypatch.setattr(document, "MOST_BYTES", size)
    with pytest.raises(AssertionError, match="steps were written"):
        Trail(record).to_dict()
    monkeypatch.setattr(document, "MOST_BYTES", size - 1)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        Trail(record).to_dict()
