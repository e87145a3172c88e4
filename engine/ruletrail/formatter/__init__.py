"""A rulebook, a layout or a file of examples in its one canonical form.

What a document means and every comment in it stay as they are: what would change either is refused.
Nothing here reads or writes a file.
"""

from ruletrail.formatter.writing import format_document, lift_document, order_of, sort_keys

__all__ = ["format_document", "lift_document", "order_of", "sort_keys"]
