"""Formulas near the limits, trails past theirs, and a number written in several places."""

from collections.abc import Iterator
from fractions import Fraction

from ruletrail.analysis.knowledge import number_of
from ruletrail.formulas import Call, Constant, Expression, Formula, Name, walk_expression
from ruletrail.formulas.lexer import LONGEST_FORMULA, read_tokens
from ruletrail.formulas.operations import ADD, COMPARE, SUBTRACT
from ruletrail.formulas.parsing import DEEPEST_FORMULA, MOST_NODES
from ruletrail.formulas.written_numbers import find_close_pairs, with_point
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.rulebooks import Clause, Entry
from ruletrail.rulebooks.clauses import mark_at
from ruletrail.trails.document import MOST_BYTES, count_fields
from ruletrail.trails.least_sizes import count_least_bytes
from ruletrail.values import write_number

_NEAR = Fraction(4, 5)
_ORDINARY = frozenset({Fraction(0), Fraction(1), Fraction(2), Fraction(100)})
"""Numbers that say nothing by themselves: nothing, one, a half, a percentage."""


def find_sizes(entry: Entry, _subject: Subject) -> Iterator[Problem]:
    """Find formulas that use more than four fifths of a limit."""
    for clause, formula in formulas_in(entry):
        depth, count = _measure(formula.tree)
        measured = (
            (len(formula.text), LONGEST_FORMULA),
            (depth, DEEPEST_FORMULA),
            (count, MOST_NODES),
        )
        for code, (found, limit) in zip(
            ("formula-long", "formula-deep", "formula-large"), measured, strict=True
        ):
            if found > limit * _NEAR:
                yield Problem(code, clause.mark, {"found": str(found), "limit": str(limit)})


def _measure(tree: Expression) -> tuple[int, int]:
    """Measure how deep a tree is and how many nodes it has."""
    deepest, count, waiting = 0, 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest, count = max(deepest, depth), count + 1
        if isinstance(node, Call):
            waiting.extend((operand, depth + 1) for operand in node.operands)
    return deepest, count


def find_trails(subject: Subject) -> Iterator[Problem]:
    """Find that a report with all the rows that its schema admits would have no trail.

    The labels and choices of fields, alike for every report, may be too much by themselves.
    """
    rows = {code: declared.most for code, declared in subject.linked.schema.lists.items()}
    least = count_least_bytes(subject.linked, rows)
    fields = count_fields(subject.linked)
    found = sum(least.values()) + sum(fields.values())
    if found > MOST_BYTES:
        largest = max((least, fields), key=lambda counted: max(counted.values(), default=0))
        code = max(largest, key=largest.__getitem__)
        details = {"found": str(found), "limit": str(MOST_BYTES), "code": quote(code)}
        is_field = largest is fields
        mark = subject.field_mark(code) if is_field else subject.rulebook.entries[code].mark
        yield Problem("trail-without-room", mark, details)


def find_close_numbers(entry: Entry, _subject: Subject) -> Iterator[Problem]:
    """Find `max(a, 1,50)`: with a decimal comma in mind somebody wrote two values."""
    for clause, formula in formulas_in(entry):
        tokens = read_tokens(formula.text)
        for at in find_close_pairs(tokens):
            first, _, second = tokens[at - 1 : at + 2]
            mark = mark_at(clause.node, formula.origins[first.offset])
            details = {
                "text": quote(f"{first.text},{second.text}"),
                "first": quote(first.text),
                "second": quote(second.text),
                "apart": quote(f"{first.text}, {second.text}"),
            }
            whole = with_point(first.text, second.text)
            advice = "decimal-or-two-values" if whole else ""
            yield Problem(
                "close-numbers", mark, {**details, "instead": quote_to_write(whole)}, "", advice
            )


def find_repeated_numbers(subject: Subject) -> Iterator[Problem]:
    """Find numbers written in several entries, or beside a parameter of the same value."""
    named = {
        parameter.value: code
        for code, parameter in subject.rulebook.parameters.items()
        if isinstance(parameter.value, Fraction)
    }
    places: dict[Fraction, dict[Mark, tuple[Entry, Expression, Clause]]] = {}
    for entry in subject.entries:
        for clause, formula in formulas_in(entry):
            for node in literals_in(formula):
                number = number_of(node)
                if number is not None and abs(number) not in _ORDINARY:
                    places.setdefault(number, {}).setdefault(entry.mark, (entry, node, clause))
    for number, found in places.items():
        parameter = named.get(number)
        if parameter is not None:
            unit = subject.rulebook.parameters[parameter].unit
            for _, node, clause in found.values():
                if None in (unit, beside := _unit_beside(node, clause, subject)) or unit == beside:
                    yield note("number-of-parameter", node, clause, code=parameter)
        elif len(found) > 1:
            first, *others = found.values()
            for _, node, clause in others:
                details = {
                    "text": quote(write_number(number)),
                    "code": quote(first[0].code),
                    "line": str(first[2].mark.line),
                }
                yield Problem(
                    "repeated-number", note("repeated-number", node, clause).mark, details
                )


def _unit_beside(literal: Expression, clause: Clause, subject: Subject) -> str | None:
    """Return the unit of the code that a literal is compared with, added to or taken from."""
    for part in clause.content.parts if isinstance(clause.content, Formula) else ():
        meets = part.operation in (ADD, SUBTRACT) or part.operation.binding == COMPARE
        if meets and any(side is literal for side in part.operands):
            names = [side for side in part.operands if isinstance(side, Name)]
            units = [unit_of(subject.linked, name.code) for name in names]
            return next((unit for unit in units if unit is not None), None)
    return None


def literals_in(formula: Formula) -> Iterator[Expression]:
    """Yield the number literals of a formula, but not the decimals of a rounding, nor of days."""
    apart = [part.operands[1:] for part in formula.parts if part.operation.takes_decimals]
    apart += [part.operands for part in formula.parts if part.operation.name == "date"]
    left_out = {id(operand) for operands in apart for operand in operands}
    for node in walk_expression(formula.tree):
        is_number = isinstance(node, Constant) and isinstance(node.value, Fraction)
        if is_number and id(node) not in left_out:
            yield node
