"""What was meant where YAML breaks: colons, quotes, brackets and indentation, with what to write.

PyYAML says where it stopped and what it wanted there; the line, and the last value before it, tell
what somebody slipped on. Nothing here reads a document.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Fix, Mark, Path, Problem, quote, term

_KEY_AND_VALUE = re.compile(
    r"(?P<lead>[ \-]*)(?P<key>[^\s:#\"'{\[\-][^:]*):(?:\s+(?P<value>\S.*)?)?"
)
_GLUED = re.compile(r"\s*(?:- +)*(?P<key>\w+):(?P<value>[^\s:].*)")
_BARE = re.compile(r"\s*(?:- +)*(?P<key>\w+)\s+(?P<value>\S.*)")
_DASHED = re.compile(r" *(?P<dash>-)(?P<rest>[A-Za-z]\w*:(?: .*)?)")
_LONE_WORD = re.compile(r" *(?:- +)*(?P<key>\"?[\w{}]+\"?) *")
_KEYED = re.compile(r" *(?P<key>\w+): *(?:#.*)?")
_EQUALLED = re.compile(
    r" *(?P<key>[A-Za-z]\w*) ?"
    r"(?:(?P<sign>=) (?P<value>[^ =].*)|(?P<mark>[-–—;,.]) (?P<number>\d.*))"
)
"""A sign in the place of the colon; one that prose has, too, only before a number."""
_NUMBER = re.compile(r"-?\d[\d.,]*")
_PROSE = re.compile(r"[^\W\d_][^=<>\"{}\[\]*/+]*")
"""Words, and no formula."""
_SHEET_ERROR = re.compile(
    r"#(?:#+|RIF!|REF!|N/D|N/A|DIV/0!|VALORE!|VALUE!|NOME\?|NAME\?|NUM!|NULLO!|NULL!)"
)
"""What a spreadsheet, Italian or English, shows in the place of a value."""
_SENTENCE_IN_BRACES = re.compile(r"\{(?P<key>it|en): ")
_QUESTION = re.compile(r"[ \-]*\w+: +(?P<sign>\?+) *(?:#.*)?")
_ROUND = re.compile(r"round: (?P<all>\{(?P<decimals>[0-9]), ?(?P<mode>\w+)\})")
_BRACED = re.compile(r"(?P<lead> *(?:- +)*\w+: +)(?P<value>\{[A-Za-z]\w*\}.*)")
_BRACED_KEY = re.compile(r"[\w{}]+(?=:)")
_SENTENCES = ("label", "title", "note")
"""Keys whose value is a text for people, so that nothing else can have been meant."""
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

    def mark(self, line: int, column: int, path: Path | None = None) -> Mark:
        """Return the mark of a place."""
        return Mark(self.file, line + 1, column + 1, self.lines[line], path=path)


def explain_stop(stop: Stop, lines: Lines) -> Problem:
    """Return the problem of YAML that breaks, with the most helpful hint that the line gives."""
    nearby = _slip_nearby(stop, lines)
    if nearby is not None:
        return nearby
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


def _slip_nearby(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a slip that is plain to see in the line of the stop, or in the one before it.

    YAML goes on reading a text over such a line, and stops only at the next.
    """
    if stop.context.startswith(("while scanning a quoted", "while parsing a flow")):
        return None
    here = _next_written(lines, stop.place[0])
    before = _line_before(lines, here)
    for line in (here,) if before is None else (before, here):
        written = lines.lines[line]
        foreign = next((at for at, char in enumerate(_margin(written)) if char not in " \t"), None)
        if foreign is not None:
            return _slip("yaml-no-break", (line, foreign), lines)
        dashed = _DASHED.fullmatch(written)
        if dashed is not None:
            old, new, at = dashed["rest"].split(":")[0], dashed["rest"], dashed.start("dash")
            fix = Fix(lines.mark(line, at), f"-{old}:", f"- {old}:")
            return _slip("yaml-dash-space", (line, at), lines, fix, instead=_shown(f"- {new}"))
    alone = _QUESTION.fullmatch(lines.lines[stop.place[0]])
    if alone is not None:
        return _slip("yaml-question-alone", (stop.place[0], alone.start("sign")), lines)
    if before is None:
        return None
    return (
        _equals_sign(before, here, lines)
        or _lost_key(before, here, lines)
        or _goes_on(before, here, lines)
        or _row_without_dash(before, here, lines)
    )


def _row_without_dash(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a row in braces that lacks the dash which the one after it has."""
    margin = _margin(lines.lines[before])
    is_row = lines.lines[before].startswith(margin + "{")
    if not is_row or not lines.lines[here].startswith(margin + "- {"):
        return None
    return _slip("missing-dash", (before, len(margin)), lines, instead="`- {`")


def _equals_sign(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell `=` in the place of the colon, from the line below it."""
    match, written = _EQUALLED.fullmatch(lines.lines[before]), lines.lines[here]
    is_beside = len(_margin(lines.lines[before])) == len(_margin(written))
    if match is None or not is_beside or not _KEY_AND_VALUE.fullmatch(written):
        return None
    sign, value = ("sign", "value") if match["sign"] else ("mark", "number")
    instead = f"{match['key']}: {match[value]}"
    place = (before, match.start(sign))
    fix = Fix(lines.mark(before, match.start("key")), match[0].lstrip(" -"), instead)
    shown = f"`{match[sign]}`"
    return _slip("yaml-equals", place, lines, fix, text=shown, instead=_shown(instead))


def _goes_on(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a line that goes on with the value above, and stands where only a key may."""
    above = _line_before(lines, before)
    written = lines.lines[before]
    if above is None or _KEY_AND_VALUE.fullmatch(written) or written.lstrip()[:2] == "- ":
        return None
    bare = _BARE.fullmatch(written)
    if bare is not None and bare["value"][0].isalnum():
        return None  # a key that lacks its colon
    match, margin = _KEY_AND_VALUE.fullmatch(lines.lines[above]), len(_margin(written))
    is_below = match is not None and bool(match["value"]) and len(match["lead"]) == margin
    if not is_below or len(_margin(lines.lines[here])) > margin:
        return None
    return _slip("yaml-goes-on", (before, margin), lines, line=str(above + 1))


def _lost_key(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a key without its colon, or without the space after it, from the line below it."""
    own, margin = len(_margin(lines.lines[here])), len(_margin(lines.lines[before]))
    word, written = _LONE_WORD.fullmatch(lines.lines[before]), lines.lines[here]
    if word is not None and margin < own and _KEY_AND_VALUE.fullmatch(written):
        place, new = (before, word.start("key")), f"{word['key']}:"
        fix = Fix(lines.mark(*place), word["key"], new)
        details = {"line": str(before + 1), "instead": _shown(new)}
        return _slip("yaml-key-colon", place, lines, fix, **details)
    glued = _GLUED.fullmatch(lines.lines[before])
    is_address = glued is not None and glued["value"].startswith("//")
    if glued is None or is_address or margin > own:
        return None
    return _space_after(before, glued, lines)


def _line_before(lines: Lines, line: int) -> int | None:
    """Find the line before one that is neither blank nor a comment."""
    above = range(line - 1, -1, -1)
    return next((at for at in above if lines.lines[at].lstrip()[:1] not in ("", "#")), None)


def _next_written(lines: Lines, line: int) -> int:
    """Find the first line from one on that is neither blank nor a comment; else that one."""
    below = range(line, len(lines.lines))
    written = (at for at in below if lines.lines[at].lstrip()[:1] not in ("", "#"))
    return next(written, line)


def _margin(written: str) -> str:
    return written[: len(written) - len(written.lstrip())]


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
    is_word = re.fullmatch(r"\S+", lines.lines[line][begin:column]) is not None
    is_clear = is_word or match["key"].strip() in _SENTENCES
    fix = Fix(lines.mark(line, begin), value, instead) if is_clear else None
    advice = "yaml-colon" if is_clear else "yaml-colon-apart"
    return _slip(advice, stop.place, lines, fix, instead=_shown(instead))


def _far_right(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a line whose indentation fits none of those above; name one to align it with."""
    line, _ = stop.place
    written = lines.lines[line]
    own = len(written) - len(written.lstrip(" "))
    if written.lstrip().startswith("- "):
        return _uneven_dash(line, own, lines) or _slip("yaml-dash", stop.place, lines)
    beside = (
        _lost_fields(line, own, lines)
        or _lost_dash(line, own, lines)
        or _lone_line(line, own, lines)
    )
    if beside is not None:
        return beside
    at_margin = _too_far_left(line, own, lines)
    if at_margin is not None:
        return at_margin
    for above in range(line - 1, -1, -1):
        match = _KEY_AND_VALUE.fullmatch(lines.lines[above])
        if match is None:
            continue
        margin = len(match["lead"])
        if match["value"] and margin != own:
            advice = _INDENTATIONS.get(margin, "yaml-indent")
            return _slip(advice, (line, own), lines, line=str(above + 1), count=str(margin))
    return None


def _uneven_dash(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell an item of a list that does not stand below the one above it, or the next of it."""
    above = _line_before(lines, line)
    if above is None or not lines.lines[above].lstrip().startswith("- "):
        return None
    margin, after = len(_margin(lines.lines[above])), line + 1
    # where the next ones stand as this does, the one above is the odd one
    next_one = lines.lines[after] if after < len(lines.lines) else ""
    is_above = next_one.startswith(" " * own + "- ")
    place, beside, count = (above, line, own) if is_above else (line, above, margin)
    advice, at = _INDENTATIONS.get(count, "yaml-indent"), margin if is_above else own
    return _slip(advice, (place, at), lines, line=str(beside + 1), count=str(count))


def _lost_fields(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first value of a report above which the line `fields:` is missing."""
    above = _line_before(lines, line)
    at_margin = (_KEY_AND_VALUE.fullmatch(each) for each in lines.lines if each[:1].isalpha())
    keys = {match["key"] for match in at_margin if match is not None}
    is_report = "rulebook" in keys and keys <= _OF_REPORTS
    if above is None or not own or _margin(lines.lines[above]) or not is_report:
        return None
    details = {"key": "`fields`", "owner": "fields"}
    return Problem("missing-key", lines.mark(line, own), details, "", "part-begins")


def _lost_dash(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell a key that stands where the dashes above it stand: it lacks its own."""
    key = _KEY_AND_VALUE.fullmatch(lines.lines[line])
    above = (at for at in range(line - 1, -1, -1) if len(_margin(lines.lines[at])) <= own)
    begun = next((at for at in above if lines.lines[at].strip()), None)
    if key is None or begun is None or not lines.lines[begun].startswith(" " * own + "- "):
        return None
    return _slip("missing-dash", (line, own), lines, instead=f"`- {key['key'].strip()}:`")


def _lone_line(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell the first line of an entry that stands otherwise than all those after it."""
    first, after = _line_before(lines, line), line + 1
    head = _line_before(lines, first) if first is not None else None
    if first is None or head is None or after >= len(lines.lines):
        return None
    margin, outer = len(_margin(lines.lines[first])), len(_margin(lines.lines[head]))
    is_first = outer < min(margin, own) and _KEYED.fullmatch(lines.lines[head]) is not None
    if not is_first or margin == own or len(_margin(lines.lines[after])) != own:
        return None
    place, found = (first, margin), str(margin)
    return _slip("yaml-lone-line", place, lines, line=str(first + 1), found=found, count=str(own))


def _too_far_left(line: int, own: int, lines: Lines) -> Problem | None:
    """Tell a key at the margin that stands among entries, which YAML takes for a new part."""
    keys = [(at, match) for at in range(line) if (match := _KEYED.fullmatch(lines.lines[at]))]
    if not own or not keys:
        return None
    outer = next(((at, key) for at, key in reversed(keys) if key.start("key") < own), None)
    before = _line_before(lines, outer[0]) if outer is not None else None
    if outer is None or outer[1].start("key") or outer[1]["key"] in _PARTS or before is None:
        return None
    if len(_margin(lines.lines[before])) < own:
        return None
    key = f"`{outer[1]['key']}:`"
    count = _INDENTATIONS.get(own, "yaml-indent").replace("yaml-indent", "yaml-margin")
    return _slip(count, (outer[0], 0), lines, text=key, count=str(own))


_INDENTATIONS = {0: "yaml-indent-none", 1: "yaml-indent-one"}
_PARTS = frozenset({
    "sources", "parameters", "groups", "rules", "decisions", "sections", "checks", "messages",
    "properties", "in_force", "examples", "fields", "subject", "printed",
})  # fmt: skip
"""Keys of our documents that stand at the margin with what belongs to them below."""
_NEVER_EMPTY = frozenset({"fields", "subject"})
"""Keys at the margin of a report that hold its values: nobody is told to leave them out."""
_OF_REPORTS = frozenset({"rulebook", "subject", "printed"})
"""Keys that stand at the margin of a report beside `fields`."""


def _lost_colon(stop: Stop, lines: Lines) -> Problem | None:
    if stop.begun is None:
        return None
    line, _ = stop.begun
    glued = _GLUED.fullmatch(lines.lines[line])
    if glued is not None:
        return _space_after(line, glued, lines)
    bare = _BARE.fullmatch(lines.lines[line])
    if bare is None:
        return None
    instead = _shown(f"{bare['key']}: {bare['value']}")
    above = _text_above(line, bare, lines)
    if above is not None:
        place, beside = (line, bare.start("key")), str(above + 1)
        return _slip("yaml-goes-on-or-key", place, lines, line=beside, instead=instead)
    return _slip("yaml-no-colon", (line, bare.end("key")), lines, instead=instead)


def _text_above(line: int, bare: re.Match[str], lines: Lines) -> int | None:
    """Return the line with the text that several words may go on with; None where none does."""
    above = _line_before(lines, line)
    match = _KEY_AND_VALUE.fullmatch(lines.lines[above]) if above is not None else None
    value = (match["value"] or "") if match is not None else ""
    is_prose = " " in value and value[0].isalpha() and _PROSE.fullmatch(bare["value"]) is not None
    return above if is_prose else None


def _space_after(line: int, glued: re.Match[str], lines: Lines) -> Problem:
    old, new = f"{glued['key']}:", f"{glued['key']}: "
    fix = Fix(lines.mark(line, glued.start("key")), old, new)
    place, instead = (line, glued.start("value")), _shown(new + glued["value"])
    return _slip("yaml-space", place, lines, fix, instead=instead)


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
            return _braced(line, lines) or _slip("yaml-bracket-text", stop.place, lines)
    if "flow" in stop.context and stop.begun is not None:
        return _in_brackets(stop, lines, stop.begun)
    return _far_right(stop, lines)


def _braced(line: int, lines: Lines) -> Problem | None:
    """Tell a formula that begins with a variable of `for_each`, which YAML takes for a mapping."""
    match = _BRACED.fullmatch(lines.lines[line])
    value = _without_comment(match["value"]) if match is not None else ""
    instead = _quoted(value)
    if match is None or not instead:
        return None
    place = (line, match.start("value"))
    fix = Fix(lines.mark(*place), value, instead)
    return _slip("yaml-variable", place, lines, fix, instead=_shown(instead))


def explain_key(line: int, column: int, lines: Lines) -> Problem | None:
    """Explain a key that begins with a variable of `for_each`, which YAML takes for a mapping."""
    match = _BRACED_KEY.match(lines.lines[line], column)
    if match is None:
        return None
    mark, instead = lines.mark(line, column), f'"{match[0]}"'
    details, fix = {"instead": _shown(f"{instead}:")}, Fix(mark, match[0], instead)
    return Problem("key-not-text", mark, details, "", "yaml-variable-key", (fix,))


def _after_quotes(
    stop: Stop, lines: Lines, begin: tuple[int, int], end: tuple[int, int]
) -> Problem:
    if begin[0] != end[0]:
        return _quoted_number(begin, lines) or _slip(
            "yaml-quote-open", begin, lines, line=str(end[0] + 1)
        )
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
    written = lines.lines[line].rstrip()
    said = _SENTENCE_IN_BRACES.search(written)
    if (
        said is not None
        and written.endswith("}")
        and written[column : column + 1] in ("{", "}", "")
    ):
        instead = _quoted(written[said.end() : -1].rstrip())
        if instead and written[said.end()] not in "\"'":
            whole, place = f"{{{said['key']}: {instead}}}", (line, said.end())
            fix = Fix(lines.mark(line, said.start()), written[said.start() :], whole)
            return _slip("yaml-braces-in-text", place, lines, fix, instead=_shown(whole))
    if lines.lines[line][column : column + 1] == ":":
        at = written.rfind(";", 0, column)
        if at > max(written.rfind(",", 0, column), written.rfind("{", 0, column)):
            return _slip(
                "yaml-semicolon", (line, at), lines, instead=f"`,{written[at + 1 : column]}:`"
            )
        return _slip("yaml-colon-in-braces", stop.place, lines)
    return _brackets_in_braces(stop.place, lines) if sign == "{" else None


_PIECE = re.compile(r"[^\s{,:\"'\[][^{,:\"'\[]*")
"""The beginning of a text without quotes, up to a bracket or quotes in it."""


def _brackets_in_braces(place: tuple[int, int], lines: Lines) -> Problem | None:
    """Tell a text without quotes that holds brackets or braces, where these belong to YAML."""
    line, column = place
    written = lines.lines[line]
    at = max(written.rfind("[", 0, column + 1), written.rfind("{", 0, column + 1))
    starts = [written.rfind(sign, 0, at) + len(sign) for sign in ("{", ", ", ": ")]
    begin = max(starts) + len(written[max(starts) :]) - len(written[max(starts) :].lstrip())
    if at <= begin or _PIECE.match(written, begin) is None:
        return None
    whole = _balanced(written[begin:])
    instead = _quoted(whole) or (f"'{whole}'" if "'" not in whole else "")
    if not whole or not instead:
        return None
    fix = Fix(lines.mark(line, begin), whole, instead)
    shown = _shown(instead)
    return _slip("yaml-brackets-in-braces", (line, begin), lines, fix, instead=shown)


def _balanced(text: str) -> str:
    """Cut a text where the value of a mapping on one line ends: before `,`, `: ` or `}`."""
    depth, quotes = 0, ""
    for at, char in enumerate(text):
        if quotes or char in "\"'":
            quotes = "" if char == quotes else quotes or char
        elif char in "([{":
            depth += 1
        elif char in ")]}" and depth:
            depth -= 1
        elif not depth and (char in ",}" or text[at : at + 2] == ": "):
            return text[:at].rstrip()
    return ""


def _never_ends(stop: Stop, lines: Lines) -> Problem | None:
    if "quoted" not in stop.context or stop.begun is None:
        return None
    return _quoted_number(stop.begun, lines) or _slip("yaml-quote-never", stop.begun, lines)


def _quoted_number(begin: tuple[int, int], lines: Lines) -> Problem | None:
    """Tell the apostrophe that spreadsheets put before a number, which opens a text here."""
    lost = lines.lines[begin[0]][begin[1] :].rstrip()
    number = lost[1:]
    if not _NUMBER.fullmatch(number):
        return None
    fix = Fix(lines.mark(*begin), lost, number)
    return _slip("yaml-quote-number", begin, lines, fix, text=quote(lost[0]), number=f"`{number}`")


def _sign_before(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a text that begins with a sign of YAML's own."""
    line, column = stop.begun or stop.place
    written = lines.lines[line]
    sign = written[column : column + 1]
    if sign == "\t":
        return Problem("tab-indentation", lines.mark(line, column))
    is_in_braces = "{" in written[:column] and written.rstrip().endswith("}")
    value = _without_comment(written[column:])
    value = re.split(r"[,}\]]", value, maxsplit=1)[0].rstrip() if is_in_braces else value
    share = re.fullmatch(r"% ?([0-9]+(?:\.[0-9]+)?)", value)
    if share is not None:
        return _slip("percent-value-sign", (line, column), lines, number=f"`{share[1]}`")
    if value == "-":
        return _slip("yaml-dash-alone", (line, column), lines)
    instead = _quoted(value)
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
    "sequence entries are not allowed": _sign_before,
}
"""By what PyYAML says; what it says otherwise, or in other versions, keeps the general hint."""


# -- Commas in braces ------------------------------------------------------------------------------

_DECIMALS = re.compile(r"[0-9]+")
_WHOLE = re.compile(r"0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_BEFORE_OPERAND = re.compile(r"(?:[-+*/%<>=·×÷−≤≥≠]|\b(?:and|or|not|if|else)) ?\Z")
_AFTER_OPERAND = re.compile(r" *(?:[-+*/%<>=!·×÷−≤≥≠]|(?:and|or|if|else)\b|\Z)")
_DIGITS_OF_THOUSANDS = 3
_CLOSE_DIGITS = re.compile(r"[0-9],[0-9]")
_FARTHEST = 500
"""Characters within which a bracket is looked for: one line may hold a whole document."""
_CODES_IN_BRACES = re.compile(
    r"^ *\w+: +(?P<all>\{ *(?P<codes>[A-Za-z]\w*(?:, *[A-Za-z]\w*)+) *\}) *$"
)
"""Codes in the braces of a map, where a list of them stands in square brackets."""
_FOR_EACH = re.compile(r" *for_each: *\{ *\w+: +(?P<values>\w+(?:, *\w+)+) *\}")


def explain_empty(key: Any, previous: Any, lines: Lines) -> Problem | None:
    """Explain a key in braces without a value: a comma in a number or formula cuts it in two.

    `key` and `previous` are the scalars that stand there as key and as the value before it.
    """
    line, column = key.mark.line - 1, key.mark.column - 1
    written = lines.lines[line]
    rounding = _ROUND.search(written)
    if rounding is not None and rounding.start("all") < column < rounding.end("all"):
        whole = f"{{decimals: {rounding['decimals']}, mode: {rounding['mode']}}}"
        mark, details = lines.mark(line, rounding.start("all")), {"instead": _shown(whole)}
        details["text"] = quote(rounding["all"])
        return Problem("comma-in-braces", mark, details, "", "write-instead")
    glued = re.fullmatch(r"(?P<key>[A-Za-z]\w*):(?P<value>[^\s/].*)", key.text)
    if glued is not None:
        instead = f"{glued['key']}: {glued['value']}"
        fix = Fix(key.mark, key.text, instead)
        return _slip("yaml-space", (line, column), lines, fix, instead=_shown(instead))
    codes = _CODES_IN_BRACES.search(written)
    if codes is not None and codes.start("all") < column < codes.end("all"):
        mark, instead = lines.mark(line, codes.start("all")), f"[{codes['codes']}]"
        details = {"text": quote(codes["all"]), "instead": _shown(instead)}
        return Problem("comma-in-braces", mark, details, "", "code-list-brackets")
    before = written[:column].rstrip()
    if before.endswith("{") and written[column:].startswith(key.text + "}"):
        around = key.mark.path
        mark = lines.mark(line, len(before) - 1, around[0] if around else None)
        # how a row is called is a sentence: there the braces stay, in quotes
        is_row = re.search(r"\brow: *\{$", before) is not None
        instead, advice = (f'"{{{key.text}}}"', "write-instead") if is_row else (key.text, "")
        shown = {"instead": quote(instead)}
        return Problem("null-value", mark, shown, "", advice or "yaml-brace-code")
    after = written[column + len(key.text) :].lstrip()
    is_cut = before.endswith(",") and after[:1] in (",", "}", "]")
    if previous is None or not is_cut or previous.mark.line != key.mark.line:
        return None
    opening = _find_open(written, column)
    is_call = opening > 0 and (written[opening - 1].isalnum() or written[opening - 1] == "_")
    return (
        _list_of_values(line, previous.mark.path, lines)
        or (_cut_in_brackets(opening, previous, lines) if is_call else None)
        or _decimal_comma(key, previous, lines)
        or _cut_in_brackets(opening, previous, lines)
        or _comma_in_braces(key, previous)
    )


_DASHED_ENTRY = re.compile(r"(?P<lead> *- +)(?P<key>[A-Za-z]\w*):\s*")
_ITEMS = frozenset({"outcome", "name", "when", "label"})
"""Keys with which an item of a list of ours begins."""
_NEEDED = frozenset({
    "value", "formula", "when", "expect", "due", "cases", "outcome", "decimals", "mode", "from",
    "language", "rulebook", "edition", "version", "status", "title", "report", "examples", "name",
})  # fmt: skip
"""Keys that nobody is told to leave out: without them there is another problem."""


def explain_null(key: str, mark: Mark, lines: Lines, *, is_bare: bool) -> Problem:
    """Explain a value that is not there: a text lost in a comment, a dash too many, or nothing."""
    line, column = mark.line - 1, mark.column - 1
    written = lines.lines[line]
    lost = written[column:].strip()
    if is_bare and _SHEET_ERROR.fullmatch(lost):
        return Problem("null-value", mark, {"text": quote(lost)}, "", "sheet-error")
    number = re.fullmatch(r"#(-?[0-9]+(?:\.[0-9]+)?)", lost)
    if is_bare and number is not None:
        return Problem("null-value", mark, {"instead": f"`{number[1]}`"}, "", "yaml-hash-number")
    instead = _quoted(lost)
    if is_bare and re.match(r"#\S", lost) and instead:
        return Problem("null-value", mark, {"instead": _shown(instead)}, "", "yaml-hash")
    dashed = _DASHED_ENTRY.fullmatch(written)
    below = lines.lines[line + 1] if line + 1 < len(lines.lines) else ""
    if dashed is not None and key not in _ITEMS and len(_margin(below)) >= dashed.start("key"):
        details = {"instead": f"`{key}:`"}
        return Problem("null-value", mark, details, "", "yaml-entry-dash")
    if key == "otherwise" and (mark.pointer or "").startswith("/tables/"):
        return Problem("null-value", mark, {}, "", "otherwise-none")
    if key in _NEVER_EMPTY and not _margin(written):
        return Problem("null-value", mark, {"key": f"`{key}:`"}, "", "values-below")
    if key == "otherwise":
        return Problem("null-value", mark, {"instead": "`true`"}, "", "write-instead")
    return Problem("null-value", mark, {}, "", "yaml-value" if key in _NEEDED else "")


def _list_of_values(line: int, path: Path | None, lines: Lines) -> Problem | None:
    """Tell the values of `for_each` without their brackets, all of them as one problem."""
    match = _FOR_EACH.match(lines.lines[line])
    if match is None:
        return None
    mark, written = lines.mark(line, match.start("values"), path), match["values"].rstrip()
    details = {"text": quote(written), "instead": _shown(f"[{written}]")}
    fix = Fix(mark, written, f"[{written}]")
    return Problem("comma-in-braces", mark, details, "", "code-list-brackets", (fix,))


def _decimal_comma(key: Any, previous: Any, lines: Lines) -> Problem | None:
    number, decimals = _number_at_end(previous.text), _DECIMALS.match(key.text)
    end = previous.mark.column - 1 + len(previous.text)
    if not number or decimals is None or end + 1 != key.mark.column - 1:
        return None
    mark = lines.mark(key.mark.line - 1, end - len(number), previous.mark.path)
    old, new = f"{number},{decimals[0]}", f"{number.replace('.', '')}.{decimals[0]}"
    before = previous.text.removesuffix(number)
    # `1,234` may be a thousand and more, as the English write it; among arguments, and in a text
    # such as `art. 3,5`, the comma may be right
    is_thousands = len(decimals[0]) == _DIGITS_OF_THOUSANDS and number != "0"
    is_clear = ("." in number or not is_thousands) and _WHOLE.fullmatch(number) is not None
    is_sure = is_clear and _is_operand(before, key.text.removeprefix(decimals[0]))
    fixes = (Fix(mark, old, new),) if is_sure else ()
    details = {"text": quote(old), "instead": quote(new)}
    return Problem("decimal-comma", mark, details, "", "write-instead", fixes)


def _is_operand(before: str, after: str) -> bool:
    """Tell whether a number between two pieces can only be one value: alone, or of a formula."""
    is_inside = before.count("(") > before.count(")") or before.count("[") > before.count("]")
    is_begun = not before or _BEFORE_OPERAND.search(before) is not None
    return not is_inside and is_begun and _AFTER_OPERAND.match(after) is not None


def _number_at_end(text: str) -> str:
    """Return the number that a text ends in; empty where it ends in a word, or in nothing such."""
    before = text.rstrip("0123456789.")
    number = text[len(before) :]
    is_word = before[-1:].isalnum() or before.endswith("_")
    return number if number[:1].isdigit() and not is_word else ""


def _find_open(written: str, column: int) -> int:
    """Find the round bracket that is open at a column; -1 where none is, or it is too far away."""
    depth = 0
    for at in range(column - 1, max(column - _FARTHEST, -1), -1):
        depth += (written[at] == ")") - (written[at] == "(")
        if depth < 0:
            return at
    return -1


def _cut_in_brackets(opening: int, previous: Any, lines: Lines) -> Problem | None:
    """Put the whole of a text in quotes that is cut between its brackets, in how many pieces ever.

    Each of its pieces gives the same problem.
    """
    line = previous.mark.line - 1
    written = lines.lines[line]
    colon = written.rfind(": ", max(opening - _FARTHEST, 0), opening) if opening > 0 else -1
    start = colon + 2
    whole = written[start : _find_end(written, start)].rstrip()
    instead = _quoted(whole)
    if colon < 0 or whole.count("(") != whole.count(")") or not instead or whole[0] in "\"'[{":
        return None
    mark = lines.mark(line, start, previous.mark.path)
    details = {"text": quote(whole), "instead": _shown(instead)}
    # `1,5` between the brackets may be one value with a decimal comma
    fixes = () if _CLOSE_DIGITS.search(whole) else (Fix(mark, whole, instead),)
    return Problem("comma-in-braces", mark, details, "", "write-instead", fixes)


def _find_end(written: str, start: int) -> int:
    """Find where a value in braces ends that may have commas between round brackets."""
    depth = 0
    for at in range(start, min(start + 2 * _FARTHEST, len(written))):
        depth += (written[at] == "(") - (written[at] == ")")
        if depth <= 0 and written[at] in ",]}":
            return at
    return len(written)


def _comma_in_braces(key: Any, previous: Any) -> Problem:
    mark = previous.mark
    written = mark.text[mark.column - 1 : key.mark.column - 1 + len(key.text)]
    if "/rows/" in (mark.pointer or "") and previous.style == "plain" and "(" not in written:
        listed = {"text": quote(written), "instead": _shown(f"[{written}]")}
        return Problem("comma-in-braces", mark, listed, "", "keys-or-text")
    is_whole = written.count("(") == written.count(")") and written.count("(") > 0
    instead = _quoted(written) if is_whole and previous.style == "plain" else ""
    fixes = (Fix(mark, written, instead),) if instead else ()
    details = {"text": quote(written), "instead": _shown(instead)}
    return Problem("comma-in-braces", mark, details, "", "write-instead" if instead else "", fixes)
