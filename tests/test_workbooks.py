"""Workbooks in and out: the numbers that a spreadsheet shows, nothing run, hostile files refused.

openpyxl reads and writes; what is held here is ours around it.

Codes of problems kept honest here: `batch-workbook`, `batch-workbook-size`, `batch-sheet-unknown`,
`batch-sheet-merged`, `batch-sheet-gap`, `batch-sheet-columns`, `batch-cell-error`,
`batch-cell-uncomputed`, `batch-cell-duration`,
`batch-header`, `batch-parquet-stream`.
"""

import errno
import gc
import io
import json
import os
import re
import struct
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from ruletrail.batches import workbook_sheets
from ruletrail.batches.cells import Moment
from ruletrail.batches.parts import rows_of as rows_of_part
from ruletrail.batches.row_intake import RowForm, _hint_number
from ruletrail.batches.rows import BEGIN, Place, Unread
from ruletrail.batches.sources import BY_COLUMNS, BY_ROWS, open_source
from ruletrail.batches.workbook_parts import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from ruletrail.batches.workbook_sheets import LONGEST_TEXT
from ruletrail.batches.workbook_writing import Workbook, write_rows
from ruletrail.batches.writing import Layout
from ruletrail.problems import REPORT, Mark, Problem, ProblemsError
from support.command_line import call
from support.offices import (
    BOOK,
    MAIN,
    answers,
    batch,
    cell,
    codes,
    header,
    table,
    text_cell,
    workbook_parts,
    write_parts,
    write_rulebook,
)


@pytest.fixture
def office(folder):
    """Give a folder with the small rulebook."""
    write_rulebook(folder)
    return folder


def rows_of(name="in.xlsx", sheet="", size=BY_ROWS, place=BEGIN) -> Iterator:
    source = open_source(name, "xlsx", io.BytesIO, sheet=sheet)
    for chunk in source.chunks(place, size):
        yield from rows_of_part(chunk.rows)


def cells_of(rows, **around):
    """Read the cells of the rows below a header of four columns."""
    write_parts("in.xlsx", workbook_parts(header("A", "B", "C", "D") + rows, **around))
    return [raw.data for raw in rows_of()]


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def codes_of(name="in.xlsx", sheet=""):
    with pytest.raises(ProblemsError) as caught:
        list(rows_of(name, sheet))
    return [problem.code for problem in caught.value.problems]


# -- Numbers, days, texts --------------------------------------------------------------------------

NUMBERS = {
    "12.3": "12.3",
    "1.1000000000000001": "1.1",
    "0.30000000000000004": "0.3",
    "12.300000000000001": "12.3",
    "8.6999999999999993": "8.7",
    "1234567.8900000001": "1234567.89",
    "99.341968909999998": "99.34196891",
    "123456789012345": "123456789012345",
    "-0.1": "-0.1",
    "1E3": "1000",
    "1.5e-3": "0.0015",
    "100": "100",
    "0": "0",
    "12345678901234.567": "12345678901234.6",
}


def first_cells(values, **around):
    """Read the first cell of each row, from the text of its value."""
    style = around.pop("style", "")
    rows = (row(n, cell(f"A{n}", value, style=style)) for n, value in enumerate(values, 2))
    return [cells[0] for cells in cells_of("".join(rows), **around)]


def test_a_number_is_the_fifteen_digits_that_a_spreadsheet_shows(folder):
    """Its noise beyond them is the binary's, and stays behind."""
    found = first_cells(NUMBERS)
    assert all(isinstance(number, Decimal) for number in found)
    assert dict(zip(NUMBERS, found, strict=True)) == {
        written: Decimal(number) for written, number in NUMBERS.items()
    }


def test_every_decimal_of_fifteen_digits_comes_back(folder):
    """However a program writes the double of it, with 15, 16 or 17 digits or its shortest text."""
    chance = Random(3)  # noqa: S311 - tests repeat
    exact = [
        Decimal(chance.randint(1, 10**15 - 1)).scaleb(-chance.randint(0, 10)) for _ in range(2000)
    ]
    for write in (".15g", ".16g", ".17g", "r"):
        doubles = map(float, exact)
        texts = [repr(each) if write == "r" else format(each, write) for each in doubles]
        assert first_cells(texts) == exact


@pytest.mark.parametrize("text", ["1,5", "NaN", "INF", "0x1", "1 2", "--1", "9" * 5000])
def test_what_is_no_number(text, folder):
    """It is refused, not read somehow."""
    write_parts("in.xlsx", workbook_parts(header("A") + row(2, cell("A2", text))))
    assert codes_of() == ["batch-workbook"]


def test_a_number_that_no_double_holds(folder):
    """It is no value."""
    assert first_cells(["1e9999", "-1e400"]) == [
        Unread("batch-cell-error", "inf"),
        Unread("batch-cell-error", "-inf"),
    ]


DAYS = {
    "45657": "2024-12-31",
    "45657.4375": "2024-12-31T10:30:00",
    "45656.9999999": "2024-12-31",
    "45657.430562": "2024-12-31T10:20:01",
    "1": "1900-01-01",
    "59": "1900-02-28",
    "60": None,  # the 29 February 1900 never was
    "61": "1900-03-01",
    "0": "00:00:00",
    "0.5": "12:00:00",
    "0.9999999": "1900-01-01",
    "59.9999999": None,  # to the second the day that never was
    "60.9999999": "1900-03-01",
    "2958465.9999999": None,
    "2958465": "9999-12-31",
    "2958466": None,
    "-1": None,
    "3000000": None,
    "1e300": None,
}


def test_days_and_times(folder):
    """Days count from 1900, with the day that never was; what is none is an error."""
    found = first_cells(DAYS, style="1", styles=STYLES)
    assert [None if isinstance(day, Unread) else day for day in found] == list(DAYS.values())
    assert {day.code for day in found if isinstance(day, Unread)} == {"batch-cell-error"}


def test_days_that_count_from_1904(folder):
    """A workbook may say so."""
    found = first_cells(
        ["44195", "1", "60", "0.5"], style="1", styles=STYLES, head='<workbookPr date1904="1"/>'
    )
    assert found == ["2024-12-31", "1904-01-02", "1904-03-01", "12:00:00"]


def test_the_last_day_that_counts_from_1904(folder):
    """Days end with the year 9999 there too, though they are fewer: what lies beyond is none."""
    found = first_cells(
        ["2957003", "2957004", "2957003.9999999", "2958465"],
        style="1",
        styles=STYLES,
        head='<workbookPr date1904="1"/>',
    )
    assert found[0] == "9999-12-31"
    assert [each.code for each in found[1:]] == ["batch-cell-error"] * 3


def test_looks_are_read_wherever_the_workbook_says_that_they_are(folder):
    """By any name: days and hours would be plain numbers, and answered, without them."""
    rows = header("A", "B") + row(2, cell("A2", "1.5", style="4"), cell("B2", "45657", style="1"))
    parts = {
        name.replace("styles", "looks"): text.replace("styles.xml", "looks.xml")
        for name, text in workbook_parts(rows, styles=STYLES).items()
    }
    assert "xl/looks.xml" in parts
    write_parts("in.xlsx", parts)
    found = next(iter(rows_of())).data
    assert found == (Unread("batch-cell-duration", "36:00:00"), "2024-12-31")


@pytest.mark.parametrize("target", ["Styles.xml", "/xl/STYLES.xml", "elsewhere.xml"])
def test_looks_are_found_whatever_the_case_of_their_part_s_name(target, folder):
    """And by the usual name, where the one that is given leads nowhere."""
    parts = workbook_parts(header("A") + row(2, cell("A2", "45657", style="1")), styles=STYLES)
    place = "xl/_rels/workbook.xml.rels"
    parts[place] = parts[place].replace('"styles.xml"', f'"{target}"')
    write_parts("in.xlsx", parts)
    assert next(iter(rows_of())).data == ("2024-12-31",)


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="6">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;dym&quot;"/>'
    '<numFmt numFmtId="166" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="167" formatCode="_-* #,##0.00\\ _d_-;[Red]-0"/>'
    '<numFmt numFmtId="168" formatCode="[$-410]d mmmm yyyy;@"/>'
    '<numFmt numFmtId="169" formatCode="[$€-dhs] 0.00"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 164, 165, 166, 167, 168, 169, 2, 22))
    + "</cellXfs></styleSheet>"
)


def test_formats_of_dates_and_of_nothing_else(folder):
    """A number is a day by its format; letters in quotes, colours and currencies are none.

    A duration was a day here once: 48 hours of work were the 2 January 1900, and nobody was told.
    """
    cells = [cell(f"{chr(65 + n % 4)}{2 + n // 4}", "45657", style=str(n)) for n in range(10)]
    rows = "".join(row(2 + at, *cells[4 * at : 4 * at + 4]) for at in range(3))
    found = [each for data in cells_of(rows, styles=STYLES) for each in data]
    number, day = Decimal(45657), "2024-12-31"
    duration = Unread("batch-cell-duration", "1095768:00:00")
    assert found[:10] == [number, day, day, number, duration, number, day, number, number, day]


DURATIONS = {
    "1.5625": "37:30:00",
    "2": "48:00:00",
    "0": "0:00:00",
    "0.3125": "7:30:00",
    "60": "1440:00:00",  # no day that never was
    "-0.5": "-12:00:00",
    "0.00001": "0:00:01",
    "2958465.99999": "71003183:59:59",
}


@pytest.mark.parametrize("head", ["", '<workbookPr date1904="1"/>'])
def test_durations_are_no_values(head, folder):
    """Whatever a workbook's days count from: hours that go on counting are no day and no number."""
    found = first_cells(DURATIONS, style="4", styles=STYLES, head=head)
    assert found == [Unread("batch-cell-duration", text) for text in DURATIONS.values()]
    found = first_cells(["2958466", "-3e9", "1e300"], style="4", styles=STYLES, head=head)
    assert [each.code for each in found] == ["batch-cell-error"] * 3


@pytest.mark.parametrize(
    "form",
    ["[h]:mm", "[hh]:mm:ss", "[m]", "[mmm]:ss", "[ss].00", "[HHH]", "[Red][h]:mm;-0",
     "[=0];[h]:mm", "[=0]&quot;&quot;;[h]:mm", "[Red][&lt;1]0;[>9]0;[h]:mm"],
)  # fmt: skip
def test_formats_of_durations(form, folder):
    """Of hours, minutes or seconds, in whatever letters; in quotes it is a text beside a number."""
    styles = STYLES.replace("[h]:mm", form)
    assert first_cells(["2"], style="4", styles=styles)[0].code == "batch-cell-duration"
    quoted = form.replace("&quot;", "")
    styles = STYLES.replace("[h]:mm", f"0&quot;{quoted}&quot;")
    assert first_cells(["2"], style="4", styles=styles) == [Decimal(2)]


@pytest.mark.parametrize("form", ["0&quot; m; d&quot;", "0\\;\\d", "0_d", "0&quot;d&quot;;d"])
def test_text_beside_a_number_makes_no_day_of_it(form, folder):
    """Also where it holds the sign between the parts of a format: `0" mq; stimati"` was a day."""
    styles = STYLES.replace("[h]:mm", form)
    assert first_cells(["2"], style="4", styles=styles) == [Decimal(2)]


@pytest.mark.parametrize(
    ("form", "value", "found"),
    [
        ("[&gt;100]0;yyyy-mm-dd", "45000", Decimal(45000)),
        ("[&gt;100]0;yyyy-mm-dd", "61", "1900-03-01"),
        ("[&gt;=1000]0;[&lt;1]h:mm;0", "0.5", "12:00:00"),
        ("[&gt;=1000]0;[&lt;1]h:mm;0", "999", Decimal(999)),
        ("[&gt;=43831]yyyy-mm-dd;0", "1.5", Decimal("1.5")),
        ("[=0]0;dd/mm/yyyy", "45657", "2024-12-31"),
        ("[&lt;&gt;5]0.0;dd/mm/yyyy", "4", Decimal(4)),
        ("[&gt;5]0;[h]:mm", "45000", Decimal(45000)),
        # which of the last two is for it nobody says: a number that may be a day is none
        ("[=0]0;0;dd/mm/yyyy", "61", "1900-03-01"),
    ],
)
def test_a_condition_says_which_part_of_a_format_is_for_a_number(form, value, found, folder):
    styles = STYLES.replace("[h]:mm", form)
    assert first_cells([value], style="4", styles=styles) == [found]


def test_a_duration_is_told_for_every_field(office):
    """Of a number and of a day; one that is carried along is the text that somebody sees."""
    rows = header("A", "B", "D", "ore") + row(
        2, *(cell(f"{column}2", "2", style="4") for column in "ABCD")
    )
    write_parts("in.xlsx", workbook_parts(rows, styles=STYLES))
    [found] = answers("in.xlsx", "--keep", "ore")
    assert codes(found) == ["batch-cell-duration"] * 3
    assert "`48:00:00`" in found["problems"][0]["message"]
    assert "48:00:00" in json.dumps(found["ore"] if "ore" in found else found["kept"])


def test_texts_of_every_kind(folder):
    """Shared, inline, of formulas; runs joined, readings left out, escapes read, spaces kept."""
    shared = [
        "<si><t>uno</t></si>",
        "<si><r><t>du</t></r><r><t>e </t></r><rPh sb='0' eb='1'><t>XX</t></rPh></si>",
        "<si><t>a_x000D_b_x005F_x0041_</t></si>",
        "<si><t></t></si>",
        "<si><t>_xD83D__xDE00_ _xD83D_</t></si>",
    ]
    rows = row(2, *(cell(f"{c}2", str(n), "s") for n, c in enumerate("ABCD")))
    rows += row(
        3, cell("A3", "4", "s"), text_cell("B3", "è &amp; &lt;"), cell("C3", "x_x0009_", "str")
    )
    found = cells_of(rows, shared=shared)
    assert found[0] == ("uno", "due ", "a\rb_x0041_", None)
    assert found[1] == ("😀 �", "è & <", "x\t", None)


def test_formulas_have_the_value_that_was_computed(folder):
    """One that nobody has computed, and an error, are no values; nothing is run."""
    rows = row(
        2,
        cell("A2", "3", formula="1+2"),
        cell("B2", "", formula="1+2"),
        cell("C2", "#DIV/0!", "e", formula="1/0"),
        cell("D2", "", "str", formula='""'),
    )
    rows += row(
        3, '<c r="A3"><f>1+2</f></c>', cell("B3", "1", "b"), cell("C3", "2024-01-02T00:00:00", "d")
    )
    found = cells_of(rows)
    uncomputed = Unread("batch-cell-uncomputed")
    assert found[0] == (Decimal(3), uncomputed, Unread("batch-cell-error", "#DIV/0!"), None)
    assert found[1] == (uncomputed, True, "2024-01-02", None)


@pytest.mark.parametrize("kind", ["n", "str", "b", "e"])
def test_a_formula_without_a_place_for_its_value_was_not_computed(kind, folder):
    """Of whatever type it is to be; only a text that was computed may be empty."""
    found = cells_of(row(2, f'<c r="A2" t="{kind}"><f>1+2</f></c>', cell("B2", "", "str", "1")))
    assert found == [(Unread("batch-cell-uncomputed"), None, None, None)]


def test_truths_in_the_words_of_xml(folder):
    """What another program than Excel writes is no less a workbook."""
    rows = row(2, cell("A2", "true", "b"), cell("B2", " false ", "b"), cell("C2", "\n1\n", "b"))
    assert cells_of(rows) == [(True, False, True, None)]


def test_formulas_of_a_file_that_leaves_them_to_its_reader(folder):
    """A program that cannot compute writes 0 and asks for computing: that 0 is no value."""
    rows = row(2, cell("A2", "0", formula="B2*2"), cell("B2", "7"))
    found = cells_of(rows, tail='<calcPr fullCalcOnLoad="1"/>')
    assert found == [(Unread("batch-cell-uncomputed"), Decimal(7), None, None)]


def test_a_workbook_that_says_nothing_of_computing_was_computed(folder):
    """Most say only which program it was; openpyxl would have all formulas computed anew."""
    rows = row(2, cell("A2", "14", formula="B2*2"), cell("B2", "7"))
    for told in ("", '<calcPr calcId="191029"/>', '<calcPr fullCalcOnLoad="0"/>'):
        assert cells_of(rows, tail=told)[0][0] == Decimal(14)


# -- Rows and sheets -------------------------------------------------------------------------------


def test_rows_stand_where_the_sheet_has_them(folder):
    """What is empty between two rows is rows; what is empty or only coloured at the end is none."""
    rows = row(2, cell("B2", "1")) + row(5, cell("A5", "2"), '<c r="H5" s="1"/>')
    rows += row(6, '<c r="A6" s="1"/>') + row(9)
    write_parts("in.xlsx", workbook_parts(header("A", "B") + rows))
    found = list(rows_of())
    assert [(raw.row, raw.line) for raw in found] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert [raw.data for raw in found] == [
        (None, Decimal(1)),
        (None, None),
        (None, None),
        (Decimal(2), None),
    ]
    assert [raw.row for raw in rows_of(place=Place(2))] == [3, 4]
    assert open_source("in.xlsx", "xlsx", io.BytesIO).size == 8


def test_cells_and_rows_without_references(folder):
    """References may be left out: cells then follow each other. Prefixes say nothing."""
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c r='C3'><v>3</v></c><c><v>4</v></c></row>"
    )
    assert cells_of(rows) == [
        (Decimal(1), Decimal(2), None, None),
        (None, None, Decimal(3), Decimal(4)),
    ]
    parts = workbook_parts(header("A") + row(2, cell("A2", "7")))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    parts["xl/worksheets/sheet1.xml"] = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet)
    write_parts("in.xlsx", parts)
    assert [raw.data for raw in rows_of()] == [(Decimal(7),)]


def test_the_first_sheet_that_is_shown_or_the_one_named(office):
    """A name that no sheet has is refused with those that there are."""
    book = openpyxl.Workbook()
    book.active.title = "Nascosto"
    book.active.sheet_state = "hidden"
    for name, value in (("Dati", 1), ("Altri", 2)):
        sheet = book.create_sheet(name)
        sheet.append(["A", "B"])
        sheet.append([value, 1])
    book.save("in.xlsx")
    assert answers("in.xlsx")[0]["values"]["Somma"] == "2"
    assert answers("in.xlsx", "--sheet", "Altri")[0]["values"]["Somma"] == "3"
    status, out, _ = batch("in.xlsx", "-o", "o.csv", "--sheet", "Datti", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"], "Dati" in problem["hint"]) == (2, "batch-sheet-unknown", True)
    Path("in.csv").write_text("A,B\n1,1\n")
    assert batch("in.csv", "-o", "o.csv", "--sheet", "Dati")[0] == 2


def test_sheets_of_charts_and_of_nothing_are_passed_over(folder):
    """A chart is no sheet of cells; a sheet without a part is none, and nobody is warned."""
    book = openpyxl.Workbook()
    book.create_chartsheet("Grafico", 0)
    book.worksheets[0].append(["A"])
    book.worksheets[0].append([5])
    book.save("in.xlsx")
    assert [raw.data for raw in rows_of()] == [(Decimal(5),)]
    parts = workbook_parts(header("A") + row(2, cell("A2", "7")))
    sheets = parts["xl/workbook.xml"].replace("<sheets>", '<sheets><sheet name="X" sheetId="9"/>')
    write_parts("in.xlsx", {**parts, "xl/workbook.xml": sheets})
    assert [raw.data for raw in rows_of()] == [(Decimal(7),)]


def test_what_stands_behind_the_rows_is_not_read(folder):
    """Rules, links and what other programs add are nobody's business, whatever is wrong in them."""
    after = '<conditionalFormatting x="1"/><hyperlinks><x/></hyperlinks><extLst><ext/></extLst>'
    assert cells_of(row(2, cell("A2", "7")), after=after)[0][0] == Decimal(7)


def test_a_sheet_without_names(folder):
    """The first row must name the columns."""
    for rows in ("", row(2, cell("A2", "1")), row(1, '<c r="A1" s="1"/>')):
        write_parts("in.xlsx", workbook_parts(rows))
        assert codes_of() == ["batch-header"]


def test_a_cell_far_below_all_others_is_no_million_of_rows(folder):
    """A file of a few kilobytes would be answered for minutes, row by empty row."""
    for line in (10_003, 10_004):
        rows = header("A", "B") + row(2, cell("A2", "1")) + row(line, cell(f"A{line}", "1"))
        write_parts("in.xlsx", workbook_parts(rows))
        if line == 10_003:
            assert len(list(rows_of())) == line - 1
        else:
            assert codes_of() == ["batch-sheet-gap"]


def test_empty_rows_of_many_columns_are_fewer(folder):
    """Each is as wide as the sheet, where it is answered and where it is written."""
    names = row(1, *(text_cell(f"{get_column_letter(at)}1", f"C{at}") for at in range(1, 2049)))
    for line, is_refused in ((514, False), (515, True)):
        rows = names + row(line, cell(f"A{line}", "1"))
        write_parts("in.xlsx", workbook_parts(rows))
        if is_refused:
            assert codes_of() == ["batch-sheet-gap"]
        else:
            assert len(list(rows_of())) == line - 1


def test_merged_cells_are_refused(folder):
    """All but one hold nothing, and would be missing values."""
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    filler = "<!--" + "x" * 200_000 + "-->"
    for after in (
        merged,
        filler + merged,
        f"<x:mergeCells xmlns:x='{MAIN}'><x:mergeCell ref='A2:B2'/></x:mergeCells>",
    ):
        write_parts(
            "in.xlsx", workbook_parts(header("A", "B") + row(2, cell("A2", "1")), after=after)
        )
        assert codes_of() == ["batch-sheet-merged"]


# -- Files that are none, or mean harm -------------------------------------------------------------


def test_files_that_are_no_workbooks(office):
    """Another format, a torn file, a part that is not there: one clear problem each."""
    good = workbook_parts(header("A") + row(2, cell("A2", "1")))
    write_parts("good.xlsx", good)
    data = Path("good.xlsx").read_bytes()
    for broken in (
        b"",
        b"PK",
        b"A,B\n1,2\n",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        data[:-30],
        data[:200],
    ):
        Path("in.xlsx").write_bytes(broken)
        assert codes_of() == ["batch-workbook"]
    for part in (
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
    ):
        write_parts("in.xlsx", {name: text for name, text in good.items() if name != part})
        assert codes_of() == ["batch-workbook"]
        write_parts("in.xlsx", {**good, part: good[part][: len(good[part]) // 2]})
        assert codes_of() == ["batch-workbook"]
    status, _, err = batch("in.xlsx", "-o", "out.csv")
    assert (status, "[batch-workbook]" in err) == (2, True)
    assert codes_of("absent.xlsx") == ["file-unreadable"]
    assert codes_of(".") == ["file-unreadable"]


HOSTILE = {
    "entities": '<!DOCTYPE a [<!ENTITY b "c">]>{sheet}',
    "an external entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>{sheet}',
    "an external grammar": '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">{sheet}',
    "the strict form": "{strict}",
    "depth": "<worksheet><sheetData>" + "<a>" * 1000,
    "rows that go back": row(3, cell("A3", "1")) + row(2, cell("A2", "1")),
    "a row twice": row(2, cell("A2", "1")) * 2,
    "a row too far": row(MOST_ROWS + 1, cell("A1", "1")),
    "a row in a row": row(2, row(3, cell("A3", "1"))),
    "cells that go back": row(2, cell("B2", "1"), cell("A2", "1")),
    "a column too far": row(2, cell("XFE2", "1")),
    "no number": row(2, cell("A2", "uno")),
    "a text that is not shared": row(2, cell("A2", "7", "s")),
    "a text of no number": row(2, cell("A2", "x", "s")),
    "a text before the first": row(2, cell("A2", "-1", "s")),
    "a number as Python writes it": row(2, cell("A2", "1_000")),
    "a number of other digits": row(2, cell("A2", "١٢")),
    "a truth that is neither": row(2, cell("A2", "2", "b")),
    "a day with more behind it": row(2, cell("A2", "2024-12-31T00:00:00+02:00", "d")),
    "a type that nobody knows": row(2, cell("A2", "7", "x")),
    "two values": row(2, '<c r="A2"><v>7</v><v>8</v></c>'),
    "a value in a value": row(2, '<c r="A2"><v><v>7</v></v></c>'),
    "a text in a number": row(2, '<c r="A2"><is><t>7</t></is></c>'),
    "a number in a text": row(2, '<c r="A2" t="inlineStr"><v>7</v></c>'),
    "a cell of another row": row(2, cell("A5", "7")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sheets(name, folder):
    """They are refused whole; nothing is expanded, and no other file is opened."""
    parts = workbook_parts(header("A"))
    sheet = parts["xl/worksheets/sheet1.xml"]
    rows = HOSTILE[name]
    if rows.startswith("<row"):
        sheet = sheet.replace("</sheetData>", rows + "</sheetData>")
    else:
        strict = sheet.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        sheet = rows.replace("{sheet}", sheet).replace("{strict}", strict)
    write_parts("in.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet})
    assert codes_of() == ["batch-workbook"]


@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
    ],
)
def test_no_part_may_declare_entities(part, folder):
    """Wherever a declaration stands it is refused."""
    parts = workbook_parts(header("A"))
    parts[part] = '<!DOCTYPE a [<!ENTITY b "c">]>' + parts[part]
    write_parts("in.xlsx", parts)
    assert codes_of() == ["batch-workbook"]


def test_the_last_row_and_column_are_read(folder):
    """At the limits of a sheet a cell is one; what lies before it is empty."""
    write_parts("in.xlsx", workbook_parts(header("A") + row(2, cell("XFD2", "1"))))
    (found,) = rows_of()
    assert len(found.data) == MOST_COLUMNS
    write_parts("in.xlsx", workbook_parts(header("A") + row(MOST_ROWS, cell(f"A{MOST_ROWS}", "1"))))
    *_, last = rows_of(place=Place(MOST_ROWS - 3))
    assert (last.row, last.data) == (MOST_ROWS - 1, (Decimal(1),))


def test_bombs_take_no_memory(folder, monkeypatch):
    """A part may be so long when unpacked, and is read piece by piece; one past it is refused."""
    parts = workbook_parts(header("A") + row(2, cell("A2", "1")), after=" " * 8_000_000)
    write_parts("in.xlsx", parts)
    assert Path("in.xlsx").stat().st_size < 100_000
    tracemalloc.start()
    assert len(list(rows_of())) == 1
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
    size = len(parts["xl/worksheets/sheet1.xml"])
    monkeypatch.setitem(MOST_BYTES, "sheet", size)
    assert len(list(rows_of())) == 1
    monkeypatch.setitem(MOST_BYTES, "sheet", size - 1)
    assert codes_of() == ["batch-workbook-size"]


def test_a_part_unfolds_to_so_many_times_what_it_is(folder, monkeypatch):
    """A small file that would take minutes is refused; one as large as its sheet is not."""
    parts = workbook_parts(header("A") + row(2, cell("A2", "1")), after=" " * 200_000)
    write_parts("in.xlsx", parts)
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile("in.xlsx") as book:
        size, packed = book.getinfo(name).file_size, book.getinfo(name).compress_size
    assert size > 100 * packed
    limit(monkeypatch, _ANY_BYTES=size, _MOST_FOLDED=1)
    assert len(list(rows_of())) == 1
    limit(monkeypatch, _ANY_BYTES=size - 1)
    with pytest.raises(ProblemsError, match="unfolds to more than 1 times what it takes"):
        list(rows_of())
    limit(monkeypatch, _MOST_FOLDED=size // packed + 1)
    assert len(list(rows_of())) == 1
    limit(monkeypatch, _MOST_FOLDED=(size - 1) // packed)
    assert codes_of() == ["batch-workbook-size"]
    # no list of parts makes one as large as it likes
    whole = Path("in.xlsx").read_bytes()
    claimed = whole.replace(packed.to_bytes(4, "little"), (1 << 30).to_bytes(4, "little"))
    assert claimed != whole
    Path("in.xlsx").write_bytes(claimed)
    limit(monkeypatch, _MOST_FOLDED=(size - 1) // len(whole))
    assert codes_of() == ["batch-workbook-size"]


@pytest.mark.parametrize("held", ["<v>1</v>", "<is><t>a</t></is>", "<f>1</f><v>1</v>"])
def test_cells_without_a_value_are_limited(held, folder, monkeypatch):
    """So many, and more for each cell that has one; the problem says what there are too many of."""
    limit(monkeypatch, _ANY_EMPTY=20, _EMPTY_EACH=10)
    kind = ' t="inlineStr"' if held.startswith("<is>") else ""
    each = held.count("</f>") + 1
    # the name of the column is a cell with a value too
    filled = f"<c{kind}>{held}</c>"
    write_parts("in.xlsx", workbook_parts(header("A") + row(2, filled + "<c/>" * (27 + 10 * each))))
    assert len(list(rows_of())) == 1
    write_parts("in.xlsx", workbook_parts(header("A") + row(2, filled + "<c/>" * (29 + 10 * each))))
    with pytest.raises(ProblemsError) as caught:
        list(rows_of())
    (problem,) = caught.value.problems
    assert (problem.code, problem.details["limit"]) == ("batch-workbook-size", "20 `<c/>`")


def test_texts_of_one_look_are_read_as_those_of_many(folder):
    """The short way for the usual ones reads what openpyxl reads: blanks, nothing, one run."""
    shared = [
        "<si><t> a </t></si>", '<si><t xml:space="preserve"> b</t></si>', "<si><t/></si>", "<si/>",
        "<si><r><t>c</t></r></si>", '<si><t>d</t><phoneticPr fontId="1"/></si>',
    ]  # fmt: skip
    cells = "".join(cell(f"{name}2", str(at), "s") for at, name in enumerate("ABCDEF"))
    write_parts("in.xlsx", workbook_parts(header(*"ABCDEF") + row(2, cells), shared=shared))
    (found,) = rows_of()
    assert found.data == (" a ", " b", None, None, "c", "d")


def limit(monkeypatch, **limits):
    for name, most in limits.items():
        monkeypatch.setattr(f"ruletrail.batches.workbook_parts.{name}", most)


FIRST = "<si><t>a</t></si>"
MANY = {
    # the limits, what is at them, and what is one past
    "elements of a row": (
        {"_MOST_ELEMENTS": 40},
        {"rows": row(2, "<c/>" * 39)},
        {"rows": row(2, "<c/>" * 40)},
    ),
    "elements before the rows": (
        {"_MOST_ELEMENTS": 40},
        {"before": "<cols>" + "<col/>" * 30 + "</cols>"},
        {"before": "<cols>" + "<col/>" * 40 + "</cols>"},
    ),
    "elements of a text": (
        {"_MOST_ELEMENTS": 40},
        {"shared": [FIRST, "<si>" + "<r><t/></r>" * 19 + "</si>", FIRST]},
        {"shared": [FIRST, "<si>" + "<r><t/></r>" * 20 + "</si>", FIRST]},
    ),
    "elements of formats": (
        {"_MOST_ELEMENTS": 40},
        {"styles": f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 38}</cellXfs></styleSheet>'},
        {"styles": f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 39}</cellXfs></styleSheet>'},
    ),
    "texts": (
        {"_MOST_UNITS": 40},
        {"shared": [FIRST] * 40},
        {"shared": [FIRST] * 41},
    ),
    "texts where none may stand": (
        {"_MOST_ELEMENTS": 40},
        {"shared": ["<a>", *[FIRST] * 10, "</a>"]},
        {"shared": ["<a>", *[FIRST] * 20, "</a>"]},
    ),
    "bytes of a row": (
        {"_MOST_AT_ONCE": 200_000},
        {"rows": row(2, text_cell("A2", "x" * 99_000)) + row(3, text_cell("A3", "x" * 99_000))},
        {"rows": row(2, text_cell("A2", "x" * 300_000))},
    ),
    "bytes of a text": (
        {"_MOST_AT_ONCE": 200_000},
        {"shared": ["<si><t>" + "x" * 90_000 + "</t></si>"] * 4},
        {"shared": ["<si><t>" + "x" * 300_000 + "</t></si>"]},
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_what_openpyxl_could_not_hold_is_refused_before_it_sees_it(name, folder, monkeypatch):
    """A few bytes of a file are objects of many kilobytes; the problem says the part."""
    limits, at_most, too_much = MANY[name]
    limit(monkeypatch, **limits)
    for given in (at_most, too_much):
        around = {key: value for key, value in given.items() if key not in ("rows", "before")}
        parts = workbook_parts(header("A") + given.get("rows", ""), **around)
        sheet = parts["xl/worksheets/sheet1.xml"]
        before = given.get("before", "") + "<sheetData>"
        parts["xl/worksheets/sheet1.xml"] = sheet.replace("<sheetData>", before)
        write_parts("in.xlsx", parts)
        if given is at_most:
            list(rows_of())
        else:
            assert codes_of() == ["batch-workbook-size"]


def test_rows_and_texts_are_let_go_one_by_one(folder, monkeypatch):
    """Otherwise each would be held, as objects, until the last is read."""
    limit(monkeypatch, _ANY_BYTES=64 << 20)
    count = 6000
    rows = "".join(row(n, cell(f"A{n}", str(n)), cell(f"B{n}", "0", "s")) for n in range(2, count))
    shared = [f"<si><r><t>testo </t></r><r><t>{n}</t></r></si>" for n in range(count)]
    write_parts("in.xlsx", workbook_parts(header("A", "B") + rows, shared=shared))
    tracemalloc.start()
    assert sum(1 for _ in rows_of()) == count - 2
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
    rows = "".join(row(n, text_cell(f"A{n}", "x" * 1_000_000)) for n in range(2, 32))
    write_parts("in.xlsx", workbook_parts(header("A") + rows))
    tracemalloc.start()
    assert {raw.data for raw in rows_of()} == {None}
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_one_tag_without_an_end_is_not_waited_for(folder):
    """One of many megabytes would be held whole, and looked through anew with each piece."""
    tag = '<row r="2" x="' + "y" * 2_000_000 + '"></row>'
    write_parts("in.xlsx", workbook_parts(header("A") + tag))
    assert codes_of() == ["batch-workbook"]


@pytest.mark.parametrize("tag", ["<row ", "<mergeCell ", "<row r", "<mergeCell ref="])
def test_looking_through_a_sheet_takes_no_longer_than_it_is(tag, folder):
    """Tags that never end are as many places to begin."""
    write_parts("in.xlsx", workbook_parts(header("A") + tag * 400_000))
    begun = time.process_time()
    assert codes_of() == ["batch-workbook"]
    assert time.process_time() - begun < 5


def test_colours_out_to_the_last_column_take_no_time(folder):
    """A cell that only has a colour is none, however far out it stands."""
    rows = "".join(row(n, cell(f"A{n}", "1"), f'<c r="XFD{n}" s="0"/>') for n in range(2, 2002))
    write_parts("in.xlsx", workbook_parts(header("A") + rows))
    begun = time.process_time()
    assert {raw.data for raw in rows_of()} == {(Decimal(1),)}
    assert time.process_time() - begun < 5


def test_a_format_without_end_takes_no_time(folder):
    """One that is longer than a spreadsheet admits is refused before openpyxl looks through it."""
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{"[" * 3_000_000}"/></numFmts>'
    styles = f'<styleSheet xmlns="{MAIN}">{formats}<cellXfs><xf numFmtId="164"/></cellXfs>'
    begun = time.process_time()
    write_parts("in.xlsx", workbook_parts(header("A"), styles=f"{styles}</styleSheet>"))
    assert codes_of() == ["batch-workbook"]
    assert time.process_time() - begun < 5


def test_texts_that_many_cells_share_do_not_grow(office):
    """A row of more than 256 kB of text is its own problem, and costs no more than that."""
    shared = ["<si><t>" + "x" * 30_000 + "</t></si>"]
    many = "".join(f'<c r="{name}2" t="s"><v>0</v></c>' for name in letters(2000))
    names = "".join(
        text_cell(f"{name}1", f"c{at}" if at else "A") for at, name in enumerate(letters(2000))
    )
    rows = f'<row r="1">{names}</row><row r="2">{many}</row>' + row(3, cell("A3", "1"))
    write_parts("in.xlsx", workbook_parts(rows, shared=shared))
    tracemalloc.start()
    found = [raw.data for raw in rows_of()]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert (found[0], found[1][0]) == (None, Decimal(1))
    assert [codes(each) for each in answers("in.xlsx", "--keep", "all")] == [
        ["document-too-large"],
        [],
    ]


def letters(count):
    return [get_column_letter(place) for place in range(1, count + 1)]


def test_zips_that_lie(folder):
    """Encrypted, packed otherwise, a list of parts without end, sizes that are not true."""
    parts = workbook_parts(header("A") + row(2, cell("A2", "1")))
    with zipfile.ZipFile("in.xlsx", "w", zipfile.ZIP_LZMA) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    assert codes_of() == ["batch-workbook"]
    write_parts("in.xlsx", parts)
    data = Path("in.xlsx").read_bytes()
    directory = data.index(b"PK\x01\x02")
    encrypted = bytearray(data)
    encrypted[directory + 8] |= 1
    Path("in.xlsx").write_bytes(encrypted)
    assert codes_of() == ["batch-workbook"]
    at = data.rindex(b"PK\x05\x06")
    for size in (5 << 20, 0xFFFFFFFF):
        Path("in.xlsx").write_bytes(data[: at + 12] + struct.pack("<I", size) + data[at + 16 :])
        assert codes_of() == ["batch-workbook"]


def test_changed_bytes_never_raise_anything_else(folder):
    """Whatever is wrong with a file is a problem, or is read as another sheet."""
    chance = Random(9)  # noqa: S311 - tests repeat
    write_parts("good.xlsx", workbook_parts(header("A", "B") + row(2, cell("A2", "1"))))
    with zipfile.ZipFile("stored.xlsx", "w") as book:
        for name, text in workbook_parts(header("A", "B") + row(2, cell("A2", "1"))).items():
            book.writestr(name, text)
    for base in ("good.xlsx", "stored.xlsx"):
        data = Path(base).read_bytes()
        for _ in range(400):
            changed = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            Path("in.xlsx").write_bytes(changed)
            with suppress(ProblemsError):
                list(rows_of())


# -- Whole runs ------------------------------------------------------------------------------------


def office_book(rows=3):
    """Write reports as a spreadsheet has them, and the same as JSON."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Dati")
    sheet.append(["id", "A", "B", "T", "D", "F", "subject.comune"])
    lines = []
    for n in range(rows):
        values = {"A": n + 0.1, "B": 3, "T": f"testo {n}", "F": n % 2 == 0}
        sheet.append([n, *list(values.values())[:3], date(2024, 12, 31), values["F"], "Forlì"])
        fields = {**values, "D": "2024-12-31"}
        report = {"rulebook": "prova/2024", "subject": {"comune": "Forlì"}, "fields": fields}
        lines.append(json.dumps(report))
    book.save("in.xlsx")
    Path("same.jsonl").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("rows", [3, 700])
def test_a_sheet_gives_the_answers_of_the_same_reports(rows, office):
    """By rows and by columns; numbers, days and truths are what they are."""
    office_book(rows)
    found = answers("in.xlsx", "--keep", "id")
    for at, each in enumerate(found):
        assert each.pop("kept") == {"id": str(at)}
        assert each.pop("subject") == {"comune": "Forlì"}
    assert found == answers("same.jsonl")


def test_problems_name_their_cell(office):
    """Line and column are those of the sheet, and the column has its name."""
    rows = header("A", "B", "D") + row(
        2,
        cell("A2", "#N/A", "e"),
        cell("B2", "", formula="A2"),
        text_cell("C2", "31/12/2024"),
    )
    rows += row(3, text_cell("A3", "12,5"), cell("B3", "45657", style="1"))
    rows += row(4, cell("A4", "1"), cell("B4", "2"), cell("F4", "9"))
    rows += row(5, cell("A5", "1"), cell("B5", "2"))
    write_parts("in.xlsx", workbook_parts(rows, styles=STYLES))
    found = answers("in.xlsx")
    assert [codes(each) for each in found] == [
        ["batch-cell-error", "batch-cell-uncomputed", "wrong-format"],
        ["wrong-type", "wrong-type"],
        ["batch-cells"],
        [],
    ]
    problem = found[0]["problems"][1]
    assert (problem["line"], problem["column"], problem["field"]) == (2, 2, "B")
    batch("in.xlsx", "-o", "out.csv")
    told = table("out.csv")[0]["problems"]
    assert told.startswith(
        "batch-cell-error: the cell holds the error `#N/A` (column `A`) → correct the formula or "
        "the value\nbatch-cell-uncomputed: "
    )
    assert told.endswith("(column `D`) → write `2024-12-31`")


def cells_out(name="out.xlsx"):
    return list(openpyxl.load_workbook(name).active.iter_rows())


@pytest.mark.parametrize("rows", [3, 700])
def test_a_workbook_comes_back_as_one(rows, office):
    """Numbers are numbers, truths are truths, a fraction is text; the first row stays in sight."""
    office_book(rows)
    status, _, err = batch("in.xlsx", "-o", "out.xlsx", "--keep", "all")
    assert (status, err) == (0, f"wrote out.xlsx: {rows} rows, {rows} complete\n")
    sheet = openpyxl.load_workbook("out.xlsx").active
    assert sheet.freeze_panes == "A2"
    first, *found = cells_out()
    names = [each.value for each in first]
    assert names[:4] == ["row", "subject.comune", "id", "status"]
    assert names[-3:] == ["missing", "problems", "reasons"]
    for at, cells in enumerate(found):
        by_name = {name: each.value for name, each in zip(names, cells, strict=True)}
        assert (by_name["row"], by_name["id"], by_name["subject.comune"]) == (at + 1, at, "Forlì")
        assert by_name["Somma"] == pytest.approx(at + 3.1)
        assert by_name["Vero"] is (at % 2 == 0)
        assert by_name["Quota"] == str(Fraction(10 * at + 1, 30)) or "/" not in str(
            by_name["Quota"]
        )
    assert found[0][names.index("Quota")].value == "1/30"
    assert sheet.column_dimensions["A"].width >= 9


def test_the_same_bytes_for_any_number_of_workers_and_after_a_kill(office, monkeypatch):
    """What is on the way is lines, and the workbook is made of the whole."""
    office_book(700)
    batch("in.xlsx", "-o", "one.xlsx", "--workers", 1, "--keep", "id")
    batch("in.xlsx", "-o", "two.xlsx", "--workers", 2, "--keep", "id")
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()
    words = ("--workers", 1, "--keep", "id")
    with monkeypatch.context() as patched:
        patched.setattr("ruletrail.cli.batch._is_by_columns", lambda _: False)
        count = 0

        def stop(*_):
            nonlocal count
            count += 1
            if count == 2:
                raise KeyboardInterrupt

        patched.setattr("ruletrail.cli.progress.RowProgress.tick", stop)
        assert batch("in.xlsx", "-o", "three.xlsx", *words)[0] == 130
        patched.setattr("ruletrail.cli.progress.RowProgress.tick", lambda *_: None)
        status, _, err = batch("in.xlsx", "-o", "three.xlsx", *words, "--resume")
    assert (status, err) == (0, "wrote three.xlsx: 700 rows, 700 complete\n")
    assert Path("one.xlsx").read_bytes() == Path("three.xlsx").read_bytes()


WRITTEN = ("24,5", "1.234,50", "1.234", "12", "10.5", "80 mila", "1,5,0", "1E+3")
"""Texts in the place of numbers, as people type or paste them."""


def written_book(more=0):
    """Write texts for numbers, days and truths, into a sheet and into CSV."""
    rows = [(text, "3", "1,5", "31/12/2024", "VERO") for text in (*WRITTEN, *["2,5"] * more)]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Dati")
    for cells in (("A", "B", "T", "D", "F"), *rows):
        sheet.append(cells)
    book.save("in.xlsx")
    lines = [";".join(cells) for cells in (("A", "B", "T", "D", "F"), *rows)]
    Path("in.csv").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(("sign", "more"), [("comma", 252), ("point", 0)])
def test_texts_are_read_as_those_of_csv_where_the_sign_is_declared(sign, more, office):
    """One rule for both forms, by rows and by columns: the same answers, the same ways out."""
    written_book(more)
    found, expected = (answers(name, "--decimal", sign) for name in ("in.xlsx", "in.csv"))
    for row in (*found, *expected):
        for problem in row.get("problems", ()):
            del problem["file"], problem["column"]
    assert found == expected
    read = [row["values"]["Somma"] for row in found[: len(WRITTEN)] if "values" in row]
    assert read == (["27.5", "1237.5", "1237", "15"] if sign == "comma" else [])


@pytest.mark.parametrize("sign", ["comma", "point", ""])
def test_a_number_stored_as_text_is_a_text_and_told_how_to_be_one(sign, office):
    """Nothing is guessed; the hint names the sign that its text can only mean, if there is one."""
    written_book()
    told = {}
    for text, row in zip(
        WRITTEN, answers("in.xlsx", *(["--decimal", sign] * bool(sign))), strict=True
    ):
        told[text] = {each["field"]: each["hint"] for each in row.get("problems", ())}.get("A", "")
    if sign:
        assert bool(told["24,5"]) is (sign == "point")
        return
    assert "`--decimal comma` if" in told["24,5"]
    assert "`--decimal comma` if" in told["1.234,50"]
    assert "`--decimal point` if" in told["10.5"]
    assert all("`--decimal comma` or `--decimal point`" in told[text] for text in ("1.234", "12"))
    assert all("the number alone in the cell" in told[text] for text in WRITTEN[-3:])
    assert not any("line out" in hint for hint in told.values())


@pytest.mark.parametrize(("cell", "meant"), [(True, "SI"), (False, "NO")])
def test_a_truth_of_a_sheet_in_the_place_of_a_choice_is_told_which(cell, meant, office):
    """As the text `VERO` is: who ticks a box of a sheet sees a word, and not what kind it is."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Dati")
    sheet.append(["subject.comune", "subject.provincia", "R16"])
    sheet.append(["A", "LO", cell])
    book.save("in.xlsx")
    call("batch", "in.xlsx", "-o", "out.jsonl", "--rulebook", "sociale/2024", "--lang", "it")
    (row,) = map(json.loads, Path("out.jsonl").read_text().splitlines())
    (problem,) = row["problems"]
    assert (problem["code"], problem["hint"]) == ("wrong-type", f"intendevi `{meant}`?")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_no_table_is_told_to_lose_a_row(form, office):
    """What a report of its own leaves out by its line, a table leaves out by an empty cell."""
    if form == "csv":
        Path("in.csv").write_text("A,B\nx,1\n")
    else:
        pa, parquet = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))
        parquet.write_table(pa.table({"A": ["x"], "B": [1]}), "in.parquet")
    (row,) = answers(f"in.{form}")
    assert [each["hint"].partition(";")[2] for each in row["problems"]] == [
        " if there is no value, leave the cell empty"
    ]


def test_the_numbers_in_the_json_of_a_list_are_not_cells(folder):
    """What is wrong inside is written as JSON, not as the sheet writes numbers."""
    problem = Problem(
        "wrong-type", Mark("in.xlsx", cell="rows", path=(((REPORT, "fields"), "rows"), 0))
    )
    problem = replace(problem, details={"found": "#string", "expected": "#number", "text": "`1,5`"})
    assert _hint_number(problem, RowForm("xlsx", "in.xlsx", ("rows",))) is problem


def sheet_as_texts():
    first, *rows = openpyxl.load_workbook("out.xlsx").active.iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rows]


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_sheet_says_the_words_of_the_language_that_was_chosen(language, office):
    """Status and outcomes of every kind, each problem on its line with the way out."""
    Path("in.csv").write_text("A,B\n1,1\n200000,1\n,1\nx,y\n")
    words = ("batch", "in.csv", "-o", "out.xlsx", "--rulebook", "prova.yaml")
    call(*words, "--lang", language)
    found = sheet_as_texts()
    names = ("status", "esito", "parte", "Limite")
    complete, invalid, missing = (tuple(row[name] for name in names) for row in found[:3])
    if language == "it":
        assert complete == ("da completare", "basso", "dovuto", "superato")
        assert invalid == ("da correggere", "alto", "dovuto", "non superato")
        assert set(missing[1:]) == {"non ancora stabilito"}
    else:
        assert complete == ("incomplete", "basso", "due", "passed")
    assert [line.count(" → ") for line in found[3]["problems"].split("\n")] == [1, 1]
    (_, *cells) = cells_out()
    assert cells[3][-2].alignment.wrap_text
    call(*words)
    assert [row["status"] for row in sheet_as_texts()] == [
        "incomplete",
        "invalid",
        "incomplete",
        None,
    ]


def test_a_decision_is_called_by_its_labels(office):
    """The label of the outcome's case in the language, else the outcome as words."""
    labelled = BOOK.replace("{outcome: alto, when", "{outcome: alto, label: Sopra dieci, when")
    Path("prova.yaml").write_text(labelled.replace("basso", "non_alto"))
    Path("in.csv").write_text("A,B\n1,1\n11,1\n")
    call("batch", "in.csv", "-o", "out.xlsx", "--rulebook", "prova.yaml", "--lang", "it")
    assert [row["esito"] for row in sheet_as_texts()] == ["non alto", "Sopra dieci"]


@pytest.mark.parametrize(
    ("language", "title"), [("it", "legenda"), ("en", "legend"), ("", "legenda")]
)
def test_a_sheet_says_what_codes_and_words_mean(language, title, office):
    """Columns in their order, then fields, then words; a note at each column's name says it too.

    The names of columns stay codes, and what is kept is nobody's to explain.
    """
    schema = json.loads(Path("schema.json").read_text())
    schema["properties"]["fields"]["properties"]["B"] |= {"title": "Spesa", "unit": "euro"}
    Path("schema.json").write_text(json.dumps(schema))
    labelled = BOOK.replace("Somma: {", "Somma: {label: La somma, unit: euro, ").replace(
        "{outcome: alto, when", "{outcome: alto, label: Sopra dieci, when"
    )
    Path("prova.yaml").write_text("locale: it\n" + labelled.replace("locale: it\n", ""))
    Path("in.csv").write_text("A,id\n1,x\n")
    chosen = ("--lang", language) if language else ()
    call("batch", "in.csv", "-o", "out.xlsx", "--rulebook", "prova.yaml", "--keep", "id", *chosen)
    book = openpyxl.load_workbook("out.xlsx")
    assert book.sheetnames == ["ruletrail", title]
    rows = list(book[title].iter_rows(values_only=True))
    means = {code: tuple(rest) for code, *rest in rows}
    names = [each.value for each in book["ruletrail"][1]]
    assert [name for name in names if name not in means] == ["id"]
    assert [code for code, *_ in rows if code in names] == [name for name in names if name != "id"]
    italian = language != "en"
    assert means["Somma"] == (
        "La somma",
        "euro",
        "valore calcolato" if italian else "computed value",
    )
    assert means["B"] == ("Spesa", "euro", "dato del modulo" if italian else "field of the form")
    assert means["alto"][0] == "Sopra dieci"
    assert means["alto"][2] == ("esito di esito" if italian else "outcome of esito")
    assert means["not_due"][0] == ("non dovuto" if italian else "not due")
    assert means["incomplete"][0] == ("da completare" if italian else "incomplete")
    note = book["ruletrail"].cell(1, names.index("Somma") + 1).comment.text
    assert note.split("\n")[:2] == ["La somma", "euro"]
    missing = book["ruletrail"].cell(2, names.index("missing") + 1).value
    assert missing == ("B: Spesa\nD\nF\nT" if language else "B D F T")


@pytest.mark.parametrize("source", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_form_goes_to_a_workbook_and_back(source, office):
    """The values are those of every other way."""
    office_book(300)
    batch("in.xlsx", "-o", "expected.jsonl", "--keep", "id")
    if source == "jsonl":
        Path("same.jsonl").rename("in.jsonl")
    elif source == "csv":
        lines = [
            f"{n}.1,3,testo {n},2024-12-31,{str(n % 2 == 0).lower()},Forlì" for n in range(300)
        ]
        Path("in.csv").write_text("\n".join(["A,B,T,D,F,subject.comune", *lines]) + "\n")
    elif source == "parquet":
        pa, parquet = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))
        columns = {
            "A": [Decimal(f"{n}.1") for n in range(300)],
            "B": [3] * 300,
            "T": [f"testo {n}" for n in range(300)],
            "D": ["2024-12-31"] * 300,
            "F": [n % 2 == 0 for n in range(300)],
            "subject.comune": ["Forlì"] * 300,
        }
        parquet.write_table(pa.table(columns), "in.parquet")
    options = ["--keep", "id"] if source == "xlsx" else []
    assert batch(f"in.{source}", "-o", "out.xlsx", *options)[0] == 0
    first, *found = cells_out()
    names = [each.value for each in first]
    expected = [json.loads(line) for line in Path("expected.jsonl").read_text().split("\n")[:-1]]
    for cells, answer in zip(found, expected, strict=True):
        values = {name: each.value for name, each in zip(names, cells, strict=True)}
        assert str(values["Somma"]) == answer["values"]["Somma"]
        assert (values["row"], values["status"]) == (answer["row"], answer["status"])
        assert values["Giorno"] == "2024-12-31"


@pytest.mark.parametrize("package", ["openpyxl", "defusedxml"])
@pytest.mark.parametrize("words", [("in.xlsx", "-o", "out.csv"), ("in.csv", "-o", "out.xlsx")])
def test_without_the_extra(package, words, office, monkeypatch):
    """One sentence with the command, before anything is read; openpyxl is not used undefused."""
    office_book()
    Path("in.csv").write_text("A,B\n1,1\n")
    monkeypatch.setitem(sys.modules, package, None)
    status, _, err = batch(*words)
    assert (status, "[missing-extra]" in err, "ruletrail[excel]" in err) == (2, True, True)
    assert not Path(words[-1]).exists()


def test_a_full_folder_of_temporary_files_is_named(office, monkeypatch, capfd):
    """It is not that of the output. Nothing else is said, nothing left, and the run is resumed."""
    temporary = office / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    office_book(9)
    words = ("in.xlsx", "-o", "out.xlsx", "--keep", "all", "--lang", "en")
    room, told = [20], workbook_sheets._cell

    def write(sheet, value):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return told(sheet, value)

    monkeypatch.setattr(workbook_sheets, "_cell", write)
    status, _, err = batch(*words)
    gc.collect()
    assert (status, f"{temporary}: error: cannot write" in err) == (2, True)
    assert "there is no room left" in err
    assert capfd.readouterr().err == ""
    assert list(temporary.iterdir()) == []
    left = {path.name for path in office.iterdir() if path.name.startswith(".")}
    assert left == {".out.xlsx.partial", ".out.xlsx.journal"}
    room[0] = 10**6
    assert batch(*words)[0] == 0
    assert len(cells_out()) == 10


def test_no_stream_carries_a_workbook(office):
    """It is read from its end, and made of the whole."""
    Path("in.csv").write_text("A\n1\n")
    for words in (("-", "-o", "o.csv", "--from", "xlsx"), ("in.csv", "-o", "-", "--to", "xlsx")):
        status, _, err = batch(*words)
        assert (status, "[batch-parquet-stream]" in err) == (2, True)


# -- What is written -------------------------------------------------------------------------------

COLUMNS = Layout("xlsx", "it", (), (), (), (), (), {}, has_row=True)


class Growing:
    """A file that may only grow, as that of a run does."""

    def __init__(self):
        """Hold what is written."""
        data = io.BytesIO()
        self.write, self.flush, self.getvalue = data.write, data.flush, data.getvalue


def _unescape(text):
    """Read an escape, which openpyxl leaves as it is."""
    return re.sub("_x005F_", "_", text)


def convert(rows):
    out = Growing()
    Workbook(COLUMNS).convert(io.BytesIO(write_rows(rows)), out)
    Path("out.xlsx").write_bytes(out.getvalue())
    return out.getvalue()


ATTACKS = (
    *("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "1/3"),
    *("<r><t>x</t></r>", "</t></is></c><c><f>1+1</f></c>", "<f>1</f>", "&amp;", "]]>", "_x003D_1"),
    *("_x005F_x0041_", "#REF!", "00123", " x ", "TRUE", "2024-12-31", "1e5", "{=1}"),
)


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_is_ever_a_formula(text, folder):
    """It comes back as the text that it is, and is marked as one where it may look like more."""
    convert([(1, text, None, None)])
    (_, cells) = cells_out()
    assert (cells[1].data_type, _unescape(cells[1].value)) == ("s", text)
    assert cells[1].quotePrefix or text[0].isalpha()
    (raw,) = rows_of("out.xlsx")
    assert raw.data[1] == text.replace("\r", "\n")
    with zipfile.ZipFile("out.xlsx") as book:
        assert b"<f" not in book.read("xl/worksheets/sheet1.xml")


def test_what_nobody_sees_is_made_visible(folder):
    """Controls, direction signs and what no XML holds; letters and line feeds stay."""
    convert([(1, "a\x1bb\x00c\u202ed\ufffee\r\nf\tg😀è", "\ud83d|\udc00", None)])
    (raw,) = rows_of("out.xlsx")
    assert raw.data[1:3] == ("a␛b␀c�d�e\nf\tg😀è", "�|�")


def test_numbers_that_a_spreadsheet_keeps_are_numbers(folder):
    """Fifteen digits at most, none out of a double's reach; the rest are texts, digit for digit."""
    numbers = {
        Fraction(1, 10): (Decimal("0.1"), "n"),
        Fraction(-87, 10): (Decimal("-8.7"), "n"),
        Fraction(123456789012345, 1000): (Decimal("123456789012.345"), "n"),
        Fraction(1234567890123456, 1000): ("1234567890123.456", "s"),
        Fraction(10**20): (Decimal(10**20), "n"),
        Fraction(1, 3): ("1/3", "s"),
        Fraction(1, 10**9): (Decimal("0.000000001"), "n"),
        Fraction(0): (Decimal(0), "n"),
        Fraction(10**307): (Decimal(10**307), "n"),
        Fraction(10**308): (str(10**308), "s"),
        Fraction(-(10**400)): (str(-(10**400)), "s"),
        Fraction(1, 10**307): (Decimal(1).scaleb(-307), "n"),
        Fraction(1, 10**320): (f"0.{'0' * 319}1", "s"),
    }
    convert([(row, number, None, None) for row, number in enumerate(numbers)])
    _, *found = cells_out()
    assert [cells[1].data_type for cells in found] == [kind for _, kind in numbers.values()]
    assert [raw.data[1] for raw in rows_of("out.xlsx")] == [value for value, _ in numbers.values()]


@pytest.mark.parametrize("cell", [float("nan"), Decimal("NaN"), float("-inf")])
def test_what_is_no_number_is_a_text(cell, folder):
    """What a table holds in place of a number, no spreadsheet reads as one."""
    convert([(1, cell, None, None)])
    (_, cells) = cells_out()
    assert (cells[1].data_type, cells[1].value.lower().lstrip("-")) == (
        "s",
        str(cell).lower().lstrip("-"),
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\N{GRINNING FACE}" * 20_000, "\N{GRINNING FACE}" * 16_383 + "…"),
        ("a" + "\N{GRINNING FACE}" * 20_000, "a" + "\N{GRINNING FACE}" * 16_382 + "…"),
        ("_x0041_" * 5_000, "_x005F_x0041_" * 2_520 + "…"),
    ],
    ids=["even", "odd", "escapes"],
)
def test_a_text_is_cut_where_a_spreadsheet_counts(text, kept, folder):
    """It counts in halves of letters beyond the first plane; no letter and no escape is cut."""
    convert([(1, text, None, None)])
    (_, cells) = cells_out()
    assert cells[1].value == kept
    assert len(kept.encode("utf-16-le")) <= 2 * LONGEST_TEXT


def test_days_truths_and_long_texts(folder):
    """A day is a day; a text longer than a cell is cut, and seen to be."""
    long = "x" * (LONGEST_TEXT + 1)
    convert(
        [
            (True, Moment("2024-12-31"), long, long[:-1]),
            (False, Moment("1850-01-02"), Decimal("1.50"), 7),
        ]
    )
    _, first, second = cells_out()
    assert (first[0].value, first[1].value.isoformat()) == (True, "2024-12-31T00:00:00")
    assert [len(each.value) for each in first[2:4]] == [LONGEST_TEXT, LONGEST_TEXT]
    assert (first[2].value[-1], first[3].value[-1]) == ("…", "x")
    assert [each.value for each in second[:4]] == [False, "1850-01-02", 1.5, 7]


def test_nothing_says_when_a_workbook_was_written(folder):
    """Neither its parts nor its properties, so that the same cells are the same bytes."""
    convert([(1, "x", None, None)])
    with zipfile.ZipFile("out.xlsx") as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        written = re.findall(rb">([0-9]{4})-", book.read("docProps/core.xml"))
    assert written == [b"1980", b"1980"]


def test_a_machine_without_a_clock_writes_the_same_workbook(folder, monkeypatch):
    """Its time begins in 1970, before that of all zips, also for the files of the sheets."""
    convert([(1, "x", None, None)])
    before = Path("out.xlsx").read_bytes()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    convert([(1, "x", None, None)])
    assert Path("out.xlsx").read_bytes() == before
    Path("sheet").write_bytes(b"x")
    os.utime("sheet", (0, 0))
    with workbook_sheets.Archive(io.BytesIO()) as archive:
        archive.write("sheet")
        assert archive.getinfo("sheet").date_time == (1980, 1, 1, 0, 0, 0)


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(folder, monkeypatch):
    """Each has the names; none for no rows but the first."""
    monkeypatch.setattr(workbook_sheets, "MOST_ROWS", 4)
    convert([(number, "x", None, None) for number in range(7)])
    book = openpyxl.load_workbook("out.xlsx")
    assert book.sheetnames == ["ruletrail", "ruletrail 2", "ruletrail 3"]
    assert [[each[0].value for each in sheet.iter_rows()] for sheet in book] == [
        ["row", 0, 1, 2],
        ["row", 3, 4, 5],
        ["row", 6],
    ]
    convert([(number, "x", None, None) for number in range(3)])
    assert openpyxl.load_workbook("out.xlsx").sheetnames == ["ruletrail"]
    convert([])
    assert [each.value for (each, *_) in cells_out()] == ["row"]


def test_a_sheet_has_room_for_so_many_columns():
    """At the limit, and one past it."""
    values = tuple(f"V{n}" for n in range(MOST_COLUMNS - 3))
    Workbook(Layout("xlsx", "it", values, (), (), (), (), {}))
    with pytest.raises(ProblemsError, match="batch-sheet-columns"):
        Workbook(Layout("xlsx", "it", (*values, "W"), (), (), (), (), {}))


def test_sheets_are_cut_into_pieces(folder):
    """So many rows, or so much text."""
    rows = "".join(row(n, text_cell(f"A{n}", "x" * 100)) for n in range(2, 1002))
    write_parts("in.xlsx", workbook_parts(header("A") + rows))
    sheet = open_source("in.xlsx", "xlsx", io.BytesIO)
    assert [len(chunk.rows) for chunk in sheet.chunks(BEGIN, BY_ROWS)] == [256, 256, 256, 232]
    assert [len(chunk.rows) for chunk in sheet.chunks(Place(990), BY_COLUMNS)] == [10]
    assert sum(len(chunk.rows) for chunk in sheet.chunks(BEGIN, BY_COLUMNS)) == 1000


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "it",
            'scrivi per esempio `--sheet "Dati 2024"`; gli altri fogli sono `Dati 2024`, `Note`',
        ),
        ("en", 'write for example `--sheet "Dati 2024"`; the other sheets are `Dati 2024`, `Note`'),
    ],
)
@pytest.mark.parametrize("row", [["Relazioni del Comune"], []])
def test_of_reports_on_another_sheet_the_sheets_are_named(
    row: list[str], language: str, said: str, tmp_path: Path
) -> None:
    """`--sheet NAME` was all that was said, be the first sheet empty or about something else."""
    book = openpyxl.Workbook()
    book.active.append(row)
    data = book.create_sheet("Dati 2024")
    for each in (["rulebook", "R03"], ["sociale/2024", 39301]):
        data.append(each)
    book.create_sheet("Note")
    book.create_sheet("Hidden").sheet_state = "hidden"
    path = tmp_path / "two.xlsx"
    book.save(path)
    out = str(tmp_path / "out.csv")
    for words in ((), ("--rulebook", "sociale/2024")):
        status, _, err = call("batch", str(path), "-o", out, "--lang", language, *words)
        assert status == 2
        assert ("[batch-header]" if words or not row else "[batch-no-rulebook]") in err
        assert said in err
        assert "Hidden" not in err
    assert call("batch", str(path), "-o", out, "--sheet", "Dati 2024")[0] == 1
