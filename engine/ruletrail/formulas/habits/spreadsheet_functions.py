"""Functions of spreadsheets, Italian and English, that this language writes in another way.

What does exactly the same here is an alias in the table of operations. Here are those with points
in their names, and those that seem to do the same and do not: `INT(-0.5)` is -1, not 0; the second
argument of `FLOOR` is a multiple, not decimals; `WEEKDAY` counts from Sunday.
"""

import unicodedata
from collections.abc import Callable
from itertools import pairwise

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits import powers
from ruletrail.formulas.habits.days import OF_DAYS_MADE, rewrite_day_made
from ruletrail.formulas.habits.numbers import PARTED_VALUES
from ruletrail.formulas.habits.rewritten_calls import (
    TEXT_FUNCTIONS,
    TYPE_FUNCTIONS,
    rewrite_call_of_sheet,
)
from ruletrail.formulas.habits.written_formulas import WrittenFormula
from ruletrail.formulas.lexer import Finding, read_tokens
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.formulas.written_numbers import has_free_comma, is_close
from ruletrail.problems import quote, quote_to_write

_CERTAIN = {
    "INT": "floor", "ASS": "abs", "VAL.VUOTO": "is_missing", "ROUNDDOWN": "trunc",
    "ARROTONDA.PER.DIF": "trunc",
}  # fmt: skip
"""Functions that do exactly what one of ours does, but for what its arguments may be."""
_MULTIPLES = {
    "FLOOR": "floor", "FLOOR.MATH": "floor", "ARROTONDA.DIFETTO": "floor",
    "ARROTONDA.DIFETTO.MAT": "floor", "CEILING": "ceil", "CEILING.MATH": "ceil",
    "ARROTONDA.ECCESSO": "ceil", "ARROTONDA.ECCESSO.MAT": "ceil", "MROUND": "round_half_up",
    "ARROTONDA.MULTIPLO": "round_half_up",
}  # fmt: skip
"""Functions that round to the multiples of their second argument."""
_REMAINDERS = ("MOD", "RESTO")
"""They have the sign of the divisor, as `%` has."""
_ADVICES = {
    **dict.fromkeys(("MEDIA", "AVERAGE", "AVG", "MEAN"), "no-average"),
    **dict.fromkeys(
        ("DATEDIF", "DATEDIFF", "YEARFRAC", "EDATE", "EOMONTH", "DAYS", "GIORNI"), "span-of-time"),
    **dict.fromkeys(
        ("CERCA", "VLOOKUP", "HLOOKUP", "XLOOKUP", "LOOKUP", "INDEX", "INDICE", "MATCH",
         "CONFRONTA"), "no-vlookup"),
    **dict.fromkeys(("SUMIF", "SUMIFS", "COUNTIF", "COUNTIFS", "CONTA"), "no-sumif"),
    **dict.fromkeys(
        ("IFERROR", "IFNA", "IFNULL", "COALESCE", "NVL", "SE.MANCA", "ISERROR", "ISNA"),
        "no-iferror"),
    **dict.fromkeys(TYPE_FUNCTIONS, "type-is-declared"),
    **dict.fromkeys(TEXT_FUNCTIONS, "no-text-pieces"),
    "FRAZIONE.ANNO": "span-of-time",
    **dict.fromkeys(("COUNTA", "CONTA.VALORI", "CONTA.NUMERI"), "no-counta"),
    **dict.fromkeys(("ROUNDUP", "ARROTONDA.PER.ECC"), "round-away"),
    **dict.fromkeys(("IFS", "PIU.SE"), "no-ifs"),
    **dict.fromkeys(("SCEGLI", "CHOOSE", "SWITCH"), "no-choose"),
    **dict.fromkeys(("SUMPRODUCT", "MATR.SOMMA.PRODOTTO"), "no-sumproduct"),
    **dict.fromkeys(("WEEKDAY", "GIORNO.SETTIMANA"), "weekday-of-sheets"),
    **dict.fromkeys(
        ("CONCATENA", "CONCAT", "CONCATENATE", "TEXT", "TESTO", "TEXTJOIN"), "no-joined-texts"),
}  # fmt: skip
_BY_FIRST = {
    "SE": "no-iferror", "VAL": "no-iferror", "SOMMA": "no-sumif", "CONTA": "no-sumif",
    "MEDIA": "no-average", "CERCA": "no-vlookup", "DATA": "span-of-time", "FINE": "span-of-time",
    "ANNO": "span-of-time", "GIORNI": "span-of-time", "GIORNO": "span-of-time",
    "TESTO": "no-joined-texts",
}  # fmt: skip
"""The same for words with a point in them, `SOMMA.SE`, by what stands before it."""
_WORDS_OF_PEOPLE = frozenset({
    "INDEX", "INDICE", "MATCH", "CONFRONTA", "TEXT", "TESTO", "SCEGLI", "CHOOSE", "SWITCH", "DAYS",
    "GIORNI", *TEXT_FUNCTIONS,
})  # fmt: skip
"""Functions whose names a scale or table of an author may have, unless in capitals."""
_IN_LANGUAGE_1 = {
    "no-average": "average-of-values", "no-sumif": "sumif-of-values",
    "no-counta": "counta-of-values", "no-sumproduct": "sumproduct-of-values",
    "no-vlookup": "lookup-of-values", "span-of-time": "days-of-language-2",
    "weekday-of-sheets": "days-of-language-2", "no-text-pieces": "texts-of-language-2",
}  # fmt: skip
"""What to say in language 1, which has no lists, tables, days and pieces of texts."""
BEGINNING = frozenset(
    part.lower()
    for names in (
        OF_DAYS_MADE,
        powers.POWERS,
        powers.ROOTS,
        _CERTAIN,
        _MULTIPLES,
        _REMAINDERS,
        _ADVICES,
        _BY_FIRST,
    )
    for name in names
    for part in (name.partition(".")[0], name.replace(".", "_"))
) | {"più", "piu_se", "più_se"}
"""The words that one of these may begin with, in lower case."""

Mend = Callable[[str, int], tuple[str, bool]]


def tell_foreign_call(formula: WrittenFormula, at: int, mend: Mend) -> tuple[Finding, int] | None:
    """Tell a function of spreadsheets that is written in another way here, and how.

    A name that belongs to nobody, but has points and stands before a bracket, is one of them too.
    """
    name, opening = _read_name(formula, at)
    if name in FUNCTIONS or opening >= len(formula.tokens) or formula.tokens[opening].text != "(":
        return None
    word = _plain(name)
    finding = Finding("unknown-function", formula.tokens[at].offset, name)
    if word in OF_DAYS_MADE:
        named = replace(finding, instead=word)
        return rewrite_day_made(formula, opening, named, mend)
    first = word.partition(".")[0] if "." in name else ""
    advice = _ADVICES.get(word) or _BY_FIRST.get(first)
    if word == "COUNT":
        return rewrite_call_of_sheet(formula, at, opening, replace(finding, instead=word), mend)
    if word in _CERTAIN:
        return _tell_certain(formula, opening, finding), opening
    if word in powers.POWERS and (name.isupper() or formula.language == 1 or word == "POW"):
        return _rewrite_power(formula, opening, finding, mend)
    if word in powers.ROOTS and (name.isupper() or name.lower() in ("sqrt", "radq")):
        return replace(finding, advice=powers.NO_ROOTS), opening
    if word in _MULTIPLES or word in _REMAINDERS:
        return _rewrite_two(formula, at, opening, replace(finding, instead=word), mend)
    is_word = word in _WORDS_OF_PEOPLE and not name.isupper()
    if advice is None or is_word:
        return _of_nobody(formula, finding, opening)
    named = replace(finding, instead=word)
    rewritten = rewrite_call_of_sheet(formula, at, opening, named, mend)
    if rewritten is not None:
        return rewritten
    if formula.language == 1:
        advice = _IN_LANGUAGE_1.get(advice, advice)
    end, _ = formula.read_brackets(opening)
    return replace(finding, advice=advice), (end if end >= 0 else opening) + 1


def _tell_certain(formula: WrittenFormula, opening: int, finding: Finding) -> Finding:
    """Tell a function that has another name here."""
    word = _plain(finding.text)
    if word == "INT" and formula.read_brackets(opening)[1]:
        # of one value: its comma is of decimals, while that of `floor` would count them
        return replace(finding, advice=PARTED_VALUES)
    is_sure = finding.text.isupper() or word != "INT"  # `int` of others goes towards zero
    advice, meant = "write-instead" if is_sure else "int-up-or-down", _CERTAIN[word]
    return replace(finding, instead=meant, advice=advice, mended=meant if is_sure else None)


def _rewrite_power(
    formula: WrittenFormula, opening: int, finding: Finding, mend: Mend
) -> tuple[Finding, int] | None:
    """Write `POTENZA(a; 2)` as the product that it is."""
    end, cuts = formula.read_brackets(opening)
    cuts = [cut for cut in cuts if formula.tokens[cut].text == ";"] or cuts
    if end < 0 or len(cuts) != 1:
        return None
    pieces = [
        mend(formula.between(*each), formula.language)[0]
        for each in pairwise([opening, *cuts, end])
    ]
    whole = formula.text[finding.offset : formula.tokens[end].offset + 1]
    return powers.write_power_of_call(pieces, replace(finding, old=whole)), end + 1


def _of_nobody(
    formula: WrittenFormula, finding: Finding, opening: int
) -> tuple[Finding, int] | None:
    """Name the functions that there are where a name with points, in capitals, is none."""
    if "." not in finding.text or not finding.text.isupper():
        return None
    return replace(finding, expected=", ".join(formula.functions)), opening


def _rewrite_two(
    formula: WrittenFormula, at: int, opening: int, finding: Finding, mend: Mend
) -> tuple[Finding, int] | None:
    """Write a remainder, or what rounds to multiples, with signs; one argument alone is rounded."""
    end, cuts = formula.read_brackets(opening)
    cuts = [cut for cut in cuts if formula.tokens[cut].text == ";"] or cuts
    word, ends = finding.instead, [opening, *cuts, end]
    if end < 0 or (word in _REMAINDERS and len(cuts) != 1) or len(cuts) > 1:
        return None
    pieces = [mend(formula.between(*each), formula.language) for each in pairwise(ends)]
    if not all(piece for piece, _ in pieces):
        return None
    if any(has_free_comma(read_tokens(piece)) for piece, _ in pieces):
        return replace(finding, advice="two-arguments"), end + 1
    if not cuts:
        meant = _MULTIPLES[word]
        return replace(finding, instead=meant, advice="write-instead", mended=meant), opening
    first, second = (_in_brackets(piece) for piece, _ in pieces)
    whole = formula.text[finding.offset : formula.tokens[end].offset + 1]
    is_plain = formula.tokens[cuts[0]].text == ";" or not is_close(formula.tokens, cuts[0])
    if word in _REMAINDERS:
        is_alone = at == 0 and end == len(formula.tokens) - 1
        instead = f"{first} % {second}" if is_alone else f"({first} % {second})"
        is_sure = is_plain and finding.text.isupper() and all(is_sure for _, is_sure in pieces)
        mended = instead if is_sure else None
        shown = replace(finding, instead=instead, advice="write-instead", old=whole, mended=mended)
        return shown, end + 1
    meant = _MULTIPLES[word]
    product = f"{meant}({first} / {second}) * {second}"
    instead = f"({product})" if formula.divides(at) else product
    other = quote_to_write(f"{meant}({pieces[0][0]}, {second})")
    advice = "multiples-or-decimals" if second.isdigit() else "to-multiples"
    return replace(
        finding, instead=instead, found=other, expected=quote(second), advice=advice
    ), end + 1


def _read_name(formula: WrittenFormula, at: int) -> tuple[str, int]:
    """Read a name with its points, `MATR.SOMMA.PRODOTTO`, and return what stands behind it."""
    last = formula.tokens[at]
    name, here = last.text, at + 1
    while here + 1 < len(formula.tokens):
        point, part = formula.tokens[here : here + 2]
        touches = point.offset == last.offset + len(last.text) and part.offset == point.offset + 1
        if point.text != "." or part.kind != "name" or not touches:
            break
        name, last, here = f"{name}.{part.text}", part, here + 2
    return name, here


def _plain(name: str) -> str:
    """Write a name in capitals, with points and without accents, however it is written."""
    letters = unicodedata.normalize("NFD", name.upper().replace("_", "."))
    return "".join(each for each in letters if not unicodedata.combining(each))


def _in_brackets(piece: str) -> str:
    return piece if len(read_tokens(piece)) == 1 else f"({piece})"
