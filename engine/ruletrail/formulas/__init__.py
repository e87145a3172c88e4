"""The formula language: text to a tree, the types of a tree, and its value over facts.

The only room that imports simpleeval. It knows nothing of rulebooks: codes are names that a caller's function
answers for.
"""

from ruletrail.formulas.functions import FUNCTIONS
from ruletrail.formulas.lexer import CONSTANTS, Finding
from ruletrail.formulas.parsing import Formula, Span, parse_formula, parse_written
from ruletrail.formulas.reference_evaluator import (
    Derivation,
    Part,
    ReadFact,
    Skipped,
    evaluate_formula,
    kleene,
    skip_formula,
)
from ruletrail.formulas.type_checking import FactType, Signature, check_condition, infer_signature

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "Derivation",
    "FactType",
    "Finding",
    "Formula",
    "Part",
    "ReadFact",
    "Signature",
    "Skipped",
    "Span",
    "check_condition",
    "evaluate_formula",
    "infer_signature",
    "kleene",
    "parse_formula",
    "parse_written",
    "skip_formula",
]
