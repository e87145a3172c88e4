"""What is still to be asked about a report: settled or not, which sets, which one next."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.needs.alternatives import Alternatives, find_alternatives
from ruletrail.needs.possible import NO_GAPS, Possible
from ruletrail.needs.serving import Served, find_served
from ruletrail.needs.steps import Situation, StepWalk, find_situation
from ruletrail.needs.targets import Target, find_target, open_inputs
from ruletrail.trails import Record, entry_of, outcome_word
from ruletrail.trails.conclusions import MessageConclusion, SectionConclusion
from ruletrail.trails.document import missing_codes
from ruletrail.trails.unasked import list_aimless, list_idle_fields
from ruletrail.values import Fact, Missing, NotEncoded, write_number


@dataclass(frozen=True, slots=True)
class Needs:
    """What is still to be asked before a target is settled; docs/needed.md says what each means.

    Codes stand in the order of the form. `relevant` and `irrelevant` are together all inputs that
    the report lacks. `outcome` is the answer as the report stands: a value or an outcome as text,
    or the word of a non-value; of the whole report its status. `Plan.needed` makes one.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> report = {"subject": {"household": "Rossi"}, "fields": {"adults": 2, "plot": "small"}}
    >>> needs = plan.needed(report, "fee")
    >>> needs.settled, needs.outcome, needs.relevant, needs.irrelevant[:2]
    (True, '46.25', (), ('children', 'distance'))
    """

    target: str | None
    settled: bool
    outcome: str
    alternatives: tuple[tuple[str, ...], ...]
    next: str | None
    foreseen: str | None
    """The outcome once all that is relevant is supplied, where it is one whatever the values."""
    relevant: tuple[str, ...]
    irrelevant: tuple[str, ...]
    unread: tuple[str, ...]
    """The irrelevant ones that nothing reads which is asked about, so that they never mattered."""
    cut: bool
    """Whether alternatives that were found are not told, or not all was tried."""
    undue: frozenset[str] = frozenset()
    """The missing ones that only parts have which are not due."""
    unasked: frozenset[str] = frozenset()
    """Of these the relevant ones on which only checks and sentences hang: nobody writes them."""
    answered: bool = False
    """Whether the answer is there as the report stands: nothing waits for what is missing."""
    by_hand: tuple[str, ...] = ()
    """The parts asked about that are due, and whose fields are not encoded: no input is theirs."""
    judged: tuple[str, ...] = ()
    """Of the whole report what nobody encoded and somebody has to judge, one step of each gap."""

    serves: Mapping[str, Served] = field(default_factory=dict, compare=False, repr=False)
    """What still hangs on the first of those that are asked for, for people."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as `ruletrail needed --format json` writes it."""
        return {
            "target": self.target,
            "settled": self.settled,
            "outcome": self.outcome,
            "alternatives": [list(each) for each in self.alternatives],
            "next": self.next,
            "foreseen": self.foreseen,
            "relevant": list(self.relevant),
            "irrelevant": list(self.irrelevant),
            "cut": self.cut,
        }


def find_needs(record: Record, target: str | None = None) -> Needs:
    """Find what is still to be asked about an evaluated report.

    `target` is the code of a rule, decision, section or check, that of a row `LIST[2].NAME`;
    without one it is the whole report.
    Raises `ProblemsError` (`unknown-step`) for any other code.
    """
    situation = find_situation(record)
    asked = find_target(situation, target)
    walk = StepWalk(situation, tells=target is None)
    walk.see(asked.steps)
    relevant = open_inputs(asked, walk)
    found = find_alternatives(asked, walk) if relevant else Alternatives((), was_cut=False)
    sets = [codes for mask in found.sets if (codes := _list_codes(situation, mask))]
    order = {code: at for at, code in enumerate(situation.inputs)}
    idle = list_idle_fields(record)
    undue = [code for code in situation.inputs if entry_of(code) in idle]
    unasked = frozenset(undue).intersection(
        _list_codes(situation, relevant & ~_hold(asked, walk)) if undue and relevant else ()
    )
    sets.sort(key=lambda codes: (len(codes), [order[code] for code in codes]))
    open_codes = _list_codes(situation, relevant)
    named = [code for codes in (*sets, open_codes) for code in codes if code not in unasked]
    return Needs(
        target,
        not relevant,
        _outcome(record, target),
        tuple(sets),
        _choose_next(asked, walk, found.sets, unasked),
        _foresee(asked, walk) if relevant else None,
        open_codes,
        _list_codes(situation, ~relevant),
        _list_codes(situation, ~(relevant | _reached(asked, situation))),
        found.was_cut,
        frozenset(undue),
        unasked,
        _is_answered(record, target),
        _list_by_hand(record, target),
        _list_judged(record) if target is None else (),
        find_served(asked, walk, named),
    )


def _hold(target: Target, walk: StepWalk) -> int:
    """Find the inputs on which more hangs than checks and sentences; as bits."""
    aimless = list_aimless(walk.situation.linked)
    codes = (entry.code for entry in target.steps if entry.code not in aimless)
    mask = 0
    for code in (part for each in codes for part in walk.parts_of(each)):
        mask |= walk.read(code).inputs
    for shown in target.shown:
        is_aimless = entry_of(shown.step) in aimless
        if not is_aimless and walk.read(shown.step).possible.may_be(shown.outcome):
            mask |= shown.inputs
    return mask


def _list_codes(situation: Situation, mask: int) -> tuple[str, ...]:
    return tuple(code for code in situation.inputs if mask & situation.bits[code])


def _reached(target: Target, situation: Situation) -> int:
    """Find the inputs that are read at all by what is asked about, or that its answer shows."""
    mask = 0
    for root in target.roots:
        mask |= situation.reached.get(root, 0)
    for shown in target.shown:
        mask |= shown.inputs
    return mask


def _outcome(record: Record, target: str | None) -> str:
    if target is None:
        return record.status
    return _word(record.facts[target])


def _is_answered(record: Record, target: str | None) -> bool:
    if target is None:
        return not missing_codes(record)
    return not isinstance(record.facts[target], Missing)


def _list_by_hand(record: Record, target: str | None) -> tuple[str, ...]:
    """List the parts that are due and are filled in on the form alone; of a target only its own."""
    return tuple(
        each.entry.code
        for each in record.conclusions
        if isinstance(each, SectionConclusion)
        and target in (None, each.entry.code)
        and each.fact == "due"
        and each.entry.not_encoded is not None
    )


def _list_judged(record: Record) -> tuple[str, ...]:
    """List the first step of each gap in what is encoded; on sentences nothing depends."""
    first: dict[str, str] = {}
    for each in record.conclusions:
        if isinstance(each.fact, NotEncoded) and not isinstance(each, MessageConclusion):
            first.setdefault(each.fact.why, each.code)
    return tuple(first.values())


def _word(fact: Fact) -> str:
    match fact:
        case bool():
            return "true" if fact else "false"
        case Fraction():
            return write_number(fact)
        case date():
            return fact.isoformat()
        case _:
            return outcome_word(fact)


def _foresee(target: Target, walk: StepWalk) -> str | None:
    """Find the one value that a step can have once nothing that it hangs on is missing."""
    if target.code is None:
        return None
    situation = walk.situation
    supplied = {
        code: Possible(domain.values, NO_GAPS, domain.size)
        for code, domain in situation.domains.items()
    }
    complete = StepWalk(replace(situation, domains=supplied))
    complete.see(target.steps)
    possible = complete.read(target.code).possible
    return _word(possible.fact) if possible.is_settled and possible.has_values else None


def _choose_next(
    target: Target, walk: StepWalk, sets: tuple[int, ...], unasked: frozenset[str]
) -> str | None:
    """Choose the input that settles most; one that nobody is to write only where there is no other.

    First the one that stands in most alternatives, each counted the more the smaller it is; of
    equal ones that on which most steps hang, then the first of the form.
    """
    wanted = 0
    for mask in sets:
        wanted |= mask
    situation = walk.situation
    candidates = [code for code in situation.inputs if wanted & situation.bits[code]]
    if not candidates:
        return None
    codes = (code for entry in target.steps for code in walk.parts_of(entry.code))
    hanging = Counter(walk.read(code).inputs & wanted for code in codes)

    def worth(code: str) -> tuple[bool, Fraction, int]:
        bit = situation.bits[code]
        share = sum((Fraction(1, mask.bit_count()) for mask in sets if mask & bit), Fraction(0))
        return (
            code not in unasked,
            share,
            sum(count for mask, count in hanging.items() if mask & bit),
        )

    return max(candidates, key=worth)
