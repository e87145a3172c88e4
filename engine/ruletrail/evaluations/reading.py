"""What the formulas of one evaluation read: facts by code, groups, and the rows of lists."""

from collections.abc import Mapping
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import (
    Derivation,
    Formula,
    ReadFact,
    Rows,
    Skipped,
    evaluate_aggregates,
    evaluate_formula,
)
from ruletrail.formulas.lookups import Lookup
from ruletrail.linking import LinkedRulebook, constants_of, days_of, values_by_day
from ruletrail.reports import Report
from ruletrail.trails import code_in_row
from ruletrail.values import Fact, Missing

OF_ROWS_SINCE = 2
"""The version of the language that leaves out what does not apply, and reads lists."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a formula reads, in a row or in none; `once` are the aggregates that rows share.

    They are by the formula's text, and there by the place among its parts.
    """

    read: ReadFact
    rows: Rows | None
    once: Mapping[str, Mapping[int, Fact]] = field(default_factory=dict)

    def derive(self, formula: Formula) -> Derivation:
        """Evaluate a formula."""
        rows = self.rows
        if rows is not None and rows.row:
            rows = replace(rows, once=self.once[formula.text])
        return evaluate_formula(formula, self.read, rows)

    def gather(self, formula: Formula) -> Derivation:
        """Evaluate the aggregates over rows of a formula that is written for each row."""
        if self.rows is None:
            raise TypeError("only formulas of language 2 are written for each row")
        return evaluate_aggregates(formula, self.read, self.rows)

    def read_in(self, code: str, row: int) -> Fact:
        """Read a code of a row."""
        if self.rows is None:
            raise TypeError("only formulas of language 2 are written for each row")
        return self.rows.read(code, row)

    def in_row(self, row: int, once: Mapping[str, Mapping[int, Fact]]) -> "Reading":
        """Return what is read in one row, whose aggregates were worked out before."""
        rows = replace(self.rows, row=row) if self.rows is not None else None
        return Reading(self.read, rows, once)


def aggregates_in(derivation: Derivation) -> Mapping[int, Fact]:
    """Return the values of the aggregates over rows that were worked out, by place."""
    return {
        at: part.outcome
        for at, (call, part) in enumerate(
            zip(derivation.formula.parts, derivation.parts, strict=True)
        )
        if call.over and not isinstance(part.outcome, Skipped)
    }


def start_facts(linked: LinkedRulebook, report: Report) -> dict[str, Fact]:
    """Return the facts before any step: fields, cells of rows, numbers of rows, parameters.

    Of the parameters that change with a day, those whose day is a field.
    """
    entries = linked.rulebook.entries
    # of what a rule computes the report's value is a declared one, and no fact
    facts: dict[str, Fact] = {
        code: declared.value for code, declared in report.fields.items() if code not in entries
    }
    for over, rows in report.lists.items():
        facts[over] = Fraction(len(rows))
        for row, cells in enumerate(rows, start=1):
            for name, declared in cells.items():
                if f"{over}.{name}" not in entries:
                    facts[f"{over}[{row}].{name}"] = declared.value
    facts |= constants_of(linked)
    for day in days_of(linked):
        if day not in entries:
            facts |= values_by_day(linked, day, facts)
    return facts


def make_reading(linked: LinkedRulebook, report: Report, facts: Mapping[str, Fact]) -> Reading:
    """Read facts that grow step by step."""
    groups, lookups = linked.rulebook.groups, linked.lookups

    def read(code: str) -> Fact | tuple[Fact, ...] | Lookup:
        if code in lookups:
            return lookups[code]
        group = groups.get(code)
        if group is None:
            fact = facts.get(code)
            return Missing((code,)) if fact is None else fact
        return tuple(facts.get(member, Missing((member,))) for member in group.members)

    def read_row(code: str, row: int) -> Fact:
        key = code_in_row(code, row)
        return facts.get(key, Missing((key,)))

    def count(over: str) -> int | None:
        rows = report.lists.get(over)
        return None if rows is None else len(rows)

    is_later = linked.rulebook.language >= OF_ROWS_SINCE
    return Reading(read, Rows(count, read_row) if is_later else None)
