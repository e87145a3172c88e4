"""YAML and JSON, as text or in a file, to data with marks.

It never guesses a type: see `nodes`. `from_python` gives a caller's
mapping the same shape, so that a report from a program is checked like one from a file.
"""

from typing import TYPE_CHECKING

from ruletrail.documents.nodes import (
    LIST_REPORT_LIMITS,
    REPORT_LIMITS,
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    Cut,
    Limits,
    MappingNode,
    Node,
    Nulls,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
    take_nulls,
    text_of,
)
from ruletrail.documents.reading import (
    FORM_ENDS,
    decode_text,
    explain_failure,
    explain_misplaced,
    explain_ours,
    is_unsaved,
    read_bytes,
    read_document,
    read_start,
    read_text,
    reading_once,
    reading_unsaved,
    unreadable,
)
from ruletrail.lazy_imports import open_late

if TYPE_CHECKING:
    from ruletrail.documents.offsets import place_of
    from ruletrail.documents.python_data import from_python, is_nothing
    from ruletrail.documents.recognising import explain_data, explain_document, name_written
    from ruletrail.documents.texts_in_brackets import find_cut_sentences, write_as_text
    from ruletrail.documents.yaml_lines import in_quotes, write_quoted
    from ruletrail.documents.yaml_reader import read_events
    from ruletrail.documents.yaml_writer import quote_text, write_yaml
else:
    __getattr__ = open_late(
        __name__,
        {
            "offsets": ["place_of"],
            "python_data": ["from_python", "is_nothing"],
            "recognising": ["explain_data", "explain_document", "name_written"],
            "texts_in_brackets": ["find_cut_sentences", "write_as_text"],
            "yaml_lines": ["in_quotes", "write_quoted"],
            "yaml_reader": ["read_events"],
            "yaml_writer": ["quote_text", "write_yaml"],
        },
    )

__all__ = [
    "FORM_ENDS", "LIST_REPORT_LIMITS", "REPORT_LIMITS", "RULEBOOK_LIMITS", "SCHEMA_LIMITS",
    "Cut", "Limits",
    "MappingNode", "Node", "Nulls", "ScalarNode", "SequenceNode", "decode_text", "explain_data",
    "explain_document", "explain_failure", "explain_misplaced", "explain_ours",
    "find_cut_sentences", "from_python",
    "in_quotes", "is_nothing", "is_unsaved", "items_of", "members_of", "name_written", "place_of",
    "quote_text", "read_bytes", "read_document", "read_events", "read_start", "read_text",
    "reading_once", "reading_unsaved", "take_nulls", "text_of", "unreadable", "write_as_text",
    "write_quoted", "write_yaml",
]  # fmt: skip
