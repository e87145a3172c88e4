"""What was meant where YAML breaks: colons, quotes and brackets, with what to write.

PyYAML says where it stopped and what it wanted there; the line, and the last value before it, tell
what somebody slipped on. Nothing here reads a document.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.documents.formulas_in_braces import (
    adds_to_text,
    explain_formula_in_braces,
    joins_texts,
)
from ruletrail.documents.pasted_signs import find_pasted_sign
from ruletrail.documents.texts_in_braces import explain_joined_sentence
from ruletrail.documents.yaml_block_margins import explain_block_at_margin
from ruletrail.documents.yaml_brackets import (
    explain_colon_at_end,
    explain_in_brackets,
    explain_lone_comma,
)
from ruletrail.documents.yaml_bulleted_entries import find_bulleted_entry
from ruletrail.documents.yaml_glued_lines import match_glued, tell_glued
from ruletrail.documents.yaml_going_on import explain_going_on
from ruletrail.documents.yaml_indentation import (
    explain_first_line,
    explain_indentation,
    explain_lost_list,
)
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    LONGEST_SENTENCE,
    Lines,
    Stop,
    advise_sign,
    in_quotes,
    in_ticks,
    is_open,
    is_report,
    line_before,
    margin_of,
    name_sign,
    next_written,
    tell_slip,
    value_from,
    without_comment,
    write_quoted,
)
from ruletrail.documents.yaml_lost_colons import KNOWN_KEYS, explain_lost_colon, tell_no_colon
from ruletrail.documents.yaml_prose import explain_after_cut, explain_block_line
from ruletrail.documents.yaml_sentence_lists import explain_sentence_item
from ruletrail.documents.yaml_table_rows import explain_table_row
from ruletrail.documents.yaml_tabs import tell_tab
from ruletrail.documents.yaml_text_lines import explain_colon_in_lines, explain_line_of_text
from ruletrail.documents.yaml_whole_lines import (
    explain_other_line,
    explain_other_sign,
    explain_quoted_line,
    explain_title,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Fix, Problem, quote

_BARE = re.compile(r"\s*(?:- +)*(?P<key>\w+)\s+(?P<value>\S.*)")
_DASHED = re.compile(r" *(?P<dash>-)(?P<rest>[A-Za-z]\w*:(?: .*)?|\{.*)")
_LONE_WORD = re.compile(r" *(?:- +)*(?P<key>\"?[\w{}]+\"?) *")
_LIKE_COLONS = "ːˑ"
"""Letters that look like a colon."""
_NUMBER = re.compile(r"-?\d[\d.,]*")
_RATIO = re.compile(
    r"(?:1|un[oa]?)\b[^:0-9]*\b(?:ogni|every|per|su) *: *(?P<number>[0-9]+)(?:[^0-9.,:][^0-9:]*)?"
)
"""One to so many, in words: `1 social worker every: 2792 inhabitants`."""
_UNBRACED_KEYS = re.compile(
    r"\w+: [^\s,:{}\[\]\"'#][^,:{}\[\]\"'#]*(?:, \w+: [^\s,:{}\[\]\"'#][^,:{}\[\]\"'#]*)*"
)
"""Keys with their values on one line, without the braces around them."""
_PROSE = re.compile(r"[^\W\d_][^=<>\"{}\[\]*/+]*")
"""Words, and no formula."""
_QUESTION = re.compile(r"[ \-]*\w+: +(?P<sign>\?+) *(?:#.*)?")
_KEY_BEFORE_VALUE = re.compile(r"(?P<key>[A-Za-z_][\w.]*): ")
_IN_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")
_BRACED = re.compile(r"(?P<lead> *(?:- +)*\w+: +)(?P<value>\{[A-Za-z]\w*\}.*)")
_DOUBLED = re.compile(r'"(?P<line>[^"]*(?:""[^"]*)+)" *')
"""A whole line in quotes, those in it doubled: so a spreadsheet saves what it holds in one cell."""
_BY = re.compile(r" *by: *\[(?P<keys>[^\]]*)\] *(?:#.*)?")
_ROW_VALUE = re.compile(r"\bvalue: +([^,}#]+)")
_CLOSING_ONLY = re.compile(r"[}\]]+")
_NO_COLON = re.compile(r"[ \-]*(?P<key>\w++)(?P<sign>[^{\[\"']*)(?P<value>[{\[].*)")
_SENTENCE_CLOSED = re.compile(r"\s*(?:- +)*(?:message|text): +(?P<text>[\"'].*[\"']) *")
_LOCALE = re.compile(r"locale: *[\"']?(?P<language>it|en)[\"']? *(?:#.*)?")
_SENTENCES = ("label", "title", "note")
"""Keys whose value is a text for people, so that nothing else can have been meant."""
_LANGUAGES = ("it", "en")
_OF_TEMPLATES = (*_LANGUAGES, "message", "text")
"""Keys of a rulebook whose value is a sentence with placeholders, or holds one for a language."""
_NEXT_LANGUAGE = re.compile(r" (?:it|en): ")


def explain_stop(stop: Stop, lines: Lines) -> Problem:
    """Return the problem of YAML that breaks, with the most helpful hint that the line gives."""
    nearby = (
        explain_sentence_item(stop, lines)
        or explain_quoted_line(stop, lines)
        or explain_title(stop, lines)
        or _slip_nearby(stop, lines)
    )
    if nearby is not None:
        return nearby
    for wanted, explain in _EXPLAINERS.items():
        found = explain(stop, lines) if wanted in stop.problem else None
        if found is not None:
            return found
    return tell_slip("", stop.place, lines)


def _slip_nearby(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a slip that is plain to see in the line of the stop, or in the one before it.

    YAML goes on reading a text over such a line, and stops only at the next.
    """
    if stop.context.startswith(("while scanning a quoted", "while parsing a flow")):
        return None
    here = next_written(lines, stop.place[0])
    before = line_before(lines, here)
    lost = explain_block_at_margin(before, here, lines) if before is not None else None
    if lost is not None:
        return lost
    for line in (here,) if before is None else (before, here):
        found = _sign_of_line(line, lines)
        if found is not None:
            return found
    alone = _QUESTION.fullmatch(lines.lines[stop.place[0]])
    if alone is not None:
        return tell_slip("yaml-question-alone", (stop.place[0], alone.start("sign")), lines)
    if before is None:
        return explain_lost_colon(lines, None, here)
    return (
        explain_after_cut(before, here, lines)
        or explain_block_line(before, here, lines)
        or explain_going_on(before, here, lines)
        or explain_other_sign(before, here, lines)
        or explain_lost_colon(lines, before, here)
        or _lost_key(before, here, lines)
        or _row_without_dash(before, here, lines)
        or explain_other_line(before, lines)
        or _goes_on(before, here, lines)
    )


def _sign_of_line(line: int, lines: Lines) -> Problem | None:
    """Tell what is wrong with one line whatever stands around it: its spaces, or its dash."""
    pasted = find_bulleted_entry(line, lines) or find_pasted_sign(line, lines)
    if pasted is not None:
        return pasted
    written = lines.lines[line]
    if _DOUBLED.fullmatch(written) is not None:
        return _saved_as_cell(line, lines)
    foreign = next((at for at, char in enumerate(margin_of(written)) if char not in " \t"), None)
    if foreign is not None:
        return tell_slip("yaml-no-break", (line, foreign), lines)
    dashed = _DASHED.fullmatch(written)
    if dashed is not None:
        new, at = dashed["rest"], dashed.start("dash")
        old = new[0] if new.startswith("{") else f"{new.split(':')[0]}:"
        fix = Fix(lines.mark(line, at), f"-{old}", f"- {old}")
        return tell_slip("yaml-dash-space", (line, at), lines, fix, instead=in_ticks(f"- {new}"))
    return None


def _saved_as_cell(line: int, lines: Lines) -> Problem:
    """Tell lines that a spreadsheet put in quotes: the first, mended with all the others."""
    found = {
        at: match for at, each in enumerate(lines.lines) if (match := _DOUBLED.fullmatch(each))
    }
    meant = {at: match["line"].replace('""', '"') for at, match in found.items()}
    fixes = tuple(Fix(lines.mark(at, 0), found[at][0], text) for at, text in meant.items())
    shown = in_ticks(meant[line])
    return replace(tell_slip("yaml-spreadsheet", (line, 0), lines, instead=shown), fixes=fixes)


def _row_without_dash(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a row in braces that lacks the dash which the one after it has."""
    margin = margin_of(lines.lines[before])
    is_row = lines.lines[before].startswith(margin + "{")
    if not is_row or not lines.lines[here].startswith(margin + "- {"):
        return None
    return tell_slip("missing-dash", (before, len(margin)), lines, instead="`- {`")


def _goes_on(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a line that goes on with the value above, and stands where only a key may."""
    above = line_before(lines, before)
    written = lines.lines[before]
    if above is None or KEY_AND_VALUE.fullmatch(written) or written.lstrip()[:2] == "- ":
        return None
    bare = _BARE.fullmatch(written)
    if bare is not None and bare["value"][0].isalnum():
        return None  # a key that lacks its colon
    match, margin = KEY_AND_VALUE.fullmatch(lines.lines[above]), len(margin_of(written))
    is_below = match is not None and bool(match["value"]) and len(match["lead"]) == margin
    if not is_below or len(margin_of(lines.lines[here])) > margin:
        return None
    return tell_slip("yaml-goes-on", (before, margin), lines, line=str(above + 1))


def _lost_key(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a key without its colon, or without the space after it, from the line below it."""
    own, margin = len(margin_of(lines.lines[here])), len(margin_of(lines.lines[before]))
    word, written = _LONE_WORD.fullmatch(lines.lines[before]), lines.lines[here]
    is_entry = KEY_AND_VALUE.fullmatch(written) or written.lstrip().startswith("- ")
    if word is not None and margin < own and is_entry:
        place, new = (before, word.start("key")), f"{word['key'].rstrip(_LIKE_COLONS)}:"
        fix = Fix(lines.mark(*place), word["key"], new) if word["key"].isascii() else None
        details = {"line": str(before + 1), "instead": in_ticks(new)}
        return tell_slip("yaml-key-colon", place, lines, fix, **details)
    if match_glued(before, lines) is None or margin > own:
        return None
    return tell_glued(before, lines)


def _second_colon(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a colon in a text from a line that stands too far right."""
    line, column = stop.place
    other = explain_lost_list(line, lines) or explain_colon_in_lines(stop.place, lines)
    if other is not None:
        return other
    match = KEY_AND_VALUE.fullmatch(lines.lines[line])
    if match is None or column <= match.end("key"):
        return explain_indentation(stop, lines)
    value = without_comment(match["value"] or "")
    instead = in_quotes(value)
    if not instead:
        return None
    if match["key"] == "subject" and is_report(lines) and _UNBRACED_KEYS.fullmatch(value):
        shown = in_ticks(f"subject: {{{value}}}")
        return tell_slip("write-instead", (line, match.start("value")), lines, instead=shown)
    # one word touching its colon cannot be a value with a second key after it
    begin = match.start("value")
    is_word = re.fullmatch(r"\S+", lines.lines[line][begin:column]) is not None
    has_number = is_report(lines) and re.search(r"[0-9]", value) is not None
    ratio = _RATIO.fullmatch(value) if has_number else None
    if ratio is not None:
        details = {"instead": in_ticks(instead), "number": in_ticks(ratio["number"])}
        return tell_slip("yaml-colon-of-ratio", stop.place, lines, None, **details)
    unopened = _tell_unopened((line, match.start("value")), value, lines)
    if unopened is not None:
        return unopened
    is_text, is_sentence = _holds_text(match, (line, column), lines)
    if is_word and not is_text and _opens_entries(line, column, lines):
        key = in_ticks(f"{lines.lines[line][begin:column]}:")
        return tell_slip("yaml-two-keys", stop.place, lines, None, text=key)
    begins_key = _begins_key(match, (line, column), lines)
    is_unsure = has_number or begins_key or (not is_sentence and _lacks_brace(value))
    is_clear = (is_word or is_sentence) and not is_unsure
    fix = Fix(lines.mark(line, begin), value, instead) if is_clear else None
    is_one_of_two = is_report(lines) or is_text
    apart = "yaml-colon-of-report" if is_one_of_two else "yaml-colon-apart"
    apart = "yaml-colon-or-number" if has_number else apart
    advice = "yaml-colon" if is_clear else apart
    return tell_slip(advice, stop.place, lines, fix, instead=in_ticks(instead))


def _holds_text(match: re.Match[str], place: tuple[int, int], lines: Lines) -> tuple[bool, bool]:
    """Tell whether a colon stands in a text, and whether its key holds nothing but one."""
    key = match["key"].strip()
    is_ours = not is_report(lines) and not _begins_key(match, place, lines)
    is_sentence = key in _SENTENCES or (is_ours and key in _LANGUAGES)
    return is_sentence or (is_ours and key in _OF_TEMPLATES), is_sentence


def _begins_key(match: re.Match[str], place: tuple[int, int], lines: Lines) -> bool:
    """Tell whether the word before a colon is a key of ours, or a sentence of another follows."""
    is_known = _word_before(*place, lines) in KNOWN_KEYS
    return is_known or _NEXT_LANGUAGE.search(match["value"] or "") is not None


def _lacks_brace(value: str) -> bool:
    """Tell a value that ends in a brace which nothing in it opens."""
    return value[-1] == "}" and value.count("}") == value.count("{") + 1


def _tell_unopened(place: tuple[int, int], value: str, lines: Lines) -> Problem | None:
    """Tell keys and values whose brace that closes shows that one opened them.

    What begins as no key of ours may be a text that ends in a brace.
    """
    outer = _find_key(lines.lines[place[0]][: place[1]])
    opened = value.removeprefix("(").lstrip()
    key = _KEY_BEFORE_VALUE.match(opened)
    is_key = key is not None and key["key"] in (
        _LANGUAGES if outer in _OF_TEMPLATES else KNOWN_KEYS
    )
    is_paired = opened.count("(") == opened.count(")")
    if not _lacks_brace(value) or outer in _SENTENCES or not is_paired:
        return None
    if key is None or not is_key:
        return None
    bare = _IN_QUOTES.sub('""', opened)
    pairs = [_KEY_BEFORE_VALUE.match(each.strip()) for each in bare.split(",")]
    if not all(pairs) or bare.count(": ") != len(pairs) or "{" in bare:
        # a comma or a colon in a value, or a brace, would part it again
        shown = in_ticks(f"{{{key['key']}: …}}")
        return tell_slip("yaml-brace-unopened", place, lines, instead=shown)
    instead = f"{{{opened}"
    fix, shown = Fix(lines.mark(*place), value, instead), in_ticks(instead)
    return tell_slip("yaml-brace-unopened", place, lines, fix, instead=shown)


def _word_before(line: int, column: int, lines: Lines) -> str:
    """Return the word that touches a colon: a key of ours stood on a line of its own."""
    written = lines.lines[line]
    end = column
    while column > 0 and (written[column - 1].isalnum() or written[column - 1] == "_"):
        column -= 1
    return written[column:end]


def _opens_entries(line: int, column: int, lines: Lines) -> bool:
    """Tell whether behind a colon stands what only a key has: a map, a list, lines below it."""
    written = lines.lines[line]
    rest = without_comment(written[column + 1 :]).strip()
    below = next_written(lines, line + 1) if line + 1 < len(lines.lines) else line
    is_above = len(margin_of(lines.lines[below])) > len(margin_of(written))
    return rest[:1] in ("{", "[") or (not rest and is_above)


def _lost_colon(stop: Stop, lines: Lines) -> Problem | None:
    if stop.begun is None:
        return None
    line, _ = stop.begun
    if match_glued(line, lines) is not None:
        return tell_glued(line, lines)
    bare = _BARE.fullmatch(lines.lines[line])
    if bare is None:
        return None
    text = explain_line_of_text(line, lines)
    if text is not None:
        return text
    instead = in_ticks(f"{bare['key']}: {bare['value']}")
    above = _text_above(line, bare, lines)
    if above is not None:
        place, beside = (line, bare.start("key")), str(above + 1)
        return tell_slip("yaml-goes-on-or-key", place, lines, line=beside, instead=instead)
    return tell_no_colon(bare, line, lines)


def _text_above(line: int, bare: re.Match[str], lines: Lines) -> int | None:
    """Return the line with the text that several words may go on with; None where none does."""
    above = line_before(lines, line)
    match = KEY_AND_VALUE.fullmatch(lines.lines[above]) if above is not None else None
    value = (match["value"] or "") if match is not None else ""
    is_prose = " " in value and value[0].isalpha() and _PROSE.fullmatch(bare["value"]) is not None
    return above if is_prose else None


def _unexpected(stop: Stop, lines: Lines) -> Problem | None:
    """Tell what comes after a value that has ended already, or before one that never ends."""
    formula = explain_formula_in_braces(*stop.place, lines) if "flow" in stop.context else None
    if formula is not None:
        return formula
    if stop.last is not None:
        name, quotes, begin, end = stop.last
        (line, column), (last_line, last_column) = stop.place, end
        is_next = line == last_line and not lines.lines[line][last_column:column].strip()
        if is_next and "flow" not in stop.context and (stray := _stray_bracket(stop, lines)):
            return stray
        if is_next and name == "ScalarEvent" and quotes in ('"', "'"):
            return _after_quotes(stop, lines, begin, end)
        if line == last_line and name == "AliasEvent":
            return _sign_of_text(begin, lines)
        is_collection = name in ("SequenceEndEvent", "MappingEndEvent") and last_column
        if is_next and is_collection and lines.lines[line][last_column - 1] in "]}":
            return _braced(line, lines) or tell_slip("yaml-bracket-text", stop.place, lines)
    if "flow" in stop.context and stop.begun is not None:
        return explain_in_brackets(stop, lines, stop.begun)
    return explain_indentation(stop, lines)


def _braced(line: int, lines: Lines) -> Problem | None:
    """Tell a formula that begins with a variable of `for_each`, which YAML takes for a mapping."""
    match = _BRACED.fullmatch(lines.lines[line])
    value = without_comment(match["value"]) if match is not None else ""
    instead = in_quotes(value)
    if match is None or not instead:
        return None
    place = (line, match.start("value"))
    fix = Fix(lines.mark(*place), value, instead)
    return tell_slip("yaml-variable", place, lines, fix, instead=in_ticks(instead))


def _stray_bracket(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a bracket that closes nothing at the end of a value, and the one that a text lacks.

    A sentence stands in braces, so its closing one is right where the opening one was left out.
    """
    line, column = stop.place
    written = lines.lines[line]
    stray = without_comment(written[column:])
    pair = _SENTENCE_CLOSED.fullmatch(written[:column])
    if not _CLOSING_ONLY.fullmatch(stray):
        return None
    if is_open(written[:column], stray):
        return _before_brackets(line, lines)
    if pair is None or stray != "}":
        value = written[:column].rstrip()
        if len(stray) > 1 or not is_open(value[:-1], value[-1:]):
            # what opened them may be lost: without them the rest may have another meaning
            return tell_slip("yaml-stray-brackets", stop.place, lines, text=in_ticks(stray))
        fix = Fix(lines.mark(line, column), stray, "")
        return tell_slip("yaml-stray-bracket", stop.place, lines, fix, text=in_ticks(stray))
    locales = (_LOCALE.fullmatch(each) for each in lines.lines)
    language = next((each["language"] for each in locales if each is not None), "it")
    begin, text = pair.start("text"), pair["text"].rstrip()
    instead = f"{{{language}: {text}}}"
    fix = Fix(
        lines.mark(line, begin), written[begin:].removesuffix(written[column:]) + stray, instead
    )
    shown = in_ticks(instead, LONGEST_SENTENCE)
    return tell_slip("yaml-sentence-unopened", stop.place, lines, fix, text="`}`", instead=shown)


def _before_brackets(line: int, lines: Lines) -> Problem:
    """Tell what lacks its colon before brackets: YAML took what they open for part of a key."""
    match = _NO_COLON.match(lines.lines[line])
    if match is None:
        return tell_slip("", (line, len(margin_of(lines.lines[line]))), lines)
    sign, value = match["sign"].strip(), without_comment(match["value"])
    details = {"text": name_sign(sign), "instead": in_ticks(f"{match['key']}: {value}")}
    advice = "yaml-equals" if sign else "yaml-no-colon"
    return tell_slip(advice, (line, match.end("key")), lines, None, **details)


def _after_quotes(
    stop: Stop, lines: Lines, begin: tuple[int, int], end: tuple[int, int]
) -> Problem:
    if begin[0] != end[0]:
        return _quoted_number(begin, lines) or tell_slip(
            "yaml-quote-open", begin, lines, line=str(end[0] + 1)
        )
    written = _find_quoted(stop, lines, begin)
    key = _find_key(lines.lines[begin[0]][: begin[1]])
    joined = explain_joined_sentence(begin[0], begin[1], lines) if key not in OF_FORMULAS else None
    if joined is not None:
        return joined
    if key in OF_FORMULAS and adds_to_text(written):
        return tell_slip("no-joined-texts", begin, lines)
    instead = _quote_anew(written, lines.lines[begin[0]][: begin[1]]) if written else ""
    is_elided = not instead and _ELIDED.fullmatch(_APOSTROPHE.sub("", written)) is not None
    if not instead and not is_elided:
        return tell_slip("yaml-quotes-inside", stop.place, lines)
    # of a text that begins with an apostrophe, the closing one may be what lacks
    instead = instead or write_quoted(written)
    fix = None if is_elided else Fix(lines.mark(*begin), written, instead)
    if len(instead) > LONGEST_SENTENCE:  # cut, it could not be copied
        return tell_slip("yaml-quotes-long", begin, lines, fix)
    shown = in_ticks(instead, LONGEST_SENTENCE)
    return tell_slip("yaml-quotes", stop.place, lines, fix, instead=shown)


_ENDS_IN_BRACES = re.compile(r",\s*(?P<key>[A-Za-z_]\w*):\s|\}")
"""What follows where a text in braces may end: the next key or the brace."""
_GOES_ON_IN_WORDS = re.compile(r"(?:\"[^\"]+\"|'[^']+')\s+\w[^{}\[\]]*\Z")
_ELIDED = re.compile(r"'[^\W\d][^'\":\\]*")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_WORD_BACKWARDS = re.compile(r" +:(\w+)")


def _find_key(before: str) -> str:
    """Return the key that stands before a value; empty where there is none."""
    found = _WORD_BACKWARDS.match(before[::-1])
    return found[1][::-1] if found is not None else ""


def _end_of_text(written: str, end: int) -> int:
    """Return where a text ends before white space."""
    while end > 1 and written[end - 1].isspace():
        end -= 1
    return end


def _find_quoted(stop: Stop, lines: Lines, begin: tuple[int, int]) -> str:
    """Return a value whose quotes close too early, up to where it ends; empty where that is open.

    In braces it ends before the next key or the brace, where behind it every text has both of its
    quotes; where it ends in none, the key is one of ours, and it has both of its own, too.
    """
    written = lines.lines[begin[0]][begin[1] :]
    if "flow" not in stop.context:
        return without_comment(written)
    if "flow mapping" not in stop.context:
        return ""
    sign = written[0]
    ends = [
        (_end_of_text(written, each.start()), each["key"])
        for each in _ENDS_IN_BRACES.finditer(written, 1)
    ]
    left, begin_of_rest, signs = written.count(sign), 0, 0
    for end, key in ends:
        signs += written.count(sign, begin_of_rest, end)
        begin_of_rest = end
        is_quoted = written[end - 1] == sign
        is_whole = signs % 2 == 0 and written.count("{", 0, end) == written.count("}", 0, end)
        is_whole = is_whole and (key is None or key in KNOWN_KEYS)
        if (left - signs) % 2 == 0 and (is_quoted or is_whole):
            return written[:end].rstrip()
    return next((written[:end] for end, _ in ends if written[end - 1] == sign), "")


def _quote_anew(written: str, before: str) -> str:
    """Write a value that holds its own quotes in quotes that suit it; empty where it has escapes.

    A formula may begin and end with a text of its own; with a colon it may be a key and its value.
    """
    sign = written[0]
    is_of_text = _find_key(before) in OF_FORMULAS and joins_texts(written)
    if is_of_text or len(written) == 1 or written[-1] != sign:
        is_other = "\\" in written or ":" in written
        is_meant = is_of_text or (_GOES_ON_IN_WORDS.match(written) and _has_pairs(written, sign))
        return write_quoted(written) if is_meant and not is_other else ""
    text = written[1:-1]
    text = text.replace('\\"', '"') if sign == '"' else text.replace("''", "'")
    return write_quoted(text) if "\\" not in text and _has_pairs(text, sign) else ""


def _has_pairs(text: str, sign: str) -> bool:
    """Tell whether the quotes in a text stand in pairs around words of it, not around all of it.

    An apostrophe within a word is none.
    """
    pieces = _APOSTROPHE.sub("", text).split(sign)
    outer, inner = pieces[::2], pieces[1::2]
    if len(pieces) % 2 == 0 or (len(inner) == 1 and not any(outer)):
        return False
    ends = [*(each[-1:] for each in outer[:-1]), *(each[:1] for each in outer[1:])]
    is_apart = not any(each.isalnum() for each in ends)
    return is_apart and all(each and each == each.strip() for each in inner)


def _never_ends(stop: Stop, lines: Lines) -> Problem | None:
    if "quoted" not in stop.context or stop.begun is None:
        return None
    return _quoted_number(stop.begun, lines) or tell_slip("yaml-quote-never", stop.begun, lines)


def _quoted_number(begin: tuple[int, int], lines: Lines) -> Problem | None:
    """Tell the apostrophe that spreadsheets put before a number, which opens a text here."""
    lost = lines.lines[begin[0]][begin[1] :].rstrip()
    number = lost[1:]
    if not _NUMBER.fullmatch(number):
        return None
    fix = Fix(lines.mark(*begin), lost, number)
    return tell_slip(
        "yaml-quote-number", begin, lines, fix, text=quote(lost[0]), number=f"`{number}`"
    )


def _sign_before(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a text that begins with a sign of YAML's own."""
    line, column = stop.begun or stop.place
    written = lines.lines[line]
    sign = written[column : column + 1]
    if sign == "\t":
        return tell_tab(line, column, lines)
    row = explain_table_row(line, lines) if sign == "|" else None
    if row is not None:
        return row
    value = value_from(line, column, lines)
    share = re.fullmatch(r"% ?([0-9]+(?:\.[0-9]+)?)", value)
    if share is not None and not is_report(lines):
        return tell_slip("percent-value-sign", (line, column), lines, number=f"`{share[1]}`")
    if value == "-":
        return tell_slip("yaml-dash-alone", (line, column), lines)
    instead = in_quotes(value)
    if not instead or sign.isalnum():
        return None
    advice, details = advise_sign((line, column), value, lines)
    return tell_slip(advice, (line, column), lines, None, **details)


def _escape(stop: Stop, lines: Lines) -> Problem | None:
    return tell_slip("yaml-escape", stop.place, lines)


def _star(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a star, or `&`, that begins a value: in a row of a table it is for all other keys."""
    line, column = stop.place
    written = lines.lines[line]
    at = max(written.rfind(sign, 0, column + 1) for sign in "*&")
    if stop.begun is not None and stop.begun[0] == line:
        at = min(at, stop.begun[1])  # others may follow in the text
    if at < 0:
        return None
    at = len(written[: at + 1].rstrip("*&"))  # of several the value begins with the first
    if written[:at].rstrip()[-1:] in ("'", '"'):
        joined = explain_joined_sentence(line, at, lines)
        return joined or tell_slip(
            "no-joined-texts", (line, at), lines
        )  # as spreadsheets join them
    value = value_from(line, at, lines)
    if value == "*" and _is_in_rows(line, lines):
        if _has_several_keys(line, lines):
            return tell_slip("star-of-several", (line, at), lines)
        here = range(line, min(line + 2, len(lines.lines)))
        found = (_ROW_VALUE.search(lines.lines[each]) for each in here)
        given = next((match[1].strip() for match in found if match is not None), "…")
        return tell_slip("star-in-rows", (line, at), lines, instead=in_ticks(f"otherwise: {given}"))
    return _sign_of_text((line, at), lines)


def _sign_of_text(place: tuple[int, int], lines: Lines) -> Problem:
    """Tell a text that begins with the sign of an anchor, or of what refers to one."""
    line, column = place
    value = value_from(line, column, lines)
    advice, details = advise_sign(place, value, lines)
    is_text = advice == "yaml-sign"
    fix = Fix(lines.mark(line, column), value, in_quotes(value)) if is_text else None
    return tell_slip(advice, place, lines, fix, **details)


def _has_several_keys(line: int, lines: Lines) -> bool:
    """Tell whether the table around a line is looked up by more than one key."""
    around = [each for each in _list_around(line, lines) if margin_of(lines.lines[each])]
    head = around[-1] if around else line
    own = len(margin_of(lines.lines[head]))
    for below in range(head + 1, len(lines.lines)):
        written = lines.lines[below]
        if written.strip() and len(margin_of(written)) <= own:
            break
        by = _BY.fullmatch(written)
        if by is not None:
            return "," in by["keys"]
    return False


def _is_in_rows(line: int, lines: Lines) -> bool:
    """Tell whether a line is, or is in, an item of a table's rows."""
    heads = (KEY_AND_VALUE.fullmatch(lines.lines[each]) for each in _list_around(line, lines))
    return any(head is not None and head["key"].strip() == "rows" for head in heads)


def _list_around(line: int, lines: Lines) -> Iterator[int]:
    """List a line and those above in which it stands: an item may stand right below its key."""
    margin, is_item = len(margin_of(lines.lines[line])) + 1, False
    for above in range(line, -1, -1):
        written = lines.lines[above]
        own, begins = len(margin_of(written)), written.lstrip()[:1]
        is_key_of_item = own == margin and is_item and begins != "-"
        if begins not in ("", "#") and (own < margin or is_key_of_item):
            yield above
            margin, is_item = own, begins == "-"


_EXPLAINERS: Mapping[str, Callable[[Stop, Lines], Problem | None]] = {
    "mapping values are not allowed": _second_colon,
    "could not find expected ':'": _lost_colon,
    "did not find expected key": _unexpected,
    "did not find expected ',' or": _unexpected,
    "did not find expected '-' indicator": explain_indentation,
    "did not find expected <document start>": explain_first_line,
    "found unexpected ':'": explain_colon_at_end,
    "did not find expected node content": explain_lone_comma,
    "found unexpected end of stream": _never_ends,
    "cannot start any token": _sign_before,
    "did not find expected comment or line break": _sign_before,
    "unknown escape character": _escape,
    "sequence entries are not allowed": _sign_before,
    "mapping keys are not allowed": _sign_before,
    "did not find expected alphabetic or numeric character": _star,
}
"""By what PyYAML says; what it says otherwise, or in other versions, keeps the general hint."""
