"""The record of reasons: what each step of an evaluation concluded, and from what.

Values, not text; `document` turns them into the trail's document. Nothing is decided here.
"""

from collections.abc import Mapping
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format
from ruletrail.formulas import Derivation
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import (
    Case,
    Check,
    Decision,
    Message,
    Rule,
    RuleException,
    Section,
    Sentence,
)
from ruletrail.values import Fact

Agreement = Literal["equal", "rounded", "truncated", "blank", "unverified", "differs"]
Status = Literal["complete", "incomplete", "invalid"]


_LONGEST_ROW = 9
"""Digits of a row's number, at most: no list is that long."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A formula or condition and its value; `derivation` is None when it is not encoded."""

    value: Fact
    derivation: Derivation | None


@dataclass(frozen=True, slots=True)
class ExceptionConclusion:
    """The truth of one exception of a rule, None where the rule does not come so far."""

    exception: RuleException
    truth: Fact | None
    when: Judgement
    formula: Judgement


@dataclass(frozen=True, slots=True)
class RuleConclusion:
    """What a rule came to; `unrounded` is the value before the rule's own rounding.

    `base` is the truth of the case for the rule's own formula, where it has exceptions.
    """

    entry: Rule
    fact: Fact
    when: Judgement | None
    formula: Judgement
    unrounded: Fact
    declared: Declared | None
    agreement: Agreement | None
    row: int = 0
    """Which row of its list it is of, counted from 1; 0 for a rule of no row."""
    exceptions: tuple[ExceptionConclusion, ...] = ()
    base: Fact | None = None

    @property
    def code(self) -> str:
        """The step's code."""
        return code_in_row(self.entry.code, self.row)


@dataclass(frozen=True, slots=True)
class CaseConclusion:
    """The truth of one case; `judgement` is None for `otherwise`."""

    case: Case
    truth: Fact
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class DecisionConclusion:
    """The outcome of a decision, with the truth of all its cases."""

    entry: Decision
    fact: Fact
    cases: tuple[CaseConclusion, ...]

    @property
    def code(self) -> str:
        """The step's code."""
        return self.entry.code


@dataclass(frozen=True, slots=True)
class SectionConclusion:
    """Whether a section is due, and which of its fields are empty and filled."""

    entry: Section
    fact: Fact
    due: Judgement
    parent: Fact | None
    empty: tuple[str, ...]
    filled: tuple[str, ...]

    @property
    def code(self) -> str:
        """The step's code."""
        return self.entry.code


@dataclass(frozen=True, slots=True)
class CheckConclusion:
    """Whether a check passed."""

    entry: Check
    fact: Fact
    expect: Judgement
    row: int = 0
    """Which row of its list it is of, counted from 1; 0 for a check of no row."""

    @property
    def code(self) -> str:
        """The step's code."""
        return code_in_row(self.entry.code, self.row)


@dataclass(frozen=True, slots=True)
class MessageConclusion:
    """Whether a message is shown: its condition's value, or why its text is not known."""

    entry: Message
    fact: Fact
    when: Judgement

    @property
    def code(self) -> str:
        """The step's code."""
        return self.entry.code


@dataclass(frozen=True, slots=True)
class RowsConclusion:
    """What the rows of an entry share: their number, and the aggregates that it reads.

    `fact` is the number of rows, or missing; `clauses` are those of the entry, of which only the
    aggregates over rows were worked out.
    """

    entry: Rule | Check
    fact: Fact
    clauses: tuple[Judgement, ...]

    @property
    def code(self) -> str:
        """The step's code: `LIST[*].NAME`."""
        return code_of_rows(self.entry.code)


@dataclass(frozen=True, slots=True)
class AllRowsConclusion:
    """Whether a check of rows passed in all of them; `rows` is their number, None if missing."""

    entry: Check
    fact: Fact
    rows: int | None

    @property
    def code(self) -> str:
        """The step's code."""
        return self.entry.code


Conclusion = (
    RuleConclusion
    | DecisionConclusion
    | SectionConclusion
    | CheckConclusion
    | MessageConclusion
    | RowsConclusion
    | AllRowsConclusion
)


def derivations_of(conclusion: Conclusion) -> list[Derivation]:
    """List a conclusion's derivations, in the order evaluated; what is not encoded has none."""
    match conclusion:
        case RuleConclusion(when=when, formula=formula, exceptions=exceptions):
            others = (it for each in exceptions for it in (each.when, each.formula))
            judged = [when, formula, *others]
        case DecisionConclusion(cases=cases):
            judged = [case.judgement for case in cases]
        case SectionConclusion(due=due):
            judged = [due]
        case CheckConclusion(expect=expect):
            judged = [expect]
        case MessageConclusion(when=shown):
            judged = [shown]
        case RowsConclusion(clauses=clauses):
            judged = list(clauses)
        case AllRowsConclusion():
            judged = []
    return [each.derivation for each in judged if each is not None and each.derivation is not None]


def code_in_row(code: str, row: int) -> str:
    """Write a code of a row with its number: `LIST[2].NAME`; as it is for row 0."""
    if not row:
        return code
    over, _, name = code.partition(".")
    return f"{over}[{row}].{name}"


def entry_of(code: str) -> str:
    """Return a code of a row without the number: `LIST.NAME` of `LIST[2].NAME`."""
    over, bracket, rest = code.partition("[")
    return f"{over}.{rest.partition('].')[2]}" if bracket else code


def cut_code(code: str) -> tuple[str, int, str]:
    """Cut a code of a row into list, number and name, `LIST[2].NAME`; others have no number."""
    over, _, rest = code.partition("[")
    row, _, name = rest.partition("].")
    # as people write it too: `²` is a digit to Python, and no number
    is_row = row.isdigit() and row.isascii() and len(row) <= _LONGEST_ROW
    return (over, int(row), name) if is_row else (code, 0, "")


def code_of_rows(code: str) -> str:
    """Write the code of what all rows share: `LIST[*].NAME`."""
    over, _, name = code.partition(".")
    return f"{over}[*].{name}"


@dataclass(frozen=True, slots=True)
class Argument:
    """One value inside a message: what it is, how it is shown, and the text that results."""

    name: str
    fact: Fact
    shape: Format
    text: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A sentence that an evaluation shows, and the step it belongs to."""

    step: str
    sentence: Sentence
    arguments: tuple[Argument, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PrintedMatch:
    """How many messages the report prints, and what it prints that no message says."""

    matched: int
    unmatched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One whole evaluation: rulebook, report, facts, and how each was reached."""

    linked: LinkedRulebook
    report: Report
    facts: Mapping[str, Fact]
    conclusions: tuple[Conclusion, ...]
    messages: tuple[ShownMessage, ...]
    printed: PrintedMatch
    status: Status
