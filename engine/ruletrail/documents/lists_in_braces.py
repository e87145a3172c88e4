"""Lists without their square brackets, in the braces of a map: `{when: zona in "A", "B", …}`.

YAML takes what follows the first comma there for another key, one that has no value.
"""

import re

from ruletrail.documents.document_shapes import CODE, OF_FORMULAS
from ruletrail.documents.yaml_lines import LONGEST_SENTENCE, Lines, in_ticks, write_quoted
from ruletrail.problems import Fix, Problem, quote

_KEY_OF_LIST = re.compile(rf"[{{,] *(?P<key>source|{'|'.join(OF_FORMULAS)}): +(?=\S)")
_ASKING = " in "
"""The word of a formula behind which a list stands."""
_ITEM = re.compile(r"\"[^\"]*\"|'[^']*'|\w[\w./-]*")
_COMMA = re.compile(r" *, *")
_NEXT_KEY = re.compile(r"[A-Za-z_]\w*:(?:\s|\Z)")


def explain_list_in_braces(line: int, column: int, lines: Lines) -> Problem | None:
    """Tell the list around a column, of a formula or of sources; each item gives the same problem.

    There is no doubt where all items are texts in quotes, or sources of the same file.
    """
    written = lines.lines[line]
    begun = [each for each in _KEY_OF_LIST.finditer(written) if each.end() <= column]
    if not begun:
        return None
    begin, is_source = begun[-1].end(), begun[-1]["key"] == "source"
    asking = written.find(_ASKING, begin, column)
    first = begin if is_source else asking + len(_ASKING)
    if asking < 0 and not is_source:
        return None
    items, end = _read_items(written, first)
    if len(items) < 2 or end <= column or re.match(r" *[,}]", written[end:]) is None:  # noqa: PLR2004 - several
        return None
    if is_source and not all(map(CODE.fullmatch, items)):
        return None
    listed = f"{written[begin:first]}[{', '.join(items)}]"
    instead = listed if is_source else write_quoted(listed)
    mark = lines.mark(line, begin)
    is_sure = _are_sources(items, lines) if is_source else all(each[0] in "'\"" for each in items)
    fixes = (Fix(mark, written[begin:end], instead),) if is_sure else ()
    details = {
        "text": quote(written[begin:end]),
        "instead": in_ticks(instead, LONGEST_SENTENCE),
    }
    return Problem("comma-in-braces", mark, details, "", "write-instead", fixes)


def _read_items(written: str, begin: int) -> tuple[list[str], int]:
    """Read what commas separate, up to the next key or the brace that closes; and where it ends."""
    items, end = list[str](), begin
    while (item := _ITEM.match(written, begin)) is not None:
        items.append(item[0])
        end = item.end()
        comma = _COMMA.match(written, end)
        if comma is None or _NEXT_KEY.match(written, comma.end()):
            break
        begin = comma.end()
    return items, end


def _are_sources(items: list[str], lines: Lines) -> bool:
    """Tell whether the file declares all of these among its sources."""
    declared, is_there = set[str](), False
    for written in lines.lines:
        key, colon, _ = written.partition(":")
        if written[:1].strip() and not written.startswith("#"):
            is_there = key == "sources"
        elif is_there and colon:
            declared.add(key.strip())
    return declared.issuperset(items)
