"""A rulebook's tree written out: `for_each` for each combination of values, `extends` merged.

Of two rulebooks maps merge, `remove` drops, anything else replaces. Marks stay those of the file
and the text that wrote what stands. What identifies a version (name, edition, version, status,
title, report, in_force) is never inherited.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import cast

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    members_of,
    place_of,
)
from ruletrail.documents.document_shapes import OF_FORMULAS, VARIABLE
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.lexer import join_row_codes, read_tokens
from ruletrail.problems import Mark, Problem, quote, quote_to_write, refusal
from ruletrail.suggestions import KnownNames, Nearest, nearest_name

FOR_EACH_VALUE = "for-each-value"
"""The hint where it is not clear how what is to be written holds for all values."""
MOST_ENTRIES = 20_000
MOST_BYTES = 32 * 1024 * 1024
"""Of the texts that all `for_each` of a document write together."""

ENTRY_KINDS = ("rules", "decisions", "sections", "checks", "messages")
REMOVABLE = (
    *ENTRY_KINDS, "properties", "lists", "parameters", "groups", "scales", "tables", "sources",
)  # fmt: skip
INHERITED = (*REMOVABLE, "locale", "day")
_ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "parameters": ("value", "values"),
    "scales": ("bands", "versions"),
    "tables": ("rows", "file", "versions"),
}
"""The keys of which an entry has one: an extending entry that gives one drops the base's other."""

_ALWAYS = frozenset({"value", "bands", "rows", "file"})
"""The keys by which an entry has no dated entries: then the base's `day` is dropped, too."""

_NAMED = 5
"""How many readers of what is removed are named."""


@dataclass(slots=True)
class _Budget:
    """What writing out may still add, so that a few lines cannot become gigabytes."""

    nodes: int = RULEBOOK_LIMITS.nodes
    bytes: int = 0

    def reserve(self, size: int, mark: Mark) -> None:
        """Count what a `for_each` is about to write; raises `ProblemsError` past the limit."""
        self.bytes += size
        if self.bytes > MOST_BYTES:
            raise refusal("for-each-too-large", mark, limit=str(MOST_BYTES))

    def spend(self, node: ScalarNode, length: int) -> None:
        """Count one written value; raises `ProblemsError` at a limit of documents."""
        self.nodes -= 1
        if self.nodes < 0:
            raise refusal("too-many-nodes", node.mark, limit=str(RULEBOOK_LIMITS.nodes))
        if length > RULEBOOK_LIMITS.scalar:
            raise refusal("text-too-long", node.mark, limit=str(RULEBOOK_LIMITS.scalar))


def expand_for_each(rulebook: MappingNode) -> tuple[MappingNode, list[Problem]]:
    """Return the rulebook with every `for_each` written out, and what is wrong with them."""
    problems: list[Problem] = []
    values, budget = dict(rulebook.values), _Budget()
    count = sum(len(members_of(values.get(key))) for key in ("parameters", "groups"))
    for kind in ENTRY_KINDS:
        entries = values.get(kind)
        if isinstance(entries, MappingNode):
            variables = (_variables(entry) for entry in entries.values.values())
            count += sum(prod(map(len, names.values())) for names in variables)
            if count > MOST_ENTRIES:
                raise refusal("too-many-entries", entries.mark, limit=str(MOST_ENTRIES))
            values[kind] = _expand_entries(entries, problems, budget)
    return replace(rulebook, values=values), problems


def _variables(entry: Node) -> dict[str, list[str]]:
    for_each = members_of(members_of(entry).get("for_each"))
    return {
        name: [item.text for item in node.items if isinstance(item, ScalarNode)]
        for name, node in for_each.items()
        if isinstance(node, SequenceNode)
    }


def _expand_entries(entries: MappingNode, problems: list[Problem], budget: _Budget) -> MappingNode:
    values: dict[str, Node] = {}
    keys: dict[str, ScalarNode] = {}
    for written, entry in entries.values.items():
        key = entries.keys[written]
        for code, node in _expand_entry(written, key, entry, problems, budget):
            if code in values:
                details = {"code": quote(code), "line": str(keys[code].mark.line)}
                problems.append(Problem("duplicate-code", key.mark, details))
            values[code], keys[code] = node, replace(key, text=code)
    return MappingNode(values, keys, entries.mark)


_WRITTEN_OTHERWISE = re.compile(
    r"[$%]?(?:\{{1,3}|\[|<|\() *(?P<name>[A-Za-z]\w*) *(?:\}{1,3}|\]|>|\))"
)
"""A variable in a code, as this language and others write one."""


def _judge_code(
    written: str, key: ScalarNode, variables: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """List the variables in a code that are none of its entry's, and those that it lacks.

    Readers miss the codes that it would have had: they are told by `values` and `codes`.
    """
    used, names = set(VARIABLE.findall(written)), set(variables)
    unknown, unused = sorted(used - names), sorted(names - used)
    values = " ".join(value for name in sorted(names) for value in variables[name])
    details = {"values": values, "codes": " ".join(_list_codes(written, variables))}
    otherwise = [each for each in _WRITTEN_OTHERWISE.finditer(written) if each["name"] in names]
    meant = _WRITTEN_OTHERWISE.sub(lambda each: f"{{{each['name']}}}", written)
    if len(unknown) == len(unused) == 1:
        # one name for the other
        meant, shown = meant.replace(f"{{{unknown[0]}}}", f"{{{unused[0]}}}"), f"{{{unknown[0]}}}"
    else:
        shown = next((each[0] for each in otherwise if each[0] != f"{{{each['name']}}}"), "")
    if shown and meant != written and set(VARIABLE.findall(meant)) == names:
        instead = quote_to_write(f"{meant}:")
        details |= {"name": quote(shown), "text": quote(written), "instead": instead}
        return [Problem("for-each-unknown", key.mark, details, "", "write-instead")]
    return [
        Problem(code, key.mark, {**details, "name": quote(f"{{{name}}}")})
        for code, wrong in (("for-each-unknown", unknown), ("for-each-unused", unused))
        for name in wrong
    ]


def _list_codes(written: str, variables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """List the codes that an entry would have by one variable, wherever in its code that stood."""
    for value in next(iter(variables.values())) if len(variables) == 1 else ():
        yield from (
            written + value,
            f"{written}_{value}",
            value.join(_WRITTEN_OTHERWISE.split(written)[::2]),
        )


def _expand_entry(
    written: str, key: ScalarNode, entry: Node, problems: list[Problem], budget: _Budget
) -> list[tuple[str, Node]]:
    variables = _variables(entry)
    names = set(variables)
    wrong = _judge_code(written, key, variables) if names or "{" in written else []
    problems += wrong
    if wrong:
        return []
    if not names or not isinstance(entry, MappingNode):
        problems += _find_lone_heading(entry)
        return [(written, entry)]
    members = {key: value for key, value in entry.values.items() if key != "for_each"}
    bare, expanded = replace(entry, values=members), []
    bare = cast("MappingNode", _without_unknown(bare, names, problems))
    budget.reserve(_count_bytes(written, bare, variables), entry.keys["for_each"].mark)
    for combination in product(*variables.values()):
        chosen = dict(zip(variables, combination, strict=True))
        expanded.append((_fill(written, chosen), _substitute(bare, chosen, budget)))
    return expanded


def _count_bytes(written: str, bare: Node, variables: Mapping[str, Sequence[str]]) -> int:
    """Count the bytes of the codes and texts of all combinations, exactly, and write none."""
    sizes = {name: [len(value.encode()) for value in each] for name, each in variables.items()}
    times = prod(map(len, sizes.values()))
    if not times:
        return 0
    # in all texts together a value takes the place of its name as often as any other of its list
    gains = {name: sum(each) * times // len(each) for name, each in sizes.items()}
    total = 0
    for text in (written, *_list_texts(bare)):
        total += times * len(text.encode())
        for found in VARIABLE.finditer(text) if "{" in text else ():
            if found[1] in gains:
                total += gains[found[1]] - times * len(found[0])
    return total


def _list_texts(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ScalarNode):
            yield each.text
        elif isinstance(each, SequenceNode):
            waiting += each.items
        else:
            waiting += each.values.values()


def _find_lone_heading(entry: Node) -> list[Problem]:
    """Find the title of a table that is none: only the rules of a `for_each` form one."""
    if not isinstance(entry, MappingNode) or "heading" not in entry.values:
        return []
    return [Problem("missing-key", entry.keys["heading"].mark, {"key": quote("for_each")})]


def _without_unknown(node: Node, names: set[str], problems: list[Problem], key: str = "") -> Node:
    """Put aside the formulas with a variable that `for_each` does not have, each a problem.

    They become what is not encoded, so that nothing that reads them is blamed.
    """
    if isinstance(node, MappingNode):
        below = {at: _without_unknown(it, names, problems, at) for at, it in node.values.items()}
        return replace(node, values=below)
    if isinstance(node, SequenceNode):
        items = tuple(_without_unknown(item, names, problems) for item in node.items)
        return replace(node, items=items)
    unknown = [each for each in VARIABLE.finditer(node.text) if each[1] not in names]
    if key not in OF_FORMULAS or not unknown:
        return node
    for each in unknown:
        near = nearest_name(each[1], names) or (min(names) if len(names) == 1 else "")
        suggestion = f"{{{near}}}" if near else ""
        mark, name = place_of(node, each.start()), quote(each[0])
        problems.append(Problem("for-each-unknown", mark, {"name": name}, suggestion))
    reason = replace(node, text=each[0])
    return MappingNode({"not_encoded": reason}, {"not_encoded": node}, node.mark)


def _substitute(node: Node, chosen: dict[str, str], budget: _Budget) -> Node:
    match node:
        case ScalarNode():
            names = node.text.count("{")
            # counted before it is written: a text that would be too long is never made
            budget.spend(node, names and len(node.text) + names * max(map(len, chosen.values())))
            text = _fill(node.text, chosen)
            if text == node.text:
                return node
            return replace(node, text=text, inline=False, template=node, chosen=chosen)
        case SequenceNode():
            items = tuple(_substitute(item, chosen, budget) for item in node.items)
            return replace(node, items=items)
        case MappingNode():
            members = node.values.items()
            return replace(node, values={k: _substitute(v, chosen, budget) for k, v in members})


def _fill(text: str, chosen: dict[str, str]) -> str:
    if "{" not in text:
        return text
    return VARIABLE.sub(lambda match: chosen.get(match.group(1), match.group()), text)


def unfill(template: str, chosen: Mapping[str, str], offset: int) -> int:
    """Return the offset in a text with `{names}` that an offset in the filled text comes from."""
    end = at = 0
    for match in VARIABLE.finditer(template):
        value = chosen.get(match.group(1))
        if value is None:
            continue
        literal = match.start() - end
        if offset < at + literal:
            break
        if offset < at + literal + len(value):
            return match.start()
        at += literal + len(value)
        end = match.end()
    return end + offset - at


def merge_rulebooks(base: MappingNode, over: MappingNode) -> tuple[MappingNode, list[Problem]]:
    """Lay `over` upon `base`, both written out; returns the whole and the unknown removals."""
    lists = members_of(base.get("lists"))
    base, problems = _remove(base, over)
    values, keys = dict(over.values), dict(over.keys)
    for kind in INHERITED:
        inherited = base.get(kind)
        if inherited is None:
            continue
        own = over.get(kind)
        if own is not None and kind in _ALTERNATIVES:
            inherited = _without_alternatives(inherited, own, _ALTERNATIVES[kind])
        values[kind] = inherited if own is None else _merge(inherited, own)
        keys.setdefault(kind, base.keys[kind])
    problems += _find_read_lists(values, over, lists)
    for consumed in ("extends", "remove"):
        values.pop(consumed, None)
    return MappingNode(values, keys, over.mark), problems


def _without_alternatives(base: Node, over: Node, keys: tuple[str, ...]) -> Node:
    """Leave out, of the entries that another overlays, what it gives in another way."""
    if not isinstance(base, MappingNode):
        return base
    values = dict(base.values)
    for code, entry in members_of(over).items():
        under = values.get(code)
        given = members_of(entry).keys() & set(keys)
        if isinstance(under, MappingNode) and given:
            dropped = {*keys, "day"} if given & _ALWAYS else {*keys}
            kept = {key: value for key, value in under.values.items() if key not in dropped}
            values[code] = replace(under, values=kept, keys={key: under.keys[key] for key in kept})
    return replace(base, values=values)


def _find_read_lists(
    merged: Mapping[str, Node], over: MappingNode, lists: Collection[str]
) -> Iterator[Problem]:
    """Find lists of the base that are removed while an entry still has or reads their rows."""
    removed = over.get("remove")
    entries = [
        each
        for kind in (*ENTRY_KINDS, "properties")
        for each in members_of(merged.get(kind)).items()
    ]
    for item in removed.items if isinstance(removed, SequenceNode) else ():
        code = item.text if isinstance(item, ScalarNode) else ""
        if code in lists and code not in members_of(over.get("lists")):
            readers = [quote(name) for name, entry in entries if _reads(code, name, entry)]
            if readers:
                yield refuse_removal(code, item.mark, readers)


def refuse_removal(code: str, mark: Mark, readers: Sequence[str]) -> Problem:
    """Say at the removal of a code which entries, quoted, still read it."""
    details = {"code": quote(code), "others": list_readers(readers)}
    return Problem("remove-still-read", mark, details)


def list_readers(readers: Sequence[str]) -> str:
    """List the first of the entries, quoted, that read a code."""
    return ", ".join(readers[:_NAMED]) + (", …" if readers[_NAMED:] else "")


def _reads(over: str, name: str, entry: Node) -> bool:
    """Tell whether an entry is of the rows of a list, or a clause or field of it names the list."""
    waiting: list[tuple[str, Node]] = [("fields", ScalarNode(name, "plain", entry.mark))]
    waiting.append(("", entry))
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting += node.values.items()
        elif isinstance(node, SequenceNode):
            waiting += [(key, item) for item in node.items]
        elif key in (*OF_FORMULAS, "fields") and any(
            token.kind == "name" and token.text.partition(".")[0] == over
            for token in join_row_codes(read_tokens(node.text))
        ):
            return True
    return False


def _merge(base: Node, over: Node) -> Node:
    if not isinstance(base, MappingNode) or not isinstance(over, MappingNode):
        return over
    values, keys = dict(base.values), dict(base.keys)
    for key, value in over.values.items():
        values[key] = _merge(values[key], value) if key in values else value
        keys[key] = over.keys[key]
    return MappingNode(values, keys, over.mark)


def _remove(base: MappingNode, over: MappingNode) -> tuple[MappingNode, list[Problem]]:
    removed = over.get("remove")
    if not isinstance(removed, SequenceNode):
        return base, []
    known = dict.fromkeys(key for kind in REMOVABLE for key in members_of(base.get(kind)))
    items = [item for item in removed.items if isinstance(item, ScalarNode)]
    codes = {item.text for item in items}
    problems, names = [], KnownNames(known)
    for unknown in (item for item in items if item.text not in known):
        details, near = {"code": quote(unknown.text)}, Nearest(unknown.text, names)
        problems.append(Problem("remove-unknown", unknown.mark, details, near))
    values = dict(base.values)
    for kind in REMOVABLE:
        node = values.get(kind)
        if isinstance(node, MappingNode):
            kept = {key: value for key, value in node.values.items() if key not in codes}
            values[kind] = replace(node, values=kept, keys={key: node.keys[key] for key in kept})
    return MappingNode(values, base.keys, base.mark), problems
