"""From a resolved document, already checked against the schema of rulebooks, to a typed `Rulebook`.

Each formula is parsed once. Every defect is collected, and the entries that have none are still
built. What names mean is found by `linking`.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    members_of,
    text_of,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, Severity, tell_once, term
from ruletrail.rulebooks.building_dated import (
    build_day,
    build_values,
    day_of_entry,
    read_constant,
    refuse_both,
)
from ruletrail.rulebooks.building_lookups import build_scale, build_table
from ruletrail.rulebooks.clauses import (
    Gathering,
    build_basis,
    build_clause,
    build_clause_or_reason,
    build_display,
    build_rounding,
    build_sentence,
    build_template,
    entries_of,
    mapping_at,
    scalars_at,
    text_at,
    whole_at,
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
    Property,
    RowList,
    Rule,
    Rulebook,
    RuleException,
    Scale,
    Section,
    Source,
)
from ruletrail.values import NotEncoded

_Built = TypeVar("_Built")


def build_rulebook(node: MappingNode) -> tuple[Rulebook, list[Problem]]:
    """Build a rulebook from its resolved tree without the entries in error; returns the errors."""
    gathering, in_force = _begin(node), mapping_at(node, "in_force")
    report = cast("ScalarNode", node.get("report"))
    entries, dropped = _build_entries(gathering, node)
    identity = (text_at(node, key) for key in ("rulebook", "edition", "version"))
    parameters, without_value = _build_named(gathering, node, "parameters", _parameter)
    scales, without_bands = _build_named(gathering, node, "scales", build_scale)
    tables, without_rows = _build_named(gathering, node, "tables", build_table)
    rulebook = Rulebook(
        identity=Identity(*identity),
        status="published" if gathering.published else "draft",
        title=text_at(node, "title"),
        report=report.text,
        in_force_from=text_at(in_force, "from"),
        in_force_to=text_at(in_force, "to"),
        locale=gathering.locale,
        mark=node.mark,
        report_mark=report.mark,
        sources={code: _source(code, entry) for code, _, entry in entries_of(node, "sources")},
        parameters=parameters,
        groups=_groups(node),
        lists={
            code: _list(gathering, code, key.mark, entry)
            for code, key, entry in entries_of(node, "lists")
        },
        entries=entries,
        dropped=frozenset(dropped | without_value | without_bands | without_rows),
        language=gathering.language,
        day=gathering.day,
        scales={code: _with_day(each, parameters) for code, each in scales.items()},
        tables=tables,
        properties=_properties(gathering, node),
    )
    return rulebook, gathering.problems


def _begin(node: MappingNode) -> Gathering:
    """Read what holds for all entries; what is published says from when it is in force."""
    status, locale = text_at(node, "status"), cast("Language", text_at(node, "locale") or "it")
    language, day = whole_at(node, "language"), build_day(node)
    lookups = frozenset(members_of(node.get("scales"))) | frozenset(members_of(node.get("tables")))
    gathering = Gathering(locale, status == "published", language, lookups, day, root=node)
    if gathering.published and mapping_at(node, "in_force") is None:
        gathering.note("published-without-in-force", node.keys["status"].mark)
    return gathering


def _build_named(
    gathering: Gathering,
    node: MappingNode,
    kind: str,
    build: Callable[[Gathering, str, Mark, MappingNode], _Built | None],
) -> tuple[dict[str, _Built], set[str]]:
    """Build what has no defect of one kind; name the others."""
    built = {
        code: build(gathering, code, key.mark, entry) for code, key, entry in entries_of(node, kind)
    }
    kept = {code: each for code, each in built.items() if each is not None}
    return kept, built.keys() - kept.keys()


def _build_entries(gathering: Gathering, node: MappingNode) -> tuple[dict[str, Entry], set[str]]:
    """Build the entries that have no defect; name the others."""
    entries: dict[str, Entry] = {}
    dropped: set[str] = set()
    before, owned = list(gathering.problems), []
    for kind, build in _KINDS.items():
        for code, key, entry in entries_of(node, kind):
            gathering.problems = []
            built = build(gathering, code, key.mark, entry)
            if built is None:
                dropped.add(code)
            elif code in entries:
                gathering.note_repeated(code, key.mark, entries[code].mark)
            else:
                entries[code] = built
            owned += [(code, problem) for problem in gathering.problems]
    gathering.problems = [*before, *tell_once(owned)]
    return entries, dropped


def _with_day(scale: Scale, parameters: Mapping[str, Parameter]) -> Scale:
    """Give a scale that is always the same the day by which its parameters change."""
    if scale.day is not None:
        return scale
    read = (parameters.get(code) for code, _ in scale.constants)
    day = next((each.day for each in read if each is not None and each.day is not None), None)
    return scale if day is None else replace(scale, day=day)


def _source(code: str, entry: MappingNode) -> Source:
    return Source(code, *(text_at(entry, key) for key in ("title", "kind", "url", "note")))


def _parameter(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Parameter | None:
    node, listed = entry.get("value"), entry.get("values")
    if not isinstance(node, ScalarNode) and listed is None:
        gathering.note("incomplete-entry", mark, "add-value", code=code, key="value")
        return None
    refuse_both(gathering, entry, ("value", "values"))
    label, basis = text_at(entry, "label") or code, build_basis(gathering, entry)
    unit, display = text_at(entry, "unit"), build_display(entry)
    if isinstance(node, ScalarNode):
        value = read_constant(gathering, node, unit)
        if entry.get("day") is not None:
            gathering.note("day-of-nothing", entry.keys["day"].mark, code=code)
        if value is None:
            return None
        return Parameter(
            code, mark, label, basis, value, node.text, unit or None, display, node.mark
        )
    day = day_of_entry(gathering, code, mark, entry, is_dated=True)
    values = build_values(gathering, listed, unit)
    if values is None or day is None:
        return None
    first = values[0]
    return Parameter(
        code, mark, label, basis, None, first.text, unit or None, display, first.value_mark, values,
        day,
    )  # fmt: skip


def _groups(node: MappingNode) -> dict[str, Group]:
    groups, found = mapping_at(node, "groups"), {}
    if groups is None:
        return {}
    for code in groups.values:
        items, mark = scalars_at(groups, code), groups.keys[code].mark
        texts, marks = tuple(item.text for item in items), tuple(item.mark for item in items)
        found[code] = Group(code, mark, texts, marks)
    return found


def _list(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> RowList:
    written = entry.get("row")
    template = None
    if isinstance(written, ScalarNode):
        template = build_template(gathering, written)
    label = text_at(entry, "label")
    return RowList(code, mark, label, template, written if template is not None else None)  # type: ignore[arg-type]  # a scalar


def _properties(gathering: Gathering, node: MappingNode) -> dict[str, Property]:
    """Read the sentences that hold for every report; the schema asks each for its `expect`."""
    found: dict[str, Property] = {}
    for code, key, entry in entries_of(node, "properties"):
        expect, basis = build_clause(gathering, entry.get("expect")), build_basis(gathering, entry)
        if expect is not None:
            found[code] = Property(code, key.mark, text_at(entry, "label") or code, basis, expect)
    return found


def _rule(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Rule | None:
    formula = build_clause_or_reason(gathering, entry, code, mark, "formula")
    when = build_clause(gathering, entry.get("when"))
    rounding, basis = build_rounding(gathering, entry), build_basis(gathering, entry)
    exceptions = _exceptions(gathering, code, entry)
    if formula is None or exceptions is None:
        return None
    unit, label = text_at(entry, "unit") or None, text_at(entry, "label") or code
    display = build_display(entry)
    heading = text_at(entry, "heading")
    return Rule(
        code, mark, label, basis, when, formula, unit, rounding, display, exceptions, heading
    )


def _exceptions(
    gathering: Gathering, code: str, entry: MappingNode
) -> tuple[RuleException, ...] | None:
    """Read the exceptions of a rule; None where one of them has a defect."""
    listed = entry.get("exceptions")
    nodes = listed.items if isinstance(listed, SequenceNode) else ()
    read = (_exception(gathering, code, node) for node in nodes if isinstance(node, MappingNode))
    found = [each for each in list(read) if each is not None]
    return tuple(found) if len(found) == len(nodes) else None


def _exception(gathering: Gathering, code: str, node: MappingNode) -> RuleException | None:
    if node.get("when") is None:
        gathering.note("incomplete-entry", node.mark, code=code, key="when")
    when = build_clause(gathering, node.get("when"))
    called = text_at(node, "label") or text_at(node, "when") or code
    formula = build_clause_or_reason(gathering, node, called, node.mark, "formula")
    basis = build_basis(gathering, node)
    if when is None or formula is None:
        return None
    return RuleException(node.mark, text_at(node, "label"), basis, when, formula)


def _decision(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Decision | None:
    label, basis = text_at(entry, "label") or code, build_basis(gathering, entry)
    policy = cast("Policy", text_at(entry, "policy") or "exclusive")
    reason, listed = entry.get("not_encoded"), entry.get("cases")
    if isinstance(reason, ScalarNode):
        if listed is not None:
            gathering.note("conflicting-keys", reason.mark, first="cases", second="not_encoded")
        return Decision(code, mark, label, basis, policy, NotEncoded((reason.text,)))
    if not isinstance(listed, SequenceNode):
        gathering.note("incomplete-entry", mark, code=code, key="cases")
        return None
    nodes = [item for item in listed.items if isinstance(item, MappingNode)]
    cases = [_case(gathering, code, item, is_last=item is nodes[-1]) for item in nodes]
    kept = tuple(case for case in cases if case is not None)
    return Decision(code, mark, label, basis, policy, kept)


def _case(gathering: Gathering, code: str, node: MappingNode, *, is_last: bool) -> Case | None:
    message, basis = build_sentence(gathering, node.get("message")), build_basis(gathering, node)
    outcome, labels = text_at(node, "outcome"), _labels(gathering, node.get("label"))
    label = labels.get(gathering.locale, "") or text_at(node, "label")
    if not outcome:
        gathering.note("incomplete-entry", node.mark, code=code, key="outcome")
        return None
    otherwise = node.get("otherwise")
    if otherwise is None:
        advice = "add-when-or-otherwise" if is_last else ""
        where = f"{code}.{outcome}"
        clause = build_clause_or_reason(gathering, node, where, node.mark, "when", advice=advice)
        if clause is None:
            # told already; the outcome is one all the same, and who asks for it is not blamed
            clause = Clause(NotEncoded(("",)), cast("ScalarNode", node.get("outcome")))
        return Case(outcome, node.mark, clause, label, basis, message, labels)
    for key in ("when", "not_encoded"):
        if node.get(key) is not None:
            gathering.note("conflicting-keys", otherwise.mark, first=key, second="otherwise")
    if not is_last:
        gathering.note("otherwise-not-last", otherwise.mark, code=code)
    return Case(outcome, node.mark, None, label, basis, message, labels)


def _labels(gathering: Gathering, node: Node | None) -> dict[str, str]:
    """Read a label that is given by language; the rulebook's own has to be among them."""
    if not isinstance(node, MappingNode):
        return {}
    if gathering.locale not in node.values:
        details = {"language": term(gathering.locale)}
        gathering.problems.append(Problem("message-language", node.mark, details))
    return {language: text_of(written) for language, written in node.values.items()}


def _section(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Section | None:
    due = entry.get("due")
    if due is None:
        gathering.note("incomplete-entry", mark, "add-due", code=code, key="due")
    clause = build_clause(gathering, due)
    reason, fields = entry.get("not_encoded"), scalars_at(entry, "fields")
    if reason is not None and fields:
        gathering.note("conflicting-keys", reason.mark, first="fields", second="not_encoded")
    listed = {item.text for item in fields}
    for item in scalars_at(entry, "optional"):
        if item.text not in listed:
            gathering.note("optional-not-listed", item.mark, code=item.text)
    messages, part_of = members_of(entry.get("message")), entry.get("part_of")
    basis = build_basis(gathering, entry)
    when_due = build_sentence(gathering, messages.get("due"))
    when_not_due = build_sentence(gathering, messages.get("not_due"))
    if clause is None:
        return None
    return Section(
        code=code,
        mark=mark,
        label=text_at(entry, "title") or text_at(entry, "label") or code,
        basis=basis,
        due=clause,
        part_of=text_at(entry, "part_of") or None,
        part_of_mark=part_of.mark if part_of is not None else mark,
        fields=tuple(item.text for item in fields),
        field_marks=tuple(item.mark for item in fields),
        optional=tuple(item.text for item in scalars_at(entry, "optional")),
        not_encoded=NotEncoded((reason.text,)) if isinstance(reason, ScalarNode) else None,
        when_due=when_due,
        when_not_due=when_not_due,
    )


def _check(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Check | None:
    expect = build_clause_or_reason(gathering, entry, code, mark, "expect")
    message, basis = build_sentence(gathering, entry.get("message")), build_basis(gathering, entry)
    severity = cast("Severity", text_at(entry, "severity") or "error")
    label = text_at(entry, "label") or code
    return Check(code, mark, label, basis, expect, severity, message) if expect else None


def _message(gathering: Gathering, code: str, mark: Mark, entry: MappingNode) -> Message | None:
    basis, label = build_basis(gathering, entry), text_at(entry, "label") or code
    reason, text = entry.get("not_encoded"), build_sentence(gathering, entry.get("text"))
    if text is not None and isinstance(reason, ScalarNode) and entry.get("when") is None:
        return Message(code, mark, label, basis, Clause(NotEncoded((reason.text,)), reason), text)
    if entry.get("when") is None:
        gathering.note("incomplete-entry", mark, "message-always", code=code, key="when")
        return None
    when = build_clause(gathering, entry.get("when"))
    if text is not None and reason is not None:
        gathering.note("conflicting-keys", reason.mark, first="text", second="not_encoded")
    if text is None and not isinstance(reason, ScalarNode):
        gathering.note("incomplete-entry", mark, code=code, key="text")
        return None
    if when is None:
        return None
    shown = text if text is not None else NotEncoded((text_at(entry, "not_encoded"),))
    return Message(code, mark, label, basis, when, shown)


_KINDS: dict[str, Callable[[Gathering, str, Mark, MappingNode], Entry | None]] = {
    "rules": _rule,
    "decisions": _decision,
    "sections": _section,
    "checks": _check,
    "messages": _message,
}
