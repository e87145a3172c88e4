"""Scales and tables that a step looked something up in: their bands, and what answered, as tables.

All stands in the trail; nothing is computed here but thresholds that a parameter multiplies.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.formats import Format, show_fact
from ruletrail.formulas import Call, walk_expression
from ruletrail.formulas.operations import LOOKUP
from ruletrail.rendering.blocks import Table
from ruletrail.rendering.conclusions import describe_basis
from ruletrail.rendering.dated import describe_in_force, in_force_of
from ruletrail.rendering.expressions import Expression, read_expression, show_node, with_numbers
from ruletrail.rendering.readings import Reading, Step, fact_of, show_plain
from ruletrail.values import Fact

Rows = tuple[tuple[str, ...], ...]

_HERE = "▸"
"""Before the band that answered; the caption says in words which that is."""
_HUNDRED = 100
_MOST_BANDS = 30
"""Bands that are shown; of a longer scale those around the one that answered."""


def draw_lookups(reading: Reading, step: Step) -> Iterator[Table]:
    """Draw what a step looked up in scales and tables, each call once."""
    if "scales" not in step and "tables" not in step:
        return
    drawn = set()
    cases = step.get("cases", ())
    of_exceptions = (case["then"] for case in cases if "then" in case)
    for clause in (step.get("when", {}), step, *cases, *of_exceptions):
        expression = read_expression(reading, step, clause)
        for node in walk_expression(expression.tree) if expression is not None else ():
            if expression is None or not isinstance(node, Call) or node.operation is not LOOKUP:
                continue
            answer, asked = expression.outcome(node).get("answer"), with_numbers(expression, node)
            if answer is not None and asked not in drawn:
                drawn.add(asked)
                yield _draw(expression, node, answer, asked)


def _draw(expression: Expression, call: Call, answer: Mapping[str, Any], asked: str) -> Table:
    reading, step = expression.reading, expression.step
    is_scale = call.code in step.get("scales", {})
    whole = step["scales" if is_scale else "tables"][call.code]
    version = in_force_of(whole, answer)
    entry = {**whole, **version} if version is not None else whole
    label = "" if entry["label"] == call.code else f"{entry['label']}: "
    rest = _Scale(expression, entry) if is_scale else _row_of(reading, entry, answer)
    if isinstance(rest, _Scale):
        columns, rows = rest.write(answer)
        which = rest.place(answer)
    else:
        (columns, rows), which = rest, ""
    since = describe_in_force(reading, whole, answer)
    rests_on = describe_basis(reading, version or {})
    which += "".join(f"; {each}" for each in (since, rests_on) if each)
    caption = f"{label}{asked} = {show_node(expression, call)}{which}"
    return Table(caption, columns, rows, headed=True)


class _Scale:
    """The bands of a scale as rows."""

    def __init__(self, expression: Expression, entry: Mapping[str, Any]) -> None:
        self.reading, self.reads, self.entry = expression.reading, expression.step["reads"], entry
        self.times = self.constant({"code": entry["times"]}) if "times" in entry else Fraction(1)

    def constant(self, written: Any) -> Fraction:
        """Read a number, or that of a parameter, which the step reads."""
        fact: Fact = fact_of(
            self.reads[written["code"]]["value"] if isinstance(written, dict) else written
        )
        return fact if isinstance(fact, Fraction) else Fraction(0)

    def place(self, answer: Mapping[str, Any]) -> str:
        """Say in words which band answered."""
        if "band" not in answer:
            return ""
        place = {"place": answer["band"] + 1, "count": len(self.entry["bands"])}
        return self.reading.say("lookup_place", **place)

    def write(self, answer: Mapping[str, Any]) -> tuple[tuple[str, ...], Rows]:
        """Write columns and rows; of a marginal scale what each band takes and gives."""
        say = self.reading.say
        of, unit = (f" ({self.entry[key]})" if key in self.entry else "" for key in ("of", "unit"))
        if self.entry["kind"] == "marginal":
            amount, share = say("lookup_amount") + of, say("lookup_share") + unit
            columns = say("lookup_band"), amount, say("lookup_rate"), share
            return columns, tuple(self._shares(answer))
        first = "lookup_point" if self.entry["kind"] == "linear" else "lookup_band"
        return (say(first) + of, say("lookup_value") + unit), tuple(self._values(answer))

    def _shown(self, answer: Mapping[str, Any]) -> range:
        """Choose the bands to show: all, or those around the one that answered."""
        count, at = len(self.entry["bands"]), answer.get("band", 0)
        first = max(0, min(at - _MOST_BANDS // 2, count - _MOST_BANDS))
        return range(first, min(count, first + _MOST_BANDS))

    def _values(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
        for at in self._shown(answer):
            value = self.constant(self.entry["bands"][at]["value"])
            yield self._band(at, answer), self._show(value, "unit")

    def _shares(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
        for at in self._shown(answer):
            share = answer["shares"][at]
            amount, rate, part = map(self.constant, map(share.get, ("amount", "rate", "share")))
            shown = f"{show_plain(self.reading, rate * _HUNDRED)} %"
            yield (
                self._band(at, answer), self._show(amount, "of"), shown, self._show(part, "unit"),
            )  # fmt: skip

    def _band(self, at: int, answer: Mapping[str, Any]) -> str:
        bands: Sequence[Mapping[str, Any]] = self.entry["bands"]
        text = self._begin(bands[at])
        if self.entry["kind"] != "linear" and at + 1 < len(bands):
            after = bands[at + 1]
            end = self.constant(after.get("above", after.get("from"))) * self.times
            phrase = "band_to" if "above" in after else "band_below"
            text += self.reading.say(phrase, end=self._show(end, "of"))
        return f"{_HERE} {text}" if answer.get("band") == at else text

    def _show(self, number: Fraction, side: str) -> str:
        """Show a number of the side that is looked up (`of`), or of what comes out (`unit`)."""
        return show_plain(self.reading, number, self.entry.get(side, ""))

    def _begin(self, band: Mapping[str, Any]) -> str:
        key = "above" if "above" in band else "from"
        begin = self._show(self.constant(band[key]) * self.times, "of")
        return (
            begin
            if self.entry["kind"] == "linear"
            else self.reading.say(f"band_{key}", begin=begin)
        )


def _row_of(
    reading: Reading, entry: Mapping[str, Any], answer: Mapping[str, Any]
) -> tuple[tuple[str, ...], Rows]:
    """Write the row that answered; where none did, what does in its place."""
    unit = f" ({entry['unit']})" if "unit" in entry else ""
    columns = (*(column["name"] for column in entry["by"]), reading.say("lookup_value") + unit)
    if "otherwise" in answer:
        gaps = ["–"] * (len(columns) - 2)
        other = entry["otherwise"]
        value = _cell(reading, other, entry.get("unit", ""))
        return columns, ((reading.say("lookup_otherwise"), *gaps, value),)
    if "row" not in answer:
        return columns, ()
    row = answer if "keys" in answer else entry["rows"][answer["row"]]
    keys = [", ".join(_cell(reading, each) for each in cell) for cell in row["keys"]]
    return columns, ((*keys, _cell(reading, row["value"], entry.get("unit", ""))),)


def _cell(reading: Reading, written: Any, unit: str = "") -> str:
    """Show a cell as the values that are looked up in it are shown."""
    fact = fact_of(written)
    if isinstance(fact, bool):
        return show_fact(fact, Format(), reading.language)
    return show_plain(reading, fact, unit)
