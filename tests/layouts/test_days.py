"""Days on printed forms: as documents write them, and as the layout says that the form does."""

import json
from pathlib import Path

import pytest

from ruletrail.layouts.matching import read_printed_day
from support.command_line import call
from support.plain_yaml import load_texts

RULEBOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
"""
FIELDS = {"D": {"type": "string", "format": "date"}, "A": {"type": "number"}}


@pytest.mark.parametrize(
    ("printed", "order", "day"),
    [
        ("2024-05-31", "", "2024-05-31"),
        ("2024-05-31", "day_first", "2024-05-31"),
        ("31/05/2024", "", None),
        ("31/05/2024", "day_first", "2024-05-31"),
        ("31.5.2024", "day_first", "2024-05-31"),
        ("31-5-2024", "day_first", "2024-05-31"),
        ("05/06/2024", "day_first", "2024-06-05"),
        ("05/06/2024", "month_first", "2024-05-06"),
        ("31/05/2024", "month_first", None),
        ("29/02/2023", "day_first", None),
        ("31/05.2024", "day_first", None),
        ("31/05/24", "day_first", None),
        ("\u0663\u0661/05/2024", "day_first", None),
        ("31/05/2024/", "day_first", None),
        ("0031/05/2024", "day_first", None),
        ("", "day_first", None),
    ],
)
def test_a_printed_day_is_one_day_or_none(printed: str, order: str, day: str | None) -> None:
    """What stands first is never guessed, and no other digits or signs are taken."""
    assert read_printed_day(printed, order) == day


@pytest.mark.parametrize(
    ("order", "form", "read"),
    [
        ("", "Data: 2024-03-05\n", "2024-03-05"),
        ("dates: day_first\n", "Data: 05/03/2024\n", "2024-03-05"),
        ("dates: month_first\n", "Data:\n  05/03/2024\n", "2024-05-03"),
        ("dates: day_first\n", "Data:\t5.3.2024\n", "2024-03-05"),
        ("dates: day_first\n", "Data:\n", None),
    ],
)
def test_a_row_of_a_day_is_read(
    order: str, form: str, read: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line, below its label, behind a tab; one that is not there is blank."""
    monkeypatch.chdir(tmp_path)
    schema = {"properties": {"fields": {"properties": FIELDS}}}
    Path("schema.json").write_text(json.dumps(schema), "utf-8")
    Path("rulebook.yaml").write_text(RULEBOOK, "utf-8")
    Path("rulebook.layout.yaml").write_text(
        f"layout: 1\nrulebook: prova/2024\nnumbers: {{decimal: ','}}\n{order}form:\n"
        '  - {row: D, label: "Data:"}\n  - {row: A, label: "Abitanti:"}\n',
        "utf-8",
    )
    Path("form.txt").write_text(f"{form}Abitanti: 39301\n", "utf-8")
    status, out, err = call("read", "form.txt", "--rulebook", "rulebook.yaml", "-o", "report.yaml")
    assert (status, out) == (0, ""), err
    fields = load_texts(Path("report.yaml").read_text("utf-8"))["fields"]
    assert fields == {**({"D": read} if read else {}), "A": "39301"}
