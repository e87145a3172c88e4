"""Lists of rows in a rulebook: where a code of a row may stand, and how many rows there may be."""

import re
from collections.abc import Iterable, Iterator, Mapping

from ruletrail.documents import ScalarNode
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import (
    Call,
    Expression,
    Finding,
    Formula,
    Name,
    aggregates_of,
    list_of,
    lists_in,
    walk_expression,
    walk_of_row,
)
from ruletrail.linking.names import is_code
from ruletrail.problems import Problem, quote, quote_to_write, term
from ruletrail.rulebooks import Check, Rule, Rulebook, Template, mark_at
from ruletrail.schemas import ListDeclaration, Schema
from ruletrail.suggestions import KnownNames, Nearest, code_like

MOST_ROW_STEPS = 100_000
"""Steps that the rows of a report may have: rows times the rules and checks of a row, at most."""

_ENTRIES_OF_ROWS = re.compile(r"/(rules|checks)/[^/]+")
_TWO_NAMES = re.compile(r"`([A-Za-z][A-Za-z0-9_]*)(?:\[[0-9]+\])?[^A-Za-z0-9_`]+([A-Za-z][^`]*)`")
"""The name of a list and another, with any sign or a number of a row between them."""

Lists = Mapping[str, ListDeclaration]


def lists_read(formula: Formula) -> tuple[str, ...]:
    """Name the lists whose rows the aggregates of a formula gather, each once."""
    return tuple(dict.fromkeys(each.over for each in aggregates_of(formula.tree)))


def check_rows(formula: Formula, row_of: str, lists: Lists) -> list[Finding]:
    """Find codes of rows that stand where no row of theirs is.

    `row_of` is the list that the formula is written for each row of; empty for none.
    """
    return list(_check(formula, formula.tree, row_of, lists))


def _check(
    formula: Formula, expression: Expression, row_of: str, lists: Lists
) -> Iterator[Finding]:
    for each in walk_of_row(expression):
        if isinstance(each, Name) and list_of(each.code) in lists:
            if list_of(each.code) != row_of:
                yield _finding(formula, each, "row-outside-list")
        elif isinstance(each, Call) and each.over:
            argument = each.operands[0]
            found = [code for code in lists_in(argument) if code in lists]
            if len(found) > 1:
                shown = ", ".join(quote(code) for code in found)
                yield _finding(formula, argument, "rows-of-two-lists", shown)
            else:
                yield from _check(formula, argument, each.over, lists)


def _finding(formula: Formula, at: Expression, code: str, expected: str = "") -> Finding:
    begin, end = at.span
    text = formula.text[begin:end]
    return Finding(code, formula.origins[begin], text, expected=expected)


def name_row_codes(problems: Iterable[Problem], lists: Lists) -> list[Problem]:
    """Say of a key that is no code, but a list's name and another, which row's code it means.

    What looks at the form of a key alone knows no lists, and would join the two by `_`.
    """
    return [_name_row_code(each, lists) if each.code == "code-form" else each for each in problems]


def _name_row_code(problem: Problem, lists: Lists) -> Problem:
    names = _TWO_NAMES.fullmatch(problem.details["text"])
    if names is None or names[1] not in lists:
        return problem
    if _ENTRIES_OF_ROWS.fullmatch(problem.pointer or "") is None:
        return problem
    meant = quote(f"{names[1]}.{code_like(names[2])}:")
    return replace(problem, details={**problem.details, "instead": meant}, advice="code-of-row")


def check_lists(rulebook: Rulebook, schema: Schema) -> Iterator[Problem]:
    """Find what is wrong with the entries of `lists`."""
    lists = KnownNames(schema.lists, admits=is_code)
    for code, named in rulebook.lists.items():
        if code not in schema.lists:
            details = {"text": quote(code)}
            yield Problem("unknown-list", named.mark, details, Nearest(code, lists))
            continue
        if named.row is not None and named.row_node is not None:
            known = _names_of_row(code, rulebook, schema)
            elsewhere = (rulebook.entries, rulebook.parameters, rulebook.groups)
            others = KnownNames(*elsewhere, schema.fields, schema.lists)
            for problem in _check_row(code, named.row, named.row_node, known):
                yield _of_no_row(problem, known, others, rulebook)


def _of_no_row(
    problem: Problem, known: KnownNames, others: KnownNames, rulebook: Rulebook
) -> Problem:
    """Say what a name is that stands in the name of a row and is none of the row's codes.

    What exists elsewhere is no slip of the pen, so none of those is guessed.
    """
    near = problem.suggestion
    if problem.code != "unknown-placeholder" or not isinstance(near, Nearest):
        return problem
    if near.name in rulebook.lookups:
        over = list_of(known.first(1)[0])
        return tell_lookup(problem, near.name, over, is_table=near.name in rulebook.tables)
    if near.name not in others:
        return replace(problem, advice="codes-of-row")
    listed, wording = Nearest("", known), "placeholder-of-no-row"
    return replace(problem, suggestion=listed, advice="codes-of-row", wording=wording)


def tell_lookup(problem: Problem, name: str, row_of: str, *, is_table: bool) -> Problem:
    """Say of a name in a sentence that it is a scale or a table, which has no value of its own."""
    details = {
        "text": quote(name),
        "kind": term("one-of-tables" if is_table else "one-of-scales"),
        "instead": quote_to_write(f"{name}(…)"),
        "rule": quote_to_write(f"{row_of}.…" if row_of else "…"),
    }
    advice = "lookup-by-rule-of-row" if row_of else "lookup-by-rule"
    return Problem(problem.code, problem.mark, details, "", advice, wording="placeholder-lookup")


def _names_of_row(over: str, rulebook: Rulebook, schema: Schema) -> KnownNames:
    """Return the fields and rules of a row, by which it may be called."""
    rules = [
        code
        for code, entry in rulebook.entries.items()
        if list_of(code) == over and isinstance(entry, Rule)
    ]
    return KnownNames([*(cell.code for cell in schema.lists[over].cells.values()), *rules])


def _check_row(
    over: str, template: Template, node: ScalarNode, known: KnownNames
) -> Iterator[Problem]:
    """Find names that are of no row, and a code that stands there as a text."""
    for name in dict.fromkeys(template.names):
        if name not in known:
            mark = mark_at(node, max(node.text.find("{" + name + "}"), 0))
            own = f"{over}.{name}"
            near = own if own in known else Nearest(name, known)
            yield Problem("unknown-placeholder", mark, {"text": quote(name)}, near)
    meant = next((each for each in (node.text, f"{over}.{node.text}") if each in known), "")
    if meant:
        instead = f'"{{{meant}}}"'
        yield Problem(
            "row-without-braces",
            node.mark,
            {"text": quote(node.text), "instead": quote_to_write(instead)},
        )


def count_cells(formula: Formula, schema: Schema) -> int:
    """Count the cells that the aggregates of a formula read, of lists with all their rows."""
    return sum(
        schema.lists[list_of(each.code)].most
        for aggregate in aggregates_of(formula.tree)
        for each in walk_expression(aggregate)
        if isinstance(each, Name) and list_of(each.code) in schema.lists
    )


def count_rows(rulebook: Rulebook, schema: Schema) -> Problem | None:
    """Refuse a rulebook whose rows would have more steps than can be kept."""
    count = 0
    for code, entry in rulebook.entries.items():
        rows = schema.lists.get(list_of(code))
        count += rows.most if rows is not None and isinstance(entry, Rule | Check) else 0
        if count > MOST_ROW_STEPS:
            return Problem("too-many-rows", entry.mark, {"limit": str(MOST_ROW_STEPS)})
    return None
