"""The layout that lies beside a rulebook: found, checked, built and linked, for `read` and for `check`."""

from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS, read_bytes, read_document
from ruletrail.layouts import Layout, build_layout, link_layout
from ruletrail.library import Source, own_schema
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Problem, quote
from ruletrail.schemas import Schema, check_schema

_SUFFIX = ".layout.yaml"


def layout_path(source: Source) -> Path:
    """Name the layout of a rulebook's edition, whether it exists or not; all versions share it."""
    return source.path.with_name(source.path.name.removesuffix(".yaml").partition("@")[0] + _SUFFIX)


def examine_layout(
    path: Path, shown: str, schema: Schema | None, plan: LinkedRulebook | None
) -> tuple[Layout | None, list[Problem]]:
    """Read a layout as far as it goes; names are checked as far as the schema and the plan are known."""
    node, problems = read_document(
        read_bytes(path, shown, RULEBOOK_LIMITS.size), shown, RULEBOOK_LIMITS
    )
    if node is None or problems:
        return None, problems
    _, problems = check_schema(node, own_schema("layout.schema.json"))
    if problems:
        return None, problems
    layout, problems = build_layout(node)
    if layout is None:
        return None, problems
    if schema is not None:
        problems = [*problems, *link_layout(layout, schema)]
    identity = plan.rulebook.identity if plan is not None else None
    if identity is not None and layout.rulebook not in (identity.reference, str(identity)):
        details = {"text": quote(layout.rulebook), "rulebook": quote(str(identity))}
        problems = [*problems, Problem("layout-of-another", layout.mark, details)]
    return layout, problems
