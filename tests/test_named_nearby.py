"""What a file lacks is named by what lies beside it, and not by the rulebook that is shipped."""

import json
from pathlib import Path

import pytest

from support.command_line import call
from support.library_folders import make_library, write

TESTS = "test: 1\nexamples:\n  - {name: a, report: {fields: {A: 2}}, expect: {values: {X: 4}}}\n"


def hints(*words: str) -> list[tuple[str, str]]:
    out = call(*words, "--lang", "en", "--format", "json")[1]
    return [(each["code"], each["hint"] or "") for each in json.loads(out)["problems"]]


def second(folder: Path, name: str, code: str) -> None:
    """Write a second rulebook into the library of a folder, of a form with another field."""
    text = (folder / "rulebooks/own/2024.yaml").read_text(encoding="utf-8")
    text = text.replace("rulebook: own", f"rulebook: {name}").replace(
        "own.schema", f"{name}.schema"
    )
    write(folder / f"rulebooks/{name}/2024.yaml", text)
    fields = {"fields": {"type": "object", "properties": {code: {"type": "number"}}}}
    write(folder / f"schemas/{name}.schema.json", json.dumps({"properties": fields}))


def test_examples_without_rulebook_are_those_of_the_one_beside_them(folder: Path):
    make_library(folder)
    file = write(folder / "rulebooks/own/2024.test.yaml", TESTS)
    assert "add for example `rulebook: own/2024`" in call("test", "own/2024", "--lang", "en")[2]
    ((code, hint),) = hints("check", str(file))
    assert (code, "name the rulebook beside it" in hint) == ("wrong-file", True)


@pytest.mark.parametrize(
    ("fields", "name"), [("B: 1, A: 2", "own"), ("B: 1", "zeta"), ("", "zeta")]
)
def test_a_report_without_rulebook_is_most_likely_of_the_form_that_has_its_fields(
    fields: str, name: str, folder: Path
):
    """The form of `own` has A, that of `zeta` B; of equals it is the last."""
    make_library(folder)
    second(folder, "zeta", "B")
    if name == "own":
        second(folder, "zeta", "C")
    write(folder / "r.yaml", f"fields: {{{fields}}}\n")
    err = call("evaluate", "r.yaml", "--lang", "en")[2]
    assert f"add for example `rulebook: {name}/2024`" in err


@pytest.mark.parametrize("beside", ["published", "nothing"])
def test_what_may_be_extended_is_published_unless_nothing_is(beside: str, folder: Path):
    """A draft changes still."""
    make_library(folder, status="draft")
    book = folder / "rulebooks/own/2024.yaml"
    text = book.read_text(encoding="utf-8")
    if beside == "published":
        old = text.replace("status: draft", "status: published").replace("1.0.0", "0.9.0")
        write(folder / "rulebooks/own/2024@0.9.0.yaml", old)
    later = text.replace('"2024"', '"2025"').replace("title: ", "extends: own/2024\ntitle: ", 1)
    write(folder / "rulebooks/own/2025.yaml", later)
    version = "0.9.0" if beside == "published" else "1.0.0"
    assert (
        f"the version is missing: `own/2024@{version}`"
        in dict(hints("check", "own/2025"))["wrong-form"]
    )


SCORES = (
    "test: 1\nrulebook: {}\nexamples:\n"
    "  - {{name: a, report: {{fields: {{A: 2}}}}, expect: {{checks: {{c: {}}}}}}}\n"
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", "passed"), ("ok", "passed"), ("Superato", "passed"), ("non superato", "failed"),
     ("false", "failed"), ("sì", "passed")],
)  # fmt: skip
def test_what_a_check_comes_to_is_named_where_it_is_said_otherwise(
    written: str, meant: str, folder: Path
):
    make_library(folder)
    book = folder / "rulebooks/own/2024.yaml"
    check = "checks: {c: {expect: A > 1, severity: error, message: {en: x}}}\n"
    write(book, book.read_text(encoding="utf-8") + check)
    write(folder / "rulebooks/own/2024.test.yaml", SCORES.format("own/2024", written))
    assert f"did you mean `{meant}`?" in call("test", "own/2024", "--lang", "en")[2]


def test_examples_of_another_rulebook_are_told_what_to_write(folder: Path):
    make_library(folder)
    write(
        folder / "rulebooks/own/2024.test.yaml",
        TESTS.replace("examples:", "rulebook: own\nexamples:"),
    )
    err = call("test", "own/2024", "--lang", "en")[2]
    assert "correct `rulebook` in the file of examples: `rulebook: own/2024`" in err
