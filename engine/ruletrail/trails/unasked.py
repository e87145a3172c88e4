"""What is missing and is asked of nobody: only checks and sentences wait for it, no part wants it.

A part that is not due wants its fields left blank. A check that reads them stays open then, and the
report with it; who wrote them would fill in what is not due.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Check, Message, Rule
from ruletrail.trails.conclusions import Record, SectionConclusion, cut_code, entry_of

_AIMLESS = ("check", "message")
"""Kinds of steps that nothing else is computed from."""


def find_unasked(document: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Find in a trail the checks and sentences that stay open for such fields, each with these.

    Of what is written for each row, that of all rows stands for them.
    """
    unasked = list_unasked(document)
    steps = document["steps"] if unasked else ()
    waiting = (step for step in steps if step["kind"] in _AIMLESS and "row" not in step)
    found, places = {}, {code: at for at, code in enumerate(unasked)}
    for step in waiting:
        codes = places.keys() & _waits_for(step)
        found[step["id"]] = tuple(sorted(codes, key=places.__getitem__))
    return {code: codes for code, codes in found.items() if codes}


def list_unasked(document: Mapping[str, Any]) -> tuple[str, ...]:
    """List such fields of a trail in the order of the form."""
    steps, missing = document["steps"], document["result"]["missing"]
    if not missing:
        return ()
    sections = ((each["fields"], each["outcome"]) for each in steps if each["kind"] == "section")
    reads = {step["id"]: step["reads"] for step in steps}
    aimless = {step["id"] for step in steps if step["kind"] in _AIMLESS}
    form = frozenset(_form_of(document))
    rules = [
        step["id"] for step in steps if step["kind"] == "rule" and entry_of(step["id"]) not in form
    ]
    aimless |= _serve_only(aimless, rules, reads)
    wanted = {
        code
        for step in steps
        if step["id"] not in aimless and step["kind"] != "rows"
        for code in _waits_for(step)
    }
    idle = _left_out(sections)
    left = (code for code in missing if entry_of(code) in idle and code not in wanted)
    return order_codes(place_form(document), left)


def place_form(document: Mapping[str, Any]) -> Mapping[str, int]:
    """Give the codes of a trail's form their places, once for all that is put in its order."""
    return {code: at for at, code in enumerate(_form_of(document))}


def order_codes(places: Mapping[str, int], codes: Iterable[str]) -> tuple[str, ...]:
    """Put codes in the order of the form, cells row by row; those that it has not come last."""

    def place_of(code: str) -> tuple[int, int, int, str]:
        over, row, _ = cut_code(code)
        last = len(places)
        return places.get(over, last), row, places.get(entry_of(code), last), code

    return tuple(sorted(codes, key=place_of))


def _form_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes of the form, each list before its cells."""
    yield from document["fields"]
    for over, declared in document.get("lists", {}).items():
        yield over
        yield from (f"{over}.{name}" for name in declared["fields"])


def list_idle_fields(record: Record) -> set[str]:
    """List the fields, and the lists, that only parts have which are not due."""
    return _left_out(
        (each.entry.fields, str(each.fact))
        for each in record.conclusions
        if isinstance(each, SectionConclusion)
    )


def list_aimless(linked: LinkedRulebook) -> set[str]:
    """List the entries that no value, outcome or part hangs on: checks, sentences, their rules."""
    entries = linked.rulebook.entries.values()
    aimless = {each.code for each in entries if isinstance(each, Check | Message)}
    form = {*linked.schema.fields, *linked.schema.cells}
    rules = [each.code for each in entries if isinstance(each, Rule) and each.code not in form]
    return aimless | _serve_only(aimless, rules, linked.reads)


def _serve_only(
    aimless: set[str], rules: Iterable[str], reads: Mapping[str, Iterable[str]]
) -> set[str]:
    """Find the rules, none of which is of the form, that in the end checks and sentences read."""
    readers: dict[str, int] = dict.fromkeys(rules, 0)
    for read in reads.values():
        for each in read:
            if each in readers:
                readers[each] += 1
    serving, waiting = set(aimless), [*aimless]
    while waiting:
        for each in reads.get(waiting.pop(), ()):
            if each in readers:
                readers[each] -= 1
                if not readers[each]:
                    serving.add(each)
                    waiting.append(each)
    return serving


def _left_out(sections: Iterable[tuple[Iterable[str], str]]) -> set[str]:
    """Find what stands only in sections that are not due, given by their fields and outcomes."""
    idle: set[str] = set()
    kept: set[str] = set()
    for fields, outcome in sections:
        names = {*fields, *filter(None, map(list_of, fields))}
        (idle if outcome == "not_due" else kept).update(names)
    return idle - kept


def _waits_for(step: Mapping[str, Any]) -> Iterable[str]:
    value = step["value"]
    codes: Iterable[str] = value.get("missing", ()) if isinstance(value, dict) else ()
    return codes
