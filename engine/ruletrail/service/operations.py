"""Every operation of the service: what it takes, what it gives, and an example that runs.

Requests are read by these tables and `/openapi.json` is written from them, so neither can say what
the other does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request

from ruletrail.api import check_day
from ruletrail.problems import Mark, quote, refusal
from ruletrail.rendering import FORMS
from ruletrail.service import example_texts, shapes
from ruletrail.service.bodies import JSON, LINES, TRAIL, YAML

HTML = "text/html"
PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query; without `choices` any text but the empty one, or a day."""

    name: str
    says: str
    choices: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    is_day: bool = False
    example: str = ""

    def check(self, value: str) -> str:
        """Return a value that is one; else raise `ProblemsError`."""
        if (self.choices and value not in self.choices) or not value:
            expected = ", ".join(map(quote, self.choices or (self.example,)))
            details = {"name": quote(self.name), "text": quote(value), "expected": expected}
            raise refusal("parameter-wrong", Mark("query"), **details)
        return check_day(value) if self.is_day else value

    def describe(self) -> dict[str, Any]:
        """Write the parameter as OpenAPI has it."""
        schema: dict[str, Any] = {"type": "string"}
        schema |= {"enum": list(self.choices)} if self.choices else {}
        schema |= {"format": "date"} if self.is_day else {}
        schema |= {} if self.choices or self.is_day else {"minLength": 1}
        schema |= {"default": self.default} if self.default else {}
        example = {"example": self.example} if self.example else {}
        known = {"name": self.name, "in": "query", "required": self.required}
        return {**known, "description": self.says, "schema": schema, **example}


LANG = Parameter("lang", "The language of problems; else `Accept-Language`.", ("it", "en"))
AS_OF = Parameter(
    "as_of",
    "The version in force on that day; else the latest.",
    is_day=True,
    example=example_texts.DAY,
)
NULLS = Parameter(
    "nulls", "Whether a null is a problem, or an absent key.", ("refused", "absent"), "refused"
)
TRUTHS = ("true", "false", "1", "0")
TRAIL_ASKED = Parameter("trail", "Whether the trail stands in the answer.", TRUTHS, "false")
REPLAY = Parameter("replay", "Whether the report is evaluated again, too.", TRUTHS, "false")
CODE = Parameter("code", "What to explain: a code of the rulebook.", required=True, example="R04")
TARGET = Parameter(
    "target",
    "What is asked about: a code of the rulebook; without, the whole report.",
    example="livello",
)
FORM = Parameter("format", "The form of the explanation.", FORMS, "json")
OUTCOME = Parameter(
    "target", "A decision, a section or a check.", required=True, example=example_texts.TARGET
)
SET = Parameter(
    "set",
    "Other values, `CODE=VALUE` with commas, one for each field: both answers side by side.",
    example=example_texts.SETTING,
)
WANT = Parameter("want", "An outcome of the target to bring about.", example=example_texts.WANTED)
VARY = Parameter(
    "vary",
    "The fields to move for it, with commas; else all that are read. Goes with `want`.",
    example=example_texts.MOVED,
)
PAIRS = Parameter("pairs", "Whether two fields are moved together, too.", TRUTHS, "false")
PRECISION = Parameter("precision", "Whether printed precision is weighed, too.", TRUTHS, "false")
RULEBOOK = Parameter(
    "rulebook", "The rulebook of all reports.", required=True, example="sociale/2024"
)
NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"},
        "example": "sociale", "description": "The name of the rulebook."}  # fmt: skip
EDITION = {"name": "edition", "in": "path", "required": True, "schema": {"type": "string"},
           "example": "2024", "description": "The edition; `2024@1.0.0` pins one."}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    method: str
    path: str
    name: str
    summary: str
    gives: Mapping[str, type[BaseModel] | None]
    """By type of the answer; None for what is no document of ours."""
    parameters: tuple[Parameter, ...] = ()
    in_path: tuple[Mapping[str, Any], ...] = ()
    takes: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    """By type of the body."""
    example: Any = None
    """Of the body, of the first type."""
    fails: tuple[int, ...] = ()

    def read(self, request: Request) -> dict[str, str]:
        """Read the parameters; what is not known or wrong raises `ProblemsError`."""
        found = {each.name: each.default for each in self.parameters}
        if not request.scope["query_string"]:
            given: dict[str, str] = {}
        else:
            given = dict(request.query_params)
        for name in given:
            if name not in found:
                raise refusal("parameter-unknown", Mark("query"), text=quote(name))
        self._refuse_repeated(request.query_params)
        for each in self.parameters:
            if each.name in given:
                found[each.name] = each.check(given[each.name])
            elif each.required:
                expected = quote(f"?{each.name}={each.example}")
                details = {"name": quote(each.name), "expected": expected}
                raise refusal("parameter-missing", Mark("query"), **details)
        return found

    def _refuse_repeated(self, given: QueryParams) -> None:
        """Refuse a parameter that stands twice: one of the two would be left out silently."""
        for each in self.parameters:
            values = given.getlist(each.name)
            if len(values) > 1:
                expected = quote(f"?{each.name}={values[0]}")
                details = {"name": quote(each.name), "text": quote("&".join(values))}
                raise refusal("parameter-wrong", Mark("query"), **details, expected=expected)


_OF_BODY = (400, 408, 413, 415, 422, 503, 504)
_OF_REPORT = (LANG, AS_OF, NULLS)
_REPORTS: Mapping[str, type[BaseModel] | None] = {JSON: shapes.Report, YAML: None}
_BOOK = (NAME, EDITION)

OPERATIONS = (
    Operation(
        "POST", "/v1/evaluate", "evaluate",
        "Evaluate a report. With `Accept: application/vnd.ruletrail.trail+json` the answer is the "
        "trail alone, byte for byte that of the command line.",
        {JSON: shapes.Answer, TRAIL: None},
        (*_OF_REPORT, TRAIL_ASKED), takes=_REPORTS, example=example_texts.REPORT, fails=_OF_BODY),
    Operation(
        "POST", "/v1/evaluate-many", "evaluate_many",
        "Evaluate many reports, one a line; an answer a line, as `ruletrail batch` writes it.",
        {LINES: None}, (*_OF_REPORT, RULEBOOK), takes={LINES: None},
        example=example_texts.LINES, fails=(*_OF_BODY, 404)),
    Operation(
        "POST", "/v1/explain", "explain", "The steps behind one value, decision, section or check.",
        {JSON: None, PLAIN: None, "text/markdown": None, HTML: None},
        (*_OF_REPORT, CODE, FORM), takes=_REPORTS, example=example_texts.REPORT, fails=_OF_BODY),
    Operation(
        "POST", "/v1/whatif", "whatif",
        "What would change an outcome: of each field the nearest values that do, with the margin.",
        {JSON: shapes.WhatIf, PLAIN: None, "text/markdown": None, HTML: None},
        (*_OF_REPORT, OUTCOME, SET, WANT, VARY, PAIRS, PRECISION, FORM), takes=_REPORTS,
        example=example_texts.REPORT, fails=_OF_BODY),
    Operation(
        "POST", "/v1/needed", "needed",
        "What is still to be asked about a report: which missing inputs can change an answer, "
        "which groups of them may settle it, and which cannot matter any more.",
        {JSON: shapes.Needed}, (*_OF_REPORT, TARGET), takes=_REPORTS, example=example_texts.REPORT,
        fails=_OF_BODY),
    Operation(
        "POST", "/v1/verify", "verify", "Derive every step of a stored trail again.",
        {JSON: shapes.Verdict}, (LANG, REPLAY), takes={JSON: None, TRAIL: None},
        fails=(*_OF_BODY, 404)),
    Operation(
        "POST", "/v1/check", "check",
        "All that is wrong with a rulebook: one of the library by its reference, or the text that "
        "is sent as YAML.",
        {JSON: shapes.Checked}, (LANG,), takes={JSON: shapes.Asked, YAML: None},
        example={"rulebook": "sociale/2024"}, fails=(*_OF_BODY, 404)),
    Operation(
        "GET", "/v1/rulebooks", "list_rulebooks", "The rulebooks that answer here.",
        {JSON: shapes.RulebookList}, (LANG,), fails=(304, 400, 503)),
    Operation(
        "GET", "/v1/rulebooks/{name}/{edition}", "get_rulebook",
        "What a rulebook is: identity and sources, and what it says of each of its codes.",
        {JSON: shapes.Rulebook}, (LANG, AS_OF), _BOOK, fails=(304, 400, 404, 503)),
    Operation(
        "GET", "/v1/rulebooks/{name}/{edition}/schema", "get_report_schema",
        "The JSON Schema of a rulebook's reports, as its author wrote it.",
        {"application/schema+json": None}, (LANG, AS_OF), _BOOK, fails=(304, 400, 404, 503)),
    Operation(
        "GET", "/v1/rulebooks/{name}/{edition}/docs", "get_documentation",
        "A rulebook as a page to read.",
        {HTML: None}, (LANG, AS_OF), _BOOK, fails=(304, 400, 404, 503, 504)),
    Operation("GET", "/health", "health", "Whether the process lives.", {JSON: shapes.Health}),
    Operation(
        "GET", "/ready", "ready", "Whether rulebooks are loaded.",
        {JSON: shapes.Readiness}, fails=(503,)),
    Operation(
        "GET", "/metrics", "metrics", "What was counted, for Prometheus.", {PLAIN: None}),
)  # fmt: skip
OPEN = frozenset({"/health", "/ready"})
"""What needs no token."""
