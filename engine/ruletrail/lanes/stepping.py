"""Print the steps of a plan: rules, decisions, sections, checks and messages, as statements of one function.

Each step leaves its fact, and everything its explanation needs, in variables; `bad` and `open` gather the status.
"""

from collections.abc import Sequence
from fractions import Fraction

from ruletrail.lanes.forms import NO_GAPS, FieldForm, Form, Kind, StepForm
from ruletrail.lanes.printing import Expressions, Held, Page, put_rounding
from ruletrail.lanes.slots import ClauseSlots, Slot, StepSlots
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.structures import dataclass, field, replace
from ruletrail.values import Fact, NotApplicable, NotEncoded

_NO_VALUE = Held("none", "None")


@dataclass(slots=True)
class Chunk:
    """One function as it is printed: the facts it knows, what it reads from outside, what it returns."""

    number: int
    page: Page
    fields: dict[str, tuple[int, FieldForm]]
    """Field codes, with their positions among the inputs."""
    assumed: frozenset[str]
    exported: dict[str, tuple[int, Form]]
    """Facts of earlier functions, with where they are kept."""
    known: dict[str, Held] = field(default_factory=dict)
    loads: dict[int, str] = field(default_factory=dict)
    """The inputs that it reads, by position, and the variables that hold them."""
    preamble: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)

    def lookup(self, form: Form) -> Held:
        """Find a fact; one from outside is loaded once, before anything else."""
        code = form.text
        if code not in self.known:
            self.known[code] = self._import(code) if code in self.exported else self._load(code)
        return self.known[code]

    def _load(self, code: str) -> Held:
        at, declared = self.fields[code]
        value = self.loads[at] = self.page.name("f")
        if code in self.assumed:
            return Held(declared.kind, value, declared.scale)
        gap, missing = self.page.name("g"), f"m{at}"
        self.preamble += [f" {gap} = None", f" if {value} is None: {value} = {gap} = {missing}"]
        return Held(declared.kind, value, declared.scale, "", gap)

    def _import(self, code: str) -> Held:
        at, form = self.exported[code]
        value, bottom, gap = self.page.name("f"), self.page.name("f"), self.page.name("g")
        scale = form.size.scale if form.size is not None else 0
        self.preamble += [f" {value} = F[{at}]"]
        self.preamble += [f" {bottom} = F[{at + 1}]"] if scale is None else []
        self.preamble += [f" {gap} = F[{at + 2}]"] if form.gaps else []
        return Held(form.kind, value, scale, bottom if scale is None else "", gap if form.gaps else "")

    def place(self, name: str) -> int:
        """Give a variable its position among the results; two flags come first."""
        return self.returned.setdefault(name, len(self.returned) + 2)

    def slot(self, held: Held, form: Form | None = None) -> Slot:
        """Say where a value will be found."""
        if form is not None and form.op == "constant":
            return Slot(-1, fact=form.fact)
        if not held.value.isidentifier() or held.value in ("True", "False"):
            raise ValueError("only constants are written in the code")
        power = 10**held.scale if held.kind == "number" and held.scale is not None else 1
        bottom = self.place(held.bottom) if held.bottom else -1
        return Slot(self.place(held.value), held.kind, power, bottom, may_be_gap=bool(held.gap))


def print_step(chunk: Chunk, step: StepForm) -> StepSlots:
    """Print one step and say where its values are."""
    match step.entry:
        case Rule() as rule:
            return _RulePrinter(chunk, step, rule).write()
        case Decision() as decision:
            return _decision(chunk, step, decision)
        case Section() as section:
            return _section(chunk, step, section)
        case Check() as check:
            return _check(chunk, step, check)
        case Message() as message:
            return _message(chunk, step, message)


def _clause(chunk: Chunk, clause: Form | NotEncoded) -> tuple[Held, ClauseSlots | None]:
    """Print a formula or a condition; one that is not encoded is a gap that is known now."""
    if isinstance(clause, NotEncoded):
        gap = chunk.page.constant(clause)
        return Held("none", gap, 0, "", gap), None
    writer = Expressions(chunk.page, chunk.lookup)
    held = writer.write(clause)
    parts = tuple(chunk.slot(writer.parts[index]) for index in sorted(writer.parts))
    replaced = {index: chunk.place(flag) for index, flag in writer.replaced.items()}
    return held, ClauseSlots(chunk.slot(held, clause), parts, replaced)


def _flags(chunk: Chunk, held: Held, gaps: frozenset[str], *, leaves_open: bool = True) -> None:
    """Write what a gap means for the status: an error makes it invalid, others leave it open."""
    if not held.gap or not gaps - {"not_applicable"}:
        return
    page = chunk.page
    with page.block(f"if {held.gap} is not None:"):
        if "error" in gaps:
            with page.block(f"if {held.gap}.__class__ is ErrorValue:"):
                page.put("bad = True")
        if leaves_open and gaps & {"missing", "not_encoded"}:
            with page.block(f"{'elif' if 'error' in gaps else 'if'} {held.gap}.__class__ is not NotApplicable:"):
                page.put("open = True")


def _word(chunk: Chunk, form: Form, truth: Held, when_true: str, when_false: str) -> Held:
    """Write a condition's two words; a gap stays one."""
    writer = Expressions(chunk.page, chunk.lookup)
    to = Held("text", chunk.page.name(), 0, "", chunk.page.name("g") if form.gaps else "")
    if truth.kind == "none":
        writer.put_gap(to, truth.gap)
        return to
    with writer.guarded(to, [truth]):
        writer.put_value(to, f'"{when_true}" if {truth.value} else "{when_false}"')
    return to


# -- Rules -------------------------------------------------------------------------------------------------------


class _RulePrinter:
    """Prints one rule: its condition, its formula, its rounding, and how a declared value agrees."""

    def __init__(self, chunk: Chunk, step: StepForm, rule: Rule) -> None:
        if step.fact is None:
            raise TypeError("a rule has a fact")
        self.chunk, self.page, self.step, self.rule, self.form = chunk, chunk.page, step, rule, step.fact
        self.writer = Expressions(chunk.page, chunk.lookup)
        self.unrounded = _NO_VALUE

    def write(self) -> StepSlots:
        """Print the rule."""
        clauses: tuple[ClauseSlots | None, ...]
        if self.rule.when is None:
            fact, formula = self._formula()
            clauses = (formula,)
        else:
            when, when_slots = _clause(self.chunk, self.step.clauses[0])
            fact, formula = self._conditional(when)
            clauses = (when_slots, formula)
        self.chunk.known[self.rule.code] = fact
        _flags(self.chunk, fact, frozenset(self.form.gaps))
        agreement = self._declared(fact)
        return StepSlots(self.rule, self.chunk.number, self.chunk.slot(fact), clauses, (), agreement)

    def _formula(self) -> tuple[Held, ClauseSlots | None]:
        held, slots = _clause(self.chunk, self.step.clauses[-1])
        if isinstance(self.step.clauses[-1], Form) and self.step.clauses[-1].op == "constant":
            literal, held = held, self.writer.fresh(self.step.clauses[-1])
            self.writer.put_move(held, literal)
        self.unrounded = held
        if held.kind != "number":
            return held, slots
        if self.rule.rounding is not None:
            to = self.writer.fresh(self._inner_form())
            with self.writer.guarded(to, [held]):
                put_rounding(self.writer, to, held, self.rule.rounding.decimals, self.rule.rounding.mode)
                self.writer.put_watched(to, self.form, self.rule.code)
            return to, slots
        if held.scale is None and held.value in self.page.made:
            with self.page.block(f"if {held.gap} is None:" if held.gap else "if True:"):
                self.page.put(f"{held.value}, {held.bottom} = reduce_pair({held.value}, {held.bottom})")
        return held, slots

    def _inner_form(self) -> Form:
        """Give the fact's form without the gaps of the rule's own condition, inside which the formula stands."""
        clause = self.step.clauses[-1]
        if self.rule.when is None or not isinstance(clause, Form):
            return self.form
        return replace(self.form, gaps=clause.gaps | (self.form.gaps & {"error"} if self.form.watched else NO_GAPS))

    def _conditional(self, when: Held) -> tuple[Held, ClauseSlots | None]:
        to, page = self.writer.fresh(self.form), self.page
        before = len(page.made)
        with page.block(f"if {when.value} is True:" if when.gap else f"if {when.value}:"):
            page.positive = self._positive()
            held, slots = self._formula()
            page.positive = set()
            self.writer.put_move(to, held)
        made = page.made[before:]
        with page.block(f"elif {when.value} is False:" if when.gap else "else:"):
            self.writer.put_gap(to, page.constant(NotApplicable(self.rule.code)))
            self.writer.unset(made)
        if when.gap:
            with page.block("else:"):
                self.writer.put_gap(to, when.gap)
                self.writer.unset(made)
        return to, slots

    def _positive(self) -> set[str]:
        """Find the variable that the rule's own condition tells to be more than 0; dividing by it is no error then."""
        when = self.step.clauses[0]
        if not isinstance(when, Form) or when.op != "gt" or when.args[0].op != "read":
            return set()
        least = when.args[1].fact
        return {self.chunk.lookup(when.args[0]).value} if isinstance(least, Fraction) and least >= 0 else set()

    def _declared(self, fact: Held) -> int:
        """Write how the value that the report declares agrees with the fact."""
        declared = self.chunk.fields.get(self.rule.code)
        if declared is None:
            return -1
        at, field_form = declared
        page, stated, agreement = self.page, self.page.name("q"), self.page.name("a")
        self.chunk.loads[at] = stated
        with page.block(f"if {stated} is None:"):
            page.put(f"{agreement} = None")
        if fact.gap:
            is_zero = f"{stated} == 0" if field_form.kind == "number" else "False"
            with page.block(f"elif {fact.gap} is not None:"):
                page.put(f"{agreement} = compare_gap({fact.gap}, is_zero={is_zero})")
                page.put(f'if {agreement} == "differs": bad = True')
        if fact.kind != "none":
            with page.block(f"elif {self._equals(fact, stated, field_form)}:"):
                page.put(f'{agreement} = "equal"')
            with page.block("else:"):
                self._put_agreement(fact, stated, agreement, at, field_form)
                page.put(f'if {agreement} == "differs": bad = True')
        return self.chunk.place(agreement)

    def _equals(self, fact: Held, stated: str, field_form: FieldForm) -> str:
        if field_form.kind != "number" or fact.kind != "number":
            return f"{stated} == {fact.value}"
        declared = Held("number", stated, field_form.scale)
        if fact.scale is None:
            return f"{stated} * {fact.bottom} == {fact.value} * {declared.denominator}"
        shared = max(field_form.scale, fact.scale)
        return f"{declared.at(shared)} == {fact.at(shared)}"

    def _put_agreement(self, fact: Held, stated: str, agreement: str, at: int, field_form: FieldForm) -> None:
        if fact.kind != "number":
            self.page.put(f'{agreement} = "differs"')
            return
        exact = self.unrounded
        numbers = f"{stated}, {10**field_form.scale}, {exact.value}, {exact.denominator}"
        self.page.put(f"{agreement} = compare_number(D[{at}], {numbers})")


# -- Decisions ---------------------------------------------------------------------------------------------------


def _decision(chunk: Chunk, step: StepForm, decision: Decision) -> StepSlots:
    page, writer = chunk.page, Expressions(chunk.page, chunk.lookup)
    gaps = step.fact.gaps if step.fact is not None else NO_GAPS
    to = Held("text", page.name(), 0, "", page.name("g") if gaps else "")
    chunk.known[decision.code] = to
    if isinstance(decision.cases, NotEncoded):
        writer.put_gap(to, page.constant(decision.cases))
        page.put("open = True")
        return StepSlots(decision, chunk.number, chunk.slot(to), ())
    printed = iter([(*_clause(chunk, clause), clause) for clause in step.clauses])
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
            slots.append(chunk.slot(truth, form if isinstance(form, Form) else None))
        truths.append(truth)
    _choose(writer, to, decision, truths)
    _flags(chunk, to, gaps)
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
        plain.append(f"{' + '.join(values)} == 1" if len(values) <= 50 else f"sum(({', '.join(values)})) == 1")  # noqa: PLR2004 - a short chain
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
        page.put(f"{to.value} = choose_case({code}, ({', '.join(names)},), ({', '.join(values)},), first={first})")
        if page.traps:
            page.put(f"if {to.value}.__class__ is ErrorValue: return None")
        page.put(f"{to.gap} = None if {to.value}.__class__ is str else {to.value}")


# -- Sections, checks, messages ----------------------------------------------------------------------------------


def _section(chunk: Chunk, step: StepForm, section: Section) -> StepSlots:
    page, writer = chunk.page, Expressions(chunk.page, chunk.lookup)
    due, slots = _clause(chunk, step.clauses[0])
    form = step.fact if step.fact is not None else Form("read", "text")
    if section.part_of is None:
        to = _word(chunk, form, due, "due", "not_due")
    else:
        parent = chunk.lookup(Form("read", "text", text=section.part_of))
        to = Held("text", page.name(), 0, "", page.name("g") if form.gaps else "")
        gaps = list(dict.fromkeys(held.gap for held in (due, parent) if held.gap))
        with page.block(f'if {due.value} is False or {parent.value} == "not_due":'):
            writer.put_value(to, '"not_due"')
        with page.block(f"elif {' and '.join(f'{gap} is None' for gap in gaps)}:" if gaps else "else:"):
            writer.put_value(to, '"due"')
        if gaps:
            with page.block("else:"):
                writer.put_gap(to, f"join_gaps(({', '.join(gaps)},))")
    chunk.known[section.code] = to
    required = frozenset(section.fields) - set(section.optional)
    if section.gap is not None:
        page.put(f'if {to.value} == "due": open = True')
    elif required:
        page.put(f'if A and {to.value} == "due" and not {page.constant(required)}.isdisjoint(A): open = True')
    _flags(chunk, to, frozenset(form.gaps))
    return StepSlots(section, chunk.number, chunk.slot(to), (slots,))


def _check(chunk: Chunk, step: StepForm, check: Check) -> StepSlots:
    expect, slots = _clause(chunk, step.clauses[0])
    form = step.fact if step.fact is not None else Form("read", "text")
    to = _word(chunk, form, expect, "passed", "failed")
    chunk.known[check.code] = to
    is_error = check.severity == "error"
    if is_error:
        chunk.page.put(f'if {to.value} == "failed": bad = True')
    _flags(chunk, to, frozenset(form.gaps), leaves_open=is_error)
    return StepSlots(check, chunk.number, chunk.slot(to), (slots,))


def _message(chunk: Chunk, step: StepForm, message: Message) -> StepSlots:
    when, slots = _clause(chunk, step.clauses[0])
    clause = step.clauses[0]
    gaps = clause.gaps if isinstance(clause, Form) else frozenset({"not_encoded"})
    kind: Kind = "text"
    to = _word(chunk, Form("read", kind, gaps=gaps), when, "shown", "not_shown")  # type: ignore[arg-type]
    if isinstance(message.text, NotEncoded):
        chunk.page.put(f'if {to.value} == "shown": {to.value} = {chunk.page.constant(message.text)}')
    return StepSlots(message, chunk.number, chunk.slot(to), (slots,))


__all__ = ["Chunk", "Fact", "print_step"]
