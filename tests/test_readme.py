"""The README's commands run as they stand, and its Python does what it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import call
from support.places import ROOT

README = (ROOT / "README.md").read_text("utf-8")
MOST_LINES = 120
COMMANDS = re.findall(r"^\$ (ruletrail .*)$", README, re.MULTILINE)
OFFICER = (ROOT / "docs/one-report.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the commands a folder that looks like a checkout, and may be written to."""
    for name in ("examples", "rulebooks", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_there_are_commands() -> None:
    """A README without commands would make the test below pass for nothing."""
    assert len(COMMANDS) > 8


def test_the_commands_of_the_readme_run_in_their_order(folder: Path) -> None:
    """A stranger copies them; they must work, and some read what an earlier one wrote."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONUTF8": "1"}
    for command in COMMANDS:
        words = [sys.executable, "-m", *command.split()]
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout or "-o" in words, command


def test_the_officers_page_leads_from_the_form_to_the_seal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of the page works after those before it, and is told in both languages."""
    monkeypatch.chdir(folder)
    (folder / "comuni.csv").write_text("subject.comune,subject.provincia,R03\nJesi,AN,39301\n")
    commands = re.findall(r"^\$ ruletrail (.*)$", OFFICER, re.MULTILINE)
    assert [command.split()[0] for command in commands][:3] == ["read", "evaluate", "evaluate"]
    for command in commands:
        status, out, err = call(*shlex.split(command), "--lang", "it")
        assert status == 0, f"{command}: {err}"
        assert out or "-o" in command, command
    assert len(re.findall(r"^\*\*it\*\*", OFFICER, re.MULTILINE)) == OFFICER.count("\n**en**")


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the values in its comments are the values."""
    monkeypatch.chdir(ROOT)
    pieces = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(pieces) >= 2
    names: dict[str, object] = {}
    for piece in pieces:
        exec(piece, names)  # noqa: S102 - our own README
    evaluation = names["evaluation"]
    assert repr(evaluation.values["R04"]) == "Decimal('10.320348')"  # type: ignore[attr-defined]
    assert evaluation.sections["quadro_3"] == "not_due"  # type: ignore[attr-defined]


def test_each_way_in_has_one_snippet() -> None:
    """Python, a notebook, batch, HTTP, an assistant: a block each, before anybody scrolls far."""
    ways = ("From Python", "In a notebook", "Many reports", "Over HTTP", "For an assistant")
    pieces = re.split(r"^\*\*", README, flags=re.MULTILINE)
    for way in ways:
        (piece,) = [piece for piece in pieces if piece.startswith(f"{way}**")]
        assert piece.partition("\n## ")[0].count("```") == 2, way
    assert len(README.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_make_targets_exist(target: str) -> None:
    """The two commands of the README are targets of the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_demo_tells_where_the_command_is() -> None:
    """What `make demo` installed is not on the path of the terminal that called it."""
    demo = (ROOT / "Makefile").read_text("utf-8").partition("demo: ")[2].partition("\n\n")[0]
    told = demo.splitlines()[-1]
    assert "echo" in told
    assert "$(BIN)/ruletrail" in told
    assert "$(BIN)/activate" in told


def test_the_readme_installs_from_what_there_is() -> None:
    """Nobody can install from an index what is on none: each command names a path or a wheel."""
    commands = re.findall(r"^pip install (.*?)(?: +#.*)?$", README, re.MULTILINE)
    assert len(commands) >= 2
    assert all("/" in command or command == "-e ." for command in commands)


def test_documents_name_only_what_is_there():
    """No page names a file, a link or a module that is gone."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/check_names.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
