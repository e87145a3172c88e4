"""A file given to the wrong command: the problem says what it is and which command reads it."""

import csv
import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from ruletrail.digests import canonical_json
from ruletrail.documents.recognising import is_cut_in_cells, recognise
from ruletrail.problem_texts import HINTS
from ruletrail.problem_texts.doors import DOORS
from support import make_pdf
from support.command_line import call
from support.places import EXAMPLES, FORMS, ROOT

SOCIALE = ("--rulebook", "sociale/2024")
COMMANDS = {
    "evaluate": lambda name: ("evaluate", name),
    "explain": lambda name: ("explain", name, "R04"),
    "seal": lambda name: ("seal", name),
    "evaluate by": lambda name: ("evaluate", "report.yaml", "--rulebook", name),
    "check": lambda name: ("check", name),
    "test": lambda name: ("test", name),
    "show": lambda name: ("show", name),
    "docs": lambda name: ("docs", name),
    "graph": lambda name: ("graph", name),
    "fmt": lambda name: ("fmt", name),
    "verify": lambda name: ("verify", name),
    "read": lambda name: ("read", name, *SOCIALE),
    "batch": lambda name: ("batch", name, "-o", "out.jsonl"),
}
FORMS_OF_ROWS = {"table": "csv", "lines": "jsonl", "parquet": "parquet", "workbook": "xlsx"}
ROWS = set(FORMS_OF_ROWS)
READS = {
    "read": {"pdf", "text"},
    "batch": ROWS,
    "verify": {"trail"},
    "fmt": {"rulebook", "layout", "examples"},
    **{command: {"report"} for command in ("evaluate", "explain", "seal")},
    **{
        command: {"rulebook"}
        for command in ("evaluate by", "check", "test", "show", "docs", "graph")
    },
}
"""What each command reads."""


def zipped(**files):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return packed.getvalue()


RULEBOOKS = ROOT / "rulebooks" / "sociale"
TRAIL = (EXAMPLES / "jesi-2024.trail.json").read_bytes()
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FILES = {
    "pdf": make_pdf.lines_to_pdf(FORMS["jesi"]),
    "text": FORMS["jesi"].encode(),
    "html": b"<!DOCTYPE html>\n<html><body>Jesi</body></html>\n",
    "written": zipped(word__document="x"),
    "image": b"\x89PNG\r\n\x1a\n" + bytes(32),
    "signed": b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(64),
    "mail": b"From: a@b.it\nTo: c@d.it\nSubject: modulo\nMIME-Version: 1.0\n\n--x\nJVBERi0xLjc=\n",
    "table": b"rulebook;R03;R05\nsociale/2024;39301;8,50\n",
    "lines": b'{"rulebook": "sociale/2024"}\n{"rulebook": "sociale/2024"}\n',
    "parquet": b"PAR1" + bytes(32) + b"PAR1",
    "workbook": zipped(xl__workbook="x"),
    "open-workbook": zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "old-workbook": OLD_OFFICE,
    "packed": zipped(a="x"),
    "sqlite": b"SQLite format 3\x00" + bytes(84),
    "binary": bytes(range(256)) * 8,
    "trail": TRAIL,
    "report": (EXAMPLES / "jesi-2024.yaml").read_bytes(),
    "canonical": canonical_json(json.loads(TRAIL)["report"]).encode(),
    "record": b'{"number":1,"parts":{},"previous":"","record":1,"sealed_at":"2026-11-30"}',
    "answer": (
        b"# JESI (AN), sociale 2024\n\n"
        b"Obiettivi di servizio; rulebook sociale/2024, versione 1.0.1 (pubblicata)\n"
    ),
    "answers": b"row;subject.comune;status;R04;missing;problems\n1;Jesi;complete;10,32;;\n",
    "rulebook": (RULEBOOKS / "2024.yaml").read_bytes(),
    "layout": (RULEBOOKS / "2024.layout.yaml").read_bytes(),
    "examples": (RULEBOOKS / "2024.test.yaml").read_bytes(),
    "schema": b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}',
}
OURS = {"trail", "report", "canonical", "record", "rulebook", "layout", "examples", "schema"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULETRAIL_DEBUG", "1")
    (tmp_path / "report.yaml").write_bytes(FILES["report"])
    return tmp_path


def test_every_kind_has_a_file():
    assert set(FILES) == set(DOORS)


@pytest.mark.parametrize("kind", list(FILES))
@pytest.mark.parametrize("command", list(COMMANDS))
def test_the_problem_says_what_the_file_is(kind, command):
    """By content: the name tells nothing. It never tells to save it in another encoding."""
    if kind in READS[command]:
        return
    Path("file.dat").write_bytes(FILES[kind])
    for language, place in (("it", 0), ("en", 1)):
        words = (*COMMANDS[command]("file.dat"), "--lang", language)
        status, out, err = call(*words)
        assert (status, out) == (2, ""), err
        lines = [line for line in err.splitlines() if "file.dat" in line or "→" in line]
        assert DOORS[kind][place] in lines[0]
        assert lines[0].endswith("[wrong-file]")
        assert "UTF-8" not in err
        form = f" --from {FORMS_OF_ROWS[kind]}" if kind in ROWS else ""
        named = "report-as-given" if kind in ("canonical", "record") else f"file.dat{form}"
        beside = {"trail": "trail.json", "pdf": "file.pdf", "txt": "file.txt"}
        hint = DOORS[kind][2 + place].format(name=named, **beside)
        if command == "evaluate by":
            hint = HINTS["rulebook-option"][language]
        assert lines[1] == f"  → {hint}"
        assert len(lines) == 2


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("pdf", "ruletrail read file.dat --rulebook sociale/2024 -o "),
        ("text", "ruletrail read file.dat --rulebook sociale/2024 -o "),
        *(
            (
                kind,
                f"ruletrail batch file.dat --from {form} -o answers.csv --rulebook sociale/2024`",
            )
            for kind, form in FORMS_OF_ROWS.items()
        ),
        ("open-workbook", "ruletrail batch table.xlsx"),
        ("old-workbook", "ruletrail batch table.xlsx"),
        *(
            (kind, "ruletrail read file.pdf --rulebook sociale/2024 -o form.yaml`")
            for kind in ("written", "image", "html")
        ),
        ("written", "ruletrail read file.txt --rulebook sociale/2024 -o form.yaml`"),
        ("image", "ruletrail help commands`"),
        ("trail", "ruletrail verify file.dat"),
        ("sqlite", "ruletrail archive list --archive file.dat"),
    ],
)
def test_the_hint_names_the_command_that_reads_it(kind, command):
    Path("file.dat").write_bytes(FILES[kind])
    assert f"`{command}" in call("evaluate", "file.dat")[2]


ANSWERS = (
    "evaluate {}",
    "explain {} R04",
    "whatif {} livello",
    "needed {}",
    "verify {}",
    "seal {}",
)


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("asked", ["evaluate report.yaml", "explain report.yaml R04", "needed"])
def test_what_ruletrail_wrote_for_people_is_known(form: str, language: str, asked: str):
    """Whatever command wrote it, in whichever language, and whichever command it is given to."""
    asked = asked if " " in asked else f"{asked} report.yaml"
    words = (*asked.split(), "--format", form, "--lang", language, "-o", "answer")
    assert call(*words)[0] in (0, 1)
    for command in ANSWERS:
        status, _, err = call(*command.format("answer").split(), "--lang", "it")
        assert status == 2
        assert "`answer` è una risposta di ruletrail, scritta per chi la legge" in err


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet"])
def test_answers_of_batch_are_no_reports(form: str):
    """Neither for commands that read one, nor for `batch`: with a rulebook and without."""
    pytest.importorskip("pyarrow")
    Path("sub").mkdir()
    Path("rows.csv").write_text("subject.comune,subject.provincia,R03\nA,LO,10\n", "utf-8")
    assert call("batch", "rows.csv", "-o", f"sub/out.{form}", *SOCIALE)[0] == 0
    doors = [*ANSWERS, "batch {} -o x.csv", "batch {} -o x.csv --rulebook sociale/2024"]
    for command in doors:
        status, _, err = call(*command.format(f"sub/out.{form}").split(), "--lang", "it")
        assert status == 2
        assert f"out.{form}` è un file di risposte di `ruletrail batch`" in err, command
        assert err.count("\n") == 2
    assert not Path("x.csv").exists()


def test_answers_that_were_kept_beside_fields_are_a_table():
    """Somebody may keep them to look at, and says so."""
    Path("rows.csv").write_text(
        "rulebook,R03,status,missing,problems\nsociale/2024,10,,,\n", "utf-8"
    )
    kept = [word for name in ("status", "missing", "problems") for word in ("--keep", name)]
    err = call("batch", "rows.csv", "-o", "x.jsonl", *kept)[2]
    assert "wrong-file" not in err


def test_parts_of_a_record_are_told_apart():
    """The envelope names the two parts beside it that commands read, with their folder."""
    assert call("seal", "report.yaml", "--archive", "a.sqlite")[0] == 0
    assert call("archive", "export", "1", "--archive", "a.sqlite", "-o", "r")[0] == 0
    for command in ("evaluate", "verify"):
        err = call(command, "r/record.json")[2]
        assert "record.json` is the envelope of a sealed record" in err
        assert "`ruletrail verify r/trail.json`" in err
        assert "`ruletrail evaluate r/report-as-given`" in err
    assert call("verify", "r/trail.json")[0] == 0
    assert call("evaluate", "r/report-as-given", "-o", "x.txt")[0] == 0


@pytest.mark.parametrize("name", ["rows.yaml", "rows.csv", "rows"])
def test_a_table_in_the_place_of_a_report_is_read_by_the_command_of_the_hint(name):
    """Copied as it stands, whatever the table is called."""
    Path(name).write_bytes(b"subject.comune;subject.provincia;R03;R05\nJesi;AN;39301;8,50\n")
    hint = call("evaluate", name)[2].partition("`ruletrail ")[2].partition("`")[0]
    assert hint.startswith(f"batch {name} ")
    assert ("--from csv" in hint) == (name != "rows.csv")
    assert call(*hint.split())[0] == 0
    assert "39301" not in Path("answers.csv").read_text("utf-8")


def test_the_command_of_the_hint_has_the_folder_and_quotes():
    """It can be copied: the path as the user wrote it, in quotes where it has blanks."""
    Path("my forms").mkdir()
    Path("my forms/jesi.pdf").write_bytes(FILES["pdf"])
    assert (
        '`ruletrail read "my forms/jesi.pdf" --rulebook sociale/2024 -o form.yaml`'
        in call("evaluate", "my forms/jesi.pdf")[2]
    )


def test_a_form_too_large_for_a_report_is_still_known():
    """The size of a PDF is not what is wrong with it."""
    Path("jesi.pdf").write_bytes(FILES["pdf"] + bytes(300_000))
    assert "[wrong-file]" in call("evaluate", "jesi.pdf")[2]
    assert "[wrong-file]" in call("evaluate", "-", stdin=FILES["pdf"] + bytes(300_000))[2]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("m.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)),
        ("m", OLD_OFFICE + "__substg1.0_0037001F".encode("utf-16-le")),
        ("m.txt", "Da: Anna\nInviato: lunedì\nA: Ugo\nOggetto: I: modulo\n\nEcco.\n".encode()),
        ("m.eml", b"Received: from x\nDate: today\nSubject: modulo\n\nsee, the, attachment\n"),
    ],
)
def test_a_message_is_told_from_a_spreadsheet_and_from_a_form(name, data):
    """Outlook's own files begin as old spreadsheets do; others are text with a head."""
    Path(name).write_bytes(data)
    err = call("read", name, *SOCIALE, "--lang", "it")[2]
    assert "è un messaggio di posta" in err
    assert "→ apri il messaggio, salva l'allegato che serve, e indica quello" in err


def test_from_standard_input_and_for_programs():
    """As JSON like any problem."""
    status, out, _ = call("evaluate", "-", "--format", "json", stdin=FILES["table"])
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"], problem["file"]) == (2, "wrong-file", "-")


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.xlsx", "rows.parquet"])
def test_a_name_that_lies_to_batch(name):
    """A PDF called as a table is a PDF."""
    pytest.importorskip("pyarrow")
    Path(name).write_bytes(FILES["pdf"])
    assert "is a PDF" in call("batch", name, "-o", "out.jsonl")[2]


@pytest.mark.parametrize(
    "text",
    [
        b"rulebook: sociale/2024\nfields:\n  R40: perch\xe9\n",
        b"rulebook: sociale/2024\nfields: {R03: 1, R04: 2\nsubject: {a: b, c: d\n",
        b"rulebook: sociale/2024\nfields:\n  R40: una nota, lunga, con virgole\n   R03: 1\n",
        b"# un commento, lungo\nrulebook: sociale/2024\n\tfields: 1\n",
        b"fields: [1, 2\nsubject: x, y, z\n",
        b'{"rulebook": "sociale/2024",\n "fields": {"R03": 1,}}\n',
        b"a: \x07\n",
        b"",
        b"39301\n",
    ],
)
def test_a_broken_report_stays_a_broken_report(text):
    """What is wrong with it is said, at its place."""
    Path("r.yaml").write_bytes(text)
    status, _, err = call("evaluate", "r.yaml")
    assert status == 2
    assert "wrong-file" not in err


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"GIF89a" + bytes(9), "", "image"),
        (b"BM6\x00\x0c\x00" + bytes(9), "", "image"),
        # columns whose names begin as images do
        (b"BMadults,children\n1,2\n", "a.csv", "table"),
        (b"GIF8,children\n1,2\n", "a.csv", "table"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "", "image"),
        (b"II*\x00" + bytes(9), "", "image"),
        (b"\x1f\x8b\x08" + bytes(9), "", "packed"),
        (b"{\\rtf1 x}", "", "written"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "", "written"),
        (OLD_OFFICE + "WordDocument".encode("utf-16-le"), "", "written"),
        (OLD_OFFICE, "a.doc", "written"),
        (zipped(a="x"), "a.xlsx", "workbook"),
        (b"a,b\n1,2\n", "a.csv", "table"),
        (b"a,b\n1,2\n", "a.yaml", "table"),
        (b"codice;valore\nR03;39301\nR01;24,5\n", "a.yaml", "table"),
        (b"una nota, breve\nun'altra, breve\n", "a.yaml", ""),
        (b"R03: 1;2\nR05: 3;4\n", "a.yaml", ""),
        (b"a\tb\tc\n1\t2\t3\n", "", "table"),
        (b"\xef\xbb\xbfa;b;c\r\n1;2;3\r\n", "", "table"),
        ("comune;città;R05\nForlì;1;2\n".encode("cp1252"), "", "table"),
        ("comune;città;R05\nForlì;1;2\n".encode("utf-16"), "", "table"),
        (FORMS["livorno"].encode("cp1252", "replace"), "", "text"),
        (b"Gentile Sindaca,\nle scrivo per il modulo.\nCordiali saluti\n", "", "text"),
        (b"una riga sola", "", ""),
        # what ends no line of a file, though it does for Python
        ('{"rulebook": "a\u2028b"}\n{"rulebook": "c"}\n'.encode(), "", "lines"),
        ("codice;valore\nR03;uno\u2028due\nR01;24,5\n".encode(), "a.yaml", "table"),
        ("comune;città;R05\rForlì\fa;1;2\r".encode(), "", "table"),
    ],
)
def test_kinds_by_content(data, name, kind):
    assert recognise(data, name) == kind


def test_the_canonical_form_of_a_record_is_one_problem():
    """Fifty said to edit a record that is sealed."""
    assert call("seal", "report.yaml", "--allow-incomplete", "--allow-invalid")[0] == 0
    assert call("archive", "export", "1", "-o", "record-1")[0] == 0
    status, _, err = call("evaluate", "record-1/report.json", "--lang", "en")
    assert (status, err.count("error:")) == (2, 1)
    assert "is the canonical form of a report, with its numbers in quotes" in err
    assert "`ruletrail evaluate record-1/report-as-given`" in err
    assert call("evaluate", "record-1/report-as-given")[0] == call("evaluate", "report.yaml")[0]


@pytest.mark.parametrize(
    "text",
    [
        '{"fields":{"R03":"39301"},"rulebook":"sociale/2024","subject":{"comune":"Jesi"}}',
        '{"fields":{"R03":"1","R05":"2","M12":"3"},"rulebook":"sociale/2024","subject":{"a":"b"}}',
        '{"fields":{"M12":"3","R03":"1","R05":2.5,"R08":"4"},"rulebook":"sociale/2024","subject":{}}',
        'fields: {M12: "3", R03: "1", R05: "2"}\nrulebook: sociale/2024\nsubject: {comune: Jesi}\n',
    ],
)
def test_a_report_of_ones_own_with_numbers_in_quotes_is_mended_number_by_number(text: str):
    Path("own.json").write_text(text, "utf-8")
    _, _, err = call("evaluate", "own.json", "--lang", "en")
    assert "[wrong-type]" in err
    assert "canonical" not in err


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def save_as_csv(delimiter: str, width: int) -> str:
    """Save a form as a spreadsheet does, whose rows are those of the form."""
    out = StringIO()
    rows = (line.split("\t") for line in FORMS["livorno"].split("\n"))
    csv.writer(out, delimiter=delimiter).writerows(
        [*row, *[""] * (width - len(row))] for row in rows
    )
    return out.getvalue()


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", ["form.csv", "form.txt"])
@pytest.mark.parametrize(("delimiter", "width"), [(",", 0), (",", 5), (";", 0), (";", 5)])
@pytest.mark.usefixtures("scratch")
def test_a_form_that_a_spreadsheet_saved_as_csv(delimiter, width, name, language):
    """YAML broke at `""`, and of 95 values `read` took one: nobody said that it is CSV."""
    Path(name).write_text(save_as_csv(delimiter, width), "utf-8")
    said = {
        "it": ("una tabella CSV", "salvalo come PDF o come testo con le tabulazioni"),
        "en": ("a CSV table", "save it as PDF or as text with tabs"),
    }[language]
    for words in (("evaluate",), ("verify",), ("seal",), ("read", *SOCIALE)):
        status, _, err = call(words[0], name, *words[1:], "--lang", language)
        assert (status, "[wrong-file]" in err) == (2, True), (words, err)
        assert said[0] in err
        assert f"{said[1]}, " in err
        assert "`ruletrail read form.txt --rulebook sociale/2024 -o " in err
    # as text with tabs it is read whole
    rows = csv.reader(StringIO(save_as_csv(delimiter, width)), delimiter=delimiter)
    Path("form.txt").write_text("\n".join(map("\t".join, rows)), "utf-8")
    assert call("read", "form.txt", *SOCIALE)[:2] == (
        0,
        (ROOT / "tests/layouts/livorno-2024.expected.yaml").read_text("utf-8"),
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "un modulo solo, con un rigo per riga"), ("en", "one form, with its rows one below")],
)
@pytest.mark.parametrize("width", [0, 5])
def test_batch_says_too_what_reads_one_form_of_a_sheet(
    tmp_path, monkeypatch, width, language, said
):
    """Its columns have no names of fields."""
    monkeypatch.chdir(tmp_path)
    Path("form.csv").write_text(save_as_csv(";", width), "utf-8")
    status, _, err = call("batch", "form.csv", "-o", "out.csv", *SOCIALE, "--lang", language)
    assert (status, "[batch-header]" in err, said in err) == (2, True, True)
    assert "`ruletrail read`" in err


def test_a_form_that_lost_its_columns_is_no_table(tmp_path, monkeypatch):
    """Amounts of two decimals in each row are no cells between commas."""
    monkeypatch.chdir(tmp_path)
    text = FORMS["jesi"].replace("N° di utenti", "Utenti")
    Path("form.txt").write_text(text.replace(" 172 193 19173 99", " 172,5 193,5 19173,1 99,0"))
    status, _, err = call("read", "form.txt", *SOCIALE)
    assert (status, "wrong-file" in err, "form-columns-unknown" in err) == (1, False, True)


def test_numbers_whose_thousands_commas_part_make_no_sheet() -> None:
    """A form of that style is read, with what is in doubt."""
    row = "Permits issued to residents   1,204,000   1,310,000"
    assert not is_cut_in_cells([row, "£ 1,012,345.60", "$12,004,000", "a, b, c"])
    assert is_cut_in_cells(["M12,172,193,19173,99"] * 3)
    assert is_cut_in_cells(['R03,"x",,153418,,'] * 3)
