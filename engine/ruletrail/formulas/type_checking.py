"""Types and units of a formula, found when a rulebook is linked; nothing is evaluated.

Conditions are booleans only, text knows `==`, `!=` and `in`, and two different declared units never meet in
`+`, `-`, a comparison, `sum`, `min`, `max`, `default` or `if_missing`. An undeclared unit agrees with all.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Literal

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas.functions import FUNCTIONS, Function
from ruletrail.formulas.lexer import CONSTANTS, Finding
from ruletrail.formulas.parsing import Formula, span_of

FactType = Literal["number", "text", "boolean", "unknown"]
"""`unknown` stands for what is wrong elsewhere already, so that one defect gives one problem."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of a code or an expression before any report: type, unit, the texts it may be."""

    type: FactType
    unit: str | None = None
    choices: tuple[str, ...] = ()
    is_group: bool = False


Lookup = Callable[[str], Signature | None]
UNKNOWN = Signature("unknown")
_BOOLEAN = Signature("boolean")
_NUMBER = Signature("number")
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(slots=True)
class _Judge:
    """One pass over one formula."""

    formula: Formula
    lookup: Lookup
    findings: list[Finding] = field(default_factory=list)

    def note(
        self, code: str, node: ast.expr, *, instead: str = "", expected: str = "", found: str = ""
    ) -> None:
        start, end = span_of(node, self.formula.text)
        self.findings.append(
            Finding(
                code,
                self.formula.origins[start],
                self.formula.text[start:end],
                instead,
                expected,
                found,
            )
        )


def infer_signature(formula: Formula, lookup: Lookup) -> tuple[Signature, list[Finding]]:
    """Infer type and unit of a formula; `lookup` answers for codes, None for one that does not exist."""
    judge = _Judge(formula, lookup)
    return _infer(formula.tree, judge), judge.findings


def check_condition(formula: Formula, lookup: Lookup) -> list[Finding]:
    """Find what is wrong with a condition, which must be a boolean."""
    judge = _Judge(formula, lookup)
    _demand(formula.tree, "boolean", judge)
    return judge.findings


def _infer(node: ast.expr, judge: _Judge) -> Signature:
    match node:
        case ast.Constant(value=str()):
            return Signature("text", choices=(str(node.value),))
        case ast.Constant():
            return _NUMBER
        case ast.Name():
            return _name(node, judge)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _demand(operand, "boolean", judge)
        case ast.UnaryOp(operand=operand):
            return _demand(operand, "number", judge)
        case ast.BoolOp(values=values):
            for value in values:
                _demand(value, "boolean", judge)
            return _BOOLEAN
        case ast.BinOp():
            return _operation(node, judge)
        case ast.Compare():
            _comparison(node, judge)
            return _BOOLEAN
        case ast.IfExp(test=test, body=body, orelse=orelse):
            _demand(test, "boolean", judge)
            return _alternatives(node, [body, orelse], judge, units_must_agree=False)
        case ast.Call():
            return _call(node, judge)
        case _:
            return UNKNOWN


def _name(node: ast.Name, judge: _Judge) -> Signature:
    if node.id in CONSTANTS:
        return _BOOLEAN
    found = judge.lookup(node.id)
    if found is None:
        judge.note("unknown-code", node)
        return UNKNOWN
    if found.is_group:
        judge.note("group-as-value", node, instead=f"sum({node.id})")
        return UNKNOWN
    return found


def _demand(node: ast.expr, expected: FactType, judge: _Judge) -> Signature:
    found = _infer(node, judge)
    if found.type in (expected, "unknown"):
        return found
    code = "condition-not-boolean" if expected == "boolean" else "type-mismatch"
    judge.note(
        code,
        node,
        instead=_condition_instead(node, found, judge, code),
        expected=expected,
        found=found.type,
    )
    return Signature(expected)


def _condition_instead(node: ast.expr, found: Signature, judge: _Judge, code: str) -> str:
    if code != "condition-not-boolean" or not isinstance(node, ast.Name):
        return ""
    if found.type == "number":
        return f"{node.id} > 0"
    declared = judge.lookup(node.id)
    choice = declared.choices[0] if declared is not None and declared.choices else "…"
    return f'{node.id} == "{choice}"'


def _operation(node: ast.BinOp, judge: _Judge) -> Signature:
    left, right = _demand(node.left, "number", judge), _demand(node.right, "number", judge)
    if isinstance(node.op, ast.Add | ast.Sub):
        return Signature("number", _agree(node, [left, right], judge))
    return _NUMBER


def _agree(node: ast.expr, found: list[Signature], judge: _Judge) -> str | None:
    """Return the unit that all share, and note the first two that clash."""
    declared = list(
        dict.fromkeys(signature.unit for signature in found if signature.unit is not None)
    )
    if len(declared) > 1:
        judge.note("unit-clash", node, expected=declared[0], found=declared[1])
    return declared[0] if declared else None


def _comparison(node: ast.Compare, judge: _Judge) -> None:
    right = node.comparators[0]
    others = right.elts if isinstance(right, ast.List) else [right]
    left = _infer(node.left, judge)
    found = [_infer(other, judge) for other in others]
    for other, signature in zip(others, found, strict=True):
        if "unknown" not in (left.type, signature.type) and left.type != signature.type:
            judge.note("type-mismatch", other, expected=left.type, found=signature.type)
            return
    if isinstance(node.ops[0], _ORDER) and left.type in ("text", "boolean"):
        judge.note("text-order", node, found=left.type)
    _agree(node, [left, *found], judge)
    for other, signature in zip(others, found, strict=True):
        _possible(node.left, left, other, signature, judge)


def _possible(
    left_node: ast.expr, left: Signature, other: ast.expr, right: Signature, judge: _Judge
) -> None:
    """Note a text that the other side can never be; a branch on it could never be taken."""
    if (
        left.type != "text"
        or not left.choices
        or not right.choices
        or set(left.choices) & set(right.choices)
    ):
        return
    literal, open_side = (other, left) if isinstance(other, ast.Constant) else (left_node, right)
    judge.note(
        "impossible-comparison",
        literal,
        expected=", ".join(f"`{choice}`" for choice in open_side.choices[:12]),
    )


def _alternatives(
    node: ast.expr, nodes: list[ast.expr], judge: _Judge, *, units_must_agree: bool
) -> Signature:
    """Join expressions of which one is the result: they must be of one type."""
    found = [_infer(each, judge) for each in nodes]
    first = next((signature for signature in found if signature.type != "unknown"), UNKNOWN)
    for each, signature in zip(nodes, found, strict=True):
        if signature.type not in (first.type, "unknown"):
            judge.note("type-mismatch", each, expected=first.type, found=signature.type)
            return Signature(first.type)
    if units_must_agree:
        unit = _agree(node, found, judge)
    else:
        units = {signature.unit for signature in found if signature.unit is not None}
        unit = units.pop() if len(units) == 1 else None
    open_text = any(not signature.choices for signature in found)
    choices = (
        ()
        if open_text
        else tuple(dict.fromkeys(choice for signature in found for choice in signature.choices))
    )
    return Signature(first.type, unit, choices)


def _call(node: ast.Call, judge: _Judge) -> Signature:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    function = FUNCTIONS[name]
    if name in ("default", "if_missing"):
        return _alternatives(node, node.args, judge, units_must_agree=True)
    if name in ("is_missing", "applies"):
        _infer(node.args[0], judge)
        return _BOOLEAN
    found = list(_arguments(node, function, judge))
    if function.takes != "number":
        return _NUMBER
    if function.takes_decimals or name == "abs":
        return Signature("number", found[0].unit)
    return Signature("number", _agree(node, found, judge))


def _arguments(node: ast.Call, function: Function, judge: _Judge) -> Iterator[Signature]:
    for argument in node.args:
        found = (
            judge.lookup(argument.id)
            if isinstance(argument, ast.Name) and function.takes_groups
            else None
        )
        if found is None or not found.is_group:
            yield _demand(
                argument, "text" if function.takes == "text" else _narrow(function.takes), judge
            )
        elif found.type not in (function.takes, "unknown"):
            judge.note("type-mismatch", argument, expected=function.takes, found=found.type)
        else:
            yield found


def _narrow(takes: str) -> FactType:
    return "boolean" if takes == "boolean" else "number"
