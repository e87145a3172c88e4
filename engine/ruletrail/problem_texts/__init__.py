"""Every sentence that a problem can say, in Italian and English, by stable code.

Sentences start lower case and carry no final stop; somebody's text arrives already in backticks. A
code, once published, keeps its meaning. Each code has a document in `tests/problems/` that triggers
it.
"""

from collections.abc import Mapping

from ruletrail.problem_texts import (
    archives,
    assistants,
    batches,
    commands,
    documents,
    editors,
    examples,
    formulas,
    layouts,
    libraries,
    lints,
    lookups,
    rulebooks,
    schemas,
    services,
    verification,
)
from ruletrail.problem_texts.texts import OWN_SENTENCES, SHARED_HINTS, WORDS, Text

_AREAS = (
    documents, schemas, formulas, rulebooks, lookups, commands, batches, layouts, archives, lints,
    examples, verification, editors, libraries, services, assistants,
)  # fmt: skip
_ADVISING = (
    documents, schemas, formulas, rulebooks, commands, batches, archives, lints, examples, editors,
    libraries, services, assistants, verification,
)  # fmt: skip
TEXTS: Mapping[str, Text] = {code: text for area in _AREAS for code, text in area.TEXTS.items()}
HINTS: Mapping[str, Mapping[str, str]] = {
    **SHARED_HINTS,
    **{name: hint for area in _ADVISING for name, hint in area.HINTS.items()},
    **{f"{code}-many": text.hints_of_many for code, text in TEXTS.items() if text.hints_of_many},
}
"""What to do in a case that is known better than by its code."""
SENTENCES: Mapping[str, Mapping[str, str]] = {
    **OWN_SENTENCES,
    **{f"{code}-many": text.many for code, text in TEXTS.items() if text.many},
}
"""What a problem says in place of its code's own sentence; `CODE-many` of several entries."""

__all__ = ["HINTS", "SENTENCES", "TEXTS", "WORDS", "Text"]
