"""From a resolved document, already checked against the schema of rulebooks, to a typed `Rulebook`.

Each formula is parsed once. Every defect is collected, and the entries that have none are still
built. What names mean is `plans`' business.
"""

from collections.abc import Callable, Iterable
from typing import cast

from ruletrail.documents import MappingNode, ScalarNode, SequenceNode
from ruletrail.problems import Mark, Problem, Severity, quote
from ruletrail.rulebooks.clauses import (
    Gathering,
    build_basis,
    build_clause,
    build_clause_or_gap,
    build_display,
    build_rounding,
    build_sentence,
    build_value,
    entries_of,
    items_of,
    mapping_of,
    text_of,
)
from ruletrail.rulebooks.entries import (
    Case,
    Check,
    Clause,
    Decision,
    Entry,
    Group,
    Identity,
    Language,
    Message,
    Parameter,
    Policy,
    Rule,
    Rulebook,
    Section,
    Source,
)
from ruletrail.values import NotEncoded


def build_rulebook(node: MappingNode) -> tuple[Rulebook, list[Problem]]:
    """Build a rulebook from its resolved tree without the entries in error; returns the errors."""
    status = text_of(node, "status")
    gathering = Gathering(
        cast("Language", text_of(node, "locale") or "it"), published=status == "published"
    )
    in_force = mapping_of(node, "in_force")
    if status == "published" and in_force is None:
        gathering.note("published-without-in-force", node.keys["status"].mark)
    report = cast("ScalarNode", node.get("report"))
    entries: dict[str, Entry] = {}
    dropped: set[str] = set()
    for kind, build in _KINDS.items():
        for code, key, entry in entries_of(node, kind):
            built = build(gathering, code, key.mark, entry)
            if built is None:
                dropped.add(code)
            elif code in entries:
                first = entries[code].mark.line
                gathering.problems.append(
                    Problem("duplicate-code", key.mark, {"code": quote(code), "line": str(first)})
                )
            else:
                entries[code] = built
    rulebook = Rulebook(
        identity=Identity(
            text_of(node, "rulebook"), text_of(node, "edition"), text_of(node, "version")
        ),
        status="published" if gathering.published else "draft",
        title=text_of(node, "title"),
        report=report.text,
        in_force_from=text_of(in_force, "from"),
        in_force_to=text_of(in_force, "to"),
        locale=gathering.locale,
        mark=node.mark,
        report_mark=report.mark,
        sources={code: _source(code, entry) for code, _, entry in entries_of(node, "sources")},
        parameters=_kept(
            _parameter(gathering, code, key.mark, entry)
            for code, key, entry in entries_of(node, "parameters")
        ),
        groups=_groups(node),
        entries=entries,
        dropped=frozenset(dropped),
    )
    return rulebook, gathering.problems


def _kept(parameters: Iterable[Parameter | None]) -> dict[str, Parameter]:
    return {parameter.code: parameter for parameter in parameters if parameter is not None}


# -- One function per kind of entry


def _source(code: str, entry: MappingNode) -> Source:
    return Source(
        code,
        text_of(entry, "title"),
        text_of(entry, "kind"),
        text_of(entry, "url"),
        text_of(entry, "note"),
    )


def _parameter(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Parameter | None:
    node = entry.get("value")
    if not isinstance(node, ScalarNode):
        gathering.note("incomplete-entry", mark, code=code, key="value")
        return None
    basis = build_basis(gathering, entry)
    return Parameter(
        code,
        mark,
        text_of(entry, "label") or code,
        basis,
        build_value(node),
        node.text,
        text_of(entry, "unit") or None,
        build_display(entry),
    )


def _groups(node: MappingNode) -> dict[str, Group]:
    groups = mapping_of(node, "groups")
    if groups is None:
        return {}
    found = {}
    for code in groups.values:
        items = items_of(groups, code)
        found[code] = Group(
            code, groups.keys[code].mark, tuple(i.text for i in items), tuple(i.mark for i in items)
        )
    return found


def _rule(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Rule | None:
    formula = build_clause_or_gap(gathering, entry, code, mark, "formula")
    when = build_clause(gathering, entry.get("when"))
    rounding, basis = build_rounding(gathering, entry), build_basis(gathering, entry)
    if formula is None:
        return None
    unit, label = text_of(entry, "unit") or None, text_of(entry, "label") or code
    return Rule(code, mark, label, basis, when, formula, unit, rounding, build_display(entry))


def _decision(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Decision | None:
    label, basis = text_of(entry, "label") or code, build_basis(gathering, entry)
    policy = cast("Policy", text_of(entry, "policy") or "exclusive")
    gap, listed = entry.get("not_encoded"), entry.get("cases")
    if isinstance(gap, ScalarNode):
        if listed is not None:
            gathering.note("conflicting-keys", gap.mark, first="cases", second="not_encoded")
        return Decision(code, mark, label, basis, policy, NotEncoded((gap.text,)))
    if not isinstance(listed, SequenceNode):
        gathering.note("incomplete-entry", mark, code=code, key="cases")
        return None
    nodes = [item for item in listed.items if isinstance(item, MappingNode)]
    cases = [
        _case(gathering, code, item, is_last=index == len(nodes) - 1)
        for index, item in enumerate(nodes)
    ]
    return Decision(
        code, mark, label, basis, policy, tuple(case for case in cases if case is not None)
    )


def _case(gathering: Gathering, code: str, node: MappingNode, *, is_last: bool) -> Case | None:
    message, basis = build_sentence(gathering, node.get("message")), build_basis(gathering, node)
    outcome = text_of(node, "outcome")
    if not outcome:
        gathering.note("incomplete-entry", node.mark, code=code, key="outcome")
        return None
    otherwise = node.get("otherwise")
    if otherwise is None:
        clause = build_clause_or_gap(gathering, node, f"{code}.{outcome}", node.mark, "when")
        return (
            Case(outcome, node.mark, clause, text_of(node, "label"), basis, message)
            if clause is not None
            else None
        )
    for key in ("when", "not_encoded"):
        if node.get(key) is not None:
            gathering.note("conflicting-keys", otherwise.mark, first=key, second="otherwise")
    if not is_last:
        gathering.note("otherwise-not-last", otherwise.mark, code=code)
    return Case(outcome, node.mark, None, text_of(node, "label"), basis, message)


def _section(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Section | None:
    due = entry.get("due")
    if due is None:
        gathering.note("incomplete-entry", mark, code=code, key="due")
    clause = build_clause(gathering, due)
    gap, fields = entry.get("not_encoded"), items_of(entry, "fields")
    if gap is not None and fields:
        gathering.note("conflicting-keys", gap.mark, first="fields", second="not_encoded")
    listed = {item.text for item in fields}
    for item in items_of(entry, "optional"):
        if item.text not in listed:
            gathering.note("optional-not-listed", item.mark, code=item.text)
    messages, part_of = mapping_of(entry, "message"), entry.get("part_of")
    basis = build_basis(gathering, entry)
    when_due = build_sentence(gathering, messages.get("due")) if messages else None
    when_not_due = build_sentence(gathering, messages.get("not_due")) if messages else None
    if clause is None:
        return None
    return Section(
        code=code,
        mark=mark,
        label=text_of(entry, "title") or text_of(entry, "label") or code,
        basis=basis,
        due=clause,
        part_of=text_of(entry, "part_of") or None,
        part_of_mark=part_of.mark if part_of is not None else mark,
        fields=tuple(item.text for item in fields),
        field_marks=tuple(item.mark for item in fields),
        optional=tuple(item.text for item in items_of(entry, "optional")),
        gap=NotEncoded((gap.text,)) if isinstance(gap, ScalarNode) else None,
        when_due=when_due,
        when_not_due=when_not_due,
    )


def _check(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Check | None:
    expect = build_clause_or_gap(gathering, entry, code, mark, "expect")
    message, basis = build_sentence(gathering, entry.get("message")), build_basis(gathering, entry)
    severity = cast("Severity", text_of(entry, "severity") or "error")
    return (
        Check(code, mark, text_of(entry, "label") or code, basis, expect, severity, message)
        if expect is not None
        else None
    )


def _message(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Message | None:
    basis, label = build_basis(gathering, entry), text_of(entry, "label") or code
    gap, text = entry.get("not_encoded"), build_sentence(gathering, entry.get("text"))
    if text is not None and isinstance(gap, ScalarNode) and entry.get("when") is None:
        return Message(code, mark, label, basis, Clause(NotEncoded((gap.text,)), gap), text)
    if entry.get("when") is None:
        gathering.note("incomplete-entry", mark, code=code, key="when")
        return None
    when = build_clause(gathering, entry.get("when"))
    if text is not None and gap is not None:
        gathering.note("conflicting-keys", gap.mark, first="text", second="not_encoded")
    if text is None and not isinstance(gap, ScalarNode):
        gathering.note("incomplete-entry", mark, code=code, key="text")
        return None
    if when is None:
        return None
    shown = text if text is not None else NotEncoded((text_of(entry, "not_encoded"),))
    return Message(code, mark, label, basis, when, shown)


_KINDS: dict[str, Callable[[Gathering, str, Mark, MappingNode], Entry | None]] = {
    "rules": _rule,
    "decisions": _decision,
    "sections": _section,
    "checks": _check,
    "messages": _message,
}
