"""Unicode's normal forms in time that grows with a text and not with its square.

Python sorts the marks that follow a letter by insertion: thirty thousand of them, in an order that
somebody chose, take half a second. They are sorted here before, by Unicode's own rule.
"""

import re
import unicodedata
from typing import Literal

Form = Literal["NFC", "NFKD"]

_RUN = "[\u0300-\U0010ffff]{31,}"
"""Where many marks may stand in a row: no character below these is one, or becomes two of them.

Thirty is the most that a text means to have, by Unicode's "stream-safe" format. It is compiled when
a text needs it, for that takes two milliseconds.
"""


def normalise_text(text: str, form: Form = "NFC") -> str:
    """Return a text in a normal form, as `unicodedata.normalize` does."""
    # asking is quick: marks out of order are told at once, and those in order need no sorting
    if text.isascii() or unicodedata.is_normalized(form, text):
        return text
    decomposed = "NFD" if form == "NFC" else form
    ordered = re.sub(_RUN, lambda found: _order_marks(found[0], decomposed), text)
    return unicodedata.normalize(form, ordered)


def _order_marks(run: str, decomposed: Literal["NFD", "NFKD"]) -> str:
    """Take a run of characters apart and sort marks by their class, equal ones as they stand."""
    out: list[str] = []
    marks: list[str] = []
    for char in "".join([unicodedata.normalize(decomposed, each) for each in run]):
        if unicodedata.combining(char):
            marks.append(char)
            continue
        out += sorted(marks, key=unicodedata.combining)
        out.append(char)
        marks.clear()
    return "".join([*out, *sorted(marks, key=unicodedata.combining)])
