"""Match the values of a row against the words that stand there; an attempt, never a decision."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass
from ruletrail.layouts.lines import Line, Place, has_digit, match_words, to_words
from ruletrail.layouts.model import Layout, NumberStyle, Row, Slot, Variant, Words
from ruletrail.schemas import FieldDeclaration
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, read_date, read_number

_GROUP = 3
_DAY_SIGNS = "/.-"
_DAY_LENGTHS = [[day, month, 4] for day in (1, 2) for month in (1, 2)]
"""Digits of the parts of a printed day."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one variant makes of the words: a text for each code, None for an odd number or day."""

    values: Mapping[str, str | None]
    starts: Mapping[str, Place]
    """Where each value stands."""
    end: Place
    is_admitted: bool
    """Whether the variant's conditions hold."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read a value: the printed words, the fields, the style of numbers."""

    lines: Sequence[Line]
    fields: Mapping[str, FieldDeclaration]
    layout: Layout
    row: Row
    shapes: frozenset[str] = frozenset()
    """How the first words of all rows look, letters and digits alone."""

    @property
    def style(self) -> NumberStyle:
        """The style of the row's numbers."""
        return self.row.numbers or self.layout.numbers

    def is_text(self, code: str) -> bool:
        """Tell whether a field takes any text."""
        declaration = self.fields[code]
        return declaration.type == "text" and not declaration.words

    def match(self, place: Place, variant: Variant) -> Match | None:
        """Match a variant's values and the row's closing words, up to the end of a line."""
        slots = {slot.code: slot for slot in self.row.slots}
        values: dict[str, str | None] = {}
        starts: dict[str, Place] = {}
        here: Place | None = place
        for code in variant.codes:
            found = self._slot(here, slots[code]) if here is not None else None
            if found is None:
                return None
            values[code], starts[code], here = found
        here = None if here is None else match_words(self.lines, here, self.row.after)
        if here is None or here.word != 0:
            return None
        return Match(values, starts, here, _holds(variant, values))

    def _slot(self, place: Place, slot: Slot) -> tuple[str | None, Place, Place] | None:
        """Read a value between fixed words: what it is, where it stands, where it ends."""
        whole = match_words(self.lines, place, slot.before)
        if whole is not None and whole.line < len(self.lines):
            found = self._value(whole, slot, "")
            if found is not None:
                return found[0], whole, found[1]
        if not slot.before:
            return None
        inner = match_words(self.lines, place, slot.before[:-1])
        found = None if inner is None else self._value(inner, slot, slot.before[-1])
        return None if inner is None or found is None else (found[0], inner, found[1])

    def _value(self, place: Place, slot: Slot, glued: str) -> tuple[str | None, Place] | None:
        """Read the value at a place; `glued` is the fixed text that its first word begins with."""
        kind = self.fields[slot.code].type
        if place.line >= len(self.lines) or kind not in ("number", "date"):
            return None if glued or place.line >= len(self.lines) else self._choice(place, slot)
        word = self.lines[place.line].words[place.word]
        if not word.startswith(glued):
            return None
        printed = self.lines[place.line].printed[place.word][len(glued) :]
        after = match_words(self.lines, Place(place.line, place.word + 1), slot.after)
        if after is None and slot.after and printed.endswith(slot.after[0]):
            printed = printed.removesuffix(slot.after[0])
            after = match_words(self.lines, Place(place.line, place.word + 1), slot.after[1:])
        if after is None or not has_digit(printed):
            return None
        if self.lines[place.line].is_turned:
            return None, after
        if kind == "date":
            return read_printed_day(printed, self.layout.dates), after
        return read_printed(printed, self.style), after

    def _choice(self, place: Place, slot: Slot) -> tuple[str, Place] | None:
        best: tuple[str, Place] | None = None
        for printed, value in self.choices(slot.code):
            end = match_words(self.lines, place, printed)
            end = None if end is None else match_words(self.lines, end, slot.after)
            if end is not None and (best is None or end > best[1]):
                best = (value, end)
        return best

    def choices(self, code: str) -> list[tuple[Words, str]]:
        """List what a form prints for a field of a few values, each with what a report has."""
        declaration = self.fields[code]
        if declaration.type == "boolean":
            return [(to_words(word), value) for word, value in self.layout.booleans.items()]
        # a form prints what people call a choice, or its code
        named = [(to_words(title), text) for text, title in declaration.titles.items()]
        return [*named, *((to_words(word), word) for word in declaration.words)]


def _holds(variant: Variant, values: Mapping[str, str | None]) -> bool:
    """Tell whether what the variant asks of its values is so; an unreadable number never is."""
    for codes, positive in ((variant.zero, False), (variant.positive, True)):
        for code in codes:
            written = values.get(code)
            if written is None or (to_number(written) > 0) is not positive:
                return False
    return True


def trim_words(words: Sequence[str], printed: Sequence[str], slot: Slot) -> str:
    """Take the fixed words off a text and join what is left with single spaces."""
    start = len(slot.before) if tuple(words[: len(slot.before)]) == slot.before else 0
    end = len(words) - len(slot.after)
    if not slot.after or end < start or tuple(words[end:]) != slot.after:
        end = len(words)
    return " ".join(printed[start:end])


def read_printed_day(text: str, order: str) -> str | None:
    """Write a printed day as reports do, `2025-01-31`, else None.

    A day may be printed so, and with an `order` as `31/1/2025`, `31.01.2025` or `31-01-2025` too.
    """
    day = read_date(text)
    for sign in _DAY_SIGNS if day is None and order else ():
        parts = text.split(sign)
        if [len(part) for part in parts] in _DAY_LENGTHS and all(map(_is_digits, parts)):
            first, second, year = (int(part) for part in parts)
            turned = (second, first) if order == "day_first" else (first, second)
            day = read_date("{:04}-{:02}-{:02}".format(year, *turned))
    return None if day is None else day.isoformat()


def read_printed(text: str, style: NumberStyle) -> str | None:
    """Write a printed number as reports do (`3.580.390,40` → `3580390.40`), else None.

    All printed decimals are kept. Groups are of three digits or none at all, a leading zero stands
    only before the decimal sign, and the limits of numbers in reports hold.
    """
    sign = "-" if style.negative and text[:1] in ("-", "\u2212", "\u2010") else ""
    whole, point, part = text[len(sign) :].partition(style.decimal)
    groups = whole.split(style.thousands) if style.thousands else [whole]
    digits = "".join(groups)
    if not all(_is_digits(group) for group in groups) or (point and not _is_digits(part)):
        return None
    uneven = len(groups[0]) > _GROUP or any(len(group) != _GROUP for group in groups[1:])
    if (len(groups) > 1 and uneven) or (len(digits) > 1 and digits.startswith("0")):
        return None
    if len(digits) > MOST_INTEGER_DIGITS or len(part) > MOST_DECIMALS:
        return None
    return sign + digits + ("." + part if point else "")


def to_number(written: str) -> Fraction:
    """Give the value of a number that `read_printed` wrote."""
    return read_number(written) or Fraction(0)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
