"""`ruletrail completion`: the shells themselves are asked what they propose."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruletrail.cli import COMMANDS, find_parser
from ruletrail.cli.completion import describe, list_commands
from ruletrail.cli.help_texts import command_of, find_text
from support.command_line import call
from support.completing import complete_bash, complete_fish, complete_zsh
from support.places import ROOT

ASK = {"bash": complete_bash, "zsh": complete_zsh, "fish": complete_fish}
SHELLS = [
    pytest.param(
        shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")
    )
    for shell in ASK
]
VERSIONS = {"1.0.0", "1.0.1"}
REFERENCES = {"sociale/2024", *(f"sociale/2024@{version}" for version in VERSIONS)}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the scripts, and a `ruletrail` that they call for references."""
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ASK:
        (folder / shell).write_text(call("completion", shell)[1], "utf-8")
    program = folder / "bin" / "ruletrail"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ruletrail "$@"\n')
    program.chmod(0o755)
    return folder


@pytest.fixture
def ask(scripts: Path, tmp_path: Path):
    """Ask a shell for what it proposes for a line, in a folder with some files."""
    (tmp_path / "jesi.yaml").write_text("")
    (tmp_path / "jesi due.yaml").write_text("")
    (tmp_path / "trails").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "RULETRAIL_DEBUG"},
        "PATH": f"{scripts / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "engine"),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }

    def proposed(shell: str, line: str) -> set[str]:
        found = ASK[shell](scripts / shell, line, environment, tmp_path)
        # where the word begins depends on the shell, and a folder's last stroke as well
        return {each.rstrip("/") for each in found}

    return proposed


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_and_actions(shell, ask):
    """The first word, also after an option; an action of a command; what help explains."""
    assert ask(shell, "ruletrail ") == set(COMMANDS)
    assert ask(shell, "ruletrail ev") == {"evaluate"}
    assert ask(shell, "ruletrail --lang it arch") == {"archive"}
    assert ask(shell, "ruletrail archive ") == {"list", "show", "verify", "export"}
    assert ask(shell, "ruletrail help ba") == {"batch"}
    assert ask(shell, "ruletrail help lan") == {"language", "language-2"}
    assert ask(shell, "ruletrail help gui") == {"guide"}


@pytest.mark.parametrize("shell", SHELLS)
def test_options_are_those_of_the_command(shell, ask):
    """Long ones by their beginning, of a command and of an action of one."""
    assert ask(shell, "ruletrail evaluate --re") == {"--require-digest"}
    assert ask(shell, "ruletrail batch --ex") == {"--explain-plan"}
    assert ask(shell, "ruletrail archive verify --exp") == {"--expect-head"}
    assert ask(shell, "ruletrail archive show --exp") == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_choices_of_options_and_arguments(shell, ask):
    """After an option, after its `=`, and in the place of an argument."""
    assert ask(shell, "ruletrail evaluate --format ") == {"text", "json", "markdown", "html"}
    assert ask(shell, "ruletrail check --format s") == {"sarif"}
    after = {each.removeprefix("--format=") for each in ask(shell, "ruletrail graph --format=d")}
    assert after == {"dot"}
    assert ask(shell, "ruletrail completion ") == set(ASK)
    assert ask(shell, "ruletrail evaluate jesi.yaml --lang ") == {"it", "en"}


@pytest.mark.parametrize("shell", SHELLS)
def test_references_of_rulebooks(shell, ask):
    """From `ruletrail list`, with and without the version; bash cuts words at the `@`."""
    assert ask(shell, "ruletrail check soc") == REFERENCES
    assert ask(shell, "ruletrail evaluate jesi.yaml --rulebook soc") == REFERENCES
    pinned = VERSIONS if shell == "bash" else {f"sociale/2024@{version}" for version in VERSIONS}
    assert ask(shell, "ruletrail check sociale/2024@") == pinned
    assert ask(shell, "ruletrail check x.yaml soc") == REFERENCES


@pytest.mark.parametrize("shell", SHELLS)
def test_files_and_folders(shell, ask):
    """Files where a file stands, folders where one is asked for; nothing where nobody knows."""
    assert ask(shell, "ruletrail evaluate jesi.y") == {"jesi.yaml"}
    assert "jesi.yaml" in ask(shell, "ruletrail check jes")
    assert ask(shell, "ruletrail seal jesi.yaml --archive jesi.y") == {"jesi.yaml"}
    assert ask(shell, "ruletrail batch jesi.yaml --trails tr") == {"trails"}
    assert ask(shell, "ruletrail batch jesi.yaml --trails jes") == set()
    assert ask(shell, "ruletrail evaluate jesi.yaml --as-of jes") == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_both_rulebooks_of_a_comparison_and_its_reports(shell, ask):
    """A reference or a file where a rulebook stands, files and folders where reports do."""
    assert ask(shell, "ruletrail diff soc") == REFERENCES
    assert ask(shell, "ruletrail diff sociale/2024@1.0.0 soc") == REFERENCES
    assert "jesi.yaml" in ask(shell, "ruletrail diff jes")
    assert ask(shell, "ruletrail diff a b --reports jesi.y") == {"jesi.yaml"}
    assert ask(shell, "ruletrail diff a b --reports tr") == {"trails"}


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_keeps_names_with_blanks_whole(ask):
    """A file's name is proposed as it is; bash itself writes it in quotes."""
    assert "jesi due.yaml" in ask("bash", "ruletrail evaluate jesi")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_sound(shell, scripts):
    """The shell finds no fault in it, in either language."""
    for language in ("it", "en"):
        text = call("completion", shell, "--lang", language)[1]
        words = [shell, "-n"]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def _explained() -> Iterator[tuple[str, str, str, str]]:
    """List what may be put in: its command, its name, what stands there and what it means."""
    for name in COMMANDS:
        whole = find_parser((name,), "en")
        for parser in (whole, *whole.parsers.values()):
            words, command = command_of(parser), describe(parser, tuple(COMMANDS))
            followers = [*command.options, *command.arguments]
            options = [each for each in parser.actions if each.option_strings]
            others = [each for each in parser.actions if not each.option_strings]
            for action, follower in zip([*options, *others], followers, strict=True):
                text = find_text(words, action.dest)
                if text is not None and follower.kind not in ("nothing", "words"):
                    yield words, action.dest, follower.kind, text.sentence("en")


_OF_A_REFERENCE = re.compile(r"\ba reference\b|by reference|rulebook as it")
_OF_A_PATH = re.compile(r"(?:^|: )(?:the |a |an |this )?(?:\w+ )?(?:file|folder|table|archive)s?\b")


def test_whatever_takes_a_reference_completes_so():
    """Of every command whose explanation says that a reference may stand there."""
    found = [each for each in _explained() if _OF_A_REFERENCE.search(each[3])]
    assert {kind for _, _, kind, _ in found} == {"references"}
    named = {(words, name) for words, name, _, _ in found}
    assert {("diff", "old"), ("diff", "new"), ("check", "rulebooks")} <= named


def test_whatever_takes_a_file_or_a_folder_completes_so():
    found = [each for each in _explained() if _OF_A_PATH.search(each[3])]
    assert {kind for _, _, kind, _ in found} <= {"files", "folders", "references"}
    named = {(words, name) for words, name, _, _ in found}
    assert ("diff", "input") in named
    assert {words for words, _ in named} >= {"archive export", "archive show"}


@pytest.mark.parametrize("language", ["it", "en"])
def test_an_explanation_is_not_cut_within_a_word(language):
    """The point of `.xlsx` begins a name; an explanation ends with a word or with an ellipsis."""
    for command in list_commands(lambda *words: find_parser(words, language)):
        for each in (*command.options, *command.arguments):
            if not each.about:
                continue
            assert each.about[-1].isalnum() or each.about[-1] in "…)\"'", each.about
            assert each.about.rpartition(" ")[2] not in ("un", "an", "di", "of", "the"), each.about


@pytest.mark.parametrize("shell", list(ASK))
def test_every_option_of_every_command_is_in_the_script(shell):
    """No parser's option is forgotten, also on a machine without the shell."""
    text = call("completion", shell)[1]
    for name in COMMANDS:
        parser = find_parser((name,), "en")
        for each in (parser, *parser.parsers.values()):
            for action in each.actions:
                for option in action.option_strings:
                    shown = option if shell != "fish" else f"-l {option[2:]}"
                    assert shown in text or (len(option) == 2 and f"-s {option[1]}" in text)
