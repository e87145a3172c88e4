"""Whatever rows hold, columns write the bytes that single rows do, in and out of every form."""

import io
import json
import multiprocessing
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

import ruletrail
from ruletrail.batches.carrying import choose_columns, choose_keys
from ruletrail.batches.checkpoints import Start
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import LONGEST, BlockSize, Lines, cut_blocks
from ruletrail.batches.parts import rows_of
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Counts, Place
from ruletrail.batches.running import Summary, run_batch
from ruletrail.batches.sources import BY_COLUMNS, open_source
from ruletrail.batches.writing import layout_of
from ruletrail.linking import LinkedRulebook
from support.command_line import call
from support.offices import cell, header, text_cell, workbook_parts, write_parts
from support.rulebooks import HEAD_TEXT

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from ruletrail.batches.csv_columns import read_csv  # noqa: E402 - needs pyarrow
from ruletrail.batches.json_columns import read_json_lines  # noqa: E402 - the same
from ruletrail.batches.streams import TableWork  # noqa: E402 - the same
from ruletrail.compiled.columns.columns import decimals_of, value_of  # noqa: E402 - the same
from ruletrail.compiled.columns.number_texts import encode_number_texts  # noqa: E402 - the same

BOOK = (
    HEAD_TEXT
    + """
parameters: {soglia: {value: 10, label: soglia}}
groups: {tutti: [A, B]}
rules:
  Somma: {formula: sum(tutti)}
  Quota: {formula: A / B}
  Tonda: {formula: A / B, round: {decimals: 2, mode: half_up}}
  Eco: {formula: 'T if A >= 0 else "meno, o"'}
  Alto: {formula: A > soglia}
  Forse: {when: V, formula: B * 0.5}
decisions:
  esito: {cases: [{outcome: alto, when: Somma > soglia}, {outcome: basso, when: Somma <= soglia}]}
sections:
  parte: {title: parte, due: A > 0, fields: [A, B, S]}
  altra: {title: altra, due: B > 0, fields: [T, V]}
checks:
  Controllo: {expect: A < 1000, severity: error}
messages:
  detto: {when: U > 3, text: {it: 'molto {U}'}}
"""
)
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "subject": {"type": "object", "properties": {"n": {"type": "number", "maximum": 99}}},
        "fields": {
            "type": "object",
            "properties": {
                "A": {"type": "number", "minimum": -1000},
                "B": {"type": "number"},
                "U": {"type": "number"},
                "T": {"type": "string", "maxLength": 20},
                "S": {"type": "string", "enum": ["SI", "NO"]},
                "V": {"type": "boolean"},
                "Tonda": {"type": "number"},
            },
            "additionalProperties": False,
        },
        "printed": {},
    },
    "additionalProperties": False,
}
CODES = ("A", "B", "U", "T", "S", "V", "Tonda")
NUMBERS = (
    *("0", "1", "12", "0.5", "8.50", "-3", "-0.25", "999999999999999", "0.0000000001", "3.00"),
    *("123456789012345.1234567891", "-0", "-0.0", "007", "+1", "1e5", "1E-3", ".5", "1.", "1,5"),
    *(
        "1000000000000000",
        "0.00000000001",
        "NaN",
        "Infinity",
        "0x1F",
        " 1",
        "1 ",
        "١",
        "--1",
        "1_0",
    ),
    *("9" * 40, "true", "null", "-1001"),
)
TEXTS = (
    "SI",
    "NO",
    "x",
    "",
    "a,b",
    'a"b',
    "a;b",
    "perché",
    "e\u0301",
    "x" * 21,
    "a\nb",
    "a: b",
    "=1",
    "\u2028",
    "\t",
    "\x00",
)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> LinkedRulebook:
    folder = tmp_path_factory.mktemp("book")
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruletrail.load(folder / "prova.yaml").linked


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.data: list[bytes] = []
        self.places: list[Place] = []

    def add(self, data: bytes, place: Place, counts: Counts) -> None:  # noqa: ARG002 - as a sink is called
        """Keep rows."""
        self.data.append(data)
        self.places.append(place)


def answer(
    linked: LinkedRulebook,
    path: Path,
    form: str,
    *,
    by_columns: bool,
    size: BlockSize = BY_COLUMNS,
    workers: int = 1,
    place: Place = BEGIN,
) -> tuple[list[bytes], list[Place], Summary]:
    """Answer a file; returns what was written of each piece, where each ended, and the counts."""
    source = open_source(str(path), path.suffix[1:], io.BytesIO)
    has_rulebook = source.form == "jsonl" or "rulebook" in source.header
    rulebook = "" if has_rulebook else linked.rulebook.identity.reference
    types = {field.name: field.type for field in source.schema or ()}
    shape = RowForm(source.form, source.name, source.header, source.dialect, rulebook, types=types)
    least = 1 if by_columns else None
    choose = choose_keys if source.form == "jsonl" else choose_columns
    carried = choose([], *([] if source.form == "jsonl" else [source.header]), source.name, linked)
    job = Job(
        linked, shape, layout_of(linked, form, "en", carried, has_row=True), columns_from=least
    )
    kept = Kept()
    summary = run_batch(
        job,
        source.chunks(place, size),
        kept,
        start=Start(place),
        workers=workers,
        cores=1,
        tick=lambda _: None,
    )
    return kept.data, kept.places, summary


def agree(linked: LinkedRulebook, path: Path, form: str, size: BlockSize = BY_COLUMNS) -> Summary:
    """Assert that columns and rows write the same, piece by piece."""
    rows = answer(linked, path, form, by_columns=False, size=size)
    columns = answer(linked, path, form, by_columns=True, size=size)
    for place, (one, other) in enumerate(zip(rows[0], columns[0], strict=True)):
        assert one == other, place
    assert rows[1:] == columns[1:]
    return columns[2]


# -- Random rows -----------------------------------------------------------------------------------


def a_cell(chance: Random, code: str) -> str:
    """Draw what stands in a cell: mostly what its field takes."""
    if chance.random() < 0.04:
        return chance.choice(("", *NUMBERS, *TEXTS, "false"))
    if code in ("A", "B", "U", "Tonda"):
        return chance.choice(NUMBERS[:6])
    return chance.choice({"S": ("SI", "NO"), "V": ("true", "false")}.get(code, TEXTS[:5]))


def quoted(chance: Random, cell: str, delimiter: str) -> str:
    needs = any(char in cell for char in (delimiter, '"', "\n"))
    if needs or chance.random() < 0.1:
        return '"' + cell.replace('"', '""') + '"'
    return cell


ODD_RECORDS = (
    "", " ", '"', '"open', 'a"b', '"a"b', ",", ",,,,,,,", '1,"x\ny', '"""', "\ufeff1,2", "\r",
    "1,2\r3,4", '"\n', "x" * 300, '1,2,3,"a\n\nb",SI,true,5', '1,2,3,"a\r\nb",SI,true,5',
)  # fmt: skip


def a_table(chance: Random, rows: int) -> bytes:
    """Draw a CSV file: some columns, some records that are none, either line end."""
    header = [code for code in CODES if chance.random() < 0.85] or ["A"]
    # a number that CSV cannot write: no report of such a table is valid
    others = {"subject.x": 0.3, "subject.n": 0.1, "rulebook": 0.3}
    header += [name for name, share in others.items() if chance.random() < share]
    delimiter = chance.choice(",;\t")
    lines = [delimiter.join(header)]
    for _ in range(rows):
        if chance.random() < 0.08:
            lines.append(chance.choice(ODD_RECORDS).replace(",", delimiter))
            continue
        cells = [
            chance.choice(("prova/2024",) * 9 + ("prova/2024@1.0.0", "altro/2024", "prova", ""))
            if name == "rulebook"
            else a_cell(chance, name)
            for name in header
        ]
        lines.append(delimiter.join(quoted(chance, cell, delimiter) for cell in cells))
    data = chance.choice(("\n", "\r\n")).join(lines).encode()
    data = data.replace("١".encode(), b"\xff") if chance.random() < 0.3 else data
    data += chance.choice((b"", b"\n", b"\r\n", b"\r"))
    return b"\xef\xbb\xbf" + data if chance.random() < 0.2 else data


def a_member(chance: Random, code: str) -> str:
    if chance.random() < 0.05:
        odd = (
            "null",
            "[1]",
            "{}",
            '"x"',
            "true",
            "1e3",
            "-0",
            "1.",
            "01",
            '"\\ud800"',
            '"e\u0301"',
        )
        return chance.choice((*odd, "12345678901234567890", "1" * 5000, "0.10000000000", "[[]]"))
    if code in ("A", "B", "U", "Tonda", "n"):
        return chance.choice(NUMBERS[:10])
    text = json.dumps(chance.choice(TEXTS[:5]), ensure_ascii=False)
    return chance.choice({"S": ('"SI"', '"NO"'), "V": ("true", "false")}.get(code, (text,)))


ODD_LINES = (
    b"", b" ", b"[]", b"{", b"1", b'{"rulebook": "prova/2024"}', b'{"fields": {}}', b"\xff", b"\r",
    b'\xef\xbb\xbf{"rulebook": "prova/2024", "fields": {"A": 1}}', b'{"rulebook": 1, "fields": {}}',
    b'{"rulebook": "prova/2024", "fields": []}', b'{"rulebook": "prova/2024", "subject": null}',
    b'{"rulebook": "prova/2024", "fields": {"A": 1, "A": 2}}',
    b'{"rulebook": "a", "rulebook": "b"}',
    b'{"rulebook": "prova/2024", "fields": {"A": 1, "\\u0041": 2}}',
    b'{"rulebook": "prova/2024", "fields": {"A": 1}, "printed": {"messages": ["x"]}}',
    b'{"rulebook": "prova/2024", "fields": {"A": 1}, "other": 1}', b"[" * 2000, b"{}",
    b'  {"rulebook": "prova/2024", "fields": {"A": 7, "T": "a: \\" :b"}}  ',
)  # fmt: skip


def some_lines(chance: Random, rows: int) -> bytes:
    """Draw a file of JSON lines."""
    lines = []
    for _ in range(rows):
        if chance.random() < 0.15:
            lines.append(chance.choice(ODD_LINES))
            continue
        fields = [code for code in CODES if chance.random() < 0.85]
        fields += ["Z"] if chance.random() < 0.05 else []
        chance.shuffle(fields)
        members = ", ".join(f'"{code}": {a_member(chance, code)}' for code in fields)
        rulebook = chance.choice(("prova/2024",) * 9 + ("altro/2024", "prova/2024@9.0.0", "x y"))
        parts = [f'"rulebook": "{rulebook}"', f'"fields": {{{members}}}']
        if chance.random() < 0.7:
            keys = [key for key in ("x", "n", "e\u0301") if chance.random() < 0.5]
            inner = ", ".join(f'"{key}": {a_member(chance, key)}' for key in keys)
            parts.append(f'"subject": {{{inner}}}')
        chance.shuffle(parts)
        lines.append(f"{{{', '.join(parts)}}}".encode("utf-8", "surrogatepass"))
    return chance.choice((b"\n", b"\r\n")).join(lines) + chance.choice((b"", b"\n"))


def write_parquet(chance: Random, rows: int, path: Path) -> None:
    """Draw a Parquet file, in groups of any size."""
    numbers = [Decimal(text) for text in ("0", "1", "12", "0.5", "8.50", "-3", "-0.25", "-1001")]
    columns: dict[str, Any] = {}
    for code in CODES:
        if code in ("A", "B", "U", "Tonda"):
            cells: list[Any] = [chance.choice([*numbers, None]) for _ in range(rows)]
            columns[code] = pa.array(cells, pa.decimal128(38, chance.choice((2, 10, 12))))
        elif code == "V":
            columns[code] = pa.array([chance.choice((True, False, None)) for _ in range(rows)])
        else:
            texts = ("SI", "NO", None) if code == "S" else (*TEXTS, None)
            columns[code] = pa.array([chance.choice(texts) for _ in range(rows)], pa.string())
    columns["subject.n"] = pa.array([chance.choice((1, 99, 100, None)) for _ in range(rows)])
    parquet.write_table(pa.table(columns), path, row_group_size=chance.choice((1, 3, 7, 1000)))


def write_sheet(chance: Random, rows: int, path: Path) -> None:
    """Draw a workbook: numbers, texts, truths, errors, formulas and rows that are not there."""
    columns = [*CODES, "subject.x", "subject.n"]
    lines = [header(*columns)]
    for row in range(2, rows + 2):
        if chance.random() < 0.05:
            continue
        cells = [
            a_sheet_cell(chance, code, f"{chr(65 + at)}{row}") for at, code in enumerate(columns)
        ]
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    write_parts(str(path), workbook_parts("".join(lines)))


def a_sheet_cell(chance: Random, code: str, place: str) -> str:
    drawn = chance.random()
    if drawn < 0.1:
        return ""
    if drawn < 0.14:
        odd = (cell(place, "#N/A", "e"), cell(place, "", formula="A1"), cell(place, "1", "b"))
        return chance.choice((*odd, text_cell(place, "1"), cell(place, "1.1000000000000001")))
    if code in ("A", "B", "U", "Tonda", "subject.n"):
        return cell(place, chance.choice(NUMBERS[:6]))
    if code == "V":
        return cell(place, chance.choice("01"), "b")
    text = chance.choice(("SI", "NO") if code == "S" else TEXTS[:5])
    return text_cell(place, escape(text))


def write(chance: Random, form: str, rows: int, folder: Path) -> Path:
    path = folder / f"in.{form}"
    if form == "xlsx":
        write_sheet(chance, rows, path)
    elif form == "parquet":
        write_parquet(chance, rows, path)
    else:
        path.write_bytes((a_table if form == "csv" else some_lines)(chance, rows))
    return path


WAYS = [
    *(
        (output, size)
        for size in (BlockSize(1, 4096), BlockSize(2, 4096), BlockSize(3, 90), BY_COLUMNS)
        for output in ("csv", "jsonl", "xlsx")
    ),
    ("parquet", BlockSize(5, 4096)),
    ("parquet", BY_COLUMNS),
]
"""Forms of answers, and the pieces in which they are made."""


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_columns_write_what_rows_write(
    form: str, part: int, linked: LinkedRulebook, tmp_path: Path
):
    """Every form in and out, in pieces of one, two, three and many rows.

    Each input is written in four of the fourteen ways: in all parts each way is met by four inputs.
    """
    answered = 0
    for seed in range(part, 12, 3):
        chance = Random(seed)  # noqa: S311 - the same cases each time
        path = write(chance, form, chance.choice((1, 20, 50)), tmp_path)
        for at in range(4):
            summary = agree(linked, path, *WAYS[(4 * seed + at) % len(WAYS)])
        answered += summary.rows - summary.counts.problems
    assert answered > 10


@pytest.mark.parametrize(
    ("form", "outputs"),
    [
        ("csv", ("csv", "jsonl")),
        ("jsonl", ("jsonl", "parquet")),
        ("parquet", ("parquet", "xlsx")),
        ("xlsx", ("xlsx", "csv")),
    ],
)
def test_workers_write_what_one_writes(
    form: str, outputs: tuple[str, ...], linked: LinkedRulebook, tmp_path: Path
):
    """Two processes answer small pieces in any order, and write what this one does.

    Each form is read twice and written twice: what is read and what is written do not meet.
    """
    path = write(Random(3), form, 60, tmp_path)  # noqa: S311 - the same case each time
    for output in outputs:
        one = answer(linked, path, output, by_columns=True, size=BlockSize(7, 4096))
        two = answer(linked, path, output, by_columns=True, size=BlockSize(7, 4096), workers=2)
        assert one == two


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_reading_goes_on_from_any_piece(form: str, linked: LinkedRulebook, tmp_path: Path):
    """What is written after a place is what was written there in one go."""
    path = write(Random(8), form, 60, tmp_path)  # noqa: S311 - the same case each time
    size = BlockSize(4, 4096)
    data, places, _ = answer(linked, path, "csv", by_columns=True, size=size)
    for done, place in enumerate(places[1:], 2):
        rest = answer(linked, path, "csv", by_columns=True, size=size, place=place)
        assert rest[0][1:] == data[done:]


def test_most_rows_take_the_columns(linked: LinkedRulebook, tmp_path: Path):
    """Plain rows are not left to the reader of rows because one of their block is odd."""
    lines = ["A,B,T", *(f'{at},2.5,"a, {at}"' for at in range(50)), '1,2,"open', "1e5,2,x"]
    (tmp_path / "in.csv").write_text("\n".join(lines), encoding="utf-8")
    source = open_source(str(tmp_path / "in.csv"), "csv", io.BytesIO)
    (chunk,) = source.chunks(BEGIN, BY_COLUMNS)
    assert isinstance(chunk.rows, Lines)
    shape = RowForm("csv", "in.csv", source.header, rulebook="prova/2024")
    table = read_csv(chunk.rows, shape, linked.schema)
    assert table.places.tolist() == [*range(50), 51]
    bad = table.fields["A"].bad
    assert bad is not None
    assert bad.nonzero()[0].tolist() == [50]


def test_lines_of_any_shape_take_the_columns(linked: LinkedRulebook):
    """A text with a colon and other orders of keys; a line without fields is left to rows."""
    lines = [
        b'{"rulebook": "prova/2024", "fields": {"A": 1, "T": "a: b", "B": 8.50}}',
        b'{"fields": {"B": 2, "A": 1}, "rulebook": "prova/2024"}',
        b'{"rulebook": "prova/2024"}',
        b'{"rulebook": "prova/2024", "fields": {"A": 1, "A": 1}}',
        b'{"rulebook": "prova/2024", "fields": {"A": -0}}',
    ]
    (chunk,) = cut_blocks(io.BytesIO(b"\n".join(lines)), BEGIN, BY_COLUMNS)
    assert isinstance(chunk.rows, Lines)
    table = read_json_lines(chunk.rows, linked.schema)
    assert table.places.tolist() == [0, 1]
    column = table.fields["B"].column
    assert [value_of(column, row) for row in range(2)] == [8.5, 2]
    assert [decimals_of(column, row) for row in range(2)] == [2, 0]


# -- Numbers ---------------------------------------------------------------------------------------


def test_numbers_are_read_as_documents_write_them():
    """Exactly, with the decimals that they were written with; anything else is marked."""
    good = ("0", "12", "-3", "8.50", "0.0000000001", "999999999999999", "-0", "-0.0")
    for text in good:
        encoded = encode_number_texts(pa.array([text, None, "7"]))
        assert encoded.bad is None
        assert value_of(encoded.column, 0) == Decimal(text)
        assert value_of(encoded.column, 1) is None
        assert decimals_of(encoded.column, 0) == len(text.partition(".")[2])
    for text in NUMBERS:
        encoded = encode_number_texts(pa.array(["1", text, "2.25"]))
        found = encoded.bad is None
        assert found == (text in (*good, *NUMBERS[:10], NUMBERS[-1])), text
        assert value_of(encoded.column, 2) == Decimal("2.25")


def test_a_number_of_any_width_is_exact_or_left_to_rows():
    """Fifteen digits and ten decimals are no int64: they are marked, and their row is read."""
    encoded = encode_number_texts(pa.array(["123456789012345.1234567891", "1.5", None]))
    assert encoded.bad is not None
    assert encoded.bad.tolist() == [True, False, False]
    assert value_of(encoded.column, 1) == Decimal("1.5")
    sliced = encode_number_texts(pa.array(["x", "2", "3.5", "x"]).slice(1, 2))
    assert sliced.bad is None
    assert [value_of(sliced.column, row) for row in range(2)] == [2, Decimal("3.5")]


# -- Blocks ----------------------------------------------------------------------------------------


def _rows(data: bytes, size: BlockSize, width: int) -> Iterator[tuple[int, int, bytes | None, int]]:
    delimiter = b"," if width else b""
    for chunk in cut_blocks(io.BytesIO(data), BEGIN, size, delimiter, width):
        rows = list(rows_of(chunk.rows))
        assert len(rows) == len(chunk.rows)
        assert rows[-1].after == chunk.after
        for raw in rows:
            assert raw.data is None or isinstance(raw.data, bytes)
            yield raw.row, raw.line, raw.data, raw.after.offset


def _one_by_one(data: bytes, width: int) -> Iterator[tuple[int, int, bytes | None, int]]:
    """Read rows as the language of batches says, line by line and without blocks."""
    lines = data.split(b"\n")
    ends = [len(line) + 1 for line in lines]
    if not lines[-1]:
        lines.pop()
    else:
        ends[-1] -= 1
    at, offset = 0, 0
    texts = [line.removesuffix(b"\r") for line in lines]
    for row in range(1, len(lines) + 1):
        if at == len(lines):
            return
        count = _count(texts, ends, at, width) if width else 1
        offset += sum(ends[at : at + count])
        joined = b"\n".join(texts[at : at + count])
        shown = None if count == 1 and len(joined) > LONGEST else joined
        yield row, at + 1, shown, offset
        at += count


def _count(texts: list[bytes], ends: list[int], at: int, width: int) -> int:
    if len(texts[at]) > LONGEST:
        return 1
    for count in range(1, len(texts) - at + 1):
        size = len(texts[at]) + sum(ends[at + 1 : at + count])
        if size > LONGEST:
            return 1
        cells = _cells(b"\n".join(texts[at : at + count]))
        if cells != -1:
            return count if count == 1 or cells == width else 1
    return 1


def _cells(record: bytes) -> int:
    """Count cells; 0 for a wrong quote, -1 where a quote is open."""
    cells, place = 0, 0
    while True:
        cells += 1
        if record[place : place + 1] == b'"':
            place += 1
            while record[place : place + 1] != b'"' or record[place : place + 2] == b'""':
                if place >= len(record):
                    return -1
                place += 2 if record[place : place + 2] == b'""' else 1
            place += 1
        else:
            while place < len(record) and record[place : place + 1] not in (b",", b'"'):
                place += 1
        if place >= len(record):
            return cells
        if record[place : place + 1] != b",":
            return 0
        place += 1


def test_blocks_do_not_show():
    """Rows, lines and offsets are those of reading line by line, whatever blocks are cut."""
    for seed in range(300):
        chance = Random(seed)  # noqa: S311 - the same cases each time
        pieces = (b'"', b'""', b",", b"\n", b"\r\n", b"a", b'"\n"', b'x"', b'"a\nb"', b"\r")
        data = b"".join(chance.choice(pieces) for _ in range(chance.randint(0, 60)))
        for width in (0, 1, 2, 3):
            expected = list(_one_by_one(data, width))
            for size in (BlockSize(1, 1), BlockSize(2, 9), BlockSize(99, 7), BlockSize(99, 9999)):
                assert list(_rows(data, size, width)) == expected, (seed, width, size)


LONG: dict[str, Callable[[], bytes]] = {
    "a long line": lambda: b"1,2\n" + b"x" * (LONGEST + 1) + b"\n3,4\n",
    "a longer line": lambda: b"1,2\n" + b"x" * (5 * LONGEST) + b"\n3,4\n",
    "a long line at the end": lambda: b"1,2\n" + b"x" * (3 * LONGEST),
    "a line at the limit": lambda: b"x" * LONGEST + b"\r\n1,2",
    "an open quote": lambda: b'1,"a\n' + b"1,2\n" * 90_000,
    "a quote that closes too far away": lambda: b'1,"a\n' + b"b\n" * 150_000 + b'"\n1,2',
    "a record at the limit": lambda: b'1,"' + b"b\n" * (LONGEST // 2 - 2) + b'"\n1,2\n',
    "a record one past it": lambda: b'1,"' + b"b\n" * (LONGEST // 2 - 1) + b'"\n1,2\n',
    "an unended record at the limit": lambda: b'11,"' + b"b\n" * (LONGEST // 2 - 2) + b'"',
}


@pytest.mark.parametrize("name", sorted(LONG))
def test_long_lines_and_records(name: str):
    """256 kB hold a row, and none holds more; blocks may be smaller than that."""
    data = LONG[name]()
    whole = list(_rows(data, BlockSize(1 << 20, 1 << 22), 2))
    for size in (BlockSize(1 << 14, 1000), BlockSize(5_000, 1 << 18)):
        assert list(_rows(data, size, 2)) == whole
    assert sum(1 for _, _, shown, _ in whole if shown is None) == ("long" in name)
    assert [row for row, *_ in whole] == list(range(1, len(whole) + 1))
    assert whole[-1][3] == len(data)
    joined = [shown for _, _, shown, _ in whole if shown is not None and b"\n" in shown]
    assert len(joined) == (name in ("a record at the limit", "an unended record at the limit"))


# -- The command -----------------------------------------------------------------------------------


def _plain_table(folder: Path, rows: int) -> None:
    lines = ["A,B,T,S,V", *(f"{at},{at % 7}.5,x{at % 9},SI,true" for at in range(rows))]
    (folder / "in.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")


def _batch(*words: object) -> int:
    return call("batch", "in.csv", "--rulebook", "prova.yaml", *words)[0]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_without_the_extra_rows_are_the_same(
    form: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """CSV and JSONL need neither numpy nor pyarrow, and do not tell whether they were there."""
    _plain_table(folder, 700)
    assert _batch("-o", f"columns.{form}", "--workers", 1) == 0
    with monkeypatch.context() as without:
        without.setattr(TableWork, "write", None)  # so that columns are a defect
        without.setitem(sys.modules, "pyarrow", None)
        assert _batch("-o", f"rows.{form}", "--workers", 1) == 0
    assert Path(f"rows.{form}").read_bytes() == Path(f"columns.{form}").read_bytes()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
@pytest.mark.parametrize("error", [pa.ArrowCapacityError, pa.ArrowInvalid])
def test_answers_longer_than_an_array_holds_are_made_in_halves(
    form: str, error: type[Exception], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Arrow's texts are 2 GB at most; the same rows come out, whatever the piece they stand in."""
    _plain_table(folder, 1_000)
    assert _batch("-o", f"whole.{form}", "--workers", 1) == 0
    halved, write = [], TableWork._write_piece

    def full(work: TableWork, part: Any) -> Any:
        if len(part) > 300:
            halved.append(len(part))
            raise error("array cannot contain more than 2147483646 bytes")
        return write(work, part)

    monkeypatch.setattr(TableWork, "_write_piece", full)
    assert _batch("-o", f"halves.{form}", "--workers", 1) == 0
    assert halved == [1_000, 500, 500]
    assert _cells_of(Path(f"halves.{form}")) == _cells_of(Path(f"whole.{form}"))


def _cells_of(path: Path) -> object:
    """Read a file's cells, in whatever pieces they are."""
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        return [[cell.value for cell in row] for row in sheet.iter_rows()]
    return path.read_bytes()


def test_what_workers_import_is_imported_beforehand(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """For a large input; and nothing stays where there is nothing for workers to do."""
    _plain_table(folder, 2_000)
    assert _batch("-o", "one.csv", "--workers", 1) == 0
    monkeypatch.setattr("ruletrail.cli.batch.LARGE", 100)
    monkeypatch.setattr("ruletrail.cli.batch.BY_COLUMNS", BlockSize(300, 1 << 20))
    prepared = []
    monkeypatch.setattr("ruletrail.cli.batch.prepare_workers", prepared.append)
    before = len(multiprocessing.active_children())
    assert _batch("-o", "two.csv", "--workers", 2) == 0
    assert prepared == ["ruletrail.batches.worker_imports"]
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    Path("in.csv").write_text("A,what\n" + "1,2\n" * 100, encoding="utf-8")
    assert _batch("-o", "none.csv", "--workers", 2) == 2
    assert len(multiprocessing.active_children()) == before


def test_a_small_input_is_answered_by_rows(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What columns cost to begin with pays only from some hundred rows on."""
    _plain_table(folder, CHUNK_ROWS - 1)
    monkeypatch.setattr(TableWork, "write", None)
    assert _batch("-o", "out.csv") == 0


def test_workers_find_no_pandas():
    """And everything else; in a process of their own, because what they import changes it."""
    asked = (
        "import sys, importlib.util as util, ruletrail.batches.worker_imports\n"
        "assert util.find_spec('json') and 'ruletrail.batches.streams' in sys.modules\n"
        "import pandas"
    )
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1].startswith("ModuleNotFoundError")


# -- What columns cannot show, or cannot write -----------------------------------------------------


def _book(folder: Path, rules: str, fields: dict[str, Any], **schema: Any) -> LinkedRulebook:
    (folder / "prova.yaml").write_text(HEAD_TEXT + f"rules:\n{rules}", encoding="utf-8")
    parts = {"properties": {"fields": {"type": "object", "properties": fields}}, **schema}
    (folder / "schema.json").write_text(json.dumps(parts), encoding="utf-8")
    return ruletrail.load(folder / "prova.yaml").linked


@pytest.mark.parametrize("required", [["rulebook", "fields"], ["fields", "subject"], ["rulebook"]])
def test_a_part_that_is_not_there_is_missing(required: list[str], tmp_path: Path):
    """A line without `fields` has none, whatever the lines around it have; `subject` the same."""
    linked = _book(
        tmp_path, "  X: {formula: A + 1}\n", {"A": {"type": "number"}}, required=required
    )
    parts = ({"fields": {"A": 1}}, {"subject": {"n": "x"}}, {"fields": {}}, {})
    lines = [{"rulebook": "prova/2024", **one, **other} for one in parts for other in parts]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    for rows in (1, 2, 3, 100):
        assert agree(linked, path, "jsonl", BlockSize(rows, 1 << 20)).rows == len(lines)


@pytest.mark.parametrize("out", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("cells", [["0,0"] * 3, ["0,0", ",0", "0,"], ["0,1"], ["1,1", "0,0"]])
def test_nothing_at_a_scale_that_no_power_fits(cells: list[str], out: str, tmp_path: Path):
    """Zeros at twenty decimals more than they have are zeros, in every form."""
    tiny = {"type": "number", "minimum": 0, "maximum": 9, "multipleOf": 1e-10}
    linked = _book(tmp_path, "  X: {formula: A * B}\n", {"A": tiny, "B": tiny})
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["A,B", *cells]) + "\n", encoding="utf-8")
    agree(linked, path, out)


def test_what_columns_fail_to_write_rows_write(
    linked: LinkedRulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A defect in writing costs the columns and no row, as one in evaluating does; it is said."""
    path = write(Random(1), "csv", 40, tmp_path)  # noqa: S311 - the same each time
    expected = answer(linked, path, "csv", by_columns=False)

    def fail(*_: object) -> None:
        raise OverflowError

    for name in ("_write", "_build"):
        monkeypatch.setattr(TableWork, name, fail)
    with pytest.warns(RuntimeWarning, match="OverflowError"):
        assert answer(linked, path, "csv", by_columns=True) == expected
    with pytest.warns(RuntimeWarning, match="OverflowError"):
        answer(linked, path, "parquet", by_columns=True)


@pytest.mark.parametrize("where", ["_write", "write"])
def test_where_memory_is_short_rows_answer(
    where: str, linked: LinkedRulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It is no defect of ours, whether columns know it or have no memory to say so."""
    path = write(Random(1), "csv", 40, tmp_path)  # noqa: S311 - the same each time
    expected = answer(linked, path, "csv", by_columns=False)

    def lack(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(TableWork, where, lack)
    with pytest.warns(RuntimeWarning, match="not enough memory; .* fewer `--workers`") as told:
        assert answer(linked, path, "csv", by_columns=True) == expected
    assert not any("defect" in str(each.message) for each in told)


def test_a_library_that_memory_is_too_short_for_is_done_without(
    linked: LinkedRulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Rows need none; one that fails for another reason is not covered up."""
    path = write(Random(1), "csv", 40, tmp_path)  # noqa: S311 - the same each time
    expected = answer(linked, path, "csv", by_columns=False)

    def fail_by(error: ImportError) -> None:
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(TableWork, "__init__", fail)

    fail_by(ImportError("x.so: cannot allocate memory in static TLS block"))
    with pytest.warns(RuntimeWarning, match="not enough memory"):
        assert answer(linked, path, "csv", by_columns=True) == expected
    fail_by(ImportError("x.so: undefined symbol"))
    with pytest.raises(ImportError, match="undefined symbol"):
        answer(linked, path, "csv", by_columns=True)


def test_lines_that_are_no_text_cost_no_more_each(tmp_path: Path):
    """Of four times the lines in another encoding, reading takes no more than eight times."""
    linked = _book(
        tmp_path, "  X: {formula: A + 1}\n", {"A": {"type": "number"}, "T": {"type": "string"}}
    )
    times = []
    for rows in (1_500, 6_000):
        path = tmp_path / "in.csv"
        path.write_bytes(b"A,T\n" + b"1,perch\xe9\n" * rows)
        start = time.process_time()
        answer(linked, path, "csv", by_columns=True)
        times.append(time.process_time() - start)
    assert times[1] < 8 * times[0]


def test_fields_that_no_row_has_take_no_room(tmp_path: Path):
    """Memory is that of what is written, not of rows times the fields of the form."""
    fields = {f"F{at}": {"type": "number"} for at in range(4_000)}
    linked = _book(tmp_path, "  X: {formula: F0 + 1}\n", fields)
    path = tmp_path / "in.jsonl"
    path.write_text('{"rulebook":"prova/2024","fields":{"F0":1}}\n' * 2_000, encoding="utf-8")
    schema = linked.schema
    block = Lines(path.read_bytes(), BEGIN, 2_000, 2_000)
    tracemalloc.start()
    table = read_json_lines(block, schema)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert list(table.fields) == ["F0"]
    assert peak < 20_000_000
