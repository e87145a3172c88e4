"""Fields that no due part asks for: what settles a part, what values wait for, what may come."""

from collections.abc import Iterator, Mapping
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.rendering.readings import Step, fact_of
from ruletrail.trails import entry_of
from ruletrail.trails.unasked import list_unasked, order_codes, place_form
from ruletrail.values import Missing

_SETTLED = ("due", "not_due")


@dataclass(frozen=True, slots=True)
class Loose:
    """Empty fields of a section that is not settled; of no section, where that is None.

    `is_decisive` tells those that settle whether the section is due from those that are only to be
    filled in should it become so; `first` is what has to be written before that is known.
    """

    section: Step | None
    codes: tuple[str, ...]
    is_decisive: bool = False
    first: tuple[str, ...] = ()

    @property
    def is_for_later(self) -> bool:
        """Whether nobody is to write them before it is known whether their part is due."""
        return self.section is not None and not self.is_decisive


def list_loose(
    document: Mapping[str, Any], sections: tuple[Step, ...], asked: set[str]
) -> tuple[Loose, ...]:
    """List what is empty besides the fields that due sections ask for, which are `asked`.

    What is to be written now comes first, whatever part has it. Of a part that may become due all
    that is empty is told, whether or not anything waits for it.
    """
    left = set(document["result"]["missing"]).difference(asked, list_unasked(document))
    cells = dict[str, list[str]]()
    for code in sorted(left):
        cells.setdefault(entry_of(code), []).append(code)
    # what something else asks of the fields of a part that is not due is no matter of the part
    open_parts = [step for step in sections if step["outcome"] != "not_due"]
    told = set(asked)
    now = [*_list_decisive(open_parts, left, told, cells)]
    places = place_form(document) if left else {}
    later = [*_list_later(places, open_parts, left, told, cells)]
    rest = order_codes(places, left - told)
    return (*now, *([Loose(None, rest)] if rest else ()), *later)


Cells = Mapping[str, list[str]]
"""What is missing in rows, by the field that the rows have."""


def _list_decisive(
    sections: list[Step], left: set[str], told: set[str], cells: Cells
) -> Iterator[Loose]:
    """Yield what sections wait for that is among their own fields."""
    for step in sections:
        waits = frozenset(_waits_of(step))
        found = [code for code in _asked_fields(step, cells) if code in waits and code in left]
        codes = tuple(code for code in dict.fromkeys(found) if code not in told)
        if codes:
            yield Loose(step, codes, is_decisive=True)
            told.update(codes)


def _list_later(
    places: Mapping[str, int],
    sections: list[Step],
    left: set[str],
    told: set[str],
    cells: Cells,
) -> Iterator[Loose]:
    """Yield what is to be filled in should a section become due."""
    groups: list[tuple[Step, tuple[str, ...]]] = []
    for step in sections:
        empty = () if step["outcome"] in _SETTLED else step["empty"]
        found = (code for code in _asked_fields(step, cells) if code in left)
        codes = tuple(code for code in dict.fromkeys((*empty, *found)) if code not in told)
        if codes:
            groups.append((step, codes))
            told.update(codes)
    waiting = {code for _, codes in groups for code in codes}
    for step, codes in groups:
        yield Loose(step, codes, first=order_codes(places, set(_waits_of(step)) - waiting))


def _waits_of(section: Step) -> tuple[str, ...]:
    fact = fact_of(section["value"])
    return fact.codes if isinstance(fact, Missing) else ()


def _asked_fields(section: Step, cells: Cells) -> Iterator[str]:
    """Yield the fields that a section needs, those of rows with their numbers."""
    optional = frozenset(section["optional"])
    for code in section["fields"]:
        if code in optional:
            continue
        over, _, name = code.partition(".")
        yield code if not name else over
        if name:
            yield from cells.get(code, ())
