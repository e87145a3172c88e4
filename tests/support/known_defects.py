"""Defects of the engine that tests know of: which cases meet them, and why they are set aside.

Each is pinned in `test_lanes.py` or marked in `test_conformance.py` as `xfail(strict=True)`, so that
its mending shows, and then goes from here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.numpy_codegen import Strip

ONE_WORD = "columns read the table of a word that is the same for all rows as if it had one entry"
"""`Block._take`: the entries of the whole list stand where one was meant. An error of numpy, or a
wrong answer where the list has as many words as the table has rows."""

WIDE_CONSTANT = "columns cannot write a rule that is a constant past 63 bits: OverflowError"

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_BITS = 63


def has_wide_constant(formula: str) -> bool:
    """Tell whether a formula is one number that 63 bits do not hold."""
    is_number = _NUMBER.fullmatch(formula) is not None
    return is_number and int(formula.replace(".", "")).bit_length() > _BITS


def expect_failure(reason: str) -> pytest.MarkDecorator:
    """Mark a case that fails by a known defect."""
    return pytest.mark.xfail(reason=reason, strict=True)


@contextmanager
def set_aside(formulas: list[str], met: list[str]) -> Iterator[None]:
    """Let a comparison of columns fail where it meets a known defect, whose reason joins `met`."""
    reasons = []
    take = Block._take

    def watched(self, parameter, places):
        if not isinstance(places, Strip):
            reasons.append(ONE_WORD)
        return take(self, parameter, places)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Block, "_take", watched)
        try:
            yield
        except OverflowError:
            if not any(map(has_wide_constant, formulas)):
                raise
            met.append(WIDE_CONSTANT)
        except (AssertionError, ValueError):
            if not reasons:
                raise
            met.append(ONE_WORD)
