"""Defects of the engine that tests know of: each names the cases that meet it, and says why.

A case that meets one is marked `xfail(strict=True)`, so that its mending shows.
"""

import re

import pytest

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BITS = 63


def has_wide_constant(formula: str) -> str | None:
    """Say whether a formula is one number past 63 bits: `evaluate_many` is an OverflowError."""
    is_number = _NUMBER.fullmatch(formula) is not None
    is_wide = is_number and int(formula.replace(".", "")).bit_length() > _BITS
    return "columns cannot write a constant past 63 bits" if is_wide else None


def expect_failure(reason: str) -> pytest.MarkDecorator:
    """Mark a case that fails by a known defect."""
    return pytest.mark.xfail(reason=reason, strict=True)
