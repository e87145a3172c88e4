"""What is still to be asked: which missing inputs can change an answer, and which cannot any more.

Nothing here evaluates a report; it says of an evaluated one what supplying the rest can do.
"""

from ruletrail.needs.finding import Needs, find_needs

__all__ = ["Needs", "find_needs"]
