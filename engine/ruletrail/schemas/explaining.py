"""From a violation to a problem: jsonschema finds, we say.

Its sentences, which print whole values and Python's names, are not used.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from ruletrail.digests import canonical_json
from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of
from ruletrail.documents.document_shapes import CODE, parts_of_key
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import (
    Fix,
    Mark,
    Problem,
    malformed_code,
    name_foreign_letters,
    quote,
    quote_to_write,
)
from ruletrail.schemas.alternatives import MOST_VIOLATIONS, are_of_wrong_type
from ruletrail.schemas.conditions_meant import (
    CONDITIONS,
    UNLESS,
    advise_condition,
    advise_unknown,
)
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.group_members import explain_member
from ruletrail.schemas.keywords import Same, choices_of, matches, names_of
from ruletrail.schemas.meant_keys import (
    find_held,
    find_meant,
    is_of_row,
    meanings_of,
    part_of_entry,
    stands_below,
)
from ruletrail.schemas.meant_pairs import find_pairs, is_within
from ruletrail.schemas.meant_values import (
    find_choice,
    find_form,
    list_codes,
    list_range,
    pair_of_codes,
)
from ruletrail.schemas.misplaced_keys import (
    find_owners,
    gather_misplaced,
    gather_outside,
    key_mark,
    tell_to_indent,
    without_misplaced,
)
from ruletrail.schemas.sketches import example_of, sketch, sketch_row, write_flow, write_short
from ruletrail.schemas.validators import iter_violations
from ruletrail.schemas.wrong_types import (
    ANSWERS,
    ITEMS,
    explain_bare_sentence,
    explain_cut_sentence,
    explain_no_language,
    explain_type,
    is_sentence,
)
from ruletrail.suggestions import (
    MOST_LISTED,
    KnownNames,
    KnownWords,
    Nearest,
    code_like,
    plain_word,
    same_word,
)
from ruletrail.values import write_number

_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_SIZES = [f"{end}{size}" for size in ("Length", "Items", "Properties") for end in ("min", "max")]

_MOST_MISNAMED = 50

_NEVER_LEFT_OUT = frozenset({
    "bands", "by", "cases", "examples", "expect", "rows", "values", "versions",
})  # fmt: skip
"""The keys of which an entry has no meaning without what they hold."""
_OTHERWISE = frozenset({"otherwise", "else", "altrimenti", "default"})
"""What people write for the rule's own formula, as if it were an exception."""
_OF_LISTS = frozenset({
    "rows", "righe", "list", "lists", "lista", "elenco", "elenchi", "table", "tabella", "for_each",
})  # fmt: skip
"""What people call, in a layout, the rows of a list that a form has."""
_ELSEWHERE = {
    "decisions": "condition-of-cases",
    **dict.fromkeys(("parameters", "scales", "tables"), "condition-of-readers"),
}
"""What is said of a condition in an entry that has none."""
_DEPTH_OF_ENTRIES = 2
"""How many steps lead from a rulebook to an entry: its part, its code."""
_EXCLUDED_ENDS = frozenset({"below", "under", "less_than", "sotto", "meno_di"})
_ENDS = _EXCLUDED_ENDS | {"to", "until", "up_to", "a", "al", "fino", "fino_a", "max"}
"""What people call the end of a band: the next one begins past it, or with it if it is excluded."""
_EXAMPLES = frozenset({"examples", "example", "esempi", "esempio", "tests", "test"})
"""What people call the examples of a rulebook, which stand in a file of their own."""
_ROW_CODE = re.compile(r"[A-Za-z]\w*\.[A-Za-z]\w*")
_OPERATORS = re.compile(r"[-+*/()]")
_CODE_PATTERN = "^[A-Za-z][A-Za-z0-9_]*$"
_VALUE_PATTERN = "^[A-Za-z0-9_]+$"
_KEY_PATTERN = r"^[A-Za-z{][A-Za-z0-9_{}]*(\.[A-Za-z{][A-Za-z0-9_{}]*)?$"
_SPELT = frozenset({_CODE_PATTERN, _VALUE_PATTERN, _KEY_PATTERN})
"""How codes look, which a reader is told in words."""
"""What a value of `for_each` is: a piece of a code."""
_CODE_AND_LABEL = re.compile(r"([A-Za-z]\w*)(?:(?: *[-‐–—:.] +| +)\w+ +\w| *[(\[][^()\[\]]*[)\]]$)")
"""A code, and words after it: one word may be the end of another code, `A1 hours`.

In brackets one word is enough.
"""
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
"""The code of a language, as `fr` or `fr-FR`."""
_DIGITS = {"number-form": "digits", "number-form-whole": "digits-whole"}
"""The hints for what is no number in a document that is no report."""

_MOST_PARTS = 5
"""The parts that a hint names; a key of more is one of nearly every entry."""

_Explainer = Callable[[Any, Node], Iterator[Problem]]


def find_violations(
    data: Any,
    content: Mapping[str, Any],
    checker: GeneratedChecker,
    node: Node,
    labels: Mapping[str, str] | None = None,
) -> list[Problem]:
    """List the problems of a document's typed data, as jsonschema finds them.

    `labels`, of the fields by code, are given for a report: its problems name the field.
    """
    errors = list(iter_violations(data, content, checker))
    cut = [Problem("more-violations", node.mark)] if _is_cut(errors) else []
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    pairs = find_pairs(errors, node) if labels is None else {}
    found = [
        problem
        for error in errors
        # what an item lacks that is written as a pair is no other matter
        if not is_within(tuple(error.absolute_path), pairs)
        # of another type it is none of the admitted values either: that would be told twice
        if not _lists_choices(error) or tuple(error.absolute_path) not in mistyped
        for problem in _name_field(error, _explain(error, node), labels)
    ]
    if labels is not None:
        found = gather_misplaced(gather_outside(found, content, node), content, node)
        found = without_misplaced(found, node)
    return cut + list(pairs.values()) + _without_misnamed(found)


def _lists_choices(error: Any) -> bool:
    return error.validator in ("enum", "const") or bool(_titles_of(error))


def _without_misnamed(found: Sequence[Problem]) -> list[Problem]:
    """Leave out that a key lacks which stands there under a wrong name, or out of its place."""
    lacking = {problem.mark.path for problem in found if problem.code == "missing-key"}
    # what each means is looked for among all names: only where it matters, and not of thousands
    unknown = (
        (path[0], problem)
        for problem in found
        if problem.code in ("unknown-key", "foreign-letter")
        and isinstance(path := problem.mark.path, tuple)
        and path[0] in lacking
    )
    meant = {(place, _meant_key(problem)) for place, problem in islice(unknown, _MOST_MISNAMED)}
    return [
        problem
        for problem in found
        if problem.code != "missing-key" or (problem.mark.path, problem.absent) not in meant
    ]


def _meant_key(problem: Problem) -> str:
    """Return the key that an unknown one means, or belongs under."""
    details = problem.details
    return details.get("owner") or details.get("meant") or _name_found(problem.suggestion)


def _is_cut(errors: Sequence[Any]) -> bool:
    """Tell that there may be more violations than were looked at, of whatever kind."""
    return len(errors) >= MOST_VIOLATIONS or any(_is_cut(error.context or ()) for error in errors)


def _name_field(
    error: Any, problems: Iterable[Problem], labels: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Say of a report's problems which field they are of, in the words of its form."""
    path = list(error.absolute_path)
    if labels is None:
        yield from map(_ask_for_digits, problems)
    elif path[:1] != ["fields"]:
        yield from problems
    else:
        yield from (
            _ask_for_value(replace(each, label=labels.get(_code_at(path[1:], each.absent), "")))
            if len(path) > 1 or each.absent
            else name_unknown_code(each)
            for each in problems
        )


def _ask_for_value(problem: Problem) -> Problem:
    """Say how a value that a report lacks is written: as a line of its name."""
    if problem.code != "missing-key" or problem.advice:
        return problem
    details = {**problem.details, "example": f"`{problem.absent}: …`"}
    return replace(problem, details=details, advice="fill-in")


def _code_at(path: Sequence[str | int], absent: str) -> str:
    """Return the code of a field, or of a cell of a row as `LIST.NAME`, wherever the row is."""
    names = [str(each) for each in path if isinstance(each, str)]
    return ".".join([*names, absent] if absent else names)


def _ask_for_digits(problem: Problem) -> Problem:
    """Say nothing of a value that may be left out: that is a report's, and this is none."""
    return replace(problem, advice=_DIGITS.get(problem.advice, problem.advice))


def name_unknown_code(problem: Problem) -> Problem:
    """Say of an unknown key among a report's fields that it is no code of the form."""
    if problem.code != "unknown-key":
        return problem
    return replace(problem, wording="no-such-code", advice="codes-known")


def _explain(error: Any, root: Node) -> Iterator[Problem]:
    """Yield the problems that one violation stands for."""
    place = _find(root, error.absolute_path)
    if error.validator == "pattern" and "groups" in error.absolute_path:
        templated = explain_member(place, root)
        if templated is not None:
            yield templated
            return
    if "propertyNames" in error.absolute_schema_path:
        yield from _property_names(error, place)
        return
    if error.validator == "type" and is_sentence(error.schema) and isinstance(place, ScalarNode):
        yield explain_bare_sentence(place, root)
        return
    if error.validator == "anyOf" and is_sentence(error.schema) and isinstance(place, MappingNode):
        # of one in an unknown language that language is told, which stands for this one
        if set(place.values) <= error.schema["properties"].keys():
            yield explain_no_language(place, root)
        return
    titles = _titles_of(error)
    if titles:
        yield _choose(list(titles.values()), place, titles)
        return
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _explain_nearest(error, root)
        return
    explain = _EXPLAINERS.get(error.validator, _other)
    yield from explain(error, place)


def _explain_nearest(error: Any, root: Node) -> Iterator[Problem]:
    """Explain the alternative that a value comes nearest to: broken deepest, of the right type."""
    branches: dict[Any, list[Any]] = {}
    for sub in error.context:
        branches.setdefault(sub.relative_schema_path[0], []).append(sub)
    right_type = [errors for errors in branches.values() if not are_of_wrong_type(errors)]
    if len(right_type) != 1:
        yield from explain_type(error, _find(root, error.absolute_path))
        return
    for sub in right_type[0]:
        yield from _explain(sub, root)


def _find(node: Node, path: Sequence[str | int]) -> Node:
    for step in path:
        if isinstance(node, MappingNode):
            node = node.values[str(step)]
        elif isinstance(node, SequenceNode):
            node = node.items[int(step)]
    return node


def _required(error: Any, place: Node) -> Iterator[Problem]:
    for key in error.validator_value:
        asked = error.schema.get("properties", {}).get(key)
        example = sketch(asked)
        if isinstance(asked, Mapping) and asked.get("format") == "date":
            example = example.strip('"')  # as a day stands in YAML
        details = {"key": quote(key), "example": f"`{key}: {example}`"}
        advice = "add-like" if example else ""
        if key == "report" and not error.absolute_path:
            details["example"] = f"`report: {_own_schema(place)}`"
        if key == "value" and list(error.absolute_path)[-2:-1] == ["rows"]:
            advice = "row-value"
        if key == "when" and list(error.absolute_path)[-2:-1] == ["exceptions"]:
            advice = "exception-when"
        written = next((each for each in error.instance if key in meanings_of(each)), "")
        if written and written not in error.schema.get("properties", {}):
            advice, details = "written-for-key", {**details, "written": quote(written)}
        yield Problem("missing-key", place.mark, details, advice=advice, absent=key)


def _own_schema(place: Node) -> str:
    """Name the schema of a rulebook's reports, as `ruletrail new` calls it."""
    found = (members_of(place).get(key) for key in ("rulebook", "edition"))
    named = [each.text for each in found if isinstance(each, ScalarNode)]
    return f"reports/{'/'.join(named) or '…'}.schema.json"


_ONE_OF = (
    frozenset({"from", "above"}), frozenset({"value", "rate"}), frozenset({"value", "values"}),
    frozenset({"bands", "versions"}), frozenset({"rows", "file", "versions"}),
)  # fmt: skip
"""Keys of which an entry, or a band, has one: where it is written, the others are not offered."""


def _unknown_keys(error: Any, place: Node) -> Iterator[Problem]:
    cut = explain_cut_sentence(place) if is_sentence(error.schema) else None
    if cut is not None:
        yield cut
        return
    known, patterns, unknown = _list_unknown(error)
    # one that is written already would only be written twice
    written = error.instance.keys()
    excluded = {key for keys in _ONE_OF if keys <= known.keys() and keys & written for key in keys}
    names = names_of(known).without((written & known.keys()) | excluded)
    misplaced = find_owners(unknown, known)
    yield from tell_to_indent(misplaced, place)
    near = {
        key: find_held(key, known, error.instance)
        or find_meant(key, known, error.instance)
        or _code_before_label(key, known, error.instance)
        or Nearest(key, names, known)
        for key in unknown
        if key not in misplaced
    }
    absent = _pair_absent(near, error)
    for at, (key, suggestion) in enumerate(near.items()):
        mark, foreign = key_mark(key, place), name_foreign_letters(key)
        if (foreign and not known) or (patterns and not known):
            of_row = any("\\." in pattern for pattern in patterns)
            yield malformed_code(key, mark, foreign, of_row=of_row)
        elif foreign and not _is_plain_to_see(key):
            yield _with_suggestion(malformed_code(key, mark, foreign), _name_found(suggestion))
        else:
            advice, details = _advise_key(key, error, place)
            if key in absent and not advice:
                advice, details = "key-for-absent", _ask_for_absent(key, absent[key], place)
            elif not advice and at < _MOST_MISNAMED:
                # a name is looked for only where it matters: there may be one in each of many rows
                told = advise_unknown(key, error, place)
                advice, details = told if told[0] and not _name_found(suggestion) else ("", {})
            found = "" if advice else suggestion
            yield Problem("unknown-key", mark, {"key": quote(key), **details}, found, advice)


def _list_unknown(error: Any) -> tuple[Mapping[str, Any], list[str], list[str]]:
    """List the keys and patterns of keys that a schema knows, and the keys that it does not."""
    known = error.schema.get("properties", {})
    patterns = list(error.schema.get("patternProperties", {}))
    written = [key for key in error.instance if key not in known]
    return (
        known,
        patterns,
        [key for key in written if not any(matches(pattern, key) for pattern in patterns)],
    )


def _code_before_label(key: str, known: Collection[str], written: Collection[str]) -> str:
    """Return the code with which a key begins that was copied with its label, `A1 - Members`."""
    match = _CODE_AND_LABEL.match(key)
    is_free = match is not None and match[1] in known and match[1] not in written
    return match[1] if match is not None and is_free else ""


def _is_plain_to_see(key: str) -> bool:
    """Tell that a key's letters are those of ours, some with accents: none only looks like one."""
    return all(unicodedata.normalize("NFD", char)[0].isascii() for char in key)


def _with_suggestion(problem: Problem, name: str) -> Problem:
    return replace(problem, suggestion=name) if name else problem


def _pair_absent(near: Mapping[str, str | Nearest], error: Any) -> dict[str, str]:
    """Pair the one key that looks like none with the one that is missing beside it.

    Not among the fields of a form: there are many, and one that lacks is no slip in another.
    """
    if list(error.absolute_path)[:1] == ["fields"]:
        return {}
    lacking = {each for each in error.schema.get("required", ()) if each not in error.instance}
    if not lacking or len(near) > _MOST_MISNAMED:
        return {}
    found = {key: _name_found(suggestion) for key, suggestion in near.items()}
    odd, lacking = [key for key in found if not found[key]], lacking.difference(found.values())
    pairs = zip(odd, lacking, strict=True) if len(odd) == len(lacking) == 1 else ()
    return {key: absent for key, absent in pairs if _may_be_value(key, absent, error)}


def _may_be_value(key: str, absent: str, error: Any) -> bool:
    """Tell whether what stands under a key may be the value of another: of keys it has some."""
    asked, given = error.schema.get("properties", {}).get(absent), error.instance[key]
    if not isinstance(asked, Mapping) or "type" not in asked:
        return True
    return (asked["type"] in ("object", "array")) == isinstance(given, Mapping | list)


def _ask_for_absent(key: str, absent: str, place: Node) -> dict[str, str]:
    """Say what to write if the value of an unknown key is that of the one that is missing."""
    value = place.get(key) if isinstance(place, MappingNode) else None
    written = ""
    if isinstance(value, ScalarNode):
        # a number in quotes would be a text
        is_bare = value.style in ("plain", "number")
        written = f" {value.text if is_bare else write_flow(value.text)}"
    return {
        "absent": quote(absent),
        "instead": quote_to_write(f"{absent}:{written}"),
        "meant": absent,
    }


def _name_found(near: str | Nearest) -> str:
    """Return the key that a suggestion names; empty for none, or for several."""
    return near.found if isinstance(near, Nearest) else near


def _advise_key(key: str, error: Any, place: Node) -> tuple[str, dict[str, str]]:
    """Say where a key of a rulebook's top belongs, if it belongs elsewhere in a rulebook."""
    if is_sentence(error.schema) and _LANGUAGE.fullmatch(key):
        return "sentence-languages", {}
    if "bands" in error.absolute_path and code_like(key).lower() in _ENDS:
        return _say_where_bands_begin(key, place)
    if list(error.absolute_path)[:1] == ["form"] and code_like(key).lower() in _OF_LISTS:
        return "lists-not-read", {}
    if key == "exceptions" and list(error.absolute_path)[:1] == ["decisions"]:
        return "exceptions-of-rules", {}
    if "exceptions" in error.absolute_path and key in _OTHERWISE:
        return "exception-base", {"owner": "when"}
    if "exceptions" in error.absolute_path and code_like(key).lower() in UNLESS:
        return "exception-unless", {}
    if told := advise_condition(key, error, place):
        return told
    if code_like(key).lower() in CONDITIONS and len(error.absolute_path) == _DEPTH_OF_ENTRIES:
        advice = _ELSEWHERE.get(str(error.absolute_path[0]), "")
        if advice:
            return advice, {}
    if expected := _say_what_is_expected(key, error):
        return expected
    if key == "policy" and error.absolute_path and error.absolute_path[0] == "rules":
        return "exceptions-unordered", {}
    if is_of_row(error.absolute_path, key, place):
        row = f"{error.absolute_path[1]}.{key}"
        return "row-entry-to-join", {"instead": quote_to_write(f"{row}:")}
    if error.absolute_path or "rules" not in error.schema.get("properties", {}):
        return "", {}
    if key.lower() in _EXAMPLES:
        beside = PurePosixPath(place.mark.file).with_suffix(".test.yaml").name
        return "examples-beside", {"instead": quote_to_write(beside)}
    part = part_of_entry(place.get(key)) if isinstance(place, MappingNode) else ""
    if not part or not isinstance(place, MappingNode):
        return _say_where_key_stands(key)
    is_below = stands_below(key, part, place)
    return "entry-to-indent" if is_below else "entry-at-margin", {"part": quote(part)}


def _say_where_key_stands(key: str) -> tuple[str, dict[str, str]]:
    """Say of a key of entries that stands at a rulebook's margin which entries know it."""
    parts, owner = parts_of_key(key) if key else ((), "")
    if len(parts) > _MOST_PARTS:
        return "key-of-entry", {}
    shown = {"parts": ", ".join(map(quote, parts)), "owner": quote(owner)}
    return ("key-of-items" if owner else "key-of-parts" if parts else ""), shown if parts else {}


def _say_what_is_expected(key: str, error: Any) -> tuple[str, dict[str, str]] | None:
    """Say of a key in what an example expects where rows, and values of a code, are written."""
    if not error.absolute_path or error.absolute_path[-1] != "expect":
        return None
    if key == "lists":
        return "example-of-rows", {}
    known = error.schema.get("properties", {})
    is_meant = find_meant(key, known, error.instance) or KnownNames(known).nearest(key)
    if is_meant or not CODE.fullmatch(key):
        return None
    return "code-in-expect", {"instead": quote_to_write(f"values: {{{key}: …}}")}


def _say_where_bands_begin(key: str, place: Node) -> tuple[str, dict[str, str]]:
    """Say of a band's end that the next one begins there, and of one without its own beginning."""
    band, end = members_of(place), members_of(place).get(key)
    if band.keys() & {"from", "above"} or not isinstance(end, ScalarNode):
        return "band-ends", {}
    beginning = "from" if code_like(key).lower() in _EXCLUDED_ENDS else "above"
    return "band-begins-elsewhere", {"instead": quote_to_write(f"{beginning}: {end.text}")}


def _property_names(error: Any, place: Node) -> Iterator[Problem]:
    key = error.instance
    yield Problem("wrong-key-form", key_mark(key, place), {"key": quote(str(key))})


def _choice(error: Any, place: Node) -> Iterator[Problem]:
    values = error.validator_value if error.validator == "enum" else [error.validator_value]
    found = _choose(values, place, {})
    is_kind = list(error.absolute_path)[::2] == ["scales", "kind"]
    is_kind = is_kind and not _name_found(found.suggestion)
    yield replace(found, suggestion="", advice="kinds-of-scale") if is_kind else found


def _choose(values: list[Any], place: Node, titles: Mapping[str, Any]) -> Problem:
    """Say which values are admitted; by its title, in lower case, one may have been meant."""
    written, choices = write_short(place), choices_of(values)
    is_listed = written in choices.listed
    named = titles.get(same_word(written, titles))
    near = str(named) if isinstance(named, str) else _same_answer(written, choices.words)
    near = near or choices.words.same(written) or find_choice(written, choices.texts)
    found = "" if is_listed else near or Nearest(written, choices.names)
    details = {"text": quote(written), "allowed": _listed(choices.names)}
    advice = "text-in-quotes" if is_listed else "one-value" if len(values) == 1 else ""
    wording = "" if written.strip() else "no-text-allowed"
    return Problem("not-allowed", place.mark, details, found, advice, wording=wording)


def _type(error: Any, place: Node) -> Iterator[Problem]:
    """Say what belongs there; of a true or false of JSON or a sheet, the choice that it means."""
    listed = _values_listed(Same(error.schema))
    meant = ""
    if isinstance(place, ScalarNode) and place.style == "literal":
        meant = _same_answer(place.text, choices_of(listed).words)
    for problem in explain_type(error, place):
        if meant:
            yield replace(problem, suggestion=meant)
        elif listed and problem.advice in _OF_ANY_VALUE:
            details = {**problem.details, "allowed": _listed(choices_of(listed).names)}
            yield replace(problem, details=details, advice="one-of-these")
        else:
            yield problem


@lru_cache(maxsize=256)
def _values_listed(schema: Same[Mapping[str, Any]]) -> list[Any]:
    """List the values that a schema admits where it names each; many values may have one schema."""
    named = schema.items.get("oneOf", ())
    constants = (each for each in named if isinstance(each, Mapping) and "const" in each)
    return [each["const"] for each in constants] + [*schema.items.get("enum", ())]


_OF_ANY_VALUE = frozenset({"", "number-form", "number-form-whole"})
"""Hints that say how any value of a type is written, where a few are admitted."""


def _titles_of(error: Any) -> dict[str, Any]:
    """Give the values that a broken `oneOf` lists, by their titles; none where it is no list."""
    listed = error.validator_value if error.validator == "oneOf" else ()
    if not all(isinstance(each, Mapping) and "const" in each for each in listed):
        return {}
    return {str(each.get("title", each["const"])).lower(): each["const"] for each in listed}


def _same_answer(written: str, choices: KnownWords) -> str:
    """Return the one choice that says the same as a yes or no that is written in another way."""
    meant = ANSWERS.get(plain_word(written))
    return choices.one_of(word for word, said in ANSWERS.items() if said == meant) if meant else ""


def _bound(error: Any, place: Node) -> Iterator[Problem]:
    bound = f"{_BOUNDS[error.validator]} {write_number(Fraction(error.validator_value))}"
    written = write_short(place)
    details, advice = {"text": quote(written), "bound": bound}, ""
    # the sign may have slipped in, or be meant and wrong: only who copied the value knows
    if written.startswith("-") and _admits(error, -error.instance):
        details["instead"], advice = quote_to_write(written[1:]), "sign-or-value"
    yield Problem("out-of-range", place.mark, details, advice=advice)


def _admits(error: Any, value: Any) -> bool:
    """Tell that a number lies within the bounds that its schema sets beside the broken one."""
    schema = error.schema
    return (
        value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and not value <= schema.get("exclusiveMinimum", value - 1)
        and not value >= schema.get("exclusiveMaximum", value + 1)
    )


def _size(error: Any, place: Node) -> Iterator[Problem]:
    sign = "≥" if error.validator.startswith("min") else "≤"
    details = {"found": str(len(error.instance)), "bound": f"{sign} {error.validator_value}"}
    if error.validator in ("minItems", "maxItems") and sketch_row(error.schema):
        advice = "rows-too-few" if sign == "≥" else "rows-too-many"
        yield Problem("wrong-size", place.mark, details, advice=advice, wording="number-of-rows")
        return
    about = "empty-text" if error.instance == "" else ""
    if not error.instance and not about:
        yield _empty(error, place, details)
        return
    yield Problem("wrong-size", place.mark, details, advice=about, wording=about)


def _empty(error: Any, place: Node, details: Mapping[str, str]) -> Problem:
    """Say of a map or a list that holds nothing what belongs there."""
    last = error.absolute_path[-1] if error.absolute_path else ""
    example = ITEMS.get(last, "") if error.validator == "minItems" else sketch(error.schema)
    example = example or example_of(error.schema)
    shown = {**details, "example": f"`{last}: {example}`" if last else f"`{example}`"}
    if example.startswith("- "):
        shown["example"] = f"`{example}`"
    # an example that expects nothing shows nothing: there the key stays
    advice = "like-example" if last in _NEVER_LEFT_OUT else "example-or-nothing"
    advice = advice if example else "empty-here"
    return Problem("wrong-size", place.mark, shown, "", advice, wording="empty-here")


def _is_spelt(error: Any, place: Node) -> bool:
    """Tell a form of codes; braces of `for_each` are no part of a code that was meant."""
    return error.validator_value in _SPELT and "{" not in write_short(place)


def _form(error: Any, place: Node) -> Iterator[Problem]:
    code = "wrong-format" if error.validator == "format" else "wrong-form"
    if error.validator == "pattern" and _is_spelt(error, place):
        where = next((each for each in _NAMING if each in error.absolute_path), "")
        advice, instead = _not_a_code(where, write_short(place))
        if advice:
            shown = {"text": quote(write_short(place)), "instead": quote_to_write(instead)}
            yield Problem("wrong-form", place.mark, shown, advice=advice)
        else:
            yield _code_form(place, error.validator_value)
        return
    advice, meant = find_form(str(error.validator_value), write_short(place))
    examples = error.schema.get("examples", ())
    details = {
        **meant,
        "text": quote(write_short(place)),
        "form": quote(str(error.validator_value)),
        "example": quote_to_write(str(next(iter(examples), ""))),
    }
    advice = advice or ("like-example" if examples else "")
    is_date = error.validator == "format" and error.validator_value == "date"
    wording = "no-date" if is_date else ""
    yield Problem(code, place.mark, details, advice=advice, wording=wording)


_NAMING = ("form", "groups", "day", "times")
"""Where a code is named, and people write something of rows, a formula or a number."""


def _not_a_code(where: str, written: str) -> tuple[str, str]:
    """Name the hint for what can be no code there however it is spelt, and what it speaks of."""
    is_row = _ROW_CODE.fullmatch(written) is not None
    if where == "form" and is_row:
        return "lists-not-read", ""
    if where == "day" and (is_row or not written[:1].isalpha()):
        return "day-is-named", ""
    if where == "times" and not written[:1].isalpha():
        return "times-by-parameter", written
    if where == "groups" and is_row:
        return "gathered-in-group", f"sum({written})"
    if where == "groups" and _OPERATORS.search(written):
        listed = list_codes(written)
        # with blanks around its sign it may be a difference
        advice = "formula-or-range" if " " in written and "…" not in written else ""
        return (advice, listed) if listed else ("", "") if pair_of_codes(written) else _IN_GROUP
    return "", ""


_IN_GROUP = ("formula-in-group", "")


def _is_column(place: Node) -> bool:
    """Tell a name in a table's `by`."""
    steps = (place.mark.pointer or "").split("/")
    return steps[1:2] == ["tables"] and "by" in steps[3:4]


def _code_form(place: Node, form: str) -> Problem:
    """Say in words what a code looks like, and write the one that was meant."""
    written = write_short(place)
    listed = list_range(written) if form == _VALUE_PATTERN else ""
    if listed:
        shown = {"text": quote(written), "instead": quote_to_write(listed)}
        return Problem("wrong-form", place.mark, shown, advice="values-one-by-one")
    pieces = [piece.strip() for piece in re.split(r"[;,]", written)]
    is_listed = all(CODE.fullmatch(part) for piece in pieces for part in piece.split(".", 1))
    if len(pieces) > 1 and is_listed:
        listed = ", ".join(pieces)
        shown = {"text": quote(written), "instead": quote_to_write(listed)}
        is_clear = isinstance(place, ScalarNode) and place.style == "plain" and place.inline
        fixes = (Fix(place.mark, written, listed),) if is_clear else ()
        return Problem("wrong-form", place.mark, shown, "", "code-list", fixes)
    codes = list_codes(written) if _is_item(place) else ""
    if codes:
        shown = {"text": quote(written), "instead": quote_to_write(codes)}
        return Problem("wrong-form", place.mark, shown, advice="values-one-by-one")
    pair = pair_of_codes(written) if _is_item(place) and form != _VALUE_PATTERN else ()
    if pair:
        shown = {
            "text": quote(written),
            "instead": quote_to_write(", …, ".join(pair)),
            "joined": quote_to_write(code_like(written)),
        }
        return Problem("wrong-form", place.mark, shown, advice="range-or-code")
    if _is_column(place) and CODE.fullmatch(column := written.rpartition(".")[2]):
        # of the code that a formula gives it: what stands after the point is in the rows
        shown = {"text": quote(written), "instead": quote_to_write(column)}
        fixes = (Fix(place.mark, written, column),) if isinstance(place, ScalarNode) else ()
        return Problem("wrong-form", place.mark, shown, "", "column-name", fixes)
    slug, foreign = code_like(written), name_foreign_letters(written)
    if foreign and not slug:
        return malformed_code(written, place.mark, foreign)
    if form == _KEY_PATTERN and slug:
        slug = ".".join(filter(None, map(code_like, written.split(".", 1))))
    is_code = CODE.fullmatch(slug.partition(".")[0]) is not None
    slug = slug if form == _VALUE_PATTERN or is_code else "A" + slug
    shown = {"text": quote(written), "instead": quote_to_write(slug)}
    return Problem("wrong-form", place.mark, shown, advice="code-shape")


def _is_item(place: Node) -> bool:
    """Tell what stands in a list."""
    return isinstance(place.mark.path, tuple) and isinstance(place.mark.path[1], int)


def _not(error: Any, place: Node) -> Iterator[Problem]:
    refused = error.validator_value
    if isinstance(refused, Mapping) and "enum" in refused:
        yield Problem("code-reserved", place.mark, {"code": quote(write_short(place))})
    else:
        yield from _other(error, place)


def _multiple(error: Any, place: Node) -> Iterator[Problem]:
    step = write_number(Fraction(error.validator_value))
    yield Problem("not-a-multiple", place.mark, {"text": quote(write_short(place)), "step": step})


def _repeated(error: Any, place: Node) -> Iterator[Problem]:
    """Tell the items that stand there already, each at its own place; of many the first."""
    return islice(_find_again(error, place), MOST_LISTED)


def _find_again(error: Any, place: Node) -> Iterator[Problem]:
    items = place.items if isinstance(place, SequenceNode) else ()
    first: dict[str, Mark] = {}
    for item, value in zip(items, map(canonical_json, error.instance), strict=True):
        if value in first:
            details = {"text": quote(write_short(item)), "line": str(first[value].line)}
            yield Problem("repeated-item", item.mark, details)
        first.setdefault(value, item.mark)


def _other(error: Any, place: Node) -> Iterator[Problem]:
    yield Problem("schema-mismatch", place.mark, {"keyword": quote(str(error.validator))})


_EXPLAINERS: Mapping[str, _Explainer] = {
    "required": _required,
    "additionalProperties": _unknown_keys,
    "propertyNames": _property_names,
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "pattern": _form,
    "not": _not,
    "format": _form,
    "multipleOf": _multiple,
    "uniqueItems": _repeated,
    **dict.fromkeys(_BOUNDS, _bound),
    **dict.fromkeys(_SIZES, _size),
}


def _listed(names: KnownNames) -> str:
    first = names.first(MOST_LISTED + 1)
    return ", ".join(map(quote, first[:MOST_LISTED])) + (" …" if len(first) > MOST_LISTED else "")
