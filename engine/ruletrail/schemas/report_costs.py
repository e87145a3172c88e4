"""How much checking a schema may ask of a whole report: bounded before any report is checked.

`extents` bounds what is asked of one value. Here it is multiplied: by the rows that lists may have,
by the members and the characters that a report has room for. No report is looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruletrail.documents import LIST_REPORT_LIMITS, REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas.extents import Extent, applied, order_used
from ruletrail.schemas.generated import ANNOTATIONS
from ruletrail.schemas.keywords import values_listed
from ruletrail.schemas.patterns import begin_checks, weigh_characters

MOST_CHECKS = 50_000_000
"""Checks of a whole report; a plain one is a comparison, of which a second makes some millions."""

_LEAST_VALUE = 6
"""Bytes of the shortest value with its key, as `"a":1,`."""

_FEW_CHARACTERS = 2
"""Characters of a text to which a pattern of the weight one is put in the time of a check.

By measure five; but where one value is wrong, what is around it is asked anew at each level."""

_MULTIPLE, _LISTED, _DAY = 12, 8, 3
_NAMES = 8
"""Names of keys that are looked for in the time of a check."""

_OPEN = ("additionalProperties", "unevaluatedProperties", "propertyNames")
_ITEMS = ("items", "contains", "unevaluatedItems")
_AGAIN = ("unevaluatedProperties", "unevaluatedItems")

Object = Mapping[str, Any]


@dataclass(slots=True)
class _Visits:
    """How often a subschema is asked in a whole report, and of one value, at most."""

    schema: Object
    whole: int = 0
    of_one: int = 0


@dataclass(frozen=True, slots=True)
class _Reading:
    """A pattern: its weight, the characters that it may meet, and checks before it reads any."""

    weight: int
    characters: int
    begin: int = 0


def find_costliest(
    root: Object, extents: Mapping[int, Extent], *, has_lists: bool
) -> Object | None:
    """Return the part that asks most of a report where all ask too much; None where they do not.

    `extents` are those of the schema's parts, within their limits.
    """
    room = (LIST_REPORT_LIMITS if has_lists else REPORT_LIMITS).size
    most_values = room // _LEAST_VALUE
    visits = _count_visits(order_used(root)[::-1], root, most_values)
    own = {key: each.whole * _own_checks(each.schema) for key, each in visits.items()}
    readings = {key: list(_readings(each, room)) for key, each in visits.items()}
    together = [each for listed in readings.values() for each in listed]
    texts = _cost_of_texts(together, room * extents[id(root)].patterns)
    if sum(own.values()) + texts <= MOST_CHECKS:
        return None
    costs = {
        key: own[key] + sum(each.weight * each.characters // _FEW_CHARACTERS for each in listed)
        for key, listed in readings.items()
    }
    return visits[max(costs, key=costs.__getitem__)].schema


def _count_visits(order: Sequence[Object], root: Object, most_values: int) -> dict[int, _Visits]:
    """Count from the whole inwards, each part once.

    Where one leads back to itself each may be asked of every value.
    """
    visits = {id(each): _Visits(each) for each in order}
    visits[id(root)].whole = visits[id(root)].of_one = 1
    done, leads_back = set[int](), False
    for schema in order:
        here = visits[id(schema)]
        twice = 1 + any(keyword in schema for keyword in _AGAIN)
        for each, times in _lead_to(schema, root, most_values):
            below = visits[id(each)]
            if id(each) in done or each is schema:
                leads_back = True
                continue
            below.of_one += here.of_one * twice
            below.whole += min(here.whole * times, most_values * here.of_one) * twice
        done.add(id(schema))
    for any_part in visits.values() if leads_back else ():
        any_part.whole = max(any_part.whole, most_values * any_part.of_one)
    return visits


def _lead_to(schema: Object, root: Object, most_values: int) -> Iterator[tuple[Object, int]]:
    """Yield the schemas that one needs, and how many parts of one value each is asked of."""
    found: list[tuple[Any, int]] = []
    listed = [each for keyword in ("anyOf", "oneOf") for each in _choices(schema, keyword)]
    passed = set(map(id, listed))
    found += ((each, 1) for each in applied(schema, root) if id(each) not in passed)
    found += ((each, 1) for each in schema.get("properties", {}).values())
    found += ((each, 1) for each in schema.get("prefixItems", ()))
    found += ((each, most_values) for each in schema.get("patternProperties", {}).values())
    found += ((schema[keyword], most_values) for keyword in _OPEN if keyword in schema)
    rows = min(int(schema.get("maxItems", most_values)), most_values)
    found += ((schema[keyword], rows) for keyword in _ITEMS if keyword in schema)
    yield from ((each, times) for each, times in found if isinstance(each, Mapping))


def _choices(schema: Object, keyword: str) -> Sequence[Any]:
    """List the alternatives that are one value each: a set answers all of them."""
    alternatives = schema.get(keyword, ())
    return alternatives if values_listed(alternatives, _is_annotation) is not None else ()


def _is_annotation(keyword: str, _schema: object) -> bool:
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def _own_checks(schema: Object) -> int:
    """Count the checks that the keywords of one schema are worth, those inside it apart."""
    costly = {"multipleOf": _MULTIPLE, "enum": _LISTED, "const": 1, "format": _DAY}
    checks = 1 + sum(cost for keyword, cost in costly.items() if keyword in schema)
    if isinstance(schema.get("const"), Mapping | list):
        checks += _LISTED
    checks += _LISTED * sum(bool(_choices(schema, keyword)) for keyword in ("anyOf", "oneOf"))
    dependent = schema.get("dependentRequired", {}).values()
    return checks + sum(map(len, (schema.get("required", ()), *dependent))) // _NAMES


def _readings(here: _Visits, room: int) -> Iterator[_Reading]:
    schema = here.schema
    if "pattern" in schema:
        longest = min(int(schema.get("maxLength", room)), room)
        begin = here.whole * begin_checks(schema["pattern"])
        characters = min(here.whole * longest, room * here.of_one)
        yield _Reading(weigh_characters(schema["pattern"]), characters, begin)
    for pattern in schema.get("patternProperties", ()):
        yield _Reading(weigh_characters(pattern), room * max(here.of_one, 1))


def _cost_of_texts(readings: Sequence[_Reading], left: int) -> int:
    """Give so many characters to the costliest patterns that may meet them.

    There are those of a report, each as often as patterns may speak of one text.
    """
    cost = sum(each.begin for each in readings)
    for each in sorted(readings, key=lambda reading: -reading.weight):
        characters = min(each.characters, left)
        cost += characters * each.weight // _FEW_CHARACTERS
        left -= characters
    return cost
