"""A schema's own words: one that is misspelt asks nothing, and a field without a title has no name.

JSON Schema admits any word and passes over those that it does not know, so nobody else would tell.
Any is told in what a form asks of a field; at the outermost place, where a document says what it
is, one that is like a word of the schema's alone.
"""

from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
)
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote
from ruletrail.schemas.meant_keys import find_meant
from ruletrail.suggestions import KnownNames
from ruletrail.values import read_date, read_number

_OF_NAMES = ("properties", "patternProperties", "dependentSchemas", "$defs")
"""Words below which each key is a name, and each value a schema."""
_OF_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_OF_SCHEMAS = (
    "items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_SHORT = ("not", "if", "then", "else")
"""Words that too many others are like."""
_WORDS = (
    "type", "title", "description", "unit", "format", "pattern", "enum", "const", "default",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains",
    "minProperties", "maxProperties", "required", "dependentRequired", "examples", "deprecated",
    "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema",
    *_OF_NAMES, *_OF_LISTS, *_OF_SCHEMAS,
)  # fmt: skip
_OF_EDITORS = (
    "defaultSnippets", "enumDescriptions", "markdownDescription", "markdownEnumDescriptions",
    "errorMessage", "patternErrorMessage", "deprecationMessage", "doNotSuggest", "suggestSortText",
)  # fmt: skip
"""Words by which editors show a schema: they ask nothing, and are not meant to."""
_OF_DAYS = ("formatMinimum", "formatMaximum")
"""Words that ask something of a field that is a day, which language 1 does not have."""
_LIMITS = (
    ("minimum", "maximum"), ("minimum", "exclusiveMaximum"), ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"), ("minLength", "maxLength"), ("minItems", "maxItems"),
    ("minProperties", "maxProperties"), ("minContains", "maxContains"),
)  # fmt: skip
"""Words for the two ends of what is admitted."""
_LEAST_ALIKE, _LEAST_LETTERS = 0.8, 5
"""How like a word of the schema's a key is that can only be a slip of it."""
_TITLE = KnownNames(("title",))


def find_misspelt_words(subject: Subject) -> Iterator[Problem]:
    """Find words that a schema does not know: a slip, one of another language, or none at all."""
    words = _WORDS if subject.rulebook.language == 1 else (*_WORDS, *_OF_DAYS)
    for here in walk_schemas(subject.schema_node):
        known = [word for word in words if word not in here.values]
        names = KnownNames([word for word in known if word not in _SHORT])
        for key, written in here.keys.items():
            if key in words or key in _OF_EDITORS or key.startswith(("$", "x-")):
                continue
            if beside := _find_beside(key, words, here):
                details = {"key": quote(key), "other": quote(beside)}
                yield Problem("schema-word", written.mark, details, advice="word-beside")
                continue
            meant = find_meant(key, known, here.values) or names.nearest(key)
            if meant or here is not subject.schema_node:
                yield _tell_word(written, here, _of_day(meant, here, words))


def _of_day(meant: str, here: MappingNode, words: Collection[str]) -> str:
    """Give the end of days in the place of that of numbers, for a field that is a day."""
    kind = here.get("format")
    is_day = isinstance(kind, ScalarNode) and kind.text == "date"
    ends = {"minimum": "formatMinimum", "maximum": "formatMaximum"} if is_day else {}
    end = ends.get(meant, meant)
    return end if end in words else meant


def _tell_word(written: ScalarNode, here: MappingNode, meant: str) -> Problem:
    """Tell of a word that says nothing; a field that must be filled in is asked for elsewhere."""
    details = {"key": quote(written.text)}
    if meant == "required" and not isinstance(here.get(written.text), SequenceNode):
        return Problem("schema-word", written.mark, details, advice="required-of-field")
    return Problem("schema-word", written.mark, details, meant)


def _find_beside(key: str, words: Collection[str], here: MappingNode) -> str:
    """Find the word that a key is a slip of, where it stands beside: one of the two is wrong."""
    meant = find_meant(key, words, ())
    if meant in here.values and not find_meant(key, words, here.values):
        return meant
    near = next(iter(get_close_matches(key, words, n=1, cutoff=_LEAST_ALIKE)), "")
    return near if near in here.values and len(key) >= _LEAST_LETTERS else ""


def find_crossed_limits(subject: Subject) -> Iterator[Problem]:
    """Find limits that admit no value: the lower one is above the upper one."""
    for here in walk_schemas(subject.schema_node):
        for low, high in _LIMITS:
            least, most = _number(here.get(low)), _number(here.get(high))
            if least is None or most is None or least < most:
                continue
            if least > most or "exclusive" in low + high:
                yield _crossed(here, low, high)
        first, last = (_day(here.get(word)) for word in _OF_DAYS)
        if subject.rulebook.language > 1 and first and last and first > last:
            yield _crossed(here, *_OF_DAYS)


def _crossed(here: MappingNode, low: str, high: str) -> Problem:
    written = {"low": quote(low), "high": quote(high)}
    return Problem("schema-limits-crossed", here.values[low].mark, written)


def _number(node: Node | None) -> Fraction | None:
    is_number = isinstance(node, ScalarNode) and node.style != "quoted"
    return read_number(node.text) if isinstance(node, ScalarNode) and is_number else None


def _day(node: Node | None) -> date | None:
    return read_date(node.text) if isinstance(node, ScalarNode) else None


def walk_schemas(schema: Node) -> Iterator[MappingNode]:
    """Yield every schema of a document, the outermost first."""
    waiting: list[Node] = [schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, MappingNode):
            waiting += _below(here)
            yield here


def _below(here: MappingNode) -> Iterator[Node]:
    for word in _OF_NAMES:
        yield from members_of(here.get(word)).values()
    for word in _OF_LISTS:
        yield from items_of(here.get(word))
    for word in _OF_SCHEMAS:
        found = here.get(word)
        if found is not None:
            yield found


def find_untitled(subject: Subject) -> Iterator[Problem]:
    """Find fields without a title in a schema that gives titles to others."""
    fields = subject.linked.schema.fields
    if not subject.linked.schema.labels:
        return
    listed = members_of(members_of(subject.schema_node).get("properties"))
    written = members_of(members_of(listed.get("fields")).get("properties"))
    for code, declared in fields.items():
        here = members_of(written.get(code))
        is_misspelt = any(find_meant(key, ("title",), ()) or _TITLE.nearest(key) for key in here)
        if declared.label == code and "title" not in here and not is_misspelt:
            yield Problem("field-without-title", subject.field_mark(code), {"code": quote(code)})
