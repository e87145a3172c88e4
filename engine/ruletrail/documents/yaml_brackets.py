"""What was meant where YAML breaks within braces or square brackets: colons, commas and quotes."""

import re

from ruletrail.documents.texts_in_braces import explain_text_in_braces
from ruletrail.documents.yaml_lines import (
    Lines,
    Stop,
    find_printed_quotes,
    in_quotes,
    in_ticks,
    tell_slip,
)
from ruletrail.documents.yaml_lost_colons import explain_in_braces
from ruletrail.documents.yaml_prose import explain_cut_in_braces
from ruletrail.problems import Fix, Problem

_SENTENCE_IN_BRACES = re.compile(r"\{(?P<key>it|en): ")
_OTHER_LANGUAGE = re.compile(r", *(?=(?:it|en): )")
_OTHER_KEY = re.compile(r", *[A-Za-z_]\w*:(?: |$)")
_PAIR_BEGINS = re.compile(r"[:,{]")
_KEY = re.compile(r"[A-Za-z_]\w*")
_BARE_DECIMALS = re.compile(r",(?P<decimals>[0-9]+)(?=\s*(?:$|\s#))")
_BEFORE_COMMA = re.compile(r"\b(?:decimal|thousands): *,")
"""A comma alone, as the sign of decimals or thousands."""
_CLOSING = {"[": "]", "{": "}"}
_PIECE = re.compile(r"[^\s{,:\"'\[][^{,:\"'\[]*")
"""The beginning of a text without quotes, up to a bracket or quotes in it."""


def explain_in_brackets(stop: Stop, lines: Lines, begun: tuple[int, int]) -> Problem | None:
    """Tell what breaks a mapping or list in brackets that begins at a place."""
    sign = lines.lines[begun[0]][begun[1]]
    over_lines = explain_text_in_braces(begun[0], lines) if sign == "{" else None
    if over_lines is not None:
        return over_lines
    cut = explain_cut_in_braces(begun[0], lines) if sign == "{" else None
    if cut is not None:
        return cut
    if begun[0] != stop.place[0] and sign in _CLOSING:
        closing = f"`{_CLOSING[sign]}`"
        return tell_slip("yaml-bracket-open", begun, lines, text=f"`{sign}`", expected=closing)
    printed = find_printed_quotes(*stop.place, lines)
    if printed is not None:
        fix, shown = printed
        place = (fix.mark.line - 1, fix.mark.column - 1)
        return tell_slip("straight-quotes", place, lines, fix, **shown)
    lost = explain_in_braces(stop, lines)
    if lost is not None:
        return lost
    line, column = stop.place
    written = lines.lines[line].rstrip()
    said = _SENTENCE_IN_BRACES.search(written)
    if (
        said is not None
        and written.endswith("}")
        and written[column : column + 1] in ("{", "}", "")
    ):
        whole, place = _quote_sentences(written[said.start() + 1 : -1]), (line, said.end())
        if whole and written[said.end()] not in "\"'":
            fix = Fix(lines.mark(line, said.start()), written[said.start() :], whole)
            return tell_slip("yaml-braces-in-text", place, lines, fix, instead=in_ticks(whole))
    if lines.lines[line][column : column + 1] == ":":
        at = written.rfind(";", 0, column)
        if at > max(written.rfind(",", 0, column), written.rfind("{", 0, column)):
            return tell_slip(
                "yaml-semicolon", (line, at), lines, instead=f"`,{written[at + 1 : column]}:`"
            )
        return _without_comma(stop.place, lines)
    return _brackets_in_braces(stop.place, lines) if sign == "{" else None


def _quote_sentences(written: str) -> str:
    """Put the sentences of a message in quotes, each of its languages; '' where they may be others.

    What looks like another key may be one: then nobody knows where the sentence ends.
    """
    sentences = []
    for part in _OTHER_LANGUAGE.split(written):
        key, _, text = part.partition(": ")
        text = text.strip()
        is_quoted = len(text) > 1 and text[0] in "\"'" and text[0] == text[-1]
        if not is_quoted and _OTHER_KEY.search(text):
            return ""
        instead = text if is_quoted else in_quotes(text)
        if not instead:
            return ""
        sentences.append(f"{key}: {instead}")
    return f"{{{', '.join(sentences)}}}"


def explain_colon_at_end(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a text in braces that ends in a colon, as forms print what they ask."""
    line, column = stop.place
    written = lines.lines[line]
    if stop.begun is None or stop.begun[0] != line or written[column + 1 : column + 2] not in ",}]":
        return None
    # the text may have had another colon
    pair = max(written.rfind(sign, 0, column) for sign in ("{", ", ", "["))
    first = written.find(": ", pair, column)
    begin = first + len(": ") if 0 <= first < stop.begun[1] else stop.begun[1]
    place, text = (line, begin), written[begin : column + 1]
    instead = in_quotes(text)
    fix = Fix(lines.mark(*place), text, instead)
    return tell_slip("yaml-colon", place, lines, fix, instead=in_ticks(instead))


def _without_comma(place: tuple[int, int], lines: Lines) -> Problem:
    """Tell a second colon in one pair of a mapping in braces: of a next key, or of the text."""
    line, column = place
    before, _, key = lines.lines[line][:column].rpartition(" ")
    value = _PAIR_BEGINS.split(before)[-1].strip()
    if not value or not _KEY.fullmatch(key):
        return tell_slip("yaml-colon-in-braces", place, lines)
    instead = in_ticks(f"{value}, {key}:")
    place = line, column - len(key)
    return tell_slip("yaml-comma-lacks", place, lines, key=in_ticks(key), instead=instead)


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
    instead = in_quotes(whole) or (f"'{whole}'" if "'" not in whole else "")
    if not whole or not instead:
        return None
    fix = Fix(lines.mark(line, begin), whole, instead)
    shown = in_ticks(instead)
    return tell_slip("yaml-brackets-in-braces", (line, begin), lines, fix, instead=shown)


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


def explain_lone_comma(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a comma that is a value, or begins one, where YAML has one between entries."""
    line, column = stop.place
    bare = _BARE_DECIMALS.match(lines.lines[line], column)
    if bare is not None and stop.begun == stop.place:
        fix = Fix(lines.mark(line, column), bare[0], f"0.{bare['decimals']}")
        instead = in_ticks(fix.new)
        return tell_slip("number-without-zero", stop.place, lines, fix, number=instead)
    found = _BEFORE_COMMA.search(lines.lines[line], 0, column + 1)
    if found is None:
        return None
    place, text, instead = (line, found.end() - 1), "`,`", '`","`'
    return tell_slip("yaml-sign", place, lines, text=text, instead=instead)
