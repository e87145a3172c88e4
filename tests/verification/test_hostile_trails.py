"""Checking takes time in proportion to the trail, whatever somebody wrote into it.

Work is counted in lines of Python, so that a busy machine changes nothing: four times the trail may
take little more than four times the lines.
"""

import copy
import json
import sys

import pytest

import ruletrail
from ruletrail.verification import verify_trail
from support.large_trails import SHAPES
from support.places import TESTS
from support.signing import judge, sign

HERE = TESTS / "verification"


def lines_of(function) -> int:
    """Count the lines of Python that a call runs; each round of a loop counts."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_trail(shape):
    work, sizes = [], []
    verify_trail(sign(SHAPES[shape](3)).encode(), "trail.json")
    for size in (80, 320):
        data = sign(SHAPES[shape](size)).encode()
        work.append(lines_of(lambda data=data: verify_trail(data, "trail.json")))
        sizes.append(len(data))
        assert verify_trail(data, "trail.json") == []
    assert work[1] / work[0] < 1.2 * sizes[1] / sizes[0] + 0.3


@pytest.fixture
def small() -> dict:
    plan = ruletrail.load(HERE / "small.yaml")
    return json.loads(plan.evaluate(HERE / "small.report.yaml").trail.to_json())


def step(document: dict, code: str) -> dict:
    return next(step for step in document["steps"] if step["id"] == code)


def test_a_long_text_shown_many_times_is_not_put_together(small):
    """A megabyte a hundred thousand times: what does not fit the sentence is not built."""
    small["fields"]["C"]["type"] = "text"
    small["report"]["fields"]["C"] = {"text": "x" * 1_000_000}
    part = step(small, "parte")
    part["filled"] = ["A", "C"]
    message = step(small, "livello")["message"]
    shown = {"value": {"text": "x" * 1_000_000}, "display": {"grouping": True}}
    message |= {
        "template": "{C}" * 100_000,
        "arguments": {"C": {**shown, "text": "x" * 1_000_000}},
    }
    (problem,) = judge(small)
    assert problem.code == "trail-step"
    assert "`message.text`" in problem.message("en")


def test_a_text_that_is_far_from_nfc_is_refused_in_time(small):
    """To sort a million marks would take the square of their number."""
    small["rulebook"]["title"] = "a" + "\u0301\u0316" * 500_000
    (problem,) = judge(small)
    assert problem.code == "trail-not-canonical"
    assert len(problem.message("en")) < 400


def test_reasons_upon_reasons_are_not_multiplied(small):
    """A forged part stops the derivation before the next one is built upon it."""
    resto = step(small, "resto")
    del resto["formula"], resto["parts"], resto["when"]
    reason = "x" * 1_000_000
    resto |= {"not_encoded": reason, "outcome": "not_encoded", "reads": {}}
    resto["value"] = {"not_encoded": reason}
    quota = step(small, "quota")
    quota["formula"] = "resto" + " + 1" * 20
    quota["parts"] = [{"span": [0, 9 + 4 * at], "value": "0"} for at in range(20)]
    quota["reads"] = {"resto": {"value": resto["value"], "from": "rule"}}
    (problem,) = judge(small)
    assert "`parts[0].value`" in problem.message("en")


@pytest.mark.parametrize("depth", [100, 300, 900, 950, 980, 990, 995, 1000, 1200, 5000, 100_000])
@pytest.mark.parametrize("key", ["steps", "digest", "report"])
def test_nesting_of_any_depth_ends_in_a_problem(key, depth):
    """Where the reader still goes down, what shows the place goes down too."""
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        text = opening * depth + "1" + closing * depth
        problems = verify_trail(f'{{"{key}":{text},"trail":1}}\n'.encode(), "trail.json")
        assert problems[0].code in ("trail-form", "trail-key", "document-too-deep")
        assert len(problems[0].message("it")) < 400


def test_a_number_of_a_million_digits_ends_in_a_problem(small):
    for digits in ("1" + "0" * 1_000_000, "1E999999", "9" * 401, "1e-999999"):
        document = copy.deepcopy(small)
        document["report"]["fields"]["A"] = digits
        (problem,) = judge(document)
        assert problem.code == "trail-report"
        assert len(problem.message("en")) < 400


def test_steps_that_read_each_other_are_refused_at_the_first():
    """A ring of any length: the first step of it reads one that is not there yet."""
    document = SHAPES["a chain"](300)
    first = document["steps"][0]
    first["formula"], first["reads"] = "R0", {"R0": {"value": "3", "from": "rule"}}
    (problem,) = judge(document)
    assert (problem.code, problem.details["code"]) == ("trail-read", "`R0`")


def test_a_step_doubled_a_thousand_times_is_refused():
    document = SHAPES["steps"](2)
    document["steps"] += [copy.deepcopy(document["steps"][1]) for _ in range(1000)]
    assert [problem.code for problem in judge(document)] == ["trail-name"]
