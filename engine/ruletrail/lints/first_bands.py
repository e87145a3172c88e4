"""Scales that begin past the least number that is looked up in them, and so leave it out."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.knowledge import Knowledge, range_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.lints.guards import guarded_calls
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote, quote_to_write
from ruletrail.rulebooks import Scale
from ruletrail.rulebooks.entries import Constant, WrittenBand
from ruletrail.values import write_number

_SMALLEST_STEP = Fraction(1, 100)
"""What is `> 0` begins at a cent: nobody is left out where a scale begins there."""


@dataclass(frozen=True, slots=True)
class _First:
    """The first band of one version of a scale, and the least number that it may begin at."""

    scale: Scale
    band: WrittenBand
    threshold: Fraction

    def leaves_out(self, asked: Interval) -> bool:
        """Tell whether some of the numbers that are asked for lie before the band."""
        if asked.low is None or asked.is_empty:
            return False
        if asked.low_open:
            gap = self.threshold - asked.low
            return gap > (0 if self.band.is_past else _SMALLEST_STEP)
        return asked.low < self.threshold or (asked.low == self.threshold and self.band.is_past)


def find_first_bands(subject: Subject) -> Iterator[Problem]:
    """Find first bands of scales that are asked for a number below them.

    Of a `marginal` scale nothing is left out: the part of a number below is taken at no rate. What
    has no least number is said nothing of: then every scale would leave something out.
    """
    scales = {
        code: firsts
        for code, scale in subject.rulebook.scales.items()
        if scale.kind != "marginal" and (firsts := list(_list_firsts(scale, subject.known)))
    }
    told = set[str]()
    for entry in subject.entries if scales else ():
        for _, call, known in guarded_calls(entry, subject, lambda it: it.code in scales):
            if call.code in told:
                continue
            asked = _begin_at_whole(range_of(call.operands[0], known))
            first = next((each for each in scales[call.code] if each.leaves_out(asked)), None)
            if first is not None:
                told.add(call.code)
                yield _say(call.code, asked, first)


def _list_firsts(scale: Scale, known: Knowledge) -> Iterator[_First]:
    """List the first bands of a scale's versions; of a parameter counts the least that it is."""
    factor = None if scale.times is None else _least_of(scale.times, known)
    for content in scale.contents:
        for band in content.bands[:1]:
            begin = _least_of(band.threshold, known)
            if begin is None:
                continue
            if scale.times is None or begin == 0:
                yield _First(scale, band, begin)
            elif factor is not None and min(begin, factor) > 0:
                yield _First(scale, band, begin * factor)


def _least_of(constant: Constant, known: Knowledge) -> Fraction | None:
    if isinstance(constant, Fraction):
        return constant
    return known.base[constant].range.low if constant in known.base else None


def _begin_at_whole(asked: Interval) -> Interval:
    """Let a range of whole numbers begin at the first of them."""
    if not asked.whole or asked.low is None:
        return asked
    least = floor(asked.low) + 1 if asked.low_open else ceil(asked.low)
    return replace(asked, low=Fraction(least), low_open=False)


def _say(code: str, asked: Interval, first: _First) -> Problem:
    least, band = asked.low or Fraction(), first.band
    written = band.threshold
    begin = written if isinstance(written, str) else write_number(written)
    if least == first.threshold:
        details = {
            "code": quote(code),
            "text": quote(write_number(least)),
            "instead": quote_to_write(f"from: {begin}"),
        }
        return Problem("scale-without-least", band.threshold_mark, details)
    key = "above" if asked.low_open and first.scale.kind == "step" else "from"
    # of a threshold that a parameter multiplies, what is looked up says nothing, but of zero
    number = write_number(least) if first.scale.times is None or not least else "…"
    details = {
        "code": quote(code),
        "text": quote(f"{'above' if band.is_past else 'from'}: {begin}"),
        "least": quote(write_number(least)),
        "instead": quote_to_write(f"{{{key}: {number}, value: …}}"),
    }
    return Problem(
        "scale-without-least", band.threshold_mark, details, "", "band-before",
        wording="scale-begins-past" if asked.low_open else "scale-begins-later",
    )  # fmt: skip
