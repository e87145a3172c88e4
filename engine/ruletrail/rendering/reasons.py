"""Why a condition holds: its decisive comparisons with numbers, and the tree of all its parts."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Format, show_count, show_fact, show_number, with_unit
from ruletrail.formulas import Call, Constant, Name, written_day
from ruletrail.formulas import Expression as Node
from ruletrail.formulas.operations import (
    AND,
    AT_LEAST,
    AT_MOST,
    ATOM,
    CHOICE,
    COMPARE,
    DIFFERENT,
    EQUAL,
    GREATER,
    IN,
    LESS,
    NEGATE,
    NEGATION,
    NOT_IN,
    PLUS,
    PRODUCT,
    SUM,
    Asks,
)
from ruletrail.rendering.blocks import Bar, Comparison, Item, mark_code, plain
from ruletrail.rendering.expressions import (
    Expression,
    compared_sides,
    decisive_parts,
    is_settled_by,
    list_reads,
    name_compared,
    read_expression,
    relation_of,
    show_amount,
    show_node,
    show_side,
    with_names,
    with_sides,
)
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    label_of,
    name_code,
    quote_text,
    say_points,
    show_plain,
    unit_of,
)
from ruletrail.trails.steps import MONEY
from ruletrail.values import ErrorValue, Missing, is_non_value

_WHOLE = 1000
_HUNDRED = 100
_LEAST_SHARE = Fraction(1, 20)
"""The least per cent that is not shown as none."""
_LONGEST_SIDE = 30
_LONGEST_CHAIN = 2
"""How many operations of one level are told one by one."""
_RELATIONS = {
    LESS: "is_less", AT_MOST: "is_at_most", EQUAL: "is_equal", DIFFERENT: "is_different",
    AT_LEAST: "is_at_least", GREATER: "is_greater", IN: "is_among", NOT_IN: "is_not_among",
}  # fmt: skip
"""The phrase for each comparison."""


def give_reason(
    reading: Reading, step: Step, clause: Mapping[str, Any], *, follow: bool = True
) -> str:
    """Give the comparisons that settle a condition, in one line.

    Decisions that it reads are followed one step.
    """
    return "; ".join(list_reasons(reading, step, clause, follow=follow))


def give_brief_reason(reading: Reading, step: Step) -> str:
    """Give the comparisons that settle a condition by codes alone: their values stand elsewhere."""
    return "; ".join(list_reasons(reading, step, step, follow=False, is_brief=True))


def list_reasons(
    reading: Reading,
    step: Step,
    clause: Mapping[str, Any],
    *,
    follow: bool = True,
    is_brief: bool = False,
) -> list[str]:
    """List the comparisons that settle a condition."""
    if "all_rows" in step:
        return [count_rows(reading, step)]
    expression = read_expression(reading, step, clause)
    if expression is None:
        return [reading.say("gap_not_encoded", why=clause.get("not_encoded", ""))]
    expression = replace(expression, is_brief=is_brief)
    parts, waiting = list(decisive_parts(expression)), list[Node]()
    said, shown = dict[str, None](), dict[str, str]()
    for part in parts:
        if isinstance(expression.fact(part), Missing):
            waiting.append(part)
            continue
        text = state_part(expression, part, follow=follow)
        for valued, name in shown.items():
            text = text.replace(valued, name)
        said[text] = None
        shown |= {
            _name_value(expression, side): with_names(expression, side) for side in _named_in(part)
        }
    return [*said, *_ask_parts(expression, waiting)]


def _named_in(part: Node) -> Iterator[Name]:
    """Yield the sides of a comparison that are values with a name: once is enough to show them."""
    for side in compared_sides(part) or ():
        if isinstance(side, Name):
            yield side


def count_rows(reading: Reading, step: Step) -> str:
    """Say in how many rows a check came out how; of a list that is missing, that."""
    fact = fact_of(step["value"])
    words = [
        str(reading.steps[code]["outcome"])
        for code in list_reads(reading, step)
        if code in reading.steps
    ]
    if not words and is_non_value(fact):
        return describe_non_value(reading, fact)
    counts = [
        f"{show_count(words.count(word), reading.language)} {reading.say(word)}"
        for word in dict.fromkeys(words)
    ]
    return (
        f"{reading.say_count('rows_count', len(words))}{': ' if counts else ''}{', '.join(counts)}"
    )


def _ask_parts(expression: Expression, parts: Iterable[Node]) -> Iterator[str]:
    """Say what is missing to know what parts come to, once for all that wait for the same."""
    reading, questions = expression.reading, dict[str, dict[str, None]]()
    for part in parts:
        fact = expression.fact(part)
        codes = fact.codes if isinstance(fact, Missing) else ()
        gap, told = describe_non_value(reading, Missing(codes)), codes[0] if len(codes) == 1 else ""
        questions.setdefault(gap, {})[ask_part(expression, part, told)] = None
    for gap, asked in questions.items():
        question = reading.say("whether_too").join(asked)
        yield reading.say("gap_leaves_open", gap=gap, question=question)


def state_part(expression: Expression, node: Node, *, follow: bool) -> str:
    """State one decisive part in words: `R04 (10,320348 %) non è inferiore a R05 (8,50 %)`."""
    reading, fact = expression.reading, expression.fact(node)
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return reading.say("always" if node.value else "never")
    names = with_names(expression, node)
    if fact is None:
        return f"{names}: {show_node(expression, node)}"
    if isinstance(fact, Missing):
        return "".join(_ask_parts(expression, [node]))
    if is_non_value(fact):
        return describe_non_value(reading, fact)
    named = _state_text(expression, node)
    if named is not None:
        return named + (_follow(expression, node) if follow else "") + _add_wanted(expression, node)
    related = relate(expression, node)
    if related is not None:
        return related
    if isinstance(node, Name) and isinstance(fact, bool):
        # in the word that its value is shown by
        value = show_fact(fact, Format(), reading.language)
        return reading.say("holds_as", name=names, value=value)
    if isinstance(node, Call) and node.operation.name in _SAID_OF_ONE:
        said = f"{node.operation.name}_{'yes' if fact is True else 'no'}"
        return reading.say(said, name=with_names(expression, node.operands[0]))
    return reading.say("holds" if fact is True else "holds_not", condition=names)


_SAID_OF_ONE = frozenset({"is_missing", "applies"})
"""Conditions of one value that are said of it in words."""


def ask_part(expression: Expression, node: Node, told: str = "") -> str:
    """Write what a part of a condition asks, without its answer: `R04 supera R05`.

    `told` is a code that was just named: on the left it is not named again.
    """
    reading = expression.reading
    if not isinstance(node, Call) or node.operation.binding != COMPARE:
        is_told = isinstance(node, Name) and expression.code(node) == told
        condition = reading.say("told") if is_told else with_names(expression, node)
        return reading.say("holds", condition=condition).strip()
    left, *others = node.operands
    named = [name_compared(expression, left, other) for other in others]
    if node.operation in (EQUAL, DIFFERENT) and named[0] is not None and isinstance(left, Name):
        phrase = "is" if node.operation is EQUAL else "is_other_than"
        is_told = expression.code(left) == told
        name = reading.say("told") if is_told else _name_subject(expression, left.code)
        return reading.say(phrase, name=name, value=named[0]).strip()
    texts = [
        name or with_names(expression, other) for name, other in zip(named, others, strict=True)
    ]
    right = f"[{'; '.join(texts)}]" if node.operation in (IN, NOT_IN) else texts[0]
    phrase = _RELATIONS[node.operation]
    is_told = isinstance(left, Name) and expression.code(left) == told
    shown = reading.say("told") if is_told else with_names(expression, left)
    return reading.say(phrase, left=shown, right=right).strip()


def say_needed(reading: Reading, step: Step) -> str:
    """Say where a sentence is printed as far as is known, and what is the case instead."""
    expression = read_expression(reading, step, step)
    if expression is None:
        return give_reason(reading, step, step)
    condition, reason = with_names(expression), give_reason(reading, step, step, follow=False)
    parts = list(decisive_parts(expression))
    if len(parts) == 1 and _is_asked(expression, parts[0]):
        condition = ask_part(expression, parts[0])
        reason = _state_text_alone(expression, parts[0]) or reason
    return reading.say("printed_where", condition=condition, reason=reason)


def _state_text_alone(expression: Expression, node: Node) -> str:
    """Say what the text of a comparison is, its name being told already; empty for others."""
    match node:
        case Call(operands=(Name(code=code) as left, *_)):
            fact, reading = expression.fact(left), expression.reading
            if not isinstance(fact, str):
                return ""
            return reading.say("is_now", value=quote_text(reading, code, fact))
        case _:
            return ""


def _is_asked(expression: Expression, node: Node) -> bool:
    """Tell whether a condition cannot hold unless this part does: no `not`, no choice is above."""
    return expression.fact(node) is False and _is_conjunct(expression.tree, node)


def _is_conjunct(tree: Node, node: Node) -> bool:
    if tree == node:
        return True
    if not isinstance(tree, Call) or tree.operation.binding != AND:
        return False
    return any(_is_conjunct(each, node) for each in tree.operands)


def relate(expression: Expression, node: Node) -> str | None:
    """Say how the two sides of a comparison stand to each other; None for anything else.

    Of a false comparison it says what is true instead.
    """
    if not isinstance(node, Call) or node.operation.binding != COMPARE:
        return None
    relation = _RELATIONS[relation_of(expression, node)]
    left, *others = node.operands
    listed = "; ".join(
        name_compared(expression, left, side) or _name_value(expression, side) for side in others
    )
    right = f"[{listed}]" if node.operation in (IN, NOT_IN) else listed
    return expression.reading.say(relation, left=_name_value(expression, left), right=right)


def _name_value(expression: Expression, node: Node) -> str:
    """Write one side of a comparison with what it came to, in its unit; a literal says it itself.

    Of a long formula the number comes first: it is what is compared.
    """
    names = with_names(expression, node)
    if expression.is_brief or isinstance(node, Constant) or written_day(node) is not None:
        return names
    if _is_long(names):
        shown = _with_unit(expression, node)
        return expression.reading.say("side_worked_out", shown=shown, names=names)
    return f"{names} ({_with_unit(expression, node, in_brackets=True)})"


def _name_subject(expression: Expression, code: str) -> str:
    """Name what a text belongs to inside a sentence: a decision by its label, which says more."""
    reading = expression.reading
    is_decision = code in reading.steps and reading.steps[code]["kind"] == "decision"
    label = label_of(reading, code) if is_decision and not expression.is_brief else ""
    named = mark_code(code)
    return reading.say("outcome_named", label=label, code=named) if label else named


def _state_text(expression: Expression, node: Node) -> str | None:
    """State a comparison of a text with a literal as what the text is."""
    match node:
        case Call(
            operation=operation, operands=(Name(code=code) as left, Constant(value=str(other)))
        ) if operation in (EQUAL, DIFFERENT):
            fact = expression.fact(left)
            if not isinstance(fact, str):
                return None
            reading, name = expression.reading, _name_subject(expression, code)
            value = quote_text(reading, code, fact)
            if fact == other:
                return reading.say("is", name=name, value=value)
            if _is_wanted(expression, node):
                return reading.say("is", name=name, value=value)
            sought = quote_text(reading, code, other)
            return reading.say("is_not", name=name, value=value, other=sought)
        case _:
            return None


def _is_wanted(expression: Expression, node: Node) -> bool:
    """Tell whether this one equality, which does not hold, is all that a section asks."""
    is_all = expression.step["kind"] == "section" and expression.tree == node
    return is_all and isinstance(node, Call) and node.operation is EQUAL


def _add_wanted(expression: Expression, node: Node) -> str:
    """Add with which text a section would be due; empty where that is more than one text."""
    match node:
        case Call(operands=(Name(code=code), Constant(value=str(other)))) if (
            _is_wanted(expression, node) and expression.fact(node) is False
        ):
            reading = expression.reading
            return reading.say("due_with", other=quote_text(reading, code, other))
        case _:
            return ""


def _follow(expression: Expression, node: Node) -> str:
    """Add the reason of a decision that a comparison reads."""
    first = (
        node.operands[0] if isinstance(node, Call) and node.operation.binding == COMPARE else None
    )
    step = expression.reading.steps.get(first.code) if isinstance(first, Name) else None
    if step is None or step["kind"] != "decision":
        return ""
    return f" ({explain_decision(expression.reading, step)})"


# -- Decisions ------------------------------------------------------------------------------------


def chosen_case(step: Step) -> Mapping[str, Any] | None:
    """Return the case that gave a decision its outcome, or the exception that a rule took."""
    if step["kind"] == "rule":
        return held_exception(step)
    cases = [
        case
        for case in step["cases"]
        if case["outcome"] == step["outcome"] and case["value"] is not False
    ]
    return next((case for case in cases if case["value"] is True), cases[0] if cases else None)


def held_exception(step: Step) -> Mapping[str, Any] | None:
    """Return the one exception of a rule that holds where all others do not; None for its own."""
    exceptions = step.get("cases", ())[:-1] if step["kind"] == "rule" else ()
    held = [case for case in exceptions if case.get("value") is True]
    is_settled = all(isinstance(case.get("value"), bool) for case in exceptions)
    return held[0] if len(held) == 1 and is_settled else None


def explain_decision(reading: Reading, step: Step) -> str:
    """Give the reason of a decision's outcome, or of its having none."""
    chosen = chosen_case(step)
    if chosen is not None:
        if "otherwise" in chosen:
            others = [
                give_reason(reading, step, case, follow=False)
                for case in step["cases"]
                if case is not chosen
            ]
            return f"{reading.say('otherwise_of')}: {'; '.join(others)}"
        return give_reason(reading, step, chosen, follow=False)
    fact = fact_of(step["value"])
    conflicting = (
        isinstance(fact, ErrorValue)
        and fact.cause in ("conflict", "no_case")
        and fact.of == step["id"]
    )
    told = [
        case
        for case in step["cases"]
        if conflicting
        and "otherwise" not in case
        and case["value"] is (fact == ErrorValue("conflict", step["id"]))
    ]
    reasons = [give_reason(reading, step, case, follow=False) for case in told]
    return "; ".join(dict.fromkeys([describe_non_value(reading, fact), *reasons]))


# -- Comparisons that can be drawn ----------------------------------------------------------------


def draw_step(reading: Reading, step: Step) -> Iterator[Comparison]:
    """Yield the decisive comparisons of two numbers behind a decision or section, for drawing."""
    seen: set[str] = set()
    cases = step.get("cases", [step])
    chosen = chosen_case(step) if "cases" in step else step
    for case in [chosen] if chosen is not None else cases:
        expression = read_expression(reading, step, case)
        for part in decisive_parts(expression) if expression is not None else ():
            drawn = draw_comparison(expression, part) if expression is not None else None
            if drawn is not None and drawn.sentence not in seen:
                seen.add(drawn.sentence)
                yield drawn


def draw_comparison(expression: Expression, node: Node) -> Comparison | None:
    """Draw a comparison of two numbers; None when it is none, or one side is below zero.

    Against a zero that the author wrote there is nothing to draw.
    """
    sides = compared_sides(node)
    if sides is None or any(isinstance(side, Constant) and side.value == 0 for side in sides):
        return None
    left, right = (expression.fact(side) for side in sides)
    if not isinstance(left, Fraction) or not isinstance(right, Fraction) or min(left, right) < 0:
        return None
    longest = max(left, right)
    bars = [
        Bar(
            _name_side(expression, side),
            _with_unit(expression, side),
            int(size * _WHOLE / longest) if longest else 0,
            is_literal=isinstance(side, Constant),
        )
        for side, size in zip(sides, (left, right), strict=True)
    ]
    return Comparison(_measure(expression, sides, left, right), bars[0], bars[1])


def _name_side(expression: Expression, node: Node) -> str:
    return (
        name_code(expression.reading, expression.code(node))
        if isinstance(node, Name)
        else with_names(expression, node)
    )


def _with_unit(expression: Expression, node: Node, *, in_brackets: bool = False) -> str:
    """Show what a side came to: a number in its unit, where one is declared."""
    shown = show_side(expression, node)
    return show_amount(expression, node, shown, in_brackets=in_brackets)


def _measure(
    expression: Expression, sides: tuple[Node, Node], left: Fraction, right: Fraction
) -> str:
    """Say by how much one side is above the other."""
    reading = expression.reading
    names = {
        name: _name_short(expression, side)
        for name, side in zip(("left", "right"), sides, strict=True)
    }
    if left == right:
        return reading.say("same", **names)
    gap = abs(left - right)
    difference = _show_difference(reading, gap, sides)
    share = ""
    # of a number that the author wrote, 1 of which is `100 % of 1`, a share says nothing; nor does
    # one that would read `0,0 %` of a difference that decides
    per_hundred = gap * _HUNDRED / right if right else Fraction(0)
    if per_hundred >= _LEAST_SHARE and not isinstance(sides[1], Constant):
        percent = show_number(per_hundred, Format(1), reading.language)
        name = _name_short(expression, sides[1], value=False)
        share = reading.say("share", percent=percent, right=name)
    return reading.say(
        "above" if left > right else "below", **names, difference=difference, share=share
    )


def _show_difference(reading: Reading, gap: Fraction, sides: tuple[Node, Node]) -> str:
    """Show by how much two sides differ, in their unit; of two percentages in points."""
    units = [unit_of(reading, side.code) for side in sides if isinstance(side, Name)]
    unit = next(filter(None, units), "")
    shown = show_plain(reading, gap, unit)
    return say_points(reading, shown) if unit == "%" else with_unit(shown, unit)


def list_shortfalls(reading: Reading, step: Step) -> Iterator[str]:
    """Say of each sum of money that decides by being below another by how much it is.

    Whether that is good or bad for who asks is the rulebook's to say.
    """
    chosen = chosen_case(step)
    expression = read_expression(reading, step, chosen) if chosen is not None else None
    for part in decisive_parts(expression) if expression is not None else ():
        match compared_sides(part):
            case Name(code=left), Name(code=right) if expression is not None:
                unit = unit_of(reading, left)
                below, above = (fact_of(step["reads"][code]["value"]) for code in (left, right))
                if not isinstance(below, Fraction) or not isinstance(above, Fraction):
                    continue
                if unit in MONEY and unit == unit_of(reading, right) and below < above:
                    gap = show_plain(reading, above - below, unit)
                    sides = {"left": mark_code(left), "right": mark_code(right)}
                    yield reading.say("short_of", gap=gap, unit=unit, **sides)


def list_lengths(reading: Reading, step: Step) -> Iterator[str]:
    """Say of a text that a failed check finds too long or too short how long it is."""
    expression = read_expression(reading, step, step) if "message" in step else None
    if expression is None:
        return
    for part in decisive_parts(expression):
        match compared_sides(part):
            case (Call(operands=(Name() as text,)) as length, other) if (
                length.operation.name == "length"
            ):
                count, limit = expression.fact(length), expression.fact(other)
                if not isinstance(count, Fraction) or not isinstance(limit, Fraction):
                    continue
                if 1 < count != limit:
                    phrase = "longer_by" if count > limit else "shorter_by"
                    numbers = {"count": count, "limit": limit, "gap": abs(count - limit)}
                    shown = {name: show_plain(reading, at, "") for name, at in numbers.items()}
                    yield reading.say(phrase, code=mark_code(expression.code(text)), **shown)
            case _:
                pass


def _name_short(expression: Expression, node: Node, *, value: bool = True) -> str:
    """Name one side of a drawing, whose bar has the name in full; a long formula is its number."""
    names = with_names(expression, node)
    if _is_long(names):
        return show_node(expression, node)
    return names if isinstance(node, Constant) or not value else _name_value(expression, node)


def _is_long(names: str) -> bool:
    return len(plain(names)) > _LONGEST_SIDE


# -- Every part of a condition --------------------------------------------------------------------


def list_parts(expression: Expression, node: Node | None = None) -> Item:
    """List a condition and all its parts with what each came to, also those not evaluated."""
    node = node if node is not None else expression.tree
    outcome = expression.outcome(node)
    details = (expression.reading.say("replaced"),) if outcome.get("replaced") else ()
    return Item(
        _line(expression, node),
        details,
        tuple(list_parts(expression, part) for part in _parts_below(expression, node)),
    )


def _line(expression: Expression, node: Node) -> str:
    names, outcome = with_names(expression, node), expression.outcome(node)
    if "value" not in outcome or not isinstance(node, Call):
        return f"{names}: {show_node(expression, node)}"
    operation = node.operation
    asks = isinstance(operation.non_values, Asks)  # what it asks of is told in its name
    if asks or is_settled_by(node) or operation in (CHOICE, NEGATION, NEGATE, PLUS):
        return f"{names} → {show_node(expression, node)}"
    numbers, shown = with_sides(expression, node), show_node(expression, node)
    is_gap = is_non_value(expression.fact(node) or "")
    if numbers in (names, shown) or (is_gap and operation.binding == COMPARE):
        return f"{names} → {shown}"
    if operation.binding == COMPARE:
        # the numbers stand after the truth, in the relation that is true
        return f"{names} → {shown}: {numbers}"
    return f"{names}: {numbers} → {show_amount(expression, node, shown)}"


def _parts_below(expression: Expression, node: Node) -> list[Node]:
    """Return the parts of a part that are worth a line: what is evaluated, not the names in it."""
    if "value" not in expression.outcome(node):
        return []
    if not isinstance(node, Call) or node.over:
        return []
    if is_settled_by(node):
        return list(node.operands)
    operands = node.operands
    if node.operation is CHOICE:
        operands = (operands[1], operands[0], operands[2])
    if not is_non_value(expression.fact(node) or ""):
        operands = tuple(_list_chained(node)) or operands
    return [operand for operand in operands if isinstance(operand, Call)]


def _list_chained(node: Node) -> list[Node]:
    """List what a long chain joins, `a * b * c * d`; nothing for any other node.

    A line for each part that it begins with would tell the same again, shorter each time.
    """
    binding = node.operation.binding if isinstance(node, Call) else ATOM
    joined: list[Node] = []
    while isinstance(node, Call) and node.operation.binding == binding in (PRODUCT, SUM):
        joined += node.operands[:0:-1]
        node = node.operands[0]
    return [node, *reversed(joined)] if len(joined) > _LONGEST_CHAIN else []
