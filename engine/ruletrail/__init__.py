"""ruletrail: a declarative rules engine that explains every answer.

>>> import ruletrail
>>> plan = ruletrail.load("examples/garden/garden.yaml")
>>> evaluation = plan.evaluate("examples/garden/application.yaml")
>>> evaluation.decisions["outcome"]
'granted'
"""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.versions import ENGINE_VERSION

if TYPE_CHECKING:
    from ruletrail.api import Evaluation, Plan, list_rulebooks, load
    from ruletrail.problems import Mark, Problem, ProblemsError
    from ruletrail.reports import Report
    from ruletrail.trails import Trail
else:
    __getattr__ = open_late(
        __name__,
        {
            "api": ["Evaluation", "Plan", "list_rulebooks", "load"],
            "problems": ["Mark", "Problem", "ProblemsError"],
            "reports": ["Report"],
            "trails": ["Trail"],
        },
    )

__version__ = ENGINE_VERSION

__all__ = [
    "Evaluation",
    "Mark",
    "Plan",
    "Problem",
    "ProblemsError",
    "Report",
    "Trail",
    "__version__",
    "list_rulebooks",
    "load",
]
