"""What one body declared: a report's document, already checked against its schema, as exact facts."""

from ruletrail.reports.building import build_report, read_reference
from ruletrail.reports.model import KEYS, Declared, Fields, Report, SubjectValue, columns_of

__all__ = ["KEYS", "Declared", "Fields", "Report", "SubjectValue", "build_report", "columns_of", "read_reference"]
