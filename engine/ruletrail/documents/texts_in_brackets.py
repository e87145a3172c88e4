"""Texts without quotes in square brackets, which YAML cuts at a comma: `[Da pagare 103,20 euro.]`.

Where digits touch the comma on both sides, one text with a decimal comma was meant and two stand
there. Each of them alone says what nobody wrote.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from ruletrail.documents.nodes import MappingNode, Node, ScalarNode, items_of
from ruletrail.problems import Problem, quote

_WHOLE = r"(?:[^,\]]|,(?=\S))*"
"""A text as it was meant, with commas that touch what follows."""
_OF_NUMBERS = "0123456789."
_DECIMALS = r"[0-9]+"


def find_cut_sentences(listed: Node | None) -> Iterator[Problem]:
    """Find texts of a list that a decimal comma cut in two, each once."""
    told = 0
    for before, after in pairwise(items_of(listed)):
        if not (isinstance(before, ScalarNode) and isinstance(after, ScalarNode)):
            continue
        if "plain" not in (before.style, after.style) or not _touch(before, after):
            continue
        start = before.mark.column
        whole = re.compile(_WHOLE).match(before.mark.text, start - 1)
        if start < told or whole is None:
            continue  # a later piece of the same text
        told = whole.end() + 1
        number = before.text[len(before.text.rstrip(_OF_NUMBERS)) :]
        decimals = re.match(_DECIMALS, after.text)
        parts = (number, decimals[0] if decimals else "")
        details = {"text": quote(",".join(parts)), "instead": _write(before, whole[0])}
        yield Problem("decimal-comma", before.mark, details, "", "write-instead")


def write_as_text(place: Node) -> str:
    """Write in quotes a text with a colon, which stands as a mapping of one key; empty for none.

    In square brackets it may have a decimal comma too, at which it is cut once more.
    """
    if not isinstance(place, MappingNode) or len(place.values) != 1:
        return ""
    line, at = place.mark.text, place.mark.column - 1
    if line[at : at + 1] in ("{", ""):
        return ""
    is_in_brackets = line[:at].rstrip()[-1:] in ("[", ",")
    pattern = re.compile(_WHOLE) if is_in_brackets else re.compile(r".*")
    whole = pattern.match(line, at)
    return _write(place, whole[0].rstrip()) if whole is not None else ""


def _write(place: Node, whole: str) -> str:
    """Put a text in quotes, with its brackets where it stands in them alone."""
    from ruletrail.documents.yaml_lines import in_quotes, in_ticks  # noqa: PLC0415 - rare

    text, line, at = whole.rstrip(), place.mark.text, place.mark.column - 1
    quoted = in_quotes(text)
    is_alone = line[:at].endswith("[") and line[at + len(whole) :].startswith("]")
    return in_ticks(f"[{quoted}]" if is_alone else quoted) if quoted else ""


def _touch(before: ScalarNode, after: ScalarNode) -> bool:
    """Tell whether digits stand on both sides of the comma between two texts of one line."""
    end = before.mark.column - 1 + len(before.text)
    return (
        before.mark.line == after.mark.line
        and before.text[-1:].isdigit()
        and after.text[:1].isdigit()
        and after.mark.column - 1 == end + 1
        and before.mark.text[end : end + 1] == ","
    )
