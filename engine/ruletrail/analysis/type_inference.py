"""Build the typed form of a plan: kinds, scales, ranges and non-values, from the schema up through every step.

Linear in the size of the rulebook; the only recursion is into one formula, whose depth is at most 30.
"""

import ast
from collections.abc import Mapping
from fractions import Fraction

from ruletrail.analysis.bounds import finish_number, round_form, size_of_constant, size_of_field
from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.ir import (
    NO_GAPS,
    Form,
    Gap,
    Gaps,
    Kind,
    TypedField,
    TypedRulebook,
    TypedStep,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Formula
from ruletrail.formulas.parsing import span_of
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.rulebooks import Check, Decision, Entry, Message, Rule, Section
from ruletrail.values import MOST_DECIMALS, Fact, NotEncoded, read_number

_BINARY: Mapping[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Mod: "mod",
}
_COMPARISONS: Mapping[type, str] = {
    ast.Lt: "lt", ast.LtE: "le", ast.Eq: "eq", ast.NotEq: "ne", ast.GtE: "ge", ast.Gt: "gt", ast.In: "in", ast.NotIn: "not_in",
}  # fmt: skip
_ROUNDERS = {
    "floor": "floor", "ceil": "ceiling", "trunc": "down", "round_half_up": "half_up", "round_half_even": "half_even",
}  # fmt: skip


def infer_plan(
    plan: LinkedRulebook,
    assumed: frozenset[str] | None = None,
    most_decimals: int = MOST_DECIMALS,
    *,
    traps: bool = False,
) -> TypedRulebook:
    """Type a plan; `assumed` fields are taken to be present (default: the required ones and all numbers).

    `most_decimals` caps the scales of the fields that are read below what the schema admits, for reports that have
    no more; a field that a rule computes is only compared, at its full scale. With `traps` errors are left out.
    """
    declared, computed = read_fields(plan.schema), plan.rulebook.entries
    fields = {
        code: field if code in computed else replace(field, scale=min(field.scale, most_decimals))
        for code, field in declared.items()
    }
    if assumed is None:
        assumed = frozenset(
            code for code, field in fields.items() if field.required or field.kind == "number"
        )
    facts: dict[str, Form] = {
        code: _field(field, present=code in assumed) for code, field in fields.items()
    }
    facts |= {
        code: _constant(parameter.value, code)
        for code, parameter in plan.rulebook.parameters.items()
    }
    steps: list[TypedStep] = []
    for entry in plan.steps:
        step = _step(entry, facts, plan, traps=traps)
        steps.append(step)
        if step.fact is not None:
            facts[entry.code] = step.fact
    return TypedRulebook(plan, fields, tuple(steps), assumed, traps)


def _field(field: TypedField, *, present: bool) -> Form:
    gaps: Gaps = NO_GAPS if present else frozenset({"missing"})
    size = size_of_field(field.scale) if field.kind == "number" else None
    return Form("read", field.kind, (), size, field.low, field.high, gaps, text=field.code)


def _constant(value: Fact, text: str) -> Form:
    if isinstance(value, Fraction):
        return Form(
            "constant", "number", (), size_of_constant(value), value, value, text=text, fact=value
        )
    return Form("constant", "boolean" if isinstance(value, bool) else "text", text=text, fact=value)


# -- Steps -------------------------------------------------------------------------------------------------------


def _step(
    entry: Entry, facts: Mapping[str, Form], plan: LinkedRulebook, *, traps: bool
) -> TypedStep:
    clauses = tuple(
        _Reader(clause.content, facts, plan, traps=traps).read()
        if isinstance(clause.content, Formula)
        else clause.content
        for clause in clauses_of(entry)
    )
    gaps: Gaps = frozenset().union(*(_gaps(clause) for clause in clauses))
    match entry:
        case Rule():
            fact = _rule_fact(entry, clauses, gaps)
            return TypedStep(entry, clauses, _without_errors(fact) if traps else fact)
        case Decision():
            wrong: Gaps = frozenset(
                {"not_encoded"}
                if isinstance(entry.cases, NotEncoded)
                else ()
                if traps
                else {"error"}
            )
            return TypedStep(
                entry, clauses, Form("read", "text", gaps=gaps | wrong, text=entry.code)
            )
        case Section():
            parent = facts[entry.part_of].gaps if entry.part_of is not None else NO_GAPS
            return TypedStep(
                entry, clauses, Form("read", "text", gaps=gaps | parent, text=entry.code)
            )
        case Check():
            return TypedStep(entry, clauses, Form("read", "text", gaps=gaps, text=entry.code))
        case Message():
            return TypedStep(entry, clauses, None)


def _gaps(clause: Form | NotEncoded) -> Gaps:
    return clause.gaps if isinstance(clause, Form) else frozenset({"not_encoded"})


def _rule_fact(rule: Rule, clauses: tuple[Form | NotEncoded, ...], gaps: Gaps) -> Form:
    formula = clauses[-1]
    if rule.when is not None:
        gaps |= {"not_applicable"}
    if isinstance(formula, NotEncoded):
        return Form("read", "none", gaps=gaps, text=rule.code)
    if rule.rounding is not None and formula.kind == "number":
        rounded = round_form(
            replace(formula, gaps=gaps), rule.rounding.decimals, rule.rounding.mode
        )
        return replace(rounded, op="read", args=(), text=rule.code, part=-1)
    return replace(formula, op="read", args=(), gaps=gaps, text=rule.code, part=-1, fact=None)


def _without_errors(form: Form) -> Form:
    return replace(form, gaps=form.gaps - {"error"}) if "error" in form.gaps else form


# -- Expressions -------------------------------------------------------------------------------------------------


class _Reader:
    """A walk over one formula."""

    def __init__(
        self, formula: Formula, facts: Mapping[str, Form], plan: LinkedRulebook, *, traps: bool
    ) -> None:
        self.formula, self.facts, self.plan, self.traps = formula, facts, plan, traps
        self.parts = {id(part): index for index, part in enumerate(formula.parts)}

    def read(self) -> Form:
        return self._read(self.formula.tree)

    def _read(self, node: ast.expr) -> Form:
        start, end = span_of(node, self.formula.text)
        text = self.formula.text[start:end]
        match node:
            case ast.Constant(value=value):
                return _constant(
                    value if isinstance(value, str) else read_number(text) or Fraction(0), text
                )
            case ast.Name(id=code):
                return (
                    _constant(code == "true", text)
                    if code in ("true", "false")
                    else self.facts[code]
                )
        form = finish_number(replace(self._compound(node), part=self.parts[id(node)], text=text))
        return _without_errors(form) if self.traps else form

    def _compound(self, node: ast.expr) -> Form:
        match node:
            case ast.UnaryOp(op=op, operand=operand):
                arg = self._read(operand)
                name = (
                    "not"
                    if isinstance(op, ast.Not)
                    else "neg"
                    if isinstance(op, ast.USub)
                    else "pos"
                )
                return _form(name, "boolean" if name == "not" else "number", (arg,))
            case ast.BinOp(left=left, op=op, right=right):
                return _form(_BINARY[type(op)], "number", (self._read(left), self._read(right)))
            case ast.BoolOp(op=op, values=values):
                return _form(
                    "or" if isinstance(op, ast.Or) else "and",
                    "boolean",
                    tuple(map(self._read, values)),
                )
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                others = right.elts if isinstance(right, ast.List) else [right]
                return _form(
                    _COMPARISONS[type(op)], "boolean", (self._read(left), *map(self._read, others))
                )
            case ast.IfExp(test=test, body=body, orelse=orelse):
                args = (self._read(body), self._read(orelse), self._read(test))
                return _form("choose", _join(args[:2]), args)
            case ast.Call():
                return self._call(node)
            case _:
                raise TypeError(f"linking admits no {type(node).__name__}")

    def _call(self, node: ast.Call) -> Form:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _ROUNDERS:
            decimals = int(ast.literal_eval(node.args[1])) if len(node.args) > 1 else 0
            return round_form(self._read(node.args[0]), decimals, _ROUNDERS[name])  # type: ignore[arg-type]
        args = tuple(form for argument in node.args for form in self._arguments(argument))
        if name in ("is_missing", "applies"):
            return replace(_form(name, "boolean", args), gaps=args[0].gaps & {"error"})
        if name in ("default", "if_missing"):
            replaced: Gap = "not_applicable" if name == "default" else "missing"
            gaps = (
                (args[0].gaps - {replaced}) | args[1].gaps
                if replaced in args[0].gaps
                else args[0].gaps
            )
            return replace(_form(name, _join(args), args), gaps=gaps)
        return _form(name, "number", args)

    def _arguments(self, node: ast.expr) -> list[Form]:
        group = self.plan.rulebook.groups.get(node.id) if isinstance(node, ast.Name) else None
        return (
            [self.facts[member] for member in group.members]
            if group is not None
            else [self._read(node)]
        )


def _form(op: str, kind: Kind, args: tuple[Form, ...]) -> Form:
    return Form(op, kind, args, gaps=NO_GAPS.union(*(arg.gaps for arg in args)))


def _join(args: tuple[Form, ...]) -> Kind:
    return next((arg.kind for arg in args if arg.kind != "none"), "none")
