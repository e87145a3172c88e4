"""A block of CSV as columns: Arrow splits the cells, all of them texts; numbers are read exactly.

Arrow's reader is laxer than ours about quotes, line ends and blank lines, so only records that both
read alike are given to it. All others go to the reader of single rows.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from ruletrail.batches.dialects import Dialect
from ruletrail.batches.lines import LONGEST, Lines, find_joined
from ruletrail.batches.row_columns import encode_row_texts
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import EncodedList, Flags, Table
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow
from ruletrail.compiled.columns.columns import BOOLEANS, WordColumn
from ruletrail.compiled.columns.number_texts import encode_number_texts
from ruletrail.fast_dataclasses import replace
from ruletrail.schemas import FieldDeclaration, Schema

_FEED, _QUOTE = ord("\n"), ord('"')
_NO_NUMBER = "?"
_MARK = b"\xef\xbb\xbf"


def read_csv(block: Lines, form: RowForm, schema: Schema, carried: Sequence[str] = ()) -> Table:
    """Read the records of a block that are plain, with the columns that travel."""
    data = _recode(block.data, form.dialect.encoding)
    data = data.replace(b"\r\n", b"\n").removesuffix(b"\r")
    bounds = _find_bounds(data, block)
    plain = _find_plain(data, bounds, form.dialect.delimiter)
    places = np.flatnonzero(plain)
    if not len(places):
        return Table(places, {}, {} if form.has_subject else None, None)
    columns, wrong = _split_cells(_take(data, bounds, plain), form)
    places = np.delete(places, wrong)
    if any(len(column) != len(places) for column in columns):
        raise ValueError("Arrow read other records than there are")
    by_name = dict(zip(form.header, columns, strict=True))
    table = _encode(places, by_name, form, schema)
    return replace(table, carried=tuple(by_name[name] for name in carried))


def _recode(data: bytes, encoding: str) -> bytes:
    """Return bytes as UTF-8; those that the encoding has no letter for stay, and are none there."""
    if encoding == "utf-8" or data.isascii():
        return data
    return data.decode(encoding, "surrogateescape").encode("utf-8", "surrogateescape")


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
    if _is_text(data):
        return
    ends = bounds.tolist()
    for record, (begin, end) in enumerate(pairwise(ends)):
        if not _is_text(data[begin:end]):
            plain[record] = False


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


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
        delimiter=form.dialect.delimiter,
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


def _encode(
    places: NDArray[np.intp], columns: Mapping[str, Any], form: RowForm, schema: Schema
) -> Table:
    fields: dict[str, Encoded] = {}
    subject: dict[str, Encoded] = {}
    lists: dict[str, EncodedList] = {}
    rulebook = None
    for name, column in columns.items():
        if name in form.passed:
            continue
        if name == RULEBOOK:
            rulebook = encode_arrow("text", column)
        elif name.startswith(SUBJECT):
            subject[name.removeprefix(SUBJECT)] = encode_arrow("text", column)
        elif name in schema.lists:
            lists[name] = encode_row_texts(schema.lists[name], column)
        else:
            fields[name] = _encode_cells(schema.fields[name], column, form.dialect)
    subjects = subject if form.has_subject else None
    return Table(places, fields, subjects, rulebook, (), lists)


def _encode_cells(declared: FieldDeclaration, column: Any, dialect: Dialect) -> Encoded:
    if declared.type == "number":
        return encode_number_texts(_write_plainly(column, dialect))
    if dialect.is_office and (declared.type == "boolean" or declared.format):
        column = _translate(column, lambda cell: dialect.cell(cell, declared))
    if declared.type == "boolean":
        return _encode_booleans(column)
    return encode_arrow("text", column)


def _translate(column: Any, write: Callable[[str], str | None]) -> Any:
    """Write each text of a column otherwise."""
    coded = column.dictionary_encode()
    words = [write(word) for word in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def _write_plainly(column: Any, dialect: Dialect) -> Any:
    """Write numbers as reports do; what is none of this file becomes a text that is none at all."""
    sign, other = (",", ".") if dialect.decimal == "comma" else (".", ",")
    has_sign, has_other = (_holds(column, each) for each in (sign, other))
    if not has_other and (not has_sign or dialect.decimal == "point"):
        return column
    grammar = dialect.grammar()
    plain = column if grammar is None else pc.replace_substring(column, other, "")
    if sign == ",":
        plain = pc.replace_substring(plain, ",", ".")
    if grammar is None:
        return plain
    is_number = pc.match_substring_regex(column, rf"^(?:{grammar})\z")
    return pc.if_else(is_number, plain, pa.scalar(_NO_NUMBER, column.type))


def _holds(column: Any, sign: str) -> bool:
    return bool(pc.any(pc.match_substring(column, sign)).as_py())


def _encode_booleans(column: Any) -> Encoded:
    present: Flags = pc.is_valid(column).to_numpy(zero_copy_only=False)
    word = pc.index_in(column, pa.array(["false", "true"])).fill_null(-1).to_numpy()
    bad = present & (word < 0)
    codes = np.maximum(word, 0).astype(np.uint8)
    missing = None if (present & ~bad).all() else ~present | bad
    return Encoded(WordColumn(codes, BOOLEANS, missing), bad if bad.any() else None)
