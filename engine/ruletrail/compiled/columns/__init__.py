"""Columns: a table of reports in, columns of answers out, exact in every row.

`encoding` and `arrow_encoding` (with `wide_integers`) make `columns` of a caller's table;
`assumptions` says what code for them may assume. `block`, `column_arithmetic`, `roundings`,
`expression_lowering`, `day_lowering`, `lookup_lowering` and `step_lowering` lower a rulebook to
operations on whole columns, `numpy_codegen` prints and compiles those, `programs` puts the two
together. `running` runs programs over blocks of rows, `outputs` is the answer.
"""

from ruletrail.compiled.columns.running import evaluate_many, make_report

__all__ = ["evaluate_many", "make_report"]
