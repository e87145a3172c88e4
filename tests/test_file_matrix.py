"""The matrix of tables in Parquet files: each row of a batch says what its report says by itself.

Every value that a column of Parquet holds stands in one file, answered by columns and row by row.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.batches.lines import BlockSize
from ruletrail.problems import ProblemsError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pandas")
pytest.importorskip("polars")

from ruletrail.batches.arrow_cells import is_plain, is_rows  # noqa: E402 - needs pyarrow
from support.batch_runs import answer  # noqa: E402 - the same
from support.matrix_forms import FORMS, SLOW, is_missing, make, meaning  # noqa: E402 - needs the libraries
from support.matrix_kinds import KINDS, LISTS, VALUES, list_plan_of, plan_of  # noqa: E402
from support.matrix_rows import ROW_FORMS, make_lists, row_meant  # noqa: E402 - the same

TYPES = (
    *("int8", "uint64", "float16", "float32", "float64", "decimal32", "decimal128", "decimal256"),
    *("boolean", "null", "string", "large string", "string in a dictionary", "date32", "date64"),
    *("int64 in a dictionary", "float32 in a dictionary", "date32 in a dictionary"),
)
"""Types of columns that a file may have and a report reads; the others are refused as a whole."""

ROW_TYPES = (
    *("int64 in a list", "float32 in a large list", "decimal128 in a slice", "string in a list"),
    *("boolean in a list", "date32 in a list", "string in a dictionary in a list"),
    *("int64 behind nulls", "float64 in a list"),
)


def answer_report(plan: Plan, fields: Mapping[str, Any]) -> Any:
    """Answer a report by itself as a row of a batch says it."""
    try:
        found = plan.evaluate({"fields": {"K": 10, **fields}}, nulls="absent")
    except ProblemsError as error:
        return sorted({(each.field, each.code) for each in error.problems})
    result = json.loads(found.trail.to_json())["result"]
    return [result.get(part, {}) for part in ("status", "values", "lists", "sections")]


def answer_file(plan: Plan, path: Path, column: Any, code: str, least: int) -> list[Any]:
    """Answer a file of one column, from so many rows on by columns."""
    parquet.write_table(
        pa.table({"K": pa.array([10] * len(column), pa.int64()), code: column}), path
    )
    data, _ = answer(plan.linked, path, "jsonl", least, BlockSize(1000, 1 << 22))
    rows = [json.loads(line) for line in b"".join(data).splitlines()]
    return [
        sorted({(each["field"], each["code"]) for each in row["problems"]})
        if "problems" in row
        else [row.get(part, {}) for part in ("status", "values", "lists", "sections")]
        for row in rows
    ]


def compare(plan: Plan, path: Path, column: Any, named: Sequence[tuple[str, Any]]) -> None:
    """Assert that each row of a file is answered as its report, by columns and row by row."""
    code = "L" if "L" in plan.report_schema["properties"]["fields"]["properties"] else "V"
    for least in (1, 10**9):
        found = answer_file(plan, path, column, code, least)
        for row, (name, fields) in zip(found, named, strict=True):
            assert row == answer_report(plan, fields), (name, least)


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_of_parquet_means_what_a_report_says(kind: str, form: str, tmp_path: Path) -> None:
    form = f"arrow {form}"
    values = {
        name: value
        for name, value in VALUES.items()
        if name not in SLOW and make(FORMS[form], [value]) is not None
    }
    # a NaN is a problem of its row in a file, where it stands for no missing value
    held = FORMS[form](list(values.values()))
    assert is_plain(held.type)
    told = [
        (name, {} if cell.as_py() is None else {"V": meaning(value, form)})
        for (name, value), cell in zip(values.items(), held, strict=True)
    ]
    compare(plan_of(kind), tmp_path / "t.parquet", held, told)


@pytest.mark.parametrize("form", ROW_TYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_parquet_means_what_a_report_says(kind: str, form: str, tmp_path: Path) -> None:
    form = f"arrow {form}"
    rows = {name: [{"v": value}] for name, value in VALUES.items() if name not in SLOW}
    cells = {
        name: cell
        for name, cell in {**rows, **LISTS}.items()
        if not isinstance(cell, float) and make_lists(ROW_FORMS[form], [cell]) is not None
    }
    held = ROW_FORMS[form](list(cells.values()))
    assert is_rows(held.type)
    told = [
        (name, {} if is_missing(cell) else {"L": [row_meant(row, form) for row in cell]})
        for name, cell in cells.items()
    ]
    compare(list_plan_of(kind), tmp_path / "t.parquet", held, told)
