"""Print the steps of a plan: decisions, sections, checks and messages, as statements of one function; rules by `ruling`.

Each step leaves its fact, and everything its explanation needs, in variables; `bad` and `open` gather the status.
"""

from collections.abc import Sequence

from ruletrail.analysis.ir import NO_NON_VALUES, Kind, Node, TypedStep
from ruletrail.compiled.scalar_codegen.code_buffer import Held, Page
from ruletrail.compiled.scalar_codegen.expressions import Expressions
from ruletrail.compiled.scalar_codegen.functions import Chunk, print_clause, put_flags, put_word
from ruletrail.compiled.scalar_codegen.rules import RulePrinter
from ruletrail.compiled.slots import ClauseSlots, Slot, StepSlots
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import NotEncoded


def print_step(chunk: Chunk, step: TypedStep) -> StepSlots:
    """Print one step and say where its values are."""
    match step.entry:
        case Rule() as rule:
            return RulePrinter(chunk, step, rule).write()
        case Decision() as decision:
            return _decision(chunk, step, decision)
        case Section() as section:
            return _section(chunk, step, section)
        case Check() as check:
            return _check(chunk, step, check)
        case Message() as message:
            return _message(chunk, step, message)


# -- Decisions ---------------------------------------------------------------------------------------------------


def _decision(chunk: Chunk, step: TypedStep, decision: Decision) -> StepSlots:
    page, writer = chunk.page, Expressions(chunk.page, chunk.lookup)
    gaps = step.fact.non_values if step.fact is not None else NO_NON_VALUES
    to = Held("text", page.name(), 0, "", page.name("g") if gaps else "")
    chunk.known[decision.code] = to
    if isinstance(decision.cases, NotEncoded):
        writer.put_gap(to, page.constant(decision.cases))
        page.put("open = True")
        return StepSlots(decision, chunk.number, chunk.slot(to), ())
    printed = iter([(*print_clause(chunk, clause), clause) for clause in step.clauses])
    others: list[Held] = []
    truths: list[Held] = []
    slots: list[Slot] = []
    clauses: list[ClauseSlots | None] = []
    for case in decision.cases:
        if case.when is None:
            truth = _otherwise(page, others, is_first=decision.policy == "first")
            slots.append(chunk.slot(truth))
        else:
            truth, clause_slots, form = next(printed)
            others.append(truth)
            clauses.append(clause_slots)
            slots.append(chunk.slot(truth, form if isinstance(form, Node) else None))
        truths.append(truth)
    _choose(writer, to, decision, truths)
    put_flags(chunk, to, gaps)
    return StepSlots(decision, chunk.number, chunk.slot(to), tuple(clauses), tuple(slots))


def _otherwise(page: Page, others: Sequence[Held], *, is_first: bool) -> Held:
    name = page.name()
    gaps = [held.gap for held in others if held.gap]
    if is_first:
        page.put(f"{name} = True")
        return Held("boolean", name)
    if not gaps:
        page.put(f"{name} = not ({' or '.join(held.value for held in others) or 'False'})")
        return Held("boolean", name)
    gap = page.name("g")
    page.put(f"{name} = otherwise_truth(({', '.join(held.value for held in others)},))")
    page.put(f"{gap} = None if {name}.__class__ is bool else {name}")
    return Held("boolean", name, 0, "", gap)


def _choose(writer: Expressions, to: Held, decision: Decision, truths: Sequence[Held]) -> None:
    """Write the choice: straight when every truth is settled and one holds, else by the rules for gaps."""
    page = writer.page
    cases = decision.cases if isinstance(decision.cases, tuple) else ()
    code, names = page.constant(decision.code), [page.constant(case.outcome) for case in cases]
    gaps = list(dict.fromkeys(held.gap for held in truths if held.gap))
    values = [held.value for held in truths]
    plain = [f"{gap} is None" for gap in gaps]
    if decision.policy == "exclusive":
        plain.append(
            f"{' + '.join(values)} == 1"
            if len(values) <= 50  # noqa: PLR2004
            else f"sum(({', '.join(values)})) == 1"
        )
    else:
        plain.append(" or ".join(values))
    with page.block(f"if {' and '.join(f'({test})' for test in plain)}:"):
        for index, (value, name) in enumerate(zip(values, names, strict=True)):
            page.put(f"{'if' if index == 0 else 'elif'} {value}: {to.value} = {name}")
        if to.gap:
            page.put(f"{to.gap} = None")
    with page.block("else:"):
        if not to.gap:
            page.put("return None")
            return
        first = decision.policy == "first"
        page.put(
            f"{to.value} = choose_case({code}, ({', '.join(names)},), ({', '.join(values)},), first={first})"
        )
        if page.traps:
            page.put(f"if {to.value}.__class__ is ErrorValue: return None")
        page.put(f"{to.gap} = None if {to.value}.__class__ is str else {to.value}")


# -- Sections, checks, messages ----------------------------------------------------------------------------------


def _section(chunk: Chunk, step: TypedStep, section: Section) -> StepSlots:
    page, writer = chunk.page, Expressions(chunk.page, chunk.lookup)
    due, slots = print_clause(chunk, step.clauses[0])
    form = step.fact if step.fact is not None else Node("read", "text")
    if section.part_of is None:
        to = put_word(chunk, form, due, "due", "not_due")
    else:
        parent = chunk.lookup(Node("read", "text", text=section.part_of))
        to = Held("text", page.name(), 0, "", page.name("g") if form.non_values else "")
        gaps = list(dict.fromkeys(held.gap for held in (due, parent) if held.gap))
        with page.block(f'if {due.value} is False or {parent.value} == "not_due":'):
            writer.put_value(to, '"not_due"')
        with page.block(
            f"elif {' and '.join(f'{gap} is None' for gap in gaps)}:" if gaps else "else:"
        ):
            writer.put_value(to, '"due"')
        if gaps:
            with page.block("else:"):
                writer.put_gap(to, f"join_gaps(({', '.join(gaps)},))")
    chunk.known[section.code] = to
    required = frozenset(section.fields) - set(section.optional)
    if section.gap is not None:
        page.put(f'if {to.value} == "due": open = True')
    elif required:
        page.put(
            f'if A and {to.value} == "due" and not {page.constant(required)}.isdisjoint(A): open = True'
        )
    put_flags(chunk, to, frozenset(form.non_values))
    return StepSlots(section, chunk.number, chunk.slot(to), (slots,))


def _check(chunk: Chunk, step: TypedStep, check: Check) -> StepSlots:
    expect, slots = print_clause(chunk, step.clauses[0])
    form = step.fact if step.fact is not None else Node("read", "text")
    to = put_word(chunk, form, expect, "passed", "failed")
    chunk.known[check.code] = to
    is_error = check.severity == "error"
    if is_error:
        chunk.page.put(f'if {to.value} == "failed": bad = True')
    put_flags(chunk, to, frozenset(form.non_values), leaves_open=is_error)
    return StepSlots(check, chunk.number, chunk.slot(to), (slots,))


def _message(chunk: Chunk, step: TypedStep, message: Message) -> StepSlots:
    when, slots = print_clause(chunk, step.clauses[0])
    clause = step.clauses[0]
    gaps = clause.non_values if isinstance(clause, Node) else frozenset({"not_encoded"})
    kind: Kind = "text"
    to = put_word(chunk, Node("read", kind, non_values=gaps), when, "shown", "not_shown")  # type: ignore[arg-type]
    if isinstance(message.text, NotEncoded):
        chunk.page.put(
            f'if {to.value} == "shown": {to.value} = {chunk.page.constant(message.text)}'
        )
    return StepSlots(message, chunk.number, chunk.slot(to), (slots,))
