"""The comparison of two rulebooks: what changed, what comes of it, which version it is."""

from collections.abc import Iterable, Sequence

from ruletrail.api import Plan
from ruletrail.differences.bases import list_bases
from ruletrail.differences.candidates import Forms
from ruletrail.differences.changes import Change, Difference, Finding
from ruletrail.differences.entries import compare_rulebooks
from ruletrail.differences.proving import Prover
from ruletrail.differences.reach import Pair, Reached
from ruletrail.differences.searching import MOST_WORK, Search, cost_of_trial
from ruletrail.differences.versions import judge_version
from ruletrail.examples import Examples

_MANY = 100
"""So many changes ask for so many reports that making functions for large rulebooks pays."""
FEW_TRIALS = 40
"""Of so few reports, as many as the work admits for very large rulebooks, it does not."""


def compare(
    old: Plan,
    new: Plan,
    examples: Iterable[tuple[int, Examples]] = (),
) -> Difference:
    """Compare two rulebooks; `examples` are those of either, the old one 0, the new one 1."""
    changes = compare_rulebooks(old.linked, new.linked)
    pair = Pair(old, new)
    findings = _settle(changes, pair, examples)
    version = judge_version(old.linked, new.linked, findings)
    return Difference(old.reference, new.reference, findings, version)


def _settle(
    changes: Sequence[Change], pair: Pair, examples: Iterable[tuple[int, Examples]]
) -> tuple[Finding, ...]:
    """Find out what comes of each change: by a report that shows it, else by a proof."""
    reached = [pair.reached(change) for change in changes]
    if not any(reached):
        return tuple(map(_say_without, changes))
    is_much = cost_of_trial(pair) * FEW_TRIALS > MOST_WORK
    if sum(map(bool, reached)) >= _MANY and not is_much:
        for plan in pair.plans:
            plan.functions.general()  # both kinds of functions, and nothing that writes trails
    name = pair.new.linked.rulebook.identity.reference
    search = Search(pair, name, changes, list_bases(pair, Forms(pair), examples))
    search.run()
    prover = Prover(pair)
    prover.prove([(changes[at], reached[at]) for at in search.open])
    search.try_found(prover.witnesses())
    found = []
    for at, change in enumerate(changes):
        if at in search.found:
            found.append(Finding(change, reached[at], "differ", "shown", search.found[at]))
        elif at in search.open:
            found.append(_say_open(change, reached[at], prover, is_out=search.is_out))
        else:
            found.append(_say_without(change))
    return tuple(found)


def _say_without(change: Change) -> Finding:
    return Finding(change, (), "same", "not_read" if change.is_meaning else "words")


def _say_open(change: Change, reached: Reached, prover: Prover, *, is_out: bool) -> Finding:
    is_proved, why = prover.settle(change, reached)
    if is_proved:
        return Finding(change, reached, "same", "proved")
    if not prover.is_there:
        return Finding(change, reached, "unsettled", "no_solver")
    # reports that a proof found may have been too many to be tried
    why = "work" if is_out and why == "other" else why
    return Finding(change, reached, "unsettled", "not_provable", why=why)
