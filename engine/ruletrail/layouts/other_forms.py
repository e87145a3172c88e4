"""Why a text is not read as a form, though the form's words are there: another year, lost lines.

Asked only where a form was not read; nothing here reads a value.
"""

from collections import Counter
from collections.abc import Sequence

from ruletrail.layouts.lines import Line, Place, match_words
from ruletrail.layouts.model import Layout, Words
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal

_MOST_LABELS = 60
"""Labels that are looked for."""
_MOST_YEARS = 4
"""Years that are tried, those that the text names most often."""
_LEAST_FOUND = 3
"""Labels of which no text has so many by chance."""
_LEAST_WORDS = 3
_YEAR_DIGITS = 4


def refuse_unknown(lines: Sequence[Line], layout: Layout, file: str) -> ProblemsError:
    """Make the error of a text no row of which is as on the form, with what became of its rows."""
    labels = [each.label for each in layout.rows if len(each.label) >= _LEAST_WORDS][:_MOST_LABELS]
    text = _join(lines)
    lowered, advice, rulebook = text.lower(), "", quote(layout.rulebook)
    if sum(_joined(label) in text for label in labels) >= _LEAST_FOUND:
        advice = "rows-on-one-line"
    elif sum(_joined(label).lower() in lowered for label in labels) >= _LEAST_FOUND:
        advice = "rows-in-capitals"
    if not advice:
        return refusal("form-unknown", Mark(file), rulebook=rulebook)
    details = {"rulebook": rulebook}
    problem = Problem("form-unknown", Mark(file), details, "", advice, wording="rows-otherwise")
    return ProblemsError([problem])


def find_other_year(lines: Sequence[Line], layout: Layout, file: str) -> Problem | None:
    """Tell a form of another year: where the layout has the rulebook's, the text has that one."""
    own = layout.rulebook.partition("/")[2]
    labels = [each.label for each in layout.rows] + [each.words for each in layout.headings]
    known = {label for label in labels if len(label) >= _LEAST_WORDS}
    dated = [label for label in dict.fromkeys(labels) if label in known and own in label]
    if len(own) != _YEAR_DIGITS or not own.isdigit() or not dated:
        return None
    text = _join(lines)
    own_ones = sum(_joined(label) in text for label in dated[:_MOST_LABELS])
    years = Counter(word for line in lines for word in line.words if _is_year(word, own))
    for year, _ in years.most_common(_MOST_YEARS):
        others = [_of_year(label, own, year) for label in dated[:_MOST_LABELS]]
        found = [label for label in others if label not in known and _joined(label) in text]
        if len(found) > own_ones + 1:
            return _tell_year(found, lines, file, year=year, own=own, rulebook=layout.rulebook)
    return None


def _is_year(word: str, own: str) -> bool:
    return len(word) == _YEAR_DIGITS and word.isdigit() and word[:2] == own[:2] and word != own


def _of_year(label: Words, own: str, year: str) -> Words:
    return tuple(year if word == own else word for word in label)


def _join(lines: Sequence[Line]) -> str:
    return f" {' '.join(word for line in lines for word in line.words)} "


def _joined(label: Words) -> str:
    return f" {' '.join(label)} "


def _tell_year(
    found: Sequence[Words], lines: Sequence[Line], file: str, *, year: str, own: str, rulebook: str
) -> Problem:
    shortest = sorted(found, key=len)
    begun = (
        (line, label)
        for label in shortest
        for at, line in enumerate(lines)
        if line.words[0] == label[0] and match_words(lines, Place(at, 0), label) is not None
    )
    line, label = next(begun, (lines[0], shortest[0]))
    spot = line.spot()
    details = {
        "found": quote(" ".join(label)),
        "year": quote(year),
        "edition": quote(own),
        "rulebook": quote(rulebook),
    }
    return Problem("form-of-another-year", Mark(file, spot.line, spot.column, spot.text), details)
