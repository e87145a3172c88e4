"""What one body declared: a report's document, checked against its schema, as exact facts."""

from ruletrail.reports.model import (
    KEYS,
    Declared,
    Fields,
    Report,
    Row,
    SubjectValue,
    build_report,
    columns_of,
    find_misshapen,
    read_lists,
    read_reference,
)

__all__ = [
    "KEYS", "Declared", "Fields", "Report", "Row", "SubjectValue", "build_report", "columns_of",
    "find_misshapen", "read_lists", "read_reference",
]  # fmt: skip
