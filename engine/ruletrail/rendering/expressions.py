"""Formulas as readers meet them: with names, with numbers put in, and what each part came to.

A formula's text is in the trail, and so is the outcome of every part; nothing is computed here.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_date, show_number, with_unit
from ruletrail.formulas import (
    Call,
    Constant,
    Name,
    list_of,
    parse_written,
    walk_expression,
    written_day,
)
from ruletrail.formulas import Expression as Node
from ruletrail.formulas.operations import (
    AT_LEAST,
    AT_MOST,
    ATOM,
    CHOICE,
    COMPARE,
    DIFFERENT,
    EQUAL,
    FUNCTIONS,
    GREATER,
    IF,
    IN,
    LESS,
    LOOKUP,
    NEGATION,
    NOT_IN,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    Kleene,
    Operation,
)
from ruletrail.rendering.blocks import mark_code, plain
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    parse_known,
    quote_text,
    show,
    show_plain,
    unit_of,
)
from ruletrail.trails.conclusions import cut_code
from ruletrail.values import Fact, NotApplicable, is_non_value, to_json

_MOST_SHOWN = 40
_PAIRS = ((LESS, AT_LEAST), (GREATER, AT_MOST), (EQUAL, DIFFERENT), (IN, NOT_IN))
_OPPOSITES = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula or condition of a step: its tree, and what its parts came to by their span."""

    reading: Reading
    step: Step
    text: str
    tree: Node
    outcomes: Mapping[tuple[int, int], Mapping[str, Any]]
    is_condition: bool = False
    is_brief: bool = False
    """Whether what it reads is told by codes alone."""

    def outcome(self, node: Node) -> Mapping[str, Any]:
        """Return what the trail says of a part: `value`, or `skipped` with the reason."""
        if isinstance(node, Name):
            read = self.step["reads"].get(self.code(node))
            # in an aggregate a code of a row stands for as many values as there are rows
            return {} if read is None else {"value": read["value"]}
        if isinstance(node, Constant):
            return {"value": to_json(node.value)}
        return self.outcomes[node.span]

    def code(self, node: Name) -> str:
        """Return the code that a name stands for: in a step of a row, that row's."""
        over, _, name = node.code.partition(".")
        row = self.step.get("row")
        return f"{over}[{row}].{name}" if name and row else node.code

    def of_rows(self, call: Call) -> list[Fact | None] | None:
        """Return what the argument of an aggregate came to in each row; None where told elsewhere.

        A row that is left out has None.
        """
        argument, over = call.operands[0], call.over
        if "row" in self.step:
            return None
        if isinstance(argument, Name):
            name = argument.code.partition(".")[2]
            reads, row = self.step["reads"], 1
            found = []
            while (code := f"{over}[{row}].{name}") in reads:
                found.append(fact_of(reads[code]["value"]))
                row += 1
            return self._without_left_out(found, over) if found or over in reads else None
        rows = self.outcomes.get(argument.span, {}).get("rows")
        if rows is None:
            return None
        facts = [fact_of(row["value"]) for row in rows if "value" in row]
        return self._without_left_out(facts, over)

    @staticmethod
    def _without_left_out(facts: list[Fact], over: str) -> list[Fact | None]:
        return [
            None
            if isinstance(fact, NotApplicable) and fact.code.startswith(f"{over}[{row}].")
            else fact
            for row, fact in enumerate(facts, start=1)
        ]

    def fact(self, node: Node) -> Fact | None:
        """Return the fact of a part, or None when it was not evaluated."""
        written = self.outcome(node).get("value")
        return None if written is None else fact_of(written)

    def members(self, node: Node) -> tuple[str, ...] | None:
        """Return the members of a group that a name stands for."""
        groups = self.step.get("groups", {})
        return tuple(groups[node.code]) if isinstance(node, Name) and node.code in groups else None


def read_expression(reading: Reading, step: Step, clause: Mapping[str, Any]) -> Expression | None:
    """Read a clause of a step; None when it is not encoded."""
    text = clause.get("formula", clause.get("condition"))
    if not isinstance(text, str):
        return None
    tree = parse_known(reading, text)
    if tree is None:
        return None
    outcomes = {tuple(part["span"]): part for part in clause["parts"]}
    return Expression(reading, step, text, tree, outcomes, is_condition="formula" not in clause)


def list_reads(reading: Reading, step: Step) -> list[str]:
    """List the codes that a step reads, in the order in which its formulas name them.

    Groups are written out, and codes of rows stand by the number of the row; what all rows share
    comes first. The keys of a stored trail are sorted: what they once were is in no document.
    """
    names = [step["part_of"]] if "part_of" in step else []
    for clause in (step.get("when", {}), step, *step.get("cases", ())):
        tree = parse_known(reading, str(clause.get("formula", clause.get("condition", ""))))
        nodes = () if tree is None else walk_expression(tree)
        names += [node.code for node in nodes if isinstance(node, Name)]
    places: dict[str, int] = {}
    groups = step.get("groups", {})
    for code in (code for name in names for code in groups.get(name, (name,))):
        for each in filter(None, (list_of(code), code)):
            places.setdefault(each, len(places))

    def place(code: str) -> tuple[int, int, str]:
        over, row, name = cut_code(code)
        last = -1 if "[*]" in code else len(places)
        return places.get(f"{over}.{name}" if row else code, last), row, code

    return sorted(step["reads"], key=place)


def with_names(expression: Expression, node: Node | None = None) -> str:
    """Write a formula, or one part of it, with the codes that it names."""
    node = node or expression.tree
    written, groups = expression.reading.known.names, expression.step.get("groups", ())
    key = (expression.text, node.span, *groups)
    if key not in written:
        written[key] = _Writer(expression, numbers=False).write(node, IF)
    return written[key]


def write_part(reading: Reading, code: str, text: str) -> str:
    """Write what somebody tells of a step's formula, with the codes that it names."""
    tree = parse_known(reading, text)
    step = reading.steps.get(code, {})
    return text if tree is None else with_names(Expression(reading, step, text, tree, {}))


def write_formula(text: str, choices: Callable[[str], Mapping[str, str]], language: Locale) -> str:
    """Write a formula that is in no trail as one that is: a text that is none stays as it is.

    `choices` gives what the form calls the texts of a field.
    """
    tree = parse_written(text)
    nodes = () if tree is None else walk_expression(tree)
    codes = dict.fromkeys(node.code for node in nodes if isinstance(node, Name))
    fields = {code: {"choices": choices(code)} for code in codes}
    return plain(write_part(Reading({"fields": fields}, language, {}), "", text))


def with_numbers(expression: Expression, node: Node | None = None) -> str:
    """Write a formula, or one part of it, with the values in place of the codes."""
    return _Writer(expression, numbers=True).write(node or expression.tree, IF)


def show_node(expression: Expression, node: Node) -> str:
    """Show what one part came to."""
    outcome = expression.outcome(node)
    if "value" not in outcome:
        skipped = outcome.get("skipped", "of_each_row")
        # "in each row" beside a condition would read as if it held there
        is_asked = expression.is_condition and skipped == "of_each_row"
        return expression.reading.say("asked_of_each_row" if is_asked else skipped)
    fact = fact_of(outcome["value"])
    if isinstance(node, Name):
        return show(expression.reading, expression.code(node), fact)
    if isinstance(node, Constant):
        is_boolean = isinstance(node.value, bool)
        return (
            show_plain(expression.reading, fact) if is_boolean else _show_constant(expression, node)
        )
    return show_plain(expression.reading, fact, unit_of_part(expression, node))


def is_settled_by(node: Node) -> bool:
    """Tell `and` and `or`, which one operand may settle; what is called is told as a whole."""
    return (
        isinstance(node, Call)
        and isinstance(node.operation.non_values, Kleene)
        and not node.operation.is_function
    )


def decisive_parts(expression: Expression, node: Node | None = None) -> Iterator[Node]:
    """Yield the parts that settle a condition, or keep it open; those set aside are left out."""
    node = node or expression.tree
    if not isinstance(node, Call):
        yield node
    elif is_settled_by(node):
        fact = expression.fact(node)
        for operand in node.operands:
            if _settles(expression.fact(operand), fact):
                yield from decisive_parts(expression, operand)
    elif node.operation is NEGATION:
        yield from decisive_parts(expression, node.operands[0])
    elif node.operation is CHOICE:
        body, test, other = node.operands
        yield from decisive_parts(expression, test)
        for branch, truth in ((body, True), (other, False)):
            was_taken = "skipped" not in expression.outcome(branch)
            if was_taken and expression.fact(test) is truth:
                yield from decisive_parts(expression, branch)
    else:
        yield node


def _settles(operand: Fact | None, whole: Fact | None) -> bool:
    """Tell whether an operand of `and` or `or` has a share in what the whole came to."""
    if operand is None or whole is None:
        return False
    return is_non_value(operand) if is_non_value(whole) else operand is whole


def compared_sides(node: Node) -> tuple[Node, Node] | None:
    """Return the two sides of a comparison; None for anything else, also for a list of values."""
    if not isinstance(node, Call) or node.operation.binding != COMPARE:
        return None
    return None if node.operation in (IN, NOT_IN) else (node.operands[0], node.operands[1])


def with_sides(expression: Expression, node: Node) -> str:
    """Write a part with its values; of a comparison, the value of each whole side.

    A comparison that is false is written as the one that is true instead: no equation is wrong.
    """
    if not isinstance(node, Call) or node.operation.binding != COMPARE:
        return with_numbers(expression, node)
    sign = relation_of(expression, node).text(expression.reading.language)
    left, *others = (show_side(expression, side, node.operands[0]) for side in node.operands)
    is_list = node.operation in (IN, NOT_IN)
    return f"{left}{sign}{'[' + '; '.join(others) + ']' if is_list else others[0]}"


def relation_of(expression: Expression, node: Call) -> Operation:
    """Return the relation in which the sides of a comparison stand."""
    is_false = expression.fact(node) is False
    return _OPPOSITES[node.operation] if is_false else node.operation


def show_side(expression: Expression, node: Node, left: Node | None = None) -> str:
    """Show what one side of a comparison came to; `left` is the side that it is compared with."""
    shown, fact = show_node(expression, node), expression.fact(node)
    if fact is None or is_non_value(fact):
        return expression.reading.say("inside", gap=shown)
    if isinstance(node, Name) and isinstance(fact, str):
        return quote_text(expression.reading, expression.code(node), fact)
    named = name_compared(expression, left, node) if left is not None else None
    return shown if named is None else named


def unit_of_part(expression: Expression, node: Node) -> str:
    """Return the unit that all codes of a part share where its operation keeps it; else nothing.

    What multiplies or divides has no unit that anybody declared.
    """
    if isinstance(node, Name):
        codes = expression.members(node) or (expression.code(node),)
        units = {unit_of(expression.reading, code) for code in codes}
    elif isinstance(node, Call) and node.operation.units == "agree":
        # a literal agrees with any unit
        operands = [each for each in node.operands if not isinstance(each, Constant)]
        units = {unit_of_part(expression, each) for each in operands}
    elif isinstance(node, Call) and node.operation is LOOKUP:
        kinds = (expression.step.get(kind, {}) for kind in ("scales", "tables"))
        units = {str(kind[node.code].get("unit", "")) for kind in kinds if node.code in kind}
    else:
        return ""
    return units.pop() if len(units) == 1 else ""


def show_amount(
    expression: Expression, node: Node, shown: str, *, in_brackets: bool = False
) -> str:
    """Add its unit to the number that a part came to, `shown`."""
    is_number = isinstance(expression.fact(node), Fraction)
    unit = unit_of_part(expression, node) if is_number else ""
    return with_unit(shown, unit, in_brackets=in_brackets)


@dataclass(frozen=True, slots=True)
class _Writer:
    expression: Expression
    numbers: bool

    def write(self, node: Node, least: int) -> str:
        """Write a node, in brackets where it binds less tightly than its place asks."""
        text, binding = self._node(node)
        return f"({text})" if binding < least else text

    def _node(self, node: Node) -> tuple[str, int]:
        day = written_day(node)
        if day is not None:
            return show_date(day, self.expression.reading.language), ATOM
        match node:
            case Name():
                return self._name(node)
            case Constant():
                return _show_constant(self.expression, node), ATOM
            case Call(operation=operation) if operation.is_function:
                return self._call(node)
            case Call(operation=operation):
                return self._operator(node), operation.binding

    def _operator(self, call: Call) -> str:
        operation, operands = call.operation, call.operands
        level, sign = operation.binding, operation.text(self.expression.reading.language)
        if operation is CHOICE:
            then, test, other = (self.write(operand, OR) for operand in operands)
            say = self.expression.reading.say
            return say("if_else", then=then, test=test, other=other)
        if len(operands) == 1:
            return sign + self.write(operands[0], ATOM if level == SIGN else level)
        if operation in (IN, NOT_IN):
            listed = "; ".join(self._compared(operands[0], item, IF) for item in operands[1:])
            return f"{self.write(operands[0], SUM)}{sign}[{listed}]"
        # only the left side of arithmetic may bind as loosely
        first = level if operation.gives == "number" else level + 1
        written = [self._compared(operands[0], operand, level + 1) for operand in operands[1:]]
        return sign.join([self.write(operands[0], first), *written])

    def _compared(self, left: Node, node: Node, least: int) -> str:
        """Write what something is compared with; an outcome as its author calls it."""
        named = name_compared(self.expression, left, node)
        return self.write(node, least) if named is None else named

    def _name(self, node: Name) -> tuple[str, int]:
        if not self.numbers:
            return mark_code(node.code), ATOM
        fact, code = self.expression.fact(node), self.expression.code(node)
        return (mark_code(node.code), ATOM) if fact is None else self._value(code, fact)

    def _value(self, code: str, fact: Fact) -> tuple[str, int]:
        reading = self.expression.reading
        if is_non_value(fact):
            return reading.say("inside", gap=describe_non_value(reading, fact)), ATOM
        if isinstance(fact, str):
            return quote_text(reading, code, fact), ATOM
        is_negative = isinstance(fact, Fraction) and fact < 0
        return show(reading, code, fact), SUM if is_negative else ATOM

    def _call(self, call: Call) -> tuple[str, int]:
        language = self.expression.reading.language
        if call.operation is FUNCTIONS["size"] and self.numbers:
            return show_node(self.expression, call), ATOM  # how many rows there are is the number
        if call.over and self.numbers:
            return self._aggregate(call)
        arguments = [text for operand in call.operands for text in self._argument(operand)]
        if len(arguments) > _MOST_SHOWN:
            count = len(arguments) - _MOST_SHOWN
            more = self.expression.reading.say_count("more_values", count)
            arguments = [*arguments[:_MOST_SHOWN], (more, ATOM)]
        if call.operation is FUNCTIONS["sum"] and self.numbers:
            texts = [text if binding >= PRODUCT else f"({text})" for text, binding in arguments]
            return " + ".join(texts), SUM
        name = call.code or call.operation.text(language)
        return f"{name}({'; '.join(text for text, _ in arguments)})", ATOM

    def _aggregate(self, call: Call) -> tuple[str, int]:
        """Write an aggregate with what each row gives; where that is told elsewhere, its value."""
        reading, facts = self.expression.reading, self.expression.of_rows(call)
        if facts is None:
            return show_node(self.expression, call), ATOM
        argument = call.operands[0]
        code = argument.code if isinstance(argument, Name) else ""
        given = [fact for fact in facts if fact is not None]
        left_out = len(facts) - len(given)
        written = [self._value(code, fact) for fact in given[:_MOST_SHOWN]]
        if len(given) > _MOST_SHOWN:
            more = reading.say_count("more_values", len(given) - _MOST_SHOWN)
            written.append((more, ATOM))
        note = f" {reading.say_count('left_out', left_out)}" if left_out else ""
        if call.operation is FUNCTIONS["sum"] and written:
            texts = [text if binding >= PRODUCT else f"({text})" for text, binding in written]
            return " + ".join(texts) + note, SUM
        listed = "; ".join(text for text, _ in written)
        return f"{call.operation.text(reading.language)}({listed}){note}", ATOM

    def _argument(self, node: Node) -> list[tuple[str, int]]:
        members = self.expression.members(node)
        if members is None:
            return [self._node(node)]
        reads = self.expression.step["reads"]
        # what is told of all rows together may stand beside what each row reads for itself
        are_read = all(member in reads for member in members)
        if isinstance(node, Name) and not (self.numbers and are_read):
            return [(node.code, ATOM)]  # a group is no code that a page explains
        return [self._value(member, fact_of(reads[member]["value"])) for member in members]


def name_compared(expression: Expression, left: Node, node: Node) -> str | None:
    """Name the outcome that a decision is compared with; None for anything else."""
    match left, node:
        case Name(code=code), Constant(value=str(text)):
            return quote_text(expression.reading, code, text)
        case _:
            return None


def _show_constant(expression: Expression, node: Constant) -> str:
    reading = expression.reading
    match node.value:
        case bool():
            return reading.say(str(node.value).lower())
        case str():
            return f'"{node.value}"'
        case Fraction():
            return show_number(node.value, Format(), reading.language)
        case day:
            return show_date(day, reading.language)
