"""Words of spreadsheets, of other languages and of speech, and what this language has for them."""

from ruletrail.documents.document_shapes import CODE
from ruletrail.formulas.lexer import CONSTANTS, WORDS, Finding
from ruletrail.formulas.operations import FUNCTIONS, functions_of
from ruletrail.suggestions import nearest_name

_TRANSLATED = {
    "vero": "true", "falso": "false", "e": "and", "o": "or", "non": "not",
    "if": "a if c else b", "se": "a if c else b", "iif": "a if c else b",
    "oppure": "or", "ed": "and", "od": "or", "altrimenti": "else",
    "none": "is_missing(…)", "null": "is_missing(…)", "missing": "is_missing(…)",
    **dict.fromkeys(("isblank", "isempty", "isnull"), "is_missing"),
    **{alias.lower(): each.name for each in FUNCTIONS.values() for alias in each.aliases},
}  # fmt: skip
"""Words of other languages, in lower case, and what to write instead."""
_PRINTED = {each.texts[0]: each.name for each in FUNCTIONS.values() if each.texts[0]}
"""What Italian answers call functions: who copies a formula from one calls them so."""
_MOST_LETTERS = 2
"""How many letters a slip has too many of, or too few, in the name of a function."""
_ANSWERS = {
    **dict.fromkeys(("si", "sì", "yes", "sempre", "always"), "true"),
    **dict.fromkeys(("no", "mai", "never"), "false"),
}
"""What people write for a condition that is always, or never, true."""
COMPARING = {
    "is": "==", "è": "==", "is not": "!=", "non è": "!=", "equals": "==", "uguale a": "==",
    "diverso da": "!=",
    "maggiore di": ">", "minore di": "<", "più": "+", "piu": "+", "plus": "+", "meno": "-",
    "minus": "-", "diviso": "/", "diviso per": "/", "divided by": "/", "moltiplicato per": "*",
    "multiplied by": "*", "times": "*",
    **{
        f"{before}{phrase}": sign
        for before in ("", "is ", "è ")
        for phrase, sign in (
            ("at most", "<="), ("at least", ">="), ("less than", "<"), ("more than", ">"),
            ("greater than", ">"), ("no more than", "<="), ("not more than", "<="),
            ("no less than", ">="), ("not less than", ">="), ("equal to", "=="),
            ("al massimo", "<="), ("al più", "<="), ("almeno", ">="), ("meno di", "<"),
            ("più di", ">"), ("non più di", "<="), ("non meno di", ">="), ("superiore a", ">"),
            ("inferiore a", "<"), ("maggiore di", ">"), ("minore di", "<"), ("uguale a", "=="),
            ("maggiore o uguale a", ">="), ("minore o uguale a", "<="), ("supera", ">"),
            ("non supera", "<="), ("exceeds", ">"), ("oltre", ">"), ("sopra", ">"), ("sotto", "<"),
            ("over", ">"), ("above", ">"), ("under", "<"), ("below", "<"), ("fino a", "<="),
            ("up to", "<="), ("maggiore", ">"), ("minore", "<"), ("superiore", ">"),
            ("inferiore", "<"), ("uguale", "=="),
        )
    },
    **{
        f"{word} {sign}": opposite
        for word in ("not", "non")
        for sign, opposite in (
            (">", "<="), (">=", "<"), ("<", ">="), ("<=", ">"), ("=", "!="), ("==", "!="),
            ("!=", "=="), ("≥", "<"), ("≤", ">"), ("≠", "=="),
        )
    },
}  # fmt: skip
"""Words that compare or compute, in other languages; here they are signs."""
MOST_OF_PHRASE = max(len(phrase.split()) for phrase in COMPARING)
"""The words of the longest of them."""
TODAY = frozenset({"today", "oggi", "now", "adesso"})
"""What would give another answer to the same report tomorrow."""
_OF_DAYS = frozenset({
    "age", "anni", "datedif", "datediff", "dateadd", "days", "edate", "eomonth", "età", "eta",
    "giorni", "mesi", "months", "networkdays", "workday", "yearfrac", "years",
})  # fmt: skip
"""What people call a function that counts or moves days; a table may be called so too."""
_OF_TEXTS = frozenset({
    "left", "right", "mid", "substr", "substring", "search", "find", "sinistra", "destra", "trova",
    "ricerca", "instr", "indexof", "replace", "match", "regexp", "like",
})  # fmt: skip
"""What people call a function that takes pieces of texts, or looks for one."""
_METHODS = {"count": "size", "len": "size", "length": "size", "size": "size"}
"""What is asked of a list as a whole, as other programs write it."""


def translate(name: str) -> str:
    """Return what this language has for a word of another; empty where it has nothing.

    A word of this language in other letters is one of another: case counts.
    """
    lowered = name.lower()
    if name in WORDS or name in CONSTANTS:
        return ""
    known = lowered if lowered in WORDS or lowered in CONSTANTS else ""
    found = _TRANSLATED.get(lowered, known)
    return found if found != name else ""


def translate_function(name: str) -> str:
    """Return the function that is called by a word of others, or by the one that answers print."""
    return translate(name) or _PRINTED.get(name.lower(), "")


def translate_value(name: str) -> str:
    """Return what to write for a word that stands where a code should, and is none."""
    word = translate(name)
    is_ours = name.lower() in WORDS
    return (
        word if is_ours or word in CONSTANTS or name.lower() in ("none", "null", "missing") else ""
    )


def translate_condition(name: str) -> str:
    """Return what to write for a word that stands alone for a condition, and is no code."""
    return _ANSWERS.get(name.lower(), "")


def unknown_function(name: str, start: int, language: int) -> Finding:
    """Name the function that was meant: by a spreadsheet's word there is no doubt which."""
    known = functions_of(language)
    if name in FUNCTIONS and name not in known:
        since = f"language: {FUNCTIONS[name].since}"
        return Finding("later-language", start, name, since, found=f"language: {language}")
    if name.lower() in TODAY:
        return Finding("unknown-function", start, name, "", ", ".join(known), advice="no-today")
    if language > 1 and name.lower() in _OF_DAYS:
        return Finding("unknown-function", start, name, advice="span-of-time")
    if name.lower() in _OF_TEXTS:
        is_there = "contains" in known
        advice = "no-text-pieces" if is_there else "texts-of-language-2"
        return Finding("unknown-function", start, name, advice=advice)
    lowered_name, meant = name.lower(), translate_function(name)
    sure = next((word for word in (meant, lowered_name) if word in known), None)
    alike = [each for each in known if _is_alike(lowered_name, each)]
    near = sure or (meant if meant not in FUNCTIONS else "") or nearest_name(name, alike)
    # other languages round the half to the even digit by this name, and spreadsheets count
    # numbers, not conditions: there the author chooses
    is_guess = name == "COUNT" or (lowered_name == "round" and not name.isupper())
    if sure is None or is_guess:
        return Finding("unknown-function", start, name, near, ", ".join(known))
    return Finding("unknown-function", start, name, sure, advice="write-instead", mended=sure)


def _is_alike(written: str, function: str) -> bool:
    """Tell a function that a name in small letters may be a slip for, or the beginning of."""
    is_begun = function.startswith(written) or written.startswith(function)
    is_near = abs(len(written) - len(function)) <= _MOST_LETTERS and written[0] == function[0]
    return is_begun or is_near


def call_of_list(written: str) -> str:
    """Write `sum(L.x)` for `L.sum(x)`, `size(L)` for `L.count()`, `year(d)` for `d.year()`.

    Empty for anything else.
    """
    over, _, rest = written.partition(".")
    name, _, inside = rest.removesuffix(")").partition("(")
    inside = inside.strip()
    meant = name if name in FUNCTIONS else translate(name)
    if not inside and name in _METHODS:
        return f"{_METHODS[name]}({over})"
    if meant not in FUNCTIONS or CODE.fullmatch(over) is None:
        return ""
    if FUNCTIONS[meant].most is not None:  # of a value, and perhaps of a second one
        return f"{meant}({over}, {inside})" if inside else f"{meant}({over})"
    return f"{meant}({over}.{inside})" if CODE.fullmatch(inside) else ""
