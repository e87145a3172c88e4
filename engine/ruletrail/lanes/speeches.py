"""The sentences that steps show: those without values written once, the others from the slots; none matched here."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ruletrail.formats import Format, Locale, show_fact, show_ratio
from ruletrail.lanes.papers import normalise
from ruletrail.lanes.wordings import quote_json, write_fact, write_pair
from ruletrail.plans import PLACEHOLDERS, Plan, display_of, sentences_of, unit_of
from ruletrail.rulebooks import Entry, Sentence, fill_template
from ruletrail.trails import ShownMessage, canonical_json
from ruletrail.trails.formatting import CENTS, MONEY
from ruletrail.trails.writing import write_message
from ruletrail.values import Fact, count_decimals, count_finite_decimals, to_json

Shown = tuple[int, bytes, str]
"""A sentence that is shown: the place of its step, its member of the result's list, its text as it is matched."""


class Facts(Protocol):
    """What a sentence reads: the facts of one evaluation."""

    def fact_of(self, code: str) -> tuple[object, int]:
        """Give a fact as its slot holds it; a whole number is over the second value."""

    def text_of(self, code: str) -> str | None:
        """Give the text that a field was declared with, where the report declares it."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """How one name of a sentence is shown; `text` and `member` are there where no report changes them."""

    name: str
    shape: Format
    is_settled: bool
    """Whether the author said how many decimals; else they follow from the value."""
    is_money: bool
    is_field: bool
    text: str = ""
    member: str = ""


class Speech:
    """One sentence of one step; safe to share."""

    def __init__(self, plan: Plan, code: str, place: int, sentence: Sentence) -> None:
        """Write what no report changes."""
        self.place, self.code = place, code
        self.locale: Locale = plan.rulebook.locale
        self.template = sentence.templates[self.locale]
        self.arguments = [_argument(plan, name, self.locale) for name in sorted(set(self.template.names))]
        self.is_plain = all(argument.member for argument in self.arguments)
        whole = canonical_json(write_message(ShownMessage("", sentence, (), "\ue000"), self.locale))
        self.before, rest = whole.split('"arguments":{}', 1)
        self.between, self.after = rest.split('"\ue000"')
        self.member = f'{{"step":"{code}","text":'

    def say(self, facts: Facts) -> tuple[bytes, Shown]:
        """Write the sentence: its step's `message`, and what the result says of it."""
        members, shown = [], {}
        for argument in self.arguments:
            text, member = (argument.text, argument.member) if argument.member else self._show(argument, facts)
            shown[argument.name] = text
            members.append(member)
        text = fill_template(self.template, shown)
        written = quote_json(text)
        message = f'"message":{self.before}"arguments":{{{",".join(members)}}}{self.between}{written}{self.after},'
        return message.encode(), (self.place, f"{self.member}{written}}}".encode(), normalise(text))

    def plain_message(self) -> str:
        """Write the step's `message` of a sentence without values."""
        return self.say(NO_FACTS)[0].decode()

    def _show(self, argument: _Argument, facts: Facts) -> tuple[str, str]:
        value, bottom = facts.fact_of(argument.name)
        if value.__class__ is not int:
            shape, fact = argument.shape, value
            text = show_fact(fact, shape, self.locale)  # type: ignore[arg-type]  # slots hold facts
            return text, _member(argument.name, shape, text, write_fact(fact).decode())
        shape = argument.shape if argument.is_settled else _shape(argument, facts, value, bottom)
        text = show_ratio(value, bottom, shape, self.locale)
        return text, _member(argument.name, shape, text, write_pair(value, bottom).decode())


class _NoFacts:
    """What a plain sentence reads."""

    def fact_of(self, code: str) -> tuple[object, int]:
        """Refuse to answer."""
        raise TypeError(code)

    def text_of(self, code: str) -> str | None:
        """Refuse to answer."""
        raise TypeError(code)


NO_FACTS = _NoFacts()


def _argument(plan: Plan, name: str, locale: Locale) -> _Argument:
    if name in PLACEHOLDERS and name not in plan.signatures:
        identity = plan.rulebook.identity
        text = {"edition": identity.edition, "rulebook": identity.name, "version": identity.version}[name]
        return _fixed(name, text, Format(), text)
    display, is_money = display_of(plan, name), unit_of(plan, name) in MONEY
    grouping = display.grouping if display is not None else True
    decimals = display.decimals if display is not None else None
    parameter = plan.rulebook.parameters.get(name)
    argument = _Argument(name, Format(decimals, grouping), decimals is not None, is_money, name not in plan.rulebook.entries)
    if parameter is None:
        return argument
    value = parameter.value
    shape = argument.shape
    if is_money and decimals is None and isinstance(value, Fraction):
        finite = count_finite_decimals(value)
        shape = Format(None if finite is None else max(finite, CENTS), grouping)
    return _fixed(name, value, shape, show_fact(value, shape, locale))


def _fixed(name: str, fact: Fact, shape: Format, text: str) -> _Argument:
    return _Argument(name, shape, True, False, False, text, _member(name, shape, text, canonical_json(to_json(fact))))


def _member(name: str, shape: Format, text: str, value: str) -> str:
    decimals = "" if shape.decimals is None else f'"decimals":{canonical_json(shape.decimals)},'
    grouping = "true" if shape.grouping else "false"
    return f'"{name}":{{"display":{{{decimals}"grouping":{grouping}}},"text":{quote_json(text)},"value":{value}}}'


def _shape(argument: _Argument, facts: Facts, top: int, bottom: int) -> Format:
    """Resolve how a number is shown where its author did not say, as `trails.format_of` does."""
    written = facts.text_of(argument.name) if argument.is_field else None
    if written is None and not argument.is_money:
        return argument.shape
    decimals = count_finite_decimals(Fraction(top, bottom)) if written is None else count_decimals(written)
    if decimals is None:
        return argument.shape
    return Format(max(decimals, CENTS) if argument.is_money else decimals, argument.shape.grouping)


def make_speeches(plan: Plan, entry: Entry, place: int) -> Mapping[int, Speech]:
    """Make the speeches of a step, by the identity of the sentence."""
    return {id(sentence): Speech(plan, entry.code, place, sentence) for sentence in sentences_of(entry)}
