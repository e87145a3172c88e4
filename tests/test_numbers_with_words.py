"""Numbers of a report among words: ratios as they are printed, notes, rows of a printed table."""

import json
from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
LANGUAGES = pytest.mark.parametrize("language", ["it", "en"])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(line: str, new: str, language: str = "it") -> str:
    assert f"  {line}\n" in JESI
    Path("jesi.yaml").write_text(JESI.replace(f"  {line}\n", f"{new}\n"), encoding="utf-8")
    status, _, err = call("evaluate", "jesi.yaml", "--lang", language)
    assert status == 2
    return err


@LANGUAGES
@pytest.mark.parametrize(
    "written",
    [
        "1 ogni 2792",
        "1:2792",
        "1/2792",
        "1 assistente sociale ogni 2792 abitanti",
        "1 social worker every 2792",
        "1 per 2792 abitanti",
    ],
)
def test_of_a_ratio_the_number_is_said(written: str, language: str):
    said = {
        "it": "→ scrivi `2792`: di un rapporto 1 a N si scrive solo N\n",
        "en": "→ write `2792`: of a ratio of 1 to N only N is written\n",
    }
    assert said[language] in told("R00E: 2792", f"  R00E: {written}", language)


@pytest.mark.parametrize("verb", ["ogni", "per"])
@pytest.mark.parametrize("one", ["1", "un"])
def test_a_colon_breaks_a_ratio(one: str, verb: str):
    err = told("R00E: 2792", f"  R00E: {one} assistente sociale {verb}: 2792 abitanti")
    assert "→ i due punti spezzano il valore: di un rapporto 1 a N scrivi solo N, `2792`; se" in err


def test_what_may_be_two_numbers_is_said_as_two():
    """A half is no ratio; a point in one may part thousands."""
    assert "di un rapporto" not in told("R00E: 2792", "  R00E: 1/2")
    err = told("R00E: 2792", "  R00E: 1 ogni 2.792 abitanti")
    assert "→ scrivi `2792` se il punto separa le migliaia, `2.792` se separa i decimali" in err


@pytest.mark.parametrize("written", ["39301# al 31/12", "39301 al 31/12"])
@LANGUAGES
def test_a_note_needs_a_sign_of_its_own(written: str, language: str):
    said = {
        "it": "→ se il valore è `39301` scrivi solo quello; una nota va dietro, dopo uno spazio e "
        "`#`: `39301 # al 31/12`\n",
        "en": "→ if the value is `39301` write it alone; a note goes behind it, after a space and "
        "`#`: `39301 # al 31/12`\n",
    }
    assert said[language] in told("R03: 39301", f"  R03: {written}", language)
    mended = JESI.replace("R03: 39301", "R03: 39301 # al 31/12")
    Path("jesi.yaml").write_text(mended, encoding="utf-8")
    assert call("evaluate", "jesi.yaml")[0] == 0


@pytest.mark.parametrize(
    "written", ["12 euro e 50 centesimi", "3,58 mln di euro circa", "12 mila e rotti", '"3 al 4"']
)
def test_words_that_count_are_no_note(written: str):
    """In quotes a text stays one, whatever follows it."""
    assert "una nota va dietro" not in told("R06: 3580390.40", f"  R06: {written}")


@pytest.mark.parametrize("written", ["> 3,58 mln", "% 3,58 mila"])
def test_no_sign_before_a_number_hides_what_multiplies_it(written: str):
    """With the sign alone taken away, the number would be wrong by a thousand or a million."""
    assert "scrivi `3.58`" not in told("R06: 3580390.40", f"  R06: {written}")


def test_a_table_has_no_notes():
    """Nor has JSON: a comment is of YAML."""
    rows = "subject.comune,subject.provincia,R03\nA,LO,39301 al 31/12\n"
    Path("rows.csv").write_text(rows, encoding="utf-8")
    words = "batch rows.csv -o out.jsonl --rulebook sociale/2024 --lang it"
    call(*words.split())
    shown = Path("out.jsonl").read_text(encoding="utf-8")
    assert "scrivi solo cifre: `1234`; se il dato manca, lascia vuota la cella" in shown
    report = '{"rulebook":"sociale/2024","subject":{"comune":"A","provincia":"AN"},"fields":'
    Path("r.json").write_text(report + '{"R03":"39301 al 31/12"}}', encoding="utf-8")
    assert "una nota va dietro" not in call("evaluate", "r.json", "--lang", "it")[2]


@pytest.mark.parametrize(
    ("words", "hints"),
    [
        ("", ("lascia vuota la cella", "sembra contare in")),
        (" --decimal comma", ("scrivi `3580390`", "sembra contare in")),
        (" --decimal point", ("scrivi il numero per esteso, `3580390`", "sembra contare in")),
    ],
)
def test_a_table_has_its_thousands_written_out_too(words: str, hints: tuple[str, str]):
    """No cell is told to lose the word that multiplies it: `3580.39` would be taken."""
    rows = "subject.comune;subject.provincia;R06;R05\nA;LO;3.580,39 (in migliaia);8,50 ‰\n"
    Path("rows.csv").write_text(rows, encoding="utf-8")
    call(*f"batch rows.csv -o out.jsonl --rulebook sociale/2024 --lang it{words}".split())
    (row,) = map(json.loads, Path("out.jsonl").read_text(encoding="utf-8").splitlines())
    told = {each["field"]: each["hint"] for each in row["problems"]}
    assert hints[0] in told["R06"]
    assert hints[1] in told["R05"]
    assert "3580.39" not in told["R06"]


@LANGUAGES
@pytest.mark.parametrize(
    "row", ["  | R03 | 39301 |", "| R03 | 39301 |", "| R03 | abitanti | 39301"]
)
def test_a_row_of_a_table_is_an_entry(row: str, language: str):
    said = {
        "it": "→ una riga di tabella qui è una voce: scrivi `  R03: 39301`\n",
        "en": "→ a row of a table is an entry here: write `  R03: 39301`\n",
    }
    assert said[language] in told("R03: 39301", row, language)


def test_several_rows_of_a_table():
    """The first with a code is shown; what stands above them is no entry."""
    rows = "| Codice | Valore |\n|---|---|\n| R03 | 39301 |\n| R05 | 8.50 |"
    assert (
        "→ le righe di una tabella qui sono voci: scrivi `  R03: 39301`, e così quelle fino alla "
        "94; titoli e lineette vanno tolti\n" in told("R03: 39301", rows)
    )
