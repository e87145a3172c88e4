"""The Python of docs/sources.md runs as it stands; every Arrow stream gives the same answers.

PostgreSQL is a stand-in with the types that a server gave, unless `RULETRAIL_POSTGRESQL` holds the
address of one and its driver is installed.
"""

import json
import os
import re
import sys
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import ruletrail
from ruletrail.problems import ProblemsError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches.sources import BY_COLUMNS  # noqa: E402 - the same
from ruletrail.batches.streams import answer_batches, answer_schema  # noqa: E402 - needs pyarrow

PAGE = (Path(__file__).parent.parent / "docs" / "sources.md").read_text("utf-8")
SNIPPETS = {
    name: snippet
    for snippet in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for name in ("duckdb", "polars", "pandas", "postgresql")
    if f"import {name}" in snippet or f".dbapi as {name}" in snippet
}
ROWS = 40


def a_table():
    return pa.table(
        {
            "id": list(range(ROWS)),
            "M12": pa.array([n % 7 for n in range(ROWS)], pa.int32()),
            "M12_ore": pa.array(
                [None if n == 3 else Decimal(n) / 4 for n in range(ROWS)], pa.decimal128(12, 2)
            ),
            "R03": pa.array([-1 if n == 17 else 1000 + n for n in range(ROWS)], pa.int64()),
            "subject.comune": ["Napoli"] * ROWS,
            "subject.provincia": ["NA"] * ROWS,
        }
    )


@pytest.fixture
def reports(folder):
    """Write reports, one of them bad, as the page names them."""
    parquet.write_table(a_table(), "reports.parquet")
    return a_table()


def answered(rows, keep=("id",)):
    return pa.Table.from_batches(answer_batches(ruletrail.load("sociale/2024"), rows, keep=keep))


def same(found, expected):
    """Compare what both hold; types of texts and of identifiers are the library's own."""
    return found.column_names == expected.column_names and found.to_pylist() == expected.to_pylist()


def test_the_page_has_a_snippet_for_each_source():
    """Without this the tests below could pass for nothing."""
    assert sorted(SNIPPETS) == ["duckdb", "pandas", "polars", "postgresql"]


def test_duckdb(reports):
    """A query over a table, in its order, into a file."""
    pytest.importorskip("duckdb")
    exec(SNIPPETS["duckdb"], {})  # noqa: S102 - our own page
    assert same(parquet.read_table("answers-duckdb.parquet"), answered(reports))


def test_polars(reports):
    """A frame in, a frame out, identifiers beside answers."""
    pytest.importorskip("polars")
    names = {}
    exec(SNIPPETS["polars"], names)  # noqa: S102 - our own page
    assert same(names["found"].to_arrow(), answered(reports))


def test_pandas(reports):
    """The same from pandas, whose texts and gaps are its own."""
    pytest.importorskip("pandas")
    names = {}
    exec(SNIPPETS["pandas"], names)  # noqa: S102 - our own page
    expected = answered(reports)
    assert names["answers"]["id"].tolist() == expected["id"].to_pylist()
    media = [None if value != value else value for value in names["answers"]["M12_media"]]  # noqa: PLR0124 - NaN
    assert media == expected["M12_media"].to_pylist()
    assert names["answers"]["problems"].notna().to_numpy().nonzero()[0].tolist() == [17]


def stand_in(reports):
    """Make a driver that gives what the real one gives: a `numeric` is opaque, and text inside."""
    numeric = pa.opaque(pa.string(), "numeric", "PostgreSQL")
    texts = [None if each is None else str(each) for each in reports["M12_ore"].to_pylist()]
    storage = pa.array(texts, pa.string())
    columns = {
        "id": reports["id"],
        "M12": reports["M12"],
        "M12_ore": pa.ExtensionArray.from_storage(numeric, storage),
        "subject.comune": reports["subject.comune"],
    }

    class Cursor:
        def execute(self, query):
            assert "from reports" in query

        def fetch_record_batch(self):
            return pa.table(columns).to_reader(16)

    @contextmanager
    def opened_cursor():
        yield Cursor()

    @contextmanager
    def opened(*_):
        yield SimpleNamespace(cursor=opened_cursor)

    driver = ModuleType("adbc_driver_postgresql.dbapi")
    driver.connect = opened
    return driver


def test_postgresql(reports, monkeypatch):
    """Numbers are exact, and rows have the order of the query."""
    uri = os.environ.get("RULETRAIL_POSTGRESQL", "")
    if uri:
        postgresql = pytest.importorskip("adbc_driver_postgresql.dbapi")
        fill(postgresql, uri, reports)
    else:
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", ModuleType("driver"))
        driver = stand_in(reports)
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", driver)
        sys.modules["adbc_driver_postgresql"].dbapi = driver
    names = {"uri": uri}
    exec(SNIPPETS["postgresql"], names)  # noqa: S102 - our own page
    expected = answered(reports.select(["id", "M12", "M12_ore", "subject.comune"]))
    assert same(names["answers"], expected)


def fill(postgresql, uri, reports):
    with postgresql.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("drop table if exists reports")
        cursor.execute(
            'create table reports (id bigint, "M12" integer, "M12_ore" numeric(12, 2), comune text)'
        )
        for row in reports.to_pylist():
            hours = "null" if row["M12_ore"] is None else str(row["M12_ore"])
            cursor.execute(
                f"insert into reports values ({row['id']}, {row['M12']}, {hours}, 'Napoli')"  # noqa: S608 - numbers of ours
            )
        connection.commit()


# -- Streams of every kind -------------------------------------------------------------------------


class Stream:
    """What offers itself as an Arrow stream, and nothing else."""

    def __init__(self, table):
        """Hold the rows."""
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        """Offer them."""
        return self._table.__arrow_c_stream__(requested_schema)


def views(table):
    """Give texts as views of others, as Polars does."""
    columns = [
        column.cast(pa.string_view()) if pa.types.is_string(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


STREAMS = {
    "a table": lambda table: table,
    "a reader": lambda table: table.to_reader(7),
    "a list of batches": lambda table: table.to_batches(7),
    "an iterator of batches": lambda table: iter(table.to_batches(1)),
    "one batch": lambda table: table.combine_chunks().to_batches()[0],
    "any stream": Stream,
    "views": views,
    "no more than one column of each": lambda table: table.unify_dictionaries(),
}


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream_gives_the_same_answers(name):
    """However rows come, and however they are cut; problems count rows through all."""
    table = a_table()
    found = answered(STREAMS[name](table), keep=["id", "subject.comune"])
    assert found.column_names[:3] == ["id", "subject.comune", "status"]
    assert found.column_names[-3:] == ["missing", "problems", "reasons"]
    expected = answered(table, keep=["id", "subject.comune"])
    assert same(found, expected)
    (problem,) = json.loads(found["problems"][17].as_py())
    assert (problem["line"], problem["field"]) == (18, "R03")


def test_long_batches_are_cut():
    """A frame of Polars is one batch; columns answer so many rows at once."""
    table = pa.table({"M12": [1] * (BY_COLUMNS.rows + 200)})
    plan = ruletrail.load("sociale/2024")
    sizes = [batch.num_rows for batch in answer_batches(plan, table)]
    assert sizes == [BY_COLUMNS.rows, 200]
    assert [batch.num_rows for batch in answer_batches(plan, table.slice(0, 0).to_batches())] == []
    empty = pa.RecordBatch.from_pydict({"M12": pa.array([], pa.int64())})
    assert [batch.num_rows for batch in answer_batches(plan, [empty])] == [0]


@pytest.mark.parametrize(
    "rows",
    [[1], ["M12"], pa.array([1]), pa.chunked_array([[1]]), 7, None, [pa.table({"M12": [1]})]],
)
def test_what_is_no_stream_of_rows(rows):
    """A programmer's mistake is a `TypeError`."""
    with pytest.raises(TypeError):
        list(answer_batches(ruletrail.load("sociale/2024"), rows))


def test_names_that_cannot_be_kept():
    """One that no column has, and one that the answers have."""
    plan, table = ruletrail.load("sociale/2024"), a_table()
    with pytest.raises(ProblemsError, match="batch-keep-unknown"):
        list(answer_batches(plan, table, keep=["ID"]))
    with pytest.raises(ProblemsError, match="batch-keep-taken"):
        list(
            answer_batches(
                plan, table.rename_columns(["status", *table.column_names[1:]]), keep=["status"]
            )
        )
    with pytest.raises(ProblemsError, match="batch-column-unknown"):
        list(answer_batches(plan, table))


def test_the_schema_is_known_before():
    """With what is kept, in its own type."""
    plan, table = ruletrail.load("sociale/2024"), a_table()
    (batch,) = answer_batches(plan, table, keep=["id"])
    assert batch.schema == answer_schema(plan, table.schema, ["id"])
    (batch,) = answer_batches(plan, table.drop_columns(["id"]))
    assert batch.schema == answer_schema(plan)
    (batch,) = answer_batches(plan, views(table), keep=["subject.comune", "id"])
    assert batch.schema == answer_schema(plan, views(table).schema, ["subject.comune", "id"])
