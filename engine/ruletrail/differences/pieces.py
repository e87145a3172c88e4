"""What an entry says, taken apart: one piece for each thing that may be said otherwise.

Two pieces are the same where their keys are: a formula's key is its tree, so that spaces, brackets
that change nothing and `1.0` in place of `1` are no difference. Layout and comments leave no trace
in a piece.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.differences.constants import Said
from ruletrail.digests import canonical_json
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Constant, Expression, Formula, write_expression
from ruletrail.formulas.expressions import written_day
from ruletrail.formulas.lookups import Days, KeyedTable
from ruletrail.formulas.operations import COMPARE
from ruletrail.rulebooks import (
    Check,
    Clause,
    Decision,
    Entry,
    Message,
    Parameter,
    Property,
    Rule,
    Section,
    Sentence,
)
from ruletrail.rulebooks.entries import (
    Basis,
    Case,
    DayOf,
    Display,
    Group,
    RowList,
    Scale,
    Source,
    Table,
    WrittenBand,
)
from ruletrail.values import NotApplicable, NotEncoded, Value, write_number


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that an entry says: how readers see it, and what it is the same by.

    `is_meaning` tells what an evaluation reads; `tree` is there of a clause that is encoded, `said`
    of what is a number or a day, for pages to write in their language.
    """

    part: str
    shown: str
    key: object
    is_meaning: bool = True
    tree: Expression | None = None
    said: Said | None = None


Pieces = dict[str, Piece]
"""The pieces of an entry by their place in it, in the order written."""
Item = Entry | Parameter | Group | Scale | Table | RowList | Source | Property


def take_apart(item: Item) -> Pieces:
    """Take an entry apart, its code left out."""
    return dict(_pieces(item))


def _pieces(item: Item) -> Iterator[tuple[str, Piece]]:
    match item:
        case Rule():
            yield from _of_rule(item)
        case Decision():
            yield from _of_decision(item)
        case Section():
            yield from _of_section(item)
        case Check():
            yield from _of_check(item)
        case Message():
            yield from _of_message(item)
        case Property():
            # it is proved of answers, and is part of none
            yield "expect", replace(clause_piece("condition", item.expect), is_meaning=False)
        case Parameter():
            yield from _of_values(item)
            yield from _words(unit=item.unit, display=_show_display(item.display))
        case Group():
            yield "members", _meaning("members", ", ".join(item.members), item.members)
            return
        case Scale():
            yield from _of_scale(item)
        case Table():
            yield from _of_table(item)
        case RowList():
            row = item.row.text if item.row is not None else ""
            yield from _words(label=_label(item.label, item.code), message=row)
            return
        case Source():
            yield from _texts("source", title=item.title, kind=item.kind, url=item.url,
                              note=item.note)  # fmt: skip
            return
    yield from _words(label=_label(item.label, item.code))
    yield from _of_basis(item.basis)


def _label(label: str, code: str) -> str:
    """Give a label that says more than the code."""
    return label if label != code else ""


# -- The kinds of entries --------------------------------------------------------------------------


def _of_rule(rule: Rule) -> Iterator[tuple[str, Piece]]:
    yield "formula", clause_piece("formula", rule.formula)
    if rule.when is not None:
        yield "when", clause_piece("condition", rule.when)
    for at, each in zip(exception_places(rule), rule.exceptions, strict=True):
        said = f"{_show_clause(each.formula)}, {_show_clause(each.when)}"
        yield at, Piece("exception", said, True)
        yield f"{at}.when", clause_piece("condition", each.when)
        yield f"{at}.formula", clause_piece("formula", each.formula)
        yield from ((f"{at}.{place}", piece) for place, piece in _of_basis(each.basis))
    if rule.rounding is not None:
        shown = f"{rule.rounding.decimals} {rule.rounding.mode}"
        yield "round", _meaning("rounding", shown, rule.rounding)
    yield from _words(unit=rule.unit, display=_show_display(rule.display))
    yield from _texts("label", heading=rule.heading)


def exception_places(rule: Rule) -> list[str]:
    """Name the places of a rule's exceptions, in their order."""
    names = _Names()
    return [
        names.take(f"exceptions[{each.label or _show_clause(each.when)}]")
        for each in rule.exceptions
    ]


def case_places(decision: Decision) -> list[str]:
    """Name the places of a decision's cases, in their order."""
    names, cases = _Names(), decision.cases
    found = cases if isinstance(cases, tuple) else ()
    return [names.take(f"cases[{case.outcome}]") for case in found]


def clauses_by_place(entry: Entry | None) -> dict[str, list[Clause]]:
    """Give the condition, and the formula, of each case or exception by its place."""
    match entry:
        case Decision(cases=tuple(cases)):
            found = [[] if case.when is None else [case.when] for case in cases]
            return dict(zip(case_places(entry), found, strict=True))
        case Rule(exceptions=exceptions):
            found = [[each.when, each.formula] for each in exceptions]
            return dict(zip(exception_places(entry), found, strict=True))
        case _:
            return {}


def _of_decision(decision: Decision) -> Iterator[tuple[str, Piece]]:
    if isinstance(decision.cases, NotEncoded):
        yield "cases", _not_encoded("case", decision.cases)
        return
    yield "policy", _meaning("policy", decision.policy)
    places = case_places(decision)
    # the order of exclusive cases decides nothing
    order = tuple(places) if decision.policy == "first" else tuple(sorted(places))
    yield "cases", Piece("case", ", ".join(places), order)
    for at, case in zip(places, decision.cases, strict=True):
        yield from _of_case(at, case)


def _of_case(at: str, case: Case) -> Iterator[tuple[str, Piece]]:
    shown = "otherwise" if case.when is None else _show_clause(case.when)
    yield at, Piece("case", shown, True)
    if case.when is None:
        yield f"{at}.when", Piece("condition", "otherwise", "otherwise")
    else:
        yield f"{at}.when", clause_piece("condition", case.when)
    labels = case.labels or {"": case.label}
    for language, label in labels.items():
        place = f"{at}.label.{language}" if language else f"{at}.label"
        if label:
            yield place, Piece("label", label, label, is_meaning=False)
    yield from _sentence(f"{at}.message", case.message)
    yield from ((f"{at}.{place}", piece) for place, piece in _of_basis(case.basis))


def _of_section(section: Section) -> Iterator[tuple[str, Piece]]:
    yield "due", clause_piece("condition", section.due)
    if section.part_of is not None:
        yield "part_of", _meaning("part_of", section.part_of)
    if section.not_encoded is not None:
        yield "fields", _not_encoded("fields", section.not_encoded)
    else:
        # only a field that is asked for is missed
        asked = frozenset(section.fields) - frozenset(section.optional)
        yield "fields", _meaning("fields", ", ".join(section.fields), asked)
    if section.optional:
        optional = ", ".join(section.optional)
        key = frozenset(section.optional)
        yield "optional", Piece("fields", optional, key, is_meaning=False)
    yield from _sentence("message.due", section.when_due)
    yield from _sentence("message.not_due", section.when_not_due)


def _of_check(check: Check) -> Iterator[tuple[str, Piece]]:
    yield "expect", clause_piece("condition", check.expect)
    yield "severity", _meaning("severity", check.severity)
    yield from _sentence("message", check.message)


def _of_message(message: Message) -> Iterator[tuple[str, Piece]]:
    # a sentence is no outcome, so neither is whether it is shown
    shown = clause_piece("message", message.when)
    yield "when", Piece("message", shown.shown, shown.key, is_meaning=False)
    if isinstance(message.text, NotEncoded):
        why = message.text.why
        yield "text", Piece("message", why, ("not_encoded", why), is_meaning=False)
    else:
        yield from _sentence("text", message.text)


def _of_scale(scale: Scale) -> Iterator[tuple[str, Piece]]:
    yield "kind", _meaning("kind", scale.kind)
    if scale.times is not None:
        yield "times", _meaning("value", scale.times)
    yield from _of_day(scale.day)
    for prefix, content in _of_versions(scale):
        for at, band in enumerate(content.bands, 1):
            key = (band.is_past, band.threshold, band.value)
            said = Said(band.value, begin=band.threshold, is_past=band.is_past)
            yield f"{prefix}bands[{at}]", Piece("band", _show_band(band), key, said=said)
    yield from _say_versions(scale)
    yield from _texts("unit", of=scale.of, unit=scale.unit)


def _of_values(parameter: Parameter) -> Iterator[tuple[str, Piece]]:
    """Take a parameter's value, or each of those that hold from some day on."""
    if parameter.value is not None:
        value = parameter.value
        yield "value", _constant("value", value)
    yield from _of_day(parameter.day)
    for each in parameter.values:
        at, shown = f"values[{each.days.first}]", f"{show_value(each.value)}, {each.days}"
        key = (each.days, typed(each.value))
        yield at, Piece("value", shown, key, said=_say(each.value, each.days))
        yield from ((f"{at}.{place}", piece) for place, piece in _of_basis(each.basis))


def _of_day(day: DayOf | None) -> Iterator[tuple[str, Piece]]:
    if day is not None:
        yield "day", _meaning("day", day.code)


def _of_versions(item: "Scale | Table") -> Iterator[tuple[str, Any]]:
    """Give what a scale or table holds, each version of it with its place."""
    if not item.versions:
        yield "", item.contents[0]
        return
    for version, content in zip(item.versions, item.contents, strict=True):
        yield f"versions[{version.days.first}].", content


def _say_versions(item: "Scale | Table") -> Iterator[tuple[str, Piece]]:
    for version in item.versions:
        at = f"versions[{version.days.first}]"
        said = Said(days=version.days)
        yield at, Piece("version", str(version.days), version.days, said=said)
        yield from ((f"{at}.{place}", piece) for place, piece in _of_basis(version.basis))


def _show_band(band: WrittenBand) -> str:
    return f"{show_begin(band)}: {_show_constant(band.value)}"


def show_begin(band: WrittenBand) -> str:
    """Write what a band begins with."""
    return f"{'above' if band.is_past else 'from'} {_show_constant(band.threshold)}"


def _show_constant(constant: Fraction | str) -> str:
    return constant if isinstance(constant, str) else write_number(constant)


def _of_table(table: Table) -> Iterator[tuple[str, Piece]]:
    yield from _of_day(table.day)
    for prefix, content in _of_versions(table):
        yield from ((f"{prefix}{at}", piece) for at, piece in _of_rows(content))
    yield from _say_versions(table)
    yield from _words(unit=table.unit)


def _of_rows(table: KeyedTable) -> Iterator[tuple[str, Piece]]:
    columns = zip(table.columns, table.types, strict=True)
    shown = ", ".join(f"{name}: {kind}" for name, kind in columns)
    yield "by", _meaning("value", shown, (table.columns, table.types))
    for row in table.rows:
        # a row for several keys is as many rows
        for key in row.keys():  # noqa: SIM118 - no mapping
            yield row_place(key), _constant("row", row.value)
    other = table.otherwise
    if isinstance(other, NotApplicable):
        yield "otherwise", _meaning("row", "not_applicable", other)
    elif other is not None:
        yield "otherwise", _constant("row", other)


def row_place(key: Iterable[Value]) -> str:
    """Name the place of the row that answers for a key."""
    return f"rows[{', '.join(map(show_value, key))}]"


def place_of_item(at: str) -> str:
    """Name the case, exception, band, row, version or value that a place is; empty for none.

    What stands in a case or an exception is of that.
    """
    if at.endswith(("]", "otherwise")):
        return at
    return f"{at.rpartition('].')[0]}]" if at.startswith(("cases[", "exceptions[")) else ""


def version_of(at: str) -> tuple[str, str]:
    """Cut a place into the day from which its version holds, and the place in that."""
    if not at.startswith("versions["):
        return "", at
    day, _, place = at.removeprefix("versions[").partition("]")
    return day, place.removeprefix(".")


# -- Pieces ----------------------------------------------------------------------------------------


class _Names:
    """Tells several of one name apart by their number."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, name: str) -> str:
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"


def clause_piece(part: str, clause: Clause) -> Piece:
    """Take a formula or a condition; the same tree is the same piece."""
    if isinstance(clause.content, NotEncoded):
        return _not_encoded(part, clause.content)
    tree = clause.content.tree
    return Piece(part, clause.content.text, write_expression(tree), tree=tree)


def _not_encoded(part: str, content: NotEncoded) -> Piece:
    # the outcome is that it is not encoded, whatever the reason
    return Piece(part, f"not_encoded: {content.why}", NotEncoded)


def _show_clause(clause: Clause) -> str:
    content = clause.content
    return content.text if isinstance(content, Formula) else f"not_encoded: {content.why}"


def _meaning(part: str, shown: str, key: object = None) -> Piece:
    return Piece(part, shown, shown if key is None else key)


def _constant(part: str, value: Value) -> Piece:
    return Piece(part, show_value(value), typed(value), said=_say(value))


def _say(value: Value, days: Days | None = None) -> Said:
    return Said(show_value(value) if isinstance(value, str) else value, days)


def _words(**texts: str | None) -> Iterator[tuple[str, Piece]]:
    """Take what only readers see, each of a part of its own name."""
    for name, text in texts.items():
        if text:
            yield name, Piece(name, text, text, is_meaning=False)


def _texts(part: str, **texts: str | None) -> Iterator[tuple[str, Piece]]:
    """Take several texts of one part."""
    for name, text in texts.items():
        if text:
            yield name, Piece(part, text, text, is_meaning=False)


def _sentence(at: str, sentence: Sentence | None) -> Iterator[tuple[str, Piece]]:
    if sentence is None:
        return
    for language, template in sentence.templates.items():
        yield f"{at}.{language}", Piece("message", template.text, template.text, is_meaning=False)
    yield from ((f"{at}.{place}", piece) for place, piece in _of_basis(sentence.basis))


def _of_basis(basis: Basis) -> Iterator[tuple[str, Piece]]:
    yield from _texts(
        "source", source=", ".join(basis.sources), evidence=basis.evidence, note=basis.note
    )


def _show_display(display: Display | None) -> str | None:
    if display is None:
        return None
    decimals = "" if display.decimals is None else f"decimals: {display.decimals}"
    grouping = "" if display.grouping else "grouping: false"
    return ", ".join(filter(None, (decimals, grouping)))


def show_value(value: Value) -> str:
    """Write a value as it stands in a rulebook, so that no two are written alike.

    A text is in quotes where it may be taken for something else: a number, a day, a truth, the word
    for no value, or several values with commas between them.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return write_number(value)
    if isinstance(value, date):
        return value.isoformat()
    is_plain = value[:1].isalpha() and not any(sign in value for sign in _OF_NO_PLAIN_TEXT)
    return value if is_plain and value not in _NO_TEXTS else canonical_json(value)


_OF_NO_PLAIN_TEXT = ('"', ",", "[", "]")
_NO_TEXTS = frozenset({"true", "false", "not_applicable"})


def typed(value: Value) -> tuple[str, Value]:
    """Tell the truth from the number, and the text from the day, that look alike."""
    return type(value).__name__, value


# -- Thresholds ------------------------------------------------------------------------------------


def is_threshold(old: Expression, new: Expression) -> bool:
    """Tell whether two trees differ in numbers or days alone that something is compared with."""
    return _differs(old, new, is_compared=False) is True


def _differs(old: Expression, new: Expression, *, is_compared: bool) -> bool | None:
    """Tell trees that differ in compared constants alone; None for equal ones, false for others."""
    days = written_day(old), written_day(new)
    if is_compared and None not in days:
        return True if days[0] != days[1] else None
    match old, new:
        case Constant(value=one), Constant(value=other):
            if typed(one) == typed(other):
                return None
            return is_compared and isinstance(one, Fraction) and isinstance(other, Fraction)
        case Call(), Call():
            if (old.operation, old.code, old.over) != (new.operation, new.code, new.over):
                return False
            if len(old.operands) != len(new.operands):
                return False
            compares = _compares(old)
            pairs = zip(old.operands, new.operands, strict=True)
            found = [_differs(one, other, is_compared=compares) for one, other in pairs]
            return False if False in found else True if True in found else None
        case _:
            return None if write_expression(old) == write_expression(new) else False


def _compares(call: Call) -> bool:
    """Tell a comparison, and a sign before a number that is compared."""
    is_sign = call.operation.name in ("-", "+") and len(call.operands) == 1
    return is_sign or (call.operation.binding == COMPARE and not call.operation.is_function)


def constants_in(trees: Iterable[Expression | None]) -> set[Value]:
    """List the constants that are written in some trees, days included."""
    found: set[Value] = set()
    waiting = [tree for tree in trees if tree is not None]
    while waiting:
        top = waiting.pop()
        day = written_day(top)
        if day is not None:
            found.add(day)
        elif isinstance(top, Constant):
            found.add(top.value)
        elif isinstance(top, Call):
            waiting.extend(top.operands)
    return found
