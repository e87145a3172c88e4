"""Bytes to lines and CSV records, in bounded memory: no line and no open quote can swallow what follows it."""

import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from ruletrail.batches.rows import Place, RawRow
from ruletrail.documents import REPORT_LIMITS

LONGEST = REPORT_LIMITS.size
_PIECE = 1 << 16
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_REST = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
_QUOTE = ord('"')


def read_line(stream: BinaryIO) -> tuple[bytes | None, int]:
    """Read one line without its end, and how many bytes it took; None for one that is too long, (b"", 0) at the end."""
    line = stream.readline(LONGEST + 3)
    size = len(line)
    if not line.endswith(b"\n") and size == LONGEST + 3:
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE)
            size += len(line)
        return None, size
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    return (line if len(line) <= LONGEST else None), size


def read_lines(stream: BinaryIO, start: Place) -> Iterator[RawRow]:
    """Yield every line as a row; the stream stands at the start."""
    place = start
    while True:
        line, size = read_line(stream)
        if size == 0:
            return
        place = Place(place.rows + 1, place.offset + size, place.lines + 1)
        yield RawRow(place.rows, place.lines, line, place)


def read_records(stream: BinaryIO, start: Place, delimiter: bytes, width: int) -> Iterator[RawRow]:
    """Yield every CSV record as a row; a quoted cell may hold line breaks.

    Lines that together are no record of `width` cells within 256 kB are rows by themselves, so that an open quote
    harms its own line only.
    """
    waiting: deque[tuple[bytes | None, int]] = deque()
    place = start
    while True:
        first = waiting.popleft() if waiting else read_line(stream)
        if first[1] == 0:
            return
        lines = [first, *_lines_of_record(stream, waiting, first[0], delimiter[0], width)]
        place = Place(
            place.rows + 1, place.offset + sum(size for _, size in lines), place.lines + len(lines)
        )
        data = None if first[0] is None else b"\n".join(line or b"" for line, _ in lines)
        yield RawRow(place.rows, place.lines - len(lines) + 1, data, place)


def _lines_of_record(
    stream: BinaryIO,
    waiting: "deque[tuple[bytes | None, int]]",
    first: bytes | None,
    delimiter: int,
    width: int,
) -> list[tuple[bytes | None, int]]:
    """Take the lines that complete a record which the first line leaves open; none when nothing does."""
    cells, is_open = scan_cells(first, delimiter, inside=False) if first is not None else (0, False)
    if not is_open or first is None:
        return []
    ahead: list[tuple[bytes | None, int]] = []
    held = len(first)
    total = cells
    while is_open:
        line, size = waiting.popleft() if waiting else read_line(stream)
        if size == 0:
            break
        ahead.append((line, size))
        held += size
        if line is None or held > LONGEST:
            break
        cells, is_open = scan_cells(line, delimiter, inside=True)
        total = total + cells if cells >= 0 else -1
        if total < 0:
            break
    if is_open or total != width:
        waiting.extendleft(reversed(ahead))
        return []
    return ahead


def scan_cells(line: bytes, delimiter: int, *, inside: bool) -> tuple[int, bool]:
    """Count the cells that end in a line, and tell whether one is left open; -1 when a quote stands where none may.

    `inside` tells that the line begins within a quoted cell.
    """
    if _QUOTE not in line:
        return (0, True) if inside else (line.count(delimiter) + 1, False)
    at = cells = 0
    while True:
        if inside or line[at : at + 1] == b'"':
            match = (_REST if inside else _QUOTED).match(line, at)
            if match is None:
                return cells, True
            at, inside = match.end(), False
        else:
            at = _end_of_plain(line, at, delimiter)
        cells += 1
        if at == len(line):
            return cells, False
        if line[at] != delimiter:
            return -1, False
        at += 1


def _end_of_plain(line: bytes, at: int, delimiter: int) -> int:
    ends = [end for end in (line.find(delimiter, at), line.find(_QUOTE, at)) if end >= 0]
    return min(ends, default=len(line))


def split_cells(record: str, delimiter: str) -> list[tuple[int, str]] | None:
    """Split a record into cells with their offsets; None when a quote stands where none may, or is not closed."""
    if '"' not in record:
        found, at = [], 0
        for cell in record.split(delimiter):
            found.append((at, cell))
            at += len(cell) + 1
        return found
    cells: list[tuple[int, str]] = []
    at = 0
    while True:
        match = _TEXT_CELL.match(record, at) if record[at : at + 1] == '"' else None
        if match is not None:
            end, text = match.end(), match.group()[1:-1].replace('""', '"')
        else:
            ends = [
                found for found in (record.find(delimiter, at), record.find('"', at)) if found >= 0
            ]
            end = min(ends, default=len(record))
            text = record[at:end]
        cells.append((at, text))
        if end == len(record):
            return cells
        if record[end] != delimiter:
            return None
        at = end + 1


_TEXT_CELL = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
