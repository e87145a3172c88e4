"""What the code for a block of rows knows while it is made: facts by code, inputs, dictionaries."""

from typing import Literal

from ruletrail.compiled.columns.assumptions import Assumptions
from ruletrail.compiled.columns.column_arithmetic import (
    ALL_VALUES,
    MISSING,
    NOT_ENCODED,
    Vector,
    as_bit,
    mask_truth,
    non_value_where,
    same_non_value,
)
from ruletrail.compiled.columns.columns import Dictionary, Parameter, lengths_of, test_texts
from ruletrail.compiled.columns.numpy_codegen import (
    OF_REPORTS,
    ColumnValue,
    SsaBuilder,
    Value,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import list_of

TextTest = Literal["starts_with", "ends_with", "contains"]
Reduction = Literal["add", "minimum", "maximum", "logical_or"]
NO_FACT = Vector(non_values=same_non_value(NOT_ENCODED), dictionary=Dictionary(("",)))
_ABSENT = Vector(non_values=same_non_value(MISSING), dictionary=Dictionary(("",)))


@dataclass(slots=True)
class Block:
    """The facts of a block by code; expressions lowered already are kept by domain and key."""

    assumptions: Assumptions
    ssa: SsaBuilder = field(default_factory=SsaBuilder)
    facts: dict[str, Vector] = field(default_factory=dict)
    computed: dict[tuple[str, str], Vector] = field(default_factory=dict)
    parameters: dict[Parameter, int] = field(default_factory=dict)
    """The parameters that the code needs, with their positions."""

    # -- Inputs ------------------------------------------------------------------------------------

    def read(self, code: str) -> Vector:
        """Return the fact of a code, in each row of the list that code is made for, if it is.

        A field without a column is missing in every row.
        """
        fact = self.facts.get(code)
        if fact is None:
            fact = self.facts[code] = self.field(code)
        return fact if list_of(code) else self.spread(fact)

    def field(self, code: str) -> Vector:
        """Return the declared values of a field, which a rule of the same code computes as well."""
        column = self.assumptions.fields.get(code)
        if column is None:
            return _ABSENT
        # numbers alone are guarded: an index or a boolean cannot pass its bounds, its dictionary is
        # checked when a table is encoded
        values = self.ssa.source("input", column.at, column.dtype, list_of(code))
        if column.scale is not None:
            self.ssa.guard(values, column.low, column.high)
        missing = self.missing(code)
        non_values = ALL_VALUES if missing is False else non_value_where(self.ssa, missing, MISSING)
        if column.scale is not None:
            return Vector(values, column.scale, column.low, column.high, non_values=non_values)
        if column.is_boolean:
            # a missing boolean is 0 in its column, and false as every boolean without a value
            truth = mask_truth(self.ssa, self.ssa.emit("equal", values, 1), non_values)
            return Vector(truth, non_values=non_values)
        return Vector(values, non_values=non_values, dictionary=Dictionary(column=code))

    def missing(self, code: str) -> Value:
        """Tell which rows lack a field: all where it has no column, none where it is assumed."""
        column = self.assumptions.fields.get(code)
        if column is None:
            return True
        # rows that lack an assumed field are computed by other code, whatever comes out here
        if column.missing is None or code in self.assumptions.assumed:
            return False
        return self.ssa.source("input", column.missing, "?", list_of(code))

    # -- Rows of lists -----------------------------------------------------------------------------

    def spread(self, fact: Vector) -> Vector:
        """Give each row of the list that code is made for what its report has."""
        over = self.ssa.domain
        if over == OF_REPORTS:
            return fact
        owner = self.ssa.source("input", self.assumptions.lists[over], "i8", over)

        def of_row(value: Value) -> Value:
            is_of_report = isinstance(value, ColumnValue) and value.domain == OF_REPORTS
            return self.ssa.take(value, owner) if is_of_report else value  # type: ignore[arg-type]  # a column

        return replace(
            fact,
            values=of_row(fact.values),
            bottom=of_row(fact.bottom),
            non_values=replace(fact.non_values, codes=of_row(fact.non_values.codes)),
            trap=of_row(fact.trap),
        )

    def count_rows(self, over: str) -> Vector:
        """Return how many rows each report's list has; missing where it was not supplied."""
        fact = self.facts.get(over)
        if fact is None:
            fact = self.facts[over] = self.field(over)
        return fact

    def gather(self, name: Reduction, value: Value, over: str, nothing: int = 0) -> Value:
        """Reduce what the rows of each report's list have; `nothing` is for a list of no rows."""
        ssa = self.ssa
        if isinstance(value, ColumnValue):
            return ssa.gather(name, value, over, self.assumptions.lists[over] + 1, nothing)
        # one value in all rows
        count = self.count_rows(over).values
        if name == "add":
            return ssa.emit("multiply", count, value)
        has_rows = ssa.emit("greater", count, 0)
        if name == "logical_or":
            return ssa.emit("logical_and", has_rows, value)
        return ssa.where(has_rows, value, nothing, "i8")

    def gather_codes(self, codes: Value, over: str) -> Value:
        """Find the worst kind code among the rows of each report's list."""
        if isinstance(codes, ColumnValue):
            return self.gather("maximum", codes, over)
        has_rows = self.ssa.emit("greater", self.count_rows(over).values, 0)
        return self.ssa.emit("multiply", self.ssa.cast(as_bit(has_rows), "u1"), codes)

    # -- Dictionaries ------------------------------------------------------------------------------

    def in_dictionary(self, text: Vector, dictionary: Dictionary) -> Value:
        """Return texts as indices into another dictionary, -1 where it lacks them."""
        if text.dictionary == dictionary:
            return text.values
        own, other = text.dictionary.entries, dictionary.entries
        # both are written in the rulebook: the index is known now
        if own and other and not isinstance(text.values, ColumnValue):
            entry = own[int(text.values)]
            return other.index(entry) if entry in other else -1
        return self._look_up(Parameter("indices", text.dictionary, dictionary), text.values)

    def _look_up(self, parameter: Parameter, indices: Value) -> Value:
        """Look indices up in a parameter; an index that all rows share has its entry alone."""
        if not isinstance(indices, ColumnValue):
            # numpy broadcasts an array of one element; the whole table would be taken for rows
            parameter = replace(parameter, entry=int(indices))
        at = self.parameters.setdefault(parameter, len(self.parameters))
        table = self.ssa.source("parameter", at, "i8" if parameter.what == "lengths" else "i4")
        return self.ssa.take(table, indices) if isinstance(indices, ColumnValue) else table

    def length(self, text: Vector) -> Vector:
        """Count the characters of texts, once for each entry of their dictionary."""
        lengths, most = lengths_of(text.dictionary.entries), self._longest(text.dictionary)
        if lengths and not isinstance(text.values, ColumnValue):
            values: Value = lengths[int(text.values)]
        else:
            values = self._look_up(Parameter("lengths", text.dictionary), text.values)
        return Vector(values, 0, 0, most, non_values=text.non_values, trap=text.trap)

    def test(self, name: TextTest, text: Vector, looked_for: str) -> Vector:
        """Test texts, once for each entry of their dictionary."""
        parameter = Parameter(name, text.dictionary, text=looked_for)
        if text.dictionary.entries and not isinstance(text.values, ColumnValue):
            truth: Value = test_texts(name, text.dictionary.entries, looked_for)[int(text.values)]
        else:
            truth = self.ssa.emit("equal", self._look_up(parameter, text.values), 1)
        truth = mask_truth(self.ssa, truth, text.non_values)
        return Vector(truth, non_values=text.non_values, trap=text.trap)

    def _longest(self, dictionary: Dictionary) -> int:
        """Bound the lengths of a dictionary's entries; a table's are bounded by the assumptions."""
        if dictionary.column:
            return self.assumptions.longest
        parts = [self._longest(part) for part in dictionary.joined]
        return max([*lengths_of(dictionary.entries), *parts], default=0)

    def same_texts(self, op: str, left: Vector, right: Vector) -> Value:
        """Compare texts by `equal` or `not_equal`, as indices into one dictionary.

        That of a side that differs between rows, so that a literal becomes one index.
        """
        if not isinstance(left.values, ColumnValue):
            left, right = right, left
        # -1 for a text that the dictionary lacks, which is equal to no index
        other = self.in_dictionary(right, left.dictionary)
        dtype = left.values.dtype if isinstance(left.values, ColumnValue) else "i4"
        # indices come in the width of their column; parameters are int32
        if isinstance(other, ColumnValue) and other.dtype != dtype:
            first, second = self.ssa.cast(left.values, "i4"), self.ssa.cast(other, "i4")
            return self.ssa.emit(op, first, second)
        return self.ssa.emit(op, left.values, other)
