"""The columns of a table as lowered code reads them, string dictionaries, exact single values.

Below the encoders of Python sequences (`encoding`) and of Arrow (`arrow_encoding`). A number is an
integer at a scale; a text is an index into a dictionary. A program is lowered once and each table
brings its own texts, so a program names dictionaries (`Dictionary`); what depends on their entries
is a parameter, which is made for each table.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import FUNCTIONS
from ruletrail.normal_forms import normalise_text
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    count_decimals,
    count_finite_decimals,
    decimal_text,
    is_too_large,
    read_number,
    show_large,
)

BOOLEANS = (False, True)
"""The dictionary of a boolean column: its codes are the booleans as bytes."""

MOST = 2**62
"""An integer of this size or more is kept beside its column, so that a sum of two fits int64."""

LARGEST = 10**MOST_INTEGER_DIGITS
"""No document holds a number of this size."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers of one field: int64 at `scale`, 0 where `missing`.

    `large` has those of `MOST` or more, which are 0 too. `decimals` says with how many decimals
    each was written; None where all have `scale`.
    """

    values: NDArray[np.int64]
    scale: int = 0
    missing: NDArray[np.bool_] | None = None
    large: Mapping[int, Fraction] = field(default_factory=dict)
    decimals: NDArray[np.int8] | None = None


@dataclass(frozen=True, slots=True)
class WordColumn:
    """Texts or booleans of one field: indices into `words`, 0 where `missing`.

    All words differ and are in NFC: texts are compared by their indices.
    """

    codes: NDArray[np.integer[Any]]
    words: Sequence[str | bool]
    missing: NDArray[np.bool_] | None = None


Column = NumberColumn | WordColumn


class TableError(ValueError):
    """A table cannot be read as one of reports; the message says why, for programmers."""


class UnknownColumnError(TableError, KeyError):
    """A column has the name of no field: its name."""

    def __init__(self, name: str) -> None:
        """Name the column."""
        super().__init__(f"no field is called `{name}`")
        self.name = name


class RepeatedColumnError(TableError):
    """Two columns have one name: the name."""

    def __init__(self, name: str) -> None:
        """Name the columns."""
        super().__init__(f"the column `{name}` stands twice")
        self.name = name


class LengthsError(TableError):
    """The columns are not of one length: how long each is."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        """Keep the lengths by column."""
        super().__init__("the columns are not of one length")
        self.lengths = lengths


class ColumnError(TableError):
    """A column holds what its field cannot: the field's code, the row (from 0), the value.

    Without a row `value` is a word of a prepared column (listed twice, not in NFC, with half a
    character or of another type), or the whole column, which is no list of values.
    """

    def __init__(self, code: str, row: int | None, value: object, *, is_word: bool = False) -> None:
        """Name the value, at most 80 characters of it, or the type of what is no column."""
        if is_word:
            found = f"holds `{_show(value)}` among its words, which differ, are whole and in NFC"
        elif row is None:
            found = f"is no list of single values, but of type `{type(value).__name__}`"
        else:
            found = f"holds `{_show(value)}` in row {row}"
        super().__init__(f"the column `{code}` {found}")
        self.code, self.row, self.value, self.is_word = code, row, value, is_word

    @property
    def shown(self) -> str:
        """The value, as people may read it."""
        return _show(self.value)


class HalfCharacterError(ColumnError):
    """A text holds half a character, which is no text of a report: the code, the row, the text."""


class NullError(TableError):
    """A value is missing where the caller refuses that: the field's code, the row (from 0)."""

    def __init__(self, code: str, row: int) -> None:
        """Name the value."""
        super().__init__(f"the column `{code}` has no value in row {row}")
        self.code, self.row = code, row


def _show(value: object) -> str:
    """Write a value; a text that is no number is told from the number by its quotes."""
    if isinstance(value, int | Fraction) and is_too_large(Fraction(value)):
        return show_large(value)
    try:
        # numpy's texts would show their own type
        return (repr(str(value)) if isinstance(value, str) else str(value))[:80]
    except (ValueError, RecursionError):  # what holds a number too long for Python, or is too deep
        return "…"


# -- Single values ---------------------------------------------------------------------------------


def read_exact(value: Any) -> tuple[Fraction, int] | None:
    """Read one number exactly, with its written decimals; None where no document holds it.

    A float is its shortest text; a `Fraction` has the decimals that it needs. A text is no number,
    whatever it says, as in a report one in quotes is none.
    """
    match value:
        # integers to Python and to numpy, and no numbers of the language
        case bool() | np.timedelta64():
            return None
        case Fraction():
            finite = count_finite_decimals(value)
            fits = finite is not None and finite <= MOST_DECIMALS and abs(value) < LARGEST
            return (value, finite) if fits and finite is not None else None
        case Integral():
            text = str(int(value)) if abs(int(value)) < LARGEST else ""
        case Decimal():
            text = decimal_text(value)
        case float():
            text = repr(float(value)).removesuffix(".0")  # numpy's floats have a text of their own
        case np.floating():
            text = str(value).removesuffix(".0")  # of 16 or 32 bits, whose shortest text is shorter
        case _:
            return None
    number = read_number(text)
    return (number, count_decimals(text)) if number is not None else None


def normal_text(text: str) -> str:
    """Return a text in NFC, as all readers of documents do, so that equal texts are equal."""
    # numpy's texts are texts of their own type, and would come out as such
    return normalise_text(str(text))


def has_half_character(text: str) -> bool:
    """Tell whether a text holds a surrogate alone, which no file that is UTF-8 can."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def value_of(column: Column, row: int) -> Fraction | str | bool | None:
    """Return one value exactly; None where it is missing."""
    if column.missing is not None and column.missing[row]:
        return None
    if isinstance(column, WordColumn):
        return column.words[int(column.codes[row])]
    if row in column.large:
        return column.large[row]
    return Fraction(int(column.values[row]), 10**column.scale)


def take_rows(column: Column, rows: NDArray[np.intp]) -> Column:
    """Take rows of a column, none of which is kept beside it."""
    missing = column.missing[rows] if column.missing is not None else None
    if isinstance(column, WordColumn):
        return WordColumn(column.codes[rows], column.words, missing)
    decimals = column.decimals[rows] if column.decimals is not None else None
    return NumberColumn(column.values[rows], column.scale, missing, {}, decimals)


def decimals_of(column: Column, row: int) -> int:
    """Return with how many decimals a number was written; 0 for a text or boolean."""
    if isinstance(column, WordColumn):
        return 0
    return column.scale if column.decimals is None else int(column.decimals[row])


# -- String dictionaries ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary by name: written in the rulebook, that of a column, or several joined."""

    entries: tuple[str, ...] = ()
    column: str = ""
    joined: tuple["Dictionary", ...] = ()


NO_DICTIONARY = Dictionary()


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array that a program needs: the indices of entries in another dictionary, or lengths.

    Or what a test says of each, 0 or 1: whether it begins or ends with `text`, or contains it. With
    `entry` it is of that entry alone, for a text that all rows share.
    """

    what: Literal["indices", "lengths", "starts_with", "ends_with", "contains"]
    dictionary: Dictionary
    other: Dictionary = NO_DICTIONARY
    entry: int | None = None
    text: str = ""


def list_entries(dictionary: Dictionary, columns: Mapping[str, Any]) -> tuple[str | bool, ...]:
    """List a dictionary's entries for the columns of a table."""
    if dictionary.column:
        return tuple(columns[dictionary.column].words)
    if dictionary.joined:
        parts = [list_entries(part, columns) for part in dictionary.joined]
        return tuple(dict.fromkeys(entry for part in parts for entry in part))
    return dictionary.entries


def make_parameter(parameter: Parameter, columns: Mapping[str, Any]) -> Any:
    """Make a parameter's array for a table: int32 indices (-1 where there is none), int64 lengths.

    What tests say is int32 too.

    It is never empty: a missing text has index 0, and is looked up as well.
    """
    entries = list_entries(parameter.dictionary, columns)
    if parameter.entry is not None:
        entries = entries[parameter.entry : parameter.entry + 1]
    if parameter.what == "lengths":
        return np.array(lengths_of(entries) or [0], np.int64)
    if parameter.what in FUNCTIONS:
        return np.array(test_texts(parameter.what, entries, parameter.text) or [False], np.int32)
    indices = {entry: at for at, entry in enumerate(list_entries(parameter.other, columns))}
    return np.array([indices.get(entry, -1) for entry in entries] or [-1], np.int32)


def test_texts(name: str, entries: Sequence[str | bool], text: str) -> list[bool]:
    """Say what a test of the table of operations says of each entry."""
    exact = FUNCTIONS[name].exact
    return [exact is not None and exact((str(entry), text)) is True for entry in entries]


def lengths_of(entries: Sequence[str | bool]) -> list[int]:
    """Count the characters of each entry."""
    return [len(str(entry)) for entry in entries]
