"""Which sentences of an evaluation stand on the paper too: what `evaluations.match_printed` finds, without a pattern for each."""

from collections.abc import Iterable, Sequence

from ruletrail.trails import PrintedMatch

_DASHES, _APOSTROPHES = "‐‑‒–—−", "’‘ʼ`´"


def match_texts(printed: Sequence[str], texts: Iterable[str]) -> PrintedMatch:
    """Take every text, normalised already, out of the printed ones; longer texts first, whole words only."""
    if not printed:
        return PrintedMatch(0, ())
    rest, matched = normalise(" ".join(printed)), 0
    for _, text in sorted([(-len(text), text) for text in texts]):
        at = rest.find(text) if text else -1
        while at >= 0 and (
            _is_word(rest[at - 1 : at]) or _is_word(rest[at + len(text) : at + len(text) + 1])
        ):
            at = rest.find(text, at + 1)
        if at >= 0:
            rest, matched = f"{rest[:at]}\n{rest[at + len(text) :]}", matched + 1
    return PrintedMatch(
        matched, tuple([piece for piece in map(str.strip, rest.split("\n")) if piece])
    )


def normalise(text: str) -> str:
    """Write white space, hyphens and apostrophes in one way, as `evaluations.normalise` does."""
    written = alike(text)
    # of white space, printable text has blanks alone
    return (
        written.strip()
        if written.isprintable() and "  " not in written
        else " ".join(written.split())
    )


def alike(text: str) -> str:
    """Write hyphens and apostrophes in one way."""
    for sign in _DASHES:
        text = text.replace(sign, "-")
    for sign in _APOSTROPHES:
        text = text.replace(sign, "'")
    return text


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
