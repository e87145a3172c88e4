"""What a reading leaves to a person, as problems: what was not read, and what nobody asked for."""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.layouts.lines import Spot
from ruletrail.layouts.reading import Reading, Unread
from ruletrail.layouts.rows import Doubt
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.unencoded import LONGEST_REASON, find_unencoded
from ruletrail.problems import Mark, Problem, cut, quote
from ruletrail.reports.texts import tell_signs
from ruletrail.suggestions import nearest_name

_MOST_NAMED = 6
"""So many values that were not found are named by what the form calls them, too."""


def list_findings(
    reading: Reading, file: str, linked: LinkedRulebook | None = None
) -> list[Problem]:
    """List ambiguous and absent values (errors), then lines not understood (warnings).

    What unknown signs touch is one problem. A rulebook says of a row why it is not encoded.
    """
    problems = _list_signs(reading, file)
    if reading.again is not None:
        problems.append(Problem("form-begins-again", _mark(file, reading.again)))
    problems += [
        Problem(
            doubt.why,
            _mark(file, doubt.spot),
            # the row keeps apart, for people, what is told of all its values at once
            {"code": _name(reading, doubt.code), "row": _row_of(doubt), **doubt.details},
            advice=doubt.advice,
        )
        for doubt in reading.ambiguous
        if not reading.hides(doubt.spot, doubt.why)
    ]
    lacking = reading.absent
    if lacking and reading.signs is None:
        # of a page that is not there the codes are enough
        is_short = len(lacking) <= _MOST_NAMED
        named = [_name(reading, code) if is_short else quote(code) for code in lacking]
        details, wording = {"codes": ", ".join(named)}, "absent-of-several" * (len(named) > 1)
        problems.append(replace(Problem("form-value-absent", Mark(file), details), wording=wording))
    lines = (line for line in reading.unread if not reading.hides(line.spot))
    return [*problems, *(_tell_unread(line, reading.absent, file, linked) for line in lines)]


def _tell_unread(
    line: Unread, absent: Sequence[str], file: str, linked: LinkedRulebook | None
) -> Problem:
    """Say what may be done about a line: write its values, or leave its row on the paper."""
    details, advice = {"text": quote(line.text)}, ""
    unencoded = find_unencoded(linked, line.code) if linked is not None and line.code else None
    near = _find_absent(line, absent)
    if unencoded is not None:
        why = cut(unencoded[1], LONGEST_REASON)
        details |= {"code": quote(line.code), "why": why, "step": unencoded[0]}
        advice = "row-not-encoded"
    elif near:
        details |= {"code": quote(near), "written": quote(line.text.split()[0])}
        advice = "row-misnamed"
    return Problem("form-line-unread", _mark(file, line.spot), details, advice=advice)


def _find_absent(line: Unread, absent: Sequence[str]) -> str:
    """Find the row of the form that a line begins like, of those that are not there."""
    first = line.text.split()[:1]
    if not first or not any(map(str.isdigit, first[0])):
        return ""
    return nearest_name(first[0], absent)


def _name(reading: Reading, code: str) -> str:
    """Name a field by its code, and by what the form calls it."""
    label = reading.labels.get(code, "")
    return f"{quote(code)} ({label})" if label else quote(code)


def _row_of(doubt: Doubt) -> str:
    """Name the row of a doubt; that of column names is one for all rows below it."""
    return "" if doubt.why == "form-columns-unknown" else str(doubt.spot.line)


def _list_signs(reading: Reading, file: str) -> list[Problem]:
    """List the one problem of signs that nobody can read, with the values that they may hide."""
    signs = reading.signs
    if signs is None:
        return []
    hidden = [doubt.code for doubt in reading.ambiguous if reading.hides(doubt.spot, doubt.why)]
    codes = ", ".join(map(quote, dict.fromkeys([*hidden, *reading.absent])))
    details = {**tell_signs(signs.signs), "codes": codes}
    code = "form-signs-unknown" if codes else "form-signs-lost"
    return [Problem(code, _mark(file, signs.first), details)]


def _mark(file: str, spot: Spot) -> Mark:
    return Mark(file, spot.line, spot.column, spot.text)
