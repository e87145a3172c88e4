"""The parts of a trail that are the same for every report of a plan, made once by the trail's own writer.

A record whose every fact is a mark is written with `trails.writing`; the text between the marks is what never
changes, and the marks say what must be filled in. So the form of a step stands in one place only.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruletrail.compiled.slots import ClauseSlots, Slot, StepSlots
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Derivation, Formula, Part, Skipped
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.trails import (
    CaseConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    Judgement,
    MessageConclusion,
    PrintedMatch,
    Record,
    RuleConclusion,
    SectionConclusion,
    canonical_json,
)
from ruletrail.trails.steps import write_parts, write_step
from ruletrail.values import NotEncoded

_MARK = re.compile(
    '"(declared|digest|message)":"\ue000\ue001",|"\ue000([^\ue001]*)\ue001"|\\{"text":"\ue002([^\ue001]*)\ue001"\\}'
)


@dataclass(frozen=True, slots=True)
class PartText:
    """How one sub-expression is written: before and after its value, with and without a replacement; and skipped."""

    slot: Slot
    value: tuple[str, str]
    replaced: tuple[str, str]
    flag: int
    not_taken: str
    when_false: str
    when_unsettled: str


Blank = tuple[str, Any]
"""What must be filled in: a kind and what it is about."""


@dataclass(frozen=True, slots=True)
class StepText:
    """One step's text: pieces that never change, with blanks between them."""

    slots: StepSlots
    pieces: tuple[str | Blank, ...]


def build_step_texts(plan: LinkedRulebook, steps: Sequence[StepSlots]) -> tuple[StepText, ...]:
    """Write every step of a plan with blanks."""
    facts = {
        code: f"\ue002read {code}\ue001" for code in [*plan.signatures, *plan.rulebook.entries]
    }
    report = Report(Reference("a", "b"), {}, {}, (), Mark("", 1, 1), Mark("", 1, 1), plan.schema)
    record = Record(plan, report, facts, (), (), PrintedMatch(0, ()), "complete")
    places = {code: place for place, code in enumerate(plan.rulebook.entries)}
    texts = []
    for slots in steps:
        maker = _StepMaker(slots)
        written = {
            **write_step(record, maker.conclusion(), None),
            "place": places[slots.entry.code],
        }
        texts.append(StepText(slots, maker.cut(written)))
    return tuple(texts)


class _StepMaker:
    """Makes the marked conclusion of one step, and cuts its text into pieces."""

    def __init__(self, slots: StepSlots) -> None:
        self.slots, self.entry = slots, slots.entry
        self.blanks: dict[str, Blank] = {}

    def mark(self, kind: str, about: object = None) -> str:
        """Return a fact that stands for a value to be filled in."""
        name = str(len(self.blanks))
        self.blanks[name] = (kind, about)
        return f"\ue002{name}\ue001"

    def raw(self, kind: str, about: object = None) -> str:
        """Return a text that stands for JSON to be filled in."""
        return self.mark(kind, about).replace("\ue002", "\ue000")

    def conclusion(self) -> Conclusion:
        """Conclude the step with marks in the place of facts."""
        entry: Entry = self.entry
        fact = self.mark("fact", entry.code)
        judged = [
            self._judgement(clause, slots)
            for clause, slots in zip(clauses_of(entry), self.slots.clauses, strict=True)
        ]
        match entry:
            case Rule():
                when = judged[0] if entry.when is not None else None
                return RuleConclusion(
                    entry, fact, when, judged[-1], self.mark("slot", None), None, None
                )
            case Decision():
                return DecisionConclusion(entry, fact, self._cases(entry, judged))
            case Section():
                return SectionConclusion(
                    entry, fact, judged[0], "due" if entry.part_of else None, (), ()
                )
            case Check():
                return CheckConclusion(entry, fact, judged[0])
            case Message():
                return MessageConclusion(entry, fact, judged[0])

    def _cases(self, decision: Decision, judged: Sequence[Judgement]) -> tuple[CaseConclusion, ...]:
        if isinstance(decision.cases, NotEncoded):
            return ()
        waiting, cases = iter(judged), []
        for case, truth in zip(decision.cases, self.slots.truths, strict=True):
            cases.append(
                CaseConclusion(
                    case, self.mark("slot", truth), next(waiting) if case.when is not None else None
                )
            )
        return tuple(cases)

    def _judgement(self, clause: Clause, slots: ClauseSlots | None) -> Judgement:
        if slots is None or not isinstance(clause.content, Formula):
            return Judgement(
                clause.content if isinstance(clause.content, NotEncoded) else NotEncoded(("",)),
                None,
            )
        value = self.mark("slot", slots.value)
        return Judgement(
            value, Derivation(clause.content, value, tuple(Part(value) for _ in slots.parts))
        )

    def cut(self, written: dict[str, Any]) -> tuple[str | Blank, ...]:
        """Replace what varies as a whole, write the step, and cut it at the marks."""
        written["outcome"] = self.raw("outcome", self.entry.code)
        written["digest"] = "\ue000\ue001"
        if isinstance(self.entry, Rule):
            written["declared"] = "\ue000\ue001"
            if "rounding" in written:
                written["rounding"] = self.raw("rounding", _rounding(written["rounding"]))
        if not isinstance(self.entry, Rule):
            written["message"] = "\ue000\ue001"
        for key in ("empty", "filled"):
            if key in written:
                written[key] = self.raw(key)
        self._cut_parts(written)
        return tuple(self._pieces(canonical_json(written)))

    def _cut_parts(self, written: dict[str, Any]) -> None:
        """Put one blank in the place of each list of parts."""
        holders = [written]
        if isinstance(self.entry, Rule):
            holders = [written["when"], written] if self.entry.when is not None else [written]
        elif isinstance(self.entry, Decision):
            holders = [case for case in written["cases"] if "otherwise" not in case]
        for index, (holder, clause) in enumerate(zip(holders, clauses_of(self.entry), strict=True)):
            slots = self.slots.clauses[index]
            if slots is not None and isinstance(clause.content, Formula):
                holder["parts"] = self.raw("parts", (index, _part_texts(clause.content, slots)))

    def _pieces(self, text: str) -> list[str | Blank]:
        pieces: list[str | Blank] = []
        end = 0
        for match in _MARK.finditer(text):
            pieces.append(text[end : match.start()])
            end = match.end()
            name = match[2] or match[3]
            if match[1]:
                pieces.append((match[1], None))
            elif name.startswith("read "):
                pieces.append(("read", name.removeprefix("read ")))
            else:
                pieces.append(self.blanks[name])
        pieces.append(text[end:])
        return [piece for piece in pieces if piece != ""]


def _rounding(written: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write a rounding with a value before it, cut around the value, and without."""
    without = {key: value for key, value in written.items() if key != "from"}
    before, after = canonical_json({**without, "from": "\ue000"}).split('"\ue000"')
    return before, after, canonical_json(without)


def _part_texts(formula: Formula, slots: ClauseSlots) -> tuple[PartText, ...]:
    def write(part: Part) -> list[str]:
        derivation = Derivation(formula, "", tuple(part for _ in formula.parts))
        return [canonical_json(written) for written in write_parts(derivation)]

    value, replaced = write(Part("\ue000")), write(Part("\ue000", replaced=True))
    skipped = [
        write(Part(Skipped(reason)))
        for reason in ("branch_not_taken", "when_false", "when_unsettled")
    ]
    texts = []
    for index, slot in enumerate(slots.parts):
        cuts = [tuple(text[index].split('{"text":"\ue000"}')) for text in (value, replaced)]
        reasons = [text[index] for text in skipped]
        texts.append(
            PartText(
                slot,
                cuts[0],  # type: ignore[arg-type]
                cuts[1],  # type: ignore[arg-type]
                slots.replaced.get(index, -1),
                reasons[0],
                reasons[1],
                reasons[2],
            )
        )
    return tuple(texts)
