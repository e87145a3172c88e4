"""Write a trail straight from the slots: the same bytes as `trails` writes, without building the record.

The skeleton of every step comes from `skeletons`; here only what differs from report to report is written.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import sha256
from math import gcd
from typing import TYPE_CHECKING, Any, cast

from ruletrail.formats import Format, kind_of, show_fact
from ruletrail.lanes.inscribing import compile_inscriptions
from ruletrail.lanes.skeletons import StepText, build_step_texts
from ruletrail.lanes.slots import StepSlots, read_slot
from ruletrail.plans import PLACEHOLDERS, Plan, sentences_of
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Decision, Display, Message, Rule, Section, Sentence, fill_template
from ruletrail.trails import Argument, PrintedMatch, ShownMessage, canonical_json, format_of, outcome_word
from ruletrail.trails.composing import TRAIL_VERSION
from ruletrail.trails.writing import write_display, write_fields, write_message, write_parameters
from ruletrail.values import ErrorValue, Fact, Missing, NotEncoded, to_json
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION

if TYPE_CHECKING:
    from ruletrail.lanes.answers import Answer


class TrailWriter:
    """Writes the trails of one compiled function; made once, safe to share."""

    def __init__(self, plan: Plan, steps: Sequence[StepText]) -> None:
        """Write what is the same for every report."""
        self.plan, self.steps = plan, steps
        identity, rulebook = plan.rulebook.identity, plan.rulebook
        self.static = {
            "engine": canonical_json({"name": ENGINE_NAME, "version": ENGINE_VERSION}),
            "fields": canonical_json(write_fields(plan)),
            "parameters": canonical_json(write_parameters(plan)),
            "rulebook": canonical_json({
                "name": identity.name, "edition": identity.edition, "version": identity.version, "status": rulebook.status,
                "title": rulebook.title, "locale": rulebook.locale, "digest": plan.digest,
            }),
            "schema": canonical_json({"id": plan.schema.id, "digest": plan.schema_digest}),
            "sources": canonical_json({
                source.id: {"title": source.title, "kind": source.kind, **({"url": source.url} if source.url else {})}
                for source in rulebook.sources.values()
            }),
        }  # fmt: skip
        self.sorted = {
            kind: sorted(code for code, entry in rulebook.entries.items() if isinstance(entry, kind))
            for kind in (Rule, Decision, Section, Check)
        }
        self.fields = sorted(plan.schema.fields)
        self.missing = {code: canonical_json(to_json(Missing((code,)))) for code in self.fields}
        self.reads = [(step.slots.entry.code, self._reads(step.slots.entry.code)) for step in steps]
        self.inscribe = compile_inscriptions(plan, steps, _HELPERS)
        self.parameters = {code: canonical_json(to_json(parameter.value)) for code, parameter in rulebook.parameters.items()}
        self.by_code = {step.slots.entry.code: step.slots for step in steps}
        self.declarable = [step.slots for step in steps if step.slots.agreement >= 0]
        self.speaking = [self.by_code[code] for code, entry in rulebook.entries.items() if sentences_of(entry)]
        self.plain_messages: dict[str, dict[int, tuple[str, str]]] = {}
        self.frames: dict[int, tuple[str, str, str]] = {}

    def _reads(self, code: str) -> list[str]:
        return sorted(read for read in set(self.plan.reads[code]) if read in self.plan.rulebook.entries)

    def write(self, answer: "Answer", report: Report, *, digests: bool = True) -> str:
        """Write the trail of an answer as canonical JSON; without digests only to time them apart."""
        return _Writing(self, answer, report, digests=digests).document()


def build_trail_writer(answer: "Answer") -> TrailWriter:
    """Build the writer for the function that gave an answer."""
    plan = answer.function.plan
    return TrailWriter(plan, build_step_texts(plan, answer.function.steps))


class _Writing:
    """One trail as it is written."""

    def __init__(self, writer: TrailWriter, answer: "Answer", report: Report, *, digests: bool) -> None:
        self.writer, self.answer, self.report, self.digests = writer, answer, report, digests
        self.plan = writer.plan
        self.known: dict[str, str] = {}

    def document(self) -> str:
        """Write the whole document; its digest is over everything else."""
        static = self.writer.static
        written = self._report()
        runs = zip(self.writer.inscribe, self.answer.results, strict=True)
        halves = [half for inscribe, results in runs for half in inscribe(results, self)]
        steps = ",".join(self._digested(halves) if self.digests else [before + after for before, after in halves])
        body = (
            f'"engine":{static["engine"]},"fields":{static["fields"]},"parameters":{static["parameters"]},'
            f'"report":{written},"result":{self._result()},"rulebook":{static["rulebook"]},"schema":{static["schema"]},'
            f'"sources":{static["sources"]},"steps":[{steps}],"trail":{TRAIL_VERSION}}}'
        )
        if not self.digests:
            return "{" + body
        return f'{{"digest":"{_digest("{" + body)}",{body}'

    def _digested(self, halves: Sequence[tuple[str, str]]) -> list[str]:
        """Put each step's digest into it; a step's digest covers those of the steps it reads."""
        found: dict[str, str] = {}
        written = []
        for (before, after), (code, listed) in zip(halves, self.writer.reads, strict=True):
            reads = ",".join([f'"{read}":"{found[read]}"' for read in listed])
            digest = found[code] = _digest(f'{{"reads":{{{reads}}},"step":{before}{after}}}')
            written.append(f'{before}"digest":"{digest}",{after}')
        return written

    def _report(self) -> str:
        """Write the report, and keep each field's text as steps read it."""
        report, written, computed = self.report, [], self.writer.by_code
        for code in self.writer.fields:
            declared = report.fields.get(code)
            if declared is None:
                if code not in computed:
                    self.known[code] = self.writer.missing[code]
                continue
            text = _declared(declared)
            written.append(f'"{code}":{text}')
            if code in computed:
                continue
            self.known[code] = _pair(*declared.value.as_integer_ratio()) if declared.value.__class__ is Fraction else text
        self.known.update(self.writer.parameters)
        fields = ",".join(written)
        printed = f'"printed":{canonical_json({"messages": list(report.printed)})},' if report.printed else ""
        subject = canonical_json(dict(report.subject))
        body = f'"fields":{{{fields}}},{printed}"rulebook":{canonical_json(str(report.reference))},"subject":{subject}}}'
        return f'{{"digest":"{_digest("{" + body)}",{body}' if self.digests else "{" + body

    # -- What the printed code calls -----------------------------------------------------------------------------

    def declared(self, code: str, agreement: object) -> str:
        """Write what the report declares for a rule, and how it agrees."""
        declared = self.report.fields.get(code)
        if declared is None:
            return ""
        return f'"declared":{{"agreement":"{agreement}","text":{_word(declared.text)},"value":{_declared(declared)}}},'

    def message(self, code: str) -> str:
        """Write the sentence that a step shows."""
        message = self.messages.get(code)
        return "" if message is None else f'"message":{message[1]},'

    def empty(self, section: Section) -> str:
        """Write which required fields of a section are empty."""
        fields = self.report.fields
        return _codes([code for code in section.fields if code not in fields and code not in section.optional])

    def filled(self, section: Section) -> str:
        """Write which fields of a section are filled."""
        fields = self.report.fields
        return _codes([code for code in section.fields if code in fields])

    # -- Messages and results ------------------------------------------------------------------------------------

    def _raw(self, code: str) -> Any:  # noqa: ANN401 - a number stays whole
        slots = self.writer.by_code[code]
        return self.answer.results[slots.chunk][slots.fact.position]

    @cached_property
    def messages(self) -> dict[str, tuple[str, str]]:
        """The sentences that the evaluation shows, and their JSON, in the order of the rulebook."""
        shown: dict[str, tuple[str, str]] = {}
        for slots in self.writer.speaking:
            code = slots.entry.code
            sentence = self._sentence(slots)
            if sentence is not None:
                shown[code] = self._show(code, sentence)
        return shown

    def _sentence(self, slots: StepSlots) -> Sentence | None:
        entry, fact = slots.entry, self._raw(slots.entry.code)
        match entry:
            case Decision() if isinstance(entry.cases, tuple):
                results = self.answer.results[slots.chunk]
                for case, truth in zip(entry.cases, slots.truths, strict=True):
                    if case.outcome == fact and read_slot(truth, results) is not False:
                        return case.message
                return None
            case Section():
                return entry.when_due if fact == "due" else entry.when_not_due if fact == "not_due" else None
            case Check():
                return entry.message if fact == "failed" else None
            case Message():
                return entry.text if fact == "shown" and isinstance(entry.text, Sentence) else None
            case _:
                return None

    def _show(self, code: str, sentence: Sentence) -> tuple[str, str]:
        """Write a sentence: its text, and its JSON."""
        kept = self.writer.plain_messages.get(code, {}).get(id(sentence))
        if kept is not None:
            return kept
        template = sentence.templates[self.plan.rulebook.locale]
        names = sorted(set(template.names))
        arguments = {name: self._argument(name) for name in names}
        text = fill_template(template, {name: argument.text for name, argument in arguments.items()})
        listed = ",".join([f'"{name}":{self._write_argument(name, argument)}' for name, argument in arguments.items()])
        before, between, after = self._frame(sentence)
        written = text, f"{before}{{{listed}}}{between}{_word(text)}{after}"
        if all(self._is_placeholder(name) for name in names):
            self.writer.plain_messages.setdefault(code, {})[id(sentence)] = written
        return written

    def _frame(self, sentence: Sentence) -> tuple[str, str, str]:
        """Write what is the same each time a sentence is shown, around its arguments and its text."""
        frame = self.writer.frames.get(id(sentence))
        if frame is None:
            whole = canonical_json(write_message(ShownMessage("", sentence, (), "\ue000"), self.plan.rulebook.locale))
            before, rest = whole.split('"arguments":{}', 1)
            between, after = rest.split('"\ue000"')
            frame = self.writer.frames[id(sentence)] = f'{before}"arguments":', between, after
        return frame

    def _write_argument(self, name: str, argument: Argument) -> str:
        fact = argument.fact
        value = self.known.get(name) if not self._is_placeholder(name) else None
        if value is None:
            value = canonical_json(to_json(fact))
        return f'{{"display":{_display(argument.shape)},"text":{_word(argument.text)},"value":{value}}}'

    def _is_placeholder(self, name: str) -> bool:
        return name in PLACEHOLDERS and name not in self.plan.signatures

    def _argument(self, name: str) -> Argument:
        if self._is_placeholder(name):
            identity = self.plan.rulebook.identity
            text = {"edition": identity.edition, "rulebook": identity.name, "version": identity.version}[name]
            return Argument(name, text, Format(), text)
        fact = self._fact(name)
        shape = format_of(self.plan, self.report, name, fact)
        return Argument(name, fact, shape, show_fact(fact, shape, self.plan.rulebook.locale))

    def _fact(self, name: str) -> Fact:
        slots = self.writer.by_code.get(name)
        if slots is not None:
            return cast("Fact", read_slot(slots.fact, self.answer.results[slots.chunk]))
        parameter, declared = self.plan.rulebook.parameters.get(name), self.report.fields.get(name)
        if parameter is not None:
            return parameter.value
        return Missing((name,)) if declared is None else declared.value

    def _result(self) -> str:
        raw, kinds = {code: self._raw(code) for code in self.writer.by_code}, self.writer.sorted
        printed = self._match([text for text, _ in self.messages.values()])
        missing, gaps, errors = self._gaps(raw)
        words = {
            name: ",".join([f'"{code}":{_outcome(raw[code])}' for code in kinds[kind]])
            for name, kind in (("checks", Check), ("decisions", Decision), ("sections", Section))
        }
        values = ",".join([f'"{code}":{self.known[code]}' for code in kinds[Rule] if raw[code].__class__ in _VALUES])
        messages = ",".join([f'{{"step":"{code}","text":{_word(text)}}}' for code, (text, _) in self.messages.items()])
        return (
            f'{{"checks":{{{words["checks"]}}},"decisions":{{{words["decisions"]}}},"declared":{canonical_json(self._agreements())},'
            f'"errors":{canonical_json(errors)},"messages":[{messages}],"missing":{_codes(missing)},'
            f'"not_encoded":{canonical_json(gaps)},'
            f'"printed":{canonical_json({"matched": printed.matched, "unmatched": list(printed.unmatched)})},'
            f'"sections":{{{words["sections"]}}},"status":"{self.answer.status}","values":{{{values}}}}}'
        )

    def _match(self, texts: Sequence[str]) -> PrintedMatch:
        """Take every message out of the printed text, as `evaluations` does, with what it makes of a message kept."""
        if not self.report.printed:
            return PrintedMatch(0, ())
        rest, matched = _normalise(" ".join(self.report.printed)), 0
        for text in sorted(map(_normalised, texts), key=lambda text: (-len(text), text)):
            at = rest.find(text) if text else -1
            if at >= 0:
                rest, matched = f"{rest[:at]}\n{rest[at + len(text) :]}", matched + 1
        return PrintedMatch(matched, tuple(piece.strip() for piece in rest.split("\n") if piece.strip()))

    def _agreements(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for slots in self.writer.declarable:
            if slots.entry.code in self.report.fields:
                found.setdefault(str(self.answer.results[slots.chunk][slots.agreement]), []).append(slots.entry.code)
        return found

    def _gaps(self, raw: Mapping[str, Any]) -> tuple[list[str], list[dict[str, str]], list[dict[str, str]]]:
        """List the codes that are missing, what is not encoded, and the errors."""
        missing: set[str] = set()
        gaps: list[dict[str, str]] = []
        errors: list[dict[str, str]] = []
        for code, fact in raw.items():
            kind = fact.__class__
            if kind is Missing:
                missing.update(fact.codes)
            elif kind is NotEncoded:
                gaps.append({"step": code, "why": fact.why})
            elif kind is ErrorValue:
                errors.append({"step": code, "cause": fact.cause, "of": fact.of})
            elif kind is str and fact == "due" and isinstance(entry := self.plan.rulebook.entries[code], Section):
                missing.update(field for field in entry.fields if field not in self.report.fields and field not in entry.optional)
                if entry.gap is not None:
                    gaps.append({"step": code, "why": entry.gap.why})
        return sorted(missing), gaps, errors


_LONGEST_KEPT = 64
_VALUES = (int, str, bool)


@lru_cache(4096)
def _kept_word(text: str) -> str:
    return canonical_json(text)


def _word(text: str) -> str:
    """Write a text as JSON; short ones are outcomes mostly, and kept."""
    return _kept_word(text) if len(text) <= _LONGEST_KEPT else canonical_json(text)


_DASHES, _APOSTROPHES = "‐‑‒–—−", "’‘ʼ`´"


def _normalise(text: str) -> str:
    """Write white space, hyphens and apostrophes in one way, as `evaluations.normalise` does."""
    for sign in _DASHES:
        text = text.replace(sign, "-")
    for sign in _APOSTROPHES:
        text = text.replace(sign, "'")
    return " ".join(text.split())


@lru_cache(1024)
def _normalised(text: str) -> str:
    return _normalise(text)


def _other(value: Any) -> str:  # noqa: ANN401 - a fact of any kind
    if value.__class__ is str:
        return f'{{"text":{_word(value)}}}'
    return canonical_json(to_json(value))


def _outcome(value: Any) -> str:  # noqa: ANN401
    return _word(value) if value.__class__ is str else _word(outcome_word(value))


def _kind(value: Any) -> str:  # noqa: ANN401
    return _word(kind_of(value))


@lru_cache(256)
def _display(shape: Format) -> str:
    return canonical_json(write_display(Display(shape.decimals, shape.grouping)))


def _digest(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()


def _declared(declared: Declared) -> str:
    """Write a field as it was declared; a number as its text."""
    value = declared.value
    if value.__class__ is Fraction:
        return _word(declared.text)
    return f'{{"text":{_word(value)}}}' if isinstance(value, str) else canonical_json(declared.to_json())


def _decimal(whole: int, power: int) -> str:
    """Write a whole number over a power of ten, without needless zeros, as a JSON text."""
    if power == 1:
        return f'"{whole}"'
    units, rest = divmod(abs(whole), power)
    sign = "-" if whole < 0 else ""
    if rest == 0:
        return f'"{sign}{units}"'
    return f'"{sign}{units}.{str(rest + power)[1:].rstrip("0")}"'


def _codes(codes: Sequence[str]) -> str:
    """Write codes, which are letters, digits and `_`."""
    return '["' + '","'.join(codes) + '"]' if codes else "[]"


def _pair(top: int, bottom: int) -> str:
    """Write a quotient as a finite decimal where there is one, else as a fraction in lowest terms."""
    if bottom == 1:
        return f'"{top}"'
    shared = gcd(top, bottom)
    top, bottom = top // shared, bottom // shared
    left, twos, fives = bottom, 0, 0
    while left % 2 == 0:
        left, twos = left // 2, twos + 1
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    if left != 1:
        return f'"{top}/{bottom}"'
    power = 10 ** max(twos, fives)
    return _decimal(top * (power // bottom), power)


_HELPERS: Mapping[str, object] = {
    "J": "".join, "QUOTE": '"%d"', "TRUE": "true", "FALSE": "false", "VALUES": _VALUES, "int": int,
    "DECIMAL": _decimal, "PAIR": _pair, "OTHER": _other, "WORD": _outcome, "KIND": _kind,
}  # fmt: skip
