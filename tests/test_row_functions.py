"""Lists of rows in the compiled function: what its loops share, and reports straight to its inputs.

Random rulebooks with every construct are in `support.agreement`, those of rows alone in
`test_lists.py`; here is what they reach by chance only.
"""

import json
import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.caches.compiled_functions import decode_functions, encode_functions
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.scalar_codegen import compiler
from ruletrail.documents import LIST_REPORT_LIMITS, from_python, read_document
from ruletrail.problems import Problem, ProblemsError
from ruletrail.reports import Report
from support.agreement import agree
from support.evaluators import (
    check_trail,
    compare_answer,
    compare_call,
    compare_functions,
    general_answer,
)
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of

CELLS: dict[str, Any] = {
    "x": {"type": "number", "minimum": 0},
    "n": {"type": "integer", "maximum": 12},
    "m": {"type": "number", "multipleOf": 0.25},
    "t": {"type": "string", "maxLength": 5},
    "e": {"type": "string", "enum": ["SI", "NO"]},
    "d": {"type": "string", "format": "date", "formatMinimum": "2000-01-01"},
    "f": "boolean",
    "r": "number",
}
RULES = {
    "L.r": {"formula": "L.x + L.n / 3", "round": {"decimals": 2, "mode": "half_up"}},
    "L.young": {"formula": "years_between(L.d, A) < 18", "when": 'L.e == "SI"'},
    "total": {"formula": "sum(L.r)"},
    "young": {"formula": "count(L.young)"},
}
CHECKS = {"L.c": {"expect": "L.x <= total", "message": {"it": "{L.t}: {L.x}, {L.n}, {L.d}"}}}
FIELDS: dict[str, Any] = {"A": {"type": "string", "format": "date"}, "B": "number"}


def load(entries: Mapping[str, Any], fields: Mapping[str, Any]) -> Plan:
    """Load a rulebook of language 2, with its functions."""
    return load_text(rulebook_text(entries, language="2"), schema_of(fields)).compile()


def report_of(**fields: Any) -> dict[str, Any]:
    """Give a report as a caller's mapping."""
    return {"rulebook": REFERENCE, "fields": fields}


def compare(plan: Plan, **fields: Any) -> Any:
    """Assert that reference, both functions and the checker agree; gives the compiled answer."""
    report = plan.read(report_of(**fields))
    compiled = CompiledRulebook(plan.linked)
    check_trail(compare_functions(compiled, report))
    answer = general_answer(compiled, report)
    compare_answer(compiled, answer, report)
    return answer


@pytest.mark.parametrize("seed", [7, 27])
def test_random_rulebooks_with_rows_agree(seed):
    """A few of the ten thousand of `make agreement`; one showed a defect once."""
    agree(seed)


def test_facts_of_rows_cross_functions(monkeypatch):
    """What a later function reads of rows is kept for it, pairs and non-values as well."""
    monkeypatch.setattr(compiler, "STEPS_OF_A_FUNCTION", 5)
    rules: dict[str, Any] = {"L.r0": {"formula": "L.x / 3", "when": "L.x > 1"}}
    for at in range(1, 12):
        rules[f"L.r{at}"] = {"formula": f"default(L.r{at - 1}, L.x) / (1 + {at % 2})"}
        if at % 4 == 0:
            rules[f"s{at}"] = {"formula": f"sum(L.r{at})"}
            rules[f"L.q{at}"] = {"formula": f"L.r0 + s{at}"}
    plan = load({"rules": rules}, {"L": rows_of({"x": "number"})})
    assert len(CompiledRulebook(plan.linked).usual.functions) > 3
    compare(plan, L=[{"x": 1}, {"x": 7}, {"x": Decimal("2.5")}])
    compare(plan, L=[{"x": 1}, {}])
    compare(plan)


def test_an_aggregate_is_worked_out_once_however_many_read_it():
    """In a rule of rows, in its condition, in others: the code adds up once."""
    rules = {
        "L.share": {"formula": "L.x / sum(L.x)", "when": "sum(L.x) > 0"},
        "L.twice": {"formula": "L.x + sum(L.x)"},
        "total": {"formula": "sum(L.x)"},
    }
    plan = load({"rules": rules}, {"L": rows_of({"x": "number"})})
    (source,) = CompiledRulebook(plan.linked).usual.source
    assert source.count("sum(") == 1
    assert source.count("for ") == 1  # both rules of rows stand in one loop
    compare(plan, L=[{"x": 1}, {"x": 3}])
    compare(plan, L=[])


def test_kept_functions_answer_as_those_that_were_kept(plan):
    """Functions with loops come back from the bytes of a cache, what belongs to each row too."""
    content = encode_functions(CompiledRulebook(plan.linked))
    kept = decode_functions(content or b"", plan.linked)
    assert kept is not None
    for rows in ([USUAL], [USUAL, {"x": 1}, {**USUAL, "e": "NO"}]):
        compare_functions(kept, plan.read(report_of(A="2024-05-31", L=rows)))


def test_what_is_not_asked_for_is_no_error():
    """An aggregate in a branch that is not taken, in no row and in rows, may be an error."""
    rules = {
        "guarded": {"formula": "sum(1 / L.x) if B > 0 else 0"},
        "L.guarded": {"formula": "L.x + sum(1 / L.x) if L.x > 0 else 5"},
        "nested": {"formula": "sum(L.x if L.x > 0 else min(1 / L.x))"},
    }
    plan = load({"rules": rules}, {"B": "number", "L": rows_of({"x": "number"})})
    assert compare(plan, B=0, L=[{"x": 0}]).facts["guarded"] == Fraction(0)
    assert compare(plan, B=0, L=[{"x": 2}, {"x": 4}]).facts["nested"] == Fraction(6)
    compare(plan, B=1, L=[{"x": 0}, {"x": 1}])


def test_a_row_is_left_out_by_its_own_rules_alone():
    """What does not apply outside of the row makes the whole not applicable."""
    rules = {
        "none": {"formula": "B", "when": "B > 100"},
        "L.own": {"formula": "L.x", "when": "L.x > 1"},
        "L.outer": {"formula": "L.own + none"},
        "own": {"formula": "sum(L.own)"},
        "outer": {"formula": "sum(L.outer)"},
        "least": {"formula": "min(L.own)"},
        "every": {"formula": "all(L.own > 0)"},
    }
    plan = load({"rules": rules}, {"B": "number", "L": rows_of({"x": "number"})})
    answer = compare(plan, B=1, L=[{"x": 1}, {"x": 5}])
    assert answer.facts["own"] == Fraction(5)
    assert answer.facts["outer"].code == "none"
    answer = compare(plan, B=1, L=[{"x": 1}])
    assert (answer.facts["least"].code, answer.facts["every"]) == ("L", True)


@pytest.mark.parametrize(
    ("fields", "optional", "given", "missing"),
    [
        (["L.x"], [], {}, ("L",)),
        (["L", "L.x"], ["L"], {}, ()),
        (["L.x"], ["L.x"], {}, ()),
        (["L", "L.x"], ["L"], {"L": [{}, {"x": 1}]}, ("L[1].x",)),
        (["L.x"], [], {"L": []}, ()),
    ],
)
def test_a_section_that_lacks_cells_is_open(fields, optional, given, missing):
    """An absent list is empty itself, once, whatever of it a section lists."""
    section = {"title": "S", "due": "true", "fields": fields, "optional": optional}
    plan = load({"sections": {"s": section}}, {"B": "number", "L": rows_of({"x": "number"})})
    compare(plan, **given)
    evaluation = plan.evaluate(report_of(**given))
    assert evaluation.missing == missing
    assert evaluation.status == ("incomplete" if missing else "complete")


def test_a_check_of_rows_may_use_groups_tables_and_show_words():
    """The step that joins the rows has no formula; what it would keep of one is refused."""
    entries = {
        "groups": {"both": ["A", "B"]},
        "tables": {"t": {"by": ["k"], "rows": [{"k": 1, "value": 2}], "otherwise": 3}},
        "rules": {"L.word": {"formula": '"alto" if L.x > 1 else "basso"'}},
        "checks": {
            "L.c": {"expect": "t(L.x) < sum(both)", "message": {"it": "{L.word}: {L.x}"}},
        },
    }
    plan = load(entries, {"A": "number", "B": "number", "L": rows_of({"x": "number"})})
    compare(plan, A=1, B=1, L=[{"x": 1}, {"x": 4}])
    steps = plan.evaluate(report_of(A=1, B=1, L=[{"x": 1}])).trail.to_dict()["steps"]
    for step in steps:
        assert ("groups" in step) == ("tables" in step) == ("condition" in step)


def test_counts_of_days_may_pass_the_limit():
    """A product of years is counted digit by digit, as any other."""
    plan = load({"rules": {"r": {"formula": " * ".join(["year(A)"] * 25)}, "s": {
        "formula": "r * r * r * r * r"}}}, FIELDS)  # fmt: skip
    assert compare(plan, A="2024-05-31").facts["s"].cause == "limit"


@pytest.mark.parametrize("size", [1, 28])
def test_what_stands_for_a_member_that_does_not_apply_is_no_error(size):
    """The function that gives up at errors has none in a group, however long its numbers may be."""
    rules: dict[str, Any] = {
        "long": {"formula": " * ".join(["A"] * size)},
        "own": {"formula": "long", "when": "B > 1"},
        "third": {"formula": "long / 3", "when": "B > 2"},
    }
    for name in ("sum", "min", "max"):
        rules[f"{name}_of_whole"] = {"formula": f"{name}(both, long)"}
        rules[f"{name}_of_pairs"] = {"formula": f"{name}(all_three)"}
    groups = {"both": ["own", "long"], "all_three": ["third", "own", "long"]}
    plan = load({"groups": groups, "rules": rules}, {"A": "number", "B": "number"})
    for b in (1, 2, 3):
        facts = compare(plan, A=2, B=b).facts
        assert facts["sum_of_whole"] == 2**size * (2 + (b > 1))
        assert facts["max_of_pairs"] == 2**size
    compare(plan, A=999999999999999, B=2)
    compare(plan, B=2)


# -- Straight to the inputs ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give a rulebook whose rows have every kind of cell."""
    fields = {**FIELDS, "L": {**rows_of(CELLS), "minItems": 1}}
    fields["L"]["items"]["required"] = ["x"]
    return load({"rules": RULES, "checks": CHECKS}, fields)


USUAL = {
    "x": 2, "n": 3, "m": 0.5, "t": "Anna", "e": "SI", "d": "2010-02-28", "f": True, "r": 3,
}  # fmt: skip
VALUES: list[Any] = [
    0, 13, -1, 10**15, True, None, Decimal("1.50"), Decimal("0.1234567891"), Decimal("1E+2"),
    Decimal("NaN"), 8.5, 0.1, float("inf"), Fraction(1, 3), "SI", "", "lungo lungo", "e\u0301",
    "\u00e9", "\ud800", "2024-02-30", "1999-12-31", "2024-02-29", [], {},
]  # fmt: skip
LISTS: list[Any] = [
    [], [USUAL] * 6, {}, "x", 5, None, [USUAL, 5], [USUAL, None], [[USUAL]], [{**USUAL, "z": 1}],
[{}], [{"x": 1}, {"n": 1}], [{"x": 1}, {"x": 2.5, "d": None}],
]  # fmt: skip


def _reports() -> list[dict[str, Any]]:
    chance = random.Random(5)  # noqa: S311 - the same each time
    each = [[USUAL, {**USUAL, chance.choice(list(CELLS)): value}] for value in VALUES]
    each += [[{**USUAL, name: chance.choice(VALUES)}] for name in CELLS for _ in range(4)]
    found = [report_of(A="2024-05-31", B=1, L=rows) for rows in [*each, *LISTS]]
    return [*found, report_of(A="2024-05-31", B=1), report_of(B=None, L=[USUAL])]


def read_slowly(plan: Plan, given: Any) -> Report | list[Problem]:
    """Read a report through the tree, which marks and explains everything."""
    read = read_document if isinstance(given, bytes) else from_python
    try:
        return plan.check(*read(given, "report", LIST_REPORT_LIMITS))  # type: ignore[operator]
    except ProblemsError as error:
        return list(error.problems)


def test_any_rows_answer_as_their_report(plan):
    """Every class of value in cells, every shape of list: the same answer, the same problems."""
    plain = 0
    for given in _reports():
        plain += plan._functions.take_in(plan.functions, given) is not None
        compare_call(plan, given, read_slowly(plan, given))
    assert plain >= 8


def test_bytes_of_rows_answer_as_their_document(plan):
    """Numbers as written, keys twice, an unknown cell: from JSON as from any document."""
    text = json.dumps(report_of(A="2024-05-31", B=1, L=[USUAL, {**USUAL, "x": 1.5, "t": "Bo"}]))
    texts = [
        text, text.replace("1.5", "1.50"), text.replace("1.5", "1.0e1"), text.replace("1.5", "-0"),
        text.replace('"t": "Bo"', '"t": "Bo", "t": "Ca"'), text.replace('"t": "Bo"', '"zz": 1'),
        text.replace("2010-02-28", "2010-02-30"), text.replace("Anna", "\\u0041nna"),
    ]  # fmt: skip
    for each in texts:
        compare_call(plan, each.encode(), read_slowly(plan, each.encode()))
    assert plan._functions.take_in(plan.functions, text.encode()) is not None


def test_what_a_caller_changes_later_changes_no_answer(plan):
    """Rows are copied before the report is made of them."""
    row = dict(USUAL)
    evaluation = plan.evaluate(report_of(A="2024-05-31", L=[row]))
    row["x"] = 500
    assert '"x":"2"' in evaluation.trail.to_json()
