"""PDFs that were filled in on a screen: what a page shows is read, wherever in it that stands."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.layouts import Reading, build_layout, pdf_shown, pdf_work, read_form, text_of_pdf
from ruletrail.problems import ProblemsError
from ruletrail.schemas import build_schema
from support import make_pdf
from support.places import TESTS

pytest.importorskip("pypdf")

HERE = TESTS / "layouts"
LINES: Mapping[str, str] = {
    "PARKING PERMITS": "",
    "Borough of Ely": "",
    "                      2029   2030": "",
    "Permits issued to residents": "1,204 1,310",
    "Permits issued to visitors": "88 12,004",
    "Revenue": "£ 1,012,345.60",
    "Balance:": "-12.50",
    "Share": "87.5% of bays in use",
    "More than four bays in five are in use.": "",
    "Is the scheme open to new residents?": "yes",
    "The scheme is": "free of charge",
    "Office in charge:": "Streets",
    "NOTES": "",
    "Signed by": "",
}
"""What is printed on the form, and what is filled in beside it."""
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
CATALOG, PAGES, CONTENT, FONT_AT, PAGE, NEXT = range(1, 7)
OWN = f"/Resources << /Font << /F {FONT_AT} 0 R >> >>"
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 400 12]"
FORM_OF_PAGE = "/Type /XObject /Subtype /Form /BBox [0 0 1200 1600]"
FIELD = "/Subtype /Widget /FT /Tx"
Cell = tuple[float, float, str]


def stream(text: str, more: str = "") -> bytes:
    """Write a stream of drawing commands."""
    data = text.encode("cp1252")
    head = f"<< /Length {len(data)} {more} >>\nstream\n"
    return head.encode() + data + b"\nendstream"


def show(x: float, y: float, text: str, before: str = "", font: str = "F") -> str:
    """Write the commands that show a text."""
    return f"BT /{font} 8 Tf {before} {x} {y} Td ({text}) Tj ET\n"


def printed() -> tuple[str, list[Cell]]:
    """Give the commands of the blank form, and the cells that are to be filled in."""
    labels, cells = "", []
    for at, (label, value) in enumerate(LINES.items()):
        y = 760 - 14 * at
        labels += show(30, y, label)
        if value:
            cells.append((42 + 4.8 * len(label), y, value))
    return labels, cells


def form_pdf(
    content: str,
    more: Sequence[bytes] = (),
    page: str = "",
    catalog: str = "",
    xobjects: str = "",
) -> bytes:
    """Write a PDF of one page; `more` are objects from number `NEXT` on."""
    resources = f"/Resources << /Font << /F {FONT_AT} 0 R >> /XObject << {xobjects} >> >>"
    objects = [
        f"<< /Type /Catalog /Pages {PAGES} 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{PAGE} 0 R] /Count 1 >>".encode(),
        stream(content),
        FONT,
        (
            f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 600 800] "
            f"/Contents {CONTENT} 0 R {resources} {page} >>"
        ).encode(),
        *more,
    ]
    return make_pdf._assemble(objects)


def read(data: bytes) -> Reading:
    """Read a PDF as a form of parking permits."""
    node, _ = read_document((HERE / "parking.schema.json").read_bytes(), "s", SCHEMA_LIMITS)
    assert node is not None
    schema, _ = build_schema(node, of_report=True)
    node, _ = read_document((HERE / "parking.layout.yaml").read_bytes(), "l", RULEBOOK_LIMITS)
    assert node is not None
    layout, _ = build_layout(node)
    assert schema is not None
    assert layout is not None
    return read_form(text_of_pdf(data, "form.pdf"), layout, schema)


def refused(data: bytes) -> list[str]:
    """Name the problems that forbid reading a PDF."""
    with pytest.raises(ProblemsError) as caught:
        text_of_pdf(data, "form.pdf")
    return [problem.code for problem in caught.value.problems]


# -- The ways of filling in ------------------------------------------------------------------------


def on_the_page(before: str = "") -> bytes:
    """Write the values into the page's own content."""
    labels, cells = printed()
    return form_pdf(labels + "".join(show(*cell, before=before) for cell in cells))


def on_a_turned_page(turn: int, matrix: str) -> bytes:
    """Write all by a transformation, on a page that is turned when it is shown."""
    labels, cells = printed()
    values = "".join(show(*cell) for cell in cells)
    data = form_pdf(f"q {matrix} cm {labels} {values} Q", page=f"/Rotate {turn}")
    return data.replace(b"[0 0 600 800]", b"[0 0 800 800]")


def in_drawings(own: str = OWN, font: str = "F") -> bytes:
    """Write each value as a drawing that the page places, as flattening a form does."""
    labels, cells = printed()
    more = [stream(show(2, 3, value, font=font), f"{FORM} {own}") for _, _, value in cells]
    names = " ".join(f"/X{at} {NEXT + at} 0 R" for at in range(len(cells)))
    placed = (f"q 1 0 0 1 {x - 2} {y - 3} cm /X{at} Do Q\n" for at, (x, y, _) in enumerate(cells))
    return form_pdf(labels + "".join(placed), more, xobjects=names)


def in_nested_drawings() -> bytes:
    """Write all values as drawings in one drawing, at twice the size, and that at half of it."""
    labels, cells = printed()
    more, names, placed = [], "", ""
    for at, (x, y, value) in enumerate(cells):
        more.append(stream(show(2, 3, value), f"{FORM} {OWN}"))
        names += f"/X{at} {NEXT + at} 0 R "
        placed += f"q 2 0 0 2 {2 * x - 4} {2 * y - 6} cm /X{at} Do Q\n"
    outer = f"{FORM_OF_PAGE} /Matrix [0.5 0 0 0.5 0 0] /Resources << /XObject << {names} >> >>"
    more.append(stream(placed, outer))
    # a transformation outside of all blocks, as some printers write it
    content = f"2 0 0 2 0 0 cm q 0.5 0 0 0.5 0 0 cm /All Do {labels} Q"
    return form_pdf(content, more, xobjects=f"/All {NEXT + len(cells)} 0 R")


def in_fields(
    described: str = FIELD,
    value: str = "/V ({value}) /T (cell {at})",
    look: Callable[[str], str] | None = lambda value: f"/Tx BMC q {show(2, 3, value)} Q EMC",
    **around: str,
) -> bytes:
    """Write each value into a field, or a note, with its look."""
    labels, cells = printed()
    more, annotations = [], ""
    for at, (x, y, text) in enumerate(cells):
        drawn = look(text) if look else ""
        more.append(stream(drawn, f"{FORM} {OWN}"))
        shown = f"/AP << /N {NEXT + 2 * at} 0 R >>" if look else ""
        said = value.replace("{value}", text).replace("{at}", str(at))
        rectangle = f"/Rect [{x + 398} {y + 9} {x - 2} {y - 3}]"
        more.append(f"<< /Type /Annot {described} {said} {rectangle} {shown} >>".encode("cp1252"))
        annotations += f"{NEXT + 2 * at + 1} 0 R "
    catalog = f"/AcroForm << /Fields [{annotations}] {around.get('form', '')} >>"
    return form_pdf(
        around.get("content", "{labels}").replace("{labels}", labels),
        more,
        page=f"/Annots [{annotations}]",
        catalog=catalog,
    )


def in_looks_of_drawings() -> bytes:
    """Write each value into a drawing that the look of its field places, and nothing else."""
    labels, cells = printed()
    more, annotations = [], ""
    for at, (x, y, value) in enumerate(cells):
        drawing = NEXT + 3 * at
        more.append(stream(show(2, 3, value), f"{FORM} {OWN}"))
        own = f"/Resources << /XObject << /In {drawing} 0 R >> >>"
        more.append(stream("q /In Do Q", f"{FORM} {own}"))
        rectangle = f"/Rect [{x - 2} {y - 3} {x + 398} {y + 9}]"
        shown = f"/AP << /N {drawing + 1} 0 R >>"
        more.append(f"<< /Type /Annot {FIELD} /V ({value}) {rectangle} {shown} >>".encode("cp1252"))
        annotations += f"{drawing + 2} 0 R "
    catalog = f"/AcroForm << /Fields [{annotations}] >>"
    return form_pdf(labels, more, page=f"/Annots [{annotations}]", catalog=catalog)


FILLED: Mapping[str, Callable[[], bytes]] = {
    "drawings": in_drawings,
    "drawings with the page's font": lambda: in_drawings(own=""),
    "drawings of drawings": in_nested_drawings,
    "drawings that all pages may place": lambda: with_resources_above(in_drawings()),
    "fields": in_fields,
    "notes": lambda: in_fields("/Subtype /FreeText", "/Contents ({value})"),
    "fields that ask for new looks": lambda: in_fields(form="/NeedAppearances true"),
    "fields that show their numbers with other signs than they keep": lambda: (
        in_fields(form="/NeedAppearances true")
        .replace(b"/V (1,204 1,310)", b"/V (12041310)")
        .replace(b"/V (-12.50)", b"/V (-12.5)")
    ),
    "choices that ask for new looks": lambda: in_fields(
        "/Subtype /Widget /FT /Ch",
        "/Opt [[(0) ({value})] [(1) (none)]] /V (0) /T (cell {at})",
        form="/NeedAppearances true",
    ),
    "fields whose look places a drawing": in_looks_of_drawings,
    "fields of a part": lambda: in_fields("/Subtype /Widget /Parent << /FT /Tx /T (a) >>"),
    "fields on a page that is scaled": lambda: in_fields(
        content="2 0 0 2 0 0 cm q 0.5 0 0 0.5 0 0 cm {labels}"
    ),
    "a page that was turned": lambda: on_a_turned_page(90, "0 1 -1 0 800 0"),
    "a page that was turned back": lambda: on_a_turned_page(270, "0 -1 1 0 0 800"),
    "a page on its head": lambda: on_a_turned_page(180, "-1 0 0 -1 600 800"),
    "a page that was turned, and not its text": lambda: on_a_turned_page(90, "1 0 0 1 0 0"),
    "fields with a look of a state": lambda: (
        in_fields("/Subtype /Widget /FT /Btn /AS /On")
        .replace(b"/AP << /N ", b"/AP << /N << /On ")
        .replace(b" 0 R >> >>\nendobj", b" 0 R >> >> >>\nendobj")
    ),
}


def with_resources_above(data: bytes) -> bytes:
    """Move the resources of the page to the pages' common part, as some printers write them."""
    begin = data.index(b"/Resources << /Font", data.index(b"/Type /Page "))
    end = data.index(b">> >>", begin) + len(b">> >>")
    rest = data[:begin] + data[end:]
    return rest.replace(b"/Count 1 >>", b"/Count 1 " + data[begin:end] + b" >>")


@pytest.mark.parametrize("way", FILLED)
def test_values_are_read_wherever_they_are_drawn(way: str) -> None:
    """Each way of filling the form in gives what the same values on the page give."""
    expected = read(on_the_page())
    assert expected.is_certain
    assert expected.fields["residents"] == "1310"
    assert expected.fields["revenue"] == "1012345.60"
    found = read(FILLED[way]())
    assert (found.fields, found.blank, found.unread) == (
        expected.fields,
        expected.blank,
        expected.unread,
    )


def test_a_drawing_leaves_nothing_behind() -> None:
    """Spacing, and blocks that it opens or closes, end with it."""
    drawing = stream(f"7 Tc 50 Tz q {show(0, 0, 'in it')} Q Q Q q BT 3 Tr", f"{FORM} {OWN}")
    line = show(20, 700, "before") + "/X Do\n" + show(20, 680, "one two") + show(100, 680, "end")
    data = form_pdf(line, [drawing], xobjects=f"/X {NEXT} 0 R")
    plain = form_pdf(line.replace("/X Do", ""))
    kept = [text for text in text_of_pdf(data, "f").split("\n") if "in it" not in text]
    assert [" ".join(text.split()) for text in kept if text.strip()] == ["before", "one two end"]
    squeezed = [text.split() for text in text_of_pdf(plain, "f").split("\n") if text.strip()]
    assert squeezed == [["before"], ["one", "two", "end"]]


# -- What is not seen ------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["3 Tr", "7 Tr"])
def test_letters_that_leave_nothing_to_see_are_not_read(before: str) -> None:
    """On paper the cells are empty, whatever a program wrote behind them."""
    found = read(on_the_page(before))
    assert {"residents", "revenue", "balance"} <= set(found.blank)
    assert found.unread == ()


def test_what_a_scanner_recognised_is_a_scan() -> None:
    """Nobody wrote those letters: a digit among them may be another one."""
    labels, _ = printed()
    assert refused(form_pdf(f"q 3 Tr {labels} Q")) == ["pdf-without-text"]
    # a way of writing ends with its block; lines that are not shown are lines nevertheless
    line = "BT /F 8 Tf 10 TL 9 700 Td 3 Tr (no) Tj (no) ' 1 2 (no) \" 0 Tr (yes) ' ET"
    text = text_of_pdf(form_pdf(f"q 3 Tr Q {show(9, 720, 'seen')} {line}"), "f")
    assert text.split() == ["seen", "yes"]


@pytest.mark.parametrize("flag", [2, 32])
def test_fields_that_are_hidden_are_not_on_paper(flag: int) -> None:
    """Neither their looks nor their values count."""
    found = read(in_fields(f"{FIELD} /F {flag}"))
    assert {"residents", "revenue", "balance"} <= set(found.blank)


LAYERS = {
    "off": ("/D << /OFF [{on} 0 R] >>", "/OCG"),
    "all off but others": ("/D << /BaseState /OFF >>", "/OCG"),
    "one of those that are off": ("/D << /OFF [{on} 0 R] >>", "/OCMD"),
    "on": ("/D << /BaseState /OFF /ON [{on} 0 R] >>", ""),
    "on as usual": ("/D << >>", ""),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_that_are_off_are_not_on_paper(name: str) -> None:
    """Neither their text in the content, nor drawings and notes that belong to them."""
    state, kind = LAYERS[name]
    layer = b"<< /Type /OCG /Name (Deutsch) >>"
    several = f"<< /Type /OCMD /OCGs [{NEXT} 0 R] >>".encode()
    which = NEXT + 1 if kind == "/OCMD" else NEXT
    drawing = stream(show(9, 700, "drawn"), f"{FORM_OF_PAGE} {OWN} /OC {which} 0 R")
    content = "/OC /L BDC " + show(9, 680, "marked") + "EMC /X Do " + show(9, 660, "seen")
    note = (
        f"<< /Type /Annot /Subtype /Stamp /OC {which} 0 R /Rect [9 640 409 652] "
        f"/AP << /N {NEXT + 3} 0 R >> >>"
    )
    catalog = f"/OCProperties << /OCGs [{NEXT} 0 R] {state.replace('{on}', str(NEXT))} >>"
    data = form_pdf(
        content,
        [layer, several, drawing, stream(show(2, 3, "noted"), f"{FORM} {OWN}"), note.encode()],
        page=f"/Annots [{NEXT + 4} 0 R]",
        catalog=catalog,
        xobjects=f"/X {NEXT + 2} 0 R >> /Properties << /L {which} 0 R",
    )
    seen = ["seen"] if kind else ["drawn", "marked", "seen", "noted"]
    assert text_of_pdf(data, "form.pdf").split() == seen


UNDRAWN: Mapping[str, Callable[[], bytes]] = {
    "no look": lambda: in_fields(look=None),
    "an empty look": lambda: in_fields(look=lambda _: "/Tx BMC EMC"),
    "a value of the field that it is part of": lambda: in_fields(
        "/Subtype /Widget /Parent << /FT /Tx /V (12) /T (cell 0) >>", value="", look=None
    ),
    "a choice": lambda: in_fields("/Subtype /Widget /FT /Ch", look=None),
    "an older look": lambda: in_fields(
        look=lambda _: show(2, 3, "7"), form="/NeedAppearances true"
    ),
    "an older look of a number": lambda: in_fields(
        look=lambda _: show(2, 3, "7,5"), form="/NeedAppearances true"
    ).replace(b"(1,204 1,310)", b"(1204.00)"),
    "an older look of a round number": lambda: in_fields(
        look=lambda _: show(2, 3, "1,900"), form="/NeedAppearances true"
    ).replace(b"(1,204 1,310)", b"(1000.00)"),
    "an older look of a choice": lambda: in_fields(
        "/Subtype /Widget /FT /Ch",
        "/Opt [[(0) ({value})] [(x) (none)]] /V (x) /T (cell {at})",
        form="/NeedAppearances true",
    ),
    "a note without a look": lambda: in_fields(
        "/Subtype /FreeText /T (cell 0)", "/Contents ({value})", look=None
    ),
}


@pytest.mark.parametrize("way", UNDRAWN)
def test_a_value_without_a_look_is_no_blank_cell(way: str) -> None:
    """What a viewer would show is not known, so the form is not read; the field is named."""
    with pytest.raises(ProblemsError) as caught:
        text_of_pdf(UNDRAWN[way](), "form.pdf")
    (problem,) = caught.value.problems
    assert (problem.code, problem.details["text"]) == ("pdf-value-undrawn", "`cell 0`")


def test_what_was_not_filled_in_needs_no_look() -> None:
    """An empty field, a mark that is not set, a signature: nothing is hidden by their absence."""
    for described, value in (
        (FIELD, ""),
        (FIELD, "/V ( )"),
        ("/Subtype /Widget /FT /Btn", "/V /Off"),
        ("/Subtype /Widget /FT /Sig", "/V << /Name (Anna) >>"),
        ("/Subtype /Text", "/Contents (ask Anna)"),
    ):
        found = read(in_fields(described, value, look=None))
        assert {"residents", "revenue", "balance"} <= set(found.blank)


# -- What stands beside each other -----------------------------------------------------------------


def lines(content: str) -> list[str]:
    """Read the lines of a page, with one blank wherever some stand."""
    text = text_of_pdf(form_pdf(content), "form.pdf")
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


LARGE = "".join(
    f"BT /F 20 Tf 30 {400 - 20 * at} Td (A line of large letters on the page) Tj ET\n"
    for at in range(10)
)
BESIDE: Mapping[str, tuple[str, str]] = {
    "small letters on a page of large ones": (
        LARGE
        + "".join(show(x, 700, text) for x, text in ((30, "l" * 60), (330, "88"), (344, "1"))),
        f"{'l' * 60} 88 1",
    ),
    "letters beside each other": (show(30, 700, "8") + show(34.8, 700, "8"), "88"),
    "drawn twice": (show(30, 700, "5") + show(30.3, 700, "5"), "5"),
    "drawn twice in one text": ("BT /F 8 Tf 30 700 Td (57) Tj 0.3 0 Td (57) Tj ET", "57"),
    "drawn twice, in other pieces": (
        "BT /F 8 Tf 30 700 Td (57) Tj ET BT 30 700 Td (5) Tj (7) Tj ET",
        "57",
    ),
    "drawn twice, in pieces at first": (
        "BT /F 8 Tf 30 700 Td (5) Tj (7) Tj ET BT 30 700 Td (57) Tj ET",
        "57",
    ),
    "drawn with its shadow": (show(30, 700, "5") + show(30.5, 699.5, "5"), "5"),
    "drawn twice, with one more": (
        "BT /F 8 Tf 30 700 Td (5) Tj (5) Tj 0.3 0 Td (5) Tj (5) Tj ET",
        "55",
    ),
    "one behind the other": ("BT /F 8 Tf 30 700 Td (5) Tj (5) Tj (5) Tj ET", "555"),
    "one behind the other, in pieces": ("BT /F 8 Tf 30 700 Td [(5) (5) 0 (5)] TJ ET", "555"),
    "one behind the other, and then apart": (
        "BT /F 8 Tf 30 700 Td (88) Tj [-2000 (1) 20 (2)] TJ 60 0 Td (7) Tj ET",
        "88 12 7",
    ),
    "on the next lines": ("BT /F 8 Tf 10 TL 30 700 Td (5) Tj (5) ' 0 0 (5) \" ET", "5|5|5"),
    "the number of a note": (show(30, 700, "88") + show(39.6, 703, "1"), "88 1"),
    "the number of a note in one text": ("BT /F 8 Tf 30 700 Td (88) Tj 3 Ts (1) Tj ET", "88 1"),
    "a number over another": (show(30, 700, "999") + show(30, 700, "111"), "999 111"),
    "a number over another in one text": (
        "BT /F 8 Tf 30 700 Td (999) Tj -7 0 Td (111) Tj ET",
        "999 111",
    ),
    "a raised letter": (show(30, 700, "N") + show(34.8, 703, "o"), "No"),
}


@pytest.mark.parametrize("way", BESIDE)
def test_texts_are_one_only_where_they_are_one_on_paper(way: str) -> None:
    """No number is made of two that stand apart, of one that looks bold, or of that of a note."""
    content, expected = BESIDE[way]
    assert "|".join(line for line in lines(content) if "large" not in line) == expected


# -- What is cut off, covered, or of the colour of its ground --------------------------------------


def patch(colour: str, left: float = 78, wide: float = 40, more: str = "") -> str:
    """Write the commands that paint a rectangle over the cell in `HIDING`."""
    return f"q {more} {colour} {left} 697 {wide} 12 re f Q\n"


CELL = show(30, 700, "Revenue") + show(80, 700, "12345")
CELL_READ = "Revenue 12345"
WHITE, BLACK, BLUE = "1 g", "0 0 0 rg", "1 0.9 0 0 k"
PICTURE = "BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI"
STATES = {
    "seen": "<< /ca 0.4 >>",
    "multiply": "<< /ca 1 /BM /Multiply >>",
    "clear": "<< /ca 0 >>",
    "plain": "<< /ca 1 /BM /Normal >>",
    "blended": "<< /BM /Multiply >>",
    "solid": "<< /ca 1 >>",
    "normal": "<< /BM [/Normal /Multiply] >>",
}
HIDING: Mapping[str, tuple[str, str]] = {
    "a white patch": (CELL + patch(WHITE), "Revenue"),
    "a white patch with a number on it": (
        CELL + patch(WHITE) + show(80, 700, "67"),
        "Revenue 67",
    ),
    "a patch of four lines": (
        CELL + "1 1 1 rg 78 697 m 120 697 l 120 710 l 78 710 l h f",
        "Revenue",
    ),
    "a black bar": (CELL + patch(BLACK), "Revenue \ufffd\ufffd\ufffd\ufffd\ufffd"),
    "half a patch": (CELL + patch(WHITE, 94), "Revenue 123\ufffd\ufffd"),
    "half a patch, and a number of many texts": (
        show(30, 700, "Revenue")
        + "BT /F 8 Tf 80 700 Td (1) Tj (2) Tj (3) Tj ET "
        + patch(WHITE, 85),
        "Revenue 1\ufffd",
    ),
    "a line under it": (CELL + "0 g 78 698 40 1 re f", "Revenue 12345"),
    "a line through it": (CELL + "0 g 78 702 40 0.5 re f", "Revenue 12345"),
    "a frame around it": (CELL + "0 g 70 690 60 20 re 75 695 50 14 re f*", "Revenue 12345"),
    "a ground under it": (patch("0.9 g") + CELL, "Revenue 12345"),
    "what is seen through": (CELL + patch(WHITE, more="/seen gs"), "Revenue 12345"),
    "a marker": (CELL + patch("1 1 0 rg", more="/multiply gs"), "Revenue 12345"),
    "a marker of two states": (CELL + patch("1 1 0 rg", more="/blended gs /solid gs"), CELL_READ),
    "a patch after a marker": (CELL + patch(WHITE, more="/blended gs /normal gs"), "Revenue"),
    "what is seen through and blended no more": (
        CELL + patch(WHITE, more="/seen gs /normal gs"),
        CELL_READ,
    ),
    "a marker that is a drawing": (CELL + "/multiply gs /Patch Do", "Revenue 12345"),
    "a patch that is a drawing": (CELL + "/Patch Do", "Revenue"),
    "a pattern": (CELL + patch("/Pattern cs /P scn"), "Revenue 12345"),
    "a picture": (CELL + "q 100 0 0 20 60 695 cm " + PICTURE + " Q", "Revenue"),
    "a picture that says that it is no mask": (
        CELL + "q 100 0 0 20 60 695 cm " + PICTURE.replace("/CS", "/IM false /CS") + " Q",
        "Revenue",
    ),
    "white on white": (show(30, 700, "Revenue") + "1 g " + show(80, 700, "99"), "Revenue"),
    "nearly white on white": (show(30, 700, "R") + "0.98 g " + show(80, 700, "99"), "R"),
    "white on blue": (patch(BLUE) + "1 g " + show(80, 700, "99"), "99"),
    "white on what is round": (
        "0 g 70 690 m 70 720 130 720 130 690 c f 1 g " + show(80, 700, "99"),
        "99",
    ),
    "white of another colour space": (
        show(30, 700, "Revenue") + "/DeviceRGB cs 1 1 1 sc " + show(80, 700, "99"),
        "Revenue",
    ),
    "black on black": (patch(BLACK) + show(80, 700, "99") + show(30, 700, "R"), "R \ufffd\ufffd"),
    "nothing of its colour": (show(30, 700, "R") + "/clear gs " + show(80, 700, "99"), "R"),
    "too small": (show(30, 700, "R") + "BT /F 0.1 Tf 80 700 Td (99) Tj ET", "R"),
    "outside of the page": (CELL + show(700, 700, "9") + show(30, 900, "9"), "Revenue 12345"),
    "cut off": (CELL.replace("BT", "q 0 0 78 800 re W n BT"), "Revenue"),
    "cut off in a number": ("q 0 0 97 800 re W* n " + CELL, "Revenue 123\ufffd\ufffd"),
    "cut off in a digit": ("q 0 0 102.5 800 re W* n " + CELL, "Revenue 1234\ufffd"),
    "just room enough": ("q 0 0 104 800 re W* n " + CELL, "Revenue 12345"),
    "a cut that has ended": ("q 0 0 9 9 re W n Q " + CELL, "Revenue 12345"),
}


@pytest.mark.parametrize("way", HIDING)
def test_only_what_is_seen_is_read(way: str) -> None:
    """What nobody sees is no value, and what is seen in part is none either."""
    content, expected = HIDING[way]
    states = " ".join(f"/{name} {state}" for name, state in STATES.items())
    drawing = stream(
        "/plain gs " + patch(WHITE), f"{FORM_OF_PAGE} /Resources << /ExtGState << {states} >> >>"
    )
    xobjects = f"/Patch {NEXT} 0 R >> /ExtGState << {states}"
    text = text_of_pdf(form_pdf(content, [drawing], xobjects=xobjects), "form.pdf")
    assert [" ".join(line.split()) for line in text.split("\n") if line.strip()] == [expected]


def test_a_field_has_the_room_that_it_has() -> None:
    """A number that goes on where its field ends is none: its last digits are not on paper."""
    found = read(in_fields().replace(b"/BBox [0 0 400 12]", b"/BBox [0 0 012 12]"))
    assert "revenue" not in found.fields
    assert "revenue" not in found.blank


def test_two_pages_on_one_sheet_give_no_values() -> None:
    """Each row stands there twice; not even a text takes what is beside it for its own."""
    labels, cells = printed()
    page = labels + "".join(show(*cell) for cell in cells)
    data = form_pdf(f"{page} q 1 0 0 1 420 0 cm {page} Q").replace(
        b"[0 0 600 800]", b"[0 0 999 800]"
    )
    found = read(data)
    assert found.fields == {}
    assert {doubt.code: doubt.why for doubt in found.ambiguous}["officer"] == "form-row-repeated"


def test_what_lies_behind_a_picture_is_a_scan() -> None:
    """A scanner writes what it guessed in black, and puts the picture over it."""
    labels, _ = printed()
    assert refused(form_pdf(f"{labels} q 600 0 0 800 0 0 cm {PICTURE} Q")) == ["pdf-without-text"]


def test_a_page_is_no_larger_than_it_is_cut() -> None:
    """What stands outside of the part that is shown is not printed."""
    content = show(30, 700, "seen") + show(300, 700, "99")
    assert text_of_pdf(form_pdf(content, page="/CropBox [0 0 200 800]"), "f").split() == ["seen"]


def test_a_block_without_a_text_moves_nothing() -> None:
    """What is drawn next stands where it says, not where the block before had led."""
    text = text_of_pdf(form_pdf("BT /F 8 Tf 0 700 Td ET " + show(30, 700, "here")), "f")
    assert text.split() == ["here"]


# -- What costs too much ---------------------------------------------------------------------------


def test_drawings_that_place_themselves_or_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ring, and ten drawings of which each places the next ten times, of a few bytes each."""
    monkeypatch.setattr(pdf_work, "MOST_WORK", pdf_work.MOST_WORK // 8)
    ring = stream("/X Do", f"{FORM} /Resources << /XObject << /X {NEXT} 0 R >> >>")
    assert refused(form_pdf("/X Do", [ring], xobjects=f"/X {NEXT} 0 R")) == ["pdf-unfolds"]
    steps = [
        stream("/X Do\n" * 10, f"{FORM} /Resources << /XObject << /X {NEXT + at + 1} 0 R >> >>")
        for at in range(10)
    ]
    steps.append(stream(show(1, 1, "M"), f"{FORM} {OWN}"))
    assert refused(form_pdf("/X Do", steps, xobjects=f"/X {NEXT} 0 R")) == ["pdf-unfolds"]


def test_a_drawing_has_the_limits_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of lines alone is passed over, however long; one of text is not."""
    monkeypatch.setattr(pdf_shown, "MOST_CONTENT", 2_000)
    lines = stream("0 0 m 9 9 l S\n" * 999, f"{FORM} {OWN}")
    data = form_pdf(show(9, 9, "M12") + "/X Do", [lines], xobjects=f"/X {NEXT} 0 R")
    assert text_of_pdf(data, "f").split() == ["M12"]
    texts = stream(show(9, 9, "M") * 99, f"{FORM} {OWN}")
    data = form_pdf("/X Do", [texts], xobjects=f"/X {NEXT} 0 R")
    assert refused(data) == ["document-too-large"]
