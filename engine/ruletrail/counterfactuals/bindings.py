"""Which comparison bound a target: followed back from it through the steps that it reads.

A comparison of the target that came out otherwise may do so because another step did, and then
that step's own comparison is the reason. It is followed only where the other step's answer alone
changes the comparison: what it reads beside, or in a branch not taken, is none.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import cast

from ruletrail.counterfactuals.deciding import Concluded, Decisive, find_decisive, settle_alike
from ruletrail.counterfactuals.questions import Question
from ruletrail.evaluations.evaluating import conclude_all
from ruletrail.evaluations.reading import make_reading
from ruletrail.evaluations.rows import join_rows
from ruletrail.formulas import (
    Call,
    Constant,
    Expression,
    Name,
    evaluate_part,
    list_of,
    names_by_scope,
)
from ruletrail.linking import days_of, values_by_day
from ruletrail.rulebooks import Check
from ruletrail.trails import Conclusion, code_in_row, cut_code, entry_of
from ruletrail.values import Fact, Missing, Value

_Layers = ChainMap[str, Fact]

_MOST_FOLLOWED = 30
"""So many steps that a comparison reads are weighed: each in all rows that it gathers."""


def find_binding(
    question: Question,
    before: Mapping[str, Conclusion],
    after: Mapping[str, Conclusion],
    values: tuple[Mapping[str, Value], Mapping[str, Value]],
) -> tuple[str, str]:
    """Find the comparison that came out otherwise: its step, and the comparison as written.

    It is followed back from the target: where a comparison comes out otherwise by what another
    step decided, that step's own comparison is the one that bound. `values` are those of the
    inputs that were moved, before and after.
    """
    facts = (
        _facts_with(question, before, values[0]),
        _facts_with(question, after, values[1]),
    )
    here, found = question.target, (question.target, "")
    while here:
        decisive = find_decisive(
            Concluded(before[here], facts[0]), Concluded(after[here], facts[1])
        )
        found = (here, decisive.text) if decisive.text or not found[1] else found
        row = getattr(after[here], "row", 0)
        changed = (
            code
            for code in _steps_in(decisive, row, question, after)
            if code in before
            and before[code].fact != after[code].fact
            and not isinstance(after[code].fact, Fraction)
        )
        deeper = list(islice(changed, _MOST_FOLLOWED))
        if not deeper:
            break
        weighing = _Weighing(question, after[here], decisive, facts)
        enough = (code for code in deeper if weighing.is_enough(code))
        # what no formula reads has no comparison of its own that could be named in its place
        here = next(enough, deeper[0] if decisive.step else "")
    return found


def _facts_with(
    question: Question, known: Mapping[str, Conclusion], moved: Mapping[str, Value]
) -> _Layers:
    """Join what was concluded, the inputs that were moved, and all else as in the report."""
    facts = ChainMap[str, Fact](
        {},
        {code: each.fact for code, each in known.items()},
        cast("dict[str, Fact]", moved),
        cast("dict[str, Fact]", question.facts),
    )
    for code in days_of(question.linked):
        if code in known or code in moved:
            facts.update(values_by_day(question.linked, code, facts))
    return facts


# -- Steps that are read ---------------------------------------------------------------------------


def _steps_in(
    decisive: Decisive, row: int, question: Question, known: Mapping[str, Conclusion]
) -> Iterator[str]:
    """Name the steps that are read, those of rows with their row: of its own, or of every one."""
    if decisive.step:
        yield from (
            _in_each_row(decisive.step, known) if list_of(decisive.step) else (decisive.step,)
        )
        return
    weighed = _weighed(decisive)
    if weighed is None:
        return
    direct, gathered = names_by_scope(weighed)
    members = question.places.members
    for code in direct:
        for each in members.get(code, (code,)):
            here = code_in_row(each, row) if list_of(each) else each
            if here in known:
                yield here
    for code in gathered:
        for each in members.get(code, (code,)):
            yield from _in_each_row(each, known) if list_of(each) else (each,) * (each in known)


def _in_each_row(code: str, known: Mapping[str, Conclusion]) -> Iterator[str]:
    return (each for each in known if cut_code(each)[1] and entry_of(each) == code)


def _weighed(decisive: Decisive) -> Expression | None:
    """Find what is weighed of a formula: the part that decides, or what gathers it from rows."""
    formula, part = decisive.formula, decisive.part
    if formula is None or part is None or isinstance(part, Constant):
        return None
    start, end = part.span
    here: Expression | None = formula.tree
    while isinstance(here, Call) and here is not part and not here.over:
        around = (each for each in here.operands if each.span[0] <= start and end <= each.span[1])
        here = next(around, None)
    return here


# -- Whether a step's answer alone is enough -------------------------------------------------------


class _Weighing:
    """Tells whether a step comes out otherwise by one code alone, or would not without it.

    So does the comparison in it that decides: what else reads the code is another reason.
    """

    def __init__(
        self,
        question: Question,
        step: Conclusion,
        decisive: Decisive,
        facts: tuple[_Layers, _Layers],
    ) -> None:
        self._question, self._step, self._decisive = question, step, decisive
        self._row, self._part = getattr(step, "row", 0), _weighed(decisive)
        before, after = facts
        self._facts = facts
        self._known = self._work_out(before), self._work_out(after)

    def is_enough(self, code: str) -> bool:
        """Weigh one code: as after beside all else as before, and the other way round."""
        before, after = self._facts
        made, unmade = (
            before.new_child({code: after[code]}),
            after.new_child({code: before[code]}),
        )
        was, is_now = self._known
        if settle_alike(self._work_out(made), was) and settle_alike(self._work_out(unmade), is_now):
            return False
        if list_of(self._decisive.step):
            return True
        step = self._step.code
        return not settle_alike(self._conclude(made), before[step]) or not settle_alike(
            self._conclude(unmade), after[step]
        )

    def _work_out(self, facts: _Layers) -> Fact:
        """Work out what decides: a check of all rows, a code, or a part of a formula."""
        question, decisive, part = self._question, self._decisive, self._part
        if list_of(decisive.step):
            check = cast("Check", question.linked.rulebook.entries[decisive.step])
            rows = range(1, len(question.report.lists.get(list_of(check.code), ())) + 1)
            return join_rows(check, [facts[code_in_row(check.code, row)] for row in rows])
        if decisive.step:
            return facts[decisive.step]
        if isinstance(part, Name):
            code = code_in_row(part.code, self._row) if list_of(part.code) else part.code
            return facts.get(code, Missing((code,)))
        if decisive.formula is None or not isinstance(part, Call):
            return False
        reading = make_reading(question.linked, question.report, facts)
        if self._row:
            reading = reading.in_row(self._row, {})
        return evaluate_part(decisive.formula, part.part, reading.read, reading.rows)

    def _conclude(self, facts: _Layers) -> Fact:
        """Conclude the step anew, of an entry of rows that of its row."""
        question, step = self._question, self._step
        reading = make_reading(question.linked, question.report, facts)
        asked = [self._row] if self._row else None
        found = conclude_all(step.entry, reading, question.report, asked)
        return next(each.fact for each in found if each.code == step.code)
