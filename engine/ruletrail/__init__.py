"""ruletrail: a declarative rules engine that explains every answer.

>>> import ruletrail
>>> plan = ruletrail.load("sociale/2024")
>>> evaluation = plan.evaluate("examples/jesi-2024.yaml")
>>> evaluation.decisions["spesa"]
'non_inferiore'
"""

from ruletrail.api import Evaluation, Plan, load
from ruletrail.problems import Mark, Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.trails import Trail
from ruletrail.versions import ENGINE_VERSION

__version__ = ENGINE_VERSION

__all__ = ["Evaluation", "Mark", "Plan", "Problem", "ProblemsError", "Report", "Trail", "__version__", "load"]
