"""Lists, tables, scales and sentences in another shape: told once, with the one that is meant."""

import json
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from support.command_line import call

FIELDS = {
    "zona": {"type": "string", "enum": ["centro", "colle"]},
    "isee": {"type": "number", "minimum": 0, "unit": "euro"},
    "R03": {"type": "number"},
    "R05": {"type": "number"},
    "giorno": {"type": "string", "format": "date"},
}
HEAD = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
day: giorno
"""
SCALE = "scales:\n  retta:\n    kind: step\n    of: euro\n    unit: euro\n"
TABLE = "tables:\n  t:\n    by: [zona]\n"
PAIR = "tables:\n  t:\n    by: [zona, giorno]\n"
TEXT = 'messages:\n  m:\n    when: "true"\n    text: '


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _check(folder: Path, body: str, fields: Any = None) -> list[Any]:
    schema = {"type": "object", "properties": {"fields": {"properties": fields or FIELDS}}}
    (folder / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "en", "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


BANDS = "      - {from: 0, value: 10}\n      - {above: 7000, value: 20}\n"
TOLD = {
    "bands below versions": (SCALE + "    versions:\n" + BANDS, "write `bands:` in the place of"),
    "rows below versions": (
        TABLE + "    versions:\n      - {zona: centro, value: 1}\n",
        "write `rows:` in the place of",
    ),
    "a kind in other words": (
        SCALE.replace("step", "scaglioni") + "    bands:\n" + BANDS,
        "write `step` if each band gives one value, `marginal` if",
    ),
    "a value of each year": (
        "parameters:\n  p: {value: {2024: 10, 2025: 20}}\n",
        "`values: [{from: 2024-01-01, value: 10}, {from: 2025-01-01, value: 20}]`",
    ),
    "a value of each zone": ("parameters:\n  p: {value: {centro: 10, colle: 20}}\n", "a table"),
    "values of days": (
        "parameters:\n  p:\n    values:\n      2024-07-01: 10\n",
        "`- {from: 2024-07-01, value: 10}`",
    ),
    "bands as a map": (SCALE + "    bands:\n      0: 10\n      7000: 20\n", "{from: 0, value: 10}"),
    "rows as a map": (TABLE + "    rows: {centro: 1, colle: 2}\n", "`- {zona: centro, value: 1}`"),
    "a row as a list": (TABLE + "    rows:\n      - [centro, 1]\n", "`{zona: centro, value: 1}`"),
    "a row of two keys": (
        PAIR + "    rows:\n      - [centro, 2024-01-01, 1]\n",
        "`{zona: centro, giorno: 2024-01-01, value: 1}`",
    ),
    "a band as a list": (SCALE + "    bands:\n      - [0, 10]\n", "`{from: 0, value: 10}`"),
    "a star": (
        TABLE + "    rows:\n      - {zona: centro, value: 1}\n      - {zona: *, value: 2}\n",
        "`otherwise: 2` beside `rows:`",
    ),
    "a star in lines": (
        TABLE + "    rows:\n      - zona: centro\n        value: 1\n"
        "      - zona: *\n        value: 2\n",
        "`otherwise: 2` beside `rows:`",
    ),
    "a star of one of two keys": (
        PAIR + "    rows:\n      - {zona: *, giorno: 2024-01-01, value: 2}\n",
        "the list of values, `[a, b]`",
    ),
    "a star below a table of two keys": (
        PAIR.replace("t:", "u:") + "    rows: [{zona: colle, giorno: 2024-01-01, value: 1}]\n"
        "  t:\n    rows:\n    - {zona: *, value: 2}\n    by: [zona]\n",
        "`otherwise: 2` beside `rows:`",
    ),
    "a star of one of two keys in versions": (
        PAIR + "    versions:\n      - from: 2024-01-01\n        rows:\n"
        "          - {zona: *, giorno: 2024-01-01, value: 2}\n",
        "the list of values, `[a, b]`",
    ),
    "a star beside rows": (
        TABLE + "    rows:\n      - {zona: centro, value: 1}\n    note: *\n",
        'stands in quotes: `"*"`',
    ),
    "several stars": ("rules:\n  r: {formula: 1, note: *** Nota ***}\n", '`"*** Nota ***"`'),
    "a star elsewhere": ("rules:\n  r: {formula: 1, note: *}\n", 'stands in quotes: `"*"`'),
    "a letter in braces": (
        TEXT + "{it: Gentile signora,\n      la domanda è accolta.\n      Saluti}\n",
        '`{it: "Gentile signora, la domanda è accolta. Saluti"}`',
    ),
    "a letter with a colon": (
        TEXT + "{it: Gentile signora,\n      la domanda: accolta.}\n",
        '`{it: "Gentile signora, la domanda: accolta."}`',
    ),
    "a letter without its brace": (
        TEXT + "{it: Gentile signora\n      la domanda è accolta\n    source: m\n",
        '`{it: "Gentile signora la domanda è accolta"}`',
    ),
    "a range of a group": ("groups:\n  g: [R03-R05]\n", "one by one: `R03, R04, R05`"),
    "a range or a difference": ("groups:\n  g: [R03 - R05]\n", "for a formula write a rule"),
    "a difference": ("groups:\n  g: [R03 + R05]\n", "write a rule with this formula"),
    "a range alone": ("groups:\n  g: R03-R05\n", "write `[R03, R04, R05]`"),
    "codes of a sentence": (
        "sections:\n  s: {title: S, due: true, fields: isee e zona}\n",
        "write `[isee, zona]`",
    ),
    "a range without numbers": ("groups:\n  g: [zona-isee]\n", "one by one, `zona, …, isee`"),
    "a range of a section": (
        "sections:\n  s: {title: S, due: true, fields: [zona-isee]}\n",
        "a single code is written with `_`, `zona_isee`",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "hint"), TOLD.values(), ids=TOLD)
def test_another_shape_is_told_with_the_right_one(folder: Path, body: str, hint: str) -> None:
    found = _check(folder, body)
    assert hint in found[0]["hint"]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (SCALE + "    bands:\n      - {up to 1000: 5}\n", "{from: 1000"),
        (SCALE + "    bands:\n      - {fino a 1000: 5}\n", "{from: 1000"),
        (SCALE + '    bands: {"<= 1000": 5}\n', "{from: 1000"),
        (SCALE + "    bands:\n      - {oltre i 1000: 5}\n", "{from: 1000"),
        ("parameters:\n  p:\n    values:\n      - {fino al 2024-12-31: 5}\n", "from: 2024-12-31"),
        ("parameters:\n  p: {value: {until 2024: 5}}\n", "from: 2024-01-01"),
        (TABLE + "    rows:\n      - {otherwise: 5}\n", "zona: otherwise"),
        (TABLE + "    rows:\n      - {source: norma}\n", "zona: source"),
    ],
)
def test_a_last_day_or_number_is_not_told_as_a_first(folder: Path, body: str, wrong: str) -> None:
    """Whoever obeyed the hint would have the value where it does not hold."""
    assert not any(wrong in each["hint"] for each in _check(folder, body))


@pytest.mark.parametrize(
    ("keyword", "hints"),
    [
        ("enum", ['"enum": ["centro"]', '"oneOf": [{"const": "centro", "title": "Il centro"}]']),
        ("oneOf", ['write `"oneOf": [{"const": "centro", "title": "Il centro"}]`']),
    ],
)
def test_choices_as_a_map_are_written_as_lists(
    folder: Path, keyword: str, hints: list[str]
) -> None:
    fields = {**FIELDS, "uso": {"type": "string", keyword: {"centro": "Il centro"}}}
    (told,) = _check(folder, "rules: {r: {formula: 1}}\n", fields)
    assert told["code"] == "schema-invalid"
    assert all(each in told["hint"] for each in hints)


@pytest.mark.parametrize("word", ["unit", "formatMinimum"])
@pytest.mark.parametrize("written", [["euro"], 0, True, {"euro": 1}, None])
def test_a_word_of_ours_is_a_text(folder: Path, word: str, written: object) -> None:
    """A unit in a list was no unit, without a word, and sums of euro and km were admitted."""
    fields = {"isee": {"type": "number", "unit": "euro"}, "km": {"type": "number", word: written}}
    (told,) = _check(folder, "rules: {r: {formula: isee + 1}}\n", fields)
    assert (told["code"], told["file"]) == ("schema-invalid", "s.json")
    assert told["hint"] == f"`{word}` is one text in quotes; if there is none, remove the word"
    # a field may have the name of such a word
    assert not _check(
        folder, "rules: {r: {formula: unit + 1}}\n", {**FIELDS, "unit": {"type": "number"}}
    )


@pytest.mark.parametrize("constant", [{"a": 1}, [1], "x", 1, None])
def test_a_constant_that_no_truth_can_be_is_no_defect(folder: Path, constant: object) -> None:
    """Of a subject's own keys the schema may say anything; a wrong report is told all the same."""
    told = {"type": "boolean", "const": constant}
    subject = {"type": "object", "properties": {"s": told}}
    properties = {"subject": subject, "fields": {"properties": FIELDS}}
    schema = {"type": "object", "properties": properties}
    (folder / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + "rules: {r: {formula: 1}}\n", encoding="utf-8")
    (folder / "u.yaml").write_text("rulebook: prova/2024\nsubject: {s: x}\n", encoding="utf-8")
    status, out, _ = call("evaluate", "u.yaml", "--rulebook", "r.yaml", "--format", "json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "wrong-type")


@pytest.mark.parametrize(
    "body",
    [
        # a version that has its day and lacks its bands is one
        SCALE + "    versions:\n      - {from: 2024-01-01, value: 10}\n",
        # a text in braces with its quotes, over lines
        TEXT + '{it: "Gentile signora,\n      la domanda: accolta."}\n',
        # a map with an entry that is no value
        TABLE + "    rows: {centro: {value: 1}}\n",
    ],
)
def test_what_may_be_something_else_is_not_told_so(folder: Path, body: str) -> None:
    codes = {each["code"] for each in _check(folder, body)}
    assert "text-in-braces" not in codes
    assert not any("in the place of `versions:`" in each["hint"] for each in _check(folder, body))


NOTES = (
    ("{it: Uno, en: One}", '"Uno / One"'),
    ("{it: Uno}", '"Uno"'),
    ("\n    Vedi: la legge 3", '"Vedi: la legge 3"'),
    ("{autore: Uno, data: 2024-01-01}", '"autore: Uno, data: 2024-01-01"'),
    ("{it: 'dice \"sì\"'}", "'dice \"sì\"'"),
    ("{a: {b: 1}}", '"…"'),
    ("{}", '"…"'),
)


@pytest.mark.parametrize(("written", "right"), NOTES)
@pytest.mark.parametrize("place", ["{note}", "rules:\n  x:\n    formula: R03\n    {note}"])
def test_a_note_in_keys_is_told_with_the_text_that_it_is(
    place: str, written: str, right: str, folder: Path
) -> None:
    """A note is one text, for whoever reads the rulebook; what its keys say is kept in it."""
    written = written.replace("\n    ", "\n      " if "rules" in place else "\n  ")
    (problem,) = _check(folder, place.replace("{note}", f"note: {written}") + "\n")
    assert problem["code"] == "wrong-type"
    assert problem["hint"] == f"a note is a single text: `note: {right}`"
    assert _check(folder, place.replace("{note}", f"note: {right}") + "\n") == []


def test_a_field_that_a_form_calls_a_note_is_none_of_ours(folder: Path) -> None:
    fields = {**FIELDS, "note": {"type": "string"}}
    assert _check(folder, "rules:\n  x: {formula: 'length(note)'}\n", fields) == []
    report = {"rulebook": "prova/2024", "fields": {"note": {"it": "Uno", "en": "Due"}}}
    with pytest.raises(ruletrail.ProblemsError) as caught:
        ruletrail.load("r.yaml").evaluate(report)
    hints = [each.hint("en") for each in caught.value.problems]
    assert hints == ["write a single value here, and no other key"]
