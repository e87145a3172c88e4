"""The checker's own reading of a formula: a small precedence parser without `ast`.

A part is a sub-expression that is more than a code or a literal; its span leaves out brackets
around it and takes in brackets inside it. Parts are listed in the order they are completed: inner
first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from keyword import iskeyword

from ruletrail.verification.facts import Value, read_written
from ruletrail.verification.operations import FUNCTIONS, INFIX, PREFIX

LONGEST, DEEPEST, MOST_NODES, MOST_DECIMALS = 500, 30, 200, 10
_NESTED = 100
_TOKEN = re.compile(
    r"(?P<space> )|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)"
    r"""|(?P<text>"[^"\\\r\n]*"|'[^'\\\r\n]*')|(?P<sign><=|>=|==|!=|[-+*/%<>(),\[\]])"""
)
_CONSTANTS = ("true", "false")
ROWS_SINCE = 2
"""The version of the language that brought lists of rows."""
_BEFORE_TEXT = frozenset({"and", "or", "not", "in", "if", "else"})
"""Words that a text may follow without a space."""


class NotFormulaError(ValueError):
    """A text that the formula language does not have."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: its kind, what it says (a code, an operator), its operands, span and depth."""

    kind: str
    data: str
    operands: tuple["Node", ...]
    start: int
    end: int
    depth: int
    value: Value = False
    """What a literal stands for."""
    over: str = ""
    """The list whose rows a function gathers, its one argument worked out in each."""


LOOKUPS_SINCE = 2
"""The version of the language that brought scales and tables."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A formula's tree, its parts inner first, and the names it reads in reading order."""

    text: str
    tree: Node
    parts: tuple[Node, ...]
    names: tuple[str, ...]


_Placed = tuple[Node, int, int]
"""A node and where it starts and ends with the brackets around it."""


def parse_formula(text: str, language: int) -> Parsed:
    """Parse one formula of a trail of a language; raises `NotFormulaError`."""
    # the ASCII writing has one blank where the author has any white space, and none at the ends
    if len(text) > LONGEST or text != text.strip() or not text:
        raise NotFormulaError(text)
    parser = _Parser(text, language)
    tree, _, _ = parser.expression()
    if parser.peek() or tree.kind == "list" or tree.depth > DEEPEST or parser.count > MOST_NODES:
        raise NotFormulaError(text)
    return Parsed(text, tree, tuple(parser.parts), tuple(parser.names))


class _Parser:
    """Tokens, and one method for each level of the grammar."""

    def __init__(self, text: str, language: int) -> None:
        self.text, self.language = text, language
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
        if any(operand.kind == "list" for operand in operands):
            if data not in ("in", "not in"):
                raise NotFormulaError(self.text)
            operands = [operands[0], *operands[1].operands]
        depth = 1 + max(operand.depth for operand in operands)
        over = ""
        if kind == "call" and FUNCTIONS[data].groups and len(operands) == 1:
            over = next(iter(lists_of_row(operands[0])), "")
        node = Node(kind, data, tuple(operands), start, end, depth, over=over)
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

    def infix(self) -> str:
        return "not in" if self.peek() == "not" else self.peek()

    def operation(self, least: int) -> _Placed:
        """Read operators of this power or a higher one, and all that they join."""
        left, start, end = self.prefixed(least)
        while (sign := self.infix()) in INFIX and (operator := INFIX[sign]).power >= least:
            operands = [left]
            while self.infix() == sign and (len(operands) == 1 or operator.joins == "all"):
                for word in sign.split():
                    self.take(word)
                operand, _, end = self.operation(operator.power + 1)
                operands.append(operand)
            if left.kind == "list" or (operand.kind == "list") != (sign in ("in", "not in")):
                raise NotFormulaError(self.text)
            left = self.build("infix", sign, operands, start, end)
            following = INFIX.get(self.infix())
            if operator.joins == "never" and following and following.joins == "never":
                raise NotFormulaError(self.text)
        return left, start, end

    def prefixed(self, least: int) -> _Placed:
        self.level += 1
        if self.level > _NESTED:
            raise NotFormulaError(self.text)
        sign = self.peek()
        # `not` binds its operand after a comparison: where one is read, it needs brackets
        if sign in PREFIX and (sign != "not" or least <= PREFIX[sign].power):
            start = self.take()[2]
            operand, _, end = self.operation(PREFIX[sign].power)
            placed = self.build("prefix", sign, [operand], start, end), start, end
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
        is_code = node.kind == "name" and start == node.start
        if not is_code:
            raise NotFormulaError(self.text)
        self.take()
        if not is_function(node.data, self.language):
            return self.looked_up(node)
        arguments, end = self.listed(")")
        function = FUNCTIONS[node.data]
        if not function.least <= len(arguments) <= function.most:
            raise NotFormulaError(self.text)
        if function.decimals and len(arguments) > 1 and not _is_decimals(arguments[1]):
            raise NotFormulaError(self.text)
        if function.literal and not (arguments[-1].kind == "literal" and _is_text(arguments[-1])):
            raise NotFormulaError(self.text)
        self.count -= 1
        return self.build("call", node.data, arguments, start, end), start, end

    def looked_up(self, code: Node) -> _Placed:
        """Read the call of a scale or a table: what is called is read before its arguments."""
        if self.language < LOOKUPS_SINCE:
            raise NotFormulaError(self.text)
        self.names[code.data] = None
        arguments, end = self.listed(")")
        if not arguments:
            raise NotFormulaError(self.text)
        self.count -= 1
        return self.build("lookup", code.data, arguments, code.start, end), code.start, end

    def listed(self, closing: str) -> tuple[list[Node], int]:
        """Read what stands between commas up to a closing bracket; a last comma may stand there."""
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
            depth = max(item.depth for item in items)
            return Node("list", "", tuple(items), start, end, depth), start, end
        self.count += 1
        value = _read_literal(kind, text)
        if value is not None:
            return Node("literal", text, (), start, end, 1, value), start, end
        is_of_row = "." in text and self.language >= ROWS_SINCE
        if kind != "name" or any(map(iskeyword, text.split("."))) or ("." in text) != is_of_row:
            raise NotFormulaError(self.text)
        return Node("name", text, (), start, end, 1), start, end


def in_same_row(node: Node) -> Iterator[Node]:
    """Yield a node and what of it is worked out in the same row: nothing inside an aggregate."""
    waiting = [node]
    while waiting:
        top = waiting.pop()
        yield top
        if not top.over:
            waiting.extend(reversed(top.operands))


def lists_of_row(node: Node) -> list[str]:
    """Name the lists whose rows a node reads, each once."""
    codes = [each.data for each in in_same_row(node) if each.kind == "name" and "." in each.data]
    return list(dict.fromkeys(code.partition(".")[0] for code in codes))


def _read_literal(kind: str, text: str) -> Value | None:
    if kind == "number":
        return read_written(text)
    if kind == "text":
        return text[1:-1]
    return text == "true" if text in _CONSTANTS else None


def is_function(text: str, language: int) -> bool:
    """Tell a function of a version of the language from any other name."""
    return text in FUNCTIONS and FUNCTIONS[text].since <= language


def is_code(text: str, language: int) -> bool:
    """Tell whether something may be called so: no word of the language, and none of Python's."""
    return not (is_function(text, language) or text in _CONSTANTS or iskeyword(text))


def _cut(text: str) -> list[tuple[str, str, int]]:
    """Cut a formula into kind, text and offset; raises where two touch that may not."""
    tokens: list[tuple[str, str, int]] = []
    at = depth = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or text.startswith("  ", at):
            raise NotFormulaError(text)
        kind, piece = str(match.lastgroup), match.group()
        before = tokens[-1] if tokens and tokens[-1][2] + len(tokens[-1][1]) == at else ("", "", 0)
        if (before[0] == "number" and kind in ("name", "number")) or (
            before[0] == "name" and kind == "text" and before[1] not in _BEFORE_TEXT
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
    if node.kind == "prefix" and node.data != "not":
        node = node.operands[0]
    is_day = node.kind == "call" and node.data == "date"
    if is_day and all(_is_written(each) for each in node.operands):
        return True
    return node.kind in ("name", "literal")


def _is_written(node: Node) -> bool:
    """Tell a number or a text; a truth is no part of a day that is written out."""
    return node.kind == "literal" and not isinstance(node.value, bool)


def _is_text(node: Node) -> bool:
    return isinstance(node.value, str) and node.value != ""


def _is_decimals(node: Node) -> bool:
    written = node.data
    return node.kind == "literal" and written.isdigit() and int(written) <= MOST_DECIMALS
