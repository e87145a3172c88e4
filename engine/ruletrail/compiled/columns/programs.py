"""The code of a rulebook's columns for some assumptions: lowered, compiled, and what it writes.

Compiled once for a rulebook and the assumptions, kept with the compiled rulebook, shared between
threads: each run brings its own buffers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ruletrail.analysis.ir import TypedRulebook
from ruletrail.compiled.columns.assumptions import Assumptions
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    TooLarge,
    Vector,
    fit,
    has_value,
)
from ruletrail.compiled.columns.columns import (
    NO_DICTIONARY,
    Column,
    Dictionary,
    Parameter,
    list_entries,
    make_parameter,
)
from ruletrail.compiled.columns.numpy_codegen import (
    OF_REPORTS,
    ColumnValue,
    CompiledBlock,
    Dtype,
    SsaBuilder,
    Value,
    compile_block,
)
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.compiled.columns.step_lowering import StepLowering
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of

_MOST_DECIMALS = 18
"""In a column of denominators, the power of ten of a finite decimal must fit int64."""


@dataclass(frozen=True, slots=True)
class OutputEncoding:
    """How a program writes a rule's values: at which scale (None for pairs), which dictionary."""

    scale: int | None
    dictionary: Dictionary


@dataclass(frozen=True, slots=True)
class Program:
    """Code for blocks that meet its assumptions.

    It writes the flags of the rows trapped, of those left over and of those that lack something,
    then `Outputs.list_arrays`.
    """

    assumptions: Assumptions
    compiled: CompiledBlock
    parameters: tuple[Parameter, ...]
    encodings: Mapping[str, OutputEncoding]

    def allocate_buffers(self, rows: Mapping[str, int]) -> list[Any]:
        """Make the arrays for the intermediate results of so many rows of each domain."""
        return [np.empty(rows[domain], dtype) for dtype, domain in self.compiled.buffers]

    def make_parameters(self, columns: Mapping[str, Column]) -> list[Any]:
        """Make the arrays that depend on a table's dictionaries."""
        return [make_parameter(parameter, columns) for parameter in self.parameters]

    def set_encodings(
        self, outputs: Outputs, columns: Mapping[str, Column], before: Mapping[str, OutputEncoding]
    ) -> Mapping[str, OutputEncoding]:
        """Tell the outputs their scales and dictionaries; returns their encodings.

        A `TypeError` where another program wrote rows of this table `before` by other encodings.
        """
        every = dict(outputs.all_values())
        for code, encoding in self.encodings.items():
            if before and encoding != before[code]:
                raise TypeError(f"two programs for one table encode `{code}` in different ways")
            output = every[code]
            if output.bottoms is None:
                output.scale = encoding.scale
            if encoding.dictionary != NO_DICTIONARY:
                output.words = list_entries(encoding.dictionary, columns)
        return self.encodings


def make_program(typed: TypedRulebook, assumptions: Assumptions, outputs: Outputs) -> Program:
    """Lower and compile a rulebook; `TooLarge` where its numbers could pass 63 bits.

    `outputs` shows which columns there are.
    """
    block = Block(assumptions)
    lowering = StepLowering(block)
    for step in typed.steps:
        lowering.conclude(step)
    ssa = block.ssa
    # last, after all steps: outputs are what makes an operation live
    flags = lowering.finish()
    writer = _OutputWriter(ssa)
    for flag in (flags.trap, flags.leftover, flags.lacking):
        writer.put(flag, "?")
    writer.put(flags.status(ssa), "i1")
    # rules first, in the order of `Outputs.list_arrays`
    encodings: dict[str, OutputEncoding] = {}
    for code, values in outputs.all_values():
        ssa.domain = list_of(code)
        encodings[code] = writer.values(values, block.facts[code])
    ssa.domain = OF_REPORTS
    for code, output in outputs.all_outputs():
        if isinstance(output, WordOutput):
            writer.outcomes(output, block.facts[code])
    compiled = compile_block(ssa, assumptions.arrays)
    return Program(assumptions, compiled, tuple(block.parameters), encodings)


@dataclass(slots=True)
class _OutputWriter:
    """Appends the outputs to a program: the flags, then those of `Outputs.list_arrays`, in order.

    Each is an array of what code is made for while it is written.
    """

    ssa: SsaBuilder
    at: int = 0

    def put(self, value: Value, dtype: Dtype) -> None:
        """Write the next output."""
        self.ssa.put(self.at, value, dtype)
        self.at += 1

    def values(self, output: Output, fact: Vector) -> OutputEncoding:
        """Write a rule's values and kind codes, and denominators where nothing rounds it."""
        fit(fact.low, fact.high)  # a constant has met no operation that would have asked
        self.put(self.ssa.cast(fact.values, "i8"), "i8")
        self.put(fact.non_values.codes, "u1")
        if output.bottoms is None:
            return OutputEncoding(fact.scale, fact.dictionary)
        if fact.scale is not None and fact.scale > _MOST_DECIMALS:
            raise TooLarge
        self.put(fact.bottom if fact.scale is None else 10**fact.scale, "i8")
        return OutputEncoding(None, fact.dictionary)

    def outcomes(self, output: WordOutput, fact: Vector) -> None:
        """Write outcomes as indices into the output's dictionary, non-values at its end."""
        ssa = self.ssa
        dtype: Dtype = "i1" if output.codes.dtype == np.int8 else "i2"
        values = ssa.cast(fact.values, dtype)
        if not fact.non_values.is_empty:
            # the values are 0 where there is none, so the index of the non-value is just added
            lacking = ssa.emit("logical_not", has_value(ssa, fact.non_values))
            is_lacking = (
                ssa.cast(lacking, dtype) if isinstance(lacking, ColumnValue) else int(lacking)
            )
            codes = ssa.cast(fact.non_values.codes, dtype)
            index = ssa.emit("add", codes, ssa.emit("multiply", is_lacking, output.shift))
            values = ssa.emit("add", values, index)
        self.put(values, dtype)
