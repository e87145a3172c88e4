"""The sentences that a trail shows, filled anew, and matched anew with the printed ones."""

import re
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
from ruletrail.verification.state import Failure, Json, State

_NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
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
_LONGEST_PRINTED = 256 * 1024
_ALIKE = {**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), **dict.fromkeys(map(ord, "’‘ʼ`´"), "'")}


def fill_message(written: Json, state: State, steps: dict[str, Json]) -> Json:
    """Fill a message's template anew; returns the message as the trail must write it."""
    template = written["template"]
    names = list(dict.fromkeys(_NAME.findall(template)))
    if re.search(r"[{}]", _NAME.sub("", template)):
        raise Failure("trail-template", text=template)
    arguments = {name: _argument(name, state, steps) for name in names}
    text = _NAME.sub(lambda match: str(arguments[match[1]]["text"]), template)
    return {**written, "language": state.locale, "arguments": arguments, "text": text}


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
    pieces, matched = [_alike(" ".join(printed))], 0
    for text in sorted(map(_alike, texts), key=lambda text: (-len(text), text)):
        whole = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
        at = [index for index, piece in enumerate(pieces) if text and whole.search(piece)]
        if at:
            pieces[at[0] : at[0] + 1] = whole.split(pieces[at[0]], maxsplit=1)
            matched += 1
    return {"matched": matched, "unmatched": [piece.strip() for piece in pieces if piece.strip()]}


def _alike(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_ALIKE)).strip()


def speaks(step: Json, fact: Fact) -> bool:
    """Tell whether a section, check or message of this outcome shows a sentence."""
    if step["kind"] == "message":
        return fact == "shown"
    return isinstance(fact, str) and fact in step["sentences"]
