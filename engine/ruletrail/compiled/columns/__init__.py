"""The lane for many reports: columns in, columns out, exact in every row.

`encoding` (with `arrows`, `libraries`, `limbs`) reads a caller's table; `premises` say what code for it takes for granted;
`blocks`, `operations`, `choices` and `conclusions` write on a tape (`tapes`, `cells`, `roundings`, `words`) what the plan
does to whole columns; `weaving` prints it, `programs` keeps it, `running` runs it over blocks of rows; `outputs` is the answer.
"""

from ruletrail.compiled.columns.running import evaluate_many, make_report

__all__ = ["evaluate_many", "make_report"]
