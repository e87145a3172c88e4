"""Whether the schema admits a report with values that are tried in the place of what it lacks."""

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
from ruletrail.trails import Record, cut_code
from ruletrail.values import Value, write_number


class Admitting:
    """Tells of one report whether it is one with other values, by all that its schema asks."""

    def __init__(self, record: Record) -> None:
        """Take the record of a report that was admitted as it stands."""
        self._report, self._schema = record.report, record.linked.schema

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
        return self._is_admitted({**self._document, "fields": fields})

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
