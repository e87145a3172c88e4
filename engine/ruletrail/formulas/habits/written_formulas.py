"""A formula as somebody wrote it: its tokens, its brackets, and what may stand beside what."""

from collections.abc import Container, Mapping, Sequence

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lexer import WORDS, Token
from ruletrail.formulas.operations import Operation, functions_of
from ruletrail.formulas.written_numbers import CLOSE, OPEN

LONGEST_SHOWN = 60
"""The characters of a formula that a problem shows."""
BEFORE_VALUES = frozenset({"==", "!=", "=", "<>", "[", ","})
"""Signs that a text may follow as well as a code."""
_DIVIDING_NOTHING = frozenset({
    "(", "[", ",", ";", "?", "+", "-", "−", "–", "*", "·", "×", "=", "==", "!=", "≠", "<>", "<",
    "<=", "≤", "=<", ">", ">=", "≥", "=>", "&", "&&", "|", "||", "and", "or", "not", "if", "else",
    "in", "then", "e", "o", "se", "allora", "altrimenti", "più", "meno",
})  # fmt: skip
"""What may stand before a value, and divides nothing by it."""
_TURNING = ("+", "-", "−", "–")
LISTING = ("call", "list")
"""What has values that commas separate."""


@dataclass(frozen=True, slots=True)
class WrittenFormula:
    """The tokens of a formula, and what its rulebook may call."""

    tokens: Sequence[Token]
    text: str
    language: int
    lookups: Container[str] = ()

    @property
    def functions(self) -> Mapping[str, Operation]:
        """The functions that the rulebook may call."""
        return functions_of(self.language)

    def around(self, at: int) -> tuple[Token, Token | None, Token | None]:
        """Return a token, and what stands before and behind it."""
        previous = self.tokens[at - 1] if at else None
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        return self.tokens[at], previous, following

    def calls_lookup(self, at: int) -> bool:
        """Tell the name of a scale or table before its arguments, whatever else it is elsewhere."""
        following = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        return following == "(" and self.tokens[at].text in self.lookups

    def kind_of_bracket(self, at: int) -> str:
        """Name what a bracket opens: a list, a call, or only brackets.

        A call whose arguments are separated by semicolons has decimal commas.
        """
        if self.tokens[at].text == "[" or (at > 0 and self.is_in(at - 1)):
            return "list"
        if at == 0 or self.tokens[at - 1].kind != "name" or self.tokens[at - 1].text in WORDS:
            return ""
        _, cuts = self.read_brackets(at)
        return "call;" if any(self.tokens[cut].text == ";" for cut in cuts) else "call"

    def read_brackets(self, opening: int) -> tuple[int, list[int]]:
        """Find where a bracket closes, and the separators in it; -1 where it does not close."""
        depth, cuts = 0, list[int]()
        for at in range(opening, len(self.tokens)):
            sign = self.tokens[at].text
            depth += (sign in OPEN) - (sign in CLOSE)
            if not depth:
                return at, cuts
            if depth == 1 and sign in (";", ","):
                cuts.append(at)
        return -1, cuts

    def opening_around(self, at: int) -> int:
        """Find the bracket that a token stands in; -1 where it stands in none."""
        depth = 0
        for begin in range(at - 1, -1, -1):
            sign = self.tokens[begin].text
            depth += (sign in CLOSE) - (sign in OPEN)
            if depth < 0:
                return begin
        return -1

    def is_listed(self, at: int) -> bool:
        """Tell a token in a list or a call, where commas part values."""
        opening = self.opening_around(at)
        return opening >= 0 and self.kind_of_bracket(opening) in LISTING

    def divides(self, at: int) -> bool:
        """Tell whether what stands before a token may divide by it; then products need brackets.

        Signs and words of division are many, those of anything else are known. A sign that only
        turns the value, `a / -b`, is its own.
        """
        before = at - 1
        while before > 0 and self.tokens[before].text in _TURNING and self._is_sign(before - 1):
            before -= 1
        return before >= 0 and self.tokens[before].text.lower() not in _DIVIDING_NOTHING

    def _is_sign(self, at: int) -> bool:
        """Tell a sign or a word for one: a name right behind a value is one, `a diviso b`."""
        token = self.tokens[at]
        is_word = token.kind == "name" and at > 0 and ends_operand(self.tokens[at - 1])
        return is_word or not ends_operand(token)

    def is_in(self, at: int) -> bool:
        """Tell the word before a list."""
        return self.tokens[at].text.lower() == "in"

    def between(self, one: int, other: int) -> str:
        """Return what is written between two tokens."""
        token = self.tokens[one]
        end = self.tokens[other].offset if other < len(self.tokens) else len(self.text)
        return self.text[token.offset + len(token.text) : end].strip()


def ends_operand(token: Token) -> bool:
    """Tell whether only an operator or a word such as `and` may follow."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text", "curly") or token.text in CLOSE


def begins_operand(token: Token) -> bool:
    """Tell what can only stand after an operator or a word; a bracket may be that of a call."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text", "curly")
