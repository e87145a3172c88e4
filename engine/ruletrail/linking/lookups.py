"""Scales and tables made ready: constants filled in, thresholds in order, units that agree."""

from collections.abc import Mapping
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Finding
from ruletrail.formulas.lookups import Band, BandScale, Lookup
from ruletrail.linking.names import Names
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Parameter, Rulebook, Scale, describe
from ruletrail.rulebooks.entries import Constant
from ruletrail.suggestions import KnownNames, Nearest

_SHARE = "%"


def resolve_lookups(rulebook: Rulebook, names: Names) -> tuple[Mapping[str, Lookup], list[Problem]]:
    """Fill in the constants of every scale; returns what formulas call, and what is wrong."""
    found: dict[str, Lookup] = {code: table.content for code, table in rulebook.tables.items()}
    resolver = _Resolver(rulebook.parameters, names)
    for code, scale in rulebook.scales.items():
        resolved = resolver.scale(scale)
        if resolved is not None:
            found[code] = resolved
    return found, resolver.problems


@dataclass(slots=True)
class _Resolver:
    parameters: Mapping[str, Parameter]
    names: Names
    problems: list[Problem] = field(default_factory=list)

    def scale(self, scale: Scale) -> BandScale | None:
        """Fill in a scale's constants; None where one is wrong."""
        before = len(self.problems)
        times = Fraction(1)
        if scale.times is not None:
            # it multiplies: what the thresholds are measured in is not its unit
            times = self.constant(scale.times, scale.times_mark, None)
            if len(self.problems) == before and times <= 0:
                self.note("scale-times", scale.times_mark, text=scale.times)
        bands = []
        for band in scale.content.bands:
            threshold = self.constant(band.threshold, band.threshold_mark, scale.of) * times
            unit = None if scale.kind == "marginal" else scale.unit
            value = self.constant(band.value, band.value_mark, unit)
            if scale.kind == "marginal":
                self.check_rate(band.value, band.value_mark)
            bands.append(Band(threshold, band.is_past, value))
        found = BandScale(scale.code, scale.kind, tuple(bands))
        misplaced = found.misplaced() if len(self.problems) == before else None
        if misplaced is not None:
            self.note("scale-order", scale.content.bands[misplaced].threshold_mark, text=scale.code)
        return found if len(self.problems) == before else None

    def note(self, code: str, mark: Mark, **details: str) -> None:
        """Add a problem; the details are quoted."""
        quoted = {name: quote(text) for name, text in details.items()}
        self.problems.append(Problem(code, mark, quoted))

    def constant(self, constant: Constant, mark: Mark, unit: str | None) -> Fraction:
        """Return a number, or that of the parameter of a code, whose unit must agree."""
        if isinstance(constant, Fraction):
            return constant
        parameter = self.parameters.get(constant)
        if parameter is None and self.names.lookup(constant) is None:
            near = Nearest(constant, KnownNames(self.parameters))
            self.problems.append(Problem("unknown-code", mark, {"text": quote(constant)}, near))
        elif parameter is None or not isinstance(parameter.value, Fraction):
            # a parameter with errors is told of where it is written
            signature = self.names.lookup(constant)
            if signature is None or signature.type != "unknown" or signature.keys is not None:
                self.note("scale-constant", mark, text=constant)
        else:
            if unit is not None and parameter.unit not in (None, unit):
                finding = Finding("unit-clash", 0, constant, "", unit, str(parameter.unit))
                self.problems.append(describe(finding, mark))
            return parameter.value
        return Fraction(0)

    def check_rate(self, constant: Constant, mark: Mark) -> None:
        """Refuse a parameter in per cent: a code stands for its number as it is."""
        parameter = self.parameters.get(constant) if isinstance(constant, str) else None
        if parameter is not None and parameter.unit == _SHARE:
            self.note("rate-in-percent", mark, text=parameter.code)
