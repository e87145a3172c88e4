"""Trails written from slots are the reference's, beyond what `test_compiled` generates."""

import decimal
import json
import random
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import ruletrail
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.trail_codegen import templates
from ruletrail.evaluations import evaluate_record
from ruletrail.evaluations.messages import match_printed
from ruletrail.formats import Format, show_number
from ruletrail.formats import show_ratio as show
from ruletrail.reports import Declared
from ruletrail.trails import ShownMessage, Trail, document
from ruletrail.values import write_number, write_ratio, write_scaled
from ruletrail.verification import LARGEST_TRAIL, facts, sentences
from support.command_line import call
from support.places import REPORTS
from support.rulebooks import HEAD_TEXT, Raw, flow

CHANCE = random.Random(5)  # noqa: S311 - the same cases each time


def test_numbers_are_written_as_everywhere():
    """Whole numbers at a scale and quotients, of any size and sign, in lowest terms or not."""
    bottoms = [
        1,
        2,
        3,
        5,
        7,
        10,
        64,
        625,
        2**18,
        2**19,
        2**19 - 1,
        5**8,
        5**19,
        2**25,
        2**25 * 5,
        10**18,
        10**19,
        3 * 2**30,
        10**40,
    ]
    for bottom in bottoms:
        for _ in range(40):
            top = CHANCE.randrange(-(10 ** CHANCE.randrange(1, 60)), 10 ** CHANCE.randrange(1, 60))
            shared = CHANCE.choice([1, 1, 2, 10, 21])
            number = Fraction(top, bottom)
            text = write_ratio(top * shared, bottom * shared)
            assert text == facts.write_number(number) == write_number(number)
            power = 10 ** CHANCE.randrange(0, 12)
            assert write_scaled(top, power) == facts.write_number(Fraction(top, power))


def test_numbers_are_shown_as_everywhere():
    """A quotient is shown as the fraction that it is."""
    for _ in range(500):
        top, bottom, shared = (
            CHANCE.randrange(-(10**9), 10**9),
            CHANCE.choice([1, 2, 3, 7, 100, 625]),
            CHANCE.choice([1, 2, 10]),
        )
        shape = Format(CHANCE.choice([None, 0, 1, 2, 6]), CHANCE.random() < 0.5)
        text = show(top * shared, bottom * shared, shape.decimals, "it", grouping=shape.grouping)
        assert text == show_number(Fraction(top, bottom), shape, "it")


def test_the_paper_is_matched_as_the_checker_does():
    """Sentences inside words, in each other, repeated, in odd typography; printed in pieces."""
    words = [
        "il",
        "lo",
        "livello",
        "l'ente",
        "l’ente",
        "non-inferiore",
        "non‐inferiore",
        "1",
        "è",
        "_",
        "(x)",
        "*",
        "",
        " ",
        "\u00a0",
        "\n",
        "`a´",
    ]
    for _ in range(600):
        texts = [
            "".join(
                CHANCE.choice(words) + CHANCE.choice(["", " "]) for _ in range(CHANCE.randrange(4))
            )
            for _ in range(4)
        ]
        printed = [
            CHANCE.choice([*texts, *words]) + CHANCE.choice(["", " ", "x"]) + CHANCE.choice(texts)
            for _ in range(3)
        ]
        messages = [ShownMessage("x", None, (), text) for text in texts]
        found = match_printed(printed, messages)
        checked = sentences.match_printed(printed, texts)
        assert {"matched": found.matched, "unmatched": list(found.unmatched)} == checked


@pytest.mark.parametrize("most", [0, 1])
def test_variants_that_are_not_kept_are_the_same(
    most: int, plan: ruletrail.Plan, monkeypatch: pytest.MonkeyPatch
):
    """How many variants are kept changes no byte, report after report and back."""
    monkeypatch.setattr(templates, "MOST_VARIANTS", most)
    compiled = CompiledRulebook(plan.linked)
    for path in [*REPORTS, *REPORTS]:
        report = plan.read(path)
        answer = compiled.evaluate(report)
        assert (
            compiled.write_trail(answer, report)
            == Trail(evaluate_record(plan.linked, report)).to_json().encode()
        )


def test_no_number_or_text_of_a_report_is_kept(plan: ruletrail.Plan):
    """Reports that differ in numbers and texts alone meet variants that hold none of either."""
    compiled = CompiledRulebook(plan.linked)
    report = plan.read(REPORTS[-1])
    compiled.write_trail(compiled.evaluate(report), report)
    writer = next(iter(compiled._writers.values()))
    space = writer.fills[0].__globals__
    kept = [value for value in space.values() if isinstance(value, templates.StepTemplate)]
    before = sum(map(len, kept))
    text = "sette volte nove"
    other = replace(
        report,
        fields={
            **report.fields,
            "M12_ore": Declared(987654, "987654"),
            "R40": Declared(text, text),
        },
    )
    compiled.write_trail(compiled.evaluate(other), other)
    assert sum(map(len, kept)) - before <= 3
    held = b"".join(
        piece
        for each in kept
        for made in each.values()
        for piece in made
        if isinstance(piece, bytes)
    )
    assert b"987654" not in held
    assert text.encode() not in held


def test_trails_with_fewer_digests_are_the_same_otherwise(plan: ruletrail.Plan):
    """They are for timing: nothing but digests is left out."""
    compiled = CompiledRulebook(plan.linked)
    report = plan.read(REPORTS[0])
    answer = compiled.evaluate(report)
    whole, one, none = (
        json.loads(compiled.write_trail(answer, report, digests))
        for digests in ("all", "report", "none")
    )
    assert one["report"] == whole["report"]
    for each in (whole, one, none):
        each.pop("digest", None)
        each["report"].pop("digest", None)
        for step in each["steps"]:
            step.pop("digest", None)
    assert whole == one == none


NUMBERS = [
    5,
    -5,
    10**15 - 1,
    10**15,
    -(10**15),
    Decimal("8.50"),
    Decimal("8.505"),
    Decimal("-0.01"),
    Decimal("1E+3"),
    Decimal("1E-2"),
    Decimal("5.00"),
    Decimal("1E+999999"),
    Decimal("1E-999999"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("-0"),
    Decimal("0E+5"),
    Decimal("1." + "0" * 60 + "1"),
    Decimal("1." + "0" * 60),
    Fraction(1, 3),
    Fraction(17, 2),
    Fraction(10**400, 7),
    Decimal("9" * 16),
    True,
    "5",
    2.5,
    None,
]


@pytest.mark.parametrize("precision", [2, 28])
def test_prepared_values_are_exact_whatever_the_callers_context(
    precision: int, plan: ruletrail.Plan
):
    """A value is whole at its field's scale, or it is left to the reference.

    A caller's precision rounds nothing.
    """
    compiled = CompiledRulebook(plan.linked)
    report = plan.read(REPORTS[-1])
    exact = {code: declared.exact for code, declared in report.fields.items()}
    at, scale = list(compiled.typed.fields).index("R06"), compiled.typed.fields["R06"].scale
    with decimal.localcontext(decimal.Context(prec=precision)):
        for number in NUMBERS:
            inputs = compiled.usual_preparer.prepare_values({**exact, "R06": number})
            is_number = type(number) in (int, Decimal, Fraction) and (
                not isinstance(number, Decimal) or number.is_finite()
            )
            value = (
                Fraction(number)
                if is_number and not (isinstance(number, Decimal) and abs(number.adjusted()) > 100)
                else None
            )
            fits = (
                value is not None and abs(value) < 10**15 and (value * 10**scale).denominator == 1
            )
            assert (inputs is not None) == fits, number
            if inputs is not None:
                assert inputs.slots[at] == value * 10**scale


def test_a_compiled_plan_writes_the_same_trail(plan: ruletrail.Plan, tmp_path: Path):
    """Text, document and facts of compiled evaluations are the same; so are a batch's trails."""
    fast = ruletrail.load("sociale/2024").compile()
    for path in REPORTS:
        ours, theirs = fast.evaluate(path), plan.evaluate(path)
        assert ours.trail.to_json() == theirs.trail.to_json()
        assert ours.trail.to_dict() == theirs.trail.to_dict()
        assert (ours.status, ours.values, ours.messages, ours.missing) == (
            theirs.status,
            theirs.values,
            theirs.messages,
            theirs.missing,
        )
    assert re.fullmatch(r"<Evaluation .*>", repr(ours))


ODD = "100 % %s %(x)s {{}} \ue000\ue001\ue002 \"q\" 'a' \\ e\u0301 \u2028 sha256:"
"""What templates, formats, marks and JSON could stumble over; the sixth word needs NFC."""

PLAIN = ODD.replace("{{}}", "")
SAID = "{n}\u0301{T}\u0301 % {n}{n} {N} {p} {edition} " + PLAIN

BOOK = {
    "language": Raw("1"), "rulebook": "prova", "edition": "2024", "version": "1.0.0",
    "status": "draft", "title": ODD, "report": "prova.schema.json",
    "sources": {"s": {"title": ODD, "kind": "other"}},
    "parameters": {
        "p": {"label": ODD, "value": Raw("1.50"), "unit": "euro", "source": "s", "note": ODD},
    },
    "rules": {
        "N": {"label": ODD, "formula": "n * n * n * n * n * n / 3", "note": ODD},
        "T": {"label": ODD, "formula": 'free if n > 5 else "%s"'},
        "R": {
            "label": ODD, "formula": "n", "when": "n > 0",
            "round": {"decimals": 1, "mode": "half_up"},
        },
        "G": {"label": ODD, "not_encoded": ODD},
    },
    "decisions": {
        "D": {"policy": "first", "cases": [
            {"outcome": "a", "when": "n > 7", "message": {"it": SAID}},
            {"outcome": "b", "otherwise": True, "message": {"it": PLAIN}},
        ]},
    },
    "sections": {"S": {
        "title": ODD, "due": "n > 6", "fields": ["n", "free", "b"],
        "message": {"due": {"it": "%d {free}"}},
    }},
    "checks": {"C": {
        "expect": "n < 8", "severity": "error", "message": {"it": "{R}%{free}% {b} {D}"},
    }},
    "messages": {"M": {"when": "n > 6", "text": {"it": "  {n} - {T}  "}}},
}  # fmt: skip
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:prova", "type": "object",
    "properties": {
        "rulebook": {"type": "string"}, "subject": {"type": "object"},
        "printed": {"type": "object"},
        "fields": {"type": "object", "additionalProperties": False, "properties": {
            "n": {"type": "number", "title": ODD}, "free": {"type": "string", "title": ODD},
            "b": {"type": "boolean"},
            "N": {"type": "number"}, "T": {"type": "string"},
        }},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> ruletrail.Plan:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "prova.json").write_text(flow(BOOK), encoding="utf-8")
    (folder / "prova.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruletrail.load(folder / "prova.json")


def marks_of(plan: ruletrail.Plan) -> str:
    """Give the marks of a plan's templates: a report may hold them, because it comes later."""
    mark = templates.Frame(*CompiledRulebook(plan.linked).general()).mark
    return f'{mark} read n;{{"text":"{mark} read free;"}}"{mark} v2;"{mark} cut;'


@pytest.mark.parametrize(
    "number", ["0", "6", "7.0", "8", "-3.25", "9" * 15, f"{'9' * 15}.{'9' * 10}"]
)
@pytest.mark.parametrize("text", ["", ODD, "\u0301", "a\u0301\u0327", "marks"])
def test_texts_that_look_like_templates_are_texts(number: str, text: str, odd: ruletrail.Plan):
    """Marks of templates and letters of several characters: in labels, sentences and reports."""
    free = marks_of(odd) if text == "marks" else text
    fields = {"n": Declared(Fraction(number), number), "free": Declared(free, free)}
    fields |= {"b": Declared(True, "true"), "N": Declared(Fraction(number), number)}
    whole = replace(
        odd.read({"rulebook": "prova/2024", "subject": {}, "fields": {}}),
        subject={free: free, "%s": ODD},
        fields={**fields, "T": Declared(free, free)},
        printed=(free, f"{number}% {free}", ODD),
    )
    for left_out in ("", *whole.fields):
        kept = {code: each for code, each in whole.fields.items() if code != left_out}
        report = replace(whole, fields=kept)
        expected = Trail(evaluate_record(odd.linked, report)).to_json()
        assert odd.functions.evaluate(report) is not None, "the report fits the typed form"
        assert odd.evaluate(report).trail.to_json() == expected


def test_the_first_trail_of_a_loaded_plan_is_written_from_slots():
    """Loading makes what writes trails, even with an empty cache, so that no trail makes code."""
    loaded = ruletrail.load("sociale/2024")
    for path in REPORTS:
        report = loaded.read(path)
        evaluation = loaded.evaluate(report)
        expected = Trail(evaluate_record(loaded.linked, report)).to_json()
        assert evaluation.trail.to_json() == expected
        assert "record" not in evaluation.__dict__


# -- The size of a trail ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write rules that each wait for a field of their own, and with it for all those before."""
    folder = tmp_path_factory.mktemp("chain")
    fields = {f"A{at}": {"type": "number"} for at in range(60)}
    schema = {"properties": {"rulebook": {}, "fields": {"properties": fields}}, "type": "object"}
    (folder / "schema.json").write_text(json.dumps(schema), "utf-8")
    rules = [f"  X{at}: {{formula: X{at - 1} + A{at}}}\n" for at in range(1, 60)]
    text = "".join([HEAD_TEXT, "rules:\n  X0: {formula: A0}\n", *rules])
    (folder / "rulebook.yaml").write_text(text, "utf-8")
    rows = [{"rulebook": "prova/2024", "fields": fields} for fields in ({}, {"A0": 1})]
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    (folder / "report.yaml").write_text("rulebook: prova/2024\nfields: {}\n", "utf-8")
    return folder


def test_a_trail_is_written_up_to_what_verify_reads(chain: Path, monkeypatch: pytest.MonkeyPatch):
    """From slots and from a record, as bytes and as a document: to the byte, in all alike."""
    assert document.MOST_BYTES == LARGEST_TRAIL
    plan = ruletrail.load(chain / "rulebook.yaml")
    report = {"rulebook": "prova/2024", "fields": {}}
    size = len(plan.evaluate(report).trail.to_json().encode()) + 1
    record = plan.evaluate(report).record
    for most in (size, size - 1, size // 3):
        monkeypatch.setattr(document, "MOST_BYTES", most)
        for ask in (
            plan.evaluate(report).trail.to_json,
            plan.evaluate(report).trail.to_dict,
            Trail(record).to_json,
            plan.evaluate(report).to_text,
        ):
            if most == size:
                assert ask()
                continue
            with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
                ask()
    assert plan.evaluate(report).status == "incomplete"


def test_what_would_be_too_large_is_never_held(chain: Path, monkeypatch: pytest.MonkeyPatch):
    """Either writer stops near the limit, not when all has been written."""
    plan = ruletrail.load(chain / "rulebook.yaml")
    record = plan.evaluate({"rulebook": "prova/2024", "fields": {}}).record
    monkeypatch.setattr(document, "MOST_BYTES", 4_000)
    written = []

    def write(step: object, _: object) -> tuple[bytes, bytes]:
        written.append(step)
        return b"{}", b" " * 1_000

    monkeypatch.setattr(document, "_write_for_digest", write)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        Trail(record).to_dict()
    assert len(written) == 5


def test_a_complete_report_whose_trail_is_too_large_is_not_sent_to_missing_fields_alone(
    monkeypatch: pytest.MonkeyPatch,
):
    """Rows make a trail large too, where nothing is missing: the way out speaks of their rules."""
    household = Path(__file__).parent / "household"
    plan = ruletrail.load(household / "household.yaml")
    evaluation = plan.evaluate(household / "rossi.yaml")
    assert not evaluation.missing
    monkeypatch.setattr(document, "MOST_BYTES", 4_000)
    with pytest.raises(ruletrail.ProblemsError) as caught:
        evaluation.trail.to_json()
    (problem,) = caught.value.problems
    assert "each row of a list has steps of its own" in problem.hint("en")
    assert "join rules and checks of rows" in problem.hint("en")
    assert "unisci regole e controlli di riga" in problem.hint("it")


def test_commands_say_that_a_trail_is_too_large(chain: Path, monkeypatch: pytest.MonkeyPatch):
    """`evaluate` refuses, in a batch the row is wrong and the others are answered."""
    monkeypatch.chdir(chain)
    plan = ruletrail.load("rulebook.yaml")
    size = len(plan.evaluate(Path("report.yaml")).trail.to_json().encode())
    monkeypatch.setattr(document, "MOST_BYTES", size)
    words = ("--rulebook", "rulebook.yaml")
    for form in ("text", "json", "html"):
        status, out, err = call("evaluate", "report.yaml", *words, "--format", form)
        assert (status, "[trail-too-large]" in err or '"trail-too-large"' in out) == (2, True)
    status, _, _ = call(
        "batch", "rows.jsonl", *words, "-o", "out.jsonl", "--trails", "t", "--workers", "1"
    )
    rows = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert status == 1
    assert [row.get("status") for row in rows] == [None, "incomplete"]
    assert [each["code"] for each in rows[0]["problems"]] == ["trail-too-large"]
    assert [path.name for path in Path("t").iterdir()] == ["row-000000002.json"]
    assert call("batch", "rows.jsonl", *words, "-o", "all.jsonl", "--workers", "1")[0] == 0
