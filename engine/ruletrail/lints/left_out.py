"""Aggregates that a rulebook inherits from an earlier language, where they meant something else."""

from collections.abc import Iterator, Mapping

from ruletrail.analysis.inference import LEAVES_OUT_SINCE, infer_rulebook
from ruletrail.formulas import Call, Expression, Name
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem


def find_left_out(subject: Subject) -> Iterator[Problem]:
    """Find inherited aggregates over a group of which a member may not apply.

    Language 1 said of them that they do not apply; now the member is left out.
    """
    earlier = {file for file, language in subject.languages.items() if language < LEAVES_OUT_SINCE}
    if not earlier or subject.rulebook.language < LEAVES_OUT_SINCE:
        return
    idle = _find_idle(subject)
    for entry in subject.entries:
        for clause, formula in formulas_in(entry):
            if clause.mark.file in earlier:
                for part in formula.parts:
                    for group, member in _members_left_out(part, subject, idle):
                        yield note("group-leaves-out", part, clause, group=group, member=member)


def _find_idle(subject: Subject) -> frozenset[str]:
    """Name the rules and outcomes that may not apply."""
    steps = infer_rulebook(subject.linked, frozenset()).steps
    return frozenset(
        step.entry.code
        for step in steps
        if step.fact is not None and "not_applicable" in step.fact.non_values
    )


def _members_left_out(
    part: Expression, subject: Subject, idle: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield each group of an aggregate, with the first of its members that may not apply."""
    if not isinstance(part, Call) or not part.operation.takes_groups:
        return
    groups: Mapping[str, tuple[str, ...]] = {
        code: group.members for code, group in subject.rulebook.groups.items()
    }
    for operand in part.operands:
        members = groups.get(operand.code, ()) if isinstance(operand, Name) else ()
        first = next((member for member in members if member in idle), "")
        if first and isinstance(operand, Name):
            yield operand.code, first
