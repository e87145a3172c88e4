"""Tables of reports, their shapes and forms, and what columns answer for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import cycle, islice
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

import ruletrail

from .documents import Cell, Report, report_text
from .engine import as_written, different, plain
from .evaluation import Answer, Oracle, word
from .samples import make_report
from .values import Num, Value, finite_decimals, is_gap, with_decimals

SHAPES = ("equal", "odd", "constant", "lacking", "nulls", "random", "cycle")
FORMS = (
    "lists",
    "lists",
    "floats",
    "fractions",
    "numpy",
    "arrow",
    "arrow",
    "dictionary",
    "pandas",
    "polars",
)
DECIMALS_AS_WRITTEN = {"lists", "pandas objects", "csv", "jsonl"}


@dataclass
class Answers:
    """The oracle's answers for the rows of a table, each different row answered once."""

    oracle: Oracle
    as_needed: bool
    bad: frozenset[int] | set[int] = frozenset()

    def __post_init__(self) -> None:
        """Begin with no answers."""
        self.known: dict[str, Answer] = {}

    def of(self, row: Report) -> Answer:
        """Answer a row."""
        key = report_text(row)
        if key not in self.known:
            self.known[key] = self.oracle.answer(row, as_needed=self.as_needed)
        return self.known[key]


def make_rows(rng: Random, oracle: Oracle, size: int, shape: str) -> list[Report]:
    """Make a table of a size and a shape."""
    gaps = rng.choice([0.0, 0.0, 0.1, 0.4, 0.8])
    if shape == "equal":
        return [make_report(rng, oracle, gaps)] * size
    distinct = min(size, 40 if shape != "random" else 400)
    pool = [make_report(rng, oracle, gaps) for _ in range(distinct)]
    if shape == "odd":
        return _odd(rng, oracle, size, pool)
    if shape == "cycle":
        return list(islice(cycle(pool[: rng.randint(1, 5)]), size))
    rows = [rng.choice(pool) for _ in range(size)] if distinct < size else pool
    fields = list(oracle.rulebook.fields)
    chosen = set(rng.sample(fields, rng.randint(1, len(fields))))
    if shape == "constant":
        first = rows[0]
        kept = {code: first[code] for code in chosen if code in first}
        return [{**{c: v for c, v in row.items() if c not in chosen}, **kept} for row in rows]
    if shape in {"lacking", "nulls"}:
        return [{c: v for c, v in row.items() if c not in chosen} for row in rows]
    return rows


def _odd(rng: Random, oracle: Oracle, size: int, pool: list[Report]) -> list[Report]:
    """Make many equal rows with one that lacks something and two others among them."""
    usual = make_report(rng, oracle, 0.0)
    rows = [usual] * size
    lacking = dict(usual)
    lacking.pop(rng.choice(list(usual)), None)
    odd = [lacking, rng.choice(pool), make_report(rng, oracle, 0.1)]
    places = rng.sample(range(size), min(size, 3))
    for place, row in zip(places, odd, strict=False):
        rows[place] = row
    return rows


def columns_of(rows: Sequence[Report], fields: Sequence[str], *, nulls: bool) -> dict[str, list]:
    """Turn rows into columns; those that no row fills are left out unless `nulls`."""
    table = {code: [row.get(code) for row in rows] for code in fields}
    if nulls:
        return table
    return {c: cells for c, cells in table.items() if any(cell is not None for cell in cells)}


def in_form(form: str, cells: list, kind: str, rng: Random) -> object:
    """Put a column into a form."""
    if kind == "array":
        return _lists(form, cells, rng)
    if form == "floats":
        return [_float(cell) for cell in cells]
    if form == "fractions":
        return [cell.value if isinstance(cell, Num) else cell for cell in cells]
    if form == "numpy":
        return _numpy(cells, rng)
    if form in {"arrow", "dictionary", "polars"}:
        made = _arrow(cells, kind, rng, dictionary=form == "dictionary")
        wide = form == "polars" and pa.types.is_decimal256(made.type)
        return made.cast(pa.decimal128(38, made.type.scale)) if wide else made
    return [None if cell is None else plain(cell) for cell in cells]


def _lists(form: str, cells: list, rng: Random) -> object:
    """Put a column of lists into a form; in Arrow as lists of structs."""
    if form not in {"arrow", "dictionary", "polars"}:
        return [_cell(cell, form) for cell in cells]
    rows = [row for cell in cells for row in cell or []]
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds, made = {}, {}
    for name in names:
        column = [row.get(name) for row in rows]
        values, kinds[name] = _arrow_values(column, _kind(column), rng)
        if form == "polars" and pa.types.is_decimal256(kinds[name]):
            kinds[name] = pa.decimal128(38, kinds[name].scale)
        made[name] = iter(values)
    nested = [
        None if cell is None else [{n: next(made[n]) for n in names} for _ in cell]
        for cell in cells
    ]
    return pa.chunked_array([pa.array(nested, type=pa.list_(pa.struct(kinds)))])


def _cell(cell: object, form: str) -> object:
    """Return a list of mappings as a caller from Python has it."""
    if as_needed(form) and cell is not None:
        return [{name: _needed(item) for name, item in row.items()} for row in cell]
    return None if cell is None else plain(cell)


def _kind(cells: Sequence[Cell | None]) -> str:
    """Say of which type the cells of a column are."""
    first = next((cell for cell in cells if cell is not None), "")
    names = {Num: "number", bool: "boolean", date: "date"}
    return names.get(type(first), "string")


def _float(cell: object) -> object:
    """Return a float where one reads back as this number."""
    if not isinstance(cell, Num):
        return cell
    number = float(cell.value)
    return number if Fraction(Decimal(repr(number))) == cell.value else _needed(cell)


def _needed(cell: object) -> object:
    """Return a number as a Decimal with the decimals that it needs; anything else as it is."""
    if not isinstance(cell, Num):
        return cell
    return Decimal(with_decimals(cell.value, finite_decimals(cell.value)))


def _numpy(cells: list, rng: Random) -> np.ndarray:
    """Return an array: of integers, floats, booleans or texts where they hold all cells."""
    present = [cell for cell in cells if cell is not None]
    whole = len(present) == len(cells) and bool(cells)
    if whole and all(isinstance(cell, bool) for cell in cells):
        return np.array(cells)
    if present and all(isinstance(cell, Num) for cell in present):
        if whole and all(cell.value.denominator == 1 for cell in cells):
            return _integers([int(cell.value) for cell in cells], rng)
        numbers = [_float(cell) for cell in cells]
        if all(cell is None or isinstance(cell, float) for cell in numbers):
            return np.array([np.nan if cell is None else cell for cell in numbers])
    array = np.empty(len(cells), dtype=object)
    array[:] = [_needed(cell) for cell in cells]
    return array


def _integers(numbers: list[int], rng: Random) -> np.ndarray:
    """Return an array of one of the types that hold these integers."""
    types = (np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64)
    held = [
        kind
        for kind in types
        if np.iinfo(kind).min <= min(numbers) and max(numbers) <= np.iinfo(kind).max
    ]
    return np.array(numbers, dtype=rng.choice(held))


def _arrow(cells: list, kind: str, rng: Random, *, dictionary: bool) -> pa.ChunkedArray:
    """Return a column of Arrow, perhaps in chunks, perhaps cut out of a longer one."""
    before = rng.randint(1, 9) if rng.random() < 0.25 else 0
    padded = (cells * (before + 1))[-before:] + cells + cells[:3] if before else cells
    values, wanted = _arrow_values(padded, kind, rng)
    array = pa.array(values, type=wanted)
    if dictionary and kind == "string":
        array = array.dictionary_encode()
    array = array[before : before + len(cells)]
    if len(cells) > 2 and rng.random() < 0.3:
        cut = rng.randint(1, len(cells) - 1)
        return pa.chunked_array([array[:cut], array[cut:]])
    return pa.chunked_array([array])


def _arrow_values(cells: list, kind: str, rng: Random) -> tuple[list, pa.DataType]:
    """Choose a type of Arrow, and the values of that type."""
    if kind == "boolean":
        return cells, pa.bool_()
    if kind == "date":
        return cells, pa.date32()
    if kind == "string":
        return cells, rng.choice([pa.string(), pa.string(), pa.large_string()])
    numbers = [_needed(cell) for cell in cells]
    scale = max([-n.as_tuple().exponent for n in numbers if n is not None], default=0)
    if scale == 0 and rng.random() < 0.6:
        return [None if n is None else int(n) for n in numbers], pa.int64()
    floats = [_float(cell) for cell in cells]
    if all(cell is None or isinstance(cell, float) for cell in floats) and rng.random() < 0.3:
        return floats, pa.float64()
    wide = rng.choice([pa.decimal128, pa.decimal128, pa.decimal256])
    return numbers, wide(38, max(scale, rng.choice([0, 2, 10])))


def _pandas(columns: dict[str, list], rng: Random) -> object:
    """Return a frame of pandas."""
    import pandas as pd  # noqa: PLC0415 - only where it is asked for

    made = {}
    for code, cells in columns.items():
        present = [cell for cell in cells if cell is not None]
        values = [_needed(cell) for cell in cells]
        wholes = all(isinstance(cell, Num) and cell.value.denominator == 1 for cell in present)
        if present and isinstance(present[0], list):
            values = [_cell(cell, "pandas") for cell in cells]
        if present and isinstance(present[0], date) and rng.random() < 0.5:
            values = np.array(cells, dtype="datetime64[s]")
        if present and wholes and rng.random() < 0.6:
            values = [pd.NA if value is None else int(value) for value in values]
            made[code] = pd.Series(values, dtype="Int64")
        elif present and isinstance(present[0], str) and rng.random() < 0.4:
            made[code] = pd.Series(values, dtype="category")
        elif present and isinstance(present[0], str) and rng.random() < 0.4:
            made[code] = pd.Series(values, dtype="string")
        else:
            made[code] = pd.Series(values, dtype=object)
    return pd.DataFrame(made) if rng.random() < 0.7 else made


def table_of(form: str, rows: list[Report], oracle: Oracle, rng: Random) -> object:
    """Make the table that `evaluate_many` is asked about."""
    fields = oracle.rulebook.fields
    columns = columns_of(rows, list(fields), nulls=rng.random() < 0.7)
    if not columns:
        columns = columns_of(rows, list(fields), nulls=True)
    if form == "pandas":
        return _pandas(columns, rng)
    made = {c: in_form(form, cells, kind_of(fields[c]), rng) for c, cells in columns.items()}
    if form in {"arrow", "dictionary"} and rng.random() < 0.7:
        return pa.table(made)
    return _polars(made, rng) if form == "polars" else made


def kind_of(declared: dict) -> str:
    """Say of which kind a column is."""
    return "date" if declared.get("format") == "date" else declared["type"]


def _polars(made: dict[str, pa.ChunkedArray], rng: Random) -> object:
    """Return a frame of Polars, or its columns."""
    import polars as pl  # noqa: PLC0415 - only where it is asked for

    frame = pl.from_arrow(pa.table(made))
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    if texts and rng.random() < 0.4:
        frame = frame.with_columns(pl.col(texts).cast(pl.Categorical))
    return frame if rng.random() < 0.7 else {name: frame[name] for name in frame.columns}


def repeated_differences(
    plan: ruletrail.Plan, oracle: Oracle, rows: list[Report], size: int, key: str
) -> list[str]:
    """Repeat some rows of an Arrow table again and again, most of all the first, and compare."""
    rng = Random(key)  # noqa: S311
    fields = oracle.rulebook.fields
    columns = columns_of(rows, list(fields), nulls=True)
    made = {c: in_form("arrow", cells, kind_of(fields[c]), rng) for c, cells in columns.items()}
    places = [0] * size
    odd = rng.choice([0, 3, size // 50, size])
    for place in rng.sample(range(size), odd):
        places[place] = rng.randrange(len(rows))
    table = pa.table(made).take(pa.array(places))
    repeated = [rows[place] for place in places]
    return column_differences(plan, table, repeated, Answers(oracle, as_needed=True))


def as_needed(form: str) -> bool:
    """Say whether a form's numbers are declared with the decimals that they need."""
    return form not in DECIMALS_AS_WRITTEN


def cells_of(answer: Answer, oracle: Oracle) -> dict[str, Value | str]:
    """Return what the columns should say of a row: values of rules, words of all others."""
    cells: dict[str, Value | str] = {"status": answer.status}
    for kind in ("rules", "decisions", "sections", "checks"):
        words = {} if kind == "rules" else getattr(answer, kind)
        for code in oracle.codes(kind):
            cells[code] = answer.facts[code] if kind == "rules" else words[code]
    return cells


def list_differences(
    outputs: ruletrail.Outputs, rows: Sequence[Report], answers: Answers
) -> list[str]:
    """Compare what rules of rows came to (section 27.9)."""
    names = list(answers.oracle.rulebook.lists)
    found = different("lists", names, list(outputs.lists)) if rows else []
    wanted: dict[int, dict] = {}
    for name in names if not found else []:
        column = outputs.lists[name]
        for index, row in enumerate(rows):
            if id(row) not in wanted:
                wanted[id(row)] = answers.of(row).lists
            seen = column[index]
            seen = None if seen is None else [as_written(cells) for cells in seen]
            found += different(f"row {index}, {name}", wanted[id(row)].get(name), seen)
            if len(found) > 5:
                return found
    return found


def frame_differences(outputs: ruletrail.Outputs, columns: Mapping[str, Sequence]) -> list[str]:
    """Compare the answer as a table of Arrow with its columns; a number may be a text there."""
    frame = outputs.to_arrow().to_pydict()
    names = [*columns, *(f"lists.{code}" for code in outputs.lists)]
    found = different("frame", sorted(names), sorted(frame))
    for code, column in columns.items() if not found else []:
        for index, (value, cell) in enumerate(zip(column, frame[code], strict=True)):
            is_text = isinstance(cell, str) and not isinstance(value, str)
            if (Fraction(cell) if is_text else cell) != value:
                found.append(f"row {index}, {code} of the frame: {cell!r} instead of {value!r}")
    for code, rows in outputs.lists.items() if not found else []:
        for index, (values, cell) in enumerate(zip(rows, frame[f"lists.{code}"], strict=True)):
            held = None if values is None else [as_written(cells) for cells in values]
            seen = json.loads(cell or "null")
            found += different(f"row {index}, {code} of the frame", held, seen)
    return found[:5]


def column_differences(
    plan: ruletrail.Plan, table: object, rows: Sequence[Report], answers: Answers
) -> list[str]:
    """Ask columns, and say for which rows they differ from the oracle."""
    workers = 2 if len(rows) == 1000 else 1
    outputs = plan.evaluate_many(table, workers=workers)
    if outputs.rows != len(rows):
        return [f"rows: {outputs.rows} instead of {len(rows)}"]
    numbers = outputs.values  # noqa: PD011 - no frame of pandas
    words = {"status": outputs.status, **outputs.decisions, **outputs.sections, **outputs.checks}
    lists = {code: column.to_list() for code, column in words.items()}
    values = {code: column.to_list() for code, column in numbers.items()}
    memo: dict[int, dict] = {}
    found: list[str] = []
    for index, row in enumerate(rows):
        cells = memo.get(id(row))
        if cells is None:
            cells = memo[id(row)] = cells_of(answers.of(row), answers.oracle)
        for code, wanted in cells.items():
            column = numbers.get(code)
            if column is None:
                seen = lists[code][index]
                right = seen == wanted
            else:
                seen = values[code][index]
                right = _agrees(wanted, seen) and _state(wanted) == column.state(index)
                seen = seen if right else (seen, column.state(index))
            if not right:
                found.append(f"row {index}, {code}: oracle {wanted!r}, engine {seen!r}")
        if len(found) > 5:
            break
    found += list_differences(outputs, rows, answers)
    found += frame_differences(outputs, {**lists, **values})
    if set(lists) | set(values) != set(cells_of(answers.of(rows[0]), answers.oracle)):
        found.append(f"columns: {sorted(lists)} {sorted(values)}")
    return found


def _state(wanted: Value) -> str:
    """Return the state that a column gives for a value."""
    name = word(wanted, ("value", "value")) if is_gap(wanted) else "value"
    return "missing" if name == "undetermined" else name


def _agrees(wanted: Value, seen: object) -> bool:
    """Say whether a cell is the value that is wanted."""
    if is_gap(wanted):
        return seen is None
    if isinstance(wanted, Fraction):
        if not isinstance(seen, Decimal | Fraction) or Fraction(seen) != wanted:
            return False
        return isinstance(seen, Decimal) is (finite_decimals(wanted) is not None)
    return type(wanted) is type(seen) and wanted == seen
