"""A tree to YAML that our reader reads back to it: texts in double quotes, numbers plain."""

import json
import re
from collections.abc import Callable, Iterator

from ruletrail.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import make_inert
from ruletrail.values import is_plain_number, read_date

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SHORT = 0x10000
"""Below this a character's escape has four digits."""

Remark = Callable[[tuple[str, ...], Node], str]
"""Return the comment to write after a key, from its path and the node under it; empty for none."""


def write_yaml(node: MappingNode, remark: Remark) -> str:
    """Write a mapping as a YAML document in block style."""
    return "".join(f"{line}\n" for line in _mapping(node, (), remark))


def quote_text(text: str) -> str:
    """Write a text in double quotes, on one line; whatever shows nothing is an escape."""
    written = json.dumps(text, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(char if char.isprintable() else _escape(char) for char in written)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < _SHORT else f"\\U{code:08x}"


def _mapping(node: MappingNode, path: tuple[str, ...], remark: Remark) -> Iterator[str]:
    for key, value in node.values.items():
        here = (*path, key)
        comment = remark(here, value)
        after = f"  # {make_inert(comment)}" if comment else ""
        yield from _member(f"{_key(key)}:", value, here, remark, after)


def _member(
    start: str, value: Node, path: tuple[str, ...], remark: Remark, comment: str
) -> Iterator[str]:
    """Write what follows a key or a dash; nested lines are indented by two."""
    match value:
        case ScalarNode():
            yield f"{start} {_scalar(value)}{comment}"
        case SequenceNode(items=items) if all(isinstance(item, ScalarNode) for item in items):
            texts = ", ".join(_scalar(item) for item in items if isinstance(item, ScalarNode))
            yield f"{start} [{texts}]{comment}"
        case SequenceNode(items=items):
            yield f"{start}{comment}"
            for index, item in enumerate(items):
                lines = list(_nested(item, (*path, str(index)), remark))
                yield f"  - {lines[0]}"
                yield from (f"    {line}" for line in lines[1:])
        case MappingNode(values=values):
            yield f"{start}{comment}" if values else f"{start} {{}}{comment}"
            yield from (f"  {line}" for line in _mapping(value, path, remark))


def _nested(item: Node, path: tuple[str, ...], remark: Remark) -> Iterator[str]:
    if isinstance(item, MappingNode) and item.values:
        yield from _mapping(item, path, remark)
    else:
        yield from (line.removeprefix("- ") for line in _member("-", item, path, remark, ""))


def _key(text: str) -> str:
    is_plain = _PLAIN_KEY.fullmatch(text) and text.lower() not in _RESERVED
    return text if is_plain else quote_text(text)


def _scalar(node: ScalarNode) -> str:
    is_plain = is_plain_number(node.text) or node.text in ("true", "false")
    # quotes would make a text of a day
    is_plain = is_plain or read_date(node.text) is not None
    return node.text if is_plain and node.style != "quoted" else quote_text(node.text)
