"""What columns do not understand of a schema: `--explain-plan` says which rows go one by one."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ruletrail.analysis.inference import is_covered
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.schemas import Schema
from ruletrail.schemas.generated import Generator

OF_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
OF_TEXTS = frozenset({"minLength", "maxLength", "pattern", "format"})
OF_LISTS = frozenset({"items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"})
OF_MAPPINGS = frozenset(
    {"properties", "required", "additionalProperties", "patternProperties", "propertyNames"}
    | {"minProperties", "maxProperties", "dependentRequired", "dependentSchemas"}
)
IDLE_FOR_NUMBERS = OF_TEXTS | OF_LISTS | OF_MAPPINGS
IDLE_FOR_MAPPINGS = OF_NUMBERS | OF_TEXTS | OF_LISTS
IDLE_FOR_LISTS = OF_NUMBERS | OF_TEXTS | OF_MAPPINGS
"""Keywords that say nothing of a value of that type."""

_KNOWN_FOR_NUMBERS = OF_NUMBERS | IDLE_FOR_NUMBERS | {"type", "enum", "const"}
_KNOWN_FOR_MAPPINGS = IDLE_FOR_MAPPINGS | {"type", "required", "properties", "additionalProperties"}

_KNOWN: Mapping[str, frozenset[str]] = {
    "number": _KNOWN_FOR_NUMBERS,
    "mapping": _KNOWN_FOR_MAPPINGS,
    "list": IDLE_FOR_LISTS | {"type", "items", "minItems", "maxItems"},
}
_Kind = Literal["number", "mapping", "list", "word"]


_TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "rows": "righe", "reference": "tutte le righe vanno una per una, al riferimento",
        "first": "da ogni formato, a ogni formato: per colonne dove sono valide di sicuro, se no "
                 "una per una",
        "last": "con le tracce, o senza il componente `[batch]`: una per una, alla funzione "
                "compilata",
        "keyword": "{}: le colonne non capiscono `{}`; {}",
        "filled": "le righe che lo compilano vanno una per una",
        "all": "tutte le righe vanno una per una",
    },
    "en": {
        "rows": "rows", "reference": "all rows go one by one, by the reference",
        "first": "of every form, to every form: by columns where they are surely valid, else one "
                 "by one",
        "last": "with trails, or without the extra `[batch]`: one by one, by the compiled function",
        "keyword": "{}: columns do not understand `{}`; {}",
        "filled": "rows that fill it go one by one", "all": "all rows go one by one",
    },
}  # fmt: skip


def explain_rows(linked: LinkedRulebook, language: Locale = "en") -> str:
    """Write which rows of a batch are answered by columns, and what keeps others from it."""
    texts = _TEXTS[language]
    if not is_covered(linked):
        return f"\n{texts['rows']}\n  {texts['reference']}\n"
    others = [
        texts["keyword"].format(place, keyword, texts[_who(place)])
        for place, keyword in find_unsupported(linked.schema)
    ]
    lines = (texts["first"], *others, texts["last"])
    return f"\n{texts['rows']}\n" + "".join(f"  {line}\n" for line in lines)


def _who(place: str) -> str:
    """Name which rows go one by one for a keyword of a place."""
    return "filled" if place.startswith(("fields/", "subject/")) else "all"


def find_unsupported(schema: Schema) -> list[tuple[str, str]]:
    """List places of a report with the keywords that columns leave to the checker of rows."""
    found = _walk(Generator(schema.content), schema, schema.content, "", "mapping")
    return list(dict.fromkeys(found))


def _walk(
    generator: Generator, schema: Schema, fragment: Any, place: str, kind: _Kind
) -> Iterator[tuple[str, str]]:
    if kind == "word" or not isinstance(fragment, Mapping):
        return
    for keyword, asked in fragment.items():
        if generator.is_annotation(keyword, fragment):
            continue
        if keyword == "$ref" and generator.target(asked) is not None:
            yield from _walk(generator, schema, generator.target(asked), place, kind)
        elif keyword == "allOf":
            for each in asked:
                yield from _walk(generator, schema, each, place, kind)
        elif keyword == "properties" and kind == "mapping":
            for key, each in asked.items():
                inner = f"{place}/{key}" if place else key
                inner = inner.replace("./", ".")
                yield from _walk(generator, schema, each, inner, _kind_of(schema, inner))
        elif keyword == "items" and kind == "list":
            yield from _walk(generator, schema, asked, f"{place}.", "mapping")
        elif keyword not in _KNOWN[kind]:
            yield place or "report", keyword


def _kind_of(schema: Schema, place: str) -> _Kind:
    """Return what columns hold at a place; a word is judged by the checker of rows, once."""
    if place in ("fields", "subject"):
        return "mapping"
    code = place.removeprefix("fields/") if place.startswith("fields/") else ""
    if code in schema.lists:
        return "list"
    declared = schema.fields.get(code) or schema.cells.get(code)
    return "number" if declared is not None and declared.type == "number" else "word"
