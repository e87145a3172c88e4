"""PDFs to text: both printings read as from text, a hostile file ends in a problem."""

import logging
import subprocess
import sys
import threading
import warnings
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


CONTROLS = "#1b[2J#1b]0;owned#07#0aform.pdf:1:1:#20fine"
"""In a PDF's name: to clear the screen, a title, a bell, and a line that looks like one of ours."""

HOSTILE = {
    "encoding": (b"/BaseFont /Courier", f"/BaseFont /Courier /Encoding /X{CONTROLS}"),
    "font": (b"/Subtype /Type1", f"/Subtype /X{CONTROLS}"),
    "filter": (b"/FlateDecode", f"/X{CONTROLS}"),
    "repeated key": (b"/Type /Font", f"/Type /Font /X{CONTROLS} 1 /X{CONTROLS} 2"),
    "broken object": (b"/Type /Font", "/Type Q\x1b[31mQ\x07 /Font"),
    "start of the table": (b"startxref\n", "startxref\n9"),
    "table": (b" 00000 n", " 00000 \x1b"),
    "end": (b"%%EOF", "\x1b[31m"),
    "far away": (b"/MediaBox [0", "/MediaBox [-3000000000"),
    "hexadecimal": (b"/Type /Catalog", "/Type /Catalog /X <\x1b[2J\x07>"),
}
"""What of a sound PDF is written otherwise, so that pypdf remarks on it."""


def hostile_pdfs() -> dict[str, bytes]:
    """Make the hostile PDFs, and one whose text lies far away from its page."""
    whole = make_pdf.lines_to_pdf("Gentile Sindaca, le scrivo\n")
    made = {name: whole.replace(old, new.encode()) for name, (old, new) in HOSTILE.items()}
    assert all(data != whole for data in made.values())
    far = [[(20.0, 20.0, "Gentile"), (3e9, 20.0, "1"), (3e12, -3e9, "2")]]
    return {**made, "cut": whole[:-40], "far apart": make_pdf.make_pdf(far, 8)}


def test_remarks_of_the_library_reach_nobody(
    a_pdf: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing of a hostile file is written or logged, whichever part of pypdf remarks on it."""
    pypdf = pytest.importorskip("pypdf")
    remarked = set()
    for name, data in hostile_pdfs().items():
        caplog.clear()
        try:
            text_of_pdf(data, a_pdf.name)
        except ProblemsError as error:
            remarked |= {problem.code for problem in error.problems}
        assert (caplog.messages, capfd.readouterr()) == ([], ("", "")), name
    assert remarked <= {"pdf-unreadable", "pdf-without-text"}
    # read by the library alone, the same files do make it speak, from several of its loggers
    speakers = set()
    for data in hostile_pdfs().values():
        caplog.clear()
        try:
            for page in pypdf.PdfReader(pdf_module.BytesIO(data)).pages:
                page.extract_text(extraction_mode="layout")
        except (pypdf.errors.PyPdfError, AttributeError, NotImplementedError, ValueError):
            pass
        speakers |= {record.name for record in caplog.records}
    assert len({name for name in speakers if name.startswith("pypdf.")}) > 1


def test_the_command_writes_its_own_lines_alone(tmp_path: Path) -> None:
    """On standard error stand a problem and its hint, printable, of every hostile file."""
    pytest.importorskip("pypdf")
    script = (
        "import sys; from ruletrail.cli import main; "
        "[main(['read', name, '--rulebook', 'sociale/2024', '--lang', 'en'])"
        " for name in sys.argv[1:]]"
    )
    names = []
    for number, data in enumerate(hostile_pdfs().values()):
        names.append(f"{number}.pdf")
        (tmp_path / names[-1]).write_bytes(data)
    # another process, because pytest's own handlers would take what is logged here
    words = [sys.executable, "-c", script, *names]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    lines = ended.stderr.decode().splitlines()
    assert {line[: line.index(":")] for line in lines[::2]} <= set(names)
    assert all(line.startswith("  → ") for line in lines[1::2])
    assert all(line.isprintable() for line in lines)


def test_what_the_caller_logs_stays_as_it_was(a_pdf: Path) -> None:
    """Levels, handlers and filters for warnings are the caller's, also after a failure."""
    pytest.importorskip("pypdf")
    first, one = logging.getLogger("pypdf"), logging.getLogger("pypdf._reader")
    before = first.level, one.level
    first.setLevel(logging.INFO)
    one.setLevel(logging.DEBUG)
    try:
        filters = list(warnings.filters)
        text_of_pdf(make_pdf.lines_to_pdf("M12\n"), a_pdf.name)
        with pytest.raises(ProblemsError):
            text_of_pdf(b"%PDF-1.4\n", a_pdf.name)
        assert (first.level, one.level, one.disabled) == (logging.INFO, logging.DEBUG, False)
        assert (first.propagate, first.handlers, warnings.filters) == (True, [], filters)
    finally:
        first.setLevel(before[0])
        one.setLevel(before[1])


def test_readings_at_the_same_time_put_back_what_was(a_pdf: Path) -> None:
    """The last of several threads leaves the levels that the first one found."""
    pytest.importorskip("pypdf")
    logger, data = logging.getLogger("pypdf"), make_pdf.lines_to_pdf("M12\n" * 50)
    level, name = logger.level, a_pdf.name
    threads = [threading.Thread(target=text_of_pdf, args=(data, name)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logger.level == level
