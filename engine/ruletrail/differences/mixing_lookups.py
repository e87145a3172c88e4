"""What steps read, with one thing as another rulebook says it: a value, a band, a row, days.

Hundreds of bands of one scale, or rows of a table, may have changed, and each is put in alone: that
goes through no others, where they are numbers.
"""

from bisect import bisect_left
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar, cast

from ruletrail.differences.bands import PlacedBands, begin_of
from ruletrail.differences.pieces import row_place, show_begin, version_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.lookups import Band, BandScale, DatedLookup, KeyedTable, Lookup, Stretch
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.lookups import resolve_scale, resolve_table
from ruletrail.rulebooks import Parameter, Scale, Table
from ruletrail.rulebooks.entries import Version, WrittenBand
from ruletrail.values import Value

_Written = TypeVar("_Written", Scale, Table)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A rulebook with something in it as another has it.

    `codes` are what it concerns: steps that are others, or what steps read.
    """

    linked: LinkedRulebook
    codes: tuple[str, ...]


class Placed:
    """A rulebook, with its bands and its rows by their places; each is found once."""

    def __init__(self, linked: LinkedRulebook, bands: PlacedBands) -> None:
        """Find nothing yet."""
        self.linked, self.bands = linked, bands
        self._keys: dict[tuple[str, int], Mapping[str, tuple[Value, ...]]] = {}

    def key_of_row(self, code: str, at: int, place: str) -> tuple[Value, ...] | None:
        """Find the key of a row of a table, of one of its lists of rows; None if there is none."""
        if (code, at) not in self._keys:
            rows = self.linked.rulebook.tables[code].contents[at].rows
            self._keys[code, at] = {
                row_place(key): key
                for row in rows
                for key in row.keys()  # noqa: SIM118 - no mapping
            }
        return self._keys[code, at].get(place)


# -- Types -----------------------------------------------------------------------------------------


def is_of_one_type(code: str, base: LinkedRulebook, other: LinkedRulebook) -> bool:
    """Tell whether both rulebooks have a code, and it is read as the same type in both."""
    groups = [each.rulebook.groups.get(code) for each in (base, other)]
    if None not in groups:
        members = {member for each in groups if each is not None for member in each.members}
        return all(is_of_one_type(each, base, other) for each in members)
    one, two = _type_of(code, base), _type_of(code, other)
    return one is not None and one == two


def _type_of(code: str, linked: LinkedRulebook) -> object:
    """Tell what a code is read as; None where there is none."""
    lookup, known = linked.lookups.get(code), linked.signatures.get(code)
    if lookup is not None:
        return _type_of_lookup(lookup)
    if known is not None:
        return known.type
    entry = linked.rulebook.entries.get(code)
    return type(entry).__name__ if entry is not None else None


def _type_of_lookup(lookup: Lookup) -> object:
    """Tell the keys that something is called with, and what it gives."""
    if isinstance(lookup, DatedLookup):
        return next(map(_type_of_lookup, lookup.contents), None)
    if isinstance(lookup, KeyedTable):
        return *lookup.types, lookup.value_type
    return "number", "number"


# -- Parameters and groups -------------------------------------------------------------------------


def put_group(base: LinkedRulebook, other: LinkedRulebook, code: str) -> Mixed | None:
    """Give a group the members that it has in another rulebook."""
    theirs = other.rulebook.groups.get(code)
    if theirs is None or not is_of_one_type(code, base, other):
        return None
    rulebook = replace(base.rulebook, groups={**base.rulebook.groups, code: theirs})
    return Mixed(replace(base, rulebook=rulebook), (code,))


def mix_parameter(base: LinkedRulebook, other: LinkedRulebook, code: str, at: str) -> Mixed | None:
    """Give a parameter a value that it has in another rulebook, and so the scales that read it."""
    theirs = other.rulebook.parameters.get(code)
    if theirs is None or not is_of_one_type(code, base, other):
        return None
    made = _mix_values(base.rulebook.parameters[code], theirs, at)
    if made is None:
        return None
    parameters = {**base.rulebook.parameters, code: made}
    rulebook = replace(base.rulebook, parameters=parameters)
    lookups, codes = dict(base.lookups), [code]
    for name, scale in rulebook.scales.items():
        if any(each == code for each, _ in scale.constants):
            found = resolve_scale(scale, parameters)
            if found is None:
                return None
            lookups[name] = found
            codes.append(name)
    return Mixed(replace(base, rulebook=rulebook, lookups=lookups), tuple(codes))


def _mix_values(own: Parameter, theirs: Parameter, at: str) -> Parameter | None:
    if not at or at == "value":
        is_whole = not at or (own.day is None and theirs.day is None)
        made = replace(own, value=theirs.value, values=theirs.values, day=theirs.day)
        return made if is_whole else None
    if own.day is None or theirs.day is None:
        return None  # it is dated in one of them alone
    if at == "day":
        return replace(own, day=theirs.day)
    kept = [each for each in own.values if f"values[{each.days.first}]" != at]
    put = [each for each in theirs.values if f"values[{each.days.first}]" == at]
    values = sorted([*kept, *put], key=lambda each: each.days.first)
    return replace(own, values=tuple(values)) if values else None


# -- Scales and tables -----------------------------------------------------------------------------


def mix_lookup(base: Placed, other: Placed, code: str, at: str) -> Mixed | None:
    """Give a scale or a table one thing as another rulebook has it, the whole for an empty `at`."""
    linked = base.linked
    own = linked.lookups.get(code)
    if own is None or not is_of_one_type(code, linked, other.linked):
        return None
    kind = "scales" if code in linked.rulebook.scales else "tables"
    if code not in getattr(other.linked.rulebook, kind):
        return None
    made = (_mix_scale if kind == "scales" else _mix_table)(base, other, code, at)
    if made is None or _type_of_lookup(made) != _type_of_lookup(own):
        return None
    return Mixed(replace(linked, lookups={**linked.lookups, code: made}), (code,))


def _mix_written(own: _Written, theirs: _Written, at: str) -> _Written | None:
    """Mix what scales and tables have both: the day that decides, the days of a version."""
    version, place = version_of(at)
    if at == "day" and own.day is not None and theirs.day is not None:
        return replace(own, day=theirs.day)
    if place or not own.versions or not theirs.versions:
        return None
    mine = _by_first(own)
    known, put = mine.get(version), _by_first(theirs).get(version)
    if put is None:
        mine.pop(version, None)
    else:
        # of a version that both have, its days alone
        mine[version] = put[0], put[1] if known is None else known[1]
    listed = sorted(mine.values(), key=lambda each: each[0].days.first)
    if not listed:
        return None
    versions, contents = zip(*listed, strict=True)
    return replace(own, versions=versions, contents=contents)


def _by_first(written: Scale | Table) -> dict[str, tuple[Version, Any]]:
    listed = zip(written.versions, written.contents, strict=True)
    return {str(version.days.first): (version, content) for version, content in listed}


def _number(written: Scale | Table, version: str) -> int | None:
    """Find which of the lists is that of a version; None where there is none."""
    if not version:
        return None if written.versions else 0
    days = [str(each.days.first) for each in written.versions]
    return days.index(version) if version in days else None


def _mix_scale(base: Placed, other: Placed, code: str, at: str) -> Lookup | None:
    parameters = base.linked.rulebook.parameters
    own, theirs = (each.linked.rulebook.scales[code] for each in (base, other))
    made: Scale | None
    if not at:
        made = theirs
    elif at == "kind":
        made = replace(own, kind=theirs.kind)
    elif at == "times":
        made = replace(own, times=theirs.times, times_mark=theirs.times_mark)
    elif "bands[" in at:
        return _mix_band(base, other, code, at)
    else:
        made = _mix_written(own, theirs, at)
    return None if made is None else resolve_scale(made, parameters)


def _mix_band(base: Placed, other: Placed, code: str, at: str) -> Lookup | None:
    """Put one band in the place of another, or between others; or leave it out."""
    version, place = version_of(at)
    own, theirs = (each.linked.rulebook.scales[code] for each in (base, other))
    here, there = _number(own, version), _number(theirs, version)
    if here is None or there is None:
        return None
    number, its = (each.bands.find(code, version, place) for each in (base, other))
    put = theirs.contents[there].bands
    band = put[its] if its >= 0 else None
    lookup = base.linked.lookups[code]
    is_plain = own.times is None and (band is None or _is_plain(band))
    if is_plain and isinstance(lookup, BandScale):
        return _put_plain(lookup, number, band)
    if is_plain and isinstance(lookup, DatedLookup) and None not in _contents(lookup):
        return _put_in_stretches(lookup, here, number, band)
    bands = list(own.contents[here].bands)
    if number >= 0:
        del bands[number]
    elif its >= 0:
        # after the nearest one before it that both have
        names = [base.bands.find(code, version, f"bands[{show_begin(each)}]") for each in put[:its]]
        number = max(names, default=-1) + 1
    bands[number:number] = () if band is None else (band,)
    contents = list(own.contents)
    contents[here] = replace(contents[here], bands=tuple(bands))
    made = replace(own, contents=tuple(contents))
    return resolve_scale(made, base.linked.rulebook.parameters)


def _is_plain(band: WrittenBand) -> bool:
    return isinstance(band.threshold, Fraction) and isinstance(band.value, Fraction)


def _put_plain(scale: BandScale, number: int, written: WrittenBand | None) -> BandScale | None:
    """Put a band of numbers into a scale, in the place of one or, for -1, where it begins."""
    bands = scale.bands
    put: tuple[Band, ...] = ()
    if written is not None:
        threshold, value = cast("Fraction", written.threshold), cast("Fraction", written.value)
        put = (Band(threshold, written.is_past, value),)
    end = number + 1
    if number < 0:
        number = end = bisect_left(bands, begin_of(put[0]), key=begin_of) if put else 0
    # what was in order stays so, but for what stands beside
    beside = replace(
        scale, bands=(*bands[max(number - 1, 0) : number], *put, *bands[end : end + 1])
    )
    made = replace(scale, bands=(*bands[:number], *put, *bands[end:]))
    return made if made.bands and beside.misplaced() is None else None


def _contents(lookup: DatedLookup) -> list[BandScale | KeyedTable | None]:
    return [each.content for each in lookup.stretches]


def _put_in_stretches(
    lookup: DatedLookup, version: int, number: int, band: WrittenBand | None
) -> DatedLookup | None:
    """Put a band of numbers into a version of a scale, on all days on which that holds."""
    stretches: list[Stretch] = []
    for each in lookup.stretches:
        content = each.content
        if each.version == version and isinstance(content, BandScale):
            content = _put_plain(content, number, band)
            if content is None:
                return None
        stretches.append(replace(each, content=content))
    return replace(lookup, stretches=tuple(stretches))


def _mix_table(base: Placed, other: Placed, code: str, at: str) -> Lookup | None:
    version, place = version_of(at)
    own, theirs = (each.linked.rulebook.tables[code] for each in (base, other))
    if not at or at == "by":
        return other.linked.lookups[code]
    if not place or at == "day":
        made = _mix_written(own, theirs, at)
        return None if made is None else resolve_table(made)
    here, there = _number(own, version), _number(theirs, version)
    if here is None or there is None:
        return None
    content, put = own.contents[here], theirs.contents[there]
    if place == "otherwise":
        found = content.with_otherwise(put.otherwise)
    else:
        keys = base.key_of_row(code, here, place), other.key_of_row(code, there, place)
        key = keys[0] or keys[1]
        if key is None:
            return None
        number = put.find(key)
        found = content.with_row(key, put.rows[number].value if number >= 0 else None)
    contents = (*own.contents[:here], found, *own.contents[here + 1 :])
    return resolve_table(replace(own, contents=contents))
