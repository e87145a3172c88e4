"""Scales that begin just past the least number that is looked up in them, and so leave it out."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ruletrail.analysis.knowledge import range_of
from ruletrail.formulas.operations import LOOKUP
from ruletrail.lints.guards import guarded_calls
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Scale
from ruletrail.rulebooks.entries import WrittenBand
from ruletrail.values import write_number


def find_first_bands(subject: Subject) -> Iterator[Problem]:
    """Find first bands `above: t` of scales that are asked for t, and for nothing below it.

    Of a `marginal` scale nothing is left out: the part of a number up to t is taken at no rate.
    """
    scales = {
        code: firsts
        for code, scale in subject.rulebook.scales.items()
        if scale.kind == "step" and (firsts := _list_past(scale))
    }
    told = set[str]()
    for entry in subject.entries if scales else ():
        for _, call, known in guarded_calls(entry, subject):
            if call.operation is not LOOKUP or call.code not in scales or call.code in told:
                continue
            asked, firsts = range_of(call.operands[0], known), scales[call.code]
            if asked.low is not None and asked.low in firsts and asked.holds(asked.low):
                told.add(call.code)
                yield _say(call.code, asked.low, firsts[asked.low])


def _list_past(scale: Scale) -> Mapping[Fraction, WrittenBand]:
    """List the first bands of a scale's versions that begin past a number, by that number."""
    firsts = [content.bands[0] for content in scale.contents if content.bands]
    return {
        band.threshold: band
        for band in firsts
        if band.is_past and isinstance(band.threshold, Fraction)
    }


def _say(code: str, least: Fraction, band: WrittenBand) -> Problem:
    number = write_number(least)
    details = {"code": quote(code), "text": quote(number), "instead": quote(f"from: {number}")}
    return Problem("scale-without-least", band.threshold_mark, details)
