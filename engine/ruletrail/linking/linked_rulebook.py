"""A linked rulebook: frozen, linked, ordered; safe to share between threads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Formula, Signature, list_of
from ruletrail.formulas.lookups import Lookup, find_in_force
from ruletrail.rulebooks import (
    Check,
    Clause,
    Decision,
    Display,
    Entry,
    Message,
    Parameter,
    Rule,
    Rulebook,
    Section,
    Sentence,
)
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.values import ErrorValue, Fact, Missing, NotEncoded

PLACEHOLDERS = ("edition", "rulebook", "version")
"""Names that a message may use besides codes."""


@dataclass(frozen=True, slots=True)
class LinkedRulebook:
    """Everything that an evaluation needs to know of a rulebook and its report schema.

    `steps` are in an order in which each comes after what it reads; `reads` are the codes that a
    step's conditions and formula read, groups written out, each once, in reading order. `content`
    is the resolved rulebook as plain data, and `digest` is over it, as `schema_digest` is over the
    schema's content.
    """

    rulebook: Rulebook
    schema: Schema
    steps: tuple[Entry, ...]
    reads: Mapping[str, tuple[str, ...]]
    signatures: Mapping[str, Signature]
    content: Mapping[str, Any]
    digest: str
    schema_digest: str
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    """What formulas call by a code: scales with their constants filled in, and tables."""


def has_rows(linked: LinkedRulebook) -> bool:
    """Tell whether reports of a rulebook may have lists of rows, which columns do not know."""
    return bool(linked.schema.lists)


def is_row_entry(entry: Entry) -> bool:
    """Tell an entry that is written for each row of a list: its code is `LIST.NAME`."""
    return bool(list_of(entry.code))


def clauses_of(entry: Entry) -> list[Clause]:
    """List the formulas and conditions of an entry, in the order in which codes are read."""
    match entry:
        case Rule():
            whole = [entry.when, entry.formula] if entry.when is not None else [entry.formula]
            return whole + [it for each in entry.exceptions for it in (each.when, each.formula)]
        case Decision():
            return (
                [case.when for case in entry.cases if case.when is not None]
                if isinstance(entry.cases, tuple)
                else []
            )
        case Section():
            return [entry.due]
        case Check():
            return [entry.expect]
        case Message():
            return [entry.when]


_Part = TypeVar("_Part")


def split_rule(
    rule: Rule, clauses: Sequence[_Part]
) -> tuple[_Part | None, _Part, tuple[tuple[_Part, _Part], ...]]:
    """Take what a rule's clauses became apart: `when`, formula, condition and formula of each.

    The last are those of its exceptions.
    """
    at = 0 if rule.when is None else 1
    rest = clauses[at + 1 :]
    exceptions = tuple(zip(rest[::2], rest[1::2], strict=True))
    return clauses[0] if at else None, clauses[at], exceptions


def sentences_of(entry: Entry) -> list[Sentence]:
    """List the sentences that an entry may show."""
    found: list[Sentence | NotEncoded | None]
    match entry:
        case Rule():
            found = []
        case Decision():
            found = [case.message for case in entry.cases] if isinstance(entry.cases, tuple) else []
        case Section():
            found = [entry.when_due, entry.when_not_due]
        case Check():
            found = [entry.message]
        case Message():
            found = [entry.text]
    return [sentence for sentence in found if isinstance(sentence, Sentence)]


def formulas_of(entry: Entry) -> list[Formula]:
    """List the parsed formulas of an entry; what is not encoded has none."""
    return [clause.content for clause in clauses_of(entry) if isinstance(clause.content, Formula)]


def kind_of_entry(entry: Entry) -> str:
    """Name the kind of an entry: rule, decision, section, check or message."""
    return type(entry).__name__.lower()


def declaration_of(linked: LinkedRulebook, code: str) -> FieldDeclaration | None:
    """Return how the form declares a field, or a cell of a row, `LIST.NAME`."""
    rows = linked.schema.lists.get(list_of(code))
    if rows is not None:
        return rows.cells.get(code.partition(".")[2])
    return linked.schema.fields.get(code)


def display_of(linked: LinkedRulebook, code: str) -> Display | None:
    """Return how the author wants a code shown, if it was said."""
    entry = linked.rulebook.entries.get(code)
    if isinstance(entry, Rule):
        return entry.display
    parameter = linked.rulebook.parameters.get(code)
    return parameter.display if parameter is not None else None


def unit_of(linked: LinkedRulebook, code: str) -> str | None:
    """Return the declared unit of a code; a rule's own comes before its field's."""
    entry = linked.rulebook.entries.get(code)
    if isinstance(entry, Rule) and entry.unit is not None:
        return entry.unit
    parameter, declaration = linked.rulebook.parameters.get(code), declaration_of(linked, code)
    if parameter is not None:
        return parameter.unit
    return declaration.unit if declaration is not None else None


def label_of(linked: LinkedRulebook, code: str) -> str:
    """Return what a code is called."""
    entry = linked.rulebook.entries.get(code)
    if entry is not None and entry.label != code:
        return entry.label
    if code in linked.schema.lists:
        return label_of_list(linked, code)
    parameter, declaration = linked.rulebook.parameters.get(code), declaration_of(linked, code)
    if parameter is not None:
        return parameter.label
    return declaration.label if declaration is not None else code


def choices_of(linked: LinkedRulebook, code: str) -> Mapping[str, str]:
    """Give what the texts are called that the form lists for a field, in language 2."""
    declaration = declaration_of(linked, code) if linked.rulebook.language > 1 else None
    return declaration.titles if declaration is not None else {}


def names_of_choices(linked: LinkedRulebook) -> dict[str, Mapping[str, str]]:
    """Give what texts are called, by the code of each field, or cell of a row, that has names."""
    codes = (*linked.schema.fields, *linked.schema.cells)
    return {code: names for code in codes if (names := choices_of(linked, code))}


def name_text(linked: LinkedRulebook, code: str, text: str, language: str) -> str:
    """Give what a text is called that a code holds: an outcome, a choice of the form.

    In language 1 texts are shown as they are.
    """
    entry = linked.rulebook.entries.get(code)
    if linked.rulebook.language > 1 and isinstance(entry, Decision):
        return labels_of_outcomes(entry, language).get(text, text)
    return choices_of(linked, code).get(text, text) if isinstance(entry, Rule | None) else text


def labels_of_outcomes(decision: Decision, language: str) -> dict[str, str]:
    """Give the label of each outcome that has one: of its first case with one."""
    cases = decision.cases if isinstance(decision.cases, tuple) else ()
    found: dict[str, str] = {}
    for case in cases:
        if case.label_in(language):
            found.setdefault(case.outcome, case.label_in(language))
    return found


def label_of_list(linked: LinkedRulebook, code: str) -> str:
    """Return what a list is called, by the rulebook or else by the form."""
    named = linked.rulebook.lists.get(code)
    return named.label if named is not None and named.label else linked.schema.lists[code].label


# -- What parameters are ---------------------------------------------------------------------------


def constants_of(linked: LinkedRulebook) -> dict[str, Fact]:
    """Give the parameters that are the same on all days."""
    parameters = linked.rulebook.parameters.items()
    return {code: each.value for code, each in parameters if each.value is not None}


def value_on(parameter: Parameter, day: Fact) -> Fact:
    """Return what a dated parameter is on a day; a day that is a non-value gives that non-value."""
    if not isinstance(day, date):
        return day
    at = find_in_force(parameter.spans, day)
    return parameter.values[at].value if at >= 0 else ErrorValue("no_case", parameter.code)


def values_by_day(linked: LinkedRulebook, code: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Give the dated parameters that a code decides, by the fact that it is."""
    fact = facts.get(code, Missing((code,)))
    return {
        each.code: value_on(each, fact)
        for each in linked.rulebook.parameters.values()
        if each.day is not None and each.day.code == code
    }


def days_of(linked: LinkedRulebook) -> frozenset[str]:
    """Name the codes that decide what dated parameters are."""
    parameters = linked.rulebook.parameters.values()
    return frozenset(each.day.code for each in parameters if each.day is not None)
