"""The lines of a YAML document, where its reader stopped, and how a slip in one is told."""

import re
from collections.abc import Mapping, Sequence

from ruletrail.documents.number_scales import find_scale
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Fix, Mark, Path, Problem, quote, term
from ruletrail.suggestions import PRINTED_QUOTES

KEY_AND_VALUE = re.compile(
    r"(?P<lead>[ \-]*)(?P<key>[^\s:#\"'{\[\-][^:]*):(?:\s+(?P<value>\S.*)?)?"
)

_OF_FORMULAS = frozenset({"formula", "when", "due", "expect", "condition"})
_LONGEST_SHOWN = 60
LONGEST_SENTENCE = 300
"""Characters that are shown of a sentence to copy, whose quotes may stand near its end."""


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


def tell_slip(
    advice: str,
    place: tuple[int, int],
    lines: Lines,
    fix: Fix | None = None,
    *,
    wording: str = "",
    **details: str,
) -> Problem:
    """Make the problem of YAML that breaks, at a place, with what to do about it.

    `wording` is for what YAML reads, but not as it was meant.
    """
    mark = lines.mark(*place)
    near = mark.text.strip()
    shown = {"near": quote(near) if near else term("end"), **details}
    fixes = (fix,) if fix is not None else ()
    return Problem("yaml-syntax", mark, shown, "", advice, fixes, wording=wording)


def line_before(lines: Lines, line: int) -> int | None:
    """Find the line before one that is neither blank nor a comment."""
    above = range(line - 1, -1, -1)
    return next((at for at in above if lines.lines[at].lstrip()[:1] not in ("", "#")), None)


def next_written(lines: Lines, line: int) -> int:
    """Find the first line from one on that is neither blank nor a comment; else that one."""
    below = range(line, len(lines.lines))
    written = (at for at in below if lines.lines[at].lstrip()[:1] not in ("", "#"))
    return next(written, line)


def margin_of(written: str) -> str:
    """Return the blanks that a line begins with."""
    return written[: len(written) - len(written.lstrip())]


def without_comment(value: str) -> str:
    """Return a value without the comment behind it."""
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def value_from(line: int, column: int, lines: Lines) -> str:
    """Return what is written from a place to the end of its value, in braces or to the line's."""
    written = lines.lines[line]
    value = without_comment(written[column:])
    is_in_braces = re.search(r"[{\[]", written[:column]) and written.rstrip()[-1:] in ("}", "]")
    return re.split(r"[,}\]]", value, maxsplit=1)[0].rstrip() if is_in_braces else value


def advise_sign(place: tuple[int, int], value: str, lines: Lines) -> tuple[str, dict[str, str]]:
    """Name the hint for a value that begins with a sign of YAML's own, with what it shows.

    It may be a text, or, but for the sign, a number: no schema is known here.
    """
    details = {
        "text": name_sign(value[:1]),
        "instead": in_ticks(in_quotes(value), LONGEST_SENTENCE),
    }
    number = find_number(value)
    head = KEY_AND_VALUE.match(lines.lines[place[0]])
    is_of_formula = head is not None and head["key"].strip(" {") in _OF_FORMULAS
    if not number or is_of_formula:
        return "yaml-sign", details
    details["number"] = in_ticks(number)
    if value[:1] == "-":
        return "yaml-dash-number", {**details, "negative": in_ticks(f"-{number}")}
    return "yaml-sign-number", details


def find_number(value: str) -> str:
    """Write the number that stands alone behind signs, with a decimal point; empty for any other.

    What counts it may follow: `> 24,5 euro`; not what multiplies it: `> 24,5 mila`.
    """
    if find_scale(value) is not None:
        return ""
    match = re.fullmatch(r"[^\w\"'(\[{]+(?P<number>[0-9](?:[.,]?[0-9])*+)(?:\W\D*)?", value)
    number = match["number"].rstrip(".,") if match is not None else ""
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]+", number):
        return number.replace(".", "").replace(",", ".")
    return number.replace(".", "") if number.count(".") > 1 else number


def is_report(lines: Lines) -> bool:
    """Tell a report, which holds no formulas, by what stands at its margin."""
    has_fields = any(re.match(r"fields *:", line) for line in lines.lines)
    return has_fields and not any(re.match(r"(?:language|rules) *:", line) for line in lines.lines)


def name_sign(sign: str) -> str:
    """Show the sign that a value begins with; the one that quotes ours has a name."""
    return term("backtick") if sign == "`" else quote(sign)


def begins_value(text: str) -> bool:
    """Tell whether a text can only be a value: it begins with a letter, a figure, or what opens."""
    return re.match(r"-?[\w\"'({\[]", text) is not None


def is_open(written: str, closing: str) -> bool:
    """Tell whether what some of the closing brackets close stands open; none in quotes counts."""
    opened: list[str] = []
    quotes = ""
    for at, char in enumerate(written):
        if quotes:
            is_escaped = quotes == '"' and written[at - 1] == "\\"
            quotes = "" if char == quotes and not is_escaped else quotes
        elif char in "\"'" and not written[max(at - 1, 0) : at].isalnum():
            quotes = char
        elif char in "{[":
            opened.append("}" if char == "{" else "]")
        elif opened and opened[-1] == char:
            opened.pop()
    return not set(opened).isdisjoint(closing)


def in_quotes(text: str) -> str:
    """Put a text in quotes; empty where it begins with some, which may have been meant for it.

    Of one that ends in some, right behind a word or a stop, the opening ones were lost: they are
    no part of it. Anything else that they may be stays: inches, an apostrophe.
    """
    if text[:1] in ("'", '"') or text[:2] in ("\\'", '\\"'):
        return ""
    sign = text[-1:]
    is_alone = sign in _CLOSES_TEXT and text.count(sign) == 1 and "\\" not in text
    if not is_alone or _CLOSES_TEXT[sign].match(text[::-1]) is None:
        return write_quoted(text)
    inside = text[1:] if text[0] in _OPENS_TEXT[sign] else text
    if any(each in inside[1:] for each in _PRINTED):
        return write_quoted(text)
    # another sign at the beginning may be an apostrophe, or be meant for the quotes
    return f"{sign}{inside}" if inside[0] not in f"{_PRINTED}’" else ""


_PRINTED = "“”„«»‘‚‹›"
_OPENS_TEXT = {'"': "“„«", "'": "‘‚‹"}
"""Quotes of text processors with which a text may begin that straight ones end."""
_CLOSES_TEXT: Mapping[str, re.Pattern[str]] = {
    "'": re.compile(r"'[.!?…]"),
    '"': re.compile(r"\"[.,;]?(?:[^\W\d_]|[!?…)}])|\"\.\."),
}
"""What stands before a sign of quotes that closes a text, read backwards."""


def write_quoted(text: str) -> str:
    """Put a text in quotes that it does not hold; one that holds both kinds in single ones."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def find_printed_quotes(line: int, column: int, lines: Lines) -> tuple[Fix, dict[str, str]] | None:
    """Find a value in braces in quotes of text processors around a column, where YAML cuts it.

    Return how it is written, and the details of the hint `straight-quotes`.
    """
    written = lines.lines[line]
    for found in re.finditer(PRINTED_QUOTES, written):
        is_value = written[: found.start()].rstrip().endswith(":")
        is_around = found.start() <= column < found.end()
        if is_value and is_around and written[found.end() :].lstrip()[:1] in (",", "}"):
            text = found[0]
            instead = write_quoted(text[1:-1])
            shown = in_ticks(instead, LONGEST_SENTENCE)
            details = {"signs": quote(f"{text[0]} {text[-1]}"), "instead": shown}
            return Fix(lines.mark(line, found.start()), text, instead), details
    return None


def in_ticks(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """Show what to write as hints do, cut where it is long."""
    return f"`{text[:longest]}{'…' if len(text) > longest else ''}`"
