"""Which change is behind a difference: the others that a report passes by are not shown by it.

An entry that says several things otherwise, a scale of which three bands changed, is asked about
each of them: whether that band answers, that row, that case comes out otherwise.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import cast

from ruletrail.differences.changes import Change
from ruletrail.differences.pieces import case_places, exception_places, row_place, show_begin
from ruletrail.differences.reach import Pair
from ruletrail.differences.trials import Answer, Trial, alike, conclude_with, facts_of
from ruletrail.examples.comparing import derivations_of
from ruletrail.examples.coverage import Asked, find_asked
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import list_of
from ruletrail.formulas.lookups import Band, BandScale, DatedLookup, KeyedTable, find_in_force
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.trails import Conclusion, DecisionConclusion, RuleConclusion
from ruletrail.values import Fact

Charge = Callable[[int], None]
"""Takes how much work something was, in codes that are read."""


def is_behind(change: Change, trial: Trial, pair: Pair, charge: Charge) -> bool:
    """Tell whether a change itself makes a difference in a report, not only another before it.

    What changed is asked once more by both rulebooks, of the same facts. Where that cannot be
    asked, the change is taken to be behind what rests on it.
    """
    if not trial.is_admitted:
        return True
    if change.is_of_entry or change.kind in ("field", "form", "rulebook"):
        return True
    if change.part in ("severity", "fields"):
        return True
    entries = [graph.linked.rulebook.entries for graph in pair.graphs]
    if change.code in entries[0]:
        return not _agrees(change.code, change, trial, charge) and _is_met(change, trial, charge)
    readers = {reader for graph in pair.graphs for reader in graph.readers.get(change.code, ())}
    common = [code for code in sorted(readers) if all(code in each for each in entries)]
    if common and all(_agrees(code, change, trial, charge) for code in common):
        return False
    return _is_looked_up(change, trial, pair, charge)


def _agrees(code: str, change: Change, trial: Trial, charge: Charge) -> bool:
    """Tell whether a step of both comes to the same in both, of the same facts."""
    is_parameter = change.kind == "parameter" and change.code in trial.facts[0]
    parameter = change.code if is_parameter else ""
    # hundreds of cases of one decision may have changed
    if (code, parameter) not in trial.agreeing:
        charge(sum(_weigh(code, each.linked) for each in (trial.old, trial.new)))
        trial.agreeing[code, parameter] = _agrees_on_facts(code, parameter, trial)
    return trial.agreeing[code, parameter]


def _weigh(code: str, linked: LinkedRulebook) -> int:
    """Count what concluding a step costs; a decision of hundreds of cases may read one field."""
    parts = sum(len(formula.parts) for formula in formulas_of(linked.rulebook.entries[code]))
    return 1 + max(len(linked.reads[code]), parts)


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
    place, _, part = change.at.partition("].")
    is_of_list = place.startswith(("cases[", "exceptions["))
    entries = [each.linked.rulebook.entries for each in (trial.old, trial.new)]
    one, other = (each[change.code] for each in entries)
    if not is_of_list or list_of(change.code) or type(one) is not type(other):
        return True
    if change.code not in trial.truths:
        shared = trial.facts[2]
        charge(sum(_weigh(change.code, each.linked) for each in (trial.old, trial.new)))
        both = conclude_with(trial.old, one, shared), conclude_with(trial.new, other, shared)
        trial.truths[change.code] = tuple(map(_truths_by_place, both))
    name = f"{place.removesuffix(']')}]"
    truths = [each.get(name) for each in trial.truths[change.code]]
    if part == "formula":  # it is worked out where its exception holds
        return any(each is not False and each is not None for each in truths)
    if None in truths:  # one of them alone has it
        return any(each is not False and each is not None for each in truths)
    return not alike(truths[0], truths[1])


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
        return any(_is_in_force(each, change) for each in (trial.old, trial.new))
    if change.kind not in ("scale", "table") or not change.at.endswith(("]", "otherwise")):
        return True
    asked = _asked(change.code, trial, pair, charge)
    both = ((trial.old, trial.new), (trial.new, trial.old))
    for (answer, other), found in zip(both, asked, strict=True):
        charge(len(found))
        sides = _Sides(answer.linked, other.linked, charge)
        if any(_is_asked(each, change, sides) for each in found):
            return True
    return False


class _Sides:
    """Both rulebooks, the one that was asked first, and its scales with one band as in the other.

    Hundreds of rows may ask the same scale, so each is made once for all.
    """

    def __init__(self, own: LinkedRulebook, other: LinkedRulebook, charge: Charge) -> None:
        self.own, self.other = own, other
        self._charge = charge
        self._made: dict[tuple[int, date | None], tuple[int, BandScale | None]] = {}

    def with_band(self, asked: Asked, place: str, version: str) -> tuple[int, BandScale | None]:
        """Give the number of the band that changed, and the scale with it; None if that is none."""
        key = id(asked.content), asked.stretch.days.first if asked.stretch is not None else None
        if key not in self._made:
            self._charge(len(cast("BandScale", asked.content).bands))
            self._made[key] = _put_band(asked, place, version, self.own, self.other)
        return self._made[key]


def _is_in_force(answer: Answer, change: Change) -> bool:
    """Tell whether the value of a parameter that changed is the one that holds on the day."""
    parameter = answer.linked.rulebook.parameters[change.code]
    day = facts_of(answer).get(parameter.day.code) if parameter.day is not None else None
    spans = [each.days for each in parameter.values]
    at = find_in_force(spans, day) if isinstance(day, date) else -1
    # where nothing holds, any value may be the one that is lacking
    return at < 0 or change.at == f"values[{spans[at].first}]"


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
    version, place = _version_of(change.at)
    if version and version != _version_in_force(asked, sides.own):
        return False
    if not place:
        return True
    if isinstance(asked.content, KeyedTable):
        at = asked.content.find(asked.values)
        return at < 0 if place == "otherwise" else place == row_place(asked.values)
    scale = asked.content
    at, changed = sides.with_band(asked, place, version)
    if changed is None:
        return scale.find(cast("Fraction", asked.values[0])) == at
    return not alike(scale.look_up(asked.values), changed.look_up(asked.values))


def _version_of(at: str) -> tuple[str, str]:
    """Cut a place into the day from which its version holds, and the place in that."""
    if not at.startswith("versions["):
        return "", at
    day, _, place = at.removeprefix("versions[").partition("]")
    return day, place.removeprefix(".")


def _version_in_force(asked: Asked, linked: LinkedRulebook) -> str:
    versions = linked.rulebook.lookups[asked.code].versions
    if asked.stretch is None or not versions:
        return ""
    return str(versions[asked.stretch.version].days.first)


def _put_band(
    asked: Asked, place: str, version: str, own: LinkedRulebook, other: LinkedRulebook
) -> tuple[int, BandScale | None]:
    """Put one band into a scale as the other has it; returns its number, and what that makes."""
    scale = cast("BandScale", asked.content)
    at, its = (_place_of_band(each, asked.code, version, place) for each in (own, other))
    theirs = _bands_of(other, asked, version)
    band = theirs[its] if 0 <= its < len(theirs) else None
    bands = [each for number, each in enumerate(scale.bands) if number != at]
    if band is not None:
        bands.insert(at if at >= 0 else sum(_begin(each) < _begin(band) for each in bands), band)
    changed = replace(scale, bands=tuple(bands))
    return at, changed if bands and changed.misplaced() is None else None


def _begin(band: Band) -> tuple[Fraction, bool]:
    return band.threshold, band.is_past


def _place_of_band(linked: LinkedRulebook, code: str, version: str, place: str) -> int:
    """Find a band by what it begins with, or by its number; -1 where there is none."""
    scale = linked.rulebook.scales[code]
    days = [str(each.days.first) for each in scale.versions]
    written = scale.contents[days.index(version) if version in days else 0].bands
    name = place.removeprefix("bands[").removesuffix("]")
    if name.isdigit():
        return int(name) - 1 if int(name) <= len(written) else -1
    return next((at for at, each in enumerate(written) if show_begin(each) == name), -1)


def _bands_of(linked: LinkedRulebook, asked: Asked, version: str) -> tuple[Band, ...]:
    """Give the bands that a scale of the other rulebook has in place of those that were asked."""
    lookup = linked.lookups[asked.code]
    if not isinstance(lookup, DatedLookup):
        return lookup.bands if isinstance(lookup, BandScale) else ()
    versions = linked.rulebook.lookups[asked.code].versions
    first = asked.stretch.days.first if asked.stretch is not None else None
    found = [
        each.content
        for each in sorted(lookup.stretches, key=lambda each: each.days.first != first)
        if not version or str(versions[each.version].days.first) == version
    ]
    return next((each.bands for each in found if isinstance(each, BandScale)), ())
