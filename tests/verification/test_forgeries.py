"""Consistent forgeries: all digests are made anew, so only the reasoning can betray them.

What follows from the report, the constants and the formulas is found wherever it is forged;
`CLAIMS` lists what a trail can only state, and a test shows that exactly these pass.
`docs/trail.md` says the same in words.
"""

import copy
import json
import os
import random
import re
from collections.abc import Callable
from fractions import Fraction

import pytest

import ruletrail
from ruletrail.trails import canonical_json
from ruletrail.verification import verify_trail
from support.command_line import call
from support.places import ROOT, TESTS
from support.rulebooks import Raw, load_text, rows_of, rulebook_text, schema_of
from support.signing import judge, sign

HERE = TESTS / "verification"
ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))


def make(rulebook, report) -> dict:
    return json.loads(ruletrail.load(rulebook).evaluate(report).trail.to_json())


@pytest.fixture(scope="module")
def small_trail() -> dict:
    return make(HERE / "small.yaml", HERE / "small.report.yaml")


@pytest.fixture(scope="module")
def jesi_trail() -> dict:
    return make("sociale/2024", ROOT / "examples" / "jesi-2024.yaml")


@pytest.fixture(scope="module")
def kinds_trail() -> dict:
    return make(HERE / "kinds.yaml", HERE / "kinds.report.yaml")


@pytest.fixture
def small(small_trail) -> dict:
    return copy.deepcopy(small_trail)


@pytest.fixture
def kinds(kinds_trail) -> dict:
    return copy.deepcopy(kinds_trail)


def step(document: dict, code: str) -> dict:
    return next(step for step in document["steps"] if step["id"] == code)


def found(document: dict) -> str:
    """Give the code and the sentence of the one problem."""
    problems = judge(document)
    return f"{problems[0].code} {problems[0].message('en')}" if problems else ""


def test_signing_anew_changes_nothing(small, kinds, jesi_trail):
    assert [judge(document) for document in (small, kinds, jesi_trail)] == [[], [], []]


# -- Every derived value, one at a time

CLAIMS = re.compile(
    r"""engine\.version | rulebook\.(title|status|digest|version) | schema\..* | sources\..* |
    report\.subject.* | fields\..* | parameters\.\w+\.(label|unit|source.*|evidence|note) |
    parameters\.inutile\..* | .*\.digest | digest |
    steps\[\d+\]\.(label|mark|unit|evidence|note|source.*|severity|policy
    |optional.*|fields.*|fields_not_encoded|text_not_encoded) |
    steps\[\d+\]\.cases\[\d+\]\.(mark|evidence|note|source.*) |
    steps\[\d+\]\.message\.(evidence|note|source.*) |
    steps\[\d+\]\.(message\.template|sentences.*|groups.*|rounding\.(mode|decimals)|display.*|id) |
    steps\[\d+\](\.when|\.cases\[\d+\])?\.(formula|condition|not_encoded|sentence|otherwise) |
    steps\[\d+\]\.cases\[\d+\]\.outcome""",
    re.VERBOSE,
)
"""What a trail states and no step of it proves.

Some of these are found all the same when they change a result.
"""


def leaves(data, place=""):
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, f"{place}.{key}")
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from leaves(value, f"{place}[{at}]")
    else:
        yield place.removeprefix("."), data


def put(document, place, value):
    *path, last = [
        int(part[1:-1]) if part[0] == "[" else part.strip(".")
        for part in re.findall(r"\[\d+\]|\.?[^.\[]+", place)
    ]
    for key in path:
        document = document[key]
    document[last] = value


def others(place: str, value):
    """Give other values that the form admits at a place."""
    words = {
        "outcome": (
            "value",
            "missing",
            "not_applicable",
            "error",
            "due",
            "not_due",
            "passed",
            "failed",
            "undetermined",
            "shown",
            "not_shown",
        ),
        "from": ("report", "rule", "parameter", "decision", "section"),
        "skipped": ("branch_not_taken", "when_false", "when_unsettled"),
        "agreement": ("equal", "rounded", "truncated", "blank", "unverified", "differs"),
        "status": ("complete", "incomplete", "invalid"),
        "cause": ("division_by_zero", "conflict", "no_case", "limit"),
        "kind": ("rule", "check", "message"),
        "language": ("it", "en"),
        "locale": ("it", "en"),
    }
    last = place.rsplit(".", 1)[-1]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, max(value - 1, 0)]
    if last in words:
        return words[last]
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        number = Fraction(value) + 1
        return [str(number) if number.denominator == 1 else value + "1", "0", "1/3"]
    return [value + "x", "M12" if value != "M12" else "M15", "x"]


def forge_all(trail, sample=None, tries=3):
    """Change each derived leaf, as often as asked; gives the places where no change was found."""
    whole = json.dumps(trail)
    chosen = [(place, value) for place, value in leaves(trail) if not CLAIMS.fullmatch(place)]
    if sample is not None:
        chosen = random.Random(11).sample(chosen, min(sample, len(chosen)))  # noqa: S311 - a test, not a secret
    for at, (place, value) in enumerate(chosen):
        wrong = [
            other
            for other in others(place, value)
            if other != value or type(other) is not type(value)
        ][:3]
        first = at % len(wrong) if tries < len(wrong) else 0
        for other in (wrong + wrong)[first : first + min(tries, len(wrong))]:
            document = json.loads(whole)  # a copy, in a tenth of the time of `deepcopy`
            put(document, place, other)
            if not judge(document):
                yield place, value, other


def test_every_derived_value_of_the_small_trail_is_proved(small_trail):
    assert list(forge_all(small_trail)) == []


def test_every_derived_value_of_the_trail_of_all_kinds_is_proved(kinds_trail):
    """One of three other values at each place, by turns: all places have their like elsewhere."""
    assert list(forge_all(kinds_trail, tries=ROUNDS)) == []


def test_derived_values_of_a_real_trail_are_proved(jesi_trail):
    assert list(forge_all(jesi_trail, 80 * ROUNDS)) == []


def test_no_key_can_be_dropped_unseen(kinds_trail):
    """Take each key of the document away, but the claims that may be absent."""
    free = {
        "source",
        "evidence",
        "note",
        "unit",
        "display",
        "sentence",
        "text_not_encoded",
        "fields_not_encoded",
        "url",
    }
    for place in _objects(kinds_trail, ()):
        for key in _at(kinds_trail, place):
            document = copy.deepcopy(kinds_trail)
            del _at(document, place)[key]
            claimed = (*place, key) == ("parameters", "inutile") or (
                key == "when" and _at(kinds_trail, place)["id"] == "libero"
            )
            if claimed or place in (("report", "subject"), ("fields",)):
                continue
            if key in ("digest", "report", "steps", "id", "reads"):
                assert verify_trail((canonical_json(document) + "\n").encode(), "trail.json"), (
                    place,
                    key,
                )
            else:
                assert key in free or judge(document), (place, key)


def _objects(data, place):
    if isinstance(data, dict):
        yield place
        for key, value in data.items():
            yield from _objects(value, (*place, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from _objects(value, (*place, at))


def _at(document, place):
    for key in place:
        document = document[key]
    return document


def test_what_a_trail_can_only_state_passes(kinds):
    """Say plainly what is not proved.

    These forgeries hold together, and only `--replay` or the paper betrays them.
    """
    kinds["rulebook"]["title"] = "Un altro"
    kinds["rulebook"]["digest"] = "sha256:" + "0" * 64
    kinds["schema"]["digest"] = "sha256:" + "1" * 64
    kinds["report"]["subject"] = {"comune": "Altrove"}
    kinds["fields"]["A"]["label"] = "Un altro nome"
    step(kinds, "quota")["label"] = "Un altro nome"
    step(kinds, "quota")["mark"] = "altro.yaml:1:1"
    step(kinds, "quota")["evidence"] = "seed"
    step(kinds, "libero")["when"] |= {
        "condition": "A != 0",
        "parts": [{"span": [0, 6], "value": True}],
    }
    assert judge(kinds) == []


def test_replay_betrays_what_a_trail_can_only_state(kinds):
    """A forged formula that verifies alone does not come out when the report is replayed."""
    step(kinds, "libero")["when"] |= {
        "condition": "A != 0",
        "parts": [{"span": [0, 6], "value": True}],
    }
    assert judge(kinds) == []
    words = ("verify", "-", "--replay", "--rulebook", HERE / "kinds.yaml")
    status, _, err = call(*words, stdin=sign(kinds).encode())
    assert status == 1
    assert "trail-replay" in err
    assert "evaluated again, `digest`" not in err
    assert "`steps[15].when.condition`" in err


# -- Named forgeries, each found at the step and for the reason it should be


def test_a_value_with_everything_after_it_made_to_fit(small):
    quota = step(small, "quota")
    quota["value"] = "2.68"
    for other in small["steps"]:
        if "quota" in other["reads"]:
            other["reads"]["quota"]["value"] = "2.68"
    small["result"]["values"]["quota"] = "2.68"
    step(small, "livello")["message"]["arguments"]["quota"] |= {"value": "2.68", "text": "2,68"}
    step(small, "livello")["message"]["text"] = "Quota 2,68."
    small["result"]["messages"][0]["text"] = "Quota 2,68."
    assert found(small) == (
        'trail-step in the step `quota`, `value` is `"2.68"`, but from what it reads '
        'follows `"2.67"`'
    )


def test_a_field_with_the_steps_left_as_they_were(small):
    small["report"]["fields"]["A"] = "9"
    assert found(small).startswith("trail-step in the step `resto`, `reads.A.value`")


def test_a_field_taken_away(small):
    del small["report"]["fields"]["B"]
    assert '`{"missing": ["B"]}`' in found(small)


def test_a_field_of_another_type(small):
    small["report"]["fields"]["A"] = {"text": "8"}
    assert found(small).startswith("trail-report `report.fields.A`")


def test_a_field_that_the_form_does_not_have(small):
    small["report"]["fields"]["Z"] = "1"
    assert found(small).startswith("trail-report `report.fields.Z`")


def test_a_report_for_another_rulebook(small):
    small["report"]["rulebook"] = "altro/2024"
    assert found(small).startswith("trail-report `report.rulebook`")


def test_a_constant_with_the_steps_left_as_they_were(small):
    small["parameters"]["soglia"]["value"] = "3"
    assert found(small).startswith("trail-step in the step `livello`, `reads.soglia.value`")


def test_a_constant_that_is_not_written_exactly(small):
    small["parameters"]["soglia"]["value"] = "5/2"
    assert found(small).startswith(("trail-result", "trail-report"))


def test_another_case(small):
    livello = step(small, "livello")
    livello["cases"][0]["value"], livello["cases"][1]["value"] = False, True
    livello |= {"outcome": "basso", "value": {"text": "basso"}}
    assert found(small).startswith("trail-step in the step `livello`, `cases[0]")


def test_a_dropped_case(small):
    del step(small, "livello")["cases"][0]
    assert found(small).startswith("trail-step in the step `livello`, `reads")


def test_a_section_word(small):
    step(small, "parte")["outcome"] = "not_due"
    assert found(small).startswith("trail-step in the step `parte`, `outcome`")


def test_a_status(small):
    small["result"]["status"] = "incomplete"
    assert (
        found(small)
        == 'trail-result `result.status` is `"incomplete"`, but from the steps follows `"complete"`'
    )


def test_a_message_with_another_number(small):
    step(small, "livello")["message"]["text"] = small["result"]["messages"][0]["text"] = (
        "Quota 9,99."
    )
    assert found(small).startswith("trail-step in the step `livello`, `message.text`")


def test_a_message_left_out(small):
    del step(small, "livello")["message"]
    small["result"] |= {
        "messages": [],
        "printed": {"matched": 0, "unmatched": ["Quota 2,67. Poi."]},
    }
    assert found(small).startswith("trail-sentence-lost the step `livello`")


def test_a_message_put_in(small):
    step(small, "C1")["message"] = {
        "language": "it",
        "template": "Bene.",
        "arguments": {},
        "text": "Bene.",
    }
    small["result"]["messages"].append({"step": "C1", "text": "Bene."})
    assert found(small).startswith("trail-sentence-unfounded the step `C1`")


def test_a_message_that_is_no_template(small):
    step(small, "livello")["message"]["template"] = "Quota {quota}}."
    assert found(small).startswith("trail-template in the step `livello`")


@pytest.mark.parametrize(
    ("code", "reason"),
    [("spento", "when_false"), ("sospeso", "when_unsettled"), ("scelta", "branch_not_taken")],
)
def test_another_reason_why_a_part_was_skipped(kinds, code, reason):
    part = next(part for part in step(kinds, code)["parts"] if "skipped" in part)
    assert part["skipped"] == reason
    part["skipped"] = "when_false" if reason != "when_false" else "branch_not_taken"
    assert found(kinds).startswith(f"trail-step in the step `{code}`, `parts[")


def test_a_skipped_branch_given_a_value(kinds):
    part = next(part for part in step(kinds, "scelta")["parts"] if "skipped" in part)
    assert part.pop("skipped") == "branch_not_taken"
    part["value"] = "1"
    assert found(kinds).startswith("trail-step in the step `scelta`, `parts[")


def test_a_part_left_out(kinds):
    del step(kinds, "scelta")["parts"][0]
    assert found(kinds).startswith("trail-step in the step `scelta`, `parts[")


def test_the_last_step_dropped_is_a_trail_of_a_shorter_rulebook(small):
    """Nothing reads it and no place is left empty.

    Only the rulebook, by `--replay`, tells that it is not there.
    """
    assert small["steps"].pop()["id"] == "C1"
    assert found(small).startswith("trail-result `result.checks.C1`")
    small["result"]["checks"] = {}
    assert judge(small) == []


def test_a_dropped_step_in_the_middle(small):
    small["steps"] = [each for each in small["steps"] if each["id"] != "parte"]
    small["result"]["sections"] = {}
    assert found(small).startswith("trail-place the step `C1`")


def test_a_dropped_step_that_others_read(small):
    small["steps"] = [each for each in small["steps"] if each["id"] != "livello"]
    assert found(small) == (
        "trail-read the step `parte` reads `livello`, which no earlier step, parameter "
        "or field gives"
    )


def test_a_step_before_what_it_reads(small):
    small["steps"].reverse()
    assert found(small).startswith("trail-read the step `parte` reads `livello`")


def test_two_independent_steps_in_another_order(small):
    small["steps"].insert(0, small["steps"].pop())
    assert found(small).startswith("trail-order")


def test_a_ring(small):
    quota, resto = step(small, "quota"), step(small, "resto")
    resto["reads"]["quota"] = {"value": quota["value"], "from": "rule"}
    resto["formula"], resto["parts"] = "quota", []
    assert found(small).startswith("trail-read the step `resto` reads `quota`")


def test_a_step_that_reads_itself(small):
    resto = step(small, "resto")
    resto["formula"] = "resto"
    assert found(small).startswith("trail-read the step `resto` reads `resto`")


def test_a_read_that_the_formula_does_not_make(small):
    step(small, "quota")["reads"]["C"] = {"value": {"missing": ["C"]}, "from": "report"}
    assert found(small).startswith("trail-step in the step `quota`, `reads.C`")


def test_two_steps_of_one_name(small):
    small["steps"].append(copy.deepcopy(small["steps"][-1]))
    assert found(small).startswith("trail-name")


def test_a_step_named_like_a_field(small):
    step(small, "C1")["id"] = "C"
    assert found(small).startswith("trail-name `C`")


def test_a_source_that_is_not_described(small):
    step(small, "C1")["source"] = "nessuna"
    assert found(small).startswith("trail-source `C1` names the source `nessuna`")


def test_a_group_with_other_members(kinds):
    total = step(kinds, "totale")
    total["groups"]["tutti"].pop()
    assert found(kinds).startswith("trail-step in the step `totale`, `reads.")


def test_a_group_that_differs_between_steps(kinds):
    other = step(kinds, "massimo")
    other["groups"]["tutti"].reverse()
    assert found(kinds).startswith("trail-step in the step `massimo`, `groups.tutti")


NO_FORMULAS = [
    *(
        "lambda: 1",
        "A.real",
        "A[0]",
        "__import__('os')",
        "[A for A in B]",
        "A if B",
        "A ** B",
        "A = B",
        "1 < A < 9",
        "(A",
        "A B",
        "f'{A}'",
    ),
    *(
        "A;B",
        'A == r"x"',
        "(sum)(A)",
        "sum()",
        "abs(A, B)",
        "floor(A, 11)",
        "floor(A, B)",
        "A in B",
        "A in []",
        "[A]",
        "A < [1]",
        "1" * 16,
    ),
    *(
        "+".join("A" * 40),
        "-" * 200 + "A",
        "(" * 31 + "A" + ")" * 31,
        "A + " + "1 + " * 124 + "1",
        "07",
        "1.",
        ".5",
        "1e5",
        "'a\\n'",
    ),
    *("A is B", "not", "é", "A·B", "\u0000"),
]


@pytest.mark.parametrize("text", NO_FORMULAS)
def test_what_is_no_formula_is_refused(small, text):
    step(small, "resto")["formula"] = text
    assert found(small).startswith("trail-formula in the step `resto`")


@pytest.mark.parametrize(
    "text",
    [
        "A and B",
        "not A",
        'A + "x"',
        'A < "x"',
        "true < false",
        "1 if A else 2",
        'sum("x")',
        "length(A)",
        "count(A)",
        "-true",
    ],
)
def test_a_formula_over_values_of_the_wrong_type_is_refused(small, text):
    resto = step(small, "resto")
    resto["when"] |= {
        "condition": "A > 0",
        "parts": [{"span": [0, 5], "value": True}],
        "value": True,
    }
    resto["formula"] = text
    resto["reads"] = {
        code: {"value": small["report"]["fields"][code], "from": "report"} for code in ("A", "B")
    }
    assert found(small).startswith(
        ("trail-types in the step `resto`", "trail-step in the step `resto`, `reads.B`")
    )
    if "B" not in text:
        del resto["reads"]["B"]
        assert found(small).startswith("trail-types in the step `resto`")


def test_a_condition_that_is_a_number_is_refused(small):
    resto = step(small, "resto")
    resto["when"]["condition"] = "A"
    assert found(small).startswith("trail-types in the step `resto`, `A`")


def test_an_agreement(kinds):
    """The report declares 2.67 for `quota`, before rounding 8/3."""
    quota = step(kinds, "quota")
    assert quota["declared"]["agreement"] == "equal"
    kinds["report"]["fields"]["quota"] = quota["declared"]["text"] = quota["declared"]["value"] = (
        "2.66"
    )
    assert '`"equal"`, but from what it reads follows `"truncated"`' in found(kinds)


def test_a_gap_made_a_value(kinds):
    """Missing made a zero, not encoded made a value: the old tricks."""
    manca = step(kinds, "manca")
    assert manca["value"] == {"missing": ["N"]}
    manca |= {"outcome": "value", "value": "0"}
    kinds["result"]["values"]["manca"] = "0"
    assert found(kinds).startswith("trail-step in the step `manca`, `outcome`")


def test_a_reason_changed_on_the_way(kinds):
    """What is not encoded keeps its reasons.

    The checker unites them itself and does not read the joined text.
    """
    due = step(kinds, "due_motivi")
    assert due["value"] == {"not_encoded": "a; b; b; c"}
    due["value"] = {"not_encoded": "a; b; c"}
    assert found(kinds).startswith("trail-step in the step `due_motivi`, `value")


def test_otherwise_before_the_last_case(kinds):
    step(kinds, "livello")["cases"].reverse()
    assert found(kinds).startswith("trail-step in the step `livello`, `cases[].otherwise`")


def test_a_declared_value_that_the_report_does_not_state(small):
    step(small, "quota")["declared"] = {"text": "2.67", "value": "2.67", "agreement": "equal"}
    assert found(small).startswith("trail-step in the step `quota`, `declared`")


@pytest.mark.parametrize("extra", [{"parts": []}, {"formula": "A"}, {"formula": "A", "parts": []}])
def test_a_formula_beside_what_is_not_encoded(kinds, extra):
    step(kinds, "motivo_b").update(extra)
    assert found(kinds).startswith(("trail-key `steps[10]", "trail-form `steps[10]`"))


@pytest.mark.parametrize("extra", [{"parts": []}, {"condition": "A > 1", "parts": []}])
def test_a_condition_beside_otherwise(kinds, extra):
    step(kinds, "livello")["cases"][1].update(extra)
    assert found(kinds).startswith(("trail-key `steps[", "trail-form `steps["))


@pytest.mark.parametrize(
    "mark", ["kinds.yaml:1:1", "altro.yaml:99:1", "kinds.yaml:0:1", "/kinds.yaml:99:1", "99:1"]
)
def test_a_case_out_of_its_place_in_the_file(kinds, mark):
    """Cases are one list of one file, so each stands after the one before it."""
    step(kinds, "prima")["cases"][1]["mark"] = mark
    assert found(kinds).startswith(("trail-mark in the step `prima`", "trail-form `steps["))


def test_a_case_doubled(kinds):
    cases = step(kinds, "prima")["cases"]
    cases.insert(2, copy.deepcopy(cases[2]))
    assert found(kinds).startswith("trail-mark in the step `prima`")


def test_an_error_made_a_no(kinds):
    errore = step(kinds, "controllo_errore")
    assert errore["outcome"] == "error"
    errore |= {"outcome": "failed", "value": {"text": "failed"}}
    assert found(kinds).startswith("trail-step in the step `controllo_errore`, `outcome`")


# -- What no rulebook may say, no trail may state


def _rule(document, code, formula, parts=(), **more):
    step(document, code).update(formula=formula, parts=list(parts), **more)


NOT_OF_THE_LANGUAGE = {
    "an absent field of another kind": lambda d: d["fields"]["N"].update(type="text"),
    "a unit that clashes with a constant's": lambda d: step(d, "quota").update(unit="ore"),
    "a constant's unit that clashes": lambda d: d["parameters"]["soglia"].update(unit="ore"),
    "units of fields that clash": lambda d: (
        d["fields"]["A"].update(unit="ore"), d["fields"]["B"].update(unit="euro")
    ),
    "a text compared with what it can never be": lambda d: step(d, "parte").update(
        condition='livello == "medio"'
    ),
    "a branch not taken of another kind": lambda d: _rule(
        d, "scelta", 'A - B if A > B else "x"'
    ),
    "a condition of a branch not taken that is a number": lambda d: _rule(
        d, "spento", "A * 2 if A else 1"
    ),
    "a skipped formula over texts": lambda d: _rule(d, "spento", 'A * "x"'),
    "an order of texts": lambda d: step(d, "controllo").update(condition='"a" < "b"', reads={}),
    "a group where a value is asked": lambda d: _rule(d, "totale", "tutti + 1"),
    "a rounded text": lambda d: step(d, "parola").update(
        rounding={"mode": "down", "decimals": 0}
    ),
    "a rule of another kind than its field": lambda d: d["fields"].update(
        vero={"label": "x", "type": "number"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_OF_THE_LANGUAGE)
def test_what_is_not_of_the_language_is_refused(kinds, name):
    NOT_OF_THE_LANGUAGE[name](kinds)
    assert found(kinds).startswith("trail-types in the step `")


def test_a_group_of_two_kinds_is_refused(kinds):
    total = step(kinds, "totale")
    total["groups"]["tutti"] = step(kinds, "massimo")["groups"]["tutti"] = ["A", "B", "T"]
    for code in ("totale", "massimo"):
        step(kinds, code)["reads"] = {
            "A": {"value": "8", "from": "report"}, "B": {"value": "3", "from": "report"},
            "T": {"value": {"text": "SI"}, "from": "report"},
        }  # fmt: skip
    assert found(kinds).startswith("trail-types in the step `totale`, `tutti`")


NOT_OF_A_RULEBOOK = {
    "trail-form": {
        "a status that there is not": lambda d: d["rulebook"].update(status="bozza"),
        "a name that no reference has": lambda d: d["rulebook"].update(name="Specie"),
        "a version with a needless zero": lambda d: d["rulebook"].update(version="01.0.0"),
        "an engine without version": lambda d: d["engine"].update(version="x"),
        "another engine": lambda d: d["engine"].update(name="altro"),
        "a field listed twice": lambda d: step(d, "parte")["fields"].append("T"),
        "an optional field listed twice": lambda d: step(d, "parte")["optional"].append("T"),
        "sentences in another order": lambda d: step(d, "parte")["sentences"].reverse(),
        "a source named twice": lambda d: step(d, "quota").update(source=["modulo", "modulo"]),
        "an outcome that is a word of ours": lambda d: step(d, "livello")["cases"][1].update(
            outcome="undetermined"
        ),
        "no printed sentence at all": lambda d: d["report"]["printed"].update(messages=[]),
        "an evidence that there is not": lambda d: step(d, "quota").update(evidence="sure"),
        "a mark in a folder of somebody's": lambda d: step(d, "quota").update(mark="/a:1:1"),
        "a mark without place": lambda d: step(d, "quota").update(mark="kinds.yaml"),
        "a decision without cases": lambda d: step(d, "livello").update(cases=[]),
        "cases of what is not encoded": lambda d: step(d, "ignota").update(
            cases=step(d, "nessuno")["cases"]
        ),
    },
    "trail-step": {
        "an optional field that is not listed": lambda d: step(d, "parte")["optional"].append("B"),
        "fields of a section without any": lambda d: step(d, "righi_ignoti").update(
            fields=["A"], filled=["A"]
        ),
        "a rule without its field's unit": lambda d: d["fields"]["libero"].update(unit="ore"),
    },
    "trail-name": {
        "a step called like a function": lambda d: step(d, "zitto").update(id="sum"),
        "a constant called like a word": lambda d: d["parameters"].update(
            true=d["parameters"].pop("inutile")
        ),
        "a field called like a word of Python": lambda d: d["fields"].update(
            lambda_={"label": "x", "type": "text"}
        ),
    },
}


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, cases in NOT_OF_A_RULEBOOK.items() for name in cases]
)
def test_what_is_not_of_a_rulebook_is_refused(kinds, code, name):
    kinds["fields"]["libero"] = {"label": "Libero", "type": "number"}
    assert judge(kinds) == []
    NOT_OF_A_RULEBOOK[code][name](kinds)
    if "lambda_" in kinds["fields"]:
        kinds["fields"]["lambda"] = kinds["fields"].pop("lambda_")
    assert found(kinds).startswith(code)


@pytest.mark.parametrize(
    "basis",
    [
        lambda d: step(d, "quota"),
        lambda d: step(d, "livello")["cases"][0],
        lambda d: step(d, "livello")["message"],
        lambda d: d["parameters"]["soglia"],
    ],
)
def test_what_is_published_assumes_nothing(kinds, basis):
    """A draft may; a published rulebook that does is refused when it is loaded."""
    basis(kinds)["evidence"] = "assumed"
    assert judge(kinds) == []
    kinds["rulebook"]["status"] = "published"
    assert found(kinds).startswith("trail-report `evidence` cannot be `assumed`")


# -- A number has one spelling

SPELLINGS = (
    "+8", "08", "8.0", "8.", ".8", "8e0", "8E0", "16/2", "8/1", "-0", "0.0", " 8", "8 ", "8\n",
    "8_0", "٨", "８", "²", "8,0", "0x8", "8j", "Infinity", "NaN", "inf", "", "--8", "8/-1", "1/0",
    "8" * 5000, "8" + "0" * 1_000_000,
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda text: repr(text[:9]))
def test_a_derived_number_is_spelled_as_trails_do(kinds, spelling):
    """A value, what is read, a part, what a result lists: each written otherwise is refused."""

    def values(document):
        libero = step(document, "libero")
        yield libero, "value"
        yield libero["reads"]["A"], "value"
        yield document["result"]["values"], "libero"
        yield next(part for part in step(document, "scelta")["parts"] if "value" in part), "value"
        yield step(document, "quota")["rounding"], "from"
        yield document["parameters"]["soglia"], "value"

    for at in range(6):
        document = copy.deepcopy(kinds)
        holder, key = list(values(document))[at]
        holder[key] = spelling
        assert found(document).startswith(("trail-form", "trail-step", "trail-re")), at


def test_a_fraction_is_spelled_in_lowest_terms(kinds):
    rounding = step(kinds, "quota")["rounding"]
    assert rounding["from"] == "8/3"
    for spelling in ("16/6", "-8/-3", "+8/3", "8 / 3", "2.666666", "08/3", "8/3.0"):
        rounding["from"] = spelling
        assert found(kinds).startswith(("trail-form", "trail-step in the step `quota`"))


@pytest.mark.parametrize("text", ["8", "8.0", "8.00", "80e-1", "0.8E1", "8e0", "8e+0"])
def test_a_reports_number_keeps_the_spelling_of_its_report(small, text):
    """What is declared is source text, in the grammar of JSON's numbers."""
    small["report"]["fields"]["A"] = text
    assert judge(small) == []


@pytest.mark.parametrize("text", [
    "+8", "08", "8.", ".8", "1_0", "٨", "8e", "8e00001", "1e15", "8.00000000000", "1E999999",
    "0e99999", "0." + "0" * 401 + "e500", "8" * 401 + "e-400", "8/1", "0x8", " 8", "NaN",
    "1" + "0" * 1_000_000,
], ids=lambda text: text[:9])  # fmt: skip
def test_a_number_that_no_report_has_is_refused(small, text):
    """Beyond the grammar or the limits of section 1.2."""
    small["report"]["fields"]["A"] = text
    assert found(small).startswith(("trail-report `report.fields.A`", "trail-form `report.fields"))


@pytest.mark.parametrize("formula", [
    "A + 1_0", "A + 0x1", "A + 1e1", "A + 1j", "A + 01", "A + 1.", "A + .5", "A + ٨", "A+1 # x",
    "A  + 1", " A + 1", "A + 1 ", "A +\t1", "A +\n1", "A +\u00a01", "Ａ + 1",
])  # fmt: skip
def test_a_formula_is_spelled_as_trails_do(small, formula):
    """One blank where the author had any white space, and numbers as formulas have them."""
    step(small, "resto")["formula"] = formula
    assert found(small).startswith("trail-formula in the step `resto`")


# -- Scales on days that were not asked about ------------------------------------------------------

UNASKED = """
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
day: D
parameters:
  alta: {values: [{from: 2020-01-01, value: 10}, {from: 2021-01-01, until: 2021-12-31, value: 20}, {from: 2023-01-01, value: 30}]}
  volte: {values: [{from: 2019-01-01, value: 1}, {from: 2022-01-01, value: 2}]}
scales:
  retta: {kind: linear, times: volte, bands: [{from: 1, value: 1}, {from: 2, value: 5}, {from: alta, value: 7}, {from: 90, value: 9}]}
rules:
  a: {formula: retta(E)}
"""  # noqa: E501 - as an author writes it


@pytest.fixture(scope="module")
def unasked_trail() -> dict:
    plan = load_text(UNASKED, schema_of({"E": "number", "D": {"type": "string", "format": "date"}}))
    return json.loads(
        plan.evaluate({"rulebook": "prova/2024@1.0.0", "fields": {"E": 3}}).trail.to_json()
    )


def _bands(document: dict) -> list:
    return step(document, "a")["scales"]["retta"]["bands"]


def _values(document: dict, code: str) -> list:
    return document["parameters"][code]["values"]


NO_SCALES = {
    "bands in another order": lambda d: _bands(d).insert(0, _bands(d).pop(1)),
    "a band twice": lambda d: _bands(d).insert(0, _bands(d)[0]),
    "a threshold too high from a day on": lambda d: _values(d, "alta")[1].update(value="90"),
    "a threshold too low from a day on": lambda d: _values(d, "alta")[2].update(value="2"),
    "a threshold too low on the first days": lambda d: _values(d, "alta")[0].update(value="0"),
    "times nothing from a day on": lambda d: _values(d, "volte")[1].update(value="0"),
    "times less than nothing": lambda d: _values(d, "volte")[0].update(value="-1"),
}


@pytest.mark.parametrize("forgery", NO_SCALES)
def test_a_scale_that_no_day_asked_for_is_one_of_a_rulebook(forgery, unasked_trail):
    """Its day is missing, so that it was never called: it is in order on every day all the same."""
    document = copy.deepcopy(unasked_trail)
    assert found(document) == ""
    NO_SCALES[forgery](document)
    assert found(document).startswith("trail-types ")
    assert "`retta`" in found(document)


def test_a_scale_out_of_order_where_it_lacks_a_constant(unasked_trail):
    """On those days there is no scale, and no rulebook is refused for it."""
    document = copy.deepcopy(unasked_trail)
    alta, volte = _values(document, "alta"), _values(document, "volte")
    volte[0]["until"] = "2020-12-31"
    alta[1]["value"] = "0"
    assert found(document) == ""
    volte[0]["until"] = "2021-01-01"
    assert found(document).startswith("trail-types ")


OF_BANDS = """
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
scales:
  passi: {kind: step, bands: [{from: 0, value: 7.0000000001}, {from: 50, value: 8}]}
  imposta: {kind: marginal, bands: [{from: 0, rate: 0.0000000023 %}, {above: 50, rate: 35 %}]}
rules:
  R: {formula: passi(E) + imposta(E)}
"""
"""Of the first band of each the last place that a document may write."""


@pytest.mark.parametrize("written", ["1/3", "0.00000000001", "1000000000000000"])
@pytest.mark.parametrize(
    ("scale", "key"),
    [("passi", "value"), ("passi", "from"), ("imposta", "rate"), ("imposta", "above")],
)
def test_a_band_has_numbers_that_a_document_may_write(scale: str, key: str, written: str):
    """Of the band that did not answer: nothing else of the trail depends on it."""
    plan = load_text(OF_BANDS, schema_of({"E": "number"}))
    report = {"rulebook": "prova/2024", "fields": {"E": 0}}
    document = json.loads(plan.evaluate(report).trail.to_json())
    assert found(document) == ""
    step(document, "R")["scales"][scale]["bands"][1][key] = written
    said = found(document)
    # so small a rate may be written, in per cent; each share that it makes is in the trail
    is_rate = key == "rate" and written == "0.00000000001"
    assert said.startswith("trail-step " if is_rate else "trail-types ")
    assert is_rate or f"`{scale}`" in said


def test_what_is_not_encoded_has_no_parts_in_rows_either():
    """In every other step the form of trails says so."""
    document = make(HERE / "rows.yaml", HERE / "norows.report.yaml")
    rule = next(each for each in document["steps"] if each["kind"] == "rows" and "formula" in each)
    for key in ("formula", "when", "scales", "tables", "unit"):
        rule.pop(key, None)
    rule["not_encoded"], rule["parts"] = "inventato", []
    assert found(document).startswith("trail-step ")
    assert "`parts`" in found(document)


@pytest.mark.parametrize("key", ["cases", "when", "unit"])
def test_a_check_of_rows_says_nothing_that_only_a_rule_does(key):
    """The step of all rows has the form of both kinds: a check with exceptions is no trail."""
    document = make(HERE / "rows.yaml", HERE / "norows.report.yaml")
    check = next(
        each for each in document["steps"] if each["kind"] == "rows" and "condition" in each
    )
    when = {"condition": "true", "parts": []}
    case = {**when, "mark": check["mark"], "then": {"formula": "1", "parts": []}}
    check[key] = {"when": when, "unit": "euro", "cases": [case, {"otherwise": True}]}[key]
    assert found(document).startswith("trail-step ")
    assert f"`{key}" in found(document)


OF_NO_ROWS = """
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
groups: {tutti: [E, K]}
rules:
  L.a: {formula: "max(tutti, L.x)"}
  L.b: {formula: L.x + sum(L.x)}
"""


def of_rows(rows) -> dict:
    cells = rows_of({"x": {"type": "number"}})
    plan = load_text(OF_NO_ROWS, schema_of({"E": "number", "K": "number", "L": cells}))
    lists = {} if rows is None else {"L": rows}
    report = {"rulebook": "prova/2024", "fields": {"E": 3, "K": 4, **lists}}
    return json.loads(plan.evaluate(report).trail.to_json())


@pytest.mark.parametrize("rows", [[], [{"x": 1}], None], ids=["empty", "rows", "absent"])
@pytest.mark.parametrize(
    ("template", "is_one"),
    [
        ("riga {L.x}, {L.a}", True),
        ("riga", True),
        ("{", False),
        ("riga {L.x", False),
        ("{x}", False),
        ("{L.altro}", False),
        ("{E}", False),
        ("x", False),
        ("L.a", False),
    ],
)
def test_rows_are_called_by_what_they_have(template: str, rows, is_one: bool):  # noqa: FBT001 - a parameter of the test
    """Any text passed; no rulebook calls rows by what is none of their fields and rules."""
    document = of_rows(rows)
    document["lists"]["L"]["row"] = template
    said = found(document)
    assert said == "" if is_one else said.startswith("trail-report ") and "lists.L.row" in said


def test_a_group_of_which_no_row_reads_has_members_that_are_there():
    """It was a defect of `verify`: in the step of no rows nothing of the formula is read."""
    document = of_rows([])
    assert found(document) == ""
    step(document, "L[*].a")["groups"]["tutti"] = ["E", "inventato"]
    assert found(document).startswith("trail-read ")
    assert "`inventato`" in found(document)


def test_a_row_with_an_aggregate_that_the_step_of_all_rows_has_not():
    """It was a defect of `verify`: the row takes it from what that step shares."""
    document = of_rows([{"x": 1}, {"x": 2}])
    assert found(document) == ""
    parts = [{"span": [0, 8], "value": "3"}, {"span": [0, 12], "value": True}]
    inside = {"condition": "sum(L.x) > 0", "parts": parts, "value": True}
    step(document, "L[2].b")["when"] = inside
    assert found(document).startswith("trail-step ")
    assert "`when.condition`" in found(document)


OF_A_CHECK_OF_ROWS = """
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
groups: {T: [E, K]}
scales:
  F: {kind: step, bands: [{from: 0, value: 1}]}
tables:
  P: {by: [n], rows: [{n: 1, value: 1}], otherwise: 2}
rules:
  R: {formula: sum(T) + F(E) + P(E)}
checks:
  L.c: {expect: L.x > 0, severity: warning, message: {it: "Riga {L.x}."}}
"""


def _of_a_check() -> dict:
    cells = rows_of({"x": {"type": "number"}})
    plan = load_text(OF_A_CHECK_OF_ROWS, schema_of({"E": "number", "K": "number", "L": cells}))
    report = {"rulebook": "prova/2024", "fields": {"E": 3, "K": 4, "L": [{"x": -1}, {"x": -2}]}}
    return json.loads(plan.evaluate(report).trail.to_json())


def _say(document: dict, row: int, template: str, text: str) -> None:
    code = f"L[{row}].c"
    message = step(document, code)["message"]
    message.update(template=template, text=text)
    if "{" not in template:
        message["arguments"] = {}
    shown = next(each for each in document["result"]["messages"] if each["step"] == code)
    shown["text"] = text


def _show_the_check_itself(document: dict) -> None:
    shown = {"value": {"text": "failed"}, "display": {"grouping": True}, "text": "failed"}
    for row in (1, 2):
        _say(document, row, "Riga {L.c}.", "Riga failed.")
        step(document, f"L[{row}].c")["message"]["arguments"] = {"L.c": shown}


def _severe(document: dict) -> None:
    step(document, "L.c")["severity"] = "error"
    document["result"]["status"] = "invalid"


def _called(kind: str, name: str) -> Callable[[dict], None]:
    def rename(document: dict) -> None:
        rule = step(document, "R")
        rule["formula"] = rule["formula"].replace(f"{name}(", "L(").replace(f"({name})", "(L)")
        rule[kind]["L"] = rule[kind].pop(name)

    return rename


NO_CHECKS_OF_ROWS = {
    "all rows more severe than each": (_severe, "trail-step ", "`severity`"),
    "a sentence of all rows": (
        lambda d: step(d, "L.c")["sentences"].append("failed"), "trail-step ", "`sentences"
    ),
    "two sentences for one outcome": (
        lambda d: _say(d, 2, "Altro.", "Altro."), "trail-step ", "`message.template`"
    ),
    "two notes of one sentence": (
        lambda d: step(d, "L[2].c")["message"].update(note="altro"), "trail-step ", "`message.note`"
    ),
    "a sentence that shows the check itself": (_show_the_check_itself, "trail-template ", "L.c"),
    "a group called as the list": (_called("groups", "T"), "trail-name ", "`L`"),
    "a scale called as the list": (_called("scales", "F"), "trail-name ", "`L`"),
    "a table called as the list": (_called("tables", "P"), "trail-name ", "`L`"),
    "groups of which none is named": (
        lambda d: step(d, "L[1].c").update(groups={}), "trail-form ", "groups"
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", NO_CHECKS_OF_ROWS)
def test_what_no_check_of_rows_says(forgery):
    """Each was a trail for `verify`, with all that shows it changed alike."""
    document = _of_a_check()
    assert found(document) == ""
    forge, code, place = NO_CHECKS_OF_ROWS[forgery]
    forge(document)
    said = found(document)
    assert said.startswith(code)
    assert place in said


def test_rows_of_other_outcomes_show_other_sentences():
    text = OF_A_CHECK_OF_ROWS.replace(
        'message: {it: "Riga {L.x}."}',
        'messages: {passed: {it: "Va bene."}, failed: {it: "Riga {L.x}."}}',
    )
    cells = rows_of({"x": {"type": "number"}})
    plan = load_text(text, schema_of({"E": "number", "K": "number", "L": cells}))
    rows = [{"x": 1}, {"x": -2}, {"x": 3}]
    report = {"rulebook": "prova/2024", "fields": {"E": 3, "K": 4, "L": rows}}
    assert found(json.loads(plan.evaluate(report).trail.to_json())) == ""


def _answers(document: dict) -> list:
    return [part["answer"] for part in step(document, "a")["parts"] if "answer" in part]


def _no_row(document: dict) -> None:
    part = next(part for part in step(document, "a")["parts"] if "answer" in part)
    part["answer"] = {"otherwise": True}


NO_TABLES = {
    "one key in two rows": lambda d: _answers(d)[0].update(row=9),
    "one row with two keys": lambda d: _answers(d)[2].update(row=_answers(d)[0]["row"]),
    "a key of another row too": lambda d: _answers(d)[2]["keys"][0].insert(0, "7"),
    "a key that no row has and one has": _no_row,
}


@pytest.mark.parametrize("forgery", NO_TABLES)
def test_calls_of_a_table_that_is_not_kept_agree(forgery):
    """Of a long table only the rows that answered are there: they are rows of one table."""
    rows = [{"k": Raw(str(at)), "value": Raw("1")} for at in range(201)]
    sections = {
        "tables": {"lunga": {"by": ["k"], "rows": rows, "otherwise": Raw("1")}},
        "rules": {"a": {"formula": "lunga(K) + lunga(K + 0) + lunga(K + 1)"}},
    }
    plan = load_text(rulebook_text(sections, language="2"), schema_of({"K": "number"}))
    report = {"rulebook": "prova/2024", "fields": {"K": 7}}
    document = json.loads(plan.evaluate(report).trail.to_json())
    assert found(document) == ""
    NO_TABLES[forgery](document)
    assert found(document).startswith("trail-types ")
    assert "`lunga`" in found(document)
