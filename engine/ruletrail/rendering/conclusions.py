"""The lines of one step: what it came to, how, on what it rests.

Whole trails and explanations share them.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.formulas import Call, Constant, Name, walk_expression
from ruletrail.formulas import Expression as Node
from ruletrail.formulas.operations import CHOICE, FUNCTIONS
from ruletrail.rendering.blocks import mark_code
from ruletrail.rendering.exceptions import explain_exceptions, formula_of, has_formula
from ruletrail.rendering.expressions import (
    Expression,
    decisive_parts,
    read_expression,
    with_names,
    with_numbers,
)
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    label_of,
    list_sources,
    name_outcome,
    shape_of,
    show,
    show_declared,
    show_unrounded,
    show_with_unit,
    title_of,
)
from ruletrail.rendering.reasons import (
    chosen_case,
    explain_decision,
    give_brief_reason,
    give_reason,
    state_part,
)
from ruletrail.values import NotApplicable, is_non_value

_OPEN = frozenset({"undetermined", "error"})


def word_of(reading: Reading, step: Step) -> str:
    """Write what a step came to: a value, our word, or what the author calls the outcome."""
    if step["kind"] == "rule":
        return show_with_unit(reading, step["id"], fact_of(step["value"]))
    if step["kind"] == "rows":
        count = fact_of(step["value"])
        if isinstance(count, Fraction):
            return reading.say_count("rows_count", int(count))
        return describe_non_value(reading, count)
    return name_outcome(reading, step["id"], str(step["outcome"]))


def calculate(reading: Reading, step: Step) -> str:
    """Write a rule's formula with names, with numbers put in, and its value.

    A form that repeats another is written once.
    """
    clause = formula_of(step)
    expression = read_expression(reading, step, clause)
    fact, code = fact_of(step["value"]), mark_code(step["id"])
    skipped = "when" in step and step["when"]["value"] is not True
    if not skipped and not has_formula(step):
        return f"{code}: {explain_exceptions(reading, step)}"
    if expression is None:
        return f"{code}: {describe_non_value(reading, fact)}"
    tree = expression.tree
    # what gathers rows shows how it is in each: that is the reason
    is_truth = isinstance(fact, bool) and isinstance(tree, Call) and not tree.over
    numbers = [] if skipped or is_truth else put_numbers(expression)
    left = " = ".join(dict.fromkeys([code, with_names(expression), *numbers]))
    if is_truth:
        reason = give_reason(reading, step, clause)
        outcome = f"{left}: {show(reading, step['id'], fact)}"
        return reading.say("outcome_because", outcome=outcome, reason=reason)
    if is_non_value(fact):
        gap = describe_non_value(reading, fact)
        if skipped:
            reason = give_reason(reading, step, step["when"])
            is_idle = step["when"]["value"] is False
            gap = reading.say("gap_because", gap=gap, reason=reason) if is_idle else reason
        return f"{left}: {gap}"
    is_literal = isinstance(tree, Constant) and tree.value == fact
    return f"{code if is_literal else left} = {show_with_unit(reading, step['id'], fact)}"


def put_numbers(expression: Expression) -> list[str]:
    """Write the values in place of the codes; a bare value needs no such form.

    Of a choice, only the branch taken is written.
    """
    tree = expression.tree
    while (branches := taken_branch(expression, tree)) is not None:
        tree = branches[0]
    is_value = isinstance(tree, Name) and not is_non_value(expression.fact(tree) or "")
    is_size = isinstance(tree, Call) and tree.operation is FUNCTIONS["size"]
    bare = isinstance(tree, Constant) or is_value or is_size
    return [] if bare else [with_numbers(expression, tree)]


def taken_branch(expression: Expression, node: Node) -> tuple[Node, Node] | None:
    """Return the branch of a choice that was taken, and the other; None where none was."""
    if not isinstance(node, Call) or node.operation is not CHOICE:
        return None
    body, test, other = node.operands
    truth = expression.fact(test)
    if not isinstance(truth, bool):
        return None
    return (body, other) if truth else (other, body)


def describe_branches(reading: Reading, step: Step, value: str = "") -> Iterator[str]:
    """Say which branch of each choice was taken, and why the other was not.

    A `value`, if given, is what the first choice came to, and stands for its branch.
    """
    expression = read_expression(reading, step, formula_of(step))
    if expression is None:
        return
    tree = expression.tree
    while (branches := taken_branch(expression, tree)) is not None:
        taken, other = branches
        test = tree.operands[1] if isinstance(tree, Call) else tree
        reason = "; ".join(
            state_part(expression, part, follow=True) for part in decisive_parts(expression, test)
        )
        yield reading.say(
            "branch_in_short" if value else "branch_taken",
            taken=value or with_names(expression, taken),
            reason=reason,
            other=with_names(expression, other),
        )
        tree, value = taken, ""


def describe_rounding(reading: Reading, step: Step) -> str:
    """Say how a value was rounded and what it was before; empty where rounding changed nothing."""
    rounding, fact = step.get("rounding", {}), fact_of(step["value"])
    before = fact_of(rounding["from"]) if "from" in rounding else fact
    if before == fact or not isinstance(before, Fraction):
        return ""
    decimals = rounding["decimals"]
    shown = show_unrounded(
        reading, before, decimals, grouping=shape_of(reading, step["id"]).grouping
    )
    phrase = "cutting" if rounding["mode"] == "down" else "rounding"
    phrase += f"_{decimals}" if decimals in (0, 1) else ""
    return reading.say(phrase, decimals=decimals, mode=reading.say(rounding["mode"]), before=shown)


def describe_declared(reading: Reading, step: Step, phrase: str = "declared_line") -> str:
    """Say what the report declares for a rule and how that agrees, or return an empty text."""
    if "declared" not in step:
        return ""
    name = step["declared"]["agreement"]
    # of a value that was cut, with as many decimals as it was cut to
    is_padded = name not in ("rounded", "truncated")
    declared = show_declared(reading, step["id"], step["declared"]["value"], is_padded=is_padded)
    agreement = reading.say(f"{name}_1")
    if name == "blank":
        agreement = reading.say("blank_why", agreement=agreement)
    return reading.say(phrase, declared=declared, agreement=agreement)


def describe_basis(reading: Reading, entry: Mapping[str, Any]) -> str:
    """Say what a step rests on: sources, evidence, and the place in the rulebook.

    Of a decision also how well the case that gave its outcome is known, where that is otherwise.
    """
    sources = list_sources(entry)
    is_decision = entry.get("kind") == "decision" and "outcome" in entry
    chosen = chosen_case(entry) if is_decision else None
    of_case = (chosen or {}).get("evidence")
    pieces = [
        reading.say("basis_sources", sources=sources) if sources else "",
        reading.say("basis_evidence", evidence=reading.say(entry["evidence"]))
        if "evidence" in entry
        else "",
        reading.say("basis_of_case", evidence=reading.say(of_case))
        if of_case and of_case != entry.get("evidence")
        else "",
        reading.say("basis_mark", mark=entry["mark"]) if "mark" in entry else "",
    ]
    return "; ".join(piece for piece in pieces if piece)


def describe_when(reading: Reading, step: Step) -> str:
    """Say when a rule applies; empty for one that always does.

    Where that is open the value is open for the same reason, which is told with the value.
    """
    if "when" not in step or not isinstance(step["when"]["value"], bool):
        return ""
    reason = give_reason(reading, step, step["when"])
    return reading.say("applies_when", condition=reason)


def explain_idle(reading: Reading, step: Step) -> str:
    """Give the reason why a rule does not apply; empty where it does, or where that is open."""
    fact = fact_of(step["value"])
    if not isinstance(fact, NotApplicable):
        return ""
    if "when" in step and step["when"]["value"] is False:
        return give_reason(reading, step, step["when"])
    return describe_non_value(reading, fact)


def explain_section(
    reading: Reading, step: Step, *, follow: bool = True, is_brief: bool = False
) -> str:
    """Give the reason why a section is due, is not due, or is undetermined; in brief by codes."""
    parent = reading.steps.get(step.get("part_of", ""))
    if parent is not None and parent["outcome"] != "due" and step["due"] is not False:
        phrase = "parent_not_due" if parent["outcome"] == "not_due" else "parent_open"
        return reading.say(phrase, parent=title_of(reading, parent["id"]))
    if is_brief:
        return give_brief_reason(reading, step)
    return give_reason(reading, step, step, follow=follow and "part_of" not in step)


def doubt_of(reading: Reading, step: Step, reason: str = "") -> str:
    """Say in brackets that the rule behind an outcome is no more than inferred; else nothing.

    It is the step's own rule, or that of a decision which settles it: that one is named, for the
    step's own may well stand on the form. `reason` is what follows the brackets.
    """
    if is_non_value(fact_of(step["value"])):
        return ""
    own = {*_evidence_of(step)}
    settling = dict.fromkeys(_list_settling(reading, step))
    for grade in ("assumed", "inferred"):
        if grade in own:
            return reading.say(f"doubt_{grade}")
        graded = [code for code in settling if grade in _evidence_of(reading.steps[code])]
        if graded:
            names = ", ".join(_name_rule(reading, code, reason) for code in graded)
            return reading.say_count(f"doubt_{grade}_of", len(graded), names=names)
    return ""


def _name_rule(reading: Reading, code: str, reason: str) -> str:
    """Name a decision whose rule is in doubt by its label: a code may be a word of the language.

    Where the reason has the label with the code beside it, the code will do.
    """
    label = label_of(reading, code)
    is_told = not label or label in reason
    return mark_code(code) if is_told else reading.say("quoted_sentence", text=label)


def _evidence_of(step: Step) -> Iterator[str]:
    """Yield how well a step's rule is known, and that of the case that gave its outcome."""
    chosen = chosen_case(step) if "cases" in step else None
    for entry in (step, chosen or {}):
        yield entry.get("evidence", "")


def _list_settling(reading: Reading, step: Step) -> Iterator[str]:
    """Yield the decisions that the decisive parts of a step's condition read."""
    expression = read_expression(reading, step, step)
    for part in decisive_parts(expression) if expression is not None else ():
        for node in walk_expression(part):
            code = node.code if isinstance(node, Name) else ""
            if code in reading.steps and reading.steps[code]["kind"] == "decision":
                yield code


def describe_not_encoded(reading: Reading, step: Step) -> Iterator[str]:
    """Say which part of a step is not encoded, and why, where that comes to matter.

    Of a formula or a condition its own line says so.
    """
    if "fields_not_encoded" in step and step["outcome"] != "not_due":
        phrase = f"fields_not_encoded{'' if step['outcome'] == 'due' else '_idle'}"
        yield reading.say(phrase, why=step["fields_not_encoded"])
    if "text_not_encoded" in step and step["outcome"] in ("undetermined", "not_encoded"):
        idle = "" if step["outcome"] == "not_encoded" else "_idle"
        yield reading.say(f"text_not_encoded{idle}", why=step["text_not_encoded"])
    if step["kind"] == "decision" and "not_encoded" in step:
        yield reading.say("cases_not_encoded", why=step["not_encoded"])


def tag_of(reading: Reading, entry: Mapping[str, Any]) -> str:
    """Write in a few words how well something is known, for where its basis has no room."""
    evidence = entry.get("evidence", "")
    return reading.say("tag", evidence=reading.say(evidence)) if evidence else ""


def explain_outcome(reading: Reading, step: Step) -> str:
    """Write a decision, section or check with its outcome and the reason, in one line."""
    reason = {"decision": explain_decision, "section": explain_section}.get(
        step["kind"], lambda r, s: give_reason(r, s, s)
    )
    is_marked = step["kind"] in ("decision", "section")
    why = reason(reading, step)
    outcome = word_of(reading, step) + (doubt_of(reading, step, why) if is_marked else "")
    if step.get("condition") in ("true", "false") and "part_of" not in step:
        return reading.say("outcome_constant", outcome=outcome, constant=reading.say("always"))
    return join_reason(reading, step, outcome, why)


def join_reason(reading: Reading, step: Step, outcome: str, reason: str) -> str:
    """Join an outcome and its reason; of an open one, what is missing or in the way is no cause."""
    not_encoded = reading.say("not_encoded")
    if step["outcome"] == "not_encoded" and reason.startswith(f"{not_encoded}:"):
        return outcome + reason.removeprefix(not_encoded)  # one word for both, and then why
    phrase = "outcome_open" if step["outcome"] in _OPEN else "outcome_because"
    return reading.say(phrase, outcome=outcome, reason=reason)
