"""Which inputs, once they are supplied, can settle what: sets of them, by what comes out.

For each expression, the smallest sets of missing inputs with which some answers settle it, told
apart by the outcome that they settle it to: `a and b` becomes false by either alone, and true by
both. It is a search by the form of the formulas: a set that is found is a proposal, which
`alternatives` tries with values. Of more sets than are kept the smallest stay, and that is noted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import FUNCTIONS, Call, Constant, Expression, Formula, Name, list_of
from ruletrail.formulas.lookups import day_of
from ruletrail.formulas.operations import (
    LOOKUP,
    Asks,
    Chooses,
    Fault,
    Kleene,
    Operation,
    Replaces,
    Strict,
)
from ruletrail.needs.expressions import Seen
from ruletrail.needs.lookups import exact_of
from ruletrail.needs.possible import Possible
from ruletrail.needs.steps import StepWalk
from ruletrail.needs.targets import Target, parts_of
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.trails import code_in_row
from ruletrail.values import NotEncoded, Value, is_too_large, round_number

Sets = tuple[int, ...]
"""Sets of inputs as bits, the smallest first, none of which holds another."""

NOTHING: Sets = (0,)
"""Nothing has to be supplied."""


@dataclass(frozen=True, slots=True)
class Some:
    """Some value, not told which; a number mostly."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A non-value that is an answer all the same: what does not apply, or is not encoded."""

    kind: str


Key = Value | Some | Gap
Ways = Mapping[Key, Sets]
"""By what comes out, the sets that can settle it so. Errors are left out: nobody asks for them."""

SOME = Some()
LEFT_OUT, NOT_APPLICABLE = Gap("left_out"), Gap("not_applicable")
NOT_ENCODED = Gap("not_encoded")
_GAPS = (LEFT_OUT, NOT_APPLICABLE, NOT_ENCODED)
"""The one that decides over those before it comes after them."""

_MOST_SETS = 32
_MOST_KEYS = 16
_MOST_COMBINED = 64
_MOST_WORK = 400_000


@dataclass(slots=True)
class Search:
    """What is kept of sets, how much was done, and whether anything was left out."""

    work: int = 0
    was_cut: bool = False

    def smallest(self, masks: Iterable[int]) -> Sets:
        """Keep the smallest sets, none of which holds another."""
        most = _MOST_SETS if self.work < _MOST_WORK else 2
        kept: list[int] = []
        for mask in sorted(set(masks), key=lambda each: (each.bit_count(), each)):
            self.work += len(kept) + 1
            if any(each & mask == each for each in kept):
                continue
            if len(kept) == most:
                self.was_cut = True
                break
            kept.append(mask)
        return tuple(kept)

    def either(self, several: Iterable[Sets]) -> Sets:
        """Join sets of which any does."""
        found = [sets for sets in several if sets]
        if len(found) < 2:  # noqa: PLR2004 - nothing to compare
            return found[0] if found else ()
        return self.smallest(mask for sets in found for mask in sets)

    def both(self, first: Sets, second: Sets) -> Sets:
        """Join sets of which one of each is needed."""
        if not first or not second:
            return ()
        if len(first) == len(second) == 1:
            return (first[0] | second[0],)
        return self.smallest(one | other for one in first for other in second)

    def all(self, several: Iterable[Sets]) -> Sets:
        """Join many sets of which one of each is needed."""
        found = NOTHING
        for sets in several:
            found = self.both(found, sets)
            if not found:
                break
        return found


def _settled_ways(possible: Possible) -> Ways:
    """Tell what is settled already; an error is no answer."""
    if isinstance(possible.values, frozenset) and possible.values:
        return dict.fromkeys(possible.values, NOTHING)
    return {Gap(gap): NOTHING for gap in possible.gaps if gap != "error"}


def _values(ways: Ways) -> list[tuple[Key, Sets]]:
    return [(key, sets) for key, sets in ways.items() if not isinstance(key, Gap)]


@dataclass(frozen=True, slots=True)
class WayFinder:
    """Finds ways, of steps in order and of the formulas in them, from what a walk has seen.

    It stands in a row, or (0) in none.
    """

    walk: StepWalk
    search: Search = field(default_factory=Search)
    found: dict[str, Ways] = field(default_factory=dict)
    row: int = 0

    def find(self, target: Target) -> list[int]:
        """List the sets of inputs that may settle a target, the smallest first."""
        for entry in target.steps:
            self._find_step(entry)
        wanted = {code: self._answers(code) for code in parts_of(target, self.walk)}
        for shown in target.shown:
            ways = self._of_code(shown.step)
            others = [sets for key, sets in ways.items() if key != shown.outcome]
            sets = self.search.both(ways.get(shown.outcome, ()), (shown.inputs,))
            before = wanted.get(shown.step, NOTHING)
            wanted[shown.step] = self.search.both(before, self.search.either([sets, *others]))
        return list(self.search.all(wanted.values()))

    def _answers(self, code: str) -> Sets:
        return self.search.either(self._of_code(code).values())

    def _of_code(self, code: str) -> Ways:
        if code in self.found:
            return self.found[code]
        seen = self.walk.read(code)
        if seen.possible.is_settled:
            return _settled_ways(seen.possible)
        # a missing input: each value that it can have is a way, if they are few
        values, bit = seen.possible.values, (seen.inputs,)
        if isinstance(values, frozenset) and len(values) <= _MOST_KEYS:
            return dict.fromkeys(values, bit)
        return {SOME: bit}

    # -- Steps -------------------------------------------------------------------------------------

    def _find_step(self, entry: Entry) -> None:
        over = list_of(entry.code)
        count = self.walk.count(over) if over else None
        for row in range(1, (count or 0) + 1):
            code = code_in_row(entry.code, row)
            self.found[code] = replace(self, row=row).of_step(entry, code)
        if count is None or isinstance(entry, Check):
            self.found[entry.code] = self.of_step(entry, entry.code)

    def of_step(self, entry: Entry, code: str) -> Ways:
        """Find the ways of an entry, or of one row of it."""
        seen = self.walk.read(code)
        if seen.possible.is_settled:
            return _settled_ways(seen.possible)
        if list_of(code) and "[" not in code:
            return _only_possible(self._of_all_rows(code, seen), seen.possible)
        return _only_possible(self._of_open_step(entry), seen.possible)

    def _of_all_rows(self, code: str, seen: Seen) -> Ways:
        """Find the ways of a check in all rows together, or of what rows that are not there are."""
        rows = [part for part in self.walk.parts_of(code) if part != code]
        if not rows:
            return dict.fromkeys(_keys_of(seen.possible), (seen.inputs,))
        truths = [_named(self._of_code(row), {"passed": True, "failed": False}) for row in rows]
        return _renamed(self._gather(FUNCTIONS["all"], [], truths, (LEFT_OUT,)), "passed", "failed")

    def _of_open_step(self, entry: Entry) -> Ways:
        match entry:
            case Rule():
                return self._of_rule(entry)
            case Decision(cases=tuple()):
                first = entry.policy == "first"
                return self._first(entry) if first else self._exclusive(entry)
            case Section():
                due = self._of_clause(entry.due)
                if entry.part_of is not None:
                    whole = self._of_code(entry.part_of)
                    truths = _gaps_of(whole)
                    truths[True], truths[False] = whole.get("due", ()), whole.get("not_due", ())
                    due = self._join([truths, due], decides=False)
                return _renamed(due, "due", "not_due")
            case Check():
                return _renamed(self._of_clause(entry.expect), "passed", "failed")
            case Message():
                return self._of_message(entry)
        return {SOME: (self.walk.situation.reached[entry.code],)}

    def _of_message(self, message: Message) -> Ways:
        ways = dict(_renamed(self._of_clause(message.when), "shown", "not_shown"))
        if isinstance(message.text, NotEncoded) and "shown" in ways:
            shown = ways.pop("shown")
            ways[NOT_ENCODED] = self.search.either([shown, ways.get(NOT_ENCODED, ())])
        return ways

    def _of_clause(self, clause: Clause) -> Ways:
        content = clause.content
        return self.of(content.tree) if isinstance(content, Formula) else {NOT_ENCODED: NOTHING}

    def _of_rule(self, rule: Rule) -> Ways:
        if rule.when is None:
            return self._rounded(rule)
        when = dict(self._of_clause(rule.when))
        is_true, is_false = when.pop(True, ()), when.pop(False, ())
        gap = LEFT_OUT if self.row else NOT_APPLICABLE
        skipped = {**when, gap: self._either(when.get(gap), is_false)}
        taken = self._after(is_true, self._rounded(rule)) if is_true else {}
        return self._together([skipped, taken])

    def _rounded(self, rule: Rule) -> Ways:
        ways, rounding = self._of_formulas(rule), rule.rounding
        if rounding is None:
            return ways
        return self._together(
            {round_number(key, rounding.decimals, rounding.mode): sets}
            if isinstance(key, Fraction)
            else {key: sets}
            for key, sets in ways.items()
        )

    def _of_formulas(self, rule: Rule) -> Ways:
        """One exception true and the others false, or all of them false."""
        if not rule.exceptions:
            return self._of_clause(rule.formula)
        tests = [self._of_clause(each.when) for each in rule.exceptions]
        falses = [test.get(False, ()) for test in tests]
        parts: list[Ways] = [self._gaps(tests, settled=(False,))]
        for each, test, rest in zip(rule.exceptions, tests, self._all_but(falses), strict=True):
            chosen = self.search.both(test.get(True, ()), rest)
            parts.append(self._after(chosen, self._of_clause(each.formula)) if chosen else {})
        chosen = self.search.all(falses)
        parts.append(self._after(chosen, self._of_clause(rule.formula)) if chosen else {})
        return self._together(parts)

    # -- Decisions ---------------------------------------------------------------------------------

    def _cases(self, decision: Decision) -> list[Ways]:
        cases = decision.cases if isinstance(decision.cases, tuple) else ()
        return [self._of_clause(case.when) for case in cases if case.when is not None]

    def _exclusive(self, decision: Decision) -> Ways:
        """One case true and the others false; or all settled, one of them as a non-value."""
        cases = self._cases(decision)
        written = decision.cases if isinstance(decision.cases, tuple) else ()
        if len(cases) < len(written):
            others = self._join(cases, decides=True)
            cases.append(_renamed(others, False, True))
        falses = [case.get(False, ()) for case in cases]
        parts: list[Ways] = []
        for case, truth, rest in zip(written, cases, self._all_but(falses), strict=True):
            parts.append({case.outcome: self.search.both(truth.get(True, ()), rest)})
        parts += [self._gaps(cases, settled=(False,))]
        return self._together(parts)

    def _first(self, decision: Decision) -> Ways:
        """All cases before it false."""
        cases = self._cases(decision)
        written = decision.cases if isinstance(decision.cases, tuple) else ()
        cases += [{True: NOTHING}] * (len(written) - len(cases))
        before = NOTHING
        parts: list[Ways] = []
        for case, truth in zip(written, cases, strict=True):
            parts.append({case.outcome: self.search.both(before, truth.get(True, ()))})
            parts.append(self._after(before, _gaps_of(truth)))
            before = self.search.both(before, truth.get(False, ()))
            if not before:
                break
        return self._together(parts)

    # -- Formulas ----------------------------------------------------------------------------------

    def of(self, expression: Expression) -> Ways:
        """Find the ways of an expression."""
        if isinstance(expression, Constant):
            return {expression.value: NOTHING}
        if isinstance(expression, Name):
            code = expression.code
            return self._of_code(code_in_row(code, self.row) if list_of(code) else code)
        is_gathered = isinstance(expression, Call) and expression.over
        seen = self.walk.kept.get((id(expression), 0 if is_gathered else self.row))
        if seen is None:
            return {}  # it was not looked at, because it cannot matter
        if seen.possible.is_settled:
            return _settled_ways(seen.possible)
        if not isinstance(expression, Call):
            return {SOME: (seen.inputs,)}
        return _only_possible(self._of_call(expression, seen), seen.possible)

    def _operands(self, call: Call) -> list[Ways]:
        written, members = self._sort(call)
        return [*written, *members]

    def _sort(self, call: Call) -> tuple[list[Ways], list[Ways]]:
        """Find the ways of operands that are written out, and of the members of groups."""
        groups, takes = self.walk.situation.groups, call.operation.takes_groups
        written: list[Ways] = []
        gathered: list[Ways] = []
        for operand in call.operands:
            members = groups.get(operand.code) if takes and isinstance(operand, Name) else None
            if members is None:
                written.append(self.of(operand))
            else:
                gathered += map(self._of_code, members)
        return written, gathered

    def _over_rows(self, call: Call, seen: Seen) -> Ways:
        count = self.walk.count(call.over)
        if count is None:
            return dict.fromkeys(_keys_of(seen.possible), (seen.inputs,))
        rows = [replace(self, row=row).of(call.operands[0]) for row in range(1, count + 1)]
        return self._gather(call.operation, [], rows, (LEFT_OUT,))

    def _gather(
        self,
        operation: Operation,
        written: Sequence[Ways],
        gathered: Sequence[Ways],
        leaves: tuple[Gap, ...],
    ) -> Ways:
        """Find the ways of what gathers rows or groups; what is left out has no say.

        That nothing may be left is not looked at.
        """
        neutral = not operation.non_values.decides if isinstance(
            operation.non_values, Kleene) else SOME  # fmt: skip
        filled = [*written]
        for ways in gathered:
            out = [ways.get(gap, ()) for gap in leaves]
            kept = {key: sets for key, sets in ways.items() if key not in leaves}
            filled.append(self._together([kept, {neutral: self.search.either(out)}]))
        if isinstance(operation.non_values, Kleene):
            return self._join(filled, decides=operation.non_values.decides)
        values: Ways = {SOME: self.search.all(self._any(ways) for ways in filled)}
        return self._together([values, self._gaps(filled, settled=None)])

    def _of_call(self, call: Call, seen: Seen) -> Ways:
        if call.over:
            return self._over_rows(call, seen)
        if self.walk.leaves_out and call.operation.takes_groups:
            written, members = self._sort(call)
            if any(NOT_APPLICABLE in ways for ways in members):
                return self._gather(call.operation, written, members, (NOT_APPLICABLE,))
        match call.operation.non_values:
            case Chooses():
                body, test, other = call.operands
                tests = dict(self.of(test))
                parts = [self._after(tests.pop(True, ()), self.of(body))]
                parts += [self._after(tests.pop(False, ()), self.of(other)), tests]
                return self._together(parts)
            case Strict():
                return self._strict(call, seen)
            case Kleene(decides):
                return self._join(self._operands(call), decides=decides)
            case Replaces(kind):
                first, second = self._operands(call)
                kept = {key: sets for key, sets in first.items() if not _is_gap(key, kind)}
                replaced = [sets for key, sets in first.items() if _is_gap(key, kind)]
                return self._together([kept, self._after(self.search.either(replaced), second)])
            case Asks(kind, answer):
                (asked,) = self._operands(call)
                yes = [sets for key, sets in asked.items() if _is_gap(key, kind)]
                no = [sets for key, sets in asked.items() if not _is_gap(key, kind)]
                return {answer: self.search.either(yes), not answer: self.search.either(no)}
            case _:
                return {SOME: (seen.inputs,)}

    def _strict(self, call: Call, seen: Seen) -> Ways:
        is_lookup = call.operation is LOOKUP
        lookup = self.walk.situation.linked.lookups.get(call.code) if is_lookup else None
        operands = [*self._operands(call), *map(self._of_code, day_of(lookup))]
        valued = [_values(ways) for ways in operands]
        exact = exact_of(lookup) if is_lookup else call.operation.exact
        is_told = all(key is not SOME for ways in valued for key, _ in ways)
        if exact is not None and is_told and prod(map(len, valued)) <= _MOST_COMBINED:
            values = self._compute(exact, valued)
        else:
            every = self.search.all(self._any(ways) for ways in operands)
            is_truth = call.operation.gives == "boolean"
            some = _keys_of(seen.possible) if is_lookup else (SOME,)
            values = dict.fromkeys((True, False) if is_truth else some, every)
        return self._together([values, self._gaps(operands, settled=None)])

    def _compute(
        self, exact: Callable[[Sequence[Value]], Value | Fault],
        operands: Sequence[Sequence[tuple[Key, Sets]]],
    ) -> Ways:  # fmt: skip
        parts: list[Ways] = []
        for chosen in product(*operands):
            value = exact([key for key, _ in chosen])  # type: ignore[misc]  # all are values
            is_wrong = isinstance(value, Fault)
            if not is_wrong and not (isinstance(value, Fraction) and is_too_large(value)):
                parts.append({value: self.search.all(sets for _, sets in chosen)})  # type: ignore[dict-item]  # the same
        return self._together(parts)

    # -- Joining -----------------------------------------------------------------------------------

    def _join(self, operands: Sequence[Ways], *, decides: bool) -> Ways:
        others = [ways.get(not decides, ()) for ways in operands]
        decided = self.search.either(ways.get(decides, ()) for ways in operands)
        ways: Ways = {decides: decided, not decides: self.search.all(others)}
        return self._together([ways, self._gaps(operands, settled=(not decides,))])

    def _gaps(self, operands: Sequence[Ways], settled: tuple[bool, ...] | None) -> Ways:
        """Find how the worst of operands becomes a non-value, all the others being settled."""
        found: dict[Key, Sets] = {}
        admitted: list[Key] = list(settled) if settled is not None else []
        for gap in _GAPS:
            admitted.append(gap)
            if not any(gap in ways for ways in operands):
                continue
            each = [
                self.search.either(
                    sets
                    for key, sets in ways.items()
                    if key in admitted or (settled is None and not isinstance(key, Gap))
                )
                for ways in operands
            ]
            parts = [
                self.search.both(ways[gap], others)
                for ways, others in zip(operands, self._all_but(each), strict=True)
                if gap in ways
            ]
            found[gap] = self.search.either(parts)
        return found

    def _all_but(self, several: Sequence[Sets]) -> list[Sets]:
        """Join, for each of several, all the others."""
        before, after = [NOTHING], [NOTHING]
        for sets in several:
            before.append(self.search.both(before[-1], sets))
        for sets in reversed(several):
            after.append(self.search.both(after[-1], sets))
        after.reverse()
        return [self.search.both(one, other) for one, other in zip(before, after[1:], strict=False)]

    def _any(self, ways: Ways) -> Sets:
        return self.search.either(sets for _, sets in _values(ways))

    def _either(self, first: Sets | None, second: Sets) -> Sets:
        return self.search.either([first or (), second])

    def _after(self, first: Sets, ways: Ways) -> Ways:
        if not first:
            return {}
        return {key: self.search.both(first, sets) for key, sets in ways.items()}

    def _together(self, parts: Iterable[Ways]) -> Ways:
        """Join ways of which any does; too many different values become some value."""
        found: dict[Key, list[Sets]] = {}
        for ways in parts:
            for key, sets in ways.items():
                if sets:
                    found.setdefault(key, []).append(sets)
        values = [key for key in found if not isinstance(key, Gap)]
        if len(values) > _MOST_KEYS or (SOME in found and len(values) > 1):
            joined = [sets for key in values for sets in found.pop(key)]
            found[SOME] = joined
        return {key: self.search.either(several) for key, several in found.items()}


def _gaps_of(ways: Ways) -> dict[Key, Sets]:
    return {key: sets for key, sets in ways.items() if isinstance(key, Gap)}


def _is_gap(key: Key, kind: str) -> bool:
    return key == Gap(kind) or (kind == NOT_APPLICABLE.kind and key == LEFT_OUT)


def _keys_of(possible: Possible) -> Sequence[Key]:
    """List the values, if they are few."""
    values = possible.values
    is_short = isinstance(values, frozenset) and len(values) <= _MOST_KEYS
    return list(values) if is_short and isinstance(values, frozenset) else [SOME]


def _renamed(ways: Ways, when_true: Value, when_false: Value) -> Ways:
    return _named(ways, {True: when_true, False: when_false})


def _named(ways: Ways, names: Mapping[Key, Key]) -> Ways:
    return {
        (key if isinstance(key, Gap | Some) else names[key]): sets for key, sets in ways.items()
    }


def _only_possible(ways: Ways, possible: Possible) -> Ways:
    """Leave out what cannot come out."""
    return {
        key: sets
        for key, sets in ways.items()
        if sets and (isinstance(key, Some | Gap) or possible.may_be(key))
    }
