"""An evaluator of both languages, written from the contract alone, and what compares with it.

`python -m tests.oracle --reports N --columns M --seed S` generates rulebooks and reports and
compares this evaluator's answers with those of ruletrail, in every way it can be asked: mappings,
bytes, YAML, files, the reference and both compiled functions, columns of every form, batch, the
command line, trails and their checker. Of `evaluation.py`, which says what a rulebook comes to,
`formulas.py`, `lookups.py` and `calendars.py` are parts; `later_*` is what language 2 adds to what
is generated.
"""
