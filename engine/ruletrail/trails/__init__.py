"""The record of reasons, and the trail written from it: the product of an evaluation.

A trail explains every value, condition and branch, also those not taken, and can be read and
checked again without the rulebook. Its schema is `schemas/trail.schema.json`.
"""

from ruletrail.digests import canonical_json, digest_of
from ruletrail.trails.conclusions import (
    Agreement,
    AllRowsConclusion,
    Argument,
    CaseConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    ExceptionConclusion,
    Judgement,
    MessageConclusion,
    PrintedMatch,
    Record,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    ShownMessage,
    Status,
    code_in_row,
    cut_code,
    derivations_of,
    entry_of,
)
from ruletrail.trails.document import TRAIL_VERSIONS, Trail
from ruletrail.trails.steps import format_of, outcome_word

__all__ = [
    "TRAIL_VERSIONS",
    "Agreement",
    "AllRowsConclusion",
    "Argument",
    "CaseConclusion",
    "CheckConclusion",
    "Conclusion",
    "DecisionConclusion",
    "ExceptionConclusion",
    "Judgement",
    "MessageConclusion",
    "PrintedMatch",
    "Record",
    "RowsConclusion",
    "RuleConclusion",
    "SectionConclusion",
    "ShownMessage",
    "Status",
    "Trail",
    "canonical_json",
    "code_in_row",
    "cut_code",
    "derivations_of",
    "digest_of",
    "entry_of",
    "format_of",
    "outcome_word",
]
