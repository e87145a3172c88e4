"""What an author meets in a file of examples: codes of rows, sentences, and reports refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.places import ROOT

HOUSEHOLD = ROOT / "tests" / "household"
FIELDS = "{utenti: 10, abitanti: 100}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    return tmp_path


def _write(expect: str, printed: str = "", fields: str = FIELDS) -> None:
    """Put one example beside the rulebook."""
    report = f"{{fields: {fields}{printed}}}"
    text = f"test: 1\nrulebook: mensa/2031\nexamples:\n  - name: uno\n    report: {report}\n"
    path = Path("rulebooks/mensa/2031.test.yaml")
    path.write_text(f"{text}    expect:\n      {expect}\n", encoding="utf-8")


def _check(language: str = "it") -> list[dict[str, Any]]:
    _, out, _ = call("check", "mensa/2031", "--lang", language, "--format", "json")
    return list(json.loads(out)["problems"])


def _test(language: str) -> list[str]:
    """Run the example: what was expected of it, and found."""
    lines = call("test", "mensa/2031", "--lang", language)[1].splitlines()
    words = ("atteso  ", "trovato ", "expected ", "found    ")
    return [line[2:].split(None, 1)[1] for line in lines if line[2:].startswith(words)]


# -- Codes of rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("zzz", 'qui possono stare `"componenti[1].eta"`, `"componenti[1].minore"`, '),
        ("componenti.etaa", 'scrivi `"componenti[1].eta"`'),
        ("componenti[1].zzz", 'scrivi `"componenti[1].eta"`'),
        ("minorii", "intendevi `minori`?"),
    ],
)
def test_a_code_of_rows_is_listed_as_it_is_written(code: str, hint: str, tmp_path: Path):
    """Bare it would be refused next; what is proposed is not."""
    shutil.copytree(HOUSEHOLD, tmp_path, dirs_exist_ok=True)
    head = "test: 1\nrulebook: nucleo/2024\nexamples:\n"
    path = tmp_path / "household.test.yaml"
    example = '  - {name: a, report: {fields: {}}, expect: {values: {"%s": 1}}}\n'
    path.write_text(head + example % code, encoding="utf-8")
    words = ("check", tmp_path / "household.yaml", "--lang", "it", "--format", "json")
    found = [
        each
        for each in json.loads(call(*words)[1])["problems"]
        if each["code"] == "example-unknown-code"
    ]
    assert len(found) == 1
    assert found[0]["hint"].startswith(hint)
    path.write_text(head + example % "componenti[1].eta", encoding="utf-8")
    assert "example-unknown-code" not in call(*words)[1]


# -- Sentences -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["messages", "absent_messages"])
@pytest.mark.parametrize(
    ("written", "code", "instead"),
    [
        ("[Da pagare: 103,20 euro.]", "wrong-type", '["Da pagare: 103,20 euro."]'),
        ("[Da pagare: molto]", "wrong-type", '["Da pagare: molto"]'),
        ("[uno, Da pagare: 2]", "wrong-type", '"Da pagare: 2"'),
        ("[Da pagare 103,20 euro.]", "decimal-comma", '["Da pagare 103,20 euro."]'),
        ("[Da 1,5 a 2,50 euro]", "decimal-comma", '["Da 1,5 a 2,50 euro"]'),
        ("[due, Da pagare 1.103,20]", "decimal-comma", '"Da pagare 1.103,20"'),
        ('["uno", 2,50 euro]', "decimal-comma", '"2,50 euro"'),
    ],
)
def test_a_sentence_without_quotes_is_one_text(
    key: str, written: str, code: str, instead: str, folder: Path
):
    """A colon makes a mapping of it, a decimal comma two texts: the whole is shown in quotes."""
    _write(f"{key}: {written}")
    for language, verb in (("it", "scrivi"), ("en", "write")):
        (problem,) = [each for each in _check(language) if each["severity"] == "error"]
        assert problem["code"] == code
        assert f"{verb} `{instead}`" in problem["hint"]
    _write(f"{key}: {instead if instead[0] == '[' else f'[{instead}]'}")
    assert not [each for each in _check() if each["severity"] == "error"]


@pytest.mark.parametrize(
    "written", ["[uno, due]", "[art. 3, 5 euro]", '["a 1,20 b"]', "[art 3,comma 5]"]
)
def test_texts_that_are_two_stay_two(written: str, folder: Path):
    """A comma before a blank, or a letter, separates."""
    _write(f"messages: {written}")
    assert not [each for each in _check() if each["severity"] == "error"]


def test_a_printed_sentence_is_not_cut_either(folder: Path):
    """What the paper says is a list of texts too."""
    _write("status: complete", ", printed: {messages: [Dovuti 1,50 euro]}")
    (problem,) = [each for each in _check() if each["severity"] == "error"]
    assert problem["code"] == "decimal-comma"
    assert problem["hint"] == 'scrivi `["Dovuti 1,50 euro"]`'


def test_a_wrong_sentence_is_told_beside_the_right_one(folder: Path):
    """Of one message the sentence is shown whatever was expected; of no code alone."""
    said = "Il livello (10) raggiunge il minimo."
    for wrong in ("Il livello (11) raggiunge il minimo.", "tutt'altro"):
        _write(f'messages: ["{wrong}"]')
        none = "nessun messaggio con questo testo"
        assert _test("it") == [
            f"un messaggio che contenga «{wrong}»",
            f"{none}; quello di esito dice «{said}»",
        ]
        assert _test("en")[1] == f"no message with this text; that of esito says “{said}”"


def test_a_message_that_is_explained_is_shown_in_the_language(folder: Path):
    """`shown` is a word of trails."""
    path = Path("rulebooks/mensa/2031.yaml")
    message = "\nmessages:\n  avviso: {when: utenti > 0, text: {it: Ci sono utenti nella mensa.}}\n"
    path.write_text(path.read_text("utf-8") + message, encoding="utf-8")
    _write('messages: ["Ci sono utenti nella scuola."]')
    told = call("test", "mensa/2031", "--lang", "it")[1]
    assert "il più simile dice «Ci sono utenti nella mensa.»" in told
    assert "avviso = mostrata (frase" in told
    assert "shown" not in told
    assert "avviso = shown (message" in call("test", "mensa/2031", "--lang", "en")[1]


# -- Reports that are refused, or not --------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "fields", "italian", "english"),
    [
        (
            "status: complete", "utenti: due",
            ("una relazione senza problemi", "una relazione rifiutata: wrong-type"),
            ("a report without problems", "a report that is refused: wrong-type"),
        ),
        (
            "problems: [wrong-type]", "utenti: 1",
            (
                "una relazione rifiutata: wrong-type",
                "nessun problema: la relazione è ammessa",
            ),
            ("a report that is refused: wrong-type", "no problem: the report is admitted"),
        ),
        ("missing: [utenti]", "utenti: 1, abitanti: 1", ("utenti", "nulla"), ("utenti", "nothing")),
        (
            "absent_messages: [minimo]", "utenti: 1, abitanti: 1",
            (
                "nessun messaggio che contenga questo testo",
                "«Il livello (100) raggiunge il minimo.»",
            ),
            ("no message that contains this text", "“Il livello (100) raggiunge il minimo.”"),
        ),
    ],
)  # fmt: skip
def test_what_failed_is_told_in_words(
    expect: str,
    fields: str,
    italian: tuple[str, str],
    english: tuple[str, str],
    folder: Path,
):
    """A dash says nothing to who wrote no `problems`."""
    _write(expect, fields=f"{{{fields}}}")
    assert tuple(_test("it")[:2]) == italian
    assert tuple(_test("en")[:2]) == english
