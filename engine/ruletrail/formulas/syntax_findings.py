"""What a formula that cannot be parsed lacks, or has too much of, and where.

Values and operators take turns; this walks over them and stops at the first that is out of turn.
"""

from collections.abc import Container, Sequence

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas.habits.choices import LEFT_OUT, NO_ELSE
from ruletrail.formulas.lexer import WORDS, Finding, Token

_PAIRS = {")": "(", "]": "["}
_JOINING_AN_ARGUMENT = frozenset({"di", "of", "per", "for", "da", "from"})
"""What people say between a scale and what it is read with: `tariffa di isee`."""
_SIGNS_BEFORE_A_VALUE = frozenset({"+", "-", "−"})


def explain_syntax(
    tokens: Sequence[Token], text: str, place: int, called: Container[str] = ()
) -> Finding:
    """Return what is wrong with a formula that Python's parser refused at a place.

    `called` are the names that are read with what stands in brackets behind them.
    """
    walk = _Walk(tokens, called)
    found = walk.find()
    if found is not None and found.advice == NO_ELSE:
        found = replace(found, instead=_with_else(tokens, text, found.offset))
    return found if found is not None else Finding("formula-syntax", place, text.strip())


def _with_else(tokens: Sequence[Token], text: str, begin: int) -> str:
    """Write a choice with the other side that it lacks, as far as the brackets that it stands in.

    `begin` is where its `if` stands.
    """
    depth, end = 0, len(text)
    for token in (each for each in tokens if each.offset > begin):
        depth += (token.text in _PAIRS.values()) - (token.text in _PAIRS)
        if depth < 0 or (depth == 0 and token.text == ","):
            end = token.offset
            break
    return f"{text[:end].rstrip()} else {LEFT_OUT}{text[end:]}".strip()


def _finding(token: Token, advice: str, *, other: str = "") -> Finding:
    return Finding("formula-syntax", token.offset, token.text, expected=other, advice=advice)


@dataclass(slots=True)
class _Walk:
    """One walk; `wants` tells whether a value must come next."""

    tokens: Sequence[Token]
    called: Container[str] = ()
    wants: bool = True
    brackets: list[Token] = field(default_factory=list)

    def find(self) -> Finding | None:
        """Find the first token that is out of turn, or what is missing at the end."""
        for at, token in enumerate(self.tokens):
            found = self._take(at, token)
            if found is not None:
                return found
        if self.wants:
            return _finding(self.tokens[-1], "formula-no-right")
        if self.brackets:
            closing = next(end for end, begin in _PAIRS.items() if begin == self.brackets[-1].text)
            return _finding(self.brackets[-1], "formula-bracket-open", other=f"`{closing}`")
        open_choices = list[Token]()
        for token in self.tokens:
            if token.text == "if":
                open_choices.append(token)
            elif token.text == "else" and open_choices:
                open_choices.pop()
        return _finding(open_choices[0], NO_ELSE) if open_choices else None

    def _take(self, at: int, token: Token) -> Finding | None:
        sign = token.text
        if token.kind in ("number", "text") or (token.kind == "name" and sign not in WORDS):
            return self._take_value(at, token)
        if sign in ("(", "["):
            is_call = at > 0 and sign == "(" and self.tokens[at - 1].kind == "name"
            if not self.wants and not is_call:
                return self._two_values(at, token)
            self.brackets.append(token)
            self.wants = True
        elif sign in _PAIRS:
            return self._take_closing(at, token)
        elif not (self.wants and (sign in _SIGNS_BEFORE_A_VALUE or sign == "not")):
            return self._take_operator(at, token)
        return None

    def _take_value(self, at: int, token: Token) -> Finding | None:
        if not self.wants:
            return self._two_values(at, token)
        self.wants = False
        return None

    def _two_values(self, at: int, token: Token) -> Finding:
        following = self.tokens[at + 1 : at + 2]
        # people write `a x b` for a product
        begins_value = following and (
            following[0].kind in ("name", "number") or following[0].text == "("
        )
        if token.text in ("x", "X") and begins_value:
            return Finding("formula-operator", token.offset, token.text, "*", mended="*")
        previous = self.tokens[at - 1]
        if previous.text in self.called and token.text not in ("(", "["):
            return self._without_brackets(at)
        is_unit = previous.kind == "number" and token.kind == "name"
        advice = "number-with-unit" if is_unit else "formula-two-values"
        return _finding(token, advice, other=f"`{previous.text}`")

    def _without_brackets(self, at: int) -> Finding:
        """Tell `tariffa isee`, where what a name is read with lacks its brackets."""
        name, values = self.tokens[at - 1], list[str]()
        for token in self.tokens[at:]:
            if token.kind not in ("name", "number", "text") or token.text in WORDS:
                break
            values.append(token.text)
        arguments = [each for each in values if each not in _JOINING_AN_ARGUMENT] or values
        return Finding(
            "formula-syntax", name.offset, " ".join([name.text, *values]),
            f"{name.text}({', '.join(arguments)})", advice="call-without-brackets",
        )  # fmt: skip

    def _take_closing(self, at: int, token: Token) -> Finding | None:
        if not self.brackets or self.brackets[-1].text != _PAIRS[token.text]:
            return _finding(token, "formula-bracket-extra", other=f"`{_PAIRS[token.text]}`")
        is_empty = self.tokens[at - 1] is self.brackets[-1]
        if self.wants and not is_empty:
            return _finding(self.tokens[at - 1], "formula-no-right")
        self.brackets.pop()
        self.wants = False
        return None

    def _take_operator(self, at: int, token: Token) -> Finding | None:
        if token.text == "in" and at > 0 and self.tokens[at - 1].text == "not":
            return None
        if not self.wants:
            self.wants = True
            return None
        # after an operator it is that one which lacks its value
        is_first = at == 0 or self.tokens[at - 1] in self.brackets
        if is_first or self.tokens[at - 1].text == ",":
            return _finding(token, "formula-no-left")
        return _finding(self.tokens[at - 1], "formula-no-right")
