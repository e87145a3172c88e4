"""Values and non-values (sections 1 and 2 of the contract)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

LIMIT = 10**400


@dataclass(frozen=True)
class Missing:
    """A field was not supplied."""

    codes: frozenset[str]


@dataclass(frozen=True)
class NotApplicable:
    """The `when` of a rule is false."""

    code: str


@dataclass(frozen=True)
class NotEncoded:
    """The rulebook says that it cannot express this."""

    reasons: frozenset[str]


@dataclass(frozen=True)
class Failure:
    """Something cannot be computed."""

    cause: str
    of: str


NonValue = Missing | NotApplicable | NotEncoded | Failure
Value = Fraction | str | bool | date | NonValue
RANKS = (Failure, NotEncoded, Missing, NotApplicable)


def is_gap(value: Value) -> bool:
    """Say whether it is a non-value."""
    return isinstance(value, RANKS)


def worst(values: Iterable[Value]) -> NonValue | None:
    """Return the worst non-value, with what accumulates (2.2, 2.3 and 27.4); None without."""
    gaps = [value for value in values if is_gap(value)]
    for kind in RANKS:
        same = [gap for gap in gaps if isinstance(gap, kind)]
        if same:
            return _accumulated(kind, same)
    return None


def _accumulated(kind: type, gaps: list) -> NonValue:
    """Join non-values of one kind."""
    if kind is Failure:
        return min(gaps, key=lambda gap: (gap.cause, gap.of))
    if kind is NotEncoded:
        return NotEncoded(frozenset().union(*(gap.reasons for gap in gaps)))
    if kind is Missing:
        return Missing(frozenset().union(*(gap.codes for gap in gaps)))
    return min(gaps, key=lambda gap: ("[" in gap.code, gap.code))


def measured(value: Fraction, of: str) -> Fraction | Failure:
    """Return the number, or the error `limit` where it is too large (section 2.5)."""
    if abs(value.numerator) >= LIMIT or value.denominator >= LIMIT:
        return Failure("limit", of)
    return value


def why(gap: NotEncoded) -> str:
    """Return the reasons as they are written."""
    return "; ".join(sorted(gap.reasons))


def written(value: Value) -> object:
    """Write a value as trails do (section 1.4)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Fraction):
        return written_number(value)
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Missing):
        return {"missing": sorted(value.codes)}
    if isinstance(value, NotApplicable):
        return {"not_applicable": value.code}
    if isinstance(value, NotEncoded):
        return {"not_encoded": why(value)}
    return {"error": {"cause": value.cause, "of": value.of}}


def finite_decimals(value: Fraction) -> int | None:
    """Return how many decimals write the number, or None where no finite number does."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def written_number(value: Fraction) -> str:
    """Write a finite decimal without needless zeros, any other number as a fraction."""
    decimals = finite_decimals(value)
    if decimals is None:
        return f"{value.numerator}/{value.denominator}"
    return with_decimals(value, decimals)


def with_decimals(value: Fraction, decimals: int) -> str:
    """Write a number that has at most so many decimals with exactly so many."""
    digits = str(abs(int(value * 10**decimals))).rjust(decimals + 1, "0")
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return f"{'-' if value < 0 else ''}{whole}{'.' + rest if decimals else ''}"


def rounded(value: Fraction, decimals: int, mode: str) -> Fraction:
    """Round by one of the modes of section 9.3."""
    scaled = value * 10**decimals
    below = scaled.numerator // scaled.denominator
    rest = scaled - below
    if rest == 0:
        return value
    return Fraction(below + (1 if _goes_up(below, rest, mode) else 0), 10**decimals)


def _goes_up(below: int, rest: Fraction, mode: str) -> bool:
    """Say whether a number `rest` above the whole number `below` goes to the next."""
    negative = below < 0
    half = Fraction(1, 2)
    if mode in {"floor", "ceiling"}:
        return mode == "ceiling"
    if mode in {"down", "up"}:
        return negative if mode == "down" else not negative
    if rest != half:
        return rest > half
    return below % 2 == 1 if mode == "half_even" else not negative


class Plain(str):
    """A scalar that a rulebook writes without quotes."""

    __slots__ = ()


@dataclass(frozen=True)
class Num:
    """A number as a document writes it, in the digits of JSON."""

    text: str

    @property
    def value(self) -> Fraction:
        """Return the exact number."""
        return Fraction(Decimal(self.text))

    @property
    def decimals(self) -> int:
        """Count the decimals as written; an exponent moves the point first."""
        match = re.fullmatch(r"-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?", self.text)
        return max(0, len(match[1] or "") - int(match[2] or 0))


def composed(text: str) -> str:
    """Return the text in NFC."""
    return unicodedata.normalize("NFC", text)
