"""The reference evaluator: a linked rulebook over one report, written to be read."""

from ruletrail.evaluations.evaluating import conclude_steps, evaluate_record, sort_fields
from ruletrail.evaluations.messages import normalise

__all__ = ["conclude_steps", "evaluate_record", "normalise", "sort_fields"]
