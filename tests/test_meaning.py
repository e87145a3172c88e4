"""What an evaluation means.

Rules, decisions, sections, checks, status, declared values, printed sentences.
"""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.evaluations.messages import match_printed, normalise
from ruletrail.problems import ProblemsError
from support.rulebooks import HEAD_TEXT

NUMBER = {"type": "number"}
FIELDS: dict[str, Any] = {
    **dict.fromkeys("ABXYZ", NUMBER),
    "T": {"type": "string"},
    **{f"b{i}": {"type": "boolean"} for i in range(4)},
}
GAP = "n: {not_encoded: perché}"
ERROR = "e: {formula: 1 / 0}"
NOT_APPLICABLE = 'm: {when: "false", formula: "1"}'
GAPS = f"  {GAP}\n  {ERROR}\n  {NOT_APPLICABLE}\n"


def load(folder: Path, body: str) -> ruletrail.Plan:
    schema = {"properties": {"fields": {"type": "object", "properties": FIELDS}}}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    path = folder / "r.yaml"
    path.write_text(HEAD_TEXT + body, encoding="utf-8")
    return ruletrail.load(path)


def evaluate(
    folder: Path, body: str, printed: list[str] | None = None, **values: object
) -> ruletrail.Evaluation:
    report: dict[str, object] = {"rulebook": "prova/2024", "fields": values}
    if printed is not None:
        report["printed"] = {"messages": printed}
    return load(folder, body).evaluate(report)


def step(evaluation: ruletrail.Evaluation, code: str) -> dict[str, Any]:
    return next(step for step in evaluation.trail.to_dict()["steps"] if step["id"] == code)


def result(evaluation: ruletrail.Evaluation) -> dict[str, Any]:
    return evaluation.trail.to_dict()["result"]


# -- Rules


@pytest.mark.parametrize(
    ("when", "value"),
    [
        ("'true'", "1"),
        ("'false'", {"not_applicable": "r"}),
        ("b0", {"missing": ["b0"]}),
        ("n > 1", {"not_encoded": "perché"}),
        ("e > 1", {"error": {"cause": "division_by_zero", "of": "0"}}),
        ("m > 1", {"not_applicable": "m"}),
        ("{not_encoded: boh}", {"not_encoded": "boh"}),
    ],
)
def test_when_decides_whether_a_rule_applies(tmp_path: Path, when: str, value: object):
    """False is not applicable and names the rule.

    A gap is that gap, and the formula is skipped, with the reason.
    """
    evaluation = evaluate(tmp_path, f"rules:\n{GAPS}  r: {{when: {when}, formula: 1 + 0}}\n")
    found = step(evaluation, "r")
    assert found["value"] == value
    assert ("skipped" in found["parts"][0]) == (value != "1")


def test_rounding_is_the_fact_and_the_trail_keeps_both(tmp_path: Path):
    """Others read the rounded value; the step shows the value before it."""
    body = (
        "rules:\n  r: {formula: A / 3, round: {decimals: 2, mode: half_up}}\n"
        "  s: {formula: r * 3}\n"
    )
    evaluation = evaluate(tmp_path, body, A=2)
    assert evaluation.values["s"] == Fraction("2.01")
    assert step(evaluation, "r")["rounding"] == {"from": "2/3", "mode": "half_up", "decimals": 2}


@pytest.mark.parametrize(
    ("mode", "value"),
    [
        ("half_up", "-2.35"),
        ("half_even", "-2.34"),
        ("down", "-2.34"),
        ("up", "-2.35"),
        ("floor", "-2.35"),
        ("ceiling", "-2.34"),
    ],
)
def test_six_modes_on_a_negative_tie(tmp_path: Path, mode: str, value: str):
    """Each mode of the language, on a number where they part."""
    evaluation = evaluate(
        tmp_path, f"rules:\n  r: {{formula: A, round: {{decimals: 2, mode: {mode}}}}}\n", A=-2.345
    )
    assert result(evaluation)["values"]["r"] == value


def test_sum_over_a_missing_member_is_missing(tmp_path: Path):
    """There is no silent skipping, and all missing members are named."""
    evaluation = evaluate(tmp_path, "groups: {g: [A, B, X]}\nrules:\n  r: {formula: sum(g)}\n", A=1)
    assert step(evaluation, "r")["value"] == {"missing": ["B", "X"]}
    assert (evaluation.status, evaluation.missing) == ("incomplete", ("B", "X"))


def test_division_by_zero_names_the_divisor(tmp_path: Path):
    """It is an error, never 0, and everything that reads it is that error."""
    evaluation = evaluate(
        tmp_path, "rules:\n  r: {formula: A / B}\n  s: {formula: r + 1}\n", A=1, B=0
    )
    assert result(evaluation)["errors"] == [
        {"step": code, "cause": "division_by_zero", "of": "B"} for code in "rs"
    ]
    assert (evaluation.status, dict(evaluation.values)) == ("invalid", {})


def test_results_too_large_are_the_error_limit(tmp_path: Path):
    """400 digits are computed, more are an error, not a hang."""
    chain = "".join(
        f"  r{i}: {{formula: {f'r{i - 1}' if i else 'A'} * {f'r{i - 1}' if i else 'A'}}}\n"
        for i in range(40)
    )
    evaluation = evaluate(tmp_path, f"rules:\n{chain}", A=999)
    errors = result(evaluation)["errors"]
    assert errors[0] == {"step": "r7", "cause": "limit", "of": "r6 * r6"}
    assert len(errors) == 33


# -- Decisions

TRUTH = {"t": "'true'", "f": "'false'", "?": "b0", "n": "n > 1", "e": "e > 1"}


def decide(folder: Path, policy: str, cases: str, *, otherwise: str = "") -> Any:
    """Evaluate a decision whose cases are written `t:a ?:b`: a truth and an outcome each."""
    lines = [f"      - {{outcome: {case[2:]}, when: {TRUTH[case[0]]}}}" for case in cases.split()]
    lines += [f"      - {{outcome: {otherwise}, otherwise: true}}"] if otherwise else []
    body = (
        f"rules:\n{GAPS}decisions:\n  d:\n    policy: {policy}\n    cases:\n"
        + "\n".join(lines)
        + "\n"
    )
    value = step(evaluate(folder, body), "d")["value"]
    return value.get("text", value)


CONFLICT, NO_CASE = (
    {"error": {"cause": "conflict", "of": "d"}},
    {"error": {"cause": "no_case", "of": "d"}},
)
MISSING, NOT_ENCODED = {"missing": ["b0"]}, {"not_encoded": "perché"}
DIVISION = {"error": {"cause": "division_by_zero", "of": "0"}}


@pytest.mark.parametrize(
    ("cases", "value"),
    [
        ("t:a f:b", "a"),
        ("f:a t:b", "b"),
        ("t:a t:b", CONFLICT),
        ("t:a t:b ?:c", CONFLICT),
        ("f:a f:b", NO_CASE),
        ("?:a f:b", MISSING),
        ("f:a ?:b", MISSING),
        ("?:a t:b", MISSING),
        ("t:a ?:b", MISSING),
        ("t:a ?:a", "a"),
        ("?:a t:a f:b", "a"),
        ("?:a t:a ?:b", MISSING),
        ("?:a ?:a", MISSING),
        ("n:a ?:b", NOT_ENCODED),
        ("?:a n:b", NOT_ENCODED),
        ("e:a n:b ?:c", DIVISION),
        ("t:a e:b", DIVISION),
        ("t:a e:a", "a"),
        ("n:a f:b", NOT_ENCODED),
    ],
)
def test_exclusive_decisions(tmp_path: Path, cases: str, value: object):
    """One true and all others false.

    Two true are a conflict; a gap decides unless it could not change the outcome.
    """
    assert decide(tmp_path, "exclusive", cases) == value


@pytest.mark.parametrize(
    ("cases", "value"),
    [
        ("t:a t:b", "a"),
        ("f:a t:b t:c", "b"),
        ("t:a ?:b", "a"),
        ("t:a e:b", "a"),
        ("f:a f:b", NO_CASE),
        ("?:a t:b", MISSING),
        ("?:a t:a", "a"),
        ("?:a f:b t:a", "a"),
        ("?:a t:a t:b", MISSING),
        ("f:c ?:a ?:a t:a", "a"),
        ("?:a ?:a", MISSING),
        ("?:a n:b", MISSING),
        ("n:a ?:a t:a", "a"),
        ("e:a t:b", DIVISION),
        ("f:a n:b t:c", NOT_ENCODED),
    ],
)
def test_first_decisions(tmp_path: Path, cases: str, value: object):
    """The first case that is not false decides.

    A gap there is the answer unless nothing after it could differ.
    """
    assert decide(tmp_path, "first", cases) == value


@pytest.mark.parametrize(
    ("policy", "cases", "value"),
    [
        ("exclusive", "f:a f:b", "z"),
        ("exclusive", "t:a f:b", "a"),
        ("exclusive", "?:a f:b", MISSING),
        ("exclusive", "?:z f:b", MISSING),
        ("exclusive", "t:a t:b", CONFLICT),
        ("first", "f:a f:b", "z"),
        ("first", "f:a ?:b", MISSING),
        ("first", "f:a ?:z", "z"),
        ("first", "t:a", "a"),
    ],
)
def test_otherwise(tmp_path: Path, policy: str, cases: str, value: object):
    """The last case is true when all others are false, and open when they are."""
    assert decide(tmp_path, policy, cases, otherwise="z") == value


@pytest.mark.parametrize("truths", list(product("tf?ne", repeat=2)))
@pytest.mark.parametrize("policy", ["exclusive", "first"])
def test_a_gap_never_becomes_an_outcome_by_itself(
    tmp_path: Path, truths: tuple[str, str], policy: str
):
    """Whatever two cases are, an outcome comes only from a case that is true."""
    value = decide(tmp_path, policy, f"{truths[0]}:a {truths[1]}:b")
    if isinstance(value, str):
        assert truths["ab".index(value)] == "t"


def test_decisions_not_encoded(tmp_path: Path):
    """A decision, and a case, may say that they are not known; it is told, never guessed."""
    evaluation = evaluate(
        tmp_path,
        (
            "decisions:\n  d: {not_encoded: non noto}\n"
            "  c: {cases: [{outcome: si, not_encoded: boh}, {outcome: no, when: b1}]}\n"
        ),
        b1=False,
    )
    assert dict(evaluation.decisions) == {"d": "not_encoded", "c": "not_encoded"}
    assert result(evaluation)["not_encoded"] == [
        {"step": "d", "why": "non noto"},
        {"step": "c", "why": "boh"},
    ]
    assert evaluation.status == "incomplete"


def test_decisions_read_as_text(tmp_path: Path):
    """An outcome is a text for other conditions, and a gap stays a gap."""
    decision = (
        "decisions:\n  d: {cases: [{outcome: si, when: b0}, {outcome: no, otherwise: true}]}\n"
    )
    body = decision + "rules:\n  r: {formula: \"1 if d == 'si' else 2\"}\n"
    assert evaluate(tmp_path, body, b0=True).values["r"] == 1
    assert evaluate(tmp_path, body, b0=False).values["r"] == 2
    assert step(evaluate(tmp_path, body), "r")["value"] == {"missing": ["b0"]}


# -- Sections


def test_sections_list_what_is_empty_and_filled(tmp_path: Path):
    """Due: the empty fields that are not optional.

    Not due: the filled ones are noted and nothing is missing.
    """
    body = "sections:\n  s: {due: b0, fields: [A, B, X], optional: [X]}\n"
    due = evaluate(tmp_path, body, b0=True, A=1)
    assert (due.sections["s"], step(due, "s")["empty"], due.status, due.missing) == (
        "due",
        ["B"],
        "incomplete",
        ("B",),
    )
    complete = evaluate(tmp_path, body, b0=True, A=1, B=2)
    assert complete.status == "complete"
    not_due = evaluate(tmp_path, body, b0=False, A=1)
    assert (
        not_due.sections["s"],
        step(not_due, "s")["filled"],
        not_due.status,
        not_due.missing,
    ) == ("not_due", ["A"], "complete", ())
    open_ = evaluate(tmp_path, body, A=1)
    assert (open_.sections["s"], open_.status) == ("undetermined", "incomplete")


def test_empty_text_is_filled(tmp_path: Path):
    """Empty text is text; a blank is an absent key."""
    body = "sections:\n  s: {due: true, fields: [T]}\n"
    assert evaluate(tmp_path, body, T="").status == "complete"
    assert evaluate(tmp_path, body).missing == ("T",)


@pytest.mark.parametrize(
    ("parent", "own", "word"),
    [
        ("true", "true", "due"),
        ("true", "false", "not_due"),
        ("false", "true", "not_due"),
        ("false", "b0", "not_due"),
        ("b0", "false", "not_due"),
        ("b0", "true", "undetermined"),
        ("true", "b0", "undetermined"),
        ("false", "e > 1", "not_due"),
        ("true", "e > 1", "error"),
        ("true", "n > 1", "not_encoded"),
        ("b0", "n > 1", "not_encoded"),
    ],
)
def test_a_part_is_due_only_with_its_whole(tmp_path: Path, parent: str, own: str, word: str):
    """`part_of` joins both conditions as Kleene's `and` does."""
    body = f"rules:\n{GAPS}sections:\n  p: {{due: {parent}}}\n  s: {{part_of: p, due: {own}}}\n"
    assert evaluate(tmp_path, body).sections["s"] == word


def test_sections_without_known_fields(tmp_path: Path):
    """A section whose fields are not known still says whether it is due.

    Only then does it leave the report open.
    """
    body = "sections:\n  s: {due: b0, not_encoded: campi non noti}\n"
    due = evaluate(tmp_path, body, b0=True)
    assert (due.sections["s"], due.status, result(due)["not_encoded"]) == (
        "due",
        "incomplete",
        [{"step": "s", "why": "campi non noti"}],
    )
    not_due = evaluate(tmp_path, body, b0=False)
    assert (not_due.sections["s"], not_due.status, result(not_due)["not_encoded"]) == (
        "not_due",
        "complete",
        [],
    )


# -- Checks and status


@pytest.mark.parametrize(
    ("expect", "word"),
    [
        ("A > 0", "passed"),
        ("A < 0", "failed"),
        ("B > 0", "undetermined"),
        ("m > 0", "not_applicable"),
        ("n > 0", "not_encoded"),
        ("e > 0", "error"),
        ("A < 0 or b0", "undetermined"),
        ("A > 0 or e > 0", "passed"),
    ],
)
def test_checks_never_fail_because_they_could_not_be_run(tmp_path: Path, expect: str, word: str):
    """Passed and failed come from a truth; everything else says why there is none."""
    assert (
        evaluate(tmp_path, f"rules:\n{GAPS}checks:\n  c: {{expect: {expect}}}\n", A=1).checks["c"]
        == word
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("checks:\n  c: {expect: A < 0, severity: error}\n", "invalid"),
        ("checks:\n  c: {expect: A < 0, severity: warning}\n", "complete"),
        ("checks:\n  c: {expect: A < 0, severity: info}\n", "complete"),
        ("checks:\n  c: {expect: B > 0, severity: error}\n", "incomplete"),
        ("checks:\n  c: {expect: B > 0, severity: warning}\n", "complete"),
        ("checks:\n  c: {expect: 1 / 0 > 1, severity: info}\n", "invalid"),
        (f"rules:\n  {NOT_APPLICABLE}\nchecks:\n  c: {{expect: m > 0}}\n", "complete"),
        (f"rules:\n  {NOT_APPLICABLE}\n", "complete"),
        (f"rules:\n  {GAP}\n", "incomplete"),
        (f"rules:\n  {ERROR}\n", "invalid"),
        ("rules:\n  r: {formula: B}\n", "incomplete"),
        (f"rules:\n  {GAP}\n  {ERROR}\n", "invalid"),
        ("messages:\n  q: {when: b0, text: {it: x}}\n", "complete"),
        ("messages:\n  q: {when: 1 / 0 > 1, text: {it: x}}\n", "complete"),
        ("decisions:\n  d: {cases: [{outcome: si, when: b0}]}\n", "incomplete"),
        ("decisions:\n  d: {cases: [{outcome: si, when: A < 0}]}\n", "invalid"),
        ("sections:\n  s: {due: b0}\n", "incomplete"),
        ("sections:\n  s: {due: 1 / 0 > 1}\n", "invalid"),
    ],
)
def test_status(tmp_path: Path, body: str, status: str):
    """Invalid before incomplete before complete.

    What does not apply, warnings and messages do not count.
    """
    assert evaluate(tmp_path, body, A=1).status == status


# -- Declared values


@pytest.mark.parametrize(
    ("formula", "declared", "agreement"),
    [
        ("A / 3", "0.666667", "rounded"),
        ("A / 3", "0.666666", "truncated"),
        ("A / 3", "1", "rounded"),
        ("A / 3", "0", "truncated"),
        ("A / 3", "0.66", "truncated"),
        ("A / 3", "0.67", "rounded"),
        ("A / 3", "0.68", "differs"),
        ("A / 3", "0.670", "differs"),
        ("A", "2.00", "equal"),
        ("A", "2.01", "differs"),
        ("-A / 3", "-0.67", "rounded"),
        ("-A / 3", "-0.66", "truncated"),
        ("A / 4 + 2", "3", "rounded"),
        ("B + 1", "5", "unverified"),
        ("1 / (A - 2)", "5", "unverified"),
    ],
)
def test_declared_values_agree_by_their_precision(
    tmp_path: Path, formula: str, declared: str, agreement: str
):
    """The unrounded value, half up or cut at the declared decimals, gives the declared one."""
    evaluation = evaluate_text(
        tmp_path, f"rules:\n  X: {{formula: {formula}}}\n", f"A: 2, X: {declared}"
    )
    assert step(evaluation, "X")["declared"] == {
        "text": declared,
        "value": declared,
        "agreement": agreement,
    }
    assert (evaluation.status == "invalid") == (agreement == "differs" or "/ (A" in formula)


def evaluate_text(folder: Path, body: str, fields: str) -> ruletrail.Evaluation:
    plan = load(folder, body)
    (folder / "report.yaml").write_text(
        f"rulebook: prova/2024\nfields: {{{fields}}}\n", encoding="utf-8"
    )
    return plan.evaluate(folder / "report.yaml")


@pytest.mark.parametrize(
    ("declared", "agreement"), [("0", "blank"), ("0.00", "blank"), ("1", "differs")]
)
def test_declared_where_the_rule_does_not_apply(tmp_path: Path, declared: str, agreement: str):
    """The form prints 0 where nothing applies; anything else there differs."""
    evaluation = evaluate_text(
        tmp_path, "rules:\n  X: {when: 'false', formula: A}\n", f"X: {declared}"
    )
    assert step(evaluation, "X")["declared"]["agreement"] == agreement


def test_declared_is_compared_before_the_rules_own_rounding(tmp_path: Path):
    """Rounding twice (0.4496 → 0.45 → 0.5) would call 0.5 rounded; the value before gives 0.4."""
    body = "rules:\n  X: {formula: A, round: {decimals: 2, mode: half_up}}\n"
    assert (
        step(evaluate_text(tmp_path, body, "A: 0.4496, X: 0.4"), "X")["declared"]["agreement"]
        == "rounded"
    )
    assert (
        step(evaluate_text(tmp_path, body, "A: 0.4496, X: 0.5"), "X")["declared"]["agreement"]
        == "differs"
    )


def test_the_computed_value_is_the_fact(tmp_path: Path):
    """A declared value never replaces the computed one, nor stands in for a missing one."""
    body = "rules:\n  X: {formula: A + 1}\n  Y: {formula: X * 2}\n"
    assert evaluate_text(tmp_path, body, "A: 1, X: 99").values["Y"] == 4
    assert step(evaluate_text(tmp_path, body, "X: 99"), "Y")["value"] == {"missing": ["A"]}


def test_differs_is_invalid_and_unverified_is_not(tmp_path: Path):
    """A printed total that differs from the sum is an error.

    One that cannot be compared is open, not wrong.
    """
    body = "rules:\n  X: {formula: A + 1}\n"
    assert evaluate_text(tmp_path, body, "A: 1, X: 3").status == "invalid"
    assert evaluate_text(tmp_path, body, "X: 3").status == "incomplete"


# -- Messages and printed sentences


def test_messages_show_values_and_words(tmp_path: Path):
    """Numbers by the locale and the display, a gap by its word, the rulebook's own names."""
    body = f"rules:\n{GAPS}  r: {{formula: A / 3, display: {{decimals: 2, grouping: false}}}}\n"
    body += (
        'messages:\n  q: {when: "true", text: '
        '{it: "{A} {r} {B} {n} {e} {m} {T} {edition} {rulebook} {version}"}}\n'
    )
    evaluation = evaluate(tmp_path, body, A=4000, T="{A}\u202e")
    assert evaluation.messages == (
        "4.000 1333,33 mancante non codificato errore non applicabile {A}\u202e 2024 prova 1.0.0",
    )


def test_messages_of_decisions_sections_checks(tmp_path: Path):
    """A case's message when chosen, a section's by its state, a check's when it failed.

    Nothing for a gap.
    """
    body = (
        "decisions:\n  d: {cases: [{outcome: si, when: b0, message: {it: D si}}, "
        "{outcome: no, when: not b0, message: {it: D no}}]}\n"
        "sections:\n  s: {due: b0, message: {due: {it: S due}, not_due: {it: S no}}}\n"
        "checks:\n  c: {expect: b0, message: {it: C failed}}\n"
    )
    assert evaluate(tmp_path, body, b0=True).messages == ("D si", "S due")
    assert evaluate(tmp_path, body, b0=False).messages == ("D no", "S no", "C failed")
    assert evaluate(tmp_path, body).messages == ()


def test_printed_sentences_are_matched_whatever_the_typography(tmp_path: Path):
    """Blocks are joined, white space, hyphens and apostrophes made alike.

    What remains is unmatched.
    """
    first = "messages:\n  p: {when: 'true', text: {it: L'ente non deve compilare il Quadro 3.}}\n"
    body = first + "  q: {when: 'true', text: {it: Seconda frase.}}\n"
    printed = [
        "Prima: L’ente non\u00a0deve",
        "compilare  il\nQuadro 3.",
        "Altro.",
        "Seconda frase.",
    ]
    evaluation = evaluate(tmp_path, body, printed)
    assert result(evaluation)["printed"] == {"matched": 2, "unmatched": ["Prima:", "Altro."]}
    assert evaluation.status == "complete"


def test_a_sentence_is_counted_once(tmp_path: Path):
    """A sentence printed twice matches once; one inside another does not break it."""
    body = "messages:\n  p: {when: 'true', text: {it: Frase lunga intera.}}\n"
    body += "  q: {when: 'true', text: {it: lunga}}\n"
    assert result(evaluate(tmp_path, body, ["Frase lunga intera. Frase lunga intera."]))[
        "printed"
    ] == {
        "matched": 2,
        "unmatched": ["Frase", "intera."],
    }
    assert match_printed(["a lunga b"], ()).unmatched == ("a lunga b",)


@pytest.mark.parametrize("hyphen", list("‐‑‒–—−"))
def test_hyphens_are_alike(hyphen: str):
    """Jesi prints U+2010, Livorno the ASCII sign."""
    assert normalise(f"bio{hyphen}medico") == "bio-medico"


def test_only_shown_sentences_match(tmp_path: Path):
    """A sentence on the paper that this evaluation does not say is unmatched.

    The reader must see it.
    """
    body = "messages:\n  p: {when: b0, text: {it: Frase.}}\n"
    assert result(evaluate(tmp_path, body, ["Frase."], b0=False))["printed"] == {
        "matched": 0,
        "unmatched": ["Frase."],
    }


# -- Which rulebook answers


@pytest.mark.parametrize("reference", ["prova/2023", "altra/2024", "prova/2024@2.0.0"])
def test_a_report_names_its_rulebook(tmp_path: Path, reference: str):
    """Name, edition and pinned version must be those of the rulebook."""
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path, "rules:\n  r: {formula: A}\n").evaluate({"rulebook": reference})
    assert raised.value.problems[0].code == "report-of-another"
