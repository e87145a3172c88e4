"""Which names are slips of the pen: alike in their letters is not yet alike in meaning."""

import pytest

from ruletrail.suggestions import slip_of

SLIPS = [
    ("inferiori", "inferiore"), ("inferior", "inferiore"), ("inferioree", "inferiore"),
    ("infeirore", "inferiore"), ("INFERIÓRE", "inferiore"), ("dued", "due"), ("not_deu", "not_due"),
]  # fmt: skip
OTHER_WORDS = [
    ("superiore", "inferiore"), ("ammesso", "omesso"), ("morale", "amorale"), ("valid", "invalid"),
    ("sufficiente", "insufficiente"), ("passed", "failed"), ("level_1", "level_2"),
    ("maggiorenne", "minorenne"), ("on", "of"), ("", "due"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), SLIPS)
def test_one_letter_is_a_slip(written: str, meant: str) -> None:
    assert slip_of(written, ("other", meant)) == meant


@pytest.mark.parametrize(("written", "other"), OTHER_WORDS)
def test_another_word_is_no_slip(written: str, other: str) -> None:
    """Opposites differ by a few letters, most of them at the beginning."""
    assert not slip_of(written, (other,))
    assert not slip_of(other, (written,))


def test_of_two_names_as_near_none_is_meant() -> None:
    assert not slip_of("alta", ("alto", "alte"))
