"""A small maker of PDFs for the tests.

Monospaced text at given places, with a map to Unicode. No library.
"""

import zlib
from collections.abc import Sequence
from typing import Any

Piece = tuple[float, float, str]
"""x, y, text."""

WIDTH, HEIGHT, MARGIN = 842, 595, 20
ADVANCE = 0.6

_WIDTHS = "/FirstChar {first} /LastChar {last} /Widths [{widths}]"
_SIMPLE = f"<< /Type /Font /Subtype /Type1 /BaseFont /Courier {_WIDTHS} "
_DRAWINGS = "/FontDescriptor << /Type /FontDescriptor /FontFile2 {cmap} 0 R >> "
COURIER = _SIMPLE + "/ToUnicode {cmap} 0 R >>"
EMBEDDED = _SIMPLE + _DRAWINGS + "/ToUnicode {cmap} 0 R >>"
"""A font that brings its own drawings, in an order of its own."""
DRAWN = _SIMPLE + _DRAWINGS + "/Encoding << /Differences [{differences}] >> >>"
"""Another, which names each drawing in words."""
COMPOSITE = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /Courier /Encoding /Identity-H "
    "/ToUnicode {cmap} 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 "
    "/BaseFont /Courier /DW 600 " + _DRAWINGS + ">>] >>"
)
"""A font of thousands of drawings, each with two bytes."""


def make_pdf(
    pages: Sequence[Sequence[Piece]],
    size: float,
    font_of: str = COURIER,
    unnamed: str = "",
    first: int = 32,
) -> bytes:
    """Write pages of text pieces in a font of this size, which has no name for some letters.

    The letters have the numbers from `first` on, in their order.
    """
    chars = sorted({char for page in pages for _, _, text in page for char in text})
    codes = {char: code for code, char in enumerate(chars, start=first)}
    named = {char: code for char, code in codes.items() if char not in unnamed}
    digits = 4 if font_of == COMPOSITE else 2
    font, cmap = 3, 4
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    widths = " ".join(["600"] * len(chars))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font_of.format(
            first=first,
            last=first + len(chars) - 1,
            widths=widths,
            cmap=cmap,
            differences=_differences(codes, named),
        ).encode(),
        _stream(_to_unicode(named, digits)),
    ]
    for index, page in enumerate(pages):
        objects.append(
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
                f"/Contents {6 + 2 * index} 0 R "
                f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
            ).encode()
        )
        objects.append(_stream(_content(page, codes, size, digits)))
    return _assemble(objects)


def lines_to_pdf(text: str, size: float = 7, leading: float = 9, **font: Any) -> bytes:
    """Put each line of a text on a line of its own, words placed one by one."""
    return make_pdf(
        _paginate(
            [[(MARGIN, line.strip())] if line.strip() else [] for line in text.split("\n")],
            size,
            leading,
        ),
        size,
        **font,
    )


def table_to_pdf(
    text: str, columns: Sequence[float], size: float = 4, leading: float = 6, wrap: int = 160
) -> bytes:
    """Put the cells of tabbed lines at the columns.

    Wrap lines that are too long. Blank lines stay.
    """
    rows: list[list[tuple[float, str]]] = []
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells[0]) > wrap and not any(cell.strip() for cell in cells[1:]):
            rows += [[(columns[0], part)] for part in _wrapped(cells[0], wrap)]
        elif line.startswith("R") and len(cells[0]) == len("R16") and len(cells) > 1:
            rows.append([(columns[0] + 40 * place, cell) for place, cell in enumerate(cells)])
        else:
            rows.append(
                [(x, cell.strip()) for x, cell in zip(columns, cells, strict=False) if cell.strip()]
            )
    return make_pdf(_paginate(rows, size, leading), size)


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _paginate(
    rows: Sequence[Sequence[tuple[float, str]]], size: float, leading: float
) -> list[list[Piece]]:
    pages: list[list[Piece]] = [[]]
    y = float(HEIGHT - MARGIN)
    for row in rows:
        if y < MARGIN:
            pages.append([])
            y = float(HEIGHT - MARGIN)
        for x, text in row:
            at = x
            for word in text.split(" "):
                if word:
                    pages[-1].append((at, y, word))
                at += (len(word) + 1) * ADVANCE * size
        y -= leading
    return pages


def _differences(codes: dict[str, int], named: dict[str, int]) -> str:
    names = (f"/uni{ord(char):04X}" if char in named else f"/g{codes[char]}" for char in codes)
    return " ".join([str(min(codes.values(), default=0)), *names])


def _content(page: Sequence[Piece], codes: dict[str, int], size: float, digits: int) -> bytes:
    out = ["BT", f"/F1 {size} Tf"]
    out += [
        f"1 0 0 1 {x:.2f} {y:.2f} Tm <{''.join(f'{codes[char]:0{digits}X}' for char in text)}> Tj"
        for x, y, text in page
    ]
    return "\n".join([*out, "ET"]).encode()


def _to_unicode(codes: dict[str, int], digits: int) -> bytes:
    pairs = [f"<{code:0{digits}X}> <{ord(char):04X}>" for char, code in codes.items()]
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    head += "/CMapName /T def /CMapType 2 def\n"
    blocks = [pairs[start : start + 90] for start in range(0, len(pairs), 90)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        head
        + f"1 begincodespacerange <{0:0{digits}X}> <{'F' * digits}> endcodespacerange\n"
        + body
        + "\nendcmap end end"
    ).encode()


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return (
        f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        + packed
        + b"\nendstream"
    )


def _assemble(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
