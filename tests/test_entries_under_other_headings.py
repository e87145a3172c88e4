"""Entries under the heading of another kind: told once, where they belong, and read on."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.slips import HEAD, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0, "maximum": 100000},
"figli": {"type": "integer", "minimum": 0, "maximum": 20}},
"additionalProperties": false}}}"""
ENTRIES = {
    "sources": "{title: Legge, kind: law}",
    "parameters": "{value: 300, unit: euro}",
    "scales": "{kind: step, bands: [{from: 0, value: 1}]}",
    "tables": "{by: [x], rows: [{x: 1, value: 2}], otherwise: 0}",
    "rules": "{formula: isee * 2, unit: euro}",
    "decisions": "{cases: [{outcome: a, when: isee > 5}, {outcome: b, when: isee <= 5}]}",
    "sections": "{title: Quadro, due: true, fields: [isee]}",
    "checks": '{expect: isee > figli, severity: error, message: {it: "No."}}',
    "messages": '{when: "true", text: {it: "Sì."}}',
}
KINDS = {
    "sources": ("una fonte", "a source"),
    "parameters": ("un parametro", "a parameter"),
    "scales": ("una scala", "a scale"),
    "tables": ("una tabella", "a table"),
    "rules": ("una regola", "a rule"),
    "decisions": ("una decisione", "a decision"),
    "sections": ("una sezione", "a section"),
    "checks": ("un controllo", "a check"),
    "messages": ("una frase", "a message"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


def _check(folder: Path, parts: dict[str, dict[str, str]], lang: str = "it") -> list[Any]:
    body = "".join(
        f"{part}:\n" + "".join(f"  {code}: {entry}\n" for code, entry in entries.items())
        for part, entries in parts.items()
    )
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", lang, "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


@pytest.mark.parametrize("kind", ENTRIES)
def test_an_entry_belongs_under_the_heading_of_its_kind(folder: Path, kind: str) -> None:
    for part in ENTRIES:
        if part == kind:
            continue
        own = {each: {f"a_{each}": ENTRIES[each]} for each in (kind, part)}
        own[part]["fuori"] = ENTRIES[kind]
        for at, lang in enumerate(("it", "en")):
            (told,) = _check(folder, own, lang)
            assert told["code"] == "misplaced-entry"
            assert told["message"].startswith(
                (f"`fuori` è {KINDS[kind][0]}: va", f"`fuori` is {KINDS[kind][1]}: it")[at]
            )
            assert told["line"] == HEAD.count("\n") + 5


@pytest.mark.parametrize(("kind", "part"), [*permutations(("rules", "checks", "decisions"), 2)])
def test_an_entry_in_place_is_nobody_elses(folder: Path, kind: str, part: str) -> None:
    assert _check(folder, {kind: {"uno": ENTRIES[kind]}, part: {"due": ENTRIES[part]}}) == []


def test_headings_that_are_exchanged_are_told(folder: Path) -> None:
    told = _check(
        folder,
        {
            "rules": {"esito": ENTRIES["decisions"]},
            "decisions": {"uno": ENTRIES["rules"], "due": ENTRIES["rules"]},
        },
    )
    assert [each["hint"] for each in told] == [
        "alla riga 9 scrivi `decisions:` al posto di `rules:`",
        "alla riga 11 scrivi `rules:` al posto di `decisions:`",
        "alla riga 11 scrivi `rules:` al posto di `decisions:`",
    ]


def test_a_heading_that_is_not_there_is_to_be_written(folder: Path) -> None:
    entries = {"uno": ENTRIES["rules"], "esito": ENTRIES["decisions"], "due": ENTRIES["rules"]}
    (told,) = _check(folder, {"rules": entries})
    assert told["hint"].startswith("scrivi una riga nuova `decisions:`, senza spazi davanti")
    (told,) = _check(folder, {"rules": {"uno": ENTRIES["rules"], "esito": ENTRIES["decisions"]}})
    assert (told["code"], told["hint"]) == (
        "missing-key",
        "scrivi `decisions:` su una riga a sé, qui sopra, senza spazi davanti",
    )
    (told,) = _check(folder, {"rules": {"esito": ENTRIES["decisions"]}})
    assert told["hint"] in (
        "alla riga 9 scrivi `decisions:` al posto di `rules:`",
        "scrivi `decisions:` su una riga a sé, qui sopra, senza spazi davanti",
    )


def test_a_code_that_is_there_already_is_not_moved_onto(folder: Path) -> None:
    (told,) = _check(
        folder,
        {
            "rules": {"uno": ENTRIES["rules"]},
            "decisions": {"esito": ENTRIES["decisions"], "uno": "{formula: isee * 3}"},
        },
    )
    assert told["hint"].startswith("sotto `rules:` c'è già `uno`")


@pytest.mark.parametrize(
    ("part", "entry", "code", "hint"),
    [
        ("checks", "{formula: isee > 5, severity: info, message: {it: N}}", "unknown-key",
            "intendevi `expect`?"),
        ("checks", "{formula: isee > 5}", "unknown-key", "intendevi `expect`?"),
        ("rules", "{value: isee * 2}", "unknown-key", "intendevi `formula`?"),
        ("rules", "{value: 300, when: isee > 5}", "unknown-key", "intendevi `formula`?"),
        ("sections", "[isee, figli]", "wrong-type", ""),
        ("messages", "{value: 'Una frase.'}", "incomplete-entry", ""),
        ("sections", "{label: Quadro, value: true}", "incomplete-entry", ""),
        ("parameters", "{formula: 300 euro}", "incomplete-entry", ""),
        ("groups", "{fields: [isee, figli]}", "wrong-type", ""),
    ],
)  # fmt: skip
def test_where_it_may_be_another_key_nothing_is_to_be_moved(
    folder: Path, part: str, entry: str, code: str, hint: str
) -> None:
    told = _check(folder, {part: {"uno": entry}})
    assert told[0]["code"] == code
    assert hint in told[0]["hint"]


def test_what_is_wrong_in_it_is_told_too_and_who_reads_it_is_not(folder: Path) -> None:
    told = _check(
        folder,
        {
            "rules": {"due": "{formula: uno + 1}"},
            "decisions": {"esito": ENTRIES["decisions"], "uno": "{formula: isee * figlii}"},
        },
    )
    assert [(each["code"], each["line"]) for each in told] == [
        ("misplaced-entry", 13),
        ("unknown-code", 13),
    ]
    assert told[1]["hint"] == "intendevi `figli`?"
