"""Real reports out of an Italian spreadsheet come back as one, with every number right.

The same reports go in as JSON, as CSV of a spreadsheet (semicolons, decimal commas, thousands
points, cp1252) and as a workbook; all answers are those of JSON.
"""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

import ruletrail
from support.command_line import call
from support.offices import table
from support.places import EXAMPLES

openpyxl = pytest.importorskip("openpyxl")
ROWS = 320


def office_number(text, chance):
    """Write a number as an Italian spreadsheet shows it, with thousands points or without."""
    whole, _, decimals = text.partition(".")
    shown = f"{int(whole):,}".replace(",", ".") if chance.random() < 0.5 else whole
    return f"{shown},{decimals}" if decimals else shown


def draw_reports():
    """Vary the two real reports: numbers changed, fields left out."""
    plan, chance = ruletrail.load("sociale/2024"), Random(4)  # noqa: S311 - tests repeat
    bases = [plan.read(EXAMPLES / name) for name in ("jesi-2024.yaml", "livorno-2024.yaml")]
    for number in range(ROWS):
        report = {}
        for code, declared in bases[number % 2].fields.items():
            drawn = chance.random()
            if drawn > 0.01:
                text = declared.value if isinstance(declared.value, str) else declared.text
                if drawn > 0.95 and text.isdigit():
                    text = str(int(text) + chance.randint(0, 9))
                # letters that a spreadsheet of Windows cannot save are not those of its file
                held = text.encode("cp1252", "replace").decode("cp1252")
                report[code] = (held, isinstance(declared.value, str))
        yield report


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Write the reports in three ways."""
    folder, chance = tmp_path_factory.mktemp("office"), Random(5)  # noqa: S311 - tests repeat
    reports = list(draw_reports())
    codes = list(dict.fromkeys(code for report in reports for code in report))
    header = ["id", "rulebook", "subject.comune", "subject.provincia", *codes]
    lines, records, book = [], [header], openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Dati")
    sheet.append(header)
    for number, report in enumerate(reports):
        front = [f"{number:05d}", "sociale/2024", f"Forlì {number}", "FC"]
        fields = ", ".join(
            f'"{code}": {json.dumps(text, ensure_ascii=False) if is_text else text}'
            for code, (text, is_text) in report.items()
        )
        subject = json.dumps({"comune": front[2], "provincia": "FC"}, ensure_ascii=False)
        lines.append(
            f'{{"rulebook": "sociale/2024", "subject": {subject}, "fields": {{{fields}}}}}\n'
        )
        cells = [report.get(code, ("", True)) for code in codes]
        records.append(
            [*front, *(text if is_text else office_number(text, chance) for text, is_text in cells)]
        )
        sheet.append(
            [*front, *((text or None) if is_text else float(text) for text, is_text in cells)]
        )
    (folder / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(records)
    (folder / "in.csv").write_bytes(out.getvalue().encode("cp1252"))
    book.save(folder / "in.xlsx")
    return folder


@pytest.fixture(scope="module")
def expected(office):
    """Give the answers to the reports as JSON."""
    assert call("batch", office / "in.jsonl", "-o", office / "expected.jsonl")[0] == 0
    lines = (office / "expected.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


WAYS = {"csv": ("--encoding", "cp1252"), "xlsx": ()}


@pytest.mark.parametrize("form", WAYS)
def test_every_answer_is_that_of_json(form, office, expected, tmp_path):
    """Whole answers, key for key."""
    words = (*WAYS[form], "--keep", "id")
    assert call("batch", office / f"in.{form}", "-o", tmp_path / "out.jsonl", *words)[0] == 0
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    for number, (line, answer) in enumerate(zip(lines, expected, strict=True)):
        found = json.loads(line)
        assert found.pop("kept") == {"id": f"{number:05d}"}
        assert found.pop("subject") == {"comune": f"Forlì {number}", "provincia": "FC"}
        assert found == answer


def test_the_csv_comes_back_as_one(office, expected, tmp_path, monkeypatch):
    """Numbers have decimal commas, and are the same numbers; each row says whose it is."""
    monkeypatch.chdir(tmp_path)
    words = (*WAYS["csv"], "--keep", "id")
    status, _, err = call("batch", office / "in.csv", "-o", "out.csv", *words)
    assert (status, err.startswith(f"wrote out.csv: {ROWS} rows, ")) == (0, True)
    data = Path("out.csv").read_bytes()
    assert (data[:3], data.count(b"\r\n"), b"," in data) == (b"\xef\xbb\xbf", ROWS + 1, True)
    for number, (row, answer) in enumerate(zip(table("out.csv", ";"), expected, strict=True)):
        front = (row["row"], row["id"], row["subject.comune"])
        assert front == (str(number + 1), f"{number:05d}", f"Forlì {number}")
        assert (row["status"], row["missing"].split()) == (answer["status"], answer["missing"])
        values = {code: row[code] for code in answer["values"]}
        assert values == {code: office_text(value) for code, value in answer["values"].items()}


def office_text(value):
    """Write an answer's value as the office's file has it: numbers with a comma."""
    if isinstance(value, dict):
        return value["text"]
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if "/" in value else value.replace(".", ",")


def test_the_workbook_comes_back_as_one(office, expected, tmp_path):
    """Numbers are numbers, the same ones, read by a library that is not ours."""
    words = ("--keep", "id")
    assert call("batch", office / "in.xlsx", "-o", tmp_path / "out.xlsx", *words)[0] == 0
    first, *rows = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    numbers = 0
    for cells, answer in zip(rows, expected, strict=True):
        row = dict(zip(first, cells, strict=True))
        assert (row["row"], row["status"]) == (answer["row"], answer["status"])
        for code, value in answer["values"].items():
            if isinstance(value, str) and "/" not in value:
                assert Decimal(str(row[code])) == Decimal(value)
                numbers += 1
    assert numbers > 10 * ROWS
