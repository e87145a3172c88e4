"""Printed forms to reports, by a declarative layout that lies beside the rulebook.

The engine knows no form: labels, columns, number styles and ignored parts are all in the layout.
`text_of_pdf` reads a PDF; everything else is pure.
"""

from ruletrail.layouts.building import build_layout, link_layout
from ruletrail.layouts.findings import list_findings
from ruletrail.layouts.model import Layout
from ruletrail.layouts.pdf import text_of_pdf
from ruletrail.layouts.reading import Reading, Unread, read_form, write_report
from ruletrail.layouts.rows import Doubt

__all__ = [
    "Doubt",
    "Layout",
    "Reading",
    "Unread",
    "build_layout",
    "link_layout",
    "list_findings",
    "read_form",
    "text_of_pdf",
    "write_report",
]
