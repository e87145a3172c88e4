"""Write the trail of one answer: report, result and steps, put together with their digests.

All is bytes from the start, because a trail is stored and digested as bytes.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from types import CodeType
from typing import Literal, cast

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Inputs, Preparer, make_taker
from ruletrail.compiled.slots import Results
from ruletrail.compiled.trail_codegen.json_bytes import quote_json, write_codes
from ruletrail.compiled.trail_codegen.printing import bind_code, compile_fill
from ruletrail.compiled.trail_codegen.report_part import ReportWriter
from ruletrail.compiled.trail_codegen.sentences import Read, SentenceTemplate, Shown
from ruletrail.compiled.trail_codegen.templates import CUT, Frame, Notice, StepTemplate
from ruletrail.evaluations.messages import match_texts, normalise, show_sentence
from ruletrail.reports import Report, columns_of
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import Status, canonical_json
from ruletrail.trails.document import TRAIL_VERSION, write_identity
from ruletrail.trails.steps import write_message
from ruletrail.values import Fact

Digests = Literal["all", "report", "none"]
"""Which digests are written: a stored trail has all; the others are for timing them apart."""

Bounds = tuple[str, Sequence[tuple[str, bytes]], int, int, int]
"""A step, the steps that it reads, and where its pieces begin, are cut for its digest, and end."""


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(
        self, function: Function, preparer: Preparer, codes: Sequence[CodeType] | None = None
    ) -> None:
        """Find the templates; `codes` are those of the functions that fill them, where they were kept."""
        self.plan = function.plan
        self.frame = frame = Frame(function, preparer)
        steps = [StepTemplate(frame, at, slots) for at, slots in enumerate(function.steps)]
        chunks: list[list[StepTemplate]] = [[] for _ in function.functions]
        for step in steps:
            chunks[step.slots.chunk].append(step)
        if codes is None:
            kept = _find_kept(frame)
            codes = [compile_fill(chunk, kept) for chunk in chunks]
        self.codes = tuple(codes)
        self.chunks = [
            (bind_code(code, chunk, tuple(frame.fields)), _find_bounds(chunk, frame))
            for code, chunk in zip(codes, chunks, strict=True)
        ]
        self.report_writer = ReportWriter(self.plan)
        self.take_values, self.take_decisions, self.take_sections, self.take_checks = [
            make_taker([
                number
                for code, (number, step) in sorted(frame.steps.items())
                if isinstance(step.entry, kind)
            ])
            for kind in (Rule, Decision, Section, Check)
        ]  # fmt: skip
        static = [
            (key, f'"{key}":{canonical_json(part)}')
            for key, part in sorted(write_identity(self.plan).items())
        ]
        self.head = (
            f'{{{",".join([text for key, text in static if key < "report"])},"report":'.encode()
        )
        self.middle = (
            f',{",".join([text for key, text in static if key > "result"])},"steps":['.encode()
        )
        self.tail = f'],"trail":{TRAIL_VERSION}}}'.encode()
        # what comes before the report is the same each time: its part of the digest is begun once
        self.begun = sha256(self.head)

    def write(
        self,
        report: Report,
        inputs: Inputs,
        results: Sequence[Results],
        status: Status,
        digests: Digests = "all",
    ) -> bytes:
        """Write the trail of what the function answered, as canonical JSON."""
        fields = columns_of(report.fields)
        shown: list[Shown] = []

        def read(code: str) -> tuple[object, int, str | None]:
            return self._read(code, inputs, results, fields.texts)

        def say(sentence: SentenceTemplate) -> bytes:
            message, listed = sentence.fill(read) or self._say_slowly(sentence, report, read)
            shown.append(listed)
            return message

        kept: dict[int, bytes] = {}
        found: dict[str, bytes] = {}
        pieces: list[bytes] = []
        members: list[bytes] = []
        notices: list[Notice] = []
        for (fill, bounds), held in zip(self.chunks, results, strict=True):
            row, words, noticed = fill(held, inputs.slots, inputs.absent, fields.texts, kept, say)
            if digests == "all":
                _digest_steps(row, bounds, found)
            pieces += row
            members += words
            notices += [notice for notice in noticed if notice is not None]
        written = self.report_writer.write(
            report, fields, inputs.absent, digested=digests != "none"
        )
        result = self._write_result(report, status, members, notices, shown)
        rest = b"".join([written, b',"result":', result, self.middle, *pieces, self.tail])
        if digests != "all":
            return self.head + rest
        digest = self.begun.copy()
        digest.update(rest)
        return b'{"digest":"sha256:%b",%b%b' % (digest.hexdigest().encode(), self.head[1:], rest)

    def _read(
        self, code: str, inputs: Inputs, results: Sequence[Results], texts: Mapping[str, str]
    ) -> tuple[object, int, str | None]:
        """Read a fact as its slot holds it, what a whole number is over, and the text of a field."""
        if code not in self.frame.steps:
            scale = self.frame.fields[code].scale
            return inputs.slots[self.frame.positions[code]], 10**scale, texts.get(code)
        _, step = self.frame.steps[code]
        slot, held = step.fact, results[step.chunk]
        if slot.fact is not None:
            return slot.fact, 1, None
        bottom = slot.power if slot.bottom < 0 else held[slot.bottom]
        return held[slot.position], cast("int", bottom), None

    def _say_slowly(
        self, sentence: SentenceTemplate, report: Report, read: Read
    ) -> tuple[bytes, Shown]:
        """Write a sentence some of whose values are no numbers."""
        facts = dict(self.frame.constants)
        for name, _ in sentence.shapes:
            top, bottom, _ = read(name)
            if top is not None:
                fact = Fraction(top, bottom) if top.__class__ is int else top
                facts[name] = cast("Fact", fact)
        code, said = sentence.message.step, sentence.message.sentence
        message = show_sentence(self.plan, report, facts, code, said)
        written = canonical_json(write_message(message, self.plan.rulebook.locale))
        member = canonical_json({"step": code, "text": message.text})
        return written.encode(), (sentence.place, member.encode(), normalise(message.text))

    def _write_result(
        self,
        report: Report,
        status: Status,
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
        agreements = [f'"{word}":{write_codes(declared[word])}' for word in sorted(declared)]
        missing = sorted({code for notice in notices for code in notice[1]})
        printed = match_texts(report.printed, [text for _, _, text in shown])
        return b"".join([
            b'{"checks":{', b",".join(self.take_checks(members)),
            b'},"decisions":{', b",".join(self.take_decisions(members)),
            b'},"declared":{', ",".join(agreements).encode(),
            b'},"errors":[', ",".join([notice[3] for notice in notices if notice[3]]).encode(),
            b'],"messages":[', b",".join([member for _, member, _ in shown]),
            b'],"missing":', write_codes(missing).encode(),
            b',"not_encoded":[', ",".join([each[2] for each in notices if each[2]]).encode(),
            b'],"printed":{"matched":%d,"unmatched":[' % printed.matched,
            ",".join(map(quote_json, printed.unmatched)).encode(),
            b']},"sections":{', b",".join(self.take_sections(members)),
            b'},"status":"', status.encode(),
            b'","values":{', b",".join(filter(None, self.take_values(members))), b"}}",
        ])  # fmt: skip


def _digest_steps(row: list[bytes], bounds: Sequence[Bounds], found: dict[str, bytes]) -> None:
    """Put each step's digest into it; it covers the step and the digests of the steps it reads."""
    for code, reads, start, cut, end in bounds:
        read = b",".join([head + found[other] for other, head in reads])
        text = b'{"reads":{%b},"step":%b}' % (read, b"".join(row[start:end]))
        digest = found[code] = b'"sha256:%b"' % sha256(text).hexdigest().encode()
        row[cut] = b'"digest":%b,' % digest


def _find_bounds(steps: Sequence[StepTemplate], frame: Frame) -> list[Bounds]:
    """Find what each step reads, and where its pieces begin, are cut for its digest, and end."""
    bounds: list[Bounds] = []
    end = 0
    for step in steps:
        start = end + (1 if step.number else 0)  # after the comma
        cut = start + 1 + 2 * step.holes.index((CUT, "EMPTY"))
        end = start + 1 + 2 * len(step.holes)
        code = step.entry.code
        reads = [read for read in sorted(frame.plan.reads[code]) if read in frame.steps]
        bounds.append((code, [(read, f'"{read}":'.encode()) for read in reads], start, cut, end))
    return bounds


def _find_kept(frame: Frame) -> set[int]:
    """Find the steps whose facts the functions of others read."""
    return {
        frame.steps[read][0]
        for code, (_, step) in frame.steps.items()
        for read in frame.plan.reads[code]
        if read in frame.steps and frame.steps[read][1].chunk != step.chunk
    }
