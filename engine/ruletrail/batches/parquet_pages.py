"""How long the rows of a Parquet file may be, read from the heads of its pages; none is unpacked.

A page is unpacked as a whole, and a word that stands once in a dictionary is written out for each
row: a few kilobytes can hold gigabytes. What the footer says of sizes is of whole groups, in which
long rows hide among short ones.
"""

from collections.abc import Iterator
from typing import Any, overload

from ruletrail.batches.parquet_joining import Readable, Reader, Struct
from ruletrail.fast_dataclasses import dataclass

LARGEST_PAGE = 128 * 1024 * 1024
"""Bytes of a page as it is unpacked; most programs write one megabyte or so, some whole groups."""

LONGEST_WORD = 1024 * 1024
"""Bytes of a text that stands in a dictionary."""

_UNPACKED, _PACKED = 2, 3
_DATA, _DICTIONARY, _DATA_2 = 5, 7, 8
_COUNT = 1
_TEXTS = "BYTE_ARRAY"
_HEAD = 256
"""Bytes that are read for the head of a page, as most are shorter."""

_LENGTH = 4
"""Bytes of the length that stands before each text."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page: its bytes unpacked, its values, where its bytes lie in the file."""

    size: int
    values: int
    is_dictionary: bool
    begin: int
    end: int


class FileBytes:
    """The bytes of a file, read when they are asked for; memory that maps it ends with the file."""

    def __init__(self, file: Any) -> None:
        """Take a file that Arrow opened; nothing is read yet."""
        self._file, self._size = file, int(file.size())
        self._begin, self._held = 0, b""

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._size

    @overload
    def __getitem__(self, at: int, /) -> int: ...
    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...
    def __getitem__(self, at: int | slice, /) -> int | bytes:
        """Read a byte, with those behind it, or a part; `IndexError` beyond the end."""
        if isinstance(at, slice):
            return self._read(at.start, at.stop - at.start)
        if not self._begin <= at < self._begin + len(self._held):
            self._begin, self._held = at, self._read(at, _HEAD)
        return self._held[at - self._begin]

    def _read(self, begin: int, size: int) -> bytes:
        self._file.seek(begin)
        return bytes(self._file.read(size))


class PageError(Exception):
    """A page or a text of a dictionary is larger than any is read; says of which column."""


def measure_rows(data: Readable, metadata: Any, arrow: Any) -> int:
    """Return how many bytes one row may have, where rows are longest; zero where there are none.

    Raises `PageError`, and `ValueError` where the pages do not follow one another.
    """
    longest: dict[str, int] = {}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        # one without rows has no pages to read, and says so by places that are none
        for at in range(group.num_columns if group.num_rows else 0):
            column = group.column(at)
            path, each = column.path_in_schema, max(column.num_values // max(group.num_rows, 1), 1)
            row = _measure_column(data, column, arrow) * each
            longest[path] = max(longest.get(path, 0), row)
    return sum(longest.values())


def _measure_column(data: Readable, column: Any, arrow: Any) -> int:
    """Return the bytes of one value where values of a column are longest on a page."""
    longest = 0
    for page in _pages(data, column):
        if page.size > LARGEST_PAGE:
            raise PageError(column.path_in_schema)
        if not page.is_dictionary:
            longest = max(longest, page.size // max(page.values, 1))
        elif column.physical_type == _TEXTS and page.size > _LENGTH * page.values:
            word = _longest_word(data, page, column.compression, arrow)
            if word > LONGEST_WORD:
                raise PageError(column.path_in_schema)
            longest = max(longest, word)
    return longest


def _pages(data: Readable, column: Any) -> Iterator[_Page]:
    """Yield the pages of a column of a group, which lie one behind another."""
    begin = column.data_page_offset
    if column.has_dictionary_page and column.dictionary_page_offset:
        begin = min(begin, column.dictionary_page_offset)
    end = begin + column.total_compressed_size
    if not 0 < begin <= end <= len(data):
        raise ValueError("the pages are not in the file")
    while begin < end:
        page = _read_page(data, begin)
        begin = page.end
        yield page


def _read_page(data: Readable, begin: int) -> _Page:
    """Read the head of a page: how large the page is, and where it lies."""
    reader = Reader(data, begin)
    try:
        head = reader.read_struct()
    except (IndexError, RecursionError, TypeError) as error:
        raise ValueError("no head of a page") from error
    kind = next((each for each in (_DATA, _DICTIONARY, _DATA_2) if each in head), None)
    described = head[kind][1] if kind is not None else {_COUNT: (0, 0)}
    values = _number(described if isinstance(described, dict) else {}, _COUNT)
    size, packed = _number(head, _UNPACKED), _number(head, _PACKED)
    return _Page(size, values, kind == _DICTIONARY, reader.at, reader.at + packed)


def _number(head: Struct, field: int) -> int:
    """Return a number that a head must hold, and that counts something."""
    _, value = head.get(field, (0, None))
    if type(value) is not int or value < 0:
        raise ValueError("a page does not say how large it is")
    return value


def _longest_word(data: Readable, page: _Page, compression: str, arrow: Any) -> int:
    """Find the longest text of a dictionary: each stands behind its length.

    Of one that is packed as Arrow only knows inside a file, it may be the whole.
    """
    found = data[page.begin : page.end]
    codec = "lz4_raw" if compression == "LZ4" else compression.lower()
    if compression != "UNCOMPRESSED":
        try:
            found = arrow.decompress(found, decompressed_size=page.size, codec=codec, asbytes=True)
        except (OSError, ValueError, arrow.ArrowException):
            return page.size
    longest = at = 0
    while at + _LENGTH <= len(found):
        length = int.from_bytes(found[at : at + _LENGTH], "little")
        longest, at = max(longest, length), at + _LENGTH + length
    return longest
