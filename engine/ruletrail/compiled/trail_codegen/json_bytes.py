"""Values of a trail as the bytes of their canonical JSON, from whole numbers and slots."""

import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from json.encoder import encode_basestring
from math import gcd

from ruletrail.trails import canonical_json
from ruletrail.values import to_json, write_number

_FINITE = 10**18
SMALL_DECIMALS = 2
"""Numbers at such a scale are whole mostly, those at a larger one hardly ever."""

_FIRST_UNSURE = 2**19
"""A denominator under this divides 10**18 or has no finite decimal: no room for 19 twos or fives."""


def quote_json(text: str) -> str:
    """Write a text as canonical JSON."""
    return encode_basestring(text if text.isascii() else unicodedata.normalize("NFC", text))


def quote_bytes(text: str) -> bytes:
    """Write a text as the bytes of canonical JSON."""
    return quote_json(text).encode()


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
    return b'{"text":%b}' % quote_bytes(text)


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
    return b'"%b"' % write_number(Fraction(top, bottom)).encode()


def write_number_code(at: str, power: int) -> str:
    """Print the bytes of a whole number over a power of ten; most have no needless zeros."""
    if power == 1:
        return f"WHOLE % {at}"
    decimals = len(str(power)) - 1
    if decimals <= SMALL_DECIMALS:
        return f"WHOLE % ({at} // {power}) if {at} % {power} == 0 else DECIMAL({at}, {power})"
    fine = f"FINE{decimals} % divmod({at}, {power})"
    return f"{fine} if {at} > 0 and {at} % 10 else DECIMAL({at}, {power})"


def write_codes(codes: Sequence[str]) -> str:
    """Write codes, which are letters, digits and `_`."""
    return '["' + '","'.join(codes) + '"]' if codes else "[]"
