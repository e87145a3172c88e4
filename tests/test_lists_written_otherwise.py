"""Lists that are written as maps, and words for all others: one problem, with what to paste."""

import json
from pathlib import Path

import pytest

from support.command_line import call
from support.library_folders import write

HEAD = """\
language: 2
rulebook: trasporto
edition: "2025"
version: 0.1.0
status: draft
title: Trasporto scolastico
report: schema.json
locale: it
"""
FIELDS = {
    "isee": {"type": "number", "title": "ISEE", "minimum": 0, "maximum": 100000},
    "zona": {"type": "string", "title": "Zona", "enum": ["A", "B", "C"]},
    "fratelli": {"type": "integer", "title": "Fratelli", "minimum": 0, "maximum": 9},
    "disabile": {"type": "boolean", "title": "Disabile"},
    "domanda": {
        "type": "string", "title": "Domanda", "format": "date",
        "formatMinimum": "2023-01-01", "formatMaximum": "2026-12-31",
    },
}  # fmt: skip
SCHEMA = {"properties": {"fields": {"properties": FIELDS}}}


ASIDE = ("unused-", "entry-without-")


def told(body: str, folder: Path) -> list[tuple[str, str]]:
    """Give the codes and hints of what `check` says, beside what is not read, and not sourced."""
    write(folder / "schema.json", json.dumps(SCHEMA))
    book = write(folder / "r.yaml", HEAD + body)
    out = call("check", str(book), "--lang", "en", "--format", "json")[1]
    found = json.loads(out)["problems"]
    return [(p["code"], p["hint"] or "") for p in found if not p["code"].startswith(ASIDE)]


SCALE = "day: domanda\nscales:\n  retta:\n    kind: step\n    versions:\n"
TABLE = "tables:\n  prezzo:\n    by: [zona]\n    rows:\n"
PARAMETER = "day: domanda\nparameters:\n  soglia:\n    values:\n"
RULE = "rules:\n  quota:\n    formula: isee\n    exceptions:\n"
BANDS = "[{from: 0, value: 1}]"
VERSION, WHEN = "{from: 2023-01-01, bands: […]}", "when: fratelli > 0, formula: 1}"
MAPS = (
    (SCALE, [f"2023-01-01: {{bands: {BANDS}}}"], VERSION),
    (SCALE, [f"2023: {BANDS}", f"2024: {BANDS}"], VERSION),
    (SCALE, [f"prima: {{from: 2023-01-01, bands: {BANDS}}}"], VERSION),
    (TABLE, ["A: {value: 1}", "B: {value: 2}"], "{zona: A, value: 1}"),
    (TABLE, ["A: 1", "B: 2"], "{zona: A, value: 1}"),
    (TABLE, ["A: 1", '"*": 2'], "{zona: A, value: 1}"),
    (PARAMETER, ["prima: {from: 2023-01-01, value: 5}"], "{from: 2023-01-01, value: 5}"),
    (RULE, [f"fratelli: {{{WHEN}"], f"{{label: fratelli, {WHEN}"),
    (RULE, [f"x: {{label: Y, {WHEN}"], f"{{label: Y, {WHEN}"),
    (RULE, ["fratelli > 0: {formula: 1}"], f"{{{WHEN}"),
    (RULE, ["fratelli > 0: 1"], f"{{{WHEN}"),
    # in braces a comma would end the formula
    (
        RULE,
        ["x:", "  when: disabile", "  formula: max(isee, 1)"],
        "{label: x, when: disabile, formula: 'max(isee, 1)'}",
    ),
)


@pytest.mark.parametrize(("entry", "lines", "item"), MAPS)
def test_a_map_in_the_place_of_a_list_is_told_once_with_its_first_item(
    entry: str, lines: list[str], item: str, folder: Path
):
    ((code, hint),) = told(entry + "".join(f"      {line}\n" for line in lines), folder)
    assert code == "wrong-type"
    assert f"for example `- {item}`" in hint


ROWS = "tables:\n  prezzo:\n    by: [zona]\n    rows:\n      - {zona: A, value: 10}\n      - "
READ = "rules:\n  x:\n    formula: prezzo(zona)\n"


@pytest.mark.parametrize("word", ['"*"', "altri", "default", "tutte", "Otherwise"])
def test_a_row_for_all_others_is_told_once_as_otherwise(word: str, folder: Path):
    """The keys that it was meant for are said with it, not to be lacking."""
    ((code, hint),) = told(f"{ROWS}{{zona: {word}, value: 15}}\n{READ}", folder)
    assert code == "table-row-unasked"
    assert "write `otherwise: 15` beside `rows:`" in hint


def test_a_row_for_all_others_in_a_column_of_numbers_is_told_as_otherwise(folder: Path):
    body = ROWS.replace("zona", "n").replace("n: A", "n: 1")
    ((code, hint),) = told(
        f'{body}{{n: "*", value: 15}}\n{READ.replace("zona", "fratelli")}', folder
    )
    assert code == "type-mismatch"
    assert "write `otherwise: 15` beside `rows:`" in hint


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("3-5", "for several keys write a list: `[3, 4, 5]`"),
        ("da 3 a 4", "for several keys write a list: `[3, 4]`"),
        ('">= 3"', "write `otherwise: 15` beside `rows:`"),
        ("3+", "write `otherwise: 15` beside `rows:`"),
        ("oltre 2", "write `otherwise: 15` beside `rows:`"),
        ("0-10000", "write a number there, or give a text here"),
        ("molti", "write a number there, or give a text here"),
    ],
)
def test_one_interval_among_the_keys_of_a_table_is_told_as_what_it_stands_for(
    key: str, hint: str, folder: Path
):
    """A table never compares."""
    body = ROWS.replace("zona", "n").replace("n: A", "n: 1")
    ((code, told_hint),) = told(
        f"{body}{{n: {key}, value: 15}}\n{READ.replace('zona', 'fratelli')}", folder
    )
    assert code == "type-mismatch"
    assert hint in told_hint


def test_in_a_table_of_several_columns_the_keys_that_are_left_are_listed(folder: Path):
    """`otherwise` would answer for any number of brothers too."""
    body = ROWS.replace("[zona]", "[zona, n]").replace("A,", "A, n: 1,")
    read = READ.replace("zona", "zona, fratelli")
    ((code, hint),) = told(f"{body}{{zona: altre, n: 1, value: 15}}\n{read}", folder)
    assert (code, hint) == ("table-row-unasked", "for several keys write a list: `[B, C]`")


@pytest.mark.parametrize("word", ["altrimenti", '"*"', "default", "true", '"true"', "altro"])
def test_a_condition_for_all_others_is_told_as_otherwise(word: str, folder: Path):
    cases = f"[{{outcome: a, when: disabile}}, {{outcome: b, when: {word}}}]"
    found = told(f"decisions:\n  d: {{cases: {cases}}}\n", folder)
    assert "in the place of `when` write `otherwise: true`, in the last case" in [
        h for _, h in found
    ]
