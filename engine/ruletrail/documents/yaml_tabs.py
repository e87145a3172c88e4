"""Tabs that a document is indented by: in one line among others, or in all of them."""

from ruletrail.documents.yaml_lines import KEY_AND_VALUE, Lines, margin_of
from ruletrail.problems import Problem

_USUAL = 2
"""Spaces of a step to the right where no line shows another."""


def tell_tab(line: int, column: int, lines: Lines) -> Problem:
    """Tell a tab in a line's indentation, with how many other lines have one.

    Where the line is alone, those around it show what belongs there.
    """
    others = [at for at in range(len(lines.lines)) if at != line and _has_tab(lines.lines[at])]
    step = _step_of(lines)
    mark = lines.mark(line, column)
    if not others and step:
        return Problem("tab-indentation", mark)
    details = {"step": str(step or _USUAL), "count": str(len(others)), "last": ""}
    if not others:
        return Problem("tab-indentation", mark, details, advice="tab-alone")
    details["last"] = str(others[-1] + 1)
    return Problem(
        "tab-indentation", mark, details, advice="tab-twice" if len(others) == 1 else "tabs"
    )


def _has_tab(written: str) -> bool:
    """Tell a line that is indented by a tab; one behind spaces may be of a text in lines."""
    margin, rest = margin_of(written), written.lstrip()
    is_entry = KEY_AND_VALUE.fullmatch(rest) is not None or rest.startswith("- ")
    return bool(rest) and (margin.startswith("\t") or ("\t" in margin and is_entry))


def _step_of(lines: Lines) -> int:
    """Return by how many spaces the entries of a document are indented; 0 where none is."""
    margins = (
        len(margin_of(each))
        for each in lines.lines
        if each.startswith(" ") and "\t" not in margin_of(each) and KEY_AND_VALUE.fullmatch(each)
    )
    return min(margins, default=0)
