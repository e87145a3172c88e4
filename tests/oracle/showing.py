"""How values are shown in sentences (section 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .documents import HEAD, Cell, Rulebook, written_out
from .formulas import Known, cell_code
from .values import (
    Failure,
    Missing,
    NotApplicable,
    NotEncoded,
    Num,
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
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = {
    "it": lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}",
    "en": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
}
POINTS = {"it": (".", ","), "en": (",", ".")}


@dataclass(frozen=True)
class Showing:
    """What sentences are filled from; `at`: of which row."""

    rulebook: Rulebook
    known: Known
    report: Mapping[str, Cell]
    at: int | None = None

    def shown(self, name: str) -> str:
        """Show what a name stands for."""
        locale = self.rulebook.locale
        if name in HEAD and name not in self.known.facts:
            return str(HEAD[name])
        value = self.known.fact(name, self.at)
        if isinstance(value, str):
            return self._named(name, value)
        if isinstance(value, date):
            return DAYS[locale](value)
        if isinstance(value, Fraction):
            return self._number(name, value)
        key = value if isinstance(value, bool) else type(value)
        return SHOWN[locale][key]

    def _named(self, name: str, value: str) -> str:
        """Show a text by what it is called, if it is called anything (section 28.1)."""
        if self.rulebook.language == 1:
            return value
        for choice in self.rulebook.declared(name).get("oneOf", []):
            if composed(choice["const"]) == value:
                return composed(choice["title"])
        decisions = dict(written_out(self.rulebook.entries("decisions")))
        for case in decisions.get(name, {}).get("cases", []):
            if case["outcome"] == value and "label" in case:
                label = case["label"]
                return composed(label if isinstance(label, str) else label[self.rulebook.locale])
        return value

    def _number(self, name: str, value: Fraction) -> str:
        """Show a number (section 13.3)."""
        entry = self._entry(name)
        display = entry.get("display", {})
        unit = entry.get("unit") or self.rulebook.declared(name).get("unit")
        own = finite_decimals(value)
        final = ""
        if "decimals" in display:
            decimals = int(display["decimals"])
        elif own is None:
            decimals, final = 6, "…"
        else:
            row = "." in name and self.at is not None
            declared = self.report.get(cell_code(name, self.at) if row else name)
            is_field = not entry and isinstance(declared, Num)
            has = declared.decimals if is_field else own
            decimals = max(2, has) if (unit or "").split("/")[0] in MONEY else has
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
    return re.sub(
        r"\{([A-Za-z]\w*(?:\.[A-Za-z]\w*)?)\}", lambda match: showing.shown(match[1]), template
    )
