"""The sentences that steps show: what no report changes is written once, and numbers from the slots put between it."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from ruletrail.compiled.trail_codegen.papers import alike, normalise
from ruletrail.compiled.trail_codegen.wordings import quote_json, write_fact, write_pair
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_fact, show_ratio
from ruletrail.linking import PLACEHOLDERS, LinkedRulebook, display_of, sentences_of, unit_of
from ruletrail.rulebooks import Entry, Sentence, Template, fill_template
from ruletrail.trails import ShownMessage, canonical_json
from ruletrail.trails.steps import CENTS, MONEY, write_message
from ruletrail.values import Fact, count_decimals, count_finite_decimals, to_json

Shown = tuple[int, bytes, str]
"""A sentence that is shown: the place of its step, its member of the result's list, its text as it is matched."""

_SPACE = re.compile(r"\s+")


class Facts(Protocol):
    """What a sentence reads: the facts of one evaluation."""

    def fact_of(self, code: str) -> tuple[object, int]:
        """Give a fact as its slot holds it; a whole number is over the second value."""

    def text_of(self, code: str) -> str | None:
        """Give the text that a field was declared with, where the report declares it."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """How one name of a sentence is shown; `text` and `value` are there where no report changes them."""

    name: str
    shape: Format
    is_settled: bool = True
    """Whether the author said how many decimals; else they follow from the value."""
    is_money: bool = False
    is_field: bool = False
    text: str = ""
    value: str = ""


class Speech:
    """One sentence of one step; safe to share."""

    def __init__(self, plan: LinkedRulebook, code: str, place: int, sentence: Sentence) -> None:
        """Write what no report changes, with `%s` for each number and its text."""
        self.place, self.code = place, code
        self.locale: Locale = plan.rulebook.locale
        self.template = sentence.templates[self.locale]
        self.arguments = [
            _argument(plan, name, self.locale) for name in sorted(set(self.template.names))
        ]
        self.open = [argument for argument in self.arguments if not argument.value]
        self.is_plain = not self.open
        whole = canonical_json(write_message(ShownMessage("", sentence, (), "\ue000"), self.locale))
        before, rest = whole.split('"arguments":{}', 1)
        between, after = rest.split('"\ue000"')
        self.around = f'"message":{before}"arguments":{{', f"}}{between}", f"{after},"
        pieces = _pieces(self.template, self.arguments)
        text = (
            '"' + "%s".join([quote_json(piece)[1:-1].replace("%", "%%") for piece in pieces]) + '"'
        )
        members = ",".join(
            [
                _member(argument).replace("%", "%%") if argument.value else _blank(argument)
                for argument in self.arguments
            ]
        )
        first, second, third = (part.replace("%", "%%") for part in self.around)
        self.message = f"{first}{members}{second}{text}{third}"
        self.shown = f'{{"step":"{code}","text":{text}}}'
        self.plain = "%s".join(
            [_SPACE.sub(" ", alike(piece)).replace("%", "%%") for piece in pieces]
        )
        self.order = [
            at
            for name in self.template.names
            for at, argument in enumerate(self.open)
            if argument.name == name
        ]

    def say(self, facts: Facts) -> tuple[bytes, Shown]:
        """Write the sentence: its step's `message`, and what the result says of it."""
        filled: list[str] = []
        texts: list[str] = []
        for argument in self.open:
            value, bottom = facts.fact_of(argument.name)
            if value.__class__ is not int:
                return self._say_slowly(facts)
            decimals = (
                argument.shape.decimals
                if argument.is_settled
                else _find_decimals(argument, facts, value, bottom)
            )
            text = show_ratio(
                value, bottom, decimals, self.locale, grouping=argument.shape.grouping
            )
            texts.append(text)
            filled += (
                _decimals(decimals),
                text,
                f'"{value}"' if bottom == 1 else write_pair(value, bottom).decode(),
            )
        # numbers have no sign that JSON escapes, joins to a letter beside it, or that is written in several ways
        shown = tuple([texts[at] for at in self.order])
        message = self.message % (*filled, *shown)
        return message.encode(), (
            self.place,
            (self.shown % shown).encode(),
            (self.plain % shown).strip(),
        )

    def plain_message(self) -> str:
        """Write the step's `message` of a sentence without values."""
        return self.say(NO_FACTS)[0].decode()

    def _say_slowly(self, facts: Facts) -> tuple[bytes, Shown]:
        """Write a sentence some of whose values are no numbers."""
        known = [
            argument if argument.value else self._know(argument, facts)
            for argument in self.arguments
        ]
        text = fill_template(self.template, {argument.name: argument.text for argument in known})
        first, second, third = self.around
        message = f"{first}{','.join(map(_member, known))}{second}{quote_json(text)}{third}"
        return message.encode(), (
            self.place,
            f'{{"step":"{self.code}","text":{quote_json(text)}}}'.encode(),
            normalise(text),
        )

    def _know(self, argument: _Argument, facts: Facts) -> _Argument:
        value, bottom = facts.fact_of(argument.name)
        if value.__class__ is not int:
            text = show_fact(value, argument.shape, self.locale)  # type: ignore[arg-type]  # slots hold facts
            return _Argument(
                argument.name, argument.shape, text=text, value=write_fact(value).decode()
            )
        decimals = (
            argument.shape.decimals
            if argument.is_settled
            else _find_decimals(argument, facts, value, bottom)
        )
        text = show_ratio(value, bottom, decimals, self.locale, grouping=argument.shape.grouping)
        return _Argument(
            argument.name,
            Format(decimals, argument.shape.grouping),
            text=text,
            value=write_pair(value, bottom).decode(),
        )


class _NoFacts:
    """What a sentence without values reads."""

    def fact_of(self, code: str) -> tuple[object, int]:
        """Refuse to answer."""
        raise TypeError(code)

    def text_of(self, code: str) -> str | None:
        """Refuse to answer."""
        raise TypeError(code)


NO_FACTS = _NoFacts()


def make_speeches(plan: LinkedRulebook, entry: Entry, place: int) -> Mapping[int, Speech]:
    """Make the speeches of a step, by the identity of the sentence."""
    return {
        id(sentence): Speech(plan, entry.code, place, sentence) for sentence in sentences_of(entry)
    }


def _argument(plan: LinkedRulebook, name: str, locale: Locale) -> _Argument:
    if name in PLACEHOLDERS and name not in plan.signatures:
        identity = plan.rulebook.identity
        text = {
            "edition": identity.edition,
            "rulebook": identity.name,
            "version": identity.version,
        }[name]
        return _fixed(name, text, Format(), text)
    display, is_money = display_of(plan, name), unit_of(plan, name) in MONEY
    shape = Format(display.decimals, display.grouping) if display is not None else Format()
    parameter = plan.rulebook.parameters.get(name)
    if parameter is None:
        return _Argument(
            name, shape, shape.decimals is not None, is_money, name not in plan.rulebook.entries
        )
    value = parameter.value
    if is_money and shape.decimals is None and isinstance(value, Fraction):
        finite = count_finite_decimals(value)
        shape = Format(None if finite is None else max(finite, CENTS), shape.grouping)
    return _fixed(name, value, shape, show_fact(value, shape, locale))


def _fixed(name: str, fact: Fact, shape: Format, text: str) -> _Argument:
    return _Argument(name, shape, text=text, value=canonical_json(to_json(fact)))


def _pieces(template: Template, arguments: Sequence[_Argument]) -> list[str]:
    """Cut a template at the names whose values reports change."""
    fixed = {argument.name: argument.text for argument in arguments if argument.value}
    pieces = [template.literals[0]]
    for name, literal in zip(template.names, template.literals[1:], strict=True):
        if name in fixed:
            pieces[-1] += fixed[name] + literal
        else:
            pieces.append(literal)
    return pieces


def _member(argument: _Argument) -> str:
    display = f"{{{_decimals(argument.shape.decimals)}{_grouping(argument.shape)}}}"
    return f'"{argument.name}":{{"display":{display},"text":{quote_json(argument.text)},"value":{argument.value}}}'


def _blank(argument: _Argument) -> str:
    return (
        f'"{argument.name}":{{"display":{{%s{_grouping(argument.shape)}}},"text":"%s","value":%s}}'
    )


def _decimals(decimals: int | None) -> str:
    return "" if decimals is None else f'"decimals":{decimals},'


def _grouping(shape: Format) -> str:
    return '"grouping":true' if shape.grouping else '"grouping":false'


def _find_decimals(argument: _Argument, facts: Facts, top: int, bottom: int) -> int | None:
    """Find how many decimals of a number are shown where its author did not say, as `trails.format_of` does."""
    written = facts.text_of(argument.name) if argument.is_field else None
    if written is None and not argument.is_money:
        return None
    decimals = (
        count_finite_decimals(Fraction(top, bottom)) if written is None else count_decimals(written)
    )
    return max(decimals, CENTS) if argument.is_money and decimals is not None else decimals
