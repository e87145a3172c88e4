"""Lists, dates, a scale, a table and an exception in one rulebook: a household's tax and benefit.

Each construct has tests of its own; here they meet, as a law has them.
"""

import copy
import json
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest

import ruletrail
from ruletrail.documents import REPORT_LIMITS, from_python
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import find_hits, list_points, suggest
from ruletrail.verification import verify_trail
from support.command_line import call
from support.places import ROOT
from support.plain_yaml import load_yaml

FOLDER = ROOT / "tests" / "household"
REPORT = FOLDER / "rossi.yaml"


@pytest.fixture(scope="module")
def plan():
    return ruletrail.load(FOLDER / "household.yaml")


@pytest.fixture(scope="module")
def trail(plan):
    return json.loads(plan.evaluate(REPORT).trail.to_json())


def test_a_household_is_counted_taxed_and_weighed(trail):
    """Ages by birthday, tax by bands, none for a minor, the scale of equivalence for three."""
    rows = trail["result"]["lists"]["componenti"]
    assert [row["eta"] for row in rows] == ["44", "13", "44"]  # Bruno is 14 a day later
    # 28000 at 23 %, then 2000 at 35 %; for Carla 22000 at 35 % and 10000 at 43 %
    assert [row["imposta"] for row in rows] == ["7140", "0", "18440"]
    values = trail["result"]["values"]
    assert values["minori"] == "1"
    assert values["imposte"] == "25580"
    assert values["parametro"] == "2.04"
    assert values["isee"] == "44117.65"  # 90000 / 2.04
    assert values["piu_giovane"] == {"date": "2010-06-01"}
    assert values["scadenza"] == {"date": "2024-11-30"}  # the last day of a shorter month
    assert trail["result"]["status"] == "complete"


def test_the_tax_of_a_row_says_how_each_band_shares_in_it(trail):
    step = next(step for step in trail["steps"] if step["id"] == "componenti[3].imposta")
    (part,) = step["parts"]
    assert [share["share"] for share in part["answer"]["shares"]] == ["6440", "7700", "4300"]
    assert part["answer"]["band"] == 2


def test_both_evaluators_and_the_checker_agree(plan, trail):
    record = evaluate_record(plan.linked, plan.read(REPORT))
    assert json.loads(ruletrail.Trail(record).to_json()) == trail
    stored = (plan.evaluate(REPORT).trail.to_json() + "\n").encode()
    assert verify_trail(stored, "trail.json") == []


def test_a_stored_trail_is_evaluated_again_from_its_own_rows(plan, tmp_path):
    """A report with rows comes back out of its trail as it was declared."""
    stored = tmp_path / "trail.json"
    stored.write_text(plan.evaluate(REPORT).trail.to_json() + "\n", "utf-8")
    book = FOLDER / "household.yaml"
    status, out, err = call("verify", "--replay", stored, "--rulebook", book)
    assert (status, err) == (0, "")
    assert "the same trail, byte for byte" in out


def test_a_wrong_birthday_is_told_with_its_row(plan, tmp_path):
    text = REPORT.read_text("utf-8").replace("2010-06-01", "2010-06-31")
    with pytest.raises(ruletrail.ProblemsError) as raised:
        plan.evaluate(text.encode())
    (problem,) = raised.value.problems
    assert (problem.code, problem.field) == ("wrong-format", "componenti[2].nascita")


def test_many_households_are_answered_as_one(plan, tmp_path):
    """Rows of a batch, with no member, one, two, three and the list left out."""
    report = load_yaml(REPORT.read_text("utf-8"))
    reports = []
    for count in (0, 1, 2, 3, None):
        fields = dict(report["fields"], componenti=report["fields"]["componenti"][:count])
        if count is None:
            del fields["componenti"]
        reports.append({**report, "fields": fields})
    rows = tmp_path / "in.jsonl"
    rows.write_text("\n".join(json.dumps(each, default=str) for each in reports) + "\n", "utf-8")
    out = tmp_path / "out.jsonl"
    status, _, _ = call("batch", rows, "-o", out, "--rulebook", FOLDER / "household.yaml")
    assert status in (0, 1)
    for line, each in zip(out.read_text("utf-8").splitlines(), reports, strict=True):
        result = json.loads(plan.evaluate(each).trail.to_json())["result"]
        found = json.loads(line)
        assert (found["values"], found["status"]) == (result["values"], result["status"])
        assert found.get("lists", {}) == result.get("lists", {})


def test_every_suggestion_for_a_household_does_what_it_says(plan):
    """A cell of a row, how many rows there are, a day: set so, the report shows what was missed.

    From a usual household everything that some report can show is one change away.
    """
    report = load_yaml(REPORT.read_text(encoding="utf-8"))
    report["fields"] = {**report["fields"], "data_domanda": "2024-05-31"}
    for row in report["fields"]["componenti"]:
        row["nascita"] = row["nascita"].isoformat()
    record = evaluate_record(plan.linked, plan.read(report))
    tree, _ = from_python(report, "report", REPORT_LIMITS)
    outcome = SimpleNamespace(example=SimpleNamespace(name="rossi", report=tree), is_admitted=True)
    hits = find_hits(record)
    missed = [point for point in list_points(plan.linked) if point not in hits]
    found = suggest(plan.linked, [outcome], missed)
    assert set(found) == set(missed)
    for point, suggestion in found.items():
        changed = plan.read(_set(copy.deepcopy(report), suggestion.code, suggestion.value))
        assert point in find_hits(evaluate_record(plan.linked, changed)), suggestion
    codes = {each.code.partition(".")[2] or each.code for each in found.values()}
    assert codes == {"nascita", "reddito", "size(componenti)", "data_domanda"}


def _set(report, code, value):
    """Do by hand what a suggestion says."""
    fields = report["fields"]
    size, cell = re.fullmatch(r"size\((\w+)\)", code), re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", code)
    if size:
        rows = fields[size[1]]
        fields[size[1]] = [*rows[: int(value)], *rows[-1:] * (int(value) - len(rows))]
    elif cell:
        is_day = cell[3] == "nascita"
        fields[cell[1]][int(cell[2]) - 1][cell[3]] = value if is_day else Decimal(value)
    else:
        fields[code] = value
    return report
