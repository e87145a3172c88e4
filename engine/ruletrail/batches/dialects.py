"""How one CSV file writes: what stands between cells, numbers, dates, bytes, ends of lines.

A dialect is decided once, before any row is answered, from the first rows and what the caller says;
it never depends on who reads which rows. Numbers stay texts: a cell is either rewritten, digit by
digit, in the one form that reports know, or it is no number of this file.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from ruletrail.documents import decode_text
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.schemas import FieldDeclaration, Schema

Decimal = Literal["point", "comma", ""]
"""The sign between a number's whole and its decimals; empty where nothing tells."""
Encoding = Literal["utf-8", "cp1252"]
DECIMALS = ("comma", "point")
ENCODINGS = ("utf-8", "cp1252")

SAMPLE_ROWS = 10_000
SAMPLE_BYTES = 1 << 20
"""How much of a file is looked at, at most, to tell its decimal sign."""

_COMMA = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")
_POINT = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")
_UTF_16 = (BOM_UTF16_LE, BOM_UTF16_BE)
_DAY = re.compile(r"([0-9]{1,2})(?:/([0-9]{1,2})/|-([0-9]{1,2})-)([0-9]{4})")
_WORDS: Mapping[str, str] = {"VERO": "true", "FALSO": "false"}
"""What an Italian spreadsheet writes for true and false."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file writes.

    `has_groups` tells that thousands may be set apart, by the sign that is not the decimal one;
    `has_mark` that the file begins with the mark of UTF-8.
    """

    delimiter: str = ","
    decimal: Decimal = "point"
    has_groups: bool = False
    encoding: Encoding = "utf-8"
    has_mark: bool = False
    line_end: str = "\n"
    seems_comma: bool = False
    """Whether cells between commas are mostly written with a decimal comma, which none decides."""

    @property
    def is_office(self) -> bool:
        """Whether it writes as spreadsheets do where the decimal sign is the comma."""
        return self.decimal == "comma"

    def cell(self, text: str, declared: FieldDeclaration | None) -> str | None:
        """Return a field's cell as reports write it; None for no number of this file.

        What is no number, date or truth of this file stays as it is: the schema judges it.
        """
        if declared is None:
            return text
        if declared.type == "number":
            return self.number(text)
        if self.is_office and declared.type == "boolean":
            return _WORDS.get(text, text)
        return read_day(text) if self.is_office and declared.format == "date" else text

    def number(self, text: str) -> str | None:
        """Return a number with a decimal point and no thousands; None for no number of this file.

        The digits stay as they were written, those after the decimal sign too.
        """
        match self.decimal:
            case "comma":
                is_number = _COMMA.fullmatch(text) is not None
                return text.replace(".", "").replace(",", ".") if is_number else None
            case "point":
                is_grouped = self.has_groups and "," in text and _POINT.fullmatch(text) is not None
                return text.replace(",", "") if is_grouped else text
            case "":
                return text if _WHOLE.fullmatch(text) is not None else None

    def grammar(self) -> str | None:
        """Return the pattern of numbers that `number` admits; None where it leaves them as is."""
        if self.decimal == "point":
            return _POINT.pattern if self.has_groups else None
        return _COMMA.pattern if self.decimal == "comma" else _WHOLE.pattern

    def decode(self, data: bytes, name: str) -> str:
        """Return the text of bytes; what the file's encoding cannot mean raises `ProblemsError`."""
        if self.encoding == "utf-8":
            try:
                return decode_text(data, name)
            except ProblemsError as error:
                if data.startswith(_UTF_16):
                    raise  # the hint to save it again is all that helps
                raise ProblemsError(map(_hint_encoding, error.problems)) from error
        try:
            return data.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            mark = Mark(name, line, error.start - data.rfind(b"\n", 0, error.start))
            byte = f"0x{data[error.start]:02X}"
            problem = Problem("batch-encoding", mark, {"byte": byte, "encoding": self.encoding})
            raise ProblemsError([problem]) from error

    def for_answers(self) -> "Dialect":
        """Return how answers are written, so that what opens the file in opens the one out.

        They are UTF-8, which holds every text, with the mark that tells spreadsheets so where the
        file in had it, or needs it. A file between whose cells semicolons stand, and whose numbers
        are all whole, is taken to be of those with a comma.
        """
        decimal = self.decimal or ("comma" if self.delimiter == ";" else "point")
        has_mark = self.has_mark or self.encoding != "utf-8"
        return replace(self, decimal=decimal, encoding="utf-8", has_mark=has_mark)


PLAIN = Dialect()
"""How programs write CSV, and how answers are written to rows that come from no CSV."""
OFFICE = Dialect(";", "comma", has_groups=True, has_mark=True, line_end="\r\n")
"""How an Italian spreadsheet writes CSV."""


def read_day(text: str) -> str:
    """Return a day written `31/12/2024` or `31-12-2024` as `2024-12-31`; any other text stays."""
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    day, after_slash, after_dash, year = match.groups()
    try:
        return date(int(year), int(after_slash or after_dash), int(day)).isoformat()
    except ValueError:
        return text


# -- To recognise ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """The first cells, with their places, that are numbers with one sign only, or with either."""

    comma: tuple[Mark, str] | None = None
    point: tuple[Mark, str] | None = None
    either: tuple[Mark, str] | None = None


def recognise(
    dialect: Dialect, cells: Iterable[tuple[Mark, str]], declared: Decimal = ""
) -> Dialect:
    """Decide the decimal sign: the one declared, else the one that the cells leave no doubt about.

    `cells` are those of the first rows that stand for numbers. Between commas the sign is the point
    unless another is declared; if most cells look otherwise, what cannot be read is told of it.
    Elsewhere cells that may mean either, or that contradict each other, raise `ProblemsError`;
    where all numbers are whole nothing is decided.
    """
    if declared:
        return replace(dialect, decimal=declared, has_groups=True)
    if dialect.delimiter == ",":
        signs = Counter(
            sign for _, text in cells if len(found := list_signs(text)) == 1 for sign in found
        )
        seems_comma = signs["comma"] > signs["point"]
        return replace(dialect, decimal="point", has_groups=False, seems_comma=seems_comma)
    seen = _look(cells)
    if seen.comma is not None and seen.point is not None:
        raise _differing(seen.comma, seen.point)
    if seen.comma is None and seen.point is None:
        if seen.either is not None:
            mark, text = seen.either
            problem = Problem("batch-decimal-unclear", mark, {"text": quote(text)})
            raise ProblemsError([_name_columns(problem, "decimal-of-column", mark)])
        return replace(dialect, decimal="", has_groups=False)
    decimal: Decimal = "comma" if seen.comma is not None else "point"
    return replace(dialect, decimal=decimal, has_groups=True)


def _look(cells: Iterable[tuple[Mark, str]]) -> _Seen:
    seen = _Seen()
    for found in cells:
        text = found[1]
        if _WHOLE.fullmatch(text) is not None:
            continue
        has_comma, has_point = (form.fullmatch(text) is not None for form in (_COMMA, _POINT))
        if has_comma and has_point:
            seen = seen if seen.either else replace(seen, either=found)
        elif has_comma:
            seen = seen if seen.comma else replace(seen, comma=found)
        elif has_point:
            seen = seen if seen.point else replace(seen, point=found)
    return seen


def _differing(*found: tuple[Mark, str]) -> ProblemsError:
    """Return the error of cells that tell signs which cannot both be the file's."""
    (mark, first), (other, second) = sorted(found, key=lambda each: (each[0].line, each[0].column))
    details = {
        "text": quote(first),
        "line": str(mark.line),
        "second": quote(second),
        "other": str(other.line),
    }
    problem = Problem("batch-decimal-unclear", mark, details, "", "decimals-alike")
    problem = replace(problem, wording="decimals-differ")
    return ProblemsError([_name_columns(problem, "decimals-differ-there", mark, other)])


def _name_columns(problem: Problem, wording: str, *marks: Mark) -> Problem:
    """Say in which columns cells are, where that is known."""
    columns = [steps[-1] for mark in marks if isinstance(steps := mark.path, tuple)]
    if len(columns) < len(marks):
        return problem
    names = zip(("column", "beside"), map(quote, map(str, columns)), strict=False)
    return replace(problem, details={**problem.details, **dict(names)}, wording=wording)


def list_signs(text: str) -> list[str]:
    """Return the decimal signs with which a text is a number."""
    forms = zip(DECIMALS, (_COMMA, _POINT), strict=True)
    return [sign for sign, form in forms if form.fullmatch(text) is not None]


def number_columns(header: Iterable[str], schema: Schema) -> frozenset[int]:
    """Return the places of the columns that stand for numbers."""
    types = schema.types
    return frozenset(at for at, column in enumerate(header) if types.get(column) == "number")


def tell_lines(line: bytes, ended: int) -> dict[str, Any]:
    """Return what a file's first line tells of its dialect: the mark, and how lines end."""
    two = len("\r\n")
    return {"has_mark": line.startswith(BOM_UTF8), "line_end": "\r\n" if ended == two else "\n"}


def _hint_encoding(problem: Problem) -> Problem:
    """Say of a text that is not UTF-8 which option tells how it is written."""
    return replace(problem, advice="csv-encoding") if problem.code == "not-utf8" else problem
