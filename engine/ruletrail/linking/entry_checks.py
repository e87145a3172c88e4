"""Checks of what a rulebook says: its entries, sentences, groups and sources."""

import re
from collections.abc import Container, Iterable, Sequence
from functools import partial

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import (
    Call,
    Finding,
    Formula,
    Signature,
    check_condition,
    infer_signature,
    list_of,
    walk_expression,
)
from ruletrail.formulas.operations import LOOKUP
from ruletrail.formulas.type_checking import UNKNOWN, join_choices
from ruletrail.linking.echoes import SHOWN_BY_CHECK, SHOWN_BY_RULE
from ruletrail.linking.findings import suggest_for_all, tell_findings
from ruletrail.linking.linked_rulebook import PLACEHOLDERS, clauses_of, sentences_of
from ruletrail.linking.names import is_name
from ruletrail.linking.rows import check_rows, tell_lookup
from ruletrail.linking.scope import Scope
from ruletrail.problems import Fix, Mark, Problem, cut, quote, quote_to_write, tell_once
from ruletrail.rulebooks import (
    Check,
    Clause,
    Decision,
    Entry,
    Rule,
    Rulebook,
    Section,
    Sentence,
    describe,
    mark_at,
    to_problem,
)
from ruletrail.suggestions import KnownNames, Nearest

MOST_CASES = 1_000
"""Cases of one decision."""

MOST_WHOLES = 32
"""Sections that may stand inside each other by `part_of`."""

MOST_ERRORS = 100_000
"""Errors after which no further entry is checked: people are told of fifty."""

_MOST_ASKED = 50
"""The problems of a file that are shown, as many sources are looked for by what they are called."""
_OF_EXCEPTION, _OF_GROUP, _OF_FIELD = "type-of-exception", "type-of-group", "type-of-field"
"""The hints for a value of another type where nothing is compared or computed."""
_MOST_MEMBERS = 40
"""Members of a group that somebody is told to write into another."""
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_GATHERED = {"boolean": "count({})", "date": "max({})", "text": 'count({} == "…")'}
"""How all rows of a code are gathered, by what it is; numbers are added."""


def check_entries(order: Sequence[Entry], scope: Scope) -> None:
    """Check each entry after those it reads; what all values of a name share is told once."""
    before, owned, errors = scope.problems, [], 0
    for entry in order:
        scope.problems = []
        _check_entry(entry, scope)
        owned += [(entry.code, problem) for problem in scope.problems]
        errors += sum(problem.severity == "error" for problem in scope.problems)
        if errors > MOST_ERRORS:
            break
    scope.problems = [*before, *tell_once(owned)]


def _check_entry(entry: Entry, scope: Scope) -> None:
    over = list_of(entry.code)
    for clause in clauses_of(entry):
        # of a list that is none nothing is a row, and it is told where the entry is written
        is_placed = is_name(entry.code) and (not over or over in scope.lists)
        if isinstance(clause.content, Formula) and is_placed:
            found = check_rows(clause.content, over, scope.lists)
            apart = _told_apart(clause.content, scope) if found else []
            for finding in found:
                if not any(low <= finding.offset < high for low, high in apart):
                    scope.problems.append(_advise_row(finding, clause, entry, scope))
    if isinstance(entry, Rule):
        _check_rule(entry, scope)
    else:
        for clause in clauses_of(entry):
            _check_condition(clause, scope)
    if isinstance(entry, Section):
        _check_section(entry, scope)
    if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
        for case in entry.cases[MOST_CASES : MOST_CASES + 1]:
            scope.problems.append(Problem("too-many-cases", case.mark, {"limit": str(MOST_CASES)}))
    for sentence in sentences_of(entry):
        _check_sentence(sentence, entry, scope)


def _told_apart(formula: Formula, scope: Scope) -> list[tuple[int, int]]:
    """List from where to where calls stand of which it is told what becomes of their rows.

    They call what is no function, scale or table, whose arguments are judged once it is another
    one, or gather only some of the rows.
    """
    from ruletrail.formulas.sums_of_some import find_sums_of_some_rows  # noqa: PLC0415 - rare

    origins = formula.origins
    calls = [each for each in walk_expression(formula.tree) if isinstance(each, Call)]
    unknown = [
        each for each in calls if each.operation is LOOKUP and each.code not in scope.names.lookups
    ]
    of_some = [each.call for each in find_sums_of_some_rows(formula.tree, scope.names.lookup)]
    return [(origins[each.span[0]], origins[each.span[1] - 1] + 1) for each in (*unknown, *of_some)]


def _advise_row(finding: Finding, clause: Clause, entry: Entry, scope: Scope) -> Problem:
    """Say how a code that stands outside of its rows is gathered, or where it is one row's."""
    problem, signature = to_problem(finding, clause.node), scope.names.lookup(finding.text)
    if finding.code != "row-outside-list" or signature is None:
        return problem
    instead = _GATHERED.get(signature.type, "sum({})").format(finding.text)
    details = {**problem.details, "instead": quote_to_write(instead)}
    over = list_of(finding.text)
    # `members_age` is how somebody writes `members.age` who knows no rows
    row = f"{over}.{entry.code.removeprefix(f'{over}_')}"
    is_there = row in scope.names.signatures
    if list_of(entry.code) or is_there or not isinstance(entry, Rule | Check):
        return replace(problem, details=details, advice="gathered")
    details["row"] = quote(row)
    return replace(problem, details=details, advice="gathered-or-row")


def _check_rule(rule: Rule, scope: Scope) -> None:
    if rule.when is not None:
        _check_condition(rule.when, scope)
    for exception in rule.exceptions:
        _check_condition(exception.when, scope)
    for exception in rule.exceptions[MOST_CASES : MOST_CASES + 1]:
        limit = {"limit": str(MOST_CASES)}
        scope.problems.append(Problem("too-many-cases", exception.mark, limit))
    declared = scope.names.fields.get(rule.code)
    unit = rule.unit if rule.unit is not None else declared.unit if declared is not None else None
    signature = _infer_rule(rule, scope)
    if any(each.code == "row-outside-list" for each in scope.problems):
        signature = replace(signature, type="unknown")  # gathered, its rows may be of another type
    if rule.rounding is not None and signature.type in ("text", "boolean", "date"):
        scope.problems.append(Problem("round-not-number", rule.mark, {"code": quote(rule.code)}))
    if declared is not None and signature.type not in (declared.type, "unknown"):
        finding = Finding(
            "type-mismatch", 0, rule.code, "", declared.type, signature.type, _OF_FIELD
        )
        scope.problems.append(describe(finding, rule.mark))
    scope.names.signatures[rule.code] = Signature(signature.type, unit, signature.choices)


def _infer_rule(rule: Rule, scope: Scope) -> Signature:
    """Join the signatures of a rule's formulas, which are of one type and of one unit."""
    wanted = _wanted_of(rule, scope)
    found = _infer_formula(rule.formula, scope, wanted)
    for exception in rule.exceptions:
        known = found.type if found.type != "unknown" else wanted
        other, finding = _infer_formula(exception.formula, scope, known), None
        if "unknown" not in (found.type, other.type) and found.type != other.type:
            finding = Finding("type-mismatch", 0, "", "", found.type, other.type, _OF_EXCEPTION)
        elif None not in (found.unit, other.unit) and found.unit != other.unit:
            finding = Finding("unit-clash", 0, "", "", str(found.unit), str(other.unit))
        if finding is not None:
            written = replace(finding, text=exception.formula.node.text)
            tell_findings([written], exception.formula, scope)
        found = Signature(
            other.type if found.type == "unknown" else found.type,
            other.unit if found.unit is None else found.unit,
            join_choices([found, other]),
        )
    return found


def _wanted_of(rule: Rule, scope: Scope) -> str:
    """Tell of which type a rule's value should be, where its form, unit or rounding says so."""
    declared = scope.names.fields.get(rule.code)
    if declared is not None:
        return declared.type
    return "number" if rule.unit or rule.rounding is not None else ""


def _infer_formula(clause: Clause, scope: Scope, wanted: str) -> Signature:
    """Infer the signature of one formula; what is not encoded is of every type."""
    if not isinstance(clause.content, Formula):
        return UNKNOWN
    signature, findings = infer_signature(
        clause.content, scope.names.lookup, scope.language, wanted
    )
    return UNKNOWN if tell_findings(findings, clause, scope) else signature


def _check_condition(clause: Clause, scope: Scope) -> None:
    if isinstance(clause.content, Formula):
        found = check_condition(clause.content, scope.names.lookup, scope.language)
        tell_findings(found, clause, scope)


def check_sentence_of_all(clause: Clause, scope: Scope) -> None:
    """Check a condition that stands in no entry, and so in no row."""
    if isinstance(clause.content, Formula):
        tell_findings(check_rows(clause.content, "", scope.lists), clause, scope)
        _check_condition(clause, scope)


def _check_section(section: Section, scope: Scope) -> None:
    parent = section.part_of
    if parent is not None and parent not in scope.names.sections:
        wholes = KnownNames(scope.names.sections, admits=partial(_may_hold, section.code, scope))
        scope.problems.append(_unknown("unknown-section", parent, section.part_of_mark, wholes))
    # the whole was checked before, for its part reads it; in a ring it was not, and that is told
    depth = scope.depths[section.code] = 1 + scope.depths.get(parent or "", 0)
    if depth == MOST_WHOLES + 1:
        details = {"limit": str(MOST_WHOLES)}
        scope.problems.append(Problem("part-of-too-deep", section.part_of_mark, details))
    for code, mark in zip(section.fields, section.field_marks, strict=True):
        if code not in scope.names.fields and code not in scope.lists:
            problem = _unknown("unknown-field", code, mark, scope.fields)
            lists = scope.lists.items()
            cells = [f"{over}.{code}" for over, rows in lists if code in rows.cells]
            near = cells[0] if len(cells) == 1 else problem.suggestion
            is_computed = code in scope.names.signatures and code not in scope.parameters
            advice = "computed-not-filled" if is_computed else ""
            near = "" if is_computed else near
            scope.problems.append(replace(problem, suggestion=near, advice=advice))


def _may_hold(part: str, scope: Scope, whole: str) -> bool:
    """Tell a section that may hold another from that other itself, and from those within it."""
    for _ in range(MOST_WHOLES):
        if whole in ("", part):
            return whole != part
        whole = scope.wholes.get(whole, "")
    return False


def _unknown(code: str, name: str, mark: Mark, known: KnownNames) -> Problem:
    return Problem(code, mark, {"text": quote(name)}, Nearest(name, known))


def _check_sentence(sentence: Sentence, entry: Entry, scope: Scope) -> None:
    signatures, row_of = scope.names.signatures, list_of(entry.code)
    # what a check comes to is no part of its own sentence
    own = entry.code if isinstance(entry, Check) else ""
    for language, template in sentence.templates.items():
        node = sentence.nodes[language]
        for name in dict.fromkeys(template.names):
            is_elsewhere = list_of(name) not in ("", row_of) or name in scope.lists
            if is_elsewhere or (name not in signatures and name not in PLACEHOLDERS):
                at = max(node.text.find("{" + name + "}"), 0)
                near = Nearest(name, scope.shown_in(row_of), without=own)
                details = {"text": quote(name)}
                problem = Problem("unknown-placeholder", mark_at(node, at), details, near)
                told = _of_rows(name, row_of, problem, scope)
                scope.problems.append(suggest_for_all(told, name, at + 1, node, scope))


def _of_rows(name: str, row_of: str, problem: Problem, scope: Scope) -> Problem:
    """Say of a name in a sentence that it is of rows: a list, a code of another row, or of its own.

    One that is of its own row lacks the name of the list before it.
    """
    called = scope.names.lookup(name)
    if called is not None and called.keys is not None:
        return tell_lookup(problem, name, row_of, is_table=name in scope.tables)
    if name not in scope.lists and name not in scope.names.signatures:
        own = f"{row_of}.{name.rpartition('.')[2]}"
        is_own = row_of and own in scope.names.signatures
        return replace(problem, suggestion=own) if is_own else problem
    is_list = name in scope.lists
    if not is_list and scope.names.signatures[name].type == "text":
        # what texts are shown for is each of them: no rule gathers them
        code, sentence = cut(list_of(name)), f'{{{scope.locale}: "{{{cut(name)}}} …"}}'
        shown = f"{code}.…: {{expect: …, message: {sentence}}}"
        details = {"text": quote(name), "instead": quote_to_write(shown)}
        return Problem("row-outside-list", problem.mark, details, "", SHOWN_BY_CHECK)
    gathered = _GATHERED.get(scope.names.signatures[name].type, "sum({})")
    instead = f"size({name})" if is_list else gathered.format(name)
    code = "list-as-value" if is_list else "row-outside-list"
    details = {"text": quote(name), "instead": quote_to_write(instead)}
    return Problem(code, problem.mark, details, "", SHOWN_BY_RULE)


def check_group(members: tuple[str, ...], marks: tuple[Mark, ...], scope: Scope) -> None:
    """Members exist, are no groups, and are of one type and unit."""
    kind, unit, known = "unknown", None, frozenset(members)
    for code, mark in zip(members, marks, strict=True):
        signature = scope.names.lookup(code)
        if signature is not None and signature.keys is not None:
            details = {"text": quote(code)}
            scope.problems.append(Problem("lookup-without-call", mark, details))
            continue
        if signature is not None and signature.type == "list":
            details = {"text": quote(code), "instead": quote_to_write(f"size({code})")}
            scope.problems.append(Problem("list-as-value", mark, details, "", "gathered-in-group"))
            continue
        if signature is not None and signature.is_group:
            scope.problems.append(_tell_group_in_group(code, mark, known, scope))
            continue
        if signature is None:
            names = KnownNames(scope.names.signatures, admits=partial(_may_be_member, scope))
            scope.problems.append(_unknown("unknown-code", code, mark, names))
            continue
        # what is not encoded is of every type, but its unit is declared like any other
        finding = None
        if "unknown" not in (kind, signature.type) and signature.type != kind:
            finding = Finding("type-mismatch", 0, code, "", kind, signature.type, _OF_GROUP)
        elif None not in (unit, signature.unit) and signature.unit != unit:
            finding = Finding("unit-clash", 0, code, "", str(unit), str(signature.unit))
        if finding is not None:
            scope.problems.append(describe(finding, mark))
        kind = signature.type if kind == "unknown" else kind
        unit = signature.unit if unit is None else unit


def _tell_group_in_group(code: str, mark: Mark, members: Container[str], scope: Scope) -> Problem:
    """Tell a group among the members of one: its codes belong there, each once."""
    own = [each for each in _codes_of_group(code, scope) if each not in members]
    details = {"text": quote(code), "instead": quote_to_write(", ".join(own))}
    advice = "codes-there" if not own else "members-in-group"
    if len(own) > _MOST_MEMBERS:
        advice = "codes-of-group"
    return Problem("group-as-value", mark, details, "", advice)


def _codes_of_group(code: str, scope: Scope) -> list[str]:
    """List the single codes of a group, those of groups within it too, each once."""
    groups, waiting = scope.names.groups, [code]
    seen: dict[str, None] = {}
    while waiting and len(seen) <= 2 * _MOST_MEMBERS:
        here = waiting.pop()
        if here not in seen:
            seen[here] = None
            waiting += reversed(groups.get(here, ())[: 2 * _MOST_MEMBERS])
    return [each for each in seen if each not in groups]


def _may_be_member(scope: Scope, code: str) -> bool:
    """Tell a value of the report, which a group may hold, from a list and what its rows have."""
    return is_name(code) and not list_of(code) and scope.names.signatures[code].type != "list"


def check_sources(rulebook: Rulebook, scope: Scope) -> None:
    """Check that the sources named by what a rulebook says are listed in it."""
    named = (*rulebook.parameters.values(), *rulebook.lookups.values())
    bases = [basis for each in named for basis in each.bases]
    bases += [each.basis for each in rulebook.properties.values()]
    for entry in rulebook.entries.values():
        bases += [entry.basis, *(sentence.basis for sentence in sentences_of(entry))]
        if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
            bases += [case.basis for case in entry.cases]
        if isinstance(entry, Rule):
            bases += [exception.basis for exception in entry.exceptions]
    asked = 0
    for basis in bases:
        for source, mark in zip(basis.sources, basis.marks, strict=True):
            if source not in rulebook.sources:
                asked += 1
                joined = _joined_sources(source, mark, rulebook)
                if joined is not None:
                    scope.problems.append(joined)
                    continue
                # all sources are looked through, and only the first problems are shown
                near: str | Nearest = Nearest(source, scope.sources)
                if asked <= _MOST_ASKED:
                    near = _source_meant(source, rulebook, scope)
                details = {"text": quote(source)}
                scope.problems.append(Problem("unknown-source", mark, details, near))


def _joined_sources(text: str, mark: Mark, rulebook: Rulebook) -> Problem | None:
    """Tell several sources that stand as one text, `bando, delibera`, where a list may stand."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 or not all(part in rulebook.sources for part in parts):
        return None
    instead = f"[{', '.join(parts)}]"
    begin = mark.column - 1
    written = next((each for each in (text, f'"{text}"', f"'{text}'")
                    if mark.text.startswith(each, begin)), "")  # fmt: skip
    fixes = (Fix(mark, written, instead),) if written else ()
    details = {"text": quote(text), "instead": quote_to_write(instead)}
    return Problem("unknown-source", mark, details, "", "write-instead", fixes)


def _source_meant(text: str, rulebook: Rulebook, scope: Scope) -> str | Nearest:
    """Return the source that has this title; else the likeliest, which is only asked about."""
    titled = [code for code, each in rulebook.sources.items() if each.title == text]
    if len(titled) == 1:
        return titled[0]
    return Nearest(text, scope.sources, otherwise=_source_in(text, rulebook))


def _numbers_of(words: Iterable[str]) -> tuple[set[str], set[str]]:
    """Part the numbers among words from those that are years."""
    numbers = {word for word in words if word.isdigit()}
    years = {word for word in numbers if _YEAR.fullmatch(word)}
    return numbers - years, years


def _source_in(text: str, rulebook: Rulebook) -> str:
    """Return the one source that a text speaks of: `delibera 45`, or `Delibera n. 45, art. 3`.

    All words of its code are there, but for numbers; of several it is the one whose code and title
    say most of the text, its number too. Where two say as much, none is. One with other numbers
    than the text is another act: `Legge 104/1992` speaks of no `Legge 328/2000`.
    """
    words, scores = _words_of(text), {}
    own, own_years = _numbers_of(words)
    for code, each in rulebook.sources.items():
        of_code = _words_of(code)
        of_all = of_code | _words_of(each.title)
        numbers, years = _numbers_of(of_all)
        # acts of a year share it, and one may be called by its number or by its year alone
        pair = (own, numbers) if own or numbers else (own_years, years)
        is_other = all(pair) and pair[0].isdisjoint(pair[1])
        if not is_other and all(word in words for word in of_code if not word.isdigit()):
            scores[code] = len(words & of_all)
    most = max(scores.values(), default=0)
    best = [code for code, score in scores.items() if score == most]
    return best[0] if len(best) == 1 else ""


def _words_of(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
