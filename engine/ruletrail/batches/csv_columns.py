"""A block of CSV as columns: Arrow splits the cells, all of them texts; numbers are read exactly.

Arrow's reader is laxer than ours about quotes, line ends and blank lines, so only records that both
read alike are given to it. All others go to the reader of single rows.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from ruletrail.batches.lines import LONGEST, Lines, find_joined
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import Flags, Table
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow
from ruletrail.compiled.columns.columns import BOOLEANS, WordColumn
from ruletrail.compiled.columns.number_texts import encode_number_texts
from ruletrail.schemas import Schema

_FEED, _QUOTE = ord("\n"), ord('"')
_MARK = b"\xef\xbb\xbf"


def read_csv(block: Lines, form: RowForm, schema: Schema) -> Table:
    """Read the records of a block that are plain."""
    data = block.data.replace(b"\r\n", b"\n").removesuffix(b"\r")
    bounds = _find_bounds(data, block)
    plain = _find_plain(data, bounds, form.delimiter)
    places = np.flatnonzero(plain)
    if not len(places):
        return Table(places, {}, {} if form.has_subject else None, None)
    columns, wrong = _split_cells(_take(data, bounds, plain), form)
    places = np.delete(places, wrong)
    if any(len(column) != len(places) for column in columns):
        raise ValueError("Arrow read other records than there are")
    return _encode(places, columns, form, schema)


def _find_bounds(data: bytes, block: Lines) -> NDArray[np.int64]:
    """Find where each record begins, and where the last one ends; line feeds stand at the ends."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _FEED).astype(np.int64) + 1
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, len(data))
    bounds = np.concatenate([np.zeros(1, np.int64), ends])
    if len(bounds) - 1 == block.rows:
        return bounds
    inner = [
        line
        for first, count in find_joined(block).items()
        for line in range(first + 1, first + count)
    ]
    return np.delete(bounds, inner)


def _find_plain(data: bytes, bounds: NDArray[np.int64], delimiter: str) -> Flags:
    """Tell which records Arrow reads as we do: whatever else is wrong with them, it says."""
    lengths = np.diff(bounds)
    # blank ones too, which Arrow takes for a row of nulls
    plain: Flags = (lengths > 1) & (lengths <= LONGEST)
    _exclude(plain, data, bounds, b"\r")
    _exclude(plain, data, bounds, _MARK)
    if not data.isascii():
        _exclude_no_text(plain, data, bounds)
    if b'"' in data:
        plain &= _are_well_quoted(data, bounds, delimiter)
    return plain


def _exclude(plain: Flags, data: bytes, bounds: NDArray[np.int64], found: bytes) -> None:
    at = data.find(found)
    while at >= 0:
        record = int(np.searchsorted(bounds, at, "right")) - 1
        plain[record] = False
        at = data.find(found, int(bounds[record + 1]))


def _exclude_no_text(plain: Flags, data: bytes, bounds: NDArray[np.int64]) -> None:
    """Leave records that are no UTF-8 to the reader that says where."""
    at = 0
    while at < len(data):
        try:
            data[at:].decode()
        except UnicodeDecodeError as error:
            record = int(np.searchsorted(bounds, at + error.start, "right")) - 1
            plain[record] = False
            at = int(bounds[record + 1])
        else:
            return


def _are_well_quoted(data: bytes, bounds: NDArray[np.int64], delimiter: str) -> Flags:
    """Tell which records have quotes around whole cells only, and two for each within one."""
    offsets = pa.py_buffer(bounds.astype(np.int32))
    records = pa.Array.from_buffers(
        pa.binary(), len(bounds) - 1, [None, offsets, pa.py_buffer(data)]
    )
    other = r"\t" if delimiter == "\t" else delimiter
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{other}\n]*)'
    found = pc.match_substring_regex(records, rf"^{cell}(?:{other}{cell})*\n?\z")
    flags: Flags = found.to_numpy(zero_copy_only=False)
    return flags


def _take(data: bytes, bounds: NDArray[np.int64], plain: Flags) -> bytes:
    if plain.all():
        return data
    pairs = zip(bounds[:-1][plain].tolist(), bounds[1:][plain].tolist(), strict=True)
    return b"".join([data[start:end] for start, end in pairs])


def _split_cells(data: bytes, form: RowForm) -> tuple[list[Any], list[int]]:
    """Split records into columns of texts; returns also which of them are not as wide."""
    wrong: list[int] = []

    def pass_over(record: Any) -> str:
        wrong.append(record.number - 1)
        return "skip"

    # Arrow wants a name for each column, and a header may repeat none but say anything
    names = [str(at) for at in range(len(form.header))]
    read = csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1)
    parse = csv.ParseOptions(
        delimiter=form.delimiter,
        ignore_empty_lines=False,
        newlines_in_values=True,
        invalid_row_handler=pass_over,
    )
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
        check_utf8=False,
    )
    table = csv.read_csv(pa.py_buffer(data), read, parse, convert)
    return [_whole(column) for column in table.columns], wrong


def _whole(column: Any) -> Any:
    found = column.combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _encode(places: NDArray[np.intp], columns: list[Any], form: RowForm, schema: Schema) -> Table:
    fields: dict[str, Encoded] = {}
    subject: dict[str, Encoded] = {}
    rulebook = None
    for name, column in zip(form.header, columns, strict=True):
        if name == RULEBOOK:
            rulebook = encode_arrow("text", column)
        elif name.startswith(SUBJECT):
            subject[name.removeprefix(SUBJECT)] = encode_arrow("text", column)
        else:
            fields[name] = _encode_cells(schema.types[name], column)
    return Table(places, fields, subject if form.has_subject else None, rulebook)


def _encode_cells(kind: str, column: Any) -> Encoded:
    if kind == "number":
        return encode_number_texts(column)
    return encode_arrow("text", column) if kind == "text" else _encode_booleans(column)


def _encode_booleans(column: Any) -> Encoded:
    present: Flags = pc.is_valid(column).to_numpy(zero_copy_only=False)
    word = pc.index_in(column, pa.array(["false", "true"])).fill_null(-1).to_numpy()
    bad = present & (word < 0)
    codes = np.maximum(word, 0).astype(np.uint8)
    missing = None if (present & ~bad).all() else ~present | bad
    return Encoded(WordColumn(codes, BOOLEANS, missing), bad if bad.any() else None)
