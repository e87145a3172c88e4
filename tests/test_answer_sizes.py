"""Chunks are bounded by what goes out too: a rulebook's own texts may stand in every row."""

import json
from io import BytesIO
from pathlib import Path

import pytest

import ruletrail
from ruletrail.batches import answer_sizes
from ruletrail.batches.answer_sizes import MOST_OUT, bound_by_answers, cut_chunks
from ruletrail.batches.checkpoints import Partial
from ruletrail.batches.lines import BlockSize, Lines, cut_blocks
from ruletrail.batches.rows import BEGIN, Chunk, Counts, Place, RawRow, Rows
from ruletrail.batches.sources import BY_COLUMNS, BY_ROWS
from ruletrail.linking import LinkedRulebook
from support.command_line import call
from support.rulebooks import HEAD_TEXT, load_text, rows_of, rulebook_text, schema_of

HEAD_2 = HEAD_TEXT.replace("language: 1", "language: 2")
LONG, RULES, ROWS = "x" * 8000, 30, 900
SCHEMA = {
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "A": {"type": "number", "title": "a"},
                "D": {"type": "string", "format": "date", "title": "d"},
            },
        },
    },
}


def _write(folder: Path, above: str, formula: str) -> Path:
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    rules = "".join(f"  X{at}: {{label: x, formula: '{formula}'}}\n" for at in range(RULES))
    book = folder / "book.yaml"
    book.write_text(f"{HEAD_2}{above}rules:\n{rules}", encoding="utf-8")
    return book


CONSTANT = f"parameters:\n  Q: {{label: q, value: {LONG}}}\n"
DATED = (
    "day: D\nparameters:\n  Q:\n    label: q\n    values:\n"
    f"      - {{from: 2020-01-01, value: {LONG}}}\n      - {{from: 2023-01-01, value: short}}\n"
)
TABLE = (
    "tables:\n  T:\n    label: t\n    by: [A]\n    rows:\n"
    f"      - {{A: 1, value: {LONG}}}\n      - {{A: 2, value: short}}\n"
)


@pytest.mark.parametrize(
    ("above", "formula", "longest"),
    [
        (CONSTANT, "Q", 8000),
        (DATED, "Q", 8000),
        (TABLE, "T(A)", 8000),
        ("", f'"{"x" * 400}" if A > 1 else "b"', 400),
        ("", '"b" if A > 1 else "c"', 1),
    ],
    ids=["constant", "dated", "table", "formula", "short"],
)
def test_rows_are_as_many_as_their_texts_leave_room_for(
    above: str, formula: str, longest: int, tmp_path: Path
):
    """30 rules that give one text of 8 kB had 8.6 GB in memory, of a file of 25 kB."""
    linked = ruletrail.load(_write(tmp_path, above, formula)).linked
    for size in (BY_COLUMNS, BY_ROWS):
        bound = bound_by_answers(size, linked)
        assert bound.rows == min(size.rows, MOST_OUT // (longest * RULES))
        assert bound.data == size.data


def test_a_long_text_counts_for_the_rules_that_can_give_it_alone(tmp_path: Path):
    """Beside 300 rules of short texts one of 8 kB left chunks too small to be answered by columns.

    What a rule reads of another, or calls, is a text that it can give.
    """
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    rules = "".join(f'  X{at}: {{formula: \'"a" if A > 1 else "b"\'}}\n' for at in range(300))
    book = tmp_path / "book.yaml"
    book.write_text(f"{HEAD_2}{CONSTANT}rules:\n{rules}", encoding="utf-8")
    assert bound_by_answers(BY_COLUMNS, ruletrail.load(book).linked) == BY_COLUMNS
    rules += "  Y: {formula: 'Q if A > 1 else X1'}\n  Z: {formula: Y}\n  N: {formula: A}\n"
    book.write_text(f"{HEAD_2}{CONSTANT}rules:\n{rules}", encoding="utf-8")
    rows = bound_by_answers(BY_COLUMNS, ruletrail.load(book).linked).rows
    assert rows == MOST_OUT // (300 + 2 * len(LONG))


@pytest.mark.parametrize(
    ("most", "length", "rows"),
    [(500, 4000, MOST_OUT // (500 * 4000)), (500, 48, BY_COLUMNS.rows), (2, 60, BY_COLUMNS.rows)],
    ids=["long", "short", "few-rows"],
)
def test_a_rule_of_a_list_gives_its_text_in_each_row(most: int, length: int, rows: int):
    """400 kB of reports with 500 rows each had 160 MB of answers; a chunk is ten times as large.

    What is short has room however many rows there are, and a list of few rows has few texts.
    """
    entries = {
        "parameters": {"Q": {"label": "q", "value": "x" * length}},
        "rules": {"L.X": {"formula": 'Q if L.y > 1 else "b"'}},
    }
    schema = schema_of({"L": rows_of({"y": "number"}, most)})
    plan = load_text(rulebook_text(entries, language="2"), schema)
    assert bound_by_answers(BY_COLUMNS, plan.linked).rows == rows


@pytest.mark.parametrize("reference", ["sociale/2024@1.0.0", "sociale/2024@1.0.1"])
def test_published_rulebooks_are_answered_as_many_at_once_as_before(reference: str):
    """Their texts are short, and their chunks those that are fast."""
    assert bound_by_answers(BY_COLUMNS, ruletrail.load(reference).linked) == BY_COLUMNS


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LinkedRulebook:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("A\n" + "1\n2\n" * (ROWS // 2), encoding="utf-8")
    return ruletrail.load(_write(tmp_path, "", '"many texts" if A > 1 else "b"')).linked


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("given", ["in.csv", "-"])
def test_answers_are_the_same_however_they_are_cut(
    given: str, form: str, workers: int, linked: LinkedRulebook, monkeypatch: pytest.MonkeyPatch
):
    """Byte for byte, of a file and of what can be read only once; no piece is larger than asked."""
    pieces: list[int] = []
    add = Partial.add

    def count(self: Partial, data: bytes, place: Place, counts: Counts) -> None:
        pieces.append(counts.complete)
        add(self, data, place, counts)

    monkeypatch.setattr(Partial, "add", count)
    words = (given, "--from", "csv", "--rulebook", "book.yaml", "--workers", workers)
    stdin = Path("in.csv").read_bytes() if given == "-" else b""
    for most, name in (MOST_OUT, "whole"), (300 * RULES * len("many texts"), "cut"):
        pieces.clear()
        monkeypatch.setattr(answer_sizes, "MOST_OUT", most)
        assert call("batch", *words, "-o", f"{name}.{form}", stdin=stdin)[0] == 0
        assert [each for each in pieces if each] == ([ROWS] if name == "whole" else [300] * 3)
    assert Path(f"cut.{form}").read_bytes() == Path(f"whole.{form}").read_bytes()


def _of_reports(*rules: str, most: int = 500) -> BlockSize:
    """Return the size of chunks for rules over texts of a form, one of them of two choices."""
    fields = {
        "A": {"type": "number"},
        "T": {"type": "string"},
        "C": {"enum": ["yes", "no"]},
        "L": rows_of({"t": "string", "u": "string"}, most),
    }
    entries = dict(each.split(": ", 1) for each in rules)
    written = {code: {"formula": formula} for code, formula in entries.items()}
    text = rulebook_text({"groups": {}, "rules": written}, language="2")
    return bound_by_answers(BY_COLUMNS, load_text(text, schema_of(fields)).linked)


@pytest.mark.parametrize(
    ("rules", "copies"),
    [
        (["X{}: T"] * 100, 100),
        (["X{}: T if A > 1 else 'b'"] * 100, 100),
        (["X{}: default(T, C)"] * 100, 100),
        (["Y: T", *["X{}: Y"] * 99], 100),
        (["L.x{}: L.t"] * 100, 100),
        (["L.x{}: T"] * 2, 2 * 500),
        (["Y: T", "L.y: Y", "L.x: L.y"], 1 + 2 * 500),
        (["X{}: C"] * 100, 0),
        (["X{}: 'a' if T == 'b' else C"] * 100, 0),
        (["X{}: length(T)"] * 100, 0),
        (["X{}: A"] * 100, 0),
    ],
    ids=[
        "field", "branch", "default", "rule", "cell", "rows", "rows-of-rule",
        "choice", "compared", "counted", "number",
    ],
)  # fmt: skip
def test_texts_of_reports_count_for_each_rule_that_gives_them_back(rules: list[str], copies: int):
    """A thousand rules that each give a field's text made gigabytes of a chunk of four megabytes.

    A text that is only compared goes out nowhere, and one of some choices is short.
    """
    size = _of_reports(*(each.format(at) for at, each in enumerate(rules)))
    assert size.data == min(BY_COLUMNS.data, MOST_OUT // max(copies, 1))
    assert size.rows == BY_COLUMNS.rows


@pytest.mark.parametrize("given", ["in.csv", "-"])
def test_no_chunk_gives_more_back_than_there_is_room_for(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file and standard input are cut at the same bytes, and the answers stay the same."""
    monkeypatch.chdir(tmp_path)
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"]["fields"]["properties"]["T"] = {"type": "string", "title": "t"}
    rules = "".join(f"  X{at}: {{label: x, formula: T}}\n" for at in range(RULES))
    Path("book.yaml").write_text(f"{HEAD_2}rules:\n{rules}", encoding="utf-8")
    Path("schema.json").write_text(json.dumps(schema), encoding="utf-8")
    lines = [f"{at},{'x' * 1000}\n" if at % 3 else f'{at},"y\n{at}"\n' for at in range(ROWS)]
    Path("in.csv").write_text("A,T\n" + "".join(lines), encoding="utf-8")
    out: list[int] = []
    add = Partial.add

    def count(self: Partial, data: bytes, place: Place, counts: Counts) -> None:
        out.append(len(data))
        add(self, data, place, counts)

    monkeypatch.setattr(Partial, "add", count)
    words = (given, "--from", "csv", "--rulebook", "book.yaml", "--workers", 1)
    stdin = Path("in.csv").read_bytes() if given == "-" else b""
    for most, name in (MOST_OUT, "whole"), (1 << 20, "cut"):
        out.clear()
        monkeypatch.setattr(answer_sizes, "MOST_OUT", most)
        assert call("batch", *words, "-o", f"{name}.jsonl", stdin=stdin)[0] == 0
        assert (max(out) < 1.2 * most, len([each for each in out if each]) > 1) == (
            True, name == "cut",
        )  # fmt: skip
    assert Path("cut.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()


def test_lines_that_are_cut_again_are_those_of_a_file_that_is_read_so():
    """By rows and by bytes, records of several lines and an open quote whole, and the same places.

    Of pieces of one row the rows of all were listed each time.
    """
    data = b'1,a\n2,"b\nc"\n' * 50 + b'3,"open\n4,d\n' * 20 + b"5,e"
    start = Place(3, 7, 3)
    whole = BlockSize(1 << 14, 1 << 22)
    for size in (BlockSize(1, 1 << 22), BlockSize(7, 1 << 22), BlockSize(1 << 14, 60)):
        read = list(cut_blocks(BytesIO(data), start, size, b",", 2))
        again = list(cut_chunks(cut_blocks(BytesIO(data), start, whole, b",", 2), size))
        assert again == read
        assert len(again) > 10
        assert b"".join(each.rows.data for each in again if isinstance(each.rows, Lines)) == data


def test_chunks_are_cut_in_order_and_numbered():
    """What fits stays the piece that it was; each says where to go on after it."""
    rows = [RawRow(at, at, b"", Place(at)) for at in range(1, 8)]
    chunks = [Chunk(0, Rows(tuple(rows[:2]))), Chunk(1, Rows(tuple(rows[2:])))]
    size = type(BY_ROWS)(2, 100)
    cut = list(cut_chunks(iter(chunks), size))
    assert [each.index for each in cut] == [0, 1, 2, 3]
    assert [each.after.rows - BEGIN.rows for each in cut] == [2, 4, 6, 7]
    assert cut[0].rows is chunks[0].rows
