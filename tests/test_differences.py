"""`ruletrail diff`: what changed, which report shows it or which proof that none does, the version.

What is found is confirmed here by evaluating: a witness is a report to which both rulebooks answer
otherwise, and what is called the same comes out alike for thousands of reports.
"""

import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan, find_source
from ruletrail.batches.rows import BEGIN
from ruletrail.batches.sources import BY_COLUMNS, open_source
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.compiled import record_building
from ruletrail.differences import (
    Difference,
    Pair,
    behind,
    changes,
    compare,
    comparing,
    proving,
    searching,
    trials,
)
from ruletrail.differences.entries import compare_rulebooks
from ruletrail.differences.impacts import text_of_word
from ruletrail.differences.inputs import (
    ImpactJob,
    list_codes,
    list_reports,
    make_forms,
    measure_rows,
)
from ruletrail.differences.pages import make_page, write_page
from ruletrail.differences.phrases import PHRASES
from ruletrail.differences.pieces import show_value
from ruletrail.differences.searching import Base
from ruletrail.examples import read_examples
from ruletrail.formats import Locale
from ruletrail.library import load_compiled
from ruletrail.problems import ProblemsError
from ruletrail.proofs.answers import Limits
from support.command_line import call
from support.places import EXAMPLES, ROOT
from support.rulebooks import HEAD_TEXT, load_text, rulebook_text, schema_of

HAS_SOLVER = find_spec("z3") is not None
GARDEN = EXAMPLES / "garden"
PHRASES_OF_PARTS = {key.removeprefix("part_") for key in PHRASES["en"] if key.startswith("part_")}
Change = Callable[[str], str]


def load(path: Path) -> Plan:
    return Plan.of_functions(load_compiled(find_source(path)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the garden, and a household with lists."""
    there = tmp_path_factory.mktemp("books")
    shutil.copytree(GARDEN, there, dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests/household", there, dirs_exist_ok=True)
    return there


@pytest.fixture(scope="module")
def garden(folder: Path) -> Plan:
    return load(folder / "garden.yaml")


def write(folder: Path, name: str, old: str, new: str, base: str = "garden") -> Path:
    text = (folder / f"{base}.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path = folder / f"{name}.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def ask(*words: object, language: Locale = "en") -> tuple[int, str]:
    """Run the command; give its status and what it wrote."""
    out = io.StringIO()
    console = Console(out, out, language, chosen=language != "en")
    status = main(["diff", *map(str, words)], console)
    return status, out.getvalue()


def assert_told_apart(plans: tuple[Plan, Plan], finding: dict) -> None:
    """Hold a witness against both rulebooks, by evaluating it."""
    witness = finding["shown"]
    answers = [_result(plan, finding["witness"]) for plan in plans]
    for answer, side in zip(answers, ("old", "new"), strict=True):
        refused = witness["refused"][side]
        assert sorted(answer) == sorted(refused) if refused else isinstance(answer, dict)
    assert answers[0] != answers[1]
    for code, told in witness["outcomes"].items():
        assert told["old"] != told["new"]
        for answer, side in zip(answers, ("old", "new"), strict=True):
            kinds = [answer[kind] for kind in ("values", "decisions", "sections", "checks")]
            found = next((kind[code] for kind in kinds if code in kind), None)
            found = answer["status"] if code == "status" else found
            assert found == told[side] or (found is None and not isinstance(told[side], str))


def _result(plan: Plan, report: dict) -> dict | set[str]:
    """Give the result of a report, or the codes of what is wrong with it."""
    try:
        return plan.evaluate(report).trail.to_dict()["result"]
    except ProblemsError as error:
        return {each.code for each in error.problems}


# -- What changed ----------------------------------------------------------------------------------

SAME = {
    "spaces and brackets": ("formula: size · square_metre", "formula: (size)  *  (square_metre)"),
    "a number's decimals": ("value: 4, unit: km", "value: 4.00, unit: km"),
    "a comment": ("groups:\n", "# who lives there\ngroups:\n"),
    "the order of keys": (
        "{outcome: refused, when: own_garden,", "{when: own_garden, outcome: refused,"),
    "quotes": ('plot == "large" else', "plot == 'large' else"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_layout_is_no_change(folder: Path, garden: Plan, old: str, new: str):
    """Formulas are compared by their trees, all else by what it says."""
    difference = compare(garden, load(write(folder, "same", old, new)))
    assert difference.findings == ()
    assert difference.version.is_enough
    assert not difference.may_differ


SHOWN = {
    "a parameter": ("value: 4, unit: km", "value: 5, unit: km", "far", "value", "value"),
    "a threshold in a formula": ("people >= 4", "people >= 5", "points", "threshold", "formula"),
    "a threshold in a check": ("people < 2", "people < 3", "few_people", "threshold", "expect"),
    "a threshold of a length": (
        "length(reason) > 0", "length(reason) > 1", "reason_given", "threshold", "expect"),
    "a limit that is met": (
        "points >= enough_points", "points > enough_points", "outcome", "condition",
        "cases[granted].when"),
    "a rounding's mode": ("mode: half_even", "mode: half_up", "fee", "rounding", "round"),
    "a rounding's decimals": ("decimals: 2", "decimals: 1", "fee", "rounding", "round"),
    "a group": ("[adults, children]", "[adults]", "household", "members", "members"),
    "a severity": (
        "severity: error", "severity: warning", "reason_given", "severity", "severity"),
    "the fields of a section": ("fields: [reason]", "fields: [reason, fee]", "large", "fields",
                                "fields"),
    "whether a section is due": ('due: plot == "large"', "due: true", "large", "condition", "due"),
    "a tiny step": (
        "value: 4, unit: km", "value: 4.0000000001, unit: km", "far", "value", "value"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "part", "at"), SHOWN.values(), ids=SHOWN)
def test_a_change_comes_with_a_report(  # noqa: PLR0917
    folder: Path, garden: Plan, old: str, new: str, code: str, part: str, at: str
):
    """One change is one finding, and its witness is answered otherwise by both."""
    changed = load(write(folder, "shown", old, new))
    difference = compare(garden, changed)
    (finding,) = difference.findings
    change = finding.change
    assert (change.code, change.part, change.at) == (code, part, at)
    assert finding.outcomes == "differ"
    assert set(finding.to_dict()["shown"]["outcomes"]) <= set(finding.reached)
    assert_told_apart((garden, changed), finding.to_dict())
    assert difference.may_differ
    verdict = difference.version
    assert (verdict.needed, verdict.said, verdict.is_enough) == ("minor", "none", False)


@pytest.fixture(scope="module")
def copied(folder: Path) -> tuple[Plan, Plan, list]:
    """Load the rulebook of the forms, a copy with one digit changed, and its examples."""
    source = find_source("sociale/2024")
    old = Plan.of_functions(load_compiled(source))
    text = (ROOT / "rulebooks/sociale/2024.yaml").read_text(encoding="utf-8")
    path = folder / "copy.yaml"
    path.write_text(text.replace("value: 6000", "value: 6001"), encoding="utf-8")
    return old, load(path), [(0, read_examples(source, old.linked))]


BONUS = """rules:
  owed:
    label: Owed
    formula: a
    unit: "1"
    source: form
    exceptions:
      - {label: half, when: b == 1, formula: a + bonus / 2, source: form}
      - {label: whole, when: b == 2, formula: a + bonus, source: form}
"""


def test_the_part_that_differs_is_named_of_a_rule_that_its_exceptions_alone_change(tmp_path: Path):
    """No condition came out otherwise: what the exception gives did, and of two the one held."""
    fields = {code: {"type": "number", "minimum": 0, "maximum": 9} for code in "ab"}
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    plans = []
    for bonus in (500, 600):
        there = tmp_path / str(bonus)
        there.mkdir()
        (there / "schema.json").write_text(json.dumps(schema_of(fields)), encoding="utf-8")
        sources = "sources: {form: {title: The form, kind: form}}\n"
        value = f"{sources}parameters:\n  bonus: {{value: {bonus}, unit: '1', source: form}}\n"
        (there / "book.yaml").write_text(head + value + BONUS, encoding="utf-8")
        plans.append(load(there / "book.yaml"))
    pair = Pair(*plans)
    for b, part in ((1, "a + bonus / 2"), (2, "a + bonus")):
        trial = trials.try_document(pair, {"fields": {"a": Fraction(1), "b": Fraction(b)}})
        assert trials.first_parting(trial) == ("owed", part)


def test_one_digit_of_a_threshold_is_shown_by_an_example(copied: tuple[Plan, Plan, list]):
    """A report that somebody wrote is the witness as it is, where it tells the two apart."""
    old, new, examples = copied
    (finding,) = compare(old, new, examples).findings
    witness = finding.witness
    assert witness is not None
    assert witness.base == "relazione libera di 6001 caratteri"
    assert witness.changed == ()
    outcomes = [side.outcomes["R40_lunghezza"] for side in (witness.old, witness.new)]
    assert outcomes == ["failed", "passed"]
    assert (witness.step, witness.because) == ("R40_lunghezza", "length(R40) <= caratteri_R40")


WORDS = {
    "a label": ("label: Yearly fee\n", "label: The fee of a year\n", "label"),
    "a sentence": ("Say why a large plot is needed.", "Why is a large plot needed?", "message"),
    "a source": ("Statute of the (imaginary)", "Articles of the (imaginary)", "source"),
    "a title": ("title: Part 1, the household", "title: Part one", "label"),
    "how it is shown": (
        "unit: EUR\n    source", "unit: EUR\n    display: {decimals: 2}\n    source", "display"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "part"), WORDS.values(), ids=WORDS)
def test_words_change_no_outcome(folder: Path, garden: Plan, old: str, new: str, part: str):
    """What only readers see is the same without a search, and asks for a patch."""
    text = (folder / "garden.yaml").read_text(encoding="utf-8")
    path = folder / "words.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    difference = compare(garden, load(path))
    assert difference.findings
    assert {(each.change.part, each.outcomes, each.reason) for each in difference.findings} == {
        (part, "same", "words")
    }
    assert difference.version.needed == "patch"
    assert not difference.may_differ


EVERY_KEY = """
language: 2
rulebook: every
edition: "1"
version: 1.0.0
status: draft
title: Title{n}
note: Note{n}
in_force: {{from: 2026-01-0{n}, to: 2027-01-0{n}}}
locale: {locale}
day: d{n}
report: every.schema.json
sources:
  law: {{title: Law{n}, kind: {kind}, url: "https://example.org/{n}", note: n{n}}}
  other: {{title: Other, kind: law}}
parameters:
  limit: {{value: {n}, unit: u{n}, display: {{decimals: {n}}}, label: L{n}, source: {source},
    evidence: {evidence}, note: n{n}}}
  dated: {{label: D, day: d{n}, values: [{{from: 2024-01-01, value: {n}}}]}}
groups:
  some: [a, {member}]
scales:
  scale: {{label: L{n}, kind: {scale}, of: o{n}, unit: u{n}, times: {times},
    bands: [{{from: {n}, value: 1}}],
    source: {source}, evidence: {evidence}, note: n{n}}}
  by_day: {{kind: step, day: d{n}, versions: [
    {{from: 2024-01-0{n}, bands: [{{from: 0, value: 1}}]}}]}}
tables:
  row_by_day: {{by: [k], day: d{n}, versions: [{{from: 2024-01-0{n}, rows: [{{k: 1, value: 1}}]}}]}}
  table: {{label: L{n}, by: [key{n}], rows: [{{key{n}: 1, value: {n}}}], otherwise: {n},
    unit: u{n}, source: {source}, evidence: {evidence}, note: n{n}}}
lists:
  members: {{label: L{n}, row: "row {n}"}}
rules:
  "{{x}}_rule": {{for_each: {{x: [one]}}, heading: H{n}, when: a > {n}, formula: a + {n},
    unit: u{n}, round: {{decimals: {n}, mode: down}}, display: {{decimals: {n}}},
    label: L{n}, source: {source}, evidence: {evidence}, note: n{n},
    exceptions: [{{label: E, when: b > {n}, formula: b + {n}, source: {source},
      evidence: {evidence}, note: n{n}}}]}}
decisions:
  decision: {{policy: {policy}, label: L{n}, source: {source}, evidence: {evidence}, note: n{n},
    cases: [
    {{outcome: one, when: a > {n}, label: L{n}, source: {source}, evidence: {evidence}, note: n{n},
      message: {{it: "m{n}", en: "m{n}", source: {source}, evidence: {evidence}, note: n{n}}}}},
    {{outcome: two{n}, otherwise: true}}]}}
sections:
  whole: {{title: W, due: true, fields: [a]}}
  section: {{title: T{n}, due: a > {n}, fields: [{fields}], optional: [{member}], {part}
    message: {{due: {{it: "m{n}", en: "m{n}"}}, not_due: {{it: "n{n}", en: "n{n}"}}}},
    source: {source}, evidence: {evidence}, note: n{n}}}
checks:
  check: {{expect: a > {n}, severity: {severity}, label: L{n}, message: {{it: "m{n}", en: "m{n}"}},
    source: {source}, evidence: {evidence}, note: n{n}}}
messages:
  message: {{when: a > {n}, text: {{it: "m{n}", en: "m{n}"}}, label: L{n}, source: {source},
    evidence: {evidence}, note: n{n}}}
properties:
  property: {{expect: a >= {n}, label: L{n}, source: {source}, evidence: {evidence}, note: n{n}}}
"""
"""A rulebook that says everything, in two ways."""
PLACES = {
    "source_entry": "source", "parameter": "parameter", "scale": "scale", "table": "table",
    "list_entry": "list", "rule": "rule", "decision": "decision", "section": "section",
    "check": "check", "message_entry": "message", "property": "property",
}  # fmt: skip
OTHERWISE = {
    "file": "rows",
    "versions": "version",
    "title": "label",
    "types": "by",
    "by": "by",
    "row": "message",
}
"""Keys that come out at another place, or as another key's."""
NEVER = {
    "for_each",  # it is written out
    "not_encoded",  # it stands in the place of another key, and comes out as that
    ("list_entry", "note"),  # nothing keeps it
}


def test_no_key_of_the_language_is_forgotten(tmp_path: Path):
    """Of two rulebooks that differ in every key each key comes out as a change."""
    cells = {"type": "object", "properties": {"x": {"type": "number"}}}
    fields = {name: {"type": "number"} for name in ("a", "b", "c")}
    fields |= {name: {"type": "string", "format": "date"} for name in ("d1", "d2")}
    fields["members"] = {"type": "array", "maxItems": 3, "items": cells}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"fields": {"type": "object", "properties": fields}},
    }  # fmt: skip
    (tmp_path / "every.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    one = {"locale": "it", "kind": "law", "source": "law", "evidence": "seed", "member": "b",
           "scale": "step", "times": "limit", "policy": "first", "fields": "a, b", "part": "",
           "severity": "error"}  # fmt: skip
    other = {"locale": "en", "kind": "form", "source": "other", "evidence": "quoted", "member": "c",
             "scale": "linear", "times": "limit", "policy": "exclusive", "fields": "a, b, c",
             "part": "part_of: whole,", "severity": "info"}  # fmt: skip
    for name, n, words in (("one", 1, one), ("two", 2, other)):
        text = EVERY_KEY.format(n=n, **words)
        text = text.replace("times: limit,", "") if name == "two" else text
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    plans = [load(tmp_path / f"{name}.yaml") for name in ("one", "two")]
    changes = compare_rulebooks(plans[0].linked, plans[1].linked)
    found = {(each.kind, piece) for each in changes for piece in _keys_in(each)}
    schema = json.loads((ROOT / "schemas/rulebook.schema.json").read_text(encoding="utf-8"))
    for definition, kind in PLACES.items():
        for key in schema["$defs"][definition]["properties"]:
            if key in NEVER or (definition, key) in NEVER:
                continue
            assert (kind, OTHERWISE.get(key, key)) in found or (kind, key) in found, (kind, key)
    heads = {each.at for each in changes if each.kind == "rulebook"}
    assert heads == {"title", "note", "in_force.from", "in_force.to", "locale", "day"}
    parts = {each.part for each in changes}
    assert parts <= set(PHRASES_OF_PARTS)


def _keys_in(change: object) -> set[str]:
    """Name the keys that a change's place goes through, and its part."""
    at = change.at.partition("[")[0] if "]." not in change.at else change.at.rpartition("].")[2]
    return {*at.split("."), change.at.partition("[")[0].partition(".")[0], change.part}


# -- What a form admits ----------------------------------------------------------------------------

FORMS = {
    "a bound that is lower": ('"minimum": 1, "maximum": 20', '"minimum": 1, "maximum": 19',
                              "adults", "range", ([], ["out-of-range"]), "major"),
    "a bound that is higher": ('"minimum": 1, "maximum": 20', '"minimum": 1, "maximum": 21',
                               "adults", "range", (["out-of-range"], []), "minor"),
    "one choice more": ('["small", "large"]', '["small", "large", "huge"]', "plot", "choices",
                        (["not-allowed"], []), "minor"),
    "another type": ('home", "type": "boolean"', 'home", "type": "string"', "own_garden", "type",
                     ([], ["wrong-type"]), "major"),
    "a field more": ('"reason": {', '"why": {"type": "string"}, "reason": {', "why", "entry",
                     (["unknown-key"], []), "minor"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "part", "refused", "level"), FORMS.values(), ids=FORMS
)
def test_a_form_that_admits_other_reports(  # noqa: PLR0917
    folder: Path, garden: Plan, old: str, new: str, code: str, part: str,
    refused: tuple[list[str], list[str]], level: str,
):  # fmt: skip
    """A report that one form admits and the other refuses is a witness; the version says which."""
    text = (folder / "garden.schema.json").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "other.schema.json").write_text(text.replace(old, new), encoding="utf-8")
    book = (folder / "garden.yaml").read_text(encoding="utf-8")
    # a condition is no text
    book = book.replace("when: own_garden", 'when: own_garden == "yes"') if part == "type" else book
    path = folder / "form.yaml"
    path.write_text(book.replace("garden.schema.json", "other.schema.json"), encoding="utf-8")
    changed = load(path)
    difference = compare(garden, changed)
    finding = next(each for each in difference.findings if each.change.code == code)
    assert (finding.change.kind, finding.change.part) == ("field", part)
    assert finding.outcomes == "differ"
    told = finding.to_dict()["shown"]
    if part != "type":
        assert [told["refused"]["old"], told["refused"]["new"]] == list(refused)
    assert_told_apart((garden, changed), finding.to_dict())
    assert difference.version.needed == level


def test_a_form_that_says_the_same_otherwise(folder: Path, garden: Plan):
    """Titles, notes, `$ref` and `1.0` change nothing that is admitted."""
    text = (folder / "garden.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    fields = schema["properties"]["fields"]["properties"]
    schema["$defs"] = {"years": fields["waiting"]}
    fields["waiting"] = {"$ref": "#/$defs/years", "description": "since when"}
    fields["distance"]["title"] = "How far"
    written = json.dumps(schema).replace('"maximum": 20', '"maximum": 20.0')
    (folder / "other.schema.json").write_text(written, encoding="utf-8")
    book = (folder / "garden.yaml").read_text(encoding="utf-8")
    path = folder / "form.yaml"
    path.write_text(book.replace("garden.schema.json", "other.schema.json"), encoding="utf-8")
    (finding,) = compare(garden, load(path)).findings
    assert (finding.change.at, finding.outcomes) == ("title", "same")


# -- Language 2 ------------------------------------------------------------------------------------

LATER = {
    "an age, in a row": ("eta < 18", "eta < 19", "componenti.minore", "threshold"),
    "a band": ("above: 28000", "above: 28001", "irpef", "band"),
    "a row of a table": ("value: 1.57", "value: 1.58", "equivalenza", "row"),
    "one key more": ("[3, 4]", "[3, 4, 5]", "equivalenza", "row"),
    "a day": ("value: 2024-01-01", "value: 2024-01-02", "inizio", "value"),
    "an exception": ("reddito * 0", "reddito * 0.5", "componenti.imposta", "formula"),
    "a check of rows": ("nascita <= data", "nascita < data", "componenti.plausibile", "condition"),
}  # fmt: skip


@pytest.fixture(scope="module")
def household(folder: Path) -> Plan:
    return load(folder / "household.yaml")


@pytest.mark.parametrize(("old", "new", "code", "part"), LATER.values(), ids=LATER)
def test_rows_scales_tables_and_days(  # noqa: PLR0917
    folder: Path, household: Plan, old: str, new: str, code: str, part: str
):
    """What language 2 adds is compared piece by piece, and shown by a report too."""
    changed = load(write(folder, "later", old, new, base="household"))
    difference = compare(household, changed)
    (finding,) = difference.findings
    assert (finding.change.code, finding.change.part) == (code, part)
    assert finding.outcomes == "differ"
    assert_told_apart((household, changed), finding.to_dict())
    assert difference.version.reason == "draft"


def test_a_list_that_is_called_otherwise(folder: Path, household: Plan):
    """A renamed list is gone and new, and so is all that is of its rows."""
    for name in ("household.yaml", "household.schema.json"):
        text = (folder / name).read_text(encoding="utf-8")
        text = text.replace("componenti", "persone").replace("household.schema", "renamed.schema")
        (folder / name.replace("household", "renamed")).write_text(text, encoding="utf-8")
    difference = compare(household, load(folder / "renamed.yaml"))
    found = {(each.change.kind, each.change.code): each for each in difference.findings}
    assert found["field", "componenti"].change.new is None
    assert found["field", "persone"].change.old is None
    assert found["rule", "componenti.eta"].change.is_of_entry


def test_another_language(folder: Path):
    """A rulebook of language 1 is compared with one of 2; trails have another form then."""
    # `size` is a function of language 2
    text = (folder / "garden.yaml").read_text(encoding="utf-8")
    text = text.replace("  size:", "  area:").replace("size ·", "area ·")
    (folder / "area.yaml").write_text(text, encoding="utf-8")
    later = write(folder, "later", "language: 1", "language: 2", base="area")
    difference = compare(load(folder / "area.yaml"), load(later))
    (finding,) = difference.findings
    assert finding.outcomes != "differ"
    assert (finding.change.part, finding.change.at) == ("language", "language")
    assert difference.version.needed == "major"


# -- Proofs ----------------------------------------------------------------------------------------

EQUAL = {
    "a product the other way round": ("size · square_metre", "square_metre × size"),
    "whole numbers": ("people < 2", "people <= 1"),
    "a comparison from the other side": ("distance < far", "far > distance"),
}


@pytest.mark.skipif(not HAS_SOLVER, reason="z3 is not installed")
@pytest.mark.parametrize(("old", "new"), EQUAL.values(), ids=EQUAL)
def test_what_gives_the_same_is_proved(folder: Path, garden: Plan, old: str, new: str):
    """No report shows a difference, and the proof says that none does."""
    changed = load(write(folder, "equal", old, new))
    difference = compare(garden, changed)
    (finding,) = difference.findings
    assert (finding.outcomes, finding.reason, finding.witness) == ("same", "proved", None)
    assert not difference.may_differ
    assert difference.version.needed == "patch"


@pytest.mark.skipif(not HAS_SOLVER, reason="z3 is not installed")
def test_what_changes_with_a_day_is_proved_too():
    """Values that are in force one after the other, on whichever day."""
    text = (
        "day: d\nparameters: {p: {values: [{from: 2023-01-01, value: 1}, "
        "{from: 2024-01-01, value: 2}]}}\nrules: {r: {formula: FORMULA}}\n"
    )
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    schema = schema_of({"d": {"type": "string", "format": "date"}, "n": "integer"})
    old, new = (load_text(head + text.replace("FORMULA", f), schema) for f in ("p + n", "n + p"))
    (finding,) = compare(old, new).findings
    assert (finding.outcomes, finding.reason) == ("same", "proved")


@pytest.mark.skipif(not HAS_SOLVER, reason="z3 is not installed")
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_limit_that_is_reached_is_told_in_a_word(
    folder: Path, monkeypatch: pytest.MonkeyPatch, language: str
):
    """In every form: of a limit of work or time the amount is no part of the word."""
    changed_book = write(folder, "equal", "people < 2", "people <= 1")
    plans = load(folder / "garden.yaml"), load(changed_book)
    for name, value, why in (("WORK", 0, "work"), ("SECONDS", 0.0, "time")):
        with monkeypatch.context() as changed:
            changed.setattr(proving, name, value)
            difference = compare(*plans)
            (finding,) = difference.findings
            assert (finding.reason, finding.why) == ("not_provable", why)
            page = write_page(make_page(difference, plans, language), "text")
            assert PHRASES[language][f"why_{why}"] in " ".join(page.split())


def test_without_a_solver_it_is_not_settled(
    folder: Path, garden: Plan, monkeypatch: pytest.MonkeyPatch
):
    """Where no report and no proof tells, nothing is claimed, and the status is no 0."""
    monkeypatch.setitem(sys.modules, "z3", None)
    path = write(folder, "equal", "people < 2", "people <= 1")
    (finding,) = compare(garden, load(path)).findings
    assert (finding.outcomes, finding.reason) == ("unsettled", "no_solver")
    status, text = ask(folder / "garden.yaml", path)
    assert status == 1
    assert "extra `[prove]`" in text


# -- Versions --------------------------------------------------------------------------------------

CHANGES = {
    "patch": ("label: Yearly fee\n", "label: A fee\n"),
    "minor": ("value: 4, unit: km", "value: 5, unit: km"),
    "major": ("  few_people:", "  lone:"),
}


@pytest.mark.parametrize(
    ("level", "version", "enough"),
    [
        ("patch", "1.0.0", False), ("patch", "1.0.1", True), ("patch", "2.0.0", True),
        ("minor", "1.0.1", False), ("minor", "1.1.0", True),
        ("major", "1.1.0", False), ("major", "2.0.0", True), ("patch", "0.9.0", False),
    ],
)  # fmt: skip
def test_whether_a_version_says_enough(
    folder: Path,
    level: str,
    version: str,
    enough: bool,  # noqa: FBT001 - a row of a table
):
    """A patch says that no outcome changes, a minor one that nobody has to change anything."""
    garden = load(folder / "garden.yaml")
    text = (folder / "garden.yaml").read_text(encoding="utf-8")
    old, new = CHANGES[level]
    text = text.replace(old, new, 1).replace("version: 1.0.0", f"version: {version}")
    path = folder / "version.yaml"
    path.write_text(text, encoding="utf-8")
    verdict = compare(garden, load(path)).version
    assert (verdict.needed, verdict.is_enough) == (level, enough)


# -- Reports ---------------------------------------------------------------------------------------

ROWS = 700
"""So many that they are compared by columns."""


@pytest.fixture(scope="module")
def rows(folder: Path) -> Path:
    """Write applications as a table; one of them is none."""
    draw = random.Random(7)  # noqa: S311 - rows that are the same each time
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        names = ("id", "subject.household", "adults", "children", "distance", "waiting",
                 "own_garden", "plot", "reason")  # fmt: skip
        writer = csv.writer(stream)
        writer.writerow(names)
        for row in range(ROWS):
            writer.writerow([
                f"n{row}", f"H{row}", 99 if row == 3 else draw.randint(1, 6),
                draw.choice(["", 0, 1, 2, 3]), draw.choice(["", 0.5, 4, 4.5, 5.5]),
                draw.randint(0, 5), draw.choice(["true", "false", "false"]),
                draw.choice(["small", "large"]), draw.choice(["", "because"]),
            ])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def changed_much(folder: Path) -> Path:
    text = (folder / "garden.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("value: 4, unit: km", "value: 5, unit: km"), ("half_even", "half_up"),
        ("severity: error", "severity: info"), ("people < 2", "people < 3"),
    ):  # fmt: skip
        text = text.replace(old, new)
    path = folder / "much.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_count_as_single_rows_do(folder: Path, rows: Path, changed_much: Path):
    """By columns or row by row, in pieces of any size: the same counts, sums, names and steps."""
    pair = Pair(load(folder / "garden.yaml"), load(changed_much))
    source = open_source(str(rows), "csv", io.BytesIO)
    forms, carried = make_forms(pair, source, ["id"], "refused")
    found = []
    for by_columns in (True, False):
        job = ImpactJob(pair, list_codes(pair), 5, forms, carried, by_columns)
        chunks = source.chunks(BEGIN, BY_COLUMNS)
        found.append(measure_rows(job, chunks, "rows.csv", 1))
    assert found[0].to_dict() == found[1].to_dict()
    tally = found[0].tally
    assert (tally.reports, tally.compared, tally.refused) == (ROWS, ROWS - 1, 1)
    _check_by_hand(found[0].to_dict(), pair, rows)


def _check_by_hand(impact: dict, pair: Pair, rows: Path) -> None:
    """Count once more, by evaluating each row as a mapping."""
    moved = dict.fromkeys(("outcome", "fee", "points", "few_people", "status"), 0)
    total = 0
    with rows.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            fields = {key: row[key] for key in ("plot", "reason") if row[key]}
            fields |= {
                key: float(row[key])
                for key in ("adults", "children", "distance", "waiting")
                if row[key]
            }
            fields["own_garden"] = row["own_garden"] == "true"
            report = {"subject": {"household": "x"}, "fields": fields}
            if fields["adults"] == 99:
                continue
            old, new = (plan.evaluate(report) for plan in pair.plans)
            moved["outcome"] += old.decisions["outcome"] != new.decisions["outcome"]
            moved["few_people"] += old.checks["few_people"] != new.checks["few_people"]
            moved["status"] += old.status != new.status
            for code in ("fee", "points"):
                moved[code] += old.values.get(code) != new.values.get(code)
            total += new.values.get("points", 0) - old.values.get("points", 0)
    counts = {
        each["code"]: sum(change["count"] for change in each["changes"])
        for each in impact["outcomes"]
    }
    assert counts == {code: count for code, count in moved.items() if count}
    (points,) = [each for each in impact["outcomes"] if each["code"] == "points"]
    assert Fraction(points["changes"][0]["by"]["total"]) == Fraction(total)
    first = points["changes"][0]
    assert (first["first"]["step"], first["first"]["because"]) == ("points", "distance < far")
    assert len(first["reports"]) == 5
    assert set(first["reports"][0]["subject"]) == {"household", "id"}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_rows_of_lists_are_compared_however_many_reports_there_are(tmp_path: Path, form: str):
    """Columns compare fields alone: of many reports each list was taken to be missing."""
    row = {"type": "object", "properties": {"n": {"type": "number"}}, "additionalProperties": False}
    lines = {"L": {"type": "array", "maxItems": 3, "items": row}, "k": {"type": "number"}}
    (tmp_path / "form.json").write_text(json.dumps(schema_of(lines)), encoding="utf-8")
    for version, least in ((1, 3), (2, 5)):
        check = {"label": "C", "expect": f"sum(L.n) < {least}", "severity": "warning"}
        text = rulebook_text(
            {"rules": {"L.own": {"formula": f"L.n * {least}"}}, "checks": {"C": check}},
            language="2", report="form.json", version=f"{version}.0.0",
        )  # fmt: skip
        (tmp_path / f"{version}.yaml").write_text(text, encoding="utf-8")
    numbers = [number % 7 for number in range(600)]
    if form == "csv":
        written = ["k,L", *(f'1,"[{{""n"":{number}}}]"' for number in numbers)]
    else:
        head = '{"rulebook":"prova/2024","subject":{},"fields":{"k":1,'
        written = [f'{head}"L":[{{"n":{number}}}]}}}}' for number in numbers]
    table = tmp_path / f"rows.{form}"
    table.write_text("\n".join(written) + "\n", encoding="utf-8")
    paths = [tmp_path / f"{version}.yaml" for version in (1, 2)]
    status, text = ask(*paths, "--reports", table, "--format", "json")
    told = {each["code"]: each["changes"] for each in json.loads(text)["reports"]["outcomes"]}
    found = [(each["old"], each["new"], each["count"]) for each in told["C"]]
    passing = sum(number in (3, 4) for number in numbers)
    assert (status, found) == (1, [("failed", "passed", passing)])
    # rules of rows are final values too
    counts = sum(each["count"] for each in told["L.own"])
    assert counts == sum(number != 0 for number in numbers)


def test_a_band_is_put_into_a_scale_once_for_all_rows(monkeypatch: pytest.MonkeyPatch):
    """Each of hundreds of rows asks the scale: made for each of them it took minutes."""
    row = {"type": "object", "properties": {"n": {"type": "number", "minimum": 0}}}
    form = schema_of({"L": {"type": "array", "maxItems": 500, "items": row}})
    plans = []
    for more in (0, 5):
        bands = [{"from": 10 * at, "value": at + more * (at % 2)} for at in range(20)]
        parts = {
            "scales": {"s": {"kind": "step", "bands": bands}},
            "rules": {"r": {"formula": "sum(s(L.n))"}},
        }
        plans.append(load_text(rulebook_text(parts, language="2"), form))
    calls = {"_is_looked_up": 0, "change_band": 0}

    def counted(name: str) -> Callable[..., Any]:
        plain = getattr(behind, name)

        def count(*given: Any) -> Any:
            calls[name] += 1
            return plain(*given)

        return count

    for name in calls:
        monkeypatch.setattr(behind, name, counted(name))
    difference = compare(*plans)
    assert len(difference.findings) == 10
    assert 0 < calls["change_band"] <= 2 * calls["_is_looked_up"]


def test_a_folder_of_reports(folder: Path, changed_much: Path):
    """Each file is a report of its own; what is none, or of another rulebook, is counted."""
    there = folder / "stored"
    there.mkdir()
    shutil.copy(folder / "application.yaml", there / "one.yaml")
    (there / "two.json").write_text(
        json.dumps({"rulebook": "garden/2026@0.1.0", "subject": {"household": "B"},
                    "fields": {"distance": 4.5, "adults": 1, "children": 0, "waiting": 0}})
    )  # fmt: skip
    (there / "none.yaml").write_text("a: [", encoding="utf-8")
    shutil.copy(EXAMPLES / "jesi-2024.yaml", there / "other.yaml")
    status, text = ask(folder / "garden.yaml", changed_much, "--reports", there, "--format", "json")
    assert status == 1
    found = json.loads(text)["reports"]
    assert (found["reports"], found["compared"], found["refused"]["both"]) == (4, 2, 2)
    points = next(each for each in found["outcomes"] if each["code"] == "points")
    (change,) = points["changes"]
    assert change["by"] == {"least": "2", "most": "2", "total": "2"}
    (report,) = change["reports"]
    assert (report["file"], report["subject"]) == ("two.json", {"household": "B"})


_PASSED_OVER: tuple[tuple[Locale, str], ...] = (
    ("it", "Non guardati 2 file"), ("en", "Not looked at: 2 files")
)  # fmt: skip


def test_nothing_of_a_folder_is_skipped_silently(folder: Path):
    """Endings in capitals count; pipes and links to nothing are refused, the rest is named."""
    there, book = folder / "mixed", folder / "garden.yaml"
    (there / "sub.yaml").mkdir(parents=True)
    shutil.copy(folder / "application.yaml", there / "z.YML")
    (there / "n.txt").write_text("{{{", encoding="utf-8")
    (there / ".hidden").write_text("", encoding="utf-8")
    os.mkfifo(there / "a.yaml")
    (there / "d.yaml").symlink_to("nowhere")
    status, text = ask(book, book, "--reports", there, "--format", "json")
    found = json.loads(text)["reports"]
    assert status == 0
    assert (found["reports"], found["compared"], found["refused"]["both"]) == (3, 1, 2)
    assert found["first_refused"] == [
        {"file": "a.yaml", "code": "file-unreadable"}, {"file": "d.yaml", "code": "file-unreadable"}
    ]  # fmt: skip
    assert found["passed_over"] == {"count": 2, "files": ["n.txt", "sub.yaml/"]}
    for language, said in _PASSED_OVER:
        _, page = ask(book, book, "--reports", there, language=language)
        for each in (said, "a.yaml", "d.yaml", "n.txt", "sub.yaml/"):
            assert each in page


def test_of_what_is_passed_over_the_first_are_named(folder: Path):
    """With `--all` all are."""
    there, book = folder / "many", folder / "garden.yaml"
    there.mkdir()
    for at in range(12):
        (there / f"{at:02}.pdf").touch()
    for given, named in ((), 10), (("--all",), 12):
        _, text = ask(book, book, "--reports", there, "--format", "json", *given)
        found = json.loads(text)["reports"]["passed_over"]
        assert (found["count"], len(found["files"])) == (12, named)
    _, page = ask(book, book, "--reports", there)
    assert "and 2 more" in page.partition("09.pdf")[2]


def test_a_folder_that_cannot_be_listed_is_no_empty_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """It was taken for one without reports, and nothing differed."""

    def close(_: Path) -> None:
        raise PermissionError(13, "closed")

    monkeypatch.setattr(os, "scandir", close)
    with pytest.raises(ProblemsError) as told:
        list_reports(folder)
    assert [each.code for each in told.value.problems] == ["file-unreadable"]


@pytest.mark.parametrize("text", ["A/B", "12", "value", "error", "missing", "", "due", '"'])
def test_a_text_is_told_as_a_text_whatever_it_says(text: str, tmp_path: Path):
    """One with a slash was read as a quotient, and one like a word was taken for that."""
    schema = schema_of({"a": "number"})
    written = json.dumps(text) if '"' not in text else f"'{text}'"
    formulas = [f'{written} if a > {limit} else "x"' for limit in (10, 20)]
    books = [rulebook_text({"rules": {"kind": {"formula": each}}}) for each in formulas]
    plans = load_text(books[0], schema), load_text(books[1], schema)
    pair = Pair(*plans)
    path = tmp_path / "rows.csv"
    path.write_text("a\n" + "15\n" * ROWS, encoding="utf-8")
    source = open_source(str(path), "csv", io.BytesIO)
    forms, carried = make_forms(pair, source, [], "refused")
    found = []
    for by_columns in (True, False):
        job = ImpactJob(pair, list_codes(pair), 1, forms, carried, by_columns)
        found.append(measure_rows(job, source.chunks(BEGIN, BY_COLUMNS), "rows.csv", 1))
    assert found[0].to_dict() == found[1].to_dict()
    ((old, new, transition),) = found[0].by_outcome()["kind"]
    assert (text_of_word(old), new, transition.count) == (text, "x", ROWS)
    page = write_page(make_page(compare(*plans).with_impact(found[0]), plans, "en"), "text")
    assert re.search(rf"^  kind +{re.escape(show_value(text))} +x +{ROWS}$", page, re.MULTILINE)


def test_changes_stand_in_one_order_whatever_the_hashes_are(tmp_path: Path):
    """Lists of rows were gone through by the hashes of their names, which each process has anew."""
    names = [f"list_{number}" for number in range(8)]
    for version in (1, 2):
        row = {"type": "object", "properties": {"n": {"type": "number", "minimum": version}},
               "additionalProperties": False}  # fmt: skip
        lists = {name: {"type": "array", "maxItems": 3, "items": row} for name in names}
        (tmp_path / f"{version}.json").write_text(json.dumps(schema_of(lists)), encoding="utf-8")
        text = rulebook_text({"rules": {"members": {"formula": f"size({names[0]})"}}},
                             language="2", report=f"{version}.json")  # fmt: skip
        (tmp_path / f"{version}.yaml").write_text(text, encoding="utf-8")
    documents = [
        subprocess.run(
            [sys.executable, "-m", "ruletrail", "diff", "1.yaml", "2.yaml", "--format", "json"],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert documents[0] == documents[1]
    told = [each["code"] for each in json.loads(documents[0])["changes"]]
    assert told == [f"{name}.n" for name in names]


# -- The command -----------------------------------------------------------------------------------


def test_the_contract_of_json(folder: Path, changed_much: Path):
    """The keys that programs may rely on, numbers and reports that can be read back."""
    status, text = ask(folder / "garden.yaml", changed_much, "--format", "json")
    document = json.loads(text)
    assert status == 1
    for change in document["changes"]:
        assert {"code", "part", "old", "new", "outcomes", "witness"} <= set(change)
        assert change["outcomes"] in ("differ", "same", "unsettled")
        assert (change["witness"] is not None) == (change["outcomes"] == "differ")
    assert {"old", "new", "enough"} <= set(document["version"])
    assert document["version"]["enough"] is False


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_says_the_same(folder: Path, changed_much: Path, form: str, language: str):
    """Each page has every change, its report and the version that is asked for."""
    plans = load(folder / "garden.yaml"), load(changed_much)
    page = write_page(make_page(_compared(folder, plans), plans, language), form)
    for said in ("1.1.0", "distance = 4", "few_people", "reason_given", "half"):
        assert said.replace("_", "\\_") in page or said in page
    assert "KeyError" not in page


_KEPT: dict[Path, Difference] = {}


def _compared(folder: Path, plans: tuple[Plan, Plan]) -> Difference:
    if folder not in _KEPT:
        _KEPT[folder] = compare(*plans)
    return _KEPT[folder]


def test_the_same_file_twice_and_what_does_not_load(folder: Path, tmp_path: Path):
    """No change is status 0; a rulebook that does not load, or is none, is 2 and says why."""
    book = folder / "garden.yaml"
    status, text = ask(book, book)
    assert status == 0
    assert "No difference" in text
    broken = tmp_path / "broken.yaml"
    broken.write_text("language: 1\nrulebook: [", encoding="utf-8")
    for words in ((book, broken), (broken, book), (book, tmp_path / "absent.yaml")):
        status, text = ask(*words)
        assert status == 2, text
    out = tmp_path / "out.md"
    status, _ = ask(book, book, "-o", out)
    assert (status, out.read_text(encoding="utf-8").startswith("# ")) == (0, True)
    before = book.read_bytes()
    status, text = ask(book, book, "-o", book, "--format", "markdown")
    assert (status, book.read_bytes()) == (2, before)
    assert "would change" in text


def test_many_changes_take_bounded_work(tmp_path: Path):
    """Each of sixty changed formulas gets its share of the search, and is shown."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"fields": {"type": "object", "properties": {
            f"f{at}": {"type": "number", "minimum": 0, "maximum": 1000} for at in range(20)
        }}},
    }  # fmt: skip
    (tmp_path / "many.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    head = (
        "language: 1\nrulebook: many\nedition: '1'\nversion: 1.0.0\nstatus: draft\ntitle: M\n"
        "report: many.schema.json\nrules:\n"
    )
    for name, write_rule in (
        ("old", lambda at: f"f{at % 20} + {at} if f{(at + 1) % 20} > {at} else 0"),
        ("new", lambda at: f"f{at % 20} + {at} if f{(at + 1) % 20} > {at + 1} else 0"),
    ):
        rules = "".join(f'  r{at}: {{formula: "{write_rule(at)}"}}\n' for at in range(60))
        (tmp_path / f"{name}.yaml").write_text(head + rules, encoding="utf-8")
    difference = compare(load(tmp_path / "old.yaml"), load(tmp_path / "new.yaml"))
    assert len(difference.findings) == 60
    assert {each.outcomes for each in difference.findings} == {"differ"}


def test_a_constant_and_a_day_are_written_as_on_any_page():
    """With cents, unit and the signs of the language; programs get what is written."""
    library = EXAMPLES / "own-rulebooks"
    words = ("diff", "mensa/2025", "mensa/2026", "--library", library)
    text = " ".join(call(*words, "--lang", "it")[1].split())
    assert "valore: da 2,50 euro/pasto a 2,80 euro/pasto" in text
    assert "primo giorno in cui vale: da 01/01/2025 a 01/01/2026" in text
    assert "ultimo giorno in cui vale: non c'è più, era 31/12/2025" in text
    changes = json.loads(call(*words, "--format", "json")[1])["changes"]
    (change,) = (each for each in changes if each["code"] == "ridotta")
    assert (change["old"], change["new"]) == ("2.5", "2.8")


# -- Values that look like others ------------------------------------------------------------------

_LIKE = [
    "1",
    '"1"',
    "NORD",
    '"true"',
    "true",
    "2024-01-01",
    '"2024-01-01"',
    '"1/3"',
    '"a, b"',
    '"²"',
]
_DATED = "values: [{from: 2020-01-01, value: VALUE}, {from: 2021-01-01, value: VALUE}]"


def _of_text(folder: Path, name: str, body: str) -> Path:
    """Write a rulebook of a text and a day; `name` is the number in its version."""
    head = (
        f'language: 2\nrulebook: like\nedition: "2024"\nversion: 1.{name}.0\nstatus: draft\n'
        "title: Like\nreport: like.schema.json\nlocale: en\n"
    )
    schema = schema_of({"t": "string"})
    schema["properties"]["fields"]["properties"]["g"] = {"type": "string", "format": "date"}
    (folder / "like.schema.json").write_text(json.dumps(schema))
    path = folder / f"like-{name}.yaml"
    path.write_text(head + body, encoding="utf-8")
    return path


@pytest.mark.parametrize("holds", ["value: VALUE", _DATED])
def test_no_two_values_are_written_alike(tmp_path: Path, holds: str):
    """A text that looks like a number, a day or a truth is in quotes; no form ends on any text."""
    body = f"{'day: g' if 'values' in holds else 'note: x'}\nparameters: {{p: {{{holds}}}}}\n"
    body += "rules: {r: {formula: p}}\n"
    paths = [
        _of_text(tmp_path, str(at), body.replace("VALUE", each)) for at, each in enumerate(_LIKE)
    ]
    for old, new in pairwise(paths):
        status, out = ask(old, new, "--format", "json")
        changes = [each for each in json.loads(out)["changes"] if each["part"] == "value"]
        assert changes, (old, new)
        assert all(each["old"] != each["new"] for each in changes), changes
        assert {ask(old, new, "--format", form)[0] for form in ("text", "html")} == {status} == {1}


def test_keys_with_commas_are_told_apart(tmp_path: Path):
    """Two rows whose keys were written alike hid each other, and "no difference" was a claim."""
    body = (
        "tables:\n  p:\n    by: [k, l]\n    types: {k: text, l: text}\n    rows:\n"
        '      - {k: "a, b", l: c, value: VALUE}\n      - {k: a, l: "b, c", value: 2}\n'
        "rules:\n  r: {formula: \"p(t, 'c')\"}\n"
    )
    old, new = (_of_text(tmp_path, each, body.replace("VALUE", each)) for each in ("1", "5"))
    status, out = ask(old, new, "--format", "json")
    assert status == 1
    assert [(each["at"], each["old"], each["new"]) for each in json.loads(out)["changes"]] == [
        ('rows["a, b", c]', "1", "5")
    ]


def test_the_word_for_no_value_is_told_from_a_text(tmp_path: Path):
    body = (
        "tables: {p: {by: [k], types: {value: text}, rows: [{k: x, value: y}], otherwise: VALUE}}\n"
        "rules: {r: {formula: p(t)}}\n"
    )
    texts = ("not_applicable", '"not_applicable"')
    old, new = (
        _of_text(tmp_path, str(at), body.replace("VALUE", each)) for at, each in enumerate(texts)
    )
    out = ask(old, new, "--format", "json")[1]
    (change,) = json.loads(out)["changes"]
    assert (change["at"], change["old"], change["new"]) == ("otherwise", *texts)


# -- Hundreds of changes ---------------------------------------------------------------------------

_NUMBERS = 12


def many_checks(count: int, more: int, severity: str = "warning") -> Plan:
    """Write checks of some numbers against bounds, each so much later."""
    checks = {
        f"C{at}": {
            "label": "C", "expect": f"A{at % _NUMBERS} < {10 + at % 7 + more}", "severity": severity
        }
        for at in range(count)
    }  # fmt: skip
    number = {"type": "integer", "minimum": 0, "maximum": 1000}
    schema = schema_of({f"A{at}": number for at in range(_NUMBERS)})
    return load_text(rulebook_text({"checks": checks}, language="2"), schema)


def test_of_hundreds_of_changes_no_witness_asks_how_all_was_reached(
    monkeypatch: pytest.MonkeyPatch,
):
    """Both rulebooks are compiled, no record is built, and of a witness one step is concluded."""
    count, concluded = 120, []
    old, new = many_checks(count, 0), many_checks(count, 1)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a whole record is built")

    def note(answer: Any, entry: Any, facts: Any) -> Any:
        concluded.append(entry.code)
        return conclude_with(answer, entry, facts)

    conclude_with = trials.conclude_with
    monkeypatch.setattr(trials, "conclude_with", note)
    monkeypatch.setattr(record_building, "_build_record", refuse)
    base = {"fields": {f"A{at}": 10 + at % 7 for at in range(_NUMBERS)}}
    monkeypatch.setattr(comparing, "list_bases", lambda *_: [Base("b", base)])
    found = compare(old, new)
    assert old.is_compiled
    assert {(each.outcomes, each.reason) for each in found.findings} == {("differ", "shown")}
    firsts = {each.witness.step for each in found.findings if each.witness is not None}
    assert firsts <= {each.change.code for each in found.findings}
    # each change is asked about once for each report that may show it, and by both
    assert len(concluded) <= 20 * count


def one_sum(count: int, more: int) -> Plan:
    """Constants in one sum that as many checks read: each constant reaches them all."""
    codes = [f"P{at}" for at in range(count)]
    body = {
        "parameters": {code: {"value": at + more} for at, code in enumerate(codes)},
        "groups": {"G": codes},
        "rules": {"T": {"formula": "sum(G) + A"}},
        "checks": {
            f"C{at}": {"label": "C", "expect": f"T < {count * (count - 1) // 2 + 1}"}
            for at in range(count)
        },
    }
    # where A is 0 all checks turn by any one of the constants
    near = {"type": "integer", "minimum": 0, "maximum": 10}
    return load_text(rulebook_text(body, language="2"), schema_of({"A": near}))


def test_what_is_told_of_each_of_many_changes_is_bounded():
    """Else all that is written, and kept, grows with changes times outcomes."""
    count = changes.MOST_TOLD + 20
    found = compare(one_sum(count, 0), one_sum(count, 1)).to_dict()["changes"]
    told = [each for each in found if each["kind"] == "parameter"]
    assert len(told) == count
    for each in told:
        # the sum, the checks and the status; how many are not named is said
        assert each["outcomes"] == "differ"
        assert len(each["reached"]) == changes.MOST_TOLD
        assert each["reached_in_all"] == count + 2
        assert len(each["shown"]["outcomes"]) == changes.MOST_TOLD
        assert each["shown"]["more"] == 22


def test_telling_which_changes_are_behind_a_difference_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
):
    """Each of the constants asks for the whole sum: what is left over is said to be so."""
    count = 30
    old, new = one_sum(count, 0), one_sum(count, 1)
    asked = sum(1 + len(plan.linked.reads["T"]) for plan in (old, new))
    monkeypatch.setattr(searching, "MOST_JUDGED", 10 * asked)
    monkeypatch.setattr(proving.Prover, "prove", lambda *_: None)
    found = [each for each in compare(old, new).findings if each.change.kind == "parameter"]
    told = [each.outcomes for each in found]
    shown = told.count("differ")
    assert 0 < shown <= 10
    assert told == ["differ"] * shown + ["unsettled"] * (count - shown)
    assert {each.why for each in found[shown:]} == {"work"}


def test_functions_are_made_only_where_they_pay(monkeypatch: pytest.MonkeyPatch):
    """Of very large rulebooks so few reports are tried that making them takes longest."""

    def are_made() -> bool:
        old, new = many_checks(120, 0), many_checks(120, 1)
        compare(old, new)
        return old.is_compiled and new.is_compiled

    assert are_made()
    old, new = many_checks(120, 0), many_checks(120, 1)
    most = searching.cost_of_trial(Pair(old, new)) * comparing.FEW_TRIALS
    monkeypatch.setattr(comparing, "MOST_WORK", most - 1)
    assert not are_made()


@pytest.mark.skipif(not HAS_SOLVER, reason="z3 is not installed")
def test_whether_two_rulebooks_differ_is_asked_of_the_steps_that_it_rests_on(
    monkeypatch: pytest.MonkeyPatch,
):
    """Of a check among many that one and those that may refuse a report."""
    from ruletrail.proofs import comparing as proof_comparing  # noqa: PLC0415 - needs z3

    asked: list[int] = []
    conclude_steps = proof_comparing.conclude_steps

    def note(linked: Any, report: Any, steps: Any) -> Any:
        asked.append(len(steps))
        return conclude_steps(linked, report, steps)

    monkeypatch.setattr(proof_comparing, "conclude_steps", note)
    old, new = (many_checks(30, more) for more in (0, 1))
    comparing = proof_comparing.Comparing(old.linked, new.linked, Limits())
    answers = list(comparing.compare_all(("C3", "C29")))
    assert [each.answer for each in answers] == ["refuted", "refuted"]
    assert asked
    assert max(asked) == 1


def test_what_is_asked_twice_is_encoded_once(monkeypatch: pytest.MonkeyPatch):
    """Steps that changed, then the outcomes of those that are not proved the same, share it."""
    from ruletrail.proofs import comparing as proof_comparing  # noqa: PLC0415 - needs z3

    encoded: list[Any] = []
    encoding = proof_comparing.Encoding

    def note(linked: Any, *others: Any) -> Any:
        encoded.append(linked)
        return encoding(linked, *others)

    monkeypatch.setattr(proof_comparing, "Encoding", note)
    old, new = (many_checks(4, more) for more in (0, 1))
    prover = proving.Prover(Pair(old, new))
    prover._ask(["C0"])
    prover._ask(["C1", "C2"])
    assert {code: each.answer for code, each in prover.answers.items()} == dict.fromkeys(
        ("C0", "C1", "C2"), "refuted"
    )
    assert encoded == [old.linked, new.linked]


def test_cases_of_one_decision_are_asked_of_a_report_once(monkeypatch: pytest.MonkeyPatch):
    """Whether the decision agrees, and where the answers part, whichever case changed."""

    def cases(more: int) -> Plan:
        listed = [
            {"outcome": f"o{at}", "when": f"A0 >= {at * 10} and A0 < {at * 10 + 10 + more}"}
            for at in range(30)
        ]
        decisions = {"D": {"label": "D", "cases": listed}}
        number = {"type": "integer", "minimum": 0, "maximum": 309}
        return load_text(
            rulebook_text({"decisions": decisions}, language="2"), schema_of({"A0": number})
        )

    asked: list[tuple[str, Any]] = []
    kept: list[Any] = []  # so that no two reports have the same number
    for module, name in ((behind, "_agrees_on_facts"), (trials, "_find_parting")):
        asking = getattr(module, name)

        def note(*given: Any, name: str = name, asking: Any = asking) -> Any:
            asked.append((name, id(given[-1])))
            kept.append(given[-1])
            return asking(*given)

        monkeypatch.setattr(module, name, note)
    found = compare(cases(0), cases(1))
    assert [each.outcomes for each in found.findings] == ["differ"] * 30
    assert len(asked) == len(set(asked))


def test_each_case_is_shown_by_what_it_compares_with_itself(monkeypatch: pytest.MonkeyPatch):
    """What all others compare with is not tried first: three hundred cases took a minute."""

    def cases(more: int) -> Plan:
        listed = [
            {"outcome": f"o{at}", "when": f"A0 > {10 * (60 - at) + more * (at % 3)}"}
            for at in range(60)
        ]
        decision = {"label": "D", "policy": "first", "cases": listed}
        number = {"type": "number", "minimum": 0, "maximum": 10_000}
        return load_text(rulebook_text({"decisions": {"D": decision}}), schema_of({"A0": number}))

    asked: list[Any] = []
    ask = searching.try_document
    monkeypatch.setattr(
        searching, "try_document", lambda *given: asked.append(given) or ask(*given)
    )
    found = compare(cases(0), cases(1)).findings
    assert len(found) == 40
    for each in found:
        assert each.witness is not None
        low, high = (float(str(text).split("> ")[1]) for text in (each.change.old, each.change.new))
        assert low < each.witness.report["fields"]["A0"] <= high
    # about three reports for each, where all values of the decision would be three hundred
    assert len(asked) < 4 * len(found)


def test_of_what_a_proof_found_so_much_is_tried(monkeypatch: pytest.MonkeyPatch):
    """What is left is told to be open for want of work, and not to be the same."""
    monkeypatch.setattr(searching, "MOST_FOUND", 0)
    monkeypatch.setattr(searching.Search, "run", lambda search: search.found)
    old, new = (many_checks(4, more) for more in (0, 1))
    findings = compare(old, new).findings
    assert {(each.outcomes, each.why) for each in findings} == {("unsettled", "work")}


@pytest.mark.parametrize("seed", range(4))
def test_the_first_parting_is_that_of_the_trails(seed: int):
    """Found by facts, it is what going through both records finds."""
    chance = random.Random(seed)  # noqa: S311 - the same reports each time
    plans = [many_checks(30, more) for more in (0, 1)]
    if seed % 2:
        for plan in plans:
            plan.compile()
    pair = Pair(*plans)
    for _ in range(6):
        drawn = {f"A{at}": chance.randint(8, 18) for at in range(_NUMBERS) if chance.random() < 0.8}
        trial = trials.try_document(pair, {"fields": drawn})
        records = trial.old.record, trial.new.record
        assert records[0] is not None
        assert records[1] is not None
        before = {each.code: each.fact for each in records[0].conclusions}
        parted = (
            each.code
            for each in records[1].conclusions
            if not trials.alike(before[each.code], each.fact)
        )
        step, because = trials.first_parting(trial)
        assert step == next(parted, "")
        assert because.startswith("A") or not step


def test_what_a_day_that_is_computed_decides_is_known_to_what_changed():
    """The change itself is behind the difference, also where it reads a dated value."""
    text = (
        "day: begun\nparameters: {p: {values: [{from: 2020-01-01, value: 10}]}}\n"
        "rules: {begun: {formula: 'date(N, 1, 1)'}, r: {formula: 1 if A SIGN p else 0}}\n"
    )
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    schema = schema_of({"A": "integer", "N": {"type": "integer", "minimum": 1, "maximum": 9999}})
    old, new = (load_text(head + text.replace("SIGN", sign), schema) for sign in (">", ">="))
    trial = trials.try_document(Pair(old, new), {"fields": {"A": 10, "N": 2024}})
    change = next(each for each in compare_rulebooks(old.linked, new.linked) if each.code == "r")
    assert behind.is_behind(change, trial, Pair(old, new), charge=lambda _: None)


# -- Several changes of one entry ------------------------------------------------------------------

SCALED = """day: d
parameters:
  p:
    values: [{from: 2020-01-01, value: 1}, {from: 2022-01-01, value: 2},
      {from: 2024-01-01, value: 3}]
scales:
  fee: {kind: step, of: euro, unit: euro, bands: [{from: 0, value: 10}, {above: 20000, value: 20},
    {above: 40000, value: 30}, {above: 60000, value: 40}]}
  tax: {kind: marginal, of: euro, unit: euro, versions: [
    {from: 2020-01-01, bands: [{from: 0, rate: 10 %}]},
    {from: 2022-01-01, bands: [{from: 0, rate: 10 %},
      {above: 20000, rate: 20 %}, {above: 40000, rate: 30 %}]}]}
tables:
  zone: {by: [k], rows: [{k: 1, value: 1}, {k: 2, value: 2}, {k: 3, value: 3}], otherwise: 0}
rules:
  r: {formula: fee(x) + zone(n) + p, unit: euro}
  t: {formula: tax(x)}
  e: {formula: 1, exceptions: [{label: A, when: n < 2, formula: 5},
    {label: B, when: n > 7, formula: 6}]}
"""
SEVERAL = {
    "a band that is gone, and another value": (
        [("{above: 40000, value: 30},", ""), ("value: 20}", "value: 21}")],
        {"bands[above 20000]": "20000 < x <= 40000", "bands[above 40000]": "40000 < x <= 60000"},
    ),
    "two values of as many bands": (
        [("value: 10}", "value: 11}"), ("value: 40}", "value: 41}")],
        {"bands[1]": "0 <= x <= 20000", "bands[4]": "x > 60000"},
    ),
    "a threshold and a value": (
        [("above: 20000, value", "above: 25000, value"), ("value: 40}", "value: 41}")],
        {"bands[2]": "20000 < x <= 25000", "bands[4]": "x > 60000"},
    ),
    "bands of a version": (
        [("{above: 40000, rate: 30 %}", ""), ("rate: 20 %}", "rate: 25 %}")],
        {
            "versions[2022-01-01].bands[above 20000]": "x > 20000 and d >= '2022'",
            "versions[2022-01-01].bands[above 40000]": "x > 40000 and d >= '2022'",
        },
    ),
    "rows": (
        [("{k: 1, value: 1}", "{k: 1, value: 7}"), ("{k: 3, value: 3}", "{k: 4, value: 9}"),
         ("otherwise: 0", "otherwise: 8")],
        {"rows[1]": "n == 1", "rows[3]": "n == 3", "rows[4]": "n == 4",
         "otherwise": "n not in (1, 2, 3, 4) or n in (3, 4)"},
    ),
    "values of a parameter": (
        [("01, value: 1}", "01, value: 4}"), ("01, value: 3}", "01, value: 5}")],
        {"values[2020-01-01]": "'2020' <= d < '2022'", "values[2024-01-01]": "d >= '2024'"},
    ),
    "exceptions": (
        [("n < 2", "n < 3"), ("n > 7", "n > 8"), ("formula: 6", "formula: 60")],
        {"exceptions[A].when": "n == 2", "exceptions[B].when": "n == 8",
         "exceptions[B].formula": "n >= 8"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "shown"), SEVERAL.values(), ids=SEVERAL)
def test_each_of_several_changes_of_one_entry_is_shown_by_a_report_of_its_own(
    edits: list[tuple[str, str]], shown: dict[str, str]
):
    """The band that changed answers in it, that row, that day; of no other report it is told."""
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    number = {"type": "number", "minimum": 0}
    schema = schema_of({
        "x": {**number, "unit": "euro"}, "n": {"type": "integer", "minimum": 0, "maximum": 20},
        "d": {"type": "string", "format": "date", "formatMinimum": "2020-01-01",
              "formatMaximum": "2025-12-31"},
    })  # fmt: skip
    changed = SCALED
    for before, after in edits:
        assert before in changed
        changed = changed.replace(before, after)
    found = compare(load_text(head + SCALED, schema), load_text(head + changed, schema)).findings
    assert {each.change.at for each in found} == shown.keys()
    for each in found:
        assert each.witness is not None
        fields = each.witness.report["fields"]
        known = {"x": fields.get("x"), "n": fields.get("n"), "d": fields.get("d", "")}
        assert eval(shown[each.change.at], {}, known), (each.change.at, fields)  # noqa: S307
