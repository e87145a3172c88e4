"""Messages that an author of rulebooks met, and that did not say what to write."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ruletrail.formulas import parse_formula
from support.command_line import call

HEAD = """language: 2
rulebook: prova
edition: "2026"
version: 0.1.0
status: draft
title: Prova
report: schema.json
locale: it
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number"}, "T": {"type": "string", "enum": ["x", "y"]},
"D": {"type": "string", "format": "date"}}}}}"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def _errors(*arguments: str, language: str = "it") -> list[dict[str, Any]]:
    _, out, _ = call(*arguments, "--lang", language, "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return [each for each in found if each["severity"] == "error"]


def _check(folder: Path, body: str, language: str = "it") -> list[dict[str, Any]]:
    """List the errors of a rulebook."""
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    return _errors("check", "r.yaml", language=language)


# -- Thresholds that change with a day -------------------------------------------------------------

DATED = """day: D
parameters:
  p: {values: [{from: 2019-01-01, value: 5}, {from: 2020-01-01, value: 20}]}
  v: {values: [{from: 2018-01-01, value: 5}, {from: 2021-01-01, value: 6}]}
scales:
  s: {kind: step, bands: [{from: p, value: 1}, {from: 10, value: v}]}
rules:
  X: {formula: s(A)}
"""


def test_the_day_from_which_bands_are_out_of_order_is_named(folder: Path):
    """Once, and not a day on which only what the bands give changes."""
    (problem,) = _check(folder, DATED)
    assert problem["code"] == "scale-order"
    assert problem["message"].startswith("dal `2020-01-01` gli scaglioni di `s` non sono in ordine")


def test_the_day_is_that_of_thresholds_though_values_begin_later(folder: Path):
    """Before, the scale has nothing to give, and its thresholds are what they are."""
    later = DATED.replace("2021-01-01", "2022-01-01").replace("2018-01-01", "2021-01-01")
    (problem,) = _check(folder, later, "en")
    assert problem["message"].startswith("from `2020-01-01` on the bands of `s` are not in order")


def test_bands_that_are_never_in_order_name_no_day(folder: Path):
    """Neither for a version of the scale, nor for the first value of a parameter."""
    (problem,) = _check(folder, DATED.replace("from: p,", "from: 12,"))
    assert problem["message"].startswith("gli scaglioni di `s` non sono in ordine")


# -- Two arguments the wrong way round -------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "instead", "left"),
    [
        ("add_months(6, D)", "add_months(D, 6)", 0),
        ("add_years(A + 1, D)", "add_years(D, A + 1)", 0),
        ("z(A, T)", "z(T, A)", 0),
        ("1 + z(A, T)", "z(T, A)", 0),
        ("days_between(6, D)", "date(2024, 5, 31)", 1),
        ("y(A > 1, T)", "y(T, A > 1)", 0),
        ("y(A > 1, A)", "", 2),
        ("z(A, A)", "", 1),
    ],
)
def test_turned_arguments_are_one_problem(formula: str, instead: str, left: int, folder: Path):
    """Of a function and of a table; `--fix` turns them. One that only is wrong is told itself."""
    body = f"""tables:
  z: {{by: [zona, n], rows: [{{zona: x, n: 1, value: 2}}, {{zona: y, n: 2, value: 3}}]}}
  y: {{by: [zona, si], rows: [{{zona: x, si: true, value: 2}}], otherwise: 3}}
rules:
  X: {{formula: "{formula}"}}
"""
    problem, *others = _check(folder, body)
    assert problem["code"] == "type-mismatch"
    assert len(others) == max(left - 1, 0)
    assert f"`{instead}`" in problem["hint"] if instead else "scambiati" not in problem["hint"]
    call("check", "r.yaml", "--fix")
    assert len(_errors("check", "r.yaml")) == left


# -- Words of speech in the place of conditions, and what comes of others --------------------------


SPOKEN = """decisions:
  d:
    cases:
      - {{outcome: alto, when: A > 5}}
      - {{outcome: basso, when: {case}}}
checks:
  c: {{expect: '{expect}', severity: error, message: {{it: no, en: no}}}}
"""


@pytest.mark.parametrize(
    ("case", "expect", "language", "hint"),
    [
        ("altrimenti", "A > 0", "it", "al posto di `when` scrivi `otherwise: true`"),
        ("otherwise", "A > 0", "en", "in the place of `when` write `otherwise: true`"),
        ("A <= 5", "alto", "it", 'scrivi `d == "alto"`'),
        ("A <= 5", "A > 0 and not (alto)", "en", 'write `d == "alto"`'),
        ("A <= 5", "se A > 3 e A < 9 allora A != 4", "it", "`not (A > 3 and A < 9) or A != 4`; un"),
        ("A <= 5", "if A > 3 then A != 4", "en", "is `not (A > 3) or A != 4` here; a value that"),
    ],
)
def test_a_condition_in_the_words_of_speech_is_written_out(
    case: str, expect: str, language: str, hint: str, folder: Path
):
    """An outcome alone is no condition, and a case for all others has a key of its own."""
    (problem,) = _check(folder, SPOKEN.format(case=case, expect=expect), language)
    assert hint in problem["hint"]


@pytest.mark.parametrize("expect", ["alto > 3", "A > alto * 2", "x"])
def test_a_word_that_several_codes_have_or_that_is_counted_with_is_no_outcome(
    expect: str, folder: Path
):
    """Nobody knows which comparison is meant; `x` is a choice of two fields."""
    schema = SCHEMA.replace('"A":', '"U": {"type": "string", "enum": ["x", "z"]}, "A":')
    (folder / "schema.json").write_text(schema, encoding="utf-8")
    (problem,) = _check(folder, SPOKEN.format(case="A <= 5", expect=expect))
    assert problem["code"] == "unknown-code"
    assert "==" not in problem["hint"]


@pytest.mark.parametrize(("cells", "cell"), [("true, si", "si"), ("SI, NO", "SI")])
@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "di testi: nella tabella scrivi `true` o `false`, senza virgolette"),
        ("en", "one of texts: in the table write `true` or `false`, without quotes"),
    ],
)
def test_a_table_of_yes_and_no_is_told_its_cell_not_the_formula(
    cells: str, cell: str, language: str, hint: str, folder: Path
):
    """What is looked up is right: the column is of texts by what one of its cells says."""
    one, two = cells.split(", ")
    body = f"""tables:
  t: {{by: [k], rows: [{{k: {one}, value: 1}}, {{k: {two}, value: 2}}], otherwise: 3}}
rules:
  X: {{formula: t(A > 3)}}
"""
    (problem,) = _check(folder, body, language)
    assert f"`{cell}`" in problem["hint"]
    assert hint in problem["hint"]


@pytest.mark.parametrize(
    ("formula", "codes"),
    [
        ("A * 50% + A", {"percent-as-remainder"}),
        ("A-10%+5", {"percent-as-remainder"}),
        ("A-10 %+5", set()),
        ("A * (A % +A)", {"divisor-may-be-zero"}),
    ],
)
def test_a_per_cent_that_is_told_is_no_division_by_zero(
    formula: str, codes: set[str], folder: Path
):
    """Who meant per cent divides by nothing; a guard around it would be wrong advice."""
    (folder / "r.yaml").write_text(
        HEAD + f"rules:\n  X: {{formula: '{formula}'}}\n", encoding="utf-8"
    )
    _, out, _ = call("check", "r.yaml", "--format", "json")
    asked = {"percent-as-remainder", "divisor-may-be-zero"}
    assert {each["code"] for each in json.loads(out)["problems"]} & asked == codes


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_text_with_quotes_in_it_is_put_in_the_other_ones(command: str, folder: Path):
    """Double ones around double ones would end too early."""
    body = 'rules:\n  X: {formula: 1 if T == "x" and if_missing(A, 2) > 1 else 0, label: uno}\n'
    (problem,) = _check(folder, body)
    meant = """'1 if T == "x" and if_missing(A, 2) > 1 else 0'"""
    assert problem["code"] == "comma-in-braces"
    assert problem["hint"] == f"scrivi `{meant}`"
    if command == "fix":
        call("check", "r.yaml", "--fix")
        assert f"formula: {meant}, label: uno" in (folder / "r.yaml").read_text("utf-8")
        assert _errors("check", "r.yaml") == []


# -- A per cent behind a value ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "instead"),
    [
        ("A * q%", "q / 100"),
        ("A * q %", "q / 100"),
        ("A / q%", "(q / 100)"),
        ("(A + q)%", "(A + q) / 100"),
        ("A * max(q, 2)% * 2", "max(q, 2) / 100"),
        ("A if q% > 0.1 else 0", "q / 100"),
    ],
)
def test_a_per_cent_behind_a_value_says_how_to_write_it(formula: str, instead: str, folder: Path):
    """A hundredth, or the value itself where it is a ratio."""
    body = f'parameters:\n  q: {{value: 5}}\nrules:\n  X: {{formula: "{formula}"}}\n'
    (problem,) = _check(folder, body)
    assert problem["code"] == "formula-percent"
    assert f"scrivi `{instead}`" in problem["hint"]


@pytest.mark.parametrize("formula", ["A % q", "A % (q + 1)", "A % -q", "A % q % 2"])
def test_a_remainder_stays_one(formula: str, folder: Path):
    """Where there is a divisor."""
    body = f'parameters:\n  q: {{value: 5}}\nrules:\n  X: {{formula: "{formula}"}}\n'
    assert _check(folder, body) == []


# -- What is no constant, in a scale ---------------------------------------------------------------


def test_a_rule_in_a_scale_that_it_reads_is_one_problem(folder: Path):
    """The ring comes of it; whichever way it is closed."""
    body = """scales:
  s: {kind: step, bands: [{from: 0, value: 1}, {from: 10, value: Y}]}
rules:
  X: {formula: s(A)}
  Y: {formula: X + 1}
"""
    (problem,) = _check(folder, body)
    assert (problem["code"], problem["line"]) == ("scale-constant", 10)
    assert "come `Y if x >= 10 else s(x)`" in problem["hint"]


def test_a_field_in_a_scale_is_none_either(folder: Path):
    """A threshold says where it is compared; `times` too is a parameter."""
    body = """scales:
  s: {kind: marginal, times: A, bands: [{from: A, rate: 0.1}]}
rules:
  X: {formula: s(A)}
"""
    problems = _check(folder, body, "en")
    assert {each["code"] for each in problems} == {"scale-constant"}
    assert all("in the rule that reads it, with a condition" in each["hint"] for each in problems)


# -- Nothing, where something belongs --------------------------------------------------------------

EXAMPLES = """test: 1
rulebook: prova/2026@0.1.0
examples:
  - name: uno
    report: {fields: {A: 1}}
    expect: {values: {X: 2}}
"""


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("{values: {X: 2}}", "{}", "write for example `expect: {status: complete, values: {R04: "),
        ("{values: {X: 2}}", "{values: {}}", "write for example `values: {R04: 10}`"),
        ("    expect", "    change: {}\n    expect", "{R05: 20}`; if there is nothing to write"),
        ("{values: {X: 2}}", "{X: 2}", "below `values`, `values: {X: …}`"),
        ("{values: {X: 2}}", "{valori: {X: 2}}", "did you mean `values`?"),
        (EXAMPLES[EXAMPLES.index("  - name") :], "  []\n", "`- {name: …, report: …, expect: …}`"),
        ("  - name: uno", "  uno:", "`- {name: …, report: …, expect: …}`"),
    ],
)
def test_an_example_that_expects_nothing_says_what_to_write(
    old: str, new: str, hint: str, folder: Path
):
    """So does a part of one, and what stands in the place of the list."""
    (folder / "r.yaml").write_text(HEAD + "rules:\n  X: {formula: A + 1}\n", encoding="utf-8")
    (folder / "r.test.yaml").write_text(EXAMPLES.replace(old, new), encoding="utf-8")
    (problem,) = _errors("test", "r.yaml", language="en")
    assert problem["file"] == "r.test.yaml"
    assert hint in problem["hint"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("scales: {s: {kind: step, bands: []}}", "per esempio `- {from: 0, value: 120}`"),
        ("decisions: {d: {cases: []}}", "per esempio `- {outcome: …, when: …}`"),
        ("rules: {X: {formula: A, exceptions: []}}", "formula: …}`; se non serve, togli la chiave"),
        ("rules: {X: {for_each: {}, formula: A}}", "`for_each: {riga: [M12, M15]}`; se non serve"),
    ],
)
def test_an_empty_part_of_a_rulebook_says_what_belongs_there(body: str, hint: str, folder: Path):
    """Not that a length is 0."""
    (problem,) = _check(folder, body + "\n")
    assert problem["message"] == "qui non c'è scritto niente"
    assert hint in problem["hint"]


@pytest.mark.parametrize("key", ["examples", "esempi", "test"])
def test_examples_in_a_rulebook_are_told_their_file(key: str, folder: Path):
    """They stand beside it."""
    (problem,) = _check(folder, f"{key}:\n  - {{name: x}}\n")
    assert problem["code"] == "unknown-key"
    assert "in un file accanto, `r.test.yaml`, che comincia con `test: 1`" in problem["hint"]


def test_a_file_of_examples_is_known_without_its_version(folder: Path):
    """Whoever checks it in the place of a rulebook is told what it is."""
    (folder / "r.test.yaml").write_text(EXAMPLES.removeprefix("test: 1\n"), encoding="utf-8")
    (problem,) = _errors("check", "r.test.yaml")
    assert problem["code"] == "wrong-file"


# -- What no example shows -------------------------------------------------------------------------

COVERED = """day: D
parameters:
  v: {values: [{from: 2024-01-01, value: 5}, {from: 2025-09-01, value: 6.5}]}
scales:
  s: {kind: step, bands: [{from: 0, value: 1}, {above: 1000.5, value: v}]}
tables:
  t: {by: [k], rows: [{k: x, value: 1}, {k: y, value: 2}], otherwise: 3}
rules:
  X: {formula: s(A) + t(T) + v, exceptions: [{when: A > 5, formula: 0}, {when: A < 2, formula: 1}]}
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "it",
            {
                "il valore di v: dal 01/09/2025, in vigore",
                "la scala s: oltre 1.000,5, dal 01/09/2025, che risponde",
                "la tabella t: ogni altra chiave, che risponde",
                "la tabella t: riga 2 (k: y), che risponde",
                "il caso X: nessuna eccezione, vero",
            },
        ),
        (
            "en",
            {
                "the value of v: from 1 September 2025 on, in force",
                "the scale s: above 1,000.5, from 1 September 2025 on, answering",
                "the table t: any other key, answering",
                "the table t: row 2 (k: y), answering",
                "the case X: no exception, true",
            },
        ),
    ],
)
def test_what_is_never_seen_is_said_in_the_words_of_its_reader(
    language: str, said: set[str], folder: Path
):
    """Days and numbers as that language writes them; programs get what they always got."""
    (folder / "r.yaml").write_text(HEAD + COVERED, encoding="utf-8")
    example = "{A: 9, T: x, D: 2024-02-01}}\n    expect: {values: {X: 0}}\n"
    text = EXAMPLES[: EXAMPLES.index("{A: 1}}")] + example
    (folder / "r.test.yaml").write_text(text, encoding="utf-8")
    _, out, _ = call("test", "r.yaml", "--lang", language)
    never = {"it": ": mai visto: ", "en": ": never seen: "}[language]
    assert said <= {line.partition(never)[2] for line in out.splitlines()}
    _, out, _ = call("test", "r.yaml", "--lang", language, "--format", "json")
    missed = json.loads(out)["rulebooks"][0]["coverage"]["missed"]
    assert {"from 2025-09-01", "above 1000.5 since 2025-09-01", "otherwise", "3 otherwise"} <= {
        each["what"] for each in missed
    }


# -- Exceptions of rows, whose conditions are computed ---------------------------------------------

CELLS = """{"type": "object", "properties": {"fields": {"type": "object",
"additionalProperties": false, "properties": {
"D": {"type": "string", "format": "date", "formatMinimum": "2020-01-01",
      "formatMaximum": "2030-12-31"},
"L": {"type": "array", "maxItems": 9, "items": {"type": "object", "additionalProperties": false,
"properties": {
"d": {"type": "string", "format": "date", "formatMinimum": "1990-01-01",
      "formatMaximum": "2030-12-31"},
"ore": {"type": "integer", "minimum": 0, "maximum": 50}, "si": {"type": "boolean"}}}}}}}}"""
OF_ROWS = """rules:
  L.eta: {formula: "years_between(L.d, D)"}
  L.doppie: {formula: L.ore * 2}
  L.quota:
    formula: 10
    exceptions:
      - {label: Piccolo, when: L.eta < 3, formula: 0}
      - {label: Tante ore, when: L.doppie > 60, formula: 5}
  totale: {formula: sum(L.quota)}
  sconto:
    formula: 0
    exceptions:
      - {label: Tanti, when: totale > 9 and size(L) > 0, formula: 1}
      - {label: Qualcuno, when: any(L.si), formula: 2}
"""


def _conflicts(folder: Path, body: str, schema: str = CELLS) -> list[dict[str, Any]]:
    (folder / "schema.json").write_text(schema, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "en", "--format", "json")
    found = json.loads(out)["problems"]
    assert not [each for each in found if each["severity"] == "error"]
    return [each for each in found if "conflict" in each["code"]]


def test_exceptions_of_a_row_over_computed_values_are_shown_by_one_row(folder: Path):
    """So are those of the report that read aggregates over it."""
    of_row, of_report = _conflicts(folder, OF_ROWS)
    assert "with `L.eta` = `0`, `L.doppie` = `100` (" in of_row["message"]
    assert "`L.ore` = `50`) both exceptions" in of_row["message"]
    assert "with `totale` = `10`" in of_report["message"]
    assert "`L.si` = `true`" in of_report["message"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # they exclude each other
        ("L.doppie > 60", "L.doppie > 60 and L.eta >= 3"),
        # a check of the rows refuses every report with both
        ("  totale:", "  L.mai: {formula: L.eta < 3 and L.ore > 30}\n  totale:"),
    ],
)
def test_what_no_report_of_one_row_shows_is_left_alone(old: str, new: str, folder: Path):
    """Only what is shown is said."""
    body = OF_ROWS[: OF_ROWS.index("  sconto:")].replace(old, new)
    if "L.mai" in new:
        body += "checks:\n  L.c: {expect: not L.mai, severity: error, message: {it: Mai.}}\n"
    assert _conflicts(folder, body) == []


def test_a_list_that_must_have_more_rows_is_not_tried(folder: Path):
    """The form admits no report of one."""
    two = CELLS.replace('"maxItems": 9', '"minItems": 2, "maxItems": 9')
    assert _conflicts(folder, OF_ROWS, two) == []


def test_a_check_of_a_list_that_is_not_tried_is_no_matter(folder: Path):
    """It is written for each of its rows, and reads none of them."""
    cell = '"properties": {"x": {"type": "number"}}'
    rows = f'"items": {{"type": "object", "additionalProperties": false, {cell}}}'
    more = CELLS.replace('"L": {', f'"M": {{"type": "array", "maxItems": 2, {rows}}}, "L": {{')
    body = OF_ROWS + 'checks:\n  M.c: {expect: "D > date(2000, 1, 1)", severity: error}\n'
    assert len(_conflicts(folder, body, more)) == 2


# -- What is meant by a name ----------------------------------------------------------------------

LISTED = """{"type": "object", "properties": {"fields": {"type": "object",
"additionalProperties": false, "properties": {
"A": {"type": "number"}, "kg_a": {"type": "number"}, "kg_b": {"type": "number"},
"zona": {"type": "string", "enum": ["mare", "monte"]},
"fuoco": {"type": "string", "enum": ["gas", "legna", "altro"]}, "nota": {"type": "string"},
"L": {"type": "array", "maxItems": 5, "items": {"type": "object",
"additionalProperties": false, "properties": {"x": {"type": "number"}}}}}}}}"""


@pytest.fixture
def listed(folder: Path) -> Path:
    (folder / "schema.json").write_text(LISTED, encoding="utf-8")
    return folder


def test_a_sum_of_itself_means_the_rule_of_the_rows(listed: Path):
    """Which is called alike; another ring is told as one."""
    rows = "  L.punti: {formula: L.x}\n"
    (problem,) = _check(listed, f"rules:\n{rows}  punti: {{formula: sum(punti)}}\n")
    assert (problem["code"], problem["hint"]) == ("cycle", "intendevi `L.punti`?")
    (problem,) = _check(listed, f"rules:\n{rows}  altri: {{formula: altri + 1}}\n")
    assert problem["message"] == "la voce `altri` legge sé stessa"
    assert problem["hint"].startswith("scrivi il codice che intendevi al suo posto")


@pytest.mark.parametrize(
    ("formula", "meant"), [("kg_t * 2", "kg_{t}"), ("kg_u * 2", ""), ("mc_t", "")]
)
def test_a_name_of_for_each_lacks_its_braces(formula: str, meant: str, listed: Path):
    """Where some code is one with them."""
    body = f"rules:\n  r_{{t}}: {{for_each: {{t: [a, b]}}, formula: {formula}}}\n"
    (problem,) = _check(listed, body)
    assert problem["code"] == "unknown-code"
    assert (f"`{meant}`" in problem["hint"]) if meant else ("{t}" not in problem["hint"])


TURNED = """tables:
  base:
    by: [zona, fuoco]
    rows: [{zona: mare, fuoco: gas, value: 1}, {zona: monte, fuoco: legna, value: 2}]
    otherwise: 3
rules:
  r: {formula: "base(fuoco, zona)"}
"""


def test_two_texts_in_each_others_columns_are_told_at_the_call(listed: Path):
    """Once, and not of each row that nobody asks for."""
    (listed / "r.yaml").write_text(HEAD + TURNED, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "en", "--format", "json")
    found = [each for each in json.loads(out)["problems"] if "table" in each["code"]]
    assert [(each["code"], each["line"]) for each in found] == [("table-row-lacking", 15)]
    assert found[0]["hint"] == "the arguments are the wrong way round: write `base(zona, fuoco)`"
    (listed / "r.yaml").write_text(HEAD + TURNED.replace("fuoco, zona)", "zona, fuoco)"))
    assert '"table' not in call("check", "r.yaml", "--format", "json")[1]


# -- Examples --------------------------------------------------------------------------------------

BOOK = (
    TURNED.replace("base(fuoco, zona)", "base(zona, fuoco)")
    + """  L.doppio: {formula: L.x * 2}
decisions:
  d: {cases: [{outcome: si, when: A > 1}, {outcome: no, when: A <= 1}]}
sections:
  q: {title: Q, due: d == "no", fields: [nota]}
rules2:
"""
).replace("rules2:\n", "")
SHOWN = """test: 1
rulebook: prova/2026@0.1.0
examples:
  - name: uno
    report: {fields: {A: 2, zona: mare, fuoco: gas, L: [{x: 1}, {x: 2}]}}
    expect: {status: complete, values: {r: 1, "L[2].doppio": 4}, sections: {q: not_due}}
  - name: due
    like: uno
    change: {A: 1, nota: x}
    expect: {status: complete, sections: {q: due}}
"""


def _test(folder: Path, old: str, new: str, language: str = "en") -> str:
    (folder / "r.yaml").write_text(HEAD + BOOK, encoding="utf-8")
    assert old in SHOWN
    (folder / "r.test.yaml").write_text(SHOWN.replace(old, new), encoding="utf-8")
    _, out, err = call("test", "r.yaml", "--lang", language)
    return out + err


def test_a_suggestion_is_a_value_of_its_field(listed: Path):
    """No key of another column, which the form would refuse."""
    out = _test(listed, "uno", "uno")
    assert re.search(r"any other key, answering\n  → `(zona: monte|fuoco: (legna|altro))` in", out)


def test_a_row_that_is_not_there_is_said_to_be_none(listed: Path):
    """A dash says nothing."""
    out = _test(listed, "L[2].doppio", "L[3].doppio")
    assert "found    there is no row 3 of L" in out
    assert "trovato la riga 3 di L non c'è" in _test(listed, "L[2].doppio", "L[3].doppio", "it")


@pytest.mark.parametrize("written", ["L(2).doppio", "L.2.doppio", "L[2].dopio", "L[2] doppio"])
def test_a_code_of_a_row_is_known_however_its_row_is_written(written: str, listed: Path):
    """And its number is kept."""
    assert '→ write `"L[2].doppio"`' in _test(listed, "L[2].doppio", written)


def test_a_status_is_explained_by_what_it_rests_on(listed: Path):
    """A rule that does not apply leaves nothing open."""
    out = _test(listed, "change: {A: 1, nota: x}", "change: {A: 1}")
    assert "found    incomplete\n    q = due (section, r.yaml:" in out
    assert "      empty: nota\n" in out


def test_a_name_that_is_there_twice_is_told_once(listed: Path):
    """The second is like the first; one that is like itself has no report."""
    out = _test(listed, "name: due", "name: uno")
    assert ("[example-repeated]" in out, "[example-unknown-like]" in out) == (True, False)
    assert "[example-unknown-like]" in _test(listed, "like: uno", "like: due")


def test_an_example_to_be_like_is_meant_only_above(listed: Path):
    """Neither one that is written further down is, nor the example itself: both would be wrong."""
    assert "→ did you mean `uno`?" in _test(listed, "like: uno", "like: unno")
    out = _test(listed, "like: uno", "like: duee")  # `due` is the example itself
    assert "→ use the name of an example written further up" in out


def test_what_may_stand_in_a_part_of_an_expectation_is_listed(listed: Path):
    """The codes that are there."""
    assert "→ what may stand here: `q`" in _test(listed, "{q: due}", "{nota: due}")


def test_a_family_that_is_lost_is_not_missed_by_its_readers(listed: Path):
    """The code of the entry lacks its variable: that is all there is to mend."""
    body = """rules:
  premio: {for_each: {t: [a, b]}, formula: "kg_{t} * 2"}
  tutti: {formula: premio_a + premio_b}
"""
    (problem,) = _check(listed, body)
    assert problem["code"] == "for-each-unused"
    (problem,) = _check(listed, body.replace("premio:", "premio_{t}:").replace("_b}", "_c}"))
    assert problem["code"] == "unknown-code"


@pytest.mark.parametrize("asked", ["base", "gruppo"])
def test_who_asks_about_a_table_is_sent_to_what_reads_it(asked: str, listed: Path):
    """And is not shown something else whose title begins alike."""
    text = HEAD + BOOK.replace("base(zona, fuoco)", "base(zona, fuoco) + sum(gruppo)")
    text += "groups: {gruppo: [kg_a, kg_b]}\nparameters: {p: {label: base e gruppo, value: 1}}\n"
    (listed / "r.yaml").write_text(text.replace("L.x * 2", "L.x * p"), encoding="utf-8")
    report = "rulebook: prova/2026\nfields: {A: 2, zona: mare, fuoco: gas, kg_a: 1, kg_b: 2}\n"
    (listed / "p.yaml").write_text(report, encoding="utf-8")
    status, out, err = call("explain", "p.yaml", asked, "--rulebook", "r.yaml", "--lang", "it")
    assert (status, out) == (2, "")
    assert f"`{asked}` è una scala, una tabella o un gruppo" in err
    assert "→ chiedi di ciò che lo legge: `r`" in err


# -- Keys of a table that are the titles of choices ------------------------------------------------

ZONES = """{"properties": {"fields": {"properties": {"zona": {"type": "string", "oneOf": [
{"const": "P", "title": "Collina"}, {"const": "Q", "title": "Mare"}]}}}}}"""
TARIFF = """tables:
  tariffa: {by: [zona], rows: [{zona: collina, value: 1}, {zona: Q, value: 2}]}
rules:
  totale: {formula: tariffa(zona)}
messages:
  esito: {when: "true", text: {it: "{totale}"}}
"""


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "scrivi nella riga il codice: `P` (collina)"),
        ("en", "write the code in the row: `P` (collina)"),
    ],
)
def test_a_key_that_is_the_title_of_a_choice_is_told_its_code(
    folder: Path, language: str, hint: str
):
    """Once: that the choice has no row of its own is the same slip."""
    (folder / "schema.json").write_text(ZONES, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + TARIFF, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", language, "--format", "json")
    found = {each["code"]: each for each in json.loads(out)["problems"]}
    assert found["table-row-unasked"]["hint"] == hint
    assert "table-row-lacking" not in found


def test_a_choice_without_a_row_is_named_as_the_form_does(folder: Path):
    (folder / "schema.json").write_text(ZONES, encoding="utf-8")
    lone = TARIFF.replace("{zona: collina, value: 1}, ", "")
    (folder / "r.yaml").write_text(HEAD + lone, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    found = {each["code"]: each for each in json.loads(out)["problems"]}
    assert found["table-row-lacking"]["message"].startswith("`zona` può essere `P` (Collina), ")


# -- Calls of what is no function ------------------------------------------------------------------

PEOPLE = """{"properties": {"fields": {"properties": {"A": {"type": "number"},
"figli": {"type": "array", "maxItems": 9, "items": {"type": "object",
"properties": {"nato": {"type": "string", "format": "date"}}}},
"zona": {"type": "string", "enum": ["P", "Q"]}}}}}"""
CALLING = """parameters:
  maggiorazione: {value: 5, label: Maggiorazione}
tables:
  tariffa: {by: [zona], rows: [{zona: P, value: 1}, {zona: Q, value: 2}]}
rules:
  R: {formula: A}
  X: {formula: "CALL"}
"""


def _call(folder: Path, formula: str, language: str = "it") -> list[dict[str, Any]]:
    (folder / "schema.json").write_text(PEOPLE, encoding="utf-8")
    return _check(folder, CALLING.replace("CALL", formula), language)


@pytest.mark.parametrize("formula", ["COUNTA(figli)", "CONTA.VALORI(figli)", "counta(figli.nato)"])
@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "quante righe ha un elenco lo dice `size("),
        ("en", "how many rows a list has"),
    ],
)
def test_counting_a_list_as_spreadsheets_do_is_one_slip(folder, formula, language, hint):
    (problem,) = _call(folder, formula, language)
    assert (problem["code"], hint in problem["hint"]) == ("unknown-function", True)


@pytest.mark.parametrize("formula", ["pippo(figli)", "pippo(figli.nato)", "A + pippo(figli) * 2"])
def test_what_an_unknown_function_is_given_is_no_second_slip(folder, formula):
    (problem,) = _call(folder, formula)
    assert problem["code"] == "unknown-function"


def test_a_list_beside_an_unknown_function_is_still_told(folder):
    codes = [each["code"] for each in _call(folder, "pippo(A) + figli")]
    assert sorted(codes) == ["list-as-value", "unknown-function"]


@pytest.mark.parametrize("code", ["maggiorazione", "A", "R"])
@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("it", "è un valore, non una funzione: si legge senza", "scrivilo senza parentesi: "),
        ("en", "is a value, no function: it is read without", "write it without parentheses: "),
    ],
)
def test_a_value_that_is_called_is_read_without_parentheses(folder, code, language, message, hint):
    (problem,) = _call(folder, f"2 * {code}()", language)
    assert problem["code"] == "unknown-function"
    assert problem["message"].startswith(f"`{code}` {message}")
    assert problem["hint"] == f"{hint}`{code}`"


def test_a_value_before_a_bracket_may_be_meant_as_a_product(folder):
    (problem,) = _call(folder, "maggiorazione(A + 1)")
    assert problem["hint"] == (
        "scrivilo senza parentesi: `maggiorazione`; se va moltiplicato, `maggiorazione * (…)`"
    )


def test_a_table_that_is_called_with_nothing_says_what_it_looks_up(folder):
    (problem,) = _call(folder, "tariffa()")
    assert problem["code"] == "wrong-argument-count"
    assert problem["hint"] == "si scrive così: `tariffa(zona)`"


# -- Limits that cross -----------------------------------------------------------------------------

CROSSED = """{"properties": {"fields": {"properties": {
"A": {"type": "number", "minimum": 10, "maximum": 5}}}}}"""
READING = """decisions:
  d: {cases: [{outcome: alto, when: A > 7}, {outcome: basso, when: A <= 7}]}
checks:
  c: {label: C, expect: A > 3}
messages:
  m: {when: A > 4, text: {it: "{d}"}}
"""


def test_limits_that_cross_are_one_problem(folder):
    """Nothing that the rulebook says of the field is wrong by itself."""
    (folder / "schema.json").write_text(CROSSED, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + READING, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--format", "json")
    codes = {each["code"] for each in json.loads(out)["problems"]}
    assert codes - {"entry-without-evidence", "entry-without-source"} == {"schema-limits-crossed"}


# -- What comes of something else ------------------------------------------------------------------

ROUNDED = "rules:\n  X: {formula: A / 3, round: {decimals: 2, mode: half_up}}\n"


@pytest.mark.parametrize("word", ["cifre", "cifre_decimali", "digits"])
def test_decimals_in_other_words_are_one_problem(word: str, folder: Path):
    """That `decimals` lacks is the same slip."""
    (problem,) = _check(folder, ROUNDED.replace("decimals", word))
    assert (problem["code"], problem["hint"]) == ("unknown-key", "intendevi `decimals`?")


def test_a_number_under_an_unknown_key_is_asked_for_without_quotes(folder: Path):
    """In quotes it would be a text, and refused."""
    problems = _check(folder, ROUNDED.replace("decimals", "quanti"))
    assert any("scrivi `decimals: 2`" in each["hint"] for each in problems)


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "scrivi un numero, o il codice di un parametro"),
        ("en", "write a number, or the code of a parameter"),
    ],
)
def test_an_unknown_word_in_a_scale_is_told_what_a_scale_takes(
    language: str, hint: str, folder: Path
):
    """A field or a rule, which the code's own hint offers, is refused there."""
    body = (
        "scales:\n  s: {kind: step, bands: [{from: 0, value: zero}]}\nrules: {X: {formula: s(A)}}\n"
    )
    (problem,) = _check(folder, body, language)
    assert (problem["code"], problem["hint"]) == ("unknown-code", hint)


def test_rows_that_semicolons_separate_are_a_list_of_codes(folder: Path):
    """A code of a row is one of them."""
    (folder / "schema.json").write_text(CELLS, encoding="utf-8")
    body = "sections: {q: {title: Q, due: true, fields: [D; L; L.ore]}}\n"
    (problem,) = _check(folder, body)
    assert problem["hint"] == "un elenco separa i codici con la virgola: `D, L, L.ore`"


SUPPLIED = """test: 1
rulebook: prova/2026@0.1.0
examples:
  - name: uno
    report: {fields: {N: 30, L: [{ore: 3}, {ore: 60}]}}
    expect: {values: {X: 60}}
"""


@pytest.mark.parametrize("field", ["N", "ore"])
def test_limits_that_admit_nothing_are_told_in_the_schema_alone(field: str, folder: Path):
    """No value of an example could be right; that of another field is told as always."""
    limits = '"{}": {{"type": "integer", "minimum": 0, "maximum": 50}}'
    schema = CELLS.replace('"D":', limits.format("N") + ', "D":')
    turned = schema.replace(limits.format(field), limits.format(field).replace("0,", "90,"))
    assert turned != schema
    (folder / "schema.json").write_text(turned, encoding="utf-8")
    body = "rules: {X: {formula: N + sum(L.ore)}}\n"
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    (folder / "r.test.yaml").write_text(SUPPLIED, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--format", "json")
    found = json.loads(out)["problems"]
    assert [each["line"] for each in found if each["code"] == "schema-limits-crossed"]
    told = [each["message"] for each in found if each["code"] == "out-of-range"]
    assert [each[:4] for each in told] == (["`60`"] if field == "N" else [])


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize("code", ["E", "e", "O", "o"])
def test_a_code_that_is_called_as_a_word_divides(code: str, language: int):
    """`C % E` is the remainder of two fields; a word joins only where a value comes after it."""
    formula, findings = parse_formula(f"(C % {code}) == 1", language)
    assert findings == []
    assert formula is not None
    assert formula.names == ("C", code)
    (finding,) = parse_formula("C % e D > 3", language)[1]
    assert finding.code == "formula-percent"
