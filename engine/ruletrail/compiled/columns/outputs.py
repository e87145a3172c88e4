"""The answer to a table, exact: columns for the status, the values of rules, and outcomes."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.analysis.ir import TypedRulebook, TypedStep
from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.columns.output_columns import (
    NON_VALUE_NAMES,
    ListOutput,
    Output,
    WordOutput,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import list_of
from ruletrail.linking import (
    CHECK_OUTCOMES,
    SECTION_OUTCOMES,
    LinkedRulebook,
    is_row_entry,
)
from ruletrail.problems import quote, refusal
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section

STATUSES = ("complete", "incomplete", "invalid")
_LARGEST_BYTE = 127


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

    compiled: CompiledRulebook
    """The rulebook that answered, compiled; internal, may change."""

    rows: int
    status: WordOutput
    values: dict[str, Output]
    decisions: dict[str, WordOutput]
    sections: dict[str, WordOutput]
    checks: dict[str, WordOutput]
    lists: dict[str, ListOutput] = field(default_factory=dict)
    """By list and report, the values of the rules of each of its rows; None where it has none."""

    lacking: NDArray[np.bool_] | None = None
    """The reports in which something is missing, of a form with lists; others may be told so."""

    @property
    def linked(self) -> LinkedRulebook:
        """The rulebook that answered; internal, may change."""
        return self.compiled.linked

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
        # a list has other rows in every table
        self.lists = {}

    def all_values(self) -> Iterator[tuple[str, Output]]:
        """Yield the columns of all rules by code: of those of rows, one for the rows of all."""
        yield from self.values.items()
        for code, rows in self.lists.items():
            yield from ((f"{code}.{name}", output) for name, output in rows.values.items())

    def all_outputs(self) -> Iterator[tuple[str, Output | WordOutput]]:
        """Yield every column but the status, by code."""
        for kind in (self.values, self.decisions, self.sections, self.checks):
            yield from kind.items()

    def list_arrays(self) -> list[Any]:
        """List the arrays that a program writes after its flags, in its order."""
        return [array for array, _ in self._arrays()]

    def list_domains(self) -> list[str]:
        """Say of each of these arrays of which list's rows it is; empty for reports."""
        return [domain for _, domain in self._arrays()]

    def _arrays(self) -> Iterator[tuple[Any, str]]:
        yield self.status.codes, ""
        for code, output in self.all_values():
            domain = list_of(code)
            yield from ((output.values, domain), (output.states, domain))
            if output.bottoms is not None:
                yield output.bottoms, domain
        for outcomes in (self.decisions, self.sections, self.checks):
            yield from ((output.codes, "") for output in outcomes.values())

    def to_dict(self) -> dict[str, Sequence[Any]]:
        """Return the table as lists by code, the status as `status`, for any library of tables."""
        return {
            "status": self.status.to_list(),
            **{code: output.to_list() for code, output in self.all_outputs()},
            **{f"lists.{code}": rows.to_list() for code, rows in self.lists.items()},
        }

    def to_arrow(self) -> Any:
        """Return the table as Arrow's, of the same types for every table of a rulebook.

        Numbers are decimals where the rulebook bounds their digits, else texts (`1/3`); a rule
        without a value is null, an outcome is always a word. `ProblemsError` without pyarrow.
        """
        _import_extra("pyarrow")
        from ruletrail.compiled.columns.arrow_outputs import build_table  # noqa: PLC0415 - on demand

        return build_table(self.compiled.facts, self.status, self.all_outputs(), self.lists)

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


def allocate_outputs(compiled: CompiledRulebook, rows: int) -> Outputs:
    """Make the columns of an answer, unwritten.

    Those of a kind are the rows of one array: few large allocations are faster than many small.
    """
    steps = compiled.typed.steps
    # rules of rows have no column: their values stand with those of their list
    rules = [
        step for step in steps if isinstance(step.entry, Rule) and not is_row_entry(step.entry)
    ]
    status = WordOutput(np.empty(rows, np.int8), STATUSES)
    outputs = Outputs(compiled, rows, status, _allocate_rules(rules, rows), {}, {}, {})
    listed = [
        (step.entry.code, *_dictionary_of(step, outputs))
        for step in steps
        if not isinstance(step.entry, Rule | Message)
    ]
    widest = max((len(dictionary) for _, dictionary, _ in listed), default=0)
    codes = np.empty((len(listed), rows), np.int8 if widest <= _LARGEST_BYTE else np.int16)
    for at, (code, dictionary, outcomes) in enumerate(listed):
        outcomes[code] = WordOutput(codes[at], dictionary)
    return outputs


def allocate_list(
    typed: TypedRulebook, code: str, offsets: NDArray[np.int64], missing: NDArray[np.bool_]
) -> ListOutput:
    """Make the columns of the rules of a list's rows, unwritten."""
    steps = [
        step
        for step in typed.steps
        if isinstance(step.entry, Rule) and list_of(step.entry.code) == code
    ]
    rules = _allocate_rules(steps, int(offsets[-1]))
    named = {each.partition(".")[2]: output for each, output in rules.items()}
    return ListOutput(offsets, missing, named)


def _allocate_rules(steps: Sequence[TypedStep], rows: int) -> dict[str, Output]:
    """Make the columns of rules, unwritten: the code fills every row of every array."""
    values = np.empty((len(steps), rows), np.int64)
    non_values = np.empty((len(steps), rows), np.uint8)
    outputs: dict[str, Output] = {}
    for at, step in enumerate(steps):
        kind, size = (step.fact.kind, step.fact.size) if step.fact is not None else ("none", None)
        is_pair = size is not None and size.scale is None
        bottoms = np.ones(rows, np.int64) if is_pair else None
        outputs[step.entry.code] = Output(
            values[at], non_values[at], kind, None if is_pair else 0, bottoms
        )
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
