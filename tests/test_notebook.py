"""The notebook of the examples runs, and shows on a page what it shows when it runs."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from support.places import ROOT

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

from support.notebooks import NOTEBOOK, execute


@pytest.fixture(scope="module")
def cells() -> list[Any]:
    """Run it once, as somebody who opens it and runs all cells."""
    return execute().cells


def shown(cells: list[Any], form: str) -> list[str]:
    """List what the cells show in one form."""
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return [output.data[form] for output in outputs if form in output.get("data", {})]


def test_what_is_stored_is_what_a_run_shows(cells: list[Any]):
    """Who reads it where nothing runs reads today's answers; `make notebook` stores them."""
    import nbformat  # noqa: PLC0415 - asked for above

    stored = nbformat.read(NOTEBOOK, as_version=4).cells
    assert [cell.cell_type for cell in cells].count("code") > 8
    for before, now in zip(stored, cells, strict=True):
        assert before.get("outputs") == now.get("outputs"), now.source
        assert before.get("execution_count") == now.get("execution_count")


def test_an_evaluation_shows_as_its_page(cells: list[Any]):
    """In a frame of its own without scripts, the first screen before everything else."""
    (framed,) = [html for html in shown(cells, "text/html") if html.startswith("<iframe")]
    assert framed.startswith('<iframe sandbox="" ')
    srcdoc = re.search(r'srcdoc="([^"]*)"', framed)
    assert srcdoc is not None
    page = unescape(srcdoc[1])
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    body = page[page.index("<body") :]
    screen = ["Jesi (AN), sociale 2024", "Da fare", "Parti del modulo", "Esiti e importi"]
    places = [body.index(words) for words in screen]
    assert places == sorted(places)
    assert places[-1] < body.index("Fonti e identità")


def test_an_analyst_finds_each_step(cells: list[Any]):
    """Values exact, an explanation, a table with what is missing, problems by field."""
    said = "\n".join(output["text"] for cell in cells for output in cell.get("outputs", ())
                     if output.output_type == "stream")  # fmt: skip
    assert "R03 / (R01 + R01A) = 39.301 / (24,5 + 24,5) = 802" in said
    values = "\n".join(shown(cells, "text/plain"))
    assert "Decimal('10.320348')" in values
    assert "<NA>" in values
    table = shown(cells, "text/html")[-1]
    assert re.findall(r"<td>(R\d\w*)</td>\s*<td>([a-z-]+)</td>", table) == [
        ("R01", "out-of-range"), ("R03", "wrong-type"), ("R16", "not-allowed"),
        ("R99", "unknown-key"),
    ]  # fmt: skip


def test_no_machine_and_no_error_stands_in_it():
    """Neither a path nor a name of who stored it."""
    text = NOTEBOOK.read_text("utf-8")
    assert '"output_type": "error"' not in text
    for place in (str(ROOT), str(Path.home()), "/home/", "/tmp/", "/root", "/Users/", ":\\\\"):  # noqa: S108 - looked for
        assert place not in text, place
