"""What stands in a sentence's braces in the place of a code: the entry of that name is named."""

from pathlib import Path

import pytest

from ruletrail.linking import entry_checks
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.rulebooks import load_text, rulebook_text, schema_of

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0, "maximum": 100}}, "additionalProperties": false}}}"""
BOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
parameters:
  minimo: {label: Fatturato minimo, value: 500}
rules:
  dovuta:
    formula: isee
    exceptions:
      - {label: Piccola, when: isee < 10, formula: minimo}
messages:
  m: {when: isee > 5, text: {it: "Almeno {minimo}."}}
"""


def _check(tmp_path: Path, old: str, new: str) -> str:
    (tmp_path / "s.json").write_text(SCHEMA, encoding="utf-8")
    path = tmp_path / "r.yaml"
    path.write_text(BOOK.replace(old, new, 1), encoding="utf-8")
    _, out, err = call("check", str(path), "--lang", "it")
    return out + err


@pytest.mark.parametrize("written", ["{Fatturato minimo}", "{mínimo}", "{ MÍNIMO }"])
def test_a_label_or_a_code_with_an_accent(written: str, tmp_path: Path):
    """Neither its first word nor its first letter is the code."""
    said = _check(tmp_path, "{minimo}", written)
    assert "le graffe contengono solo un codice: `{minimo}`;" in said


def test_a_word_with_an_accent_that_is_nothing(tmp_path: Path):
    """No code is made of its beginning."""
    said = _check(tmp_path, "{minimo}", "{màssimo}")
    assert "[template-form]" in said
    assert "`{m}`" not in said


def test_an_exception_that_always_holds(tmp_path: Path):
    """It cannot go without its condition: what it amounts to is said."""
    said = _check(tmp_path, "when: isee < 10", "when: true")
    assert "[condition-always-true]" in said
    assert "un'eccezione che vale sempre sostituisce la regola" in said
    assert "toglila, o correggi" not in said


def test_a_part_of_its_condition(tmp_path: Path):
    """The rest of it still decides: it may be removed."""
    said = _check(tmp_path, "when: isee < 10", "when: isee < 10 and isee >= 0")
    assert "toglila, o correggi" in said


def test_after_very_many_errors_no_further_entry_is_checked(monkeypatch: pytest.MonkeyPatch):
    """A name that stands twice in a sentence is one error of it."""
    monkeypatch.setattr(entry_checks, "MOST_ERRORS", 3)
    shown = {f"m{at}": {"when": "true", "text": {"it": f"{{q{at}}} {{q{at}}}"}} for at in range(9)}
    with pytest.raises(ProblemsError) as told:
        load_text(rulebook_text({"messages": shown}), schema_of({"A": "number"}))
    assert [each.details["text"] for each in told.value.problems] == [
        "`q0`",
        "`q1`",
        "`q2`",
        "`q3`",
    ]
    sound = {f"m{at}": {"when": "true", "text": {"it": "{A}"}} for at in range(9)}
    load_text(rulebook_text({"messages": sound}), schema_of({"A": "number"}))


@pytest.mark.parametrize("locale", ["it", "en"])
@pytest.mark.parametrize("asked", ["it", "en"])
def test_a_check_that_shows_a_text_of_rows_is_in_the_rulebooks_language(
    locale: str, asked: str, tmp_path: Path
):
    """Whatever the language of problems: a sentence in another one would be a problem itself."""
    schema = SCHEMA.replace(
        '"isee"',
        '"figli": {"type": "array", "maxItems": 3, "items": {"type": "object", '
        '"additionalProperties": false, "properties": {"nome": {"type": "string"}}}}, "isee"',
    )
    (tmp_path / "s.json").write_text(schema, encoding="utf-8")
    shown = BOOK.replace("locale: it", f"locale: {locale}")
    shown = shown.replace('{it: "Almeno {minimo}."}', f'{{{locale}: "{{figli.nome}}"}}')
    path = tmp_path / "r.yaml"
    path.write_text(shown, encoding="utf-8")
    _, out, err = call("check", str(path), "--lang", asked)
    instead = f'`figli.…: {{expect: …, message: {{{locale}: "{{figli.nome}} …"}}}}`'
    assert "[row-outside-list]" in out + err
    assert instead in out + err
