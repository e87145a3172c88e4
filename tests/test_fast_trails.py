"""Trails written from slots: their parts against what the reference makes of the same, beyond what `test_lanes` generates."""

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
from ruletrail.trails import ShownMessage, Trail
from ruletrail.values import write_number, write_ratio, write_scaled
from ruletrail.verification import facts, sentences

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*-2024*.yaml"))
CHANCE = random.Random(5)  # noqa: S311 - the same cases each time


@pytest.fixture(scope="module")
def plan() -> ruletrail.Plan:
    return ruletrail.load("sociale/2024")


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
    """Sentences inside words, inside each other, repeated, in odd typography; printed text in pieces."""
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
    compiled = CompiledRulebook(plan.compiled)
    for path in [*EXAMPLES, *EXAMPLES]:
        report = plan.read(path)
        answer = compiled.evaluate(report)
        assert (
            compiled.write_trail(answer, report)
            == Trail(evaluate_record(plan.compiled, report)).to_json().encode()
        )


def test_no_number_or_text_of_a_report_is_kept(plan: ruletrail.Plan):
    """Reports that differ in numbers and texts alone meet the same variants, which hold none of either."""
    compiled = CompiledRulebook(plan.compiled)
    report = plan.read(EXAMPLES[-1])
    compiled.write_trail(compiled.evaluate(report), report)
    writer = next(iter(compiled._writers.values()))
    space = writer.chunks[0][0].__globals__
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
    compiled = CompiledRulebook(plan.compiled)
    report = plan.read(EXAMPLES[0])
    answer = compiled.evaluate(report)
    whole, one, none = (
        json.loads(compiled.write_trail(answer, report, digests))
        for digests in ("all", "report", "none")
    )
    assert one["report"] == whole["report"]
    for document in (whole, one, none):
        document.pop("digest", None)
        document["report"].pop("digest", None)
        for step in document["steps"]:
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
    """A value is whole at its field's scale, or it is left to the reference; a caller's precision rounds nothing."""
    compiled = CompiledRulebook(plan.compiled)
    report = plan.read(EXAMPLES[-1])
    exact = {code: declared.exact for code, declared in report.fields.items()}
    at, scale = list(compiled.form.fields).index("R06"), compiled.form.fields["R06"].scale
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
    """Text, document and facts of an evaluation by compiled functions; also the trails of a batch."""
    fast = ruletrail.load("sociale/2024").compile()
    for path in EXAMPLES:
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
