"""The language server: answers as functions of text and place, and one conversation."""

import io
import json
import os
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli import COMMANDS
from ruletrail.cli.check import check_source
from ruletrail.documents import read_bytes, read_text, reading_unsaved
from ruletrail.editors import places, views
from ruletrail.editors.answers import find_definition, hover
from ruletrail.editors.completing import complete
from ruletrail.editors.diagnosing import diagnose, source_of_document
from ruletrail.editors.examples import list_hints
from ruletrail.editors.messages import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    LARGEST_MESSAGE,
    NOT_INITIALIZED,
    PARSE_ERROR,
    Refused,
    read_messages,
)
from ruletrail.editors.names import Knowledge, learn, learn_from_files
from ruletrail.editors.places import list_occurrences
from ruletrail.editors.renaming import apply_renaming, name_in_list, rename
from ruletrail.editors.server import serve
from ruletrail.editors.views import Document, Memory, Settings, View
from ruletrail.library import Source
from ruletrail.problems import ProblemsError
from support.editors import REPORT, RULEBOOK, SCHEMA, start_server
from support.editors import Client as _Client
from support.editors import open_document as _open
from support.editors import place_of as _place
from support.places import ROOT
from support.plain_yaml import load_yaml

METHOD_NOT_FOUND, INTERNAL = -32601, -32603
"""Errors that pygls answers with."""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "small.yaml").write_text(RULEBOOK, encoding="utf-8")
    (tmp_path / "small.schema.json").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "report.yaml").write_text(REPORT, encoding="utf-8")
    found = source_of_document(tmp_path / "small.yaml")
    assert found is not None
    return found


@pytest.fixture
def knowledge(source: Source) -> Knowledge:
    learnt = learn(source, {})
    assert learnt is not None
    return learnt


def _codes(text: str, fragment: str, knowledge: Knowledge) -> list[str]:
    line, column = _place(text, fragment, len(fragment))
    return [name.code for name, _ in complete(text, line, column, knowledge)]


# -- What is remembered ----------------------------------------------------------------------------


class _Watched:
    """A view of one rulebook that is open, a clock, and how often something was learnt."""

    def __init__(self, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source, self.now, self.learnt = source, 1_000.0, 0
        self.memory, self.text = Memory(), RULEBOOK
        monkeypatch.setattr(views.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(views, "learn_from_files", self._learn)

    def _learn(self, *asked: Any) -> Any:
        self.learnt += 1
        return learn_from_files(*asked)

    def asks(self, after: float) -> int:
        """Ask after some seconds; tells how often something was learnt for that."""
        self.now += after
        before = self.learnt
        document = Document(self.source.path, self.text, 1)
        view = View(None, None, None, check_source, Settings("en"), self.memory, {"r": document})
        assert view.knowledge(self.source) is not None
        return self.learnt - before


@pytest.fixture
def watched(source: Source, monkeypatch: pytest.MonkeyPatch) -> _Watched:
    folder = source.path.parent
    for path in (*folder.iterdir(), folder):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return _Watched(source, monkeypatch)


def test_what_was_learnt_is_kept_while_nothing_changes(watched: _Watched):
    """Of an unchanged text, and unchanged files, for minutes; what is typed is learnt at once."""
    assert [watched.asks(each) for each in (0, 1, 30, 200)] == [1, 0, 0, 0]
    assert watched.asks(300) == 1
    watched.text += "# typed\n"
    assert [watched.asks(each) for each in (0, 30)] == [1, 0]


@pytest.mark.parametrize("name", ["small.schema.json", "report.yaml"])
def test_a_file_that_changed_is_read_again(watched: _Watched, name: str):
    """A schema, or the report that values are of; for two seconds no file is looked at again."""
    assert [watched.asks(each) for each in (0, 30)] == [1, 0]
    path = watched.source.path.with_name(name)
    path.write_bytes(path.read_bytes() + b"\n")
    assert [watched.asks(each) for each in (0, 1, 2)] == [1, 0, 1]


def test_a_file_that_comes_to_lie_beside_is_found(watched: _Watched):
    assert [watched.asks(each) for each in (0, 30)] == [1, 0]
    watched.source.path.with_name("new.yaml").write_text("a: 1\n", encoding="utf-8")
    assert watched.asks(3) == 1


def test_a_file_that_was_saved_just_now_may_be_saved_again(watched: _Watched):
    """Its time tells nothing then: it is read again until it is some seconds old."""
    schema = watched.source.path.with_name("small.schema.json")
    schema.write_bytes(schema.read_bytes())
    assert [watched.asks(each) for each in (0, 1, 3)] == [1, 0, 1]


def test_a_text_is_read_once_for_all_that_is_asked_of_it(monkeypatch: pytest.MonkeyPatch):
    """Until another is asked of, or it is forgotten with the rulebook's last document."""
    read: list[str] = []

    def count(text: str, *asked: Any) -> Any:
        read.append(text)
        return read_text(text, *asked)

    monkeypatch.setattr(places, "read_text", count)
    places.forget_text()
    for line in range(9):
        places.find_any(RULEBOOK, line, 3)
        places.list_occurrences(RULEBOOK)
    assert len(read) == 1
    Memory().forget(Path("small.yaml"))
    places.find_any(RULEBOOK, 1, 3)
    places.find_any(f"{RULEBOOK}# typed\n", 1, 3)
    assert len(read) == 3


# -- Unsaved texts ---------------------------------------------------------------------------------


def test_unsaved_text_stands_in_for_the_file(source: Source):
    """Within the context the text is read, after it the file again.

    A file that is not there yet can be read too.
    """
    with reading_unsaved({source.path: "x", source.path.with_name("new.yaml"): "y"}):
        assert read_bytes(source.path, "small.yaml", 10) == b"x"
        assert read_bytes(source.path.with_name("new.yaml"), "new.yaml", 10) == b"y"
    assert read_bytes(source.path, "small.yaml", 10_000).decode() == RULEBOOK


def test_problems_of_unsaved_text(source: Source):
    """The file on disk is sound, what is typed is not: the problem has the range of the word."""
    text = RULEBOOK.replace("users / people", "usors / people")
    findings = diagnose(source, {source.path: text}, check_source)[source.path]
    (found,) = [finding for finding in findings if finding.problem.code == "unknown-code"]
    line, column = _place(text, "usors")
    assert (found.line, found.start, found.end) == (line, column, column + len("usors"))
    assert "unknown-code" not in {
        finding.problem.code for finding in diagnose(source, {}, check_source)[source.path]
    }


def test_problems_of_the_schema_and_examples_stand_in_their_files(source: Source):
    """An unsaved schema, and an unsaved file of examples, each get their own problems."""
    schema, examples = (
        source.path.with_name("small.schema.json"),
        source.path.with_name("small.test.yaml"),
    )
    found = diagnose(
        source, {schema: SCHEMA.replace('"minimum": 0', '"minimum": "0"')}, check_source
    )
    assert {finding.problem.code for finding in found[schema]} == {"schema-invalid"}
    examples.write_text("", encoding="utf-8")
    found = diagnose(
        source,
        {
            examples: "test: 1\nrulebook: other/1\nexamples:"
            " [{name: a, report: {fields: {}}, expect: {missing: [x]}}]\n"
        },
        check_source,
    )
    assert "examples-of-another" in {finding.problem.code for finding in found[examples]}
    assert source_of_document(examples) == source


def test_broken_yaml_is_one_problem_and_no_knowledge(source: Source):
    """Half a document neither raises nor gives names."""
    broken = {source.path: RULEBOOK.replace("formula: users", "formula: [users")}
    assert {
        finding.problem.code for finding in diagnose(source, broken, check_source)[source.path]
    } == {"yaml-syntax"}
    assert learn(source, broken) is None


# -- Where codes stand -----------------------------------------------------------------------------


def test_occurrences_are_codes_and_nothing_else():
    """Formulas, groups, fields, placeholders, keys.

    No comment, no text in quotes, nothing that `for_each` builds.
    """
    lines = RULEBOOK.split("\n")
    found = [each for each in list_occurrences(RULEBOOK) if each.code == "share"]
    assert all(lines[each.line][each.column : each.end] == "share" for each in found)
    assert [lines[each.line].strip()[:12] for each in found] == [
        "share:  # of", "level: {labe", "share >= min", "share > 0", "message: {en",
        "- {outcome: ", "- {outcome: ", "first: {titl",
    ]  # fmt: skip
    assert len(found) == 8
    assert [each.defines for each in found] == [True] + [False] * 7
    assert "row" not in {each.code for each in list_occurrences(RULEBOOK)}


# -- Completion, hover, definition -----------------------------------------------------------------


def test_completion_by_place(knowledge: Knowledge):
    """Formulas offer all that can be read and functions; lists of fields only fields.

    Elsewhere nothing.
    """
    assert {"share", "minimum", "all", "outcome", "sum", "users"} <= set(
        _codes(RULEBOOK, "formula: ", knowledge)
    )
    assert _codes(RULEBOOK, "formula: us", knowledge) == ["users", "users_hours", "users_mean"]
    assert _codes(RULEBOOK, "fields: [users, ", knowledge) == [
        "level",
        "people",
        "users",
        "users_hours",
    ]
    assert "sum" not in _codes(RULEBOOK, "all: [users, ", knowledge)
    assert "people" in _codes(RULEBOOK, "all: [users, ", knowledge)
    assert _codes(RULEBOOK, "The share is {sh", knowledge) == ["share"]
    assert _codes(RULEBOOK, "          share >= mini", knowledge) == ["minimum"]
    for nowhere in ("label: Sh", "title: Sm", "share:  # of us", "mode: ha", "The sh", "unit: p"):
        assert _codes(RULEBOOK, nowhere, knowledge) == [], nowhere


def test_completion_while_the_yaml_is_broken(knowledge: Knowledge):
    """What is being typed is seldom a document; the last names that could be read still answer."""
    text = RULEBOOK.replace(
        "  total: {label: Total, formula: sum(all), unit: persons}", "  total: {formula: sum(us"
    )
    assert _codes(text, "formula: sum(us", knowledge) == ["users", "users_hours", "users_mean"]


def test_hover_tells_label_unit_formula_and_value(knowledge: Knowledge):
    """The value is that of the report beside the rulebook; somebody's text is no Markdown."""
    shown = hover(RULEBOOK, *_place(RULEBOOK, "share >= minimum"), knowledge, "en")
    assert shown == (
        "**share** (rule): Share of users\n\n`users / people * 100`\n\n= 12.5 %, in “report.yaml”"
    )
    assert "Users of the \\*year\\*" in hover(
        RULEBOOK, *_place(RULEBOOK, "users / people"), knowledge, "en"
    )
    assert "funzione" in hover(RULEBOOK, *_place(RULEBOOK, "sum(all)"), knowledge, "it")
    assert hover(RULEBOOK, *_place(RULEBOOK, "Share of"), knowledge, "en") == ""


def test_hover_takes_the_report_that_was_chosen(source: Source, tmp_path: Path):
    """Where a report was chosen, no other answers; where it is of another rulebook, none does."""
    chosen = tmp_path / "mine" / "r.yaml"
    chosen.parent.mkdir()
    chosen.write_text(REPORT.replace("25", "50"), encoding="utf-8")
    learnt = learn(source, {}, chosen)
    assert learnt is not None
    assert (learnt.values["share"], learnt.example) == ("25 %", "r.yaml")
    other = learn(source, {chosen: "rulebook: other/1\nfields: {}\n"}, chosen)
    assert other is not None
    assert other.values == {}


def test_definition_in_the_rulebook_and_in_the_schema(source: Source, knowledge: Knowledge):
    """A rule leads to its key, a field to the schema."""
    rule = find_definition(RULEBOOK, *_place(RULEBOOK, "share >= minimum"), knowledge)
    assert rule is not None
    assert rule.mark is not None
    assert (rule.path, rule.mark.line - 1) == (source.path, _place(RULEBOOK, "  share:  #")[0])
    fld = find_definition(RULEBOOK, *_place(RULEBOOK, "users / people"), knowledge)
    assert fld is not None
    assert fld.path == source.path.with_name("small.schema.json")
    assert fld.mark is not None
    assert fld.mark.line - 1 == _place(SCHEMA, '"users": {')[0]
    assert find_definition(RULEBOOK, *_place(RULEBOOK, "sum(all)"), knowledge) is None


# -- Rename ----------------------------------------------------------------------------------------


def test_rename_changes_every_place_and_no_other(source: Source, knowledge: Knowledge):
    """The renamed rulebook means the same: only the code changed."""
    places = rename(
        source, {source.path: RULEBOOK}, knowledge, _place(RULEBOOK, "share >= minimum"), "quota"
    )
    renamed = apply_renaming(RULEBOOK, places, "quota")
    left = [line.strip() for line in renamed.split("\n") if re.search(r"\bshare\b", line)]
    assert left == [
        "# share",
        'message: {en: "The share is {quota} of {users}, not “share”."}',
        "- {outcome: share, when: not (quota >= minimum), message: {en: '{quota} is ''short'''}}",
        'first: {title: First, due: outcome == "share" or quota > 1, fields: [users, people]}',
    ]
    learnt = learn(source, {source.path: renamed})
    assert learnt is not None
    assert learnt.values["quota"] == "12.5 %"
    assert "share" not in learnt.names


@pytest.mark.parametrize(
    ("fragment", "new", "code"),
    [
        ("users / people", "clients", "rename-field"),
        ("level: {label", "grade", "rename-field"),
        ("share >= minimum", "users", "rename-taken"),
        ("share >= minimum", "sum", "code-reserved"),
        ("share >= minimum", "a b", "code-form"),
        ("sum(all)", "plus", "rename-nothing"),
        ("Share of", "plus", "rename-nothing"),
    ],
)
def test_rename_refuses(source: Source, knowledge: Knowledge, fragment: str, new: str, code: str):
    """Fields of the schema, taken and ill-formed codes are refused, each for its reason."""
    with pytest.raises(ProblemsError) as caught:
        rename(source, {source.path: RULEBOOK}, knowledge, _place(RULEBOOK, fragment), new)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_rename_refuses_what_for_each_builds(source: Source):
    """A code that an entry with `for_each` puts together, and one of its values."""
    text = (
        RULEBOOK.replace("share + 0", "users_mean")
        .replace("row: [users]", "row: [users, total]")
        .replace("{row}_hours", "users_hours")
    )
    learnt = learn(source, {source.path: text})
    assert learnt is not None
    for fragment in ('"users_mean', "total: {label"):
        with pytest.raises(ProblemsError) as caught:
            rename(source, {source.path: text}, learnt, _place(text, fragment, 1), "other")
        assert [problem.code for problem in caught.value.problems] == ["rename-for-each"]


def test_rename_refuses_a_code_of_the_base(tmp_path: Path, source: Source):
    """What `extends` brings is renamed where it is written."""
    path = tmp_path / "next.yaml"
    text = (
        re.sub(r"(?s)parameters:.*", "", RULEBOOK).replace("0.1.0", "0.2.0")
        + "extends: small/2030@0.1.0\nrules:\n  more: {formula: share * 2}\n"
    )
    path.write_text(text, encoding="utf-8")
    following = source_of_document(path)
    assert following is not None
    learnt = learn(following, {})
    assert learnt is not None
    assert learnt.names["share"].path == source.path
    with pytest.raises(ProblemsError) as caught:
        rename(following, {path: text}, learnt, _place(text, "share"), "quota")
    assert [problem.code for problem in caught.value.problems] == ["rename-inherited"]


def test_rename_refuses_what_would_leave_an_error(source: Source):
    """A place that is written with an escape is not found.

    The result is read again, so nothing breaks.
    """
    text = RULEBOOK.replace('"share + 0"', '"\\u0073hare + 0"')
    learnt = learn(source, {source.path: text})
    assert learnt is not None
    with pytest.raises(ProblemsError) as caught:
        rename(source, {source.path: text}, learnt, _place(text, "share >= minimum"), "quota")
    assert [problem.code for problem in caught.value.problems] == ["rename-unsafe"]


@pytest.mark.parametrize("seed", range(40))
def test_no_text_and_no_place_breaks_an_answer(seed: int, source: Source, knowledge: Knowledge):
    """Half-typed texts, cut and mixed at random, at any place: an answer or none, never a crash."""
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    text = RULEBOOK
    for _ in range(3):
        start = chance.randrange(len(text))
        piece = chance.choice(
            [
                "",
                "{",
                "}",
                "[",
                '"',
                "'",
                "\n",
                "|",
                ">-\n",
                ": ",
                "- ",
                "#",
                "\t",
                "𝛴",
                "\ud800",
                "\udfff",
                "\u2028",
                "\r\n",
                "&a ",
                "*a",
                "\x00",
            ]
        )
        text = text[:start] + piece + text[start + chance.randrange(12) :]
    texts = {source.path: text}
    diagnose(source, texts, check_source)
    learn(source, texts)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(
        lines[each.line][each.column : each.end] == each.code for each in list_occurrences(text)
    )
    for _ in range(20):
        line = chance.randrange(len(lines) + 2)
        column = chance.randrange(90)
        complete(text, line, column, knowledge)
        hover(text, line, column, knowledge, "it")
        find_definition(text, line, column, knowledge)


HALVES = {
    "comment": RULEBOOK.replace("# of users", "# of \ud83d users"),
    "label": RULEBOOK.replace("Share of users", "Share \ude00 of users"),
    "two halves that are no whole": RULEBOOK.replace("Share of", "Share \ude00\ud83d of"),
    "message": RULEBOOK.replace("not “share”", "not “\ud800”"),
    "before, on the same line": RULEBOOK.replace("label: Total", 'label: "\ud83d T"'),
    "end": RULEBOOK + "# \udfff",
}
"""Texts with half a character, which an editor may send and no file can hold."""


@pytest.mark.parametrize("where", HALVES)
def test_half_a_character_hides_nothing_else(where: str, source: Source, knowledge: Knowledge):
    """Every answer is the one without it, at places that it does not move."""
    text = HALVES[where]
    texts = {source.path: text}
    learnt = learn(source, texts)
    assert learnt is not None
    assert learnt.names.keys() == knowledge.names.keys()
    line, column = _place(text, "share >= minimum")
    assert "12.5" in hover(text, line, column, learnt, "en")
    found = find_definition(text, line, column, learnt)
    assert found is not None
    assert found.code == "share"
    assert _codes(text, "share >= mini", learnt) == ["minimum"]
    places = rename(source, texts, learnt, (line, column), "quota")
    assert all(text.split("\n")[each.line][each.column : each.end] == "share" for each in places)
    assert len(places) == 8
    line, column = _place(text, "sum(all)", 4)
    assert "users, people" in hover(text, line, column, learnt, "en")


def test_half_a_character_where_a_code_should_be_is_refused(source: Source, knowledge: Knowledge):
    place = _place(RULEBOOK, "share >= minimum")
    with pytest.raises(ProblemsError) as caught:
        rename(source, {source.path: RULEBOOK}, knowledge, place, "quo\ud83d")
    assert [problem.code for problem in caught.value.problems] == ["foreign-letter"]


@pytest.mark.parametrize(
    "text", ["\ud800", "a: \ud800\n", '{"a": "\udfff"}', "- \ud800", "\ud800: 1"]
)
def test_nothing_but_half_a_character(text: str, source: Source, knowledge: Knowledge):
    assert list_occurrences(text) == []
    assert hover(text, 0, 1, knowledge, "en") == ""
    assert find_definition(text, 0, 1, knowledge) is None
    complete(text, 0, 1, knowledge)
    with pytest.raises(ProblemsError, match="rename-nothing"):
        rename(source, {source.path: text}, knowledge, (0, 1), "quota")


# -- The hooks -------------------------------------------------------------------------------------


def test_hooks_name_commands_and_files():
    """Each hook's command exists.

    Its files are the shipped rulebooks, and for `fmt` what lies beside them too.
    """
    root = Path(__file__).parent.parent
    hooks = {
        hook["id"]: hook
        for hook in load_yaml((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    assert {hook["entry"] for hook in hooks.values()} == {
        "ruletrail check",
        "ruletrail fmt",
        "ruletrail test",
    }
    assert all(
        hook["entry"].split()[1] in COMMANDS and hook["language"] == "python"
        for hook in hooks.values()
    )
    paths = [path.relative_to(root).as_posix() for path in root.glob("rulebooks/**/*")]
    for name, hook in hooks.items():
        found = {
            path
            for path in paths
            if re.search(hook["files"], path) and not re.search(hook.get("exclude", "$^"), path)
        }
        beside = {"rulebooks/sociale/2024.layout.yaml", "rulebooks/sociale/2024.test.yaml"}
        assert "rulebooks/sociale/2024.yaml" in found
        assert bool(found & beside) == (name == "ruletrail-fmt")


# -- The server ------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Iterator[_Client]:
    """Start a server of its own for a test that begins or ends the conversation."""
    yield from start_server(60)


@pytest.fixture(scope="module")
def served() -> Iterator[_Client]:
    """Start one server for all tests that only ask it about documents of their own."""
    for client in start_server(600):
        client.ask("initialize", capabilities={}, processId=None, rootUri=None)
        yield client


@pytest.fixture
def editor(served: _Client) -> Iterator[_Client]:
    """Speak to that server, which forgets afterwards what was opened; it is not waited for long."""
    with served.impatient(60):
        yield served
    served.close_all()


def test_conversation(client: _Client, source: Source):
    """Open, type an error, mend it, ask for everything once.

    Columns count in UTF-16, as the protocol does.
    """
    uri = source.path.as_uri()
    text = RULEBOOK.replace("Share of users", "𝛴 Share of users").replace(
        "{label: Total, formula: sum(all)", '{label: "𝛴 T", formula: sum(all)'
    )
    answer = client.ask(
        "initialize",
        processId=None,
        rootUri=source.path.parent.as_uri(),
        capabilities={"textDocument": {"rename": {"prepareSupport": True}}},
        initializationOptions={"report": "report.yaml"},
    )
    assert answer["result"]["capabilities"]["renameProvider"] == {"prepareProvider": True}
    client.send("initialized")
    client.send(
        "textDocument/didOpen",
        textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text},
    )
    assert "unknown-code" not in {each["code"] for each in client.diagnostics(uri)}

    line, column = _place(text, "sum(all)")
    client.send(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 2},
        contentChanges=[{"text": text.replace("sum(all)", "sum(oll)")}],
    )
    (found,) = [each for each in client.diagnostics(uri) if each["code"] == "unknown-code"]
    assert found["range"]["start"] == {"line": line, "character": column + 5}, (
        "one more than code points: the letter counts twice"
    )
    assert (found["severity"], found["source"]) == (1, "ruletrail")
    assert "`all`" in found["message"]

    client.send(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 3},
        contentChanges=[{"text": text}],
    )
    assert "unknown-code" not in {each["code"] for each in client.diagnostics(uri)}
    place = dict(zip(("line", "character"), _place(text, "share >= minimum"), strict=True))
    ask = {"textDocument": {"uri": uri}, "position": place}
    assert "12.5 %" in client.ask("textDocument/hover", **ask)["result"]["contents"]["value"]
    assert "share" in {
        each["label"] for each in client.ask("textDocument/completion", **ask)["result"]
    }
    assert client.ask("textDocument/definition", **ask)["result"]["range"]["start"] == {
        "line": 13,
        "character": 2,
    }
    assert client.ask("textDocument/prepareRename", **ask)["result"]["start"] == place
    edits = client.ask("textDocument/rename", newName="quota", **ask)["result"]["changes"][uri]
    assert len(edits) == 8
    refused = client.ask("textDocument/rename", newName="users", **ask)
    assert "[rename-taken]" in refused["error"]["message"]
    client.send("textDocument/didClose", textDocument={"uri": uri})
    assert client.diagnostics(uri) == []
    assert client.ask("shutdown")["result"] is None
    client.send("exit")
    assert client.process.wait(10) == 0


def test_the_server_answers_about_a_text_with_half_a_character(client: _Client, source: Source):
    uri = source.path.as_uri()
    text = HALVES["before, on the same line"]
    client.ask("initialize", processId=None, rootUri=None, capabilities={})
    _open(client, source.path, text)
    assert {each["severity"] for each in client.diagnostics(uri)} <= {2, 3}
    line, column = _place(text, "sum(all)", 4)
    for question in QUESTIONS:
        answer = client.ask(f"textDocument/{question}", **_question(uri, line, column))
        assert answer["result"], (question, answer)


QUESTIONS = ("hover", "definition", "completion", "prepareRename", "rename")
NOTICES = ("didChange", "didSave", "didClose")


def _question(uri: str, line: int = 0, column: int = 0) -> dict[str, Any]:
    place = {"line": line, "character": column}
    return {"textDocument": {"uri": uri}, "position": place, "newName": "x"}


def _plant(place: Path, kind: str) -> None:
    """Put in the place of a file what is none, or what leads out to one."""
    place.unlink(missing_ok=True)
    outside = place.parent.parent / f"{place.parent.name}-outside.yaml"
    outside.write_text("secret: [words", encoding="utf-8")
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        targets = {"zero": "/dev/zero", "stdin": "/dev/stdin", "ring": place.name}
        place.symlink_to(targets.get(kind, outside))


TRAPS = ("zero", "pipe", "stdin", "ring", "folder", "out")


@pytest.mark.parametrize("kind", TRAPS)
@pytest.mark.parametrize("name", ["small.layout.yaml", "small.test.yaml", "small.schema.json"])
def test_nothing_beside_an_open_rulebook_is_waited_for_or_read_without_end(
    editor: _Client, source: Source, name: str, kind: str
):
    """What is no ordinary file of the folder is a problem shown at its top, and never its text."""
    _plant(source.path.with_name(name), kind)
    _open(editor, source.path, RULEBOOK)
    line, column = _place(RULEBOOK, "share >= minimum")
    answer = editor.ask("textDocument/hover", **_question(source.path.as_uri(), line, column))
    assert "**share**" in answer["result"]["contents"]["value"]
    shown = [each["params"] for each in editor.received if "params" in each]
    codes = {each["code"] for published in shown for each in published["diagnostics"]}
    assert codes & {"path-outside", "file-unreadable"}, shown
    assert "secret" not in json.dumps(editor.received)


@pytest.mark.parametrize("kind", TRAPS)
def test_a_rulebook_that_is_not_open_is_one_more_file_beside(
    editor: _Client, source: Source, kind: str
):
    """Opening its examples checks it, by the same door."""
    _plant(source.path, kind)
    examples = source.path.with_name("small.test.yaml")
    _open(editor, examples, "test: 1\n")
    (found,) = editor.diagnostics(source.path.as_uri())
    assert found["code"] in ("path-outside", "file-unreadable")
    assert "secret" not in json.dumps(found)
    for method in QUESTIONS:
        answer = editor.ask(f"textDocument/{method}", **_question(examples.as_uri()))
        assert answer["result"] is None, method


def _close(client: _Client, path: Path) -> None:
    client.send("textDocument/didClose", textDocument={"uri": path.as_uri()})


def _shown(client: _Client) -> dict[str, set[str]]:
    """Ask something, so that all was done, and return the codes that each file shows by now."""
    client.ask("textDocument/hover", **_question("file:///nowhere.yaml"))
    last = {}
    for message in client.received:
        if message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            codes = {each["code"] for each in found["diagnostics"]}
            last[found["uri"].rpartition("/")[2]] = codes
    return {name: codes for name, codes in last.items() if codes}


BESIDE = ("small.test.yaml", "small.layout.yaml")


@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_a_rulebook_is_forgotten_when_it_is_closed(
    editor: _Client, source: Source, name: str
):
    """Its problems, and those of the rulebook that was never open, are taken away."""
    beside = source.path.with_name(name)
    beside.write_text("language: 1\n", encoding="utf-8")
    _open(editor, beside, "broken: [\n")
    shown = _shown(editor)
    assert "yaml-syntax" in shown[name], shown
    _close(editor, beside)
    assert _shown(editor) == {}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_a_rulebook_is_known_until_its_last_document_is_closed(
    editor: _Client, source: Source, order: tuple[int, ...]
):
    """What is closed counts as it is saved; the others show their problems until they go."""
    texts = {source.path: RULEBOOK + "strange: 1\n"}
    for name in BESIDE:
        texts[source.path.with_name(name)] = "broken: [\n"
        key = name.split(".")[1]
        source.path.with_name(name).write_text(f"{key}: 1\n", encoding="utf-8")
    for document, text in texts.items():
        _open(editor, document, text)
    assert _typed(editor) == {document.name for document in texts}
    documents = list(texts)
    for at, number in enumerate(order, 1):
        _close(editor, documents[number])
        assert _typed(editor) == {documents[other].name for other in order[at:]}
    assert _shown(editor) == {}


def _typed(client: _Client) -> set[str]:
    """Name the files that show what was typed in them and never saved."""
    shown = _shown(client).items()
    return {name for name, codes in shown if codes & {"yaml-syntax", "unknown-key"}}


def test_closing_a_schema_takes_back_what_was_typed_in_it(editor: _Client, source: Source):
    """The rulebook that is open is looked at again, with the schema as it is saved."""
    _open(editor, source.path, RULEBOOK)
    before, schema = _shown(editor), source.path.with_name("small.schema.json")
    _open(editor, schema, "{")
    assert "json-syntax" in _shown(editor)[schema.name]
    _close(editor, schema)
    assert _shown(editor) == before


def test_a_schema_of_two_rulebooks_keeps_the_problems_of_the_open_one(
    editor: _Client, source: Source
):
    """Closing one rulebook does not hide what the other's schema lacks."""
    schema, other = source.path.with_name("small.schema.json"), source.path.with_name("two.yaml")
    schema.write_text("{", encoding="utf-8")
    _open(editor, source.path, RULEBOOK)
    _open(editor, other, RULEBOOK)
    assert "json-syntax" in _shown(editor)[schema.name]
    _close(editor, other)
    assert "json-syntax" in _shown(editor)[schema.name]
    _close(editor, source.path)
    assert _shown(editor) == {}


def test_what_was_closed_is_looked_at_no_more(editor: _Client, source: Source):
    """Many documents opened and closed leave nothing behind: a schema refreshes what is open."""
    for number in range(30):
        for suffix in (".yaml", ".test.yaml", ".layout.yaml"):
            document = source.path.with_name(f"q{number}{suffix}")
            _open(editor, document, "broken: [\n")
            _close(editor, document)
    assert _shown(editor) == {}
    editor.received.clear()
    _open(editor, source.path.with_name("other.schema.json"), "{}")
    assert _shown(editor) == {}
    methods = [message.get("method") for message in editor.received]
    assert "textDocument/publishDiagnostics" not in methods


def test_a_rulebook_that_is_open_may_be_a_link_or_be_no_file_yet(editor: _Client, source: Source):
    """The editor gives its text; where the file lies is then the user's own choice."""
    for name, target in (("linked.yaml", source.path), ("new.yaml", None)):
        path = source.path.with_name("other") / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "small.schema.json").write_text(SCHEMA, encoding="utf-8")
        if target is not None:
            path.symlink_to(target)
        _open(editor, path, RULEBOOK)
        found = {each["code"] for each in editor.diagnostics(path.as_uri())}
        assert not found & {"path-outside", "file-unreadable"}, name


@pytest.mark.parametrize("kind", [*TRAPS, "file", "nothing"])
def test_a_document_that_is_not_open_has_no_answers(editor: _Client, source: Source, kind: str):
    """It is not read: the editor asks about what it shows, or after a document was closed."""
    if kind == "nothing":
        source.path.unlink()
    elif kind != "file":
        _plant(source.path, kind)
    uri = source.path.as_uri()
    for method in NOTICES:
        document, changes = {"uri": uri, "version": 2}, [{"text": "x"}]
        editor.send(f"textDocument/{method}", textDocument=document, contentChanges=changes)
    for method in QUESTIONS:
        assert editor.ask(f"textDocument/{method}", **_question(uri))["result"] is None, method


def test_a_report_that_the_settings_name_is_not_waited_for(source: Source):
    """Settings come with a folder as files do; a link to an ordinary report is a choice."""
    chosen = source.path.with_name("chosen.yaml")
    for kind in ("pipe", "zero", "folder"):
        _plant(chosen, kind)
        learnt = learn(source, {}, chosen)
        assert learnt is not None
        assert (learnt.values, learnt.example) == ({}, "")
        chosen.rmdir() if kind == "folder" else chosen.unlink()
    chosen.symlink_to("report.yaml")
    learnt = learn(source, {}, chosen)
    assert learnt is not None
    assert learnt.values["share"] == "12.5 %"


def test_columns_in_a_file_that_is_not_open_count_in_the_editors_units(
    editor: _Client, source: Source
):
    """The line comes with the mark: no file is opened for it. The letter counts twice."""
    schema = json.dumps(json.loads(SCHEMA) | {"title": "𝛴"}, ensure_ascii=False)
    schema = schema.replace('{"$schema"', '{"title": "𝛴", "$schema"').replace(
        ', "title": "𝛴"}', "}"
    )
    source.path.with_name("small.schema.json").write_text(schema, encoding="utf-8")
    _open(editor, source.path, RULEBOOK)
    line, column = _place(RULEBOOK, "users / people")
    question = _question(source.path.as_uri(), line, column)
    found = editor.ask("textDocument/definition", **question)["result"]
    assert found["uri"].endswith("small.schema.json")
    at = schema.index('"users": {') + 2
    assert found["range"]["start"] == {"line": 0, "character": at}
    assert found["range"]["end"] == {"line": 0, "character": at + len("users")}


def test_a_path_that_is_written_with_escapes_is_followed_as_it_changes(
    editor: _Client, source: Source
):
    """A URI is known by what it names, however much of it the editor escapes."""
    folder = source.path.with_name("a b ò")
    folder.mkdir()
    (folder / "small.schema.json").write_text(SCHEMA, encoding="utf-8")
    path = folder / "small.yaml"
    uri = path.as_uri().replace("small.yaml", "sm%61ll.yaml")
    _open(editor, path, RULEBOOK, uri)
    assert "unknown-code" not in {each["code"] for each in editor.diagnostics(path.as_uri())}
    wrong = RULEBOOK.replace("users / people", "usors / people")
    document = {"uri": uri, "version": 2}
    editor.send("textDocument/didChange", textDocument=document, contentChanges=[{"text": wrong}])
    assert "unknown-code" in {each["code"] for each in editor.diagnostics(path.as_uri())}
    question = _question(uri, *_place(wrong, "share >= minimum")) | {"newName": "quota"}
    assert len(editor.ask("textDocument/rename", **question)["result"]["changes"][uri]) == 8
    editor.send("textDocument/didClose", textDocument={"uri": uri})
    assert editor.diagnostics(path.as_uri()) == []


BAD_URIS = (
    "file:///tmp/%00.yaml", "file://[::1/x.yaml", "file:///" + "a" * 5000 + ".yaml", "", "x", "//",
    "file:", "file:///", "file://host/x.yaml", "untitled:x.yaml", "file:///tmp/%FF.yaml",
    "file:///tmp/\ud800.yaml", "file:///tmp/%ED%A0%80.yaml", "file:///proc/self/mem.yaml",
)  # fmt: skip


@pytest.mark.parametrize("uri", BAD_URIS, ids=range(len(BAD_URIS)))
def test_no_uri_shows_the_inside_of_the_server(uri: str):
    """Whatever it names, answers hold no traceback, no path of ours and no error of Python's."""
    client = _Written()
    client.ask("initialize", capabilities={}, processId=None, rootUri=uri)
    client.ask("initialize", capabilities={}, processId=None, rootUri=None)
    client.send("textDocument/didOpen", textDocument={
        "uri": uri, "languageId": "yaml", "version": 1, "text": RULEBOOK,
    })  # fmt: skip
    client.send("textDocument/didChange", textDocument={"uri": uri, "version": 2},
                contentChanges=[{"text": "x"}])  # fmt: skip
    client.send("textDocument/didSave", textDocument={"uri": uri})
    for method in QUESTIONS:
        client.ask(f"textDocument/{method}", **_question(uri))
    client.send("textDocument/didClose", textDocument={"uri": uri})
    client.ask("shutdown")
    received = client.converse()
    (last,) = [each for each in received if each.get("id") == client.number]
    assert last["result"] is None
    shown = json.dumps(received)
    assert not re.search(r"[Tt]raceback|\w+\.py\b|site-packages|Error:|Errno", shown), shown
    assert [each for each in received if "data" in each.get("error", ())] == []


class _Written:
    """A conversation that is written down first, and then held in this process."""

    def __init__(self) -> None:
        self.number, self.messages = 0, []

    def send(self, method: str, **params: Any) -> None:
        """Write a notification down."""
        self.messages.append({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, **params: Any) -> None:
        """Write a request down."""
        self.number += 1
        self.send(method, **params)
        self.messages[-1]["id"] = self.number

    def converse(self) -> list[dict[str, Any]]:
        """Say it all to a server, and return what it said."""
        data, written = map(_message, self.messages), []

        def write(message: bytes) -> bool:
            written.append(json.loads(message.partition(b"\r\n\r\n")[2]))
            return True

        assert serve(check_source, "en", lambda _: next(data, b""), write) == 0
        return written


def test_questions_come_after_initialize_and_before_shutdown(client: _Client, source: Source):
    """Others are refused by the protocol's errors; what is no question is passed over."""
    uri = source.path.as_uri()
    _open(client, source.path, RULEBOOK)
    for method in (*QUESTIONS, "nothing"):
        refused = client.ask(f"textDocument/{method}", **_question(uri))
        assert refused["error"]["code"] == NOT_INITIALIZED, method
    assert client.ask("shutdown")["error"]["code"] == NOT_INITIALIZED
    client.ask("initialize", capabilities={}, processId=None, rootUri=None)
    assert client.ask("textDocument/hover", **_question(uri))["result"] is None
    assert client.ask("shutdown")["result"] is None
    _open(client, source.path, RULEBOOK)
    for method in ("initialize", "shutdown", "nothing", *(f"textDocument/{m}" for m in QUESTIONS)):
        refused = client.ask(method, **_question(uri))
        assert refused["error"]["code"] == INVALID_REQUEST, method
    client.send("exit")
    assert client.process.wait(10) == 0


# -- What is no message ----------------------------------------------------------------------------


def _message(document: object) -> bytes:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


GOOD = {"jsonrpc": "2.0", "id": 1, "method": "good"}
_NAMELESS = {"jsonrpc": "2.0", "method": "good"}

NO_MESSAGES: dict[str, tuple[bytes, list[int]]] = {
    "huge length": (b"Content-Length: 99999999999999999999\r\n\r\n{}", [INVALID_REQUEST]),
    "long length": (b"Content-Length: 33554433\r\n\r\n{}", [INVALID_REQUEST]),
    "negative length": (b"Content-Length: -5\r\n\r\n{}", [INVALID_REQUEST]),
    "length with a sign": (b"Content-Length: +2\r\n\r\n{}", [INVALID_REQUEST]),
    "length in other digits": ("Content-Length: \u0663\r\n\r\n{}".encode(), [INVALID_REQUEST]),
    "length in words": (b"Content-Length: two\r\n\r\n{}", [INVALID_REQUEST]),
    "no length": (b"Content-Length:\r\n\r\n{}", [INVALID_REQUEST]),
    "no header of a length": (b"Content-Type: x\r\n\r\n{}", []),
    "two lengths": (b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", [INVALID_REQUEST]),
    "header without end": (b"X: " + b"a" * 1_000_000, []),
    "headers without end": (b"A: b\r\n" * 10_000, []),
    "blank lines": (b"\r\n\n\r\n" * 100, []),
    "zeros": (b"\0" * 20_000, []),
    "empty": (b"Content-Length: 0\r\n\r\n", [PARSE_ERROR]),
    "no JSON": (_message(b"{"), [PARSE_ERROR]),
    "no UTF-8": (_message(b'"\xff"'), [PARSE_ERROR]),
    "too deep": (_message(b"[" * 100_000), [PARSE_ERROR]),
    "number too long": (_message(b'{"id": ' + b"1" * 10_000 + b"}"), [PARSE_ERROR]),
    "list": (_message([GOOD, GOOD]), [INVALID_REQUEST]),
    "text": (_message("x"), [INVALID_REQUEST]),
    "null": (_message(None), [INVALID_REQUEST]),
    "nothing in it": (_message({}), [INVALID_REQUEST]),
    "another version": (_message({**GOOD, "jsonrpc": "1.0"}), [INVALID_REQUEST]),
    "method of another type": (_message({**GOOD, "method": 5}), [INVALID_REQUEST]),
    **{
        f"id {written!r}": (_message({**GOOD, "id": written}), [INVALID_REQUEST])
        for written in (None, True, 1.5, [], {})
    },
    "answer to nothing": (_message({"jsonrpc": "2.0", "id": [], "result": 1}), [INVALID_REQUEST]),
}  # fmt: skip
"""What an editor may send that is no message, and the codes of the errors that answer it."""


def _received(data: bytes, size: int) -> list[dict[str, Any] | int]:
    """Read messages from a stream that gives so many bytes at once; errors by their codes."""
    stream = io.BytesIO(data)
    found = read_messages(lambda most: stream.read(min(most, size)))
    return [each.code if isinstance(each, Refused) else each for each in found]


@pytest.mark.parametrize("size", [1, 7, 8192])
@pytest.mark.parametrize("name", NO_MESSAGES)
def test_what_is_no_message_harms_no_other(name: str, size: int):
    """It is refused, once, or passed over; the message that follows is read, wherever it stands."""
    data, codes = NO_MESSAGES[name]
    if size == 1 and len(data) > 20_000:
        data = data[:20_000] if not codes else data
    for between in (b"", b"\r\n", b"\n"):
        found = _received(_message(GOOD) + data + between + _message(_NAMELESS), size)
        assert found == [GOOD, *codes, _NAMELESS]


def test_a_message_of_the_largest_size_is_read_and_one_byte_more_is_not():
    """The limit is the one that is published, and no more than a message is ever held."""
    body = json.dumps(GOOD).encode()
    largest = body + b" " * (LARGEST_MESSAGE - len(body))
    assert _received(_message(largest) + _message(_NAMELESS), 1 << 16) == [GOOD, _NAMELESS]
    assert _received(_message(largest + b" ") + _message(GOOD), 1 << 16) == [INVALID_REQUEST, GOOD]
    written = Path(ROOT / "docs/editors.md").read_text(encoding="utf-8")
    assert f"{LARGEST_MESSAGE >> 20} MB" in written


def test_a_stream_that_ends_amid_a_message_ends_quietly():
    """In a header, after it, or in a body."""
    whole = _message(GOOD)
    for end in range(len(whole)):
        assert _received(whole + whole[:end], 5) == [GOOD]


@pytest.mark.parametrize("seed", range(3))
def test_no_bytes_end_the_reading(seed: int):
    """Pieces of messages and of anything, in any order: the reading goes on to the end."""
    r = random.Random(seed)  # noqa: S311 - generated texts, no secrets
    pieces = [data for data, _ in NO_MESSAGES.values() if len(data) < 200]
    pieces += [_message(GOOD), b"\r\n", b"}"]
    for _ in range(200):
        data = b"".join(r.choice(pieces)[r.randrange(3) :] for _ in range(r.randrange(20)))
        # whatever came before may have asked for what follows; a second one is surely read
        ended = data + b"\r\n" + _message(_NAMELESS) * 30
        assert _received(ended, r.choice((1, 100)))[-1] == _NAMELESS


def test_the_server_outlives_what_is_no_message(client: _Client):
    """It answers each with an error, then the next question; wrong parameters are answered too."""
    client.ask("initialize", capabilities={}, processId=None, rootUri=None)
    assert client.process.stdin is not None
    for name, (data, codes) in NO_MESSAGES.items():
        client.process.stdin.write(data)
        client.process.stdin.flush()
        for code in codes:
            assert client.wait(lambda message: "error" in message)["error"]["code"] == code, name
        assert client.ask("nothing")["error"]["code"] == METHOD_NOT_FOUND
    place = {
        "textDocument": {"uri": "file:///x.yaml"},
        "position": {"line": -1, "character": 1 << 99},
    }
    for parameters in (None, 5, "x", [], {}, {"textDocument": 5}, place):
        for method in ("hover", "definition", "completion", "prepareRename", "rename"):
            client.number += 1
            asked = {"jsonrpc": "2.0", "id": client.number, "params": parameters}
            client._write({**asked, "method": f"textDocument/{method}"})
            answer = client.wait(lambda message: message.get("id") == client.number)
            assert "result" in answer or answer["error"]["code"] in (INVALID_PARAMS, INTERNAL)
        for method in ("didOpen", "didChange", "didSave", "didClose"):
            client._write(
                {"jsonrpc": "2.0", "method": f"textDocument/{method}", "params": parameters}
            )
    assert client.ask("shutdown")["result"] is None
    client.send("exit")
    assert client.process.wait(10) == 0


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """One sentence that names the install command."""
    from ruletrail.cli import main  # noqa: PLC0415 - the command, only here

    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    assert main(["lsp", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert 'pip install "ruletrail[lsp]"' in said
    assert "ruletrail: " in said
    assert "ruletrail:1" not in said  # it is about the command, and stands in no line of a file


# -- Rows of lists ---------------------------------------------------------------------------------

CANTEEN = {
    "2026.yaml": "rulebooks/mensa/2026.yaml",
    "zone.csv": "rulebooks/mensa/zone.csv",
    "2026.schema.json": "schemas/reports/mensa/2026.schema.json",
}
FAMILY = """test: 1
rulebook: mensa/2026
examples:
  - name: famiglia
    report:
      fields:
        data_domanda: 2026-09-10
        isee: 9000
        zona: Centro
        residente: true
        figli:
          - {nome: Ada, nascita: 2016-03-01, pasti: 20}
          - {nome: Bo, nascita: 2020-03-01, pasti: 8}
    expect: {status: complete}
"""


@pytest.fixture(scope="module")
def canteen(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("canteen")
    for name, place in CANTEEN.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes((ROOT / "tests/canteen" / name).read_bytes())
    (folder / "rulebooks/mensa/2026.test.yaml").write_text(FAMILY, encoding="utf-8")
    found = source_of_document(folder / CANTEEN["2026.yaml"])
    assert found is not None
    return found


@pytest.fixture(scope="module")
def of_rows(canteen: Source) -> tuple[str, Knowledge]:
    learnt = learn(canteen, {})
    assert learnt is not None
    return canteen.path.read_text(encoding="utf-8"), learnt


@pytest.mark.parametrize(
    ("old", "typed", "offered"),
    [
        ("sum(figli.costo)", "sum(figli.c", ["figli.costo"]),
        ("sum(figli.costo)", "sum(figli.pas", ["figli.pasti", "figli.pasto"]),
        ("sum(figli.costo)", "sum(figli.na", ["figli.nascita"]),  # a check of rows has no value
        ('row: "{figli.nome', 'row: "{figli.na', ["figli.nascita"]),
        ('it: "{figli.nome', 'it: "{figli.no', ["figli.nome"]),
        ("{totale} euro", "{tot", ["totale"]),
        ("quota(isee)", "1.5", []),
    ],
)
def test_a_code_of_a_row_is_completed_as_one(
    old: str, typed: str, offered: list[str], of_rows: tuple[str, Knowledge]
):
    """After its point what is typed is the list and the name; a decimal point is none."""
    text, knowledge = of_rows
    assert _codes(text.replace(old, typed), typed, knowledge) == offered


def test_the_values_of_rows_stand_beside_the_codes_of_rows(of_rows: tuple[str, Knowledge]):
    """Those of the first rows; of a check what it comes to for all of them."""
    text, knowledge = of_rows
    hints = {hint.line: hint.text for hint in list_hints(text, knowledge, 0, 200, "it")}
    shown = {code: hints[_place(text, f"  {code}:")[0]] for code in ("figli.eta", "figli.nato")}
    assert shown == {"figli.eta": "= 10; 6", "figli.nato": "= superato"}
    assert "10; 6" in hover(text, *_place(text, "figli.eta <=", 1), knowledge, "it")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", ["data_domanda"]), ("d", ["data_domanda"]), ("data_d", ["data_domanda"]), ("t", [])],
)
def test_a_day_is_completed_while_what_is_typed_names_none(
    typed: str, offered: list[str], canteen: Source
):
    """The fields of the form are dates all the same, and rules are what their formulas give."""
    text = canteen.path.read_text(encoding="utf-8")
    half = text.replace("day: data_domanda\n", f"day: {typed}\n")
    learnt = learn(canteen, {canteen.path: half}) or learn(canteen, {})
    assert learnt is not None
    assert _codes(half, f"day: {typed}", learnt) == offered


def test_each_value_of_rows_has_its_unit_and_what_is_none_has_no_unit(canteen: Source):
    """Beside the code and in its description."""
    text = canteen.path.read_text(encoding="utf-8").replace("value: 14,", "value: 8,")
    learnt = learn(canteen, {canteen.path: text})
    assert learnt is not None
    assert learnt.values["figli.pasto"] == "non applicabile; 3,10 euro"
    hints = {hint.line: hint.text for hint in list_hints(text, learnt, 0, 200, "it")}
    assert hints[_place(text, "  figli.pasto:")[0]] == "= non applicabile; 3,10 euro"


def test_what_a_function_does_keeps_the_code_spans_of_its_sentences(
    of_rows: tuple[str, Knowledge],
):
    text, knowledge = of_rows
    shown = hover(text, *_place(text, "sum(figli.costo)"), knowledge, "it")
    assert "con un solo argomento `ELENCO.x`" in shown


def test_a_pattern_of_codes_is_not_renamed_and_the_reason_is_told(canteen: Source):
    """Where its code is declared, as where one of the codes is read."""
    pattern = (
        "rules:\n  doppio_{n}:\n    for_each: {n: [a, b]}\n    formula: isee * 2\n"
        "    source: delibera\n    evidence: quoted\n"
    )
    text = canteen.path.read_text(encoding="utf-8").replace("rules:\n", pattern, 1)
    learnt = learn(canteen, {canteen.path: text})
    assert learnt is not None
    with pytest.raises(ProblemsError) as caught:
        rename(canteen, {canteen.path: text}, learnt, _place(text, "doppio_{n}:"), "triplo")
    assert [each.code for each in caught.value.problems] == ["rename-for-each"]
    assert "`doppio_{n}`" in caught.value.problems[0].message("it")


def test_a_list_is_found_where_it_is_described(canteen: Source, of_rows: tuple[str, Knowledge]):
    """Its key and the names in its sentence: what they are, and why a field is not renamed."""
    text, knowledge = of_rows
    assert "(field): Figli" in hover(text, *_place(text, "figli: {label"), knowledge, "en")
    assert "Nome" in hover(text, *_place(text, 'figli.nome}"}'), knowledge, "en")
    with pytest.raises(ProblemsError) as caught:
        rename(canteen, {canteen.path: text}, knowledge, _place(text, "figli: {label"), "bambini")
    assert [each.code for each in caught.value.problems] == ["rename-field"]


@pytest.mark.parametrize("new", ["spesa", "figli.spesa"])
def test_a_rule_of_rows_keeps_its_list_when_renamed(
    new: str, canteen: Source, of_rows: tuple[str, Knowledge]
):
    """Its name alone is enough."""
    text, knowledge = of_rows
    places = rename(canteen, {canteen.path: text}, knowledge, _place(text, "figli.costo:"), new)
    assert len(places) == 2
    assert name_in_list("figli.costo", new) == "figli.spesa"


def test_half_a_placeholder_leaves_the_rest_known(canteen: Source, of_rows: tuple[str, Knowledge]):
    """A rulebook with errors is not evaluated, though it was linked as far as it goes."""
    text, knowledge = of_rows
    learnt = learn(canteen, {canteen.path: text.replace("{totale} euro", "{tot euro")})
    assert learnt is not None
    assert (learnt.names.keys(), learnt.values) == (knowledge.names.keys(), {})
