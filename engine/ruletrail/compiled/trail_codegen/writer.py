"""Write the trail of one answer: report, result and steps, put together with their digests.

All is bytes from the start, because a trail is stored and digested as bytes.
"""

from collections.abc import Sequence
from hashlib import sha256
from types import CodeType
from typing import Literal

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Preparer, make_taker
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.trail_codegen.printing import Fill, bind_code, compile_fill
from ruletrail.compiled.trail_codegen.report_part import ReportWriter
from ruletrail.compiled.trail_codegen.sentences import SentenceTemplate, Shown
from ruletrail.compiled.trail_codegen.templates import Frame, Notice, StepTemplate
from ruletrail.digests import quote_text
from ruletrail.evaluations.messages import match_texts
from ruletrail.reports import Report, columns_of
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import canonical_json
from ruletrail.trails.document import TRAIL_VERSION, write_identity

Digests = Literal["all", "report", "none"]
"""Which digests are written: a stored trail has all; the others are for timing them apart."""

_TAIL = f'],"trail":{TRAIL_VERSION}}}'.encode()
_KINDS = (Check, Decision, Section, Rule)


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(
        self, function: Function, preparer: Preparer, codes: Sequence[CodeType] | None = None
    ) -> None:
        """Find the templates; `codes` are those of the functions that fill them, where they were kept."""
        frame = Frame(function, preparer)
        self.steps = frame.steps
        chunks: list[list[StepTemplate]] = [[] for _ in function.functions]
        for number, slots in enumerate(function.steps):
            chunks[slots.chunk].append(StepTemplate(frame, number, slots))
        self.codes = tuple(codes or [compile_fill(steps) for steps in chunks])
        self.chunks: list[tuple[Fill, Sequence[StepTemplate]]] = [
            (bind_code(code, steps), steps) for code, steps in zip(self.codes, chunks, strict=True)
        ]
        self.report_writer = ReportWriter(function.plan)
        listed = sorted(frame.steps.items())
        self.takers = [
            make_taker([at for _, (at, step) in listed if isinstance(step.entry, kind)])
            for kind in _KINDS
        ]
        static = sorted(write_identity(function.plan).items())
        texts = [(key, f'"{key}":{canonical_json(part)}') for key, part in static]
        head, middle = (
            [text for key, text in texts if (key < "report") is is_first]
            for is_first in (True, False)
        )
        self.head = f'{{{",".join(head)},"report":'.encode()
        self.middle = f',{",".join(middle)},"steps":['.encode()
        # what comes before the report is the same each time: its part of the digest is begun once
        self.begun = sha256(self.head)

    def write(self, answer: Answer, report: Report, digests: Digests = "all") -> bytes:
        """Write the trail of what the function answered, as canonical JSON."""
        fields, inputs = columns_of(report.fields), answer.inputs
        shown: list[Shown] = []

        def say(sentence: SentenceTemplate) -> bytes:
            message, said = sentence.fill(self.steps, answer, report)
            shown.append(said)
            return message

        kept: dict[int, bytes] = {}
        found: dict[str, bytes] = {}
        pieces: list[bytes] = []
        members: list[bytes] = []
        notices: list[Notice] = []
        for (fill, steps), results in zip(self.chunks, answer.results, strict=True):
            row, words, noticed = fill(
                results, inputs.slots, inputs.absent, fields.texts, kept, say
            )
            if digests == "all":
                _digest_steps(steps, row, found)
            pieces += row
            members += words
            notices += filter(None, noticed)
        is_digested = digests != "none"
        written = self.report_writer.write(report, fields, inputs.absent, is_digested=is_digested)
        result = self._write_result(answer, report, members, notices, shown)
        rest = b"".join([written, b',"result":', result, self.middle, *pieces[:-1], _TAIL])
        if digests != "all":
            return self.head + rest
        digest = self.begun.copy()
        digest.update(rest)
        return b'{"digest":"sha256:%b",%b%b' % (digest.hexdigest().encode(), self.head[1:], rest)

    def _write_result(
        self,
        answer: Answer,
        report: Report,
        members: Sequence[bytes],
        notices: Sequence[Notice],
        shown: list[Shown],
    ) -> bytes:
        """Write the result from what the variants carry and the sentences that were filled."""
        declared: dict[str, list[str]] = {}
        for code, _, _, _, agreement, said in notices:
            if agreement:
                declared.setdefault(agreement, []).append(code)
            if said is not None:
                shown.append(said)
        shown.sort()
        printed = match_texts(report.printed, [text for _, _, text in shown])
        checks, decisions, sections, values = (take(members) for take in self.takers)
        return b"".join([
            b'{"checks":{', b",".join(checks), b'},"decisions":{', b",".join(decisions),
            b'},"declared":', canonical_json(declared).encode(),
            b',"errors":[', ",".join([notice[3] for notice in notices if notice[3]]).encode(),
            b'],"messages":[', b",".join([member for _, member, _ in shown]), b'],"missing":',
            canonical_json(sorted({code for notice in notices for code in notice[1]})).encode(),
            b',"not_encoded":[', ",".join([each[2] for each in notices if each[2]]).encode(),
            b'],"printed":{"matched":%d,"unmatched":[' % printed.matched,
            ",".join(map(quote_text, printed.unmatched)).encode(), b']},"sections":{',
            b",".join(sections), b'},"status":"', answer.status.encode(),
            b'","values":{', b",".join(filter(None, values)), b"}}",
        ])  # fmt: skip


def _digest_steps(steps: Sequence[StepTemplate], row: list[bytes], found: dict[str, bytes]) -> None:
    """Put each step's digest into it; it covers the step and the digests of the steps it reads."""
    start = 0
    for step in steps:
        end = start + 1 + 2 * len(step.holes)
        read = b",".join([head + found[code] for code, head in step.reads])
        text = b'{"reads":{%b},"step":%b}' % (read, b"".join(row[start:end]))
        digest = found[step.entry.code] = b'"sha256:%b"' % sha256(text).hexdigest().encode()
        row[start + step.cut] = b'"digest":%b,' % digest
        start = end + 1  # behind the comma
