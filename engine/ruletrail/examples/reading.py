"""From `*.test.yaml` to examples: read, checked against the schema, reports found and changed, names linked."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ruletrail.documents import (
    REPORT_LIMITS,
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_bytes,
    read_document,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Formula, parse_formula, write_expression
from ruletrail.library import Source, own_schema, shipped_library
from ruletrail.library.sources import find_schema
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    has_errors,
    nearest_name,
    quote,
    sort_problems,
)
from ruletrail.rulebooks import Check, Decision, Entry, Rule, Section
from ruletrail.schemas import check_schema
from ruletrail.trails import Record


@dataclass(frozen=True, slots=True)
class Example:
    """A report, with its changes applied, and the tree of what is expected of it."""

    name: str
    mark: Mark
    report: Node
    expect: MappingNode


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of one rulebook, in the order written, and the files that they were read from."""

    examples: tuple[Example, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met: where it is written, what was expected, what was found, which step tells why."""

    place: str
    mark: Mark
    expected: str
    found: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one example: its record, or the problems for which the report was refused, and the failures."""

    example: Example
    record: Record | None
    problems: tuple[Problem, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that examples should show: a kind, an entry, what of it (a case, a comparison), and which side."""

    kind: str
    code: str
    what: str
    side: str


Marks = Mapping[Point, Mark]
"""The points to cover, in order, each with the place that it is about."""


_KINDS: dict[str, tuple[type, ...]] = {
    "values": (Rule,),
    "decisions": (Decision,),
    "sections": (Section,),
    "checks": (Check,),
    "declared": (Rule,),
}


def link_expectations(expect: MappingNode, plan: LinkedRulebook) -> Iterator[Problem]:
    """Find expected codes that the rulebook does not have, and reasons that an entry cannot give."""
    entries = plan.rulebook.entries
    for kind, classes in _KINDS.items():
        codes = [code for code, entry in entries.items() if isinstance(entry, classes)]
        yield from _check_codes(_keys(expect.get(kind)), codes)
    yield from _check_codes(_keys(expect.get("errors")), entries)
    yield from _check_codes(_items(expect.get("not_encoded")), entries)
    yield from _check_codes(_items(expect.get("missing")), {*entries, *plan.schema.fields})
    reasons = expect.get("reasons")
    if isinstance(reasons, MappingNode):
        yield from _check_codes(_keys(reasons), entries)
        for code, asked in reasons.values.items():
            if code in entries and isinstance(asked, MappingNode):
                yield from _check_reasons(entries[code], asked)


def _keys(node: Node | None) -> list[tuple[str, Mark]]:
    return (
        [(name, key.mark) for name, key in node.keys.items()]
        if isinstance(node, MappingNode)
        else []
    )


def _items(node: Node | None) -> list[tuple[str, Mark]]:
    return (
        [(item.text, item.mark) for item in node.items if isinstance(item, ScalarNode)]
        if isinstance(node, SequenceNode)
        else []
    )


def _check_codes(written: list[tuple[str, Mark]], known: Iterable[str]) -> Iterator[Problem]:
    names = set(known)
    for code, mark in written:
        if code not in names:
            yield Problem(
                "example-unknown-code", mark, {"code": quote(code)}, nearest_name(code, names)
            )


def _check_reasons(entry: Entry, asked: MappingNode) -> Iterator[Problem]:
    has_condition = not isinstance(entry, Decision) and (
        not isinstance(entry, Rule) or entry.when is not None
    )
    possible = {
        "case": isinstance(entry, Decision),
        "before_rounding": isinstance(entry, Rule),
        "condition": has_condition,
        "parts": True,
    }
    for key, node in asked.keys.items():
        if not possible[key]:
            yield Problem(
                "example-unknown-reason", node.mark, {"code": quote(entry.code), "text": quote(key)}
            )


def normalise_part(text: str) -> str:
    """Write a part of a formula in one way, so that spaces and printed signs do not matter; empty when it is none."""
    formula, _ = parse_formula(text)
    return write_expression(formula.tree) if isinstance(formula, Formula) else ""


SUFFIX = ".test.yaml"


@dataclass(slots=True)
class _Reader:
    """One file of examples, while it is read."""

    plan: LinkedRulebook
    roots: tuple[Path, ...]
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reports: dict[str, Node | None] = field(default_factory=dict)


def examples_path(source: Source) -> Path:
    """Return where a rulebook's examples lie: `2024.test.yaml` beside `2024.yaml`."""
    return source.path.with_name(source.path.name.removesuffix(".yaml") + SUFFIX)


def read_examples(source: Source, plan: LinkedRulebook | None) -> Examples:
    """Read the examples beside a rulebook; whatever is wrong with them raises `ProblemsError`.

    Without a plan, because the rulebook does not link, only their form is checked, and none are given.
    """
    path = examples_path(source)
    shown = (PurePosixPath(source.shown).parent / path.name).as_posix()
    if not path.is_file():
        raise ProblemsError(
            [Problem("examples-not-found", Mark(shown, 1, 1), {"file": quote(shown)})]
        )
    node = _read_checked(path, shown)
    if plan is None:
        return Examples(())
    libraries = [library for library in (source.library, shipped_library()) if library is not None]
    schema = find_schema(plan.rulebook.report, plan.rulebook.report_mark, source)
    roots = (path.parent, *(library.rulebooks.parent / "examples" for library in libraries))
    reader = _Reader(plan, roots, files=[str(path), str(schema)])
    _check_rulebook(node, reader)
    found = tuple(_read_all(node, reader))
    if has_errors(reader.problems):
        raise ProblemsError(sort_problems(reader.problems))
    return Examples(found, tuple(reader.files))


def _read_checked(path: Path, shown: str) -> MappingNode:
    node, problems = read_document(
        read_bytes(path, shown, RULEBOOK_LIMITS.size), shown, RULEBOOK_LIMITS
    )
    if node is not None and not problems:
        _, problems = check_schema(node, own_schema("test.schema.json"))
    if problems or not isinstance(node, MappingNode):
        raise ProblemsError(sort_problems(problems))
    return node


def _check_rulebook(node: MappingNode, reader: _Reader) -> None:
    written, identity = node.values["rulebook"], reader.plan.rulebook.identity
    if isinstance(written, ScalarNode) and written.text not in (identity.reference, str(identity)):
        details = {"text": quote(written.text), "rulebook": quote(str(identity))}
        reader.problems.append(Problem("examples-of-another", written.mark, details))


def _read_all(node: MappingNode, reader: _Reader) -> Iterator[Example]:
    lines: dict[str, int] = {}
    listed = node.values["examples"]
    for item in listed.items if isinstance(listed, SequenceNode) else ():
        if not isinstance(item, MappingNode):
            continue
        name = item.values["name"]
        text = name.text if isinstance(name, ScalarNode) else ""
        if text in lines:
            reader.problems.append(
                Problem(
                    "example-repeated", name.mark, {"text": quote(text), "line": str(lines[text])}
                )
            )
        lines.setdefault(text, name.mark.line)
        expect = item.values["expect"]
        report = reader.reports[text] = _read_report(item, text, reader)
        if isinstance(expect, MappingNode):
            reader.problems += link_expectations(expect, reader.plan)
            if report is not None:
                yield Example(text, name.mark, report, expect)


# -- The report of an example ----------------------------------------------------------------------


def _read_report(item: MappingNode, name: str, reader: _Reader) -> Node | None:
    written, like = item.get("report"), item.get("like")
    if (written is None) == (like is None):
        reader.problems.append(Problem("example-without-report", item.mark, {"text": quote(name)}))
        return None
    if written is None:
        report = _find_like(like, name, reader)
    else:
        report = (
            _with_rulebook(written, reader)
            if isinstance(written, MappingNode)
            else _read_file(written, reader)
        )
    return _change(report, item, reader) if isinstance(report, MappingNode) else report


def _find_like(like: Node | None, name: str, reader: _Reader) -> Node | None:
    text = like.text if isinstance(like, ScalarNode) else ""
    known = [each for each in reader.reports if each != name]
    if like is not None and text not in known:
        reader.problems.append(
            Problem(
                "example-unknown-like", like.mark, {"text": quote(text)}, nearest_name(text, known)
            )
        )
    return reader.reports.get(text)


def _with_rulebook(report: MappingNode, reader: _Reader) -> MappingNode:
    """Name the rulebook in a report that is written in place and does not."""
    if report.get("rulebook") is not None:
        return report
    name = ScalarNode(str(reader.plan.rulebook.identity), "quoted", report.mark, inline=False)
    key = ScalarNode("rulebook", "quoted", report.mark, inline=False)
    return replace(
        report, values={"rulebook": name, **report.values}, keys={"rulebook": key, **report.keys}
    )


def _read_file(written: Node, reader: _Reader) -> Node | None:
    text = written.text if isinstance(written, ScalarNode) else ""
    path = _find(text, reader.roots)
    if path is None:
        reader.problems.append(
            Problem("example-report-not-found", written.mark, {"text": quote(text)})
        )
        return None
    try:
        node, problems = read_document(
            read_bytes(path, text, REPORT_LIMITS.size), text, REPORT_LIMITS
        )
    except ProblemsError as error:
        node, problems = None, list(error.problems)
    reader.problems += problems
    reader.files.append(str(path))
    return node


def _find(text: str, roots: tuple[Path, ...]) -> Path | None:
    """Find a file below one of the roots; a path that would leave them is not found."""
    parts = PurePosixPath(text).parts
    if (
        PurePosixPath(text).is_absolute()
        or ".." in parts
        or "\\" in text
        or ":" in text
        or "\x00" in text
        or not parts
    ):
        return None
    for root in roots:
        path = root.joinpath(*parts)
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return path
    return None


def _change(report: MappingNode, item: MappingNode, reader: _Reader) -> MappingNode:
    """Lay `change` over the report's fields and take out `remove`; the marks are those of the example."""
    fields = report.get("fields")
    if fields is not None and not isinstance(fields, MappingNode):
        return report
    empty: Mapping[str, Node] = {}
    values, keys = (
        (dict(fields.values), dict(fields.keys)) if fields is not None else (dict(empty), {})
    )
    change, remove = item.get("change"), item.get("remove")
    for code, key in change.keys.items() if isinstance(change, MappingNode) else ():
        if isinstance(change, MappingNode):
            _check_field(code, key.mark, reader)
            values[code], keys[code] = change.values[code], key
    for gone in remove.items if isinstance(remove, SequenceNode) else ():
        code = gone.text if isinstance(gone, ScalarNode) else ""
        if code not in values:
            reader.problems.append(
                Problem(
                    "example-not-there",
                    gone.mark,
                    {"code": quote(code)},
                    nearest_name(code, values),
                )
            )
        values.pop(code, None)
        keys.pop(code, None)
    changed = MappingNode(values, keys, fields.mark if fields is not None else report.mark)
    key = report.keys.get("fields", ScalarNode("fields", "quoted", report.mark, inline=False))
    return replace(
        report, values={**report.values, "fields": changed}, keys={**report.keys, "fields": key}
    )


def _check_field(code: str, mark: Mark, reader: _Reader) -> None:
    fields = reader.plan.schema.fields
    if code not in fields:
        reader.problems.append(
            Problem(
                "example-unknown-field", mark, {"code": quote(code)}, nearest_name(code, fields)
            )
        )
