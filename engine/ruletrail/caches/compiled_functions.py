"""Compiled functions to bytes and back, so that a cold start compiles nothing.

Where values are and which constants the code names is a table like a linked rulebook's; the code is
Python's own bytecode, written as `__pycache__` writes it. Which Python may read it stands in the
entry's name.
"""

import json
import marshal
from collections.abc import Sequence
from types import CodeType
from typing import Any

from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.caches.entries import LARGEST_ENTRY
from ruletrail.caches.record_codec import Codec, UnknownClassError
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.answers import PreparedFunction, TrailCodes
from ruletrail.compiled.functions import Function, make_functions
from ruletrail.compiled.inputs import Preparer
from ruletrail.compiled.row_facts import RowFacts
from ruletrail.compiled.slots import ClauseSlots, GatherSlots, Slot, StepSlots
from ruletrail.linking import LinkedRulebook
from ruletrail.values import ErrorValue, Missing, NotApplicable, NotEncoded

_CODEC = Codec(
    (
        TypedField, TypedList, Interval, Slot, ClauseSlots, GatherSlots, Missing, NotApplicable,
        NotEncoded, ErrorValue, RowFacts,
    ),
    {},
)  # fmt: skip


def encode_functions(compiled: CompiledRulebook) -> bytes | None:
    """Write both functions of a rulebook; None where no entry can hold them."""
    if not compiled.is_covered:
        return None
    usual = compiled.usual, compiled.usual_preparer
    try:
        tables = [_write_table(usual)]
        # they are about as large as each other, and one that is not kept is not worth making
        if 2 * len(tables[0]) > LARGEST_ENTRY:
            return None
        tables.append(_write_table(compiled.general()))
    except UnknownClassError:
        return None
    return b"\n".join(
        [*tables, marshal.dumps([function.codes for function, _ in (usual, compiled.general())])]
    )


def decode_functions(content: bytes, linked: LinkedRulebook) -> CompiledRulebook | None:
    """Read the functions of a rulebook; None where the bytes hold none.

    The one for any report is made of the same bytes when a report first needs it: no file is read
    and nothing compiled then.
    """
    try:
        *tables, written = content.split(b"\n", 2)
        codes = marshal.loads(written)  # noqa: S302 - from a file proven to be the user's own, as Python's own bytecode is

        def make_function(is_usual: bool) -> PreparedFunction:  # noqa: FBT001 - the one thing that is asked
            at = 0 if is_usual else 1
            return _read_function(linked, tables[at], codes[at], is_usual=is_usual)

        return CompiledRulebook(linked, make_function)
    except (TypeError, ValueError, KeyError, IndexError, EOFError, ArithmeticError):
        return None


def encode_trails(compiled: CompiledRulebook) -> bytes:
    """Write the code that writes the trails of a plan's functions, which is made now."""
    return marshal.dumps(compiled.compile_trails())


def decode_trails(content: bytes) -> TrailCodes | None:
    """Read the code that writes trails; None when the bytes hold none."""
    try:
        usual, general = marshal.loads(content)  # noqa: S302 - the same
    except (TypeError, ValueError, EOFError):
        return None
    return usual, general


def _write_table(kept: PreparedFunction) -> bytes:
    function, preparer = kept
    steps = tuple(
        (
            s.entry.code,
            s.function,
            s.fact,
            s.clauses,
            s.truths,
            s.agreement,
            s.unrounded,
            s.rows,
            s.all_rows,
        )
        for s in function.steps
    )
    parts = (
        function.exports,
        preparer.assumed,
        tuple(preparer.fields.values()),
        tuple(preparer.lists.values()),
        tuple(map(dict, function.constants)),
        steps,
    )
    return json.dumps(_CODEC.encode(parts), ensure_ascii=False, separators=(",", ":")).encode()


def _read_function(
    linked: LinkedRulebook, table: bytes, codes: Sequence[CodeType], *, is_usual: bool
) -> PreparedFunction:
    parts: tuple[Any, ...] = _CODEC.decode(json.loads(table))
    exports, assumed, fields, of_rows, constants, listed = parts
    entries = linked.rulebook.entries
    steps = tuple([StepSlots(entries[code], *places) for code, *places in listed])
    preparer = Preparer(
        {field.code: field for field in fields},
        assumed,
        {list_.code: list_ for list_ in of_rows},
        is_usual=is_usual,
    )
    function = Function(
        linked,
        make_functions(preparer.inputs, codes, constants),
        steps,
        exports,
        tuple(codes),
        constants,
    )
    return function, preparer
