"""A small rulebook whose form has every kind of field, and the files that offices make of it."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.command_line import call
from support.rulebooks import HEAD_TEXT

BOOK = (
    HEAD_TEXT
    + """
rules:
  Somma: {formula: A + B}
  Quota: {formula: A / B}
  Giorno: {formula: D}
  Vero: {formula: F}
decisions:
  esito: {cases: [{outcome: alto, when: A > 10}, {outcome: basso, when: A <= 10}]}
sections:
  parte: {title: parte, due: A > 0, fields: [A, B, T]}
checks:
  Limite: {expect: A < 100000, severity: error}
"""
)
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": {
            "type": "object",
            "properties": {
                "A": {"type": "number", "minimum": -1000000},
                "B": {"type": "number"},
                "I": {"type": "integer"},
                "T": {"type": "string"},
                "D": {"type": "string", "format": "date"},
                "F": {"type": "boolean"},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


def write_rulebook(folder: Path) -> None:
    """Write the rulebook, `prova.yaml`, and the schema of its reports."""
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")


def batch(*words: object, stdin: bytes = b"") -> tuple[int, str, str]:
    """Answer a file with the rulebook."""
    return call("batch", *words, "--rulebook", "prova.yaml", "--lang", "en", stdin=stdin)


def answers(name: str, *words: object) -> list[dict[str, object]]:
    """Answer a file, and give the answers as JSON."""
    assert batch(name, "-o", "answers.jsonl", *words)[0] in (0, 1)
    lines = Path("answers.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def codes(row: Mapping[str, object]) -> list[str]:
    """Name the problems of an answer."""
    found = row.get("problems", ())
    assert isinstance(found, list | tuple)
    return [problem["code"] for problem in found]


def table(name: str, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Read a file of CSV as rows by column."""
    text = Path(name).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


# -- Workbooks, written by hand --------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KINDS = {
    "/xl/workbook.xml": "sheet.main",
    "/xl/worksheets/sheet1.xml": "worksheet",
    "/xl/sharedStrings.xml": "sharedStrings",
    "/xl/styles.xml": "styles",
}


def cell(place: str, value: str, kind: str = "", style: str = "", formula: str = "") -> str:
    """Write a cell with its raw value."""
    look = (f' t="{kind}"' if kind else "") + (f' s="{style}"' if style else "")
    asked = f"<f>{formula}</f>" if formula else ""
    return f'<c r="{place}"{look}>{asked}<v>{value}</v></c>'


def text_cell(place: str, text: str) -> str:
    """Write a cell of text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def header(*names: str) -> str:
    """Write the first row."""
    cells = "".join(text_cell(f"{chr(65 + at)}1", name) for at, name in enumerate(names))
    return f'<row r="1">{cells}</row>'


def workbook_parts(
    rows: str,
    *,
    after: str = "",
    shared: Sequence[str] | None = None,
    styles: str | None = None,
    head: str = "",
    tail: str = "",
) -> dict[str, str]:
    """Give the parts of a workbook of one sheet, by name."""
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = "".join(
        f'<Override PartName="{part}" ContentType="{office}.{kind}+xml"/>'
        for part, kind in KINDS.items()
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{head}<sheets>'
        f'<sheet name="Dati" sheetId="1" r:id="r1"/></sheets>{tail}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        f"{after}</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(shared or ())}</sst>',
        "xl/styles.xml": styles or f'<styleSheet xmlns="{MAIN}"/>',
    }


def write_parts(name: str, parts: Mapping[str, str | bytes]) -> None:
    """Write the parts of a workbook as a file."""
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as book:
        for part, text in parts.items():
            book.writestr(part, text)
