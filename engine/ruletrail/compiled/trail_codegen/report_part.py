"""The report in a trail: one text for each set of filled fields, with holes for their values."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import cast

from ruletrail.compiled.inputs import make_taker
from ruletrail.digests import quote_text
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Fields, Report

_MOST_TEXTS = 64
"""Sets of fields whose text is kept; reports of one form leave out the same few."""

_HOLES = {"number": '"%s"', "boolean": "%s", "text": '{"text":%s}'}


class ReportWriter:
    """Writes the reports of one plan; made once, safe to share."""

    def __init__(self, plan: LinkedRulebook) -> None:
        """Know the fields in the order of their codes."""
        self.types = {code: plan.schema.fields[code].type for code in sorted(plan.schema.fields)}
        self.find_fill = lru_cache(_MOST_TEXTS)(self._make_fill)

    def write(
        self, report: Report, fields: Fields, absent: frozenset[str], *, is_digested: bool
    ) -> bytes:
        """Write a report that leaves out some fields, with its digest where it is asked for."""
        subject = [
            f"{quote_text(key)}:{_plain(each)}" for key, each in sorted(report.subject.items())
        ]
        paper = ""
        if report.printed:
            paper = f'"printed":{{"messages":[{",".join(map(quote_text, report.printed))}]}},'
        body = (
            f'{{"fields":{{{self.find_fill(absent)(fields)}}},{paper}'
            f'"rulebook":{quote_text(str(report.reference))},"subject":{{{",".join(subject)}}}}}'
        ).encode()
        if not is_digested:
            return body
        return b'{"digest":"sha256:%b",%b' % (sha256(body).hexdigest().encode(), body[1:])

    def _make_fill(self, absent: frozenset[str]) -> Callable[[Fields], str]:
        """Make what writes a set of fields: numbers as their source text, all at once."""
        codes = [code for code in self.types if code not in absent]
        text = ",".join([f'"{code}":{_HOLES[self.types[code]]}' for code in codes])
        take = make_taker([code for code in codes if self.types[code] == "number"])
        others = [(at, code) for at, code in enumerate(codes) if self.types[code] != "number"]

        def fill(fields: Fields) -> str:
            written = list(take(fields.texts))
            joined = "".join(written)
            if not (joined.isascii() and joined.isprintable()) or '"' in joined or "\\" in joined:
                # no document holds such a number
                written = [quote_text(number)[1:-1] for number in written]
            for at, code in others:
                written.insert(at, _plain(cast("str | bool", fields.exacts[code])))
            return text % tuple(written)

        return fill


def _plain(value: str | bool) -> str:  # noqa: FBT001 - a boolean is a value here
    return ("true" if value else "false") if isinstance(value, bool) else quote_text(value)
