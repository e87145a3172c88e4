"""The code blocks of pages: commands are admitted, Python runs, documents are what they are called.

Pages with tests of their own (guides, authoring, service, sources, clusters, editors) run there.
"""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.cli import find_parser
from ruletrail.documents import RULEBOOK_LIMITS, read_text
from ruletrail.service import shapes
from support.command_line import call
from support.places import EXAMPLES, JESI, ROOT

PAGES = {page.name: page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md"))}
BLOCKS = {
    name: re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    for name, text in PAGES.items()
}

_INDENTED = re.compile(r"^ {4}.*$", re.MULTILINE)


def blocks(page: str, kind: str) -> list[str]:
    """Return the blocks of a page that are called so."""
    return [text for called, text in BLOCKS[page] if called == kind]


def list_commands() -> list[tuple[str, list[str]]]:
    """List the commands that pages show, in blocks of either kind; a synopsis is none."""
    written = [
        (name, line)
        for name, text in PAGES.items()
        for block in [*(text for _, text in BLOCKS[name]), *_INDENTED.findall(text)]
        for line in block.splitlines()
    ]
    found = []
    for name, line in written:
        shown = re.fullmatch(r" *(?:\$ )?(?:\w+=\S+(?: \S+ \d+\))? )?ruletrail (\S.*)", line)
        if shown and not re.search(r"\[[A-Z-]|\b[A-Z]{4,}\b", shown[1]):
            found.append((name, shlex.split(shown[1], comments=True)))
    return found


def test_every_command_of_a_page_is_one():
    """Its words are those of the parser today: no option that is gone, none with a wrong choice."""
    commands = list_commands()
    assert len(commands) > 30
    assert {"archive.md", "batch.md", "assistants.md", "service.md"} <= {
        name for name, _ in commands
    }
    for name, words in commands:
        parser = find_parser(words[:1], "en")
        assert parser.parse_args(words[1:]) is not None, (name, words)


@pytest.mark.parametrize("name", [name for name in PAGES if BLOCKS[name]])
def test_documents_of_a_page_are_read(name: str):
    """YAML by our own reader, which refuses a repeated key; JSON and TOML by the library's."""
    for text in blocks(name, "json"):
        # some members of a file of settings stand without the braces around them
        assert json.loads(f"{{{text}}}" if text.startswith('"') else text), text
    for text in blocks(name, "toml"):
        assert tomllib.loads(text), text
    for text in blocks(name, "yaml"):
        node, problems = read_text(text, name, RULEBOOK_LIMITS)
        is_comment = all(line.startswith("#") for line in text.splitlines())
        assert [each.code for each in problems] == ["empty-document"] * is_comment, text
        assert (node is None) == is_comment, text


def test_the_python_of_its_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    """A newcomer copies it: the answer, and each problem with its field."""
    monkeypatch.chdir(ROOT)
    first, second = blocks("python.md", "python")
    names: dict[str, Any] = {}
    exec(first, names)  # noqa: S102 - our own page
    assert names["evaluation"].status == "complete"
    names["form"] = {"subject": {"comune": "Jesi", "provincia": "AN"}, "fields": {"R03": "x"}}
    exec(second, names)  # noqa: S102 - the same
    assert capsys.readouterr().out.startswith("R03 R03 (Numero di abitanti 2024): `x` is a text")


def test_the_report_of_the_commands_page_is_evaluated(tmp_path: Path):
    """It lacks most values and is right as far as it goes."""
    (report,) = blocks("commands.md", "yaml")
    (tmp_path / "report.yaml").write_text(report, encoding="utf-8")
    status, out, _ = call("evaluate", tmp_path / "report.yaml", "--format", "json")
    assert (status, json.loads(out)["result"]["status"]) == (1, "incomplete")


def test_answers_that_pages_show_have_the_shape_and_the_numbers_of_today():
    """What `whatif` and `needed` give programs: each key, and what is shown of Jesi is so."""
    (shown,) = map(json.loads, blocks("what-if.md", "json"))
    shapes.WhatIf.model_validate(shown)
    found = ruletrail.load("sociale/2024").whatif(JESI, shown["target"]).to_dict()
    assert shown["outcome"] == found["outcome"]
    assert all(flip in found["flips"] for flip in shown["flips"])
    assert set(shown["steady"]) <= set(found["steady"])
    (shown,) = map(json.loads, blocks("needed.md", "json"))
    shapes.Needed.model_validate(shown)
    plan = ruletrail.load(EXAMPLES / "garden/garden.yaml")
    assert set(shown) == set(
        plan.needed({"subject": {"household": "Neri"}, "fields": {}}).to_dict()
    )
