"""Linking a rulebook to its schema: names, types, units, order; each defect a problem."""

import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ruletrail.digests import digest_of
from ruletrail.documents import ScalarNode
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import (
    Call,
    Finding,
    Formula,
    Signature,
    check_condition,
    infer_signature,
    list_of,
    parse_formula,
    walk_expression,
)
from ruletrail.formulas.lookups import Lookup
from ruletrail.formulas.operations import LOOKUP
from ruletrail.formulas.type_checking import UNKNOWN, join_choices
from ruletrail.linking.called_values import is_value, say_value_called
from ruletrail.linking.days import check_days, find_dated_ring, write_days_apart
from ruletrail.linking.echoes import SHOWN_BY_RULE, without_echoes
from ruletrail.linking.linked_rulebook import (
    PLACEHOLDERS,
    LinkedRulebook,
    clauses_of,
    formulas_of,
    sentences_of,
)
from ruletrail.linking.lookups import resolve_lookups
from ruletrail.linking.names import Names, check_codes, collect_names, is_code, is_name
from ruletrail.linking.rows import check_lists, check_rows, count_rows, lists_read
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, tell_once
from ruletrail.rulebooks import (
    Check,
    Clause,
    Decision,
    Entry,
    Parameter,
    Rule,
    Rulebook,
    Section,
    Sentence,
    Table,
    describe,
    mark_at,
    to_problem,
)
from ruletrail.schemas import ListDeclaration, Schema
from ruletrail.schemas.days import with_days
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import is_plain_number

MOST_READS = 500_000
"""Values that all entries may read, a group's members counted at each use."""

MOST_CASES = 1_000
"""Cases of one decision."""

MOST_WHOLES = 32
"""Sections that may stand inside each other by `part_of`."""


_VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
"""A name of `for_each` in the code of an entry."""
_GATHERED = {"boolean": "count({})", "date": "max({})", "text": 'count({} == "…")'}
"""How all rows of a code are gathered, by what it is; numbers are added."""


@dataclass(slots=True)
class _Linker:
    names: Names
    fields: KnownNames
    sections: KnownNames
    sources: KnownNames
    parameters: Mapping[str, Parameter]
    language: int
    report: str
    """The schema of reports, as the rulebook names it."""
    lists: Mapping[str, ListDeclaration]
    tables: Mapping[str, Table]
    without_value: frozenset[str] = frozenset()
    """The codes of messages, and of checks of rows, which nothing reads."""
    problems: list[Problem] = field(default_factory=list)
    blamed: set[str] = field(default_factory=set)
    """The parameters that are told of already."""
    depths: dict[str, int] = field(default_factory=dict)
    """How many sections a section stands in, itself included."""
    _shown: dict[str, KnownNames] = field(default_factory=dict)

    def shown_in(self, row_of: str) -> KnownNames:
        """Give the names that sentences can show, those of the rows of a list too if of one."""
        if row_of not in self._shown:
            here = [code for code in self.names.signatures if list_of(code) in ("", row_of)]
            self._shown[row_of] = KnownNames(here, PLACEHOLDERS, admits=is_name)
        return self._shown[row_of]


def link_rulebook(
    rulebook: Rulebook, schema: Schema, content: Mapping[str, Any]
) -> tuple[LinkedRulebook | None, list[Problem]]:
    """Link a rulebook; None where it has errors."""
    wrong: list[Problem] = []
    if rulebook.language > 1:
        schema, wrong = with_days(schema, rulebook.report_mark)
    names = collect_names(rulebook, schema)
    problem = _count_reads(rulebook) or count_rows(rulebook, schema)
    if problem is not None:
        return None, [problem]
    linker = _begin(rulebook, schema, names, wrong)
    reads = {code: _reads(entry, rulebook) for code, entry in rulebook.entries.items()}
    order = _order(rulebook, reads, linker)
    lookups = _check_all(rulebook, order, linker)
    if has_errors(linker.problems):
        return None, without_echoes(linker.problems, rulebook, schema.lists)
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
    ), linker.problems


def _begin(rulebook: Rulebook, schema: Schema, names: Names, wrong: Sequence[Problem]) -> _Linker:
    """Gather what can be named, and what is wrong with the names themselves."""
    return _Linker(
        names,
        KnownNames(names.fields, schema.lists),
        KnownNames(names.sections),
        KnownNames(rulebook.sources),
        rulebook.parameters,
        rulebook.language,
        rulebook.report,
        schema.lists,
        rulebook.tables,
        frozenset(rulebook.entries).difference(names.signatures),
        [*wrong, *check_codes(rulebook, schema, names), *check_lists(rulebook, schema)],
    )


def _check_all(rulebook: Rulebook, order: Sequence[Entry], linker: _Linker) -> Mapping[str, Lookup]:
    """Check all that names mean; returns the scales and tables with their constants."""
    _check_entries(order, linker)
    for each in rulebook.properties.values():
        _check_sentence_of_all(each.expect, linker)
    for group in rulebook.groups.values():
        _check_group(group.members, group.marks, linker)
    lookups, problems = resolve_lookups(rulebook, linker.names)
    linker.problems += problems
    _check_sources(rulebook, linker)
    linker.problems += check_days(rulebook, linker.names)
    return lookups


def _count_reads(rulebook: Rulebook) -> Problem | None:
    """Refuse a rulebook whose groups, written out at each use, would be more than can be kept."""
    count = 0
    for entry in rulebook.entries.values():
        for formula in formulas_of(entry):
            count += sum(len(rulebook.expand(name)) for name in formula.names)
        if count > MOST_READS:
            return Problem("too-many-reads", entry.mark, {"limit": str(MOST_READS)})
    return None


def _reads(entry: Entry, rulebook: Rulebook) -> tuple[str, ...]:
    """List the codes that an entry reads, groups and the constants of scales written out."""
    codes: dict[str, None] = {}
    if isinstance(entry, Section) and entry.part_of is not None:
        codes[entry.part_of] = None
    for formula in formulas_of(entry):
        codes.update(dict.fromkeys(lists_read(formula)))
        for name in formula.names:
            codes.update(dict.fromkeys(rulebook.expand(name)))
    return tuple(codes)


def _order(
    rulebook: Rulebook, reads: Mapping[str, tuple[str, ...]], linker: _Linker
) -> list[Entry]:
    """Order as written, but what is read comes first; a ring is a problem, and left as written."""
    entries = rulebook.entries
    # what has no value is read by nothing, and is told of where it is named
    read_of = {
        code: [read for read in reads[code] if read in entries and read not in linker.without_value]
        for code in entries
    }
    try:
        TopologicalSorter(read_of).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))
        shown = " → ".join(ring if len(ring) <= 12 else [*ring[:6], "…", *ring[-6:]])  # noqa: PLR2004
        near = _own_rows(ring[0], linker) if len(set(ring)) == 1 else ""
        problem = Problem("cycle", entries[ring[0]].mark, {"ring": quote(shown)}, near)
        linker.problems.append(find_dated_ring(ring, rulebook) or problem)
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


def _own_rows(code: str, linker: _Linker) -> str:
    """Name the code of rows that is called as an entry is that reads itself; it may be meant."""
    of_rows = (f"{over}.{code}" for over in linker.lists)
    return next((each for each in of_rows if each in linker.names.signatures), "")


def _check_entries(order: Sequence[Entry], linker: _Linker) -> None:
    before, owned = linker.problems, []
    for entry in order:
        linker.problems = []
        _check_entry(entry, linker)
        owned += [(entry.code, problem) for problem in linker.problems]
    linker.problems = [*before, *tell_once(owned)]


# -- One entry -------------------------------------------------------------------------------------


def _check_entry(entry: Entry, linker: _Linker) -> None:
    over = list_of(entry.code)
    for clause in clauses_of(entry):
        # of a list that is none nothing is a row, and it is told where the entry is written
        is_placed = is_name(entry.code) and (not over or over in linker.lists)
        if isinstance(clause.content, Formula) and is_placed:
            # what an unknown function is given is judged once it is another one
            unknown = _unknown_calls(clause.content, linker)
            for finding in check_rows(clause.content, over, linker.lists):
                if not any(low <= finding.offset < high for low, high in unknown):
                    linker.problems.append(_advise_row(finding, clause, entry, linker))
    if isinstance(entry, Rule):
        _check_rule(entry, linker)
    else:
        for clause in clauses_of(entry):
            _check_condition(clause, linker)
    if isinstance(entry, Section):
        _check_section(entry, linker)
    if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
        for case in entry.cases[MOST_CASES : MOST_CASES + 1]:
            linker.problems.append(Problem("too-many-cases", case.mark, {"limit": str(MOST_CASES)}))
    for sentence in sentences_of(entry):
        _check_sentence(sentence, list_of(entry.code), linker)


def _advise_row(finding: Finding, clause: Clause, entry: Entry, linker: _Linker) -> Problem:
    """Say how a code that stands outside of its rows is gathered, or where it is one row's."""
    problem, signature = to_problem(finding, clause.node), linker.names.lookup(finding.text)
    if finding.code != "row-outside-list" or signature is None:
        return problem
    instead = _GATHERED.get(signature.type, "sum({})").format(finding.text)
    details = {**problem.details, "instead": quote(instead)}
    over = list_of(finding.text)
    # `members_age` is how somebody writes `members.age` who knows no rows
    row = f"{over}.{entry.code.removeprefix(f'{over}_')}"
    is_there = row in linker.names.signatures
    if list_of(entry.code) or is_there or not isinstance(entry, Rule | Check):
        return replace(problem, details=details, advice="gathered")
    details["row"] = quote(row)
    return replace(problem, details=details, advice="gathered-or-row")


def _check_rule(rule: Rule, linker: _Linker) -> None:
    if rule.when is not None:
        _check_condition(rule.when, linker)
    for exception in rule.exceptions:
        _check_condition(exception.when, linker)
    for exception in rule.exceptions[MOST_CASES : MOST_CASES + 1]:
        limit = {"limit": str(MOST_CASES)}
        linker.problems.append(Problem("too-many-cases", exception.mark, limit))
    declared = linker.names.fields.get(rule.code)
    unit = rule.unit if rule.unit is not None else declared.unit if declared is not None else None
    signature = _infer_rule(rule, linker)
    if any(each.code == "row-outside-list" for each in linker.problems):
        signature = replace(signature, type="unknown")  # gathered, its rows may be of another type
    if rule.rounding is not None and signature.type in ("text", "boolean", "date"):
        linker.problems.append(Problem("round-not-number", rule.mark, {"code": quote(rule.code)}))
    if declared is not None and signature.type not in (declared.type, "unknown"):
        finding = Finding(
            "type-mismatch", 0, rule.code, expected=declared.type, found=signature.type
        )
        linker.problems.append(describe(finding, rule.mark))
    linker.names.signatures[rule.code] = Signature(signature.type, unit, signature.choices)


def _infer_rule(rule: Rule, linker: _Linker) -> Signature:
    """Join the signatures of a rule's formulas, which are of one type and of one unit."""
    found = _infer_formula(rule.formula, linker)
    for exception in rule.exceptions:
        other, finding = _infer_formula(exception.formula, linker), None
        if "unknown" not in (found.type, other.type) and found.type != other.type:
            finding = Finding("type-mismatch", 0, "", "", found.type, other.type)
        elif None not in (found.unit, other.unit) and found.unit != other.unit:
            finding = Finding("unit-clash", 0, "", "", str(found.unit), str(other.unit))
        if finding is not None:
            written = replace(finding, text=exception.formula.node.text)
            linker.problems.append(describe(written, exception.formula.mark))
        found = Signature(
            other.type if found.type == "unknown" else found.type,
            other.unit if found.unit is None else found.unit,
            join_choices([found, other]),
        )
    return found


def _infer_formula(clause: Clause, linker: _Linker) -> Signature:
    """Infer the signature of one formula; what is not encoded is of every type."""
    if not isinstance(clause.content, Formula):
        return UNKNOWN
    signature, findings = infer_signature(clause.content, linker.names.lookup, linker.language)
    return UNKNOWN if _report(findings, clause, linker) else signature


def _check_condition(clause: Clause, linker: _Linker) -> None:
    if isinstance(clause.content, Formula):
        found = check_condition(clause.content, linker.names.lookup, linker.language)
        _report(found, clause, linker)


def _unknown_calls(formula: Formula, linker: _Linker) -> list[tuple[int, int]]:
    """List from where to where a formula calls what is no function, scale or table."""
    origins = formula.origins
    return [
        (origins[each.span[0]], origins[each.span[1] - 1] + 1)
        for each in walk_expression(formula.tree)
        if isinstance(each, Call)
        and each.operation is LOOKUP
        and each.code not in linker.names.lookups
    ]


def _check_sentence_of_all(clause: Clause, linker: _Linker) -> None:
    """Check a condition that stands in no entry, and so in no row."""
    if isinstance(clause.content, Formula):
        _report(check_rows(clause.content, "", linker.lists), clause, linker)
        _check_condition(clause, linker)


def link_condition(linked: LinkedRulebook, text: str, place: str) -> Formula:
    """Read a condition over the codes of a rulebook, which stands outside of it.

    `place` is what marks call it. Raises `ProblemsError` for what is no condition.
    """
    rulebook, schema = linked.rulebook, linked.schema
    names = collect_names(rulebook, schema)
    names.signatures.update(linked.signatures)
    linker = _Linker(
        names, KnownNames(names.fields, schema.lists), KnownNames(names.sections),
        KnownNames(rulebook.sources), rulebook.parameters, rulebook.language, rulebook.report,
        schema.lists, rulebook.tables,
    )  # fmt: skip
    node = ScalarNode(text, "plain", Mark(place, 1, 1, text))
    formula, findings = parse_formula(text, rulebook.language, rulebook.lookups)
    if formula is None:
        raise ProblemsError(to_problem(finding, node) for finding in findings)
    linker.problems += [to_problem(finding, node) for finding in findings]
    _check_sentence_of_all(Clause(formula, node), linker)
    if linker.problems:
        raise ProblemsError(linker.problems)
    return formula


def _report(findings: list[Finding], clause: Clause, linker: _Linker) -> bool:
    """Tell what is wrong with a formula; return whether that is a parameter, not the formula."""
    has_blamed = False
    for finding in findings:
        problem = to_problem(finding, clause.node)
        if finding.code == "unknown-code" and not finding.advice:
            near = _nearest_code(finding.text, clause, linker)
            problem = _with_chosen(replace(problem, suggestion=near), finding, clause)
            instead = _size_of(finding.text, linker) or _in_braces(finding.text, clause, linker)
            if instead:
                details = {**problem.details, "instead": quote(instead)}
                problem = replace(problem, suggestion="", details=details, advice="write-instead")
            if finding.text in linker.without_value:
                problem = replace(
                    problem, suggestion="", advice="own-condition", wording="code-without-value"
                )
            if _says_otherwise(finding.text, clause):
                problem = replace(problem, suggestion="", advice="exception-base")
        elif finding.code == "unknown-function" and is_value(finding.text, linker.names):
            problem = say_value_called(problem)
        elif finding.code == "unknown-function" and not finding.instead:
            known = KnownNames(linker.names.lookups, admits=is_code)
            problem = replace(problem, suggestion=Nearest(finding.text, known))
        elif finding.code == "type-mismatch" and not finding.instead:
            problem = _of_call(problem, finding, clause, linker)
        elif finding.code == "formula-bare-text" and not problem.fixes and not finding.advice:
            problem = _code_or_text(problem, finding, linker)
        told = (
            _of_parameters(finding, clause, linker)
            or _of_intervals(finding, problem, clause, linker)
            or _of_field(finding, problem, linker)
        )
        for code in told.keys() - linker.blamed:
            linker.blamed.add(code)
            linker.problems.append(told[code])
        has_blamed = has_blamed or bool(told)
        if not told:
            linker.problems.append(problem)
    return has_blamed


def _nearest_code(text: str, clause: Clause, linker: _Linker) -> str | Nearest:
    """Say which code is meant: one so called of the rule's own row or of no row, or one like it.

    Else one so called of the rows of a list; never the entry itself, which would then read itself.
    """
    entry, readable, name = _entry_of(clause), linker.names.readable, text.rpartition(".")[2]
    over = list_of(entry)
    exact = [f"{over}.{name}", name] if over else [name]
    found = next((each for each in exact if each != entry and each in readable), "")
    of_rows = [f"{each}.{name}" for each in linker.lists if "." not in text]
    other = [each for each in of_rows if each in readable]
    otherwise = other[0] if len(other) == 1 else ""
    return found or Nearest(text, readable, without=entry, otherwise=otherwise)


def _entry_of(clause: Clause) -> str:
    """Return the code, as it is written, of the entry in which a formula stands."""
    steps = (clause.node.mark.pointer or "").split("/")
    return steps[2] if len(steps) > 2 else ""  # noqa: PLR2004 - its part, its code


def _in_braces(text: str, clause: Clause, linker: _Linker) -> str:
    """Write a code with the braces that a name of `for_each` in it lacks; empty for any other."""
    pieces = text.split("_")
    for name in _VARIABLE.findall(_entry_of(clause)):
        if name not in pieces:
            continue
        braced = "_".join(f"{{{name}}}" if each == name else each for each in pieces)
        begin, end = braced.partition("{")[0], braced.rpartition("}")[2]
        least = len(begin) + len(end)
        if any(
            code.startswith(begin) and code.endswith(end) and len(code) > least
            for code in linker.names.signatures
        ):
            return braced
    return ""


def _size_of(text: str, linker: _Linker) -> str:
    """Write `size(L)` for `L.size` or `L.count`, as other programs ask for it; else nothing."""
    over, _, asked = text.partition(".")
    is_asked = over in linker.lists and asked in ("size", "count", "len", "length")
    return f"size({over})" if is_asked else ""


def _says_otherwise(text: str, clause: Clause) -> bool:
    """Tell an exception for all other cases, for which the rule's own formula stands."""
    pointer = clause.node.mark.pointer or ""
    is_condition = "/exceptions/" in pointer and pointer.endswith("/when")
    return is_condition and text.lower() in ("altrimenti", "otherwise", "else", "default")


def _code_or_text(problem: Problem, finding: Finding, linker: _Linker) -> Problem:
    """Say of a word that is no code, and like one, that either a code or a text is meant."""
    near = linker.names.readable.nearest(finding.text)
    if not near:
        return problem
    details = {**problem.details, "expected": quote(near)}
    return replace(problem, code="unknown-code", details=details, advice="code-or-text")


def _of_parameters(finding: Finding, clause: Clause, linker: _Linker) -> dict[str, Problem]:
    """Blame parameters that are texts for how they write a number, not the formula that uses them.

    Only where they meet numbers: else a text may look like anything.
    """
    is_of_number = "number" in (finding.expected, finding.found)
    if finding.code != "type-mismatch" or not is_of_number:
        return {}
    from ruletrail.rulebooks.constants import judge_text, judge_word  # noqa: PLC0415 - rare

    parameter = linker.parameters.get(finding.text)
    if finding.found == "text" and parameter is not None and isinstance(parameter.value, str):
        return {finding.text: judge_text(parameter) or judge_word(parameter)}
    names = clause.content.names if isinstance(clause.content, Formula) else ()
    found = {
        name: judge_text(linker.parameters[name]) for name in names if name in linker.parameters
    }
    return {name: problem for name, problem in found.items() if problem is not None}


def _of_call(problem: Problem, finding: Finding, clause: Clause, linker: _Linker) -> Problem:
    """Say of an argument of a scale or table which column it is looked up in."""
    from ruletrail.linking.interval_keys import find_call  # noqa: PLC0415 - rare

    called = clause.content if isinstance(clause.content, Formula) else None
    found = find_call(finding.offset, called) if called is not None else None
    signature = linker.names.lookups.get(found[0]) if found is not None else None
    if found is None or signature is None or found[1] >= len(signature.keys or ()):
        return problem
    code, at = found
    table = linker.tables.get(code)
    details = {**problem.details, "code": quote(code)}
    if table is None:
        return replace(problem, details=details, advice="number-of-scale")
    details["column"] = quote(table.contents[0].columns[at])
    cells = [each for row in table.contents[0].rows for each in row.cells[at]]
    odd = [each for each in cells if isinstance(each, str) and not is_plain_number(each)]
    if finding.found == "number" and 2 * len(odd) <= len(cells) and odd:
        details["cell"] = quote(odd[0])
        return replace(problem, details=details, advice="column-of-texts")
    return replace(problem, details=details, advice="key-of-type")


def _of_intervals(
    finding: Finding, problem: Problem, clause: Clause, linker: _Linker
) -> dict[str, Problem]:
    """Say once of a table in which a number looks for intervals that it is a scale."""
    is_number = finding.code == "type-mismatch" and finding.found == "number"
    if not is_number or not isinstance(clause.content, Formula) or not linker.tables:
        return {}
    from ruletrail.linking.interval_keys import find_call, write_as_scale  # noqa: PLC0415 - rare

    code, column = find_call(finding.offset, clause.content) or ("", 0)
    table = linker.tables.get(code)
    shown = write_as_scale(table, column) if table is not None else None
    if shown is None:
        return {}
    details = {**problem.details, "code": quote(code), "instead": quote(shown, 200)}
    advice = "intervals-as-scale" if shown else "intervals-as-cases"
    return {code: replace(problem, details=details, advice=advice)}


def _of_field(finding: Finding, problem: Problem, linker: _Linker) -> dict[str, Problem]:
    """Blame a field that the schema declares as any text where formulas take it for a number.

    It is told once: where it is declared otherwise, all of its uses are right.
    """
    declared = linker.names.fields.get(finding.text)
    is_met = finding.code == "type-mismatch" and finding.expected == "number"
    if not is_met or finding.found != "text" or declared is None or declared.words:
        return {}
    details = {**problem.details, "file": quote(linker.report)}
    return {finding.text: replace(problem, details=details, advice="field-of-text")}


def _with_chosen(problem: Problem, finding: Finding, clause: Clause) -> Problem:
    """Say for which values of `for_each` a code is unknown, where one of them stands in it."""
    chosen = clause.node.chosen or {}
    template = clause.node.template
    if not chosen or template is None or finding.text in template.text:
        return problem
    shown = ", ".join(f"{quote(name)} = {quote(value)}" for name, value in chosen.items())
    details = {**problem.details, "chosen": shown}
    return replace(problem, details=details, wording="unknown-code-of-value")


def _check_section(section: Section, linker: _Linker) -> None:
    parent = section.part_of
    if parent is not None and parent not in linker.names.sections:
        linker.problems.append(
            _unknown("unknown-section", parent, section.part_of_mark, linker.sections)
        )
    # the whole was checked before, for its part reads it; in a ring it was not, and that is told
    depth = linker.depths[section.code] = 1 + linker.depths.get(parent or "", 0)
    if depth == MOST_WHOLES + 1:
        details = {"limit": str(MOST_WHOLES)}
        linker.problems.append(Problem("part-of-too-deep", section.part_of_mark, details))
    for code, mark in zip(section.fields, section.field_marks, strict=True):
        if code not in linker.names.fields and code not in linker.lists:
            problem = _unknown("unknown-field", code, mark, linker.fields)
            lists = linker.lists.items()
            cells = [f"{over}.{code}" for over, rows in lists if code in rows.cells]
            near = cells[0] if len(cells) == 1 else problem.suggestion
            linker.problems.append(replace(problem, suggestion=near))


def _unknown(code: str, name: str, mark: Mark, known: KnownNames) -> Problem:
    return Problem(code, mark, {"text": quote(name)}, Nearest(name, known))


def _check_sentence(sentence: Sentence, row_of: str, linker: _Linker) -> None:
    signatures = linker.names.signatures
    for language, template in sentence.templates.items():
        node = sentence.nodes[language]
        for name in template.names:
            is_elsewhere = list_of(name) not in ("", row_of) or name in linker.lists
            if is_elsewhere or (name not in signatures and name not in PLACEHOLDERS):
                mark = mark_at(node, max(node.text.find("{" + name + "}"), 0))
                known = linker.shown_in(row_of)
                problem = _unknown("unknown-placeholder", name, mark, known)
                linker.problems.append(_of_rows(name, row_of, problem, linker))


def _of_rows(name: str, row_of: str, problem: Problem, linker: _Linker) -> Problem:
    """Say of a name in a sentence that it is of rows: a list, a code of another row, or of its own.

    One that is of its own row lacks the name of the list before it.
    """
    if name not in linker.lists and name not in linker.names.signatures:
        own = f"{row_of}.{name.rpartition('.')[2]}"
        is_own = row_of and own in linker.names.signatures
        return replace(problem, suggestion=own) if is_own else problem
    is_list = name in linker.lists
    gathered = _GATHERED.get(linker.names.signatures[name].type, "sum({})")
    instead = f"size({name})" if is_list else gathered.format(name)
    code = "list-as-value" if is_list else "row-outside-list"
    details = {"text": quote(name), "instead": quote(instead)}
    return Problem(code, problem.mark, details, "", SHOWN_BY_RULE)


def _check_group(members: tuple[str, ...], marks: tuple[Mark, ...], linker: _Linker) -> None:
    """Members exist, are no groups, and are of one type and unit."""
    kind, unit = "unknown", None
    for code, mark in zip(members, marks, strict=True):
        signature = linker.names.lookup(code)
        if signature is not None and signature.keys is not None:
            details = {"text": quote(code)}
            linker.problems.append(Problem("lookup-without-call", mark, details))
            continue
        if signature is not None and signature.type == "list":
            details = {"text": quote(code), "instead": quote(f"size({code})")}
            linker.problems.append(Problem("list-as-value", mark, details, "", "gathered-in-group"))
            continue
        if signature is None or signature.is_group:
            linker.problems.append(_unknown("unknown-code", code, mark, linker.names.readable))
            continue
        # what is not encoded is of every type, but its unit is declared like any other
        finding = None
        if "unknown" not in (kind, signature.type) and signature.type != kind:
            finding = Finding("type-mismatch", 0, code, "", kind, signature.type)
        elif None not in (unit, signature.unit) and signature.unit != unit:
            finding = Finding("unit-clash", 0, code, "", str(unit), str(signature.unit))
        if finding is not None:
            linker.problems.append(describe(finding, mark))
        kind = signature.type if kind == "unknown" else kind
        unit = signature.unit if unit is None else unit


def _check_sources(rulebook: Rulebook, linker: _Linker) -> None:
    named = (*rulebook.parameters.values(), *rulebook.lookups.values())
    bases = [basis for each in named for basis in each.bases]
    bases += [each.basis for each in rulebook.properties.values()]
    for entry in rulebook.entries.values():
        bases += [entry.basis, *(sentence.basis for sentence in sentences_of(entry))]
        if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
            bases += [case.basis for case in entry.cases]
        if isinstance(entry, Rule):
            bases += [exception.basis for exception in entry.exceptions]
    for basis in bases:
        for source, mark in zip(basis.sources, basis.marks, strict=True):
            if source not in rulebook.sources:
                linker.problems.append(_unknown("unknown-source", source, mark, linker.sources))
