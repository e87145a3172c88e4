"""Numbered slots, `x_1, x_2, x_3`: fields and rules that a list of rows would say once.

A list has no order and no number in formulas. So a hint stands only where each rule reads the slots
of its own number, and whoever reads others reads all of them and would give the same in any order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
_Renaming = Callable[[str], str]


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
    told: set[int] = set()
    joined = _join(families)
    silent = {joined[stem] for stem in ordered if stem in joined}
    for family in families:
        own, count = joined[family.stem], len(family.entries)
        # as many slots are most often of the same rows, and one list is made at a time
        if isinstance(family.entries[0], Rule) and own not in silent and count not in told:
            told.add(count)
            yield _tell(family, [stem for stem in fields if joined.get(stem) == own], subject)


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

    def rename(code: str) -> str:
        slot = _slot_of(code, series)
        return slot[0] if slot is not None and slot[1] == number else code

    clauses = tuple(_write_clause(each, rename) for each in clauses_of(entry))
    if isinstance(entry, Rule):
        shape = tuple(type(each) for each in (entry.when, *entry.exceptions))
        return (*clauses, shape, entry.unit, entry.rounding, entry.display)
    return (*clauses, entry.severity if isinstance(entry, Check) else "")


def _write_clause(clause: Clause, rename: _Renaming) -> str:
    content = clause.content
    tree = getattr(content, "tree", None)
    return write_expression(_rename(tree, rename)) if tree is not None else str(content)


def _rename(expression: Expression, rename: _Renaming) -> Expression:
    match expression:
        case Name(code=code):
            return replace(expression, code=rename(code))
        case Call(operands=operands):
            return replace(expression, operands=tuple(_rename(each, rename) for each in operands))
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


def _join(families: Sequence[_Family]) -> dict[str, str]:
    """Give for each stem one that stands for all that hang together with it, by who reads whom."""
    above: dict[str, str] = {}

    def find(stem: str) -> str:
        while above.setdefault(stem, stem) != stem:
            above[stem] = above[above[stem]]
            stem = above[stem]
        return stem

    for family in families:
        for stem in family.reads:
            above[find(stem)] = find(family.stem)
    return {stem: find(stem) for stem in list(above)}


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
        counts = {series[stem] for stem in read}
        are_even = {count: _is_even(entry, series, count, subject) for count in counts}
        for stem, numbers in read.items():
            if len(numbers) < series[stem] or not are_even[series[stem]]:
                yield stem


def _is_even(entry: Entry, series: Mapping[str, int], count: int, subject: Subject) -> bool:
    """Tell whether an entry gives the same in any order of so many slots.

    The exchange of two and the turn of all make up every order.
    """
    groups = {code: group.members for code, group in subject.rulebook.groups.items()}

    def exchange(code: str) -> str:
        return place(code, lambda number: {1: 2, 2: 1}.get(number, number))

    def turn(code: str) -> str:
        return place(code, lambda number: number % count + 1)

    def place(code: str, move: Callable[[int], int]) -> str:
        slot = _slot_of(code, series)
        is_moved = slot is not None and series[slot[0]] == count
        return f"{slot[0]}_{move(slot[1])}" if is_moved and slot is not None else code

    return all(
        _sorted(formula.tree, rename, groups) == _sorted(formula.tree, str, groups)
        for formula in formulas_of(entry)
        for rename in (exchange, turn)
    )


def _sorted(
    expression: Expression, rename: _Renaming, groups: Mapping[str, tuple[str, ...]]
) -> str:
    """Write an expression under other names, what has no order sorted."""
    if isinstance(expression, Name):
        return rename(expression.code)
    if not isinstance(expression, Call):
        return write_expression(expression)
    written = [_sorted(each, rename, groups) for each in _flatten(expression, groups)]
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
    names = {f"{stem}_1": f"{_ROW}.{stem}" for stem in (family.stem, *family.reads)}
    formula = _write_clause(clause, lambda code: names.get(code, code))
    details = {
        "rules": ", ".join(quote(each.code) for each in family.entries[:_FEWEST]),
        "fields": ", ".join(quote(f"{stem}_1") for stem in stems),
        "count": str(count),
        "rule": snippet(f"{_ROW}.{family.stem}: {{formula: {formula}}}"),
        "need": tell_language(subject),
    }
    return Problem("slots-as-list", first.mark, details)
