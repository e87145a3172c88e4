"""Formulas with texts but no quotes of their own, in the braces of a map: `{when: "b" == code, …}`.

YAML takes the first quotes for those of the value, which ends with them, and breaks at what
follows; a comma between round brackets it takes for the end of the value.
"""

import re

from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.documents.yaml_lines import (
    LONGEST_SENTENCE,
    Lines,
    in_ticks,
    tell_slip,
    write_quoted,
)
from ruletrail.problems import Fix, Problem

_KEY_OF_FORMULA = re.compile(rf"[{{,] *(?:{'|'.join(OF_FORMULAS)}): +(?=\S)")
_NEXT_ENTRY = re.compile(r"\}|,\s*(?:[A-Za-z_]\w*:(?:\s|\Z)|#|\Z)")
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORDS = "and|or|not|in|if|else|e|o|non|se|altrimenti"
_LEADS_TO_TEXT = re.compile(rf"(?:[-+*/%<>=!&(\[,;]|\b(?:{_WORDS})) *\Z", re.IGNORECASE)
_GOES_ON = re.compile(rf" *(?:[-+*/%<>=!&)\],;]|(?:{_WORDS})\b)", re.IGNORECASE)
"""What stands before and behind a text in a formula."""


def explain_formula_in_braces(line: int, column: int, lines: Lines) -> Problem | None:
    """Tell a formula in braces, around a column, whose texts YAML took for the whole value."""
    written = lines.lines[line]
    begun = [each.end() for each in _KEY_OF_FORMULA.finditer(written) if each.end() <= column]
    whole = _read_formula(written[begun[-1] :]) if begun else ""
    if not joins_texts(whole) or column > begun[-1] + len(whole):
        return None
    place, instead = (line, begun[-1]), write_quoted(whole)
    if adds_to_text(whole):
        return tell_slip("no-joined-texts", place, lines)
    fix = Fix(lines.mark(*place), whole, instead)
    shown = in_ticks(instead, LONGEST_SENTENCE)
    return tell_slip("yaml-formula-in-braces", place, lines, fix, instead=shown)


def joins_texts(formula: str) -> bool:
    """Tell a formula that holds texts from a text in quotes that holds others.

    A text of a formula has a sign, a bracket or a joining word on either side.
    """
    pieces = [piece.strip() for piece in _TEXT.split(formula)]
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1 or not any(pieces):
        return False
    leads = [*filter(None, [first]), *pieces[1:-1]]
    goes_on = [*pieces[1:-1], *filter(None, [last])]
    return all(map(_LEADS_TO_TEXT.search, leads)) and all(map(_GOES_ON.match, goes_on))


def adds_to_text(formula: str) -> bool:
    """Tell a formula that joins a text to something, as spreadsheets do: in quotes it is none."""
    pieces = [piece.strip() for piece in _TEXT.split(formula)]
    is_joined = any(piece[:1] in ("&", "+") for piece in pieces[1:])
    return is_joined or any(piece[-1:] in ("&", "+") for piece in pieces[:-1])


def _read_formula(written: str) -> str:
    """Read from where a formula begins to where its value ends in braces; empty where in doubt."""
    depth, quotes = 0, ""
    for at, char in enumerate(written):
        if quotes or char in "\"'":
            quotes = "" if char == quotes else quotes or char
        elif not depth and char in ",}":
            return written[:at].rstrip() if _NEXT_ENTRY.match(written, at) else ""
        elif not depth and written[at : at + 2] == ": ":
            return ""
        else:
            depth += (char in "([{") - (char in ")]}")
    return "" if quotes or depth else written.rstrip()
