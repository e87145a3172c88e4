"""Completion inside of texts: braces after a colon, choices after a comparison, days for `day`."""

import json
from pathlib import Path

import pytest

from ruletrail.editors.completing import complete
from ruletrail.editors.diagnosing import source_of_document
from ruletrail.editors.names import Knowledge, learn
from ruletrail.editors.typed_keys import find_keys, find_text
from support.editors import place_of

RULEBOOK = """language: 2
rulebook: trasporto
edition: "2027"
version: 0.1.0
status: draft
title: Trasporto
report: schema.json
day: data_domanda
locale: it
parameters:
  tassa: {value: 3}
rules:
  tariffa: {formula: giorni * tassa}
  fine: {formula: end_of_month(data_domanda)}
decisions:
  esito:
    cases:
      - outcome: accolta
        when: residente == "SI"
        message: {it: "La tariffa è {tariffa}."}
      - outcome: respinta
        when: residente == "NO"
sections:
  a: {title: A, due: giorni > 0, fields: [giorni]}
checks:
  c: {expect: giorni < 30, severity: error, message: {it: "Troppi."}}
"""
FIELDS = {
    "data_domanda": {"type": "string", "format": "date"},
    "residente": {"type": "string", "enum": ["SI", "NO"]},
    "giorni": {"type": "integer", "minimum": 0},
    "figli": {
        "type": "array",
        "maxItems": 3,
        "items": {"properties": {"nascita": {"type": "string", "format": "date"}}},
    },
}


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    FIELDS["figli"]["items"]["type"] = "object"  # type: ignore[index]  # a schema
    schema = {"type": "object", "properties": {"fields": {"properties": FIELDS}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), "utf-8")
    (tmp_path / "trasporto.yaml").write_text(RULEBOOK, "utf-8")
    source = source_of_document(tmp_path / "trasporto.yaml")
    learnt = learn(source, {}) if source is not None else None
    assert learnt is not None
    return learnt


def _offered(text: str, knowledge: Knowledge) -> list[str]:
    """List what is offered at the end of a text, which stands last in the rulebook."""
    lines = (RULEBOOK + text).split("\n")
    found = complete(RULEBOOK + text, len(lines) - 1, len(lines[-1]), knowledge)
    return [name.code for name, _ in found]


HEADS = {
    "flow, in quotes": 'messages:\n  m: {when: "true", text: {it: "',
    "flow, the other quotes": "messages:\n  m: {text: {it: '",
    "block, in quotes": 'messages:\n  m:\n    text:\n      it: "',
    "block, without": "messages:\n  m:\n    text:\n      it: ",
    "block, over lines": 'messages:\n  m:\n    text:\n      it: "Prima\n        ',
    "literal": "messages:\n  m:\n    text:\n      it: |\n        ",
    "folded": "messages:\n  m:\n    text:\n      en: >\n        ",
    "after a case": "  d:\n    cases:\n      - when: x\n        message:\n          it: ",
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("text", ["la {ta", "Nota: la {ta", "Nota: cioè, quindi: la {ta"])
def test_braces_are_completed_wherever_a_sentence_stands(
    head: str, text: str, knowledge: Knowledge
):
    """Also after a colon, which begins nothing inside of a text."""
    assert _offered(HEADS[head] + text, knowledge) == ["tariffa", "tassa"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ('residente == "', ["SI", "NO"]),
        ('residente == "S', ["SI"]),
        ("residente != 's", ["SI"]),
        ('residente in ["SI", "', ["SI", "NO"]),
        ('esito == "', ["accolta", "respinta"]),
        ('a == "', ["due", "not_due"]),
        ('c == "f', ["failed"]),
        ('giorni == "', []),
        ('giorni > 1 and residente == "SI" and esito == "r', ["respinta"]),
        ('starts_with(residente, "', []),
    ],
)
@pytest.mark.parametrize(
    "head",
    ["rules:\n  r: {formula: ", "rules:\n  r:\n    when: ", "rules:\n  r:\n    when: >\n      "],
)
def test_in_quotes_stand_the_texts_of_what_is_compared(
    typed: str, offered: list[str], head: str, knowledge: Knowledge
):
    """The choices of a field, the outcomes of an entry; no code stands in quotes."""
    assert _offered(head + typed, knowledge) == offered


def test_in_the_quotes_of_yaml_a_formula_has_the_others(knowledge: Knowledge):
    assert _offered("rules:\n  r: {formula: \"residente == 'S", knowledge) == ["SI"]
    assert _offered("rules:\n  r: {formula: 'residente == \"S", knowledge) == ["SI"]
    assert "residente" in _offered('rules:\n  r: {formula: "res', knowledge)
    assert "giorni" in _offered("rules:\n  r: {formula: \"residente == 'SI' and gio", knowledge)


def test_what_decides_is_a_day_of_the_whole_report(knowledge: Knowledge):
    """No field that is no date, nor one of a row."""
    text = RULEBOOK.replace("day: data_domanda", "day: ")
    line, column = place_of(text, "day: ", 5)
    found = [name.code for name, _ in complete(text, line, column, knowledge)]
    assert found == ["data_domanda", "fine"]


def test_a_choice_replaces_what_is_typed_of_it(knowledge: Knowledge):
    text = RULEBOOK + 'rules:\n  r: {formula: residente == "s'
    line = text.count("\n")
    column = len(text.split("\n")[-1])
    ((name, start),) = complete(text, line, column, knowledge)
    assert (name.code, name.kind, start) == ("SI", "choice", column - 1)


@pytest.mark.parametrize(
    ("before", "keys", "rest"),
    [
        ('  - {outcome: a, when: "b: c', ["outcome", "when"], ' "b: c'),
        ("  it: Nota: la", ["it"], " Nota: la"),
        ("  m: {it: 'l''uso: x', en: \"", ["m", "it", "en"], ' "'),
        ('  "when": a', ["when"], " a"),
        ("  it: l'uso: ", ["it"], " l'uso: "),
    ],
)
def test_keys_of_a_line_are_those_outside_of_texts(before: str, keys: list[str], rest: str):
    assert find_keys(before) == (keys, rest)


def test_a_closed_text_is_left_again():
    assert find_text(' a == "x" and b') is None
    assert find_text(' a == "x" and b == "y') == ("b", "y")
