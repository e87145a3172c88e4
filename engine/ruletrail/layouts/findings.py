"""A reading's gaps as problems, for the command line: what was not decided, not found, not understood."""

from collections.abc import Sequence

from ruletrail.layouts.reading import Reading
from ruletrail.problems import Mark, Problem, quote


def list_findings(reading: Reading, file: str) -> list[Problem]:
    """List ambiguous and absent values (errors) and lines that were not understood (warnings), in that order."""
    problems = [Problem(doubt.why, Mark(file, doubt.line, 1), {"code": quote(doubt.code)}) for doubt in reading.ambiguous]
    if reading.absent:
        problems.append(Problem("form-value-absent", Mark(file, 1, 1), {"codes": _listed(reading.absent)}))
    problems += [Problem("form-line-unread", Mark(file, line.line, 1, line.text), {"text": quote(line.text)}) for line in reading.unread]
    return problems


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(quote(code) for code in codes)
