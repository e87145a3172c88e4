"""What tools give, as types: the output schemas that assistants are told come from here.

They describe and check nothing. A test holds every answer to them.
"""

from typing import Any

from pydantic import Field

from ruletrail.service import shapes as answers
from ruletrail.service.shapes import Found, Result, RulebookList, Shape

__all__ = [
    "Checked", "Evaluated", "Explained", "Needed", "Proofs", "ReportSchema", "RulebookList",
    "Tested", "WhatIf", "Written",
]  # fmt: skip

_RULEBOOK = "The full reference of the rulebook that answered."
_DIGEST = "The digest of the trail."
_URI = "Where the trail is read as a resource; null where it is too large to be kept."


class Refused(Shape):
    """Why there is no answer: all problems."""

    problems: list[Found] = Field(min_length=1)


class Evaluated(Result):
    """The answer to one report, and its trail."""

    trail_digest: str = Field(description=_DIGEST)
    trail_uri: str | None = Field(description=_URI)


class Explained(Shape):
    """The steps behind one code of a report."""

    rulebook: str = Field(description=_RULEBOOK)
    code: str
    explanation: dict[str, Any] = Field(
        description="The steps of the trail that the code rests on, with fields and parameters."
    )
    trail_digest: str = Field(description=_DIGEST)
    trail_uri: str | None = Field(description=_URI)


class Needed(answers.Needed):
    """What is still to be asked about a report, and the trail of the report as it stands."""

    rulebook: str = Field(description=_RULEBOOK)
    trail_digest: str = Field(description=_DIGEST)
    trail_uri: str | None = Field(description=_URI)


class WhatIf(answers.WhatIf):
    """What would change an outcome of a report, and the trail of the report as it stands."""

    rulebook: str = Field(description=_RULEBOOK)
    trail_digest: str = Field(description=_DIGEST)
    trail_uri: str | None = Field(description=_URI)


class ReportSchema(Shape):
    """What the reports of a rulebook hold."""

    rulebook: str = Field(description="The full reference of the rulebook.")
    schema_: str = Field(alias="schema", description="The JSON Schema, as its author wrote it.")
    fields: dict[str, dict[str, Any]] = Field(
        description="The fields by code: label, type, unit where it has one."
    )


class Checked(Shape):
    """All that is wrong with a rulebook; nothing, where the list is empty."""

    ok: bool = Field(description="Whether nothing is an error; warnings may be among the problems.")
    problems: list[Found]


class Failure(Shape):
    """An expectation of an example that was not met."""

    place: str
    line: int
    expected: str
    found: str
    why: list[str] = Field(description="The step that tells why, as lines.")


class Example(Shape):
    """An example that was run."""

    name: str
    passed: bool
    failures: list[Failure]
    more_failures: int
    problems: list[Found] = Field(description="What is wrong with its report.")
    remarks: list[Found] = Field(
        description="What in its report or its expected values is admitted, and looks like a slip."
    )


class Suggestion(Shape):
    """A change of one field of one example that shows what none shows."""

    example: str
    code: str
    value: str


class Missed(Shape):
    """What no example shows: of an entry, a case or comparison, and which side of it."""

    kind: str
    code: str
    what: str
    side: str
    line: int
    suggestion: Suggestion | None


class Counted(Shape):
    """How many things of a kind the examples show."""

    shown: int
    total: int


class Coverage(Shape):
    """How much of the rulebook its examples show."""

    percent: str = Field(description="One decimal, cut.")
    rule: Counted
    case: Counted
    section: Counted
    check: Counted
    threshold: Counted
    missed: list[Missed]


class Properties(Shape):
    """What came of the properties that a rulebook says of itself."""

    count: int
    problems: list[Found] | None = Field(
        description="Of those that do not hold; null where nothing can prove them."
    )


class Tested(Shape):
    """What the examples of a rulebook gave."""

    passed: bool = Field(description="Whether all examples passed, and no property fails.")
    rulebook: str
    examples: list[Example]
    coverage: Coverage
    properties: Properties | None = Field(None, description="Where the rulebook has some.")


class Proved(Shape):
    """The answer to one question about all reports of a rulebook."""

    about: str = Field(description="The code, `decision/outcome` for a case, or the sentence.")
    question: str
    answer: str = Field(description="`proved`, `refuted` or `unsettled`.")
    wrong: bool | None = Field(description="Whether an author should act; null where unsettled.")
    witness: str | None = Field(description="A report that refutes it, as a text for `evaluate`.")
    reason: str | None = Field(description="Why it is unsettled.")
    work: int = Field(description="The steps that it took the solver.")
    ms: int = Field(description="The milliseconds that it took; they are others each time.")


class Proofs(Shape):
    """What was proved of all reports of a rulebook, or shown by one."""

    rulebook: str
    settled: bool = Field(description="Whether nothing is wrong and nothing unsettled.")
    questions: list[Proved]


class Written(Shape):
    """A file that was written below the folder."""

    file: str
    bytes: int
    replaced: bool = Field(description="Whether there was a file of this name before.")


def write_output_schema(shape: type[Shape]) -> dict[str, Any]:
    """Write the schema of what a tool gives: an answer, or the problems of a refusal."""
    known: dict[str, Any] = {}
    schemas = [each.model_json_schema(mode="serialization") for each in (shape, Refused)]
    for schema in schemas:
        known |= schema.pop("$defs", {})
    return {"type": "object", "anyOf": schemas, "$defs": known}
