"""What is known of each expression before any report, and which evaluator each step has."""

from collections.abc import Iterator, Sequence

from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.inference import infer_rulebook
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import Node, TypedRulebook, TypedStep
from ruletrail.linking import LinkedRulebook, clauses_of, kind_of_entry
from ruletrail.rulebooks import Message, Rule
from ruletrail.values import NotEncoded, write_number

_WHOLE_BITS = 63
_LONGEST = 60

_EVALUATORS = """\
evaluators
  columns            whole numbers under 63 bits; quotients are taken in float64 where all stays
                     under 53 bits, which is exact. How large the numbers are is read off each
                     block of rows, not off the schema.
  compiled function  whole numbers of any size: rows whose numbers pass 63 bits on the way, and
                     sentences.
  reference          a number with more decimals than its field's scale, or of 10**15 and more,
                     which no document holds and only a caller who builds reports can pass in.
"""

_BY_REFERENCE = "reference, because a group may have nothing left"
_GATHERS = "columns, or compiled function where quotients gathered have denominators of their own"


def explain_plan(linked: LinkedRulebook) -> str:
    """Write the fields, and for each step its expressions with what is known of them.

    Scale, interval and possible non-values of each, and what evaluates the step. The schema's
    bounds are the widest that a step can need; columns take it wherever a block's own numbers fit.
    """
    fields = read_fields(linked.schema).values()
    required = frozenset(field.code for field in fields if field.required)
    typed = infer_rulebook(linked, required)
    identity = linked.rulebook.identity
    lines = [
        f"plan {identity}: {len(typed.fields)} fields, {len(typed.steps)} steps",
        "",
        *_EVALUATORS.splitlines(),
        "",
        "fields",
        *(f"  {line}" for line in _write_fields(typed)),
        "",
        "steps",
    ]
    for step in typed.steps:
        evaluator = _name_evaluator(step) if typed.is_covered else _BY_REFERENCE
        lines.append(f"  {step.entry.code}: {kind_of_entry(step.entry)}; {evaluator}")
        lines += [f"    {line}" for line in _write_expressions(step)]
    return "\n".join(lines) + "\n"


def _write_fields(typed: TypedRulebook) -> Iterator[str]:
    for field in typed.fields.values():
        scale = ""
        if field.kind == "number":
            scale = f", {field.scale} decimals at most"
        elif field.choices:
            scale = f", one of {len(field.choices)}"
        required = ", never missing" if field.required else ""
        yield f"{field.code}: {field.kind}{scale}{_write_range(field.range)}{required}"


def _write_expressions(step: TypedStep) -> Iterator[str]:
    """Yield a line for each expression that is computed, inner first, and one for the fact."""
    rows: list[tuple[str, str]] = []
    for clause, written in zip(step.clauses, clauses_of(step.entry), strict=True):
        if isinstance(clause, NotEncoded):
            rows.append(("(not encoded)", clause.why))
            continue
        rows += [(node.text, _describe(node)) for node in _all_nodes(clause) if node.part >= 0]
        if clause.part < 0:
            is_condition = not isinstance(step.entry, Rule) or not step.entry.computes(written)
            rows.append((clause.text, "the condition" if is_condition else _describe(clause)))
    if step.fact is not None and isinstance(step.entry, Rule):
        rounding = step.entry.rounding
        rounded = f", rounded {rounding.mode}" if rounding is not None else ""
        rows.append((f"= {step.entry.code}", _describe(step.fact, rounded)))
    elif step.fact is not None and step.fact.non_values:
        rows.append((f"= {step.entry.code}", f"an outcome{_write_non_values(step.fact)}"))
    width = min(max((len(text) for text, _ in rows), default=0), _LONGEST)
    for text, known in rows:
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        yield f"{shown:<{width}}  {known}"


def _all_nodes(node: Node) -> Iterator[Node]:
    for arg in node.args:
        yield from _all_nodes(arg)
    yield node


def _describe(node: Node, rounded: str = "") -> str:
    """Say what is known of a value: its scale, its interval, its possible non-values."""
    size = node.size
    if node.kind == "none":
        kind = "never a value"
    elif node.kind != "number" or size is None:
        kind = node.kind
    else:
        kind = "quotient of whole numbers" if size.scale is None else f"whole at scale {size.scale}"
    watched = ", its digits counted" if node.watched else ""
    return f"{kind}{rounded}{_write_range(node.range)}{watched}{_write_non_values(node)}"


def _write_non_values(node: Node) -> str:
    return f"; may be {', '.join(sorted(node.non_values))}" if node.non_values else ""


def _write_range(known: Interval) -> str:
    ends = []
    if known.low is not None:
        ends.append(f" {'>' if known.low_open else '>='} {write_number(known.low)}")
    if known.high is not None:
        ends.append(f" {'<' if known.high_open else '<='} {write_number(known.high)}")
    return f",{' and'.join(ends)}" if ends else ""


def _name_evaluator(step: TypedStep) -> str:
    if isinstance(step.entry, Message):
        return "compiled function, because columns leave sentences out"
    clauses = [clause for clause in step.clauses if isinstance(clause, Node)]
    nodes = [node for clause in clauses for node in _all_nodes(clause)]
    if any(_gathers_quotients(node) for node in nodes):
        return _GATHERS
    bits = _most_bits([*nodes, *([step.fact] if step.fact is not None else [])])
    if bits <= _WHOLE_BITS:
        return "columns"
    reason = f"because the schema admits numbers that need {bits}"
    return f"columns up to {_WHOLE_BITS} bits, then compiled function, {reason}"


def _gathers_quotients(node: Node) -> bool:
    size = node.args[0].size if node.over else None
    return size is not None and size.scale is None


def _most_bits(nodes: Sequence[Node]) -> int:
    sizes = [node.size for node in nodes if node.size is not None]
    return max((max(size.top, size.bottom) for size in sizes), default=0)
