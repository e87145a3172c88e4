"""Comparisons that are written in words: `is missing`, `tra 0 e 9`, `diverso da`."""

from itertools import takewhile

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.foreign_words import COMPARING, MOST_OF_PHRASE
from ruletrail.formulas.habits.written_formulas import WrittenFormula, ends_operand
from ruletrail.formulas.lexer import WORDS, Finding
from ruletrail.formulas.operations import FUNCTIONS

_IS = (("is", "not"), ("is",), ("non", "è"), ("è",))
_OF_TEXTS = {
    "like": "",
    "ilike": "",
    "contains": "contains",
    "contiene": "contains",
    "include": "contains",
    "includes": "contains",
    "startswith": "starts_with",
    "starts with": "starts_with",
    "begins with": "starts_with",
    "inizia con": "starts_with",
    "comincia con": "starts_with",
    "endswith": "ends_with",
    "ends with": "ends_with",
    "finisce con": "ends_with",
    "termina con": "ends_with",
}
"""What people ask of a text, and what asks it here; of `like` its pattern says it."""
_LACKING = frozenset({"mancante", "manca"})
"""What people say of a field that nobody filled in, without a verb before it."""
VERBS = frozenset(
    {"not", "non", *_LACKING}
    | {verb[0] for verb in _IS}
    | {phrase.partition(" ")[0] for phrase in _OF_TEXTS}
)
"""The words behind a code that may say of it that it is absent, or what a text is like."""
_MISSING = frozenset({"missing", "null", "none", "mancante"})
_EMPTY = frozenset({"empty", "blank", "vuoto", "vuota"})
"""What people say a field is that nobody filled in, or that holds the empty text."""
_COMPARED = {"==": "", "=": "", "!=": "not ", "<>": "not ", "≠": "not "}
"""Signs by which Python asks whether something is `None`, and what denies the answer."""
_NO_OPERAND = frozenset({"and", "or", "not", "if", "else"})
"""The words that no operand is, before one that stands alone."""
_BETWEEN = ("tra", "fra", "between")
_TOKENS_OF_RANGE = 4
_COMPARING_FIRST = frozenset(phrase.partition(" ")[0] for phrase in COMPARING)
"""The words that phrases of comparing begin with."""
_COMPRISED = frozenset({"è", "is", "compreso", "compresa", "compresi", "comprese"})
"""Words that may stand before `tra`, and are no code."""
BEGINNING = frozenset({*_BETWEEN, *_COMPRISED, *_COMPARING_FIRST})
"""The words that one of these may begin with, but for those about a code's absence."""


def rewrite_missing(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `is_missing(x)` for `x is missing`, `x is not null`, `x è vuoto`."""
    if formula.tokens[at].kind != "name":
        return None
    name, before = formula.tokens[at], formula.tokens[at - 1].text.lower() if at else "("
    after = [each.text.lower() for each in formula.tokens[at + 1 : at + 4]]
    verbs = (each for each in _IS if tuple(after[: len(each)]) == each)
    verb: tuple[str, ...] | None = next(verbs, None)
    if verb is None and name.text not in formula.lookups:
        verb = _read_lacking(after)
    absent = after[len(verb)] if verb is not None and len(after) > len(verb) else ""
    # behind a sign the name is not all that is asked about
    is_alone = before == "(" or before in ("and", "or", "not", "if", "else")
    if name.text in WORDS or verb is None or not is_alone:
        return None
    if absent not in (*_MISSING, *_EMPTY, *_LACKING):
        return None
    last = formula.tokens[at + 1 + len(verb)]
    written = formula.text[name.offset : last.offset + len(last.text)]
    instead = f"is_missing({name.text})"
    instead = f"not {instead}" if {"not", "non"} & {*verb} else instead
    # a text may be there and be empty, or be the choice `none`
    mended = instead if verb in _IS and absent in _MISSING and last.text != "none" else None
    finding = Finding("formula-word", name.offset, written, instead, mended=mended)
    return finding, at + 2 + len(verb)


def _read_lacking(after: list[str]) -> tuple[str, ...] | None:
    """Return what stands before `mancante` or `manca` that says so by itself; None without it."""
    denied = ("non",) if after[:1] == ["non"] else ()
    words = after[len(denied) :]
    return denied if words and words[0] in _LACKING and words[1:2] != ["("] else None


def rewrite_text_phrase(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `starts_with(x, "A")` for `x like "A%"` and `x inizia con "A"`."""
    name, before = formula.tokens[at], formula.tokens[at - 1].text.lower() if at else "("
    if name.kind != "name" or name.text in WORDS or before not in ("(", *_NO_OPERAND):
        return None
    words = [each.text.lower() for each in formula.tokens[at + 1 : at + 4]]
    denied = words[:1] in (["not"], ["non"])
    count = next((each for each in (2, 1) if " ".join(words[denied:][:each]) in _OF_TEXTS), 0)
    last = at + 1 + denied + count
    sought = formula.tokens[last] if count and last < len(formula.tokens) else name
    if sought.kind != "text":
        return None
    written = formula.text[name.offset : sought.offset + len(sought.text)]
    finding = Finding("formula-word", name.offset, written, old=written)
    if formula.language < FUNCTIONS["contains"].since:
        return replace(finding, advice="texts-of-language-2"), last + 1
    phrase = " ".join(words[denied : denied + count])
    instead = _ask_of_text(name.text, phrase, sought.text, denied=denied)
    advice = "text-asked" if instead else "no-text-pieces"
    return replace(finding, instead=instead, advice=advice), last + 1


def _ask_of_text(name: str, phrase: str, quoted: str, *, denied: bool) -> str:
    """Write what a phrase asks of a text; empty where nothing here does."""
    sign, text, asking = quoted[0], quoted[1:-1], _OF_TEXTS[phrase]
    if not asking:
        asking, text = _read_pattern(text)
    if not asking or not text:
        return ""
    if asking == "==":
        return f"{name} {'!=' if denied else '=='} {sign}{text}{sign}"
    return f"{'not ' * denied}{asking}({name}, {sign}{text}{sign})"


def _read_pattern(written: str) -> tuple[str, str]:
    """Return what asks what a pattern of SQL says, of which text; empty where nothing does."""
    pattern = written.replace("*", "%")
    inner = pattern.removeprefix("%").removesuffix("%")
    if "%" in inner or "_" in inner:
        return "", ""
    if pattern == inner:
        return "==", inner
    if pattern == f"%{inner}%":
        return "contains", inner
    return ("starts_with" if pattern.endswith("%") else "ends_with"), inner


def rewrite_none(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `not is_missing(x)` for `x != None`, and for `None != x`.

    `null` is a name that Python does not reserve, which the types tell apart from a text.
    """
    words = [each.text for each in formula.tokens[at : at + 3]]
    if len(words) < 3 or words[1] not in _COMPARED or "None" not in (words[0], words[2]):  # noqa: PLR2004 - a pair and its sign
        return None
    before = formula.tokens[at - 1].text.lower() if at else "("
    after = formula.tokens[at + 3].text.lower() if at + 3 < len(formula.tokens) else ")"
    name = words[2] if words[0] == "None" else words[0]
    is_name = name[0].isalpha() and name not in ("None", *WORDS)
    # beside a sign the name is not all that is asked about
    is_alone = before in ("(", ",", *_NO_OPERAND) and after in (")", ",", *_NO_OPERAND)
    if not is_name or not is_alone:
        return None
    first, last = formula.tokens[at], formula.tokens[at + 2]
    written = formula.text[first.offset : last.offset + len(last.text)]
    instead = f"{_COMPARED[words[1]]}is_missing({name})"
    return Finding("formula-word", first.offset, written, instead, mended=instead), at + 3


def rewrite_between(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write two comparisons for `a tra 0 e 9`; whether the ends count is not certain."""
    if not at or not ends_operand(formula.tokens[at - 1]):
        return None
    led = takewhile(lambda each: each.text.lower() in _COMPRISED, formula.tokens[at : at + 2])
    first = at + sum(1 for _ in led)
    words = [each.text for each in formula.tokens[first : first + _TOKENS_OF_RANGE]]
    is_range = len(words) == _TOKENS_OF_RANGE and words[0].lower() in _BETWEEN
    if not is_range or words[2].lower() not in ("e", "and"):
        return None
    value, (_, low, _, high) = formula.tokens[at - 1].text, words
    last, begin = formula.tokens[first + 3], formula.tokens[at].offset
    written = formula.text[begin : last.offset + len(last.text)]
    before = formula.tokens[at - 2].text.lower() if at > 1 else "("
    # behind a sign or `not` the name is not all that is asked about
    value = value if before in ("(", ",", "and", "or", "if", "else") else "…"
    instead = f"{low} <= {value} and {value} <= {high}"
    return Finding("formula-word", begin, written, instead), first + _TOKENS_OF_RANGE


def rewrite_comparison(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write the sign for `is not` or `diverso da`, where no code can stand."""
    token = formula.tokens[at]
    if token.text.lower() not in _COMPARING_FIRST:
        return None
    for count in range(MOST_OF_PHRASE, 0, -1):
        last = formula.tokens[at : at + count][-1]
        phrase = " ".join(each.text.lower() for each in formula.tokens[at : at + count])
        sign = COMPARING.get(phrase)
        if sign is None:
            continue
        after = formula.tokens[at + count : at + count + 1]
        is_absent = bool(after) and after[0].text.lower() in (*_MISSING, *_EMPTY)
        end = after[0] if is_absent else last
        written = formula.text[token.offset : end.offset + len(end.text)]
        absence = "not is_missing(…)" if sign == "!=" else "is_missing(…)"
        instead, mended = (absence, None) if is_absent else (sign, sign)
        finding = Finding("formula-word", token.offset, written, instead, mended=mended)
        return finding, at + count + is_absent
    return None
