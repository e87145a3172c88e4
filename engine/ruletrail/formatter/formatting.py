"""Put a document in canonical form, and prove on the result that nothing but its form changed."""

from collections.abc import Sequence

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
)
from ruletrail.formatter.comments import attach_comments, find_comments, list_comments
from ruletrail.formatter.orders import Path, kind_of_document, order_of
from ruletrail.formatter.pieces import Collection, cut_document
from ruletrail.formatter.writing import Writer
from ruletrail.problems import Mark, ProblemsError, quote, refusal


def format_document(text: str, file: str) -> str:
    """Return a rulebook, layout or file of examples in canonical form.

    Raises `ProblemsError` when the text cannot be read, is another kind of document, or when its
    form cannot be changed without changing its meaning or losing a comment.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    node = _read(text, file)
    kind = kind_of_document(list(node.values))
    root = cut_document(text, file) if kind else None
    if not isinstance(root, Collection) or root.in_brackets:
        raise refusal("format-kind", node.mark, file=quote(file))
    comments = find_comments(text, root)
    kept = list_comments(comments)
    written = Writer(kind, attach_comments(comments, root)).write(root)
    if not _is_same(node, written, file, kind, kept):
        raise refusal("format-unsafe", Mark(file, 1, 1), file=quote(file))
    return written


def _read(text: str, file: str) -> MappingNode:
    node, problems = read_text(text, file, RULEBOOK_LIMITS)
    if problems:
        raise ProblemsError(problems)
    if not isinstance(node, MappingNode):
        raise refusal("format-kind", Mark(file, 1, 1), file=quote(file))
    return node


def _is_same(node: MappingNode, written: str, file: str, kind: str, kept: Sequence[str]) -> bool:
    """Read the result with our reader; compare values, styles, order that counts, comments."""
    again, problems = read_text(written, file, RULEBOOK_LIMITS)
    if again is None or problems:
        return False
    root = cut_document(written, file)
    return _content(node, kind, ()) == _content(again, kind, ()) and list_comments(
        find_comments(written, root)
    ) == list(kept)


def _content(node: Node, kind: str, path: Path) -> object:
    """Return what a tree means, with the order of keys unless the language sets it."""
    match node:
        case ScalarNode():
            return (node.text, node.style)
        case SequenceNode():
            return [_content(item, kind, (*path, "*")) for item in node.items]
        case MappingNode():
            members = [
                (key, _content(value, kind, (*path, key))) for key, value in node.values.items()
            ]
            return (
                sorted(members, key=lambda member: member[0]) if order_of(kind, path) else members
            )
