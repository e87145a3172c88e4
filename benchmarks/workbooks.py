"""Time workbooks in and out, whole processes, beside the same rows as CSV.

`python -m benchmarks.workbooks [rows]`. One worker: a single process reads a sheet, and writes one,
whatever their number.
"""

import csv
import sys
import tempfile
from pathlib import Path

import openpyxl

from benchmarks.batches import watch_process, write_files

ROWS = 10_000
WAYS = {
    "CSV to CSV": ("in.csv", "out.csv"),
    "workbook to CSV": ("in.xlsx", "out.csv"),
    "CSV to workbook": ("in.csv", "out.xlsx"),
}


def _write_workbook(folder: Path) -> None:
    """Write the rows of the CSV as a workbook whose numbers are numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("in")
    with (folder / "in.csv").open(encoding="utf-8", newline="") as stream:
        for cells in csv.reader(stream):
            sheet.append([_read(cell) for cell in cells])
    book.save(folder / "in.xlsx")


def _read(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def print_workbooks(rows: int = ROWS) -> None:
    """Print a line for each way."""
    print("| what | processor, s | rows/s, by processor | MB |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, rows)
        _write_workbook(folder)
        for what, (source, output) in WAYS.items():
            words = ["batch", source, "-o", output, "--rulebook", "sociale/2024", "--workers", "1"]
            run = watch_process([sys.executable, "-m", "ruletrail", *words], folder)
            speed = f"{rows / run.processor:,.0f}"
            print(f"| {what} | {run.processor:.1f} | {speed} | {run.memory:.0f} |")


if __name__ == "__main__":
    print_workbooks(*(int(argument) for argument in sys.argv[1:]))
