"""What a schema may ask of a whole report: counted from the schema, whatever report comes."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ruletrail.documents import LIST_REPORT_LIMITS, REPORT_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.problems import Problem
from ruletrail.schemas import report_costs
from ruletrail.schemas.building import build_schema
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.patterns import begin_checks, weigh, weigh_characters
from support.places import ROOT

NUMBER = {"type": "number"}
CHOICES = [{"const": f"c{at}", "title": f"Choice {at}"} for at in range(400)]
COSTLY = "(?:[ab][ab]){2600}c"


def with_cells(cell: object, cells: int = 1, rows: int = 500, lists: int = 1) -> dict[str, Any]:
    """Write a schema of lists whose cells are all alike."""
    row = {"type": "object", "properties": {f"c{at}": cell for at in range(cells)}}
    listed = {"type": "array", "maxItems": rows, "items": row}
    return with_fields({f"L{at}": listed for at in range(lists)})


def with_fields(fields: object) -> dict[str, Any]:
    return {"properties": {"fields": {"properties": fields}}}


def shared(cell: object, *counts: int) -> dict[str, Any]:
    """Write the schema of one kind of cell once."""
    return {**with_cells({"$ref": "#/$defs/c"}, *counts), "$defs": {"c": cell}}


def problems_of(content: object) -> list[Problem]:
    node, problems = read_document(json.dumps(content).encode(), "schema.json", SCHEMA_LIMITS)
    assert node is not None
    return [*problems, *build_schema(node, of_report=True)[1]]


def is_refused(content: object) -> bool:
    problems = problems_of(content)
    assert {(each.code, each.wording) for each in problems} <= {
        ("schema-too-costly", "of-whole-report")
    }
    return bool(problems)


@pytest.mark.parametrize(
    ("content", "checks"),
    [
        # the whole, the fields and what is in them
        (with_fields({"A": NUMBER, "B": NUMBER}), 4),
        (with_fields({"A": {"anyOf": [NUMBER] * 7}}), 10),
        # each list, its rows, and their cells
        (with_cells(NUMBER), 2 + 1 + 500 + 500),
        (with_cells({**NUMBER, "allOf": [{"minimum": 0}] * 9}, 22, 100, 3), 2 + 3 + 300 * 221),
        # a set answers alternatives of one value each
        (with_cells({"type": "string", "oneOf": CHOICES}), 2 + 1 + 500 + 500 * 9),
        (with_cells({**NUMBER, "multipleOf": Decimal(1)}), 2 + 1 + 500 + 500 * 13),
    ],
)
def test_checks_are_multiplied_by_the_rows(
    content: dict[str, Any], checks: int, monkeypatch: pytest.MonkeyPatch
):
    """At the limit a schema is admitted, one check past it refused at the costliest part."""
    content = json.loads(json.dumps(content, default=int))
    monkeypatch.setattr(report_costs, "MOST_CHECKS", checks)
    assert not is_refused(content)
    monkeypatch.setattr(report_costs, "MOST_CHECKS", checks - 1)
    assert is_refused(content)


def test_patterns_are_multiplied_by_the_characters(monkeypatch: pytest.MonkeyPatch):
    """Those of the whole report, or of `maxLength` in all its rows where these are fewer."""
    weight, begin = weigh_characters(COSTLY), begin_checks(COSTLY)
    assert (weight, begin) == (weigh(COSTLY), 121)
    field = {"type": "string", "pattern": COSTLY}
    for content, texts, characters in (
        (with_fields({"A": field, "B": field}), 2, REPORT_LIMITS.size),
        (with_cells(field, 2), 1000, LIST_REPORT_LIMITS.size),
        (with_cells({**field, "maxLength": 40}, 2, 100), 200, 200 * 40),
    ):
        rest = 503 if texts == 1000 else 103 if texts == 200 else 2
        found = rest + texts * (1 + begin)
        listed = [characters // 2] * 2 if texts == 200 else [characters]
        found += sum(each * weight // 2 for each in listed)
        monkeypatch.setattr(report_costs, "MOST_CHECKS", found)
        assert not is_refused(content)
        monkeypatch.setattr(report_costs, "MOST_CHECKS", found - 1)
        assert is_refused(content)


def test_what_asks_most_is_named():
    """With what is to be done about it."""
    cells = {"type": "string", "pattern": COSTLY}
    content = with_fields({"A": NUMBER, **with_cells(cells)["properties"]["fields"]["properties"]})
    (problem,) = problems_of(content)
    assert problem.mark.column == json.dumps(content).index('{"type": "string"') + 1
    assert problem.message("en") == (
        "the schema asks too many checks of a whole report, at most 50 million, and this part asks"
        " more than the others"
    )
    assert "`maxLength`" in problem.hint("en")
    assert not is_refused(with_cells({**cells, "maxLength": 100}))


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "string", "oneOf": CHOICES},
        {"type": "string", "enum": [each["const"] for each in CHOICES]},
        {"type": "string", "pattern": "^[^@]+@[^@]+$"},
        {"type": "string", "pattern": r"^[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]$"},
        {"type": "number", "minimum": 0, "maximum": 10, "multipleOf": 1},
        {"type": "string", "format": "date"},
    ],
)
def test_usual_cells_may_stand_in_many_lists(cell: dict[str, Any]):
    """Twenty lists of 500 rows of twenty such cells are far from the limit."""
    assert not is_refused(shared(cell, 20, 500, 20))


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "number", "anyOf": [{"maximum": at} for at in range(480)]},
        {"type": "number", "allOf": [{"multipleOf": at + 1} for at in range(40)]},
        {"type": "string", "pattern": COSTLY},
        {"type": "string", "pattern": "^" + "(?:(?:){99}){19}" * 9},
    ],
)
def test_costly_cells_may_not(cell: dict[str, Any]):
    """They may in one short list; of patterns only texts that are bounded."""
    assert is_refused(shared(cell, 20, 500, 20))
    assert not is_refused(shared({**cell, "maxLength": 100}, 1, 500))


def test_schemas_of_this_repository_are_far_from_the_limit(monkeypatch: pytest.MonkeyPatch):
    """A tenth of it is room for all of them."""
    monkeypatch.setattr(report_costs, "MOST_CHECKS", report_costs.MOST_CHECKS // 10)
    paths = [*ROOT.glob("schemas/reports/**/*.json"), *ROOT.glob("examples/**/*.schema.json")]
    assert len(paths) > 4
    assert [path for path in paths if is_refused(json.loads(path.read_text("utf-8")))] == []


def test_what_is_too_long_is_not_looked_into():
    """Sizes are asked first, wherever they stand: the count goes no further than they do."""
    asked: list[object] = []

    class Looked(list[Any]):
        def __iter__(self) -> Any:
            asked.append(self)
            return super().__iter__()

    checker = GeneratedChecker({"items": NUMBER, "maxItems": 2})
    table = checker._generator.table(checker.schema)
    assert not table[list](Looked([1, 2, 3]))
    assert asked == []
    assert table[list](Looked([1, 2]))
    assert len(asked) == 1


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_alternatives_of_one_value_each_are_a_set(keyword: str):
    """With titles and other notes; equal is what canonical JSON writes alike."""
    values = ["a", 1, Decimal("2.5"), True, [1], None]
    listed = [{"const": each, "title": str(each), "x-note": 1} for each in values]
    checker = GeneratedChecker({keyword: [*listed, {"const": "b"}, {"const": "b"}]})
    assert all(checker.accepts(each) for each in values)
    assert not any(checker.accepts(each) for each in ["1", 2, False, [True], Decimal("2.6"), {}])
    assert checker.accepts("b") == (keyword == "anyOf")
    mixed = GeneratedChecker({keyword: [{"const": 1}, {"const": 2, "type": "string"}]})
    assert mixed.accepts(1)
    assert not mixed.accepts(2)
