"""On a real Spark, two executors answer as `evaluate_many` and `ruletrail batch` do."""

import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import ruletrail
from ruletrail.batches import job_pickling
from ruletrail.batches.job_pickling import pickle_job, unpickle_job
from ruletrail.batches.jobs import Job
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import Stretch
from ruletrail.batches.writing import layout_of
from ruletrail.compiled import CompiledRulebook
from ruletrail.problems import ProblemsError
from ruletrail.spark import evaluate_frame
from support.places import EXAMPLES
from support.rulebooks import HEAD_TEXT

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pyspark")

from ruletrail.batches.arrow_cells import list_rows  # noqa: E402 - needs pyarrow

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning")

BOOK = (
    HEAD_TEXT
    + """
rules:
  Somma: {formula: A + B}
  Quota: {formula: A / B}
  Tonda: {formula: A / B, round: {decimals: 2, mode: half_up}}
  Eco: {formula: 'T if A >= 0 else "meno"'}
  Alto: {formula: A > 10}
  Lungo: {formula: A * A * A * A}
decisions:
  esito: {cases: [{outcome: alto, when: Somma > 10}, {outcome: basso, when: Somma <= 10}]}
sections:
  parte: {title: parte, due: A > 0, fields: [A, B, T]}
checks:
  Controllo: {expect: A < 1000, severity: error}
"""
)
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": {
            "type": "object",
            "properties": {
                "A": {"type": "number", "minimum": -5000},
                "B": {"type": "number"},
                "T": {"type": "string"},
                "Tonda": {"type": "number"},
            },
            "additionalProperties": False,
        },
    },
}


def _settings():
    """Bind Spark to this machine, and run its Python with the one that runs the tests."""
    return {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


@pytest.fixture(scope="module")
def spark():
    """Start a cluster on this machine: a master and two workers, each with its executor."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java 17 or later, and there is none")
    from pyspark.sql import SparkSession  # noqa: PLC0415 - slow to import

    before = {name: os.environ.get(name) for name in _settings()}
    os.environ.update(_settings())
    options = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("ruletrail")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="module")
def prova(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prova")
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruletrail.load(folder / "prova.yaml")


def a_table(rows):
    """Make reports of `prova`: missing values, zero divisors, declared values, bad rows."""
    r = random.Random(11)  # noqa: S311 - the same cases each time
    a = [
        r.choice(
            [
                None,
                Decimal(-6000),
                Decimal("1.5"),
                Decimal(7),
                Decimal(22),
                Decimal(2000),
                Decimal(900),
            ]
        )
        for _ in range(rows)
    ]
    b = [
        r.choice([None, Decimal(0), Decimal(7), Decimal("-2.5"), Decimal(10)]) for _ in range(rows)
    ]
    declared = [
        r.choice(
            [
                None,
                None,
                Decimal("3.14"),
                Decimal(3),
                Decimal("0.21"),
                Decimal("0.22"),
                Decimal("3.1"),
            ]
        )
        for _ in range(rows)
    ]
    columns = {
        "id": pa.array(range(rows), pa.int64()),
        "A": pa.array(a, pa.decimal128(20, 4)),
        "B": pa.array(b, pa.decimal128(38, 18)),
        "T": [r.choice([None, "", "è", "=1", "NA", "e\u0300"]) for _ in range(rows)],
        "Tonda": pa.array(declared, pa.decimal128(12, 8)),
        "subject.comune": [r.choice(["Jesi", None]) for _ in range(rows)],
        "rulebook": [
            r.choice(["prova/2024"] * 12 + ["prova/2024@1.0.0", "altro/2024", None])
            for _ in range(rows)
        ],
    }
    return pa.table(columns)


def rows_of(frame):
    return {row["id"]: row.asDict() for row in frame.collect()}


def test_two_executors_answer_row_for_row(spark, prova):
    """Every row is what single rows and `evaluate_many` make of it; both executors worked."""
    table = a_table(600)
    frame = spark.createDataFrame(table).repartition(5)
    answered = evaluate_frame(frame, prova, keep=["id"], language="en")
    found = rows_of(answered)
    assert sorted(found) == list(range(600))
    assert len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) == 3, (
        "the driver and two executors"
    )

    read = table.drop_columns(["id"])
    job = Job(
        prova.linked,
        RowForm("parquet", "frame", tuple(read.column_names)),
        layout_of(prova.linked, "parquet", "en"),
    )
    compiled = CompiledRulebook(prova.linked)
    expected = [
        job.answer(raw, compiled)
        for raw in list_rows(Stretch(read.combine_chunks().to_batches()[0], 0))
    ]
    columns = job.layout.columns
    good = [place for place, answer in enumerate(expected) if not answer.counts.problems]
    for place, answer in enumerate(expected):
        cells = dict(zip(columns, answer.content, strict=True))
        if answer.counts.problems:
            assert found[place]["problems"] == cells["problems"]
            assert all(found[place][column] is None for column in columns[:-1])
    codes = {
        problem["code"] for row in found.values() for problem in json.loads(row["problems"] or "[]")
    }
    assert codes == {"out-of-range", "report-of-another", "report-without-rulebook"}

    taken = table.take(good).select(["A", "B", "T", "Tonda"])
    outputs = prova.evaluate_many(taken).to_dict()
    states = prova.evaluate_many(taken).values
    for place, row in enumerate(good):
        assert found[row]["missing"] == expected[row].content[-2]
        for column in columns[:-2]:
            value, cell = outputs[column][place], found[row][column]
            if column in ("Quota", "Lungo"):
                value = (
                    None
                    if value is None
                    else f"{value.normalize():f}"
                    if isinstance(value, Decimal)
                    else str(value)
                )
            assert cell == value, (row, column)
    met = {states[code].state(place) for code in states for place in range(len(good))}
    assert {"value", "missing", "error"} <= met
    assert set(outputs["status"]) == {"complete", "incomplete", "invalid"}


def test_the_answers_columns_are_known_before_anything_runs(spark, prova):
    """Kept columns first, as they were.

    Decimals of at most 38 digits, longer ones and fractions as text.
    """
    frame = spark.createDataFrame(a_table(3))
    schema = evaluate_frame(frame, prova, keep=["id", "subject.comune"]).schema
    found = {field.name: field.dataType.simpleString() for field in schema}
    assert list(found)[:3] == ["id", "subject.comune", "status"]
    assert list(found)[-1] == "problems"
    assert (found["id"], found["Somma"], found["Tonda"]) == (
        "bigint",
        "decimal(38,10)",
        "decimal(38,2)",
    )
    assert (found["Quota"], found["Lungo"], found["Alto"], found["esito"]) == (
        "string",
        "string",
        "boolean",
        "string",
    )


def test_empty_partitions_and_empty_frames(spark, prova):
    """Three rows in eight partitions, and no row at all."""
    table = a_table(3)
    frame = spark.createDataFrame(table).repartition(8)
    assert sorted(rows_of(evaluate_frame(frame, prova, keep=["id"]))) == [0, 1, 2]
    empty = evaluate_frame(frame.filter("id < 0"), prova, keep=["id"])
    assert empty.collect() == []
    assert "status" in empty.columns


def test_partitions_do_not_show(spark, prova):
    """One partition or seven, whatever stands beside a row: the same answers, problems included."""
    frame = spark.createDataFrame(a_table(90))
    one = rows_of(evaluate_frame(frame.coalesce(1), prova, keep=["id"]))
    assert one == rows_of(evaluate_frame(frame.repartition(7), prova, keep=["id"]))


def test_the_shipped_forms(spark):
    """The rulebook by reference; integers, doubles and texts as Spark has them.

    A double is read by its shortest text.
    """
    rows = [
        (1, 193, 19173.0, "SI", "Jesi", "AN"),
        (2, 0, 0.1, "NO", "Napoli", "NA"),
        (3, 5, float("nan"), "FORSE", None, "NA"),
    ]
    frame = spark.createDataFrame(
        rows,
        "id int, M12 int, M12_ore double, R16 string,"
        " `subject.comune` string, `subject.provincia` string",
    )
    found = rows_of(evaluate_frame(frame, "sociale/2024", keep=["id"]))
    assert found[1]["M12_media"] == Decimal("99.34196891")
    assert (found[2]["M12_media"], found[2]["M12_ore_senza_utenti"]) == (None, "failed")
    told = {problem["code"] for problem in json.loads(found[3]["problems"])}
    assert told >= {"missing-key", "not-finite", "not-allowed"}


def test_lists_of_rows(spark):
    """A column of structures, with days and gaps in its rows: what `evaluate` says of each report.

    So is the text of JSON, as in Parquet.
    """
    path = EXAMPLES / "water-bonus/bonus.yaml"
    plan = ruletrail.load(path)
    anna = {"nome": "Anna", "nascita": date(1984, 2, 29), "posto": "genitore", "lavoro": True}
    anna["disabile"] = False
    carla = {"nome": "Carla", "nascita": date(2012, 6, 1), "posto": "figlio", "a_carico": True}
    carla["disabile"] = False
    lists = [[anna, carla], [anna], [anna, {**carla, "a_carico": None}], [anna, anna, carla]]
    sums = [Decimal("21347.2"), Decimal(9530), Decimal(30000), Decimal("12000.05")]
    reports = [
        (number, date(2024, 5, 31), ise, "Rossi", rows)
        for number, (ise, rows) in enumerate((i, r) for i in sums for r in lists)
    ]
    cells = "nome:string,nascita:date,posto:string,lavoro:boolean,disabile:boolean,a_carico:boolean"
    head = "id int, giorno date, ise decimal(12,2), `subject.famiglia` string, componenti "
    given = [
        (*each[:4], [tuple(row.get(c) for c in anna | carla) for row in each[4]])
        for each in reports
    ]
    frame = spark.createDataFrame(given, f"{head} array<struct<{cells}>>")
    as_text = [
        (*each[:4], json.dumps([_without_gaps(row) for row in each[4]], default=str))
        for each in reports
    ]
    found = rows_of(evaluate_frame(frame, str(path), keep=["id"]))
    again = evaluate_frame(spark.createDataFrame(as_text, f"{head} string"), str(path), keep=["id"])
    assert found == rows_of(again)
    for number, day, ise, family, rows in reports:
        fields = {"giorno": day, "ise": ise, "componenti": [_without_gaps(row) for row in rows]}
        answer = plan.evaluate({"subject": {"famiglia": family}, "fields": fields})
        assert found[number]["status"] == answer.status
        assert found[number]["bonus"] == answer.decisions["bonus"]
        isee = answer.values["isee"]
        assert found[number]["isee"] == (isee if isinstance(isee, Decimal) else None)
    assert {row["status"] for row in found.values()} == {"complete", "incomplete"}


def _without_gaps(row):
    return {name: cell for name, cell in row.items() if cell is not None}


def test_the_snippet_of_the_page(spark, tmp_path, monkeypatch):
    """It runs as docs/clusters.md has it, from file to file."""
    page = (Path(__file__).parent.parent / "docs" / "clusters.md").read_text(encoding="utf-8")
    snippet = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    place = tmp_path.as_posix()
    code = snippet.group(1).replace('parquet("', f'parquet("{place}/')
    columns = {
        "id": [1, 2],
        "M12": [193, -1],
        "subject.comune": ["Jesi"] * 2,
        "subject.provincia": ["AN"] * 2,
    }
    parquet.write_table(pa.table(columns), tmp_path / "reports.parquet")
    exec(code, {"spark": spark})  # noqa: S102 - our own page
    found = parquet.read_table(tmp_path / "answers.parquet").to_pylist()
    assert {row["id"]: row["status"] for row in found} == {1: "incomplete", 2: None}


def test_another_engine_on_an_executor_fails_the_job(spark, prova, monkeypatch):
    """An executor with other source files says so; it never answers with its own idea of a plan."""
    monkeypatch.setattr(job_pickling, "digest_of_engine", lambda: "f" * 64)
    answered = evaluate_frame(spark.createDataFrame(a_table(3)), prova, keep=["id"])
    with pytest.raises(Exception, match="worker-other-engine"):
        answered.collect()


# -- Without a cluster -----------------------------------------------------------------------------


def a_job(plan):
    return Job(
        plan.linked,
        RowForm("parquet", "frame", ("A",), rulebook="prova/2024"),
        layout_of(plan.linked, "parquet", "it"),
    )


def test_a_pickled_job_arrives_as_it_left(prova):
    """The plan travels whole; its answers are those of the plan at home."""
    opened = unpickle_job(pickle.loads(pickle.dumps(pickle_job(a_job(prova)))))  # noqa: S301 - our own bytes
    assert opened.linked.content == prova.linked.content
    assert opened.form.header == ("A",)


def test_a_pickled_job_of_another_plan_is_refused(prova):
    """Whatever lies in the bytes must be the plan that the digest names: `worker-other-plan`."""
    other = pickle_job(a_job(ruletrail.load("sociale/2024")))
    with pytest.raises(ProblemsError, match="worker-other-plan"):
        unpickle_job(replace(pickle_job(a_job(prova)), data=other.data))
    with pytest.raises(ProblemsError, match="worker-other-plan"):
        unpickle_job(replace(pickle_job(a_job(prova)), data=pickle.dumps("no job")))


def test_a_pickled_job_of_another_engine_is_refused(prova):
    """Before its bytes are looked at: `worker-other-engine`."""
    with pytest.raises(ProblemsError, match="worker-other-engine"):
        unpickle_job(
            replace(pickle_job(a_job(prova)), engine="0" * 64, data=b"not even bytes of ours")
        )


def test_the_engines_digest_is_that_of_its_sources():
    """It is the same in another process; it is no time and no place."""
    command = (
        "from ruletrail.batches.job_pickling import digest_of_engine; print(digest_of_engine())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", command], env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == job_pickling.digest_of_engine()


class Frame:
    """As much of a frame as is looked at before anything runs."""

    def __init__(self, *columns):
        """Name its columns."""
        self.columns = list(columns)


def test_a_call_that_is_wrong(prova):
    """Columns that are no fields are problems.

    A `keep` that cannot be kept is the caller's mistake.
    """
    with pytest.raises(ProblemsError, match="batch-column-unknown"):
        evaluate_frame(Frame("A", "id"), prova)
    with pytest.raises(KeyError, match="no column is called `nome`"):
        evaluate_frame(Frame("A"), prova, keep=["nome"])
    with pytest.raises(ValueError, match="the answer has a column `Tonda`"):
        evaluate_frame(Frame("A", "Tonda"), prova, keep=["Tonda"])
    with pytest.raises(TypeError, match="`keep` is a list"):
        evaluate_frame(Frame("A", "id"), prova, keep="id")


@pytest.mark.parametrize("kind", ["current_timestamp()", "make_interval(1)", "array(1)"])
def test_a_column_that_holds_no_values_is_a_problem(spark, prova, kind):
    """Moments, which most frames have, and what Arrow has no type for: no assertion of Spark."""
    frame = spark.sql(f"select {kind} as A, 1 as B")
    with pytest.raises(ProblemsError, match="batch-column-type") as caught:
        evaluate_frame(frame, prova)
    (problem,) = caught.value.problems
    assert problem.details["text"] == "`A`"


def test_kept_columns_travel_or_are_refused(spark, prova):
    """A moment travels; what Arrow has no type for is told before anything runs."""
    with pytest.raises(ProblemsError, match="batch-column-type"):
        evaluate_frame(spark.sql("select make_interval(1) as k, 1 as A"), prova, keep=["k"])
    frame = spark.sql("select timestamp_ntz'2024-01-31 10:00:00' as k, 1 as A")
    (row,) = evaluate_frame(frame, prova, keep=["k"]).select("k", "problems").collect()
    assert row["k"].isoformat() == "2024-01-31T10:00:00"


def test_a_frame_without_a_field_is_told_what_columns_are_called(prova):
    """There is no first line in a frame; its hint names fields of the form."""
    with pytest.raises(ProblemsError, match="batch-header") as caught:
        evaluate_frame(Frame("id"), prova, keep=["id"])
    (problem,) = caught.value.problems
    assert problem.message("en") == "no column is called as a field of the form"
    assert "`A`, `B`, `T`" in problem.hint("en")


@pytest.mark.parametrize("module", ["pyspark.sql.pandas.types", "pandas", "pyarrow"])
def test_without_the_extra(module, prova, monkeypatch):
    """One sentence that names the command."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ProblemsError, match="missing-extra") as caught:
        evaluate_frame(Frame("A"), prova)
    assert "ruletrail[spark]" in caught.value.problems[0].hint("en")


def test_importing_the_module_imports_nothing_of_spark():
    """A program that only may use a cluster does not pay for it."""
    command = (
        "import sys, ruletrail.spark;"
        "print(sorted({'pyspark', 'pyarrow', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_ci_installs_java_where_there_is_none():
    """So that the tests above run there and are not skipped."""
    assert "default-jre-headless" in (Path(__file__).parent.parent / ".ci" / "run").read_text(
        encoding="utf-8"
    )
