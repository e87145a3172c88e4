"""Texts for people that a `#` cuts: what follows it is a comment, and nobody will read it.

`label: Spesa #1` is one, and `label: "Spesa"#1`; a comment of an author has a space before and
after its sign.
"""

from collections.abc import Iterator

from ruletrail.files import split_lines
from ruletrail.lints.ignores import read_comments
from ruletrail.problems import Mark, Problem, quote, quote_to_write

_QUOTES = "\"'"
_KEYS = frozenset({"label", "title", "note", "message", "it", "en"})
"""Keys whose value is a text for people."""


def find_cut_texts(text: str, file: str) -> Iterator[Problem]:
    """Find plain texts on one line that end before a `#` with a letter or digit touching it."""
    lines = split_lines(text)
    for number, column, comment, _ in read_comments(text):
        line = lines[number - 1]
        key, _, value = line[: column - 1].lstrip(" -").partition(":")
        before = value.strip()
        if key not in _KEYS or not before or before[0] in "{[|>":
            continue
        is_quoted = before[0] in _QUOTES
        touches = (
            line[column - 2] == before[0] if is_quoted else line[column : column + 1].isalnum()
        )
        if touches and not comment.startswith("ruletrail:"):
            blank = "" if is_quoted else " "
            whole = f'"{before.strip(_QUOTES)}{blank}{line[column - 1 :].strip()}"'
            details = {"text": quote(f"#{comment}"), "instead": quote_to_write(whole)}
            yield Problem("text-cut", Mark(file, number, column, line), details)
