"""PDFs to text: both printings read as from text, a hostile file ends in a problem."""

import logging
import subprocess
import sys
import threading
import warnings
import zlib
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.layouts import Layout, build_layout, pdf_work, read_form, text_of_pdf
from ruletrail.layouts import pdf as pdf_module
from ruletrail.problems import ProblemsError
from ruletrail.schemas import Schema, build_schema
from support import make_pdf
from support.places import ROOT, TESTS

HERE = TESTS / "layouts"
NAMES = ("jesi", "livorno")


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


@pytest.mark.parametrize("name", NAMES)
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
    monkeypatch.setattr(pdf_module, "MOST_CONTENT", 10)
    assert codes(a_pdf) == ["document-too-large"]
    monkeypatch.setattr(pdf_module, "MOST_BYTES", 100)
    assert codes(a_pdf) == ["document-too-large"]


def test_an_unpacking_bomb_is_refused(a_pdf: Path) -> None:
    """A page that unfolds to many megabytes is not drawn."""
    a_pdf.write_bytes(make_pdf.make_pdf([[(20, 20, "M" * 3_000_000)]], 8))
    assert a_pdf.stat().st_size < 100_000
    assert codes(a_pdf) == ["pdf-unfolds"]


def unfolding(data: bytes, *filters: str, extra: str = "") -> bytes:
    """Write a stream that unfolds to some data, by so many filters one after another."""
    for _ in filters:
        data = zlib.compress(data, 9)
    named = " ".join(f"/{name}" for name in filters)
    head = f"<< /Filter [{named}] /Length {len(data)} {extra} >>"
    return head.encode() + b"\nstream\n" + data + b"\nendstream"


def with_fonts(fonts: Sequence[bytes], streams: Sequence[bytes], pages: int = 1) -> bytes:
    """Write pages that share a content and fonts, which refer to streams from object 5 on."""
    first = 5 + len(streams)
    kids = " ".join(f"{first + len(fonts) + at} 0 R" for at in range(pages))
    named = " ".join(f"/F{at} {first + at} 0 R" for at in range(len(fonts)))
    page = f"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << {named} >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} /MediaBox [0 0 600 800] >>".encode(),
        unfolding(b"BT /F0 12 Tf 50 700 Td (Hello) Tj ET", "FlateDecode"),
        b"<< >>",
        *streams,
        *fonts,
        *[page.encode()] * pages,
    ]
    return make_pdf._assemble(objects)


def font_of(number: int) -> bytes:
    """Write a font whose map to Unicode is an object."""
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode {number} 0 R >>".encode()
    )


PREDICTED = "/DecodeParms [<< /Predictor 12 /Columns 1 >>]"
LARGE = pdf_work.MOST_STREAM
WIDE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts "
    b"[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 65000 500] >>] >>"
)
UNFOLDING = {
    "one large map": ([font_of(5)], [unfolding(bytes(LARGE + 1), "FlateDecode")], 1),
    "one that is predicted": (
        [font_of(5)],
        [unfolding(bytes(2 * LARGE), "FlateDecode", extra=PREDICTED)],
        1,
    ),
    "one folded twice": (
        [font_of(5)],
        [unfolding(bytes(LARGE + 1), "FlateDecode", "FlateDecode")],
        1,
    ),
    "many maps": (
        [font_of(5 + at) for at in range(12)],
        [unfolding(bytes(LARGE // 4) + bytes([at]), "FlateDecode") for at in range(12)],
        1,
    ),
    "one map of many fonts": ([font_of(5)] * 12, [unfolding(bytes(LARGE // 4), "FlateDecode")], 1),
    "one map on many pages": ([font_of(5)], [unfolding(bytes(LARGE // 4), "FlateDecode")], 12),
    "many wide fonts": ([WIDE] * 300, [], 1),
    "fonts without end": ([b"<< /Type /Font /Subtype /Type1 >>"] * 300, [], 60),
}
"""Fonts, what they refer to, and on how many pages; each file is small."""


@pytest.mark.parametrize("name", UNFOLDING)
def test_what_a_file_unfolds_to_is_limited(name: str, a_pdf: Path) -> None:
    """By stream and by file, as often as it is read, before anybody waits for it."""
    data = with_fonts(*UNFOLDING[name])
    assert len(data) < 300_000
    a_pdf.write_bytes(data)
    assert codes(a_pdf) == ["pdf-unfolds"]


@pytest.mark.parametrize(
    ("mapped", "fonts", "pages"),
    [
        (b"1 beginbfrange\n<0000> <3fff> <0000>\nendbfrange", 8, 1),
        (b"beginbfrange <0000> <3fff> <0000> endbfrange", 1, 8),
        (b"1 <begin bf range>\r0000 1fff 0000\r2000 3fff 0001", 8, 1),
        (b"beginbfrange\n<0000> <0fff> [ " + b"<0041> " * 0x4000 + b"]\nendbfrange", 4, 2),
    ],
)
def test_what_a_map_leads_to_is_limited(
    mapped: bytes, fonts: int, pages: int, a_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two numbers name all the characters between them, for each font and on each page anew."""
    monkeypatch.setattr(pdf_work, "MOST_WORK", pdf_work.MOST_WORK // 8)
    data = with_fonts([font_of(5)] * fonts, [unfolding(mapped, "FlateDecode")], pages)
    assert len(data) < 10_000
    a_pdf.write_bytes(data)
    assert codes(a_pdf) == ["pdf-unfolds"]
    few = with_fonts([font_of(5)], [unfolding(mapped, "FlateDecode")], 1)
    assert text_of_pdf(few, "form.pdf").strip()


def test_a_file_within_the_limits_is_read(a_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is the work itself: a little less of it is too little for the same file."""
    fonts = [font_of(5), WIDE]
    data = with_fonts(fonts, [unfolding(b" " * 50_000, "FlateDecode")], 2)
    counted = []
    spend = pdf_work.Work.spend
    monkeypatch.setattr(
        pdf_work.Work, "spend", lambda self, amount: (counted.append(amount), spend(self, amount))
    )
    assert text_of_pdf(data, "form.pdf").split() == ["Hello", "Hello"]
    total = sum(counted)
    assert total > 2 * (50_000 + 65_000)
    a_pdf.write_bytes(data)
    monkeypatch.setattr(pdf_work, "MOST_WORK", total)
    assert text_of_pdf(data, "form.pdf")
    monkeypatch.setattr(pdf_work, "MOST_WORK", total - 1)
    assert codes(a_pdf) == ["pdf-unfolds"]


DRAWN = "BT /F1 8 Tf "
FAR_APART = {
    "moved": lambda n: f"{DRAWN}{'9999999 0 Td(a)Tj ' * n}ET",
    "moved in one operator": lambda n: f"{DRAWN}[{'(a)-9999999' * n}]TJ ET",
    "each on its own": lambda n: "".join(
        f"{DRAWN}1 0 0 1 {at * 9999999} 9 Tm(a)Tj ET " for at in range(n)
    ),
    "above each other": lambda n: "".join(
        f"{DRAWN}1 0 0 1 9 {at * 9999999} Tm(a)Tj ET " for at in range(n)
    ),
    "behind one that is turned": lambda n: (
        f"{DRAWN}0 1 -1 0 0 0 Tm(a)Tj 1 0 0 1 9999999 0 Tm(a)Tj ET " * n
    ),
    "moved without a text": lambda n: f"{DRAWN}[{'1 ' * 4 * n}(a)]TJ ET",
    "a long one moved": lambda n: f"{DRAWN}[({'a' * 20 * n}){'1 ' * n}]TJ ET",
    "all moved together": lambda n: f"q {'1 0 0 1 0 0 cm ' * 5 * n}{DRAWN}(a)Tj ET Q",
    "in blocks in blocks": lambda n: (
        f"q {DRAWN}" * (n // 20) + "(a)Tj " * 20 * n + "ET Q " * (n // 20)
    ),
    "one line of many parts": lambda n: "".join(
        f"BT /F1 99999 Tf 1 0 0 1 {at * 7} {9999 - at * 2} Tm(a)Tj ET " for at in range(4 * n)
    ),
}
"""Pages of small files, by a number, each of which pypdf lays out in another way without end."""


def drawing(content: str) -> bytes:
    """Write a page that draws with the font `/F1`; some characters are drawn, most are moves."""
    size = f"[0 0 {make_pdf.WIDTH} {make_pdf.HEIGHT}]".encode()
    plain = make_pdf.make_pdf([[(20, 20, "a")]], 8).replace(
        size, b"[-9999999999 -9999 9999999999 9999999999]"
    )
    start = plain.rindex(b"<< /Length")
    data = zlib.compress(content.encode(), 9)
    head = f"<< /Filter /FlateDecode /Length {len(data)} >>\nstream\n".encode()
    return plain[:start] + head + data + plain[plain.index(b"\nendstream", start) :]


@pytest.mark.parametrize("name", FAR_APART)
def test_what_pages_lay_out_is_limited(
    name: str, a_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted is what pypdf does: it grows with it, and one step too few refuses the file.

    The file stays small, and what is refused took no time yet.
    """
    monkeypatch.setattr(pdf_module, "REPORT_LIMITS", SCHEMA_LIMITS)
    steps: list[int] = []
    draw = pdf_work.Work.draw
    monkeypatch.setattr(
        pdf_work.Work, "draw", lambda self, amount: (steps.append(amount), draw(self, amount))
    )
    data = drawing(FAR_APART[name](200))
    assert "a" in text_of_pdf(data, "form.pdf")
    total = sum(steps)
    assert total > 2_000
    monkeypatch.setattr(pdf_work, "MOST_STEPS", total)
    assert text_of_pdf(data, "form.pdf")
    a_pdf.write_bytes(data)
    monkeypatch.setattr(pdf_work, "MOST_STEPS", total - 1)
    assert codes(a_pdf) == ["pdf-unfolds"]
    a_pdf.write_bytes(drawing(FAR_APART[name](400)))
    monkeypatch.setattr(pdf_work, "MOST_STEPS", total + total // 2)
    assert codes(a_pdf) == ["pdf-unfolds"]


def test_a_page_of_texts_far_apart_is_refused_at_once(a_pdf: Path) -> None:
    """Within the true limit: no line grows by ten thousand blanks with each of 16 000 texts."""
    for name in ("moved", "moved in one operator"):
        data = drawing(FAR_APART[name](16_000))
        assert len(data) < 4_000
        a_pdf.write_bytes(data)
        assert codes(a_pdf) == ["pdf-unfolds"]


def test_true_forms_are_far_below_the_limit_of_what_is_laid_out(
    a_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An eightieth of the limit is enough for both printings, and they read as without it."""
    pytest.importorskip("pypdf")
    jesi, livorno = ((ROOT / f"examples/forms/{n}-2024.txt").read_text() for n in NAMES)
    forms = [
        make_pdf.lines_to_pdf(jesi),
        make_pdf.table_to_pdf(livorno, [20, 430, 520, 610, 710]),
    ]
    with monkeypatch.context() as small:
        small.setattr(pdf_work, "MOST_STEPS", pdf_work.MOST_STEPS // 80)
        counted = [text_of_pdf(data, a_pdf.name) for data in forms]
    monkeypatch.setattr(pdf_work, "counting_drawing", nullcontext)
    assert counted == [text_of_pdf(data, a_pdf.name) for data in forms]


def test_a_map_to_long_texts_is_counted_before_it_is_followed() -> None:
    """A character may stand for many: all that a text would become is counted beforehand."""
    fonts = [font_of(5)]
    mapped = b"1 beginbfchar\n<61> <" + b"0041" * 100 + b">\nendbfchar\n"
    shown = pdf_work.Work()
    with pdf_work.counting(pytest.importorskip("pypdf"), shown):
        reader = pypdf_reader(with_fonts(fonts, [unfolding(mapped, "FlateDecode")]))
        reader.pages[0].extract_text(extraction_mode="layout")
    assert shown.steps > len("Hello") * 100 // 2


def pypdf_reader(data: bytes) -> Any:
    """Open a PDF by the library alone."""
    return pytest.importorskip("pypdf").PdfReader(pdf_module.BytesIO(data))


def test_limits_end_with_the_reading(a_pdf: Path) -> None:
    """What else a program does with pypdf is not counted, neither after nor beside."""
    pypdf = pytest.importorskip("pypdf")
    plain, limits = pypdf.generic.StreamObject.get_data, pypdf.get_configuration()
    font = pypdf.generic._font.Font
    make = font.__dict__["from_font_resource"]
    layout = pypdf._text_extraction._layout_mode
    manager = layout._fixed_width_page.TextStateManager
    drawn = [dict(vars(each)) for each in (layout, layout._fixed_width_page, manager)]
    a_pdf.write_bytes(with_fonts(*UNFOLDING["many maps"]))
    assert codes(a_pdf) == ["pdf-unfolds"]
    assert pypdf.generic.StreamObject.get_data is plain
    assert font.__dict__["from_font_resource"] is make
    assert pypdf.get_configuration() == limits
    assert [dict(vars(each)) for each in (layout, layout._fixed_width_page, manager)] == drawn
    work = pdf_work.Work()
    with pdf_work.counting(pypdf, work):
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(bytes(2 * pdf_work.MOST_WORK))
        beside = threading.Thread(target=stream.get_data)
        beside.start()
        beside.join()
        assert not work.is_over
        with pytest.raises(pdf_work.PdfWorkError):
            stream.get_data()


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
