"""Scales and tables in a trail: those that a step uses, and which band or row answered a call."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from ruletrail.digests import canonical_json
from ruletrail.formulas import Call, Constant, Derivation, Expression, Name, Part, Skipped, list_of
from ruletrail.formulas.lookups import (
    BandScale,
    DatedLookup,
    KeyedTable,
    Lookup,
    Share,
    TableRow,
    day_of,
)
from ruletrail.formulas.operations import LOOKUP
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.rulebooks import Entry, Scale, Table
from ruletrail.rulebooks.entries import Bands
from ruletrail.rulebooks.entries import Constant as BandConstant
from ruletrail.trails.bases import Json, write_basis
from ruletrail.trails.conclusions import Record, code_in_row, derivations_of
from ruletrail.trails.dated import write_version
from ruletrail.values import Fact, Missing, Value, is_non_value, to_json

MOST_ROWS = 200
"""Rows of a table that a step keeps whole; of a longer one it keeps the row that answered."""

_KEPT_SHARES = 20_000
"""Shares that are kept as they were written: those of twenty of the longest scales."""


def write_lookups(linked: LinkedRulebook, entry: Entry) -> Json:
    """Write the scales and tables that an entry's formulas call, as the step keeps them."""
    rulebook = linked.rulebook
    used = dict.fromkeys(name for formula in formulas_of(entry) for name in formula.names)
    scales = {name: write_scale(rulebook.scales[name]) for name in used if name in rulebook.scales}
    tables = {name: write_table(rulebook.tables[name]) for name in used if name in rulebook.tables}
    return {**({"scales": scales} if scales else {}), **({"tables": tables} if tables else {})}


def write_scale(scale: Scale) -> Json:
    """Write a scale with its bands; a constant of the rulebook stands there by its code."""
    written: Json = {"label": scale.label, "kind": scale.kind, **write_basis(scale.basis)}
    for key, text in (("of", scale.of), ("unit", scale.unit), ("times", scale.times)):
        if text is not None:
            written[key] = text
    if scale.day is not None:
        written["day"] = scale.day.code
    contents = [{"bands": _write_bands(content, scale.kind)} for content in scale.contents]
    if not scale.versions:
        return {**written, **contents[0]}
    pairs = zip(scale.versions, contents, strict=True)
    return {**written, "versions": [write_version(*pair) for pair in pairs]}


def _write_bands(content: Bands, kind: str) -> list[Json]:
    gives = "rate" if kind == "marginal" else "value"
    return [
        {
            "above" if band.is_past else "from": _constant(band.threshold),
            gives: _constant(band.value),
        }
        for band in content.bands
    ]


def _constant(constant: BandConstant) -> Any:
    return {"code": constant} if isinstance(constant, str) else to_json(constant)


def write_table(table: Table) -> Json:
    """Write a table with its rows, if they are few enough, else how many they are."""
    content = table.contents[0]
    columns = zip(content.columns, content.types, strict=True)
    written: Json = {
        "label": table.label,
        "by": [{"name": name, "type": kind} for name, kind in columns],
        "type": content.value_type,
        **({"unit": table.unit} if table.unit is not None else {}),
        **write_basis(table.basis),
    }
    if content.otherwise is not None:
        written["otherwise"] = to_json(content.otherwise)
    if table.day is None:
        return {**written, **_write_rows(content)}
    pairs = zip(table.versions, map(_write_rows, table.contents), strict=True)
    versions = [write_version(*pair) for pair in pairs]
    return {**written, "day": table.day.code, "versions": versions}


def _write_rows(content: KeyedTable) -> Json:
    if len(content.rows) > MOST_ROWS:
        return {"size": len(content.rows)}
    return {"rows": [_row(row) for row in content.rows]}


def _row(row: TableRow) -> Json:
    keys = [[to_json(each) for each in cell] for cell in row.cells]
    return {"keys": keys, "value": to_json(row.value)}


# -- Which band or row answered --------------------------------------------------------------------


def write_answers(
    record: Record, derivation: Derivation, row: int
) -> Mapping[tuple[int, int], Json]:
    """Write which band or row answered each call, by its place and the row that it stands in.

    `row` is that of the step, or 0; in an aggregate a call answers in each row of its list.
    """
    found = {}
    for at, part in enumerate(derivation.formula.parts):
        if part.operation is not LOOKUP:
            continue
        reached = derivation.parts[at]
        for number, each in list(enumerate(reached.rows or (), 1)) or [(row, reached)]:
            if isinstance(each.outcome, Skipped):
                continue
            facts = [_fact(operand, record, derivation, number) for operand in part.operands]
            lookup = record.linked.lookups[part.code]
            facts += [record.facts.get(day, Missing((day,))) for day in day_of(lookup)]
            answer = None
            if not any(is_non_value(fact) for fact in facts):
                answer = write_answer(lookup, cast("list[Value]", facts))
            if answer is not None:
                found[at, number] = answer
    return found


def _fact(operand: Expression, record: Record, derivation: Derivation, row: int) -> Fact:
    match operand:
        case Constant(value=value):
            return value
        case Name(code=code):
            key = code_in_row(code, row) if list_of(code) else code
            return record.facts.get(key, Missing((key,)))
        case Call(part=at):
            # it was evaluated, because the call around it was
            part = derivation.parts[at]
            return cast("Fact", part.outcome if part.rows is None else part.rows[row - 1].outcome)


def write_answer(lookup: Lookup, values: Sequence[Value]) -> Json | None:
    """Write which band or row answers values, counted from 0; None where none does.

    Of what changes with a day, that comes last, also which version is in force.
    """
    if isinstance(lookup, DatedLookup):
        return _answer_on_day(lookup, values)
    if isinstance(lookup, KeyedTable):
        return _row_answer(lookup, values)
    number = cast("Fraction", values[0])
    at = lookup.find(number)
    written: Json = {}
    if at >= 0:
        written = {"band": at, **_bounds(lookup, at)}
    if lookup.kind == "marginal":
        written["shares"] = [_write_share(each) for each in lookup.shares(number)]
    return written or None


@lru_cache(maxsize=_KEPT_SHARES)
def _write_share(share: Share) -> Json:
    """Write what a band takes; of most calls it takes all of itself, or nothing."""
    amounts = (("amount", share.amount), ("rate", share.rate), ("share", share.share))
    return {key: to_json(number) for key, number in amounts}


def count_least_of_answers(record: Record) -> int:
    """Count the bytes that a trail certainly has of what marginal scales answered, band by band.

    A scale may have a thousand bands and be called thousands of times, of which no step repeats
    less: this is told of the record, before any step of it is written.
    """
    least = {code: _least_of_shares(lookup) for code, lookup in record.linked.lookups.items()}
    size = 0
    for conclusion in record.conclusions if any(least.values()) else ():
        for derivation in derivations_of(conclusion):
            for call, part in zip(derivation.formula.parts, derivation.parts, strict=True):
                if call.operation is LOOKUP and least[call.code]:
                    size += least[call.code] * sum(map(_is_answer, part.rows or (part,)))
    return size


def _is_answer(part: Part) -> bool:
    return not isinstance(part.outcome, Skipped) and not is_non_value(part.outcome)


def _least_of_shares(lookup: Lookup) -> int:
    """Count the bytes of the shares of a call: each number has one, a rate what it has."""
    if isinstance(lookup, DatedLookup):
        return min(map(_least_of_shares, lookup.contents), default=0)
    if not isinstance(lookup, BandScale) or lookup.kind != "marginal":
        return 0
    nothing = [_write_share(each) for each in lookup.shares(lookup.bands[0].threshold)]
    return len(canonical_json({"shares": nothing})) - len("{}")


def _answer_on_day(lookup: DatedLookup, values: Sequence[Value]) -> Json | None:
    *keys, day = values
    found = lookup.find(cast("date", day))
    if found is None:
        return None
    in_force = {"in_force": found.version} if lookup.has_versions else {}
    answer = None if found.content is None else write_answer(found.content, keys)
    return {**in_force, **(answer or {})} or None


def _bounds(scale: BandScale, at: int) -> Json:
    """Write where a band begins and, unless it is the last, ends."""
    band = scale.bands[at]
    written = {"above" if band.is_past else "from": to_json(band.threshold)}
    if at + 1 < len(scale.bands):
        after = scale.bands[at + 1]
        written["to" if after.is_past else "below"] = to_json(after.threshold)
    return written


def _row_answer(table: KeyedTable, values: Sequence[Value]) -> Json | None:
    at = table.find(values)
    if at < 0:
        return {"otherwise": True} if table.otherwise is not None else None
    if len(table.rows) <= MOST_ROWS:
        return {"row": at}
    return {"row": at, **_row(table.rows[at])}
