"""The formula language: text to a tree, the types of a tree, and its value over facts.

The only package that imports simpleeval, and the only one that sees Python's `ast`. It knows
nothing of rulebooks: codes are names that a caller's function answers for. What the language knows
of each operator and function stands in `operations`.
"""

from typing import TYPE_CHECKING

from ruletrail.formulas.expressions import (
    Call,
    Constant,
    Expression,
    Name,
    Span,
    aggregates_of,
    list_of,
    lists_in,
    names_by_scope,
    walk_expression,
    walk_of_row,
    write_expression,
    written_day,
)
from ruletrail.formulas.lexer import CONSTANTS, RESERVED_WORD, Finding
from ruletrail.formulas.operations import (
    FUNCTIONS,
    LATEST_LANGUAGE,
    OPERATORS,
    Operation,
    functions_of,
)
from ruletrail.formulas.parsing import Formula, find_called, parse_formula, parse_written
from ruletrail.formulas.reference_evaluator import (
    Derivation,
    Part,
    ReadFact,
    Rows,
    Skipped,
    evaluate_aggregates,
    evaluate_formula,
    evaluate_part,
    kleene,
    skip_formula,
)
from ruletrail.formulas.signatures import FactType, Signature
from ruletrail.lazy_imports import open_late

if TYPE_CHECKING:
    from ruletrail.formulas.type_checking import check_condition, infer_signature
else:
    __getattr__ = open_late(__name__, {"type_checking": ["check_condition", "infer_signature"]})

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "LATEST_LANGUAGE",
    "OPERATORS",
    "RESERVED_WORD",
    "Call",
    "Constant",
    "Derivation",
    "Expression",
    "FactType",
    "Finding",
    "Formula",
    "Name",
    "Operation",
    "Part",
    "ReadFact",
    "Rows",
    "Signature",
    "Skipped",
    "Span",
    "aggregates_of",
    "check_condition",
    "evaluate_aggregates",
    "evaluate_formula",
    "evaluate_part",
    "find_called",
    "functions_of",
    "infer_signature",
    "kleene",
    "list_of",
    "lists_in",
    "names_by_scope",
    "parse_formula",
    "parse_written",
    "skip_formula",
    "walk_expression",
    "walk_of_row",
    "write_expression",
    "written_day",
]
