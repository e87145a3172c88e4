"""`ruletrail needed`: what is still to be asked, held against every way to complete a report."""

import json
import os
import random
import re
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.analysis.field_domains import read_lists
from ruletrail.api import Plan
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Formula, list_of
from ruletrail.needs import alternatives, find_needs
from ruletrail.needs.alternatives import MOST_ALTERNATIVES
from ruletrail.needs.pages import write_page
from ruletrail.needs.possible import ALL_GAPS, ANYTHING, Possible, unite, worst_gaps
from ruletrail.needs.steps import StepWalk, find_situation
from ruletrail.problems import ProblemsError
from ruletrail.reports import Report
from ruletrail.rulebooks import Message, Rule
from ruletrail.trails import code_in_row, cut_code
from ruletrail.values import Missing
from support import places
from support.command_line import call
from support.completions import (
    SomeRows,
    answer_of,
    complete,
    draw_missing,
    hangs_on,
    settles,
    small_case,
    smallest_settling,
    with_fields,
)
from support.rulebook_generator import dated, generate
from support.rulebooks import Raw, load_text, rulebook_text, schema_of

SEEDS = int(os.environ.get("RULETRAIL_NEEDED_SEEDS", "16"))
MOST_COMPLETIONS = 20
JESI, LIVORNO = places.JESI, places.LIVORNO


# -- Against every completion ----------------------------------------------------------------------


@pytest.mark.parametrize("group", range(4))
def test_what_is_said_holds_for_every_completion(group: int) -> None:
    """No input called irrelevant changes an answer, none called settled changes, sets settle.

    Each step of generated rulebooks is asked about, and the whole report.
    """
    asked = exact = 0
    for seed in range(group, SEEDS, 4):
        case = small_case(seed)
        plan = case.load()
        missing = draw_missing(case, seed, MOST_COMPLETIONS)
        found = hold(plan, plan.read(case.reports[0]), missing, seed)
        asked, exact = asked + found[0], exact + found[1]
    # what is told is true always; that it is all there is, nearly always where so little is missing
    assert asked > SEEDS // 4
    assert exact >= asked * 0.95


def test_what_is_said_holds_for_every_completion_in_language_2() -> None:
    """With days, scales, tables, what changes with a day, and lists: cells of rows, whole lists."""
    asked = exact = 0
    for seed in range(SEEDS // 2):
        case = small_case(seed, language=2)
        plan = case.load()
        report = plan.read(case.reports[0])
        missing = draw_missing(case, seed, MOST_COMPLETIONS, report)
        found = hold(plan, report, missing, seed)
        asked, exact = asked + found[0], exact + found[1]
    assert exact >= asked * 0.95


def hold(plan: Plan, report: Report, missing: Mapping[str, Any], seed: int) -> tuple[int, int]:
    """Hold what is said of each step against every completion of a report.

    Gives how often alternatives were told, and how often they were all the smallest sets. Of a list
    there are more completions than are tried, so its alternatives are not judged.
    """
    asked = exact = 0
    found = complete(plan, report, missing)
    record = found.records[(None,) * len(missing)]
    of_few = not set(missing) & set(plan.linked.schema.lists)
    for target in (None, *steps_of(plan, record.report)):
        needs, answers = find_needs(record, target), found.answers(target)
        place = (seed, target)
        assert needs.settled == (not needs.relevant), place
        if needs.settled:
            assert len({repr(answer) for answer in answers.values()}) == 1, place
            assert (needs.alternatives, needs.next) == ((), None), place
        hanging = [hangs_on(answers, at) for at in range(len(found.codes))]
        for code, hangs in zip(found.codes, hanging, strict=True):
            assert not (hangs and code in needs.irrelevant), (*place, code)
        if needs.settled or not any(hanging) or not of_few:
            continue
        mine = {frozenset(codes) for codes in needs.alternatives}
        smallest = smallest_settling(found, answers)
        for codes in mine - {frozenset(needs.relevant)}:
            assert settles(found, answers, codes), (*place, codes)
        assert not any(one < other for one in mine for other in mine), place
        assert needs.next in set().union(*mine), place
        asked += 1
        exact += mine == (smallest or {frozenset(needs.relevant)})
    return asked, exact


def steps_of(plan: Plan, report: Report) -> list[str]:
    """List all that can be asked about: rules of rows by row."""
    found = []
    for step in plan.linked.steps:
        over = list_of(step.code)
        if over and isinstance(step, Rule):
            rows = range(1, len(report.lists.get(over, ())) + 1)
            found += [code_in_row(step.code, row) for row in rows]
        elif not isinstance(step, Message):
            found.append(step.code)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_holds_for_numbers_of_any_size(seed: int) -> None:
    """Fields without bounds, numbers past the limit, errors: some completions, drawn by chance.

    Every second rulebook is of language 2, with days of any time, lists and what changes with days.
    """
    language = 1 + seed % 2
    case = generate(seed, reports=6, gaps=(0.1,), language=language, lists=language > 1)
    case = dated(case, seed) if language > 1 else case
    plan, chance = case.load(), random.Random(seed)  # noqa: S311 - the same cases each time
    report, *others = case.read(plan)
    report = with_fields(report, dict.fromkeys(_draw_inputs(plan, report, chance)))
    choices = _choices_of(plan, report, others)

    def answer(given: Mapping[str, Any], target: str | None) -> Any:
        return answer_of(evaluate_record(plan.linked, with_fields(report, given)), target)

    record = evaluate_record(plan.linked, report)
    for target in (None, *steps_of(plan, report)[::3]):
        needs = find_needs(record, target)
        assert {*needs.relevant, *needs.irrelevant} == set(choices)
        for _ in range(3):
            given = {code: chance.choice(values) for code, values in choices.items()}
            changed = {code: chance.choice(choices[code]) for code in needs.irrelevant}
            expected = answer({}, target) if needs.settled else answer(given, target)
            assert answer({**given, **changed}, target) == expected, (seed, target)


def _inputs_of(plan: Plan, report: Report) -> list[str]:
    """List the fields that no rule computes, and cells of rows that may be blank."""
    schema, computed = plan.linked.schema, plan.linked.rulebook.entries
    required = {cell.code for each in read_lists(schema).values()
                for cell in each.cells.values() if cell.required}  # fmt: skip
    found = [code for code in schema.fields if code not in computed]
    for over, rows in report.lists.items():
        cells = [cell for cell in schema.lists[over].cells.values() if cell.code not in computed]
        codes = [cell.code for cell in cells if cell.code not in required]
        found += [code_in_row(code, row) for row in range(1, len(rows) + 1) for code in codes]
    return found


def _draw_inputs(plan: Plan, report: Report, chance: random.Random) -> list[str]:
    lists = [over for over in report.lists if chance.random() < 0.2]
    inputs = [code for code in _inputs_of(plan, report) if cut_code(code)[0] not in lists]
    return [*lists, *chance.sample(inputs, len(inputs) // 2)]


def _choices_of(plan: Plan, report: Report, others: Sequence[Report]) -> dict[str, list[Any]]:
    """List, of each input that a report lacks, what other reports have there, and nothing."""
    choices: dict[str, list[Any]] = {}
    for code in _inputs_of(plan, report):
        over, row, name = cut_code(code)
        if row and name not in report.lists[over][row - 1]:
            rows = [cells for other in others for cells in other.lists.get(over, ())]
            choices[code] = [None, *(cells[name].value for cells in rows if name in cells)]
        elif not row and code not in report.fields:
            given = [other.fields[code].value for other in others if code in other.fields]
            choices[code] = [None, *given]
    for over in set(plan.linked.schema.lists) - set(report.lists):
        there = [SomeRows(other.lists[over]) for other in others if over in other.lists]
        choices[over] = [None, SomeRows(()), *there]
    return choices


# -- What is asked ---------------------------------------------------------------------------------


def small(sections: Mapping[str, Any], **fields: Any) -> Plan:
    """Load a small rulebook over these fields."""
    return load_text(rulebook_text(sections), schema_of(fields))


def decide(*cases: tuple[str, str], policy: str = "first") -> dict[str, Any]:
    """Write a decision `d` of cases; one without a condition is what is left."""
    written = [
        {"outcome": outcome, **({"when": when} if when else {"otherwise": Raw("true")})}
        for outcome, when in cases
    ]
    return {"decisions": {"d": {"policy": policy, "cases": written}}}


def needed(plan: Plan, target: str | None = "d", **fields: Any) -> dict[str, Any]:
    """Ask what a report of these fields still needs."""
    return plan.needed({"fields": fields}, target).to_dict()


def test_either_of_two_may_be_enough() -> None:
    """What a condition joins by `or` is an alternative, by the form's order; both may matter."""
    plan = small(decide(("a", "x > 5 or y > 5"), ("b", "")), x="number", y="number")
    assert needed(plan) == {
        "target": "d", "settled": False, "outcome": "undetermined",
        "alternatives": [["x"], ["y"]], "next": "x", "foreseen": None,
        "relevant": ["x", "y"], "irrelevant": [], "cut": False,
    }  # fmt: skip
    assert needed(plan, x=3)["alternatives"] == [["y"]]
    settled = needed(plan, x=6)
    told = (settled["settled"], settled["outcome"], settled["irrelevant"])
    assert told == (True, "a", ["y"])


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        ({"type": "integer", "enum": [-3, 0, 3]}, "x == 1"),
        ({"type": "number", "multipleOf": 5}, "x > 5 and x < 10"),
        ({"type": "string", "minLength": 3}, "length(x) < 3"),
        ({"type": "string", "pattern": "^[ab]+$"}, 'x == "SI"'),
        ({"type": "number", "not": {"const": 1}, "minimum": 0, "maximum": 1}, "x == 1"),
    ],
)
def test_what_settles_it_is_a_value_that_the_schema_admits(
    asked: dict[str, Any], condition: str
) -> None:
    """A value near what is compared may be none that the field can hold: it settles nothing."""
    plan = small(decide(("a", f"y and ({condition})"), ("b", "")), y="boolean", x=asked)
    assert needed(plan, y=True)["relevant"] == ["x"]
    # only y == false settles it alone; whatever x is, y decides still
    found = small(decide(("a", f"y or ({condition})"), ("b", "")), y="boolean", x=asked)
    assert needed(found)["alternatives"] == [["y"]]
    assert needed(found)["next"] == "y"


def test_a_text_as_long_as_a_schema_asks_is_not_made() -> None:
    """It may ask for more letters than there is memory: what is not tried is said to be open."""
    asked = {"type": "string", "minLength": 10**15}
    found = needed(small(decide(("a", "y or length(x) > 2"), ("b", "")), y="boolean", x=asked))
    assert (found["alternatives"], found["relevant"]) == ([["y"]], ["y", "x"])


def test_a_value_that_is_admitted_only_beside_another_settles_nothing_alone() -> None:
    """The schema asks for `why` wherever `x` is 9: the report with x alone is none."""
    form = schema_of({"x": {"type": "integer"}, "y": "boolean", "why": "string"})
    form["properties"]["fields"]["dependentRequired"] = {"x": ["why"]}
    rules = decide(("a", "y or x == 9"), ("b", ""))
    assert needed(load_text(rulebook_text(rules), form))["alternatives"] == [["y"]]
    told = needed(load_text(rulebook_text(rules), form), why="so")
    assert told["alternatives"] == [["x"], ["y"]]


def test_rows_that_are_tried_are_rows_that_the_schema_admits() -> None:
    """As many as it asks for, and their cells of its choices."""
    cells = {"n": {"type": "integer", "enum": [2, 4]}}
    items = {"type": "object", "additionalProperties": False, "properties": cells}
    lines = {"type": "array", "minItems": 2, "maxItems": 3, "items": items}
    form = schema_of({"y": "boolean", "L": lines})

    def ask(condition: str) -> Any:
        text = rulebook_text(decide(("a", f"y or {condition}"), ("b", "")), language="2")
        return needed(load_text(text, form))["alternatives"]

    assert ask("size(L) < 2") == [["y"]]
    assert ask("any(L.n == 3)") == [["y"]]
    assert ask("any(L.n == 4)") == [["y"], ["L"]]


def test_a_branch_that_is_not_taken_drops_its_inputs() -> None:
    """Of a conditional, of `default` and of a rule that does not apply."""
    rules = {
        "branch": {"formula": "x if kind else y"},
        "spare": {"formula": "default(branch, z)"},
        "part": {"formula": "z", "when": "kind"},
    }
    plan = small({"rules": rules}, kind="boolean", x="number", y="number", z="number")
    assert needed(plan, "branch", kind=True)["irrelevant"] == ["y", "z"]
    assert needed(plan, "spare", kind=False)["alternatives"] == [["y"]]
    assert needed(plan, "part", kind=False)["settled"]
    assert needed(plan, "part", kind=False)["outcome"] == "not_applicable"
    assert needed(plan, "part")["alternatives"] == [["kind"]]


def test_staying_empty_is_a_way_too() -> None:
    """An input that can be asked for its absence matters; a value foreseen is not one that is."""
    plan = small(decide(("a", "is_missing(x)"), ("b", "")), x={"type": "number", "minimum": 0})
    assert needed(plan)["relevant"] == ["x"]
    assert needed(plan)["foreseen"] == "b"
    sure = small(decide(("a", "x >= 0"), ("b", "")), x={"type": "number", "minimum": 0})
    assert (needed(sure)["settled"], needed(sure)["foreseen"]) == (False, "a")


def test_an_error_settles_nothing_that_anybody_asks_for() -> None:
    """Zero people would be an error whatever the rest is; nobody is told to ask for that."""
    plan = small({"rules": {"r": {"formula": "x / y"}}}, x="number", y="number")
    assert needed(plan, "r")["alternatives"] == [["x", "y"]]


def test_what_is_not_encoded_is_settled_too() -> None:
    """What the rulebook cannot say stays unsaid whatever is asked."""
    rules = {"r": {"not_encoded": "non noto"}, "s": {"formula": "r + x"}}
    plan = small({"rules": rules}, x={"type": "number", "minimum": 0, "maximum": 9})
    found = needed(plan, "s")
    assert (found["settled"], found["outcome"], found["irrelevant"]) == (True, "not_encoded", ["x"])


def test_the_whole_report_needs_the_fields_of_due_sections() -> None:
    """Also those that no formula reads, unless they are optional; none of one that is not due."""
    sections = {
        "one": {"due": Raw("true"), "fields": ["x", "name", "spare"], "optional": ["spare"]},
        "two": {"due": "x > 5", "fields": ["more"]},
    }
    plan = small({"sections": sections}, x="number", name="string", spare="string", more="string")
    found = needed(plan, None)
    assert (found["target"], found["settled"], found["next"]) == (None, False, "x")
    assert found["alternatives"] == [["x", "name"]]
    assert found["relevant"] == ["x", "name", "more"]
    assert needed(plan, None, x=1)["irrelevant"] == ["spare", "more"]
    assert needed(plan, None, x=1, name="n")["settled"]
    assert needed(plan, None, x=7, name="n")["alternatives"] == [["more"]]
    assert needed(plan, "two", x=7)["settled"]


def test_the_whole_report_needs_what_its_sentences_show() -> None:
    """A field that only a sentence names changes the answer that people read."""
    messages = {"m": {"when": "x > 5", "text": {"it": "Sono {y}."}}}
    plan = small({"messages": messages}, x="number", y="number")
    assert needed(plan, None, x=7)["relevant"] == ["y"]
    assert needed(plan, None, x=1)["irrelevant"] == ["y"]


def test_the_next_one_settles_most() -> None:
    """It stands in most alternatives, the smaller ones counting more, whatever the form's order."""
    case = ("a", "(x > 1 and z > 1) or (y > 1 and z > 1)")
    plan = small(decide(case, ("b", "")), x="number", y="number", z="number")
    found = needed(plan)
    assert found["next"] == "z"
    # `z` alone can make the condition false
    assert found["alternatives"] == [["z"], ["x", "y"]]


def test_more_alternatives_than_are_told_are_said_to_be_cut() -> None:
    """At the limit and one past it."""
    for count in (MOST_ALTERNATIVES, MOST_ALTERNATIVES + 1):
        codes = [f"x{at}" for at in range(count)]
        when = " or ".join(f"{code} > 1" for code in codes)
        plan = small(decide(("a", when), ("b", "")), **dict.fromkeys(codes, "number"))
        found = needed(plan)
        assert len(found["alternatives"]) == MOST_ALTERNATIVES
        assert found["cut"] is (count > MOST_ALTERNATIVES)


def test_targets_are_steps_by_their_code() -> None:
    """A message, a field, a constant and what is not there are refused, with the nearest code."""
    plan = ruletrail.load(places.EXAMPLES / "garden" / "garden.yaml")
    report = {"subject": {"household": "Rossi"}, "fields": {}}
    for code in ("outcom", "adults", "far", ""):
        with pytest.raises(ProblemsError) as raised:
            plan.needed(report, code)
        assert raised.value.problems[0].code == "unknown-step"
    for code in ("outcome", "fee", "application", "few_people"):
        assert plan.needed(report, code).target == code


def test_a_field_is_told_to_be_one(lacking: Path) -> None:
    """It is filled in; what reads it can be asked about, and each name that is told can be."""
    status, _, err = call("needed", str(lacking), "R05", "--lang", "en")
    assert (status, "`R05` is a field of the form" in err) == (2, True)
    readers = re.findall(r"`(\w+)`", err.partition("ask about what reads it: ")[2])
    assert readers
    assert [call("needed", str(lacking), each)[0] for each in readers] == [0] * len(readers)


def test_the_whole_report_hangs_on_what_a_declared_value_is_compared_with() -> None:
    """It may agree with what a rule comes to before its rounding, which the rounding hides."""
    rounding = {"decimals": 0, "mode": "half_up"}
    rules = {"r": {"formula": "if_missing(x, 12) / 4", "round": rounding}}
    plan = small({"rules": rules}, x={"type": "integer", "minimum": 11, "maximum": 13}, r="number")
    assert needed(plan, "r", r=Decimal("2.8"))["settled"]
    statuses = {plan.evaluate({"fields": {"r": Decimal("2.8"), "x": x}}).status for x in (11, 13)}
    assert statuses == {"complete", "invalid"}
    assert needed(plan, None, r=Decimal("2.8"))["relevant"] == ["x"]
    assert needed(plan, None, r=3)["settled"]


# -- What is not understood ------------------------------------------------------------------------


def test_what_is_not_understood_is_never_irrelevant() -> None:
    """A formula of a kind that is not known here, and something missing that is no input."""
    plan = small(decide(("a", "x > 5 and y > 5"), ("b", "")), x="number", y="number")
    record = evaluate_record(plan.linked, plan.read({"fields": {}}))
    decision = plan.linked.rulebook.entries["d"]
    content = decision.cases[0].when.content  # type: ignore[union-attr]
    assert isinstance(content, Formula)
    strange = replace(content, tree=object())  # type: ignore[arg-type]
    clause = replace(decision.cases[0].when, content=strange)  # type: ignore[union-attr]
    case = replace(decision.cases[0], when=clause)  # type: ignore[union-attr]
    unknown = replace(decision, cases=(case, decision.cases[1]))  # type: ignore[union-attr]
    linked = replace(record.linked, steps=(unknown,))
    assert find_needs(replace(record, linked=linked), "d").irrelevant == ()
    elsewhere = with_fields(record.report, {"x": Fraction(6), "y": Fraction(7)})
    lacking = replace(record, report=elsewhere, facts={"d": Missing(("inner[0].z",))})
    found = find_needs(lacking, "d")
    assert (found.settled, found.alternatives, found.next) == (False, (), None)


def test_possible_values_are_never_too_few() -> None:
    """Many values become an interval, mixed ones anything; the worst non-value decides."""
    many = [Possible(frozenset({Fraction(at)})) for at in range(100)]
    united = unite(many)
    assert all(united.may_be(Fraction(at)) for at in range(100))
    assert unite([*many, Possible(frozenset({"a"}))]).values is None
    sure = Possible(frozenset(), frozenset({"not_encoded"}))
    assert worst_gaps([sure, ANYTHING]) == {"error", "not_encoded"}
    assert worst_gaps([ANYTHING]) == ALL_GAPS


# -- Real reports ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sociale() -> Plan:
    """Load the shipped rulebook."""
    return ruletrail.load("sociale/2024")


@pytest.mark.parametrize(("path", "from_"), [(JESI, 0), (LIVORNO, 1)])
def test_each_field_taken_out_alone(path: Path, from_: int, sociale: Plan) -> None:
    """The report needs it again, unless it is optional or only stated of what a rule computes."""
    report = sociale.read(path)
    computed, optional = sociale.linked.rulebook.entries, {"R40", "R01A_2020"}
    for code in list(report.fields)[from_::4]:
        left = with_fields(report, {code: None})
        needs = sociale.needed(left)
        if code in computed:
            assert code not in needs.relevant + needs.irrelevant
        elif code not in optional:
            assert (needs.alternatives, needs.next) == (((code,),), code)


def test_groups_taken_out(sociale: Plan) -> None:
    """What an officer is told of Jesi without people, need and users of a service."""
    report = with_fields(sociale.read(JESI), dict.fromkeys(("R03", "R06", "M12")))
    level = sociale.needed(report, "livello")
    assert level.alternatives == (("M12", "R03"),)
    assert "R06" in level.irrelevant
    assert sociale.needed(report, "spesa").alternatives == (("R06",),)
    assert sociale.needed(report, "quadro_4_motivi").alternatives == (("R06",), ("M12", "R03"))
    spending = with_fields(sociale.read(JESI), dict.fromkeys(("R06", "R07_2017", "R07_2021")))
    found = sociale.needed(spending, "spesa")
    assert found.alternatives == (("R06", "R07_2017"), ("R06", "R07_2021"))
    assert found.next == "R06"
    # one of the two columns is enough, and that of 2021 is
    assert sociale.needed(with_fields(spending, {"R06": Fraction(1)}), "spesa").settled is False
    alone = with_fields(sociale.read(JESI), {"R07_2017": None})
    assert sociale.needed(alone, "spesa").settled
    users = with_fields(sociale.read(JESI), {"M12": None})
    assert sociale.needed(users, "livello").foreseen == "non_inferiore"


# -- The doors -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of Jesi without some of its fields."""
    lines = JESI.read_text("utf-8").splitlines()
    left = [line for line in lines if not line.startswith(("  R06:", "  R07_20"))]
    path = tmp_path_factory.mktemp("needed") / "jesi.yaml"
    path.write_text("\n".join(left), "utf-8")
    return path


def test_the_command_says_it_in_every_form(lacking: Path) -> None:
    """Status 0 settled or not; JSON of the contract's keys; pages with labels in two languages."""
    status, out, _ = call("needed", str(lacking), "spesa", "--format", "json")
    written = json.loads(out)
    assert status == 0
    assert written["alternatives"] == [["R06", "R07_2017"], ["R06", "R07_2021"]]
    assert {"target", "settled", "alternatives", "next", "irrelevant"} <= set(written)
    text = call("needed", str(lacking), "spesa", "--lang", "it")[1]
    assert "Da chiedere per primo: R06 (Fabbisogno standard" in text
    assert "1. Questi 2 dati insieme" in text
    assert "What may be enough" in call("needed", str(lacking), "spesa", "--lang", "en")[1]
    page = call("needed", str(lacking), "--format", "html")[1]
    assert page.startswith("<!DOCTYPE html>")
    assert "R07_2017" in page
    assert call("needed", str(JESI), "quadro_3")[0] == 0


def test_brief_says_what_to_ask_first_and_counts_the_rest(lacking: Path) -> None:
    """In every form for people; the form for programs is whole."""
    needs = json.loads(call("needed", str(lacking), "--format", "json")[1])
    whole = call("needed", str(lacking), "--lang", "it")[1]
    for form in ("text", "markdown", "html"):
        out = call("needed", str(lacking), "--lang", "it", "--brief", "--format", form)[1]
        out = out.replace("\u00a0", " ")
        assert "Da chiedere per primo" in out
        assert needs["next"] in out
        assert f"Possono contare ancora {len(needs['relevant'])} dati." in out
        assert "non conta" in out
        assert "Che cosa manca" in whole
        assert "Che cosa manca" not in out
    assert json.loads(call("needed", str(lacking), "--brief", "--format", "json")[1]) == needs


def test_brief_of_what_is_settled_says_only_that() -> None:
    """None of what is missing can change it: there is nothing to count."""
    out = call("needed", str(JESI), "livello", "--lang", "en", "--brief")[1]
    assert out.endswith("can change it.\n")
    assert "Settled: " in out
    assert "matter" not in out


def test_what_cannot_be_computed_is_not_called_decided(tmp_path: Path) -> None:
    """An error is no answer: a value that is there is wrong, and `explain` says which."""
    report = tmp_path / "report.yaml"
    report.write_text(JESI.read_text("utf-8").replace("  R03: 39301", "  R03: 0"), "utf-8")
    out = call("needed", str(report), "livello", "--lang", "en")[1]
    assert "Settled" not in out
    assert "it cannot be computed (error)" in " ".join(out.split())
    assert "`ruletrail explain` says why" in " ".join(out.split())


def test_the_command_refuses_what_it_does_not_know(lacking: Path) -> None:
    """With the nearest code; what only looks like another code is taken for it."""
    status, _, err = call("needed", str(lacking), "livelo")
    assert status == 2
    assert "[unknown-step]" in err
    assert "`livello`" in err


def test_pages_hold_no_text_that_is_alive() -> None:
    """A label of the form is somebody's text, in every form of the page."""
    label = "\x1b[31m<script>[x](y)"
    plan = small(
        {"rules": {"r": {"formula": "x + 1", "label": label}}}, x={"type": "number", "title": label}
    )
    needs = plan.needed({"fields": {}}, "r")
    for form in ("text", "markdown", "html"):
        page = write_page(needs, plan.linked, form, "en")
        assert "\x1b" not in page
        assert form == "text" or "<script>" not in page
        assert form != "markdown" or "[x](y)" not in page


# -- Large rulebooks -------------------------------------------------------------------------------


def test_work_is_bounded() -> None:
    """Six hundred rules over a hundred missing fields, each read in many ways: cut, and said."""
    count, fields = 600, 100
    rules: dict[str, Any] = {
        f"r{at}": {
            "formula": f"f{at % fields} > 1 and f{at * 7 % fields} > 2 or f{at * 13 % fields} < 1"
        }
        for at in range(count)
    }
    when = " or ".join(f"(r{at} and not r{at * 3})" for at in range(1, 20))
    plan = small(
        {"rules": rules, **decide(("a", when), ("b", ""))},
        **{f"f{at}": "number" for at in range(fields)},
    )
    record = evaluate_record(plan.linked, plan.read({"fields": {}}))
    started = time.process_time()
    assert find_needs(record, "d").cut
    whole = find_needs(record)
    assert whole.cut
    assert len(whole.relevant) == fields
    assert time.process_time() - started < 20  # a second where nothing else runs
    assert isinstance(plan.linked.rulebook.entries["r1"], Rule)


def test_members_of_groups_are_counted_as_work() -> None:
    """Every try adds all members up again, however few formulas there are."""
    count = 400
    fields = {f"f{at}": "number" for at in range(count)}

    def looks(more: dict[str, Any], formula: str) -> int:
        plan = small(
            {**more, "rules": {"r": {"formula": formula}}, **decide(("a", "r > 1"), ("b", ""))},
            **fields,
        )
        record = evaluate_record(plan.linked, plan.read({"fields": {}}))
        walk = StepWalk(find_situation(record))
        return alternatives._count_looks(plan.linked.rulebook.entries["r"], walk)

    alone = looks({}, "sum(f0, f1)")
    together = looks({"groups": {"g": [*fields]}}, "sum(g)")
    assert together - alone == count // alternatives._MEMBERS_OF_LOOK


def test_what_the_report_says_is_taken_once_for_all_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a group of which half is missing, the half that is there is not read anew each time."""
    count = 60
    fields = {f"f{at}": "number" for at in range(count)}
    plan = small(
        {
            "groups": {"g": [*fields]},
            "rules": {"r": {"formula": "sum(g)"}},
            **decide(("a", "r >= 10"), ("b", "")),
        },
        **fields,
    )
    given = {f"f{at}": at for at in range(count // 2)}
    record = evaluate_record(plan.linked, plan.read({"fields": given}))
    read: list[str] = []
    fact_of = StepWalk._fact
    monkeypatch.setattr(
        StepWalk, "_fact", lambda walk, code: read.append(code) or fact_of(walk, code)
    )
    needs = find_needs(record, "d")
    assert len(needs.alternatives[0]) == count // 2  # each of them was left out once
    assert sorted(read) == sorted(given)


def test_days_are_tried_where_days_are_missing() -> None:
    """By all that is done with days; known ones and the ends of the form first."""
    born = {"type": "string", "format": "date", "formatMinimum": "1900-01-01"}
    conditions = [
        "month(x) == 2", "x > date(2024, 5, 31)", "x - y > 30", "add_months(x, 1) <= p",
        "years_between(x, y) >= 18", "x in [p, date(2020, 1, 1)]", "weekday(max(x, y)) == 1",
    ]  # fmt: skip
    for condition in conditions:
        parameters = {"p": {"label": "p", "value": Raw("2024-06-30")}}
        sections = {"parameters": parameters, **decide(("a", condition), ("b", ""))}
        plan = load_text(rulebook_text(sections, language="2"), schema_of({"x": born, "y": born}))
        found = needed(plan, y="2000-02-29")
        assert (found["settled"], found["alternatives"]) == (False, [["x"]]), condition
    narrow = {**born, "formatMinimum": "2024-05-01", "formatMaximum": "2024-05-02"}
    sections = decide(("a", "day(x) == 2"), ("b", ""))
    plan = load_text(rulebook_text(sections, language="2"), schema_of({"x": narrow}))
    assert needed(plan)["alternatives"] == [["x"]]


def test_an_input_says_which_part_asks_for_it() -> None:
    """Beside what reads it; where nothing does, the part alone, and no list to look through."""
    report = places.EXAMPLES / "jesi-2024-incompleto.yaml"
    _, _, err = call("needed", report, "R16", "--lang", "it")
    assert "`R16` è un campo del modulo" in err
    assert "→ lo chiede `quadro_4_motivi` (Quadro 4, motivi" in err
    assert "NOME/EDIZIONE" not in err
    _, _, err = call("needed", report, "R03", "--lang", "en")
    assert "→ it is asked for by `quadro_1` (Quadro 1, autodiagnosi" in err
    assert "ask about what reads it: `R01B`, `R04`" in err


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_part_says_where_the_needs_of_its_fields_are_told(form: str) -> None:
    """Whether it is due is one question, what it needs another; what is not due needs nothing."""
    report = places.EXAMPLES / "jesi-2024-incompleto.yaml"

    def ask(target: str, language: str = "it") -> str:
        _, out, _ = call("needed", report, target, "--format", form, "--lang", language)
        return " ".join(re.sub(r"<[^>]+>|\\", "", out).split())

    for target in ("quadro_4", "quadro_4_motivi"):
        assert "che cosa serve ancora ai suoi campi lo dice" in ask(target)
        assert f"needed {report}" in ask(target)
        assert "This only says whether it is due: what its fields still need" in ask(target, "en")
    for target in ("quadro_3", "livello", "R04"):
        assert "ai suoi campi" not in ask(target)


# -- A statement that is asked for -----------------------------------------------------------------

ASKED = {
    "residente": {"type": "boolean", "title": "Residente nel Comune"},
    "figli": {"type": "boolean", "title": "Ha figli?"},
    "motivata": {"type": "string", "enum": ["SI", "NO"], "title": "Spesa motivata"},
    "zona": {"type": "string", "enum": ["nord", "sud"], "title": "Zona"},
    "nudo": "boolean",
}
CONDITIONS = ("residente", "figli", 'motivata == "SI"', 'zona == "sud"', "nudo")


@pytest.mark.parametrize(("language", "asked"), [("it", "sì o no?"), ("en", "yes or no?")])
def test_the_title_of_a_yes_or_no_is_asked_as_a_question(language: Any, asked: str) -> None:
    """Where it is none already, in every list of what may be asked."""
    cases = [(f"o{at}", condition) for at, condition in enumerate(CONDITIONS)]
    plan = small(decide(*cases, ("altro", "")), **ASKED)
    text = write_page(plan.needed({"fields": {}}, "d"), plan.linked, "text", language)
    lines = " ".join(text.split())
    for said in (
        f"- residente (Residente nel Comune: {asked})",
        "- figli (Ha figli?)",
        f"- motivata (Spesa motivata: {asked})",
        "- zona (Zona)",
        f"- nudo: {asked}",
    ):
        assert said in lines, text
    # the first of all is asked for in its own line too
    assert lines.count(f"residente (Residente nel Comune: {asked})") == 2
    assert lines.count(asked) == 4


def test_what_is_not_asked_for_any_more_is_no_question() -> None:
    plan = small(decide(("a", "figli or residente"), ("b", "")), **ASKED)
    text = write_page(plan.needed({"fields": {"figli": True}}, "d"), plan.linked, "text", "it")
    assert "residente (Residente nel Comune)" in text
    assert "sì o no" not in text


# -- What an input serves --------------------------------------------------------------------------


def _serving(**more: Any) -> Plan:
    """Load a rulebook where each input serves something else."""
    case = '{"outcome": "si", "when": "x > y"}, {"outcome": "no", "otherwise": true}'
    decisions = {
        f"d{at}": {"label": f"Esito {at}", "policy": "first", "cases": Raw(f"[{case}]")}
        for at in range(5)
    }
    rules = {"x": {"label": "Somma", "formula": "a + b"}, "solo": {"formula": "e * 2"}}
    parts = {
        "tutto": {"title": "Parte", "due": "true", "fields": []},
        "pezzo": {"part_of": "tutto", "title": "Pezzo", "due": "true", "fields": ["c"]},
    }
    checks = {"k": {"label": "K", "expect": "k1 > 0", "severity": "error"}}
    sections = {"rules": rules, "decisions": decisions, "sections": parts, "checks": checks}
    fields = dict.fromkeys(("a", "b", "c", "e", "k1", "y"), "number")
    return small({**sections, **more}, **fields)


def _say_needed(plan: Plan, target: str | None = None, form: str = "text", **given: Any) -> str:
    needs = plan.needed({"fields": given}, target)
    return " ".join(write_page(needs, plan.linked, form, "it").split())


def test_each_input_says_what_it_serves() -> None:
    """Outcomes before values, a part by the whole that it is of, a few by their labels."""
    page = _say_needed(_serving(), y=1)
    served = "Serve a: «Esito 0», «Esito 1», «Esito 2» e altri 2"
    # the others may not be the same
    assert f"- a {served} - b {served}" in page
    assert "- c Serve a: «Parte» - e Serve a: solo - k1" in page
    assert page.count("Serve a") == 4, "a check is no part of a form"


def test_of_one_outcome_an_input_says_by_which_values_it_is_reached() -> None:
    """The outcome itself is what was asked about."""
    page = _say_needed(_serving(), "d3")
    assert "- a Serve a: «Somma» - b Serve a: come sopra - y" in page
    assert page.count("Serve a") == 2
    assert "Esito 0" not in page


def test_an_input_serves_nothing_that_hangs_on_it_no_more() -> None:
    """What is settled waits for nothing, and neither does who asks."""
    settled = decide(("si", "y > 0 or a > 0"), ("no", ""))
    assert "- a Serve a: «Somma» - b" in _say_needed(_serving(**settled), y=1)
    assert "- a Serve a: d - b Serve a: «Somma»" in _say_needed(_serving(**settled), y=0)
