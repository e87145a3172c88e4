"""The report in a trail: one text for each set of filled fields, with holes for their values."""

from collections.abc import Callable
from hashlib import sha256
from typing import cast

from ruletrail.compiled.inputs import make_taker
from ruletrail.compiled.trail_codegen.json_bytes import quote_json
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Fields, Report

_MOST_TEXTS = 64
"""Sets of fields whose text is kept; reports of one form leave out the same few."""

_OF_NUMBERS = "0123456789.-+eE"
_HOLES = {"number": '"%s"', "boolean": "%s", "text": '{"text":%s}'}


class ReportWriter:
    """Writes the reports of one plan; made once, safe to share."""

    def __init__(self, plan: LinkedRulebook) -> None:
        """Know the fields in the order of their codes."""
        self.types = {code: plan.schema.fields[code].type for code in sorted(plan.schema.fields)}
        self.fills: dict[frozenset[str], Callable[[Fields], str]] = {}

    def write(
        self, report: Report, fields: Fields, absent: frozenset[str], *, digested: bool
    ) -> bytes:
        """Write a report that leaves out some fields, with its digest where it is asked for."""
        fill = self.fills.get(absent) or self._make_fill(absent)
        subject = [
            f"{quote_json(key)}:{_plain(each)}" for key, each in sorted(report.subject.items())
        ]
        printed = ",".join(map(quote_json, report.printed))
        paper = f'"printed":{{"messages":[{printed}]}},' if report.printed else ""
        body = (
            f'{{"fields":{{{fill(fields)}}},{paper}"rulebook":{quote_json(str(report.reference))},'
            f'"subject":{{{",".join(subject)}}}}}'
        ).encode()
        digest = b'{"digest":"sha256:%b",' % sha256(body).hexdigest().encode() if digested else b"{"
        return digest + body[1:]

    def _make_fill(self, absent: frozenset[str]) -> Callable[[Fields], str]:
        """Make what writes a set of fields: numbers as their source text, all at once."""
        codes = [code for code in self.types if code not in absent]
        text = ",".join([f'"{code}":{_HOLES[self.types[code]]}' for code in codes])
        take = make_taker([code for code in codes if self.types[code] == "number"])
        others = [(at, code) for at, code in enumerate(codes) if self.types[code] != "number"]

        def fill(fields: Fields) -> str:
            written = list(take(fields.texts))
            if "".join(written).strip(_OF_NUMBERS):
                # no document holds such a number; it may need an escape
                written = [quote_json(number)[1:-1] for number in written]
            for at, code in others:
                written.insert(at, _plain(cast("str | bool", fields.exacts[code])))
            return text % tuple(written)

        if len(self.fills) < _MOST_TEXTS:
            self.fills[absent] = fill
        return fill


def _plain(value: str | bool) -> str:  # noqa: FBT001 - a boolean is a value here
    return ("true" if value else "false") if isinstance(value, bool) else quote_json(value)
