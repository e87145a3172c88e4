"""How large the answers to rows may be, as far as a rulebook says; chunks are bounded by it.

A text that a rulebook holds once may go out in every row, for every rule that gives it; one of a
report, for every rule that gives it back.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO

from ruletrail.batches.lines import BlockSize, Lines, cut_blocks
from ruletrail.batches.rows import Chunk, Part
from ruletrail.formulas import Call, Constant, Expression, Name, list_of, walk_expression
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.rulebooks import Rule

MOST_OUT = 1 << 26
"""Bytes of a rulebook's own texts that the answers to one chunk may hold, and of its reports'."""
_LEAST_ROW = len("{},")
"""Bytes that a row of a list has at least."""


def bound_by_answers(size: BlockSize, linked: LinkedRulebook) -> BlockSize:
    """Return a size of chunks with no more rows than so many bytes of answers have room for.

    Each rule that gives a text is taken to give the longest that it can: of its own formulas, or
    of what they read; a rule of a list gives it in as many rows as the list may have. Of texts of
    reports a chunk holds fewer bytes where many rules give them back.
    """
    texts = _count_texts(linked)
    alone = texts.pop("", 0)
    of_rows = sum(each * linked.schema.lists[over].most for over, each in texts.items())
    # a chunk holds no more rows of lists than its bytes, however many each report may have
    if sum(texts.values()) * (size.data // _LEAST_ROW) <= MOST_OUT:
        of_rows = 0
    most = MOST_OUT // max(alone + of_rows, 1)
    data = MOST_OUT // max(_count_copies(linked), 1)
    return BlockSize(max(min(size.rows, most), 1), max(min(size.data, data), 1))


def cut_chunks(chunks: Iterator[Chunk], size: BlockSize) -> Iterator[Chunk]:
    """Cut chunks that were read before their size was known; those that fit stay as they are."""
    index = 0
    for chunk in chunks:
        for part in _cut(chunk.rows, size):
            yield Chunk(index, part)
            index += 1


def _cut(part: Part, size: BlockSize) -> Iterator[Part]:
    """Cut a piece by rows, and by the bytes of lines, as they are where a file is read."""
    if isinstance(part, Lines):
        if part.rows <= size.rows and len(part.data) <= size.data:
            yield part
            return
        lines = BytesIO(part.data)
        blocks = cut_blocks(lines, part.begin, size, part.delimiter, part.width)
        yield from (block.rows for block in blocks)
    elif len(part) <= size.rows:
        yield part
    else:
        yield from (part[at : at + size.rows] for at in range(0, len(part), size.rows))


def _count_copies(linked: LinkedRulebook) -> int:
    """Count how often the answers may repeat each byte of the reports' texts.

    Once for each rule that may give one back, whether it reads the field itself or such a rule; one
    of a list that gives what is not of its row, in as many rows as the list may have. Texts that
    are one of a few choices are counted with the rulebook's own.
    """
    groups, copies = linked.rulebook.groups, 0
    fields = linked.schema.fields.keys() | linked.schema.cells.keys()
    given = {
        code: frozenset({list_of(code)})
        for code, signature in linked.signatures.items()
        if signature.type == "text" and not signature.choices and code in fields
    }
    for entry in linked.steps:
        if not isinstance(entry, Rule) or linked.signatures[entry.code].type != "text":
            continue
        names = {name for formula in formulas_of(entry) for name in _list_given(formula.tree)}
        codes = [*names, *(each for name in names & groups.keys() for each in groups[name].members)]
        # steps stand after what they read
        given[entry.code] = frozenset[str]().union(*(given.get(code, ()) for code in codes))
        over = list_of(entry.code)
        if given[entry.code]:
            is_of_form = bool(over) and given[entry.code] != {over}
            copies += linked.schema.lists[over].most if is_of_form else 1
    return copies


def _list_given(expression: Expression) -> Iterator[str]:
    """Yield the codes whose values may be the expression's: not what it compares or counts."""
    if isinstance(expression, Name):
        yield expression.code
    elif isinstance(expression, Call) and expression.operation.gives == "alike":
        for operand in expression.operands:
            yield from _list_given(operand)


def _count_texts(linked: LinkedRulebook) -> dict[str, int]:
    """Count the bytes of the longest texts that the rules can give, by their list, empty for none.

    Those of a list count once, as in one of its rows.
    """
    longest = {code: _longest(each.choices) for code, each in linked.signatures.items()}
    longest |= {code: _longest(texts) for code, texts in _list_kept(linked)}
    groups, found = linked.rulebook.groups, dict[str, int]()
    for entry in linked.steps:
        if not isinstance(entry, Rule) or linked.signatures[entry.code].type != "text":
            continue
        formulas = formulas_of(entry)
        parts = (part for formula in formulas for part in walk_expression(formula.tree))
        own = _longest(each.value for each in parts if isinstance(each, Constant))
        names = {name for formula in formulas for name in formula.names}
        codes = [*names, *(each for name in names & groups.keys() for each in groups[name].members)]
        # steps stand after what they read
        longest[entry.code] = max(own, *(longest.get(code, 0) for code in codes), 0)
        over = list_of(entry.code)
        found[over] = found.get(over, 0) + longest[entry.code]
    return found


def _list_kept(linked: LinkedRulebook) -> Iterator[tuple[str, Iterable[object]]]:
    """List what parameters and tables hold, by their codes."""
    for code, parameter in linked.rulebook.parameters.items():
        yield code, (parameter.value, *(each.value for each in parameter.values))
    for code, table in linked.rulebook.tables.items():
        rows = (row.value for content in table.contents for row in content.rows)
        yield code, (*(content.otherwise for content in table.contents), *rows)


def _longest(values: Iterable[object]) -> int:
    return max((len(each.encode()) for each in values if isinstance(each, str)), default=0)
