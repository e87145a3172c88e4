"""Lists of rows in columns: the reference's answers, whatever the rows, the gaps and the table.

Rulebooks drawn from seeds have lists too (`tests/test_lists.py`, `tests/test_compiled.py`); here is
what they meet seldom: rules of no row that do not apply, quotients, declared values, Arrow.
"""

import functools
import math
import random
import tracemalloc
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many, running
from ruletrail.compiled.columns.numpy_codegen import SsaBuilder
from ruletrail.problems import MOST_PROBLEMS, ProblemsError
from support.evaluators import compare_columns, compare_functions, table_of
from support.evaluators import rows_of as cells_of
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of

pandas = pytest.importorskip("pandas")

CELLS = {
    "n": "number",
    "m": "number",
    "t": {"type": "string", "enum": ["SI", "NO"]},
    "p": "boolean",
    "d": {"type": "string", "format": "date", "formatMinimum": "1990-01-01"},
    "stated": "number",
}
FIELDS = {"A": "number", "B": "number", "q": "boolean", "L": rows_of(CELLS, 8), "M": rows_of(CELLS)}
SCALES = {
    "taxed": {"kind": "marginal", "bands": [{"from": 0, "rate": 0.2}, {"above": 5, "rate": 0.5}]},
    "step": {"kind": "step", "bands": [{"from": 0, "value": 1}, {"above": 5, "value": 2}]},
}
TABLES = {
    "weight": {"by": ["t", "p"], "otherwise": {"not_applicable": True}, "rows": [
        {"t": "SI", "p": True, "value": 1.5}, {"t": "NO", "p": [True, False], "value": 2},
    ]},
}  # fmt: skip
RULES = {
    "outer": ("A / B", "q"),  # what its rows read of it makes all of them not applicable, or errors
    "L.own": ("L.n * 2", "L.p"),
    "L.through": ("L.own + outer", None),
    "L.rest": ("default(L.own, 0) + (1 if applies(L.through) else 2)", None),
    "L.quotient": ("L.n / L.m", None),
    "L.rounded": ("L.n / L.m", "L.m != 0"),
    "L.tax": ("taxed(L.n) + step(L.m)", "L.n >= 0 and L.m >= 0"),
    "L.weight": ("weight(L.t, L.p)", None),
    "L.word": ('L.t if L.p else "ALTRO"', None),
    "L.later": ("add_months(L.d, 2)", None),
    "L.share": ("L.n / sum(L.n)", "sum(L.n) > 0"),
    "L.stated": ("L.n * 1.5", "L.n > 1"),
    "L.most": ("L.n == max(L.n)", None),
    "L.inner": ("max(L.n, A) + size(L)", None),
    "M.of_other": ("M.n + sum(L.n)", None),
    "own": ("sum(L.own)", None),
    "through": ("sum(L.through)", None),
    "weights": ("sum(L.weight)", None),
    "rounded": ("sum(L.rounded)", None),
    "taxes": ("max(L.tax) - min(L.tax)", None),
    "least": ("default(min(L.own), -1)", None),
    "youngest": ("max(L.later)", None),
    "shares": ("count(L.share > 0.25)", None),
    "long": ("count(length(L.word) > 2)", None),
    "some": ("any(L.own > 4)", None),
    "every": ("all(L.own > 0)", None),
    "every_other": ('all(L.through > 0) or any(L.t == "SI")', None),
    "sizes": ("size(L) + if_missing(size(M), 0)", None),
    "constant": ("sum(2 if L.p else 2)", None),
    "absent": ("is_missing(M)", None),
    "others": ("sum(M.of_other)", "not absent"),
}  # fmt: skip
CHECKS = {
    "L.positive": {"expect": "L.n >= 0", "severity": "error"},
    "L.applying": {"expect": "L.own > 0", "severity": "warning"},
    "L.through_all": {"expect": "L.through > -9", "severity": "error"},
}
SECTIONS = {
    "part": {"title": "P", "due": "q", "fields": ["L", "L.n", "L.t", "M.n"], "optional": ["L.t"]},
    "other": {"title": "O", "due": "not q", "fields": ["M.p", "M"], "optional": ["M"]},
}


@pytest.fixture(scope="module")
def book():
    """Load a rulebook whose rules of rows reach everything that columns do for rows."""
    rules = {
        code: {"formula": formula} | ({} if when is None else {"when": when})
        for code, (formula, when) in RULES.items()
    }
    for code in ("L.rounded", "outer"):
        rules[code]["round"] = {"decimals": 2, "mode": "half_up"}
    rules["L.excepted"] = {
        "formula": "L.n",
        "exceptions": [{"when": "L.p", "formula": "L.m"}, {"when": 'L.t == "SI"', "formula": "A"}],
    }
    rules["excepted"] = {"formula": "sum(L.excepted)"}
    parts = {"scales": SCALES, "tables": TABLES, "rules": rules}
    parts |= {"checks": CHECKS, "sections": SECTIONS}
    plan = load_text(rulebook_text(parts, language="2"), schema_of(FIELDS))
    return plan, CompiledRulebook(plan.linked)


@functools.cache
def same_in_all_rows():
    """Load a rulebook of `SAME`, and give what makes a report of it with so many rows."""
    rules = {
        code: {"formula": formula} | ({} if when is None else {"when": when})
        for code, (formula, when) in SAME.items()
    }
    cells = {**CELLS, "stated": CELLS["t"]}
    fields = {"c": CELLS["t"], "L": rows_of(cells, 8), "M": rows_of(cells)}
    text = rulebook_text({"tables": TABLES, "rules": rules}, language="2")
    plan = load_text(text, schema_of(fields))

    def draw_one(at, count):
        rows = [{"t": "SI", "p": True}, {"t": "NO", "stated": "NO"}, {"p": False, "stated": "SI"}]
        given = {"c": "NO"} if at % 2 else {}
        lists = {"L": (rows * 2)[at : at + count], "M": rows[:at]}
        return plan.read({"rulebook": REFERENCE, "fields": {**given, **lists}})

    return CompiledRulebook(plan.linked), draw_one


def draw_row(rng):
    cells = {
        "n": Decimal(rng.choice(["0", "1", "2", "5", "5.5", "-1", "7"])),
        "m": Decimal(rng.choice(["0", "1", "3", "4", "-2"])),
        "t": rng.choice(["SI", "NO"]),
        "p": rng.random() < 0.6,
        "d": date(2000, 12, 31).replace(year=rng.randint(1990, 2020)).isoformat(),
        "stated": Decimal(rng.choice(["0", "3", "8", "9"])),
    }
    return {name: value for name, value in cells.items() if rng.random() < 0.93}


def draw(rng, plan, rows=(0, 1, 2, 3, 8)):
    """Draw a report, now and then without a list, or without its numbers."""
    fields = {"A": rng.choice([6, -3, 0]), "B": rng.choice([2, 3, 0]), "q": rng.random() < 0.7}
    fields = {code: value for code, value in fields.items() if rng.random() < 0.93}
    for over in "LM":
        if rng.random() < 0.9:
            fields[over] = [draw_row(rng) for _ in range(rng.choice(rows))][
                : 8 if over == "L" else 5
            ]
    return plan.read({"rulebook": REFERENCE, "fields": fields})


@pytest.fixture(scope="module")
def reports(book):
    rng = random.Random(11)  # noqa: S311 - the same cases each time
    return [draw(rng, book[0]) for _ in range(60)]


def by_columns_alone(monkeypatch):
    monkeypatch.setattr(running._Job, "run_row", None)


@pytest.mark.parametrize("shape", [1, 2, 3, 60], ids="of {} reports".format)
def test_rows_by_columns_alone(book, reports, shape, monkeypatch):
    """Left-out rows, empty and absent lists, errors and gaps: no report goes another way."""
    by_columns_alone(monkeypatch)
    compare_columns(book[1], reports[:shape])


def test_neither_blocks_nor_workers_change_an_answer(book, reports, monkeypatch):
    """Blocks of a few reports, some without a row in any list, by two workers."""
    by_columns_alone(monkeypatch)
    monkeypatch.setattr(running, "BLOCK_ROWS", 6)
    compare_columns(book[1], reports[:40], workers=2)


SAME = {
    "W": ('if_missing("SI", c)', None),  # one entry of a dictionary that tables decide, for all
    "L.word": ('if_missing("ABC", L.t)', None),
    "L.of_report": ("W", None),
    "L.when": ('if_missing("SI", L.t)', "L.p"),
    "L.never": ("length(L.word)", "1 > 2"),
    "L.letters": ("length(L.word)", None),
    "L.long": ("length(L.word) > 2 and length(W) > 1", None),
    "L.begins": ('starts_with(L.word, "A")', None),
    "L.equal": ("L.word == L.t or L.word == W or L.of_report == c", None),
    "L.weight": ("weight(L.when, L.long)", None),
    "L.stated": ('if_missing("NO", L.t)', None),
    "M.word": ("W", "size(L) > 0"),
    "letters": ("sum(L.letters) + sum(length(W) + L.letters)", None),
    "extremes": ("min(length(L.word)) + max(L.letters)", None),
    "never": ("sum(L.never)", None),
    "never_least": ("default(min(L.never), -1)", None),
    "weights": ("sum(L.weight)", None),
    "counted": ("count(L.long) + count(L.equal) + count(M.word == W)", None),
    "decided": ("all(L.begins) and any(L.long)", None),
}  # fmt: skip
"""Rules of rows and of reports whose values are the same in all rows, known when a table is."""


@pytest.mark.parametrize(
    "rows",
    [[1], [0, 1, 2], [1, 1, 1], [3], [4, 2, 3], [0, 0], [0, 2]],
    ids="rows {}".format,
)
def test_what_is_the_same_in_all_rows(rows, monkeypatch):
    """It is of the length of its own output: as many rows as reports, more, fewer, none."""
    by_columns_alone(monkeypatch)
    compiled, draw_one = same_in_all_rows()
    compare_columns(compiled, [draw_one(at, count) for at, count in enumerate(rows)])


@pytest.mark.parametrize("other", ["", "M"], ids=["of reports", "of another list"])
def test_an_output_takes_no_value_of_other_rows(other):
    """Where the two happened to have as many rows, nothing would say that it is wrong."""
    ssa = SsaBuilder(domain="L")
    ssa.put(0, ssa.source("input", 0, "i8", "L"), "i8")
    ssa.put(1, ssa.source("parameter", 0, "i8"), "i8")
    with pytest.raises(TypeError, match=f"output 2 of rows of `L` put from `{other}`"):
        ssa.put(2, ssa.source("input", 1, "i8", other), "i8")


def test_tables_without_a_row(book, monkeypatch):
    """Every list empty, every list absent, and columns of lists that are not there at all."""
    by_columns_alone(monkeypatch)
    plan, compiled = book
    for lists in ({"L": [], "M": []}, {}):
        read = plan.read({"rulebook": REFERENCE, "fields": {"A": 6, "B": 2, "q": True, **lists}})
        compare_columns(compiled, [read, read])
    without = evaluate_many(compiled, {"A": [6, 6], "B": [2, 2], "q": [True, True]})
    answered = without.to_dict()
    given = {"A": [6, 6], "B": [2, 2], "q": [True, True], "L": [None, None], "M": [None, None]}
    assert answered == evaluate_many(compiled, given).to_dict()
    assert answered["lists.L"] == [None, None]


def test_a_row_past_63_bits_costs_its_report(book, reports, monkeypatch):
    """The report goes to the compiled function, and its rows come out in their places."""
    plan, compiled = book
    gone = []
    run_row = running._Job.run_row
    monkeypatch.setattr(
        running._Job, "run_row", lambda self, row: gone.append(row) or run_row(self, row)
    )
    rows = [{"n": Decimal("999999999999999.9999999999"), "p": True}, {"n": 1, "m": 999999999999999}]
    large = plan.read({"rulebook": REFERENCE, "fields": {"A": 1, "B": 1, "q": True, "L": rows}})
    compare_columns(compiled, [*reports[:8], large, *reports[8:16]])
    assert gone == [8]


# -- Arrow -----------------------------------------------------------------------------------------

STRUCT = pa.struct({
    "n": pa.decimal128(20, 3), "m": pa.int32(), "t": pa.large_string(), "p": pa.bool_(),
    "d": pa.date32(), "stated": pa.float64(),
})  # fmt: skip


def as_arrow(reports, kind):
    """Give reports as a caller of Arrow would."""
    table = {code: pa.array(column) for code, column in table_of(["A", "B", "q"], reports).items()}
    for over in "LM":
        cells = [cells_of(report, over) for report in reports]
        typed = [
            None
            if rows is None
            else [
                {name: float(value) if name == "stated" else value for name, value in row.items()}
                for row in rows
            ]
            for rows in cells
        ]
        table[over] = pa.array(typed, kind(STRUCT))
    return pa.table(table)


@pytest.mark.parametrize("kind", [pa.list_, pa.large_list], ids=["list", "large list"])
def test_lists_of_structs(book, reports, kind, monkeypatch):
    """Whole, in slices and in chunks: the same as lists of mappings."""
    by_columns_alone(monkeypatch)
    compiled = book[1]
    table = as_arrow(reports, kind)
    whole = evaluate_many(compiled, table).to_dict()
    lists = {over: [cells_of(report, over) for report in reports] for over in "LM"}
    plain = evaluate_many(compiled, {**table_of(["A", "B", "q"], reports), **lists}).to_dict()
    assert whole == plain
    assert evaluate_many(compiled, table.slice(7, 9)).to_dict() == {
        code: column[7:16] for code, column in whole.items()
    }
    parts = pa.concat_tables([table.slice(0, 5), table.slice(5)])
    assert evaluate_many(compiled, parts).to_dict() == whole


def test_what_a_null_list_hides_is_no_row(book, monkeypatch):
    """Memory under a null list may hold structs."""
    by_columns_alone(monkeypatch)
    structs = pa.array([{"n": Decimal(1)}, {"n": Decimal(2)}, {"n": Decimal(4)}], STRUCT)
    validity = pa.py_buffer(bytes([0b101]))
    offsets = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1]
    hidden = pa.Array.from_buffers(pa.list_(STRUCT), 3, [validity, offsets], children=[structs])
    found = evaluate_many(book[1], {"L": hidden})
    assert found.lists["L"][1] is None
    assert [len(rows or ()) for rows in found.lists["L"]] == [1, 0, 1]
    assert found.values["sizes"].to_list() == [1, None, 1]


TWINS = pa.array([[(1, 2)]], pa.list_(pa.struct([("n", pa.int64()), ("n", pa.int64())])))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pa.array([[{"n": Decimal(1)}], [None]], pa.list_(STRUCT)), "null-value"),
        (pa.array([[{"x": 1}], [{"x": 2}]]), "unknown-key"),
        (pa.array([[{"n": "1"}]]), "wrong-type"),
        ([[{"n": 1}], [{"n": "1"}]], "wrong-type"),
        ([[{"n": 1}], [None]], "null-value"),
        ([[{"n": float("nan")}]], "not-finite"),
        ([[{"n": Decimal("sNaN")}]], "not-finite"),
        ([[{"d": date(1989, 12, 31)}]], "out-of-range"),
        (["abc"], "wrong-type"),
        ([{"n": 1}], "wrong-type"),
        ([1], "wrong-type"),
        ([[1]], "wrong-type"),
        ([[""]], "wrong-type"),
        ([[[{"n": 1}]]], "wrong-type"),
        ([[{"n": [1]}]], "wrong-type"),
        (pa.array([[1]]), "wrong-type"),
        (pa.array(["abc"]), "wrong-type"),
        ("abc", "batch-column-type"),
        (7, "batch-column-type"),
        ({1}, "batch-column-type"),
        (TWINS, "batch-column-type"),
    ],
    ids=[
        "null struct",
        "unknown",
        "text in Arrow",
        "text",
        "null row",
        "NaN",
        "sNaN",
        "a day before the first",
        "a text, whose letters are no rows",
        "a row that stands alone, whose keys are no rows",
        "a number",
        "a number as row",
        "an empty text as row",
        "a list as row",
        "a list as cell",
        "numbers in Arrow",
        "texts in Arrow",
        "a text as column",
        "a number as column",
        "a set as column",
        "two members of one name",
    ],
)
def test_what_no_list_holds_is_told(book, column, code):
    """As it is where each report is read by itself."""
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate_many({"L": column})
    assert {problem.code for problem in raised.value.problems} == {code}


@pytest.mark.parametrize("nulls", ["absent", "refused"])
def test_rows_with_names_of_their_own_take_no_column_each(book, nulls):
    """Four times the rows take four times the memory; a column a name would be the square of it."""

    def measure(rows: int) -> int:
        reports = [[{f"x{at}": 1} for at in range(rows)]] * 10
        tracemalloc.start()
        with pytest.raises(ProblemsError) as raised:
            book[0].evaluate_many({"L": reports}, nulls=nulls)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        told = [(each.code, each.mark.line) for each in raised.value.problems]
        assert told == [("unknown-key", 1)] * MOST_PROBLEMS
        return most

    measure(MOST_PROBLEMS)  # what is made once is made here
    assert measure(400) < 8 * measure(100)


@pytest.mark.parametrize("kind", ["lists", "Arrow"])
@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ([{"n": 1}, {"d": "31/12/2020"}], "L[2].d"),
        ([{"n": 1}, {"n": "1,5"}], "L[2].n"),
        ([{"x": 1}], "L[1].x"),
        ([{"n": 1}, None], "L[2]"),
        ([{"n": 10**5_000}], "L[1].n"),
        ([{"d": "1989-12-31"}], "L[1].d"),
        (7, "L"),
    ],
)
def test_what_no_list_holds_is_told_where(book, cell, place, kind):
    """By the report's row and the way to the cell, with the sentence of a single report."""
    column = [[], None, cell]
    if kind == "Arrow":
        try:
            column = pa.array(column)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            pytest.skip("Arrow holds no such column")
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate_many({"A": [1, 2, 3], "L": column})
    [found] = raised.value.problems
    assert (found.mark.line, found.field) == (3, place)
    assert str(raised.value).startswith(f"table:3:1: {place}: ")
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate({"fields": {"L": cell}})
    [single] = raised.value.problems
    assert (found.code, found.pointer) == (single.code, single.pointer)
    if found.code == "wrong-format":
        assert found.message("en") == single.message("en")


@pytest.mark.parametrize("kind", ["lists", "Arrow", "a view of Arrow", "Polars", "pandas"])
@pytest.mark.parametrize(
    ("cell", "nulls", "wanted"),
    [
        ([{"n": 1.5}, {"n": math.nan}], "absent", ("not-finite", "L[2].n")),
        ([{"n": 1.5, "p": True}, {"n": 2.5, "p": None}], "refused", ("null-value", "L[2].p")),
        (None, "refused", ("null-value", "L")),
    ],
    ids=["NaN", "a cell that is null", "a list that is null"],
)
def test_what_is_no_number_and_what_is_null_in_every_form(book, kind, cell, nulls, wanted):
    """NaN was missing in Arrow and in Polars, and a null that is refused was missing anywhere."""
    rows = [[{"n": 1.0, "p": True}], cell]
    cells = pa.struct([("n", pa.float64()), ("p", pa.bool_())])
    column = {
        "lists": lambda: rows,
        "Arrow": lambda: pa.array(rows, pa.list_(cells)),
        "a view of Arrow": lambda: pa.array(rows, pa.list_view(cells)),
        "Polars": lambda: pl.Series(rows),
        "pandas": lambda: pandas.Series(rows),
    }[kind]()
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate_many({"A": [1, 2], "L": column}, nulls=nulls)
    [found] = raised.value.problems
    assert (found.code, found.field, found.mark.line) == (*wanted, 2)


@pytest.mark.parametrize(
    "nothing",
    [None, pandas.NA, pandas.NaT, np.datetime64("NaT", "ns")],
    ids=["None", "NA", "NaT", "64"],
)
def test_what_libraries_have_for_no_value_is_absent_from_a_row(book, nothing):
    """Whether all cells are plain or not, and as for the key that is not there."""
    for beside in ({"n": 1}, {"n": np.int64(1)}):
        found = book[0].evaluate_many({"L": [[{"d": nothing, **beside}]]})
        wanted = book[0].evaluate_many({"L": [[beside]]})
        assert found.lists["L"][0] == wanted.lists["L"][0]
        assert found.to_dict() == wanted.to_dict()
    refused = {"L": [[{"d": nothing, "n": 1}]]}
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate_many(refused, nulls="refused")
    assert [(each.code, each.field) for each in raised.value.problems] == [("null-value", "L[1].d")]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"A": [1, 2], "L": [[]]}, "table-lengths"),
        ({"A": ["x"], "L": [[]]}, "table-value"),
        ({"Z": [1], "L": [[]]}, "unknown-key"),
    ],
)
def test_a_list_is_not_blamed_for_another_column(book, table, code):
    """Its name is one of the form's."""
    with pytest.raises(ProblemsError) as raised:
        book[0].evaluate_many(table)
    found = raised.value.problems
    assert [(each.code, "`L`" in each.details.get("key", "")) for each in found] == [(code, False)]


def test_an_answer_with_rows_is_written_over(book, reports):
    """`into` leaves nothing of the earlier table, whose lists had other rows."""
    compiled = book[1]
    tables = [
        {**table_of(["A", "B", "q"], part), "L": [cells_of(report, "L") for report in part]}
        for part in (reports[:9], reports[9:18])
    ]
    first = evaluate_many(compiled, tables[0])
    again = evaluate_many(compiled, tables[1], into=first)
    assert again is first
    assert again.to_dict() == evaluate_many(compiled, tables[1]).to_dict()


def test_what_columns_of_rows_do_not_do_is_handed_on(book, monkeypatch):
    """Sums of quotients, and declared values of mixed decimals, by the compiled function."""
    gone = []
    run_row = running._Job.run_row
    monkeypatch.setattr(
        running._Job, "run_row", lambda self, row: gone.append(row) or run_row(self, row)
    )
    rules = {
        "L.part": {"formula": "L.n / L.m", "when": "L.m != 0"},
        "parts": {"formula": "sum(L.part)"},
    }
    text = rulebook_text({"rules": rules, "sections": SECTIONS}, language="2")
    plan = load_text(text, schema_of(FIELDS))
    rng = random.Random(5)  # noqa: S311 - the same cases each time
    reports = [draw(rng, plan) for _ in range(12)]
    compiled = CompiledRulebook(plan.linked)
    compare_columns(compiled, reports)
    assert gone == list(range(12))
    for report in reports:
        compare_functions(compiled, report)
    gone.clear()
    stated = [{"n": 2, "stated": Decimal(text)} for text in ("3", "3.0", "3.1", "2.95")]
    plan, compiled = book
    fields = [{"q": False, "L": [row]} for row in stated]
    mixed = [plan.read({"rulebook": REFERENCE, "fields": each}) for each in fields]
    compare_columns(compiled, mixed)
    assert gone == [2, 3]
