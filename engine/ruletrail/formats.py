"""Values as people of a locale write them: `3.580.390,40`, `10,320348`, `mancante`.

Formatting never changes what a value is. It is small enough to be written here exactly; a library
would want floats or a Decimal context.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import Fact, Missing, NotApplicable, NotEncoded, count_finite_decimals

Locale = Literal["it", "en"]
LOCALES: tuple[Locale, ...] = ("it", "en")
_MOST_CHOICES = 12
_SEPARATORS = {"it": (".", ","), "en": (",", ".")}
_WORDS = {
    "it": {
        "missing": "mancante", "not_applicable": "non applicabile",
        "not_encoded": "non codificato", "error": "errore",
    },
    "en": {
        "missing": "missing", "not_applicable": "not applicable",
        "not_encoded": "not encoded", "error": "error",
    },
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_BOOLEANS = {"it": ("no", "sì"), "en": ("no", "yes")}
_UNENDING_DECIMALS = 6
_GROUP = 3
_ONE = ("1", "-1")
_UNIT_WORD = re.compile(r"[^\W\d_]{3,}")
_UNCHANGING = "euro"
"""The word that stands after any number as it is; symbols such as `kg` and `%` do too."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one number is shown: decimals (None: as many as it has) and thousands separators."""

    decimals: int | None = None
    grouping: bool = True
    least: int = 0
    """Decimals that are shown at least where as many are shown as the number has."""


def show_number(number: Fraction, shape: Format, locale: Locale) -> str:
    """Write a number for readers; one that never ends shows six decimals and `…`."""
    top, bottom, decimals = number.numerator, number.denominator, shape.decimals
    if decimals is None and shape.least:
        finite = count_finite_decimals(number)
        decimals = finite if finite is None else max(finite, shape.least)
    return show_ratio(top, bottom, decimals, locale, grouping=shape.grouping)


def show_ratio(
    top: int, bottom: int, decimals: int | None, locale: Locale, *, grouping: bool
) -> str:
    """Write a quotient as `show_number` does; its denominator is positive."""
    unending = ""
    if decimals is None:
        finite = count_finite_decimals(Fraction(top, bottom)) if bottom != 1 else 0
        decimals = _UNENDING_DECIMALS if finite is None else finite
        unending = "…" if finite is None else ""
    # half up, away from zero
    rounded = (2 * abs(top) * 10**decimals + bottom) // (2 * bottom)
    digits = str(rounded).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    thousands, point = _SEPARATORS[locale]
    if grouping and len(whole) > _GROUP:
        whole = _group(whole, thousands)
    return ("-" if top < 0 and rounded else "") + whole + (point + part if part else "") + unending


def show_count(number: int, locale: Locale) -> str:
    """Write how many there are of something, for readers: `1.234`."""
    return show_ratio(number, 1, 0, locale, grouping=True)


def with_unit(shown: str, unit: str, *, in_brackets: bool = False) -> str:
    """Write a number, `shown`, with its unit, which its author wrote for any number: `12 utenti`.

    After exactly one a word would have to change, and nobody here knows how: `1 (utenti)`, and
    where brackets stand around both, `utenti: 1`. `unit` may be empty.
    """
    if shown in _ONE and _may_change(unit):
        return f"{unit}: {shown}" if in_brackets else f"{shown} ({unit})"
    return f"{shown} {unit}" if unit else shown


def _may_change(unit: str) -> bool:
    """Tell whether what is counted is a word, and no symbol: `ore/utente`, not `kWh` or `%`."""
    counted = unit.partition("/")[0].strip().partition(" ")[0]
    return bool(_UNIT_WORD.fullmatch(counted)) and counted[1:].islower() and counted != _UNCHANGING


def _group(digits: str, separator: str) -> str:
    first = len(digits) % _GROUP
    groups = [digits[at : at + _GROUP] for at in range(first, len(digits), _GROUP)]
    return separator.join([digits[:first], *groups] if first else groups)


def show_date(day: date, locale: Locale) -> str:
    """Write a day for readers: `31/05/2024`, `31 May 2024`."""
    if locale == "it":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show_fact(fact: Fact, shape: Format, locale: Locale) -> str:
    """Write any fact for readers; a non-value shows as its word."""
    match fact:
        case bool():
            return _BOOLEANS[locale][fact]
        case Fraction():
            return show_number(fact, shape, locale)
        case str():
            return fact
        case date():
            return show_date(fact, locale)
        case _:
            return _WORDS[locale][kind_of(fact)]


def name_subject(subject: Mapping[str, str | bool], locale: Locale) -> str:
    """Name a report's subject: the first thing that names it, and the others in brackets.

    A text speaks for itself; a number or a truth needs the name of what it is.
    """
    named = []
    for key, value in subject.items():
        if isinstance(value, bool):
            named.append(f"{key} {_BOOLEANS[locale][value]}")
        else:
            named.append(value if any(map(str.isalpha, value)) else f"{key} {value}")
    return f"{named[0]} ({', '.join(named[1:])})" if len(named) > 1 else "".join(named)


def kind_of(fact: Fact) -> Literal["value", "missing", "not_applicable", "not_encoded", "error"]:
    """Name the kind of outcome that a fact is."""
    match fact:
        case Fraction() | str() | bool() | date():
            return "value"
        case Missing():
            return "missing"
        case NotApplicable():
            return "not_applicable"
        case NotEncoded():
            return "not_encoded"
        case _:
            return "error"


def show_called(text: str, names: Mapping[str, str]) -> str:
    """Write a choice as it is called, itself beside; alone where it has no name.

    Where all of a field's choices are called as they are written, but for capitals, names suffice;
    else none stands without its text: `No` beside `Sì (SI)` would be another kind of answer.
    """
    name = names.get(text, "")
    is_told = any(called.lower() != each.lower() for each, called in names.items() if called)
    return f"{name} ({text})" if name and name != text and is_told else name or text


def show_choices(names: Mapping[str, str]) -> str:
    """List texts as they are called; of many the first."""
    listed = [show_called(text, names) for text in islice(names, _MOST_CHOICES)]
    return "; ".join([*listed, *(["…"] if len(names) > _MOST_CHOICES else [])])
