"""The lists of rows of a report: a table each, a row a row, and below it what gathers the rows."""

from collections.abc import Iterator, Sequence

from ruletrail.rendering.blocks import Block, Item, Items, Paragraph, Table
from ruletrail.rendering.readings import (
    Reading,
    Step,
    fact_of,
    label_of,
    name_row,
    show_in_table,
    show_with_unit,
    title_of,
    written_of,
)
from ruletrail.values import is_non_value

_NOTHING = "–"


def write_lists(reading: Reading) -> Iterator[Block]:
    """Write each list that the report supplies, and the rules that gather its rows."""
    for over in reading.lists:
        rows = written_of(reading, over)
        if rows is not None:
            yield (
                write_rows(reading, over, range(1, len(rows) + 1))
                if rows
                else Paragraph(f"{label_of(reading, over) or over}: {reading.say('rows_count_0')}")
            )
            gathered = tuple(_gathering(reading, over))
            if gathered:
                yield Items(gathered)


def write_rows(reading: Reading, over: str, shown: Sequence[int]) -> Table:
    """Write rows of a list: their fields, and what the rules of each row came to."""
    names = dict.fromkeys([*reading.lists[over]["fields"], *rules_of(reading, over)])
    heads = [name_row(reading, over, row) for row in shown]
    columns = [
        (_name_column(reading, over, name), cells)
        for name in names
        if not _are_called_by(cells := _show_cells(reading, over, name, shown), heads)
    ]
    named = (reading.say("row"), *(title for title, _ in columns))
    rows = zip(heads, *(cells for _, cells in columns), strict=True)
    return Table(label_of(reading, over) or over, named, tuple(rows), headed=True)


def _show_cells(reading: Reading, over: str, name: str, shown: Sequence[int]) -> list[str]:
    return [_show_cell(reading, f"{over}[{row}].{name}") for row in shown]


def _are_called_by(cells: Sequence[str], heads: Sequence[str]) -> bool:
    """Tell whether the rows are called by just these cells, so that a column would repeat them.

    A cell that is called by a name has its text beside it, in brackets.
    """
    names = [head.partition(". ")[2] for head in heads]
    return all(
        cell == name or (name and cell.startswith(f"{name} ("))
        for cell, name in zip(cells, names, strict=True)
    )


def rules_of(reading: Reading, over: str) -> Iterator[str]:
    """Name the rules of a row, in the order in which their author wrote them."""
    for step in reading.of_kind("rows"):
        if step["list"] == over and "condition" not in step:
            yield str(step["id"]).partition("].")[2]


def _name_column(reading: Reading, over: str, name: str) -> str:
    return label_of(reading, f"{over}[*].{name}") or label_of(reading, f"{over}.{name}") or name


def _show_cell(reading: Reading, code: str) -> str:
    if code in reading.steps:
        fact = fact_of(reading.steps[code]["value"])
        # in a table of many the word is enough; the row itself is explained elsewhere
        is_gap = is_non_value(fact)
        word = reading.say(str(reading.steps[code]["outcome"])) if is_gap else ""
        return word or show_with_unit(reading, code, fact)
    written = written_of(reading, code)
    return _NOTHING if written is None else show_in_table(reading, code, written)


def find_rows(reading: Reading, asked: str) -> list[str]:
    """List the rows that somebody means: `LIST[2]`, `LIST[Bruno]`, `2. Bruno`, `Bruno`.

    A number alone is none: it would be that of a row in every list.
    """
    over, is_told, inside = asked.removesuffix("]").partition("[")
    wanted = _fold(inside if is_told else asked)
    found: list[str] = []
    for name in (over,) if is_told else reading.lists:
        count = len(written_of(reading, name) or ()) if name in reading.lists else 0
        for row in range(1, count + 1):
            called = _fold(name_row(reading, name, row))
            names = {called, called.partition(". ")[2]} - {"", str(row)}
            if wanted in names or (is_told and wanted == str(row)):
                found.append(f"{name}[{row}]")
    return found


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _gathering(reading: Reading, over: str) -> Iterator[Item]:
    """Yield the rules that read a list, with their values."""
    for step in reading.of_kind("rule"):
        if "row" not in step and over in step["reads"]:
            yield Item(f"{title_of(reading, step['id'])}: {_value(reading, step)}")


def _value(reading: Reading, step: Step) -> str:
    return show_with_unit(reading, step["id"], fact_of(step["value"]))
