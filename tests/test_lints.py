"""Lints: each code leaves its sound twins alone, and the shipped rulebooks are clean.

That each code is triggered is tested by `test_problems.py` with `tests/problems/<code>.yaml`; here
are the twins, `tests/lints/<code>.yaml`, and the properties of the whole command.
"""

import io
import json
import os
import random
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ruletrail
from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import Interval
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.cli.progress import Progress
from ruletrail.library import list_rulebooks, shipped_library
from ruletrail.lints import IGNORABLE, gather
from ruletrail.lints.ignores import read_comments, read_ignores
from ruletrail.problem_texts import lints as catalogue
from support.command_line import call
from support.plain_yaml import load_yaml

HERE = Path(__file__).parent
TWINS = [pytest.param(path, id=path.stem) for path in sorted((HERE / "lints").glob("*.yaml"))]
HEAD = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
sources: {m: {title: M, kind: form}}
"""
FIELDS = {
    "utenti": {"type": "integer", "minimum": 0},
    "ore": {"type": "number", "minimum": 0},
}
MORE_FIELDS = {
    **FIELDS,
    "dozzine": {"type": "integer", "minimum": 12, "maximum": 20},
    "taglia": {"type": "number", "enum": [1, 2, 5]},
    "nido": {"type": "boolean"},
    "fisso": {"type": "boolean", "const": True},
}
SCHEMA = {"type": "object", "properties": {"fields": {"type": "object", "properties": FIELDS}}}
DIVISION = """rules:
  media:
    formula: ore / utenti
    source: m
    evidence: seed
messages:
  mostra: {when: 'true', text: {it: '{media}'}, source: m, evidence: seed}
"""


def _check(arguments: list[str], language: str = "en") -> tuple[int, list[dict[str, Any]]]:
    status, out, err = call("check", *arguments, "--format", "json", language=language)
    assert err == ""
    return status, json.loads(out)["problems"]


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / "s.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return folder


def _write(folder: Path, body: str) -> Path:
    path = folder / "r.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


COMPUTED = """rules:
  quota: {formula: utenti / 200 * 100}
  netto: {formula: ore * 0.8}
checks:
  possibili: {expect: utenti <= 200, severity: error}
"""


ALIKE = """parameters:
  p1: {label: P, value: 1}
  p2: {label: P, value: 2, source: m, evidence: quoted}
rules:
  "{r}_x":
    for_each: {r: [a, b, c, d, e]}
    formula: utenti + p1
messages:
  m1: {when: "utenti > 1", text: {it: Uno, en: One}, source: m, evidence: inferred}
  m2: {when: "utenti > 2", text: {it: Due}, source: m, evidence: inferred}
  m3: {when: "utenti > 3", text: {it: Tre, en: Three}, source: m, evidence: inferred}
  m4: {when: "utenti > 4", text: {it: Quattro}, source: m, evidence: inferred}
"""
TOGETHER = [
    ("10:3", "`p1`, `a_x`, `b_x`, `c_x`, `d_x`, …", "6 entries do not say which source"),
    ("11:3", "the parameter `p2`", "no formula and no message uses"),
    ("13:3", "`a_x`, `b_x`, `c_x`, `d_x`, `e_x`", "5 rules that no entry uses, no message shows"),
    ("18:34", "`m2`, `m4`", "the text in English, which other messages have, is missing in 2 sent"),
]


def test_what_is_alike_in_entries_is_told_people_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """At the first, with how many and their names; programs are told of each entry."""
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (tmp_path / "r.yaml").write_text(HEAD + ALIKE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    _, _, text = call("check", "r.yaml", "--lang", "en")
    lines = [line for line in text.splitlines() if line.startswith("r.yaml:")]
    for place, names, said in TOGETHER:
        (line,) = [each for each in lines if said in each]
        assert line.startswith(f"r.yaml:{place}: ")
        assert names in line
    for form in ("json", "sarif"):
        _, out, _ = call("check", "r.yaml", "--format", form)
        assert out.count('"entry-without-source", "severity"' if form == "json" else
            '"ruleId": "entry-without-source"') == 6, out  # fmt: skip
    assert call("check", "r.yaml", "--lang", "it")[2].count("non dicono quanto sono attend") == 1


def test_all_are_counted_of_what_is_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Also beyond the fifty problems that are shown of a file, and nothing else is pushed out."""
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    rules = "".join(f"  r{at}: {{formula: utenti + ore}}\n" for at in range(60))
    last = "  z: {formula: ore / utenti, source: m, evidence: quoted}\n"
    (tmp_path / "r.yaml").write_text(HEAD + "rules:\n" + rules + last, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = call("check", "r.yaml", "--lang", "en")[2]
    assert "60 entries do not say which source" in text
    assert "[divisor-may-be-zero]" in text


@pytest.mark.parametrize(
    ("conditions", "code", "shown"),
    [
        (("quota > 50", "quota < 50"), "cases-gap", "`quota` = `50` (`utenti` = `100`)"),
        (("quota >= 50", "quota < 49"), "cases-gap", "`utenti` ="),
        (("netto < 1000", "netto > 1000"), "cases-gap", "`netto` = `1000` (`ore` = `1250`)"),
        (("netto < 1001", "netto >= 1000"), "cases-conflict", "`netto` ="),
        (("utenti + ore < 100", "utenti + ore > 101"), "cases-gap", "`utenti` ="),
    ],
)
def test_gaps_over_computed_values_are_shown_by_a_report(
    conditions: tuple[str, ...], code: str, shown: str, folder: Path
):
    """The report named was evaluated: it has no outcome, or two."""
    path = _write(folder, COMPUTED + _decide(*conditions))
    _, problems = _check([path.name])
    (found,) = [each for each in problems if each["code"] == code]
    assert shown in found["message"]
    named = dict(re.findall(r"`(utenti|ore)` = `([0-9.]+)`", found["message"]))
    fields = {key: Decimal(value) for key, value in named.items()}
    report = {"rulebook": "prova/2024", "fields": fields}
    trail = json.loads(ruletrail.load(path).evaluate(report).trail.to_json())
    assert trail["result"]["decisions"]["d"] == "error"


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (("quota < 10", "quota > 10 and quota < 50", "quota > 50"), ["gap", "gap"]),
        (("quota < 20", "quota >= 30 and quota < 60", "quota >= 70"), ["gap", "gap"]),
        (("quota <= 10", "quota >= 10 and quota <= 50", "quota >= 50"), ["conflict", "conflict"]),
        (("quota <= 10", "quota >= 10 and quota < 50", "quota > 50"), ["conflict", "gap"]),
        (("quota < 50", "quota < 40", "quota >= 45"), ["conflict", "overlap"]),
        # a gap between two other quantities is told once
        (("quota < 10 and ore > 1", "quota > 50 and ore > 1"), ["gap"]),
        # an error between two values is no case, and ends no gap
        (("utenti / (quota - 50) > 10000", "quota > 90"), ["gap"]),
    ],
)
def test_all_gaps_and_overlaps_of_a_computed_value_are_told_once(
    conditions: tuple[str, ...], told: list[str], folder: Path
):
    """Each by a report of its own."""
    path = _write(folder, COMPUTED + _decide(*conditions))
    problems = [each for each in _check([path.name])[1] if each["code"].startswith("cases-")]
    assert sorted(each["code"].removeprefix("cases-") for each in problems) == told
    assert len({(each["message"], each["line"]) for each in problems}) == len(told)
    evaluated = ruletrail.load(path)
    for each in problems:
        named = dict(re.findall(r"`(utenti|ore)` = `([0-9.]+)`", each["message"]))
        fields = {key: Decimal(value) for key, value in named.items()}
        if fields:
            trail = evaluated.evaluate({"rulebook": "prova/2024", "fields": fields}).trail
            assert json.loads(trail.to_json())["result"]["decisions"]["d"] == "error"


def test_many_bands_of_one_value_hide_no_conflict_of_another(folder: Path):
    """All fields are walked along before the many places where cases change along one."""
    bands = [f"netto >= {at * 40} and netto < {at * 40 + 40}" for at in range(70)]
    path = _write(folder, COMPUTED + _decide(*bands, "netto >= 2800", "quota > 99"))
    conflicts = [each for each in _check([path.name])[1] if each["code"] == "cases-conflict"]
    assert any("`quota > 99`" in each["message"] for each in conflicts)


@pytest.mark.parametrize(
    "conditions",
    [
        ("quota >= 50", "quota < 50"),
        ("quota <= 50", "quota > 50 and quota <= 100"),
        ("netto < 1000 and quota >= 50", "netto >= 1000 and quota >= 50", "quota < 50"),
        ("utenti + ore < 100", "utenti + ore >= 100"),
    ],
)
def test_nothing_is_said_of_cases_without_a_gap(conditions: tuple[str, ...], folder: Path):
    """Above a hundred per cent a check refuses the report: that is no gap."""
    path = _write(folder, COMPUTED + _decide(*conditions))
    codes = {each["code"] for each in _check([path.name])[1]}
    assert not codes & {"cases-gap", "cases-conflict", "cases-overlap"}


def _codes(body: str, folder: Path, *options: str) -> tuple[int, list[str]]:
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    status, problems = _check(["r.yaml", *options])
    return status, [problem["code"] for problem in problems]


# -- Every code ------------------------------------------------------------------------------------


def test_every_code_has_twins_and_can_be_ignored():
    """A lint without a document that it must leave alone is not finished."""
    assert {path.stem for path in (HERE / "lints").glob("*.yaml")} == set(catalogue.TEXTS)
    assert {code for code in catalogue.TEXTS if not code.startswith("ignore-")} == IGNORABLE


@pytest.mark.parametrize("path", TWINS)
def test_twin_is_left_alone(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A sound document gives neither the code nor an error."""
    case: Mapping[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    assert case["twins"]
    for number, files in enumerate(case["twins"]):
        folder = tmp_path / str(number)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(folder)
        _, problems = _check(case["command"][1:])
        assert [p for p in problems if p["code"] == path.stem or p["severity"] == "error"] == [], (
            f"twin {number}"
        )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("rules:\n  r: {formula: ore > 5 and ore > 3}\n", "condition-subsumed"),
        ("rules:\n  r: {formula: 'count(utenti >= 0, ore > 3)'}\n", "condition-always-true"),
        ("rules:\n  r: {formula: 1 if utenti < 0 else 2}\n", "condition-never-true"),
        ("rules:\n  r: {formula: 1 if true else 2}\n", "condition-always-true"),
        ("rules:\n  r: {formula: ore, when: utenti == 1.5}\n", "condition-never-true"),
        ("checks:\n  c: {expect: not utenti >= 0}\n", "condition-never-true"),
        ("checks:\n  c: {expect: 'true'}\n", "condition-always-true"),
        ("checks:\n  c: {expect: ore < 3 or ore < 2}\n", "condition-subsumed"),
        ("checks:\n  c: {expect: ore < utenti and utenti < ore}\n", "condition-never-true"),
        ("checks:\n  c: {expect: utenti > 0 or utenti == 0}\n", "condition-always-true"),
        ("checks:\n  c: {expect: 'utenti in [-1, 5]'}\n", "constant-out-of-range"),
        ("checks:\n  c: {expect: ore / (utenti - 1) > 2}\n", "divisor-may-be-zero"),
        ("checks:\n  c: {expect: ore % utenti > 2}\n", "divisor-may-be-zero"),
        ("checks:\n  c: {expect: utenti > 0 or ore / utenti > 2}\n", "divisor-may-be-zero"),
        ("rules:\n  r: {formula: 'round_half_up(ceil(ore, 4), 2)'}\n", "rounded-again"),
        ("rules:\n  q: {formula: ore / (utenti + 1) * 100 * 100}\n", "hundred-twice"),
    ],
)
def test_more_that_must_be_found(body: str, code: str, folder: Path):
    """The same defects in other shapes, each found by its code."""
    assert code in _codes(body, folder)[1]


@pytest.mark.parametrize(
    "condition",
    [
        "ore > 5 or (ore > 6 and utenti > 1)",
        "ore > 5 and (ore > 4 or utenti > 1)",
        "ore > 5 or (ore > 4 and ore > 7)",
        "ore > 5 or not (ore < 6 or utenti > 1)",
    ],
)
def test_what_the_rest_decides_is_not_called_constant(condition: str, folder: Path):
    """`ore > 6 and utenti > 1` is true of some reports, though beside `ore > 5` it adds none."""
    found = _codes(f"checks:\n  c: {{expect: '{condition}'}}\n", folder)[1]
    assert "condition-subsumed" in found
    assert not {"condition-never-true", "condition-always-true"} & set(found)


def _declare(folder: Path, **fields: object) -> None:
    schema = {"type": "object", "properties": {"fields": {"type": "object", **fields}}}
    (folder / "s.json").write_text(json.dumps(schema), encoding="utf-8")


CASES = "decisions:\n  d:\n    cases:\n"


def _decide(*conditions: str, head: str = CASES) -> str:
    written = [f"      - {{outcome: o{at}, when: '{each}'}}" for at, each in enumerate(conditions)]
    return head + "\n".join(written) + "\n"


@pytest.mark.parametrize(
    ("body", "code", "values"),
    [
        (_decide("ore <= 9000", "ore <= 15000", "ore > 15000"), "cases-conflict", "`ore` = `0`"),
        (
            _decide("ore <= 9000", "ore >= 9000 and ore <= 15000", "ore > 16000"),
            "cases-gap",
            "`ore` = `15500`",
        ),
        (
            _decide("ore <= 9000", "ore >= 9000 and ore <= 15000", "ore > 16000"),
            "cases-conflict",
            "`ore` = `9000`",
        ),
        (_decide("utenti < 5", "utenti > 5"), "cases-gap", "`utenti` = `5`"),
        (_decide("ore < 4", "ore > 4.5"), "cases-gap", "`ore` = `4`"),
        (_decide("ore in [1, 2]", "ore > 2", "ore < 1"), "cases-gap", "`ore` = `1.5`"),
        (
            _decide(
                "ore < 4",
                "ore > 5",
                head="decisions:\n  d:\n    policy: first\n    cases:\n",
            ),
            "cases-gap",
            "`ore` = `4`",
        ),
        (
            "parameters:\n  soglia: {value: 7}\n" + _decide("ore < soglia", "ore > soglia"),
            "cases-gap",
            "`ore` = `7`",
        ),
        (_decide("dozzine < 5 or dozzine >= 15"), "cases-gap", "`dozzine` = `12`"),
        (
            "parameters:\n  f: {value: true}\n" + _decide("f and ore < 7", "f and ore > 7"),
            "cases-gap",
            "`ore` = `7`",
        ),
        (_decide("nido", "nido == true", "nido == false"), "cases-conflict", "`nido` = `true`"),
    ],
)
def test_gaps_and_conflicts_of_cases_are_shown_by_a_value(
    body: str, code: str, values: str, folder: Path
):
    """The value named is one: the decision really has no outcome, or two, there."""
    _declare(folder, properties=MORE_FIELDS)
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, problems = _check(["r.yaml"])
    (problem, *_) = [each for each in problems if each["code"] == code]
    assert values in problem["message"]


@pytest.mark.parametrize(
    "body",
    [
        "rules:\n  r: {formula: 'ore * 2'}\n" + _decide("ore < 3", "r >= 6 and ore >= 3"),
        "rules:\n  r: {formula: 'round_half_up(ore, 0)'}\n" + _decide("r <= 3", "r >= 4"),
        _decide("utenti % 2 == 0", "utenti % 2 == 1"),
        _decide("taglia == 1", "taglia == 2", "taglia == 5"),
        _decide("fisso == true"),
        _decide("ore < 3", "ore >= 3 and ore >= 0"),
        "parameters:\n  f: {value: true}\n" + _decide("f", "not f"),
    ],
)
def test_cases_that_leave_nothing_out_are_left_alone(body: str, folder: Path):
    """What is computed, and what the schema lists or fixes: not every number can occur."""
    _declare(folder, properties=MORE_FIELDS)
    assert {"cases-gap", "cases-conflict"}.isdisjoint(_codes(body, folder)[1])


@pytest.mark.parametrize(
    "tie",
    [
        {"if": {"required": ["ore"]}, "then": {"properties": {"ore": {"maximum": 5}}}},
        {"anyOf": [{"properties": {"ore": {"maximum": 5}}}]},
        {"properties": {"ore": {"not": {"minimum": 6}}}},
    ],
)
def test_cases_over_what_the_schema_ties_otherwise_are_left_alone(
    tie: dict[str, object], folder: Path
):
    """A keyword that bounds do not express may forbid the very value that would be shown."""
    _declare(folder, properties=FIELDS, allOf=[tie])
    assert "cases-gap" not in _codes(_decide("ore <= 5"), folder)[1]


# -- Cases tried on values, against evaluation -----------------------------------------------------

QUANTITIES = {
    "n": ({"type": "number", "minimum": 0}, [0, 0.5, 1, 2, 2.5, 3.5, 4, 5, 6, 10, 15, 20, 25]),
    "i": ({"type": "integer", "minimum": 0, "maximum": 20}, list(range(21))),
    "m": ({"type": "number", "multipleOf": 0.5}, [at / 2 for at in range(-4, 50)]),
    "t": ({"type": "string", "enum": ["A", "B", "C"]}, ["A", "B", "C"]),
    "b": ({"type": "boolean"}, [True, False]),
}


def _atom(dice: random.Random, code: str) -> str:
    if code == "t":
        return dice.choice(['t == "A"', 't != "B"', 't in ["A", "C"]', 't not in ["C"]'])
    if code == "b":
        return "b"
    number = dice.choice([0, 1, 2, 5, 10, 20, *([] if code == "i" else [3.5])])
    if dice.random() < 0.15:
        return f"{code} in [{number}, {number + 1}]"
    left, right = (code, number) if dice.random() < 0.8 else (number, code)
    return f"{left} {dice.choice(['<', '<=', '>', '>=', '==', '!='])} {right}"


def _condition(dice: random.Random, codes: list[str]) -> str:
    one, two = (_atom(dice, dice.choice(codes)) for _ in "ab")
    return dice.choice([one, one, f"not {one}", f"({one}) {dice.choice(['and', 'or'])} ({two})"])


def _read_values(shown: str) -> dict[str, object]:
    pairs = dict(part.replace("`", "").split(" = ") for part in shown.split(", "))
    words = {"true": True, "false": False, "A": "A", "B": "B", "C": "C"}
    return {code: words[text] if text in words else Decimal(text) for code, text in pairs.items()}


@pytest.mark.parametrize("seed", range(60))
def test_gaps_and_conflicts_are_those_that_evaluation_meets(seed: int, folder: Path):
    """Every value shown is one, and a decision without a finding has none on a dense grid."""
    dice = random.Random(seed)  # noqa: S311 - the same cases each time
    codes = dice.sample(list(QUANTITIES), dice.choice([1, 1, 1, 2]))
    fields = {code: QUANTITIES[code][0] for code in codes}
    _declare(folder, properties=fields)
    policy = dice.choice(["exclusive", "first"])
    head = f"decisions:\n  d:\n    policy: {policy}\n    cases:\n"
    body = _decide(*(_condition(dice, codes) for _ in range(dice.randint(1, 4))), head=head)
    if dice.random() < 0.2:
        body += "      - {outcome: z, otherwise: true}\n"
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    plan = ruletrail.load(folder / "r.yaml")

    def cause(values: Mapping[str, object]) -> str:
        evaluation = plan.evaluate({"rulebook": plan.reference, "fields": values})
        errors = evaluation.trail.to_dict()["result"]["errors"]
        return errors[0]["cause"] if errors else ""

    problems = _check(["r.yaml", "--lang", "en"])[1]
    found = {problem["code"] for problem in problems}
    for problem in problems:
        wanted = {"cases-gap": "no_case", "cases-conflict": "conflict"}.get(problem["code"])
        if wanted is not None:
            shown = re.match(r"with (.*?) (?:both|no case) ", problem["message"])
            assert shown is not None
            values = {code: QUANTITIES[code][1][0] for code in codes}
            assert cause({**values, **_read_values(shown[1])}) == wanted, body
    grid = product(*(QUANTITIES[code][1] for code in codes))
    met = {cause(dict(zip(codes, values, strict=True))) for values in grid}
    assert ("no_case" in met) <= ("cases-gap" in found), body
    assert ("conflict" in met) <= bool(found & {"cases-conflict", "cases-overlap", "cases-meet"}), (
        body
    )


# -- The shipped rulebooks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "listing", list_rulebooks(shipped_library()), ids=lambda listing: str(listing.reference)
)
def test_shipped_rulebooks_have_no_finding(listing: Any):
    """What is shipped has no finding but those that an inline ignore explains."""
    assert [f"{p.mark} {p.code}" for p in gather(listing.source).problems] == []


@pytest.mark.parametrize(
    "listing", list_rulebooks(shipped_library()), ids=lambda listing: str(listing.reference)
)
def test_shipped_ignores_give_reasons(listing: Any):
    """An ignore of ours explains itself in more than a word."""
    ignores, problems = read_ignores(
        listing.source.path.read_text(encoding="utf-8"), "r", IGNORABLE
    )
    assert problems == []
    assert all(len(ignore.reason.split()) >= 4 for ignore in ignores)


# -- Ignores ---------------------------------------------------------------------------------------


def test_ignore_covers_its_own_line_and_the_next(folder: Path):
    """A trailing comment covers its line; one alone covers the next line that is no comment."""
    plain = _codes(DIVISION, folder)[1]
    assert "divisor-may-be-zero" in plain
    trailing = DIVISION.replace(
        "utenti\n", "utenti  # ruletrail: ignore divisor-may-be-zero -- si vede\n", 1
    )
    alone = DIVISION.replace(
        "    formula",
        "    # ruletrail: ignore divisor-may-be-zero -- si vede\n    # e altro\n    formula",
        1,
    )
    expected = [code for code in plain if code != "divisor-may-be-zero"]
    assert _codes(trailing, folder)[1] == expected
    assert _codes(alone, folder)[1] == expected


def test_ignore_two_lines_above_does_not_cover(folder: Path):
    """An ignore reaches no further than the next line."""
    far = DIVISION.replace(
        "  media:\n", "  # ruletrail: ignore divisor-may-be-zero -- troppo lontano\n  media:\n", 1
    )
    assert {"divisor-may-be-zero", "ignore-unused"} <= set(_codes(far, folder)[1])


@pytest.mark.parametrize(
    "text",
    [
        "a: 'x # ruletrail: ignore y -- z'",
        'a: "x # ruletrail: ignore y -- z"',
        "a: |\n  # ruletrail: ignore y -- z",
        "a: >-\n  x\n\n  # ruletrail: ignore y -- z",
        "a: 'x\n  # ruletrail: ignore y -- z'",
        'a: ["x # ruletrail: ignore y -- z"]',
        "a: x#ruletrail: ignore y -- z",
        "a: 'it''s # ruletrail: ignore y -- z'",
        'a: "\\" # ruletrail: ignore y -- z"',
    ],
)
def test_quoted_text_is_no_comment(text: str):
    """A comment's words inside a quoted text or a block are text."""
    assert list(read_comments(text)) == []


@pytest.mark.parametrize(
    ("text", "line", "column", "is_alone"),
    [
        ("# c", 1, 1, True),
        ("a: b # c", 1, 6, False),
        ("a: l'atto # c", 1, 11, False),
        ("a: 'x'  # c", 1, 9, False),
        ("a: |\n  x # y\nb: 1 # c", 3, 6, False),
        ("a:\n  - |-  # c\n    x", 2, 9, False),
    ],
)
def test_comments_are_found(text: str, line: int, column: int, is_alone: bool):  # noqa: FBT001
    """A comment is found at its place, an apostrophe inside a word opens no quote."""
    assert list(read_comments(text)) == [(line, column, "c", is_alone)]


def test_what_loading_refuses_cannot_be_ignored(folder: Path):
    """An ignore that names a code of loading is a finding, and the problem stays."""
    status, codes = _codes(
        "rules:\n  # ruletrail: ignore unknown-code -- non importa\n  a: {formula: nulla}\n", folder
    )
    assert (status, codes) == (1, ["unknown-code"])
    status, codes = _codes(
        "rules:\n  # ruletrail: ignore unknown-code -- non importa\n  ore: {formula: utenti + 1}\n",
        folder,
    )
    assert status == 1
    assert "ignore-unknown" in codes


def test_schema_ignores_stand_in_comments_of_the_schema(folder: Path):
    """JSON has no comments: the `$comment` of a field carries the ignore."""
    fields = {
        **FIELDS,
        "altro": {
            "type": "string",
            "$comment": "ruletrail: ignore unused-field -- serve a un altro ufficio",
        },
    }
    schema = {"type": "object", "properties": {"fields": {"type": "object", "properties": fields}}}
    (folder / "s.json").write_text(json.dumps(schema, indent=1), encoding="utf-8")
    body = "rules:\n  ore: {formula: utenti + 1, source: m, evidence: seed}\n"
    assert _codes(body, folder) == (0, [])
    del fields["altro"]["$comment"]
    (folder / "s.json").write_text(json.dumps(schema, indent=1), encoding="utf-8")
    assert _codes(body, folder) == (0, ["unused-field"])


# -- The command -----------------------------------------------------------------------------------


def test_strict_counts_warnings_and_no_remarks(folder: Path):
    """`--strict` turns a warning into status 1; a remark stays a remark."""
    assert _codes(DIVISION, folder)[0] == 0
    assert _codes(DIVISION, folder, "--strict")[0] == 1
    body = "rules:\n  somma: {formula: ore + utenti, source: m, evidence: seed}\n"
    assert _codes(body, folder, "--strict") == (0, ["unused-rule"])


def test_one_written_place_is_told_once(folder: Path):
    """`for_each` writes many entries at one place; the finding is told for the first."""
    body = (
        "checks:\n  '{x}_c':\n    for_each: {x: [ore, utenti]}\n"
        '    expect: "{x} >= 0"\n    source: m\n    evidence: seed\n'
    )
    status, codes = _codes(body, folder)
    assert (status, codes) == (0, ["condition-always-true"])


def test_all_files_in_order_of_place(folder: Path):
    """Rulebook, schema and layout are told together, by file and line."""
    (folder / "r.layout.yaml").write_text(
        "layout: 1\nrulebook: altro/2024\nform:\n  - {row: nulla, label: Nulla}\n", encoding="utf-8"
    )
    (folder / "r.yaml").write_text(
        HEAD + DIVISION.replace("source: m\n", "source: m\n    unit: euro\n", 1), encoding="utf-8"
    )
    _, problems = _check(["r.yaml"])
    assert [p["file"] for p in problems] == sorted(p["file"] for p in problems)
    assert {"layout-unknown-field", "layout-of-another", "divisor-may-be-zero"} <= {
        p["code"] for p in problems
    }


def test_layout_is_checked_beside_a_broken_rulebook(folder: Path):
    """A rulebook that does not link keeps nothing else from being told."""
    (folder / "r.layout.yaml").write_text(
        "layout: 1\nrulebook: prova/2024\nform:\n  - {row: nulla, label: Nulla}\n", encoding="utf-8"
    )
    status, codes = _codes("rules:\n  a: {formula: nulla}\n", folder)
    assert status == 1
    assert {"unknown-code", "layout-unknown-field"} <= set(codes)


def test_schema_is_checked_beside_a_rulebook_of_the_wrong_form(folder: Path):
    """A malformed rulebook hides nothing of the report's schema and the layout."""
    (folder / "s.json").write_text(
        '{"properties": {"fields": {"properties": {"A": {"type": "numero"}}}}}', encoding="utf-8"
    )
    (folder / "r.layout.yaml").write_text(
        "layout: 2\nrulebook: prova/2024\nform: []\n", encoding="utf-8"
    )
    (folder / "r.test.yaml").write_text(
        "test: 1\nrulebook: prova/2024\nexamples: []\n", encoding="utf-8"
    )
    status, problems = _check([str(_write(folder, "rules: 5\n"))])
    assert status == 1
    assert {"s.json", "r.yaml", "r.layout.yaml", "r.test.yaml"} == {
        Path(p["file"]).name for p in problems
    }
    assert "schema-invalid" in {p["code"] for p in problems}


def test_unreadable_is_two_and_the_rest_is_told(folder: Path):
    """One file that cannot be read gives status 2, and the others are checked all the same."""
    (folder / "r.yaml").write_text(HEAD + DIVISION, encoding="utf-8")
    status, problems = _check(["absent.yaml", "r.yaml"])
    assert status == 2
    assert {"file-unreadable", "divisor-may-be-zero"} <= {p["code"] for p in problems}


def test_sarif_has_the_shape_of_the_standard(folder: Path):
    """SARIF 2.1.0: the version, a driver with rules, results that point at them and at a region."""
    (folder / "r è.yaml").write_text(HEAD + DIVISION, encoding="utf-8")
    out = io.StringIO()
    assert (
        main(["check", "r è.yaml", "--format", "sarif"], Console(out, io.StringIO(), "it", "sarif"))
        == 0
    )
    log = json.loads(out.getvalue())
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "ruletrail"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert re.search(r"\. [^a-z]", result["message"]["text"])
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
    }
    assert "r%20%C3%A8.yaml" in uris


def test_sarif_of_a_clean_rulebook_has_no_result():
    """A clean run is a run all the same: tools then close the findings of the last one."""
    out = io.StringIO()
    assert (
        main(
            ["check", "sociale/2024", "--format", "sarif"],
            Console(out, io.StringIO(), "it", "sarif"),
        )
        == 0
    )
    assert json.loads(out.getvalue())["runs"][0]["results"] == []


HOSTILE_NAMES = (
    "a b%20#c.yaml", "q\"'<>.yaml", "e\u0301.yaml", "new\nline.yaml", "b\u202ex.yaml", "a:b.yaml",
    "e\x1b[31m\x85.yaml", "?.yaml", "\\back.yaml", "--strict.yaml", "d:\u00e8/k.yaml",
)  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows admits no such names")
@pytest.mark.parametrize("place", ["below", "whole"])
def test_sarif_names_files_by_uris_that_lead_to_them(
    place: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Percent-encoded, without a scheme of their own making; a whole path has its scheme."""
    for name in HOSTILE_NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(HEAD + DIVISION, encoding="utf-8")
    asked = Path() if place == "below" else folder
    if place == "whole":
        (folder / "elsewhere").mkdir()
        monkeypatch.chdir(folder / "elsewhere")
    (run,) = json.loads(call("check", asked, "--format", "sarif")[1])["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    uris = {each["artifactLocation"]["uri"] for each in places}
    begin = "" if place == "below" else "file://"
    assert all(re.fullmatch(begin + r"([\w.~/-]|%[0-9A-F]{2})+", uri, re.ASCII) for uri in uris)
    found = {str((folder / unquote(uri.removeprefix("file://"))).resolve()) for uri in uris}
    assert {str((folder / name).resolve()) for name in HOSTILE_NAMES} <= found
    assert not any("helpUri" in rule for rule in run["tool"]["driver"]["rules"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--nope"], "usage"),
        (["--prove=x"], "usage"),
        (["--library", "absent"], "library-not-found"),
        ([], "rulebooks-not-found"),
    ],
    ids=str,
)
def test_sarif_of_a_call_that_failed_is_a_run_that_failed(
    words: list[str], code: str, folder: Path
):
    """Who reads the form gets it all the same, and nobody takes the run for a clean one."""
    status, out, err = call("check", "--format", "sarif", *words)
    assert (status, err) == (2, "")
    log = json.loads(out)
    (run,) = log["runs"]
    assert (log["version"], run["results"]) == ("2.1.0", [])
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    (told,) = invocation["toolConfigurationNotifications"]
    assert (told["descriptor"], told["level"]) == ({"id": code}, "error")
    assert told["message"]["text"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_only_on_a_terminal_and_only_when_slow():
    """The bar is drawn on a terminal after a second, wiped at the end, never written to a file."""
    for stream, seconds, drawn in (
        (_Terminal(), 2.0, True),
        (_Terminal(), 0.1, False),
        (io.StringIO(), 2.0, False),
    ):
        times = iter([0.0, seconds, seconds])
        with Progress(stream, 2, lambda times=times: next(times)) as progress:
            progress.tick()
            progress.tick()
        assert ("100 %" in stream.getvalue()) is drawn
        assert not drawn or stream.getvalue().endswith(" \r")


# -- Ranges: never leave a value out ---------------------------------------------------------------

NUMBERS = st.fractions(min_value=-20, max_value=20, max_denominator=4)


@st.composite
def _range_and_value(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    value = draw(NUMBERS)
    low = draw(st.none() | st.fractions(min_value=-30, max_value=value, max_denominator=4))
    high = draw(st.none() | st.fractions(min_value=value, max_value=30, max_denominator=4))
    low_open = low is not None and low < value and draw(st.booleans())
    high_open = high is not None and high > value and draw(st.booleans())
    return Interval(low, high, low_open, high_open), value


@given(_range_and_value(), _range_and_value())
def test_ranges_hold_what_arithmetic_gives(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
):
    """Whatever two values their ranges hold, the range of the result holds the result."""
    (one, a), (other, b) = first, second
    assert one.holds(a)
    assert intervals.add(one, other).holds(a + b)
    assert intervals.multiply(one, other).holds(a * b)
    assert intervals.negate(one).holds(-a)
    assert intervals.absolute(one).holds(abs(a))
    assert intervals.least([one, other]).holds(min(a, b))
    assert intervals.greatest([one, other]).holds(max(a, b))
    assert intervals.unite([one, other]).holds(a)
    assert intervals.round_range(one, 0, "half_up").holds(
        Fraction(int(abs(a) + Fraction(1, 2))) * (1 if a >= 0 else -1)
    )
    if b:
        assert intervals.divide(one, other).holds(a / b)
        assert intervals.remainder(other).holds(a % b)


@given(_range_and_value(), NUMBERS)
def test_intersection_holds_what_both_hold(first: tuple[Interval, Fraction], bound: Fraction):
    """A tighter bound keeps exactly the values inside it."""
    one, value = first
    assert intervals.intersect(one, Interval(high=bound)).holds(value) is (value <= bound)
    assert intervals.intersect(one, Interval(low=bound, low_open=True)).holds(value) is (
        value > bound
    )
