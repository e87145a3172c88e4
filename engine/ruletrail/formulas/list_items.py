"""What stands in the list after `in` and may not, a calculation or an interval, as comparisons."""

import ast
import re
from collections.abc import Callable, Sequence

from ruletrail.values import read_number

_OF_ITEMS, _AS_COMPARISONS, _INTERVAL = "items-of-list", "items-compared", "interval-in-list"
"""The hints for a list that holds more than values; where it can be written, and is an interval."""
IsItem = Callable[[ast.expr], bool]
"""What tells a number, a text, a day or a code, which may stand in a list."""


def write_compared(
    node: ast.Compare, text: str, items: Sequence[ast.expr], is_item: IsItem
) -> tuple[str, str]:
    """Write `x in [a, b + 1]` as comparisons of `x`, and say which hint goes with them.

    Nothing is written where an item is neither a value nor a calculation, or may be either an
    interval or a difference.
    """
    is_denied = isinstance(node.ops[0], ast.NotIn)
    asked = _written(node.left, text)
    written = [_compare(asked, each, text, is_item, is_denied=is_denied) for each in items]
    if not all(written):
        return "", _OF_ITEMS
    advice = (
        _INTERVAL if any(_is_interval(each, text, is_item) for each in items) else _AS_COMPARISONS
    )
    if len(written) > 1:
        joining = "and" if is_denied else "or"
        written = [f"({each})" if " and " in each or " or " in each else each for each in written]
        written = [f" {joining} ".join(written)]
    is_whole = _written(node, text) == text
    return (written[0] if is_whole or " " not in written[0] else f"({written[0]})"), advice


def _written(node: ast.expr, text: str) -> str:
    return ast.get_source_segment(text, node) or ""


def _is_interval(item: ast.expr, text: str, is_item: IsItem) -> bool:
    """Tell a difference of two literals, which nobody works out in a list."""
    if not isinstance(item, ast.BinOp) or not isinstance(item.op, ast.Sub):
        return False
    low, high = item.left, item.right
    first, last = (read_number(_written(each, text)) for each in (low, high))
    is_turned = first is not None and last is not None and first >= last
    return all(is_item(each) and not _names(each) for each in (low, high)) and not is_turned


def _names(item: ast.expr) -> bool:
    return isinstance(item, ast.Name | ast.Attribute)


def _compare(asked: str, item: ast.expr, text: str, is_item: IsItem, *, is_denied: bool) -> str:
    """Write one item as a comparison; empty where that is in doubt."""
    written = _written(item, text)
    if isinstance(item, ast.BinOp):
        if _is_interval(item, text, is_item):
            low, high = _written(item.left, text), _written(item.right, text)
            if is_denied:
                return f"{asked} < {low} or {high} < {asked}"
            return f"{low} <= {asked} and {asked} <= {high}"
        # `[low - high]` may be an interval too, and `[C/1]` is most likely a text without quotes
        is_open = isinstance(item.op, ast.Sub) and _names(item.left) and _names(item.right)
        if is_open or (_names(item.left) and is_class(written)):
            return ""
    elif not (is_item(item) or isinstance(item, ast.Call | ast.UnaryOp)):
        return ""
    if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not):
        written = f"({written})"
    return f"{asked} {'!=' if is_denied else '=='} {written}"


_LONGEST_OF_CLASS = 4


def is_class(text: str) -> bool:
    """Tell `C/1` and `A-10`, as registers name their classes."""
    parts = text.replace("-", "/").split("/")
    return all(
        len(part) < _LONGEST_OF_CLASS and part.isalnum() and (part.isupper() or part.isdecimal())
        for part in parts
    )


_PARTING = re.compile("[,;|]")


def part_text(written: str) -> str:
    """Write one text in quotes that holds several values as those; empty where it holds one."""
    sign, parts = written[0], [each.strip() for each in _PARTING.split(written[1:-1])]
    is_several = len(parts) > 1 and all(parts)
    return ", ".join(f"{sign}{each}{sign}" for each in parts) if is_several else ""
