"""Scales and tables as a step keeps them: what they take and give, and what they answer.

Written apart from the evaluator: a step and a straight line by going through the bands, a marginal
scale by cutting the number, a table by comparing each row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from ruletrail.verification.calendar import read_day
from ruletrail.verification.facts import (
    Fact,
    NonValue,
    Value,
    name_type,
    read_written,
    write_fact,
    write_number,
)
from ruletrail.verification.failures import Failure, compare
from ruletrail.verification.signatures import Called, Signature

Json = dict[str, Any]
Parameters = Mapping[str, object]
"""What the constants are, on one day if they change with it."""


class Answering(Called, Protocol):
    """What answers a call."""

    @property
    def days(self) -> tuple[str, ...]:
        """The codes that it reads beside its operands."""

    def answer(self, values: Sequence[Any], beside: Json | None) -> "Answer":
        """Answer for values, those of `days` last."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call comes to, and what must stand beside it: which band or row answered."""

    fact: Fact
    beside: Json | None = None


class Scale:
    """A scale of a step, its constants read; stops where it is none that a rulebook may have."""

    days: tuple[str, ...] = ()

    def __init__(self, name: str, written: Json, document: Json, parameters: Parameters) -> None:
        """Fill in the constants, and see that they are numbers, in order, of the right units."""
        self.name, self.kind = name, written["kind"]
        self.document, self.parameters = document, parameters
        gives = "rate" if self.kind == "marginal" else "value"
        unit = None if self.kind == "marginal" else written.get("unit")
        times = Fraction(1)
        if "times" in written:
            times = self.constant({"code": written["times"]}, None)
        self.begins: list[tuple[Fraction, bool]] = []
        self.values: list[Fraction] = []
        for band in written["bands"]:
            past = "above" in band
            if gives not in band or (past and self.kind == "linear"):
                raise self.misfit()
            begin = self.constant(band["above" if past else "from"], written.get("of"))
            self.begins.append((begin * times, past))
            self.values.append(self.constant(band[gives], unit, is_rate=gives == "rate"))
            self.check_rate(band[gives])
        if times <= 0 or not all(self.follows(one, two) for one, two in pairwise(self.begins)):
            raise self.misfit()
        key = Signature("number", written.get("of"))
        self.keys, self.gives = (key,), Signature("number", written.get("unit"))

    def misfit(self) -> Failure:
        """Return the failure of a scale that no rulebook may have."""
        return Failure("trail-types", text=self.name)

    def follows(self, one: tuple[Fraction, bool], two: tuple[Fraction, bool]) -> bool:
        """Tell whether a band may stand after another."""
        return one[0] < two[0] or (self.kind == "step" and one[0] == two[0] and one[1] < two[1])

    def constant(self, written: Any, unit: str | None, *, is_rate: bool = False) -> Fraction:
        """Read a number that a document may write, or take that of a parameter of this unit."""
        if isinstance(written, str):
            number = read_written(written)
            if number is None and is_rate:
                # which may be written in per cent
                share = read_written(write_number(Fraction(written) * 100))
                number = share / 100 if share is not None else None
            if number is None:
                raise self.misfit()
            return number
        code = written["code"]
        value = self.parameters.get(code)
        if not isinstance(value, Fraction):
            raise self.misfit()
        if unit is not None and self.document["parameters"][code].get("unit", unit) != unit:
            raise self.misfit()
        return value

    def check_rate(self, written: Any) -> None:
        """Stop at a rate that is a parameter in per cent."""
        if self.kind != "marginal" or isinstance(written, str):
            return
        if self.document["parameters"][written["code"]].get("unit") == "%":
            raise self.misfit()

    def answer(self, values: Sequence[Any], _: Json | None) -> Answer:
        """Answer for one number."""
        (number,) = values
        return self.cut(number) if self.kind == "marginal" else self.fall(number)

    def fall(self, number: Fraction) -> Answer:
        """Find the band that a number falls into, and its value or the line to the next one."""
        at = -1
        for begin, past in self.begins:
            if number > begin or (number == begin and not past):
                at += 1
        if at < 0:
            return Answer(NonValue("error", ("no_case", self.name)))
        value = self.values[at]
        if self.kind == "linear" and at + 1 < len(self.values):
            left, right = self.begins[at][0], self.begins[at + 1][0]
            part = (number - left) / (right - left)
            value = value * (1 - part) + self.values[at + 1] * part
        return Answer(value, {"band": at, **self.bounds(at)})

    def bounds(self, at: int) -> Json:
        """Write where a band begins, and where it ends."""
        begin, past = self.begins[at]
        written = {"above" if past else "from": write_fact(begin)}
        if at + 1 < len(self.begins):
            end, next_past = self.begins[at + 1]
            written["to" if next_past else "below"] = write_fact(end)
        return written

    def cut(self, number: Fraction) -> Answer:
        """Cut a number at the thresholds: what is above each, less what is above the next."""
        over = [max(number - begin, Fraction(0)) for begin, _ in self.begins]
        amounts = [here - above for here, above in zip(over, [*over[1:], Fraction(0)], strict=True)]
        shares = [
            {"amount": write_fact(part), "rate": write_fact(rate), "share": write_fact(part * rate)}
            for part, rate in zip(amounts, self.values, strict=True)
        ]
        total = sum(
            (part * rate for part, rate in zip(amounts, self.values, strict=True)), Fraction(0)
        )
        held = [at for at, part in enumerate(amounts) if part > 0]
        last = {"band": held[-1], **self.bounds(held[-1])} if held else {}
        return Answer(total, {**last, "shares": shares})


class Table:
    """A table of a step; of a long one the row that answered stands beside the call."""

    days: tuple[str, ...] = ()

    def __init__(self, name: str, written: Json) -> None:
        """Read rows; stops at a cell of another type, and at a key that stands twice."""
        self.name, self.columns = name, written["by"]
        self.type, self.size = written["type"], written.get("size")
        names = {column["name"] for column in self.columns}
        if len(names) < len(self.columns) or "value" in names:
            raise self.misfit()
        self.rows = [self.row(row) for row in written.get("rows", [])]
        self.otherwise = self.read_otherwise(written)
        self.keys = tuple(Signature(column["type"]) for column in self.columns)
        words = self.words() if self.type == "text" else frozenset[str]()
        self.gives = Signature(self.type, written.get("unit"), words)
        self.by_key: dict[tuple[Value, ...], int] = {}
        self.told: dict[int, tuple[list[list[Value]], Value]] = {}
        """The rows of a long table that calls had so far."""
        for at, (cells, _) in enumerate(self.rows):
            for key in _write_out(cells):
                if self.by_key.setdefault(key, at) != at:
                    raise self.misfit()

    def misfit(self) -> Failure:
        """Return the failure of a scale that no rulebook may have."""
        return Failure("trail-types", text=self.name)

    def read_otherwise(self, written: Json) -> Fact | None:
        """Read what answers any other key."""
        if "otherwise" not in written:
            return None
        other = written["otherwise"]
        if isinstance(other, dict) and "not_applicable" in other:
            compare("trail-step", other["not_applicable"], self.name, "otherwise")
            return NonValue("not_applicable", (self.name,))
        return self.value(other, self.type)

    def words(self) -> frozenset[str]:
        """List the texts that it may answer; of a long table they are not known."""
        found = {value for _, value in self.rows} | {self.otherwise}
        texts = frozenset(each for each in found if isinstance(each, str))
        return frozenset() if self.size is not None else texts

    def row(self, row: Json) -> tuple[list[list[Value]], Value]:
        """Read the cells of a row and its value."""
        if len(row["keys"]) != len(self.columns):
            raise self.misfit()
        cells = [
            [self.value(each, column["type"]) for each in cell]
            for cell, column in zip(row["keys"], self.columns, strict=True)
        ]
        if any(len(set(cell)) < len(cell) for cell in cells):
            raise self.misfit()
        return cells, self.value(row["value"], self.type)

    def value(self, written: Any, kind: str) -> Value:
        """Read a value of a kind, written in the one way that there is."""
        value = written
        if isinstance(written, dict):
            value = read_day(str(written["date"])) if "date" in written else written.get("text")
        elif isinstance(written, str):
            value = read_written(written)
        if value is None or name_type(value) != kind or write_fact(value) != written:
            raise self.misfit()
        found: Value = value
        return found

    def answer(self, values: Sequence[Any], beside: Json | None) -> Answer:
        """Answer for a key; of a long table what stands beside the call says which row did."""
        if self.size is not None:
            return self.answer_by_row(tuple(values), beside)
        at = self.by_key.get(tuple(values))
        if at is not None:
            return Answer(self.rows[at][1], {"row": at})
        return self.answer_otherwise()

    def answer_otherwise(self) -> Answer:
        """Answer for a key that no row has."""
        if self.otherwise is None:
            return Answer(NonValue("error", ("no_case", self.name)))
        return Answer(self.otherwise, {"otherwise": True})

    def answer_by_row(self, key: tuple[Value, ...], beside: Json | None) -> Answer:
        """Take the row that is said to have answered, if it is one of this key.

        What rows and keys other calls had must agree: nothing else of the table is in the trail.
        """
        if beside is None or "row" not in beside:
            self.claim(key, _NO_ROW)
            return self.answer_otherwise()
        if beside["row"] >= self.size or "keys" not in beside or "value" not in beside:
            raise Failure("trail-types", text=self.name)
        cells, value = self.row({"keys": beside["keys"], "value": beside["value"]})
        own = _write_out(cells)
        if key not in own or self.told.setdefault(beside["row"], (cells, value)) != (cells, value):
            raise self.misfit()
        for each in own:
            self.claim(each, beside["row"])
        keys = [[write_fact(each) for each in cell] for cell in cells]
        return Answer(value, {"row": beside["row"], "keys": keys, "value": write_fact(value)})

    def claim(self, key: tuple[Value, ...], row: int) -> None:
        """Stop at a key that another call had from another row, or from none."""
        if self.by_key.setdefault(key, row) != row:
            raise self.misfit()


_NO_ROW = -1
"""Stands for what answers a key that no row has."""


def _write_out(cells: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
    keys: list[tuple[Value, ...]] = [()]
    for cell in cells:
        keys = [(*key, each) for key in keys for each in cell]
    return keys


def list_long_tables(document: Json) -> list[str]:
    """List the tables of a trail of which it keeps no more than the rows that answered."""
    tables = [table for step in document["steps"] for table in step.get("tables", {}).items()]
    long = [
        code
        for code, table in tables
        if any("size" in version for version in table.get("versions", [table]))
    ]
    return list(dict.fromkeys(long))


def constants_of(step: Json, name: str) -> list[str]:
    """List the parameters that a scale reads; a table reads none, and any other name is a code."""
    scale = step.get("scales", {}).get(name)
    if scale is None:
        return [] if name in step.get("tables", {}) else [name]
    codes = [scale["times"]] if "times" in scale else []
    versions = scale.get("versions", [scale])
    for band in (band for version in versions for band in version["bands"]):
        written = (band.get(key) for key in ("from", "above", "value", "rate"))
        codes += [each["code"] for each in written if isinstance(each, dict)]
    return codes
