"""Completion inside the names that a `for_each` puts together, from lines that may be no YAML yet.

In `{row}_hours` there are two things to complete: the variable, and what follows it, which is what
makes a known code of each of its values.
"""

import re
from collections import Counter

from ruletrail.documents.document_shapes import VARIABLE
from ruletrail.editors.names import Knowledge, Name
from ruletrail.editors.places import ENTRY_KINDS, Variables, write_out

LONGEST_TYPED = 300
"""Characters of a line in which the beginning of a name is looked for."""

_MOST_WRITTEN = 200
"""Codes of a pattern that are compared with the names that are known."""

_TYPED = re.compile(r"(?:\w|\{[A-Za-z]\w*\})*(?:\{\w*)?$")
_PLACEHOLDER = re.compile(r"\{((?:\w|\{[A-Za-z]\w*\})*(?:\{\w*)?)$")
_OPEN = re.compile(r"\{(\w*)$")
_FLOW = re.compile(r"\b([A-Za-z][A-Za-z0-9_]*)[\"']?\s*:\s*\[([^\]]*)\]?")
_BLOCK_KEY = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*:\s*$")
_BLOCK_ITEM = re.compile(r"\s*-\s(.*)$")
_ENTRY_KEY = re.compile(r"\s+[\"']?(?:\w|[{}])*$")
_DEEPEST = 1 << 30
_HELD_BY = frozenset({"formula", "members", "fields", "sections", "placeholder"})
"""Where codes are written, as `completing` calls the places."""


def complete_built(
    lines: list[str], line: int, before: str, context: str, knowledge: Knowledge
) -> list[tuple[Name, int]] | None:
    """List what may go on a name with variables; None where no such name is being typed."""
    is_key = context == "" and _is_entry_key(lines, line, before)
    if context not in _HELD_BY and not is_key:
        return None
    typed = _find_typed(before, context)
    variables = find_variables(lines, line) if "{" in typed else {}
    if not variables:
        return None
    is_open, start = _OPEN.search(typed), len(before) - len(typed)
    if is_open is not None:
        found = _complete_variable(is_open[1], variables)
        return [(name, len(before) - len(is_open[1])) for name in found]
    if not set(VARIABLE.findall(typed)) <= set(variables):
        return None
    return [(name, start) for name in _complete_rest(typed, variables, knowledge)]


def _find_typed(before: str, context: str) -> str:
    """Return the name that a line ends in, without the brace that opens a placeholder."""
    found = _TYPED.search(before[-LONGEST_TYPED:])
    typed = found[0] if found is not None else ""
    if context != "placeholder":
        return typed
    # `{{row}_mean`: the first brace is the placeholder's, what is inside it is the name
    name = _PLACEHOLDER.search(before[-LONGEST_TYPED:])
    return name[1] if name is not None else ""


def _complete_variable(prefix: str, variables: Variables) -> list[Name]:
    return [
        Name(name, "variable", ", ".join(values[:3]) + ("…" if len(values) > 3 else ""))  # noqa: PLR2004 - enough to know them by
        for name, values in variables.items()
        if name.startswith(prefix)
    ]


def _complete_rest(typed: str, variables: Variables, knowledge: Knowledge) -> list[Name]:
    """List the patterns that begin so and are known codes for all values (the first of many)."""
    written = dict.fromkeys(write_out(typed, variables, _MOST_WRITTEN))
    found: Counter[str] = Counter()
    examples: dict[str, Name] = {}
    for code in written:
        for name in knowledge.names.values():
            if name.code.startswith(code) and name.kind != "function":
                rest = name.code[len(code) :]
                found[rest] += 1
                examples.setdefault(rest, name)
    ranked = sorted(rest for rest, count in found.items() if count == len(written))
    return [_pattern(typed + rest, examples[rest]) for rest in ranked]


def _pattern(code: str, example: Name) -> Name:
    return Name(code, example.kind, example.label, example.unit, example.formula)


def _is_entry_key(lines: list[str], line: int, before: str) -> bool:
    """Tell the place of a key that begins an entry: `  "{row}_me`."""
    if not _ENTRY_KEY.fullmatch(before):
        return False
    margin = len(before) - len(before.lstrip(" "))
    for number in range(line - 1, -1, -1):
        content = lines[number]
        outer = len(content) - len(content.lstrip(" "))
        if content.strip() and not content.lstrip().startswith("#") and outer < margin:
            return content.split(":")[0] in ENTRY_KINDS
    return False


# -- Which variables an entry has ------------------------------------------------------------------


def find_variables(lines: list[str], line: int) -> Variables:
    """Find the variables of the `for_each` of the entry that a line belongs to."""
    first, last = _find_entry(lines, line)
    for number in range(first, last):
        at = lines[number].find("for_each")
        after = lines[number][at + len("for_each") :].lstrip("\"' ") if at >= 0 else ""
        if after.startswith(":"):
            return _read_variables([after[1:], *lines[number + 1 : last]], lines[number][:at])
    return {}


def _find_entry(lines: list[str], line: int) -> tuple[int, int]:
    """Return the lines of the entry that a line belongs to: its key, and the line after its end."""
    written = _margin(lines[line])
    first, limit = line, _DEEPEST if written is None else written
    for number in range(line - 1, -1, -1):
        margin = _margin(lines[number])
        if margin == 0:
            break
        if margin is not None and margin < limit:
            first, limit = number, margin
    following = (number for number in range(first + 1, len(lines)) if _ends(lines[number], limit))
    return first, next(following, len(lines))


def _ends(content: str, limit: int) -> bool:
    margin = _margin(content)
    return margin is not None and margin <= limit


def _margin(content: str) -> int | None:
    """Return how far a line is indented; None where it says nothing."""
    stripped = content.lstrip(" ")
    return None if not stripped or stripped.startswith("#") else len(content) - len(stripped)


def _read_variables(lines: list[str], before: str) -> Variables:
    """Read `{row: [a, b]}`, or the same over lines that are indented deeper."""
    margin = len(before) if not before.strip() else -1
    own = [lines[0]]
    for content in lines[1:]:
        if margin >= 0 and content.strip() and (_margin(content) or 0) <= margin:
            break
        own.append(content)
    flow = "\n".join(own) if margin >= 0 else lines[0].split("}")[0]
    found = {match[1]: _split(match[2]) for match in _FLOW.finditer(flow)}
    return found or _read_block(own[1:])


def _read_block(lines: list[str]) -> Variables:
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for content in lines:
        key, item = _BLOCK_KEY.match(content), _BLOCK_ITEM.match(content)
        if key is not None:
            name = key[1]
        elif item is not None and name:
            found[name] = (*found.get(name, ()), *_split(item[1]))
    return found


def _split(written: str) -> tuple[str, ...]:
    values = (value.strip().strip("\"'") for value in written.split(","))
    return tuple(value for value in values if value)
