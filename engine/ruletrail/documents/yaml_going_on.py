"""Formulas that go on in the line below, where it stands beside their key and not further right.

YAML takes its minus for the dash of a list, and its first word for a key.
"""

import re

from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    line_before,
    margin_of,
    tell_slip,
)
from ruletrail.problems import Problem

_OPERATION = re.compile(r" *(?:(?:and|or|not|if|else)\b|[-+*/%<>=!](?! *\{))")
"""How a line begins that goes on with a formula."""
_GOING_ON = frozenset({*OF_FORMULAS, "condition"})
"""Keys whose value is a formula, or, in examples, what one of them says."""
_NO_PLAIN = ("", '"', "'", "{", "[", "|", ">")
"""How a value begins that no line below goes on with."""
_STEP = 2
"""Spaces by which a line that goes on stands further right."""
_LONGEST_FORMULA = 20
"""Lines over which a formula may go."""


def explain_going_on(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a line that begins with an operator, and goes on with the formula above it."""
    for line in (before, here):
        found = _find_formula(line, lines) if _is_operation(lines.lines[line]) else None
        if found is None:
            continue
        (above, lead), own = found, len(margin_of(lines.lines[line]))
        # of several lines that go on with it, the first is told
        between = range(above + 1, line)
        first = next((at for at in between if len(margin_of(lines.lines[at])) == own), line)
        beside = str(above + 1)
        if own == lead:
            return tell_slip("yaml-goes-on", (first, own), lines, line=beside)
        count = str(lead + _STEP)
        return tell_slip("yaml-goes-on-at", (first, own), lines, line=beside, count=count)
    return None


def _find_formula(line: int, lines: Lines) -> tuple[int, int] | None:
    """Find the formula that a line may go on with: its line, and where its key stands."""
    above = line_before(lines, line)
    while above is not None and line - above <= _LONGEST_FORMULA:
        match = KEY_AND_VALUE.fullmatch(lines.lines[above])
        if match is not None:
            lead, value = len(match["lead"]), match["value"] or ""
            is_formula = match["key"] in _GOING_ON and value[:1] not in _NO_PLAIN
            is_left = len(margin_of(lines.lines[line])) <= lead
            return (above, lead) if is_formula and is_left else None
        above = line_before(lines, above)
    return None


def _is_operation(written: str) -> bool:
    return _OPERATION.match(written) is not None and KEY_AND_VALUE.fullmatch(written) is None
