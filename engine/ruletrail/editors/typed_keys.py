"""The keys before a place in a line that may be no YAML yet, and the texts that it is in."""

import re
from collections.abc import Sequence

from ruletrail.documents.document_shapes import OF_FORMULAS

_KEY = re.compile(r"(?:^|[\s{,\"'-])([A-Za-z_]\w*)[\"']?:(?=\s|$)")
_VALUE = re.compile(r"\s*(?:$|[{\[])")
_HIDDEN = "\0"
_BEFORE_VALUE = frozenset("{[,:-")
_BEFORE_KEY = frozenset("{,-\"'")
_ESCAPED = 2


def find_keys(before: str) -> tuple[list[str], str]:
    """List the keys of a piece of a line, and what stands after the last of them.

    A word with a colon inside of a text is none: neither in quotes, nor where no key can begin.
    """
    masked, keys, end = _hide_texts(before), list[str](), 0
    depth, seen = 0, 0
    for match in _KEY.finditer(masked):
        preceding = masked[seen : match.start(1)]
        depth, seen = depth + _depth(preceding), match.end()
        # right after another key it is a word of that one's value
        last = preceding.rstrip(" ")[-1:] or (":" if keys else "")
        if last and last not in _BEFORE_KEY:
            continue
        keys.append(match[1])
        end = match.end()
        # outside of braces a value that is a plain text goes to the end of the line
        if not depth and _VALUE.match(before, end) is None:
            break
    return keys, before[end:]


def _depth(text: str) -> int:
    return sum(text.count(sign) for sign in "{[") - sum(text.count(sign) for sign in "}]")


def _hide_texts(before: str) -> str:
    """Put marks in the place of what stands in the quotes of YAML, closed or not; keys stay."""
    out, at, last = list(before), 0, ""
    while at < len(before):
        char = before[at]
        if char in "\"'" and (not last or last in _BEFORE_VALUE):
            end = _end_of(before, at)
            if not re.match(r"\s{0,9}:", before[end : end + 10]):
                out[at:end] = _HIDDEN * (end - at)
            at, last = end, char
        else:
            last = char if char != " " else last
            at += 1
    return "".join(out)


def _end_of(before: str, begin: int) -> int:
    """Find where a text in quotes ends; the end of the line where it is still being written."""
    quote, at = before[begin], begin + 1
    while at < len(before):
        if quote == '"' and before[at] == "\\":
            at += _ESCAPED
        elif before[at] != quote:
            at += 1
        elif quote == "'" and before[at + 1 : at + 2] == quote:
            at += _ESCAPED
        else:
            return at + 1
    return len(before)


_CODE_BACKWARDS = re.compile(r"\w+(?:\.\w+)?")
_SIGNS = ("==", "!=", "≠")


def find_text(formula: str) -> tuple[str, str] | None:
    """Tell what of a text in a formula is typed, and the code it is compared with, if one is.

    `formula` is what stands after its key, from the quotes of YAML on; None outside of texts.
    """
    written = formula.lstrip()
    outer = written[:1] if written[:1] in ("'", '"') else ""
    inner, begin = "", 0
    for at, char in enumerate(written[len(outer) :], len(outer)):
        if inner and char == inner:
            inner = ""
        elif not inner and char in "\"'" and (char != outer or written[at - 1 : at] == "\\"):
            inner, begin = char, at
    if not inner:
        return None
    return _find_compared(written[:begin].rstrip("\\ ")), written[begin + 1 :]


def _find_compared(before: str) -> str:
    """Return the code that a text after this is compared with: `a ==`, `a in ["x",`."""
    listed = before.rfind("[")
    sign = next((each for each in _SIGNS if before.endswith(each)), "")
    if sign:
        before = before.removesuffix(sign)
    elif listed > before.rfind("]") and before[:listed].split()[-1:] == ["in"]:
        before = before[:listed].rstrip().removesuffix("in").rstrip()
        before = before.removesuffix(" not")
    else:
        return ""
    code = _CODE_BACKWARDS.match(before.rstrip()[::-1])
    return code[0][::-1] if code is not None else ""


def is_text_below(trail: Sequence[str]) -> bool:
    """Tell that a line lies below the key of a text, a sentence or a formula, which it goes on."""
    inner = trail[0] if trail else ""
    return inner in ("it", "en") or (inner in OF_FORMULAS and "message" not in trail)
