"""What `--keep` carries: every type of Arrow to every form, the same by columns and by rows.

Three rows are answered one by one, thirty by columns, and of others every seventh has a problem, so
that both ways write one output.
"""

import json
import re
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from support.offices import (
    SCHEMA,
    answers,
    batch,
    cell,
    header,
    table,
    text_cell,
    workbook_parts,
    write_parts,
    write_rulebook,
)
from support.rulebooks import HEAD_TEXT, load_text

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches.arrow_cells import as_list, can_travel, carry_column  # noqa: E402
from ruletrail.batches.parquet import Batches  # noqa: E402
from ruletrail.batches.streams import TableWork, answer_batches, answer_schema  # noqa: E402
from ruletrail.batches.writing import Carried, layout_of  # noqa: E402

MANY = 30
"""Rows that columns answer, at once."""

pytestmark = pytest.mark.filterwarnings("error:columns could not answer:RuntimeWarning")

MOST = 2**63 - 1
LATER = datetime(2024, 12, 31, 10, 0, 0, 120_000)  # noqa: DTZ001 - of no zone


def whole(values, kind):
    """Make an array of a type of the whole numbers behind its values."""
    width = pa.int32() if kind.bit_width == 32 else pa.int64()
    return pa.array(values, width).view(kind)


def no_utf8():
    """Make an array of texts, one of which is none."""
    buffers = pa.array([b"sm\xff", None, b"x"], pa.binary()).buffers()
    return pa.Array.from_buffers(pa.string(), 3, buffers)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAY_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)
NAN, INF = float("nan"), float("inf")
TEXTS = {
    "null": (pa.nulls(3), [None] * 3),
    "boolean": (pa.array([True, None, False]), [True, None, False]),
    "whole numbers": (pa.array([1, None, 2**64 - 1], pa.uint64()), ["1", None, str(2**64 - 1)]),
    "decimals": (pa.array([Decimal("1.50"), None, Decimal(-7)]), ["1.5", None, "-7"]),
    "wide decimals": (pa.array([Decimal("0." + "1" * 60)] * 3), ["0." + "1" * 60] * 3),
    "half floats": (pa.array([0.1, NAN, None], pa.float32()).cast(pa.float16()), ["0.1", "nan"]),
    "floats": (pa.array([0.1, NAN, INF], pa.float32()), ["0.1", "nan", "inf"]),
    "doubles": (pa.array([-INF, 1e300, None]), ["-inf", "1e+300", None]),
    "texts": (pa.array(["=1", "", None]), ["=1", "", None]),
    "large texts": (pa.array(["042", None, "x"], pa.large_string()), ["042", None, "x"]),
    "views": (pa.array(["x" * 40, None, "à"], pa.string_view()), ["x" * 40, None, "à"]),
    "no UTF-8": (no_utf8(), ["sm�", None, "x"]),
    "days": (
        whole([20088, 2**30, -800000], pa.date32()),
        ["2024-12-31", "<value out of range: 1073741824>", "-0221-09-04"],
    ),
    "days of another kind": (
        whole([86400000, None, 2932897 * 86400000], pa.date64()),
        ["1970-01-02", None, "10000-01-01"],
    ),
    "seconds": (whole([3723, None, 0], pa.time32("s")), ["01:02:03", None, "00:00:00"]),
    "milliseconds": (whole([3723120, None, 0], pa.time32("ms")), ["01:02:03.12", None, "00:00:00"]),
    "nanoseconds": (
        whole([5, 1001, None], pa.time64("ns")),
        ["00:00:00.000000005", "00:00:00.000001001", None],
    ),
    "moments": (pa.array([LATER, None, LATER.replace(year=1)], pa.timestamp("us")), None),
    "moments of long ago": (
        whole([-(2**50), 2**62, 0], pa.timestamp("ms")),
        None,
    ),
    "moments by the nanosecond": (
        whole([1, MOST, -MOST - 1], pa.timestamp("ns")),
        ["1970-01-01T00:00:00.000000001", "2262-04-11T23:47:16.854775807",
         "1677-09-21T00:12:43.145224192"],
    ),
    "moments of a zone": (
        whole([1735639200000000000, MOST, None], pa.timestamp("ns", "Europe/Rome")),
        ["2024-12-31T11:00:00+01:00", "2262-04-11T23:47:16.854775807+00:00", None],
    ),
    "moments of an old clock": (
        whole([-(10**13), None, 0], pa.timestamp("ms", "Europe/Rome")),
        ["1653-02-10T07:03:16+00:49:56", None, "1970-01-01T01:00:00+01:00"],
    ),
    "moments behind": (
        whole([0, -1, None], pa.timestamp("s", "-05:30")),
        ["1969-12-31T18:30:00-05:30", "1969-12-31T18:29:59-05:30", None],
    ),
    "words by index": (pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
    "numbers by index": (pa.array([7, None, 7]).dictionary_encode(), ["7", None, "7"]),
    "days by index": (
        pa.array([date(2024, 1, 2), None, date(2024, 1, 2)]).dictionary_encode(),
        ["2024-01-02", None, "2024-01-02"],
    ),
}  # fmt: skip
"""Columns of three cells that have texts, and the texts of the first of them, if written here."""

NO_TEXTS = {
    "list": pa.array([[1], None, []]),
    "large list": pa.array([["x"], None, []], pa.large_list(pa.string())),
    "fixed list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
    "structure": pa.array([{"a": NAN, "b": b"\xff"}, None, {"a": 1.0, "b": b""}]),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "list of far moments": pa.array([[2**62], None, []], pa.list_(pa.int64())).cast(
        pa.list_(pa.timestamp("us"))
    ),
    "bytes": pa.array([b"caf\xc3\xa9", None, b"\xff"]),
    "large bytes": pa.array([b"x", None, b"\xff"], pa.large_binary()),
    "fixed bytes": pa.array([b"ab", None, b"\xff\xff"], pa.binary(2)),
    "views of bytes": pa.array([b"x" * 40, None, b"\xff"], pa.binary_view()),
    "durations": pa.array([timedelta(1), None, timedelta(0)]),
    "long durations": whole([MOST, None, 0], pa.duration("s")),
    "moments of no zone": whole([5, None, 0], pa.timestamp("ms", "Foo/Bar")),
    "moments of an evil zone": whole([5, None, 0], pa.timestamp("ms", "\x1b[31m/../../etc")),
    "bytes by index": pa.array([b"x", None, b"x"]).dictionary_encode(),
}
"""Columns whose cells have no text of their own."""

COLUMNS = {name: column for name, (column, _) in TEXTS.items()} | NO_TEXTS
FORMS = ("csv", "jsonl", "xlsx")


@pytest.fixture
def office(folder, monkeypatch):
    """Give a folder with the small rulebook; a tenth of the usual rows is enough for columns."""
    monkeypatch.setattr("ruletrail.cli.batch.CHUNK_ROWS", MANY)
    write_rulebook(folder)
    return folder


@pytest.mark.parametrize(("rows", "by_columns"), [(3, False), (MANY, True)])
def test_many_rows_are_answered_by_columns_and_few_are_not(rows, by_columns, office, monkeypatch):
    """Without this the comparisons below could be of rows with rows."""
    written, write = [], TableWork._write

    def seen(work, found, part):
        written.append(len(part))
        return write(work, found, part)

    monkeypatch.setattr(TableWork, "_write", seen)
    write_kept(COLUMNS["doubles"], rows)
    assert keep("csv", "--workers", "1")[0] == 0
    assert written == ([rows] if by_columns else [])


def write_kept(column, rows, bad=0):
    """Write a table of so many rows whose kept column repeats three cells."""
    kept = pa.chunked_array([column] * -(-rows // 3)).slice(0, rows)
    fields = [(-(10**7) if bad and at % bad == 0 else at) for at in range(rows)]
    given = pa.table({"A": fields, "B": [2] * rows, "kept": kept})
    parquet.write_table(given, "in.parquet")
    return parquet.read_table("in.parquet")["kept"].combine_chunks()


def keep(form, *words):
    """Answer the table with its kept column; return the status, and what is said."""
    Path(f"out.{form}").unlink(missing_ok=True)
    status, _, err = batch("in.parquet", "-o", f"out.{form}", "--keep", "kept", *words)
    return status, err


def read_front(form, rows):
    """Read the numbers and kept cells of the first rows of an output, as they are written."""
    if form == "csv":
        return [(row["row"], row["kept"]) for row in table("out.csv")[:rows]]
    if form == "jsonl":
        lines = Path("out.jsonl").read_text("utf-8").splitlines()[:rows]
        return [(row["row"], row["kept"].get("kept")) for row in map(json.loads, lines)]
    with zipfile.ZipFile("out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    # a cell of an empty text ends where it begins
    cells = re.finditer(r'<c r="([AB][0-9]+)"([^>]*?)(?:/>|(>.*?)</c>)', sheet, re.DOTALL)
    found = {cell[1]: cell[2] + (cell[3] or "") for cell in cells}
    return [(found[f"A{row}"], found.get(f"B{row}")) for row in range(2, rows + 2)]


@pytest.mark.parametrize("name", TEXTS)
def test_cells_are_the_same_by_columns_and_by_rows(name, office):
    """To every form that is no table of Arrow's, and with the row's problems too."""
    column, texts = TEXTS[name]
    for form in FORMS:
        seen = []
        for rows, bad in ((3, 0), (MANY, 0), (MANY, 7), (3, 1)):
            write_kept(column, rows, bad)
            assert keep(form)[0] == (1 if bad else 0)
            seen.append(read_front(form, 3))
        assert seen == [seen[0]] * 4, form
        if form == "jsonl" and texts is not None:
            assert [kept for _, kept in seen[0]][: len(texts)] == texts


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(("rows", "bad"), [(3, 0), (MANY, 0), (MANY, 7), (3, 1)])
def test_to_parquet_a_column_is_itself(name, rows, bad, office):
    """Type and cells, whichever rows are answered one by one."""
    given = write_kept(COLUMNS[name], rows, bad)
    assert keep("parquet")[0] == (1 if bad else 0)
    found = parquet.read_table("out.parquet")["kept"].combine_chunks()
    expected = given.cast(pa.string()) if given.type == pa.string_view() else given
    assert found.type == expected.type
    assert same(found, expected)


def same(one, other):
    """Compare columns bit by bit: texts as their bytes, a NaN like any number."""
    if pa.types.is_string(one.type):
        one, other = one.cast(pa.binary()), other.cast(pa.binary())
    if pa.types.is_floating(one.type):
        width = {2: pa.int16(), 4: pa.int32(), 8: pa.int64()}[one.type.bit_width // 8]
        one, other = one.view(width), other.view(width)
    return str(one) == str(other) and (one.equals(other) or "nan" in str(one))


@pytest.mark.parametrize("name", NO_TEXTS)
def test_what_has_no_text_is_refused_before_the_first_row(name, office):
    """It is one problem that names column and type, and says what to do."""
    write_kept(NO_TEXTS[name], 3)
    for form in FORMS:
        status, out = (
            keep(form, "--format", "json")[0],
            batch("in.parquet", "-o", f"out.{form}", "--keep", "all", "--format", "json")[1],
        )
        (problem,) = json.loads(out)["problems"]
        assert (status, problem["code"], problem["column"]) == (2, "batch-keep-type", 3)
        assert "`kept`" in problem["message"]
        assert "Parquet" in problem["hint"]
        assert not Path(f"out.{form}").exists()


def test_every_type_is_looked_at():
    """What `can_travel` says is what these tests say."""
    assert [name for name in COLUMNS if can_travel(COLUMNS[name].type)] == list(TEXTS)
    with pytest.raises(TypeError):
        carry_column(NO_TEXTS["list"], "csv")


def test_types_of_somebodys_own_are_what_they_are_stored_as(office):
    """A UUID is its text; to Parquet each travels as it is."""
    storage = pa.array([bytes(range(16)), None, bytes(16)], pa.binary(16))
    column = pa.ExtensionArray.from_storage(pa.uuid(), storage)
    assert as_list(carry_column(column, "csv")) == [
        "00010203-0405-0607-0809-0a0b0c0d0e0f",
        None,
        "00000000-0000-0000-0000-000000000000",
    ]
    given = write_kept(column, 3)
    assert keep("parquet")[0] == 0
    assert parquet.read_table("out.parquet")["kept"].combine_chunks().equals(given)


def test_in_a_workbook_a_number_is_always_one(office):
    """A day is a day as far as there are such; what is no number is a text."""
    write_kept(TEXTS["floats"][0], 3)
    keep("xlsx")
    assert [kept.count("<t") for _, kept in read_front("xlsx", 3)] == [0, 1, 1]
    write_kept(TEXTS["days"][0], 3)
    keep("xlsx")
    first, *others = (kept for _, kept in read_front("xlsx", 3))
    assert first.endswith("<v>45657</v>")
    assert all("<t" in each for each in others)


@pytest.mark.parametrize("name", COLUMNS)
def test_groups_of_a_table_are_joined_and_given_up(name):
    """Pieces of a worker that died become one; a row that nobody could answer has no cells."""
    linked = load_text(f"{HEAD_TEXT}rules:\n  X: {{formula: A}}\n", SCHEMA).linked
    # as a file gives it, which has no seconds of a day, and no numbers by index
    stored = pa.BufferOutputStream()
    parquet.write_table(pa.table({"kept": COLUMNS[name]}), stored)
    column = parquet.read_table(stored.getvalue())["kept"].combine_chunks()
    column = column.cast(pa.string()) if column.type == pa.string_view() else column
    layout = layout_of(linked, "parquet", "en", Carried((), ("kept",)), has_row=True)
    packing = Batches(linked, layout, {"kept": column.type})
    empty = packing.pack([(4, None, "complete", None, None, None)])
    assert empty["kept"].null_count == 1
    arrays = [pa.array([1, 2, 3]), column, *packing.pack([("complete",) + (None,) * 3] * 3, 2)]
    batches = [pa.RecordBatch.from_arrays(arrays, schema=packing.schema), empty]
    once = packing.join([packing.write(each) for each in batches])
    assert packing.join([once]) == once


def test_frames_travel_with_types_that_no_file_holds():
    """A program's own batches keep any type of Arrow's."""
    import ruletrail  # noqa: PLC0415

    plan = ruletrail.load("sociale/2024")
    union = pa.UnionArray.from_dense(
        pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()), [pa.array([1]), pa.array(["x"])]
    )
    given = pa.record_batch({"union": union, "R01": pa.array(["no number", None])})
    (found,) = answer_batches(plan, [given], keep=["union"])
    assert found.schema.field("union").type == union.type
    assert found["union"].to_pylist() == [1, "x"]
    assert answer_schema(plan, given.schema, ["union"]).field("union").type == union.type


# -- Rows of texts and of sheets -------------------------------------------------------------------


@pytest.mark.parametrize("rows", [3, MANY])
def test_lists_and_objects_of_json_are_kept_as_json(rows, office):
    """As themselves in JSONL, else as their text; numbers as they were written."""
    line = '{"id": %s, "rulebook": "prova/2024", "fields": {"A": 1}}\n'
    held = '{"a": [1.50, "\\u2028", true], "b": {}}'
    Path("in.jsonl").write_text(line % held + line % "[1,2]" * (rows - 1))
    for row in answers("in.jsonl", "--keep", "id")[1:]:
        assert row["kept"] == {"id": [1, 2]}
    text = '{"a":[1.50,"\\u2028",true],"b":{}}'
    assert f'"kept":{{"id":{text}}}' in Path("answers.jsonl").read_text("utf-8")
    batch("in.jsonl", "-o", "out.csv", "--keep", "id")
    assert [row["id"] for row in table("out.csv")] == [text, *["[1,2]"] * (rows - 1)]
    batch("in.jsonl", "-o", "out.parquet", "--keep", "id")
    assert parquet.read_table("out.parquet")["id"].to_pylist()[:2] == [text, "[1,2]"]
    batch("in.jsonl", "-o", "out.xlsx", "--keep", "id")
    assert read_front("xlsx", 2)[1][1].endswith("[1,2]</t></is>")


@pytest.mark.parametrize("rows", [3, MANY])
def test_a_key_that_is_kept_is_no_key_of_the_subject(rows, office):
    """A line without it keeps nothing, whatever its subject holds."""
    line = '{"rulebook": "prova/2024", "subject": {"id": "x"}, "fields": {"A": 1}}\n'
    Path("in.jsonl").write_text(line * rows)
    batch("in.jsonl", "-o", "out.csv", "--keep", "id,subject.id")
    assert {(row["subject.id"], row["id"]) for row in table("out.csv")} == {("x", "")}


@pytest.mark.parametrize("rows", [3, MANY])
def test_cells_of_a_sheet_without_a_value_are_kept_as_what_stands_there(rows, office):
    """An error is its name, an uncomputed formula nothing, by columns as by rows."""
    sheet = header("A", "error", "formula", "text")
    for row in range(2, rows + 2):
        cells = [
            cell(f"A{row}", "1"),
            cell(f"B{row}", "#N/A", "e"),
            f'<c r="C{row}"><f>1+1</f></c>',
            text_cell(f"D{row}", "#N/A"),
        ]
        sheet += f'<row r="{row}">{"".join(cells)}</row>'
    write_parts("in.xlsx", workbook_parts(sheet))
    batch("in.xlsx", "-o", "out.csv", "--keep", "all")
    kept = {(row["error"], row["formula"], row["text"]) for row in table("out.csv")}
    assert kept == {("#N/A", "", "#N/A")}
    batch("in.xlsx", "-o", "out.parquet", "--keep", "all")
    found = parquet.read_table("out.parquet")
    assert set(found["error"].to_pylist()) == {"#N/A"}
    assert set(found["formula"].to_pylist()) == {None}
    batch("in.xlsx", "-o", "out.xlsx", "--keep", "all")
    assert "#N/A</t>" in read_front("xlsx", 1)[0][1]
    assert all(row["kept"]["error"] == "#N/A" for row in answers("in.xlsx", "--keep", "all"))


@pytest.mark.parametrize("rows", [3, MANY])
def test_days_of_a_sheet_stay_days(rows, office):
    """With their time or without, for reports and for who keeps them; a time alone is a text."""
    sheet = header("A", "day", "moment", "time")
    for row in range(2, rows + 2):
        cells = [
            cell(f"A{row}", "1"),
            cell(f"B{row}", "45657", style="1"),
            cell(f"C{row}", "45657.4375", style="1"),
            cell(f"D{row}", "0.4375", style="1"),
        ]
        sheet += f'<row r="{row}">{"".join(cells)}</row>'
    write_parts("in.xlsx", workbook_parts(sheet, styles=DAY_STYLES))
    batch("in.xlsx", "-o", "out.csv", "--keep", "all")
    (kept,) = {(row["day"], row["moment"], row["time"]) for row in table("out.csv")}
    assert kept == ("2024-12-31", "2024-12-31T10:30:00", "10:30:00")
    batch("in.xlsx", "-o", "out.xlsx", "--keep", "all")
    for cells in list(openpyxl.load_workbook("out.xlsx").active.iter_rows(min_row=2)):
        found = [each.value for each in cells if each.column_letter in "BCD"]
        assert found == [datetime(2024, 12, 31), datetime(2024, 12, 31, 10, 30), "10:30:00"]  # noqa: DTZ001 - of no zone


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_cells_of_csv_are_the_same_by_columns_and_by_rows(form, office):
    """Line ends within quotes, and what is no text in its encoding, too."""
    record = '1,"a\r\nb ""c""",042,=1,-inf,nan\r\n'
    found = []
    for rows in (3, MANY):
        Path("in.csv").write_bytes(("A,u,v,w,x,y\r\n" + record * rows).encode())
        assert batch("in.csv", "-o", f"out.{form}", "--keep", "all")[0] == 0
        if form == "csv":
            found.append(list(table("out.csv")[0].values())[:6])
        else:
            listed = parquet.read_table("out.parquet").to_pylist()
            found.append(list(listed[0].values())[:6])
    assert found[0] == found[1]


NAMES = (
    *("id", "a", "Id", "kept", " id", "id ", "a,b", "a b", "é", "e\u0301", 'a"b', "=1", "1", "a.b"),
    *("x" * 300, "\u202ex", "a\nb", "a\tb", "\x1b[31m", "\u00a0", "", "\ufeffid", "__proto__"),
    *("A", "Somma", "esito", "parte", "Limite", "row", "status", "missing", "problems", "reasons"),
    *(
        "lists.L",
        "rulebook",
        "subject",
        "fields",
        "printed",
        "subject.comune",
        "subject.",
        "Subject.comune",
    ),
    *("all", "subject.a.b", "row ", "constructor", "\ud7ff"),
)
"""Names that a column may have: of nobody, of the form, of the answers, of the report itself."""


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_whatever_a_column_is_called_columns_and_rows_keep_it(form, office):
    """The same is refused before any row, or the same cells come out, by that name."""
    for name in NAMES:
        seen = []
        for rows in (3, MANY):
            cells = [pa.array(range(rows)), pa.array([2] * rows), pa.array(["k"] * rows)]
            parquet.write_table(pa.Table.from_arrays(cells, ["A", "B", name]), "in.parquet")
            Path(f"out.{form}").unlink(missing_ok=True)
            status, _, err = batch("in.parquet", "-o", f"out.{form}", "--keep", "all")
            codes = re.findall(r"\[([a-z-]+)\]", err)
            seen.append((status, codes, front_of(form) if status < 2 else None))
        assert seen[0] == seen[1], name
        if seen[0][0] == 0 and not name.startswith(("subject.", "rulebook")):
            # what shows in no line of CSV is made visible there, as in its cells
            is_shown = form != "csv" or (name.isprintable() and name[0] != "=")
            assert not is_shown or seen[0][2] == (name, "k"), name


def front_of(form):
    """Read the first column of an answer that is kept, and its first cell."""
    if form == "parquet":
        found = parquet.read_table("out.parquet")
        return found.column_names[1], found.column(1)[0].as_py()
    if form == "csv":
        first = table("out.csv")[0]
        return list(first)[1], list(first.values())[1]
    first = json.loads(Path("out.jsonl").read_text("utf-8").split("\n")[0])
    held = {**{f"subject.{key}": each for key, each in first.get("subject", {}).items()}}
    held |= first.get("kept", {})
    return next(iter(held.items()), None)
