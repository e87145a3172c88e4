"""`ruletrail new`: its files pass `check` and `test`, read a form, and overwrite nothing."""

import errno
import json
from pathlib import Path

import pytest

from ruletrail.cli import new
from ruletrail.cli.new import write_beginning
from ruletrail.problems import unwritable
from support.command_line import call
from support.places import ROOT


@pytest.fixture(params=["it", "en"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert call("new", "asili-nido/2030", "--layout", "--lang", request.param)[0] == 0
    return tmp_path / "rulebooks" / "asili-nido" / "2030.yaml"


def test_new_passes_check_without_a_finding(path: Path):
    """No error, no warning and no remark about what we wrote ourselves."""
    status, out, _ = call("check", str(path), "--format", "json")
    assert (status, json.loads(out)) == (0, {"problems": []})


def test_new_passes_its_examples_with_full_coverage(path: Path):
    """All examples hold, and nothing is left to show."""
    status, out, _ = call("test", str(path), "--threshold", "100", "--format", "json")
    tested = json.loads(out)["rulebooks"][0]
    assert status == 0
    assert tested["coverage"]["percent"] == "100"
    assert all(example["passed"] for example in tested["examples"])


def test_new_has_a_layout_that_reads(path: Path):
    """The layout reads a form that prints its labels, in the numbers of the language."""
    is_italian = "utenti" in path.read_text(encoding="utf-8")
    form = path.parent / "form.txt"
    lines = [
        "Asili nido 2030",
        "Ente Jesi",
        "Numero di utenti 1.234",
        "Numero di abitanti 5.678",
    ]
    if not is_italian:
        lines = [
            "Asili nido 2030",
            "City of Jesi",
            "Number of users 1,234",
            "Number of inhabitants 5,678",
        ]
    form.write_text("\n".join(lines) + "\n", encoding="utf-8")
    status, out, err = call("read", str(form), "--rulebook", str(path))
    assert (status, err) == (0, "")
    assert "1234" in out
    assert "5678" in out
    assert "Jesi" in out


def test_new_overwrites_nothing(path: Path):
    """One file that is there keeps all of them from being written."""
    path.write_text("mio", encoding="utf-8")
    schema = path.parent.parent.parent / "schemas" / "reports" / "asili-nido" / "2030.schema.json"
    schema.unlink()
    assert call("new", "asili-nido/2030")[0] == 2
    assert path.read_text(encoding="utf-8") == "mio"
    assert not schema.exists()


@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_new_writes_all_or_nothing(room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A disk that is full after some of the files keeps none of them; the next try is a first."""
    monkeypatch.chdir(tmp_path)
    left = [room]
    whole = new.write_whole

    def write(path: Path, data: bytes) -> None:
        if not left[0]:
            raise unwritable(str(path), OSError(errno.ENOSPC, "No space left on device"))
        left[0] -= 1
        whole(path, data)

    monkeypatch.setattr(new, "write_whole", write)
    status, out, err = call("new", "asili-nido/2030")
    assert (status, out) == (2, "")
    assert "output-unwritable" in err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    left[0] = 99
    assert call("new", "asili-nido/2030")[0] == 0


@pytest.mark.parametrize(
    "written", ["asili", "../fuori/2030", "asili/2030@1.0.0", "Asili/2030", "a/b/c", ""]
)
def test_new_refuses_what_is_no_reference(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A name that is not one writes nothing anywhere."""
    monkeypatch.chdir(tmp_path)
    assert call("new", written)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_new_asks_nothing_and_writes_no_layout_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Three files, and the schemas that their first lines name; what it wrote is its answer."""
    monkeypatch.chdir(tmp_path)
    status, out, _ = call("new", "a/1")
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert (status, sorted(map(Path, out.split()))) == (0, written)
    assert [path.as_posix() for path in written] == [
        "rulebooks/a/1.test.yaml",
        "rulebooks/a/1.yaml",
        "schemas/reports/a/1.schema.json",
        "schemas/ruletrail/layout.schema.json",
        "schemas/ruletrail/rulebook.schema.json",
        "schemas/ruletrail/test.schema.json",
    ]


def test_the_first_lines_name_schemas_that_are_there(path: Path):
    """Relative to each file, so they hold wherever the library lies; and they are ours.

    That they are of the language of `new` is in `test_schema_texts.py`.
    """
    for file in path.parent.glob("*.yaml"):
        line = file.read_text(encoding="utf-8").splitlines()[0]
        name = line.removeprefix("# yaml-language-server: $schema=")
        assert name != line, file
        kind = {"2030": "rulebook", "2030.test": "test", "2030.layout": "layout"}[file.stem]
        ours = json.loads((ROOT / f"schemas/{kind}.schema.json").read_bytes())
        assert json.loads((file.parent / name).read_bytes())["$id"] == ours["$id"]


def test_a_second_rulebook_leaves_the_schemas_as_they_are(path: Path):
    """An author may have renewed them, or not wish to yet."""
    schema = path.parents[2] / "schemas/ruletrail/rulebook.schema.json"
    schema.write_text("{}", encoding="utf-8")
    assert call("new", "scuole/2030")[0] == 0
    assert schema.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("made", ["made", "to make"])
@pytest.mark.parametrize(
    ("settings", "rulebooks", "schemas"),
    [
        ("", "rulebooks", "schemas"),
        ('rulebooks = "regole"\n', "regole", "schemas"),
        ('rulebooks = "a/b"\nschemas = "c/d/e"\n', "a/b", "c/d/e"),
    ],
)
def test_new_writes_where_the_settings_say(
    settings: str, rulebooks: str, schemas: str, made: str, request: pytest.FixtureRequest
):
    """Where every other command looks; the first lines still name schemas that are there."""
    tmp_path: Path = request.getfixturevalue("tmp_path")
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    (tmp_path / "ruletrail.toml").write_text(settings, encoding="utf-8")
    for name in (rulebooks, schemas) if made == "made" else ():
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    status, out, _ = call("new", "prova/1", "--layout")
    assert (status, out.splitlines()[0]) == (0, f"{rulebooks}/prova/1.yaml")
    assert (tmp_path / schemas / "reports/prova/1.schema.json").is_file()
    assert call("check", "--strict")[:2] == (0, "no problems\n")
    assert call("test", "prova/1", "--threshold", "100")[0] == 0
    for file in (tmp_path / rulebooks / "prova").iterdir():
        line = file.read_text(encoding="utf-8").splitlines()[0]
        name = line.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / name).is_file(), file


def test_new_below_a_library_writes_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A second library inside the first would hide it; a folder that is named is taken as named."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "a/1")[0] == 0
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/er")
    assert call("new", "b/1")[0] == 0
    assert (tmp_path / "rulebooks/b/1.yaml").is_file()
    assert list((tmp_path / "deep/er").iterdir()) == []
    assert call("check", "b/1")[0] == 0
    assert call("new", "b/1", "--folder", ".")[0] == 0
    assert (tmp_path / "deep/er/rulebooks/b/1.yaml").is_file()


def test_new_refuses_a_name_that_another_library_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Shipped or of the environment: it would be in two places, and is said where it lies."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "mine/1", "--folder", "one")[0] == 0
    monkeypatch.setenv("RULETRAIL_PATH", str(tmp_path / "one"))
    for name, place in (("mine/1", "one/rulebooks/mine/1.yaml"), ("sociale/2024", "2024.yaml")):
        status, out, err = call("new", name, "--folder", "two", "--lang", "en")
        assert (status, out) == (2, "")
        assert "[rulebook-exists]" in err
        assert place in err
    assert not (tmp_path / "two").exists()
    assert call("new", "mine/2", "--folder", "two")[0] == 0


def test_new_refuses_a_name_of_the_working_folders_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whoever asks there for both libraries has it in two places; below it one may be nearer."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "mine/1")[0] == 0
    status, out, err = call("new", "mine/1", "--folder", "two", "--lang", "en")
    assert (status, out) == (2, "")
    assert "`mine/1` is there already, in another place [rulebook-exists]" in err
    assert "it is `rulebooks/mine/1.yaml`: choose another name or another edition" in err
    assert not (tmp_path / "two").exists()
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert call("new", "mine/1", "--folder", "two")[0] == 2
    assert call("new", "mine/1", "--folder", ".")[0] == 0
    assert call("check", "mine/1")[0] == 0


def test_new_refuses_a_version_that_its_own_library_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Under a name with its version it is in another file, and would be the same."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "mine/1", "--folder", "one")[0] == 0
    first = tmp_path / "one/rulebooks/mine/1.yaml"
    other = first.with_name("1@0.1.0.yaml")
    first.rename(other)
    for left in (
        first.with_name("1.test.yaml"),
        tmp_path / "one/schemas/reports/mine/1.schema.json",
    ):
        left.unlink()
    status, _, err = call("new", "mine/1", "--folder", "one")
    assert (status, "one/rulebooks/mine/1@0.1.0.yaml" in err, first.exists()) == (2, True, False)
    other.rename(first.with_name("1@1.0.0.yaml"))
    text = first.with_name("1@1.0.0.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 0.1.0", "version: 1.0.0")
    first.with_name("1@1.0.0.yaml").write_text(text, encoding="utf-8")
    assert call("new", "mine/1", "--folder", "one")[0] == 0


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("Mensa/2031", "mensa/2031"),
        ("mensa scuola/2031", "mensa_scuola/2031"),
        ("  Mensa  Scuola/2031 ", "mensa_scuola/2031"),
        ("asili/2030@1.0.0", "asili/2030"),
        ("mensa", ""),
        ("../fuori/2030", ""),
    ],
)
def test_new_offers_the_name_that_was_meant(written: str, offered: str, tmp_path: Path):
    """A capital or a space is no mystery; where nothing is near the form is shown."""
    status, out, _ = call("new", written, "--folder", str(tmp_path), "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"]) == (2, "reference-form")
    assert (f"`{offered}`?" in problem["hint"]) == bool(offered), problem["hint"]


EDITS = {
    "a field renamed in the schema": ("schema", '"users"', '"clients"', {"unknown-code": "users"}),
    "a field renamed in the rulebook": (
        "rulebook", "formula: users", "formula: clients", {"unknown-code": "clients"},
    ),
    "a formula broken": ("rulebook", "users /", "users + /", {"formula-syntax": "`+`"}),
    "a formula left out": ("rulebook", "    formula: users / inhabitants * 100\n", "",
        {"incomplete-entry": "formula"}),
    "a rule added": ("rulebook", "decisions:\n", "  twice: {formula: users * 2}\n\ndecisions:\n",
        {"entry-without-source": "twice", "entry-without-evidence": "twice",
         "unused-rule": "twice"}),
    "a rule added whole": ("rulebook", "decisions:\n",
        "  twice: {label: Two, formula: level * 2, source: form, evidence: quoted}\n\ndecisions:\n",
        {"unused-rule": "twice"}),
    "a parameter added": ("rulebook", "rules:\n",
        "  more: {label: M, value: 1, source: form, evidence: quoted}\n\nrules:\n",
        {"unused-parameter": "more"}),
    "a field added": ("schema", '"users":', '"boys": {"type": "integer"}, "users":',
        {"unused-field": "boys", "field-without-title": "boys"}),
    "a key misspelt": ("rulebook", "    formula: users", "    formla: users",
        {"unknown-key": "formla"}),
    "an outcome renamed": ("rulebook", "outcome: insufficient", "outcome: low",
        {"example-unknown-outcome": "insufficient"}),
}  # fmt: skip
"""What an author does first: the file, the text, the new text, and each problem with its text."""


@pytest.mark.parametrize("edit", EDITS)
def test_the_first_edit_gives_problems_about_itself(
    edit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each problem speaks of what was edited, and there are no more than a few."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "a/1", "--lang", "en")[0] == 0
    kind, old, new, expected = EDITS[edit]
    name = {"schema": "schemas/reports/a/1.schema.json", "rulebook": "rulebooks/a/1.yaml"}[kind]
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    problems = json.loads(call("check", "--format", "json")[1])["problems"]
    assert sorted(each["code"] for each in problems) == sorted(expected)
    for each in problems:
        assert expected[each["code"]] in each["message"] + each["hint"]


def test_no_phrase_is_left_open():
    """Every blank of the templates is filled in both languages."""
    for language in ("it", "en"):
        assert "«" not in "".join(write_beginning("a", "1", language).values())


@pytest.mark.parametrize(("asked", "version"), [((), 2), (("--language", "1"), 1)])
@pytest.mark.parametrize("language", ["it", "en"])
def test_new_begins_with_the_language_of_today(
    asked: tuple[str, ...], version: int, language: str, tmp_path: Path
):
    """Or with the first, where that is asked for; either is as `check` and `test` wish it."""
    folder = ("--folder", str(tmp_path))
    assert call("new", "a/1", "--lang", language, *asked, *folder)[0] == 0
    path = tmp_path / "rulebooks/a/1.yaml"
    text = path.read_text(encoding="utf-8")
    assert f"\nlanguage: {version}\n" in text
    assert ("help language-2" in text) == (version == 2)
    assert call("check", path, "--strict", "--lang", "en")[:2] == (0, "no problems\n")
    assert call("test", path, "--threshold", "100")[0] == 0
    assert call("fmt", "--check", path)[0] == 0


def test_the_rounding_of_the_beginning_flips_no_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A level just under the minimum stays there when it is rounded."""
    monkeypatch.chdir(tmp_path)
    call("new", "servizi/2030", "--lang", "it")
    (tmp_path / "r.yaml").write_text(
        "rulebook: servizi/2030\nfields: {utenti: 2499, abitanti: 25000}\n", encoding="utf-8"
    )
    book = "rulebooks/servizi/2030.yaml"
    _, out, _ = call("evaluate", "r.yaml", "--rulebook", book, "--format", "json")
    result = json.loads(out)["result"]
    assert result["values"]["livello"] == "9.99"
    assert result["decisions"]["esito"] == "insufficiente"
