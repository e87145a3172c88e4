"""Into which step whatif follows a comparison: one whose own answer alone changes it.

Rulebooks are generated, and each step that is named is put as it is after, with all else as it was
before, and the other way round, by the evaluator itself.
"""

import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.counterfactuals import ask_what_if
from ruletrail.differences import trials
from ruletrail.evaluations import evaluate_record
from ruletrail.evaluations.evaluating import conclude_all, start_facts
from ruletrail.evaluations.reading import make_reading
from ruletrail.evaluations.rows import join_rows
from ruletrail.rulebooks import Check
from ruletrail.trails import cut_code, outcome_word
from ruletrail.values import Fact
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

NUMBER = {"type": "integer", "minimum": 0, "maximum": 4}
ROW = {"n": NUMBER, "q": {"type": "boolean"}}
ROWS = {
    "type": "array",
    "maxItems": 2,
    "items": {"type": "object", "additionalProperties": False, "properties": ROW},
}
FIELDS = {"a": NUMBER, "b": NUMBER, "p": {"type": "boolean"}, "rows": ROWS}


def load_entries(entries: Mapping[str, Any]) -> Plan:
    text = rulebook_text(entries).replace("language: 1", "language: 2")
    return load_text(text, schema_of(FIELDS))


def named(
    entries: Mapping[str, Any], fields: Mapping[str, Any], target: str
) -> dict[tuple[str, str], tuple[str, str]]:
    """Say of each change, by its input and outcome, the step and the comparison."""
    plan = load_entries(entries)
    record = evaluate_record(plan.linked, plan.read({"rulebook": REFERENCE, "fields": fields}))
    flips = ask_what_if(record, target).flips
    return {(flip.input, flip.outcome): (flip.step, flip.because) for flip in flips}


# -- By hand ---------------------------------------------------------------------------------------

WHOLES = {
    "sections": {
        "whole": {"title": "Whole", "due": "a > 3"},
        "part": {"title": "Part", "part_of": "whole", "due": "b > 3"},
    },
    "decisions": {
        "Q": {
            "label": "Q",
            "cases": [
                {"outcome": "u", "when": 'part == "due"'},
                {"outcome": "v", "when": 'part == "not_due"'},
            ],
        }
    },
}


@pytest.mark.parametrize(("target", "outcome"), [("part", "not_due"), ("Q", "v")])
def test_a_part_is_not_due_by_the_comparison_of_its_whole(target: str, outcome: str):
    found = named(WHOLES, {"a": 4, "b": 4}, target)
    assert found == {("a", outcome): ("whole", "a > 3"), ("b", outcome): ("part", "b > 3")}


def test_a_part_that_has_no_whole_any_more_says_which_it_was():
    """The whole is due or not as before: only that the part is of it is written otherwise."""
    later = deepcopy(WHOLES)
    del later["sections"]["part"]["part_of"]
    trial = trials.try_document(
        trials.Pair(load_entries(WHOLES), load_entries(later)),
        {"fields": {"a": Fraction(1), "b": Fraction(4)}},
    )
    assert trials.first_parting(trial) == ("part", "whole")


RULES = {
    "r": {"label": "r", "when": "b != 1", "formula": "5"},
    "big": {"label": "big", "formula": "b >= 2"},
    "word": {"label": "word", "formula": '"hi" if b >= 2 else "lo"'},
}


@pytest.mark.parametrize(
    ("expect", "step"),
    [
        ("b > (1 if p else (4 if big else 0))", ""),
        ("default(1, r) < b", ""),
        ("b > 1 + (0 if is_missing(word) else 0)", ""),
        ('b + 2 > 3 or word == "hi"', ""),
        ('word == "hi"', "word"),
        ("(big == p) and a < 4", "big"),
        ("any(big, a > 2)", "big"),
        ("default(r, 1) > 2", "r"),
    ],
)
def test_another_step_is_named_where_its_answer_alone_is_enough(expect: str, step: str):
    entries = {"rules": RULES, "checks": {"K": {"expect": expect, "severity": "error"}}}
    found = named(entries, {"a": 1, "b": 2, "p": True}, "K")
    own = expect.partition(" or ")[0]
    because = {"": own, "r": "b != 1"}.get(step, "b >= 2")
    assert found["b", "failed"] == (step or "K", because)


OF_ROWS = {
    "rules": {"rows.f": {"label": "f", "formula": "rows.n < 2"}},
    "decisions": {
        "Q": {
            "label": "Q",
            "cases": [
                {"outcome": "passed", "when": "any(rows.f)"},
                {"outcome": "failed", "otherwise": True},
            ],
        }
    },
    "checks": {
        "rows.k": {"expect": "rows.n < 2", "severity": "error"},
        "rows.g": {"expect": "rows.f", "severity": "error"},
    },
}


@pytest.mark.parametrize(
    ("target", "step"), [("rows.k", "rows[1].k"), ("rows.g", "rows[1].f"), ("Q", "rows[1].f")]
)
@pytest.mark.parametrize("row", [{}, {"n": 0}])
def test_a_blank_cell_is_followed_into_its_row_as_a_filled_one_is(
    target: str, step: str, row: Mapping[str, Any]
):
    found = named(OF_ROWS, {"rows": [row]}, target)
    outcomes = ["failed"] if row else ["passed", "failed"]
    assert found == {("rows[1].n", word): (step, "rows.n < 2") for word in outcomes}


# -- Generated -------------------------------------------------------------------------------------


class Author:
    """Writes entries that read one another, each what was written before it."""

    def __init__(self, rng: random.Random) -> None:
        """Begin with what fields give."""
        self.rng = rng
        self.entries: dict[str, dict[str, Any]] = {
            "rules": {}, "sections": {}, "checks": {}, "decisions": {},
        }  # fmt: skip
        self.truths, self.words, self.parts, self.gaps = ["p"], ["'hi'"], [""], ["a"]
        self.of_rows = ["rows.q"]

    def number(self, *, in_row: bool) -> str:
        """Write a number."""
        gap, truth, some = (
            self.rng.choice(self.gaps),
            self.rng.choice(self.truths),
            self.rng.randint(0, 4),
        )
        return self.rng.choice([
            "a", "b", "rows.n" if in_row else "size(rows)", str(some), f"default({gap}, {some})",
            f"if_missing({gap}, {some})", f"(b if {truth} else a)",
            f"(b + (1 if is_missing({gap}) else 0))",
        ])  # fmt: skip

    def truth(self, depth: int = 2, *, in_row: bool = False) -> str:
        """Write a condition, of a row or of none."""
        rng, one = self.rng, rng_sign(self.rng)
        if depth and rng.random() < 0.4:
            both = [self.truth(depth - 1, in_row=in_row) for _ in range(2)]
            return rng.choice(["({} and {})", "({} or {})", "not ({0})"]).format(*both)
        part = rng.choice(self.parts)
        options = [
            f"{self.number(in_row=in_row)} {one} {self.number(in_row=in_row)}",
            rng.choice(self.truths),
            f"{rng.choice(self.words)} == 'hi'",
            f"{part} == 'due'" if part else "p",
            f"applies({rng.choice(self.gaps)})",
            rng.choice(self.of_rows) if in_row else f"any({self.truth(0, in_row=True)})",
        ]
        return rng.choice([options[0], *options])

    def write(self, at: int) -> None:
        """Write one entry."""
        kind, truth = self.rng.choice("twnssrkd"), self.truth()
        code = f"{kind}{at}"
        match kind:
            case "t" | "w" | "n":
                formula = {"t": truth, "w": f"'hi' if {truth} else 'lo'", "n": "b"}[kind]
                when = {"when": truth} if kind == "n" else {}
                self.entries["rules"][code] = {"label": code, "formula": formula, **when}
                {"t": self.truths, "w": self.words, "n": self.gaps}[kind].append(code)
            case "s":
                whole = self.rng.choice(self.parts)
                is_deep = "part_of" in self.entries["sections"].get(whole, {})
                of = {"part_of": whole} if whole and not is_deep else {}
                self.entries["sections"][code] = {"title": code, "due": truth, **of}
                self.parts.append(code)
            case "r":
                formula = self.truth(in_row=True)
                self.entries["rules"][f"rows.{code}"] = {"label": code, "formula": formula}
                self.of_rows.append(f"rows.{code}")
            case "k":
                check = {"expect": self.truth(in_row=True), "severity": "error"}
                self.entries["checks"][f"rows.{code}"] = check
            case _:
                cases = [{"outcome": "u", "when": truth}, {"outcome": "v", "otherwise": True}]
                entry = {"label": code, "policy": "first", "cases": cases}
                self.entries["decisions"][code] = entry


def rng_sign(rng: random.Random) -> str:
    return rng.choice(["<", ">=", "==", "!="])


def conclude_with(plan: Plan, fields: Mapping[str, Any], forced: Mapping[str, Fact]) -> Any:
    """Evaluate all steps, some of which come to what is said."""
    report = plan.read({"rulebook": REFERENCE, "fields": fields})
    facts = start_facts(plan.linked, report)
    reading = make_reading(plan.linked, report, facts)
    for entry in plan.linked.steps:
        in_rows = []
        for each in conclude_all(entry, reading, report):
            is_of_all = each.code == entry.code and in_rows and isinstance(entry, Check)
            fact = join_rows(entry, in_rows) if is_of_all else each.fact
            facts[each.code] = forced.get(each.code, fact)
            if cut_code(each.code)[1]:
                in_rows.append(facts[each.code])
    return facts


def put(fields: dict[str, Any], code: str, value: Any) -> dict[str, Any]:
    changed = deepcopy(fields)
    over, row, name = cut_code(code)
    place, key = (changed[over][row - 1], name) if row else (changed, code)
    place.pop(key, None)
    return changed if value is None else (place.update({key: value}), changed)[1]


def check_seed(seed: int) -> Iterator[str]:
    rng = random.Random(seed)  # noqa: S311 - the same cases each time
    author = Author(rng)
    for at in range(rng.randint(2, 6)):
        author.write(at)
    plan = load_entries({kind: each for kind, each in author.entries.items() if each})
    drawn = {"a": rng.randint(0, 4), "b": rng.randint(0, 4), "p": rng.random() < 0.5}
    fields = {code: value for code, value in drawn.items() if rng.random() < 0.75}
    row = {"n": rng.randint(0, 4), "q": rng.random() < 0.5}
    fields["rows"] = [{} if rng.random() < 0.4 else row for _ in range(rng.randint(0, 2))]
    record = evaluate_record(plan.linked, plan.read({"rulebook": REFERENCE, "fields": fields}))
    kinds = ("sections", "checks", "decisions")
    for target in [code for kind in kinds for code in author.entries[kind]]:
        for flip in ask_what_if(record, target).flips:
            to = flip.to if isinstance(flip.to, bool) else int(Fraction(flip.to))
            over, at, name = cut_code(flip.input)
            step = fields[over][at - 1].get(name) if at else fields.get(flip.input)
            # one step before it, as whatif confirms it; a blank has none
            if step is not None and not isinstance(to, bool):
                step = to - (1 if to > step else -1)
            sides = put(fields, flip.input, step), put(fields, flip.input, to)
            before, after = (conclude_with(plan, each, {}) for each in sides)
            forced = ({flip.step: after[flip.step]}, {flip.step: before[flip.step]})
            with_one = [
                conclude_with(plan, each, fact) for each, fact in zip(sides, forced, strict=True)
            ]
            words = [outcome_word(each[target]) for each in (before, after)]
            if not flip.because or [outcome_word(each[target]) for each in with_one] == words:
                yield f"{seed}: {target} {flip.input}={to} {flip.step} {flip.because!r}"


@pytest.mark.parametrize("start", range(3))
def test_the_step_that_is_named_changes_the_outcome_alone(start: int):
    assert not [line for seed in range(start, 90, 3) for line in check_seed(seed)]
