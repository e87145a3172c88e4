"""Columns: a table of reports in, columns of answers out, exact in every row.

`encoding` and `arrow_encoding` (with `wide_integers`) make `columns` of a caller's table;
`assumptions` says what code for them may assume. `block`, `column_arithmetic`, `roundings`,
`expression_lowering`, `day_lowering`, `lookup_lowering` and `step_lowering` lower a rulebook to
operations on whole columns, `numpy_codegen` prints and compiles those, `programs` puts the two
together. `list_columns` has the rows of lists, `row_lowering` what gathers them. `running` runs
programs over blocks of rows, `row_reports` makes reports of those that it hands on, `outputs` is
the answer.
"""

from ruletrail.compiled.columns.row_reports import make_report
from ruletrail.compiled.columns.running import evaluate_many

__all__ = ["evaluate_many", "make_report"]
