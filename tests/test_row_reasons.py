"""Why rows of many reports are not complete: the same text however they are answered."""

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

from ruletrail.batches.writing import write_json
from support.command_line import call
from support.offices import batch

RULEBOOK = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
  Somma: {formula: A + B, unit: persone, label: Somma, source: s, evidence: seed}
  Quota: {formula: A / B, when: B < 100, round: {mode: half_up, decimals: 1}, label: Quota,
    source: s, evidence: seed}
  Dopo: {not_encoded: da scrivere, when: A > 500, label: Dopo, source: s, evidence: seed}
sections:
  parte: {due: A > 400, not_encoded: chiede altro, label: Parte, source: s, evidence: seed}
checks:
  Grande: {expect: A < 300, severity: error, message: {it: troppo}, label: Grande, source: s,
    evidence: seed}
  Nota: {expect: A < 2, severity: warning, message: {it: nota}, label: Nota, source: s,
    evidence: seed}
sources:
  s: {title: Prova}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:prova",
    "type": "object",
    "required": ["rulebook", "fields"],
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                code: {"type": "number", "minimum": 0, "maximum": 9999}
                for code in ("A", "B", "Somma", "Quota")
            },
        },
    },
}
ROWS = {
    # A, B, declared sum and quotient: status, reasons
    (1, 2, None, None): ("complete", []),
    (1, 2, "3", "0.50"): ("complete", []),
    (5, 2, "7", "2.5"): ("complete", []),  # the check that fails is a warning
    (1, 2, "4.50", None): ("invalid", ["Somma: declared 4.5, computed 3"]),
    (1, 2, "4", "0.7"): (
        "invalid",
        ["Quota: declared 0.7, computed 0.5", "Somma: declared 4, computed 3"],
    ),
    (1, 0, None, None): ("invalid", ["Quota: error"]),
    (1, 200, None, "7"): ("invalid", ["Quota: declared 7, but does not apply"]),
    (350, 1, None, None): ("invalid", ["Grande: check failed"]),
    (450, 1, None, None): (
        "invalid",
        ["Grande: check failed", "parte: not encoded"],
    ),
    (600, 1, "9", None): (
        "invalid",
        [
            "Dopo: not encoded",
            "Grande: check failed",
            "Somma: declared 9, computed 601",
            "parte: not encoded",
        ],
    ),
    (1, None, None, None): ("incomplete", []),
    (None, None, "1", None): ("incomplete", []),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work where the rulebook lies."""
    monkeypatch.chdir(tmp_path)
    Path("prova.yaml").write_text(RULEBOOK, "utf-8")
    Path("schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    return tmp_path


def _answers(form: str) -> list[list[object]]:
    """Read the status, what is missing and the reasons of each row."""
    names, path = ("status", "missing", "reasons"), Path(f"out.{form}")
    if form == "jsonl":
        lines = map(json.loads, path.read_text("utf-8").splitlines())
        return [
            [row["status"], " ".join(row["missing"]), "; ".join(row.get("reasons", ()))]
            for row in lines
        ]
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [[row[name] for name in names] for row in csv.DictReader(file)]
    if form == "parquet":
        rows = pyarrow.parquet.read_table(path).to_pylist()
        return [[row[name] or "" for name in names] for row in rows]
    header, *rows = openpyxl.load_workbook(path)["ruletrail"].iter_rows(values_only=True)
    return [[row[header.index(name)] or "" for name in names] for row in rows]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "xlsx"])
def test_every_row_that_is_not_complete_says_why(
    form: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """By columns and one by one, in every form: the reason, or what is missing, is never empty."""
    codes, given = ("A", "B", "Somma", "Quota"), list(ROWS) * 30
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in given]
    Path("in.csv").write_text("\n".join([",".join(codes), *lines]) + "\n", "utf-8")
    found = []
    for by_columns in (True, False):
        with monkeypatch.context() as patched:
            if not by_columns:
                patched.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
            asked = ("--rulebook", "prova.yaml", "--workers", 1, "--reasons")
            status, _, err = batch("in.csv", "-o", f"out.{form}", *asked)
        # of the rows that are not complete no warning is counted
        assert (status, "90 complete, 30 of them with checks to look at, 60 inc" in err) == (
            0,
            True,
        )
        found.append(_answers(form))
    assert found[0] == found[1]
    for row, (status, missing, reasons) in zip(given, found[0], strict=True):
        assert (status, reasons) == (ROWS[row][0], "; ".join(ROWS[row][1])), row
        assert bool(reasons or missing) is (status != "complete")


def test_a_reason_speaks_the_language_and_complete_rows_are_as_they_were(folder: Path):
    """A key stands in the rows alone that have reasons; a row of problems has none either."""
    Path("in.jsonl").write_text(
        "".join(
            write_json({"rulebook": "prova/2024", "fields": fields}) + "\n"
            for fields in ({"A": 1, "B": 2}, {"A": 1, "B": 2, "Somma": 4.5}, {"A": -1})
        )
    )
    words = ("--rulebook", "prova.yaml", "--lang", "it", "--reasons")
    call("batch", "in.jsonl", "-o", "out.jsonl", *words)
    rows = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert ["reasons" in row for row in rows] == [False, True, False]
    assert rows[1]["reasons"] == ["Somma: dichiarato 4,5, calcolato 3"]
    assert list(rows[1])[-2:] == ["missing", "reasons"]
    call("batch", "in.jsonl", "-o", "out.csv", *words)
    assert Path("out.csv").read_text("utf-8").splitlines()[0].endswith(",problems,reasons")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("1,2\n5,2\n", "2 righe, 2 complete, di cui 1 con controlli da rivedere\n"),
        ("1,2\n", "1 riga, 1 completa\n"),
        ("5,2\n", "1 riga, 1 completa, con controlli da rivedere\n"),
        ("5,2\n6,2\n", "2 righe, 2 complete, tutte con controlli da rivedere\n"),
        ("350,2\n,2\n", "2 righe, 1 da completare, 1 da correggere\n"),
    ],
)
def test_a_warning_is_no_reason_and_is_counted_where_a_row_is_complete(
    cells: str, said: str, folder: Path
):
    """Which check it is stands in its own column; the columns are as they were."""
    Path("in.csv").write_text(f"A,B\n{cells}", "utf-8")
    words = ("batch", "in.csv", "-o", "out.csv", "--rulebook", "prova.yaml", "--reasons")
    assert call(*words, "--lang", "it") == (0, "", f"scritto out.csv: {said}")
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] == "complete"]
    assert [row["reasons"] for row in rows] == [""] * len(rows)
    noted = ["passed" if line.startswith("1") else "failed" for line in cells.split()]
    assert [row["Nota"] for row in rows] == noted[: len(rows)]


def test_reasons_stand_where_they_are_asked_for_and_in_a_workbook(folder: Path):
    """Programs read the columns that they know; a workbook is for people."""
    Path("in.csv").write_text("A,B,Somma\n1,2,4\n", "utf-8")
    words = ("--rulebook", "prova.yaml")
    for form in ("csv", "jsonl", "xlsx"):
        assert batch("in.csv", "-o", f"out.{form}", *words)[0] == 0
    assert Path("out.csv").read_text("utf-8").splitlines()[0].endswith(",missing,problems")
    assert "reasons" not in json.loads(Path("out.jsonl").read_text("utf-8"))
    assert _answers("xlsx") == [["invalid", "", "Somma: declared 4, computed 3"]]


@pytest.mark.parametrize("source", ["csv", "jsonl"])
@pytest.mark.parametrize("by_columns", [True, False])
def test_money_with_parts_of_a_cent_is_remarked_once_a_column(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, by_columns: bool
):
    """The count, the first rows and what stands there, also where a piece goes by columns."""
    fields = SCHEMA["properties"]["fields"]["properties"]
    money = {**fields["A"], "unit": "euro"}
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"]["fields"]["properties"]["B"] = money
    Path("schema.json").write_text(json.dumps(schema), "utf-8")
    cells = {5: "169.644", 7: "1.000", 300: "2.125", 301: "3.1234"}
    sums = [cells.get(row, "2.50") for row in range(1, 401)]
    if source == "csv":
        Path("in.csv").write_text("A,B\n" + "".join(f"1.125,{each}\n" for each in sums))
    else:
        lines = (
            f'{{"rulebook":"prova/2024","fields":{{"A":1.125,"B":{each}}}}}\n' for each in sums
        )
        Path("in.jsonl").write_text("".join(lines))
    if not by_columns:
        monkeypatch.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
    rulebook = Path("prova.yaml").read_text("utf-8").replace("unit: persone, ", "")
    Path("prova.yaml").write_text(rulebook.replace("A + B", "A + 1"), "utf-8")
    words = ("batch", f"in.{source}", "-o", "out.csv", "--rulebook", "prova.yaml", "--workers", 2)
    status, _, err = call(*map(str, words), "--lang", "it")
    assert (status, err.count("money-decimals")) == (0, 1)
    said = "`A` ha un punto e tre cifre in 400 righe (1, 2, 3, …), per prima `1.125`"
    assert (said in err, err.count("thousands-point")) == (True, 1)
    assert (
        "`B` ha più di due decimali in 4 righe (5, 7, 300, …), per prima `169.644`: il punto è il "
        "segno decimale"
    ) in err
