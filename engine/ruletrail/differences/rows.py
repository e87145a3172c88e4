"""Reports one by one, by both rulebooks: each reads them by its own form.

Whichever version a report names, both answer; one of another rulebook is refused.
Nothing of that is fatal: it is counted.
"""

from fractions import Fraction
from typing import Any

from ruletrail.api import Plan
from ruletrail.batches.carrying import read_carried
from ruletrail.batches.cells import Carried, carried_text
from ruletrail.batches.row_intake import RowForm, read_node
from ruletrail.batches.rows import RawRow
from ruletrail.batches.sources import RULEBOOK
from ruletrail.differences.impacts import VALUE, Tally, Who, word_of_text
from ruletrail.differences.reach import STATUS, Pair
from ruletrail.differences.trials import (
    Answer,
    Outcome,
    Trial,
    alike,
    first_parting,
    outcome_of,
    show_outcome,
)
from ruletrail.documents import MappingNode, Node, ScalarNode
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.intake import check_report, is_whole
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.reports import read_reference
from ruletrail.rulebooks import Rule
from ruletrail.trails import outcome_word
from ruletrail.values import is_non_value

Forms = tuple[RowForm, RowForm]
"""How each rulebook reads the rows of one input."""
Subject = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowComparer:
    """Compares what two rulebooks answer to single reports; `most` are named, None for all."""

    pair: Pair
    codes: tuple[str, ...]
    most: int | None

    def add_row(self, raw: RawRow, forms: Forms, carried: Carried, tally: Tally) -> None:
        """Count one row of an input."""
        answers = []
        for plan, form in zip(self.pair.plans, forms, strict=True):
            try:
                node, problems = read_node(raw, form, plan.linked.schema)
            except ProblemsError as error:
                node, problems = None, list(error.problems)
            answers.append(self.answer(plan, node, problems))
        subject = name_subject(carried.names, read_carried(raw, forms[1], carried))
        self.add(answers[0], answers[1], Who(raw.row, "", subject, None, None), tally)

    def add_document(
        self, node: Node | None, problems: list[Problem], file: str, tally: Tally
    ) -> None:
        """Count one report that is a file of its own."""
        old, new = (self.answer(plan, node, problems) for plan in self.pair.plans)
        known = new.evaluation or old.evaluation
        subject = dict(known.record.report.subject) if known is not None else {}
        named = tuple((key, str(value)) for key, value in subject.items())
        self.add(old, new, Who(0, file, named, None, None), tally)

    def answer(self, plan: Plan, node: Node | None, problems: list[Problem]) -> Answer:
        """Evaluate a report's tree by one rulebook, as if it named that one."""
        if node is None or not is_whole(problems):
            return Answer(plan, None, tuple(problems))
        named, found = self._as_own(node, plan)
        if found:
            return Answer(plan, None, (*problems, *found))
        report, told = check_report(named, plan.linked, problems)
        if report is None:
            return Answer(plan, None, tuple(told))
        return Answer(plan, plan.evaluate(report))

    def _as_own(self, node: Node, plan: Plan) -> tuple[Node, list[Problem]]:
        """Let a report name one rulebook that names the other, or another version."""
        reference, mark, problems = read_reference(node)
        if reference is None or not isinstance(node, MappingNode):
            return node, problems
        references = {graph.linked.rulebook.identity.reference for graph in self.pair.graphs}
        if f"{reference.name}/{reference.edition}" not in references:
            return node, [_of_another(str(reference), mark, plan)]
        own = ScalarNode(plan.linked.rulebook.identity.reference, "quoted", mark)
        return replace(node, values={**node.values, RULEBOOK: own}), []

    # -- Comparing ---------------------------------------------------------------------------------

    def add(self, old: Answer, new: Answer, who: Who, tally: Tally) -> None:
        """Count what both rulebooks make of one report."""
        tally.reports += 1
        one, other = old.evaluation, new.evaluation
        if one is None or other is None:
            tally.refuse(who.file or str(who.row), old.problems, new.problems)
            return
        tally.compared += 1
        parting: tuple[str, str] | None = None
        for code in self.codes:
            before = outcome_of(one, old.linked, code)
            after = outcome_of(other, new.linked, code)
            if alike(before, after):
                continue
            if parting is None:
                tally.changed += 1
                parting = first_parting(Trial({}, old, new, 0))
            self._count(code, (before, after), (old, new), who, parting, tally)

    def _count(  # noqa: PLR0917 - what is known of one outcome of one report
        self,
        code: str,
        outcomes: tuple[Outcome, Outcome],
        answers: tuple[Answer, Answer],
        who: Who,
        parting: tuple[str, str],
        tally: Tally,
    ) -> None:
        pairs = list(zip(answers, outcomes, strict=True))
        was, now = (word_of(each.plan, code, outcome) for each, outcome in pairs)
        transition = tally.at((code, was, now))
        transition.count += 1
        old, new = outcomes
        if isinstance(old, Fraction) and isinstance(new, Fraction):
            moved = new - old
            transition.add_numbers(moved, moved, moved)
        if self.most is None or len(transition.who) < self.most:
            shown = [_show(each.plan, code, outcome) for each, outcome in pairs]
            transition.who.append(replace(who, old=shown[0], new=shown[1]))
        if not transition.step:
            transition.step, transition.because = parting


def word_of(plan: Plan, code: str, outcome: Outcome) -> str:
    """Name what an outcome came to: a word, or that a rule has a value."""
    if outcome is None:
        return ""
    if isinstance(outcome, tuple):
        return VALUE
    is_rule = code != STATUS and isinstance(plan.linked.rulebook.entries.get(code), Rule)
    if not is_rule:
        return outcome_word(outcome)
    if is_non_value(outcome):
        word = outcome_word(outcome)
        return "missing" if word == "undetermined" else word
    if isinstance(outcome, bool):
        return "true" if outcome else "false"
    return word_of_text(outcome) if isinstance(outcome, str) else VALUE


def _show(plan: Plan, code: str, outcome: Outcome) -> Any:
    """Write what an outcome came to, for programs: why there is no value, in a word."""
    if outcome is None or isinstance(outcome, tuple) or not is_non_value(outcome):
        return show_outcome(plan.linked, code, outcome)
    return word_of(plan, code, outcome)


def name_subject(names: tuple[str, ...], cells: tuple[object, ...]) -> Subject:
    """Write the cells by which somebody recognises a report, each with its column."""
    pairs = zip(names, cells, strict=True)
    return tuple((name.removeprefix("subject."), _text(c)) for name, c in pairs if c is not None)


def _text(cell: object) -> str:
    return carried_text(cell) if isinstance(cell, str | bool | int | float) else str(cell)


def _of_another(written: str, mark: Mark, plan: Plan) -> Problem:
    details = {"text": quote(written), "rulebook": quote(plan.reference)}
    return Problem("report-of-another", mark, details)
