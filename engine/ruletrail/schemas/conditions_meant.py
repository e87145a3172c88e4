"""Conditions under keys that are none: `fail_if`, `unless`, a second one beside an entry's own.

An entry has one condition, that holds where it is right: `expect` of a check, `when` of a rule or
a case, `due` of a section. What others write beside it, or the reverse of it, can be joined to it.
"""

import re
from collections.abc import Mapping
from typing import Any

from ruletrail.documents import Node, ScalarNode, members_of
from ruletrail.problems import quote_to_write
from ruletrail.schemas.meant_keys import WHAT_MUST_BE_TRUE, WHAT_MUST_NOT_BE
from ruletrail.schemas.sketches import write_flow
from ruletrail.suggestions import code_like

CONDITIONS = frozenset({"when", "if", "se", "quando", "condizione", "condition"})
"""What people call the condition on which an entry is looked at."""
UNLESS = frozenset({"unless", "except", "not", "salvo", "tranne", "a_meno_che", "eccetto"})
"""What people write for a condition on which an entry does not hold."""
_FAILING = frozenset({
    "fail", "fail_if", "fails_if", "fail_when", "fails_when", "error_if", "error_when", "errors_if",
    "deny", "deny_if", "forbid", "forbid_if", "reject", "reject_if", "invalid_if", "wrong_if",
    "violation", "violated_if", "fallisce_se", "fallisce", "fallisce_quando", "errore_se",
    "sbagliato_se", "sbagliata_se", "errato_se", "vietato", "vietato_se", "vieta", "rifiuta_se",
    "violazione", "violato_se", "violata_se",
})  # fmt: skip
"""What people call the condition on which a check fails."""
_LIKE_A_CONDITION = re.compile(r"[<>≤≥≠]|[=!]=|\b(?:and|or|not|in)\b|\w\(")
_OF_CHECKS = ("checks", "properties")
_PARTS = (*_OF_CHECKS, "rules", "decisions", "sections", "messages")
"""The parts of a rulebook whose entries have a condition."""
_OWN = ("expect", "due", "when")
"""The keys of the condition that an entry has; of a check's two it is what it expects."""
_DEPTH_OF_ENTRIES = 2


def advise_condition(key: str, error: Any, place: Node) -> tuple[str, dict[str, str]] | None:
    """Say how a condition under a key that is none is written; None for other keys."""
    condition = members_of(place).get(key)
    if not isinstance(condition, ScalarNode):
        return None
    word, own = code_like(key).lower(), _own_key(error)
    whole = members_of(place).get(own)
    if own and word in _denying(error):
        return _join_denied(own, word, condition, whole)
    if len(error.absolute_path) != _DEPTH_OF_ENTRIES or word not in CONDITIONS:
        return None
    if own in ("expect", "due") and isinstance(whole, ScalarNode):
        joined = f"({condition.text}) and ({whole.text})"
        denied = f"not ({condition.text}) or ({whole.text})"
        return _joined(f"{own}: {joined if own == 'due' else denied}")
    return _ask_what_must_be_true(condition) if own == "expect" else None


def advise_unknown(key: str, error: Any, place: Node) -> tuple[str, dict[str, str]]:
    """Take the only condition in a check without any for what it expects, whatever its key is."""
    written = members_of(place)
    condition, known = written.get(key), error.schema.get("properties", {})
    if _own_key(error) != "expect" or "expect" in written or "not_encoded" in written:
        return "", {}
    if not isinstance(condition, ScalarNode) or not _LIKE_A_CONDITION.search(condition.text):
        return "", {}
    # there may be thousands: the first other one is enough
    if any(each not in known and each != key for each in written):
        return "", {}
    return _ask_what_must_be_true(condition)


def _own_key(error: Any) -> str:
    """Name the key of the condition that an entry has; empty for what has none."""
    path, known = list(error.absolute_path), error.schema.get("properties", {})
    if len(path) < _DEPTH_OF_ENTRIES or path[0] not in _PARTS:
        return ""
    if path[0] in _OF_CHECKS and len(path) == _DEPTH_OF_ENTRIES:
        return "expect"
    return next((each for each in _OWN if each in known), "")


def _denying(error: Any) -> frozenset[str]:
    """List the words for the reverse of an entry's condition."""
    return UNLESS | _FAILING if error.absolute_path[0] in _OF_CHECKS else UNLESS


def _join_denied(
    own: str, word: str, condition: ScalarNode, whole: Node | None
) -> tuple[str, dict[str, str]] | None:
    """Write the reverse of a condition as an entry's own, or joined to it."""
    if isinstance(whole, ScalarNode):
        # a check that holds unless something is so holds there whatever it expects
        is_excused = own == "expect" and word in UNLESS
        joined = f"({condition.text}) or ({whole.text})"
        denied = f"({whole.text}) and not ({condition.text})"
        return _joined(f"{own}: {joined if is_excused else denied}")
    if whole is not None:
        return None
    _, denied = _either(condition)
    told = {"instead": quote_to_write(f"{own}: {denied}"), "own": f"`{own}`", "meant": own}
    return WHAT_MUST_NOT_BE, told


def _joined(written: str) -> tuple[str, dict[str, str]]:
    return "condition-joined", {"instead": quote_to_write(written)}


def _ask_what_must_be_true(condition: ScalarNode) -> tuple[str, dict[str, str]]:
    """Write a condition as what a check expects, and denied: only its author knows which is meant.

    What others call the condition of a check is often the one on which it fails.
    """
    asked, denied = _either(condition)
    told: Mapping[str, str] = {
        "instead": quote_to_write(f"expect: {asked}"),
        "denied": quote_to_write(f"expect: {denied}"),
        "meant": "expect",
    }
    return WHAT_MUST_BE_TRUE, dict(told)


def _either(condition: ScalarNode) -> tuple[str, str]:
    """Write a condition, and its reverse, as YAML takes them where it stands."""
    asked, denied = condition.text, f"not ({condition.text})"
    return (
        (asked, denied) if condition.style == "plain" else (write_flow(asked), write_flow(denied))
    )
