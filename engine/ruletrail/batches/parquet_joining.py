"""Groups of Parquet rows that were written apart, joined into one file without reading a page.

Workers write files of one group each. What a footer says of a group is Thrift's compact encoding of
a tree, in which only the places of pages depend on where the group lies: it is cut there, so that
joining is copying, and one footer for all.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Protocol, overload

from ruletrail.fast_dataclasses import dataclass

MAGIC = b"PAR1"
_END = 8
"""The bytes behind a footer: its length, and the magic."""
_TRUE, _FALSE, _BYTE, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = (
    1, 2, 3, 6, 7, 8, 9, 10, 12,
)  # fmt: skip
_RAW = 16
"""A list that is written already; Thrift has no such type."""
_MOST_SHIFT = 63
"""Of the last seven bits of a number of 64."""
_LONG = 15
"""Stands for the length of a list that has so many members or more, which follows."""

# the fields of a footer, by Parquet's own numbers
_ROWS, _GROUPS = 3, 4
_COLUMNS, _GROUP_ROWS, _GROUP_PLACE, _ORDINAL = 1, 3, 5, 7
_META, _CHUNK_PLACES = 3, (2, 4, 6)
_META_PLACES = (9, 10, 11, 14)

_HEAD = struct.Struct("<QQI")
_CUT = struct.Struct("<IQ")

Struct = dict[int, tuple[int, Any]]
"""Fields by number, each with its type."""


@dataclass(frozen=True, slots=True)
class List:
    """A list, and the type of its members."""

    kind: int
    members: list[Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where pages lie, from the begin of the file; written as any whole number is."""

    offset: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rows: its pages, and what a footer says of it, cut where a place stands.

    Places are those of a file of the group alone.
    """

    rows: int
    pages: bytes
    parts: tuple[bytes, ...]
    """One more than there are places."""
    places: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Write the group, so that it can be read again before the next one."""
        head = _HEAD.pack(len(self.pages), self.rows, len(self.places))
        cuts = zip(map(len, self.parts), (*self.places, 0), strict=True)
        return b"".join([head, *(_CUT.pack(*cut) for cut in cuts), *self.parts, self.pages])


def read_groups(stream: BinaryIO) -> Iterator[Group]:
    """Read groups that were written one after another."""
    while head := stream.read(_HEAD.size):
        size, rows, count = _HEAD.unpack(head)
        table = stream.read(_CUT.size * (count + 1))
        cuts = [_CUT.unpack_from(table, _CUT.size * at) for at in range(count + 1)]
        parts = tuple([stream.read(length) for length, _ in cuts])
        yield Group(rows, stream.read(size), parts, tuple([place for _, place in cuts[:-1]]))


def read_group(data: bytes) -> Group:
    """Read a file of one group of rows."""
    pages, footer = _split_file(data)
    (group,) = footer[_GROUPS][1].members
    held = b""
    parts: list[bytes] = []
    places: list[int] = []
    for piece in _write_struct(_mark_places(group)):
        if isinstance(piece, _Place):
            parts.append(held)
            places.append(piece.offset)
            held = b""
        else:
            held += piece
    return Group(group[_GROUP_ROWS][1], pages, (*parts, held), tuple(places))


def _split_file(data: bytes) -> tuple[bytes, Struct]:
    """Split a file into its pages and its footer."""
    end = len(data) - _END
    size = int.from_bytes(data[end : end + 4], "little")
    if not data.startswith(MAGIC) or not data.endswith(MAGIC) or not 0 < size <= end - len(MAGIC):
        raise ValueError("this is no Parquet file")
    return data[len(MAGIC) : end - size], Reader(data[end - size : end]).read_struct()


def _mark_places(group: Struct) -> Struct:
    found = _mark(group, (_GROUP_PLACE,))
    found.pop(_ORDINAL, None)  # which may be left out, and is not known yet
    chunks = []
    for chunk in group[_COLUMNS][1].members:
        marked = _mark(chunk, _CHUNK_PLACES)
        kind, meta = chunk[_META]
        marked[_META] = (kind, _mark(meta, _META_PLACES))
        chunks.append(marked)
    found[_COLUMNS] = (_LIST, List(_STRUCT, chunks))
    return found


def _mark(fields: Struct, places: Sequence[int]) -> Struct:
    """Mark the places among some fields; 0 is none."""
    return {
        field: (kind, _Place(value) if field in places and value > 0 else value)
        for field, (kind, value) in fields.items()
    }


def join_groups(empty: bytes, groups: Iterator[Group], whole: BinaryIO) -> None:
    """Write a file of groups; `empty` is one of the same columns without rows."""
    at = whole.write(MAGIC)
    rows = count = 0
    written: list[bytes] = []
    for group in groups:
        moved = at - len(MAGIC)
        written.append(group.parts[0])
        for place, part in zip(group.places, group.parts[1:], strict=True):
            written += [_zigzag(place + moved), part]
        at += whole.write(group.pages)
        rows, count = rows + group.rows, count + 1
    _, footer = _split_file(empty)
    before = {field: held for field, held in footer.items() if field < _ROWS}
    after = {field: held for field, held in footer.items() if field > _GROUPS}
    listed = b"".join([*_write_head(_STRUCT, count), *written])
    inner = {_ROWS: (_I64, rows), _GROUPS: (_RAW, listed)}
    footer_bytes = b"".join(_write_plain({**before, **inner, **after}))
    whole.write(footer_bytes + len(footer_bytes).to_bytes(4, "little") + MAGIC)


# -- Thrift ----------------------------------------------------------------------------------------


class Readable(Protocol):
    """Bytes, or what gives those of a file when they are asked for."""

    def __len__(self) -> int:
        """Tell how many there are."""
        ...

    @overload
    def __getitem__(self, at: int, /) -> int: ...
    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...


class Reader:
    """Reads a footer, or the head of a page, from some byte on."""

    def __init__(self, data: Readable, at: int = 0) -> None:
        """Begin at a byte of the data."""
        self.data, self.at = data, at

    def read_struct(self) -> Struct:
        """Read the fields up to their end; `IndexError` where the data end before."""
        found: Struct = {}
        last = 0
        while head := self._byte():
            kind = head & 15
            last = last + (head >> 4) if head >> 4 else self._signed()
            found[last] = (kind, kind == _TRUE if kind <= _FALSE else self._value(kind))
        return found

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _bytes(self, size: int) -> bytes:
        self.at += size
        if self.at > len(self.data):
            raise IndexError
        return self.data[self.at - size : self.at]

    def _unsigned(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
            if shift > _MOST_SHIFT:
                raise ValueError("a number of more than 64 bits")
        return value | byte << shift

    def _signed(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)

    def _value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE, _BYTE):  # a boolean in a list is a byte
            return self._bytes(1)
        if kind <= _I64:
            return self._signed()
        if kind == _DOUBLE:
            return self._bytes(8)
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind in (_LIST, _SET):
            return self._list()
        if kind == _STRUCT:
            return self.read_struct()
        raise ValueError("a footer holds no maps")

    def _list(self) -> List:
        head = self._byte()
        size = head >> 4 if head >> 4 < _LONG else self._unsigned()
        return List(head & 15, [self._value(head & 15) for _ in range(size)])


def _write_plain(fields: Struct) -> Iterator[bytes]:
    for piece in _write_struct(fields):
        if isinstance(piece, _Place):
            raise TypeError("places are those of groups")
        yield piece


def _write_struct(fields: Struct) -> Iterator[bytes | _Place]:
    last = 0
    for field, (kind, value) in sorted(fields.items()):
        shown = _LIST if kind == _RAW else kind if kind > _FALSE else _TRUE if value else _FALSE
        step = field - last
        yield bytes([step << 4 | shown]) if step < 16 else bytes([shown]) + _zigzag(field)  # noqa: PLR2004 - four bits
        if kind > _FALSE:
            yield from _write(kind, value)
        last = field
    yield b"\0"


def _write(kind: int, value: Any) -> Iterator[bytes | _Place]:
    if kind == _STRUCT:
        yield from _write_struct(value)
    elif kind in (_LIST, _SET):
        yield from _write_head(value.kind, len(value.members))
        for member in value.members:
            yield from _write(value.kind, member)
    elif kind == _BINARY:
        yield _varint(len(value)) + value
    elif isinstance(value, int):
        yield _zigzag(value)
    else:
        yield value


def _write_head(kind: int, size: int) -> Iterator[bytes]:
    yield bytes([min(size, _LONG) << 4 | kind]) + (_varint(size) if size >= _LONG else b"")


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else ~value << 1 | 1)
