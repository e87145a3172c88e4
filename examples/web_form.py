"""A form on the web that marks its wrong inputs: FastAPI with ruletrail inside.

    pip install fastapi uvicorn
    uvicorn web_form:app --app-dir examples

Run it from the folder above. What was typed comes back, with each problem beside its input, and
what is in no input below them.
"""

from decimal import Decimal, InvalidOperation
from html import escape
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

import ruletrail

plan = ruletrail.load("examples/garden/garden.yaml")
app = FastAPI()


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
    try:
        words = {"yes": True, "no": False}
        kind = plan.fields[code].type
        return Decimal(text) if kind == "number" else words[text] if kind == "boolean" else text
    except (InvalidOperation, KeyError):
        return text


@app.get("/")
def begin() -> HTMLResponse:
    """Show the empty form."""
    return show({}, {})


@app.post("/")
async def answer(request: Request) -> HTMLResponse:
    """Evaluate what was typed; an empty input is a key that is not there."""
    typed = dict(parse_qsl((await request.body()).decode()))
    fields = {code: read(code, text) for code, text in typed.items()}
    try:
        evaluation = plan.evaluate({"subject": {"household": "Rossi"}, "fields": fields})
    except ruletrail.ProblemsError as error:
        return show(typed, {each.field: each.message("en") for each in error.problems})
    return show(typed, {}, evaluation.to_text("en", brief=True))
