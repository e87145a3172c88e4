"""Random formulas: of a kind, over the codes of a scope, never refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from .grammar import parse

NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "100",
    "0.5",
    "2.5",
    "0.01",
    "1.50",
    "0.1",
    "0.0000000001",
    "999999999999999",
    "999999999999999.9999999999",
    "123456789.123456789",
    "33.3333333333",
    "900719925474099.3",
    "922337203685477.5807",
    "2147483648",
    "0.0",
    "12345.67",
    "1.0000000000",
]
TEXTS = ["SI", "NO", "a", "b", "c", "", " ", "due", "è", "e\u0301", "𝄞", "x × y", "a  b", "0"]
FUNCTIONS = ["floor", "ceil", "trunc", "round_half_up", "round_half_even"]
ORDERS = ["<", "<=", "==", "!=", ">=", ">"]
PRINTED = {"*": ["·", "×"], "/": ["÷"], "-": ["−"], "<=": ["≤"], ">=": ["≥"], "!=": ["≠"]}
CONDITIONAL, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGNED, ATOM = range(9)
NUMBER, BOOLEAN, TEXT = "number", "boolean", "text"


@dataclass(frozen=True)
class Symbol:
    """A code that formulas may read."""

    code: str
    kind: str
    words: frozenset[str] | None = None


@dataclass(frozen=True)
class Piece:
    """A written expression: how tightly it binds, and what texts it may be (None: any)."""

    text: str
    level: int
    words: frozenset[str] | None = None


@dataclass
class Scope:
    """What formulas may read."""

    symbols: list[Symbol] = field(default_factory=list)
    groups: dict[str, list[str]] = field(
        default_factory=lambda: {NUMBER: [], BOOLEAN: [], TEXT: []}
    )

    def of(self, kind: str) -> list[Symbol]:
        """Return the symbols of a kind."""
        return [symbol for symbol in self.symbols if symbol.kind == kind]


class Writer:
    """Writes formulas by chance."""

    def __init__(self, rng: Random, scope: Scope) -> None:
        """Keep what decides, and what may be read."""
        self.rng = rng
        self.scope = scope

    def formula(self, kind: str, depth: int = 4) -> Piece:
        """Write a formula of a kind that stays within the limits."""
        while True:
            piece = self.any(kind, self.rng.randint(1, depth))
            text = self._dressed(piece.text)
            if fits(text):
                return Piece(text, piece.level, piece.words)

    def words_compared(self) -> str:
        """Write a condition about words alone."""
        operands = [self._equal(self.rng.randint(0, 2)) for _ in range(self.rng.randint(1, 2))]
        name = self.rng.choice([" and ", " or "])
        text = name.join(self.under(operand, NOT) for operand in operands)
        return text if fits(text) else self.words_compared()

    def any(self, kind: str, depth: int) -> Piece:
        """Write an expression of a kind."""
        if depth <= 0 or self.rng.random() < 0.12:
            return self.leaf(kind)
        if self.rng.random() < 0.12:
            return self._choice(kind, depth - 1)
        write = {NUMBER: self._number, BOOLEAN: self._boolean, TEXT: self._text}[kind]
        return write(depth - 1)

    def leaf(self, kind: str) -> Piece:
        """Write a code or a literal."""
        symbols = self.scope.of(kind)
        if symbols and self.rng.random() < 0.8:
            symbol = self.rng.choice(symbols)
            return Piece(symbol.code, ATOM, symbol.words)
        if kind == NUMBER:
            return Piece(self.rng.choice(NUMBERS), ATOM)
        if kind == BOOLEAN:
            return Piece(self.rng.choice(["true", "false"]), ATOM)
        return self._literal(self.rng.choice(TEXTS))

    def _literal(self, text: str) -> Piece:
        """Write a text in quotes."""
        quote = self.rng.choice("\"'" if '"' not in text else "'")
        return Piece(f"{quote}{text}{quote}", ATOM, frozenset([_composed(text)]))

    def under(self, piece: Piece, level: int) -> str:
        """Write an operand, in brackets where it binds less tightly, or by chance."""
        chance = self.rng.random()
        if piece.level < level or chance < 0.04:
            return f"({piece.text})"
        return f"(({piece.text}))" if chance < 0.05 else piece.text

    def _choice(self, kind: str, depth: int) -> Piece:
        """Write a conditional, or one of the two functions of alternatives."""
        first, second = self.any(kind, depth), self.any(kind, depth)
        words = None
        if first.words is not None and second.words is not None:
            words = first.words | second.words
        if self.rng.random() < 0.5:
            name = self.rng.choice(["default", "if_missing"])
            return Piece(f"{name}({first.text}, {second.text})", ATOM, words)
        condition = self.any(BOOLEAN, depth)
        text = f"{self.under(first, OR)} if {self.under(condition, OR)} else {second.text}"
        return Piece(text, CONDITIONAL, words)

    def _number(self, depth: int) -> Piece:
        """Write an operation that gives a number."""
        pick = self.rng.choice(
            [
                self._sum,
                self._sum,
                self._product,
                self._product,
                self._sign,
                self._many,
                self._many,
                self._round,
                self._round,
                self._abs,
                self._count,
                self._length,
                self._power,
            ]
        )
        return pick(depth)

    def _sum(self, depth: int) -> Piece:
        """Write `+` or `-`."""
        left, right = self.any(NUMBER, depth), self.any(NUMBER, depth)
        sign = self.rng.choice("+-")
        return Piece(f"{self.under(left, SUM)} {sign} {self.under(right, PRODUCT)}", SUM)

    def _product(self, depth: int) -> Piece:
        """Write `*`, `/` or `%`."""
        left, right = self.any(NUMBER, depth), self.any(NUMBER, depth)
        sign = self.rng.choice("**//%")
        return Piece(f"{self.under(left, PRODUCT)} {sign} {self.under(right, SIGNED)}", PRODUCT)

    def _sign(self, depth: int) -> Piece:
        """Write a sign."""
        operand = self.under(self.any(NUMBER, depth), SIGNED)
        return Piece(self.rng.choice(["-", "-", "+", "- "]) + operand, SIGNED)

    def _many(self, depth: int) -> Piece:
        """Write `sum`, `min` or `max`, perhaps of groups."""
        arguments = self._arguments(NUMBER, depth)
        return Piece(f"{self.rng.choice(['sum', 'sum', 'min', 'max'])}({arguments})", ATOM)

    def _count(self, depth: int) -> Piece:
        """Write `count`."""
        return Piece(f"count({self._arguments(BOOLEAN, depth)})", ATOM)

    def _arguments(self, kind: str, depth: int) -> str:
        """Write the arguments of a function that takes any number of them."""
        groups = self.scope.groups[kind]
        found = [self.any(kind, depth - 1).text for _ in range(self.rng.randint(0, 3))]
        if groups and (not found or self.rng.random() < 0.4):
            found.insert(self.rng.randint(0, len(found)), self.rng.choice(groups))
        if not found:
            found = [self.any(kind, depth).text]
        return ", ".join(found) + self.rng.choice(["", "", "", ","])

    def _round(self, depth: int) -> Piece:
        """Write one of the five roundings."""
        decimals = self.rng.choice(["", "", ", 0", ", 1", ", 2", ", 2", ", 3", ", 6", ", 10"])
        name = self.rng.choice(FUNCTIONS)
        return Piece(f"{name}({self.any(NUMBER, depth).text}{decimals})", ATOM)

    def _abs(self, depth: int) -> Piece:
        """Write `abs`."""
        return Piece(f"abs({self.any(NUMBER, depth).text})", ATOM)

    def _length(self, depth: int) -> Piece:
        """Write `length`."""
        return Piece(f"length({self.any(TEXT, depth).text})", ATOM)

    def _power(self, _depth: int) -> Piece:
        """Write a product of many factors, which may pass 63 bits or 400 digits."""
        factor = self.leaf(NUMBER).text
        many = self.rng.choice([2, 2, 3, 4, 8, 27, 28])
        text = " * ".join([factor] * min(many, max(2, 300 // (len(factor) + 3))))
        return Piece(text, PRODUCT)

    def _boolean(self, depth: int) -> Piece:
        """Write an operation that gives a boolean."""
        pick = self.rng.choice(
            [
                self._order,
                self._order,
                self._order,
                self._equal,
                self._equal,
                self._member,
                self._junction,
                self._junction,
                self._not,
                self._question,
            ]
        )
        return pick(depth)

    def _order(self, depth: int) -> Piece:
        """Compare two numbers."""
        left, right = self.any(NUMBER, depth), self.any(NUMBER, depth)
        sign = self.rng.choice(ORDERS)
        return Piece(f"{self.under(left, SUM)} {sign} {self.under(right, SUM)}", COMPARISON)

    def _equal(self, depth: int) -> Piece:
        """Compare two texts, or two booleans."""
        kind = self.rng.choice([TEXT, TEXT, TEXT, BOOLEAN])
        left, right = self.any(kind, depth), self.any(kind, depth)
        if not _may_meet(left.words, right.words):
            right = self._literal(self.rng.choice(sorted(left.words)))
        sign = self.rng.choice(["==", "!="])
        return Piece(f"{self.under(left, SUM)} {sign} {self.under(right, SUM)}", COMPARISON)

    def _member(self, depth: int) -> Piece:
        """Write `in` or `not in`."""
        kind = self.rng.choice([TEXT, TEXT, NUMBER, BOOLEAN])
        left = self.any(kind, depth)
        items = [self._item(kind, left.words) for _ in range(self.rng.randint(1, 4))]
        name = self.rng.choice(["in", "not in"])
        text = f"{self.under(left, SUM)} {name} [{', '.join(items)}{self.rng.choice(['', ','])}]"
        return Piece(text, COMPARISON)

    def _item(self, kind: str, words: frozenset[str] | None) -> str:
        """Write an item of a list."""
        leaf = self.leaf(kind)
        if not _may_meet(words, leaf.words):
            leaf = self._literal(self.rng.choice(sorted(words)))
        sign = "-" if kind == NUMBER and self.rng.random() < 0.3 else ""
        return sign + leaf.text

    def _junction(self, depth: int) -> Piece:
        """Write `and` or `or` of several."""
        name, level = self.rng.choice([("and", AND), ("or", OR)])
        many = self.rng.choice([2, 2, 2, 3, 4])
        operands = [self.under(self.any(BOOLEAN, depth - 1), level + 1) for _ in range(many)]
        return Piece(f" {name} ".join(operands), level)

    def _not(self, depth: int) -> Piece:
        """Write `not`."""
        return Piece(f"not {self.under(self.any(BOOLEAN, depth), NOT)}", NOT)

    def _question(self, depth: int) -> Piece:
        """Write `is_missing` or `applies`."""
        kind = self.rng.choice([NUMBER, NUMBER, BOOLEAN, TEXT])
        name = self.rng.choice(["is_missing", "applies"])
        return Piece(f"{name}({self.any(kind, self.rng.randint(0, depth)).text})", ATOM)

    def _text(self, depth: int) -> Piece:
        """Write an operation that gives a text."""
        return self._choice(TEXT, depth) if self.rng.random() < 0.6 else self.leaf(TEXT)

    def _dressed(self, text: str) -> str:
        """Write some operators as forms print them, and some white space."""
        if self.rng.random() < 0.8 or "'" in text or '"' in text:
            return text
        for plain, printed in PRINTED.items():
            if self.rng.random() < 0.4:
                text = text.replace(f" {plain} ", f" {self.rng.choice(printed)} ")
        space: Callable[[], str] = lambda: self.rng.choice([" ", " ", "  ", "\n "])  # noqa: E731
        return "".join(space() if letter == " " else letter for letter in text)


def _may_meet(left: frozenset[str] | None, right: frozenset[str] | None) -> bool:
    """Say whether two texts may be equal."""
    return left is None or right is None or bool(left & right)


def fits(text: str) -> bool:
    """Say whether a formula is within the limits of section 19.2."""
    inside = deepest = 0
    for letter in text:
        inside += (letter in "([") - (letter in ")]")
        deepest = max(deepest, inside)
    tree = parse(text.replace("{x}", "x")).tree
    return len(text) <= 500 and deepest <= 30 and tree.depth <= 30 and tree.size <= 200


def _composed(text: str) -> str:
    """Return the text in NFC."""
    return "é" if text == "e\u0301" else text
