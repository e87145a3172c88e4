"""The fields that a schema of reports declares, one by one; those of rows too."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.schemas.places import admitted_types

FieldType = Literal["number", "text", "boolean", "date"]
"""The types of values; a `date` is a text of the form in language 1 (`days.with_days`)."""

OWN_WORDS = ("unit", "formatMinimum", "formatMaximum")
"""Words that the draft does not know and that say something here, each by a text."""

LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
"""The keywords that say which numbers a field admits."""

TYPES: Mapping[str, FieldType] = {
    "number": "number", "integer": "number", "string": "text", "boolean": "boolean",
}  # fmt: skip
MOST_ROWS = 500
"""Rows that a list may have at most, which its `maxItems` says."""


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """One field of a form: what it is called, what it is measured in, what it may hold."""

    code: str
    label: str
    unit: str | None
    type: FieldType
    choices: tuple[str, ...]
    """The texts that the field may hold, when the schema lists them."""
    format: str = ""
    """What the schema says of the form of its texts: `date`, or another of `FORMATS`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the texts are called that `oneOf` lists as `{const, title}`; without one, by itself."""
    least: date | None = None
    """The first day that the field admits, if it is a day."""
    most: date | None = None
    """The last day that it admits."""
    limits: Mapping[str, int | Decimal] = field(default_factory=dict)
    """The ends of its numbers, and the step between them, by the keywords that say them."""
    is_whole: bool = False
    """Whether its numbers have no decimals."""

    @property
    def words(self) -> tuple[str, ...]:
        """The texts that it may hold, listed by `enum` or by `oneOf`; none where it holds any."""
        return self.choices or tuple(self.titles)

    def admits(self, day: date) -> bool:
        """Tell whether a day is between the ends."""
        is_late = self.least is None or self.least <= day
        return is_late and (self.most is None or day <= self.most)


@dataclass(frozen=True, slots=True)
class ListDeclaration:
    """A field that is a list of rows: what it is called, how many rows it may have, their fields.

    `cells` are by name, as a row's object has them; the code of each is `LIST.NAME`.
    """

    code: str
    label: str
    most: int
    cells: Mapping[str, FieldDeclaration]


def read_field(code: str, fragments: list[Mapping[str, Any]]) -> FieldDeclaration | None:
    """Read what a schema says of one field, or cell of a row; None where it is no value."""
    admitted = admitted_types(fragments)
    types = {TYPES.get(name, "other") for name in admitted}
    if len(types) != 1 or "other" in types:
        return None
    # an empty title or unit says nothing, like none
    # the title of a `const` is what one value is called, not the field
    titles = [each.get("title") for each in fragments if "const" not in each]
    units = [each.get("unit") for each in fragments]
    label = next((title for title in titles if isinstance(title, str) and title), code)
    unit = next((unit for unit in units if isinstance(unit, str) and unit), None)
    choices = next((fragment["enum"] for fragment in fragments if "enum" in fragment), ())
    texts = tuple(choice for choice in choices if isinstance(choice, str))
    form = next((each["format"] for each in fragments if isinstance(each.get("format"), str)), "")
    known, kind = _read_titles(fragments), cast("FieldType", types.pop())
    limits = {
        key: fragment[key]
        for fragment in fragments
        for key in LIMITS
        if kind == "number" and isinstance(fragment.get(key), int | Decimal)
    }
    is_whole = kind == "number" and "number" not in admitted
    return FieldDeclaration(
        code, label, unit, kind, texts, form, known, limits=limits, is_whole=is_whole
    )


def _read_titles(fragments: list[Mapping[str, Any]]) -> dict[str, str]:
    """Read the texts that a `oneOf` lists, with titles; none where it lists anything else."""
    listed = next((each["oneOf"] for each in fragments if "oneOf" in each), ())
    if not all(isinstance(each, Mapping) and isinstance(each.get("const"), str) for each in listed):
        return {}
    return {each["const"]: str(each.get("title") or each["const"]) for each in listed}
