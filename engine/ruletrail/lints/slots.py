"""Numbered slots, `x_1, x_2, x_3`: fields and rules that a list of rows would say once.

A list has no order and no number in formulas. So a hint stands only where each rule reads the slots
of its own number, and whoever reads others reads all of them and would give the same in any order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Expression, Name, write_expression
from ruletrail.formulas.operations import ADD
from ruletrail.linking import clauses_of, formulas_of
from ruletrail.lints.subjects import Subject, snippet, tell_language
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Check, Clause, Entry, Rule

_SLOT = re.compile(r"([A-Za-z][A-Za-z0-9_]*)_([1-9][0-9]{0,2})")
_FEWEST = 3
_MONTHS = 12
"""As many slots are the months of a year, which have an order: a column each, by the guide."""
_UNORDERED = frozenset({"+", "and", "or", "sum", "min", "max", "count", "any", "all"})
_ROW = "LIST"
_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True)
class _Family:
    """Entries that are equal but for their number, and the stems that they read."""

    stem: str
    entries: tuple[Entry, ...]
    reads: frozenset[str]


def find_slots(subject: Subject) -> Iterator[Problem]:
    """Find rules that are written once for each numbered slot."""
    declared = subject.fields_only
    fields = {
        stem: count
        for stem, count in _find_series(declared).items()
        if len({(each.type, each.unit) for each in _slots_of(stem, count, declared)}) == 1
    }
    kinds = {code: each for code, each in subject.rulebook.entries.items() if _may_repeat(each)}
    rules = _find_series(kinds)
    if not fields or not rules:
        return
    series = {**fields, **rules}
    families = [
        found
        for stem, count in rules.items()
        if (found := _read_family(stem, count, subject, series)) is not None
    ]
    families = _of_slots(families, fields)
    ordered = set(_find_ordered(families, subject, series))
    told: set[str] = set()
    for family in families:
        joined = _join(family, families)
        if isinstance(family.entries[0], Rule) and not joined & (told | ordered):
            told |= joined
            yield _tell(family, [stem for stem in fields if stem in joined], subject)


def _find_series(codes: Iterable[str]) -> dict[str, int]:
    """Find the stems of codes that are numbered from 1 on without a gap, and how many they are."""
    numbers: dict[str, set[int]] = {}
    for code in codes:
        found = _SLOT.fullmatch(code)
        if found is not None:
            numbers.setdefault(found[1], set()).add(int(found[2]))
    return {
        stem: len(each)
        for stem, each in numbers.items()
        if len(each) >= _FEWEST and max(each) == len(each) != _MONTHS
    }


def _slots_of(stem: str, count: int, known: Mapping[str, _Known]) -> list[_Known]:
    return [known[f"{stem}_{number}"] for number in range(1, count + 1)]


def _may_repeat(entry: Entry) -> bool:
    return isinstance(entry, Rule | Check)


def _read_family(
    stem: str, count: int, subject: Subject, series: Mapping[str, int]
) -> _Family | None:
    """Take numbered entries for a family, if they are equal but for the number."""
    entries = tuple(_slots_of(stem, count, subject.rulebook.entries))
    forms = [_write(entry, number, series) for number, entry in enumerate(entries, start=1)]
    if len(set(forms)) > 1:
        return None
    names = [_slot_of(code, series) for code in subject.linked.reads[entries[0].code]]
    reads = frozenset(stem for stem, _ in filter(None, names))
    is_even = all(series[each] == count for each in reads)
    return _Family(stem, entries, reads) if reads and is_even else None


def _slot_of(code: str, series: Mapping[str, int]) -> tuple[str, int] | None:
    """Give the stem and the number of a code that is one of a series."""
    found = _SLOT.fullmatch(code)
    return (found[1], int(found[2])) if found is not None and found[1] in series else None


def _write(entry: Entry, number: int, series: Mapping[str, int]) -> tuple[object, ...]:
    """Write all that an entry computes, the number of its own slots left out."""
    own = {f"{stem}_{number}": stem for stem in series}
    clauses = tuple(_write_clause(each, own) for each in clauses_of(entry))
    if isinstance(entry, Rule):
        shape = tuple(type(each) for each in (entry.when, *entry.exceptions))
        return (*clauses, shape, entry.unit, entry.rounding, entry.display)
    return (*clauses, entry.severity if isinstance(entry, Check) else "")


def _write_clause(clause: Clause, names: Mapping[str, str]) -> str:
    content = clause.content
    tree = getattr(content, "tree", None)
    return write_expression(_rename(tree, names)) if tree is not None else str(content)


def _rename(expression: Expression, names: Mapping[str, str]) -> Expression:
    match expression:
        case Name(code=code):
            return replace(expression, code=names.get(code, code))
        case Call(operands=operands):
            return replace(expression, operands=tuple(_rename(each, names) for each in operands))
        case _:
            return expression


def _of_slots(families: Sequence[_Family], fields: Mapping[str, int]) -> list[_Family]:
    """Keep the families that read fields of their number, or rules of such families."""
    known, found = set(fields), list(families)
    while True:
        stems = {each.stem for each in found} | known
        kept = [each for each in found if each.reads <= stems]
        if len(kept) == len(found):
            return kept
        found = kept


def _join(family: _Family, families: Sequence[_Family]) -> set[str]:
    """Name the stems that hang together with a family's: what they read, and what reads them."""
    joined, before = {family.stem, *family.reads}, 0
    while len(joined) > before:
        before = len(joined)
        for each in families:
            if joined & {each.stem, *each.reads}:
                joined |= {each.stem, *each.reads}
    return joined


# -- Who reads slots by their number ---------------------------------------------------------------


def _find_ordered(
    families: Sequence[_Family], subject: Subject, series: Mapping[str, int]
) -> Iterator[str]:
    """Name the stems of which somebody reads some slots and not all, or in an order that counts."""
    own = {entry.code for family in families for entry in family.entries}
    for entry in subject.entries:
        if entry.code in own:
            continue
        slots = [_slot_of(code, series) for code in subject.linked.reads[entry.code]]
        read: dict[str, set[int]] = {}
        for stem, number in filter(None, slots):
            read.setdefault(stem, set()).add(number)
        for stem, numbers in read.items():
            is_whole = len(numbers) == series[stem]
            if not is_whole or not _is_even(entry, series, series[stem], subject):
                yield stem


def _is_even(entry: Entry, series: Mapping[str, int], count: int, subject: Subject) -> bool:
    """Tell whether an entry gives the same in any order of so many slots.

    The exchange of two and the turn of all make up every order.
    """
    numbers = range(1, count + 1)
    stems = [stem for stem, each in series.items() if each == count]
    exchanged = {1: 2, 2: 1}
    turned = {number: number % count + 1 for number in numbers}
    groups = {code: group.members for code, group in subject.rulebook.groups.items()}
    orders = [
        {
            f"{stem}_{number}": f"{stem}_{order.get(number, number)}"
            for stem in stems
            for number in numbers
        }
        for order in (exchanged, turned)
    ]
    return all(
        _sorted(formula.tree, names, groups) == _sorted(formula.tree, {}, groups)
        for formula in formulas_of(entry)
        for names in orders
    )


def _sorted(
    expression: Expression, names: Mapping[str, str], groups: Mapping[str, tuple[str, ...]]
) -> str:
    """Write an expression under other names, what has no order sorted."""
    if isinstance(expression, Name):
        return names.get(expression.code, expression.code)
    if not isinstance(expression, Call):
        return write_expression(expression)
    written = [_sorted(each, names, groups) for each in _flatten(expression, groups)]
    if expression.operation.name in _UNORDERED:
        written.sort()
    return f"{expression.operation.name}{expression.code}({'; '.join(written)})"


def _flatten(call: Call, groups: Mapping[str, tuple[str, ...]]) -> Iterator[Expression]:
    """Yield the operands of a call, those of a sum within a sum, and members, one by one."""
    for each in call.operands:
        if isinstance(each, Name) and each.code in groups:
            yield from (replace(each, code=member) for member in groups[each.code])
        elif isinstance(each, Call) and each.operation is call.operation is ADD:
            yield from _flatten(each, groups)
        else:
            yield each


def _tell(family: _Family, stems: Sequence[str], subject: Subject) -> Problem:
    first, count = family.entries[0], len(family.entries)
    (clause, *_) = first.formulas if isinstance(first, Rule) else clauses_of(first)
    names = {f"{stem}_1": f"{_ROW}.{stem}" for stem in (*stems, family.stem, *family.reads)}
    formula = _write_clause(clause, names)
    details = {
        "rules": ", ".join(quote(each.code) for each in family.entries[:_FEWEST]),
        "fields": ", ".join(quote(f"{stem}_1") for stem in stems),
        "count": str(count),
        "rule": snippet(f"{_ROW}.{family.stem}: {{formula: {formula}}}"),
        "need": tell_language(subject),
    }
    return Problem("slots-as-list", first.mark, details)
