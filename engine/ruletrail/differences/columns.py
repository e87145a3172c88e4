"""Many reports by columns, by both rulebooks: outcomes compared as arrays, exactly.

Rows that columns do not vouch for, in either form, are left to `rows`. Needs numpy and pyarrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.batches.arrow_cells import as_list, carry_column
from ruletrail.batches.cells import Carried
from ruletrail.batches.csv_columns import read_csv
from ruletrail.batches.json_columns import read_json_lines
from ruletrail.batches.lines import Lines
from ruletrail.batches.parts import rows_of
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import Part, Rows, Stretch
from ruletrail.batches.sheet_columns import read_sheet_rows
from ruletrail.batches.steady_columns import SteadyColumns
from ruletrail.batches.sure_rows import SureRows
from ruletrail.batches.table_columns import read_table
from ruletrail.batches.tables import Flags, Table
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.differences.impacts import VALUE, Tally, Who, word_of_text
from ruletrail.differences.reach import STATUS
from ruletrail.differences.rows import Forms, RowComparer, name_subject
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook
from ruletrail.references import parse_reference
from ruletrail.values import to_json, write_number

Places = NDArray[np.intp]
_MOST = 2**61
"""Numbers below this size can be subtracted, and doubled, in 64 bits."""


class _Side:
    """One rulebook as a reader of columns; not for sharing between threads."""

    def __init__(self, comparer: RowComparer, at: int, form: RowForm) -> None:
        self.plan, self.form = comparer.pair.plans[at], form
        linked = self.plan.linked
        self.linked: LinkedRulebook = linked
        self._sure = SureRows(linked, form)
        self._steady = SteadyColumns()
        self._references = {
            graph.linked.rulebook.identity.reference for graph in comparer.pair.graphs
        }

    def read(self, part: Part, carried: Carried) -> Table:
        """Read rows as columns of this rulebook's fields."""
        schema, names = self.linked.schema, carried.names
        if isinstance(part, Stretch):
            cells = (part.batch.column(self.form.places[name]) for name in names)
            return read_table(
                part, self.form, schema, tuple(carry_column(each, "csv") for each in cells)
            )
        if isinstance(part, Rows):
            return read_sheet_rows(part.rows, self.form, schema, names)
        if not isinstance(part, Lines):
            raise TypeError("rows of a file are read before they are answered")
        if self.form.form == "csv":
            return read_csv(part, self.form, schema, names)
        return read_json_lines(part, schema, names)

    def find_sure(self, table: Table) -> Flags:
        """Tell which rows are surely reports of this form, whichever rulebook they name."""
        named = table.rulebook
        if named is None:
            return self._sure.find(table)
        own = self.linked.rulebook.identity.reference
        rows = len(table.places)
        sure = self._are_ours(named.column, rows)
        for flags in (named.bad, named.nan):
            sure = sure if flags is None else sure & ~flags
        # the schema judges the name of the rulebook too: that of this one, in all rows
        column = WordColumn(np.zeros(rows, np.int8), (own,))
        return sure & self._sure.find(replace(table, rulebook=replace(named, column=column)))

    def _are_ours(self, column: Column, rows: int) -> Flags:
        if not isinstance(column, WordColumn):
            return np.zeros(rows, np.bool_)
        found = [parse_reference(str(word)) for word in column.words]
        ours = [each is not None and f"{each.name}/{each.edition}" in self._references
                for each in found]  # fmt: skip
        named: Flags = np.array(ours or [False], np.bool_)[column.codes]
        return named if column.missing is None else named & ~column.missing

    def evaluate(self, table: Table, rows: Places) -> Outputs:
        """Evaluate some rows of a table."""
        columns = {code: _take(each.column, rows) for code, each in table.fields.items()}
        settled: Mapping[str, Column] = self._steady.settle(columns)
        return evaluate_many(self.plan.functions, settled)


class ColumnComparer:
    """Compares pieces of an input by columns; what these do not do goes row by row."""

    def __init__(self, rows: RowComparer, forms: Forms, carried: Carried) -> None:
        """Prepare for the rows of one input."""
        self.rows, self.forms, self.carried = rows, forms, carried
        self._sides = [_Side(rows, at, form) for at, form in enumerate(forms)]
        self._told: set[tuple[str, str, str]] = set()
        schemas = [side.linked.schema for side in self._sides]
        self._is_one_form = schemas[0].content == schemas[1].content and forms[0] == replace(
            forms[1], rulebook=forms[0].rulebook
        )
        self._codes = [code for code in rows.codes if "." not in code]
        self._has_lists = any(schema.lists for schema in schemas)
        """Columns compare fields alone: what rests on the rows of a list goes row by row."""

    def compare(self, part: Part) -> Tally:
        """Count what both rulebooks make of some rows."""
        tally = Tally()
        done = self._by_columns(part, tally)
        if len(done) == len(part):
            return tally
        left = np.ones(len(part), np.bool_)
        left[done] = False
        for at, raw in enumerate(rows_of(part)):
            if left[at]:
                self.rows.add_row(raw, self.forms, self.carried, tally)
        return tally

    def _by_columns(self, part: Part, tally: Tally) -> Places:
        """Compare the rows that both forms surely admit; return their places."""
        none = np.zeros(0, np.intp)
        if self._has_lists or (isinstance(part, Rows) and self.forms[0].form != "xlsx"):
            return none
        first, second = self._sides
        old = first.read(part, self.carried)
        new = old if self._is_one_form else second.read(part, self.carried)
        sure = [side.find_sure(table) for side, table in zip(self._sides, (old, new), strict=True)]
        places, one, other = np.intersect1d(
            old.places[sure[0]], new.places[sure[1]], assume_unique=True, return_indices=True
        )
        if not len(places) or not (old.fields and new.fields):
            return none
        rows = np.flatnonzero(sure[0])[one], np.flatnonzero(sure[1])[other]
        answers = first.evaluate(old, rows[0]), second.evaluate(new, rows[1])
        tally.reports += len(places)
        tally.compared += len(places)
        found = _Found(part, places, rows[1], new)
        self._compare_all(answers, found, tally)
        return places

    def _compare_all(self, answers: tuple[Outputs, Outputs], found: "_Found", tally: Tally) -> None:
        changed = np.zeros(len(found.places), np.bool_)
        tables = [_outputs_by_code(each) for each in answers]
        for code in self._codes:
            old, new = (table.get(code) for table in tables)
            if old is None and new is None:
                continue
            differs = _differing(old, new, len(changed))
            if differs.any():
                changed |= differs
                self._count(code, (old, new), np.flatnonzero(differs), found, tally)
        tally.changed += int(np.count_nonzero(changed))

    def _count(
        self, code: str, outputs: "tuple[_Column, _Column]", rows: Places, found: "_Found",
        tally: Tally,
    ) -> None:  # fmt: skip
        """Count how one outcome changed in some rows."""
        words = [_words_of(output, rows) for output in outputs]
        for pair, chosen in _split(words, rows):
            key = (code, *pair)
            transition = tally.at(key)
            transition.count += len(chosen)
            if pair == (VALUE, VALUE):
                moved = _moves(outputs, chosen)
                if moved is not None:
                    transition.add_numbers(*moved)
            room = None if self.rows.most is None else self.rows.most - len(transition.who)
            transition.who += [self._who(outputs, row, found) for row in chosen[:room].tolist()]
            if key not in self._told:
                self._told.add(key)
                step, because = self._parting(found, int(chosen[0]))
                transition.step, transition.because = step, because

    def _who(self, outputs: "tuple[_Column, _Column]", row: int, found: "_Found") -> Who:
        subject = name_subject(self.carried.names, found.cells(row))
        old, new = (_show(output, row) for output in outputs)
        return Who(found.number(row), "", subject, old, new)

    def _parting(self, found: "_Found", row: int) -> tuple[str, str]:
        """Find where the trails of one row part: it is read and evaluated by itself."""
        place, alone = int(found.places[row]), Tally()
        raw = next(raw for at, raw in enumerate(rows_of(found.part)) if at == place)
        self.rows.add_row(raw, self.forms, self.carried, alone)
        first = next(iter(alone.transitions.values()), None)
        return (first.step, first.because) if first is not None else ("", "")


class _Found:
    """Rows that were compared by columns: their places in the piece, and how to name one."""

    def __init__(self, part: Part, places: Places, rows: Places, table: Table) -> None:
        self.part, self.places, self._rows, self._table = part, places, rows, table
        self._lists: list[list[object]] | None = None

    def cells(self, row: int) -> tuple[object, ...]:
        """Give the cells by which somebody recognises a row."""
        if self._lists is None:
            self._lists = [as_list(each) for each in self._table.carried]
        return tuple(each[int(self._rows[row])] for each in self._lists)

    def number(self, row: int) -> int:
        """Give the number of a row in the input, from 1."""
        place = int(self.places[row])
        if isinstance(self.part, Stretch):
            return self.part.number(place)
        if isinstance(self.part, Rows):
            return self.part.rows[place].row
        return place + self.part.after.rows - len(self.part) + 1


_Column = Output | WordOutput | None


def _outputs_by_code(outputs: Outputs) -> dict[str, Output | WordOutput]:
    return {STATUS: outputs.status, **dict(outputs.all_outputs())}


def _take(column: Column, rows: Places) -> Column:
    """Take rows of a column, none of which is kept beside it."""
    missing = column.missing[rows] if column.missing is not None else None
    if isinstance(column, WordColumn):
        return WordColumn(column.codes[rows], column.words, missing)
    decimals = column.decimals[rows] if column.decimals is not None else None
    return NumberColumn(column.values[rows], column.scale, missing, {}, decimals)


# -- Comparing columns -----------------------------------------------------------------------------


def _differing(old: _Column, new: _Column, rows: int) -> Flags:
    """Tell in which rows two columns differ; one that is not there differs in all."""
    if old is None or new is None or type(old) is not type(new):
        return np.ones(rows, np.bool_)
    if isinstance(old, WordOutput) and isinstance(new, WordOutput):
        return _differing_words(old, new)
    if isinstance(old, Output) and isinstance(new, Output):
        return _differing_values(old, new)
    raise TypeError("a column is of words or of values")


def _differing_words(old: WordOutput, new: WordOutput) -> Flags:
    if old.words == new.words:
        found: Flags = old.codes != new.codes
        return found
    places = {word: at for at, word in enumerate(old.words)}
    mapped = np.array([places.get(word, -1) for word in new.words], np.int64)
    other: Flags = old.codes != mapped[new.codes]
    return other


def _differing_values(old: Output, new: Output) -> Flags:
    found: Flags = old.states != new.states
    both = (old.states == 0) & (new.states == 0)
    apart: Flags
    if old.kind != new.kind:
        apart = np.ones(len(found), np.bool_)
    elif old.kind == "text":
        apart = _differing_texts(old, new)
    else:
        sides = _at_one_scale(old, new)
        if sides is None:
            apart = np.array([old[row] != new[row] for row in range(len(old))], np.bool_)
        else:
            apart = sides[0] != sides[1]
    for row in {*old.exact, *new.exact}:
        apart[row] = old[row] != new[row]
    differs: Flags = found | (both & apart)
    return differs


def _differing_texts(old: Output, new: Output) -> Flags:
    """Compare texts by the places of their words, of which a column may have one twice."""
    places: dict[object, int] = {}
    for word in (*old.words, *new.words):
        places.setdefault(word, len(places))
    one, other = (
        np.array([places[word] for word in each.words] or [0], np.int64)[
            np.clip(each.values, 0, max(len(each.words) - 1, 0))
        ]
        for each in (old, new)
    )
    apart: Flags = one != other
    return apart


def _at_one_scale(old: Output, new: Output) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Bring numbers to one scale; None where 64 bits do not hold them there."""
    if old.kind != "number":
        return old.values, new.values
    if (old.bottoms is None) != (new.bottoms is None):
        return None
    if old.bottoms is not None and new.bottoms is not None:
        sizes = [_largest(each) for each in (old.values, new.bottoms, new.values, old.bottoms)]
        if sizes[0] * sizes[1] >= _MOST or sizes[2] * sizes[3] >= _MOST:
            return None
        return old.values * new.bottoms, new.values * old.bottoms
    scale = max(old.scale or 0, new.scale or 0)
    factors = [10 ** (scale - (each.scale or 0)) for each in (old, new)]
    if any(_largest(o.values) * f >= _MOST for o, f in zip((old, new), factors, strict=True)):
        return None
    return old.values * factors[0], new.values * factors[1]


def _largest(values: NDArray[np.int64]) -> int:
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))


# -- What changed, and by how much -----------------------------------------------------------------


def _words_of(output: _Column, rows: Places) -> Sequence[str]:
    """Name what an outcome came to in some rows, as `rows.word_of` does."""
    if output is None:
        return [""] * len(rows)
    if isinstance(output, WordOutput):
        return [output.words[code] for code in output.codes[rows].tolist()]
    if output.kind not in ("text", "boolean"):
        states = output.states[rows].tolist()
        named = [output.state(int(rows[states.index(state)])) for state in sorted(set(states))]
        by_state = dict(zip(sorted(set(states)), named, strict=True))
        return [by_state[state] for state in states]
    return [
        output.state(row) if output.states[row] else _write_word(output[row])
        for row in rows.tolist()
    ]


def _write_word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else word_of_text(str(value))


def _split(
    words: Sequence[Sequence[str]], rows: Places
) -> Iterator[tuple[tuple[str, str], Places]]:
    """Yield each pair of words that occurs, with its rows, in the order of its first."""
    pairs = list(zip(*words, strict=True))
    known = {pair: at for at, pair in enumerate(dict.fromkeys(pairs))}
    numbers = np.array([known[pair] for pair in pairs])
    for (old, new), at in known.items():
        yield (old, new), rows[numbers == at]


def _moves(
    outputs: "tuple[_Column, _Column]", rows: Places
) -> tuple[Fraction, Fraction, Fraction] | None:
    """Tell how far numbers moved: least, most, in all; None for what is no number."""
    old, new = outputs
    if not isinstance(old, Output) or not isinstance(new, Output) or old.kind != "number":
        return None
    sides = None if old.exact or new.exact or old.bottoms is not None else _at_one_scale(old, new)
    if sides is None or new.bottoms is not None:
        moved = [_fraction(new, row) - _fraction(old, row) for row in rows.tolist()]
        return min(moved), max(moved), sum(moved, Fraction(0))
    unit = Fraction(1, 10 ** max(old.scale or 0, new.scale or 0))
    apart = sides[1][rows] - sides[0][rows]
    # the sum of 64 bits may need more: its halves do not
    total = (int((apart >> 32).sum()) << 32) + int((apart & 0xFFFFFFFF).sum())
    return int(apart.min()) * unit, int(apart.max()) * unit, total * unit


def _fraction(output: Output, row: int) -> Fraction:
    value = output[row]
    if value is None or isinstance(value, str):
        raise TypeError("a number that moved has a value")
    return Fraction(value)  # type: ignore[arg-type]  # a Decimal or a Fraction


def _show(output: _Column, row: int) -> Any:
    """Write what an outcome came to, for programs."""
    if output is None:
        return None
    if isinstance(output, WordOutput):
        return output[row]
    if output.states[row]:
        return output.state(row)
    value = output[row]
    if output.kind == "number":
        return write_number(_fraction(output, row))
    return to_json(value)  # type: ignore[arg-type]  # a text, a truth or a day
