"""Groups of Parquet rows, joined without reading a page: any reader finds what was written."""

import io
import random
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.batches.parquet_joining import join_groups, read_group, read_groups

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")

from ruletrail.batches import parquet as parquet_module  # noqa: E402 - needs pyarrow
from ruletrail.batches.parquet import Batches, TableReader  # noqa: E402 - the same
from ruletrail.batches.rows import FileRows  # noqa: E402 - the same
from ruletrail.batches.writing import layout_of  # noqa: E402 - the same


def write(table: "pa.Table", **options: object) -> bytes:
    stream = pa.BufferOutputStream()
    parquet.write_table(table, stream, **options)
    return bytes(stream.getvalue().to_pybytes())


def join(tables: list["pa.Table"], **options: object) -> bytes:
    """Write each table as a group, all into one stream, and join what the stream holds."""
    groups = b"".join(read_group(write(table, **options)).to_bytes() for table in tables)
    whole = io.BytesIO()
    empty = write(tables[0].slice(0, 0), **options)
    join_groups(empty, read_groups(io.BytesIO(groups)), whole)
    return whole.getvalue()


def a_table(first: int, rows: int) -> "pa.Table":
    places = range(first, first + rows)
    return pa.table(
        {
            "whole": pa.array([None if at % 7 == 0 else at for at in places], pa.int64()),
            "wide": pa.array([Decimal(at) / 8 for at in places], pa.decimal256(76, 8)),
            "word": pa.array([f"word {at % 5}, è" for at in places]),
            "truth": pa.array([at % 3 == 0 for at in places]),
            "nothing": pa.nulls(rows, pa.string()),
        }
    )


OPTIONS = [
    {},
    {"use_dictionary": ["word"]},
    {"compression": "none", "write_statistics": False},
    {"compression": "zstd", "data_page_version": "2.0", "write_page_index": True},
    {"use_dictionary": False, "store_schema": False, "data_page_size": 100},
]


@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
def test_every_reader_finds_every_group(options: dict[str, object], tmp_path: Path):
    """Values, nulls, statistics and single groups are those of the tables, also far into a file."""
    tables = [a_table(first, rows) for first, rows in ((0, 1), (1, 300), (301, 2), (303, 5000))]
    path = tmp_path / "joined.parquet"
    path.write_bytes(join(tables, **options))
    whole = pa.concat_tables(tables)
    file = parquet.ParquetFile(path)
    assert (file.num_row_groups, file.metadata.num_rows) == (4, 5303)
    assert file.read().equals(whole)
    for number, table in enumerate(tables):
        assert file.read_row_group(number).equals(table)
        found = file.metadata.row_group(number).column(0)
        assert found.is_stats_set is options.get("write_statistics", True)
    assert polars.read_parquet(path, columns=["whole", "word"]).to_arrow().num_rows == 5303
    rows = duckdb.read_parquet(str(path))
    sums = rows.aggregate("sum(whole), count(word), count(nothing)").fetchall()
    assert sums == [(sum(at for at in range(5303) if at % 7), 5303, 0)]
    assert rows.filter("whole = 5302").project("word").fetchall() == [("word 2, è",)]


def test_many_groups_and_none(tmp_path: Path):
    """More groups than a short list of Thrift holds; and a table of no rows keeps its columns."""
    path = tmp_path / "joined.parquet"
    path.write_bytes(join([a_table(at, 3) for at in range(200)]))
    assert parquet.read_table(path).equals(pa.concat_tables([a_table(at, 3) for at in range(200)]))
    whole = io.BytesIO()
    join_groups(write(a_table(0, 0)), iter(()), whole)
    assert parquet.read_table(io.BytesIO(whole.getvalue())).equals(a_table(0, 0))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\xff" * 4 + b"PAR1", b"x" * 50])
def test_what_is_no_file_is_refused(data: bytes):
    """Torn bytes are an error and no group."""
    with pytest.raises(ValueError, match="no Parquet file"):
        read_group(data)


def test_groups_in_pieces_are_one_again(plan: ruletrail.Plan):
    """Rows that were answered in pieces, because a worker died, are written as if they were not."""
    packing = Batches(plan.linked, layout_of(plan.linked, "parquet", "en"))
    blank = [None] * (len(packing.schema) - 1)
    rows = [(*blank, f"problem {at}") for at in range(9)]
    pieces = [packing.write(packing.pack(rows[at : at + 4])) for at in (0, 4, 8)]
    assert packing.join(pieces) == packing.write(packing.pack(rows))


# -- Rows of a file --------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [1, 3, 7, 50])
def test_rows_are_read_in_any_pieces(group: int, tmp_path: Path):
    """In order, with pieces passed over as other workers take them, and again from the begin."""
    table = pa.table({"A": list(range(50)), "B": [str(at % 4) for at in range(50)]})
    parquet.write_table(table, tmp_path / "in.parquet", row_group_size=group)
    for size in (1, 4, 9, 50):
        for step in (1, 2, 3):
            reader = TableReader()
            pieces = list(range(0, 50, size))
            for first in (*pieces[::step], *pieces[1::step], 0):
                rows = min(size, 50 - first)
                part = FileRows(str(tmp_path / "in.parquet"), first + 1, rows)
                stretch = reader.read(part)
                assert stretch.first == first + 1
                assert stretch.batch["A"].to_pylist() == list(range(first, first + rows))
                assert part[1:3] == FileRows(part.path, first + 2, min(max(rows - 1, 0), 2))


def test_groups_that_were_read_are_let_go(tmp_path: Path):
    """What a reader holds is some of its groups, never all that it has read or will read."""
    before = pa.total_allocated_bytes()
    table = pa.table({"A": [random.getrandbits(63) for _ in range(20_000)]})
    with parquet.ParquetWriter(tmp_path / "in.parquet", table.schema) as writer:
        for _ in range(20):
            writer.write_table(table)
    reader, held = TableReader(), []
    # pieces lie across the ends of groups, so that one is read on from the other
    for first in range(1, 400_000, 16_000):
        assert len(reader.read(FileRows(str(tmp_path / "in.parquet"), first, 16_000))) == 16_000
        held.append(pa.total_allocated_bytes() - before)
    assert max(held) < 6 * table.nbytes


def write_groups(path: Path, count: int, of: int = 16, columns: int = 20) -> list[FileRows]:
    """Write so many small groups of rows; give the pieces that are one group each."""
    table = pa.table({f"A{at}": range(of) for at in range(columns)})
    with parquet.ParquetWriter(path, table.schema, use_dictionary=False) as writer:
        for _ in range(count):
            writer.write_table(table)
    return [FileRows(str(path), at * of + 1, of) for at in range(count)]


@pytest.mark.parametrize("step", [1, 2])
def test_a_footer_is_read_once(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """However many groups are read; the file is opened again only where groups are passed over."""
    opened: list[bool] = []
    whole = parquet_module._open_table

    def count(path: str, texts: Sequence[str] = (), metadata: Any = None) -> Any:
        opened.append(metadata is None)
        return whole(path, texts, metadata)

    monkeypatch.setattr(parquet_module, "_open_table", count)
    monkeypatch.setattr(parquet_module, "_MOST_GROUPS", 10)
    parts, reader = write_groups(tmp_path / "in.parquet", 40), TableReader()
    for part in parts[::step]:
        assert reader.read(part).batch["A0"].to_pylist() == list(range(16))
    assert opened.count(True) == 1
    assert opened.count(False) == {1: 4, 2: 20}[step]


def test_a_file_that_was_replaced_is_read_by_its_own_footer(tmp_path: Path):
    """The rows are those of the file that is there when it is opened, whatever was there before."""
    parts, reader = write_groups(tmp_path / "in.parquet", 6), TableReader()
    assert len(reader.read(parts[0])) == 16
    other = pa.table({"B": [str(at) for at in range(6 * 16)]})
    parquet.write_table(other, tmp_path / "other.parquet", row_group_size=40)
    (tmp_path / "other.parquet").replace(tmp_path / "in.parquet")
    stretch = reader.read(parts[3])
    assert stretch.batch.to_pydict() == {"B": [str(at) for at in range(48, 64)]}


@pytest.mark.parametrize("step", [1, 2])
def test_groups_cost_what_they_hold(step: int, tmp_path: Path):
    """Four times the groups take about four times as long: each used to ask the whole footer."""
    times = []
    for count in (150, 600):
        parts = write_groups(tmp_path / f"{count}.parquet", count)[::step]
        times.append(min(time_reading(parts) for _ in range(3)))
    assert times[1] < 8 * times[0]


def time_reading(parts: Sequence[FileRows]) -> float:
    """Give the seconds that it takes to read pieces by one reader."""
    begin, reader = time.process_time(), TableReader()
    for part in parts:
        reader.read(part)
    return time.process_time() - begin
