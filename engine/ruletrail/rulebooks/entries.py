"""What an author wrote, typed: one frozen class per kind of entry.

Nothing is linked here: a formula knows the names it reads, not what they are.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.documents import ScalarNode
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Formula
from ruletrail.formulas.lookups import Days, KeyedTable, ScaleKind
from ruletrail.problems import Mark, Severity
from ruletrail.values import NotEncoded, RoundingMode, Value

Evidence = Literal["seed", "quoted", "inferred", "assumed"]
Policy = Literal["exclusive", "first"]
Language = Literal["it", "en"]

_PIECE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)\}")


@dataclass(frozen=True, slots=True)
class Basis:
    """What an entry rests on: ids of sources, how well it is known, a note."""

    sources: tuple[str, ...] = ()
    evidence: Evidence | None = None
    note: str = ""
    marks: tuple[Mark, ...] = ()
    """Where each of the sources is written."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A formula or condition as written, or why it is not encoded; `node` is where it stands."""

    content: Formula | NotEncoded
    node: ScalarNode

    @property
    def mark(self) -> Mark:
        """Where it stands."""
        return self.node.mark


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a rule rounds: to so many decimals, in one of six modes."""

    decimals: int
    mode: RoundingMode


@dataclass(frozen=True, slots=True)
class Display:
    """How a value is shown, never what it is."""

    decimals: int | None = None
    grouping: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """A message's text: literal pieces and names in turn, starting and ending with a literal."""

    text: str
    literals: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message in the languages that the author gave."""

    templates: Mapping[str, Template]
    nodes: Mapping[str, ScalarNode]
    basis: Basis
    mark: Mark


@dataclass(frozen=True, slots=True)
class Source:
    """A document that entries rest on: a law, a form, a note."""

    id: str
    title: str
    kind: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value that holds on some days, and what it rests on."""

    mark: Mark
    days: Days
    value: Value
    text: str
    value_mark: Mark
    basis: Basis


@dataclass(frozen=True, slots=True)
class DayOf:
    """The code of the day that decides which dated value is in force, and where it is written."""

    code: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of the rulebook, or one that changes with a day: then it has `values`."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    value: Value | None
    """None where the value depends on a day."""
    text: str
    unit: str | None
    display: Display | None
    value_mark: Mark
    values: tuple[DatedValue, ...] = ()
    day: DayOf | None = None
    """What decides among its values, where it has some."""

    @property
    def bases(self) -> tuple[Basis, ...]:
        """What it rests on, and what each of its values does."""
        return (self.basis, *(each.basis for each in self.values))

    @property
    def spans(self) -> tuple[Days, ...]:
        """The days on which each of its values holds."""
        return tuple(each.days for each in self.values)

    @property
    def any_value(self) -> Value:
        """One of its values: all are of one type."""
        return self.values[0].value if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Group:
    """A named list of codes."""

    code: str
    mark: Mark
    members: tuple[str, ...]
    marks: tuple[Mark, ...]


Constant = Fraction | str
"""A number, or the code of a number parameter."""


@dataclass(frozen=True, slots=True)
class WrittenBand:
    """A band as written: where it begins, `from` its threshold or `above` it, and what it gives."""

    mark: Mark
    is_past: bool
    threshold: Constant
    threshold_mark: Mark
    value: Constant
    value_mark: Mark


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of a scale; one list of them holds at a time."""

    mark: Mark
    bands: tuple[WrittenBand, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """Which days one of the versions of a scale or table holds on, and what it rests on."""

    mark: Mark
    days: Days
    basis: Basis


@dataclass(frozen=True, slots=True)
class Scale:
    """A function of one number, in bands.

    `of` is the unit of what is looked up, `unit` of what comes out; `times` the code of a parameter
    that multiplies all thresholds. `contents` are the bands: one list, or one for each version.
    """

    code: str
    mark: Mark
    label: str
    basis: Basis
    kind: ScaleKind
    of: str | None
    unit: str | None
    times: str | None
    times_mark: Mark
    contents: tuple[Bands, ...]
    versions: tuple[Version, ...] = ()
    """When each of `contents` holds; empty where it always does."""
    day: DayOf | None = None
    """What decides among its versions, or among the values of its parameters."""

    @property
    def bases(self) -> tuple[Basis, ...]:
        """What it rests on, and what each of its versions does."""
        return (self.basis, *(each.basis for each in self.versions))

    @property
    def constants(self) -> list[tuple[str, Mark]]:
        """List the codes of parameters that it reads, in reading order, each with its mark."""
        return self.constants_of(*self.contents)

    def constants_of(self, *contents: Bands) -> list[tuple[str, Mark]]:
        """List the codes of parameters that some of its bands read, as `constants` does."""
        found = [(self.times, self.times_mark)] if self.times is not None else []
        for band in (band for content in contents for band in content.bands):
            for constant, mark in (
                (band.threshold, band.threshold_mark),
                (band.value, band.value_mark),
            ):
                if isinstance(constant, str):
                    found.append((constant, mark))
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """A function of its key columns that looks up a row."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    unit: str | None
    contents: tuple[KeyedTable, ...]
    """Its rows: one list, or one for each version. The columns are the same in all."""
    versions: tuple[Version, ...] = ()
    day: DayOf | None = None

    @property
    def bases(self) -> tuple[Basis, ...]:
        """What it rests on, and what each of its versions does."""
        return (self.basis, *(each.basis for each in self.versions))


@dataclass(frozen=True, slots=True)
class RuleException:
    """A formula that takes the place of a rule's own where its condition is true."""

    mark: Mark
    label: str
    basis: Basis
    when: Clause
    formula: Clause


@dataclass(frozen=True, slots=True)
class RowList:
    """How a list of rows of the report is called, and each of its rows, beside its number."""

    code: str
    mark: Mark
    label: str
    row: Template | None
    row_node: ScalarNode | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Computes one code from a formula; with `when`, only where that is true."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    when: Clause | None
    formula: Clause
    unit: str | None
    rounding: Rounding | None
    display: Display | None
    exceptions: tuple[RuleException, ...] = ()
    heading: str = ""
    """The title of the table that the rules of one `for_each` form."""

    @property
    def formulas(self) -> tuple[Clause, ...]:
        """Its own formula, and those of its exceptions."""
        return (self.formula, *(each.formula for each in self.exceptions))

    def computes(self, clause: Clause) -> bool:
        """Tell whether a clause of the rule is one of its formulas, and no condition."""
        return any(clause is each for each in self.formulas)


@dataclass(frozen=True, slots=True)
class Case:
    """One outcome of a decision; `when` is None for `otherwise`."""

    outcome: str
    mark: Mark
    when: Clause | None
    label: str
    basis: Basis
    message: Sentence | None
    labels: Mapping[str, str] = field(default_factory=dict)
    """The label by language, where it was given so."""

    def label_in(self, language: str) -> str:
        """Give the label in a language, else in the rulebook's; empty where there is none."""
        return self.labels.get(language, self.label)


@dataclass(frozen=True, slots=True)
class Decision:
    """Chooses one outcome among cases; `cases` is the reason when the whole is not encoded."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    policy: Policy
    cases: tuple[Case, ...] | NotEncoded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, due or not; `gap` says why its fields are not known."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    due: Clause
    part_of: str | None
    part_of_mark: Mark
    fields: tuple[str, ...]
    field_marks: tuple[Mark, ...]
    optional: tuple[str, ...]
    not_encoded: NotEncoded | None
    when_due: Sentence | None
    when_not_due: Sentence | None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that the report must satisfy."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    expect: Clause
    severity: Severity
    message: Sentence | None


@dataclass(frozen=True, slots=True)
class Property:
    """A sentence that holds for every report; `ruletrail prove` proves it, evaluation reads none.

    Its code is its own: no formula reads it.
    """

    code: str
    mark: Mark
    label: str
    basis: Basis
    expect: Clause


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that belongs to no decision or section; its `text` may be not encoded."""

    code: str
    mark: Mark
    label: str
    basis: Basis
    when: Clause
    text: Sentence | NotEncoded


Entry = Rule | Decision | Section | Check | Message
"""What becomes a step of the trail."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, edition and version: `sociale/2024@1.0.0`."""

    name: str
    edition: str
    version: str

    def __str__(self) -> str:
        """Return the full reference."""
        return f"{self.name}/{self.edition}@{self.version}"

    @property
    def reference(self) -> str:
        """The reference without the version, as reports write it."""
        return f"{self.name}/{self.edition}"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One resolved rulebook: `extends` merged, `for_each` written out, formulas parsed."""

    identity: Identity
    status: Literal["draft", "published"]
    title: str
    report: str
    in_force_from: str
    in_force_to: str
    locale: Language
    mark: Mark
    report_mark: Mark
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    entries: Mapping[str, Entry]
    """Rules, decisions, sections, checks and messages, in this order and each as written."""
    dropped: frozenset[str] = frozenset()
    """Codes of entries with errors, so that what reads them is not blamed too."""
    language: int = 1
    """The version of the language by which all formulas are read, inherited ones too."""
    lists: Mapping[str, RowList] = field(default_factory=dict)
    """What the lists of rows are called."""
    day: DayOf | None = None
    """What decides among dated values that name no day of their own."""
    scales: Mapping[str, Scale] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)

    def expand(self, name: str) -> tuple[str, ...]:
        """Return what a name in a formula stands for: a group's members, a scale's constants.

        Beside what changes with a day stands the code of that day.
        """
        if name in self.groups:
            codes = self.groups[name].members
        elif name in self.scales:
            codes = tuple(code for code, _ in self.scales[name].constants)
        else:
            codes = () if name in self.tables else (name,)
        found = [each for code in codes for each in (code, *self._day_of(code))]
        is_called = name in self.scales or name in self.tables
        return (*found, *self._day_of(name)) if is_called else tuple(found)

    def _day_of(self, code: str) -> tuple[str, ...]:
        dated = self.parameters.get(code) or self.scales.get(code) or self.tables.get(code)
        return (dated.day.code,) if dated is not None and dated.day is not None else ()

    @property
    def lookups(self) -> Mapping[str, Scale | Table]:
        """What formulas call by its code."""
        return {**self.scales, **self.tables}


def parse_template(text: str) -> Template | None:
    """Cut a template into literals and names; None when a brace holds anything but a name."""
    literals, names, end = [], [], 0
    for match in _PIECE.finditer(text):
        literals.append(text[end : match.start()])
        names.append(match.group(1))
        end = match.end()
    literals.append(text[end:])
    if any("{" in literal or "}" in literal for literal in literals):
        return None
    return Template(text, tuple(literals), tuple(names))


def find_stray_brace(text: str) -> tuple[int, str]:
    """Find the first brace that holds anything but a name, and what it holds."""
    proper = {match.start(): match.end() for match in _PIECE.finditer(text)}
    at = 0
    while at < len(text):
        if at in proper:
            at = proper[at]
        elif text[at] in "{}":
            end = text.find("}", at) + 1
            return at, text[at : end or len(text)]
        else:
            at += 1
    return 0, text


def measure_filled(template: Template, shown: dict[str, str]) -> int:
    """Count the characters of what `fill_template` makes, before it is made."""
    size = sum(map(len, template.literals))
    return size + sum([len(shown[name]) for name in template.names])


def fill_template(template: Template, shown: dict[str, str]) -> str:
    """Put shown values in the place of the names."""
    pieces = [template.literals[0]]
    for name, literal in zip(template.names, template.literals[1:], strict=True):
        pieces += [shown[name], literal]
    return "".join(pieces)
