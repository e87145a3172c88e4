"""A caller's Python data to the same tree, so that it is checked like a file.

A float is read by its shortest text (`8.5` is 8.5, `99.0` is 99); NaN and infinities are refused.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral

from ruletrail.documents.nodes import Limits, Node, Style, TreeBuilder
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_DIGITS,
    MOST_INTEGER_DIGITS,
    count_finite_decimals,
    is_too_large,
    write_number,
)

_HUGE: int = 10**MOST_DIGITS


def from_python(data: object, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Turn mappings, lists, text, numbers, booleans into a tree; others raise `TypeError`.

    The bytes of all keys and values together count as the document's.
    """
    reader = _Reader(TreeBuilder(limits), Mark(file, 1, 1))
    try:
        reader.add(data)
    except ProblemsError as error:
        return None, list(error.problems)
    return reader.builder.root, reader.builder.problems


class _Reader:
    """Hands a caller's data to the builder and counts their bytes, so that it stops in time."""

    def __init__(self, builder: TreeBuilder, mark: Mark) -> None:
        self.builder, self.mark = builder, mark
        self.room = builder.limits.size

    def add(self, data: object) -> None:
        if isinstance(data, Mapping):
            self.builder.open(self.mark, is_mapping=True)
            for key, value in data.items():
                if not isinstance(key, str):
                    raise TypeError(f"keys of a report are text, not {type(key).__name__}")
                self.scalar(_checked(key, self.mark), "quoted")
                self.add(value)
            self.builder.close()
        elif isinstance(data, list | tuple):
            self.builder.open(self.mark, is_mapping=False)
            for item in data:
                self.add(item)
            self.builder.close()
        else:
            self.add_scalar(data)

    def add_scalar(self, data: object) -> None:
        if data is None:
            self.builder.problems.append(Problem("null-value", self.mark))
            self.scalar("null", "literal")
        elif isinstance(data, bool):
            self.scalar("true" if data else "false", "literal")
        elif isinstance(data, str):
            self.scalar(_checked(data, self.mark), "quoted")
        else:
            self.scalar(_number_text(data, self.mark), "number")

    def scalar(self, text: str, style: Style) -> None:
        self.room -= len(text) if text.isascii() else len(text.encode())
        if self.room < 0:
            limit = str(self.builder.limits.size)
            raise refusal("document-too-large", self.mark, limit=limit)
        self.builder.scalar(text, style, self.mark)


def _number_text(data: object, mark: Mark) -> str:
    match data:
        case float() | Decimal() if not _is_finite(data):
            raise refusal("not-finite", mark, near=quote(str(data)))
        case Integral():
            return str(int(data)) if abs(int(data)) < _HUGE else "9" * MOST_DIGITS
        case float():
            return repr(float(data)).removesuffix(".0")
        case Decimal():
            return str(data)
        case Fraction() if count_finite_decimals(data) is not None and not is_too_large(data):
            return write_number(data)
        case Fraction():
            shown = quote(str(data) if not is_too_large(data) else "…")
            limits = {"digits": str(MOST_INTEGER_DIGITS), "decimals": str(MOST_DECIMALS)}
            raise refusal("number-out-of-limits", mark, text=shown, **limits)
        case _:
            held = "text, numbers, booleans, lists and mappings"
            kind = type(data)
            library = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
            raise TypeError(f"a report holds {held}, not {library}{kind.__name__}")


def _is_finite(data: float | Decimal) -> bool:
    return data.is_finite() if isinstance(data, Decimal) else isfinite(data)


def _checked(text: str, mark: Mark) -> str:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise refusal("lone-surrogate", mark)
    return text
