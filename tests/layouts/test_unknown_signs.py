"""Signs that a PDF's font leaves unknown: one problem with their number, not one for each row."""

import json
from pathlib import Path

import pytest

from support import make_pdf
from support.command_line import call
from support.places import FORMS

SOCIALE = ("--rulebook", "sociale/2024")
SIGNS = {"replacement": "\ufffd", "private": "\uf0b7", "control": "\x03", "unassigned": "\u0378"}
LETTERS = "'à(.Ri"
"""Letters of labels, each of which spoils many rows of the form."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> tuple[int, str, list[dict[str, str]]]:
    Path("form.txt").write_text(text, "utf-8")
    status, out, err = call("read", "form.txt", *SOCIALE, "--format", "json")
    return status, out, json.loads(err)["problems"] if err else []


@pytest.mark.parametrize("name", ["jesi", "livorno"])
@pytest.mark.parametrize("letter", list(LETTERS))
@pytest.mark.parametrize("sign", list(SIGNS.values()), ids=list(SIGNS))
def test_one_unknown_sign_is_one_problem(sign, letter, name):
    """It counts them, and names every value that was not read; the rest is read as before."""
    whole = numbers(read(FORMS[name])[1])
    status, report, problems = read(FORMS[name].replace(letter, sign))
    assert len(problems) == 1, [(each["code"], each["line"], each["message"]) for each in problems]
    (problem,) = problems
    found = numbers(report)
    assert (status, problem["code"]) == (1, "form-signs-unknown")
    assert f"`U+{ord(sign):04X}` (places: {FORMS[name].count(letter)})" in problem["message"]
    assert found.items() <= whole.items()
    lost = {code for code in whole if code not in found}
    assert all(f"`{code}`" in problem["message"] for code in lost)


def numbers(report: str) -> dict[str, str]:
    """Return the values by code, without texts, which hold the sign as it was printed."""
    lines = report.partition("fields:\n")[2].partition("printed:")[0].splitlines()
    pairs = dict(line.strip().split(": ", 1) for line in lines)
    return {code: value for code, value in pairs.items() if not value.startswith('"')}


def test_a_sign_that_touches_no_value_is_a_warning():
    """All is read, and nobody need be told more than that."""
    text = FORMS["jesi"].replace("STRUTTURE\n", "STRUTTURE\n\uf0b7 nota\n\uf0b7 nota\n")
    status, report, (problem,) = read(text)
    assert (status, report) == (0, read(FORMS["jesi"])[1])
    assert (problem["code"], problem["severity"]) == ("form-signs-lost", "warning")
    assert "(places: 2)" in problem["message"]


def test_what_signs_do_not_touch_is_still_said():
    """Another row's own trouble stands beside the one problem of the signs."""
    text = FORMS["jesi"].replace("8,50", "8.50").replace("STRUTTURE\n", "STRUTTURE\n\uf0b7\n")
    codes = {problem["code"] for problem in read(text)[2]}
    assert codes == {"form-signs-lost", "form-number-style"}


def test_the_signs_of_a_pdf():
    """A font that maps a glyph to nothing known."""
    pytest.importorskip("pypdf")
    data = make_pdf.lines_to_pdf(FORMS["jesi"].replace("à", "\ufffd"))
    Path("form.pdf").write_bytes(data)
    status, _, err = call("read", "form.pdf", *SOCIALE)
    assert (status, err.count("[form-")) == (1, 1)
    assert "`U+FFFD` (places: 9) [form-signs-unknown]" in err
