"""Lines that stand too far left or right, and headings that are lost: told at their own place.

What is told, done to the letter, gives a sound document, with what it said before.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_document
from ruletrail.documents.document_shapes import (
    CODE,
    ENTRIES,
    EXAMPLES,
    LISTS,
    OF_FORMULAS,
    RULEBOOK,
    find_misfits,
)
from support.hints import do_literally, meaning_of, problems_of

SCHEMAS = Path(__file__).parent.parent / "schemas"
BOOK = """\
# Tariffa dello scuolabus.
language: 2
rulebook: trasporto
edition: "2027"
version: 0.1.0
status: draft
title: Trasporto scolastico
report: reports/trasporto/2027.schema.json

sources:
  regolamento: {title: Regolamento del trasporto, kind: law}
  modulo: {title: Modulo di domanda, kind: form}

parameters:
  soglia_isee:
    label: Soglia ISEE
    unit: euro
    source: regolamento
    values:
      - {from: 2027-01-01, value: 6000}
      - {from: 2028-01-01, value: 6200}
  sconto: {label: Sconto dal secondo figlio, value: 30, unit: "%"}
  minimo: {label: Uso minimo, value: 50, unit: "%"}

scales:
  tariffa_isee:
    kind: step
    of: euro
    bands:
      - {from: 0, value: 10}
      - {above: 10000, value: 25.50}
      - {above: 20000, value: 40}

tables:
  coefficiente:
    by: [zona]
    rows:
      - {zona: A, value: 1.00}
      - {zona: B, value: 1.20}
      - {zona: C, value: 1.50}

lists:
  figli: {label: Figli, row: "{figli.nome}"}

rules:
  uso:
    label: Uso dello scuolabus
    when: giorni > 0
    formula: giorni_bus / giorni * 100
    unit: "%"
  figli.pagante: {label: Paga, formula: figli.eta >= 6}
  tariffa:
    label: Tariffa mensile
    formula: base * paganti
    round: {decimals: 2, mode: half_up}
    exceptions:
      - {label: Esenzione, when: isee <= soglia_isee, formula: 0}
      - {label: Residenza, when: residente == "NO", formula: 0}

decisions:
  esito:
    label: La domanda è accolta?
    cases:
      - outcome: esente
        when: isee <= soglia_isee
        message: {it: "La famiglia è esente."}
      - outcome: pagante
        when: isee > soglia_isee
        message: {it: "La tariffa è di {tariffa} euro."}
      - outcome: respinta
        when: residente == "NO"
        message: {it: "La domanda è respinta."}

sections:
  quadro_a:
    title: Quadro A, la famiglia
    due: true
    fields: [residente, isee]
  quadro_b:
    title: Quadro B, l'uso
    due: residente == "SI"
    fields: [giorni]

checks:
  possibili:
    label: I giorni di bus sono giorni di scuola
    expect: giorni_bus <= giorni
    severity: error
"""
LINES = BOOK.split("\n")
WRITTEN = [at for at, line in enumerate(LINES) if line.strip() and line[0] != "#"]
MEANT = meaning_of(BOOK)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _put(at: int, margin: int) -> str:
    moved = " " * margin + LINES[at].lstrip(" ")
    return "\n".join([*LINES[:at], moved, *LINES[at + 1 :]])


def test_the_rulebook_is_sound():
    assert problems_of(BOOK) == []


@pytest.mark.parametrize("margin", range(11))
def test_any_line_at_any_other_indentation(margin: int):
    """It alone is told, or nothing where YAML reads the same; and the hint leads back."""
    told = 0
    for at in (at for at in WRITTEN if _margin(LINES[at]) != margin):
        moved = _put(at, margin)
        problems = problems_of(moved)
        if not problems:
            assert meaning_of(moved) == MEANT, moved
            continue
        (problem,) = problems
        assert problem.mark.line == at + 1, (LINES[at], problem.hint("it"))
        mended = do_literally(moved, problem)
        assert problems_of(mended) == [], (LINES[at], problem.hint("it"))
        assert meaning_of(mended) == MEANT, (LINES[at], problem.hint("it"))
        told += 1
    assert told > 20


@pytest.mark.parametrize(
    ("line", "margin", "beside", "count"),
    [
        ("      - outcome: pagante", 5, "      - outcome: esente", 6),
        ("      - outcome: pagante", 4, "      - outcome: esente", 6),
        ("      - outcome: pagante", 7, "      - outcome: esente", 6),
        ("      - outcome: pagante", 8, "      - outcome: esente", 6),
        ("      - outcome: esente", 5, "      - outcome: pagante", 6),
        ("      - outcome: esente", 4, "      - outcome: pagante", 6),
        ("      - {above: 10000", 5, "      - {from: 0", 6),
        ("      - {from: 0", 5, "      - {above: 10000", 6),
        ("      - {zona: A", 7, "      - {zona: B", 6),
        ("      - {from: 2028", 4, "      - {from: 2027", 6),
        ("        when: isee > soglia_isee", 6, "      - outcome: pagante", 8),
        ("        when: isee > soglia_isee", 7, "      - outcome: pagante", 8),
        ("        when: isee > soglia_isee", 9, "      - outcome: pagante", 8),
        ('        message: {it: "La domanda', 6, '        when: residente == "NO"', 8),
        ("    label: Tariffa mensile", 2, "    formula: base * paganti", 4),
        ("    formula: base * paganti", 2, "    label: Tariffa mensile", 4),
        ("  sconto: {label: Sconto dal", 1, "  soglia_isee:", 2),
        ("  sconto: {label: Sconto dal", 3, "  soglia_isee:", 2),
        ("    cases:", 2, "    label: La domanda è accolta?", 4),
        ("    bands:", 2, "    of: euro", 4),
    ],
)
def test_what_is_said(line: str, margin: int, beside: str, count: int):
    """The number of spaces is that of the lines beside it, and one of these is named."""
    at, near = (
        next(at for at, each in enumerate(LINES) if each.startswith(text))
        for text in (line, beside)
    )
    (problem,) = problems_of(_put(at, margin))
    assert (problem.code, problem.mark.line) == ("yaml-syntax", at + 1)
    hint = f"per stare accanto alla riga {near + 1} deve avere {count} spazi"
    assert problem.hint("it").endswith(hint)


@pytest.mark.parametrize("margin", [1, 2, 3, 4])
def test_a_heading_that_is_indented(margin: int):
    """It goes to the margin, and nothing of it is thrown away."""
    at = LINES.index("sections:")
    (problem,) = problems_of(_put(at, margin))
    assert problem.mark.line == at + 1
    assert problem.hint("it") == "`sections:` va al margine: togli gli spazi davanti"
    assert problem.hint("en") == "`sections:` belongs at the margin: remove the spaces before it"


def test_the_only_entry_at_the_margin():
    """Its heading is the line to stand below."""
    (problem,) = problems_of(_put(LINES.index('  figli: {label: Figli, row: "{figli.nome}"}'), 0))
    heading = LINES.index("lists:") + 1
    assert problem.hint("it").endswith(f"sotto la riga {heading} deve avere 2 spazi")


@pytest.mark.parametrize("part", ENTRIES)
def test_a_lost_heading(part: str):
    """Its name and the line before which it belongs are the only problem."""
    if f"\n{part}:\n" not in BOOK:
        return
    lost = BOOK.replace(f"\n{part}:\n", "\n", 1)
    (problem,) = problems_of(lost)
    first = BOOK[: BOOK.index(f"\n{part}:\n")].count("\n") + 2
    assert (problem.code, problem.mark.line) == ("missing-key", first)
    assert problem.message("it").startswith(f"manca la chiave `{part}`")
    assert problem.hint("it").startswith(f"scrivi `{part}:` su una riga a sé, qui sopra")
    assert do_literally(lost, problem) == BOOK


@pytest.mark.parametrize("key", ["cases", "exceptions", "values", "bands"])
def test_a_list_that_lost_its_key(key: str):
    """The line before its first item is told."""
    lost = BOOK.replace(f"    {key}:\n", "", 1)
    (problem,) = problems_of(lost)
    assert problem.hint("it") == f"scrivi `{key}:` su una riga a sé, qui sopra, con 4 spazi davanti"
    assert do_literally(lost, problem) == BOOK


@pytest.mark.parametrize(
    ("first", "margin"),
    [("outcome: esente", 4), ("{outcome: esente, when: isee <= soglia_isee}", 4), ("above: 0", 4)],
)
def test_a_list_that_lost_its_key_with_its_first_item_moved_is_told_all_the_same(
    first: str, margin: int
):
    """The key must come first; the items are aligned when it is there."""
    key, part = ("bands", "scales") if first[:5] == "above" else ("cases", "decisions")
    begin = BOOK.index(f"    {key}:\n", BOOK.index(f"{part}:\n"))
    item = BOOK.index("      - ", begin)
    lost = f"{BOOK[:begin]}{' ' * margin}- {first}\n{BOOK[BOOK.index(chr(10), item) + 1 :]}"
    told = [each for each in problems_of(lost) if each.code == "missing-key"]
    assert [each.mark.line for each in told] == [BOOK[:begin].count("\n") + 1]
    assert told[0].hint("it") == f"scrivi `{key}:` su una riga a sé, qui sopra, con 4 spazi davanti"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    formula: base * paganti\n", "    - formula: base * paganti\n"),
        ("    label: La domanda è accolta?\n", "    - label: La domanda è accolta?\n"),
        ("        when: isee > soglia_isee\n", "        - when: isee > soglia_isee\n"),
    ],
)
def test_a_dash_before_a_key_of_an_entry_is_no_list(old: str, new: str):
    assert all(each.code != "missing-key" for each in problems_of(BOOK.replace(old, new, 1)))


@pytest.mark.parametrize("name", ["  tariffa:\n", "  quadro_b:\n"])
def test_an_entry_that_lost_its_name(name: str):
    """Its first key is told: none of its keys is there twice, and none an entry."""
    lost = BOOK.replace(name, "", 1)
    (problem,) = problems_of(lost)
    assert problem.mark.line == BOOK[: BOOK.index(name)].count("\n") + 1
    assert problem.hint("it").startswith("qui comincia una voce senza nome: scrivilo su una riga")
    assert do_literally(lost, problem) == BOOK.replace(name, "  name:\n")


def test_keys_that_are_there_twice():
    """One of two is to be kept; the rest of an entry is no entry of its own."""
    formula = "    formula: base * paganti\n"
    (problem,) = problems_of(BOOK.replace(formula, formula * 2))
    assert problem.hint("it").startswith("tieni una sola delle due")


@pytest.mark.parametrize(
    "item",
    [
        "- {from: 2027", "- {from: 2028", "- {from: 0", "- {above: 10000", "- {above: 20000",
        "- {zona: A", "- {zona: B", "- {zona: C", "- {label: Es", "- {label: Re", "- outcome: pag",
        "- outcome: resp",
    ],
)  # fmt: skip
def test_an_item_without_its_dash(item: str):
    """First, in the middle or last: it is told at its own line."""
    lost = BOOK.replace(f"      {item}", f"      {item[2:]}", 1)
    (problem,) = problems_of(lost)
    assert problem.mark.line == BOOK[: BOOK.index(item)].count("\n") + 1
    assert problem.hint("it").startswith("manca il trattino: un nuovo elemento comincia con `- ")
    assert do_literally(lost, problem) == BOOK


LAYOUT = """\
layout: 1
rulebook: trasporto/2027
numbers: {thousands: ".", decimal: ","}
form:
  - heading: TRASPORTO SCOLASTICO 2027
  - subject: "Richiedente {richiedente}"
  - {row: data_domanda, label: Data della domanda}
  - {row: residente, label: Residente nel comune}
"""
EXAMPLES_OF_BOOK = """\
test: 1
rulebook: trasporto/2027
examples:
  - name: famiglia Rossi
    report:
      subject: {richiedente: Anna Rossi}
      fields:
        residente: SI
        isee: 15000
        giorni: 20
    expect:
      status: complete
      values: {uso: 90}
"""


@pytest.mark.parametrize("text", [LAYOUT, EXAMPLES_OF_BOOK])
@pytest.mark.parametrize("by", [-2, -1, 1, 2])
def test_layouts_and_examples(text: str, by: int):
    """What YAML reads of them otherwise is told at its line, and mended by what is told."""
    lines = text.split("\n")[:-1]
    for at, line in enumerate(lines):
        if _margin(line) + by < 0:
            continue
        moved = [*lines[:at], " " * (_margin(line) + by) + line.lstrip(), *lines[at + 1 :], ""]
        _, problems = read_document("\n".join(moved).encode(), "t.yaml", RULEBOOK_LIMITS)
        if problems:
            (problem,) = problems
            assert problem.mark.line == at + 1, (line, problem.hint("it"))
            assert meaning_of(do_literally("\n".join(moved), problem)) == meaning_of(text)


def _block(part: str) -> str:
    begin = BOOK.index(f"\n{part}:\n") + len(f"\n{part}:\n")
    return BOOK[begin : BOOK.index("\n\n", begin)]


@pytest.mark.parametrize("part", ["sources", "parameters", "rules", "sections", "decisions"])
def test_the_entries_of_a_part_at_the_margin(part: str):
    """Each with what belongs to it, or only their names: the heading is not to be thrown away."""
    block = _block(part)
    whole = "\n".join(line.removeprefix("  ") for line in block.split("\n"))
    names = "\n".join(line[2:] if _margin(line) == 2 else line for line in block.split("\n"))
    for out in (whole, names):
        text = BOOK.replace(block, out)
        (problem,) = problems_of(text)
        assert "scrivi il valore" not in problem.hint("it")
        assert meaning_of(do_literally(text, problem)) == MEANT


@pytest.mark.parametrize(
    "key", ["label", "unit", "formula", "when", "source", "outcome", "title", "due", "expect"]
)
def test_a_key_without_its_value(key: str):
    """It stands where it belongs: no line is to be moved, neither its own nor the next."""
    at = next(
        at for at, line in enumerate(LINES) if line.startswith((f"    {key}:", f"      - {key}:"))
    )
    line = f"{LINES[at].partition(':')[0]}:"
    (problem,) = problems_of("\n".join([*LINES[:at], line, *LINES[at + 1 :]]))
    assert (problem.code, problem.mark.line) == ("null-value", at + 1)


def test_two_slips_far_apart():
    """The first is told, and what is wrong elsewhere does not hide it."""
    text = _put(LINES.index("    title: Quadro B, l'uso"), 2)
    text = text.replace("      - {zona: B", "     - {zona: B")
    (problem,) = problems_of(text)
    assert problem.hint("it").endswith("deve avere 6 spazi")
    (problem,) = problems_of(do_literally(text, problem))
    assert problem.hint("it").endswith("deve avere 4 spazi")


def _without_dash(item: str) -> list[str]:
    """Return the rulebook with an item whose dash is missing."""
    return [each.replace("- ", "  ", 1) if each.startswith(item) else each for each in LINES]


@pytest.mark.parametrize(
    "item", ["      - outcome: esente", "      - outcome: pagante", "      - outcome: respinta"]
)
def test_a_lost_dash_and_another_line_out_of_place(item: str):
    """Each line of another entry, at each other indentation: told is one of the two, or both."""
    lines = _without_dash(item)
    (dash,) = (at for at, each in enumerate(lines) if each != LINES[at])
    block = range(
        max(at for at in range(dash) if LINES[at][:1].isalpha()),
        min(at for at in range(dash, len(LINES)) if LINES[at][:1].isalpha()),
    )
    for at, line in enumerate(LINES):
        if not line.startswith(" ") or at in block:
            continue
        for margin in (_margin(line) - 1, _margin(line) + 1, _margin(line) + 2):
            moved = [*lines[:at], " " * margin + line.lstrip(), *lines[at + 1 :]]
            told = {each.mark.line - 1: each for each in problems_of("\n".join(moved))}
            assert told.keys() <= {at, dash}, (at, margin, told)
            if dash in told:
                assert told[dash].advice == "missing-dash"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      - outcome: [pr]", "     - outcome: "),
        ("      - outcome: ", "     - outcome: "),
        ("      - {", "       - {"),
        ("        when: ", "      when: "),
        ("        message: ", "       message: "),
        ("    label: ", "   label: "),
        ("    due: ", "  due: "),
    ],
)
def test_the_same_slip_in_several_lines(old: str, new: str):
    """Each is told in turn, and the ways out lead to a sound document."""
    text = BOOK.replace(old, new) if "[" not in old else BOOK
    for word in "pr" if "[" in old else "":
        text = text.replace(f"      - outcome: {word}", f"{new}{word}")
    told = 0
    while problems := problems_of(text):
        assert len(problems) == 1, [each.hint("it") for each in problems]
        text, told = do_literally(text, problems[0]), told + 1
        assert told < 20
    assert meaning_of(text) == MEANT


TEXT = """  quadro_b:
    note: >-
      La prima riga di un testo,
      la seconda, con una parola: due,
      e la terza.
"""


@pytest.mark.parametrize(
    ("line", "margin", "hint"),
    [
        ("la seconda", 4, "questa riga continua il valore della riga {head}: deve avere 6 spazi"),
        ("la seconda", 2, "questa riga continua il valore della riga {head}: deve avere 6 spazi"),
        ("la seconda", 5, "questa riga continua il valore della riga {head}: deve avere 6 spazi"),
        ("e la terza", 3, "questa riga continua il valore della riga {head}: deve avere 6 spazi"),
        ("La prima", 8, "deve avere 6 spazi"),
        ("La prima", 4, "questa riga continua il valore della riga {head}: deve avere 6 spazi"),
    ],
)
def test_a_line_of_a_text_over_several_lines(line: str, margin: int, hint: str):
    """It is told, and none of the keys around."""
    book = BOOK.replace("  quadro_b:\n", TEXT)
    text = book.replace(f"      {line}", f"{' ' * margin}{line}")
    (problem,) = problems_of(text)
    head = book[: book.index("    note: >-")].count("\n") + 1
    assert problem.mark.line == book[: book.index(line)].count("\n") + 1
    assert problem.hint("it").endswith(hint.format(head=head))
    assert do_literally(text, problem) == book


def test_a_long_table_is_read_near_the_line_alone():
    """The rows far above and below are not read again for each way that is tried."""
    rows = "".join(f"      - {{zona: Z{at}, value: 1}}\n" for at in range(2_000))
    text = BOOK.replace("      - {zona: B", f"{rows}     - {{zona: B", 1)
    (problem,) = problems_of(text)
    assert problem.hint("it").endswith("deve avere 6 spazi")
    assert meaning_of(do_literally(text, problem)) == meaning_of(
        text.replace("     - {zona: B", "      - {zona: B")
    )


@pytest.mark.parametrize("part", ["tables", "rules"])
def test_an_entry_behind_more_lines_than_are_tried(part: str):
    """The heading of the part is right, and the lines of another part tell nothing of this one."""
    head = BOOK[: BOOK.index("scales:")]
    rows = "".join(f"      - {{zona: Z{at}, valore: {at}}}\n" for at in range(450))
    text = f"{head}{part}:\n  prima:\n    rows:\n{rows} altra:\n    rows:\n{rows}"
    (problem,) = problems_of(text)
    first = text[: text.index("  prima:")].count("\n") + 1
    assert text.split("\n")[problem.mark.line - 1] == " altra:"
    assert problem.hint("it").endswith(f"accanto alla riga {first} deve avere 2 spazi")
    assert do_literally(text, problem) == text.replace("\n altra", "\n  altra")


# -- The keys that stand where ---------------------------------------------------------------------


def _properties(schema: dict[str, Any], node: Any) -> set[str]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return set(node.get("properties", {}))


def test_the_shapes_are_those_of_the_schemas():
    """Of the parts of a rulebook, their entries and lists, and of examples."""
    schema = json.loads((SCHEMAS / "rulebook.schema.json").read_text(encoding="utf-8"))
    assert RULEBOOK.keys() == schema["properties"].keys()
    for part, shape in ENTRIES.items():
        (entry,) = schema["properties"][part]["patternProperties"].values()
        assert shape.keys() == _properties(schema, entry), part
        listed = schema["$defs"][entry["$ref"].rpartition("/")[2]]["properties"]
        for key in LISTS:
            if key in shape and key != "rows":
                (items,) = shape[key]
                assert items.keys() == _properties(schema, listed[key]["items"]), (part, key)
    examples = json.loads((SCHEMAS / "test.schema.json").read_text(encoding="utf-8"))
    assert EXAMPLES.keys() == examples["properties"].keys()
    (example,) = EXAMPLES["examples"]
    assert example.keys() == _properties(examples, examples["$defs"]["example"])
    assert example["expect"].keys() == set(
        examples["$defs"]["example"]["properties"]["expect"]["properties"]
    )


def test_codes_and_keys_of_formulas_are_those_of_the_schema():
    schema = json.loads((SCHEMAS / "rulebook.schema.json").read_text(encoding="utf-8"))
    assert schema["$defs"]["code"]["pattern"] == f"^{CODE.pattern}$"
    of_formulas = ({"$ref": "#/$defs/formula"}, {"$ref": "#/$defs/condition"})
    entries = [each for each in schema["$defs"].values() if "properties" in each]
    found = {
        key
        for entry in entries
        for key, each in entry["properties"].items()
        if {"$ref": each.get("$ref")} in of_formulas
    }
    assert found == set(OF_FORMULAS)


def test_nothing_sound_has_a_misfit():
    """A shape never blames what the schema takes."""
    node, _ = read_document(BOOK.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert node is not None
    assert [*find_misfits(node, RULEBOOK)] == []
