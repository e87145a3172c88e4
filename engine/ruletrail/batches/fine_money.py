"""Sums of money with parts of a cent, whose point was mostly to separate thousands.

They are answered as they are written. How many there are is said once, at the end of a run.
"""

from collections.abc import Iterator, Mapping

from ruletrail.batches.rows import Counts, Finer
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Locale, show_count
from ruletrail.problems import Mark, Problem, quote
from ruletrail.reports import Declared
from ruletrail.schemas import Schema
from ruletrail.trails.steps import CENTS, MONEY
from ruletrail.values import count_decimals


def money_codes(schema: Schema) -> tuple[str, ...]:
    """Name, sorted, the fields that hold money."""
    return tuple(sorted(code for code, each in schema.fields.items() if each.unit in MONEY))


def find_finer(codes: tuple[str, ...], fields: Mapping[str, Declared], row: int) -> Counts:
    """Count the sums of one report with more decimals than money has."""
    return Counts(
        finer=tuple(
            Finer(code, 1, (row,), fields[code].text)
            for code in codes
            if code in fields and count_decimals(fields[code].text) > CENTS
        )
    )


def tell_finer(counts: Counts, schema: Schema, name: str, language: Locale) -> Iterator[Problem]:
    """Say of each column in how many rows such sums are, and which come first."""
    for finer in counts.finer:
        declared = schema.fields[finer.code]
        rows = ", ".join(show_count(row, language) for row in finer.rows)
        details = {
            "code": quote(finer.code),
            "text": quote(finer.text),
            "count": show_count(finer.count, language),
            "rows": rows + (", …" if finer.count > len(finer.rows) else ""),
            "unit": str(declared.unit),
        }
        problem = Problem("money-decimals", Mark(name, cell=finer.code), details)
        yield replace(problem, wording="money-decimals-row" + "s" * (finer.count > 1))
