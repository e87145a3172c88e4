"""From a resolved document, already checked against the schema of rulebooks, to a typed `Rulebook`.

Each formula is parsed once, here. Every defect is collected; the rulebook is returned only when none is an
error. What names mean is `plans`' business.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.formulas import parse_formula
from ruletrail.problems import Mark, Problem, Severity, quote
from ruletrail.rulebooks.entries import (
    Basis,
    Case,
    Check,
    Clause,
    Decision,
    Display,
    Entry,
    Evidence,
    Group,
    Identity,
    Language,
    Message,
    Parameter,
    Policy,
    Rounding,
    Rule,
    Rulebook,
    Section,
    Sentence,
    Source,
)
from ruletrail.rulebooks.findings import to_problem
from ruletrail.rulebooks.templates import parse_template
from ruletrail.values import NotEncoded, RoundingMode, Value, is_plain_number, read_number

_LANGUAGES = ("it", "en")


@dataclass(slots=True)
class _Builder:
    """What is gathered while one rulebook is built."""

    locale: Language
    published: bool
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, mark: Mark, /, **details: str) -> None:
        self.problems.append(Problem(code, mark, {name: quote(text) for name, text in details.items()}))


def build_rulebook(node: MappingNode) -> tuple[Rulebook, list[Problem]]:
    """Build a rulebook from its resolved tree, leaving out the entries that have errors; returns the errors too."""
    status = _text(node, "status")
    builder = _Builder(cast("Language", _text(node, "locale") or "it"), published=status == "published")
    in_force = _mapping(node, "in_force")
    if status == "published" and in_force is None:
        builder.note("published-without-in-force", node.keys["status"].mark)
    report = cast("ScalarNode", node.get("report"))
    entries: dict[str, Entry] = {}
    dropped: set[str] = set()
    for kind, build in _KINDS.items():
        for code, key, entry in _entries(node, kind):
            built = build(builder, code, key.mark, entry)
            if built is None:
                dropped.add(code)
            elif code in entries:
                first = entries[code].mark.line
                builder.problems.append(Problem("duplicate-code", key.mark, {"code": quote(code), "line": str(first)}))
            else:
                entries[code] = built
    rulebook = Rulebook(
        identity=Identity(_text(node, "rulebook"), _text(node, "edition"), _text(node, "version")),
        status="published" if builder.published else "draft",
        title=_text(node, "title"),
        report=report.text,
        in_force_from=_text(in_force, "from"),
        in_force_to=_text(in_force, "to"),
        locale=builder.locale,
        mark=node.mark,
        report_mark=report.mark,
        sources={code: _source(code, entry) for code, _, entry in _entries(node, "sources")},
        parameters=_kept(_parameter(builder, code, key.mark, entry) for code, key, entry in _entries(node, "parameters")),
        groups=_groups(node),
        entries=entries,
        dropped=frozenset(dropped),
    )
    return rulebook, builder.problems


def _kept(parameters: Iterable[Parameter | None]) -> dict[str, Parameter]:
    return {parameter.code: parameter for parameter in parameters if parameter is not None}


# -- Reading nodes that the schema has vouched for ---------------------------------------------------------------


def _text(node: MappingNode | None, key: str) -> str:
    value = node.get(key) if node is not None else None
    return value.text if isinstance(value, ScalarNode) else ""


def _mapping(node: MappingNode, key: str) -> MappingNode | None:
    value = node.get(key)
    return value if isinstance(value, MappingNode) else None


def _items(node: MappingNode, key: str) -> list[ScalarNode]:
    value = node.get(key)
    return [item for item in value.items if isinstance(item, ScalarNode)] if isinstance(value, SequenceNode) else []


def _entries(node: MappingNode, kind: str) -> list[tuple[str, ScalarNode, MappingNode]]:
    group = _mapping(node, kind)
    if group is None:
        return []
    return [(code, group.keys[code], entry) for code, entry in group.values.items() if isinstance(entry, MappingNode)]


def _basis(builder: _Builder, entry: MappingNode) -> Basis:
    source = entry.get("source")
    sources = (source.text,) if isinstance(source, ScalarNode) else tuple(item.text for item in _items(entry, "source"))
    evidence = _text(entry, "evidence") or None
    if evidence == "assumed" and builder.published:
        builder.note("assumed-in-published", cast("ScalarNode", entry.get("evidence")).mark)
    return Basis(sources, cast("Evidence | None", evidence), _text(entry, "note"))


# -- Clauses, sentences, display ---------------------------------------------------------------------------------


def _clause(builder: _Builder, node: Node | None) -> Clause | None:
    """Read a formula, a condition, or the reason why it is not encoded; None when absent or wrong."""
    if isinstance(node, MappingNode):
        gap = cast("ScalarNode", node.get("not_encoded"))
        return Clause(NotEncoded((gap.text,)), gap)
    if not isinstance(node, ScalarNode):
        return None
    formula, findings = parse_formula(node.text)
    builder.problems += [to_problem(finding, node) for finding in findings]
    return Clause(formula, node) if formula is not None else None


def _clause_or_gap(builder: _Builder, entry: MappingNode, code: str, mark: Mark, key: str) -> Clause | None:
    """Read the clause under a key, or `not_encoded` in its place; exactly one of them must stand."""
    gap = entry.get("not_encoded")
    if entry.get(key) is not None and gap is not None:
        builder.note("conflicting-keys", gap.mark, first=key, second="not_encoded")
        return None
    if isinstance(gap, ScalarNode):
        return Clause(NotEncoded((gap.text,)), gap)
    if entry.get(key) is None:
        builder.note("incomplete-entry", mark, code=code, key=key)
        return None
    return _clause(builder, entry.get(key))


def _sentence(builder: _Builder, node: Node | None) -> Sentence | None:
    if not isinstance(node, MappingNode):
        return None
    templates = {}
    for language in _LANGUAGES:
        text = node.get(language)
        if isinstance(text, ScalarNode):
            template = parse_template(text.text)
            if template is None:
                builder.note("template-form", text.mark, text=text.text)
            else:
                templates[language] = template
    if node.get(builder.locale) is None:
        builder.note("message-language", node.mark, language=builder.locale)
    return Sentence(templates, _basis(builder, node), node.mark)


def _whole(node: MappingNode, key: str) -> int:
    """Read a whole number that the schema has vouched for; `2.0` is one."""
    return int(read_number(_text(node, key)) or 0)


def _display(entry: MappingNode) -> Display | None:
    node = _mapping(entry, "display")
    if node is None:
        return None
    return Display(_whole(node, "decimals") if node.get("decimals") is not None else None, _text(node, "grouping") != "false")


def _rounding(builder: _Builder, entry: MappingNode) -> Rounding | None:
    node = _mapping(entry, "round")
    if node is None:
        return None
    for key in ("decimals", "mode"):
        if node.get(key) is None:
            builder.note("missing-key", node.mark, key=key)
            return None
    return Rounding(_whole(node, "decimals"), cast("RoundingMode", _text(node, "mode")))


# -- One function per kind of entry ------------------------------------------------------------------------------


def _source(code: str, entry: MappingNode) -> Source:
    return Source(code, _text(entry, "title"), _text(entry, "kind"), _text(entry, "url"), _text(entry, "note"))


def _parameter(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Parameter | None:
    node = entry.get("value")
    if not isinstance(node, ScalarNode):
        builder.note("incomplete-entry", mark, code=code, key="value")
        return None
    basis = _basis(builder, entry)
    return Parameter(
        code, mark, _text(entry, "label") or code, basis, _value(node), node.text, _text(entry, "unit") or None, _display(entry)
    )


def _value(node: ScalarNode) -> Value:
    """Read a parameter as the schema did: quoting makes a text, then number, then boolean."""
    if node.style == "quoted":
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    number = read_number(node.text) if node.style == "number" or is_plain_number(node.text) else None
    return node.text if number is None else number


def _groups(node: MappingNode) -> dict[str, Group]:
    groups = _mapping(node, "groups")
    if groups is None:
        return {}
    found = {}
    for code in groups.values:
        items = _items(groups, code)
        found[code] = Group(code, groups.keys[code].mark, tuple(i.text for i in items), tuple(i.mark for i in items))
    return found


def _rule(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Rule | None:
    formula = _clause_or_gap(builder, entry, code, mark, "formula")
    when = _clause(builder, entry.get("when"))
    rounding, basis = _rounding(builder, entry), _basis(builder, entry)
    if formula is None:
        return None
    unit, label = _text(entry, "unit") or None, _text(entry, "label") or code
    return Rule(code, mark, label, basis, when, formula, unit, rounding, _display(entry))


def _decision(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Decision | None:
    label, basis = _text(entry, "label") or code, _basis(builder, entry)
    policy = cast("Policy", _text(entry, "policy") or "exclusive")
    gap, listed = entry.get("not_encoded"), entry.get("cases")
    if isinstance(gap, ScalarNode):
        if listed is not None:
            builder.note("conflicting-keys", gap.mark, first="cases", second="not_encoded")
        return Decision(code, mark, label, basis, policy, NotEncoded((gap.text,)))
    if not isinstance(listed, SequenceNode):
        builder.note("incomplete-entry", mark, code=code, key="cases")
        return None
    nodes = [item for item in listed.items if isinstance(item, MappingNode)]
    cases = [_case(builder, code, item, is_last=index == len(nodes) - 1) for index, item in enumerate(nodes)]
    return Decision(code, mark, label, basis, policy, tuple(case for case in cases if case is not None))


def _case(builder: _Builder, code: str, node: MappingNode, *, is_last: bool) -> Case | None:
    message, basis = _sentence(builder, node.get("message")), _basis(builder, node)
    outcome = _text(node, "outcome")
    if not outcome:
        builder.note("incomplete-entry", node.mark, code=code, key="outcome")
        return None
    otherwise = node.get("otherwise")
    if otherwise is None:
        clause = _clause_or_gap(builder, node, f"{code}.{outcome}", node.mark, "when")
        return Case(outcome, node.mark, clause, _text(node, "label"), basis, message) if clause is not None else None
    for key in ("when", "not_encoded"):
        if node.get(key) is not None:
            builder.note("conflicting-keys", otherwise.mark, first=key, second="otherwise")
    if not is_last:
        builder.note("otherwise-not-last", otherwise.mark, code=code)
    return Case(outcome, node.mark, None, _text(node, "label"), basis, message)


def _section(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Section | None:
    due = entry.get("due")
    if due is None:
        builder.note("incomplete-entry", mark, code=code, key="due")
    clause = _clause(builder, due)
    gap, fields = entry.get("not_encoded"), _items(entry, "fields")
    if gap is not None and fields:
        builder.note("conflicting-keys", gap.mark, first="fields", second="not_encoded")
    listed = {item.text for item in fields}
    for item in _items(entry, "optional"):
        if item.text not in listed:
            builder.note("optional-not-listed", item.mark, code=item.text)
    messages = _mapping(entry, "message")
    basis = _basis(builder, entry)
    when_due = _sentence(builder, messages.get("due")) if messages else None
    when_not_due = _sentence(builder, messages.get("not_due")) if messages else None
    if clause is None:
        return None
    return Section(
        code, mark, _text(entry, "title") or _text(entry, "label") or code, basis, clause, _text(entry, "part_of") or None,
        tuple(item.text for item in fields), tuple(item.mark for item in fields),
        tuple(item.text for item in _items(entry, "optional")),
        NotEncoded((gap.text,)) if isinstance(gap, ScalarNode) else None, when_due, when_not_due,
    )  # fmt: skip


def _check(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Check | None:
    expect = _clause_or_gap(builder, entry, code, mark, "expect")
    message, basis = _sentence(builder, entry.get("message")), _basis(builder, entry)
    severity = cast("Severity", _text(entry, "severity") or "error")
    return Check(code, mark, _text(entry, "label") or code, basis, expect, severity, message) if expect is not None else None


def _message(builder: _Builder, code: str, mark: Mark, entry: MappingNode) -> Message | None:
    basis, label = _basis(builder, entry), _text(entry, "label") or code
    gap, text = entry.get("not_encoded"), _sentence(builder, entry.get("text"))
    if text is not None and isinstance(gap, ScalarNode) and entry.get("when") is None:
        return Message(code, mark, label, basis, Clause(NotEncoded((gap.text,)), gap), text)
    if entry.get("when") is None:
        builder.note("incomplete-entry", mark, code=code, key="when")
        return None
    when = _clause(builder, entry.get("when"))
    if text is not None and gap is not None:
        builder.note("conflicting-keys", gap.mark, first="text", second="not_encoded")
    if text is None and not isinstance(gap, ScalarNode):
        builder.note("incomplete-entry", mark, code=code, key="text")
        return None
    if when is None:
        return None
    shown = text if text is not None else NotEncoded((_text(entry, "not_encoded"),))
    return Message(code, mark, label, basis, when, shown)


_KINDS: dict[str, Callable[[_Builder, str, Mark, MappingNode], Entry | None]] = {
    "rules": _rule,
    "decisions": _decision,
    "sections": _section,
    "checks": _check,
    "messages": _message,
}
