"""Which change is behind a difference: the others that a report passes by are not shown by it.

An entry that says several things otherwise, a scale of which three bands changed, is asked about
each of them: whether that band answers, that row, that case comes out otherwise.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import cast

from ruletrail.differences.bands import PlacedBands, bands_met, change_band, names_of_bands
from ruletrail.differences.changes import Change
from ruletrail.differences.effects import Charge
from ruletrail.differences.pieces import (
    case_places,
    exception_places,
    place_of_item,
    row_place,
    version_of,
)
from ruletrail.differences.reach import Pair, weigh
from ruletrail.differences.trials import Answer, Trial, alike, conclude_own, conclude_with
from ruletrail.examples.coverage import Asked, find_asked
from ruletrail.formulas import list_of
from ruletrail.formulas.lookups import BandScale, KeyedTable, find_in_force
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Rule
from ruletrail.trails import Conclusion, DecisionConclusion, RuleConclusion
from ruletrail.trails.conclusions import derivations_of
from ruletrail.values import Fact


def is_behind(change: Change, trial: Trial, pair: Pair, charge: Charge) -> bool:
    """Tell whether a change itself makes a difference in a report, not only another before it.

    What changed is asked once more by both rulebooks, of the same facts. Where that cannot be
    asked, the change is taken to be behind what rests on it.
    """
    if not trial.is_admitted or is_always_behind(change):
        return True
    if _do_all_agree(change.kind, change.code, trial, pair, charge):
        return False
    if change.code in trial.old.linked.rulebook.entries:
        return _is_met(change, trial, charge)
    return _is_looked_up(change, trial, pair, charge)


def is_always_behind(change: Change) -> bool:
    """Tell a change that is behind any difference in what rests on it: nothing is asked of it."""
    if change.is_of_entry or change.kind in ("field", "form", "rulebook"):
        return True
    return change.part in ("severity", "fields")


def met_places(
    kind: str, code: str, trial: Trial, pair: Pair, charge: Charge
) -> frozenset[str] | None:
    """Name the places in an entry whose changes may be behind a difference; None for all.

    What is of the entry as a whole has an empty place. Of the others `is_behind` is never true.
    """
    if _do_all_agree(kind, code, trial, pair, charge):
        return frozenset()
    match kind:
        case "decision" | "rule" if not list_of(code) and _are_of_one_kind(code, trial):
            names = set(_met_items(code, trial, charge))
        case "parameter":
            both = [_values_in_force(trial, side, code) for side in (0, 1)]
            if None in both:
                return None
            names = {name for each in both for name in each or ()}
        case "scale" | "table":
            found = _looked_up_places(code, trial, pair, charge)
            if found is None:
                return None
            names = found
        case _:
            return None
    return frozenset({"", *names})


def _do_all_agree(kind: str, code: str, trial: Trial, pair: Pair, charge: Charge) -> bool:
    """Tell whether an entry comes to the same in both, of the same facts; else all that read it."""
    entries = [each.linked.rulebook.entries for each in (trial.old, trial.new)]
    if code in entries[0]:
        return _agrees(code, kind, code, trial, charge)
    if (kind, code) not in trial.readers:
        readers = {reader for graph in pair.graphs for reader in graph.readers.get(code, ())}
        common = [each for each in sorted(readers) if all(each in some for some in entries)]
        agree = all(_agrees(each, kind, code, trial, charge) for each in common)
        trial.readers[kind, code] = bool(common) and agree
    return trial.readers[kind, code]


def _agrees(code: str, kind: str, changed: str, trial: Trial, charge: Charge) -> bool:
    """Tell whether a step of both comes to the same in both, of the same facts."""
    is_parameter = kind == "parameter" and changed in trial.facts[0]
    parameter = changed if is_parameter else ""
    # hundreds of cases of one decision may have changed
    if (code, parameter) not in trial.agreeing:
        charge(sum(weigh(code, each.linked) for each in (trial.old, trial.new)))
        trial.agreeing[code, parameter] = _agrees_on_facts(code, parameter, trial)
    return trial.agreeing[code, parameter]


def _agrees_on_facts(code: str, parameter: str, trial: Trial) -> bool:
    one, other = (each.linked.rulebook.entries[code] for each in (trial.old, trial.new))
    if list_of(code) or type(one) is not type(other):
        return False
    old, new, shared = trial.facts
    if _reads_alike(code, parameter, trial):
        # then each is what it is in its own answer
        return alike(old[code], new[code])
    before: Mapping[str, Fact] = shared
    if parameter:
        before = ChainMap({parameter: old[parameter]}, cast("dict[str, Fact]", shared))
    concluded = conclude_with(trial.old, one, before), conclude_with(trial.new, other, shared)
    return alike(concluded[0].fact, concluded[1].fact)


def _reads_alike(code: str, parameter: str, trial: Trial) -> bool:
    """Tell whether both answers have a step, and of all that either reads the same facts.

    A parameter is asked of as the old rulebook has it, so that it may have another value.
    """
    old, new, _ = trial.facts
    if code not in old or code not in new:
        return False
    moved = trial.moved
    reads = (trial.old.linked.reads[code], trial.new.linked.reads[code])
    if parameter in new:
        return all(each not in moved or each == parameter for some in reads for each in some)
    return all(map(moved.isdisjoint, reads))


# -- One of several things that an entry says otherwise --------------------------------------------


def _is_met(change: Change, trial: Trial, charge: Charge) -> bool:
    """Tell whether a case or an exception that changed is one that comes out otherwise."""
    is_of_list = change.at.startswith(("cases[", "exceptions["))
    if not is_of_list or list_of(change.code) or not _are_of_one_kind(change.code, trial):
        return True
    name = place_of_item(change.at)
    truths = [each.get(name) for each in _truths(change.code, trial, charge)]
    if change.at.endswith("].formula"):  # it is worked out where its exception holds
        return any(map(_may_hold, truths))
    return _are_apart(truths)


def _met_items(code: str, trial: Trial, charge: Charge) -> Iterator[str]:
    """Name the cases or exceptions of which a change may be behind a difference."""
    both = _truths(code, trial, charge)
    is_rule = isinstance(trial.old.linked.rulebook.entries[code], Rule)
    for name in both[0].keys() | both[1].keys():
        truths = [each.get(name) for each in both]
        if _are_apart(truths) or (is_rule and any(map(_may_hold, truths))):
            yield name


def _are_of_one_kind(code: str, trial: Trial) -> bool:
    one, other = (each.linked.rulebook.entries[code] for each in (trial.old, trial.new))
    return type(one) is type(other)


def _truths(code: str, trial: Trial, charge: Charge) -> tuple[Mapping[str, Fact | None], ...]:
    """Give what the cases or exceptions of a step came to in both; once for all of them."""
    if code not in trial.truths:
        both = trial.old, trial.new
        charge(sum(weigh(code, each.linked) for each in both))
        found = (_conclude_shared(trial, side, code) for side in (0, 1))
        trial.truths[code] = tuple(_truths_by_place(each) for each in found if each is not None)
    return trial.truths[code]


def _conclude_shared(trial: Trial, side: int, code: str) -> Conclusion | None:
    """Draw the conclusion of a step of one answer, of the facts that both are asked by."""
    if _reads_alike(code, "", trial):
        return conclude_own(trial, side, code)
    answer = (trial.old, trial.new)[side]
    return conclude_with(answer, answer.linked.rulebook.entries[code], trial.facts[2])


def _may_hold(truth: Fact | None) -> bool:
    return truth is not False and truth is not None


def _are_apart(truths: Sequence[Fact | None]) -> bool:
    """Tell whether a case came out otherwise; of one that one of them alone has, if it may hold."""
    one, other = truths
    if one is None or other is None:
        return _may_hold(one) or _may_hold(other)
    return not alike(one, other)


def _truths_by_place(conclusion: Conclusion) -> dict[str, Fact | None]:
    """Return what the condition of each case or exception came to."""
    places: list[str] = []
    truths: list[Fact | None] = []
    match conclusion:
        case DecisionConclusion(entry=decision, cases=cases):
            places, truths = case_places(decision), [each.truth for each in cases]
        case RuleConclusion(entry=rule, exceptions=exceptions):
            places, truths = exception_places(rule), [each.truth for each in exceptions]
    # of a rule that does not apply, or a decision that is not encoded, none was asked
    return dict(zip(places, truths, strict=False))


def _is_looked_up(change: Change, trial: Trial, pair: Pair, charge: Charge) -> bool:
    """Tell whether a report meets the band, the row or the days of a parameter that changed."""
    place = change.at.rpartition("].")[2]
    if change.kind == "parameter" and place.startswith("values["):
        return any(_is_in_force(trial, side, change) for side in (0, 1))
    if change.kind not in ("scale", "table") or not change.at.endswith(("]", "otherwise")):
        return True
    asked = _asked(change.code, trial, pair, charge)
    for sides, found in zip(_both_sides(trial, pair), asked, strict=True):
        charge(len(found))
        if any(_is_asked(each, change, sides) for each in found):
            return True
    return False


class _Sides:
    """Both rulebooks, the one that was asked first, and its scales with one band as in the other.

    Hundreds of rows may ask the same scale, so each is made once for all.
    """

    def __init__(self, linked: LinkedRulebook, own: PlacedBands, other: PlacedBands) -> None:
        self.linked, self.own, self.other = linked, own, other
        self._made: dict[tuple[int, date | None], _Changed] = {}

    def with_band(self, asked: Asked, place: str, version: str) -> "_Changed":
        """Give the number of the band that changed, and what stands beside it before and after."""
        first = asked.stretch.days.first if asked.stretch is not None else None
        key = id(asked.content), first
        if key not in self._made:
            at, its = (each.find(asked.code, version, place) for each in (self.own, self.other))
            theirs = self.other.of(asked.code, version, first)
            band = theirs[its] if 0 <= its < len(theirs) else None
            self._made[key] = at, *change_band(cast("BandScale", asked.content), at, band)
        return self._made[key]


_Changed = tuple[int, BandScale, BandScale | None]


def _both_sides(trial: Trial, pair: Pair) -> tuple[_Sides, _Sides]:
    old, new = pair.bands
    return _Sides(trial.old.linked, old, new), _Sides(trial.new.linked, new, old)


def _looked_up_places(code: str, trial: Trial, pair: Pair, charge: Charge) -> set[str] | None:
    """Name the bands or rows that a report meets, of either rulebook; None where any may be."""
    found: set[str] = set()
    asked = _asked(code, trial, pair, charge)
    for sides, questions in zip(_both_sides(trial, pair), asked, strict=True):
        charge(len(questions))
        for each in questions:
            names = _places_of(each, sides)
            if names is None:
                return None
            version = _version_in_force(each, sides.linked)
            found.update(names)
            found.update(f"versions[{version}].{name}" for name in names if version)
            found.add(f"versions[{version}]")
    return found


def _places_of(asked: Asked, sides: _Sides) -> list[str] | None:
    if isinstance(asked.content, KeyedTable):
        return [row_place(asked.values), "otherwise"]
    version = _version_in_force(asked, sides.linked)
    first = asked.stretch.days.first if asked.stretch is not None else None
    theirs = sides.other.of(asked.code, version, first)
    number = cast("Fraction", asked.values[0])
    met = bands_met(asked.content, theirs, number)
    if met is None:
        return None
    return [*names_of_bands((sides.own, sides.other), asked.code, version, met)]


def _is_in_force(trial: Trial, side: int, change: Change) -> bool:
    """Tell whether the value of a parameter that changed is the one that holds on the day."""
    names = _values_in_force(trial, side, change.code)
    # where nothing holds, any value may be the one that is lacking
    return names is None or change.at in names


def _values_in_force(trial: Trial, side: int, code: str) -> tuple[str, ...] | None:
    """Name the place of the value of a parameter that holds on the day; None where none does.

    Asked is the old answer, 0, or the new one, 1.
    """
    parameter = (trial.old, trial.new)[side].linked.rulebook.parameters[code]
    day = trial.facts[side].get(parameter.day.code) if parameter.day is not None else None
    spans = parameter.spans
    at = find_in_force(spans, day) if isinstance(day, date) else -1
    return (f"values[{spans[at].first}]",) if at >= 0 else None


def _asked(code: str, trial: Trial, pair: Pair, charge: Charge) -> tuple[tuple[Asked, ...], ...]:
    """List what each answer looked up in a scale or table; once, of hundreds of rows."""
    if code not in trial.asked:
        sides = zip((trial.old, trial.new), pair.graphs, strict=True)
        found = [(answer, graph.readers.get(code, ())) for answer, graph in sides]
        charge(sum(1 + len(a.linked.reads[each]) for a, readers in found for each in readers))
        trial.asked[code] = tuple(_once(_find_asked(*each, code)) for each in found)
    return trial.asked[code]


def _once(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """List each question once, however many rows ask it."""
    return tuple({(id(each.stretch), *each.values): each for each in asked}.values())


def _find_asked(answer: Answer, readers: Sequence[str], code: str) -> Iterator[Asked]:
    record, linked = answer.record, answer.linked
    if record is None:
        return
    for conclusion in record.conclusions:
        if conclusion.entry.code in readers:
            for derivation in derivations_of(conclusion):
                found = find_asked(derivation, conclusion, linked, record.facts)
                yield from (each for each in found if each.code == code)


def _is_asked(asked: Asked, change: Change, sides: _Sides) -> bool:
    """Tell whether a question is answered by the band, the row or the version that changed."""
    version, place = version_of(change.at)
    if version and version != _version_in_force(asked, sides.linked):
        return False
    if not place:
        return True
    if isinstance(asked.content, KeyedTable):
        at = asked.content.find(asked.values)
        return at < 0 if place == "otherwise" else place == row_place(asked.values)
    scale = asked.content
    at, beside, changed = sides.with_band(asked, place, version)
    if changed is None:
        return scale.find(cast("Fraction", asked.values[0])) == at
    return not alike(beside.look_up(asked.values), changed.look_up(asked.values))


def _version_in_force(asked: Asked, linked: LinkedRulebook) -> str:
    rulebook = linked.rulebook
    versions = (rulebook.scales.get(asked.code) or rulebook.tables[asked.code]).versions
    if asked.stretch is None or not versions:
        return ""
    return str(versions[asked.stretch.version].days.first)
