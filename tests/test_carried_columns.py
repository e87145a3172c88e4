"""Rows that can be recognised: number, subject, kept columns, what is missing, where problems are.

Codes of problems kept honest here: `batch-keep-taken`, `batch-keep-unknown`, `batch-keep-lines`,
`batch-keep-alike`. What single types come to is in `test_kept_types.py`.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ruletrail.batches import sources
from ruletrail.batches.carrying import choose_columns, list_alike
from ruletrail.batches.sources import check_header
from ruletrail.library import load_linked, source_of_path
from support.offices import answers, batch, codes, table, write_rulebook

KEPT = ("--keep", "id,note")


@pytest.fixture
def office(folder):
    """Give a folder with the small rulebook."""
    write_rulebook(folder)
    return folder


def write(text, name="in.csv"):
    Path(name).write_bytes(text.encode())


def refused(*words):
    status, out, _ = batch(*words, "--format", "json")
    assert status == 2
    return [(each["code"], each["message"], each["hint"]) for each in json.loads(out)["problems"]]


TABLE = (
    "id,A,subject.comune,B,note,subject.provincia\n"
    "00042,1,Forlì,2,=1+1,FC\n"
    '-5,x,Jesi,2,"a,b",AN\n'
    "7,1,,,,\n"
)


@pytest.mark.parametrize("rows", [0, 400])
def test_a_row_says_which_it_is(rows, office):
    """Its number, its subject, what is kept, in this order, then answers; bad rows too."""
    write(TABLE + "8,1,Jesi,2,x,AN\n" * rows)
    status, _, err = batch("in.csv", "-o", "out.csv", *KEPT)
    assert status == 1
    assert err.startswith(f"wrote out.csv: {rows + 3} rows, 1 with problems, ")
    found = table("out.csv")
    assert list(found[0])[:6] == [
        "row",
        "subject.comune",
        "subject.provincia",
        "id",
        "note",
        "status",
    ]
    assert list(found[0])[-2:] == ["missing", "problems"]
    front = [list(row.values())[:5] for row in found[:3]]
    assert front == [
        ["1", "Forlì", "FC", "00042", "'=1+1"],
        ["2", "Jesi", "AN", "-5", "a,b"],
        ["3", "", "", "7", ""],
    ]
    assert [row["problems"][:10] for row in found[:3]] == ["", "wrong-type", ""]


def test_what_is_missing_stands_in_a_column(office):
    """The codes, for any value or as a field of a due section, one after another."""
    write("A,B,T\n1,2,x\n1,,\n,,\n")
    batch("in.csv", "-o", "out.csv")
    assert [row["missing"] for row in table("out.csv")] == ["D F", "B D F T", "A B D F"]
    assert [row["missing"] for row in answers("in.csv")] == [
        ["D", "F"],
        ["B", "D", "F", "T"],
        ["A", "B", "D", "F"],
    ]


def test_a_problem_names_its_column(office):
    """In a table by name, in JSON as `field`; what is wrong with a whole row names none."""
    write("A,B,D\nx,1,2024-13-01\n1,2\n")
    batch("in.csv", "-o", "out.csv")
    first, second = (row["problems"] for row in table("out.csv"))
    assert (
        first.index("(column `A`) → ") < first.index("\nwrong-form") < first.index("(column `D`)")
    )
    assert "(column" not in second
    found = answers("in.csv")
    assert [problem.get("field") for row in found for problem in row["problems"]] == [
        "A",
        "D",
        None,
    ]


def test_columns_that_nobody_keeps_are_refused_with_the_way_out(office):
    """The hint names `--keep`; a name that is nearly a field's is still asked about."""
    write("A,comune_id\n1,2\n")
    ((code, _, hint),) = refused("in.csv", "-o", "out.csv")
    assert (code, "--keep" in hint) == ("batch-column-unknown", True)
    write("A,a\n1,2\n")
    ((code, _, hint),) = refused("in.csv", "-o", "out.csv")
    assert (code, hint) == ("batch-column-unknown", "did you mean `A`?")


def test_names_to_be_kept(office):
    """By lists, again and again, each once, in this order; `all` is all that no report reads."""
    write('x,A,y,"u,v",B,subject.a\n1,2,3,4,5,6\n')

    def front(*words):
        assert batch("in.csv", "-o", "out.csv", *words)[0] == 0
        names = list(table("out.csv")[0])
        return names[1 : names.index("status")]

    assert front("--keep", "all") == ["subject.a", "x", "y", "u,v"]
    assert front("--keep", "y, x", "--keep", "u,v", "--keep", "x") == ["subject.a", "y", "x", "u,v"]
    assert front("--keep", "x,y", "--keep", "u,v", "--keep", "A") == [
        "subject.a",
        "x",
        "y",
        "u,v",
        "A",
    ]
    assert table("out.csv")[0]["A"] == "2"
    ((code, message, _),) = refused("in.csv", "-o", "o.csv", "--keep", "X1", "--keep", "all,x,y")[
        :1
    ]
    assert (code, message) == (
        "batch-keep-unknown",
        "the column `X1` is to be kept, and the file has none of this name",
    )


@pytest.mark.parametrize(
    "name", ["row", "status", "missing", "problems", "Somma", "esito", "parte", "Limite"]
)
def test_a_kept_column_has_no_name_of_the_answers(name, office):
    """The name is refused before any row, and JSON has room for both."""
    write(f"A,{name}\n1,2\n")
    ((code, message, _),) = refused("in.csv", "-o", "out.csv", "--keep", "all")
    assert (code, f"`{name}`" in message) == ("batch-keep-taken", True)
    assert answers("in.csv", "--keep", "all")[0]["kept"] == {name: "2"}


@pytest.mark.parametrize("code", ["row", "missing", "status", "problems"])
def test_a_rule_has_no_name_of_a_tables_own_column(code, office):
    """It needs JSON."""
    book = Path("prova.yaml")
    book.write_text(book.read_text().replace("rules:\n", f"rules:\n  {code}: {{formula: A}}\n"))
    write("A\n1\n")
    ((found, _, _),) = refused("in.csv", "-o", "out.csv")
    assert found == "batch-column-taken"
    assert answers("in.csv")[0]["values"][code] == "1"


# -- JSON ------------------------------------------------------------------------------------------

LINES = (
    '{"id": 7, "rulebook": "prova/2024", "subject": {"comune": "Forlì", "n": 1.50}, '
    '"fields": {"A": 1}}\n'
    '{"id": "x", "rulebook": "prova/2024", "fields": {"A": "y"}, "flag": true}\n'
    '{"rulebook": "prova/2024", "fields": {"A": 2}, "id": null}\n'
    "{broken\n"
)


def test_keys_of_json_are_kept(office):
    """Keys beside the report's own travel; a line that is no JSON says only what is wrong."""
    write(LINES, "in.jsonl")
    found = answers("in.jsonl", "--keep", "id,flag")
    assert [list(row)[:3] for row in found] == [["row", "subject", "kept"]] * 4
    assert [row["kept"] for row in found] == [{"id": "7"}, {"id": "x", "flag": True}, {}, {}]
    assert [codes(row) for row in found] == [[], ["wrong-type"], ["null-value"], ["json-syntax"]]
    batch("in.jsonl", "-o", "out.csv", "--keep", "id", "--keep", "subject.comune,subject.n,flag")
    assert [list(row.values())[:5] for row in table("out.csv")] == [
        ["1", "Forlì", "1.50", "7", ""],
        ["2", "", "", "x", "true"],
        ["3", "", "", "", ""],
        ["4", "", "", "", ""],
    ]


def test_json_without_keep_is_as_ever(office):
    """No key is added to answers, and one that no report has is a problem of its row."""
    write(LINES, "in.jsonl")
    found = answers("in.jsonl")
    assert [codes(row)[:1] for row in found] == [
        ["unknown-key"],
        ["unknown-key"],
        ["unknown-key"],
        ["json-syntax"],
    ]
    assert "null-value" in codes(found[2]), "which hides no other fault, and is hidden by none"
    assert list(found[0]) == ["row", "problems"]


@pytest.mark.parametrize("name", ["all", "fields", "rulebook", "subject"])
def test_keys_that_cannot_be_kept(name, office):
    """Those of the report, and all that nobody knows before."""
    write(LINES, "in.jsonl")
    ((code, _, hint),) = refused("in.jsonl", "-o", "out.csv", "--keep", f"id,{name}")
    assert (code, "--keep id" in hint) == ("batch-keep-lines", True)


def test_subjects_of_json_go_to_tables(office):
    """Those that the schema lists, whether columns or rows answer."""
    path = Path("schema.json")
    schema = json.loads(path.read_text())
    schema["properties"]["subject"]["properties"] = {"comune": {"type": "string"}, "n": {}}
    path.write_text(json.dumps(schema))
    line = (
        '{"rulebook": "prova/2024", "subject": {"comune": "Forlì", "n": 1}, "fields": {"A": 1}}\n'
    )
    write(line * 300 + line.replace('"A": 1', '"A": "x"'), "in.jsonl")
    batch("in.jsonl", "-o", "out.csv")
    found = table("out.csv")
    assert [list(row.values())[:3] for row in (found[0], found[300])] == [
        ["1", "Forlì", "1"],
        ["301", "Forlì", "1"],
    ]


# -- Parquet ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [3, 300])
def test_columns_of_parquet_keep_their_types(rows, office):
    """Whatever they hold: the answers' table has them as they were."""
    pa, parquet = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))

    columns = {
        "A": pa.array([1] * (rows - 1) + [-(10**7)]),
        "B": pa.array([2] * rows),
        "id": pa.array(range(rows), pa.int32()),
        "when": pa.array([date(2024, 12, 31)] * rows),
        "price": pa.array([Decimal("1.50")] * rows, pa.decimal128(9, 2)),
        "list": pa.array([[1, 2]] * rows),
        "word": pa.array(["x"] * rows).dictionary_encode(),
        "subject.n": pa.array([5] * rows),
    }
    given = pa.table(columns)
    parquet.write_table(given, "in.parquet")
    assert batch("in.parquet", "-o", "out.parquet", "--keep", "all")[0] == 1
    found = parquet.read_table("out.parquet")
    names = ["subject.n", "id", "when", "price", "list", "word"]
    assert found.column_names[:8] == ["row", *names, "status"]
    for name in names:
        assert found[name].to_pylist() == given[name].to_pylist()
        if name != "word":
            assert found.schema.field(name).type == given.schema.field(name).type
    assert found["row"].to_pylist() == list(range(1, rows + 1))
    (problem,) = json.loads(found["problems"].to_pylist()[-1])
    assert (problem["code"], problem["field"], problem["line"]) == ("out-of-range", "A", rows)
    parquet.write_table(given.drop_columns(["list"]), "in.parquet")
    batch("in.parquet", "-o", "out.csv", "--keep", "all")
    assert [table("out.csv")[-1][name] for name in ("id", "when", "price")] == [
        str(rows - 1),
        "2024-12-31",
        "1.5",
    ]
    batch("in.parquet", "-o", "out.xlsx", "--keep", "all")
    openpyxl = pytest.importorskip("openpyxl")
    last = list(openpyxl.load_workbook("out.xlsx").active.iter_rows(values_only=True))[-1]
    assert [str(each) for each in last[:6]] == [
        str(rows),
        "5",
        str(rows - 1),
        "2024-12-31 00:00:00",
        "1.5",
        "x",
    ]
    parquet.write_table(given.drop_columns(["list", "when"]), "in.parquet")
    assert batch("in.parquet", "-o", "out.csv")[0] == 2


# -- What is said at the end -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "wrote out.csv: 4 rows, 1 with problems, 1 complete, 1 incomplete, 1 invalid\n"),
        (
            "it",
            (
                "scritto out.csv: 4 righe, 1 con problemi, 1 completa, 1 da completare, "
                "1 da correggere\n"
            ),
        ),
    ],
)
def test_a_line_says_what_rows_came_to(language, said, office):
    """By status, in either language, also where nobody looks on."""
    from support.command_line import call  # noqa: PLC0415 - with another language

    write("A,B,D,F,T\n1,2,2024-01-01,true,x\n1,,,,\n999999,2,2024-01-01,true,x\nx,,,,\n")
    words = ("batch", "in.csv", "-o", "out.csv", "--rulebook", "prova.yaml", "--lang", language)
    assert call(*words) == (1, "", said)
    write("A\n")
    assert call(*words)[2].partition(": ")[2].startswith("0 ")
    write("A,B,D,F,T\n1,2,2024-01-01,true,x\n")
    assert call(*words)[2] == (
        "scritto out.csv: 1 riga, 1 completa\n"
        if language == "it"
        else "wrote out.csv: 1 row, 1 complete\n"
    )


def test_a_resumed_run_counts_all_rows(office, monkeypatch):
    """What an earlier run answered is counted with what this one does."""
    from ruletrail.batches.checkpoints import Partial  # noqa: PLC0415 - to stop it

    write("A,B,D,F,T\n" + "1,2,2024-01-01,true,x\n" * 600 + "x,,,,\n" * 2)
    adds = Partial.add

    def interrupted(self, data, place, counts):
        if place.rows > 512:
            raise KeyboardInterrupt
        adds(self, data, place, counts)

    monkeypatch.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
    with monkeypatch.context() as patched:
        patched.setattr(Partial, "add", interrupted)
        assert batch("in.csv", "-o", "out.csv", "--workers", 1)[0] == 130
    status, _, err = batch("in.csv", "-o", "out.csv", "--workers", 1, "--resume")
    assert (status, err) == (1, "wrote out.csv: 602 rows, 2 with problems, 600 complete\n")


@pytest.mark.parametrize("change", [("--keep", "id"), ("--decimal", "point")])
def test_a_run_with_other_options_is_not_resumed(change, office, monkeypatch):
    """What travels and how numbers are written is part of what the rows depend on."""
    from ruletrail.batches.checkpoints import Partial  # noqa: PLC0415 - to stop it

    write("A,B,id,note\n" + "1,2,3,4\n" * 600)
    adds = Partial.add

    def interrupted(self, data, place, counts):
        if place.rows > 512:  # a run that has no row yet leaves nothing to go on from
            raise KeyboardInterrupt
        adds(self, data, place, counts)

    with monkeypatch.context() as patched:
        patched.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
        patched.setattr(Partial, "add", interrupted)
        assert batch("in.csv", "-o", "out.csv", "--keep", "all", "--workers", 1)[0] == 130
    words = (
        ["--keep", "all", *change] if change[0] != "--keep" else ["--keep", "id", "--keep", "note"]
    )
    words = [*words, "--decimal", "comma"] if change[0] == "--keep" else words
    status, _, err = batch("in.csv", "-o", "out.csv", *words, "--resume")
    assert (status, "batch-resume-other" in err) == (2, True)


def test_a_kept_column_that_looks_like_a_field(office):
    """It would be kept and not read: a warning, unless the field is there or nothing is alike."""
    write("a,B,x\n1,2,3\n")
    _, _, err = batch("in.csv", "-o", "out.csv", "--keep", "all")
    assert "warning: the column `a` is kept as it is and not read" in err
    assert "[batch-keep-alike]" in err
    assert "call it `A`" in err
    assert err.count("[batch-") == 1
    assert "in.csv:1:1: warning" in err
    write("B,x,a\n1,2,3\n")
    _, _, err = batch("in.csv", "-o", "out.csv", "--keep", "all")
    assert "in.csv:1:3: warning: the column `a`" in err  # its own number, as of unknown columns
    write("a,A,B,x\n1,2,3,4\n")
    assert "[batch-" not in batch("in.csv", "-o", "out.csv", "--keep", "all")[2]


class ComparedName(str):
    """The name of a column, which counts how often it is compared with another."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        """Compare as any text does, and count it."""
        ComparedName.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("prefix", ["k", "subject.k"])
def test_columns_that_travel_are_not_compared_with_one_another(office, prefix, monkeypatch):
    """Each is looked for by its hash: 4 000 in a tuple of 4 000 would be 16 million comparisons."""
    linked = load_linked(source_of_path(Path("prova.yaml")))
    asked = []
    monkeypatch.setattr(sources, "subject_keys", lambda schema: asked.append(schema) or iter("ab"))
    header = ("A", *(ComparedName(f"{prefix}{at}") for at in range(4_000)))
    ComparedName.compared = 0
    carried = choose_columns(["all"], header, "in.csv", linked)
    check_header(header, "in.csv", linked, named=True, kept=carried.kept)
    assert list_alike(carried.kept, header, "in.csv", linked) == []
    assert len(carried.names) == 4_000
    assert 0 < ComparedName.compared < 40_000
    assert len(asked) < 5  # the schema's subject is walked for the header, and not for each column
