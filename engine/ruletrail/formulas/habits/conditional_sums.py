"""`SOMMA(L.x; L.y > 3)`: a sum of some rows, whose condition spreadsheets write behind them."""

from itertools import pairwise

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.foreign_words import translate_function
from ruletrail.formulas.habits.choices import Mend
from ruletrail.formulas.habits.written_formulas import WrittenFormula
from ruletrail.formulas.lexer import Finding, join_row_codes, read_tokens
from ruletrail.formulas.operations import FUNCTIONS, OPERATORS
from ruletrail.formulas.sums_of_some import GATHERING, tell_sum_of_rows
from ruletrail.formulas.written_numbers import has_free_comma, is_close

BEGINNING = frozenset({
    alias.lower() for name in GATHERING for alias in (name, *FUNCTIONS[name].aliases)
})  # fmt: skip
"""The words that one of these may begin with."""
_OF_CONDITIONS = frozenset({
    *(each.name for each in OPERATORS.values() if each.gives == "boolean"),
    *(each.name for each in FUNCTIONS.values() if each.gives == "boolean"),
})  # fmt: skip
"""What only a condition has; beside `if` it is that of a choice."""
_ROWS_SINCE = FUNCTIONS["size"].since


def rewrite_sum_of_some(formula: WrittenFormula, at: int, mend: Mend) -> tuple[Finding, int] | None:
    """Write the condition inside the one argument of a sum of rows."""
    token = formula.tokens[at]
    following = formula.tokens[at + 1].text if at + 1 < len(formula.tokens) else ""
    if following != "(" or token.text.lower() not in BEGINNING or formula.language < _ROWS_SINCE:
        return None
    end, cuts = formula.read_brackets(at + 1)
    cuts = [cut for cut in cuts if formula.tokens[cut].text == ";"]
    if end < 0 or not cuts:
        return None  # with commas the types tell it
    value, *given = (formula.between(*each) for each in pairwise([at + 1, *cuts, end]))
    if not _is_of_row(value):
        return None  # nor is what a sum inside it would be written as
    value, *conditions = (mend(piece, formula.language)[0] for piece in (value, *given))
    if not value or not all(map(_is_condition, conditions)):
        return None
    name = token.text if token.text in GATHERING else translate_function(token.text)
    whole = formula.text[token.offset : formula.tokens[end].offset + 1]
    told = tell_sum_of_rows(name, value, conditions)
    return replace(told, offset=token.offset, old=whole), end + 1


def _is_of_row(piece: str) -> bool:
    """Tell a row's code, perhaps with signs; what a call gathers is of no row."""
    tokens = join_row_codes(read_tokens(piece))
    is_called = any(each.text == "(" for each in tokens)
    return not is_called and any("." in each.text for each in tokens if each.kind == "name")


def _is_condition(piece: str) -> bool:
    """Tell a piece that compares; of a code alone linking knows what it is."""
    tokens = read_tokens(piece)
    signs = {each.text for each in tokens}
    if has_free_comma(tokens) or any(is_close(tokens, at) for at in range(len(tokens))):
        return False  # `L.y > 1,234` is in doubt, and would part two arguments
    return "if" not in signs and not signs.isdisjoint(_OF_CONDITIONS)
