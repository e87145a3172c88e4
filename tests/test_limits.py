"""Every limit of the language.

Admitted at the limit, refused one past it, by the code that says which.
"""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.documents import (
    REPORT_LIMITS,
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    Limits,
    read_document,
)
from ruletrail.examples import read_examples, reading, run_example
from ruletrail.formulas import parse_formula
from ruletrail.formulas.lexer import count_tokens
from ruletrail.library import load_linked, source_of_path
from ruletrail.library.loading import link_source
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import clauses
from ruletrail.schemas import build_schema
from support.rulebooks import HEAD_TEXT, rows_of, schema_of, write_rulebook

FIELDS: dict[str, Any] = {"A": {"type": "number"}, "B": {"type": "number"}, "T": {"type": "string"}}
KILO = 1024
MEGA = KILO * KILO


def codes(text: str, limits: Limits) -> list[str]:
    return [problem.code for problem in read_document(text.encode(), "f", limits)[1]]


def write(folder: Path, body: str, fields: dict[str, Any] | None = None) -> Path:
    schema = {"properties": {"fields": {"type": "object", "properties": fields or FIELDS}}}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    path = folder / "r.yaml"
    path.write_text(HEAD_TEXT + body, encoding="utf-8")
    return path


def loading_codes(folder: Path, body: str) -> list[str]:
    try:
        ruletrail.load(write(folder, body))
    except ProblemsError as error:
        return [problem.code for problem in error.problems]
    return []


def reading_codes(folder: Path, text: str) -> list[str]:
    plan = ruletrail.load(write(folder, "rules:\n  X: {formula: A}\n"))
    (folder / "report.yaml").write_text(text, encoding="utf-8")
    try:
        plan.evaluate(folder / "report.yaml")
    except ProblemsError as error:
        return [problem.code for problem in error.problems]
    return []


def nested(depth: int, opening: str = "[", closing: str = "]") -> str:
    return opening * depth + closing * depth


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize(("limits", "depth"), [(RULEBOOK_LIMITS, 32), (REPORT_LIMITS, 16)])
def test_depth(limits: Limits, depth: int, form: str):
    """Rulebooks 32 levels, reports 16."""
    at, past = (
        (nested(depth), nested(depth + 1))
        if form == "json"
        else ("a: " + nested(depth - 1), "a: " + nested(depth))
    )
    assert codes(at, limits) == []
    assert codes(past, limits) == ["document-too-deep"]


@pytest.mark.parametrize(
    ("limits", "size"), [(RULEBOOK_LIMITS, 8 * MEGA), (REPORT_LIMITS, 256 * KILO)]
)
def test_document_size(limits: Limits, size: int):
    """Rulebooks 8 MB, reports 256 kB, counted in bytes."""
    assert codes("a: 1\n".ljust(size, "\n"), limits) == []
    assert codes("a: 1\n".ljust(size + 1, "\n"), limits) == ["document-too-large"]
    assert codes("a: 'è'\n".ljust(size, "\n"), limits) == ["document-too-large"]


def test_report_size_from_a_file(tmp_path: Path):
    """The limit holds where a file is read, not after."""
    text = "rulebook: prova/2024\n"
    assert reading_codes(tmp_path, text.ljust(256 * KILO, "#")) == []
    assert reading_codes(tmp_path, text.ljust(256 * KILO + 1, "#")) == ["document-too-large"]


def test_rulebook_size_from_a_file(tmp_path: Path):
    """The same for rulebooks."""
    room = 8 * MEGA - len(HEAD_TEXT)
    assert loading_codes(tmp_path, "#".ljust(room, "\n")) == []
    assert loading_codes(tmp_path, "#".ljust(room + 1, "\n")) == ["document-too-large"]


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize(
    "texts", [["a" * 32767], ["a"] * 32767, ["è" * 16_383, "x"], ["", "€" * 10_922, "x"]]
)
def test_printed_sentences_together(texts: list[str], form: str, tmp_path: Path):
    """The sentences of a report have 32 kB together, by their bytes, however many they are."""

    def found(*messages: str) -> list[str]:
        report = {"rulebook": "prova/2024", "printed": {"messages": [*texts, *messages]}}
        text = json.dumps(report, ensure_ascii=False)
        return reading_codes(tmp_path, text if form == "json" else f"# YAML\n{text}")

    assert found("x") == []
    assert found("x", "y") == ["printed-too-long"]
    assert found("è") == ["printed-too-long"]


@pytest.mark.parametrize("form", ["a: {}", "a: '{}'", "{}: a", '{{"a": "{}"}}', "- {}"])
@pytest.mark.parametrize(
    ("limits", "size"), [(RULEBOOK_LIMITS, 8 * KILO), (REPORT_LIMITS, 32 * KILO)]
)
def test_text_size(limits: Limits, size: int, form: str):
    """A text has 8 kB in rulebooks and 32 kB in reports.

    A key is a text too; letters count by their bytes.
    """
    if form.startswith("{}"):
        form = "? {}\n: a"  # a simple key of YAML has at most 1024 signs
    assert codes(form.format("x" * size), limits) == []
    assert codes(form.format("x" * (size + 1)), limits) == ["text-too-long"]
    assert codes(form.format("è" * (size // 2)), limits) == []
    assert codes(form.format("è" * (size // 2) + "x"), limits) == ["text-too-long"]


@pytest.mark.parametrize(
    ("number", "fine"),
    [
        ("999999999999999", True),
        ("-999999999999999.9999999999", True),
        ("1000000000000000", False),
        ("-1000000000000000", False),
        ("0.0000000001", True),
        ("0.00000000001", False),
        ("1.00000000000", False),
    ],
)
def test_numbers(tmp_path: Path, number: str, fine: bool):  # noqa: FBT001 - a row of a table
    """Numbers are under 10**15 and have at most 10 decimals.

    In reports, parameters and formulas alike.
    """
    expected = [] if fine else ["number-out-of-limits"]
    assert reading_codes(tmp_path, f"rulebook: prova/2024\nfields: {{A: {number}}}\n") == expected
    assert (
        reading_codes(tmp_path, f'{{"rulebook": "prova/2024", "fields": {{"A": {number}}}}}')
        == expected
    )
    assert loading_codes(tmp_path, f"parameters:\n  p: {{value: {number}}}\n") == expected
    assert loading_codes(tmp_path, f"rules:\n  X: {{formula: 0 + {number}}}\n") == (
        [] if fine else ["formula-number-limits"]
    )


@pytest.mark.parametrize(
    "number",
    [
        "1E999999",
        "-1E999999",
        "1E-999999",
        "1e15",
        "1E99999999999999999999999",
        "9" * 20_000,
        "0." + "9" * 20_000,
    ],
)
def test_oversized_numbers_cost_nothing(tmp_path: Path, number: str):
    """Refused before any arithmetic: half a minute elsewhere, nothing here."""
    start = time.perf_counter()
    assert reading_codes(
        tmp_path, f'{{"rulebook": "prova/2024", "fields": {{"A": {number}}}}}'
    ) == ["number-out-of-limits"]
    assert time.perf_counter() - start < 2


def finding_codes(text: str) -> list[str]:
    return [finding.code for finding in parse_formula(text)[1]]


def test_formula_length():
    """500 characters, as the author wrote them."""
    at = "+".join(["100000000000000"] * 31) + "+" + "1"
    at = f"sum({','.join(['1234567'] * 61)},1234567)"
    assert len(at) == 500
    assert finding_codes(at) == []
    assert finding_codes(at + " ") == ["formula-too-long"]
    assert finding_codes("sum(" + "1," * 250 + "1)") == ["formula-too-long"]


@pytest.mark.parametrize(
    ("make", "depth"),
    [
        (lambda n: "(" * n + "1" + ")" * n, 30),
        (lambda n: "-" * (n - 1) + "1", 30),
        (lambda n: "not " * (n - 1) + "true", 30),
        (lambda n: " + ".join(["1"] * n), 30),
        (lambda n: "abs(" * (n - 1) + "1" + ")" * (n - 1), 30),
        (lambda n: " if b else ".join(["1"] * n), 30),
    ],
)
def test_formula_depth(make: Any, depth: int):
    """30 levels of brackets, signs, sums, functions or branches."""
    assert finding_codes(make(depth)) == []
    assert finding_codes(make(depth + 1)) == ["formula-too-deep"]


def test_formula_nodes():
    """200 nodes: a function and 199 arguments."""
    assert finding_codes("sum(" + ",".join("1" * 199) + ")") == []
    assert finding_codes("sum(" + ",".join("1" * 200) + ")") == ["formula-too-large"]


@pytest.mark.parametrize(
    "text",
    [
        "+".join("1" * 250),
        "(" * 249 + "1" + ")" * 249,
        "-" * 499 + "1",
        "not " * 124 + "true",
        "[" * 500,
        "1 if " * 99 + "1",
        "abs(" * 124 + "1",
    ],
)
def test_formula_bombs(text: str):
    """250 summands, 249 brackets, 499 signs.

    Refused, without recursion of ours or of Python's parser.
    """
    assert finding_codes(text)


def test_entries_after_for_each(tmp_path: Path):
    """20 000 entries, parameters and groups among them; counted before they are written out."""
    names = [f"n{i}" for i in range(20_000)]
    body = 'rules:\n  "X{{i}}": {{for_each: {{i: [{}]}}, formula: A}}\n'
    assert loading_codes(tmp_path, body.format(", ".join(names))) == []
    assert loading_codes(tmp_path, body.format(", ".join([*names, "m"]))) == ["too-many-entries"]
    assert loading_codes(
        tmp_path, "parameters: {p: {value: 1}}\n" + body.format(", ".join(names))
    ) == ["too-many-entries"]


def cases_of(count: int) -> str:
    cases = "".join(f"      - {{outcome: o{i}, when: A == {i}}}\n" for i in range(count))
    return f"decisions:\n  D:\n    cases:\n{cases}"


def parts_of(count: int) -> str:
    parts = (f"  S{i}: {{title: t, due: A > 0, part_of: S{i - 1}}}\n" for i in range(1, count))
    return "sections:\n  S0: {title: t, due: A > 0}\n" + "".join(parts)


def reads_of(rules: int, members: int) -> str:
    group = f"groups:\n  g: [{', '.join(f'R{i}' for i in range(members))}]\n"
    read = "".join(f"  R{i}: {{formula: A}}\n" for i in range(members))
    return f"{group}rules:\n{read}" + "".join(
        f"  X{i}: {{formula: sum(g)}}\n" for i in range(rules)
    )


@pytest.mark.parametrize(
    ("make", "most", "code"),
    [
        (cases_of, 1_000, "too-many-cases"),
        (parts_of, 32, "part-of-too-deep"),
    ],
)
def test_what_a_rulebook_may_hold(tmp_path: Path, make: Any, most: int, code: str):
    """1 000 cases, 32 sections inside each other; all of it evaluates, in every way."""
    path = write(tmp_path, make(most))
    for compile_it in (False, True):
        plan = ruletrail.load(path)
        if compile_it:
            plan.compile()
        for value in (most - 1, -1, None):
            fields = {"A": value} if value is not None else {}
            evaluation = plan.evaluate({"rulebook": "prova/2024", "fields": fields})
            assert set(evaluation.decisions.values()) <= {f"o{most - 1}", "error", "undetermined"}
            assert json.loads(evaluation.trail.to_json())["result"]["status"] == evaluation.status
    assert loading_codes(tmp_path, make(most + 1)) == [code]


def test_how_much_entries_may_read(tmp_path: Path):
    """500 000 values: 500 rules read 998 each, which read one each."""
    plan = ruletrail.load(write(tmp_path, reads_of(500, 998)))
    evaluation = plan.evaluate({"rulebook": "prova/2024", "fields": {"A": 3}})
    assert evaluation.values["X499"] == 3 * 998
    assert loading_codes(tmp_path, reads_of(501, 998)) == ["too-many-reads"]


def test_how_many_cells_aggregates_may_read(tmp_path: Path):
    """The rows of a list count at each use, as many as the form admits: 500 times 500, twice."""
    schema = schema_of({"L": rows_of({"a": "number", "b": "number"}, most=500)})

    def make(count: int) -> str:
        rules = "".join(f"  X{i}: {{formula: sum(L.a * L.b)}}\n" for i in range(count))
        return HEAD_TEXT.replace("language: 1", "language: 2") + "rules:\n" + rules

    count = 500_000 // (2 + 2 * 500)  # what each reads: two codes, and their cells of each row
    write_rulebook(make(count), schema, tmp_path)
    plan = ruletrail.load(tmp_path / "prova.yaml")
    fields = {"L": [{"a": 2, "b": 3}] * 4}
    assert plan.evaluate({"rulebook": "prova/2024", "fields": fields}).values["X7"] == 24
    write_rulebook(make(count + 1), schema, tmp_path)
    with pytest.raises(ruletrail.ProblemsError, match="too-many-reads"):
        ruletrail.load(tmp_path / "prova.yaml")


def test_how_many_tokens_all_formulas_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """200 000, each use of a text counted: 4 MB of lines were half a minute of `check`.

    Those of every entry that `for_each` writes, of conditions, and of what is no formula; a text
    past the limit is counted, and never parsed.
    """
    assert clauses.MOST_TOKENS == 200_000
    tokens = 3 * len(["A", "+", "1"]) + len(["X_a", ">", "(", "2", ")"])
    body = (
        'rules:\n  "X_{i}": {for_each: {i: [a, b, c]}, formula: A + 1}\n'
        'checks:\n  C:\n    expect: X_a > (2)\n    message: {it: "x"}\n    severity: error\n'
    )
    parsed: list[str] = []
    parse = clauses.parse_formula
    monkeypatch.setattr(
        clauses, "parse_formula", lambda text, *rest: parsed.append(text) or parse(text, *rest)
    )

    def found(most: int, written: str = body) -> list[tuple[str, str | None]]:
        parsed.clear()
        monkeypatch.setattr(clauses, "MOST_TOKENS", most)
        try:
            link_source(source_of_path(write(tmp_path, written)))
        except ProblemsError as error:
            return [(each.code, each.pointer) for each in error.problems]
        return []

    assert found(tokens) == []
    assert parsed == ["A + 1", "X_a > (2)"]
    assert found(tokens - 1) == [("too-many-tokens", "/checks/C/expect")]
    assert parsed == ["A + 1"]
    of_rule = ("too-many-tokens", "/rules/X_{i}/formula")
    assert found(2 * len(["A", "+", "1"])) == [of_rule]
    broken = body.replace("A + 1", "A = 1")
    assert {code for code, _ in found(tokens, broken)} == {"formula-equals"}
    assert found(2 * len(["A", "=", "1"]), broken) == [of_rule]


@pytest.mark.parametrize(
    ("text", "count"),
    [("A+1", 3), ("sum( A , 1.5)", 6), ("a not in ['x y', \"z\"]", 8), ("sum(L.a)", 6), ("", 0)],
)
def test_what_a_token_is(text: str, count: int):
    """A code, a number, a text, a word, a sign; blanks are none. No formula has more nodes."""
    assert count_tokens(text) == count


def schema_codes(schema: object) -> list[str]:
    node, problems = read_document(json.dumps(schema).encode(), "s.json", SCHEMA_LIMITS)
    assert node is not None
    assert problems == []
    return [problem.code for problem in build_schema(node, of_report=True)[1]]


def whole(field: object, **parts: object) -> object:
    return {"$defs": parts, "properties": {"fields": {"properties": {"A": field}}}}


def times(count: int, of: object) -> object:
    return {"type": "number", "allOf": [of] * count}


def uses(count: int) -> object:
    """Give a field that uses one part of six subschemas so often: seven with the reference."""
    part = {"if": {}, "then": {}, "oneOf": [{}, {}, {}]}
    return whole(times(count, {"$ref": "#/$defs/d"}), d=part)


def patterns(pattern: str, count: int) -> object:
    """Give a field of alternatives by patterns; 256 ways count 128, a square counts 80."""
    alternatives = [{"pattern": f"{pattern}{i}", "maxLength": 99} for i in range(count)]
    return whole({"type": "string", "anyOf": alternatives})


def chain(length: int) -> object:
    parts = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(length)}
    return whole({"$ref": "#/$defs/d0"}, **parts, **{f"d{length}": {"type": "number"}})


def lists(count: int) -> object:
    """Give fields that share a list of a thousand texts, and one of its own."""
    shared = {"type": "string", "enum": [f"v{i}" for i in range(1_000)]}
    fields: dict[str, object] = {f"F{i}": {"$ref": "#/$defs/c"} for i in range(499)}
    fields["L"] = {"type": "string", "enum": [f"w{i}" for i in range(count)]}
    return {"$defs": {"c": shared}, "properties": {"fields": {"properties": fields}}}


def numbers(count: int) -> object:
    """Give fields that share a list of a thousand numbers, and one with two lists of its own."""
    shared = {"type": "number", "enum": [i / 4 for i in range(1_000)]}
    fields: dict[str, object] = {f"F{i}": {"$ref": "#/$defs/c"} for i in range(499)}
    own: object = [{"enum": list(range(500))}, {"enum": list(range(count))}]
    fields["L"] = {"type": "number", "anyOf": own}
    return {"$defs": {"c": shared}, "properties": {"fields": {"properties": fields}}}


# root, fields and the field itself are three
@pytest.mark.parametrize(
    ("at", "past", "code"),
    [
        (whole(times(497, {})), whole(times(498, {})), "schema-too-costly"),
        (whole(times(248, {"not": {}})), whole(times(249, {"not": {}})), "schema-too-costly"),
        (uses(71), uses(72), "schema-too-costly"),
        (chain(96), chain(97), "schema-too-costly"),
        (patterns("a?" * 8 + "b", 3), patterns("a?" * 8 + "b", 4), "schema-too-costly"),
        (patterns("^a*a*b", 6), patterns("^a*a*b", 7), "schema-too-costly"),
        (lists(1_000), lists(1_001), "schema-too-many-choices"),
        (numbers(500), numbers(501), "schema-too-many-choices"),
        (
            whole({"type": "string", "pattern": "a" * 400}),
            whole({"type": "string", "pattern": "a" * 401}),
            "schema-pattern",
        ),
    ],
    ids=[
        "alternatives",
        "nested",
        "references",
        "levels",
        "ways",
        "squares",
        "texts",
        "numbers",
        "pattern",
    ],
)
def test_what_a_schema_may_ask(at: object, past: object, code: str):
    """500 subschemas for one value, 100 levels, 500 000 listed values, long patterns."""
    assert schema_codes(at) == []
    assert schema_codes(past) == [code]


@pytest.mark.parametrize(
    "schema",
    [
        {"$defs": {"d": {"not": {"$ref": "#/$defs/d"}}}},
        {"$defs": {"d": {"if": {"$ref": "#/$defs/e"}}, "e": {"anyOf": [{"$ref": "#/$defs/d"}]}}},
    ],
    ids=["not", "two"],
)
def test_a_schema_that_leads_back_on_the_same_value(schema: Any):
    found = {**schema, "properties": {"fields": {"properties": {"A": {"type": "number"}}}}}
    assert set(schema_codes(found)) == {"schema-reference"}


def with_trees(tree: object) -> dict[str, Any]:
    fields = {"properties": {"A": {"type": "number"}}}
    trees = {"^x": {"$ref": "#/$defs/tree"}}
    return {
        "$defs": {"tree": tree}, "properties": {"fields": fields}, "patternProperties": trees
    }  # fmt: skip


def test_a_schema_that_leads_back_through_its_parts():
    """A tree is described as usual; one whose every level asks twice, and twice again, is not."""
    tree = {"type": "object", "properties": {"next": {"$ref": "#/$defs/tree"}}}
    assert schema_codes(with_trees(tree)) == []
    twice = {"properties": {"next": {"allOf": [{"$ref": "#/$defs/tree"}] * 2}}}
    assert set(schema_codes(with_trees(twice))) == {"schema-too-costly"}


def test_what_check_accepts_does_not_depend_on_the_stack(tmp_path: Path):
    """A thousand cases are compiled by no recursion: a caller deep in its own stack may load."""
    path = write(tmp_path, cases_of(1_000))

    def deep(levels: int) -> Any:
        return deep(levels - 1) if levels else ruletrail.load(path).compile()

    deep(600)


def test_for_each_products_are_counted_not_made(tmp_path: Path):
    """Five variables of a hundred values are 10**10 entries: refused at once."""
    variables = ", ".join(f"{v}: [{', '.join(f'{v}{i}' for i in range(100))}]" for v in "abcde")
    start = time.perf_counter()
    assert loading_codes(
        tmp_path,
        f'rules:\n  "{{a}}{{b}}{{c}}{{d}}{{e}}": {{for_each: {{{variables}}}, formula: A}}\n',
    ) == ["too-many-entries"]
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(("digits", "outcome"), [(400, "value"), (401, "error")])
def test_computed_numbers(tmp_path: Path, digits: int, outcome: str):
    """A result of 400 digits is a value, one of 401 the error `limit`.

    Numerator and denominator.
    """
    # 10**14 ** 28 = 10**392, times 10**7 or 10**8 has 400 or 401 digits
    factors = " * ".join(["p"] * 28) + f" * {10 ** (digits - 393)}"
    body = (
        f"parameters: {{p: {{value: 100000000000000}}}}\nrules:\n"
        f"  X: {{formula: {factors}}}\n  Y: {{formula: 1 / X}}\n"
    )
    evaluation = ruletrail.load(write(tmp_path, body)).evaluate({"rulebook": "prova/2024"})
    steps = {step["id"]: step for step in evaluation.trail.to_dict()["steps"]}
    assert (steps["X"]["outcome"], steps["Y"]["outcome"]) == (outcome, outcome)
    if outcome == "error":
        assert steps["X"]["value"]["error"]["cause"] == "limit"


@pytest.mark.parametrize(("decimals", "fine"), [(10, True), (11, False)])
def test_decimals_of_roundings(tmp_path: Path, decimals: int, fine: bool):  # noqa: FBT001 - a row of a table
    """0 to 10 decimals, in `round`, in `display` and in the functions."""
    refused = [] if fine else ["out-of-range"]
    assert (
        loading_codes(
            tmp_path, f"rules:\n  X: {{formula: A, round: {{decimals: {decimals}, mode: down}}}}\n"
        )
        == refused
    )
    assert (
        loading_codes(tmp_path, f"rules:\n  X: {{formula: A, display: {{decimals: {decimals}}}}}\n")
        == refused
    )
    assert finding_codes(f"floor(A, {decimals})") == ([] if fine else ["wrong-decimals"])


@pytest.mark.parametrize(
    ("key", "limit", "beyond", "code"),
    [
        ("rulebook", "a" * 64, "a" * 65, "wrong-size"),
        ("edition", '"' + "9" * 64 + '"', '"' + "9" * 65 + '"', "wrong-size"),
        ("version", "9999.9999.9999", "10000.0.0", "wrong-form"),
    ],
)
def test_names_of_rulebooks(tmp_path: Path, key: str, limit: str, beyond: str, code: str):
    """64 characters in name and edition, four digits in a number; a report may ask for it so."""
    path = write(tmp_path, "rules:\n  X: {formula: A}\n")
    before = path.read_text("utf-8")
    path.write_text(re.sub(f"(?m)^{key}: .*$", f"{key}: {limit}", before), "utf-8")
    plan = ruletrail.load(path)
    assert plan.evaluate({"rulebook": plan.reference, "fields": {"A": 1}}).values["X"] == 1
    path.write_text(re.sub(f"(?m)^{key}: .*$", f"{key}: {beyond}", before), "utf-8")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(path)
    assert [problem.code for problem in raised.value.problems] == [code]
    parts = {"rulebook": "prova", "edition": "2024", "version": "1.0.0", key: beyond.strip('"')}
    with pytest.raises(ProblemsError) as raised:
        plan.evaluate({"rulebook": "{rulebook}/{edition}@{version}".format(**parts), "fields": {}})
    assert [problem.code for problem in raised.value.problems] == ["reference-form"]


def test_fifty_problems_a_file(tmp_path: Path):
    """Fifty are shown, the fifty-first is not."""
    assert (
        len(
            loading_codes(
                tmp_path, "rules:\n" + "".join(f"  X{i}: {{formula: A = 1}}\n" for i in range(50))
            )
        )
        == 50
    )
    assert (
        len(
            loading_codes(
                tmp_path, "rules:\n" + "".join(f"  X{i}: {{formula: A = 1}}\n" for i in range(51))
            )
        )
        == 50
    )


def test_quotes_of_eighty_characters(tmp_path: Path):
    """80 characters of somebody's text are repeated, of 81 the first 79 and a sign."""
    for count, shown in [(80, "x" * 80), (81, "x" * 79 + "…")]:
        with pytest.raises(ProblemsError) as raised:
            ruletrail.load(write(tmp_path, f"{'x' * count}: 1\n"))
        assert f"`{shown}`" in raised.value.problems[0].message("en")


@pytest.mark.parametrize(("texts", "codes"), [(100, ["impossible-comparison"]), (101, [])])
@pytest.mark.parametrize("form", ["chain", "twice", "parts"])
def test_texts_that_are_known_of_a_choice(tmp_path: Path, form: str, texts: int, codes: list[str]):
    """What may be one of 100 texts is never another; of more nothing is said."""
    last = f"X{texts - 2}"
    rules = [f"""X{i}: {{formula: "'a{i}' if A > {i} else X{i - 1}"}}""" for i in range(texts - 1)]
    rules[0] = """X0: {formula: "'a0' if A > 0 else 'z'"}"""
    more = {"chain": last, "twice": f"{last} if A > 1 else {last}", "parts": f"default({last}, X9)"}
    rules.append(f"Y: {{formula: \"({more[form]}) == 'b'\"}}")
    assert loading_codes(tmp_path, "rules:\n" + "".join(f"  {each}\n" for each in rules)) == codes


@pytest.mark.parametrize(
    ("number", "is_fine"),
    [
        ("1e15", True),
        ("1e300", True),
        ("1e399", True),
        ("1e400", False),
        ("1e9999", False),
        ("9" * 400, True),
        ("9" * 401, False),
        ("1e-400", True),
        ("1e-401", False),
        ("1e-9999", False),
        (f"0.{'1' * 400}", True),
        (f"0.{'1' * 401}", False),
    ],
)
def test_numbers_in_schemas(tmp_path: Path, number: str, is_fine: bool):  # noqa: FBT001 - a row of a table
    """A bound may lie beyond every value: 400 digits and 400 decimals, and the refusal says so."""
    schema = '{"properties": {"fields": {"properties": {"A": {"type": "number", "maximum": %s}}}}}'
    path = write(tmp_path, "rules:\n  X: {formula: A}\n")
    (tmp_path / "schema.json").write_text(schema % number, encoding="utf-8")
    try:
        ruletrail.load(path)
        problems = []
    except ProblemsError as error:
        problems = list(error.problems)
    assert [problem.code for problem in problems] == ([] if is_fine else ["number-out-of-limits"])
    for problem in problems:
        said = "at most 400 before the point and 400 after it"
        assert said in problem.message("en")


@pytest.mark.parametrize("way", ["named", "like", "written"])
def test_values_of_all_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str):
    """The reports of a file's examples hold a million values together, however they are given."""
    assert reading.MOST_VALUES == 1_000_000
    monkeypatch.setattr(reading, "MOST_VALUES", 4 * 5)
    source = source_of_path(write(tmp_path, "rules:\n  X: {formula: A}\n"))
    # the report, its rulebook's name, its fields, and two values; `change` takes one's place
    report = {"rulebook": "prova/2024", "fields": {"A": 1, "B": 2}}
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    given = {"named": {"report": "report.json"}, "like": {"like": "e0"}}.get(way)
    first = {"report": report, "change": {"A": 2}}

    def found(count: int) -> list[str]:
        listed = [
            {"name": f"e{i}", **((given if i else None) or first), "expect": {"status": "complete"}}
            for i in range(count)
        ]
        content = {"test": 1, "rulebook": "prova/2024", "examples": listed}
        (tmp_path / "r.test.yaml").write_text(json.dumps(content), encoding="utf-8")
        try:
            read_examples(source, load_linked(source))
        except ProblemsError as error:
            return [problem.code for problem in error.problems]
        return []

    assert found(4) == []
    assert found(5) == ["examples-too-large"]


@pytest.mark.parametrize("rows", [0, 3])
def test_work_of_all_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int):
    """Evaluating a file's examples looks at twenty million things, those of rows for each row."""
    assert reading.MOST_WORK == 20_000_000
    body = (
        "rules:\n  X: {formula: A + 1}\n  L.y: {formula: L.a + A + 1}\n  S: {formula: sum(L.y)}\n"
    )
    text = HEAD_TEXT.replace("language: 1", "language: 2") + body
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    row = {"type": "object", "properties": {"a": {"type": "number"}}}
    fields = {"A": {"type": "number"}, "L": {"type": "array", "maxItems": 9, "items": row}}
    schema = {"properties": {"fields": {"type": "object", "properties": fields}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    report = {"fields": {"A": 1, "L": [{"a": 1}] * rows}}
    listed = [{"name": f"e{i}", "report": report, "expect": {"status": "complete"}} for i in "123"]
    content = {"test": 1, "rulebook": "prova/2024", "examples": listed}
    (tmp_path / "r.test.yaml").write_text(json.dumps(content), encoding="utf-8")
    source = source_of_path(tmp_path / "r.yaml")
    linked = load_linked(source)
    # a step, what it reads, its parts: of X, of the rule of rows, of the sum over them
    reads = {code: len(linked.reads[code]) for code in ("X", "L.y", "S")}
    of_rows = (1 + reads["L.y"] + 2) + (1 + reads["S"] + 1)
    work = (1 + reads["X"] + 1) + of_rows + rows * of_rows

    def found(most: int) -> list[tuple[str, int]]:
        monkeypatch.setattr(reading, "MOST_WORK", most)
        try:
            read_examples(source, linked)
        except ProblemsError as error:
            return [(problem.code, problem.mark.column) for problem in error.problems]
        return []

    assert found(3 * work) == []
    last = json.dumps(content).rindex('"e3"') + 1
    assert found(3 * work - 1) == [("examples-too-costly", last)]


def test_a_report_that_many_examples_name_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """However its name is written; what is wrong with it is told once too."""
    source = source_of_path(write(tmp_path, "rules:\n  X: {formula: A}\n"))
    report = {"rulebook": "prova/2024", "fields": {"A": 1}}
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    read: list[str] = []
    own = reading.read_document
    monkeypatch.setattr(
        reading,
        "read_document",
        lambda data, file, limits: read.append(file) or own(data, file, limits),
    )
    listed = [
        {"name": f"e{i}", "report": name, "change": {"A": i}, "expect": {"values": {"X": i}}}
        for i, name in enumerate(["report.json", "./report.json", "././report.json"] * 2)
    ]
    content = {"test": 1, "rulebook": "prova/2024", "examples": listed}
    (tmp_path / "r.test.yaml").write_text(json.dumps(content), encoding="utf-8")
    linked = load_linked(source)
    outcomes = [run_example(each, linked) for each in read_examples(source, linked).examples]
    assert [each.failures for each in outcomes] == [()] * 6
    assert read == ["r.test.yaml", "report.json"]


@pytest.mark.parametrize("key", ["messages", "absent_messages"])
def test_texts_of_one_example(tmp_path: Path, key: str):
    """An example may expect 100 texts in messages, and 100 in none."""

    def found(count: int) -> list[str]:
        source = source_of_path(write(tmp_path, "rules:\n  X: {formula: A}\n"))
        listed = [f"x{i}" for i in range(count)]
        example = {"name": "e", "report": {"fields": {}}, "expect": {key: listed}}
        content = {"test": 1, "rulebook": "prova/2024", "examples": [example]}
        (tmp_path / "r.test.yaml").write_text(json.dumps(content), encoding="utf-8")
        try:
            read_examples(source, load_linked(source))
        except ProblemsError as error:
            return [problem.code for problem in error.problems]
        return []

    assert found(100) == []
    assert found(101) == ["wrong-size"]
