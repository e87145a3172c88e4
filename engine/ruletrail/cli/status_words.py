"""What a report's status and the outcome of a step are called where people read them."""

from ruletrail.formats import Locale
from ruletrail.problem_texts import WORDS
from ruletrail.rendering.phrases import say

OUTCOMES = frozenset(
    ("due", "not_due", "undetermined", "not_applicable", "not_encoded", "error", "passed", "failed")
)
"""The outcomes that are words of ours; all others are the rulebook's own."""


def name_status(status: str, language: Locale) -> str:
    """Name the status of a report."""
    return WORDS[f"status-{status}"][language]


def name_outcome(outcome: str, language: Locale) -> str:
    """Name an outcome: a word of ours, or the rulebook's own as words."""
    return say(outcome, language) if outcome in OUTCOMES else outcome.replace("_", " ")
