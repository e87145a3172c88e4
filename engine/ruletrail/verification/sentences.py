"""The sentences that a trail shows, filled anew, and matched anew with the printed ones."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

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
from ruletrail.verification.state import Json, State

_NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
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
_LONGEST_PRINTED, _HEAD = 256 * 1024, 64
_ALIKE = {**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), **dict.fromkeys(map(ord, "’‘ʼ`´"), "'")}


def check_message(written: Json, state: State, steps: dict[str, Json]) -> None:
    """Fill a message's template anew; stops where the sentence is another."""
    template = written["template"]
    if re.search(r"[{}]", _NAME.sub("", template)):
        raise Failure("trail-template", text=template)
    compare("trail-step", written["language"], state.locale, "message.language")
    pieces = _NAME.split(template)
    names = dict.fromkeys(pieces[1::2])
    arguments = {name: _argument(name, state, steps) for name in names}
    compare("trail-step", written["arguments"], arguments, "message.arguments")
    pieces[1::2] = [arguments[name]["text"] for name in pieces[1::2]]
    _compare_sentence(written["text"], [piece for piece in pieces if piece])


def _compare_sentence(written: str, pieces: list[str]) -> None:
    """Compare a sentence with its pieces; one of another length is never put together.

    A long text shown many times over would fill the memory only to be found wrong.
    """
    if sum(map(len, pieces)) == len(written):
        compare("trail-step", written, "".join(pieces), "message.text")
        return
    start = "".join(piece[:_SHOWN] for piece in pieces[:_SHOWN])[:_SHOWN]
    raise Failure("trail-step", place="message.text", found=show(written), derived=show(start))


def _argument(name: str, state: State, steps: dict[str, Json]) -> Json:
    known = (
        name in state.document["fields"]
        or name in state.parameters
        or state.kinds.get(name, "message") != "message"
    )
    if not known and name in _PLACEHOLDERS:
        text = state.document["rulebook"][_PLACEHOLDERS[name]]
        return {"value": {"text": text}, "display": {"grouping": True}, "text": text}
    fact, _ = state.read(name)
    display = derive_display(name, state, steps)
    text = _show(fact, display, state.locale)
    return {"value": write_fact(fact), "display": display, "text": text}


def _show(fact: Fact, display: Json, locale: str) -> str:
    if isinstance(fact, NonValue):
        return _WORDS[locale][name_kind(fact)]
    if isinstance(fact, bool):
        return _WORDS[locale][fact]
    return fact if isinstance(fact, str) else show_number(fact, display, locale)


def derive_display(name: str, state: State, steps: dict[str, Json]) -> Json:
    """Derive how a value is shown: as the author says, else as written, money with its cents."""
    computed = steps.get(name) or state.document["parameters"].get(name)
    entry = state.document["fields"][name] if computed is None else computed
    asked: Json = entry.get("display", {"grouping": True})
    if "decimals" in asked:
        return asked
    fact, _ = state.read(name)
    is_field, is_money = computed is None, entry.get("unit") in _MONEY
    decimals = count_needed_decimals(fact) if isinstance(fact, Fraction) else None
    if decimals is None or not (is_field or is_money):
        return {"grouping": asked["grouping"]}
    if is_field:
        decimals = count_decimals(state.document["report"]["fields"][name])
    return {"grouping": asked["grouping"], "decimals": max(decimals, _CENTS if is_money else 0)}


def match_printed(printed: Sequence[str], texts: Iterable[str]) -> Json:
    """Take out of the printed text each sentence found whole, longest first; leave the rest."""
    if sum(map(len, printed)) > _LONGEST_PRINTED:
        raise Failure("trail-report", place="report.printed", found=printed[0])
    rest, matched = _alike(" ".join(printed)), 0
    heads = sorted({rest[at : at + _HEAD] for at in range(len(rest))})
    counts = Counter(text for text in map(_alike, texts) if _may_stand(text, heads))
    for text in sorted(counts, key=lambda text: (-len(text), text)):
        for _ in range(counts[text]):
            start = _find_whole(text, rest)
            if start < 0:
                # nor is it found the next time: nothing was taken out in between
                break
            # a line break stands for what was taken out; no text that was made alike has one
            rest = rest[:start] + "\n" + rest[start + len(text) :]
            matched += 1
    pieces = [piece.strip() for piece in rest.split("\n")]
    return {"matched": matched, "unmatched": [piece for piece in pieces if piece]}


def _may_stand(text: str, heads: Sequence[str]) -> bool:
    """Tell whether a text begins anywhere on the paper; many thousands of them never do."""
    at = bisect_left(heads, text[:_HEAD])
    return bool(text) and at < len(heads) and heads[at].startswith(text[:_HEAD])


def _find_whole(text: str, rest: str) -> int:
    """Find where a text first stands with no letter, digit or `_` right before or after it."""
    start = rest.find(text)
    while start >= 0:
        end = start + len(text)
        around = rest[max(start - 1, 0) : start], rest[end : end + 1]
        if not any(map(_WORD.match, around)):
            break
        start = rest.find(text, start + 1)
    return start


def _alike(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_ALIKE)).strip()


def speaks(step: Json, fact: Fact) -> bool:
    """Tell whether a section, check or message of this outcome shows a sentence."""
    if step["kind"] == "message":
        return fact == "shown"
    return isinstance(fact, str) and fact in step["sentences"]
