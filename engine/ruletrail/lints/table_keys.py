"""Keys of tables and the texts that are looked up in them: rows nobody asks for, and none to find.

A table compares letter by letter, so that `Centro` and `centro` are two keys.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from heapq import nsmallest
from itertools import combinations

from ruletrail.analysis.field_domains import listed_texts, read_fragments
from ruletrail.documents import ScalarNode, SequenceNode, items_of, members_of
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Call, Constant, Expression, Name, write_expression
from ruletrail.formulas.lookups import DatedLookup, KeyedTable
from ruletrail.formulas.operations import LOOKUP
from ruletrail.linking import LinkedRulebook, choices_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Mark, Problem, cut, quote, quote_to_write
from ruletrail.rulebooks import Clause
from ruletrail.schemas.sketches import write_flow
from ruletrail.suggestions import (
    FOR_ANY,
    FOR_THE_REST,
    MOST_LISTED,
    KnownNames,
    Nearest,
    is_for_all,
    nearest_name,
    same_words,
)

_Column = tuple[str, int]
"""A table and the place of one of its columns."""


class _Known:
    """What is known of columns and of arguments, each worked out once: calls of both are many."""

    def __init__(self, subject: Subject) -> None:
        """Know nothing yet."""
        self.linked = subject.linked
        self._keys: dict[_Column, set[str]] = {}
        self._texts: dict[str, frozenset[str]] = {}
        self._turned: dict[tuple[str, ...], tuple[int, int] | None] = {}

    def keys(self, column: _Column) -> set[str]:
        """Give the texts of a column."""
        if column not in self._keys:
            code, at = column
            self._keys[column] = _keys(_tables(self.linked, code), at)
        return self._keys[column]

    def texts(self, operand: Expression) -> frozenset[str]:
        """Give all texts that an argument may be; none where they are not known."""
        if not isinstance(operand, Name):
            return frozenset()
        if operand.code not in self._texts:
            self._texts[operand.code] = _texts(operand.code, self.linked)
        return self._texts[operand.code]

    def turned(self, call: Call, width: int) -> tuple[int, int] | None:
        """Find two arguments of which each can only be a text of the other's column."""
        operands = call.operands[:width]
        asked = call.code, *(each.code if isinstance(each, Name) else "" for each in operands)
        if asked not in self._turned:
            texts = [self.texts(each) for each in operands]
            keys = [self.keys((call.code, at)) for at in range(len(texts))]
            self._turned[asked] = next(
                (
                    (one, other)
                    for one, other in combinations(range(len(texts)), 2)
                    if not (texts[one].isdisjoint(keys[other])
                            or texts[other].isdisjoint(keys[one]))
                    and texts[one].isdisjoint(keys[one])
                    and texts[other].isdisjoint(keys[other])
                ),
                None,
            )  # fmt: skip
        return self._turned[asked]


@dataclass(slots=True)
class _Asked:
    """What the arguments in one column may be, of all calls together."""

    texts: set[str] | None = field(default_factory=set)
    """None where some argument may be any text."""
    titles: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    """The fields and entries that were looked at."""

    def add(self, operand: Expression, known: _Known) -> None:
        """Take an argument in."""
        code = operand.code if isinstance(operand, Name) else ""
        if code in self.codes:
            return
        self.codes.add(code)
        texts = known.texts(operand)
        if not texts:
            self.texts = None
        elif self.texts is not None:
            self.texts |= texts
        self.titles.update(_titles(operand, known.linked))


def find_table_keys(subject: Subject) -> Iterator[Problem]:
    """Find texts that are looked up and have no row, and rows whose text nobody looks up.

    Only where all texts are known that an argument may be.
    """
    known = _Known(subject)
    asked: dict[_Column, _Asked] = {}
    looked_up: list[tuple[Call, int, Clause]] = []
    for entry in subject.entries:
        for clause, formula in formulas_in(entry):
            for call in _calls(formula.parts):
                tables = _tables(subject.linked, call.code)
                turned = known.turned(call, _width(tables))
                if turned is not None:
                    for at in range(_width(tables)):
                        asked.setdefault((call.code, at), _Asked()).texts = None
                    yield _tell_turned(call, turned, tables, clause)
                    continue
                for at, operand in enumerate(call.operands[: _width(tables)]):
                    asked.setdefault((call.code, at), _Asked()).add(operand, known)
                    if any(table.otherwise is None for table in tables):
                        looked_up.append((call, at, clause))
    admitted: dict[_Column, _Admitted] = {}
    for call, at, clause in looked_up:
        column = call.code, at
        if column not in admitted:
            admitted[column] = _Admitted(known.keys(column), asked[column])
        yield from _lacking(call, at, admitted[column], known, clause)
    yield from _unasked(subject, asked)


class _Admitted:
    """The keys of a column, and the texts that are told of with a row that nobody asks for."""

    def __init__(self, keys: set[str], asked: _Asked) -> None:
        """Look at the rows that nobody asks for, once for all calls."""
        self.keys = keys
        self.idle = keys - (asked.texts or keys)
        # a row whose key is the title of a choice is that choice's, and told so below
        meant = {
            *_called(self.idle, asked.titles).values(),
            *(piece for key in self.idle for piece in _pieces(key)),
            *(asked.texts or () if any(map(is_for_all, self.idle)) else ()),
        }
        self.all = keys | meant
        self.names = KnownNames(self.all)
        self._lacking: dict[str, str] = {}

    @cached_property
    def listed(self) -> str:
        """List them, for who asks for one that is not there."""
        return _list(self.all)

    def lacking(self, operand: Expression, known: _Known) -> str:
        """List the texts that an argument may be and that have no row; empty where all do."""
        code = operand.code if isinstance(operand, Name) else ""
        if code not in self._lacking:
            texts = known.texts(operand)
            lacking = texts - self.all - self._misspelt(texts)
            self._lacking[code] = _list(lacking, _titles(operand, known.linked))
        return self._lacking[code]

    def _misspelt(self, texts: frozenset[str]) -> set[str]:
        """Give the text that the one row nobody asks for was meant for: told with that row."""
        is_one = len(self.idle) == 1 and texts
        near = nearest_name(next(iter(self.idle)), texts) if is_one else ""
        return {near} - self.keys if near else set()


def _lacking(
    call: Call, at: int, admitted: _Admitted, known: _Known, clause: Clause
) -> Iterator[Problem]:
    """Tell of the texts that an argument may be, or that it is, and that have no row."""
    operand = call.operands[at]
    if isinstance(operand, Constant):
        if isinstance(operand.value, str) and operand.value not in admitted.all:
            column = _tables(known.linked, call.code)[0].columns[at]
            near = Nearest(operand.value, admitted.names)
            found = note("table-row-lacking", operand, clause, code=call.code, keys="")
            details = {**found.details, "column": quote(column), "known": admitted.listed}
            yield replace(
                found, details=details, suggestion=near, advice="keys-known", wording="key-of-none"
            )
        return
    listed = admitted.lacking(operand, known)
    if listed:
        found = note("table-row-lacking", operand, clause, code=call.code, keys="")
        yield Problem(found.code, found.mark, {**found.details, "keys": listed})


def _tell_turned(
    call: Call, turned: tuple[int, int], tables: tuple[KeyedTable, ...], clause: Clause
) -> Problem:
    """Tell of two arguments of which each stands in the other's column."""
    one, other = turned
    written = [write_expression(operand) for operand in call.operands]
    written[one], written[other] = written[other], written[one]
    found = note("table-row-lacking", call.operands[one], clause, code=call.code)
    details = {"instead": quote_to_write(f"{call.code}({', '.join(written)})"), "keys": ""}
    column = {"column": quote(tables[0].columns[one])}
    return replace(found, details={**found.details, **details, **column},
                   advice="turned-arguments", wording="turned-keys")  # fmt: skip


def _unasked(subject: Subject, asked: Mapping[_Column, _Asked]) -> Iterator[Problem]:
    """Tell of the rows of a table for which no argument can ask."""
    for (code, at), each in asked.items():
        texts = each.texts
        tables = _tables(subject.linked, code)
        idle = sorted(_keys(tables, at) - texts) if texts else []
        if not texts or not idle:
            continue
        name = tables[0].columns[at]
        details = {"code": quote(code), "column": quote(name)}
        # what an author reads on the form is the title; what a report holds is the code
        called = _called(idle, each.titles)
        if called:
            shown = {"keys": _list(list(called)), "instead": _pair(called)}
            mark = _mark_of_row(subject, code, name, called)
            yield Problem("table-row-unasked", mark, {**details, **shown}, "",
                          "keys-by-code", wording="keys-by-title")  # fmt: skip
        others = [key for key in idle if key not in called]
        if others:
            mark = _mark_of_row(subject, code, name, frozenset(others))
            rest = _as_otherwise(others[0], tables, at, texts)
            told = _tell_unasked(others, texts, mark, details) if rest is None else rest
            yield replace(told, mark=mark, details={**told.details, **details})


_SEVERAL = re.compile(r"[\s,;/|+-]+(?:(?:e|ed|o|and|or)\s+)?")
"""What stands between several keys that are written as one text."""
_MOST_WRITTEN = 12
"""Keys of a list that somebody is told to write: for more there is `otherwise`."""


def _pieces(key: str) -> list[str]:
    return [piece for piece in _SEVERAL.split(key.strip()) if piece]


def _as_otherwise(
    key: str, tables: tuple[KeyedTable, ...], at: int, texts: set[str]
) -> Problem | None:
    """Tell a row that is meant for all keys, or for those that have none: `otherwise` says that.

    In a table of several columns it says so of no column alone: there the keys are listed.
    """
    rows = [(row, table) for table in tables for row in table.rows if key in row.cells[at]]
    if not rows or not is_for_all(key) or any(each.otherwise is not None for each in tables):
        return None
    (row, table), details = rows[0], {"keys": quote(key), "known": _list(texts)}
    if len(table.columns) == 1 and len(row.cells[0]) == 1:
        value = f"otherwise: {write_expression(Constant(row.value, (0, 0)))}"
        shown = {**details, "instead": quote_to_write(value)}
        return Problem("table-row-unasked", Mark(""), shown, "", "star-in-rows",
                       wording="no-such-key")  # fmt: skip
    left = sorted(texts - _keys(tables, at))
    if key.casefold() in FOR_THE_REST and left and len(left) <= _MOST_WRITTEN:
        shown = {**details, "instead": quote_to_write(write_flow(left))}
        return Problem("table-row-unasked", Mark(""), shown, "", "keys-as-list",
                       wording="no-such-key")  # fmt: skip
    return None


def _tell_unasked(
    keys: list[str], texts: set[str], mark: Mark, details: Mapping[str, str]
) -> Problem:
    """Tell of keys that nobody can ask for: several in one text, all of them, or another text."""
    details = {**details, "keys": _list(keys), "known": _list(texts)}
    pieces = _pieces(keys[0])
    advice, meant = "", list[str]()
    if len(pieces) > 1 and texts >= set(pieces):
        advice, meant = "keys-as-list", pieces
    elif keys[0].casefold() in FOR_ANY and len(texts) <= _MOST_WRITTEN:
        advice, meant = "keys-of-all", sorted(texts)
    if advice:
        listed = {**details, "instead": quote_to_write(write_flow(meant))}
        return Problem("table-row-unasked", mark, listed, "", advice, wording="no-such-key")
    folded = {"".join(text.casefold().split()) for text in texts}
    is_spelt = "".join(keys[0].casefold().split()) in folded
    near = Nearest(keys[0], KnownNames(texts))
    wording = "" if is_spelt else "no-such-key"
    return Problem("table-row-unasked", mark, details, near, "keys-of-form", wording=wording)


def _mark_of_row(subject: Subject, code: str, column: str, keys: Collection[str]) -> Mark:
    """Find where the first row with one of the keys is written; the table, if a file holds it."""
    entry = members_of(members_of(subject.resolved.get("tables")).get(code))
    versions = [members_of(each) for each in items_of(entry.get("versions"))]
    for row in (row for each in (entry, *versions) for row in items_of(each.get("rows"))):
        cell = members_of(row).get(column)
        cells = items_of(cell) if isinstance(cell, SequenceNode) else (cell,)
        for each in cells:
            if isinstance(each, ScalarNode) and each.text in keys:
                return each.mark
    return subject.rulebook.lookups[code].mark


def _calls(parts: tuple[Expression, ...]) -> Iterator[Call]:
    return (part for part in parts if isinstance(part, Call) and part.operation is LOOKUP)


def _tables(linked: LinkedRulebook, code: str) -> tuple[KeyedTable, ...]:
    """List a table, or what it is on all days; nothing for a scale."""
    found = linked.lookups.get(code)
    contents = found.contents if isinstance(found, DatedLookup) else (found,)
    return tuple(each for each in contents if isinstance(each, KeyedTable))


def _width(tables: tuple[KeyedTable, ...]) -> int:
    return len(tables[0].columns) if tables else 0


def _keys(tables: tuple[KeyedTable, ...], at: int) -> set[str]:
    """Gather the texts of a column."""
    cells = (cell for table in tables for row in table.rows for cell in row.cells[at])
    return {cell for cell in cells if isinstance(cell, str)}


def _texts(code: str, linked: LinkedRulebook) -> frozenset[str]:
    """Return all texts that a field or an entry may be; none where they are not known."""
    signature, schema = linked.signatures.get(code), linked.schema
    choices = signature.choices if signature is not None else ()
    if choices or not (code in schema.fields or code in schema.cells):
        return frozenset(choices)
    return frozenset(listed_texts(read_fragments(schema, code)))


def _titles(operand: Expression, linked: LinkedRulebook) -> Mapping[str, str]:
    """Give what the form calls the texts that an argument may be; nothing for those of a rule."""
    is_field = isinstance(operand, Name) and operand.code not in linked.rulebook.entries
    return choices_of(linked, operand.code) if isinstance(operand, Name) and is_field else {}


def _called(keys: Iterable[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Give the choices that keys are the titles of."""
    by_title = {title: text for text, title in titles.items()}
    return {key: by_title[title] for key, title in same_words(keys, by_title).items()}


def _pair(called: Mapping[str, str]) -> str:
    """Write the code of each choice beside the title that stands in its place."""
    shown = [f"{quote(code)} ({cut(title)})" for title, code in sorted(called.items())]
    return ", ".join(shown[:MOST_LISTED]) + (", …" if len(shown) > MOST_LISTED else "")


def _list(texts: Collection[str], titles: Mapping[str, str] | None = None) -> str:
    """List keys, each with what the form calls it where that says more."""
    shown = [
        f"{quote(text)} ({cut(title)})"
        if (title := (titles or {}).get(text, text)) != text
        else quote(text)
        for text in nsmallest(MOST_LISTED, texts)
    ]
    return ", ".join(shown) + (", …" if len(texts) > MOST_LISTED else "")
