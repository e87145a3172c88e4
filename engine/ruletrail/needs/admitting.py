"""Whether the schema admits a report with values that are tried in the place of what it lacks.

Where it asks part by part, each value that it admits by itself is admitted in every report, and
`candidates` looks at no others. Only where it ties parts to each other the whole is looked at.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from ruletrail.documents import LIST_REPORT_LIMITS, from_python
from ruletrail.needs.steps import Rows
from ruletrail.reports import build_report, list_shells, unquote_subject, write_document
from ruletrail.schemas import check_schema
from ruletrail.schemas.field_rules import split_rules
from ruletrail.trails import Record, cut_code
from ruletrail.values import Value, write_number

_LOOKS_OF_REFUSING = 300
"""Parts of formulas that are looked at in the time that it takes to find out why one is refused."""
_VALUES_OF_LOOK = 2
"""Values of a report that take as long to check as one part of a formula."""


class Admitting:
    """Tells of one report whether it is one with other values, by all that its schema asks.

    `looks` counts what that took, as parts of formulas that are looked at.
    """

    def __init__(self, record: Record) -> None:
        """Take the record of a report that was admitted as it stands."""
        self._report, self._schema = record.report, record.linked.schema
        self.is_by_parts = split_rules(record.linked.schema) is not None
        """Whether values that are admitted by themselves are admitted beside all others."""
        self.looks = 0

    @cached_property
    def _document(self) -> dict[str, Any] | None:
        """The report's document; None where what stood beside its fields is not known."""
        report = self._report
        shells = list_shells(report.subject, report.printed)
        documents = (write_document(report, shell) for shell in shells)
        return next(filter(self._is_admitted, documents), None)

    def admits(self, supplied: Mapping[str, Value | Rows]) -> bool:
        """Tell whether the report with these values is surely admitted, lacking all others still.

        So where the schema asks for another field beside a value, that value alone is not admitted.
        """
        if self.is_by_parts:
            return True
        if self._document is None:
            return False
        fields = dict(self._document["fields"])
        for code, value in supplied.items():
            over, row, name = cut_code(code)
            if row:
                rows = fields[over]
                changed = {**rows[row - 1], name: plain_value(value)}
                fields[over] = [*rows[: row - 1], changed, *rows[row:]]
            else:
                fields[code] = plain_value(value)
        is_one = self._is_admitted({**self._document, "fields": fields})
        self.looks += self._count // _VALUES_OF_LOOK + (0 if is_one else _LOOKS_OF_REFUSING)
        return is_one

    @cached_property
    def _count(self) -> int:
        rows = [row for rows in self._report.lists.values() for row in rows]
        return len(self._report.fields) + sum(map(len, rows))

    def _is_admitted(self, document: Mapping[str, Any]) -> bool:
        read, problems = from_python(document, "report", LIST_REPORT_LIMITS)
        node = unquote_subject(read)
        if node is None or problems:
            return False
        data, problems = check_schema(node, self._schema)
        return not problems and not build_report(node, data, self._schema)[1]


def plain_value(value: Value | Rows) -> object:
    """Write a value, or rows of them, as the data of a document."""
    if isinstance(value, tuple):
        return [{name: plain_value(each) for name, each in row.items()} for row in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else Decimal(write_number(value))
    return value
