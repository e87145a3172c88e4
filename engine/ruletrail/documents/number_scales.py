"""The thousands, millions or parts in which a text counts: `3,58 (milioni)`, `k€ 3.580`, `8,5 ‰`.

Whoever left such a word out would write a number that is wrong by a thousand, and is admitted.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(r"per ?cento?\b|[^\W\d_]\w*|[€$£%‰‱]", re.IGNORECASE)
_JOINED = re.compile(r"(k|m|mln|mio)(eur|euro|euros|chf|usd|gbp)", re.IGNORECASE)
"""A word for so many, and money, in one: `keuro`, `MEUR`."""
_OF_THOUSANDS = re.compile(
    r"[(;/] {0,3}(?:[€$£]|euro|eur)? ?"
    r"(?:(?:[x×*/]|per|su|every) ?1[., ]?0{3}|/?['’]?0{3})(?![0-9])",
    re.IGNORECASE,
)
"""The same in digits, as titles of tables have it: `(000)`, `(x 1.000)`, `(per 1.000 abitanti)`."""
_POWERS = {
    **dict.fromkeys(("k", "mila", "migliaia", "thousand", "thousands"), 10**3),
    **dict.fromkeys(("mln", "mio", "mn", "milione", "milioni", "million", "millions"), 10**6),
    **dict.fromkeys(("mld", "mrd", "miliardo", "miliardi", "bn", "billion", "billions"), 10**9),
}
_OTHERS = frozenset(
    (
        *("migliaio", "mgl", "migl", "mille", "mil", "mill", "thous", "tsd", "ml"),
        *("bilione", "bilioni", "trilione", "trilioni", "trillion", "trillions"),
        *("centinaio", "centinaia", "hundred", "hundreds", "decina", "decine"),
        *("dozzina", "dozzine", "dozen", "dozens", "centesimo", "centesimi", "cents"),
        *("permille", "permil", "‰", "‱", "bp", "bps"),
    )
)
"""What also says how much a number is, in more than one way or of another unit than it says."""
_LETTERS = frozenset(("m", "mm", "b"))
"""Letters that are such words only where no other stands between them and the number."""
_EURO = frozenset(("€", "eur", "euro", "euros"))
_OTHER_MONEY = frozenset(("$", "£", "chf", "usd", "gbp"))
_PARTICLES = frozenset(("di", "in", "of", "the", "d", "circa", "ca", "about", "approx", "n", "nr"))
_BESIDE = _EURO | _OTHER_MONEY | _PARTICLES
"""Words that leave a number as it is."""


def find_scale(text: str) -> tuple[str, int] | None:
    """Find the number that a text counts in thousands or millions, and how many those are.

    The number is empty where it is in doubt how much it counts; None for a text without such
    a word.
    """
    digits = [at for at, sign in enumerate(text) if sign in "0123456789"]
    if not digits:
        return None
    words = [word for each in _WORD.findall(text) for word in _part(each)]
    scales = [word for word in words if _is_scale(word, words)]
    if not scales:
        return ("", 1) if _OF_THOUSANDS.search(text) else None
    head, number = text[: digits[0]], text[digits[0] : digits[-1] + 1]
    sign = "-" if head.endswith("-") else ""
    is_alone = all(each in "0123456789.,'" for each in number)
    # another minus, or brackets around the number, may make it negative
    is_alone = is_alone and not any(each in head.removesuffix("-") for each in "-(")
    power = _power_of(scales, words)
    is_cut = head.endswith((".", ",")) or text[digits[-1] + 1 :].startswith("-")
    return (sign + number, power) if power and is_alone and not is_cut else ("", 1)


def _part(word: str) -> Sequence[str]:
    joined = _JOINED.fullmatch(word)
    return joined.groups() if joined else (word,)


def _is_scale(word: str, words: Sequence[str]) -> bool:
    if word.lower() not in _LETTERS:
        return word.lower() in _POWERS or word.lower() in _OTHERS
    return next(each for each in words if each.lower() not in _BESIDE) == word


def _power_of(scales: Sequence[str], words: Sequence[str]) -> int:
    """Return how many a number's units are; 0 where that is in doubt.

    An `M` is a million of euro; an `m` may be a thousand of them, or a metre.
    """
    (scale, *more), others = scales, [each.lower() for each in words if each not in scales]
    if more or not _BESIDE.issuperset(others):
        return 0
    is_euro = not _EURO.isdisjoint(others)
    return 10**6 if scale == "M" and is_euro else _POWERS.get(scale.lower(), 0)
