"""The public face and the command line: what callers hand in, and what they get."""

import copy
import json
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ruletrail
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.places import JESI, ROOT
from support.rulebooks import HEAD_TEXT

NUMBER = {"type": "number"}
FIELDS: dict[str, Any] = {
    **dict.fromkeys("ABC", NUMBER),
    "N": {"type": "integer"},
    "T": {"type": "string"},
    "E": {"type": "string", "enum": ["SI", "NO"]},
    "F": {"type": "boolean"},
}


def write(folder: Path, body: str, fields: dict[str, Any] | None = None, **schema: Any) -> Path:
    content = {
        "properties": {"fields": {"type": "object", "properties": fields or FIELDS}},
        **schema,
    }
    (folder / "schema.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD_TEXT + body, encoding="utf-8")
    return folder / "r.yaml"


def load(
    folder: Path,
    body: str = "rules:\n  X: {formula: A + B}\n",
    fields: dict[str, Any] | None = None,
    **schema: Any,
) -> ruletrail.Plan:
    return ruletrail.load(write(folder, body, fields, **schema))


def report(**fields: object) -> dict[str, object]:
    return {"rulebook": "prova/2024", "fields": fields}


def codes(error: ProblemsError) -> list[str]:
    return [problem.code for problem in error.problems]


# -- Names and types -------------------------------------------------------------------------------


def test_the_public_names_are_few_and_there():
    """About fifteen names, each of which exists; the package says that it is typed.

    `Needs` and `WhatIf` are there because callers annotate what `needed` and `what_if` give.
    """
    assert 6 <= len(ruletrail.__all__) <= 17
    for name in ruletrail.__all__:
        assert hasattr(ruletrail, name)
    assert (Path(ruletrail.__file__).parent / "py.typed").exists()


def test_the_example_of_the_design():
    """The lines that the README shows."""
    plan = ruletrail.load("sociale/2024")
    evaluation = plan.evaluate(JESI)
    assert evaluation.values["R04"] == Decimal("10.320348")
    assert evaluation.decisions["livello"] == "non_inferiore"
    assert evaluation.sections["quadro_3"] == "not_due"
    assert evaluation.status == "complete"
    assert json.loads(evaluation.trail.to_json())["trail"] == 1


def test_values_are_exact_and_only_values(tmp_path: Path):
    """A Decimal where one is exact, else a Fraction; text and booleans as they are.

    A gap is absent.
    """
    body = (
        "rules:\n  d: {formula: A / 4}\n  f: {formula: A / 3}\n"
        "  t: {formula: T}\n  b: {formula: A > 0}\n  m: {formula: C}\n"
    )
    values = load(tmp_path, body).evaluate(report(A=1, T="x")).values
    assert dict(values) == {"d": Decimal("0.25"), "f": Fraction(1, 3), "t": "x", "b": True}
    assert [type(value).__name__ for value in values.values()] == [
        "Decimal",
        "Fraction",
        "str",
        "bool",
    ]


def test_plans_cannot_be_changed(tmp_path: Path):
    """A plan is immutable."""
    plan = load(tmp_path)
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        plan.linked = None  # type: ignore[assignment,misc]


# -- What callers hand in --------------------------------------------------------------------------


@pytest.mark.parametrize("value", [8.5, "8.5", Decimal("8.50"), Fraction(17, 2)])
def test_numbers_of_callers_are_exact(tmp_path: Path, value: object):
    """A float is read by its shortest text, a Decimal and a Fraction as they are.

    A text is no number.
    """
    plan = load(tmp_path)
    if isinstance(value, str):
        with pytest.raises(ProblemsError) as raised:
            plan.evaluate(report(A=value, B=0))
        assert codes(raised.value) == ["wrong-type"]
    else:
        assert plan.evaluate(report(A=value, B=0)).values["X"] == Decimal("8.5")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "not-finite"),
        (float("inf"), "not-finite"),
        (Decimal("NaN"), "not-finite"),
        (Decimal("sNaN"), "not-finite"),
        (Decimal("Infinity"), "not-finite"),
        (Decimal("1E999999"), "number-out-of-limits"),
        (Decimal("1E-999999"), "number-out-of-limits"),
        (1e300, "number-out-of-limits"),
        (0.1 + 0.2, "number-out-of-limits"),
        (10**20_000, "number-out-of-limits"),
        (Fraction(1, 3), "number-out-of-limits"),
        (Fraction(1, 10**20_000), "number-out-of-limits"),
        (None, "null-value"),
        (True, "wrong-type"),
        ("\ud800", "lone-surrogate"),
        ([1], "wrong-type"),
        ({"a": 1}, "wrong-type"),
        ("1", "wrong-type"),
    ],
    ids=lambda value: (
        type(value).__name__
        if not isinstance(value, str)
        else value[:20].encode("unicode_escape").decode()
    ),
)
def test_values_that_no_field_can_have(tmp_path: Path, value: object, code: str):
    """A wrong value is a problem with a code, never another exception."""
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path).evaluate(report(A=value, B=1))
    assert codes(raised.value) == [code]


@pytest.mark.parametrize("wrong", [5, None, [], bytearray(b"x"), 3.5, object()])
def test_calls_that_are_wrong_as_calls(tmp_path: Path, wrong: Any):
    """A mistake of the program is an ordinary TypeError."""
    with pytest.raises(TypeError):
        load(tmp_path).evaluate(wrong)
    if not isinstance(wrong, bytearray):
        with pytest.raises(TypeError):
            ruletrail.load(wrong)


def test_a_report_of_another_plan_is_refused(tmp_path: Path):
    """A read report knows its rulebook: another one does not evaluate it as its own."""
    read = load(tmp_path).read(report(A=1, B=2))
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load("sociale/2024").evaluate(read)
    assert codes(raised.value) == ["report-of-another"]


@pytest.mark.parametrize(
    "declaration",
    [
        {"anyOf": [{"type": "number"}, {"title": "any"}]},
        {"if": {"type": "number"}, "then": {"minimum": 3}},
        {"allOf": [{"type": "number"}], "title": "x"},
    ],
)
@pytest.mark.parametrize("value", ["abc", True, 5])
def test_a_loose_schema_never_lets_a_wrong_type_in(tmp_path: Path, declaration: Any, value: object):
    """A field is of the type that linking saw, however the schema says so.

    Else the schema or the report is refused.
    """
    try:
        evaluation = load(tmp_path, fields={"A": declaration, "B": NUMBER}).evaluate(
            report(A=value, B=1)
        )
    except ProblemsError:
        return
    assert evaluation.values["X"] == 6


def test_a_field_declared_only_in_a_branch(tmp_path: Path):
    """A declaration that the schema does not hold every report to is not trusted."""
    branch = {"properties": {"fields": {"properties": {"A": NUMBER}}}}
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path, fields={"B": NUMBER}, anyOf=[branch, True]).evaluate(report(A="abc", B=1))
    assert set(codes(raised.value)) <= {
        "wrong-type",
        "unknown-code",
        "schema-field-type",
        "unknown-key",
    }


def test_problems_cross_a_process_boundary(tmp_path: Path):
    """The exception keeps its problems when it is pickled."""
    with pytest.raises(ProblemsError) as raised:
        load(tmp_path).evaluate(report(Q=1))
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 - our own bytes
    assert again.problems == raised.value.problems
    assert codes(again) == ["unknown-key"]


# -- Which version answers -------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [None, "2025-01-01", date(2026, 1, 1), "9999-12-31"])
def test_versions_in_force(as_of: Any):
    """The published version answers from its first day on."""
    assert ruletrail.load("sociale/2024", as_of=as_of).reference == "sociale/2024@1.0.1"


@pytest.mark.parametrize("as_of", ["2024-12-31", date(2000, 1, 1)])
def test_versions_not_yet_in_force(as_of: Any):
    """Before that nothing answers, and a pinned version does all the same."""
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load("sociale/2024", as_of=as_of)
    assert codes(raised.value) == ["rulebook-not-in-force"]
    for version in ("1.0.0", "1.0.1"):
        pinned = f"sociale/2024@{version}"
        assert ruletrail.load(pinned, as_of=as_of).reference == pinned


@pytest.mark.parametrize(
    "as_of",
    [
        "domani",
        "2025-02-30",
        "2025-1-1",
        "20250101",
        "2025-01-01T00:00:00",
        "٢٠٢٥-٠١-٠١",
        " 2025-01-01",
        "2025-13-01",
    ],
)
def test_days_that_are_none(as_of: str):
    """A date is a day of the calendar, and no text that merely sorts after another."""
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load("sociale/2024", as_of=as_of)
    assert codes(raised.value) == ["date-form"]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("sociale/1999", "rulebook-unknown"),
        ("sociale/2024@9.9.9", "rulebook-unknown"),
        ("../sociale/2024", "reference-form"),
        ("sociale", "reference-form"),
        ("", "reference-form"),
        ("sociale/../../etc", "reference-form"),
        ("assente.yaml", "file-unreadable"),
        ("a\x00b.yaml", "file-unreadable"),
    ],
)
def test_rulebooks_that_are_not_there(reference: str, code: str):
    """An unknown reference, something that is none, and a file that is not there."""
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(reference)
    assert codes(raised.value) == [code]


# -- The command line ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("", ""), 0),
        (("  R03: 39301\n", ""), 1),
        (("R03: 39301", "R03: 0"), 1),
        (("R03: 39301", "R03: molti"), 2),
        (("rulebook: sociale/2024", "rulebook: sociale/2030"), 2),
    ],
)
def test_exit_statuses_of_evaluate(change: tuple[str, str], status: int):
    """0 complete, 1 incomplete or invalid, 2 no evaluation."""
    text = (
        JESI.read_text(encoding="utf-8").replace(*change, 1)
        if change[0]
        else JESI.read_text(encoding="utf-8")
    )
    found, out, _ = call("evaluate", "-", "--format", "json", stdin=text.encode())
    assert found == status
    assert ("problems" in json.loads(out)) == (status == 2)


def test_json_is_the_stored_trail():
    """`--format json` gives the canonical bytes and one newline."""
    status, out, err = call("evaluate", str(JESI), "--format", "json")
    assert (status, err) == (0, "")
    assert out == ruletrail.load("sociale/2024").evaluate(JESI).trail.to_json() + "\n"


@pytest.mark.parametrize(
    "stdin",
    [
        b"",
        b" \n",
        b"\x00",
        b"\xff\xfe",
        b"[",
        b"{",
        b"-",
        b"null",
        b"?",
        b"[" * 25_000,
        b'{"rulebook": "sociale/2024"',
        "rulebook: sociale/2024\u2028".encode(),
    ],
)
def test_standard_input_of_any_kind(stdin: bytes):
    """Nothing that is piped in ends in a traceback or in status 3."""
    status, out, err = call("evaluate", "-", "--format", "json", stdin=stdin)
    assert status == 2
    assert json.loads(out)["problems"]
    assert "Traceback" not in err


def process(
    *arguments: str | bytes, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ruletrail", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine"), **environment},
    )


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_file_name_that_is_no_text(format_: str):
    """A name that no encoding has is shown inert, in text and in JSON."""
    done = process("check", b"\xff.yaml", "--format", format_)
    assert done.returncode == 2
    assert b"file-unreadable" in done.stdout + done.stderr
    (done.stdout + done.stderr).decode("utf-8")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_consoles_of_small_character_sets(encoding: str):
    """A console that cannot show a sign does not crash the command."""
    done = process("evaluate", str(JESI), "--lang", "it", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_a_closed_pipe_is_no_crash():
    """`ruletrail … | head -1` ends quietly."""
    command = f'"{sys.executable}" -m ruletrail evaluate "{JESI}" --format json | head -c 10'
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine")},
    )
    assert (len(done.stdout), done.stderr) == (10, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["valuta"],
        ["evaluate"],
        ["evaluate", "a", "b"],
        ["check", "x", "--format", "xml"],
        ["evaluate", "-", "--lang", "xx"],
        ["--format", "json"],
    ],
)
def test_usage(arguments: list[str]):
    """A call that is not one is status 2 and one problem."""
    status, out, err = call(*arguments)
    assert status == 2
    assert "usage" in out + err
    assert "Traceback" not in err


def test_a_folder_is_no_report(tmp_path: Path):
    """A directory in place of a file says so."""
    status, _, err = call("evaluate", str(tmp_path))
    assert (status, "it is a folder" in err) == (2, True)


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_an_unreadable_file(tmp_path: Path):
    """A file without permission is a problem."""
    path = tmp_path / "r.yaml"
    path.write_text("a: 1", encoding="utf-8")
    path.chmod(0)
    assert call("check", str(path))[0] == 2


def test_output_is_written_whole_or_not_at_all(tmp_path: Path):
    """`-o` writes the same bytes.

    A folder that is not there is a problem, and nothing is left behind.
    """
    target = tmp_path / "trail.json"
    assert call("evaluate", str(JESI), "--format", "json", "-o", str(target))[0] == 0
    assert target.read_text(encoding="utf-8") == call("evaluate", str(JESI), "--format", "json")[1]
    status, _, err = call("evaluate", str(JESI), "-o", str(tmp_path / "assente" / "x"))
    assert (status, "output-unwritable" in err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["trail.json"]


# -- An accepted rulebook never raises -------------------------------------------------------------

LEAVES = st.sampled_from(["A", "B", "C", "N", "0", "1", "2.5", "-3", "p"])
NUMERIC = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        )
        | st.tuples(st.sampled_from(["abs", "floor", "ceil", "trunc"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        )
        | st.tuples(st.sampled_from(["sum", "min", "max", "default"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        )
        | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} >= 1 else {t[2]})")
    ),
    max_leaves=6,
)
CONDITIONS = st.recursive(
    st.tuples(NUMERIC, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), NUMERIC).map(
        lambda t: f"{t[0]} {t[1]} {t[2]}"
    )
    | st.sampled_from(
        [
            "F",
            "not F",
            "E == 'SI'",
            "E in ['SI', 'NO']",
            "T != ''",
            "length(T) > 2",
            "count(F, A > 1) == 1",
            "true",
            "false",
        ]
    ),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
        lambda t: f"({t[0]}) {t[1]} ({t[2]})"
    ),
    max_leaves=4,
)
GAPPY = st.sampled_from(
    ["is_missing(A)", "applies(r0)", "if_missing(A, B) > 1", "is_missing(r0) or r0 > 1"]
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys("ABC", st.integers(-3, 3) | st.decimals(-5, 5, places=2)),
        "N": st.integers(-3, 3),
        "T": st.sampled_from(["", "x", "perché", "{A}"]),
        "E": st.sampled_from(["SI", "NO"]),
        "F": st.booleans(),
    },
)


def quoted(text: str) -> str:
    return '"' + text + '"'


@st.composite
def rulebooks(draw: st.DrawFn, conditions: st.SearchStrategy[str]) -> str:
    condition = st.shared(st.just(conditions)).flatmap(lambda chosen: chosen)
    numbers = st.sampled_from(["r0", "(r0 + A)"]) | NUMERIC
    lines = ["parameters:", "  p: {value: 0.5}", "groups:", "  g: [A, B, C]", "rules:"]
    lines.append(f"  r0: {{when: {quoted(draw(CONDITIONS))}, formula: {quoted(draw(NUMERIC))}}}")
    formula, decimals = quoted(draw(numbers)), draw(st.integers(0, 10))
    rounding = f"{{decimals: {decimals}, mode: half_even}}"
    lines.append(f"  r1: {{formula: {formula}, round: {rounding}}}")
    lines.append(f"  r2: {{when: {quoted(draw(condition))}, formula: sum(g) / r1}}")
    lines += [
        "decisions:",
        "  d:",
        f"    policy: {draw(st.sampled_from(['first', 'exclusive']))}",
        "    cases:",
    ]
    for outcome in draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3)):
        lines.append(f"      - {{outcome: {outcome}, when: {quoted(draw(condition))}}}")
    if draw(st.booleans()):
        lines.append("      - {outcome: z, otherwise: true}")
    lines += [
        "sections:",
        f"  s: {{due: {quoted(draw(condition))}, fields: [A, T]}}",
        f"  t: {{part_of: s, due: {quoted(draw(condition))}}}",
    ]
    lines += [
        "checks:",
        f"  k: {{expect: {quoted(draw(condition))}, message: {{it: '{{r1}} {{A}} {{d}}'}}}}",
    ]
    return "\n".join(lines) + "\n"


def compiled(body: str) -> ruletrail.Plan:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return load(Path(folder), body)
        except ProblemsError as error:
            # a formula that grew too deep or a comparison that can never be true: not accepted, so
            # not of interest
            assume(not error.problems)
            raise


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(rulebooks(CONDITIONS | GAPPY), st.lists(VALUES, min_size=1, max_size=4))
def test_an_accepted_rulebook_never_raises(body: str, reports: list[dict[str, Any]]):
    """Any schema-valid report has an evaluation with a status, and a canonical trail."""
    plan = compiled(body)
    for fields in reports:
        evaluation = plan.evaluate(report(**fields))
        assert evaluation.status in ("complete", "incomplete", "invalid")
        assert json.loads(evaluation.trail.to_json())["result"]["status"] == evaluation.status
        for value in evaluation.values.values():
            assert isinstance(value, Decimal | Fraction | bool | str)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(rulebooks(CONDITIONS), VALUES)
def test_removing_a_field_never_flips_an_answer(body: str, fields: dict[str, Any]):
    """Without a field an outcome or value is the same, or not settled; never another.

    Only `is_missing`, `if_missing` and `applies` ask about gaps; rulebooks without them are
    monotone. An error is not settled: two true cases of one outcome are a conflict, of which one
    may become open.
    """
    plan = compiled(body)
    whole = plan.evaluate(report(**fields))
    open_words = {"undetermined", "not_encoded", "error", "not_applicable"}
    for code in fields:
        less = plan.evaluate(report(**{key: value for key, value in fields.items() if key != code}))
        for kind in ("decisions", "sections", "checks"):
            for step, outcome in getattr(less, kind).items():
                before = getattr(whole, kind)[step]
                assert outcome == before or outcome in open_words or before == "error", (
                    f"{step}: {before} became {outcome} without {code}"
                )
        for step, value in less.values.items():
            assert whole.values.get(step) == value, f"{step} without {code}"


@settings(max_examples=40)
@given(VALUES, st.permutations(["A", "B", "C", "N", "T", "E", "F"]))
def test_the_order_and_form_of_a_report_do_not_count(fields: dict[str, Any], order: list[str]):
    """A mapping in any order, YAML and JSON give the same answers."""
    plan = SHARED
    expected = plan.evaluate(report(**fields)).trail.to_dict()["result"]
    shuffled = {code: fields[code] for code in order if code in fields}
    assert plan.evaluate(report(**shuffled)).trail.to_dict()["result"] == expected
    pieces = [
        f'"{code}": {json.dumps(value) if not isinstance(value, Decimal) else value}'
        for code, value in shuffled.items()
    ]
    text = '{"rulebook": "prova/2024", "fields": {' + ", ".join(pieces) + "}}"
    with tempfile.TemporaryDirectory() as folder:
        for form in (
            text,
            "rulebook: prova/2024\nfields:\n" + "".join(f"  {piece}\n" for piece in pieces)
            if pieces
            else text,
        ):
            path = Path(folder) / "report"
            path.write_text(form, encoding="utf-8")
            assert plan.evaluate(path).trail.to_dict()["result"] == expected


def _shared() -> ruletrail.Plan:
    with tempfile.TemporaryDirectory() as folder:
        return load(
            Path(folder),
            "rules:\n  X: {formula: A + B * C - N}\n  Y: {when: F, formula: X / N}\n"
            "checks:\n  k: {expect: \"E == 'SI' or length(T) > 0\"}\n",
        )


SHARED = _shared()


def test_a_compiled_plan_gives_the_same_evaluation_and_trail(monkeypatch):
    """Functions give the reference's values, outcomes, messages and bytes of the trail."""
    loaded, compiled = ruletrail.load("sociale/2024"), ruletrail.load("sociale/2024").compile()
    monkeypatch.setattr("ruletrail.library.cached_loading.MOST_STEPS", 0)
    plain = ruletrail.load("sociale/2024")
    for name in ("jesi-2024", "livorno-2024", "jesi-2024-incompleto"):
        report = ROOT / "examples" / f"{name}.yaml"
        slow, fast = plain.evaluate(report), compiled.evaluate(report)
        assert slow.trail.to_json() == loaded.evaluate(report).trail.to_json()
        assert (slow.status, slow.values, slow.decisions) == (
            fast.status,
            fast.values,
            fast.decisions,
        )
        assert (slow.sections, slow.checks, slow.missing, slow.messages) == (
            fast.sections,
            fast.checks,
            fast.missing,
            fast.messages,
        )
        assert slow.trail.to_json() == fast.trail.to_json()


def test_many_reports_at_once_are_answered_like_each_alone():
    """Columns in, columns out: the same figures and statuses, row by row."""
    plan = ruletrail.load("sociale/2024")
    reports = [
        plan.read(ROOT / "examples" / f"{name}.yaml")
        for name in ("jesi-2024", "livorno-2024", "jesi-2024-incompleto")
    ]
    codes = sorted({code for report in reports for code in report.fields})
    table = {
        code: [report.fields[code].value if code in report.fields else None for report in reports]
        for code in codes
    }
    answers = plan.evaluate_many(table)
    assert answers.status.to_list() == [plan.evaluate(report).status for report in reports]


@pytest.mark.parametrize("prepare", [lambda plan: plan, lambda plan: plan.compile()])
def test_a_plan_travels_to_another_process(prepare):
    """A pickled plan, with its functions or before, answers as before; a copy too."""
    plan = prepare(ruletrail.load("sociale/2024"))
    report = ROOT / "examples" / "jesi-2024.yaml"
    expected = plan.evaluate(report).trail.to_json()
    for other in (pickle.loads(pickle.dumps(plan)), copy.copy(plan), copy.deepcopy(plan)):  # noqa: S301 - our own bytes
        assert other.evaluate(report).trail.to_json() == expected


@pytest.mark.parametrize("wrong", ["Absent", "", None, 1, ["absent"]])
def test_a_slip_in_what_becomes_of_nulls_is_told(tmp_path: Path, wrong: Any):
    """A word that no door knows is not taken for one of the two that it may have meant."""
    plan, given = load(tmp_path), report(A=1, B=2)
    for ask in (plan.evaluate, plan.read, plan.needed):
        with pytest.raises(TypeError, match='`nulls` is one of "refused", "absent", not'):
            ask(given, nulls=wrong)
    with pytest.raises(TypeError, match="`nulls` is one of"):
        plan.evaluate_many({"A": [None]}, nulls=wrong)


@pytest.mark.parametrize("wrong", ["de", "", 1, ["it"]])
def test_a_language_that_no_answer_speaks_is_told(tmp_path: Path, wrong: Any):
    """Not a `KeyError` from within, nor another language than the one asked for."""
    evaluation = load(tmp_path).evaluate(report(A=1, B=2))
    for write in (evaluation.to_text, evaluation.to_markdown, evaluation.to_html):
        with pytest.raises(TypeError, match='`language` is one of "it", "en", not'):
            write(wrong)
    with pytest.raises(TypeError, match="`language` is one of"):
        evaluation.explain("A", wrong)
    with pytest.raises(TypeError, match="`form` is one of"):
        evaluation.explain("A", form=wrong)


@pytest.mark.parametrize("wrong", [1, b"A", ["A"], object()])
def test_a_code_that_is_no_text_is_told(tmp_path: Path, wrong: Any):
    """By the argument's name, wherever a code is asked for."""
    plan, given = load(tmp_path), report(A=1, B=2)
    evaluation = plan.evaluate(given)
    for ask in (evaluation.number, evaluation.explain):
        with pytest.raises(TypeError, match="`code` is a text, not"):
            ask(wrong)
    for ask in (plan.whatif, plan.needed):
        with pytest.raises(TypeError, match="`target` is a text, not"):
            ask(given, wrong)
    with pytest.raises(TypeError, match="names of columns are texts, not"):
        plan.evaluate_many({tuple(wrong) if isinstance(wrong, list) else wrong: [1]})
