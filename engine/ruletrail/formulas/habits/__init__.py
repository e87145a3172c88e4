"""Habits from spreadsheets and other languages, each named for what it is, with what to write.

`=`, `8,50`, `<>`, `;`, `10 %`, `SE(…)` are told apart before anything is parsed, instead of ending
in "invalid syntax". Where there is no doubt what was meant, a finding says what mends it.
"""

from ruletrail.formulas.habits.choices import LEFT_OUT, REWRITING
from ruletrail.formulas.habits.finding import apply_mended, find_habits
from ruletrail.formulas.habits.percentages import PART_OF_SUM, find_percents_before_sums
from ruletrail.formulas.habits.rewritten_calls import AVERAGES

__all__ = [
    "AVERAGES",
    "LEFT_OUT",
    "PART_OF_SUM",
    "REWRITING",
    "apply_mended",
    "find_habits",
    "find_percents_before_sums",
]
