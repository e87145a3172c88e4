"""Defects of the engine that tests know of: which cases meet them, and why they are set aside.

Each is pinned by a test, or marked among the rows of `test_conformance.py`, as
`xfail(strict=True)`, so that its mending shows, and then goes from here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.ssa import ColumnValue
from ruletrail.formulas.expressions import Call, Constant, Expression, Name
from ruletrail.formulas.operations import IN, NOT_IN
from support.rulebook_generator import Case

ONE_WORD = "columns read the table of a word that is the same for all rows as if it had one entry"
"""`Block._look_up`: the entries of the whole list stand where one was meant. An error of numpy, or a
wrong answer where the list has as many words as the table has rows."""

WIDE_CONSTANT = "columns cannot write a rule that is a constant past 63 bits: OverflowError"

LISTED_CODE = 'of `t in ["x", u]` the analysis learns that t is x, as if u were not in the list'
"""`condition_solver._assume_comparison`: so lints call a condition never true that can be true."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_BITS = 63


def has_wide_constant(formula: str) -> bool:
    """Tell whether a formula is one number that 63 bits do not hold."""
    is_number = _NUMBER.fullmatch(formula) is not None
    return is_number and int(formula.replace(".", "")).bit_length() > _BITS


def lists_code_beside_text(condition: Expression) -> bool:
    """Tell whether a list of `in`, anywhere in a condition, has both a text and a code."""
    if not isinstance(condition, Call):
        return False
    items = condition.operands[1:] if condition.operation in (IN, NOT_IN) else ()
    has_text = any(isinstance(each, Constant) and isinstance(each.value, str) for each in items)
    has_code = any(isinstance(each, Name) for each in items)
    return (has_text and has_code) or any(map(lists_code_beside_text, condition.operands))


def expect_failure(reason: str) -> pytest.MarkDecorator:
    """Mark a case that fails by a known defect."""
    return pytest.mark.xfail(reason=reason, strict=True)


class Watch:
    """Lets comparisons of columns fail where a generated case meets a known defect.

    `met` gathers the reasons, one for each comparison that failed.
    """

    def __init__(self, case: Case) -> None:
        """Watch one case; code that columns keep between tables was seen when it was made."""
        formulas = [rule.get("formula", "") for rule in case.sections["rules"].values()]
        self.is_wide = any(map(has_wide_constant, formulas))
        self.takes_one_word = False
        self.met: list[str] = []

    @contextmanager
    def comparing(self) -> Iterator[None]:
        """Compare one table."""
        take = Block._look_up

        def watched(block: Block, parameter: Any, places: Any) -> Any:
            self.takes_one_word = self.takes_one_word or not isinstance(places, ColumnValue)
            return take(block, parameter, places)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Block, "_look_up", watched)
            try:
                yield
            except (AssertionError, ValueError, OverflowError, RuntimeWarning) as error:
                # batches by columns warn of an error in columns, and pytest raises the warning
                if self.is_wide and isinstance(error, OverflowError | RuntimeWarning):
                    self.met.append(WIDE_CONSTANT)
                elif self.takes_one_word and not isinstance(error, OverflowError):
                    self.met.append(ONE_WORD)
                else:
                    raise
