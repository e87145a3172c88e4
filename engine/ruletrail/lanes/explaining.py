"""The typed form for readers: which lane each step takes, what is known of its value, and why."""

from collections.abc import Iterator

from ruletrail.lanes.forms import Form, PlanForm, Size, StepForm
from ruletrail.lanes.inferring import infer_plan
from ruletrail.plans import Plan, kind_of_entry
from ruletrail.rulebooks import Message
from ruletrail.values import NotEncoded, write_number

_FLOAT_BITS, _WHOLE_BITS = 53, 63


def explain_plan(plan: Plan) -> str:
    """Write which lane each step takes, with scale, range and gaps, one line each.

    The lane is what the schema's bounds promise; at run time a block of columns takes the narrowest lane that its
    own numbers fit, so a step promised to the compiled function is usually done by columns too.
    """
    form = infer_plan(plan, frozenset(code for code, field in infer_plan(plan).fields.items() if field.required))
    lines = [f"plan {plan.rulebook.identity}: {len(form.fields)} fields, {len(form.steps)} steps", "", "fields"]
    lines += [f"  {line}" for line in _fields(form)]
    lines += ["", "steps"]
    width = max((len(step.entry.code) for step in form.steps), default=0)
    lines += [f"  {step.entry.code:<{width}}  {_step(step)}" for step in form.steps]
    lines += ["", *_REFERENCE]
    return "\n".join(lines) + "\n"


_REFERENCE = (
    "rows for the reference evaluator: a number with more decimals than its field's scale, or of 10**15 and more,",
    "which no document holds and only a caller who builds reports by hand can pass in; nothing else.",
)


def _fields(form: PlanForm) -> Iterator[str]:
    for field in form.fields.values():
        bounds = _range(Form("read", field.kind, low=field.low, high=field.high))
        scale = f", {field.scale} decimals at most" if field.kind == "number" else f", one of {len(field.choices)}" if field.choices else ""
        yield f"{field.code}: {field.kind}{scale}{bounds}{', never missing' if field.required else ''}"


def _step(step: StepForm) -> str:
    kind = kind_of_entry(step.entry)
    if isinstance(step.entry, Message):
        return f"{kind}: compiled function; columns leave sentences out"
    forms = [form for clause in step.clauses if isinstance(clause, Form) for form in _all_forms(clause)]
    if step.fact is not None:
        forms.append(step.fact)
    gaps = f"; may be {', '.join(sorted(step.fact.gaps))}" if step.fact is not None and step.fact.gaps else ""
    unknown = "; not encoded" if any(isinstance(clause, NotEncoded) for clause in step.clauses) else ""
    value = _value(step.fact) if step.fact is not None and kind == "rule" else ""
    return f"{kind}: {_lane(forms)}{value}{gaps}{unknown}"


def _all_forms(form: Form) -> Iterator[Form]:
    yield form
    for arg in form.args:
        yield from _all_forms(arg)


def _lane(forms: list[Form]) -> str:
    bits = max((max(form.size.top, form.size.bottom) for form in forms if form.size is not None), default=0)
    if bits <= _FLOAT_BITS:
        return "columns (float64)"
    if bits <= _WHOLE_BITS:
        return "columns (int64)"
    watched = ", digits are counted" if any(form.watched for form in forms) else ""
    return f"columns where the block's numbers stay under {_WHOLE_BITS} bits, else compiled function (up to {bits} bits{watched})"


def _value(fact: Form) -> str:
    if fact.size is None:
        return f"; {fact.kind}"
    return f"; number, {_scale(fact.size)}{_range(fact)}"


def _scale(size: Size) -> str:
    return "a pair that nothing rounds" if size.scale is None else f"whole at scale {size.scale}"


def _range(form: Form) -> str:
    low = "" if form.low is None else f" >= {write_number(form.low)}"
    high = "" if form.high is None else f" <= {write_number(form.high)}"
    return f"{',' if low or high else ''}{low}{' and' if low and high else ''}{high}"
