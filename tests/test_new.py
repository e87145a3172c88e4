"""`ruletrail new`: its files pass `check` and `test`, read a form, and overwrite nothing."""

import json
from pathlib import Path

import pytest

from ruletrail.cli.new import write_beginning
from support.command_line import call


@pytest.fixture(params=["it", "en"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert call("new", "asili-nido/2030", "--lang", request.param)[0] == 0
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
        "Motivo",
        "due parole",
    ]
    if not is_italian:
        lines = [
            "Asili nido 2030",
            "City of Jesi",
            "Number of users 1,234",
            "Number of inhabitants 5,678",
            "Reason",
            "two words",
        ]
    form.write_text("\n".join(lines) + "\n", encoding="utf-8")
    status, out, err = call("read", str(form), "--rulebook", str(path))
    assert (status, err) == (0, "")
    assert "1234" in out
    assert "5678" in out
    assert "Jesi" in out


def test_new_overwrites_nothing(path: Path):
    """One file that is there keeps all four from being written."""
    path.write_text("mio", encoding="utf-8")
    schema = path.parent.parent.parent / "schemas" / "reports" / "asili-nido" / "2030.schema.json"
    schema.unlink()
    assert call("new", "asili-nido/2030")[0] == 2
    assert path.read_text(encoding="utf-8") == "mio"
    assert not schema.exists()


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


def test_no_phrase_is_left_open():
    """Every blank of the templates is filled in both languages."""
    for language in ("it", "en"):
        assert "«" not in "".join(write_beginning("a", "1", language).values())
