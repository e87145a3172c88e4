"""One report, two rulebooks: both answers, and what differs.

A report is held as its document's data, so that each rulebook reads it by its own form.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from ruletrail.answers import Evaluation
from ruletrail.api import Plan
from ruletrail.counterfactuals.deciding import Concluded
from ruletrail.differences.changes import MOST_TOLD, Side, Witness
from ruletrail.differences.partings import facts_alike, tell_parting
from ruletrail.differences.reach import STATUS, Pair, Reached
from ruletrail.evaluations.evaluating import conclude, conclude_all
from ruletrail.evaluations.reading import make_reading, start_facts
from ruletrail.examples.coverage import Asked
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook, days_of, values_by_day
from ruletrail.problems import Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Entry, Rule
from ruletrail.trails import Conclusion, Record, code_in_row, cut_code, entry_of, outcome_word
from ruletrail.values import Fact, to_json

Document = Mapping[str, Any]
"""A report without the rulebook that it names: `subject` and `fields`, as plain data."""


@dataclass(frozen=True, slots=True)
class Base:
    """A report to begin with, and what it is called."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rulebook makes of a report: an evaluation, or why it refuses it."""

    plan: Plan
    evaluation: Evaluation | None
    problems: tuple[Problem, ...] = ()

    @property
    def linked(self) -> LinkedRulebook:
        """The rulebook."""
        return self.plan.linked

    @property
    def record(self) -> Record | None:
        """How each fact was reached."""
        return self.evaluation.record if self.evaluation is not None else None


def answer(plan: Plan, document: Document) -> Answer:
    """Evaluate a report by one rulebook, whatever it names."""
    named = {"rulebook": plan.linked.rulebook.identity.reference, **document}
    try:
        return Answer(plan, plan.evaluate(named))
    except ProblemsError as error:
        return Answer(plan, None, tuple(error.problems))


def document_of(report: Report) -> dict[str, Any]:
    """Write a report as plain data, numbers with the decimals that they were written with."""
    fields: dict[str, Any] = {code: each.exact for code, each in report.fields.items()}
    for code, rows in report.lists.items():
        fields[code] = [{name: cell.exact for name, cell in row.items()} for row in rows]
    subject = {"subject": dict(report.subject)} if report.subject else {}
    return {**subject, "fields": fields}


def plain(document: Document) -> dict[str, Any]:
    """Write a report's data for JSON: days are texts there."""
    return {key: _plain(value) for key, value in document.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


# -- Outcomes --------------------------------------------------------------------------------------

Outcome = Fact | tuple[Fact, ...] | None


def outcome_of(evaluation: Evaluation, linked: LinkedRulebook, code: str) -> Outcome:
    """Return what an outcome came to: of a rule of rows in each row; None where there is none."""
    if code == STATUS:
        return evaluation.status
    entry = linked.rulebook.entries.get(code)
    if entry is None:
        return None
    over = list_of(code)
    if over and isinstance(entry, Rule):
        report = evaluation.record.report
        rows = range(1, len(report.lists.get(over, ())) + 1)
        return tuple(evaluation.facts[code_in_row(code, row)] for row in rows)
    return evaluation.facts[code]


def alike(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes are the same for readers: of non-values the kind counts alone."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if one is None or other is None or isinstance(one, tuple) or isinstance(other, tuple):
        return one is other
    return facts_alike(one, other)


def show_outcome(linked: LinkedRulebook, code: str, outcome: Outcome) -> Any:
    """Write an outcome for programs: that of a rule as trails do, others as their word."""
    if outcome is None:
        return None
    if isinstance(outcome, tuple):
        return [to_json(each) for each in outcome]
    is_rule = isinstance(linked.rulebook.entries.get(code), Rule)
    return to_json(outcome) if is_rule else outcome_word(outcome)


@dataclass(frozen=True, slots=True)
class Trial:
    """A report that both rulebooks were asked about, and the outcomes that differ."""

    document: Document
    old: Answer
    new: Answer
    differing: int
    """The outcomes that differ, as bits."""
    kept: list[tuple[Mapping[str, Fact], ...]] = field(default_factory=list, compare=False)
    kept_moved: list[frozenset[str]] = field(default_factory=list, compare=False)
    partings: list[tuple[str, str]] = field(default_factory=list, compare=False)
    agreeing: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False)
    """Whether a step comes to the same in both, of the same facts but for one parameter, if any."""
    readers: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False)
    """Whether all that read a parameter, a scale or a table come to the same, by kind and code."""
    asked: dict[str, tuple[tuple[Asked, ...], ...]] = field(default_factory=dict, compare=False)
    """What both answers looked up in a scale or table."""
    truths: dict[str, tuple[Mapping[str, Fact | None], ...]] = field(
        default_factory=dict, compare=False
    )
    """What cases or exceptions of a step came to in both, of the same facts, by their places."""
    concluded: dict[tuple[int, str], Conclusion | None] = field(default_factory=dict, compare=False)
    """Steps that were concluded anew, of their own answer's facts."""

    @property
    def facts(self) -> tuple[Mapping[str, Fact], ...]:
        """What steps read in the old answer, in the new one, and of both where that is the same.

        Worked out once: hundreds of changes may be asked about one report.
        """
        if not self.kept:
            old, new = facts_of(self.old), facts_of(self.new)
            self.kept.append((old, new, {**old, **new}))
        return self.kept[0]

    @property
    def moved(self) -> frozenset[str]:
        """Name what is not the same fact in both answers, and all of rows, which is not looked at.

        Worked out once too: thousands of steps may be asked whether all that they read is alike.
        """
        if not self.kept_moved:
            old, new, _ = self.facts
            found = {code for code in old.keys() & new.keys() if old[code] != new[code]}
            rows = (_codes_of_rows(each.linked) for each in (self.old, self.new))
            self.kept_moved.append(frozenset(found.union(old.keys() ^ new.keys(), *rows)))
        return self.kept_moved[0]

    @property
    def is_admitted(self) -> bool:
        """Whether both rulebooks admit the report."""
        return self.old.evaluation is not None and self.new.evaluation is not None

    @property
    def tells_forms_apart(self) -> bool:
        """Whether one of them alone does."""
        return (self.old.evaluation is None) != (self.new.evaluation is None)


def try_document(pair: Pair, document: Document) -> Trial:
    """Ask both rulebooks about a report."""
    old, new = (answer(plan, document) for plan in pair.plans)
    return Trial(document, old, new, pair.words.bits_of(_differing(pair, old, new)))


def _differing(pair: Pair, old: Answer, new: Answer) -> Iterator[str]:
    one, other = old.evaluation, new.evaluation
    if one is None or other is None:
        return
    facts, others = one.facts, other.facts
    for code in pair.outcomes:
        # of thousands most are the very same; what is of rows is no fact by its own code alone
        if list_of(code):
            before, after = outcome_of(one, old.linked, code), outcome_of(other, new.linked, code)
        else:
            before, after = facts.get(code), others.get(code)
        if before is not after and not alike(before, after):
            yield code
    if one.status != other.status:
        yield STATUS


def _codes_of_rows(linked: LinkedRulebook) -> Iterator[str]:
    """Yield the lists of a rulebook and what belongs to their rows."""
    yield from linked.schema.lists
    yield from linked.schema.cells
    yield from (code for code in linked.rulebook.entries if list_of(code))


def facts_of(answer: Answer) -> Mapping[str, Fact]:
    """Give all that steps read of an answer: fields, parameters, and what steps came to."""
    evaluation, linked = answer.evaluation, answer.linked
    if evaluation is None:
        return {}
    facts = {**start_facts(linked, evaluation.report), **evaluation.facts}
    for day in days_of(linked):
        if day in linked.rulebook.entries:
            facts |= values_by_day(linked, day, facts)
    return facts


def conclude_with(answer: Answer, entry: Entry, facts: Mapping[str, Fact]) -> Conclusion:
    """Draw the conclusion of one step of an answer anew, of facts that may be others."""
    if answer.evaluation is None:
        raise TypeError("a report that is refused has no facts")
    report = answer.evaluation.report
    return conclude(entry, make_reading(answer.linked, report, facts), report)


# -- A witness -------------------------------------------------------------------------------------


def make_witness(
    trial: Trial, reached: Reached, base: str, changed: tuple[str, ...], name: str
) -> Witness:
    """Write down a report that tells two rulebooks apart in the outcomes that a change reaches.

    `name` is the rulebook it names.
    """
    told = tuple(islice(reached, MOST_TOLD))
    old, new = _side(trial.old, told), _side(trial.new, told)
    step, because = first_parting(trial)
    report = {"rulebook": name, **plain(trial.document)}
    more = len(reached) - len(told)
    return Witness(report, base, changed, old, new, step, because, more)


def _side(found: Answer, codes: Iterable[str]) -> Side:
    evaluation, linked = found.evaluation, found.linked
    if evaluation is None:
        return Side({}, tuple(dict.fromkeys(each.code for each in found.problems)))
    shown = {c: show_outcome(linked, c, outcome_of(evaluation, linked, c)) for c in codes}
    return Side(shown)


def first_parting(trial: Trial) -> tuple[str, str]:
    """Find the first step that the two answers have otherwise, and what in it came out otherwise.

    Empty where there is none, or one of them is no answer. That step alone is concluded anew: an
    answer's facts are cheap, and how all of them were reached is not. It is found once, whichever
    of hundreds of changes the report shows.
    """
    if not trial.partings:
        trial.partings.append(_find_parting(trial))
    return trial.partings[0]


def _find_parting(trial: Trial) -> tuple[str, str]:
    old, new = trial.old.evaluation, trial.new.evaluation
    if old is None or new is None:
        return "", ""
    before, after = (each.linked.rulebook.entries for each in (trial.old, trial.new))
    for code, fact in new.facts.items():
        at = entry_of(code)
        known = old.facts.get(code) if at in before and at in after else None
        if known is not None and not alike(known, fact):
            return code, _tell_parting(trial, code)
    return "", ""


def _tell_parting(trial: Trial, code: str) -> str:
    """Name what a step came out otherwise by; nothing where it is none of its own clauses."""
    before, after = (conclude_own(trial, side, code) for side in (0, 1))
    if before is None or after is None:
        return ""
    facts = trial.facts
    return tell_parting(Concluded(before, facts[0]), Concluded(after, facts[1]))


def conclude_own(trial: Trial, side: int, code: str) -> Conclusion | None:
    """Draw the conclusion of one step of the old answer, 0, or the new one, 1, of its own facts.

    Of a row if it is of one. Drawn once: a decision of hundreds of cases may be asked about each.
    """
    if (side, code) not in trial.concluded:
        answer, facts = (trial.old, trial.new)[side], trial.facts[side]
        trial.concluded[side, code] = _conclude_at(answer, code, facts)
    return trial.concluded[side, code]


def _conclude_at(answer: Answer, code: str, facts: Mapping[str, Fact]) -> Conclusion | None:
    entry, row = answer.linked.rulebook.entries[entry_of(code)], cut_code(code)[1]
    if answer.evaluation is None:
        return None
    if not list_of(entry.code) or not isinstance(entry, Rule | Check):
        return conclude_with(answer, entry, facts)
    report = answer.evaluation.report
    reading = make_reading(answer.linked, report, facts)
    drawn = conclude_all(entry, reading, report, [row] if row else [])
    return next((each for each in drawn if each.code == code), None)
