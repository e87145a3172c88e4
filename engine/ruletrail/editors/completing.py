"""Completion: which names may stand where something is being typed, also in broken YAML."""

import re

from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.editors.for_each import LONGEST_TYPED, complete_built
from ruletrail.editors.names import Knowledge, Name
from ruletrail.editors.typed_keys import find_keys, find_text, is_text_below

_CONSTANTS = frozenset({"from", "above", "value", "rate", "times"})
_WORD = re.compile(r"\w*(?:\.\w*[A-Za-z_])?")
"""A code backwards, with the name of its list where it is of a row."""
_COMMENT = re.compile(r"(?:^|\s)#")
_TYPED_NAME = re.compile(r"\{(?:\{[A-Za-z]\w*\}|[\w.])*(?:\{\w*)?$")
_READABLE = frozenset(
    {
        "field", "rule", "parameter", "group", "scale", "table", "decision", "section", "check",
        "function",
    }
)  # fmt: skip
_CALLED = frozenset({"group", "scale", "table", "function"})
"""What has no value of its own."""
_OFFERS = {
    "formula": _READABLE,
    "members": _READABLE - _CALLED,
    "sections": frozenset({"section"}),
    "placeholder": _READABLE - _CALLED,
    "values": frozenset({"field", "rule", "parameter"}),
    "constants": frozenset({"parameter"}),
    "days": frozenset({"field", "rule"}),
}


def complete(text: str, line: int, column: int, knowledge: Knowledge) -> list[tuple[Name, int]]:
    """List the names that may stand at a place, by what is typed there; also in broken YAML.

    Each has the column where what it replaces begins.
    """
    lines = text.split("\n")
    if line >= len(lines):
        return []
    before = lines[line][:column]
    context, written = _find_place(lines, line, before)
    quoted = find_text(written) if context == "formula" else None
    if quoted is not None:
        return _complete_text(*quoted, column, knowledge)
    built = complete_built(lines, line, before, context, knowledge)
    if built is not None:
        return built
    start = _find_word(before)
    prefix = before[start:].casefold()
    kinds, names = _OFFERS.get(context, frozenset()), knowledge.names.values()
    if context == "fields":
        known = [name for name in names if name.code in knowledge.fields]
    elif context == "days":
        known = [name for name in names if name.kind in kinds and _may_be_day(name, knowledge)]
    else:
        known = [name for name in names if name.kind in kinds and not _is_of_no_value(name)]
    found = [name for name in known if name.code.casefold().startswith(prefix)]
    found.sort(key=lambda name: (name.kind == "function", name.code))
    return [(name, start) for name in found]


def _complete_text(
    code: str, typed: str, column: int, knowledge: Knowledge
) -> list[tuple[Name, int]]:
    """List the texts that a code may have; what is compared with none has any."""
    signature = knowledge.signatures.get(code)
    choices = signature.choices if signature is not None else ()
    label = knowledge.names[code].label if code in knowledge.names else ""
    found = [each for each in choices if each.casefold().startswith(typed.casefold())]
    return [(Name(each, "choice", label), column - len(typed)) for each in found]


def _may_be_day(name: Name, knowledge: Knowledge) -> bool:
    """Tell what gives one day for a whole report; of a rule with problems nobody knows yet."""
    signature = knowledge.signatures.get(name.code)
    kinds = ("date", "unknown") if name.kind == "rule" else ("date",)
    return signature is not None and signature.type in kinds and "." not in name.code


def _is_of_no_value(name: Name) -> bool:
    """Tell a check of rows, which has an outcome for each row and is read by nothing."""
    return name.kind == "check" and "." in name.code


def _find_word(before: str) -> int:
    """Find where the word begins that a piece of a line ends in, from its end backwards."""
    typed = _WORD.match(before[::-1])
    return len(before) - (typed.end() if typed is not None else 0)


def _find_place(lines: list[str], line: int, before: str) -> tuple[str, str]:
    """Return what may be typed at a place, and what stands there already after its key.

    It is a key of `_OFFERS`, `fields`, or empty.
    """
    if _in_comment(before):
        return "", ""
    trail = [key for key, _ in _outer_keys(lines, line)]
    is_below = is_text_below(trail)
    here, written = ([], before) if is_below else find_keys(before)
    return _name_place(trail, here, before), written


def _name_place(trail: list[str], here: list[str], before: str) -> str:
    key = here[-1] if here else (trail[0] if trail else "")
    if key in ("it", "en") or (key == "row" and trail[-1:] == ["lists"]):
        return "placeholder" if _TYPED_NAME.search(before[-LONGEST_TYPED:]) else ""
    if key in OF_FORMULAS:
        # inside a message `due` and `when` hold sentences, not conditions
        return "formula" if "message" not in trail else ""
    if key in ("fields", "optional"):
        return "fields"
    if key == "part_of":
        return "sections"
    if key == "day" and (not trail or trail[-1] in ("parameters", "scales", "tables")):
        return "days"
    if trail[-1:] == ["scales"] and key in _CONSTANTS:
        return "constants"
    is_list = before.strip() != "" and ("[" in before or not here)
    if is_list and ("for_each" in trail or "for_each" in here):
        return "values"
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
        # the first key of an item stands beside the others, not above them
        is_beside = match is not None and stripped[:1] == "-" and margin + match.start(1) >= limit
        if match is not None and not is_beside:
            found.append((match.group(1), margin))
        limit = margin
    return found
