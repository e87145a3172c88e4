"""The nearest values of one input that change a target, or the proof that none does.

From the report's value outwards, each stretch of values is followed to the one fact that it has;
the first with another outcome begins with the nearest change. That is confirmed by the reference
evaluator, at the change and one step before. Where the whole domain was followed and nothing
changed, the input is steady. Why that is sound: docs/decisions/029-stretches-of-one-input.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from string import ascii_lowercase

from ruletrail.counterfactuals.admissions import write_value
from ruletrail.counterfactuals.answers import Flip
from ruletrail.counterfactuals.bindings import find_binding
from ruletrail.counterfactuals.cones import Cone
from ruletrail.counterfactuals.curves import Fixed, straight
from ruletrail.counterfactuals.domains import Calendar, Domain, Grid, Listed, Texts, distance
from ruletrail.counterfactuals.following import follow
from ruletrail.counterfactuals.primitives import Form, Wording
from ruletrail.counterfactuals.questions import (
    DisagreementError,
    Question,
    missing_in,
)
from ruletrail.counterfactuals.stretches import (
    Allowance,
    SplitError,
    Stretch,
    UnsettledError,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of
from ruletrail.linking import unit_of
from ruletrail.trails import Conclusion, cut_code, entry_of, outcome_word
from ruletrail.values import Fact, Value

CHARACTERS, DAYS = "characters", "days"
"""The units of a margin between lengths of texts, and between days."""
_SOME_DAY = date(2000, 1, 1)
"""Where the search for a day begins in a report that has none."""
_MOST_REFUSED = 50
"""So many values in a row may be refused by the schema before the search ends."""
_SHORT = 1_000
"""So many values are looked at one by one where they cannot be followed together."""
_COST_OF_ASKING = 10
"""What the reference evaluator costs, for each code that is read, or part of a formula."""
_COST_OF_GATHERING = 2
"""What it costs beside, for each part of an argument and each row that it is evaluated in."""
_COST_OF_ADMITTING, _COST_OF_ROW = 1_000, 50
"""What it costs to hold a report against its schema, and each of the rows that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one input: its flips, and why there may be more, if there may."""

    flips: tuple[Flip, ...]
    reason: str = ""


class Search:
    """Varies one input of a question; the others are as in the report, or as `fixed` says.

    `accepts` says which outcomes are looked for: by default any but the report's.
    """

    def __init__(
        self,
        question: Question,
        code: str,
        allowance: Allowance,
        *,
        fixed: Mapping[str, Value] | None = None,
        accepts: Callable[[str], bool] | None = None,
    ) -> None:
        """Find what can change; `UnsettledError` where that is more than is allowed."""
        self.question, self.code, self.allowance = question, code, allowance
        self.fixed = dict(fixed or {})
        self.accepts = accepts or (lambda word: word != question.outcome)
        self.cone: Cone = question.cone([code, *self.fixed])
        declared = question.declared(code)
        self.declared = self.fixed.get(code, declared.value if declared is not None else None)
        self.written = declared.text if declared is not None else ""
        self.weight = sum(
            question.weigh(step) * self._count_rows(step.code) for step in self.cone.steps
        )
        """What the steps between the input and the target look at: what asking them costs."""
        self.gathered = sum(question.count_gathered(step) for step in self.cone.steps)
        """And what they gather of rows, which asking works out anew."""
        self.asked: dict[bool, tuple[Value | None, dict[str, Conclusion]]] = {}
        """What was asked last of the report's value, and of another: a change is asked again."""
        allowance.spend(self.weight)

    def _count_rows(self, code: str) -> int:
        """Count how often a step is concluded: once, or once for each row that is reached."""
        is_each = code in self.cone.whole or (list_of(code) and not cut_code(self.code)[1])
        return self.cone.rows.get(list_of(code), 1) if is_each else 1

    def run(self, domain: Domain) -> Found:
        """Find the nearest changes; an empty answer without a reason is a proof."""
        match domain:
            case Grid() | Calendar():
                return self._vary_number(domain)
            case Listed():
                return self._try_listed(domain)
            case Texts():
                return self._vary_text(domain)

    # -- Asking ------------------------------------------------------------------------------------

    def _follow(self, form: Form, stretch: Stretch) -> Fact:
        fixed: dict[str, Form] = {code: Fixed(value) for code, value in self.fixed.items()}
        try:
            return follow(self.cone, {**fixed, self.code: form}, stretch, self.allowance)
        except UnsettledError as error:
            is_short = 0 < stretch.high - stretch.low < _SHORT
            if error.reason == "limit" or not is_short:
                raise
            # of a few values each can be looked at by itself, whatever is done with them
            stretch.halve()

    def ask(self, value: Value | None) -> dict[str, Conclusion]:
        """Evaluate the steps between the input and the target, by the reference."""
        is_declared = value == self.declared
        kept = self.asked.get(is_declared)
        if kept is not None and kept[0] == value:
            return kept[1]
        self.allowance.spend(_COST_OF_ASKING * self.weight + _COST_OF_GATHERING * self.gathered)
        conclusions = self.question.conclude(self.cone, self._values_with(value), [self.code])
        self.asked[is_declared] = value, conclusions
        return conclusions

    def _values_with(self, value: Value | None) -> dict[str, Value]:
        return {**self.fixed} if value is None else {**self.fixed, self.code: value}

    def word(self, conclusions: Mapping[str, Conclusion]) -> str:
        """Return what the target comes to."""
        return outcome_word(conclusions[self.question.target].fact)

    def _admits(self, value: Value) -> bool:
        values, admission = {**self.fixed, self.code: value}, self.question.admission
        self.allowance.spend(_COST_OF_ADMITTING + _COST_OF_ROW * admission.count_rows(values))
        return admission.admits(values)

    def _flip(
        self, to: Value, before: Value | None, word: str | None, margin: Fraction | None, unit: str
    ) -> Flip:
        """Confirm a change, at it and one step before, and say what it comes down to.

        Raises `DisagreementError` where the evaluator says otherwise.
        """
        old, new = self.ask(before), self.ask(to)
        found = self.word(new)
        is_first = self.declared is None or not self.accepts(self.word(old))
        if (word is not None and word != found) or not self.accepts(found) or not is_first:
            raise DisagreementError(f"{self.question.target} {self.code} {write_value(to)}")
        moved = self._values_with(before), self._values_with(to)
        step, because = find_binding(self.question, old, new, moved)
        missing = missing_in(new[self.question.target].fact)
        return Flip(
            self.code, self.declared, to, found, margin, unit or None, because, step, self.written,
            missing,
        )  # fmt: skip

    # -- Numbers -----------------------------------------------------------------------------------

    def _vary_number(self, grid: Grid | Calendar) -> Found:
        low, high = grid.stretch.low, grid.stretch.high
        if self.declared is None:
            here = min(max(self._begin(grid), low), high)
            return self._settle_blank(grid, here)
        here = grid.steps_of(self.declared)
        flips: list[Flip] = []
        reason = ""
        for stretch, rises in ((Stretch(low, here - 1), False), (Stretch(here + 1, high), True)):
            try:
                flip = self._nearest(grid, stretch, rises=rises)
            except UnsettledError as error:
                reason = error.reason
                continue
            flips += [flip] if flip is not None else []
        if not flips and not reason:
            self._confirm_steady([grid.value(low), grid.value(high)])
        return Found(tuple(flips), reason)

    def _begin(self, grid: Grid | Calendar) -> int:
        """Say where a search begins that has no value to begin at: at zero, or at a known day."""
        if isinstance(grid, Grid):
            return 0
        known = [each.value for each in self.question.report.fields.values()]
        return next((day for day in known if isinstance(day, date)), _SOME_DAY).toordinal()

    def walk(
        self, stretch: Stretch, form: Callable[[Stretch], Form], *, rises: bool
    ) -> Iterator[tuple[Stretch, Fact]]:
        """Yield stretches with the one fact that each has, in the direction of the search."""
        waiting = [stretch] if stretch.low <= stretch.high else []
        while waiting:
            here = waiting.pop()
            try:
                fact = self._follow(form(here), here)
            except SplitError as split:
                parts = [Stretch(here.low, split.at - 1), Stretch(split.at, here.high)]
                waiting += reversed(parts) if rises else parts
                continue
            yield here, fact

    def _nearest(self, grid: Grid | Calendar, stretch: Stretch, *, rises: bool) -> Flip | None:
        is_refused = False
        for part, fact in self.walk(stretch, grid.form, rises=rises):
            word = outcome_word(fact)
            if not self.accepts(word):
                is_refused = False
                continue
            steps = self._first_admitted(part, grid.value, rises=rises)
            if steps is None:
                is_refused = True
                continue
            to, is_first = grid.value(steps), steps == (part.low if rises else part.high)
            # where the schema refuses the values before, they are no report's
            is_next = is_first and not is_refused
            before = grid.value(steps - (1 if rises else -1)) if is_next else self.declared
            unit = DAYS if isinstance(grid, Calendar) else self._unit
            return self._flip(to, before, word, distance(to, self.declared), unit)
        return None

    def _first_admitted(
        self, part: Stretch, value: Callable[[int], Value], *, rises: bool
    ) -> int | None:
        """Find the nearest value of a stretch that the schema admits, if it admits one at all."""
        ordered = range(part.low, part.high + 1) if rises else range(part.high, part.low - 1, -1)
        for steps in ordered[:_MOST_REFUSED]:
            if self._admits(value(steps)):
                return steps
        # a stretch may hold more values than Python's `len` can count
        if part.high - part.low >= _MOST_REFUSED:
            raise UnsettledError("schema")
        return None

    def _confirm_steady(self, ends: Sequence[Value]) -> None:
        """Ask the evaluator at the ends of the domain, in case following went wrong as a whole.

        An end that the schema refuses may lead anywhere: it is no report's.
        """
        for end in ends:
            if self.accepts(self.word(self.ask(end))) and self._admits(end):
                raise DisagreementError(f"{self.question.target} {self.code} {write_value(end)}")

    # -- What the report does not say --------------------------------------------------------------

    def _settle_blank(self, grid: Grid | Calendar, here: int) -> Found:
        """Find, for each other outcome, the value nearest to where the search begins.

        What was found above counts only where nothing below is nearer.
        """
        low, high = grid.stretch.low, grid.stretch.high
        found: dict[str, tuple[int, Flip]] = {}
        reason = ""
        try:
            for stretch, rises in ((Stretch(here, high), True), (Stretch(low, here - 1), False)):
                self._settle_side(grid, stretch, here, found, rises=rises)
        except UnsettledError as error:
            reason = error.reason
        return Found(tuple(flip for _, flip in found.values()), reason)

    def _settle_side(
        self,
        grid: Grid | Calendar,
        stretch: Stretch,
        here: int,
        found: dict[str, tuple[int, Flip]],
        *,
        rises: bool,
    ) -> None:
        """Look for nearer values on one side, until each outcome of the rulebook has its nearest.

        `found` has, for each outcome, how far its value is, and the flip.
        """
        expected = {word for word in self.question.outcomes if self.accepts(word)}
        for part, fact in self.walk(stretch, grid.form, rises=rises):
            nearest = abs((part.low if rises else part.high) - here)
            is_all = bool(found) and expected <= found.keys()
            if is_all and all(nearest >= far for far, _ in found.values()):
                return
            word = outcome_word(fact)
            if not self.accepts(word) or (word in found and found[word][0] <= nearest):
                continue
            steps = self._first_admitted(part, grid.value, rises=rises)
            if steps is None or (word in found and found[word][0] <= abs(steps - here)):
                continue
            flip = self._flip(grid.value(steps), None, word, None, self._unit)
            found[word] = (abs(steps - here), flip)

    @property
    def _unit(self) -> str:
        return unit_of(self.question.linked, entry_of(self.code)) or ""

    # -- Listed values -----------------------------------------------------------------------------

    def _try_listed(self, domain: Listed) -> Found:
        """Try every other value: of numbers the nearest on each side, of words one an outcome."""
        found: dict[object, Flip] = {}
        declared = self.declared
        try:
            for value in self._by_nearness(domain.values):
                word = self.word(self.ask(value))
                margin = distance(value, declared)
                side = word if margin is None else value > declared  # type: ignore[operator]
                if not self.accepts(word) or side in found or not self._admits(value):
                    continue
                unit = self._unit if isinstance(value, Fraction) else ""
                found[side] = self._flip(value, declared, word, margin, unit)
        except UnsettledError as error:
            return Found(tuple(found.values()), error.reason)
        return Found(tuple(found.values()))

    def _by_nearness(self, values: Sequence[Value]) -> list[Value]:
        """Order values by their distance from the report's, of a blank one from zero."""
        others = [value for value in values if value != self.declared]
        here = Fraction(0) if self.declared is None else self.declared
        return sorted(others, key=lambda value: distance(value, here) or 0)

    # -- Free texts --------------------------------------------------------------------------------

    def _vary_text(self, domain: Texts) -> Found:
        """Follow all texts by their length; those that formulas compare with are tried apart."""
        named: set[str] = {""} if domain.shortest == 0 else set()
        flips: dict[object, Flip] = {}
        reason = ""
        longest, shortest = domain.longest, max(domain.shortest, 1)
        here = len(self.declared) if isinstance(self.declared, str) else shortest
        here = min(max(here, shortest), longest + 1)
        for stretch, rises in (
            (Stretch(shortest, here - 1), False),
            (Stretch(here, longest), True),
        ):
            try:
                self._measure(stretch, named, flips, rises=rises)
            except UnsettledError as error:
                reason = error.reason
        try:
            self._try_named(named, flips)
        except UnsettledError as error:
            reason = error.reason
        return Found(tuple(flips.values()), reason)

    def _measure(
        self, stretch: Stretch, named: set[str], flips: dict[object, Flip], *, rises: bool
    ) -> None:
        """Find the nearest length that changes the target; of a blank one, for each outcome."""
        declared = self.declared
        form: Callable[[Stretch], Form] = lambda part: Wording(  # noqa: E731
            straight(Fraction(1), part), named
        )
        for part, fact in self.walk(stretch, form, rises=rises):
            word = outcome_word(fact)
            if not self.accepts(word) or (declared is None and word in flips):
                continue
            length = part.low if rises else part.high
            to = self._text_of(length, named)
            if not self._admits(to):
                raise UnsettledError("schema")
            margin = Fraction(abs(length - len(declared))) if isinstance(declared, str) else None
            unit = CHARACTERS if margin else ""
            flips[word if declared is None else rises] = self._flip(
                to, declared, word, margin or None, unit
            )
            if declared is not None:
                return

    def _text_of(self, length: int, named: set[str]) -> str:
        """Make a text of a length that is none of those compared with: the report's, cut or longer.

        An absent one is dots.
        """
        old = self.declared if isinstance(self.declared, str) else ""
        text = old[:length].ljust(length, ".")
        taken = named | {old}
        others = (text[:-1] + ending for ending in ascii_lowercase)
        found = (
            text if text not in taken else next((each for each in others if each not in taken), "")
        )
        if not found:
            raise UnsettledError("schema")
        return found

    def _try_named(self, named: set[str], flips: dict[object, Flip]) -> None:
        for text in sorted(named):
            if text == self.declared:
                continue
            word = self.word(self.ask(text))
            is_known = any(flip.outcome == word for flip in flips.values())
            if self.accepts(word) and not is_known and self._admits(text):
                flips[text] = self._flip(text, self.declared, word, None, "")
