"""Parquet files of one schema joined into one: their pages as they are, and one footer for all.

Workers write files of their own rows, each of one group; nothing in them is decoded again. A footer
is Thrift's compact encoding of a tree whose groups say where their pages lie, from the begin of the
file. Only these numbers change.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ruletrail.fast_dataclasses import dataclass

MAGIC = b"PAR1"
_END = 8
"""The bytes behind a footer: its length, and the magic."""
_TRUE, _FALSE, _BYTE, _I16, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = (
    1, 2, 3, 4, 6, 7, 8, 9, 10, 12,
)  # fmt: skip
_LONG = 15
"""Stands for the length of a list that has so many members or more, which follows."""

# the fields of a footer, by Parquet's own numbers
_ROWS, _GROUPS = 3, 4
_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_META, _CHUNK_OFFSETS = 3, (2, 4, 6)
_META_OFFSETS = (9, 10, 11, 14)

Struct = dict[int, tuple[int, Any]]
"""Fields by number, each with its type."""


@dataclass(frozen=True, slots=True)
class List:
    """A list, and the type of its members."""

    kind: int
    members: list[Any]


def split_file(data: bytes) -> tuple[bytes, bytes]:
    """Split a file into its pages and its footer."""
    end = len(data) - _END
    size = int.from_bytes(data[end : end + 4], "little")
    if not data.startswith(MAGIC) or not data.endswith(MAGIC) or not 0 < size <= end - len(MAGIC):
        raise ValueError("this is no Parquet file")
    return data[len(MAGIC) : end - size], data[end - size : end]


def join_footers(footers: Sequence[tuple[bytes, int]]) -> bytes:
    """Write what stands behind the pages of several files: footers, and by how much pages move."""
    structs = [(_Reader(footer).read_struct(), moved) for footer, moved in footers]
    whole = dict(structs[0][0])
    groups: list[Struct] = []
    for struct, moved in structs:
        for group in struct[_GROUPS][1].members:
            groups.append(_move_group(group, moved, len(groups)))
    rows = sum(group[_GROUP_ROWS][1] for group in groups)
    whole[_ROWS] = (whole[_ROWS][0], rows)
    whole[_GROUPS] = (_LIST, List(_STRUCT, groups))
    footer = b"".join(_write_struct(whole))
    return footer + len(footer).to_bytes(4, "little") + MAGIC


def _move_group(group: Struct, moved: int, place: int) -> Struct:
    found = _move(group, (_GROUP_OFFSET,), moved)
    chunks = [_move_chunk(chunk, moved) for chunk in found[_COLUMNS][1].members]
    found[_COLUMNS] = (_LIST, List(_STRUCT, chunks))
    found.pop(_ORDINAL, None)
    if place < 1 << 15:
        found[_ORDINAL] = (_I16, place)
    return found


def _move_chunk(chunk: Struct, moved: int) -> Struct:
    found = _move(chunk, _CHUNK_OFFSETS, moved)
    kind, meta = found[_META]
    found[_META] = (kind, _move(meta, _META_OFFSETS, moved))
    return found


def _move(struct: Struct, fields: Sequence[int], moved: int) -> Struct:
    """Add to the offsets among some fields; 0 is none."""
    found = dict(struct)
    for field in fields:
        if field in found and found[field][1] > 0:
            found[field] = (found[field][0], found[field][1] + moved)
    return found


# -- Thrift ----------------------------------------------------------------------------------------


class _Reader:
    """Reads a footer from its first byte on."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read_struct(self) -> Struct:
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
        return self.data[self.at - size : self.at]

    def _unsigned(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
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


def _write_struct(struct: Struct) -> Iterator[bytes]:
    last = 0
    for field, (kind, value) in sorted(struct.items()):
        shown = kind if kind > _FALSE else _TRUE if value else _FALSE
        step = field - last
        yield bytes([step << 4 | shown]) if step < 16 else bytes([shown]) + _zigzag(field)  # noqa: PLR2004 - four bits
        if kind > _FALSE:
            yield from _write(kind, value)
        last = field
    yield b"\0"


def _write(kind: int, value: Any) -> Iterator[bytes]:
    if kind == _STRUCT:
        yield from _write_struct(value)
    elif kind in (_LIST, _SET):
        yield from _write_list(value)
    elif kind == _BINARY:
        yield _varint(len(value)) + value
    elif kind in (_I16, _I16 + 1, _I64):
        yield _zigzag(value)
    else:
        yield value


def _write_list(held: List) -> Iterator[bytes]:
    size = len(held.members)
    yield bytes([min(size, _LONG) << 4 | held.kind]) + (_varint(size) if size >= _LONG else b"")
    for member in held.members:
        yield from _write(held.kind, member)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else ~value << 1 | 1)
