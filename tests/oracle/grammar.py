"""The grammar of formulas (section 7), read by precedence, with spans (section 8.2)."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from .values import composed

SIGNS = {"·": "*", "×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!="}
TOKEN = re.compile(
    r"""\ *(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"]*"|'[^']*')"""
    r"""|(?P<word>[A-Za-z]\w*(?:\.[A-Za-z]\w*)?)"""
    r"""|(?P<sign><=|>=|==|!=|[-+*/%<>(),\[\]]))""",
    re.ASCII,
)
WORDS = {"and", "or", "not", "in", "if", "else"}
COMPARISONS = {"<", "<=", "==", "!=", ">=", ">"}


@dataclass(frozen=True)
class Node:
    """A literal, a code, or a part: what it is, of what, and where it stands."""

    kind: str
    span: tuple[int, int]
    value: object = None
    operands: tuple["Node", ...] = ()

    @property
    def is_part(self) -> bool:
        """Say whether it is more than a code or a literal."""
        return self.kind not in {"literal", "code"}

    @property
    def depth(self) -> int:
        """Count the nodes inside each other."""
        return 1 + max((operand.depth for operand in self.operands), default=0)

    @property
    def size(self) -> int:
        """Count the nodes."""
        return 1 + sum(operand.size for operand in self.operands)


@dataclass(frozen=True)
class Formula:
    """A formula in its ASCII writing, and its tree."""

    text: str
    tree: Node

    def own_text(self, node: Node) -> str:
        """Return an expression's own text (section 2.4)."""
        return self.text[slice(*node.span)]


def ascii_writing(text: str) -> str:
    """Return the ASCII writing (section 7.3)."""
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", composed(text))
    for index in range(0, len(pieces), 2):
        for sign, plain in SIGNS.items():
            pieces[index] = pieces[index].replace(sign, plain)
        pieces[index] = re.sub(r"\s+", " ", pieces[index])
    return "".join(pieces).strip()


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """Read a formula."""
    plain = ascii_writing(text)
    reader = _Reader(plain)
    tree = reader.conditional()
    reader.end()
    return Formula(plain, tree.node)


@dataclass(frozen=True)
class _Piece:
    """A node and the stretch that it takes with the brackets around it."""

    node: Node
    start: int
    stop: int


class _Reader:
    """Reads one formula, token by token."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def peek(self) -> str:
        """Return the token that comes next."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> tuple[str, str, int, int]:
        """Return the next token and go on; it must be one of those wanted, if any are."""
        token = self.tokens[self.at]
        if wanted and token[1] not in wanted:
            raise ValueError(token)
        self.at += 1
        return token

    def end(self) -> None:
        """Demand that nothing follows."""
        if self.at != len(self.tokens):
            raise ValueError(self.tokens[self.at])

    def conditional(self) -> _Piece:
        """Read `a if c else b`."""
        first = self.junction("or")
        if self.peek() != "if":
            return first
        self.take("if")
        condition = self.junction("or")
        self.take("else")
        return _part("if", [first, condition, self.conditional()])

    def junction(self, word: str) -> _Piece:
        """Read several operands of `or`, or of `and`."""
        operands = [self._under(word)]
        while self.peek() == word:
            self.take(word)
            operands.append(self._under(word))
        return _part(word, operands) if len(operands) > 1 else operands[0]

    def _under(self, word: str) -> _Piece:
        """Read an operand of a junction."""
        return self.junction("and") if word == "or" else self.negation()

    def negation(self) -> _Piece:
        """Read `not x`."""
        if self.peek() != "not":
            return self.comparison()
        start = self.take("not")[2]
        operand = self.negation()
        return _part("not", [operand], start=start)

    def comparison(self) -> _Piece:
        """Read one comparison, or `in`."""
        left = self.chain(("+", "-"))
        if self.peek() in COMPARISONS:
            sign = self.take()[1]
            return _part(sign, [left, self.chain(("+", "-"))])
        if self.peek() not in {"in", "not"}:
            return left
        kind = self.take()[1]
        if kind == "not":
            self.take("in")
            kind = "not in"
        self.take("[")
        items = self.items("]")
        return _part(kind, [left, *items], stop=self.tokens[self.at - 1][3])

    def chain(self, signs: tuple[str, ...]) -> _Piece:
        """Read sums, or products, from the left."""
        product = "*" in signs
        left = self.signed() if product else self.chain(("*", "/", "%"))
        while self.peek() in signs:
            sign = self.take()[1]
            right = self.signed() if product else self.chain(("*", "/", "%"))
            left = _part(sign, [left, right])
        return left

    def signed(self) -> _Piece:
        """Read `-x` and `+x`."""
        if self.peek() not in {"+", "-"}:
            return self.atom()
        _, sign, start, _ = self.take()
        return _part("minus" if sign == "-" else "plus", [self.signed()], start=start)

    def items(self, closing: str) -> list[_Piece]:
        """Read what stands between brackets, a comma after the last allowed."""
        found = []
        while self.peek() != closing:
            found.append(self.conditional())
            if self.peek() != closing:
                self.take(",")
        self.take(closing)
        return found

    def atom(self) -> _Piece:
        """Read a literal, a code, a call, or brackets."""
        kind, text, start, stop = self.take()
        if text == "(":
            inner = self.conditional()
            stop = self.take(")")[3]
            return _Piece(inner.node, start, stop)
        if kind == "word" and self.peek() == "(":
            self.take("(")
            arguments = self.items(")")
            return _part(text, arguments, start=start, stop=self.tokens[self.at - 1][3])
        if kind == "sign" or text in WORDS:
            raise ValueError(text)
        return _Piece(_leaf(kind, text, (start, stop)), start, stop)


def _tokens(text: str) -> list[tuple[str, str, int, int]]:
    """Cut a formula into tokens: kind, text, where it begins and ends."""
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(text[at:])
        kind = match.lastgroup
        found.append((kind, match[kind], match.start(kind), match.end()))
        at = match.end()
    return found


def _leaf(kind: str, text: str, span: tuple[int, int]) -> Node:
    """Return a literal or a code."""
    if kind == "number":
        return Node("literal", span, Fraction(text))
    if kind == "text":
        return Node("literal", span, text[1:-1])
    if text in {"true", "false"}:
        return Node("literal", span, text == "true")
    return Node("code", span, text)


def _part(
    kind: str, operands: list[_Piece], start: int | None = None, stop: int | None = None
) -> _Piece:
    """Return a part, which reaches over its operands and the brackets around them."""
    start = operands[0].start if start is None else start
    stop = operands[-1].stop if stop is None else stop
    node = Node(kind, (start, stop), None, tuple(piece.node for piece in operands))
    return _Piece(node, start, stop)
