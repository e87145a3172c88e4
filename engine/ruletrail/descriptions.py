"""What a rulebook says of its codes, for programs that build forms, tables and pages of it.

Everything here is written by the author of the rulebook or of its report schema, nothing computed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Signature
from ruletrail.formulas.lookups import TableRow
from ruletrail.linking import CHECK_OUTCOMES, LinkedRulebook
from ruletrail.linking.linked_rulebook import label_of, unit_of
from ruletrail.rulebooks import (
    Basis,
    Check,
    Clause,
    Decision,
    Message,
    Parameter,
    Rule,
    RuleException,
    Scale,
    Section,
    Table,
)
from ruletrail.rulebooks.entries import Case as WrittenCase
from ruletrail.rulebooks.entries import Constant, Source, WrittenBand
from ruletrail.rulebooks.entries import DatedValue as WrittenValue
from ruletrail.schemas.places import expand, item_fragments, property_fragments
from ruletrail.values import ExactValue, NotApplicable, NotEncoded, give


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

    `when` is empty for `otherwise`, and where the condition is not encoded. An exception of a rule
    is one with a `formula` and without an outcome.

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
    formula: str = ""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value of a parameter, and the days on which it holds; without `last`, all from `first`."""

    first: date
    last: date | None
    value: ExactValue
    source: tuple[Source, ...] = ()
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a scale: where it begins, and what it gives, or its rate in a `marginal` scale.

    Both are numbers, or codes of parameters, which are texts.
    """

    begin: ExactValue
    is_past: bool
    """Whether it holds only past where it begins (`above`), and not there (`from`)."""
    value: ExactValue


@dataclass(frozen=True, slots=True)
class Key:
    """A column by which a table is looked up."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: for each key the values that it answers for, and what it gives."""

    keys: tuple[tuple[ExactValue, ...], ...]
    value: ExactValue


@dataclass(frozen=True, slots=True)
class Version:
    """Bands of a scale, or rows of a table, and the days on which they hold."""

    first: date
    last: date | None
    bands: tuple[Band, ...] = ()
    rows: tuple[Row, ...] = ()
    source: tuple[Source, ...] = ()
    evidence: str = ""
    note: str = ""


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
    """`field`, `rule`, `decision`, `section`, `check`, `parameter`, `scale` or `table`."""
    label: str
    type: str
    """`number`, `text`, `boolean` or `date`; outcomes are texts."""
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
    """The cases of a decision, or the exceptions of a rule, in the order written."""
    value: ExactValue | None = None
    """The value of a parameter; None where it changes with a day: then it has `values`."""
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
    values: tuple[DatedValue, ...] = ()
    """The values of a parameter that changes with a day, in the order of their days."""
    day: str = ""
    """The code of the day that decides among them, or among versions."""
    scale: str = ""
    """How a scale answers: `step`, `marginal` or `linear`."""
    of: str = ""
    """The unit of the number that a scale is read with."""
    times: str = ""
    """The code of the parameter that multiplies a scale's thresholds."""
    bands: tuple[Band, ...] = ()
    """The bands of a scale; empty where there are versions of it."""
    keys: tuple[Key, ...] = ()
    """What a table is looked up by, in the order of its arguments."""
    rows: tuple[Row, ...] = ()
    """The rows of a table; empty where there are versions of it."""
    otherwise: ExactValue | None = None
    """What a table gives for other keys."""
    otherwise_applies: bool = True
    """Whether a table applies to other keys; without `otherwise` they are then an error."""
    versions: tuple[Version, ...] = ()
    """The versions of a scale or table that changes with a day, in the order of their days."""


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
    scales: Descriptions
    tables: Descriptions


_KINDS = ("field", "rule", "decision", "section", "check", "parameter", "scale", "table")
_Entry = Rule | Decision | Section | Check | Parameter


def describe(linked: LinkedRulebook) -> Described:
    """Describe every code of a rulebook, fields in the order of the form, entries as written."""
    rulebook = linked.rulebook
    entries = [each for each in rulebook.entries.values() if not isinstance(each, Message)]
    described = [
        *_describe_fields(linked),
        *(_describe(linked, each) for each in (*entries, *rulebook.parameters.values())),
        *(_describe_scale(linked, each) for each in rulebook.scales.values()),
        *(_describe_table(linked, each) for each in rulebook.tables.values()),
    ]
    return Described(
        *(
            MappingProxyType({each.code: each for each in described if each.kind == kind})
            for kind in _KINDS
        )
    )


def _describe_fields(linked: LinkedRulebook) -> Iterator[Description]:
    content = linked.schema.content
    top = expand([content], content)
    here = list(expand(property_fragments(top, "fields"), content))
    declarations = {**linked.schema.fields, **linked.schema.cells}
    for code, declared in declarations.items():
        over, _, name = code.partition(".")
        fragments = list(expand(property_fragments(here, over), content))
        if name:
            rows = list(expand(item_fragments(fragments, 0), content))
            fragments = list(expand(property_fragments(rows, name), content))
        yield Description(
            code,
            "field",
            label_of(linked, code) if declared.label == code else declared.label,
            declared.type,
            declared.unit or "",
            tuple(_choices(fragments)),
            note=next(iter(_texts(fragments, "description")), ""),
            format=declared.format,
        )


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


def _describe(linked: LinkedRulebook, entry: _Entry) -> Description:
    """Describe an entry: what every kind says of itself, and what its own kind adds."""
    row_check = Signature("text", choices=CHECK_OUTCOMES)
    signature = linked.signatures.get(entry.code, row_check)
    names = _name_outcomes(entry)
    return Description(
        entry.code,
        type(entry).__name__.lower(),
        label_of(linked, entry.code),
        signature.type,
        unit_of(linked, entry.code) or "",
        tuple(Choice(value, names.get(value, value)) for value in signature.choices),
        *_basis(linked, entry.basis),
        **_read_own(linked, entry),
    )


def _read_own(linked: LinkedRulebook, entry: _Entry) -> dict[str, Any]:
    match entry:
        case Rule():
            cases = tuple(_describe_exception(linked, each) for each in entry.exceptions)
            return {**_read_clause(entry.formula), "when": _text_of(entry.when), "cases": cases}
        case Decision(cases=NotEncoded(why=why)):
            return {"not_encoded": why}
        case Decision():
            return {"cases": tuple(_describe_case(linked, case) for case in _list_cases(entry))}
        case Section():
            reason = {"not_encoded": _why_not(entry.due) or _reason(entry.not_encoded)}
            listed = {"fields": entry.fields, "optional": entry.optional}
            return {**_read_clause(entry.due), **reason, **listed, "part_of": entry.part_of or ""}
        case Check():
            return {**_read_clause(entry.expect), "severity": entry.severity}
        case Parameter(value=value, day=day):
            values = tuple(_describe_value(linked, each) for each in entry.values)
            dated = {"values": values, "day": day.code if day is not None else ""}
            return dated if value is None else {"value": give(value)}


def _describe_value(linked: LinkedRulebook, dated: WrittenValue) -> DatedValue:
    days, basis = dated.days, _basis(linked, dated.basis)
    return DatedValue(days.first, days.last, give(dated.value), *basis)


def _read_clause(clause: Clause | None) -> dict[str, Any]:
    return {"formula": _text_of(clause), "not_encoded": _why_not(clause)}


def _list_cases(decision: Decision) -> tuple[WrittenCase, ...]:
    return decision.cases if isinstance(decision.cases, tuple) else ()


def _name_outcomes(entry: _Entry) -> dict[str, str]:
    """Return what people call the outcomes of a decision, by the first case that says it."""
    cases = _list_cases(entry) if isinstance(entry, Decision) else ()
    return {case.outcome: case.label or case.outcome for case in reversed(cases)}


def _describe_exception(linked: LinkedRulebook, exception: RuleException) -> Case:
    sources, evidence, _ = _basis(linked, exception.basis)
    when, formula = _text_of(exception.when), _text_of(exception.formula)
    why = _why_not(exception.when) or _why_not(exception.formula)
    return Case("", exception.label or when, when, why, sources, evidence, formula)


def _describe_case(linked: LinkedRulebook, case: WrittenCase) -> Case:
    sources, evidence, _ = _basis(linked, case.basis)
    label, when = case.label or case.outcome, _text_of(case.when)
    return Case(case.outcome, label, when, _why_not(case.when), sources, evidence)


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


# -- Scales and tables -----------------------------------------------------------------------------


def _describe_scale(linked: LinkedRulebook, scale: Scale) -> Description:
    contents = [{"bands": tuple(map(_describe_band, each.bands))} for each in scale.contents]
    return Description(
        scale.code, "scale", scale.label, "number", scale.unit or "", (),
        *_basis(linked, scale.basis), scale=scale.kind, of=scale.of or "", times=scale.times or "",
        **_read_contents(linked, scale, contents),
    )  # fmt: skip


def _describe_band(band: WrittenBand) -> Band:
    return Band(_read_constant(band.threshold), band.is_past, _read_constant(band.value))


def _read_constant(constant: Constant) -> ExactValue:
    return constant if isinstance(constant, str) else give(constant)


def _describe_table(linked: LinkedRulebook, table: Table) -> Description:
    first, contents = table.contents[0], table.contents
    columns = zip(first.columns, first.types, strict=True)
    other, applies = first.otherwise, not isinstance(first.otherwise, NotApplicable)
    texts = dict.fromkeys(value for each in contents for value in each.values())
    named = tuple(Choice(text, text) for text in texts if isinstance(text, str))
    rows = [{"rows": tuple(map(_describe_row, each.rows))} for each in contents]
    return Description(
        table.code, "table", table.label, first.value_type, table.unit or "", named,
        *_basis(linked, table.basis), keys=tuple(Key(*column) for column in columns),
        otherwise=give(other) if applies and other is not None else None,
        otherwise_applies=applies, **_read_contents(linked, table, rows),
    )  # fmt: skip


def _describe_row(row: TableRow) -> Row:
    return Row(tuple(tuple(map(give, cell)) for cell in row.cells), give(row.value))


def _read_contents(
    linked: LinkedRulebook, lookup: Scale | Table, contents: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Read the one content of a scale or table, or the versions that a day decides among."""
    day = {"day": lookup.day.code} if lookup.day is not None else {}
    if not lookup.versions:
        return {**day, **contents[0]}
    versions = []
    for written, content in zip(lookup.versions, contents, strict=True):
        source, evidence, note = _basis(linked, written.basis)
        basis: dict[str, Any] = {"source": source, "evidence": evidence, "note": note}
        versions.append(Version(written.days.first, written.days.last, **content, **basis))
    return {**day, "versions": tuple(versions)}


# -- Reports ---------------------------------------------------------------------------------------


def report_schema(linked: LinkedRulebook) -> dict[str, Any]:
    """Return the JSON Schema of reports as plain data, the caller's own to change.

    Numbers are `int` where they are whole, else `Decimal`: what the author wrote, exactly.
    """
    return _plain(linked.schema.content)  # type: ignore[no-any-return]  # a mapping stays one


def _plain(content: Any) -> Any:
    """Copy a schema's content as dicts and lists; its numbers are exact and stay so."""
    if isinstance(content, Mapping):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return content


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
        "fields": dict.fromkeys([*linked.schema.fields, *linked.schema.lists]),
    }
