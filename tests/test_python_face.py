"""What somebody sees who embeds the library: names, descriptions, pages, copies, tables."""

import ast
import copy
import doctest
import importlib
import inspect
import json
import pickle
import pydoc
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ruletrail
from ruletrail.problems import ProblemsError
from ruletrail.values import write_number
from support.command_line import call
from support.places import JESI, ROOT
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of

GARDEN = ROOT / "examples/garden/garden.yaml"
APPLICATION = ROOT / "examples/garden/application.yaml"
MODULES = sorted(
    {
        "ruletrail",
        *(
            getattr(ruletrail, name).__module__
            for name in ruletrail.__all__
            if hasattr(getattr(ruletrail, name), "__module__")
        ),
    }
)


@pytest.fixture(scope="module")
def plan() -> ruletrail.Plan:
    return ruletrail.load("sociale/2024")


@pytest.fixture(scope="module")
def garden() -> ruletrail.Plan:
    return ruletrail.load(GARDEN)


@pytest.fixture(scope="module")
def evaluation(plan: ruletrail.Plan) -> ruletrail.Evaluation:
    return plan.evaluate(JESI)


# -- Names -----------------------------------------------------------------------------------------


def test_a_fresh_program_sees_the_public_names_and_no_other():
    """`dir` is what completion shows: nothing was imported yet, and nothing internal is there."""
    code = "import ruletrail; print(sorted(dir(ruletrail)) == sorted(ruletrail.__all__))"
    code += "; import sys; print('ruletrail.api' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_help_shows_every_public_name():
    page = pydoc.plain(pydoc.render_doc(ruletrail))
    for name in set(ruletrail.__all__) - {"__version__"}:
        assert name in page
    assert ruletrail.__version__ in page
    assert "ENGINE_VERSION" not in page
    assert "TYPE_CHECKING" not in page


def test_type_checkers_see_what_programs_do():
    """The names for type checkers and those that are imported late are the same."""
    tree = ast.parse(Path(ruletrail.__file__).read_text("utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen | {"__version__"} == set(ruletrail.__all__)


@pytest.mark.parametrize("name", sorted(set(ruletrail.__all__) - {"__version__"}))
def test_every_public_name_has_a_sentence_and_an_example(name: str):
    written = inspect.getdoc(getattr(ruletrail, name)) or ""
    first = written.split("\n", 1)[0]
    assert first[0].isupper()
    assert first.endswith(".")
    assert ">>> " in written
    held = getattr(ruletrail, name)
    if inspect.isclass(held):
        own = [key for key in vars(held) if not key.startswith("_")]
        members = [getattr(held, key) for key in own]
        assert all(
            inspect.getdoc(each) for each in members if callable(each) or isinstance(each, property)
        )


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_docstrings_run(module: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testmod(importlib.import_module(module))
    assert done.failed == 0
    assert done.attempted > 0


# -- Descriptions ----------------------------------------------------------------------------------


def test_every_code_is_described(plan: ruletrail.Plan):
    linked = plan.linked
    assert list(plan.fields) == list(linked.schema.fields)
    described = {**plan.rules, **plan.decisions, **plan.sections, **plan.checks}
    assert described.keys() == {
        code for code, entry in linked.rulebook.entries.items() if type(entry).__name__ != "Message"
    }
    assert plan.parameters.keys() == linked.rulebook.parameters.keys()
    for found in (*described.values(), *plan.fields.values(), *plan.parameters.values()):
        assert found.label
        assert found.type in ("number", "text", "boolean")
        assert all(source.title for source in found.source)
    assert all(found.source and found.evidence for found in described.values())
    assert all(found.formula or found.not_encoded for found in plan.rules.values())


def test_a_description_says_what_the_author_wrote(garden: ruletrail.Plan):
    fee, outcome, plot = garden.rules["fee"], garden.decisions["outcome"], garden.fields["plot"]
    assert (fee.label, fee.unit, fee.type) == ("Yearly fee", "EUR", "number")
    assert fee.formula == "size · square_metre"
    assert [source.id for source in fee.source] == ["statute"]
    assert fee.evidence == "quoted"
    assert garden.rules["child_share"].when == "children > 0"
    assert [choice.value for choice in plot.choices] == ["small", "large"]
    assert [choice.value for choice in outcome.choices] == list(
        dict.fromkeys(case.outcome for case in outcome.cases)
    )
    assert garden.parameters["large_plot"].value == Decimal("62.5")
    evaluation = garden.evaluate(APPLICATION)
    assert evaluation.decisions["outcome"] in [choice.value for choice in outcome.choices]


def test_descriptions_do_not_change(garden: ruletrail.Plan):
    with pytest.raises(TypeError):
        garden.fields["x"] = garden.fields["plot"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        garden.fields["plot"].label = "x"  # type: ignore[misc]


def test_a_choice_has_the_title_that_the_schema_gives(tmp_path: Path):
    schema = json.loads((GARDEN.parent / "garden.schema.json").read_text("utf-8"))
    field = schema["properties"]["fields"]["properties"]["plot"]
    listed = [{"const": value, "title": value.upper()} for value in field.pop("enum")]
    field |= {"oneOf": listed}
    (tmp_path / "garden.schema.json").write_text(json.dumps(schema), "utf-8")
    (tmp_path / "garden.yaml").write_text(GARDEN.read_text("utf-8"), "utf-8")
    described = ruletrail.load(tmp_path / "garden.yaml").fields["plot"]
    assert [choice.label for choice in described.choices] == ["SMALL", "LARGE"]


def test_the_schema_of_reports_is_plain_data(plan: ruletrail.Plan):
    """Any validator takes it, and who changes it changes nothing."""
    schema = plan.report_schema
    assert json.loads(json.dumps(schema)) == schema
    report = {"rulebook": "sociale/2024", "subject": {"comune": "Jesi", "provincia": "AN"}}
    jsonschema.Draft202012Validator(schema).validate({**report, "fields": {"R05": 8.5}})
    schema["properties"].clear()
    assert plan.report_schema["properties"]


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("0.1", Decimal("0.1")),
        ("3", 3),
        ("3.0", 3),
        ("12345678901234567.89", Decimal("12345678901234567.89")),
        ("0.30000000000000000001", Decimal("0.30000000000000000001")),
        ("90071992547409931", 90071992547409931),
    ],
)
def test_bounds_of_the_schema_are_what_is_written(tmp_path: Path, written: str, exact: object):
    """No float stands for one, in whatever keyword and however deep."""
    text = (GARDEN.parent / "garden.schema.json").read_text("utf-8")
    wanted = f'"type": "number", "minimum": {written}, "not": {{"enum": [{written}]}}, "unit": "km"'
    schema = text.replace('"type": "number", "minimum": 0, "unit": "km"', wanted)
    assert schema != text
    (tmp_path / "garden.schema.json").write_text(schema, "utf-8")
    (tmp_path / "garden.yaml").write_text(GARDEN.read_text("utf-8"), "utf-8")
    fields = ruletrail.load(tmp_path / "garden.yaml").report_schema["properties"]["fields"]
    distance = fields["properties"]["distance"]
    found = [distance["minimum"], *distance["not"]["enum"]]
    assert [(type(number), number) for number in found] == [(type(exact), exact)] * 2


@pytest.mark.parametrize("name", ["sociale/2024", GARDEN], ids=str)
def test_a_blank_report_is_ready_to_be_filled(name: str | Path):
    plan = ruletrail.load(name)
    blank = plan.blank()
    assert list(blank["fields"]) == list(plan.fields)
    assert set(blank["fields"].values()) == {None}
    blank["subject"] = dict.fromkeys(blank["subject"], "x")
    if "provincia" in blank["subject"]:
        blank["subject"]["provincia"] = "AN"
    bare = {"subject": blank["subject"], "fields": {}}
    answer = plan.evaluate(blank, nulls="absent")
    assert answer.trail.to_json() == plan.evaluate(bare).trail.to_json()
    with pytest.raises(ProblemsError) as caught:
        plan.evaluate(blank)
    told = [problem.field for problem in caught.value.problems]
    assert len(told) == min(50, len(plan.fields))
    assert set(told) <= set(plan.fields)


# -- Answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_pages_are_those_of_the_command_line(
    evaluation: ruletrail.Evaluation, form: str, language: Any
):
    words = ["evaluate", JESI, "--format", form, "--lang", language]
    write = getattr(evaluation, f"to_{form}")
    assert write(language) == call(*words)[1]
    # only the command knows what file to ask on of
    word = {"it": "RELAZIONE", "en": "REPORT"}[language]
    brief, named = call(*words, "--brief")[1], f"ruletrail explain {JESI} "
    assert brief.count(named) == 1
    assert write(language, brief=True) == brief.replace(named, f"ruletrail explain {word} ")


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
@pytest.mark.parametrize("code", ["R04", "livello", "R03"])
def test_explanations_are_those_of_the_command_line(
    evaluation: ruletrail.Evaluation, code: str, form: Any
):
    expected = call("explain", JESI, code, "--format", form, "--lang", "en")[1]
    assert evaluation.explain(code, "en", form) == expected


def test_what_cannot_be_explained_names_what_can(evaluation: ruletrail.Evaluation):
    for ask in (evaluation.explain, evaluation.number):
        with pytest.raises(ProblemsError, match="unknown-step"):
            ask("R0X")


def test_numbers_are_exact(garden: ruletrail.Plan):
    report = {"subject": {"household": "x"}, "fields": {"adults": 3, "children": 1}}
    evaluation = garden.evaluate(report)
    assert evaluation.number("child_share") == Fraction(1, 3)
    assert evaluation.number("adults") == 3
    assert evaluation.number("square_metre") == Decimal("1.85")
    assert evaluation.number("fee") is None
    assert evaluation.number("distance") is None
    with pytest.raises(TypeError, match="`outcome` is no number"):
        garden.evaluate(APPLICATION).number("outcome")


def test_every_number_of_a_report_is_there(plan: ruletrail.Plan, evaluation: ruletrail.Evaluation):
    for code, value in evaluation.values.items():  # noqa: PD011 - no table
        if not isinstance(value, str | bool):
            assert evaluation.number(code) == value


def test_a_notebook_shows_a_page_of_its_own(evaluation: ruletrail.Evaluation):
    page = evaluation._repr_html_()
    assert page.startswith('<iframe sandbox="" ')
    assert "<script" not in page.lower()
    assert "&lt;script" not in page.lower()
    assert "src=" not in page.replace("srcdoc=", "")
    assert page.count("<") == 2, "the page itself is escaped"


# -- Copies and processes --------------------------------------------------------------------------


def answers_of(evaluation: ruletrail.Evaluation) -> tuple[Any, ...]:
    return (
        evaluation.status,
        evaluation.values,  # noqa: PD011 - no table
        evaluation.decisions,
        evaluation.sections,
        evaluation.checks,
        evaluation.messages,
        evaluation.missing,
        evaluation.trail.to_json(),
        evaluation.to_text(),
    )


REPORTS = [JESI, ROOT / "examples/jesi-2024-incompleto.yaml", ROOT / "examples/livorno-2024.yaml"]


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_an_evaluation_is_pickled_and_copied(plan: ruletrail.Plan, report: Path):
    """Asked before or after, and by either evaluator, the copy says the same."""
    reference = ruletrail.Plan(plan.linked)
    for made in (plan.evaluate(report), reference.evaluate(report)):
        early = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
        expected = answers_of(made)
        late = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
        # the oldest protocols know nothing of slots
        old = [pickle.loads(pickle.dumps(made, each)) for each in (0, 1)]  # noqa: S301 - the same
        for again in (early, late, *old, copy.copy(made), copy.deepcopy(made)):
            assert answers_of(again) == expected


def test_a_pool_of_new_processes_takes_plans_and_gives_evaluations(garden: ruletrail.Plan):
    """`spawn` imports everything anew, and all that goes over is pickled."""
    paths = [str(APPLICATION)] * 2
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(garden.evaluate, paths))
    assert [answers_of(each) for each in found] == [answers_of(garden.evaluate(APPLICATION))] * 2


# -- Proxies ---------------------------------------------------------------------------------------


class _Lazy:
    """Stands for another value, and says that it is of its class, as many libraries' proxies do."""

    def __init__(self, value: Any) -> None:
        self._value = value

    @property  # type: ignore[misc]  # what proxies do
    def __class__(self) -> Any:
        return type(self._value)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._value, name)

    def __str__(self) -> str:
        return str(self._value)

    def __index__(self) -> Any:
        return self._value

    def __iter__(self) -> Any:
        return iter(self._value)

    def __getitem__(self, key: Any) -> Any:
        return self._value[key]


STOOD_FOR = [2, Decimal(2), Fraction(2), 2.5, "small", True, {"x": 1}, [1], date(2024, 1, 31)]


@pytest.mark.parametrize("value", STOOD_FOR, ids=lambda value: type(value).__name__)
def test_a_proxy_is_no_value_of_either_evaluator_nor_of_a_column(
    garden: ruletrail.Plan, value: object
):
    """One of an int was a comparison that failed without a place, one of a Decimal was answered."""
    report = {"subject": {"household": "Rossi"}, "fields": {"adults": 2, "plot": "small"}}
    for plan in (ruletrail.Plan(garden.linked), ruletrail.Plan(garden.linked).compile()):
        for code in ("adults", "own_garden", "plot"):
            fields = {**report["fields"], code: _Lazy(value)}
            with pytest.raises(TypeError, match=rf", not .*Lazy \(at /fields/{code}\)$"):
                plan.evaluate({**report, "fields": fields})
        with pytest.raises(TypeError, match=r", not .*Lazy \(at /subject/household\)$"):
            plan.evaluate({**report, "subject": {"household": _Lazy(value)}})
        with pytest.raises(TypeError, match=r"keys of a report are text, not .*Lazy"):
            plan.evaluate({**report, "fields": {_Lazy("adults"): 2}})
    for code in ("adults", "own_garden", "plot"):
        with pytest.raises(ProblemsError) as told:
            garden.evaluate_many({code: [None, _Lazy(value)]})
        found = [(each.code, each.field, each.mark.line) for each in told.value.problems]
        assert found == [("table-value", code, 2)]


def test_a_proxy_in_a_column_of_days_or_of_rows_is_told_with_its_row():
    plan = _plan_of_rows(
        {"D": {"type": "string", "format": "date"}, "L": rows_of({"x": "number"})}, {}
    )
    for table, place in (
        ({"D": [date(2024, 1, 31), _Lazy(date(2024, 1, 31))]}, ("D", 2)),
        ({"L": [[{"x": 1}], [{"x": _Lazy(1)}]]}, ("L[1].x", 2)),
    ):
        with pytest.raises(ProblemsError) as told:
            plan.evaluate_many(table)
        assert [(each.field, each.mark.line) for each in told.value.problems] == [place]


# -- Many reports ----------------------------------------------------------------------------------


TABLE = {
    "adults": [2, 1, None],
    "children": [1, 0, 3],
    "distance": [Decimal("1.2"), 9, 4],
    "waiting": [3, 0, 1],
    "own_garden": [False, False, True],
    "plot": ["large", "small", None],
}


@pytest.mark.parametrize("form", ["arrow", "pandas", "polars"])
def test_an_answer_goes_on_to_other_libraries(garden: ruletrail.Plan, form: str):
    answers = garden.evaluate_many(TABLE)
    table = getattr(answers, f"to_{form}")()
    expected = answers.to_dict()
    if form == "arrow":
        found = table.to_pydict()
    elif form == "pandas":
        found = {
            name: [None if value is pd.NA else value for value in table[name]] for name in table
        }
    else:
        found = table.to_dict(as_series=False)
    assert list(found) == list(expected)
    for code, column in expected.items():
        for value, cell in zip(column, found[code], strict=True):
            assert cell == (str(value) if isinstance(cell, str) else value)


def test_a_column_has_the_same_type_for_every_table(garden: ruletrail.Plan):
    none: dict[str, list[Any]] = {code: [None] * 2 for code in TABLE}
    assert (
        garden.evaluate_many(none).to_arrow().schema
        == garden.evaluate_many(TABLE).to_arrow().schema
    )
    assert pa.types.is_decimal(garden.evaluate_many(none).to_arrow().schema.field("fee").type)


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_a_library_that_is_not_there_is_said(
    garden: ruletrail.Plan, library: str, monkeypatch: pytest.MonkeyPatch
):
    answers = garden.evaluate_many(TABLE)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ProblemsError, match=rf"`{library}`.*\[missing-extra\]"):
        getattr(answers, f"to_{library.removeprefix('py')}")()


def test_a_table_is_refused_with_all_that_is_wrong(garden: ruletrail.Plan):
    table: dict[str, Any] = {
        **TABLE,
        "adults": [2, "2", 1],
        "waiting": [1.5, float("inf"), 3],
        "plots": ["large"] * 3,
        "plot": "large",
        "distance": [1],
    }
    with pytest.raises(ProblemsError) as caught:
        garden.evaluate_many(table)
    told = {problem.field: problem for problem in caught.value.problems}
    assert {field: problem.code for field, problem in told.items()} == {
        "adults": "table-value",
        "waiting": "table-value",
        "plots": "unknown-key",
        "plot": "batch-column-type",
        None: "table-lengths",
    }
    assert [told[code].mark.line for code in ("adults", "waiting")] == [2, 2]
    assert "row 1" in told["adults"].message("en")
    assert "plot" in told["plots"].hint("en")


NULLS: dict[str, Any] = {
    "list": [2, None, None],
    "numpy": np.array([2.0, np.nan, np.nan]),
    "masked": np.ma.masked_array([2, 0, 0], [False, True, True]),
    "arrow": pa.array([2, None, None]),
    "pandas": pd.Series([2, None, None], dtype="Int64"),
    "polars": pl.Series([2, None, None]),
}


@pytest.mark.parametrize("kind", NULLS)
def test_a_missing_cell_is_a_problem_where_nulls_are_refused(garden: ruletrail.Plan, kind: str):
    """However the table writes it; by default it is a key that is not there, as it has to be."""
    table = {"adults": NULLS[kind], "children": [1, 0, 3]}
    answers = garden.evaluate_many(table)
    assert answers.to_dict() == garden.evaluate_many(table, nulls="absent").to_dict()
    assert answers.to_dict()["people"] == [3, None, None]
    with pytest.raises(ProblemsError) as caught:
        garden.evaluate_many(table, nulls="refused")
    told = [(each.code, each.field, each.mark.line) for each in caught.value.problems]
    assert told == [("null-value", "adults", 2)]
    whole = {code: column[:1] for code, column in table.items()}
    assert garden.evaluate_many(whole, nulls="refused").to_dict()["people"] == [3]


def test_refused_nulls_hide_no_other_fault(garden: ruletrail.Plan):
    """Of texts and truth values too; what a column cannot hold comes before what it lacks."""
    table = {**TABLE, "own_garden": [True, None, False], "waiting": [None, "x", 1]}
    with pytest.raises(ProblemsError) as caught:
        garden.evaluate_many(table, nulls="refused")
    told = {each.field: (each.code, each.mark.line) for each in caught.value.problems}
    assert told == {
        "adults": ("null-value", 3),
        "own_garden": ("null-value", 2),
        "plot": ("null-value", 3),
        "waiting": ("table-value", 2),
    }


@pytest.mark.parametrize("seed", range(5))
def test_whatever_column_is_wrong_is_named(garden: ruletrail.Plan, seed: int):
    chance = np.random.default_rng(seed)
    wrong = {code for code in TABLE if chance.random() < 0.5} or {"adults"}
    bad: dict[str, Any] = {"own_garden": 7, "plot": 3.5}
    table = {code: list(column) for code, column in TABLE.items()}
    for code in wrong:
        table[code][int(chance.integers(3))] = bad.get(code, "x")
    for given in (table, {code: np.array(column, object) for code, column in table.items()}):
        with pytest.raises(ProblemsError) as caught:
            garden.evaluate_many(given)
        assert {problem.field for problem in caught.value.problems} == wrong


def test_a_name_that_two_columns_have_is_refused(garden: ruletrail.Plan):
    frame = pd.DataFrame([[1, 2]], columns=["adults", "adults"])
    with pytest.raises(ProblemsError, match="batch-column-repeated"):
        garden.evaluate_many(frame)


def test_tables_of_polars_come_back(garden: ruletrail.Plan):
    frame = pl.DataFrame({"adults": [2, 3], "children": [0, 4]})
    assert garden.evaluate_many(frame).to_polars()["people"].to_list() == [2, 7]


def test_no_table_is_a_mistake_of_the_program(garden: ruletrail.Plan):
    with pytest.raises(TypeError):
        garden.evaluate_many(7)


def test_a_frame_holds_numbers_of_all_the_decimals_that_a_field_may_have():
    """A field that says nothing of its decimals may have ten, of which usual reports have two."""
    cells = {"A": {"type": "number"}, "L": rows_of({"x": {"type": "number"}})}
    rules = {"F": {"formula": "0.5 - A"}, "L.part": {"formula": "0.5 - L.x"}}
    plan = _plan_of_rows(cells, rules)
    for given in (Decimal("0.0123456789"), Decimal(1)):
        frame = plan.evaluate_many({"A": [given], "L": [[{"x": given}]]}).to_arrow()
        assert frame.column("F").to_pylist() == [Decimal("0.5") - given]
        assert frame.schema.field("F").type == pa.decimal128(38, 10)
        assert json.loads(frame.column("lists.L")[0].as_py()) == [
            {"part": str(Decimal("0.5") - given)}
        ]


@pytest.mark.parametrize("declared", [{"type": "integer"}, {"type": "number", "multipleOf": 0.01}])
@pytest.mark.parametrize("form", ["arrow", "pandas", "polars"])
def test_a_frame_widens_where_a_value_is_finer_than_its_schema(declared: dict[str, Any], form: str):
    """Steps and whole numbers are taken to hold; where they do not no digit is lost, or refused."""
    formulas = {
        "same": "A", "added": "A + B", "cube": "A * A * A * A", "part": "A / 4", "third": "A / 3",
        "near": "round_half_up(A, 1)", "long": "A * 0.0000000001 * 0.0000000001 * A * A * A * A",
        "flag": "A > 1",
    }  # fmt: skip
    rules = {code: {"formula": formula} for code, formula in formulas.items()}
    rules["L.part"] = {"formula": "L.x * 3"}
    plan = _plan_of_rows({"A": declared, "B": declared, "L": rows_of({"x": declared})}, rules)
    odd = [Decimal("3.5"), Decimal("0.0123456789"), Decimal("99999999999999.123456789"), 2, None]
    for given in ([*odd, *odd[:1]], odd[:1] * 6, [odd[2]] * 6, [odd[1]] * 6):
        table = {"A": given, "B": [1] * 6, "L": [[{"x": each}] for each in given[:3]] * 2}
        answers = plan.evaluate_many(table)
        frame = getattr(answers, f"to_{form}")()
        for code in formulas:
            expected = answers.to_dict()[code]
            found = frame[code].to_pylist() if form == "arrow" else frame[code].to_list()
            for value, cell in zip(expected, found, strict=True):
                is_null = cell is None or cell is pd.NA
                assert is_null if value is None else Fraction(cell) == Fraction(value), code
        texts = frame["lists.L"].to_pylist() if form == "arrow" else frame["lists.L"].to_list()
        listed = [answers.lists["L"][row] or () for row in range(6)]
        assert [[Fraction(row["part"]) for row in json.loads(text)] for text in texts] == [
            [row["part"] for row in rows] for rows in listed
        ]


def test_a_column_of_what_its_field_admits_keeps_its_type_beside_a_wider_one():
    """Only the columns that a value does not fit are wider; the next table has its usual types."""
    rules = {"F": {"formula": "A * 2"}, "G": {"formula": "B * 2"}}
    whole = {"type": "integer"}
    plan = _plan_of_rows({"A": whole, "B": whole, "L": rows_of({"x": whole})}, rules)
    usual = plan.evaluate_many({"A": [1], "B": [2]}).to_arrow().schema
    wider = plan.evaluate_many({"A": [Decimal("1.25")], "B": [2]}).to_arrow().schema
    assert (usual.field("F").type, wider.field("F").type) == (
        pa.decimal128(38, 0),
        pa.decimal128(38, 1),
    )
    assert usual.remove(1) == wider.remove(1)
    assert plan.evaluate_many({"A": [3], "B": [Decimal("2.0")]}).to_arrow().schema == usual


def test_rows_that_columns_do_not_compute_stand_with_the_others():
    """Their cells were never written: a table of Arrow read what memory held before."""
    rules = {"L.cube": {"formula": "L.x * L.x * L.x"}, "L.fine": {"formula": "L.y"}}
    plan = _plan_of_rows({"L": rows_of({"x": "number", "y": "number"})}, rules)
    large = Decimal("99999999999.99")  # its cube is more than 63 bits
    answers = plan.evaluate_many({"L": [[{"x": large}, {"y": Decimal(1)}]] * 100})
    cube = answers.lists["L"].values["cube"]  # noqa: PD011 - no frame of pandas
    assert [cube.state(row) for row in range(200)] == ["value", "missing"] * 100
    rows = [json.loads(text) for text in answers.to_arrow().column("lists.L").to_pylist()]
    assert rows == [[{"cube": write_number(Fraction(large) ** 3)}, {"fine": "1"}]] * 100


def _plan_of_rows(cells: dict[str, Any], rules: dict[str, Any]) -> ruletrail.Plan:
    lists = {"L": {"label": "rows"}}
    return load_text(
        rulebook_text({"rules": rules, "lists": lists}, language="2"), schema_of(cells)
    )


HALF = "x\ud800"
"""A text with half a character, which Python can hold and no file that is UTF-8."""
HALVES: dict[str, Any] = {
    "list": ["small", HALF],
    "numpy": np.array(["small", HALF]),
    "objects": np.array(["small", HALF], object),
    "pandas": pd.Series(["small", HALF], dtype=object),
    "pandas text": pd.Series(["small", HALF], dtype=pd.StringDtype("python")),
}


@pytest.mark.parametrize("kind", HALVES)
def test_half_a_character_is_refused_in_every_table(garden: ruletrail.Plan, kind: str):
    """As one report refuses it, with the row."""
    with pytest.raises(ProblemsError) as caught:
        garden.evaluate_many({"plot": HALVES[kind]})
    told = [(each.code, each.field, each.mark.line) for each in caught.value.problems]
    assert told == [("lone-surrogate", "plot", 2)]
    with pytest.raises(ProblemsError, match="lone-surrogate"):
        garden.evaluate({"plot": HALF})


def test_problems_of_rows_stand_in_their_order():
    """The eleventh row comes after the third, and what a row lacks before what is wrong in it."""
    row = rows_of({"n": {"type": "number", "minimum": 0}, "t": "string"}, 20)
    row["items"]["required"] = ["t"]
    text = rulebook_text({"rules": {"r": {"formula": "size(L)"}}}, language="2")
    plan = load_text(text, schema_of({"A": "number", "L": row, "M": row}))
    lists = {
        code: [{"n": -1} if at in (2, 10) else {"t": "x"} for at in range(12)] for code in "LM"
    }
    with pytest.raises(ProblemsError) as told:
        plan.evaluate({"fields": {"A": "x", **lists}})
    wanted = [f"{code}[{at}].{name}" for code in "LM" for at in (3, 11) for name in "tn"]
    assert [each.field for each in told.value.problems] == ["A", *wanted]
