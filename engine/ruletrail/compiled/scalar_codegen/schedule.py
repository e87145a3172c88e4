"""The order in which code works out the steps: those of rows in as few loops as may be.

A step of a row may read others of its own row in the same loop; what gathers rows, and what reads
that, comes after the loop. Without lists it is the order of the linked rulebook.
"""

from collections import deque
from collections.abc import Sequence

from ruletrail.analysis.ir import TypedRulebook, TypedStep
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of
from ruletrail.formulas.expressions import names_by_scope
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.rulebooks import Check, Entry, Rule


@dataclass(frozen=True, slots=True)
class Unit:
    """Steps that are printed together: one of no row, or those of a loop over rows of `over`."""

    over: str
    steps: tuple[TypedStep, ...]


def schedule_steps(typed: TypedRulebook, most: int) -> Sequence[Unit]:
    """Order the steps; a loop has at most so many."""
    if not typed.lists:
        return [Unit("", (step,)) for step in typed.steps]
    return _Schedule(typed, most).run()


class _Schedule:
    """Which steps wait for which others: in the same loop, or until it has ended."""

    def __init__(self, typed: TypedRulebook, most: int) -> None:
        self.most, self.units = most, list[Unit]()
        self.steps = {step.entry.code: step for step in typed.steps}
        self.waits = dict.fromkeys(self.steps, 0)
        self.in_loop: dict[str, list[str]] = {code: [] for code in self.steps}
        self.after: dict[str, list[str]] = {code: [] for code in self.steps}
        for code, step in self.steps.items():
            same_row, others = _find_reads(step.entry, typed.linked)
            for found, readers in ((same_row, self.in_loop), (others, self.after)):
                for read in found & self.steps.keys():
                    readers[read].append(code)
                    self.waits[code] += 1
        self.plain: deque[str] = deque()
        self.of_rows: dict[str, deque[str]] = {code: deque() for code in typed.lists}
        for code in self.steps:
            if not self.waits[code]:
                self._make_ready(code)

    def run(self) -> Sequence[Unit]:
        while True:
            over = next((code for code, ready in self.of_rows.items() if ready), "")
            if self.plain:
                code = self.plain.popleft()
                self.units.append(Unit("", (self.steps[code],)))
                self._release(self.after[code])
            elif over:
                self._make_loop(over)
            else:
                return self.units

    def _make_loop(self, over: str) -> None:
        ready, codes = self.of_rows[over], list[str]()
        while ready and len(codes) < self.most:
            codes.append(code := ready.popleft())
            self._release(self.in_loop[code])
        self.units.append(Unit(over, tuple(self.steps[code] for code in codes)))
        for code in codes:
            self._release(self.after[code])

    def _release(self, readers: Sequence[str]) -> None:
        for code in readers:
            self.waits[code] -= 1
            if not self.waits[code]:
                self._make_ready(code)

    def _make_ready(self, code: str) -> None:
        over = self._loop_of(self.steps[code].entry)
        (self.of_rows[over] if over else self.plain).append(code)

    def _loop_of(self, entry: Entry) -> str:
        return list_of(entry.code) if isinstance(entry, Rule | Check) else ""


def _find_reads(entry: Entry, linked: LinkedRulebook) -> tuple[set[str], set[str]]:
    """Find what an entry reads of its own row, and what it reads of no row, or of all."""
    same_row: set[str] = set()
    gathered: set[str] = set()
    for formula in formulas_of(entry):
        direct, inside = names_by_scope(formula.tree)
        same_row.update(code for code in direct if list_of(code))
        gathered.update(inside)
    others = {code for code in linked.reads[entry.code] if not list_of(code)}
    return same_row, others | {code for code in gathered if list_of(code)}
