"""A layout's document to a `Layout`, and a layout checked against the schema of its reports.

The document has passed its own JSON Schema; what that cannot say is found here: the elements of a
form, then every name known and nothing said twice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
    place_of,
    text_of,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import list_of
from ruletrail.layouts.lines import to_words
from ruletrail.layouts.model import (
    Anchor,
    Heading,
    Layout,
    NumberStyle,
    Row,
    Slot,
    Subject,
    Variant,
)
from ruletrail.linking.names import is_code
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.suggestions import KnownNames, Nearest, code_like

ELEMENTS = ("subject", "heading", "row", "free_text", "sentences", "ignore")
_PLACEHOLDER = "{row}"


def build_layout(node: Node) -> tuple[Layout | None, list[Problem]]:
    """Build a layout from a document that its schema accepts; None when anything in it is wrong."""
    if not isinstance(node, MappingNode):
        return None, [Problem("layout-element", node.mark, {"known": _listed(ELEMENTS)})]
    builder = _Builder(node)
    layout = builder.build()
    return (None if builder.problems else layout), builder.problems


class _Builder:
    """Walk over the elements of a form, from top to bottom."""

    def __init__(self, node: MappingNode) -> None:
        self.node = node
        self.problems: list[Problem] = []
        self.kinds = members_of(node.get("kinds"))
        self.known_kinds = KnownNames(self.kinds)
        self.rows: list[Row] = []
        self.headings: list[Heading] = []
        self.anchors: list[Anchor] = []
        self.subjects: list[Subject] = []

    def build(self) -> Layout:
        rulebook = self.node.get("rulebook")
        elements = [
            item for item in items_of(self.node.get("form")) if isinstance(item, MappingNode)
        ]
        named = [self._name(element) for element in elements]
        for element, name, following in zip(elements, named, [*named[1:], ""], strict=True):
            self._add(element, name, following)
        return Layout(
            rulebook=text_of(rulebook),
            mark=self.node.mark if rulebook is None else rulebook.mark,
            numbers=self._style(self.node.get("numbers")) or NumberStyle(),
            rows=tuple(self.rows),
            headings=tuple(self.headings),
            anchors=tuple(self.anchors),
            subjects=tuple(self.subjects),
            lookalikes=tuple(_texts(self.node.get("lookalikes"))),
            booleans=dict(self._booleans()),
            dates=text_of(self.node.get("dates")),
        )

    def _name(self, element: MappingNode) -> str:
        """Tell which kind of element it is; it must be exactly one."""
        names = [name for name in ELEMENTS if name in element.values]
        if len(names) != 1:
            mark = element.keys[names[1]].mark if names else element.mark
            self.problems.append(Problem("layout-element", mark, {"known": _listed(ELEMENTS)}))
            return ""
        return names[0]

    def _note(self, code: str, mark: Mark, suggestion: str | Nearest = "", **details: str) -> None:
        quoted = {name: quote(text) for name, text in details.items()}
        self.problems.append(Problem(code, mark, quoted, suggestion))

    def _add(self, element: MappingNode, name: str, following: str) -> None:
        match name:
            case "subject":
                self._subject(element)
            case "heading":
                name, before = text_of(element.get("id")), following == "sentences"
                for words in self._printed(element, "heading"):
                    self.headings.append(Heading(words, len(self.rows), name, before))
            case "row" | "free_text":
                self._row(element, name, following)
            case "ignore":
                for key, is_proper in (("from", True), ("also", False)):
                    self.anchors += [Anchor(it, is_proper) for it in self._printed(element, key)]
            case _:
                pass

    def _printed(self, element: MappingNode, key: str) -> Iterator[tuple[str, ...]]:
        for text in _scalars(element.get(key)):
            words = to_words(text.text)
            if words:
                yield words
            else:
                self._note("layout-without-words", text.mark)

    def _subject(self, element: MappingNode) -> None:
        node = element.values["subject"]
        texts, names = _split_slots(text_of(node))
        named = names and all(name.isidentifier() for name in names)
        if named and texts[0].strip() and all(texts[1:-1]):
            marks = tuple(_mark_slots(node, texts, names))
            self.subjects.append(Subject(tuple(texts), tuple(names), marks))
        else:
            self._note("layout-subject", node.mark, text=text_of(node))

    def _row(self, element: MappingNode, name: str, following: str) -> None:
        code, kind = element.values[name], self._kind(element)
        label, under = next(self._printed(element, "label"), ()), kind.get("under")
        cells: tuple[Slot | None, ...] = (Slot(text_of(code), code.mark),)
        if name == "row":
            cells = self._cells(kind, code, is_shared="cells" not in element.values)
        codes = tuple(cell.code for cell in cells if cell is not None)
        if not label:
            if element.get("label") is None:
                self._note("missing-key", element.mark, key="label")
            return
        row = Row(
            label=label,
            cells=cells,
            variants=tuple(self._variants(kind, text_of(code))) or (Variant(codes),),
            order=len(self.rows),
            mark=element.values["label"].mark,
            after=to_words(text_of(element.get("after"))),
            under=text_of(under),
            under_mark=under.mark if under is not None else None,
            numbers=self._style(kind.get("numbers")),
            free=name == "free_text",
            before_sentences=following == "sentences",
            before_heading=following == "heading",
        )
        self.rows.append(row)

    def _kind(self, element: MappingNode) -> Mapping[str, Node]:
        """Merge the row with the kind it names; what the row says itself wins."""
        named = element.get("kind")
        if named is None:
            return element.values
        name = text_of(named)
        found = self.kinds.get(name)
        if not isinstance(found, MappingNode):
            near = Nearest(name, self.known_kinds)
            self._note("layout-unknown-kind", named.mark, near, name=name)
            return element.values
        return {**found.values, **element.values}

    def _cells(
        self, kind: Mapping[str, Node], code: Node, *, is_shared: bool
    ) -> tuple[Slot | None, ...]:
        """Build the cells; what a shared cell makes of the row's code is marked at that code."""
        cells: list[Slot | None] = []
        for cell in items_of(kind.get("cells")):
            named = cell.values["field"] if isinstance(cell, MappingNode) else cell
            mark = code.mark if is_shared and _PLACEHOLDER in text_of(named) else named.mark
            text = _fill(text_of(named), text_of(code))
            if isinstance(cell, MappingNode):
                around = (to_words(text_of(cell.get(key))) for key in ("before", "after"))
                cells.append(Slot(text, mark, *around))
            else:
                cells.append(Slot(text, mark) if text else None)
        return tuple(cells) or (Slot(text_of(code), code.mark),)

    def _variants(self, kind: Mapping[str, Node], code: str) -> Iterator[Variant]:
        for variant in items_of(kind.get("inline")):
            if isinstance(variant, MappingNode):
                written = [
                    [(_fill(one.text, code), one.mark) for one in _scalars(variant.get(key))]
                    for key in ("values", "zero", "positive")
                ]
                values, zero, positive = (tuple(name for name, _ in part) for part in written)
                marks = {name: mark for part in reversed(written) for name, mark in part}
                yield Variant(values, zero, positive, marks)

    def _style(self, node: Node | None) -> NumberStyle | None:
        if not isinstance(node, MappingNode):
            return None
        style = NumberStyle(
            text_of(node.get("decimal")) or ".",
            text_of(node.get("thousands")),
            text_of(node.get("negative")) == "true",
        )
        if style.decimal == style.thousands:
            self._note("layout-number-style", node.values["thousands"].mark, text=style.decimal)
        return style

    def _booleans(self) -> Iterator[tuple[str, str]]:
        words = members_of(self.node.get("booleans"))
        for value in ("true", "false"):
            for text in _texts(words.get(value)):
                yield text, value


def _split_slots(text: str) -> tuple[list[str], list[str]]:
    """Split `City {a} ({b})` into its fixed texts and its names."""
    first, *pieces = text.split("{")
    texts, names = [first], []
    for piece in pieces:
        name, _, fixed = piece.partition("}")
        names.append(name)
        texts.append(fixed)
    return texts, names


def _mark_slots(node: Node, texts: Sequence[str], names: Sequence[str]) -> Iterator[Mark]:
    """Mark where each name in braces is written."""
    offset = 0
    for text, name in zip(texts, names, strict=False):
        offset += len(text)
        yield place_of(node, offset) if isinstance(node, ScalarNode) else node.mark
        offset += len(name) + len("{}")


def _fill(text: str, code: str) -> str:
    return text.replace(_PLACEHOLDER, code)


def _scalars(node: Node | None) -> Iterator[ScalarNode]:
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, ScalarNode):
            yield item


def _texts(node: Node | None) -> list[str]:
    return [scalar.text for scalar in _scalars(node)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(quote(name) for name in names)


def link_layout(layout: Layout, schema: Schema) -> list[Problem]:
    """List what is wrong with a layout for this schema; with problems it must read no form."""
    problems = list(_repeats(layout))
    told: set[Mark] = set()
    headings = {heading.name for heading in layout.headings if heading.name}
    known_headings, known_fields = KnownNames(headings), KnownNames(schema.fields, admits=is_code)
    # a field whose name the schema writes wrong is told there
    misshapen = {code_like(code) for code in schema.fields if not is_code(code)}
    for row in layout.rows:
        unknown = _check_codes(row, {*schema.fields, *misshapen}, known_fields)
        problems += [_of_list(problem, schema) for problem in unknown]
        new = [problem for problem in _check_variants(row) if problem.mark not in told]
        told.update(problem.mark for problem in new)  # a kind that many rows share is wrong once
        problems += new
        problems += _check_texts(row, layout, schema)
        if row.under and row.under not in headings:
            near = Nearest(row.under, known_headings)
            mark, details = row.under_mark or row.mark, {"name": quote(row.under)}
            problems.append(Problem("layout-unknown-heading", mark, details, near))
    problems += _check_subjects(layout, schema)
    return problems


def _repeats(layout: Layout) -> Iterator[Problem]:
    codes: set[str] = set()
    labels: set[tuple[str, ...]] = set()
    for row in layout.rows:
        if row.label in labels:
            yield Problem("layout-repeated-label", row.mark, {"text": quote(" ".join(row.label))})
        labels.add(row.label)
        for slot in row.slots:
            if slot.code in codes:
                yield Problem("layout-repeated-field", slot.mark, {"code": quote(slot.code)})
            codes.add(slot.code)


def _check_codes(row: Row, fields: Collection[str], known: KnownNames) -> Iterator[Problem]:
    for slot in row.slots:
        if slot.code not in fields:
            near = Nearest(slot.code, known)
            yield Problem("layout-unknown-field", slot.mark, {"code": quote(slot.code)}, near)


def _of_list(problem: Problem, schema: Schema) -> Problem:
    """Say of a list of rows, or a field of one, that no layout reads it."""
    near = problem.suggestion
    is_one = isinstance(near, Nearest) and (list_of(near.name) or near.name) in schema.lists
    if not is_one:
        return problem
    return replace(problem, suggestion="", advice="lists-not-read", wording="list-not-read")


def _check_variants(row: Row) -> Iterator[Problem]:
    order = list(row.codes)
    for variant in row.variants:
        for code in (*variant.zero, *variant.positive):
            if code not in variant.codes:
                yield Problem("layout-inline-condition", variant.marks[code], {"code": quote(code)})
        in_order = [code for code in order if code in variant.codes]
        strangers = [code for code in variant.codes if code not in order]
        pairs = zip_longest(variant.codes, in_order)
        misplaced = [code for code, expected in pairs if code != expected]
        for code in (strangers or misplaced)[:1]:
            yield Problem("layout-inline-value", variant.marks[code], {"code": quote(code)})


def _check_texts(row: Row, layout: Layout, schema: Schema) -> Iterator[Problem]:
    """Find texts without an end of their own, and booleans without printed words."""
    for slot in row.slots:
        declaration = schema.fields.get(slot.code)
        if declaration is None:
            continue
        if declaration.type == "boolean" and not layout.booleans:
            yield Problem("layout-boolean-words", slot.mark, {"code": quote(slot.code)})
        is_alone = len(row.slots) == 1 and not row.after and (row.free or not row.before_sentences)
        if _is_anytext_of(declaration) and not is_alone:
            yield Problem("layout-text-not-alone", slot.mark, {"code": quote(slot.code)})
        if row.free and not _is_anytext_of(declaration):
            yield Problem("layout-free-text-type", slot.mark, {"code": quote(slot.code)})


def _is_anytext_of(declaration: FieldDeclaration) -> bool:
    return declaration.type == "text" and not declaration.words


def _check_subjects(layout: Layout, schema: Schema) -> Iterator[Problem]:
    known = schema.content.get("properties", {}).get("subject", {}).get("properties", {})
    names = KnownNames(known)
    for subject in layout.subjects:
        for name, mark in zip(subject.names, subject.marks, strict=True):
            if known and name not in known:
                details, near = {"name": quote(name)}, Nearest(name, names)
                yield Problem("layout-unknown-subject", mark, details, near)
