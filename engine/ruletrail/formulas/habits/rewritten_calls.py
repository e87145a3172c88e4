"""Functions of spreadsheets that are written with several of ours, or with signs, by arguments.

Averages, days that are moved by months, and pieces of texts: `MEDIA(a; b)`, `FINE.MESE(d; 2)`,
`SINISTRA(x; 1) = "t"`. What is written is only certain where the same is meant for any value.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.habits.written_formulas import WrittenFormula
from ruletrail.formulas.lexer import WORDS, Finding, read_tokens
from ruletrail.formulas.written_numbers import has_free_comma, is_close
from ruletrail.problems import quote_to_write

AVERAGES = ("average-written", "no-average", "average-of-values")
"""The hints for an average, first the one that writes it; of what it is linking knows better."""
_TEXT_ASKED, _NO_PIECES = "text-asked", "no-text-pieces"
_ASKED_OF_TEXTS = 2
"""The version of the language that asks what a text begins with."""
_MEANS = frozenset({"MEDIA", "AVERAGE", "AVG", "MEAN"})
_BEGINS = {"LEFT": "starts_with", "SINISTRA": "starts_with", "RIGHT": "ends_with",
           "DESTRA": "ends_with"}  # fmt: skip
_SEEKS = frozenset({"SEARCH", "RICERCA", "FIND", "TROVA"})
_IS_NUMBER = frozenset({"ISNUMBER", "VAL.NUMERO"})
TYPE_FUNCTIONS = frozenset({
    *_IS_NUMBER, "ISTEXT", "VAL.TESTO", "ISNONTEXT", "VAL.NON.TESTO", "ISLOGICAL", "VAL.LOGICO",
})  # fmt: skip
"""What asks of which type a cell is, which here the form says once and for all."""
TEXT_FUNCTIONS = frozenset({
    *_BEGINS, *_SEEKS, "MID", "STRINGA.ESTRAI", "SUBSTITUTE", "SOSTITUISCI", "REPLACE", "RIMPIAZZA",
})  # fmt: skip
"""What takes pieces of texts, or looks for one."""
_DAYS = frozenset({"DAYS", "GIORNI"})
"""They count from the second day to the first."""
_UNITS = {"Y": "years_between", "M": "months_between", "D": "days_between"}
"""What spreadsheets count by between two days."""
COUNTING = frozenset({"COUNT", "COUNTA", "CONTA.VALORI", "CONTA.NUMERI"})
"""What counts cells that are filled in."""
_MOST_DECIMALS = 10
_COMPARED = {"=": "", "==": "", "<>": "not ", "!=": "not ", "≠": "not "}
"""Signs that compare, and what denies the answer."""
_FOUND = ((">", "0"), (">=", "1"))
"""What is compared with the place at which a text was found: it was found at all."""

Mend = Callable[[str, int], tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class _Called:
    """A call: its arguments as this language writes them, and where its brackets stand."""

    word: str
    arguments: tuple[str, ...]
    is_sure: bool
    opening: int
    end: int


def rewrite_call_of_sheet(
    formula: WrittenFormula, at: int, opening: int, finding: Finding, mend: Mend
) -> tuple[Finding, int] | None:
    """Write a call by what its arguments are; None where it is none of these, or they do not fit.

    `finding` names the function as it is written, and instead of it in capitals.
    """
    word, finding = finding.instead, replace(finding, instead="")
    called = _read_call(formula, opening, word, mend)
    if called is None:
        return None
    if word in _MEANS:
        return _tell_average(formula, at, finding, called)
    if word in (*_BEGINS, *_SEEKS, *TYPE_FUNCTIONS):
        return _tell_text(formula, at, finding, called, mend)
    told = _tell_by_arguments(called, finding, formula.language)
    if told is not None:
        return replace(told, old=_whole(formula, at, called.end)), called.end + 1
    instead, is_exact = _write_moved_day(called) if formula.language > 1 else ("", False)
    if not instead:
        return None
    whole = _whole(formula, at, called.end)
    is_sure = is_exact and called.is_sure and finding.text.isupper()
    advice = "days-of-sheets" if word in _DAYS else "write-instead"
    shown = replace(finding, instead=instead, advice=advice, old=whole,
                    mended=instead if is_sure else None)  # fmt: skip
    return shown, called.end + 1


def _read_call(formula: WrittenFormula, opening: int, word: str, mend: Mend) -> _Called | None:
    """Read the arguments of a call; None where it does not close, or which they are is in doubt."""
    end, cuts = formula.read_brackets(opening)
    if end < 0:
        return None
    semicolons = [cut for cut in cuts if formula.tokens[cut].text == ";"]
    ends = [opening, *(semicolons or cuts), end]
    if not semicolons and any(is_close(formula.tokens, cut) for cut in cuts):
        return None  # `MEDIA(1,5)` has one argument, or two
    pieces = [mend(formula.between(*each), formula.language) for each in pairwise(ends)]
    if not all(piece and not has_free_comma(read_tokens(piece)) for piece, _ in pieces):
        return None
    is_sure = all(is_piece_sure for _, is_piece_sure in pieces)
    return _Called(word, tuple(piece for piece, _ in pieces), is_sure, opening, end)


def _whole(formula: WrittenFormula, at: int, end: int) -> str:
    last = formula.tokens[end]
    return formula.text[formula.tokens[at].offset : last.offset + len(last.text)]


def _in_brackets(piece: str) -> str:
    """Put a piece into brackets where words join it."""
    is_joined = any(token.text in WORDS for token in read_tokens(piece))
    return f"({piece})" if is_joined else piece


def _tell_average(
    formula: WrittenFormula, at: int, finding: Finding, called: _Called
) -> tuple[Finding, int] | None:
    """Write the sum of an average and what it is divided by; spreadsheets leave out blank cells."""
    given = called.arguments
    over, point, _ = given[0].partition(".")
    is_row = len(given) == 1 and bool(point) and over.isidentifier() and formula.language > 1
    if is_row:
        instead = f"sum({given[0]}) / size({over})"
    elif len(given) > 1:
        instead = f"({' + '.join(map(_in_brackets, given))}) / {len(given)}"
    else:
        # of one name linking knows whether it is a group
        is_name = given[0].isidentifier()
        advice = AVERAGES[1] if formula.language > 1 else AVERAGES[2]
        return replace(finding, advice=advice, found=given[0] * is_name), called.end + 1
    is_alone = at == 0 and called.end == len(formula.tokens) - 1
    told = replace(
        finding, instead=instead if is_alone else f"({instead})", advice=AVERAGES[0],
        found="" if is_row else "; ".join(given), old=_whole(formula, at, called.end),
    )  # fmt: skip
    return told, called.end + 1


def _write_moved_day(called: _Called) -> tuple[str, bool]:
    """Write what moves a day by months, or counts days; tell whether it is the same for any day."""
    match called.word, called.arguments:
        case "EOMONTH" | "FINE.MESE", (day, "0"):
            return f"end_of_month({day})", True
        case "EOMONTH" | "FINE.MESE", (day, count):
            return f"end_of_month(add_months({day}, {count}))", _is_whole(count)
        case "EDATE" | "DATA.MESE", (day, count):
            return f"add_months({day}, {count})", _is_whole(count)
        case "DATEDIF" | "DATA.DIFF", (first, last, unit) if unit[1:-1].upper() in _UNITS:
            return f"{_UNITS[unit[1:-1].upper()]}({first}, {last})", False
        case word, (last, first) if word in _DAYS:
            return f"days_between({first}, {last})", False
        case _:
            return "", False


def _tell_by_arguments(called: _Called, finding: Finding, language: int) -> Finding | None:
    """Write what a call may be for by its own arguments, where only its author knows which it is.

    None where they do not fit.
    """
    match called.word, called.arguments:
        case "ROUNDUP" | "ARROTONDA.PER.ECC", (value, *decimals) if len(decimals) <= 1:
            return _tell_rounded(value, decimals[0] if decimals else "0", finding)
        case "YEARFRAC" | "FRAZIONE.ANNO", (first, last, *_) if language > 1:
            parts = quote_to_write(f"(days_between({first}, {last}) / 365)")
            years = f"years_between({first}, {last})"
            return replace(finding, instead=years, found=parts, advice="part-of-year")
        case word, (value,) if word in COUNTING and language > 1:
            return tell_count_of_rows(value, finding)
        case _:
            return None


def _tell_rounded(value: str, decimals: str, finding: Finding) -> Finding | None:
    if not decimals.isdecimal() or int(decimals) > _MOST_DECIMALS:
        return None
    instead = f"ceil({value})" if decimals == "0" else f"ceil({value}, {decimals})"
    rounding = quote_to_write(f"round: {{decimals: {decimals}, mode: up}}")
    return replace(finding, instead=instead, found=rounding, advice="round-away-or-up")


def tell_count_of_rows(value: str, finding: Finding) -> Finding | None:
    """Say how rows are counted where somebody counts the values of one of their codes."""
    over, point, _ = value.partition(".")
    if not point or not over.isidentifier():
        return None
    there = quote_to_write(f"count(not is_missing({value}))")
    return replace(finding, instead=f"size({over})", expected=there, advice="count-of-rows")


def _is_whole(count: str) -> bool:
    """Tell a written count of months; of a calculated one spreadsheets drop the decimals."""
    return count.removeprefix("-").isdecimal()


def _tell_text(
    formula: WrittenFormula, at: int, finding: Finding, called: _Called, mend: Mend
) -> tuple[Finding, int] | None:
    """Write what is asked of a piece of a text; spreadsheets make no difference of capitals."""
    if called.word in _IS_NUMBER:
        inner, bracket = (each.text.upper() for each in formula.tokens[called.opening + 1 :][:2])
        is_sought = inner in _SEEKS and bracket == "("
        sought = _read_call(formula, called.opening + 2, inner, mend) if is_sought else None
        if sought is not None and sought.end == called.end - 1:
            return _written(formula, at, finding, _write_sought(sought), called.end)
    if called.word in TYPE_FUNCTIONS:
        given = called.arguments[0] if len(called.arguments) == 1 else "x"
        instead = f"not is_missing({given})"
        return replace(finding, instead=instead, advice="type-is-declared"), called.end + 1
    if not finding.text.isupper():
        return None  # a table may be called so
    after = [each.text for each in formula.tokens[called.end + 1 : called.end + 3]]
    if called.word in _SEEKS:
        end = called.end + 2 * (tuple(after) in _FOUND)
        return _written(formula, at, finding, _write_sought(called), end)
    asked = _write_begin(called, after)
    return _written(formula, at, finding, asked, called.end + 2 * bool(asked))


def _written(
    formula: WrittenFormula, at: int, finding: Finding, instead: str, end: int
) -> tuple[Finding, int]:
    if formula.language < _ASKED_OF_TEXTS:
        return replace(finding, advice="texts-of-language-2"), end + 1
    if not instead:
        return replace(finding, advice=_NO_PIECES), end + 1
    whole = _whole(formula, at, end)
    return replace(finding, instead=instead, advice=_TEXT_ASKED, old=whole), end + 1


def _write_sought(called: _Called) -> str:
    """Write `contains(x, "A")` for `SEARCH("A", x)`; the text that is sought is a written one."""
    sought, *rest = called.arguments
    return f"contains({rest[0]}, {sought})" if len(rest) == 1 and _is_text(sought) else ""


def _write_begin(called: _Called, after: Sequence[str]) -> str:
    """Write `starts_with(x, "A")` for `LEFT(x, 1) = "A"`, where the text is as long as that."""
    text, *counts = called.arguments
    sign, compared = (*after, "", "")[:2]
    length = str(len(compared) - 2)
    if sign not in _COMPARED or not _is_text(compared) or counts not in ([length], []):
        return ""
    is_one = counts or length == "1"
    return f"{_COMPARED[sign]}{_BEGINS[called.word]}({text}, {compared})" if is_one else ""


def _is_text(piece: str) -> bool:
    return len(piece) > 2 and piece[0] in "'\"" and piece[-1] == piece[0]  # noqa: PLR2004 - with its quotes
