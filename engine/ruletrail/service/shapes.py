"""The documents that travel, as types: what `/openapi.json` says of them comes from here.

They describe and check nothing: reports are judged by their rulebook's schema, and answers are
written where they are made. A test holds every answer to them.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A document whose keys are all known."""

    model_config = ConfigDict(extra="forbid")


class Report(Shape):
    """What one body declares; the schema of the rulebook says which fields there are."""

    rulebook: str = Field(description="The rulebook that answers, as `sociale/2024`.")
    subject: dict[str, str | int | float | bool] = Field(default_factory=dict)
    fields: dict[str, Any] = Field(default_factory=dict, description="Values by code.")
    printed: dict[str, Any] | None = Field(default=None, description="Sentences that it prints.")


class Text(Shape):
    """A value that is a text."""

    text: str


class Day(Shape):
    """A value that is a day."""

    date: str


class Sentence(Shape):
    """A sentence for people, and the step that says it."""

    step: str
    text: str


Status = Literal["complete", "incomplete", "invalid"]
Values = dict[str, str | bool | Text | Day]


class Result(Shape):
    """What one report comes to; numbers are texts, exact, a fraction as `1/3`."""

    status: Status
    values: Values
    lists: dict[str, list[Values]] | None = Field(
        default=None, description="Of a form with lists: by list, the values of each row."
    )
    decisions: dict[str, str]
    sections: dict[str, str]
    checks: dict[str, str]
    messages: list[Sentence]
    missing: list[str] = Field(description="The codes of what is not known yet.")
    rulebook: str = Field(description="The full reference of the rulebook that answered.")
    digest: str = Field(description="The digest of that rulebook.")


class Answer(Result):
    """The answer to one report."""

    trail: dict[str, Any] | None = Field(default=None, description="Asked for by `trail=true`.")


class Found(Shape):
    """A problem: what is wrong, where, and what to do."""

    code: str
    severity: Literal["error", "warning", "info"]
    file: str
    line: int
    column: int
    pointer: str | None = Field(default=None, description="RFC 6901, into the document.")
    field: str | None = Field(default=None, description="The field, as `componenti[2].nascita`.")
    absent: str | None = Field(default=None, description="The key that is not there.")
    message: str
    hint: str


class Problems(Shape):
    """Why there is no answer (RFC 9457), with all problems."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[Found]


class Flip(Shape):
    """The nearest value of one field, in one direction, that changes the outcome."""

    input: str
    value: str | bool | None
    to: str | bool
    outcome: str
    margin: str | None = Field(description="How far `to` is from `value`, in `unit`.")
    unit: str | None
    because: str = Field(description="The comparison that decides.")
    step: str = Field(description="The step whose comparison it is.")


class Unsettled(Shape):
    """A field of which it is not known whether it changes the outcome."""

    input: str
    reason: Literal["limit", "schema", "formula", "digits", "entry", "type", "rows"]


class WhatIf(Shape):
    """What would change an outcome."""

    target: str
    outcome: str
    flips: list[Flip]
    steady: list[str] = Field(description="Fields that cannot change it alone.")
    unsettled: list[Unsettled]
    pairs: list[dict[str, Any]] | None = None
    want: dict[str, Any] | None = None
    set: dict[str, Any] | None = None
    precision: dict[str, Any] | None = None


class Needed(Shape):
    """What is still to be asked about a report."""

    target: str | None = Field(description="What was asked about; null is the whole report.")
    settled: bool = Field(description="Whether no missing input can change it any more.")
    outcome: str = Field(description="What it is as the report stands.")
    alternatives: list[list[str]] = Field(
        description="The smallest sets of missing inputs with which some values settle it."
    )
    next: str | None = Field(description="The input to ask for first.")
    foreseen: str | None = Field(
        description="The outcome once all that is relevant is given, where it is foreseen."
    )
    relevant: list[str] = Field(description="The missing inputs that can still change it.")
    irrelevant: list[str] = Field(description="The missing inputs that cannot.")
    cut: bool = Field(description="Whether there may be alternatives that are not told.")


class Verdict(Shape):
    """What verifying a trail came to."""

    verified: bool
    steps: int | None = None
    rulebook: str | None = None
    status: Status | None = None
    replayed: bool | None = None
    rows_not_proved: list[str] | None = None
    digest: str | None = None
    problems: list[Found] | None = None


class Checked(Shape):
    """All that is wrong with a rulebook; nothing, where the list is empty."""

    problems: list[Found]


class Asked(Shape):
    """Which rulebook of the library to check."""

    rulebook: str = Field(description="A reference, as `sociale/2024`.")


class Listed(Shape):
    """A rulebook as the list has it."""

    reference: str | None
    file: str
    status: str | None
    title: str | None
    answers_without_version: bool
    in_force: dict[str, str]
    digest: str | None
    state: Literal["valid", "stale", "invalid"] = Field(
        description="`stale`: the file has errors now, and its last good version answers."
    )
    problems: list[Found]


class RulebookList(Shape):
    """The rulebooks of the service."""

    rulebooks: list[Listed]


class Choice(Shape):
    """A value that a field or an outcome may have, and what people call it."""

    value: str
    label: str


class Case(Shape):
    """A case of a decision; without `when` it is the last one, `otherwise`."""

    outcome: str
    label: str
    when: str | None = None
    not_encoded: str | None = None
    source: list[str] | None = None
    evidence: str | None = None
    formula: str | None = Field(default=None, description="Of an exception of a rule.")


class DatedValue(Shape):
    """A value of a parameter, and the days on which it holds."""

    first: str
    last: str | None = None
    value: str | bool | Text | Day
    source: list[str] | None = None
    evidence: str | None = None
    note: str | None = None


class Constant(Shape):
    """A number of a scale that is the value of a parameter, by its code."""

    code: str


class Band(Shape):
    """A band of a scale: `from` or `above` where it begins, and its `value` or `rate`."""

    from_: str | Constant | None = Field(default=None, alias="from")
    above: str | Constant | None = None
    value: str | Constant | None = None
    rate: str | Constant | None = None


class Key(Shape):
    """A column by which a table is looked up."""

    name: str
    type: Literal["number", "text", "boolean", "date"]


class Row(Shape):
    """A row of a table: for each key the values that it answers for, and what it gives."""

    keys: list[list[str | bool | Text | Day]]
    value: str | bool | Text | Day


class NotApplicable(Shape):
    """That a table does not apply to keys which it does not have."""

    not_applicable: str


class Version(Shape):
    """Bands of a scale, or rows of a table, and the days on which they hold."""

    first: str
    last: str | None = None
    bands: list[Band] | None = None
    rows: list[Row] | None = None
    size: int | None = Field(default=None, description="How many rows, where they are many.")
    source: list[str] | None = None
    evidence: str | None = None
    note: str | None = None


class Description(Shape):
    """What a rulebook says of a code, as `Plan.fields` and its neighbours in Python have it."""

    kind: Literal["field", "rule", "decision", "section", "check", "parameter", "scale", "table"]
    label: str
    type: Literal["number", "text", "boolean", "date"]
    unit: str | None = None
    choices: list[Choice] | None = None
    source: list[str] | None = Field(default=None, description="Keys of `sources`.")
    evidence: str | None = None
    note: str | None = None
    formula: str | None = None
    when: str | None = None
    not_encoded: str | None = None
    cases: list[Case] | None = None
    value: str | bool | Text | Day | None = Field(
        default=None, description="Of a parameter, exact."
    )
    fields: list[str] | None = None
    optional: list[str] | None = None
    part_of: str | None = None
    severity: Literal["error", "warning", "info"] | None = None
    format: str | None = None
    values: list[DatedValue] | None = Field(
        default=None, description="Of a parameter that changes with a day."
    )
    day: str | None = Field(default=None, description="The code of the day that decides.")
    scale: Literal["step", "marginal", "linear"] | None = Field(
        default=None, description="How a scale answers."
    )
    of: str | None = Field(default=None, description="The unit of what a scale is read with.")
    times: str | None = Field(
        default=None, description="The code of the parameter that multiplies the thresholds."
    )
    bands: list[Band] | None = None
    keys: list[Key] | None = Field(default=None, description="What a table is looked up by.")
    rows: list[Row] | None = Field(default=None, description="Of a table of up to 200 rows.")
    size: int | None = Field(default=None, description="How many rows, where they are more.")
    otherwise: str | bool | Text | Day | NotApplicable | None = None
    versions: list[Version] | None = Field(
        default=None, description="Of a scale or table that changes with a day."
    )


class Source(Shape):
    """A document that entries rest on."""

    title: str
    kind: str
    url: str | None = None
    note: str | None = None


Descriptions = dict[str, Description]


class Rulebook(Shape):
    """What a rulebook is: its identity as in trails, and what it says of each of its codes."""

    reference: str
    engine: dict[str, str]
    rulebook: dict[str, str | int]
    schema_: dict[str, str] = Field(alias="schema")
    in_force: dict[str, str]
    sources: dict[str, Source]
    fields: Descriptions
    rules: Descriptions
    decisions: Descriptions
    sections: Descriptions
    checks: Descriptions
    parameters: Descriptions
    scales: Descriptions
    tables: Descriptions


class Health(Shape):
    """That the process lives."""

    status: Literal["ok"]
    version: str


class Readiness(Shape):
    """Whether requests can be answered, and which rulebooks have errors now."""

    ready: bool
    rulebooks: int
    stale: list[str]
    invalid: list[str]
