"""docs/authoring.md is true: its commands run in order, and its examples hold."""

import re
import shlex
from pathlib import Path

from ruletrail.lints import IGNORABLE
from ruletrail.lints.ignores import read_ignores
from support.command_line import call
from support.places import ROOT

PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ ruletrail (.+)$", PAGE, re.MULTILINE)
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def _run(command: str) -> tuple[int, str]:
    status, out, err = call(*shlex.split(command))
    return status, out + err


def test_commands_run_in_order(folder: Path):
    """Each command of the page succeeds after those before it."""
    assert len(COMMANDS) >= 10
    for command in COMMANDS:
        status, text = _run(command)
        assert status == 0, f"{command}: {text}"
    assert (folder / "servizi.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_examples_of_the_page_hold(folder: Path):
    """The file of examples that the page shows passes on the rulebook that `new` writes."""
    (examples,) = [block for block in BLOCKS if block.startswith("test: 1")]
    assert _run("new servizi/2030 --lang it")[0] == 0
    (folder / "rulebooks" / "servizi" / "2030.test.yaml").write_text(examples, encoding="utf-8")
    status, text = _run("test rulebooks/servizi/2030.yaml")
    assert status == 0, text
    assert "3 examples, 3 passed" in text


def test_ignore_of_the_page_is_well_written():
    """The ignore that the page shows names a finding and gives a reason."""
    (block,) = [block for block in BLOCKS if "ruletrail: ignore" in block]
    ignores, problems = read_ignores(block, "page", IGNORABLE)
    assert problems == []
    assert [(ignore.code, sorted(ignore.lines)) for ignore in ignores] == [
        ("divisor-may-be-zero", [2])
    ]
