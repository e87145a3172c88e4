"""Rows for `ruletrail batch`, in each of its forms, and what its answers should say."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet

from .documents import Cell, Report, as_json, inline
from .engine import Folder, command, dressed, without_exponent
from .evaluation import Answer, Oracle
from .tables import Answers, cells_of, columns_of, in_form, kind_of
from .values import Failure, NotEncoded, Num, Value, finite_decimals, is_gap, with_decimals


def batch_differences(folder: Folder, rows: list[Report], oracle: Oracle, rng: Random) -> list[str]:
    """Put rows through `ruletrail batch` in one form of each side, and compare."""
    source = rng.choice(["jsonl", "csv", "parquet", "parquet"])
    target = rng.choice(["jsonl", "csv", "parquet"])
    fields = oracle.rulebook.fields
    rows, bad = _given(source, rows, fields, rng)
    if source != "jsonl" and not any(rows):
        return []
    write = {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}[source]
    given, made = folder.path / f"in.{source}", folder.path / f"out.{target}"
    write(given, rows, fields, rng)
    asked = ["batch", given, "-o", made, "--rulebook", folder.rulebook, "--workers", 1]
    asked.append("--reasons")
    asked += ["--decimal", "point"] if source == "csv" else []
    status, printed = command(*asked)
    if status != (1 if bad else 0):
        answer = made.read_bytes()[:3000] if made.exists() else b""
        return [f"batch {source} {target}: status {status}: {printed[:600]} {answer!r}"]
    answers = Answers(oracle, as_needed=source == "parquet", bad=bad)
    compare = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}[target]
    found = compare(made, rows, answers)
    return [f"batch {source} to {target}: {text}" for text in found]


def _given(
    source: str, rows: list[Report], fields: dict, rng: Random
) -> tuple[list[Report], set[int]]:
    """Spoil some rows now and then; in CSV an empty text cannot be written, and is missing."""
    bad: set[int] = set()
    if rng.random() < 0.4:
        rows, bad = spoiled(rng, rows, fields)
    if source != "csv":
        return rows, bad
    admitted = [{c: v for c, v in row.items() if v != ""} for row in rows]
    spoils = {c for c, declared in fields.items() if "minLength" in declared}
    emptied = {i for i in bad if any(rows[i].get(code) == "" for code in spoils)}
    return admitted, bad - emptied


def spoiled(rng: Random, rows: list[Report], fields: dict) -> tuple[list[Report], set[int]]:
    """Put values that the schema does not admit into some rows, and say into which."""
    rows, bad = list(rows), set()
    for index in rng.sample(range(len(rows)), min(len(rows), rng.choice([1, 2, 20]))):
        code = rng.choice(list(fields))
        value = _not_admitted(rng, fields[code])
        if value is not None:
            rows[index] = {**rows[index], code: value}
            bad.add(index)
    return rows, bad


def _not_admitted(rng: Random, declared: dict) -> Cell | list[dict] | None:
    """Return a value of the kind of a field that its schema refuses, if there is one."""
    if declared["type"] == "array":
        return _not_rows(rng, declared)
    found: list[Cell] = []
    if "formatMinimum" in declared and declared["formatMinimum"] > "0001-01-01":
        found.append(date.fromisoformat(declared["formatMinimum"]) - timedelta(1))
    if "formatMaximum" in declared and declared["formatMaximum"] < "9999-12-31":
        found.append(date.fromisoformat(declared["formatMaximum"]) + timedelta(1))
    if "oneOf" in declared:
        found.append("SI SI")
    if "enum" in declared:
        found.append("SI SI" if declared["type"] == "string" else Num("17"))
    elif declared["type"] == "integer":
        found.append(Num("0.5"))
    if "maxLength" in declared:
        found.append("x" * 41)
    if "minLength" in declared:
        found.append("")
    if "pattern" in declared:
        found.append("a1")
    exclusive = ("exclusiveMinimum", "exclusiveMaximum")
    found.extend(declared[key] for key in exclusive if key in declared)
    for key, step in (("minimum", -1), ("maximum", 1)):
        if key in declared and abs(declared[key].value) < 10**14:
            value = declared[key].value + step * rng.choice([Fraction(1), Fraction(1, 10**10)])
            found.append(Num(with_decimals(value, finite_decimals(value))))
    if "multipleOf" in declared:
        found.append(Num("8.00001"))
    return rng.choice(found) if found else None


def _not_rows(rng: Random, declared: dict) -> list[dict] | None:
    """Return rows that the schema of a list refuses: too many, or with a cell that it refuses."""
    cells = declared["items"]["properties"]
    name = rng.choice(list(cells))
    cell = _not_admitted(rng, cells[name])
    if cell is None or rng.random() < 0.3:
        return [{} for _ in range(declared["maxItems"] + 1)]
    rows: list[dict] = [{} for _ in range(rng.randint(1, declared["maxItems"]))]
    rng.choice(rows)[name] = cell
    return rows


def _write_jsonl(path: Path, rows: list[Report], _fields: dict, _rng: Random) -> None:
    """Write one report a line."""
    lines = [dressed(row, Random(index)).replace("\n", " ") for index, row in enumerate(rows)]  # noqa: S311
    path.write_text(
        "".join(line.replace("\r", "").strip() + "\n" for line in lines), encoding="utf-8"
    )


def _write_csv(path: Path, rows: list[Report], fields: dict, rng: Random) -> None:
    """Write a header and a line for each report."""
    mark = rng.choice([",", ";", "\t"])
    columns = columns_of(rows, list(fields), nulls=rng.random() < 0.5)
    lines = [mark.join(columns)]
    cells = [[_csv_cell(cell) for cell in column] for column in columns.values()]
    lines.extend(mark.join(line) for line in zip(*cells, strict=True))
    if len(columns) == 1:
        lines[1:] = [line or '""' for line in lines[1:]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _csv_cell(cell: object) -> str:
    """Write a cell of CSV."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Num):
        return without_exponent(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, list):
        cell = inline(as_json(cell))
    return '"' + cell.replace('"', '""') + '"'


def _write_parquet(path: Path, rows: list[Report], fields: dict, rng: Random) -> None:
    """Write the columns of Arrow."""
    columns = columns_of(rows, list(fields), nulls=rng.random() < 0.5)
    form = rng.choice(["arrow", "dictionary"])
    kinds = {code: kind_of(fields[code]) for code in columns}
    for code in (code for code, kind in kinds.items() if kind == "array"):
        cells = columns[code]
        # no file of Parquet holds structs without members
        bare = not any(row for cell in cells for row in cell or [])
        if bare or rng.random() < 0.3:
            columns[code] = [None if cell is None else inline(as_json(cell)) for cell in cells]
            kinds[code] = "string"
    made = {c: in_form(form, cells, kinds[c], rng) for c, cells in columns.items()}
    pa.parquet.write_table(pa.table(made), path, row_group_size=rng.choice([None, 100]))


def _read_jsonl(path: Path, rows: list[Report], answers: Answers) -> list[str]:
    """Compare the lines of an answer."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) != len(rows):
        return [f"{len(lines)} lines for {len(rows)} rows"]
    found = []
    for number, (line, row) in enumerate(zip(lines, rows, strict=True), 1):
        seen = json.loads(line)
        if number - 1 in answers.bad:
            found += [] if seen.get("problems") else [f"row {number - 1} is accepted: {seen}"]
            continue
        answer = answers.of(row)
        keys = ("status", "values", "decisions", "sections", "checks", "missing")
        keys += ("lists",) if answers.oracle.rulebook.lists else ()
        wanted = {"row": number, **{key: getattr(answer, key) for key in keys}}
        reasons = _reason_codes(answer, answers.oracle)
        wanted |= {"reasons": reasons} if reasons else {}
        if "reasons" in seen:
            seen["reasons"] = sorted({text.partition(":")[0] for text in seen["reasons"]})
        if seen != wanted:
            found.append(f"row {number - 1}: oracle {wanted}, engine {seen}")
    return found[:5]


def _read_csv(path: Path, rows: list[Report], answers: Answers) -> list[str]:
    """Compare the cells of an answer in CSV."""
    import csv  # noqa: PLC0415 - the name would hide Arrow's

    with path.open(encoding="utf-8", newline="") as file:
        first = file.readline()
        file.seek(0)
        mark = next(mark for mark in ",;\t" if first.startswith(f"row{mark}"))
        header, *lines = list(csv.reader(file, delimiter=mark))
    wanted = _header(answers.oracle)
    if header != wanted or len(lines) != len(rows):
        return [f"header {header}, wanted {wanted}; {len(lines)} lines for {len(rows)} rows"]
    return _row_differences(header, lines, rows, answers, _csv_agrees)


def _read_parquet(path: Path, rows: list[Report], answers: Answers) -> list[str]:
    """Compare the cells of an answer in Parquet."""
    table = pa.parquet.read_table(path)
    wanted = _header(answers.oracle)
    if table.column_names != wanted or table.num_rows != len(rows):
        return [f"columns {table.column_names}, wanted {wanted}; {table.num_rows} rows"]
    columns = [table[name].to_pylist() for name in wanted]
    lines = [list(line) for line in zip(*columns, strict=True)]
    return _row_differences(wanted, lines, rows, answers, _parquet_agrees)


def _header(oracle: Oracle) -> list[str]:
    """Return the columns of an answer."""
    kinds = ("rules", "decisions", "sections", "checks")
    steps = [code for kind in kinds for code in oracle.codes(kind)]
    lists = [f"lists.{name}" for name in oracle.rulebook.lists]
    return ["row", "status", *steps, *lists, "missing", "problems", "reasons"]


def _reason_codes(answer: Answer, oracle: Oracle) -> list[str]:
    """List the steps of which an answer that is not complete should say something."""
    open_sections = {each["step"] for each in answer.not_encoded}
    found = set(answer.declared.get("differs", ()))
    for code, fact in answer.facts.items():
        kind, entry = oracle.entries.get(re.sub(r"\[[0-9]+\]", "", code), ("messages", {}))
        if kind == "messages" or ("." in code and "[" not in code):
            continue  # of a message, or what the rows of a list share
        severe = kind != "checks" or entry.get("severity", "error") == "error"
        is_open = isinstance(fact, NotEncoded) or (kind == "sections" and code in open_sections)
        # the value of a rule may be the word of a check that it reads
        has_failed = kind == "checks" and fact == "failed"
        if isinstance(fact, Failure) or (severe and (is_open or has_failed)):
            found.add(code)
    return [] if answer.status == "complete" else sorted(found)


def _row_differences(
    header: list[str],
    lines: list[list],
    rows: list[Report],
    answers: Answers,
    agrees: Callable[[Value | str, object], bool],
) -> list[str]:
    """Compare lines of cells, row by row."""
    found = []
    for index, (line, row) in enumerate(zip(lines, rows, strict=True)):
        if index in answers.bad:
            found += [] if line[-2] and not line[-1] else [f"row {index} is accepted: {line}"]
            continue
        wanted = _wanted(index, answers.of(row), answers.oracle)
        for code, cell in zip(header, line, strict=True):
            right = True
            if code.startswith("lists."):
                right = (json.loads(cell) if cell else None) == wanted[code]
            elif code != "reasons":
                right = not cell if code == "problems" else agrees(wanted[code], cell)
            else:
                right = bool(cell) is bool(wanted[code]) and all(
                    f"{each}:" in str(cell) for each in wanted[code]
                )
            if not right:
                found.append(f"row {index}, {code}: oracle {wanted.get(code)!r}, engine {cell!r}")
        if len(found) > 5:
            break
    return found


def _wanted(index: int, answer: Answer, oracle: Oracle) -> dict[str, object]:
    """Return the cells that a row should have."""
    lists = {f"lists.{name}": answer.lists.get(name) for name in oracle.rulebook.lists}
    missing = " ".join(answer.missing)
    return {
        **cells_of(answer, oracle),
        **lists,
        "row": Fraction(index + 1),
        "missing": missing,
        "reasons": _reason_codes(answer, oracle),
    }


def _csv_agrees(wanted: Value | str, cell: str) -> bool:
    """Say whether a cell of CSV is the value that is wanted."""
    if is_gap(wanted):
        return cell == ""
    if isinstance(wanted, bool):
        return cell == ("true" if wanted else "false")
    if isinstance(wanted, Fraction):
        return cell != "" and Fraction(cell) == wanted
    if isinstance(wanted, date):
        return cell == wanted.isoformat()
    escaped = "'" + wanted if wanted[:1] in {"=", "+", "-", "@", "\t", "\n", "\r"} else wanted
    return cell == escaped


def _parquet_agrees(wanted: Value | str, cell: object) -> bool:
    """Say whether a cell of Parquet is the value that is wanted."""
    if is_gap(wanted):
        return cell is None
    if isinstance(wanted, Fraction):
        return isinstance(cell, str | Decimal | int) and Fraction(cell) == wanted
    if wanted == "" and cell is None:
        return True
    return type(cell) is type(wanted) and cell == wanted
