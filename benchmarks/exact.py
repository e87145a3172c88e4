"""Hold columns against the reference evaluator, row by row: `python -m benchmarks.exact [rows]`.

`make bench` compares with the compiled function, which takes a fiftieth of the reference's time;
this takes minutes. Every status, value, state and outcome of the first rows of the table that is
timed is compared; any that differs is counted.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

import ruletrail
from benchmarks.many import count_wrong, make_columns
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many, make_report
from ruletrail.evaluations import evaluate_record

_PART = 500


@cache
def _job(rows: int) -> tuple[CompiledRulebook, object, object]:
    """Make the table and its answers once in each process."""
    compiled = CompiledRulebook(ruletrail.load("sociale/2024").linked)
    columns = make_columns(compiled, rows)
    return compiled, columns, evaluate_many(compiled, columns)


def compare(rows: int, start: int) -> int:
    """Count the rows of a part that differ from the reference."""
    compiled, columns, outputs = _job(rows)
    wrong = 0
    for row in range(start, min(start + _PART, rows)):
        record = evaluate_record(compiled.linked, make_report(compiled, columns, row))
        wrong += count_wrong(
            outputs, row, record.status, {each.entry.code: each.fact for each in record.conclusions}
        )
    return wrong


def main(arguments: list[str]) -> int:
    """Print how many rows differ; 1 when any does."""
    rows = int(arguments[0]) if arguments else 100_000
    with ProcessPoolExecutor() as pool:
        wrong = sum(pool.map(partial(compare, rows), range(0, rows, _PART)))
    print(f"rows that differ from the reference, of {rows:,} compared: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
