"""Slips of authors: one problem each, at its own line, and no certain fix that is not.

`planted_faults.yaml` plants into rulebooks that are right; here are slips that need a rulebook, a
schema or a text of their own.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.formulas import parse_formula
from ruletrail.formulas.foreign_words import unknown_function
from ruletrail.formulas.mending import only_whole
from ruletrail.formulas.operations import FUNCTIONS, Operation
from ruletrail.problems import Mark
from ruletrail.rulebooks.clauses import describe
from ruletrail.suggestions import code_like
from support.command_line import call

HEAD = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number"}, "B": {"type": "number"}, "T": {"type": "string", "enum": ["x", "y"]},
"a_n": {"type": "number"}, "b_n": {"type": "number"}}}}}"""
DECISION = """decisions:
  D:
    cases:
      - outcome: uno
        when: A > 1
      - outcome: due
        when: A < 1
      - outcome: tre
        otherwise: true
checks:
  c: {expect: D != "due"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def _problems(file: str) -> list[dict[str, Any]]:
    _, out, _ = call("check", file, "--lang", "it", "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


def _check(folder: Path, body: str) -> list[dict[str, Any]]:
    """List the errors of a rulebook."""
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    problems = _problems("r.yaml")
    return [each for each in problems if each["severity"] == "error"]


def _line(body: str, text: str) -> int:
    return (HEAD + body)[: (HEAD + body).index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("A < 1", "A < 1 E B < 1", "formula-word"),
        ("A < 1", "A < ", "formula-syntax"),
        ("A < 1", "SE(A; 1)", "unknown-function"),
        ("        when: A < 1\n", "", "incomplete-entry"),
    ],
)
def test_the_outcome_of_a_broken_case_is_one(old: str, new: str, code: str, folder: Path):
    """Whoever asks for it is not told that it can never occur."""
    (problem,) = _check(folder, DECISION.replace(old, new))
    assert problem["code"] == code


def test_an_outcome_that_is_none_is_told_beside_a_broken_case(folder: Path):
    """Of a decision with a broken case too."""
    body = DECISION.replace("A < 1", "A < 1 E B < 1").replace('!= "due"', '!= "dua"')
    assert [each["code"] for each in _check(folder, body)] == [
        "formula-word",
        "impossible-comparison",
    ]


@pytest.mark.parametrize("item", ["uno", "due", "tre"])
def test_a_case_without_its_dash_is_one_problem(item: str, folder: Path):
    """All its keys are of a case of its own, and nobody asks for an outcome that is lost."""
    body = DECISION.replace(f"      - outcome: {item}", f"        outcome: {item}")
    problems = _check(folder, body)
    assert len(problems) == 1
    if item != "uno":
        (problem,) = problems
        assert (problem["code"], problem["line"]) == ("repeated-key", _line(body, f"e: {item}"))
        assert problem["hint"] == "manca il trattino: un nuovo elemento comincia con `- outcome:`"


def test_a_key_written_twice_in_an_entry_lacks_no_dash(folder: Path):
    """Only the first key of an item of a list begins another."""
    (problem,) = _check(folder, "rules:\n  X:\n    formula: A\n    unit: euro\n    formula: B\n")
    assert problem["hint"].startswith("tieni una sola")
    (problem,) = _check(folder, DECISION.replace("when: A > 1", "when: A > 1\n        when: B"))
    assert problem["hint"].startswith("tieni una sola")


def test_a_dash_that_touches_its_key(folder: Path):
    """Its own line is blamed, and mended."""
    body = DECISION.replace("- outcome: due", "-outcome: due")
    (problem,) = _check(folder, body)
    assert (problem["line"], problem["hint"]) == (
        _line(body, "-outcome"),
        "dopo il trattino ci vuole uno spazio: `- outcome: due`",
    )
    call("check", "r.yaml", "--fix")
    assert (folder / "r.yaml").read_text(encoding="utf-8") == HEAD + DECISION


FAMILY = """rules:
  "{s}_y":
    for_each: {s: [a, b]}
    formula: "{s}_n * 2"
  z: {formula: a_y + b_y}
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ('"{s}_n * 2"', "{s}_n * 2", "yaml-syntax", '`"{s}_n * 2"`'),
        ('"{s}_y"', "{s}_y", "key-not-text", '`"{s}_y":`'),
        ("[a, b]", "a, b", "comma-in-braces", "`[a, b]`"),
        ("{s}_n", "{z}_n", "for-each-unknown", "intendevi `{s}`?"),
        ("{s}_n", "{s}_n + {z}_n", "for-each-unknown", "intendevi `{s}`?"),
        ("[a, b]", "[a, b, c d]", "wrong-form", "`c_d`"),
        ("[a, b]", "[a, b, più]", "wrong-form", "`piu`"),
    ],
)
def test_for_each(old: str, new: str, code: str, hint: str, folder: Path):
    """One problem at what is written otherwise, and only what is certain is mended."""
    body = FAMILY.replace(old, new, 1)
    (problem,) = _check(folder, body)
    assert problem["code"] == code
    assert hint in problem["hint"]
    call("check", "r.yaml", "--fix")
    after = (folder / "r.yaml").read_text(encoding="utf-8")
    is_guess = code in ("for-each-unknown", "wrong-form")
    assert after == HEAD + (body if is_guess else FAMILY)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 and b tra 0 e 2",
        "LIBERO.VERT(a; A1:B2; 2)",
        "a = 1 and b = 10 %",
        "a is > 3",
    ],
)
@pytest.mark.parametrize("language", [1, 2])
def test_no_fix_of_a_formula_that_would_not_parse(text: str, language: int):
    """What a piece means by itself is no fix where the whole stays wrong."""
    formula, findings = parse_formula(text, language)
    assert formula is None
    assert any(each.mended is not None for each in findings)
    kept = only_whole(text, findings, language)
    assert [each.mended for each in kept] == [None] * len(findings)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda each: each.name)
def test_a_function_is_known_by_the_word_that_answers_print(function: Operation):
    """Who copies `righe(figli)` or `arrotonda_al_pari(x)` from an Italian answer is told ours."""
    word = function.texts[0]
    if word not in ("", function.name):
        finding = unknown_function(word, 0, 2)
        assert (finding.code, finding.text, finding.instead, finding.mended) == (
            "unknown-function", word, function.name, function.name
        )  # fmt: skip
    # a spreadsheet's CONTA counts otherwise, and `se_manca` may be meant for `default`: told so
    if word not in ("", function.name, "conta", "se_manca"):
        (finding,) = parse_formula(f"{word}(a.x)", 2)[1]
        assert (finding.code, finding.mended) == ("unknown-function", function.name)


@pytest.mark.parametrize("name", ["len", "LEN", "LUNGHEZZA"])
def test_the_length_of_what_may_be_a_list_is_left_to_the_author(name: str):
    """A formula does not tell a list from a text, of which other functions count; `L.t` does."""
    for text, language, mended in (
        (f"{name}(figli)", 2, None),
        (f"{name}(figli)", 1, "length"),
        (f"{name}(figli.nome)", 2, "length"),
        (f'{name}("abc")', 2, "length"),
    ):
        (finding,) = parse_formula(text, language)[1]
        assert (finding.code, finding.mended) == ("unknown-function", mended)
        assert (finding.advice == "length-or-size") == (mended is None)


def test_both_functions_that_count_what_is_in_something_are_told():
    """Which of the two is meant, the author sees by what each of them counts."""
    (finding,) = parse_formula("len(figli) > 1", 2)[1]
    problem = describe(finding, Mark("rulebook.yaml"))
    assert problem.hint("it") == (
        "quanti caratteri ha un testo è `length(figli)`, quante righe ha un elenco è `size(figli)`"
    )


@pytest.mark.parametrize(("language", "mended"), [(1, [None, None]), (2, [",", "=="])])
def test_a_call_of_a_code_is_whole_where_codes_are_called(language: int, mended: list):
    """In language 2 `retta` may be a table, which the formula alone does not tell."""
    text = "retta(a; b) = 1"
    _, findings = parse_formula(text, language)
    assert [each.mended for each in only_whole(text, findings, language)][-2:] == mended


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize("text", ["SE(a > 1; b) = 1", "IF(a > 1; b) + 1", "se(a > 1; b)"])
def test_a_choice_without_its_other_side_is_not_guessed(text: str, language: int):
    """A spreadsheet gives FALSE there; what is meant only the author can say."""
    _, findings = parse_formula(text, language)
    kept = only_whole(text, findings, language)
    assert kept[0].code == "unknown-function"
    assert kept[0].instead.strip("()") == "b if a > 1 else …"
    assert {each.mended for each in kept} == {None}


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("if(a, b)", "b if a else …"),
        ("if (a > 3, 1) + 2", "(1 if a > 3 else …)"),
        ("IF(a, b)", "b if a else …"),
        ("SE(a>1; b)", "b if a>1 else …"),
        ("if(a > 1)", "… if a > 1 else …"),
        ("SE(a; SE(b; 1); 2)", "(1 if b else …) if a else 2"),
    ],
)
def test_a_choice_without_all_its_parts_is_told_which_is_lacking(
    text: str, instead: str, language: int
):
    """The whole shape is shown in the author's own words, whatever separates them."""
    (finding,) = parse_formula(text, language)[1]
    told = (finding.code, finding.advice, finding.instead, finding.mended)
    assert told == ("unknown-function", "choice-without-else", instead, None)
    hint = describe(finding, Mark("rulebook.yaml")).hint("it")
    assert hint.startswith(
        f"una scelta ha tre parti, e ne manca: scrivi `{instead}`, con un valore"
    )


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("a if b", "a if b else …"),
        ("(a if b) + c if d else e", "(a if b else …) + c if d else e"),
        ("max(a if b, c)", "max(a if b else …, c)"),
        ("a if b else c if d", "a if b else c if d else …"),
    ],
)
def test_a_choice_of_this_language_without_its_else(text: str, instead: str):
    (finding,) = parse_formula(text)[1]
    assert (finding.advice, finding.instead) == ("formula-no-else", instead)


def test_two_arguments_read_a_table_that_is_called_as_a_choice():
    """Which tables there are the rulebook says."""
    assert parse_formula("SE(a, b)", 2, {"SE"})[1] == []
    assert [each.code for each in parse_formula("SE(a, b)", 2)[1]] == ["unknown-function"]


LISTED = """rules:
  X: {formula: A, when: [A > 1]}
  Y: {formula: [A], when: [A, B]}
sections:
  s: {due: [ c], fields: [A, B]}
checks:
  c: {expect: [X]}
"""


def test_a_formula_is_one_text_and_no_list(folder: Path):
    """Of one item the brackets are left out; of several the author says what joins them."""
    found = _check(folder, LISTED)
    assert [each["code"] for each in found] == ["wrong-type"] * 5
    assert all("ma una formula o una condizione è un testo solo" in e["message"] for e in found)
    hints = [each["hint"].partition(": ")[2] or each["hint"][:24] for each in found]
    assert hints == ["`A > 1`", "`A`", "se devono valere tutti s", "`c`", "`X`"]
    call("check", "r.yaml", "--fix")
    after = (folder / "r.yaml").read_text(encoding="utf-8")
    mended = LISTED.replace("[A > 1]", "A > 1").replace("[A],", "A,").replace("[X]", "X")
    assert after == HEAD + mended


def test_a_list_in_a_report_is_no_formula(folder: Path):
    """A report may have a field that is called as a key of rulebooks."""
    schema = SCHEMA.replace('"A"', '"due"')
    (folder / "schema.json").write_text(schema, encoding="utf-8")
    _check(folder, "rules: {X: {formula: B}}\n")
    report = "rulebook: prova/2024\nsubject: {a: b}\nfields: {due: [1], B: 2}\n"
    (folder / "p.yaml").write_text(report, encoding="utf-8")
    _, out, _ = call("evaluate", "p.yaml", "--rulebook", "r.yaml", "--format", "json")
    messages = [each["message"] for each in json.loads(out)["problems"]]
    assert messages
    assert not any("formula" in each for each in messages)


@pytest.mark.parametrize("unit", ["m2", "m²", "giorni", "kWh"])
@pytest.mark.parametrize("formula", ["50 {}", "A * 50 {} + 3", "A > 1.5 {}"])
def test_a_unit_behind_a_number(unit: str, formula: str, folder: Path):
    """It is told as such, whether or not it could be a code, at its own place."""
    (found,) = _check(folder, f"checks:\n  c: {{expect: {formula.format(unit)}}}\n")
    number = "1.5" if "1.5" in formula else "50"
    assert found["code"] == "formula-syntax"
    assert f"se `{unit}` è un'unità scrivi solo `{number}`" in found["hint"]


def test_a_message_without_when_is_told_how_to_show_it_always(folder: Path):
    (found,) = _check(folder, "messages:\n  m: {text: {it: ciao}}\n")
    assert (found["code"], '`when: "true"`' in found["hint"]) == ("incomplete-entry", True)
    assert _check(folder, "messages:\n  m: {when: 'true', text: {it: ciao}}\n") == []


@pytest.mark.parametrize(
    "text",
    ["a = 1 E b <> 2", "=SE(a <> 1,5; SOMMA(a; b); 10,25)", "a&&b", "a uguale a 3", "a is b"],
)
def test_a_formula_that_parses_when_mended_is(text: str):
    """Also over several rounds."""
    _, findings = parse_formula(text)
    assert only_whole(text, findings) == findings


def test_all_that_is_mended_in_a_formula_is_said(folder: Path):
    """The function beside its semicolon."""
    found = _check(folder, "rules:\n  X: {formula: 'ARROTONDA(A; 2)'}\n")
    assert [each["code"] for each in found] == ["unknown-function", "formula-semicolon"]
    assert "`round_half_up`" in found[0]["hint"]


def test_a_parameter_is_blamed_once_for_its_text(folder: Path):
    """Not each formula that uses it; a text that nobody takes for a number is one."""
    body = 'parameters:\n  p: {value: "12000"}\n  q: {value: "7"}\nrules:\n'
    body += "  X: {formula: A + p}\n  Y: {formula: B * p + X}\nchecks:\n  c: {expect: 'T != q'}\n"
    problems = _check(folder, body)
    assert problems[0]["code"] == "value-not-number"
    assert problems[0]["hint"] == "togli le virgolette: `12000`"
    assert "value-not-number" not in {each["code"] for each in problems[1:]}


def test_codes_that_are_none_are_not_suggested(folder: Path):
    """The code that was meant is."""
    body = (
        "rules:\n  totale generale: {formula: A}\n  città: {formula: B}\n  X: {formula: totale}\n"
    )
    hints = [each["hint"] for each in _check(folder, body)]
    assert not any("`totale generale`" in hint for hint in hints)
    assert any("`totale_generale`" in hint for hint in hints)
    assert any("`citta`" in hint for hint in hints)


def test_code_like():
    """Accents go, spaces and signs become `_`; letters that only look alike have no such form."""
    assert [code_like(text) for text in ("città", "a b-c", " x ", "Р1", "§", "")] == [
        "citta", "a_b_c", "x", "", "", "",
    ]  # fmt: skip


def test_cases_as_a_map(folder: Path):
    """The list is shown with the author's own words."""
    (problem,) = _check(folder, "decisions:\n  D:\n    cases:\n      uno: {when: A > 1}\n")
    assert "`- outcome: uno`" in problem["hint"]
    assert "`  when: A > 1`" in problem["hint"]


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ('"b_n": {"type": "number"}', '"b_n": {"type": "number"},', 3, "la virgola prima di `}`"),
        ('["x", "y"]}', '["x", "y",]}', 2, "la virgola prima di `]`"),
        ('["x", "y"]},', '["x", "y"]}', 3, "manca una virgola alla fine della riga 2"),
        ('["x", "y"]', '["x" "y"]', 2, "manca una virgola prima di"),
        ('"A": {"type": "number"}', '"A": {"type": "numero"}', 2, "`number`, `integer`"),
        ('"A": {', '"A": {"minimum": "0", ', 2, "togli le virgolette: `0`"),
    ],
)
def test_slips_of_schemas(old: str, new: str, line: int, hint: str, folder: Path):
    """Each says what to write, and where."""
    (folder / "schema.json").write_text(SCHEMA.replace(old, new, 1), encoding="utf-8")
    (problem,) = _check(folder, "rules:\n  X: {formula: A}\n")
    assert (problem["file"], problem["line"]) == ("schema.json", line)
    assert hint in problem["hint"]


def test_a_field_of_texts_that_is_used_as_a_number_is_told_once(folder: Path):
    """At its first use, for it is declared wrong; one that lists its texts is used wrong."""
    (folder / "schema.json").write_text(
        SCHEMA.replace('"A": {"type": "number"}', '"A": {"type": "string"}')
    )
    uses = "rules:\n  X: {formula: B + A}\n  Y: {formula: A * 2}\nchecks:\n  c: {expect: 3 < A}\n"
    (problem,) = _check(folder, uses)
    assert (problem["code"], problem["line"]) == ("type-mismatch", _line(uses, "B + A"))
    assert "`schema.json` dice che `A` è un testo" in problem["hint"]
    listed = _check(folder, "rules:\n  X: {formula: B + T}\n  Y: {formula: T * 2}\n")
    assert [each["code"] for each in listed] == ["type-mismatch"] * 2
    assert not any("schema" in each["hint"] for each in listed)


EXAMPLES = """test: 1
rulebook: prova/2024@1.0.0
examples:
  - {name: uno, report: {fields: {A: 1, B: 2}}, expect: {%s}}
"""
JUDGED = """rules:
  X: {formula: A + B}
  Z: {formula: A > B}
decisions:
  D: {cases: [{outcome: u, otherwise: true}]}
checks:
  c: {expect: B > 1}
"""


@pytest.mark.parametrize(
    ("expected", "hint"),
    [
        ('values: {X: "3,80"}', "scrivi `3.80`, con il punto"),
        ("values: {X: 3 euro}", "scrivi `3`, senza unità"),
        ("values: {X: tre}", "scrivi un numero, anche come `1/3`"),
        ("values: {Z: sì}", "scrivi `true`"),
        ("values: {Z: 3}", "`true` o `false`"),
        ('reasons: {X: {before_rounding: "3,80"}}', "scrivi `3.80`"),
        ("reasons: {c: {condition: sempre}}", "scrivi `true`"),
        ("reasons: {c: {condition: 3}}", "`true` o `false`"),
        ("values: {D: u}", "scrivilo sotto `decisions`"),
        ("decisions: {X: u}", "scrivilo sotto `values`"),
        ("values: {A: 1}", "qui possono stare `X`, `Z`"),
    ],
)
def test_what_can_never_come_is_told_of_an_example(expected: str, hint: str, folder: Path):
    """By `check`, at the value, before any example is run."""
    (folder / "r.test.yaml").write_text(EXAMPLES % expected, encoding="utf-8")
    problems = _check(folder, JUDGED)
    assert hint in problems[0]["hint"]
    assert problems[0]["line"] == EXAMPLES.count("\n")


@pytest.mark.parametrize(
    "expected",
    ['values: {X: "3", Z: "false"}', "values: {X: 6/2, Z: missing}", "values: {X: not_applicable}"],
)
def test_what_may_come_is_not_told(expected: str, folder: Path):
    """A number in quotes is compared by its value, and a non-value may stand for any."""
    (folder / "r.test.yaml").write_text(EXAMPLES % expected, encoding="utf-8")
    assert _check(folder, JUDGED) == []


def test_a_field_may_be_called_as_a_keyword():
    """What stands in `properties` is a name of the author's."""
    text = '{"properties": {"fields": {"properties": {"type": {"type": "number"}}}}}'
    assert read_document(text.encode(), "s", SCHEMA_LIMITS)[1] == []


def test_a_schema_of_a_library_is_named_by_its_path(folder: Path):
    """So that it can be opened, from the folder where the command runs."""
    (folder / "rulebooks/prova").mkdir(parents=True)
    (folder / "schemas/reports").mkdir(parents=True)
    rulebook = HEAD.replace("schema.json", "reports/s.json") + "rules:\n  X: {formula: A}\n"
    (folder / "rulebooks/prova/2024.yaml").write_text(rulebook, encoding="utf-8")
    (folder / "schemas/reports/s.json").write_text("{,}", encoding="utf-8")
    found = _problems("rulebooks/prova/2024.yaml")
    assert "schemas/reports/s.json" in {each["file"] for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "a: x\nb: http://esempio.it\n c: d\n",
        "a:\n  - uno\n  -due\n  b: c\n",
        "a: 'x\n  b:c\n",
        "a: {b: c\n  d:e}\nf: g: h\n",
        "\u00a0a: b\n c: d\n",
        "uno\n  b: c\nd\n",
    ],
)
def test_whatever_breaks_is_told_with_a_hint(text: str):
    """No slip makes the explanation itself fail."""
    node, problems = read_document(text.encode(), "f", RULEBOOK_LIMITS)
    assert node is None
    for problem in problems:
        assert problem.hint("it")
        assert problem.hint("en")


@pytest.mark.parametrize("begin", ["=", "se "])
def test_a_formula_that_is_shown_in_part_ends_in_an_ellipsis(begin: str):
    """So nobody copies it as if it were whole."""
    rest = " + ".join(["una_voce_lunga"] * 6) + " > 0"
    finding, *_ = parse_formula(f"{begin}{rest}", 2)[1]
    shown = (finding.expected or finding.instead).strip("`")
    assert shown.endswith("…")
    assert rest.startswith(shown[:-1])


@pytest.mark.parametrize("key", ["until", "through", "fino_al"])
def test_the_end_of_what_is_in_force_in_other_words(key: str, folder: Path):
    """`until` is a key of dated values; here the last day is `to`."""
    text = HEAD.replace("title", f"in_force: {{from: 2024-01-01, {key}: 2024-12-31}}\ntitle")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    (found,) = [each for each in _problems("r.yaml") if each["code"] == "unknown-key"]
    assert found["hint"] == "intendevi `to`?"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("“600”", "le virgolette `“ ”` non valgono: scrivi `600`"),
        ("«1.200,50»", "le virgolette `« »` non valgono: scrivi `1200.50`"),
        ("“1.200”", "scrivi `1200` se il punto separa le migliaia, `1.2` se separa i decimali"),
    ],
)
def test_a_number_in_printed_quotes(written: str, hint: str, folder: Path):
    """The number itself is shown, of a parameter and of a scale; none is made up."""
    parameter = f"parameters:\n  p:\n    value: {written}\nrules: {{R: {{formula: A * p}}}}\n"
    scale = (
        f"scales:\n  s:\n    kind: step\n    bands:\n      - from: 0\n        value: {written}\n"
    )
    for body in (parameter, f"{scale}rules: {{R: {{formula: s(A)}}}}\n"):
        text = HEAD.replace("language: 1", "language: 2") + body
        (folder / "r.yaml").write_text(text, encoding="utf-8")
        (problem,) = [each for each in _problems("r.yaml") if each["code"] == "value-not-number"]
        assert problem["hint"] == hint
