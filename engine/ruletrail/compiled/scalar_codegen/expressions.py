"""Printing expressions: each primitive as Python statements over integers.

A number is an integer at a scale that is known now, or two variables, numerator and denominator.
Branches test for non-values, which travel in variables of their own where they are possible.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ruletrail.analysis.ir import Node, constant_fraction
from ruletrail.compiled.scalar_codegen.code_buffer import (
    CodeBuffer,
    Location,
    all_none,
    is_literal,
    list_non_values,
)
from ruletrail.compiled.scalar_codegen.lookups import put_lookup
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas.day_arithmetic import make_day
from ruletrail.values import ErrorValue, RoundingMode

_LONGEST_CHAIN = 50
_COMPARE = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">"}
Lookup = Callable[[Node], Location]


@dataclass(slots=True)
class ExpressionPrinter:
    """Prints one formula; `lookup` answers for codes, `parts` says where each part is."""

    buffer: CodeBuffer
    lookup: Lookup
    parts: dict[int, Location] = field(default_factory=dict)
    replaced: dict[int, str] = field(default_factory=dict)
    """The variables that say whether a part used its second argument."""
    gathered: Mapping[str, Location] = field(default_factory=dict)
    """The aggregates over rows that were worked out before, by key."""

    def write(self, node: Node) -> Location:
        """Print an expression and its operands; returns where its value is."""
        if node.op == "constant":
            return self._constant(node)
        if node.op == "read":
            return self.lookup(node)
        if node.over:
            return self._aggregate(node)
        buffer = self.buffer
        # inside a branch an expression may not be evaluated, and its parts have to say so
        known = buffer.written.get(node.key) if buffer.is_certain else None
        if known is not None:
            for arg in node.args:
                self.write(arg)  # whose parts this formula lists too
        location = known or _PRINTERS.get(node.op, _print_arithmetic)(self, node)
        if node.part >= 0:
            self.parts[node.part] = location
        if buffer.is_certain and self._is_whole(node):
            buffer.written[node.key] = location
        return location

    def _is_whole(self, node: Node) -> bool:
        """Tell whether all operands of an expression are evaluated whenever it is."""
        are_known = all(
            arg.op in ("constant", "read") or arg.over or arg.key in self.buffer.written
            for arg in node.args
        )
        return are_known and node.op not in ("choose", "default", "if_missing")

    def _aggregate(self, node: Node) -> Location:
        """Give an aggregate that was worked out; a trail shows it only where it is asked for."""
        location = self.gathered[node.key]
        if not self.buffer.is_certain:
            asked = self.buffer.location(node)
            self.buffer.put_copy(asked, location)
            location = asked
        self.parts[node.part] = location
        return location

    def _constant(self, node: Node) -> Location:
        fact = node.fact
        if isinstance(fact, Fraction):
            scale = node.size.decimals if node.size is not None else 0
            return Location("number", str((fact * 10**scale).numerator), scale)
        if isinstance(fact, date):
            return Location("date", str(fact.toordinal()))
        literal = str(fact) if isinstance(fact, bool) else self.buffer.constant(fact)
        return Location(node.kind, literal)


# -- Arithmetic on operands that have values -------------------------------------------------------


def _print_arithmetic(printer: ExpressionPrinter, node: Node) -> Location:
    operands = [printer.write(arg) for arg in node.args]
    buffer = printer.buffer
    to = buffer.location(node)
    with buffer.guarded(to, operands):
        if not any(operand.kind == "none" for operand in operands):
            _ARITHMETIC[node.op](buffer, node, to, operands)
            buffer.put_limit(to, node)
    return to


def _sign(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    (operand,) = operands
    code = {"neg": f"-{operand.value}", "pos": operand.value, "abs": f"abs({operand.value})"}
    buffer.put_value(to, code[node.op], operand.bottom)


def _add(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    left, right = operands
    sign = "+" if node.op == "add" else "-"
    if to.scale is not None:
        buffer.put_value(to, f"{left.at(to.scale)} {sign} {right.at(to.scale)}")
        return
    top = f"{left.value} * {right.denominator} {sign} {right.value} * {left.denominator}"
    buffer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _multiply(buffer: CodeBuffer, _node: Node, to: Location, operands: Sequence[Location]) -> None:
    left, right = operands
    bottom = f"{left.denominator} * {right.denominator}"
    buffer.put_value(to, f"{left.value} * {right.value}", bottom)


def _divide(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    left, right = operands
    if left.scale is not None and right.scale is not None:
        shared = max(left.scale, right.scale)
        top, bottom = left.at(shared), right.at(shared)
    else:
        top, bottom = f"{left.value} * {right.denominator}", f"{right.value} * {left.denominator}"
    if right.value in buffer.positive or (is_literal(right.value) and int(right.value) > 0):
        buffer.put_value(to, top, bottom)
        return
    # the usual sign is asked for first; a denominator is always positive
    with buffer.block(f"if {right.value} > 0:"):
        buffer.put_value(to, top, bottom)
    with buffer.block(f"elif {right.value} == 0:"):
        buffer.put_error(to, ErrorValue("division_by_zero", node.args[1].text))
    with buffer.block("else:"):
        # both turned, so that the denominator is positive
        buffer.put_value(to, f"-({top})", f"-({bottom})")


def _modulo(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    left, right = operands
    with buffer.block(f"if {right.value} == 0:"):
        buffer.put_error(to, ErrorValue("division_by_zero", node.args[1].text))
    with buffer.block("else:"):
        if to.scale is not None:
            buffer.put_value(to, f"({left.at(to.scale)}) % ({right.at(to.scale)})")
        else:
            top = f"({left.value} * {right.denominator}) % ({right.value} * {left.denominator})"
            buffer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _several(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    if to.scale is None:
        _several_pairs(buffer, node, to, operands)
        return
    values = [operand.at(to.scale) for operand in operands]
    if node.op != "sum":
        call = f"{node.op}({', '.join(values)})"
        buffer.put_value(to, values[0] if len(values) == 1 else call)
    elif 0 < len(values) <= _LONGEST_CHAIN:
        buffer.put_value(to, " + ".join(values))
    else:
        # one flat call, because a long chain of `+` is a tree too deep for Python's compiler
        buffer.put_value(to, f"sum(({', '.join([*values, '0'])}))")


def _several_pairs(
    buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]
) -> None:
    pairs = ", ".join(f"({operand.value}, {operand.denominator})" for operand in operands)
    if node.op != "sum":
        buffer.put(f"{to.value}, {to.bottom} = {node.op}_pair(({pairs},))")
        if to.non_value:
            buffer.put(f"{to.non_value} = None")
        return
    # by a call that reduces each partial sum, because the limit is on those (docs/semantics.md 5.1)
    pair = buffer.name("t")
    buffer.put(f"{pair} = add_pairs(({pairs},))")
    with buffer.block(f"if {pair} is None:"):
        buffer.put_error(to, ErrorValue("limit", node.text))
    with buffer.block("else:"):
        buffer.put_value(to, f"{pair}[0]", f"{pair}[1]")


def _count(buffer: CodeBuffer, _node: Node, to: Location, operands: Sequence[Location]) -> None:
    buffer.put_value(to, f"sum(({', '.join([*(each.value for each in operands), '0'])}))")


def _length(buffer: CodeBuffer, _node: Node, to: Location, operands: Sequence[Location]) -> None:
    buffer.put_value(to, f"len({operands[0].value})")


def _test_text(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    text, looked_for = (operand.value for operand in operands)
    code = {
        "starts_with": f"{text}.startswith({looked_for})",
        "ends_with": f"{text}.endswith({looked_for})",
        "contains": f"{looked_for} in {text}",
    }
    buffer.put_value(to, code[node.op])


def _day(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    """Print what has a number of every day: a call, or plain arithmetic."""
    values = [operand.value for operand in operands]
    if node.op == "count_days":
        buffer.put_value(to, f"{values[1]} - {values[0]}")
    else:
        buffer.put_value(to, f"{node.op}({', '.join(values)})")


def _moved_day(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    """Print what gives a day if there is one; counts are quotients, days are whole."""
    known = [constant_fraction(arg) for arg in node.args]
    written = make_day(*[each or Fraction(0) for each in known]) if node.op == "make_day" else None
    if written is not None and None not in known:
        buffer.put_value(to, str(written.toordinal()))
        return
    given = [
        operand.value if operand.kind == "date" else f"{operand.value}, {operand.denominator}"
        for operand in operands
    ]
    made = buffer.name("t")
    buffer.put(f"{made} = {node.op}({', '.join(given)})")
    with buffer.block(f"if {made} is None:"):
        buffer.put_error(to, ErrorValue("invalid_date", node.text))
    with buffer.block("else:"):
        buffer.put_value(to, made)


def put_rounding(
    buffer: CodeBuffer, to: Location, source: Location, decimals: int, mode: RoundingMode
) -> None:
    """Set a location to a rounded number."""
    if source.scale is not None and to.scale == source.scale and source.scale <= decimals:
        buffer.put_value(to, source.value)
        return
    bottom = source.bottom if source.scale is None else str(10 ** (source.scale - decimals))
    is_scaled = source.scale is None and decimals
    number = buffer.name("t")
    buffer.put(
        f"{number} = {source.value} * {10**decimals}" if is_scaled else f"{number} = {source.value}"
    )
    # Python divides integers down; up is down of the opposite number
    down, up = f"{number} // {bottom}", f"-(-{number} // {bottom})"
    # half up is floor(x + 1/2), over twice the denominator to stay whole
    near = f"(2 * {number} + {bottom}) // (2 * {bottom})"
    far = f"-((2 * -{number} + {bottom}) // (2 * {bottom}))"
    code = {
        "floor": down,
        "ceiling": up,
        "down": f"{down} if {number} >= 0 else {up}",
        "up": f"{up} if {number} >= 0 else {down}",
        "half_up": f"{near} if {number} >= 0 else {far}",
        "half_even": f"round_half_even({number}, {bottom})",
    }[mode]
    buffer.put_value(to, code)


def _round(buffer: CodeBuffer, node: Node, to: Location, operands: Sequence[Location]) -> None:
    put_rounding(buffer, to, operands[0], node.decimals, node.mode)


_ARITHMETIC: Mapping[str, Callable[[CodeBuffer, Node, Location, Sequence[Location]], None]] = {
    "neg": _sign, "pos": _sign, "abs": _sign, "add": _add, "sub": _add, "mul": _multiply,
    "div": _divide, "mod": _modulo, "sum": _several, "min": _several, "max": _several,
    "count": _count, "length": _length, "round": _round,
    "starts_with": _test_text, "ends_with": _test_text, "contains": _test_text,
    **dict.fromkeys(["make_day", "move_day", "add_months", "add_years"], _moved_day),
    **dict.fromkeys(
        ["count_days", "count_months", "count_years", "year_of", "month_of", "day_of",
         "weekday_of", "start_of_month", "end_of_month"], _day,
    ),
}  # fmt: skip


# -- Conditions and branches -----------------------------------------------------------------------


def _choose(printer: ExpressionPrinter, node: Node) -> Location:
    body, orelse, condition = node.args
    test = printer.write(condition)
    buffer = printer.buffer
    to = buffer.location(node)
    if test.kind == "none":
        buffer.put_non_value(to, test.non_value)
        for branch in (body, orelse):
            unused = Location("text", buffer.name("t"), 0, "", buffer.name("t"))
            buffer.put_skipped(_print_aside(printer, branch, unused)[1])
        return to
    # both are printed before either is laid down, because each must unset the other's parts
    body_lines, body_made = _print_aside(printer, body, to)
    other_lines, other_made = _print_aside(printer, orelse, to)
    otherwise = f"elif {test.non_value} is None:" if test.non_value else "else:"
    for head, lines, skipped in (
        (f"if {test.value} is True:", body_lines, other_made),
        (otherwise, other_lines, body_made),
    ):
        with buffer.block(head):
            buffer.lines.extend(lines)
            buffer.put_skipped(skipped)
    if test.non_value:
        with buffer.block("else:"):
            buffer.put_non_value(to, test.non_value)
            buffer.put_skipped([*body_made, *other_made])
    return to


def _print_aside(
    printer: ExpressionPrinter, node: Node, to: Location
) -> tuple[list[str], list[str]]:
    """Print a branch into a list of its own; returns its lines, one deeper, and its parts."""
    buffer = printer.buffer
    kept, made = buffer.lines, len(buffer.made)
    buffer.lines, buffer.depth = [], buffer.depth + 1
    buffer.put_copy(to, printer.write(node))
    lines, buffer.lines, buffer.depth = buffer.lines, kept, buffer.depth - 1
    return lines, buffer.made[made:]


def _not(printer: ExpressionPrinter, node: Node) -> Location:
    operand = printer.write(node.args[0])
    buffer = printer.buffer
    to = buffer.location(node)
    with buffer.guarded(to, [operand]):
        buffer.put_value(to, f"not {operand.value}")
    return to


def _kleene(printer: ExpressionPrinter, node: Node) -> Location:
    """Print Kleene's `and` or `or`: first whether an operand decides, then the non-values."""
    operands = [printer.write(arg) for arg in node.args]
    buffer = printer.buffer
    to = buffer.location(node)
    names = [operand.non_value for operand in operands if operand.non_value]
    if not names:
        buffer.put_value(to, f" {node.op} ".join(operand.value for operand in operands))
        return to
    decides, other = ("True", "False") if node.op == "or" else ("False", "True")
    deciding = " or ".join(f"{operand.value} is {decides}" for operand in operands)
    with buffer.block(f"if {deciding}:"):
        buffer.put_value(to, decides)
    with buffer.block(f"elif {all_none(list_non_values(operands))}:"):
        buffer.put_value(to, other)
    with buffer.block("else:"):
        buffer.put_non_value(to, f"worst_non_value(({', '.join(names)},))")
    return to


def _compare(printer: ExpressionPrinter, node: Node) -> Location:
    operands = [printer.write(arg) for arg in node.args]
    buffer = printer.buffer
    to = buffer.location(node)
    with buffer.guarded(to, operands):
        if not any(operand.kind == "none" for operand in operands):
            left, *others = operands
            if node.op in _COMPARE:
                buffer.put_value(to, _comparison(left, _COMPARE[node.op], others[0]))
            else:
                # not by `in`: operands are of several scales, and a tuple would be built for each
                # report
                found = " or ".join(_comparison(left, "==", other) for other in others)
                buffer.put_value(to, found if node.op == "in" else f"not ({found})")
    return to


def _comparison(left: Location, sign: str, right: Location) -> str:
    if left.kind != "number":
        return f"{left.value} {sign} {right.value}"
    if left.scale is not None and right.scale is not None:
        shared = max(left.scale, right.scale)
        return f"{left.at(shared)} {sign} {right.at(shared)}"
    return f"{left.value} * {right.denominator} {sign} {right.value} * {left.denominator}"


def _replace(printer: ExpressionPrinter, node: Node) -> Location:
    first, second = (printer.write(arg) for arg in node.args)
    buffer = printer.buffer
    to, flag = buffer.location(node), buffer.part()
    replaceable = {"default": "not_applicable", "if_missing": "missing"}[node.op]
    printer.replaced[node.part] = flag
    if replaceable not in node.args[0].non_values:
        buffer.put(f"{flag} = False")
        buffer.put_copy(to, first)
        return to
    replaced = "NotApplicable" if node.op == "default" else "Missing"
    with buffer.block(f"if {first.non_value}.__class__ is {replaced}:"):
        buffer.put(f"{flag} = True")
        buffer.put_copy(to, second)
    with buffer.block("else:"):
        buffer.put(f"{flag} = False")
        # what is replaced is gone in this branch: without others, nothing is left to test
        has_others = bool(node.args[0].non_values - {replaceable}) or first.kind == "none"
        buffer.put_copy(to, first if has_others else replace(first, non_value=""))
    return to


def _question(printer: ExpressionPrinter, node: Node) -> Location:
    operand = printer.write(node.args[0])
    buffer = printer.buffer
    to = buffer.location(node)
    asked = "Missing" if node.op == "is_missing" else "NotApplicable"
    # by class identity, which needs no call; the classes have no subclasses
    answer = f"{operand.non_value}.__class__ is {asked}" if operand.non_value else "False"
    if node.op == "applies":
        answer = f"not {answer}" if operand.non_value else "True"
    if not to.non_value:
        buffer.put_value(to, answer)
        return to
    with buffer.block(f"if {operand.non_value}.__class__ is ErrorValue:"):
        buffer.put_non_value(to, operand.non_value)
    with buffer.block("else:"):
        buffer.put_value(to, answer)
    return to


def _look_up(printer: ExpressionPrinter, node: Node) -> Location:
    operands = [printer.write(arg) for arg in node.args]
    buffer = printer.buffer
    to = buffer.location(node)
    with buffer.guarded(to, operands):
        if node.lookup is not None and not any(operand.kind == "none" for operand in operands):
            put_lookup(buffer, node.lookup, to, operands)
            buffer.put_limit(to, node)
    return to


_PRINTERS: Mapping[str, Callable[[ExpressionPrinter, Node], Location]] = {
    "choose": _choose, "not": _not, "and": _kleene, "or": _kleene, "default": _replace,
    "if_missing": _replace, "is_missing": _question, "applies": _question,
    **dict.fromkeys([*_COMPARE, "in", "not_in"], _compare), "lookup": _look_up,
}  # fmt: skip
"""What is not arithmetic: expressions that do more with a non-value than pass it on."""
