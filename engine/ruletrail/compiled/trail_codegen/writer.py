"""Write the trail of one answer: report, result and steps, put together with their digests.

All is bytes from the start, because a trail is stored and digested as bytes.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from itertools import chain
from types import CodeType
from typing import Any, Literal

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Preparer, make_taker
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.trail_codegen.printing import bind_code, compile_fill
from ruletrail.compiled.trail_codegen.report_part import ReportWriter
from ruletrail.compiled.trail_codegen.templates import Frame, SentenceTemplate, StepTemplate
from ruletrail.digests import quote_text
from ruletrail.evaluations.messages import match_texts
from ruletrail.reports import Report, columns_of
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import canonical_json
from ruletrail.trails.document import TRAIL_VERSION, write_identity

Digests = Literal["all", "report", "none"]
"""Which digests are written: a stored trail has all; the others are for timing them apart."""

Bounds = tuple[str, Sequence[tuple[str, bytes]], int, int, int]
"""A step, the steps that it reads, and where its pieces begin, are cut for its digest, and end."""

Found = dict[str, list[Any]]
"""What stands under each key of the result, and the codes of each agreement under its word."""

_LISTS = {"errors", "messages", "missing", "not_encoded"}
_KINDS = (Check, Decision, Section, Rule)


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(
        self, function: Function, preparer: Preparer, codes: Sequence[CodeType] | None = None
    ) -> None:
        """Find the templates; `codes` are those of the functions that fill them, where they were kept."""
        frame = Frame(function, preparer)
        chunks: list[list[StepTemplate]] = [[] for _ in function.functions]
        for number, slots in enumerate(function.steps):
            chunks[slots.chunk].append(StepTemplate(frame, number, slots))
        self.codes = tuple(codes or [compile_fill(steps) for steps in chunks])
        self.chunks = [
            (bind_code(code, steps), _find_bounds(steps))
            for code, steps in zip(self.codes, chunks, strict=True)
        ]
        self.report_writer = ReportWriter(function.plan)
        listed = sorted(frame.steps.items())
        self.takers = [
            make_taker([at for _, (at, step) in listed if isinstance(step.entry, kind)])
            for kind in _KINDS
        ]
        document = {**write_identity(function.plan), "report": None, "result": None}
        document |= {"steps": [], "trail": TRAIL_VERSION}
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

        def say(sentence: SentenceTemplate) -> bytes:
            message, said = sentence.fill(answer, report, fields.texts)
            listed["messages"].append(said)
            return message

        kept: dict[int, bytes] = {}
        found: dict[str, bytes] = {}
        pieces = [self.head, b"", b',"result":', b"", self.middle]
        members: list[bytes] = []
        for (fill, bounds), results in zip(self.chunks, answer.results, strict=True):
            row, words, noticed = fill(
                results, inputs.slots, inputs.absent, fields.texts, kept, say
            )
            if digests == "all":
                _digest_steps(row, bounds, found)
            pieces += row
            members += words
            for key, what in chain.from_iterable(noticed):
                listed[key].append(what)
        if members:
            pieces[-1] = pieces[-1][:-1]  # without the comma
        pieces.append(self.tail)
        is_digested = digests != "none"
        pieces[1] = self.report_writer.write(report, fields, inputs.absent, is_digested=is_digested)
        pieces[3] = self._write_result(answer, report, members, listed)
        if digests != "all":
            return b"".join(pieces)
        digest, pieces[0] = self.begun.copy(), b""
        rest = b"".join(pieces)
        digest.update(rest)
        return b'{"digest":"sha256:%b",%b%b' % (digest.hexdigest().encode(), self.head[1:], rest)

    def _write_result(
        self, answer: Answer, report: Report, members: list[bytes], found: Found
    ) -> bytes:
        """Write the result from what the variants carry and the sentences that were filled."""
        agreements = [
            f'"{key}":{_write_codes(found[key])}' for key in sorted(found.keys() - _LISTS)
        ]
        shown = sorted(found["messages"])
        printed = match_texts(report.printed, [text for _, _, text in shown])
        checks, decisions, sections, values = (take(members) for take in self.takers)
        return b"".join([
            b'{"checks":{', b",".join(checks), b'},"decisions":{', b",".join(decisions),
            b'},"declared":{', ",".join(agreements).encode(),
            b'},"errors":[', ",".join(found["errors"]).encode(),
            b'],"messages":[', b",".join([member for _, member, _ in shown]),
            b'],"missing":', _write_codes(sorted(set(found["missing"]))).encode(),
            b',"not_encoded":[', ",".join(found["not_encoded"]).encode(),
            b'],"printed":{"matched":%d,"unmatched":[' % printed.matched,
            ",".join(map(quote_text, printed.unmatched)).encode(), b']},"sections":{',
            b",".join(sections), b'},"status":"', answer.status.encode(),
            b'","values":{', b",".join(filter(None, values)), b"}}",
        ])  # fmt: skip


def _write_codes(codes: Sequence[str]) -> str:
    return '["' + '","'.join(codes) + '"]' if codes else "[]"


def _find_bounds(steps: Sequence[StepTemplate]) -> list[Bounds]:
    bounds: list[Bounds] = []
    start = 0
    for step in steps:
        end = start + 1 + 2 * len(step.holes)
        bounds.append((step.entry.code, step.reads, start, start + step.cut, end))
        start = end
    return bounds


def _digest_steps(row: list[bytes], bounds: Sequence[Bounds], found: dict[str, bytes]) -> None:
    """Put each step's digest into it; it covers the step and the digests of the steps it reads."""
    for code, reads, start, cut, end in bounds:
        read = b",".join([head + found[other] for other, head in reads])
        step = b"".join(row[start:end])[:-1]  # without the comma
        text = b'{"reads":{%b},"step":%b}' % (read, step)
        digest = found[code] = b'"sha256:%b"' % sha256(text).hexdigest().encode()
        row[cut] = b'"digest":%b,' % digest
