"""One pass over a formula's tokens: what has to be written otherwise, and how."""

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits import (
    choices,
    conditional_sums,
    days,
    names,
    numbers,
    percentages,
    phrases,
    signs,
    spreadsheet_functions,
)
from ruletrail.formulas.habits.written_formulas import LONGEST_SHOWN, WrittenFormula, ends_operand
from ruletrail.formulas.lexer import (
    LONGEST_FORMULA,
    PART_TAKEN,
    WORDS,
    Finding,
    Token,
    join_row_codes,
    read_tokens,
)
from ruletrail.formulas.operations import FUNCTIONS, LATEST_LANGUAGE
from ruletrail.formulas.written_numbers import CLOSE, OPEN, has_ambiguous_number
from ruletrail.problems import Edit, choose_apart, cut, quote_to_write
from ruletrail.suggestions import MONTHS, code_like

_BEGINNING = (
    choices.BEGINNING
    | conditional_sums.BEGINNING
    | days.BEGINNING
    | percentages.BEGINNING
    | phrases.BEGINNING
    | signs.BEGINNING
    | spreadsheet_functions.BEGINNING
)
"""All that a piece which is written otherwise may begin with, but for days and names of codes."""

_APART = ("formula-percent", "formula-power")
"""What is in doubt by itself, and leaves all around it as it is."""
_PARTS = (
    PART_TAKEN, percentages.PART_OF_SUM, percentages.PART_OF_SUM_BY_VALUE,
    percentages.COMMA_IN_PART, percentages.PART_DIVIDING,
)  # fmt: skip
"""The hints for percentages of something, with which no formula is written anew."""
_OF_READINGS = {
    ("formula-percent", ""): "percent-of-two",
    ("formula-decimal-comma", "formula-comma-or-thousands"): "formula-comma-of-two",
}
"""The hints for a piece that is written anew with one of two readings."""


def find_habits(
    tokens: Sequence[Token],
    text: str,
    language: int = LATEST_LANGUAGE,
    lookups: Container[str] = (),
) -> list[Finding]:
    """List what has to be written otherwise, before anything is parsed.

    A call of one of the `lookups`, of scales and tables, is none of a spreadsheet's function.
    """
    formula = WrittenFormula(tokens, text, language, lookups)
    found = [told for each in _find(formula) for told in _tell_doubtful(formula, each)]
    if any(each.code == "formula-percent" for each in found):
        # of several percentages the last one alone is no remainder: the others are told with it
        known = {each.offset for each in found}
        before = percentages.find_percents_before_sums(tokens, text)
        found += [each for each in before if each.offset not in known]
        found.sort(key=lambda each: each.offset)
    return found


@lru_cache(maxsize=256)
def mend_habits(text: str, language: int = LATEST_LANGUAGE) -> tuple[str, bool]:
    """Write a piece of a formula without its habits; as it is, and False, where one is in doubt.

    Half of it would be another formula: `max(1,234; 5)` has not three arguments. A word without
    quotes is one value whatever it means, so that all around it is written anew. Calls inside each
    other ask for the same pieces at each level, and what is longer than a formula may be is none.
    """
    tokens = read_tokens(text)
    # the point of a row's code is no habit
    tokens = tokens if language < FUNCTIONS["size"].since else join_row_codes(tokens)
    findings = list(_find(WrittenFormula(tokens, text, language)))
    is_sure = all(each.mended is not None for each in findings)
    as_values = [_as_value(each) for each in findings]
    is_clear = all(each.mended is not None or each.code in _APART for each in as_values)
    mended = apply_mended(text, as_values) if is_clear else text
    return (mended, is_sure) if len(mended) <= LONGEST_FORMULA else (text, False)


def _tell_doubtful(formula: WrittenFormula, finding: Finding) -> Iterator[Finding]:
    """Tell of a piece that is written anew with what is in doubt within it, if anything is.

    With both readings, where it has two; otherwise what is in doubt is told besides.
    """
    if finding.advice not in choices.REWRITING or not finding.instead or not finding.old:
        yield finding
        return
    written = finding.instead
    tokens = join_row_codes(read_tokens(written.replace(choices.LEFT_OUT, "x")))
    inner = map(_as_value, _find(WrittenFormula(tokens, written, formula.language)))
    doubtful = [each for each in inner if each.mended is None]
    readings = {_OF_READINGS.get((each.code, each.advice), "") for each in doubtful}
    advice = readings.pop() if len(readings) == 1 else ""
    if advice and finding.advice in choices.WHOLE:
        first, second = (
            apply_mended(written, [replace(each, mended=one.strip("`")) for each, one in pairs])
            for pairs in (
                [(each, each.expected) for each in doubtful],
                [(each, each.found) for each in doubtful],
            )
        )
        found = quote_to_write(second)
        yield replace(finding, instead=first, found=found, advice=advice, mended=None)
        return
    is_part = any(each.advice in _PARTS for each in doubtful)
    told = list(_tell_within(formula, finding, {(each.code, each.text) for each in doubtful}))
    first = "part-first" if is_part else "inside-first" if told else ""
    yield replace(finding, instead="", advice=first, mended=None) if first else finding
    yield from told


def _tell_within(
    formula: WrittenFormula, finding: Finding, known: Container[tuple[str, str]]
) -> Iterator[Finding]:
    """Tell of a piece that is written anew those things within it that are in doubt."""
    if not known:
        return
    begin, end = finding.offset + len(finding.text), finding.offset + len(finding.old)
    tokens = [each for each in formula.tokens if begin < each.offset < end - 1]
    within = WrittenFormula(tokens, formula.text, formula.language, formula.lookups)
    told = (each for found in _find(within) for each in _tell_doubtful(within, found))
    yield from (each for each in told if (each.code, each.text) in known)


def _as_value(finding: Finding) -> Finding:
    """Write a word that may be a text: in quotes, but for `sì`, which only linking tells from true.

    Without its accents it is a name, so that the rest can be parsed. A choice is a value too where
    a part of it is left to the author.
    """
    is_share = finding.code in _APART and finding.advice == "write-instead"
    is_choice = finding.code == "unknown-function" and finding.advice == "write-instead"
    # which values a choice has is certain, whatever is in doubt within one
    is_whole = is_choice and finding.old and not has_ambiguous_number(read_tokens(finding.old))
    if finding.advice == choices.SHORT or is_share or (is_whole and finding.mended is None):
        return replace(finding, mended=finding.instead)
    if finding.code != "formula-bare-text" or finding.mended is not None:
        return finding
    is_answer = finding.advice == names.TRUTH_OR_TEXT
    return replace(finding, mended=code_like(finding.text) if is_answer else finding.instead)


def apply_mended(text: str, findings: Sequence[Finding]) -> str:
    """Write what mends the findings of a text in the place of what is wrong.

    Of two that are about the same piece neither is written.
    """
    edits = [_edit(each, each.mended) for each in findings if each.mended is not None]
    apart = [edits[at] for at in choose_apart([[edit] for edit in edits])]
    for _, begin, end, new in sorted(apart, reverse=True):
        text = text[:begin] + _set_apart(text[:begin], new, text[end:]) + text[end:]
    return text


def _edit(finding: Finding, mended: str) -> Edit:
    return 0, finding.offset, finding.offset + len(finding.old or finding.text), mended


def _set_apart(before: str, mended: str, after: str) -> str:
    """Keep a word in the place of a sign, `a&&b`, apart from its neighbours."""
    is_word = mended.isalpha()
    first = " " if is_word and before[-1:].isalnum() else ""
    return first + mended + (" " if is_word and after[:1].isalnum() else "")


def _find(formula: WrittenFormula) -> Iterator[Finding]:
    """Yield the findings; what one of them writes anew is not judged again."""
    brackets: list[str] = []
    at = 0
    if formula.tokens and formula.tokens[0].text == "=":
        yield _begin(formula)
        at = 1
    while at < len(formula.tokens):
        if formula.calls_lookup(at):
            at += 1
            continue
        bracket = brackets[-1] if brackets else ""
        rewritten = _rewrite(formula, at) or numbers.rewrite_number(formula, at, bracket)
        if rewritten is not None:
            finding, at = rewritten
            after = percentages.end_of_sign(formula, at) if finding.code == "formula-number" else at
            # a percentage is told once its number is written well, not of a part of that
            yield replace(finding, mended=None) if after > at else finding
            at = after
            continue
        token = formula.tokens[at]
        if token.text in OPEN:
            brackets.append(formula.kind_of_bracket(at))
        elif token.text in CLOSE and brackets:
            brackets.pop()
        yield from _judge(formula, at, brackets[-1] if brackets else "")
        at += 1


def _begin(formula: WrittenFormula) -> Finding:
    """Tell the sign that a formula of a spreadsheet begins with."""
    begin = formula.tokens[0].offset
    rest = formula.text[begin + 1 :].strip()
    end = formula.tokens[1].offset if len(formula.tokens) > 1 else begin + 1
    old, shown = formula.text[begin:end], f"`{cut(rest, LONGEST_SHOWN)}`"
    return Finding("formula-begins", begin, "=", expected=shown, old=old, mended="")


def _rewrite(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Return a piece to write otherwise and the token after it; None where none begins."""
    if not _may_begin(formula, at):
        return None
    chosen = (
        signs.rewrite_cell(formula, at)
        or signs.rewrite_column(formula, at)
        or percentages.rewrite_worded(formula, at)
        or _rewrite_if(formula, at)
        or choices.rewrite_choice(formula, at, mend_habits)
        or choices.rewrite_choosing_word(formula, at)
        or phrases.rewrite_missing(formula, at)
        or phrases.rewrite_none(formula, at)
        or phrases.rewrite_text_phrase(formula, at)
        or phrases.rewrite_between(formula, at)
        or choices.rewrite_condition(formula, at, mend_habits)
        or days.rewrite_day(formula, at)
        or spreadsheet_functions.tell_foreign_call(formula, at, mend_habits)
        or days.tell_span_of_time(formula, at)
    )
    if chosen is not None:
        return chosen
    token, previous, following = formula.around(at)
    is_call = following is not None and following.text == "("
    if is_call and token.kind == "name" and token.text not in WORDS:
        return choices.rewrite_call(formula, at, mend_habits) or (
            conditional_sums.rewrite_sum_of_some(formula, at, mend_habits)
        )
    if previous is not None and ends_operand(previous):
        return phrases.rewrite_comparison(formula, at)
    return signs.rewrite_braced_list(formula, at) or signs.rewrite_bracketed_name(formula, at)


def _rewrite_if(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `if(a, b, c)`, the call of a spreadsheet: no value stands before it."""
    token, previous, following = formula.around(at)
    is_called = token.text == "if" and following is not None and following.text == "("
    if not is_called or (previous is not None and ends_operand(previous)):
        return None
    return choices.rewrite_call(formula, at, mend_habits)


def _may_begin(formula: WrittenFormula, at: int) -> bool:
    """Tell whether a piece may begin at a token, which at most of them none does."""
    token, word = formula.tokens[at], formula.tokens[at].text.lower()
    if word in _BEGINNING or word.partition(".")[0] in _BEGINNING:
        return True
    following = formula.tokens[at + 1].text.lower() if at + 1 < len(formula.tokens) else ""
    after = formula.tokens[at + 2].text if at + 2 < len(formula.tokens) else ""
    if following in signs.OF_CELLS or (following == "[" and after in ("@", "[")):
        return True
    if token.kind == "name":
        if "None" in [each.text for each in formula.tokens[at : at + 3 : 2]]:
            return True
        is_foreign = following in ("(", ".") and token.text.isupper()
        return is_foreign or following in phrases.VERBS
    return word[:1].isdigit() and (following in days.OF_DAYS or following in MONTHS)


def _judge(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Judge one token, which begins no piece that is written otherwise."""
    token, previous, _ = formula.around(at)
    match token.kind:
        case "number":
            yield from numbers.judge_number(formula, at, bracket)
        case "name":
            yield from names.judge_name(formula, at, bracket)
        case "curly":
            straight = f'"{token.text[1:-1]}"'
            yield Finding("formula-quotes", token.offset, token.text, straight, mended=straight)
        case "text":
            if "\\" in token.text:
                yield Finding("formula-escape", token.offset, token.text)
            if previous is not None and _runs_into(previous, token):
                yield Finding("formula-syntax", token.offset, token.text)
        case _:
            yield from signs.judge_sign(formula, at, bracket)


def _runs_into(previous: Token, text: Token) -> bool:
    """Tell texts in a row, which Python would join, and prefixes such as `r"…"`."""
    touching = previous.offset + len(previous.text) == text.offset
    return previous.kind == "text" or (
        previous.kind == "name" and touching and previous.text not in WORDS
    )
