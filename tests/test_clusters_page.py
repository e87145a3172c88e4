"""The Python of docs/clusters.md runs as it stands, and all its ways give one answer."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

import ruletrail
from ruletrail.problems import ProblemsError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches.streams import answer_batches, answer_schema  # noqa: E402 - needs pyarrow

PAGE = (Path(__file__).parent.parent / "docs" / "clusters.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write reports, one of them bad, as the page names them."""
    made = tmp_path_factory.mktemp("cluster")
    rows = 40
    columns = {
        "id": list(range(rows)),
        "M12": pa.array([n % 7 for n in range(rows)], pa.int32()),
        "M12_ore": pa.array(
            [None if n == 3 else Decimal(n) / 4 for n in range(rows)], pa.decimal128(12, 2)
        ),
        "R03": pa.array([-1 if n == 17 else 1000 + n for n in range(rows)], pa.int64()),
        "subject.comune": ["Napoli"] * rows,
        "subject.provincia": ["NA"] * rows,
    }
    parquet.write_table(pa.table(columns), made / "reports.parquet")
    return made


def run(snippets, names, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for snippet in snippets:
        exec(snippet, names)  # noqa: S102 - our own page
    return names


def expected(folder):
    table = parquet.read_table(folder / "reports.parquet").drop_columns(["id"])
    return pa.Table.from_batches(answer_batches(ruletrail.load("sociale/2024"), table.to_batches()))


def test_the_page_has_a_snippet_for_each_reader():
    """Without this the tests below could pass for nothing."""
    assert [
        word in snippet
        for word, snippet in zip(
            ["spark", "duckdb", "polars", "evaluate_many"], SNIPPETS, strict=True
        )
    ] == [True] * 4


def test_duckdb(folder, monkeypatch):
    """The file holds the answers in the order of the reports."""
    pytest.importorskip("duckdb")
    run(SNIPPETS[1:2], {}, folder, monkeypatch)
    assert parquet.read_table(folder / "answers-duckdb.parquet").equals(expected(folder))


def test_polars_and_evaluate_many(folder, monkeypatch):
    """Identifiers stand beside their answers; columns taken as valid give the same values."""
    pytest.importorskip("polars")
    names = run(SNIPPETS[2:], {}, folder, monkeypatch)
    assert names["found"]["id"].to_list() == list(range(40))
    assert names["answers"]["M12_media"].to_list() == expected(folder)["M12_media"].to_pylist()
    assert names["found"].filter(names["pl"].col("problems").is_not_null())["id"].to_list() == [17]
    valid = [
        value
        for row, value in enumerate(names["outputs"].values["M12_media"].to_list())
        if row != 17
    ]
    assert valid == [
        value for row, value in enumerate(expected(folder)["M12_media"].to_pylist()) if row != 17
    ]


def test_batches_of_a_stream_are_numbered_through(folder):
    """A problem's line is the row of the whole stream, however it is cut.

    The schema is known before.
    """
    plan = ruletrail.load("sociale/2024")
    table = parquet.read_table(folder / "reports.parquet").drop_columns(["id"])
    pieces = list(answer_batches(plan, table.to_batches(max_chunksize=6), language="en"))
    assert [piece.num_rows for piece in pieces] == [6] * 6 + [4]
    (problem,) = json.loads(pa.Table.from_batches(pieces)["problems"][17].as_py())
    assert (problem["code"], problem["file"], problem["line"]) == ("out-of-range", "table", 18)
    assert all(piece.schema == answer_schema(plan) for piece in pieces)
    assert list(answer_batches(plan, [])) == []


def test_columns_that_no_report_has(folder):
    """They are refused before a row is read, and so are batches that change their columns."""
    plan = ruletrail.load("sociale/2024")
    batch = pa.RecordBatch.from_pydict({"M12": [1]})
    with pytest.raises(ProblemsError, match="batch-column-unknown"):
        list(answer_batches(plan, [pa.RecordBatch.from_pydict({"M12": [1], "id": [1]})]))
    with pytest.raises(ProblemsError, match="batch-header"):  # no column is a code of the form
        list(answer_batches(plan, [pa.RecordBatch.from_pydict({"id": [1]})]))
    with pytest.raises(ProblemsError, match="batch-column-type"):
        list(answer_batches(plan, [pa.RecordBatch.from_pydict({"M12": [[1]]})]))
    with pytest.raises(ValueError, match="not those of the first batch"):
        list(answer_batches(plan, [batch, pa.RecordBatch.from_pydict({"M15": [1]})]))
