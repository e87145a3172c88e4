"""The code of a field in the place of a unit: `of: isee` for `of: euro`.

A unit is any word, so that only what does not agree with it tells; then it is blamed, and what
reads it is not.
"""

from collections.abc import Iterator, Sequence

from ruletrail.documents import MappingNode, ScalarNode, members_of
from ruletrail.linking.names import Names, collect_names
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import Schema

_PARTS = ("parameters", "scales", "tables", "rules")
_KEYS = ("of", "unit")


def blame_codes_for_units(
    problems: Sequence[Problem], resolved: MappingNode, rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Tell once of each code that stands for a unit, in place of the clashes that come of it."""
    clashing = {
        each.details[side]
        for each in problems
        if each.code == "unit-clash"
        for side in ("expected", "found")
    }
    if not clashing:
        return list(problems)
    names = collect_names(rulebook, schema)
    told = {
        mark: (key, text, unit)
        for key, text, mark in _written_units(resolved)
        if quote(text) in clashing and (unit := _unit_of(text, names))
    }
    wrong = {quote(text) for _, text, _ in told.values()}
    kept = [
        each
        for each in problems
        if each.code != "unit-clash"
        or wrong.isdisjoint((each.details["expected"], each.details["found"]))
    ]
    return [*kept, *(_tell(mark, *each) for mark, each in told.items())]


def _written_units(resolved: MappingNode) -> Iterator[tuple[str, str, Mark]]:
    """Yield the units that entries write, each with its key and its place."""
    for part in _PARTS:
        for entry in members_of(resolved.get(part)).values():
            for key in _KEYS:
                node = members_of(entry).get(key)
                if isinstance(node, ScalarNode):
                    yield key, node.text, node.mark


def _unit_of(text: str, names: Names) -> str:
    """Return the unit of a code; nothing for a word that is no code, or is a unit too."""
    known = {each.unit for each in names.fields.values()}
    signature = names.signatures.get(text)
    is_code = signature is not None and signature.unit not in (None, text)
    return str(signature.unit) if is_code and text not in known else ""  # type: ignore[union-attr]  # it is there


def _tell(mark: Mark, key: str, text: str, unit: str) -> Problem:
    details = {"text": quote(text), "instead": quote_to_write(unit), "expected": quote(unit)}
    details["found"] = quote(text)
    return Problem("unit-clash", mark, details, advice=f"{key}-of-code", wording="code-for-unit")
