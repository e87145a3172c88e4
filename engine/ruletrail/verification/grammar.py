"""The checker's own reading of a formula: a small precedence parser, no `ast`, nothing shared with the evaluator.

A part is a sub-expression that is more than a code or a literal; its span leaves out brackets around it and
takes in brackets inside it. Parts are listed in the order they are completed: inner first.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from ruletrail.verification.facts import read_written

LONGEST, DEEPEST, MOST_NODES = 500, 30, 200
_NESTED = 100
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"""|(?P<text>"[^"\\\r\n]*"|'[^'\\\r\n]*')|(?P<sign><=|>=|==|!=|[-+*/%<>(),\[\]])"""
)
_COMPARISONS = frozenset({"<", "<=", "==", "!=", ">=", ">"})
_WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
_POWERS = {"or": 1, "and": 2, "<": 4, "<=": 4, "==": 4, "!=": 4, ">=": 4, ">": 4, "in": 4, "not": 4,
           "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}  # fmt: skip
_NOT, _COMPARED, _SUMMED, _SIGNED = 3, 4, 5, 7
_ARGUMENTS = {
    "sum": (1, LONGEST), "min": (1, LONGEST), "max": (1, LONGEST), "count": (1, LONGEST), "abs": (1, 1), "length": (1, 1),
    "floor": (1, 2), "ceil": (1, 2), "trunc": (1, 2), "round_half_up": (1, 2), "round_half_even": (1, 2),
    "default": (2, 2), "if_missing": (2, 2), "is_missing": (1, 1), "applies": (1, 1),
}  # fmt: skip
_WITH_DECIMALS = frozenset({"floor", "ceil", "trunc", "round_half_up", "round_half_even"})
_KEYWORDS = frozenset(
    [
        *(
            "None",
            "True",
            "False",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "except",
        ),
        *(
            "finally",
            "for",
            "from",
            "global",
            "import",
            "is",
            "lambda",
            "nonlocal",
            "pass",
            "raise",
            "return",
            "try",
            "while",
        ),
        *("with", "yield"),
    ]
)


class NotFormulaError(ValueError):
    """A text that the formula language does not have."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: its kind, what it says (a code, an operator, a value), its operands, its span and its depth."""

    kind: str
    data: str
    operands: tuple["Node", ...]
    start: int
    end: int
    depth: int
    value: Fraction | str | bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A formula's tree, its parts inner first, and the names it reads in reading order."""

    text: str
    tree: Node
    parts: tuple[Node, ...]
    names: tuple[str, ...]


_Placed = tuple[Node, int, int]
"""A node and where it starts and ends with the brackets around it."""


def parse_formula(text: str) -> Parsed:
    """Parse one formula of a trail; raises `NotFormulaError`."""
    if not text or len(text) > LONGEST:
        raise NotFormulaError(text)
    parser = _Parser(text)
    tree, _, _ = parser.expression()
    if parser.peek() or tree.kind == "list" or tree.depth > DEEPEST or parser.count > MOST_NODES:
        raise NotFormulaError(text)
    return Parsed(text, tree, tuple(parser.parts), tuple(parser.names))


class _Parser:
    """Tokens, and one method for each level of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _cut(text)
        self.at = self.count = self.level = 0
        self.parts: list[Node] = []
        self.names: dict[str, None] = {}

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place][1] if place < len(self.tokens) else ""

    def take(self, *wanted: str) -> tuple[str, str, int]:
        if self.at >= len(self.tokens) or (wanted and self.peek() not in wanted):
            raise NotFormulaError(self.text)
        token = self.tokens[self.at]
        self.at += 1
        return token

    def build(self, kind: str, data: str, operands: list[Node], start: int, end: int) -> Node:
        if any(operand.kind == "list" for operand in operands) and data not in ("in", "not in"):
            raise NotFormulaError(self.text)
        listed = [
            item
            for operand in operands
            for item in (operand.operands if operand.kind == "list" else (operand,))
        ]
        node = Node(
            kind, data, tuple(listed), start, end, 1 + max(operand.depth for operand in listed)
        )
        self.count += 1
        self.parts.append(node)
        return node

    def expression(self) -> _Placed:
        body, start, end = self.operation(1)
        if self.peek() != "if":
            return body, start, end
        self.take()
        test, _, _ = self.operation(1)
        self.take("else")
        other, _, end = self.expression()
        return self.build("choice", "if", [body, test, other], start, end), start, end

    def operation(self, least: int) -> _Placed:
        left, start, end = self.prefixed(least)
        compared = False
        while _POWERS.get(self.peek(), 0) >= least:
            sign = self.peek()
            power = _POWERS[sign]
            if power == _COMPARED:
                if compared:
                    raise NotFormulaError(self.text)
                compared = True
                left, end = self.comparison(left, start)
            elif sign in ("and", "or"):
                left, end = self.junction(sign, left, start, end)
            else:
                self.take()
                right, _, end = self.operation(power + 1)
                left = self.build("arithmetic", sign, [left, right], start, end)
        return left, start, end

    def junction(self, sign: str, first: Node, start: int, end: int) -> tuple[Node, int]:
        operands = [first]
        while self.peek() == sign:
            self.take()
            operand, _, end = self.operation(_POWERS[sign] + 1)
            operands.append(operand)
        return self.build("junction", sign, operands, start, end), end

    def comparison(self, left: Node, start: int) -> tuple[Node, int]:
        sign = self.take()[1]
        if sign == "not":
            self.take("in")
            sign = "not in"
        right, _, end = self.operation(_SUMMED)
        if left.kind == "list" or (right.kind == "list") != (sign in ("in", "not in")):
            raise NotFormulaError(self.text)
        return self.build("comparison", sign, [left, right], start, end), end

    def prefixed(self, least: int) -> _Placed:
        self.level += 1
        if self.level > _NESTED:
            raise NotFormulaError(self.text)
        sign = self.peek()
        if sign == "not" and least <= _NOT:
            start = self.take()[2]
            operand, _, end = self.operation(_NOT)
            placed = self.build("not", "not", [operand], start, end), start, end
        elif sign in ("+", "-"):
            start = self.take()[2]
            operand, _, end = self.operation(_SIGNED)
            placed = self.build("sign", sign, [operand], start, end), start, end
        else:
            placed = self.called()
        self.level -= 1
        return placed

    def called(self) -> _Placed:
        node, start, end = self.atom()
        if self.peek() != "(":
            if node.kind == "name":
                self.names[node.data] = None
            return node, start, end
        if node.kind != "name" or start != node.start or node.data not in _ARGUMENTS:
            raise NotFormulaError(self.text)
        self.take()
        arguments, end = self.listed(")")
        least, most = _ARGUMENTS[node.data]
        if not least <= len(arguments) <= most or any(
            argument.kind == "list" for argument in arguments
        ):
            raise NotFormulaError(self.text)
        if (
            node.data in _WITH_DECIMALS
            and len(arguments) > 1
            and not _is_decimals(self.text, arguments[1])
        ):
            raise NotFormulaError(self.text)
        self.count -= 1
        return self.build("call", node.data, arguments, start, end), start, end

    def listed(self, closing: str) -> tuple[list[Node], int]:
        """Read what stands between brackets, separated by commas; a last comma may stand before the closing one."""
        items = []
        while self.peek() != closing:
            items.append(self.expression()[0])
            if self.peek() != closing:
                self.take(",")
        return items, self.take(closing)[2] + 1

    def atom(self) -> _Placed:
        kind, text, start = self.take()
        end = start + len(text)
        if text == "(":
            node, _, _ = self.expression()
            return node, start, self.take(")")[2] + 1
        if text == "[":
            items, end = self.listed("]")
            if not items or not all(_is_item(item) for item in items):
                raise NotFormulaError(self.text)
            return (
                Node("list", "", tuple(items), start, end, max(item.depth for item in items)),
                start,
                end,
            )
        self.count += 1
        return self.leaf(kind, text, start, end), start, end

    def leaf(self, kind: str, text: str, start: int, end: int) -> Node:
        if kind == "number":
            number = read_written(text)
            if number is not None:
                return Node("number", text, (), start, end, 1, number)
        elif kind == "text":
            return Node("text", text, (), start, end, 1, text[1:-1])
        elif text in ("true", "false"):
            return Node("boolean", text, (), start, end, 1, text == "true")
        elif kind == "name" and text not in _WORDS and text not in _KEYWORDS:
            return Node("name", text, (), start, end, 1)
        raise NotFormulaError(self.text)


def _cut(text: str) -> list[tuple[str, str, int]]:
    """Cut a formula into kind, text and offset; what touches without being allowed to is no formula."""
    tokens: list[tuple[str, str, int]] = []
    at = depth = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotFormulaError(text)
        kind, piece = str(match.lastgroup), match.group()
        before = tokens[-1] if tokens and tokens[-1][2] + len(tokens[-1][1]) == at else ("", "", 0)
        if (before[0] == "number" and kind in ("name", "number")) or (
            before[0] == "name" and kind == "text" and before[1] not in _WORDS
        ):
            raise NotFormulaError(text)
        if kind != "space":
            tokens.append((kind, piece, at))
        depth += (piece in ("(", "[")) - (piece in (")", "]"))
        if depth > DEEPEST:
            raise NotFormulaError(text)
        at = match.end()
    return tokens


def _is_item(node: Node) -> bool:
    if node.kind == "sign":
        node = node.operands[0]
    return node.kind in ("name", "number", "text", "boolean")


def _is_decimals(text: str, node: Node) -> bool:
    written = text[node.start : node.end]
    return node.kind == "number" and written.isdigit() and int(written) <= 10  # noqa: PLR2004 - the language's limit
