"""Values of a trail as the bytes of their canonical JSON, and the printed code that writes numbers."""

from collections.abc import Sequence

from ruletrail.digests import quote_text
from ruletrail.values import write_ratio, write_scaled

SMALL_DECIMALS = 2
"""Numbers at such a scale are whole mostly, those at a larger one hardly ever."""


def quote_bytes(text: str) -> bytes:
    """Write a text as it is."""
    return quote_text(text).encode()


def write_text(text: str) -> bytes:
    """Write a text as a fact."""
    return b'{"text":%b}' % quote_text(text).encode()


def write_codes(codes: Sequence[str]) -> str:
    """Write codes, which are letters, digits and `_`."""
    return '["' + '","'.join(codes) + '"]' if codes else "[]"


def write_decimal(whole: int, power: int) -> bytes:
    """Write a whole number over a power of ten."""
    return f'"{write_scaled(whole, power)}"'.encode()


def write_pair(top: int, bottom: int) -> bytes:
    """Write a quotient, in lowest terms or not."""
    return f'"{write_ratio(top, bottom)}"'.encode()


def write_number_code(at: str, power: int) -> str:
    """Print the bytes of a whole number over a power of ten; most have no needless zeros."""
    if power == 1:
        return f"WHOLE % {at}"
    decimals = len(str(power)) - 1
    if decimals <= SMALL_DECIMALS:
        return f"WHOLE % ({at} // {power}) if {at} % {power} == 0 else DECIMAL({at}, {power})"
    fine = f"FINE{decimals} % divmod({at}, {power})"
    return f"{fine} if {at} > 0 and {at} % 10 else DECIMAL({at}, {power})"
