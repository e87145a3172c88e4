"""Numbers and days that a rulebook says of a parameter, a scale or a table, for who reads a page.

A piece keeps them as they are beside its text: which sign begins the decimals, and what a band that
begins above a limit is called, is the page's language's.
"""

from datetime import date
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_fact, with_unit
from ruletrail.formulas.lookups import Days
from ruletrail.linking import LinkedRulebook, unit_of
from ruletrail.rendering.phrases import say
from ruletrail.trails.steps import Shape, shape_of, shape_of_unit
from ruletrail.values import Value


@dataclass(frozen=True, slots=True)
class Said:
    """A value, the days that it holds for, the limit that its band begins with.

    A text among them is written as it stands in the rulebook: a code, or a value in its quotes.
    """

    value: Value | None = None
    days: Days | None = None
    begin: Fraction | str | None = None
    is_past: bool = False


def write_said(said: Said, linked: LinkedRulebook, code: str, language: Locale) -> str:
    """Write what is said of the entry of a code, numbers with its units."""
    rulebook = linked.rulebook
    scale, table = rulebook.scales.get(code), rulebook.tables.get(code)
    unit = scale.unit if scale else table.unit if table else unit_of(linked, code)
    shape = shape_of(linked, code) if code in rulebook.parameters else shape_of_unit(unit)
    value = said.value
    if scale is not None and scale.kind == "marginal" and isinstance(value, Fraction):
        value, unit = value * 100, "%"  # a share of what is in the band
    written = [] if value is None else [_write(value, unit, shape, language)]
    if said.days is not None:
        written.append(_write_days(said.days, language))
    if said.begin is not None and scale is not None:
        # beside "from … to …" a band from its limit on is no second "from"
        phrase = "band_above" if said.is_past else "band_or_more"
        begin = _write(said.begin, scale.of, shape_of_unit(scale.of), language)
        return f"{say(phrase, language, begin=begin)}: {written[0]}"
    return ", ".join(written)


def _write(value: Value, unit: str | None, shape: Shape, language: Locale) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, Fraction):
        return show_fact(value, Format(), language)
    return with_unit(show_fact(value, shape.format(value), language), unit or "")


def _write_days(days: Days, language: Locale) -> str:
    """Write days without words, as the rulebook's own text of them has none."""

    def write(day: date) -> str:
        return show_fact(day, Format(), language)

    return f"{write(days.first)} –" + (f" {write(days.last)}" if days.last is not None else "")
