"""What would change an answer: counterfactuals of one report, exact, without a solver.

`ask_what_if` is the whole of it. A target is a decision, a section or a check; its inputs are the
fields that it reads at any distance. See docs/what-if.md.
"""

from collections.abc import Iterable, Mapping, Sequence

from ruletrail.counterfactuals.admissions import Admission
from ruletrail.counterfactuals.answers import (
    Flip,
    Goal,
    Joint,
    Part,
    Precision,
    Trial,
    Unsettled,
    WhatIf,
)
from ruletrail.counterfactuals.changes import (
    MOST_WORK,
    check_target,
    find_changes,
    is_target,
    read_inputs,
    targets_near,
)
from ruletrail.counterfactuals.outcomes import (
    list_outcomes,
    mean_outcome,
    outcomes_of,
    refuse_outcome,
)
from ruletrail.counterfactuals.questions import DisagreementError, ask, find_places
from ruletrail.counterfactuals.stretches import Allowance
from ruletrail.counterfactuals.together import check_goal, find_pairs, seek
from ruletrail.counterfactuals.trials import (
    check_codes,
    find_set_remarks,
    read_settings,
    try_values,
    weigh_precision,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import Decision, Section
from ruletrail.trails import Record, outcome_word


def ask_what_if(
    record: Record,
    target: str,
    *,
    values: Mapping[str, object] | None = None,
    want: str = "",
    vary: Sequence[str] = (),
    pairs: bool = False,
    precision: bool = False,
) -> WhatIf:
    """Find what would change a target of an evaluated report.

    Raises `ProblemsError` for what is no target, outcome, input or value.
    """
    target = check_target(record.linked, target)
    question = ask(record, target)
    # what is refused is refused before the work
    wanted = mean_outcome(record.linked, target, want) if want else ""
    codes = check_goal(question, wanted, vary) if want else ()
    trial = try_values(question, record, values) if values else None
    fields, allowance = read_inputs(record.linked.schema), Allowance(MOST_WORK)
    found = replace(find_changes(question, allowance, fields), trial=trial)
    if want:
        found = replace(found, goal=seek(question, wanted, codes, Allowance(MOST_WORK), fields))
    if pairs:
        joint = find_pairs(question, found.steady, Allowance(MOST_WORK), fields)
        found = replace(found, pairs=joint)
    if precision:
        weighed = weigh_precision(question, Allowance(MOST_WORK), fields)
        found = replace(found, precision=weighed)
    return found


def check_asked(
    linked: LinkedRulebook, target: str, want: str = "", codes: Iterable[str] = ()
) -> None:
    """Refuse, before a report is evaluated, what no report makes a target, an outcome or a code.

    `codes` are those of values to try. Raises `ProblemsError`.
    """
    target = check_target(linked, target)
    if want:
        wanted = mean_outcome(linked, target, want)
        if wanted not in outcomes_of(linked, target):
            raise ProblemsError([refuse_outcome(linked, target, wanted)])
    check_codes(linked, codes)


def find_margins(
    record: Record, kinds: tuple[type, ...] = (Decision, Section)
) -> tuple[WhatIf, ...]:
    """Find what would change each entry of some kinds that depends on some input.

    Where the work that is allowed runs out, the entries that are left are `unsettled` as a whole.
    """
    fields, allowance = read_inputs(record.linked.schema), Allowance(MOST_WORK)
    entries = record.linked.rulebook.entries.values()
    admission, places = Admission(record.linked, record.report), find_places(record.linked)
    found: list[WhatIf] = []
    for code in [entry.code for entry in entries if isinstance(entry, kinds)]:
        if allowance.left <= 0:
            outcome, left = outcome_word(record.facts[code]), (Unsettled(code, "limit"),)
            found.append(WhatIf(code, outcome, (), (), left))
            continue
        question = ask(record, code, admission, places)
        allowance.left -= len(question.behind)
        if question.inputs:
            found.append(find_changes(question, allowance, fields))
    return tuple(found)


__all__ = [
    "DisagreementError", "Flip", "Goal", "Joint", "Part", "Precision", "Trial", "Unsettled",
    "WhatIf", "ask_what_if", "check_asked", "check_target", "find_margins", "find_set_remarks",
    "is_target", "list_outcomes", "mean_outcome", "outcomes_of", "read_settings", "targets_near",
]  # fmt: skip
