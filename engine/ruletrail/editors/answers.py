"""Completion, hover and definition: from a text and a place to an answer."""

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
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking.names import check_code
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote

_FORMULAS = frozenset({"when", "formula", "due", "expect"})
_KEY = re.compile(r"(?:^|[\s{,\"'-])([A-Za-z_]\w*)[\"']?:(?=\s|$)")
_TYPING = re.compile(r"[A-Za-z_]?\w*$")
_COMMENT = re.compile(r"(?:^|\s)#")
_READABLE = frozenset(
    {"field", "rule", "parameter", "group", "decision", "section", "check", "function"}
)
_OFFERS = {
    "formula": _READABLE,
    "members": _READABLE - {"group", "function"},
    "sections": frozenset({"section"}),
    "placeholder": _READABLE - {"group", "function"},
}
_KINDS = {
    "it": {
        "field": "campo", "rule": "regola", "parameter": "parametro", "group": "gruppo", "decision": "decisione", "section": "sezione",
        "check": "controllo", "function": "funzione",
    },
    "en": {kind: kind for kind in _READABLE},
}  # fmt: skip
_IN_EXAMPLE = {"it": "in «{}»", "en": "in “{}”"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion: the name, and the column where what it replaces begins."""

    name: Name
    column: int


def complete(text: str, line: int, column: int, knowledge: Knowledge) -> list[Offer]:
    """Offer the names that may stand at a place, by what is typed there; also where the YAML is broken."""
    lines = text.split("\n")
    if line >= len(lines):
        return []
    before = lines[line][:column]
    typed = _TYPING.search(before)
    start = typed.start() if typed is not None else column
    prefix = before[start:].casefold()
    context = find_context(lines, line, before)
    admitted = _OFFERS.get(context, frozenset())
    known = [
        name
        for code, name in knowledge.names.items()
        if (code in knowledge.fields if context == "fields" else name.kind in admitted)
    ]
    found = [name for name in known if name.code.casefold().startswith(prefix)]
    return [
        Offer(name, start)
        for name in sorted(found, key=lambda name: (name.kind == "function", name.code))
    ]


def find_context(lines: list[str], line: int, before: str) -> str:
    """Tell what may be typed after a piece of a line: `formula`, `members`, `fields`, `sections`, `placeholder`, or nothing."""
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
    return (
        "members"
        if trail[-1:] == ["groups"] and before.strip() != "" and ("[" in before or not here)
        else ""
    )


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
    """Say what the code at a place is: kind, label, unit, formula, and its value in the example; empty when there is none."""
    occurrence = find_occurrence(text, line, column)
    name = knowledge.names.get(occurrence.code) if occurrence is not None else None
    return describe(name, knowledge, language) if name is not None else ""


def describe(name: Name, knowledge: Knowledge, language: Locale) -> str:
    """Describe a name in Markdown; somebody's text stays text."""
    head = f"**{name.code}** ({_KINDS[language][name.kind]})"
    lines = [f"{head}: {_inert(name.label)}" if name.label and name.label != name.code else head]
    if name.formula:
        lines.append(f"`{_code(name.formula)}`")
    unit = f" {_inert(name.unit)}" if name.unit else ""
    if name.code in knowledge.values:
        lines.append(
            f"= {_inert(knowledge.values[name.code])}{unit}, {_inert(_IN_EXAMPLE[language].format(knowledge.example))}"
        )
    elif unit:
        lines.append(unit.strip())
    return "\n\n".join(lines)


def _inert(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def find_definition(text: str, line: int, column: int, knowledge: Knowledge) -> Name | None:
    """Find where the code at a place is declared; None when it is not, as functions are not."""
    occurrence = find_occurrence(text, line, column)
    name = knowledge.names.get(occurrence.code) if occurrence is not None else None
    return name if name is not None and name.path is not None and name.mark is not None else None


# -- Rename a code across a rulebook's text; refused where the text alone does not decide what the code is.

_VARIABLE = re.compile(r"\{[A-Za-z][A-Za-z0-9_]*\}")


def rename(
    source: Source, texts: Texts, knowledge: Knowledge, place: tuple[int, int], new: str
) -> list[Occurrence]:
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
        raise ProblemsError(
            [Problem("rename-unsafe", mark, {"code": quote(found.code), "new": quote(new)})]
        )
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
        problems.append(
            Problem("rename-field", mark, {"code": quote(code), "file": quote(knowledge.schema)})
        )
    elif name.mark is not None and name.mark.file != mark.file:
        problems.append(
            Problem("rename-inherited", mark, {"code": quote(code), "file": quote(name.mark.file)})
        )
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
