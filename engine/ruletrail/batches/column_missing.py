"""Which codes are missing in each row of columns, as JSON: what `writing.find_missing` finds.

The fields that a due section lacks are known by columns. Where something that the rulebook computes
is missing, the compiled function says what it lacks: only such rows are evaluated once more.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.batches.column_writing import join_present
from ruletrail.batches.tables import Flags
from ruletrail.batches.writing import Layout, write_json
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import make_report
from ruletrail.compiled.columns.column_arithmetic import MISSING
from ruletrail.compiled.columns.columns import Column, NumberColumn
from ruletrail.compiled.columns.outputs import NON_VALUE_NAMES, Output, Outputs, WordOutput
from ruletrail.evaluations import evaluate_record
from ruletrail.rulebooks import Message
from ruletrail.values import Missing

_EXACT = Context(prec=40, traps=[Inexact])


def join_codes(lists: Any) -> Any:
    """Write JSON lists of codes as a table does: one after another, and nothing for none."""
    texts = pc.replace_substring(lists, '","', " ")
    texts = pc.utf8_trim(texts, '["]')
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


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

    def find(self, columns: Mapping[str, Column], outputs: Outputs) -> Any:
        """Return an array of texts, a JSON list for each row."""
        lacks = {code: column.missing for code, column in columns.items()}
        gaps, alone = self._find_gaps(lacks, outputs)
        texts = self._write(lacks, outputs, alone)
        rows = np.flatnonzero(gaps & ~alone)
        if not len(rows):
            return texts
        computed = self._of_facts(columns, rows)
        of_sections = map(json.loads, texts.take(pa.array(rows)).to_pylist())
        both = zip(computed, of_sections, strict=True)
        written = [write_json(sorted(codes.union(others))) for codes, others in both]
        chosen = pa.array(gaps & ~alone)
        return pc.replace_with_mask(texts, chosen, pa.array(written, pa.string()))

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

    def _write(self, lacks: Mapping[str, Flags | None], outputs: Outputs, alone: Flags) -> Any:
        """Write what due sections lack, and the one field that anything else does."""
        every = np.ones(outputs.rows, np.bool_)
        due = {code: _where(output, "due") for code, output in outputs.sections.items()}
        read = frozenset(self._read)
        parts = []
        for code in sorted(read.union(self._asking)):
            lacking = lacks.get(code, every)
            if lacking is None:
                continue
            asked = alone if code in read else ~every
            for section in self._asking.get(code, ()):
                asked = asked | due[section]
            if (lacking & asked).any():
                word = pa.scalar(f"{write_json(code)},")
                null = pa.scalar(None, pa.string())
                parts.append(pc.if_else(pa.array(lacking & asked), word, null))
        if not parts:
            return pa.repeat("[]", outputs.rows)
        return pc.binary_join_element_wise("[", *join_present(parts), "]", "")

    def _of_facts(self, columns: Mapping[str, Column], rows: NDArray[np.intp]) -> list[set[str]]:
        """Find what the facts of some rows lack."""
        codes = tuple(columns)
        cells = zip(*(_exact_cells(column, rows) for column in columns.values()), strict=True)
        return [
            self._of_row(dict(zip(codes, held, strict=True)), columns, row)
            for held, row in zip(cells, rows.tolist(), strict=True)
        ]

    def _of_row(
        self, values: Mapping[str, object], columns: Mapping[str, Column], row: int
    ) -> set[str]:
        inputs = self._compiled.prepare_values(values)
        if inputs is None:
            report = make_report(self._compiled, columns, row)
            record = evaluate_record(self._compiled.linked, report)
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
        return {code for fact in facts if isinstance(fact, Missing) for code in fact.codes}


def _where(output: WordOutput, word: str) -> Flags:
    found: Flags = output.codes == output.words.index(word)
    return found


def _is_missing(output: Output | WordOutput) -> Flags:
    if isinstance(output, Output):
        found: Flags = output.states == MISSING
        return found
    # the last words are those of non-values, in the order of their codes
    return _where_code(output, len(output.words) - len(NON_VALUE_NAMES) - 1 + MISSING)


def _where_code(output: WordOutput, code: int) -> Flags:
    found: Flags = output.codes == code
    return found


def _exact_cells(column: Column, rows: NDArray[np.intp]) -> list[Any]:
    """List the exact values of a column in some rows; None where missing."""
    if isinstance(column, NumberColumn):
        cells: list[Any] = column.values[rows].tolist()
        if column.scale:
            cells = [Decimal(cell).scaleb(-column.scale, _EXACT) for cell in cells]
    else:
        cells = [column.words[code] for code in column.codes[rows].tolist()]
    if column.missing is None:
        return cells
    lacks = column.missing[rows].tolist()
    return [None if is_missing else cell for is_missing, cell in zip(lacks, cells, strict=True)]
