"""Exact numbers and the four non-values."""

import pickle
import tracemalloc
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruletrail import values
from ruletrail.formats import Format, show_fact, show_number
from ruletrail.values import (
    ErrorValue,
    Missing,
    NotApplicable,
    NotEncoded,
    RoundingMode,
    count_decimals,
    gather_missing,
    is_too_large,
    read_number,
    round_number,
    to_decimal,
    to_json,
    worst,
    write_number,
)

MODES: dict[RoundingMode, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
WIDE = Context(prec=60)
DECIMALS = st.decimals(min_value=-(10**14), max_value=10**14, places=10, allow_nan=False)


@settings(max_examples=200)
@given(DECIMALS, st.integers(0, 10), st.sampled_from(sorted(MODES)))
def test_rounding_is_that_of_decimal(number: Decimal, decimals: int, mode: RoundingMode):
    """For finite numbers all six modes agree with Python's decimal, written by others."""
    expected = number.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode], context=WIDE)
    assert round_number(Fraction(number), decimals, mode) == Fraction(expected)


@pytest.mark.parametrize(
    ("mode", "results"),
    [
        ("half_up", [-3, -2, -1, 0, 0, 0, 1, 2, 3]),
        ("half_even", [-2, -2, 0, 0, 0, 0, 0, 2, 2]),
        ("down", [-2, -1, 0, 0, 0, 0, 0, 1, 2]),
        ("up", [-3, -2, -1, -1, 0, 1, 1, 2, 3]),
        ("floor", [-3, -2, -1, -1, 0, 0, 0, 1, 2]),
        ("ceiling", [-2, -1, 0, 0, 0, 1, 1, 2, 3]),
    ],
)
def test_ties_and_signs(mode: RoundingMode, results: list[int]):
    """Ties of both signs, and the numbers just beside zero, by hand."""
    numbers = [Fraction(n, 10) for n in (-25, -15, -5, -4, 0, 4, 5, 15, 25)]
    assert [round_number(number, 0, mode) for number in numbers] == results


def test_rounding_of_what_never_ends():
    """A third is rounded exactly, and a tie just missed is no tie."""
    assert round_number(Fraction(1, 3), 10, "half_up") == Fraction(3333333333, 10**10)
    assert round_number(Fraction(1, 2) - Fraction(1, 10**50), 0, "half_up") == 0
    assert round_number(Fraction(1, 2) + Fraction(1, 10**50), 0, "half_even") == 1


@settings(max_examples=200)
@given(st.fractions(max_denominator=10**12).filter(lambda number: abs(number) < 10**15))
def test_written_numbers_read_back(number: Fraction):
    """What is written is the number.

    A finite decimal reads back, anything else is a fraction in lowest terms.
    """
    text = write_number(number)
    if "/" in text:
        top, bottom = text.split("/")
        assert (int(top), int(bottom)) == (number.numerator, number.denominator)
    else:
        assert Fraction(text) == number
        assert text == "0" or not text.endswith(".")
        assert "." not in text or not text.endswith("0")


@settings(max_examples=200)
@given(st.integers(0, 10**15 - 1), st.integers(0, 10), st.booleans())
def test_admitted_numbers_round_trip(digits: int, decimals: int, negative: bool):  # noqa: FBT001 - drawn by Hypothesis
    """Every number within the limits is read exactly, trailing zeros or not."""
    text = (
        ("-" if negative else "")
        + f"{digits // 10**decimals}"
        + (f".{digits % 10**decimals:0{decimals}d}" if decimals else "")
    )
    number = read_number(text)
    assert number == Fraction(text)
    assert count_decimals(text) == decimals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("999999999999999", Fraction(999999999999999)),
        ("1000000000000000", None),
        ("0.0000000001", Fraction(1, 10**10)),
        ("0.00000000001", None),
        ("0.00000000000", None),
        ("1e14", Fraction(10**14)),
        ("1e15", None),
        ("1E999999", None),
        ("-1E999999", None),
        ("1E-999999", None),
        ("1E99999999999999999999", None),
        ("0E5", Fraction(0)),
        ("-0", Fraction(0)),
        ("1.50e1", Fraction(15)),
        ("9" * 5000, None),
        ("0." + "0" * 5000 + "1", None),
    ],
)
def test_limits_are_kept_before_any_arithmetic(text: str, value: Fraction | None):
    """Fewer than 10**15 and at most 10 decimals; a number of a million digits costs nothing."""
    assert read_number(text) == value


def test_large_results():
    """400 digits are admitted, 401 are not, above and below the line, of either sign."""
    largest = Fraction(10**400 - 1)
    assert not is_too_large(largest)
    assert not is_too_large(-largest)
    assert not is_too_large(1 / largest)
    assert is_too_large(largest + 1)
    assert is_too_large(-largest - 1)
    assert is_too_large(1 / (largest + 1))


E, N, M, A = (
    ErrorValue("limit", "x"),
    NotEncoded(("perché",)),
    Missing(("R03",)),
    NotApplicable("M12_media"),
)


@pytest.mark.parametrize("facts", list(permutations([E, N, M, A, Fraction(1)])))
def test_the_worst_wins_in_any_order(facts: tuple[object, ...]):
    """Error over not_encoded over missing over not_applicable; values do not count."""
    assert worst(facts) is E  # type: ignore[arg-type]
    assert worst(fact for fact in facts if fact is not E) == N  # type: ignore[misc]
    assert worst(fact for fact in facts if fact not in (E, N)) == M  # type: ignore[misc]
    assert worst(fact for fact in facts if fact in (A, Fraction(1))) == A  # type: ignore[misc]


def test_causes_accumulate():
    """All missing codes are named once, sorted, and so are all reasons."""
    assert worst([Missing(("b",)), Missing(("c", "a")), Missing(("b",))]) == Missing(
        ("a", "b", "c")
    )
    assert worst([NotEncoded(("y",)), NotEncoded(("x",)), NotEncoded(("y",))]) == NotEncoded(
        ("x", "y")
    )
    assert worst([Fraction(0), "", False]) is None


def test_errors_are_chosen_by_name_not_by_place():
    """Of two errors the same one is named whatever the order of the operands."""
    first, second = ErrorValue("division_by_zero", "a"), ErrorValue("division_by_zero", "b")
    assert worst([first, second]) == worst([second, first])


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        (Fraction(4056), "4056"),
        (Fraction(-17, 2), "-8.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-405600, 39301), "-405600/39301"),
        ("", {"text": ""}),
        (True, True),
        (False, False),
        (Missing(("a", "b")), {"missing": ["a", "b"]}),
        (NotApplicable("m"), {"not_applicable": "m"}),
        (NotEncoded(("why",)), {"not_encoded": "why"}),
        (ErrorValue("no_case", "d"), {"error": {"cause": "no_case", "of": "d"}}),
    ],
)
def test_values_as_the_trail_writes_them(fact: object, written: object):
    """The six forms that a trail has."""
    assert to_json(fact) == written  # type: ignore[arg-type]


def test_numbers_for_callers():
    """A Decimal where one is exact, else the Fraction itself; never a float."""
    assert to_decimal(Fraction(17, 2)) == Decimal("8.5")
    assert isinstance(to_decimal(Fraction(17, 2)), Decimal)
    assert to_decimal(Fraction(1, 3)) == Fraction(1, 3)
    assert str(to_decimal(Fraction(10**60 + 1))) == "1" + "0" * 59 + "1"


@pytest.mark.parametrize(
    ("number", "shape", "it", "en"),
    [
        (Fraction("3580390.40"), Format(2), "3.580.390,40", "3,580,390.40"),
        (Fraction("10.320348"), Format(), "10,320348", "10.320348"),
        (Fraction(1942), Format(0, grouping=False), "1942", "1942"),
        (Fraction(1, 3), Format(), "0,333333…", "0.333333…"),
        (Fraction(-2, 3), Format(), "-0,666667…", "-0.666667…"),
        (Fraction(-1, 1000), Format(2), "0,00", "0.00"),
        (Fraction(999), Format(), "999", "999"),
        (Fraction(1000), Format(), "1.000", "1,000"),
        (Fraction(-1000), Format(), "-1.000", "-1,000"),
        (Fraction(5, 2), Format(0), "3", "3"),
    ],
)
def test_numbers_for_readers(number: Fraction, shape: Format, it: str, en: str):
    """As people of a locale write them.

    One that never ends shows six decimals, half up, and `…`.
    """
    assert (show_number(number, shape, "it"), show_number(number, shape, "en")) == (it, en)


@pytest.mark.parametrize(
    ("fact", "word"),
    [(M, "mancante"), (A, "non applicabile"), (N, "non codificato"), (E, "errore")],
)
def test_non_values_show_as_their_word(fact: object, word: str):
    """A gap is never shown as a number or as nothing."""
    assert show_fact(fact, Format(), "it") == word  # type: ignore[arg-type]


# -- Unions of many --------------------------------------------------------------------------------

MANY = 1_000


def _chain(kind: type[Missing | NotEncoded]) -> list[Any]:
    """Make facts each of which lacks one thing more than the one before."""
    facts = [kind(("000000",))]
    for number in range(1, MANY):
        facts.append(worst([facts[-1], kind((f"{number:06d}",))]))
    return facts


@pytest.mark.parametrize("kind", [Missing, NotEncoded])
def test_a_chain_of_unions_holds_little_and_says_all(kind: type[Missing | NotEncoded]):
    """Each is written out in full when it is read, and twice the chain is twice the memory."""
    tracemalloc.start()
    facts = _chain(kind)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < MANY * 1_000  # written out at each it would be four times that
    texts = tuple(f"{number:06d}" for number in range(MANY))
    for at in (0, 5, 300, MANY - 1, 700, 31, 32, 33):
        assert facts[at] == kind(texts[: at + 1])
        assert getattr(facts[at], kind.__match_args__[0]) == texts[: at + 1]
        assert hash(facts[at]) == hash(kind(texts[: at + 1]))
        assert pickle.loads(pickle.dumps(facts[at])) == facts[at]  # noqa: S301 - our own
    assert facts[MANY - 1] != facts[MANY - 2]
    assert facts[MANY - 1] != kind((*texts[:-1], "another"))
    assert worst([facts[40], facts[800], facts[40]]) == facts[800]
    if kind is Missing:
        assert gather_missing([True, *facts, Fraction(1)]) == set(texts)


def test_two_chains_are_compared_without_writing_them_out(monkeypatch: pytest.MonkeyPatch):
    """Step by step, as two evaluators make them; one code more at the start, and all differ."""
    first, second = _chain(Missing), _chain(Missing)
    written: list[object] = []
    gather = values._gather
    monkeypatch.setattr(values, "_gather", lambda of: written.append(of) or gather(of))
    assert first == second
    assert not written
    other = [Missing(("a",))]
    for fact in first[1:]:
        other.append(worst([other[-1], fact]))
    assert not any(first[at] == other[at] for at in (0, 10, 40, 500, MANY - 1))


@pytest.mark.parametrize(
    "text",
    ["", "-", "e", "1e", "e5", "SI", "1/3", "1_0", " 1", "1\n", "--1", "٣", "²", "1.2.3", "1-2"],
)
def test_any_text_may_be_asked_whether_it_is_a_number(text: str):
    """What is none is None, whoever asks: no page and no door ends on a text of somebody's."""
    assert read_number(text) is None
