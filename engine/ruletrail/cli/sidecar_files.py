"""What lies beside a rulebook, checked with it: the layout of its printed form and its examples."""

from collections.abc import Iterator

from ruletrail.cli.layouts import examine_layout, layout_path
from ruletrail.cli.sources import show_beside
from ruletrail.examples import examples_path, read_examples
from ruletrail.library import Source
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Problem, ProblemsError
from ruletrail.schemas import Schema


def check_companions(
    source: Source, schema: Schema | None, plan: LinkedRulebook | None
) -> Iterator[Problem]:
    """Find what is wrong with a rulebook's layout and examples; names are checked as far as the schema is known."""
    layout = layout_path(source)
    try:
        if layout.is_file():
            yield from examine_layout(layout, show_beside(source, layout), schema, plan)[1]
    except ProblemsError as error:
        yield from error.problems
    try:
        if examples_path(source).is_file():
            read_examples(source, plan)
    except ProblemsError as error:
        yield from error.problems
