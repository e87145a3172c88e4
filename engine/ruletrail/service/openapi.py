"""The OpenAPI document: FastAPI writes it, from the tables of operations and the shapes."""

import json
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from ruletrail.library.named_files import NamedFile
from ruletrail.library.sources import shipped_data
from ruletrail.service import shapes
from ruletrail.service.bodies import LINES
from ruletrail.service.example_texts import TRAIL
from ruletrail.service.operations import OPEN, OPERATIONS, Operation
from ruletrail.service.refusals import PROBLEM_TYPE

_REFERENCE = "#/components/schemas/{model}"
_SAYS = {
    304: "Nothing changed since the tag in `If-None-Match`.",
    400: "A parameter is wrong.",
    401: "The token is missing or wrong.",
    404: "There is no such rulebook here.",
    408: "The request did not arrive in time.",
    413: "The body is larger than the limit.",
    415: "The body is of a type that is not read here.",
    422: "The document has problems.",
    503: "Busy, or still reading rulebooks.",
    504: "The answer would have taken too long.",
}
_ABOUT = (
    "Evaluates reports by rulebooks and says why. Numbers are texts, exact. Whatever is wrong "
    "comes as `application/problem+json`, with every problem's code, place, `pointer` and `field`."
)


def describe_operation(operation: Operation) -> dict[str, Any]:
    """Return what FastAPI's route is told of an operation."""
    extra: dict[str, Any] = {
        "parameters": [
            *map(dict, operation.in_path),
            *(each.describe() for each in operation.parameters),
        ]
    }
    if operation.takes:
        content = {
            kind: {"schema": _refer(model, kind)} | _example(operation, at)
            for at, (kind, model) in enumerate(operation.takes.items())
        }
        extra["requestBody"] = {"required": True, "content": content}
    fails = (*operation.fails, *(() if operation.path in OPEN else (401,)))
    return {
        "responses": {
            200: {
                "description": "The answer.",
                "content": {
                    kind: {"schema": _refer(model, kind)} for kind, model in operation.gives.items()
                },
            },
            **{status: _describe_failure(operation, status) for status in sorted(fails)},
        },
        "openapi_extra": extra,
    }


def _describe_failure(operation: Operation, status: int) -> dict[str, Any]:
    if operation.name == "ready":
        content = {kind: {"schema": _refer(model)} for kind, model in operation.gives.items()}
        return {"description": "Rulebooks are not loaded yet.", "content": content}
    if status == 304:  # noqa: PLR2004 - the one status without a body
        return {"description": _SAYS[status]}
    return {
        "description": _SAYS[status],
        "content": {PROBLEM_TYPE: {"schema": _refer(shapes.Problems)}},
    }


def _refer(model: type | None, kind: str = "") -> dict[str, Any]:
    """Refer to the shape of a document; what is none of JSON is a text, YAML any document."""
    if model is not None:
        return {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"type": "string"} if kind == LINES or kind.startswith("text/") else {}


def _example(operation: Operation, at: int) -> dict[str, Any]:
    if operation.name == "verify":
        return {"example": _read_trail()} if at == 0 else {}
    if at == 0:
        return {"example": operation.example}
    return {}


def _read_trail() -> Any:
    folder = shipped_data() / "examples"
    file = NamedFile(folder / TRAIL, folder)
    return json.loads(file.read(file.path.name, 1 << 20))


def write_openapi(app: FastAPI, *, has_token: bool) -> bytes:
    """Write the document of an application whose routes are all there."""
    app.description = _ABOUT
    document = app.openapi()
    used = {
        model
        for operation in OPERATIONS
        for model in (*operation.takes.values(), *operation.gives.values(), shapes.Problems)
        if model is not None
    }
    listed = sorted(used, key=lambda model: model.__name__)
    # what is written is as it is sent: a key that may be absent is not required
    _, schemas = models_json_schema(
        [(model, "validation") for model in listed], ref_template=_REFERENCE
    )
    components = document.setdefault("components", {})
    components["schemas"] = schemas["$defs"]
    if has_token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return json.dumps(document, ensure_ascii=False).encode()
