"""The independent checker of stored trails: every step is derived again from what the trail says.

It imports nothing of formulas, plans, rulebooks, evaluations, simpleeval or PyYAML, and has its own
reading of JSON and formulas, its own arithmetic, rounding and Kleene logic, so that a defect of the
evaluator is found and not repeated. What it proves, and what it cannot prove, is in
`docs/trail.md`.
"""

from ruletrail.verification.checking import check_trail, verify_trail
from ruletrail.verification.failures import ABSENT, find_difference, show
from ruletrail.verification.lookups import list_long_tables
from ruletrail.verification.readings import LARGEST_TRAIL, TRAIL_VERSIONS, StoredTrail, read_trail

__all__ = [
    "ABSENT",
    "LARGEST_TRAIL",
    "TRAIL_VERSIONS",
    "StoredTrail",
    "check_trail",
    "find_difference",
    "list_long_tables",
    "read_trail",
    "show",
    "verify_trail",
]
