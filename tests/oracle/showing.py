"""How values are shown in sentences (section 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .documents import HEAD, Rulebook, written_out
from .values import (
    Failure,
    Missing,
    NotApplicable,
    NotEncoded,
    Num,
    Value,
    composed,
    finite_decimals,
    rounded,
    with_decimals,
)

MONEY = {"euro", "EUR", "€", "USD", "GBP", "CHF"}
SHOWN = {
    "it": {
        True: "sì",
        False: "no",
        Missing: "mancante",
        NotApplicable: "non applicabile",
        NotEncoded: "non codificato",
        Failure: "errore",
    },
    "en": {
        True: "yes",
        False: "no",
        Missing: "missing",
        NotApplicable: "not applicable",
        NotEncoded: "not encoded",
        Failure: "error",
    },
}
POINTS = {"it": (".", ","), "en": (",", ".")}


@dataclass(frozen=True)
class Showing:
    """What sentences are filled from."""

    rulebook: Rulebook
    facts: Mapping[str, Value]
    report: Mapping[str, Num | str | bool]

    def shown(self, name: str) -> str:
        """Show what a name stands for."""
        locale = self.rulebook.locale
        if name not in self.facts:
            return str(HEAD[name])
        value = self.facts[name]
        if isinstance(value, str):
            return value
        if isinstance(value, Fraction):
            return self._number(name, value)
        key = value if isinstance(value, bool) else type(value)
        return SHOWN[locale][key]

    def _number(self, name: str, value: Fraction) -> str:
        """Show a number (section 13.3)."""
        entry = self._entry(name)
        display = entry.get("display", {})
        unit = entry.get("unit") or self.rulebook.fields.get(name, {}).get("unit")
        own = finite_decimals(value)
        final = ""
        if "decimals" in display:
            decimals = int(display["decimals"])
        elif own is None:
            decimals, final = 6, "…"
        else:
            declared = self.report.get(name)
            is_field = not entry and isinstance(declared, Num)
            has = declared.decimals if is_field else own
            decimals = max(2, has) if unit in MONEY else has
        digits = with_decimals(rounded(value, decimals, "half_up"), decimals)
        return self._punctuated(digits, grouping=display.get("grouping", True)) + final

    def _entry(self, name: str) -> dict:
        """Return the rule or parameter of a code."""
        rules = dict(written_out(self.rulebook.entries("rules")))
        return rules.get(name) or self.rulebook.entries("parameters").get(name, {})

    def _punctuated(self, digits: str, *, grouping: bool) -> str:
        """Write a number by the locale."""
        thousands, point = POINTS[self.rulebook.locale]
        whole, _, rest = digits.lstrip("-").partition(".")
        if grouping:
            whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", thousands, whole)
        sign = "-" if digits.startswith("-") else ""
        return f"{sign}{whole}{point + rest if rest else ''}"


def sentence(templates: dict, showing: Showing) -> str:
    """Fill the template of the rulebook's language."""
    template = composed(templates[showing.rulebook.locale])
    return re.sub(r"\{([A-Za-z]\w*)\}", lambda match: showing.shown(match[1]), template)
