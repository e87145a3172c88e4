"""The trail's document, read: facts, labels, units, and how each number is shown.

The document is all there is: no rulebook, no report, no evaluation.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_fact, show_number
from ruletrail.rendering.phrases import say
from ruletrail.trails.steps import MONEY
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    count_decimals,
    count_finite_decimals,
    is_non_value,
    read_number,
)

Step = Mapping[str, Any]
_CENTS = 2
_FEWEST_UNENDING = 6
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A trail's document in the language of its reader."""

    document: Mapping[str, Any]
    language: Locale
    steps: Mapping[str, Step]

    def of_kind(self, kind: str) -> tuple[Step, ...]:
        """Return the steps of a kind in the order in which the author wrote them."""
        steps = (step for step in self.steps.values() if step["kind"] == kind)
        return tuple(sorted(steps, key=place_of))

    def say(self, phrase: str, **details: object) -> str:
        """Say one of our phrases in the reader's language."""
        return say(phrase, self.language, **details)


def read_trail(document: Mapping[str, Any], language: Locale | None) -> Reading:
    """Read a trail's document; without a language the rulebook's is taken."""
    steps = {step["id"]: step for step in document["steps"]}
    return Reading(document, language or document["rulebook"]["locale"], steps)


def place_of(step: Step) -> tuple[str, int, int]:
    """Return file, line and column of a step's mark, to sort by."""
    file, line, column = step["mark"].rsplit(":", 2)
    return file, int(line), int(column)


def fact_of(written: Any) -> Fact:
    """Read a value or non-value that a trail holds."""
    match written:
        case bool():
            return written
        case str():
            return _read_exact(written)
        case {"text": text}:
            return str(text)
        case {"missing": codes}:
            return Missing(tuple(codes))
        case {"not_applicable": code}:
            return NotApplicable(code)
        case {"not_encoded": why}:
            return NotEncoded((why,))
        case {"error": {"cause": cause, "of": of}}:
            return ErrorValue(cause, of)
        case _:
            raise TypeError("no value of a trail")


def _read_exact(written: str) -> Fraction:
    """Read a number as trails write it, `12`, `10.32`, `1/3`; the library takes thrice as long."""
    whole, point, part = written.partition(".")
    if point:
        return Fraction(int(whole + part), 10 ** len(part))
    return Fraction(*map(int, written.split("/")))


def label_of(reading: Reading, code: str) -> str:
    """Return what the form or the author calls a code; empty when neither does."""
    for place in (reading.steps, reading.document["fields"], reading.document["parameters"]):
        if code in place and place[code].get("label", code) != code:
            return str(place[code]["label"])
    return ""


def unit_of(reading: Reading, code: str) -> str:
    """Return the unit of a code; empty when none was declared."""
    for place in (reading.steps, reading.document["parameters"], reading.document["fields"]):
        if code in place:
            return str(place[code].get("unit", ""))
    return ""


def shape_of(reading: Reading, code: str) -> Format:
    """Decide how a code's numbers are shown: as the author asks, as written, else as they are.

    Only amounts of money have thousands separators, as on the printed forms, unless the author
    asks.
    """
    money = unit_of(reading, code) in MONEY
    entry = reading.steps.get(code) or reading.document["parameters"].get(code) or {}
    display = entry.get("display")
    grouping = display["grouping"] if display else money
    decimals = display.get("decimals") if display else None
    if decimals is None and not entry:
        written = reading.document["report"]["fields"].get(code)
        decimals = count_decimals(written) if isinstance(written, str) else None
    value = entry.get("value")
    if decimals is None and money and isinstance(value, str) and "/" not in value:
        decimals = count_decimals(value)
    if decimals is not None and money and not (display and "decimals" in display):
        decimals = max(decimals, _CENTS)
    return Format(decimals, grouping)


def show(reading: Reading, code: str, fact: Fact) -> str:
    """Show the value of a code; a non-value says what it is."""
    if is_non_value(fact):
        return describe_non_value(reading, fact)
    if isinstance(fact, str):
        return f'"{_cut(fact)}"'
    return show_fact(fact, shape_of(reading, code), reading.language)


def show_with_unit(reading: Reading, code: str, fact: Fact) -> str:
    """Show a value with its unit."""
    unit = unit_of(reading, code) if isinstance(fact, Fraction) else ""
    return f"{show(reading, code, fact)} {unit}".rstrip()


def show_plain(reading: Reading, fact: Fact, *, grouping: bool = False) -> str:
    """Show a value that has no code of its own, such as a sub-expression's."""
    if isinstance(fact, Fraction):
        return show_number(fact, Format(None, grouping), reading.language)
    if isinstance(fact, bool):
        return reading.say("true" if fact else "false")
    return f'"{_cut(fact)}"' if isinstance(fact, str) else describe_non_value(reading, fact)


def show_unrounded(reading: Reading, number: Fraction, decimals: int, *, grouping: bool) -> str:
    """Show a value before rounding, with two decimals more than it keeps; `…` if it goes on."""
    shown, finite = max(decimals + _CENTS, _FEWEST_UNENDING), count_finite_decimals(number)
    if finite is not None and finite <= shown:
        return show_number(number, Format(None, grouping), reading.language)
    return show_number(number, Format(shown, grouping), reading.language) + "…"


def show_declared(reading: Reading, code: str, written: Any) -> str:
    """Show what a report declares, a number with the decimals that it was written with."""
    if isinstance(written, str):
        number = read_number(written)
        if number is None:
            return written
        money = unit_of(reading, code) in MONEY
        decimals = max(count_decimals(written), _CENTS if money else 0)
        return show_number(number, Format(decimals, money), reading.language)
    return show_plain(reading, fact_of(written))


def show_reported(reading: Reading, code: str) -> str:
    """Show what the report declares for a field, with its unit."""
    written = reading.document["report"]["fields"][code]
    unit = unit_of(reading, code) if isinstance(written, str) else ""
    return f"{show_declared(reading, code, written)} {unit}".rstrip()


def describe_non_value(reading: Reading, fact: Fact) -> str:
    """Say which kind of non-value something is, and what causes it."""
    match fact:
        case Missing(codes):
            return reading.say("gap_missing", codes=", ".join(codes))
        case NotApplicable(code):
            return reading.say("gap_not_applicable", code=code)
        case NotEncoded():
            return reading.say("gap_not_encoded", why=fact.why)
        case ErrorValue(cause, of):
            return reading.say(f"gap_{cause}", of=of.replace(" * ", " · "))
        case _:
            raise TypeError("a value is no non-value")


def name_code(reading: Reading, code: str) -> str:
    """Write a code with what the form calls it."""
    label = label_of(reading, code)
    return f"{code} ({label})" if label else code


def list_sources(entry: Mapping[str, Any]) -> str:
    """Write the sources that an entry cites, by the names that the rulebook gives them."""
    written = entry.get("source", [])
    return written if isinstance(written, str) else ", ".join(written)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
