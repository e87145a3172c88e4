"""Lines of YAML that stand too far left or right, or lack the dash of a list."""

import re

from ruletrail.documents.document_shapes import ENTRIES, EXAMPLES, LAYOUT, LISTS, RULEBOOK
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    Stop,
    line_before,
    margin_of,
    tell_slip,
)
from ruletrail.problems import Problem

_KEYED = re.compile(r" *(?P<key>\w+) ?: *(?:#.*)?")
_KEYED_LINE = re.compile(r"(?P<lead> *)[\"']?(?P<key>\w+)[\"']? *:(?: |$)")
_FIRST_OF_ITEM = re.compile(r"(?P<margin> *)- +(?:\{ *)?(?P<key>\w+):(?: |\Z)")
_INDENTATIONS = {0: "yaml-indent-none", 1: "yaml-indent-one"}
_OF_REPORTS = frozenset({"rulebook", "subject", "printed"})
"""Keys that stand at the margin of a report beside `fields`."""
_AT_MARGIN = frozenset({*RULEBOOK, *EXAMPLES, *LAYOUT, *_OF_REPORTS, "fields"})
"""Keys of our documents that stand at the margin with what belongs to them below."""


def explain_indentation(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a line whose indentation fits none of those above; name one to align it with."""
    line, _ = stop.place
    written = lines.lines[line]
    own = len(written) - len(written.lstrip(" "))
    if written.lstrip().startswith("- "):
        return (
            _uneven_dash(line, own, lines)
            or _first_without_dash(line, own, lines)
            or explain_lost_list(line, lines)
            or tell_slip("yaml-dash", stop.place, lines)
        )
    beside = (
        _lost_fields(line, own, lines)
        or _lost_subject(line, own, lines)
        or _lost_dash(line, own, lines)
        or _lone_line(line, own, lines)
        or _odd_line(line, own, lines)
    )
    if beside is not None:
        return beside
    at_margin = _too_far_left(line, own, lines)
    if at_margin is not None:
        return at_margin
    found = _find_beside(line, own, lines)
    if found is None:
        return None
    above, margin = found
    advice = _INDENTATIONS.get(margin, "yaml-indent")
    return tell_slip(advice, (line, own), lines, line=str(above + 1), count=str(margin))


def _find_beside(line: int, own: int, lines: Lines) -> tuple[int, int] | None:
    """Find the key above that a line may stand beside, with the least moving; and its margin.

    A mapping has ended before a line that stands further left than its keys.
    """
    found: list[tuple[int, int, int, int]] = []
    least = None
    for above in range(line - 1, -1, -1):
        match = KEY_AND_VALUE.fullmatch(lines.lines[above])
        margin = len(match["lead"]) if match is not None else 0
        if match is None or (least is not None and margin >= least):
            continue
        least = margin
        # below a key without a value, at another place than its own, a line may belong to it
        if margin > own or (match["value"] and margin < own):
            found.append((abs(margin - own), line - above, above, margin))
    return min(found)[2:] if found else None


def _uneven_dash(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell an item of a list that does not stand below the one above it, or the next of it."""
    above = line_before(lines, line)
    if above is None or not lines.lines[above].lstrip().startswith("- "):
        return None
    margin, after = len(margin_of(lines.lines[above])), line + 1
    # where the next ones stand as this does, the one above is the odd one
    next_one = lines.lines[after] if after < len(lines.lines) else ""
    is_above = next_one.startswith(" " * own + "- ")
    place, beside, count = (above, line, own) if is_above else (line, above, margin)
    advice, at = _INDENTATIONS.get(count, "yaml-indent"), margin if is_above else own
    return tell_slip(advice, (place, at), lines, line=str(beside + 1), count=str(count))


def _lost_fields(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first value of a report above which the line `fields:` is missing."""
    above = line_before(lines, line)
    at_margin = (KEY_AND_VALUE.fullmatch(each) for each in lines.lines if each[:1].isalpha())
    keys = {match["key"] for match in at_margin if match is not None}
    is_report = "rulebook" in keys and keys <= _OF_REPORTS
    if above is None or not own or margin_of(lines.lines[above]) or not is_report:
        return None
    here = KEY_AND_VALUE.fullmatch(lines.lines[line])
    if here is not None and here["key"].strip() in _AT_MARGIN:
        return None  # it is there, and indented
    details = {"key": "`fields`", "owner": "fields"}
    return Problem("missing-key", lines.mark(line, own), details, "", "part-begins")


def _lost_subject(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first line of who a report is of, above which the line `subject:` is missing."""
    above = line_before(lines, line)
    at_margin = (KEY_AND_VALUE.fullmatch(each) for each in lines.lines if each[:1].isalpha())
    keys = {match["key"] for match in at_margin if match is not None}
    here = KEY_AND_VALUE.fullmatch(lines.lines[line])
    is_report = {"rulebook", "fields"} <= keys <= {*_OF_REPORTS, "fields"}
    if above is None or not own or margin_of(lines.lines[above]) or here is None:
        return None
    if not is_report or "subject" in keys or here["key"].strip() in _AT_MARGIN:
        return None
    details = {"key": "`subject`", "owner": "subject"}
    return Problem("missing-key", lines.mark(line, own), details, "", "part-begins")


def explain_first_line(stop: Stop, lines: Lines) -> Problem | None:
    """Tell the first key of a document that is indented, where those after it are not."""
    line, _ = stop.place
    first = next((at for at in range(line) if lines.lines[at].lstrip()[:1] not in ("", "#")), None)
    keys = [KEY_AND_VALUE.fullmatch(lines.lines[at]) for at in (first, line) if at is not None]
    if first is None or None in keys or margin_of(lines.lines[line]):
        return None
    place = (first, len(margin_of(lines.lines[first])))
    # of several such lines the last would have to move as well
    is_alone = line_before(lines, line) == first
    return tell_slip("yaml-indent-none", place, lines, line=str(line + 1)) if is_alone else None


def _lost_dash(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell a key that stands where the dashes above it stand: it lacks its own."""
    key = KEY_AND_VALUE.fullmatch(lines.lines[line])
    above = (at for at in range(line - 1, -1, -1) if len(margin_of(lines.lines[at])) <= own)
    begun = next((at for at in above if lines.lines[at].strip()), None)
    if key is None or begun is None or not lines.lines[begun].startswith(" " * own + "- "):
        return None
    return tell_slip("missing-dash", (line, own), lines, instead=f"`- {key['key'].strip()}:`")


def _first_without_dash(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first item of a list without its dash, where a later one has it."""
    first = line
    for above in range(line - 1, -1, -1):
        written = lines.lines[above]
        margin, head = len(margin_of(written)), _KEYED.fullmatch(written)
        if head is not None and margin <= own and head["key"] in LISTS:
            key = KEY_AND_VALUE.fullmatch(lines.lines[first])
            if key is None or lines.lines[first].lstrip().startswith("-"):
                return None
            place = (first, len(key["lead"]))
            return tell_slip("missing-dash", place, lines, instead=f"`- {key['key'].strip()}:`")
        if not written.strip() or written.lstrip().startswith("#"):
            continue
        if margin < own:
            return None
        first = above
    return None


def explain_lost_list(line: int, lines: Lines) -> Problem | None:
    """Tell the first item of an entry's list whose key is missing, by the key that it begins with.

    A key that the entry itself may have says nothing.
    """
    item, above = _FIRST_OF_ITEM.match(lines.lines[line]), line_before(lines, line)
    margin = len(margin_of(lines.lines[above])) if above is not None else 0
    if item is None or not 0 < margin <= len(item["margin"]):
        return None
    part, keys = _find_entry(line, margin, lines)
    shape = ENTRIES.get(part, {})
    shapes = {name: shape.get(name) for name in LISTS}
    fitting = [
        name
        for name, each in shapes.items()
        if isinstance(each, tuple) and each and {item["key"], ""} & set(each[0] or ())
    ]
    if len(fitting) != 1 or fitting[0] in keys or item["key"] in shape:
        return None
    details = {"key": f"`{fitting[0]}`", "owner": fitting[0], "count": str(margin)}
    mark = lines.mark(line, len(item["margin"]))
    return Problem("missing-key", mark, details, "", "list-begins")


def _find_entry(line: int, margin: int, lines: Lines) -> tuple[str, set[str]]:
    """Find the part in whose entry a line stands, and the entry's keys above it, by their margin.

    The part is empty where that is no entry.
    """
    keys: set[str] = set()
    least = margin
    for above in range(line - 1, -1, -1):
        written = lines.lines[above]
        own, match = len(margin_of(written)), _KEYED_LINE.match(written)
        if match is None or own > least:
            continue
        if own == margin:
            keys.add(match["key"])
        elif not own:
            return (match["key"] if least < margin else ""), keys
        elif least < margin and own < least:
            return "", keys
        else:
            least = own
    return "", keys


def _odd_line(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell a value that stands further left than the lines before and after it, which agree."""
    odd = line_before(lines, line)
    above = line_before(lines, odd) if odd is not None else None
    match = KEY_AND_VALUE.fullmatch(lines.lines[odd]) if odd is not None else None
    if odd is None or above is None or match is None or not match["value"]:
        return None
    margin = len(match["lead"])
    if not 0 < margin < own or len(margin_of(lines.lines[above])) != own:
        return None
    return tell_slip("yaml-indent", (odd, margin), lines, line=str(above + 1), count=str(own))


def _lone_line(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first line of an entry that stands otherwise than all those after it."""
    first, after = line_before(lines, line), line + 1
    head = line_before(lines, first) if first is not None else None
    if first is None or head is None or after >= len(lines.lines):
        return None
    margin, outer = len(margin_of(lines.lines[first])), len(margin_of(lines.lines[head]))
    is_first = outer < min(margin, own) and _KEYED.fullmatch(lines.lines[head]) is not None
    if not is_first or margin == own or len(margin_of(lines.lines[after])) != own:
        return None
    place, found = (first, margin), str(margin)
    return tell_slip(
        "yaml-lone-line", place, lines, line=str(first + 1), found=found, count=str(own)
    )


def _too_far_left(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell a key at the margin that stands among entries, which YAML takes for a new part."""
    keys = [(at, match) for at in range(line) if (match := _KEYED_LINE.match(lines.lines[at]))]
    if not own or not keys:
        return None
    outer = next(((at, key) for at, key in reversed(keys) if len(key["lead"]) < own), None)
    before = line_before(lines, outer[0]) if outer is not None else None
    if outer is None or outer[1]["lead"] or outer[1]["key"] in _AT_MARGIN or before is None:
        return None
    if len(margin_of(lines.lines[before])) < own:
        return None
    key = f"`{outer[1]['key']}:`"
    count = _INDENTATIONS.get(own, "yaml-indent").replace("yaml-indent", "yaml-margin")
    return tell_slip(count, (outer[0], 0), lines, text=key, count=str(own))
