"""What stands in files of text and in sheets for a value, and what a cell of them means.

A form writes a value as its dialect does, or does not hold it. What a cell means is said here from
docs/batch.md alone: for a kind of field, the value of a report, nothing where the cell is missing,
or the problem of a cell that no report has.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from support.matrix_forms import is_missing
from support.offices import MAIN, cell, header, text_cell, workbook_parts, write_parts


@dataclass(frozen=True)
class FileForm:
    """A form of file: its suffix, the sign between decimals that is declared, what parts cells."""

    suffix: str
    decimal: str = ""
    delimiter: str = ","


@dataclass(frozen=True)
class Refused:
    """What a cell means that is refused whatever its field is."""

    code: str


FILES = {
    "csv": FileForm("csv"),
    "csv with points": FileForm("csv", "point", "\t"),
    "csv with commas": FileForm("csv", "comma", ";"),
    "csv that tells no sign": FileForm("csv", "", ";"),
    "xlsx": FileForm("xlsx"),
    "xlsx with commas": FileForm("xlsx", "comma"),
}

NUMBERS = ("number", "integer", "decimal", "declared")
NOTHING = object()
"""What a cell means that says nothing."""

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_GROUPS = {
    "point": re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    "comma": re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}
_DAY = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})")


def is_of_nanoseconds(moment: Any) -> bool:
    """Tell a moment of pandas between two that a sheet keeps, which are whole seconds."""
    return bool(getattr(moment, "nanosecond", 0))


# -- Texts -----------------------------------------------------------------------------------------


def native(value: Any) -> Any:
    """Give a value as Python's own, if it is one that a file of text has; else None."""
    if isinstance(value, np.generic):
        # its own shortest text: as a float, float32's 0.1 is 0.10000000149011612
        is_real = isinstance(value, np.floating)
        value = Decimal(str(value)) if is_real else value.item()
    return value.to_pydatetime() if type(value) is pd.Timestamp and not value.nanosecond else value


def number_of(value: Any) -> str:
    """Write a number with the digits that it has; empty for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return ""
    number = Decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite() or abs(number.adjusted()) > 10**4:
        return ""
    return repr(value) if isinstance(value, float) else f"{number:f}"


def text_of(value: Any, form: FileForm) -> str | None:
    """Write a value into a cell of CSV; None for one that it does not hold."""
    value = native(value)
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        words = ("FALSO", "VERO") if form.decimal == "comma" else ("false", "true")
        return words[value]
    if number := number_of(value):
        return number.replace(".", ",") if form.decimal == "comma" else number
    if isinstance(value, date) and not isinstance(value, datetime):
        is_office = form.decimal == "comma"
        day = f"{value.day:02}/{value.month:02}/{value.year:04}"
        return day if is_office else value.isoformat()
    is_held = isinstance(value, str) and not re.search("[\ud800-\udfff]", value)
    return value if is_held else None


def meaning_of_text(text: str, kind: str, form: FileForm) -> Any:
    """Say what a text means that stands for its field, as docs/batch.md, Dialects of CSV has it."""
    if text == "":
        return NOTHING
    if kind in NUMBERS:
        return _number_in(text, form)
    words = {"true": True, "false": False}
    if form.decimal == "comma":
        words |= {"VERO": True, "FALSO": False}
    if kind == "boolean":
        return words.get(text, text)
    found = _DAY.fullmatch(text) if kind == "date" and form.decimal == "comma" else None
    if found is not None:
        day, _, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return text


def tells_nothing(form: FileForm) -> bool:
    """Tell a file of CSV whose decimal sign is known only if its numbers tell it."""
    return form.suffix == "csv" and not form.decimal and form.delimiter != ","


def is_told_by(text: str) -> bool:
    """Tell a number whose sign would decide how a file is written."""
    read = [_number_in(text, FileForm("csv", sign)) for sign in ("comma", "point")]
    has_sign = "," in text or "." in text
    return has_sign and any(isinstance(each, Decimal) for each in read)


def _number_in(text: str, form: FileForm) -> Any:
    is_comma = form.decimal == "comma"
    if form.decimal and _GROUPS[form.decimal].fullmatch(text):
        text = text.replace("." if is_comma else ",", "")
    elif (is_comma and "." in text) or (tells_nothing(form) and "." in text):
        return text
    read = text.replace(",", ".") if is_comma else text
    return Decimal(read) if _PLAIN.fullmatch(read) else text


# -- JSON ------------------------------------------------------------------------------------------


class CannotSayError(Exception):
    """A value that no document of JSON has."""


def json_of(value: Any) -> str:
    """Write a value as JSON; what no document has is a `CannotSayError`."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(json_of, value))}]"
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise CannotSayError
        pairs = (f"{json.dumps(name)}: {json_of(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    value = native(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return "null"
    if number := number_of(value):
        return number
    if type(value) is date:
        return json.dumps(value.isoformat())
    if isinstance(value, bool | str):
        return json.dumps(value)
    raise CannotSayError


# -- Sheets ----------------------------------------------------------------------------------------

_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/>'
    '<xf numFmtId="46"/></cellXfs></styleSheet>'
)
"""The looks of a number, of a moment, and of hours that go on counting."""
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zone
_DAY_KNOWN = datetime(1900, 3, 1)  # noqa: DTZ001 - the first that all programs count alike


@dataclass(frozen=True)
class Stored:
    """A cell as spreadsheets store it, and what that means."""

    value: str
    meaning: Any
    kind: str = ""
    style: str = ""
    formula: str = ""


STORED = {
    "binary fraction": Stored("1.1000000000000001", Decimal("1.1")),
    "sum of fractions": Stored("0.30000000000000004", Decimal("0.3")),
    "exponent": Stored("1.2300000000000001E-5", Decimal("0.0000123")),
    "whole with decimals": Stored("7.0", Decimal(7)),
    "many digits": Stored("1234567890123456", Decimal(1234567890123460)),
    "computed": Stored("3.5", Decimal("3.5"), formula="1+2.5"),
    "computed text": Stored("a", "a", "str", formula="B9"),
    "computed truth": Stored("1", True, "b", formula="TRUE()"),
    "computed nothing": Stored("", NOTHING, "str", formula="B9"),
    "uncomputed": Stored("", Refused("batch-cell-uncomputed"), formula="1+1"),
    "error": Stored("#N/A", Refused("batch-cell-error"), "e"),
    "day": Stored("45657", "2024-12-31", style="1"),
    "noon": Stored("45657.5", "2024-12-31T12:00:00", style="1"),
    "almost the next day": Stored("45656.999999999", "2024-12-31", style="1"),
    "time": Stored("0.25", "06:00:00", style="1"),
    "day that never was": Stored("60", Refused("batch-cell-error"), style="1"),
    "day before all": Stored("-1", Refused("batch-cell-error"), style="1"),
    "day after all": Stored("2958466", Refused("batch-cell-error"), style="1"),
    "hours": Stored("1.5", Refused("batch-cell-duration"), style="2"),
    "text under a date": Stored("a", "a", "str", "1"),
    "truth under a date": Stored("0", False, "b", "1"),
    "day as a text": Stored("2024-12-31", "2024-12-31", "d"),
    "moment as a text": Stored("2024-12-31T12:00:00", "2024-12-31T12:00:00", "d"),
}
"""Cells that are written otherwise than a value of Python, in the looks of `_STYLES`."""


def sheet_cell(value: Any, place: str) -> str | None:
    """Write a value into a cell of a sheet; None for one that it does not hold."""
    if isinstance(value, Stored):
        return cell(place, value.value, value.kind, value.style, value.formula)
    value = native(value)
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return cell(place, str(int(value)), "b")
    if number := number_of(value):
        return cell(place, number) if len(number) < 300 else None
    if isinstance(value, time):
        return cell(place, str((value.hour * 60 + value.minute) / 1440), style="1")
    if isinstance(value, timedelta):
        return cell(place, str(value.days), style="2")
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        if moment.tzinfo is not None or moment < _DAY_KNOWN or is_of_nanoseconds(moment):
            return None
        passed = (moment - _DAY_ZERO) / timedelta(days=1)
        return cell(place, repr(passed), style="1")
    if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
        return None
    held = re.sub("[\x00-\x1f]", lambda found: f"_x{ord(found[0]):04X}_", value)
    return text_cell(place, escape(held)).replace("<t>", '<t xml:space="preserve">')


def meaning_of_cell(value: Any, kind: str, form: FileForm) -> Any:
    """Say what a cell of a sheet means, as docs/batch.md, Workbooks in has it."""
    if isinstance(value, Stored):
        return value.meaning
    value = native(value)
    if is_missing(value) or value == "":
        return NOTHING
    if isinstance(value, timedelta):
        return Refused("batch-cell-duration")
    if isinstance(value, str):
        return meaning_of_text(value, kind, form) if form.decimal else value
    if isinstance(value, datetime | time):
        return value.isoformat().removesuffix("T00:00:00")
    if number := number_of(value):
        shown = f"{Decimal(f'{float(number):.15g}'):f}"  # fifteen digits
        return Decimal(shown.rstrip("0").rstrip(".") if "." in shown else shown)
    return value


# -- Files -----------------------------------------------------------------------------------------


def write_csv(path: Path, code: str, cells: Sequence[str], form: FileForm) -> None:
    """Write a file of one column and K."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\n")
    writer.writerows([("K", code), *(("10", each) for each in cells)])
    path.write_bytes(text.getvalue().encode())


def write_sheet(path: Path, code: str, cells: Sequence[Any]) -> None:
    """Write a workbook of one column and K."""
    rows = "".join(
        f'<row r="{at}">{cell(f"A{at}", "10")}{sheet_cell(each, f"B{at}")}</row>'
        for at, each in enumerate(cells, 2)
    )
    write_parts(str(path), workbook_parts(header("K", code) + rows, styles=_STYLES))


def write_lines(path: Path, code: str, cells: Sequence[str], rulebook: str) -> None:
    """Write a report a line."""
    lines = (
        f'{{"rulebook": "{rulebook}", "fields": {{"K": 10, "{code}": {each}}}}}\n' for each in cells
    )
    path.write_text("".join(lines), encoding="utf-8")
