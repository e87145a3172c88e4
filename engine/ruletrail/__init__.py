"""ruletrail: a declarative rules engine that explains every answer.

`load` a rulebook, `evaluate` a report, read the answer and why; what is wrong with a document
raises `ProblemsError`, whose problems say which field. Everything else may change.

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
    from ruletrail.answers import Evaluation
    from ruletrail.api import Plan, list_rulebooks, load
    from ruletrail.compiled.columns.outputs import Outputs
    from ruletrail.counterfactuals import WhatIf
    from ruletrail.descriptions import Case, Choice, Description
    from ruletrail.library import Listing
    from ruletrail.needs import Needs
    from ruletrail.problems import Mark, Problem, ProblemsError
    from ruletrail.reports import Report
    from ruletrail.trails import Trail
else:
    __getattr__ = open_late(
        __name__,
        {
            "answers": ["Evaluation"],
            "api": ["Plan", "list_rulebooks", "load"],
            "compiled.columns.outputs": ["Outputs"],
            "counterfactuals": ["WhatIf"],
            "descriptions": ["Case", "Choice", "Description"],
            "library": ["Listing"],
            "needs": ["Needs"],
            "problems": ["Mark", "Problem", "ProblemsError"],
            "reports": ["Report"],
            "trails": ["Trail"],
        },
    )

__version__ = ENGINE_VERSION

__all__ = [
    "Case",
    "Choice",
    "Description",
    "Evaluation",
    "Listing",
    "Mark",
    "Needs",
    "Outputs",
    "Plan",
    "Problem",
    "ProblemsError",
    "Report",
    "Trail",
    "WhatIf",
    "__version__",
    "list_rulebooks",
    "load",
]


def __dir__() -> list[str]:
    """List the names that callers use, whether or not they were imported yet."""
    return __all__
