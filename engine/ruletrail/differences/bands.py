"""Bands of two rulebooks' scales by their places, and a scale with one band as the other has it.

Hundreds of bands of one scale may have changed, and each is asked about: none of the questions here
goes through all bands.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from ruletrail.differences.pieces import show_begin
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.lookups import Band, BandScale, DatedLookup
from ruletrail.linking import LinkedRulebook

Begin = tuple[Fraction, bool]


def begin_of(band: Band) -> Begin:
    """Give what a band begins with, in the order of bands."""
    return band.threshold, band.is_past


class PlacedBands:
    """The bands of one rulebook's scales; what a scale has at which place is found once."""

    def __init__(self, linked: LinkedRulebook) -> None:
        """Find nothing yet."""
        self._linked = linked
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._numbers: dict[tuple[str, str], dict[str, int]] = {}
        self._bands: dict[tuple[str, str, date | None], tuple[Band, ...]] = {}

    def find(self, code: str, version: str, place: str) -> int:
        """Find a band by what it begins with, or by its number; -1 where there is none."""
        name = place.removeprefix("bands[").removesuffix("]")
        names = self.names(code, version)
        if name.isdigit():
            return int(name) - 1 if int(name) <= len(names) else -1
        known = self._numbers.get((code, version))
        if known is None:
            # of two that begin alike the first
            known = {each: at for at, each in reversed(list(enumerate(names)))}
            self._numbers[code, version] = known
        return known.get(name, -1)

    def names(self, code: str, version: str) -> tuple[str, ...]:
        """Write what each band of a version begins with."""
        if (code, version) not in self._names:
            scale = self._linked.rulebook.scales[code]
            days = [str(each.days.first) for each in scale.versions]
            written = scale.contents[days.index(version) if version in days else 0].bands
            self._names[code, version] = tuple(map(show_begin, written))
        return self._names[code, version]

    def of(self, code: str, version: str, first: date | None) -> tuple[Band, ...]:
        """Give the bands of a version; of days that begin with `first` if there are such."""
        if (code, version, first) not in self._bands:
            self._bands[code, version, first] = self._find_bands(code, version, first)
        return self._bands[code, version, first]

    def _find_bands(self, code: str, version: str, first: date | None) -> tuple[Band, ...]:
        lookup = self._linked.lookups[code]
        if not isinstance(lookup, DatedLookup):
            return lookup.bands if isinstance(lookup, BandScale) else ()
        versions = self._linked.rulebook.scales[code].versions
        found = [
            each.content
            for each in sorted(lookup.stretches, key=lambda each: each.days.first != first)
            if not (version and versions) or str(versions[each.version].days.first) == version
        ]
        return next((each.bands for each in found if isinstance(each, BandScale)), ())


def change_band(scale: BandScale, at: int, band: Band | None) -> tuple[BandScale, BandScale | None]:
    """Put a band in the place of another, -1 for none; or leave that one out.

    Gives what stands beside it, before and after: to any number both answer otherwise just where
    the whole scales do. None where the bands would not ascend, or none would be left.
    """
    bands = scale.bands
    end = at + 1
    if at < 0:
        if band is None:
            return scale, scale
        at = end = bisect_left(bands, begin_of(band), key=begin_of)
    before, after = bands[max(at - 1, 0) : at], bands[end : end + 1]
    changed = replace(scale, bands=(*before, *(() if band is None else (band,)), *after))
    if not changed.bands or changed.misplaced() is not None:
        return scale, None
    return replace(scale, bands=(*before, *bands[at:end], *after)), changed


def bands_met(
    scale: BandScale, theirs: tuple[Band, ...], number: Fraction
) -> tuple[range, range] | None:
    """Tell which bands, as numbers from 0, may answer a number otherwise if they are another's.

    Of the scale itself, and of those that the other has; None if any may: of a marginal scale each
    band below the number takes its share.
    """
    at = scale.find(number)
    if scale.kind == "marginal" or at < 0:
        return None
    first = bisect_left(theirs, begin_of(scale.bands[at]), key=begin_of)
    last = len(theirs)
    if at + 1 < len(scale.bands):
        last = bisect_right(theirs, begin_of(scale.bands[at + 1]), key=begin_of)
    return range(at, min(at + 2, len(scale.bands))), range(first, last)


def names_of_bands(
    sides: tuple[PlacedBands, PlacedBands], code: str, version: str, met: tuple[range, range]
) -> Iterator[str]:
    """Name the places of bands of both: by number, and by what they begin with."""
    for side, numbers in zip(sides, met, strict=True):
        names = side.names(code, version)
        for at in numbers:
            yield f"bands[{at + 1}]"
            if at < len(names):
                yield f"bands[{names[at]}]"
