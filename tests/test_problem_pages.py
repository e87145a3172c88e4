"""Every problem code has a page in docs/problems/, and its examples are true.

The wrong one gives the code, the right one does not.
"""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ruletrail.problem_texts import TEXTS
from support.command_line import call
from support.places import ROOT
from support.problem_documents import RULEBOOK, SCHEMA

PAGES = ROOT / "docs" / "problems"


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("problem_pages", PAGES / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
WITH_EXAMPLES = sorted(
    code
    for code in TEXTS
    if (case := TOOL.read_case(code)) and TOOL.mend(code, case["files"], TOOL.read_mended())
)
WITHOUT = {
    "extends-too-long": "a chain of twenty files",
    "for-each-too-large": "thousands of entries",
    "formula-too-large": "hundreds of elements",
    "formula-too-long": "hundreds of characters",
    "part-of-too-deep": "dozens of sections",
    "too-many-cases": "a thousand cases",
    "too-many-dated-bands": "a thousand bands",
    "too-many-entries": "thousands of entries",
    "too-many-reads": "a thousand rules",
    "too-many-tokens": "a thousand rules",
    "examples-not-found": "the mending is a new file",
    "examples-too-costly": "hundreds of rules",
    "examples-too-large": "a million values",
    "file-exists": "about a folder, not a document",
    "rulebook-draft": "about a library, not a document",
    "rulebook-misplaced": "about a library, not a document",
    "rulebook-not-in-force": "about a library, not a document",
    "rulebook-unknown": "about a library, not a document",
}
"""Codes of authors' documents that a short pair of examples cannot show, and why."""


def test_pages_are_those_that_the_tool_writes():
    """No page is missing, stale or edited by hand."""
    written = TOOL.write_pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert set(found) == set(written), "run docs/problems/pages.py"
    assert [name for name, page in written.items() if found[name] != page] == [], (
        "run docs/problems/pages.py"
    )


def test_the_page_of_a_sum_of_money_reads_without_its_values():
    """Where values, units and words between them all are `…`, nothing is said."""
    page = (PAGES / "money-decimals.md").read_text(encoding="utf-8")
    assert "**it** … ha più di due decimali: il punto è il segno decimale" in page
    assert "**en** … has more than two decimals: the point is the decimal sign" in page


def test_codes_of_authors_have_examples():
    """Every problem of an author shows a wrong and a right document."""
    from ruletrail.problem_texts import examples, formulas, lints, rulebooks  # noqa: PLC0415

    owed = {code for area in (rulebooks, formulas, lints, examples) for code in area.TEXTS} - set(
        WITHOUT
    )
    assert sorted(owed - set(WITH_EXAMPLES)) == []


def _codes(
    files: dict[str, str], command: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    defaults = {"rulebook.yaml": RULEBOOK, "schema.json": SCHEMA}
    for name, text in {**defaults, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    status, out, _ = call(*command, "--format", "json")
    assert status != 3
    try:
        found: dict[str, Any] = json.loads(out)
    except json.JSONDecodeError:
        return set()
    return {problem["code"] for problem in found.get("problems", [])}


def test_each_page_has_an_example_or_says_why():
    """A page that only repeats the message helps nobody; no cause is of a code that is gone."""
    causes = TOOL.read_causes()
    used = set()
    for code in TEXTS:
        page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
        assert "## Sbagliato" in page or "## Perché" in page, code
        cause = TOOL.find_cause(code, causes)
        used |= {begin for begin in causes if cause is causes[begin] and "## Perché" in page}
        if "## Perché" in page:
            joined = " ".join(page.split())
            assert all(" ".join(cause[language].split()) in joined for language in ("it", "en"))
    assert used == set(causes)
    for cause in causes.values():
        assert all(". " in text or ": " in text for text in cause.values())


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_examples_are_true(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The wrong document gives the code; the right one neither it nor another error."""
    case = TOOL.read_case(code)
    right = TOOL.mend(code, case["files"], TOOL.read_mended())
    (tmp_path / "wrong").mkdir()
    (tmp_path / "right").mkdir()
    assert code in _codes(dict(case["files"]), case["command"], tmp_path / "wrong", monkeypatch)
    after = _codes(right, case["command"], tmp_path / "right", monkeypatch)
    assert {each for each in after if TEXTS[each].severity == "error"} == set()
