"""Many reports: one exact row out for each, in order, whatever happens to the processes.

Kept honest here too: `row-defect`, `row-killed-worker` and every `batch-…` code.
"""

import csv
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import pytest

import ruletrail
from ruletrail.batches import checkpoints, streams
from ruletrail.batches.checkpoints import Partial
from ruletrail.batches.column_warnings import NotByColumnsWarning
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import LONGEST, BlockSize, cut_blocks, split_cells
from ruletrail.batches.parts import rows_of
from ruletrail.batches.row_intake import RowForm, _check, _read_plain, read_node
from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Answered, Chunk, Counts, Place, RawRow
from ruletrail.batches.sources import BY_ROWS, check_header, open_source
from ruletrail.batches.worker_pool import answer_together
from ruletrail.batches.writing import layout_of
from ruletrail.cli import batch as command
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.cli.progress import RowProgress
from ruletrail.cli.status_words import OUTCOMES
from ruletrail.documents import REPORT_LIMITS
from ruletrail.documents.json_reader import read_json
from ruletrail.evaluations import evaluate_record
from ruletrail.problems import MOST_PROBLEMS, Mark, ProblemsError
from ruletrail.reports.plain_json import read_plain_line
from ruletrail.suggestions import KnownNames
from ruletrail.trails.document import write_result
from support.command_line import call
from support.places import EXAMPLES, JESI, ROOT
from support.rulebook_generator import generate
from support.rulebooks import HEAD_TEXT

RESULT = ("status", "values", "decisions", "sections", "checks", "missing")

BOOK = (
    HEAD_TEXT
    + """
parameters: {soglia: {value: 10, label: soglia}}
groups: {tutti: [A, B]}
rules:
  Somma: {formula: sum(tutti)}
  Quota: {formula: A / B}
  Tonda: {formula: A / B, round: {decimals: 2, mode: half_up}}
  Eco: {formula: 'T if A >= 0 else "meno"'}
  Alto: {formula: A > soglia}
decisions:
  esito: {cases: [{outcome: alto, when: Somma > soglia}, {outcome: basso, when: Somma <= soglia}]}
sections:
  parte: {title: parte, due: A > 0, fields: [A, B, S]}
checks:
  Controllo: {expect: A < 1000, severity: error}
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
                "A": {"type": "number", "minimum": -1000},
                "B": {"type": "number"},
                "T": {"type": "string"},
                "S": {"type": "string", "enum": ["SI", "NO"]},
            },
            "additionalProperties": False,
        },
        "printed": {},
    },
    "additionalProperties": False,
}


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return folder


def _run(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    return call("batch", *arguments, stdin=stdin)


def _prova(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    return _run(*arguments, "--rulebook", "prova.yaml", "--lang", "en", stdin=stdin)


def _row(**fields: object) -> str:
    """Write a report of `prova` as a line; a number as its text."""
    written = ", ".join(
        f"{json.dumps(code)}: {json.dumps(v) if isinstance(v, str) else v}"
        for code, v in fields.items()
    )
    return '{"rulebook": "prova/2024", "fields": {' + written + "}}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def _codes(row: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in row["problems"]]


def _variants(count: int, seed: int = 1) -> list[str]:
    """Make variants of the two real reports: values changed, fields left out."""
    plan, chance = ruletrail.load("sociale/2024"), Random(seed)  # noqa: S311 - tests repeat
    bases = [plan.read(EXAMPLES / name) for name in ("jesi-2024.yaml", "livorno-2024.yaml")]
    lines = []
    for number in range(count):
        members = []
        for code, declared in bases[number % 2].fields.items():
            drawn = chance.random()
            if drawn < 0.01:
                continue
            text = (
                json.dumps(declared.value, ensure_ascii=False)
                if isinstance(declared.value, str)
                else declared.text
            )
            if drawn > 0.95 and text.isdigit():
                text = str(abs(int(declared.value)) + chance.randint(0, 9))
            members.append(f'"{code}": {text}')
        subject = f'{{"comune": "Comune {number}", "provincia": "AN"}}'
        fields = f"{{{', '.join(members)}}}"
        lines.append(f'{{"rulebook": "sociale/2024", "subject": {subject}, "fields": {fields}}}')
    return lines


@pytest.fixture(scope="module")
def variants() -> list[str]:
    return _variants(1200)


def _reference(plan: ruletrail.Plan, line: str) -> dict[str, Any]:
    """Answer one line with the reference evaluator, as `evaluate` would."""
    node, problems = read_json(line, "x", REPORT_LIMITS)
    result = write_result(evaluate_record(plan.linked, plan.check(node, problems)))
    return {key: result[key] for key in RESULT}


def _name_causes(plan: ruletrail.Plan, line: str) -> set[str]:
    """Name what the reference's trail says that keeps a report from being complete."""
    node, problems = read_json(line, "x", REPORT_LIMITS)
    result = write_result(evaluate_record(plan.linked, plan.check(node, problems)))
    checks = {
        code: outcome
        for code, outcome in result["checks"].items()
        if plan.checks[code].severity == "error"
    }
    named = {each["step"] for each in (*result["not_encoded"], *result["errors"])}
    named |= {code for code, outcome in checks.items() if outcome == "failed"}
    named |= set(result["declared"].get("differs", ()))
    return set() if result["status"] == "complete" else named - (result["checks"].keys() - checks)


# -- JSONL -----------------------------------------------------------------------------------------


def test_rows_are_the_trails_result(folder: Path, variants: list[str], plan: ruletrail.Plan):
    """Every row is what the reference evaluator's trail says, key for key and in the same order."""
    Path("in.jsonl").write_text("\n".join(variants[:150]) + "\n", encoding="utf-8")
    status, out, _ = _run("in.jsonl", "-o", "out.jsonl", "--workers", 1, "--reasons")
    assert (status, out) == (0, "")
    for number, (line, row) in enumerate(zip(variants, _rows(Path("out.jsonl")), strict=False), 1):
        causes = {text.partition(":")[0] for text in row.pop("reasons", ())}
        assert causes == _name_causes(plan, line)
        assert list(row) == ["row", *RESULT]
        assert row.pop("row") == number
        assert json.dumps(row) == json.dumps(_reference(plan, line))


def test_workers_do_not_show(folder: Path, variants: list[str]):
    """One and three workers write the same bytes."""
    Path("in.jsonl").write_text("\n".join(variants) + "\n{broken\n", encoding="utf-8")
    assert _run("in.jsonl", "-o", "one.jsonl", "--workers", 1)[0] == 1
    assert _run("in.jsonl", "-o", "three.jsonl", "--workers", 3)[0] == 1
    assert Path("one.jsonl").read_bytes() == Path("three.jsonl").read_bytes()
    assert len(_rows(Path("one.jsonl"))) == 1201


def test_order_of_rows_does_not_show(folder: Path, variants: list[str]):
    """A shuffled input gives the same answers, shuffled; only the row's number is its own."""
    order = list(range(300))
    Random(7).shuffle(order)  # noqa: S311 - tests repeat
    Path("in.jsonl").write_text("\n".join(variants[:300]), encoding="utf-8")
    Path("mixed.jsonl").write_text("\n".join(variants[at] for at in order), encoding="utf-8")
    _run("in.jsonl", "-o", "a.jsonl", "--workers", 1)
    _run("mixed.jsonl", "-o", "b.jsonl", "--workers", 1)
    straight, mixed = _rows(Path("a.jsonl")), _rows(Path("b.jsonl"))
    assert [row["row"] for row in mixed] == list(range(1, 301))
    assert [{**row, "row": 0} for row in mixed] == [{**straight[at], "row": 0} for at in order]


def test_surroundings_do_not_show(folder: Path, variants: list[str]):
    """Locale, hash seed and time zone change no byte, problems included."""
    Path("in.jsonl").write_text(
        "\n".join([*variants[:20], "[", '{"rulebook": "altro/2024"}']), encoding="utf-8"
    )
    for name, settings in {
        "a": {"LC_ALL": "C", "PYTHONHASHSEED": "1", "TZ": "UTC"},
        "b": {
            "LC_ALL": "it_IT.UTF-8",
            "LANG": "it_IT.UTF-8",
            "PYTHONHASHSEED": "2",
            "TZ": "Asia/Tokyo",
        },
    }.items():
        done = subprocess.run(
            [*_COMMAND, "in.jsonl", "-o", f"{name}.jsonl"],
            env={**_ENV, **settings},
            check=False,
            capture_output=True,
        )
        assert done.returncode == 1
    assert Path("a.jsonl").read_bytes() == Path("b.jsonl").read_bytes()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "broken": (b'{"rulebook": "prova/2024", "fields": {', "json-syntax"),
    "yaml": (b"rulebook: prova/2024", "json-syntax"),
    "blank": (b"", "empty-document"),
    "list": (b"[]", "report-not-object"),
    "schema": (_row(S="FORSE").encode(), "not-allowed"),
    "type": (_row(A="12").encode(), "wrong-type"),
    "unknown field": (_row(AA=1).encode(), "unknown-key"),
    "out of bounds": (_row(A=-1001).encode(), "out-of-range"),
    "hostile number": (
        _row(A="1E999999").replace('"1E999999"', "1E999999").encode(),
        "number-out-of-limits",
    ),
    "many digits": (_row(A=1).replace("1}", "1" * 5000 + "}").encode(), "number-out-of-limits"),
    "NaN": (_row(A=1).replace(": 1}", ": NaN}").encode(), "not-finite"),
    "null": (_row(A=1).replace(": 1}", ": null}").encode(), "null-value"),
    "repeated": (b'{"rulebook": "prova/2024", "fields": {"A": 1, "A": 2}}', "repeated-key"),
    "deep": (
        b'{"rulebook": "prova/2024", "fields": {"A": ' + b"[" * 100_000 + b"}}",
        "document-too-deep",
    ),
    "not UTF-8": (b'{"rulebook": "prova/2024", "fields": {"T": "\xff"}}', "not-utf8"),
    "surrogate": (rb'{"rulebook": "prova/2024", "fields": {"T": "\ud800"}}', "lone-surrogate"),
    "too long": (
        b'{"rulebook": "prova/2024", "x": "' + b"x" * LONGEST + b'"}',
        "document-too-large",
    ),
    "long text": (_row(T="x" * 33_000).encode(), "text-too-long"),
    "another": (b'{"rulebook": "altro/2024", "fields": {}}', "report-of-another"),
    "another version": (b'{"rulebook": "prova/2024@2.0.0", "fields": {}}', "report-of-another"),
    "no rulebook": (b'{"fields": {}}', "report-without-rulebook"),
    "escape": (b'{"rulebook": "prova/2024", "fields": {"\\u001b[31m": 1}}', "unknown-key"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_bad_row_says_what_is_wrong_and_harms_no_other(name: str, folder: Path):
    """The row holds its problem, marked with its own line; the rows around it are answered."""
    data, code = HOSTILE[name]
    Path("in.jsonl").write_bytes(
        b"\n".join([_row(A=1, B=2).encode(), data, _row(A=3, B=4).encode()]) + b"\n"
    )
    status, _, err = _prova("in.jsonl", "-o", "out.jsonl", "--workers", 1)
    before, bad, after = _rows(Path("out.jsonl"))
    assert status == 1
    assert "3 rows, 1 with problems" in err
    assert (before["values"]["Somma"], after["values"]["Somma"]) == ("3", "7")
    assert list(bad) == ["row", "problems"]
    where = ("pointer", "field", "absent")
    assert [key for key in bad["problems"][0] if key not in where] == [
        "code",
        "severity",
        "file",
        "line",
        "column",
        "message",
        "hint",
    ]
    assert _codes(bad)[0] == code
    assert {(problem["file"], problem["line"]) for problem in bad["problems"]} == {("in.jsonl", 2)}
    assert "\x1b" not in Path("out.jsonl").read_text(encoding="utf-8")


def test_a_row_speaks_of_its_own_line(folder: Path):
    """A sentence that names a line names the row's."""
    Path("in.jsonl").write_bytes(b"\n".join([_row(A=1).encode()] * 6 + [HOSTILE["repeated"][0]]))
    _prova("in.jsonl", "-o", "out.jsonl")
    assert "already written on line 7" in _rows(Path("out.jsonl"))[6]["problems"][0]["message"]


def test_line_at_the_limit_and_one_past_it(folder: Path):
    """256 kB is read.

    One byte more is not, whether the line ends the file or not, with either line end.
    """
    row = _row(A=1, B=2)
    Path("in.jsonl").write_bytes(
        b"\r\n".join(
            [
                row.ljust(LONGEST).encode(),
                row.ljust(LONGEST + 1).encode(),
                row.ljust(LONGEST + 9).encode(),
                row.encode(),
            ]
        )
    )
    _prova("in.jsonl", "-o", "out.jsonl")
    first, second, third, last = _rows(Path("out.jsonl"))
    assert first["values"]["Somma"] == last["values"]["Somma"] == "3"
    assert _codes(second) == _codes(third) == ["document-too-large"]
    assert last["row"] == 4


def test_line_separators_in_texts_end_no_line(folder: Path):
    """A text with U+2028 or U+0085 is one row for every reader of lines."""
    Path("in.jsonl").write_text(_row(A=1, T="a\u2028b\u0085c") + "\n", encoding="utf-8")
    _prova("in.jsonl", "-o", "out.jsonl")
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert _rows(Path("out.jsonl"))[0]["values"]["Eco"] == {"text": "a\u2028b\u0085c"}


def test_mark_at_the_start_of_the_file_is_no_text(folder: Path):
    """A byte order mark is passed over; an empty input is an empty output."""
    Path("in.jsonl").write_bytes(b"\xef\xbb\xbf" + _row(A=1, B=1).encode())
    assert _prova("in.jsonl", "-o", "out.jsonl")[0] == 0
    Path("in.jsonl").write_bytes(b"")
    assert _prova("in.jsonl", "-o", "out.jsonl")[0] == 0
    assert Path("out.jsonl").read_bytes() == b""


@pytest.mark.parametrize("before", [1, 400])
def test_a_mark_at_a_later_line_is_a_sign(folder: Path, before: int):
    """Files that were put together have one in their middle; by columns and by rows it is told."""
    row = _row(A=1, B=1)
    Path("in.jsonl").write_text((row + "\n") * before + f"\ufeff{row}\n", "utf-8")
    assert _prova("in.jsonl", "-o", "out.jsonl")[0] == 1
    *rest, last = _rows(Path("out.jsonl"))
    assert not any("problems" in each for each in rest)
    assert [each["code"] for each in last["problems"]] == ["json-syntax"]
    Path("in.csv").write_text("A,B\n" + "1,1\n" * before + "\ufeff1,1\n", "utf-8")
    assert _prova("in.csv", "-o", "out.csv")[0] == 1
    *rest, last = Path("out.csv").read_text("utf-8").splitlines()
    assert "wrong-type" in last
    assert not any("wrong-type" in each for each in rest)


MUTATIONS = [
    lambda line, _: line,
    lambda line, r: line.replace(": ", ":  \t", r.randint(0, 3)),
    lambda line, r: line[: r.randint(0, len(line))],
    lambda line, _: line.replace("9", "9e0", 1),
    lambda line, _: line.replace("9", "-9", 1),
    lambda line, _: line.replace("9", "09", 1),
    lambda line, _: line.replace("9", "9.10000000001", 1),
    lambda line, _: line.replace('"SI"', '"s\\u0069"', 1),
    lambda line, _: line.replace('"SI"', "true", 1),
    lambda line, _: line.replace('"AN"', "7.50", 1),
    lambda line, _: line.replace("Comune", "Citta\u0300", 1),
    lambda line, _: line.replace('"AN"', '{"a": 1}', 1),
    lambda line, _: line.replace('"subject"', '"printed": {"messages": ["x", "y"]}, "subject"', 1),
    lambda line, _: line.replace('"subject"', '"printed": {"messages": [1]}, "subject"', 1),
    lambda line, _: line.replace('"subject"', '"altro": 1, "subject"', 1),
    lambda line, _: line + " }",
    lambda line, _: line + " \t\r",
    lambda line, _: "\ufeff" + line,
    lambda line, _: line.replace("sociale/2024", "sociale/ 2024", 1),
]


def test_the_fast_reader_agrees_with_the_documents(variants: list[str]):
    """Whatever the fast reader accepts, documents and schema read to the same report.

    What it leaves proves nothing.
    """
    plan, chance, accepted = ruletrail.load("sociale/2024"), Random(3), 0  # noqa: S311 - tests repeat
    mark = Mark("x", 1, 1)
    for number, line in enumerate(variants[:400]):
        text = MUTATIONS[number % len(MUTATIONS)](line, chance)
        report = read_plain_line(text, mark, plan.linked.schema)
        if report is not None:
            accepted += 1
            node, problems = read_json(text, "x", REPORT_LIMITS)
            slow = plan.check(node, problems)
            assert (report.reference, report.subject, report.fields, report.printed) == (
                slow.reference,
                slow.subject,
                slow.fields,
                slow.printed,
            )
            assert list(report.fields) == list(slow.fields)
    assert 80 < accepted < 300


CELLS = [
    "1",
    "1.50",
    "-2",
    "007",
    "1e3",
    "x",
    "SI",
    "true",
    "",
    " 1",
    "1,5",
    "9" * 16,
    "e\u0301",
    "x" * 9000,
    "0.12345678901",
    "NaN",
    "-0",
    "+1",
]
VALUES = [
    1,
    Decimal("1.50"),
    Decimal("1E+3"),
    0.1,
    3.0,
    float("nan"),
    10**15,
    "SI",
    "x",
    True,
    None,
    Decimal("1.00000000001"),
    "e\u0301",
]


@pytest.mark.parametrize(("form", "drawn"), [("csv", CELLS), ("parquet", VALUES)])
def test_the_fast_reader_of_rows_agrees_with_the_tree(form: str, drawn: list[Any], folder: Path):
    """Cell by cell, what is read fast is what tree and schema give, text of numbers included."""
    plan, chance, accepted = ruletrail.load("prova.yaml").linked, Random(11), 0  # noqa: S311 - tests repeat
    shape = RowForm(form, "in", ("rulebook", "A", "B", "T", "S", "subject.x"))
    for _ in range(600):
        texts = ["x", "SI", "" if form == "csv" else None]
        pools = [
            drawn[:3] * 9 + drawn,
            drawn[:3] * 9 + drawn,
            texts * 9 + drawn,
            texts[1:] * 9 + drawn,
            drawn,
        ]
        cells = ("prova/2024", *(chance.choice(pool) for pool in pools))
        data = ",".join(f'"{cell}"' for cell in cells).encode() if form == "csv" else cells
        raw = RawRow(3, 3, data, BEGIN)
        fast = _read_plain(raw, shape, plan)
        if fast is not None:
            accepted += 1
            node, problems = read_node(raw, shape)
            assert node is not None
            assert problems == []
            slow = _check(node, problems, plan, raw, shape)
            assert (fast.subject, fast.fields, fast.printed) == (
                slow.subject,
                slow.fields,
                slow.printed,
            )
    assert 100 < accepted < 500


# -- CSV -------------------------------------------------------------------------------------------


def _csv(path: str, delimiter: str = ",") -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_and_out(delimiter: str, folder: Path):
    """Fields as columns in, status and one column per code out.

    An empty cell is missing, numbers are exact.
    """
    lines = [
        "rulebook,subject.comune,A,B,S,T",
        "prova/2024,Jesi,1.50,3,NO,042",
        "prova/2024,Jesi,,3,SI,",
        'prova/2024,"Jesi",999,7,SI,"a ""b"""',
    ]
    Path("in.csv").write_text(
        "\n".join(line.replace(",", delimiter) for line in lines), encoding="utf-8"
    )
    assert _run("in.csv", "-o", "out.csv", "--rulebook", "prova.yaml")[0] == 0
    rows = _csv("out.csv", delimiter)
    assert list(rows[0]) == [
        "row",
        "subject.comune",
        "status",
        "Somma",
        "Quota",
        "Tonda",
        "Eco",
        "Alto",
        "esito",
        "parte",
        "Controllo",
        "missing",
        "problems",
    ]
    assert list(rows[0].values()) == [
        "1",
        "Jesi",
        "complete",
        "4.5",
        "0.5",
        "0.5",
        "042",
        "false",
        "basso",
        "due",
        "passed",
        "",
        "",
    ]
    assert list(rows[1].values()) == [
        "2",
        "Jesi",
        "incomplete",
        "",
        "",
        "",
        "",
        "",
        "undetermined",
        "undetermined",
        "undetermined",
        "A",
        "",
    ]
    assert rows[2]["Quota"] == "999/7"
    assert rows[2]["Eco"] == 'a "b"'


def test_csv_and_jsonl_agree(folder: Path, variants: list[str]):
    """The same reports give the same answers from either form."""
    documents = [json.loads(line, parse_float=str, parse_int=str) for line in variants[:60]]
    codes = sorted({code for document in documents for code in document["fields"]})
    with Path("in.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["rulebook", "subject.comune", "subject.provincia", *codes])
        for document in documents:
            cells = [document["fields"].get(code, "") for code in codes]
            writer.writerow([document["rulebook"], document["subject"]["comune"], "AN", *cells])
    Path("in.jsonl").write_text("\n".join(variants[:60]), encoding="utf-8")
    assert _run("in.jsonl", "-o", "a.jsonl")[0] == _run("in.csv", "-o", "b.jsonl")[0] == 0
    assert Path("a.jsonl").read_bytes() == Path("b.jsonl").read_bytes()


RUN = (
    *("=1+1", "+1", "-1+cmd", "@SUM(A1)", " =1", "\u00a0=1", "\t=1", "\r=1", "\n=1", "\r\n=1"),
    *("＝1", "＋1", "－1", "＠SUM(A1)", "\t", "\n"),
)
"""Texts that some spreadsheet runs, or takes for the beginning of something else."""


@pytest.mark.parametrize("text", RUN)
def test_spreadsheets_run_no_text(text: str, folder: Path):
    """A text of the input that a spreadsheet would run gets an apostrophe.

    A negative number stays a number.
    """
    Path("in.jsonl").write_text(_row(A=0, B=-2, T=text), encoding="utf-8")
    _prova("in.jsonl", "-o", "out.csv")
    (row,) = _csv("out.csv")
    assert row["Eco"] == "'" + text.replace("\r\n", "\n").replace("\r", "\n")
    assert row["Somma"] == "-2"


@pytest.mark.parametrize("source", ["jsonl", "csv", "parquet"])
def test_no_cell_commands_a_terminal(source: str, folder: Path):
    """Escape, NUL, C1 and what turns the direction of writing are made visible in each way.

    Cells come from rows and from columns, and from problems; letters and line feeds stay.
    """
    text = "a\x1b[2Jb\x9b1mc\x7fd\u202ee\u2066f\ufeffg\u2028h\x08i\r\nj\tk\u00e0 👩\u200d👩"
    if source == "csv":
        rows = ["A,B,T,S", f'1,-2,"{text}",SI', f'1,-2,x,"{text}"']
        Path("in.csv").write_bytes("\n".join(rows).encode())
    elif source == "jsonl":
        rows = [_row(A=1, B=-2, T=text), _row(A=1, B=-2, S=text)]
        Path("in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    else:
        pa = pytest.importorskip("pyarrow")
        table = pa.table({"A": [1, 1], "B": [-2, -2], "T": [text, None], "S": [None, text]})
        importlib.import_module("pyarrow.parquet").write_table(table, "in.parquet")
    _prova(f"in.{source}", "-o", "out.csv")
    written = Path("out.csv").read_text(encoding="utf-8")
    found = {char for char in written if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")}
    # a joiner of letters or signs is part of what is read
    assert found <= {"\n", "\t", "\u200d"}
    good, bad = _csv("out.csv")
    assert good["Eco"] == "a␛[2Jb�1mc�d�e�f�g h␈i\nj\tkà 👩\u200d👩"
    assert bad["problems"].startswith("not-allowed: `a␛[2J")


def test_each_problem_of_a_row_stands_on_its_line_of_the_cell(folder: Path):
    """A way out may have a semicolon within it: it is no end of a problem."""
    Path("in.csv").write_text("A,B,T\nx;2,x,y\n1,2,y\n", encoding="utf-8")
    assert _prova("in.csv", "-o", "out.csv")[0] == 1
    bad, good = _csv("out.csv")
    lines = bad["problems"].split("\n")
    assert [line.partition(":")[0] for line in lines] == ["wrong-type", "wrong-type"]
    assert all(line.count(" → ") == 1 and "; " in line for line in lines)
    assert (good["row"], good["problems"]) == ("2", "")


def test_spreadsheets_run_no_problem(folder: Path):
    """Problems repeat the input's text only in backticks, and the other cells are empty."""
    Path("in.jsonl").write_text(_row(S='=HYPERLINK("x");@'), encoding="utf-8")
    assert _prova("in.jsonl", "-o", "out.csv")[0] == 1
    (row,) = _csv("out.csv")
    assert row.pop("problems").startswith('not-allowed: `=HYPERLINK("x");@`')
    assert row.pop("row") == "1"
    assert set(row.values()) == {""}


BAD_RECORDS = {
    "stray quote": ('1,2,a"b,SI', "batch-quotes"),
    "text after a quote": ('1,2,"a"b,SI', "batch-quotes"),
    "open quote": ('1,2,"a,SI', "batch-quotes"),
    "too few": ("1,2", "batch-cells"),
    "too many": ("1,2,3,SI,5", "batch-cells"),
    "blank": ("", "batch-cells"),
    "lone return": ("1,2,a\rb,SI", "batch-line-end"),
    "lone return between rows": ("1,2,a,SI\r3,4,b,SI", "batch-line-end"),
    "two returns": ("1,2,a,SI\r\r", "batch-line-end"),
    "comma": ('"1,5",2,a,SI', "wrong-type"),
    "thousands": ("1.234.567,2,a,SI", "wrong-type"),
    "leading zero": ("007,2,a,SI", "wrong-type"),
    "exponent": ("1E999999,2,a,SI", "wrong-type"),
    "not UTF-8": ("1,2,\udcff,SI", "not-utf8"),
    "second cell": ("1,x,a,SI", "wrong-type"),
}


@pytest.mark.parametrize("name", sorted(BAD_RECORDS))
def test_a_bad_record_harms_no_other(name: str, folder: Path):
    """Each bad record is one row with its own line.

    What follows is read as if it were not there.
    """
    record, code = BAD_RECORDS[name]
    text = f"A,B,T,S\n1,2,x,SI\n{record}\n3,4,y,NO\n" + "5,6,z,NO\n" * 3
    Path("in.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert _prova("in.csv", "-o", "out.jsonl")[0] == 1
    rows = _rows(Path("out.jsonl"))
    assert [row["values"]["Somma"] for row in rows if "values" in row] == [
        "3",
        "7",
        "11",
        "11",
        "11",
    ]
    (problem,) = rows[1]["problems"]
    assert (problem["code"], problem["file"], problem["line"]) == (code, "in.csv", 3)


def test_a_cell_is_marked_where_it_stands(folder: Path):
    """The column of a problem is the cell's first character, also on a later line of a record."""
    Path("in.csv").write_text('T,A,S\n"a\nb",x,SI\nc,y,NO\n', encoding="utf-8")
    _prova("in.csv", "-o", "out.jsonl")
    found = [(p["line"], p["column"]) for row in _rows(Path("out.jsonl")) for p in row["problems"]]
    assert found == [(3, 4), (4, 3)]


def _records(data: bytes, width: int, size: BlockSize = BY_ROWS) -> list[RawRow]:
    chunks = cut_blocks(io.BytesIO(data), BEGIN, size, b",", width)
    return [raw for chunk in chunks for raw in rows_of(chunk.rows)]


def test_quoted_cells_hold_line_breaks_but_swallow_nothing():
    """A record ends where its cells are complete.

    An open quote costs its own line, in time that grows with the input.
    """
    good = b'1,"a\r\nb"\r\n2,c\n'
    assert [(raw.line, raw.data) for raw in _records(good, 2)] == [
        (1, b'1,"a\nb"'),
        (3, b"2,c"),
    ]
    lines = [b'1,"open', *[b"%d,x" % number for number in range(50_000)], b'2,"closed"']
    rows = _records(b"\n".join(lines), 2)
    assert [raw.data for raw in rows] == lines
    assert [raw.row for raw in rows] == [raw.line for raw in rows] == list(range(1, len(lines) + 1))
    assert rows[-1].after.offset == len(b"\n".join(lines))


def test_cells_are_those_of_the_csv_module():
    """On every well-formed record our splitting is Python's."""
    chance = Random(5)  # noqa: S311 - tests repeat
    for _ in range(500):
        cells = [
            "".join(chance.choice('a",;\n x=') for _ in range(chance.randint(0, 6)))
            for _ in range(chance.randint(1, 5))
        ]
        out = io.StringIO()
        csv.writer(out, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
        found = split_cells(out.getvalue(), ",")
        assert found is not None
        assert [cell for _, cell in found] == cells


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "batch-header"),
        (b"A,B;C\n", "batch-delimiter"),
        (b'A,"B\n', "batch-quotes"),
        (b"A,B\r1,2\r", "batch-line-end"),
        (b"A,B,A\n1,2,3\n", "batch-column-repeated"),
        (b"A,C\n1,2\n", "batch-column-unknown"),
        (b"A,subject.\n1,2\n", "batch-column-unknown"),
        (b"A,\xff\n1,2\n", "not-utf8"),
    ],
)
def test_a_bad_header_stops_before_any_row(data: bytes, code: str, folder: Path):
    """Nothing is written and the status is 2."""
    Path("in.csv").write_bytes(data)
    status, _, err = _prova("in.csv", "-o", "out.csv")
    assert status == 2
    assert f"[{code}]" in err
    assert sorted(path.name for path in folder.iterdir()) == ["in.csv", "prova.yaml", "schema.json"]


def test_a_header_is_blamed_by_the_path_and_a_row_by_the_name(folder: Path):
    """What is told at the terminal can be opened; outputs do not depend on the folder."""
    Path("sub").mkdir()
    Path("sub/in.csv").write_bytes(b"A,C\n1,2\n")
    assert "sub/in.csv:1:2: " in _prova("sub/in.csv", "-o", "out.csv")[2]
    Path("sub/in.csv").write_bytes(b"")
    assert "sub/in.csv: " in _prova("sub/in.csv", "-o", "out.csv")[2].replace(":1:1", "")
    Path("sub/in.jsonl").write_text('{"rulebook": 7}\n', encoding="utf-8")
    _prova("sub/in.jsonl", "-o", "out.jsonl")
    row = json.loads(Path("out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {each["file"] for each in row["problems"]} == {"in.jsonl"}


def test_an_entry_called_like_a_column(folder: Path):
    """A rule called `status` has no column of its own; JSONL holds it."""
    Path("prova.yaml").write_text(
        BOOK.replace("Somma: {", "status: {formula: A}\n  Somma: {"), encoding="utf-8"
    )
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    status, _, err = _prova("in.jsonl", "-o", "out.csv")
    assert (status, "[batch-column-taken]" in err) == (2, True)
    assert _prova("in.jsonl", "-o", "out.jsonl")[0] == 0


# -- Parquet ---------------------------------------------------------------------------------------


def test_parquet_in_and_out(folder: Path):
    """Decimals come in with their scale and go out as decimal columns.

    A quotient that nothing rounds is text.
    """
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table(
        {
            "subject.comune": ["Jesi", "Jesi", "Jesi", None],
            "A": arrow.array(
                [Decimal("1.50"), None, Decimal("999.00"), Decimal("-2000.00")],
                arrow.decimal128(10, 2),
            ),
            "B": [0.1, 3.0, 7.0, float("nan")],
            "T": arrow.array(["x", "=1", None, "y"]).dictionary_encode(),
        }
    )
    parquet.write_table(table, "in.parquet", row_group_size=3)
    assert _prova("in.parquet", "-o", "out.parquet")[0] == 1
    found = parquet.read_table("out.parquet")
    assert found.schema.field("Somma").type == arrow.decimal128(38, 10)
    assert found.schema.field("Tonda").type.scale == 2
    assert found.schema.field("Quota").type == arrow.string()
    assert found.schema.field("Alto").type == arrow.bool_()
    rows = found.to_pylist()
    assert rows[0]["Somma"] == Decimal("1.6")
    assert (rows[0]["Quota"], rows[0]["Tonda"], rows[0]["Alto"]) == ("15", Decimal(15), False)
    assert (rows[1]["status"], rows[1]["Somma"], rows[1]["esito"]) == (
        "incomplete",
        None,
        "undetermined",
    )
    assert rows[2]["Quota"] == "999/7"
    problems = json.loads(rows[3]["problems"])
    assert [(problem["code"], problem["line"], problem["column"]) for problem in problems] == [
        ("out-of-range", 4, 2),
        ("not-finite", 4, 3),
    ]
    assert rows[3]["status"] is None


def test_parquet_and_jsonl_agree(folder: Path, variants: list[str]):
    """Every value of a thousand rows is the same, as a decimal, as JSON writes it."""
    parquet = pytest.importorskip("pyarrow.parquet")
    Path("in.jsonl").write_text("\n".join(variants), encoding="utf-8")
    _run("in.jsonl", "-o", "out.jsonl", "--workers", 1)
    assert _run("in.jsonl", "-o", "out.parquet", "--workers", 3)[0] == 0
    table = parquet.read_table("out.parquet")
    for row, cells in zip(_rows(Path("out.jsonl")), table.to_pylist(), strict=True):
        values = {code: Fraction(cell) for code, cell in cells.items() if isinstance(cell, Decimal)}
        assert values == {code: Fraction(text) for code, text in row["values"].items()}
        assert {code: cells[code] for code in row["checks"]} == row["checks"]
        assert cells["status"] == row["status"]


@pytest.mark.parametrize("name", ["out.parquet", "in.parquet"])
def test_parquet_without_the_extra(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A missing pyarrow is one sentence with the command that installs it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    Path("in.parquet").write_bytes(b"")
    status, _, err = _prova("in.jsonl" if name.startswith("out") else name, "-o", "out.parquet")
    assert status == 2
    assert "[missing-extra]" in err
    assert "ruletrail[batch]" in err


def test_columns_and_files_that_are_no_table(folder: Path):
    """A column of lists or dates, and a file that is no Parquet, are problems."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"A": [[1], [2]]}), "in.parquet")
    status, _, err = _prova("in.parquet", "-o", "out.jsonl")
    assert (status, "[batch-column-type]" in err) == (2, True)
    Path("in.parquet").write_bytes(b"PAR1 no")
    status, _, err = _prova("in.parquet", "-o", "out.jsonl")
    assert (status, "[file-unreadable]" in err) == (2, True)


def test_generated_rulebooks_agree_in_every_form(folder: Path):
    """JSONL holds the reference's answer, and Parquet the same values, exactly."""
    parquet = pytest.importorskip("pyarrow.parquet")
    compared = 0
    for seed in range(20):
        book, paths = generate(seed, reports=4).write(folder)
        plan = ruletrail.load(book)
        lines = [path.read_text(encoding="utf-8") for path in paths]
        Path("in.jsonl").write_text("\n".join(lines), encoding="utf-8")
        arguments = ("in.jsonl", "--rulebook", book, "--workers", 1)
        assert _run(*arguments, "-o", "out.jsonl")[0] == 0
        assert _run(*arguments, "-o", "out.parquet")[0] == 0
        table = parquet.read_table("out.parquet").to_pylist()
        for path, row, cells in zip(paths, _rows(Path("out.jsonl")), table, strict=True):
            result = write_result(evaluate_record(plan.linked, plan.read(path)))
            assert {key: row[key] for key in RESULT} == {key: result[key] for key in RESULT}
            for code, value in row["values"].items():
                wanted = next(iter(value.values())) if isinstance(value, dict) else value
                found = cells[code].isoformat() if isinstance(cells[code], date) else cells[code]
                assert found == (Decimal(wanted) if isinstance(found, Decimal) else wanted)
                compared += 1
    assert compared > 300


def test_a_resumed_table_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Groups of rows that were done are passed over, whatever their size, also when all were."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        arrow.table({"A": list(range(900)), "B": [1] * 900}), "in.parquet", row_group_size=100
    )
    read = open_source("in.parquet", "parquet", io.BytesIO).rows
    assert [raw.row for raw in read(Place(250))] == list(range(251, 901))
    assert next(iter(read(Place(300)))).data == (300, 1)
    assert list(read(Place(900))) == []


# -- Which rulebook, which trails ------------------------------------------------------------------


def test_the_rulebook_is_the_first_that_a_row_names(folder: Path, variants: list[str]):
    """Rows that name none or another are their own problem.

    When none names one, it is asked for.
    """
    Path("in.jsonl").write_text(
        "\n".join(["{", *variants[:2], '{"rulebook": "altro/2024"}']), encoding="utf-8"
    )
    assert _run("in.jsonl", "-o", "out.jsonl")[0] == 1
    rows = _rows(Path("out.jsonl"))
    assert ["problems" in row for row in rows] == [True, False, False, True]
    assert _codes(rows[3]) == ["report-of-another"]
    Path("in.jsonl").write_text("{\n", encoding="utf-8")
    status, _, err = _run("in.jsonl", "-o", "out.jsonl")
    assert (status, "[batch-no-rulebook]" in err) == (2, True)


def test_as_of_chooses_the_version(folder: Path, variants: list[str]):
    """Before a version is in force there is none, and the first row that asks for it is named."""
    Path("in.jsonl").write_text("\n".join(variants[:2]), encoding="utf-8")
    assert _run("in.jsonl", "-o", "out.jsonl", "--as-of", "2025-06-01")[0] == 0
    status, _, err = _run("in.jsonl", "-o", "out.jsonl", "--as-of", "2020-01-01")
    assert status == 2
    assert "in.jsonl:1:1" in err
    assert _run("in.jsonl", "-o", "out.jsonl", "--as-of", "ieri")[0] == 2


def test_trails_of_the_rows_that_a_condition_picks(folder: Path):
    """The picked rows' trails are those of `evaluate`, byte for byte; the others have none."""
    Path("in.jsonl").write_text(
        "\n".join(_row(A=number, B=2) for number in range(20)) + "\n{\n", encoding="utf-8"
    )
    assert (
        _prova(
            "in.jsonl",
            "-o",
            "out.jsonl",
            "--trails",
            "trails",
            "--only",
            'esito == "alto" and Somma < 14 and A != soglia',
        )[0]
        == 1
    )
    assert sorted(path.name for path in Path("trails").iterdir()) == [
        "row-000000010.json",
        "row-000000012.json",
    ]
    plan = ruletrail.load("prova.yaml")
    node, problems = read_json(_row(A=9, B=2), "x", REPORT_LIMITS)
    wanted = plan.evaluate(plan.check(node, problems)).trail.to_json() + "\n"
    assert Path("trails/row-000000010.json").read_text(encoding="utf-8") == wanted
    assert call("verify", "trails/row-000000010.json")[0] == 0


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ('status == "incomplete"', [2]),
        ("is_missing(Somma)", [2]),
        ("Somma > 0", [1]),
        ("sum(tutti) == 3", [1]),
        ('parte == "due"', [1]),
    ],
)
def test_conditions_read_status_values_groups_and_sections(
    condition: str, rows: list[int], folder: Path
):
    """A condition that cannot be decided picks nothing."""
    Path("in.jsonl").write_text(_row(A=1, B=2, S="SI", T="x") + "\n" + _row(B=2), encoding="utf-8")
    assert _prova("in.jsonl", "-o", "out.jsonl", "--trails", "t", "--only", condition)[0] == 0
    assert sorted(path.name for path in Path("t").iterdir()) == [
        f"row-{row:09d}.json" for row in rows
    ]


@pytest.mark.parametrize(
    ("condition", "code", "column"),
    [
        ("Soma > 1", "unknown-code", 1),
        ("A = 1", "formula-equals", 3),
        ("A + 1", "condition-not-boolean", 1),
        ('A > "x"', "type-mismatch", 5),
    ],
)
def test_a_condition_is_linked_before_any_row(condition: str, code: str, column: int, folder: Path):
    """What is wrong with it has a mark in its own text, and nothing is written."""
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    status, out, _ = _prova(
        "in.jsonl", "-o", "out.jsonl", "--trails", "t", "--only", condition, "--format", "json"
    )
    problem = json.loads(out)["problems"][0]
    assert status == 2
    assert (problem["code"], problem["file"], problem["column"]) == (code, "--only", column)
    assert not Path("out.jsonl").exists()


def test_explain_plan(folder: Path):
    """The typed form is printed, with an input or with a rulebook alone."""
    status, out, _ = _prova("--explain-plan")
    assert status == 0
    assert "Tonda" in out
    assert "prova/2024@1.0.0" in out
    assert _run("--explain-plan")[0] == 2


# -- Streams and calls -----------------------------------------------------------------------------


def test_standard_streams(folder: Path, variants: list[str]):
    """Rows come from and go to standard streams, also if they name the rulebook themselves."""
    data = "\n".join(variants[:3]).encode()
    status, out, err = _run("-", "-o", "-", stdin=data)
    assert (status, err) == (0, "3 rows, 3 invalid\n")
    assert [json.loads(line)["row"] for line in out.splitlines()] == [1, 2, 3]
    status, out, _ = _prova("-", "-o", "-", "--from", "csv", "--to", "csv", stdin=b"A,B\n1,2\n")
    assert out.splitlines()[1].startswith("1,incomplete,3,0.5,")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["in.jsonl"], "usage"),
        (["in.jsonl", "-o", "out.txt"], "batch-format"),
        (["in.txt", "-o", "out.csv"], "file-unreadable"),
        (["in", "-o", "out.csv"], "folder-not-found"),
        (["no.jsonl", "-o", "out.csv"], "file-unreadable"),
        ([".", "-o", "out.csv", "--from", "csv"], "file-unreadable"),
        (["in.jsonl", "-o", "./in.jsonl"], "output-is-input"),
        (["in.jsonl", "-o", "no/out.csv"], "output-unwritable"),
        (["in.jsonl", "-o", ".", "--to", "csv"], "output-unwritable"),
        (["in.jsonl", "-o", "out.csv", "--trails", "prova.yaml"], "output-unwritable"),
        (["in.jsonl", "-o", "-", "--resume"], "batch-resume-stream"),
        (["in.jsonl", "-o", "-", "--to", "parquet"], "batch-parquet-stream"),
        (["-", "-o", "out.csv", "--from", "parquet"], "batch-parquet-stream"),
        (["in.jsonl", "-o", "out.csv", "--only", "A > 1"], "usage"),
        (["in.jsonl", "-o", "out.csv", "--workers", "0"], "usage"),
    ],
)
def test_calls_that_cannot_be_answered(arguments: list[str], code: str, folder: Path):
    """Status 2, one problem, nothing written."""
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    status, _, err = _prova(*arguments)
    assert status == 2
    assert f"[{code}]" in err
    assert sorted(path.name for path in folder.iterdir()) == before
    assert Path("in.jsonl").read_text(encoding="utf-8") == _row(A=1)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only():
    """Rate and remaining time after a second, wiped at the end; nothing in a pipe."""
    times = iter([0.0, 0.5, 2.0, 2.1, 4.0])
    shown = _Terminal()
    with RowProgress(
        Console(io.StringIO(), shown, "en"), 1000, "jsonl", BEGIN, lambda: next(times)
    ) as progress:
        for place in (Place(5, 100, 5), Place(20, 400, 20), Place(21, 420, 21), Place(40, 800, 40)):
            progress.tick(place)
    drawn = shown.getvalue().split("\r")
    assert len(drawn) == 5
    assert drawn[1] == "[############..................]  40 %  10 rows/s  0:03 left"
    assert "80 %  10 rows/s  0:01 left" in drawn[2]
    assert not drawn[3].strip()
    silent = io.StringIO()
    with RowProgress(
        Console(io.StringIO(), silent, "en"), 1000, "jsonl", BEGIN, iter([0.0, 9.0]).__next__
    ) as progress:
        progress.tick(Place(5, 100, 5))
    assert silent.getvalue() == ""


# -- Deaths ----------------------------------------------------------------------------------------

_COMMAND = [sys.executable, "-m", "ruletrail", "batch"]
_ENV = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}

DEADLY = """
import os, signal, warnings
from ruletrail.batches.column_warnings import NotByColumnsWarning
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import Answered, Counts

class Deadly:
    def __init__(self, once=""):
        self.once = once
    def open(self):
        return lambda part: [self.answer(raw) for raw in rows_of(part)]
    def answer(self, raw):
        if raw.data == b"die" or (raw.data == b"die once" and not os.path.exists(self.once)):
            open(self.once, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return Answered(raw.data)
    def refuse(self, raw, code):
        return Answered(code.encode(), Counts(problems=1))

class Stillborn(Deadly):
    def open(self):
        os._exit(1)

class Short(Deadly):
    def answer(self, raw):
        warnings.warn(NotByColumnsWarning(raw.data.decode()))
        return Answered(raw.data)
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "deadly_rows.py").write_text(DEADLY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import deadly_rows  # noqa: PLC0415 - made for this test

    yield deadly_rows
    sys.modules.pop("deadly_rows")


def _chunks(rows: list[bytes]) -> Iterator[Chunk]:
    stream = io.BytesIO(b"\n".join(rows))
    return cut_blocks(stream, BEGIN, BY_ROWS)


def test_a_row_that_kills_its_worker_becomes_a_problem(deadly: Any, tmp_path: Path):
    """The rows that died with it are answered, the row itself is given up, order is kept."""
    rows = [b"%d" % number for number in range(3 * CHUNK_ROWS)]
    rows[40], rows[CHUNK_ROWS + 1] = b"die", b"die once"
    done = list(answer_together(deadly.Deadly(str(tmp_path / "once")), _chunks(rows), 2))
    answers = [answer for _, answers in done for answer in answers]
    wanted = list(rows)
    wanted[40] = b"row-killed-worker"
    assert [answer.content for answer in answers] == wanted
    assert [number for number, answer in enumerate(answers) if answer.counts.problems] == [40]


def test_workers_that_never_begin_are_our_defect(deadly: Any):
    """They are not started for ever."""
    with pytest.raises(RuntimeError, match="before they begin"):
        list(answer_together(deadly.Stillborn(), _chunks([b"1"]), 2))


def test_what_a_worker_warns_of_is_said_by_who_asked(
    deadly: Any, capfd: pytest.CaptureFixture[str]
):
    """A worker wrote it on standard error itself, with a path of the machine."""
    with pytest.warns(NotByColumnsWarning) as told:
        list(answer_together(deadly.Short(), _chunks([b"OverflowError", b"KeyError"]), 2))
    found = [each.message for each in told if isinstance(each.message, NotByColumnsWarning)]
    assert [each.defect for each in found] == ["OverflowError", "KeyError"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("where", "language", "error", "workers", "said"),
    [
        ("_write", "it", MemoryError(), 1, "con più memoria è più rapido"),
        ("write", "en", MemoryError(), 1, "with more memory it is faster"),
        ("_write", "it", OverflowError(), 1, "per un difetto di ruletrail (OverflowError)"),
        ("_write", "en", OverflowError(), 1, "for a defect of ruletrail (OverflowError)"),
        ("write", "it", MemoryError(), None, "o con meno `--workers`"),
        ("_write", "en", MemoryError(), None, "or fewer `--workers`"),
    ],
)
def test_the_command_says_once_that_columns_could_not(  # noqa: PLR0917
    where: str, language: str, error: Exception, workers: int | None, said: str, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    """It was Python's own warning, in English and with a path of the machine."""
    Path("in.jsonl").write_text(
        "\n".join(_row(A=number, B=1) for number in range(2 * CHUNK_ROWS)), encoding="utf-8"
    )
    words = ("in.jsonl", "--rulebook", "prova.yaml", "--lang", language)
    asked = ("--workers", workers) if workers else ()
    assert _run(*words, "-o", "expected.jsonl", *asked)[0] == 0

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(streams.TableWork, where, fail)
    monkeypatch.setattr(command, "count_cores", lambda: 2)
    status, _, told = _run(*words, "-o", "out.jsonl", *asked)
    assert (status, told.count(said), "Warning" in told) == (0, 1, False)
    assert Path("out.jsonl").read_bytes() == Path("expected.jsonl").read_bytes()


def _wait(found: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.005)
    raise AssertionError("it did not come to pass in time")


def _workers(process: subprocess.Popen[bytes]) -> list[int]:
    """List the processes that a run started to evaluate rows: all forked from one of its own."""
    servers = [
        pid
        for pid in _children(process.pid)
        if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return [worker for server in servers for worker in _children(server)]


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children")
    return [int(pid) for pid in tasks.read_text().split()]


def _has_begun(name: str, lines: int = 3) -> bool:
    journal = Path(f".{name}.journal")
    return journal.exists() and journal.read_bytes().count(b"\n") >= lines


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers through /proc")
def test_a_killed_worker_costs_nothing(folder: Path, variants: list[str]):
    """Workers are killed while they work; the output is the same, byte for byte."""
    Path("in.jsonl").write_text("\n".join(variants * 4), encoding="utf-8")
    _run("in.jsonl", "-o", "quiet.jsonl", "--workers", 1)
    with subprocess.Popen(
        [*_COMMAND, "in.jsonl", "-o", "out.jsonl", "--workers", "2"], env=_ENV
    ) as process:
        _wait(lambda: _has_begun("out.jsonl"))
        os.kill(_wait(lambda: _workers(process))[0], signal.SIGKILL)
        assert process.wait(60) == 0
    assert Path("out.jsonl").read_bytes() == Path("quiet.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such death on this system")
def test_a_killed_run_is_resumed(name: str, folder: Path, variants: list[str]):
    """After `kill -9` there is no output.

    `--resume` goes on where it stopped, with no row lost or doubled.
    """
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    rows = [*variants * 4, "{"]
    Path("in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    _run("in.jsonl", "-o", "quiet-" + name, "--workers", 1)
    with subprocess.Popen(
        [*_COMMAND, "in.jsonl", "-o", name, "--workers", "2"], env=_ENV
    ) as process:
        _wait(lambda: _has_begun(name))
        process.kill()
        process.wait(20)
    assert not Path(name).exists()
    journal = Path(f".{name}.journal")
    kept = journal.read_bytes().count(b"\n") - 2
    assert 0 < kept * CHUNK_ROWS < len(rows)
    # a torn last line, and bytes that no line vouches for
    with journal.open("ab") as stream:
        stream.write(b'deadbeef {"done": {"chec')
    with Path(f".{name}.partial").open("ab") as stream:
        stream.write(b"torn")
    assert _run("in.jsonl", "-o", name, "--resume", "--workers", 1)[0] == 1
    assert Path(name).read_bytes() == Path("quiet-" + name).read_bytes()
    assert sorted(path.name for path in folder.glob(".*")) == []


def test_resuming_reads_no_row_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Interrupted after two chunks, a run begins with the third and counts all problems."""
    lines = ["{", *[_row(A=number, B=1) for number in range(3 * CHUNK_ROWS)]]
    Path("in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    adds = Partial.add

    def interrupted(self: Partial, data: bytes, place: Place, counts: Counts) -> None:
        if place.rows > 2 * CHUNK_ROWS:
            raise KeyboardInterrupt
        adds(self, data, place, counts)

    monkeypatch.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
    monkeypatch.setattr(Partial, "add", interrupted)
    assert _prova("in.jsonl", "-o", "out.jsonl", "--workers", 1)[0] == 130
    assert not Path("out.jsonl").exists()
    monkeypatch.setattr(Partial, "add", adds)
    seen: list[int] = []
    answer = Job.answer
    monkeypatch.setattr(
        Job,
        "answer",
        lambda self, raw, compiled: (seen.append(raw.row), answer(self, raw, compiled))[1],
    )
    status, _, err = _prova("in.jsonl", "-o", "out.jsonl", "--workers", 1, "--resume")
    assert (status, seen[0], len(seen)) == (1, 2 * CHUNK_ROWS + 1, CHUNK_ROWS + 1)
    assert f"{3 * CHUNK_ROWS + 1} rows, 1 with problems" in err
    assert [row["row"] for row in _rows(Path("out.jsonl"))] == list(range(1, len(lines) + 1))


def _interrupt(folder: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> list[str]:
    """Leave a run undone after one chunk; returns the arguments that ran it."""
    Path("in.csv").write_text("T,A,B\n" + '"a\nb",1,2\n' * (2 * CHUNK_ROWS), encoding="utf-8")
    arguments = ["in.csv", "-o", f"out.{form}", "--workers", "1"]
    with monkeypatch.context() as patch:
        patch.setattr(Partial, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert _prova(*arguments)[0] == 130
    return arguments


@pytest.mark.parametrize("damage", ["journal", "data", "shorter", "none"])
def test_only_what_the_bytes_bear_out_is_kept(
    damage: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the machine's going down left of both files, the resumed output is the whole one."""
    arguments = _interrupt(folder, monkeypatch, "csv")
    data, journal = Path(".out.csv.partial"), Path(".out.csv.journal")
    if damage == "journal":
        journal.write_bytes(journal.read_bytes()[:-30])
    elif damage == "data":
        held = bytearray(data.read_bytes())
        held[len(held) // 2] ^= 1
        data.write_bytes(held)
    elif damage == "shorter":
        data.write_bytes(data.read_bytes()[:-100])
    assert _prova(*arguments, "--resume")[0] == 0
    assert _prova("in.csv", "-o", "whole.csv")[0] == 0
    assert Path("out.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert len(_csv("out.csv")) == 2 * CHUNK_ROWS


def _done(**changes: object) -> bytes:
    """Write a checkpoint of a run as it may be, but for some changes."""
    done = {"checksum": 0, "defects": 0, "problems": 0, "written": 0}
    place = {"rows": 1, "offset": 4, "lines": 2}
    for name, value in changes.items():
        (place if name in place else done)[name] = value
    return json.dumps({"done": {**done, "place": done.pop("place", place)}}).encode()


IMPOSSIBLE = {
    "no JSON": b"{",
    "no UTF-8": b'{"done": "\xff"}',
    "nested without end": b"[" * 200_000,
    "a list": b"[]",
    "a number": b"1",
    "nothing": b"{}",
    "done is a list": b'{"done": []}',
    "no place": b'{"done": {"checksum": 0, "defects": 0, "problems": 0, "written": 0}}',
    "a place that is none": _done(place=3),
    "a key too many": _done(more=1),
    "a key too many of the place": b'{"done": {"checksum": 0, "defects": 0, "problems": 0,'
    b' "written": 0, "place": {"rows": 1, "offset": 4, "lines": 2, "more": 1}}}',
    "fewer than none": _done(rows=-1),
    "bytes below zero": _done(written=-5),
    "a place before the file": _done(offset=-1),
    "further than any file": _done(offset=10**30),
    "a text": _done(written="0"),
    "half a row": _done(rows=1.5),
    "a boolean": _done(lines=True),
    "null": _done(checksum=None),
    "no number": b'{"done": NaN}',
    "more problems than rows": _done(problems=2),
    "more defects than rows": _done(defects=2),
    "a digit more than Python reads": b'{"done": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("at", ["head", "first", "later"])
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_journal_that_no_run_wrote_is_refused(
    name: str, at: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its checksums are right, and its content is impossible: no defect, and nothing is changed."""
    arguments = _interrupt(folder, monkeypatch, "csv")
    journal, text = Path(".out.csv.journal"), IMPOSSIBLE[name]
    lines = journal.read_bytes().splitlines(keepends=True)
    line = b"%08x %s\n" % (zlib.crc32(text), text)
    kept = {"head": 0, "first": 1, "later": 2}[at]
    journal.write_bytes(b"".join([*lines[:kept], line, *lines[kept + 1 :]]))
    before = journal.read_bytes(), Path(".out.csv.partial").read_bytes()
    status, _, err = _prova(*arguments, "--resume")
    assert (status, "[batch-resume-other]" in err) == (2, True), err
    assert (journal.read_bytes(), Path(".out.csv.partial").read_bytes()) == before
    assert _prova(*arguments)[0] == 0


def test_a_journal_that_goes_back_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    arguments = _interrupt(folder, monkeypatch, "csv")
    journal = Path(".out.csv.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[1].partition(b" ")[2])
    record["done"]["place"]["rows"] -= 1
    text = json.dumps(record).encode()
    journal.write_bytes(b"".join([*lines[:2], b"%08x %s\n" % (zlib.crc32(text), text)]))
    status, _, err = _prova(*arguments, "--resume")
    assert (status, "[batch-resume-other]" in err) == (2, True), err


@pytest.mark.parametrize("change", ["input", "name", "rulebook", "options"])
def test_another_run_is_not_resumed(change: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Other data, another rulebook or other options are refused, and so is another name.

    The problems of rows name the file. Without `--resume` they begin anew.
    """
    arguments = _interrupt(folder, monkeypatch, "jsonl")
    if change == "input":
        Path("in.csv").write_text("A\n1\n", encoding="utf-8")
    elif change == "name":
        arguments[0] = str(Path("in.csv").rename("other.csv"))
    elif change == "rulebook":
        Path("prova.yaml").write_text(BOOK.replace("value: 10", "value: 11"), encoding="utf-8")
    else:
        arguments += ["--trails", "t"]
    status, _, err = _prova(*arguments, "--resume")
    assert (status, "[batch-resume-other]" in err) == (2, True)
    assert _prova(*arguments)[0] == 0


def test_two_runs_do_not_write_one_output(folder: Path):
    """The second is refused while the first is at work."""
    pytest.importorskip("fcntl")
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    first = Partial(Path("out.jsonl"), {})
    first.begin(resume=False)
    status, _, err = _prova("in.jsonl", "-o", "out.jsonl")
    assert (status, "[batch-output-in-use]" in err) == (2, True)
    first.leave()
    assert _prova("in.jsonl", "-o", "out.jsonl")[0] == 0


def test_a_run_that_waited_for_the_end_of_another_keeps_a_third_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The file that it opened is removed before it holds the lock: that would keep nobody out."""
    pytest.importorskip("fcntl")
    first, second, third = (Partial(Path("out.jsonl"), {}) for _ in range(3))
    first.begin(resume=False)
    lock, ends = checkpoints._lock, [first.finish]

    def lock_late(held: BinaryIO, output: Path) -> None:
        while ends:
            ends.pop()()
        lock(held, output)

    monkeypatch.setattr(checkpoints, "_lock", lock_late)
    second.begin(resume=False)
    with pytest.raises(ProblemsError, match="batch-output-in-use"):
        third.begin(resume=False)
    second.add(b"x\n", Place(1, 2, 1), Counts())
    second.finish()
    assert (Path("out.jsonl").read_bytes(), list(folder.glob(".out*"))) == (b"x\n", [])


def test_the_end_of_a_run_removes_nothing_of_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """As soon as the lock is free another run may begin: what it opens then stays its own."""
    first, second = (Partial(Path("out.jsonl"), {}) for _ in range(2))
    first.begin(resume=False)
    opened = first._checkpoints

    class Watched(io.BufferedRandom):
        """A file at whose end the next run begins at once."""

        def close(self) -> None:
            was_open = not self.closed
            super().close()
            if was_open:
                second.begin(resume=False)

    first._checkpoints = Watched(opened.detach())
    first.finish()
    assert Path(".out.jsonl.journal").exists()
    second.leave()


def _refuse_trails(folder: Path) -> list[str]:
    (folder / "taken").touch()
    return ["--trails", "taken"]


def _refuse_as_trails(_: Path) -> list[str]:
    return ["--trails", "out.jsonl"]


def _refuse_rows_and_trails(folder: Path) -> list[str]:
    (folder / ".out.jsonl.partial").mkdir()
    return ["--trails", "a/b/c"]


def _refuse_rows(folder: Path) -> list[str]:
    (folder / ".out.jsonl.partial").mkdir()
    return []


def _refuse_link(folder: Path) -> list[str]:
    (folder / ".out.jsonl.partial").symlink_to(folder / "in.jsonl")
    return []


def _refuse_option(_: Path) -> list[str]:
    return ["--only", "x"]


def _refuse_input(folder: Path) -> list[str]:
    (folder / "in.jsonl").unlink()
    return []


@pytest.mark.parametrize("resume", ["", "--resume"])
@pytest.mark.parametrize(
    "refuse",
    [
        _refuse_trails,
        _refuse_as_trails,
        _refuse_rows,
        _refuse_rows_and_trails,
        _refuse_link,
        _refuse_option,
        _refuse_input,
    ],
)
def test_a_run_that_is_refused_leaves_no_file(
    folder: Path, refuse: Callable[[Path], list[str]], resume: str
):
    """Nothing is done that another run could go on from, so nothing lies beside the output."""
    Path("in.jsonl").write_text(_row(A=1), encoding="utf-8")
    more = refuse(folder)
    before = sorted(each.name for each in folder.iterdir())
    status, _, err = _prova("in.jsonl", "-o", "out.jsonl", *more, *filter(None, [resume]))
    assert status == 2, err
    assert sorted(each.name for each in folder.iterdir()) == before


@pytest.mark.parametrize("at", [0, 1])
def test_a_run_that_is_stopped_leaves_only_what_is_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int
):
    """Stopped before its first row it leaves nothing, after it what `--resume` goes on from."""
    Path("in.jsonl").write_text(f"{_row(A=1)}\n{_row(A=2)}\n", encoding="utf-8")
    partial = Partial(Path("out.jsonl"), {})
    partial.begin(resume=False)
    partial.add(b"", BEGIN, Counts())
    for rows in range(at):
        partial.add(b"x\n", Place(rows + 1, 10, rows + 1), Counts())
    partial.leave()
    left = {each.name for each in folder.iterdir() if each.name.startswith(".out")}
    assert left == ({".out.jsonl.partial", ".out.jsonl.journal"} if at else set())


def test_an_older_output_stays_until_the_new_one_is_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nobody ever reads half of a result."""
    Path("out.jsonl").write_text("old\n", encoding="utf-8")
    _interrupt(folder, monkeypatch, "jsonl")
    assert Path("out.jsonl").read_text(encoding="utf-8") == "old\n"


def test_a_defect_of_ours_costs_its_row_and_the_status(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The row says that it met a defect, the others are answered, the status is 3."""
    Path("in.jsonl").write_text(
        "\n".join(_row(A=number, B=1) for number in range(3)), encoding="utf-8"
    )
    evaluate = Job._evaluate
    monkeypatch.setattr(
        Job,
        "_evaluate",
        lambda self, raw, *rest: evaluate(self, raw, *rest) if raw.row != 2 else int("x"),
    )
    assert _prova("in.jsonl", "-o", "out.jsonl", "--workers", 1)[0] == 3
    rows = _rows(Path("out.jsonl"))
    assert _codes(rows[1]) == ["row-defect"]
    assert rows[2]["values"]["Somma"] == "3"


def test_a_row_without_memory_is_no_defect_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The row says so, with a way out; the others are answered, and the status is that of rows."""
    Path("in.jsonl").write_text(
        "\n".join(_row(A=number, B=1) for number in range(3)), encoding="utf-8"
    )
    evaluate = Job._evaluate

    def lack(self: Job, raw: RawRow, *rest: Any) -> Answered:
        if raw.row == 2:
            raise MemoryError
        return evaluate(self, raw, *rest)

    monkeypatch.setattr(Job, "_evaluate", lack)
    words = ("in.jsonl", "-o", "out.jsonl", "--workers", 1, "--lang", "en")
    assert _prova(*words)[0] == 1
    rows = _rows(Path("out.jsonl"))
    assert _codes(rows[1]) == ["row-without-memory"]
    assert "fewer `--workers`" in rows[1]["problems"][0]["hint"]
    assert rows[2]["values"]["Somma"] == "3"


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
def test_a_way_through_half_a_character_can_be_written(folder: Path, form: str):
    """The pointer of the problem held it, and no output can; the row was a defect of ours."""
    Path("in.jsonl").write_text(f'{_row(A=1)}\n{{"r\\ud800": 1}}\n', encoding="utf-8")
    assert _prova("in.jsonl", "-o", f"out.{form}")[0] == 1
    if form == "jsonl":
        assert _codes(_rows(Path("out.jsonl"))[1]) == ["lone-surrogate"]


def test_a_job_refuses_in_the_rows_own_form(folder: Path):
    """A row given up says so as a row of problems, in every form."""
    plan = ruletrail.load("prova.yaml").linked
    raw = RawRow(7, 9, b"", BEGIN)
    job = Job(plan, RowForm("jsonl", "in.jsonl"), layout_of(plan, "jsonl", "en"))
    answered: Answered = job.refuse(raw, "row-killed-worker")
    document = json.loads(answered.content)
    assert (document["row"], _codes(document), document["problems"][0]["line"]) == (
        7,
        ["row-killed-worker"],
        9,
    )
    assert answered.counts.problems == 1
    assert answered.counts.defects == 0


def test_memory_does_not_grow_with_the_input(folder: Path):
    """Ten times the rows need no more memory than a tenth more."""
    pytest.importorskip("resource")
    code = textwrap.dedent("""
        import resource, sys
        from ruletrail.cli import main
        options = ["-o", "out.jsonl", "--rulebook", "prova.yaml", "--workers", "1"]
        main(["batch", sys.argv[1], *options])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """)
    peaks = []
    for count in (1_000, 10_000):
        Path("in.jsonl").write_text(
            "\n".join(_row(A=number % 900, B=1, T="x" * 500) for number in range(count)),
            encoding="utf-8",
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "in.jsonl"],
            env=_ENV,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] < peaks[0] * 1.1


def test_problems_cross_processes(folder: Path):
    """Trails that cannot be written end the run in the same way for one and three workers."""
    Path("in.jsonl").write_text(
        "\n".join(_row(A=number, B=1) for number in range(600)), encoding="utf-8"
    )
    Path("t").mkdir()
    (Path("t") / "row-000000400.json").mkdir()
    for workers in (1, 3):
        status, _, err = _prova(
            "in.jsonl", "-o", "out.jsonl", "--trails", "t", "--workers", workers
        )
        assert (status, "[output-unwritable]" in err) == (2, True)
        assert not Path("out.jsonl").exists()


def test_a_header_shows_fifty_problems(tmp_path: Path):
    """As any other file: the hints of thousands of unknown columns are not looked for."""
    columns = ["A", *(f"colonna_sconosciuta_{at}" for at in range(3_000))]
    (tmp_path / "in.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    (tmp_path / "schema.json").write_text(
        json.dumps({"properties": {"fields": {"properties": {"A": {"type": "number"}}}}}), "utf-8"
    )
    (tmp_path / "r.yaml").write_text(HEAD_TEXT + "rules:\n  X: {formula: A}\n", encoding="utf-8")
    words = ("batch", tmp_path / "in.csv", "-o", "out.csv", "--rulebook", tmp_path / "r.yaml")
    status, out, _ = call(*words, "--format", "json")
    assert (status, len(json.loads(out)["problems"])) == (2, 50)


def test_few_columns_of_a_header_are_compared_with_names(monkeypatch: pytest.MonkeyPatch):
    """Of thousands of columns that are no codes, thousands of times thousands would not end."""
    asked: list[str] = []
    monkeypatch.setattr(KnownNames, "nearest", lambda _, name, *_rest: asked.append(name) or "")
    header = [f"colonna_sconosciuta_{at}" for at in range(3_000)]
    with pytest.raises(ProblemsError, match="batch-header"):
        check_header(header, "in.csv", ruletrail.load("sociale/2024").linked, named=True)
    assert len(asked) == MOST_PROBLEMS


class _Watched(io.StringIO):
    def isatty(self) -> bool:
        return True


def _on_a_terminal(*words: object, language: str = "it", **files: bytes) -> tuple[int, str]:
    """Run `batch` with somebody reading standard error; give its status and what it says there."""
    for name, data in files.items():
        Path(name.replace("_", ".", 1)).write_bytes(data)
    err = _Watched()
    console = Console(io.StringIO(), err, language, "text", chosen=True)
    written = [str(word) for word in words]
    status = main(["batch", *written, "--rulebook", "sociale/2024", "--lang", language], console)
    return status, err.getvalue()


WRONG_ROWS = (
    b"subject.comune;subject.provincia;R0B;R03\n"
    b"A;AN;n.d.;1\nB;AN;12;1\nC;AN;1,5;n.d.\nD;AN;x;1\nE;AN;y;1\n"
)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("output", ["out.csv", "out.jsonl"])
def test_a_terminal_shows_the_first_rows_with_problems(output: str, workers: int, folder: Path):
    """Three, in order, each with its row, field, label and way out; and where all of them are."""
    status, said = _on_a_terminal("in.csv", "-o", output, "--workers", workers, in_csv=WRONG_ROWS)
    assert status == 1
    assert "5 righe, 4 con problemi" in said
    field = "R0B (TOTALE UTENTI, N° di utenti serviti 2024): "
    assert [line for line in said.split("\n") if line.startswith("riga")] == [
        f"riga 1: {field}`n.d.` è un testo, ma qui serve un numero intero",
        f"riga 3: {field}`1,5` è un numero, ma qui serve un numero intero",
        f"riga 4: {field}`x` è un testo, ma qui serve un numero intero",
    ]
    assert "→ scrivi cifre e semmai un punto ogni tre: `1.234`; se il dato manca, lascia" in said
    assert "le righe si contano sotto l'intestazione: la 1 è la riga 2 del file" in said
    assert f"`problems` {'in' if output == 'out.jsonl' else 'di'} `{output}`" in said
    assert "incomplete = da completare" in said
    assert "not_due = non dovuto" in said


def test_the_words_of_answers_are_translated_where_they_are_foreign(folder: Path):
    """The cells hold the codes of the contract in both languages."""
    rows = b"subject.comune;subject.provincia;R03\nA;AN;1\n"
    _, english = _on_a_terminal("in.csv", "-o", "out.csv", language="en", in_csv=rows)
    assert "not_due" not in english
    _, said = _on_a_terminal("in.csv", "-o", "it.csv", in_csv=rows)
    assert "le parole del risultato: incomplete = da completare, due = dovuto" in said
    assert Path("it.csv").read_bytes() == Path("out.csv").read_bytes()


def test_no_word_that_cells_hold_is_left_untranslated(folder: Path):
    """Also those of checks that do not apply; none that this rulebook's answers cannot hold."""
    text = JESI.read_text("utf-8")
    fields = re.findall(r"(?m)^  (\w+): ([\d.]+|SI|NO)$", text)
    header = ";".join(["subject.comune", "subject.provincia", *(code for code, _ in fields)])
    row = ";".join(["Jesi", "AN", *(value for _, value in fields)])
    _, said = _on_a_terminal(
        "in.csv", "-o", "out.csv", "--decimal", "point", in_csv=f"{header}\n{row}\n".encode()
    )
    cells = set(Path("out.csv").read_text("utf-8-sig").replace("\n", ";").split(";"))
    words = cells & OUTCOMES
    assert "not_applicable" in words
    for word in words:
        assert f"{word} = " in said
    assert "error = " not in said


def test_who_gets_a_workbook_is_told_where_its_codes_are_explained(folder: Path):
    """They stand in a sheet that nobody sees first."""
    rows = b"R03\n1\n"
    words = ("--rulebook", "sociale/2024")
    for output, is_told in (("out.xlsx", True), ("out.csv", False)):
        _, said = _on_a_terminal("in.csv", "-o", output, *words, in_csv=rows)
        assert ("codici e parole sta nell'ultimo foglio" in said) == is_told


def test_nothing_more_is_said_to_nobody(folder: Path):
    """Into a file or a pipe it is one line, as ever."""
    Path("in.csv").write_bytes(WRONG_ROWS)
    _, _, err = call("batch", "in.csv", "-o", "out.csv", "--rulebook", "sociale/2024")
    assert err == "wrote out.csv: 5 rows, 4 with problems, 1 incomplete\n"


def test_a_file_of_windows_is_told_its_encoding_on_the_terminal(folder: Path):
    """The way out does not only stand in the output's column."""
    rows = "subject.comune;R03\nForlì;1\n".encode("cp1252")
    _, said = _on_a_terminal("in.csv", "-o", "out.csv", in_csv=rows)
    assert "riga 1: il file non è in UTF-8" in said
    assert "`--encoding cp1252`" in said


@pytest.mark.parametrize("column", ["comune", "Comune", "provincia"])
def test_a_column_called_as_a_key_of_the_subject_is_told_its_name(column: str, folder: Path):
    """Refused or kept, it is no dead end."""
    rows = f"{column};R03\nJesi;1\n".encode()
    status, said = _on_a_terminal("in.csv", "-o", "out.csv", in_csv=rows)
    assert status == 2
    assert f"intitola la colonna `subject.{column.lower()}`" in said
    _, said = _on_a_terminal("in.csv", "-o", "out.csv", "--keep", column, in_csv=rows)
    assert f"chiamala `subject.{column.lower()}`" in said


def test_a_column_is_not_told_a_name_that_another_has(folder: Path):
    rows = b"subject.comune;comune;R03\nJesi;x;1\n"
    _, said = _on_a_terminal("in.csv", "-o", "out.csv", in_csv=rows)
    assert "con `--keep`" in said
    _, said = _on_a_terminal("in.csv", "-o", "out.csv", "--keep", "comune", in_csv=rows)
    assert "chiamala" not in said
