"""From `*.test.yaml` to examples: read, checked against the schema, reports found and changed, names linked."""

from collections.abc import Iterator, Mapping
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
from ruletrail.examples.linking import link_expectations
from ruletrail.examples.model import Example, Examples
from ruletrail.library import Source, own_schema, shipped_library
from ruletrail.library.places import find_schema
from ruletrail.plans import Plan
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, nearest_name, quote, sort_problems
from ruletrail.schemas import check_schema
from ruletrail.structures import dataclass, field, replace

SUFFIX = ".test.yaml"


@dataclass(slots=True)
class _Reader:
    """One file of examples, while it is read."""

    plan: Plan
    roots: tuple[Path, ...]
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reports: dict[str, Node | None] = field(default_factory=dict)


def examples_path(source: Source) -> Path:
    """Return where a rulebook's examples lie: `2024.test.yaml` beside `2024.yaml`."""
    return source.path.with_name(source.path.name.removesuffix(".yaml") + SUFFIX)


def read_examples(source: Source, plan: Plan | None) -> Examples:
    """Read the examples beside a rulebook; whatever is wrong with them raises `ProblemsError`.

    Without a plan, because the rulebook does not link, only their form is checked, and none are given.
    """
    path = examples_path(source)
    shown = (PurePosixPath(source.shown).parent / path.name).as_posix()
    if not path.is_file():
        raise ProblemsError([Problem("examples-not-found", Mark(shown, 1, 1), {"file": quote(shown)})])
    node = _read_checked(path, shown)
    if plan is None:
        return Examples(())
    libraries = [library for library in (source.library, shipped_library()) if library is not None]
    schema = find_schema(plan.rulebook.report, plan.rulebook.report_mark, source.path.parent, [library.schemas for library in libraries])
    roots = (path.parent, *(library.rulebooks.parent / "examples" for library in libraries))
    reader = _Reader(plan, roots, files=[str(path), str(schema)])
    _check_rulebook(node, reader)
    found = tuple(_read_all(node, reader))
    if has_errors(reader.problems):
        raise ProblemsError(sort_problems(reader.problems))
    return Examples(found, tuple(reader.files))


def _read_checked(path: Path, shown: str) -> MappingNode:
    node, problems = read_document(read_bytes(path, shown, RULEBOOK_LIMITS.size), shown, RULEBOOK_LIMITS)
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
            reader.problems.append(Problem("example-repeated", name.mark, {"text": quote(text), "line": str(lines[text])}))
        lines.setdefault(text, name.mark.line)
        expect = item.values["expect"]
        report = reader.reports[text] = _read_report(item, text, reader)
        if isinstance(expect, MappingNode):
            reader.problems += link_expectations(expect, reader.plan)
            if report is not None:
                yield Example(text, name.mark, report, expect)


# -- The report of an example ------------------------------------------------------------------------------------


def _read_report(item: MappingNode, name: str, reader: _Reader) -> Node | None:
    written, like = item.get("report"), item.get("like")
    if (written is None) == (like is None):
        reader.problems.append(Problem("example-without-report", item.mark, {"text": quote(name)}))
        return None
    if written is None:
        report = _find_like(like, name, reader)
    else:
        report = _with_rulebook(written, reader) if isinstance(written, MappingNode) else _read_file(written, reader)
    return _change(report, item, reader) if isinstance(report, MappingNode) else report


def _find_like(like: Node | None, name: str, reader: _Reader) -> Node | None:
    text = like.text if isinstance(like, ScalarNode) else ""
    known = [each for each in reader.reports if each != name]
    if like is not None and text not in known:
        reader.problems.append(Problem("example-unknown-like", like.mark, {"text": quote(text)}, nearest_name(text, known)))
    return reader.reports.get(text)


def _with_rulebook(report: MappingNode, reader: _Reader) -> MappingNode:
    """Name the rulebook in a report that is written in place and does not."""
    if report.get("rulebook") is not None:
        return report
    name = ScalarNode(str(reader.plan.rulebook.identity), "quoted", report.mark, inline=False)
    key = ScalarNode("rulebook", "quoted", report.mark, inline=False)
    return replace(report, values={"rulebook": name, **report.values}, keys={"rulebook": key, **report.keys})


def _read_file(written: Node, reader: _Reader) -> Node | None:
    text = written.text if isinstance(written, ScalarNode) else ""
    path = _find(text, reader.roots)
    if path is None:
        reader.problems.append(Problem("example-report-not-found", written.mark, {"text": quote(text)}))
        return None
    try:
        node, problems = read_document(read_bytes(path, text, REPORT_LIMITS.size), text, REPORT_LIMITS)
    except ProblemsError as error:
        node, problems = None, list(error.problems)
    reader.problems += problems
    reader.files.append(str(path))
    return node


def _find(text: str, roots: tuple[Path, ...]) -> Path | None:
    """Find a file below one of the roots; a path that would leave them is not found."""
    parts = PurePosixPath(text).parts
    if PurePosixPath(text).is_absolute() or ".." in parts or "\\" in text or ":" in text or "\x00" in text or not parts:
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
    values, keys = (dict(fields.values), dict(fields.keys)) if fields is not None else (dict(empty), {})
    change, remove = item.get("change"), item.get("remove")
    for code, key in change.keys.items() if isinstance(change, MappingNode) else ():
        if isinstance(change, MappingNode):
            _check_field(code, key.mark, reader)
            values[code], keys[code] = change.values[code], key
    for gone in remove.items if isinstance(remove, SequenceNode) else ():
        code = gone.text if isinstance(gone, ScalarNode) else ""
        if code not in values:
            reader.problems.append(Problem("example-not-there", gone.mark, {"code": quote(code)}, nearest_name(code, values)))
        values.pop(code, None)
        keys.pop(code, None)
    changed = MappingNode(values, keys, fields.mark if fields is not None else report.mark)
    key = report.keys.get("fields", ScalarNode("fields", "quoted", report.mark, inline=False))
    return replace(report, values={**report.values, "fields": changed}, keys={**report.keys, "fields": key})


def _check_field(code: str, mark: Mark, reader: _Reader) -> None:
    fields = reader.plan.schema.fields
    if code not in fields:
        reader.problems.append(Problem("example-unknown-field", mark, {"code": quote(code)}, nearest_name(code, fields)))
