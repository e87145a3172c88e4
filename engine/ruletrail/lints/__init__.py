"""Lints: what loading accepts and an author should still mend.

A lint is a function from a linked rulebook to problems; `running` has the table. Nothing here
changes what a rulebook means. `fixing` mends a text by the hints that are certain.
"""

from ruletrail.lints.fixing import apply_fixes, mend
from ruletrail.lints.gathering import Gathered, gather
from ruletrail.lints.lifting import judge_lift
from ruletrail.lints.running import IGNORABLE, count_lints, run_lints
from ruletrail.lints.thousands import find_thousands_asked

__all__ = [
    "IGNORABLE",
    "Gathered",
    "apply_fixes",
    "count_lints",
    "find_thousands_asked",
    "gather",
    "judge_lift",
    "mend",
    "run_lints",
]
