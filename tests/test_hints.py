"""Hints show the user's own number, and the name that was meant."""

import json
from pathlib import Path

import pytest

from ruletrail.suggestions import KnownNames, nearest_name
from support.command_line import call
from support.problem_documents import RULEBOOK

SCHEMA = {
    "type": "object",
    "properties": {
        "fields": {
            "type": "object",
            "properties": {"A": {"type": "number"}, "B": {"type": "integer"}},
            "additionalProperties": False,
        }
    },
}


def hint(field: str, written: str, folder: Path) -> str:
    """Evaluate a report with one field and return the only problem's hint."""
    (folder / "rulebook.yaml").write_text(RULEBOOK)
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    report = folder / "report.yaml"
    report.write_text(f"rulebook: prova/2024\nfields:\n  {field}: {written}\n", "utf-8")
    _, out, _ = call("evaluate", report, "--rulebook", folder / "rulebook.yaml", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert problem["code"] == "wrong-type", problem
    return problem["hint"]


NUMBERS = [
    ("17167708,08", "write `17167708.08`, with a point in place of the decimal comma"),
    ("8,5", "write `8.5`, with a point"),
    ("-3,50", "write `-3.50`, with a point"),
    ("17.167.708,08", "write `17167708.08`, without thousands separators"),
    ("17,167,708.08", "write `17167708.08`, without thousands separators"),
    ("1.234.567", "write `1234567`, without thousands separators"),
    ("17 167 708,08", "write `17167708.08`, without thousands separators"),
    ("17\u00a0167\u202f708,08", "write `17167708.08`, without thousands separators"),
    ("1'234.50", "write `1234.50`, without thousands separators"),
    ("1,234", "write `1.234` if the comma separates decimals, `1234` if it separates thousands"),
    ("€ 1.234,50", "write `1234.50`, without thousands separators"),
    ("1.234,50 euro", "write `1234.50`, without thousands separators"),
    ("10,6 %", "write `10.6`, with a point in place of the decimal comma"),
    ("10.6%", "write `10.6`, without a unit or anything else"),
    ("12 euro", "write `12`, without a unit or anything else"),
    ('"8.50"', "write `8.50` without quotes: in quotes it is a text"),
    ('"1.234"', "write `1.234` without quotes: in quotes it is a text"),
    ("tanti", "write digits only and, where needed, a point: `1234.50`"),
    ("1,2,3", "write digits only and, where needed, a point: `1234.50`"),
]
WHOLE = [
    ("39.301", "write `39301`, without thousands separators"),
    ("39,301", "write `39301`, without thousands separators"),
    ('"39301"', "write `39301` without quotes: in quotes it is a text"),
    ("39301.5", "write a number without decimals"),
    ("39301,5", "write a number without decimals"),
]


@pytest.mark.parametrize(("written", "expected"), NUMBERS)
def test_a_number_is_shown_as_it_should_be_written(written, expected, tmp_path):
    assert hint("A", written, tmp_path).startswith(expected)


@pytest.mark.parametrize(("written", "expected"), WHOLE)
def test_a_whole_number_is_too(written, expected, tmp_path):
    assert hint("B", written, tmp_path).startswith(expected)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("R7_2017", "R07_2017"),
        ("RO7_2017", "R07_2017"),
        ("r07_2017", "R07_2017"),
        ("R072017", "R07_2017"),
        ("R7", "R07"),
        ("R007", "R07"),
        ("ROA", "R0A"),
        ("R10", ""),
        ("R08", ""),
        ("R07_2018", ""),
    ],
)
def test_a_code_that_looks_like_another(written, meant):
    """A leading zero left out, O for 0, case; another number is another thing."""
    known = ("R07", "R07_2017", "R0A", "R40")
    assert nearest_name(written, known) == meant
    assert KnownNames(known).lookalike(written) == meant


def test_a_field_of_a_report_that_looks_like_another(tmp_path):
    """`R7_2017` in a real report."""
    report = tmp_path / "r.yaml"
    report.write_text("rulebook: sociale/2024\nfields:\n  R7_2017: 1\n")
    assert "did you mean `R07_2017`?" in call("evaluate", report)[2]


def test_an_empty_text_has_no_near_name():
    """Where one of some choices is expected, an empty text is refused as any other is."""
    assert KnownNames(["SI", "NO"], ()).nearest("") == ""
