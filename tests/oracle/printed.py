"""Sentences that stand on the paper (section 15)."""

import re
from collections.abc import Sequence
from random import Random

from .values import composed

DASHES = "‐‑‒–—−"
QUOTES = "’‘ʼ`´"


def alike(text: str) -> str:
    """Make signs and white space alike (section 15.1)."""
    text = re.sub(f"[{DASHES}]", "-", composed(text))
    return re.sub(r"\s+", " ", re.sub(f"[{QUOTES}]", "'", text)).strip()


def matched(messages: Sequence[str], printed: Sequence[str]) -> dict[str, object]:
    """Take the messages out of the paper (section 15.2)."""
    paper = alike(" ".join(printed))
    gaps: list[tuple[int, int]] = []
    for message in sorted(map(alike, messages), key=lambda text: (-len(text), text)):
        place = _place(message, paper, gaps)
        if place is not None:
            gaps.append(place)
    rest, at = [], 0
    for start, stop in [*sorted(gaps), (len(paper), len(paper))]:
        rest.append(paper[at:start].strip())
        at = stop
    return {"matched": len(gaps), "unmatched": [text for text in rest if text]}


def _place(message: str, paper: str, gaps: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Find where a message first stands whole, outside the gaps."""
    if not message:
        return None
    for start in range(len(paper) - len(message) + 1):
        stop = start + len(message)
        free = all(stop <= gap[0] or gap[1] <= start for gap in gaps)
        if not free or not paper.startswith(message, start):
            continue
        before = "" if any(gap[1] == start for gap in gaps) else paper[:start][-1:]
        after = "" if any(gap[0] == stop for gap in gaps) else paper[stop:][:1]
        around = before + after
        if not re.search(r"\w", around):
            return start, stop
    return None


def on_paper(messages: Sequence[str], rng: Random) -> list[str]:
    """Print some sentences, not quite as they are, among others."""
    chosen = [text for text in messages if rng.random() < 0.8]
    chosen += rng.sample(messages, 1) if messages and rng.random() < 0.3 else []
    chosen += rng.choices(
        ["altro", "x", "- ", "e", "2", "_", "fine.", "SI e NO"], k=rng.randint(0, 3)
    )
    rng.shuffle(chosen)
    blocks = []
    for text in chosen:
        glued = blocks and rng.random() < 0.25
        joined = blocks.pop() + rng.choice(["", "-", ".", "a", " "]) + text if glued else text
        blocks.append(_otherwise(joined, rng))
    return [block for block in blocks if block.strip()]


def _otherwise(text: str, rng: Random) -> str:
    """Write a sentence with other signs and white space of the same meaning."""
    if rng.random() < 0.5:
        return text
    text = re.sub(f"[-{DASHES}]", lambda _: rng.choice("-" + DASHES), text)
    text = re.sub(f"['{QUOTES}]", lambda _: rng.choice("'" + QUOTES), text)
    return re.sub(" ", lambda _: rng.choice([" ", "  ", "\n", "\u00a0"]), text)
