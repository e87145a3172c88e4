"""`ruletrail needed` over what language 2 brought: rows, what is left out, lookups, days."""

from collections.abc import Mapping
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.needs import find_needs
from ruletrail.needs.pages import write_head, write_page
from ruletrail.problems import ProblemsError
from support.rulebooks import Raw, load_text, rows_of, rulebook_text, schema_of

SMALL = {"type": "integer", "minimum": 0, "maximum": 9}
DAY = {"type": "string", "format": "date"}
NEAR = {**DAY, "formatMinimum": "2024-02-28", "formatMaximum": "2024-03-01"}


def load(sections: Mapping[str, Any], head: Mapping[str, str] | None = None, **fields: Any) -> Plan:
    """Load a small rulebook of language 2 over these fields."""
    return load_text(rulebook_text(sections, language="2", **(head or {})), schema_of(fields))


def check(expect: str, **rules: str) -> dict[str, Any]:
    """Write a check `C`, and rules by their formulas."""
    return {
        "rules": {code: {"formula": formula} for code, formula in rules.items()},
        "checks": {"C": {"expect": expect, "severity": "error"}},
    }


def needed(plan: Plan, target: str | None = "C", **fields: Any) -> dict[str, Any]:
    """Ask what a report of these fields still needs."""
    return plan.needed({"fields": fields}, target).to_dict()


def told(plan: Plan, target: str | None = "C", **fields: Any) -> tuple[Any, ...]:
    """Ask, and keep the outcome or None, what is relevant, and the alternatives."""
    found = needed(plan, target, **fields)
    outcome = found["outcome"] if found["settled"] else None
    return outcome, found["relevant"], found["alternatives"]


# -- Groups ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        # a is out for n = 0, and 5 else; b is 3
        ("sum(G) >= 3", "passed"), ("sum(G) > 3", None), ("min(G) == 3", "passed"),
        ("max(G) >= 3", "passed"), ("max(G) > 3", None), ("sum(G, a) > 0", None),
        ("count(H) <= 1", "passed"), ("count(H) == 1", None),
        ("all(NEVER)", None), ("any(NEVER)", "failed"), ("count(NEVER) == 0", "passed"),
        ("all(ALWAYS)", "passed"), ("any(ALWAYS)", None), ("count(ALWAYS) == 1", None),
        ("any(H)", None), ("all(H)", None), ("any(H, n >= 0)", "passed"),
        ("applies(min(ALONE))", None), ("sum(ALONE) in [0, 5]", "passed"),
        ("max(ALONE, 2) >= 2", "passed"), ("is_missing(sum(G))", "failed"),
    ],
)  # fmt: skip
def test_members_that_may_not_apply_may_be_left_out(expect: str, outcome: str | None) -> None:
    """What is left out makes no difference; that of nothing is what the function says of it."""
    rules = {
        "a": {"formula": "5", "when": "n > 0"}, "b": {"formula": "3"},
        "h": {"formula": "n > 0", "when": "n > 0"},
        "never": {"formula": "n > 9", "when": "n > 0"},
        "always": {"formula": "n < 10", "when": "n > 0"},
    }  # fmt: skip
    sections = {**check(expect), "groups": {
        "G": ["a", "b"], "H": ["h"], "ALONE": ["a"], "NEVER": ["never"], "ALWAYS": ["always"],
    }}  # fmt: skip
    plan = load({**sections, "rules": rules}, n={**SMALL, "unit": "euro"})
    # staying empty is a way too: then each is missing
    assert told(plan)[1] == ["n"]
    assert needed(plan)["foreseen"] == outcome
    assert told(plan, n=0)[0] is not None
    assert told(plan, n=1)[0] is not None


# -- Rows ------------------------------------------------------------------------------------------

ROWS: dict[str, Any] = {
    "rules": {
        "L.y": {"formula": "L.x + 1", "when": "L.b"},
        "L.share": {"formula": "L.x / sum(L.x)", "when": "sum(L.x) > 0"},
        "total": {"formula": "sum(L.y)"},
        "half": {"formula": "q / 2"},
    },
    "checks": {
        "large": {"expect": "any(L.x > 5)", "severity": "error"},
        "L.own": {"expect": "L.x < 5", "severity": "error", "message": {"it": "{L.name}: {note}"}},
        "both": {"expect": "size(L) > 1 and q > 1", "severity": "error"},
    },
    "sections": {"S": {"due": Raw("true"), "fields": ["L", "L.name", "L.spare"],
                       "optional": ["L.spare"]}},
}  # fmt: skip
CELLS = {"x": SMALL, "b": "boolean", "name": "string", "spare": "string"}


@pytest.fixture(scope="module")
def rows() -> Plan:
    """Load a rulebook with a list."""
    return load(ROWS, L=rows_of(CELLS), q=SMALL, note="string")


def test_a_blank_cell_is_an_input_of_its_own(rows: Plan) -> None:
    """Named by its row; of a row that is left out for certain none matters."""
    given = [{"x": 1, "b": True}, {"b": True}, {"b": False}, {"x": 3}]
    assert told(rows, "total", L=given) == (
        None, ["L[2].x", "L[4].b"], [["L[2].x", "L[4].b"]],
    )  # fmt: skip
    assert "L[3].x" in needed(rows, "total", L=given)["irrelevant"]
    assert told(rows, "total", L=[{"b": False}, {"b": False}]) == ("0", [], [])
    assert told(rows, "total", L=[]) == ("0", [], [])


def test_one_row_may_settle_what_gathers_them_all(rows: Plan) -> None:
    """As an `or` of all rows."""
    assert told(rows, "large", L=[{}, {"x": 1}, {}]) == (
        None, ["L[1].x", "L[3].x"], [["L[1].x"], ["L[3].x"]],
    )  # fmt: skip
    assert told(rows, "large", L=[{}, {"x": 6}]) == ("passed", [], [])


def test_rows_are_asked_about_one_by_one_and_checks_of_rows_together(rows: Plan) -> None:
    """The rule of a row has as many outcomes as there are rows; a check of rows has one."""
    given = [{"x": 3}, {}]
    assert told(rows, "L[1].y", L=given) == (None, ["L[1].b"], [["L[1].b"]])
    assert told(rows, "L[1].share", L=given)[1] == ["L[2].x"]
    assert told(rows, "L.own", L=given) == (None, ["L[2].x"], [["L[2].x"]])
    assert told(rows, "L.own", L=[{"x": 7}, {}])[:2] == ("failed", [])
    assert told(rows, "L[2].own", L=[{"x": 7}, {}])[:2] == (None, ["L[2].x"])
    for code, name in (("L.y", "`L[1].y`"), ("L[3].y", "`L[1].y`"), ("L[*].y", "`L[1].y`")):
        with pytest.raises(ProblemsError) as raised:
            needed(rows, code, L=given)
        (problem,) = raised.value.problems
        assert (problem.code, problem.wording) == ("unknown-step", "row-not-named")
        assert problem.details["name"] == name
    with pytest.raises(ProblemsError) as raised:
        needed(rows, "L[1].x", L=given)
    assert raised.value.problems[0].wording == "input-not-step"


def test_a_list_that_is_not_supplied_is_one_input(rows: Plan) -> None:
    """It can be anything: all that reads it hangs on it, and it may settle what else would not."""
    assert told(rows, "total") == (None, ["L"], [["L"]])
    assert told(rows, "L.own") == (None, ["L"], [["L"]])
    assert told(rows, "both")[1:] == (["q", "L"], [["q"], ["L"]])
    assert told(rows, "both", q=1) == ("failed", [], [])
    assert "L" in needed(rows, "half")["irrelevant"]
    asked = needed(rows, None, q=1)
    assert asked["relevant"] == ["note", "L"]
    assert asked["irrelevant"] == []


def test_the_whole_report_needs_the_cells_that_sections_and_sentences_name(rows: Plan) -> None:
    """Of each row that is there; what only a row's sentence names, where that may be shown."""
    full = {"x": 1, "b": True, "name": "A"}
    assert told(rows, None, q=1, L=[full])[:2] == ("invalid", [])
    assert told(rows, None, q=1, L=[full, {**full, "x": 7}])[1] == ["note"]
    nameless = {"x": 7, "b": True}
    assert told(rows, None, q=1, note="n", L=[full, nameless])[1] == ["L[2].name"]
    found = needed(rows, None, q=1, note="n", L=[full])
    assert (found["settled"], found["irrelevant"]) == (True, ["L[1].spare"])


def test_pages_name_cells_by_their_row_and_label() -> None:
    """And days as the language of the page writes them."""
    cells = {"d": {**DAY, "title": "Nascita"}}
    plan = load({"rules": {"m": {"formula": "max(L.d)"}}}, L=rows_of(cells))
    record = plan.needed({"fields": {"L": [{}, {"d": "2024-05-31"}]}}, "m")
    assert "L[1].d (Nascita)" in write_page(record, plan.linked, "text", "it")
    settled = plan.needed({"fields": {"L": [{"d": "2024-05-31"}]}}, "m")
    assert settled.outcome == "2024-05-31"
    assert "31/05/2024" in write_page(settled, plan.linked, "text", "it")


# -- Lookups ---------------------------------------------------------------------------------------

LOOKUPS = {
    "scales": {
        "step": {"kind": "step", "bands": [
            {"from": 1, "value": 10}, {"above": 4, "value": 20}, {"from": 7, "value": 30}]},
        "tax": {"kind": "marginal", "bands": [
            {"from": 2, "rate": "50 %"}, {"above": 4, "rate": "100 %"}]},
        "line": {"kind": "linear", "bands": [{"from": 0, "value": 10}, {"from": 5, "value": 0}]},
    },
    "tables": {
        "t": {"by": ["n", "z"], "rows": [
            {"n": 1, "z": "A", "value": 1}, {"n": [2, 3], "z": "A", "value": 2},
            {"n": 1, "z": "B", "value": 7}], "otherwise": 0},
        "u": {"by": ["n"], "rows": [{"n": 1, "value": 1}]},
        "w": {"by": ["n"], "rows": [{"n": 1, "value": "one"}],
              "otherwise": Raw("not_applicable")},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "foreseen"),
    [
        ("step(n + 1) >= 10", "passed"), ("step(n + 1) > 10", None), ("step(n) >= 10", None),
        ("step(default(m, 1)) in [10, 20, 30]", None), ("step(abs(m) + 1) > 5", "passed"),
        ("step(abs(m) + 5) >= 20", "passed"), ("step(abs(m) + 5) >= 30", None),
        ("tax(n) <= 6", "passed"), ("tax(n) < 6", None), ("tax(abs(m)) >= 0", "passed"),
        ("tax(abs(m) + 4) >= 1", "passed"), ("tax(abs(m) + 4) > 1", None),
        ("line(abs(m)) <= 10", "passed"), ("line(m) <= 10", None), ("line(n) > 0", None),
        ('t(n, "A") < 7', "passed"), ('t(n, "B") < 7', None), ('t(m, "C") == 0', "passed"),
        ("t(abs(m) + 4, z) == 0", "passed"), ("u(1) == 1", "passed"), ("u(n) == 1", None),
        ('w(n) == "one"', None), ('default(w(n), "one") == "one"', "passed"),
    ],
)  # fmt: skip
def test_lookups_answer_what_may_be_asked_of_them(expect: str, foreseen: str | None) -> None:
    """By the bands and rows that the possible numbers and keys reach; where none does, an error."""
    fields = {"n": SMALL, "m": "number", "z": "string"}
    plan = load({**check(expect), **LOOKUPS}, **fields)
    found = needed(plan)
    assert (found["outcome"] if found["settled"] else found["foreseen"]) == foreseen
    assert needed(plan, z="A", n=1, m=1)["settled"]


# -- Days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "foreseen"),
    [
        ("near in [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]", "passed"),
        ("near <= date(2024, 3, 1)", "passed"), ("near < date(2024, 3, 1)", None),
        ("born >= date(1950, 1, 1)", "passed"), ("born + 10 > date(1950, 1, 10)", "passed"),
        ("year(born) in [1950, 1951]", None), ("year(born) <= 2000", "passed"),
        ("month(near) in [2, 3]", "passed"), ("month(born) <= 12", "passed"),
        ("day(near) in [1, 28, 29]", "passed"), ("weekday(near) < 6", "passed"),
        ("years_between(born, near) >= 23", "passed"), ("years_between(born, near) > 23", None),
        ("near - born > 8000", "passed"), ("months_between(born, near) > 1000", "failed"),
        ("add_years(born, 10) >= date(1960, 1, 1)", "passed"),
        ("add_months(born, n) >= date(1950, 1, 1)", "passed"),
        ("end_of_month(near) <= date(2024, 3, 31)", "passed"),
        ("start_of_month(near) == date(2024, 3, 1)", None),
        ("max(born, near) == near", None), ("max(born, near) >= date(2024, 2, 28)", "passed"),
        ("any_day + 1 > date(1, 1, 1)", None), ("date(2024, n + 1, 31) > near", None),
        ("date(2024, 2, n + 1) < near", "passed"),
        ("date(2024, 2, n * 9) < near", None),
    ],
)  # fmt: skip
def test_days_are_bounded(expect: str, foreseen: str | None) -> None:
    """Few days one by one, many by the first and last; outside of the calendar it is an error."""
    born = {**DAY, "formatMinimum": "1950-01-01", "formatMaximum": "2000-12-31"}
    plan = load(check(expect), near=NEAR, born=born, any_day=DAY, n=SMALL)
    assert needed(plan)["foreseen"] == foreseen


# -- What changes with a day -----------------------------------------------------------------------

DATED = {
    "parameters": {"p": {"values": [
        {"from": Raw("2024-01-01"), "value": 5},
        {"from": Raw("2024-02-29"), "value": 7, "until": Raw("2024-02-29")},
        {"from": Raw("2024-03-01"), "value": 9}]}},
    "tables": {"t": {"by": ["n"], "versions": [
        {"from": Raw("2020-01-01"), "rows": [{"n": 1, "value": 1}]},
        {"from": Raw("2024-03-01"), "rows": [{"n": 1, "value": 2}, {"n": 2, "value": 4}]}],
        "otherwise": 0}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "foreseen", "relevant"),
    [
        ("p in [5, 7, 9]", "passed", ["d"]), ("p in [5, 7]", None, ["d"]),
        ("p > n", None, ["d", "n"]), ("t(n) < 5", "passed", ["d", "n"]),
        ("t(3) == 0", "passed", ["d"]), ("t(1) > 0", "passed", ["d"]), ("t(1) > 1", None, ["d"]),
        ("n > 3", None, ["n"]),
    ],
)  # fmt: skip
def test_what_depends_on_a_day_that_is_missing_may_be_any_of_its_entries(
    expect: str, foreseen: str | None, relevant: list[str]
) -> None:
    """Of those that are in force on some day that the form admits; in a hole it is an error."""
    plan = load({**check(expect), **DATED}, {"day": "d"}, d=NEAR, n=SMALL)
    found = needed(plan)
    assert (found["foreseen"], found["relevant"]) == (foreseen, relevant)
    if "n" in relevant and "d" in relevant:
        assert needed(plan, d="2024-02-29")["relevant"] == ["n"]


def test_a_day_that_is_worked_out_decides_too() -> None:
    """And what a sentence shows of a dated value hangs on the day."""
    rules = {"when": {"formula": "add_years(d, 1)"}}
    messages = {"m": {"when": "n > 3", "text": {"it": "Soglia {p}."}}}
    sections = {**check("p == 9"), "rules": rules, "parameters": DATED["parameters"]}
    plan = load(sections, {"day": "when"}, d=NEAR, n=SMALL)
    assert needed(plan)["foreseen"] == "passed"
    hole = load(
        {"messages": messages, "parameters": DATED["parameters"]}, {"day": "d"}, d=NEAR, n=SMALL
    )
    assert needed(hole, None, n=4)["relevant"] == ["d"]
    assert needed(hole, None, n=1)["settled"]


def test_a_table_of_many_rows_is_looked_at_by_its_rows() -> None:
    """Also where a key can be any number."""
    rows = [{"n": at, "value": at % 7} for at in range(2000)]
    plan = load({**check("t(n) <= 6"), "tables": {"t": {"by": ["n"], "rows": rows,
                                                        "otherwise": 3}}}, n="number")  # fmt: skip
    assert needed(plan)["foreseen"] == "passed"


def test_the_page_needs_no_more_of_the_trail_than_its_head():
    """Whose the report is and what rows are called, also by a rule of rows: the same page."""
    sections = {
        **check("sum(L.double) + sum(L.other) > 9"),
        "rules": {"L.double": {"formula": "L.x * 2"}, "L.other": {"formula": "L.double + L.y"}},
        "lists": {"L": {"label": "Rows", "row": Raw("'{L.name}: {L.double}'")}},
    }
    cells = {"name": {"type": "string"}, "x": SMALL, "y": SMALL}
    plan = load(sections, L=rows_of(cells, most=3))
    rows = [{"name": "Ada", "x": 3}, {"name": "Bruno"}]
    evaluation = plan.evaluate({"subject": {"comune": "Jesi"}, "fields": {"L": rows}})
    head, trail = write_head(evaluation.record), evaluation.trail.to_dict()
    assert [each["id"] for each in head["steps"]] == [
        "L[*].double", "L[1].double", "L[2].double",
    ]  # fmt: skip
    assert len(trail["steps"]) > len(head["steps"])
    needs = find_needs(evaluation.record)
    for form in ("text", "markdown", "html"):
        whole = write_page(needs, plan.linked, form, trail=trail)
        assert "Ada: 6" in whole
        assert write_page(needs, plan.linked, form, trail=head) == whole


def test_a_cell_serves_a_rule_of_rows_once(rows: Plan) -> None:
    """However many rows hang on it; a part wants the cell that it lacks."""
    needs = rows.needed({"fields": {"L": [{"x": 1, "b": True}, {"b": True, "name": "N"}], "q": 2}})
    served = {code: (each.codes, each.others) for code, each in needs.serves.items()}
    assert served["L[2].x"] == (("L.y", "L.share", "total"), 0)
    assert served["L[1].name"] == (("S",), 0)
    assert "note" not in served
    needs = rows.needed({"fields": {"L": [{"x": 1, "b": True}, {"b": True}]}}, "total")
    assert [each.codes for each in needs.serves.values()] == [("L.y",)]
