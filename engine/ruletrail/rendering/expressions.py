"""Formulas as readers meet them: with names, with numbers put in, and what each part came to.

A formula's text is in the trail, and so is the outcome of every part; nothing is computed here.
"""

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, show_number
from ruletrail.formulas import parse_written
from ruletrail.formulas.parsing import span_of
from ruletrail.rendering.phrases import name_function
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_gap,
    fact_of,
    shape_of,
    show,
    show_plain,
)
from ruletrail.values import Fact, is_non_value, read_number

_SIGNS: Mapping[type, str] = {
    ast.Add: " + ", ast.Sub: " - ", ast.Mult: " · ", ast.Div: " / ", ast.Mod: " % ",
    ast.Eq: " = ", ast.NotEq: " ≠ ", ast.Lt: " < ", ast.LtE: " ≤ ", ast.Gt: " > ", ast.GtE: " ≥ ",
}  # fmt: skip
_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula or condition of a step: its tree, and the outcome of its parts by their place in the text."""

    reading: Reading
    step: Step
    text: str
    tree: ast.expr
    outcomes: Mapping[tuple[int, int], Mapping[str, Any]]

    def outcome(self, node: ast.expr) -> Mapping[str, Any]:
        """Return what the trail says of a part: `value`, or `skipped` with the reason."""
        if isinstance(node, ast.Name) and node.id not in ("true", "false"):
            return {"value": self.step["reads"][node.id]["value"]}
        found = self.outcomes.get(span_of(node, self.text))
        return found if found is not None else {"value": self._constant(node)}

    def fact(self, node: ast.expr) -> Fact | None:
        """Return the fact of a part, or None when it was not evaluated."""
        written = self.outcome(node).get("value")
        return None if written is None else fact_of(written)

    def members(self, node: ast.expr) -> tuple[str, ...] | None:
        """Return the members of a group that a name stands for."""
        groups = self.step.get("groups", {})
        return tuple(groups[node.id]) if isinstance(node, ast.Name) and node.id in groups else None

    def _constant(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return node.id == "true"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return {"text": node.value}
        start, end = span_of(node, self.text)
        return self.text[start:end]


def read_expression(reading: Reading, step: Step, clause: Mapping[str, Any]) -> Expression | None:
    """Read a clause of a step; None when it is not encoded."""
    text = clause.get("formula", clause.get("condition"))
    if not isinstance(text, str):
        return None
    tree = parse_written(text)
    if tree is None:
        return None
    outcomes = {tuple(part["span"]): part for part in clause["parts"]}
    return Expression(reading, step, text, tree, outcomes)


def with_names(expression: Expression, node: ast.expr | None = None) -> str:
    """Write a formula, or one part of it, with the codes that it names."""
    return _Writer(expression, numbers=False).write(
        node if node is not None else expression.tree, _IF
    )


def with_numbers(expression: Expression, node: ast.expr | None = None) -> str:
    """Write a formula, or one part of it, with the values in place of the codes."""
    return _Writer(expression, numbers=True).write(
        node if node is not None else expression.tree, _IF
    )


def show_node(expression: Expression, node: ast.expr) -> str:
    """Show what one part came to."""
    outcome = expression.outcome(node)
    if "skipped" in outcome:
        return expression.reading.say(outcome["skipped"])
    fact = fact_of(outcome["value"])
    if isinstance(node, ast.Name):
        return show(expression.reading, node.id, fact)
    if isinstance(node, ast.Constant):
        return _show_constant(expression, node)
    return show_plain(expression.reading, fact, grouping=is_grouped(expression, node))


def is_grouped(expression: Expression, node: ast.expr) -> bool:
    """Tell whether a part is made of amounts that are shown with thousands separators."""
    names = [name.id for name in ast.walk(node) if isinstance(name, ast.Name)]
    return any(shape_of(expression.reading, name).grouping for name in names)


def decisive_parts(expression: Expression, node: ast.expr | None = None) -> Iterator[ast.expr]:
    """Yield the parts that settle a condition, or that keep it open; those set aside are left out."""
    node = node if node is not None else expression.tree
    fact = expression.fact(node)
    match node:
        case ast.BoolOp():
            for value in node.values:
                if _settles(expression.fact(value), fact):
                    yield from decisive_parts(expression, value)
        case ast.UnaryOp(op=ast.Not()):
            yield from decisive_parts(expression, node.operand)
        case ast.IfExp():
            yield from decisive_parts(expression, node.test)
            for branch in (node.body, node.orelse):
                if "skipped" not in expression.outcome(branch) and expression.fact(node.test) is (
                    branch is node.body
                ):
                    yield from decisive_parts(expression, branch)
        case _:
            yield node


def _settles(operand: Fact | None, whole: Fact | None) -> bool:
    """Tell whether an operand of `and` or `or` has a share in what the whole came to."""
    if operand is None or whole is None:
        return False
    return is_non_value(operand) if is_non_value(whole) else operand is whole


def with_sides(expression: Expression, node: ast.expr) -> str:
    """Write a part with its values; of a comparison, the value of each whole side."""
    if isinstance(node, ast.Compare) and not isinstance(node.comparators[0], ast.List):
        return (
            _show_side(expression, node.left)
            + _SIGNS[type(node.ops[0])]
            + _show_side(expression, node.comparators[0])
        )
    return with_numbers(expression, node)


def _show_side(expression: Expression, node: ast.expr) -> str:
    shown, fact = show_node(expression, node), expression.fact(node)
    return (
        expression.reading.say("inside", gap=shown) if fact is None or is_non_value(fact) else shown
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    expression: Expression
    numbers: bool

    def write(self, node: ast.expr, least: int) -> str:
        """Write a node, in brackets where it binds less tightly than its place asks."""
        text, binding = self._node(node)
        return f"({text})" if binding < least else text

    def _node(self, node: ast.expr) -> tuple[str, int]:
        say = self.expression.reading.say
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return _show_constant(self.expression, node), _ATOM
            case ast.UnaryOp(op=ast.Not()):
                return say("not", operand=self.write(node.operand, _NOT)), _NOT
            case ast.UnaryOp():
                return ("-" if isinstance(node.op, ast.USub) else "+") + self.write(
                    node.operand, _ATOM
                ), _SIGN
            case ast.BinOp():
                level = _SUM if isinstance(node.op, ast.Add | ast.Sub) else _PRODUCT
                return self.write(node.left, level) + _SIGNS[type(node.op)] + self.write(
                    node.right, level + 1
                ), level
            case ast.BoolOp():
                level, word = (_OR, "or") if isinstance(node.op, ast.Or) else (_AND, "and")
                return say(word).join(self.write(value, level + 1) for value in node.values), level
            case ast.Compare():
                return self._compare(node), _COMPARE
            case ast.IfExp():
                then, test, other = (
                    self.write(part, _OR) for part in (node.body, node.test, node.orelse)
                )
                return say("if_else", then=then, test=test, other=other), _IF
            case ast.Call():
                return self._call(node)
            case _:
                raise TypeError("no part of the formula language")

    def _name(self, node: ast.Name) -> tuple[str, int]:
        expression, reading = self.expression, self.expression.reading
        if node.id in ("true", "false"):
            return reading.say(node.id), _ATOM
        if not self.numbers:
            return node.id, _ATOM
        return self._value(node.id, fact_of(expression.step["reads"][node.id]["value"]))

    def _value(self, code: str, fact: Fact) -> tuple[str, int]:
        reading = self.expression.reading
        if is_non_value(fact):
            return reading.say("inside", gap=describe_gap(reading, fact)), _ATOM
        return show(reading, code, fact), _SUM if isinstance(fact, Fraction) and fact < 0 else _ATOM

    def _compare(self, node: ast.Compare) -> str:
        left, right = self.write(node.left, _SUM), node.comparators[0]
        if isinstance(right, ast.List):
            word = self.expression.reading.say(
                "in" if isinstance(node.ops[0], ast.In) else "not_in"
            )
            return (
                left
                + word
                + "["
                + "; ".join(self.write(element, _IF) for element in right.elts)
                + "]"
            )
        return left + _SIGNS[type(node.ops[0])] + self.write(right, _SUM)

    def _call(self, node: ast.Call) -> tuple[str, int]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        arguments = [text for argument in node.args for text in self._argument(argument)]
        if len(arguments) > _MOST_SHOWN:
            more = self.expression.reading.say("more_values", count=len(arguments) - _MOST_SHOWN)
            arguments = [*arguments[:_MOST_SHOWN], (more, _ATOM)]
        if name == "sum" and self.numbers:
            return " + ".join(
                text if binding >= _PRODUCT else f"({text})" for text, binding in arguments
            ), _SUM
        shown = name_function(name, self.expression.reading.language)
        return f"{shown}({'; '.join(text for text, _ in arguments)})", _ATOM

    def _argument(self, node: ast.expr) -> list[tuple[str, int]]:
        members = self.expression.members(node)
        if members is None or not self.numbers:
            return [
                (node.id, _ATOM)
                if members is not None and isinstance(node, ast.Name)
                else self._node(node)
            ]
        reads = self.expression.step["reads"]
        return [self._value(member, fact_of(reads[member]["value"])) for member in members]


def _show_constant(expression: Expression, node: ast.Constant) -> str:
    if isinstance(node.value, str):
        return f'"{node.value}"'
    start, end = span_of(node, expression.text)
    number = read_number(expression.text[start:end])
    if number is None:
        return expression.text[start:end]
    return show_number(number, Format(None, grouping=False), expression.reading.language)
