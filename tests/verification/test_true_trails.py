"""Odd but legal: whatever the engine writes, the checker accepts.

Texts that are empty, long, beyond the first plane of Unicode or invisible; units, labels and titles
that say nothing; drafts of which nothing is encoded; sections within sections; sentences that the
paper shows twice. What is not legal the engine refuses before it evaluates.
"""

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

import ruletrail
from ruletrail.api import Plan
from ruletrail.problems import ProblemsError
from ruletrail.verification import verify_trail
from support.rulebooks import (
    REFERENCE,
    Raw,
    load_text,
    rulebook_text,
    schema_of,
    write_rulebook,
)
from support.signing import judge

ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))
YES = Raw("true")
CODES = ("it", "en")

ODD = (
    "", " ", "\t\n", "\u00a0", "\u200b", "\ufeff", "\u202e", "\u0000", "\u007f", "\u2028", "𝒳😀",
    "e\u0301", "\u0301", "ﬁ", "ʼ`´’", "‐‑‒–—−", "{A}", "{", "}}", "%s", "\\", '"', "'", "null",
    "true", "1.50", "-0", "$", "=1", "[sic]", "İı", "ß", "١", "²", "a" * 32768, "é" * 16384,
    "😀" * 8192,
)  # fmt: skip
"""Texts that a report may hold, some at the limit of 32 kB."""


def evaluate(plan: Plan, fields: dict, **report) -> bytes:
    evaluation = plan.evaluate({"rulebook": REFERENCE, "fields": fields, **report})
    return (evaluation.trail.to_json() + "\n").encode()


def found(data: bytes) -> list[str]:
    return [problem.message("en") for problem in verify_trail(data, "trail.json")]


def shown(text: str, **more) -> dict:
    """Make one message that is always shown."""
    return {"messages": {"m": {"when": YES, "text": {"it": text}}}, **more}


def not_encoded_everywhere() -> dict:
    gap, sentence = {"not_encoded": "non so"}, {"message": {"it": "{R}{Q}{D}."}}
    return {
        "rules": {
            "R": gap,
            "Q": {"when": gap, "formula": "R + 1"},
            "W": {"when": gap, **gap},
            "N": {"when": Raw("false"), **gap},
        },
        "decisions": {
            "D": gap,
            "E": {
                "cases": [{"outcome": "a", **gap}, {"outcome": "b", "otherwise": YES, **sentence}]
            },
            "F": {"policy": "first", "cases": [{"outcome": "b", "otherwise": YES, **sentence}]},
        },
        "sections": {
            "S": {"due": gap, **gap},
            "U": {"due": YES, **gap, "message": {"due": {"it": "x"}}},
            "V": {"due": YES, "part_of": "S"},
        },
        "checks": {"C": gap, "K": {"expect": gap}},
        "messages": {
            "M": {"when": YES, **gap},
            "O": {"when": gap, "text": {"it": "x"}},
            "P": {**gap, "text": {"it": "x"}},
        },
    }


NUMBER, TEXT, TRUTH = "number", "string", "boolean"
CASES = {
    "a sentence without a letter": (shown("{T}{T}"), {"T": TEXT}, {"T": ""}),
    "a check that says nothing": (
        {"checks": {"C": {"expect": "false", "message": {"it": "{T}"}}}}, {"T": TEXT}, {"T": ""},
    ),
    "a field with an empty unit and title": (
        {"rules": {"R": {"formula": "A + B"}, "A": {"formula": "B"}}},
        {"A": {"type": NUMBER, "unit": "", "title": ""}, "B": {"type": NUMBER, "unit": "euro"}},
        {"A": 1, "B": 2},
    ),
    "nothing but a form": ({}, {"A": NUMBER}, {}),
    "nothing encoded": (not_encoded_everywhere(), {"A": NUMBER}, {}),
    "a rule not encoded with the code of a field": (
        {"rules": {"R": {"not_encoded": "x"}, "Q": {"formula": "R + A"}},
         "groups": {"g": ["R", "A"]}},
        {"R": {"type": NUMBER, "unit": "x"}, "A": {"type": NUMBER, "unit": "x"}}, {"R": 1, "A": 1},
    ),
    "sections nested deep": (
        {"sections": {f"S{i}": {"due": YES, **({"part_of": f"S{i - 1}"} if i else {})}
                      for i in range(32)}},
        {"A": NUMBER}, {},
    ),
    "a part before its whole": (
        {"sections": {"A": {"due": YES, "part_of": "B"},
                      "B": {"due": 'T == "x"', "fields": ["T"]}}},
        {"T": TEXT}, {"T": "x"},
    ),
    "every kind declared": (
        {"rules": {"R": {"formula": "T"}, "Q": {"formula": "X"}, "W": {"formula": "1 / 3"}}},
        {"T": TEXT, "X": TRUTH, "R": TEXT, "Q": TRUTH, "W": NUMBER},
        {"T": "", "X": True, "R": "", "Q": False, "W": Decimal("0.33")},
    ),
    "exponents and negative zeros": (
        shown("{A} {B} {W}", rules={"W": {"formula": "-B", "display": {"decimals": 2}}}),
        {"A": NUMBER, "B": NUMBER, "W": NUMBER},
        {"A": Decimal("1E2"), "B": Decimal("-0.00"), "W": Decimal("0e-3")},
    ),
    "numbers beyond the limit": (
        {"rules": {"W": {"formula": " * ".join(["A"] * 28)}, "V": {"formula": "1 / W"}}},
        {"A": NUMBER}, {"A": 999_999_999_999_999},
    ),
    "codes called like the rulebook's own words": (
        shown("{edition} {version} {rulebook}", rules={"edition": {"formula": "1"}}),
        {"version": TEXT}, {"version": ""},
    ),
    "a message called like the rulebook's own word": (
        {"messages": {"edition": {"when": YES, "text": {"it": "{edition}"}}}}, {"A": NUMBER}, {},
    ),
    "blanks in texts and formulas": (
        {"rules": {"R": {"formula": 'T == "a  b "'}, "Q": {"formula": 'T   ==\t"a"'}}},
        {"T": TEXT}, {"T": "a  b "},
    ),
    "formulas that are one literal": (
        {"rules": {"R": {"formula": YES}, "Q": {"formula": "''"}, "Z": {"formula": Raw("1.50")}}},
        {"A": NUMBER}, {},
    ),
    "a text with a unit": (
        {"parameters": {"p": {"value": "SI", "unit": "x"}}, "rules": {"R": {"formula": "p == T"}}},
        {"T": {"type": TEXT, "unit": "x"}}, {"T": "SI"},
    ),
    "comparisons of units are without unit": (
        {"rules": {"R": {"formula": "default(A > 1, B > 1) or (A == A) == (B == B)"}}},
        {"A": {"type": NUMBER, "unit": "x"}, "B": {"type": NUMBER, "unit": "y"}}, {"A": 1, "B": 2},
    ),
    "a choice between two units": (
        {"rules": {"R": {"formula": "(A if A > 1 else B) + C"}}},
        {code: {"type": NUMBER, "unit": code} for code in "ABC"}, {"A": 1, "B": 2, "C": 3},
    ),
    "many names of one group": (
        {"groups": {"g": ["A", "B"], "h": ["X", "Y"]},
         "rules": {"R": {"formula": "sum(1, g, g, A) + max(g, 2) - min(g) + sum(g, 1 / 3)"},
                   "Q": {"formula": "count(h, X, h, true)"}}},
        {"A": NUMBER, "B": NUMBER, "X": TRUTH, "Y": TRUTH}, {"A": 1, "B": 2, "X": True, "Y": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_odd_and_legal_verifies(name):
    sections, fields, values = CASES[name]
    assert found(evaluate(load_text(rulebook_text(sections), schema_of(fields)), values)) == []


def test_an_empty_unit_or_title_says_nothing():
    sections, fields, values = CASES["a field with an empty unit and title"]
    document = json.loads(evaluate(load_text(rulebook_text(sections), schema_of(fields)), values))
    assert document["fields"]["A"] == {"label": "A", "type": "number"}
    assert "unit" not in document["steps"][0]


PRINTED = {
    "nothing": [],
    "blanks": ["", "  ", "\u00a0"],
    "a sentence twice": ["Ciao. Ciao.", "xCiao. Ciao."],
    "a sentence that another cuts free": ["b.a"],
    "signs that count as letters": ["² ١ ा a² a١ aा _a Ciao."],
    "odd blanks": ["a\u001fb \u200b a\u0085b Ciao.\ufeff"],
    "as much as a report holds": ["a" * 4096] * 4 + ["Ciao. " * 2730, "b" * 4],
    "what NFC makes longer": ["\ufb2c" * 1_820] * 3,
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_stands_on_the_paper_verifies(name):
    texts = ["Ciao.", "Ciao.", "b", ".a", "²", "١", "a b", "\u200b"]
    messages = {f"m{i}": {"when": YES, "text": {"it": text}} for i, text in enumerate(texts)}
    plan = load_text(rulebook_text({"messages": messages}), schema_of({"A": NUMBER}))
    assert found(evaluate(plan, {}, printed={"messages": PRINTED[name]})) == []


def test_a_mapping_is_held_to_the_size_of_a_report():
    """A report of 256 kB is the largest, also where it is no file: its keys and values count."""
    plan = load_text(rulebook_text(shown("x")), schema_of({"A": NUMBER}))
    names = [f"s{i}" for i in range(9)]
    around = len("rulebook" + REFERENCE + "fields" + "subject" + "".join(names))
    room = 256 * 1024 - around
    texts = ["a" * 32768] * (room // 32768) + ["è" * (room % 32768 // 2)]
    subject = dict(zip(names, texts, strict=False), s8="a" * (room % 2))
    assert found(evaluate(plan, {}, subject=subject)) == []
    for more in ("a", "è"):
        with pytest.raises(ProblemsError) as caught:
            evaluate(plan, {}, subject={**subject, "s8": subject["s8"] + more})
        (problem,) = caught.value.problems
        assert (problem.code, problem.details["limit"]) == ("document-too-large", "262144")


def test_as_many_printed_sentences_as_a_report_may_have_verify():
    """Engine and checker count alike: bytes, those of all sentences together."""
    plan = load_text(rulebook_text(shown("è" * 9)), schema_of({"A": NUMBER}))
    texts = ["a" * 12, "è" * 10_000, "", "€" * 4_252]
    stored = evaluate(plan, {}, printed={"messages": texts})
    assert found(stored) == []
    trail = json.loads(stored)
    trail["report"]["printed"]["messages"].append("a")
    assert [problem.code for problem in judge(trail)] == ["trail-report"]


def test_a_mapping_that_is_too_large_is_not_read_to_its_end():
    plan = load_text(rulebook_text(shown("x")), schema_of({"A": NUMBER}))

    def endless():
        while True:
            yield "a" * 32768

    class Texts(list):
        def __iter__(self):
            return endless()

    with pytest.raises(ProblemsError, match="document-too-large"):
        evaluate(plan, {}, printed={"messages": Texts()})


@pytest.mark.parametrize("block", range(4))
def test_odd_texts_everywhere_verify(block):
    """Fields, subject, paper, labels, notes, units, sources: each of them odd, by chance."""
    for seed in range(block * 15 * ROUNDS, (block + 1) * 15 * ROUNDS):
        rng = random.Random(seed)  # noqa: S311 - the same cases each time
        plan, values, report = odd_case(rng)
        assert found(evaluate(plan, values, **report)) == [], seed


def odd_case(rng: random.Random) -> tuple[Plan, dict, dict]:
    short = [text for text in ODD if len(text) < 40]
    # what a rulebook may hold: YAML has no control characters
    full = [text for text in short if text.strip() and not set(text) & set("\0\x7f\ufeff\u2028")]
    unit = rng.choice(("x", "€", "😀"))

    def basis() -> dict:
        keys = {
            "note": rng.choice(full), "label": rng.choice(full), "source": ["s", "t"],
            "evidence": rng.choice(("seed", "quoted", "inferred", "assumed")),
        }  # fmt: skip
        return {key: value for key, value in keys.items() if rng.random() < 0.4}

    def sentence(code: str) -> dict:
        around = rng.choice(("", "x", "😀 ", "– "))
        return {
            "it": f"{around}{{{code}}}{around}",
            **{k: v for k, v in basis().items() if k == "note"},
        }

    texts = {f"T{at}": TEXT for at in range(4)}
    fields = {
        code: {"type": kind, "title": rng.choice(short), "unit": rng.choice(("", unit))}
        for code, kind in {**texts, "A": NUMBER, "X": TRUTH}.items()
    }
    sections = {
        "sources": {
            "s": {"title": rng.choice(full)}, "t": {"title": "T", "kind": rng.choice(full)},
        },
        "parameters": {"p": {"value": rng.choice(("", *full)), **basis()}},
        "rules": {
            f"R{at}": {"formula": rng.choice((code, f'"{rng.choice("àß😀")}"', "p")), **basis()}
            for at, code in enumerate(texts)
        },
        "sections": {
            f"S{at}": {
                "due": rng.choice(("X", YES, "length(T0) > 2")), "fields": list(texts)[at:],
                "optional": list(texts)[at:][:1], "message": {"due": sentence("T1")}, **basis(),
            } for at in range(3)
        },
        "checks": {"C": {"expect": "T0 == T1", "message": sentence("T0"), **basis()}},
        "messages": {f"m{code}": {"when": YES, "text": sentence(code)} for code in (*texts, "A")},
    }  # fmt: skip
    values = {code: rng.choice(short) for code in texts if rng.random() < 0.8}
    if rng.random() < 0.3:
        values["T3"] = rng.choice(ODD[-3:])
    values |= {"A": Decimal(rng.choice(("-0", "0.10", "1E14", "1e-10", "-999999999999999.5")))}
    subject = {rng.choice(short): rng.choice((*short, False)) for _ in range(3)}
    printed = [rng.choice(short) + rng.choice(short) for _ in range(rng.randint(0, 5))]
    plan = load_text(rulebook_text(sections), schema_of(fields))
    return plan, values, {"subject": subject, "printed": {"messages": printed}}


NAMES = ("a:b:1:1.yaml", " .yaml", "e\u0301.yaml", ".yaml", "😀.yaml", "\u202e.yaml", "\udcff.yaml")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_rulebook_in_a_file_of_any_name_has_trails_that_verify(tmp_path: Path, name: str):
    """Also one whose name is no UTF-8: its trails show a sign in place of what cannot be read."""
    sections = {"decisions": {"D": {"cases": [{"outcome": "a", "otherwise": YES}]}}}
    path = write_rulebook(rulebook_text(sections), schema_of({"A": NUMBER}), tmp_path)
    try:
        path = path.rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system has no such names")
    data = evaluate(ruletrail.load(path), {})
    assert found(data) == []
    assert json.loads(data)["steps"][0]["mark"].endswith(".yaml:10:3")
