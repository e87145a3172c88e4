"""Quick fixes: what to write in the place of what is wrong, where a hint is certain of it.

A fix is made of the data of a problem, never of its sentences: the fixes that it brings, else the
name it suggests, what its details say is written and what to write instead, the hint that was
chosen. It is offered only where
that text still stands at the problem's place, so that nothing else is ever overwritten.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from ruletrail.editors.diagnosing import Finding
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import LONGEST_QUOTE, Problem, choose_apart
from ruletrail.suggestions import Nearest

_QUOTES = "\"'"
_WRITTEN = ("text", "code", "key")
"""The details that hold what somebody wrote, the first that there is."""
_NAMED = ("template", *_WRITTEN, "name", "column")
"""Those that hold the name in the place of which another is suggested."""

_ONE_TOKEN = re.compile(r"[A-Za-z_]\w*|[0-9]+(?:\.[0-9]+)?|[-+*/%<>=!]+")
"""What may be written instead without knowing the rest: a word, a number or a sign, no example."""
_WHOLE = re.compile(r'(?P<key>[\w{}\[\].]+):|"(?P<name>[\w{}\[\].]+)"')
"""A key, or a name in quotes, that is written in the place of a whole one."""

_SIGNS = {"formula-diamond": "!=", "formula-semicolon": ",", "formula-equals": "=="}
_CURLY = re.compile(r"[“”«»][^“”«»\"]*[“”«»]|[‘’][^‘’']*[‘’]")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line, from `start` to `end`, and what to write in its place."""

    line: int
    start: int
    end: int
    text: str


def find_fix(finding: Finding, lines: Sequence[str]) -> tuple[Piece, ...]:
    """Return the fix of a problem, to be made whole; nothing where its hint is not certain."""
    problem = finding.problem
    if not 0 <= finding.line < len(lines):
        return ()
    if problem.fixes:
        return _given(problem, lines)
    line, start = lines[finding.line], finding.start
    for find in (_suggested, _by_sign, _instead, _whole, _by_advice, _curly_quotes):
        found = find(problem, line, start)
        if found is not None:
            column, written, text = found
            return (Piece(finding.line, column, column + len(written), text),)
    return ()


def find_sure_fix(finding: Finding, lines: Sequence[str]) -> tuple[Piece, ...]:
    """Return the fix of a problem that may be made unasked: no name that was only guessed.

    A formula's own fixes come with its problem; where they do not, one was found not to be sure.
    """
    problem = finding.problem
    is_guess = not problem.fixes and (problem.suggestion or problem.advice not in _ADVICE)
    return () if is_guess else find_fix(finding, lines)


def _given(problem: Problem, lines: Sequence[str]) -> tuple[Piece, ...]:
    """Take the fixes that a problem brings, if all that they replace is there."""
    pieces = []
    for fix in problem.fixes:
        line, start = fix.mark.line - 1, fix.mark.column - 1
        if line >= len(lines) or not lines[line].startswith(fix.old, start):
            return ()
        end = start + len(fix.old)
        pieces.append(Piece(line, start, end, _set_apart(lines[line], start, end, fix.new)))
    return tuple(pieces)


_Found = tuple[int, str, str]
"""Where on the line something stands, what it is, and what to write instead."""


def _suggested(problem: Problem, line: str, start: int) -> _Found | None:
    """Write the name that somebody meant, if it is no guess among several."""
    near = problem.suggestion
    if isinstance(near, Nearest) and not near.is_sure:
        return None
    written = near.name if isinstance(near, Nearest) else _written(problem, _NAMED)
    suggestion = near.found if isinstance(near, Nearest) else near
    return _replace(line, start, written, suggestion) if suggestion else None


def _by_sign(problem: Problem, line: str, start: int) -> _Found | None:
    """Write the sign that a problem is always about."""
    written = _written(problem) or (";" if problem.code == "formula-semicolon" else "")
    sign = _SIGNS.get(problem.code)
    if sign is None or _begins_formula(line, start):
        return None  # `=` at the beginning is a spreadsheet's: it compares nothing
    return _replace(line, start, written, sign)


def _begins_formula(line: str, start: int) -> bool:
    return line[:start].rstrip(" \"'")[-1:] in (":", "-", ",", "{")


def _instead(problem: Problem, line: str, start: int) -> _Found | None:
    """Write what the details say."""
    instead = _unquote(problem.details.get("instead", ""))
    if not instead or _ONE_TOKEN.fullmatch(instead) is None:
        return None
    found = _replace(line, start, _written(problem), instead)
    if found is None:
        return None
    column, written, _ = found
    return column, written, _set_apart(line, column, column + len(written), instead)


def _whole(problem: Problem, line: str, start: int) -> _Found | None:
    """Write a key, or a name that needs quotes, where the whole of one is to be written anew."""
    match = _WHOLE.fullmatch(_unquote(problem.details.get("instead", "")))
    is_all = problem.advice == "write-instead" or problem.code == "row-without-braces"
    if match is None or not is_all:
        return None
    meant = match["key"] or match["name"]
    found = _replace(line, start, _written(problem), meant)
    if found is None:
        return None
    column, written, _ = found
    end = column + len(written)
    before, after = line[:column], line[end:]
    if before[-1:] in tuple(_QUOTES) and before[-1:] == after[:1]:
        before, after = before[:-1], after[1:]
    elif match["name"]:
        meant = f'"{meant}"'
    is_key = not match["key"] or after.startswith(":")
    return (column, written, meant) if is_key and _is_scalar(before, after) else None


def _is_scalar(before: str, after: str) -> bool:
    """Tell whether what stands between two parts of a line is the whole of a key or of a value."""
    begins = not before.strip(" -") or before.rstrip(" ")[-1:] in tuple("{[,:")
    return begins and after.lstrip(" ")[:1] in ("", *"}],:#")


def _set_apart(line: str, start: int, end: int, text: str) -> str:
    """Keep a word that is written in the place of a sign, `a&&b`, apart from its neighbours."""
    if not text.isalpha() or line[start:end].isalnum():
        return text
    before = " " if line[start - 1 : start].isalnum() else ""
    after = " " if line[end : end + 1].isalnum() else ""
    return before + text + after


def _by_advice(problem: Problem, line: str, start: int) -> _Found | None:
    rewrite = _ADVICE.get(problem.advice)
    written = _written(problem)
    return rewrite(written, line, start) if rewrite is not None and written else None


def _with_point(written: str, line: str, start: int) -> _Found | None:
    is_sure = _COMMA.fullmatch(written) is not None
    return _replace(line, start, written, written.replace(",", ".")) if is_sure else None


def _without_thousands(written: str, line: str, start: int) -> _Found | None:
    plain = written.replace(".", "").replace(",", ".")
    return _replace(line, start, written, plain) if _THOUSANDS.fullmatch(written) else None


def _without_quotes(written: str, line: str, start: int) -> _Found | None:
    for quotes in _QUOTES:
        whole = f"{quotes}{written}{quotes}"
        if line.startswith(whole, start):
            return start, whole, written
    return None


def _with_quotes(written: str, line: str, start: int) -> _Found | None:
    is_plain = not any(char in written for char in _QUOTES + "\\")
    is_plain = is_plain and line[start : start + 1] not in tuple(_QUOTES)
    return _replace(line, start, written, f'"{written}"') if is_plain else None


def _as_boolean(written: str, line: str, start: int) -> _Found | None:
    word = {"true": "true", "false": "false", "vero": "true", "falso": "false"}
    lowered = word.get(written.lower())
    quoted = _without_quotes(written, line, start)
    if lowered is None:
        return None
    return (start, quoted[1], lowered) if quoted else _replace(line, start, written, lowered)


_ADVICE: Mapping[str, Callable[[str, str, int], _Found | None]] = {
    "number-with-comma": _with_point,
    "number-with-thousands": _without_thousands,
    "whole-with-thousands": _without_thousands,
    "number-in-quotes": _without_quotes,
    "text-in-quotes": _with_quotes,
    "boolean-form": _as_boolean,
}
"""How what is written is rewritten, by the hint that was chosen for it."""


def _curly_quotes(problem: Problem, line: str, start: int) -> _Found | None:
    """Write straight quotes in the place of a pair of others, of the kind the line leaves free."""
    if problem.code != "formula-quotes":
        return None
    pair = _CURLY.match(line, start)
    if pair is None:
        return None
    straight = "'" if '"' in line else '"'
    if straight in line:
        return None
    return start, pair[0], straight + pair[0][1:-1] + straight


def _written(problem: Problem, keys: Sequence[str] = _WRITTEN) -> str:
    """Return what somebody wrote, as the details hold it; empty where they hold not all of it."""
    detail = next((problem.details[key] for key in keys if key in problem.details), "")
    text = _unquote(detail)
    return text if len(text) < LONGEST_QUOTE else ""


def _unquote(detail: str) -> str:
    is_quoted = len(detail) > 1 and detail[0] == detail[-1] == "`"
    return detail[1:-1] if is_quoted else detail


def _replace(line: str, start: int, written: str, text: str) -> _Found | None:
    """Replace what is written at a place, or just inside the quotes or braces that begin there."""
    for column in (start, start + (line[start : start + 1] in (*_QUOTES, "{"))):
        end = column + len(written)
        is_whole = not (line[end : end + 1].isalnum() and written[-1:].isalnum())
        if written and line.startswith(written, column) and is_whole and text != written:
            return column, written, text
    return None


def apply_fixes(lines: Sequence[str], fixes: Sequence[tuple[Piece, ...]]) -> str:
    """Write lines with fixes applied; of two that overlap, neither."""
    written = list(lines)
    for piece in reversed(choose_pieces(fixes)):
        line = written[piece.line]
        written[piece.line] = line[: piece.start] + piece.text + line[piece.end :]
    return "\n".join(written)


def choose_pieces(fixes: Sequence[tuple[Piece, ...]]) -> list[Piece]:
    """Return the pieces of fixes in order, without those fixes that overlap another."""
    edits = [[(each.line, each.start, each.end, each.text) for each in fix] for fix in fixes]
    chosen = [piece for at in choose_apart(edits) for piece in fixes[at]]
    return sorted(chosen, key=lambda piece: (piece.line, piece.start))
