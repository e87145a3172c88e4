"""Archives whose pages lead to each other: a few pages that hold more rows than can be read."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

_LEVELS = 10
_MASTER = "sqlite_master"
_HEADER = 100
"""The bytes that begin the first page of a file, before its rows."""


def forge(archive: Path, name: str) -> None:
    """Put pages above a table or index of an archive, each of which leads only to the next."""
    with closing(sqlite3.connect(archive)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        root = 1 if name == _MASTER else connection.execute(query, (name,)).fetchone()[0]
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = archive.read_bytes()
    pages = [data[start : start + size] for start in range(0, len(data), size)]
    old = pages[root - 1]
    begin = _HEADER if root == 1 else 0
    pages.append(_move_to_begin(old, begin))
    for _ in range(_LEVELS - 1):
        pages.append(_make_page(pages[-1], len(pages), size, 0))
    above = _make_page(pages[-1], len(pages), size, begin)
    pages[root - 1] = old[:begin] + above[begin:]
    pages[0] = pages[0][:28] + struct.pack(">I", len(pages)) + pages[0][32:]
    archive.write_bytes(b"".join(pages))


def _move_to_begin(page: bytes, begin: int) -> bytes:
    """Move what tells the rows of a page to its begin; the rows stay where they are."""
    (rows,) = struct.unpack_from(">H", page, begin + 3)
    head = page[begin : begin + 8 + 2 * rows]
    return head + bytes(begin) + page[begin + len(head) :]


def _make_page(below: bytes, child: int, size: int, begin: int) -> bytes:
    """Make a page that leads to one child many times."""
    is_table = below[0] in (5, 13)
    row = None if is_table else _first_row(below)
    cells = [
        struct.pack(">I", child) + (bytes([number + 1]) if row is None else row)
        for number in range(100 if is_table else 25)
    ]
    page, place, places = bytearray(size), size, []
    for cell in cells:
        place -= len(cell)
        page[place : place + len(cell)] = cell
        places.append(place)
    kind = 5 if is_table else 2
    head = struct.pack(">BHHHBI", kind, 0, len(cells), place, 0, child)
    head += struct.pack(f">{len(places)}H", *places)
    page[begin : begin + len(head)] = head
    return bytes(page)


def _first_row(page: bytes) -> bytes:
    """Take the first row of a page of an index, as it is stored."""
    is_leaf = page[0] == 10
    (place,) = struct.unpack_from(">H", page, 8 if is_leaf else 12)
    place += 0 if is_leaf else 4
    length = page[place]
    assert length < 128, "longer rows tell their length in two bytes"
    return page[place : place + 1 + length]
