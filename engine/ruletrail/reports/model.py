"""What one body declared, as exact facts: from a report's tree, checked against its schema."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    find_cut_sentences,
    items_of,
    members_of,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.problems import Mark, Problem, quote, term
from ruletrail.references import Reference, parse_reference
from ruletrail.schemas import FieldDeclaration, ListDeclaration, Schema
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import JsonValue, Value, read_date, type_of

KEYS = ("rulebook", "subject", "fields", "printed")
SubjectValue = str | bool

MOST_PRINTED = REPORT_LIMITS.scalar
"""Bytes of all printed sentences together: each message shown is searched for on all of them."""

Exact = Value | int | Decimal
"""A value as a document's data hold it: a number as int or Decimal mostly."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The value of one field, and the text it was written with (`8.50` keeps its two decimals)."""

    exact: Exact
    text: str

    @property
    def value(self) -> Value:
        """The value as facts are: a number as a Fraction."""
        exact = self.exact
        return exact if isinstance(exact, str | bool | Fraction | date) else Fraction(exact)

    def to_json(self) -> JsonValue:
        """Write the field as trails and digests do: a number as its source text."""
        if isinstance(self.exact, bool):
            return self.exact
        if isinstance(self.exact, date):
            return {"date": self.text}
        return {"text": self.exact} if isinstance(self.exact, str) else self.text


Row = Mapping[str, Declared]
"""The cells of one row that are filled, by name."""


class Fields(Mapping[str, Declared]):
    """The fields of a report as two columns, values and texts; a field is made when asked for.

    A report has ninety of them, and what reads them all reads one column.
    """

    __slots__ = ("exacts", "texts")

    def __init__(self, exacts: Mapping[str, Exact], texts: Mapping[str, str]) -> None:
        """Hold two mappings of the same codes, which nobody changes any more."""
        self.exacts, self.texts = exacts, texts

    def __getitem__(self, code: str) -> Declared:
        """Return one field."""
        return Declared(self.exacts[code], self.texts[code])

    def __contains__(self, code: object) -> bool:
        """Tell whether a field is there."""
        return code in self.exacts

    def __iter__(self) -> Iterator[str]:
        """Name the fields in the order written."""
        return iter(self.exacts)

    def __len__(self) -> int:
        """Count the fields."""
        return len(self.exacts)

    def __repr__(self) -> str:
        """Show the fields as a mapping of them."""
        return repr(dict(self))

    def __reduce__(self) -> "tuple[type[Fields], tuple[object, ...]]":
        """Pickle both columns, in any protocol: the oldest ones know nothing of slots."""
        return Fields, (dict(self.exacts), dict(self.texts))


def columns_of(fields: Mapping[str, Declared]) -> Fields:
    """Give fields as two columns."""
    if isinstance(fields, Fields):
        return fields
    exacts = {code: declared.exact for code, declared in fields.items()}
    return Fields(exacts, {code: declared.text for code, declared in fields.items()})


@dataclass(frozen=True, slots=True)
class Report:
    """One body's report: the rulebook it names, whose it is, what is declared and printed.

    `Plan.read` makes one of a document and has checked it. `fields[code].value` is exact (numbers
    are Fractions), `fields[code].text` as it was written.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> report = plan.read("examples/garden/application.yaml")
    >>> report.fields["distance"].value, report.fields["distance"].text
    (Fraction(6, 5), '1.2')
    """

    reference: Reference
    subject: Mapping[str, SubjectValue]
    fields: Mapping[str, Declared]
    printed: tuple[str, ...]
    mark: Mark
    reference_mark: Mark
    schema: Schema
    """What it was checked against."""
    lists: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """The lists of rows that are supplied, by code."""
    cut: tuple[Problem, ...] = field(default=(), compare=False, repr=False)
    """Of which texts a `#` cut off the rest, which no trail holds; internal."""


def read_reference(node: Node) -> tuple[Reference | None, Mark, list[Problem]]:
    """Find which rulebook a report names, before its schema is known."""
    if not isinstance(node, MappingNode):
        return None, node.mark, [Problem("report-not-object", node.mark)]
    written = node.get("rulebook")
    if written is None:
        return None, node.mark, [_without_rulebook(node)]
    if not isinstance(written, ScalarNode):
        return None, written.mark, [Problem("reference-form", written.mark, {"text": quote("…")})]
    reference, details = parse_reference(written.text), {"text": quote(written.text)}
    problems = [] if reference else [Problem("reference-form", written.mark, details)]
    return reference, written.mark, problems


def _without_rulebook(node: MappingNode) -> Problem:
    """Tell that a report names no rulebook; where a key looks like that one, to write it."""
    known = KnownNames(("rulebook",))
    for key, written in node.keys.items():
        if key not in KEYS and Nearest(key, known).found:
            details = {"written": quote(key), "key": "`rulebook`"}
            mark, advice = written.mark, "written-for-key"
            return Problem("report-without-rulebook", mark, details, advice=advice)
    for part in KEYS:
        below = node.get(part)
        if isinstance(below, MappingNode) and "rulebook" in below.keys:
            details = {"key": "`rulebook`", "part": quote(f"{part}:")}
            mark = below.keys["rulebook"].mark
            return Problem("report-without-rulebook", mark, details, advice="key-outside")
    return Problem("report-without-rulebook", node.mark, absent="rulebook")


def build_report(node: Node, data: Any, schema: Schema) -> tuple[Report | None, list[Problem]]:
    """Build a report from its tree and the data that the schema check typed.

    The schema is the author's and may be loose; keys and fields that nothing declares are problems
    here too.
    """
    reference, mark, problems = read_reference(node)
    if not isinstance(node, MappingNode):
        return None, problems
    problems += find_misshapen(node, schema.lists)
    fields, found = _fields(node.get("fields"), data.get("fields"), schema)
    problems += found
    lists: Mapping[str, tuple[Row, ...]] = {}
    if schema.lists:
        lists, found = read_lists(node.get("fields"), data.get("fields"), schema)
        problems += found
    subject = _subject(node.get("subject"), data.get("subject"))
    printed, _ = _printed(node.get("printed"))
    if problems or reference is None:
        return None, problems
    return Report(reference, subject, fields, printed, node.mark, mark, schema, lists), []


def find_misshapen(node: Node, lists: Collection[str] = ()) -> list[Problem]:
    """Find what no report holds, whatever its schema says: lists and maps where values stand.

    `lists` are the fields that are lists of rows: these hold lists of flat maps.
    """
    known, places = KnownNames(KEYS), members_of(node)
    keys = node.keys.items() if isinstance(node, MappingNode) else ()
    problems = [unknown_key(key, written, known) for key, written in keys if key not in KEYS]
    fields, subject = places.get("fields"), places.get("subject")
    if fields is not None and not isinstance(fields, MappingNode):
        problems.append(Problem("fields-not-object", fields.mark))
    problems += [
        Problem("field-not-scalar", value.mark, {"code": quote(code)})
        for code, value in members_of(fields).items()
        if not isinstance(value, ScalarNode) and code not in lists
    ]
    problems += [
        Problem("field-not-scalar", value.mark, {"code": quote(f"{code}[{row}].{name}")})
        for code in lists
        for row, item in enumerate(items_of(members_of(fields).get(code)), start=1)
        for name, value in members_of(item).items()
        if not isinstance(value, ScalarNode)
    ]
    if subject is not None and not isinstance(subject, MappingNode):
        problems.append(Problem("subject-not-flat", subject.mark))
    problems += [
        Problem("subject-not-flat", value.mark)
        for value in members_of(subject).values()
        if not isinstance(value, ScalarNode)
    ]
    return problems + _printed(places.get("printed"))[1]


def unknown_key(key: str, written: ScalarNode, known: KnownNames) -> Problem:
    """Say that nothing has such a key, and which may be meant."""
    return Problem("unknown-key", written.mark, {"key": quote(key)}, Nearest(key, known))


def _fields(node: Node | None, data: Any, schema: Schema) -> tuple[Fields, list[Problem]]:
    exacts: dict[str, Exact] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    known = schema.named.known
    keys = node.keys if isinstance(node, MappingNode) else {}
    for code, value in members_of(node).items():
        declaration = schema.fields.get(code)
        if code in schema.lists:
            continue
        if declaration is None:
            unknown = unknown_key(code, keys[code], known)
            problems.append(replace(unknown, wording="no-such-code", advice="codes-known"))
        elif isinstance(value, ScalarNode):
            exacts[code], texts[code] = data[code], value.text
            exacts[code], found = read_cell(value, data[code], declaration)
            problems += found
    return Fields(exacts, texts), problems


def read_lists(
    node: Node | None, data: Any, schema: Schema
) -> tuple[Mapping[str, tuple[Row, ...]], list[Problem]]:
    """Read the lists among a report's fields, by code; one that is absent is left out."""
    lists: dict[str, tuple[Row, ...]] = {}
    problems: list[Problem] = []
    for code, value in members_of(node).items():
        declaration = schema.lists.get(code)
        if declaration is not None and isinstance(value, SequenceNode):
            lists[code] = tuple(
                _read_row(item, cells, declaration, problems)
                for item, cells in zip(value.items, data[code], strict=True)
            )
    return lists, problems


def _read_row(node: Node, data: Any, declaration: ListDeclaration, problems: list[Problem]) -> Row:
    """Read one row; keys that nothing declares are problems whatever the schema admits."""
    row: dict[str, Declared] = {}
    for name, value in members_of(node).items():
        cell = declaration.cells.get(name)
        if cell is None:
            problems += _unknown_cell(node, name, declaration)
        elif isinstance(value, ScalarNode):
            exact, found = read_cell(value, data[name], cell)
            row[name] = Declared(exact, value.text)
            problems += found
    return row


def _unknown_cell(node: Node, name: str, declaration: ListDeclaration) -> Iterator[Problem]:
    if isinstance(node, MappingNode):
        from ruletrail.schemas.keywords import names_of  # noqa: PLC0415 - only when one is wrong

        problem = unknown_key(name, node.keys[name], names_of(declaration.cells))
        yield replace(problem, wording="no-such-code", advice="codes-known")


def read_cell(
    value: ScalarNode, exact: Any, declaration: FieldDeclaration
) -> tuple[Any, list[Problem]]:
    """Give what a field, or a cell, holds: a day where one is declared, and what is wrong."""
    if declaration.type == "date" and type_of(exact) == "text":
        return _read_day(value, declaration)
    return exact, list(check_type(value, exact, declaration))


def _read_day(node: ScalarNode, declared: FieldDeclaration) -> tuple[date | str, list[Problem]]:
    """Read a day between the ends that the form sets; what is none is told by the schema too."""
    day, mark, text = read_date(node.text), node.mark, quote(node.text)
    label = _title_of(declared)
    if day is None:
        details = {"text": text, "form": quote("date")}
        return node.text, [Problem("wrong-format", mark, details, label=label, wording="no-date")]
    if declared.admits(day):
        return day, []
    is_early = declared.least is not None and day < declared.least
    bound = f"≥ {declared.least}" if is_early else f"≤ {declared.most}"
    details = {"text": text, "bound": bound}
    return day, [Problem("out-of-range", mark, details, label=label)]


def _title_of(declared: FieldDeclaration) -> str:
    """Give the title of a field or cell; what has none is labelled by its name."""
    return (
        ""
        if declared.label in (declared.code, declared.code.rpartition(".")[2])
        else declared.label
    )


def check_type(value: ScalarNode, exact: Any, declaration: FieldDeclaration) -> Iterator[Problem]:
    """Find out whether a field, or a cell, holds a value of another type than is declared."""
    found = type_of(exact)
    if found != declaration.type:
        types = {"expected": term(declaration.type), "found": term(found)}
        problem = Problem("wrong-type", value.mark, {"text": quote(value.text), **types})
        yield replace(problem, label=_title_of(declaration))


def _subject(node: Node | None, data: Any) -> dict[str, SubjectValue]:
    return {
        key: data[key] if isinstance(data[key], bool) else value.text
        for key, value in members_of(node).items()
        if isinstance(value, ScalarNode)
    }


def _printed(node: Node | None) -> tuple[tuple[str, ...], list[Problem]]:
    """Read the sentences of the paper; whatever is not a list of texts under `messages` is said.

    So is the first sentence with which they are too long together.
    """
    if node is None:
        return (), []
    if not isinstance(node, MappingNode):
        return (), [Problem("printed-form", node.mark)]
    wrong = [written.mark for key, written in node.keys.items() if key != "messages"]
    messages = node.get("messages")
    texts: list[str] = []
    for item in items_of(messages):
        if isinstance(item, ScalarNode) and item.style in ("plain", "quoted"):
            texts.append(item.text)
        else:
            wrong.append(item.mark)
    if messages is not None and not isinstance(messages, SequenceNode):
        wrong.append(messages.mark)
    problems = [Problem("printed-form", mark) for mark in wrong]
    if len(texts) > 1:
        problems += find_cut_sentences(messages)
    return tuple(texts), problems + _find_too_long(items_of(messages))


def _find_too_long(sentences: Iterable[Node]) -> list[Problem]:
    """Find the sentence with which all printed ones are longer than `MOST_PRINTED` together."""
    length = 0
    for item in sentences:
        length += len(item.text.encode("utf-8", "replace")) if isinstance(item, ScalarNode) else 0
        if length > MOST_PRINTED:
            return [Problem("printed-too-long", item.mark, {"limit": str(MOST_PRINTED)})]
    return []
