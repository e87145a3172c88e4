"""Texts that people write in a report, and what is lost of them.

YAML loses a comment, or a line; a font or another encoding a letter, which a sign stands for.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from ruletrail.documents import Cut, Node, ScalarNode, items_of, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote, quote_to_write, term
from ruletrail.schemas import FieldDeclaration, Schema

_LONGEST_SHOWN = 300
"""Characters of a text that a hint shows in quotes."""
_WORD_OF_CODE = r"\w+"
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of writing: on paper 12 may stand there for 21."""
_REPLACEMENT = "\ufffd"
_NO_LETTERS = frozenset({"Cc", "Co", "Cn", "Cs"})
"""Controls, and what is private, unassigned or half a character."""
_MOST_SIGNS = 5


def is_unknown(char: str) -> bool:
    """Tell whether a character stands for a letter that nobody knows."""
    is_blank = char in "\t\n\r\f\v"
    if char == _REPLACEMENT or char in TURNING:
        return True
    return unicodedata.category(char) in _NO_LETTERS and not is_blank


def list_unknown(text: str) -> list[str]:
    """List the signs of a text that stand for letters which nobody knows, each where it stands."""
    if text.isprintable() and _REPLACEMENT not in text:
        return []
    return [char for char in text if is_unknown(char)]


def tell_signs(signs: Sequence[str]) -> dict[str, str]:
    """Name signs by their numbers in Unicode, the most frequent first, and count their places."""
    named = [f"`U+{ord(sign):04X}`" for sign, _ in Counter(signs).most_common()]
    return {
        "signs": ", ".join(named[:_MOST_SIGNS]) + " …" * (len(named) > _MOST_SIGNS),
        "count": str(len(signs)),
        "places": term("in-one-place" if len(signs) == 1 else "in-places"),
    }


def remark_on_signs(text: str, mark: Mark, name: str = "") -> Problem | None:
    """Say of a text that it holds signs which nobody can read; None of any other.

    `name` is what the subject calls it: no label of the form names it then.
    """
    signs = list_unknown(text)
    if not signs:
        return None
    details = {**tell_signs(signs), "name": quote(name)}
    return Problem(
        "text-signs-unknown", mark, details, wording="name-signs-unknown" if name else ""
    )


def find_cut_texts(node: Node, schema: Schema) -> list[Problem]:
    """Find the texts of a report without quotes that end before a `#` that touches a word."""
    return [
        _remark_cut(text, text.cut, label)
        for text, label in _list_texts(node, schema)
        if text.cut is not None
    ]


def list_values(node: Node, schema: Schema) -> Iterator[tuple[Node, FieldDeclaration | None]]:
    """Yield the fields of a report, and the cells of its rows, with what the schema declares."""
    for code, value in members_of(members_of(node).get("fields")).items():
        rows = schema.lists.get(code)
        yield value, schema.fields.get(code)
        for row in items_of(value) if rows is not None else ():
            for name, cell in members_of(row).items():
                yield cell, rows.cells.get(name) if rows is not None else None


def _is_free(declared: FieldDeclaration | None) -> bool:
    """Tell a field for words of one's own: no number, no day, none of a few texts."""
    if declared is None or declared.type != "text":
        return False
    return not declared.words and not declared.format


def label_of(declared: FieldDeclaration | None) -> str:
    """Return what a form calls a field; '' where that is its code."""
    return declared.label if declared is not None and declared.label != declared.code else ""


def _list_texts(node: Node, schema: Schema) -> Iterator[tuple[ScalarNode, str]]:
    """Yield what a report holds in words of its own, with labels: no choices, no numbers."""
    for value, declared in list_values(node, schema):
        if _is_free(declared) and isinstance(value, ScalarNode):
            yield value, label_of(declared)
    own = members_of(node)
    printed = items_of(members_of(own.get("printed")).get("messages"))
    for each in (*members_of(own.get("subject")).values(), *printed):
        if isinstance(each, ScalarNode) and any(map(str.isalpha, each.text)):
            yield each, ""


def _remark_cut(value: ScalarNode, cut: Cut, label: str) -> Problem:
    """Say of a text that ends before a `#` what is lost, and how all of it is written."""
    from ruletrail.documents import in_quotes  # noqa: PLC0415 - rare

    blank = " " if value.style == "plain" else ""
    whole = in_quotes(f"{value.text}{blank}{cut.text}")
    details = {"text": quote(cut.text), "instead": quote_to_write(whole)}
    # what goes over lines, or on and on, nobody copies from a hint
    is_long = bool(cut.mark.head) or bool(value.written) or len(whole) > _LONGEST_SHOWN
    advice = "text-cut-long" if is_long else ""
    return Problem("text-cut", cut.mark, details, "", advice, label=label)


def explain_lines_of_texts(
    problems: Sequence[Problem], node: Node, schema: Schema
) -> Sequence[Problem]:
    """Say of keys that no form has, and stand below a text, that they may be lines of that text.

    Words before a colon are such a key, where a line of a text lost its spaces.
    """
    unknown = {_key_of(each) for each in problems if each.wording == "no-such-code"}
    if not unknown:
        return problems
    above: dict[str, tuple[str, ScalarNode]] = {}
    text: tuple[str, ScalarNode] | None = None
    for code, value in members_of(members_of(node).get("fields")).items():
        declared = schema.fields.get(code)
        if code in unknown and text is not None:
            above[code] = text
        elif declared is not None or code in schema.lists:
            is_text = _is_free(declared)
            text = (code, value) if is_text and isinstance(value, ScalarNode) else None
    return [_as_of_text(each, above) for each in problems]


def _key_of(problem: Problem) -> str:
    return problem.details.get("key", "").strip("`")


def _is_like_code(key: str) -> bool:
    """Tell a key that may be a code which somebody slipped in."""
    is_word = re.fullmatch(_WORD_OF_CODE, key) is not None
    return is_word and not set("0123456789_").isdisjoint(key)


def _as_of_text(problem: Problem, above: dict[str, tuple[str, ScalarNode]]) -> Problem:
    key = _key_of(problem)
    if problem.wording != "no-such-code" or key not in above or _is_like_code(key):
        return problem
    code, text = above[key]
    is_block = text.written[:1] in ("|", ">")
    if not is_block and not (" " in key and " " in text.text and text.style == "plain"):
        return problem
    details = {**problem.details, "code": quote(code), "line": str(text.mark.line)}
    advice = "line-of-block" if is_block else "line-of-text"
    return replace(problem, details=details, suggestion="", advice=advice)
