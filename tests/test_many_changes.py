"""What a comparison costs of one entry with hundreds of changes, counted: twice as many, twice.

Each is met by what it says itself, so that about one report a change is tried, and a report is
asked about those changes alone that it meets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.differences import behind, open_changes, proving, searching
from ruletrail.differences.bands import change_band
from ruletrail.differences.changes import Difference
from ruletrail.differences.comparing import compare
from ruletrail.formulas.lookups import Band, BandScale, ScaleKind
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of

NUMBER = {"type": "number", "minimum": 0, "maximum": 100_000}
FIELDS = {
    "A": NUMBER,
    "B": {"type": "integer", "minimum": 0, "maximum": 10},
    "K": {"type": "string"},
    "D": {"type": "string", "format": "date"},
    "L": rows_of({"y": NUMBER}, 5),
}


def plan_of(formula: str, **parts: dict[str, Any]) -> Plan:
    entries = {**parts, "rules": {"R": {"formula": formula}}}
    return load_text(rulebook_text(entries, language="2"), schema_of(FIELDS))


def scale(count: int, more: int, formula: str = "s(A)", kind: str = "step") -> Plan:
    """Write a scale of which every third band gives so much more."""
    what = "rate" if kind == "marginal" else "value"
    bands = [{"from": 10 * at, what: at % 7 + more * (at % 3 == 0)} for at in range(count)]
    return plan_of(formula, scales={"s": {"kind": kind, "bands": bands}})


def thresholds(count: int, more: int) -> Plan:
    bands = [{"from": 10 * at + more * (at % 3 == 1), "value": at} for at in range(count)]
    return plan_of("s(A)", scales={"s": {"kind": "step", "bands": bands}})


def versions(count: int, more: int) -> Plan:
    """Write a scale in two versions, of which bands of the later one change."""
    listed = [
        {
            "from": f"202{year}-01-01",
            "bands": [
                {"from": 10 * at, "value": at + more * year * (at % 3 == 0)} for at in range(count)
            ],
        }
        for year in (0, 4)
    ]
    return plan_of("s(A)", scales={"s": {"kind": "step", "day": "D", "versions": listed}})


def table(count: int, more: int, *, is_of_two: bool = False) -> Plan:
    """Write a table by a text, or by a number and a text."""
    rows: list[dict[str, Any]] = [
        {"k": f"w{at}", "value": at + more * (at % 3 == 0)} for at in range(count)
    ]
    if is_of_two:
        rows = [{"b": at % 10, **row} for at, row in enumerate(rows)]
    by = ["b", "k"] if is_of_two else ["k"]
    return plan_of("t(B, K)" if is_of_two else "t(K)", tables={"t": {"by": by, "rows": rows}})


def dated_values(count: int, more: int) -> Plan:
    values = [
        {"from": f"{1600 + at}-01-01", "value": at + more * (at % 3 == 0)} for at in range(count)
    ]
    return plan_of("p + A", parameters={"p": {"day": "D", "values": values}})


def exceptions(count: int, more: int) -> Plan:
    listed = [
        {"label": f"e{at}", "when": f"A >= {10 * at} and A < {10 * at + 10}",
         "formula": at + more * (at % 3 == 0)}
        for at in range(count)
    ]  # fmt: skip
    rules = {"R": {"formula": 0, "exceptions": listed}}
    return load_text(rulebook_text({"rules": rules}, language="2"), schema_of(FIELDS))


KINDS: dict[str, Callable[[int, int], Plan]] = {
    "bands": scale,
    "bands_of_a_marginal_scale": lambda count, more: scale(count, more, kind="marginal"),
    "bands_of_a_linear_scale": lambda count, more: scale(count, more, kind="linear"),
    "bands_that_a_sum_is_looked_up_in": lambda count, more: scale(count, more, "s(A * 2 + 1)"),
    "bands_that_rows_are_looked_up_in": lambda count, more: scale(count, more, "sum(s(L.y))"),
    "thresholds": thresholds,
    "versions": versions,
    "rows": table,
    "rows_by_two_keys": lambda count, more: table(count, more, is_of_two=True),
    "dated_values": dated_values,
    "exceptions": exceptions,
}


@dataclass
class Counted:
    """How many reports were tried, and of how many changes somebody asked whether they show."""

    tried: int = 0
    asked: int = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Count what a comparison asks."""
    found = Counted()
    try_document, is_behind = searching.try_document, searching.is_behind

    def count_trial(*given: Any) -> Any:
        found.tried += 1
        return try_document(*given)

    def count_question(*given: Any) -> bool:
        found.asked += 1
        return is_behind(*given)

    monkeypatch.setattr(searching, "try_document", count_trial)
    monkeypatch.setattr(searching, "is_behind", count_question)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_each_change_is_met_by_what_it_says_itself(name: str, counted: Counted):
    """All are shown, by a few reports each, and few changes are asked about for each report."""
    size, costs = 45, []
    for count in (size, 2 * size):
        make = KINDS[name]
        findings = compare(make(count, 0), make(count, 5)).findings
        assert len(findings) == count // 3
        assert {each.outcomes for each in findings} == {"differ"}
        costs.append((counted.tried, counted.asked))
        counted.tried = counted.asked = 0
    (tried, asked), (tried_of_twice, asked_of_twice) = costs
    assert tried_of_twice < 4 * (2 * size // 3) + 30
    assert asked_of_twice < 4 * (2 * size // 3) + 60
    assert tried_of_twice <= 2 * tried
    assert asked_of_twice <= 2 * asked


def test_a_band_is_shown_by_a_number_in_it():
    """The report that shows a band gives the scale a number on its threshold or beside it."""
    for each in compare(scale(40, 0), scale(40, 5)).findings:
        assert each.witness is not None
        number = each.witness.report["fields"]["A"]
        at = int(each.change.at[len("bands[") : -1]) - 1
        assert 10 * at <= number
        assert number < 10 * at + 10 or at == 39
        assert (each.witness.step, each.witness.changed) in {("R", ("A",)), ("R", ())}


def random_scale(random: Random, kind: str) -> Plan:
    """Write a scale of some of these bands, with some of these values."""
    what = "rate" if kind == "marginal" else "value"
    begins = sorted(random.sample(range(0, 120, 10), random.randint(1, 9)))
    signs = ("from", "above") if kind != "linear" else ("from",)
    bands = [{random.choice(signs): at, what: random.randint(0, 3)} for at in begins]
    return plan_of("s(A)", scales={"s": {"kind": kind, "bands": bands}})


def shown(found: Difference) -> list[Any]:
    return [each.to_dict() for each in found.findings]


@pytest.mark.parametrize("kind", ["step", "linear", "marginal"])
def test_what_is_not_asked_would_not_be_shown(kind: str, monkeypatch: pytest.MonkeyPatch):
    """Whether all changes are asked of a report, or those at places that it meets: the same."""
    random = Random(kind)  # noqa: S311 - of a test
    monkeypatch.setattr(proving.Prover, "prove", lambda *_: None)
    monkeypatch.setattr(searching, "MOST_FOR_ONE", 10_000)
    pairs = [(random_scale(random, kind), random_scale(random, kind)) for _ in range(20)]
    found = [shown(compare(*pair)) for pair in pairs]
    monkeypatch.setattr(open_changes, "met_places", lambda *_: None)
    assert found == [shown(compare(*pair)) for pair in pairs]


@pytest.mark.parametrize("name", KINDS)
def test_of_each_kind_what_is_not_asked_would_not_be_shown(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    pair = [KINDS[name](12, more) for more in (0, 5)]
    found = shown(compare(*pair))
    monkeypatch.setattr(open_changes, "met_places", lambda *_: None)
    assert found == shown(compare(*pair))


def random_bands(random: Random, kind: str) -> tuple[Band, ...]:
    begins = sorted(random.sample(range(20), random.randint(1, 5)))
    is_step = kind == "step"
    return tuple(
        Band(Fraction(at), is_step and random.random() < 0.5, Fraction(random.randint(0, 2)))
        for at in begins
    )


@pytest.mark.parametrize("kind", ["step", "linear", "marginal"])
def test_what_stands_beside_a_band_tells_as_much_as_the_whole_scale(kind: ScaleKind):
    """To every number both answer otherwise where the whole scales do, whatever is put in."""
    random = Random(kind)  # noqa: S311 - of a test
    for _ in range(400):
        bands = random_bands(random, kind)
        at = random.randint(-1, len(bands) - 1)
        band = random.choice([None, random_bands(random, kind)[0]])
        listed = [each for number, each in enumerate(bands) if number != at]
        if band is not None:
            begin = band.threshold, band.is_past
            later = sum((each.threshold, each.is_past) < begin for each in listed)
            listed.insert(at if at >= 0 else later, band)
        whole = BandScale("s", kind, bands)
        changed = BandScale("s", kind, tuple(listed))
        beside, put = change_band(whole, at, band)
        is_none = not listed or changed.misplaced() is not None
        assert (put is None) == is_none
        if put is None:
            continue
        for half in range(-1, 42):
            number = [Fraction(half, 2)]
            differs = not behind.alike(whole.look_up(number), changed.look_up(number))
            assert differs == (not behind.alike(beside.look_up(number), put.look_up(number)))
