"""Proofs over all reports of a rulebook that its schema and its checks admit; docs/proofs.md.

`prove` answers every question about a rulebook, `same` whether two give one answer. The solver is
the extra `[prove]`, and is imported here alone, when something is proved.
"""

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from threading import Lock
from typing import Protocol

from ruletrail.formulas import Formula
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Problem, quote, refusal, term
from ruletrail.proofs.answers import Answer, Limits, Proof
from ruletrail.reports import Report

LIMITS = Limits()
"""How far a proof goes unless somebody says otherwise."""
INSTALLING = 'pip install "ruletrail[prove]"'
"""The command that installs the solver."""
_ONE_AT_A_TIME = Lock()
"""The solver keeps what it makes in one place, which threads must not share."""


class Linked(Protocol):
    """What has a linked rulebook: a plan."""

    @property
    def linked(self) -> LinkedRulebook:
        """The rulebook with its names, types and order."""


def prove(
    plan: Linked,
    properties: Sequence[tuple[str, Formula]] = (),
    *,
    limits: Limits = LIMITS,
    reports: Iterable[Report] = (),
    tell: Callable[[Answer], None] | None = None,
) -> Proof:
    """Answer all questions about a rulebook, and about sentences of its author's own.

    `reports` are valid ones that are known, of the rulebook's examples: what one of them shows need
    not be sought. `tell` is called with each answer as it is found.
    """
    _need_solver("prove")
    from ruletrail.proofs.proving import prove_linked  # noqa: PLC0415 - needs the solver

    with _ONE_AT_A_TIME:
        return prove_linked(plan.linked, properties, limits=limits, reports=reports, tell=tell)


def judge_properties(
    linked: LinkedRulebook, *, limits: Limits = LIMITS, reports: Iterable[Report] = ()
) -> list[Problem]:
    """Prove the properties that a rulebook says of itself; those that do not hold are problems.

    What one of the `reports` refutes, such as those of examples, takes the solver no work.
    """
    if not linked.rulebook.properties:
        return []
    _need_solver("check --prove")
    from ruletrail.proofs.pages import show_fields  # noqa: PLC0415 - on demand
    from ruletrail.proofs.proving import prove_linked  # noqa: PLC0415 - needs the solver

    with _ONE_AT_A_TIME:
        proof = prove_linked(linked, limits=limits, reports=reports, properties_alone=True)
    problems = []
    for answer in proof.answers:
        entry = linked.rulebook.properties[answer.about]
        details = {"code": quote(answer.about)}
        if answer.answer == "refuted":
            fields = (answer.witness or {}).get("fields", {})
            details["text"] = quote(show_fields(fields) or "fields: {}")
            problems.append(Problem("property-refuted", entry.expect.mark, details))
        elif answer.answer == "unsettled":
            reason = (answer.reason or "").partition(" ")[0]
            details["why"] = term(f"open-{reason}")
            more = {
                "work": f"--work {5 * limits.work}",
                "time": f"--timeout {2 * limits.seconds:g}",
            }
            advice = "prove-longer" if reason in more else ""
            details |= {"instead": f"`ruletrail prove {more[reason]}`"} if advice else {}
            mark = entry.expect.mark
            problems.append(Problem("property-unsettled", mark, details, advice=advice))
    return problems


def same(old: Linked, new: Linked, code: str, *, limits: Limits = LIMITS) -> Answer:
    """Tell whether a code comes to the same in two rulebooks, for all reports that both admit.

    The code is that of a rule, decision, section or check of both. `proved` says that it does;
    `refuted` has a report as its witness for which it does not; `unsettled` has a reason, which is
    `schema` where no report is one of both.
    """
    return same_codes(old, new, (code,), limits=limits)[0]


def same_codes(
    old: Linked, new: Linked, codes: Sequence[str], *, limits: Limits = LIMITS
) -> tuple[Answer, ...]:
    """Tell it of several codes, for which the rulebooks are encoded once."""
    return comparison(old, new, limits=limits)(codes)


def comparison(
    old: Linked, new: Linked, *, limits: Limits = LIMITS
) -> Callable[[Sequence[str]], tuple[Answer, ...]]:
    """Encode two rulebooks; what is returned tells it of codes, and may be asked several times.

    All that it is asked shares the limits.
    """
    _need_solver("prove")
    from ruletrail.proofs.comparing import Comparing  # noqa: PLC0415 - needs the solver

    with _ONE_AT_A_TIME:
        comparing = Comparing(old.linked, new.linked, limits)

    def ask(codes: Sequence[str]) -> tuple[Answer, ...]:
        with _ONE_AT_A_TIME:
            return tuple(comparing.compare_all(codes))

    return ask


def has_solver() -> bool:
    """Tell whether the extra is installed, without importing it."""
    return find_spec("z3") is not None


def _need_solver(name: str) -> None:
    """Refuse, with the command that installs it, where the solver is not there."""
    if not has_solver():
        command = f"`{INSTALLING}`"
        raise refusal("missing-extra", name, text=f"`{name}`", command=command)


__all__ = [
    "INSTALLING", "LIMITS", "Answer", "Limits", "Proof", "comparison", "has_solver",
    "judge_properties", "prove", "same", "same_codes",
]  # fmt: skip
