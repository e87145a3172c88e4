"""How `check --fix` finds out what it may write: what it proves, how often it reads, what it says.

A fix that may not be made must cost no reading of the whole for each of its kind, and must not keep
another from being made.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli import check
from ruletrail.documents import RULEBOOK_LIMITS, read_text, yaml_reader
from ruletrail.library import Source
from ruletrail.lints import Gathered, fixing, gather, mend
from ruletrail.lints.fixing import MOST_READINGS
from ruletrail.problems import Fix, Mark, Problem
from support.command_line import call
from support.rulebooks import HEAD_TEXT

Write = Callable[[int], str]
"""What is written in the place of `=` on a line."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one at each reading of a whole text."""
    readings: list[int] = []

    def count(text: str, *more: object) -> object:
        readings.append(len(text))
        return read_text(text, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(fixing, "read_text", count)
    return readings


def _check(write: Write, code: Callable[[int], str]) -> fixing.Check:
    def check(text: str) -> Iterator[Problem]:
        for at, line in enumerate(text.splitlines()):
            if " = " in line:
                mark = Mark("f", at + 1, line.index("=") + 1)
                yield Problem(code(at), mark, fixes=(Fix(mark, "=", write(at)),))

    return check


def _mended(text: str, after: str) -> list[int]:
    pairs = zip(text.splitlines(), after.splitlines(), strict=True)
    return [at for at, (old, new) in enumerate(pairs) if old != new]


@pytest.mark.parametrize("count", [100, 400])
def test_what_goes_wrong_on_every_line_takes_one_reading(count: int, read: list[int]):
    """A comma in braces cuts each text in two, and the reading tells all of them."""
    text = "".join(f"a{at}: {{x: b = {at}}}\n" for at in range(count))
    done = mend(text, "f", _check(lambda _: ",", lambda _: "one"))
    assert (done.text, done.fixed, done.untried) == (text, (), 0)
    assert len(read) == 2  # as it is, and with all of them


@pytest.mark.parametrize("count", [100, 400])
def test_what_breaks_the_text_line_by_line_keeps_nothing_else_from_being_mended(
    count: int, read: list[int]
):
    """Each reading stops at the first quote that never ends: all of that kind are left for last."""
    text = "".join(f"a{at}: 'b = {at}'\n" for at in range(count))
    write, code = (lambda at: "'" if at % 2 else "=="), (lambda at: "odd" if at % 2 else "even")
    done = mend(text, "f", _check(write, code))
    assert _mended(text, done.text) == list(range(0, count, 2))
    assert len(read) <= MOST_READINGS + 1
    assert {each.code for each in done.fixed} == {"even"}
    assert done.untried == count // 2  # none of them was tried alone, and that is said


@pytest.mark.parametrize("count", [64, 1024])
def test_few_that_go_wrong_take_few_readings(count: int, read: list[int]):
    wrong = {3, count // 2, count - 1}
    text = "".join(f"a{at}: 'b = {at}'\n" for at in range(count))
    done = mend(text, "f", _check(lambda at: "'" if at in wrong else "==", lambda _: "one"))
    assert set(range(count)) - set(_mended(text, done.text)) == wrong
    assert done.untried == 0
    assert len(read) < 16


@pytest.mark.parametrize("count", [100, 400])
def test_of_several_on_a_line_those_are_made_that_may_be(count: int, read: list[int]):
    """Both on a line are to blame where one is: the last is tried without the first."""
    text = "".join(f"a{at}: {{x: b = 1 = {at}}}\n" for at in range(count))

    def check(written: str) -> Iterator[Problem]:
        for at, line in enumerate(written.splitlines()):
            for column, new in ((line.find("b =") + 2, ","), (line.find("1 =") + 2, "==")):
                if line[column : column + 2] == "= ":
                    mark = Mark("f", at + 1, column + 1)
                    yield Problem("one", mark, fixes=(Fix(mark, "=", new),))

    assert mend(text, "f", check).text == text.replace("1 =", "1 ==")
    assert len(read) < 8


def test_a_line_that_is_all_of_a_text_is_mended_in_one_pass(read: list[int]):
    """Many on one line are written in one piece: slices for each would be the square."""
    text = "a: '" + "= " * 500 + "'\n"

    def check(written: str) -> list[Problem]:
        places = [at for at in range(len(written)) if written[at - 1 : at + 2] == " = "]
        marks = [Mark("f", 1, at + 1) for at in places]
        return [Problem("one", mark, fixes=(Fix(mark, "=", "=="),)) for mark in marks]

    assert mend(text, "f", check).text == "a: '= " + "== " * 499 + "'\n"
    assert len(read) == 2


@pytest.mark.parametrize("count", [5, 90])
def test_a_problem_that_a_mend_moved_along_its_line_is_the_same(
    count: int, read: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """`1.000,5` becomes shorter; the comma behind it, which nobody mends, stays a problem."""
    monkeypatch.chdir(tmp_path)
    line = "  X{}: {{formula: A > 1.000,5, label: art. 3, comma 2}}\n"
    text = HEAD_TEXT + "rules:\n" + "".join(map(line.format, range(count)))
    Path("r.yaml").write_text(text, encoding="utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    call("check", "r.yaml", "--fix")
    assert Path("r.yaml").read_text(encoding="utf-8") == text.replace("1.000,5", "1000.5")
    assert len(read) == 2


def _of_spreadsheet(at: int) -> str:
    return f"  X{at}: {{formula: =max(A; {at}; 5), label: l}}"


SPREADSHEETS = {
    "arguments": ("{formula: max(A; 1), label: l}", '{formula: "max(A, 1)", label: l}'),
    "all of them": ("{formula: =max(A; 1; 5) * 1,5}", '{formula: "max(A, 1, 5) * 1.5"}'),
    "last": ("{label: l, formula: max(A; 1)}", '{label: l, formula: "max(A, 1)"}'),
    "lines": ("{\n    formula: max(A; 1),\n    label: l}", None),
    "texts": ("{formula: 1 if T = “a” else max(A; 1)}", None),
    "both quotes": (
        '{formula: 1 if T = "it\'s" else max(A; 1)}',
        "{formula: '1 if T == \"it''s\" else max(A, 1)'}",
    ),
    "quoted": ("{formula: 'max(A; 1)'}", "{formula: 'max(A, 1)'}"),
    "block": ("\n    formula: max(A; 1)", "\n    formula: max(A, 1)"),
    "text first": ("\n    formula: “a” = T", "\n    formula: '\"a\" == T'"),
    "no comma": ("{formula: A = 1, label: l}", "{formula: A == 1, label: l}"),
}
"""Formulas as spreadsheets have them, and how they are mended; None where another test says."""


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_a_formula_of_a_spreadsheet_gets_the_quotes_that_yaml_asks_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """In braces a comma parts entries: with it comes what keeps the formula one text."""
    monkeypatch.chdir(tmp_path)
    written, mended = SPREADSHEETS[name]
    schema = '{"properties": {"fields": {"type": "object", "properties": '
    schema += '{"A": {"type": "number"}, "T": {"type": "string"}}}}}'
    Path("schema.json").write_text(schema, encoding="utf-8")
    head = HEAD_TEXT + "rules:\n  X: "
    Path("r.yaml").write_text(f"{head}{written}\n", encoding="utf-8")
    _, out, err = call("check", "r.yaml", "--fix")
    assert "error" not in out + err
    assert "mend" in err
    if mended is not None:
        assert Path("r.yaml").read_text(encoding="utf-8") == f"{head}{mended}\n"


def test_the_hint_in_braces_shows_what_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What it says, done to the letter, is a document that can be read."""
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD_TEXT}rules:\n  X: {{formula: max(A; 1; 5), label: l}}\n"
    Path("r.yaml").write_text(text, encoding="utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    for language, said in (("en", "write `"), ("it", "scrivi `")):
        _, out, err = call("check", "r.yaml", "--lang", language)
        assert f'{said}"max(A, 1, 5)"`' in out + err


@pytest.mark.parametrize("count", [100, 200])
def test_formulas_of_a_spreadsheet_are_mended_in_one_reading(
    count: int, read: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    lines: Sequence[str] = [_of_spreadsheet(at) for at in range(count)]
    text = HEAD_TEXT + "rules:\n" + "\n".join(lines) + "\n"
    Path("r.yaml").write_text(text, encoding="utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    call("check", "r.yaml", "--fix")
    after = Path("r.yaml").read_text(encoding="utf-8")
    assert after.count('formula: "max(A, ') == count
    assert len(read) == 2


def test_what_was_not_tried_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("r.yaml").write_text(f"{HEAD_TEXT}rules:\n  X: {{formula: A = 1}}\n", encoding="utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(fixing, "MOST_READINGS", 0)
    assert "r.yaml: 1 more mend was not tried" in call("check", "r.yaml", "--fix")[2]
    said = call("check", "r.yaml", "--fix", "--lang", "it")[2]
    assert "r.yaml: 1 altra correzione non provata" in said


FILES = {
    "mended": (f"{HEAD_TEXT}rules:\n  X: {{formula: A = 1}}\n", 2),
    "nothing to mend": (f"{HEAD_TEXT}rules:\n  X: {{formula: A + 1}}\n", 1),
    "byte order mark": (f"\ufeff{HEAD_TEXT}rules:\n  X: {{formula: A = 1}}\n", 3),
}
"""What is checked, and how often all its problems are gathered."""


@pytest.mark.parametrize("options", [["--fix"], ["--fix", "--dry-run"]], ids=["written", "dry"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_gathered_of_the_file_as_it_is_is_not_gathered_again(
    name: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The answer is that of a check of the file as it is then; other bytes are read anew."""
    monkeypatch.chdir(tmp_path)
    text, most = FILES[name]
    Path("r.yaml").write_text(text, encoding="utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    gathered = []

    def count(source: Source, *more: Callable[[], None]) -> Gathered:
        gathered.append(source)
        return gather(source, *more)

    monkeypatch.setattr(check, "gather", count)
    status, out, _ = call("check", "r.yaml", *options, "--format", "json")
    assert len(gathered) == most
    assert (status, out) == call("check", "r.yaml", "--format", "json")[:2]


def test_why_a_text_cannot_be_read_is_found_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of faults that show one at a time, what one mend leaves is read by it and by no check again.

    Checking asks twice: what is wrong, and for the schema of the rulebook.
    """
    texts: list[str] = []
    read_yaml = yaml_reader.read_yaml

    def count(text: str, *more: Any) -> Any:
        texts.append(text)
        return read_yaml(text, *more)

    monkeypatch.setattr(yaml_reader, "read_yaml", count)
    rules = "".join(f"  R{at}:\n    label: one: two [x {at}\n    formula: A\n" for at in range(4))
    path = tmp_path / "r.yaml"
    path.write_text(f"{HEAD_TEXT}rules:\n{rules}", encoding="utf-8")
    (tmp_path / "schema.json").write_text(
        json.dumps({"properties": {"fields": {"properties": {"A": {"type": "number"}}}}}),
        encoding="utf-8",
    )
    call("check", str(path), "--fix")
    after = path.read_text(encoding="utf-8")
    assert [f'label: "one: two [x {at}"\n' in after for at in range(4)] == [True] * 4
    unreadable = [text for text in texts if read_yaml(text, "r.yaml", RULEBOOK_LIMITS)[0] is None]
    assert len(unreadable) == len(set(unreadable)) == 4
