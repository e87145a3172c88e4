"""What was proved, for people: what is wrong, with a report that shows it, and what is open."""

from collections.abc import Iterator, Mapping
from typing import Any

from ruletrail.formats import Locale, show_count
from ruletrail.problem_texts.texts import WORDS
from ruletrail.problems import make_inert
from ruletrail.proofs.answers import Answer, Proof

MOST_FIELDS = 12
"""Fields of a witness that are shown; programs get all."""
_LONGEST = 40

_PHRASES: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "head": "{rulebook}: {count} domande: {proved} dimostrate, {refuted} mostrate da una "
                "relazione, {unsettled} aperte",
        "wrong": "Da vedere", "open": "Aperte", "other": "Il resto",
        "nothing": "Niente da vedere, niente di aperto.",
        "with": "con {fields}", "more": "e altri {count} campi", "empty": "con una relazione vuota",
        "gap refuted": "nessun caso è vero", "gap proved": "almeno un caso è sempre deciso",
        "overlap refuted": "due condizioni sono vere insieme",
        "overlap proved": "due condizioni non sono mai vere insieme",
        "dead proved": "non decide mai", "dead refuted": "decide",
        "error refuted": "può essere un errore", "error proved": "nessun errore nasce qui",
        "never_fails proved": "non fallisce mai", "never_fails refuted": "può fallire",
        "always_due proved": "è sempre dovuta", "always_due refuted": "non sempre è dovuta",
        "never_due proved": "non è mai dovuta", "never_due refuted": "può essere dovuta",
        "rounding refuted": "l'arrotondamento può cambiare un esito",
        "rounding proved": "l'arrotondamento non cambia nessun esito",
        "property proved": "vale sempre", "property refuted": "non vale sempre",
        "same proved": "è uguale nei due rulebook",
        "same refuted": "nei due rulebook è diverso",
        "asked gap": "se un caso è sempre vero", "asked overlap": "se due condizioni si incontrano",
        "asked dead": "se decide mai", "asked error": "se un errore può nascere qui",
        "asked never_fails": "se può fallire", "asked always_due": "se è sempre dovuta",
        "asked never_due": "se può essere dovuta", "asked property": "se vale sempre",
        "asked rounding": "se l'arrotondamento può cambiare un esito",
        "asked same": "se è uguale nei due rulebook",
    },
    "en": {
        "head": "{rulebook}: {count} questions: {proved} proved, {refuted} shown by a report, "
                "{unsettled} open",
        "wrong": "To look at", "open": "Open", "other": "The rest",
        "nothing": "Nothing to look at, nothing open.",
        "with": "with {fields}", "more": "and {count} more fields", "empty": "with an empty report",
        "gap refuted": "no case is true", "gap proved": "not all cases are ever false",
        "overlap refuted": "two conditions are true together",
        "overlap proved": "two conditions are never true together",
        "dead proved": "never decides", "dead refuted": "decides",
        "error refuted": "can be an error", "error proved": "no error arises here",
        "never_fails proved": "never fails", "never_fails refuted": "can fail",
        "always_due proved": "is always due", "always_due refuted": "is not always due",
        "never_due proved": "is never due", "never_due refuted": "can be due",
        "rounding refuted": "the rounding can change an outcome",
        "rounding proved": "the rounding changes no outcome",
        "property proved": "always holds", "property refuted": "does not always hold",
        "same proved": "is the same in both rulebooks",
        "same refuted": "differs between the rulebooks",
        "asked gap": "whether a case is always true",
        "asked overlap": "whether two conditions meet", "asked dead": "whether it ever decides",
        "asked error": "whether an error can arise here",
        "asked never_fails": "whether it can fail",
        "asked always_due": "whether it is always due", "asked never_due": "whether it can be due",
        "asked property": "whether it always holds",
        "asked rounding": "whether the rounding can change an outcome",
        "asked same": "whether it is the same in both rulebooks",
    },
}  # fmt: skip


def write_proof(proof: Proof, language: Locale, *, is_full: bool = False) -> str:
    """Write what was proved of a rulebook, one line or two an answer; `is_full` writes them all."""
    say = _PHRASES[language]
    counts = {
        verdict: sum(answer.answer == verdict for answer in proof.answers)
        for verdict in ("proved", "refuted", "unsettled")
    }
    shown = {name: show_count(number, language) for name, number in counts.items()}
    total = show_count(len(proof.answers), language)
    head = say["head"].format(rulebook=proof.rulebook, count=total, **shown)
    lines = [make_inert(head)]
    wrong = [each for each in proof.answers if each.wrong]
    open_ = [each for each in proof.answers if each.answer == "unsettled"]
    other = [each for each in proof.answers if each.wrong is False] if is_full else []
    if not wrong and not open_:
        lines += ["", say["nothing"]]
    for title, answers in (("wrong", wrong), ("open", open_), ("other", other)):
        if answers:
            lines += ["", say[title]]
            lines += [line for answer in answers for line in _lines(answer, language)]
    return "".join(f"{line}\n" for line in lines)


def _lines(answer: Answer, language: Locale) -> Iterator[str]:
    say = _PHRASES[language]
    about = make_inert(answer.about)
    if answer.answer == "unsettled":
        reason, _, detail = (answer.reason or "").partition(" ")
        told = f"{WORDS[f'open-{reason}'][language]} {detail}".rstrip()
        yield f"  ? {about}: {say[f'asked {answer.question}']}: {told}"
        return
    sign = "!" if answer.wrong else "·"
    yield f"  {sign} {about}: {say[f'{answer.question} {answer.answer}']}"
    if answer.witness is not None:
        yield f"      {_show_witness(answer.witness, say)}"


def _show_witness(witness: Mapping[str, Any], say: Mapping[str, str]) -> str:
    fields = witness.get("fields", {})
    if not fields:
        return say["empty"]
    shown = show_fields(fields)
    if len(fields) > MOST_FIELDS:
        shown += f", {say['more'].format(count=len(fields) - MOST_FIELDS)}"
    return say["with"].format(fields=shown)


def show_fields(fields: Mapping[str, Any]) -> str:
    """Write the first fields of a report on one line."""
    listed = list(fields.items())[:MOST_FIELDS]
    return ", ".join(f"{code}: {_show(value)}" for code, value in listed)


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_show_row(row) for row in value) + "]"
    text = make_inert(str(value))
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f'"{shown}"' if isinstance(value, str) else shown


def _show_row(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_show(value)}" for name, value in row.items()) + "}"
