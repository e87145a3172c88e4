"""What was meant where YAML breaks: colons, quotes, brackets and indentation, with what to write.

PyYAML says where it stopped and what it wanted there; the line, and the last value before it, tell
what somebody slipped on. Nothing here reads a document.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Fix, Mark, Problem, quote, term

_KEY_AND_VALUE = re.compile(
    r"(?P<lead>[ \-]*)(?P<key>[^\s:#\"'{\[\-][^:]*):(?:\s+(?P<value>\S.*)?)?"
)
_GLUED = re.compile(r"\s*(?:- +)*(?P<key>\w+):(?P<value>[^\s:].*)")
_BARE = re.compile(r"\s*(?:- +)*(?P<key>\w+)\s+(?P<value>\S.*)")
_CLOSING = {"[": "]", "{": "}"}
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the reader of YAML stopped, what it was reading, and what stood before."""

    problem: str
    place: tuple[int, int]
    context: str
    begun: tuple[int, int] | None
    """Where what it was reading began."""
    last: tuple[str, str, tuple[int, int], tuple[int, int]] | None
    """The last event: its name, its quotes, where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document, to make marks of places in them; both counted from 0."""

    file: str
    lines: Sequence[str]

    def mark(self, line: int, column: int) -> Mark:
        """Return the mark of a place."""
        return Mark(self.file, line + 1, column + 1, self.lines[line])


def explain_stop(stop: Stop, lines: Lines) -> Problem:
    """Return the problem of YAML that breaks, with the most helpful hint that the line gives."""
    for wanted, explain in _EXPLAINERS.items():
        found = explain(stop, lines) if wanted in stop.problem else None
        if found is not None:
            return found
    return _slip("", stop.place, lines)


def _slip(
    advice: str, place: tuple[int, int], lines: Lines, fix: Fix | None = None, **details: str
) -> Problem:
    mark = lines.mark(*place)
    near = mark.text.strip()
    shown = {"near": quote(near) if near else term("end"), **details}
    return Problem("yaml-syntax", mark, shown, "", advice, (fix,) if fix is not None else ())


def _without_comment(value: str) -> str:
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def _quoted(text: str) -> str:
    return "" if '"' in text or "\\" in text or "'" in text[:1] else f'"{text}"'


def _shown(text: str) -> str:
    return f"`{text[:_LONGEST_SHOWN]}{'…' if len(text) > _LONGEST_SHOWN else ''}`"


def _second_colon(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a colon in a text from a line that stands too far right."""
    line, column = stop.place
    match = _KEY_AND_VALUE.fullmatch(lines.lines[line])
    if match is None or column <= match.end("key"):
        return _far_right(stop, lines)
    value = _without_comment(match["value"] or "")
    instead = _quoted(value)
    if not instead:
        return None
    # one word touching its colon cannot be a value with a second key after it
    begin = match.start("value")
    is_clear = re.fullmatch(r"\S+", lines.lines[line][begin:column]) is not None
    fix = Fix(lines.mark(line, begin), value, instead) if is_clear else None
    advice = "yaml-colon" if is_clear else "yaml-colon-apart"
    return _slip(advice, stop.place, lines, fix, instead=_shown(instead))


def _far_right(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a line whose indentation fits none of those above; name one to align it with."""
    line, _ = stop.place
    written = lines.lines[line]
    if written.lstrip().startswith("- "):
        return _slip("yaml-dash", stop.place, lines)
    own = len(written) - len(written.lstrip(" "))
    for above in range(line - 1, -1, -1):
        match = _KEY_AND_VALUE.fullmatch(lines.lines[above])
        if match is None:
            continue
        margin = len(match["lead"])
        if match["value"] and margin != own:
            return _slip("yaml-indent", (line, own), lines, line=str(above + 1), count=str(margin))
    return None


def _lost_colon(stop: Stop, lines: Lines) -> Problem | None:
    if stop.begun is None:
        return None
    line, _ = stop.begun
    glued = _GLUED.fullmatch(lines.lines[line])
    if glued is not None:
        old, new = f"{glued['key']}:", f"{glued['key']}: "
        fix = Fix(lines.mark(line, glued.start("key")), old, new)
        instead = _shown(new + glued["value"])
        place = (line, glued.start("value"))
        return _slip("yaml-space", place, lines, fix, instead=instead)
    bare = _BARE.fullmatch(lines.lines[line])
    if bare is None:
        return None
    instead = _shown(f"{bare['key']}: {bare['value']}")
    return _slip("yaml-no-colon", (line, bare.end("key")), lines, instead=instead)


def _unexpected(stop: Stop, lines: Lines) -> Problem | None:
    """Tell what comes after a value that has ended already, or before one that never ends."""
    if stop.last is not None:
        name, quotes, begin, end = stop.last
        (line, column), (last_line, last_column) = stop.place, end
        is_next = line == last_line and not lines.lines[line][last_column:column].strip()
        if is_next and name == "ScalarEvent" and quotes in ('"', "'"):
            return _after_quotes(stop, lines, begin, end)
        is_collection = name in ("SequenceEndEvent", "MappingEndEvent") and last_column
        if is_next and is_collection and lines.lines[line][last_column - 1] in "]}":
            return _slip("yaml-bracket-text", stop.place, lines)
    if "flow" in stop.context and stop.begun is not None:
        return _in_brackets(stop, lines, stop.begun)
    return _far_right(stop, lines)


def _after_quotes(
    stop: Stop, lines: Lines, begin: tuple[int, int], end: tuple[int, int]
) -> Problem:
    if begin[0] != end[0]:
        return _slip("yaml-quote-open", begin, lines, line=str(end[0] + 1))
    written = _without_comment(lines.lines[begin[0]][begin[1] :])
    instead = _in_other_quotes(written) if "flow" not in stop.context else ""
    if not instead:
        return _slip("yaml-quotes-inside", stop.place, lines)
    fix = Fix(lines.mark(*begin), written, instead)
    return _slip("yaml-quotes", stop.place, lines, fix, instead=_shown(instead))


def _in_other_quotes(written: str) -> str:
    """Write a text that holds its own quotes in the others; empty where it holds those too."""
    sign = written[0]
    other = "'" if sign == '"' else '"'
    is_whole = len(written) > 1 and written[-1] == sign
    if not is_whole or other in written or "\\" in written:
        return ""
    return other + written[1:-1] + other


def _in_brackets(stop: Stop, lines: Lines, begun: tuple[int, int]) -> Problem | None:
    sign = lines.lines[begun[0]][begun[1]]
    if begun[0] != stop.place[0] and sign in _CLOSING:
        closing = f"`{_CLOSING[sign]}`"
        return _slip("yaml-bracket-open", begun, lines, text=f"`{sign}`", expected=closing)
    line, column = stop.place
    return (
        _slip("yaml-colon-in-braces", stop.place, lines)
        if lines.lines[line][column : column + 1] == ":"
        else None
    )


def _never_ends(stop: Stop, lines: Lines) -> Problem | None:
    if "quoted" not in stop.context or stop.begun is None:
        return None
    return _slip("yaml-quote-never", stop.begun, lines)


def _sign_before(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a text that begins with a sign of YAML's own."""
    line, column = stop.begun or stop.place
    written = lines.lines[line]
    sign = written[column : column + 1]
    if sign == "\t":
        return Problem("tab-indentation", lines.mark(line, column))
    instead = _quoted(_without_comment(written[column:]))
    if not instead or sign.isalnum():
        return None
    return _slip("yaml-sign", (line, column), lines, text=quote(sign), instead=_shown(instead))


def _escape(stop: Stop, lines: Lines) -> Problem | None:
    return _slip("yaml-escape", stop.place, lines)


_EXPLAINERS: Mapping[str, Callable[[Stop, Lines], Problem | None]] = {
    "mapping values are not allowed": _second_colon,
    "could not find expected ':'": _lost_colon,
    "did not find expected key": _unexpected,
    "did not find expected ',' or": _unexpected,
    "did not find expected '-' indicator": _far_right,
    "found unexpected end of stream": _never_ends,
    "cannot start any token": _sign_before,
    "did not find expected comment or line break": _sign_before,
    "unknown escape character": _escape,
}
"""By what PyYAML says; what it says otherwise, or in other versions, keeps the general hint."""


# -- Commas in braces ------------------------------------------------------------------------------

_DECIMALS = re.compile(r"[0-9]+")
_DIGITS_OF_THOUSANDS = 3


def explain_empty(key: Any, previous: Any, lines: Lines) -> Problem | None:
    """Explain a key in braces without a value: a comma in a number or formula cuts it in two.

    `key` and `previous` are the scalars that stand there as key and as the value before it.
    """
    line, column = key.mark.line - 1, key.mark.column - 1
    written = lines.lines[line]
    before = written[:column].rstrip()
    if before.endswith("{") and written[column:].startswith(key.text + "}"):
        mark = lines.mark(line, len(before) - 1)
        return Problem("null-value", mark, {"instead": quote(key.text)}, "", "yaml-brace-code")
    after = written[column + len(key.text) :].lstrip()
    is_cut = before.endswith(",") and after[:1] in (",", "}", "]")
    if previous is None or not is_cut or previous.mark.line != key.mark.line:
        return None
    return _decimal_comma(key, previous, lines) or _comma_in_braces(key, previous)


def _decimal_comma(key: Any, previous: Any, lines: Lines) -> Problem | None:
    number, decimals = _number_at_end(previous.text), _DECIMALS.match(key.text)
    end = previous.mark.column - 1 + len(previous.text)
    if not number or decimals is None or end + 1 != key.mark.column - 1:
        return None
    mark = lines.mark(key.mark.line - 1, end - len(number))
    old, new = f"{number},{decimals[0]}", f"{number.replace('.', '')}.{decimals[0]}"
    # `1,234` may be a thousand and more, as the English write it
    is_clear = "." in number or len(decimals[0]) != _DIGITS_OF_THOUSANDS
    fixes = (Fix(mark, old, new),) if is_clear else ()
    details = {"text": quote(old), "instead": quote(new)}
    return Problem("decimal-comma", mark, details, "", "write-instead", fixes)


def _number_at_end(text: str) -> str:
    """Return the number that a text ends in; empty where it ends in a word, or in nothing such."""
    before = text.rstrip("0123456789.")
    number = text[len(before) :]
    is_word = before[-1:].isalnum() or before.endswith("_")
    return number if number[:1].isdigit() and not is_word else ""


def _comma_in_braces(key: Any, previous: Any) -> Problem:
    mark = previous.mark
    written = mark.text[mark.column - 1 : key.mark.column - 1 + len(key.text)]
    is_whole = written.count("(") == written.count(")") and written.count("(") > 0
    instead = _quoted(written) if is_whole and previous.style == "plain" else ""
    fixes = (Fix(mark, written, instead),) if instead else ()
    details = {"text": quote(written), "instead": _shown(instead)}
    return Problem("comma-in-braces", mark, details, "", "write-instead" if instead else "", fixes)
