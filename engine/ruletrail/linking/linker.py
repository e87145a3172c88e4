"""Linking a rulebook to its schema: names, types, units, order; each defect a problem."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ruletrail.digests import digest_of
from ruletrail.documents import ScalarNode
from ruletrail.formulas import Formula, Name, Signature, parse_formula
from ruletrail.formulas.expressions import walk_expression
from ruletrail.formulas.lookups import Lookup
from ruletrail.linking.days import check_days, find_dated_ring, write_days_apart
from ruletrail.linking.echoes import without_echoes
from ruletrail.linking.entry_checks import (
    check_entries,
    check_group,
    check_sentence_of_all,
    check_sources,
)
from ruletrail.linking.linked_rulebook import LinkedRulebook, clauses_of, formulas_of
from ruletrail.linking.lookups import resolve_lookups
from ruletrail.linking.names import Names, check_codes, collect_names, is_name
from ruletrail.linking.reserved_words import suggest_code
from ruletrail.linking.rows import check_lists, count_cells, count_rows, lists_read
from ruletrail.linking.scope import Scope
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote
from ruletrail.rulebooks import Clause, Entry, Rulebook, Section, to_problem
from ruletrail.rulebooks.clauses import mark_at
from ruletrail.schemas import Schema
from ruletrail.schemas.days import with_days
from ruletrail.suggestions import KnownNames

_Expand = Callable[[str], tuple[str, ...]]
"""`Rulebook.expand`, which is asked for a name at each place that reads it."""

MOST_READS = 500_000
"""Values that all entries may read: a group's members, and a list's rows, counted at each use."""


def link_rulebook(
    rulebook: Rulebook, schema: Schema, content: Mapping[str, Any]
) -> tuple[LinkedRulebook | None, list[Problem]]:
    """Link a rulebook; None where it has errors."""
    wrong: list[Problem] = []
    if rulebook.language > 1:
        schema, wrong = with_days(schema, rulebook.report_mark)
    names = collect_names(rulebook, schema)
    # going through all bands of a scale at each of its calls would multiply the two
    expand = cache(rulebook.expand)
    problem = _count_reads(rulebook, schema, expand) or count_rows(rulebook, schema)
    if problem is not None:
        return None, [problem]
    scope = _begin(rulebook, schema, names)
    scope.problems = [*wrong, *check_codes(rulebook, schema, names), *check_lists(rulebook, schema)]
    reads = {code: _reads(entry, expand) for code, entry in rulebook.entries.items()}
    order = _order(rulebook, reads, scope)
    lookups = _check_all(rulebook, order, scope)
    if has_errors(scope.problems):
        return None, without_echoes(scope.problems, rulebook, schema.lists)
    content = write_days_apart(content, rulebook) if rulebook.language > 1 else content
    return LinkedRulebook(
        rulebook,
        schema,
        tuple(order),
        reads,
        names.signatures,
        content,
        digest_of(content),
        digest_of(schema.content),
        lookups,
    ), scope.problems


def infer_signatures(rulebook: Rulebook, schema: Schema) -> Mapping[str, Signature]:
    """Say what each code has a value of, as far as that is known where something is wrong."""
    if rulebook.language > 1:
        schema, _ = with_days(schema, rulebook.report_mark)
    names, expand = collect_names(rulebook, schema), cache(rulebook.expand)
    if not (_count_reads(rulebook, schema, expand) or count_rows(rulebook, schema)):
        scope = _begin(rulebook, schema, names)
        reads = {code: _reads(entry, expand) for code, entry in rulebook.entries.items()}
        check_entries(_order(rulebook, reads, scope), scope)
    return names.signatures


def _begin(rulebook: Rulebook, schema: Schema, names: Names) -> Scope:
    """Gather what can be named."""
    return Scope(
        names,
        KnownNames(names.fields, schema.lists, admits=is_name),
        _wholes_of(rulebook),
        KnownNames(rulebook.sources),
        rulebook.parameters,
        rulebook.language,
        rulebook.locale,
        rulebook.report,
        rulebook.report_mark.file,
        schema.lists,
        rulebook.tables,
        frozenset(rulebook.entries).difference(names.signatures),
        rulebook.entries,
    )


def _wholes_of(rulebook: Rulebook) -> dict[str, str]:
    sections = [each for each in rulebook.entries.values() if isinstance(each, Section)]
    return {each.code: each.part_of for each in sections if each.part_of is not None}


def _check_all(rulebook: Rulebook, order: Sequence[Entry], scope: Scope) -> Mapping[str, Lookup]:
    """Check all that names mean; returns the scales and tables with their constants."""
    check_entries(order, scope)
    for each in rulebook.properties.values():
        check_sentence_of_all(each.expect, scope)
    for group in rulebook.groups.values():
        check_group(group.members, group.marks, scope)
    lookups, problems = resolve_lookups(rulebook, scope.names)
    scope.problems += problems
    check_sources(rulebook, scope)
    scope.problems += check_days(rulebook, scope.names)
    return lookups


def _count_reads(rulebook: Rulebook, schema: Schema, expand: _Expand) -> Problem | None:
    """Refuse a rulebook whose groups and lists, gone through at each use, are more than is kept."""
    count = 0
    for entry in rulebook.entries.values():
        for formula in formulas_of(entry):
            count += sum(len(expand(name)) for name in formula.names)
            count += count_cells(formula, schema)
        if count > MOST_READS:
            return Problem("too-many-reads", entry.mark, {"limit": str(MOST_READS)})
    return None


def _reads(entry: Entry, expand: _Expand) -> tuple[str, ...]:
    """List the codes that an entry reads, groups and the constants of scales written out."""
    codes: dict[str, None] = {}
    if isinstance(entry, Section) and entry.part_of is not None:
        codes[entry.part_of] = None
    for formula in formulas_of(entry):
        codes.update(dict.fromkeys(lists_read(formula)))
        for name in formula.names:
            codes.update(dict.fromkeys(expand(name)))
    return tuple(codes)


def _order(rulebook: Rulebook, reads: Mapping[str, tuple[str, ...]], scope: Scope) -> list[Entry]:
    """Order as written, but what is read comes first; a ring is a problem, and left as written."""
    entries = rulebook.entries
    # what has no value is read by nothing, and is told of where it is named
    read_of = {
        code: [read for read in reads[code] if read in entries and read not in scope.without_value]
        for code in entries
    }
    try:
        TopologicalSorter(read_of).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))
        shown = " → ".join(ring if len(ring) <= 12 else [*ring[:6], "…", *ring[-6:]])  # noqa: PLR2004
        problem = Problem("cycle", entries[ring[0]].mark, {"ring": quote(shown)})
        problem = _read_itself(problem, entries[ring[0]], scope) if len(set(ring)) == 1 else problem
        scope.problems.append(find_dated_ring(ring, rulebook) or problem)
        return list(entries.values())
    done: dict[str, Entry] = {}
    for code in entries:
        waiting = [code]
        while waiting:
            top = waiting[-1]
            pending = [read for read in read_of[top] if read not in done] if top not in done else []
            if pending:
                waiting.extend(reversed(pending))
            else:
                done.setdefault(waiting.pop(), entries[top])
    return list(done.values())


def _read_itself(problem: Problem, entry: Entry, scope: Scope) -> Problem:
    """Tell an entry that reads itself where it does, and what may be meant there."""
    code = entry.code
    found = (
        mark_at(clause.node, clause.content.origins[name.span[0]])
        for clause in clauses_of(entry)
        if isinstance(clause.content, Formula)
        for name in walk_expression(clause.content.tree)
        if isinstance(name, Name) and name.code == code
    )
    near, mark = _own_rows(code, scope), next(found, problem.mark)
    advice = "" if near else "reads-declared" if code in scope.fields else "reads-itself"
    details = {**problem.details, "code": quote(code)}
    return Problem("cycle", mark, details, near, advice, wording="reads-itself")


def _own_rows(code: str, scope: Scope) -> str:
    """Name the code of rows that is called as an entry is that reads itself; it may be meant."""
    of_rows = (f"{over}.{code}" for over in scope.lists)
    return next((each for each in of_rows if each in scope.names.signatures), "")


def link_condition(
    linked: LinkedRulebook, text: str, place: str, also: Mapping[str, Signature] | None = None
) -> Formula:
    """Read a condition over the codes of a rulebook, which stands outside of it.

    `place` is what marks call it; `also` are names that mean something there, unless they mean
    something in the rulebook. Raises `ProblemsError` for what is no condition.
    """
    rulebook, schema = linked.rulebook, linked.schema
    names = collect_names(rulebook, schema)
    names.signatures.update({**(also or {}), **names.signatures, **linked.signatures})
    scope = _begin(rulebook, schema, names)
    node = ScalarNode(text, "plain", Mark(place, 1, 1, text))
    formula, findings = parse_formula(text, rulebook.language, rulebook.lookups)
    if formula is None:
        found = (to_problem(finding, node) for finding in findings)
        raise ProblemsError(suggest_code(each, names, schema.lists) for each in found)
    scope.problems += [to_problem(finding, node) for finding in findings]
    check_sentence_of_all(Clause(formula, node), scope)
    if scope.problems:
        raise ProblemsError(scope.problems)
    return formula
