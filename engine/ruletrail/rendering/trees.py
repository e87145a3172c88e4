"""The tree below one code: each step that it rests on, written once, down to what was declared.

Chains may be ten thousand steps long, so the tree is walked with a list and cut at a depth that can
be read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruletrail.fast_dataclasses import replace
from ruletrail.rendering.blocks import Item, mark_code
from ruletrail.rendering.conclusions import (
    calculate,
    describe_basis,
    describe_branches,
    describe_declared,
    describe_not_encoded,
    describe_rounding,
    explain_section,
    word_of,
)
from ruletrail.rendering.dated import describe_in_force, with_own_basis
from ruletrail.rendering.exceptions import (
    describe_exceptions,
    list_exceptions,
    name_exception,
)
from ruletrail.rendering.expressions import list_reads, read_expression, with_names
from ruletrail.rendering.readings import (
    Reading,
    Step,
    fact_of,
    label_of,
    name_outcome,
    name_report,
    show_reported,
    show_with_unit,
    written_of,
)
from ruletrail.rendering.reasons import held_exception, list_parts, state_part

DEEPEST = 12
MOST_LINES = 600


def steps_behind(reading: Reading, codes: Iterable[str]) -> list[Step]:
    """Return the steps of some codes and all that they rest on, in the order of the trail."""
    found = _find_behind(reading, codes)
    return [step for name, step in reading.steps.items() if name in found]


def _find_behind(reading: Reading, codes: Iterable[str]) -> set[str]:
    found, waiting = set[str](), [*codes]
    while waiting:
        name = waiting.pop()
        if name in reading.steps and name not in found:
            found.add(name)
            waiting.extend(reading.steps[name]["reads"])
    return found


class Tree:
    """Grow the tree below a code: nodes in a first pass, joined from the leaves in a second."""

    def __init__(self, reading: Reading) -> None:
        """Start with nothing written yet."""
        self.reading = reading
        self.seen: set[str] = set()
        self.lines = 0

    def grow(self, code: str) -> Item:
        """Return the node of a code with everything below it."""
        order: list[tuple[int, Item]] = []
        waiting = [(code, 0)]
        while waiting:
            name, depth = waiting.pop()
            self.lines += 1
            if self.lines > MOST_LINES:
                total = len(_find_behind(self.reading, [code]))
                text = self.reading.say("cut_length", count=MOST_LINES, total=total)
                order.append((1, Item(text, tone="note")))
                break
            order.append((depth, self._node(name, depth)))
            if name in self.reading.steps and name not in self.seen and depth < DEEPEST:
                self.seen.add(name)
                reads = reversed(list(_reads_of(self.reading, name)))
                waiting.extend((read, depth + 1) for read in reads)
        return _assemble(order)

    def _node(self, code: str, depth: int) -> Item:
        reading, step = self.reading, self.reading.steps.get(code)
        if step is None:
            return _leaf(reading, code)
        head = f"{mark_code(code)}: {word_of(reading, step)}"
        if code in self.seen:
            return Item(f"{head} ({reading.say('above_already')})", tone="note")
        if depth == DEEPEST and step["reads"]:
            return Item(
                head,
                (reading.say("cut_depth", report=name_report(reading), code=code),),
                tone="note",
            )
        if step["kind"] == "rule":
            head = calculate(reading, step)
        details, conditions = tuple(_details(reading, step)), tuple(_conditions(reading, step))
        basis = describe_basis(reading, step)
        return Item(head, details, conditions, basis=basis, code=code)


def _reads_of(reading: Reading, code: str) -> Iterator[str]:
    """Yield what a step rests on, without what its rows share where that is only their number."""
    for read in list_reads(reading, reading.steps[code]):
        shared = reading.steps.get(read, {})
        if shared.get("kind") != "rows" or len(shared["reads"]) > 1:
            yield read


def _assemble(order: list[tuple[int, Item]]) -> Item:
    """Hang each node below the last one that is less deep."""
    pending: dict[int, list[Item]] = {}
    for depth, item in reversed(order):
        below = tuple(reversed(pending.pop(depth + 1, [])))
        pending.setdefault(depth, []).append(replace(item, items=(*item.items, *below)))
    return pending[0][0]


def _details(reading: Reading, step: Step) -> Iterator[str]:
    rounding, declared = describe_rounding(reading, step), describe_declared(reading, step)
    yield from (line for line in (label_of(reading, step["id"]), rounding, declared) if line)
    if step["kind"] == "section":
        yield explain_section(reading, step)
    yield from describe_not_encoded(reading, step)
    yield from describe_exceptions(reading, step)
    yield from describe_branches(reading, step)
    if "note" in step:
        yield reading.say("note", note=step["note"])


def _conditions(reading: Reading, step: Step) -> Iterator[Item]:
    """List every condition of a step with all its parts, also the cases and branches not taken."""
    if "when" in step:
        yield from _clause(reading, step, step["when"], "applies_when")
    if step["kind"] in ("rule", "rows") and "cases" in step:
        yield from _exceptions(reading, step)
        return
    for case in step.get("cases", ()):
        outcome = f'"{name_outcome(reading, step["id"], case["outcome"])}"'
        chosen = case["outcome"] == step["outcome"] and case["value"] is True
        phrase = "case_chosen" if chosen else "case"
        if "otherwise" in case:
            otherwise = reading.say("otherwise")
            yield Item(reading.say(phrase, outcome=outcome, condition=otherwise))
        else:
            yield from _clause(reading, step, case, phrase, outcome=outcome)
    if step["kind"] != "decision" and "all_rows" not in step:
        phrase = "expected" if step["kind"] == "check" else "condition"
        yield from _clause(reading, step, step, phrase)


def _exceptions(reading: Reading, step: Step) -> Iterator[Item]:
    """List the exceptions of a rule with their formulas, and the rule's own formula."""
    held = held_exception(step)
    for case in list_exceptions(step):
        phrase = "exception_chosen" if case is held else "exception"
        name = name_exception(reading, step, case)
        formula = read_expression(reading, step, case["then"])
        text = with_names(formula) if formula is not None else case["then"]["not_encoded"]
        details = (reading.say("exception_formula", formula=text),)
        # of a formula that was not chosen no part was evaluated
        parts = _clause(reading, step, case["then"], "condition") if case is held else ()
        for item in _clause(reading, step, case, phrase, name=name):
            basis, items = describe_basis(reading, case), (*item.items, *parts)
            yield replace(item, details=(*item.details, *details), items=items, basis=basis)
    yield from _clause(reading, step, step, "condition")


def _clause(
    reading: Reading, step: Step, clause: Mapping[str, Any], phrase: str, **details: str
) -> Iterator[Item]:
    expression = read_expression(reading, step, clause)
    if expression is None:
        condition = reading.say("gap_not_encoded", why=clause.get("not_encoded", ""))
        yield Item(reading.say(phrase, condition=condition, **details), tone="open")
        return
    whole = list_parts(expression)
    if "formula" in clause:
        # the calculation itself is the headline; only what it is made of is listed
        skipped = "skipped" in expression.outcome(expression.tree)
        yield from [whole] if skipped else whole.items
        return
    if not whole.items and with_names(expression) in (reading.say("true"), reading.say("false")):
        condition = state_part(expression, expression.tree, follow=False)
        yield Item(reading.say(phrase, condition=condition, **details))
        return
    yield Item(reading.say(phrase, condition=whole.text, **details), whole.details, whole.items)


def _leaf(reading: Reading, code: str) -> Item:
    """Write a field or a constant at the end of a branch."""
    parameters = reading.document["parameters"]
    label, marked = label_of(reading, code), mark_code(code)
    labels = (label,) if label else ()
    if code in parameters:
        value = show_with_unit(reading, code, fact_of(parameters[code]["value"]))
        basis = describe_basis(reading, with_own_basis(parameters[code]))
        text = reading.say("leaf_parameter", code=marked, value=value)
        since = describe_in_force(reading, parameters[code])
        return Item(text, (*labels, since) if since else labels, basis=basis, code=code)
    written = written_of(reading, code)
    if code in reading.lists and written is not None:
        text = reading.say("leaf_report", code=marked, value=show_reported(reading, code))
        return Item(text, labels, code=code)
    if written is None:
        return Item(reading.say("leaf_missing", code=marked), labels, tone="open", code=code)
    text = reading.say("leaf_report", code=marked, value=show_reported(reading, code))
    return Item(text, labels, code=code)
