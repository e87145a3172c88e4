"""What an officer gives to the wrong place: each is told what it is, and what goes there."""

from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES, FORMS

REPORT = (EXAMPLES / "livorno-2024.yaml").read_text("utf-8")
SIGNED = b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82" + bytes(64)
HEADER = "subject.comune;R03;R05\nJesi;39301;8,50\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(REPORT, "utf-8")
    (tmp_path / "a.txt").write_text(FORMS["jesi"], "utf-8")
    return tmp_path


def ask(*words: object, language: str = "it") -> str:
    """Return what is said of a call that comes to no answer."""
    status, _, err = call(*words, "--lang", language)
    assert status == 2
    return err


# -- After `--rulebook` ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("evaluate", "a.yaml"), ("read", "a.txt")])
def test_another_file_after_rulebook_is_none(command: tuple[str, ...]) -> None:
    """The command reads reports: that it does not would be untrue."""
    said = ask(*command, "--rulebook", "a.yaml")
    assert "`a.yaml` è una relazione, non un rulebook [wrong-file]" in said
    assert "dopo `--rulebook` va un rulebook, per esempio `sociale/2024`" in said
    said = ask(*command, "--rulebook", "a.yaml", language="en")
    assert "`a.yaml` is a report, no rulebook" in said


def test_a_rulebook_in_the_place_of_a_report_is_still_one() -> None:
    """Its name alone, too."""
    for words in (("evaluate", "sociale/2024"), ("needed", "sociale/2024")):
        said = ask(*words)
        assert "`sociale/2024` è un rulebook, che questo comando non legge" in said
        assert "`ruletrail evaluate … --rulebook sociale/2024`" in said
    assert "[file-unreadable]" in ask("evaluate", "relazioni/2024")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Sociale/2024", "intendevi `sociale/2024`?"),
        ("sociale 2024", "intendevi `sociale/2024`?"),
        ("sociale\\2024", "intendevi `sociale/2024`?"),
        ("sociale/2024@1.1", "una versione ha tre numeri: `@1.0.0`"),
        ("sociale", "c'è `sociale/2024`"),
    ],
)
def test_the_rulebook_of_a_report_is_told_as_that_of_the_option(written: str, hint: str) -> None:
    Path("a.yaml").write_text(
        REPORT.replace("rulebook: sociale/2024", f"rulebook: {written}"), "utf-8"
    )
    said = ask("evaluate", "a.yaml")
    assert "[reference-form]" in said
    assert f"  → {hint}" in said


# -- Files of other kinds --------------------------------------------------------------------------


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_photo_of_a_telephone_is_an_image(brand: bytes) -> None:
    Path("a.heic").write_bytes(b"\x00\x00\x00\x18ftyp" + brand + bytes(64))
    said = ask("read", "a.heic", "--rulebook", "sociale/2024")
    assert "è un'immagine" in said
    assert (
        "scarica il PDF dal portale, e poi `ruletrail read a.pdf --rulebook sociale/2024 -o" in said
    )


@pytest.mark.parametrize(("name", "data"), [("a.pdf", SIGNED), ("a.pdf.p7m", b"MIIBfakebase64")])
def test_a_signed_document_is_to_be_extracted(name: str, data: bytes) -> None:
    """By what it begins with, or by its name where it is written in letters."""
    Path(name).write_bytes(data)
    said = ask("read", name, "--rulebook", "sociale/2024")
    assert "è un documento firmato (.p7m)" in said
    assert "estrai con il programma di firma" in said


def test_an_empty_form_is_empty() -> None:
    """And no form of another rulebook."""
    Path("a.txt").write_text("\n", "utf-8")
    said = ask("read", "a.txt", "--rulebook", "sociale/2024")
    assert "il documento è vuoto [empty-document]" in said
    assert "salva di nuovo il testo del modulo" in said


@pytest.mark.parametrize("name", ["b.html", "b.docx", "b.csv"])
def test_a_report_is_written_under_no_name_of_another_form(name: str) -> None:
    said = ask("read", "a.txt", "--rulebook", "sociale/2024", "-o", name)
    assert "una relazione è un `.yaml`: scrivi `-o b.yaml`" in said
    assert not Path(name).exists()


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_workbook_called_csv_is_a_workbook(is_cut: bool, folder: Path) -> None:  # noqa: FBT001 - a parameter of the test
    """No encoding mends it; the command of the hint reads it."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["subject.comune", "subject.provincia", "R03"], ["Jesi", "AN", 39301]):
        book.active.append(row)
    book.save(folder / "b.csv")
    # the hour at which it was made may end a line, before which all is text
    data = bytearray((folder / "b.csv").read_bytes())
    data[10 if is_cut else 11] = 10 if is_cut else 96
    (folder / "b.csv").write_bytes(data)
    said = ask("batch", "b.csv", "-o", "c.csv")
    assert "`b.csv` è un foglio di calcolo .xlsx, anche se il nome dice altro" in said
    assert "--encoding" not in said
    hint = said.partition("`ruletrail ")[2].partition("`")[0]
    assert "--from xlsx" in hint
    assert call(*hint.split())[0] == 0


def test_a_folder_is_no_table() -> None:
    Path("reports").mkdir()
    told = ask("batch", "reports", "-o", "c.csv")
    assert "è una cartella: qui serve un file solo, con una relazione per riga" in told
    assert "le valuta, una alla volta, `ruletrail evaluate FILE`" in told


# -- First lines of tables -------------------------------------------------------------------------

FIRST_LINES = [
    (HEADER.replace(";", "|"), "non con `|`"),
    ("sep=;\n" + HEADER, "togli la prima riga, `sep=`"),
    ("Relazioni 2024;;\n" + HEADER, "qui comincia con `Relazioni 2024`"),
    (HEADER, "indicalo con `--rulebook`, per esempio `--rulebook sociale/2024`\n"),
    (HEADER.partition("\n")[2].replace("39301", "a,b"), "la prima riga contiene i nomi"),
]


@pytest.mark.parametrize(("text", "hint"), FIRST_LINES)
def test_what_is_wrong_with_a_first_line_is_told_before_a_rulebook_is_asked_for(
    text: str, hint: str
) -> None:
    """Else the rulebook is named, and only then is the line told."""
    Path("b.csv").write_text(text, "utf-8")
    assert hint in ask("batch", "b.csv", "-o", "c.csv")


def test_the_sheet_may_be_another_one(folder: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Istruzioni"])
    book.save(folder / "b.xlsx")
    said = ask("batch", "b.xlsx", "-o", "c.csv", "--rulebook", "sociale/2024")
    assert "indicalo con `--sheet NOME`" in said


# -- Signs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("R03: ", "R03: 1,\n  X: ", "→ scrivi `1`,"),
        (
            "{comune: Livorno, provincia: LI}",
            "{comune: Livorno provincia: LI}",
            "→ se `provincia` è una chiave, prima ci vuole la virgola: `Livorno, provincia:`",
        ),
        (
            "{comune: Livorno, provincia: LI}",
            "{comune Livorno, provincia: LI}",
            "→ dopo la chiave mancano i due punti: `comune: Livorno`",
        ),
        (
            "{comune: Livorno, provincia: LI}",
            "{comune: Livorno: LI}",
            "→ metti fra virgolette il testo che contiene i due punti",
        ),
    ],
)
def test_a_comma_too_many_or_too_few(old: str, new: str, hint: str) -> None:
    assert old in REPORT
    Path("a.yaml").write_text(REPORT.replace(old, new, 1), "utf-8")
    assert hint in ask("evaluate", "a.yaml")


def test_words_that_batch_does_without() -> None:
    said = ask("batch", "a.csv", "-o", "c.csv", "--delimiter", ";")
    assert "il separatore si riconosce da solo" in said


def test_an_unknown_code_is_told_by_those_of_the_form() -> None:
    """`--set` is no report: what stands in that is not left out."""
    said = ask("whatif", "a.yaml", "livello", "--set", "R99=3")
    assert "→ codici del modulo: `R0A_2019`, `R0A`" in said


def test_a_rulebook_that_no_library_has_may_be_a_file() -> None:
    Path("a.yaml").write_text(REPORT.replace("sociale/2024", "bonus-acqua/2024"), "utf-8")
    said = ask("evaluate", "a.yaml")
    assert "[rulebook-unknown]" in said
    assert "se hai il suo file, indicalo con `--rulebook FILE.yaml`" in said


@pytest.mark.parametrize("noted", ["39301*", "39301 (al 31.12)", "39301 // ISTAT", "39301."])
def test_a_note_behind_a_number_leaves_the_number(noted: str) -> None:
    written = REPORT.replace("  R03: ", f"  R03: {noted}\n  X: ", 1)
    Path("a.yaml").write_text(written, "utf-8")
    assert "→ scrivi `39301`, senza unità di misura né altro" in ask("evaluate", "a.yaml")


def test_the_line_that_lost_its_indentation_is_the_one_that_is_told() -> None:
    """Not the next one, which stands as all the others do."""
    Path("a.yaml").write_text(REPORT.replace("  R05: ", "R05: ", 1), "utf-8")
    line = REPORT[: REPORT.index("  R05: ")].count("\n") + 1
    said = ask("evaluate", "a.yaml")
    assert said.startswith(f"a.yaml:{line}:1: errore:")
    assert "`R05:`" in said
    assert "2 spazi" in said


def test_an_italian_number_in_json_keeps_its_thousands() -> None:
    Path("a.json").write_text(
        '{"rulebook": "sociale/2024", "fields": {"R06": 3.580.390,40}}', "utf-8"
    )
    assert "→ scrivi `3580390.40`" in ask("evaluate", "a.json")
    Path("a.json").write_text('{"rulebook": "sociale/2024", "fields": {"R06": 39.301,5}}', "utf-8")
    assert "→ scrivi `39301.5`" in ask("evaluate", "a.json")


BONUS = EXAMPLES / "water-bonus" / "bonus.yaml"


def test_the_rows_of_a_list_are_json_in_one_column() -> None:
    """Whoever writes names there does not know it; a column for a cell of a row is none."""
    Path("b.csv").write_text("ise;componenti\n1000;Anna e Bruno\n", "utf-8")
    assert call("batch", "b.csv", "-o", "c.csv", "--rulebook", BONUS, "--lang", "it")[0] == 1
    assert "la cella contiene tutte le righe dell'elenco, come JSON" in Path("c.csv").read_text(
        "utf-8"
    )
    for column in ("componenti[1].nome", "componenti.nome"):
        Path("b.csv").write_text(f"ise;{column}\n1000;Anna\n", "utf-8")
        said = ask("batch", "b.csv", "-o", "d.csv", "--rulebook", BONUS)
        assert "le righe dell'elenco `componenti` stanno tutte nella colonna `componenti`" in said


def test_a_report_of_another_form_is_told_so() -> None:
    """Editions have nothing to do with it."""
    said = ask("evaluate", "a.yaml", "--rulebook", BONUS)
    assert "[report-of-another]" in said
    assert "sono due moduli diversi" in said
    assert "o il rulebook `sociale/2024`" in said


def test_a_long_label_is_cut_at_a_word_and_leaves_no_bracket_open() -> None:
    """`(% di utenti figurativi standard rispet…)` told nobody more than the year."""
    text = (EXAMPLES / "jesi-2024.yaml").read_text("utf-8")
    Path("r.yaml").write_text(text.replace("R05: 8.50", "R05: 8,50"), "utf-8")
    said = ask("evaluate", "r.yaml")
    assert "R05 (Livello di servizio di riferimento 2024…): `8,50` è un testo" in said
