"""`ruletrail read` at the command line.

The status, the two streams, and a report that can be evaluated as it is.

What a layout makes of each line is tested in `test_layouts.py`; here the command is called as
people call it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support import make_pdf
from support.command_line import call
from support.places import FORMS, ROOT, TESTS

EXPECTED = TESTS / "layouts"
NAMES = ("jesi", "livorno")
SOCIALE = ("--rulebook", "sociale/2024")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty folder, where relative names are short and a defect shows its traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULETRAIL_DEBUG", "1")
    return tmp_path


def read(text: str, *words: str) -> tuple[int, str, str]:
    """Read a form of the sociale from a file called `form.txt`."""
    Path("form.txt").write_text(text, "utf-8")
    return call("read", "form.txt", *SOCIALE, *words)


def change(name: str, *pairs: tuple[str, str]) -> str:
    """Change a real form; each replacement must hit once."""
    text = FORMS[name]
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def findings(err: str) -> list[tuple[str, int, int]]:
    """List code, line and column of the findings written as JSON."""
    return [
        (found["code"], found["line"], found["column"]) for found in json.loads(err)["problems"]
    ]


# -- The forms of both municipalities


@pytest.mark.parametrize("name", NAMES)
def test_a_form_becomes_a_report(name: str) -> None:
    """Everything is read: the report alone on one stream, nothing on the other."""
    assert read(FORMS[name]) == (
        0,
        (EXPECTED / f"{name}-2024.expected.yaml").read_text("utf-8"),
        "",
    )


@pytest.mark.parametrize(
    ("name", "service_level"), [("jesi", "10.320348"), ("livorno", "14.802044")]
)
def test_the_report_evaluates_to_complete(name: str, service_level: str) -> None:
    """From paper to answer without a hand between.

    Every section filled, every printed sentence found again.
    """
    _, report, _ = read(FORMS[name])
    Path("report.yaml").write_text(report, "utf-8")
    status, out, err = call("evaluate", "report.yaml", "--format", "json")
    result = json.loads(out)["result"]
    assert (status, err, result["status"]) == (0, "", "complete")
    assert (result["missing"], result["errors"], result["printed"]) == (
        [],
        [],
        {"matched": 8, "unmatched": []},
    )
    assert (result["values"]["R04"], result["decisions"]["livello"]) == (
        service_level,
        "non_inferiore",
    )


@pytest.mark.parametrize("name", NAMES)
def test_read_and_evaluate_in_one_pipe(name: str) -> None:
    """`read -` takes the form, and `evaluate -` the report, from standard input."""
    status, report, err = call("read", "-", *SOCIALE, stdin=FORMS[name].encode())
    assert (status, err) == (0, "")
    assert call("evaluate", "-", "--format", "json", stdin=report.encode())[0] == 0


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1"])
def test_a_version_that_was_named_is_pinned_by_the_report(version: str) -> None:
    """It answers the report that was read by it, and the newer one no more in silence."""
    pinned = f"sociale/2024@{version}"
    status, report, err = call("read", "-", "--rulebook", pinned, stdin=FORMS["jesi"].encode())
    expected = (EXPECTED / "jesi-2024.expected.yaml").read_text("utf-8")
    assert (status, err) == (0, "")
    assert report == expected.replace('"sociale/2024"', f'"{pinned}"')
    status, out, err = call("evaluate", "-", stdin=report.encode())
    assert (status, f"versione {version}" in " ".join(out.split())) == (0, True)
    assert ("newer-version" in err) is (version == "1.0.0")


def test_a_form_that_is_read_by_a_draft_goes_on_to_its_evaluation() -> None:
    """The draft was named with its version, so that the pipe does not ask for it once more."""
    assert call("new", "nido/2026", "--layout", "--lang", "en")[0] == 0
    form = "Nido 2026\nCity of Prova\nNumber of users 20\nNumber of inhabitants 100\n"
    status, report, err = call("read", "-", "--rulebook", "nido/2026@0.1.0", stdin=form.encode())
    assert report.startswith('rulebook: "nido/2026@0.1.0"\n'), err
    status, out, err = call("evaluate", "-", stdin=report.encode())
    assert (status, err) == (0, ""), out


def test_a_report_completed_by_hand_is_kept_when_its_form_is_read_again() -> None:
    """One that is still as it was read needs no copy; a copy is no link's and no form's."""
    form, report, kept = Path("jesi.txt"), Path("jesi.yaml"), Path("jesi.yaml.bak")
    form.write_text(FORMS["jesi"], encoding="utf-8")
    for _ in range(2):
        assert call("read", "jesi.txt", *SOCIALE, "-o", "jesi.yaml", "--lang", "it")[0] == 0
        assert not kept.exists()
    read_once = report.read_bytes()
    mended = read_once + b"# completata a mano\n"
    report.write_bytes(mended)
    victim = Path("victim")
    victim.write_text("theirs")
    kept.symlink_to(victim)
    status, _, err = call("read", "jesi.txt", *SOCIALE, "-o", "jesi.yaml", "--lang", "it")
    assert (status, report.read_bytes(), kept.read_bytes()) == (0, read_once, mended)
    assert "quello che c'era prima, diverso, è ora in jesi.yaml.bak" in err
    assert victim.read_text() == "theirs"
    report.write_bytes(mended)
    kept.unlink()
    kept.mkdir()
    status, _, err = call("read", "jesi.txt", *SOCIALE, "-o", "jesi.yaml")
    assert (status, report.read_bytes()) == (2, mended), "what cannot be kept is not written over"
    kept.rmdir()
    form.rename(kept)
    status, _, err = call("read", "jesi.yaml.bak", *SOCIALE, "-o", "jesi.yaml")
    assert (status, report.read_bytes()) == (2, mended)
    assert "output-is-input" in err


def test_what_was_kept_before_is_not_lost_when_another_report_is_kept() -> None:
    """Each reading keeps what somebody wrote, beside what it kept before; the same only once."""
    Path("jesi.txt").write_text(FORMS["jesi"], encoding="utf-8")
    report = Path("jesi.yaml")
    for own, name in (
        (b"a: 1\n", "bak"),
        (b"b: 1\n", "bak2"),
        (b"a: 1\n", "bak"),
        (b"c: 1\n", "bak3"),
    ):
        report.write_bytes(own)
        status, _, err = call("read", "jesi.txt", *SOCIALE, "-o", "jesi.yaml", "--lang", "en")
        assert (status, f"is now in jesi.yaml.{name}\n" in err) == (0, True)
        assert Path(f"jesi.yaml.{name}").read_bytes() == own
    kept = sorted(each.read_bytes() for each in Path().glob("jesi.yaml.bak*"))
    assert kept == [b"a: 1\n", b"b: 1\n", b"c: 1\n"]


def test_what_is_no_file_is_not_replaced_by_what_is_kept() -> None:
    """A FIFO is somebody's; a link is, and what it leads to is not touched."""
    Path("jesi.txt").write_text(FORMS["jesi"], encoding="utf-8")
    Path("jesi.yaml").write_bytes(b"a: 1\n")
    os.mkfifo("jesi.yaml.bak")
    assert call("read", "jesi.txt", *SOCIALE, "-o", "jesi.yaml")[0] == 0
    assert Path("jesi.yaml.bak").is_fifo()
    assert Path("jesi.yaml.bak2").read_bytes() == b"a: 1\n"


def test_a_pdf_reads_as_its_text() -> None:
    """A PDF is known by its first bytes, whatever it is called, also from standard input."""
    pytest.importorskip("pypdf")
    data = make_pdf.lines_to_pdf(FORMS["jesi"])
    Path("jesi.dat").write_bytes(data)
    expected = (0, (EXPECTED / "jesi-2024.expected.yaml").read_text("utf-8"), "")
    assert call("read", "jesi.dat", *SOCIALE) == expected
    assert call("read", "-", *SOCIALE, stdin=data) == expected


@pytest.mark.parametrize("font", ["EMBEDDED", "DRAWN", "COMPOSITE"])
@pytest.mark.parametrize("unnamed", ["q", "3", "6t"])
def test_a_letter_that_a_font_does_not_name_is_no_other_letter(font: str, unnamed: str) -> None:
    """What a font draws as its number 56 was taken for an 8, whatever it shows: here a 3."""
    pytest.importorskip("pypdf")
    first = ord("8") - sorted({*"".join(FORMS["jesi"].split())}).index("3")
    made = {"font_of": getattr(make_pdf, font), "first": first}
    expected = yaml.safe_load((EXPECTED / "jesi-2024.expected.yaml").read_text("utf-8"))["fields"]
    for left_out in ("", unnamed):
        Path("jesi.pdf").write_bytes(make_pdf.lines_to_pdf(FORMS["jesi"], **made, unnamed=left_out))
        status, report, err = call("read", "jesi.pdf", *SOCIALE, "--lang", "en")
        fields = yaml.safe_load(report)["fields"] or {}
        assert fields.items() <= expected.items()
        assert (status, err.count("error: ")) == ((1, 1) if left_out else (0, 0))
        assert ("[form-signs-unknown]" in err) is bool(left_out)
        assert len(fields) < len(expected) or not left_out


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_and_byte_order_mark_of_other_systems(ending: str) -> None:
    """A form saved elsewhere gives the same report."""
    data = b"\xef\xbb\xbf" + FORMS["livorno"].replace("\n", ending).encode()
    assert call("read", "-", *SOCIALE, stdin=data) == (
        0,
        (EXPECTED / "livorno-2024.expected.yaml").read_text("utf-8"),
        "",
    )


# -- What was not decided


def test_one_ambiguous_value_is_named() -> None:
    """The report lacks that value and no other; the finding points at the number on the paper."""
    _, whole, _ = read(FORMS["jesi"])
    status, report, err = read(change("jesi", ("8,50", "8.50")), "--format", "json")
    assert status == 1
    assert report == whole.replace("  R05: 8.50\n", "")
    [problem] = json.loads(err)["problems"]
    assert problem == {
        "code": "form-number-style",
        "severity": "error",
        "file": "form.txt",
        "line": 135,
        "column": 1,
        "message": (
            "`R05` (Livello di servizio di riferimento 2024 (% di utenti figurativi standard "
            "rispetto alla popolazione)) not read: `8.50` is not written as the form writes "
            "numbers here"
        ),
        "hint": (
            "here the form writes decimals in another way: if this is the value, write `8.50` by "
            "hand"
        ),
    }
    assert FORMS["jesi"].splitlines()[134] == "8,50"


ZEROS = "M18 - Utenti con dipendenze e salute mentale\t0\t0\t0\t0"


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        (ZEROS, ZEROS.replace("0", "-"), "if it means zero, write 0 by hand"),
        (ZEROS, ZEROS.replace("0", "n.d."), "if it means zero, write 0 by hand"),
        ("1.376.953,67", "1.376.953,6l", "look at the form; if it is `1376953.61`, write it so by"),
        ("1.376.953,67", "1.376.953,6S", "among the digits: look at the form, and write the numb"),
        ("\t153418", "\t153.418", "if the sign separates thousands write `153418` by hand\n"),
        ("\t153418", "\t153418%", "the form prints the number without `%`: write `153418` by hand"),
        ("\t153418", "\t1.153.418", "write `1153418` by hand"),
        ("\t153418", "\t15.3", "check decimals and thousands on the form"),
    ],
)
def test_the_hint_is_true_of_what_stands_in_the_place_of_a_number(
    old: str, new: str, hint: str
) -> None:
    """A dash has no decimals to check, and other rows of the form do have points."""
    _, _, err = read(change("livorno", (old, new)), "--lang", "en")
    assert hint in err
    assert "is not written as the form writes numbers here" in err


@pytest.mark.parametrize(
    ("old", "new", "code", "number"),
    [
        ("8,50", "8,50%", "R05", "8.50"),
        ("8,50", "8.50", "R05", "8.50"),
        ("10,320348", "10.320348", "R04", "10.320348"),
        ("9.514.040,39", "9,514,040.39", "R07_2017", "9514040.39"),
        ("39301", "39.301", "R03", "39301"),
        ("39301", "39301%", "R03", "39301"),
    ],
)
def test_a_number_in_another_style_is_offered_as_evaluate_takes_it(
    old: str, new: str, code: str, number: str
) -> None:
    """Written by hand as the hint says, it is the value that the form has."""
    _, report, err = read(change("jesi", (old, new)), "--lang", "it")
    assert f"errore: `{code}` (" in err
    assert f"scrivi a mano `{number}`\n" in err
    Path("report.yaml").write_text(
        report.replace("fields:", f"fields:\n  {code}: {number}"), "utf-8"
    )
    assert call("evaluate", "report.yaml", "--lang", "it")[0] == 0


def test_a_row_with_a_misprinted_code_is_linked_to_the_one_that_lacks() -> None:
    text = FORMS["jesi"].replace("R08 ‐", "R8 ‐")
    err = read(text, "--lang", "it")[2]
    assert "→ `R8` sta al posto di `R08`: correggilo nel testo del modulo" in err
    assert err.count("sta al posto di") == 1


@pytest.mark.parametrize(("old", "new"), [("R16 SI", "R16 X"), ("R18 SI", "R18 forse")])
def test_the_words_behind_a_value_that_is_none_are_understood(old: str, new: str) -> None:
    """They are the form's own, and hold no value to write by hand."""
    err = read(change("jesi", (old, new)), "--lang", "it", "--format", "json")[2]
    assert [found["code"] for found in json.loads(err)["problems"]] == ["form-count-differs"]


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("livorno", "LIVORNO (LI)", "LIVORNO", 17),
        ("jesi", "Comune JESI (AN)", "Comune JESI", None),
    ],
)
def test_a_municipality_without_its_province_is_told_where_it_stands(
    name: str, old: str, new: str, line: int | None
) -> None:
    """With the words of the form, and no braces, which nobody has to write."""
    text = change(name, (old, new))
    _, _, err = read(text, "--lang", "en")
    at = line or text[: text.index(new)].count("\n") + 1
    assert err.startswith(f"form.txt:{at}:")
    assert "the form has `Comune COMUNE (PROVINCIA)` here" in err
    assert "form-line-unread" not in err


@pytest.mark.parametrize(
    ("language", "sentence", "hint"),
    [
        (
            "it",
            (
                "`M38` (Utenti anziani (contributi economici), N° di utenti serviti 2024) "
                "non letti: l'etichetta del rigo non è quella attesa, `M38 - Utenti anziani`"
            ),
            "scrivi a mano ciò che manca",
        ),
        (
            "en",
            (
                "`M38` (Utenti anziani (contributi economici), N° di utenti serviti 2024) "
                "not read: the label of their row is not the expected one, `M38 - Utenti anziani`"
            ),
            "write by hand what is missing",
        ),
    ],
)
def test_findings_for_people(language: str, sentence: str, hint: str) -> None:
    """In the language asked for.

    Place, sentence, the printed line with a caret under the first wrong word, a way out.
    """
    status, _, err = read(
        change("jesi", ("Utenti anziani 62", "Utenti giovani 62")), "--lang", language
    )
    lines = err.splitlines()
    assert status == 1
    assert len(lines) == 4
    assert lines[0].startswith("form.txt:48:14: err")
    assert sentence in lines[0]
    assert lines[1].strip() == "M38 ‐ Utenti giovani 62 98"
    assert lines[2].index("^") == lines[1].index("giovani")
    assert hint in lines[3]


def test_ambiguous_values_leave_the_evaluation_incomplete() -> None:
    """A value that was not read is missing, never zero.

    The report says so and the answer is not given.
    """
    _, report, _ = read(change("jesi", ("39301", "39301 5")))
    status, out, _ = call("evaluate", "-", "--format", "json", stdin=report.encode())
    result = json.loads(out)["result"]
    assert (status, result["status"], result["decisions"]["livello"]) == (
        1,
        "incomplete",
        "undetermined",
    )
    assert "R03" in result["missing"]


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("jesi", "163 206 76873 373", "163 206 76873", [("form-count-differs", 19, 23)] * 4),
        ("jesi", "163 206 76873 373", "163 206 76.873 373", [("form-number-style", 19, 31)] * 4),
        (
            "jesi",
            "e\nsalute mentale\n\n15 15 470 31",
            "e  15 15 470\nsalute mentale",
            [("form-count-differs", 21, 32)] * 4,
        ),
        (
            "jesi",
            "e\nsalute mentale\n\n15 15 470 31",
            "e  15 15 470 3.1\nsalute mentale",
            [("form-number-style", 21, 42)],
        ),
        ("jesi", "\nR03 ‐", "\n  Pagina 3\nR03 ‐", [("form-line-unread", 125, 3)]),
        ("livorno", "\t31.791.665,59", "\t31791.665,59", [("form-number-style", 71, 50)]),
        ("livorno", "4050\t2438\t\t", "4050\t2438\t12\t", [("form-count-differs", 27, 36)] * 2),
        ("livorno", "4050\t2438\t\t", "4050\t2438\t", [("form-count-differs", 27, 26)] * 2),
    ],
)
def test_findings_point_into_the_form(
    name: str, old: str, new: str, found: list[tuple[str, int, int]]
) -> None:
    """Line and column are those of the file as handed in, in tables with tabs and without."""
    _, _, err = read(change(name, (old, new)), "--format", "json")
    assert findings(err) == found


@pytest.mark.parametrize("word", ["Sì", "si", "FORSE"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "→ qui il modulo ammette `SI`, `NO`, scritto così"),
        ("en", "→ here the form admits `SI`, `NO`, written so"),
    ],
)
def test_a_word_that_the_form_does_not_admit_is_told_by_those_it_does(
    word: str, language: str, said: str
) -> None:
    """It said that the number of values is unexpected, or a word is no value; not which are."""
    text = change("jesi", ("R20 SI", f"R20 {word}"))
    status, _, err = read(text, "--lang", language)
    assert status == 1
    assert "[form-count-differs]" in err
    assert said in err


SHAPES = [
    ("jesi", "1:802", "802", "qui il modulo stampa `1:…`, con il valore al posto di `…`"),
    ("livorno", "1:1942", "1942", "qui il modulo stampa `1:…`, con il valore al posto di `…`"),
    (
        "jesi",
        " 3.580.390,40",
        " € 3.580.390,40",
        "stampa il valore e nient'altro, né parole né segni",
    ),
    ("jesi", "163 206 76873 373", "163 206 76873", "stampa 4 valori, o in bianco, e nient'altro"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), SHAPES)
def test_what_the_form_prints_in_a_row_is_told_where_it_is_not_there(
    name: str, old: str, new: str, said: str
) -> None:
    """A value without its fixed text, one with a sign too many, and one value too few."""
    status, _, err = read(change(name, (old, new)), "--lang", "it")
    assert status == 1
    assert said in err
    assert "scrivi a mano ciò che manca" in err


def test_people_are_told_of_the_values_of_a_row_together() -> None:
    """What is wrong is the row's: four values of it are one matter, two rows are two."""
    form = change("jesi", ("163 206 76873 373", "163 206 76873"), ("328 200 27269 136", "328 200"))
    _, _, err = read(form, "--lang", "it")
    assert err.count("[form-count-differs]") == 2
    assert "M15_media` (Utenti disabili (interventi e servizi), Media annua" in err
    assert err.count("non letti: nel rigo c'è un numero di valori inatteso") == 2


def test_a_form_of_another_year_is_told_once() -> None:
    """The cause stands in the line of column names, for all rows below it."""
    _, _, err = read(change("jesi", ("\nserviti 2024", "\nserviti 2023")), "--lang", "it")
    assert err.count("[form-columns-unknown]") == 1


@pytest.mark.parametrize("second", ["jesi", "livorno"])
def test_another_form_in_the_file_is_named_and_harms_no_value(second: str) -> None:
    """Two municipalities in one file: the first is read whole, the second is not lost unsaid."""
    text = f"{FORMS['jesi']}\n{FORMS[second]}"
    status, out, err = read(text, "--format", "json")
    assert (status, out) == (1, read(FORMS["jesi"])[1])
    (found,) = findings(err)
    line = FORMS["jesi"].count("\n") + 1 + FORMS[second].split("\nM12")[0].count("\n") + 2
    assert found == ("form-begins-again", line, 1)


def test_a_note_that_names_one_row_is_no_other_form() -> None:
    row = "M15 - Utenti disabili: si veda la nota\n"
    assert read(FORMS["jesi"] + row) == read(FORMS["jesi"])


def test_of_whom_the_form_is_is_told_as_it_is_printed() -> None:
    _, _, err = read(change("jesi", (" Comune JESI (AN)", "")), "--lang", "it")
    named = "`subject.comune` (Comune … (…)), `subject.provincia` (Comune … (…))"
    assert f"nel modulo non ci sono i righi di {named}" in err


def test_a_line_that_was_not_understood_is_only_a_warning() -> None:
    """Nothing expected is lacking.

    Status 0, the report whole, the line named and shown without what it would do.
    """
    status, report, err = read(change("jesi", ("STRUTTURE\n", "STRUTTURE\n  \u200fun timbro\n")))
    assert (status, report) == (0, (EXPECTED / "jesi-2024.expected.yaml").read_text("utf-8"))
    assert "\u200f" not in err
    assert "warning: line not understood: `�un timbro` [form-line-unread]" in err


# -- What is no form


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty-document", 1),
        (b"\n \n\t\n", "empty-document", 1),
        (b"\xef\xbb\xbf", "empty-document", 1),
        (b"Gentile Sindaca,\nle scrivo.\n", "form-unknown", 1),
        (b"rulebook: sociale/2024\nfields: {R05: 8.50}\n", "wrong-file", 1),
        (b"M12\nperch\xe9\n", "not-utf8", 2),
        (b"\x89PNG\r\n\x1a\n", "wrong-file", 1),
        (b"\x00\x00", "form-unknown", 1),
        (b"M12 " + b"x" * (256 * 1024), "document-too-large", 1),
        (b"%PDF-1.7\n", "pdf-unreadable", 1),
        (b"%PDF-1.7\n" + b"0" * (8 * 1024 * 1024), "document-too-large", 1),
    ],
    ids=[
        "empty",
        "blank",
        "mark-only",
        "letter",
        "report",
        "latin-1",
        "image",
        "nothing",
        "large",
        "pdf",
        "large-pdf",
    ],
)
def test_what_is_no_form_gives_no_report(data: bytes, code: str, line: int) -> None:
    """Status 2, nothing on standard output, one problem that names the file.

    The same from standard input.
    """
    Path("form.txt").write_bytes(data)
    status, out, err = call("read", "form.txt", *SOCIALE)
    assert (status, out) == (2, "")
    # what is said of the whole file has no place
    assert err.startswith(f"form.txt:{line}:" if line > 1 else "form.txt: ")
    assert f"[{code}]" in err
    status, out, _ = call("read", "-", *SOCIALE, "--format", "json", stdin=data)
    assert status == 2
    assert [
        (problem["code"], problem["file"], problem["line"])
        for problem in json.loads(out)["problems"]
    ] == [(code, "-", line)]


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere.txt", "does not exist"), (".", "is a folder")]
)
def test_an_unreadable_file(name: str, reason: str) -> None:
    """A file that is not there, or is a folder, is said to be so."""
    status, out, err = call("read", name, *SOCIALE)
    assert (status, out) == (2, "")
    assert "[file-unreadable]" in err
    assert reason in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["form.txt"], "usage"),
        ([*SOCIALE], "usage"),
        (["form.txt", "--rulebook", "giardini/2024"], "rulebook-unknown"),
        (["form.txt", *SOCIALE, "--as-of", "domani"], "date-form"),
        (["form.txt", *SOCIALE, "--as-of", "2001-01-01"], "rulebook-not-in-force"),
        (["form.txt", *SOCIALE, "--format", "html"], "usage"),
    ],
)
def test_a_call_that_cannot_be_answered(words: list[str], code: str) -> None:
    """Usage and unknown rulebooks are status 2, and the form's report is not printed."""
    Path("form.txt").write_text(FORMS["jesi"], "utf-8")
    status, out, err = call("read", *words)
    assert (status, out) == (2, "")
    assert f"[{code}]" in err


# -- The layout beside the rulebook


def read_with_layout(text: str) -> list[tuple[str, int, int]]:
    """Put this layout beside a copy of the sociale's rulebook; list the problems found."""
    Path("mio.yaml").write_bytes((ROOT / "rulebooks/sociale/2024.yaml").read_bytes())
    Path("mio.layout.yaml").write_text("layout: 1\nrulebook: sociale/2024\n" + text, "utf-8")
    Path("form.txt").write_text(FORMS["jesi"], "utf-8")
    status, out, err = call("read", "form.txt", "--rulebook", "mio.yaml", "--format", "json")
    assert (status, err) == (2, "")
    return findings(out)


def test_a_shared_cell_is_marked_where_the_row_makes_a_field_of_it() -> None:
    """Of many rows of one kind, the one whose code gives no field is the place to look.

    A fixed cell is its own place.
    """
    kinds = 'kinds:\n  due: {cells: ["{row}_2020", "{row}"]}\n  altro: {cells: [R99]}\nform:\n'
    rows = (
        '  - {row: R02, label: "R02", kind: due}\n  - {row: R03, label: "R03", kind: due}\n'
        '  - {row: R04, label: "R04", kind: altro}\n'
    )
    assert read_with_layout(kinds + rows) == [
        ("layout-unknown-field", 5, 19),
        ("layout-unknown-field", 8, 11),
    ]


def test_a_kind_is_wrong_once() -> None:
    """What many rows share is one problem, at the kind, not one for each of them."""
    kinds = (
        'kinds:\n  due:\n    cells: ["{row}_2020", "{row}"]\n    inline:\n'
        '      - values: ["{row}", "{row}_2020"]\nform:\n'
    )
    rows = "".join(
        f'  - {{row: {code}, label: "{code}", kind: due}}\n' for code in ("R01", "R01A", "R02")
    )
    assert read_with_layout(kinds + rows) == [("layout-inline-value", 7, 18)]


# -- Where the report goes


def test_the_report_goes_to_a_file() -> None:
    """`-o` writes the file whole and leaves standard output empty.

    Findings stay on standard error, after how much was read.
    """
    expected = (EXPECTED / "jesi-2024.expected.yaml").read_bytes()
    blank = "2 blank on the form (M56_media, R01A_2020)"
    counted = f"91 values read, {blank}, 0 not read for certain, 0 lines not understood"
    assert read(FORMS["jesi"], "-o", "report.yaml") == (0, "", f"wrote report.yaml: {counted}\n")
    assert Path("report.yaml").read_bytes() == expected
    status, out, err = read(change("jesi", ("8,50", "8.50")), "-o", "report.yaml")
    assert (status, out) == (1, "")
    assert "[form-number-style]" in err
    assert err.startswith(
        "wrote report.yaml: 90 values read, 2 blank on the form (M56_media, R01A_2020), 1 not read"
    )
    assert Path("report.yaml").read_bytes() == expected.replace(b"  R05: 8.50\n", b"")


def test_a_file_is_left_alone_when_there_is_no_report() -> None:
    """A form that cannot be read does not empty the report of last week."""
    Path("report.yaml").write_text("kept", "utf-8")
    assert read("Cara Maria,", "-o", "report.yaml")[0] == 2
    assert Path("report.yaml").read_text("utf-8") == "kept"
    assert sorted(path.name for path in Path().iterdir()) == ["form.txt", "report.yaml"]


def test_a_file_that_cannot_be_written() -> None:
    """The folder does not exist: status 2, a problem, no report elsewhere."""
    status, out, err = read(FORMS["jesi"], "-o", "nowhere/report.yaml")
    assert (status, out) == (2, "")
    assert "[output-unwritable]" in err


def test_the_real_process_writes_utf8_wherever_it_runs() -> None:
    """In a terminal of another character set the report is UTF-8, and problems readable."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTHONIOENCODING": "cp1252",
        "LC_ALL": "C",
        "RULETRAIL_DEBUG": "",
    }
    command = [sys.executable, "-m", "ruletrail", "read", "-", *SOCIALE, "--lang", "it"]
    form = change("jesi", ("Utenti anziani 62", "Utenti giovani 62")).encode()
    done = subprocess.run(
        command, input=form, capture_output=True, env=environment, timeout=60, check=False
    )
    expected = (EXPECTED / "jesi-2024.expected.yaml").read_text("utf-8")
    assert done.returncode == 1
    assert done.stdout.decode("utf-8") == "".join(
        line for line in expected.splitlines(keepends=True) if not line.startswith("  M38")
    )
    assert "l'etichetta del rigo non è quella attesa" in done.stderr.decode("cp1252")
