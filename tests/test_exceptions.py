"""Exceptions of rules, and names of outcomes and choices, as authors and readers meet them.

What they mean is in `conformance/exceptions.yaml` and `conformance/names.yaml`.
"""

import json
from fractions import Fraction

import pytest

from ruletrail.caches.compiled_functions import decode_functions, encode_functions
from ruletrail.caches.linked_rulebooks import decode_linked, encode_linked
from ruletrail.compiled import CompiledRulebook
from ruletrail.editors.places import list_occurrences
from ruletrail.editors.symbols import list_symbols
from ruletrail.evaluations import evaluate_record
from ruletrail.formatter import format_document
from support.command_line import call
from support.evaluators import check_trail, compare_columns, compare_functions, step_value
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

CHOICES = {"type": "string", "oneOf": [{"const": "SI", "title": "Certo"}, {"const": "NO"}]}
FIELDS = {
    "rendita": {"type": "number", "minimum": 0},
    "principale": "boolean",
    "comodato": "boolean",
    "scelta": CHOICES,
}
BOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
sources: {legge: {title: Legge, kind: law}}
parameters: {base: {value: 4}}
rules:
  aliquota:
    when: rendita > 0
    formula: 8.6
    exceptions:
      - {label: Abitazione principale, when: principale, formula: 0, source: legge}
      - {when: comodato and rendita < 100, formula: base / 2}
  "{n}_doppio":
    for_each: {n: [rendita, aliquota]}
    heading: I valori doppi
    label: Doppio, {n}
    formula: "{n} * 2"
decisions:
  fascia:
    cases:
      - {outcome: alta, when: rendita > 50, label: {it: Fascia alta, en: High band}}
      - {outcome: bassa, otherwise: true}
checks:
  scelta_ok: {expect: scelta == "NO", severity: warning}
"""
NONE = {"rendita": 3, "principale": False, "comodato": False}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Lie in a folder with the rulebook and its schema."""
    (tmp_path / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "schema.json").write_text(json.dumps(schema_of(FIELDS)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def page(folder, fields, *options: str) -> str:
    """Evaluate a report and give the page."""
    report = {"rulebook": REFERENCE, "fields": fields}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    command = options or ("evaluate", "report.json")
    _, out, err = call(*command, "--rulebook", "prova.yaml")
    assert err == ""
    return " ".join(out.split())


@pytest.mark.parametrize("count", [2, 120])
def test_many_exceptions_are_chosen_alike_everywhere(count):
    """Past fifty the compiled choice is a call and not a chain; a hundred pass a byte's sum."""
    exceptions = [{"when": f"x == {at}", "formula": f"x / 7 + {at}"} for at in range(count)]
    rules = {"s": {"formula": "x", "round": {"decimals": 2, "mode": "down"}}}
    rules["s"]["exceptions"] = [*exceptions, {"when": f"x == {count - 1} and p", "formula": "1"}]
    schema = schema_of({"x": "number", "p": "boolean"})
    plan = load_text(rulebook_text({"rules": rules}, language="2"), schema)
    compiled = CompiledRulebook(plan.linked)
    given = [(0, False), (count - 1, False), (count - 1, True), (count, True), (None, False)]
    reports = [
        plan.read({"rulebook": REFERENCE, "fields": {"p": p} if x is None else {"x": x, "p": p}})
        for x, p in given
    ]
    records = [compare_functions(compiled, report) for report in reports]
    compare_columns(compiled, reports)
    check_trail(records[1])
    facts = [step_value(record, "s") for record in records]
    last = count - 1 + Fraction((count - 1) * 100 // 7, 100)
    assert facts[:2] == ["0", str(float(last)).removesuffix(".0")]
    assert facts[2:] == [
        {"error": {"cause": "conflict", "of": "s"}},
        str(count),
        {"missing": ["x"]},
    ]


def test_the_caches_keep_exceptions(folder):
    """A linked rulebook and its functions come back as they were."""
    plan = load_text(BOOK, schema_of(FIELDS))
    again = decode_linked(encode_linked(plan.linked))
    assert again is not None
    assert encode_linked(again) == encode_linked(plan.linked)
    kept = decode_functions(encode_functions(CompiledRulebook(plan.linked)), plan.linked)
    fields = {**NONE, "comodato": True}
    report = plan.read({"rulebook": REFERENCE, "fields": fields})
    compare_functions(kept, report)
    assert step_value(evaluate_record(again, report), "aliquota") == "2"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (NONE, "aliquota = 8,6"),
        (NONE, "nessuna eccezione vale: principale = no"),
        ({**NONE, "principale": True}, "aliquota = 0"),
        (
            {**NONE, "principale": True},
            "vale l'eccezione «Abitazione principale», perché principale = sì; altrimenti",
        ),
        ({**NONE, "comodato": True}, "aliquota = base / 2 = 4 / 2 = 2"),
        (
            {**NONE, "comodato": True, "principale": True},
            "più eccezioni valgono insieme: «Abitazione principale», perché principale = sì",
        ),
        ({"rendita": 3, "principale": True}, "manca comodato per sapere se vale l'eccezione"),
        ({**NONE, "rendita": 0}, "aliquota non si applica, perché rendita (0) non supera 0"),
    ],
)
def test_a_page_says_which_exception_holds_and_why(folder, fields, said):
    """Of what was not chosen it shows no calculation."""
    assert said in page(folder, fields)


def test_an_explanation_lists_every_exception_with_its_formula(folder):
    """Those that were not chosen too, and what they rest on."""
    page(folder, {**NONE, "comodato": True})
    text = page(folder, {**NONE, "comodato": True}, "explain", "report.json", "aliquota")
    assert "eccezione «Abitazione principale»: principale: no formula: 0" in text
    assert "scelta: comodato e rendita < 100" in text
    assert "formula: base / 2" in text
    assert "fonte: legge" in text or "legge" in text


def test_pages_show_names_and_headings(folder):
    """An outcome in the reader's language, a choice by its title, a table by its heading."""
    fields = {**NONE, "rendita": 60, "scelta": "SI"}
    text = page(folder, fields)
    assert "Fascia alta (alta)" in text
    assert 'scelta è "Certo (SI)"' in text
    assert "I valori doppi" in text
    english = page(folder, fields, "--lang", "en", "evaluate", "report.json")
    assert "High band (alta)" in english


@pytest.mark.parametrize("is_special", [True, False])
@pytest.mark.parametrize("is_of_exception", [True, False])
def test_pages_of_a_rule_that_is_not_encoded_in_some_cases(is_of_exception, is_special):
    """Its exceptions are cases without outcomes: what is to be worked out by hand is the rule."""
    own, other = {"formula": "A * 2"}, {"not_encoded": "nobody knows"}
    rule, exception = (own, other) if is_of_exception else (other, own)
    body = {"rules": {"quota": {**rule, "exceptions": [{"label": "S", "when": "B", **exception}]}}}
    plan = load_text(rulebook_text(body, language="2"), schema_of({"A": "number", "B": "boolean"}))
    answer = plan.evaluate({"fields": {"A": 3, "B": is_special}})
    is_open = is_special is is_of_exception
    assert answer.status == ("incomplete" if is_open else "complete")
    for write in (answer.to_text, answer.to_markdown, answer.to_html):
        assert not is_open or "nobody knows" in write("en")


def test_examples_see_each_exception_and_the_rule_itself(folder):
    """Coverage counts them, suggestions find them, and reasons name them."""
    (folder / "prova.test.yaml").write_text(
        "test: 1\nrulebook: prova/2024\nexamples:\n"
        "  - name: uno\n"
        "    report: {fields: {rendita: 3, principale: false, comodato: false}}\n"
        "    expect: {values: {aliquota: 8.6}, reasons: {aliquota: {case: otherwise}}}\n"
        "  - name: due\n    like: uno\n    change: {principale: true}\n"
        "    expect: {reasons: {aliquota: {case: Abitazione principale}}}\n",
        encoding="utf-8",
    )
    _, out, _ = call("test", "prova.yaml", "--format", "json")
    tested = json.loads(out)
    found = json.dumps(tested)
    assert "1 Abitazione principale" not in found
    assert "2 comodato and rendita < 100" in found
    assert "3 otherwise" not in found
    assert '"failures": []' in found or '"failed": 0' in found


def test_descriptions_have_exceptions_and_titles():
    """Programs that build forms and pages get them."""
    plan = load_text(BOOK, schema_of(FIELDS))
    first, second = plan.rules["aliquota"].cases
    assert (first.label, first.when, first.formula) == ("Abitazione principale", "principale", "0")
    assert first.source[0].id == "legge"
    assert second.label == second.when == "comodato and rendita < 100"
    assert [each.label for each in plan.fields["scelta"].choices] == ["Certo", "NO"]
    assert [each.label for each in plan.decisions["fascia"].choices] == ["Fascia alta", "bassa"]


def test_editors_and_fmt_know_exceptions():
    """Their codes are found, they stand in the outline, and their keys have an order."""
    found = {(each.code, each.line) for each in list_occurrences(BOOK)}
    at = BOOK.split("\n").index("      - {when: comodato and rendita < 100, formula: base / 2}")
    assert {("comodato", at), ("rendita", at), ("base", at)} <= found
    names = json.dumps([repr(each) for each in list_symbols(BOOK)])
    assert "Abitazione principale" in names
    turned = BOOK.replace(
        "{label: Abitazione principale, when: principale, formula: 0, source: legge}",
        "{source: legge, formula: 0, when: principale, label: Abitazione principale}",
    )
    assert format_document(turned, "prova.yaml") == format_document(BOOK, "prova.yaml")
