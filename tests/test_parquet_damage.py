"""Parquet files that say of themselves what is not so are refused, with any number of workers."""

import io
import struct
from pathlib import Path

import pytest

from support.command_line import call
from support.places import ROOT

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

GARDEN = str(ROOT / "examples/garden/garden.yaml")
ROWS = 3
COLUMNS = {
    "rulebook": ["garden/2026"] * ROWS,
    "subject.household": ["a", "b", "c"],
    "adults": [1, 2, 3],
    "children": [0, 1, 2],
    "distance": [1.0, 2.5, 3.0],
    "waiting": [1, 2, 3],
    "own_garden": [True, False, None],
    "plot": ["small", "large", "small"],
}
NUMBER_OF_ROWS = b"\x16\x06\x19\x1c"
"""In a footer: the field of three rows, and the beginning of a list of one group."""
ROWS_OF_GROUP = b"\x16\x06"


def _zigzag(value: int) -> bytes:
    value, found = value << 1, b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def forge(path: Path, of_file: int, of_group: int) -> Path:
    """Write a table of three rows whose footer says other numbers of them."""
    stream = io.BytesIO()
    pq.write_table(pa.table(COLUMNS), stream, store_schema=False, compression="none")
    data = stream.getvalue()
    (size,) = struct.unpack("<I", data[-8:-4])
    pages, footer = data[: len(data) - 8 - size], data[len(data) - 8 - size : -8]
    at = footer.index(NUMBER_OF_ROWS)
    last = footer.rindex(ROWS_OF_GROUP)
    assert last > at
    footer = footer[:last] + b"\x16" + _zigzag(of_group) + footer[last + 2 :]
    footer = footer[:at] + b"\x16" + _zigzag(of_file) + footer[at + 2 :]
    path.write_bytes(pages + footer + struct.pack("<I", len(footer)) + b"PAR1")
    return path


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("of_group", [ROWS, 5, 10**9])
@pytest.mark.parametrize("of_file", [0, 1, ROWS, 5, 10**9, 10**15])
def test_other_rows_than_it_says(of_file: int, of_group: int, workers: str, tmp_path: Path):
    """No row is dropped and none invented: one sentence, status 2, nothing put out."""
    given, out = forge(tmp_path / "in.parquet", of_file, of_group), tmp_path / "out.jsonl"
    status, _, said = call("batch", given, "-o", out, "--rulebook", GARDEN, "--workers", workers)
    if of_file == of_group == ROWS:
        assert status in (0, 1)
        assert len(out.read_text().splitlines()) == ROWS
        return
    assert status == 2, said
    assert "[file-unreadable]" in said
    assert "damaged" in said
    assert not out.exists()
