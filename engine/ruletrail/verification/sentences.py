"""The sentences that a trail shows, filled anew, and matched anew with the printed ones."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from ruletrail.verification.calendar import Day
from ruletrail.verification.facts import (
    Fact,
    NonValue,
    count_decimals,
    count_needed_decimals,
    name_kind,
    show_number,
    write_fact,
)
from ruletrail.verification.failures import Failure, compare, show
from ruletrail.verification.rows import written_in_report
from ruletrail.verification.state import Json, State, cut

_MONTHS = "January February March April May June July August September October November December"
_NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)\}")
_WORD = re.compile(r"\w")
_WORDS = {
    "it": {
        "missing": "mancante", "not_applicable": "non applicabile",
        "not_encoded": "non codificato", "error": "errore", True: "sì", False: "no",
    },
    "en": {
        "missing": "missing", "not_applicable": "not applicable",
        "not_encoded": "not encoded", "error": "error", True: "yes", False: "no",
    },
}  # fmt: skip
_PLACEHOLDERS = {"edition": "edition", "rulebook": "name", "version": "version"}
_MONEY = ("euro", "EUR", "€", "USD", "GBP", "CHF")
_CENTS = 2
_SHOWN = 200
"""Characters of a sentence that are enough for a problem to show."""
_LONGEST_PRINTED = 32 * 1024
"""Bytes of the printed sentences of a report: each text is searched for on all of them."""

_HEAD = 64
_GAP, _START, _END = "\n", "\f", "\v"
"""What was taken out; where a sentence may start, and end. No text that was made alike has them."""

_SIDES = dict.fromkeys(map(ord, _START + _END))
_BEGINNING = re.compile(f"(?<={_START})|(?={_END})")
"""Where a sentence may begin on the paper, now or once what stands before it is taken out."""

_ALIKE = {**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), **dict.fromkeys(map(ord, "’‘ʼ`´"), "'")}


def check_message(step: Json, state: State, steps: dict[str, Json]) -> None:
    """Fill the template of a step's message anew; stops where the sentence is another."""
    written = step["message"]
    template = written["template"]
    if re.search(r"[{}]", _NAME.sub("", template)):
        raise Failure("trail-template", text=template)
    compare("trail-step", written["language"], state.locale, "message.language")
    pieces = _NAME.split(template)
    names = dict.fromkeys(pieces[1::2])
    arguments = {name: _argument(name, step, state, steps) for name in names}
    compare("trail-step", written["arguments"], arguments, "message.arguments")
    pieces[1::2] = [arguments[name]["text"] for name in pieces[1::2]]
    _compare_sentence(written["text"], [piece for piece in pieces if piece])


def check_rows_called(state: State) -> None:
    """Stop at a list whose rows are called by what is no field and no rule of them."""
    rules = [step["id"] for step in state.document["steps"] if "condition" not in step]
    for over, each in state.lists.items():
        template = each.get("row", "")
        names = {f"{over}.{name}" for name in each["fields"]}
        names |= {f"{over}.{name}" for of, row, name in map(cut, rules) if (of, row) == (over, "*")}
        is_named = set(_NAME.findall(template)) <= names
        is_code = template in names or f"{over}.{template}" in names
        if not is_named or is_code or re.search(r"[{}]", _NAME.sub("", template)):
            raise Failure("trail-report", place=f"lists.{over}.row", found=template)


def _compare_sentence(written: str, pieces: list[str]) -> None:
    """Compare a sentence with its pieces; one of another length is never put together.

    A long text shown many times over would fill the memory only to be found wrong.
    """
    if sum(map(len, pieces)) == len(written):
        compare("trail-step", written, "".join(pieces), "message.text")
        return
    start = "".join(piece[:_SHOWN] for piece in pieces[:_SHOWN])[:_SHOWN]
    raise Failure("trail-step", place="message.text", found=show(written), derived=show(start))


def _argument(written: str, step: Json, state: State, steps: dict[str, Json]) -> Json:
    over, _, of_row = written.partition(".")
    if of_row and ("row" not in step or over != step["list"]):
        raise Failure("trail-template", text=step["message"]["template"])
    name = f"{over}[{step['row']}].{of_row}" if of_row else written
    if name in state.lists:
        raise Failure("trail-template", text=step["message"]["template"])
    kind = state.kinds.get(name, "message")
    if of_row and not (kind == "rule" or state.is_cell(name)):
        raise Failure("trail-template", text=step["message"]["template"])
    known = (
        bool(of_row)
        or name in state.document["fields"]
        or name in state.parameters
        or kind != "message"
    )
    if not known and name in _PLACEHOLDERS:
        text = state.document["rulebook"][_PLACEHOLDERS[name]]
        return {"value": {"text": text}, "display": {"grouping": True}, "text": text}
    fact, _ = state.read(name)
    display = derive_display(name, state, steps)
    text = _show(fact, display, state.locale)
    if isinstance(fact, str):
        text = _name_text(name, fact, state, steps)
    return {"value": write_fact(fact), "display": display, "text": text}


def _name_text(name: str, text: str, state: State, steps: dict[str, Json]) -> str:
    """Name an outcome by the label of its first case that has one, a choice by the form's."""
    kind = state.kinds.get(name, "rule")
    if kind == "decision":
        cases = [case for case in steps[name]["cases"] if case["outcome"] == text]
        return str(next((case["label"] for case in cases if "label" in case), text))
    if kind != "rule" or name in state.parameters:
        return text
    over, row, of_row = cut(name)
    fields = state.lists[over]["fields"] if row else state.document["fields"]
    declared = fields.get(of_row if row else name, {})  # a rule may be no field of the form
    return str(declared.get("choices", {}).get(text, text))


def _show(fact: Fact, display: Json, locale: str) -> str:
    if isinstance(fact, NonValue):
        return _WORDS[locale][name_kind(fact)]
    if isinstance(fact, bool):
        return _WORDS[locale][fact]
    if isinstance(fact, Day):
        return _show_day(fact, locale)
    return fact if isinstance(fact, str) else show_number(fact, display, locale)


def _show_day(day: Day, locale: str) -> str:
    if locale == "it":
        return f"{day.place:02}/{day.month:02}/{day.year:04}"
    return f"{day.place} {_MONTHS.split()[day.month - 1]} {day.year}"


def derive_display(name: str, state: State, steps: dict[str, Json]) -> Json:
    """Derive how a value is shown: as the author says, else as written, money with its cents."""
    computed = steps.get(name) or state.document["parameters"].get(name)
    entry = _declared_of(name, state) if computed is None else computed
    asked: Json = entry.get("display", {"grouping": True})
    if "decimals" in asked:
        return asked
    fact, _ = state.read(name)
    # a price is money too: `euro/km`
    is_field, is_money = computed is None, entry.get("unit", "").partition("/")[0] in _MONEY
    decimals = count_needed_decimals(fact) if isinstance(fact, Fraction) else None
    if decimals is None or not (is_field or is_money):
        return {"grouping": asked["grouping"]}
    if is_field:
        decimals = count_decimals(written_in_report(name, state))
    return {"grouping": asked["grouping"], "decimals": max(decimals, _CENTS if is_money else 0)}


def _declared_of(name: str, state: State) -> Json:
    """Return what the form declares of a field, or of a cell of a row."""
    over, row, of_row = cut(name)
    fields = state.lists[over]["fields"] if row else state.document["fields"]
    return dict(fields[of_row if row else name])


def match_printed(printed: Sequence[str], texts: Iterable[str]) -> Json:
    """Take out of the printed text each sentence found whole, longest first; leave the rest."""
    if sum(len(text.encode("utf-8", "surrogatepass")) for text in printed) > _LONGEST_PRINTED:
        raise Failure("trail-report", place="report.printed", found=printed[0])
    paper, matched = _alike(" ".join(printed)), 0
    sides = {ord(sign): f"{_END}{sign}{_START}" for sign in set(paper) if not _WORD.match(sign)}
    rest = _with_sides(paper, sides)
    heads = sorted({rest[at : at + _HEAD] for at in map(re.Match.start, _BEGINNING.finditer(rest))})
    counts = Counter(filter(None, map(_alike, texts)))
    for text in sorted(counts, key=lambda text: (-len(text), text)):
        whole = _with_sides(text, sides)
        if _may_stand(whole, heads):
            rest, found = _take_out(whole, rest, counts[text])
            matched += found
    pieces = [piece.strip() for piece in rest.translate(_SIDES).split(_GAP)]
    return {"matched": matched, "unmatched": [piece for piece in pieces if piece]}


def _with_sides(text: str, sides: dict[int, str]) -> str:
    """Write the sides of each sign that is no letter, digit or `_`, and of the text itself.

    A sentence stands whole where it stands with its sides: so one search finds the first such
    place, however often it stands inside words before. A sign that the paper has not needs no
    sides, since no sentence with it is found.
    """
    return f"{_START}{text.translate(sides)}{_END}"


def _may_stand(whole: str, heads: Sequence[str]) -> bool:
    """Tell whether the paper has all pieces of a sentence; of many thousands most are not there."""
    # its own two sides are left out: they may come from a gap, which no head knows of
    inner, at = whole.removesuffix(_START + _END)[1:], 0
    while at < len(inner):
        piece = inner[at : at + _HEAD]
        found = bisect_left(heads, piece)
        if found == len(heads) or not heads[found].startswith(piece):
            return False
        at = inner.find(_START, at + _HEAD) + 1 or len(inner)
    return True


def _take_out(whole: str, rest: str, count: int) -> tuple[str, int]:
    """Take a sentence out, at most so many times; returns what remains and how many were there."""
    begin = 0
    for found in range(count):
        at = rest.find(whole, begin)
        if at < 0:
            return rest, found
        # what was around it keeps its sides
        rest = f"{rest[: at + 1]}{_END}{_GAP}{_START}{rest[at + len(whole) - 1 :]}"
        # the gap may be the side that one just before it lacked
        begin = max(0, at - len(whole))
    return rest, count


def _alike(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_ALIKE)).strip()


def speaks(step: Json, fact: Fact) -> bool:
    """Tell whether a section, check or message of this outcome shows a sentence."""
    if step["kind"] == "message":
        return fact == "shown"
    return isinstance(fact, str) and fact in step["sentences"]
