"""What one body declared, as exact facts. Data only."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.schemas import Schema
from ruletrail.structures import dataclass
from ruletrail.values import JsonValue, Value

KEYS = ("rulebook", "subject", "fields", "printed")
SubjectValue = str | bool


Exact = Value | int | Decimal
"""A value as a document's data hold it: a number as int or Decimal mostly."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The value of one field, and the text it was written with (`8.50` keeps its two decimals)."""

    exact: Exact
    text: str

    @property
    def value(self) -> Value:
        """The value as facts are: a number as a Fraction."""
        exact = self.exact
        return exact if isinstance(exact, str | bool | Fraction) else Fraction(exact)

    def to_json(self) -> JsonValue:
        """Write the field as trails and digests do: a number as its source text."""
        if isinstance(self.exact, bool):
            return self.exact
        return {"text": self.exact} if isinstance(self.exact, str) else self.text


class Fields(Mapping[str, Declared]):
    """The fields of a report as two columns, values and texts; each is put together when it is asked for.

    A report has ninety of them, and what reads them all reads one column.
    """

    __slots__ = ("exacts", "texts")

    def __init__(self, exacts: Mapping[str, Exact], texts: Mapping[str, str]) -> None:
        """Hold two mappings of the same codes, which nobody changes any more."""
        self.exacts, self.texts = exacts, texts

    def __getitem__(self, code: str) -> Declared:
        """Return one field."""
        return Declared(self.exacts[code], self.texts[code])

    def __contains__(self, code: object) -> bool:
        """Tell whether a field is there."""
        return code in self.exacts

    def __iter__(self) -> Iterator[str]:
        """Name the fields in the order written."""
        return iter(self.exacts)

    def __len__(self) -> int:
        """Count the fields."""
        return len(self.exacts)

    def __repr__(self) -> str:
        """Show the fields as a mapping of them."""
        return repr(dict(self))


def columns_of(fields: Mapping[str, Declared]) -> Fields:
    """Give fields as two columns."""
    if isinstance(fields, Fields):
        return fields
    exacts = {code: declared.exact for code, declared in fields.items()}
    return Fields(exacts, {code: declared.text for code, declared in fields.items()})


@dataclass(frozen=True, slots=True)
class Report:
    """One body's report: which rulebook it names, whose it is, what was declared, what the paper says."""

    reference: Reference
    subject: Mapping[str, SubjectValue]
    fields: Mapping[str, Declared]
    printed: tuple[str, ...]
    mark: Mark
    reference_mark: Mark
    schema: Schema
    """What it was checked against."""
