"""Somebody's text is text and nothing else: in Markdown, on a terminal, in YAML and in graphs.

Every slot of a rulebook and of a report that holds words gets each of the hostile texts; what a
parser or a terminal makes of the result must not differ from what it makes of harmless words.
"""

import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import ruletrail
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.documents import RULEBOOK_LIMITS, read_document
from ruletrail.editors.answers import describe
from ruletrail.editors.names import Knowledge, Name
from ruletrail.rendering import explain_step, render_trail
from ruletrail.rendering.markdown import escape
from ruletrail.rulebook_docs import write_dot, write_handbook, write_mermaid
from support.command_line import call

MARKS = (
    *(" ", "\t", "\n", "\u00a0", "\u3000", " \n ", "\u2003\u2003"),
    *("# x", "#", "## ", "x ##", "# x #", "x\n# y", "\n# x\n", "a\n---\n", "a\n===", "\u00a0# x"),
    *("- x", "-", "+ x", "* x", "1. x", "10) x", "1.", "> x", ">", "    code", "\tcode"),
    *("---", "***", "___", "- - -", "===", "=", "```", "~~~\nx", "`x`", "|a|b|", "a|b", ":---"),
    *("**x**", "__x__", "*x*", "_x_", "~~x~~", "**", "*", "\\", "x\\", "\\\\", "&amp;", "&#35; x"),
    *("<b>", "<!--", "<https://x.y>", "https://x.y", "www.x.y", "a@b.c", "[x](y)", "![x](y)"),
    *("[x]: https://y", "[^1]: x", "[x]", "- [ ] x", "x  \ny", "{x}", "%s", "$x$", "!", "…"),
)
"""What begins, ends or breaks something in Markdown, and what says nothing at all."""

COMMANDS = (
    *("a\x1b[2J\x1b]0;t\x07b", "\x9b31m\x90x\x9c", "\x00\x08\x7f", "\u2028x\u2029y", "\x85"),
    *("\u202egnp.exe", "\u2066\u2069\u200f", "\u061c", "\ufeff", "\U000e0041\U000e007f"),
    "\U0001f468\u200d\U0001f469",
)
"""What commands a terminal, turns the direction of writing, or is not seen."""

HARMLESS = "harmless"


def write_book(folder: Path, text: str) -> Path:
    """Write a rulebook with a text in every place that holds words, and its schema."""
    field = {"type": "number", "title": text, "description": text, "unit": text}
    fields = {"A": field, "B": field, "T": {"type": "string", "title": text}}
    (folder / "schema.json").write_text(
        json.dumps({"properties": {"fields": {"properties": fields}}}), encoding="utf-8"
    )
    path = folder / "rulebook.yaml"
    path.write_text(json.dumps(_book(text)), encoding="utf-8")
    return path


def _say(text: str) -> str:
    # a sentence is a template, where braces name values
    return text.replace("{", "(").replace("}", ")")


def _book(text: str) -> dict[str, Any]:
    said = _say(text)
    own = {"label": text, "note": text, "source": "f", "evidence": "quoted"}
    shown = {"it": said, "en": said}
    due = {"due": shown, "not_due": shown}
    cases = [{"outcome": "uno", "when": "A > 10"}, {"outcome": "due", "when": "A <= 10"}]
    head = {"language": 1, "rulebook": "prova", "edition": "2024", "version": "1.0.0"}
    return {
        **head,
        "status": "draft",
        "title": text,
        "report": "schema.json",
        "note": text,
        "sources": {"f": {"title": text, "kind": "form", "url": text, "note": text}},
        "parameters": {"P": {"value": 10, "unit": text, **own}},
        "rules": {
            "X": {"formula": "A + P", "unit": text, **own},
            "Y": {"not_encoded": text, **own},
            "Z": {"formula": 'T if A >= 0 else "x"', **own},
        },
        "decisions": {"D": {"cases": [{**case, "message": shown, **own} for case in cases], **own}},
        "sections": {
            "S": {"title": text, "due": "A > 0", "fields": ["B"], "message": due, **own},
            "N": {"title": text, "due": {"not_encoded": text}, **own},
        },
        "checks": {
            "K": {"expect": "A > 100", "severity": "error", "message": shown, **own},
            "L": {"expect": "A > 100", "severity": "warning", "message": shown, **own},
        },
        "messages": {"M": {"when": "A > 0", "text": shown, **own}},
    }


def write_pages(folder: Path, text: str) -> Iterator[str]:
    """Write each page in Markdown that shows somebody's texts, all of them being this text."""
    plan = ruletrail.load(write_book(folder, text))
    fields = {"A": 5, "T": text}
    subject = {"comune": text, "provincia": text}
    report = {"rulebook": "prova/2024", "subject": subject, "fields": fields}
    trail = plan.evaluate({**report, "printed": {"messages": [_say(text)]}}).trail.to_dict()
    yield write_handbook(plan.linked, "markdown")
    yield render_trail(trail, "markdown")
    for code in ("X", "Z", "D", "S", "N", "K"):
        yield explain_step(trail, code, None, "markdown")
    name = Name("X", "rule", text, unit=text, formula="A + P")
    yield describe(name, Knowledge({"X": name}, {"X": text}, text), "en")


def outline(page: str) -> list[str]:
    """List what a parser of CommonMark with tables sees in a page, but no words."""
    found = []
    for token in (
        MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"]).parse(page)
    ):
        found.append(f"{token.type} {token.tag}")
        inside = (child.type for child in token.children or ())
        found += [kind for kind in inside if kind not in ("text", "text_special", "entity")]
    return found


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Outline the pages of harmless words."""
    return [outline(page) for page in write_pages(tmp_path_factory.mktemp("book"), HARMLESS)]


@pytest.mark.parametrize("text", MARKS)
def test_no_text_makes_structure_in_markdown(text: str, harmless: list[list[str]], tmp_path: Path):
    """No heading, list, table, code, emphasis or link is anybody's but ours; none of ours ends."""
    assert [outline(page) for page in write_pages(tmp_path, text)] == harmless


@pytest.mark.parametrize("text", [text for text in MARKS if text.strip()])
def test_a_text_is_read_as_it_was_written(text: str):
    """In a heading, a paragraph, an item, a cell or in bold, the words are those of the text."""
    shapes = ("# {}\n", "{}\n", "- {}\n  - {}\n", "**{}**\n", "| a |\n| --- |\n| {} |\n")
    for shape in shapes:
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        tokens = parser.parse(shape.replace("{}", escape(text)))
        said = ["".join(child.content for child in each.children or ()) for each in tokens]
        words = [line.replace("\u200b", "") for line in said if line not in ("", "a")]
        assert words == [" ".join(text.split("\n")).strip()] * shape.count("{}"), shape


# -- Terminals -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


WORDS = (
    "evaluate report.json --rulebook rulebook.yaml",
    "evaluate report.json --rulebook rulebook.yaml --format json",
    "evaluate report.json --rulebook rulebook.yaml --format markdown",
    "evaluate report.json --rulebook rulebook.yaml --format html",
    "evaluate broken.json --rulebook rulebook.yaml",
    "evaluate broken.json --rulebook rulebook.yaml --format json",
    "explain report.json Z --rulebook rulebook.yaml",
    "explain report.json Z --rulebook rulebook.yaml --format html",
    "check rulebook.yaml",
    "check rulebook.yaml --format json",
    "check rulebook.yaml --format sarif",
    "test rulebook.yaml",
    "test rulebook.yaml --format json",
    "show rulebook.yaml",
    "show rulebook.yaml --resolved",
    "docs rulebook.yaml",
    "docs rulebook.yaml --format html",
    "graph rulebook.yaml",
    "graph rulebook.yaml --format dot",
    "batch reports.jsonl -o - --rulebook rulebook.yaml",
    "batch reports.jsonl -o - --rulebook rulebook.yaml --to csv",
    "seal report.json --rulebook rulebook.yaml --allow-invalid",
    "archive list",
    "archive list --format json",
    "archive show 1",
    "archive show 1 --format json",
    "archive verify",
)
"""Commands whose output shows somebody's words; the archive's come after the sealing."""


def _lay_out(folder: Path, text: str) -> None:
    write_book(folder, text)
    fields = {"A": 5, "T": text}
    report = {"rulebook": "prova/2024", "subject": {"comune": text}, "fields": fields}
    broken = {**report, text: text, "fields": {"A": text, text: 1}}
    for name, document in {"report": report, "broken": broken}.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    rows = "\n".join(json.dumps(document) for document in (report, broken))
    (folder / "reports.jsonl").write_text(rows, encoding="utf-8")
    example = {"name": text, "report": report, "expect": {"values": {"Z": "no"}}}
    tests = {"test": 1, "rulebook": "prova/2024", "examples": [example]}
    (folder / "rulebook.test.yaml").write_text(json.dumps(tests), encoding="utf-8")


def _say_on(stream: io.StringIO, words: str) -> str:
    # whatever the answer, it must be one of the kinds that documents and not defects give
    err = type(stream)()
    form = words.partition("--format ")[2].split(" ")[0] or "text"
    assert main(words.split(), Console(stream, err, "en", form)) in (0, 1, 2), err.getvalue()
    return stream.getvalue() + err.getvalue()


@pytest.mark.parametrize("text", [f"a{text}b" for text in COMMANDS])
def test_nothing_but_text_reaches_a_terminal(text: str, folder: Path):
    """No command for the terminal, nothing that turns the direction, from any command."""
    _lay_out(folder, text)
    for words in WORDS:
        # a line that is coloured is so as a whole, by two signs of ours
        seen = re.sub(r"(?m)^\x1b\[[0-9;]+m(.*)\x1b\[0m$", r"\1", _say_on(Terminal(), words))
        hidden = {char for char in seen if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")}
        assert hidden <= {"\n"}, words
        assert "ruletrail" in seen or len(seen) > 1, words


def test_json_on_a_terminal_is_the_same_json(folder: Path):
    """What is escaped there is read back equal; in a file nothing more is escaped than before."""
    text = "".join(COMMANDS) + "è 👩"
    _lay_out(folder, text)
    for words in (each for each in WORDS if "--format json" in each or "sarif" in each):
        if words.startswith("archive"):
            continue
        shown, stored = _say_on(Terminal(), words), _say_on(io.StringIO(), words)
        assert json.loads(shown) == json.loads(stored), words
        assert "\\ud83d\\udc68" not in shown, "what is seen is not escaped"
        assert "\\u202e" in shown or "\u202e" not in stored
    stored = _say_on(io.StringIO(), "evaluate report.json --rulebook rulebook.yaml --format json")
    assert "\u202e" in stored, "a trail keeps its canonical bytes"


def test_a_resolved_rulebook_reads_back_equal(folder: Path):
    """Its texts are escaped wherever it goes; comments, which cannot be, are made inert."""
    text = "".join((*COMMANDS, *MARKS)).replace("{", "(").replace("}", ")")
    _lay_out(folder, text)
    name = "a\x1b[2J\nrules: {}\u202e.yaml"
    (folder / "rulebook.yaml").rename(folder / name)
    for stream in (io.StringIO(), Terminal()):
        main(["show", name, "--resolved"], Console(stream, io.StringIO(), "en"))
        shown = stream.getvalue()
        assert all(char.isprintable() or char == "\n" for char in shown)
        node, problems = read_document(shown.encode(), "shown", RULEBOOK_LIMITS)
        again, _ = read_document((folder / name).read_bytes(), "given", RULEBOOK_LIMITS)
        assert problems == []
        assert _data(node) == _data(again)


def _data(node: Any) -> Any:
    """Return the plain data of a tree."""
    if hasattr(node, "values"):
        return {key: _data(value) for key, value in node.values.items()}
    return [_data(item) for item in node.items] if hasattr(node, "items") else node.text


def test_a_file_is_shown_as_it_is_except_on_a_terminal(folder: Path):
    """`show` gives the bytes of the file to a pipe; a terminal gets its lines made inert."""
    _lay_out(folder, HARMLESS)
    book = json.dumps(_book(HARMLESS), indent=1).replace(HARMLESS, "\u202ebidi\u00a0here", 1)
    (folder / "rulebook.yaml").write_text(book, encoding="utf-8")
    assert _say_on(io.StringIO(), "show rulebook.yaml") == book
    shown = _say_on(Terminal(), "show rulebook.yaml")
    assert len(shown.split("\n")) == len(book.split("\n"))
    assert "\ufffdbidi here" in shown


def test_names_of_files_are_inert(folder: Path):
    """A name with a line end or an escape in it ends no line and commands nothing."""
    name = "a\x1b[2J\nerror.yaml"
    for words in (
        ["check", name],
        ["evaluate", name],
        ["fmt", name],
        ["new", "p/1", "--folder", name],
    ):
        _, out, err = call(*words)
        assert all(char.isprintable() or char == "\n" for char in out + err), words
    (folder / name).mkdir(exist_ok=True)


@pytest.mark.parametrize("text", [*MARKS, *COMMANDS])
def test_a_graph_has_no_line_of_somebody_else(text: str, tmp_path: Path):
    """Texts are in no label, and codes cannot hold what is no letter, digit or `_`."""
    linked = ruletrail.load(write_book(tmp_path, text)).linked
    for write in (write_mermaid, write_dot):
        assert write(linked) == write(ruletrail.load(write_book(tmp_path, HARMLESS)).linked)
