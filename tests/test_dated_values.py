"""Values that depend on a day: which entry is in force, in every evaluator and in trails."""

import json
from decimal import Decimal

import pytest

from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.linking.days import list_dated
from ruletrail.verification import verify_trail
from support.evaluators import (
    compare_answer,
    compare_columns,
    compare_functions,
    general_answer,
    trail_bytes,
)
from support.rulebook_generator import dated, generate
from support.rulebooks import REFERENCE, Raw, load_text, rulebook_text, schema_of

DAY = {"type": "string", "format": "date"}
FIELDS = {"domanda": DAY, "evento": DAY, "n": "number", "zona": "string", "giorno": DAY}


def day(text: str) -> Raw:
    return Raw(text)


VALUES = [
    {"from": day("2020-01-01"), "value": Raw("1.5"), "source": "legge"},
    {"from": day("2022-01-01"), "until": day("2022-12-31"), "value": Raw("2")},
    {"from": day("2024-02-29"), "value": Raw("3")},
]
SCALE = {
    "kind": "step",
    "versions": [
        {"from": day("2021-01-01"), "bands": [{"from": 0, "value": 10}, {"above": 5, "value": 20}]},
        {"from": day("2023-01-01"), "bands": [{"from": "soglia", "value": 30}]},
    ],
}
MARGINAL = {
    "kind": "marginal",
    "times": "soglia",
    "bands": [{"from": 0, "rate": Raw("10 %")}, {"above": 10, "rate": Raw("20 %")}],
}
TABLE = {
    "by": ["zona"],
    "otherwise": 0,
    "versions": [
        {"from": day("2021-01-01"), "rows": [{"zona": "A", "value": 1}]},
        {"from": day("2023-01-01"), "until": day("2023-06-30"), "source": "legge",
         "rows": [{"zona": ["A", "B"], "value": Raw("2.25")}]},
    ],
}  # fmt: skip
BODY = {
    "sources": {"legge": {"title": "Legge", "kind": "law"}},
    "parameters": {
        "soglia": {"label": "Soglia", "unit": "euro", "values": VALUES},
        "inizio": {
            "day": "evento",
            "values": [{"from": day("2000-01-01"), "value": day("2001-02-03")}],
        },
    },
    "groups": {"tutte": ["n", "soglia"]},
    "scales": {"retta": SCALE, "quota": MARGINAL},
    "tables": {"coefficiente": TABLE},
    "rules": {
        "usata": {"formula": "soglia"},
        "somma": {"formula": "sum(tutte)"},
        "da": {"formula": "inizio"},
        "r": {"formula": "retta(n)"},
        "q": {"formula": "quota(n)"},
        "c": {"formula": "coefficiente(zona)"},
    },
    "messages": {"m": {"when": "n >= 0", "text": {"it": "La soglia è {soglia}."}}},
}


@pytest.fixture(scope="module")
def plan():
    text = rulebook_text(BODY, language="2", day="domanda")
    return load_text(text, schema_of(FIELDS))


def answer(plan, **fields):
    """Evaluate by the reference and check the trail; gives it, and the values of its steps."""
    report = plan.read({"rulebook": REFERENCE, "fields": fields})
    record = evaluate_record(plan.linked, report)
    assert verify_trail(trail_bytes(record), "trail.json") == []
    document = json.loads(trail_bytes(record))
    return document, {step["id"]: step["value"] for step in document["steps"]}


NO_CASE = {"error": {"cause": "no_case", "of": "soglia"}}
NO_RETTA = {"error": {"cause": "no_case", "of": "retta"}}
NO_TABLE = {"error": {"cause": "no_case", "of": "coefficiente"}}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2019-12-31", (NO_CASE, NO_RETTA, NO_CASE, NO_TABLE)),
        ("2020-01-01", ("1.5", NO_RETTA, "2.5", NO_TABLE)),
        ("2021-01-01", ("1.5", "20", "2.5", "1")),
        ("2021-12-31", ("1.5", "20", "2.5", "1")),
        ("2022-01-01", ("2", "20", "2", "1")),
        ("2022-12-31", ("2", "20", "2", "1")),
        ("2023-01-01", (NO_CASE, NO_CASE, NO_CASE, "2.25")),
        ("2023-06-30", (NO_CASE, NO_CASE, NO_CASE, "2.25")),
        ("2023-07-01", (NO_CASE, NO_CASE, NO_CASE, NO_TABLE)),
        ("2024-02-28", (NO_CASE, NO_CASE, NO_CASE, NO_TABLE)),
        ("2024-02-29", ("3", "30", "2", NO_TABLE)),
        ("9999-12-31", ("3", "30", "2", NO_TABLE)),
    ],
)
def test_the_latest_entry_that_has_begun_is_in_force_until_it_ends(plan, on, expected):
    _, found = answer(plan, domanda=on, n=20, zona="A", evento="2010-01-01")
    assert tuple(found[code] for code in ("usata", "r", "q", "c")) == expected
    assert found["da"] == {"date": "2001-02-03"}


def test_a_day_that_is_missing_gives_what_is_missing(plan):
    _, found = answer(plan, n=20, zona="A", evento="2010-01-01")
    for code in ("usata", "somma", "r", "q", "c"):
        assert found[code] == {"missing": ["domanda"]}


DAYS = ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01",
        "2023-06-30", "2023-07-01", "2024-02-28", "2024-02-29", None)  # fmt: skip


def test_functions_and_columns_answer_as_the_reference(plan):
    compiled = CompiledRulebook(plan.linked)
    assert compiled.is_covered
    given = [
        {"domanda": on, "n": n, "zona": zona, "evento": event}
        for on, event in zip(DAYS, ("1999-12-31", *["2000-01-01"] * 10), strict=True)
        for n, zona in ((Decimal(5), "A"), (Decimal("20.5"), "B"), (None, "C"))
    ]
    reports = [
        plan.read({"rulebook": REFERENCE, "fields": {k: v for k, v in each.items() if v}})
        for each in given
    ]
    for report in reports:
        compare_functions(compiled, report)
        compare_answer(compiled, general_answer(compiled, report), report)
    compare_columns(compiled, reports)


def test_generated_rulebooks_agree_in_every_evaluator():
    """Reference, both functions, columns and the checker; all that is dated is met."""
    met = set()
    for seed in range(1, 31, 3):
        case = dated(generate(seed, reports=3, numbers="small", gaps=(0, 0.2)), seed)
        plan = case.load()
        compiled, reports = CompiledRulebook(plan.linked), case.read(plan)
        for report in reports:
            record = compare_functions(compiled, report)
            assert verify_trail(trail_bytes(record), "trail.json") == []
        compare_columns(compiled, reports)
        met |= {type(each).__name__ for each in list_dated(plan.linked.rulebook)}
    assert met == {"Parameter", "Scale", "Table"}
