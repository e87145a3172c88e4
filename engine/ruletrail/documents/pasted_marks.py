"""What other programs put at the beginning of lines: version control, and mail that is answered.

Asked only of a text that could not be read.
"""

import re

from ruletrail.files import split_lines
from ruletrail.problems import Mark, Problem, quote

_OURS = re.compile(r"<{7}(?: .*)?")
_BETWEEN = re.compile(r"={7}(?: .*)?")
_THEIRS = re.compile(r">{7}(?: .*)?")
_QUOTED = ">"
_LEAST_LINES = 2


def find_pasted_marks(text: str, file: str, code: str) -> Problem | None:
    """Return the problem of lines that hold such marks, in place of where reading stopped."""
    lines = split_lines(text)
    at = next((at for at, line in enumerate(lines) if _OURS.fullmatch(line)), None)
    if at is not None and _goes_on(lines[at + 1 :]):
        details = {"near": quote(lines[at])}
        mark = Mark(file, at + 1, 1, lines[at])
        return Problem(code, mark, details, advice="two-versions", wording="two-versions")
    written = [(at, line) for at, line in enumerate(lines) if line.strip()]
    if len(written) < _LEAST_LINES or not all(line.startswith(_QUOTED) for _, line in written):
        return None
    first, line = written[0]
    details, mark = {"near": quote(line)}, Mark(file, first + 1, 1, line)
    return Problem(code, mark, details, advice="quoted-lines", wording="quoted-lines")


def _goes_on(lines: list[str]) -> bool:
    """Tell whether the other version, and its end, follow."""
    between = next((at for at, line in enumerate(lines) if _BETWEEN.fullmatch(line)), None)
    return between is not None and any(map(_THEIRS.fullmatch, lines[between + 1 :]))
