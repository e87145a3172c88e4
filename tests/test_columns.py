"""Columns: SSA programs, which rows take which code, and that assumptions are checked."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import ruletrail
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import running
from ruletrail.compiled.columns.assumptions import make_assumptions, widen
from ruletrail.compiled.columns.column_arithmetic import Vector
from ruletrail.compiled.columns.columns import (
    BOOLEANS,
    ColumnError,
    NumberColumn,
    WordColumn,
)
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, SsaBuilder, compile_block
from ruletrail.compiled.columns.roundings import round_vector
from support.evaluators import compare_columns
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

BOOK = """
language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: prova.schema.json
rules:
  quota: {formula: a / b, round: {decimals: 2, mode: half_up}}
  somma: {formula: a + b + c}
  tripla: {formula: a * 1000000 * 1000000}
decisions:
  grande:
    cases:
      - {outcome: si, when: somma > 10}
      - {outcome: no, when: somma <= 10}
sections:
  parte: {title: Parte, due: t == "SI", fields: [d]}
"""
SCHEMA = """{"type": "object", "properties": {
  "rulebook": {"type": "string"}, "fields": {"type": "object", "properties": {
  "a": {"type": "number"}, "b": {"type": "number"},
  "c": {"type": "number"}, "d": {"type": "number"},
  "t": {"type": "string"}, "v": {"type": "boolean"}}}}}"""


@pytest.fixture
def compiled(tmp_path: Path) -> CompiledRulebook:
    """Compile a small rulebook that divides, adds, multiplies far and asks for a field."""
    (tmp_path / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "prova.schema.json").write_text(SCHEMA, encoding="utf-8")
    return CompiledRulebook(ruletrail.load(tmp_path / "prova.yaml").linked)


@pytest.fixture
def calls(monkeypatch) -> dict[str, list[int]]:
    """Count the rows that each kind of code is given."""
    seen: dict[str, list[int]] = {"usual": [], "careful": [], "row": [], "program": []}
    usual, careful, row, write = (
        running._Job._run_usual,
        running._Job._run_careful,
        running._Job.run_row,
        running.make_program,
    )

    def run_usual(self, rows):
        seen["usual"] += range(rows.start, rows.stop)
        return usual(self, rows)

    def run_careful(self, rows):
        seen["careful"] += [int(each) for each in rows]
        return careful(self, rows)

    def run_row(self, at):
        seen["row"].append(at)
        return row(self, at)

    def make_program(typed, assumptions, outputs):
        seen["program"].append(1)
        return write(typed, assumptions, outputs)

    monkeypatch.setattr(running._Job, "_run_usual", run_usual)
    monkeypatch.setattr(running._Job, "_run_careful", run_careful)
    monkeypatch.setattr(running._Job, "run_row", run_row)
    monkeypatch.setattr(running, "make_program", make_program)
    return seen


def table(**columns):
    """Fill up the columns of the small rulebook."""
    rows = len(next(iter(columns.values())))
    return {
        "a": [1] * rows,
        "b": [2] * rows,
        "c": [3] * rows,
        "d": [4] * rows,
        "t": ["SI"] * rows,
    } | columns


# -- Which rows take which code --------------------------------------------------------------------


def test_only_rows_with_a_non_value_are_computed_again(compiled, calls):
    """A missing number and a divisor of 0 go to the careful code, all others to the usual one."""
    rows = 8
    outputs = running.evaluate_many(
        compiled, table(a=[1, None, 1, 1, 1, 1, 1, 1], b=[2, 2, 2, 0, 2, 2, 2, 2])
    )
    assert calls["usual"] == list(range(rows))
    assert calls["careful"] == [1, 3]
    assert calls["row"] == []
    assert [outputs.values["quota"].state(row) for row in (0, 1, 3)] == [
        "value",
        "missing",
        "error",
    ]
    assert outputs.values["quota"].to_list() == [
        Decimal("0.5"),
        None,
        Decimal("0.5"),
        None,
        *[Decimal("0.5")] * 4,
    ]
    assert outputs.decisions["grande"].to_list()[:4] == ["no", "undetermined", "no", "no"]


def test_a_field_that_only_a_section_asks_for_is_no_reason_to_compute_again(compiled, calls):
    """An empty required field leaves a row incomplete without the careful code."""
    outputs = running.evaluate_many(
        compiled, table(d=[4, None, None, 4], t=["SI", "SI", "NO", "NO"])
    )
    assert calls["careful"] == []
    assert outputs.status.to_list() == ["complete", "incomplete", "complete", "complete"]


def test_a_table_of_missing_values_is_not_computed_twice(compiled, calls):
    """Where most rows lack something the usual code does not run at all."""
    running.evaluate_many(compiled, table(a=[None, 1, 1, 1], b=[2, None, 2, 2], c=[3, 3, None, 3]))
    assert calls["usual"] == []
    assert calls["careful"] == [0, 1, 2, 3]


def test_a_column_that_is_not_there_is_missing_everywhere(compiled, calls):
    """Columns left out give the answer of columns of None."""
    full = table(a=[1, 20])
    without = {code: column for code, column in full.items() if code not in ("c", "d")}
    left_out = running.evaluate_many(compiled, without).to_dict()
    assert (
        left_out
        == running.evaluate_many(compiled, {**full, "c": [None, None], "d": [None, None]}).to_dict()
    )
    assert left_out["grande"] == ["undetermined", "undetermined"]


def test_a_row_beyond_63_bits_goes_alone(compiled, calls):
    """One number too large for 64-bit arithmetic costs its own row, not the block's."""
    outputs = running.evaluate_many(compiled, table(a=[1, 2, 9_999_999, 3]))
    assert calls["row"] == [2]
    assert outputs.values["tripla"].to_list() == [
        Decimal(10**12),
        Decimal(2 * 10**12),
        Decimal(9_999_999 * 10**12),
        Decimal(3 * 10**12),
    ]


# -- Assumptions -----------------------------------------------------------------------------------


def test_code_is_kept_for_the_next_table_and_widened_when_numbers_grow(compiled, calls):
    """Numbers of like size share their code; larger ones are noticed, not wrapped around."""
    for _ in range(3):
        assert running.evaluate_many(compiled, table(a=[1, 2, 3])).values["somma"].to_list() == [
            6,
            7,
            8,
        ]
    assert len(calls["program"]) == 1
    most = 1_000_000
    assert running.evaluate_many(compiled, table(a=[1, 2, most])).values["tripla"][2] == Decimal(
        most * 10**12
    )
    assert len(calls["program"]) == 2


def test_a_later_block_may_break_the_assumptions_of_the_first(compiled, calls, monkeypatch):
    """Blocks differ in size and sign; each is exact, with one worker and with two."""
    monkeypatch.setattr(running, "BLOCK_ROWS", 4)
    chosen = [1, 2, 3, 4, 5_000, 6, -7_000_000_000, 8, 9, -1, 0, 12, 13, 10**14, 15]
    expected = [Decimal(number + 5) for number in chosen]
    for workers in (1, 2):
        assert (
            running.evaluate_many(compiled, table(a=chosen), workers=workers)
            .values["somma"]
            .to_list()
            == expected
        )
    assert len(calls["program"]) > 1


@pytest.mark.parametrize("workers", [1, 2])
def test_what_bounds_decided_in_one_block_holds_in_no_other(workers, monkeypatch, tmp_path):
    """A comparison that the first block's numbers decide leaves nothing that reads the field."""
    monkeypatch.setattr(running, "BLOCK_ROWS", 4)
    plan = load_book(
        tmp_path,
        "rules:\n  X: {formula: a > 100}\n  Y: {formula: abs(a) + b}\n"
        "decisions:\n  D: {cases: [{outcome: u, when: a > 100}, {outcome: v, otherwise: true}]}\n"
        "checks:\n  C: {severity: error, expect: a <= 100}\n",
    )
    numbers = [1, 2, 3, 4, 200, 5, -7, 10**14, 0, 101, 100]
    outputs = plan.evaluate_many({"a": numbers, "b": [0] * len(numbers)}, workers=workers)
    for row, number in enumerate(numbers):
        fields = {"a": number, "b": 0}
        alone = plan.evaluate({"rulebook": "prova/2024", "subject": {}, "fields": fields})
        found = (outputs.status[row], outputs.values["X"][row], outputs.values["Y"][row])
        assert found == (alone.status, alone.values["X"], alone.values["Y"]), number
        assert outputs.decisions["D"][row] == alone.decisions["D"], number
        assert outputs.checks["C"][row] == alone.checks["C"], number


def test_words_joined_again_and_again_are_one_flat_list():
    """Rules that read one another's words share them: thirty pairs were never done with."""
    pairs = {"x0": {"formula": "T"}, "y0": {"formula": '"a"'}}
    for at in range(1, 31):
        one, other = f"x{at - 1}", f"y{at - 1}"
        pairs[f"x{at}"] = {"formula": f"{one} if N > {at} else {other}"}
        pairs[f"y{at}"] = {"formula": f"{other} if N > {at} else {one}"}
    chain = {"w0": {"formula": "T"}}
    for at in range(1, 600):
        chain[f"w{at}"] = {"formula": f'w{at - 1} if N > {at} else "a{at}"'}
    fields = {"T": {"type": "string"}, "N": {"type": "number"}}
    for rules, last in ((pairs, "x30"), (chain, "w599")):
        plan = load_text(rulebook_text({"rules": rules}), schema_of(fields))
        found = plan.evaluate_many({"T": ["SI", "NO", None], "N": [0, 700, 12]}).values[last]
        for row, report in enumerate(({"T": "SI", "N": 0}, {"T": "NO", "N": 700}, {"N": 12})):
            alone = plan.evaluate({"rulebook": "prova/2024", "fields": report})
            assert found[row] == alone.values.get(last)


def test_bounds_are_rounded_up_with_their_sign():
    """Numbers of one size share assumptions; a negative one is another case."""
    assert widen(((0, 9),)) == widen(((0, 15),)) == ((0, 15),)
    assert widen(((0, 9),), ((-1, 0),)) == ((-15, 15),)
    assert widen(((0, 2**62),)) == ((0, 2**63 - 1),)


def test_assumptions_tell_tables_apart():
    """Code is kept by scale, missing rows, declared decimals and lengths of texts."""
    number = NumberColumn(np.zeros(2, np.int64))
    text = WordColumn(np.zeros(2, np.int8), ("SI", "NO"))
    tables = [
        {"a": number},
        {"a": replace(number, scale=2)},
        {"a": replace(number, missing=np.array([True, False]))},
        {"a": replace(number, decimals=np.zeros(2, np.int8))},
        {"a": text},
        {"a": replace(text, words=("SI", "un testo lungo"))},
        {"a": WordColumn(np.zeros(2, np.uint8), BOOLEANS)},
        {"b": number},
    ]
    keys = [
        make_assumptions(columns, ((0, 15),), frozenset(), traps=True).key for columns in tables
    ]
    assert len(set(keys)) == len(tables)


def test_codes_outside_their_dictionary_are_refused(compiled):
    """A code of no entry is a mistake of the caller, found before anything is computed."""
    for codes in ([0, 2], [-1, 0]):
        with pytest.raises(ValueError, match="`t` has codes outside"):
            running.evaluate_many(
                compiled, {"t": WordColumn(np.array(codes, np.int32), ("SI", "NO"))}
            )


@pytest.mark.parametrize(
    "words",
    [
        ("SI", "SI"),
        ("SI", "NO", "SI"),
        ("e\u0301", "SI"),
        ("é", "e\u0301"),
        ("SI", 1),
        ("SI", None),
    ],
)
def test_words_that_codes_do_not_tell_apart_are_refused(words, compiled):
    """`T == "SI"` was false where the first of two equal words stood."""
    column = WordColumn(np.array([0, 1], np.int32), words)
    with pytest.raises(ColumnError, match=r"`t` holds .* among its words") as caught:
        running.evaluate_many(compiled, table(a=[1, 1]) | {"t": column})
    assert caught.value.row is None


def test_codes_of_every_width(compiled):
    """Codes may be signed or unsigned bytes, or wider; they may exceed a signed byte."""
    dictionary = ("SI", *(f"parola {at}" for at in range(199)))
    for kind in (np.uint8, np.int16, np.uint16, np.int32, np.int64):
        column = WordColumn(np.array([0, 199, 0, 128], kind), dictionary)
        outputs = running.evaluate_many(compiled, table(a=[1] * 4) | {"t": column})
        assert outputs.sections["parte"].to_list() == ["due", "not_due", "due", "not_due"], kind


# -- SSA programs ----------------------------------------------------------------------------------


def test_ssa_records_nothing_twice_and_folds_what_is_known():
    """Equal operations are one value; constants, neutral operands and opposites are folded."""
    ssa = SsaBuilder()
    one, two = ssa.source("input", 0, "i8"), ssa.source("input", 1, "i8")
    assert ssa.emit("add", one, two) is ssa.emit("add", one, two)
    assert ssa.emit("add", 3, 4) == 7
    assert ssa.emit("multiply", one, 1) is one
    less = ssa.emit("less", one, two)
    assert isinstance(less, ColumnValue)
    assert ssa.emit("greater_equal", one, two) is ssa.emit("logical_not", less)
    assert ssa.emit("logical_and", less, ssa.emit("logical_not", less)) is False
    assert ssa.emit("logical_or", less, ssa.emit("logical_not", less)) is True
    assert ssa.emit("equal", ssa.cast(less, "u1"), 0) is ssa.emit("logical_not", less)


def test_what_nothing_reads_is_not_printed():
    """Operations without a reader are left out, and so are the inputs that only they read."""
    ssa = SsaBuilder()
    one, two = ssa.source("input", 0, "i8"), ssa.source("input", 1, "i8")
    ssa.emit("add", one, two)
    ssa.put(0, ssa.emit("negative", one), "i8")
    compiled_block = compile_block(ssa, 2)
    assert compiled_block.inputs == (True, False)
    assert "add(" not in compiled_block.source
    answer = np.zeros(2, np.int64)
    assert compiled_block.run([np.array([1, -2])], [], [answer], []) is True
    assert answer.tolist() == [-1, 2]


def test_a_guard_stays_though_nothing_reads_its_input():
    """Its bounds may have decided what was read of it."""
    ssa = SsaBuilder()
    ssa.guard(ssa.source("input", 0, "i8"), 0, 10)
    ssa.put(0, 1, "i8")
    compiled_block = compile_block(ssa, 2)
    answer = np.zeros(2, np.int64)
    assert compiled_block.run([np.array([1, 10])], [], [answer], []) is True
    assert compiled_block.run([np.array([1, 11])], [], [answer], []) is False


def test_a_buffer_is_used_again_only_after_its_last_use():
    """A long chain needs few buffers, and a value that is read late keeps its own."""
    ssa = SsaBuilder()
    first = ssa.emit("add", ssa.source("input", 0, "i8"), 1)
    value = first
    for _ in range(50):
        value = ssa.emit("add", ssa.emit("negative", value), 3)
    ssa.put(0, ssa.emit("subtract", value, first), "i8")
    compiled_block = compile_block(ssa, 1)
    assert len(compiled_block.buffers) == 2
    answer = np.zeros(3, np.int64)
    compiled_block.run(
        [np.array([0, 5, -9])],
        [],
        [answer],
        [np.zeros(3, np.int64) for _ in compiled_block.buffers],
    )
    assert answer.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("low", "high", "values", "holds"),
    [(0, 7, [0, 7], True), (0, 7, [8], False), (0, 7, [-1], False), (-7, 7, [-8], False)],
)
def test_a_guard_refuses_what_lies_outside(low, high, values, holds):
    """A block with one number outside its bounds is refused, whatever its sign."""
    ssa = SsaBuilder()
    column = ssa.source("input", 0, "i8")
    ssa.guard(column, low, high)
    ssa.put(0, ssa.emit("negative", column), "i8")
    assert (
        compile_block(ssa, 1).run([np.array(values)], [], [np.zeros(len(values), np.int64)], [])
        is holds
    )


def test_a_rounded_negative_number_is_compared_by_what_it_is():
    """Bounds of a quotient reach back to 0, so that bounds decide no comparison wrongly."""
    rounded = round_vector(SsaBuilder(), Vector(-1005, 3, -1005, -1005), 0, "floor")
    assert (rounded.values, rounded.low <= -2 <= rounded.high) == (-2, True)
    for mode in ("floor", "ceiling", "up", "down", "half_up", "half_even"):
        for top in (-1005, -400, 0, 400, 1005):
            rounded = round_vector(SsaBuilder(), Vector(top, 3, top, top), 0, mode)
            assert rounded.low <= rounded.values <= rounded.high, (mode, top)


# -- What two programs of one table must encode alike ----------------------------------------------


def load_book(folder: Path, text: str) -> ruletrail.Plan:
    """Load a rulebook with a few lines of entries."""
    head = BOOK.split("rules:", maxsplit=1)[0]
    (folder / "prova.yaml").write_text(head + text, encoding="utf-8")
    (folder / "prova.schema.json").write_text(
        SCHEMA.replace('"v"', '"u": {"type": "string"}, "v"'), encoding="utf-8"
    )
    return ruletrail.load(folder / "prova.yaml")


def compare_rows(plan: ruletrail.Plan, columns: dict[str, list[object]]) -> None:
    """Assert that every row of a table is what its report alone comes to."""
    outputs = plan.evaluate_many(columns)
    for row in range(len(next(iter(columns.values())))):
        fields = {code: column[row] for code, column in columns.items() if column[row] is not None}
        alone = plan.evaluate({"rulebook": "prova/2024", "subject": {}, "fields": fields})
        assert outputs.status[row] == alone.status
        assert {
            code: output[row] for code, output in outputs.values.items() if output[row] is not None
        } == dict(alone.values), row
        assert {code: output[row] for code, output in outputs.decisions.items()} == dict(
            alone.decisions
        ), row


@pytest.mark.parametrize("function", ["if_missing", "default"])
def test_texts_in_the_place_of_others_keep_their_entries(function, tmp_path):
    """Rows that lack a text and rows that have it index one dictionary, whichever began."""
    plan = load_book(
        tmp_path,
        "rules:\n  q: {formula: t, when: v}\n"
        f"  x: {{formula: 'if_missing({function}(q, u), u)'}}\n",
    )
    compare_rows(
        plan,
        {
            "t": ["p", "q", "p", "q", None],
            "u": ["q", "p", "q", "p", "p"],
            "v": [True, True, True, False, True],
        },
    )


_NEVER = {
    "missing first": {"when": "F > 0", "not_encoded": "x"},
    "not applicable first": {"when": "F >= 0", "not_encoded": "x"},
    "negated": {"formula": "-N", "when": "F > 0"},
    "denied": {"formula": "not N", "when": "F > 0"},
    "chosen": {"formula": "N if P else N", "when": "F > 0"},
}
_IN_ITS_PLACE = {
    "number": "1.25", "field": "F", "quotient": "F / 3", "text": '"none"', "word": "T",
    "boolean": "true", "truth": "P", "nothing": "N", "words": 'if_missing(T, "abc")',
}  # fmt: skip


@pytest.mark.parametrize("block", [2, 32_768])
@pytest.mark.parametrize("second", _IN_ITS_PLACE)
@pytest.mark.parametrize("first", _NEVER)
def test_what_is_never_a_value_has_the_form_of_what_stands_in_its_place(
    first, second, block, monkeypatch
):
    """Rows that replace and rows that need not are written alike: of every kind, in both orders."""
    monkeypatch.setattr("ruletrail.compiled.columns.running.BLOCK_ROWS", block)
    other = _IN_ITS_PLACE[second]
    kinds = {"negated": ("number", "field", "quotient", "nothing")}
    kinds["denied"] = ("boolean", "truth", "nothing")
    if second not in kinds.get(first, _IN_ITS_PLACE):
        return  # the language refuses to mix kinds
    rules = {"N": {"not_encoded": "y"}, "A": _NEVER[first], "V": {"formula": other, "when": "P"}}
    for function in ("default", "if_missing"):
        rules[f"B_{function}"] = {"formula": f"{function}(A, {other})"}
        rules[f"C_{function}"] = {"formula": f"{function}(V, A)"}
        rules[f"D_{function}"] = {"formula": f"{function}({function}(A, V), {other})"}
    fields = {"F": {"type": "number"}, "P": {"type": "boolean"}, "T": {"type": "string"}}
    plan = load_text(rulebook_text({"rules": rules}), schema_of(fields))
    rows = [
        {"F": number, "P": truth, "T": word}
        for number in (*[1] * 6, -1, 2, None, -3)
        for truth, word in ((True, "SI"), (False, None))
    ]
    reports = [
        plan.read(
            {"rulebook": REFERENCE, "fields": {k: v for k, v in row.items() if v is not None}}
        )
        for row in rows
    ]
    compare_columns(CompiledRulebook(plan.linked), reports)


def test_a_quotient_in_the_place_of_a_number_keeps_its_scale(tmp_path):
    """A number that might have been replaced by a quotient is rounded like one."""
    plan = load_book(
        tmp_path,
        "rules:\n  x: {formula: 'if_missing(a, b / c)', round: {decimals: 4, mode: half_up}}\n",
    )
    compare_rows(plan, {"a": [1, 2, 3, 4, 5, None], "b": [1] * 6, "c": [3] * 6})


def test_a_decision_with_two_cases_always_true_is_an_error_where_it_is_read(tmp_path):
    """The sum of two outcomes' indices is in no dictionary, and is looked up in none."""
    cases = (
        "cases: [{outcome: x, when: a > 3}, {outcome: y, when: 'true'}, {outcome: z, when: 'true'}]"
    )
    plan = load_book(
        tmp_path,
        f"decisions:\n  k: {{{cases}}}\n"
        "rules:\n  l: {formula: length(k)}\n  e: {formula: k == 'x'}\n",
    )
    compare_rows(plan, {"a": [1, 5]})
    assert plan.evaluate_many({"a": [1, 5]}).decisions["k"].to_list() == ["error", "error"]


def test_what_an_array_masks_is_missing(tmp_path):
    """A masked number or boolean is not there, whatever stands behind the mask."""
    plan = load_book(tmp_path, "rules:\n  x: {formula: a + b}\n  y: {formula: not v}\n")
    masked = {
        "a": np.ma.masked_array([1, 2, 3], [0, 1, 0]),
        "b": np.ma.masked_array([0.5, 1.5, 2.5], [0, 0, 1]),
        "v": np.ma.masked_array([True, True, False], [0, 1, 0]),
    }
    outputs = plan.evaluate_many(masked)
    assert outputs.values["x"].to_list() == [Decimal("1.5"), None, None]
    assert outputs.values["y"].to_list() == [False, None, True]


def test_programs_of_one_table_that_disagree_are_a_defect_and_no_answer(compiled):
    """Were two programs to write an output at different scales, the table would fail."""
    outputs = running.evaluate_many(compiled, table(a=[1]))
    program = next(iter(compiled.programs.values()))
    other = {code: replace(each, scale=9) for code, each in program.encodings.items()}
    with pytest.raises(TypeError, match="in different ways"):
        program.set_encodings(outputs, {}, other)


@pytest.mark.parametrize("words", [None, ["SI", "NO", "SI"], ["SI", None, "una parola lunga"]])
@pytest.mark.parametrize("least", [1, 3, 4, 7, 16])
def test_words_of_several_lists_are_as_long_as_the_longest_of_them(words, least):
    """A word of the rulebook joined with a column's: its length was held to the column's bound."""
    entries = {
        "rules": {
            "X": {"formula": "length(if_missing(S, T))"},
            "Y": {"formula": f"length(default(S, T)) > {least}"},
        },
        "sections": {"S": {"title": "t", "due": "P or P"}},
    }
    fields = {"P": {"type": "boolean"}, "T": {"type": "string"}}
    plan = load_text(rulebook_text(entries), schema_of(fields))
    columns = {"P": [True, False, None]}
    compare_rows(plan, columns if words is None else {**columns, "T": words})
