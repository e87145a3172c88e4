"""Rename a code wherever it stands, unless the text alone does not decide what the code is."""

import re
from collections.abc import Mapping
from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, read_text, reading_unsaved
from ruletrail.editors.names import Knowledge, Name, Texts
from ruletrail.editors.places import (
    ENTRY_KINDS,
    Occurrence,
    find_any,
    find_occurrence,
    list_occurrences,
    variables_of,
)
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking.names import check_code
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, refusal

_VARIABLE = re.compile(r"\{[A-Za-z][A-Za-z0-9_]*\}")


def rename(
    source: Source, texts: Texts, knowledge: Knowledge, place: tuple[int, int], new: str
) -> list[Occurrence]:
    """Return all places of the code at a place; a renaming that is refused is `ProblemsError`.

    The result is read again before it is returned: it has no error that was not there before.
    """
    text = texts[source.path]
    found = find_occurrence(text, *place)
    mark = Mark(source.shown, place[0] + 1, place[1] + 1)
    pattern = find_any(text, *place) if found is None else None
    if pattern is not None and pattern.variables:
        raise refusal("rename-for-each", mark, code=quote(pattern.code))
    if found is None or found.code not in knowledge.names:
        raise refusal("rename-nothing", mark)
    new = name_in_list(found.code, new)
    _refuse(knowledge.names[found.code], new, mark, text, knowledge)
    places = [each for each in list_occurrences(text) if each.code == found.code]
    renamed = apply_renaming(text, places, new)
    if _count_errors(source, {**texts, source.path: renamed}) > _count_errors(source, texts):
        raise refusal("rename-unsafe", mark, code=quote(found.code), new=quote(new))
    return places


def name_in_list(old: str, new: str) -> str:
    """Return the new name of a code; that of a row's keeps its list, which may be left out."""
    over, point, _ = old.rpartition(".")
    return over + point + new if "." not in new else new


def apply_renaming(text: str, places: list[Occurrence], new: str) -> str:
    """Write a text with the codes at some places replaced."""
    lines = text.split("\n")
    for each in sorted(places, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[each.line]
        lines[each.line] = line[: each.column] + new + line[each.end :]
    return "\n".join(lines)


def _refuse(name: Name, new: str, mark: Mark, text: str, knowledge: Knowledge) -> None:
    details = {"code": quote(name.code)}
    problems = list(check_code(new, mark, knowledge.language))
    if new in knowledge.names and not problems:
        problems.append(Problem("rename-taken", mark, {"code": quote(new)}))
    if name.kind == "function":
        problems.append(Problem("rename-nothing", mark))
    elif name.code in knowledge.fields:
        file = quote(knowledge.schema)
        problems.append(Problem("rename-field", mark, {**details, "file": file}))
    elif name.mark is not None and name.mark.file != mark.file:
        file = quote(name.mark.file)
        problems.append(Problem("rename-inherited", mark, {**details, "file": file}))
    elif _is_built(text, name.code):
        problems.append(Problem("rename-for-each", mark, details))
    if problems:
        raise ProblemsError(problems)


def _is_built(text: str, code: str) -> bool:
    """Tell a code that a `for_each` writes, or that is one of its values."""
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    for kind in ENTRY_KINDS:
        entries = node.get(kind) if isinstance(node, MappingNode) else None
        for key, entry in entries.values.items() if isinstance(entries, MappingNode) else ():
            variables = variables_of(entry)
            is_value = any(code in values for values in variables.values())
            if variables and (is_value or may_write(_VARIABLE.split(key), code)):
                return True
    return False


def may_write(pieces: list[str], code: str) -> bool:
    """Tell whether a code consists of these pieces, in order, and anything between them."""
    if len(pieces) == 1:
        return code == pieces[0]
    first, *middle, last = pieces
    end = len(code) - len(last)
    at = len(first)
    is_framed = code.startswith(first) and code.endswith(last)
    # the earliest place of each piece leaves the most room for the next: nothing is tried twice
    for piece in middle:
        found = code.find(piece, at, max(at, end))
        if found < 0:
            return False
        at = found + len(piece)
    return is_framed and at <= end


def _count_errors(source: Source, texts: Mapping[Path, str]) -> int:
    with reading_unsaved(texts):
        problems = examine_rulebook(source).problems
    return sum(has_errors([problem]) for problem in problems)
