"""Reports to begin a search with: those that somebody wrote, then some of the forms' bounds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.differences.candidates import Forms, fit
from ruletrail.differences.reach import Pair
from ruletrail.differences.trials import Base, document_of
from ruletrail.examples import Examples
from ruletrail.intake import check_report
from ruletrail.schemas import FieldDeclaration
from ruletrail.schemas.places import always, named
from ruletrail.values import write_number

MOST_WRITTEN = 60
"""Reports of examples that are tried."""
_FAR = Fraction(1000)
_CENT = Fraction(1, 100)
_DAYS = (date(2024, 12, 31), date(2000, 2, 29))


def list_bases(pair: Pair, forms: Forms, examples: Iterable[tuple[int, Examples]]) -> list[Base]:
    """List reports to begin with; `examples` are those of a rulebook, the old one 0, the new 1."""
    found: dict[str, Base] = {}
    for side, listed in examples:
        linked = pair.graphs[side].linked
        for example in listed.examples[:MOST_WRITTEN]:
            report, _ = check_report(example.report, linked)
            if report is not None:
                document = document_of(report)
                found.setdefault(repr(document), Base(example.name, document))
    made = (Base("", each) for each in make_documents(forms))
    return [*found.values(), *made]


def make_documents(forms: Forms) -> Iterator[dict[str, Any]]:
    """Make reports of the forms' bounds: least, greatest, between, mixed ones; and an empty one.

    What a rule computes is not declared.
    """
    subject = _make_subject(forms.pair)
    codes = dict.fromkeys([*forms.typed[1], *forms.typed[0]])
    entries = {code for graph in forms.pair.graphs for code in graph.linked.rulebook.entries}
    known = [each for code in codes if (each := forms.field(code)) is not None]
    shared = [
        each
        for each in known
        if each.code not in entries and all(each.code in typed for typed in forms.typed)
    ]
    for number in range(6):
        values = {each.code: _pick(each, number, at) for at, each in enumerate(shared)}
        yield {**subject, "fields": {**values, **_make_lists(forms, number)}}
    yield {**subject, "fields": {}}


def _make_lists(forms: Forms, number: int) -> dict[str, Any]:
    """Make lists of one row, or of two, of what both forms know."""
    old, new = (graph.linked.schema.lists for graph in forms.pair.graphs)
    found = {}
    for code in (each for each in old if each in new):
        names = old[code].cells.keys() & new[code].cells.keys()
        cells = {name: new[code].cells[name] for name in sorted(names)}
        rows = min(1 + number % 2, old[code].most, new[code].most)
        found[code] = [
            {name: _of_cell(cell, number + row) for name, cell in cells.items()}
            for row in range(rows)
        ]
    return found


def _of_cell(cell: FieldDeclaration, number: int) -> Any:
    match cell.type:
        case "boolean":
            return bool(number % 2)
        case "text":
            return cell.words[number % len(cell.words)] if cell.words else "x"
        case "date":
            admitted = [day for day in _DAYS if cell.admits(day)]
            return admitted[0] if admitted else cell.least or cell.most
        case _:
            return Decimal((1, 40, 1000)[number % 3])


def _make_subject(pair: Pair) -> dict[str, Any]:
    """Make the subject that both forms ask for, of what they admit or show as an example."""
    keys: dict[str, Any] = {}
    for graph in pair.graphs:
        root = graph.linked.schema.content
        here = list(always(named(list(always([root], root)), "subject"), root))
        for key in dict.fromkeys(key for each in here for key in each.get("required", ())):
            said = list(always(named(here, key), root))
            keys[key] = next(_values_of(said))
    return {"subject": keys} if keys else {}


def _values_of(said: list[Mapping[str, Any]]) -> Iterator[Any]:
    for fragment in said:
        yield from ([fragment["const"]] if "const" in fragment else ())
        yield from fragment.get("enum", ())
        yield from fragment.get("examples", ())
    is_truth = any(fragment.get("type") == "boolean" for fragment in said)
    yield True if is_truth else "x"


def _pick(known: TypedField, number: int, at: int) -> Any:
    """Choose a value of a field: all first, all last, all in the middle, then mixed."""
    values = _axis(known)
    if number < 3:  # noqa: PLR2004 - the first three are alike for all fields
        return values[(0, -1, len(values) // 2)[number]]
    return values[(number * 7 + at * (number + 2)) % len(values)]


def _axis(known: TypedField) -> list[Any]:
    match known.kind:
        case "boolean":
            return [False, True]
        case "text":
            return list(known.choices) or ["x"]
        case "date":
            low, high = (int(end or 1) for end in (known.range.low, known.range.high))
            days = [*(day.toordinal() for day in _DAYS), low, high]
            return [date.fromordinal(day) for day in days if low <= day <= high]
        case _:
            return _numbers(known)


def _numbers(known: TypedField) -> list[Decimal]:
    low = known.range.low if known.range.low is not None else -_FAR
    high = known.range.high if known.range.high is not None else max(_FAR, low + _FAR)
    step = known.step or _CENT
    wanted = [low, low + step, (low + high) / 2, high, Fraction(1), Fraction(10), Fraction(100)]
    fitted = {fit(each, step, known) for each in wanted}
    held = sorted(each for each in fitted if known.range.holds(each) and abs(each) < 10**15)
    return [Decimal(write_number(each)) for each in held] or [Decimal(0)]
