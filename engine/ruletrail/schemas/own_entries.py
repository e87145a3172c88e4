"""An entry that is its formula, value, title or fields alone: how the author's own is written."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ruletrail.documents import Node, ScalarNode, SequenceNode, write_quoted
from ruletrail.documents.document_shapes import CODE
from ruletrail.values import is_plain_number, read_date

_KEYS = {"rules": "formula", "parameters": "value", "checks": "expect", "sources": "title"}
"""The key under which belongs what stands alone in an entry of each part."""
_UNQUOTED = re.compile(r"-?[A-Za-z0-9(][A-Za-z0-9_. +*/<>=()-]*")
"""What needs no quotes in braces."""
_SIGN_OR_WORD = re.compile(r"\w+|[^\w\s]")
_JOINING = frozenset({"and", "or", "not", "if", "else", "in"})
_LONGEST = 120


def write_own_entry(schema: Any, path: Sequence[str | int], place: Node) -> str:
    """Write an entry of a rulebook with what its author wrote in its place; empty where unclear."""
    known = schema.get("properties", {}) if isinstance(schema, dict) else {}
    part = path[0] if len(path) == 2 else ""  # noqa: PLR2004 - the part, and the entry's code
    if isinstance(place, SequenceNode):
        codes = [each.text for each in place.items if isinstance(each, ScalarNode)]
        is_codes = len(codes) == len(place.items) and all(map(CODE.fullmatch, codes))
        is_section = part == "sections" and "fields" in known
        written = f"{{title: …, due: …, fields: [{', '.join(codes)}]}}"
        return written if is_section and codes and is_codes and len(written) <= _LONGEST else ""
    key = _KEYS.get(str(part), "")
    if not isinstance(place, ScalarNode) or key not in known:
        return ""
    text = place.text
    if len(text) > _LONGEST or not text.isprintable() or "`" in text:
        return ""
    if not _may_stand(text, key, place):
        return ""
    is_plain = _UNQUOTED.fullmatch(text) is not None and not text.endswith((" ", "-"))
    return f"{{{key}: {text if is_plain else write_quoted(text)}}}"


def _may_stand(text: str, key: str, place: ScalarNode) -> bool:
    """Tell what may be meant under the key: a written value, a formula, or any title."""
    if key == "value":
        is_value = is_plain_number(text) or text in ("true", "false") or bool(read_date(text))
        return place.style != "quoted" and is_value
    return key == "title" or _is_like_formula(text)


def _is_like_formula(text: str) -> bool:
    """Tell a text with no two words in a row, as a sentence has them."""
    tokens = _SIGN_OR_WORD.findall(text)
    words = [each[:1].isalnum() and each not in _JOINING for each in tokens]
    is_sentence = any(here and after for here, after in pairwise(words))
    return bool(tokens) and not is_sentence
