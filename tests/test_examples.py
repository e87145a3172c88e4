"""`ruletrail test`: examples fail for the reason they should, and coverage counts right."""

import argparse
import io
import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.cli.test import show_percent, watch
from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, ScalarNode, read_text
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import Point, find_hits, list_points, read_examples, run_example, suggest
from ruletrail.examples.comparing import COMPARERS, is_same
from ruletrail.examples.suggesting import MOST_WORK, inputs_of
from ruletrail.formulas import Skipped
from ruletrail.library import load_linked, shipped_library, source_of_path
from ruletrail.library.places import list_in_folder
from ruletrail.values import ErrorValue, Missing, NotApplicable, NotEncoded
from support.command_line import call
from support.places import ROOT
from support.rulebooks import load_text, rulebook_text, schema_of

RULEBOOK = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
parameters:
  soglia: {value: 10, unit: utenti}
rules:
  media:
    when: utenti > 0
    formula: ore / utenti
    round: {decimals: 2, mode: half_up}
decisions:
  livello:
    cases:
      - {outcome: alto, when: utenti >= soglia, message: {it: "Gli utenti sono {utenti}."}}
      - {outcome: basso, when: utenti < soglia}
sections:
  quadro: {title: Quadro, due: scelta == "SI", fields: [nota]}
checks:
  poche_ore: {expect: ore <= 100, severity: warning}
"""
FIELDS = {
    "utenti": {"type": "integer", "minimum": 0, "unit": "utenti"},
    "ore": {"type": "number", "minimum": 0, "maximum": 200},
    "scelta": {"type": "string", "enum": ["SI", "NO"]},
    "nota": {"type": "string"},
    "media": {"type": "number"},
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "fields": {"type": "object", "properties": FIELDS, "additionalProperties": False}
    },
}
HEAD = "test: 1\nrulebook: prova/2024\nexamples:\n"
FULL = {"utenti": 10, "ore": 25, "scelta": "SI", "nota": "n"}


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / "r.yaml").write_text(RULEBOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return folder


def _example(name: str, fields: dict[str, Any] | None, expect: str, more: str = "") -> str:
    report = f"    report: {{fields: {json.dumps(fields)}}}\n" if fields is not None else ""
    return f"  - name: {name}\n{report}{more}    expect: {expect}\n"


def _run(folder: Path, examples: str, *options: str) -> tuple[int, dict[str, Any]]:
    (folder / "r.test.yaml").write_text(HEAD + examples, encoding="utf-8")
    status, out, err = call("test", "r.yaml", "--format", "json", *options)
    assert err == ""
    found = json.loads(out)
    return status, found["rulebooks"][0] if "rulebooks" in found else found


def _failures(
    folder: Path, expect: str, fields: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    _, tested = _run(folder, _example("e", fields if fields is not None else FULL, expect))
    return tested["examples"][0]["failures"]


# -- What is shipped -------------------------------------------------------------------------------


def _shipped() -> list[Any]:
    paths = sorted(shipped_library().rulebooks.glob("*/*.test.yaml"))
    return [
        pytest.param(
            path.with_name(path.name.replace(".test.yaml", ".yaml")),
            id=path.parent.name + "/" + path.name,
        )
        for path in paths
    ]


@pytest.mark.parametrize("path", _shipped())
def test_shipped_examples_pass_and_cover_all(path: Path):
    """Every example holds; every rule, case, section, check and side of a threshold is shown."""
    source = source_of_path(path)
    plan = load_linked(source)
    outcomes = [run_example(example, plan) for example in read_examples(source, plan).examples]
    assert [
        (o.example.name, f.place, f.expected, f.found) for o in outcomes for f in o.failures
    ] == []
    hits = {
        point
        for outcome in outcomes
        if outcome.record is not None
        for point in find_hits(outcome.record)
    }
    assert set(list_points(plan)) - hits == set()


def test_sociale_is_among_them():
    """The rulebook that the project began with has examples."""
    assert any("sociale/2024" in param.id for param in _shipped())


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("when: R04 >= R05", "when: R04 > R05", "livello esattamente pari al riferimento"),
        (
            "when: R07_2017 >= R06 or R07_2021 >= R06",
            "when: R07_2017 > R06 or R07_2021 >= R06",
            "spesa pari al fabbisogno in un anno solo",
        ),
        ("mode: down", "mode: up", "media con più decimali di quelli tenuti"),
        (
            "length(R40) <= caratteri_R40",
            "length(R40) < caratteri_R40",
            "relazione libera di 6000 caratteri",
        ),
        (
            "- scarto_R05",
            "- 0",
            "riferimento al limite inferiore di ciò che fabbisogno e abitanti fanno attendere",
        ),
        ("min(R06 - R07_2017, R08)", "R06 - R07_2017", "le risorse aggiuntive limitano l'importo"),
    ],
)
def test_a_changed_rule_breaks_an_example(old: str, new: str, broken: str, tmp_path: Path):
    """The shipped examples notice each of these small changes of a rule, by name."""
    original = shipped_library().rulebooks / "sociale" / "2024.yaml"
    text = original.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "2024.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    (tmp_path / "2024.test.yaml").write_bytes(original.with_name("2024.test.yaml").read_bytes())
    source = source_of_path(path)
    plan = load_linked(source)
    outcomes = [run_example(example, plan) for example in read_examples(source, plan).examples]
    failed = [outcome.example.name for outcome in outcomes if outcome.failures]
    assert broken in failed


# -- Expectations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expect",
    [
        "{status: complete}",
        "{values: {media: 2.5}}",
        "{values: {media: 2.50}}",
        "{values: {media: 5/2}}",
        "{decisions: {livello: alto}, sections: {quadro: due}, checks: {poche_ore: passed}}",
        "{missing: [], not_encoded: []}",
        "{messages: [utenti sono 10], absent_messages: [pochi]}",
        (
            "{reasons: {livello: {case: alto,"
            " parts: {'utenti >= soglia': true, 'utenti  <  soglia': false}}}}"
        ),
        "{reasons: {media: {condition: true, before_rounding: 2.5, parts: {'ore / utenti': 2.5}}}}",
        "{reasons: {quadro: {condition: true}, poche_ore: {condition: true}}}",
    ],
)
def test_expectations_that_hold(expect: str, folder: Path):
    """What is so is no failure, however the number or the part is written."""
    assert _failures(folder, expect) == []


@pytest.mark.parametrize(
    ("expect", "place", "expected", "found"),
    [
        ("{status: invalid}", "status", "invalid", "complete"),
        ("{values: {media: 2.49}}", "values.media", "2.49", "2.5"),
        ("{values: {media: missing}}", "values.media", "missing", "2.5"),
        ("{decisions: {livello: basso}}", "decisions.livello", "basso", "alto"),
        ("{sections: {quadro: not_due}}", "sections.quadro", "not_due", "due"),
        ("{checks: {poche_ore: failed}}", "checks.poche_ore", "failed", "passed"),
        ("{missing: [ore]}", "missing", "ore", "-"),
        ("{errors: {media: division_by_zero}}", "errors.media", "division_by_zero", "2.5"),
        ("{problems: [out-of-range]}", "problems", "out-of-range", "-"),
        ("{messages: [nulla]}", "messages", "nulla", "livello"),
        ("{absent_messages: [utenti sono]}", "absent_messages", "-", "Gli utenti sono 10."),
        ("{declared: {media: equal}}", "declared.media", "equal", "-"),
        ("{reasons: {livello: {case: basso}}}", "reasons.livello.case", "basso", "alto"),
        ("{reasons: {media: {condition: false}}}", "reasons.media.condition", "false", "true"),
        ("{reasons: {media: {before_rounding: 3}}}", "reasons.media.before_rounding", "3", "2.5"),
        (
            "{reasons: {media: {parts: {'ore * utenti': 1}}}}",
            "reasons.media.parts.ore * utenti",
            "1",
            "-",
        ),
        (
            "{reasons: {livello: {parts: {'utenti < soglia': true}}}}",
            "reasons.livello.parts.utenti < soglia",
            "true",
            "false",
        ),
    ],
)
def test_expectations_that_do_not_hold(
    expect: str, place: str, expected: str, found: str, folder: Path
):
    """A failure says where, what was expected and what was found."""
    (failure,) = _failures(folder, expect)
    assert (failure["place"], failure["expected"], failure["found"]) == (place, expected, found)


@pytest.mark.parametrize(
    ("expect", "hint"),
    [
        ("{decisions: {livello: alta}}", "did you mean `alto`?"),
        ("{decisions: {livello: missing}}", "write one of these: `alto`, `basso`, `undetermined`"),
        ("{sections: {quadro: dovuto}}", "did you mean `due`?"),
        ("{sections: {quadro: passed}}", "write one of these: `due`, `not_due`, `undetermined`"),
        ("{checks: {poche_ore: pased}}", "did you mean `passed`?"),
        ("{declared: {media: rouded}}", "did you mean `rounded`?"),
        ("{reasons: {livello: {case: bass}}}", "did you mean `basso`?"),
        ("{errors: {media: division by zero}}", "did you mean `division_by_zero`?"),
        ("{errors: {media: xyz}}", "write one of these: `division_by_zero`, `conflict`"),
    ],
)
def test_an_outcome_that_can_never_come_is_a_problem(expect: str, hint: str, folder: Path):
    """Of the rulebook's own words and ours; `check` tells it, before any example is run."""
    (folder / "r.test.yaml").write_text(HEAD + _example("e", FULL, expect), encoding="utf-8")
    status, out, _ = call("check", "r.yaml", "--format", "json", "--lang", "en")
    found = [each for each in json.loads(out)["problems"] if each["file"] == "r.test.yaml"]
    assert (status, [each["code"] for each in found]) == (1, ["example-unknown-outcome"])
    assert found[0]["hint"].startswith(hint)


@pytest.mark.parametrize("word", ["undetermined", "not_applicable", "not_encoded", "error"])
def test_what_is_not_decided_may_be_expected(word: str, folder: Path):
    """Of every decision, section and check, in quotes too: the example is run, and fails."""
    for code in ("decisions: {livello", "sections: {quadro", "checks: {poche_ore"):
        for written in (word, f"'{word}'"):
            (failure,) = _failures(folder, f"{{{code}: {written}}}}}")
            assert failure["expected"].strip('"') == word


@pytest.mark.parametrize("case", ["'-'", "'alto, basso'"])
def test_no_case_and_several_may_be_expected_as_reasons(case: str, folder: Path):
    """As a failure would show them."""
    (failure,) = _failures(folder, f"{{reasons: {{livello: {{case: {case}}}}}}}")
    assert failure["found"] == "alto"


def test_what_refuses_a_report_is_told_once_with_the_examples_that_are_like_it(folder: Path):
    """People mend it in one place; programs are told of each example."""
    lines = _example("e", {**FULL, "utenti": "dieci"}, "{status: complete}")
    for name in "abcdfgh":
        lines += (
            f"  - {{name: {name}, like: e, change: {{ore: 3}}, expect: {{status: complete}}}}\n"
        )
    lines += "  - {name: z, like: e, change: {utenti: 10}, expect: {status: complete}}\n"
    _, tested = _run(folder, lines)
    assert [len(each["problems"]) for each in tested["examples"]] == [1] * 8 + [0]
    for language, said in (
        ("it", "lo stesso in: «a», «b», «c», «d», «f», … (7)"),
        ("en", "the same in: “a”, “b”, “c”, “d”, “f”, … (7)"),
    ):
        _, out, _ = call("test", "r.yaml", "--lang", language)
        assert out.count("`dieci`") == 1
        assert f"    {said}\n" in out


def test_failure_shows_the_trail_that_explains_it(folder: Path):
    """The step's formula, its parts and what it read stand beside the failure."""
    (failure,) = _failures(folder, "{values: {media: 1}}")
    assert failure["why"][0].startswith("media = 2.5 (rule, r.yaml:12:3)")
    assert "  before rounding: 2.5" in failure["why"]
    assert "  ore / utenti → 2.5" in failure["why"]
    assert "  utenti = 10" in failure["why"]


@pytest.mark.parametrize(
    ("expect", "code", "it", "en"),
    [
        (
            "{problems: [out of range]}",
            "example-unknown-code",
            "sotto `problems` non può stare `out of range` → intendevi `out-of-range`?",
            "`out of range` cannot stand below `problems` → did you mean `out-of-range`?",
        ),
        (
            "{problems: [xyz]}",
            "example-unknown-code",
            "sotto `problems` non può stare `xyz` → i problemi hanno il codice fra parentesi",
            "`xyz` cannot stand below `problems` → problems have the code in square",
        ),
        (
            "{problems: [out-of-range], values: {media: 3}, status: complete}",
            "example-beside-problems",
            "ciò che sta sotto `values`, `status` non si confronta mai → se la relazione deve",
            "what stands below `values`, `status` is never compared → if the report is to be",
        ),
    ],
)
def test_what_is_expected_of_a_refused_report_exists_and_is_compared(
    expect: str, code: str, it: str, en: str, folder: Path
):
    """Even where the report is refused, so that the example would pass."""
    bad = {**FULL, "utenti": -1}
    (folder / "r.test.yaml").write_text(HEAD + _example("e", bad, expect), encoding="utf-8")
    for language, said in (("it", it), ("en", en)):
        for command in ("check", "test"):
            words = (command, "r.yaml", "--format", "json", "--lang", language)
            found = json.loads(call(*words)[1])["problems"]
            (problem,) = [each for each in found if each["file"] == "r.test.yaml"]
            assert problem["code"] == code
            assert said in f"{problem['message']} → {problem['hint']}"


def test_problems_alone_or_none_are_as_right_as_they_were(folder: Path):
    assert _failures(folder, "{problems: [], values: {media: 2.5}}") == []


def test_refused_report_is_a_failure_unless_expected(folder: Path):
    """A report that the schema refuses fails an example that did not expect the problem."""
    bad = {**FULL, "utenti": -1}
    assert _failures(folder, "{problems: [out-of-range]}", bad) == []
    (failure,) = _failures(folder, "{status: complete}", bad)
    assert (failure["expected"], failure["found"]) == ("-", "out-of-range")


def test_declared_values_are_compared(folder: Path):
    """A declared value that is the rounded one is said to be so."""
    assert (
        _failures(folder, "{declared: {media: equal}, status: complete}", {**FULL, "media": 2.5})
        == []
    )
    assert (
        _failures(folder, "{declared: {media: differs}, status: invalid}", {**FULL, "media": 9})
        == []
    )


def test_changes_and_removals_build_on_earlier_examples(folder: Path):
    """`like` starts from an earlier example with its changes; `remove` takes a field away.

    Types stay the schema's.
    """
    examples = (
        _example("uno", FULL, "{values: {media: 2.5}}")
        + _example("due", None, "{values: {media: 5}}", "    like: uno\n    change: {ore: 50}\n")
        + _example(
            "tre",
            None,
            "{values: {media: 5}, missing: [nota], sections: {quadro: due}}",
            "    like: due\n    remove: [nota]\n",
        )
        + _example(
            "quattro",
            None,
            "{sections: {quadro: not_due}}",
            "    like: tre\n    change: {scelta: NO}\n",
        )
    )
    status, tested = _run(folder, examples)
    assert [example["failures"] for example in tested["examples"]] == [[], [], [], []]
    assert status == 0


def test_report_by_path_stays_inside(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """A report lies beside the examples or under `examples/`.

    A path that leaves is not found, and a link that leads out is not followed.
    """
    (folder / "relazioni").mkdir()
    (folder / "relazioni" / "a.yaml").write_text(
        "rulebook: prova/2024\nfields: {utenti: 10, ore: 25}\n", encoding="utf-8"
    )
    outside = tmp_path_factory.mktemp("altrove") / "b.yaml"
    outside.write_text("rulebook: prova/2024\nfields: {}\n", encoding="utf-8")
    (folder / "relazioni" / "b.yaml").symlink_to(outside)
    status, tested = _run(
        folder, "  - {name: e, report: relazioni/a.yaml, expect: {values: {media: 2.5}}}\n"
    )
    assert (status, tested["examples"][0]["failures"]) == (0, [])
    for path in (
        "../a.yaml",
        str(outside),
        "relazioni/../../x.yaml",
        "C:/a.yaml",
    ):
        status, found = _run(
            folder, f"  - {{name: e, report: '{path}', expect: {{status: complete}}}}\n"
        )
        assert (status, [p["code"] for p in found["problems"]]) == (
            2,
            ["example-report-not-found"],
        ), path
    for path in ("relazioni//a.yaml", "relazioni\\a.yaml", "relazioni/a.yaml/"):
        status, found = _run(
            folder, f"  - {{name: e, report: '{path}', expect: {{status: complete}}}}\n"
        )
        assert (status, [p["code"] for p in found["problems"]]) == (2, ["path-form"]), path
        assert "`relazioni/a.yaml`" in found["problems"][0]["hint"]
    status, found = _run(
        folder, "  - {name: e, report: relazioni/b.yaml, expect: {status: complete}}\n"
    )
    assert (status, [p["code"] for p in found["problems"]]) == (2, ["path-outside"])
    assert "link" in found["problems"][0]["hint"]


def _written(text: str) -> ScalarNode:
    """Read one value of an example as it is written there."""
    node, problems = read_text(f"a: {text}\n", "e.yaml", RULEBOOK_LIMITS)
    assert isinstance(node, MappingNode)
    value = node.values["a"]
    assert (problems, isinstance(value, ScalarNode)) == ([], True)
    return cast("ScalarNode", value)


@pytest.mark.parametrize(
    ("written", "fact", "same"),
    [
        ("1/3", Fraction(1, 3), True),
        ("0.3333333333", Fraction(1, 3), False),
        ("-2/4", Fraction(-1, 2), True),
        ("1/0", Fraction(0), False),
        ("1e3", Fraction(1000), False),
        ("nulla", Fraction(1), False),
        ("true", True, True),
        ("1", True, False),
        ("SI", "SI", True),
        ("1/0", "1/0", True),
        ("missing", Missing(("a",)), True),
        ("not_applicable", NotApplicable("a"), True),
        ("0", Missing(("a",)), False),
        ('"1/3"', Fraction(1, 3), True),
        ('"true"', True, False),
        ("'SI'", "SI", True),
    ],
)
def test_values_are_compared_exactly(written: str, fact: Any, same: bool):  # noqa: FBT001
    """Numbers by value, never near; a missing value is no number, a boolean no number either."""
    assert is_same(_written(written), fact) is same


NO_TEXTS: dict[str, Any] = {
    "missing": Missing(("a",)),
    "not_applicable": NotApplicable("a"),
    "not_encoded": NotEncoded(("a",)),
    "error": ErrorValue("division_by_zero", "a"),
    "skipped": Skipped("short"),
    "true": True,
    "false": False,
    "20": Fraction(20),
    "-1.50": Fraction(-3, 2),
    "1/3": Fraction(1, 3),
}


@pytest.mark.parametrize("word", NO_TEXTS)
def test_a_word_is_what_it_says_and_in_quotes_the_text(word: str):
    """No text meets what stands without quotes for something else, nor that a text in quotes.

    A number in quotes is still a number: JSON writes exact numbers so.
    """
    fact = NO_TEXTS[word]
    assert is_same(_written(word), fact)
    assert not is_same(_written(word), word)
    for quoted in (f'"{word}"', f"'{word}'", f">-\n  {word}"):
        assert is_same(_written(quoted), word)
        assert is_same(_written(quoted), fact) is isinstance(fact, Fraction)


PART = "if_missing(T, 'missing')"
OF_TEXTS = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
  word: {formula: "if_missing(T, 'missing')"}
  other: {formula: T}
  yes: {formula: "'true' if A > 0 else 'no'"}
decisions:
  esito:
    cases: [{outcome: "true", when: A > 0}, {outcome: missing, when: A <= 0}]
"""


@pytest.mark.parametrize(
    ("expect", "failure"),
    [
        ('{values: {word: "missing", other: missing, yes: "true"}}', None),
        ("{values: {word: missing}}", ("missing", '"missing"')),
        ('{values: {other: "missing"}}', ('"missing"', "missing")),
        ("{values: {yes: true}}", ("true", '"true"')),
        ("{values: {yes: 1/3}}", ("1/3", '"true"')),
        ("{decisions: {esito: true}, reasons: {esito: {case: true}}}", None),
        ('{decisions: {esito: "true"}, reasons: {esito: {case: "true"}}}', None),
        (f'{{reasons: {{word: {{parts: {{"{PART}": "missing"}}}}}}}}', None),
        (f'{{reasons: {{word: {{parts: {{"{PART}": missing}}}}}}}}', ("missing", '"missing"')),
        ("{reasons: {yes: {parts: {A > 0: true}}}}", None),
        ("{reasons: {yes: {parts: {A > 0: 'true'}}}}", ('"true"', "true")),
        ("{reasons: {yes: {before_rounding: true}}}", ("true", '"true"')),
    ],
)
def test_a_text_is_told_from_what_has_none(
    expect: str, failure: tuple[str, str] | None, tmp_path: Path
):
    """The command tells the two apart, and shows which of them it expected and found."""
    (tmp_path / "r.yaml").write_text(OF_TEXTS, encoding="utf-8")
    fields = {"A": {"type": "number"}, "T": {"type": "string"}}
    schema = {"properties": {"fields": {"properties": fields}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    listed = f"  - {{name: e, report: {{fields: {{A: 1}}}}, expect: {expect}}}\n"
    tests = f"test: 1\nrulebook: prova/2024\nexamples:\n{listed}"
    (tmp_path / "r.test.yaml").write_text(tests, encoding="utf-8")
    status, out, err = call("test", tmp_path / "r.yaml", "--format", "json")
    failures = [
        (one["expected"], one["found"])
        for example in json.loads(out)["rulebooks"][0]["examples"]
        for one in example["failures"]
    ]
    assert (status, failures, err) == (int(failure is not None), [failure] if failure else [], "")


def test_schema_of_examples_is_a_schema_and_promises_what_is_compared():
    """The JSON Schema is sound, and every key that it admits under `expect` is compared."""
    content = json.loads(
        (shipped_library().schemas / "test.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(content)
    assert content["$id"] == "urn:ruletrail:schema:test:1"
    assert set(content["$defs"]["example"]["properties"]["expect"]["properties"]) == {
        *COMPARERS,
        "problems",
    }


# -- How much is shown -----------------------------------------------------------------------------


def _speak(folder: Path, texts: list[str]) -> None:
    lines = "".join(
        f"  M{i}: {{when: 'true', text: {{it: {json.dumps(text)}}}}}\n"
        for i, text in enumerate(texts)
    )
    (folder / "r.yaml").write_text(f"{RULEBOOK}messages:\n{lines}", encoding="utf-8")


def test_a_text_is_one_failure_however_many_messages_hold_it(folder: Path):
    """The first message that holds it is shown and explained, the others are counted."""
    _speak(folder, ["niente", *(f"abc {i}" for i in range(30))])
    (one, other) = _failures(folder, "{absent_messages: [abc, utenti sono, manca, abc 2]}")[::2]
    assert (one["expected"], one["found"]) == ("-", "abc 0 (+29)")
    assert one["why"][0].startswith("M1 = shown (message, ")
    assert other["found"] == "abc 2 (+10)"


def test_of_many_messages_a_few_are_named(folder: Path):
    """What was shown instead is named by a dozen steps, the others are counted."""
    _speak(folder, [f"abc {i}" for i in range(30)])
    (failure,) = _failures(folder, "{messages: [abc 29, xyz, utenti sono]}")
    assert failure["found"] == ", ".join(("livello", *(f"M{i}" for i in range(11)))) + ", … (+19)"


@pytest.mark.parametrize("text", ["fine inizio", "fineinizio", "fine\\ninizio", "e\\0i"])
def test_no_text_is_found_across_two_messages(text: str, folder: Path):
    """Each message is a text of its own, though all are searched together."""
    _speak(folder, ["fine", "inizio"])
    assert _failures(folder, f'{{absent_messages: ["{text}"]}}') == []
    (failure,) = _failures(folder, f'{{messages: ["{text}"]}}')
    assert failure["place"] == "messages"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Gli utenti sno", "Gli utenti sono"),
        ("gli utenti sono", "Gli utenti sono"),
        ("utennti", "utenti"),
    ],
)
def test_a_text_that_is_a_slip_of_a_message_checks_nothing(text: str, meant: str, folder: Path):
    """It would pass whatever is shown: the text that was meant is named."""
    status, tested = _run(folder, _example("e", FULL, f"{{absent_messages: ['{text}']}}"))
    (problem,) = tested["problems"]
    assert (status, problem["code"]) == (2, "example-absent-text")
    assert f"`{meant}`" in problem["hint"]


@pytest.mark.parametrize(
    "text",
    [
        "utenti sono 11",  # what it shows may be any number
        "sono 10.",
        "Il contributo spetta",  # no message, perhaps one that was
        "utenti",
        "utenti erano",
    ],
)
def test_a_text_that_may_be_shown_or_is_like_none_is_left_alone(text: str, folder: Path):
    """The first is what the example asks, the second what must not come back."""
    _, tested = _run(folder, _example("e", FULL, f"{{absent_messages: ['{text}']}}"))
    assert "problems" not in tested


def test_where_a_message_holds_a_text(folder: Path):
    """First, last, whole and inside: each message says where; without messages nothing is found."""
    _speak(folder, ["alfa", "b", "beta", "alfa beta"])
    for text, found in {"alfa": "alfa (+1)", "beta": "beta (+1)", "a b": "alfa beta"}.items():
        assert [f["found"] for f in _failures(folder, f"{{absent_messages: [{text}]}}")] == [found]
    (folder / "r.yaml").write_text(RULEBOOK, encoding="utf-8")
    assert _failures(folder, "{absent_messages: [a]}", {**FULL, "utenti": 1}) == []
    (failure,) = _failures(folder, "{messages: [a]}", {**FULL, "utenti": 1})
    assert failure["found"] == "-"


def test_a_long_message_is_shown_about_the_text(folder: Path):
    """Of a page of text the place that should not be there is shown."""
    _speak(folder, ["p " * 2_000 + "qui" + " d" * 2_000])
    (failure,) = _failures(folder, "{absent_messages: [qui]}")
    assert "p qui d" in failure["found"]
    assert failure["found"][0] == failure["found"][-1] == "…"
    assert len(failure["found"]) < 510


def _many_rules(folder: Path, count: int, rule: str = "{formula: ore}") -> None:
    lines = "".join(f"  X{i}: {rule}\n" for i in range(count))
    (folder / "r.yaml").write_text(
        RULEBOOK.replace("rules:\n", f"rules:\n{lines}"), encoding="utf-8"
    )


def test_of_long_lists_what_differs_is_named(folder: Path):
    """The one code that is wrong is not lost among hundreds that are right."""
    _many_rules(folder, 100, "{not_encoded: x}")
    codes = [f"X{i}" for i in range(100)]
    assert _failures(folder, f"{{not_encoded: {json.dumps(codes)}}}") == []
    (failure,) = _failures(folder, f"{{not_encoded: {json.dumps(['livello', *codes[:-1]])}}}")
    assert (failure["expected"], failure["found"]) == ("livello", "X99")
    (failure,) = _failures(folder, f"{{not_encoded: {json.dumps(codes[1:])}}}")
    assert (failure["expected"], failure["found"]) == ("-", "X0")
    (failure,) = _failures(folder, "{not_encoded: []}")
    assert failure["expected"] == "-"
    assert failure["found"].startswith("X0, X1, X10, ")
    assert failure["found"].endswith(", … (+88)")


def test_fifty_failures_are_shown_and_the_others_counted(folder: Path):
    """In all, not of each example; every example that failed is told, with its place."""
    _many_rules(folder, 40)
    expect = f"{{values: {json.dumps({f'X{i}': 7 for i in range(40)})}}}"
    names = ["uno", "due", "tre"]
    examples = "".join(_example(name, FULL, expect) for name in names)
    examples += _example("buono", FULL, "{status: complete}")
    status, tested = _run(folder, examples)
    assert status == 1
    counts = [(e["passed"], len(e["failures"]), e["more_failures"]) for e in tested["examples"]]
    assert counts == [(False, 40, 0), (False, 10, 30), (False, 0, 40), (True, 0, 0)]
    out = call("test", "r.yaml")[1]
    assert out.count("\n  expected 7\n") == 50
    assert "r.test.yaml:7:11: due: not passed, more failures: 30\n" in out
    assert "r.test.yaml:10:11: tre: not passed, more failures: 40\n" in out
    assert (
        "r.test.yaml:7:11: due: non superato, altri scostamenti: 30\n"
        in call("test", "r.yaml", "--lang", "it")[1]
    )


def test_an_explanation_is_not_longer_than_anybody_reads(folder: Path):
    """A sum of hundreds of steps, and a text of a page, are not written out at each failure."""
    _many_rules(folder, 300)
    group = ", ".join(f"X{i}" for i in range(300))
    text = (folder / "r.yaml").read_text(encoding="utf-8")
    text = text.replace("rules:\n", f"groups:\n  g: [{group}]\nrules:\n  S: {{formula: sum(g)}}\n")
    text = text.replace("checks:\n", "checks:\n  lunga: {expect: nota == 'x'}\n")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    expect = "{values: {S: 1}, checks: {lunga: passed}}"
    of_sum, of_text = _failures(folder, expect, {**FULL, "nota": "parola " * 1_000})
    assert len(of_sum["why"]) == 201
    assert of_sum["why"][0].startswith("S = 7500 (rule, ")
    assert of_sum["why"][-1] == "  …"
    (read,) = [line for line in of_text["why"] if line.startswith("  nota = ")]
    assert read == f"  nota = {('parola ' * 12)[:79]}…"


def test_one_part_in_two_cases_is_compared_with_each_outcome(folder: Path):
    """A part that is reached in one case and skipped in another came to both."""
    text = RULEBOOK.replace(
        "when: utenti >= soglia", "when: utenti > 1 if ore > 30 else false"
    ).replace("when: utenti < soglia", "when: utenti  > 1 if ore <= 30 else false")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    for outcome in ("true", "skipped"):
        parts = f"{{parts: {{'utenti > 1': {outcome}}}}}"
        assert _failures(folder, f"{{reasons: {{livello: {parts}}}}}") == [], outcome
    (failure,) = _failures(folder, "{reasons: {livello: {parts: {'utenti>1': false}}}}")
    assert failure["found"] == "skipped / true"


# -- Coverage --------------------------------------------------------------------------------------


def test_points_are_those_that_can_be_shown(folder: Path):
    """Users are never below zero, so that side of `utenti > 0` is not asked for."""
    points = set(list_points(load_linked(source_of_path(folder / "r.yaml"))))
    sides = {point.side for point in points if point.what == "utenti > 0"}
    assert sides == {"at", "above"}
    assert {p.side for p in points if p.what == "utenti >= soglia"} == {"below", "at", "above"}
    assert {p.side for p in points if p.what == 'scelta == "SI"'} == {"equal", "different"}
    assert {(p.what, p.side) for p in points if p.kind == "case"} == {
        ("1 alto", "true"), ("1 alto", "false"), ("2 basso", "true"), ("2 basso", "false")
    }  # fmt: skip
    assert {p.side for p in points if p.kind == "rule"} == {"value", "not_applicable"}
    assert {p.side for p in points if p.kind == "section"} == {"due", "not_due"}
    assert {p.side for p in points if p.kind == "check"} == {"passed", "failed"}


OTHERWISE = {
    # what decides, and the other case: the truths that `otherwise` can have
    ("first", "a > 3"): {"true"},
    ("exclusive", "a > 3"): {"true", "false"},
    ("exclusive", "a >= 0"): {"false"},
    ("exclusive", "a < 0"): {"true"},
    ("first", "a >= 0"): {"true"},
}


@pytest.mark.parametrize(("policy", "when"), OTHERWISE)
def test_otherwise_is_asked_for_as_what_it_can_be(policy: str, when: str):
    """Under `first` it is true, whatever stands before it (docs/semantics.md 10.3)."""
    cases = [{"outcome": "u", "when": when}, {"outcome": "v", "otherwise": True}]
    decisions = {"D": {"label": "D", "policy": policy, "cases": cases}}
    fields = {"a": {"type": "integer", "minimum": 0, "maximum": 9}}
    linked = load_text(rulebook_text({"decisions": decisions}), schema_of(fields)).linked
    sides = {each.side for each in list_points(linked) if each.what == "2 v"}
    assert sides == OTHERWISE[policy, when]


def test_coverage_and_threshold(folder: Path):
    """One example shows some of it.

    The threshold decides the status, and exactly reaching it is enough.
    """
    status, tested = _run(folder, _example("e", FULL, "{status: complete}"))
    coverage = tested["coverage"]
    assert coverage["case"] == {"shown": 2, "total": 4}
    assert coverage["section"] == {"shown": 1, "total": 2}
    assert status == 0
    shown = sum(
        coverage[kind]["shown"] for kind in ("rule", "case", "section", "check", "threshold")
    )
    total = sum(
        coverage[kind]["total"] for kind in ("rule", "case", "section", "check", "threshold")
    )
    assert (
        _run(
            folder,
            _example("e", FULL, "{status: complete}"),
            "--threshold",
            str(100 * shown // total),
        )[0]
        == 0
    )
    assert _run(folder, _example("e", FULL, "{status: complete}"), "--threshold", "100")[0] == 1


def test_every_suggestion_does_what_it_says(folder: Path):
    """Setting the suggested field to the suggested value shows the point."""
    _, tested = _run(folder, _example("e", FULL, "{status: complete}"))
    missed = tested["coverage"]["missed"]
    assert missed
    for point in missed:
        suggestion = point["suggestion"]
        assert suggestion is not None, point
        value = suggestion["value"]
        written = json.loads(value) if FIELDS[suggestion["code"]]["type"] != "string" else value
        _, after = _run(
            folder, _example("e", {**FULL, suggestion["code"]: written}, "{status: complete}")
        )
        still = {(p["kind"], p["code"], p["what"], p["side"]) for p in after["coverage"]["missed"]}
        assert (point["kind"], point["code"], point["what"], point["side"]) not in still


def test_impossible_points_get_no_suggestion(folder: Path):
    """What no single change shows is named without an invented way out."""
    plan = load_linked(source_of_path(folder / "r.yaml"))
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{status: complete}"), encoding="utf-8"
    )
    source = source_of_path(folder / "r.yaml")
    outcomes = [run_example(example, plan) for example in read_examples(source, plan).examples]
    assert suggest(plan, outcomes, [Point("threshold", "poche_ore", "ore <= 999", "above")]) == {}


def _count_evaluations(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fields: int, body: str
) -> tuple[int, set[str]]:
    """Search for all that one example misses; gives the evaluations and what was walked."""
    declared = {f"F{i}": {"type": "number"} for i in range(fields)}
    group = ", ".join(declared)
    head = RULEBOOK.partition("parameters:")[0]
    text = f"{head}parameters:\n  p: {{value: 3}}\ngroups:\n  g: [{group}]\n{body}"
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    schema = {"properties": {"fields": {"properties": declared}}}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    example = _example("e", dict.fromkeys(declared, 1), "{status: complete}")
    (folder / "r.test.yaml").write_text(HEAD + example, encoding="utf-8")
    source = source_of_path(folder / "r.yaml")
    plan = load_linked(source)
    outcomes = [run_example(example, plan) for example in read_examples(source, plan).examples]
    counted: list[object] = []
    walked: set[str] = set()

    def evaluate(*given: Any, **options: Any) -> Any:
        counted.append(given)
        return evaluate_record(*given, **options)

    def walk(linked: Any, code: str, *callers: Any) -> Any:
        walked.add(code)
        return inputs_of(linked, code, *callers)

    monkeypatch.setattr("ruletrail.examples.suggesting.evaluate_record", evaluate)
    monkeypatch.setattr("ruletrail.examples.suggesting.inputs_of", walk)
    suggest(plan, outcomes, list_points(plan))
    return len(counted), walked


def test_a_search_keeps_to_its_trials(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Looking for the slope of a number is an evaluation too, of each of a thousand fields."""
    body = "rules:\n  S: {formula: sum(g)}\nchecks:\n  C: {expect: S * S >= 0, severity: info}\n"
    counted, _ = _count_evaluations(folder, monkeypatch, 1_000, body)
    assert 0 < counted <= MOST_WORK // 1_000


def test_what_no_field_changes_is_not_walked(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Points that rest on parameters, or on rules whose values a report declares, cost nothing."""
    body = (
        "rules:\n  F0: {formula: p + 1}\n  Y: {formula: F0 + 1}\n  Z: {formula: F1 + Y}\n"
        "checks:\n  C: {expect: Y % 7 != 3, severity: info}\n"
        "  D: {expect: Z % 7 != 3, severity: info}\n"
    )
    _, walked = _count_evaluations(folder, monkeypatch, 2, body)
    assert walked <= {"Z", "D"}
    assert "D" in walked


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(100), "100"),
        (Fraction(9999, 100), "99.9"),
        (Fraction(0), "0"),
        (Fraction(200, 3), "66.6"),
    ],
)
def test_percentages_are_cut(number: Fraction, text: str):
    """99.99 never reads as 100."""
    assert show_percent(number) == text


# -- The command -----------------------------------------------------------------------------------


def test_no_examples_is_two(folder: Path):
    """A rulebook without examples cannot be tested."""
    out = io.StringIO()
    assert (
        main(["test", "r.yaml", "--format", "json"], Console(out, io.StringIO(), "en", "json")) == 2
    )
    assert json.loads(out.getvalue())["problems"][0]["code"] == "examples-not-found"


@pytest.mark.parametrize("written", ["x", "-1", "101", "1e2", ""])
def test_threshold_is_a_percentage(written: str, folder: Path):
    """A threshold that is none is refused, not taken as zero."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{status: complete}"), encoding="utf-8"
    )
    assert (
        main(
            ["test", "r.yaml", f"--threshold={written}"],
            Console(io.StringIO(), io.StringIO(), "en"),
        )
        == 2
    )


def test_text_output_names_failures_and_what_is_missed(folder: Path):
    """For people: place, example, expected and found, the reason, coverage, suggestions."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{values: {media: 3}}"), encoding="utf-8"
    )
    out = io.StringIO()
    assert main(["test", "r.yaml"], Console(out, io.StringIO(), "it")) == 1
    text = out.getvalue()
    assert "r.test.yaml:6:30: e: values.media" in text
    assert "  atteso  3\n  trovato 2.5\n" in text
    assert "prova/2024@1.0.0: 1 esempio, 0 superati" in text
    assert "→ `scelta: NO` nell'esempio «e»" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "`12.000` vale `12`: il punto separa i decimali"),
        ("en", "`12.000` is `12`: a point separates decimals"),
    ],
)
def test_a_point_of_thousands_that_is_expected_is_told(language: str, said: str, folder: Path):
    """By `check` too."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{values: {media: 12.000}}"), encoding="utf-8"
    )
    _, shown, _ = call("test", "r.yaml", "--lang", language)
    assert f"    r.test.yaml:6:30: {said}\n" in shown
    _, told, _ = call("check", "r.yaml", "--format", "json", "--lang", language)
    found = [each for each in json.loads(told)["problems"] if each["code"] == "thousands-point"]
    assert [(each["file"], each["line"], each["message"]) for each in found] == [
        ("r.test.yaml", 6, said)
    ]


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "il rulebook dà `2880`: scrivilo così, senza punto"),
        ("en", "the rulebook gives `2880`: write it so, without the point"),
    ],
)
def test_a_point_of_thousands_is_certain_where_the_rule_gives_the_number_without(
    language: str, hint: str, folder: Path
):
    """Whatever its digits; `check` evaluates only examples with such a number."""
    schema = json.dumps(SCHEMA).replace("200", "9000")
    (folder / "schema.json").write_text(schema, encoding="utf-8")
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", {**FULL, "utenti": 1, "ore": 2880}, "{values: {media: 2.880}}"),
        encoding="utf-8",
    )
    _, shown, _ = call("test", "r.yaml", "--lang", language)
    assert "r.test.yaml:6:30: `2.880` " in shown
    assert f"→ {hint}\n" in shown
    _, told, _ = call("check", "r.yaml", "--format", "json", "--lang", language)
    found = [each["hint"] for each in json.loads(told)["problems"] if each["line"] == 6]
    assert found == [hint]


def test_three_decimals_that_the_rule_does_not_give_without_a_point_are_no_thousands(folder: Path):
    """Nothing is told but that they are not what was expected."""
    example = _example("e", {**FULL, "utenti": 1, "ore": 28}, "{values: {media: 2.875}}")
    _, tested = _run(folder, example)
    assert tested["examples"][0]["remarks"] == []
    assert len(tested["examples"][0]["failures"]) == 1


def test_a_point_of_thousands_in_a_report_is_told_beside_the_failures(folder: Path):
    fields = json.dumps(FULL).replace("25", "25.000")
    example = _example("e", FULL, "{values: {media: 2500}}").replace(json.dumps(FULL), fields)
    status, tested = _run(folder, example)
    (told,) = tested["examples"][0]["remarks"]
    assert (status, told["code"], told["line"]) == (1, "thousands-point", 5)


def test_hostile_names_are_inert(folder: Path):
    """A name with an escape sequence does not reach the terminal as one."""
    (folder / "r.test.yaml").write_text(
        HEAD + '  - {name: "\\e[31mx", report: {fields: {}}, expect: {status: complete}}\n',
        encoding="utf-8",
    )
    out = io.StringIO()
    assert main(["test", "r.yaml"], Console(out, io.StringIO(), "it")) == 1
    assert "\x1b" not in out.getvalue()


def test_check_tells_what_is_wrong_with_examples(folder: Path):
    """`check` looks at the examples too, in the same run."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{values: {medai: 3}}"), encoding="utf-8"
    )
    out = io.StringIO()
    assert (
        main(["check", "r.yaml", "--format", "json"], Console(out, io.StringIO(), "en", "json"))
        == 1
    )
    (problem,) = [p for p in json.loads(out.getvalue())["problems"] if p["severity"] == "error"]
    assert (problem["code"], problem["file"], problem["hint"]) == (
        "example-unknown-code",
        "r.test.yaml",
        "did you mean `media`?",
    )


# -- Watching --------------------------------------------------------------------------------------


def test_watch_runs_again_when_a_file_is_saved(tmp_path: Path):
    """Every save runs once more; a file that vanishes counts as a change.

    Nothing runs in between.
    """
    path = tmp_path / "a.yaml"
    path.write_text("1", encoding="utf-8")
    runs: list[str] = []
    steps = iter(["nothing", "save", "nothing", "remove", "stop"])

    def sleep(_: float) -> None:
        match next(steps):
            case "save":
                path.write_text("22", encoding="utf-8")
                os.utime(path, ns=(1, 1))
            case "remove":
                path.unlink()
            case "stop":
                raise KeyboardInterrupt
            case _:
                pass

    def run() -> list[Path]:
        runs.append(path.read_text(encoding="utf-8") if path.exists() else "-")
        return [path]

    with pytest.raises(KeyboardInterrupt):
        watch(run, lambda: None, sleep)
    assert runs == ["1", "22", "-"]


def test_watch_survives_a_broken_file(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A rulebook saved half-written shows its problems, and the watching goes on."""
    from ruletrail.cli import test as command  # noqa: PLC0415 - the module's name would be collected as a test

    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{status: complete}"), encoding="utf-8"
    )
    seen: list[list[Path]] = []

    def watch(run: Any, told: Any) -> None:
        told()
        seen.append(list(run()))
        (folder / "r.yaml").write_text("language: [", encoding="utf-8")
        seen.append(list(run()))

    monkeypatch.setattr(command, "watch", watch)
    err = io.StringIO()
    options = argparse.Namespace(
        rulebooks=["r.yaml"], library=[], format="text", threshold="0", watch=True
    )
    assert command.run(options, Console(io.StringIO(), err, "en")) == 0
    assert {path.name for path in seen[0]} == {"r.yaml", "r.test.yaml", "schema.json"}
    assert [path.name for path in seen[1]] == ["r.yaml", "r.test.yaml"]
    assert "r.yaml" in err.getvalue()


# -- pytest ----------------------------------------------------------------------------------------


def _pytest(folder: Path) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "ruletrail.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder
    ).stdout


def test_plugin_collects_the_same_examples(folder: Path):
    """Each example is a test; a failing one shows expected, found and why.

    Files of others are left alone.
    """
    examples = _example("buono", FULL, "{values: {media: 2.5}}") + _example(
        "guasto", FULL, "{values: {media: 3}}"
    )
    (folder / "r.test.yaml").write_text(HEAD + examples, encoding="utf-8")
    (folder / "altro.test.yaml").write_text("qualcosa: d'altro\n", encoding="utf-8")
    (folder / "fatto.yaml").write_text("non: un rulebook\n", encoding="utf-8")
    (folder / "fatto.test.yaml").write_text("qualcosa: d'altro\n", encoding="utf-8")
    text = _pytest(folder)
    assert "1 failed, 1 passed" in text
    assert "expected 3" in text
    assert "found    2.5" in text
    assert "ore / utenti → 2.5" in text


HEADS = {
    "a mark of the byte order": ("language:", "\ufefflanguage:"),
    "quotes": ("language:", '"language":'),
    "a colon apart": ("language:", "language :"),
    "lines of an old system": ("\n", "\r"),
    "a long comment before": ("language:", "# note\n" * 20_000 + "language:"),
    "a document further in": ("(?m)^(?=.)", "  "),
    "keys behind many others": ("edition:", "note: x\n" + "# note\n" * 20_000 + "edition:"),
}


@pytest.mark.parametrize("name", HEADS)
def test_plugin_and_folders_find_what_the_reader_takes(name: str, folder: Path):
    """However the first keys are written: no rulebook is passed over without a word."""
    old, new = HEADS[name]
    book = folder / "r.yaml"
    text = "".join(
        line for line in book.read_text("utf-8").splitlines(keepends=True)
        if not line.startswith("rulebook:")
    )  # fmt: skip
    text = re.sub(old, new, text.replace("\nedition:", "\nrulebook : prova\nedition:"))
    book.write_bytes(text.encode())
    (folder / "r.test.yaml").write_text(
        HEAD + _example("buono", FULL, "{values: {media: 2.5}}"), encoding="utf-8"
    )
    assert "1 passed" in _pytest(folder)
    assert [each.path.name for each in list_in_folder(folder, ())] == ["r.yaml"]


def test_plugin_passes_over_nothing_that_it_cannot_read(folder: Path):
    """A rulebook that leads to itself has examples that nobody ran: loading it says so."""
    book = folder / "r.yaml"
    (folder / "r.test.yaml").write_text(
        HEAD + _example("buono", FULL, "{values: {media: 2.5}}"), encoding="utf-8"
    )
    book.unlink()
    book.symlink_to("r.yaml")
    text = _pytest(folder)
    assert "1 error" in text
    assert "[file-unreadable]" in text


def test_plugin_proves_the_properties_of_a_rulebook(folder: Path):
    """They are one test, which fails with what breaks them."""
    properties = (
        "properties:\n  p: {expect: media < 1000 or media >= 1000}\n  q: {expect: media < 9}\n"
    )
    book = folder / "r.yaml"
    book.write_text(book.read_text("utf-8") + properties, encoding="utf-8")
    (folder / "r.test.yaml").write_text(
        HEAD + _example("buono", FULL, "{values: {media: 2.5}}"), encoding="utf-8"
    )
    text = _pytest(folder)
    assert "1 failed, 1 passed" in text
    assert "the property `q` does not hold for every admitted report" in text
    assert "the property `p`" not in text


def test_plugin_shows_fifty_failures_of_an_example(folder: Path):
    """The others are counted."""
    _many_rules(folder, 60)
    expect = f"{{values: {json.dumps({f'X{i}': 7 for i in range(60)})}}}"
    (folder / "r.test.yaml").write_text(HEAD + _example("e", FULL, expect), encoding="utf-8")
    # where CI is set, pytest's summary says all of it once more
    text = _pytest(folder).partition("short test summary")[0]
    assert text.count("expected 7") == 50
    assert "more failures: 10" in text


def test_plugin_shows_problems_of_the_file(folder: Path):
    """A file of examples that is wrong fails the collection with its problems."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{values: {medai: 3}}"), encoding="utf-8"
    )
    text = _pytest(folder)
    assert "example-unknown-code" in text
    assert "1 error" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "mai visto: la sezione quadro, con l'esito «non dovuto»"),
        ("en", "never seen: the section quadro, with the outcome “not due”"),
    ],
)
def test_a_part_that_is_not_shown_has_the_outcome_that_answers_say(
    language: str, said: str, folder: Path
):
    """The word that readers see, which agrees with no noun: a Quadro is no less `dovuto`."""
    (folder / "r.test.yaml").write_text(
        HEAD + _example("e", FULL, "{values: {media: 2.5}}"), encoding="utf-8"
    )
    _, shown, _ = call("test", "r.yaml", "--lang", language)
    assert said in shown
    assert "dovuta" not in shown
