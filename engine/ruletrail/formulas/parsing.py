"""Parsing a formula to a tree of what the language has, each sub-expression with its span.

Python's own parser reads the grammar; an allow-list says what of it is ours. Nothing here
evaluates.
"""

import ast
import re
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.expressions import Call, Constant, Expression, Name, Span, lists_in
from ruletrail.formulas.lexer import (
    CONSTANTS,
    LONGEST_FORMULA,
    SIGNS,
    Finding,
    Token,
    join_row_codes,
    read_tokens,
)
from ruletrail.formulas.operations import (
    BY_PYTHON,
    CHOICE,
    FUNCTIONS,
    LATEST_LANGUAGE,
    LOOKUP,
    Operation,
    functions_of,
)
from ruletrail.values import Value, read_number

DEEPEST_FORMULA = 30
MOST_NODES = 200

_LEAVES = (ast.Name, ast.Constant, ast.Attribute)
ROWS_SINCE = 2
"""The version of the language that brought lists of rows."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; `parts` are its sub-expressions that are more than a code or a literal.

    They are listed inner first. `python` is the same tree as Python's parser gave it, `nodes` the
    parts in it: only the reference evaluator reads them, so that it does not stand on our own tree.
    """

    text: str
    tree: Expression
    names: tuple[str, ...]
    parts: tuple[Call, ...]
    python: ast.expr
    nodes: tuple[ast.expr, ...]
    origins: tuple[int, ...] = ()
    """For each offset of `text`, the offset in the text as the author wrote it."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The span of each part."""
        return tuple([part.span for part in self.parts])


def parse_formula(
    text: str, language: int = LATEST_LANGUAGE, lookups: Container[str] = ()
) -> tuple[Formula | None, list[Finding]]:
    """Parse one formula; returns it, or what is wrong with it at offsets of the text given.

    `language` is the version of the language that the rulebook is written in, `lookups` are the
    codes of its scales and tables: one may be called as spreadsheets call a function.
    """
    if not text.strip():
        return None, [Finding("formula-empty", 0, "")]
    if len(text) > LONGEST_FORMULA:
        return None, [Finding("formula-too-long", 0, "", expected=str(LONGEST_FORMULA))]
    from ruletrail.formulas.habits import find_habits  # noqa: PLC0415 - not for formulas kept parsed

    tokens = read_tokens(text)
    if language >= ROWS_SINCE:
        tokens = join_row_codes(tokens)
    # habits inside each other are looked at no deeper than formulas may be
    if _deepest_bracket([token.text for token in tokens]) > DEEPEST_FORMULA:
        return None, [Finding("formula-too-deep", 0, "", expected=str(DEEPEST_FORMULA))]
    findings = find_habits(tokens, text, language, lookups)
    if findings:
        return None, findings
    written, original = _write_ascii(text, tokens)
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        offset = getattr(error, "offset", None) or 1
        place = original[min(max(offset - 1, 0), len(original) - 1)]
        called = {each.text for each in tokens if each.text in lookups}
        called |= functions_of(language).keys()
        return None, [_explain_syntax(tokens, text, place, called)]
    findings = [_move(finding, original) for finding in _check_tree(tree, written, language)]
    return (None, findings) if findings else (_build(tree, written, original), [])


def _explain_syntax(tokens: list[Token], text: str, place: int, called: Container[str]) -> Finding:
    from ruletrail.formulas.syntax_findings import explain_syntax  # noqa: PLC0415 - rare

    return explain_syntax(tokens, text, place, called)


_CALLED = r"\b([A-Za-z][A-Za-z0-9_]*)\("


def find_called(text: str) -> frozenset[str]:
    """List what a formula calls: of one that was linked, whatever is no function is a lookup."""
    return frozenset(re.findall(_CALLED, text))


def parse_written(text: str) -> Expression | None:
    """Parse a formula as a trail writes it, in ASCII; None when it is none of ours.

    It was judged when its rulebook was linked, but a trail may come from anywhere: Python's own
    grammar alone would admit `1_000`, `0x10` and other spellings that no rulebook has.
    """
    if text in _RESTORED:
        return _RESTORED[text]
    formula, _ = parse_formula(text, lookups=find_called(text))
    return formula.tree if formula is not None and formula.text == text else None


_RESTORED: dict[str, Expression] = {}
"""What was restored lately, so that who shows the trail of an evaluation judges none again."""
_MOST_RESTORED = 1_000


def restore_formula(text: str, origins: Sequence[int]) -> Formula:
    """Make a formula of the text and origins of one that was checked before."""
    formula = _build(ast.parse(text, mode="eval").body, text, origins)
    if len(_RESTORED) >= _MOST_RESTORED:
        _RESTORED.clear()
    _RESTORED[text] = formula.tree
    return formula


def _deepest_bracket(tokens: list[str]) -> int:
    depth = deepest = 0
    for token in tokens:
        depth += (token in ("(", "[")) - (token in (")", "]"))
        deepest = max(deepest, depth)
    return deepest


def _write_ascii(text: str, tokens: list[Token]) -> tuple[str, Sequence[int]]:
    """Write a formula as `to_ascii` does, with the offset as written of each of its offsets."""
    pieces: list[str] = []
    offsets: list[int] = []
    end = tokens[0].offset
    for token in tokens:
        if token.offset > end:
            pieces.append(" ")
            offsets.append(end)
        piece = SIGNS.get(token.text, token.text)
        pieces.append(piece)
        end = token.offset + len(token.text)
        # a printed sign may become two: both come from the one place
        offsets.extend(
            range(token.offset, end) if piece == token.text else [token.offset] * len(piece)
        )
    return "".join(pieces), [*offsets, len(text)]


def _move(finding: Finding, original: Sequence[int]) -> Finding:
    return replace(finding, offset=original[min(finding.offset, len(original) - 1)])


def _check_tree(tree: ast.expr, text: str, language: int) -> Iterator[Finding]:
    """Walk without recursion, so that depth is a finding and never a crash."""
    waiting, count = [(tree, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > DEEPEST_FORMULA:
            yield Finding("formula-too-deep", 0, "", expected=str(DEEPEST_FORMULA))
            return
        if count > MOST_NODES:
            yield Finding("formula-too-large", 0, "", expected=str(MOST_NODES))
            return
        found = list(_check_node(node, text, language))
        yield from found
        if not any(each.code == "formula-in-list" for each in found):
            waiting.extend((child, depth + 1) for child in operands_of(node))


def _check_node(node: ast.expr, text: str, language: int) -> Iterator[Finding]:
    start, end = span_of(node, text)
    shown = text[start:end]
    match node:
        case ast.Name() | ast.IfExp() | ast.BoolOp():
            return
        case ast.Constant(value=value) if isinstance(value, str | int | float) and not isinstance(
            value, bool
        ):
            return
        case ast.BinOp(op=op) | ast.UnaryOp(op=op) if type(op) in BY_PYTHON:
            return
        case ast.Compare():
            yield from _check_comparison(node, text)
        case ast.Call():
            yield from _check_call(node, start, shown, language)
        case ast.Tuple():
            yield Finding("formula-comma", start, ",")
        case ast.Attribute() if language < ROWS_SINCE or not is_row_code(node, shown):
            yield Finding("formula-attribute", start, shown)
        case ast.Attribute():
            return
        case ast.Subscript():
            yield Finding("formula-subscript", start, shown)
        case _:
            yield Finding("formula-construct", start, shown)


def is_row_code(node: ast.Attribute, written: str) -> bool:
    """Tell `LIST.NAME`, written in one piece, from any other point."""
    return isinstance(node.value, ast.Name) and written == f"{node.value.id}.{node.attr}"


def _check_comparison(node: ast.Compare, text: str) -> Iterator[Finding]:
    start, end = span_of(node, text)
    shown = text[start:end]
    if len(node.ops) > 1:
        apart = _write_apart(node, text)
        yield Finding("formula-chained", start, shown, apart, mended=apart or None)
        return
    if type(node.ops[0]) not in BY_PYTHON:
        yield Finding("formula-construct", start, shown)
        return
    right = node.comparators[0]
    is_list = isinstance(right, ast.List) and bool(right.elts) and all(map(is_item, right.elts))
    if is_list != isinstance(node.ops[0], ast.In | ast.NotIn) or (
        isinstance(right, ast.List) and not is_list
    ):
        yield _list_finding(node, text)


def _write_apart(node: ast.Compare, text: str) -> str:
    """Write two comparisons in a row as two joined by `and`; empty where the middle is no leaf."""
    if len(node.ops) != 2 or not isinstance(node.comparators[0], _LEAVES):  # noqa: PLR2004 - a < b < c
        return ""
    start, end = span_of(node, text)
    from_, to = span_of(node.comparators[0], text)
    return f"{text[start:to]} and {text[from_:end]}"


def _list_finding(node: ast.Compare, text: str) -> Finding:
    start, end = span_of(node, text)
    right = node.comparators[0]
    instead = ""
    is_asked = isinstance(node.ops[0], ast.In | ast.NotIn)
    if is_asked and isinstance(right, ast.List) and right.elts:
        from ruletrail.formulas.list_items import write_compared  # noqa: PLC0415 - rare

        instead, advice = write_compared(node, text, right.elts, is_item)
        return Finding("formula-in-list", start, text[start:end], instead, advice=advice)
    if is_asked and isinstance(right, ast.Tuple | ast.Constant):
        from_, to = span_of(right, text)
        listed = text[from_:to]
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            from ruletrail.formulas.list_items import part_text  # noqa: PLC0415 - rare

            if parts := part_text(listed):
                instead = f"{text[start:from_]}[{parts}]{text[to:end]}"
                return Finding("formula-in-list", start, text[start:end], instead)
        inside = listed[1:-1] if isinstance(right, ast.Tuple) else listed
        instead = f"{text[start:from_]}[{inside.strip().rstrip(',')}]{text[to:end]}"
    if isinstance(node.ops[0], ast.Eq | ast.NotEq) and isinstance(right, ast.List) and right.elts:
        from_, to = span_of(right, text)
        sign = "in" if isinstance(node.ops[0], ast.Eq) else "not in"
        instead = f"{text[start : span_of(node.left, text)[1]]} {sign} {text[from_:to]}"
    return Finding("formula-in-list", start, text[start:end], instead, mended=instead or None)


def is_item(node: ast.expr) -> bool:
    """Tell what may stand in a list: a number, a text, a day or a code."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        node = node.operand
    return isinstance(node, _LEAVES) or _is_written_day(node)


def _as_day(node: ast.Call) -> str:
    """Write `date("2024-05-31")` with the numbers of its day; nothing for any other call.

    Nor for `date("8/9/2025")`, which may be two days.
    """
    only = node.args[0] if len(node.args) == 1 else None
    if not isinstance(only, ast.Constant) or not _is_written_day(node):
        return ""
    from ruletrail.suggestions import day_meant, days_of_either_order  # noqa: PLC0415 - rare
    from ruletrail.values import read_date  # noqa: PLC0415 - as that before

    if days_of_either_order(str(only.value)):
        return ""
    day = read_date(day_meant(str(only.value)))
    return f"date({day.year}, {day.month}, {day.day})" if day is not None else ""


def _is_written_day(node: ast.expr) -> bool:
    """Tell `date(2024, 5, 31)`, which stands for a literal."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    is_date = is_call and node.func.id == "date"  # type: ignore[attr-defined]  # by its class
    return is_date and all(isinstance(each, ast.Constant) for each in node.args)  # type: ignore[attr-defined]  # the same


def _check_call(node: ast.Call, start: int, shown: str, language: int) -> Iterator[Finding]:
    if not isinstance(node.func, ast.Name) or node.keywords:
        instead = _call_of_list(shown) if language >= ROWS_SINCE else ""
        is_product = isinstance(node.func, ast.Attribute | ast.Constant) and not node.keywords
        lacking = "sign-before-bracket" if is_product else ""
        advice = "write-instead" if instead else lacking
        yield Finding("formula-construct", start, shown, instead, advice=advice)
        return
    name = node.func.id
    function = functions_of(language).get(name)
    if function is None and language >= LOOKUP.since and name not in CONSTANTS and node.args:
        return  # a scale or a table, if there is one, which linking knows
    if function is None:
        finding = _unknown_function(name, start, language)
        is_near = bool(finding.instead or finding.advice) or language < LOOKUP.since
        # it may be a scale or table, whose arguments are lacking: which there are is not known here
        yield finding if is_near else replace(finding, advice="call-of-nothing")
        return
    most = function.most if function.most is not None else len(node.args)
    if not function.least <= len(node.args) <= most:
        day = _as_day(node)
        # the signature of `date` has a day of its own
        advice = "day-written" if name == "date" and not day else ""
        yield Finding("wrong-argument-count", start, name, day or function.signature, advice=advice)
    elif function.takes_decimals and len(node.args) > 1 and not _is_decimals(node.args[1]):
        yield Finding("wrong-decimals", start, name)
    elif function.takes_literal and not _is_written_text(node.args[-1]):
        yield Finding("wrong-literal", start, name, function.signature)


def _unknown_function(name: str, start: int, language: int) -> Finding:
    from ruletrail.formulas.foreign_words import unknown_function  # noqa: PLC0415 - rare

    return unknown_function(name, start, language)


def _call_of_list(written: str) -> str:
    from ruletrail.formulas.foreign_words import call_of_list  # noqa: PLC0415 - rare

    return call_of_list(written)


def _is_decimals(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= 10  # noqa: PLR2004


def _is_written_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def operands_of(node: ast.expr) -> list[ast.expr]:
    """List the operands of a node as written; a call's name and a list's brackets are none."""
    match node:
        case ast.Name() | ast.Constant() | ast.Attribute():
            return []
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.BoolOp(values=values):
            return values
        case ast.Call(args=args):
            return args
        case ast.Compare(left=left, comparators=comparators):
            items = (
                comparators[0].elts
                if len(comparators) == 1 and isinstance(comparators[0], ast.List)
                else comparators
            )
            return [left, *items]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return [body, test, orelse]
        case _:
            return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def span_of(node: ast.expr, text: str) -> Span:
    """Give a node's half-open offsets in code points; Python counts bytes."""
    start, end = node.col_offset, node.end_col_offset or 0
    if text.isascii():
        return start, end
    data = text.encode()
    return len(data[:start].decode()), len(data[:end].decode())


def _build(tree: ast.expr, text: str, origins: Sequence[int]) -> Formula:
    builder = _Builder(text)
    built = builder.build(tree)
    names, parts, nodes = tuple(builder.names), tuple(builder.parts), tuple(builder.nodes)
    return Formula(text, built, names, parts, tree, nodes, tuple(origins))


class _Builder:
    """One walk over Python's tree that makes ours, collecting codes in reading order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, None] = {}
        self.parts: list[Call] = []
        self.nodes: list[ast.expr] = []

    def build(self, node: ast.expr) -> Expression:
        """Make the expression of a node; depth is at most 30 by now."""
        span = span_of(node, self.text)
        kind = type(node)
        if kind is ast.Name:
            code = node.id  # type: ignore[attr-defined]  # by its class, which is faster to ask
            if code in CONSTANTS:
                return Constant(code == "true", span)
            self.names[code] = None
            return Name(code, span)
        if kind is ast.Attribute:
            self.names[code := self.text[slice(*span)]] = None
            return Name(code, span)
        if kind is ast.Constant:
            return Constant(self._value(node, span), span)  # type: ignore[arg-type]  # the same
        operation, code = operation_of(node), ""
        if operation is LOOKUP:
            code = lookup_of(node)
            self.names[code] = None
        operands = tuple([self.build(child) for child in operands_of(node)])
        is_open = operation.takes_groups and len(operands) == 1
        over = next(iter(lists_in(operands[0])), "") if is_open else ""
        call = Call(operation, operands, span, len(self.parts), code, over)
        self.parts.append(call)
        self.nodes.append(node)
        return call

    def _value(self, node: ast.Constant, span: Span) -> Value:
        # the exact number is in the text; what Python made of it may be a float
        return node.value if isinstance(node.value, str) else read_literal(self.text[slice(*span)])


@lru_cache(1_000)
def read_literal(text: str) -> Value:
    """Read a number that parsing has admitted, exactly.

    The reference reads each again whenever it evaluates a formula.
    """
    number = read_number(text)
    if number is None:
        raise ValueError(f"parsing admits no number like {text}")
    return number


def operation_of(node: ast.expr) -> Operation:
    """Find the operation that a node of Python's grammar stands for."""
    match node:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op) | ast.BoolOp(op=op) | ast.Compare(ops=[op]):
            return BY_PYTHON[type(op)]
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS.get(name, LOOKUP)
        case ast.IfExp():
            return CHOICE
        case _:
            raise TypeError(f"parsing admits no {type(node).__name__}")


def lookup_of(node: ast.expr) -> str:
    """Return the code that a call of `LOOKUP` calls."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            raise TypeError(f"no call of a code: {type(node).__name__}")
