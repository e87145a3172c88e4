"""One block of rows as code sees it: the facts by code, the inputs that are read, the lists of words."""

from ruletrail.compiled.columns.assumptions import Premises
from ruletrail.compiled.columns.column_arithmetic import (
    MISSING,
    NOT_ENCODED,
    SETTLED,
    Cell,
    same_state,
    settle,
    state_where,
)
from ruletrail.compiled.columns.numpy_codegen import Strip, Tape, Value
from ruletrail.compiled.columns.string_dictionaries import Parameter, Words, lengths_of
from ruletrail.fast_dataclasses import dataclass, field

NO_FACT = Cell(state=same_state(NOT_ENCODED), words=Words(("",)))
_ABSENT = Cell(state=same_state(MISSING), words=Words(("",)))


@dataclass(slots=True)
class Block:
    """The facts of one block of rows, by code; expressions already written are kept by their text."""

    premises: Premises
    tape: Tape = field(default_factory=Tape)
    facts: dict[str, Cell] = field(default_factory=dict)
    computed: dict[str, Cell] = field(default_factory=dict)
    parameters: dict[Parameter, int] = field(default_factory=dict)

    # -- Inputs --------------------------------------------------------------------------------------------------

    def read(self, code: str) -> Cell:
        """Give the cell of a code; a field without a column is missing everywhere."""
        cell = self.facts.get(code)
        if cell is None:
            cell = self.facts[code] = self.field(code)
        return cell

    def field(self, code: str) -> Cell:
        """Give the cell of a field."""
        held = self.premises.fields.get(code)
        if held is None:
            return _ABSENT
        values = self.tape.source("input", held.at, held.kind)
        if held.scale is not None:
            self.tape.guard(values, held.low, held.high)
        gone = self.gone(code)
        state = SETTLED if gone is False else state_where(self.tape, gone, MISSING)
        if held.scale is not None:
            return Cell(values, held.scale, held.low, held.high, state=state)
        if held.is_boolean:
            return Cell(settle(self.tape, self.tape.emit("equal", values, 1), state), state=state)
        return Cell(values, state=state, words=Words(column=code))

    def gone(self, code: str) -> Value:
        """Tell which rows lack a field: all where there is no column, none that matter where it is assumed."""
        held = self.premises.fields.get(code)
        if held is None:
            return True
        is_whole = held.gone is None or code in self.premises.assumed
        return False if is_whole else self.tape.source("input", held.gone or 0, "?")

    # -- Words ---------------------------------------------------------------------------------------------------

    def in_words(self, cell: Cell, words: Words) -> Value:
        """Give words as positions in another list; -1 for a word that is not in it."""
        if cell.words == words:
            return cell.values
        if cell.words.written and words.written:
            places = [
                words.written.index(word) if word in words.written else -1
                for word in cell.words.written
            ]
            if not isinstance(cell.values, Strip):
                return places[int(cell.values)]
        return self._take(Parameter("places", cell.words, words), cell.values)

    def _take(self, parameter: Parameter, places: Value) -> Value:
        """Read a table that the words make; one word for all rows has a table of one, which is its own answer."""
        at = self.parameters.setdefault(parameter, len(self.parameters))
        table = self.tape.source("parameter", at, "i8" if parameter.what == "lengths" else "i4")
        return self.tape.take(table, places) if isinstance(places, Strip) else table

    def length(self, cell: Cell) -> Cell:
        """Count the characters of texts."""
        written = lengths_of(cell.words.written)
        most = max(written) if written else self.premises.longest
        if written and not isinstance(cell.values, Strip):
            return Cell(written[int(cell.values)], 0, 0, most, state=cell.state, trap=cell.trap)
        return Cell(
            self._take(Parameter("lengths", cell.words), cell.values),
            0,
            0,
            most,
            state=cell.state,
            trap=cell.trap,
        )

    def same_words(self, op: str, left: Cell, right: Cell) -> Value:
        """Compare words for equality, as positions in the list of one that is not the same for all rows."""
        if not isinstance(left.values, Strip):
            left, right = right, left
        other = self.in_words(right, left.words)
        kind = left.values.kind if isinstance(left.values, Strip) else "i4"
        if isinstance(other, Strip) and other.kind != kind:
            return self.tape.emit(
                op, self.tape.cast(left.values, "i4"), self.tape.cast(other, "i4")
            )
        return self.tape.emit(op, left.values, other)
