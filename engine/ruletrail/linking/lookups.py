"""Scales and tables made ready: constants filled in, thresholds in order, units that agree.

What changes with a day is made ready for each stretch of days on which it stays the same.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Finding
from ruletrail.formulas.lookups import (
    Band,
    BandScale,
    DatedLookup,
    Days,
    Lookup,
    Stretch,
    find_in_force,
)
from ruletrail.linking.echoes import CONSTANT_OF_RULE
from ruletrail.linking.names import Names
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.rulebooks import Parameter, Rulebook, Scale, Table, describe
from ruletrail.rulebooks.entries import Bands, Constant, WrittenBand
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import write_number

_IN_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})(?![0-9.])")
"""A number that may be meant in thousands, as Italians write them."""
_SHARE = "%"
_A_DAY = timedelta(days=1)
MOST_DATED_BANDS = 100_000
"""Bands of all scales that change with a day, those of each stretch of days counted."""


def _goes_on(one: Stretch, two: Stretch) -> bool:
    """Tell whether what follows a stretch of days at once is the same as on them."""
    is_next = one.days.last is not None and one.days.last + _A_DAY == two.days.first
    return is_next and replace(one, days=two.days) == two


def _stretches(each: Sequence[Sequence[Days]]) -> Iterator[Days]:
    """Cut the calendar where one of several lists of entries begins or ends to hold."""
    cuts = {date.min}
    for days in (days for spans in each for days in spans):
        cuts.add(days.first)
        if days.last is not None and days.last < date.max:
            cuts.add(days.last + _A_DAY)
    begins = sorted(cuts)
    for at, begin in enumerate(begins):
        is_last = at + 1 == len(begins)
        yield Days(begin, None if is_last else begins[at + 1] - _A_DAY)


def resolve_lookups(rulebook: Rulebook, names: Names) -> tuple[Mapping[str, Lookup], list[Problem]]:
    """Fill in the constants of every scale; returns what formulas call, and what is wrong."""
    found = {code: resolve_table(table) for code, table in rulebook.tables.items()}
    resolver = _Resolver(rulebook.parameters, {*rulebook.entries, *names.fields}, names)
    for code, scale in rulebook.scales.items():
        resolved = resolver.dated(scale) if scale.day is not None else resolver.scale(scale)
        if resolved is not None:
            found[code] = resolved
    return found, resolver.problems


def resolve_scale(scale: Scale, parameters: Mapping[str, Parameter]) -> Lookup | None:
    """Fill in the constants of one scale of a rulebook; None where that cannot be."""
    if any(code not in parameters for code, _ in scale.constants):
        return None
    if bool(scale.versions) and scale.day is None:
        return None
    resolver = _Resolver(parameters, (), _NO_NAMES)
    return resolver.dated(scale) if scale.day is not None else resolver.scale(scale)


_NO_NAMES = Names({}, {}, frozenset(), {})
"""For scales all of whose constants are known to be parameters."""


def resolve_table(table: Table) -> Lookup:
    """Make a table ready for each of its versions."""
    if table.day is None:
        return table.contents[0]
    each = enumerate(zip(table.versions, table.contents, strict=True))
    stretches = (Stretch(version.days, at, content) for at, (version, content) in each)
    return DatedLookup(table.code, table.day.code, tuple(stretches))


def _write_choice(scale: Scale, written: Bands, band: WrittenBand) -> str:
    """Write the choice between a band's value, which is no constant, and the rest of the scale."""
    if scale.kind != "step" or scale.times is not None:
        return ""
    after = written.bands[written.bands.index(band) + 1 :]
    condition = f"x {'>' if band.is_past else '>='} {_write(band.threshold)}"
    if after:
        end = after[0]
        condition += f" and x {'<=' if end.is_past else '<'} {_write(end.threshold)}"
    return f"{band.value} if {condition} else {scale.code}(x)"


def _write(constant: Constant) -> str:
    return write_number(constant) if isinstance(constant, Fraction) else constant


@dataclass(slots=True)
class _Resolver:
    parameters: Mapping[str, Parameter]
    computed: Collection[str]
    """The codes that differ from one report to the next."""
    names: Names
    problems: list[Problem] = field(default_factory=list)
    day: date | None = None
    """The day whose constants are filled in."""
    bands: int = 0
    """How many bands there are so far, those of each stretch counted."""

    def dated(self, scale: Scale) -> DatedLookup | None:
        """Make a scale ready for each stretch of days on which none of its constants changes."""
        day, before = scale.day, len(self.problems)
        read = dict.fromkeys(code for code, _ in scale.constants)
        changing = [self.parameters[code] for code in read if code in self.parameters]
        changing = [each for each in changing if each.day is not None]
        if day is None:
            return None
        for other in changing:
            if other.day is not None and other.day.code != day.code:
                self.note("scale-days-differ", scale.mark, text=other.code, day=day.code)
        if not scale.versions and not changing:
            details = {"code": quote(scale.code)}
            self.problems.append(Problem("day-of-nothing", day.mark, details))
        spans = [version.days for version in scale.versions]
        stretches: list[Stretch] = []
        cut = list(_stretches([spans, *(each.spans for each in changing)]))
        if not self.has_room(scale, spans, cut):
            return None
        for days in cut:
            at = find_in_force(spans, days.first) if spans else 0
            if at >= 0:
                found = self.stretch(scale, at, days)
                if stretches and _goes_on(stretches[-1], found):
                    found = replace(found, days=Days(stretches.pop().days.first, days.last))
                stretches.append(found)
        # one mistake of one band is told once, on however many days it is one
        told: dict[tuple[str, Mark], Problem] = {}
        for each in self.problems[before:]:
            told.setdefault((each.code, each.mark), each)
        self.problems[before:] = told.values()
        return (
            None
            if told
            else DatedLookup(scale.code, day.code, tuple(stretches), bool(scale.versions))
        )

    def has_room(self, scale: Scale, spans: Sequence[Days], cut: Sequence[Days]) -> bool:
        """Count the bands of a scale on all its stretches before one of them is made."""
        sizes = [len(content.bands) for content in scale.contents]
        places = (find_in_force(spans, days.first) if spans else 0 for days in cut)
        self.bands += sum(sizes[at] for at in places if at >= 0)
        if self.bands > MOST_DATED_BANDS:
            details = {"limit": str(MOST_DATED_BANDS)}
            self.problems.append(Problem("too-many-dated-bands", scale.mark, details))
        return self.bands <= MOST_DATED_BANDS

    def stretch(self, scale: Scale, at: int, days: Days) -> Stretch:
        """Fill in the constants of a version of a scale on the days of one stretch."""
        content = scale.contents[at]
        lacking = [code for code, _ in scale.constants_of(content) if self.lacks(code, days.first)]
        if lacking:
            return Stretch(days, at, None, min(lacking))
        self.day = days.first
        found = self.scale(scale, content)
        self.day = None
        return Stretch(days, at, found)

    def lacks(self, code: str, day: date) -> bool:
        """Tell whether a parameter has no value on a day."""
        parameter = self.parameters.get(code)
        is_dated = parameter is not None and parameter.day is not None
        return is_dated and find_in_force(parameter.spans, day) < 0  # type: ignore[union-attr]  # it is there

    def value_of(self, parameter: Parameter) -> object:
        """Return what a parameter is on the day whose constants are filled in."""
        if parameter.day is None:
            return parameter.value
        at = 0 if self.day is None else find_in_force(parameter.spans, self.day)
        return parameter.values[at].value

    def scale(self, scale: Scale, content: Bands | None = None) -> BandScale | None:
        """Fill in a scale's constants; None where one is wrong."""
        written = scale.contents[0] if content is None else content
        before = len(self.problems)
        times = Fraction(1)
        if scale.times is not None:
            # it multiplies: what the thresholds are measured in is not its unit
            times = self.constant(scale.times, scale.times_mark, None)
            if len(self.problems) == before and times <= 0:
                self.note("scale-times", scale.times_mark, text=scale.times)
        bands = []
        for band in written.bands:
            threshold = self.constant(band.threshold, band.threshold_mark, scale.of) * times
            unit = None if scale.kind == "marginal" else scale.unit
            value = self.constant(band.value, band.value_mark, unit, (scale, written, band))
            if scale.kind == "marginal":
                self.check_rate(band.value, band.value_mark)
            bands.append(Band(threshold, band.is_past, value))
        found = BandScale(scale.code, scale.kind, tuple(bands))
        misplaced = found.misplaced() if len(self.problems) == before else None
        if misplaced is not None:
            self.note_order(scale, written, written.bands[misplaced].threshold_mark)
        return found if len(self.problems) == before else None

    def note_order(self, scale: Scale, written: Bands, mark: Mark) -> None:
        """Tell of thresholds that are not in order; they may be so on other days."""
        details, advice = {"text": quote(scale.code)}, ""
        shown = _IN_THOUSANDS.match(mark.text, mark.column - 1)
        if shown is not None:
            # read with decimals, it is too small: not its place is wrong
            small, whole = write_number(Fraction(shown[0])), shown[0].replace(".", "")
            advice = "threshold-thousands"
            details |= {"shown": quote(shown[0]), "number": quote(small), "whole": quote(whole)}
        since = None if self.day is None else self.since(scale, written, self.day)
        if since in (None, date.min):
            self.problems.append(Problem("scale-order", mark, details, advice=advice))
            return
        details["day"] = quote(str(since))
        self.problems.append(
            Problem("scale-order", mark, details, advice=advice, wording="scale-order-on")
        )

    def since(self, scale: Scale, written: Bands, day: date) -> date:
        """Find from which day on the thresholds are what they are on a day.

        What the bands give may change in between.
        """
        codes = [band.threshold for band in written.bands if isinstance(band.threshold, str)]
        codes += [] if scale.times is None else [scale.times]
        spans = [self.parameters[code].spans for code in codes if code in self.parameters]
        spans.append(tuple(version.days for version in scale.versions))
        found = [(each, find_in_force(each, day)) for each in spans]
        return max((each[at].first for each, at in found if at >= 0), default=date.min)

    def note(self, code: str, mark: Mark, **details: str) -> None:
        """Add a problem; the details are quoted."""
        quoted = {name: quote(text) for name, text in details.items()}
        self.problems.append(Problem(code, mark, quoted))

    def constant(
        self,
        constant: Constant,
        mark: Mark,
        unit: str | None,
        given_by: tuple[Scale, Bands, WrittenBand] | None = None,
    ) -> Fraction:
        """Return a number, or that of the parameter of a code, whose unit must agree.

        Of what a band gives, the band is known, and so what to write in place of it.
        """
        if isinstance(constant, Fraction):
            return constant
        parameter = self.parameters.get(constant)
        if parameter is None and constant in self.computed:
            instead = _write_choice(*given_by) if given_by is not None else ""
            details = {"text": quote(constant), "instead": quote_to_write(instead)}
            advice = "band-by-rule" if instead else "scale-by-rule"
            problem = Problem("scale-constant", mark, details, "", advice)
            self.problems.append(replace(problem, wording=CONSTANT_OF_RULE))
            return Fraction(0)
        if parameter is None and self.names.lookup(constant) is None:
            self.problems.append(self._unknown_constant(constant, mark))
        elif parameter is None or not isinstance(parameter.any_value, Fraction):
            # a parameter with errors is told of where it is written
            signature = self.names.lookup(constant)
            if signature is None or signature.type != "unknown" or signature.keys is not None:
                self.note("scale-constant", mark, text=constant)
        else:
            if unit is not None and parameter.unit not in (None, unit):
                finding = Finding("unit-clash", 0, constant, "", unit, str(parameter.unit))
                self.problems.append(describe(finding, mark))
            value = self.value_of(parameter)
            return value if isinstance(value, Fraction) else Fraction(0)
        return Fraction(0)

    def _unknown_constant(self, constant: str, mark: Mark) -> Problem:
        """Say of a code that nothing has which is meant: a parameter, or a number with a letter."""
        from ruletrail.rulebooks.constants import judge_letters  # noqa: PLC0415 - rare

        near = Nearest(constant, KnownNames(self.parameters))
        lettered = judge_letters(constant, mark) if not near.found else None
        if lettered is not None:
            return lettered
        advice = "" if near.found or near.several else "number-or-parameter"
        return Problem("unknown-code", mark, {"text": quote(constant)}, near, advice)

    def check_rate(self, constant: Constant, mark: Mark) -> None:
        """Refuse a parameter in per cent: a code stands for its number as it is."""
        parameter = self.parameters.get(constant) if isinstance(constant, str) else None
        if parameter is not None and parameter.unit == _SHARE:
            self.note("rate-in-percent", mark, text=parameter.code)
