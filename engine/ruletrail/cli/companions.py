"""What lies beside a rulebook, checked with it: the layout of its printed form and its examples."""

from collections.abc import Iterator
from pathlib import Path

from ruletrail.cli.sources import show_beside
from ruletrail.documents import RULEBOOK_LIMITS, read_bytes, read_document
from ruletrail.examples import examples_path, read_examples
from ruletrail.library import Source, own_schema
from ruletrail.plans import Plan
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.schemas import Schema, check_schema

LAYOUT = ".layout.yaml"


def check_companions(source: Source, schema: Schema | None, plan: Plan | None) -> Iterator[Problem]:
    """Find what is wrong with a rulebook's layout and examples; names are checked as far as the schema is known."""
    stem = source.path.name.removesuffix(".yaml")
    layout = source.path.with_name(stem.partition("@")[0] + LAYOUT)
    try:
        if layout.is_file():
            yield from _check_layout(layout, show_beside(source, layout), schema, plan)
    except ProblemsError as error:
        yield from error.problems
    try:
        if examples_path(source).is_file():
            read_examples(source, plan)
    except ProblemsError as error:
        yield from error.problems


def _check_layout(path: Path, shown: str, schema: Schema | None, plan: Plan | None) -> Iterator[Problem]:
    from ruletrail.layouts import build_layout, link_layout  # noqa: PLC0415 - only where a layout lies beside the rulebook

    node, problems = read_document(read_bytes(path, shown, RULEBOOK_LIMITS.size), shown, RULEBOOK_LIMITS)
    yield from problems
    if node is None or problems:
        return
    _, problems = check_schema(node, own_schema("layout.schema.json"))
    yield from problems
    if problems:
        return
    layout, problems = build_layout(node)
    yield from problems
    if layout is not None and schema is not None:
        yield from link_layout(layout, schema)
    if layout is not None and plan is not None:
        identity = plan.rulebook.identity
        if layout.rulebook not in (identity.reference, str(identity)):
            details = {"text": quote(layout.rulebook), "rulebook": quote(str(identity))}
            yield Problem("layout-of-another", Mark(shown, 1, 1), details)
