"""From a violation to a problem: jsonschema finds, we say.

Its sentences, which print whole values and Python's names, are not used.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from ruletrail.digests import canonical_json
from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import (
    Fix,
    Mark,
    Problem,
    malformed_code,
    name_foreign_letters,
    quote,
    term,
)
from ruletrail.schemas.alternatives import MOST_VIOLATIONS, are_of_wrong_type
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.keywords import choices_of, matches
from ruletrail.schemas.meant_keys import (
    find_meant,
    is_of_row,
    meanings_of,
    part_of_entry,
    stands_below,
)
from ruletrail.schemas.meant_pairs import find_pairs
from ruletrail.schemas.meant_values import (
    find_choice,
    find_form,
    list_count,
    list_range,
    name_values,
)
from ruletrail.schemas.misplaced_keys import (
    find_owners,
    gather_misplaced,
    key_mark,
    tell_to_indent,
)
from ruletrail.schemas.validators import iter_violations
from ruletrail.suggestions import MOST_LISTED, KnownNames, Nearest, code_like
from ruletrail.values import is_plain_number, write_number

_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_SIZES = [f"{end}{size}" for size in ("Length", "Items", "Properties") for end in ("min", "max")]

_FORMULAS = ("formula", "when", "due", "expect")
_WITH_FORMULAS = ("rules", "decisions", "sections", "checks", "messages")
_MOST_SKETCHED = 3
_MOST_MISNAMED = 50
"""Keys that the example of a mapping shows."""

_ITEMS = {
    "bands": "- {from: 0, value: 120}",
    "values": "- {from: 2024-01-01, value: 120}",
    "versions": "- {from: 2024-01-01, …}",
    "rows": "- {n: 2, value: 1.57}",
    "exceptions": "- {when: …, formula: …}",
    "cases": "- {outcome: …, when: …}",
    "examples": "- {name: …, report: …, expect: …}",
}
"""What an item looks like of the lists that people write as maps, or as one text."""
_NEVER_LEFT_OUT = frozenset({
    "bands", "by", "cases", "examples", "expect", "rows", "values", "versions",
})  # fmt: skip
"""The keys of which an entry has no meaning without what they hold."""
_WITH_ITEMS = frozenset({"parameters", "scales", "tables", "rules"})
_OTHERWISE = frozenset({"otherwise", "else", "altrimenti", "default"})
"""What people write for the rule's own formula, as if it were an exception."""
_UNLESS = frozenset({"unless", "except", "not", "salvo", "tranne", "a_meno_che", "eccetto"})
"""What people write for a condition on which an exception does not hold."""
_ENDS = frozenset({"to", "until", "up_to", "a", "al", "fino", "fino_a", "max", "below"})
"""What people call the end of a band, which is where the next one begins."""
_EXAMPLES = frozenset({"examples", "example", "esempi", "esempio", "tests", "test"})
"""What people call the examples of a rulebook, which stand in a file of their own."""
_ROW_CODE = re.compile(r"[A-Za-z]\w*\.[A-Za-z]\w*")
_ROW = re.compile(r"[A-Za-z]\w*\[[0-9]+\]")
_OPERATORS = re.compile(r"[-+*/()]")
_CODE_PATTERN = "^[A-Za-z][A-Za-z0-9_]*$"
_VALUE_PATTERN = "^[A-Za-z0-9_]+$"
"""What a value of `for_each` is: a piece of a code."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EITHER = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
"""One group of three digits after a comma: decimals in Italy, thousands elsewhere."""
_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_ITALIAN = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_RATIO = re.compile(r"1 *(?::|ogni|every|per|su)([^:]+)")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED = re.compile(r"-?[0-9]{1,3}([ '][0-9]{3})+([.,][0-9]+)?")
_CODE_AND_LABEL = re.compile(r"([A-Za-z]\w*)(?: *[-‐–—:.] +| +)\w+ +\w")
"""A code, and words after it: one word may be the end of another code, `A1 hours`."""
_SPACED_WHOLE = re.compile(r"-?[0-9]{1,3}( [0-9]{3})+")
"""Groups of three digits: one number, or the cells of a row that were copied together."""
_WHOLE = (
    (_GROUPS.fullmatch, "number-with-thousands", "."),
    (_EITHER.fullmatch, "number-with-thousands", ","),
)
_WRITTEN = (
    (_PLAIN.fullmatch, "number-alone", ""),
    (_ITALIAN.fullmatch, "number-with-thousands", "."),
    (_EITHER.fullmatch, "number-comma-or-thousands", ""),
    (_DECIMAL_COMMA.fullmatch, "number-with-comma", ""),
    (_ENGLISH.fullmatch, "number-with-thousands", ","),
    (_SPACED_WHOLE.fullmatch, "number-or-values", " "),
    (_SPACED.fullmatch, "number-with-thousands", " '"),
)
"""How people write numbers, the hint that each way asks for, and what separates its thousands.

Those of whole numbers come first where no other is admitted: `1.234` is then a thousand and more.
"""
_NO_NUMBER = {False: "number-form", True: "number-form-whole"}
"""The hint for a text that means no number, by whether a whole one is needed."""
_DIGITS = {"number-form": "digits", "number-form-whole": "digits-whole"}
"""The hints for the same in a document that is no report."""
_CONDITION = re.compile(r"[<>=≤≥≠]")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_NUMBER_AND_WORD = re.compile(r"^(-?[0-9]{1,15}) [^\W\d_]{1,40}$")
"""A number with what it counts: `100 pasti`."""
_LETTERS_LIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_UNITS = " €$£%‰';"
"""What people write around a number."""

_KEYS_OF_ENTRIES = frozenset({
    "for_each", "formula", "when", "cases", "due", "expect", "round", "label", "evidence",
})  # fmt: skip
_ANSWERS = {
    **dict.fromkeys(("true", "vero", "si", "sì", "yes", "1"), "true"),
    **dict.fromkeys(("false", "falso", "no", "0"), "false"),
}
"""What people write for true and false."""

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
        if tuple(error.absolute_path) not in pairs
        # of another type it is none of the admitted values either: that would be told twice
        if error.validator not in ("enum", "const") or tuple(error.absolute_path) not in mistyped
        for problem in _name_field(error, _explain(error, node), labels)
    ]
    if labels is not None:
        found = gather_misplaced(found, content, node)
    return cut + list(pairs.values()) + _without_misnamed(found)


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
    if "propertyNames" in error.absolute_schema_path:
        yield from _property_names(error, place)
        return
    if error.validator == "type" and _is_sentence(error.schema) and isinstance(place, ScalarNode):
        yield _bare_sentence(place, root)
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
        yield from _type(error, _find(root, error.absolute_path))
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
        example = _sketch(error.schema.get("properties", {}).get(key))
        details = {"key": quote(key), "example": f"`{key}: {example}`"}
        advice = "add-like" if example else ""
        written = next((each for each in error.instance if key in meanings_of(each)), "")
        if written and written not in error.schema.get("properties", {}):
            advice, details = "written-for-key", {**details, "written": quote(written)}
        yield Problem("missing-key", place.mark, details, advice=advice, absent=key)


def _unknown_keys(error: Any, place: Node) -> Iterator[Problem]:
    known = error.schema.get("properties", {})
    patterns = list(error.schema.get("patternProperties", {}))
    # one that is written already would only be written twice
    names = KnownNames([each for each in known if each not in error.instance])
    unknown = [
        key
        for key in error.instance
        if key not in known and not any(matches(pattern, key) for pattern in patterns)
    ]
    misplaced = find_owners(unknown, known)
    yield from tell_to_indent(misplaced, place)
    near = {
        key: find_meant(key, known, error.instance)
        or _code_before_label(key, known, error.instance)
        or Nearest(key, names, known)
        for key in unknown
        if key not in misplaced
    }
    absent = _pair_absent(near, error)
    for key, suggestion in near.items():
        mark, foreign = key_mark(key, place), name_foreign_letters(key)
        if (foreign and not known) or (patterns and not known):
            yield malformed_code(key, mark, foreign)
        elif foreign and not _is_plain_to_see(key):
            yield _with_suggestion(malformed_code(key, mark, foreign), _name_found(suggestion))
        else:
            advice, details = _advise_key(key, error, place)
            if key in absent and not advice:
                advice, details = "key-for-absent", _ask_for_absent(key, absent[key], place)
            found = "" if advice else suggestion
            yield Problem("unknown-key", mark, {"key": quote(key), **details}, found, advice)


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
    return dict(zip(odd, lacking, strict=True)) if len(odd) == len(lacking) == 1 else {}


def _ask_for_absent(key: str, absent: str, place: Node) -> dict[str, str]:
    """Say what to write if the value of an unknown key is that of the one that is missing."""
    value = place.get(key) if isinstance(place, MappingNode) else None
    written = f" {_flow(value.text)}" if isinstance(value, ScalarNode) else ""
    return {"absent": quote(absent), "instead": quote(f"{absent}:{written}"), "meant": absent}


def _name_found(near: str | Nearest) -> str:
    """Return the key that a suggestion names; empty for none, or for several."""
    return near.found if isinstance(near, Nearest) else near


def _advise_key(key: str, error: Any, place: Node) -> tuple[str, dict[str, str]]:
    """Say where a key of a rulebook's top belongs, if it belongs elsewhere in a rulebook."""
    if "bands" in error.absolute_path and code_like(key).lower() in _ENDS:
        return "band-ends", {}
    if "exceptions" in error.absolute_path and key in _OTHERWISE:
        return "exception-base", {"owner": "when"}
    if "exceptions" in error.absolute_path and code_like(key).lower() in _UNLESS:
        return "exception-unless", {}
    if key == "lists" and error.absolute_path and error.absolute_path[-1] == "expect":
        return "example-of-rows", {}
    if error.absolute_path and error.absolute_path[-1] == "expect" and _CODE.fullmatch(key):
        known = error.schema.get("properties", {})
        if not find_meant(key, known, error.instance) and not KnownNames(known).nearest(key):
            return "code-in-expect", {"instead": quote(f"values: {{{key}: …}}")}
    if key == "policy" and error.absolute_path and error.absolute_path[0] == "rules":
        return "exceptions-unordered", {}
    if is_of_row(error.absolute_path, key, place):
        row = f"{error.absolute_path[1]}.{key}"
        return "row-entry-to-join", {"instead": quote(f"{row}:")}
    if error.absolute_path or "rules" not in error.schema.get("properties", {}):
        return "", {}
    if key.lower() in _EXAMPLES:
        beside = PurePosixPath(place.mark.file).with_suffix(".test.yaml").name
        return "examples-beside", {"instead": quote(beside)}
    if key in _KEYS_OF_ENTRIES:
        return "key-of-entry", {}
    part = part_of_entry(place.get(key)) if isinstance(place, MappingNode) else ""
    if not part or not isinstance(place, MappingNode):
        return "", {}
    is_below = stands_below(key, part, place)
    return "entry-to-indent" if is_below else "entry-at-margin", {"part": quote(part)}


def _property_names(error: Any, place: Node) -> Iterator[Problem]:
    key = error.instance
    yield Problem("wrong-key-form", key_mark(key, place), {"key": quote(str(key))})


def _known_slip(
    error: Any, place: Node, details: Mapping[str, str], expected: str, *, is_of_entries: bool
) -> Problem | None:
    """Say what to write where a shape in the place of another has one meaning only."""
    last = error.absolute_path[-1] if error.absolute_path else ""
    if expected == "array" and isinstance(place, MappingNode) and "cases" in error.absolute_path:
        return Problem(
            "wrong-type", place.mark, {**details, **_as_case(place)}, "", "list-of-cases"
        )
    if expected == "array" and is_of_entries:
        shown = {**details, "example": f"`{_ITEMS[last]}`"}
        return Problem("wrong-type", place.mark, shown, "", "entries-as-list")
    if isinstance(place, SequenceNode) and last == "value" and "parameters" in error.absolute_path:
        return Problem("wrong-type", place.mark, details, "", "dated-values")
    if isinstance(place, SequenceNode) and _is_of_formula(list(error.absolute_path)):
        return _list_for_formula(place, details)
    if isinstance(place, SequenceNode) and "array" not in expected.split("|"):
        alone = [item.text for item in place.items if isinstance(item, ScalarNode)]
        if len(alone) == 1 == len(place.items) and expected != "object":
            shown = {**details, "instead": quote(alone[0])}
            return Problem("wrong-type", place.mark, shown, "", "without-brackets")
    if expected == "boolean" and isinstance(place, ScalarNode):
        is_case = list(error.absolute_path)[-1:] == ["otherwise"]
        return _not_boolean(place, details, error.schema, is_case=is_case)
    entries = place.items if isinstance(place, SequenceNode) else ()
    first = next((key for item in entries for key in members_of(item)), "")
    if expected == "object" and first and len(error.absolute_path) == 1:
        shown = {**details, "instead": quote(f"{first}:"), "key": quote(f"{last}:")}
        return Problem("wrong-type", place.mark, shown, "", "entries-without-dash")
    return None


def _type(error: Any, place: Node) -> Iterator[Problem]:
    expected = _expected_types(error)
    kinds = {"expected": term(expected), "found": term(_kind(place))}
    advice, numbers = _advise(place, expected)
    details = {"text": quote(_written(place)), **kinds, **numbers}
    last = error.absolute_path[-1] if error.absolute_path else ""
    # a form may have a list that is called as one of a rulebook's
    is_of_entries = last in _ITEMS and error.absolute_path[0] in _WITH_ITEMS
    is_of_entries = is_of_entries or list(error.absolute_path) == ["examples"]
    row = _sketch_row(error.schema) if expected == "array" and not is_of_entries else ""
    if row:
        shown = {**details, "example": f"`- {row}`"}
        yield Problem("wrong-type", place.mark, shown, advice="rows-as-list")
        return
    if expected == "array" and isinstance(place, ScalarNode) and not is_of_entries:
        yield _one_of_a_list(place, details, is_family="for_each" in error.absolute_path)
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
    example = _example_of(error.schema)
    if expected == "object" and not isinstance(place, MappingNode):
        example = example or _sketch(error.schema)
    if not advice and example:
        details, advice = {**details, "example": f"`{example}`"}, "like-example"
    is_scalar = not {"array", "object"} & set(expected.split("|"))
    if not advice and is_scalar and not isinstance(place, ScalarNode):
        advice = "single-value"
    yield Problem("wrong-type", place.mark, details, advice=advice)


def _is_of_formula(path: Sequence[str | int]) -> bool:
    """Tell the place of a formula or a condition in a rulebook."""
    return path[:1] != [] and path[0] in _WITH_FORMULAS and path[-1] in _FORMULAS


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
    shown = {**details, "instead": quote(code)}
    return Problem(
        "wrong-type", place.mark, shown, "", "without-brackets", fixes, wording="formula-is-text"
    )


def _as_case(place: MappingNode) -> dict[str, str]:
    """Write the first case of a map as the item of a list."""
    outcome, case = next(iter(place.values.items()), ("…", place))
    key, written = "when", "…"
    if isinstance(case, MappingNode) and case.values:
        key = next((each for each in ("when", "otherwise") if each in case.values), key)
        written = _written(case.values[key]) if key in case.values else written
    return {"first": f"`- outcome: {outcome}`", "second": quote(f"  {key}: {written}")}


def _not_boolean(
    place: ScalarNode, details: Mapping[str, str], schema: Any, *, is_case: bool
) -> Problem:
    """Say which of the two values is meant; only one may be admitted."""
    only = {True: "true", False: "false"}.get(schema.get("const"))
    if is_case and _CONDITION.search(place.text):
        shown = {**details, "instead": quote(f"when: {place.text}")}
        return Problem("wrong-type", place.mark, shown, "", "condition-under-when")
    meant = only or _ANSWERS.get(place.text.lower())
    if meant is None:
        return Problem("wrong-type", place.mark, details, "", "boolean-form")
    old = _inline(place)
    is_sure = _ANSWERS.get(place.text.lower()) == meant and bool(old)
    fixes = (Fix(place.mark, old, meant),) if is_sure else ()
    shown = {**details, "instead": quote(meant)}
    return Problem("wrong-type", place.mark, shown, "", "write-instead", fixes)


def _inline(place: ScalarNode) -> str:
    """Return a scalar as its line has it, quotes included; empty where it is written otherwise."""
    begin = place.mark.column - 1
    written = place.mark.text[begin : begin + len(place.text) + 2 * (place.style == "quoted")]
    return written if place.inline else ""


def _is_sentence(schema: Any) -> bool:
    """Tell the schema of a sentence, which is written by language."""
    return isinstance(schema, Mapping) and {"it", "en"} <= schema.get("properties", {}).keys()


def _bare_sentence(place: ScalarNode, root: Node) -> Problem:
    """Say in which language a sentence is, when it is written as a text alone: the rulebook's."""
    locale = root.get("locale") if isinstance(root, MappingNode) else None
    language = locale.text if isinstance(locale, ScalarNode) else "it"
    old = _inline(place)
    quoted = old if place.style == "quoted" else _in_quotes(place.text)
    new = f"{{{language}: {quoted or '…'}}}"
    fixes = (Fix(place.mark, old, new),) if old and quoted else ()
    details = {
        "text": quote(_written(place)),
        "expected": term("object"),
        "found": term("string"),
        "instead": f"`{new}`",
    }
    return Problem("wrong-type", place.mark, details, "", "write-instead", fixes)


def _in_quotes(text: str) -> str:
    sign = next((sign for sign in "\"'" if sign not in text and "\\" not in text), "")
    return f"{sign}{text}{sign}" if sign else ""


def _instead_of(error: Any, place: Node) -> tuple[str, str]:
    """Write what was meant by a value of another type, and name the hint that says so."""
    schema, path = error.schema, list(error.absolute_path)
    is_bare = isinstance(place, ScalarNode) and place.style != "quoted"
    is_number = is_bare and error.validator_value == "integer"
    if is_number and path == ["language"]:
        return quote("1"), "language-version"
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
        quoted = place.text if _CODE.fullmatch(place.text) else _in_quotes(place.text)
        return quote(f"{{{next(iter(known))}: {quoted}}}") if quoted else "", "write-instead"
    return "", ""


def _one_of_a_list(
    place: ScalarNode, details: Mapping[str, str], *, is_family: bool = False
) -> Problem:
    """Say that a single value, too, stands in brackets where a list is expected."""
    counted = list_count(place.text) if is_family else ""
    if counted:
        shown = {**details, "instead": quote(counted)}
        return Problem("wrong-type", place.mark, shown, "", "values-one-by-one")
    codes = re.split(r"[\s,;+]+", place.text.strip(" +"))
    instead = f"[{', '.join(codes)}]"
    is_clear = place.style == "plain" and place.inline and all(map(_CODE.fullmatch, codes))
    fixes = (Fix(place.mark, place.text, instead),) if is_clear else ()
    shown = {**details, "instead": quote(instead)}
    return Problem("wrong-type", place.mark, shown, "", "write-instead", fixes)


def _example_of(schema: Any) -> str:
    """Write the first example that a schema gives as YAML does on one line; empty for none."""
    examples = schema.get("examples", ()) if isinstance(schema, Mapping) else ()
    return _flow(examples[0]) if examples else ""


def _sketch(schema: Any) -> str:
    """Write what could stand there: an example, else the keys that the schema asks for or knows."""
    example = _example_of(schema)
    if example or not isinstance(schema, Mapping):
        return example
    if "const" in schema:
        return _flow(schema["const"])
    known = schema.get("properties", {})
    keys = (schema.get("required") or list(known)[:1])[:_MOST_SKETCHED]
    shown = ", ".join(f"{key}: {_example_of(known.get(key)) or '…'}" for key in keys)
    return f"{{{shown}}}" if keys else ""


def _sketch_row(schema: Any) -> str:
    """Write a row of a list of rows; empty for a list of anything else."""
    items = schema.get("items") if isinstance(schema, Mapping) else None
    is_rows = isinstance(items, Mapping) and items.get("type") == "object"
    return _sketch(items) if is_rows else ""


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    is_bare = not isinstance(value, str) or re.fullmatch(r"[A-Za-z][\w. '/-]*", text)
    return text if is_bare else f'"{text}"'


def _expected_types(error: Any) -> str:
    types: set[str] = set()
    for found in [error, *error.context]:
        if found.validator == "type":
            value = found.validator_value
            types.update([value] if isinstance(value, str) else value)
    return "|".join(sorted(types)) or "other"


def _advise(place: Node, expected: str) -> tuple[str, dict[str, str]]:
    """Name the hint for what people write in place of a number, with the number that they mean."""
    if not isinstance(place, ScalarNode) or not {"number", "integer"} & set(expected.split("|")):
        return ("boolean-form" if expected == "boolean" else ""), {}
    return advise_number(place, is_whole=expected == "integer")


def advise_number(place: ScalarNode, *, is_whole: bool = False) -> tuple[str, dict[str, str]]:
    """Name the hint for a text in place of a number, and the number it means, if it means one."""
    advice, number = _find_number(place, is_whole=is_whole)
    details = {"number": quote(number)} if not advice.startswith("number-form") else {}
    if advice == "number-comma-or-thousands":
        details["whole"] = quote(number.replace(".", ""))
    if advice == "number-with-thousands" and "." not in number:
        advice = "whole-with-thousands"
    return advice, details


def _find_number(place: ScalarNode, *, is_whole: bool) -> tuple[str, str]:
    """Find the number that a text means, and which hint says so; the text where it means none."""
    text = place.text.translate(_SPACES).strip(_UNITS).removesuffix("euro").rstrip(_UNITS)
    text = text.removeprefix("+")
    text = _NUMBER_AND_WORD.sub(r"\1", text)
    ratio = _RATIO.fullmatch(text)
    text = _NUMBER_AND_WORD.sub(r"\1", ratio[1].strip()) if ratio else text
    advice, number = _match_number(text, is_whole=is_whole)
    if advice == _NO_NUMBER[is_whole]:
        digits = text.translate(_LETTERS_LIKE_DIGITS)
        is_meant = text[:1].isdigit() and _PLAIN.fullmatch(digits) is not None
        fits = is_meant and not (is_whole and "." in digits)
        return ("letters-for-digits", digits) if fits else (advice, place.text)
    if is_whole and "." in number:
        return "number-not-whole", number
    if ratio is not None:
        return (advice if advice == "number-comma-or-thousands" else "number-of-ratio"), number
    if advice == "number-alone" and place.style == "quoted":
        return "number-in-quotes", number
    # a plain number that is none of this type lacks nothing but being whole
    return ("number-not-whole" if number == place.text else advice), number


def _match_number(text: str, *, is_whole: bool) -> tuple[str, str]:
    for fits, advice, separators in (*(_WHOLE if is_whole else ()), *_WRITTEN):
        if fits(text):
            number = "".join(char for char in text if char not in separators)
            return advice, number.replace(",", ".")
    return _NO_NUMBER[is_whole], text


def _choice(error: Any, place: Node) -> Iterator[Problem]:
    values = error.validator_value if error.validator == "enum" else [error.validator_value]
    yield _choose(values, place, {})


def _choose(values: list[Any], place: Node, titles: Mapping[str, Any]) -> Problem:
    """Say which values are admitted; by its title, in lower case, one may have been meant."""
    written, choices = _written(place), choices_of(values)
    is_listed = written in choices.texts
    named = titles.get(written.strip().lower())
    near = str(named) if isinstance(named, str) else _same_answer(written, choices.texts)
    near = near or find_choice(written, choices.texts)
    found = "" if is_listed else near or Nearest(written, choices.names)
    details = {"text": quote(written), "allowed": _listed(choices.names)}
    advice = "text-in-quotes" if is_listed else "one-value" if len(values) == 1 else ""
    return Problem("not-allowed", place.mark, details, found, advice)


def _titles_of(error: Any) -> dict[str, Any]:
    """Give the values that a broken `oneOf` lists, by their titles; none where it is no list."""
    listed = error.validator_value if error.validator == "oneOf" else ()
    if not all(isinstance(each, Mapping) and "const" in each for each in listed):
        return {}
    return {str(each.get("title", each["const"])).lower(): each["const"] for each in listed}


def _same_answer(written: str, texts: Sequence[str]) -> str:
    """Return the one choice that says the same as a yes or no that is written in another way."""
    meant = _ANSWERS.get(_answer_key(written))
    same = [text for text in texts if meant and _ANSWERS.get(_answer_key(text)) == meant]
    return same[0] if len(same) == 1 else ""


def _answer_key(text: str) -> str:
    return text.strip(" .'’`").lower()


def _bound(error: Any, place: Node) -> Iterator[Problem]:
    bound = f"{_BOUNDS[error.validator]} {write_number(Fraction(error.validator_value))}"
    written = _written(place)
    # a sign that slipped in: without it the value is admitted
    meant = written[1:] if written.startswith("-") and _admits(error, -error.instance) else ""
    yield Problem("out-of-range", place.mark, {"text": quote(written), "bound": bound}, meant)


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
    if error.validator in ("minItems", "maxItems") and _sketch_row(error.schema):
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
    example = _ITEMS.get(last, "") if error.validator == "minItems" else _sketch(error.schema)
    example = example or _example_of(error.schema)
    shown = {**details, "example": f"`{last}: {example}`" if last else f"`{example}`"}
    if example.startswith("- "):
        shown["example"] = f"`{example}`"
    # an example that expects nothing shows nothing: there the key stays
    advice = "like-example" if last in _NEVER_LEFT_OUT else "example-or-nothing"
    advice = advice if example else "empty-here"
    return Problem("wrong-size", place.mark, shown, "", advice, wording="empty-here")


def _form(error: Any, place: Node) -> Iterator[Problem]:
    code = "wrong-format" if error.validator == "format" else "wrong-form"
    if error.validator == "pattern" and error.validator_value in (_CODE_PATTERN, _VALUE_PATTERN):
        where = next((each for each in _NAMING if each in error.absolute_path), "")
        advice, instead = _not_a_code(where, _written(place))
        if advice:
            shown = {"text": quote(_written(place)), "instead": quote(instead)}
            yield Problem("wrong-form", place.mark, shown, advice=advice)
        else:
            yield _code_form(place, error.validator_value)
        return
    advice, meant = find_form(str(error.validator_value), _written(place))
    examples = error.schema.get("examples", ())
    details = {
        **meant,
        "text": quote(_written(place)),
        "form": quote(str(error.validator_value)),
        "example": quote(str(next(iter(examples), ""))),
    }
    advice = advice or ("like-example" if examples else "")
    is_date = error.validator == "format" and error.validator_value == "date"
    wording = "no-date" if is_date else ""
    yield Problem(code, place.mark, details, advice=advice, wording=wording)


_NAMING = ("groups", "day", "times")
"""Where a code is named, and people write something of rows, a formula or a number."""


def _not_a_code(where: str, written: str) -> tuple[str, str]:
    """Name the hint for what can be no code there however it is spelt, and what it speaks of."""
    is_row = _ROW_CODE.fullmatch(written) is not None
    if where == "day" and (is_row or not written[:1].isalpha()):
        return "day-is-named", ""
    if where == "times" and not written[:1].isalpha():
        return "times-by-parameter", written
    if where == "groups" and is_row:
        return "gathered-in-group", f"sum({written})"
    if where == "groups" and _OPERATORS.search(written):
        return "formula-in-group", ""
    return "", ""


def _code_form(place: Node, form: str) -> Problem:
    """Say in words what a code looks like, and write the one that was meant."""
    written = _written(place)
    listed = list_range(written) if form == _VALUE_PATTERN else ""
    if listed:
        shown = {"text": quote(written), "instead": quote(listed)}
        return Problem("wrong-form", place.mark, shown, advice="values-one-by-one")
    pieces = [piece.strip() for piece in re.split(r"[;,]", written)]
    if len(pieces) > 1 and all(map(_CODE.fullmatch, pieces)):
        listed = ", ".join(pieces)
        shown = {"text": quote(written), "instead": quote(listed)}
        is_clear = isinstance(place, ScalarNode) and place.style == "plain" and place.inline
        fixes = (Fix(place.mark, written, listed),) if is_clear else ()
        return Problem("wrong-form", place.mark, shown, "", "code-list", fixes)
    slug, foreign = code_like(written), name_foreign_letters(written)
    if foreign and not slug:
        return malformed_code(written, place.mark, foreign)
    slug = slug if form == _VALUE_PATTERN or _CODE.fullmatch(slug) else "A" + slug
    shown = {"text": quote(written), "instead": quote(slug)}
    return Problem("wrong-form", place.mark, shown, advice="code-shape")


def _not(error: Any, place: Node) -> Iterator[Problem]:
    refused = error.validator_value
    if isinstance(refused, Mapping) and "enum" in refused:
        yield Problem("code-reserved", place.mark, {"code": quote(_written(place))})
    else:
        yield from _other(error, place)


def _multiple(error: Any, place: Node) -> Iterator[Problem]:
    step = write_number(Fraction(error.validator_value))
    yield Problem("not-a-multiple", place.mark, {"text": quote(_written(place)), "step": step})


def _repeated(error: Any, place: Node) -> Iterator[Problem]:
    """Tell the items that stand there already, each at its own place; of many the first."""
    return islice(_find_again(error, place), MOST_LISTED)


def _find_again(error: Any, place: Node) -> Iterator[Problem]:
    items = place.items if isinstance(place, SequenceNode) else ()
    first: dict[str, Mark] = {}
    for item, value in zip(items, map(canonical_json, error.instance), strict=True):
        if value in first:
            details = {"text": quote(_written(item)), "line": str(first[value].line)}
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


def _written(place: Node) -> str:
    if isinstance(place, MappingNode):
        return "{…}"
    return place.text if isinstance(place, ScalarNode) else "[…]"


def _kind(place: Node) -> str:
    if isinstance(place, MappingNode):
        return "object"
    if isinstance(place, SequenceNode):
        return "array"
    if place.style == "number" or (place.style == "plain" and is_plain_number(place.text)):
        return "number"
    is_word = place.style == "plain" and place.text in ("true", "false")
    return "boolean" if is_word or place.style == "literal" else "string"


def _listed(names: KnownNames) -> str:
    first = names.first(MOST_LISTED + 1)
    return ", ".join(map(quote, first[:MOST_LISTED])) + (" …" if len(first) > MOST_LISTED else "")
