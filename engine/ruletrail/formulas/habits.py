"""Habits from spreadsheets and other languages, each named for what it is, with what to write.

`=`, `8,50`, `<>`, `;`, `10 %`, `SE(…)` are told apart before anything is parsed, instead of ending
in "invalid syntax". Where there is no doubt what was meant, a finding says what mends it.
"""

import keyword
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, takewhile

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.foreign_words import (
    CODE,
    COMPARING,
    MOST_OF_PHRASE,
    translate,
    translate_condition,
    translate_function,
    unknown_function,
)
from ruletrail.formulas.lexer import (
    CONSTANTS,
    PART_TAKEN,
    RESERVED_WORD,
    WORDS,
    Finding,
    Token,
    join_row_codes,
    read_tokens,
)
from ruletrail.formulas.operations import FUNCTIONS, LATEST_LANGUAGE, Operation, functions_of
from ruletrail.formulas.written_numbers import (
    CLOSE,
    NUMBER,
    OPEN,
    is_close,
    plain_number,
    tell_decimal_comma,
    touches,
)
from ruletrail.problems import Edit, choose_apart, cut, quote
from ruletrail.suggestions import code_like, day_like, days_of_short_year
from ruletrail.values import read_date, read_number

_CHOICES = frozenset({"if", "se", "iif"})
_FOREIGN_CALLS = {
    **dict.fromkeys(("media", "average", "avg", "mean"), "no-average"),
    **dict.fromkeys(("datedif", "datediff", "yearfrac"), "span-of-time"),
    **dict.fromkeys(("cerca", "vlookup", "xlookup", "lookup"), "no-vlookup"),
    **dict.fromkeys(("sumif", "sumifs", "countif", "countifs", "conta"), "no-sumif"),
    **dict.fromkeys(
        ("iferror", "ifna", "ifnull", "coalesce", "nvl", "se_errore", "se_manca"), "no-iferror"
    ),
    "counta": "no-counta",
}
"""Functions of spreadsheets that no function of ours is, and the hint for what does it here."""
_WITH_POINTS = {
    "conta.valori": "no-counta", "conta.numeri": "no-counta",
    "se": "no-iferror", "somma": "no-sumif", "conta": "no-sumif", "cerca": "no-vlookup",
    "data": "span-of-time", "fine": "span-of-time",
}  # fmt: skip
"""The same for words with a point in them, `SOMMA.SE`, whole or by what stands before it."""
_SELECTING = frozenset({"where", "dove", "for", "per"})
"""What people write before the rows that a sum is of."""
_SPANS = frozenset({
    "anno", "anni", "year", "years", "mese", "mesi", "month", "months",
    "giorno", "giorni", "day", "days",
})  # fmt: skip
"""What somebody adds to a day after a number."""
_JOINING = {"and": "and", "e": "and", "or": "or", "o": "or"}
_DENYING = frozenset({"not", "non"})
_LEFT_OUT = "…"
_ARGUMENTS_OF_IF = 3
_THEN, _ELSE = ("then", "allora"), ("else", "altrimenti")
_IS = (("is", "not"), ("is",), ("non", "è"), ("è",))
_MISSING = frozenset({"missing", "null", "none", "mancante"})
_EMPTY = frozenset({"empty", "blank", "vuoto", "vuota"})
"""What people say a field is that nobody filled in, or that holds the empty text."""
_BETWEEN = ("tra", "fra", "between")
_TOKENS_OF_RANGE = 4
_COMPARING_FIRST = frozenset(phrase.partition(" ")[0] for phrase in COMPARING)
"""The words that phrases of comparing begin with."""
_COMPRISED = frozenset({"è", "is", "compreso", "compresa", "compresi", "comprese"})
"""Words that may stand before `tra`, and are no code."""
_CONDITIONS = ("se", "if", "quando", "when")
_BEGINNING = frozenset({
    "{", "[", "se", *_CHOICES, *_FOREIGN_CALLS, *_WITH_POINTS, *_SPANS, *_JOINING, *_DENYING,
    *_BETWEEN, *_COMPRISED, *_COMPARING_FIRST, *_CONDITIONS,
})  # fmt: skip
"""All that a piece which is written otherwise may begin with, but for days and names of codes."""
_VERBS = frozenset(verb[0] for verb in _IS)
_OF_DAYS = ("-", "/")
_TOKENS_OF_DAY = 5
_DAY = re.compile(r"[12][0-9]{3}-(?:0[1-9]-[0-3][0-9]|1[0-2]-0[1-9])(?![0-9A-Za-z_.])")
"""A day that is no subtraction either, for no number begins with a zero."""
_KEYWORDS = frozenset(keyword.kwlist) - WORDS
_GLUED = re.compile(r"(?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<code>[A-Za-z][A-Za-z0-9_]+)")
"""A number and a code without a sign between; `1j` and `0x` are none."""
_HABITS = {
    "=": "formula-equals", "=>": "formula-order", "=<": "formula-order", "<>": "formula-diamond",
    "^": "formula-power", "**": "formula-power", ";": "formula-semicolon", ".": "formula-attribute",
    "//": "formula-operator", "<<": "formula-operator", ">>": "formula-operator",
    ":=": "formula-equals", "&&": "formula-operator", "||": "formula-operator",
    "&": "formula-operator", "|": "formula-operator", "–": "formula-operator",
    "—": "formula-operator", "‐": "formula-operator", "~": "formula-operator",
    "‑": "formula-operator",
    "!": "formula-operator", "@": "formula-operator", "\\": "formula-escape", "“": "formula-quotes",
    "”": "formula-quotes", "‘": "formula-quotes", "’": "formula-quotes", "«": "formula-quotes",
    "»": "formula-quotes", "„": "formula-quotes", '"': "formula-open-text",
    "'": "formula-open-text", ":": "formula-operator",
}  # fmt: skip
_INSTEAD = {
    "–": "-", "—": "-", "‐": "-", "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not",
    "‑": "-",
    "~": "not", "//": "floor(a / b)", "=>": ">=", "=<": "<=", ":": "/",
}  # fmt: skip
_CERTAIN = {
    "=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "&&": "and", "||": "or", "–": "-", "—": "-",
    "‐": "-", "‑": "-",
}  # fmt: skip
"""What has only one meaning in the place of a sign."""
_BEFORE_VALUES = frozenset({"==", "!=", "=", "<>", "[", ","})
"""Signs that a text may follow as well as a code."""
_LONGEST_ITEM = 3
"""The tokens from a bracket to the one that closes it behind a single value with its sign."""
_LISTING = ("call", "list")
"""What has values that commas separate."""
_LONGEST_SHOWN = 60
_CURRENCIES = frozenset("€$£")


def find_habits(
    tokens: Sequence[Token],
    text: str,
    language: int = LATEST_LANGUAGE,
    lookups: Container[str] = (),
) -> list[Finding]:
    """List what has to be written otherwise, before anything is parsed.

    A call of one of the `lookups`, of scales and tables, is none of a spreadsheet's function.
    """
    return list(_Habits(tokens, text, language, lookups).find())


def mend_habits(text: str, language: int = LATEST_LANGUAGE) -> tuple[str, bool]:
    """Write a piece of a formula without its habits; as it is, and False, where one is in doubt.

    Half of it would be another formula: `max(1,234; 5)` has not three arguments.
    """
    tokens = read_tokens(text)
    # the point of a row's code is no habit
    tokens = tokens if language < FUNCTIONS["size"].since else join_row_codes(tokens)
    findings = find_habits(tokens, text, language)
    is_sure = all(each.mended is not None for each in findings)
    return (apply_mended(text, findings) if is_sure else text), is_sure


def apply_mended(text: str, findings: Sequence[Finding]) -> str:
    """Write what mends the findings of a text in the place of what is wrong.

    Of two that are about the same piece neither is written.
    """
    edits = [_edit(each, each.mended) for each in findings if each.mended is not None]
    apart = [edits[at] for at in choose_apart([[edit] for edit in edits])]
    for _, begin, end, new in sorted(apart, reverse=True):
        text = text[:begin] + _set_apart(text[:begin], new, text[end:]) + text[end:]
    return text


_PRODUCTS, _DIVISIONS = ("*", "·", "×"), ("/", "÷")


def _edit(finding: Finding, mended: str) -> Edit:
    return 0, finding.offset, finding.offset + len(finding.old or finding.text), mended


def find_percents_before_sums(tokens: Sequence[Token], text: str) -> Iterator[Finding]:
    """Find `100% - a`, which is the remainder of a division by `-a` and is meant otherwise.

    Only as nobody writes a remainder: the sign touches what is before it, and not what follows.
    """
    habits = _Habits(tokens, text, LATEST_LANGUAGE)
    for at in range(1, len(tokens) - 2):
        before, sign, after, last = tokens[at - 1 : at + 3]
        is_percent = sign.text == "%" and touches(before, sign) and _ends_operand(before)
        is_sum = after.text in ("+", "-", "−") and not touches(sign, after)
        if is_percent and is_sum and not touches(after, last):
            yield habits.tell_percent(at)


def _set_apart(before: str, mended: str, after: str) -> str:
    """Keep a word in the place of a sign, `a&&b`, apart from its neighbours."""
    is_word = mended.isalpha()
    first = " " if is_word and before[-1:].isalnum() else ""
    return first + mended + (" " if is_word and after[:1].isalnum() else "")


@dataclass(slots=True)
class _Habits:
    """One pass over the tokens of a formula."""

    tokens: Sequence[Token]
    text: str
    language: int
    lookups: Container[str] = ()

    @property
    def functions(self) -> Mapping[str, Operation]:
        """The functions that the rulebook may call."""
        return functions_of(self.language)

    def find(self) -> Iterator[Finding]:
        """Yield the findings; what one of them writes anew is not judged again."""
        brackets: list[str] = []
        at = 0
        if self.tokens and self.tokens[0].text == "=":
            yield self._begin()
            at = 1
        while at < len(self.tokens):
            if self._calls_lookup(at):
                at += 1
                continue
            rewritten = self._rewrite(at)
            if rewritten is not None:
                finding, at = rewritten
                yield finding
                continue
            token = self.tokens[at]
            if token.text in OPEN:
                brackets.append(self._kind_of_bracket(at))
            elif token.text in CLOSE and brackets:
                brackets.pop()
            yield from self._judge(at, brackets[-1] if brackets else "")
            at += 1

    def _calls_lookup(self, at: int) -> bool:
        """Tell the name of a scale or table before its arguments, whatever else it is elsewhere."""
        following = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        return following == "(" and self.tokens[at].text in self.lookups

    def _begin(self) -> Finding:
        """Tell the sign that a formula of a spreadsheet begins with."""
        begin = self.tokens[0].offset
        rest = self.text[begin + 1 :].strip()
        end = self.tokens[1].offset if len(self.tokens) > 1 else begin + 1
        old, shown = self.text[begin:end], f"`{cut(rest, _LONGEST_SHOWN)}`"
        return Finding("formula-begins", begin, "=", expected=shown, old=old, mended="")

    def _kind_of_bracket(self, at: int) -> str:
        """Name what a bracket opens: a list, a call, or only brackets.

        A call whose arguments are separated by semicolons has decimal commas.
        """
        if self.tokens[at].text == "[" or (at > 0 and self._is_in(at - 1)):
            return "list"
        if at == 0 or self.tokens[at - 1].kind != "name" or self.tokens[at - 1].text in WORDS:
            return ""
        _, cuts = self._cut(at)
        return "call;" if any(self.tokens[cut].text == ";" for cut in cuts) else "call"

    def _cut(self, opening: int) -> tuple[int, list[int]]:
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

    # -- Whole pieces that are written otherwise ---------------------------------------------------

    def _rewrite(self, at: int) -> tuple[Finding, int] | None:
        """Return a piece to write otherwise and the token after it; None where none begins."""
        if not self._may_begin(at):
            return None
        chosen = (
            self._rewrite_choice(at)
            or self._rewrite_choosing_word(at)
            or self._rewrite_missing(at)
            or self._rewrite_between(at)
            or self._rewrite_condition(at)
            or self._rewrite_day(at)
        )
        if chosen is not None:
            return chosen
        foreign = self._foreign_call(at) or self._span_of_time(at)
        if foreign is not None:
            return foreign
        token, following = self.tokens[at], self.tokens[at + 1 : at + 3]
        signs = [each.text for each in following]
        if token.kind == "name" and signs[:1] == ["("] and token.text not in WORDS:
            return self._rewrite_call(at)
        if at > 0 and _ends_operand(self.tokens[at - 1]):
            return self._rewrite_comparison(at)
        closing = {"{": "}", "[": "]"}.get(token.text)
        is_name = len(following) > 1 and following[0].kind == "name" and signs[1] == closing
        is_free = at == 0 or not self._is_in(at - 1)
        if closing is None or not is_name or not is_free or signs[0] in WORDS:
            return None
        written = self.text[token.offset : following[1].offset + 1]
        name = signs[0]
        finding = Finding("formula-construct", token.offset, written, name, mended=name)
        return finding, at + 3

    def _may_begin(self, at: int) -> bool:
        """Tell whether a piece may begin at a token, which at most of them none does."""
        token, word = self.tokens[at], self.tokens[at].text.lower()
        if word in _BEGINNING or word.partition(".")[0] in _BEGINNING:
            return True
        following = self.tokens[at + 1].text.lower() if at + 1 < len(self.tokens) else ""
        if token.kind == "name":
            return following in _VERBS
        return following in _OF_DAYS and word[:1].isdigit()

    def _rewrite_written_day(self, at: int) -> tuple[Finding, int] | None:
        """Write `2024-05-31`, which would be two subtractions, as the day that it is."""
        if not self.tokens[at].text[:1].isdigit():
            return None
        pieces = self.tokens[at : at + 5]
        text = "".join(each.text for each in pieces)
        # `01` is no number, so that nothing else can have been meant
        has_zero = any(each.text.startswith("0") and len(each.text) > 1 for each in pieces)
        turned = day_like(text) if "/" in text and has_zero else ""
        day = read_date(turned or text) if self.language > 1 else None
        if day is None or not self.text.startswith(text, pieces[0].offset):
            return None
        instead = f"date({day.year}, {day.month}, {day.day})"
        return Finding("formula-date", pieces[0].offset, text, instead, mended=instead), at + 5

    def _rewrite_choice(self, at: int) -> tuple[Finding, int] | None:
        """Write `if c then a else b`, `se c allora a altrimenti b`, with the condition between.

        It is the whole formula, or all that a pair of brackets holds.
        """
        is_first = at == 0 or (at == 1 and self.tokens[0].text == "=")
        is_inside = at > 0 and self.tokens[at - 1].text == "("
        if not (is_first or is_inside) or self.tokens[at].text.lower() not in _CHOICES:
            return None
        last, cuts = self._cut(at - 1) if is_inside else (len(self.tokens), [])
        if last < 0 or cuts:
            return None
        words = [self.tokens[there].text.lower() for there in range(at, last)]
        then = next((at + here for here, word in enumerate(words) if word in _THEN), last)
        other = self._other_branch(then, last)
        if other is None:
            return None
        ends = (at, then, other, last)
        pieces = [mend_habits(self._between(*each), self.language) for each in pairwise(ends)]
        instead = _write_call("if", [piece for piece, _ in pieces])
        if not instead:
            return None
        begin = self.tokens[at].offset
        end = self.tokens[last].offset if is_inside else len(self.text)
        is_sure = all(is_piece_sure for _, is_piece_sure in pieces)
        finding = Finding(
            "formula-syntax", begin, self.tokens[at].text, instead,
            advice="condition-in-the-middle", old=self.text[begin:end].rstrip(),
            mended=instead if is_sure else None,
        )  # fmt: skip
        return finding, last

    def _other_branch(self, then: int, last: int) -> int | None:
        """Find the `else` of a choice, past those of the choices in its first branch."""
        inner = 0
        for at in range(then + 1, last):
            word = self.tokens[at].text.lower()
            is_bracket = self.tokens[at + 1 : at + 2] and self.tokens[at + 1].text == "("
            if word in _CHOICES and not (is_bracket and self._cut(at + 1)[1]):
                inner += 1
            elif word in _ELSE and not inner:
                return at
            inner -= word in _ELSE
        return None

    def _rewrite_choosing_word(self, at: int) -> tuple[Finding, int] | None:
        """Write `if` for the `se` of `a se c altrimenti b`, whose other word is told beside it."""
        token = self.tokens[at]
        before = self.tokens[at - 1] if at else token
        is_between = before.text.lower() not in (*_THEN, *_ELSE) and _ends_operand(before)
        if not at or token.text.lower() != "se" or not is_between:
            return None
        if not any(each.text.lower() in _ELSE for each in self.tokens[at + 1 :]):
            return None
        return Finding("formula-word", token.offset, token.text, "if", mended="if"), at + 1

    def _rewrite_missing(self, at: int) -> tuple[Finding, int] | None:
        """Write `is_missing(x)` for `x is missing`, `x is not null`, `x è vuoto`."""
        if self.tokens[at].kind != "name":
            return None
        name, before = self.tokens[at], self.tokens[at - 1].text.lower() if at else "("
        after = [each.text.lower() for each in self.tokens[at + 1 : at + 4]]
        verb = next((each for each in _IS if tuple(after[: len(each)]) == each), None)
        absent = after[len(verb)] if verb is not None and len(after) > len(verb) else ""
        # behind a sign the name is not all that is asked about
        is_alone = before == "(" or before in ("and", "or", "not", "if", "else")
        if name.text in WORDS or verb is None or not is_alone:
            return None
        if absent not in (*_MISSING, *_EMPTY):
            return None
        last = self.tokens[at + 1 + len(verb)]
        written = self.text[name.offset : last.offset + len(last.text)]
        instead = f"is_missing({name.text})"
        instead = f"not {instead}" if len(verb) > 1 else instead
        # a text may be there and be empty, or be the choice `none`
        mended = instead if absent in _MISSING and last.text != "none" else None
        finding = Finding("formula-word", name.offset, written, instead, mended=mended)
        return finding, at + 2 + len(verb)

    def _between(self, one: int, other: int) -> str:
        """Return what is written between two tokens."""
        token = self.tokens[one]
        end = self.tokens[other].offset if other < len(self.tokens) else len(self.text)
        return self.text[token.offset + len(token.text) : end].strip()

    def _rewrite_between(self, at: int) -> tuple[Finding, int] | None:
        """Write two comparisons for `a tra 0 e 9`; whether the ends count is not certain."""
        if not at or not _ends_operand(self.tokens[at - 1]):
            return None
        led = takewhile(lambda each: each.text.lower() in _COMPRISED, self.tokens[at : at + 2])
        first = at + sum(1 for _ in led)
        words = [each.text for each in self.tokens[first : first + _TOKENS_OF_RANGE]]
        is_range = len(words) == _TOKENS_OF_RANGE and words[0].lower() in _BETWEEN
        if not is_range or words[2].lower() not in ("e", "and"):
            return None
        value, (_, low, _, high) = self.tokens[at - 1].text, words
        last, begin = self.tokens[first + 3], self.tokens[at].offset
        written = self.text[begin : last.offset + len(last.text)]
        instead = f"{low} <= {value} and {value} <= {high}"
        return Finding("formula-word", begin, written, instead), first + _TOKENS_OF_RANGE

    def _rewrite_condition(self, at: int) -> tuple[Finding, int] | None:
        """Leave out the `se` that a condition begins with; the key says already what it is."""
        following = self.tokens[at + 1 : at + 2]
        is_first = at == 0 and self.tokens[0].text.lower() in _CONDITIONS
        if not is_first or not following or not _begins_operand(following[0]):
            return None
        words = [each.text.lower() for each in self.tokens]
        if any(word in (*_THEN, *_ELSE) for word in words):
            return self._if_then(words)
        begin, written = self.tokens[0].offset, self.tokens[0].text
        rest = self.text[following[0].offset :].strip()
        old = self.text[begin : following[0].offset]
        finding = Finding(
            "formula-word", begin, written, cut(rest, _LONGEST_SHOWN), old=old, mended=""
        )
        return finding, 1

    def _if_then(self, words: Sequence[str]) -> tuple[Finding, int] | None:
        """Write `not (a) or b` for `se a allora b`, where nothing is said of the other case."""
        then = next((at for at, word in enumerate(words) if word in _THEN), 0)
        if not then or then + 1 == len(words) or any(word in _ELSE for word in words):
            return None
        condition = mend_habits(self._between(0, then), self.language)[0]
        result = mend_habits(self._between(then, len(words)), self.language)[0]
        begin, instead = self.tokens[0], f"not ({condition}) or {result}"
        finding = Finding("formula-word", begin.offset, begin.text, instead, advice="if-then")
        return finding, len(words)

    def _rewrite_day(self, at: int) -> tuple[Finding, int] | None:
        """Put a day in quotes: `2026-01-31` without them is a subtraction."""
        if self.language > 1:
            return self._rewrite_written_day(at)
        pieces = self.tokens[at : at + _TOKENS_OF_DAY]
        begin = self.tokens[at].offset
        day = _DAY.match(self.text, begin)
        if day is None or len(pieces) < _TOKENS_OF_DAY or not touches(*pieces[:2]):
            return None
        finding = Finding(
            "formula-number", begin, day[0], f'"{day[0]}"', advice="day-is-text"
        )  # fmt: skip
        return finding, at + _TOKENS_OF_DAY

    def _foreign_call(self, at: int) -> tuple[Finding, int] | None:
        """Tell a function of spreadsheets that is written in quite another way here."""
        token, opening = self.tokens[at], at + 1
        word = token.text.lower()
        first, point, _ = word.partition(".")
        advices = _WITH_POINTS if point else _FOREIGN_CALLS
        advice = advices.get(word) or advices.get(first)
        is_call = opening < len(self.tokens) and self.tokens[opening].text == "("
        if self.language == 1 or advice is None or not is_call:
            return None
        end, _ = self._cut(opening)
        finding = Finding("unknown-function", token.offset, token.text, advice=advice)
        return finding, (end if end >= 0 else opening) + 1

    def _span_of_time(self, at: int) -> tuple[Finding, int] | None:
        """Tell `d + 1 anno`: to a day other functions add years and months."""
        before = self.tokens[max(at - 2, 0) : at]
        is_added = [each.text for each in before[:1]] in (["+"], ["-"])
        token = self.tokens[at]
        is_span = token.text.lower() in _SPANS and before[1:] and before[1].kind == "number"
        if self.language == 1 or not is_added or not is_span:
            return None
        finding = Finding("formula-syntax", token.offset, token.text, advice="span-of-time")
        return finding, at + 1

    def _rewrite_comparison(self, at: int) -> tuple[Finding, int] | None:
        """Write the sign for `is not` or `diverso da`, where no code can stand."""
        token = self.tokens[at]
        if token.text.lower() not in _COMPARING_FIRST:
            return None
        for count in range(MOST_OF_PHRASE, 0, -1):
            last = self.tokens[at : at + count][-1]
            phrase = " ".join(each.text.lower() for each in self.tokens[at : at + count])
            sign = COMPARING.get(phrase)
            if sign is None:
                continue
            after = self.tokens[at + count : at + count + 1]
            is_absent = bool(after) and after[0].text.lower() in (*_MISSING, *_EMPTY)
            end = after[0] if is_absent else last
            written = self.text[token.offset : end.offset + len(end.text)]
            instead, mended = ("is_missing(…)", None) if is_absent else (sign, sign)
            finding = Finding("formula-word", token.offset, written, instead, mended=mended)
            return finding, at + count + is_absent
        return None

    def _is_in(self, at: int) -> bool:
        return self.tokens[at].text.lower() == "in"

    def _rewrite_call(self, at: int) -> tuple[Finding, int] | None:
        """Write `SE(a; b; c)`, `AND(a, b)`, `NOT(a)` as this language does."""
        token, word = self.tokens[at], self.tokens[at].text.lower()
        end, cuts = self._cut(at + 1)
        if end < 0 or not {word} & (_CHOICES | _JOINING.keys() | _DENYING):
            return None
        semicolons = [cut for cut in cuts if self.tokens[cut].text == ";"]
        ends = [at + 1, *(semicolons or cuts), end]
        # a choice has three arguments: were one of two commas decimal, one would be lacking
        is_whole = word in _CHOICES and not semicolons and len(cuts) == _ARGUMENTS_OF_IF - 1
        is_sure = is_whole or not any(is_close(self.tokens, cut) for cut in ends)
        if not is_sure and word not in _CHOICES:
            return None  # `AND(a > 1,5, b)` is no conjunction of three
        mended = [
            mend_habits(self._between(one, other), self.language) for one, other in pairwise(ends)
        ]
        is_short = word in _CHOICES and len(mended) < _ARGUMENTS_OF_IF
        if is_short and (not is_sure or (not semicolons and self.language > 1)):
            return None  # `SE(a > 1,5)` has one argument, or two; `IF(a, b)` may read a table
        is_sure = is_sure and not is_short and all(is_piece_sure for _, is_piece_sure in mended)
        written = _write_call(word, [piece for piece, _ in mended])
        if not written:
            return None
        whole = self.text[token.offset : self.tokens[end].offset + 1]
        is_first = at == 0 or (at == 1 and self.tokens[0].text == "=")
        is_alone = is_first and end == len(self.tokens) - 1
        instead = written if is_alone else f"({written})"
        finding = Finding(
            "unknown-function", token.offset, token.text, instead, ", ".join(self.functions),
            advice="write-instead", old=whole, mended=instead if is_sure else None,
        )  # fmt: skip
        return finding, end + 1

    # -- One token ---------------------------------------------------------------------------------

    def _judge(self, at: int, bracket: str) -> Iterator[Finding]:
        token = self.tokens[at]
        previous = self.tokens[at - 1] if at else None
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        match token.kind:
            case "number":
                yield from self._judge_number(at, bracket)
            case "name" if self._is_other_function(at):
                finding = unknown_function(token.text, token.offset, self.language)
                yield self._of_text_or_list(finding, at)
            case "name":
                yield from _judge_name(token, previous, following, self.language)
            case "curly":
                straight = f'"{token.text[1:-1]}"'
                yield Finding("formula-quotes", token.offset, token.text, straight, mended=straight)
            case "text":
                if "\\" in token.text:
                    yield Finding("formula-escape", token.offset, token.text)
                if previous is not None and _runs_into(previous, token):
                    yield Finding("formula-syntax", token.offset, token.text)
            case _:
                yield from self._judge_sign(at, previous, following, bracket)

    def _is_percent(self, at: int, previous: Token) -> bool:
        """Tell a percent sign after a value with nothing to divide by."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if not _ends_operand(previous) or previous.kind in ("text", "curly"):
            return False
        if following is None or following.text in (")", "]", ",", ";"):
            return True
        if following.kind == "name":
            word, after = following.text, self.tokens[at + 2 : at + 3]
            # a code may be called so too: then no value comes after it
            is_joining = word in ("e", "o") and bool(after) and _begins_operand(after[0])
            return is_joining or word.lower() in ("and", "or", "if", "else")
        return following.kind == "sign" and following.text not in ("(", "[", "+", "-", "−")

    def _judge_number(self, at: int, bracket: str) -> Iterator[Finding]:
        token, is_listed = self.tokens[at], bracket in _LISTING
        follows, precedes = self._is_decimal(at - 1), self._is_decimal(at + 1)
        if not is_listed and (follows or precedes):
            return  # it is told with its comma
        if NUMBER.fullmatch(token.text):
            if read_number(token.text) is None:
                yield Finding("formula-number-limits", token.offset, token.text)
        elif is_close(self.tokens, at - 1):
            # `1,05` is no two values, but nor is it certain which of the commas separate
            yield replace(tell_decimal_comma(*self.tokens[at - 2 : at + 1]), mended=None)
        elif (glued := _GLUED.fullmatch(token.text)) is not None:
            instead = f"{glued['number']} * {glued['code']}"
            yield Finding("formula-number", token.offset, token.text, instead, advice="times-code")
        elif self.language > 1 and (day := read_date(day_like(token.text))) is not None:
            instead = f"date({day.year}, {day.month}, {day.day})"
            yield Finding("formula-date", token.offset, token.text, instead, mended=instead)
        elif self.language > 1 and (days := days_of_short_year(token.text)):
            # which century is meant only the author knows
            instead = "date({}, {}, {})".format(*(int(part) for part in days[0].split("-")))
            yield Finding("formula-number", token.offset, token.text, instead, advice="day-meant")
        else:
            is_after_comma = at > 0 and self.tokens[at - 1].text == ","
            plain = "" if is_after_comma else plain_number(token.text)
            yield Finding("formula-number", token.offset, token.text, plain, mended=plain or None)

    def _is_decimal(self, at: int) -> bool:
        """Tell a comma between two numbers of which it touches the first."""
        if not 0 < at < len(self.tokens) - 1 or self.tokens[at].text != ",":
            return False
        before, comma, after = self.tokens[at - 1 : at + 2]
        return before.kind == after.kind == "number" and touches(before, comma)

    def _of_text_or_list(self, finding: Finding, at: int) -> Finding:
        """Leave to the author whether `len(x)` asks for a text's signs or for a list's rows.

        Which of them `x` is stands in the form, which is not read yet; `x.y` is no list.
        """
        inside = [each.text for each in self.tokens[at + 2 : at + 4]]
        is_one_name = inside[1:] == [")"] and CODE.fullmatch(inside[0]) is not None
        if (
            finding.instead != "length"
            or self.language < FUNCTIONS["size"].since
            or not is_one_name
        ):
            return finding
        name = inside[0]
        return replace(
            finding, instead=f"length({name})", found=quote(f"size({name})"),
            advice="length-or-size", mended=None,
        )  # fmt: skip

    def _is_other_function(self, at: int) -> bool:
        """Tell a function of spreadsheets, so that it is named beside the signs in its brackets."""
        is_call = [each.text for each in self.tokens[at + 1 : at + 2]] == ["("]
        is_free = at == 0 or self.tokens[at - 1].text != "."
        name = self.tokens[at].text
        known = self.functions
        return is_call and is_free and name not in known and translate_function(name) in known

    def _judge_sign(
        self, at: int, previous: Token | None, following: Token | None, bracket: str
    ) -> Iterator[Finding]:
        token = self.tokens[at]
        sign = token.text
        if sign == ";" and bracket == "call;":
            yield Finding("formula-semicolon", token.offset, sign, mended=",")
        elif sign == ":" and previous is not None and following is not None:
            yield _judge_colon(token, previous, following)
        elif sign == "." and self.language > 1 and _lacks_name(previous, following):
            yield Finding("formula-attribute", token.offset, sign, advice="name-after-point")
        elif sign == "." and self.language > 1 and previous is not None and following is not None:
            yield from _judge_point(token, previous, following)
        elif sign in _HABITS:
            mended = _CERTAIN.get(sign)
            instead = _INSTEAD.get(sign, "")
            yield Finding(_HABITS[sign], token.offset, sign, instead, mended=mended)
        elif sign == "%" and previous is not None and self._is_percent(at, previous):
            yield self.tell_percent(at)
        elif sign == "[" and (finding := self._square_for_round(at)) is not None:
            yield finding
        elif sign == "[" and previous is not None and _takes_subscript(previous):
            is_called = self.language > 1 and previous.kind == "name"
            advice = "subscript-of-name" if is_called else ""
            yield Finding("formula-subscript", token.offset, sign, advice=advice)
        elif sign == "(" and previous is not None and previous.text == ")":
            yield Finding("formula-construct", token.offset, sign, advice="sign-before-bracket")
        elif sign == "," and bracket not in _LISTING:
            if self._is_decimal(at):
                yield tell_decimal_comma(*self.tokens[at - 1 : at + 2])
            else:
                yield Finding("formula-comma", token.offset, ",")
        elif token.kind == "other":
            advice = "formula-currency" if sign in _CURRENCIES else ""
            yield Finding("formula-construct", token.offset, sign, advice=advice)

    def _square_for_round(self, at: int) -> Finding | None:
        """Tell square brackets around one expression, as mathematics writes an outer pair."""
        before = self.tokens[at - 1] if at else None
        end, cuts = self._cut(at)
        # of one value it may be the list that somebody compares with
        is_compared = before is not None and before.text in _BEFORE_VALUES - {",", "["}
        is_list = before is not None and self._is_in(at - 1)
        is_list = is_list or (is_compared and end - at <= _LONGEST_ITEM)
        if is_list or (before is not None and _takes_subscript(before)) or end <= at + 1 or cuts:
            return None
        begin, last = self.tokens[at].offset, self.tokens[end].offset
        written, inside = self.text[begin : last + 1], self.text[begin + 1 : last]
        # an error within is told beside, and what mends both is not written at once
        return Finding(
            "formula-subscript", begin, written, f"({inside})", advice="round-brackets",
            mended=f"({inside})",
        )  # fmt: skip

    def tell_percent(self, at: int) -> Finding:
        """Tell a percent sign behind a number, or behind another value."""
        is_number = self.tokens[at - 1].kind == "number"
        return self._percent(at) if is_number else self._percent_of_value(at)

    def _percent(self, at: int) -> Finding:
        """Tell `10.6 %`, which people write for a number of a hundred, from the remainder."""
        begin = at - 1
        if (
            begin > 1
            and self.tokens[begin - 1].text == ","
            and self.tokens[begin - 2].kind == "number"
        ):
            begin -= 2
        start = self.tokens[begin].offset
        written = self.text[start : self.tokens[at].offset + 1]
        number = written.rstrip("% \t\n").replace(",", ".")
        share = format(Decimal(number) / 100, "f") if NUMBER.fullmatch(number) else "…"
        is_share = share != "…" and self._is_share(begin, at)
        part = "" if is_share or share == "…" else self._part_taken(begin, at, share)
        return Finding(
            "formula-percent", start, written, share if is_share else part,
            expected=f"`{number}`", found=f"`{share}`",
            advice="write-instead" if is_share else PART_TAKEN if part else "",
        )  # fmt: skip

    def _part_taken(self, begin: int, at: int, share: str) -> str:
        """Write `a - 30%`, with which people take 30 per cent of `a` off, as a product."""
        sign, after = self.tokens[begin - 1].text, self.tokens[at + 1 : at + 2]
        first = begin - 2
        while first >= 0 and _ends_operand(self.tokens[first]):
            first = self._begin_of_operand(first)
            if first == 0 or self.tokens[first - 1].text not in (*_PRODUCTS, *_DIVISIONS):
                break
            first -= 2
        is_alone = 0 <= first < begin - 1 and (first == 0 or self.tokens[first - 1].text in "(,")
        is_last = not after or after[0].text in "),"
        if sign not in ("+", "-", "−") or not (is_alone and is_last):
            return ""
        start, end = self.tokens[first].offset, self.tokens[begin - 1].offset
        value = self.text[start:end].rstrip()
        is_value = any(token.kind == "name" for token in self.tokens[first : begin - 1])
        return f"{value} * (1 {sign.replace('−', '-')} {share})" if is_value else ""

    def _is_share(self, begin: int, at: int) -> bool:
        """Tell that a percentage is a ratio: a factor, or what is taken from one, `1 - 30%`."""
        before = [token.text for token in self.tokens[max(begin - 3, 0) : begin]]
        after = [token.text for token in self.tokens[at + 1 : at + 3]]
        if after[:1] and after[0] in _DIVISIONS and after[1:] == ["100"]:
            return False
        if before[-1:] and before[-1] in (*_DIVISIONS, *_PRODUCTS):
            return True
        is_of_one = before[-2:-1] == ["1"] and before[-1] in ("+", "-", "−")
        is_of_one = is_of_one and before[:-2][-1:] in ([], ["("])
        return is_of_one or (after[:1] != [] and after[0] in _PRODUCTS)

    def _percent_of_value(self, at: int) -> Finding:
        """Tell `quota%`, or `(a + b)%`, which people write for a hundredth of a value."""
        begin = self._begin_of_operand(at - 1)
        value = self.text[self.tokens[begin].offset : self.tokens[at].offset].rstrip()
        before = self.tokens[begin - 1].text if begin else ""
        # behind a division the two would be two divisions
        share = f"({value} / 100)" if before in ("/", "÷", "%") else f"{value} / 100"
        start = self.tokens[begin].offset
        written = self.text[start : self.tokens[at].offset + 1]
        return Finding(
            "formula-percent", start, written, expected=f"`{value}`", found=f"`{share}`",
            advice="percent-of-value",
        )  # fmt: skip

    def _begin_of_operand(self, at: int) -> int:
        """Find where a value begins that ends at a token: a code, a call, something in brackets."""
        depth = 0
        for begin in range(at, -1, -1):
            sign = self.tokens[begin].text
            depth += (sign in CLOSE) - (sign in OPEN)
            if not depth:
                before = self.tokens[begin - 1] if begin and sign == "(" else None
                is_call = before is not None and before.kind == "name" and before.text not in WORDS
                return begin - is_call
        return at


def _write_call(word: str, pieces: list[str]) -> str:
    """Write a function of spreadsheets as an expression; empty where its arguments do not fit."""
    if not all(pieces):
        return ""
    safe = [_in_brackets(piece) for piece in pieces]
    if word in _CHOICES and len(pieces) in (_ARGUMENTS_OF_IF, _ARGUMENTS_OF_IF - 1):
        # a spreadsheet gives FALSE or 0 where the third is left out; here the author says what
        other = safe[2] if len(pieces) == _ARGUMENTS_OF_IF else _LEFT_OUT
        return f"{safe[1]} if {safe[0]} else {other}"
    if word in _JOINING and len(pieces) > 1:
        return f" {_JOINING[word]} ".join(safe)
    return f"not {safe[0]}" if word in _DENYING and len(pieces) == 1 else ""


def _in_brackets(piece: str) -> str:
    """Put a piece into brackets where words join it."""
    is_joined = any(token.text in WORDS for token in read_tokens(piece))
    return f"({piece})" if is_joined else piece


def _runs_into(previous: Token, text: Token) -> bool:
    """Tell texts in a row, which Python would join, and prefixes such as `r"…"`."""
    touching = previous.offset + len(previous.text) == text.offset
    return previous.kind == "text" or (
        previous.kind == "name" and touching and previous.text not in WORDS
    )


def _judge_name(
    token: Token, previous: Token | None, following: Token | None, language: int
) -> Iterator[Finding]:
    name, word = token.text, translate(token.text)
    if previous is not None and previous.text == ".":
        return
    follows = previous is not None and _ends_operand(previous)
    # a code may be called `NOT` or `TRUE`, so only a place where no code can stand tells
    precedes = word == "not" and following is not None and _begins_operand(following)
    if language > 1 and follows and name.lower() in _SELECTING:
        yield Finding("formula-construct", token.offset, name, advice="rows-chosen")
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
        may_be_text = previous is not None and previous.text in _BEFORE_VALUES
        yield _judge_accented(name, token.offset, may_be_text=may_be_text)


def _judge_accented(name: str, start: int, *, may_be_text: bool) -> Finding:
    """Judge what no code can be: `sì`, `città`. What is compared may be a text without quotes."""
    answer = translate_condition(name)
    meant = ".".join(map(code_like, name.split(".")))
    advice = "code-shape" if meant[:1].isalpha() else ""
    if may_be_text and (answer or advice):
        advice = "truth-or-text" if answer else "code-or-text"
        shown = f"`{answer or meant}`"
        return Finding("formula-bare-text", start, name, f'"{name}"', shown, advice=advice)
    if answer:
        return Finding("formula-word", start, name, answer, mended=answer)
    return Finding("code-form", start, name, meant if advice else "", advice=advice)


def _leads(following: Token | None) -> bool:
    """Tell a word that begins a construct, `lambda: a`, from one in the place of a code."""
    return following is not None and (following.text == ":" or _begins_operand(following))


def _is_row_reserved(name: str) -> bool:
    """Tell `LIST.NAME` of which one is a reserved word; behind a point all of them are."""
    return "." in name and any(map(keyword.iskeyword, name.split(".")))


def _is_code(name: str) -> bool:
    """Tell a code, and `LIST.NAME`, from other names."""
    return all(map(CODE.fullmatch, name.split(".")))


def _ends_operand(token: Token) -> bool:
    """Tell whether only an operator or a word such as `and` may follow."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text", "curly") or token.text in CLOSE


def _begins_operand(token: Token) -> bool:
    """Tell what can only stand after an operator or a word; a bracket may be that of a call."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text", "curly")


def _judge_colon(token: Token, previous: Token, following: Token) -> Finding:
    """Tell a division from the range of a spreadsheet, which has no spaces."""
    is_apart = previous.offset + len(previous.text) < token.offset < following.offset - 1
    is_range = not is_apart and previous.kind == following.kind == "name"
    if is_range:
        return Finding("formula-operator", token.offset, token.text, advice="formula-range")
    return Finding("formula-operator", token.offset, token.text, "/", mended="/")


def _lacks_name(previous: Token | None, following: Token | None) -> bool:
    """Tell a list's name and a point after which nothing is typed yet."""
    is_end = following is None or following.text in (")", "]", ",")
    return previous is not None and previous.kind == "name" and is_end


def _judge_point(token: Token, previous: Token, following: Token) -> Iterator[Finding]:
    """Judge a point: apart from its names it may be a row's; behind brackets they are told of."""
    if "." in previous.text and following.text in FUNCTIONS:
        instead = f"{following.text}({previous.text})"
        yield Finding("formula-attribute", token.offset, ".", instead, advice="write-instead")
    elif previous.kind == following.kind == "name" and "." not in previous.text:
        instead = f"{previous.text}.{following.text}"
        yield Finding("formula-attribute", token.offset, ".", instead, advice="point-apart")
    elif previous.text != "]":
        yield Finding("formula-attribute", token.offset, ".")


def _takes_subscript(token: Token) -> bool:
    """Tell what a bracket would pick from, which is not what `IN` in other letters lists."""
    return token.text == ")" or (token.kind == "name" and token.text.lower() not in WORDS)
