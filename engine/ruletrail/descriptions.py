"""What a rulebook says of its codes, for programs that build forms, tables and pages of it.

Everything here is written by the author of the rulebook or of its report schema, nothing computed.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.linked_rulebook import label_of, unit_of
from ruletrail.linking.names import CHECK_OUTCOMES, SECTION_OUTCOMES
from ruletrail.rulebooks import Basis, Check, Clause, Decision, Rule, Section
from ruletrail.rulebooks.entries import Case as WrittenCase
from ruletrail.rulebooks.entries import Source
from ruletrail.schemas.places import expand, property_fragments
from ruletrail.values import ExactValue, NotEncoded, to_decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field, or an outcome, may have, and what people call it.

    >>> import ruletrail
    >>> ruletrail.load("examples/garden/garden.yaml").fields["plot"].choices[0]
    Choice(value='small', label='small')
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a decision: its outcome, and the condition that leads to it as it is written.

    `when` is empty for `otherwise`, and where the condition is not encoded.

    >>> import ruletrail
    >>> case = ruletrail.load("examples/garden/garden.yaml").decisions["outcome"].cases[0]
    >>> case.outcome, case.when
    ('refused', 'own_garden')
    """

    outcome: str
    label: str
    when: str = ""
    not_encoded: str = ""
    source: tuple[Source, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a rulebook says of one code. What it does not say is empty.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> plan.rules["fee"].unit, plan.rules["fee"].formula
    ('EUR', 'size · square_metre')
    >>> [choice.value for choice in plan.fields["plot"].choices]
    ['small', 'large']
    """

    code: str
    kind: str
    """`field`, `rule`, `decision`, `section`, `check` or `parameter`."""
    label: str
    type: str
    """`number`, `text` or `boolean`; outcomes are texts."""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    """What it may be, where that is listed: the words of outcomes too."""
    source: tuple[Source, ...] = ()
    """The documents that it rests on, each with `id`, `title`, `kind`, `url` and `note`."""
    evidence: str = ""
    """How well it is known: `seed`, `quoted`, `inferred` or `assumed`."""
    note: str = ""
    formula: str = ""
    """A rule's formula; the condition of a section (`due`) or check (`expect`); as written."""
    when: str = ""
    """The condition on which a rule applies, as written."""
    not_encoded: str = ""
    """Why there is no formula, condition, case or list of fields."""
    cases: tuple[Case, ...] = ()
    """The cases of a decision, in the order written."""
    value: ExactValue | None = None
    """The value of a parameter."""
    fields: tuple[str, ...] = ()
    """The fields of a section."""
    optional: tuple[str, ...] = ()
    """Those of them that may be empty when the section is due."""
    part_of: str = ""
    """The section that a section belongs to."""
    severity: str = ""
    """How bad it is when a check fails: `error`, `warning` or `info`."""
    format: str = ""
    """What the schema says of the form of a field's texts: `date`, or another."""


Descriptions = Mapping[str, Description]


@dataclass(frozen=True, slots=True)
class Described:
    """What a rulebook says of all its codes, kind by kind."""

    fields: Descriptions
    rules: Descriptions
    decisions: Descriptions
    sections: Descriptions
    checks: Descriptions
    parameters: Descriptions


def describe(linked: LinkedRulebook) -> Described:
    """Describe every code of a rulebook, fields in the order of the form, entries as written."""
    return Described(
        _describe_fields(linked),
        _describe_rules(linked),
        _describe_decisions(linked),
        _describe_sections(linked),
        _describe_checks(linked),
        _describe_parameters(linked),
    )


def _describe_fields(linked: LinkedRulebook) -> Descriptions:
    content = linked.schema.content
    top = expand([content], content)
    here = list(expand(property_fragments(top, "fields"), content))
    found = []
    for code, declared in linked.schema.fields.items():
        fragments = list(expand(property_fragments(here, code), content))
        found.append(
            Description(
                code,
                "field",
                label_of(linked, code) if declared.label == code else declared.label,
                declared.type,
                declared.unit or "",
                tuple(_choices(fragments)),
                note=next(iter(_texts(fragments, "description")), ""),
                format=declared.format,
            )
        )
    return _by_code(found)


def _choices(fragments: Iterable[Mapping[str, Any]]) -> Iterator[Choice]:
    """Yield what a field may be: the values listed, with the titles of single ones."""
    seen: set[str] = set()
    for fragment in fragments:
        title = fragment.get("title")
        for value in fragment.get("enum", [fragment["const"]] if "const" in fragment else []):
            if isinstance(value, str) and value not in seen:
                seen.add(value)
                named = "const" in fragment and isinstance(title, str)
                yield Choice(value, str(title) if named else value)


def _texts(fragments: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return [text for each in fragments if isinstance(text := each.get(key), str)]


def _describe_rules(linked: LinkedRulebook) -> Descriptions:
    return _by_code(
        Description(
            rule.code,
            "rule",
            label_of(linked, rule.code),
            linked.signatures[rule.code].type,
            unit_of(linked, rule.code) or "",
            tuple(Choice(text, text) for text in linked.signatures[rule.code].choices),
            *_basis(linked, rule.basis),
            formula=_text_of(rule.formula),
            when=_text_of(rule.when),
            not_encoded=_why_not(rule.formula),
        )
        for rule in linked.rulebook.entries.values()
        if isinstance(rule, Rule)
    )


def _describe_decisions(linked: LinkedRulebook) -> Descriptions:
    return _by_code(
        _describe_decision(linked, decision)
        for decision in linked.rulebook.entries.values()
        if isinstance(decision, Decision)
    )


def _describe_decision(linked: LinkedRulebook, decision: Decision) -> Description:
    written = decision.cases if isinstance(decision.cases, tuple) else ()
    names: dict[str, str] = {}
    for case in written:
        names.setdefault(case.outcome, case.label or case.outcome)
    return Description(
        decision.code,
        "decision",
        label_of(linked, decision.code),
        "text",
        "",
        tuple(Choice(outcome, label) for outcome, label in names.items()),
        *_basis(linked, decision.basis),
        not_encoded=decision.cases.why if isinstance(decision.cases, NotEncoded) else "",
        cases=tuple(_describe_case(linked, case) for case in written),
    )


def _describe_case(linked: LinkedRulebook, case: WrittenCase) -> Case:
    sources, evidence, _ = _basis(linked, case.basis)
    label, when = case.label or case.outcome, _text_of(case.when)
    return Case(case.outcome, label, when, _why_not(case.when), sources, evidence)


def _describe_sections(linked: LinkedRulebook) -> Descriptions:
    return _by_code(
        Description(
            section.code,
            "section",
            label_of(linked, section.code),
            "text",
            "",
            tuple(Choice(word, word) for word in SECTION_OUTCOMES),
            *_basis(linked, section.basis),
            formula=_text_of(section.due),
            not_encoded=_why_not(section.due) or _reason(section.not_encoded),
            fields=section.fields,
            optional=section.optional,
            part_of=section.part_of or "",
        )
        for section in linked.rulebook.entries.values()
        if isinstance(section, Section)
    )


def _describe_checks(linked: LinkedRulebook) -> Descriptions:
    return _by_code(
        Description(
            check.code,
            "check",
            label_of(linked, check.code),
            "text",
            "",
            tuple(Choice(word, word) for word in CHECK_OUTCOMES),
            *_basis(linked, check.basis),
            formula=_text_of(check.expect),
            not_encoded=_why_not(check.expect),
            severity=check.severity,
        )
        for check in linked.rulebook.entries.values()
        if isinstance(check, Check)
    )


def _describe_parameters(linked: LinkedRulebook) -> Descriptions:
    return _by_code(
        Description(
            parameter.code,
            "parameter",
            parameter.label,
            linked.signatures[parameter.code].type,
            parameter.unit or "",
            (),
            *_basis(linked, parameter.basis),
            value=to_decimal(parameter.value)
            if isinstance(parameter.value, Fraction)
            else parameter.value,
        )
        for parameter in linked.rulebook.parameters.values()
    )


def _by_code(found: Iterable[Description]) -> Descriptions:
    return MappingProxyType({description.code: description for description in found})


def _basis(linked: LinkedRulebook, basis: Basis) -> tuple[tuple[Source, ...], str, str]:
    sources = tuple(linked.rulebook.sources[name] for name in basis.sources)
    return sources, basis.evidence or "", basis.note


def _text_of(clause: Clause | None) -> str:
    if clause is None or isinstance(clause.content, NotEncoded):
        return ""
    return clause.node.text


def _why_not(clause: Clause | None) -> str:
    return _reason(clause.content) if clause is not None else ""


def _reason(content: object) -> str:
    return content.why if isinstance(content, NotEncoded) else ""


# -- Reports ---------------------------------------------------------------------------------------


def report_schema(linked: LinkedRulebook) -> dict[str, Any]:
    """Return the JSON Schema of reports as plain data, the caller's own to change."""
    return _plain(linked.schema.content)  # type: ignore[no-any-return]  # a mapping stays one


def _plain(content: Any) -> Any:
    """Copy a schema's content with the numbers that `json` knows."""
    if isinstance(content, Mapping):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return float(content) if isinstance(content, Decimal) else content


def blank_report(linked: LinkedRulebook) -> dict[str, Any]:
    """Return a report without values: every key of subject and fields in the form's order."""
    content = linked.schema.content
    top = list(expand([content], content))
    subject = [
        name
        for fragment in expand(property_fragments(top, "subject"), content)
        for name in fragment.get("properties", ())
    ]
    return {
        "rulebook": linked.rulebook.identity.reference,
        **({"subject": dict.fromkeys(subject)} if subject else {}),
        "fields": dict.fromkeys(linked.schema.fields),
    }
