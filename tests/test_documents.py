"""Bytes to trees with marks: what is read, where it stands, and what is refused."""

import json
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ruletrail.documents import (
    REPORT_LIMITS,
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    Limits,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    from_python,
    read_bytes,
    read_document,
    yaml_reader,
)
from ruletrail.problems import Problem, ProblemsError


def read(text: str | bytes, limits: Limits = RULEBOOK_LIMITS) -> tuple[Node | None, list[Problem]]:
    return read_document(text if isinstance(text, bytes) else text.encode(), "f", limits)


def plain(node: Node | None) -> object:
    """Give the tree as texts, lists and dicts."""
    match node:
        case ScalarNode(text=text):
            return text
        case SequenceNode(items=items):
            return [plain(item) for item in items]
        case MappingNode(values=values):
            return {key: plain(value) for key, value in values.items()}
    return None


def codes(text: str | bytes, limits: Limits = RULEBOOK_LIMITS) -> list[tuple[str, int, int]]:
    return [
        (problem.code, problem.mark.line, problem.mark.column) for problem in read(text, limits)[1]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "SI",
        "yes",
        "off",
        "1.10",
        "1:45",
        "2024-01-31",
        "1_000",
        "0x1F",
        "1e3",
        "+5",
        ".5",
        "1,5",
        "nan",
        ".inf",
        "3.580.390,40",
    ],
)
def test_plain_scalars_stay_text(text: str):
    """YAML's own guesses (NO is false, 1:45 is 105) never happen; the text is what was written."""
    node, problems = read(f"a: {text}")
    assert problems == []
    assert plain(node) == {"a": text}


@pytest.mark.parametrize("text", ["0421", "-07", "00", "007.5"])
def test_leading_zero_is_refused_with_advice(text: str):
    """`0421` may be a code or a number; the hint shows it in quotes."""
    problem = read(f"a: {text}")[1][0]
    assert (problem.code, problem.mark.column) == ("leading-zero", 4)
    assert f'"{text}"' in problem.hint("it")


@pytest.mark.parametrize("text", ['"0421"', "'0421'", "0", "0.5", "-0.5", "10"])
def test_quotes_and_numbers_with_one_zero_are_fine(text: str):
    """The advice given is accepted."""
    assert codes(f"a: {text}") == []


def test_marks_and_style():
    """Every value knows its line, its column and whether it was quoted, from the first byte."""
    node, _ = read('a: 1\nb:\n  - x\n  - "y"\n')
    assert isinstance(node, MappingNode)
    items = node.values["b"]
    assert isinstance(items, SequenceNode)
    marks = [
        (item.mark.line, item.mark.column, item.style)
        for item in items.items
        if isinstance(item, ScalarNode)
    ]
    assert marks == [(3, 5, "plain"), (4, 5, "quoted")]
    assert (node.keys["b"].mark.line, node.keys["b"].mark.column) == (2, 1)
    assert node.keys["b"].mark.text == "b:"


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_endings_and_bom(break_: str, bom: str):
    """Files of Windows and of old Macs, with a byte order mark or without, read alike."""
    node, problems = read(bom + break_.join(["a: 1", "b: 2", ""]))
    assert problems == []
    assert plain(node) == {"a": "1", "b": "2"}
    assert isinstance(node, MappingNode)
    assert (node.keys["b"].mark.line, node.keys["b"].mark.column) == (2, 1)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "line"),
    [("a:\n b: 1\n\ufeffc: 2\n", 3), ("\ufeff\ufeffa: 1", 1), ("a: 1\n\ufeff# b\n", 2),
     ("a: 1\r\n\ufeffb: 2", 2), ("a: |\n  b\n\ufeff c\n", 3)],
)  # fmt: skip
def test_a_byte_order_mark_within_the_text(
    text: str, line: int, loader: str, monkeypatch: pytest.MonkeyPatch
):
    """Libyaml passes over one at the start of a line, and counts it as indentation.

    So a key that looks like one of the document was one of what stands above; and where PyYAML has
    no libyaml, the same bytes meant something else.
    """
    monkeypatch.setattr(yaml_reader, "_LOADER", getattr(yaml, loader))
    assert codes(text) == [("yaml-unprintable", line, 1)]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("break_", ["\x85", "\u2028", "\u2029"])
def test_a_byte_order_mark_after_a_line_break_of_yaml_alone(
    break_: str, loader: str, monkeypatch: pytest.MonkeyPatch
):
    """Libyaml passes over one wherever a line begins for it, which editors need not show as one.

    The place is told as an editor counts it.
    """
    monkeypatch.setattr(yaml_reader, "_LOADER", getattr(yaml, loader))
    assert codes(f"a:{break_}\ufeff  b: 2") == [("yaml-unprintable", 1, 4)]
    assert codes(f"c: 1\na: |\n  b{break_}\ufeff  c\n") == [("yaml-unprintable", 3, 5)]


def test_a_value_keeps_what_stands_on_the_page_of_it_alone():
    """Each kept the rest of its line: 80 000 anchors on one line held a billion characters."""
    node, _ = read('a: [&x b, "c\\x41", "d\\t", \'e\'\'f\', g]\nh: ["i\n  j", k]\n')
    assert isinstance(node, MappingNode)
    values = [node.values["a"], node.values["h"]]
    written = [
        item.written  # type: ignore[union-attr]  # they are scalars
        for value in values
        for item in value.items  # type: ignore[union-attr]  # they are lists
    ]
    assert written == ["&x b", '"c\\x41"', '"d\\t"', "'e''f'", "", '"i\n  j", k]', ""]


def test_texts_are_nfc():
    """One letter in two spellings is one text, in keys too."""
    node, _ = read("e\u0300: perche\u0301")
    assert plain(node) == {"\u00e8": "perch\u00e9"}
    assert [code for code, _, _ in codes("e\u0300: 1\n\u00e8: 2\n")] == ["repeated-key"]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\na: 2", "repeated-key", 2, 1),
        ("x:\n  a: 1\n  b: 2\n  a: 3", "repeated-key", 4, 3),
        ("a: &x 1", "anchor-or-alias", 1, 4),
        ("a: *x", "anchor-or-alias", 1, 4),
        ("<<: {a: 1}", "merge-key", 1, 1),
        ("a: !!int 1", "tag", 1, 4),
        ("a: !x [1]", "tag", 1, 4),
        ("a: 1\n---\nb: 2", "several-documents", 2, 1),
        ("%YAML 1.2\n---\na: 1", "yaml-directive", 1, 1),
        ("a:\n\tb: 1", "tab-indentation", 2, 1),
        ("a: null", "null-value", 1, 4),
        ("a: ~", "null-value", 1, 4),
        ("a: [1, NULL]", "null-value", 1, 8),
        ("? [a]\n: 1", "key-not-text", 1, 3),
        ("? {a: 1}\n: 1", "key-not-text", 1, 3),
        ("", "empty-document", 0, 0),
        ("# only a remark\n", "empty-document", 0, 0),
        ("a: [1", "yaml-syntax", 1, 6),
        ("a: 'x", "yaml-syntax", 1, 4),
        ("a: 1\n  b: 2", "yaml-syntax", 2, 3),
        ("a: \x07", "yaml-unprintable", 1, 4),
        ("a: \x00", "yaml-unprintable", 1, 4),
        ("a: \x1b[31m", "yaml-unprintable", 1, 4),
        (b"a: \xe9", "not-utf8", 1, 4),
        (b"a: 1\nb: \xc3", "not-utf8", 2, 4),
        (b"\xff\xfea\x00", "not-utf8", 1, 1),
        (b"a: \xed\xa0\x80", "not-utf8", 1, 4),
        ('{"a": 1, "a": 2}', "repeated-key", 1, 10),
        ('{"a": 1, "\\u0061": 2}', "repeated-key", 1, 10),
        ('{"a": null}', "null-value", 1, 7),
        ('{"a": NaN}', "not-finite", 1, 7),
        ('{"a": -Infinity}', "not-finite", 1, 7),
        ('{"a": "\\ud800"}', "lone-surrogate", 1, 7),
        ('{"\\udc00": 1}', "lone-surrogate", 1, 2),
        ('{"a" 1}', "json-syntax", 1, 6),
        ('{"a": 1,}', "json-syntax", 1, 9),
        ("[1 2]", "json-syntax", 1, 4),
        ("{'a': 1}", "json-syntax", 1, 2),
        ('{"a": 01}', "json-syntax", 1, 7),
        ('{"a": +1}', "json-syntax", 1, 7),
        ('{"a": .5}', "json-syntax", 1, 7),
        ('{"a": 1.}', "json-syntax", 1, 7),
        ('{"a": True}', "json-syntax", 1, 7),
        ('{"a": "\n"}', "json-syntax", 1, 7),
        ('{"a": "\t"}', "json-syntax", 1, 7),
        ('{"a": 1} x', "json-syntax", 1, 10),
        ('{"a": 1', "json-syntax", 1, 1),
        ('{"a": "b', "json-syntax", 1, 7),
        ("{1: 2}", "json-syntax", 1, 2),
        ("[\n  1,\n  x\n]", "json-syntax", 3, 3),
    ],
)
def test_refusals(text: str | bytes, code: str, line: int, column: int):
    """Each refusal has its own code, at the place where it stands."""
    assert (code, line, column) in codes(text)


@pytest.mark.parametrize("char", ["\u0085", "\u2028", "\u2029"])
def test_unicode_line_separators(char: str):
    """Signs that YAML 1.1 counted as line breaks end in a tree or in a problem; marks hold."""
    node, problems = read(f'a: "x{char}y"\nb: z{char}w\nc: 1\n')
    assert node is not None or problems
    node, problems = read(f'a: "x{char}y"\nb: &x 1\n')
    assert [(problem.code, problem.mark.line) for problem in problems] == [("anchor-or-alias", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "?",
        ":",
        "-",
        "*",
        "&",
        "!",
        "%",
        "@",
        "`",
        "|",
        ">",
        '"',
        "'",
        "{",
        "[",
        "}",
        "]",
        ",",
        "? ?",
        "- - -",
        "? -",
        "!!",
        "&a",
        "--- ---",
        "...",
        "\t",
        "\u2028",
        "\ufeff\ufeff",
    ],
)
def test_smallest_hostile_documents(text: str):
    """A document of one sign is a tree or a problem, never a crash."""
    node, problems = read(text)
    assert node is not None or problems


@pytest.mark.parametrize(
    "text",
    [
        "[" * 25_000,
        "a: " + "[" * 25_000,
        '{"a":' * 25_000,
        "- " * 25_000,
        "x: " + "{a: " * 25_000,
        "? " * 25_000,
    ],
)
def test_bombs_of_depth_stop_at_the_limit(text: str):
    """25 000 unclosed brackets crash other readers.

    Here they end at the limit, before anything is built.
    """
    node, problems = read(text)
    assert node is None
    assert problems[-1].code in ("document-too-deep", "key-not-text", "yaml-syntax")


def test_json_starts_with_a_bracket():
    """A document that starts with `{` or `[`, after white space or a byte order mark, is JSON.

    Else it is YAML.
    """
    assert codes(" \n{a: 1}") == [("json-syntax", 2, 2)]
    assert codes("\ufeff[1,]") == [("json-syntax", 1, 4)]
    assert codes("a: {b: 1}") == []


@pytest.mark.parametrize(
    "number", ["0", "-0", "1.10", "1e3", "1E+2", "-1.5e-3", "123456789012345678901234567890"]
)
def test_json_numbers_keep_their_source_text(number: str):
    """A number is not read before the schema asks.

    The digits that were written are the ones that are kept.
    """
    node, problems = read(f"[{number}]")
    assert problems == []
    assert plain(node) == [number]


@settings(max_examples=60)
@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
        | st.integers(-(10**9), 10**9)
        | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("abcdef", min_size=1, max_size=4), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_python_and_json_read_alike(data: object):
    """A caller's mapping and the same JSON give the same tree."""
    from_data, problems = from_python({"x": data}, "f", REPORT_LIMITS)
    from_text, found = read(json.dumps({"x": data}), REPORT_LIMITS)
    assert problems == found == []
    assert plain(from_data) == plain(from_text)


@settings(max_examples=150)
@given(
    st.text(
        st.sampled_from(list("ab:-?[]{},#&*!|>'\"%@`~ \n\t\r0N.\u00e9\u2028\x85\\")), max_size=24
    )
)
def test_any_text_is_a_tree_or_problems(text: str):
    """Whatever is typed: a tree, or problems with marks inside the document; nothing raises."""
    node, problems = read(text)
    assert node is not None or problems
    for problem in problems:
        # what is said of the whole has no place
        least = 0 if problem.code in ("empty-document", "wrong-file") else 1
        assert problem.mark.line >= least
        assert problem.mark.column >= least
        assert problem.hint("it")


@settings(max_examples=100)
@given(st.binary(max_size=30))
def test_any_bytes_are_a_tree_or_problems(data: bytes):
    """Broken files too."""
    node, problems = read(data)
    assert node is not None or problems


def test_python_floats_are_read_by_their_shortest_text():
    """8.5 is 8.5 and not the binary number nearest to it."""
    node, problems = from_python([8.5, 0.1, 1, Decimal("2.50"), True], "f", REPORT_LIMITS)
    assert problems == []
    assert plain(node) == ["8.5", "0.1", "1", "2.50", "true"]


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
    ],
)
def test_numbers_that_are_none_are_refused(value: object):
    """NaN and infinities are refused by name, also as Decimals."""
    _, problems = from_python({"a": value}, "f", REPORT_LIMITS)
    assert [problem.code for problem in problems] == ["not-finite"]


@pytest.mark.parametrize("value", [object(), 1j, b"x", {1, 2}, {1: 2}, Path("x")])
def test_other_python_data_are_a_type_error(value: object):
    """What no document can hold is a mistake of the program, not of a document."""
    with pytest.raises(TypeError):
        from_python({"a": value}, "f", REPORT_LIMITS)


def test_python_data_in_a_ring_end_at_the_limit():
    """A mapping that contains itself is as deep as the limit, not as the stack."""
    ring: dict[str, object] = {}
    ring["a"] = ring
    _, problems = from_python(ring, "f", REPORT_LIMITS)
    assert [problem.code for problem in problems] == ["document-too-deep"]


def test_huge_python_integers_cost_nothing():
    """One of a million digits is refused by its size, said and never written out."""
    node, problems = from_python({"a": 10**1_000_000}, "f", REPORT_LIMITS)
    told = [(each.code, each.details["text"]) for each in problems]
    assert told == [("number-out-of-limits", "`≈1E+1000000`")]
    assert isinstance(node, MappingNode)
    assert len(plain(node)["a"]) < sys.get_int_max_str_digits()  # type: ignore[index]


def test_fractions_are_exact():
    """A fraction with a finite decimal is that decimal."""
    node, _ = from_python([Fraction(17, 2)], "f", REPORT_LIMITS)
    assert plain(node) == ["8.5"]


@pytest.mark.parametrize(
    ("make", "advice"), [(Path.exists, "non esiste"), (Path.mkdir, "cartella")]
)
def test_unreadable_files_say_why(tmp_path: Path, make, advice: str):
    """A file that is not there and a folder have different advice."""
    path = tmp_path / "x.yaml"
    make(path)
    with pytest.raises(ProblemsError) as raised:
        read_bytes(path, "x.yaml", 10)
    (problem,) = raised.value.problems
    assert problem.code == "file-unreadable"
    assert advice in problem.hint("it")


def test_a_name_with_nul_is_unreadable():
    """A path that no system has is a problem like any other."""
    with pytest.raises(ProblemsError) as raised:
        read_bytes(Path("a\x00b"), "a\x00b", 10)
    assert raised.value.problems[0].code == "file-unreadable"


def test_nulls_stand_only_in_schemas():
    """A JSON Schema may hold null (in `enum`, `default`); a report and a rulebook may not."""
    assert codes('{"a": null}', SCHEMA_LIMITS) == []
    assert codes('{"a": null}', REPORT_LIMITS) == [("null-value", 1, 7)]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('{"a": 1,}', (1, 9), "take away the comma before `}`"),
        ('{"a": [1, 2,\n  ]}', (2, 3), "take away the comma before `]`"),
        ('{"a": 1\n\n "b": 2}', (3, 2), "a comma is missing at the end of line 1"),
        ('{"a": {"b": 1}\n "c": 2}', (2, 2), "a comma is missing at the end of line 1"),
        ("[1\n true]", (2, 2), "a comma is missing at the end of line 1"),
        ("[[1]\n [2]]", (2, 2), "a comma is missing at the end of line 1"),
        ('["a" "b"]', (1, 6), 'a comma is missing before `"b"]`'),
        ('{"a": 1 b}', (1, 9), "check commas, double quotes and closing brackets"),
        ('{"a": 1,,}', (1, 9), "there are two commas in a row: take one away"),
        ('{"a": 1', (1, 1), "the bracket `{` opened here is not closed: add `}`"),
        ('{"a": 1]', (1, 1), "the bracket `{` opened here is not closed: add `}`"),
    ],
)
def test_commas_of_json_are_counted(text: str, place: tuple[int, int], hint: str):
    """One too many or too few is said to be so; of what else breaks nothing is guessed."""
    _, (problem,) = read_document(text.encode(), "r.json", REPORT_LIMITS)
    assert (problem.code, problem.mark.line, problem.mark.column) == ("json-syntax", *place)
    assert problem.hint("en") == hint
