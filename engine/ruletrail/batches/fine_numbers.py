"""Numbers with more decimals than they have, whose point was mostly to separate thousands.

Sums of money with parts of a cent, and others with a point before three digits. They are answered
as they are written. How many there are is said once, at the end of a run.
"""

from collections.abc import Iterator, Mapping

from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import Counts, Finer
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Locale, show_count
from ruletrail.intake import has_usual_decimals
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, quote
from ruletrail.reports import Declared
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.schemas.thousands import seems_parted
from ruletrail.trails.slips import tell_parted
from ruletrail.trails.steps import CENTS, MONEY
from ruletrail.values import count_decimals


def has_points(form: RowForm) -> bool:
    """Tell whether the numbers of rows are texts with a decimal point, which people may write.

    Cells of a workbook and of Parquet are numbers, and a comma that a file has for its decimals
    parts no thousands.
    """
    return form.form == "jsonl" or (form.form == "csv" and form.dialect.decimal == "point")


def find_finer(
    linked: LinkedRulebook, form: RowForm, fields: Mapping[str, Declared], row: int
) -> Counts:
    """Count such numbers of one report."""
    declared, is_written = linked.schema.fields, has_points(form)
    return Counts(
        finer=tuple(
            Finer(code, 1, (row,), value.text)
            for code, value in sorted(fields.items())
            if "." in value.text
            and _is_finer(value.text, declared[code], linked, is_written=is_written)
        )
    )


def _is_finer(
    text: str, declared: FieldDeclaration, linked: LinkedRulebook, *, is_written: bool
) -> bool:
    if declared.type != "number":
        return False
    if declared.unit in MONEY:
        return count_decimals(text) > CENTS
    return is_written and seems_parted(
        text, declared, is_usual=has_usual_decimals(linked, declared)
    )


def tell_finer(counts: Counts, schema: Schema, name: str, language: Locale) -> Iterator[Problem]:
    """Say of each column in how many rows such numbers are, and which come first."""
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
        mark = Mark(name, cell=finer.code)
        if declared.unit in MONEY:
            problem = Problem("money-decimals", mark, details)
        else:
            problem = tell_parted(finer.text, mark)
            problem = replace(problem, details={**problem.details, **details})
        yield replace(problem, wording=f"{problem.code}-row" + "s" * (finer.count > 1))
