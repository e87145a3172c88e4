"""Scales and tables as a plan and the service describe them: what the author wrote of each."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import ruletrail
from ruletrail.descriptions import Band, Choice, Key, Row, Version
from ruletrail.service.described_rulebooks import write_rulebook
from support.rulebooks import Raw, load_text, rulebook_text, schema_of

FIELDS = {"n": "number", "zona": "string", "giorno": {"type": "string", "format": "date"}}
BODY: dict[str, Any] = {
    "sources": {"legge": {"title": "L", "kind": "law"}},
    "parameters": {"soglia": {"value": 7000}, "base": {"value": 2}},
    "scales": {
        "fascia": {
            "label": "Fascia", "kind": "step", "of": "euro", "unit": "euro", "source": "legge",
            "evidence": "quoted", "note": "art. 3", "times": "base",
            "bands": [{"from": 0, "value": 0}, {"above": "soglia", "value": "base"}],
        },
        "imposta": {"kind": "marginal", "bands": [{"from": 0, "rate": 0.23}]},
        "prezzo": {
            "kind": "step",
            "versions": [
                {"from": "2024-01-01", "until": "2024-12-31", "bands": [{"from": 0, "value": 1}],
                 "evidence": "inferred"},
                {"from": "2025-01-01", "bands": [{"from": 0, "value": 2}]},
            ],
        },
    },
    "tables": {
        "zone": {
            "label": "Zone", "by": ["zona", "n"], "unit": "euro", "otherwise": 0,
            "rows": [{"zona": ["A", "B"], "n": 1, "value": 1.5}, {"zona": "C", "n": 2, "value": 2}],
        },
        "nomi": {"by": ["n"], "rows": [{"n": 1, "value": "uno"}, {"n": 2, "value": "due"}]},
    },
    "rules": {"r": {"formula": "fascia(n) + imposta(n) + prezzo(n) + zone(zona, n)"},
              "s": {"formula": "nomi(n)"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> ruletrail.Plan:
    text = rulebook_text(BODY, language="2", day="giorno")
    return load_text(text, schema_of(FIELDS))


def test_a_scale_says_its_bands_as_they_are_written(plan: ruletrail.Plan):
    """Codes of parameters stay codes; the unit of what is looked up stands apart."""
    said = plan.scales["fascia"]
    assert (said.kind, said.label, said.type, said.unit) == ("scale", "Fascia", "number", "euro")
    assert (said.scale, said.of, said.times) == ("step", "euro", "base")
    assert ([each.id for each in said.source], said.evidence, said.note) == (
        ["legge"],
        "quoted",
        "art. 3",
    )
    assert said.bands == (Band(Decimal(0), False, Decimal(0)), Band("soglia", True, "base"))
    assert plan.scales["imposta"].bands == (Band(Decimal(0), False, Decimal("0.23")),)


def test_what_changes_with_a_day_says_its_versions(plan: ruletrail.Plan):
    """Each with its days and what it rests on."""
    said = plan.scales["prezzo"]
    assert (said.day, said.bands) == ("giorno", ())
    assert said.versions == (
        Version(
            date(2024, 1, 1),
            date(2024, 12, 31),
            (Band(Decimal(0), False, Decimal(1)),),
            evidence="inferred",
        ),
        Version(date(2025, 1, 1), None, (Band(Decimal(0), False, Decimal(2)),)),
    )


def test_a_table_says_its_keys_and_rows(plan: ruletrail.Plan):
    """What else answers, and which texts it may give."""
    zone, nomi = plan.tables["zone"], plan.tables["nomi"]
    assert (zone.kind, zone.type, zone.unit) == ("table", "number", "euro")
    assert zone.keys == (Key("zona", "text"), Key("n", "number"))
    assert zone.rows[0] == Row((("A", "B"), (Decimal(1),)), Decimal("1.5"))
    assert (zone.otherwise, zone.otherwise_applies) == (Decimal(0), True)
    assert (nomi.type, nomi.otherwise) == ("text", None)
    assert nomi.choices == (Choice("uno", "uno"), Choice("due", "due"))


def test_a_table_that_does_not_apply_says_so():
    """To keys that it does not have."""
    table = {**BODY["tables"]["nomi"], "otherwise": Raw("not_applicable")}
    body = {"tables": {"nomi": table}, "rules": {"s": {"formula": "nomi(n)"}}}
    plan = load_text(rulebook_text(body, language="2"), schema_of(FIELDS))
    assert (plan.tables["nomi"].otherwise, plan.tables["nomi"].otherwise_applies) == (None, False)
    told = write_rulebook(plan.linked)["tables"]["nomi"]
    assert told["otherwise"] == {"not_applicable": "nomi"}


def test_the_service_writes_bands_and_rows_as_trails_do(plan: ruletrail.Plan):
    """By shapes that its OpenAPI document describes."""
    told = write_rulebook(plan.linked)
    assert told["scales"]["fascia"]["bands"] == [
        {"from": "0", "value": "0"},
        {"above": {"code": "soglia"}, "value": {"code": "base"}},
    ]
    assert told["scales"]["imposta"]["bands"] == [{"from": "0", "rate": "0.23"}]
    assert told["scales"]["prezzo"]["versions"][1] == {
        "first": "2025-01-01",
        "bands": [{"from": "0", "value": "2"}],
    }
    assert told["tables"]["zone"]["rows"][0] == {
        "keys": [[{"text": "A"}, {"text": "B"}], ["1"]],
        "value": "1.5",
    }
    assert told["tables"]["zone"]["otherwise"] == "0"
    shapes = pytest.importorskip("ruletrail.service.shapes")
    assert shapes.Rulebook.model_validate(told).scales["fascia"].times == "base"


def test_of_a_long_table_the_service_says_how_many_rows_it_has():
    """Python has all of them."""
    rows = [{"n": n, "value": n} for n in range(201)]
    body = {"tables": {"t": {"by": ["n"], "rows": rows}}, "rules": {"r": {"formula": "t(n)"}}}
    plan = load_text(rulebook_text(body, language="2"), schema_of(FIELDS))
    assert len(plan.tables["t"].rows) == 201
    told = write_rulebook(plan.linked)["tables"]["t"]
    assert told["size"] == 201
    assert "rows" not in told
