"""Rates of marginal scales: one above 1 takes more than all of what falls into its band."""

from collections.abc import Iterator
from fractions import Fraction

from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote, quote_to_write
from ruletrail.values import write_number


def find_rates(subject: Subject) -> Iterator[Problem]:
    """Find rates that are written as a number above 1: most often per cent are meant."""
    for scale in subject.rulebook.scales.values():
        for band in (
            (each for content in scale.contents for each in content.bands)
            if scale.kind == "marginal"
            else ()
        ):
            if isinstance(band.value, Fraction) and band.value > 1:
                number = write_number(band.value)
                details = {"text": quote(number), "instead": quote_to_write(f"{number} %")}
                yield Problem("rate-above-one", band.value_mark, details)
