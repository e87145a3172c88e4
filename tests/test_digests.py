"""Canonical JSON is written the quick way where that gives the same bytes; it holds no float."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruletrail.digests import _may_have_float, canonical_json


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [lambda x: x, lambda x: [x], lambda x: {"a": x, "b": 1}, lambda x: [[1, x], 2]]
    ),
)
def test_no_float_is_canonical_json(number, put):
    with pytest.raises(TypeError):
        canonical_json(put(number))


def test_a_sum_of_money_in_a_sentence_is_no_float():
    """It ends as one does; a trail that says it would be written by the slow way."""
    assert not _may_have_float('{"text":"1.376.953,67 euro, 10.44], 2e-3}"}')
    assert _may_have_float('{"text":10.44}')
