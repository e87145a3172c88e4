"""A message alone suffices: it names the place, says what is wrong, and shows what to write.

`planted_faults.yaml` plants one slip at a time into rulebooks that are right.
"""

from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli.check import check_one
from ruletrail.cli.evaluations import find_sources
from ruletrail.cli.progress import Progress
from ruletrail.problems import sort_problems
from support.command_line import call
from support.places import ROOT, TESTS
from support.plain_yaml import load_yaml
from support.ways_out import leads_out

FAULTS = load_yaml((TESTS / "planted_faults.yaml").read_text(encoding="utf-8"))
FILES = {
    "garden": (
        "examples/garden/garden.yaml",
        "examples/garden/garden.schema.json",
        "garden.schema.json",
    ),
    "sociale": (
        "rulebooks/sociale/2024.yaml",
        "schemas/reports/sociale/2024.schema.json",
        "reports/sociale/2024.schema.json",
    ),
}  # fmt: skip
NAME = "rulebook.yaml"


def _write(fault: dict[str, Any], folder: Path) -> str:
    rulebook, schema, place = FILES[fault["in"]]
    text = (ROOT / rulebook).read_text(encoding="utf-8")
    assert text.count(fault["old"]) >= 1, fault["old"]
    planted = text.replace(fault["old"], fault["new"], 1)
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text((ROOT / schema).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / NAME).write_text(planted, encoding="utf-8")
    return planted


def _problems() -> list[Any]:
    class Silent:
        def tick(self) -> None:
            """Tell nobody."""

    progress: Progress = Silent()  # type: ignore[assignment]  # it is only told
    (source,), _ = find_sources([NAME], ())
    return sort_problems(check_one(source, progress))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_enough_faults():
    """Of both rulebooks, more than the twenty-nine that once were tried by hand."""
    assert len(FAULTS) >= 29
    assert {fault["in"] for fault in FAULTS} == set(FILES)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['code']}: {fault['new']}")
def test_the_message_alone_suffices(fault: dict[str, Any], folder: Path):
    """The first problem is the fault's, at its place, and its hint shows what to write."""
    planted = _write(fault, folder)
    problems = [each for each in _problems() if each.code != "examples-not-found"]
    for language in ("it", "en"):
        said = [{"message": each.message(language), "hint": each.hint(language)}
                for each in problems]  # fmt: skip
        assert all(map(leads_out, said))
    problem = problems[0]
    assert problem.code == fault["code"]
    line = planted.split("\n")[problem.mark.line - 1]
    assert line[problem.mark.column - 1 :].startswith(fault["mark"])
    for language in ("it", "en"):
        assert fault[language] in problem.hint(language)
        assert "^[" not in problem.message(language) + problem.hint(language)
    errors = [each for each in problems if each.severity == "error"]
    assert len(errors) == fault.get("errors", 1), [f"{each.mark} {each.code}" for each in errors]


@pytest.mark.parametrize(
    "fault",
    [each for each in FAULTS if "fixed" in each],
    ids=lambda fault: f"{fault['code']}: {fault['new']}",
)
def test_what_is_certain_is_mended(fault: dict[str, Any], folder: Path):
    """`--fix` writes what the hint says, changes nothing else, and nothing is left to mend."""
    planted = _write(fault, folder)
    status, diff, _ = call("check", NAME, "--fix", "--dry-run", "--lang", "en")
    assert (folder / NAME).read_text(encoding="utf-8") == planted
    assert any(each.startswith("+") and fault["fixed"] in each for each in diff.split("\n"))
    status, _, err = call("check", NAME, "--fix", "--lang", "it")
    after = (folder / NAME).read_text(encoding="utf-8")
    assert "error" not in err
    assert status == 0, err
    changed = [
        (old, new)
        for old, new in zip(planted.split("\n"), after.split("\n"), strict=True)
        if old != new
    ]
    assert len(changed) == 1
    assert fault["fixed"] in changed[0][1]


@pytest.mark.parametrize("fault", [each for each in FAULTS if "fixed" not in each])
def test_what_is_not_certain_is_left(fault: dict[str, Any], folder: Path):
    """A guess never changes a file; what remains is only shown."""
    planted = _write(fault, folder)
    call("check", NAME, "--fix")
    assert (folder / NAME).read_text(encoding="utf-8") == planted


# -- A place in a formula that is folded, quoted, or written by `for_each` -------------------------

WRITTEN = {
    "folded": "formula: >-\n      A\n      + B\n      + nulla",
    "kept": "formula: |\n      A\n      + nulla",
    "plain": "formula: A\n      + B + nulla",
    "single": "formula: 'A\n      + B\n\n      + nulla'",
    "double": 'formula: "A +\\\n      B\n      + nulla"',
    "escaped": 'formula: "A \\u002b \\x42 + nulla"',
    "doubled": "formula: 'if_missing(T, ''x'') == ''y'' and nulla'",
}
HEAD = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number"}, "B": {"type": "number"}, "T": {"type": "string"},
"A_x": {"type": "number"}}}}}"""


def _rules(folder: Path, rules: str) -> str:
    text = HEAD + rules
    (folder / NAME).write_text(text, encoding="utf-8")
    (folder / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return text


@pytest.mark.parametrize("way", WRITTEN)
def test_a_place_in_a_formula_is_where_it_is_written(way: str, folder: Path):
    """Whatever YAML does to the text, the mark is the line and column of the code."""
    text = _rules(folder, f"  X:\n    {WRITTEN[way]}\n    unit: euro\n")
    (problem,) = [each for each in _problems() if each.code == "unknown-code"]
    lines = text.split("\n")
    assert lines[problem.mark.line - 1][problem.mark.column - 1 :].startswith("nulla")
    assert problem.mark.text == lines[problem.mark.line - 1]


def test_what_for_each_repeats_is_told_once(folder: Path):
    """At the place in the author's own text, with how many more values have it."""
    rules = '  "{r}_y":\n    for_each: {r: [A, B, C]}\n    formula: >-\n      1 +\n      {r}_z\n'
    text = _rules(folder, rules)
    (problem,) = _problems()
    assert problem.code == "unknown-code"
    assert text.split("\n")[problem.mark.line - 1][problem.mark.column - 1 :] == "{r}_z"
    assert problem.message("it").endswith("; lo stesso per altri 2 valori di `for_each`")
    assert problem.message("en").endswith("; the same for 2 more values of `for_each`")


def test_what_is_wrong_for_one_value_names_it(folder: Path):
    """Only the value that has the problem is named, and no others are counted."""
    _rules(folder, '  "{r}_y":\n    for_each: {r: [A, B]}\n    formula: "{r}_x + 1"\n')
    (problem,) = _problems()
    assert "`B_x`" in problem.message("en")
    assert "more" not in problem.message("en")


def test_each_slip_of_one_line_is_mended(folder: Path):
    """What one mending brings to light is mended in the next; comments and form stay."""
    rules = "  X:   # la prima\n    formula: =SE(A <> 1,5; SOMMA(A; B)  ; 10,25)   # in fondo\n"
    text = _rules(folder, rules)
    status, _, err = call("check", NAME, "--fix", "--lang", "it")
    after = (folder / NAME).read_text(encoding="utf-8")
    wanted = "    formula: sum(A, B) if A != 1.5 else 10.25   # in fondo"
    assert after == text.replace(rules.split("\n")[1], wanted)
    assert status == 0, err


def test_line_ends_and_byte_order_mark_stay(folder: Path):
    """A file of another system keeps its form."""
    _rules(folder, "  X:\n    formula: A = 1\n")
    data = b"\xef\xbb\xbf" + (folder / NAME).read_bytes().replace(b"\n", b"\r\n")
    (folder / NAME).write_bytes(data)
    call("check", NAME, "--fix")
    assert (folder / NAME).read_bytes() == data.replace(b"A = 1", b"A == 1")


def test_dry_run_alone_is_refused(folder: Path):
    """Without `--fix` there is nothing to try."""
    _rules(folder, "  X:\n    formula: A = 1\n")
    status, _, err = call("check", NAME, "--dry-run", "--lang", "en")
    assert status == 2
    assert "`--dry-run` goes with `--fix` only" in err


# -- Words that agree ------------------------------------------------------------------------------


def test_counts_agree_and_coverage_is_italian(folder: Path):
    """One example is one, and no word of the other language is left."""
    _rules(folder, "  X: {formula: A + B, when: A > 1}\n")
    (folder / "rulebook.test.yaml").write_text(
        "test: 1\nrulebook: prova/2024\nexamples:\n"
        "  - {name: uno, report: {fields: {A: 2, B: 1}}, expect: {values: {X: 3}}}\n",
        encoding="utf-8",
    )
    _, text, _ = call("test", NAME, "--lang", "it")
    assert "1 esempio, 1 superato" in text
    assert "mai visto: la regola X, che non si applica" in text
    assert not {"below", "above", "not_applicable", "value"} & set(text.split())
    _, english, _ = call("test", NAME, "--lang", "en")
    assert "1 example, 1 passed" in english
