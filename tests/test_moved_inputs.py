"""An input that changes while a batch reads it: no output holds rows of two files."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ruletrail.batches.checkpoints import Partial
from ruletrail.batches.rows import CHUNK_ROWS
from ruletrail.cli import batch
from support.command_line import call
from support.rulebooks import HEAD_TEXT

BOOK = HEAD_TEXT + "rules: {Doppio: {formula: A * 2}}\n"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {"type": "object", "properties": {"A": {"type": "number"}}},
    },
}
ROWS = 3 * CHUNK_ROWS


@pytest.fixture(autouse=True)
def _folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a rulebook, its schema and rows, which are answered by rows."""
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    monkeypatch.setattr(batch, "_is_by_columns", lambda _: False)


def _write(form: str, name: str = "in") -> str:
    path = f"{name}.{form}"
    if form == "parquet":
        arrow = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(arrow.table({"A": [1] * ROWS}), path)
    elif form == "xlsx":
        book = pytest.importorskip("openpyxl").Workbook()
        for row in (["A"], *[[1]] * ROWS):
            book.active.append(row)
        book.save(path)
    elif form == "jsonl":
        Path(path).write_text('{"rulebook": "prova/2024", "fields": {"A": 1}}\n' * ROWS, "utf-8")
    else:
        Path(path).write_text("A\n" + "1\n" * ROWS, encoding="utf-8")
    return path


def _grow(path: str) -> None:
    with Path(path).open("ab") as stream:
        stream.write(b"2\n")


def _cut(path: str) -> None:
    os.truncate(path, 5)


def _replace(path: str) -> None:
    """Put another whole file in its place, which a handle that is open does not see."""
    other = Path(_write(Path(path).suffix[1:], "other"))
    later = Path(path).stat().st_mtime_ns + 1_000_000
    os.utime(other, ns=(later, later))
    other.replace(path)


def _remove(path: str) -> None:
    Path(path).unlink()


def _run(path: str, output: str, *more: str) -> tuple[int, str, str]:
    words = ("batch", path, "-o", output, "--rulebook", "prova.yaml", "--lang", "en", *more)
    return call(*words, "--workers", "1")


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
@pytest.mark.parametrize("change", [_grow, _cut, _replace, _remove])
@pytest.mark.parametrize("at", ["first chunk", "last row"])
def test_an_input_that_changes_while_it_is_read_has_no_output(
    form: str, change: Callable[[str], None], at: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever was read until then, nothing lies there that a later run could go on from."""
    path, add, begun = _write(form), Partial.add, []
    Path("out.csv").write_text("old\n", encoding="utf-8")

    def add_and_change(partial: Partial, data: bytes, place: Any, counts: Any) -> None:
        add(partial, data, place, counts)
        begun.append(place.rows)
        if place.rows == (CHUNK_ROWS if at == "first chunk" else ROWS):
            change(path)

    monkeypatch.setattr(Partial, "add", add_and_change)
    status, _, err = _run(path, "out.csv")
    assert (status, "[batch-moved]" in err) == (2, True), err
    assert path in err
    # no more is answered than was on its way by then
    assert begun[-1] == ROWS if at == "last row" else begun[-1] <= 2 * CHUNK_ROWS
    assert Path("out.csv").read_text(encoding="utf-8") == "old\n"
    assert list(folder.glob(".out*")) == []


def test_rows_that_were_shown_already_are_told_to_be_of_two_files(monkeypatch: pytest.MonkeyPatch):
    """What is open already has them; the status says that they are not those of one file."""
    path, run = _write("csv"), batch.run_batch

    def run_and_grow(*given: Any, **more: Any) -> Any:
        summary = run(*given, **more)
        _grow(path)
        return summary

    monkeypatch.setattr(batch, "run_batch", run_and_grow)
    status, out, err = _run(path, "-", "--to", "csv")
    assert (status, out.count("\n"), "[batch-moved]" in err) == (2, ROWS + 1, True)


def test_a_file_that_is_only_looked_at_stays_the_same(monkeypatch: pytest.MonkeyPatch):
    path, add = _write("csv"), Partial.add

    def add_and_read(partial: Partial, data: bytes, place: Any, counts: Any) -> None:
        add(partial, data, place, counts)
        Path(path).read_bytes()
        Path(path).chmod(0o600)

    monkeypatch.setattr(Partial, "add", add_and_read)
    assert _run(path, "out.csv")[0] == 0
