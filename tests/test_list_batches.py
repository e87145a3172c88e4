"""Whatever lists of rows hold, columns write the bytes that single rows do, in every form."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from ruletrail.api import Plan
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.list_cells import read_rows_cell, read_rows_text
from ruletrail.batches.parquet import check_types
from ruletrail.batches.sources import BY_COLUMNS
from ruletrail.batches.unsupported_keywords import explain_rows
from ruletrail.batches.writing import tell_place
from ruletrail.documents import ScalarNode, take_nulls
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import REPORT, Mark, Problem, ProblemsError
from ruletrail.trails import cut_code
from support.batch_runs import answer
from support.command_line import call
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of, write_rulebook

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches.streams import TableWork  # noqa: E402 - needs pyarrow

CELLS = {
    "n": {"type": "number", "minimum": -100},
    "t": {"type": "string", "maxLength": 6},
    "p": "boolean",
    "d": {"type": "string", "format": "date", "formatMinimum": "1990-01-01"},
    "unread": "number",
    "o": "number",
}
FIELDS = {"A": "number", "L": rows_of(CELLS, 4), "M": rows_of({"x": "number"}, 3)}
BOOK = {
    "rules": {
        "L.twice": {"formula": "L.n * 2 + A", "when": "L.p"},
        "L.part": {"formula": "L.n / 3"},
        "L.word": {"formula": 'L.t if L.p else "è\u2028"'},
        "L.big": {"formula": "L.n > 1"},
        "L.later": {"formula": "add_months(L.d, 1)"},
        "L.safe": {"formula": "if_missing(L.o, 0) + 1"},
        "safe": {"formula": "sum(L.safe) + (1 if is_missing(M) else 0)"},
        "total": {"formula": "sum(L.twice) + size(M)"},
        "thirds": {"formula": "max(L.part)"},
    },
    "checks": {
        "L.low": {"expect": "L.n < 50", "severity": "error"},
        "L.early": {"expect": "L.d < add_months(L.d, 1) and L.n < 0", "severity": "info"},
    },
    "messages": {"m": {"when": "any(L.p)", "text": {"it": "sì"}}},
    "sections": {"z": {"title": "Z", "due": "A > 2", "fields": ["M", "M.x"]}},
}


@pytest.fixture(scope="module")
def linked() -> LinkedRulebook:
    return load_text(rulebook_text(BOOK, language="2"), schema_of(FIELDS)).linked


def draw_row(chance: Random) -> dict[str, Any]:
    cells = {
        "n": chance.choice((0, 1, 2.5, -3, 60, Decimal("0.125"))),
        "t": chance.choice(("SI", "a,b", 'a"b', "perché", "a\nb")),
        "p": chance.random() < 0.5,
        "d": f"20{chance.randint(10, 24)}-0{chance.randint(1, 9)}-11",
        "unread": chance.choice((1, None)),
        "o": chance.choice((2, None)),
    }
    return {name: cell for name, cell in cells.items() if cell is not None}


ODD_ROWS: tuple[Any, ...] = (
    None, {}, {"n": None}, {"x": 1}, {"n": "1"}, {"n": True}, {"n": -101}, {"t": "toolong"}, [],
    {"d": "1989-12-31"}, {"d": "2011-02-30"}, {"p": "true"}, {"t": "e\u0301"}, {"n": 10**15}, 7,
    {"n": {"a": 1}}, {"t": "\x00"},
)  # fmt: skip


def draw(chance: Random) -> dict[str, Any]:
    """Draw the fields of a report; one row of twenty is none, or lacks what is read."""
    fields: dict[str, Any] = {"A": chance.choice((1, 3, 8.5))}
    rows: Any = [draw_row(chance) for _ in range(chance.choice((0, 1, 2, 4)))]
    if chance.random() < 0.2:
        rows = [*rows[:3], chance.choice(ODD_ROWS)]
    if chance.random() < 0.05:
        rows = chance.choice(([{}] * 5, "x", {}, None, 1))
    fields["L"] = rows
    if chance.random() < 0.95:
        fields["M"] = [{"x": 1}] * chance.randint(0, 2)
    return fields


def to_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=float)


def write(reports: list[dict[str, Any]], form: str, folder: Path) -> Path:
    """Write reports into a file; what Arrow's lists cannot hold is left out of Parquet."""
    path = folder / f"in.{form}"
    if form == "jsonl":
        lines = [to_text({"rulebook": "prova/2024", "fields": each}) for each in reports]
        path.write_text("\n".join(lines), encoding="utf-8")
    elif form == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["A", "L", "M"])
        for each in reports:
            sheet.append(
                [each["A"], *(to_text(each[code]) if code in each else None for code in "LM")]
            )
        book.save(path)
    elif form == "csv":
        cells = [
            [str(each["A"]), *(to_text(each[code]) if code in each else "" for code in "LM")]
            for each in reports
        ]
        lines = [
            ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in cells
        ]
        path.write_text("\n".join(["A,L,M", *lines]), encoding="utf-8")
    else:
        members = {"n": pa.decimal128(38, 4), "t": pa.string(), "p": pa.bool_(), "d": pa.date32()}
        row = pa.struct({**members, "unread": pa.int64(), "o": pa.int8(), "x": pa.int8()})
        lists = [to_struct_rows(each["L"]) for each in reports]
        columns = {
            "A": pa.array([Decimal(str(each["A"])) for each in reports]),
            "L": pa.array(lists, pa.list_(row)),
            "M": pa.array([each.get("M") for each in reports], pa.list_(pa.struct({"x": "int32"}))),
        }
        parquet.write_table(pa.table(columns), path)
    return path


def to_struct_rows(rows: Any) -> list[Any] | None:
    def fits(row: Any) -> bool:
        kinds = {"n": {int, float, Decimal}, "t": {str}, "p": {bool}, "d": {str}}
        return row is None or (
            isinstance(row, dict)
            and all(type(row[name]) in kind for name, kind in kinds.items() if name in row)
        )

    def day(text: str) -> date | None:
        return None if text == "2011-02-30" else date.fromisoformat(text)

    if not isinstance(rows, list):
        return None
    return [
        row
        and {
            **row,
            **({"n": Decimal(str(row["n"]))} if "n" in row else {}),
            **({"d": day(row["d"])} if "d" in row else {}),
        }
        for row in rows
        if fits(row)
    ]


WAYS = {
    "csv": (("csv", BY_COLUMNS), ("xlsx", BY_COLUMNS)),
    "jsonl": (("jsonl", BlockSize(5, 4096)), ("csv", BY_COLUMNS)),
    "parquet": (("parquet", BY_COLUMNS), ("jsonl", BY_COLUMNS)),
    "xlsx": (("jsonl", BY_COLUMNS),),
}
"""By form in, forms out and the pieces in which they are made."""


@pytest.mark.parametrize("form", list(WAYS))
def test_columns_write_what_rows_write(form: str, linked: LinkedRulebook, tmp_path: Path):
    """Rows that are none, lists that are too long, days that do not exist, null, gaps."""
    chance = Random(4)  # noqa: S311 - the same cases each time
    reports = [draw(chance) for _ in range(40)]
    path = write(reports, form, tmp_path)
    for output, size in WAYS[form]:
        by_rows = answer(linked, path, output, None, size)
        by_columns = answer(linked, path, output, 1, size)
        for place, (one, other) in enumerate(zip(by_rows[0], by_columns[0], strict=True)):
            assert one == other, (output, place)
        assert by_rows[1] == by_columns[1]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_whole_reports_take_the_columns(
    form: str, linked: LinkedRulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """No report that has what is read goes alone, whatever else it lacks."""
    chance = Random(6)  # noqa: S311 - the same cases each time
    reports = [{"A": 3, "L": [draw_row(chance) for _ in range(3)], "M": []} for _ in range(9)]
    gone: list[int] = []
    by_rows = TableWork._by_rows

    def note(work: TableWork, part: Any, found: Any) -> Any:
        gone.append(len(part) - len(found.places) if found is not None else len(part))
        return by_rows(work, part, found)

    monkeypatch.setattr(TableWork, "_by_rows", note)
    answer(linked, write(reports, form, tmp_path), "jsonl", 1, BY_COLUMNS)
    assert gone == [0]


def test_what_columns_do_not_understand_of_rows_is_said():
    """A keyword of a cell, and one of a list."""
    cells = {"n": {"type": "number", "not": {"const": 3}}, "t": {"type": "string", "minLength": 1}}
    listed = {**rows_of(cells, 4), "uniqueItems": True}
    rules = {"rules": {"r": {"formula": "sum(L.n)"}}}
    plan = load_text(rulebook_text(rules, language="2"), schema_of({"L": listed}))
    text = explain_rows(plan.linked)
    assert "fields/L.n: columns do not understand `not`" in text
    assert "fields/L: columns do not understand `uniqueItems`" in text
    assert "minLength" not in text


SHORT = {"float16": 0.1, "float32": 16777.1}
"""Floats whose shortest text is another than that of the float64 of the same size."""


@pytest.mark.parametrize("least", [None, 1], ids=["rows", "columns"])
@pytest.mark.parametrize("kind", SHORT)
def test_short_floats_in_rows_are_their_shortest_text(linked, tmp_path, kind, least):
    """As in columns of their own: a cast to 64 bits would answer with another number."""
    members = {"n": getattr(pa, kind)(), "o": pa.float32()}
    row = pa.struct(members)
    cells = pa.array(np.array([SHORT[kind]], members["n"].to_pandas_dtype()), members["n"])
    struct = pa.StructArray.from_arrays([cells, pa.array([0.7], pa.float32())], fields=list(row))
    table = pa.table({"A": [1], "L": pa.ListArray.from_arrays(pa.array([0, 1]), struct)})
    parquet.write_table(table, tmp_path / "in.parquet")
    data, _ = answer(linked, tmp_path / "in.parquet", "jsonl", least, BY_COLUMNS)
    found = json.loads(b"".join(data))
    assert found["lists"]["L"][0]["part"] == str(Fraction(str(SHORT[kind])) / 3)
    assert found["values"]["safe"] == "2.7"


@pytest.mark.parametrize("least", [None, 1], ids=["rows", "columns"])
def test_days_that_python_has_not_are_a_problem_of_their_row(linked, tmp_path, least):
    """Arrow counts days beyond every calendar; a row with one harms no other."""
    days = pa.array([3_000_000, -800_000, 19_000], pa.int32()).cast(pa.date32())
    struct = pa.StructArray.from_arrays([days], ["d"])
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3]), struct)
    parquet.write_table(pa.table({"A": [1, 1, 1], "L": lists}), tmp_path / "in.parquet")
    data, _ = answer(linked, tmp_path / "in.parquet", "jsonl", least, BY_COLUMNS)
    found = [json.loads(line) for line in b"".join(data).splitlines()]
    codes = [[each["code"] for each in row.get("problems", [])] for row in found]
    assert codes == [["wrong-format"], ["wrong-format"], []]


@pytest.mark.parametrize("kind", ["list_view", "large_list_view", "large_list", "list_"])
def test_lists_of_every_layout_are_read_report_by_report(linked, kind):
    """What columns hand on: views, and days beyond the calendar, which are no defect."""
    types = {"n": pa.float32(), "d": pa.date32(), "t": pa.string_view()}
    made = getattr(pa, kind)(pa.struct(types))
    rows = [{"n": 16777.1, "d": date(2024, 1, 2), "t": "a"}]
    table = {"A": [1, 2], "L": pa.array([rows, None], made)}
    found = Plan(linked).evaluate_many(table).to_arrow().to_pylist()
    assert [each["part"] for each in json.loads(found[0]["lists.L"])] == [
        str(Fraction("16777.1") / 3)
    ]
    assert found[1]["lists.L"] is None
    beyond = pa.array([3_000_000], pa.int32()).cast(pa.date32())
    values = pa.StructArray.from_arrays([beyond], ["d"])
    ends = pa.array([0, 1], pa.int64() if "large" in kind else pa.int32())
    sizes = [pa.array([1], ends.type)] if "view" in kind else []
    layout = getattr(pa, kind.title().replace("_", "") + "Array")
    lists = layout.from_arrays(ends[:1] if sizes else ends, *sizes, values)
    with pytest.raises(ProblemsError) as raised:
        Plan(linked).evaluate_many({"A": [1], "L": lists})
    assert [problem.code for problem in raised.value.problems] == ["wrong-format"]


MARK = Mark("in.csv", 2, 1, cell="L", path=((REPORT, "fields"), "L"))


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (read_rows_text, '[{"n": 1}, {"n": null}, null]'),
        (read_rows_cell, '[{"n": 1}, {"n": null}, null]'),
        (read_rows_cell, [{"n": 1}, {"n": None}, None]),
    ],
)
def test_null_in_a_cell_is_wrong_where_it_stands(read, cell):
    """By its own mark: nothing else is said of it, and it may be taken for absent."""
    node, problems = read(cell, MARK)
    nulls = [problem.mark.pointer for problem in problems if problem.code == "null-value"]
    of_key = [] if not isinstance(cell, str) else ["/fields/L/1/n"]
    assert nulls == [*of_key, "/fields/L/2"]
    _, left = take_nulls(node, problems, "absent")
    assert [problem.mark.pointer for problem in left] == ["/fields/L/2"]


@pytest.mark.parametrize("cell", [5, Decimal("1.5"), True])
def test_a_number_in_a_column_of_lists_is_no_row(cell):
    """A sheet has such cells; it is told as a number, as in CSV, and not as a null in a row."""
    node, problems = read_rows_cell(cell, MARK)
    assert (problems, isinstance(node, ScalarNode)) == ([], True)
    assert node.mark.pointer == "/fields/L"


@pytest.mark.parametrize("form", [pa.list_, pa.large_list])
def test_rows_with_two_members_of_one_name_are_refused(form):
    """Neither of the two is the cell; the type that is told shows both."""
    twins = form(pa.struct([("n", pa.int64()), ("n", pa.int64())]))
    check_types(pa.schema({"L": form(pa.struct({"n": pa.int64()}))}), "in.parquet", lists={"L"})
    with pytest.raises(ProblemsError) as raised:
        check_types(pa.schema({"L": twins}), "in.parquet", lists={"L"})
    (problem,) = raised.value.problems
    assert problem.code == "batch-column-type"
    assert "n: int64, n: int64" in problem.details["found"]


@pytest.mark.parametrize("wide", [False, True])
def test_views_that_overlap_and_go_back_are_read_as_they_say(wide):
    """Arrow's own cast of such a view to a list gives other rows, or ends the process."""
    book = rulebook_text({"rules": {"L.twice": {"formula": "L.n * 2"}}}, language="2")
    plan = load_text(book, schema_of({"A": "number", "L": rows_of({"n": "number"}, 4)}))
    whole, layout = pa.int32(), pa.ListViewArray
    if wide:
        whole, layout = pa.int64(), pa.LargeListViewArray
    values = pa.StructArray.from_arrays([pa.array([1, 2, 3, 4, 5])], ["n"])
    mask = pa.array([False, False, False, True, False, False])
    views = layout.from_arrays(
        pa.array([3, 0, 1, 4, 2, 0], whole), pa.array([2, 3, 0, 1, 2, 5], whole), values, mask=mask
    )
    lists = views.slice(1, 4)
    for given in (lists, pa.chunked_array([lists.slice(0, 2), lists.slice(2)])):
        found = plan.evaluate_many({"A": [0] * 4, "L": given}).to_arrow().to_pylist()
        rows = [each["lists.L"] and json.loads(each["lists.L"]) for each in found]
        twice = [each if each is None else [row["twice"] for row in each] for each in rows]
        assert twice == [["2", "4", "6"], [], None, ["6", "8"]]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_without_its_list_says_what_is_missing(form: str, tmp_path: Path) -> None:
    """By columns as by rows: what lacks is told also where no column holds the form's list."""
    schema = schema_of({"A": "number", "B": "number", "L": rows_of({"x": "number"})})
    rules = {"a": {"formula": "A + 1"}, "L.r": {"formula": "L.x > A"}}
    text = rulebook_text({"rules": rules}, language="2")
    rulebook = write_rulebook(text, schema, tmp_path)
    given, made = tmp_path / f"in.{form}", tmp_path / "out.jsonl"
    if form == "csv":
        given.write_text("B\n" + "1\n" * 600, encoding="utf-8")
    else:
        parquet.write_table(pa.table({"B": list(range(600))}), given)
    call("batch", str(given), "-o", str(made), "--rulebook", str(rulebook), "--workers", "1")
    answers = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    assert {tuple(answer["missing"]) for answer in answers} == {("A",)}


@pytest.mark.parametrize("kind", ["list_view", "list_"])
def test_the_scale_of_a_cell_is_not_how_it_was_written(kind):
    """What columns hand on has as many decimals as it needs, here as in any column of decimals."""
    book = rulebook_text(
        {"rules": {"L.third": {"formula": "L.n / 3"}, "whole": {"formula": "sum(L.n)"}}},
        language="2",
    )
    plan = load_text(book, schema_of({"L": rows_of({"n": "number", "third": "number"}, 4)}))
    made = pa.struct({"n": pa.decimal128(38, 12), "third": pa.decimal256(60, 4)})
    rows = [{"n": Decimal(1), "third": Decimal("0.33")}]
    lists = pa.array([rows, []], getattr(pa, kind)(made))
    assert plan.evaluate({"fields": {"L": rows}}).status == "complete"  # 0.33 is 1/3, cut
    answers = plan.evaluate_many({"L": lists})
    assert answers.status.to_list() == ["complete", "complete"]
    # one null in place of a row, of another report, is all that is told
    with pytest.raises(ProblemsError) as raised:
        plan.evaluate_many({"L": pa.array([rows, [None]], pa.list_(made))})
    assert [(each.code, each.mark.line) for each in raised.value.problems] == [("null-value", 2)]


# -- Which cell of which row is wrong --------------------------------------------------------------

WRONG_ROWS: Mapping[str, tuple[Any, str]] = {
    "out-of-range": ([{"n": 1}, {"n": -101}], "L[2].n"),
    "wrong-format": ([{"d": "2011-02-30"}], "L[1].d"),
    "wrong-type": ([{"t": "SI"}, {"n": "1"}], "L[2].n"),
    "unknown-key": ([{"z": 1}], "L[1].z"),
    "null-value": ([{"n": 1}, {"n": 1}, {"n": None}], "L[3].n"),
    "lone-surrogate": ([{"t": "SI"}, {"t": "x\ud800"}], "L[2].t"),
}
"""A list's rows by what is wrong with them, and where."""


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("output", ["csv", "jsonl"])
def test_what_is_wrong_in_a_list_is_named_by_row_and_cell(form, output, linked, tmp_path):
    """Whatever form rows have: as one report says it, and once."""
    given = tmp_path / f"in.{form}"
    texts = [json.dumps(rows) for rows, _ in WRONG_ROWS.values()]
    if form == "csv":
        cells = ['"' + text.replace('"', '""') + '"' for text in texts]
        given.write_text("A,L\n" + "".join(f"1,{cell}\n" for cell in cells))
    else:
        head = f'"rulebook": "{linked.rulebook.identity.reference}"'
        lines = [f'{{{head}, "fields": {{"A": 1, "L": {text}}}}}\n' for text in texts]
        given.write_text("".join(lines))
    data, _ = answer(linked, given, output, 1, BY_COLUMNS)
    if output == "csv":
        told = [row["problems"] for row in csv.DictReader(io.StringIO(b"".join(data).decode()))]
        column = "column `L`, " if form == "csv" else ""
        for text, (code, (_, cell)) in zip(told, WRONG_ROWS.items(), strict=True):
            assert text.startswith(f"{code}: ")
            assert f" ({column}`{cell}`) → " in text
            assert "\n" not in text
        return
    rows = [json.loads(line)["problems"] for line in b"".join(data).splitlines()]
    for problems, (code, (_, cell)) in zip(rows, WRONG_ROWS.items(), strict=True):
        assert [(each["code"], each["field"]) for each in problems] == [(code, cell)]
        over, row, name = cut_code(cell)
        assert problems[0]["pointer"] == f"/fields/{over}/{row - 1}/{name}"


def test_what_is_wrong_in_rows_of_structs_is_named_by_row_and_cell(linked, tmp_path):
    """The title of the cell, too, where the form has one."""
    titled = {"d": {"type": "string", "format": "date", "title": "Data di nascita"}}
    rules = {"rules": {"r": {"formula": "size(L)"}}}
    plan = load_text(rulebook_text(rules, language="2"), schema_of({"L": rows_of(titled, 4)}))
    rows = pa.array([[{"d": "2011-02-03"}, {"d": "3/2/11"}]], pa.list_(pa.struct({"d": "string"})))
    parquet.write_table(pa.table({"L": rows}), tmp_path / "in.parquet")
    data, summary = answer(plan.linked, tmp_path / "in.parquet", "csv", 1, BY_COLUMNS)
    assert "wrong-format: L[2].d (Data di nascita): `3/2/11` is not in" in b"".join(data).decode()
    (_, problem), *others = summary.counts.told
    assert (problem.field, problem.pointer, others) == ("L[2].d", "/fields/L/1/d", [])


@pytest.mark.parametrize("text", ['[{"n": 01}]', '[{"n": 1}, {"n": 1, "n": 2}]', "[{"])
def test_a_list_that_cannot_be_read_is_told_once(text: str):
    """What stands for it is no list, which is no news."""
    mark = Mark("in.csv", 2, 3, cell="L", path=((REPORT, "fields"), "L"))
    node, problems = read_rows_text(text, mark)
    assert len(problems) == 1
    if isinstance(node, ScalarNode):
        assert node.mark is problems[0].mark
    else:
        assert problems[0].field == "L[2].n"


HALF = {"t": "x\ud800"}


@pytest.mark.parametrize("given", [list, lambda rows: pd.Series(rows, dtype=object)])
def test_half_a_character_in_a_list_is_refused_as_in_one_report(linked, given):
    """The cell's row is that of the list, and the line that of the table."""
    with pytest.raises(ProblemsError) as caught:
        Plan(linked).evaluate_many({"L": given([[], [{"t": "SI"}, HALF]])})
    told = [(each.code, each.field, each.mark.line) for each in caught.value.problems]
    assert told == [("lone-surrogate", "L[2].t", 2)]
    with pytest.raises(ProblemsError) as alone:
        Plan(linked).read({"fields": {"L": [{"t": "SI"}, HALF]}})
    assert [(each.code, each.field) for each in alone.value.problems] == [told[0][:2]]


def test_a_text_that_is_no_utf_8_in_a_list_is_a_problem_of_its_row(linked, tmp_path):
    """Arrow lets anything stand in a text; nothing of it is read, and nothing breaks."""
    data = b"x\xed\xa0\x80"
    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    text = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)])
    rows = pa.StructArray.from_arrays([text], ["t"])
    lists = pa.ListArray.from_arrays(pa.array([0, 0, 1], pa.int32()), rows)
    with pytest.raises(ProblemsError) as caught:
        Plan(linked).evaluate_many({"A": [1, 1], "L": lists})
    told = [(each.code, each.field, each.mark.line) for each in caught.value.problems]
    assert told == [("table-value", "L", 2)]
    parquet.write_table(pa.table({"A": [1, 1], "L": lists}), tmp_path / "in.parquet")
    written, _ = answer(linked, tmp_path / "in.parquet", "jsonl", 1, BY_COLUMNS)
    found = [json.loads(line) for line in b"".join(written).splitlines()]
    assert [[p["code"] for p in row.get("problems", [])] for row in found] == [[], ["not-utf8"]]


def test_a_terminal_names_the_cell_too():
    """As the cell `problems` does: a sentence without a label says nothing of where."""
    path = ((((REPORT, "fields"), "L"), 1), "n")
    problem = Problem("null-value", Mark("in.csv", 2, 3, cell="L", path=path))
    assert tell_place(problem, "en").endswith(" (column `L`, `L[2].n`)")
    of_line = Problem("null-value", Mark("in.jsonl", 2, 3, path=path))
    assert tell_place(of_line, "en").endswith(" (`L[2].n`)")
    labelled = Problem("null-value", Mark("in.csv", 2, 3, cell="L", path=path), label="Numero")
    assert tell_place(labelled, "en").startswith("L[2].n (Numero): ")
