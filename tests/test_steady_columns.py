"""Columns keep the form that earlier ones needed, and no value changes by it."""

from decimal import Decimal
from fractions import Fraction

import pytest

pa = pytest.importorskip("pyarrow")

from ruletrail.batches.steady_columns import SteadyColumns  # noqa: E402 - needs numpy
from ruletrail.compiled.columns.columns import (  # noqa: E402 - the same
    NumberColumn,
    decimals_of,
    value_of,
)
from ruletrail.compiled.columns.number_texts import encode_number_texts  # noqa: E402 - pyarrow


def read(*cells: str | None) -> NumberColumn:
    column = encode_number_texts(pa.array(list(cells), pa.string())).column
    assert isinstance(column, NumberColumn)
    return column


def test_a_form_that_was_needed_stays():
    """Gaps, scales and mixed decimals; each number keeps its value and its written decimals."""
    steady = SteadyColumns()
    steady.settle({"A": read("1.25", None, "3"), "B": read("1")})
    settled = steady.settle({"A": read("7", "8"), "B": read("2")})
    column, other = settled["A"], settled["B"]
    assert isinstance(column, NumberColumn)
    assert (column.scale, column.missing is None, column.decimals is None) == (2, False, False)
    assert [value_of(column, row) for row in range(2)] == [7, 8]
    assert [decimals_of(column, row) for row in range(2)] == [0, 0]
    assert isinstance(other, NumberColumn)
    assert (other.scale, other.missing, other.decimals) == (0, None, None)


def test_a_number_that_does_not_fit_keeps_its_scale():
    """No scale is raised past 62 bits."""
    steady = SteadyColumns()
    steady.settle({"A": read("0.0000000001")})
    settled = steady.settle({"A": read("999999999999999")})["A"]
    assert isinstance(settled, NumberColumn)
    assert (settled.scale, value_of(settled, 0)) == (0, 999999999999999)
    raised = steady.settle({"A": read("12.5")})["A"]
    assert value_of(raised, 0) == Fraction(Decimal("12.5"))
