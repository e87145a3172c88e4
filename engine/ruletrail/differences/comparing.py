"""The comparison of two rulebooks: what changed, what comes of it, and what the version should be."""

from collections.abc import Iterable, Sequence

from ruletrail.api import Plan
from ruletrail.differences.bases import list_bases
from ruletrail.differences.candidates import Forms
from ruletrail.differences.changes import Change, Difference, Finding, Witness
from ruletrail.differences.entries import compare_rulebooks
from ruletrail.differences.proving import Prover
from ruletrail.differences.reach import Pair
from ruletrail.differences.searching import Search
from ruletrail.differences.versions import judge_version
from ruletrail.examples import Examples


def compare(
    old: Plan,
    new: Plan,
    examples: Iterable[tuple[int, Examples]] = (),
) -> Difference:
    """Compare two rulebooks; `examples` are those of either, the old one 0, the new one 1."""
    changes = compare_rulebooks(old.linked, new.linked)
    pair = Pair(old, new)
    witnesses: dict[int, Witness] = {}
    if any(change.is_meaning for change in changes):
        name = new.linked.rulebook.identity.reference
        bases = list_bases(pair, Forms(pair), examples)
        witnesses = dict(Search(pair, name, changes, bases).run())
    findings = _settle(changes, pair, witnesses)
    version = judge_version(old.linked, new.linked, findings)
    return Difference(old.reference, new.reference, findings, version)


def _settle(
    changes: Sequence[Change], pair: Pair, witnesses: dict[int, Witness]
) -> tuple[Finding, ...]:
    prover = Prover(pair)
    found = []
    for at, change in enumerate(changes):
        reached = pair.reached(change)
        if not change.is_meaning:
            found.append(Finding(change, (), "same", "words"))
        elif not reached:
            found.append(Finding(change, (), "same", "not_read"))
        elif at in witnesses:
            found.append(Finding(change, reached, "differ", "shown", witnesses[at]))
        else:
            found.append(prover.settle(change, reached))
    return tuple(found)
