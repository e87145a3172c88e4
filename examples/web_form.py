"""A form on the web that marks its wrong inputs: FastAPI with ruletrail inside.

    pip install fastapi uvicorn
    uvicorn web_form:app --app-dir examples

Run it from the folder above. What was typed comes back, with each problem beside its input, and
what is in no input below them.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

import ruletrail

plan = ruletrail.load("examples/garden/garden.yaml")
app = FastAPI()

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?")
"""A number as reports write it: `Decimal` alone would take `007`, `1_000` and other digits too."""


def show(typed: dict[str, str], told: dict[str | None, str], answer: str = "") -> HTMLResponse:
    """Show the form: each input with its label, what was typed, and what is wrong with it."""
    rows = [
        f"<p><label>{escape(field.label)} <input name={code} value='{escape(typed.get(code, ''))}'"
        f" aria-invalid={str(code in told).lower()}></label> {escape(told.get(code, ''))}</p>"
        for code, field in plan.fields.items()
    ]
    page = f"<form method=post>{''.join(rows)}<button>Evaluate</button></form>"
    rest = f"<p>{escape(told.get(None, ''))}</p><pre>{escape(answer)}</pre>"
    return HTMLResponse(page + rest, 422 if told else 200)


def read(code: str, text: str) -> object:
    """Read a number or a truth value; what is none stays text, and is told so."""
    kind = plan.fields[code].type if code in plan.fields else ""
    if kind == "number":
        return Decimal(text) if NUMBER.fullmatch(text.strip()) else text
    return {"yes": True, "no": False}.get(text, text) if kind == "boolean" else text


def place(problems: Sequence[ruletrail.Problem]) -> dict[str | None, str]:
    """Put what is wrong beside its input, or under None where the form has none for it."""
    told: dict[str | None, str] = {}
    for each in problems:
        code = each.field if each.field in plan.fields else None
        told[code] = f"{told.get(code, '')} {each.message('en')}".strip()
    return told


@app.get("/")
def begin() -> HTMLResponse:
    """Show the empty form."""
    return show({}, {})


@app.post("/")
async def answer(request: Request) -> HTMLResponse:
    """Evaluate what was typed; an empty input is a key that is not there."""
    typed = dict(parse_qsl((await request.body()).decode(errors="replace")))
    fields = {code: read(code, text) for code, text in typed.items()}
    try:
        evaluation = plan.evaluate({"subject": {"household": "Rossi"}, "fields": fields})
    except ruletrail.ProblemsError as error:
        return show(typed, place(error.problems))
    return show(typed, {}, evaluation.to_text("en", brief=True))
