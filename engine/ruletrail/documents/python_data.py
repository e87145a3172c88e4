"""A caller's Python data to the same tree, so that it is checked like a file.

A float is read by its shortest text (`8.5` is 8.5, `99.0` is 99); NaN and infinities are refused.
Scalars of numpy and pandas are known by their classes' names, for neither library is imported.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral, Real
from typing import Any

from ruletrail.documents.nodes import Limits, Node, Style, TreeBuilder
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_DIGITS,
    MOST_INTEGER_DIGITS,
    count_finite_decimals,
    decimal_text,
    is_stand_in,
    is_too_large,
    show_large,
    write_number,
)

_HUGE: int = 10**MOST_DIGITS
_NOTHING = frozenset({"NAType", "NaTType"})
"""The classes of pandas' missing values."""
_MIDNIGHT = "T00:00:00"
_DURATION = "timedelta64"
"""The class of numpy's durations, which it calls whole numbers; of years and nanoseconds they even
have some."""


class NoValueError(TypeError):
    """What is no value of a report: it, and where it stands."""

    holds = "a report holds text, numbers, booleans, days, lists and mappings"

    def __init__(self, value: object, mark: Mark) -> None:
        """Name the type, and the place if there is one."""
        kind = type(value)
        library = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        place = f" (at {mark.pointer})" if mark.pointer else ""
        super().__init__(f"{self.holds}, not {library}{kind.__name__}{place}")
        self.value, self.mark = value, mark


class NoKeyError(NoValueError):
    """What is no key of a report, and the mapping that it is in."""

    holds = "keys of a report are text"


def is_nothing(data: object) -> bool:
    """Tell whether somebody's data say that there is no value: None, or what pandas has for it."""
    return data is None or type(data).__name__ in _NOTHING


def from_python(data: object, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Turn mappings, lists, text, numbers, booleans, days into a tree; others are `NoValueError`s.

    The bytes of all keys and values together count as the document's.
    """
    reader = _Reader(TreeBuilder(limits), file)
    try:
        reader.add(data)
    except ProblemsError as error:
        return None, list(error.problems)
    return reader.builder.root, reader.builder.problems


class _Reader:
    """Hands a caller's data to the builder and counts their bytes, so that it stops in time."""

    def __init__(self, builder: TreeBuilder, file: str) -> None:
        self.builder, self.file = builder, file
        self.room = builder.limits.size

    def add(self, data: object) -> None:
        if is_stand_in(data):
            raise NoValueError(data, self.mark())
        if isinstance(data, Mapping):
            mark = self.mark()
            self.builder.open(mark, is_mapping=True)
            for key, value in data.items():
                if not isinstance(key, str) or is_stand_in(key):
                    raise NoKeyError(key, mark)
                self.add_text(key)
                self.add(value)
            self.builder.close()
        elif isinstance(data, list | tuple):
            self.builder.open(self.mark(), is_mapping=False)
            for item in data:
                self.add(item)
            self.builder.close()
        elif isinstance(data, str):
            self.add_text(data)
        else:
            self.add_scalar(data)

    def add_text(self, data: str) -> None:
        # somebody's own kind of text, as numpy's, is taken as the text alone
        text = data if data.__class__ is str else str.__str__(data)
        mark = self.mark(text)
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self.builder.problems.append(Problem("lone-surrogate", mark))
            text = text.encode("utf-8", "replace").decode()
        self.scalar(text, "quoted", mark)

    def add_scalar(self, data: Any) -> None:
        mark = self.mark()
        if is_nothing(data):
            self.builder.problems.append(Problem("null-value", mark))
            self.scalar("null", "literal", mark)
        elif isinstance(data, bool):
            self.scalar("true" if data else "false", "literal", mark)
        elif isinstance(data, float | Decimal) and not _is_finite(data):
            self.refuse(Problem("not-finite", mark, {"near": quote(str(data))}))
        elif (isinstance(data, Fraction) and not _is_written(data)) or _is_huge(data):
            number = data if isinstance(data, Fraction) else Fraction(int(data))
            shown = quote(show_large(number) if is_too_large(number) else str(number))
            limits = {"digits": str(MOST_INTEGER_DIGITS), "decimals": str(MOST_DECIMALS)}
            self.refuse(Problem("number-out-of-limits", mark, {"text": shown, **limits}))
        else:
            text = _number_text(data)
            if text is None:
                self.add(_plain(data, mark))
            else:
                self.scalar(text, "number", mark)

    def refuse(self, problem: Problem) -> None:
        """Note a number that is none of ours, and read on: zero stands for it."""
        self.builder.problems.append(problem)
        self.scalar("0", "number", problem.mark)

    def mark(self, key: str = "") -> Mark:
        """Mark the value, or the key, that comes next: it stands in no line."""
        return Mark(self.file, 1, 1, path=self.builder.path(key))

    def scalar(self, text: str, style: Style, mark: Mark) -> None:
        self.room -= len(text) if text.isascii() else len(text.encode())
        if self.room < 0:
            limit = str(self.builder.limits.size)
            raise refusal("document-too-large", Mark(self.file, 1, 1), limit=limit)
        self.builder.scalar(text, style, mark)


def _number_text(data: object) -> str | None:
    """Write a number; None for what is none of Python's."""
    match data:
        case Integral():
            return str(int(data)) if type(data).__name__ != _DURATION else None
        case float():
            return repr(float(data)).removesuffix(".0")
        case Decimal():
            return decimal_text(data)
        case Fraction():
            return write_number(data)
    return None


def _plain(data: Any, mark: Mark) -> object:
    """Give a day, or a scalar of numpy, as what Python has for it; else raise `TypeError`."""
    from datetime import date  # noqa: PLC0415 - few reports have one, and it is not cheap

    kind = type(data)
    if isinstance(data, date):
        return data.isoformat().removesuffix(_MIDNIGHT)
    if kind.__module__ == "numpy":
        if kind.__name__ in ("bool", "bool_"):
            return bool(data)
        if isinstance(data, Real) and kind.__name__ != _DURATION:
            # its own shortest text: as a float, float32's 0.1 is 0.10000000149011612
            return Decimal(str(data))
        if kind.__name__ == "datetime64":
            text, _, part = str(data).partition(".")
            moment = f"{text}.{part}" if part.strip("0") else text.removesuffix(_MIDNIGHT)
            return None if text == "NaT" else moment
    raise NoValueError(data, mark)


def _is_huge(data: object) -> bool:
    """Tell a whole number that no document holds, and that Python might refuse to write."""
    is_whole = isinstance(data, Integral) and type(data).__name__ != _DURATION
    return is_whole and abs(int(data)) >= _HUGE  # type: ignore[call-overload]  # by its test


def _is_written(number: Fraction) -> bool:
    """Tell whether a number can be written with all its decimals."""
    return count_finite_decimals(number) is not None and not is_too_large(number)


def _is_finite(data: float | Decimal) -> bool:
    return data.is_finite() if isinstance(data, Decimal) else isfinite(data)
