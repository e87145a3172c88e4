"""Rows of a printed table among the entries of a report, as they are copied from a page."""

from ruletrail.documents.yaml_bulleted_entries import margin_of_entries
from ruletrail.documents.yaml_glued_lines import list_beside
from ruletrail.documents.yaml_lines import (
    LONGEST_SENTENCE,
    Lines,
    in_ticks,
    is_report,
    margin_of,
    tell_slip,
)
from ruletrail.documents.yaml_prose import is_like_code
from ruletrail.problems import Problem

_LEAST_CELLS = 2


def explain_table_row(line: int, lines: Lines) -> Problem | None:
    """Tell a row with a code and its value between bars, with the last one of such rows."""
    if not is_report(lines) or not lines.lines[line].lstrip().startswith("|"):
        return None
    around = [at for at in list_beside(line, lines) if _split(lines.lines[at])]
    if not around:
        return None
    first, last = around[0], around[-1]
    cells, margin = _split(lines.lines[first]), margin_of_entries(first, lines)
    margin = margin_of(lines.lines[first]) if margin is None else margin
    instead = in_ticks(f"{margin}{cells[0]}: {cells[-1]}", LONGEST_SENTENCE)
    advice = "yaml-table-row" if first == last else "yaml-table-rows"
    place = (first, len(margin_of(lines.lines[first])))
    return tell_slip(advice, place, lines, instead=instead, last=str(last + 1))


def _split(written: str) -> list[str]:
    """Return the cells of a row that begins with a code and ends with its value; else none."""
    if not written.lstrip().startswith("|"):
        return []
    cells = [cell.strip() for cell in written.strip().strip("|").split("|")]
    filled = [cell for cell in cells if cell]
    return filled if len(filled) >= _LEAST_CELLS and is_like_code(filled[0]) else []
