"""Write a trail straight from the slots: the same bytes as `trails` writes, without building the record.

The skeleton of every step comes from `skeletons`; here only what differs from report to report is written. Everything
is bytes from the start, because that is what a trail is stored as and what a digest is over.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from ruletrail.analysis.ir import TypedRulebook
from ruletrail.compiled.slots import read_slot
from ruletrail.compiled.trail_codegen.declaring import Declarer
from ruletrail.compiled.trail_codegen.inscribing import compile_inscriptions
from ruletrail.compiled.trail_codegen.resulting import Notices, Resulter
from ruletrail.compiled.trail_codegen.skeletons import StepText, build_step_texts
from ruletrail.compiled.trail_codegen.speeches import Shown, Speech
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Report, columns_of
from ruletrail.trails import canonical_json
from ruletrail.trails.document import TRAIL_VERSION, write_identity
from ruletrail.values import Missing

if TYPE_CHECKING:
    from ruletrail.compiled.answers import Answer

Digests = Literal["all", "report", "none"]
"""Which digests are written: a trail that is stored has all; the others are for timing them apart."""


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(
        self, form: TypedRulebook, steps: Sequence[StepText], widths: Sequence[int]
    ) -> None:
        """Write what is the same for every report."""
        self.form, plan = form, form.linked
        self.slots = {step.slots.entry.code: step.slots for step in steps}
        self.powers = {
            code: (at, 10**field.scale) for at, (code, field) in enumerate(form.fields.items())
        }
        self.inscriptions, self.kept = compile_inscriptions(form, steps, widths)
        self.reads = [(code, _read_steps(plan, code)) for code in self.slots]
        self.declarer = Declarer(plan)
        self.resulter = Resulter([step.slots for step in steps])
        static = {key: canonical_json(value) for key, value in write_identity(plan).items()}
        self.head = f'{{"engine":{static["engine"]},"fields":{static["fields"]},"parameters":{static["parameters"]},"report":'.encode()
        self.middle = f',"rulebook":{static["rulebook"]},"schema":{static["schema"]},"sources":{static["sources"]},"steps":['.encode()
        self.tail = f'],"trail":{TRAIL_VERSION}}}'.encode()
        # what comes before the report is the same each time: its part of the digest is worked out once
        self.begun = sha256(self.head)

    def write(self, answer: "Answer", report: Report, digests: Digests) -> bytes:
        """Write the trail of an answer as canonical JSON."""
        fields = columns_of(report.fields)
        written = self.declarer.write(
            report, fields, answer.inputs.absent, digested=digests != "none"
        )
        steps, result = self._steps(answer, report, fields.texts, is_digested=digests == "all")
        rest = [self.head, written, b',"result":', result, self.middle, *steps, self.tail]
        if digests != "all":
            return b"".join(rest)
        digest, joined = self.begun.copy(), b"".join(rest[1:])
        digest.update(joined)
        return b"".join(
            [b'{"digest":"sha256:', digest.hexdigest().encode(), b'",', self.head[1:], joined]
        )

    def _steps(
        self, answer: "Answer", report: Report, texts: Mapping[str, str], *, is_digested: bool
    ) -> tuple[Sequence[bytes], bytes]:
        """Write the steps, as pieces that follow each other, and the result, which they know."""
        facts = _Facts(self, answer, texts)
        inputs = answer.inputs
        kept: list[bytes] = [b""] * self.kept
        pieces: list[bytes] = []
        words: list[bytes] = []
        values: list[bytes] = []
        notices = Notices(facts.shown)
        digests: dict[str, bytes] = {}
        for inscription, results in zip(self.inscriptions, answer.results, strict=True):
            row, said, valued, noticed = inscription.function(
                results, inputs.slots, inputs.absent, texts, kept, facts
            )
            pieces += self._digested(row, inscription.bounds, digests) if is_digested else row
            words += said
            values += valued
            notices.add(noticed)
        return pieces, self.resulter.write(answer, report, (words, values), notices)

    def _digested(
        self,
        row: tuple[bytes, ...],
        bounds: Sequence[tuple[int, int, int]],
        found: dict[str, bytes],
    ) -> list[bytes]:
        """Put each step's digest into it; a step's digest covers those of the steps it reads."""
        written: list[bytes] = []
        for start, cut, end in bounds:
            code, listed = self.reads[len(found)]
            reads = b",".join([head + found[read] for read, head in listed])
            first = (
                row[start][1:] if found else row[start]
            )  # without the comma that follows the step before
            whole = b"".join(
                [b'{"reads":{', reads, b'},"step":', first, *row[start + 1 : end], b"}"]
            )
            digest = found[code] = b'"sha256:%b"' % sha256(whole).hexdigest().encode()
            written += row[start:cut]
            written += (b'"digest":', digest, b",")
            written += row[cut:end]
        return written


def _read_steps(plan: LinkedRulebook, code: str) -> list[tuple[str, bytes]]:
    """List the steps that a step reads, in the order of codes, with the beginning of each one's member."""
    return [
        (read, f'"{read}":'.encode())
        for read in sorted(set(plan.reads[code]))
        if read in plan.rulebook.entries
    ]


def build_trail_writer(answer: "Answer", form: TypedRulebook) -> TrailWriter:
    """Build the writer for the function that gave an answer, which was printed from a form or kept by the cache."""
    function = answer.function
    texts = build_step_texts(function.linked, function.steps)
    return TrailWriter(form, texts, [len(results) for results in answer.results])


class _Facts:
    """The facts of one evaluation as sentences read them, and the sentences said so far."""

    def __init__(self, writer: TrailWriter, answer: "Answer", texts: Mapping[str, str]) -> None:
        self.writer, self.answer, self.texts = writer, answer, texts
        self.shown: list[Shown] = []

    def say(self, speech: Speech) -> bytes:
        """Write a sentence with values in it, and keep what the result says of it."""
        message, shown = speech.say(self)
        self.shown.append(shown)
        return message

    def fact_of(self, code: str) -> tuple[object, int]:
        """Give a fact as its slot holds it; a whole number is over the second value."""
        slots = self.writer.slots.get(code)
        if slots is None:
            at, power = self.writer.powers[code]
            value = self.answer.inputs.slots[at]
            return (Missing((code,)), 1) if value is None else (value, power)
        slot, results = slots.fact, self.answer.results[slots.function]
        if slot.fact is not None or not slot.is_number:
            return read_slot(slot, results), 1
        value = results[slot.position]
        return value, (slot.power if slot.bottom < 0 else results[slot.bottom])  # type: ignore[return-value]  # both are whole

    def text_of(self, code: str) -> str | None:
        """Give the text that a field was declared with, where the report declares it."""
        return self.texts.get(code)
