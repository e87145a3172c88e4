"""Whether the findings of a formula that are certain, each by itself, make it whole together.

A finding says what its own piece means. Where another piece has no certain meaning, the first may
have been a part of something else: `1 and a ^ 2` has no certain power. Nor is there any certainty
where a number that stays as it is may have been meant otherwise: `0,5 + 12.000`.
"""

from collections.abc import Container, Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits import apply_mended
from ruletrail.formulas.lexer import Finding, read_tokens
from ruletrail.formulas.operations import LATEST_LANGUAGE
from ruletrail.formulas.parsing import parse_formula
from ruletrail.formulas.written_numbers import has_ambiguous_number

MOST_ROUNDS = 20
"""How often a formula is mended and parsed again; one rarely hides more than two slips."""


def only_whole(
    text: str,
    findings: Sequence[Finding],
    language: int = LATEST_LANGUAGE,
    lookups: Container[str] = (),
) -> list[Finding]:
    """Keep what mends the findings of a formula if it parses when all is mended, else nothing."""
    if _becomes_whole(text, findings, language, lookups):
        return list(findings)
    return [replace(finding, mended=None) for finding in findings]


def _becomes_whole(
    text: str, findings: Sequence[Finding], language: int, lookups: Container[str]
) -> bool:
    for _ in range(MOST_ROUNDS):
        if any(finding.mended is None for finding in findings):
            return False
        text = apply_mended(text, findings)
        _, findings = parse_formula(text, language, lookups)
        if not findings:
            return not has_ambiguous_number(read_tokens(text))
    return False
