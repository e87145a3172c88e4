"""Time files of reports, whole processes: `ruletrail batch` beside a program in Polars.

`python -m benchmarks.batches [rows] [rounds]`. The program computes the same columns by hand in
float64: it validates nothing, has no non-values, and a wrong row ends it or is a null.
"""

import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from compileall import compile_dir
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import ruletrail
from benchmarks import many
from benchmarks.work import Polars, Task, list_tasks
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns.columns import Column, NumberColumn
from ruletrail.linking import LinkedRulebook

ROWS = 200_000
ROUNDS = 3
FORMS = ("csv", "jsonl", "parquet")
_RULEBOOK = "sociale/2024"
_WORDS = {"section": ("due", "not_due"), "check": ("passed", "failed")}
_POLL = 0.02
"""Seconds between two looks at the processes of a run."""
_TICK = os.sysconf("SC_CLK_TCK")

_HEAD = """\
import sys

import polars as pl

form, source, output = sys.argv[1:]
NUMBERS = {numbers!r}
TEXTS = {texts!r}
TYPES = dict.fromkeys(NUMBERS, pl.Float64) | dict.fromkeys(TEXTS, pl.String)
if form == "csv":
    frame = pl.scan_csv(source, schema_overrides=TYPES)
elif form == "jsonl":
    schema = {{"rulebook": pl.String, "subject": pl.Struct({{}}), "fields": pl.Struct(TYPES)}}
    frame = pl.scan_ndjson(source, schema=schema).select("fields").unnest("fields")
else:
    frame = pl.scan_parquet(source).cast(dict.fromkeys(NUMBERS, pl.Float64))
"""
_TAIL = """\
frame = frame.select({names!r})
sinks = {{"csv": "sink_csv", "jsonl": "sink_ndjson", "parquet": "sink_parquet"}}
getattr(frame, sinks[form])(output)
"""


# -- The program in Polars -------------------------------------------------------------------------


def write_program(linked: LinkedRulebook, numbers: Sequence[str], texts: Sequence[str]) -> str:
    """Write the work as a program in Polars, as a programmer would."""
    tasks = [task for task in list_tasks(linked) if task.kind != "message"]
    dialect = Polars(linked, frozenset(task.name for task in tasks))
    lines = [_HEAD.format(numbers=list(numbers), texts=list(texts))]
    for level in _levels(tasks):
        lines.append("frame = frame.with_columns(")
        lines += [f"    ({_expression(dialect, task)}).alias({task.name!r})," for task in level]
        lines.append(")")
    named = [task for task in tasks if task.kind in _WORDS]
    lines.append("frame = frame.with_columns(")
    for task in named:
        yes, no = _WORDS[task.kind]
        words = f"pl.when(pl.col({task.name!r})).then(pl.lit({yes!r})).otherwise(pl.lit({no!r}))"
        lines.append(f"    {words}.alias({task.name!r}),")
    lines.append(")")
    names = [task.name for task in tasks if task.kind != "condition"]
    lines.append(_TAIL.format(names=names))
    return "\n".join(lines)


def _expression(dialect: Polars, task: Task) -> str:
    text = dialect.task(task)
    if task.decimals is None:
        return text
    power = f"1e{task.decimals}"
    if task.name.endswith("_media"):
        return f"(({text}) * {power}).cast(pl.Int64, strict=False) / {power}"
    return f"(({text}) * {power} + 0.5).floor() / {power}"


def _levels(tasks: Sequence[Task]) -> list[list[Task]]:
    """Group tasks so that each reads only those of groups before its own."""
    levels: dict[str, int] = {}
    grouped: list[list[Task]] = []
    for task in tasks:
        trees = [task.tree] if task.when is None else [task.tree, task.when]
        names = {name for tree in trees for name in many.names_of(ast.unparse(tree))}
        level = max((levels[name] + 1 for name in names if name in levels), default=0)
        levels[task.name] = level
        if level == len(grouped):
            grouped.append([])
        grouped[level].append(task)
    return grouped


# -- The files -------------------------------------------------------------------------------------


def write_files(folder: Path, rows: int) -> LinkedRulebook:
    """Write reports in each form, and the program that reads them; returns the rulebook."""
    linked = ruletrail.load(_RULEBOOK).linked
    columns = many.make_columns(CompiledRulebook(linked), rows)
    numbers = [code for code, column in columns.items() if isinstance(column, NumberColumn)]
    texts = [code for code in columns if code not in numbers]
    program = write_program(linked, numbers, texts)
    (folder / "by_hand.py").write_text(program, encoding="utf-8")
    _write_parquet(folder / "in.parquet", columns, rows)
    written = {code: _write_cells(column) for code, column in columns.items()}
    _write_csv(folder / "in.csv", written, rows)
    _write_jsonl(folder / "in.jsonl", columns, written, rows)
    return linked


def _subjects(rows: int) -> Iterator[tuple[str, str]]:
    return ((f"Comune {row % 7_900}", ("AN", "NA", "MI", "RM")[row % 4]) for row in range(rows))


def _write_cells(column: Column) -> list[str]:
    """Write a column's cells as texts, those that are missing as empty ones."""
    if isinstance(column, NumberColumn):
        power = 10**column.scale
        cells = [_write_number(whole, column.scale, power) for whole in column.values.tolist()]
    else:
        cells = [str(column.words[code]) for code in column.codes.tolist()]
    if column.missing is None:
        return cells
    lacks = column.missing.tolist()
    return ["" if is_missing else cell for cell, is_missing in zip(cells, lacks, strict=True)]


def _write_number(whole: int, scale: int, power: int) -> str:
    return f"{whole // power}.{whole % power:0{scale}d}" if scale else str(whole)


def _write_csv(path: Path, written: Mapping[str, list[str]], rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(["subject.comune", "subject.provincia", *written]) + "\n")
        quoted = [
            [f'"{cell}"' if "," in cell else cell for cell in cells] for cells in written.values()
        ]
        for subject, cells in zip(_subjects(rows), zip(*quoted, strict=True), strict=True):
            stream.write(",".join([*subject, *cells]) + "\n")


def _write_jsonl(
    path: Path, columns: Mapping[str, Column], written: Mapping[str, list[str]], rows: int
) -> None:
    members = []
    for code, cells in written.items():
        is_number = isinstance(columns[code], NumberColumn)
        shown = cells if is_number else [json.dumps(cell, ensure_ascii=False) for cell in cells]
        pairs = zip(cells, shown, strict=True)
        members.append([f'"{code}": {text}' if cell else "" for cell, text in pairs])
    with path.open("w", encoding="utf-8") as stream:
        for (town, province), row in zip(_subjects(rows), zip(*members, strict=True), strict=True):
            subject = f'{{"comune": "{town}", "provincia": "{province}"}}'
            fields = ", ".join(filter(None, row))
            stream.write(
                f'{{"rulebook": "{_RULEBOOK}", "subject": {subject}, "fields": {{{fields}}}}}\n'
            )


def _write_parquet(path: Path, columns: Mapping[str, Column], rows: int) -> None:
    import pyarrow as pa  # noqa: PLC0415 - the extra `[batch]`
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    towns, provinces = zip(*_subjects(rows), strict=True)
    table: dict[str, Any] = {"subject.comune": towns, "subject.provincia": provinces}
    for code, column in columns.items():
        if isinstance(column, NumberColumn):
            whole = pa.array(column.values, mask=column.missing)
            wide = whole.cast(pa.decimal128(19, 0))
            kind = pa.decimal128(19, column.scale)
            table[code] = (
                pa.Array.from_buffers(kind, rows, wide.buffers()) if column.scale else whole
            )
        else:
            words = [str(word) or None for word in column.words]
            coded = pa.DictionaryArray.from_arrays(pa.array(column.codes), pa.array(words))
            table[code] = coded.dictionary_decode()
    pq.write_table(pa.table(table), path)


# -- Runs ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """What the processes of a run took together: seconds of the processor, the most MB at once."""

    processor: float
    memory: float


def time_process(command: Sequence[str], folder: Path) -> float:
    """Run a command in a folder; return the seconds that it took by the clock."""
    start = time.perf_counter()
    with _started(command, folder) as process:
        process.wait()
        return time.perf_counter() - start


def watch_process(command: Sequence[str], folder: Path) -> Watched:
    """Run a command in a folder and look at its processes again and again, which slows them."""
    processor: dict[int, float] = {}
    most = 0
    with _started(command, folder) as process:
        while process.poll() is None:
            memory = 0
            for each in _list_processes(process.pid):
                memory += _memory_of(each)
                processor[each] = max(_processor_of(each), processor.get(each, 0))
            most = max(most, memory)
            time.sleep(_POLL)
    return Watched(sum(processor.values()), most / 1024)


@contextmanager
def _started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command; one that fails raises `CalledProcessError`, and shows what it said."""
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        yield process
    if process.returncode:
        print((folder / "said.txt").read_text(encoding="utf-8"), file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)


def _list_processes(process: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    except OSError:
        return
    for child in children.split():
        yield from _list_processes(int(child))


def _memory_of(process: int) -> int:
    """Count the kB of a process; what several share is divided among them, where Linux says."""
    try:
        shown = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in shown.splitlines() if line.startswith("Pss:")), 0)


def _processor_of(process: int) -> float:
    """Count the seconds of the processor that a process, without those below it, took so far."""
    try:
        shown = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    after_name = shown.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICK


def _commands(form: str) -> dict[str, list[str]]:
    ours = [sys.executable, "-m", "ruletrail", "batch", f"in.{form}", "--rulebook", _RULEBOOK]
    return {
        "one worker": [*ours, "-o", f"one.{form}", "--workers", "1"],
        "two workers": [*ours, "-o", f"two.{form}", "--workers", "2"],
        "Polars by hand": [sys.executable, "by_hand.py", form, f"in.{form}", f"hand.{form}"],
    }


def print_batches(rows: int = ROWS, rounds: int = ROUNDS) -> int:
    """Print a table for each form; 1 where two workers write other bytes than one."""
    # bytecode is there, as that of an installed package is
    compile_dir(Path(ruletrail.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, rows)
        return sum(_print_form(folder, form, rows, rounds) for form in FORMS)


def _print_form(folder: Path, form: str, rows: int, rounds: int) -> int:
    commands = _commands(form)
    times: dict[str, list[float]] = {what: [] for what in commands}
    for _ in range(rounds):
        for what, command in commands.items():
            times[what].append(time_process(command, folder))
    watched = {what: watch_process(command, folder) for what, command in commands.items()}
    print(f"### {rows:,} reports, {form.upper()} to {form.upper()}\n")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}\n")
    print(
        "| what | median, s | least, s | processor, s | rows/s, by least "
        "| times Polars, by median | by least | by processor | MB |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    figures = {
        what: (median(found), min(found), watched[what].processor) for what, found in times.items()
    }
    base = figures["Polars by hand"]
    for what, found in figures.items():
        shown = " | ".join(f"{figure:.2f}" for figure in found)
        ratios = " | ".join(f"{one / other:.2f}" for one, other in zip(found, base, strict=True))
        memory = watched[what].memory
        print(f"| {what} | {shown} | {rows / found[1]:,.0f} | {ratios} | {memory:.0f} |")
    one, two = figures["one worker"], figures["two workers"]
    by_median, by_least = two[0] / one[0], two[1] / one[1]
    print(f"\ntwo workers: {by_median:.2f} of one's time by median, {by_least:.2f} by least\n")
    same = (folder / f"one.{form}").read_bytes() == (folder / f"two.{form}").read_bytes()
    return 0 if same else 1


if __name__ == "__main__":
    _numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    raise SystemExit(print_batches(*_numbers))
