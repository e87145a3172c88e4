"""Values of a report that most probably are slips, though they are admitted, told by how they are.

Numbers have a point which was to part thousands: sums of money with parts of a cent, and others
with three digits after the point. Texts are all blanks, or hold signs that nobody can read. The
answer is that of what is written. A trail keeps a number as it was written, so whoever reads one
finds the same as who reads the report.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import starmap
from typing import Any

from ruletrail.formats import show_count
from ruletrail.problems import REPORT, Mark, Path, Problem, quote, quote_to_write, term
from ruletrail.reports.texts import remark_on_signs
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.schemas.thousands import (
    has_thousandths,
    is_parted,
    join_thousands,
    seems_parted,
)
from ruletrail.trails.conclusions import entry_of
from ruletrail.trails.steps import CENTS, MONEY, has_cents
from ruletrail.values import write_number

_PLAIN = re.compile(r"-?[0-9]+\.[0-9]+")
_HUNDRED = 100
_MONEY_WORDINGS = {
    (True, True): "money-whole",
    (True, False): "money-exact",
    (False, True): "money-about-whole",
    (False, False): "money-about",
}
"""The sentence of a sum, by whether it comes to so many cents, and to no part of a unit."""


def find_slips(document: Mapping[str, Any], schema: Schema | None) -> Iterator[Problem]:
    """Find such numbers in a trail, then texts with such signs; each names its field.

    Without the schema of its reports nobody knows which thousands a field admits, nor where three
    decimals are usual: then those alone are told that are wrong in any field.
    """
    rules = {entry_of(step["id"]) for step in document["steps"] if step["kind"] == "rule"}
    for declared, text, mark in _list_numbers(document, schema):
        is_usual = schema is None or has_decimals(declared, is_computed=declared.code in rules)
        found = tell_slip(text, declared, mark, is_usual=is_usual)
        if found is not None:
            yield found
    yield from filter(None, starmap(remark_on_signs, _list_texts(document)))


def list_blanks(document: Mapping[str, Any]) -> Iterator[str]:
    """List the fields of a trail, and the cells of its rows, whose text is all blanks."""
    for code, _, written in _list_values(document):
        if isinstance(written, dict) and str(written.get("text", "")).isspace():
            yield code


def _list_texts(document: Mapping[str, Any]) -> Iterator[tuple[str, Mark, str]]:
    """Yield the texts of a report's subject, with their names, and of its fields."""
    for name, written in document["report"].get("subject", {}).items():
        if isinstance(written, str):
            yield written, Mark("", path=((REPORT, "subject"), name)), name
    for _, path, written in _list_values(document):
        if isinstance(written, dict) and isinstance(written.get("text"), str):
            yield written["text"], Mark("", path=path), ""


def _list_values(document: Mapping[str, Any]) -> Iterator[tuple[str, Path, Any]]:
    """Yield what a report states, in the order of its form: the code, the way to it, the value."""
    fields = document["report"]["fields"]
    for code in (code for code in document["fields"] if code in fields):
        yield code, ((REPORT, "fields"), code), fields[code]
    for over in (over for over in document.get("lists", ()) if over in fields):
        way: Path = ((REPORT, "fields"), over)
        for at, row in enumerate(fields[over]):
            for name, written in row.items():
                yield f"{over}[{at + 1}].{name}", ((way, at), name), written


def _list_numbers(
    document: Mapping[str, Any], schema: Schema | None
) -> Iterator[tuple[FieldDeclaration, str, Mark]]:
    """Yield the numbers of a report with what the schema declares, or the trail without it."""
    for code, path, written in _list_values(document):
        if isinstance(written, str):
            declared = _declaration(document, schema, entry_of(code))
            yield declared, written, Mark("", path=path)


def _declaration(document: Mapping[str, Any], schema: Schema | None, code: str) -> FieldDeclaration:
    over, _, name = code.partition(".")
    if schema is not None:
        return schema.lists[over].cells[name] if name else schema.fields[code]
    told = document["lists"][over]["fields"][name] if name else document["fields"][code]
    return FieldDeclaration(code, told.get("label", code), told.get("unit"), told["type"], ())


def has_decimals(declared: FieldDeclaration, *, is_computed: bool) -> bool:
    """Tell whether three decimals are usual in a field.

    So they are also in a price of one of something, and in what a rule computes, which has the
    decimals of a quotient.
    """
    return is_computed or has_cents(declared.unit) or has_thousandths(declared)


def tell_slip(
    text: str, declared: FieldDeclaration, mark: Mark, *, is_usual: bool
) -> Problem | None:
    """Say of a number that its point most probably was to part thousands; None where it was not.

    `is_usual` tells that three decimals are so in its field.
    """
    if declared.unit in MONEY and _PLAIN.fullmatch(text):
        return _tell_money(text, str(declared.unit), mark)
    return tell_parted(text, mark) if seems_parted(text, declared, is_usual=is_usual) else None


def tell_parted(text: str, mark: Mark) -> Problem:
    """Say of a number what it means, and what to write if its point was to part thousands."""
    number = write_number(Fraction(text))
    details = {"text": quote(text), "number": quote(number), "whole": quote(join_thousands(text))}
    if number != text:
        return Problem("thousands-point", mark, details)
    # where no zero can be left out, one more says that three decimals are meant
    details |= {"longer": quote(text + "0")}
    advice, wording = "thousands-or-decimals", "thousands-point-exact"
    return Problem("thousands-point", mark, details, advice=advice, wording=wording)


def _tell_money(text: str, unit: str, mark: Mark) -> Problem | None:
    """Say what a sum with parts of a cent means, to the nearest cent."""
    written, _, part = text.partition(".")
    if len(part) <= CENTS:
        return None
    exact = abs(Fraction(text)) * _HUNDRED
    cents = int(exact + Fraction(1, 2))
    whole, hundredths = divmod(cents, _HUNDRED)
    sign = "-" if cents and text.startswith("-") else ""
    details = {
        "text": quote(text),
        "whole": term("grouped"),
        "whole_it": sign + show_count(whole, "it"),
        "whole_en": sign + show_count(whole, "en"),
        "unit": unit,
        "cents": term("cent" if hundredths == 1 else "cents"),
        "hundredths": str(hundredths),
        "instead": quote_to_write(written + part),
    }
    wording = _MONEY_WORDINGS[exact == cents, not hundredths]
    advice = "money-thousands" if is_parted(text) else ""
    return Problem("money-decimals", mark, details, advice=advice, wording=wording)
