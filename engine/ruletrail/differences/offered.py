"""Values that are offered for a field of a report, where a change may show: the likeliest first.

What a change says itself comes first, then where comparisons turn, then constants around it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.differences.aims import Aims
from ruletrail.differences.candidates import (
    Forms,
    Plain,
    Roots,
    days_in,
    find_roots,
    list_days,
    list_sizes,
    list_values,
    value_in,
    with_value,
)
from ruletrail.differences.changes import Change
from ruletrail.differences.reach import Pair
from ruletrail.differences.trials import Base, Document, Trial
from ruletrail.values import to_decimal, write_number

MOST_INPUTS = 24
"""Fields, and outcomes, of one change that are looked at."""
MOST_WORDS = 6
_BESIDE = 5
"""Values that are tried for each constant: itself, and what stands beside it."""


class Offered:
    """What is offered for fields; what all changes of one entry have in common is found once."""

    def __init__(self, pair: Pair, ask: Callable[[Document], Trial], *, keeps: bool) -> None:
        """Ask reports by `ask`; their answers are kept where they are small."""
        self.forms, self.aims = Forms(pair), Aims(pair)
        self._pair, self._ask, self._keeps = pair, ask, keeps
        self._moved: dict[tuple[int, str], tuple[Trial, Trial]] = {}
        """What both answer to a report, and to it with a number that is one more, or one less."""
        self._shared: dict[tuple[object, ...], tuple[Roots, list[Plain]]] = {}
        """Where comparisons turn along a field, and its values, for all changes of one entry."""
        self._shared_of = ""
        """The entry."""

    def values(
        self,
        change: Change,
        reached: Iterable[str],
        base: Base,
        code: str,
        *,
        is_first: bool = False,
    ) -> Iterator[Plain | None]:
        """Yield values of a field that may show a change in a report, the likeliest first."""
        now = value_in(base.document, code)
        known = self.forms.field(code)
        if known is None:
            yield from self._cell_values(base, code, now)
            return
        days = days_in(base.document) if known.kind == "date" else []
        # what the changed case itself compares with comes before what any other does
        own = self.aims.constants(change)
        if own:
            beside = list_values(known, now, own, (), days)[: _BESIDE * len(own)]
            yield from sorted(beside, key=lambda value: value not in own)
        near = self._near(change, reached, is_first=is_first)
        roots, values = self._shared_values(change, base, known, now, near)
        met = [root for begin in self.aims.thresholds(change) for root in roots.get(begin, ())]
        if met:
            yield from list_values(known, now, (), met, days)[: _BESIDE * len(met)]
        if change.kind == "field" and change.code == code:
            yield from _bound_values(change)
        yield from values
        if now is not None and change.kind in ("field", "form"):
            yield None

    def _shared_values(
        self,
        change: Change,
        base: Base,
        known: TypedField,
        now: Plain | None,
        near: Mapping[str, None],
    ) -> tuple[Roots, list[Plain]]:
        """List where comparisons turn along a field, and values, once for changes of an entry."""
        if self._shared_of != change.code:
            self._shared, self._shared_of = {}, change.code
        key = id(base), known.code, *near
        if key not in self._shared:
            days = days_in(base.document) if known.kind == "date" else []
            roots = self._roots(base, known.code, now, near)
            met = list(chain.from_iterable(roots.values()))
            values = list_values(known, now, self.forms.constants(near), met, days)
            self._shared[key] = roots, values
        return self._shared[key]

    def _cell_values(self, base: Base, code: str, now: Plain | None) -> Iterator[Plain | None]:
        """Yield values of a field of rows, or numbers of rows of a list."""
        declared, constants = self.forms.cell(code), self.forms.constants(self._readers(code))
        if declared is None:
            most = min(
                graph.linked.schema.lists[code].most
                for graph in self._pair.graphs
                if code in graph.linked.schema.lists
            )
            yield from list_sizes(constants, most)
            return
        match declared.type:
            case "boolean":
                values: list[Plain] = [True, False]
            case "number":
                wanted = [each for each in constants if isinstance(each, Fraction)]
                wanted = [each + step for each in wanted for step in (0, -1, 1)]
                wanted += [Fraction(0), Fraction(1), Fraction(100)]
                values = [decimal_of(each) for each in dict.fromkeys(wanted)]
            case "date":
                after = self._readers(*self._readers(code))
                numbers = [*constants, *self.forms.constants(after)]
                values = [*list_days(declared.admits, days_in(base.document), numbers)]
            case _:
                values = list(declared.words[:MOST_WORDS] or ("", "x"))
        yield from (value for value in values if value != now)

    def _readers(self, *codes: str) -> list[str]:
        graphs = self._pair.graphs
        return [each for graph in graphs for code in codes for each in graph.readers.get(code, ())]

    def _near(self, change: Change, reached: Iterable[str], *, is_first: bool) -> dict[str, None]:
        """Name the steps whose comparisons are looked at: the change, and what reads it."""
        near = dict.fromkeys([change.code, *self._readers(change.code)])
        if is_first and change.code in self._pair.new.reads:
            return {change.code: None}
        if is_first:
            return near
        return near | dict.fromkeys(islice(reached, MOST_INPUTS))

    def _roots(self, base: Base, code: str, now: Plain | None, near: Mapping[str, None]) -> Roots:
        if "." in code or isinstance(now, str | bool) or not isinstance(now, Decimal | None):
            return {}
        here = Fraction(now) if now is not None else Fraction(0)
        step = self.forms.way_on(code, here)
        known = self._moved.get((id(base), code))
        if known is None:
            one, moved = (
                self._ask(with_value(base.document, code, decimal_of(number), self.forms.lists))
                for number in (here, here + step)
            )
            known = one, moved
            if self._keeps:  # what functions left of an answer is small
                self._moved[id(base), code] = known
        return find_roots(*known, here, step, near)


def decimal_of(number: Fraction) -> Decimal:
    """Write a number as a report has it; one without end by a whole number beside it."""
    given = to_decimal(number)
    return given if isinstance(given, Decimal) else Decimal(write_number(Fraction(round(number))))


def _bound_values(change: Change) -> Iterator[Plain]:
    """Yield what one bound of a form admits and the other refuses, from how both are written."""
    for written in (change.old, change.new):
        text = written or ""
        try:
            number = Fraction(text)
        except (ValueError, ZeroDivisionError):
            yield from _words_in(text)
            continue
        for step in (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 100), Fraction(-1, 100)):
            yield decimal_of(number + step)
        if change.at in ("minLength", "maxLength") and 0 <= number <= 10_000:  # noqa: PLR2004
            yield from ("x" * max(int(number) + step, 0) for step in (0, 1, -1))
    if change.part == "type":
        yield from (Decimal(1), Decimal("1.5"), "x", True)


def _words_in(text: str) -> Iterator[Plain]:
    """Yield the texts of a list of choices, as a schema writes it."""
    yield from text.replace("[", "").replace("]", "").replace('"', "").split(",")[:MOST_WORDS]
