"""Rename a code across a rulebook's text; refused where the text alone does not decide what the code is."""

import re
from collections.abc import Mapping
from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, Node, ScalarNode, SequenceNode, read_text, reading_unsaved
from ruletrail.editors.names import Knowledge, Name, Texts
from ruletrail.editors.places import Occurrence, find_occurrence, list_occurrences
from ruletrail.library import Source, examine_rulebook
from ruletrail.plans.names import check_code
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote

_VARIABLE = re.compile(r"\{[A-Za-z][A-Za-z0-9_]*\}")


def rename(source: Source, texts: Texts, knowledge: Knowledge, place: tuple[int, int], new: str) -> list[Occurrence]:
    """Return the places of the code at a place, to be replaced by a new one; refused with `ProblemsError`.

    The result is read again before it is returned: it has no error that was not there before.
    """
    text = texts[source.path]
    found = find_occurrence(text, *place)
    mark = Mark(source.shown, place[0] + 1, place[1] + 1)
    if found is None or found.code not in knowledge.names:
        raise ProblemsError([Problem("rename-nothing", mark)])
    _refuse(knowledge.names[found.code], new, mark, text, knowledge)
    places = [each for each in list_occurrences(text) if each.code == found.code]
    renamed = apply_renaming(text, places, new)
    if _count_errors(source, {**texts, source.path: renamed}) > _count_errors(source, texts):
        raise ProblemsError([Problem("rename-unsafe", mark, {"code": quote(found.code), "new": quote(new)})])
    return places


def apply_renaming(text: str, places: list[Occurrence], new: str) -> str:
    """Write a text with the codes at some places replaced."""
    lines = text.split("\n")
    for each in sorted(places, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[each.line]
        lines[each.line] = line[: each.column] + new + line[each.end :]
    return "\n".join(lines)


def _refuse(name: Name, new: str, mark: Mark, text: str, knowledge: Knowledge) -> None:
    code = name.code
    problems = list(check_code(new, mark))
    if new in knowledge.names and not problems:
        problems.append(Problem("rename-taken", mark, {"code": quote(new)}))
    if name.kind == "function":
        problems.append(Problem("rename-nothing", mark))
    elif code in knowledge.fields:
        problems.append(Problem("rename-field", mark, {"code": quote(code), "file": quote(knowledge.schema)}))
    elif name.mark is not None and name.mark.file != mark.file:
        problems.append(Problem("rename-inherited", mark, {"code": quote(code), "file": quote(name.mark.file)}))
    elif _is_built(text, code):
        problems.append(Problem("rename-for-each", mark, {"code": quote(code)}))
    if problems:
        raise ProblemsError(problems)


def _is_built(text: str, code: str) -> bool:
    """Tell a code that a `for_each` writes, or that is one of its values."""
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    for kind in ("rules", "decisions", "sections", "checks", "messages"):
        entries = node.get(kind) if isinstance(node, MappingNode) else None
        for key, entry in entries.values.items() if isinstance(entries, MappingNode) else ():
            variables = entry.get("for_each") if isinstance(entry, MappingNode) else None
            if not isinstance(variables, MappingNode):
                continue
            pattern = ".*".join(re.escape(piece) for piece in _VARIABLE.split(key))
            if re.fullmatch(pattern, code) or code in _values(variables.values):
                return True
    return False


def _values(variables: Mapping[str, Node]) -> set[str]:
    return {
        item.text for node in variables.values() if isinstance(node, SequenceNode) for item in node.items if isinstance(item, ScalarNode)
    }


def _count_errors(source: Source, texts: Mapping[Path, str]) -> int:
    with reading_unsaved(texts):
        problems = examine_rulebook(source).problems
    return sum(has_errors([problem]) for problem in problems)
