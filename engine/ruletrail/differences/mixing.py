"""One rulebook with one thing said as another says it: all else stays as it is.

So a change is put back in the new rulebook, or put into the old one alone. Where that makes no
rulebook that can be evaluated, there is none: its types are those of another, it reads what is not
there, its bands do not ascend.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from ruletrail.differences.changes import Change
from ruletrail.differences.mixing_lookups import (
    Mixed,
    Placed,
    is_of_one_type,
    mix_lookup,
    mix_parameter,
    put_group,
)
from ruletrail.differences.pieces import case_places, exception_places, place_of_item
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.rulebooks import Case, Check, Decision, Entry, Rule, RuleException, Section
from ruletrail.values import NotEncoded

_Item = TypeVar("_Item", Case, RuleException)


def mix(change: Change, base: Placed, other: Placed) -> Mixed | None:
    """Say one changed thing in a rulebook as another does, which has the entry too."""
    code = change.code
    own, theirs = (each.linked.rulebook.entries.get(code) for each in (base, other))
    if own is None or theirs is None:
        return _mix_read(code, change.at, base, other)
    made = _mix_entry(own, theirs, change.at)
    return None if made is None else _put_steps(base.linked, other.linked, [made])


def mix_whole(codes: Iterable[str], base: Placed, other: Placed) -> Mixed | None:
    """Say whole steps in a rulebook as another does, or one entry that steps read."""
    codes = tuple(codes)
    theirs = other.linked.rulebook.entries
    found = [theirs[code] for code in codes if code in theirs]
    if len(found) == len(codes):
        return _put_steps(base.linked, other.linked, found)
    return _mix_read(codes[0], "", base, other) if len(codes) == 1 else None


def _mix_read(code: str, at: str, base: Placed, other: Placed) -> Mixed | None:
    """Mix what is read by a code and is no step."""
    rulebook = base.linked.rulebook
    if code in rulebook.parameters:
        return mix_parameter(base.linked, other.linked, code, at)
    if code in rulebook.groups:
        return put_group(base.linked, other.linked, code)
    return mix_lookup(base, other, code, at)


# -- Steps -----------------------------------------------------------------------------------------


def _put_steps(
    base: LinkedRulebook, other: LinkedRulebook, entries: Sequence[Entry]
) -> Mixed | None:
    if not entries or not all(_is_at_home(entry, base, other) for entry in entries):
        return None
    made = {entry.code: entry for entry in entries}
    rulebook = replace(base.rulebook, entries={**base.rulebook.entries, **made})
    return Mixed(replace(base, rulebook=rulebook), tuple(made))


def _is_at_home(entry: Entry, base: LinkedRulebook, other: LinkedRulebook) -> bool:
    """Tell whether a step may stand in a rulebook: what it reads is there, and of the same types.

    Formulas were typed where they were written, so the types must be those that they have there.
    """
    if type(base.rulebook.entries.get(entry.code)) is not type(entry):
        return False
    names = {name for formula in formulas_of(entry) for name in formula.names}
    if isinstance(entry, Section):
        names.update(() if entry.part_of is None else (entry.part_of,))
    return all(is_of_one_type(name, base, other) for name in {entry.code, *names})


def _mix_entry(base: Entry, other: Entry, at: str) -> Entry | None:
    match base, other:
        case Rule(), Rule():
            return _mix_rule(base, other, at)
        case Decision(), Decision():
            return _mix_decision(base, other, at)
        case Section(), Section():
            return _mix_section(base, other, at)
        case Check(), Check() if at == "severity":
            return replace(base, severity=other.severity)
        case Check(), Check():
            return replace(base, expect=other.expect)
        case _:
            return None


def _mix_section(base: Section, other: Section, at: str) -> Section:
    match at:
        case "due":
            return replace(base, due=other.due)
        case "part_of":
            return replace(base, part_of=other.part_of)
        case _:
            return replace(
                base,
                fields=other.fields,
                field_marks=other.field_marks,
                optional=other.optional,
                not_encoded=other.not_encoded,
            )


def _mix_rule(base: Rule, other: Rule, at: str) -> Rule | None:
    match at:
        case "formula":
            return replace(base, formula=other.formula)
        case "when":
            return replace(base, when=other.when)
        case "round":
            return replace(base, rounding=other.rounding)
    own = dict(zip(exception_places(base), base.exceptions, strict=True))
    theirs = dict(zip(exception_places(other), other.exceptions, strict=True))
    made = _mix_items(own, theirs, at)
    return None if made is None else replace(base, exceptions=tuple(made))


def _mix_decision(base: Decision, other: Decision, at: str) -> Decision | None:
    if at == "policy":
        return replace(base, policy=other.policy)
    if isinstance(base.cases, NotEncoded) or isinstance(other.cases, NotEncoded):
        return replace(base, cases=other.cases)
    own = dict(zip(case_places(base), base.cases, strict=True))
    theirs = dict(zip(case_places(other), other.cases, strict=True))
    if at == "cases":  # they are the same, in another order
        listed = [own[place] for place in theirs if place in own]
        return replace(base, cases=tuple(listed)) if len(listed) == len(own) else None
    made = _mix_items(own, theirs, at)
    return None if made is None else replace(base, cases=tuple(made))


def _mix_items(
    own: Mapping[str, _Item], theirs: Mapping[str, _Item], at: str
) -> list[_Item] | None:
    """Say one case or exception as the other does, or what is in it; or leave it out."""
    place = place_of_item(at)
    here, there = own.get(place), theirs.get(place)
    if here is not None and there is not None:
        name = at.rpartition("].")[2]
        made = replace(here, **{name: getattr(there, name)})
        return [made if each is here else each for each in own.values()]
    if here is not None:
        return [each for each in own.values() if each is not here]
    return None if there is None else _put_in(own, theirs, place)


def _put_in(own: Mapping[str, _Item], theirs: Mapping[str, _Item], place: str) -> list[_Item]:
    """Put a case where it stands among those of the other: after the nearest one before it."""
    order, places, items = list(theirs), list(own), list(own.values())
    known = [each for each in order[: order.index(place)] if each in own]
    at = places.index(known[-1]) + 1 if known else 0
    items.insert(at, theirs[place])
    return items
