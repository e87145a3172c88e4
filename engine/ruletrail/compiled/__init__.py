"""The lanes: a plan compiled for speed, exact in every answer, and bound to the reference evaluator by tests.

One typed form (`forms`, `inferring`) is printed twice: as a Python function over whole numbers for one report (`printing`),
as operations on arrays for many (`columns`). `trail_codegen` writes a trail from what the function leaves behind. What the
lanes do not cover they hand to the reference. The contract is in docs/parity.md.
numpy is imported only when columns are used: `from ruletrail.compiled.columns import evaluate_many`.
"""

from typing import TYPE_CHECKING

from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.record_building import Answer
from ruletrail.lazy_imports import open_late

if TYPE_CHECKING:
    from ruletrail.compiled.explanation import explain_plan
else:
    __getattr__ = open_late(__name__, {"explanation": ["explain_plan"]})

__all__ = ["Answer", "CompiledRulebook", "explain_plan"]
