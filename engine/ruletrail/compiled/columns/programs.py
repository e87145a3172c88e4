"""The columns' code of a plan for some premises: its tape written, woven, and what its outputs are.

Made once for a plan and the premises, kept by the compiled plan, shared between threads; each run brings its own
buffers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ruletrail.analysis.ir import TypedRulebook
from ruletrail.compiled.columns.assumptions import Premises
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import Cell, TooLarge, has_value
from ruletrail.compiled.columns.columns import Column
from ruletrail.compiled.columns.numpy_codegen import Kind, Strip, Tape, Weave, weave
from ruletrail.compiled.columns.outputs import GAP_WORDS, Output, Outputs, WordOutput
from ruletrail.compiled.columns.step_lowering import BlockRun
from ruletrail.compiled.columns.string_dictionaries import (
    NO_WORDS,
    Parameter,
    Words,
    list_words,
    make_parameter,
)
from ruletrail.fast_dataclasses import dataclass

_MOST_DECIMALS = 18
"""The power of ten of a finite decimal in a column of denominators must fit 63 bits."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a program knows of one rule's output: its scale (None for a pair) and its list of words."""

    scale: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class Program:
    """Code for blocks that meet the premises; it writes the rows trapped, those left over, the status, every column."""

    premises: Premises
    weave: Weave
    parameters: tuple[Parameter, ...]
    written: Mapping[str, Written]

    @property
    def used(self) -> tuple[bool, ...]:
        """Which of the arrays of a table the code reads."""
        return self.weave.inputs

    def buffers(self, rows: int) -> list[Any]:
        """Make the arrays that a run of so many rows writes between."""
        return [np.empty(rows, kind) for kind in self.weave.buffers]

    def make_parameters(self, columns: Mapping[str, Column]) -> list[Any]:
        """Make what depends on the words of a table."""
        return [make_parameter(parameter, columns) for parameter in self.parameters]

    def describe(
        self, outputs: Outputs, columns: Mapping[str, Column], before: Mapping[str, Written]
    ) -> Mapping[str, Written]:
        """Tell the outputs their scales and words; all code of a table must hold them alike, as the code before did."""
        for code, written in self.written.items():
            if before and written != before[code]:
                raise TypeError(f"two codes of one table hold `{code}` in different ways")
            output = outputs.values[code]
            if output.bottoms is None:
                output.scale = written.scale
            if written.words != NO_WORDS:
                output.words = list_words(written.words, columns)
        return self.written


def output_arrays(outputs: Outputs) -> list[Any]:
    """List the arrays that a program writes, in its order, but for the flags."""
    arrays: list[Any] = [outputs.status.codes]
    for output in outputs.values.values():
        arrays += [
            output.values,
            output.states,
            *([] if output.bottoms is None else [output.bottoms]),
        ]
    return [
        *arrays,
        *(output.codes for _, output in outputs.all_outputs() if isinstance(output, WordOutput)),
    ]


def write_program(form: TypedRulebook, premises: Premises, outputs: Outputs) -> Program:
    """Write the program of a plan; `TooLarge` when its numbers would pass 63 bits. `outputs` shows which columns there are."""
    block = Block(premises)
    run = BlockRun(block)
    for step in form.steps:
        run.conclude(step)
    tape = block.tape
    tape.put(0, run.trap, "?")
    tape.put(1, run.leftover, "?")
    tape.put(2, run.status(), "i1")
    writer = _OutputWriter(tape, 3)
    written = {
        code: writer.value(output, block.facts[code]) for code, output in outputs.values.items()
    }
    for code, worded in outputs.all_outputs():
        if isinstance(worded, WordOutput):
            writer.word(worded, block.facts[code])
    return Program(premises, weave(tape, premises.arrays), tuple(block.parameters), written)


@dataclass(slots=True)
class _OutputWriter:
    tape: Tape
    at: int

    def _put(self, value: Any, kind: Kind) -> None:
        self.tape.put(self.at, value, kind)
        self.at += 1

    def value(self, output: Output, cell: Cell) -> Written:
        """Write one rule's values and states, and denominators where nothing rounds it."""
        self._put(self.tape.cast(cell.values, "i8"), "i8")
        self._put(cell.state.value, "u1")
        if output.bottoms is None:
            return Written(cell.scale, cell.words)
        if cell.scale is not None and cell.scale > _MOST_DECIMALS:
            raise TooLarge
        self._put(cell.bottom if cell.scale is None else 10**cell.scale, "i8")
        return Written(None, cell.words)

    def word(self, output: WordOutput, cell: Cell) -> None:
        """Write outcomes; their positions are those of the output's words, the last of which say why there is none."""
        tape = self.tape
        kind: Kind = "i1" if output.codes.dtype == np.int8 else "i2"
        values = tape.cast(cell.values, kind)
        if not cell.state.is_settled:
            # the values are 0 where there is a gap, so what says which gap is added
            shift = len(output.words) - len(GAP_WORDS) - 1
            lacks = tape.emit("logical_not", has_value(tape, cell.state))
            lacks = tape.cast(lacks, kind) if isinstance(lacks, Strip) else int(lacks)
            gaps = tape.emit(
                "add", tape.cast(cell.state.value, kind), tape.emit("multiply", lacks, shift)
            )
            values = tape.emit("add", values, gaps)
        self._put(values, kind)
