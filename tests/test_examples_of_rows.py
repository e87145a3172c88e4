"""Examples of rulebooks with rows: what a test suggests can be written, and rows are asked for.

The rulebook is a tariff of school meals, `canteen/2026.yaml`.
"""

import json
from typing import Any

import pytest

from ruletrail.cli.test import write_suggestion
from ruletrail.examples import find_hits, list_points, read_examples, run_example, suggest
from ruletrail.examples.reading import Examples, Outcome
from ruletrail.examples.suggesting import Suggestion
from ruletrail.library import Source, load_linked, source_of_path
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml

FILES = {
    "2026.yaml": "rulebooks/mensa/2026.yaml",
    "zone.csv": "rulebooks/mensa/zone.csv",
    "2026.schema.json": "schemas/reports/mensa/2026.schema.json",
}
FAMILY = {
    "data_domanda": "2026-10-01",
    "isee": 9000,
    "zona": "Centro",
    "residente": True,
    "figli": [
        {"nome": "Anna", "nascita": "2018-05-01", "pasti": 20},
        {"nome": "Ugo", "nascita": "2022-02-28", "pasti": 10},
    ],
}
FIRST: dict[str, Any] = {
    "name": "due figli",
    "report": {"fields": FAMILY},
    "expect": {"status": "complete", "values": {"totale": 118, "figli[2].eta": 4}},
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("canteen")
    for name, place in FILES.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes((TESTS / "canteen" / name).read_bytes())
    return source_of_path(folder / FILES["2026.yaml"])


@pytest.fixture(scope="module")
def linked(source: Source) -> LinkedRulebook:
    return load_linked(source)


def _read(source: Source, linked: LinkedRulebook, *examples: dict[str, Any]) -> Examples:
    """Read examples, the first one before them."""
    document = {"test": 1, "rulebook": "mensa/2026", "examples": [FIRST, *examples]}
    path = source.path.with_name("2026.test.yaml")
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_examples(source, linked)


def _run(source: Source, linked: LinkedRulebook, *examples: dict[str, Any]) -> list[Outcome]:
    found = _read(source, linked, *examples)
    return [run_example(each, linked) for each in found.examples]


def _example(expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "altro", "like": "due figli", "expect": expect, **more}


def test_following_what_is_suggested_covers_everything(source: Source, linked: LinkedRulebook):
    """Each suggestion is taken over as it is written, until nothing is left."""
    points = list_points(linked)
    examples: list[dict[str, Any]] = []
    for _ in range(4):
        outcomes = _run(source, linked, *examples)
        records = [each.record for each in outcomes if each.record is not None]
        assert len(records) == len(outcomes)
        hits = {point for record in records for point in find_hits(record)}
        missed = {point: mark for point, mark in points.items() if point not in hits}
        if not missed:
            break
        suggested = suggest(linked, outcomes, missed)
        assert suggested, [str(point) for point in missed]
        for found in dict.fromkeys(suggested.values()):
            change = load_yaml(f'{{"{found.code}": {found.value}}}')
            change = {
                key: str(v) if not isinstance(v, bool | int) else v for key, v in change.items()
            }
            name = f"{found.example} {found.code} {found.value} {len(examples)}"
            examples.append({"name": name, "like": found.example, "change": change, "expect": {
                "absent_messages": ["?"]}})  # fmt: skip
    assert missed == {}
    kinds = {
        code.partition("(")[0].partition("[")[0] for each in examples for code in each["change"]
    }
    assert {"figli", "data_domanda"} <= kinds


def test_a_suggestion_of_a_cell_stands_in_quotes(source: Source, linked: LinkedRulebook):
    """Copied into braces it is YAML."""
    _read(source, linked)
    _, shown, _ = call("test", str(source.path), "--lang", "it")
    lines = [line for line in shown.splitlines() if "figli[1]" in line and "→" in line]
    assert lines
    for line in lines:
        assert load_yaml("{" + line.split("`")[1] + "}")


@pytest.mark.parametrize(
    ("value", "written"),
    [("", '""'), ("a: b", '"a: b"'), ("- x", '"- x"'), ("null", '"null"'), ("[x", '"[x"'),
     ("-12.5", "-12.5"), ("2025-01-01", "2025-01-01"), ("3/4", "3/4"),
     ("città nuova", "città nuova")],
)  # fmt: skip
def test_a_suggestion_is_copied_as_it_stands(value: str, written: str):
    """A text that YAML would read as something else, or as nothing, stands in quotes."""
    line = write_suggestion(Suggestion("e", "a", value), "en")
    assert f"`a: {written}`" in line
    held = load_yaml("{" + line.split("`")[1] + "}")["a"]
    assert str(held) == value


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ({"figli[2].nascita": "2020-10-01"}, {"figli[2].eta": 6, "figli[1].eta": 8}),
        ({"size(figli)": 1}, {"trasporti": "12.5"}),
        ({"size(figli)": 0}, {"totale": 0}),
        ({"size(figli)": 4}, {"figli[4].eta": 4, "trasporti": 50}),
        ({"size(figli)": 3, "figli[3].pasti": 0}, {"figli[3].costo": 0, "figli[2].costo": 31}),
        ({"figli": [], "isee": 0}, {"trasporti": 0}),
    ],
)
def test_a_change_is_of_a_cell_or_of_how_many_rows(
    change: dict[str, Any], values: dict[str, Any], source: Source, linked: LinkedRulebook
):
    """Changes come in the order written, and the example that it is like stays as it is."""
    first, other = _run(source, linked, _example({"values": values}, change=change))
    assert (first.failures, other.failures, other.problems) == ((), (), ())


def test_a_cell_that_goes_is_missing(source: Source, linked: LinkedRulebook):
    """And only in its row."""
    expect = {"status": "incomplete", "missing": ["figli[2].pasti"]}
    _, other = _run(source, linked, _example(expect, remove=["figli[2].pasti"]))
    assert other.failures == ()


@pytest.mark.parametrize(
    ("more", "code", "hint"),
    [
        ({"change": {"figli.pasti": 3}}, "row-not-there", '`"figli[1].pasti"`'),
        ({"change": {"figli[3].pasti": 3}}, "row-not-there", "size(LIST)"),
        ({"change": {"figli[0].pasti": 3}}, "row-not-there", "the first row is 1"),
        ({"change": {"figli[Anna].pasti": 3}}, "row-not-there", "the first row is 1"),
        ({"change": {"figli[1].pasto": 3}}, "example-unknown-field", "`figli[1].pasti`?"),
        ({"change": {"size(figli)": 13}}, "out-of-range", ""),
        ({"change": {"size(figli)": "tre"}}, "out-of-range", ""),
        ({"change": {"figli": [], "size(figli)": 1}}, "row-not-there", ""),
        ({"remove": ["figli.pasti"]}, "row-not-there", '`"figli[1].pasti"`'),
        ({"remove": ["figli[3].pasti"]}, "row-not-there", ""),
        ({"remove": ["figli[1].pasti", "figli[1].pasti"]}, "repeated-item", ""),
    ],
)
def test_a_change_of_no_cell_is_told(
    more: dict[str, Any], code: str, hint: str, source: Source, linked: LinkedRulebook
):
    """With what to write in its place."""
    with pytest.raises(ProblemsError) as caught:
        _read(source, linked, _example({"status": "complete"}, **more))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert hint in problem.hint("en")


@pytest.mark.parametrize("code", ["figli.eta", "figli[0].eta", "figli[Anna].eta", "figli[].eta"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [("values", 8), ("declared", "equal"), ("errors", "limit"), ("reasons", {"condition": True})],
)
def test_a_rule_of_rows_is_asked_for_in_a_row(
    code: str, kind: str, expected: object, source: Source, linked: LinkedRulebook
):
    """Without a row it has no value that could be compared."""
    code = code.replace("eta", "pasto") if kind == "reasons" else code
    with pytest.raises(ProblemsError) as caught:
        _read(source, linked, _example({kind: {code: expected}}))
    (problem,) = caught.value.problems
    assert problem.code == "example-unknown-code"
    assert '"figli[1].' in problem.hint("it")


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("values", "eta", 8),
        ("declared", "pasto", "equal"),
        ("errors", "pasto", "conflict"),
        ("checks", "nato", "passed"),
        ("reasons", "pasto", {"case": "Non residente"}),
    ],
)
def test_a_row_that_is_not_there_fails_and_breaks_nothing(
    kind: str, code: str, expected: object, source: Source, linked: LinkedRulebook
):
    """What it would be is found as a dash."""
    _, other = _run(source, linked, _example({kind: {f"figli[9].{code}": expected}}))
    (failure,) = other.failures
    assert (failure.place, failure.found) == (f"{kind}.figli[9].{code}", "-")


def test_the_case_of_an_exception_in_a_row_is_one_that_it_has(
    source: Source, linked: LinkedRulebook
):
    """A slip in its label is told with the label that was meant."""
    expect = {"reasons": {"figli[1].pasto": {"case": "non residente"}}}
    with pytest.raises(ProblemsError) as caught:
        _read(source, linked, _example(expect))
    (problem,) = caught.value.problems
    assert (problem.code, "Non residente" in problem.hint("it")) == (
        "example-unknown-outcome",
        True,
    )
