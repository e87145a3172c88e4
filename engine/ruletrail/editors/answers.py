"""Completion, hover, definition and rename: from a text and a place to an answer."""

import re
from collections.abc import Mapping
from pathlib import Path

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
    reading_unsaved,
)
from ruletrail.editors.names import Knowledge, Name, Texts
from ruletrail.editors.places import Occurrence, find_occurrence, list_occurrences
from ruletrail.formats import Locale
from ruletrail.formulas import FUNCTIONS
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking.names import check_code
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, make_inert, quote, refusal
from ruletrail.rendering.markdown import escape

_FORMULAS = frozenset({"when", "formula", "due", "expect"})
_KEY = re.compile(r"(?:^|[\s{,\"'-])([A-Za-z_]\w*)[\"']?:(?=\s|$)")
_WORD = re.compile(r"\w*")
_COMMENT = re.compile(r"(?:^|\s)#")
_KINDS = {
    "it": {
        "field": "campo", "rule": "regola", "parameter": "parametro", "group": "gruppo",
        "decision": "decisione", "section": "sezione", "check": "controllo",
        "function": "funzione",
    },
}  # fmt: skip
_READABLE = frozenset(_KINDS["it"])
_OFFERS = {
    "formula": _READABLE,
    "members": _READABLE - {"group", "function"},
    "sections": frozenset({"section"}),
    "placeholder": _READABLE - {"group", "function"},
}
_IN_EXAMPLE = {"it": "in «{}»", "en": "in “{}”"}


def complete(text: str, line: int, column: int, knowledge: Knowledge) -> list[tuple[Name, int]]:
    """List the names that may stand at a place, by what is typed there; also in broken YAML.

    Each has the column where what it replaces begins.
    """
    lines = text.split("\n")
    if line >= len(lines):
        return []
    before = lines[line][:column]
    start = _find_word(before)
    prefix = before[start:].casefold()
    context = find_context(lines, line, before)
    kinds, names = _OFFERS.get(context, frozenset()), knowledge.names.values()
    if context == "fields":
        known = [name for name in names if name.code in knowledge.fields]
    else:
        known = [name for name in names if name.kind in kinds]
    found = [name for name in known if name.code.casefold().startswith(prefix)]
    found.sort(key=lambda name: (name.kind == "function", name.code))
    return [(name, start) for name in found]


def _find_word(before: str) -> int:
    """Find where the word begins that a piece of a line ends in, from its end backwards."""
    typed = _WORD.match(before[::-1])
    return len(before) - (typed.end() if typed is not None else 0)


def find_context(lines: list[str], line: int, before: str) -> str:
    """Return what may be typed after a piece of a line: a key of `_OFFERS`, `fields`, or empty."""
    if _in_comment(before):
        return ""
    trail = [key for key, _ in _outer_keys(lines, line)]
    here = _KEY.findall(before)
    key = here[-1] if here else (trail[0] if trail else "")
    if key in ("it", "en"):
        return "placeholder" if re.search(r"\{[A-Za-z0-9_]*$", before) else ""
    if key in _FORMULAS:
        # inside a message `due` and `when` hold sentences, not conditions
        return "formula" if "message" not in trail else ""
    if key in ("fields", "optional"):
        return "fields"
    if key == "part_of":
        return "sections"
    is_list = before.strip() != "" and ("[" in before or not here)
    return "members" if trail[-1:] == ["groups"] and is_list else ""


def _in_comment(before: str) -> bool:
    match = _COMMENT.search(before)
    return match is not None and before[: match.start()].count('"') % 2 == 0


def _outer_keys(lines: list[str], line: int) -> list[tuple[str, int]]:
    """List the keys that a line lies under, innermost first, by indentation."""
    found: list[tuple[str, int]] = []
    written = lines[line]
    limit = len(written) - len(written.lstrip(" "))
    for number in range(line - 1, -1, -1):
        content = lines[number]
        stripped = content.lstrip(" ")
        margin = len(content) - len(stripped)
        if not stripped or stripped.startswith("#") or margin >= limit:
            continue
        match = re.match(r"(?:- )*[\"']?([\w{}]+)[\"']?:", stripped)
        if match is not None:
            found.append((match.group(1), margin))
        limit = margin
    return found


def hover(text: str, line: int, column: int, knowledge: Knowledge, language: Locale) -> str:
    """Describe the code at a place; empty when there is none."""
    name = _find_name(text, line, column, knowledge)
    return describe(name, knowledge, language) if name is not None else ""


def _find_name(text: str, line: int, column: int, knowledge: Knowledge) -> Name | None:
    occurrence = find_occurrence(text, line, column)
    return knowledge.names.get(occurrence.code) if occurrence is not None else None


def describe(name: Name, knowledge: Knowledge, language: Locale) -> str:
    """Describe a name in Markdown: kind, label, formula, unit, and its value in the example."""
    head = f"**{name.code}** ({_KINDS.get(language, {}).get(name.kind, name.kind)})"
    lines = [f"{head}: {escape(name.label)}" if name.label and name.label != name.code else head]
    if name.kind == "function" and name.code in FUNCTIONS:
        lines.append(escape(FUNCTIONS[name.code].helped(language)))
    if name.formula:
        lines.append(f"`{_code(name.formula)}`")
    unit = f" {escape(name.unit)}" if name.unit else ""
    if name.code in knowledge.values:
        example = escape(_IN_EXAMPLE[language].format(knowledge.example))
        lines.append(f"= {escape(knowledge.values[name.code])}{unit}, {example}")
    elif unit:
        lines.append(unit.strip())
    return "\n\n".join(lines)


def _code(text: str) -> str:
    return make_inert(" ".join(text.replace("`", "'").split()))


def find_definition(text: str, line: int, column: int, knowledge: Knowledge) -> Name | None:
    """Find where the code at a place is declared; None when it is not, as functions are not."""
    name = _find_name(text, line, column, knowledge)
    return name if name is not None and name.path is not None and name.mark is not None else None


# -- Rename, unless the text alone does not decide what the code is --------------------------------

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
    if found is None or found.code not in knowledge.names:
        raise refusal("rename-nothing", mark)
    _refuse(knowledge.names[found.code], new, mark, text, knowledge)
    places = [each for each in list_occurrences(text) if each.code == found.code]
    renamed = apply_renaming(text, places, new)
    if _count_errors(source, {**texts, source.path: renamed}) > _count_errors(source, texts):
        raise refusal("rename-unsafe", mark, code=quote(found.code), new=quote(new))
    return places


def apply_renaming(text: str, places: list[Occurrence], new: str) -> str:
    """Write a text with the codes at some places replaced."""
    lines = text.split("\n")
    for each in sorted(places, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[each.line]
        lines[each.line] = line[: each.column] + new + line[each.end :]
    return "\n".join(lines)


def _refuse(name: Name, new: str, mark: Mark, text: str, knowledge: Knowledge) -> None:
    details = {"code": quote(name.code)}
    problems = list(check_code(new, mark))
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
    for kind in ("rules", "decisions", "sections", "checks", "messages"):
        entries = node.get(kind) if isinstance(node, MappingNode) else None
        for key, entry in entries.values.items() if isinstance(entries, MappingNode) else ():
            variables = entry.get("for_each") if isinstance(entry, MappingNode) else None
            if not isinstance(variables, MappingNode):
                continue
            if may_write(_VARIABLE.split(key), code) or code in _values(variables.values):
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


def _values(variables: Mapping[str, Node]) -> set[str]:
    return {
        item.text
        for node in variables.values()
        if isinstance(node, SequenceNode)
        for item in node.items
        if isinstance(item, ScalarNode)
    }


def _count_errors(source: Source, texts: Mapping[Path, str]) -> int:
    with reading_unsaved(texts):
        problems = examine_rulebook(source).problems
    return sum(has_errors([problem]) for problem in problems)
