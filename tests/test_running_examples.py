"""Many examples at once: what they show is what the reference shows, and no record is kept."""

import gc
import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ruletrail.compiled import record_building
from ruletrail.compiled.record_building import Answer
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import (
    Examples,
    Outcome,
    Run,
    explain_step,
    find_hits,
    list_points,
    read_examples,
    run_example,
    running,
    suggest,
    suggesting,
)
from ruletrail.intake import check_report
from ruletrail.library import load_linked, source_of_path
from ruletrail.library.sources import shipped_library
from ruletrail.linking import LinkedRulebook
from ruletrail.trails import Record
from support.command_line import call
from support.places import ROOT
from support.rulebooks import HEAD_TEXT

WITH_EXAMPLES = sorted(
    path.with_name(path.name.replace(".test.yaml", ".yaml"))
    for folder in (shipped_library().rulebooks, ROOT / "examples")
    for path in folder.glob("*/*.test.yaml")
)


def _write(folder: Path, body: str, examples: Iterable[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "r.yaml").write_text(HEAD_TEXT + body, encoding="utf-8")
    schema = {"properties": {"fields": {"properties": {"A": {"type": "number"}}}}}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    content = {"test": 1, "rulebook": "prova/2024", "examples": list(examples)}
    (folder / "r.test.yaml").write_text(json.dumps(content), encoding="utf-8")
    return folder / "r.yaml"


def _load(path: Path) -> tuple[LinkedRulebook, Examples]:
    source = source_of_path(path)
    linked = load_linked(source)
    return linked, read_examples(source, linked)


def _example(number: int, expect: dict[str, Any]) -> dict[str, Any]:
    return {"name": f"e{number}", "report": {"fields": {"A": number}}, "expect": expect}


def _told(outcome: Outcome) -> object:
    shown = [(each, explain_step(outcome.record, each.step)) for each in outcome.failures
             if outcome.record is not None]  # fmt: skip
    return outcome.failures, shown, outcome.problems, outcome.remarks, outcome.is_admitted


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("many", [0, 10_000])
def test_runs_tell_what_the_reference_tells(path: Path, many: int, monkeypatch: pytest.MonkeyPatch):
    """By functions or without: failures, remarks, and what of a rulebook is shown."""
    monkeypatch.setattr(running, "MANY", many)
    linked, examples = _load(path)
    run = Run(linked, len(examples.examples))
    points = list_points(linked)
    for example in examples.examples:
        outcome, asked = run.run(example), run_example(example, linked)
        assert _told(outcome)[2:] == _told(asked)[2:]
        assert outcome.failures == asked.failures
        assert outcome.record is None or outcome.failures
    found = [run_example(each, linked).record for each in examples.examples]
    hits = {point for each in found if each is not None for point in find_hits(each)}
    assert run.points == points
    assert run.hits == hits & points.keys()


BODY = (
    "rules:\n  X: {formula: 10 / A}\n  Y: {formula: X + 1, when: A < 5}\n"
    "checks:\n  C: {expect: Y < 6, severity: error, message: {it: 'Y è {Y}'}}\n"
    "messages:\n  m: {when: A > 2, text: {it: 'A è {A}'}}\n"
)
EXPECTED: list[dict[str, Any]] = [
    {"status": "complete"},
    {"values": {"X": 5, "Y": 1}},
    {"checks": {"C": "failed"}},
    {"errors": {"X": "conflict"}},
    {"missing": ["A"]},
    {"not_encoded": ["X"]},
    {"messages": ["A è"]},
    {"absent_messages": ["è"]},
    {"reasons": {"Y": {"condition": False, "parts": {"A < 5": True}}}},
]


@pytest.mark.parametrize("expect", EXPECTED, ids=lambda expect: next(iter(expect)))
def test_what_failed_is_explained_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect: dict[str, Any]
):
    """Whatever is expected: the failures, and how the steps of those shown were reached."""
    monkeypatch.setattr(running, "MANY", 0)
    linked, examples = _load(_write(tmp_path, BODY, [_example(i, expect) for i in range(7)]))
    run = Run(linked, 7)
    asked = [run_example(each, linked) for each in examples.examples]
    assert any(each.failures for each in asked)
    assert list(map(_told, map(run.run, examples.examples))) == [
        ((), [], *rest) if not failures else (failures, shown, *rest)
        for failures, shown, *rest in map(_told, asked)  # type: ignore[misc]  # five things each
    ]


def test_failures_beyond_those_shown_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of a hundred in each example fifty are kept, and explained where they are the first."""
    monkeypatch.setattr(running, "MANY", 0)
    expect = {"messages": [f"altro {i}" for i in range(100)]}
    linked, examples = _load(_write(tmp_path, BODY, [_example(i, expect) for i in (3, 4)]))
    run = Run(linked, 2)
    first, then = map(run.run, examples.examples)
    assert [(len(each.failures), each.more) for each in (first, then)] == [(50, 50), (50, 50)]
    assert first.record is not None
    assert then.record is None
    _, out, _ = call("test", tmp_path / "r.yaml", "--format", "json")
    told = json.loads(out)["rulebooks"][0]["examples"]
    assert [(len(e["failures"]), e["more_failures"]) for e in told] == [(50, 50), (0, 100)]


def test_what_functions_have_otherwise_is_a_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A failure that the reference does not find is never told as one of the author's."""
    monkeypatch.setattr(running, "MANY", 0)
    expect = {"values": {"X": 5}}
    linked, examples = _load(_write(tmp_path, BODY, [_example(2, expect)]))
    build = Answer.record_of

    def mistake(answer: Answer, *given: Any) -> Record:
        record = build(answer, *given)
        record.facts.known["X"] = Fraction(6)  # type: ignore[attr-defined]  # as if it were so
        return record

    monkeypatch.setattr(Answer, "record_of", mistake)
    with pytest.raises(running.RunsDifferError, match="e2"):
        Run(linked, 1).run(examples.examples[0])


def test_facts_read_on_demand_are_those_of_the_record():
    """Of all shipped rulebooks: each fact, in whatever order, and the conclusions asked for."""
    for path in WITH_EXAMPLES:
        linked, examples = _load(path)
        functions = Run(linked, running.MANY)._functions
        for example in examples.examples:
            report, _ = check_report(example.report, linked)
            answer = functions.evaluate(report) if report is not None and functions else None
            if report is None or answer is None:
                continue
            whole = evaluate_record(linked, report)
            codes = {each.entry.code for each in whole.conclusions[::3]}
            part = answer.record_of(report, codes)
            assert {code: part.facts[code] for code in reversed(list(whole.facts))} == whole.facts
            assert part.facts == whole.facts
            assert "no code" not in part.facts
            asked = [each for each in part.conclusions if each.entry.code in codes]
            assert asked == [each for each in whole.conclusions if each.entry.code in codes]


# -- What many examples cost -----------------------------------------------------------------------


def _rules(size: int, *, formula: str = "A + {}") -> str:
    return "rules:\n" + "".join(
        f"  X{i}: {{formula: '{formula.format(i)}'}}\n" for i in range(size)
    )


def test_what_was_shown_is_not_concluded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each step is concluded until all that it can show was seen; then its fact alone is read."""
    body = _rules(50) + "checks:\n  C: {expect: A < 90, severity: info}\n"
    given = [_example(i, {"values": {"X1": i + 1}}) for i in range(running.MANY)]
    linked, examples = _load(_write(tmp_path, body, given))
    concluded: list[str] = []
    conclude = record_building.conclude

    def count(step: Any, *given: Any) -> Any:
        concluded.append(step.entry.code)
        return conclude(step, *given)

    monkeypatch.setattr(record_building, "conclude", count)
    run = Run(linked, len(given))
    assert not any(run.run(example).failures for example in examples.examples)
    assert sorted(map(concluded.count, {*concluded})) == [1] * 50 + [92]
    assert run.points.keys() == run.hits


@pytest.mark.parametrize("many", [0, 10_000])
def test_no_records_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int):
    """Neither where examples pass, nor of more failures than are shown."""
    monkeypatch.setattr(running, "MANY", many)
    given = [_example(i, {"values": {"X1": 0}}) for i in range(80)]
    linked, examples = _load(_write(tmp_path, _rules(30, formula="A / 7 + {}"), given))
    run = Run(linked, len(given))
    outcomes = [run.run(example) for example in examples.examples]
    gc.collect()
    held = sum(len(each.conclusions) for each in gc.get_objects()
               if isinstance(each, Record) and each.linked is linked)  # fmt: skip
    assert sum(map(len, (each.failures for each in outcomes))) == 80
    assert held == 50  # of each failure that is shown the one step


def test_a_search_keeps_no_more_records_than_it_may_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What examples it may start from is evaluated once, and those beyond are trials."""
    monkeypatch.setattr(suggesting, "MOST_WORK", 40)
    body = "checks:\n  C: {expect: A * A > 2, severity: info}\n"
    given = [_example(i, {"status": "complete"}) for i in range(2, 60)]
    linked, examples = _load(_write(tmp_path, body, given))
    outcomes = [Run(linked, 1).run(each) for each in examples.examples]
    counted: list[object] = []

    def evaluate(*given: Any, **options: Any) -> Record:
        counted.append(given)
        return evaluate_record(*given, **options)

    monkeypatch.setattr(suggesting, "evaluate_record", evaluate)
    suggest(linked, outcomes, list_points(linked))
    work = 1 + 1 + 2
    assert 0 < len(counted) <= 2 * 40 // work
