"""`1.250` hours: a point before three digits is remarked on wherever people write numbers.

The answer is that of what is written; where three decimals are usual nothing is said.
"""

import json
from pathlib import Path

import pytest

from support.command_line import call

RULEBOOK = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
rules:
  media: {formula: ore / 2}
checks:
  alto: {expect: ore < 10}
"""
FIELDS = {
    "ore": {"type": "number", "minimum": 0, "unit": "ore"},
    "media": {"type": "number"},
    "quota": {"type": "number", "unit": "%"},
    "prezzo": {"type": "number", "unit": "euro/pasto"},
    "peso": {"type": "number", "multipleOf": 0.001},
    "passo": {"type": "number", "multipleOf": 0.01},
    "indice": {"type": "number", "minimum": 0, "maximum": 100},
    "sotto": {"type": "number", "exclusiveMaximum": 1250},
    "libero": {"type": "number"},
    "nota": {"type": "string"},
}
WRITTEN = [
    ("ore", "1.250", True),
    ("ore", "999.999", True),
    ("ore", "1250", False),
    ("ore", "1.25", False),
    ("ore", "1.2500", False),
    ("ore", "0.125", False),
    ("ore", "1250.125", False),
    ("libero", "-1.250", True),
    # hundredths cannot be thousandths
    ("passo", "1.250", True),
    ("sotto", "1.249", True),
    # no thousand is admitted
    ("sotto", "1.250", False),
    ("indice", "1.250", False),
    # three decimals are usual
    ("peso", "1.250", False),
    ("quota", "14.802", False),
    ("prezzo", "1.234", False),
    ("media", "0.625", False),
    ("media", "12.345", False),
    # but three zeros nowhere
    ("quota", "14.000", True),
    ("media", "12.000", True),
    ("peso", "1.000", True),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.yaml").write_text(RULEBOOK, encoding="utf-8")
    schema = {
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "subject": {"type": "object"},
            "fields": {"type": "object", "properties": FIELDS, "additionalProperties": False},
        },
    }
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return tmp_path


def _report(field: str, text: str) -> str:
    other = "" if field == "ore" else ", ore: 2"
    return f"rulebook: prova/2024\nfields: {{{field}: {text}{other}}}\n"


@pytest.mark.parametrize(("field", "text", "is_remarked"), WRITTEN)
def test_where_a_point_may_part_thousands(field: str, text: str, is_remarked: bool):  # noqa: FBT001
    """A report, another value for `whatif`, and tables: by rows and by columns, of two signs."""
    Path("a.yaml").write_text(_report(field, text), encoding="utf-8")
    Path("b.yaml").write_text("rulebook: prova/2024\nfields: {ore: 2}\n", encoding="utf-8")
    row = f"{text};2\n" if field != "ore" else f"{text};\n"
    # a second column says that the decimal sign is the point
    Path("semi.csv").write_text(f"{field};passo\n{row}{'' if field == 'passo' else ';2.5'}\n")
    Path("comma.csv").write_text(f"{field},nota\n{text},x\n")
    Path("a.jsonl").write_text(f'{{"rulebook":"prova/2024","fields":{{"{field}":{text}}}}}\n')
    rulebook = ("--rulebook", "r.yaml")
    doors: list[tuple[str, ...]] = [
        ("evaluate", "a.yaml", *rulebook, "-o", "out.txt"),
        ("whatif", "b.yaml", "alto", "--set", f"{field}={text}", *rulebook),
        ("batch", "comma.csv", "-o", "out.csv", *rulebook),
        ("batch", "a.jsonl", "-o", "out2.csv", *rulebook),
    ]
    if field not in ("ore", "passo"):
        Path("semi.csv").write_text(f"{field};ore\n{text};2.5\n")
        doors.append(("batch", "semi.csv", "-o", "out3.csv", *rulebook))
    for words in doors:
        status, _, err = call(*words, "--lang", "it")
        assert status in (0, 1)  # a check fails of other numbers, a declared one differs
        assert err.count("thousands-point") == int(is_remarked), (words, err)
        if is_remarked:
            whole = text.replace(".", "")
            assert f"se sono migliaia scrivi `{whole}`" in err


def test_by_columns_as_by_rows(monkeypatch: pytest.MonkeyPatch):
    """The same fields, rows and text, with numbers of other scales in the same columns."""
    names = [code for code in FIELDS if code not in ("nota", "peso", "passo")]
    cells = ["1.250", "2", "14.802", "", "12.000", "3.5", "1.249", "7.1234", "0.125", "99"]
    lines = [",".join(cells[(row + at) % 10] for at in range(len(names))) for row in range(300)]
    Path("in.csv").write_text("\n".join([",".join(names), *lines]) + "\n")
    words = ("batch", "in.csv", "-o", "out.csv", "--rulebook", "r.yaml", "--lang", "it")
    _, _, by_columns = call(*words, "--workers", "1")
    monkeypatch.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
    _, _, by_rows = call(*words, "--workers", "1")
    assert by_columns == by_rows
    assert "`ore` ha un punto e tre cifre in" in by_rows
    assert "`media` ha un punto e tre cifre in" in by_rows


def test_a_comma_of_decimals_and_cells_that_are_numbers_are_in_no_doubt():
    """Where the file says which sign is the decimal one, or the program that wrote it."""
    Path("in.csv").write_text("ore;libero\n1,250;1.250\n2,5;1\n")
    status, _, err = call("batch", "in.csv", "-o", "out.csv", "--rulebook", "r.yaml")
    assert (status, "thousands-point" in err) == (0, False)
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"ore": [1.234, 1.25]}), "in.parquet")
    status, _, err = call("batch", "in.parquet", "-o", "out.csv", "--rulebook", "r.yaml")
    assert (status, "thousands-point" in err) == (0, False)


def test_sealing_remarks_too_and_seals_what_is_written():
    """On standard error, before anything is sealed."""
    Path("a.yaml").write_text(
        _report("ore", "1.250").replace("fields", "subject: {comune: X}\nfields")
    )
    status, out, err = call(
        "seal", "a.yaml", "--rulebook", "r.yaml", "--archive", "a.sqlite", "--lang", "it"
    )
    assert status == 0, err
    assert "`1.250` vale `1.25`: il punto separa i decimali" in err
    # what `evaluate` says of the same answer
    assert out.splitlines()[1].endswith(": relazione completa, ma c'è una cosa da rivedere")
