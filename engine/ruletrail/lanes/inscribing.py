"""Print the functions that write the steps of a trail: constants between values, joined once.

Like the compiled plan, the printed code holds no text of anybody's; every piece of JSON is a named constant.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruletrail.formulas import Formula
from ruletrail.lanes.skeletons import Blank, PartText, StepText
from ruletrail.lanes.slots import Slot
from ruletrail.plans import Plan, clauses_of, sentences_of
from ruletrail.rulebooks import Rule, Section

Inscribe = Callable[[Sequence[object], Any], list[tuple[str, str]]]
"""Takes a function's results and the writing; gives each step's text before and after its digest."""


class _Printer:
    """Prints the function of one chunk of steps."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.constants: dict[str, object] = {}
        self.lines: list[str] = []
        self.halves: list[list[str]] = [[]]
        self.text = ""

    def constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def put(self, code: str) -> None:
        """Add a value; the constant text before it is closed."""
        self.close()
        self.halves[-1].append(code)

    def close(self) -> None:
        if self.text:
            self.halves[-1].append(self.constant(self.text))
            self.text = ""

    def step(self, step: StepText) -> None:
        """Print one step."""
        code = step.slots.entry.code
        self.lines.append(f" f = R[{step.slots.fact.position}]")
        self.lines.append(f" K[{self.constant(code)}] = t = {self.value(step.slots.fact, 'f')}")
        self.halves, self.text = [[]], ""
        for piece in step.pieces:
            if isinstance(piece, str):
                self.text += piece
            elif piece[0] == "digest":
                self.close()
                self.halves.append([])
            else:
                self._blank(step, piece)
        self.close()
        before, after = (f"J(({', '.join(half)},))" if half else '""' for half in self.halves)
        self.lines.append(f" out.append(({before}, {after}))")

    def _blank(self, step: StepText, blank: Blank) -> None:
        kind, about = blank
        entry = step.slots.entry
        match kind:
            case "read":
                self.put(f"K[{self.constant(about)}]")
            case "fact":
                self.put("t")
            case "outcome" if isinstance(entry, Rule):
                self.put(f"({self.constant(chr(34) + 'value' + chr(34))} if f.__class__ in VALUES else KIND(f))")
            case "outcome":
                self.put("WORD(f)")
            case "slot" if about is not None:
                self.put(self.slot(about))
            case "parts":
                self._parts(step, *about)
            case "rounding":
                self.put(self._rounding(step, about))
            case "declared" if entry.code in self.plan.schema.fields:
                self.put(f"W.declared({self.constant(entry.code)}, R[{step.slots.agreement}])")
            case "message" if sentences_of(entry):
                self.put(f"W.message({self.constant(entry.code)})")
            case "empty" | "filled" if isinstance(entry, Section):
                self.put(f"W.{kind}({self.constant(entry)})")
            case _:
                return

    def _rounding(self, step: StepText, texts: tuple[str, str, str]) -> str:
        """Print a rounding, with the value before it where the formula was evaluated and has one."""
        before, after, without = (self.constant(text) for text in texts)
        clause, when = step.slots.clauses[-1], step.slots.clauses[0]
        if clause is None or (len(step.slots.clauses) > 1 and when is None):
            return without
        tests = [f"{self.found(when.value)} is True"] if len(step.slots.clauses) > 1 and when is not None else []
        if clause.value.fact is None:
            tests.append(f"R[{clause.value.position}].__class__ is int")
        return f"({before} + {self.slot(clause.value)} + {after} if {' and '.join(tests) or 'True'} else {without})"

    def found(self, slot: Slot) -> str:
        """Print where a slot's value is."""
        return f"R[{slot.position}]" if slot.fact is None else self.constant(slot.fact)

    def slot(self, slot: Slot) -> str:
        """Print the text of a slot's value."""
        if slot.fact is not None:
            return f"OTHER({self.constant(slot.fact)})"
        return self.value(slot, f"R[{slot.position}]")

    def value(self, slot: Slot, at: str) -> str:
        """Print the text of a value that stands at a place."""
        if slot.fact is not None:
            return f"OTHER({self.constant(slot.fact)})"
        if not slot.is_number:
            return f"(TRUE if {at} is True else FALSE if {at} is False else OTHER({at}))"
        if slot.bottom >= 0:
            return f"(PAIR({at}, R[{slot.bottom}]) if {at}.__class__ is int else OTHER({at}))"
        if slot.power == 1:
            return f"(QUOTE % {at} if {at}.__class__ is int else OTHER({at}))"
        return f"(DECIMAL({at}, {slot.power}) if {at}.__class__ is int else OTHER({at}))"

    def _parts(self, step: StepText, at: int, parts: Sequence[PartText]) -> None:
        """Print the parts of one clause; only some can have been skipped."""
        entry, content = step.slots.entry, clauses_of(step.slots.entry)[at].content
        is_conditional = isinstance(entry, Rule) and entry.when is not None and at == 1
        has_branches = isinstance(content, Formula) and any(isinstance(node, ast.IfExp) for node in content.parts)
        may_skip = is_conditional or has_branches
        when = step.slots.clauses[0]
        reason = self.found(when.value) if when is not None else "None"
        self.text += "["
        for index, part in enumerate(parts):
            self.text += "," if index else ""
            if not may_skip and part.flag < 0:
                self.text += part.value[0]
                self.put(self.slot(part.slot))
                self.text += part.value[1]
            else:
                self.put(self._careful(part, reason, is_conditional=is_conditional))
        self.text += "]"

    def _careful(self, part: PartText, reason: str, *, is_conditional: bool) -> str:
        """Print a part that may not have been evaluated, or may have used its replacement."""
        at = f"R[{part.slot.position}]"
        before, after = (self.constant(text) for text in part.value)
        if part.flag >= 0:
            other_before, other_after = (self.constant(text) for text in part.replaced)
            flag = f"R[{part.flag}] is True"
            before, after = f"({other_before} if {flag} else {before})", f"({other_after} if {flag} else {after})"
        skipped = self.constant(part.not_taken)
        if is_conditional:
            false, unsettled = self.constant(part.when_false), self.constant(part.when_unsettled)
            skipped = f"({skipped} if {reason} is True else {false} if {reason} is False else {unsettled})"
        return f"({before} + {self.value(part.slot, at)} + {after} if {at} is not None else {skipped})"


def compile_inscriptions(plan: Plan, steps: Sequence[StepText], names: Mapping[str, object]) -> tuple[Inscribe, ...]:
    """Compile one function for each function of the plan; `names` are the helpers that the code calls."""
    chunks: dict[int, list[StepText]] = {}
    for step in steps:
        chunks.setdefault(step.slots.chunk, []).append(step)
    functions = []
    for chunk in chunks.values():
        printer = _Printer(plan)
        for step in chunk:
            printer.step(step)
        source = "\n".join(["def inscribe(R, W):", " K = W.known", " out = []", *printer.lines, " return out", ""])
        space: dict[str, Any] = {"__builtins__": {}, **names, **printer.constants}
        exec(compile(source, "<trail>", "exec"), space)  # noqa: S102 - the code is printed above
        functions.append(space["inscribe"])
    return tuple(functions)
