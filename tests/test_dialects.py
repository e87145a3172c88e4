"""CSV as offices have it: decimal commas, thousands, dates, encodings; numbers exact, no guessing.

Codes of problems kept honest here: `batch-decimal-unclear`, `batch-encoding`.
"""

import json
from pathlib import Path
from random import Random

import pytest

import ruletrail
from ruletrail.batches.dialects import (
    OFFICE,
    PLAIN,
    SAMPLE_BYTES,
    SAMPLE_ROWS,
    Dialect,
    read_day,
    recognise,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, ProblemsError
from ruletrail.schemas import FieldDeclaration
from support.offices import answers, batch, codes, table, write_rulebook

POINT = replace(PLAIN, delimiter=";", has_groups=True)
UNDECIDED = replace(PLAIN, delimiter=";", decimal="")

NUMBERS = {
    # as written: with the comma, with the point, with the point between commas, undecided
    "0": ("0", "0", "0", "0"),
    "-12": ("-12", "-12", "-12", "-12"),
    "1234": ("1234", "1234", "1234", "1234"),
    "1,5": ("1.5", "1,5", "1,5", None),
    "1,50": ("1.50", "1,50", "1,50", None),
    "-0,5": ("-0.5", "-0,5", "-0,5", None),
    "1.5": (None, "1.5", "1.5", None),
    "1.234": ("1234", "1.234", "1.234", None),
    "1,234": ("1.234", "1234", "1,234", None),
    "0,123": ("0.123", "0,123", "0,123", None),
    "0.123": (None, "0.123", "0.123", None),
    "1.234,50": ("1234.50", "1.234,50", "1.234,50", None),
    "1,234.50": (None, "1234.50", "1,234.50", None),
    "-1.234.567,8": ("-1234567.8", "-1.234.567,8", "-1.234.567,8", None),
    "1.234.567": ("1234567", "1.234.567", "1.234.567", None),
    "1,234,567": (None, "1234567", "1,234,567", None),
    "12.34,5": (None, "12.34,5", "12.34,5", None),
    "1.23.456": (None, "1.23.456", "1.23.456", None),
    "1234.567": (None, "1234.567", "1234.567", None),
    "1234,567": ("1234.567", "1234,567", "1234,567", None),
    "1 234": (None, "1 234", "1 234", None),
    "1'234": (None, "1'234", "1'234", None),
    "€ 5": (None, "€ 5", "€ 5", None),
    "5 €": (None, "5 €", "5 €", None),
    " 5": (None, " 5", " 5", None),
    "5 ": (None, "5 ", "5 ", None),
    "5\n": (None, "5\n", "5\n", None),
    "12%": (None, "12%", "12%", None),
    "+5": (None, "+5", "+5", None),
    "(5)": (None, "(5)", "(5)", None),
    "1,23E+11": (None, "1,23E+11", "1,23E+11", None),
    "1E5": (None, "1E5", "1E5", None),
    "١": (None, "١", "١", None),
    ",5": (None, ",5", ",5", None),
    "5,": (None, "5,", "5,", None),
    "--5": (None, "--5", "--5", None),
    "x": (None, "x", "x", None),
}
"""What a cell is as a number; a text that the strict grammar of reports judges, or None at once."""


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_of_each_dialect(written):
    """Digits stay as they were written; what does not fit is no number, and never another one."""
    comma, point, between_commas, undecided = NUMBERS[written]
    assert OFFICE.number(written) == comma
    assert POINT.number(written) == point
    assert PLAIN.number(written) == between_commas
    assert UNDECIDED.number(written) == undecided


DAYS = {
    "31/12/2024": "2024-12-31",
    "31-12-2024": "2024-12-31",
    "1/2/2024": "2024-02-01",
    "29/02/2024": "2024-02-29",
    "2024-12-31": "2024-12-31",
    "29/02/2023": "29/02/2023",
    "12/31/2024": "12/31/2024",
    "31/12/24": "31/12/24",
    "31/12-2024": "31/12-2024",
    "31.12.2024": "31.12.2024",
    "31/12/2024 10:00": "31/12/2024 10:00",
    "00/01/2024": "00/01/2024",
}


@pytest.mark.parametrize("written", DAYS)
def test_days(written):
    """The day stands first, the year is whole; what is no such day stays as it is."""
    assert read_day(written) == DAYS[written]


def test_cells_by_what_their_field_is():
    """Days and truths are written so only where the comma is; texts are never touched."""
    day = FieldDeclaration("D", "D", None, "text", (), "date")
    text = FieldDeclaration("T", "T", None, "text", ())
    truth = FieldDeclaration("F", "F", None, "boolean", ())
    assert OFFICE.cell("31/12/2024", day) == "2024-12-31"
    assert POINT.cell("31/12/2024", day) == "31/12/2024"
    assert OFFICE.cell("VERO", truth) == "true"
    assert OFFICE.cell("FALSO", truth) == "false"
    assert POINT.cell("VERO", truth) == "VERO"
    for written in ("31/12/2024", "1.234,5", "VERO"):
        assert OFFICE.cell(written, text) == OFFICE.cell(written, None) == written


# -- To recognise ----------------------------------------------------------------------------------


def decide(delimiter, *cells, declared=""):
    marked = [(Mark("in.csv", line, 1), cell) for line, cell in enumerate(cells, 2)]
    found = recognise(replace(PLAIN, delimiter=delimiter), marked, declared)
    return found.decimal, found.has_groups


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_sign_is_recognised_where_nothing_else_can_be_meant(delimiter):
    """One cell is enough; cells that may mean either follow it; what is no number says nothing."""
    for cell in ("1,5", "0,123", "1234,567", "1.234,5", "1.234.567", "-1,50"):
        assert decide(delimiter, "7", "1.234", cell, "€ 1.5") == ("comma", True)
    for cell in ("1.5", "0.123", "1234.567", "1,234.5", "1,234,567", "-1.50"):
        assert decide(delimiter, "7", "1,234", cell, "1,5 €") == ("point", True)
    assert decide(delimiter, "7", "x", "-12", "1 234,5", "1.5e3", "1E+11") == ("", False)
    assert decide(delimiter, "1E+11", "1.5e3", "1,5") == ("comma", True)
    assert decide(delimiter) == ("", False)


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("cells", [["1.234"], ["5", "1,234"], ["-1.234", "12.345"]])
def test_cells_that_may_mean_either_are_refused(delimiter, cells):
    """`1.234` alone is a thousand or a little more than one: nobody guesses."""
    with pytest.raises(ProblemsError, match="batch-decimal-unclear"):
        decide(delimiter, *cells)
    assert decide(delimiter, *cells, declared="comma") == ("comma", True)
    assert decide(delimiter, *cells, declared="point") == ("point", True)


def test_cells_that_contradict_each_other_are_refused():
    """Both are shown where they stand."""
    with pytest.raises(ProblemsError) as caught:
        decide(";", "7", "1,5", "1.5", "2,5")
    (problem,) = caught.value.problems
    assert (problem.code, problem.mark.line) == ("batch-decimal-unclear", 3)
    assert problem.message("it") == (
        "il file ha `1,5` alla riga 3 e `1.5` alla riga 4: i segni decimali sono diversi"
    )
    with pytest.raises(ProblemsError) as caught:
        decide("\t", "9.50", "2,5")
    assert "`9.50` in line 2 and `2,5` in line 3" in caught.value.problems[0].message("en")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (['"1,5"', '"2,5"', "3"], True),
        (['"1,5"', '"2,5"', '"1.5"', '"2.5"'], False),  # as many of either
        (['"1,5 "', '"a,b"'], False),
    ],
)
def test_cells_with_a_comma_between_commas_name_the_option_that_mends_all(cells, said, office):
    """Nothing is guessed: every such row is a problem, whose way out is the file's."""
    write("A,B\n" + "".join(f"{cell},1\n" for cell in cells))
    _, out, _ = batch("in.csv", "-o", "-", "--to", "jsonl", "--rulebook", "prova.yaml")
    rows = [json.loads(line) for line in out.splitlines()]
    (problem,) = rows[0]["problems"]
    assert problem["code"] == "wrong-type"
    assert ("--decimal comma" in problem["hint"]) is said
    _, out, _ = batch(
        "in.csv", "-o", "-", "--to", "jsonl", "--rulebook", "prova.yaml", "--decimal", "comma"
    )
    assert ("problems" not in json.loads(out.splitlines()[0])) is cells[0].startswith('"1,5"')


def test_between_commas_the_sign_is_the_point_unless_declared():
    """A quoted `1,5` is its own row's problem, as ever."""
    assert decide(",", "1,5", "1.234") == ("point", False)
    assert decide(",", "1.5", declared="comma") == ("comma", True)


# -- Whole files -----------------------------------------------------------------------------------


@pytest.fixture
def office(folder):
    """Give a folder with the small rulebook."""
    write_rulebook(folder)
    return folder


def write(text, encoding="utf-8", name="in.csv"):
    Path(name).write_bytes(text.encode(encoding))


EXCEL = (
    "A;B;T;D;F;subject.comune\r\n"
    "1.234,50;-2;perché;31/12/2024;VERO;Forlì\r\n"
    "0,10;3;042;01-02-2024;FALSO;Jesi\r\n"
    "12.345;;;2024-12-31;;Jesi\r\n"
)
SAME = [
    {"A": "1234.50", "B": "-2", "T": "perché", "D": "2024-12-31", "F": True},
    {"A": "0.10", "B": "3", "T": "042", "D": "2024-02-01", "F": False},
    {"A": "12345", "D": "2024-12-31"},
]
"""The same reports, as JSON has them; numbers as they are written."""


def write_same(name="same.jsonl"):
    lines = []
    for report, town in zip(SAME, ("Forlì", "Jesi", "Jesi"), strict=True):
        members = ", ".join(
            f'"{code}": {value}' if code in "AB" else f'"{code}": {json.dumps(value)}'
            for code, value in report.items()
        )
        subject = json.dumps({"comune": town})
        lines.append(
            f'{{"rulebook": "prova/2024", "subject": {subject}, "fields": {{{members}}}}}\n'
        )
    write("".join(lines), name=name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_out_of_an_italian_spreadsheet(encoding, office):
    """Every answer is that of the same reports in JSON, digit for digit."""
    write(EXCEL, encoding)
    write_same()
    options = ["--encoding", "cp1252"] if encoding == "cp1252" else []
    assert answers("in.csv", *options) == answers("same.jsonl")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_it_comes_back_as_one(encoding, office):
    """Semicolons, commas, line ends and the mark are those of the file in.

    What was cp1252 comes back as UTF-8 with the mark, which holds every letter.
    """
    write(EXCEL, encoding)
    options = ["--encoding", "cp1252"] if encoding == "cp1252" else []
    status, _, err = batch("in.csv", "-o", "out.csv", *options)
    assert (status, err) == (0, "wrote out.csv: 3 rows, 2 complete, 1 incomplete\n")
    data = Path("out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") is (encoding != "utf-8")
    assert data.count(b"\n") == data.count(b"\r\n") == 4
    rows = table("out.csv", ";")
    assert [row["Somma"] for row in rows] == ["1232,5", "3,1", ""]
    assert [row["Quota"] for row in rows] == ["-617,25", "'1/30", ""]
    assert [row["subject.comune"] for row in rows] == ["Forlì", "Jesi", "Jesi"]


def test_a_file_of_programs_comes_back_as_one(office):
    """Commas and points, no mark, line feeds; a fraction is as in every other form."""
    write("A,B\n1,30\n")
    batch("in.csv", "-o", "out.csv")
    data = Path("out.csv").read_bytes()
    assert (data[:3], b"\r" in data) == (b"row", False)
    assert table("out.csv")[0]["Quota"] == "1/30"


@pytest.mark.parametrize(
    ("text", "options", "found"),
    [
        ("A;B\n1;2\n", [], "0,5"),  # what is whole tells nothing; semicolons mean the comma
        ("A;B\n1;2\n", ["--decimal", "point"], "0.5"),
        ("A;B\n1;2.0\n", [], "0.5"),
        ("A\tB\n1\t2\n", [], "0.5"),
        ("A\tB\n1\t2,0\n", [], "0,5"),
        ("A,B\n1,2\n", ["--decimal", "comma"], "0,5"),
    ],
)
def test_the_style_of_answers(text, options, found, office):
    """The delimiter stays; between commas a decimal comma is quoted."""
    write(text)
    batch("in.csv", "-o", "out.csv", *options)
    delimiter = text[1]
    assert table("out.csv", delimiter)[0]["Quota"] == found


def test_rows_of_other_forms_are_written_for_spreadsheets_if_asked(office):
    """`--decimal comma` says so; without, and for other forms, nothing changes."""
    write('{"rulebook": "prova/2024", "fields": {"A": 1, "B": 2}}\n', name="in.jsonl")
    batch("in.jsonl", "-o", "out.csv")
    assert table("out.csv")[0]["Quota"] == "0.5"
    batch("in.jsonl", "-o", "out.csv", "--decimal", "comma")
    assert table("out.csv", ";")[0]["Quota"] == "0,5"
    assert Path("out.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert batch("in.jsonl", "-o", "out.jsonl", "--decimal", "comma")[0] == 2
    assert batch("in.jsonl", "-o", "out.jsonl", "--encoding", "cp1252")[0] == 2


def test_a_file_that_may_mean_either_is_refused_before_any_row(office):
    """The place is named, and so is the option."""
    write("A;B\n1;2\n1.234;5\n")
    status, out, _ = batch("in.csv", "-o", "out.csv", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"], problem["line"]) == (2, "batch-decimal-unclear", 3)
    assert "--decimal" in problem["hint"]
    assert not Path("out.csv").exists()
    assert [row["values"]["Somma"] for row in answers("in.csv", "--decimal", "comma")] == [
        "3",
        "1239",
    ]
    assert [row["values"]["Somma"] for row in answers("in.csv", "--decimal", "point")] == [
        "3",
        "6.234",
    ]


def test_texts_do_not_tell_the_sign(office):
    """Only cells of number fields do: an identifier such as `1.234` is a text."""
    write("T;A\n1.234;5\n")
    assert answers("in.csv")[0]["status"] == "incomplete"


def test_to_name_the_sign_is_advised_only_where_one_helps(office):
    """Whatever the sign of the file is, `1.2.3` and `1E+3` are no numbers."""
    helped = ("1.5", "1,5", "1.234,5")
    texts = (*helped, "1.2.3", "0.123,4", "1E+3", "1.5e-05", "1,23E+11")
    whole = "1;2\n" * SAMPLE_ROWS  # beyond which nothing tells the sign any more
    write("A;B\n" + whole + "".join(f"{text};2\n" for text in texts))
    for text, row in zip(texts, answers("in.csv")[SAMPLE_ROWS:], strict=True):
        (problem,) = row["problems"]
        assert problem["code"] == "wrong-type"
        assert ("--decimal" in problem["hint"]) == (text in helped), text


@pytest.mark.parametrize("rows", [3, 400])
def test_what_does_not_fit_is_its_rows_problem(rows, office):
    """Spaces, signs of money and other signs are refused, by rows and by columns, with a way out.

    All that is wrong with the row is said.
    """
    bad = {
        "€ 5": "write `5`",
        "€ 1.234,50": "write `1234,50`",
        "8,50%": "write `8,50`",
        "1 234": "write `1234` if the space separates thousands",
        "1'234": "write `1234`",
        "1.2,3": "`1.234,50`",
        "1,2,3": "`1.234,50`",
    }
    write("".join(["A;B\n1,5;1\n", *(f"{cell};x\n" for cell in bad), *["2,5;1\n"] * rows]))
    found = answers("in.csv")
    assert [codes(row) for row in found[1 : len(bad) + 1]] == [["wrong-type"] * 2] * len(bad)
    for row, (cell, hint) in zip(found[1:], bad.items(), strict=False):
        first = row["problems"][0]
        assert first["message"].startswith(f"`{cell}` is a text")
        assert (first["field"], hint in first["hint"]) == ("A", True)
    assert [row["values"]["Somma"] for row in found[len(bad) + 1 :]] == ["3.5"] * rows


@pytest.mark.parametrize("rows", [3, 400])
def test_where_all_numbers_are_whole_a_later_one_is_not_guessed(rows, office):
    """What comes after the first rows and needs the sign says which option tells it."""
    whole = "1;2\n" * SAMPLE_ROWS
    write("A;B\n" + whole + "1,5;2\n1.234;2\nx;2\n" + "3;4\n" * rows)
    found = answers("in.csv")[SAMPLE_ROWS:]
    assert [codes(row) for row in found[:3]] == [["wrong-type"]] * 3
    hints = [row["problems"][0]["hint"] for row in found[:3]]
    assert ["--decimal" in hint for hint in hints] == [True, True, False]
    assert [row["values"]["Somma"] for row in found[3:]] == ["7"] * rows
    found = answers("in.csv", "--decimal", "comma")[SAMPLE_ROWS:]
    assert [row["values"]["Somma"] for row in found[:2]] == ["3.5", "1236"]


def test_so_many_rows_and_bytes_are_looked_at(office):
    """At the limit a row still tells, one past it no more."""
    for before, is_told in ((SAMPLE_ROWS - 1, True), (SAMPLE_ROWS, False)):
        write("A;B\n" + "1;2\n" * before + "1,5;2\n")
        assert (codes(answers("in.csv")[-1]) == []) is is_told
    text = "x" * 1019
    for before, is_told in ((SAMPLE_BYTES // 1024 - 1, True), (SAMPLE_BYTES // 1024, False)):
        write("A;B;T\n" + f"1;2;{text}\n" * before + "1,5;2;\n")
        assert len(f"1;2;{text}") == 1023
        assert (codes(answers("in.csv")[-1]) == []) is (is_told or before * 1023 < SAMPLE_BYTES)


@pytest.mark.parametrize("named", [True, False])
def test_standard_input_is_looked_at_and_read_once(named, office):
    """The first rows tell the rulebook and the sign, and are answered all the same."""
    start = "A;B\n" if named else "rulebook;A;B\n"
    row = "" if named else "sociale/2024;"
    data = (start + f"{row}1;2\n" * 500 + f"{row}1,5;2\n").encode()
    if not named:
        data = data.replace(b";A;B", b";R03;M12_ore").replace(b"1,5", b"1")
        data = data.replace(b"sociale/2024;1;2\n" * 2, b"sociale/2024;1;2,5\n", 1)
        Path("in.csv").write_bytes(data)
        from support.command_line import call  # noqa: PLC0415 - the shipped rulebook

        call("batch", "in.csv", "-o", "file.jsonl")
        call("batch", "-", "-o", "stream.jsonl", "--from", "csv", stdin=data)
        file, stream = (Path(f"{each}.jsonl").read_text() for each in ("file", "stream"))
        assert stream == file.replace('"file":"in.csv"', '"file":"-"')
        assert stream.count("\n") == data.count(b"\n") - 1
        return
    status, out, _ = batch("-", "-o", "-", "--from", "csv", stdin=data)
    rows = [json.loads(line) for line in out.split("\n")[:-1]]
    assert (status, len(rows), rows[-1]["values"]["Somma"]) == (0, 501, "3.5")


@pytest.mark.parametrize("rows", [1, 300])
def test_no_utf8_is_said_with_the_option_that_helps(rows, office):
    """Declared, the file is read; undeclared, only its rows with such letters are problems."""
    write("A;B;T\n1;2;perché\n" + "1;2;x\n" * rows, "cp1252")
    found = answers("in.csv")
    assert [codes(row) for row in found] == [["not-utf8"], *[[]] * rows]
    assert "--encoding cp1252" in found[0]["problems"][0]["hint"]
    assert [codes(row) for row in answers("in.csv", "--encoding", "cp1252")] == [[]] * (rows + 1)
    write("A;B;qualità\n1;2;3\n", "cp1252")
    status, _, err = batch("in.csv", "-o", "out.csv")
    assert (status, "--encoding cp1252" in err) == (2, True)
    write("A;B;C\n1;2;3\n", "utf-16")
    status, _, err = batch("in.csv", "-o", "out.csv")
    assert (status, "[not-utf8]" in err, "cp1252" in err) == (2, True, False)


@pytest.mark.parametrize("rows", [1, 300])
def test_a_byte_that_cp1252_has_no_letter_for(rows, office):
    """It is its row's problem, named as a byte of that encoding."""
    lines = b"A;B;T\n1;2;x\x81y\n" + "1;2;è\n".encode("cp1252") * rows
    Path("in.csv").write_bytes(lines)
    found = answers("in.csv", "--encoding", "cp1252")
    assert [codes(row) for row in found] == [["batch-encoding"], *[[]] * rows]
    problem = found[0]["problems"][0]
    assert (problem["line"], problem["column"]) == (2, 6)
    assert "0x81" in problem["message"]
    Path("in.csv").write_bytes(b"A;B;\x81\n1;2;3\n")
    assert "[batch-encoding]" in batch("in.csv", "-o", "o.csv", "--encoding", "cp1252")[2]


# -- By rows and by columns ------------------------------------------------------------------------

CELLS = [*NUMBERS, *DAYS, "VERO", "FALSO", "true", "false", "vero", "", "", "12", "-3", "1.234,5"]


@pytest.mark.parametrize("dialect", ["comma", "point", "undecided", "between commas"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_columns_read_every_dialect_as_rows_do(dialect, encoding, office, monkeypatch):
    """The same bytes come out whether columns or single rows answer, hostile cells included."""
    pytest.importorskip("pyarrow")
    chance = Random(f"{dialect}{encoding}")  # noqa: S311 - tests repeat
    delimiter = "," if dialect == "between commas" else ";"
    lines = [f"A{delimiter}B{delimiter}T{delimiter}D{delimiter}F"]
    for _ in range(500):
        drawn = [chance.choice(CELLS if chance.random() < 0.3 else ["7", "12", ""]) for _ in "ABTD"]
        drawn[2] += chance.choice(["", "è", "€"])
        drawn.append(chance.choice(["VERO", "FALSO", "true", "", "x"]))
        lines.append(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in drawn))
    data = "\r\n".join(lines).encode(encoding, "replace")
    if encoding == "cp1252":
        data += b'\r\n"1"' + delimiter.encode() + b'"2"' + 3 * delimiter.encode() + b"\x81\r\n"
    Path("in.csv").write_bytes(data)
    options = [] if dialect == "undecided" else ["--decimal", dialect.partition(" ")[0]]
    if dialect == "between commas":
        options = []
    if dialect == "undecided":
        # so many whole rows first that the sign stays open
        head, _, body = data.partition(b"\r\n")
        Path("in.csv").write_bytes(head + b"\r\n" + b'"1";"2";;;\r\n' * SAMPLE_ROWS + body)
    options += ["--encoding", encoding, "--workers", "1"]
    # the sign is looked for before any form is known
    for form in ("csv",) if dialect == "undecided" else ("csv", "jsonl"):
        batch("in.csv", "-o", f"columns.{form}", *options)
        with monkeypatch.context() as patched:
            patched.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
            batch("in.csv", "-o", f"rows.{form}", *options)
        columns, rows = (Path(f"{way}.{form}").read_bytes() for way in ("columns", "rows"))
        assert columns == rows
        assert columns.count(b"wrong-type") > 50


def test_the_default_is_how_programs_write():
    """A dialect that nobody chose changes nothing."""
    assert Dialect() == PLAIN
    assert (PLAIN.delimiter, PLAIN.decimal, PLAIN.has_groups) == (",", "point", False)
    assert ruletrail.load("sociale/2024").linked.schema.fields["R03"].format == ""
