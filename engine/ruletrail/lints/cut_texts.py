"""Texts for people that a `#` cuts: what follows it is a comment, and nobody will read it.

`label: Spesa #1` is one; a comment of an author has a space after its sign.
"""

from collections.abc import Iterator

from ruletrail.lints.ignores import read_comments
from ruletrail.problems import Mark, Problem, quote, quote_to_write

_KEYS = frozenset({"label", "title", "note", "message", "it", "en"})
"""Keys whose value is a text for people."""


def find_cut_texts(text: str, file: str) -> Iterator[Problem]:
    """Find plain texts on one line that end before a `#` with a letter or digit touching it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, column, comment, _ in read_comments(text):
        line = lines[number - 1]
        is_glued = line[column : column + 1].isalnum() and not comment.startswith("ruletrail:")
        key, _, value = line[: column - 1].lstrip(" -").partition(":")
        before = value.strip()
        if is_glued and key in _KEYS and before and before[0] not in "\"'{[|>":
            whole = f'"{before} {line[column - 1 :].strip()}"'
            details = {"text": quote(f"#{comment}"), "instead": quote_to_write(whole)}
            yield Problem("text-cut", Mark(file, number, column, line), details)
