"""A slip in the rulebook of a nursery is told once, where it stands, with what to write.

`nursery/` is a library: a rulebook with a scale, a table, exceptions, dated values and a list of
rows, its schema and its examples, all right. `nursery/faults.yaml` plants one slip at a time.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml

HERE = TESTS / "nursery"
FAULTS: list[dict[str, Any]] = load_yaml((HERE / "faults.yaml").read_text(encoding="utf-8"))
FILES = {
    "r": "rulebooks/nido/2026.yaml",
    "t": "rulebooks/nido/2026.test.yaml",
    "s": "schemas/reports/nido/2026.schema.json",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for place in FILES.values():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / place, path)
    return tmp_path


def _check(language: str = "it") -> list[dict[str, Any]]:
    _, out, _ = call("check", "rulebooks", "--lang", language, "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


def test_the_rulebook_itself_is_right(folder: Path):
    assert _check() == []
    status, out, _ = call("test", "rulebooks", "--lang", "en")
    assert (status, "1 example, 1 passed" in out) == (0, True), out


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["new"][:40])
def test_a_slip_is_told_once_with_what_to_write(fault: dict[str, Any], folder: Path):
    """In the line where it stands, which is the first that differs."""
    path = folder / FILES[fault["in"]]
    right = path.read_text(encoding="utf-8")
    assert fault["old"] in right
    wrong = right.replace(fault["old"], fault["new"], 1)
    path.write_text(wrong, encoding="utf-8")
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=False)
    line = next(at for at, (old, new) in enumerate(pairs, start=1) if old != new)
    for language in ("it", "en"):
        found = [each for each in _check(language) if each["severity"] == "error"]
        assert [each["code"] for each in found] == [fault["code"]], found
        (told,) = found
        assert told["file"] == FILES[fault["in"]]
        assert 0 <= told["line"] - line <= fault.get("below", 0)
        assert fault[language] in told["hint"], told["hint"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "componenti[1].nascita (Data di nascita): manca la chiave `nascita`"),
        ("en", "componenti[1].nascita (Data di nascita): the key `nascita` is missing"),
    ],
)
def test_what_an_example_lacks_is_named(language: str, said: str, folder: Path):
    """By its code and what the form calls it, as in a report of its own."""
    path = folder / FILES["t"]
    text = path.read_text(encoding="utf-8").replace("nascita: 1990-02-03, ", "", 1)
    path.write_text(text, encoding="utf-8")
    (told,) = _check(language)
    assert told["message"] == said


def test_a_choice_that_is_written_as_a_value_is_told_in_the_schema(folder: Path):
    path = folder / FILES["s"]
    text = path.read_text(encoding="utf-8").replace('{"const": "ridotta"', '{"value": "ridotta"')
    path.write_text(text, encoding="utf-8")
    (told,) = [each for each in _check("en") if each["code"] == "schema-word"]
    assert (told["file"], told["hint"]) == (FILES["s"], "did you mean `const`?")


def test_an_end_that_is_no_day_is_told_with_the_day_that_is_meant(folder: Path):
    path = folder / FILES["s"]
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('Minimum": "2025-01-01"', 'Minimum": "1/1/2025"'), encoding="utf-8"
    )
    (told,) = [each for each in _check("en") if each["severity"] == "error"]
    assert (told["code"], told["hint"]) == ("schema-day", "write `2025-01-01`")
    # where it is written, and not where the rulebook names the form
    line = next(at for at, each in enumerate(text.splitlines(), 1) if 'Minimum": "2025-' in each)
    assert (told["file"], told["line"]) == (FILES["s"], line)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Giornata intera", "the keys of the column are `intera`, `ridotta`"),
        ("intiera", "did you mean `intera`?"),
    ],
)
def test_a_text_that_is_looked_up_and_is_no_key_is_told(written: str, hint: str, folder: Path):
    """Also where it is written in the formula itself."""
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("(zona, frequenza)", f'(zona, "{written}")'), encoding="utf-8")
    (told,) = _check("en")
    assert (told["code"], told["line"], told["hint"]) == ("table-row-lacking", 65, hint)
