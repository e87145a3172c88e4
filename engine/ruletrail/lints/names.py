"""Names: told apart by look-alike letters only, never used, or never declared."""

from collections.abc import Iterator

from ruletrail.documents import MappingNode, Node, ScalarNode, items_of, members_of
from ruletrail.formulas import Constant, Formula, Name
from ruletrail.formulas.operations import COMPARE, DIFFERENT, NOT_IN
from ruletrail.linking import declaration_of, is_row_entry, sentences_of
from ruletrail.linking.days import list_dated
from ruletrail.lints.subjects import Subject, formulas_in
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Decision, Rule, Section
from ruletrail.suggestions import KnownNames, Nearest

_FOLDS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "i": "1", "L": "1"})


def find_lookalikes(subject: Subject) -> Iterator[Problem]:
    """Find codes that differ only by O and 0, I, l and 1, or by capitals."""
    marks: dict[str, Mark] = {code: subject.field_mark(code) for code in subject.fields_only}
    rulebook = subject.rulebook
    for kind in (rulebook.parameters, rulebook.groups, rulebook.lookups, rulebook.entries):
        marks |= {code: each.mark for code, each in kind.items()}
    first: dict[str, str] = {}
    for code, mark in marks.items():
        other = first.setdefault(code.translate(_FOLDS).upper(), code)
        if other != code:
            yield Problem("lookalike-codes", mark, {"code": quote(code), "other": quote(other)})


def find_unused(subject: Subject) -> Iterator[Problem]:
    """Find parameters, groups, rules, fields and sources that nothing uses."""
    used = subject.read | subject.shown
    # what only an unused scale reads is not blamed beside it
    used |= {code for scale in subject.rulebook.scales.values() for code, _ in scale.constants}
    # what decides on which day is of use where nothing else reads it, too
    days = [subject.rulebook.day, *(each.day for each in list_dated(subject.rulebook))]
    used |= {day.code for day in days if day is not None}
    for code, parameter in subject.rulebook.parameters.items():
        if code not in used:
            yield Problem("unused-parameter", parameter.mark, {"code": quote(code)})
    named = {
        name
        for entry in subject.entries
        for _, formula in formulas_in(entry)
        for name in formula.names
    }
    for code, group in subject.rulebook.groups.items():
        if code not in named:
            yield Problem("unused-group", group.mark, {"code": quote(code)})
    for code, lookup in subject.rulebook.lookups.items():
        if code not in named:
            yield Problem("unused-lookup", lookup.mark, {"code": quote(code)})
    for code, entry in subject.rulebook.entries.items():
        if (
            isinstance(entry, Rule)
            and code not in used
            and declaration_of(subject.linked, code) is None
        ):
            advice = "unused-of-rows" if is_row_entry(entry) else ""
            yield Problem("unused-rule", entry.mark, {"code": quote(code)}, advice=advice)
    listed = {
        code for entry in subject.entries if isinstance(entry, Section) for code in entry.fields
    }
    for code in subject.fields_only:
        if code not in used and code not in listed:
            yield Problem("unused-field", subject.field_mark(code), {"code": quote(code)})
    yield from _find_unused_sources(subject)


def _find_unused_sources(subject: Subject) -> Iterator[Problem]:
    cited: set[str] = {
        source
        for kind in (subject.rulebook.parameters, subject.rulebook.lookups)
        for each in kind.values()
        for basis in each.bases
        for source in basis.sources
    }
    for entry in subject.entries:
        cited.update(entry.basis.sources)
        cited.update(
            source for sentence in sentences_of(entry) for source in sentence.basis.sources
        )
        if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
            cited.update(source for case in entry.cases for source in case.basis.sources)
        if isinstance(entry, Rule):
            cited.update(source for each in entry.exceptions for source in each.basis.sources)
    sources = subject.resolved.get("sources")
    if isinstance(sources, MappingNode):
        for name, key in sources.keys.items():
            if name not in cited:
                yield Problem("unused-source", key.mark, {"text": quote(name)})


def find_unused_outcomes(subject: Subject) -> Iterator[Problem]:
    """Find outcomes that no formula asks for, of decisions whose other outcomes are asked for."""
    asked: dict[str, set[str]] = {}
    open_decisions: set[str] = set()
    for entry in subject.entries:
        for _, formula in formulas_in(entry):
            _collect_asked(formula, asked, open_decisions)
    for entry in subject.entries:
        if (
            not isinstance(entry, Decision)
            or not isinstance(entry.cases, tuple)
            or entry.code not in asked
            or entry.code in open_decisions
        ):
            continue
        for case in entry.cases:
            if case.outcome not in asked[entry.code] and case.message is None:
                yield Problem(
                    "unused-outcome",
                    case.mark,
                    {"text": quote(case.outcome), "code": quote(entry.code)},
                )


def _collect_asked(formula: Formula, asked: dict[str, set[str]], open_decisions: set[str]) -> None:
    """Collect which texts a formula compares each code with; `!=` asks for all the others."""
    for part in formula.parts:
        if part.operation.binding != COMPARE:
            continue
        values = [side.value for side in part.operands if isinstance(side, Constant)]
        texts = {value for value in values if isinstance(value, str)}
        for side in part.operands:
            if isinstance(side, Name):
                asked.setdefault(side.code, set()).update(texts)
                if part.operation in (DIFFERENT, NOT_IN) or not texts:
                    open_decisions.add(side.code)


def find_unknown_required(subject: Subject) -> Iterator[Problem]:
    """Find codes that the schema requires and does not declare: no report, or row, is valid."""
    declared = subject.linked.schema
    fields = members_of(members_of(subject.schema_node).get("properties")).get("fields")
    yield from _undeclared(fields, KnownNames(declared.fields, declared.lists))
    for code, rows in declared.lists.items():
        written = members_of(members_of(fields).get("properties")).get(code)
        yield from _undeclared(members_of(written).get("items"), KnownNames(rows.cells))


def _undeclared(here: Node | None, known: KnownNames) -> Iterator[Problem]:
    for item in items_of(members_of(here).get("required")):
        if isinstance(item, ScalarNode) and item.text not in known:
            near = Nearest(item.text, known)
            yield Problem("required-undeclared", item.mark, {"code": quote(item.text)}, near)
