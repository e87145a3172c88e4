"""Write the trail of one answer: report, result and steps, put together with their digests.

All is bytes from the start, because a trail is stored and digested as bytes.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from types import CodeType
from typing import Any, Literal, cast

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Preparer, make_taker
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.trail_codegen.printing import bind_code, compile_fill
from ruletrail.compiled.trail_codegen.templates import Frame, SentenceTemplate, StepTemplate
from ruletrail.digests import quote_text
from ruletrail.evaluations.messages import match_texts
from ruletrail.reports import Fields, Report, columns_of
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import canonical_json
from ruletrail.trails.document import refuse_size, write_identity

Digests = Literal["all", "report", "none"]
"""Which digests are written: a stored trail has all; the others are for timing them apart."""

Bounds = tuple[str, Sequence[tuple[str, bytes]], int, int]
"""A step, those it reads, where its pieces are cut for its digest, and how many they are."""

Found = dict[str, list[Any]]
"""What stands under each key of the result, and the codes of each agreement under its word."""

_LISTS = {"errors", "messages", "missing", "not_encoded"}
_HOLES = {"number": '"%s"', "boolean": "%s", "text": '{"text":%s}', "date": '{"date":%s}'}

_MOST_FORMS = 64
"""Sets of filled fields whose text is kept; reports of one form leave out the same few."""


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(
        self, function: Function, preparer: Preparer, codes: Sequence[CodeType] | None = None
    ) -> None:
        """Find the templates; `codes` are those of the functions that fill them, where kept."""
        frame = Frame(function, preparer)
        chunks: list[list[StepTemplate]] = [[] for _ in function.functions]
        for number, slots in enumerate(function.steps):
            chunks[slots.function].append(StepTemplate(frame, number, slots))
        self.codes = tuple(codes or [compile_fill(steps) for steps in chunks])
        self.fills = [bind_code(*each) for each in zip(self.codes, chunks, strict=True)]
        self.bounds: list[list[Bounds]] = [
            [(step.entry.code, step.reads, step.cut, 2 * len(step.holes) + 1) for step in steps]
            for steps in chunks
        ]
        listed = sorted(frame.steps.items())
        self.takers = [
            make_taker([at for _, (at, step) in listed if isinstance(step.entry, kind)])
            for kind in (Check, Decision, Section, Rule)
        ]
        declared = function.linked.schema.fields
        self.linked = function.linked
        self.types = {code: declared[code].type for code in sorted(declared)}
        self.find_form = lru_cache(_MOST_FORMS)(self._make_form)
        document = {**write_identity(function.linked), "report": None, "result": None}
        document["steps"] = []
        # inside a text there is a backslash before each quote
        head, rest = canonical_json(document).encode().split(b'null,"result":null')
        self.head, (self.middle, *tail) = head, rest.partition(b'],"trail":')
        self.tail = b"".join(tail)
        # what comes before the report is the same each time: its part of the digest is begun once
        self.begun = sha256(self.head)

    def write(self, answer: Answer, report: Report, digests: Digests = "all") -> bytes:
        """Write the trail of what the function answered, as canonical JSON."""
        fields, inputs = columns_of(report.fields), answer.inputs
        listed: Found = defaultdict(list)
        told = size = 0

        def say(sentence: SentenceTemplate) -> bytes:
            nonlocal told
            message, said = sentence.fill(answer, report)
            # in the step and in the result; the steps are measured when many are filled
            told += len(message) + len(said[1])
            refuse_size(self.linked, told)
            listed["messages"].append(said)
            return message

        kept, found = dict[int, bytes](), dict[str, bytes]()
        pieces = [self.head, b"", b',"result":', b"", self.middle]
        members: list[bytes] = []
        for fill, bounds, results in zip(self.fills, self.bounds, answer.results, strict=True):
            row, words, noticed = fill(
                results, inputs.slots, inputs.absent, fields.texts, kept, say
            )
            if digests == "all":
                _digest_steps(row, bounds, found)
            size += sum(map(len, row))
            refuse_size(self.linked, size)
            pieces += row
            members += words
            for key, what in chain.from_iterable(noticed):
                listed[key].append(what)
        if members:
            pieces[-1] = pieces[-1][:-1]  # without the comma
        pieces.append(self.tail)
        written = self._write_report(report, fields, inputs.absent)
        pieces[1] = written if digests == "none" else _with_digest_of_report(written)
        pieces[3] = self._write_result(answer, report, members, listed)
        if digests != "all":
            return b"".join(pieces)
        return self._with_digest(b"".join(pieces[1:]))

    def _with_digest(self, rest: bytes) -> bytes:
        """Put the digest of the whole before it; `rest` is what comes behind the constant head."""
        whole = self.begun.copy()
        whole.update(rest)
        text = b'{"digest":"sha256:%b",%b%b' % (whole.hexdigest().encode(), self.head[1:], rest)
        refuse_size(self.linked, len(text) + 1)  # with the newline that ends a stored one
        return text

    def _write_report(self, report: Report, fields: Fields, absent: frozenset[str]) -> bytes:
        """Write a report that leaves out some fields, without its digest."""
        named = sorted(report.subject.items())
        subject = ",".join([f"{quote_text(key)}:{_plain(value)}" for key, value in named])
        printed = ",".join(map(quote_text, report.printed))
        paper = f'"printed":{{"messages":[{printed}]}},' if report.printed else ""
        reference, written = quote_text(str(report.reference)), self.find_form(absent)(fields)
        return (
            f'{{"fields":{{{written}}},{paper}"rulebook":{reference},"subject":{{{subject}}}}}'
        ).encode()

    def _make_form(self, absent: frozenset[str]) -> Callable[[Fields], str]:
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
                is_day = self.types[code] == "date"
                exact = fields.texts[code] if is_day else fields.exacts[code]
                written.insert(at, _plain(cast("str | bool", exact)))
            return text % tuple(written)

        return fill

    def _write_result(
        self, answer: Answer, report: Report, members: list[bytes], found: Found
    ) -> bytes:
        """Write the result from what the variants carry and the sentences that were filled."""
        agreements = [f'"{key}":[{",".join(found[key])}]' for key in sorted(found.keys() - _LISTS)]
        shown = sorted(found["messages"])
        printed = match_texts(report.printed, [text for _, _, text in shown])
        checks, decisions, sections, values = (take(members) for take in self.takers)
        return b"".join([
            b'{"checks":{', b",".join(checks), b'},"decisions":{', b",".join(decisions),
            b'},"declared":{', ",".join(agreements).encode(),
            b'},"errors":[', ",".join(found["errors"]).encode(),
            b'],"messages":[', b",".join([member for _, member, _ in shown]),
            b'],"missing":[', ",".join(sorted(set(found["missing"]))).encode(),
            b'],"not_encoded":[', ",".join(found["not_encoded"]).encode(),
            b'],"printed":{"matched":%d,"unmatched":[' % printed.matched,
            ",".join(map(quote_text, printed.unmatched)).encode(), b']},"sections":{',
            b",".join(sections), b'},"status":"', answer.status.encode(),
            b'","values":{', b",".join(filter(None, values)), b"}}",
        ])  # fmt: skip


def _with_digest_of_report(written: bytes) -> bytes:
    """Put the digest of a report, as it is written, before its members."""
    digest = sha256(written).hexdigest().encode()
    return b'{"digest":"sha256:%b",%b' % (digest, written[1:])


def _digest_steps(row: list[bytes], bounds: Sequence[Bounds], found: dict[str, bytes]) -> None:
    """Put each step's digest into it; it covers the step and the digests of the steps it reads."""
    start = 0
    for code, reads, cut, size in bounds:
        read = b",".join([head + found[other] for other, head in reads])
        step = b"".join(row[start : start + size])[:-1]  # without the comma
        text = b'{"reads":{%b},"step":%b}' % (read, step)
        digest = found[code] = b'"sha256:%b"' % sha256(text).hexdigest().encode()
        row[start + cut] = b'"digest":%b,' % digest
        start += size


def _plain(value: str | bool) -> str:  # noqa: FBT001 - a boolean is a value here
    return ("true" if value else "false") if isinstance(value, bool) else quote_text(value)
