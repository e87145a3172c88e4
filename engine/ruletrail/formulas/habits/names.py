"""Names that are none of ours: functions of spreadsheets, words in the place of signs and codes."""

import keyword
from collections.abc import Iterator

from ruletrail.documents.document_shapes import CODE
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.foreign_words import (
    translate,
    translate_condition,
    translate_function,
    unknown_function,
)
from ruletrail.formulas.habits.powers import judge_printed_power
from ruletrail.formulas.habits.written_formulas import (
    BEFORE_VALUES,
    WrittenFormula,
    begins_operand,
    ends_operand,
)
from ruletrail.formulas.lexer import CONSTANTS, RESERVED_WORD, WORDS, Finding, Token
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.problems import quote
from ruletrail.suggestions import code_like, latin_like

_SELECTING = frozenset({"where", "dove", "for", "per"})
"""What people write before the rows that a sum is of."""
TRUTH_OR_TEXT = "truth-or-text"
"""The hint for `sì` without quotes, beside a value of which it is not known yet what it is."""
_OTHER_THAN = ("!=", "<>", "≠")
_KEYWORDS = frozenset(keyword.kwlist) - WORDS


def _is_other_function(formula: WrittenFormula, at: int) -> bool:
    """Tell a function of spreadsheets, so that it is named beside the signs in its brackets."""
    is_call = [each.text for each in formula.tokens[at + 1 : at + 2]] == ["("]
    is_free = at == 0 or formula.tokens[at - 1].text != "."
    name = formula.tokens[at].text
    known = formula.functions
    return is_call and is_free and name not in known and translate_function(name) in known


def _of_text_or_list(formula: WrittenFormula, finding: Finding, at: int) -> Finding:
    """Leave to the author whether `len(x)` asks for a text's signs or for a list's rows.

    Which of them `x` is stands in the form, which is not read yet; `x.y` is no list.
    """
    inside = [each.text for each in formula.tokens[at + 2 : at + 4]]
    is_one_name = inside[1:] == [")"] and CODE.fullmatch(inside[0]) is not None
    if finding.instead != "length" or formula.language < FUNCTIONS["size"].since or not is_one_name:
        return finding
    name = inside[0]
    return replace(
        finding, instead=f"length({name})", found=quote(f"size({name})"),
        advice="length-or-size", mended=None,
    )  # fmt: skip


def _is_product(formula: WrittenFormula, at: int) -> bool:
    """Tell `a per b` from the rows that a sum is of, `sum(L.x per L.y)`."""
    token, previous, following = formula.around(at)
    is_between = previous is not None and ends_operand(previous) and following is not None
    if token.text.lower() != "per" or not is_between or previous is None:
        return False
    if following is not None and following.kind == "number":
        return True
    begin = formula.opening_around(at)
    name = formula.tokens[begin - 1].text if begin > 0 else ""
    meant = translate_function(name) or name
    return begin < 0 or meant not in FUNCTIONS or not FUNCTIONS[meant].takes_groups


def judge_name(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Judge a name by what stands before and behind it."""
    token, previous, following = formula.around(at)
    if _is_other_function(formula, at):
        finding = unknown_function(token.text, token.offset, formula.language)
        yield _of_text_or_list(formula, finding, at)
    elif (power := judge_printed_power(formula, at)) is not None:
        yield power
    elif _is_product(formula, at):
        # `a per b` multiplies in Italian, and divides in English
        yield Finding("formula-word", token.offset, token.text, advice="times-or-divided")
    else:
        yield from _judge_word(token, previous, following, formula.language, bracket)


def _judge_word(
    token: Token, previous: Token | None, following: Token | None, language: int, bracket: str
) -> Iterator[Finding]:
    name, word = token.text, translate(token.text)
    if previous is not None and previous.text == ".":
        return
    follows = previous is not None and ends_operand(previous)
    # a code may be called `NOT` or `TRUE`, so only a place where no code can stand tells
    precedes = word == "not" and following is not None and begins_operand(following)
    if language > 1 and follows and bracket and name.lower() in _SELECTING:
        yield Finding("formula-construct", token.offset, name, advice="rows-chosen")
    elif name == "None" and previous is not None and previous.text in _OTHER_THAN:
        yield Finding("formula-word", token.offset, name, f"not {word}")
    elif word and (follows or precedes or name in _KEYWORDS):
        mended = word if word in WORDS or word in CONSTANTS else None
        yield Finding("formula-word", token.offset, name, word, mended=mended)
    elif _is_row_reserved(name) or (name in _KEYWORDS and not follows and not _leads(following)):
        yield Finding("unknown-code", token.offset, name, advice=RESERVED_WORD)
    elif name in _KEYWORDS:
        yield Finding("formula-construct", token.offset, name)
    elif not _is_code(name) and previous is not None and previous.kind == "number":
        shown = f"`{previous.text}`"
        yield Finding(
            "formula-syntax", token.offset, name, expected=shown, advice="number-with-unit"
        )
    elif not _is_code(name):
        may_be_text = previous is not None and previous.text in BEFORE_VALUES
        yield _judge_accented(name, token.offset, may_be_text=may_be_text)


def _judge_accented(name: str, start: int, *, may_be_text: bool) -> Finding:
    """Judge what no code can be: `sì`, `città`. What is compared may be a text without quotes."""
    if latin := latin_like(name):
        return Finding("code-form", start, name, latin, advice="look-alike")
    answer = translate_condition(name)
    pieces = [code_like(each) for each in name.split(".")]
    meant = ".".join(pieces) if all(pieces) else ""
    advice = "code-shape" if meant[:1].isalpha() else ""
    if may_be_text and (answer or advice):
        advice = TRUTH_OR_TEXT if answer else "code-or-text"
        shown = f"`{answer or meant}`"
        return Finding("formula-bare-text", start, name, f'"{name}"', shown, advice=advice)
    if answer:
        return Finding("formula-word", start, name, answer, mended=answer)
    return Finding("code-form", start, name, meant if advice else "", advice=advice)


def _leads(following: Token | None) -> bool:
    """Tell a word that begins a construct, `lambda: a`, from one in the place of a code."""
    return following is not None and (following.text == ":" or begins_operand(following))


def _is_row_reserved(name: str) -> bool:
    """Tell `LIST.NAME` of which one is a reserved word; behind a point all of them are."""
    return "." in name and any(map(keyword.iskeyword, name.split(".")))


def _is_code(name: str) -> bool:
    """Tell a code, and `LIST.NAME`, from other names."""
    return all(map(CODE.fullmatch, name.split(".")))
