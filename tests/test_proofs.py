"""`ruletrail prove`: gaps, overlaps, dead cases, errors and roundings, over all reports."""

import errno
import json
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import cvc5
import pytest
import z3

import ruletrail
from ruletrail import evaluations, proofs
from ruletrail.api import Plan
from ruletrail.cli import consoles
from ruletrail.formulas import operations as formulas
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.proofs import Answer, Limits, Proof, proving, solving, witnesses
from ruletrail.proofs.budgets import Budget
from ruletrail.proofs.logic import Space
from ruletrail.proofs.pages import write_proof
from ruletrail.proofs.primitives import MADE_ELSEWHERE, PRIMITIVES
from ruletrail.proofs.proving import encode, rows_to_look_at
from ruletrail.proofs.questions import list_questions, without_rounding
from ruletrail.proofs.solving import Prover
from ruletrail.proofs.witnesses import Witnesses
from support.command_line import call
from support.plain_yaml import load_yaml
from support.rulebook_generator import generate
from support.rulebooks import HEAD, HEAD_TEXT, load_text, rulebook_text, schema_of, write_rulebook

TABLES = sorted((Path(__file__).parent / "proofs").glob("*.yaml"))
USUAL = {
    "gap": "proved", "overlap": "proved", "error": "proved", "rounding": "proved",
    "property": "proved", "dead": "refuted", "never_fails": "refuted", "always_due": "refuted",
    "never_due": "refuted",
}  # fmt: skip


def cases() -> Iterator[Any]:
    for path in TABLES:
        for case in load_yaml(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def load(
    text: str, fields: Mapping[str, Any], language: int = 1, required: Any = (), **more: str
) -> Plan:
    head = {**HEAD, "language": str(language), **more}
    schema = schema_of(fields)
    if required:
        schema["properties"]["fields"]["required"] = list(required)
        schema["required"] = [*schema["required"], "fields"]
    return load_text("".join(f"{k}: {v}\n" for k, v in head.items()) + text, schema)


@pytest.mark.parametrize("case", list(cases()))
def test_small_rulebooks_are_judged_right(case: dict[str, Any]):
    language, required = case.get("language", 1), case.get("required", ())
    more = {"day": case["day"]} if "day" in case else {}
    plan = load(case["rulebook"], case["fields"], language, required, **more)
    proof = proofs.prove(plan)
    answers = {f"{answer.about} {answer.question}": answer for answer in proof.answers}
    expected = case.get("answers", {})
    assert expected.keys() <= answers.keys()
    for name, answer in answers.items():
        asked = expected.get(name, USUAL[answer.question])
        verdict, detail = next(iter(asked.items())) if isinstance(asked, dict) else (asked, None)
        assert (answer.answer, name) == (verdict, name), answer
        if verdict == "refuted":
            assert answer.witness is not None
            plan.evaluate(dict(answer.witness))
            if isinstance(detail, dict):
                assert answer.witness["fields"] == detail
        elif verdict == "unsettled":
            assert answer.reason == detail


# -- What is encoded -------------------------------------------------------------------------------


def test_every_primitive_is_encoded():
    """A new primitive has a row, or is made elsewhere; operations are made of primitives."""
    assert PRIMITIVES.keys() | MADE_ELSEWHERE.keys() == set(formulas.PRIMITIVES)
    assert not PRIMITIVES.keys() & MADE_ELSEWHERE.keys()


OPERANDS = {
    "number": "n", "boolean": "b", "text": "t", "date": "d", "alike": "n", "any": "n", "list": "l",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [each.name for each in FUNCTIONS.values()],
    ids=[each.name for each in FUNCTIONS.values()],
)
def test_every_function_is_encoded(name: str):
    """Nothing of the table is left to be anything: whatever it gives is told exactly."""
    operation = FUNCTIONS[name]
    given = [OPERANDS[operation.taken(at)] for at in range(max(operation.least, 1))]
    given = ["'ab'" if operation.takes_literal and at else each for at, each in enumerate(given)]
    row = {
        "type": "array",
        "maxItems": 2,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"x": {"type": "number"}},
        },
    }
    fields = {"n": "integer", "b": "boolean", "t": "string", "l": row,
              "d": {"type": "string", "format": "date"}}  # fmt: skip
    plan = load(f'rules: {{r: {{formula: "{name}({", ".join(given)})"}}}}\n', fields, 2)
    encoding = encode(plan.linked, None)
    assert encoding.steps["r"].fact.payload is not None
    assert not any(encoding.space.reasons.values())


# -- A second solver -------------------------------------------------------------------------------

TWICE = (
    "two cases that meet at one number", "kleene", "texts that begin and end", "exceptions",
    "ratios are compared by multiplying out", "a divisor of either sign", "a chain of divisions",
    "the six modes", "tables", "groups leave out what does not apply", "rows",
)  # fmt: skip


def ask_other(text: str) -> str:
    solver = cvc5.Solver()
    solver.setOption("tlimit-per", "5000")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
    symbols, told = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        told += str(command.invoke(solver, symbols))
    return told.strip()


def test_a_second_solver_agrees():
    """Each question of some tables as SMT-LIB text: z3 and cvc5 give one answer."""
    asked = 0
    for case in (case.values[0] for case in cases() if case.values[0]["name"] in TWICE):
        linked = load(case["rulebook"], case["fields"], case.get("language", 1)).linked
        encoding = encode(linked, rows_to_look_at(linked))
        questions = [each for each in list_questions(encoding) if each.counter is not False]
        encoding.inputs.tie_texts()
        prover = Prover(encoding, Witnesses(linked, encoding.inputs), Budget(Limits()))
        for question in questions:
            solver = z3.Solver(ctx=encoding.space.place)
            solver.add(*prover.scope(question).sides, question.counter)
            told = ask_other(f"(set-logic ALL)\n{solver.to_smt2()}")
            assert told == str(solver.check()), (case["name"], question.about, question.kind)
            asked += 1
    assert asked > 60


# -- Work and memory -------------------------------------------------------------------------------

HARD_TO_SAY = """
properties:
  cubes: {expect: "a * a * a + b * b * b - c * c * c != 33"}
"""
WHOLE = {code: {"type": "integer", "minimum": 1} for code in "abc"}


def test_the_same_work_gives_the_same_answers():
    """Of one rulebook twice, and after another one: the solver's steps are part of it."""
    plan, hard = load(SHARE, TWO), load(HARD_TO_SAY, WHOLE)
    first = plan.prove(["share < 100"])
    open_ = hard.prove(work=1, work_in_all=2)
    assert [each.reason for each in open_.answers] == ["work (1 M)"]
    assert plan.prove(["share < 100"]) == first
    told = hard.prove(["a * a * b != 34", "a > 0"], work=2, work_in_all=1).answers
    assert [each.reason for each in told[1:]] == ["work (in all)", "work (in all)"]
    assert hard.prove(seconds_in_all=0).answers[0].reason == "time (in all)"


def test_a_constant_is_no_term_that_has_its_number():
    """What is made once is made of terms, by their numbers, and of constants."""
    space = Space()
    term = space.real("x")
    numbered, constant = (
        space.once("kind", (part,), object) for part in (term, Fraction(term.get_id()))
    )
    assert numbered is not constant
    assert space.once("kind", (term,), object) is numbered


def test_an_interrupted_proof_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    """The solver takes Ctrl-C for itself, and says so; who asked must hear of it."""
    monkeypatch.setattr(z3.Solver, "check", lambda _: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda _: "interrupted from keyboard")
    with pytest.raises(KeyboardInterrupt):
        load(HARD_TO_SAY, WHOLE).prove()


@pytest.mark.parametrize("many", [40, 80])
def test_nothing_is_encoded_for_questions_that_nobody_answers(many: int):
    """A chain of roundings would be encoded once more for each of them; the work pays for it."""
    rules = [f"  r{at}: {{formula: r{at - 1} + a, round: {{decimals: 0, mode: half_up}}}}\n"
             for at in range(1, many)]  # fmt: skip
    due = f"sections: {{s: {{due: r{many - 1} > 3}}}}\n"
    linked = load("rules:\n  r0: {formula: a}\n" + "".join(rules) + due, {"a": "integer"}).linked
    encoding = encode(linked, None)
    made = encoding.space.sides.copy()
    questions = list(list_questions(encoding, lambda: True))
    assert sum(each.kind == "rounding" for each in questions) == many - 1
    assert sum(each.encoded for each in questions) == 0
    asked = next(each for each in list_questions(encoding) if each.kind == "rounding")
    assert (asked.encoded, encoding.space.sides) == (many, made)


def test_what_is_evaluated_to_show_a_report_is_work(monkeypatch: pytest.MonkeyPatch):
    """There may be a witness for each case, and each is an evaluation of all cases."""
    cases = "".join(f"      - {{when: a == {at}, outcome: o{at}}}\n" for at in range(12))
    book = f"decisions:\n  d:\n    cases:\n{cases}      - {{otherwise: true, outcome: x}}\n"
    plan = load(book, {"a": "integer"})

    def judge() -> list[tuple[str, str | None]]:
        answers = [each for each in plan.prove().answers if each.question == "dead"]
        return [(each.answer, each.reason) for each in answers]

    monkeypatch.setattr(witnesses, "_MOST_WORK_IN_ALL", 0)  # shown as they were found
    assert judge() == [("refuted", None)] * 13
    monkeypatch.setattr(solving, "_FREE_CLAUSES", 60)
    monkeypatch.setattr(solving, "_COST_OF_CLAUSE", 20_000_000)
    found = judge()
    assert found[:2] == [("refuted", None)] * 2
    assert found[-5:] == [("unsettled", "work (in all)")] * 5


CHAIN = 13
"""Roundings one after the other, more than the solver tries together."""
TRIED = [Fraction(value) for value in range(91, 101)]
"""Beyond these no rounding of the chain can matter: together they move its end by less."""


def chain_of_roundings(more: str = "", **field: Any) -> Plan:
    rules = "".join(
        f"  r{at}: {{formula: {f'r{at - 1} * 1.1' if at else 'a'},"
        f" round: {{decimals: 0, mode: half_up}}}}\n"
        for at in range(CHAIN)
    )
    due = f"sections: {{s: {{due: r{CHAIN - 1} > 301}}}}\n"
    return load(f"rules:\n{rules}{due}{more}", {"a": {"minimum": 0, "maximum": 150, **field}})


def rounding_flips(plan: Plan, at: int, value: Fraction) -> bool:
    """Evaluate a report with and without one rounding of the chain."""
    report = plan.read({"rulebook": "prova/2024", "fields": {"a": value}})
    facts = [
        evaluations.evaluate_record(linked, report).facts["s"]
        for linked in (plan.linked, without_rounding(plan.linked, f"r{at}"))
    ]
    return facts[0] != facts[1]


def test_a_chain_of_roundings_is_told_by_the_few_values_that_can_matter():
    """Each rounding of it: by all values of the field, and in little of the solver's work."""
    plan = chain_of_roundings(type="integer")
    answers = {each.about: each for each in plan.prove().answers if each.question == "rounding"}
    flipping = {
        f"r{at}" for at in range(CHAIN) if any(rounding_flips(plan, at, value) for value in TRIED)
    }
    told = {about for about, each in answers.items() if each.answer == "refuted"}
    assert {each.answer for each in answers.values()} == {"proved", "refuted"}
    assert told == flipping
    assert "r0" not in told  # whole already
    assert max(each.work for each in answers.values()) < 1_500_000


def test_a_value_that_a_check_refuses_is_no_answer_about_a_chain():
    """The values that would show it are refused: others may, which the solver tells."""
    checks = "checks: {c: {expect: a < 91 or a > 100, severity: error}}\n"
    answers = chain_of_roundings(checks, type="integer").prove().answers
    told = {each.about: each.answer for each in answers if each.question == "rounding"}
    assert set(told.values()) == {"proved"}


def test_a_chain_over_a_number_of_any_decimals_is_refuted_or_left_to_the_solver():
    """What the tried values do not show is the solver's to prove; a witness is evaluated."""
    plan = chain_of_roundings(type="number")
    encoding = encode(plan.linked, None)
    prover = Prover(encoding, Witnesses(plan.linked, encoding.inputs), Budget(Limits()))
    questions = [each for each in list_questions(encoding) if each.kind == "rounding"]
    for at in (0, CHAIN - 1):
        found = prover.answer(questions[at])
        flips = [each for each in TRIED if rounding_flips(plan, at, each)]
        # after the first rounding only whole numbers are left
        assert found.answer == ("refuted" if flips or at == 0 else "proved")
        if found.witness is not None:
            assert rounding_flips(plan, at, Fraction(str(found.witness["fields"]["a"])))


def test_values_of_a_chain_are_evaluated_once_for_all_its_roundings(
    monkeypatch: pytest.MonkeyPatch,
):
    """Which saves time and no work: the answers are those of a prover that keeps nothing."""
    asked: list[Fraction] = []
    drawn: list[int] = []
    judge_value, judge = Prover._judge_value, Witnesses.judge

    def note_value(prover: Prover, code: str, value: Fraction, *more: Any) -> Any:
        asked.append(value)
        return judge_value(prover, code, value, *more)

    def note(own: Witnesses, *given: Any) -> Any:
        drawn.append(len(given[1]))
        return judge(own, *given)

    monkeypatch.setattr(Prover, "_judge_value", note_value)
    monkeypatch.setattr(Witnesses, "judge", note)
    kept = chain_of_roundings(type="integer").prove()
    values, trials = len(asked), len(drawn)
    monkeypatch.setattr(solving, "_MOST_DRAWN", 0)
    assert chain_of_roundings(type="integer").prove() == kept
    assert len(asked) == 2 * values
    assert len(drawn) - 2 * trials == values - len(set(asked))


def test_a_step_of_the_solver_counts_for_more_in_a_longer_chain(monkeypatch: pytest.MonkeyPatch):
    """It takes longer there: a question would take minutes within the work of seconds."""
    plan = chain_of_roundings(type="number")
    encoding = encode(plan.linked, None)
    question = next(each for each in list_questions(encoding) if each.kind == "rounding")
    spent = []
    for many in (solving._MANY_GRIDS, 5):
        monkeypatch.setattr(solving, "_MANY_GRIDS", many)
        prover = Prover(encoding, Witnesses(plan.linked, encoding.inputs), Budget(Limits()))
        weight = prover._weigh(prover.scope(question))
        grids = len(prover.scope(question).grids)
        assert weight == max(grids // many, 1)
        spent.append(weight)
    assert spent[1] > spent[0]
    monkeypatch.setattr(solving, "_MANY_GRIDS", 10**6)
    assert prover._weigh(prover.scope(question)) == 1


def test_what_is_told_of_texts_is_bounded():
    """Tests by the hundred: what is not told proves nothing wrong, and is said."""
    checks = "".join(
        f"  c{at}: {{expect: \"starts_with(t, 'w{at}')\", severity: warning, message: {{it: m}}}}\n"
        for at in range(150)
    )
    linked = load("checks:\n" + checks, {"t": "string"}, 2).linked
    encoding = encode(linked, None)
    assert sum(map(len, encoding.space.sides.values())) < 10
    assert "texts" in encoding.space.reasons["t"]


# -- Generated rulebooks ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [7, 19])
def test_no_report_contradicts_a_proof(seed: int):
    """What is proved of a generated rulebook holds for each of its reports."""
    case = generate(seed)
    plan = case.load()
    linked = plan.linked
    encoding = encode(linked, rows_to_look_at(linked))
    questions = list(list_questions(encoding))
    encoding.inputs.tie_texts()
    witnesses = Witnesses(linked, encoding.inputs)
    prover = Prover(encoding, witnesses, Budget(Limits(1, 8, 0.1, 1.5)))
    judged = [witnesses.judge(report, linked.steps) for report in case.read(plan)]
    for question in questions:
        answer = prover.answer(question)
        assert answer.reason != "unconfirmed", question.about
        if answer.answer == "proved":
            assert not any(
                witnesses.admits(each, question.own) and question.shows(each) for each in judged
            ), (question.about, question.kind)


# -- The form itself -------------------------------------------------------------------------------


HARD = ("R04 rounding", "R05_min rounding", "R05_max rounding", "R04_arrotondato never_fails")
"""What takes half of the time of all; that R04's rounding flips an outcome is shown below."""


@pytest.fixture(scope="module")
def sociale() -> dict[str, Answer]:
    linked = ruletrail.load("sociale/2024").linked
    encoding = encode(linked, None)
    questions = list(list_questions(encoding))
    encoding.inputs.tie_texts()
    prover = Prover(encoding, Witnesses(linked, encoding.inputs), Budget(Limits()))
    named = {f"{each.about} {each.kind}": each for each in questions}
    return {name: prover.answer(each) for name, each in named.items() if name not in HARD}


def test_the_form_is_proved_question_by_question(sociale: dict[str, Answer]):
    """Nothing is open; what is wrong is true of the form itself, and named."""
    assert [name for name, each in sociale.items() if each.answer == "unsettled"] == []
    wrong = {name for name, each in sociale.items() if each.wrong}
    rows = ["M12", "M15", "M18", "M21", "M24", "M27", "M44", "M47", "M50", "M53", "M56", "M59"]
    assert wrong == {
        "R01B error", "R04 error",  # the ratios are printed bare: no social workers, nobody at all
        *(f"{row}_media rounding" for row in rows),
    }  # fmt: skip
    fields = (sociale["R01B error"].witness or {})["fields"]
    assert fields["R01"] + fields["R01A"] == 0
    for code in ("livello", "spesa"):
        assert sociale[f"{code} gap"].answer == sociale[f"{code} overlap"].answer == "proved"
    assert sociale["quadro_4_parita never_due"].answer == "refuted"  # R04 = R05 can be


def test_whether_rounding_flips_the_outcome_of_the_form_is_told_by_a_report():
    """A third of the inhabitants, beside a reference of ten threes."""
    linked = ruletrail.load("sociale/2024").linked
    encoding = encode(linked, None)
    (asked,) = (each for each in list_questions(encoding) if each.about == "R04" and
                each.kind == "rounding")  # fmt: skip
    witnesses = Witnesses(linked, encoding.inputs)
    users = dict.fromkeys(linked.rulebook.groups["utenti_2024"].members, Fraction(0))
    fields = {**users, "R0A": Fraction(1), "R03": Fraction(3), "R05": Fraction("33.3333333333")}
    assert asked.shows(witnesses.judge(witnesses.draft(fields), linked.steps))
    fields["R05"] = Fraction(33)
    assert not asked.shows(witnesses.judge(witnesses.draft(fields), linked.steps))


# -- Properties, two rulebooks, the command --------------------------------------------------------

SHARE = """
rules:
  share: {when: a + b > 0, formula: a / (a + b) * 100}
properties:
  at_most: {label: Never more than all, expect: share <= 100}
"""
TWO = {"a": {"type": "integer", "minimum": 0}, "b": {"type": "integer", "minimum": 0}}


def test_properties_change_no_answer_and_are_proved():
    """One of the rulebook, two of a caller; and what is no condition is refused."""
    plan, bare = load(SHARE, TWO), load(SHARE.partition("properties")[0], TWO)
    report = {"rulebook": "prova/2024", "fields": {"a": 1, "b": 2}}
    assert plan.evaluate(report).values == bare.evaluate(report).values
    trails = [each.evaluate(report).trail.to_dict()["steps"] for each in (plan, bare)]
    assert trails[0] == trails[1]
    told = {each.about: each for each in plan.prove(["share < 100", "a != 3"]).answers}
    assert told["at_most"].answer == "proved"
    assert (told["share < 100"].witness or {})["fields"] == {"a": 1, "b": 0}
    assert (told["a != 3"].witness or {})["fields"] == {"a": 3}
    for wrong, code in (("share", "condition-not-boolean"), ("x > 1", "unknown-code")):
        with pytest.raises(ruletrail.ProblemsError) as refused:
            plan.prove(wrong)
        assert [each.code for each in refused.value.problems] == [code]


def test_properties_are_proved_by_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`test` fails where one does not hold, and says where nothing can prove them."""
    body = SHARE.replace("share <= 100}", "share <= 100}\n  below: {expect: share < 100}")
    book = tmp_path / "prova.yaml"
    book.write_text(HEAD_TEXT + body, encoding="utf-8")
    (tmp_path / "schema.json").write_text(json.dumps(schema_of(TWO)), encoding="utf-8")
    report = {"rulebook": "prova/2024", "fields": {"a": 1, "b": 2}}
    example = {"name": "e", "report": report, "expect": {"status": "complete"}}
    examples = {"test": 1, "rulebook": "prova/2024", "examples": [example]}
    (tmp_path / "prova.test.yaml").write_text(json.dumps(examples), encoding="utf-8")
    status, out, _ = call("test", book)
    assert status == 1
    assert "the property `below` does not hold for every admitted report" in out
    assert "properties proved: 1 of 2\n" in out
    _, found, _ = call("test", book, "--format", "json")
    told = json.loads(found)["rulebooks"][0]["properties"]
    assert (told["count"], [each["code"] for each in told["problems"]]) == (2, ["property-refuted"])
    monkeypatch.setattr(proofs, "has_solver", lambda: False)
    status, out, _ = call("test", book, "--lang", "it")
    assert status == 0
    assert 'proprietà da dimostrare: 2; serve `pip install "ruletrail[prove]"`\n' in out


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("a * 2", "a + a", "proved"),
        ("a / (b + 1)", "(a + 0) / (1 + b)", "proved"),
        ("a + b > 3", "a + b >= 3", "refuted"),
        ("a / b", "a / b if b > 0 else 0", "refuted"),
        ("a", "if_missing(a, 0)", "refuted"),
        ("years_between(d, date(2024, 1, 1))", "-years_between(date(2024, 1, 1), d)", "proved"),
        ("round_half_up(a / 2)", "floor((a + 1) / 2)", "proved"),
        ("round_half_up(a / 2)", "round_half_even(a / 2)", "refuted"),
    ],
)
def test_two_rulebooks_are_the_same_or_a_report_tells_them_apart(old: str, new: str, answer: str):
    fields = {**TWO, "d": {"type": "string", "format": "date"}}
    one, other = (load(f'rules: {{r: {{formula: "{each}"}}}}\n', fields, 2) for each in (old, new))
    found = proofs.same(one, other, "r")
    assert found.answer == answer
    if found.witness is not None:
        answers = [each.evaluate(dict(found.witness)).trail.to_dict() for each in (one, other)]
        assert answers[0]["steps"] != answers[1]["steps"]


def test_fields_of_one_schema_alone_are_in_no_report_of_both():
    """What both declare is one field; without reports of both nothing is said."""
    one, other = load("rules: {r: {formula: a}}\n", TWO), load(
        'rules: {r: {formula: "if_missing(c, a)"}}\n', {**TWO, "c": "number"}
    )  # fmt: skip
    assert proofs.same(one, other, "r").answer == "proved"
    needs = load("rules: {r: {formula: a}}\n", {**TWO, "c": "number"}, required=["c"])
    assert proofs.same(one, needs, "r").reason == "schema"
    with pytest.raises(ruletrail.ProblemsError, match="unknown-step"):
        proofs.same(one, other, "x")


def test_what_a_known_report_shows_takes_no_work():
    """With no work allowed only what a report shows is found, made as small as any other."""
    rules = {
        "d": {"cases": [{"outcome": "a", "when": "x > 70"}, {"outcome": "b", "otherwise": True}]}
    }
    plan = load_text(rulebook_text({"decisions": rules}), schema_of({"x": {"type": "number"}}))
    reports = [plan.read({"rulebook": "prova/2024", "fields": {"x": 71.25}})]
    limits = Limits(work_in_all=0)
    without, known = (
        {each.about: each for each in proofs.prove(plan, limits=limits, reports=given).answers}
        for given in ([], reports)
    )
    assert without["d/a"].answer == "unsettled"
    assert known["d/a"].answer == "refuted"
    assert known["d/a"].witness is not None
    assert known["d/a"].witness["fields"] == {"x": 100}


def test_the_command_tells_what_to_look_at(tmp_path: Path):
    """In both languages, for programs, as examples that `test` runs; the status tells."""
    cases = {"cases": [{"outcome": "a", "when": "a < 3"}, {"outcome": "b", "when": "a > 3"}]}
    path = write_rulebook(rulebook_text({"decisions": {"d": cases}}), schema_of(TWO), tmp_path)
    status, out, err = call("prove", path, "--lang", "it")
    assert (status, err) == (1, "")
    assert "! d: nessun caso è vero\n      con a: 3\n" in out
    assert "no case is true" in call("prove", path, "--lang", "en")[1]
    status, out, _ = call("prove", path, "--format", "json", "--property", "a >= 0")
    questions = json.loads(out)["questions"]
    assert set(questions[0]) == {
        "about", "question", "answer", "wrong", "witness", "reason", "work", "ms",
    }  # fmt: skip
    assert questions[-1]["answer"] == "proved"
    assert call("prove", path, "--write-examples", tmp_path)[0] == 1
    assert "1 example, 1 passed" in call("test", path, "--lang", "en")[1]
    again = call("prove", path, "--write-examples", tmp_path, "--format", "json")
    assert (again[0], json.loads(again[1])["problems"][0]["code"]) == (2, "file-exists")
    status, text, _ = call("prove", "--same", path, path, "--lang", "en")
    assert (status, "Nothing to look at, nothing open." in text) == (0, True)
    assert call("prove", "--same", path)[0] == 2
    other = path.with_name("other.yaml")
    other.write_text(path.read_text("utf-8").replace("a < 3", "a < 2"), encoding="utf-8")
    status, text, _ = call("prove", "--same", path, other, "--lang", "en")
    assert (status, "Nothing to look at" in text) == (1, False)
    assert "! d: differs between the rulebooks\n      with a: 2" in text
    path.write_text(path.read_text("utf-8").replace("a < 3", "a <= 3"), encoding="utf-8")
    assert call("prove", path)[0] == 0
    assert "always holds" in call("prove", path, "--full", "--property", "a >= 0")[1]
    path.write_text(path.read_text("utf-8").replace("a <= 3", "x <= 3"), encoding="utf-8")
    status, out, err = call("prove", path)
    assert (status, out, "unknown-code" in err) == (1, "", True)
    assert call("prove", tmp_path / "absent.yaml")[0] == 2


def test_options_that_contradict_are_refused_before_anything_is_proved(tmp_path: Path):
    """Nothing is overwritten: two rulebooks would write one file of examples."""
    cases = {"cases": [{"outcome": "a", "when": "a < 3"}]}
    paths = [
        write_rulebook(rulebook_text({"decisions": {"d": cases}}), schema_of(TWO), folder)
        for folder in (tmp_path / "one", tmp_path / "two")
        if folder.mkdir() is None
    ]
    there = tmp_path / "found"
    there.mkdir()
    status, out, err = call("prove", *paths, "--write-examples", there, "--lang", "en")
    assert (status, out, list(there.iterdir())) == (2, "", [])
    assert "do not go together" in err
    (tmp_path / "file").write_text("")
    for closed in (tmp_path / "file", tmp_path / "file" / "new"):
        status, out, err = call("prove", paths[0], "--write-examples", closed, "--lang", "en")
        assert (status, out, "[output-unwritable]" in err) == (2, "", True)
    for option in (("--property", "a > 0"), ("--write-examples", str(there))):
        status, _, err = call("prove", "--same", *paths, *option, "--lang", "en")
        assert (status, f"`--same` and `{option[0]}` do not go together" in err) == (2, True)
    for option in ("--work", "--work-all", "--timeout", "--timeout-all"):
        assert call("prove", paths[0], option, "0")[0] == 2


def test_the_folder_of_examples_is_made_when_there_is_one_to_write(tmp_path: Path):
    """With those above it; where nothing is wrong nothing is made."""
    cases = {"cases": [{"outcome": "a", "when": "a < 3"}, {"outcome": "b", "when": "a >= 3"}]}
    right = rulebook_text({"decisions": {"d": cases}})
    path = write_rulebook(right, schema_of(TWO), tmp_path)
    new = tmp_path / "some" / "new"
    assert call("prove", path, "--write-examples", new)[0] == 0
    assert not (tmp_path / "some").exists()
    path.write_text(right.replace("a >= 3", "a > 3"), encoding="utf-8")
    assert call("prove", path, "--write-examples", new)[0] == 1
    (written,) = new.iterdir()
    assert "a: 3" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize("lost", ["mkdir", "write_whole"])
def test_a_full_disk_takes_the_examples_and_not_the_proof(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What was proved may have taken minutes: it is told, and why nothing was written."""
    cases = {"cases": [{"outcome": "a", "when": "a < 3"}, {"outcome": "b", "when": "a > 3"}]}
    path = write_rulebook(rulebook_text({"decisions": {"d": cases}}), schema_of(TWO), tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if lost == "mkdir":
        monkeypatch.setattr(Path, "mkdir", refuse)
    else:
        monkeypatch.setattr(consoles, "write_given", refuse)
    words = ("prove", path, "--write-examples", tmp_path / "new", "--lang", "en")
    status, out, err = call(*words)
    assert (status, "no case is true" in out, "[output-unwritable]" in err) == (2, True, True)
    assert "there is no room left" in err


def test_without_the_solver_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(ruletrail.ProblemsError, match="missing-extra"):
        proofs.prove(load(SHARE, TWO))


SIDE_BY_SIDE = {
    "exceptions": "rules:\n  d:\n    formula: 0\n    exceptions:\n{}",
    "exclusive": "decisions:\n  d:\n    cases:\n{}",
    "first": "decisions:\n  d:\n    policy: first\n    cases:\n{}",
}
"""What holds many conditions, of which a question asks all together."""


@pytest.mark.parametrize("kind", SIDE_BY_SIDE)
def test_what_the_solver_is_told_of_conditions_does_not_grow_with_the_square(kind: str):
    """It writes nested `or`s out: what names all conditions before each is the square then."""

    def told(size: int) -> int:
        what = "formula: {}" if kind == "exceptions" else "outcome: o{}"
        lines = "".join(f"      - {{when: p{at}, {what.format(at)}}}\n" for at in range(size))
        book = SIDE_BY_SIDE[kind].format(lines)
        plan = load(book, {f"p{at}": "boolean" for at in range(size)}, language=2)
        step = proving.encode(plan.linked, None).steps["d"]
        waiting = [z3.simplify(step.fact.state.error), z3.simplify(step.chosen[-1])]
        seen, operands = set(), 0
        while waiting:
            term = waiting.pop()
            if term.get_id() not in seen:
                seen.add(term.get_id())
                operands += term.num_args()
                waiting += term.children()
        return operands

    assert told(400) < 6 * told(100)


def test_a_report_that_is_shown_is_evaluated_by_what_it_rests_on(monkeypatch: pytest.MonkeyPatch):
    """By all of the rulebook for each of its steps, what is evaluated would be the square."""
    evaluated: list[int] = []

    def count(linked: Any, report: Any, steps: Any) -> Any:
        evaluated.append(len(steps))
        return evaluations.conclude_steps(linked, report, steps)

    monkeypatch.setattr(witnesses, "conclude_steps", count)
    rules = "".join(f"  r{at}: {{formula: b / (a - {at})}}\n" for at in range(30))
    checks = "checks:\n  c: {expect: b < 5, severity: error, message: {it: x}}\n"
    plan = load(f"rules:\n{rules}{checks}", {"a": "integer", "b": "integer"})
    answers = [each for each in plan.prove().answers if each.answer == "refuted"]
    assert len(answers) == 31
    # the rule that is asked about, and the check that may refuse a report
    assert max(evaluated) == 2


@pytest.mark.parametrize(
    "formula",
    [
        "year(last + 3)",
        "weekday(first - 3)",
        "months_between(first - 3, g)",
        "years_between(g, last + 3)",
        "day(end_of_month(last + 1))",
        "month(add_months(last, 1))",
        "day(date(15000, 1, 1 + n))",
    ],
)
def test_constants_that_leave_the_calendar_are_an_error_and_no_end_of_ours(formula: str):
    """Days that are known beforehand have parts like all others, also where they are no days."""
    text = (
        "parameters: {first: {value: 0001-01-01}, last: {value: 9999-12-31}, n: {value: 0}}\n"
        f'rules: {{r: {{formula: "{formula}"}}}}\n'
    )
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    plan = load_text(head + text, schema_of({"g": {"type": "string", "format": "date"}}))
    (answer,) = plan.prove().answers
    assert (answer.about, answer.question, answer.answer) == ("r", "error", "refuted")


def test_what_is_done_beside_the_solver_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """Of a large rulebook the first entries are asked about; the others are open, and say why."""
    monkeypatch.setattr("ruletrail.proofs.budgets._FREE", 0)
    cases = [{"outcome": "a", "when": "x < 3"}, {"outcome": "b", "when": "x >= 3"}]
    wide = {"cases": [{"outcome": "a", "when": f"sum({', '.join(['x'] * 50)}) < 3"}, *cases[1:]]}
    content = {
        "rules": {"r": {"formula": "x / 3", "round": {"decimals": 2, "mode": "half_up"}}},
        "decisions": {"first": {"cases": cases}, **{f"d{at}": wide for at in range(60)}},
        "checks": {"late": {"expect": "r < 5", "severity": "error", "message": {"it": "no"}}},
        "properties": {"p": {"label": "p", "expect": 'd59 != "a" or r > 9'}},
    }
    plan = load_text(rulebook_text(content), schema_of({"x": {"type": "number"}}))
    limits = Limits(work_in_all=1)
    answers = proofs.prove(plan, limits=limits).answers
    found = {(each.about, each.question): each for each in answers}
    assert found["first", "overlap"].answer == "proved"
    # every question is there, and what was not written out is neither proved nor refuted
    asked = {(each.about, each.question) for each in proofs.prove(plan).answers}
    assert found.keys() == asked
    for about, question in (
        ("d59", "gap"),
        ("d59/a", "dead"),
        ("late", "never_fails"),
        ("p", "property"),
    ):
        answer = found[about, question]
        assert (answer.answer, answer.reason) == ("unsettled", "work (in all)")
    both = proofs.same_codes(plan, plan, ["first", "d59"], limits=limits)
    assert [each.answer for each in both] == ["proved", "unsettled"]


def test_a_proof_that_lacks_work_says_how_to_get_more():
    """In both languages, once, whatever number of questions lacks it."""
    open_ = [Answer(code, "gap", "unsettled", reason="work (in all)") for code in "ab"]
    other = Answer("c", "gap", "unsettled", reason="lists")
    for language in ("it", "en"):
        told = write_proof(Proof("r/1", (*open_, other)), language)
        assert told.count("--work 200") == 1
        assert told.count("(in all)" if language == "en" else "(in tutto)") == 2
        assert "--work" not in write_proof(Proof("r/1", (other,)), language)
