"""What the language server offers beyond problems and names: fixes, outline, examples, commands."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pygls.workspace import PositionCodec

from ruletrail.cli.check import check_source
from ruletrail.documents import read_text
from ruletrail.documents.nodes import RULEBOOK_LIMITS
from ruletrail.editors import requests
from ruletrail.editors.adding import add_example
from ruletrail.editors.answers import find_definition, find_references, hover
from ruletrail.editors.completing import complete
from ruletrail.editors.diagnosing import Finding, diagnose, source_of_document
from ruletrail.editors.examples import list_hints, list_offers, run_examples
from ruletrail.editors.fixes import Piece, apply_fixes, choose_pieces, find_fix
from ruletrail.editors.for_each import find_variables
from ruletrail.editors.messages import write_message
from ruletrail.editors.names import Knowledge, learn
from ruletrail.editors.server import serve
from ruletrail.editors.symbols import MOST_WRITTEN, Symbol, list_symbols
from ruletrail.editors.views import View
from ruletrail.editors.working import GoOn, Worker
from ruletrail.examples import read_examples
from ruletrail.fast_dataclasses import replace
from ruletrail.formatter import format_document
from ruletrail.library import Source
from ruletrail.library.loading import link_source
from ruletrail.problems import Fix, Mark, Problem, ProblemsError
from support.editors import REPORT, RULEBOOK, SCHEMA, Client, open_document, place_of, start_server

EXAMPLES = """\
test: 1
rulebook: small/2030
examples:
  - name: one
    report: {fields: {users: 25, people: 200, users_hours: 50}}
    expect: {values: {share: 12.5}, decisions: {outcome: enough}}
  # what the second one shows
  - name: two
    like: one
    change: {users: 50}
    expect: {values: {share: 26}}
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "small.yaml").write_text(RULEBOOK, encoding="utf-8")
    (tmp_path / "small.schema.json").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "small.test.yaml").write_text(EXAMPLES, encoding="utf-8")
    found = source_of_document(tmp_path / "small.yaml")
    assert found is not None
    return found


@pytest.fixture
def knowledge(source: Source) -> Knowledge:
    learnt = learn(source, {})
    assert learnt is not None
    return learnt


@pytest.fixture
def client() -> Iterator[Client]:
    yield from start_server(60)


@pytest.fixture
def opened(client: Client, source: Source) -> Client:
    """Open the rulebook in an editor that can do all that is asked of it."""
    refreshed = {"refreshSupport": True}
    client.ask(
        "initialize",
        processId=None,
        rootUri=source.path.parent.as_uri(),
        capabilities={
            "workspace": {"applyEdit": True, "inlayHint": refreshed, "codeLens": refreshed}
        },
    )
    open_document(client, source.path, RULEBOOK)
    return client


def _document(source: Source, name: str = "small.yaml") -> dict[str, Any]:
    return {"uri": source.path.with_name(name).as_uri()}


def _whole(source: Source) -> dict[str, Any]:
    range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 500, "character": 0}}
    return {"textDocument": _document(source), "range": range_}


# -- Quick fixes -----------------------------------------------------------------------------------

FLAT = RULEBOOK.replace("when: >-\n          ", "when: ").replace(
    "and\n          share", "and share"
)
"""The rulebook with no text that is folded over lines."""

FAULTS = (
    ("unknown-code", "users / people", "usors / people", "users / people"),
    ("unknown-function", "sum(all)", "summ(all)", "sum(all)"),
    ("unknown-function", "sum(all)", "SUM(all)", "sum(all)"),
    ("unknown-function", "sum(all)", "SOMMA(all)", "sum(all)"),
    ("unknown-key", "label: Total", "lable: Total", "label: Total"),
    ("unknown-key", "- outcome: enough", "- outcme: enough", "- outcome: enough"),
    ("unknown-field", "[users, people]}", "[users, peple]}", "[users, people]}"),
    ("not-allowed", "mode: half_up", "mode: half_op", "mode: half_up"),
    ("not-allowed", "status: draft", "status: Draft", "status: draft"),
    ("formula-decimal-comma", "people * 100", "people * 1,5", "people * 1.5"),
    ("formula-decimal-comma", "people * 100", "people * 1.000,5", "people * 1000.5"),
    ("formula-equals", 'due: outcome == "', 'due: outcome = "', 'due: outcome == "'),
    ("formula-diamond", "share > 0", "share <> 0", "share != 0"),
    ("formula-order", "share >= minimum and", "share => minimum and", "share >= minimum and"),
    ("formula-operator", "minimum and share", "minimum && share", "minimum and share"),
    ("formula-operator", "minimum and share", "minimum&&share", "minimum and share"),
    ("formula-operator", "share + 0", "share – 0", "share - 0"),
    ("formula-semicolon", "sum(all)", "max(users; people)", '"max(users, people)"'),
    ("formula-word", "minimum and share", "minimum AND share", "minimum and share"),
    ("formula-word", "minimum and share", "minimum e share", "minimum and share"),
    ("formula-number", "people * 100", "people * 0100", "people * 100"),
    ("formula-number", "share > 0", "share > .5", "share > 0.5"),
    ("formula-quotes", '== "share" or', "== “share” or", '== "share" or'),
    ("formula-quotes", '== "share" or', "== «share» or", '== "share" or'),
    ("wrong-type", "decimals: 2", 'decimals: "2"', "decimals: 2"),
    ("wrong-type", "decimals: 2", "decimals: '2'", "decimals: 2"),
)
"""A code, what stands in the rulebook, what is typed in its place, what the fix makes of it."""


@pytest.mark.parametrize(("code", "right", "wrong", "mended"), FAULTS)
def test_a_certain_hint_is_a_fix_that_ends_the_problem(
    code: str, right: str, wrong: str, mended: str, source: Source
):
    """What is typed wrong is written right, nothing else changes, and the problem is gone."""
    broken = FLAT.replace(right, wrong, 1)
    found = diagnose(source, {source.path: broken}, check_source)[source.path]
    assert code in {each.problem.code for each in found}
    fixes = [find_fix(each, broken.split("\n")) for each in found]
    text = apply_fixes(broken.split("\n"), [fix for fix in fixes if fix])
    assert text == FLAT.replace(right, mended, 1)
    left = diagnose(source, {source.path: text}, check_source)[source.path]
    assert code not in {each.problem.code for each in left}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("users / people", "nothing / people"),  # no name is near
        ("people * 100", "people ^ 2"),  # a power is written out by hand
        ("sum(all)", "users // people"),  # the hint is an example
    ],
)
def test_a_hint_that_leaves_a_choice_is_no_fix(right: str, wrong: str, source: Source):
    broken = FLAT.replace(right, wrong, 1)
    found = diagnose(source, {source.path: broken}, check_source)[source.path]
    errors = [each for each in found if each.problem.severity == "error"]
    assert errors
    assert [each.problem.code for each in errors if find_fix(each, broken.split("\n"))] == []


def test_what_an_author_plants_in_tables_and_sentences_is_mended(source: Source):
    """A misspelt column and a name in braces by the name that is meant; of two values neither."""
    later = (
        FLAT.replace("language: 1", "language: 2")
        + """tables:
  t: {by: [outcome_of], rows: [{outcome_of: a, value: 1}, {outcomeof: b, value: 2}]}
scales:
  s: {kind: step, bands: [{from: 0, value: 80 %}]}
messages:
  m: {when: "true", text: {en: "{peple} people"}}
"""
    )
    found = diagnose(source, {source.path: later}, check_source)[source.path]
    fixes = {each.problem.code: find_fix(each, later.split("\n")) for each in found}
    assert [piece.text for piece in fixes["table-column-unknown"]] == ["outcome_of"]
    assert fixes["value-not-number"] == ()
    mended = later.replace("outcomeof", "outcome_of").replace("80 %", "80")
    found = diagnose(source, {source.path: mended}, check_source)[source.path]
    fixes = {each.problem.code: find_fix(each, mended.split("\n")) for each in found}
    assert [piece.text for piece in fixes["unknown-placeholder"]] == ["people"]


def test_numbers_of_an_example_as_people_write_them(source: Source):
    """Quotes are taken away; where only one number may stand, it is written."""
    path = source.path.with_name("small.test.yaml")
    for wrong, right in (('"25"', "25"), ("1.234.567", "1"), ("'25'", "25")):
        text = EXAMPLES.replace("test: 1", f"test: {wrong}")
        found = diagnose(source, {path: text}, check_source)[path]
        fixes = [find_fix(each, text.split("\n")) for each in found]
        mended = apply_fixes(text.split("\n"), [fix for fix in fixes if fix])
        assert mended == EXAMPLES.replace("test: 1", f"test: {right}"), wrong


def test_a_fix_is_of_the_text_that_is_there(source: Source):
    """While problems are those of an older text, nothing is overwritten that they do not mean."""
    broken = FLAT.replace("users / people", "usors / people")
    found = diagnose(source, {source.path: broken}, check_source)[source.path]
    for text in (FLAT, broken.replace("usors", "us"), broken.replace("usors", "usorsa"), "", "x\n"):
        assert not any(find_fix(each, text.split("\n")) for each in found)


def test_the_fixes_that_a_problem_brings_are_made_together_or_not_at_all():
    """Each stands where the problem says, perhaps on several lines."""
    mark = Mark("f", 1, 1)
    fixes = (Fix(Mark("f", 1, 3), "x", "y"), Fix(Mark("f", 2, 1), "b", ""))
    finding = Finding(Problem("formula-syntax", mark, fixes=fixes), 0, 0, 1)
    pieces = find_fix(finding, ["a x", "b"])
    assert pieces == (Piece(0, 2, 3, "y"), Piece(1, 0, 1, ""))
    assert apply_fixes(["a x", "b"], [pieces]) == "a y\n"
    for lines in (["a z", "b"], ["a x"], ["a x", "c"]):
        assert find_fix(finding, lines) == ()


def test_of_two_fixes_that_overlap_neither_is_made():
    one, other, apart = Piece(0, 1, 3, "a"), Piece(0, 2, 4, "b"), Piece(0, 4, 5, "c")
    assert choose_pieces([(one,), (other,), (apart,)]) == [apart]
    assert apply_fixes(["012345"], [(one,), (other,), (apart,)]) == "0123c5"
    assert apply_fixes(["012345"], [(one,), (apart,), (one,)]) == "0a3c5"


def test_actions_in_an_editor(opened: Client, source: Source):
    """A fix beside its problem, all at once where an editor asks for it, other kinds not at all."""
    uri = source.path.as_uri()
    opened.diagnostics(uri)
    broken = FLAT.replace("users / people", "usors / people").replace("sum(all)", "SOMMA(all)")
    changes = [{"text": broken.replace("\n", "\r\n")}]
    opened.send(
        "textDocument/didChange", textDocument={"uri": uri, "version": 2}, contentChanges=changes
    )
    while "unknown-function" not in {each["code"] for each in opened.diagnostics(uri)}:
        pass
    line, column = place_of(broken, "usors")
    here = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}

    def ask(**context: Any) -> list[dict[str, Any]]:
        question = {"textDocument": {"uri": uri}, "range": here, "context": context}
        answer: list[dict[str, Any]] = opened.ask("textDocument/codeAction", **question)["result"]
        return answer

    fix, everything = ask(diagnostics=[])
    assert (fix["title"], fix["kind"]) == ("Write `users` in place of `usors`", "quickfix")
    (edit,) = fix["edit"]["changes"][uri]
    assert edit["newText"] == "users"
    assert edit["range"]["start"] == {"line": line, "character": column}
    assert fix["diagnostics"][0]["code"] == "unknown-code"
    assert everything["kind"] == "source.fixAll.ruletrail"
    # all at once is for what is certain: a name that was only guessed is for the author to take
    assert [each["newText"] for each in everything["edit"]["changes"][uri]] == ["sum"]
    assert ask(diagnostics=[], only=["quickfix"]) == [fix]
    assert ask(diagnostics=[], only=["source.fixAll"]) == [everything]
    assert ask(diagnostics=[], only=["refactor"]) == []


def test_a_fix_that_only_takes_away_says_so(opened: Client, source: Source):
    uri = source.path.as_uri()
    opened.diagnostics(uri)
    broken = FLAT.replace("users / people", "= users / people")
    opened.send(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 2},
        contentChanges=[{"text": broken}],
    )
    while not opened.diagnostics(uri):
        pass
    line, _ = place_of(broken, "= users / people")
    here = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}
    question = {"textDocument": {"uri": uri}, "range": here}
    context = {"diagnostics": [], "only": ["quickfix"]}
    (fix,) = opened.ask("textDocument/codeAction", **question, context=context)["result"]
    assert fix["title"] == "Remove `=`"
    assert [each["newText"] for each in fix["edit"]["changes"][uri]] == [""]


# -- Names that `for_each` puts together -----------------------------------------------------------

BUILT = RULEBOOK.replace("row: [users]", "row: [users, people]").replace(
    '"{row}_hours / {row}"', '"2 * {row}"'
)


def test_hover_tells_the_codes_that_a_pattern_writes(source: Source):
    learnt = learn(source, {source.path: BUILT})
    assert learnt is not None
    shown = hover(BUILT, *place_of(BUILT, "* {row}", 3), learnt, "en")
    assert shown.startswith("**{row}**: one code for each value of `row`")
    assert "**users** (field): Users of the \\*year\\* · = 25 persons, in “one”" in shown
    assert "**people** (field)" in shown
    key = hover(BUILT, *place_of(BUILT, "{row}_mean", 1), learnt, "it")
    assert "un codice per ogni valore di `row`" in key
    assert "**users_mean** (regola)" in key
    assert "= 50, in «one»" in key
    # a value of `for_each` is a code itself
    at = place_of(BUILT, "[users, people]}\n    formula", 2)
    assert "(field)" in hover(BUILT, *at, learnt, "en")


def test_definition_and_references_through_a_pattern(source: Source, knowledge: Knowledge):
    """A code that a pattern writes is found there, and the pattern leads to what it writes."""
    found = find_definition(RULEBOOK, *place_of(RULEBOOK, "{row}_hours", 1), knowledge)
    assert found is not None
    assert found.code == "users_hours"
    text = RULEBOOK.replace("share + 0", "users_mean + 0")
    learnt = learn(source, {source.path: text})
    assert learnt is not None
    places = find_references(text, *place_of(text, "users_mean"), learnt)
    assert [(each.code, each.defines) for each in places] == [
        ("users_mean", False),
        ("{row}_mean", True),
    ]


def test_references_are_all_places_and_no_other(knowledge: Knowledge):
    at = place_of(RULEBOOK, "share >= minimum")
    lines = RULEBOOK.split("\n")
    found = find_references(RULEBOOK, *at, knowledge)
    assert len(found) == 8
    assert {lines[each.line][each.column : each.end] for each in found} == {"share"}
    used = find_references(RULEBOOK, *at, knowledge, with_declaration=False)
    assert [each for each in found if not each.defines] == used
    assert find_references(RULEBOOK, *place_of(RULEBOOK, "Share of"), knowledge) == []
    users = find_references(RULEBOOK, *place_of(RULEBOOK, "users / people"), knowledge)
    assert {each.code for each in users} == {"users", "{row}"}


def test_references_in_an_editor_lead_to_the_schema_too(opened: Client, source: Source):
    line, column = place_of(RULEBOOK, "users / people")
    place = {"line": line, "character": column}
    asked = {"textDocument": _document(source), "position": place}
    for declared in (True, False):
        context = {"includeDeclaration": declared}
        found = opened.ask("textDocument/references", **asked, context=context)["result"]
        files = {each["uri"].rpartition("/")[2] for each in found}
        assert files == {"small.yaml"} | ({"small.schema.json"} if declared else set())


@pytest.mark.parametrize("place", ["level:", "level + 1"])
def test_references_of_a_rule_lead_to_the_field_of_its_code(
    place: str, opened: Client, source: Source
):
    """`level` is a rule, and the form declares its value too: both places declare it."""
    text = RULEBOOK.replace("  total: {", '  more: {formula: "level + 1"}\n  total: {')
    opened.send(
        "textDocument/didChange",
        textDocument={**_document(source), "version": 2},
        contentChanges=[{"text": text}],
    )
    line, column = place_of(text, place)
    asked = {"textDocument": _document(source), "position": {"line": line, "character": column}}
    context = {"includeDeclaration": True}
    found = opened.ask("textDocument/references", **asked, context=context)["result"]
    places = [(each["uri"].rpartition("/")[2], each["range"]["start"]["line"]) for each in found]
    in_schema = place_of(SCHEMA, '"level"')[0]
    of_rule, of_use = place_of(text, "level:")[0], place_of(text, "level + 1")[0]
    written = [("small.yaml", of_use), ("small.yaml", of_rule)]
    assert sorted(places) == sorted([*written, ("small.schema.json", in_schema)])
    context = {"includeDeclaration": False}
    found = opened.ask("textDocument/references", **asked, context=context)["result"]
    assert [each["range"]["start"]["line"] for each in found] == [of_use]


def _offered(text: str, fragment: str, knowledge: Knowledge) -> list[tuple[str, int]]:
    line, column = place_of(text, fragment, len(fragment))
    return [(name.code, column - start) for name, start in complete(text, line, column, knowledge)]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ('    formula: "{', [("row", 0)]),
        ('    formula: "{r', [("row", 1)]),
        ('    formula: "{row}_h', [("{row}_hours", 7)]),
        ('    formula: "{row}', [("{row}", 5), ("{row}_hours", 5), ("{row}_mean", 5)]),
        ('    formula: "2 * {row}_', [("{row}_hours", 6), ("{row}_mean", 6)]),
        ('    formula: "{other}_h', []),
        ("    label: {row}_h", []),
        ("    message: {en: 'a {{row}_m", [("{row}_mean", 7)]),
        ("    message: {en: 'a {{ro", [("row", 2)]),
    ],
)
def test_completion_inside_a_name_of_for_each(
    line: str, offered: list[tuple[str, int]], knowledge: Knowledge
):
    """The variable, and what makes known codes of its values; also where the YAML is broken."""
    text = RULEBOOK.replace('    formula: "{row}_hours / {row}"', line)
    assert _offered(text, line, knowledge) == offered


@pytest.mark.parametrize(
    ("values", "offered"),
    [("users, users", [("{row}_hours", 6), ("{row}_mean", 6)]), ("users, us, user", [])],
)
def test_completion_of_several_values_is_of_all(
    values: str, offered: list[tuple[str, int]], knowledge: Knowledge
):
    """`us` makes `users` with `ers`, which no other value does."""
    line = '    formula: "2 * {row}_'
    text = RULEBOOK.replace('    formula: "{row}_hours / {row}"', line)
    assert _offered(text.replace("row: [users]", f"row: [{values}]"), line, knowledge) == offered


def test_completion_of_values_and_keys_of_for_each(knowledge: Knowledge):
    text = RULEBOOK.replace("row: [users]", "row: [use").replace('"{row}_mean"', '"{')
    assert ("users", 3) in _offered(text, "row: [use", knowledge)
    text = RULEBOOK.replace('"{row}_mean"', '"{')
    assert _offered(text, '  "{', knowledge) == [("row", 0)]


@pytest.mark.parametrize(
    "written",
    [
        "{row: [a, b]}",
        "\n      row: [a, b]",
        "\n      row:\n        - a\n        - b",
        "\n      row: [a,\n            b]",
        "{'row': [\"a\", 'b']}",
    ],
)
def test_variables_are_found_however_they_are_written(written: str):
    lines = (
        f"rules:\n  '{{row}}_x':\n    for_each: {written}\n    formula: '{{'\n  y: {{}}\n".split(
            "\n"
        )
    )
    at = next(number for number, line in enumerate(lines) if "formula" in line)
    assert find_variables(lines, at) == {"row": ("a", "b")}
    assert find_variables(lines, at + 1) == {}


# -- Outline ---------------------------------------------------------------------------------------


def _names(symbols: list[Symbol] | tuple[Symbol, ...]) -> dict[str, Any]:
    return {each.name: _names(each.children) for each in symbols}


def test_outline_of_a_rulebook():
    """Entries by kind, cases of decisions, what a `for_each` writes; each lies in its parent."""
    found = list_symbols(RULEBOOK)
    assert _names(found) == {
        "parameters": {"minimum": {}},
        "groups": {"all": {}},
        "rules": {"share": {}, "total": {}, "level": {}, "{row}_mean": {"users_mean": {}}},
        "decisions": {"outcome": {"enough": {}, "share": {}}},
        "sections": {"first": {}},
    }

    def check(symbols: tuple[Symbol, ...], first: int, last: int) -> None:
        for each in symbols:
            assert first <= each.line <= each.last_line <= last
            assert each.end > each.start
            check(each.children, each.line, each.last_line)

    check(tuple(found), 0, RULEBOOK.count("\n"))
    assert [each.name for each in list_symbols(EXAMPLES)] == ["one", "two"]
    assert list_symbols("a: [") == []


def test_outline_of_a_long_for_each_is_cut():
    values = ", ".join(f"v{number}" for number in range(5 * MOST_WRITTEN))
    text = f"rules:\n  'x{{i}}': {{for_each: {{i: [{values}]}}, formula: 1}}\n"
    assert len(list_symbols(text)[0].children[0].children) == MOST_WRITTEN


def test_outline_in_an_editor(opened: Client, source: Source):
    found = opened.ask("textDocument/documentSymbol", textDocument=_document(source))["result"]
    assert [each["name"] for each in found] == [
        "parameters",
        "groups",
        "rules",
        "decisions",
        "sections",
    ]
    rule = found[2]["children"][0]
    assert (rule["name"], rule["detail"], rule["kind"]) == ("share", "Share of users", 12)
    assert rule["selectionRange"]["start"] == {"line": 13, "character": 2}


# -- Formatting ------------------------------------------------------------------------------------


def test_formatting_writes_what_fmt_writes(opened: Client, source: Source):
    """Only the lines that change are sent; a second time nothing is."""
    edits = opened.ask(
        "textDocument/formatting",
        textDocument=_document(source),
        options={"tabSize": 2, "insertSpaces": True},
    )["result"]
    lines = [f"{line}\n" for line in RULEBOOK.split("\n")[:-1]]
    for edit in edits:
        start, end = (edit["range"][side]["line"] for side in ("start", "end"))
        lines[start:end] = edit["newText"].splitlines(keepends=True)
    assert "".join(lines) == format_document(RULEBOOK, "small.yaml") != RULEBOOK
    changes = [{"text": "".join(lines)}]
    opened.send(
        "textDocument/didChange",
        textDocument={"uri": source.path.as_uri(), "version": 2},
        contentChanges=changes,
    )
    again = opened.ask(
        "textDocument/formatting",
        textDocument=_document(source),
        options={"tabSize": 2, "insertSpaces": True},
    )
    assert again["result"] == []


def test_formatting_keeps_the_endings_of_lines(client: Client, source: Source):
    """What is written into a text whose lines end in two signs ends in both."""
    client.ask("initialize", processId=None, rootUri=None, capabilities={})
    open_document(client, source.path, RULEBOOK.replace("\n", "\r\n"))
    options = {"tabSize": 2, "insertSpaces": True}
    (edit,) = client.ask(
        "textDocument/formatting", textDocument=_document(source), options=options
    )["result"]
    written = edit["newText"]
    assert written.count("\n") == written.count("\r\n") > 0


@pytest.mark.parametrize(
    ("text", "code"), [("a: [", "yaml-syntax"), ("#" * 1_000_001, "editor-too-large")]
)
def test_formatting_says_why_it_cannot(client: Client, source: Source, text: str, code: str):
    client.ask("initialize", processId=None, rootUri=None, capabilities={})
    open_document(client, source.path, text)
    options = {"tabSize": 2, "insertSpaces": True}
    refused = client.ask("textDocument/formatting", textDocument=_document(source), options=options)
    assert f"[{code}]" in refused["error"]["message"]


# -- Values of examples ----------------------------------------------------------------------------


def test_values_stand_beside_their_entries(source: Source, knowledge: Knowledge):
    """Of the first example; parameters and groups have none; words are in the language."""
    lines = RULEBOOK.split("\n")
    found = {
        lines[each.line].strip()[:8]: each.text
        for each in list_hints(RULEBOOK, knowledge, 0, 99, "en")
    }
    assert found == {
        "share:  ": "= 12.5 %",
        "total: {": "= 225 persons",
        "level: {": "= 12.5",
        '"{row}_m': "= 2",
        "outcome:": "= enough",
        "first: {": "= due",
    }
    assert knowledge.example == "one"
    assert list_hints(RULEBOOK, knowledge, 0, 3, "en") == []
    assert "= dovuto" in {each.text for each in list_hints(RULEBOOK, knowledge, 0, 99, "it")}
    chosen = learn(source, {}, example="two")
    assert chosen is not None
    assert (chosen.values["share"], chosen.example) == ("25 %", "two")


def test_a_long_for_each_shows_its_first_values(source: Source):
    text = RULEBOOK.replace("row: [users]", "row: [users, people, level, total, share]").replace(
        '"{row}_hours / {row}"', '"{row} * 2"'
    )
    learnt = learn(source, {source.path: text})
    assert learnt is not None
    hints = [each.text for each in list_hints(text, learnt, 0, 99, "en")]
    assert "= 50; 400; 25; …" in hints


def test_which_example_shows_its_values(source: Source, tmp_path: Path):
    """One chosen by name; else the report of the settings; else the first; else a report beside."""
    report = tmp_path / "mine.yaml"
    report.write_text(REPORT.replace("25", "100"), encoding="utf-8")

    def shown(**chosen: Any) -> str:
        learnt = learn(source, {}, **chosen)
        assert learnt is not None
        return learnt.example

    assert shown(report=report, example="two") == "two"
    assert shown(report=report, example="gone") == "mine.yaml"
    assert shown(example="gone") == "one"
    source.path.with_name("small.test.yaml").unlink()
    assert shown() == "mine.yaml"


def test_values_in_an_editor_and_another_example(opened: Client, source: Source):
    """A command chooses the next example or one by name; the editor is told to ask again."""

    def values() -> list[str]:
        found = opened.ask("textDocument/inlayHint", **_whole(source))["result"]
        return [each["label"] for each in found]

    assert values()[0] == "= 12.5 %"
    uri = source.path.as_uri()
    used = opened.ask("workspace/executeCommand", command="ruletrail.useExample", arguments=[uri])
    assert used["result"] == {"example": "two"}
    assert values()[0] == "= 25 %"
    asked = [message.get("method") for message in opened.received]
    assert {"workspace/inlayHint/refresh", "workspace/codeLens/refresh"} <= set(asked)
    again = opened.ask("workspace/executeCommand", command="ruletrail.useExample", arguments=[uri])
    assert again["result"] == {"example": "one"}
    named = {"command": "ruletrail.useExample", "arguments": [uri, "two"]}
    assert opened.ask("workspace/executeCommand", **named)["result"] == {"example": "two"}
    gone = opened.ask("workspace/executeCommand", **{**named, "arguments": [uri, "three"]})
    assert "[example-unknown]" in gone["error"]["message"]
    listed = opened.ask(
        "workspace/executeCommand", command="ruletrail.listExamples", arguments=[uri]
    )
    assert listed["result"] == {"examples": ["one", "two"], "shown": "two"}


def test_an_example_that_was_chosen_stays_when_other_settings_change(
    opened: Client, source: Source
):
    arguments = [source.path.as_uri(), "two"]
    opened.ask("workspace/executeCommand", command="ruletrail.useExample", arguments=arguments)
    for settings, value in (({"language": "it"}, "= 25 %"), ({"example": "one"}, "= 12.5 %")):
        opened.send("workspace/didChangeConfiguration", settings={"ruletrail": settings})
        found = opened.ask("textDocument/inlayHint", **_whole(source))["result"]
        assert found[0]["label"] == value


def test_settings_that_change_are_followed(opened: Client, source: Source):
    """Language and example, at once; what is no setting changes nothing."""
    for settings, value, problem in (
        ({"ruletrail": {"example": "two", "language": "it"}}, "= 25 %", "non dice"),
        ({"ruletrail": {"example": 5, "language": "xx"}}, "= 25 %", "non dice"),
        (None, "= 25 %", "non dice"),
        ({"ruletrail": {"example": "", "language": "en"}}, "= 12.5 %", "does not say"),
    ):
        opened.send("workspace/didChangeConfiguration", settings=settings)
        found = opened.ask("textDocument/inlayHint", **_whole(source))["result"]
        assert found[0]["label"] == value
        # the schema has problems of its own, which are published after those of the rulebook
        uri = source.path.as_uri()
        published = [each["params"] for each in opened.received if "params" in each]
        of_rulebook = [each for each in published if each.get("uri") == uri]
        shown = of_rulebook[-1]["diagnostics"]
        assert any(problem in each["message"] for each in shown)


# -- Running and adding ----------------------------------------------------------------------------


def test_what_is_offered_above_a_rulebook_and_its_examples(knowledge: Knowledge):
    offers = list_offers(RULEBOOK, knowledge, is_examples=False)
    assert [(each.line, each.action, each.example) for each in offers] == [
        (1, "run", ""),
        (1, "add", ""),
        (1, "use", ""),
    ]
    assert [each.action for each in list_offers(RULEBOOK, None, is_examples=False)] == ["add"]
    offers = list_offers(EXAMPLES, None, is_examples=True)
    assert [(each.line, each.action, each.example) for each in offers] == [
        (2, "run", ""),
        (2, "add", ""),
        (3, "run", "one"),
        (3, "use", "one"),
        (7, "run", "two"),
        (7, "use", "two"),
    ]
    assert list_offers("a: [", None, is_examples=True) == []


def _go_on() -> None:
    """Let it go on."""


def test_running_examples(source: Source):
    """One or all, from unsaved texts; each failure is a problem at what was expected."""
    ran = run_examples(source, {}, "", "it", _go_on)
    assert ran.sentence == "2 esempi, superati: 1; non superati: two"
    assert ran.outcomes == {"one": "passed", "two": "failed"}
    (failed,) = ran.problems
    assert failed.code == "example-failed"
    assert failed.message("en") == "example `two`, `values.share`: expected `26`, found `25`"
    one = run_examples(source, {}, "one", "en", _go_on)
    assert one.sentence == "Example “one”: passed; outcome complete; outcome: enough"
    mended = {source.path.with_name("small.test.yaml"): EXAMPLES.replace("26", "25")}
    assert run_examples(source, mended, "", "en", _go_on).sentence == "2 examples: 2 passed"
    with pytest.raises(ProblemsError, match="example-unknown"):
        run_examples(source, {}, "three", "en", _go_on)
    with pytest.raises(ProblemsError, match="unknown-code"):
        run_examples(
            source, {source.path: RULEBOOK.replace("users /", "usors /")}, "", "en", _go_on
        )


def test_running_in_an_editor_marks_failures_until_something_is_typed(
    opened: Client, source: Source
):
    uri, file = source.path.as_uri(), source.path.with_name("small.test.yaml")
    lenses = opened.ask("textDocument/codeLens", textDocument=_document(source))["result"]
    titles = [each["command"]["title"] for each in lenses]
    assert titles == ["▶ run the examples", "+ add an example", "values: one"]
    run = lenses[0]["command"]
    command = {"command": run["command"], "arguments": run["arguments"]}
    answer = opened.ask("workspace/executeCommand", **command)
    assert answer["result"]["examples"] == {"one": "passed", "two": "failed"}
    said = [
        each["params"] for each in opened.received if each.get("method") == "window/showMessage"
    ]
    assert said == [{"type": 3, "message": "2 examples: 1 passed; not passed: two"}]
    published = [
        each["params"]
        for each in opened.received
        if each.get("params", {}).get("uri") == file.as_uri()
    ]
    (found,) = published[-1]["diagnostics"]
    assert (found["code"], found["severity"]) == ("example-failed", 1)
    assert found["range"]["start"]["line"] == place_of(EXAMPLES, "26")[0]
    # one that passes does not hide that another failed
    one = {"command": "ruletrail.runExample", "arguments": [uri, "one"]}
    opened.ask("workspace/executeCommand", **one)
    open_document(opened, file, EXAMPLES.replace("26", "25"))
    assert opened.diagnostics(file.as_uri()) == []


@pytest.mark.parametrize("ending", ["", "\n", "\n\n# the end\n", "\n\nnote: the end\n"])
@pytest.mark.parametrize("margin", [0, 2, 4])
def test_adding_an_example(source: Source, ending: str, margin: int):
    """It goes after the last one, indented as it is, like it, and passes."""
    written = (
        EXAMPLES.rstrip("\n").replace("\n  ", "\n" + " " * margin).replace("26", "25") + ending
    )
    path = source.path.with_name("small.test.yaml")
    added = add_example(source, {path: written}, "it")
    assert (added.path, added.name, added.is_new) == (path, "nuovo esempio", False)
    text = _insert(written, added.line, added.text, added.last)
    path.write_text(text, encoding="utf-8")
    examples = read_examples(source, link_source(source)).examples
    assert [each.name for each in examples] == ["one", "two", "nuovo esempio"]
    ran = run_examples(source, {}, "nuovo esempio", "it", _go_on)
    assert ran.problems == ()
    assert ending.strip() in text
    again = add_example(source, {path: text}, "it")
    assert again.name == "nuovo esempio 2"


HEAD = "test: 1\nrulebook: small/2030"


def _insert(text: str, line: int, added: str, last: str | None) -> str:
    lines = text.split("\n")
    if last is not None:
        assert lines[-1] == last
        return text + "\n" + added.removesuffix("\n")
    return "\n".join([*lines[:line], *added.removesuffix("\n").split("\n"), *lines[line:]])


@pytest.mark.parametrize(
    "written", [None, "", "test: 1\nrulebook: small/2030\n", "test: 1\nrulebook: small/2030"]
)
def test_adding_the_first_example(source: Source, written: str | None):
    """A file that is not there, or has no examples yet, gets what it needs; the result passes."""
    path = source.path.with_name("small.test.yaml")
    path.unlink()
    if written is not None:
        path.write_text(written, encoding="utf-8")
    added = add_example(source, {}, "en")
    assert added.is_new == (written is None)
    text = _insert(written or "", added.line, added.text, added.last)
    path.write_text(text, encoding="utf-8")
    node, problems = read_text(text, "small.test.yaml", RULEBOOK_LIMITS)
    assert (node is not None, problems) == (True, [])
    assert run_examples(source, {}, "new example", "en", _go_on).problems == ()


@pytest.mark.parametrize("text", ["test: 1\nexamples: [{name: a}]\n", "examples: []\n", "a: ["])
def test_adding_where_a_list_cannot_grow_is_refused(source: Source, text: str):
    with pytest.raises(ProblemsError) as caught:
        add_example(source, {source.path.with_name("small.test.yaml"): text}, "en")
    assert caught.value.problems[0].code in ("example-by-hand", "yaml-syntax")


def test_adding_in_an_editor_is_an_edit(opened: Client, source: Source):
    """Of the file that is there, or that is made; nothing is written by the server."""
    uri, path = source.path.as_uri(), source.path.with_name("small.test.yaml")
    command = {"command": "ruletrail.addExample", "arguments": [uri]}
    answer = opened.ask("workspace/executeCommand", **command)
    assert answer["result"] == {"uri": path.as_uri(), "name": "new example"}
    applied = [each for each in opened.received if each.get("method") == "workspace/applyEdit"]
    (edit,) = applied[0]["params"]["edit"]["changes"][path.as_uri()]
    assert edit["newText"].startswith("  - name: new example\n    like: two\n")
    assert edit["range"]["start"] == {"line": 11, "character": 0}
    assert path.read_text(encoding="utf-8") == EXAMPLES
    path.unlink()
    opened.ask("workspace/executeCommand", **command)
    last = [each for each in opened.received if each.get("method") == "workspace/applyEdit"][-1]
    created, written = last["params"]["edit"]["documentChanges"]
    assert (created["kind"], created["uri"]) == ("create", path.as_uri())
    assert written["edits"][0]["newText"].startswith("test: 1\nrulebook: small/2030\n")
    assert not path.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["x"], [5], [None, {}], ["file:///nowhere.yaml", "x"], None]
)
def test_commands_about_nothing_answer_nothing(opened: Client, arguments: Any):
    for command in requests.COMMANDS:
        answer = opened.ask("workspace/executeCommand", command=command, arguments=arguments)
        assert answer.get("result") is None


# -- Bounded in time, cancellable, no growth -------------------------------------------------------


async def _late(seconds: float, go_on_every: float) -> tuple[str, bool]:
    import asyncio  # noqa: PLC0415 - only here

    worker, went_on = Worker(), []

    def work(go_on: GoOn) -> str:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            time.sleep(go_on_every)
            go_on()
            went_on.append(1)
        return "done"

    try:
        await worker.run(work, seconds)
    except TimeoutError:
        count = len(went_on)
        await asyncio.sleep(0.2)
        return "late", len(went_on) <= count + 1
    return "done", False


def test_what_takes_too_long_is_left():
    """The question is answered in time, and the work stops where it asks whether to go on."""
    import asyncio  # noqa: PLC0415 - only here

    started = time.monotonic()
    assert asyncio.run(_late(0.1, 0.02)) == ("late", True)
    assert time.monotonic() - started < 2


def test_one_after_the_other_and_what_was_taken_back_is_not_begun():
    import asyncio  # noqa: PLC0415 - only here

    begun: list[str] = []

    async def ask() -> None:
        worker = Worker()

        def slow(go_on: GoOn) -> None:
            begun.append("slow")
            time.sleep(0.2)

        first = asyncio.ensure_future(worker.run(slow, 5))
        second = asyncio.ensure_future(worker.run(lambda _: begun.append("second"), 5))
        third = asyncio.ensure_future(worker.run(lambda _: begun.append("third"), 5))
        await asyncio.sleep(0.05)
        second.cancel()
        await first
        await third
        worker.end()

    asyncio.run(ask())
    assert begun == ["slow", "third"]


def _large(count: int) -> str:
    rules = "".join(f"  r{number}: {{formula: users + {number}}}\n" for number in range(count))
    return RULEBOOK.replace("decisions:\n", f"{rules}decisions:\n")


def test_a_question_is_taken_back_while_another_is_worked_on(opened: Client, source: Source):
    """The editor is told so at once, and what follows is answered."""
    open_document(opened, source.path, _large(1_000))
    opened.number += 1
    asked = {"jsonrpc": "2.0", "id": opened.number, "method": "textDocument/inlayHint"}
    opened._write({**asked, "params": _whole(source)})
    opened.send("$/cancelRequest", id=opened.number)
    answer = opened.wait(lambda message: message.get("id") == opened.number)
    assert answer["error"]["code"] == -32800
    symbols = opened.ask("textDocument/documentSymbol", textDocument=_document(source))
    assert len(symbols["result"][2]["children"]) == 1_004


def test_many_questions_do_not_grow_the_memory(opened: Client, source: Source):
    """Ten thousand changes and questions leave the server as large as a hundred do."""
    uri = source.path.as_uri()

    def work(rounds: int) -> None:
        for number in range(rounds):
            version = {"uri": uri, "version": number + 2}
            changes = [{"text": RULEBOOK + f"# {number % 7}\n"}]
            opened.send("textDocument/didChange", textDocument=version, contentChanges=changes)
            if number % 50 == 0:
                opened.ask("textDocument/inlayHint", **_whole(source))
                opened.ask("textDocument/documentSymbol", textDocument=_document(source))
                opened.ask("textDocument/codeLens", textDocument=_document(source))
                opened.received.clear()
        opened.ask("textDocument/documentSymbol", textDocument=_document(source))

    work(500)
    before = _memory(opened)
    work(2_500)
    assert _memory(opened) - before < 8_000, "kilobytes"


def _memory(client: Client) -> int:
    status = Path(f"/proc/{client.process.pid}/status")
    if not status.exists():
        pytest.skip("the system does not say how large a process is")
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(fields["VmRSS"].split()[0])


def test_what_was_asked_before_the_input_ended_is_answered(opened: Client, source: Source):
    """An editor that only closes the pipe gets what it asked for, and the server ends."""
    opened.number += 1
    asked = {"jsonrpc": "2.0", "id": opened.number, "method": "textDocument/inlayHint"}
    opened._write({**asked, "params": _whole(source)})
    assert opened.process.stdin is not None
    opened.process.stdin.close()
    answer = opened.wait(lambda message: message.get("id") == opened.number)
    assert answer["result"][0]["label"] == "= 12.5 %"
    assert opened.process.wait(10) == 0


METHODS = [method for method in requests.REQUESTS if method != "textDocument/rename"]


@pytest.mark.parametrize("text", ["", "a: [", "[]", "x", "\x00", '{"a": "\\ud800"}', "rules: 5\n"])
def test_no_text_ends_the_server(client: Client, source: Source, text: str):
    """Every request about a document that is none: an answer, none or a refusal, and no defect."""
    client.ask("initialize", processId=None, rootUri=None, capabilities={})
    for name in ("small.yaml", "small.test.yaml"):
        open_document(client, source.path.with_name(name), text)
    for method in METHODS:
        for name in ("small.yaml", "small.test.yaml", "small.schema.json", "other.yaml"):
            answer = client.ask(method, **_question(source, name))
            shown = json.dumps(answer)
            assert "error" not in answer or answer["error"]["code"] == -32602, shown
            assert "internal" not in shown
    for command in requests.COMMANDS:
        arguments = [source.path.as_uri(), "x"]
        answer = client.ask("workspace/executeCommand", command=command, arguments=arguments)
        assert "error" not in answer or answer["error"]["code"] == -32602, answer
    assert client.ask("shutdown")["result"] is None


def _question(source: Source, name: str) -> dict[str, Any]:
    place = {"line": 0, "character": 0}
    return {
        **_whole(source),
        "textDocument": _document(source, name),
        "position": place,
        "context": {"diagnostics": [], "includeDeclaration": True},
        "options": {"tabSize": 2, "insertSpaces": True},
    }


@pytest.mark.parametrize("method", ["hover", "inlayHint", "rename", "formatting"])
def test_people_are_told_when_it_takes_too_long(
    method: str, monkeypatch: pytest.MonkeyPatch, source: Source
):
    """Of a renaming or a command they hear so; what an editor asks by itself has no answer."""
    method = f"textDocument/{method}"
    slow = replace(requests.REQUESTS[method], answer=lambda _, __: time.sleep(0.5), seconds=0.05)
    monkeypatch.setattr("ruletrail.editors.server.REQUESTS", {method: slow})
    hello = {"processId": None, "rootUri": None, "capabilities": {}}
    asked = {**_question(source, "small.yaml"), "newName": "x"}
    sent = [
        {"id": 1, "method": "initialize", "params": hello},
        {"id": 2, "method": method, "params": asked},
    ]
    data = iter([write_message({"jsonrpc": "2.0", **each}) for each in sent])
    written: list[bytes] = []

    def write(message: bytes) -> bool:
        written.append(message)
        return True

    assert serve(check_source, "en", lambda _: next(data, b""), write) == 0
    answer = json.loads(written[-1].partition(b"\r\n\r\n")[2])
    assert answer["id"] == 2
    if slow.is_awaited:
        assert answer["error"]["message"].endswith("[editor-too-long]")
    else:
        assert answer["result"] is None


def test_what_an_editor_gets_wrong_is_no_error_of_ours(source: Source):
    """A conversation that did not begin, and a change of what is not open: nobody is shown one."""
    hello = {"processId": None, "rootUri": None, "capabilities": {}}
    opened = {"uri": source.path.as_uri(), "languageId": "yaml", "version": 1, "text": "x: 1"}
    changed = {"uri": "file:///closed.yaml", "version": 2}
    change = {"textDocument": changed, "contentChanges": [{"text": "x"}]}
    sent: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": []},
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        {"id": 2, "method": "textDocument/hover", "params": _question(source, "small.yaml")},
        {"id": 3, "method": "initialize", "params": hello},
        {"method": "textDocument/didChange", "params": change},
        # a second beginning that is wrong ends nothing
        {"id": 4, "method": "initialize", "params": []},
        {"id": 5, "method": "textDocument/hover", "params": _question(source, "small.yaml")},
    ]
    data = iter([write_message({"jsonrpc": "2.0", **each}) for each in sent])
    written: list[bytes] = []

    def write(message: bytes) -> bool:
        written.append(message)
        return True

    assert serve(check_source, "en", lambda _: next(data, b""), write) == 0
    told = [json.loads(each.partition(b"\r\n\r\n")[2]) for each in written]
    assert [each.get("method") for each in told] == [None] * 5
    errors = {each["id"]: each.get("error", {}).get("code") for each in told}
    assert errors == {1: -32602, 2: -32002, 3: None, 4: -32602, 5: None}


def test_an_editor_may_leave_while_it_is_answered(source: Source):
    """A command that still runs at `shutdown` is cancelled, and neither that nor `exit` fails."""
    hello = {"processId": None, "rootUri": None, "capabilities": {}}
    command = {"command": "ruletrail.listExamples", "arguments": [source.path.as_uri()]}
    sent = [
        {"id": 1, "method": "initialize", "params": hello},
        {"id": 2, "method": "workspace/executeCommand", "params": command},
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
        {"id": 4, "method": "shutdown"},
        {"id": 5, "method": "shutdown"},
    ]
    data = b"".join(write_message({"jsonrpc": "2.0", **each}) for each in sent)
    server = [sys.executable, "-W", "error", "-m", "ruletrail", "lsp"]
    left = subprocess.run(server, input=data, capture_output=True, timeout=20, check=False)
    assert (left.returncode, left.stderr) == (0, b"")
    answers = re.split(rb"Content-Length: [0-9]+\r\n\r\n", left.stdout)[1:]
    told = {answer["id"]: answer for answer in map(json.loads, answers) if "id" in answer}
    # the protocol's own word for cancelled; a quick machine may have answered before
    assert "result" in told[2] or told[2]["error"]["code"] == -32800
    assert told[3]["result"] is None


def test_lines_end_where_they_do_for_the_editor(client: Client, source: Source):
    """A change below U+2028 or the like is one of the text that the author sees.

    The editor sends whole texts: of parts pygls would make another text, for it breaks lines there.
    """
    said = client.ask("initialize", processId=None, rootUri=None, capabilities={})["result"]
    sync = said["capabilities"]["textDocumentSync"]
    assert sync["change"] == 1, "the protocol's number for whole texts"
    uri, text = source.path.as_uri(), f"# a\u2028# b\u2029# c\x85# d\n{RULEBOOK}"
    open_document(client, source.path, text)
    assert "unknown-code" not in {each["code"] for each in client.diagnostics(uri)}
    client.send(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 2},
        contentChanges=[{"text": text.replace("sum(all)", "sum(oll)")}],
    )
    (found,) = [each for each in client.diagnostics(uri) if each["code"] == "unknown-code"]
    line, column = place_of(text, "sum(all)")
    assert found["range"]["start"] == {"line": line, "character": column + 4}


@pytest.mark.parametrize(
    ("written", "units", "column"),
    [("ab", 1, 1), ("ab", 2, 2), ("ab", 9, 2), ("", 5, 0), ("😀b", 2, 1), ("😀b", 3, 2),
     ("😀b", 1, 0), ("😀b", 99, 2), ("è", 1, 1)],
)  # fmt: skip
def test_a_place_past_a_line_is_its_end(written: str, units: int, column: int):
    """The protocol's own rule; a sign beyond the first plane counts twice."""
    view = SimpleNamespace(codec=PositionCodec())
    assert View.column(view, written, units) == column  # type: ignore[arg-type]  # all that it asks


def test_settings_that_name_no_file_are_left(opened: Client, source: Source):
    """A path that no system has is no choice, and no reason to fail at each question."""
    for report in ("\x00", "\ud800"):
        settings = {"ruletrail": {"report": report}}
        opened.send("workspace/didChangeConfiguration", settings=settings)
        answer = opened.ask("textDocument/inlayHint", **_whole(source))
        assert "error" not in answer


def test_what_is_about_no_question_is_passed_over(source: Source):
    """An answer to the editor's own question, and a question taken back that has no number.

    pygls stumbled over both, and the server ended. What a command that was taken back would have
    been refused for is told nobody: no line on the error output.
    """
    place = {"textDocument": _document(source), "position": {"line": 0, "character": 0}}
    command = {"command": "ruletrail.runExample", "arguments": [source.path.as_uri()]}
    text = {"uri": source.path.as_uri(), "languageId": "yaml", "version": 1, "text": RULEBOOK}
    sent: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize",
         "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "textDocument/didOpen", "params": {"textDocument": text}},
        {"id": 2, "method": "textDocument/hover", "params": place},
        {"id": 2, "result": None},
        {"id": 3, "method": "workspace/executeCommand", "params": command},
        {"id": 3, "result": None},
        {"method": "$/cancelRequest", "params": {"id": 3}},
        *({"method": "$/cancelRequest", "params": each} for each in ({"id": [1]}, {"id": {}}, 5)),
        {"method": "$/cancelRequest"},
        {"id": 99, "error": {"code": 1, "message": "x"}},
        {"id": 4, "method": "textDocument/hover", "params": place},
    ]  # fmt: skip
    data = b"".join(write_message({"jsonrpc": "2.0", **each}) for each in sent)
    server = [sys.executable, "-W", "error", "-m", "ruletrail", "lsp"]
    left = subprocess.run(server, input=data, capture_output=True, timeout=20, check=False)
    assert (left.returncode, left.stderr) == (0, b"")
    answers = re.split(rb"Content-Length: [0-9]+\r\n\r\n", left.stdout)[1:]
    told = [answer for answer in map(json.loads, answers) if "id" in answer]
    assert sorted(answer["id"] for answer in told) == [1, 2, 3, 4]
    ends = {answer["id"]: answer.get("error", {}).get("code") for answer in told}
    assert (ends[2], ends[4]) == (None, None)
    assert ends[3] in {-32800, -32602}, "taken back, or refused before: there are no examples"
