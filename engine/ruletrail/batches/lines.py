"""Bytes of a text to lines, records and cells; in blocks, because workers take those.

No line and no open quote can swallow what follows it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ruletrail.batches.rows import Chunk, Part, Place, RawRow, Rows
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass

LONGEST = REPORT_LIMITS.size
_PIECE = 1 << 16
_AHEAD = 2 * LONGEST + 16
"""So much is read beyond a block that each of its records is seen to end, or surely does not."""
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_REST = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
_QUOTE = ord('"')
_TEXT_CELL = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class BlockSize:
    """A block ends with the row that reaches one of these, so that blocks depend on the input."""

    rows: int
    data: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Neighbouring rows of a text as their bytes: whole lines, and in CSV whole records.

    `delimiter` and `width` are those of CSV records; without, every line is a row.
    """

    data: bytes
    begin: Place
    rows: int
    lines: int
    delimiter: bytes = b""
    width: int = 0

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def __getitem__(self, taken: slice) -> Rows:
        """Take some neighbouring rows, each by itself."""
        return Rows(tuple(list_records(self))[taken])

    @property
    def after(self) -> Place:
        """Where the next row begins."""
        begin = self.begin
        return Place(
            begin.rows + self.rows, begin.offset + len(self.data), begin.lines + self.lines
        )


def read_line(stream: BinaryIO) -> tuple[bytes | None, int]:
    """Return a line without its end, None if it is too long, and its size; 0 at the end."""
    line = stream.readline(LONGEST + 3)
    size = len(line)
    if not line.endswith(b"\n") and size == LONGEST + 3:
        size += _pass_over(stream)
        return None, size
    return _content(line.removesuffix(b"\n")), size


def _pass_over(stream: BinaryIO) -> int:
    """Read to the end of a line, in bounded memory; return how much that was."""
    size = 0
    while True:
        piece = stream.readline(_PIECE)
        size += len(piece)
        if not piece or piece.endswith(b"\n"):
            return size


def _content(line: bytes) -> bytes | None:
    """Return a line without its carriage return; None if it is too long."""
    line = line.removesuffix(b"\r")
    return line if len(line) <= LONGEST else None


# -- Blocks ----------------------------------------------------------------------------------------


def cut_blocks(
    stream: BinaryIO, start: Place, size: BlockSize, delimiter: bytes = b"", width: int = 0
) -> Iterator[Chunk]:
    """Cut a stream that stands at `start` into blocks of whole rows; see `Lines`.

    A line that is too long to be held is a piece of its own, and a row without content.
    """
    held, place, index = b"", start, 0
    while True:
        held += _read(stream, size.data + _AHEAD - len(held))
        if not held:
            return
        end, lines, rows = _find_end(held, size, delimiter, width)
        part: Part
        if end:
            part = Lines(held[:end], place, rows, lines, delimiter, width)
            held, place = held[end:], part.after
        else:
            longer = len(held) + _pass_over(stream)
            place = Place(place.rows + 1, place.offset + longer, place.lines + 1)
            part, held = Rows((RawRow(place.rows, place.lines, None, place),)), b""
        yield Chunk(index, part)
        index += 1


def _read(stream: BinaryIO, size: int) -> bytes:
    """Read so much, or to the end: a pipe may give less at a time."""
    pieces = []
    while size > 0:
        piece = stream.read(size)
        if not piece:
            break
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class _Split:
    """Lines without their line feeds, and how many have one: all, or all but the last."""

    texts: list[bytes]
    ended: int


def _split(data: bytes) -> _Split:
    texts = data.split(b"\n")
    if not texts[-1]:  # nothing after the last line feed is no line
        texts.pop()
        return _Split(texts, len(texts))
    return _Split(texts, len(texts) - 1)


def _find_end(held: bytes, size: BlockSize, delimiter: bytes, width: int) -> tuple[int, int, int]:
    """Return where a block ends, how many lines and how many rows it has; 0 where no line does.

    `held` goes to the end of the input, or far enough to tell whether a record ends.
    """
    is_over = len(held) < size.data + _AHEAD
    end = held.rfind(b"\n", 0, size.data) + 1
    if is_over and len(held) <= size.data:
        end = len(held)
    elif not end:
        end = held.find(b"\n") + 1 or (len(held) if is_over else 0)
    lines = _count_lines(held, end)
    if lines > size.rows:
        lines, end = size.rows, _nth_end(held, size.rows)
    if not end or not delimiter or held.find(b'"', 0, end) < 0:
        return end, lines, lines
    every = _split(held[: end + _AHEAD])
    joined = _find_joined(every, lines, delimiter[0], width)
    last = max((at + count for at, count in joined.items()), default=0)
    if last > lines:
        end = min(end + sum(len(line) + 1 for line in every.texts[lines:last]), len(held))
        lines = last
    return end, lines, lines - sum(count - 1 for count in joined.values())


def _count_lines(data: bytes, end: int) -> int:
    is_open = end > 0 and data[end - 1 : end] != b"\n"
    return data.count(b"\n", 0, end) + is_open


def _nth_end(data: bytes, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
    return at


def _find_joined(lines: _Split, most: int, delimiter: int, width: int) -> dict[int, int]:
    """Find the records of several lines that begin in the first `most`: by that, how many lines.

    Only a line with an odd number of quotes can leave a cell open.
    """
    joined: dict[int, int] = {}
    after = 0
    for at in [at for at, line in enumerate(lines.texts[:most]) if line.count(b'"') & 1]:
        if at >= after:
            count = _count_record(lines, at, delimiter, width)
            if count > 1:
                joined[at], after = count, at + count
    return joined


def _count_record(lines: _Split, at: int, delimiter: int, width: int) -> int:
    """Count the lines of the record that begins at a line.

    Lines that together are no record of `width` cells within 256 kB are rows by themselves, so that
    an open quote harms its own line only.
    """
    first = _content(lines.texts[at])
    cells, is_open = scan_cells(first, delimiter, inside=False) if first is not None else (0, False)
    if not is_open or first is None:
        return 1
    held, total = len(first), cells
    for count in range(2, len(lines.texts) - at + 1):
        whole = lines.texts[at + count - 1]
        line = _content(whole)
        held += len(whole) + (at + count <= lines.ended)
        if line is None or held > LONGEST:
            return 1
        cells, is_open = scan_cells(line, delimiter, inside=True)
        if cells < 0:
            return 1
        total += cells
        if not is_open:
            return count if total == width else 1
    return 1


def find_joined(block: Lines) -> dict[int, int]:
    """Find the records of several lines in a block: by their first line from 0, how many lines."""
    if not block.delimiter or block.rows == block.lines:
        return {}
    return _find_joined(_split(block.data), block.lines, block.delimiter[0], block.width)


def list_records(block: Lines) -> Iterator[RawRow]:
    """Yield the rows of a block one by one."""
    lines, place = _split(block.data), block.begin
    joined = find_joined(block)
    at, end = 0, block.after.offset
    while at < block.lines:
        count = joined.get(at, 1)
        parts = lines.texts[at : at + count]
        offset = min(place.offset + sum(map(len, parts)) + count, end)
        place = Place(place.rows + 1, offset, place.lines + count)
        first = _content(parts[0])
        data = first if count == 1 else b"\n".join(line.removesuffix(b"\r") for line in parts)
        yield RawRow(place.rows, place.lines - count + 1, data, place)
        at += count


# -- Cells -----------------------------------------------------------------------------------------


def scan_cells(line: bytes, delimiter: int, *, inside: bool) -> tuple[int, bool]:
    """Count the cells that end in a line, and tell whether one is left open; -1 for a wrong quote.

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
            at = _end_of_plain(len(line), line.find(delimiter, at), line.find(_QUOTE, at))
        cells += 1
        if at == len(line):
            return cells, False
        if line[at] != delimiter:
            return -1, False
        at += 1


def _end_of_plain(end: int, *found: int) -> int:
    """Return where a cell without quotes ends: at what was found first, else at the line's end."""
    return min((at for at in found if at >= 0), default=end)


def split_cells(record: str, delimiter: str) -> list[tuple[int, str]] | None:
    """Split a record into cells with their offsets; None if a quote is wrong or not closed."""
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
            end = _end_of_plain(len(record), record.find(delimiter, at), record.find('"', at))
            text = record[at:end]
        cells.append((at, text))
        if end == len(record):
            return cells
        if record[end] != delimiter:
            return None
        at = end + 1


def find_line_end(record: str, cells: Iterable[tuple[int, str]]) -> int | None:
    """Find a carriage return by itself outside of quotes: a line that ends as no other does.

    What follows it was most often to be a row, and would be lost in the cell.
    """
    if "\r" not in record:
        return None
    plain = ((at, cell) for at, cell in cells if record[at : at + 1] != '"')
    return next((at + cell.index("\r") for at, cell in plain if "\r" in cell), None)
