"""`sum(L.x, condition)`, with which people of spreadsheets sum up some of the rows only.

Here a condition is a choice inside the one argument, or decides whether anything is summed up. The
least and the greatest of some rows are those of a rule of the row, which applies to these only.
"""

from collections.abc import Callable, Iterator, Sequence

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.expressions import Call, Expression, Name, lists_in, walk_expression
from ruletrail.formulas.lexer import WORDS, Finding, read_tokens
from ruletrail.formulas.signatures import Signature
from ruletrail.problems import quote_to_write

GATHERING = frozenset({"sum", "min", "max"})
"""The functions of numbers that gather rows."""
ROWS = "rows-of-condition"
"""The hint for the sum of some rows."""
_RULE = "rows-of-rule"
"""The hint for the least or the greatest of some rows."""
WHEN_TRUE = "sum-when-true"
"""The hint for a sum of values that is made where a condition is true, or counts what is true."""

Lookup = Callable[[str], Signature | None]


@dataclass(frozen=True, slots=True)
class SumOfSome:
    """A call that gathers values, and after them conditions."""

    call: Call
    values: tuple[Expression, ...]
    conditions: tuple[Expression, ...]

    @property
    def is_of_rows(self) -> bool:
        """Tell whether it is the rows of a list that are gathered."""
        return len(self.values) == 1 and any(lists_in(self.values[0]))


def find_sum_of_some(call: Call, lookup: Lookup) -> SumOfSome | None:
    """Tell a call with values first and conditions after them; None for any other."""
    if call.operation.name not in GATHERING:
        return None
    kinds = [_is_condition(each, lookup) for each in call.operands]
    count = kinds.index(True) if True in kinds else 0
    if not count or not all(kinds[count:]):
        return None
    return SumOfSome(call, call.operands[:count], call.operands[count:])


def find_sums_of_some_rows(tree: Expression, lookup: Lookup) -> Iterator[SumOfSome]:
    """Yield the calls of a formula that gather some rows of a list."""
    for each in walk_expression(tree):
        found = find_sum_of_some(each, lookup) if isinstance(each, Call) else None
        if found is not None and found.is_of_rows:
            yield found


def _is_condition(expression: Expression, lookup: Lookup) -> bool:
    if isinstance(expression, Name):
        found = lookup(expression.code)
        return found is not None and found.type == "boolean" and not found.is_group
    return isinstance(expression, Call) and expression.operation.gives == "boolean"


def tell_sum_of_rows(name: str, value: str, conditions: Sequence[str]) -> Finding:
    """Write what is meant by a call with the value of a row and conditions; place it elsewhere."""
    condition = _joined(conditions)
    if name == "sum":
        choice = f"sum({_in_brackets(value)} if {condition} else 0)"
        return Finding("wrong-argument-count", 0, name, choice, advice=ROWS)
    formula, when = (quote_to_write(each) for each in (f"formula: {value}", f"when: {condition}"))
    return Finding("wrong-argument-count", 0, name, "", formula, when, _RULE)


def write_sum_when_true(values: Sequence[str], conditions: Sequence[str]) -> str:
    """Write a sum that is made only where conditions are true."""
    return f"sum({', '.join(values)}) if {_joined(conditions)} else 0"


def _joined(conditions: Sequence[str]) -> str:
    return " and ".join(map(_in_brackets, conditions)) if len(conditions) > 1 else conditions[0]


def _in_brackets(piece: str) -> str:
    is_joined = any(token.text in WORDS for token in read_tokens(piece))
    return f"({piece})" if is_joined else piece
