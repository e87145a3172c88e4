"""Cells of tables as text, and which of them travel from a row in to its row out. Data only."""

from decimal import Decimal

from ruletrail.fast_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """The columns that travel: `subject.…` first, then those that were asked for."""

    subject: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order of the output."""
        return (*self.subject, *self.kept)


NOTHING = Carried()


class Moment(str):
    """A day, with the time if there is one, as ISO 8601 writes it; in a workbook it is a day."""

    __slots__ = ()


class JsonText(str):
    """What stands under a key of JSON and holds other values: in any other form it is its text."""

    __slots__ = ()


def number_text(cell: object) -> str:
    """Write a table's number with no more decimals than it needs.

    The scale of its column says nothing of how it was declared.
    """
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    text = f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)
    return text.rstrip("0").rstrip(".") if "." in text else text


def carried_text(cell: object) -> str:
    """Write a cell that travels as text: a number with no more decimals than it needs.

    What else a reader of rows may hold has no text of its own, and must not get Python's.
    """
    match cell:
        case bool():
            return "true" if cell else "false"
        case int() | float() | Decimal():
            return number_text(cell)
        case str():
            return cell
        case _:
            raise TypeError(f"a cell that travels is no {type(cell).__name__}")
