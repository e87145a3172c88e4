"""A linked rulebook to bytes and back: its classes, and formulas as their text.

A formula's tree is not stored: Python's own parser makes it again from the text that was checked
when the rulebook was linked, which is faster than reading a stored one.
"""

import json
from datetime import date

from ruletrail.caches.record_codec import Codec, UnknownClassError
from ruletrail.documents import ScalarNode
from ruletrail.formulas import Formula, Signature
from ruletrail.formulas.lookups import (
    Band,
    BandScale,
    DatedLookup,
    Days,
    KeyedTable,
    Stretch,
    TableRow,
)
from ruletrail.formulas.parsing import restore_formula
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark
from ruletrail.rulebooks.entries import (
    Bands,
    Basis,
    Case,
    Check,
    Clause,
    DatedValue,
    DayOf,
    Decision,
    Display,
    Group,
    Identity,
    Message,
    Parameter,
    Property,
    Rounding,
    RowList,
    Rule,
    Rulebook,
    RuleException,
    Scale,
    Section,
    Sentence,
    Source,
    Table,
    Template,
    Version,
    WrittenBand,
)
from ruletrail.schemas import FieldDeclaration, ListDeclaration, Schema
from ruletrail.values import NotApplicable, NotEncoded

_CLASSES = (
    LinkedRulebook,
    Rulebook,
    Schema,
    FieldDeclaration,
    ListDeclaration,
    RowList,
    Identity,
    Signature,
    Mark,
    ScalarNode,
    Basis,
    Clause,
    Formula,
    NotEncoded,
    Rounding,
    Display,
    Template,
    Sentence,
    Source,
    Parameter,
    Group,
    Property,
    Rule,
    RuleException,
    Case,
    Decision,
    Section,
    Check,
    Message,
    Scale,
    Bands,
    WrittenBand,
    BandScale,
    Band,
    Table,
    KeyedTable,
    TableRow,
    NotApplicable,
    date,
    Days,
    DatedValue,
    DayOf,
    Version,
    DatedLookup,
    Stretch,
)


def _table_parts(table: KeyedTable) -> tuple[object, ...]:
    """Take a table without the index of its rows, which is made again."""
    columns, types = table.columns, table.types
    return table.code, columns, types, table.value_type, table.rows, table.otherwise


def _formula_parts(formula: Formula) -> tuple[object, ...]:
    """Take a formula's text, and its origins where they are not simply the offsets themselves."""
    plain = formula.origins == tuple(range(len(formula.text) + 1))
    return (formula.text,) if plain else (formula.text, *formula.origins)


def _formula(text: str, *origins: int) -> Formula:
    return restore_formula(text, origins or tuple(range(len(text) + 1)))


def _mark_parts(mark: Mark) -> tuple[object, ...]:
    """Take a mark without its way down the tree: who evaluates tells of no rulebook's problems."""
    return mark.file, mark.line, mark.column, mark.text, mark.cell, mark.head


_CODEC = Codec(
    _CLASSES,
    {
        Formula: (_formula_parts, _formula),
        Mark: (_mark_parts, Mark),
        KeyedTable: (_table_parts, KeyedTable),
        date: (lambda day: (day.isoformat(),), date.fromisoformat),
    },
)


def encode_linked(linked: LinkedRulebook) -> bytes | None:
    """Write a linked rulebook; None where it has something that no entry can hold."""
    try:
        table = _CODEC.encode(linked)
    except UnknownClassError:
        return None
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def decode_linked(data: bytes) -> LinkedRulebook | None:
    """Read a linked rulebook; None where the bytes are none."""
    try:
        linked = _CODEC.decode(json.loads(data))
    except (
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        SyntaxError,
        RecursionError,
        ArithmeticError,
    ):
        return None
    return linked if isinstance(linked, LinkedRulebook) else None
