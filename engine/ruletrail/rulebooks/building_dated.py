"""Values and versions that hold from a day on, in order; and the code of the day that decides."""

from collections.abc import Sequence
from datetime import date

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.formulas.lookups import Days
from ruletrail.problems import Mark
from ruletrail.rulebooks.clauses import Gathering, build_basis, build_value
from ruletrail.rulebooks.constants import (
    judge_bare_day,
    judge_beside_numbers,
    judge_constant,
    judge_day,
)
from ruletrail.rulebooks.entries import DatedValue, DayOf, Version
from ruletrail.values import Value, read_date


def build_day(node: MappingNode) -> DayOf | None:
    """Read the code of the day that decides, of a rulebook or of an entry."""
    written = node.get("day")
    return DayOf(written.text, written.mark) if isinstance(written, ScalarNode) else None


def day_of_entry(
    gathering: Gathering, code: str, mark: Mark, entry: MappingNode, *, is_dated: bool
) -> DayOf | None:
    """Return what decides among dated values: the entry's own day, or that of the rulebook."""
    own = build_day(entry)
    if own is not None or not is_dated:
        return own
    if gathering.day is None:
        gathering.note("dated-without-day", mark, code=code)
    return gathering.day


def read_entries(listed: Node | None) -> list[MappingNode]:
    """List the entries of `values` or `versions`."""
    items = listed.items if isinstance(listed, SequenceNode) else ()
    return [item for item in items if isinstance(item, MappingNode)]


def refuse_both(gathering: Gathering, entry: MappingNode, keys: Sequence[str]) -> None:
    """Tell that an entry has two of the keys of which it may have one."""
    given = [key for key in keys if entry.get(key) is not None]
    for other in given[1:]:
        gathering.note("conflicting-keys", entry.keys[other].mark, first=given[0], second=other)


def build_spans(gathering: Gathering, nodes: Sequence[MappingNode]) -> tuple[Days, ...] | None:
    """Read the days of each entry; None where one is wrong, or not after the one before it."""
    before, found = len(gathering.problems), list[Days]()
    for node in nodes:
        first, last = _read_day(gathering, node, "from"), _read_day(gathering, node, "until")
        if first is not None:
            found.append(Days(first, last))
    # an entry without a beginning is told of by the schema
    if len(gathering.problems) > before or len(found) < len(nodes):
        return None
    for at, days in enumerate(found):
        _check_span(gathering, nodes[at], days, found[at - 1] if at else None)
        follows = found[at + 1] if at + 1 < len(found) else None
        _check_end(gathering, nodes[at], days, follows)
    return tuple(found) if len(gathering.problems) == before else None


def _check_span(
    gathering: Gathering, node: MappingNode, days: Days, preceding: Days | None
) -> None:
    begin = node.get("from")
    if preceding is not None and begin is not None and preceding.first >= days.first:
        details = {"text": str(days.first), "first": str(preceding.first)}
        gathering.note("dated-order", begin.mark, **details)


def _check_end(gathering: Gathering, node: MappingNode, days: Days, after: Days | None) -> None:
    """Tell of an end before its own beginning, or not before the next one."""
    end, last = node.get("until"), days.last
    if end is None or last is None:
        return
    if last < days.first:
        gathering.note("dated-until", end.mark, text=str(last), first=str(days.first))
    elif after is not None and days.first < after.first <= last:
        details = {"text": str(last), "first": str(after.first)}
        gathering.note("dated-overlap", end.mark, **details)


def _read_day(gathering: Gathering, node: MappingNode, key: str) -> date | None:
    written = node.get(key)
    if not isinstance(written, ScalarNode):
        return None
    day = read_date(written.text)
    if day is None:
        gathering.note("no-such-day", written.mark, text=written.text)
    return day


def build_values(
    gathering: Gathering, listed: Node | None, unit: str
) -> tuple[DatedValue, ...] | None:
    """Read the values of a parameter, all of one type; None where something of them is wrong."""
    nodes, before = read_entries(listed), len(gathering.problems)
    spans, found = build_spans(gathering, nodes), list[DatedValue]()
    for at, node in enumerate(nodes):
        basis, written = build_basis(gathering, node), node.get("value")
        value = None
        if isinstance(written, ScalarNode):
            value = read_constant(gathering, written, unit)
        if value is None or spans is None or not isinstance(written, ScalarNode):
            continue
        found.append(DatedValue(node.mark, spans[at], value, written.text, written.mark, basis))
    _judge_types(gathering, found)
    return tuple(found) if found and len(gathering.problems) == before else None


def _judge_types(gathering: Gathering, values: Sequence[DatedValue]) -> None:
    """Tell of values that are not of one type: texts among others for what they are.

    A text that writes a number or a day wrong is told how to write it; the others are right.
    """
    other = next((each for each in values if not isinstance(each.value, str)), None)
    first = other or next(iter(values), None)
    odd = [
        each for each in values if first is not None and type(each.value) is not type(first.value)
    ]
    if first is None or not odd:
        return
    judge = judge_day if isinstance(first.value, date) else judge_beside_numbers
    judged = [judge(each.text, each.value_mark) for each in odd if isinstance(each.value, str)]
    wrong = [each for each in judged if each is not None]
    gathering.problems.extend(wrong)
    if not wrong:
        gathering.note("dated-types", odd[0].value_mark, text=odd[0].text, first=first.text)


def read_constant(gathering: Gathering, node: ScalarNode, unit: str) -> Value | None:
    """Read a value of a parameter; None where it is a number, or a day, that is written wrong."""
    wrong = judge_constant(node, unit)
    if wrong is not None:
        gathering.problems.append(wrong)
        return None
    value = build_value(node, gathering.language)
    if value is None:
        gathering.problems.append(judge_bare_day(node.text, node.mark))
    return value


def build_versions(
    gathering: Gathering, nodes: Sequence[MappingNode]
) -> tuple[Version, ...] | None:
    """Read when each version holds, and what it rests on; None where something is wrong."""
    spans = build_spans(gathering, nodes)
    bases = [build_basis(gathering, node) for node in nodes]
    if spans is None:
        return None
    each = zip(nodes, spans, bases, strict=True)
    return tuple(Version(node.mark, days, basis) for node, days, basis in each)
