"""Where a finding stands: the mark of a piece of a formula, and the problem made from it."""

import ast
from collections.abc import Iterator

from ruletrail.formulas import Formula
from ruletrail.formulas.parsing import children, span_of
from ruletrail.plans import clauses_of
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Clause, Entry
from ruletrail.rulebooks.findings import mark_at


def shown(node: ast.expr, formula: Formula) -> str:
    """Return the text of a sub-expression as trails write it."""
    start, end = span_of(node, formula.text)
    return formula.text[start:end]


def note(code: str, node: ast.expr, clause: Clause, /, **details: str) -> Problem:
    """Make a problem at a sub-expression; `text` is its text, the other details are somebody's texts too."""
    formula = clause.content
    if not isinstance(formula, Formula):
        raise TypeError("only a parsed formula has sub-expressions")
    start, _ = span_of(node, formula.text)
    written = {"text": shown(node, formula), **details}
    return Problem(code, mark_at(clause.node, formula.origins[start]), {name: quote(text) for name, text in written.items()})


def formulas_in(entry: Entry) -> Iterator[tuple[Clause, Formula]]:
    """Yield the clauses of an entry that hold a formula, with it."""
    for clause in clauses_of(entry):
        if isinstance(clause.content, Formula):
            yield clause, clause.content


def walk(node: ast.expr) -> Iterator[ast.expr]:
    """Yield a node and all below it, outer first, in reading order."""
    waiting = [node]
    while waiting:
        top = waiting.pop()
        yield top
        waiting.extend(reversed(children(top)))
