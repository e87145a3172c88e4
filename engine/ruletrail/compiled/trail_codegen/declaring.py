"""The report in a trail, as bytes: one text for each set of fields, filled with what they were declared with."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import cast

from ruletrail.compiled.trail_codegen.wordings import quote_json
from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Fields, Report

_MOST_SHAPES = 64
"""Sets of filled fields whose text is kept; reports of one form leave out the same few."""


_Take = Callable[[Mapping[str, str]], Sequence[str]]
_OF_NUMBERS = "0123456789.-+eE"


@dataclass(frozen=True, slots=True)
class _Shape:
    """The text of a set of fields with `%s` for each value: those that are numbers, and the places and codes of the others."""

    numbers: _Take
    text: str
    others: tuple[tuple[int, str], ...]

    def fill(self, fields: Fields) -> str:
        """Write the fields: a number as its source text."""
        numbers = self.numbers(fields.texts)
        written = list(numbers)
        if "".join(written).strip(_OF_NUMBERS):
            # more than the signs of numbers: no document holds it, and it may need an escape
            written = [quote_json(text)[1:-1] for text in numbers]
        for at, code in self.others:
            written.insert(at, _plain(cast("str | bool", fields.exacts[code])))
        return self.text % tuple(written)


class Declarer:
    """Writes the reports of one plan; made once, safe to share."""

    def __init__(self, plan: LinkedRulebook) -> None:
        """Know the fields in the order of their codes."""
        self.types = {code: plan.schema.fields[code].type for code in sorted(plan.schema.fields)}
        self.shapes: dict[frozenset[str], _Shape] = {}

    def write(
        self, report: Report, fields: Fields, absent: frozenset[str], *, digested: bool
    ) -> bytes:
        """Write a report that leaves out some fields, with its digest where it is asked for."""
        shape = self.shapes.get(absent) or self._shape(absent)
        subject = ",".join(
            [f"{quote_json(key)}:{_plain(value)}" for key, value in sorted(report.subject.items())]
        )
        printed = (
            f'"printed":{{"messages":[{",".join(map(quote_json, report.printed))}]}},'
            if report.printed
            else ""
        )
        reference = quote_json(str(report.reference))
        body = f'{{"fields":{{{shape.fill(fields)}}},{printed}"rulebook":{reference},"subject":{{{subject}}}}}'.encode()
        return (
            b'{"digest":"sha256:%b",%b' % (sha256(body).hexdigest().encode(), body[1:])
            if digested
            else body
        )

    def _shape(self, absent: frozenset[str]) -> _Shape:
        codes = [code for code in self.types if code not in absent]
        blanks = {"number": '"%s"', "boolean": "%s", "text": '{"text":%s}'}
        text = ",".join(
            [f"{quote_json(code).replace('%', '%%')}:{blanks[self.types[code]]}" for code in codes]
        )
        numbers = [code for code in codes if self.types[code] == "number"]
        others = tuple((at, code) for at, code in enumerate(codes) if self.types[code] != "number")
        shape = _Shape(_taker(numbers), text, others)
        if len(self.shapes) < _MOST_SHAPES:
            self.shapes[absent] = shape
        return shape


def _taker(codes: Sequence[str]) -> _Take:
    if len(codes) > 1:
        return itemgetter(*codes)  # one call for all, where there are two at least
    return lambda texts: [texts[code] for code in codes]


def _plain(value: str | bool) -> str:  # noqa: FBT001 - a boolean is a value here
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote_json(value)
