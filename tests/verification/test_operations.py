"""The checker's table and the evaluator's name the same operations with the same arguments.

Each is written on its own, on purpose; what one of them knows alone, no trail could be checked by.
"""

from ruletrail.formulas import operations
from ruletrail.formulas.operations import CHOICE, COMPARE, IN, NOT_IN
from ruletrail.verification import operations as checked


def test_functions_are_the_same():
    """Names, numbers of arguments, groups and decimals agree, both ways."""
    theirs = {
        name: (function.least, None if function.most == checked.MANY else function.most,
               function.groups, function.decimals, function.literal, function.since)
        for name, function in checked.FUNCTIONS.items()
    }  # fmt: skip
    ours = {
        name: (function.least, function.most, function.takes_groups, function.takes_decimals,
               function.takes_literal, function.since)
        for name, function in operations.FUNCTIONS.items()
    }  # fmt: skip
    assert theirs == ours


def test_functions_take_and_replace_the_same():
    """Types of operands agree, and which non-values a function replaces."""
    for name, function in operations.FUNCTIONS.items():
        theirs = checked.FUNCTIONS[name]
        replaced = getattr(function.non_values, "kind", None)
        is_replacing = isinstance(function.non_values, operations.Replaces)
        assert theirs.replaces == (replaced if is_replacing else None), name
        assert theirs.of_non_values is not isinstance(function.non_values, operations.Strict), name
        if theirs.takes != "facts":
            also = {"number"} if theirs.counts else set()
            assert set(function.takes) == {theirs.takes, *also}, name
        assert theirs.days == function.dates, name


def test_operators_are_the_same():
    """The signs before an operand and between two agree, both ways; the choice is grammar."""
    ours = operations.OPERATORS.values()
    prefix = {operator.name for operator in ours if len(operator.takes) == 1}
    infix = {operator.name for operator in ours if len(operator.takes) == 2}
    assert set(checked.PREFIX) == prefix
    assert set(checked.INFIX) == infix
    assert [operator for operator in ours if len(operator.takes) > 2] == [CHOICE]


def test_operators_take_the_same_and_bind_in_one_order():
    """Types of operands agree, what takes several at once, and which operator binds tighter."""
    ours = [operator for operator in operations.OPERATORS.values() if operator is not CHOICE]
    bindings = {}
    for operator in ours:
        table = checked.PREFIX if len(operator.takes) == 1 else checked.INFIX
        theirs = table[operator.name]
        assert set(operator.takes) == {theirs.takes}, operator.name
        takes_many = operator.most is None and operator not in (IN, NOT_IN)
        expected = "never" if operator.binding == COMPARE else "all" if takes_many else "left"
        assert theirs.joins == expected, operator.name
        bindings.setdefault(operator.binding, set()).add(theirs.power)
    assert all(len(powers) == 1 for powers in bindings.values()), bindings
    ordered = [bindings[binding].copy().pop() for binding in sorted(bindings)]
    assert ordered == sorted(set(ordered))


def test_results_are_of_the_same_kind_and_unit():
    """What each operation gives, and what becomes of units (docs/semantics.md 7.5)."""
    units = {"agree": "agree", "first": "first", "unknown": "none"}
    for operation in [*operations.FUNCTIONS.values(), *operations.OPERATORS.values()]:
        if operation is CHOICE:
            continue
        is_prefix = len(operation.takes) == 1
        table = checked.PREFIX if is_prefix else checked.INFIX
        theirs = (checked.FUNCTIONS if operation.is_function else table)[operation.name]
        assert theirs.gives == operation.gives, operation.name
        # ours leaves the unit of a truth open, and comparisons say that units must agree
        if operation.gives != "boolean" or theirs.takes in ("number", "alike"):
            assert theirs.units == units[operation.units], operation.name
