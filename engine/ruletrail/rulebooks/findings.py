"""What is wrong inside a formula, as a problem at its place in the file."""

from ruletrail.documents import ScalarNode
from ruletrail.formulas import Finding
from ruletrail.problems import Mark, Problem, quote, term
from ruletrail.structures import replace

_TYPES = frozenset({"number", "text", "boolean"})
_SUGGESTING = frozenset({"unknown-code", "unknown-function"})


def to_problem(finding: Finding, node: ScalarNode) -> Problem:
    """Give a finding of a formula the mark that its offset has in the file."""
    return describe(finding, mark_at(node, finding.offset))


def mark_at(node: ScalarNode, offset: int) -> Mark:
    """Return the mark of an offset in a scalar; the scalar's own where the text was folded or substituted."""
    if not node.inline:
        return node.mark
    return replace(node.mark, column=node.mark.column + offset + (1 if node.style == "quoted" else 0))


def describe(finding: Finding, mark: Mark) -> Problem:
    """Put a finding into a problem's terms."""
    details = {
        "text": quote(finding.text),
        "instead": quote(finding.instead),
        "expected": _term(finding.expected),
        "found": _term(finding.found),
    }
    if finding.code in _SUGGESTING:
        return Problem(finding.code, mark, details, suggestion=finding.instead)
    return Problem(finding.code, mark, details, advice="write-instead" if finding.instead else "")


def _term(text: str) -> str:
    return term(text) if text in _TYPES else text
