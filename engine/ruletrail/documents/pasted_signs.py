"""Signs of text processors in the structure of YAML: spaces that are none, and printed bullets.

Each is named where it stands, with the line as it belongs.
"""

import re

from ruletrail.documents.yaml_lines import KEY_AND_VALUE, Lines, in_ticks, tell_slip
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Fix, Problem, quote

_OTHER_SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_KEY_HERE = re.compile(r"\"?[\w.{}]+\"?:")
_OTHERS = re.compile(f"[{_OTHER_SPACES}][ {_OTHER_SPACES}]*")
_AFTER_KEY = re.compile(rf"(?P<key>[A-Za-z]\w*:)(?P<blank>[{_OTHER_SPACES}])")
BULLETS = "•◦▪▫‣·●○■□–—−*"
"""What lists are printed with."""
BULLET = re.compile(
    rf" *(?P<sign>[{BULLETS}])"
    rf"(?P<blank>[ {_OTHER_SPACES}]*)(?P<rest>[^ {_OTHER_SPACES}].*)"
)
_PAIR_ENDS = re.compile(r"[,}]")
_DASHED = "- "


def find_pasted_sign(line: int, lines: Lines) -> Problem | None:
    """Tell a space that is none after a colon or a dash of a line, or a bullet at its beginning.

    Of several lines one below the other the first is told, and all of them are mended.
    """
    found = _find(line, lines)
    if found is None:
        return None
    told, margin = [found], _pass_spaces(lines.lines[line], 0)
    # a text over several lines, whose own such spaces are right, stands further right
    while line and _pass_spaces(lines.lines[line - 1], 0) == margin:
        line -= 1
        above = _find(line, lines)
        if above is None:
            break
        told.append(above)
    return replace(told[-1], fixes=tuple(fix for each in told for fix in each.fixes))


def _find(line: int, lines: Lines) -> Problem | None:
    written = lines.lines[line]
    bullet = BULLET.fullmatch(written)
    if bullet is not None and _is_item(bullet["rest"]):
        return _tell_bullet(line, bullet, lines)
    at = _pass_spaces(written, 0)
    if written[at : at + 1] == "-":
        found = _OTHERS.match(written, at + 1) or _OTHERS.match(
            written, _pass_spaces(written, at + 1)
        )
        if found is not None and written[found.end() :].strip():
            return _tell(line, found, lines)
        at = _pass_spaces(written, at + 1)
    key = _KEY_HERE.match(written, at)
    found = _OTHERS.match(written, key.end()) if key is not None else None
    return _tell(line, found, lines) if found is not None else None


def _tell_bullet(line: int, bullet: re.Match[str], lines: Lines) -> Problem:
    rest, place = bullet["rest"], (line, bullet.start("sign"))
    fix = Fix(lines.mark(*place), bullet["sign"] + bullet["blank"], _DASHED)
    shown = _OTHERS.sub(" ", rest) if rest.startswith("{") else f"{rest.split(':')[0]}:"
    details = {"text": quote(bullet["sign"]), "instead": in_ticks(_DASHED + shown)}
    return tell_slip("yaml-bullet", place, lines, fix, **details)


def find_in_braces(line: int, column: int, text: str, lines: Lines) -> Problem | None:
    """Tell such a space after a colon in braces, where YAML takes it for part of the key."""
    match = _AFTER_KEY.match(text)
    found = _OTHERS.match(lines.lines[line], column + match.start("blank")) if match else None
    return _tell(line, found, lines) if found is not None else None


def _pass_spaces(written: str, at: int) -> int:
    return len(written) - len(written[at:].lstrip(" "))


def _is_item(rest: str) -> bool:
    return rest.startswith("{") or KEY_AND_VALUE.fullmatch(rest) is not None


def _tell(line: int, found: re.Match[str], lines: Lines) -> Problem:
    written, begin = lines.lines[line], found.start()
    before, value = _begin(written, begin), written[found.end() :]
    if "{" in written[:begin]:
        value = _PAIR_ENDS.split(value, maxsplit=1)[0]
    details = {
        "text": f"`{written[begin - 1]}`",
        "code": f"U+{ord(written[begin]):04X}",
        "instead": in_ticks(f"{before} {value}"),
    }
    fix = Fix(lines.mark(line, begin), found[0], " ")
    return tell_slip("yaml-no-break-after", (line, begin), lines, fix, **details)


def _begin(written: str, end: int) -> str:
    """Return the dash or key that ends before a place."""
    before = written[:end].lstrip(" ")
    return before[max(before.rfind(sign) for sign in (" ", "{", ",")) + 1 :]
