"""Fill the blanks of one step: each becomes a value of the report, or a choice among constants, in printed code.

Whole numbers, free texts and what was declared are values; truths, outcomes, gaps and what was skipped choose.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ruletrail.compiled.slots import Slot
from ruletrail.compiled.trail_codegen.skeletons import Blank, PartText, StepText
from ruletrail.compiled.trail_codegen.speeches import make_speeches
from ruletrail.compiled.trail_codegen.variants import (
    ABSENT,
    Cut,
    Met,
    StepPieces,
    Value,
    Variants,
    empty_fields,
    filled_fields,
)
from ruletrail.compiled.trail_codegen.wordings import (
    write_codes,
    write_fact,
    write_kind,
    write_outcome,
)
from ruletrail.formulas import Formula
from ruletrail.formulas.operations import CHOICE
from ruletrail.linking import LinkedRulebook, clauses_of, sentences_of
from ruletrail.rulebooks import Rule, Section
from ruletrail.values import Fact

SMALL_DECIMALS = 2
"""Numbers at such a scale are whole mostly, those at a larger one hardly ever."""

_DECIDED = ("boolean", "none")
"""Kinds of expressions whose few values choose a variant."""


class Prints(Protocol):
    """The function that is being printed."""

    def put(self, name: str, code: str) -> str:
        """Give a name its value, once; returns the name."""

    def name(self, value: object) -> str:
        """Name a constant."""

    def read(self, code: str) -> Value | str:
        """Print the bytes of a fact that a step reads."""

    def position(self, code: str) -> int:
        """Say where a field stands among the inputs."""


class Filler:
    """Fills one step and prints what its values are made of."""

    def __init__(
        self, plan: LinkedRulebook, step: StepText, place: int, page: Prints, *, is_first: bool
    ) -> None:
        """Fill a step that stands at a place of the rulebook; every one but the first in a trail begins with a comma."""
        self.plan, self.slots, self.entry, self.page = plan, step.slots, step.slots.entry, page
        self.step = StepPieces(step.slots, make_speeches(plan, self.entry, place))
        self.says = any(not speech.is_plain for speech in self.step.speeches.values())
        fact = self._decide_fact()
        truths = (
            [self.step.decide(truth) for truth in self.slots.truths]
            if sentences_of(self.entry)
            else []
        )
        self.variants = Variants(self.step, fact, truths)
        if not is_first:
            self.step.pieces.append(",")
        for piece in step.pieces:
            self.step.pieces.extend([piece] if isinstance(piece, str) else self._fill(piece))

    def _decide_fact(self) -> Callable[[Met], Any]:
        """Let the step's fact decide; the value of a rule counts as its class."""
        slot = self.slots.fact
        if not isinstance(self.entry, Rule):
            return self.step.decide(slot)
        if slot.fact is not None:
            return lambda _: slot.fact
        if slot.is_number:
            return self.step.decide_number(slot)
        self.step.decisive["fact"] = (
            f"(int if v{slot.position}.__class__ in VALUES else v{slot.position})"
        )
        return lambda met: met["fact"]

    def _fill(self, blank: Blank) -> Sequence[Any]:
        kind, about = blank
        fact, entry = self.variants.fact, self.entry
        match kind:
            case "read":
                return [self.page.read(about)]
            case "fact" if isinstance(entry, Rule):
                return [Value(self.rule_fact())]
            case "fact":
                return [lambda met: write_fact(fact(met)).decode()]
            case "outcome" if isinstance(entry, Rule):
                return [lambda met: '"value"' if fact(met) is int else write_kind(fact(met))]
            case "outcome":
                return [lambda met: write_outcome(fact(met))]
            case "slot" if about is not None:
                truth = self.step.decide(about)
                return [lambda met: write_fact(truth(met)).decode()]
            case "parts":
                return self._parts(*about)
            case "rounding":
                return self._rounding(about)
            case "digest":
                return [Cut()]
            case "declared" if entry.code in self.plan.schema.fields:
                return self._declared()
            case "message" if sentences_of(entry):
                return self._message()
            case "empty" | "filled" if isinstance(entry, Section):
                return [self._codes(entry, kind)]
            case _:
                return []

    # -- Values --------------------------------------------------------------------------------------------------

    def rule_fact(self) -> str:
        """Print the bytes of a rule's fact, whatever it is; returns the code that gives them."""
        slot = self.slots.fact
        if slot.fact is not None:
            return self.page.name(write_fact(slot.fact))
        at = f"v{slot.position}"
        if not slot.is_number:
            return self.page.put(f"t{slot.position}", f"OTHER({at})")
        number = self.number(slot)
        return (
            self.page.put(f"t{slot.position}", f"{number} or OTHER({at})")
            if slot.may_be_non_value
            else number
        )

    def number(self, slot: Slot, *, is_sure: bool = False) -> str:
        """Print the bytes of a number, or none where the slot holds none; returns the name that holds them."""
        at = f"v{slot.position}"
        code = (
            f"PAIR({at}, v{slot.bottom})" if slot.bottom >= 0 else write_number_code(at, slot.power)
        )
        return self.page.put(
            f"n{slot.position}",
            code if is_sure else f"({code}) if {at}.__class__ is int else EMPTY",
        )

    # -- Formulas ------------------------------------------------------------------------------------------------

    def _parts(self, at: int, parts: Sequence[PartText]) -> list[Any]:
        """Fill the parts of one clause; only some can have been skipped."""
        content = clauses_of(self.entry)[at].content
        is_conditional = isinstance(self.entry, Rule) and self.entry.when is not None and at == 1
        has_branches = isinstance(content, Formula) and any(
            node.operation is CHOICE for node in content.parts
        )
        reason = self._condition() if is_conditional else _always
        pieces: list[Any] = ["["]
        for index, part in enumerate(parts):
            pieces.append("," if index else "")
            pieces += self._part(part, reason, may_skip=is_conditional or has_branches)
        return [*pieces, "]"]

    def _condition(self) -> Callable[[Met], Any]:
        """Let a rule's condition decide; one that is not encoded is settled for no report."""
        when = self.slots.clauses[0]
        return self.step.decide(when.value) if when is not None else lambda _: None

    def _part(self, part: PartText, reason: Callable[[Met], Any], *, may_skip: bool) -> list[Any]:
        slot, flag = part.slot, self.step.decide(Slot(part.flag)) if part.flag >= 0 else None

        def around(met: Met) -> tuple[str, str]:
            return part.replaced if flag is not None and flag(met) is True else part.value

        def skipped(met: Met) -> str:
            truth = reason(met)
            return (
                part.not_taken
                if truth is True
                else part.when_false
                if truth is False
                else part.when_unsettled
            )

        if slot.kind in _DECIDED:
            found = self.step.decide(slot)
            return [
                lambda met: skipped(met) if found(met) is None else _within(around(met), found(met))
            ]
        if slot.is_number and not slot.may_be_non_value and not may_skip:
            return [
                lambda met: around(met)[0],
                Value(self.number(slot, is_sure=True)),
                lambda met: around(met)[1],
            ]
        held, value = self._decide_value(slot)

        def before(met: Met) -> str:
            fact = held(met)
            if fact is None:
                return skipped(met)
            return around(met)[0] + ("" if fact in (int, str) else write_fact(fact).decode())

        return [before, Value(value), lambda met: "" if held(met) is None else around(met)[1]]

    def _decide_value(self, slot: Slot) -> tuple[Callable[[Met], Any], str]:
        """Let whether a slot holds a number or text decide; returns what reads that, and the code of its bytes."""
        at, kind = f"v{slot.position}", "int" if slot.is_number else "str"
        self.step.decisive[at] = f"({kind} if {at}.__class__ is {kind} else {at})"
        value = (
            self.number(slot)
            if slot.is_number
            else self.page.put(
                f"x{slot.position}", f"TEXT({at}) if {at}.__class__ is str else EMPTY"
            )
        )
        return (lambda met: met[at]), value

    def _rounding(self, texts: tuple[str, str, str]) -> list[Any]:
        """Fill a rounding, with the value before it where the formula was evaluated and has one."""
        before, after, without = texts
        clause, when = self.slots.clauses[-1], self.slots.clauses[0]
        if (
            clause is None
            or when is None
            or not (clause.value.is_number or clause.value.fact is not None)
        ):
            return [without]
        is_conditional = len(self.slots.clauses) > 1
        truth = self._condition() if is_conditional else _always
        if clause.value.fact is not None:
            known = _within((before, after), clause.value.fact)
            return [lambda met: known if truth(met) is True else without]
        held, value = self._decide_value(clause.value)
        if is_conditional:
            # a formula that is a code alone has its value even where the rule does not apply
            value = f"({value} if {f'v{when.value.position}' if when.value.fact is None else when.value.fact is True} is True else EMPTY)"

        def has_value(met: Met) -> bool:
            return truth(met) is True and held(met) is int

        return [
            lambda met: before if has_value(met) else without,
            Value(value),
            lambda met: after if has_value(met) else "",
        ]

    # -- What reports say ----------------------------------------------------------------------------------------

    def _declared(self) -> list[Any]:
        """Fill what the report declares for a rule, and how it agrees."""
        code, at = self.entry.code, self.slots.agreement
        agreement = self.step.decide(Slot(at))
        text = self.page.put(
            f"d{at}", f"DECLARED(F[{self.page.name(code)}]) if v{at} is not None else EMPTY"
        )
        is_number = self.plan.schema.fields[code].type == "number"
        value = (
            text
            if is_number
            else self.page.put(
                f"e{at}", f"OTHER(S[{self.page.position(code)}]) if v{at} is not None else EMPTY"
            )
        )

        def when_declared(text: Callable[[Any], str]) -> Callable[[Met], str]:
            return lambda met: "" if agreement(met) is None else text(agreement(met))

        return [
            when_declared(lambda word: f'"declared":{{"agreement":"{word}","text":'),
            Value(text),
            when_declared(lambda _: ',"value":'),
            Value(value),
            when_declared(lambda _: "},"),
        ]

    def _message(self) -> list[Any]:
        """Fill the sentence that a step shows; only one with values in it is written anew each time."""

        def plain(met: Met) -> str:
            speech = self.variants.speech(met)
            return speech.plain_message() if speech is not None and speech.is_plain else ""

        return [plain, Value(f"m{self.slots.fact.position}")] if self.says else [plain]

    def _codes(self, section: Section, kind: str) -> Callable[[Met], str]:
        if section.fields:
            self.step.decisive[ABSENT] = f"(A and A & {self.page.name(frozenset(section.fields))})"
        listed = empty_fields if kind == "empty" else filled_fields
        return lambda met: write_codes(listed(section, met))


def write_number_code(at: str, power: int) -> str:
    """Print the bytes of a whole number over a power of ten; most have no needless zeros and need no call."""
    if power == 1:
        return f"QUOTE % {at}"
    decimals = len(str(power)) - 1
    if decimals <= SMALL_DECIMALS:
        return f"QUOTE % ({at} // {power}) if {at} % {power} == 0 else DECIMAL({at}, {power})"
    return f"FINE{decimals} % divmod({at}, {power}) if {at} > 0 and {at} % 10 else DECIMAL({at}, {power})"


def _always(_met: Met) -> bool:
    return True


def _within(around: tuple[str, str], fact: Fact) -> str:
    before, after = around
    return before + write_fact(fact).decode() + after
