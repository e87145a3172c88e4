"""Choices and conditions as spreadsheets and other languages write them: `SE(…)`, `if … then`."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from ruletrail.formulas.habits.written_formulas import (
    LONGEST_SHOWN,
    WrittenFormula,
    begins_operand,
    ends_operand,
)
from ruletrail.formulas.lexer import WORDS, Finding, read_tokens
from ruletrail.formulas.sums_of_some import ROWS
from ruletrail.formulas.written_numbers import is_close
from ruletrail.problems import cut

_CHOICES = frozenset({"if", "se", "iif"})
_JOINING = {"and": "and", "e": "and", "or": "or", "o": "or"}
_DENYING = frozenset({"not", "non"})
LEFT_OUT = "…"
"""What stands in a formula where only its author knows what."""
_ARGUMENTS_OF_IF = 3
_THEN, _ELSE = ("then", "allora"), ("else", "altrimenti")
_CONDITIONS = ("se", "if", "quando", "when")
BEGINNING = frozenset({*_CHOICES, *_JOINING, *_DENYING, *_CONDITIONS})
"""The words that one of these may begin with."""

_IN_THE_MIDDLE, _IF_THEN = "condition-in-the-middle", "if-then"
SHORT = "choice-without-else"
"""The hint for a call of a choice without one of its three parts."""
NO_ELSE = "formula-no-else"
"""The hint for a choice that this language has, but for its other side."""
REWRITING = frozenset({"write-instead", _IN_THE_MIDDLE, _IF_THEN, SHORT, NO_ELSE, ROWS})
"""The hints with a piece of a formula as this language writes it."""

WHOLE = frozenset({"write-instead", _IN_THE_MIDDLE})
"""Those of them that say no more than what to write."""

Mend = Callable[[str, int], tuple[str, bool]]
"""What writes a piece of a formula without its habits, and tells whether it is certain."""


def rewrite_choice(formula: WrittenFormula, at: int, mend: Mend) -> tuple[Finding, int] | None:
    """Write `if c then a else b`, `se c allora a altrimenti b`, with the condition between.

    It is the whole formula, or all that a pair of brackets holds.
    """
    is_first = at == 0 or (at == 1 and formula.tokens[0].text == "=")
    is_inside = at > 0 and formula.tokens[at - 1].text == "("
    if not (is_first or is_inside) or formula.tokens[at].text.lower() not in _CHOICES:
        return None
    last, cuts = formula.read_brackets(at - 1) if is_inside else (len(formula.tokens), [])
    if last < 0 or cuts:
        return None
    words = [formula.tokens[there].text.lower() for there in range(at, last)]
    then = next((at + here for here, word in enumerate(words) if word in _THEN), last)
    other = _other_branch(formula, then, last)
    if other is None:
        return None
    ends = (at, then, other, last)
    pieces = [mend(formula.between(*each), formula.language) for each in pairwise(ends)]
    instead = write_call("if", [piece for piece, _ in pieces])
    if not instead:
        return None
    begin = formula.tokens[at].offset
    end = formula.tokens[last].offset if is_inside else len(formula.text)
    is_sure = all(is_piece_sure for _, is_piece_sure in pieces)
    finding = Finding(
        "formula-syntax", begin, formula.tokens[at].text, instead,
        advice=_IN_THE_MIDDLE, old=formula.text[begin:end].rstrip(),
        mended=instead if is_sure else None,
    )  # fmt: skip
    return finding, last


def _other_branch(formula: WrittenFormula, then: int, last: int) -> int | None:
    """Find the `else` of a choice, past those of the choices in its first branch."""
    inner = 0
    for at in range(then + 1, last):
        word = formula.tokens[at].text.lower()
        is_bracket = formula.tokens[at + 1 : at + 2] and formula.tokens[at + 1].text == "("
        if word in _CHOICES and not (is_bracket and formula.read_brackets(at + 1)[1]):
            inner += 1
        elif word in _ELSE and not inner:
            return at
        inner -= word in _ELSE
    return None


def rewrite_choosing_word(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `if` for the `se` of `a se c altrimenti b`, whose other word is told beside it."""
    token = formula.tokens[at]
    before = formula.tokens[at - 1] if at else token
    is_between = before.text.lower() not in (*_THEN, *_ELSE) and ends_operand(before)
    if not at or token.text.lower() != "se" or not is_between:
        return None
    if not any(each.text.lower() in _ELSE for each in formula.tokens[at + 1 :]):
        return None
    return Finding("formula-word", token.offset, token.text, "if", mended="if"), at + 1


def rewrite_condition(formula: WrittenFormula, at: int, mend: Mend) -> tuple[Finding, int] | None:
    """Leave out the `se` that a condition begins with; the key says already what it is."""
    following = formula.tokens[at + 1 : at + 2]
    is_first = at == 0 and formula.tokens[0].text.lower() in _CONDITIONS
    if not is_first or not following or not begins_operand(following[0]):
        return None
    words = [each.text.lower() for each in formula.tokens]
    if any(word in (*_THEN, *_ELSE) for word in words):
        return _if_then(formula, words, mend)
    begin, written = formula.tokens[0].offset, formula.tokens[0].text
    rest = formula.text[following[0].offset :].strip()
    old = formula.text[begin : following[0].offset]
    finding = Finding("formula-word", begin, written, cut(rest, LONGEST_SHOWN), old=old, mended="")
    return finding, 1


def _if_then(
    formula: WrittenFormula, words: Sequence[str], mend: Mend
) -> tuple[Finding, int] | None:
    """Write `not (a) or b` for `se a allora b`, where nothing is said of the other case."""
    then = next((at for at, word in enumerate(words) if word in _THEN), 0)
    if not then or then + 1 == len(words) or any(word in _ELSE for word in words):
        return None
    condition = mend(formula.between(0, then), formula.language)[0]
    result = mend(formula.between(then, len(words)), formula.language)[0]
    begin, instead = formula.tokens[0], f"not ({condition}) or {result}"
    finding = Finding("formula-word", begin.offset, begin.text, instead, advice=_IF_THEN)
    return finding, len(words)


def rewrite_call(formula: WrittenFormula, at: int, mend: Mend) -> tuple[Finding, int] | None:
    """Write `SE(a; b; c)`, `AND(a, b)`, `NOT(a)` as this language does."""
    token, word = formula.tokens[at], formula.tokens[at].text.lower()
    end, cuts = formula.read_brackets(at + 1)
    if end < 0 or not {word} & (_CHOICES | _JOINING.keys() | _DENYING):
        return None
    semicolons = [cut for cut in cuts if formula.tokens[cut].text == ";"]
    ends = [at + 1, *(semicolons or cuts), end]
    # a choice has three arguments: were one of two commas decimal, one would be lacking
    is_whole = word in _CHOICES and not semicolons and len(cuts) == _ARGUMENTS_OF_IF - 1
    is_sure = is_whole or not any(is_close(formula.tokens, cut) for cut in ends)
    if not is_sure and word not in _CHOICES:
        return None  # `AND(a > 1,5, b)` is no conjunction of three
    mended = [mend(formula.between(one, other), formula.language) for one, other in pairwise(ends)]
    is_short = word in _CHOICES and len(mended) < _ARGUMENTS_OF_IF
    if is_short and not is_sure:
        return None  # `SE(a > 1,5)` has one argument, or two
    is_sure = is_sure and not is_short and all(is_piece_sure for _, is_piece_sure in mended)
    written = write_call(word, [piece for piece, _ in mended])
    if not written:
        return None
    whole = formula.text[token.offset : formula.tokens[end].offset + 1]
    is_first = at == 0 or (at == 1 and formula.tokens[0].text == "=")
    is_alone = is_first and end == len(formula.tokens) - 1
    instead = written if is_alone else f"({written})"
    finding = Finding(
        "unknown-function", token.offset, token.text, instead, ", ".join(formula.functions),
        advice=SHORT if LEFT_OUT in written else "write-instead",
        old=whole, mended=instead if is_sure else None,
    )  # fmt: skip
    return finding, end + 1


def write_call(word: str, pieces: Sequence[str]) -> str:
    """Write a function of spreadsheets as an expression; empty where its arguments do not fit."""
    if not all(pieces):
        return ""
    safe = [_in_brackets(piece) for piece in pieces]
    if word in _CHOICES and len(pieces) <= _ARGUMENTS_OF_IF:
        # a spreadsheet gives FALSE or 0 where the third is left out; here the author says what
        condition, chosen, other = [*safe, LEFT_OUT, LEFT_OUT][:_ARGUMENTS_OF_IF]
        return f"{chosen} if {condition} else {other}"
    if word in _JOINING and len(pieces) > 1:
        return f" {_JOINING[word]} ".join(safe)
    return f"not {safe[0]}" if word in _DENYING and len(pieces) == 1 else ""


def _in_brackets(piece: str) -> str:
    """Put a piece into brackets where words join it."""
    is_joined = any(token.text in WORDS for token in read_tokens(piece))
    return f"({piece})" if is_joined else piece
