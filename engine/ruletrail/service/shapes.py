"""The documents that travel, as types: what `/openapi.json` says of them comes from here.

They describe and check nothing: reports are judged by their rulebook's schema, and answers are
written where they are made. A test holds every answer to them.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

REFERENCE = r"^[a-z][a-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_.-]*(@[0-9]+\.[0-9]+\.[0-9]+)?$"


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


class Sentence(Shape):
    """A sentence for people, and the step that says it."""

    step: str
    text: str


Status = Literal["complete", "incomplete", "invalid"]
Values = dict[str, str | bool | Text]


class Result(Shape):
    """What one report comes to; numbers are texts, exact, a fraction as `1/3`."""

    status: Status
    values: Values
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


class Verdict(Shape):
    """What verifying a trail came to."""

    verified: bool
    steps: int | None = None
    rulebook: str | None = None
    status: Status | None = None
    replayed: bool | None = None
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


class Rulebook(BaseModel):
    """What a rulebook is: its identity as in trails, its entries, fields and parameters."""

    reference: str
    engine: dict[str, Any]
    rulebook: dict[str, Any]
    sources: dict[str, Any]
    schema_: dict[str, Any] = Field(alias="schema")
    in_force: dict[str, str]
    entries: list[dict[str, Any]]
    fields: dict[str, Any] | list[Any]
    parameters: dict[str, Any] | list[Any]


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
