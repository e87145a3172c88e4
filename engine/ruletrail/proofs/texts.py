"""Texts by numbers, and what formulas ask of them: their length, and whether others are in them.

A text that the rulebook names has a number of its own; any other one has another, and its length
and tests are as free as they may be.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from ruletrail.analysis.field_domains import listed_texts, read_fragments
from ruletrail.formulas import Call, Constant, Expression, walk_expression
from ruletrail.formulas.lookups import DatedLookup, KeyedTable
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.proofs.logic import Space, Truth, Whole, both, either, negate
from ruletrail.proofs.terms import Feature, Text
from ruletrail.rulebooks import Decision
from ruletrail.schemas.keywords import matches

MOST_NAMED = 500
"""Of more texts than this that fields list, length and tests are not told."""
_WORDS = ("", "due", "not_due", "passed", "failed")
MOST_TOLD = 40_000
"""Of a free text it is told what its tests say of each other, and what they are where it is one
that is named, as long as all that is told of free texts together is no more than this."""
MOST_TIED = 12
"""More free texts than this are not tied to each other."""
TESTS = {
    "starts_with": str.startswith, "ends_with": str.endswith, "contains": str.__contains__,
}  # fmt: skip
_FILLERS = "xabcdefghijklmnopqrstuvwyzXABCDEFGHIJKLMNOPQRSTUVWYZ0123456789"


class Vocabulary:
    """The texts that are known by number, and the features that formulas ask for."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._numbers: dict[str, int] = {}
        self.named: dict[str, None] = {}
        """The texts that are written in rulebooks, with which any text may be compared."""
        self.others: dict[str, None] = {}
        """Texts that fields list, where those are many: their lengths and tests are not told."""
        self.features: dict[Feature, None] = {}
        self.measures = False
        self._told = 0

    def learn(self, linked: LinkedRulebook) -> None:
        """Find the texts of a rulebook, and what its formulas ask of texts."""
        for entry in linked.steps:
            for formula in formulas_of(entry):
                self.learn_expression(formula.tree)
            if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
                self.named.update(dict.fromkeys(case.outcome for case in entry.cases))
        self.named.update(dict.fromkeys(_WORDS))
        schema = linked.schema
        choices = dict.fromkeys(
            choice
            for code, declared in {**schema.fields, **schema.cells}.items()
            for choice in (*declared.words, *listed_texts(read_fragments(schema, code)))
        )
        (self.named if len(choices) <= MOST_NAMED else self.others).update(choices)
        for parameter in linked.rulebook.parameters.values():
            for value in (parameter.value, *(each.value for each in parameter.values)):
                if isinstance(value, str):
                    self.named[value] = None
        for lookup in linked.lookups.values():
            for each in lookup.contents if isinstance(lookup, DatedLookup) else (lookup,):
                if isinstance(each, KeyedTable):
                    self.named.update(dict.fromkeys(_texts_of(each)))

    def learn_expression(self, tree: Expression) -> None:
        """Find what one formula names and asks."""
        for each in walk_expression(tree):
            if isinstance(each, Constant) and isinstance(each.value, str):
                self.named[each.value] = None
            elif isinstance(each, Call) and each.operation.takes_literal:
                literal = each.operands[-1]
                if isinstance(literal, Constant) and isinstance(literal.value, str):
                    self.features[each.operation.name, literal.value] = None
            elif isinstance(each, Call) and each.operation.name == "length":
                self.measures = True

    def number(self, text: str) -> int:
        """Give a text its number; what no field can hold unless it is named has one below 0."""
        if not self._numbers:
            self._numbers = {name: at for at, name in enumerate((*self.named, *self.others))}
        return self._numbers.setdefault(text, -1 - len(self._numbers))

    def text_of(self, number: int) -> str | None:
        """Give the text of a number; None for that of a text which nobody names."""
        known = {at: text for text, at in self._numbers.items()}
        return known.get(number)

    def outside(self, pattern: str) -> list[int]:
        """List the numbers of the named texts that a pattern does not admit."""
        return [self.number(name) for name in self.named if not matches(pattern, name)]

    def known(self, text: str) -> Text:
        """Describe a text that is named."""
        tests: dict[Feature, Truth] = {
            (name, other): TESTS[name](text, other) for name, other in self.features
        }
        return Text(self.number(text), len(text), tests)

    def free(self, space: Space, shortest: int, longest: int, known: Text | None = None) -> Text:
        """Make a text that may be any, of so many characters; of a known one tell only these."""
        if known is not None:
            if not isinstance(known.length, int):
                space.state(known.length >= shortest)
                space.state(known.length <= longest)
            return known
        number = space.whole("text")
        length: Whole = space.whole("length") if self.measures or self.features else 0
        tests: dict[Feature, Truth] = {
            feature: space.truth(f"{feature[0]}") for feature in self.features
        }
        text = Text(number, length, tests)
        space.state(number >= 0)
        if isinstance(length, int):
            return text
        space.state(length >= shortest)
        space.state(length <= longest)
        # each name with each test, and each test with each other
        self._told += (len(self.named) + len(tests)) * (len(tests) + 1)
        if self._told > MOST_TOLD:
            space.give_up("texts")
            return text
        for name in self.named:
            space.state(either(number != self.number(name), _is_like(text, self.known(name))))
        for (_, literal), truth in tests.items():
            is_all = length == len(literal)
            space.state(either(negate(truth), negate(is_all), number == self.number(literal)))
        space.state(either(length > 0, number == self.number("")))
        for told in _ties(text):
            space.state(told)
        return text


def tie(texts: list[Text], space: Space) -> None:
    """Say that free texts which are one have one length, and the same tests."""
    if len(texts) <= MOST_TIED:
        for one, other in combinations(texts, 2):
            space.state(either(one.number != other.number, _is_like(one, other)))


def _is_like(one: Text, other: Text) -> Truth:
    tests = [
        either(
            both(truth, (other.tests or {})[feature]),
            negate(either(truth, (other.tests or {})[feature])),
        )
        for feature, truth in (one.tests or {}).items()
    ]
    return both(one.length == other.length, *tests)


def _ties(text: Text) -> Iterator[Truth]:
    """Yield what follows of tests for each other, and for the length."""
    tests = text.tests or {}
    for (_, literal), truth in tests.items():
        yield either(negate(truth), text.length >= len(literal))
    for one, other in combinations(tests, 2):
        for first, second in ((one, other), (other, one)):
            if _follows(first, second):
                yield either(negate(tests[first]), tests[second])
        for start, end in ((one, other), (other, one)):
            if (start[0], end[0]) == ("starts_with", "ends_with"):
                is_both = both(tests[start], tests[end])
                yield either(negate(is_both), _fits(text, start, end))
        if one[0] == other[0] != "contains" and not (_follows(one, other) or _follows(other, one)):
            yield negate(both(tests[one], tests[other]))


def _fits(text: Text, start: Feature, end: Feature) -> Truth:
    """Say that a beginning and an end have room, beside each other or laid over each other."""
    (_, begin), (_, close) = start, end
    room = len(begin) + len(close)
    laid = [k for k in range(1, min(len(begin), len(close)) + 1) if begin.endswith(close[:k])]
    return either(text.length >= room, *(text.length == room - k for k in laid))


def _follows(one: Feature, other: Feature) -> bool:
    """Tell whether a text that passes one test passes the other."""
    (name, text), (asked, literal) = one, other
    return asked in (name, "contains") and TESTS[asked](text, literal)


def _texts_of(table: KeyedTable) -> Iterator[str]:
    for row in table.rows:
        for cell in (*row.cells, (row.value,)):
            yield from (value for value in cell if isinstance(value, str))
    if isinstance(table.otherwise, str):
        yield table.otherwise


def write_text(
    tests: Mapping[Feature, bool], length: int | None, at: int, taken: Mapping[str, None]
) -> str | None:
    """Write a text that passes its tests and no others; None where none is found."""
    asked = [feature for feature, is_true in tests.items() if is_true]
    start, end = (
        max((text for name, text in asked if name == which), key=len, default="")
        for which in ("starts_with", "ends_with")
    )
    inside = [text for name, text in asked if name == "contains" and text not in start + end]
    middle = "".join(inside)
    for filler in _FILLERS[at % len(_FILLERS) :] + _FILLERS:
        lacks = 1 if length is None else length - len(start + middle + end)
        whole = (
            start + filler * lacks + middle + end if lacks >= 0 else _overlap(start, end, length)
        )
        passes = all(TESTS[name](whole, text) == is_true for (name, text), is_true in tests.items())
        if passes and whole not in taken and (length is None or len(whole) == length):
            return whole
    return None


def _overlap(start: str, end: str, length: int | None) -> str:
    """Lay an end over a start, as far as the length asks."""
    over = len(start) + len(end) - (length or 0)
    return start + end[over:] if 0 <= over <= len(end) else start
