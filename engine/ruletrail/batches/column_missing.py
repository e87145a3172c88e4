"""Which codes are missing in each row of columns: what `writing.find_missing` finds.

The fields that a due section lacks are known by columns. Where something that the rulebook computes
is missing, the compiled function says what it lacks: only such rows are evaluated once more.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.batches.tables import Flags
from ruletrail.batches.writing import Layout
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import make_report
from ruletrail.compiled.columns.column_arithmetic import MISSING
from ruletrail.compiled.columns.columns import Column, NumberColumn, decimals_of
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass
from ruletrail.rulebooks import Message
from ruletrail.values import gather_missing

_EXACT = Context(prec=40, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class MissingLists:
    """Lists of codes, and which of them is that of each row; the first is empty."""

    codes: NDArray[np.int32]
    lists: tuple[tuple[str, ...], ...]

    def to_texts(self, write: Callable[[tuple[str, ...]], str | None]) -> Any:
        """Return an array of texts by index, each list written once."""
        words = [write(codes) for codes in self.lists]
        # Parquet takes no null among the words
        lacking = np.array([word is None for word in words])[self.codes]
        codes = pa.array(self.codes, mask=lacking)
        return pa.DictionaryArray.from_arrays(codes, pa.array([word or "" for word in words]))


def join_codes(codes: Sequence[str]) -> str | None:
    """Write codes as a table does: one after another, and nothing for none."""
    return " ".join(codes) or None


class MissingCodes:
    """Finds the missing codes of a layout's rows."""

    def __init__(self, compiled: CompiledRulebook, layout: Layout) -> None:
        """Know what sections require, and what messages read, which no column shows."""
        linked = compiled.linked
        self._compiled = compiled
        self._asking: dict[str, list[str]] = {}
        """The sections that require a field."""
        for section, codes in layout.required.items():
            for code in codes:
                self._asking.setdefault(code, []).append(section)
        messages = [step.code for step in linked.steps if isinstance(step, Message)]
        given = linked.schema.fields.keys() - linked.rulebook.entries.keys()
        of_messages = {code for message in messages for code in linked.reads[message]}
        self._read_by_messages = given & of_messages
        self._read = sorted(given & {code for codes in linked.reads.values() for code in codes})

    def find(self, columns: Mapping[str, Column], outputs: Outputs) -> MissingLists:
        """Return the codes that each row lacks, sorted.

        Of a form with lists of rows, columns answer those reports alone in which nothing is.
        """
        if self._compiled.linked.schema.lists:
            return MissingLists(np.zeros(outputs.rows, np.int32), ((),))
        lacks = {code: column.missing for code, column in columns.items()}
        gaps, alone = self._find_gaps(lacks, outputs)
        found = list_codes(self._of_columns(lacks, outputs, alone), outputs.rows)
        rows = np.flatnonzero(gaps & ~alone)
        return found if not len(rows) else add_codes(found, rows, self._of_facts(columns, rows))

    def _find_gaps(
        self, lacks: Mapping[str, Flags | None], outputs: Outputs
    ) -> tuple[Flags, Flags]:
        """Tell where something is missing that is computed, and where for one field alone.

        What is missing for a rule are fields, so that where but one of those that are read is not
        there, it is that one.
        """
        rows = outputs.rows
        gaps, maybe, count = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_), np.zeros(rows, int)
        for _, output in outputs.all_outputs():
            gaps |= _is_missing(output)
        for code in self._read:
            lacking = lacks.get(code, np.ones(rows, np.bool_))
            if lacking is not None:
                count += lacking
                if code in self._read_by_messages:
                    maybe |= lacking
        return gaps | maybe, gaps & (count == 1)

    def _of_columns(
        self, lacks: Mapping[str, Flags | None], outputs: Outputs, alone: Flags
    ) -> dict[str, Flags]:
        """Tell where what due sections require is not there, and the one field that else is not."""
        every = np.ones(outputs.rows, np.bool_)
        due = {code: _where(output, "due") for code, output in outputs.sections.items()}
        read = frozenset(self._read)
        found = {}
        for code in sorted(read.union(self._asking)):
            lacking = lacks.get(code, every)
            if lacking is None:
                continue
            asked = alone if code in read else ~every
            for section in self._asking.get(code, ()):
                asked = asked | due[section]
            flags = lacking & asked
            if flags.any():
                found[code] = flags
        return found

    def _of_facts(self, columns: Mapping[str, Column], rows: NDArray[np.intp]) -> list[set[str]]:
        """Find what the facts of some rows lack."""
        codes = tuple(columns)
        cells = zip(*(exact_cells(column, rows) for column in columns.values()), strict=True)
        return [
            self._of_row(dict(zip(codes, held, strict=True)), columns, row)
            for held, row in zip(cells, rows.tolist(), strict=True)
        ]

    def _of_row(
        self, values: Mapping[str, object], columns: Mapping[str, Column], row: int
    ) -> set[str]:
        # what gives up where something is missing is not tried first
        compiled = self._compiled
        is_plain = compiled.is_covered and not compiled.linked.schema.lists
        inputs = compiled.general()[1].prepare_values(values) if is_plain else None
        if inputs is None:
            report = make_report(self._compiled, columns, row)
            record = evaluate_record(self._compiled.linked, report, silent=True)
            facts: Sequence[object] = [each.fact for each in record.conclusions]
        else:
            answer = self._compiled.run(inputs)
            # not their exact values, which takes longer than evaluating
            facts = [
                answer.results[step.function][step.fact.position]
                if step.fact.fact is None
                else step.fact.fact
                for step in answer.function.steps
            ]
        return gather_missing(facts)


def list_codes(flags: Mapping[str, Flags], rows: int) -> MissingLists:
    """List, for each row, the codes whose flag is set; most rows have one of few lists."""
    codes = np.zeros(rows, np.int32)
    if not flags:
        return MissingLists(codes, ((),))
    table = np.array(list(flags.values()))
    odd = np.flatnonzero(table.any(axis=0))
    packed = np.ascontiguousarray(np.packbits(table[:, odd], axis=0).T)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    codes[odd] = places.ravel() + 1
    names = np.array(list(flags), object)
    lists = [tuple(names[table[:, row]].tolist()) for row in odd[first].tolist()]
    return MissingLists(codes, ((), *lists))


def add_codes(
    found: MissingLists, rows: NDArray[np.intp], more: Sequence[set[str]]
) -> MissingLists:
    """Add codes to the lists of some rows."""
    codes = found.codes.copy()
    places = {each: place for place, each in enumerate(found.lists)}
    for row, added in zip(rows.tolist(), more, strict=True):
        joined = tuple(sorted(added.union(found.lists[codes[row]])))
        codes[row] = places.setdefault(joined, len(places))
    return MissingLists(codes, tuple(places))


def _where(output: WordOutput, word: str) -> Flags:
    found: Flags = output.codes == output.words.index(word)
    return found


def _is_missing(output: Output | WordOutput) -> Flags:
    if isinstance(output, Output):
        found: Flags = output.states == MISSING
    else:
        found = output.codes == output.shift + MISSING
    return found


def exact_cells(column: Column, rows: NDArray[np.intp], *, as_written: bool = False) -> list[Any]:
    """List the exact values of a column in some rows; None where missing.

    With `as_written` a number has the decimals that it was written with.
    """
    if isinstance(column, NumberColumn):
        cells: list[Any] = column.values[rows].tolist()
        if column.scale and as_written:
            decimals = [decimals_of(column, row) for row in rows.tolist()]
            pairs = zip(cells, decimals, strict=True)
            cells = [_written_number(cell, column.scale, places) for cell, places in pairs]
        elif column.scale:
            cells = [_exact_number(cell, column.scale) for cell in cells]
    else:
        cells = [column.words[code] for code in column.codes[rows].tolist()]
    if column.missing is None:
        return cells
    lacks = column.missing[rows].tolist()
    return [None if is_missing else cell for is_missing, cell in zip(lacks, cells, strict=True)]


def _written_number(whole: int, scale: int, places: int) -> Decimal:
    """Give the number that a whole one stands for at a scale, with so many decimals."""
    return Decimal(whole).scaleb(-scale, _EXACT).quantize(Decimal(1).scaleb(-places), None, _EXACT)


def _exact_number(whole: int, scale: int) -> int | Decimal:
    """Give the number that a whole one stands for at a scale."""
    number, rest = divmod(whole, 10**scale)
    return Decimal(whole).scaleb(-scale, _EXACT) if rest else number
