"""A pytest plugin: the examples beside rulebooks are collected as tests, one item for each.

Collects `NAME.test.yaml` where a rulebook `NAME.yaml` lies beside it; other files of that name are
left alone. A failing item shows what was expected, what was found, and the part of the trail that
explains it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ruletrail.api import search_libraries
from ruletrail.examples import (
    MOST_FAILURES,
    SUFFIX,
    Example,
    Outcome,
    explain_step,
    known_reports,
    read_examples,
    run_example,
    tell_failure,
)
from ruletrail.files import is_special, is_there
from ruletrail.library import load_linked, source_of_path
from ruletrail.library.sources import has_own_key, library_around
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError, has_errors, make_inert
from ruletrail.rendering.problems import problems_text
from ruletrail.reports import Report

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

_Style = Literal["long", "short", "line", "no", "native", "value", "auto"]


class NotMetError(Exception):
    """An example's expectations were not met; `outcome` says which."""

    def __init__(self, outcome: Outcome) -> None:
        """Keep what came out."""
        super().__init__(outcome.example.name)
        self.outcome = outcome


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of examples that lies beside its rulebook."""
    if not file_path.name.endswith(SUFFIX):
        return None
    rulebook = file_path.with_name(file_path.name.removesuffix(SUFFIX) + ".yaml")
    return ExamplesFile.from_parent(parent, path=file_path) if _is_rulebook(rulebook) else None


def _is_rulebook(path: Path) -> bool:
    """Tell a rulebook by its keys.

    In a library every file is one. What cannot be read, or leads out of its folder, is not passed
    over: loading it says why.
    """
    if not is_there(path) or is_special(path):
        return False
    return library_around(path) is not None or has_own_key(
        path, path.parent, "rulebook", "language"
    )


class ExamplesFile(pytest.File):
    """One `*.test.yaml`."""

    def collect(self) -> Iterable[pytest.Item]:
        """Load the rulebook and yield its examples; problems of either fail the collection."""
        path = self.path.with_name(self.path.name.removesuffix(SUFFIX) + ".yaml")
        try:
            source = source_of_path(path, libraries=search_libraries())
            linked = load_linked(source)
            examples = read_examples(source, linked)
        except ProblemsError as error:
            raise self.CollectError(problems_text(error.problems, "en")) from error
        for example in examples.examples:
            name = make_inert(example.name)
            yield ExampleItem.from_parent(self, name=name, example=example, linked=linked)
        if linked.rulebook.properties:
            reports = known_reports(examples.examples, linked)
            yield PropertiesItem.from_parent(
                self, name="properties", linked=linked, reports=reports
            )


class PropertiesItem(pytest.Item):
    """The properties that a rulebook says of itself, which are proved of all reports."""

    def __init__(
        self,
        *,
        linked: LinkedRulebook,
        reports: Sequence[Report],
        name: str,
        parent: pytest.Collector,
    ) -> None:
        """Keep the rulebook, and the reports of its examples, which may refute a property."""
        super().__init__(name, parent)
        self.linked, self.reports = linked, reports

    def runtest(self) -> None:
        """Prove them; without the solver they are skipped, and that is told."""
        from ruletrail.proofs import INSTALLING, has_solver, judge_properties  # noqa: PLC0415

        if not has_solver():
            pytest.skip(f"{INSTALLING} to prove properties")
        problems = judge_properties(self.linked, reports=self.reports)
        if has_errors(problems):
            raise ProblemsError(problems)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: _Style | None = None
    ) -> "str | TerminalRepr":
        """Write the properties that do not hold, with what breaks them."""
        if not isinstance(excinfo.value, ProblemsError):
            return super().repr_failure(excinfo, style)
        return problems_text(excinfo.value.problems, "en")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the place of the first one, for the summary."""
        first = next(iter(self.linked.rulebook.properties.values()))
        return self.path, first.expect.mark.line - 1, "properties"


class ExampleItem(pytest.Item):
    """One example."""

    def __init__(
        self, *, example: Example, linked: LinkedRulebook, name: str, parent: pytest.Collector
    ) -> None:
        """Keep the example and the rulebook that must answer it."""
        super().__init__(name, parent)
        self.example, self.linked = example, linked

    def runtest(self) -> None:
        """Evaluate the example's report and compare."""
        outcome = run_example(self.example, self.linked)
        if outcome.failures:
            raise NotMetError(outcome)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: _Style | None = None
    ) -> "str | TerminalRepr":
        """Write what was expected, what was found, and why."""
        if not isinstance(excinfo.value, NotMetError):
            return super().repr_failure(excinfo, style)
        outcome = excinfo.value.outcome
        lines = []
        for failure in outcome.failures[:MOST_FAILURES]:
            expected, found = tell_failure(failure, "en")
            lines += [
                f"{failure.mark}: {failure.place}",
                f"  expected {expected}",
                f"  found    {found}",
            ]
            if failure.step and outcome.record is not None:
                lines += [f"    {line}" for line in explain_step(outcome.record, failure.step)]
        rest = len(outcome.failures) - MOST_FAILURES
        lines += [f"more failures: {rest}"] if rest > 0 else []
        shown = "".join(f"{make_inert(line)}\n" for line in lines)
        return shown + problems_text(outcome.problems, "en")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the place of the example, for the summary."""
        return self.path, self.example.mark.line - 1, f"example: {self.name}"
