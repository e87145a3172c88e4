"""Reports that show something: written, loaded, evaluated, made small and round."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from ruletrail.analysis.field_domains import least_rows, read_fragments
from ruletrail.analysis.simple_values import listed_numbers, sample, simple_values, to_grid
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.documents import from_python
from ruletrail.evaluations import conclude_steps
from ruletrail.fast_dataclasses import dataclass
from ruletrail.intake import check_read, limits_of
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.problems import Mark
from ruletrail.proofs.budgets import Budget
from ruletrail.proofs.costs import OF_READING, Costs
from ruletrail.proofs.inputs import Inputs
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Entry
from ruletrail.schemas.places import always, named
from ruletrail.trails import Conclusion
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    Fact,
    Value,
    is_non_value,
    to_decimal,
    write_number,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What steps concluded of a report; those of a whole rulebook, or only some."""

    linked: LinkedRulebook
    report: Report
    facts: Mapping[str, Fact]
    conclusions: Sequence[Conclusion]


Shows = Callable[[Judged], bool]
"""Tells whether a report shows what was asked."""

Fields = dict[str, Any]
"""The values of fields by code, as `Value`s; of a list its rows, by name."""

_MOST_TRIALS, _LEAST_TRIALS = 400, 10
_MOST_WORK, _MOST_WORK_IN_ALL = 4_000, 150_000
"""Clauses that are evaluated to make one witness smaller, and all of one rulebook together.

There may be as many witnesses as there are clauses.
"""
_ZERO = Fraction(0)


class Witnesses:
    """Writes and judges reports of one rulebook."""

    def __init__(
        self,
        linked: LinkedRulebook,
        inputs: Inputs,
        budget: Budget | None = None,
        *,
        has_version: bool = True,
    ) -> None:
        """Take the rulebook, and what its schema says; reports may name its version or not.

        What is evaluated comes off the `budget`, if there is one.
        """
        self._budget, self._costs = budget, Costs(linked, inputs.most_rows_of)
        self.linked, self.inputs, self._has_version = linked, inputs, has_version
        self._head = self._make_head()
        self._required = [code for code, field in inputs.fields.items() if field.required]
        self._left = _MOST_WORK_IN_ALL
        self.evaluated = 0
        """Clauses that were evaluated so far."""
        self._required_lists = [code for code, each in inputs.typed_lists.items() if each.required]
        self._checks = [
            entry.code
            for entry in linked.steps
            if isinstance(entry, Check) and entry.severity == "error"
        ]
        self._refusing = frozenset(self._checks)
        self.admitting = self._behind(self._checks)
        self._order = {entry.code: at for at, entry in enumerate(linked.steps)}
        codes = (*linked.schema.fields, *linked.schema.lists)
        self._places = {code: at for at, code in enumerate(codes)}

    def _behind(self, codes: Sequence[str]) -> frozenset[str]:
        """Name the steps that codes read at any distance, themselves included."""
        found, waiting = set(codes), list(codes)
        while waiting:
            for code in self.linked.reads.get(waiting.pop(), ()):
                if code not in found:
                    found.add(code)
                    waiting.append(code)
        return frozenset(found)

    # -- Documents ---------------------------------------------------------------------------------

    def _make_head(self) -> dict[str, Any]:
        identity = self.linked.rulebook.identity
        reference = str(identity) if self._has_version else identity.reference
        head: dict[str, Any] = {"rulebook": reference}
        root = self.linked.schema.content
        whole = list(always([root], root))
        required = {key for each in whole for key in each.get("required", ())}
        for key in sorted(required - {"rulebook", "fields"}):
            head[key] = sample(list(always(named(whole, key), root)), root)
        return head

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write a report's document; what the schema requires is put in where it lacks."""
        written = {code: plain(value) for code, value in self._fill(fields).items()}
        return {**self._head, "fields": written}

    def _fill(self, fields: Fields) -> Fields:
        found = dict(fields)
        for code in self._required_lists:
            if code not in found:
                found[code] = self._few_rows(code)
        for code in self._required:
            if code not in found:
                field = self.inputs.fields[code]
                fragments = read_fragments(self.linked.schema, code)
                found[code] = next(simple_values(field, tuple(fragments)), "")
        return dict(sorted(found.items(), key=lambda item: self._places.get(item[0], 0)))

    def _few_rows(self, code: str) -> list[dict[str, Value]]:
        """Make as few rows as the schema asks for, with the cells that it requires."""
        schema, typed = self.linked.schema, self.inputs.typed_lists[code]
        row: dict[str, Value] = {}
        for name, cell in typed.cells.items():
            if cell.required:
                fragments = tuple(read_fragments(schema, cell.code))
                row[name] = next(simple_values(cell, fragments), "")
        return [dict(row) for _ in range(least_rows(read_fragments(schema, code)))]

    def load(self, document: Mapping[str, Any]) -> Report | None:
        """Take a document in as any report; None where it is refused."""
        self._spend(len(document.get("fields", ())) * OF_READING)
        node, problems = from_python(dict(document), "report", limits_of(self.linked))
        report, _ = check_read(node, problems, self.linked)
        return report

    def draft(self, fields: Fields) -> Report:
        """Make a report without asking the schema, for trying; what is shown is loaded."""
        values: dict[str, Declared] = {}
        lists: dict[str, tuple[dict[str, Declared], ...]] = {}
        for code, value in fields.items():
            if isinstance(value, list):
                rows = [{name: _declare(cell) for name, cell in row.items()} for row in value]
                lists[code] = tuple(rows)
            else:
                values[code] = _declare(value)
        schema, mark = self.linked.schema, Mark("report")
        identity = self.linked.rulebook.identity
        reference = Reference(identity.name, identity.edition, identity.version)
        return Report(reference, {}, values, (), mark, mark, schema, lists)

    def count(self, steps: Sequence[Entry], fields: int = 0) -> None:
        """Count the clauses of steps that are evaluated, of a report of so many fields."""
        clauses, work = self._costs.of_evaluating(steps, fields)
        self.evaluated += clauses
        self._spend(work)

    def _spend(self, work: int) -> None:
        if self._budget is not None:
            self._budget.spend_beside(work)

    def judge(self, report: Report, steps: Sequence[Entry]) -> "Judged":
        """Draw the conclusions of steps alone."""
        self.count(steps, len(report.fields))
        facts, conclusions = conclude_steps(self.linked, report, steps)
        return Judged(self.linked, report, facts, conclusions)

    def admits(self, judged: "Judged", own: str = "") -> bool:
        """Tell whether no check of severity error failed, of those that were concluded.

        Where a check is asked about itself, no check refuses a report.
        """
        return bool(own) or not any(
            each.code in self._refusing and each.fact == "failed" for each in judged.conclusions
        )

    def find(
        self, fields: Fields, shows: "Shows", steps: Sequence[Entry], own: str = ""
    ) -> dict[str, Any] | None:
        """Make a report that shows something small and round; None where it does not show it.

        What comes out was loaded as any other report, and all steps were evaluated that tell what
        it shows, and whether a check refuses it.
        """
        shown = {step.code for step in steps} | (frozenset() if own else self.admitting)
        entries, known = self.linked.rulebook.entries, shown & self._order.keys()
        whole = [entries[code] for code in sorted(known, key=self._order.__getitem__)]
        good: Fields | None = None

        def is_good(report: Report | None, of: Sequence[Entry]) -> bool:
            nonlocal good
            if report is None:
                return False
            values = fields_of(report)
            if good == values and len(of) == len(steps):
                return True  # written and loaded it is the one that was tried
            judged = self.judge(report, of)
            if not (self.admits(judged, own) and shows(judged)):
                return False
            good = values
            return True

        def is_shown(document: Mapping[str, Any]) -> bool:
            return is_good(self.load(document), whole)

        work = sum(len(clauses_of(step)) for step in steps)
        quick = self._shrink(fields, lambda tried: is_good(self.draft(tried), steps), work)
        if quick is not None:
            document = self._declare_computed(self.write(quick))
            if is_shown(document):
                return document
        # a schema may ask for more than was told to the solver
        work = sum(len(clauses_of(step)) for step in whole)
        slow = self._shrink(fields, lambda tried: is_shown(self.write(tried)), work)
        return None if slow is None else self._declare_computed(self.write(slow))

    def _declare_computed(self, document: dict[str, Any]) -> dict[str, Any]:
        """Declare, where the schema requires a computed value, the one that is computed."""
        codes = [code for code in self._required if code in self.linked.rulebook.entries]
        report = self.load(document) if codes else None
        if report is None:
            return document
        facts = self.judge(report, self.linked.steps).facts
        known = {code: facts[code] for code in codes if not is_non_value(facts[code])}
        better = {**document["fields"], **{code: plain(fact) for code, fact in known.items()}}
        declared = {**document, "fields": better}
        return document if self.load(declared) is None else declared

    # -- Small and round ---------------------------------------------------------------------------

    def _shrink(
        self, fields: Fields, is_good: Callable[[Fields], bool], work: int
    ) -> Fields | None:
        """Make fields as small and round as trying finds; None if they show nothing.

        `work` are the clauses that each trial evaluates.
        """
        if not is_good(fields):
            return None
        trials = max(min(_MOST_TRIALS, _MOST_WORK // max(work, 1)), _LEAST_TRIALS)
        trials = min(trials, self._left // max(work, 1))
        has_changed = True
        while has_changed and trials > 0:
            has_changed = False
            for change in self._changes(fields):
                tried = apply_change(fields, change)
                if tried == fields:
                    continue
                trials -= 1
                if trials < 0 or (self._budget is not None and not self._budget.may_try):
                    return fields
                self._left -= work
                if is_good(tried):
                    fields, has_changed = tried, True
        return fields

    def _changes(self, fields: Fields) -> Iterator["Change"]:
        """List changes that make a report simpler, the greatest first."""
        for code, value in fields.items():
            if code not in self._required and code not in self._required_lists:
                yield Change(code, None)
            if isinstance(value, list):
                for at in reversed(range(len(value))):
                    yield Change(code, None, at)
        yield from self._sums(fields)
        for code, value in list(fields.items()):
            if isinstance(value, list):
                yield from self._cell_changes(code, value)
            else:
                fragments = tuple(read_fragments(self.linked.schema, code))
                for simpler in simpler_values(value, self.inputs.fields[code], fragments):
                    yield Change(code, simpler)

    def _sums(self, fields: Fields) -> Iterator["Change"]:
        """Put a number into another one, for what is added up."""
        numbers = {
            code: value
            for code, value in fields.items()
            if isinstance(value, Fraction) and value and self.inputs.fields[code].step is not None
        }
        for code, value in numbers.items():
            for other, more in numbers.items():
                if (
                    other != code
                    and self._admits(other, value + more)
                    and self._admits(code, _ZERO)
                ):
                    yield Change(code, _ZERO, also=Change(other, value + more))
                    break

    def _admits(self, code: str, number: Fraction) -> bool:
        field = self.inputs.fields[code]
        return field.range.holds(number) and (number / (field.step or 1)).denominator == 1

    def _cell_changes(self, code: str, rows: Sequence[Mapping[str, Any]]) -> Iterator["Change"]:
        cells = self.inputs.rows_of(code).rows
        for at, row in enumerate(rows):
            for name, value in row.items():
                unknown = cells[min(at, len(cells) - 1)][name]
                if not unknown.field.required:
                    yield Change(code, None, at, name)
                for simpler in simpler_values(value, unknown.field, unknown.fragments):
                    yield Change(code, simpler, at, name)


class Change:
    """One change of a report: a field, a row or a cell to another value, or taken away."""

    __slots__ = ("also", "at", "code", "name", "value")

    def __init__(
        self,
        code: str,
        value: Value | None,
        at: int = -1,
        name: str = "",
        also: "Change | None" = None,
    ) -> None:
        """Say what becomes what; None takes it away. `also` is another change at once."""
        self.code, self.value, self.at, self.name, self.also = code, value, at, name, also


def fields_of(report: Report) -> Fields:
    """Give the values of a report's fields, and of its rows."""
    lists = {
        code: [{name: cell.value for name, cell in row.items()} for row in rows]
        for code, rows in report.lists.items()
    }
    return {**{code: each.value for code, each in report.fields.items()}, **lists}


def apply_change(fields: Fields, change: Change) -> Fields:
    """Change one thing."""
    found = dict(fields)
    if change.code not in found:
        return found
    if change.at < 0:
        if change.value is None:
            del found[change.code]
        else:
            found[change.code] = change.value
        return found if change.also is None else apply_change(found, change.also)
    rows = [dict(row) for row in found[change.code]]
    if change.at >= len(rows):
        return found
    if not change.name:
        del rows[change.at]
    elif change.value is None:
        rows[change.at].pop(change.name, None)
    elif change.name in rows[change.at]:
        rows[change.at][change.name] = change.value
    found[change.code] = rows
    return found


def _declare(value: Value) -> Declared:
    if isinstance(value, bool):
        return Declared(value, "true" if value else "false")
    text = write_number(value) if isinstance(value, Fraction) else str(value)
    return Declared(value, text)


def plain(value: Any) -> Any:
    """Write a value as a document's data."""
    if isinstance(value, list):
        return [{name: plain(cell) for name, cell in row.items()} for row in value]
    if isinstance(value, Fraction):
        exact = to_decimal(value)
        is_whole = isinstance(exact, Decimal) and exact == exact.to_integral_value()
        return int(exact) if is_whole else exact
    return value.isoformat() if isinstance(value, date) else value


# -- Simpler values --------------------------------------------------------------------------------


def largest(field: TypedField, fragments: tuple[Mapping[str, Any], ...]) -> Value | None:
    """Find a value with the most digits that a field admits; of others than numbers the first."""
    if field.kind != "number" or listed_numbers(fragments):
        return next(simple_values(field, fragments), None)
    most = Fraction(10**MOST_INTEGER_DIGITS) - Fraction(1, 10**MOST_DECIMALS)
    ends = [most] if field.range.high is None else [field.range.high - Fraction(1, 7)]
    return next((to_grid(end, field) for end in ends), None)


def simpler_values(
    value: Any, field: TypedField, fragments: tuple[Mapping[str, Any], ...]
) -> Iterator[Value]:
    """List values that are simpler than one that shows something."""
    for simple in simple_values(field, fragments):
        if simple == value:
            return
        yield simple
    if isinstance(value, Fraction):
        for digits in (1, 2, 3):
            for near in _rounded(value, digits):
                if _weight(near) < _weight(value):
                    yield to_grid(near, field)
    elif isinstance(value, date):
        for day in (value.replace(month=1, day=1), value.replace(day=1)):
            if day < value and field.range.holds(Fraction(day.toordinal())):
                yield day


def _weight(number: Fraction) -> int:
    """Weigh how much there is to read in a number."""
    return len(str(to_decimal(number)).rstrip("0").replace(".", "")) + len(str(number.denominator))


def _rounded(number: Fraction, digits: int) -> Iterator[Fraction]:
    """Round a number to so many digits, both ways."""
    if number == 0:
        return
    power = Fraction(1)
    while abs(number) / power >= 10**digits:
        power *= 10
    while abs(number) / power < 10 ** (digits - 1):
        power /= 10
    yield floor(number / power) * power
    yield ceil(number / power) * power
