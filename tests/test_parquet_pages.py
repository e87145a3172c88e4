"""A Parquet file that would unpack to far more than it is: refused by the heads of its pages.

The code of a problem kept honest here: `batch-page-size`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.offices import write_rulebook
from support.rulebooks import rulebook_text, schema_of

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches import parquet, parquet_joining, parquet_pages  # noqa: E402 - need the extra
from ruletrail.batches.lines import BlockSize  # noqa: E402
from ruletrail.batches.rows import BEGIN, FileRows  # noqa: E402

PACKINGS = ["zstd", "snappy", "gzip", "brotli", "lz4", "none"]


@pytest.fixture
def office(folder: Path) -> Path:
    """Give a folder with the small rulebook."""
    write_rulebook(folder)
    return folder


def write(texts: list[str], packing: str = "zstd", **how: Any) -> Path:
    """Write a table of so many rows, the texts by a dictionary."""
    table = pa.table({"A": [1.0] * len(texts), "note": pa.array(texts)})
    pq.write_table(table, "in.parquet", compression=packing, **how)
    return Path("in.parquet")


def answer(*words: object) -> tuple[int, list[str]]:
    """Answer the file; gives the status and the codes of what is refused."""
    command = ("batch", "in.parquet", "-o", "out.jsonl", "--rulebook", "prova.yaml", *words)
    status, out, _ = call(*command, "--format", "json")
    return status, [each["code"] for each in json.loads(out or "{}").get("problems", ())]


def cut_of(path: Path) -> list[int]:
    """Give how many rows are taken at a time."""
    rows, _, chunks = parquet.open_parquet(path, path.name)
    parts = [each.rows for each in chunks(BEGIN, BlockSize(12_288, 1 << 22))]
    counts = [each.rows for each in parts if isinstance(each, FileRows)]
    assert sum(counts) == rows
    return counts


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_page_is_measured_before_it_is_unpacked(
    packing: str, version: str, monkeypatch: pytest.MonkeyPatch
):
    """Of the largest size it is read, a byte more is refused; whatever packs it."""
    path = write(["x" * 50_000] * 3, packing, use_dictionary=False, data_page_version=version)
    sizes = [page.size for page in pages_of(path) if not page.is_dictionary]
    assert 150_000 < max(sizes) < 150_100
    monkeypatch.setattr(parquet_pages, "LARGEST_PAGE", max(sizes))
    assert answer("--keep", "note") == (0, [])
    monkeypatch.setattr(parquet_pages, "LARGEST_PAGE", max(sizes) - 1)
    assert answer("--keep", "note") == (2, ["batch-page-size"])
    assert answer() == (2, ["batch-page-size"])


def pages_of(path: Path) -> list[Any]:
    """List the pages of the texts."""
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    return list(parquet_pages._pages(path.read_bytes(), column))


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_word_of_a_dictionary_is_measured(packing: str, monkeypatch: pytest.MonkeyPatch):
    """It stands there once, and is written out for each row."""
    write(["x", "y" * 3_000, "z"] * 5, packing)
    monkeypatch.setattr(parquet_pages, "LONGEST_WORD", 3_000)
    assert answer("--keep", "note") == (0, [])
    monkeypatch.setattr(parquet_pages, "LONGEST_WORD", 2_999)
    assert answer("--keep", "note") == (2, ["batch-page-size"])


@pytest.mark.usefixtures("office")
def test_fewer_rows_are_taken_where_one_may_be_long():
    """Long ones hide among short ones: in a dictionary, or on a page of their own."""
    assert cut_of(write(["x"] * 20_000)) == [12_288, 7_712]
    words = ["y" * 100_000, *["x"] * 19_999]
    longest = parquet._MOST_HELD // 100_000
    assert longest >= max(cut_of(write(words))) > longest - 20
    assert cut_of(write(["y" * 900_000, *["x"] * 999]))[0] < 150


@pytest.mark.usefixtures("office")
def test_usual_files_are_far_from_the_limits():
    """Words of a form, some of them long, in as many rows as anybody has."""
    words = [f"a word {at % 500} " + "x" * (at % 500) for at in range(20_000)]
    path = write(words)
    assert cut_of(path) == [12_288, 7_712]
    assert max(page.size for page in pages_of(path)) * 10 < parquet_pages.LARGEST_PAGE


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("groups", [(0,), (2, 0, 1), (0, 3)])
@pytest.mark.parametrize("by_dictionary", [True, False])
def test_groups_without_rows_are_sound(groups: tuple[int, ...], *, by_dictionary: bool):
    """So `pandas` writes a table without rows; the place of their pages is none."""
    table = pa.table({"A": [1.0] * 3, "T": ["x"] * 3})
    with pq.ParquetWriter("in.parquet", table.schema, use_dictionary=by_dictionary) as writer:
        for rows in groups:
            writer.write_table(table.slice(0, rows))
    assert answer() == (0, [])
    assert len(Path("out.jsonl").read_text("utf-8").splitlines()) == sum(groups)


@pytest.mark.parametrize("encoding", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_may_be_written_as_lengths_or_differences(encoding: str, folder: Path):
    """So DuckDB writes them in its second version; Arrow reads those by no index."""
    (folder / "schema.json").write_text(
        json.dumps(schema_of({"A": "number", "note": "string"})), encoding="utf-8"
    )
    text = rulebook_text({"rules": {"t": {"formula": 'note == "è"'}}}, report="schema.json")
    (folder / "prova.yaml").write_text(text, encoding="utf-8")
    how = {"use_dictionary": False, "column_encoding": {"note": encoding, "A": "PLAIN"}}
    write(["x", "xè", "è"], **how)
    assert answer() == (0, [])
    lines = Path("out.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["values"]["t"] for line in lines] == [False, False, True]


@pytest.mark.usefixtures("office")
def test_heads_that_are_none_are_no_sound_file():
    path = write(["x"] * 3)
    begin = pages_of(path)[0].begin
    data = bytearray(path.read_bytes())
    of_no_page = (
        b"\x15\x00\x15\x02\x00",  # without the bytes that it has as it lies
        b"\x15\x00\x11\x15\x02\x00",  # a size that is true or false
        b"\x15\x00\x15\x02\x15\x02\x25\x02\x00",  # a kind that is a number
        b"\x15\x00\x15\x02\x15\x02\x2c\x00\x00",  # a kind that counts nothing
    )
    for head in (b"\xff" * 8, b"\x1c" * 8, b"\x15\x00\x15\x01\x15\x01", *of_no_page):
        data[begin - len(head) : begin] = head
        path.write_bytes(data)
        assert answer() == (2, ["file-unreadable"])


def test_a_number_of_a_head_ends():
    """Read to its end, one of a megabyte would take minutes."""
    reader = parquet_joining.Reader(b"\x15" + b"\xff" * 100 + b"\x00")
    with pytest.raises(ValueError, match="more than 64 bits"):
        reader.read_struct()
    assert reader.at <= 12
    assert parquet_joining.Reader(b"\x16" + b"\xff" * 9 + b"\x01\x00").read_struct() == {
        1: (6, -(2**63))
    }
