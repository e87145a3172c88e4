"""What YAML reads without a word, but not as it was meant: commas in braces, empty values."""

import re
from itertools import pairwise
from typing import Any

from ruletrail.documents.lists_in_braces import explain_list_in_braces
from ruletrail.documents.pasted_signs import find_in_braces
from ruletrail.documents.texts_in_braces import explain_text_in_braces
from ruletrail.documents.yaml_lines import (
    Lines,
    begins_value,
    find_printed_quotes,
    in_quotes,
    in_ticks,
    margin_of,
    tell_slip,
)
from ruletrail.documents.yaml_lost_colons import KNOWN_KEYS, split_key
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Fix, Mark, Path, Problem, quote, quote_to_write
from ruletrail.suggestions import day_like

_GLUED = re.compile(r"(?P<key>[A-Za-z]\w*):(?P<value>[^\s/].*)")
_BRACED_KEY = re.compile(r"(?:\w*\{\w+\})+\w*(?=:)")
_BRACE_TWICE = re.compile(r"\{[A-Za-z_]\w*:(?=\s)")
_SHEET_ERROR = re.compile(
    r"#(?:#+|RIF!|REF!|N/D|N/A|DIV/0!|VALORE!|VALUE!|NOME\?|NAME\?|NUM!|NULLO!|NULL!)"
)
"""What a spreadsheet, Italian or English, shows in the place of a value."""
_ROUND = re.compile(r"round: (?P<all>\{(?P<decimals>[0-9]), ?(?P<mode>\w+)\})")
_NEVER_EMPTY = frozenset({"fields", "subject"})
"""Keys at the margin of a report that hold its values: nobody is told to leave them out."""
_DECIMALS = re.compile(r"[0-9]+")
_WHOLE = re.compile(r"0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_BEFORE_OPERAND = re.compile(r"(?:[-+*/%<>=·×÷−≤≥≠]|\b(?:and|or|not|if|else)) ?\Z")
_AFTER_OPERAND = re.compile(r" *(?:[-+*/%<>=!·×÷−≤≥≠]|(?:and|or|if|else)\b|\Z)")
_DIGITS_OF_THOUSANDS = 3
_GROUP = re.compile(r"[1-9][0-9]{0,2}")
"""The digits before a comma that may part thousands."""
_OF_THOUSANDS = re.compile(r"[0-9]{3}\.[0-9]+")
"""Three digits and decimals, behind a comma that can only part thousands: `2,400.50`."""
_CLOSE_DIGITS = re.compile(r"[0-9],[0-9]")
_FARTHEST = 500
"""Characters within which a bracket is looked for: one line may hold a whole document."""
_CODES_IN_BRACES = re.compile(
    r"^ *\w+: +(?P<all>\{ *(?P<codes>[A-Za-z]\w*(?:, *[A-Za-z]\w*)+) *\}) *$"
)
"""Codes in the braces of a map, where a list of them stands in square brackets."""
_FOR_EACH = re.compile(r" *for_each: *\{ *\w+: +(?P<values>\w+(?:, *\w+)+) *\}")
_KEY_AND_WORDS = re.compile(r"(?P<key>[A-Za-z_]\w*) +(?:= ?)?(?P<words>\S.*)")
"""A key in braces that holds its value too: the colon between them is missing."""
_EQUALS_IN_BRACES = re.compile(r"(?P<key>[A-Za-z_]\w*) ?= ?(?P<value>[^=\s{}\[\]][^={}\[\]]*)")
"""A key in braces with the sign of settings and formulas before its value."""
_DASHED_ENTRY = re.compile(r"(?P<lead> *- +)(?P<key>[A-Za-z]\w*):\s*")
_OF_PEOPLE = re.compile(r"[{,] *(?:label|title|note|it|en): +")
_SENTENCE = re.compile(r"[^{}\[\]\"]+?(?= *(?:, *[A-Za-z_]\w*: |\}))")
"""A text for people in braces, with its commas, up to the next key."""
_ITEMS = frozenset({"outcome", "name", "when", "label"})
"""Keys with which an item of a list of ours begins."""
_OF_SIGNS = ("decimal", "thousands")
"""Keys whose value may be a comma."""
_NEEDED = frozenset({
    "value", "formula", "when", "expect", "due", "cases", "outcome", "decimals", "mode", "from",
    "language", "rulebook", "edition", "version", "status", "title", "report", "examples", "name",
})  # fmt: skip
"""Keys that nobody is told to leave out: without them there is another problem."""


def explain_key(line: int, column: int, lines: Lines) -> Problem | None:
    """Explain a mapping in the place of a key: a variable of `for_each`, or a brace too many."""
    written = lines.lines[line]
    match = _BRACED_KEY.match(written, column)
    twice = _BRACE_TWICE.match(written, column)
    if twice is not None and written[:column].rstrip().endswith("{"):
        shown = {"instead": in_ticks(twice[0])}
        return Problem("key-not-text", lines.mark(line, column), shown, "", "yaml-brace-twice")
    if match is None:
        return None
    mark, instead = lines.mark(line, column), f'"{match[0]}"'
    details, fix = {"instead": in_ticks(f"{instead}:")}, Fix(mark, match[0], instead)
    return Problem("key-not-text", mark, details, "", "yaml-variable-key", (fix,))


def explain_empty(key: Any, previous: Any, lines: Lines) -> Problem | None:
    """Explain a key in braces without a value: a comma in a number or formula cuts it in two.

    `key` and `previous` are the scalars that stand there as key and as the value before it.
    """
    line, column = key.mark.line - 1, key.mark.column - 1
    written = lines.lines[line]
    whole = (
        find_in_braces(line, column, key.text, lines)
        or _tell_printed_quotes(line, column, lines)
        or explain_text_in_braces(line, lines)
        or _glued(key, lines)
        or _equals_in_braces(key, previous, lines)
        or _known_braces(line, column, lines)
        or _lone_code(key, lines)
        or explain_list_in_braces(line, column, lines)
    )
    if whole is not None:
        return whole
    before, after = written[:column].rstrip(), written[column + len(key.text) :].lstrip()
    is_cut = before.endswith(",") and after[:1] in (",", "}", "]")
    if previous is None or not is_cut or previous.mark.line != key.mark.line:
        return None
    opening = _find_open(written, column)
    lost = split_key(key, previous, lines) if opening < 0 else ""
    if lost and not _is_cut(key.text, key.mark, lines):
        return _tell_lost(key.text, lost, key.mark)
    is_call = opening > 0 and (written[opening - 1].isalnum() or written[opening - 1] == "_")
    return (
        _list_of_values(line, previous.mark.path, lines)
        or (_cut_in_brackets(opening, previous, lines) if is_call else None)
        or _decimal_comma(key, previous, lines)
        or _cut_in_brackets(opening, previous, lines)
        or _comma_in_braces(key, previous)
    )


def _tell_printed_quotes(line: int, column: int, lines: Lines) -> Problem | None:
    printed = find_printed_quotes(line, column, lines)
    if printed is None:
        return None
    fix, shown = printed
    details = {"text": quote(fix.old), **shown}
    return Problem("comma-in-braces", fix.mark, details, "", "straight-quotes", (fix,))


def _glued(key: Any, lines: Lines) -> Problem | None:
    """Tell a key in braces whose colon touches its value."""
    found = _GLUED.fullmatch(key.text)
    if found is None:
        return None
    instead = f"{found['key']}: {found['value']}"
    place = (key.mark.line - 1, key.mark.column - 1)
    fix = Fix(key.mark, key.text, instead) if begins_value(found["value"]) else None
    return tell_slip("yaml-space", place, lines, fix, instead=in_ticks(instead))


def _equals_in_braces(key: Any, previous: Any, lines: Lines) -> Problem | None:
    """Tell a key in braces with `=` in the place of its colon, where it can be nothing else.

    Such is the first of its braces, and any of whom a report is of, or behind a value of one word:
    a longer text may have been cut at its comma, and go on with a name and that sign.
    """
    found, place = _EQUALS_IN_BRACES.fullmatch(key.text), (key.mark.line - 1, key.mark.column - 1)
    if found is None:
        return None
    if _is_cut(key.text, key.mark, lines):
        return None
    before, way = lines.lines[place[0]][: place[1]].rstrip(), (key.mark.pointer or "").split("/")
    is_word = previous is not None and " " not in previous.text
    of_report = {part for owner, part in pairwise(way) if owner in ("", "report")}
    is_of_report = "subject" in of_report or ("fields" in of_report and is_word)
    if not before.endswith("{") and not is_of_report:
        return None
    instead = f"{found['key']}: {found['value']}"
    fixes = (Fix(key.mark, key.text, instead),) if begins_value(found["value"]) else ()
    return replace(_tell_lost(key.text, instead, key.mark), fixes=fixes)


def _is_cut(written: str, mark: Mark, lines: Lines) -> bool:
    """Tell a key that holds the begin of a number, or of a text in quotes, cut at its comma.

    The mark is the key's, or that of the value which it does not have, behind it.
    """
    here = lines.lines[mark.line - 1][mark.column - 1 :]
    after = here.removeprefix(written)
    quoted = re.search(r"[=\s]([\"'])", written)
    return bool(re.match(r",[0-9]", after)) or (
        quoted is not None and not written.endswith(quoted[1], quoted.end())
    )


def _tell_lost(written: str, instead: str, mark: Mark) -> Problem:
    """Tell a key that holds its value too: without its colon, or with `=` in the place of it."""
    details = {"instead": in_ticks(instead)}
    if re.match(r"\w+ *=", written) is None:
        return Problem("null-value", mark, details, "", "yaml-no-colon")
    return Problem("null-value", mark, {**details, "text": "`=`"}, "", "yaml-equals")


def _known_braces(line: int, column: int, lines: Lines) -> Problem | None:
    """Tell braces around a column that hold a rounding without its keys, or a list of codes."""
    written = lines.lines[line]
    rounding, codes = _ROUND.search(written), _CODES_IN_BRACES.search(written)
    if rounding is not None and rounding.start("all") < column < rounding.end("all"):
        found, advice = rounding, "write-instead"
        instead = f"{{decimals: {rounding['decimals']}, mode: {rounding['mode']}}}"
    elif codes is not None and codes.start("all") < column < codes.end("all"):
        found, advice, instead = codes, "code-list-brackets", f"[{codes['codes']}]"
    else:
        return None
    details = {"text": quote(found["all"]), "instead": in_ticks(instead)}
    return Problem("comma-in-braces", lines.mark(line, found.start("all")), details, "", advice)


def _lone_code(key: Any, lines: Lines) -> Problem | None:
    """Tell a code in braces of its own, as sentences show one."""
    line, column = key.mark.line - 1, key.mark.column - 1
    before = lines.lines[line][:column].rstrip()
    if not before.endswith("{") or not lines.lines[line][column:].startswith(key.text + "}"):
        return None
    around = key.mark.path
    mark = lines.mark(line, len(before) - 1, around[0] if around else None)
    # how a row is called is a sentence: there the braces stay, in quotes
    is_row = re.search(r"\brow: *\{$", before) is not None
    if is_row:
        instead = quote_to_write(f'"{{{key.text}}}"')
        return Problem("null-value", mark, {"instead": instead}, "", "write-instead")
    instead, is_text = quote_to_write(key.text), " " in key.text
    return Problem(
        "null-value",
        mark,
        {"instead": instead},
        "",
        "yaml-brace-text" if is_text else "yaml-brace-code",
        wording="braces-make-a-key",
    )


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
    instead = in_quotes(lost)
    if is_bare and re.match(r"#\S", lost) and instead:
        return Problem("null-value", mark, {"instead": in_ticks(instead)}, "", "yaml-hash")
    if key in _OF_SIGNS and lost.startswith(","):
        return Problem("null-value", mark, {"instead": '`","`'}, "", "write-instead")
    parts = _KEY_AND_WORDS.fullmatch(key)
    is_there = written[:column].rstrip().endswith(key)
    if parts is not None and is_there and not _is_cut(key, mark, lines):
        return _tell_lost(key, f"{parts['key']}: {parts['words']}", mark)
    dashed = _DASHED_ENTRY.fullmatch(written)
    below = lines.lines[line + 1] if line + 1 < len(lines.lines) else ""
    if dashed is not None and key not in _ITEMS and len(margin_of(below)) >= dashed.start("key"):
        details = {"instead": f"`{key}:`"}
        return Problem("null-value", mark, details, "", "yaml-entry-dash")
    if key == "otherwise" and (mark.pointer or "").startswith("/tables/"):
        return Problem("null-value", mark, {}, "", "otherwise-none")
    if key in _NEVER_EMPTY and not margin_of(written):
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
    details = {"text": quote(written), "instead": in_ticks(f"[{written}]")}
    fix = Fix(mark, written, f"[{written}]")
    return Problem("comma-in-braces", mark, details, "", "code-list-brackets", (fix,))


def _decimal_comma(key: Any, previous: Any, lines: Lines) -> Problem | None:
    number, decimals = _number_at_end(previous.text), _DECIMALS.match(key.text)
    end = previous.mark.column - 1 + len(previous.text)
    if not number or decimals is None or end + 1 != key.mark.column - 1:
        return None
    mark = lines.mark(key.mark.line - 1, end - len(number), previous.mark.path)
    old, new = f"{number},{decimals[0]}", f"{number.replace('.', '')}.{decimals[0]}"
    english = _OF_THOUSANDS.match(key.text)
    if english is not None and _GROUP.fullmatch(number):
        decimals, old = english, f"{number},{english[0]}"
        new = old.replace(",", "")
    before = previous.text.removesuffix(number)
    # `1,234` may be a thousand and more, as the English write it; among arguments, and in a text
    # such as `art. 3,5`, the comma may be right
    is_thousands = len(decimals[0]) == _DIGITS_OF_THOUSANDS and number != "0"
    is_clear = ("." in number or not is_thousands) and _WHOLE.fullmatch(number) is not None
    if is_thousands and english is None and _GROUP.fullmatch(number):
        shown = {"text": quote(old), "number": quote(new.rstrip("0").rstrip(".")),
                 "whole": quote(old.replace(",", ""))}  # fmt: skip
        return Problem("decimal-comma", mark, shown, "", "number-comma-or-thousands")
    is_sure = is_clear and _is_operand(before, key.text.removeprefix(decimals[0]))
    fixes = (Fix(mark, old, new),) if is_sure else ()
    details = {"text": quote(old), "instead": quote_to_write(new)}
    code = "decimal-comma" if english is None else "comma-in-braces"
    return Problem(code, mark, details, "", "write-instead", fixes)


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


_OF_VALUE = re.compile(r"(?<![\w.])(?:value|from|until)\Z")
"""The keys of values, which no formula stands behind."""


def _cut_in_brackets(opening: int, previous: Any, lines: Lines) -> Problem | None:
    """Put the whole of a text in quotes that is cut between its brackets, in how many pieces ever.

    Each of its pieces gives the same problem.
    """
    line = previous.mark.line - 1
    written = lines.lines[line]
    colon = written.rfind(": ", max(opening - _FARTHEST, 0), opening) if opening > 0 else -1
    start = colon + 2
    whole = written[start : _find_end(written, start)].rstrip()
    instead = in_quotes(whole)
    if colon < 0 or whole.count("(") != whole.count(")") or not instead or whole[0] in "\"'[{":
        return None
    mark = lines.mark(line, start, previous.mark.path)
    day = day_like(whole) if _OF_VALUE.search(written, 0, colon) else ""
    instead = day or instead  # in quotes it would be a text, where no formula stands
    details = {"text": quote(whole), "instead": in_ticks(instead)}
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
        listed = {"text": quote(written), "instead": in_ticks(f"[{written}]")}
        return Problem("comma-in-braces", mark, listed, "", "keys-or-text")
    begun = [each.end() for each in _OF_PEOPLE.finditer(mark.text, 0, key.mark.column - 1)]
    sentence = _SENTENCE.match(mark.text, begun[-1]) if begun else None
    if sentence is not None and sentence.end() >= key.mark.column and key.text not in KNOWN_KEYS:
        # each of its pieces gives the same problem
        begin, path = sentence.start() + 1, mark.path[0] if mark.path else None
        said = {"text": quote(sentence[0]), "instead": quote_to_write(in_quotes(sentence[0]))}
        place = replace(mark, column=begin, path=path)
        return Problem("comma-in-braces", place, said, "", "write-instead")
    is_whole = written.count("(") == written.count(")") and written.count("(") > 0
    instead = in_quotes(written) if is_whole and previous.style == "plain" else ""
    fixes = (Fix(mark, written, instead),) if instead else ()
    details = {"text": quote(written), "instead": in_ticks(instead)}
    return Problem("comma-in-braces", mark, details, "", "write-instead" if instead else "", fixes)
