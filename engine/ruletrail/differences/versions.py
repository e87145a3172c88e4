"""Whether a version number says enough of what changed: semver for rulebooks (docs/diff.md).

A patch gives every report the answer that it had; a minor version may give another, or have more;
after a major one somebody who uses the rulebook has to change something: a report, or what reads
its answers.
"""

from collections.abc import Iterable, Sequence

from ruletrail.differences.changes import LEVELS, Change, Finding, Level, Verdict
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Rulebook

_READ = frozenset({"rule", "decision", "section", "check"})
"""Kinds of entries whose codes stand in answers."""
_MOST_NAMED = 10


def judge_version(old: LinkedRulebook, new: LinkedRulebook, findings: Sequence[Finding]) -> Verdict:
    """Judge the version number of a rulebook by its changes from another one."""
    one, other = old.rulebook, new.rulebook
    needed, because = _needed(findings, one, other)
    said, reason = _said(one, other)
    names = str(one.identity), str(other.identity)
    if reason:
        return Verdict(*names, needed, said, reason != "backwards", reason, because)
    if one.status == "draft":
        # a draft promises nothing yet
        return Verdict(*names, needed, said, True, "draft", because)
    before_first = _numbers(other.identity.version)[0] == 0
    asked = _lower(needed) if before_first else needed
    is_enough = LEVELS.index(said) >= LEVELS.index(asked)
    return Verdict(*names, needed, said, is_enough, "enough" if is_enough else "raise", because)


def _lower(level: Level) -> Level:
    """Give what a version 0 asks for: its minor number says what the first one says later."""
    return {"major": "minor", "minor": "patch"}.get(level, level)  # type: ignore[return-value]


def next_version(version: str, needed: Level) -> str:
    """Give the least version after one that says enough."""
    first, second, third = _numbers(version)
    match needed if first else _lower(needed):
        case "major":
            return f"{first + 1}.0.0"
        case "minor":
            return f"{first}.{second + 1}.0"
        case "patch":
            return f"{first}.{second}.{third + 1}"
        case _:
            return version


def _said(old: Rulebook, new: Rulebook) -> tuple[Level, str]:
    """Tell which number was raised; and why numbers say nothing of the changes, if they do not."""
    one, other = old.identity, new.identity
    if one.reference != other.reference:
        return "none", "another"
    before, after = _numbers(one.version), _numbers(other.version)
    if after < before:
        return "none", "backwards"
    for level, was, now in zip(("major", "minor", "patch"), before, after, strict=True):
        if was != now:
            return level, ""  # type: ignore[return-value]  # one of the three
    return "none", ""


def _numbers(version: str) -> tuple[int, int, int]:
    first, second, third = map(int, version.split("."))
    return first, second, third


def _needed(
    findings: Iterable[Finding], old: Rulebook, new: Rulebook
) -> tuple[Level, tuple[str, ...]]:
    levels: dict[Level, list[str]] = {}
    for finding in findings:
        change = finding.change
        name = change.code or change.at
        levels.setdefault(level_of(finding, old, new), []).append(name)
    for level in reversed(LEVELS):
        if levels.get(level):
            return level, tuple(dict.fromkeys(levels[level]))[:_MOST_NAMED]
    return "none", ()


def level_of(finding: Finding, old: Rulebook, new: Rulebook) -> Level:
    """Say which number a change asks to be raised."""
    change = finding.change
    if _breaks(change, old, new) or _refuses(finding):
        return "major"
    if change.part == "validity" and change.at != "status":
        return "minor"
    # what is not known to be the same may be otherwise
    return "patch" if finding.outcomes == "same" and not _adds(change) else "minor"


def _adds(change: Change) -> bool:
    """Tell an addition: a code of answers, or a field."""
    return change.is_of_entry and change.old is None and change.kind in (*_READ, "field")


def _breaks(change: Change, old: Rulebook, new: Rulebook) -> bool:
    """Tell a change after which something that reads answers, or makes reports, must change."""
    if change.is_of_entry:
        return change.new is None and change.kind in (*_READ, "field")
    if change.part == "language":
        return True  # trails have another form
    if change.part == "unit":
        return change.kind in ("rule", "field")
    if change.kind == "field":
        return change.part == "type" or (change.part == "required" and change.new == "true")
    is_case = change.kind == "decision" and change.part == "case" and change.new is None
    return is_case and _loses_outcome(change, old, new)


def _loses_outcome(change: Change, old: Rulebook, new: Rulebook) -> bool:
    """Tell whether an outcome is gone, and not only one of its cases."""
    names = []
    for rulebook in (old, new):
        cases = getattr(rulebook.entries.get(change.code), "cases", ())
        names.append({each.outcome for each in cases} if isinstance(cases, tuple) else set())
    return bool(names[0] - names[1])


def _refuses(finding: Finding) -> bool:
    """Tell whether a report that was admitted is refused now, which its witness shows."""
    witness = finding.witness
    return witness is not None and bool(witness.new.refused) and not witness.old.refused
