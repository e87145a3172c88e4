"""What the form calls the texts of its fields is what people read, in rows as outside of them.

One rulebook asks the same of a field and of the rows of a list; whatever a command tells a reader
has the name. Values, decisions and what programs read keep the texts.
"""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.editors.answers import describe
from ruletrail.editors.diagnosing import source_of_document
from ruletrail.editors.names import learn
from support.command_line import call
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of
from support.signing import judge

KIND = {
    "type": "string",
    "title": "Specie",
    "oneOf": [
        {"const": "kodA", "title": "Casa"},
        {"const": "kodB", "title": "Capanna"},
        {"const": "kodC", "title": "Villa"},
    ],
}
CELLS = {
    "kind": KIND,
    "n": {"type": "number", "title": "Numero", "minimum": 0, "maximum": 9},
    "r": {**KIND, "title": "Rifatta"},
}
SCHEMA = schema_of({**CELLS, "L": {**rows_of(CELLS, most=3), "title": "Case"}})
BOOK = """\
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
lists: {L: {label: Case, row: "{L.kind} {L.n}"}}
rules:
  r: {formula: kind}
  two: {formula: n * 2, when: 'kind == "kodA"'}
  L.r: {formula: L.kind}
  L.two: {formula: L.n * 2, when: 'L.kind == "kodA"'}
  total: {formula: sum(L.two)}
sections:
  P: {title: Parte, due: 'kind == "kodB"', fields: [n]}
  Q: {title: Quota, due: 'any(L.kind == "kodB")', fields: [L.n]}
decisions:
  d: {cases: [{outcome: si, when: 'kind == "kodB"'}, {outcome: meno, otherwise: true}]}
  e: {cases: [{outcome: si, when: 'any(L.r == "kodB")'}, {outcome: meno, otherwise: true}]}
  f: {cases: [{outcome: si, when: 'kind == "kodC"'}, {outcome: meno, when: n > 3}]}
  g: {cases: [{outcome: si, when: 'any(L.kind == "kodC")'}, {outcome: meno, when: size(L) > 1}]}
checks:
  c: {expect: 'kind != "kodB"', message: {it: "È {kind}, {r}, {n}."}}
  L.c: {expect: 'L.kind != "kodB"', message: {it: "È {L.kind}, {L.r}, {L.n}."}}
"""
FIELDS: dict[str, Any] = {
    "kind": "kodB",
    "n": 7,
    "r": "kodC",
    "L": [{"kind": "kodB", "n": 7, "r": "kodB"}, {"kind": "kodA", "n": 2}, {"n": 1}],
}
REPORT = {"rulebook": "prova/2024", "fields": FIELDS}
ALONE = re.compile(r"(?<!\()kod\w(?!\))")
"""A text without its name; with it, the text stands in brackets."""
FORMULA = re.compile(r'[=!]= "kod\w"')
"""A formula, as its author wrote it."""
DOCUMENT = re.compile(r': "kod\w"')
"""A value in what can be copied into a report."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a rulebook, another that compares with other texts, and a report."""
    found = tmp_path_factory.mktemp("names")
    (found / "schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    (found / "prova.yaml").write_text(BOOK, "utf-8")
    (found / "altro.yaml").write_text(BOOK.replace('kind == "kodC"', 'kind == "kodA"'), "utf-8")
    (found / "r.yaml").write_text(json.dumps(REPORT), "utf-8")
    whole = {**REPORT, "fields": {**FIELDS, "L": FIELDS["L"][:2]}}
    (found / "s.yaml").write_text(json.dumps(whole), "utf-8")
    return found


@pytest.fixture(scope="module")
def evaluation(folder: Path) -> ruletrail.Evaluation:
    return ruletrail.load(folder / "prova.yaml").evaluate(REPORT)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("evaluate R --rulebook B --margins", "1. Capanna 7"),
        ("evaluate R --rulebook B --format markdown", "Casa (kodA)"),
        ("evaluate R --rulebook B --format html", "Casa (kodA)"),
        ("explain R L[1].c --rulebook B", "L.kind è &quot;Capanna (kodB)"),
        ("explain R L[1].r --rulebook B", "Perché L[1].r (Capanna 7)"),
        ("explain R L.r --rulebook B", "Casa (kodA)"),
        ("whatif R d --rulebook B", "a decidere è kind = &quot;Capanna (kodB)"),
        ("whatif R e --rulebook B", "L[1].kind (Specie, 1. Capanna 7) è &quot;Casa (kodA)"),
        ("whatif S L.c --rulebook B", "a decidere è L.kind ≠ &quot;Capanna (kodB)"),
        ("whatif R e --rulebook B --set L[1].kind=kodA", "ora &quot;Capanna (kodB)"),
        ("needed R g --rulebook B", "L[3].kind (Specie, 3. … 1)"),
        ("docs B", "| L.kind | Specie | testo: Casa (kodA); Capanna (kodB); Villa (kodC) |"),
        ("prove B", "# kind: Casa (kodA)"),
        ("diff B A", "L.kind = Casa (kodA)"),
    ],
)
def test_whatever_people_read_has_the_names(folder: Path, words: str, told: str) -> None:
    """No text of a field, or of a row, stands without its name, but in what is copied.

    That is an author's formula, and a witness: there the name is a comment.
    """
    files = {
        "R": folder / "r.yaml",
        "S": folder / "s.yaml",
        "B": folder / "prova.yaml",
        "A": folder / "altro.yaml",
    }
    status, out, err = call(*(files.get(word, word) for word in words.split()), language="it")
    shown = " ".join(re.sub(r"<[^>]*>", "", out).split()).replace('"', "&quot;")
    assert told.replace('"', "&quot;") in shown, (status, err)
    out = DOCUMENT.sub("", out) if words.startswith("prove") else out
    assert ALONE.findall(FORMULA.sub("", out)) == []


def test_rows_are_called_by_names_and_asked_for_by_them(folder: Path) -> None:
    """A row's name is found as it is shown."""
    words = ("--rulebook", folder / "prova.yaml", "--lang", "it")
    assert "L[2] (Casa 2)" in call("explain", folder / "r.yaml", "2. Casa 2", *words)[1]


def test_programs_read_the_texts(evaluation: ruletrail.Evaluation) -> None:
    """Values and the rows of the answer are texts; sentences have names."""
    result = json.loads(evaluation.trail.to_json())["result"]
    assert result["values"]["r"] == {"text": "kodB"}
    assert [row.get("r") for row in result["lists"]["L"]] == [
        {"text": "kodB"},
        {"text": "kodA"},
        None,
    ]
    assert evaluation.messages == ("È Capanna, Capanna, 7.", "È Capanna, Capanna, 7.")


def test_the_editor_names_choices(folder: Path) -> None:
    """Hovering a field, or a field of rows, tells what its texts are called."""
    source = source_of_document(folder / "prova.yaml")
    knowledge = learn(source, {}) if source is not None else None
    assert knowledge is not None
    for code in ("kind", "L.kind"):
        shown = describe(knowledge.names[code], knowledge, "it")
        assert "`Casa (kodA); Capanna (kodB); Villa (kodC)`" in shown
    assert knowledge.values["r"] == "Capanna"


def test_a_table_that_rows_are_called_by_is_not_said_twice() -> None:
    """Rows that have the name of a choice need no column of it."""
    text = rulebook_text(
        {"lists": {"L": {"row": "{L.kind}"}}, "rules": {"s": {"formula": "size(L)"}}}, language="2"
    )
    report = {**REPORT, "fields": {"L": [{"kind": "kodB", "n": 7}, {"kind": "kodA"}]}}
    page = load_text(text, SCHEMA).evaluate(report).to_markdown("it")
    assert "| 2\\. Casa | – |" in page


# -- The checker -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "choices", "found"),
    [
        ("kind", {"kodA": "Casa", "kodB": "Reggia", "kodC": "Villa"}, ["trail-step"]),
        ("kind", None, ["trail-step"]),
        ("n", {"7": "Sette"}, ["trail-report"]),
    ],
)
def test_the_checker_names_choices_of_rows(
    evaluation: ruletrail.Evaluation, cell: str, choices: dict[str, str] | None, found: list[str]
) -> None:
    """Sentences of rows are derived with the trail's own names, which only texts have."""
    document = json.loads(evaluation.trail.to_json())
    assert judge(deepcopy(document)) == []
    fields = document["lists"]["L"]["fields"]
    fields[cell].pop("choices", None)
    fields[cell] |= {} if choices is None else {"choices": choices}
    assert [problem.code for problem in judge(document)] == found


# -- Comparing forms -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "part", "outcomes"), [("title", "label", "same"), ("const", "choices", "differ")]
)
def test_a_choice_is_a_choice_and_its_name_a_label(at: str, part: str, outcomes: str) -> None:
    """Of fields and of rows: another text is another form, another name is read only."""
    from ruletrail.differences.comparing import compare  # noqa: PLC0415 - only here

    # through JSON, where nothing is shared
    other = json.loads(json.dumps(SCHEMA))
    fields = other["properties"]["fields"]["properties"]
    for cells in (fields, fields["L"]["items"]["properties"]):
        cells["kind"]["oneOf"][0][at] = "nuovo"
    book = BOOK.replace('"kodA"', '"kodC"')
    found = compare(load_text(book, SCHEMA), load_text(book, other)).findings
    assert [(each.change.code, each.change.part, each.outcomes) for each in found] == [
        (code, part, outcomes) for code in ("kind", "L.kind")
    ]
