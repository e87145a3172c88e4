"""Every problem code has a document that triggers it: `tests/problems/<code>.yaml`.

A case names a command, the files it runs on, and what must come out: code, place, exit status, a
fragment of the Italian and of the English sentence. `bytes` are files in hexadecimal, `generate`
are files too large to write down, `library` lays `rulebooks/` of the case in the place of the
shipped ones, `site` is a folder in which Python finds packages, `absent` names packages that are
not installed, `planted` files that are somebody else's in a folder where all may write. `stream:
err` in `expect` is for a command whose result stands on standard output, so that problems stand on
the other one. A schema that the rulebook names and the case does not write is `SCHEMA`.
"""

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ruletrail import api
from ruletrail.library import Library
from ruletrail.problem_texts import TEXTS
from support.command_line import call
from support.library_folders import plant
from support.places import TESTS
from support.plain_yaml import load_texts, load_yaml
from support.pointers import unescape
from support.problem_documents import RULEBOOK, SCHEMA, rulebook_of
from support.rulebooks import HEAD_TEXT
from support.ways_out import leads_out

CASES = TESTS / "problems"
KEYS = ["code", "severity", "file", "line", "column", "message", "hint"]
WHERE = {"pointer", "field", "absent"}
"""Keys that stand between those, where a document was read as a tree."""

ELSEWHERE = {
    "assistants": ("test_assistants.py",),
    "archives": ("test_archives.py", "test_manifest.py"),
    "batches": (
        "test_batches.py",
        "test_moved_inputs.py",
        "test_python_face.py",
        "test_carried_columns.py",
        "test_dialects.py",
        "test_kept_types.py",
        "test_parquet_pages.py",
        "test_spark.py",
        "test_streams.py",
        "test_workbooks.py",
    ),
    "editors": ("test_editors.py", "test_language_server.py"),
    "services": ("test_service.py",),
    "verification": (
        "test_verification.py",
        "verification/test_forgeries.py",
        "test_trail_codegen.py",
    ),
}
"""Areas whose codes need more than one command.

Their own tests name each code. All others need a case.
"""

GENERATORS: Mapping[str, Callable[[str], str]] = {
    "report_of_one_byte_too_many": lambda _: "rulebook: prova/2024\n".ljust(256 * 1024 + 1, "#"),
    "examples_of_a_million_values": lambda _: json.dumps(
        {
            "test": 1,
            "rulebook": "prova/2024",
            "examples": [
                {
                    "name": "e0",
                    "report": {"fields": {f"F{i}": 1 for i in range(600)}},
                    "expect": {"values": {"X": 2}},
                },
                *(
                    {"name": f"e{i}", "like": "e0", "expect": {"values": {"X": 2}}}
                    for i in range(1, 1_700)
                ),
            ],
        }
    ),
    "rules_of_20_300_steps_parts_and_codes": lambda _: "".join(
        [
            "language: 1\nrulebook: prova\nedition: '2024'\nversion: 1.0.0\nstatus: draft\n",
            "title: Prova\nreport: schema.json\nlocale: it\nrules:\n",
            *(
                f"  X{i}: {{formula: 'max({', '.join(f'A + {at}' for at in range(55))})'}}\n"
                for i in range(350)
            ),
        ]
    ),
    "a_thousand_examples": lambda _: "".join(
        [
            "test: 1\nrulebook: prova/2024\nexamples:\n",
            "  - {name: e0, report: {fields: {A: 1}}, expect: {status: complete}}\n",
            *(
                f"  - {{name: e{i}, like: e0, expect: {{status: complete}}}}\n"
                for i in range(1, 1_000)
            ),
        ]
    ),
    "list_of_500_000_numbers": lambda _: "[" + "1," * 499_999 + "1]",
    "text_of_one_byte_too_many": lambda _: (
        "rulebook: prova/2024\nfields:\n  T: " + "x" * (32 * 1024 + 1)
    ),
    "sentences_of_one_byte_too_many": lambda _: (
        "rulebook: prova/2024\nprinted:\n  messages:\n"
        + "".join(f"    - {text * 8192}\n" for text in ("aa", "è"))
        + "    - x\n"
    ),
    "formula_of_501_characters": lambda _: rulebook_of(
        "  X: {formula: " + " + ".join(["1"] * 125) + " + 1}\n"
    ),
    "form_of_lines_that_begin_alike": lambda _: "a\n" * 6_000,
    "layout_of_labels_that_begin_alike": lambda _: (
        "layout: 1\nrulebook: prova/2024\nnumbers: {decimal: ','}\nform:\n"
        + "".join(f"  - {{row: {row}, label: {'a ' * 99}{row}}}\n" for row in "AB")
    ),
    "form_with_a_text_of_40_000_letters": lambda _: (
        "A1 - Abitanti 39301\nNOTE\n" + "parola\nparole\n" * 3_000
    ),
    "rulebook_of_20_001_rules": lambda _: rulebook_of(
        '  "X{i}": {for_each: {i: ['
        + ", ".join(f"n{i}" for i in range(20_001))
        + "]}, formula: A}\n"
    ),
    "rulebook_of_500_misspelt_keys": lambda _: (
        "language: 1\nrules:\n" + "".join(f"  X{i}: {{formulq: A}}\n" for i in range(500))
    ),
    "rows_of_20_001_zones": lambda _: "zona,value\n" + "".join(f"Z{i},1\n" for i in range(20_001)),
    "rulebook_of_1_001_cases": lambda _: (
        f"{HEAD_TEXT}decisions:\n  D:\n    cases:\n"
        + "".join(f"      - {{outcome: o{i}, when: A == {i}}}\n" for i in range(1_001))
    ),
    "rulebook_of_101_000_dated_bands": lambda _: (
        HEAD_TEXT.replace("language: 1", "language: 2")
        + "day: D\nparameters:\n  p:\n    values:\n"
        + "".join(f"      - {{from: {1000 + i}-01-01, value: 1}}\n" for i in range(100))
        + "scales:\n  s:\n    kind: step\n    bands:\n"
        + "".join(f"      - {{from: {i}, value: p}}\n" for i in range(1_000))
        + "rules:\n  X: {formula: s(A)}\n"
    ),
    "rulebook_of_500_500_reads": lambda _: (
        f"{HEAD_TEXT}groups:\n  g: ["
        + ", ".join(f"X{i}" for i in range(500))
        + "]\nrules:\n"
        + "".join(f"  X{i}: {{formula: sum(g)}}\n" for i in range(1_001))
    ),
    "rulebook_of_1_200_000_cells": lambda _: (
        HEAD_TEXT.replace("language: 1", "language: 2")
        + "tables:\n"
        + "".join(
            f"  {code}: {{by: [a, b, c], rows: [{{a: {list(range(50))}, b: {list(range(50))},"
            f" c: {list(range(40))}, value: 1}}]}}\n"
            for code in "tuv"
        )
    ),
    "rulebook_of_33_wholes": lambda _: (
        f"{HEAD_TEXT}sections:\n  S0: {{title: t, due: A > 0, fields: [A]}}\n"
        + "".join(
            f"  S{i}: {{title: t, due: A > {i}, fields: [A], part_of: S{i - 1}}}\n"
            for i in range(1, 33)
        )
    ),
    "schema_of_500_500_choices": lambda _: json.dumps(
        {
            "$defs": {"c": {"type": "string", "enum": [f"v{i}" for i in range(500)]}},
            "properties": {
                "fields": {"properties": {f"F{i}": {"$ref": "#/$defs/c"} for i in range(1_001)}}
            },
        }
    ),
    "link_of_a_chain": lambda name: (
        HEAD_TEXT.replace("2024", name[:3]) + f"extends: prova/e{int(name[1:3]) + 1:02}@1.0.0\n"
    ),
}


def _cases() -> list[Any]:
    return [
        pytest.param(load_yaml(path.read_text(encoding="utf-8")), id=path.stem)
        for path in sorted(CASES.glob("*.yaml"))
    ]


def _write_files(case: Mapping[str, Any], folder: Path) -> None:
    files = {name: text.encode() for name, text in case.get("files", {}).items()}
    files |= {name: bytes.fromhex(digits) for name, digits in case.get("bytes", {}).items()}
    files |= {
        name: GENERATORS[generator](name).encode()
        for name, generator in case.get("generate", {}).items()
    }
    if "report.yaml" in files:
        files.setdefault("rulebook.yaml", RULEBOOK.encode())
    files.setdefault("schema.json", SCHEMA.encode())
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _codes_elsewhere() -> dict[str, tuple[str, ...]]:
    areas = {area: importlib.import_module(f"ruletrail.problem_texts.{area}") for area in ELSEWHERE}
    return {code: ELSEWHERE[area] for area, module in areas.items() for code in module.TEXTS}


def test_every_code_has_a_case():
    """No code is without a document that triggers it, and no document without its code."""
    written = {path.stem for path in CASES.glob("*.yaml")}
    assert sorted(set(TEXTS) - set(_codes_elsewhere()) - written) == [], (
        "codes without a document in tests/problems/"
    )
    assert sorted(written - set(TEXTS)) == [], "documents of codes that do not exist"


@pytest.mark.parametrize("area", sorted(ELSEWHERE))
def test_codes_of_other_areas_are_named_in_their_tests(area: str):
    """The exceptions are kept honest: the area's own tests must speak of each of its codes."""
    texts = [(TESTS / name).read_text(encoding="utf-8") for name in ELSEWHERE[area]]
    texts += [path.read_text(encoding="utf-8") for path in (TESTS / area).glob("*.*")]
    codes = importlib.import_module(f"ruletrail.problem_texts.{area}").TEXTS
    assert [code for code in codes if not any(code in text for text in texts)] == []


@pytest.mark.parametrize("case", _cases())
def test_case_gives_its_problem(
    case: Mapping[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The document gives its code, at its place, in both languages, with a way out."""
    _write_files(case, folder)
    if case.get("library"):
        monkeypatch.setattr(api, "shipped_library", lambda: Library(folder / "rulebooks", folder))
    if case.get("site"):
        monkeypatch.syspath_prepend(folder / case["site"])
    for name in case.get("planted", ()):
        plant(folder / name, monkeypatch)
    for name in case.get("absent", ()):
        monkeypatch.setitem(sys.modules, name, None)
    expect = case["expect"]
    # what takes seconds is said once: all others show that both languages are spoken
    for language in ("it",) if "once" in case else ("it", "en"):
        status, out, err = call(*case["command"], "--format", "json", "--lang", language)
        problems = json.loads(err if expect.get("stream") == "err" else out)["problems"]
        found = [problem for problem in problems if problem["code"] == expect["code"]]
        assert found, f"{[problem['code'] for problem in problems]} instead of {expect['code']}"
        problem = found[0]
        assert [key for key in problem if key not in WHERE] == KEYS
        assert (problem["file"], problem["line"], problem["column"]) == (
            expect["file"],
            expect["line"],
            expect["column"],
        )
        assert status == expect["status"]
        assert problem["severity"] == TEXTS[expect["code"]].severity
        assert problem["hint"].strip()
        assert "Traceback" not in out + err
        assert all(_leads_somewhere(each, folder) for each in problems)
        assert all(map(leads_out, problems))
        assert expect[language] in problem["message"]
        assert expect.get("hint", "") in problem["hint"]


@lru_cache(maxsize=4)
def _read_tree(data: bytes, *, is_json: bool) -> Any:
    """Read a file once for all its problems; None where it cannot be read.

    JSON is read as such, because PyYAML reads it slowly.
    """
    try:
        return json.loads(data) if is_json else load_texts(data)
    except (ValueError, yaml.YAMLError):
        return None


def _leads_somewhere(problem: Mapping[str, Any], folder: Path) -> bool:
    """Tell that a pointer leads to a value of its file; of a file that can be read it is there."""
    if not problem.get("pointer") and "absent" not in problem:
        return True  # the whole, or no place: nothing to look up in a file that may be very large
    try:
        data = (folder / problem["file"]).read_bytes()
    except (OSError, ValueError):
        return True
    place = _read_tree(data, is_json=problem["file"].endswith(".json"))
    if place is None:
        return True
    for step in problem.get("pointer", "").split("/")[1:]:
        place = place[int(step) if isinstance(place, list) else unescape(step)]
    return "absent" not in problem or problem["absent"] not in place


@pytest.mark.parametrize("case", _cases())
def test_case_has_a_name(case: Mapping[str, Any], request: pytest.FixtureRequest):
    """A file is called by the code that it triggers."""
    assert request.node.callspec.id == case["expect"]["code"]


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_sentences_are_complete(code: str):
    """Sentences and hints stand in both languages, start lower case and have no final stop."""
    text = TEXTS[code]
    for sentences in (text.sentences, text.hints):
        assert set(sentences) == {"it", "en"}
        for sentence in sentences.values():
            assert sentence.strip() == sentence != ""
            assert not sentence.endswith((".", "!"))
    for sentence in text.sentences.values():
        first = sentence.split()[0]
        assert not first[0].isupper() or first.isupper() or first.startswith(("YAML", "JSON")), (
            sentence
        )


def test_text_output_points_at_the_place(folder: Path):
    """For people: file, line and column, the line with a caret under the text, and a hint."""
    _write_files({"files": {"rulebook.yaml": rulebook_of("  X: {formula: A + RO3}\n")}}, folder)
    status, out, err = call("check", "rulebook.yaml", "--lang", "en")
    lines = err.splitlines()
    assert (status, out) == (1, "")
    assert lines[0].startswith("rulebook.yaml:10:20: error: the code `RO3` does not exist")
    assert lines[1].index("RO3") == lines[2].index("^")
    assert lines[3].strip().startswith("→")


def test_all_problems_of_a_file_at_once(folder: Path):
    """An author sees every defect in order of place, not the first one only."""
    _write_files(
        {
            "files": {
                "rulebook.yaml": rulebook_of(
                    "  X: {formula: A = 1}\n  Y: {formula: '8,50'}\n  Z: {formula: a.b}\n"
                )
            }
        },
        folder,
    )
    _, out, _ = call("check", "rulebook.yaml", "--format", "json")
    assert [(p["code"], p["line"]) for p in json.loads(out)["problems"]] == [
        ("formula-equals", 10),
        ("formula-decimal-comma", 11),
        ("formula-attribute", 12),
    ]


def test_at_most_fifty_problems_of_a_file(folder: Path):
    """Fifty problems are shown and not more."""
    _write_files(
        {
            "files": {
                "rulebook.yaml": rulebook_of(
                    "".join(f"  X{i}: {{formula: A = 1}}\n" for i in range(60))
                )
            }
        },
        folder,
    )
    _, out, _ = call("check", "rulebook.yaml", "--format", "json")
    problems = json.loads(out)["problems"]
    assert len(problems) == 50
    assert [problem["line"] for problem in problems] == list(range(10, 60))


def test_somebodys_text_is_cut_and_inert(folder: Path):
    """User text stands in backticks, 80 characters of it at most, without escape sequences."""
    _write_files(
        {
            "files": {
                "rulebook.yaml": HEAD_TEXT.replace(
                    "title: Prova", 'title: Prova\n"\\e[31m' + "x" * 200 + '": 1'
                )
            }
        },
        folder,
    )
    _, out, _ = call("check", "rulebook.yaml", "--format", "json", "--lang", "en")
    message = json.loads(out)["problems"][0]["message"]
    quoted = message.split("`")[1]
    assert len(quoted) == 80
    assert "\x1b" not in out
    assert quoted.endswith("…")


def test_warnings_alone_are_status_zero(folder: Path):
    """Only a problem of severity error fails a check.

    A rulebook without any problem gives an empty list.
    """
    _write_files({"files": {"rulebook.yaml": rulebook_of("  X: {formula: A + B}\n")}}, folder)
    status, out, err = call("check", "rulebook.yaml", "--format", "json")
    assert (status, err) == (0, "")
    assert {problem["severity"] for problem in json.loads(out)["problems"]} <= {"warning", "info"}
    status, _, _ = call("check", "rulebook.yaml", "assente.yaml", "--format", "json")
    assert status == 2
