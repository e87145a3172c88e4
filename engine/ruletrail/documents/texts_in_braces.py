"""Sentences without quotes over several lines in the braces of a map: `{it: Dear Ms Verdi,`.

YAML takes what follows a comma there for another key, and a brace that lacks for one far below.
"""

import re

from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    LONGEST_SENTENCE,
    Lines,
    in_quotes,
    in_ticks,
    is_report,
    line_before,
    margin_of,
    next_written,
    tell_slip,
    without_comment,
)
from ruletrail.problems import Problem, quote_to_write

_PLACEHOLDER = r"\{[A-Za-z][\w.]*(?::[^{}]*)?\}"
_BEGUN_SENTENCE = re.compile(
    rf"\{{(?P<key>it|en): +(?P<text>(?:[^\s\"'{{}}\[|>]|{_PLACEHOLDER})"
    rf"(?:[^\"{{}}]|{_PLACEHOLDER})*)\Z"
)
"""The beginning of a sentence that its line does not end."""
_ON_SENTENCE = re.compile(rf"(?:[^{{}}]|{_PLACEHOLDER})*")
"""What of a line goes on with a sentence, up to a brace that is no placeholder's."""
_NEXT_KEY = re.compile(r" *(?:- +)?[A-Za-z_]\w*:(?: |\Z)")
_MOST_LINES = 60
"""Lines of a sentence that are gone through."""

_BEGINS_JOINED = re.compile(r"\b(?P<key>it|en|message|text): +(?=\"[^\"{}]*\" ?[&+]|[A-Za-z])")
"""Where a sentence begins that may be in pieces."""
_JOINED = re.compile(
    r"(?:\"[^\"{}\\]*\"|[A-Za-z][\w.]*)(?: ?[&+] ?(?:\"[^\"{}\\]*\"|[A-Za-z][\w.]*))+"
)
"""A sentence in pieces that signs join, as spreadsheets write one."""
_ENDS_BRACED = re.compile(r"\}|, *(?:[A-Za-z_]\w*: |\Z)")
_BRACE_OF_LANGUAGES = re.compile(r": ?\{ ?(?:it|en): ")
_OWNERS = ("message", "text")
"""Keys of sentences with placeholders: a label has none."""
_PIECE = re.compile(r"\"(?P<text>[^\"]*)\"|(?P<code>[A-Za-z][\w.]*)")


def explain_joined_sentence(line: int, column: int, lines: Lines) -> Problem | None:
    """Tell `"Totale " & lordo & " euro"` in the place of a sentence, with its codes in braces.

    What to write is shown only where the whole value is texts and codes: a part of it would say
    something else.
    """
    written = lines.lines[line]
    begun = [each for each in _BEGINS_JOINED.finditer(written) if each.end() <= column]
    if not begun or is_report(lines) or not _is_sentence(line, begun[-1], lines):
        return None
    begin = begun[-1].end()
    joined = _JOINED.match(written, begin)
    found = joined[0] if joined is not None else ""
    place = (line, begin)
    if '"' in found and column <= begin + len(found) and _is_whole(place, len(found), lines):
        pieces = _PIECE.finditer(found)
        whole = "".join(
            each["text"] if each["code"] is None else f"{{{each['code']}}}" for each in pieces
        )
        instead = in_ticks(f'"{whole}"', LONGEST_SENTENCE)
        return tell_slip("joined-sentence", place, lines, instead=instead)
    is_told = written[begin] == '"' or ('"' in found and column <= begin + len(found))
    return tell_slip("joined-sentence-parts", place, lines) if is_told else None


def _is_sentence(line: int, begun: re.Match[str], lines: Lines) -> bool:
    """Tell a key of a sentence with placeholders, or of one in a language below such a key."""
    before = lines.lines[line][: begun.start()]
    is_in_braces = before.rstrip()[-1:] in ("{", ",")
    if not is_in_braces and before.strip(" -"):
        return False
    if begun["key"] in _OWNERS:
        return True
    if is_in_braces:
        braces = [*_BRACE_OF_LANGUAGES.finditer(begun.string, 0, begun.end())]
        owners = before[: braces[-1].start()] if braces else ""
        return owners.rpartition(" ")[2].lstrip("{,") in _OWNERS
    above = line_before(lines, line)
    while above is not None and len(margin_of(lines.lines[above])) >= len(before):
        above = line_before(lines, above)
    owner = KEY_AND_VALUE.fullmatch(lines.lines[above]) if above is not None else None
    return owner is not None and owner["key"].strip() in _OWNERS


def _is_whole(place: tuple[int, int], length: int, lines: Lines) -> bool:
    """Tell whether a value ends behind so many signs, in braces or with its line."""
    line, begin = place
    written = lines.lines[line]
    rest = written[begin + length :]
    if "{" in written[:begin]:
        return _ENDS_BRACED.match(rest.lstrip()) is not None
    below = next_written(lines, line + 1) if line + 1 < len(lines.lines) else line
    goes_on = len(margin_of(lines.lines[below])) > len(margin_of(written))
    return not without_comment(rest) and not goes_on


def explain_text_in_braces(line: int, lines: Lines) -> Problem | None:
    """Tell a sentence in braces that begins above a line, or in it, and goes on in the next ones.

    Its quotes lack; where its brace does too, that is said with them.
    """
    for above in range(line, max(line - _MOST_LINES, -1), -1):
        begun = _BEGUN_SENTENCE.search(_without_remark(lines.lines[above]))
        if begun is not None:
            return _tell(above, begun, line, lines)
        if above < line and _has_brace(lines.lines[above]):
            return None
    return None


def _has_brace(written: str) -> bool:
    bare = re.sub(_PLACEHOLDER, "", _without_remark(written))
    return re.search(r"[{}]", bare) is not None


def _without_remark(written: str) -> str:
    """Return a line without the comment at its end; a number after the sign is the sentence's."""
    return re.split(r"(?:\s|\A)#(?![0-9])", written, maxsplit=1)[0].rstrip()


def _tell(head: int, begun: re.Match[str], line: int, lines: Lines) -> Problem | None:
    own = len(margin_of(lines.lines[head]))
    pieces, is_closed = [begun["text"].strip()], False
    for below in range(head + 1, min(head + _MOST_LINES, len(lines.lines))):
        written = _without_remark(lines.lines[below])
        found = _ON_SENTENCE.match(written)
        begin = found[0] if found is not None else ""
        brace = written[len(begin) :][:1]
        # what stands no further right than the sentence's own key, and is a key, ends it
        if brace == "{" or (len(margin_of(written)) <= own and _NEXT_KEY.match(written)):
            break
        pieces.append(begin.strip())
        if brace:
            is_closed = True
            break
    if len(pieces) == 1 or (is_closed and head + len(pieces) - 1 < line):
        return None
    text = " ".join(filter(None, pieces))
    quoted = in_quotes(text)
    if not quoted:
        return None
    mark = lines.mark(head, begun.start())
    details = {
        "text": in_ticks(f"{{{begun['key']}: {begun['text'].strip()}"),
        "instead": quote_to_write(f"{{{begun['key']}: {quoted}}}"),
    }
    return Problem("text-in-braces", mark, details)
