"""The lanes: a plan compiled for speed, exact in every answer, and bound to the reference evaluator by tests.

One typed form (`forms`, `inferring`) is printed twice: as a Python function over whole numbers for one report (`printing`),
as operations on arrays for many (`columns`). `inscriptions` write a trail from what the function leaves behind. What the
lanes do not cover they hand to the reference. The contract is in docs/parity.md.
numpy is imported only when columns are used: `from ruletrail.lanes.columns import evaluate_many`.
"""

from typing import TYPE_CHECKING

from ruletrail.doors import open_late
from ruletrail.lanes.answers import Answer, CompiledPlan

if TYPE_CHECKING:
    from ruletrail.lanes.explaining import explain_plan
else:
    __getattr__ = open_late(__name__, {"explaining": ["explain_plan"]})

__all__ = ["Answer", "CompiledPlan", "explain_plan"]
