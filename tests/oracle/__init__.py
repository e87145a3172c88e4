"""A second evaluator of language 1, written from the contract alone, and what compares with it.

`python -m tests.oracle --reports N --columns M --seed S` generates rulebooks and reports and
compares this evaluator's answers with those of ruletrail, in every way it can be asked.
"""
