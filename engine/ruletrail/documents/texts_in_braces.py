"""Sentences without quotes over several lines in the braces of a map: `{it: Dear Ms Verdi,`.

YAML takes what follows a comma there for another key, and a brace that lacks for one far below.
"""

import re

from ruletrail.documents.yaml_lines import (
    LONGEST_SENTENCE,
    Lines,
    in_quotes,
    in_ticks,
    margin_of,
    tell_slip,
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

_JOINED = re.compile(
    r"\b(?:it|en|message|text|label|title): +"
    r"(?P<joined>(?:\"[^\"{}]*\"|[A-Za-z][\w.]*)(?: ?[&+] ?(?:\"[^\"{}]*\"|[A-Za-z][\w.]*))+)"
)
"""A sentence in pieces that signs join, as spreadsheets write one."""
_PIECE = re.compile(r"\"(?P<text>[^\"]*)\"|(?P<code>[A-Za-z][\w.]*)")


def explain_joined_sentence(line: int, column: int, lines: Lines) -> Problem | None:
    """Tell `"Totale " & lordo & " euro"` in the place of a sentence, with its codes in braces."""
    for found in _JOINED.finditer(lines.lines[line]):
        if not found.start("joined") <= column <= found.end() or '"' not in found["joined"]:
            continue
        pieces = _PIECE.finditer(found["joined"])
        whole = "".join(
            each["text"] if each["code"] is None else f"{{{each['code']}}}" for each in pieces
        )
        instead = in_ticks(f'"{whole}"', LONGEST_SENTENCE)
        return tell_slip("joined-sentence", (line, found.start("joined")), lines, instead=instead)
    return None


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
