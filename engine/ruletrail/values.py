"""Exact numbers and the four non-values: what is missing is not zero.

A number is a `Fraction`, always. Nothing here touches a float. A non-value is never equal to a
value and never becomes one.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from itertools import count
from math import gcd
from typing import Literal, TypeGuard, TypeVar, assert_never, cast

from ruletrail.fast_dataclasses import dataclass

Value = Fraction | str | bool | date
"""A number, a text, a boolean or, in language 2, a day."""


_MOST_COPIED = 32
"""Texts of a union that are written out at once."""

_MOST_KEPT = 256
"""Texts of a union that are kept for good once they were written out."""


class _Union:
    """Texts that accumulate on their way through formulas: each once, sorted.

    Each of thousands of rules in a chain may lack one field more than the one before: written out
    at every rule, that is gigabytes. So a union of many only keeps the unions that it is of, which
    are there anyway, and is written out when it is read.
    """

    __slots__ = ("_of", "_texts")

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._of: tuple[str, ...] | tuple[_Union, ...] = texts
        self._texts: tuple[str, ...] | None = None
        """What it was written out as, as long as it is one of the last."""

    def _write_out(self) -> tuple[str, ...]:
        if _is_flat(self._of):
            return self._of
        texts = self._texts
        if texts is None:
            texts = tuple(sorted(_gather([self])))
            if len(texts) <= _MOST_KEPT:
                self._of = texts
            else:
                self._texts = texts
                _keep_recent(self)
        return texts

    def __eq__(self, other: object) -> bool:
        """Compare the texts; two evaluators give the same ones, step by step."""
        if not isinstance(other, _Union) or other.__class__ is not self.__class__:
            return NotImplemented
        if self._of is other._of:
            return True
        if not _are_same(self._of, other._of) and self._write_out() != other._write_out():
            return False
        # what reads the two is then known to be equal without writing anything out
        self._of = other._of = self._of if _is_flat(self._of) else other._of
        return True

    def __hash__(self) -> int:
        """Of equal texts, the same."""
        return hash(self._write_out())

    def __repr__(self) -> str:
        """Show the texts."""
        return f"{self.__class__.__name__}({self._write_out()!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the texts: unions may be thousands deep."""
        return self.__class__, (self._write_out(),)


_RECENT: "list[_Union | None]" = [None] * 8
_TURNS = count()


def _keep_recent(union: _Union) -> None:
    """Keep what a union was written out as, in the place of what another was some time ago.

    So a chain of unions is written step by step, and little is kept.
    """
    place = next(_TURNS) % len(_RECENT)
    old, _RECENT[place] = _RECENT[place], union
    if old is not None:
        old._texts = None  # noqa: SLF001 - its own


def _is_flat(of: "tuple[str, ...] | tuple[_Union, ...]") -> TypeGuard[tuple[str, ...]]:
    return not of or isinstance(of[0], str)


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Tell whether two unions are of parts that were found to be equal."""
    if len(one) != len(other):
        return False
    return all(map(_is_same, one, other))


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, _Union) and isinstance(other, _Union):
        mine, theirs = one._of, other._of  # noqa: SLF001 - its own
        return mine is theirs or (_is_flat(mine) and mine == theirs)
    return one == other


def _gather(unions: Iterable[_Union]) -> set[str]:
    """Gather the texts of unions, each part once, however often and deep it stands in them."""
    texts: set[str] = set()
    waiting = list(unions)
    # held on to: another thread may write a part out meanwhile, and its place be taken by another
    seen: dict[int, object] = {}
    while waiting:
        union = waiting.pop()
        of = union._texts or union._of  # noqa: SLF001 - its own
        if id(of) in seen:
            continue
        seen[id(of)] = of
        if _is_flat(of):
            texts.update(of)
        else:
            waiting += cast("tuple[_Union, ...]", of)
    return texts


_Kind = TypeVar("_Kind", bound=_Union)


def _unite(unions: Sequence[_Kind]) -> _Kind:
    """Return the union of one or more."""
    first = unions[0]
    if len(unions) == 1:
        return first
    parts = {id(each._of): each for each in unions}  # noqa: SLF001 - its own
    if len(parts) == 1:
        return first
    texts: set[str] = set()
    for each in parts.values():
        of = each._of  # noqa: SLF001 - its own
        if not _is_flat(of):
            break
        texts.update(of)
    else:
        if len(texts) <= _MOST_COPIED:
            return first.__class__(tuple(sorted(texts)))
    union = first.__class__(())
    union._of = tuple(parts.values())  # noqa: SLF001 - its own
    return union


class Missing(_Union):
    """Facts that were not supplied; `codes` names them, sorted."""

    __slots__ = ()
    __match_args__ = ("codes",)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of these facts."""
        return self._write_out()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A rule whose `when` is false; `code` names the rule."""

    code: str


class NotEncoded(_Union):
    """Something that the rulebook says it cannot express yet, with its reasons, sorted."""

    __slots__ = ()
    __match_args__ = ("reasons",)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons."""
        return self._write_out()

    @property
    def why(self) -> str:
        """The reasons as one sentence."""
        return "; ".join(self.reasons)


ErrorCause = Literal["division_by_zero", "conflict", "no_case", "limit", "invalid_date"]


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A value that cannot be computed: the cause, and the expression or decision it arose in."""

    cause: ErrorCause
    of: str


NonValue = Missing | NotApplicable | NotEncoded | ErrorValue
Fact = Value | NonValue
_NON_VALUES = (Missing, NotApplicable, NotEncoded, ErrorValue)
RoundingMode = Literal["half_up", "half_even", "down", "up", "floor", "ceiling"]

MOST_DIGITS = 400
"""A computed numerator or denominator with more digits than this is the error `limit`."""

MOST_DECIMALS = 10
"""Decimals of a number in a document, and of a rounding."""

MOST_INTEGER_DIGITS = 15
"""Digits before the point of a number in a document."""

_TOO_LARGE: int = 10**MOST_DIGITS
SAFE_BITS = _TOO_LARGE.bit_length() - 1
"""A whole number of at most so many bits has at most 400 digits, so its size needs no watching."""

_LONGEST_EXPONENT = 4


ValueType = Literal["number", "text", "boolean", "date"]


def type_of(value: Value) -> ValueType:
    """Name the type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    return "date" if isinstance(value, date) else "number"


def is_non_value(fact: Fact) -> TypeGuard[NonValue]:
    """Tell a non-value from a value."""
    return isinstance(fact, _NON_VALUES)


def worst(facts: Iterable[Fact]) -> NonValue | None:
    """Return the non-value that decides among facts, or None when all are values.

    An error wins over not_encoded, over missing, over not_applicable. Causes accumulate and do not
    depend on the order of the facts: missing codes and reasons are united, of several errors or
    rules the first in alphabetical order is named, those of rows after all others.
    """
    # it is asked of the operands of each operation, and nearly all are values
    non_values = [fact for fact in facts if isinstance(fact, _NON_VALUES)]
    if not non_values:
        return None
    errors: list[ErrorValue] = []
    reasons: list[NotEncoded] = []
    missing: list[Missing] = []
    rules: list[NotApplicable] = []
    for fact in non_values:
        match fact:
            case ErrorValue():
                errors.append(fact)
            case NotEncoded():
                reasons.append(fact)
            case Missing():
                missing.append(fact)
            case NotApplicable():
                rules.append(fact)
    if errors:
        return min(errors, key=lambda error: (error.cause, error.of))
    if reasons:
        return _unite(reasons)
    if missing:
        return _unite(missing)
    # what is of no row comes before a row's rule, whatever it is called: the row is not left out
    return min(rules, key=lambda rule: ("[" in rule.code, rule.code))


def gather_missing(facts: Iterable[object]) -> set[str]:
    """Gather the codes that any of these facts misses."""
    return _gather(fact for fact in facts if isinstance(fact, Missing))


def is_stand_in(value: object) -> bool:
    """Tell a proxy, that says it is of another's class and that Python's own functions refuse."""
    return value.__class__ is not type(value)


def is_too_large(number: Fraction) -> bool:
    """Tell whether a numerator or a denominator has more than 400 digits."""
    top, bottom = number.numerator, number.denominator
    if top.bit_length() <= SAFE_BITS and bottom.bit_length() <= SAFE_BITS:
        return False
    return abs(top) >= _TOO_LARGE or bottom >= _TOO_LARGE


def show_large(number: Fraction | int) -> str:
    """Write about how large a number is that has too many digits to be written: `≈1.5E+5000`.

    Python refuses to write a whole number of more than 4,300 digits, and takes long for less.
    """
    about = _ABOUT.divide(_begin(number.numerator), _begin(number.denominator))
    return f"≈{_SHOWN.plus(about).normalize(_SHOWN)}"


def _begin(whole: int) -> Decimal:
    """Give the first digits of a whole number at their place, in little time however long it is."""
    left_out = max(whole.bit_length() - _BITS, 0)
    return _ABOUT.multiply(Decimal(whole >> left_out), _ABOUT.power(Decimal(2), left_out))


_BITS = 128
_WRITTEN = Context(capitals=1, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Writes a Decimal as it is: `str` asks the caller's context whether exponents have a small e."""
_ABOUT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)
_SHOWN = Context(prec=6, Emax=MAX_EMAX, Emin=MIN_EMIN)

_LONG = len("2024-05-31")
_LIKE_DATE = re.compile(r"[0-9]{4}-.*", re.DOTALL)


def read_date(text: str) -> date | None:
    """Read a day as documents write it (`2024-05-31`); None for any other text."""
    # of ten characters with such dashes Python reads no other form, and no other digits
    if len(text) != _LONG or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_like_date(text: str) -> bool:
    """Tell four digits and a dash, which language 2 reads as a day and never as text."""
    return _LIKE_DATE.fullmatch(text) is not None


_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WRITTEN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def is_plain_number(text: str) -> bool:
    """Tell a number as YAML documents and formulas write it from any other text."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def read_whole(text: str) -> int:
    """Read a whole number of plain digits; a `ValueError` for anything else, as argparse asks.

    Python's `int` would also take `1_0`, a sign, blanks around it and the digits of any script.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"no whole number: {text!r}")
    return int(text)


def read_number(
    text: str, digits: int = MOST_INTEGER_DIGITS, decimals: int = MOST_DECIMALS
) -> Fraction | None:
    """Read a number as documents write it (`12`, `-3.50`, `1e3`); None for what is none of them.

    Any text may be asked about: `1/3`, a word and the digits of another script are no number. The
    limits, fewer than 10**15 and at most 10 decimals, are kept before any arithmetic, so that
    `1E999999` costs nothing.
    """
    if _WRITTEN_NUMBER.fullmatch(text) is None:
        return None
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, part = mantissa.lstrip("-").partition(".")
    if len(exponent) > _LONGEST_EXPONENT or len(whole) > MOST_DIGITS or len(part) > MOST_DIGITS:
        return None
    shift = int(exponent or "0") - len(part)
    written = (whole + part).lstrip("0") or "0"
    if -shift > decimals or (written != "0" and len(written) + shift > digits):
        return None
    if written == "0":  # whatever its exponent says
        return Fraction(0)
    number = Fraction(int(written) * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    return -number if text.startswith("-") else number


def decimal_text(number: Decimal) -> str:
    """Write a Decimal as a document would: Python puts a plus into exponents that nobody wrote.

    Only a zero can be written with an exponent so long that the plus is what makes it too long.
    """
    written = _WRITTEN.to_sci_string(number)
    return written if number else written.replace("E+", "E")


def count_decimals(text: str) -> int:
    """Count the decimals that a number was written with; `8.50` has two."""
    if "e" in text or "E" in text:
        mantissa, _, exponent = text.lower().partition("e")
        return max(len(mantissa.partition(".")[2]) - int(exponent or "0"), 0)
    point = text.find(".")
    return len(text) - point - 1 if point >= 0 else 0


def count_finite_decimals(number: Fraction) -> int | None:
    """Count the decimals that write a number in full, or None when no finite number does."""
    bottom, twos, fives = number.denominator, 0, 0
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    return max(twos, fives) if bottom == 1 else None


def write_number(number: Fraction) -> str:
    """Write a number exactly: a finite decimal (`10.320348`), or a fraction in lowest terms.

    Such a fraction is written like `1/3`.
    """
    return write_ratio(number.numerator, number.denominator)


_FINITE = 10**18
_FIRST_UNSURE = 2**19
"""A denominator under this divides 10**18 or has no finite decimal.

It is too small for 19 twos or fives.
"""


def write_ratio(top: int, bottom: int) -> str:
    """Write a quotient, in lowest terms or not, as `write_number` does.

    The denominator is positive.
    """
    shared = gcd(top, bottom)
    if shared != 1:
        top, bottom = top // shared, bottom // shared
    if bottom == 1:
        return str(top)
    if _FINITE % bottom == 0:
        return write_scaled(top * (_FINITE // bottom), _FINITE)
    decimals = count_finite_decimals(Fraction(top, bottom)) if bottom >= _FIRST_UNSURE else None
    if decimals is None:
        return f"{top}/{bottom}"
    return write_scaled(top * 10**decimals // bottom, 10**decimals)


def write_scaled(whole: int, power: int) -> str:
    """Write a whole number over a power of ten, without needless zeros."""
    units, rest = divmod(whole, power)
    if rest == 0:
        return str(units)
    sign = ""
    if whole < 0:
        sign, (units, rest) = "-", divmod(-whole, power)
    return f"{sign}{units}.{str(rest + power)[1:].rstrip('0')}"


def write_decimal(number: Fraction, decimals: int) -> str:
    """Write a number that has at most this many decimals, with exactly this many."""
    scaled = number.numerator * 10**decimals // number.denominator
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


ExactValue = Decimal | Fraction | str | bool | date
"""A value as callers get it: a number is a Decimal if a finite one is exact, else a Fraction."""


def to_decimal(number: Fraction) -> Decimal | Fraction:
    """Give a number to Python callers: a Decimal where one is exact, else the Fraction itself."""
    return number if count_finite_decimals(number) is None else Decimal(write_number(number))


def give(fact: Fact) -> ExactValue:
    """Give a fact that is a value to Python callers; a `TypeError` for one that is none."""
    match fact:
        case Fraction():
            return to_decimal(fact)
        case str() | bool() | date():
            return fact
        case _:
            raise TypeError("a non-value is no value")


def round_number(number: Fraction, decimals: int, mode: RoundingMode) -> Fraction:
    """Round to so many decimals; `half_up` and `up` go away from zero, `down` cuts."""
    scale = 10**decimals
    down, rest = divmod(number.numerator * scale, number.denominator)
    return (
        number if rest == 0 else Fraction(_to_integer(down, rest, number.denominator, mode), scale)
    )


def _to_integer(down: int, rest: int, bottom: int, mode: RoundingMode) -> int:
    """Round a quotient that is not whole: `down`, and `rest` over `bottom`."""
    negative = down < 0
    match mode:
        case "floor":
            return down
        case "ceiling":
            return down + 1
        case "down":
            return down + 1 if negative else down
        case "up":
            return down if negative else down + 1
        case "half_up" | "half_even":
            return _nearest(down, 2 * rest - bottom, mode, negative=negative)
        case _:
            assert_never(mode)


def _nearest(down: int, over_half: int, mode: RoundingMode, *, negative: bool) -> int:
    if over_half != 0:
        return down + 1 if over_half > 0 else down
    if mode == "half_even":
        return down + down % 2
    return down if negative else down + 1


JsonValue = str | bool | dict[str, object]


def to_json(fact: Fact) -> JsonValue:
    """Write a fact as the trail does: numbers as text, texts and non-values as one-key objects."""
    match fact:
        case bool():
            return fact
        case Fraction():
            return write_number(fact)
        case str():
            return {"text": fact}
        case date():
            return {"date": fact.isoformat()}
        case Missing(codes):
            return {"missing": list(codes)}
        case NotApplicable(code):
            return {"not_applicable": code}
        case NotEncoded():
            return {"not_encoded": fact.why}
        case ErrorValue(cause, of):
            return {"error": {"cause": cause, "of": of}}
        case _:
            assert_never(fact)
