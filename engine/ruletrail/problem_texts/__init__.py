"""Every sentence that a problem can say, in Italian and English, by stable code.

Sentences start lower case and carry no final stop; somebody's text arrives already in backticks. A code, once
published, keeps its meaning. Each code has a document in `tests/problems/` that triggers it.
"""

from collections.abc import Mapping

from ruletrail.problem_texts import (
    archives,
    batches,
    commands,
    documents,
    editors,
    examples,
    formatter,
    formulas,
    layouts,
    lints,
    rulebooks,
    schemas,
    verification,
)
from ruletrail.problem_texts.texts import HINTS, WORDS, Text

TEXTS: Mapping[str, Text] = {
    **documents.TEXTS,
    **schemas.TEXTS,
    **formulas.TEXTS,
    **rulebooks.TEXTS,
    **commands.TEXTS,
    **batches.TEXTS,
    **layouts.TEXTS,
    **archives.TEXTS,
    **lints.TEXTS,
    **examples.TEXTS,
    **verification.TEXTS,
    **formatter.TEXTS,
    **editors.TEXTS,
}

__all__ = ["HINTS", "TEXTS", "WORDS", "Text"]
