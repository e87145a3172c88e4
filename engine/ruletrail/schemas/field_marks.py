"""Where a form's document writes the names of its fields, for what is wrong with one."""

from collections.abc import Iterable, Iterator, Mapping

from ruletrail.documents import MappingNode, Node, ScalarNode, items_of, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote, quote_to_write

_OF_NAMES = ("code-form", "foreign-letter", "code-reserved")
"""What is told of a name that is none a field can have."""


def at_names(problems: Iterable[Problem], report: Mark, node: Node) -> Iterator[Problem]:
    """Put names that no field can have where the form writes them, not where it is named."""
    marks: Mapping[str, Mark] = {}
    for problem in problems:
        if problem.code not in _OF_NAMES or problem.mark != report:
            yield problem
            continue
        marks = marks or _mark_names(node)
        named = problem.details.get("code", problem.details.get("text", ""))
        details = dict(problem.details)
        if "instead" in details:  # a field of a row is written there without its list
            details["instead"] = quote_to_write(details["instead"].strip("`").rpartition(".")[2])
        is_there = named in marks
        yield replace(problem, mark=marks[named], details=details) if is_there else problem


def _mark_names(node: Node) -> dict[str, Mark]:
    """Give the place of each field, and of each field of a row, as problems quote its code."""
    fields = members_of(members_of(members_of(node).get("properties")).get("fields"))
    plain = list(_names_in(fields.get("properties"), ""))
    # what is referred to, `$defs/row`, stands apart; a word of a row's name is the row's
    elsewhere = list(_names_anywhere(node))
    found: dict[str, Mark] = {}
    for name, key in [*plain, *elsewhere]:
        found.setdefault(quote(name), key.mark)
    return found


def _names_in(node: Node | None, over: str) -> Iterator[tuple[str, ScalarNode]]:
    for name, key in (node.keys if isinstance(node, MappingNode) else {}).items():
        yield f"{over}{name}", key
        rows = members_of(members_of(node).get(name)).get("items")
        if not over:
            yield from _names_in(members_of(rows).get("properties"), f"{name}.")


def _names_anywhere(node: Node | None) -> Iterator[tuple[str, ScalarNode]]:
    for item in items_of(node):
        yield from _names_anywhere(item)
    for key, value in members_of(node).items():
        if key == "properties" and isinstance(value, MappingNode):
            yield from value.keys.items()
        yield from _names_anywhere(value)
