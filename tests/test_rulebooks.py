"""Rulebooks: written out, merged, built, linked; what is wrong with one is said with its place."""

import json
import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest

import ruletrail
from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, members_of, read_document, text_of
from ruletrail.formulas import parse_formula
from ruletrail.linking import linker
from ruletrail.problems import Mark, ProblemsError
from ruletrail.rulebooks import clauses, expand_for_each, merge_rulebooks, merging
from ruletrail.rulebooks.entries import fill_template, parse_template
from ruletrail.suggestions import KnownNames
from support.places import EXAMPLES

NUMBER = {"type": "number"}
FIELDS: dict[str, Any] = {
    "A": NUMBER,
    "B": NUMBER,
    "T": {"type": "string"},
    "C": {"type": "string", "enum": ["SI", "NO"]},
    "F": {"type": "boolean"},
}

DECISION = (
    "decisions:\n  d: {cases: [{outcome: si, when: A > 1}, {outcome: no, otherwise: true}]}\n"
)


def head(edition: str = "2024", version: str = "1.0.0", status: str = "draft") -> str:
    identity = f'rulebook: prova\nedition: "{edition}"\nversion: {version}\nstatus: {status}\n'
    return f"language: 1\n{identity}title: Prova\nreport: schema.json\nlocale: it\n"


def write(
    folder: Path,
    body: str,
    *,
    name: str = "r.yaml",
    top: str = "",
    fields: dict[str, Any] | None = None,
) -> Path:
    schema = {
        "properties": {"fields": {"type": "object", "properties": {**FIELDS, **(fields or {})}}}
    }
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    path = folder / name
    path.write_text((top or head()) + body, encoding="utf-8")
    return path


def load(folder: Path, body: str, **more: Any) -> ruletrail.Plan:
    return ruletrail.load(write(folder, body, **more))


def problems_of(folder: Path, body: str, **more: Any) -> list[tuple[str, int, int]]:
    with pytest.raises(ProblemsError) as raised:
        load(folder, body, **more)
    return [
        (problem.code, problem.mark.line, problem.mark.column) for problem in raised.value.problems
    ]


def codes_of(folder: Path, body: str, **more: Any) -> list[str]:
    return [code for code, _, _ in problems_of(folder, body, **more)]


def evaluate(
    folder: Path, body: str, values: dict[str, object], **more: Any
) -> ruletrail.Evaluation:
    return load(folder, body, **more).evaluate({"rulebook": "prova/2024", "fields": values})


def tree(text: str) -> MappingNode:
    node, problems = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert problems == []
    assert isinstance(node, MappingNode)
    return node


def keys(node: MappingNode, kind: str) -> list[str]:
    entries = node.values[kind]
    assert isinstance(entries, MappingNode)
    return list(entries.values)


# -- for_each


def test_for_each_writes_one_entry_per_combination():
    """Two variables make their product, in the order written; every text of the entry is filled."""
    node, problems = expand_for_each(
        tree(
            'rules:\n  "{a}_{b}": {for_each: {a: [x, y], b: [p, q]}, formula: "{a} + '
            '{b}", label: "L {a}"}\n'
        )
    )
    assert problems == []
    assert keys(node, "rules") == ["x_p", "x_q", "y_p", "y_q"]
    rules = node.values["rules"]
    assert isinstance(rules, MappingNode)
    last = rules.values["y_q"]
    assert isinstance(last, MappingNode)
    assert {key: getattr(value, "text", None) for key, value in last.values.items()} == {
        "formula": "y + q",
        "label": "L y",
    }


def test_for_each_leaves_names_of_codes_alone(tmp_path: Path):
    """Only the declared variable is filled; `{A}` in a message stays the value of A."""
    body = (
        'messages:\n  "m_{r}":\n    for_each: {r: [x, y]}\n    when: "true"\n'
        '    text: {it: "{r}: {A}"}\n'
    )
    assert evaluate(tmp_path, body, {"A": 3}).messages == ("x: 3", "y: 3")


@pytest.mark.parametrize("kind", ["rules", "decisions", "sections", "checks", "messages"])
def test_for_each_stands_in_every_kind(tmp_path: Path, kind: str):
    """Rules, decisions, sections, checks and messages."""
    entry = {
        "rules": "formula: A",
        "decisions": "cases: [{outcome: si, otherwise: true}]",
        "sections": "due: true, title: '{r}'",
        "checks": "expect: A > 0",
        "messages": "when: 'true', text: {it: '{r}'}",
    }[kind]
    plan = load(tmp_path, f'{kind}:\n  "{{r}}_x": {{for_each: {{r: [p, q]}}, {entry}}}\n')
    assert [step.code for step in plan.linked.steps] == ["p_x", "q_x"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('rules:\n  "{r}_x": {formula: A}\n', "for-each-unknown"),
        ('rules:\n  "{r}_x": {for_each: {q: [a]}, formula: A}\n', "for-each-unknown"),
        ("rules:\n  X: {for_each: {r: [a, b]}, formula: A}\n", "for-each-unused"),
        (
            'rules:\n  "{r}": {for_each: {r: [X, Y]}, formula: A}\n  Y: {formula: B}\n',
            "duplicate-code",
        ),
        ('rules:\n  "{r}x": {for_each: {r: ["1"]}, formula: A}\n', "code-form"),
        ('rules:\n  "{r}x": {for_each: {r: ["a b"]}, formula: A}\n', "wrong-form"),
        ('rules:\n  "{r}x": {for_each: {r: [а]}, formula: A}\n', "foreign-letter"),
        ('rules:\n  "{r}x": {for_each: {r: [a, a]}, formula: A}\n', "repeated-item"),
        ('rules:\n  "{r}x": {for_each: {r: []}, formula: A}\n', "wrong-size"),
    ],
)
def test_for_each_mistakes(tmp_path: Path, body: str, code: str):
    """An undeclared or unused variable, two entries of one name, and codes that are none."""
    assert code in codes_of(tmp_path, body)


def test_marks_of_written_out_entries_point_to_the_author(tmp_path: Path):
    """A mistake in a formula under `for_each` is shown where the author wrote it."""
    found = problems_of(
        tmp_path, 'rules:\n  "{r}_x":\n    for_each: {r: [A, B]}\n    formula: "{r} = 1"\n'
    )
    assert {(code, line) for code, line, _ in found} == {("formula-equals", 12)}


def test_bombs_of_text_and_nodes_are_stopped(tmp_path: Path):
    """What `for_each` writes out obeys the limits too: a small file does not become gigabytes."""
    names = ", ".join(f"n{i}" for i in range(300))
    text = (
        f'rules:\n  "X{{i}}{{a}}": {{for_each: {{i: [{names}], a: [{"a" * 4000}]}}, label: '
        f'"{"{a}" * 2000}", formula: A}}\n'
    )
    assert set(codes_of(tmp_path, text)) <= {
        "for-each-too-large",
        "text-too-long",
        "too-many-nodes",
        "code-form",
        "too-many-entries",
    }
    fields = ", ".join(f"f{i}" for i in range(4000))
    nodes = (
        f'sections:\n  "S{{i}}": {{for_each: {{i: [{names}]}}, due: true, fields: [{fields}]}}\n'
    )
    assert codes_of(tmp_path, nodes) == ["too-many-nodes"]


@pytest.mark.parametrize("sign", ["n", "ñ"])
def test_the_bytes_that_all_for_each_write_together(sign: str, monkeypatch: pytest.MonkeyPatch):
    """Of codes and of texts, with a variable and without: refused before what is past the limit."""
    assert merging.MOST_BYTES == 32 * 1024 * 1024
    of_two = '  "X{i}{j}": {for_each: {i: [a, bcd], j: [e, fg, h]}, label: "'
    of_two += sign + ' {j} {i}{j} {x", formula: A}\n'
    text = "rules:\n" + of_two + '  "Y{i}": {for_each: {i: [k, ' + sign + "]}, formula: B}\n"
    rules = members_of(expand_for_each(tree(text))[0].values["rules"])
    assert len(rules) == 8
    written = list(rules)
    written += [text_of(each) for rule in rules.values() for each in members_of(rule).values()]
    whole = sum(len(each.encode()) for each in written)
    monkeypatch.setattr(merging, "MOST_BYTES", whole)
    assert len(members_of(expand_for_each(tree(text))[0].values["rules"])) == 8
    monkeypatch.setattr(merging, "MOST_BYTES", whole - 1)
    with pytest.raises(ProblemsError) as refused:
        expand_for_each(tree(text))
    found = [(each.code, cast("Mark", each.mark).pointer) for each in refused.value.problems]
    assert found == [("for-each-too-large", "/rules/Y{i}/for_each")]


def test_what_for_each_would_write_past_its_limit_is_never_written(monkeypatch: pytest.MonkeyPatch):
    """A code is text too: a thousand values in a code of a thousand variables are a gigabyte."""

    def write(*_: object) -> None:
        raise AssertionError("it was written")

    monkeypatch.setattr(merging, "_fill", write)
    names = ", ".join(f"{'n' * 1_000}{at}" for at in range(1_000))
    text = f'rules:\n  ? "{"{x}" * 1_000}"\n  : {{for_each: {{x: [{names}]}}, formula: A}}\n'
    with pytest.raises(ProblemsError, match="for-each-too-large"):
        expand_for_each(tree(text))


@pytest.mark.parametrize("formula", ["max(A, B)", "max(A; B)"])
def test_a_formula_that_for_each_repeats_is_parsed_once(
    formula: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Sound or wrong: the work is that of the texts, not of the entries that have them."""
    parsed: list[str] = []

    def parse(text: str, *rest: Any) -> Any:
        parsed.append(text)
        return parse_formula(text, *rest)

    monkeypatch.setattr(clauses, "parse_formula", parse)
    names = ", ".join(f"n{at}" for at in range(50))
    body = f'rules:\n  "X{{x}}": {{for_each: {{x: [{names}]}}, formula: "{formula}"}}\n'
    if ";" in formula:
        assert codes_of(tmp_path, body) == ["formula-semicolon"]
    else:
        load(tmp_path, body)
    assert parsed == [formula]


# -- extends


def test_maps_merge_by_key_and_anything_else_replaces():
    """An entry changes one key and keeps the others; a list replaces a list."""
    base = tree("groups: {g: [A, B]}\nrules:\n  X: {formula: A, unit: euro}\n  Y: {formula: B}\n")
    over = tree("groups: {g: [A]}\nrules:\n  X: {formula: A * 2}\n  Z: {formula: A}\n")
    merged, problems = merge_rulebooks(base, over)
    assert problems == []
    assert keys(merged, "rules") == ["X", "Y", "Z"]
    rules, groups = merged.values["rules"], merged.values["groups"]
    assert isinstance(rules, MappingNode)
    assert isinstance(groups, MappingNode)
    entry = rules.values["X"]
    assert isinstance(entry, MappingNode)
    assert {key: getattr(value, "text", "") for key, value in entry.values.items()} == {
        "formula": "A * 2",
        "unit": "euro",
    }
    assert len(getattr(groups.values["g"], "items", ())) == 1


def test_marks_point_to_the_file_that_wrote_it(tmp_path: Path):
    """After `extends` a mistake of the base is shown in the base, ours in ours."""
    write(tmp_path, "rules:\n  X: {formula: A +}\n", name="base.yaml", top=head("2023"))
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path, "extends: prova/2023@1.0.0\nrules:\n  Y: {formula: A = 1}\n")
    assert {(problem.mark.file, problem.code) for problem in raised.value.problems} == {
        ("base.yaml", "formula-syntax"),
        ("r.yaml", "formula-equals"),
    }


def test_extends_inherits_and_removes(tmp_path: Path):
    """What the base has is there, what `remove` names is not, and identity is never inherited."""
    write(
        tmp_path,
        "parameters: {p: {value: 2}}\nrules:\n  X: {formula: A * p}\n  Y: {formula: A}\n",
        name="base.yaml",
        top=head("2023"),
    )
    body = "extends: prova/2023@1.0.0\nremove: [Y]\nparameters: {p: {value: 3}}\n"
    evaluation = evaluate(tmp_path, body, {"A": 5})
    assert dict(evaluation.values) == {"X": 15}
    identity = evaluation.trail.to_dict()["rulebook"]
    assert (identity["edition"], identity["version"]) == ("2024", "1.0.0")


def test_extends_of_extends(tmp_path: Path):
    """Three rulebooks, one upon the other; the last word is the nearest."""
    write(
        tmp_path,
        "rules:\n  X: {formula: '1'}\n  Y: {formula: '1'}\n  Z: {formula: '1'}\n",
        name="a.yaml",
        top=head("2022"),
    )
    write(
        tmp_path,
        "extends: prova/2022@1.0.0\nrules:\n  X: {formula: '2'}\n  Y: {formula: '2'}\n",
        name="b.yaml",
        top=head("2023"),
    )
    evaluation = evaluate(tmp_path, "extends: prova/2023@1.0.0\nrules:\n  X: {formula: '3'}\n", {})
    assert dict(evaluation.values) == {"X": 3, "Y": 2, "Z": 1}


def test_removed_entries_leave_dangling_names_as_problems(tmp_path: Path):
    """A rule that read what was removed is told of, at `remove`; it is no missing fact."""
    write(
        tmp_path,
        "rules:\n  X: {formula: A}\n  Y: {formula: X + 1}\n",
        name="base.yaml",
        top=head("2023"),
    )
    assert codes_of(tmp_path, "extends: prova/2023@1.0.0\nremove: [X]\n") == ["remove-still-read"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("extends: prova/2023@1.0.0\nremove: [Q]\n", "remove-unknown"),
        ("extends: prova/2023@2.0.0\n", "extends-unknown"),
        ("extends: altra/2023@1.0.0\n", "extends-unknown"),
        ("extends: prova/2024@1.0.0\n", "extends-cycle"),
        ("extends: prova/2023\n", "wrong-form"),
        ("extends: ../base@1.0.0\n", "wrong-form"),
        ("extends: prova/2023@1.0.0\nrules:\n  X: {not_encoded: perché}\n", "conflicting-keys"),
    ],
)
def test_extends_mistakes(tmp_path: Path, body: str, code: str):
    """An unknown base, one without a version, one outside, and a ring."""
    write(tmp_path, "rules:\n  X: {formula: A}\n", name="base.yaml", top=head("2023"))
    assert codes_of(tmp_path, body) == [code]


def test_remove_without_extends_is_not_silent(tmp_path: Path):
    """Nothing is skipped silently: removing from nothing is a problem."""
    assert codes_of(tmp_path, "remove: [X]\nrules:\n  X: {formula: A}\n")


@pytest.mark.parametrize(
    ("count", "expected"), [(16, []), (17, ["extends-too-long"]), (120, ["extends-too-long"])]
)
def test_long_chains_of_extends_end(tmp_path: Path, count: int, expected: list[str]):
    """Sixteen rulebooks may stand upon each other.

    More are refused, without recursion and without reading them all.
    """
    for number in range(count):
        base = (
            f"extends: prova/e{number + 1}@1.0.0\n"
            if number < count - 1
            else "rules:\n  X: {formula: A}\n"
        )
        write(tmp_path, base, name=f"c{number:04}.yaml", top=head(f"e{number}"))
    found: list[str] = []
    try:
        ruletrail.load(tmp_path / "c0000.yaml")
    except ProblemsError as error:
        found = [problem.code for problem in error.problems]
    assert found == expected


def test_symbolic_links_do_not_lead_outside(tmp_path: Path):
    """A base or a schema that is a link to somewhere else is not read.

    A link to itself is a problem.
    """
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    write(outside, "rules:\n  X: {formula: A}\n", name="base.yaml", top=head("2023"))
    write(inside, "extends: prova/2023@1.0.0\n")
    (inside / "base.yaml").symlink_to(outside / "base.yaml")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(inside / "r.yaml")
    assert raised.value.problems[0].code == "extends-unknown"
    (inside / "schema.json").unlink()
    (inside / "schema.json").symlink_to(outside / "schema.json")
    write_only = inside / "s.yaml"
    write_only.write_text(head() + "rules:\n  X: {formula: A}\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write_only)
    assert raised.value.problems[0].code == "path-outside"
    (inside / "loop.yaml").symlink_to("loop.yaml")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(inside / "loop.yaml")
    assert raised.value.problems[0].code == "file-unreadable"


@pytest.mark.parametrize(
    "report",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "a/../schema.json",
        "http://example.org/s.json",
        "C:\\s.json",
        "x\\..\\s.json",
    ],
)
def test_report_schemas_stay_in_the_folder(tmp_path: Path, report: str):
    """A rulebook names a schema beside it or in the library, never elsewhere."""
    top = head().replace("schema.json", json.dumps(report))
    assert codes_of(tmp_path, "rules:\n  X: {formula: A}\n", top=top) == ["path-outside"]


@pytest.mark.parametrize(
    ("report", "meant"),
    [
        (".", ""), ("./", "."), ("a//b", "a/b"), ("a/", "a"), ("a\\b", "a/b"),
        ("a//./b/", "a/./b"), ("a\tb", ""), ("a:b/c", None), ("a/b:c", ""), ("./../a", None),
    ],
)  # fmt: skip
def test_a_path_that_is_written_wrongly_leaves_no_folder(
    tmp_path: Path, report: str, meant: str | None
):
    """It is said to be none, with what it means; only what leads elsewhere is said to leave."""
    top = head().replace("schema.json", json.dumps(report))
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path, "rules:\n  X: {formula: A}\n", top=top))
    (problem,) = raised.value.problems
    assert problem.code == ("path-outside" if meant is None else "path-form")
    if meant is not None:
        is_meant = meant not in ("", ".")
        for language in ("it", "en"):
            assert (f"`{meant}`" in problem.hint(language)) == is_meant
            assert "``" not in problem.hint(language)


# -- Building


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("rules:\n  X: {unit: euro}\n", "incomplete-entry"),
        ("rules:\n  X: {formula: A, round: {decimals: 2}}\n", "missing-key"),
        ("rules:\n  X: {formula: A, round: {decimals: 11, mode: down}}\n", "out-of-range"),
        ("rules:\n  X: {formula: A, round: {decimals: 1.5, mode: down}}\n", "wrong-type"),
        ("rules:\n  X: {formula: A, round: {decimals: 2, mode: nearest}}\n", "not-allowed"),
        ("rules:\n  X: {formula: A, formula: B}\n", "repeated-key"),
        ("rules:\n  X: {formula: A, units: euro}\n", "unknown-key"),
        ("rules:\n  X: {formula: ''}\n", "wrong-size"),
        ("decisions:\n  d: {label: x}\n", "incomplete-entry"),
        ("decisions:\n  d: {cases: []}\n", "wrong-size"),
        ("decisions:\n  d: {cases: [{when: A > 1}]}\n", "missing-key"),
        ("decisions:\n  d: {cases: [{outcome: si}]}\n", "incomplete-entry"),
        ("decisions:\n  d: {cases: [{outcome: si, otherwise: false}]}\n", "not-allowed"),
        (
            "decisions:\n  d: {policy: last, cases: [{outcome: si, otherwise: true}]}\n",
            "not-allowed",
        ),
        (
            "decisions:\n  d: {not_encoded: w, cases: [{outcome: si, otherwise: true}]}\n",
            "conflicting-keys",
        ),
        ("sections:\n  s: {title: x}\n", "incomplete-entry"),
        ("sections:\n  s: {due: true, fields: [A], not_encoded: w}\n", "conflicting-keys"),
        ("sections:\n  s: {due: true, part_of: s}\n", "cycle"),
        ("sections:\n  s: {due: true, part_of: t}\n  t: {due: true, part_of: s}\n", "cycle"),
        (
            (
                "sections:\n  s: {due: true, part_of: d}\ndecisions:\n"
                "  d: {cases: [{outcome: si, otherwise: true}]}\n"
            ),
            "unknown-section",
        ),
        ("checks:\n  c: {severity: error}\n", "incomplete-entry"),
        ("checks:\n  c: {expect: A, severity: error}\n", "condition-not-boolean"),
        ("checks:\n  c: {expect: A > 1, severity: fatal}\n", "not-allowed"),
        ("messages:\n  m: {text: {it: x}}\n", "incomplete-entry"),
        ("messages:\n  m: {when: 'true'}\n", "incomplete-entry"),
        ("messages:\n  m: {when: 'true', text: {it: '{'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{A!r}'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{A:>10}'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{0}'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{A[0]}'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{0.__class__}'}}\n", "template-form"),
        ("messages:\n  m: {when: 'true', text: {it: '{nulla}'}}\n", "unknown-placeholder"),
        (
            "groups: {g: [A, B]}\nmessages:\n  m: {when: 'true', text: {it: '{g}'}}\n",
            "unknown-placeholder",
        ),
        ("messages:\n  m: {when: 'true', text: {en: x}}\n", "message-language"),
        ("parameters:\n  p: {label: x}\n", "incomplete-entry"),
        ("parameters:\n  p: {value: 1000000000000000}\n", "number-out-of-limits"),
        ("groups: {g: [A, nulla]}\n", "unknown-code"),
        ("groups: {g: [A, h], h: [B]}\n", "group-as-value"),
        ("sections: {'1,5 a': {title: t, due: {it: x}}}\n", "code-form"),
        ("groups: {g: [A, T]}\nrules:\n  X: {formula: sum(g)}\n", "type-mismatch"),
        ("sources: {s: {kind: law}}\n", "missing-key"),
        ("altro: 1\n", "unknown-key"),
        ("in_force: {from: domani}\n", "wrong-format"),
    ],
)
def test_building_mistakes(tmp_path: Path, body: str, code: str):
    """Each thing that an entry lacks, or has too much of, is named by its code."""
    assert code in codes_of(tmp_path, body)


@pytest.mark.parametrize("word", ["undetermined", "not_applicable", "not_encoded", "error"])
def test_outcomes_are_not_reserved_words(tmp_path: Path, word: str):
    """No outcome may be called like a non-value."""
    assert codes_of(
        tmp_path, f"decisions:\n  d: {{cases: [{{outcome: {word}, otherwise: true}}]}}\n"
    )


@pytest.mark.parametrize("version", ["1.0", "1", "v1.0.0", "1.0.0-rc", "01.0.0"])
def test_versions_have_three_numbers(tmp_path: Path, version: str):
    """1.10.0 and 1.9.0 must be comparable."""
    assert codes_of(tmp_path, "", top=head(version=version)) == ["wrong-form"]


@pytest.mark.parametrize(
    "key", ["language", "rulebook", "edition", "version", "status", "title", "report"]
)
def test_required_keys(tmp_path: Path, key: str):
    """The seven keys that no rulebook may lack."""
    top = "".join(
        line for line in head().splitlines(keepends=True) if not line.startswith(f"{key}:")
    )
    assert codes_of(tmp_path, "rules:\n  X: {formula: A}\n", top=top) == ["missing-key"]


def test_language_is_one_or_two(tmp_path: Path):
    """A later language is not read as this one."""
    assert codes_of(tmp_path, "", top=head().replace("language: 1", "language: 3")) == [
        "not-allowed"
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5000", 5000),
        ("-3", -3),
        ("1071.34", Fraction("1071.34")),
        ("'5'", "5"),
        ("true", True),
        ("'true'", "true"),
        ("testo", "testo"),
        ("--5", "--5"),
        ("5.", "5."),
        (".5", ".5"),
        ("1e3", "1e3"),
    ],
)
def test_parameters_are_what_was_written(tmp_path: Path, written: str, value: object):
    """Quoting decides between text and number, and nothing that only looks like a number is one."""
    plan = load(tmp_path, f"parameters:\n  p: {{value: {written}}}\n")
    parameter = plan.linked.rulebook.parameters["p"]
    assert parameter.value == value
    assert isinstance(parameter.value, bool) == isinstance(value, bool)


@pytest.mark.parametrize("decimals", ["2", "2.0"])
def test_whole_decimals_however_written(tmp_path: Path, decimals: str):
    """2.0 is the whole number 2 for the schema, so it is for the rounding."""
    body = (
        f"rules:\n  X: {{formula: A / 3, round: {{decimals: {decimals}, mode: half_up}}, "
        f"display: {{decimals: {decimals}}}}}\n"
    )
    assert evaluate(tmp_path, body, {"A": 1}).values["X"] == Fraction("0.33")


# -- Linking


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("rules:\n  X: {formula: X + 1}\n", "cycle"),
        ("rules:\n  X: {formula: A, when: X > 1}\n", "cycle"),
        ("groups: {g: [X]}\nrules:\n  X: {formula: sum(g)}\n", "cycle"),
        (
            "rules:\n  X: {formula: \"1 if d == 'si' else 2\"}\n" + DECISION.replace("A >", "X >"),
            "cycle",
        ),
        ("rules:\n  X: {formula: Y}\n", "unknown-code"),
        ("rules:\n  X: {formula: A + T}\n", "type-mismatch"),
        ("rules:\n  A: {formula: T}\n", "type-mismatch"),
        ("rules:\n  X: {formula: T, round: {decimals: 1, mode: up}}\n", "round-not-number"),
        ("rules:\n  X: {formula: A, when: B}\n", "condition-not-boolean"),
        (
            (
                "rules:\n  X: {formula: A}\ndecisions:\n"
                "  X: {cases: [{outcome: si, otherwise: true}]}\n"
            ),
            "duplicate-code",
        ),
        ("parameters: {A: {value: 1}}\n", "code-of-field"),
        ("groups: {A: [B]}\n", "code-of-field"),
        ("checks:\n  A: {expect: B > 1}\n", "code-of-field"),
        ("messages:\n  A: {when: 'true', text: {it: x}}\n", "code-of-field"),
        ("rules:\n  sum: {formula: A}\n", "code-reserved"),
        ("rules:\n  class: {formula: A}\n", "code-reserved"),
        ("rules:\n  'true': {formula: A}\n", "code-reserved"),
        ("rules:\n  None: {formula: A}\n", "code-reserved"),
        (
            DECISION + "rules:\n  X: {formula: \"1 if d == 'forse' else 2\"}\n",
            "impossible-comparison",
        ),
        (
            "sections:\n  s: {due: true}\nrules:\n  X: {formula: \"1 if s == 'dovuto' else 2\"}\n",
            "impossible-comparison",
        ),
        (
            "rules:\n  X: {formula: m}\nmessages:\n  m: {when: 'true', text: {it: x}}\n",
            "unknown-code",
        ),
        ("sections:\n  s: {due: true, fields: [X]}\nrules:\n  X: {formula: A}\n", "unknown-field"),
    ],
)
def test_linking_mistakes(tmp_path: Path, body: str, code: str):
    """Rings, unknown names, wrong types, two things of one name."""
    assert codes_of(tmp_path, body) == [code]


def test_all_units_of_a_rulebook_meet_on_loading(tmp_path: Path):
    """Units come from the schema, from parameters and from rules.

    A rule's own is declared, never derived.
    """
    fields = {"A": {**NUMBER, "unit": "euro"}, "B": {**NUMBER, "unit": "abitanti"}}
    assert codes_of(tmp_path, "rules:\n  X: {formula: A + B}\n", fields=fields) == ["unit-clash"]
    assert codes_of(
        tmp_path,
        "parameters: {p: {value: 1, unit: ore}}\nrules:\n  X: {formula: A + p}\n",
        fields=fields,
    ) == ["unit-clash"]
    assert codes_of(
        tmp_path, "rules:\n  X: {formula: A, unit: ore}\n  Y: {formula: X + A}\n", fields=fields
    ) == ["unit-clash"]
    assert codes_of(tmp_path, "groups: {g: [A, B]}\n", fields=fields) == ["unit-clash"]
    for body in (
        "rules:\n  X: {not_encoded: x, unit: ore}\ngroups: {g: [A, X]}\n",
        "rules:\n  X: {not_encoded: x, unit: ore}\n  Y: {formula: X + A}\n",
        "rules:\n  B: {not_encoded: x}\n  Y: {formula: A + B}\n",
    ):
        assert codes_of(tmp_path, body, fields=fields) == ["unit-clash"], body
    assert (
        load(
            tmp_path, "rules:\n  X: {formula: A}\n  Y: {formula: X + B}\n", fields=fields
        ).reference
        == "prova/2024@1.0.0"
    )


def test_order_is_found_and_steps_come_after_what_they_read(tmp_path: Path):
    """Rules may be written in any order.

    Each step comes after its reads, and the written order is kept where it can be.
    """
    plan = load(
        tmp_path,
        (
            "rules:\n  Z: {formula: Y + 1}\n  X: {formula: A}\n  Y: {formula: X + 1}\n"
            "  W: {formula: A}\n"
        ),
    )
    assert [step.code for step in plan.linked.steps] == ["X", "Y", "Z", "W"]


@pytest.mark.parametrize(("count", "reverse"), [(2_000, False), (10_000, True)])
def test_long_chains_of_rules(tmp_path: Path, count: int, reverse: bool):  # noqa: FBT001 - a parameter of the test
    """A chain of 10 000 rules, written forwards or backwards, needs no recursion."""
    lines = [f"  X{i}: {{formula: {f'X{i - 1}' if i else 'A'} + 1}}\n" for i in range(count)]
    evaluation = evaluate(
        tmp_path, "rules:\n" + "".join(reversed(lines) if reverse else lines), {"A": 0}
    )
    assert evaluation.values[f"X{count - 1}"] == count


def test_a_ring_of_ten_thousand_is_shown_short(tmp_path: Path):
    """A ring is one problem with a readable sentence, however long it is."""
    lines = [f"  X{i}: {{formula: X{(i + 1) % 10_000} + 1}}\n" for i in range(10_000)]
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path, "rules:\n" + "".join(lines))
    (problem,) = raised.value.problems
    assert problem.code == "cycle"
    assert len(problem.message("it")) < 200


def test_published_rulebooks_hold_nothing_assumed(tmp_path: Path):
    """A draft may assume; what is published may not, and says since when it is in force."""
    body = "rules:\n  X: {formula: A, evidence: assumed}\n"
    assert load(tmp_path, body).reference
    assert set(codes_of(tmp_path, body, top=head(status="published"))) == {
        "assumed-in-published",
        "published-without-in-force",
    }


# -- Templates


@pytest.mark.parametrize(
    "text", ["", "senza nomi", "{A}", "a{A}b{B}c", "{A}{A}", "100 %", "%s $A `A`"]
)
def test_templates_are_filled_and_never_run(text: str):
    """Names are replaced by text; what they are replaced by is not read again."""
    template = parse_template(text)
    assert template is not None
    assert fill_template(template, dict.fromkeys(template.names, "{A.__class__}")) == text.replace(
        "{A}", "{A.__class__}"
    ).replace("{B}", "{A.__class__}")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "{}",
        "{{A}}",
        "{A.b.c}",
        "{A.}",
        "{A!r}",
        "{A:x}",
        "{0}",
        "{ A }",
        "{A",
        "A}",
        "{à}",
        "{A}}",
    ],
)
def test_templates_with_other_braces_are_none(text: str):
    """A brace holds a code and nothing else."""
    assert parse_template(text) is None


def test_marks_name_the_file_alone(tmp_path: Path):
    """A rulebook taken by its path is named in marks by its file's name.

    No folder of somebody's machine.
    """
    plan = load(tmp_path, "rules:\n  X: {formula: A}\n")
    assert str(plan.linked.rulebook.entries["X"].mark) == "r.yaml:10:3"


def test_names_that_sentences_show_are_gathered_once(tmp_path, monkeypatch):
    """They are those of the whole rulebook: gathered for each sentence they would be the square."""
    gathered: list[int] = []

    def count(*names: Any, **more: Any) -> KnownNames:
        gathered.append(sum(map(len, names)))
        return KnownNames(*names, **more)

    monkeypatch.setattr(linker, "KnownNames", count)
    lines = (f"  c{at}: {{expect: A > {at}, message: {{it: 'x {{A}}'}}}}\n" for at in range(40))
    load(tmp_path, "checks:\n" + "".join(lines))
    assert len(gathered) < 10


# -- Keys that lack, with others in their place

_KEY = re.compile(r"(?P<before>[ ]*(?:- )?|.*?[{,] ?)(?P<key>[a-z_]+):(?= |$)")


@pytest.mark.parametrize("name", ["garden/garden", "water-bonus/bonus"])
def test_a_key_that_lacks_beside_one_that_is_unknown(name: str, tmp_path: Path):
    """The two are told as one slip; what is needed is still not there, and nothing is built of it.

    Each key of a rulebook in turn: called otherwise, or gone with one more at the end, by turns.
    """
    source = EXAMPLES / f"{name}.yaml"
    for schema in source.parent.glob("*.json"):
        shutil.copy(schema, tmp_path)
    lines = source.read_text(encoding="utf-8").split("\n")
    told = 0
    for at, line in enumerate(lines):
        found = _KEY.match(line)
        if found is None or line.startswith("#"):
            continue
        renamed = f"{found['before']}oddly{line[found.end('key') :]}"
        if at % 2:
            changed = [*lines[:at], renamed, *lines[at + 1 :]]
        else:
            changed = [*lines[:at], *lines[at + 1 :], "oddly: 1", ""]
        path = tmp_path / source.name
        path.write_text("\n".join(changed), encoding="utf-8")
        try:
            ruletrail.load(path)
        except ProblemsError as error:
            told += bool(error.problems)
    # an entry may be called as it likes, and what nothing reads may be left out
    assert told > len(lines) / 2


def test_each_key_that_a_rulebook_needs_may_lack(tmp_path: Path):
    """The first lines of a rulebook: of each that is gone it is said, whatever else is odd."""
    for at, line in enumerate(head().splitlines(keepends=True)):
        if line.startswith("locale"):
            continue
        (found,) = problems_of(tmp_path, "oddly: 1\n", top=head().replace(line, ""))
        assert found == ("unknown-key", len(head().splitlines()), 1), at
