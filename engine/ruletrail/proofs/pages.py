"""What was proved, for people: what is wrong, with a report that shows it, and what is open."""

from collections.abc import Iterator, Mapping
from typing import Any

from ruletrail.documents import quote_text
from ruletrail.formats import Locale, show_count
from ruletrail.problem_texts.texts import WORDS
from ruletrail.problems import make_inert
from ruletrail.proofs.answers import Answer, Proof

MOST_FIELDS = 12
"""Fields of a witness that are shown; programs get all."""
_LONGEST = 40
_IN_ALL = "(in all)"
"""What a reason says, as JSON has it, of a limit of all questions together."""
_Names = Mapping[str, Mapping[str, str]]
"""What texts are called, by the code that holds them."""

_PHRASES: Mapping[str, Mapping[Locale, str]] = {
    "head": {
        "it": "{rulebook}: {count}: {proved}, {refuted}, {unsettled}",
        "en": "{rulebook}: {count}: {proved}, {refuted}, {unsettled}",
    },
    "count": {
        "it": "{count} domande",
        "en": "{count} questions",
    },
    "count_1": {
        "it": "1 domanda",
        "en": "1 question",
    },
    "proved": {
        "it": "{count} dimostrate",
        "en": "{count} proved",
    },
    "proved_1": {
        "it": "1 dimostrata",
        "en": "1 proved",
    },
    "refuted": {
        "it": "{count} con una relazione che lo mostra",
        "en": "{count} shown by a report",
    },
    "refuted_1": {
        "it": "1 con una relazione che lo mostra",
        "en": "1 shown by a report",
    },
    "unsettled": {
        "it": "{count} aperte",
        "en": "{count} open",
    },
    "unsettled_1": {
        "it": "1 aperta",
        "en": "1 open",
    },
    "wrong": {
        "it": "Da vedere",
        "en": "To look at",
    },
    "open": {
        "it": "Aperte",
        "en": "Open",
    },
    "more_work": {
        "it": "  dove il lavoro o il tempo non è bastato: `--work 200` ne ammette di più",
        "en": "  where the work or the time was not enough: `--work 200` admits more",
    },
    "other": {
        "it": "Il resto",
        "en": "The rest",
    },
    "nothing": {
        "it": "Niente da vedere, niente di aperto.",
        "en": "Nothing to look at, nothing open.",
    },
    "with": {
        "it": "con {fields}",
        "en": "with {fields}",
    },
    "more": {
        "it": "e altri {count} campi",
        "en": "and {count} more fields",
    },
    "more_1": {
        "it": "e un altro campo",
        "en": "and one more field",
    },
    "empty": {
        "it": "con una relazione vuota",
        "en": "with an empty report",
    },
    "gap refuted": {
        "it": "nessun caso è vero",
        "en": "no case is true",
    },
    "gap proved": {
        "it": "c'è sempre almeno un caso vero",
        "en": "at least one case is always true",
    },
    "overlap refuted": {
        "it": "due condizioni sono vere insieme",
        "en": "two conditions are true together",
    },
    "overlap proved": {
        "it": "due condizioni non sono mai vere insieme",
        "en": "two conditions are never true together",
    },
    "dead proved": {
        "it": "non è mai il caso che decide",
        "en": "is never the case that decides",
    },
    "dead refuted": {
        "it": "può essere il caso che decide",
        "en": "can be the case that decides",
    },
    "error refuted": {
        "it": "può dare un errore al posto del valore",
        "en": "can be an error in place of a value",
    },
    "error proved": {
        "it": "non vi nasce mai un errore",
        "en": "no error ever arises in it",
    },
    "never_fails proved": {
        "it": "non fallisce mai",
        "en": "never fails",
    },
    "never_fails refuted": {
        "it": "può fallire",
        "en": "can fail",
    },
    "always_due proved": {
        "it": "è sempre dovuto",
        "en": "is always due",
    },
    "always_due refuted": {
        "it": "non sempre è dovuto",
        "en": "is not always due",
    },
    "never_due proved": {
        "it": "non è mai dovuto",
        "en": "is never due",
    },
    "never_due refuted": {
        "it": "può essere dovuto",
        "en": "can be due",
    },
    "rounding refuted": {
        "it": "l'arrotondamento può cambiare un esito",
        "en": "the rounding can change an outcome",
    },
    "rounding proved": {
        "it": "l'arrotondamento non cambia nessun esito",
        "en": "the rounding changes no outcome",
    },
    "property proved": {
        "it": "vale sempre",
        "en": "always holds",
    },
    "property refuted": {
        "it": "non vale sempre",
        "en": "does not always hold",
    },
    "same proved": {
        "it": "è uguale nei due rulebook",
        "en": "is the same in both rulebooks",
    },
    "same refuted": {
        "it": "nei due rulebook è diverso",
        "en": "differs between the rulebooks",
    },
    "asked gap": {
        "it": "se c'è sempre almeno un caso vero",
        "en": "whether at least one case is always true",
    },
    "asked overlap": {
        "it": "se due condizioni possono essere vere insieme",
        "en": "whether two conditions can be true together",
    },
    "asked dead": {
        "it": "se può essere il caso che decide",
        "en": "whether it can be the case that decides",
    },
    "asked error": {
        "it": "se può dare un errore",
        "en": "whether it can give an error",
    },
    "asked never_fails": {
        "it": "se può fallire",
        "en": "whether it can fail",
    },
    "asked always_due": {
        "it": "se è sempre dovuto",
        "en": "whether it is always due",
    },
    "asked never_due": {
        "it": "se può essere dovuto",
        "en": "whether it can be due",
    },
    "asked property": {
        "it": "se vale sempre",
        "en": "whether it always holds",
    },
    "asked rounding": {
        "it": "se l'arrotondamento può cambiare un esito",
        "en": "whether the rounding can change an outcome",
    },
    "asked same": {
        "it": "se è uguale nei due rulebook",
        "en": "whether it is the same in both rulebooks",
    },
}  # fmt: skip
"""What is said of each question: as it was answered, and as it was `asked`."""


def write_proof(proof: Proof, language: Locale, *, is_full: bool = False) -> str:
    """Write what was proved of a rulebook, one line or two an answer; `is_full` writes them all."""
    counts = {
        verdict: sum(answer.answer == verdict for answer in proof.answers)
        for verdict in ("proved", "refuted", "unsettled")
    }
    counts["count"] = len(proof.answers)
    shown = {name: _say_count(name, number, language) for name, number in counts.items()}
    head = _say("head", language, rulebook=proof.rulebook, **shown)
    lines = [make_inert(head)]
    wrong = [each for each in proof.answers if _is_to_be_seen(each)]
    open_ = [each for each in proof.answers if each.answer == "unsettled"]
    rest = [each for each in proof.answers if each.wrong is False and each not in wrong]
    other = rest if is_full else []
    if not wrong and not open_:
        lines += ["", _say("nothing", language)]
    for title, answers in (("wrong", wrong), ("open", open_), ("other", other)):
        if answers:
            lines += ["", _say(title, language)]
            lines += [line for answer in answers for line in _lines(answer, proof.names, language)]
        if title == "open" and any(_is_for_lack_of_work(answer) for answer in answers):
            lines.append(_say("more_work", language))
    return "".join(f"{line}\n" for line in lines)


def _is_for_lack_of_work(answer: Answer) -> bool:
    return (answer.reason or "").startswith(("work", "time"))


def _is_to_be_seen(answer: Answer) -> bool:
    """Tell what is wrong, and a difference: that is no fault, and is what was asked for."""
    return bool(answer.wrong) or (answer.question, answer.answer) == ("same", "refuted")


def _say(phrase: str, language: Locale, **details: object) -> str:
    return _PHRASES[phrase][language].format(**details)


def _say_count(phrase: str, count: int, language: Locale) -> str:
    """Say a phrase about a number of things; one thing has its own words."""
    shown = show_count(count, language)
    return _say(f"{phrase}_1" if count == 1 else phrase, language, count=shown)


def describe_answer(answer: Answer, language: Locale) -> str:
    """Say what was proved, or shown by a report, of what a question is about."""
    return _say(f"{answer.question} {answer.answer}", language)


def _lines(answer: Answer, names: _Names, language: Locale) -> Iterator[str]:
    about = make_inert(answer.about)
    if answer.answer == "unsettled":
        reason, _, detail = (answer.reason or "").partition(" ")
        shown = WORDS["open-in-all"][language] if detail == _IN_ALL else detail
        told = f"{WORDS[f'open-{reason}'][language]} {shown}".rstrip()
        yield f"  ? {about}: {_say(f'asked {answer.question}', language)}: {told}"
        return
    sign = "!" if _is_to_be_seen(answer) else "·"
    yield f"  {sign} {about}: {describe_answer(answer, language)}"
    if answer.witness is not None:
        yield f"      {_show_witness(answer.witness, names, language)}"


def _show_witness(witness: Mapping[str, Any], names: _Names, language: Locale) -> str:
    fields = witness.get("fields", {})
    if not fields:
        return _say("empty", language)
    shown = show_fields(fields)
    if len(fields) > MOST_FIELDS:
        shown += f", {_say_count('more', len(fields) - MOST_FIELDS, language)}"
    called = "; ".join(dict.fromkeys(_list_called(fields, names)))
    comment = f"  # {called}" if called else ""
    return _say("with", language, fields=shown) + comment


def show_fields(fields: Mapping[str, Any]) -> str:
    """Write the first fields of a report on one line, as a report's document has them."""
    return ", ".join(f"{code}: {_show(value)}" for code, value in _first(fields))


def _first(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(fields.items())[:MOST_FIELDS]


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_show_row(row) for row in value) + "]"
    text = make_inert(str(value))
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return quote_text(shown) if isinstance(value, str) else shown


def _show_row(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_show(value)}" for name, value in row.items()) + "}"


def _list_called(fields: Mapping[str, Any], names: _Names) -> Iterator[str]:
    """List what the form calls the choices among the values: a comment, and no part of a report."""
    for code, value in _first(fields):
        if isinstance(value, list):
            for row in value:
                cells = {f"{code}.{name}": cell for name, cell in row.items()}
                yield from _list_called(cells, names)
        called = names.get(code, {}).get(value, "") if isinstance(value, str) else ""
        if called and called != value:
            yield make_inert(f"{code}: {called} ({value})")
