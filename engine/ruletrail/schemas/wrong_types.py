"""A value of another type than its place asks for: which one was meant, and how it is written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
    write_as_text,
)
from ruletrail.documents.document_shapes import CODE, OF_FORMULAS
from ruletrail.problems import Fix, Problem, quote, quote_to_write, term
from ruletrail.schemas.meant_numbers import advise_number, example_number, hold_to_limits
from ruletrail.schemas.meant_values import list_codes, list_count, name_values, pair_of_codes
from ruletrail.schemas.sketches import example_of, kind_of, sketch, sketch_row, write_short
from ruletrail.suggestions import code_like, plain_word
from ruletrail.values import read_date

_WITH_FORMULAS = ("rules", "decisions", "sections", "checks", "messages")
ITEMS = {
    "bands": "- {from: 0, value: 120}",
    "values": "- {from: 2024-01-01, value: 120}",
    "versions": "- {from: 2024-01-01, …}",
    "rows": "- {n: 2, value: 1.57}",
    "exceptions": "- {when: …, formula: …}",
    "cases": "- {outcome: …, when: …}",
    "examples": "- {name: …, report: …, expect: …}",
}
"""What an item looks like of the lists that people write as maps, or as one text."""
_WITH_ITEMS = frozenset({"parameters", "scales", "tables", "rules"})
_OF_REPORTS = ("fields", "subject", "printed")
"""The parts of reports, whose forms may call anything a note."""
_ANY_TEXT = '"…"'
_ROW = re.compile(r"[A-Za-z]\w*\[[0-9]+\]")
_BETWEEN_CODES = re.compile(r"[\s,;+]+(?:(?:e|ed|and)\s+)?")
"""What stands between codes that are written as one text: a comma, or the word of a sentence."""
_CONDITION = re.compile(r"[<>=≤≥≠]")
ANSWERS = {
    **dict.fromkeys(("true", "vero", "si", "yes", "1"), "true"),
    **dict.fromkeys(("false", "falso", "no", "0"), "false"),
}
"""What people write for true and false, as plain words."""

Pairs = Sequence[tuple[int, re.Match[str]]]
"""Entries on lines of a text, counted from its first, with their keys and values."""


def explain_type(error: Any, place: Node) -> Iterator[Problem]:
    """Say what belongs at a place where a value of another type stands."""
    expected = _expected_types(error)
    kinds = {"expected": term(expected), "found": term(kind_of(place))}
    advice, numbers = _advise(place, expected, error.schema)
    details = {"text": quote(write_short(place)), **kinds, **numbers}
    last = error.absolute_path[-1] if error.absolute_path else ""
    lines = _entries_as_text(error, place, details) if expected == "object" else None
    if lines is not None:
        yield lines
        return
    # a form may have a list that is called as one of a rulebook's
    is_of_entries = last in ITEMS and error.absolute_path[0] in _WITH_ITEMS
    is_of_entries = is_of_entries or list(error.absolute_path) == ["examples"]
    listed = None if is_of_entries else _not_list(error, place, details, expected)
    if listed is not None:
        yield listed
        return
    if isinstance(place, MappingNode) and _ROW.fullmatch(str(last)):
        yield Problem("wrong-type", place.mark, details, "", "rows-as-whole")
        return
    meant, special = _instead_of(error, place)
    if meant:
        yield Problem("wrong-type", place.mark, {**details, "instead": meant}, "", special)
        return
    slip = _known_slip(error, place, details, expected, is_of_entries=is_of_entries)
    if slip is not None:
        yield slip
        return
    example = _find_example(error, place, expected)
    if not advice and example:
        details, advice = {**details, "example": f"`{example}`"}, "like-example"
    is_scalar = not {"array", "object"} & set(expected.split("|"))
    if not advice and is_scalar and not isinstance(place, ScalarNode):
        instead = write_as_text(place) if expected == "string" and isinstance(last, int) else ""
        yield tell_not_single(place, details, instead)
        return
    yield Problem("wrong-type", place.mark, details, advice=advice)


def _tell_note(place: MappingNode, details: Mapping[str, str]) -> Problem:
    """Write a note that is given by language, or by keys of its author's own, as one text."""
    values = place.values.values()
    texts = [each.text for each in values if isinstance(each, ScalarNode)]
    is_plain = len(texts) == len(place.values)
    if place.values.keys() <= {"it", "en"}:
        text = " / ".join(texts)
    else:
        text = ", ".join(f"{key}: {each}" for key, each in zip(place.values, texts, strict=False))
    quoted = _in_quotes(text) if text and is_plain and "\n" not in text else ""
    shown = {**details, "instead": quote_to_write(f"note: {quoted or _ANY_TEXT}")}
    return Problem("wrong-type", place.mark, shown, "", "note-of-keys")


def _find_example(error: Any, place: Node, expected: str) -> str:
    """Find what may be written, of the schema or of the author's own day."""
    example = example_of(error.schema)
    if expected != "object" or isinstance(place, MappingNode):
        return example
    from ruletrail.schemas.own_entries import write_own_entry  # noqa: PLC0415 - rare

    own = write_own_entry(error.schema, list(error.absolute_path), place)
    if own:
        return own
    is_of_days = list(error.absolute_path)[-1:] == ["in_force"]
    if is_of_days and isinstance(place, ScalarNode) and read_date(place.text):
        return f"{{from: {place.text}}}"
    return example or sketch(error.schema)


def _entries_as_text(error: Any, place: Node, details: Mapping[str, str]) -> Problem | None:
    """Tell entries that are one text: without their colons, or without the blank behind them."""
    if not isinstance(place, ScalarNode) or place.style != "plain":
        return None
    from ruletrail.documents.yaml_glued_lines import GLUED  # noqa: PLC0415 - rare

    written = place.written or place.text
    glued = [(at, GLUED.fullmatch(each)) for at, each in enumerate(written.split("\n"))]
    pairs = [(at, each) for at, each in glued if each is not None]
    if pairs and len(pairs) == sum(1 for each in written.split("\n") if each.strip()):
        return _entries_without_space(error, place, details, pairs)
    is_below = not place.mark.text[: place.mark.column - 1].strip()
    return _entries_without_colon(place, details, written) if is_below else None


def _entries_without_space(
    error: Any, place: ScalarNode, details: Mapping[str, str], pairs: Pairs
) -> Problem:
    """Tell entries whose colons touch their values, with how many lines are written so."""
    from ruletrail.documents.yaml_glued_lines import (  # noqa: PLC0415 - rare
        advise_space,
        count_others,
    )

    instead = f"{pairs[0][1]['key']}: {pairs[0][1]['value']}"
    counted = count_others(len(pairs), place.mark.line + pairs[-1][0])
    shown, advice = {**details, **counted}, advise_space(len(pairs))
    if place.mark.text[: place.mark.column - 1].strip():
        path = list(error.absolute_path)
        advice, instead = "entry-below", f"  {instead}"
        shown["key"] = quote(f"{path[-1]}:" if path else "")
    shown["instead"] = quote_to_write(instead)
    return Problem("wrong-type", place.mark, shown, "", advice, wording="entries-without-space")


def _entries_without_colon(
    place: ScalarNode, details: Mapping[str, str], written: str
) -> Problem | None:
    """Tell entries without their colons, which are one text: as two columns are pasted."""
    from ruletrail.documents.yaml_whole_lines import list_pairs  # noqa: PLC0415 - rare

    pairs = list_pairs(written)
    if not pairs:
        return None
    shown = {**details, "instead": quote_to_write(pairs[0].mended)}
    advice = "entries-need-colons" if len(pairs) > 1 else "entry-needs-colon"
    return Problem("wrong-type", place.mark, shown, "", advice, wording="entries-without-colon")


def _not_list(error: Any, place: Node, details: Mapping[str, str], expected: str) -> Problem | None:
    """Say how a list is written where a row of it, or one value, stands alone."""
    if expected != "array":
        return None
    row = sketch_row(error.schema)
    if row:
        shown = {**details, "example": f"`- {row}`"}
        return Problem("wrong-type", place.mark, shown, advice="rows-as-list")
    if isinstance(place, ScalarNode):
        return _one_of_a_list(place, details, list(error.absolute_path))
    return None


def tell_not_single(place: Node, details: Mapping[str, str], instead: str = "") -> Problem:
    """Say that one value belongs there, not a list or keys: of texts, the one that they may be.

    `instead` is the text in quotes that an item of a list was meant as.
    """
    if instead:
        shown = {**details, "instead": instead}
        return Problem("wrong-type", place.mark, shown, advice="text-with-colon")
    if isinstance(place, MappingNode):
        return Problem("wrong-type", place.mark, details, advice="single-of-keys")
    items = [item.text for item in items_of(place) if isinstance(item, ScalarNode)]
    text = _in_quotes(", ".join(items)) if len(items) == len(items_of(place)) else ""
    if text and items and details["expected"] in (term("string"), term("text")):
        shown = {**details, "instead": quote_to_write(text)}
        return Problem("wrong-type", place.mark, shown, advice="text-of-list")
    return Problem("wrong-type", place.mark, details, advice="single-of-list")


def _known_slip(
    error: Any, place: Node, details: Mapping[str, str], expected: str, *, is_of_entries: bool
) -> Problem | None:
    """Say what to write where a shape in the place of another has one meaning only."""
    last = error.absolute_path[-1] if error.absolute_path else ""
    is_note = last == "note" and error.absolute_path[0] not in _OF_REPORTS
    if is_note and expected == "string" and isinstance(place, MappingNode):
        return _tell_note(place, details)
    if expected == "array" and isinstance(place, MappingNode) and "cases" in error.absolute_path:
        return Problem(
            "wrong-type", place.mark, {**details, **_as_case(place)}, "", "list-of-cases"
        )
    if expected == "array" and list(error.absolute_path)[:-1] == ["groups"]:
        listed = [each for each in members_of(place).values() if isinstance(each, SequenceNode)]
        if len(listed) == 1:
            codes = [item.text for item in listed[0].items if isinstance(item, ScalarNode)]
            shown = {**details, "instead": quote_to_write(f"[{', '.join(codes)}]")}
            return Problem("wrong-type", place.mark, shown, "", "group-as-list")
    if expected == "array" and is_of_entries:
        shown = {**details, "example": f"`{ITEMS[last]}`"}
        return Problem("wrong-type", place.mark, shown, "", "entries-as-list")
    if isinstance(place, SequenceNode) and last == "value" and "parameters" in error.absolute_path:
        return Problem("wrong-type", place.mark, details, "", "dated-values")
    if isinstance(place, SequenceNode) and _is_of_formula(list(error.absolute_path)):
        return _list_for_formula(place, details)
    if isinstance(place, SequenceNode) and "array" not in expected.split("|"):
        alone = [item.text for item in place.items if isinstance(item, ScalarNode)]
        if len(alone) == 1 == len(place.items) and expected != "object":
            shown = {**details, "instead": quote_to_write(alone[0])}
            return Problem("wrong-type", place.mark, shown, "", "without-brackets")
    if expected == "boolean" and isinstance(place, ScalarNode):
        is_case = list(error.absolute_path)[-1:] == ["otherwise"]
        return _not_boolean(place, details, error.schema, is_case=is_case)
    entries = place.items if isinstance(place, SequenceNode) else ()
    first = next((key for item in entries for key in members_of(item)), "")
    if expected == "object" and entries and not first and (key := _key_of_list(error, place)):
        shown = {**details, "owner": key, "count": str(_STEP)}
        return Problem("wrong-type", place.mark, shown, "", "list-begins")
    if expected == "object" and first and len(error.absolute_path) == 1:
        shown = {**details, "instead": quote_to_write(f"{first}:"), "key": quote(f"{last}:")}
        return Problem("wrong-type", place.mark, shown, "", "entries-without-dash")
    return None


def _key_of_list(error: Any, place: Node) -> str:
    """Return the key of the only list that a part may hold, where its items stand right below."""
    known = error.schema.get("properties", {})
    lists = [key for key, each in known.items() if each.get("type") == "array"]
    mark = place.mark
    is_below = mark.column > _STEP and not mark.text[: mark.column - 1].strip()
    is_part = len(error.absolute_path) == 1 and is_below
    return lists[0] if is_part and len(lists) == 1 else ""


def _expected_types(error: Any) -> str:
    types: set[str] = set()
    for found in [error, *error.context]:
        if found.validator == "type":
            value = found.validator_value
            types.update([value] if isinstance(value, str) else value)
    return "|".join(sorted(types)) or "other"


def _advise(place: Node, expected: str, schema: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Name the hint for what people write in place of a number, with the number that they mean."""
    if not isinstance(place, ScalarNode) or not {"number", "integer"} & set(expected.split("|")):
        return ("boolean-form" if expected == "boolean" else ""), {}
    is_whole = expected == "integer"
    advice, numbers = hold_to_limits(*advise_number(place, is_whole=is_whole), schema)
    return advice, {"example": quote_to_write(example_number(schema, is_whole=is_whole)), **numbers}


def _is_of_formula(path: Sequence[str | int]) -> bool:
    """Tell the place of a formula or a condition in a rulebook."""
    return path[:1] != [] and path[0] in _WITH_FORMULAS and path[-1] in OF_FORMULAS


def _list_for_formula(place: SequenceNode, details: Mapping[str, str]) -> Problem:
    """Say that a formula is one text: without the brackets, or with a word that joins several."""
    codes = [item.text for item in place.items if isinstance(item, ScalarNode)]
    if len(codes) != 1 or len(place.items) != 1:
        return Problem(
            "wrong-type", place.mark, details, "", "formula-of-list", (), wording="formula-is-text"
        )
    (code,), old = codes, f"[{codes[0]}]"
    is_clear = place.mark.text[place.mark.column - 1 :].startswith(old)
    fixes = (Fix(place.mark, old, code),) if is_clear else ()
    shown = {**details, "instead": quote_to_write(code)}
    return Problem(
        "wrong-type", place.mark, shown, "", "without-brackets", fixes, wording="formula-is-text"
    )


def _as_case(place: MappingNode) -> dict[str, str]:
    """Write the first case of a map as the item of a list."""
    outcome, case = next(iter(place.values.items()), ("…", place))
    key, written = "when", "…"
    if isinstance(case, MappingNode) and case.values:
        key = next((each for each in ("when", "otherwise") if each in case.values), key)
        written = write_short(case.values[key]) if key in case.values else written
    return {"first": f"`- outcome: {outcome}`", "second": quote(f"  {key}: {written}")}


def _not_boolean(
    place: ScalarNode, details: Mapping[str, str], schema: Any, *, is_case: bool
) -> Problem:
    """Say which of the two values is meant; only one may be admitted."""
    constant = schema.get("const")
    only = ("true" if constant else "false") if isinstance(constant, bool) else None
    if is_case and _CONDITION.search(place.text):
        shown = {**details, "instead": quote_to_write(f"when: {place.text}")}
        return Problem("wrong-type", place.mark, shown, "", "condition-under-when")
    said = ANSWERS.get(plain_word(place.text))
    meant = only or said
    if meant is None:
        return Problem("wrong-type", place.mark, details, "", "boolean-form")
    old = _inline(place)
    is_sure = said == meant and bool(old)
    fixes = (Fix(place.mark, old, meant),) if is_sure else ()
    shown = {**details, "instead": quote_to_write(meant)}
    advice = "remove-quotes" if meant == place.text else "write-instead"
    return Problem("wrong-type", place.mark, shown, "", advice, fixes)


def is_sentence(schema: Any) -> bool:
    """Tell the schema of a sentence, which is written by language."""
    return isinstance(schema, Mapping) and {"it", "en"} <= schema.get("properties", {}).keys()


def explain_bare_sentence(place: ScalarNode, root: Node) -> Problem:
    """Say in which language a sentence is, when it is written as a text alone: the rulebook's."""
    language = _language_of(root)
    old = _inline(place)
    quoted = old if place.style == "quoted" else _in_quotes(place.text)
    new = f"{{{language}: {quoted or '…'}}}"
    fixes = (Fix(place.mark, old, new),) if old and quoted else ()
    details = {
        "text": quote(write_short(place)),
        "expected": term("object"),
        "found": term("string"),
        "instead": f"`{new}`",
    }
    return Problem("wrong-type", place.mark, details, "", "write-instead", fixes)


def explain_cut_sentence(place: Node) -> Problem | None:
    """Tell a sentence in braces, without quotes, that its own commas and colons cut into keys."""
    pairs = list(place.values.items()) if isinstance(place, MappingNode) else []
    words = [each for each in pairs if " " in each[0]]
    if not words or pairs[0] in words or not isinstance(place, MappingNode):
        return None
    if not all(isinstance(node, ScalarNode) and node.in_braces for _, node in pairs):
        return None
    texts = [node.text for _, node in pairs if isinstance(node, ScalarNode)]
    later = zip((key for key, _ in pairs[1:]), texts[1:], strict=True)
    quoted = _in_quotes(", ".join([texts[0], *(f"{key}: {text}" for key, text in later)]))
    begun, whole = (f"{{{pairs[0][0]}: {text}" for text in (texts[0], f"{quoted}}}"))
    details = {"text": quote(begun), "instead": quote_to_write(whole)}
    cut = Problem("text-in-braces", place.mark, details, wording="text-cut-in-braces")
    return cut if quoted else None


def explain_no_language(place: MappingNode, root: Node) -> Problem:
    """Say that a sentence has no text, in the rulebook's language or the other."""
    language = _language_of(root)
    details = {"key": quote(language), "example": f"`{language}: …`"}
    return Problem("missing-key", place.mark, details, "", "add-like", absent=language)


def _language_of(root: Node) -> str:
    locale = root.get("locale") if isinstance(root, MappingNode) else None
    return locale.text if isinstance(locale, ScalarNode) else "it"


def _instead_of(error: Any, place: Node) -> tuple[str, str]:
    """Write what was meant by a value of another type, and name the hint that says so."""
    schema, path = error.schema, list(error.absolute_path)
    is_bare = isinstance(place, ScalarNode) and place.style != "quoted"
    is_number = is_bare and error.validator_value == "integer"
    if is_number and path == ["language"]:
        newest = max(schema.get("enum", (schema.get("const", 1),)))
        return quote(str(newest)), "language-version"
    if is_number and "const" in schema:
        return quote(str(schema["const"])), "write-instead"
    if isinstance(place, SequenceNode) and path[-1:] == ["for_each"]:
        values = [item.text for item in place.items if isinstance(item, ScalarNode)]
        named = name_values(str(path[-2]), values) if len(values) == len(place.items) else ""
        return (quote(named), "write-instead") if named else ("", "")
    known = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    is_row = path[-2:-1] == ["rows"]  # whose keys are the author's own
    is_one = error.validator_value == "object" and len(known) == 1 and not is_row
    if isinstance(place, ScalarNode) and is_one:
        quoted = place.text if CODE.fullmatch(place.text) else _in_quotes(place.text)
        return quote(f"{{{next(iter(known))}: {quoted}}}") if quoted else "", "write-instead"
    return "", ""


_LONGEST_ITEM = 60
"""Characters that are shown of the first item of a list."""
_STEP = 2
"""Blanks before the keys of a part."""
_SENTENCES = ("messages", "absent_messages")
"""Lists of sentences, whose words are no codes."""


def _one_of_a_list(
    place: ScalarNode, details: Mapping[str, str], path: Sequence[str | int]
) -> Problem:
    """Say that a single value, too, stands in brackets where a list is expected."""
    if path and path[-1] in _SENTENCES:
        if place.style == "plain" and not place.mark.text[: place.mark.column - 1].strip():
            from ruletrail.documents.yaml_sentence_lists import advise_item  # noqa: PLC0415 - rare

            advice, item = advise_item(place.written or place.text)
            shown = {**details, "instead": quote(item, _LONGEST_ITEM)}
            return Problem("wrong-type", place.mark, shown, "", advice)
        shown = {**details, "instead": quote_to_write(f"[{_in_quotes(place.text) or '…'}]")}
        return Problem("wrong-type", place.mark, shown, "", "write-instead")
    counted = list_count(place.text) if "for_each" in path else ""
    if counted:
        shown = {**details, "instead": quote_to_write(counted)}
        return Problem("wrong-type", place.mark, shown, "", "values-one-by-one")
    pair = pair_of_codes(place.text) if "groups" in path else ()
    ranged = list_codes(place.text)
    if pair and not ranged:
        written = f"[{', …, '.join(pair)}]"
        joined = quote_to_write(f"[{code_like(place.text)}]")
        shown = {**details, "instead": quote_to_write(written), "joined": joined}
        return Problem("wrong-type", place.mark, shown, "", "range-or-code")
    codes = ranged.split(", ") if ranged else _BETWEEN_CODES.split(place.text.strip(" +"))
    instead = f"[{', '.join(codes)}]"
    is_clear = place.style == "plain" and place.inline and all(map(CODE.fullmatch, codes))
    fixes = (Fix(place.mark, place.text, instead),) if is_clear else ()
    shown = {**details, "instead": quote_to_write(instead)}
    return Problem("wrong-type", place.mark, shown, "", "write-instead", fixes)


def _inline(place: ScalarNode) -> str:
    """Return a scalar as its line has it, quotes included; empty where it is written otherwise."""
    begin = place.mark.column - 1
    written = place.mark.text[begin : begin + len(place.text) + 2 * (place.style == "quoted")]
    return written if place.inline else ""


def _in_quotes(text: str) -> str:
    sign = next((sign for sign in "\"'" if sign not in text and "\\" not in text), "")
    return f"{sign}{text}{sign}" if sign else ""
