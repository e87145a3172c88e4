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
from ruletrail.reports.shells import list_shells, unquote_subject, write_document

__all__ = [
    "KEYS", "Declared", "Fields", "Report", "Row", "SubjectValue", "build_report", "columns_of",
    "find_misshapen", "list_shells", "read_lists", "read_reference", "unquote_subject",
    "write_document",
]  # fmt: skip
