"""Many reports on a cluster: the same plan inside Spark, one Arrow batch in, one out.

Spark moves the rows, `batches.streams` answers them, as `ruletrail batch` does on one machine.
Nothing of pyspark is imported until a frame is evaluated, and the extra `[spark]` brings it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ruletrail.api import Plan, load
from ruletrail.batches.job_pickling import PickledJob, pickle_job, unpickle_job
from ruletrail.batches.jobs import Job, table_job
from ruletrail.batches.rows import Stretch
from ruletrail.batches.sources import is_read
from ruletrail.compiled import CompiledRulebook
from ruletrail.formats import Locale
from ruletrail.problems import Mark, Problem, ProblemsError, is_short_of_memory, quote, refusal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ruletrail.batches.streams import TableWork

NAME = "frame"
"""What the marks of problems call the table: a frame has no file."""

_MOST_OPEN = 4
_DIGITS = 38
"""Spark's decimals have no more digits; a rule that may need more is text."""


def evaluate_frame(
    frame: "DataFrame",
    rulebook: str | Path | Plan,
    *,
    keep: Sequence[str] = (),
    as_of: str | None = None,
    language: Locale | None = None,
) -> "DataFrame":
    """Evaluate a frame of reports, one a row, into a frame of answers.

    Columns in are those of `ruletrail batch` from Parquet: codes of fields, and if you like
    `rulebook` and `subject.…`. Columns out are `keep`, as they came in, then `status`, one for each
    rule, decision, section and check, `missing`, and `problems`: JSON, null where the row was
    evaluated. A rule is a decimal of 38 digits, or text where its values may be fractions or
    longer. A row that is no valid report is a row with problems and harms no other; its marks say
    column and never row, because a frame has no order, so keep what identifies it.

    The rulebook is a reference, a path or a plan, and is found here, on the driver: it is sent to
    the executors, which need the same ruletrail installed. `as_of` chooses its version as
    `ruletrail.load` does, `language` that of problems (default: the rulebook's). Evaluation is as
    lazy as Spark.

    Raises `ProblemsError` for columns that are no fields and for a rulebook that cannot be loaded,
    `KeyError` and `ValueError` for a `keep` that names no column or one of the answer's; on an
    executor, a job fails with `worker-other-engine` where another ruletrail is installed.
    """
    types = _import_types()
    plan = rulebook if isinstance(rulebook, Plan) else load(rulebook, as_of=as_of)
    names = list(frame.columns)
    _check_keep(keep, names)
    taken = [name for name in names if name not in keep or is_read(name, plan.linked)]
    job = table_job(plan.linked, taken, NAME, language)
    schema = _schema(types, frame, keep, job)
    pickled, read = pickle_job(job), [names.index(name) for name in job.form.header]
    kept = {name: names.index(name) for name in keep}

    def answer(batches: "Iterator[Any]") -> "Iterator[Any]":
        return answer_batches(pickled, batches, kept, read)

    # Spark takes the point in the name of a column of the subject for a part of a structure
    places = [f"column_{place}" for place in range(len(names))]
    return frame.toDF(*places).mapInArrow(answer, schema)


def answer_batches(
    pickled: PickledJob, batches: Iterator[Any], kept: Mapping[str, int], read: Sequence[int]
) -> Iterator[Any]:
    """Answer the Arrow batches of one partition, on an executor.

    `kept` and `read` say by place which columns are handed on, and which the reports are read from.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra

    work = _open(pickled)
    for batch in batches:
        begin = 0
        for table in work.answer(Stretch(batch.select(list(read)), 0)):
            answered, rows = table.batch, table.batch.num_rows
            carried = batch.slice(begin, rows)
            arrays = [*map(carried.column, kept.values()), *answered.columns]
            yield pa.RecordBatch.from_arrays(arrays, names=[*kept, *answered.schema.names])
            begin += rows


@lru_cache(_MOST_OPEN)
def _open(pickled: PickledJob) -> "TableWork":
    """Open a job once in each of Spark's Python processes, which serve many partitions in turn."""
    from ruletrail.batches.streams import TableWork  # noqa: PLC0415 - an extra

    job = unpickle_job(pickled)
    compiled = CompiledRulebook(job.linked)
    if compiled.is_covered:
        compiled.general()  # so that no row makes code
    return TableWork(job, compiled, digits=_DIGITS)


def _import_types() -> ModuleType:
    try:
        for name in ("pyarrow", "numpy", "pandas"):
            import_module(name)
        return import_module("pyspark.sql.pandas.types")
    except ImportError as error:
        if is_short_of_memory(error):
            raise
        command = quote("pip install 'ruletrail[spark]'")
        raise refusal("missing-extra", NAME, text="Spark", command=command) from error


def _check_keep(keep: Sequence[str], names: Sequence[str]) -> None:
    if isinstance(keep, str):
        raise TypeError("`keep` is a list of columns, not one name")
    for name in keep:
        if name not in names:
            raise KeyError(f"no column is called `{name}`")
        if list(keep).count(name) > 1:
            raise ValueError(f"the column `{name}` is kept twice")


def _schema(types: ModuleType, frame: "DataFrame", keep: Sequence[str], job: Job) -> Any:
    """Return the answer's columns; columns in that can hold no values raise `ProblemsError`."""
    from ruletrail.batches.parquet import Batches, check_types  # noqa: PLC0415 - an extra

    for name in keep:
        if name in job.layout.columns:
            raise ValueError(f"the answer has a column `{name}`: rename the one that you keep")
    given = {field.name: field for field in frame.schema.fields}
    read, kept = (
        type(frame.schema)([given[name] for name in names]) for names in (job.form.header, keep)
    )
    check_types(_to_arrow(types, read), NAME, lists=job.linked.schema.lists)
    _to_arrow(types, kept)
    answers = types.from_arrow_schema(Batches(job.linked, job.layout, {}, _DIGITS).schema)
    return type(frame.schema)([*kept.fields, *answers.fields])


def _to_arrow(types: ModuleType, columns: Any) -> Any:
    """Name the columns' types as Arrow does; a moment, which no field holds, with some zone.

    Raises `ProblemsError` for columns of which Arrow has no type.
    """
    from pyspark.errors import PySparkTypeError  # noqa: PLC0415 - an extra

    convert = types.to_arrow_schema
    zone = {"timezone": "UTC"} if "timezone" in signature(convert).parameters else {}
    problems = []
    for number, field in enumerate(columns.fields, 1):
        try:
            convert(type(columns)([field]), **zone)
        except PySparkTypeError:
            details = {"text": quote(field.name), "found": quote(field.dataType.simpleString())}
            problems.append(Problem("batch-column-type", Mark(NAME, 1, number), details))
    if problems:
        raise ProblemsError(problems)
    return convert(columns, **zone)


__all__ = ["evaluate_frame"]
