"""What a report may be made of: every wrong kind and every unknown key, however it is handed in.

The schema of these reports says as little as one may, so that what the engine itself refuses is
seen, and no reader, fast or ordinary, takes more than another.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import ruletrail
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.problem_documents import RULEBOOK

LOOSE = '{"type": "object", "properties": {"fields": {"properties": {"A": {"type": "number"}}}}}'
REPORT = {"rulebook": "prova/2024", "fields": {"A": 1}}

WAYS = ("yaml", "json", "bytes", "mapping", "row")

WRONG: tuple[tuple[str, Any, str], ...] = (
    *(("rulebook", value, "reference-form") for value in (5, True, [], ["prova/2024"], {}, "")),
    *(("subject", value, "subject-not-flat") for value in (5, True, "Jesi", [], ["Jesi"])),
    *(("subject", {"a": value}, "subject-not-flat") for value in ([], {}, ["x"], {"b": 1})),
    *(("fields", value, "fields-not-object") for value in (5, True, "A", [], ["A"])),
    *(("fields", {"A": value}, "wrong-type") for value in ([], {}, [1], {"b": 1})),
    ("fields", {"Z": 1}, "unknown-key"),
    *(("printed", value, "printed-form") for value in (5, True, "text", [], ["text"])),
    *(("printed", {"messages": value}, "printed-form") for value in (5, True, "text", {})),
    *(("printed", {"messages": ["a", value]}, "printed-form") for value in ([], {}, ["b"])),
    ("printed", {"sentences": ["a"]}, "printed-form"),
    *(("printed", {"messages": ["a" * n] * 4}, "printed-too-long") for n in (8_193, 32_768)),
    ("printed", {"messages": ["a"], "sentences": []}, "printed-form"),
    *((key, None, "null-value") for key in ("rulebook", "subject", "fields", "printed")),
    ("printed", {"messages": None}, "null-value"),
    ("printed", {"messages": [None]}, "null-value"),
    ("Fields", {}, "unknown-key"),
    ("notes", "x", "unknown-key"),
    ("", "x", "unknown-key"),
)  # fmt: skip
"""A key, what stands under it, and the problem."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a rulebook whose schema admits nearly everything."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "schema.json").write_text(LOOSE, encoding="utf-8")
    text = RULEBOOK.replace("A + B", "A")
    (folder / "rulebook.yaml").write_text(text, encoding="utf-8")
    return folder / "rulebook.yaml"


@pytest.fixture(scope="module")
def plan(book: Path) -> ruletrail.Plan:
    """Load it."""
    return ruletrail.load(book)


def _codes(way: str, document: Any, plan: ruletrail.Plan, book: Path, folder: Path) -> list[str]:
    """Hand a report in and return the codes of its problems."""
    if way == "row":
        path = folder / "reports.jsonl"
        path.write_text(json.dumps(document) + "\n", encoding="utf-8")
        _, out, _ = call("batch", path, "-o", "-", "--rulebook", book)
        return [problem["code"] for problem in json.loads(out).get("problems", ())]
    hand_in: dict[str, Callable[[], Any]] = {
        "yaml": lambda: _write(folder / "report.yaml", yaml.safe_dump(document)),
        "json": lambda: _write(folder / "report.json", json.dumps(document)),
        "bytes": lambda: json.dumps(document, indent=2).encode(),
        "mapping": lambda: document,
    }
    try:
        plan.evaluate(hand_in[way]())
    except ProblemsError as error:
        return [problem.code for problem in error.problems]
    return []


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_understood_is_refused(
    way: str, plan: ruletrail.Plan, book: Path, tmp_path: Path
):
    """Every wrong kind at every place of a report is its problem; nothing is left out silently."""
    assert _codes(way, REPORT, plan, book, tmp_path) == []
    for key, value, code in WRONG:
        found = _codes(way, {**REPORT, key: value}, plan, book, tmp_path)
        assert found == [code], (key, value)


@pytest.mark.parametrize("way", WAYS)
def test_a_printed_sentence_is_a_text(way: str, plan: ruletrail.Plan, book: Path, tmp_path: Path):
    """A number or a boolean is none; in YAML a plain scalar is text where a text is asked for."""
    expected = [] if way == "yaml" else ["printed-form"]
    for value in (5, 1.5, True):
        document = {**REPORT, "printed": {"messages": ["a", value]}}
        assert _codes(way, document, plan, book, tmp_path) == expected, value
    for messages in ([], [""], ["a", "b"], ["5", "true"]):
        document = {**REPORT, "printed": {"messages": messages}}
        assert _codes(way, document, plan, book, tmp_path) == []


def test_each_wrong_sentence_is_marked_where_it_stands(plan: ruletrail.Plan):
    """All at once, each with its line and column."""
    text = '{"rulebook": "prova/2024",\n "printed": {"messages": [1,\n  "a", []], "x": 2}}'
    with pytest.raises(ProblemsError) as raised:
        plan.evaluate(text.encode())
    marks = [(each.code, each.mark.line, each.mark.column) for each in raised.value.problems]
    assert marks == [("printed-form", 2, 27), ("printed-form", 3, 8), ("printed-form", 3, 13)]
