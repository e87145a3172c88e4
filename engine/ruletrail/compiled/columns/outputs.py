"""The answer to a table, exact: columns for the status, the values of rules, and outcomes.

A number is an int64 at a scale, or a pair of them where nothing rounded a division; rows beyond 63
bits are in `exact`. Kind codes beside the values say which rows have none (`column_arithmetic`).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.analysis.ir import TypedRulebook, TypedStep
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    VALUE,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.linking import CHECK_OUTCOMES, SECTION_OUTCOMES, LinkedRulebook
from ruletrail.problems import quote, refusal
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, NotEncoded, to_decimal

STATUSES = ("complete", "incomplete", "invalid")
NON_VALUE_NAMES = ("not_applicable", "undetermined", "not_encoded", "error")
"""What stands for an outcome that there is none of, in the order of the kind codes from 1."""

_LARGEST_BYTE = 127
_KIND_CODES: dict[type, int] = {
    NotApplicable: NOT_APPLICABLE,
    Missing: MISSING,
    NotEncoded: NOT_ENCODED,
    ErrorValue: ERROR,
}
_KIND_NAMES = ("value", "not_applicable", "missing", "not_encoded", "error")

Exact = Decimal | Fraction | str | bool | None


def kind_code(fact: Fact) -> int:
    """Return the kind code of a fact, 0 for a value."""
    return _KIND_CODES.get(type(fact), VALUE)


@dataclass(slots=True)
class WordOutput:
    """Outcomes as indices into `words`, whose last four entries are `NON_VALUE_NAMES`."""

    codes: NDArray[np.integer[Any]]
    words: tuple[str, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        """Return the outcome of a row."""
        return self.words[int(self.codes[row])]

    def to_list(self) -> list[str]:
        """Return every row's outcome."""
        dictionary = self.words
        return [dictionary[code] for code in self.codes.tolist()]

    def put(self, row: int, fact: Fact) -> None:
        """Write one row."""
        code = kind_code(fact)
        shift = len(self.words) - len(NON_VALUE_NAMES) - 1
        self.codes[row] = shift + code if code else self.words.index(str(fact))


@dataclass(slots=True)
class Output:
    """The values of one rule: numbers, booleans, or indices of texts, with each row's kind code."""

    values: NDArray[np.int64]
    states: NDArray[np.uint8]
    """Kind codes, 0 where there is a value."""
    kind: str
    scale: int | None = 0
    bottoms: NDArray[np.int64] | None = None
    """The denominators of values that are pairs; `scale` is None then."""
    words: tuple[str | bool, ...] = ()
    exact: dict[int, Fact] = field(default_factory=dict)
    """The rows that int64 cannot hold, and others that the columns did not compute."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.values)

    def __getitem__(self, row: int) -> Exact:
        """Return the exact value of a row: Decimal or Fraction, text or boolean; None for none."""
        if self.states[row] != VALUE:
            return None
        if row in self.exact:
            fact = self.exact[row]
            return to_decimal(fact) if isinstance(fact, Fraction) else fact  # type: ignore[return-value]
        value = int(self.values[row])
        if self.kind != "number":
            return self.words[value] if self.kind == "text" else bool(value)
        if self.bottoms is not None:
            return to_decimal(Fraction(value, int(self.bottoms[row])))
        return to_decimal(Fraction(value, 10 ** (self.scale or 0)))

    def state(self, row: int) -> str:
        """Name what a row has: `value`, `missing`, `not_applicable`, `not_encoded` or `error`."""
        return _KIND_NAMES[self.states[row]]

    def to_list(self) -> list[Exact]:
        """Return every row's value."""
        return [self[row] for row in range(len(self))]

    def put(self, row: int, fact: Fact) -> None:
        """Write one row that the columns did not compute."""
        self.states[row] = kind_code(fact)
        # the value itself goes to `exact`, where no scale and no width limits it
        self.values[row] = 0
        if self.states[row] == VALUE:
            self.exact[row] = fact


@dataclass(slots=True)
class Outputs:
    """The answer to a table: the status, a column for each rule, decision, section and check.

    `values[code][row]` is exact, or None where there is no value; `values[code].state(row)` says
    why. `decisions`, `sections`, `checks` and `status` have a word in each row. Rows count from 0.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> answers = plan.evaluate_many({"plot": ["small", "large"], "adults": [2, None]})
    >>> len(answers), answers.values["fee"].to_list()
    (2, [Decimal('46.25'), Decimal('115.62')])
    >>> answers.values["people"].state(1)
    'missing'
    >>> answers.to_arrow().column_names[:2]
    ['status', 'people']
    """

    typed: TypedRulebook
    rows: int
    status: WordOutput
    values: dict[str, Output]
    decisions: dict[str, WordOutput]
    sections: dict[str, WordOutput]
    checks: dict[str, WordOutput]

    @property
    def linked(self) -> LinkedRulebook:
        """The rulebook that answered; internal, may change."""
        return self.typed.linked

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def __repr__(self) -> str:
        """Show which rulebook answered, and how many rows."""
        return f"<Outputs {self.linked.rulebook.identity}: {self.rows} rows>"

    def clear(self) -> None:
        """Make ready to be written again; the arrays are written over."""
        for output in self.values.values():
            output.exact.clear()

    def all_outputs(self) -> Iterator[tuple[str, Output | WordOutput]]:
        """Yield every column but the status, by code."""
        for kind in (self.values, self.decisions, self.sections, self.checks):
            yield from kind.items()

    def list_arrays(self) -> list[Any]:
        """List the arrays that a program writes after its two flags, in its order."""
        arrays: list[Any] = [self.status.codes]
        for output in self.values.values():
            arrays += [output.values, output.states]
            arrays += [] if output.bottoms is None else [output.bottoms]
        for outcomes in (self.decisions, self.sections, self.checks):
            arrays += [output.codes for output in outcomes.values()]
        return arrays

    def to_dict(self) -> dict[str, Sequence[Exact]]:
        """Return the table as lists by code, the status as `status`, for any library of tables."""
        return {
            "status": self.status.to_list(),
            **{code: output.to_list() for code, output in self.all_outputs()},
        }

    def to_arrow(self) -> Any:
        """Return the table as Arrow's, of the same types for every table of a rulebook.

        Numbers are decimals where the rulebook bounds their digits, else texts (`1/3`); a rule
        without a value is null, an outcome is always a word. `ProblemsError` without pyarrow.
        """
        _import_extra("pyarrow")
        from ruletrail.compiled.columns.arrow_outputs import build_table  # noqa: PLC0415 - on demand

        return build_table(self)

    def to_pandas(self) -> Any:
        """Return the table as a pandas data frame, of Arrow's types: exact, with nulls.

        `ProblemsError` without pandas or pyarrow.
        """
        pandas = _import_extra("pandas")
        return self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def to_polars(self) -> Any:
        """Return the table as a Polars data frame; decimals beyond its 38 digits are texts.

        `ProblemsError` without Polars or pyarrow.
        """
        polars, table = _import_extra("polars"), self.to_arrow()
        from ruletrail.compiled.columns.arrow_outputs import narrow_decimals  # noqa: PLC0415 - on demand

        return polars.from_arrow(narrow_decimals(table))


def _import_extra(name: str) -> Any:
    """Import a library that only this needs; a missing one is said with the command."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        command = quote(
            'pip install "ruletrail[batch]"' if name == "pyarrow" else f"pip install {name}"
        )
        raise refusal(
            "missing-extra", "evaluate_many", text=quote(name), command=command
        ) from error


def allocate_outputs(typed: TypedRulebook, rows: int) -> Outputs:
    """Make the columns of an answer, unwritten.

    Those of a kind are the rows of one array: few large allocations are faster than many small.
    """
    rules = [step for step in typed.steps if isinstance(step.entry, Rule)]
    # unwritten: the code fills every row of every array
    values = np.empty((len(rules), rows), np.int64)
    non_values = np.empty((len(rules), rows), np.uint8)
    status = WordOutput(np.empty(rows, np.int8), STATUSES)
    outputs = Outputs(typed, rows, status, {}, {}, {}, {})
    for at, step in enumerate(rules):
        kind, size = (step.fact.kind, step.fact.size) if step.fact is not None else ("none", None)
        is_pair = size is not None and size.scale is None
        bottoms = np.ones(rows, np.int64) if is_pair else None
        outputs.values[step.entry.code] = Output(
            values[at], non_values[at], kind, None if is_pair else 0, bottoms
        )
    listed = [
        (step.entry.code, *_dictionary_of(step, outputs))
        for step in typed.steps
        if not isinstance(step.entry, Rule | Message)
    ]
    widest = max((len(dictionary) for _, dictionary, _ in listed), default=0)
    codes = np.empty((len(listed), rows), np.int8 if widest <= _LARGEST_BYTE else np.int16)
    for at, (code, dictionary, outcomes) in enumerate(listed):
        outcomes[code] = WordOutput(codes[at], dictionary)
    return outputs


def _dictionary_of(
    step: TypedStep, outputs: Outputs
) -> tuple[tuple[str, ...], dict[str, WordOutput]]:
    """Return the entries of a step's output, and the mapping that it belongs to."""
    match step.entry:
        case Decision() as decision:
            cases = decision.cases if isinstance(decision.cases, tuple) else ()
            outcomes = dict.fromkeys(case.outcome for case in cases)
            return (*outcomes, *NON_VALUE_NAMES), outputs.decisions
        case Section():
            return (*reversed(SECTION_OUTCOMES), *NON_VALUE_NAMES), outputs.sections
        case Check():
            return (*reversed(CHECK_OUTCOMES), *NON_VALUE_NAMES), outputs.checks
        case _:
            raise TypeError("rules have values and messages have no column")
