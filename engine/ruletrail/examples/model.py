"""One example: a report and what the rulebook must answer. Data only."""

from collections.abc import Mapping

from ruletrail.documents import MappingNode, Node
from ruletrail.problems import Mark, Problem
from ruletrail.structures import dataclass
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
