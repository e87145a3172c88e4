"""Our own regular expressions take time in proportion to a text, whoever wrote the text.

Every pattern of the engine and of the schemas is found and proved so (`find_repetition`), or stands
in a list with what bounds the texts that it is put to.
"""

import ast
import functools
import importlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from ruletrail.editors.completing import complete
from ruletrail.editors.messages import read_messages
from ruletrail.editors.names import Knowledge
from ruletrail.editors.places import list_occurrences
from ruletrail.editors.renaming import may_write
from ruletrail.lints.ignores import read_ignores
from ruletrail.schemas.patterns import to_python
from ruletrail.verification import readings
from ruletrail.verification.trail_form import find_violation
from support.places import ROOT
from support.regular_expressions import WAYS, find_repetition

ENGINE = ROOT / "engine" / "ruletrail"
WAY_OF = {"match": "match", "fullmatch": "fullmatch"}
"""All other functions search."""

PUT = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}

BOUNDED = {
    "documents/plain_yaml_reader: _LINE": "a pair ends before `}` or a comma: no value holds any",
    "documents/plain_yaml_reader: _PAIRS": "a key has 100 characters at most",
    "editors/for_each: _TYPED": "looks at the last 300 characters of a line",
    "editors/for_each: _FLOW": "begins only where a word begins, which holds no other beginning",
    "editors/places: _NAME": "begins only where a word begins, which holds no other beginning",
    "formulas/parsing: _CALLED": "begins only where a word begins, which holds no other beginning",
    "layouts/lines: _WORD": "nothing stands behind a word's loop that could make it shorter",
    "rendering/pages: _AMOUNT": "begins only where a number begins, which holds no other beginning",
    "rendering/pages: _RANGE": "begins only where a word begins, which holds no other beginning",
    "rendering/markdown: _AT_END": "begins only after a space, and reads none",
    "schemas/patterns: _PIECE": "reads patterns, which have 400 characters at most",
    "verification/readings: _TEXT": "matches wherever it begins, so that nothing is read again",
    "verification/facts: '(?<=[0-9])(?=(?:[0-9]{3})+$)'": "a number has 400 digits at most",
}
"""Patterns of which the proof says nothing, and what makes them cheap nevertheless."""

MADE = {
    "cli/help: whole": "a word as it stands, and what may not stand beside it",
    "library/unclear: form": "the forms of names, editions and versions in `references`",
    "suggestions: form": "how days are written: short, and no repetition follows another",
    "suggestions: whole": "a word as it stands, and what may not stand beside it",
    "compiled/trail_codegen/templates: self.marks": "a mark is a digest: no text can hold it",
    "compiled/trail_codegen/templates: marks": "the same",
    "editors/places: pattern": "two patterns of two characters",
    "schemas/keywords: to_python(pattern)": "of a schema, weighed by `schemas/patterns.py`",
    "schemas/patterns: python": "is not put to any text",
    "verification/trail_form: re.sub('\\\\$$', '\\\\\\\\Z', schema['pattern'])": "of our schema",
}
"""Patterns that are made when they are used, and of what."""


@dataclass(frozen=True)
class Use:
    """A pattern of the code and how it is put to texts; None for one that is made when used."""

    name: str
    pattern: str | bytes | None
    flags: int
    way: str


@functools.cache
def uses() -> tuple[Use, ...]:
    """List the patterns of the engine, as the modules themselves would write them."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(ENGINE.rglob("*.py"))}
    methods = [method for tree in trees.values() for method in _methods(tree)]
    return tuple(
        use
        for path, tree in trees.items()
        if any(_is_of_re(node) for node in ast.walk(tree))
        for use in _uses_of(path.relative_to(ENGINE).with_suffix("").as_posix(), tree, methods)
    )


def _methods(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what is done with a name: `_WORD.finditer`, `module.WORD.match`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in PUT:
            for each in ast.walk(node.value):
                if isinstance(each, ast.Name | ast.Attribute):
                    yield each.id if isinstance(each, ast.Name) else each.attr, node.attr


def _is_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in PUT | {"compile"}
    )


def _uses_of(path: str, tree: ast.AST, methods: list[tuple[str, str]]) -> Iterator[Use]:
    module = importlib.import_module(
        "ruletrail." + path.removesuffix("/__init__").replace("/", ".")
    )
    names = {
        node.value: ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("re.compile(")
    }
    for node in ast.walk(tree):
        if not _is_of_re(node):
            continue
        written, name = ast.unparse(node.args[0]), names.get(node, "")
        found, flags = _value_of(node, module)
        if node.func.attr != "compile":
            ways = {WAY_OF.get(node.func.attr, "search")}
        else:
            ways = {WAY_OF.get(method, "search") for known, method in methods if known == name}
        # what is handed on as a whole may be put to a text in any way
        for way in sorted(ways) or WAYS:
            yield Use(f"{path}: {name or written}", found, flags, way)


def _value_of(call: ast.Call, module: ModuleType) -> tuple[str | bytes | None, int]:
    """Work out the pattern and flags of a call with the names of its module."""
    try:
        pattern, *more = (
            eval(ast.unparse(each), vars(module))  # noqa: S307 - our own code
            for each in (call.args[0], *(call.args[1:] if call.func.attr == "compile" else ()))
        )
    except NameError:
        return None, 0
    if isinstance(pattern, re.Pattern):
        return pattern.pattern, pattern.flags
    return pattern, int(more[0]) if more else 0


def schema_patterns() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "schemas").rglob("*.json")):
        yield from _patterns_of(path.name, json.loads(path.read_text("utf-8")))


def _patterns_of(name: str, schema: Any) -> Iterator[tuple[str, str]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield name, schema["pattern"]
        yield from ((name, each) for each in schema.get("patternProperties", ()))
    for each in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(each, dict | list):
            yield from _patterns_of(name, each)


def test_every_pattern_of_the_schemas_is_linear():
    patterns = set(schema_patterns())
    assert {name for name, _ in patterns} >= {
        "rulebook.schema.json",
        "trail.schema.json",
        "trail.1.schema.json",
    }
    found = {
        (name, pattern): repetition
        for name, pattern in patterns
        if (repetition := find_repetition(to_python(pattern), "search"))
    }
    assert found == {}


SLOW = [
    (r"[A-Za-z_]?\w*$", "search"),
    (r"^[0-9]+(\.[0-9]+)*[A-Za-z0-9.+-]*\Z", "search"),
    (r"ignore\b\s*(?P<codes>[a-z-]+(?:\s*,\s*[a-z-]+)*)?\s*(?:--\s*(?P<reason>.*))?$", "match"),
    (rb"(?is).*length *: *(.*?)[ \t\r\n]*", "fullmatch"),
    (r"(a*)*b", "match"),
    (r"(a+)+b", "match"),
    (r"(a|ab|b)*c", "match"),
    (r"(?:a*b?)*c", "match"),
    (r"a*a*b", "match"),
    (r"a*a*", "fullmatch"),
    (r"a{0,900}a{0,900}b", "match"),
    (r"\s+$", "search"),
    (r"x(?:.*y)?", "search"),
    (r"(?=(?:[0-9]{3})+$)", "search"),
    (r"(?i)K*[k]*b", "match"),
    ("→*[→x]*b", "match"),
]
QUICK = [
    (r"\w+", "search"),
    (r"^[a-z]*$", "search"),
    (r"a*a*", "match"),
    (r"a*+a*+b", "match"),
    (r"a*b*c", "match"),
    (r"(?:ab)*c", "match"),
    (r"(?:a,)*b", "match"),
    (r"a{0,9}a{0,9}b", "match"),
    (r"(?:^|\s)#", "search"),
    (rb"(?is).*length *:(.*)", "fullmatch"),
    (r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "fullmatch"),
]


@pytest.mark.parametrize(("pattern", "way"), SLOW)
def test_what_is_slow_is_found(pattern: str | bytes, way: str):
    assert find_repetition(pattern, way)


@pytest.mark.parametrize(("pattern", "way"), QUICK)
def test_what_is_linear_is_proved(pattern: str | bytes, way: str):
    assert find_repetition(pattern, way) == ""


def test_patterns_are_found():
    """The names of those that hung; if these are lost, the list is not whole."""
    found = {(use.name, use.way) for use in uses()}
    assert ("lints/ignores: _BLOCK", "search") in found
    assert ("editors/completing: _WORD", "match") in found
    assert ("references: _REFERENCE", "fullmatch") in found
    assert len(found) > 60


def test_patterns_are_made_only_of_what_is_listed():
    assert {use.name for use in uses() if use.pattern is None} == MADE.keys()


def test_every_pattern_of_the_engine_is_linear():
    found = {
        use.name: f"{use.way}: {repetition}"
        for use in uses()
        if use.pattern is not None
        and (repetition := find_repetition(use.pattern, use.way, use.flags))
    }
    assert {name: why for name, why in found.items() if name not in BOUNDED} == {}
    assert found.keys() >= BOUNDED.keys(), "take it out of the list"


# -- The texts that hung ---------------------------------------------------------------------------

MOST = 9.0
"""Times as long that four times as much may take; the square is 16."""


def _version(size: int) -> None:
    assert find_violation(
        {"trail": 1, "engine": {"name": "ruletrail", "version": "1" * size + "!"}}, 1
    )


def _spaces(size: int) -> None:
    found, problems = read_ignores("# ruletrail: ignore" + " " * size + "!\n", "r.yaml", ())
    assert (found, [problem.code for problem in problems]) == ([], ["ignore-form"])


def _column(size: int) -> None:
    found, _ = read_ignores("# ruletrail: ignore a -- b\n" * size, "r.yaml", ("a",))
    assert {line for each in found for line in each.lines} == {size + 2}


def _hyphens(size: int) -> None:
    read_ignores("# ruletrail: ignore " + "-" * size + "\n", "r.yaml", ())


def _word(size: int) -> None:
    assert complete("# " + "x" * size + " ", 0, size + 3, Knowledge({})) == []


def _letters(size: int) -> None:
    text = "rules:\n  a: {formula: '" + "é" * size + " A'}\n"
    assert [each.code for each in list_occurrences(text)] == ["a", "A"]


def _header(size: int) -> None:
    data = b"".join(b"content-length: 1" + b" " * 8_000 + b"!\n" for _ in range(size))
    stream = io.BytesIO(data)
    assert list(read_messages(stream.read)) == []


def _quotes(size: int) -> None:
    assert sum(1 for _ in readings._TEXT.finditer(b'"' + rb"\"" * size)) == 1


HUNG = {
    _version: 20_000,
    _quotes: 20_000,
    _spaces: 20_000,
    _column: 2_000,
    _hyphens: 20_000,
    _word: 20_000,
    _letters: 900,
    _header: 100,
}


@pytest.mark.parametrize("put", HUNG)
def test_four_times_the_text_takes_four_times_as_long(put: Callable[[int], None]):
    least = [float("inf"), float("inf")]
    for _ in range(5):
        for at, size in enumerate((HUNG[put], HUNG[put] * 4)):
            begun = time.process_time()
            put(size)
            least[at] = min(least[at], time.process_time() - begun)
        if least[1] < MOST * least[0] or least[1] < 0.02:
            return
    pytest.fail(f"{least[0]:.3f} s, and {least[1]:.3f} s for four times as much")


def test_a_built_code_is_told_without_trying_again():
    """Its pieces are looked for from left to right, each where it first may be."""
    assert may_write(["", "_", ""], "a_b")
    assert may_write(["R", "", "x"], "Rx")
    assert not may_write(["R", "x"], "x")
    assert not may_write(["aa", "aa"], "aaa")
    assert not may_write(["a", "b", "b"], "ab")
    assert may_write(["a", "b", "b"], "abab")
    assert not may_write(["R"], "R1")
    assert not may_write([""] * 60 + ["Z"], "a" * 100)
