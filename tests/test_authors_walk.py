"""What an author of language 2 stumbles over: each message alone says what to write."""

import json
from pathlib import Path

import pytest

import ruletrail
from support.command_line import call
from support.slips import HEAD, check_slip, enter_with_schema

BASE = """language: 2
rulebook: base
edition: "2024"
version: 1.0.0
status: draft
title: Base
report: s.json
locale: it
sources: {m: {title: M, kind: form}, n: {title: N, kind: form}}
parameters:
  p: {label: P, value: 3, source: m}
  q: {label: Q, value: 3, source: n}
groups: {g: [A, q]}
scales:
  sc: {kind: step, of: euro, bands: [{from: p, value: q}], source: m}
tables:
  t: {by: [k], rows: [{k: 1, value: 2}], otherwise: 0}
rules:
  r: {formula: A + p}
  r2: {formula: r * t(A)}
  r3: {formula: sc(A) + sum(g)}
  "x{i}": {for_each: {i: [1, 2, 3]}, formula: r + A}
  A2: {formula: A, when: r > 1}
  w: {formula: 'T == word'}
  word: {formula: '"x"'}
sections:
  s1: {title: S, due: r > 2, fields: [A]}
  s2: {title: S, due: "true", part_of: s1}
messages:
  m1: {when: "true", text: {it: "vale {r} e {p}"}}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number", "minimum": 0}, "A2": {"type": "number"}, "T": {"type": "string"},
"D": {"type": "string", "format": "date"},
"L": {"type": "array", "maxItems": 5, "items": {"type": "object", "properties": {
"x": {"type": "number"}, "d": {"type": "string", "format": "date"}}}}}}}}"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


# -- What is removed and still read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("removed", "readers"),
    [
        ("p", "`r`, `m1`, `sc`"),
        ("q", "`g`, `sc`"),
        ("sc", "`r3`"),
        ("t", "`r2`"),
        ("r", "`r2`, `x{i}`, `A2`, `s1`, `m1`"),
        ("g", "`r3`"),
        ("s1", "`s2`"),
        ("m", "`p`, `sc`"),
        ("word", "`w`"),
    ],
)
def test_what_is_removed_and_still_read_is_told_at_remove(removed: str, readers: str, folder: Path):
    """Of every kind that can be removed, once, in the author's own file, with who reads it."""
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    body = f"extends: base/2024@1.0.0\nremove: [A2, {removed}]\n"
    (problem,) = check_slip(folder, body)
    place = problem["code"], problem["file"], problem["line"], problem["column"]
    assert place == ("remove-still-read", "r.yaml", 10, 14)
    shown = readers.replace("`A2`, ", "")
    assert problem["message"] == f"non si può togliere `{removed}`, che serve ancora a {shown}"


@pytest.mark.parametrize(
    "more",
    [
        "remove: [A2]\n",  # the report has a field of that code
        "remove: [p]\nparameters: {p: {value: 4}}\n",
        "remove: [t, r2]\n",
        "remove: [w]\n",
    ],
)
def test_what_may_be_removed_is(more: str, folder: Path):
    """A code that is still there, written anew or as a field, lacks nothing."""
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    assert check_slip(folder, "extends: base/2024@1.0.0\n" + more) == []


def test_a_removal_further_up_is_told_where_it_stands(folder: Path):
    """In the rulebook of the chain that removes, whichever one is checked."""
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    middle = BASE.partition("sources")[0].replace("base", "middle")
    middle += "extends: base/2024@1.0.0\nremove: [t]\n"
    (folder / "middle.yaml").write_text(middle, encoding="utf-8")
    found = check_slip(folder, "extends: middle/2024@1.0.0\nremove: [nulla]\n")
    told = [(each["file"], each["code"]) for each in found]
    assert sorted(told) == [("middle.yaml", "remove-still-read"), ("r.yaml", "remove-unknown")]


# -- What an overlay changes, and its base does not fit --------------------------------------------

UNITS = """language: 1
rulebook: base
edition: "2024"
version: 1.0.0
status: draft
title: Base
report: s.json
parameters:
  soglia: {label: S, value: 3, unit: euro}
  minimo: {label: M, value: 2, unit: euro}
  nuda: {label: N, value: 2}
groups: {tutte: [soglia, minimo]}
rules:
  doppia: {formula: soglia + minimo}
  passata: {formula: soglia}
  lontana: {formula: minimo - passata}
  "x{i}": {for_each: {i: [1, 2]}, formula: "{i} + minimo + soglia"}
  libera: {formula: nuda + minimo}
decisions:
  esito:
    cases: [{outcome: si, when: soglia < 3}, {outcome: no, when: soglia >= 3}]
checks:
  c: {expect: 'esito == "si"', severity: error, message: {it: "no"}}
"""
OVERLAY = "extends: base/2024@1.0.0\n"


@pytest.mark.parametrize(
    ("change", "code", "column", "message"),
    [
        (
            "parameters: {soglia: {unit: pasti}}", "unit-clash", 29,
            ("l'unità di `soglia`, `euro` nel rulebook esteso, qui è `pasti`: non va d'accordo con "
            "ciò che lo legge, `doppia`, `x{i}`, `tutte`"),
        ),
        (
            "parameters: {nuda: {unit: pasti}}", "unit-clash", 27,
            ("`nuda`, senza unità nel rulebook esteso, qui ha `pasti`: non va d'accordo con ciò "
            "che lo legge, `libera`"),
        ),
        (
            "parameters: {minimo: {value: true}}", "type-mismatch", 30,
            ("`minimo` è cambiato qui, e non è più del tipo che serve a ciò che lo legge nel "
            "rulebook esteso: `doppia`, `lontana`, `x{i}`, `libera`, `tutte`"),
        ),
        (
            "decisions: {esito: {cases: [{outcome: a, when: 'true'}]}}", "impossible-comparison",
            28,
            ("`esito` è cambiato qui, e non ha più i valori con cui lo confronta ciò che lo legge "
            "nel rulebook esteso: `c`"),
        ),
    ],
)  # fmt: skip
def test_what_an_overlay_changes_is_told_where_it_changes_it(
    change: str, code: str, column: int, message: str, folder: Path
):
    """Once, with those that read it at any distance: the base is right by itself."""
    (folder / "base.yaml").write_text(UNITS, encoding="utf-8")
    found = check_slip(folder, OVERLAY + change + "\n")
    told = [each for each in found if each["code"] == code]
    places = [(each["file"], each["line"], each["column"]) for each in told]
    assert places == [("r.yaml", 10, column)]
    assert told[0]["message"] == message
    assert {each["file"] for each in found} == {"r.yaml"}


@pytest.mark.parametrize(
    ("field", "code", "said"),
    [
        ('"unit": "pasti"', "unit-clash", "l'unità di `F`, `euro` nel rulebook esteso, qui è"),
        ('"type": "string"', "type-mismatch", "`F` è cambiato qui, e non è più del tipo"),
    ],
)
def test_another_form_is_told_where_it_is_named(field: str, code: str, said: str, folder: Path):
    """The form of the next year may measure a field otherwise; the base's formulas are right."""
    form = '{"properties": {"fields": {"properties": {"F": {"type": "number", "unit": "euro"}}}}}'
    (folder / "s.json").write_text(form, encoding="utf-8")
    key = field.split(":", maxsplit=1)[0]
    old = next(each for each in ('"type": "number"', '"unit": "euro"') if each.startswith(key))
    (folder / "new.json").write_text(form.replace(old, field), encoding="utf-8")
    rules = "rules:\n  f1: {formula: F + soglia}\n  f2: {formula: soglia - F}\n"
    (folder / "base.yaml").write_text(UNITS.partition("rules")[0] + rules, encoding="utf-8")
    text = HEAD.replace("s.json", "new.json") + OVERLAY
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    found = [each for each in json.loads(out)["problems"] if each["severity"] == "error"]
    assert [(each["code"], each["file"], each["line"]) for each in found] == [(code, "r.yaml", 7)]
    assert said in found[0]["message"]
    assert "`f1`" in found[0]["message"]


def test_what_is_wrong_with_the_base_alone_stays_told_there(folder: Path):
    """And so is a new formula of the overlay: what it reads of the base is not changed."""
    wrong = UNITS.replace("unit: euro}\n  nuda", "unit: cani}\n  nuda")
    (folder / "base.yaml").write_text(wrong, encoding="utf-8")
    found = check_slip(folder, OVERLAY + "parameters: {soglia: {value: 4}}\n")
    assert {each["file"] for each in found} == {"base.yaml"}
    (folder / "base.yaml").write_text(UNITS, encoding="utf-8")
    (problem,) = check_slip(folder, OVERLAY + "rules: {n: {formula: esito + soglia}}\n")
    assert (problem["file"], problem["line"]) == ("r.yaml", 10)


def test_a_formula_laid_over_a_text_is_told_where_it_is_written(folder: Path):
    """The base's text is as it must be; where the text is of the overlay it is to blame."""
    worded = UNITS.replace("  nuda:", "  parola: {label: P, value: sera}\n  nuda:")
    (folder / "base.yaml").write_text(worded, encoding="utf-8")
    (problem,) = check_slip(folder, OVERLAY + "rules: {n: {formula: parola + soglia}}\n")
    assert (problem["code"], problem["file"], problem["line"]) == ("type-mismatch", "r.yaml", 10)
    own = "parameters: {word: {value: sera}}\nrules: {n: {formula: word + soglia}}\n"
    (problem,) = check_slip(folder, OVERLAY + own)
    assert (problem["code"], problem["line"]) == ("value-not-number", 10)


def test_a_changed_value_is_not_blamed_for_a_type(folder: Path):
    """A new number where a number was fits all that read it, whatever else is wrong with them."""
    (folder / "base.yaml").write_text(UNITS, encoding="utf-8")
    change = "parameters: {soglia: {value: 4}, minimo: {value: true}}\n"
    found = check_slip(folder, OVERLAY + change)
    assert all("`soglia` è cambiato" not in each["message"] for each in found)


# -- A row's rule that is written wrong, and all that read it --------------------------------------

READERS = """  minori: {formula: count(L.minore)}
  adulti: {formula: count(not L.minore)}
  tutti: {formula: all(L.minore) or any(L.minore)}
"""


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ("  M.minore: {formula: L.x < 18}\n", "unknown-list", "intendevi `L`?"),
        ("  minore: {formula: L.x < 18}\n", "row-outside-list", "la voce si chiama `L.minore`"),
        ("  L.minóre: {formula: L.x < 18}\n", "foreign-letter", "`L.minore`"),
        ("  L.minore: {formula: L.y < 18}\n", "unknown-code", "intendevi `L.x`?"),
        ("  L.minore: {formula: L.x <}\n", "formula-syntax", ""),
        ("  L:\n    minore: {formula: L.x < 18}\n", "unknown-key", "si scrive `L.minore:`, non"),
        ("  L.minore: {formla: L.x < 18}\n", "unknown-key", "intendevi `formula`?"),
    ],
)
def test_a_rule_of_rows_that_is_written_wrong_is_told_once(
    written: str, code: str, hint: str, folder: Path
):
    """Where it is written; nobody who reads it is blamed."""
    (problem,) = check_slip(folder, "rules:\n" + written + READERS)
    assert problem["code"] == code
    assert hint in problem["hint"]


def test_one_that_is_called_otherwise_is_told_people_once(folder: Path):
    """Programs are told of each reader, and people how many there are, and which is meant."""
    found = check_slip(folder, "rules:\n  L.minoer: {formula: L.x < 18}\n" + READERS)
    assert [each["code"] for each in found] == ["unknown-code"] * 4
    text = call("check", "r.yaml", "--lang", "en")[2]
    assert text.count("[unknown-code]") == 1
    assert "`L.minore` does not exist, in 4 places: `minori`, `adulti`, `tutti`" in text
    assert "did you mean `L.minoer`?" in text


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ("rules:\n  a: {formula: L.x + 1}\n", "con `sum(L.x)`; se vale per ogni riga"),
        ("rules:\n  a: {formula: L.d}\n", "con `max(L.d)`; se vale per ogni riga"),
        ("rules:\n  L.v: {formula: L.x > 1}\n  a: {formula: L.v}\n", "`count(L.v)`; se vale per"),
        ("sections:\n  s: {title: S, due: L.x > 1, fields: [A]}\n", "esempio con `sum(L.x)`"),
    ],
)
def test_a_code_of_rows_outside_of_them_says_how_to_gather_it(entry: str, hint: str, folder: Path):
    """By what it is, and how the entry is called where it is one of rows."""
    (problem,) = check_slip(folder, entry)
    assert (problem["code"], hint in problem["hint"]) == ("row-outside-list", True), problem
    assert ("la voce si chiama `L.a`" in problem["hint"]) == entry.startswith("rules")


# -- Intervals as keys of a table ------------------------------------------------------------------

INTERVALS = """tables:
  t:
    by: [isee]
    rows:
      - {{isee: "{}", value: 10}}
      - {{isee: "{}", value: 20}}
      - {{isee: "{}", value: 30.5}}
rules:
  a: {{formula: t(A)}}
  b: {{formula: t(A) + 1}}
"""


@pytest.mark.parametrize(
    ("keys", "bands"),
    [
        (("0-10000", "10001-20000", "20001-30000"), "{from: 0, value: 10}, {above: 10000, "),
        (("fino a 5.000", "da 5.000 a 10.000", "oltre 10.000"), "{from: 0, value: 10}, {above: 50"),
        (("up to 5,5", "5,5 to 9", "over 9"), "{from: 0, value: 10}, {above: 5.5, value: 20}, …"),
        (("> 20", "<= 10 €", "10 – 20 €"), "{from: 0, value: 20}, {above: 10, value: 30.5}, …"),
        (("5 e 6", "da 6 a 7", "7 +"), "{from: 5, value: 10}, {above: 6, value: 20}, …"),
    ],
)
def test_a_table_of_intervals_is_shown_as_a_scale(keys: tuple[str, ...], bands: str, folder: Path):
    """Where a number is looked up, once for the table; what the hint shows is a scale."""
    (problem,) = check_slip(folder, INTERVALS.format(*keys))
    assert problem["code"] == "type-mismatch"
    assert "le chiavi di `t` sono intervalli" in problem["hint"]
    assert f"`scales: {{t: {{kind: step, bands: [{bands}" in problem["hint"]


@pytest.mark.parametrize("keys", [("A-1", "A-2", "B"), ("5-3", "a 1", "2"), ("x", "y", "z")])
def test_other_keys_are_no_intervals(keys: tuple[str, ...], folder: Path):
    """Codes with digits, and words, are compared as they are."""
    for problem in check_slip(folder, INTERVALS.format(*keys)):
        assert "interval" not in problem["hint"]


def test_intervals_that_a_text_looks_up_are_right(folder: Path):
    """A form may have a field with just these choices; and what is no number is no scale."""
    body = INTERVALS.format("0-10", "10-20", "20-30").replace("t(A)", "t(T)")
    assert check_slip(folder, body) == []
    texts = INTERVALS.format("0-10", "10-20", "20-30").replace("value: ", "value: v")
    found = check_slip(folder, texts.replace(" + 1", ""))
    assert [each["hint"].rpartition(", ")[2] for each in found] == [
        "o una decisione con i confronti"
    ]


# -- Chains of days --------------------------------------------------------------------------------

CHAIN = """rules:
  a:
    formula: >-
      1 if D == date(2024, 1, 1) else 2 if D in [date(2024, 2, 1), date(2024, 2, 29)]
      else 3 if date(2024, 3, 1) == D else 4 if D == date(2024, 4, 1) else 0
"""


def test_a_chain_of_days_is_a_table_of_days(folder: Path):
    """The hint's own rows, with the two that it leaves out, give a table of days."""
    (problem,) = [
        each for each in check_slip(folder, CHAIN, "info") if each["code"] != "unused-rule"
    ]
    assert problem["code"] == "chain-as-table"
    rows = "{D: 2024-01-01, value: 1}, {D: [2024-02-01, 2024-02-29], value: 2}"
    assert f"`tables: {{tabella: {{by: [D], rows: [{rows}, …], otherwise: 0}}}}`" in problem["hint"]
    table = f"tables:\n  tabella: {{by: [D], rows: [{rows}], otherwise: 0}}\n"
    assert check_slip(folder, table + "rules:\n  a: {formula: tabella(D)}\n") == []


def test_a_chain_of_days_that_are_computed_is_none(folder: Path):
    """Nor is one with a value that is no constant."""
    for old, new in (("(2024, 1, 1)", "(2024, A, 1)"), ("else 0", "else A")):
        found = check_slip(folder, CHAIN.replace(old, new), "info")
        assert "chain-as-table" not in {each["code"] for each in found}


# -- Choices that the schema names -----------------------------------------------------------------

NAMED = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"R": {"title": "Residente", "oneOf": [{"const": "SI", "title": "Sì"}, {"const": "NO"}]},
"L": {"type": "array", "maxItems": 5, "items": {"type": "object", "properties": {
"s": {"oneOf": [{"const": "M", "title": "Maschio"}, {"const": "F", "title": "Femmina"}]}}}}}}}}"""
CHOOSING = """rules:
  x: {formula: 'R == "NO"'}
  n: {formula: 'count(L.s == "F")'}
"""


def test_named_choices_are_choices_wherever_values_are_looked_for(folder: Path):
    """In what `test` suggests, and in the report that a new example begins with."""
    (folder / "s.json").write_text(NAMED, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + CHOOSING, encoding="utf-8")
    examples = "test: 1\nrulebook: prova/2024\nexamples:\n  - name: uno\n    report: {fields: "
    examples += "{R: SI, L: [{s: M}]}}\n    expect: {values: {n: 0}}\n"
    (folder / "r.test.yaml").write_text(examples, encoding="utf-8")
    out = call("test", "r.yaml", "--lang", "it")[1]
    assert "`R: NO` nell'esempio «uno»" in out
    assert '`"L[1].s": F` nell\'esempio «uno»' in out
    schema = ruletrail.load("r.yaml").linked.schema
    assert schema.cells["L.s"].titles == {"M": "Maschio", "F": "Femmina"}
    assert (schema.fields["R"].words, schema.cells["L.s"].words) == (("SI", "NO"), ("M", "F"))


@pytest.mark.parametrize(("printed", "read"), [("Sì", "SI"), ("SI", "SI"), ("NO", "NO")])
def test_a_form_prints_a_choice_by_its_name_or_its_code(printed: str, read: str, folder: Path):
    """Either is read, and it is no free text."""
    (folder / "s.json").write_text(NAMED, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + CHOOSING, encoding="utf-8")
    layout = "layout: 1\nrulebook: prova/2024\nform:\n  - {row: R, label: Residente}\n"
    (folder / "r.layout.yaml").write_text(layout, encoding="utf-8")
    (folder / "f.txt").write_text(f"Residente {printed}\n", encoding="utf-8")
    status, out, err = call("read", "f.txt", "--rulebook", "r.yaml", "--lang", "it")
    assert (status, err) == (0, "")
    assert f"R: {read}" in out.replace('"', "")


# -- Slips of language 2, each planted alone -------------------------------------------------------

RIGHT = """day: D
parameters:
  c:
    values:
      - {from: 2025-09-01, value: 1.20}
      - {from: 2026-01-01, value: 1.35}
scales:
  q:
    kind: step
    bands:
      - {from: 0, value: 0}
      - {above: 8000, value: 0.5}
      - {above: 15000, value: 1}
tables:
  z:
    by: [zona]
    rows:
      - {zona: centro, value: 1}
      - {zona: collina, value: 1.1}
rules:
  L.v: {formula: L.x * c}
  L.eta: {formula: "years_between(L.d, D)"}
  L.w:
    formula: L.v
    exceptions:
      - {label: Piccoli, when: L.eta < 6, formula: 0}
  t:
    formula: sum(L.w) * q(A) * z(T)
"""
SLIPS = [
    ("      - {from: 0,", "     - {from: 0,", "yaml-syntax", "accanto alla riga 20 deve avere 6"),
    ("      - {above: 15", "       - {above: 15", "yaml-syntax", "riga 20 deve avere 6 spazi"),
    ("kind: step", "kind: progressiva", "not-allowed", "intendevi `marginal`?"),
    ("    kind: step\n", "", "incomplete-entry", "`marginal` un'aliquota a ogni parte"),
    ("    by: [zona]\n", "", "incomplete-entry", "per esempio `by: [zona]`"),
    (
        RIGHT[RIGHT.index("    bands:") : RIGHT.index("tables:")],
        "", "incomplete-entry", "`bands: [{from: 0,",
    ),
    ("q(A)", "q[A]", "formula-subscript", "con le parentesi tonde"),
    ("sum(L.w)", "L[1].w", "formula-subscript", "`sum(elenco.x)`"),
    ("sum(L.w)", "sum(L . w)", "formula-attribute", "senza spazi: `L.w`"),
    ("z(T)", "z(A)", "type-mismatch", "`z` cerca `zona`, che è un testo"),
    ("q(A)", "q(D)", "type-mismatch", "la scala `q` si legge con un numero"),
    ("by: [zona]", "by: [zone]", "table-column-unwritten", "intendevi `zona`?"),
    ("by: [zona]", "by: [qui]", "table-column-unwritten", "intendevi `zona`?"),
    ("{zona: collina, value", "{zona: collina, valore", "missing-key", "scrivi `value`"),
    ("{from: 2025-09-01,", "{from: 2025-09-01, fino_al: 2025-12-31,", "unknown-key", "`until`?"),
    ("{from: 2026-01-01", "{a partire da: 2026-01-01", "unknown-key", "`from`?"),
    ("(L.d, D)", "(L.d, oggi)", "unknown-code", "leggi il giorno da un campo"),
    ("< 6, formula: 0", "< 6, value: 0", "unknown-key", "intendevi `formula`?"),
    ("above: 8000", 'above: "8000"', "value-not-number", "togli le virgolette: `8000`"),
    (
        "exceptions:\n      - {label: Piccoli, when: L.eta < 6, formula: 0}\n",
        "exceptions: L.eta < 6\n", "wrong-type", "per esempio `- {when: …, formula: …}`",
    ),
    ("  L.eta:", "  L-eta:", "code-form", "un punto: `L.eta:`"),
    ("language: 2\n", "", "missing-key", "`language: 2`"),
    # what is written as elsewhere: methods, comprehensions, an order of exceptions, pairs
    ("sum(L.w)", "L.sum(w)", "formula-construct", "scrivi `sum(L.w)`"),
    ("sum(L.w)", "L.count()", "formula-construct", "scrivi `size(L)`"),
    ("sum(L.w)", "L.size", "unknown-code", "scrivi `size(L)`"),
    ("sum(L.w)", "sum(w for L)", "formula-construct", "`sum(ELENCO.campo if condizione else 0)`"),
    ("sum(L.w)", "sum(L.w dove L.x > 1)", "formula-construct", "`sum(ELENCO.campo if condizione"),
    ("sum(L.w)", "sum(L.)", "formula-attribute", "dopo il punto manca il nome"),
    ("L.eta < 6", "L.d.year < 6", "formula-attribute", "scrivi `year(L.d)`"),
    ("L.eta < 6", "L.età < 6", "code-form", "`L.eta`"),
    ("sum(L.w)", "(year(D) - D)", "type-mismatch", "`months_between(a, b)` e `days_bet"),
    ("z(T)", "anni(D, D)", "unknown-function", "`months_between(a, b)` e `days_bet"),
    ("z(T)", "DATA.DIFF(D; D)", "unknown-function", "`months_between(a, b)` e `days_bet"),
    ("z(T)", "D.year()", "formula-construct", "scrivi `year(D)`"),
    ("{formula: L.x * c}", "{formula: x * c}", "unknown-code", "intendevi `L.x`?"),
    ("{formula: L.x * c}", "{formula: this.x * c}", "unknown-code", "intendevi `L.x`?"),
    ("{formula: L.x * c}", "{formula: L.x * L.c}", "unknown-code", "intendevi `c`?"),
    ("sum(L.w)", "(1 if D > 2026 else 2)", "type-mismatch", "confronta `year(d)` con `2026`"),
    ("- {zona: centro, value: 1}", "- centro, 1", "wrong-type", "{n: 2, value: 1.57}"),
    ("z(T)", "z()", "wrong-argument-count", "si scrive così: `z("),
    ("when: L.eta < 6", "otherwise: true", "unknown-key", "vale già la `formula` della regola"),
    ("when: L.eta < 6", "when: altrimenti", "unknown-code", "vale già la `formula` della regola"),
    ("formula: 0}", "then: 0}", "unknown-key", "intendevi `formula`?"),
    ("formula: 0}", "outcome: gratis}", "unknown-key", "un'eccezione dà un valore"),
    ("    exceptions:\n", "    policy: first\n    exceptions:\n", "unknown-key", "c'è un ordine"),
    ("kind: step", "type: step", "unknown-key", "intendevi `kind`?"),
    ("value: 0.5", "value: c * 2", "scale-constant", "nella regola che legge la scala"),
    ("day: D", "day: oggi", "unknown-code", "leggi il giorno da un campo"),
    ("from: 2025-09-01, value:", "dal 2025-09-01:", "wrong-form", "{from: 2025-09-01, value: 1.2"),
    ("above: 8000, value:", "oltre 8000:", "wrong-form", "`{above: 8000, value: 0.5}`"),
    ("zona: centro, value:", "centro:", "wrong-form", "`{zona: centro, value: 1}`"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[1] or slip[0])
def test_the_message_of_a_slip_suffices(slip: tuple[str, str, str, str], folder: Path):
    """It is told once, at its own place, with what to write; nobody who reads it is blamed."""
    old, new, code, hint = slip
    text = HEAD + RIGHT
    assert check_slip(folder, RIGHT) == []
    assert text.count(old) == 1
    (folder / "r.yaml").write_text(text.replace(old, new), encoding="utf-8")
    out = json.loads(call("check", "r.yaml", "--lang", "it", "--format", "json")[1])["problems"]
    (problem,) = [each for each in out if each["severity"] == "error"]
    assert (problem["code"], hint in problem["hint"]) == (code, True), problem


def test_an_exception_without_a_formula_is_called_by_its_own_name(folder: Path):
    """The rule itself has one."""
    (problem,) = check_slip(folder, RIGHT.replace("L.eta < 6, formula: 0", "L.eta < 6"))
    assert "la voce `Piccoli` non ha `formula`" in problem["message"]


def test_a_rulebook_of_language_1_with_parts_of_2_is_told_people_once(folder: Path):
    """All that is of the later language in one sentence."""
    (folder / "r.yaml").write_text((HEAD + RIGHT).replace("language: 2", "language: 1"))
    (line,) = [each for each in call("check", "r.yaml")[2].splitlines() if "error" in each]
    assert "5 parts of language 2 in a rulebook of language 1: `day`, `values`," in line


@pytest.mark.parametrize("written", ["3", "{a: 1}"])
def test_a_list_of_a_form_is_no_list_of_entries(written: str, folder: Path):
    """Though it be called as one of a rulebook's."""
    (folder / "s.json").write_text(SCHEMA.replace('"L"', '"rows"'), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + "rules:\n  x: {formula: size(rows)}\n", encoding="utf-8")
    report = f"rulebook: prova/2024@1.0.0\nfields: {{rows: {written}}}\n"
    (folder / "p.yaml").write_text(report, encoding="utf-8")
    _, _, err = call("evaluate", "p.yaml", "--rulebook", "r.yaml", "--lang", "en")
    assert "`- {n: 2" not in err
    assert "[wrong-type]" in err


@pytest.mark.parametrize(
    ("data", "kind", "hint"),
    [
        (b"PK\x03\x04\n\x00xl/workbook.xml", "un foglio di calcolo .xlsx", "scegli CSV in UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un foglio di calcolo .xls", "scegli CSV in UTF-8"),
        (b"%PDF-1.7\n\x00", "un PDF", "o nel rulebook sotto `rows`"),
    ],
)
def test_a_table_that_is_no_text_is_called_what_it_is(
    data: bytes, kind: str, hint: str, folder: Path
):
    """Whatever its name says; a text in another encoding stays a text."""
    body = "tables:\n  t: {by: [T], file: t.csv}\nrules:\n  r: {formula: t(T)}\n"
    (folder / "t.csv").write_bytes(data)
    (problem,) = check_slip(folder, body)
    assert (problem["code"], problem["file"]) == ("table-file-header", "t.csv")
    assert f"`t.csv` è {kind}" in problem["message"]
    assert hint in problem["hint"]
    (folder / "t.csv").write_bytes("T,value\nà,1\n".encode("latin-1"))
    assert [each["code"] for each in check_slip(folder, body)] == ["not-utf8"]


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        ("T,value,", "c'è una virgola di troppo"),
        ("T, value", "accanto a una virgola c'è uno spazio di troppo"),
        ("T ,value", "accanto a una virgola c'è uno spazio di troppo"),
        ("T,valore", "scrivi nella prima riga i nomi di `by` e `value`"),
    ],
)
def test_a_sign_too_many_in_the_first_line_of_a_table_is_named(first: str, hint: str, folder: Path):
    """Two lists that only look alike say nothing."""
    body = "tables:\n  t: {by: [T], file: t.csv}\nrules:\n  r: {formula: t(T)}\n"
    (folder / "t.csv").write_text(f"{first}\na,1\n", encoding="utf-8")
    problem, *_ = check_slip(folder, body)
    assert (problem["code"], problem["line"]) == ("table-file-header", 1)
    assert hint in problem["hint"]


def test_a_list_of_entries_is_told_to_be_none(folder: Path):
    """Of every part of a rulebook: its entries are keys."""
    (problem,) = check_slip(folder, "rules:\n  - r: {formula: A}\n")
    assert (
        problem["hint"] == "togli i trattini: sotto `rules:` ogni voce è una chiave rientrata, `r:`"
    )


def test_choices_with_titles_are_all_that_a_case_can_meet(folder: Path):
    """The gap is shown by one of them, and where all are covered there is none."""
    (folder / "s.json").write_text(NAMED, encoding="utf-8")
    body = "decisions:\n  d:\n    cases:\n      - {outcome: si, when: 'R == \"SI\"'}\n"
    (found,) = [each for each in check_slip(folder, body, "warning") if each["code"] == "cases-gap"]
    assert "con `R` = `NO` nessun caso" in found["message"]
    body += "      - {outcome: no, when: 'R == \"NO\"'}\n"
    assert not any(each["code"] == "cases-gap" for each in check_slip(folder, body, "warning"))


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ('change: {"L[2]": {x: 1}}', 'quante, `"size(ELENCO)": 1`'),
        ('remove: ["L[1]"]', 'quante, `"size(ELENCO)": 1`'),
        ("expect: {lists: {L: [{v: 2}]}}", '`"ELENCO[1].regola": 3`'),
    ],
)
def test_an_example_with_whole_rows_says_how_they_are_written(change: str, hint: str, folder: Path):
    """A change is of a cell, of how many rows there are, or of the list."""
    (folder / "r.yaml").write_text(HEAD + "rules:\n  L.v: {formula: L.x * 2}\n", encoding="utf-8")
    examples = "test: 1\nrulebook: prova/2024\nexamples:\n  - {name: uno, report: {fields: {L: "
    examples += "[{x: 1}]}}, expect: {status: complete}}\n  - {name: due, like: uno, "
    examples += change + ("}" if "expect" in change else ", expect: {status: complete}}") + "\n"
    (folder / "r.test.yaml").write_text(examples, encoding="utf-8")
    assert hint in call("test", "r.yaml", "--lang", "it")[2]


def test_two_exceptions_of_a_row_that_may_hold_together_are_shown_by_its_cells(folder: Path):
    """A row's rule is judged as one of the report, where cells are compared with constants."""
    rows = '"dis": {"type": "boolean"}, "n": {"type": "integer", "minimum": 0}'
    schema = SCHEMA.replace('"x": {"type": "number"}', rows).replace(
        '"items": {"type": "object", ',
        '"items": {"type": "object", "additionalProperties": false, ',
    )
    (folder / "s.json").write_text(schema, encoding="utf-8")
    body = "rules:\n  L.m:\n    formula: 3\n    exceptions:\n      - {when: L.dis, formula: 0}\n"
    body += "      - {when: L.n < 6, formula: 1}\n"
    found = [each for each in check_slip(folder, body, "warning") if "conflict" in each["code"]]
    assert "con `L.n` = `0`, `L.dis` = `true` sono vere insieme" in found[0]["message"]


def test_a_scale_of_points_says_how_each_begins(folder: Path):
    """`linear` has points, which are reached, and none that is only passed."""
    body = "scales:\n  l: {kind: linear, bands: [{from: 0, value: 0}, {above: 9, value: 1}]}\n"
    (problem,) = check_slip(folder, body + "rules:\n  r: {formula: l(A)}\n")
    assert (problem["code"], "`from: t`" in problem["hint"]) == ("band-begins", True)


def test_a_cell_that_makes_a_column_one_of_texts_is_named(folder: Path):
    """Where a number looks there, and most cells are numbers."""
    body = (
        "tables:\n  t: {by: [k], rows: [{k: 1, value: 1}, {k: 2, value: 2}, {k: tre, value: 3}]}\n"
    )
    (problem,) = check_slip(folder, body + "rules:\n  r: {formula: t(A)}\n")
    assert problem["hint"].startswith("per la cella `tre` la colonna `k` di `t` è di testi")


def test_a_code_that_became_a_function_says_since_when(folder: Path):
    """It was a code of language 1, where the rulebook is lifted from."""
    (problem,) = check_slip(folder, "rules:\n  size: {formula: A}\n")
    assert (problem["code"], "dal linguaggio 2" in problem["hint"]) == ("code-reserved", True)
