"""A caller's Python data to the same tree, so that it is checked like a file.

A float is read by its shortest text (`8.5` is 8.5, `99.0` is 99); NaN and infinities are refused.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral

from ruletrail.documents.nodes import Limits, Node, TreeBuilder
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
    """Turn mappings, lists, text, numbers, booleans into a tree; others raise `TypeError`."""
    builder = TreeBuilder(limits)
    try:
        _add(builder, data, Mark(file, 1, 1))
    except ProblemsError as error:
        return None, list(error.problems)
    return builder.root, builder.problems


def _add(builder: TreeBuilder, data: object, mark: Mark) -> None:
    if isinstance(data, Mapping):
        builder.open(mark, is_mapping=True)
        for key, value in data.items():
            if not isinstance(key, str):
                raise TypeError(f"keys of a report are text, not {type(key).__name__}")
            builder.scalar(_checked(key, mark), "quoted", mark)
            _add(builder, value, mark)
        builder.close()
    elif isinstance(data, list | tuple):
        builder.open(mark, is_mapping=False)
        for item in data:
            _add(builder, item, mark)
        builder.close()
    else:
        _add_scalar(builder, data, mark)


def _add_scalar(builder: TreeBuilder, data: object, mark: Mark) -> None:
    if data is None:
        builder.problems.append(Problem("null-value", mark))
        builder.scalar("null", "literal", mark)
    elif isinstance(data, bool):
        builder.scalar("true" if data else "false", "literal", mark)
    elif isinstance(data, str):
        builder.scalar(_checked(data, mark), "quoted", mark)
    else:
        builder.scalar(_number_text(data, mark), "number", mark)


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
            raise TypeError(f"a report holds {held}, not {type(data).__name__}")


def _is_finite(data: float | Decimal) -> bool:
    return data.is_finite() if isinstance(data, Decimal) else isfinite(data)


def _checked(text: str, mark: Mark) -> str:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise refusal("lone-surrogate", mark)
    return text
