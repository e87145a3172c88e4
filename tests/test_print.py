"""A page on paper: how many sheets, how well each thing is known, whose sentence it is."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.formats import LOCALES
from ruletrail.rendering.pages import STYLE
from support.first_screens import Q3, change, show
from support.places import JESI, LIVORNO

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
TAG = re.compile(r'<span class="tag"(?: lang="[a-z]+")?>([^<]*)</span>')
HEAD_AT_END = re.compile(r"(Che cos'è|What it is)\s+(Perché|Why)\s*\Z")
MOST_SHEETS = 6


LOW: dict[str, str | None] = {"R07_2017": "3000000.00", "R07_2021": "3400000.00"}
LONGEST = ("La relazione spiega i motivi della spesa. " * 142)[:5990]
SPENT: dict[str, str | None] = {"R03": None, "R05": None, "R06": None, "R08": None}


@pytest.fixture(params=["jesi", "livorno", "empty", "quadro 3", "contradicted", "denied", "few"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Return a real report, one with nothing in it, or the fullest ones that officers met.

    These are a form that contradicts the answer at every point, with a warning and as much free
    text as it takes, another whose level of service is denied too, with averages of eight decimals,
    and one of which only sentences and the last block are there.
    """
    subject = {"subject": {"comune": "Prova", "provincia": "AN"}}
    reports = {"jesi": JESI, "livorno": LIVORNO, "empty": {"fields": {}}}
    found: Any = reports.get(request.param)
    if request.param == "quadro 3":
        found = change(LIVORNO, tmp_path, **Q3)
    if request.param == "contradicted":
        found = change(JESI, tmp_path, **LOW, R40=f'"{LONGEST}"')
    if request.param == "denied":
        found = change(LIVORNO, tmp_path, **LOW, R05="15.00", R40=f'"{LONGEST}"')
    if request.param == "few":
        users = re.findall(
            r"^  (M\w+|R0[AB]\w*|R01\w*|R02\w*|R04|R00E): ", JESI.read_text("utf-8"), re.MULTILINE
        )
        found = change(JESI, tmp_path, **(dict.fromkeys(users) | SPENT))
    return {**found, **subject} if isinstance(found, dict) else found


@pytest.mark.skipif(not BROWSER, reason="no browser here that prints")
@pytest.mark.parametrize("language", LOCALES)
def test_a_page_takes_six_sheets(plan: Plan, report: Any, language: Any, tmp_path: Path) -> None:
    """What an officer hands round, with all of its appendices; no table's head ends a sheet."""
    pypdf = pytest.importorskip("pypdf")
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(show(plan, report, language, "html", brief=False), "utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}"]
    words.append(f"--user-data-dir={tmp_path / 'browser'}")
    subprocess.run(
        [str(BROWSER), *words, page.as_uri()], check=True, capture_output=True, timeout=120
    )
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(paper).pages]
    assert len(sheets) <= MOST_SHEETS
    assert not [each for each in sheets if HEAD_AT_END.search(each)]


@pytest.mark.parametrize(
    ("language", "tags"),
    [
        ("it", {"[visto nel modulo]", "[letto in una fonte]", "[dedotto]"}),
        ("en", {"[seen on the form]", "[read in a source]", "[inferred]"}),
    ],
)
def test_every_outcome_part_and_sentence_has_a_tag_on_paper(
    plan: Plan, report: Any, language: Any, tags: set[str]
) -> None:
    """The source, which is folded on a screen, has no room there; the tag is for paper alone."""
    page = show(plan, report, language, "html", brief=False)
    chapters = re.split(r'<section aria-labelledby="c\d+">', page)[1:]
    decisions, parts, sentences = chapters[0], chapters[1], chapters[4]
    for chapter in (decisions, parts, sentences):
        folded = chapter.count('<details class="basis">')
        assert folded == len(TAG.findall(chapter)) > 0
        assert set(TAG.findall(chapter)) <= tags
    assert set(TAG.findall(page)) == tags
    screen, _, paper = STYLE.partition("@media print")
    assert ".tag{display:none}" in screen
    assert ".tag{display:inline" in paper


def test_what_the_footer_says_is_true_of_paper_too(plan: Plan) -> None:
    """It sends to the trail for what a sheet has no room for."""
    for language, said in (
        ("it", "di ogni esito dice quanto è attendibile; la traccia cita per ogni valore"),
        ("en", "it says of each outcome how well it is known; for each value the trail cites"),
    ):
        footer = show(plan, JESI, language, "html", brief=False).partition("<footer>")[2]
        assert said in footer
        assert "né l&#x27;atto" in footer or "nor the official decision" in footer


def test_a_long_text_has_the_width_of_its_table(plan: Plan) -> None:
    """It stands below what it is, and squeezes no column of the others."""
    page = show(plan, JESI, form="html", brief=False)
    row = page.partition('<tr role="row" id="s-R40">')[2].partition("</tr>")
    assert "RELAZIONE IN FORMATO LIBERO" in row[0]
    assert "Azienda Servizi" not in row[0]
    assert (
        row[2]
        .lstrip()
        .startswith(
            '<tr role="row"><td role="cell" colspan="3"><span class="of">Valore: </span>La gestione'
        )
    )
