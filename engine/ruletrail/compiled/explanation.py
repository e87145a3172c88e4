"""The typed form for readers: what is known of each expression before any report, which lane takes it, and why."""

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

_LANES = """\
lanes
  columns            whole numbers under 63 bits; quotients are taken in float64 where all stays under 53 bits, which is exact.
                     How large the numbers are is read off each block of rows, not off the schema.
  compiled function  whole numbers of any size: rows whose numbers pass 63 bits on the way, and sentences.
  reference          a number with more decimals than its field's scale, or of 10**15 and more, which no document
                     holds and only a caller who builds reports by hand can pass in; nothing else.
"""


def explain_plan(plan: LinkedRulebook) -> str:
    """Write the typed form: fields, and for each step its expressions with scale, range, gaps, and its lane.

    What the schema promises is the widest a step can need; "columns" take it wherever a block's own numbers fit.
    """
    form = infer_rulebook(
        plan,
        frozenset(code for code, field in read_fields(plan.schema).items() if field.required),
    )
    lines = [
        f"plan {plan.rulebook.identity}: {len(form.fields)} fields, {len(form.steps)} steps",
        "",
        *_LANES.splitlines(),
        "",
        "fields",
    ]
    lines += [f"  {line}" for line in _fields(form)]
    lines += ["", "steps"]
    for step in form.steps:
        lines.append(f"  {step.entry.code}: {kind_of_entry(step.entry)}; {_lane(step)}")
        lines += [f"    {line}" for line in _expressions(step)]
    return "\n".join(lines) + "\n"


def _fields(form: TypedRulebook) -> Iterator[str]:
    for field in form.fields.values():
        bounds = _range(field.range)
        scale = (
            f", {field.scale} decimals at most"
            if field.kind == "number"
            else f", one of {len(field.choices)}"
            if field.choices
            else ""
        )
        yield f"{field.code}: {field.kind}{scale}{bounds}{', never missing' if field.required else ''}"


def _expressions(step: TypedStep) -> Iterator[str]:
    """Yield a line for each expression that is worked out, inner first, and one for what the step comes to."""
    rows: list[tuple[str, str]] = []
    for clause, written in zip(step.clauses, clauses_of(step.entry), strict=True):
        if isinstance(clause, NotEncoded):
            rows.append(("(not encoded)", clause.why))
            continue
        is_condition = not isinstance(step.entry, Rule) or written is step.entry.when
        rows += [(form.text, _known(form)) for form in _all_nodes(clause) if form.part >= 0]
        if clause.part < 0:
            rows.append((clause.text, "the condition" if is_condition else _known(clause)))
    if step.fact is not None and isinstance(step.entry, Rule):
        rounding = step.entry.rounding
        rows.append(
            (
                f"= {step.entry.code}",
                _known(step.fact, f", rounded {rounding.mode}" if rounding is not None else ""),
            )
        )
    elif step.fact is not None and step.fact.non_values:
        rows.append((f"= {step.entry.code}", f"an outcome{_gaps(step.fact)}"))
    width = min(max((len(text) for text, _ in rows), default=0), _LONGEST)
    for text, known in rows:
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        yield f"{shown:<{width}}  {known}"


def _all_nodes(form: Node) -> Iterator[Node]:
    for arg in form.args:
        yield from _all_nodes(arg)
    yield form


def _known(form: Node, how: str = "") -> str:
    """Say what is known of a value: how it is held, its bounds, the gaps it may be."""
    size = form.size
    if form.kind == "none":
        held = "never a value"
    elif form.kind != "number" or size is None:
        held = form.kind
    else:
        held = "quotient of whole numbers" if size.scale is None else f"whole at scale {size.scale}"
    watched = ", its digits counted" if form.watched else ""
    return f"{held}{how}{_range(form.range)}{watched}{_gaps(form)}"


def _gaps(form: Node) -> str:
    return f"; may be {', '.join(sorted(form.non_values))}" if form.non_values else ""


def _range(known: Interval) -> str:
    low = (
        "" if known.low is None else f" {'>' if known.low_open else '>='} {write_number(known.low)}"
    )
    high = (
        ""
        if known.high is None
        else f" {'<' if known.high_open else '<='} {write_number(known.high)}"
    )
    return f"{',' if low or high else ''}{low}{' and' if low and high else ''}{high}"


def _lane(step: TypedStep) -> str:
    if isinstance(step.entry, Message):
        return "compiled function, because columns leave sentences out"
    bits = _bits(
        [form for clause in step.clauses if isinstance(clause, Node) for form in _all_nodes(clause)]
    )
    if step.fact is not None:
        bits = max(bits, _bits([step.fact]))
    if bits <= _WHOLE_BITS:
        return "columns"
    return f"columns up to {_WHOLE_BITS} bits, then compiled function, because the schema admits numbers that need {bits}"


def _bits(forms: Sequence[Node]) -> int:
    return max(
        (max(form.size.top, form.size.bottom) for form in forms if form.size is not None), default=0
    )
