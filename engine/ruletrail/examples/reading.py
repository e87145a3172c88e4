"""Read `*.test.yaml`: checked against the schema, reports found and changed, names linked."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    explain_misplaced,
    find_cut_sentences,
    read_document,
)
from ruletrail.examples.absent_texts import AbsentTexts
from ruletrail.examples.changing import change_report
from ruletrail.examples.costs import Work, work_of
from ruletrail.examples.expectations import (
    check_outcomes,
    check_refusal,
    check_values,
    link_expectations,
    list_expectable,
    list_outcomes,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.files import is_folder
from ruletrail.intake import check_report, count_values, limits_of
from ruletrail.library import Source, own_schema
from ruletrail.library.named_files import (
    NamedFile,
    blame_quotes,
    find_named,
    leads_elsewhere,
    refuse_name,
    split_name,
)
from ruletrail.library.sources import beside, find_head, find_schema, list_folder
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    has_errors,
    quote,
    quote_to_write,
    sort_problems,
)
from ruletrail.reports import Report
from ruletrail.schemas import check_schema
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.trails import Record

SUFFIX = ".test.yaml"

MOST_VALUES = 1_000_000
"""How many values the reports of one file's examples hold together.

One report that is named, or taken over by `like`, is evaluated for each example: a short file may
ask for any amount of work. Five thousand examples of two hundred fields fit.
"""

MOST_WORK = 20_000_000
"""What evaluating all examples of one file may look at, as `costs` counts it: a minute or two.

A thousand examples of a rulebook of six thousand rules fit.
"""

_MOST_LOOKED_FOR = 50
"""Problems that are shown of a file: of others no example is looked for that was meant."""


@dataclass(frozen=True, slots=True)
class Example:
    """A report, with its changes applied, and the tree of what is expected of it."""

    name: str
    mark: Mark
    report: Node
    expect: MappingNode


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a rulebook, in the order written, and the files that they come from."""

    examples: tuple[Example, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met, where it is written, and which step tells why."""

    place: str
    mark: Mark
    expected: str
    found: str
    step: str = ""
    sentence: str = ""
    """Of a text that no message holds: the message that is most like it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example that was run: its record, or the problems of its report, and the failures."""

    example: Example
    record: Record | None
    """How its facts were reached; of many examples as far as failures that are shown ask it."""
    problems: tuple[Problem, ...]
    failures: tuple[Failure, ...]
    remarks: tuple[Problem, ...] = ()
    """What in it most probably is a slip, though it is admitted."""
    is_admitted: bool = False
    """Whether its report was evaluated."""
    more: int = 0
    """Failures that were counted and not kept."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that examples should show: of an entry, a case or comparison, and which side."""

    kind: str
    code: str
    what: str
    side: str


Marks = Mapping[Point, Mark]
"""The points to cover, in order, each with the place that it is about."""


@dataclass(slots=True)
class _Reader:
    """One file of examples, while it is read."""

    linked: LinkedRulebook
    places: tuple[NamedFile, ...]
    """The folders below which reports lie."""
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reports: dict[str, Node | None] = field(default_factory=dict)
    named: dict[tuple[str, ...], Node | None] = field(default_factory=dict)
    """The reports in files, each read once, by the steps of their names."""
    expectable: dict[str, KnownNames] = field(init=False)
    outcomes: dict[str, KnownNames] = field(init=False)
    absent_texts: AbsentTexts = field(init=False)
    work: Work = field(init=False)

    def __post_init__(self) -> None:
        self.expectable = list_expectable(self.linked)
        self.outcomes = list_outcomes(self.linked)
        self.absent_texts = AbsentTexts(self.linked)
        self.work = work_of(self.linked)

    def report(
        self, code: str, node: Node, suggestion: str | Nearest = "", /, **details: str
    ) -> None:
        """Add a problem at a node, its details quoted."""
        quoted = {key: quote(text) for key, text in details.items()}
        self.problems.append(Problem(code, node.mark, quoted, suggestion))


def examples_file(source: Source) -> NamedFile:
    """Return where a rulebook's examples lie: `2024.test.yaml` beside `2024.yaml`."""
    return source.beside(source.path.name.removesuffix(".yaml") + SUFFIX)


def read_examples(source: Source, linked: LinkedRulebook | None) -> Examples:
    """Read the examples beside a rulebook; whatever is wrong with them raises `ProblemsError`.

    Without a plan, because the rulebook does not link, only their form is checked, and none are
    given.
    """
    file = examples_file(source)
    shown = (PurePosixPath(source.shown).parent / file.path.name).as_posix()
    if not file.is_there:
        raise ProblemsError([_tell_absent(source, shown)])
    node = _read_checked(file, shown, source)
    if linked is None:
        return Examples(())
    schema = find_schema(linked.rulebook.report, linked.rulebook.report_mark, source)
    folders = [library.rulebooks.parent / "examples" for library in source.reach]
    places = (source.beside(""), *(NamedFile(folder, folder) for folder in folders))
    reader = _Reader(linked, places, files=[str(file.path), str(schema.path)])
    _check_rulebook(node, reader)
    found = tuple(_read_all(node, reader))
    if has_errors(reader.problems):
        raise ProblemsError(sort_problems(reader.problems))
    return Examples(found, tuple(reader.files))


def known_reports(examples: Iterable[Example], linked: LinkedRulebook) -> list[Report]:
    """List the reports of examples that are right, which may show what else is searched for."""
    checked = (check_report(example.report, linked)[0] for example in examples)
    return [report for report in checked if report is not None]


def reports_beside(source: Source, linked: LinkedRulebook) -> list[Report]:
    """List those of the examples beside a rulebook; what is wrong with them is told elsewhere."""
    if not examples_file(source).is_there:
        return []
    try:
        return known_reports(read_examples(source, linked).examples, linked)
    except ProblemsError:
        return []


def find_misnamed(source: Source) -> list[Problem]:
    """Tell a file of examples beside a rulebook that has none, whose name is only like theirs."""
    from ruletrail.documents import recognising  # noqa: PLC0415 - rare

    for name in recognising.list_misnamed(source.path.name.removesuffix(".yaml")):
        file = source.beside(name)
        if file.is_there:
            shown = beside(source.shown, name)
            node, _ = read_document(file.read(shown, RULEBOOK_LIMITS.size), shown, RULEBOOK_LIMITS)
            is_ours = node is not None and recognising.recognise_document(node) == "examples"
            return [recognising.wrong_file("examples", shown)] if is_ours else []
    return []


def _tell_absent(source: Source, shown: str) -> Problem:
    """Say what to call the examples, or which ones to begin with: those of another version."""
    details = {"file": quote(shown), "instead": quote_to_write(PurePosixPath(shown).name)}
    problem = Problem("examples-not-found", Mark(shown), details)
    misnamed = find_misnamed(source)
    if misnamed:
        other = quote(misnamed[0].mark.file)
        return replace(problem, details={**details, "other": other}, advice="examples-misnamed")
    edition = source.path.name.removesuffix(".yaml").partition("@")[0]
    # what an assistant sends as a text lies in no folder
    names = list_folder(source.path.parent, source.shown) if is_folder(source.path.parent) else ()
    named = [each.removesuffix(SUFFIX) for each in names if each.endswith(SUFFIX)]
    others = [each + SUFFIX for each in named if each.partition("@")[0] == edition]
    if not others:
        return problem
    other = quote(beside(source.shown, max(others)))
    return replace(problem, details={**details, "other": other}, advice="examples-to-copy")


def _read_checked(file: NamedFile, shown: str, source: Source) -> MappingNode:
    data = file.read(shown, RULEBOOK_LIMITS.size)
    node, problems = read_document(data, shown, RULEBOOK_LIMITS)
    if node is not None and not problems:
        _, problems = check_schema(node, own_schema("test.schema.json"))
        found = explain_misplaced(node, data, shown, problems) if problems else None
        problems = found or problems
    if problems or not isinstance(node, MappingNode):
        raise ProblemsError(sort_problems([_name_rulebook(each, source) for each in problems]))
    return node


def _name_rulebook(problem: Problem, source: Source) -> Problem:
    """Say of examples that name no rulebook that they are those of the one beside them."""
    head = find_head(source) if problem.absent == "rulebook" else None
    if head is None or problem.code != "missing-key":
        return problem
    example = f"`rulebook: {head.reference.edition_only}`"
    return replace(problem, details={**problem.details, "example": example}, advice="add-like")


def _check_rulebook(node: MappingNode, reader: _Reader) -> None:
    written, identity = node.values["rulebook"], reader.linked.rulebook.identity
    if isinstance(written, ScalarNode) and written.text not in (identity.reference, str(identity)):
        details = {"text": quote(written.text), "rulebook": quote(str(identity))}
        details["instead"] = quote_to_write(f"rulebook: {identity.reference}")
        problem = Problem("examples-of-another", written.mark, details)
        reader.problems.append(blame_quotes(problem, written.text))


def _read_all(node: MappingNode, reader: _Reader) -> Iterator[Example]:
    lines: dict[str, int] = {}
    left, left_work = MOST_VALUES, MOST_WORK
    listed = node.values["examples"]
    for item in listed.items if isinstance(listed, SequenceNode) else ():
        if not isinstance(item, MappingNode):
            continue
        name = item.values["name"]
        text = name.text if isinstance(name, ScalarNode) else ""
        if text in lines:
            details = {"text": quote(text), "line": str(lines[text])}
            reader.problems.append(Problem("example-repeated", name.mark, details))
        lines.setdefault(text, name.mark.line)
        expect = item.values["expect"]
        report = reader.reports[text] = _read_report(item, text, reader)
        if isinstance(expect, MappingNode):
            reader.problems += link_expectations(expect, reader.linked, reader.expectable)
            reader.problems += check_outcomes(expect, reader.outcomes)
            reader.problems += check_values(expect, reader.linked)
            reader.problems += check_refusal(expect)
            for key in ("messages", "absent_messages"):
                reader.problems += find_cut_sentences(expect.get(key))
            reader.problems += reader.absent_texts.check(expect)
            if report is None:
                continue
            left -= count_values(report, left)
            left_work -= reader.work.of_document(report)
            if left < 0 or left_work < 0:
                limit = MOST_VALUES if left < 0 else MOST_WORK
                code = "examples-too-large" if left < 0 else "examples-too-costly"
                reader.problems.append(Problem(code, name.mark, {"limit": str(limit)}))
                return
            yield Example(text, name.mark, report, expect)


# -- The report of an example ----------------------------------------------------------------------


def _read_report(item: MappingNode, name: str, reader: _Reader) -> Node | None:
    written, like = item.get("report"), item.get("like")
    if (written is None) == (like is None):
        reader.report("example-without-report", item, text=name)
        return None
    report: Node | None
    if written is None:
        report = _find_like(like, reader)
    elif isinstance(written, MappingNode):
        report = _with_rulebook(written, reader)
    else:
        report = _read_file(written, reader)
    if not isinstance(report, MappingNode):
        return report
    changed, problems = change_report(report, item, reader.linked.schema)
    reader.problems += problems
    return changed


def _find_like(like: Node | None, reader: _Reader) -> Node | None:
    text = like.text if isinstance(like, ScalarNode) else ""
    # of two that bear one name the other is told, and this one is like the first
    if like is not None and text not in reader.reports:
        # those further down are not meant, nor is this one itself
        earlier = tuple(reader.reports) if len(reader.problems) < _MOST_LOOKED_FOR else ()
        reader.report("example-unknown-like", like, Nearest(text, KnownNames(earlier)), text=text)
    return reader.reports.get(text)


def _with_rulebook(report: MappingNode, reader: _Reader) -> MappingNode:
    """Name the rulebook in a report that is written in place and does not."""
    if report.get("rulebook") is not None:
        return report
    name = ScalarNode(str(reader.linked.rulebook.identity), "quoted", report.mark, inline=False)
    key = ScalarNode("rulebook", "quoted", report.mark, inline=False)
    values, keys = {"rulebook": name, **report.values}, {"rulebook": key, **report.keys}
    return replace(report, values=values, keys=keys)


def _read_file(written: Node, reader: _Reader) -> Node | None:
    text = written.text if isinstance(written, ScalarNode) else ""
    steps = split_name(text)
    if steps is not None and steps in reader.named:
        return reader.named[steps]
    file = find_named(steps, reader.places) if steps is not None else None
    if steps is None and not leads_elsewhere(text):
        reader.problems.append(refuse_name(text, written.mark, "example-report-not-found"))
        return None
    if steps is None or file is None:
        problem = Problem("example-report-not-found", written.mark, {"text": quote(text)})
        reader.problems.append(blame_quotes(problem, text))
        return None
    node = reader.named[steps] = _read_named(file, text, reader)
    return node


def _read_named(file: NamedFile, text: str, reader: _Reader) -> Node | None:
    try:
        limits = limits_of(reader.linked)
        data = file.read(text, limits.size)
        node, problems = read_document(data, text, limits)
    except ProblemsError as error:
        node, problems = None, list(error.problems)
    reader.problems += problems
    reader.files.append(str(file.path))
    return node
