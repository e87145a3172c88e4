"""The example of a web form marks each wrong input, by what ruletrail says alone."""

import asyncio
import re
import runpy
from typing import Any

import pytest

from support.places import EXAMPLES, ROOT

pytest.importorskip("fastapi")
httpx = pytest.importorskip("httpx")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the example as from the folder above it."""
    monkeypatch.chdir(ROOT)
    return runpy.run_path(str(EXAMPLES / "web_form.py"))["app"]


def ask(
    app: Any, typed: dict[str, str] | None = None, *, content: bytes | None = None
) -> tuple[int, str]:
    """Open the form, or send it with what was typed; returns status and page."""

    async def send() -> tuple[int, str]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://form") as client:
            is_empty = typed is None and content is None
            if is_empty:
                answer = await client.get("/")
            else:
                answer = await client.post("/", data=typed, content=content)
            return answer.status_code, answer.text

    return asyncio.run(send())


def marked(page: str) -> set[str]:
    """List the inputs that a page marks, each with words beside it."""
    found = re.findall(r"<input name=(\w+) [^>]*aria-invalid=true></label> (\S)", page)
    return {code for code, _ in found}


def test_each_wrong_input_is_marked(app: Any):
    """All at once, with what was typed still there."""
    typed = {"adults": "two", "children": "3", "distance": "-1", "waiting": "3", "plot": "huge"}
    status, page = ask(app, typed)
    assert (status, marked(page)) == (422, {"adults", "distance", "plot"})
    assert "value='huge'" in page


def test_a_right_form_is_answered(app: Any):
    """The empty form marks nothing, nor does one that is filled in right."""
    assert marked(ask(app)[1]) == set()
    typed = {"adults": "2", "children": "3", "distance": "1.2", "waiting": "3", "plot": "small"}
    status, page = ask(app, {**typed, "own_garden": "no"})
    assert (status, marked(page)) == (200, set())
    assert "outcome" in page


def test_what_is_in_no_input_is_told_below(app: Any):
    """Of a key that the form has not, and of bytes that are no text: no page is without a word."""
    status, page = ask(app, {"adults": "2", "garage": "yes", "pool": "no"})
    below = page.partition("</form>")[2]
    assert (status, marked(page)) == (422, set())
    assert "`garage`" in below
    assert "`pool`" in below
    status, page = ask(app, content=b"plot=\xff")
    assert (status, marked(page)) == (422, {"plot"})


@pytest.mark.parametrize("typed", ["007", "1_0", "+5", "٣", "１２", "NaN", "1e1"])
def test_a_number_is_what_reports_write(app: Any, typed: str):
    """Python reads more numbers than a report has: `1_0` would silently be ten."""
    status, page = ask(app, {"adults": typed})
    assert (status, marked(page)) == (422, {"adults"})
    assert f"`{typed}` is a text, but a whole number is needed here" in page
