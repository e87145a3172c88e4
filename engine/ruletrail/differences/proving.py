"""What a search does not settle: whether a proof says that two rulebooks come to the same.

A change is `same` where its own step is proved the same in both rulebooks, or else each outcome
that rests on it. A proof is about the reports that both forms admit and no check of severity
`error` refuses. What it refutes has a report, which is tried like any other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ruletrail.differences.changes import Change
from ruletrail.differences.reach import ADMISSION, STATUS, Pair, Reached
from ruletrail.differences.trials import Document
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import Message

if TYPE_CHECKING:
    from ruletrail.proofs import Answer

WORK, WORK_IN_ALL = 20, 60
"""Millions of the solver's steps for one proof, and for all of a comparison."""
SECONDS, SECONDS_IN_ALL = 60.0, 120.0
"""The time that they may take whatever they do."""
MOST_OUTCOMES = 40
"""Outcomes of one change that are asked about one by one."""


class Prover:
    """Asks for proofs, each code once, as long as the work is not too much."""

    def __init__(self, pair: Pair) -> None:
        """Prove nothing yet."""
        self.pair = pair
        self.answers: dict[str, Answer] = {}
        self.is_there = True
        """Whether there is a solver."""
        entries = [graph.linked.rulebook.entries for graph in pair.graphs]
        self._common = entries[0].keys() & entries[1].keys()

    def prove(self, changes: Sequence[tuple[Change, Reached]]) -> None:
        """Ask about changes, each with the outcomes that it reaches."""
        asked = [(change, reached, self._own(change)) for change, reached in changes]
        self._ask(code for _, _, own in asked for code in own)
        left = [reached for _, reached, own in asked if not self._are_proved(own)]
        self._ask(code for reached in left for code in self._outcomes(reached))

    def settle(self, change: Change, reached: Reached) -> tuple[bool, str]:
        """Tell whether a change is proved to make no difference; if not, why, in a word.

        It is `other` where a report was found that tells the outcomes apart.
        """
        if ADMISSION in reached:
            return False, ADMISSION
        if len(reached) == (STATUS in reached):
            return False, "status"
        if self._are_proved(self._own(change)):
            return True, ""
        codes = self._outcomes(reached)
        if self._are_proved(codes):
            return True, ""
        if not codes:
            return False, "outcomes"
        found = (self.answers.get(code) for code in codes)
        reasons = [answer.reason if answer is not None else "work" for answer in found]
        # a limit that was reached is told with how much it was
        return False, next((reason.partition(" ")[0] for reason in reasons if reason), "other")

    def witnesses(self) -> Iterator[Document]:
        """Yield the reports that refute that some code is the same."""
        for answer in self.answers.values():
            if answer.witness is not None:
                yield {key: each for key, each in answer.witness.items() if key != "rulebook"}

    def _own(self, change: Change) -> tuple[str, ...]:
        """Name the steps that a change is in: itself, or what reads it directly; none if not both.

        A step of only one rulebook is the same as nothing.
        """
        if not change.code or change.is_of_entry or change.kind in ("field", "form"):
            return ()
        if change.code in self._common:
            return (change.code,)
        readers = (graph.readers.get(change.code, ()) for graph in self.pair.graphs)
        named = dict.fromkeys(code for each in readers for code in each)
        return tuple(named) if self._common.issuperset(named) else ()

    def _outcomes(self, reached: Reached) -> tuple[str, ...]:
        """Name the outcomes of both; none where one is of only one rulebook, or there are many."""
        if len(reached) - (STATUS in reached) - (ADMISSION in reached) > MOST_OUTCOMES:
            return ()
        codes = tuple(code for code in reached if code not in (STATUS, ADMISSION))
        return codes if self._common.issuperset(codes) else ()

    def _are_proved(self, codes: Sequence[str]) -> bool:
        found = [self.answers.get(code) for code in codes]
        return bool(found) and all(each is not None and each.answer == "proved" for each in found)

    def _ask(self, codes: Iterable[str]) -> None:
        entries = self.pair.new.linked.rulebook.entries
        wanted = [
            code
            for code in dict.fromkeys(codes)
            if code not in self.answers and not isinstance(entries[code], Message)
        ]
        if not wanted or not self.is_there:
            return
        try:
            answers = self._compare(wanted)
        except ProblemsError:
            self.is_there = False
            return
        self.answers |= {answer.about: answer for answer in answers}

    @cached_property
    def _compare(self) -> "Callable[[Sequence[str]], tuple[Answer, ...]]":
        """What tells of codes: it encodes both rulebooks, once for all that is asked."""
        from ruletrail.proofs import Limits, comparison  # noqa: PLC0415 - if something is open

        limits = Limits(WORK, WORK_IN_ALL, SECONDS, SECONDS_IN_ALL)
        return comparison(*self.pair.plans, limits=limits)
