"""Values that depend on a day: which entry is in force, in every evaluator and in trails."""

import json
import random
from datetime import date
from decimal import Decimal

import pytest

import ruletrail
from ruletrail.caches.linked_rulebooks import decode_linked, encode_linked
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import running
from ruletrail.counterfactuals import ask_what_if
from ruletrail.documents import RULEBOOK_LIMITS, read_text
from ruletrail.editors.answers import find_references, hover
from ruletrail.editors.completing import complete
from ruletrail.editors.names import learn
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.coverage import list_points
from ruletrail.formatter import format_document
from ruletrail.library import source_of_path
from ruletrail.linking import lookups
from ruletrail.linking.days import list_dated
from ruletrail.rulebook_docs import write_dot, write_handbook
from ruletrail.rulebooks import find_later_constructs
from ruletrail.service.described_rulebooks import write_rulebook as describe_rulebook
from ruletrail.verification import verify_trail
from support.evaluators import (
    compare_answer,
    compare_columns,
    compare_functions,
    general_answer,
    trail_bytes,
)
from support.rulebook_generator import dated, generate
from support.rulebooks import (
    REFERENCE,
    Raw,
    load_text,
    rows_of,
    rulebook_text,
    schema_of,
    write_rulebook,
)
from support.signing import judge

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


def test_a_call_meets_its_argument_before_what_is_in_force(plan):
    """A call is strict: where nothing is in force, what the argument lacks is still its value."""
    _, found = answer(plan, domanda="2019-12-31", evento="2010-01-01")
    assert found["usata"] == NO_CASE
    assert found["r"] == found["q"] == {"missing": ["n"]}
    assert found["c"] == {"missing": ["zona"]}


DAYS = ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01",
        "2023-06-30", "2023-07-01", "2024-02-28", "2024-02-29", None)  # fmt: skip


def test_functions_and_columns_answer_as_the_reference(plan, monkeypatch):
    monkeypatch.setattr(running._Job, "run_row", None)  # no report goes another way
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


def two(from_first, from_second):
    """Write two versions; there is none from the year 2022 on, until there is one again."""
    return [
        {"from": day("2020-01-01"), "until": day("2021-12-31"), **from_first},
        {"from": day("2023-01-01"), **from_second},
    ]


def table_of_two(by, first, second, **parts):
    rows = [[{by: key, "value": value} for key, value in each.items()] for each in (first, second)]
    return {"by": [by], "versions": two({"rows": rows[0]}, {"rows": rows[1]}), **parts}


LOOKUPS = {
    "scales": {
        "line": {"kind": "linear", "versions": two(
            {"bands": [{"from": 0, "value": 1}, {"from": 3, "value": 9}]},
            {"bands": [{"from": -5, "value": 7}, {"from": 10, "value": 3}]},
        )},
        "taxed": {"kind": "marginal", "versions": two(
            {"bands": [{"from": 0, "rate": 0.5}]},
            {"bands": [{"from": 5, "rate": 0.125}, {"above": 7, "rate": 1}]},
        )},
        "never": {"kind": "step", "bands": [{"from": "late", "value": 1}]},
        "nowhere": {"kind": "step", "bands": [{"from": "early", "value": 1},
                                              {"above": "late", "value": 2}]},
    },
    "tables": {
        "word": table_of_two("z", {"A": "one", "B": "two"}, {"B": "three"}, otherwise="two"),
        "truth": table_of_two(
            "z", {"A": True}, {"A": False, "B": True}, otherwise={"not_applicable": True}
        ),
        "start": table_of_two("k", {1: day("2001-02-03")}, {2: day("2004-05-06")}),
    },
    "parameters": {
        "late": {"values": [{"from": day("2024-01-01"), "value": 1}]},
        "early": {"values": [{"from": day("2020-01-01"), "until": day("2021-12-31"), "value": 0}]},
    },
    "rules": {
        code: {"formula": formula}
        for code, formula in {
            "line_x": "line(x)", "line_xy": "line(x / y)", "tax_x": "taxed(x)",
            "tax_xy": "taxed(x / y)", "word_z": "word(z)", "truth_z": "truth(z)",
            "start_x": "start(x)", "never_x": "never(x)",
            "nowhere_x": "nowhere(x)", "nowhere_then": "nowhere(x) if x > 1 else 0",
            "nowhere_if": "1 if nowhere(x) > 0 else 2", "nowhere_else": "default(nowhere(x), 3)",
            "same": "taxed(6) + line(1)",
            "known": 'length(word("A")) + (1 if default(truth("A"), false) else 0)',
            "L.line": "line(L.n)", "L.tax": "taxed(L.n)", "L.word": 'word(L.t) == "two"',
            "L.late": "L.n * late", "taxes": "sum(L.tax)", "words": "count(L.word)",
            "lates": "max(L.late)", "starts": "year(min(start(L.n)))",
        }.items()
    },
}  # fmt: skip


LOOKUPS["checks"] = {"nowhere_ok": {"expect": "nowhere(x) > 1 or x > 5", "severity": "info"}}
LOOKUPS["sections"] = {"nowhere_due": {"due": "nowhere(x) > 1", "fields": ["x"]}}


def test_columns_find_in_each_row_what_is_in_force(monkeypatch):
    """Answers of every type, of reports and of rows; keys and days with none, and days missing."""
    monkeypatch.setattr(running._Job, "run_row", None)
    cells = rows_of({"n": "number", "t": "string"})
    fields = {"x": "number", "y": "number", "z": "string", "on": DAY, "L": cells}
    plan = load_text(rulebook_text(LOOKUPS, language="2", day="on"), schema_of(fields))
    rng = random.Random(3)  # noqa: S311 - the same cases each time
    days = ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01", "2023-01-01", "2024-01-01")
    reports = []
    for at in range(48):
        rows = [{"n": rng.choice((1, 2, 6)), "t": rng.choice("AC")} for _ in range(at % 3)]
        given = {"x": rng.choice((1, 2, 6, 8)), "y": rng.choice((3, 0)), "z": rng.choice("ABC")}
        given |= {"on": days[at % 7] if at % 7 < len(days) else None, "L": rows}
        kept = {code: each for code, each in given.items() if each is not None}
        if at % 8 == 0:
            del kept["x"], kept["z"]
        reports.append(plan.read({"rulebook": REFERENCE, "fields": kept}))
    compiled = CompiledRulebook(plan.linked)
    for size in (1, 3, 48):
        compare_columns(compiled, reports[:size])
    for report in reports[:16]:
        compare_functions(compiled, report)


def test_generated_rulebooks_agree_in_every_evaluator():
    """Reference, both functions, columns and the checker; all that is dated is met."""
    met = set()
    for seed in (4, 10, 31):
        case = dated(generate(seed, reports=3, numbers="small", gaps=(0, 0.2)), seed)
        plan = case.load()
        compiled, reports = CompiledRulebook(plan.linked), case.read(plan)
        for report in reports:
            record = compare_functions(compiled, report)
            assert verify_trail(trail_bytes(record), "trail.json") == []
        compare_columns(compiled, reports)
        met |= {type(each).__name__ for each in list_dated(plan.linked.rulebook)}
    assert met == {"Parameter", "Scale", "Table"}


# -- Files, caches, and what reads rulebooks -------------------------------------------------------

LATER = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
day: domanda
parameters:
  soglia:
    label: Soglia
    unit: euro
    values:
      - {from: 2023-01-01, value: 9360}
      - {from: 2025-01-01, until: 2025-12-31, value: 9796}
tables:
  quota:
    by: [zona]
    versions:
      - {from: 2023-01-01, file: prima.csv}
      - {from: 2025-01-01, file: poi.csv}
rules:
  limite: {formula: soglia, unit: euro}
  parte: {formula: quota(zona)}
decisions:
  esito:
    cases:
      - {outcome: dentro, when: n <= soglia}
      - {outcome: fuori, otherwise: true}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dated")
    path = write_rulebook(LATER, schema_of(FIELDS), folder)
    (folder / "prima.csv").write_text("zona,value\nA,1\n", encoding="utf-8")
    (folder / "poi.csv").write_text("zona,value\nA,2\n", encoding="utf-8")
    return path


def ask(plan, **fields):
    return plan.evaluate({"rulebook": REFERENCE, "fields": fields})


def test_rows_of_versions_stand_in_files_and_a_cached_plan_answers_alike(book):
    first, second = ruletrail.load(book), ruletrail.load(book)
    for on, part, limit in (("2024-12-31", 1, 9360), ("2025-01-01", 2, 9796)):
        answers = [ask(plan, domanda=on, zona="A", n=1) for plan in (first, second)]
        assert [each.values["parte"] for each in answers] == [part, part]
        assert [each.values["limite"] for each in answers] == [limit, limit]
        assert answers[0].trail.to_json() == answers[1].trail.to_json()
        assert evaluate_record(second.linked, second.read(ask_report(on))).status == "complete"
    kept = decode_linked(encode_linked(first.linked))
    assert kept.rulebook.parameters == first.linked.rulebook.parameters
    (book.parent / "poi.csv").write_text("zona,value\nA,3\n", encoding="utf-8")
    assert ask(ruletrail.load(book), domanda="2025-01-01", zona="A", n=1).values["parte"] == 3
    (book.parent / "poi.csv").write_text("zona,value\nA,2\n", encoding="utf-8")


def ask_report(on):
    return {"rulebook": REFERENCE, "fields": {"domanda": on, "zona": "A", "n": 1}}


def test_what_would_change_an_outcome_moves_the_day_to_the_first_of_an_entry(book):
    plan = ruletrail.load(book)
    record = evaluate_record(
        plan.linked,
        plan.read({"rulebook": REFERENCE, "fields": {"domanda": "2024-06-01", "n": 9500}}),
    )
    found = ask_what_if(record, "esito")
    flips = {(flip.input, flip.to) for flip in found.flips}
    assert ("domanda", date(2025, 1, 1)) in flips
    assert ("n", 9360) in flips


def test_editors_know_the_day_and_show_all_values(book):
    names = learn(source_of_path(book), {})
    lines = LATER.splitlines()
    at = lines.index("day: domanda")
    offered = {name.code for name, _ in complete(LATER, at, len("day: d"), names)}
    assert "domanda" in offered
    assert "soglia" not in offered
    limit = next(line for line, text in enumerate(lines) if "limite:" in text)
    shown = hover(LATER, limit, lines[limit].index("soglia") + 1, names, "it")
    assert "2023-01-01 –: 9360; 2025-01-01 – 2025-12-31: 9796" in shown
    found = find_references(LATER, at, len("day: do"), names)
    assert [(each.line, each.column) for each in found] == [(at, len("day: "))]


def test_explanations_say_since_when_and_why(book):
    plan = ruletrail.load(book)
    text = ask(plan, domanda="2025-06-01", n=1, zona="A").explain("limite", language="it")
    assert "in vigore dal 01/01/2025 al 31/12/2025, perché domanda è 01/06/2025" in text
    text = ask(plan, domanda="2026-01-01", n=1, zona="A").explain("limite", language="it")
    assert "nessun valore di soglia è in vigore" in " ".join(text.split())


def test_files_are_formatted_by_their_days():
    untidy = LATER.replace("from: 2023-01-01, value: 9360", "value: 9360, from: 2023-01-01")
    assert format_document(untidy, "prova.yaml") == format_document(LATER, "prova.yaml")
    assert "{from: 2023-01-01, value: 9360}" in format_document(untidy, "prova.yaml")


def test_handbooks_and_graphs_show_the_days_and_what_decides(book):
    linked = ruletrail.load(book).linked
    page = write_handbook(linked, "markdown", "it")
    assert "in vigore dal 01/01/2025 fino al 31/12/2025, secondo domanda" in page
    assert page.count("in vigore dal 01/01/2023") == 2
    assert '"domanda"' in write_dot(linked)


def test_examples_are_asked_for_each_entry_and_for_its_first_day(book):
    linked = ruletrail.load(book).linked
    wanted = {(each.code, each.what, each.side) for each in list_points(linked)
              if each.kind == "dated"}  # fmt: skip
    days = ("from 2023-01-01", "from 2025-01-01")
    assert wanted == {(code, day, side) for code in ("soglia", "quota") for day in days
                      for side in ("in_force", "on_first_day")}  # fmt: skip


def test_bands_are_counted_on_every_stretch_of_days(monkeypatch):
    """Those of all scales together: at the limit they are admitted, one past it nothing is made."""
    values = [{"from": day(f"20{at}-01-01"), "value": Raw(str(at))} for at in range(20, 24)]
    scale = {"kind": "step", "bands": [{"from": 0, "value": "p"}, {"from": 9, "value": 1}]}
    sections = {
        "parameters": {"p": {"values": values}},
        "scales": {"one": scale, "two": scale},
        "rules": {"X": {"formula": "one(n) + two(n)"}},
    }
    text, schema = rulebook_text(sections, language="2", day="domanda"), schema_of(FIELDS)
    # five stretches, the one before the first value included
    monkeypatch.setattr(lookups, "MOST_DATED_BANDS", 20)
    plan = load_text(text, schema)
    assert plan.evaluate({"fields": {"domanda": "2022-05-01", "n": 3}}).values["X"] == 44
    monkeypatch.setattr(lookups, "MOST_DATED_BANDS", 19)
    with pytest.raises(ruletrail.ProblemsError) as raised:
        load_text(text, schema)
    [found] = raised.value.problems
    assert found.code == "too-many-dated-bands"
    assert found.mark.text.strip().startswith('"two":')


def test_language_1_has_no_dated_values():
    text = LATER.replace("language: 2", "language: 1").partition("tables:")[0]
    node, _ = read_text(text, "prova.yaml", RULEBOOK_LIMITS)
    found = {each.details["text"] for each in find_later_constructs(node)}
    assert found == {"`day`", "`values`"}


def test_rows_read_what_is_in_force():
    fields = {**FIELDS, "righe": rows_of({"x": "number"})}
    body = {
        "parameters": {"soglia": {"values": VALUES}},
        "scales": {"retta": {**SCALE, "versions": SCALE["versions"][:1]}},
        "rules": {
            "righe.oltre": {"formula": "righe.x > soglia"},
            "righe.quanto": {"formula": "retta(righe.x)"},
            "quante": {"formula": "count(righe.x > soglia)"},
            "somma": {"formula": "sum(righe.quanto)"},
        },
    }
    sources = {"sources": BODY["sources"]}
    plan = load_text(rulebook_text({**sources, **body}, language="2", day="domanda"),
                     schema_of(fields))  # fmt: skip
    _, found = answer(plan, domanda="2022-06-01", righe=[{"x": 1}, {"x": 3}, {"x": 8}])
    assert (found["quante"], found["somma"]) == ("2", "40")


# -- What is forged --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("parameters", "soglia", "in_force"), 0),
        (("parameters", "soglia", "value"), "1.5"),
        (("parameters", "soglia", "values", 1, "value"), "2.5"),
        (("parameters", "soglia", "values", 1, "until"), "2022-02-01"),
        (("parameters", "soglia", "values", 1, "from"), "2022-04-01"),
        (("parameters", "soglia", "values", 2, "from"), "2022-03-01"),
        (("parameters", "soglia", "values", 0, "from"), "2023-01-01"),
        (("parameters", "soglia", "day"), "evento"),
        (("parameters", "soglia", "day"), "n"),
        (("report", "fields", "domanda", "date"), "2020-03-01"),
        (("steps", "r", "scales", "retta", "day"), "evento"),
        (("steps", "r", "scales", "retta", "versions", 0, "from"), "2022-04-01"),
        (("steps", "r", "scales", "retta", "versions", 1, "from"), "2022-03-01"),
        (("steps", "r", "parts", 0, "answer", "in_force"), 1),
        (("steps", "c", "tables", "coefficiente", "versions", 0, "rows", 0, "value"), "4"),
    ],
)
def test_another_entry_than_the_one_of_the_day_does_not_pass(plan, place, value):
    document, _ = answer(plan, domanda="2022-03-01", n=20, zona="A", evento="2010-01-01")
    *way, last = place
    here = document
    for key in way:
        is_step = here is document["steps"]
        here = next(step for step in here if step["id"] == key) if is_step else here[key]
    assert here[last] != value
    here[last] = value
    assert judge(document) != []


# -- Columns ---------------------------------------------------------------------------------------


def kinds_of_parameters(first, until, *values):
    """Write a parameter of three entries, with a hole after the second."""
    days = ({"from": day(first)}, {"from": day("2022-01-01"), "until": day(until)},
            {"from": day("2024-02-29")})  # fmt: skip
    return {"values": [{**each, "value": value} for each, value in zip(days, values, strict=True)]}


def test_columns_find_what_is_in_force_by_themselves(monkeypatch):
    """Numbers of several scales, texts, booleans and days; missing days, holes, a day of a rule."""
    ends = ("2020-01-01", "2022-12-31")
    body = {
        "parameters": {
            "a": kinds_of_parameters(*ends, Raw("1.5"), Raw("2"), Raw("1000.125")),
            "b": kinds_of_parameters(*ends, "uno", "due", "uno"),
            "c": kinds_of_parameters(*ends, Raw("true"), Raw("false"), Raw("true")),
            "d": kinds_of_parameters(*ends, *map(day, ("2001-01-01", "2002-02-02", "2003-03-03"))),
            "e": {"day": "dopo", **kinds_of_parameters(*ends, Raw("1"), Raw("2"), Raw("3"))},
        },
        "rules": {
            "dopo": {"formula": "evento + 1", "when": "n > 0"},
            "ra": {"formula": "a * n + a"},
            "rb": {"formula": 'b == "uno" or zona == b'},
            "rc": {"formula": "c and n > 1"},
            "rt": {"formula": "b"},
            "rd": {"formula": "d + 1"},
            "re": {"formula": "e"},
            "rn": {"formula": "default(e, 7) if c else if_missing(a, 1)"},
            "rf": {"formula": "a if domanda >= date(2024, 2, 29) else 0"},
        },
        "decisions": {"x": {"cases": [{"outcome": "si", "when": "n > a"},
                                      {"outcome": "no", "otherwise": Raw("true")}]}},
    }  # fmt: skip
    plan = load_text(rulebook_text(body, language="2", day="domanda"), schema_of(FIELDS))
    compiled = CompiledRulebook(plan.linked)
    numbers = (Decimal(0), Decimal("2.5"), None)
    given = [
        {"domanda": on, "evento": DAYS[-(at % len(DAYS)) - 1], "n": numbers[at % 3], "zona": "due"}
        for at, on in enumerate(DAYS * 3)
    ]
    reports = [
        plan.read(
            {"rulebook": REFERENCE, "fields": {k: v for k, v in each.items() if v is not None}}
        )
        for each in given
    ]
    with monkeypatch.context() as patched:
        patched.setattr("ruletrail.compiled.columns.running.BLOCK_ROWS", 4)
        compare_columns(compiled, reports)
    compare_columns(compiled, reports[:1] * 3)
    compare_columns(compiled, [each for each in reports if each.fields.get("domanda")][:6])
    for report in reports[:11]:
        compare_functions(compiled, report)


def test_a_description_has_the_values_with_their_days():
    """In Python, and as the service tells it: exact, with what each rests on."""
    parameters = {
        "soglia": {"label": "Soglia", "evidence": "quoted", "values": VALUES},
        "dal": {
            "day": "evento",
            "values": [{"from": day("2020-01-01"), "value": day("2021-02-03")}],
        },
    }  # fmt: skip
    body = {
        "sources": {"legge": {"title": "L", "kind": "law"}},
        "parameters": parameters,
        "rules": {"x": {"formula": "n * soglia", "when": "giorno > dal"}},
    }
    plan = load_text(rulebook_text(body, language="2", day="domanda"), schema_of(FIELDS))
    soglia = plan.parameters["soglia"]
    assert (soglia.value, soglia.day, plan.parameters["dal"].day) == (None, "domanda", "evento")
    assert [(str(each.first), str(each.last), each.value) for each in soglia.values] == [
        ("2020-01-01", "None", Decimal("1.5")),
        ("2022-01-01", "2022-12-31", Decimal(2)),
        ("2024-02-29", "None", Decimal(3)),
    ]
    assert [source.id for source in soglia.values[0].source] == ["legge"]
    assert plan.parameters["dal"].values[0].value == date(2021, 2, 3)
    shapes = pytest.importorskip("ruletrail.service.shapes")
    told = describe_rulebook(plan.linked)["parameters"]
    assert told["soglia"]["values"][1] == {
        "first": "2022-01-01", "last": "2022-12-31", "value": "2",
    }  # fmt: skip
    assert told["dal"]["values"] == [{"first": "2020-01-01", "value": {"date": "2021-02-03"}}]
    for said in told.values():
        assert shapes.Description.model_validate(said).day
