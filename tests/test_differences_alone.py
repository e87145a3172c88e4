"""Each of several changes at once is shown by a report in which it makes a difference itself.

Rulebooks are drawn of slots, of which two or three are filled otherwise. Each witness is evaluated
by rulebooks that are written and loaded for it: the new one with that slot alone as it was, and the
old one with that slot alone as it is now.
"""

import random
from datetime import date
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.differences import Pair, compare, proving, trials
from ruletrail.differences.behind import is_behind
from ruletrail.differences.changes import Finding
from ruletrail.differences.effects import Work, effects_of
from ruletrail.differences.entries import compare_rulebooks
from ruletrail.differences.reach import Reached
from ruletrail.differences.trials import answer, outcome_of, try_document
from support.rulebooks import HEAD_TEXT, load_text, rows_of, schema_of

SMALL = {"type": "integer", "minimum": 0, "maximum": 6}
SCHEMA = schema_of({
    "A": SMALL, "B": SMALL, "L": rows_of({"y": SMALL}, 3),
    "D": {"type": "string", "format": "date", "formatMinimum": "2019-01-01",
          "formatMaximum": "2026-12-31"},
})  # fmt: skip
HEAD_2 = HEAD_TEXT.replace("language: 1", "language: 2")
TEXT = """day: D
parameters:
  p: {value: <p>}
  q: {values: [{from: 2020-01-01, value: <q1>}, {from: 2024-01-01, value: <q2>}]}
scales:
  s: {kind: step, bands: [{from: 0, value: <s1>}, {<s2>}, {from: 5, value: 7}]}
  m: {kind: marginal, times: p, bands: [{from: 0, rate: <m1>}, {above: 2, rate: 0.5}]}
  w: {kind: step, versions: [{from: 2019-01-01, bands: [{from: 0, value: <w1>}]},
    {from: 2023-01-01, bands: [{from: 0, value: q}, {from: <w2>, value: 2}]}]}
tables:
  t: {by: [k], rows: [{k: 1, value: <t1>}, {k: 2, value: 2}], otherwise: <to>}
groups:
  G: <g>
rules:
  L.r:
    formula: <lf>
    exceptions: [{label: few, when: <le>, formula: <lx>}]
  R: {formula: <rf>}
  K: {formula: <kf>, when: <kw>, round: {decimals: <kr>, mode: half_up}}
  T: {formula: sum(G)}
decisions:
  E: {policy: first, cases: [{outcome: high, when: <e1>}, {outcome: odd, when: <e2>},
    {outcome: low, otherwise: true}]}
checks:
  C: {label: C, expect: <ce>, severity: <cs>}
  L.c: {label: c, expect: <lc>, severity: warning}
"""
SLOTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "p": ("p", "value", ("1", "2", "3")),
    "q1": ("q", "values[2020-01-01]", ("1", "4")),
    "q2": ("q", "values[2024-01-01]", ("2", "5")),
    "s1": ("s", "bands[1]", ("0", "1")),
    "s2": ("s", "bands[2]", ("from: 2, value: 3", "above: 2, value: 3", "from: 3, value: 4")),
    "m1": ("m", "bands[1]", ("0.2", "0.25")),
    "w1": ("w", "versions[2019-01-01].bands[1]", ("1", "3")),
    "w2": ("w", "versions[2023-01-01].bands[2]", ("3", "4")),
    "t1": ("t", "rows[1]", ("1", "4")),
    "to": ("t", "otherwise", ("0", "3")),
    "g": ("G", "members", ("[A, B]", "[A, K]", "[A, B, R]")),
    "lf": ("L.r", "formula", ("s(L.y) * p", "s(L.y) + w(L.y)", "m(L.y) if A > 1 else s(L.y)")),
    "le": ("L.r", "exceptions[few].when", ("L.y < p", "L.y <= p", "L.y < 1")),
    "lx": ("L.r", "exceptions[few].formula", ("0", "1", "t(L.y)")),
    "rf": ("R", "formula", ("sum(L.r) + q", "sum(L.r) + t(A)", "sum(L.r) if A > 2 else w(B)")),
    "kf": ("K", "formula", ("t(A) if B > 1 else 5.5", "t(A) if B > 1 else 6", "m(A) + s(B)")),
    "kw": ("K", "when", ("A > 0", "A >= 0", "B < 4")),
    "kr": ("K", "round", ("0", "1")),
    "e1": ("E", "cases[high].when", ("R > 5", "R >= 5", "R > A + p")),
    "e2": ("E", "cases[odd].when", ("B > 3", "B > p", "K > 4")),
    "ce": ("C", "expect", ("R >= B", "R > B", "R + q >= A")),
    "cs": ("C", "severity", ("error", "warning")),
    "lc": ("L.c", "expect", ("L.r < 4", "L.r <= 4", "L.y < 6")),
}  # fmt: skip
BY_PLACE = {(code, at): slot for slot, (code, at, _) in SLOTS.items()}
Filled = dict[str, str]


def load(filled: Filled) -> Plan:
    text = TEXT
    for slot, written in filled.items():
        text = text.replace(f"<{slot}>", written)
    return load_text(HEAD_2 + text, SCHEMA)


def draw(chance: random.Random, of: list[str]) -> tuple[Filled, Filled, list[str]]:
    """Draw a rulebook, and another in which two or three things are said otherwise."""
    old = {slot: chance.choice(options) for slot, (_, _, options) in SLOTS.items()}
    changed = chance.sample(of, chance.choice((2, 2, 3)))
    others = {slot: [each for each in SLOTS[slot][2] if each != old[slot]] for slot in changed}
    return old, old | {slot: chance.choice(each) for slot, each in others.items()}, changed


def outcomes(plan: Plan, document: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    given = answer(plan, {key: each for key, each in document.items() if key != "rulebook"})
    assert given.evaluation is not None
    found = {code: outcome_of(given.evaluation, plan.linked, code) for code in codes}
    # of non-values readers see the kind alone
    return {code: _shown(each) for code, each in found.items()}


def _shown(outcome: Any) -> Any:
    if isinstance(outcome, tuple):
        return tuple(map(_shown, outcome))
    return outcome if isinstance(outcome, str) or hasattr(outcome, "numerator") else type(outcome)


def assert_behind(finding: Finding, old: Filled, new: Filled) -> None:
    """All that is told comes out otherwise without the change, or with it alone."""
    assert finding.witness is not None
    slot = BY_PLACE[finding.change.code, finding.change.at]
    told, report = list(finding.witness.new.outcomes), dict(finding.witness.report)
    assert told
    before, after = (outcomes(load(each), report, told) for each in (old, new))
    undone = outcomes(load(new | {slot: old[slot]}), report, told)
    alone = outcomes(load(old | {slot: new[slot]}), report, told)
    for code in told:
        assert before[code] != after[code]
        assert undone[code] != after[code] or alone[code] != before[code], (slot, code, report)


def compare_without_proof(
    old: Filled, new: Filled, monkeypatch: pytest.MonkeyPatch
) -> tuple[Finding, ...]:
    monkeypatch.setattr(proving.Prover, "prove", lambda *_: None)
    return compare(load(old), load(new)).findings


ALL = [slot for slot, (_, _, options) in SLOTS.items() if len(set(options)) > 1]
OF_ROWS = ["p", "s1", "s2", "m1", "w1", "w2", "q1", "q2", "lf", "le", "lx", "lc", "t1"]


@pytest.mark.parametrize("of", [ALL, OF_ROWS], ids=["all", "rows"])
@pytest.mark.parametrize("seed", range(3))
def test_each_witness_is_one_of_its_own_change(
    of: list[str], seed: int, monkeypatch: pytest.MonkeyPatch
):
    chance = random.Random(f"{seed} {len(of)}")  # noqa: S311 - the same each time
    shown = 0
    count = 12
    for _ in range(count):
        old, new, changed = draw(chance, of)
        findings = compare_without_proof(old, new, monkeypatch)
        assert {BY_PLACE[each.change.code, each.change.at] for each in findings} == set(changed)
        for finding in findings:
            if finding.outcomes == "differ":
                shown += 1
                assert_behind(finding, old, new)
    # what is read in no formula that was drawn is the same; of the others most are shown
    assert shown > count


ROWS = """parameters: {least: {value: <least>}}
scales: {m: {kind: marginal, bands: [{from: 0, rate: <rate>}]}}
rules:
  L.r: {formula: m(L.y), exceptions: [{label: few, when: L.n < least, formula: 0}]}
  R: {formula: sum(L.r)}
  K: {formula: m(A) if B > 1 else <other>}
"""


def test_a_change_in_a_row_that_does_nothing_there_is_not_told_of_another():
    """In rows, and in a branch that is not taken: the scale's new rate alone tells them apart."""
    cells = rows_of({"y": SMALL, "n": SMALL}, 3)
    schema = schema_of({"A": SMALL, "B": SMALL, "L": cells})
    plans = []
    for written in (("1", "0.2", "5"), ("2", "0.25", "6")):
        text = ROWS
        for slot, each in zip(("least", "rate", "other"), written, strict=True):
            text = text.replace(f"<{slot}>", each)
        plans.append(load_text(HEAD_2 + text, schema))
    pair = Pair(*plans)
    fields = {"A": 4, "B": 3, "L": [{"y": 4, "n": 5}, {"y": 2, "n": 0}]}
    trial = try_document(pair, {"fields": fields})
    told = Reached(pair.words, trial.differing)
    work = Work(lambda _: None, 1_000_000)
    found = {
        change.code: list(effects_of(change, told, trial, pair, work))
        for change in compare_rulebooks(plans[0].linked, plans[1].linked)
    }
    assert found == {"least": [], "m": ["R", "K"], "K": []}


def chain(count: int, factor: str) -> Plan:
    """Write rules each of which reads the one before; each says the factor."""
    first = ["  R0: {formula: A}\n"]
    rest = [f"  R{at}: {{formula: R{at - 1} * {factor} + B}}\n" for at in range(1, count)]
    return load_text(HEAD_2 + "rules:\n" + "".join(first + rest), SCHEMA)


def test_what_is_asked_of_a_change_in_a_chain_is_counted(monkeypatch: pytest.MonkeyPatch):
    """A share that is used up goes on to the first outcome; no step is asked about all before it.

    All steps after the change are drawn anew, and its work is charged for each of them.
    """
    asked: list[object] = []
    contains = Reached.__contains__

    def count(reached: Reached, word: object) -> bool:
        asked.append(word)
        return contains(reached, word)

    length = 60
    pair = Pair(chain(length, "1.07"), chain(length, "1.08"))
    trial = try_document(pair, {"fields": {"A": 3, "B": 2}})
    told = Reached(pair.words, trial.differing)
    changes = {each.code: each for each in compare_rulebooks(pair.old.linked, pair.new.linked)}
    monkeypatch.setattr(Reached, "__contains__", count)
    for code, drawn in (("R1", length - 1), ("R40", length - 40)):
        charged: list[int] = []
        asked.clear()
        found = effects_of(changes[code], told, trial, pair, Work(charged.append, 0))
        assert list(found) == [f"R{length - 1}"]
        assert len(charged) == drawn
        assert len(asked) <= 3 * drawn


def test_of_the_days_of_a_report_its_facts_are_gathered_once(monkeypatch: pytest.MonkeyPatch):
    """However many dated values changed, each asks which of its values holds on the day."""
    gathered: list[object] = []
    start_facts = trials.start_facts

    def count(linked: Any, report: Any) -> Any:
        gathered.append(linked)
        return start_facts(linked, report)

    def dated(value: int) -> Plan:
        values = f"values: [{{from: 2020-01-01, value: {value}}}, {{from: 2024-01-01, value: 9}}]"
        names = [f"p{at}" for at in range(20)]
        listed = "".join(f"  {name}: {{{values}}}\n" for name in names)
        rule = f"rules:\n  R: {{formula: 'sum({', '.join(names)})'}}\n"
        return load_text(f"{HEAD_2}day: D\nparameters:\n{listed}{rule}", SCHEMA)

    pair = Pair(dated(1), dated(2))
    changes = compare_rulebooks(pair.old.linked, pair.new.linked)
    monkeypatch.setattr(trials, "start_facts", count)
    for day, is_met in ((date(2021, 5, 1), True), (date(2025, 5, 1), False)):
        trial = try_document(pair, {"fields": {"D": day}})
        met = [is_behind(each, trial, pair, lambda _: None) for each in changes]
        assert met == [is_met] * 20
        assert gathered == [trial.old.linked, trial.new.linked]
        gathered.clear()
