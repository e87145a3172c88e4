"""The first step in which two answers part, as `diff` tells it, held against both trails.

Pairs of rulebooks are generated that differ in several things at once, and reports. The step is the
first one in the order of evaluation whose outcome is another; what is named of it gave one of both
values and came out otherwise, or is written otherwise: not the formula of an exception that holds
in neither.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.counterfactuals.deciding import Concluded, first_changed
from ruletrail.differences import Pair, trials
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

NUMBER = {"type": "integer", "minimum": 0, "maximum": 6}
ROWS = {
    "type": "array",
    "maxItems": 2,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"n": NUMBER, "q": {"type": "boolean"}},
    },
}
FIELDS = {"a": NUMBER, "b": NUMBER, "p": {"type": "boolean"}, "rows": ROWS}
SOURCES = {"form": {"title": "The form", "kind": "form"}}
Entries = dict[str, dict[str, Any]]


def load(entries: Mapping[str, Any]) -> Plan:
    text = rulebook_text({"sources": SOURCES, **entries}).replace("language: 1", "language: 2")
    return load_text(text, schema_of(FIELDS))


# -- By hand ---------------------------------------------------------------------------------------

OWED = {
    "parameters": {
        "k": {"value": 1, "source": "form"},
        "j": {"value": 1, "source": "form"},
    },
    "scales": {
        "fee": {
            "kind": "step",
            "bands": [{"from": 0, "value": 10}, {"above": 3, "value": 20}],
            "source": "form",
        }
    },
    "rules": {
        "owed": {
            "formula": "a / 2",
            "exceptions": [
                {"label": "one", "when": "b == 1", "formula": "a + k"},
                {"label": "two", "when": "b == 2 and k < 9", "formula": "fee(a) + 1"},
                {"label": "three", "when": "b >= j + 2", "formula": "a + 3"},
            ],
        }
    },
    "decisions": {
        "which": {
            "cases": [
                {"outcome": "low", "when": "a < k"},
                {"outcome": "mid", "when": "a >= k and a < j + 4"},
                {"outcome": "high", "when": "a >= j + 4"},
            ],
        }
    },
}
K, BAND = ("parameters", "k", "value"), ("scales", "fee", "bands", 0, "value")
J = "parameters", "j", "value"
RULE = "rules", "owed"
CHANGES = {
    "a parameter and a scale": ({K: 2, BAND: 11}, {"a": 2, "b": 2}, "fee(a) + 1"),
    "the other of them": ({K: 2, BAND: 11}, {"a": 2, "b": 1}, "a + k"),
    "a formula that is not chosen": (
        {(*RULE, "exceptions", 0, "formula"): "a + 7", BAND: 11}, {"a": 2, "b": 2}, "fee(a) + 1"),
    "a condition that holds as before": (
        {(*RULE, "exceptions", 0, "when"): "b <= 1", BAND: 11}, {"a": 2, "b": 2}, "fee(a) + 1"),
    "a comparison that settles nothing": ({K: 9}, {"a": 2, "b": 1}, "a + k"),
    "a condition that holds no more": ({K: 9, BAND: 11}, {"a": 2, "b": 2}, "k < 9"),
    "one that holds in the place of another": ({K: 9, J: 0}, {"a": 2, "b": 2}, "b >= j + 2"),
    "one without which the rule is as before": ({J: 2, K: 9}, {"a": 2, "b": 3}, "b >= j + 2"),
    "a rounding and a formula": (
        {(*RULE, "round"): {"decimals": 0, "mode": "half_up"}, BAND: 11}, {"a": 2, "b": 2},
        "fee(a) + 1"),
    "a rounding alone": (
        {(*RULE, "round"): {"decimals": 0, "mode": "up"}, K: 2}, {"a": 3, "b": 0}, "0 up"),
    "a formula that rounding hides": (
        {(*RULE, "round"): {"decimals": 0, "mode": "up"}, (*RULE, "formula"): "a / 3"},
        {"a": 3, "b": 0}, "a / 3"),
}  # fmt: skip


def put(entries: Mapping[str, Any], changes: Mapping[tuple[Any, ...], Any]) -> Entries:
    made: Any = deepcopy(entries)
    for (*way, last), value in changes.items():
        there = made
        for key in way:
            there = there[key]
        there[last] = value
    return made


def ask(old: Mapping[str, Any], new: Mapping[str, Any], given: Mapping[str, Any]) -> trials.Trial:
    fields = {
        code: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for code, value in given.items()
    }
    return trials.try_document(Pair(load(old), load(new)), {"fields": fields})


@pytest.mark.parametrize(("changes", "given", "part"), CHANGES.values(), ids=CHANGES)
def test_what_gave_the_value_is_named(
    changes: Mapping[tuple[Any, ...], Any], given: Mapping[str, Any], part: str
):
    trial = ask(OWED, put(OWED, changes), given)
    assert trials.first_parting(trial) == ("owed", part)


def test_a_case_that_came_out_otherwise_and_chose_nothing_is_not_named():
    """Of two comparisons that turned, that which changes the outcome; else the policy."""
    old = {
        "parameters": {"k": {"value": 1}},
        "decisions": {
            "d": {
                "policy": "first",
                "cases": [
                    {"outcome": "u", "when": "a > 2"},
                    {"outcome": "v", "when": "b > k"},
                    {"outcome": "w", "when": "a > 1"},
                    {"outcome": "x", "otherwise": True},
                ],
            }
        },
    }
    turned = {("decisions", "d", "cases", 0, "when"): "a > 3", ("parameters", "k", "value"): 3}
    for given, part in (({"a": 3, "b": 2}, "a > 3"), ({"a": 2, "b": 2}, "b > k")):
        assert trials.first_parting(ask(old, put(old, turned), given)) == ("d", part)
    other = {("decisions", "d", "policy"): "exclusive", ("parameters", "k", "value"): 0}
    assert trials.first_parting(ask(old, put(old, other), {"a": 3, "b": 0})) == ("d", "exclusive")


def test_the_row_that_parts_says_by_what():
    old = {
        "parameters": {"k": {"value": 1}},
        "rules": {
            "rows.f": {
                "formula": "0",
                "exceptions": [
                    {"when": "rows.q", "formula": "rows.n + k"},
                    {"when": "not rows.q and rows.n > 4", "formula": "rows.n"},
                ],
            }
        },
    }
    new = put(old, {("parameters", "k", "value"): 2, (
        "rules", "rows.f", "exceptions", 1, "formula"): "rows.n + 1"})  # fmt: skip
    rows = [{"n": Fraction(4), "q": False}, {"n": Fraction(5), "q": True}]
    trial = ask(old, new, {"rows": rows})
    assert trials.first_parting(trial) == ("rows[2].f", "rows.n + k")


# -- Generated -------------------------------------------------------------------------------------


class _Maker:
    """Makes one rulebook by chance, and others that differ from it in some things."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same rulebooks each time
        self.rules = self.chance.randint(2, 5)

    def number(self, before: int, depth: int = 2) -> str:
        pick = self.chance.choice
        if depth and self.chance.random() < 0.6:
            one, other = (self.number(before, depth - 1) for _ in range(2))
            shapes = [
                "{} + {}", "{} - {}", "max({}, {})", "fee({} + {})", "{} / {}", "own({}) * {}",
            ]  # fmt: skip
            shapes.append(f"({{}} if {self.truth(before, 0)} else {{}})")
            return "(" + pick(shapes).format(one, other) + ")"
        codes = ["a", "b", "k", "j", str(self.chance.randint(0, 4)), "sum(rows.n)"]
        return pick([*codes, *(f"r{at}" for at in range(before))])

    def truth(self, before: int, depth: int = 1) -> str:
        pick = self.chance.choice
        if depth and self.chance.random() < 0.4:
            joined = pick([" and ", " or "])
            return "(" + joined.join(self.truth(before, depth - 1) for _ in range(2)) + ")"
        sign = pick([">", "<", ">=", "==", "!="])
        return pick([f"{self.number(before, 1)} {sign} {self.number(before, 0)}", "p", "not p"])

    def rule(self, at: int) -> dict[str, Any]:
        made: dict[str, Any] = {"formula": self.number(at)}
        if self.chance.random() < 0.3:
            made["when"] = self.truth(at)
        if self.chance.random() < 0.7:
            made["exceptions"] = [
                self.exception(at, label) for label in "uvw"[: self.chance.randint(1, 3)]
            ]
        if self.chance.random() < 0.3:
            made["round"] = self.rounding()
        return made

    def exception(self, at: int, label: str) -> dict[str, Any]:
        named = {"label": label} if self.chance.random() < 0.5 else {}
        return {**named, "when": self.truth(at), "formula": self.number(at, 1)}

    def rounding(self) -> dict[str, Any]:
        mode = self.chance.choice(["half_up", "up", "down"])
        return {"decimals": self.chance.randint(0, 2), "mode": mode}

    def decision(self) -> dict[str, Any]:
        count = self.chance.randint(1, 3)
        cases = [
            {"outcome": self.chance.choice("xyz"), "when": self.truth(self.rules)}
            for _ in range(count)
        ]
        policy = self.chance.choice(["first", "exclusive"])
        return {"policy": policy, "cases": [*cases, {"outcome": "o", "otherwise": True}]}

    def section(self, part_of: str) -> dict[str, Any]:
        due = {"title": "S", "due": self.truth(self.rules), "fields": ["a"]}
        return {**due, "part_of": part_of} if part_of and self.chance.random() < 0.7 else due

    def row_rule(self) -> dict[str, Any]:
        exceptions = [{"when": "rows.q", "formula": f"rows.n + {self.number(0, 1)}"}]
        return {"formula": self.number(0), "exceptions": exceptions}

    def make(self) -> Entries:
        chance = self.chance
        values = {"k": {"value": chance.randint(0, 4)}, "j": {"value": chance.randint(0, 4)}}
        bands = [{"from": 0, "value": 1}, {"above": 2, "value": 3}, {"above": 4, "value": 5}]
        rows = [{"x": at, "value": chance.randint(0, 3)} for at in range(4)]
        return {
            "parameters": values,
            "scales": {"fee": {"kind": "step", "bands": bands}},
            "tables": {"own": {"by": ["x"], "rows": rows, "otherwise": 1}},
            "rules": {
                **{f"r{at}": self.rule(at) for at in range(self.rules)}, "rows.f": self.row_rule(),
            },
            "decisions": {"d": self.decision(), "e": self.decision()},
            "sections": {"s": self.section(""), "t": self.section("s")},
            "checks": {
                "c": {"expect": self.truth(self.rules), "severity": "error"},
                "rows.c": {"expect": f"rows.n > {self.number(0, 1)}", "severity": "error"},
            },
        }  # fmt: skip

    def change(self, made: Entries) -> Entries:
        """Say some things otherwise."""
        new = deepcopy(made)
        for _ in range(self.chance.randint(1, 4)):
            self._change_one(new)
        return new

    def _change_one(self, new: Entries) -> None:
        chance = self.chance
        at = chance.randrange(self.rules)
        rule = new["rules"][f"r{at}"]
        match chance.randrange(10):
            case 0 | 1:
                new["parameters"][chance.choice("kj")]["value"] = chance.randint(0, 4)
            case 2:
                chance.choice(new["scales"]["fee"]["bands"])["value"] = chance.randint(0, 6)
            case 3:
                chance.choice(new["tables"]["own"]["rows"])["value"] = chance.randint(0, 3)
            case 4:
                new["rules"][f"r{at}"] = self.rule(at)
            case 5:
                rule["formula"] = self.number(at)
            case 6:
                exceptions = rule.setdefault("exceptions", [])
                if exceptions and chance.random() < 0.5:
                    key = chance.choice(["when", "formula"])
                    made = self.truth(at) if key == "when" else self.number(at, 1)
                    chance.choice(exceptions)[key] = made
                else:
                    exceptions.insert(0, self.exception(at, "new"))
            case 7:
                rule["round"] = self.rounding()
            case 8:
                new["decisions"]["d"] |= {"policy": chance.choice(["first", "exclusive"])}
                chance.choice(new["decisions"]["d"]["cases"][:-1])["when"] = self.truth(self.rules)
            case _:
                new["sections"]["t"] = self.section("s")

    def report(self) -> dict[str, Any]:
        chance = self.chance
        drawn: dict[str, Any] = {
            "a": Fraction(chance.randint(0, 6)),
            "b": Fraction(chance.randint(0, 6)),
            "p": chance.random() < 0.5,
            "rows": [
                {"n": Fraction(chance.randint(0, 6)), "q": chance.random() < 0.5}
                for _ in range(chance.randint(0, 2))
            ],
        }
        return {code: value for code, value in drawn.items() if chance.random() < 0.9}


Step = Mapping[str, Any]


def same(one: Step, other: Step) -> bool:
    """Tell whether two steps of trails came to the same: of what is no value the kind counts."""
    if one["outcome"] != other["outcome"]:
        return False
    return one["outcome"] != "value" or one["value"] == other["value"]


def find_first(old: list[Step], new: list[Step]) -> tuple[Step, Step] | None:
    known = {step["id"]: step for step in old}
    both = ((known[step["id"]], step) for step in new if step["id"] in known)
    return next((pair for pair in both if not same(*pair)), None)


Clause = tuple[str, str, Any, list[Any]]
"""Where a clause stands, its text, what it came to, and its parts."""


def clauses(step: Step) -> Iterator[Clause]:
    """Yield the clauses by which a step came to its value; not those that hold in no case."""
    if "when" in step:
        when = step["when"]
        yield "when", when["condition"], _value(when, step), when["parts"]
        if _value(when, step) is not True:
            return
    cases = step.get("cases", ())
    seen: Counter[str] = Counter()
    for case in cases:
        named = case.get("label") or case.get("outcome", case.get("condition", ""))
        seen[named] += 1
        at = f"{named} {seen[named]}"
        if "condition" in case:
            yield at, case["condition"], case["value"], case["parts"]
        elif case["value"] is True and step["kind"] == "decision":
            yield at, "otherwise", True, []
        if "then" in case and case["value"] is True:
            yield f"{at}.then", case["then"]["formula"], step["value"], case["then"]["parts"]
    if "formula" in step and (not cases or cases[-1]["value"] is True):
        yield "formula", step["formula"], step["value"], step["parts"]
    if step["kind"] in {"check", "section"} and "condition" in step:
        yield "condition", step["condition"], _value(step, step), step["parts"]


def _value(clause: Step, step: Step) -> Any:
    """Give what a condition came to: that of its whole, or of the code that it is."""
    if clause["parts"]:
        return clause["parts"][-1]["value"]
    negated, code = clause["condition"].startswith("not "), clause["condition"].split()[-1]
    known = step["reads"][code]["value"]
    return not known if negated else known


def turned(clause: Clause, others: list[Clause], part: str) -> bool:
    """Tell whether a clause, and the part of it that is told, is not as on the other side."""
    at, text, value, parts = clause
    if any(each[:3] == (at, text, value) for each in others):
        return False
    beside = next((each for each in others if each[:2] == (at, text)), None)
    if beside is None or part == text:
        return part == text
    spans = [each["span"] for each in parts if text[slice(*each["span"])] == part]
    both = ({tuple(p["span"]): p for p in each} for each in (parts, beside[3]))
    one, other = both
    return any(one[tuple(span)] != other[tuple(span)] for span in spans)


def is_founded(pair: tuple[Step, Step], entries: tuple[Any, Any], part: str) -> bool:
    """Tell whether what is told of a step is by what its two values are."""
    written = [(each.get("round"), each.get("policy"), each.get("part_of")) for each in entries]
    if part.rsplit(maxsplit=1)[-1] in {"half_up", "up", "down"}:
        return written[0][0] != written[1][0]
    if part in {"first", "exclusive"}:
        return written[0][1] != written[1][1]
    if part == "s":
        return written[0][2] != written[1][2]
    old, new = (list(clauses(step)) for step in pair)
    return any(turned(each, old, part) for each in new) or any(
        turned(each, new, part) for each in old
    )


SEEDS = range(int(os.environ.get("RULETRAIL_SEEDS", "0")) // 10 or 25)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_different_step_is_that_of_both_trails(seed: int):
    maker = _Maker(seed)
    made = maker.make()
    changed = maker.change(made)
    plans = load(made), load(changed)
    for _ in range(8):
        trial = trials.try_document(Pair(*plans), {"fields": maker.report()})
        answers = trial.old.evaluation, trial.new.evaluation
        assert answers[0] is not None
        assert answers[1] is not None
        first = find_first(*(each.trail.to_dict()["steps"] for each in answers))
        step, part = trials.first_parting(trial)
        assert step == (first[1]["id"] if first is not None else "")
        if first is None:
            continue
        code = step.split("]")[-1].lstrip(".") if "]" in step else step
        code = f"rows.{code}" if "]" in step else code
        kinds = {"rule": "rules", "decision": "decisions", "check": "checks", "section": "sections"}
        written = tuple(each[kinds[first[0]["kind"]]][code] for each in (made, changed))
        assert is_founded(first, written, part), (step, part, first)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_told_of_another_report_gave_one_of_both_values(seed: int):
    """Of one rulebook and two reports, as `whatif --set` tells it, the same holds."""
    maker = _Maker(seed)
    made = maker.make()
    plan = load(made)
    for _ in range(8):
        given = maker.report()
        reports = given, {**given, **{code: maker.report().get(code, given[code]) for code in "abp"
                                      if code in given}}  # fmt: skip
        answers = [plan.evaluate({"rulebook": REFERENCE, "fields": each}) for each in reports]
        steps = [each.trail.to_dict()["steps"] for each in answers]
        old, new = (each.record for each in answers)
        for at, pair in enumerate(zip(*steps, strict=True)):
            if same(*pair):
                continue
            before, after = (Concluded(each.conclusions[at], each.facts) for each in (old, new))
            part = first_changed(before, after)
            if pair[0]["kind"] in {"rule", "decision"} and "row" not in pair[0]:
                assert is_founded(pair, ({}, {}), part) or is_read(pair, part), (part, pair)
            break


def is_read(pair: tuple[Step, Step], part: str) -> bool:
    """Tell whether a code that is told stands in a clause on the way that is not as before."""
    old, new = ([each[:3] for each in clauses(step)] for step in pair)
    moved = [each for each in old if each not in new] + [each for each in new if each not in old]
    return any(part in re.findall(r"[\w.]+", each[1]) for each in moved)
