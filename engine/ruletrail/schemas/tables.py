"""What a generated checker is made of: tables from a Python type to one function.

A table answers "valid", "not valid", or leaves the value to jsonschema by raising `UnsureError`.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from types import NoneType
from typing import Any, Protocol

Check = Callable[[Any], bool]
KINDS = (dict, list, str, int, Decimal, bool, NoneType)
"""The types of typed data; a value of any other type is never accepted."""


class UnsureError(Exception):
    """What the checker met is jsonschema's to judge."""


class Table(dict[type, Check]):
    """What a subschema asks, by the value's type; an absent type is jsonschema's to judge."""

    def __missing__(self, kind: type) -> Check:
        """Judge nothing."""
        return unsure


class MakesTables(Protocol):
    """What a keyword needs of the generator: the tables of the subschemas in it."""

    def table(self, schema: object) -> Table:
        """Make, or find, the table of a subschema."""
        ...

    def is_annotation(self, keyword: str, schema: object) -> bool:
        """Tell a keyword that decides nothing by itself where it stands."""
        ...

    def follow(self, reference: object) -> Table:
        """Make, or find, the table of what a reference points to."""
        ...


def unsure(_value: object) -> bool:
    """Leave a value to jsonschema."""
    raise UnsureError


def always(_value: object) -> bool:
    """Accept a value."""
    return True


def never(_value: object) -> bool:
    """Refuse a value."""
    return False


def join(checks: Iterable[Check]) -> Check:
    """Make one check of several; all must accept."""
    asked = [check for check in checks if check is not always]
    if not asked:
        return always
    if len(asked) == 1 or never in asked:
        return never if never in asked else asked[0]
    first, *others = asked
    if len(others) == 1:
        second = others[0]
        return lambda value: first(value) and second(value)
    return lambda value: all(check(value) for check in asked)
