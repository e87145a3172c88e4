"""The pieces of entries: clauses, sentences, display, basis; from nodes of the right form."""

from typing import cast

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Finding, parse_formula
from ruletrail.problems import Mark, Problem, quote, term
from ruletrail.rulebooks.entries import (
    Basis,
    Clause,
    Display,
    Evidence,
    Language,
    Rounding,
    Sentence,
)
from ruletrail.rulebooks.templates import parse_template
from ruletrail.values import NotEncoded, RoundingMode, Value, is_plain_number, read_number

_TYPES = frozenset({"number", "text", "boolean"})
_SUGGESTING = frozenset({"unknown-code", "unknown-function"})


def to_problem(finding: Finding, node: ScalarNode) -> Problem:
    """Give a finding of a formula the mark that its offset has in the file."""
    return describe(finding, mark_at(node, finding.offset))


def mark_at(node: ScalarNode, offset: int) -> Mark:
    """Return the mark of an offset in a scalar, or the scalar's where its text was changed."""
    if not node.inline:
        return node.mark
    return replace(
        node.mark, column=node.mark.column + offset + (1 if node.style == "quoted" else 0)
    )


def describe(finding: Finding, mark: Mark) -> Problem:
    """Put a finding into a problem's terms."""
    details = {
        "text": quote(finding.text),
        "instead": quote(finding.instead),
        "expected": _term(finding.expected),
        "found": _term(finding.found),
    }
    if finding.code in _SUGGESTING:
        return Problem(finding.code, mark, details, suggestion=finding.instead)
    return Problem(finding.code, mark, details, advice="write-instead" if finding.instead else "")


def _term(text: str) -> str:
    return term(text) if text in _TYPES else text


_LANGUAGES = ("it", "en")


@dataclass(slots=True)
class Gathering:
    """What is gathered while a rulebook is built: language, status, problems."""

    locale: Language
    published: bool
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, mark: Mark, /, **details: str) -> None:
        """Add a problem; the details are quoted."""
        self.problems.append(
            Problem(code, mark, {name: quote(text) for name, text in details.items()})
        )


# -- Reading nodes that the schema has vouched for


def text_of(node: MappingNode | None, key: str) -> str:
    """Return the text under a key, or nothing."""
    value = node.get(key) if node is not None else None
    return value.text if isinstance(value, ScalarNode) else ""


def mapping_of(node: MappingNode, key: str) -> MappingNode | None:
    """Return the mapping under a key, if one stands there."""
    value = node.get(key)
    return value if isinstance(value, MappingNode) else None


def items_of(node: MappingNode, key: str) -> list[ScalarNode]:
    """List the scalars of the list under a key."""
    value = node.get(key)
    return (
        [item for item in value.items if isinstance(item, ScalarNode)]
        if isinstance(value, SequenceNode)
        else []
    )


def entries_of(node: MappingNode, kind: str) -> list[tuple[str, ScalarNode, MappingNode]]:
    """List the entries of one kind: code, key, mapping."""
    group = mapping_of(node, kind)
    if group is None:
        return []
    return [
        (code, group.keys[code], entry)
        for code, entry in group.values.items()
        if isinstance(entry, MappingNode)
    ]


def build_basis(gathering: Gathering, entry: MappingNode) -> Basis:
    """Read what an entry rests on."""
    source = entry.get("source")
    written = [source] if isinstance(source, ScalarNode) else items_of(entry, "source")
    evidence = text_of(entry, "evidence") or None
    if evidence == "assumed" and gathering.published:
        gathering.note("assumed-in-published", cast("ScalarNode", entry.get("evidence")).mark)
    sources, marks = tuple(item.text for item in written), tuple(item.mark for item in written)
    return Basis(sources, cast("Evidence | None", evidence), text_of(entry, "note"), marks)


# -- Clauses, sentences, display


def build_clause(gathering: Gathering, node: Node | None) -> Clause | None:
    """Read a formula, a condition, or why it is not encoded; None when absent or wrong."""
    if isinstance(node, MappingNode):
        gap = cast("ScalarNode", node.get("not_encoded"))
        return Clause(NotEncoded((gap.text,)), gap)
    if not isinstance(node, ScalarNode):
        return None
    formula, findings = parse_formula(node.text)
    gathering.problems += [to_problem(finding, node) for finding in findings]
    return Clause(formula, node) if formula is not None else None


def build_clause_or_gap(
    gathering: Gathering, entry: MappingNode, code: str, mark: Mark, key: str
) -> Clause | None:
    """Read the clause under a key or the `not_encoded` in its place, exactly one of the two."""
    gap = entry.get("not_encoded")
    if entry.get(key) is not None and gap is not None:
        gathering.note("conflicting-keys", gap.mark, first=key, second="not_encoded")
        return None
    if isinstance(gap, ScalarNode):
        return Clause(NotEncoded((gap.text,)), gap)
    if entry.get(key) is None:
        gathering.note("incomplete-entry", mark, code=code, key=key)
        return None
    return build_clause(gathering, entry.get(key))


def build_sentence(gathering: Gathering, node: Node | None) -> Sentence | None:
    """Read a message in the languages that the author gave."""
    if not isinstance(node, MappingNode):
        return None
    nodes = {
        language: text
        for language in _LANGUAGES
        if isinstance(text := node.get(language), ScalarNode)
    }
    templates = {}
    for language, text in nodes.items():
        template = parse_template(text.text)
        if template is None:
            gathering.note("template-form", text.mark, text=text.text)
        else:
            templates[language] = template
    if gathering.locale not in nodes:
        gathering.problems.append(
            Problem("message-language", node.mark, {"language": term(gathering.locale)})
        )
    return Sentence(templates, nodes, build_basis(gathering, node), node.mark)


def _whole(node: MappingNode, key: str) -> int:
    """Read a whole number that the schema has vouched for; `2.0` is one."""
    return int(read_number(text_of(node, key)) or 0)


def build_display(entry: MappingNode) -> Display | None:
    """Read how a value is shown."""
    node = mapping_of(entry, "display")
    if node is None:
        return None
    return Display(
        _whole(node, "decimals") if node.get("decimals") is not None else None,
        text_of(node, "grouping") != "false",
    )


def build_rounding(gathering: Gathering, entry: MappingNode) -> Rounding | None:
    """Read how a rule rounds."""
    node = mapping_of(entry, "round")
    if node is None:
        return None
    for key in ("decimals", "mode"):
        if node.get(key) is None:
            gathering.note("missing-key", node.mark, key=key)
            return None
    return Rounding(_whole(node, "decimals"), cast("RoundingMode", text_of(node, "mode")))


def build_value(node: ScalarNode) -> Value:
    """Read a parameter as the schema did: quoting makes a text, then number, then boolean."""
    if node.style == "quoted":
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    number = (
        read_number(node.text) if node.style == "number" or is_plain_number(node.text) else None
    )
    return node.text if number is None else number
