"""A batch of answers as CSV records, whole columns at a time: the bytes that `writing` gives row by row."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ruletrail.batches.writing import Layout, quote_text

_DIGITS_MARK = "E"
"""What Arrow's text of a very small decimal holds, in place of its digits."""


def write_records(batch: Any, layout: Layout, numbers: frozenset[str]) -> list[bytes]:
    """Write the rows of a batch, each with its line end; `numbers` are the codes whose texts are numbers."""
    columns = [
        _texts(column, is_number=name in numbers)
        for name, column in zip(layout.columns, batch.columns, strict=True)
    ]
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return [line.encode("utf-8") + b"\n" for line in lines.to_pylist()]


def _texts(column: Any, *, is_number: bool) -> Any:
    if pa.types.is_decimal(column.type):
        return _plain_decimals(column)
    if pa.types.is_boolean(column.type):
        return column.cast(pa.string())
    if is_number:
        return column
    coded = column.dictionary_encode()
    words = [None if word is None else quote_text(word) for word in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(
        coded.indices, pa.array(words, pa.string())
    ).dictionary_decode()


def _plain_decimals(column: Any) -> Any:
    """Write decimals with the digits that they need: `99` and not `99.00000000`."""
    texts = column.cast(pa.string())
    if column.type.scale == 0:
        return texts
    zero = pa.scalar(0, pa.int8()).cast(column.type)
    # Arrow writes a 0 of eight decimals as 0E-8, and few tables have none
    texts = pc.if_else(pc.equal(column, zero), "0.", texts)
    if pc.any(pc.match_substring(texts, _DIGITS_MARK)).as_py():
        texts = pa.array(
            [None if cell is None else f"{cell:f}" for cell in column.to_pylist()], pa.string()
        )
    return pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")
