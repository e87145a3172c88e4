"""What belongs to one code in each row of a list: that it is missing, or does not apply."""

from collections.abc import Callable, Mapping
from typing import Literal

from ruletrail.trails import code_in_row
from ruletrail.values import ErrorValue, Missing, NotApplicable

RowFactKind = Literal["code", "conflict", "limit", "missing", "not_applicable"]
"""A code by itself, or the non-value that names it."""

_MAKERS: Mapping[str, Callable[[str], object]] = {
    "code": str,
    "conflict": lambda code: ErrorValue("conflict", code),
    "limit": lambda code: ErrorValue("limit", code),
    "missing": lambda code: Missing((code,)),
    "not_applicable": NotApplicable,
}


def fact_of_code(kind: RowFactKind, code: str) -> object:
    """Make what belongs to a code of no row."""
    return _MAKERS[kind](code)


class RowFacts(dict[int, object]):
    """What belongs to a code in each row: made when a row first needs it, then kept.

    Threads may make one twice; both are equal.
    """

    __slots__ = ("code", "kind")
    __match_args__ = ("kind", "code")

    def __init__(self, kind: RowFactKind, code: str) -> None:
        """Take the code without a row, `LIST.NAME`."""
        super().__init__()
        self.kind, self.code = kind, code

    def __missing__(self, row: int) -> object:
        """Make that of a row."""
        self[row] = made = _MAKERS[self.kind](code_in_row(self.code, row))
        return made
