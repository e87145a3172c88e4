"""Defects of the engine that tests know of: which cases meet them, and why they are set aside.

Each is pinned by a test, or marked among the rows of `test_conformance.py`, as
`xfail(strict=True)`, so that its mending shows, and then goes from here.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ruletrail.formulas.expressions import Call, Constant, Expression, Name
from ruletrail.formulas.operations import IN, NOT_IN
from support.rulebook_generator import Case

ONE_WORD = "columns read the table of a word that is the same for all rows as if it had one entry"
"""`CompiledBlock`, in columns/block.py: the entries of the whole list stand where one was meant. An
error of numpy, or a wrong answer where the list has as many words as the table has rows."""

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
        """Watch one case."""
        formulas = [rule.get("formula", "") for rule in case.sections["rules"].values()]
        self.is_wide = any(map(has_wide_constant, formulas))
        self.met: list[str] = []

    @contextmanager
    def comparing(self, repeated: Callable[[], object] | None = None) -> Iterator[None]:
        """Compare one table; `repeated` compares its rows again in a table of another length.

        A wrong answer is a known defect only where the longer table is the error of numpy.
        """
        try:
            yield
        except (AssertionError, ValueError, OverflowError, RuntimeWarning) as error:
            reason = self._reason(error)
            if reason is None and isinstance(error, AssertionError) and repeated is not None:
                reason = self._reason_of(repeated)
            if reason is None:
                raise
            self.met.append(reason)

    def _reason_of(self, compare: Callable[[], object]) -> str | None:
        try:
            compare()
        except (ValueError, OverflowError) as error:
            return self._reason(error)
        return None

    def _reason(self, error: Exception) -> str | None:
        # batches by columns warn of the name of an error in columns, and pytest raises the warning
        said = f"{type(error).__name__}: {error}"
        if self.is_wide and "OverflowError" in said:
            return WIDE_CONSTANT
        is_warning = isinstance(error, RuntimeWarning) and "ValueError" in said
        return ONE_WORD if is_warning or "broadcast" in said else None
