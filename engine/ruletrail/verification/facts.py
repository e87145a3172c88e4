"""Values and non-values as the checker sees them, and how a trail writes them.

Written apart from the evaluator on purpose: a defect there must not be repeated here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

_WRITTEN = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?")
_MOST_WHOLE, _MOST_DECIMALS, _LONGEST_EXPONENT, _MOST_DIGITS = 15, 10, 4, 400
_UNENDING = 6
_MARKS = {"it": (".", ","), "en": (",", ".")}

_FIVES = tuple((times, 5**times) for times in (512, 256, 128, 64, 32, 16, 8, 4, 2, 1))
"""Powers of five, large ones first: hundreds of digits take ten divisions, not hundreds."""

LARGEST = 10**400
"""A computed numerator or denominator from here on is the error `limit`."""


def read_written(text: str) -> Fraction | None:
    """Read a number as a document writes it: under 10**15 and at most 10 decimals, else None."""
    match = _WRITTEN.fullmatch(text)
    if match is None or len(match[4] or "") > _LONGEST_EXPONENT:
        return None
    part, exponent = match[3] or "", int(match[4] or "0")
    if len(match[2]) > _MOST_DIGITS or len(part) > _MOST_DIGITS:
        return None
    digits = (match[2] + part).lstrip("0")
    shift = exponent - len(part)
    if shift < -_MOST_DECIMALS or (digits and len(digits) + shift > _MOST_WHOLE):
        return None
    number = Fraction(int(digits or "0")) * (Fraction(10) ** shift if digits else 1)
    return -number if match[1] else number


def count_decimals(text: str) -> int:
    """Count the decimals that a number was written with."""
    match = _WRITTEN.fullmatch(text)
    return max(len(match[3] or "") - int(match[4] or "0"), 0) if match is not None else 0


def count_needed_decimals(number: Fraction) -> int | None:
    """Count the decimals that write a number in full, or None when it never ends."""
    bottom = number.denominator
    twos = (bottom & -bottom).bit_length() - 1
    rest, fives = bottom >> twos, 0
    for times, power in _FIVES if rest > 1 else ():
        quotient, remainder = divmod(rest, power)
        if not remainder:
            rest, fives = quotient, fives + times
    return max(twos, fives) if rest == 1 else None


def write_number(number: Fraction) -> str:
    """Write a number exactly, as a finite decimal or else as a fraction in lowest terms."""
    needed = count_needed_decimals(number)
    return str(number) if not needed else _write_fixed(number, needed)


def _write_fixed(number: Fraction, decimals: int) -> str:
    digits = str(abs(number.numerator) * 10**decimals // number.denominator).zfill(decimals + 1)
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return ("-" if number < 0 else "") + whole + ("." + part if part else "")


def is_too_large(number: Fraction) -> bool:
    """Tell whether a numerator or denominator has more than 400 digits."""
    return abs(number.numerator) >= LARGEST or number.denominator >= LARGEST


def round_number(number: Fraction, decimals: int, mode: str) -> Fraction:
    """Round by cutting, then stepping away from zero where the mode says so."""
    scaled = abs(number) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice, full, negative = 2 * rest, scaled.denominator, number < 0
    away = {
        "down": False,
        "up": rest > 0,
        "floor": negative and rest > 0,
        "ceiling": not negative and rest > 0,
        "half_up": twice >= full,
        "half_even": twice > full or (twice == full and whole % 2 == 1),
    }[mode]
    rounded = Fraction(whole + away, 10**decimals)
    return -rounded if negative else rounded


def show_number(number: Fraction, display: dict[str, Any], locale: str) -> str:
    """Write a number as readers of a locale do; one that never ends shows six decimals and `…`."""
    decimals, ending = display.get("decimals"), ""
    if decimals is None:
        decimals = count_needed_decimals(number)
        if decimals is None:
            decimals, ending = _UNENDING, "…"
    text = _write_fixed(round_number(number, decimals, "half_up"), decimals)
    thousands, point = _MARKS[locale]
    whole, _, part = text.removeprefix("-").partition(".")
    if display["grouping"]:
        whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", thousands, whole)
    return ("-" if text.startswith("-") else "") + whole + (point + part if part else "") + ending


Kind = Literal["error", "not_encoded", "missing", "not_applicable"]
RANKS: tuple[Kind, ...] = ("error", "not_encoded", "missing", "not_applicable")
"""Which non-value wins when several meet: the first."""


@dataclass(frozen=True, slots=True)
class NonValue:
    """A non-value of its kind, and what it is about.

    The missing codes, the rule that does not apply, the reasons why something is not encoded, or an
    error's cause and the text in which it happened.
    """

    kind: Kind
    about: tuple[str, ...]


Value = Fraction | str | bool
Fact = Value | NonValue


def find_worst(facts: Iterable[Fact]) -> NonValue | None:
    """Return the worst kind of non-value among facts, or None when all are values.

    Several missing codes and several reasons unite; of errors and rules the first by name stays.
    """
    non_values = [fact for fact in facts if isinstance(fact, NonValue)]
    for kind in RANKS if non_values else ():
        found = dict.fromkeys(each for each in non_values if each.kind == kind)
        if len(found) == 1:
            return next(iter(found))
        if found and kind in ("missing", "not_encoded"):
            return NonValue(kind, tuple(sorted({item for each in found for item in each.about})))
        if found:
            # a rule of a row comes after all others: it alone leaves the row out
            is_rule = kind == "not_applicable"
            return min(found, key=lambda each: (is_rule and "[" in each.about[0], each.about))
    return None


def join_conditions(facts: Sequence[Fact], *, settled_by: bool) -> Fact:
    """Join truth values by Kleene's logic: true settles `or`, false settles `and`.

    Where nothing settles it, the worst non-value is the answer.
    """
    if any(fact is settled_by for fact in facts):
        return settled_by
    worst = find_worst(facts)
    return not settled_by if worst is None else worst


def write_fact(fact: Fact) -> Any:
    """Write a fact as a trail does."""
    if isinstance(fact, bool):
        return fact
    if isinstance(fact, Fraction):
        return write_number(fact)
    if isinstance(fact, str):
        return {"text": fact}
    if fact.kind == "missing":
        return {"missing": list(fact.about)}
    if fact.kind == "error":
        return {"error": {"cause": fact.about[0], "of": fact.about[1]}}
    return {fact.kind: "; ".join(fact.about)}


def name_kind(fact: Fact) -> str:
    """Name the kind of outcome: `value` or the kind of non-value."""
    return fact.kind if isinstance(fact, NonValue) else "value"


def name_type(value: Value) -> Literal["number", "text", "boolean"]:
    """Name the kind of a value."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
