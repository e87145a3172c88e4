"""A rulebook, a layout or a file of examples in its one canonical form: order of keys, indentation, quotes, blank lines.

What a document means and every comment in it stay as they are: what would change either is refused. Nothing here
reads or writes a file.
"""

from ruletrail.formatter.formatting import format_document

__all__ = ["format_document"]
