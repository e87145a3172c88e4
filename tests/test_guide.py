"""The guides: each file is written, each command run, each answer compared, as by a reader."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.places import ROOT

GUIDES = ROOT / "docs" / "guide"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROBLEM = re.compile(r"^(\S+?):(\d+):\d+: .*\[([a-z-]+)\]$", re.MULTILINE)
BREAKS = [
    {"unknown-code"},
    {"formula-equals"},
    {"formula-decimal-comma"},
    {"unknown-key"},
    {"repeated-key"},
    {"tab-indentation"},
    {"unit-clash"},
    {"unknown-field"},
    {"unknown-placeholder"},
    {"cycle"},
]
"""What each of the ten mistakes must say, and nothing besides."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file it names, its text."""

    kind: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a console block, the pieces its answer must hold in order, and its status."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    status: int


def read_blocks(language: str) -> list[Block]:
    """Read the fenced blocks of a guide in order."""
    return [
        Block(*match.groups(""))
        for match in _BLOCK.finditer((GUIDES / f"{language}.md").read_text(encoding="utf-8"))
    ]


def read_calls(text: str) -> list[Call]:
    """Read the commands of a console block."""
    calls = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *answer = part.rstrip("\n").split("\n")
        status = (
            int(answer.pop().removeprefix("exit "))
            if answer and answer[-1].startswith("exit ")
            else 0
        )
        pieces = tuple(piece for line in answer for piece in line.split("…") if piece.strip())
        calls.append(Call(tuple(command.split()), pieces, status))
    return calls


def run_call(call: Call, folder: Path) -> str:
    """Run a command as a reader would, and compare what it answers."""
    assert call.words[0] == "ruletrail"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTHONUTF8": "1",
        "COLUMNS": "200",
    }
    words = [sys.executable, "-m", *call.words]
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    answer = done.stdout + done.stderr
    assert done.returncode == call.status, (call.words, answer)
    assert bool(call.pieces) == bool(answer) or "-o" in call.words, (call.words, answer)
    at = 0
    for piece in call.pieces:
        found = answer.find(piece, at)
        assert found >= 0, (call.words, piece, answer)
        at = found + len(piece)
    return answer


def break_file(block: Block, folder: Path) -> tuple[str, int]:
    """Change the one line that a `diff` block names; return the old text and that line's number."""
    path = folder / block.file
    before = path.read_text(encoding="utf-8")
    old = [line[1:] for line in block.text.splitlines() if line.startswith("-")]
    new = [line[1:] for line in block.text.splitlines() if line.startswith("+")]
    lines = before.split("\n")
    at = [number for number in range(len(lines)) if lines[number : number + len(old)] == old]
    assert len(at) == 1, (old, at)
    path.write_text(
        "\n".join([*lines[: at[0]], *new, *lines[at[0] + len(old) :]]), encoding="utf-8"
    )
    return before, at[0] + len(new)


def assert_says_where(answer: str, line: int, before: str) -> None:
    """Find a problem on the line of the mistake; a ring has no first line and names entries."""
    problems = _PROBLEM.findall(answer)
    ring = re.search(r"`(\w+) → (\w+) → \w+` \[cycle\]", answer)
    if ring is not None:
        assert all(f"\n  {code}:" in before for code in ring.groups())
    else:
        assert line in {int(number) for _, number, _ in problems}, answer
    assert answer.count("→") >= len(problems) > 0, "each problem says what to do"


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_guide_does_what_it_says(language: str, tmp_path: Path):
    """From the first file to the tenth mistake and the second form, in one folder, in order."""
    broken: tuple[Path, str, int] | None = None
    seen: list[set[str]] = []
    for block in read_blocks(language):
        if block.kind == "diff":
            before, line = break_file(block, tmp_path)
            broken = (tmp_path / block.file, before, line)
        elif block.kind == "console":
            answers = [run_call(call, tmp_path) for call in read_calls(block.text)]
            if broken is not None:
                path, before, line = broken
                problems = _PROBLEM.findall(answers[0])
                seen.append({code for _, _, code in problems})
                assert_says_where(answers[0], line, before)
                path.write_text(before, encoding="utf-8")
                broken = None
        else:
            assert block.file, "every block that is no command names its file"
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    assert seen == BREAKS
    names = {"it": "bici", "en": "bike"}
    whole = Call(
        ("ruletrail", "check", f"rulebooks/{names[language]}/2030.yaml", "--lang", "en"),
        ("no problems",),
        0,
    )
    run_call(whole, tmp_path)


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_guide_installs_from_a_clone(language: str):
    """As the README does: the name alone is on no index yet, and somebody else may take it."""
    text = (GUIDES / f"{language}.md").read_text(encoding="utf-8")
    commands = re.findall(r"pip install ([^`]+)`", text)
    assert commands
    assert all("/" in command for command in commands), commands


def test_both_guides_have_the_same_steps():
    """One translates the other: the same kinds of blocks in order, the same statuses."""
    italian, english = read_blocks("it"), read_blocks("en")
    assert [block.kind for block in italian] == [block.kind for block in english]
    statuses = [
        [call.status for block in blocks for call in read_calls(block.text)]
        for blocks in (italian, english)
    ]
    assert statuses[0] == statuses[1]
    headings = [
        re.findall(
            r"^## (\d+)", (GUIDES / f"{language}.md").read_text(encoding="utf-8"), re.MULTILINE
        )
        for language in ("it", "en")
    ]
    assert headings[0] == headings[1] == [str(number) for number in range(1, 12)]


@pytest.mark.parametrize("language", ["it", "en"])
def test_links_lead_somewhere(language: str):
    """A guide's links are to files of the repository."""
    for target in re.findall(
        r"\]\(([^)]+)\)", (GUIDES / f"{language}.md").read_text(encoding="utf-8")
    ):
        assert (GUIDES / target).is_file(), target
