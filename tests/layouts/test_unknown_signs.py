"""Signs that a PDF's font leaves unknown: one problem with their number, not one for each row."""

import json
from pathlib import Path

import pytest

from support import make_pdf
from support.command_line import call
from support.places import EXAMPLES, FORMS

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
    count = FORMS[name].count(letter)
    places = "in one place" if count == 1 else f"in {count} places"
    assert f"`U+{ord(sign):04X}`, {places}" in problem["message"]
    assert found.items() <= whole.items()
    lost = {code for code in whole if code not in found}
    assert all(f"`{code}`" in problem["message"] for code in lost)


def numbers(report: str) -> dict[str, str]:
    """Return the values by code, without texts, which may hold the letter that is changed."""
    lines = report.partition("fields:\n")[2].partition("printed:")[0].splitlines()
    pairs = dict(line.strip().split(": ", 1) for line in lines)
    return {code: value for code, value in pairs.items() if not value.startswith('"')}


def test_a_sign_that_touches_no_value_is_a_warning():
    """All is read, and nobody need be told more than that."""
    text = FORMS["jesi"].replace("STRUTTURE\n", "STRUTTURE\n\uf0b7 nota\n\uf0b7 nota\n")
    status, report, (problem,) = read(text)
    assert (status, report) == (0, read(FORMS["jesi"])[1])
    assert (problem["code"], problem["severity"]) == ("form-signs-lost", "warning")
    assert "in 2 places" in problem["message"]


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
    assert "`U+FFFD`, in 9 places [form-signs-unknown]" in err


@pytest.mark.parametrize("sign", list(SIGNS.values()), ids=list(SIGNS))
@pytest.mark.parametrize("name", ["jesi", "livorno"])
def test_a_text_in_which_a_sign_cannot_be_read_is_not_read(name: str, sign: str):
    """`LIVOR�ESE` and a broken R40 were values, evaluated as complete and sealed."""
    place, text = {"jesi": ("JESI (AN)", "09 ‐ ASP"), "livorno": ("LIVORNO (LI)", "LIVORNESE")}[
        name
    ]
    spoilt = FORMS[name].replace(text, text.replace("S", sign), 1)
    end = spoilt.index("R40")
    spoilt = spoilt[:end] + spoilt[end:].replace("servizi", f"serv{sign}zi", 1)
    status, report, (problem,) = read(spoilt)
    assert (status, problem["code"]) == (1, "form-signs-unknown")
    assert "not read: `R00C`, `R40`; the form has signs" in problem["message"]
    assert f"`U+{ord(sign):04X}`, in 2 places" in problem["message"]
    whole = read(FORMS[name])[1]
    kept = [line for line in whole.splitlines() if not line.startswith(("  R00C:", "  R40:"))]
    assert report.splitlines() == kept
    # nor is the name of who reports
    status, report, (problem,) = read(FORMS[name].replace(place, place.replace("I", sign, 1)))
    assert (status, "comune:" in report) == (1, False)
    assert "not read: `subject.comune`; the form" in problem["message"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "il testo ha segni che non si possono leggere, `U+FFFD`, in un punto"),
        ("en", "the text holds signs that cannot be read, `U+FFFD`, in one place"),
    ],
)
def test_such_a_text_in_a_report_is_asked_about(language: str, said: str):
    """On the first screen and beside an output, though it is admitted; so is a name."""
    report = (EXAMPLES / "jesi-2024.yaml").read_text("utf-8")
    assert report.count("ASP AMBITO 9") == 1
    report = report.replace("ASP AMBITO 9", "A\ufffdP AMBITO 9")
    Path("report.yaml").write_text(report, "utf-8")
    status, out, _ = call("evaluate", "report.yaml", "--lang", language)
    shown = " ".join(out.split())
    assert status == 0
    assert f"1. {'Ricontrolla' if language == 'it' else 'Check again'}. R00C" in shown
    assert said in shown
    status, _, err = call("evaluate", "report.yaml", "-o", "out.txt", "--lang", language)
    assert (status, said in err, "[text-signs-unknown]" in err) == (0, True, True)
    Path("report.yaml").write_text(report.replace("comune: Jesi", "comune: Jes\uf0b7"), "utf-8")
    shown = " ".join(call("evaluate", "report.yaml", "--lang", language)[1].split())
    assert ("? `comune`, in `subject`, " in shown, "`U+F0B7`" in shown) == (True, True)
    assert "U+" not in call("evaluate", EXAMPLES / "jesi-2024.yaml", "--lang", language)[1]
