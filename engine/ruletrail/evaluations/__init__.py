"""Run a compiled rulebook over one report. The reference: it knows the whole meaning and is written to be read."""

from ruletrail.evaluations.evaluating import evaluate_record
from ruletrail.evaluations.messages import normalise

__all__ = ["evaluate_record", "normalise"]
