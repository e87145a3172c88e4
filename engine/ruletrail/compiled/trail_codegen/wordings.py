"""Values of a trail as the bytes of their canonical JSON, from whole numbers and slots; nothing is kept from report to report."""

import unicodedata
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring
from math import gcd

from ruletrail.formats import kind_of
from ruletrail.trails import canonical_json, outcome_word
from ruletrail.values import Fact, to_json

VALUES = (int, str, bool)
"""The classes of values in slots: a number stands there as a whole number."""

_FINITE = 10**18
_FIRST_UNSURE = 2**19
"""A denominator under this either divides 10**18 or has no finite decimal: it has no room for 19 twos or fives."""


def quote_json(text: str) -> str:
    """Write a text as canonical JSON."""
    return encode_basestring(text if text.isascii() else unicodedata.normalize("NFC", text))


def write_fact(value: object) -> bytes:
    """Write a fact that is no number of a slot: a text, a truth or a non-value."""
    kind = value.__class__
    if kind is str:
        return write_text(value)  # type: ignore[arg-type]  # by its class
    if kind is bool:
        return b"true" if value else b"false"
    return canonical_json(to_json(value)).encode()  # type: ignore[arg-type]  # slots hold facts


def write_text(text: str) -> bytes:
    """Write a text as a fact."""
    return b'{"text":%b}' % quote_json(text).encode()


def write_decimal(whole: int, power: int) -> bytes:
    """Write a whole number over a power of ten, without needless zeros."""
    units, rest = divmod(whole, power)
    if rest == 0:
        return b'"%d"' % units
    sign = ""
    if whole < 0:
        sign, (units, rest) = "-", divmod(-whole, power)
    return f'"{sign}{units}.{str(rest + power)[1:].rstrip("0")}"'.encode()


def write_pair(top: int, bottom: int) -> bytes:
    """Write a quotient as a finite decimal where there is one, else as a fraction in lowest terms."""
    shared = gcd(top, bottom)
    top, bottom = top // shared, bottom // shared
    if bottom == 1:
        return b'"%d"' % top
    if _FINITE % bottom == 0:
        return write_decimal(top * (_FINITE // bottom), _FINITE)
    if bottom < _FIRST_UNSURE:
        return b'"%d/%d"' % (top, bottom)
    return _write_large_pair(top, bottom)


def _write_large_pair(top: int, bottom: int) -> bytes:
    left, twos, fives = bottom, 0, 0
    while left % 2 == 0:
        left, twos = left // 2, twos + 1
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    if left != 1:
        return b'"%d/%d"' % (top, bottom)
    power = 10 ** max(twos, fives)
    return write_decimal(top * (power // bottom), power)


def write_codes(codes: Sequence[str]) -> str:
    """Write codes, which are letters, digits and `_`."""
    return '["' + '","'.join(codes) + '"]' if codes else "[]"


def write_outcome(fact: Fact) -> str:
    """Write the outcome of a decision, section, check or message."""
    return quote_json(outcome_word(fact))


def write_kind(fact: Fact) -> str:
    """Write what kind of outcome a rule's fact is."""
    return quote_json(kind_of(fact))


def join_members(members: Iterable[bytes]) -> bytes:
    """Join members of an object or a list; an empty one stands for none."""
    return b",".join([member for member in members if member])
