"""The examples beside a rulebook: reports, what must come out of them, and their coverage.

Reads `*.test.yaml`; evaluates with the reference, and many with compiled functions; writes nothing.
"""

from ruletrail.examples.comparing import (
    MOST_FAILURES,
    explain_step,
    judge_reports,
    run_example,
    tell_failure,
)
from ruletrail.examples.coverage import KINDS, count_kinds, find_hits, list_points
from ruletrail.examples.reading import (
    SUFFIX,
    Example,
    Examples,
    Failure,
    Outcome,
    Point,
    examples_file,
    find_misnamed,
    known_reports,
    read_examples,
    reports_beside,
)
from ruletrail.examples.running import Run
from ruletrail.examples.suggesting import Suggestion, suggest

__all__ = [
    "KINDS",
    "MOST_FAILURES",
    "SUFFIX",
    "Example",
    "Examples",
    "Failure",
    "Outcome",
    "Point",
    "Run",
    "Suggestion",
    "count_kinds",
    "examples_file",
    "explain_step",
    "find_hits",
    "find_misnamed",
    "judge_reports",
    "known_reports",
    "list_points",
    "read_examples",
    "reports_beside",
    "run_example",
    "suggest",
    "tell_failure",
]
