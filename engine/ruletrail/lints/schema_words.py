"""A schema's own words: one that is misspelt asks nothing, and a field without a title has no name.

JSON Schema admits any word and passes over those that it does not know, so nobody else would tell.
"""

from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from ruletrail.documents import MappingNode, Node, ScalarNode, items_of, members_of
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
    """Find words that a schema does not know and that are like one that it knows."""
    words = _WORDS if subject.rulebook.language == 1 else (*_WORDS, *_OF_DAYS)
    for here in _walk(subject.schema_node):
        known = [word for word in words if word not in here.values]
        names = KnownNames([word for word in known if word not in _SHORT])
        for key, written in here.keys.items():
            if key in words or key.startswith(("$", "x-")):
                continue
            if beside := _find_beside(key, words, here):
                details = {"key": quote(key), "other": quote(beside)}
                yield Problem("schema-word", written.mark, details, advice="word-beside")
                continue
            meant = find_meant(key, known, here.values) or names.nearest(key)
            if meant:
                yield Problem("schema-word", written.mark, {"key": quote(key)}, meant)


def _find_beside(key: str, words: Collection[str], here: MappingNode) -> str:
    """Find the word that a key is a slip of, where it stands beside: one of the two is wrong."""
    near = next(iter(get_close_matches(key, words, n=1, cutoff=_LEAST_ALIKE)), "")
    return near if near in here.values and len(key) >= _LEAST_LETTERS else ""


def find_crossed_limits(subject: Subject) -> Iterator[Problem]:
    """Find limits that admit no value: the lower one is above the upper one."""
    for here in _walk(subject.schema_node):
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


def _walk(schema: Node) -> Iterator[MappingNode]:
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
