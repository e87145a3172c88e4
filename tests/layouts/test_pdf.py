"""PDFs to text: both printings read as from text, a hostile file ends in a problem."""

import sys
from pathlib import Path

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.layouts import Layout, build_layout, read_form, text_of_pdf
from ruletrail.layouts import pdf as pdf_module
from ruletrail.problems import ProblemsError
from ruletrail.schemas import Schema, build_schema
from support import make_pdf
from support.places import ROOT, TESTS

HERE = TESTS / "layouts"


def load_sociale() -> tuple[Layout, Schema]:
    """Load the sociale's layout and schema."""
    node, _ = read_document(
        (ROOT / "schemas/reports/sociale/2024.schema.json").read_bytes(), "s", SCHEMA_LIMITS
    )
    assert node is not None
    schema, _ = build_schema(node, of_report=True)
    node, _ = read_document(
        (ROOT / "rulebooks/sociale/2024.layout.yaml").read_bytes(), "l", RULEBOOK_LIMITS
    )
    assert node is not None
    layout, _ = build_layout(node)
    assert schema is not None
    assert layout is not None
    return layout, schema


def codes(path: Path) -> list[str]:
    """Name the problems that forbid reading a PDF."""
    with pytest.raises(ProblemsError) as caught:
        text_of_pdf(path.read_bytes(), path.name)
    return [problem.code for problem in caught.value.problems]


@pytest.fixture
def a_pdf(tmp_path: Path) -> Path:
    """Give a path for a PDF; the test needs pypdf."""
    pytest.importorskip("pypdf")
    return tmp_path / "form.pdf"


@pytest.mark.parametrize("name", ["jesi", "livorno"])
def test_a_pdf_gives_the_same_reading_as_the_text(name: str, a_pdf: Path) -> None:
    """Both printings, made into PDFs word by word, read to the same values and sentences."""
    text = (ROOT / f"examples/forms/{name}-2024.txt").read_text("utf-8")
    layout, schema = load_sociale()
    a_pdf.write_bytes(
        make_pdf.lines_to_pdf(text)
        if name == "jesi"
        else make_pdf.table_to_pdf(text, [20, 430, 520, 610, 710])
    )
    assert read_form(text_of_pdf(a_pdf.read_bytes(), a_pdf.name), layout, schema) == read_form(
        text, layout, schema
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4\n",
        b"%PDF-1.4\n" + b"\x00\xff" * 500,
        b"%PDF-1.7\ntrailer << /Root 9 0 R >>\n%%EOF",
    ],
)
def test_a_broken_pdf_is_a_problem(
    data: bytes, a_pdf: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The library's complaints stay inside."""
    a_pdf.write_bytes(data)
    assert codes(a_pdf) == ["pdf-unreadable"]
    assert capfd.readouterr() == ("", "")


def test_a_pdf_cut_short_anywhere_never_crashes(a_pdf: Path) -> None:
    """Every prefix gives a text or a problem."""
    whole = make_pdf.lines_to_pdf("M12 ‐ Utenti 1 2\n")
    for size in range(0, len(whole), 7):
        a_pdf.write_bytes(whole[:size])
        try:
            text_of_pdf(a_pdf.read_bytes(), a_pdf.name)
        except ProblemsError as error:
            assert {problem.code for problem in error.problems} <= {  # noqa: PT017
                "pdf-unreadable",
                "pdf-without-text",
            }


def test_an_encrypted_pdf_is_named_as_such(a_pdf: Path) -> None:
    """A password is asked of nobody."""
    pypdf = pytest.importorskip("pypdf")
    a_pdf.write_bytes(make_pdf.lines_to_pdf("M12\n"))
    writer = pypdf.PdfWriter(clone_from=a_pdf)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(a_pdf)
    assert codes(a_pdf) == ["pdf-encrypted"]


def test_a_scan_has_no_text(a_pdf: Path) -> None:
    """A PDF without text is said to be so, not read as an empty form."""
    a_pdf.write_bytes(make_pdf.make_pdf([[]], 8))
    assert codes(a_pdf) == ["pdf-without-text"]


def test_limits_of_size_pages_and_content(a_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each limit the file is read, one past it is refused."""
    a_pdf.write_bytes(make_pdf.make_pdf([[(20, 20, "M12")]] * 3, 8))
    monkeypatch.setattr(pdf_module, "MOST_PAGES", 3)
    assert text_of_pdf(a_pdf.read_bytes(), a_pdf.name).split() == ["M12"] * 3
    monkeypatch.setattr(pdf_module, "MOST_PAGES", 2)
    assert codes(a_pdf) == ["pdf-too-many-pages"]
    monkeypatch.setattr(pdf_module, "MOST_PAGES", 3)
    monkeypatch.setattr(pdf_module, "MOST_PAGE_CONTENT", 10)
    assert codes(a_pdf) == ["document-too-large"]
    monkeypatch.setattr(pdf_module, "MOST_BYTES", 100)
    assert codes(a_pdf) == ["document-too-large"]


def test_an_unpacking_bomb_is_refused(a_pdf: Path) -> None:
    """A page that unfolds to many megabytes is not drawn."""
    a_pdf.write_bytes(make_pdf.make_pdf([[(20, 20, "M" * 3_000_000)]], 8))
    assert a_pdf.stat().st_size < 100_000
    assert codes(a_pdf) in (["document-too-large"], ["pdf-unreadable"])


def test_a_missing_extra_names_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pypdf the problem says how to get it; everything but PDFs works without."""
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.4\n")
    with pytest.raises(ProblemsError) as caught:
        text_of_pdf((tmp_path / "form.pdf").read_bytes(), "form.pdf")
    [problem] = caught.value.problems
    assert problem.code == "missing-extra"
    assert 'pip install "ruletrail[read]"' in problem.hint("en")
