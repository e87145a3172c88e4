"""Tools for assistants: asked by the SDK's own client, hostile input among what is sent."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import jsonschema
import pytest
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

import ruletrail
from ruletrail import files
from ruletrail.assistants import answering, desks, folders, lines, running, servers
from ruletrail.assistants.arguments import Argument, read_arguments
from ruletrail.assistants.fixed_files import refuse_fixed
from ruletrail.assistants.settings import LARGEST_BODY, LARGEST_REPORT, MOST_WRITTEN, Settings
from ruletrail.assistants.tools import TOOLS, list_tools
from ruletrail.cli.help_texts import TEXTS
from ruletrail.cli.mcp import COMMANDS
from ruletrail.cli.verify import replay_by
from ruletrail.library import Library
from ruletrail.problem_texts import assistants as texts
from ruletrail.problems import ProblemsError
from ruletrail.service.settings import LARGEST_HEAD, MOST_WAITING
from ruletrail.service.settings import Commands as ServiceCommands
from ruletrail.service.settings import Settings as ServiceSettings
from support.command_line import call
from support.places import EXAMPLES, JESI, ROOT
from support.rulebooks import rows_of, rulebook_text, schema_of

GARDEN = {
    "text": (EXAMPLES / "garden/garden.yaml").read_text("utf-8"),
    "schema": (EXAMPLES / "garden/garden.schema.json").read_text("utf-8"),
    "examples": """test: 1
rulebook: garden/2026
examples:
  - name: near
    report:
      subject: {household: Bianchi}
      fields: {adults: 2, children: 3, distance: 1.2, waiting: 3, own_garden: false, plot: small}
    expect:
      status: complete
      decisions: {outcome: granted}
""",
}
DRAFT = (
    GARDEN["text"]
    .replace("status: published", "status: draft")
    .replace("version: 1.0.0", "version: 1.1.0")
)
"""The next version: the one before is published in the library of these tests."""
PUBLISHED = "rulebooks/garden/2026.yaml"
REPORT = (
    "rulebook: garden/2026\nsubject: {household: Neri}\nfields: {adults: 1, children: 0,\n"
    "  distance: 5.5, waiting: 2, own_garden: false, plot: small}\n"
)


def write_library(folder: Path) -> Path:
    """Lay the garden's rulebook, published and recorded, in a library that has a draft too."""
    for name, text in {
        PUBLISHED: GARDEN["text"],
        "schemas/garden.schema.json": GARDEN["schema"],
        "rulebooks/broken/2026.yaml": "language: 1\nrulebook: broken\nedition: '2026'\n"
        "version: 1.0.0\nstatus: draft\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert call("check", "--record", folder / PUBLISHED, "--library", folder)[0] == 0
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("folder"))


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    service = ServiceSettings(
        ServiceCommands(COMMANDS.check, replay_by), (str(folder),), "en", jobs=1
    )
    return Settings(service, COMMANDS, folders.open_folder(folder))


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """One event loop for all clients: they share the processes that it has."""
    with start_blocking_portal() as found:
        yield found


@dataclass(frozen=True)
class Assistant:
    """A client, asked from outside of its loop; every answer is held to the tool's own schema."""

    portal: BlockingPortal
    client: Client
    schemas: Mapping[str, Any]

    def ask(self, tool: str, **arguments: Any) -> Any:
        """Call a tool."""
        found = self.portal.call(self.client.call_tool, tool, arguments)
        jsonschema.Draft202012Validator(self.schemas[tool]).validate(found.structured_content)
        return found

    def content(self, tool: str, **arguments: Any) -> Any:
        """Call a tool that has an answer."""
        found = self.ask(tool, **arguments)
        assert not found.is_error, found.content[0].text
        return found.structured_content

    def codes(self, tool: str, **arguments: Any) -> list[str]:
        """Call a tool that has none; each problem is told in the text too."""
        found = self.ask(tool, **arguments)
        assert found.is_error, found.structured_content
        for problem in found.structured_content["problems"]:
            assert problem["message"] in found.content[0].text
            assert problem["hint"] in found.content[0].text
        return [problem["code"] for problem in found.structured_content["problems"]]

    def read(self, uri: str) -> str:
        """Read a resource."""
        found = self.portal.call(self.client.read_resource, uri)
        return found.contents[0].text

    def refused(self, act: Callable[..., Any], *given: Any) -> list[str]:
        """Ask for what is not there."""
        with pytest.raises(MCPError) as raised:
            self.portal.call(act, *given)
        assert raised.value.code == -32602
        return [problem["code"] for problem in raised.value.data["problems"]]


def _meet(portal: BlockingPortal, client: Client) -> Assistant:
    listed = portal.call(client.list_tools).tools
    return Assistant(portal, client, {tool.name: tool.output_schema for tool in listed})


@pytest.fixture(scope="module")
def assistant(portal: BlockingPortal, settings: Settings) -> Iterator[Assistant]:
    client = Client(servers.make_server(settings), raise_exceptions=True)
    with portal.wrap_async_context_manager(client) as found:
        yield _meet(portal, found)


# -- What there is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("has_folder", [False, True])
def test_the_list_of_tools_is_the_table(has_folder: Any, portal: Any, settings: Settings):
    """Names, schemas and hints; nothing writes, and no argument names a file, without a folder."""
    given = settings if has_folder else replace(settings, folder=None)

    async def list_all() -> Any:
        async with Client(servers.make_server(given)) as client:
            return await client.list_tools(), await client.list_resource_templates()

    tools, templates = portal.call(list_all)
    found = {tool.name: tool for tool in tools.tools}
    assert list(found) == [tool.name for tool in list_tools(has_folder=has_folder)]
    assert ("write_file" in found) == has_folder
    assert any("folder" in each.uri_template for each in templates.resource_templates) == has_folder
    for name, tool in found.items():
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert tool.annotations.read_only_hint == (name != "write_file")
        assert not tool.annotations.open_world_hint
        assert ("file" in tool.input_schema["properties"]) == (
            has_folder and name in ("check", "test", "prove", "write_file")
        )
        required = [each.name for each in tool_row(name).arguments if each.required]
        assert tool.input_schema["required"] == required


def tool_row(name: str) -> Any:
    return next(tool for tool in TOOLS if tool.name == name)


def test_nothing_seals_or_publishes():
    """Of what the archive does nothing is reached from here."""
    assert not {"seal", "archive", "record"} & {tool.name for tool in TOOLS}
    for path in Path(servers.__file__).parent.glob("*.py"):
        assert "ruletrail.archives" not in path.read_text("utf-8")
        assert "record_published" not in path.read_text("utf-8")


# -- Reports ---------------------------------------------------------------------------------------


def test_an_answer_is_that_of_the_command_line(assistant: Assistant):
    """Result and trail; the digest names the trail, which is read by its address."""
    report = JESI.read_text("utf-8")
    expected = call("evaluate", JESI, "--format", "json")[1]
    trail = json.loads(expected)
    found = assistant.ask("evaluate", report=report, lang="it")
    answer = found.structured_content
    for part in ("status", "values", "decisions", "sections", "checks", "messages", "missing"):
        assert answer[part] == trail["result"][part], part
    assert answer["trail_digest"] == trail["digest"]
    assert assistant.read(answer["trail_uri"]) == expected.rstrip("\n")
    assert [block.uri for block in found.content[1:]] == [answer["trail_uri"]]
    assert trail["digest"] in found.content[0].text
    first = call("evaluate", JESI, "--brief", "--lang", "it")[1].splitlines()[:10]
    assert found.content[0].text.splitlines()[:10] == first
    assert "--full" not in found.content[0].text  # that is of the command line


def test_an_explanation_is_that_of_the_command_line(assistant: Assistant):
    """For people and for programs, of the same trail."""
    report = JESI.read_text("utf-8")
    found = assistant.ask("explain", report=report, code="R04", lang="en")
    answer = found.structured_content
    expected = json.loads(call("explain", JESI, "R04", "--format", "json")[1])
    assert answer["explanation"] == expected
    text = ruletrail.load("sociale/2024").evaluate(report.encode()).explain("R04", "en")
    assert found.content[0].text.startswith(text.rstrip("\n"))
    assert assistant.content("evaluate", report=report)["trail_digest"] == answer["trail_digest"]


def test_what_is_needed_is_that_of_the_command_line(assistant: Assistant):
    """Of one answer and of the whole report, with its text; an unknown target is refused."""
    for target in ("livello", ""):
        words = filter(None, [target])
        expected = json.loads(call("needed", JESI, *words, "--format", "json")[1])
        about = {"target": target} if target else {}
        found = assistant.ask("needed", report=JESI.read_text("utf-8"), lang="it", **about)
        _is_answer_of_a_trail(assistant, found, expected)
        words = filter(None, [target, "--lang", "it"])
        text = call("needed", JESI, *words)[1]
        assert found.content[0].text.startswith(text.rstrip("\n"))
    wrong = assistant.codes("needed", report=REPORT, target="R99")
    assert wrong == ["unknown-step"]


def test_what_would_change_an_answer_is_that_of_the_command_line(assistant: Assistant):
    """With what may be asked beside."""
    text, target = JESI.read_text("utf-8"), {"target": "spesa"}
    words = ["--want", "spesa=inferiore", "--vary", "R06,R07_2017", "--pairs", "--precision"]
    words += ["--set", "R06=9", "--set", "R03=80000"]
    asked = {
        "want": "inferiore", "vary": "R06, R07_2017", "pairs": True, "precision": True,
        "set": "R06=9,R03=80000",
    }  # fmt: skip
    for more, given in ((words, asked), (["spesa"], {"pairs": False, "precision": None})):
        expected = json.loads(call("whatif", JESI, *more, "--format", "json")[1])
        found = assistant.ask("whatif", report=text, lang="en", **target, **given)
        _is_answer_of_a_trail(assistant, found, expected)
        said = call("whatif", JESI, *more, "--lang", "en")[1]
        assert found.content[0].text.startswith(said.rstrip("\n"))


def _is_answer_of_a_trail(assistant: Assistant, found: Any, expected: Mapping[str, Any]) -> None:
    """Hold an answer to the contract's keys; what is beside them names rulebook and trail."""
    answer = dict(found.structured_content)
    trail = json.loads(assistant.read(answer.pop("trail_uri")))
    assert answer.pop("trail_digest") == trail["digest"]
    identity = trail["rulebook"]
    name = f"{identity['name']}/{identity['edition']}@{identity['version']}"
    assert answer.pop("rulebook") == name
    assert answer == expected
    assert trail["digest"] in found.content[0].text


WRONG_QUESTIONS: dict[str, Any] = {
    "no target": ({}, "parameter-missing"),
    "a rule": ({"target": "fee"}, "no-outcome"),
    "no step": ({"target": "R99"}, "no-outcome"),
    "no outcome of it": ({"target": "outcome", "want": "x"}, "outcome-unknown"),
    "no field": ({"target": "outcome", "want": "refused", "vary": "x"}, "input-not-read"),
    "nothing wanted": ({"target": "outcome", "vary": "adults"}, "parameter-wrong"),
    "two values": ({"target": "outcome", "set": "adults=1,adults=2"}, "parameter-wrong"),
    "no value": ({"target": "outcome", "set": "adults"}, "parameter-wrong"),
    "not its value": ({"target": "outcome", "set": "adults=many"}, "wrong-type"),
    "truth as text": ({"target": "outcome", "pairs": "true"}, "wrong-type"),
    "truth as number": ({"target": "outcome", "precision": 1}, "wrong-type"),
    "long": ({"target": "outcome", "vary": "x" * 8_001}, "document-too-large"),
}


@pytest.mark.parametrize("name", WRONG_QUESTIONS)
def test_wrong_questions_are_problems(name: str, assistant: Assistant):
    """Each with its code, and never an answer to something else."""
    given, code = WRONG_QUESTIONS[name]
    assert assistant.codes("whatif", report=REPORT, **given) == [code]


def test_numbers_are_exact_or_refused(assistant: Assistant):
    """A text keeps them; of an object whole numbers are taken, and floats are not."""
    exact = REPORT.replace("distance: 5.5", "distance: 0.1000000001")
    assert assistant.content("evaluate", report=exact)["status"] == "complete"
    fields = {"adults": 1, "children": 0, "distance": 5, "own_garden": False, "plot": "small"}
    report = {"rulebook": "garden/2026", "subject": {"household": "Neri"}, "fields": fields}
    assert assistant.content("evaluate", report=report)["missing"] == ["waiting"]
    for wrong in (5.5, 10.0, 10**400):
        given = {**report, "fields": {**fields, "distance": wrong}}
        assert assistant.codes("evaluate", report=given) == ["number-in-object"]


def test_problems_say_where_in_both_languages(assistant: Assistant):
    """Place, pointer, field and a way out: in the structure, and told in the text."""
    wrong = REPORT.replace("adults: 1", "adults: two").replace("plot: small", "plot: vast")
    for language in ("it", "en"):
        found = assistant.ask("evaluate", report=wrong, lang=language)
        assert found.is_error
        first = found.structured_content["problems"][0]
        place = {key: first[key] for key in ("code", "line", "column", "pointer", "field")}
        assert place == {
            "code": "wrong-type", "line": 3, "column": 18, "pointer": "/fields/adults",
            "field": "adults",
        }  # fmt: skip
        said = found.content[0].text
        assert "report:3:18: " + ("errore" if language == "it" else "error") in said
        assert first["hint"] in said


HOSTILE: dict[str, Any] = {
    "nothing": ({}, ["parameter-missing"]),
    "null": ({"report": None}, ["parameter-missing"]),
    "list": ({"report": []}, ["wrong-type"]),
    "empty": ({"report": ""}, ["parameter-wrong"]),
    "unknown": ({"report": REPORT, "path": "/etc/passwd"}, ["parameter-unknown"]),
    "day": ({"report": REPORT, "as_of": "31/1/2025"}, ["date-form"]),
    "language": ({"report": REPORT, "lang": "fr"}, ["parameter-wrong"]),
    "large": ({"report": "#" * (LARGEST_REPORT + 1)}, ["document-too-large"]),
    "bytes": ({"report": "è" * (LARGEST_REPORT // 2 + 1)}, ["document-too-large"]),
    "path": ({"report": "rulebook: ../../x\nfields: {}\n"}, ["reference-form"]),
    "absolute": ({"report": "rulebook: /etc/passwd\nfields: {}\n"}, ["reference-form"]),
    "bomb": ({"report": "a: &a [x, x]\nb: [*a, *a]\n"}, None),
    "half": ({"report": "rulebook: garden/2026\nfields: {\ud800: 1}\n"}, None),
    "all": ({"report": 1, "as_of": "x", "x": 1}, ["date-form", "wrong-type", "parameter-unknown"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_arguments_are_problems(name: str, assistant: Assistant):
    """What is wrong with a call is its answer, each with a place, and never a defect."""
    arguments, expected = HOSTILE[name]
    found = assistant.codes("evaluate", **arguments)
    assert found if expected is None else sorted(found) == sorted(expected)


def test_deep_objects_and_many_trails_are_bounded(monkeypatch: pytest.MonkeyPatch):
    """Neither nesting nor what is kept grows with what is sent."""
    document: dict[str, Any] = {}
    for _ in range(2_000):
        document = {"x": document}
    with pytest.raises(ProblemsError) as raised:
        read_arguments([Argument("report", "", is_document=True)], {"report": document}, "en")
    assert [each.code for each in raised.value.problems] == ["document-too-deep"]
    monkeypatch.setattr(desks, "MOST_TRAILS", 3)
    monkeypatch.setattr(desks, "LARGEST_TRAILS", 100)
    kept = desks.KeptTrails()
    assert kept.keep("x", "x" * 101) is None
    for at in range(5):
        assert kept.keep(f"sha256:{at}", "x" * 10) == f"ruletrail://trails/sha256:{at}"
    assert kept.find("sha256:4") == "x" * 10
    kept.keep("large", "x" * 95)
    for gone in ("sha256:1", "sha256:4"):
        with pytest.raises(ProblemsError) as raised:
            kept.find(gone)
        assert raised.value.problems[0].code == "trail-not-kept"


# -- Rulebooks -------------------------------------------------------------------------------------


def test_rulebooks_are_listed_with_what_is_wrong(assistant: Assistant):
    """A draft without half of its keys says which, and nothing of the machine's folders."""
    found = assistant.ask("list_rulebooks")
    listed = {each["reference"]: each for each in found.structured_content["rulebooks"]}
    assert listed["garden/2026@1.0.0"]["state"] == "valid"
    broken = listed["broken/2026@1.0.0"]
    assert broken["state"] == "invalid"
    assert {each["code"] for each in broken["problems"]} == {"missing-key"}
    assert {each["file"] for each in broken["problems"]} == {"broken/2026.yaml"}
    assert "broken/2026@1.0.0" in found.content[0].text
    assert json.loads(assistant.read("ruletrail://rulebooks")) == found.structured_content


def test_a_schema_tells_how_to_write_a_report(assistant: Assistant):
    """As its author wrote it; the fields also in the text, for who reads that alone."""
    found = assistant.ask("report_schema", rulebook="garden/2026")
    assert found.structured_content["schema"] == GARDEN["schema"]
    assert found.structured_content["rulebook"] == "garden/2026@1.0.0"
    assert set(found.structured_content["fields"]) >= {"adults", "distance"}
    assert "- distance (number, km): " in found.content[0].text
    assert assistant.codes("report_schema", rulebook="gardn/2026") == ["rulebook-unknown"]
    assert assistant.codes("report_schema", rulebook="../garden") == ["reference-form"]


def test_what_is_proved_comes_with_reports_that_evaluate_takes(assistant: Assistant):
    """A gap of a rulebook that lies nowhere, and a sentence; what is no condition is refused."""
    declared = {"x": {"type": "integer", "minimum": 0}}
    cases = {"cases": [{"outcome": "a", "when": "x < 3"}, {"outcome": "b", "when": "x > 3"}]}
    text, schema = rulebook_text({"decisions": {"d": cases}}), json.dumps(schema_of(declared))
    given = {"text": text, "schema": schema, "lang": "en"}
    found = assistant.content("prove", **given, property="x >= 0")
    (gap,) = [each for each in found["questions"] if each["question"] == "gap"]
    assert (gap["answer"], gap["wrong"], found["settled"]) == ("refuted", True, False)
    assert json.loads(gap["witness"])["fields"] == {"x": 3}
    assert found["questions"][-1] | {"work": 0, "ms": 0} == {
        "about": "x >= 0", "question": "property", "answer": "proved", "wrong": False,
        "witness": None, "reason": None, "work": 0, "ms": 0,
    }  # fmt: skip
    assert assistant.codes("prove", **given, property="x") == ["condition-not-boolean"]


def test_a_text_is_checked_and_tested_and_lies_nowhere(
    assistant: Assistant, folder: Path, tmp_path: Path
):
    """With its own schema and examples; the same answers as for files."""
    before = sorted(folder.rglob("*"))
    given = {**GARDEN, "text": DRAFT}
    assert assistant.content("check", **given) == {"ok": True, "problems": []}
    tested = assistant.content("test", **given)
    names = {"text": "g.yaml", "schema": "garden.schema.json", "examples": "g.test.yaml"}
    for part, name in names.items():
        (tmp_path / name).write_text(given[part], encoding="utf-8")
    command = ("test", tmp_path / "g.yaml", "--format", "json", "--lang", "en")
    expected = json.loads(call(*command)[1])["rulebooks"][0]
    assert tested == {"passed": True, **expected}
    # without a schema of its own the library's is taken
    assert assistant.content("check", text=DRAFT)["ok"]
    assert sorted(folder.rglob("*")) == before


def test_each_text_that_is_sent_is_marked_as_itself(assistant: Assistant):
    """A defect of rulebook, schema or examples stands in its own text, at its own line."""
    wrong = {
        "text": DRAFT.replace("formula: ", "formula: nobody + ", 1),
        "schema": GARDEN["schema"].replace('"number"', '"numero"', 1),
        "examples": GARDEN["examples"].replace("expect:", "expects:", 1),
    }
    files = {"text": "rulebook.yaml", "schema": "garden.schema.json",
             "examples": "rulebook.test.yaml"}  # fmt: skip
    for name, text in wrong.items():
        found = assistant.content("check", **{**GARDEN, "text": DRAFT, name: text})
        problems = [each for each in found["problems"] if each["severity"] == "error"]
        assert not found["ok"]
        assert {each["file"] for each in problems} == {files[name]}, name
        assert all(each["line"] > 1 for each in problems)
    failing = GARDEN["examples"].replace("granted", "refused", 1)
    tested = assistant.content("test", **{**GARDEN, "text": DRAFT, "examples": failing})
    assert not tested["passed"]
    failure = next(each["failures"][0] for each in tested["examples"] if each["failures"])
    assert (failure["expected"], failure["found"]) == ("refused", "granted")


def test_a_text_opens_no_file(assistant: Assistant):
    """What it names leads nowhere: by path, by `extends`, by the report of an example."""
    outside = DRAFT.replace("report: garden.schema.json", "report: ../../../etc/passwd")
    assert outside != DRAFT
    codes = [each["code"] for each in assistant.content("check", text=outside)["problems"]]
    assert codes == ["path-outside"]
    absolute = DRAFT.replace("report: garden.schema.json", f"report: {ROOT}/README.md")
    found = assistant.content("check", text=absolute, schema=GARDEN["schema"])["problems"]
    assert [each["code"] for each in found] == ["path-outside"]
    head = "test: 1\nrulebook: garden/2026\nexamples:\n"
    for name in ("../../x.yaml", str(JESI), "manifest.json"):
        examples = f"{head}  - {{name: x, report: {name}, expect: {{status: complete}}}}\n"
        found = assistant.content("check", text=DRAFT, examples=examples)["problems"]
        assert [each["code"] for each in found] == ["example-report-not-found"], name
    assert assistant.codes("test", text=DRAFT) == ["examples-not-found"]


@pytest.mark.parametrize("tool", ["check", "test"])
def test_exactly_one_rulebook_is_named(tool: str, assistant: Assistant):
    """None, two, or a schema beside what is no text: each is said."""
    assert assistant.codes(tool) == ["argument-choice"]
    assert assistant.codes(tool, rulebook="garden/2026", text=DRAFT) == ["argument-choice"]
    named = {"rulebook": "garden/2026", "schema": GARDEN["schema"]}
    assert assistant.codes(tool, **named) == ["argument-beside"]
    assert assistant.codes(tool, rulebook="garden") == ["reference-form"]
    assert assistant.codes(tool, file="schemas/garden.schema.json") == ["file-not-writable"]


# -- Files -----------------------------------------------------------------------------------------


def test_the_loop_of_an_author(assistant: Assistant, folder: Path):
    """Write, check, mend, write the examples, test, evaluate: each call sees what was written."""
    text = DRAFT.replace("rulebook: garden", "rulebook: loop")
    place = "rulebooks/loop/2026.yaml"
    wrong = text.replace("formula: ", "formula: nobody + ", 1)
    found = assistant.ask("write_file", file=place, content=wrong)
    assert found.structured_content == {
        "file": place, "bytes": len(wrong.encode()), "replaced": False
    }  # fmt: skip
    problems = assistant.content("check", file=place)["problems"]
    assert problems[0]["code"] == "unknown-code"
    assert problems[0]["file"] == place
    assert assistant.content("write_file", file=place, content=text)["replaced"]
    assert (folder / place).read_text("utf-8") == text
    assert assistant.content("check", file=place)["ok"]
    assert assistant.content("check", rulebook="loop/2026")["ok"]
    examples = GARDEN["examples"].replace("garden/2026", "loop/2026")
    assistant.content("write_file", file="rulebooks/loop/2026.test.yaml", content=examples)
    assert assistant.content("test", file=place)["passed"]
    report = REPORT.replace("garden/2026", "loop/2026@1.1.0")
    assert assistant.content("evaluate", report=report)["rulebook"] == "loop/2026@1.1.0"
    firm = assistant.content("whatif", report=report, target="outcome")
    assert "points >= enough_points" in {each["because"] for each in firm["flips"]}
    assert assistant.content("needed", report=report)["settled"]
    assert assistant.read(f"ruletrail://folder/{place}") == text
    listed = assistant.portal.call(assistant.client.list_resources).resources
    assert "ruletrail://rulebooks/loop/2026@1.1.0" in {each.uri for each in listed}


ROWS = """language: 2
rulebook: rows
edition: "2026"
version: 1.0.0
status: draft
title: Rows
report: rows.schema.json
locale: en
rules:
  L.double: {formula: L.x * 2}
  total: {formula: sum(L.double)}
checks:
  large: {expect: total > 1}
"""


def test_a_report_with_rows_is_answered(assistant: Assistant):
    """Values of rows are in the structure, as its schema says; a blank cell is asked for."""
    schema = schema_of({"L": rows_of({"x": "number"})})
    assistant.content("write_file", file="schemas/rows.schema.json", content=json.dumps(schema))
    assistant.content("write_file", file="rulebooks/rows/2026.yaml", content=ROWS)
    report = "rulebook: rows/2026@1.0.0\nfields: {L: [{x: 1}, {}]}\n"
    answer = assistant.content("evaluate", report=report)
    assert answer["lists"] == {"L": [{"double": "2"}, {}]}
    assert answer["missing"] == ["L[2].x"]
    steps = assistant.content("explain", report=report, code="total")["explanation"]["steps"]
    assert {"L[1].double", "L[2].double", "total"} <= {step["id"] for step in steps}
    assert assistant.content("report_schema", rulebook="rows/2026@1.0.0")["fields"]
    needed = assistant.content("needed", report=report, target="total")
    assert (needed["next"], needed["alternatives"]) == ("L[2].x", [["L[2].x"]])
    changes = assistant.content("whatif", report=report, target="large")
    assert {flip["input"] for flip in changes["flips"]} == {"L[2].x"}


NAMES = (
    "", "x.yaml", "rulebooks", "rulebooks/x.yaml", "rulebooks/manifest.json", "ruletrail.toml",
    "../rulebooks/x/1.yaml", "rulebooks/../x/1.yaml", "rulebooks/x/../../../x.yaml",
    "/etc/x/1.yaml", "rulebooks//x.yaml", "rulebooks/./x.yaml", "rulebooks/x/1.py",
    "rulebooks/x/.yaml", "rulebooks/.x/1.yaml", "rulebooks/x/1.yaml/", "rulebooks\\x\\1.yaml",
    "rulebooks/x/C:1.yaml", "rulebooks/x/\x00.yaml", "rulebooks/x/\u202e.yaml", "schemas/x.json\n",
    "rulebooks/" + "x/" * 9 + "1.yaml", "rulebooks/x/" + "1" * 120 + ".yaml", "examples/x/1.yaml",
    "Rulebooks/x/1.yaml", "schemas/%2e%2e/x.json", "file:///rulebooks/x/1.yaml",
)  # fmt: skip


def test_nothing_is_written_elsewhere(assistant: Assistant, folder: Path):
    """Every other name is refused, to write and to read, and nothing is made on the way."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name in NAMES:
        expected = ["file-not-writable"] if name else ["parameter-wrong"]
        assert assistant.codes("write_file", file=name, content="x: 1\n") == expected, name
        assert assistant.codes("check", file=name)[0] in (*expected, "argument-choice"), name
    for name in ("rulebooks/manifest.json", "../../etc/passwd", "..%2f..%2fetc%2fpasswd"):
        address = f"ruletrail://folder/{name}"
        found = assistant.refused(assistant.client.read_resource, address)
        assert found == ["file-not-writable"], name
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_no_link_is_written_through(assistant: Assistant, folder: Path, tmp_path: Path):
    """Neither a link to a folder on the way, nor one at the end, of either kind; nor a pipe."""
    (tmp_path / "out.yaml").write_text("mine", encoding="utf-8")
    (folder / "rulebooks/links").mkdir()
    (folder / "rulebooks/away").symlink_to(tmp_path)
    (folder / "rulebooks/links/1.yaml").symlink_to(tmp_path / "out.yaml")
    (folder / "rulebooks/links/2.yaml").symlink_to("1.yaml")
    (folder / "rulebooks/links/3.yaml").symlink_to(tmp_path / "absent.yaml")
    os.mkfifo(folder / "rulebooks/links/4.yaml")
    (folder / "rulebooks/links/5.yaml").mkdir()
    names = ("away/1.yaml", "away/x/1.yaml", *(f"links/{at}.yaml" for at in range(1, 6)))
    for name in names:
        given = {"file": f"rulebooks/{name}", "content": "x: 1\n"}
        assert assistant.codes("write_file", **given) == ["output-not-own"], name
    os.link(tmp_path / "out.yaml", folder / "rulebooks/links/6.yaml")
    assistant.content("write_file", file="rulebooks/links/6.yaml", content="x: 1\n")
    assert (tmp_path / "out.yaml").read_text("utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.yaml"]
    for name in ("away", "links"):
        for path in sorted((folder / "rulebooks" / name).glob("*.yaml")):
            if path.is_symlink() or path.is_fifo():
                path.unlink()
    (folder / "rulebooks/away").unlink()


def test_the_tables_of_a_published_version_are_fixed_whatever_they_are_called(tmp_path: Path):
    """A table may name any file; one that ends like a schema's may be written otherwise."""
    base = tmp_path / "library"
    fields = {"zone": {"type": "string", "enum": ["a", "b"]}}
    table = {"by": ["zone"], "file": "c.json"}
    rules = {"tables": {"c": table}, "rules": {"v": {"formula": "c(zone)"}}}
    text = rulebook_text(rules, language="2", rulebook="tb", report="tb.schema.json")
    for name, content in {
        "rulebooks/tb/2024.yaml": text.replace(
            "status: draft", "status: published\nin_force: {from: 2024-01-01}"
        ),
        "rulebooks/tb/c.json": "zone,value\na,1\nb,2\n",
        "schemas/tb.schema.json": json.dumps(schema_of(fields)),
    }.items():
        place = base / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")
    status, _, err = call("check", base / "rulebooks/tb/2024.yaml", "--record", "--library", base)
    assert status == 0, err
    library = Library(base / "rulebooks", base / "schemas")
    place = base / "rulebooks/tb/c.json"
    with pytest.raises(ProblemsError) as caught:
        refuse_fixed(library, place, "rulebooks/tb/c.json", "zone,value\na,9\nb,9\n")
    assert [each.code for each in caught.value.problems] == ["published-fixed"]


def test_systems_without_handles_of_folders_write_through_no_link_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The same refusals by name; a file is made, and made anew."""
    monkeypatch.setattr(files, "_HAS_HANDLES", False)
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    assert files.write_inside(root, ("x", "1.yaml"), b"one") is False
    assert files.write_inside(root, ("x", "1.yaml"), b"two") is True
    assert (root / "x/1.yaml").read_bytes() == b"two"
    (root / "away").symlink_to(outside)
    (root / "x/2.yaml").symlink_to(outside / "2.yaml")
    for steps in (("away", "1.yaml"), ("x", "2.yaml"), ("away", "y", "1.yaml")):
        with pytest.raises(files.NotOwnError):
            files.write_inside(root, steps, b"out")
    assert list(outside.iterdir()) == []


def test_published_versions_stay_as_they_are(assistant: Assistant, folder: Path):
    """Its file, its schema, another file under its name, a schema that would take its place."""
    record = (folder / "rulebooks/manifest.json").read_bytes()
    assert b"garden/2026@1.0.0" in record
    other = GARDEN["text"].replace("title: ", "title: Other ", 1)
    for name, text in {
        PUBLISHED: other,
        "rulebooks/Garden/2026.YAML".lower(): "x: 1\n",
        "schemas/garden.schema.json": GARDEN["schema"].replace("Adults", "Grown-ups"),
        "rulebooks/garden/2026@1.0.0.yaml": other,
        "rulebooks/other/1.yaml": other,
        "rulebooks/garden/garden.schema.json": "{}",
        # what does not say which version it is may be any: then no version would answer
        "rulebooks/garden/2026@9.9.9.yaml": "a: 1\n",
        "rulebooks/sociale/2024.yaml": "a: [\n",
        "rulebooks/sociale/2024@1.0.1.yaml": DRAFT.replace("version: 1.1.0", "version: 1"),
    }.items():
        found = assistant.codes("write_file", file=name, content=text)
        assert found == ["published-fixed"], name
    assert (folder / PUBLISHED).read_text("utf-8") == GARDEN["text"]
    assert (folder / "rulebooks/manifest.json").read_bytes() == record
    # nor does a higher version answer in its place, however it says that it is published
    higher = DRAFT.replace("version: 1.1.0", "version: 1.2.0")
    for status in ("published", '"published"', "'published'  # by me", "!!str published"):
        for name in ("garden/2026@1.2.0", "garden/2027", "deep/er/1"):
            text = higher.replace("status: draft", f"status: {status}")
            found = assistant.codes("write_file", file=f"rulebooks/{name}.yaml", content=text)
            assert found == ["published-by-hand"], (status, name)
    # a byte order mark, which every reader drops, hides neither a name nor a status
    for name, text in (
        ("garden/2026@1.2.0", higher.replace("status: draft", "status: published")),
        ("garden/2026@1.0.0", other),
    ):
        marked = {"file": f"rulebooks/{name}.yaml", "content": f"\ufeff{text}"}
        (found,) = assistant.codes("write_file", **marked)
        assert found in ("published-by-hand", "published-fixed")
        assert not (folder / marked["file"]).exists()
    # a higher version, and examples, are an author's to write
    place = "rulebooks/garden/2026@1.1.0.yaml"
    assistant.content("write_file", file=place, content=DRAFT)
    assert assistant.content("check", file=place)["ok"]
    assistant.content(
        "write_file", file="rulebooks/garden/2026.test.yaml", content=GARDEN["examples"]
    )


def test_what_is_written_has_an_end(settings: Settings, portal: Any):
    """So many bytes while a server runs; one that has written them writes no more."""
    desk = portal.call(_make_desk, settings)
    desk.written = MOST_WRITTEN
    given = {"file": "rulebooks/x/1.yaml", "content": "x"}
    asked = read_arguments(tool_row("write_file").arguments, given, "en")
    with pytest.raises(ProblemsError) as raised:
        portal.call(answering.write_file, desk, asked)
    assert [each.code for each in raised.value.problems] == ["written-enough"]


async def _make_desk(settings: Settings) -> desks.Desk:
    return desks.Desk(settings)


# -- Resources and prompts -------------------------------------------------------------------------


def test_resources_are_what_commands_write(assistant: Assistant, folder: Path):
    """Resolved text, schema, documentation in a language, pages of the manual."""
    at = "ruletrail://rulebooks/garden/2026@1.0.0"
    library = ("--library", folder)
    resolved = call("show", "garden/2026", "--resolved", *library)[1]
    assert assistant.read(at) == resolved.replace(f"{folder}/rulebooks/", "")
    assert assistant.read(f"{at}/schema") == GARDEN["schema"]
    for language in ("it", "en"):
        page = call("docs", "garden/2026", "--lang", language, *library)[1]
        assert assistant.read(f"{at}/documentation?lang={language}") == page
    manual = (ROOT / "docs/assistants.md").read_text("utf-8")
    assert assistant.read("ruletrail://help/assistants") == manual
    assert "unknown-code" in assistant.read("ruletrail://help/unknown-code")
    listed = assistant.portal.call(assistant.client.list_resources).resources
    for each in listed:
        if "help/" in each.uri or each.uri.endswith("garden/2026@1.0.0"):
            assert assistant.read(each.uri)


def test_what_is_not_there_is_said(assistant: Assistant):
    """With what there is; an unknown tool or prompt too."""
    for uri, code in {
        "ruletrail://nothing": "resource-unknown",
        "ruletrail://rulebooks/garden": "resource-unknown",
        "file:///etc/passwd": "resource-unknown",
        "ruletrail://help/../x": "resource-unknown",
        "ruletrail://[": "resource-unknown",
        "ruletrail://rulebooks/garden/2026/documentation?lang=xx": "resource-unknown",
        "ruletrail://rulebooks/garden/2026/documentation?lang=": "resource-unknown",
        "ruletrail://help/language?lang=it&lang=en": "resource-unknown",
        f"ruletrail://help/{'x' * 3_000}": "resource-unknown",
        "ruletrail://rulebooks/garden/2027": "rulebook-unknown",
        "ruletrail://trails/sha256:0": "trail-not-kept",
        "ruletrail://help/no-such-page": "page-unknown",
        "ruletrail://help/..%2f..%2fpyproject": "page-unknown",
    }.items():
        assert assistant.refused(assistant.client.read_resource, uri) == [code], uri
    assert assistant.refused(assistant.client.call_tool, "seal", {}) == ["tool-unknown"]
    assert assistant.refused(assistant.client.get_prompt, "x", {}) == ["prompt-unknown"]
    nameless = assistant.refused(assistant.client.get_prompt, "write_rulebook", {})
    assert nameless == ["parameter-missing"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_prompt_names_only_what_there_is(language: str, assistant: Assistant):
    """Every tool and page in it exists; somebody's text in it is taken as it is."""
    given = {"rulebook": "asili/2025", "source": "{rulebook} `x`", "lang": language}
    found = assistant.portal.call(assistant.client.get_prompt, "write_rulebook", given)
    text = found.messages[0].content.text
    assert "asili/2025" in text
    for page in ("language", "authoring"):
        assert f"ruletrail://help/{page}" in text
        assert assistant.read(f"ruletrail://help/{page}")
    for word in ("`check`", "`test`", "`whatif`", "asili/2025@", "`evidence`", "not_encoded"):
        assert word in text
    listed = assistant.portal.call(assistant.client.list_prompts).prompts
    assert [each.name for each in listed] == ["write_rulebook"]


def test_a_defect_tells_nobody_but_the_log(portal: Any, settings: Settings, monkeypatch: Any):
    """Its kind and places in our code; never its text, which may hold what was sent."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(servers, "log", lambda *_, **fields: told.append(fields))

    async def fail(*_: object) -> Any:
        raise LookupError("Neri")

    async def ask(mode: str) -> str:
        server = servers.make_server(settings)
        async with Client(server, mode=mode) as client:
            monkeypatch.setattr(desks.Desk, "look", fail)
            try:
                await client.call_tool("list_rulebooks", {})
            except MCPError as error:
                return f"{error.code} {error.message}"
        return ""

    for mode in ("legacy", "auto"):
        assert portal.call(ask, mode) == "-32603 a defect of ruletrail, not of the request"
    assert [each["error"] for each in told] == ["LookupError", "LookupError"]
    assert "Neri" not in json.dumps(told)


def test_the_environment_turns_no_telemetry_on(settings: Settings):
    """The SDK's own middleware, which traces every message, is not there."""
    assert [each.__name__ for each in servers.make_server(settings).middleware] == ["_guard"]


# -- The command, and both ways to be asked --------------------------------------------------------


def test_a_process_is_asked_over_standard_input(folder: Path):
    """By the SDK's client; it reads only, since no folder was given, and leaves with its client."""
    words = ["-m", "ruletrail", "mcp", "--library", str(folder), "--lang", "it"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
    process = StdioServerParameters(
        command=sys.executable, args=words, cwd=folder, env=environment
    )  # fmt: skip

    async def ask() -> Any:
        async with Client(process) as client:
            listed = [tool.name for tool in (await client.list_tools()).tools]
            answer = await client.call_tool("evaluate", {"report": REPORT})
            wrong = await client.call_tool("evaluate", {"report": "x: 1"})
            return listed, answer, wrong

    with anyio.from_thread.start_blocking_portal() as portal:
        listed, answer, wrong = portal.call(ask)
    assert listed == [tool.name for tool in list_tools(has_folder=False)]
    assert answer.structured_content["decisions"]["outcome"] == "waiting_list"
    assert wrong.is_error
    assert wrong.structured_content["problems"][0]["message"].startswith("la relazione")


_LONG = 2_000_000
_ASKED = b'{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"id":3,"x":%s}}'
UNREADABLE: dict[bytes, tuple[int, int | str | None]] = {
    _ASKED % b'"\\ud800"': (-32700, 7),
    _ASKED % (b"[" * 5_000): (-32700, 7),
    _ASKED % (b"[" * 5_000 + b"]" * 5_000): (-32700, 7),
    _ASKED % (b"9" * 6_000): (-32700, 7),
    _ASKED % b'"\xff"': (-32700, 7),
    _ASKED % b"NaN": (-32700, 7),
    _ASKED % (b'"%s"' % (b"x" * 2 * _LONG)): (-32600, 7),
    _ASKED % b'{"fields":{"a":1,"a":2}}': (-32600, 7),
    b'{"jsonrpc":"2.0","id":7,"id":7,"method":"ping"}': (-32600, 7),
    b'{"params":{"id":3},"id":"a,b","method":"\\ud800"}': (-32700, "a,b"),
    b'{"params":{"id":3}': (-32700, None),
    b'{"params":{"id":3},"id":7': (-32700, None),
    b'"id":7,': (-32700, None),
    b"\xff\xfe{": (-32700, None),
    b"\x00": (-32700, None),
    b"1": (-32600, None),
    b'[{"jsonrpc":"2.0","id":7,"method":"ping"}]': (-32600, None),
    b'{"jsonrpc":"2.0","id":7,"method":5}': (-32600, 7),
    b'{"jsonrpc":"2.0","id":"%s","method":5}' % (b"x" * 300): (-32600, None),
    b'{"jsonrpc":"2.0","id":null,"method":"ping"}': (-32600, None),
    b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}': (-32600, None),
    b'{"jsonrpc":"2.0","id":7,"result":5}': (-32600, None),
}  # fmt: skip
"""Lines that are no message: the code of the answer, and its id."""


def test_a_line_that_cannot_be_read_is_answered(portal: Any):
    """By the error that JSON-RPC asks for, with the id that the line has; the rest goes on."""
    ping = b'{"jsonrpc":"2.0","id":8,"method":"ping"}'
    sent = b"".join(line + b"\n" for line in [*UNREADABLE, b"", b" \r", ping + b"\r"]) + ping

    async def read() -> tuple[list[Any], list[Any]]:
        send, answers = anyio.create_memory_object_stream[Any](len(UNREADABLE))
        exchange = lines.Exchange(io.BytesIO(sent), send, 2_000_000, seconds=0)
        async with exchange, answers, exchange.read() as requests:
            read = [each.message async for each in requests]
            return read, [answers.receive_nowait().message for _ in UNREADABLE]

    read_messages, answers = portal.call(read)
    assert [each.method for each in read_messages] == ["ping", "ping"]
    for line, answer in zip(UNREADABLE, answers, strict=True):
        assert (answer.error.code, answer.id) == UNREADABLE[line], line[:80]
        assert answer.model_dump_json(by_alias=True, exclude_unset=True).isascii()


def test_a_line_is_as_long_as_the_limit_at_most():
    """Its end is not counted; of what is longer nothing stays for the next line."""
    line = b'{"jsonrpc":"2.0","id":8,"method":"ping"}'
    for end in (b"\n", b"\r\n", b""):
        assert lines.read_message(line + end, len(line))
        with pytest.raises(lines.UnreadableLineError, match="more than 39 bytes"):
            lines.read_message(line + end, len(line) - 1)
        stream = io.BytesIO((b"x" * 50 + end) * 2)
        expected = [b"x" * 42] * 2 if end else [b"x" * 42]
        assert [*iter(lambda: lines._read_line(stream, 40), b"")] == expected  # noqa: B023


def test_a_process_answers_lines_that_it_cannot_read(folder: Path):
    """Before it was greeted and after; what was asked before the input ended is answered too."""
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}}
    hello |= {"clientInfo": {"name": "x", "version": "1"}}
    sent = [
        b"{", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        _ASKED % b'"\\ud800"', b'{"jsonrpc":"2.0","id":9,"method":"ping"}',
    ]  # fmt: skip
    words = [sys.executable, "-m", "ruletrail", "mcp", "--library", folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
    written = b"".join((each.encode() if isinstance(each, str) else each) + b"\n" for each in sent)
    ran = subprocess.run(
        words, input=written, capture_output=True, env=environment, timeout=60, check=False
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    codes = {(each["id"], each.get("error", {}).get("code")) for each in answers}
    assert codes == {(None, -32700), (1, None), (7, -32700), (9, None)}
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_it_is_asked_over_http(portal: Any, settings: Settings):
    """By the SDK's client; a page of another site, a name of another, what is huge are refused."""

    async def ask() -> Any:
        config = running.make_config(settings)
        config.port = 0
        server = uvicorn.Server(config)
        async with anyio.create_task_group() as group:
            group.start_soon(server.serve)
            while not server.started:  # noqa: ASYNC110 - uvicorn says it by nothing else
                await anyio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            base = f"http://127.0.0.1:{port}/mcp"
            async with Client(base) as client:
                answer = await client.call_tool("check", {"text": DRAFT})
            statuses = await _send_wrong(base)
            unread = await _send_unreadable(base)
            server.should_exit = True
        return answer, statuses, unread

    answer, statuses, unread = portal.call(ask)
    assert {each.status_code for each in unread} == {400}
    assert {each.json()["error"]["code"] for each in unread} <= {-32700, -32600, -32602}
    assert answer.structured_content["ok"]
    assert statuses == [421, 403, 400, 400, 415, 413, 413]


async def _send_unreadable(base: str) -> list[httpx.Response]:
    """Send what is no message, as both revisions of the protocol are sent."""
    accepts = "application/json, text/event-stream"
    plain = {"Content-Type": "application/json", "Accept": accepts}
    async with httpx.AsyncClient() as client:
        return [
            await client.post(base, content=body, headers={**plain, **more})
            for body in UNREADABLE
            if len(body) < _LONG
            for more in ({}, {"MCP-Protocol-Version": "2026-07-28"})
        ]


async def _send_wrong(base: str) -> list[int]:
    json_type = {"Content-Type": "application/json"}
    async with httpx.AsyncClient() as client:
        answers = [
            await client.post(base, content=b"{}", headers={**json_type, "Host": "evil.test"}),
            await client.post(base, content=b"{}", headers={**json_type, "Origin": "http://x.y"}),
            await client.post(base, content=b"{}", headers={"Content-Type": "text/plain"}),
            await client.post(base, content=b"{}"),
            await client.post(
                base, content=b"{}", headers={**json_type, "Content-Encoding": "gzip"}
            ),
        ]
    port = httpx.URL(base).port
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    huge = (f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n{{", f"X: {'x' * LARGEST_HEAD}")
    statuses = []
    for rest in huge:
        async with await anyio.connect_tcp("127.0.0.1", port or 0) as stream:
            await stream.send((head + rest).encode())
            statuses.append(int((await stream.receive()).split()[1]))
    return [*(answer.status_code for answer in answers), *statuses]


def test_nothing_is_kept_between_requests_over_http(portal: Any, settings: Settings):
    """So no client that comes again and again keeps others out, and no stream stays open.

    A body that does not come is not waited for: stopping would wait for it too.
    """
    hasty = replace(settings, service=replace(settings.service, body_timeout=0.1))
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "x", "version": "1"}},
    }  # fmt: skip
    accepts = {"Accept": "application/json, text/event-stream"}

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.sleep(1)
        yield b"}"

    async def ask() -> tuple[set[int], set[bool], list[int]]:
        application = running.make_application(hasty)
        transport = httpx.ASGITransport(application)
        async with (
            _living(application),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            answers = [await client.post("/mcp", json=hello, headers=accepts) for _ in range(100)]
            others = [
                await client.get("/mcp", headers=accepts),
                await client.delete("/mcp"),
                await client.post(
                    "/mcp", content=drip(), headers={**accepts, "Content-Type": "application/json"}
                ),
            ]
        named = {"mcp-session-id" in each.headers for each in answers}
        # streams of the SDK end without their answer once the server is told to stop
        assert {each.headers["content-type"] for each in answers} == {"application/json"}
        return {each.status_code for each in answers}, named, [each.status_code for each in others]

    assert portal.call(ask) == ({200}, {False}, [405, 405, 408])


async def _hear(_: Any) -> None:
    pass


@asynccontextmanager
async def _living(application: Any) -> AsyncIterator[None]:
    """Have an application live, as a server does."""
    ended = anyio.Event()
    first = [{"type": "lifespan.startup"}]

    async def receive() -> Any:
        if first:
            return first.pop()
        await ended.wait()
        return {"type": "lifespan.shutdown"}

    async with anyio.create_task_group() as group:
        group.start_soon(application, {"type": "lifespan"}, receive, _hear)
        await anyio.sleep(0.1)
        yield
        ended.set()


def test_so_many_wait_for_the_files_to_be_looked_at(settings: Settings, portal: Any):
    """Each holds what it was sent, so the next one hears that all places are taken."""

    async def ask() -> str:
        desk = desks.Desk(settings)
        async with desk._looking, anyio.create_task_group() as group:
            for _ in range(MOST_WAITING * settings.service.jobs):
                group.start_soon(desk.look)
            await anyio.sleep(0.05)
            try:
                await desk.look()
            except ProblemsError as error:
                group.cancel_scope.cancel()
                return error.problems[0].code
        return ""

    assert portal.call(ask) == "service-busy"


def test_a_token_is_asked_for_where_one_is_set(portal: Any, settings: Settings):
    """Also on this machine; the answer is a problem, and nothing else was looked at."""
    guarded = replace(settings, service=replace(settings.service, token="secret"))  # noqa: S106 - of this test
    transport = httpx.ASGITransport(running.make_application(guarded))

    async def ask() -> list[Any]:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            tokens = ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"})
            return [await client.post("/mcp", content=b"{}", headers=each) for each in tokens]

    for answer in portal.call(ask):
        assert answer.status_code == 401
        assert answer.json()["problems"][0]["code"] == "token-needed"


def test_who_leaves_before_the_end_of_a_request_is_no_defect(
    portal: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """The SDK lets it through, and the log would call it a defect of ours."""

    async def read(*_: object) -> None:
        raise ClientDisconnect

    server = SimpleNamespace(streamable_http_app=lambda **_: read)
    monkeypatch.setattr(running, "make_server", lambda _: server)
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"127.0.0.1")]}
    portal.call(running.make_application(settings), scope, None, None)


def test_which_addresses_are_of_this_machine():
    """Everything else needs a token."""
    for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1"):
        assert running.is_loopback(host), host
    for host in ("0.0.0.0", "::", "10.0.0.1", "example.test", "localhost.example.test"):  # noqa: S104 - refused
        assert not running.is_loopback(host), host


def test_words_that_the_command_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """An address that others reach without a token, a folder that is none, HTTP without HTTP."""
    monkeypatch.delenv("RULETRAIL_TOKEN", raising=False)
    for words, said in {
        ("--http", "--host", "0.0.0.0"): "[token-missing]",  # noqa: S104 - refused
        ("--folder", tmp_path / "absent"): "[folder-not-found]",
        ("--library", tmp_path / "absent"): "[library-not-found]",
        ("--host", "127.0.0.1"): "[usage]",
        ("--http", "--port", "70000"): "[usage]",
        ("--timeout", "0"): "[usage]",
    }.items():
        status, _, err = call("mcp", *words)
        assert (status, said in err) == (2, True), (words, err)
    monkeypatch.setenv("RULETRAIL_TOKEN", "")
    assert "[token-empty]" in call("mcp", "--http")[2]
    monkeypatch.setitem(sys.modules, "ruletrail.assistants.running", None)
    monkeypatch.delenv("RULETRAIL_TOKEN")
    assert "[missing-extra]" in call("mcp")[2]


def test_a_folder_becomes_a_library(tmp_path: Path):
    """Its two folders are made; one with settings keeps what they say."""
    library = folders.open_folder(tmp_path)
    assert (tmp_path / "rulebooks").is_dir()
    assert (tmp_path / "schemas").is_dir()
    assert library.rulebooks == tmp_path / "rulebooks"
    other = tmp_path / "other"
    (other / "regole").mkdir(parents=True)
    (other / "ruletrail.toml").write_text('rulebooks = "regole"\n', encoding="utf-8")
    library = folders.open_folder(other)
    assert folders.write_file(library, ("rulebooks", "x", "1.yaml"), b"x: 1\n") is False
    assert (other / "regole/x/1.yaml").read_bytes() == b"x: 1\n"


def test_the_page_tells_every_option_and_tool():
    """Each option of the command, and each tool with what it does."""
    page = (ROOT / "docs/assistants.md").read_text("utf-8")
    for option in TEXTS["mcp"]:
        assert f"`--{option}" in page, option
    for tool in TOOLS:
        assert f"| `{tool.name}`" in page, tool.name


def test_each_problem_of_assistants_is_tested_here():
    """Every code of the area is named in this file."""
    source = Path(__file__).read_text("utf-8")
    assert [
        code for code in texts.TEXTS if f'"{code}"' not in source and f"[{code}]" not in source
    ] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Host", "127.0.0.1:18432.evil.test")], 421),
        ([("Host", "127.0.0.1:18432, evil.test")], 421),
        ([("Host", "localhost:*")], 421),
        ([("Host", "localhost:")], 421),
        ([("Host", "[::1].evil.test")], 421),
        ([], 421),
        ([("Host", "127.0.0.1"), ("Host", "evil.test")], 421),
        ([("Host", "localhost"), ("Origin", "http://localhost:1.evil.test")], 403),
        ([("Host", "localhost"), ("Origin", "http://127.0.0.1:1@evil.test")], 403),
        ([("Host", "localhost"), ("Origin", "http://localhost:1/x")], 403),
        ([("Host", "localhost"), ("Origin", "")], 403),
        ([("Host", "localhost"), ("Origin", "null")], 403),
        ([("Host", "localhost"), ("Origin", "https://localhost")], 403),
        ([("Host", "localhost"), ("Origin", "http://localhost"), ("Origin", "http://e.test")], 403),
        ([("Host", "[::1]:8080"), ("Origin", "http://localhost:3000")], None),
        ([("Host", "LocalHost")], None),
        ([("Host", "127.0.0.1:8080")], None),
    ],
)
def test_a_name_is_ours_as_a_whole(headers: list[tuple[str, str]], status: int | None):
    """Whatever stands behind a name and a colon; and there is one of each."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    stranger = running._find_stranger(Headers(raw=raw), "127.0.0.1")
    assert getattr(stranger, "status_code", None) == status
    assert running._find_stranger(Headers(raw=raw), "0.0.0.0") is None  # noqa: S104 - the token's


def test_streams_that_are_closed_or_full_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """No defect of ours: without an input nobody asks, without an output nothing can be said."""
    monkeypatch.setattr(running, "_set_up_logs", lambda _: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def fail(error: OSError) -> None:
        monkeypatch.setattr(
            running.anyio, "run", lambda *_: (_ for _ in ()).throw(ExceptionGroup("x", [error]))
        )

    for error in (OSError(errno.ENOSPC, ""), OSError(errno.EBADF, "")):
        fail(error)
        with pytest.raises(ProblemsError, match="output-unwritable"):
            running.serve_stdio(settings)
    fail(BrokenPipeError())
    assert running.serve_stdio(settings) == 0
    monkeypatch.setattr(sys, "stdin", None)
    assert running.serve_stdio(settings) == 0
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(ProblemsError, match="output-unwritable"):
        running.serve_stdio(settings)


def test_ctrl_c_ends_it_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """The thread that waits for what an assistant sends is not waited for."""
    ends, handlers = list[int](), dict[int, Any]()
    monkeypatch.setattr(running, "_set_up_logs", lambda _: None)
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(os, "_exit", ends.append)
    monkeypatch.setattr(running.anyio, "run", lambda *_: handlers[signal.SIGINT](2, None))
    assert running.serve_stdio(settings) == 0
    assert ends == [130]
