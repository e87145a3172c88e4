"""Keys of tables and the texts that are looked up in them: rows nobody asks for, and none to find.

A table compares letter by letter, so that `Centro` and `centro` are two keys.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations

from ruletrail.analysis.field_domains import listed_texts, read_fragments
from ruletrail.documents import ScalarNode, SequenceNode, items_of, members_of
from ruletrail.fast_dataclasses import replace
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
    same_word,
)


def find_table_keys(subject: Subject) -> Iterator[Problem]:
    """Find texts that are looked up and have no row, and rows whose text nobody looks up.

    Only where all texts are known that an argument may be.
    """
    asked: dict[tuple[str, int], set[str] | None] = {}
    titles: dict[tuple[str, int], dict[str, str]] = {}
    looked_up: list[tuple[Call, int, Clause]] = []
    for entry in subject.entries:
        for clause, formula in formulas_in(entry):
            for call in _calls(formula.parts):
                tables = _tables(subject.linked, call.code)
                turned = _find_turned(call, tables, clause, subject.linked)
                if turned is not None:
                    asked |= dict.fromkeys(((call.code, at) for at in range(_width(tables))), None)
                    yield turned
                    continue
                for at, operand in enumerate(call.operands[: _width(tables)]):
                    texts = _texts(operand, subject.linked)
                    known = asked.setdefault((call.code, at), set())
                    asked[call.code, at] = None if not texts or known is None else known | texts
                    titles.setdefault((call.code, at), {}).update(_titles(operand, subject.linked))
                    if any(table.otherwise is None for table in tables):
                        looked_up.append((call, at, clause))
    for call, at, clause in looked_up:
        keys = _keys(_tables(subject.linked, call.code), at)
        # a row whose key is the title of a choice is that choice's, and told so below
        idle = keys - (asked[call.code, at] or keys)
        meant = {
            *_called(idle, titles[call.code, at]).values(),
            *_misspelt(idle, call, at, subject),
            *(piece for key in idle for piece in _pieces(key)),
            *(asked[call.code, at] or () if any(map(is_for_all, idle)) else ()),
        }
        yield from _lacking(call, at, keys.union(meant), clause, subject)
    yield from _unasked(subject, asked, titles)


def _misspelt(idle: set[str], call: Call, at: int, subject: Subject) -> set[str]:
    """Give the text that the one row nobody asks for was meant for: it is told with that row."""
    texts = _texts(call.operands[at], subject.linked)
    keys = _keys(_tables(subject.linked, call.code), at)
    near = nearest_name(next(iter(idle)), texts) if len(idle) == 1 and texts else ""
    return {near} - keys if near else set()


def _lacking(
    call: Call, at: int, keys: set[str], clause: Clause, subject: Subject
) -> Iterator[Problem]:
    """Tell of the texts that an argument may be, or that it is, and that have no row."""
    operand = call.operands[at]
    if isinstance(operand, Constant):
        if isinstance(operand.value, str) and operand.value not in keys:
            column = _tables(subject.linked, call.code)[0].columns[at]
            near = Nearest(operand.value, KnownNames(keys))
            found = note("table-row-lacking", operand, clause, code=call.code, keys="")
            details = {**found.details, "column": quote(column), "known": _list(keys)}
            yield replace(
                found, details=details, suggestion=near, advice="keys-known", wording="key-of-none"
            )
        return
    lacking = _texts(operand, subject.linked) - keys
    if lacking:
        found = note("table-row-lacking", operand, clause, code=call.code, keys="")
        listed = _list(lacking, _titles(operand, subject.linked))
        yield Problem(found.code, found.mark, {**found.details, "keys": listed})


def _find_turned(
    call: Call, tables: tuple[KeyedTable, ...], clause: Clause, linked: LinkedRulebook
) -> Problem | None:
    """Find two arguments of which each can only be a text of the other's column."""
    texts = [_texts(operand, linked) for operand in call.operands[: _width(tables)]]
    keys = [_keys(tables, at) for at in range(len(texts))]
    for one, other in combinations(range(len(texts)), 2):
        is_turned = texts[one] & keys[other] and texts[other] & keys[one]
        if is_turned and not (texts[one] & keys[one] or texts[other] & keys[other]):
            written = [write_expression(operand) for operand in call.operands]
            written[one], written[other] = written[other], written[one]
            found = note("table-row-lacking", call.operands[one], clause, code=call.code)
            details = {"instead": quote_to_write(f"{call.code}({', '.join(written)})"), "keys": ""}
            column = {"column": quote(tables[0].columns[one])}
            return replace(found, details={**found.details, **details, **column},
                           advice="turned-arguments", wording="turned-keys")  # fmt: skip
    return None


def _unasked(
    subject: Subject,
    asked: Mapping[tuple[str, int], set[str] | None],
    titles: Mapping[tuple[str, int], Mapping[str, str]],
) -> Iterator[Problem]:
    """Tell of the rows of a table for which no argument can ask."""
    for (code, at), texts in asked.items():
        tables = _tables(subject.linked, code)
        idle = sorted(_keys(tables, at) - texts) if texts else []
        if not texts or not idle:
            continue
        name = tables[0].columns[at]
        details = {"code": quote(code), "column": quote(name)}
        # what an author reads on the form is the title; what a report holds is the code
        called = _called(idle, titles.get((code, at), {}))
        if called:
            shown = {"keys": _list(list(called)), "instead": _pair(called)}
            mark = _mark_of_row(subject, code, name, called)
            yield Problem("table-row-unasked", mark, {**details, **shown}, "",
                          "keys-by-code", wording="keys-by-title")  # fmt: skip
        others = [key for key in idle if key not in called]
        if others:
            mark = _mark_of_row(subject, code, name, others)
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


def _texts(operand: Expression, linked: LinkedRulebook) -> set[str]:
    """Return all texts that an argument may be; none where they are not known."""
    if not isinstance(operand, Name):
        return set()
    signature, schema = linked.signatures.get(operand.code), linked.schema
    choices = signature.choices if signature is not None else ()
    if choices or not (operand.code in schema.fields or operand.code in schema.cells):
        return set(choices)
    return set(listed_texts(read_fragments(schema, operand.code)))


def _titles(operand: Expression, linked: LinkedRulebook) -> Mapping[str, str]:
    """Give what the form calls the texts that an argument may be; nothing for those of a rule."""
    is_field = isinstance(operand, Name) and operand.code not in linked.rulebook.entries
    return choices_of(linked, operand.code) if isinstance(operand, Name) and is_field else {}


def _called(keys: Iterable[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Give the choices that keys are the titles of."""
    by_title = {title: text for text, title in titles.items()}
    return {key: by_title[word] for key in keys if (word := same_word(key, by_title))}


def _pair(called: Mapping[str, str]) -> str:
    """Write the code of each choice beside the title that stands in its place."""
    shown = [f"{quote(code)} ({cut(title)})" for title, code in sorted(called.items())]
    return ", ".join(shown[:MOST_LISTED]) + (", …" if len(shown) > MOST_LISTED else "")


def _list(texts: set[str] | list[str], titles: Mapping[str, str] | None = None) -> str:
    """List keys, each with what the form calls it where that says more."""
    shown = [
        f"{quote(text)} ({cut(title)})"
        if (title := (titles or {}).get(text, text)) != text
        else quote(text)
        for text in sorted(texts)
    ]
    more = ", …" if len(shown) > MOST_LISTED else ""
    return ", ".join(shown[:MOST_LISTED]) + more
