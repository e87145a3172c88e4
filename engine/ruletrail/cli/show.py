"""`ruletrail show REF`: a rulebook's text; with `--resolved`, after `extends` and `for_each`.

Resolved, every entry carries a comment with the mark of the file that wrote it, and the whole is a
rulebook again.
"""

import argparse

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook, refuse_inputs
from ruletrail.documents import MappingNode, Node, write_yaml
from ruletrail.fast_dataclasses import replace
from ruletrail.formatter import order_of, sort_keys
from ruletrail.library import Source, load_linked, resolve

_ENTRY_DEPTH = 2
_ENTRY_KINDS = frozenset({
    "sources", "parameters", "groups", "lists", "scales", "tables", "rules", "decisions",
    "sections", "checks", "messages", "properties",
})  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebook", metavar="REF|PATH")
    parser.add_argument("--resolved", action="store_true")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Show a rulebook that loads; one that does not shows its problems."""
    source = find_own_rulebook(options)
    load_linked(source)
    text = write_resolved(resolve(source, [])) if options.resolved else ""
    if options.output:
        refuse_inputs(options.output, [], source)
        console.write_file(options.output, text.encode("utf-8") or source.read())
    elif text:
        console.write_machine(text)
    else:
        console.write_lines(source.read().decode("utf-8-sig"))
    return 0


def resolve_source(source: Source) -> str:
    """Write a rulebook that loads resolved; one that does not raises `ProblemsError`."""
    load_linked(source)
    return write_resolved(resolve(source, []))


def write_resolved(resolved: MappingNode) -> str:
    """Write a resolved rulebook, each entry with the mark of the key that wrote it.

    What is said of the whole stands before its entries, also what it takes from another.
    """
    heads = [key for key, node in resolved.values.items() if not isinstance(node, MappingNode)]
    order = [heads[at] for at in sort_keys(heads, order_of("rulebook", ()))]
    order += [key for key in resolved.values if key not in heads]
    resolved = replace(resolved, values={key: resolved.values[key] for key in order})

    def remark(path: tuple[str, ...], _node: Node) -> str:
        group = resolved.get(path[0]) if path[0] in _ENTRY_KINDS else None
        if len(path) != _ENTRY_DEPTH or not isinstance(group, MappingNode):
            return ""
        return str(group.keys[path[1]].mark)

    return write_yaml(resolved, remark)
