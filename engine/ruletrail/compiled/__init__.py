"""Compiled evaluation: a rulebook compiled for speed, exact in every answer (docs/parity.md).

The intermediate representation of `analysis` becomes code twice: a Python function over integers
for one report (`scalar_codegen`), and numpy operations on whole columns for many (`columns`).
`trail_codegen` writes trails from what the function leaves behind. What compiled code does not
cover goes to the reference evaluator, and tests compare the two. numpy is imported only where
columns are used: `from ruletrail.compiled.columns import evaluate_many`.
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
