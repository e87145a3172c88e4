"""Cells of somebody else's sheet that openpyxl would lose, or read as something else.

It takes what Python takes for a number (`1_000`), any number but 0 for true, the last of the shared
texts for the number -1, of a day what it knows at its beginning, and a value only where it looks
for one. A spreadsheet opens no file that says so.
"""

import re
from collections.abc import Mapping
from typing import Any

from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG

from ruletrail.batches.workbook_parts import BrokenWorkbookError

_INLINE = "inlineStr"
_BLANKS = " \t\r\n"
_ANY = re.compile(r".*", re.DOTALL)
_FORMS: Mapping[str, re.Pattern[str]] = {
    "n": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
    "s": re.compile(r"\d+", re.ASCII),
    "b": re.compile(r"0|1|false|true"),
    "d": re.compile(
        r"(?:\d{4}-\d\d-\d\d)?(?:T?\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?Z?|PT[\dHMS.]+", re.ASCII
    ),
    "e": _ANY,
    "str": _ANY,
    _INLINE: re.compile(r""),
}
"""How the value of a cell is written, by its type; an inline text stands elsewhere."""
_TRUTHS: Mapping[str, str] = {"false": "0", "true": "1"}
"""The truths of XML that openpyxl does not know, as it knows them."""


def check_cell(element: Any) -> None:
    """Raise `BrokenWorkbookError` for a cell that would be read as what it does not say."""
    kind = element.get("t", "n")
    form = _FORMS.get(kind)
    values, texts = element.findall(VALUE_TAG), element.findall(INLINE_STRING)
    if form is None or len(values) > 1 or len(texts) > (kind == _INLINE) or any(map(len, values)):
        raise BrokenWorkbookError
    written = (values[0].text or "").strip(_BLANKS) if values else ""
    if written and not form.fullmatch(written):
        raise BrokenWorkbookError
    if kind == "b" and written in _TRUTHS:
        values[0].text = _TRUTHS[written]
