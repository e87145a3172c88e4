"""The short texts of answers, in Italian and English, and problems as lines of text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruletrail.formats import Locale
from ruletrail.problems import make_inert
from ruletrail.rendering.phrases import say

_MOST_FIELDS = 200
"""Fields that are listed in a text; the structured content has them all."""

TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "trail": "Traccia {digest}, di {rulebook}.",
        "ok": "Nessun problema.",
        "count": "Problemi: {count}.",
        "refused": "Nessuna risposta; problemi: {count}.",
        "empty": "Nessun rulebook.",
        "valid": "valido",
        "stale": "il file ora ha errori: risponde l'ultima versione buona",
        "invalid": "il file ha errori: non risponde",
        "report": "Una relazione di {rulebook}: `rulebook: {name}`, poi `subject` e `fields`, con "
        "questi campi.",
        "more": "… altri: {count}, nel contenuto strutturato.",
        "written": "{file}: scritto, {bytes} byte.",
        "replaced": "{file}: riscritto, {bytes} byte.",
        "next": "Ora `check` con `file`, poi `test`.",
    },
    "en": {
        "trail": "Trail {digest}, of {rulebook}.",
        "ok": "No problems.",
        "count": "Problems: {count}.",
        "refused": "No answer; problems: {count}.",
        "empty": "No rulebooks.",
        "valid": "valid",
        "stale": "the file has errors now: its last good version answers",
        "invalid": "the file has errors: it answers nothing",
        "report": "A report of {rulebook}: `rulebook: {name}`, then `subject` and `fields`, with "
        "these fields.",
        "more": "… and {count} more, in the structured content.",
        "written": "{file}: written, {bytes} bytes.",
        "replaced": "{file}: written anew, {bytes} bytes.",
        "next": "Now `check` with `file`, then `test`.",
    },
}


def tell(key: str, language: Locale, **details: object) -> str:
    """Write a sentence of ours; somebody's text in it is inert."""
    said = {name: make_inert(str(value)) for name, value in details.items()}
    return TEXTS[language][key].format(**said)


def tell_problems(problems: Sequence[Mapping[str, Any]], language: Locale) -> str:
    """Write problems as lines: where, how bad, what, the code, and what to do."""
    return "\n".join(line for each in problems for line in _tell_problem(each, language))


def _tell_problem(problem: Mapping[str, Any], language: Locale) -> Iterable[str]:
    place = make_inert(f"{problem['file']}:{problem['line']}:{problem['column']}")
    severity = say(f"severity_{problem['severity']}", language)
    yield f"{place}: {severity}: {problem['message']} [{problem['code']}]"
    where = problem.get("field") or problem.get("pointer")
    if where:
        yield f"  {make_inert(where)}"
    yield f"  → {problem['hint']}"


def tell_rulebooks(listed: Sequence[Mapping[str, Any]], language: Locale) -> str:
    """Write a line for each rulebook, and what is wrong with its file."""
    lines = []
    for each in listed:
        name = each["reference"] or each["file"]
        known = filter(None, (each["status"], tell(each["state"], language)))
        lines.append(make_inert(f"- {name} ({', '.join(known)}): {each['title'] or ''}").rstrip())
        if each["problems"]:
            lines.append(tell_problems(each["problems"], language))
    return "\n".join(lines) or tell("empty", language)


def tell_fields(rulebook: str, fields: Mapping[str, Mapping[str, Any]], language: Locale) -> str:
    """Write what the reports of a rulebook hold: a line for each field."""
    lines = [tell("report", language, rulebook=rulebook, name=rulebook.partition("@")[0])]
    for code, said in list(fields.items())[:_MOST_FIELDS]:
        kind = ", ".join(filter(None, (said.get("type"), said.get("unit"))))
        lines.append(make_inert(f"- {code} ({kind}): {said.get('label', '')}"))
    rest = len(fields) - _MOST_FIELDS
    return "\n".join([*lines, *([tell("more", language, count=rest)] if rest > 0 else ())])
