"""Ways out of a wrong door: each command that is advised reads the file that it names."""

import json
import re
from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES, FORMS, ROOT

LANGUAGES = ["it", "en"]
SOCIALE = ("--rulebook", "sociale/2024")
HEADER = "rulebook;subject.comune;subject.provincia"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("form.txt").write_text(FORMS["jesi"], "utf-8")
    Path("form.pdf").write_bytes(b"%PDF-1.4\n")
    Path("jesi.yaml").write_text((EXAMPLES / "jesi-2024.yaml").read_text("utf-8"), "utf-8")
    trail = (EXAMPLES / "jesi-2024.trail.json").read_text("utf-8")
    Path("trail.json").write_text(trail, "utf-8")
    Path("pretty.json").write_text(json.dumps(json.loads(trail), indent=2), "utf-8")
    Path("rows.csv").write_text(f"{HEADER};R03\nsociale/2024;Jesi;AN;1\n", "utf-8")
    Path("own.yaml").write_text((ROOT / "rulebooks/sociale/2024.yaml").read_text("utf-8"), "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("explain form.pdf", "read form.pdf --rulebook sociale/2024 -o form.yaml"),
        ("explain form.txt", "read form.txt --rulebook sociale/2024 -o form.yaml"),
        ("explain rows.csv", "batch rows.csv -o out.csv --rulebook sociale/2024"),
        ("explain jesi.yaml", "explain jesi.yaml livello"),
        ("list jesi.yaml", "evaluate jesi.yaml"),
        ("list form.txt", "read form.txt --rulebook sociale/2024 -o form.yaml"),
        ("list trail.json", "verify trail.json"),
        ("list own.yaml", "show own.yaml"),
    ],
)
def test_the_command_that_reads_the_file_is_advised_at_once(
    words: str, command: str, language: str
):
    """`explain form.pdf CODE` was advised, and `show` of a report: wrong files again."""
    status, _, err = call(*words.split(), "--lang", language)
    assert (status, f"`ruletrail {command}`" in err) == (2, True), err
    if "form.pdf" not in command and "own.yaml" not in command:  # no PDF, and no schema beside it
        assert call(*command.split())[0] in (0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trail_that_was_written_anew_has_a_way_out(language: str):
    """Pretty-printed, it holds the same and is not what was sealed."""
    status, _, err = call("verify", "pretty.json", "--lang", language)
    said = {"it": "prendi l'originale", "en": "take the original"}[language]
    assert (status != 0, "[trail-not-canonical]" in err, said in err) == (True, True, True)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("Numero di abitanti 2024", "R03"),
        ("Numero di abitanti", "R03"),
        ("numero  di ABITANTI", "R03"),
        ("Risorse aggiuntive effettive", "R08"),
        ("Numero", ""),
        ("Utenti anziani", ""),
        ("Numero di abi", ""),
    ],
)
def test_a_column_called_by_a_title_is_told_its_code(column: str, code: str):
    """Where the title, or the whole words that it begins with, are of one field alone."""
    Path("rows.csv").write_text(f"{HEADER};R05;{column}\nsociale/2024;A;AN;1;2\n", "utf-8")
    status, _, err = call("batch", "rows.csv", "-o", "out.csv", "--lang", "it")
    meant = re.findall(r"intendevi `(.*?)`", err)
    assert (status, "[batch-column-unknown]" in err, meant) == (2, True, [code] if code else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_that_are_not_found_are_told_as_the_form_names_them(language: str):
    """Their names stood over lines of the page, and nobody said which were looked for."""
    text = FORMS["jesi"].replace("Comune 2020 2024", "Comune\n2020\n2024")
    text = text.replace("N° di utenti", "Utenti")
    Path("form.txt").write_text(text, "utf-8")
    status, _, err = call("read", "form.txt", *SOCIALE, "--lang", language)
    names = "`N° di utenti serviti 2019 N° di utenti serviti 2024 Totale annuo ore di assistenza"
    here = {"it": "qui il modulo ha", "en": "here the form has"}[language]
    assert (status, f"{here} {names}" in err) == (1, True)


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("euro", "it", "una somma di 3.580.390,40 euro è 3580390.40"),
        ("euro", "en", "a sum of 3,580,390.40 euro is 3580390.40"),
        ("percentuale", "it", "una percentuale di 8,50 % è 8.50"),
        ("percentuale", "en", "a percentage of 8.50 % is 8.50"),
        ("percentage", "en", "a percentage of 8.50 % is 8.50"),
    ],
)
def test_a_word_of_reports_leads_to_what_is_written_in_one(asked: str, language: str, said: str):
    """Before what the language of rulebooks makes of it, which follows."""
    status, out, _ = call("help", asked, "--lang", language)
    shown = " ".join(out.replace("`", "").split())
    assert (status, said in shown) == (0, True)
    assert "language-2" not in shown[: shown.index(said)]
    assert shown.count(f"{asked} ===") <= 1
