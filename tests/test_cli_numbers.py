"""A whole number on the command line is plain digits, wherever one is asked for."""

import argparse
import json
from collections.abc import Iterator

import pytest

from ruletrail.cli import COMMANDS, Parser, _count_columns, _make_parser, find_parser
from ruletrail.cli.whole_numbers import Whole
from ruletrail.formats import Locale
from ruletrail.problems import ProblemsError, term
from ruletrail.values import read_whole
from support.command_line import call
from support.places import ROOT

NO_NUMBERS = (
    "1_0", "१", "１", "²", "+1", "-1", " 1", "1 ", "1\n", "1.0", "1e1", "0x1", "one", "9" * 5_000,
)  # fmt: skip
JESI = ROOT / "examples" / "jesi-2024.yaml"

CALLS = {
    "archive show": ("archive", "show", "{}", "--archive", "a"),
    "archive export": ("archive", "export", "{}", "--archive", "a", "-o", "out"),
    "seal --correction-of": ("seal", str(JESI), "--archive", "a", "--correction-of={}"),
    "batch --workers": ("batch", "in.jsonl", "-o", "out.jsonl", "--workers={}"),
}


def actions_of(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """List every argument of a parser and of those below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from actions_of(below)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_argument_is_read_by_python_alone(command: str):
    """Whatever an option converts, it converts by a reader of ours."""
    types = [action.type for action in actions_of(_make_parser([command], "en"))]
    assert all(kind is None or isinstance(kind, Whole) for kind in types)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_number_out_of_range_is_told_the_range(command: str, language: Locale):
    """A negative number is a whole number: what is wrong with it is that it is too small."""
    for parser in _parsers_of(find_parser([command], language)):
        for action in parser.actions:
            if not isinstance(action.type, Whole):
                continue
            for word in (str(action.type.least - 1), "-5", *(_beyond(action.type))):
                name = [action.option_strings[-1]] if action.option_strings else []
                with pytest.raises(ProblemsError) as refused:
                    parser.parse_known_args([*name, word])
                (problem,) = refused.value.problems
                what = "not-between" if action.type.most is not None else "not-from"
                assert problem.details["text"] == term(what), (parser.prog, action.dest, word)
                assert problem.details["least"] == str(action.type.least)
                assert problem.details["word"] == f"`{word}`"


def _parsers_of(parser: Parser) -> list[Parser]:
    return [parser, *(each for below in parser.parsers.values() for each in _parsers_of(below))]


def _beyond(kind: Whole) -> list[str]:
    return [] if kind.most is None else [str(kind.most + 1)]


def test_what_is_no_number_is_told_so():
    """A range says nothing to who wrote a word."""
    assert "takes a whole number, not `x`" in call("prove", "--work", "x")[2]
    assert "va da 1 a 3600, non `-1`" in call("prove", "--timeout", "-1", "--lang", "it")[2]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("written", NO_NUMBERS, ids=lambda text: repr(text[:9]))
def test_what_python_calls_a_number_is_none(name: str, written: str, tmp_path, monkeypatch):
    """A usage problem, and nothing is read or written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text("{}\n")
    words = [word.format(written) for word in CALLS[name]]
    status, out, _ = call(*words, "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"]) == (2, "usage")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("written", ["0", "9" * 30, "9223372036854775808"])
def test_a_number_that_is_too_small_or_large_is_no_defect(
    name: str, written: str, tmp_path, monkeypatch
):
    """Also one that SQLite could not hold."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text("{}\n")
    if name.startswith("archive"):
        assert call("seal", JESI, "--archive", "a")[0] == 0
    words = [word.format(written) for word in CALLS[name]]
    assert call(*words, "--format", "json")[0] == 2


def test_digits_alone_are_read():
    assert [read_whole(written) for written in ("0", "7", "10", "007")] == [0, 7, 10, 7]


@pytest.mark.parametrize("written", [*NO_NUMBERS, "", "0"])
def test_a_width_of_the_terminal_that_is_no_number_says_nothing(written: str, monkeypatch):
    monkeypatch.setenv("COLUMNS", written.replace("\0", ""))
    assert _count_columns() > 0
