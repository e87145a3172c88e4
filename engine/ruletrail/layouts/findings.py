"""A reading's gaps as problems, for the command line: what was not decided, not found, not understood."""

from collections.abc import Sequence

from ruletrail.layouts.lines import Spot
from ruletrail.layouts.reading import Reading
from ruletrail.problems import Mark, Problem, quote


def list_findings(reading: Reading, file: str) -> list[Problem]:
    """List ambiguous and absent values (errors) and lines that were not understood (warnings), in that order."""
    problems = [
        Problem(doubt.why, _mark(file, doubt.spot), {"code": quote(doubt.code), **doubt.details})
        for doubt in reading.ambiguous
    ]
    if reading.absent:
        problems.append(
            Problem("form-value-absent", Mark(file, 1, 1), {"codes": _listed(reading.absent)})
        )
    problems += [
        Problem("form-line-unread", _mark(file, line.spot), {"text": quote(line.text)})
        for line in reading.unread
    ]
    return problems


def _mark(file: str, spot: Spot) -> Mark:
    return Mark(file, spot.line, spot.column, spot.text)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(quote(code) for code in codes)
