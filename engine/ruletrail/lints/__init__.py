"""Lints: what loading accepts and an author should still mend.

A lint is a function from a linked rulebook to problems; `running` has the table. Nothing here
changes what a rulebook means, and nothing is evaluated.
"""

from ruletrail.lints.gathering import Gathered, gather
from ruletrail.lints.running import IGNORABLE, count_lints, run_lints

__all__ = ["IGNORABLE", "Gathered", "count_lints", "gather", "run_lints"]
