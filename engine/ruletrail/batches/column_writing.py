"""The answers of columns as CSV records or JSON lines, whole columns at a time.

The bytes are those that `writing` gives row by row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.batches.arrow_cells import as_list
from ruletrail.batches.column_missing import MissingLists, join_codes
from ruletrail.batches.dialects import Dialect
from ruletrail.batches.reasons import join_reasons
from ruletrail.batches.writing import (
    Layout,
    quote_text,
    write_carried,
    write_csv_number,
    write_json,
)
from ruletrail.compiled.columns.arrow_outputs import (
    each_word,
    join_present,
    word_array,
    write_lists,
    write_member,
    write_values,
)
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.compiled.columns.outputs import Outputs

Write = Callable[[str], str]


class ColumnWriter:
    """Writes the answers to a layout's columns, whose types are those of an Arrow schema.

    The codes in `numbers` are numbers, also those that a table holds as text.
    """

    def __init__(self, layout: Layout, schema: Any, numbers: frozenset[str]) -> None:
        """Know the columns."""
        self._layout, self._schema, self._numbers = layout, schema, numbers

    def write_records(
        self,
        front: Sequence[Any],
        outputs: Outputs,
        missing: MissingLists,
        reasons: MissingLists,
    ) -> Any:
        """Write CSV records with their line ends, as an array of texts.

        `front` are the columns before the status.
        """
        style = self._layout.style
        outcomes = {**outputs.decisions, **outputs.sections, **outputs.checks}
        cells = [*(write_cells(column, style) for column in front)]
        cells.append(_translate(outputs.status, quote_text))
        cells += [self._styled(code, outputs.values[code]) for code in self._layout.values]
        cells += [_translate(outcomes[code], quote_text) for code in self._layout.outcomes]
        cells += [each_word(texts, quote_text) for texts in self._lists(outputs).values()]
        cells.append(missing.to_texts(_list_cell).dictionary_decode())
        # the line end stands in the last cell, so that no row is copied for it
        if self._layout.has_reasons:
            ended = reasons.to_texts(lambda texts: f"{_reasons_cell(texts)}{style.line_end}")
            cells += ["", ended.dictionary_decode()]
        else:
            cells.append(pa.repeat(style.line_end, outputs.rows))  # that of problems
        return pc.binary_join_element_wise(
            *cells, style.delimiter, null_handling="replace", null_replacement=""
        )

    def write_json_lines(
        self, outputs: Outputs, rows: Any, missing: MissingLists, reasons: MissingLists
    ) -> Any:
        """Write JSON lines, as an array of texts; their numbers and missing codes stand beside."""
        lists = missing.to_texts(lambda codes: write_json(list(codes))).dictionary_decode()
        ends = reasons.to_texts(_end_of_line).dictionary_decode()
        values = [self._member(code, outputs.values[code]) for code in self._layout.values]
        groups: Mapping[str, Mapping[str, WordOutput]] = {
            "decisions": outputs.decisions,
            "sections": outputs.sections,
            "checks": outputs.checks,
        }
        pieces = ['{"row":', rows.cast(pa.string()), ',"status":']
        pieces += [_translate(outputs.status, write_json), ',"values":{', *join_present(values)]
        if self._layout.lists:
            rows_of = [
                pc.binary_join_element_wise(f"{write_json(code)}:", texts, ",", "")
                for code, texts in self._lists(outputs).items()
            ]
            pieces += ['},"lists":{', *join_present(rows_of)]
        for name, group in groups.items():
            codes: Sequence[str] = getattr(self._layout, name)
            members = [_translate(group[code], _member_of(code)) for code in codes]
            pieces += [f'}},"{name}":{{', *join_present(members)]
        return pc.binary_join_element_wise(*pieces, '},"missing":', lists, ends, "")

    def _member(self, code: str, output: Output) -> Any:
        """Write the values of a rule as members of an object, null where there is none."""
        texts = self._texts(code, output, lambda word: write_json({"text": word}))
        return write_member(code, output, texts, write_json)

    def _styled(self, code: str, output: Output) -> Any:
        """Write the values of a rule as cells of CSV."""
        texts, style = self._texts(code, output, quote_text), self._layout.style
        if code not in self._numbers or not style.is_office:
            return texts
        if pa.types.is_string(self._schema.field(code).type):
            return each_word(texts, lambda text: write_csv_number(text, style))
        written = pc.replace_substring(texts, ".", ",")
        if style.delimiter != ",":
            return written
        quoted = pc.binary_join_element_wise('"', written, '"', "")
        return pc.if_else(pc.match_substring(written, ","), quoted, written)

    def _texts(self, code: str, output: Output, write: Write) -> Any:
        """Write the values of a rule, its texts by `write`, null where there is none."""
        return write_values(output, self._schema.field(code).type, write)

    def _lists(self, outputs: Outputs) -> dict[str, Any]:
        return write_lists(outputs.compiled.facts, outputs.lists, write_json)


def write_cells(cells: Any, style: Dialect) -> Any:
    """Write cells that travel, an array or a list, as those of CSV."""
    if isinstance(cells, pa.Array) and pa.types.is_string(cells.type):
        return each_word(cells, lambda text: write_carried(text, style))
    return pa.array([write_carried(cell, style) for cell in as_list(cells)], pa.string())


def _member_of(code: str) -> Write:
    name = f"{write_json(code)}:"
    return lambda word: f"{name}{write_json(word)},"


def _list_cell(codes: tuple[str, ...]) -> str | None:
    written = join_codes(codes)
    return None if written is None else quote_text(written)


def _reasons_cell(reasons: tuple[str, ...]) -> str:
    written = join_reasons(reasons)
    return "" if written is None else quote_text(written)


def _end_of_line(reasons: tuple[str, ...]) -> str:
    return f',"reasons":{write_json(list(reasons))}}}\n' if reasons else "}\n"


def _translate(output: WordOutput, write: Write) -> Any:
    """Make an array of outcomes, each as it is written."""
    return word_array(output, [write(word) for word in output.words]).dictionary_decode()


def join_lines(lines: Any, others: Sequence[bytes], places: NDArray[np.intp]) -> bytes:
    """Put lines, and others written one by one, at their places, and give the bytes of all."""
    if lines is None:
        return b"".join(others)
    lines = lines.cast(pa.binary())
    if others:
        order = np.empty(len(places), np.int64)
        order[places] = np.arange(len(places))
        every = pa.concat_arrays([lines, pa.array(others, pa.binary())])
        lines = every.take(pa.array(order))
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return bytes(memoryview(data)[int(ends[0]) : int(ends[-1])])
