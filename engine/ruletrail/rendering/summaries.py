"""A whole trail for a reader who must decide: the first screen, then everything and why."""

from collections.abc import Callable, Iterator
from functools import partial

from ruletrail.formats import name_subject
from ruletrail.rendering.answers import find_answer
from ruletrail.rendering.blocks import Block, Chapter, Folded, Page, Paragraph, Table, mark_code
from ruletrail.rendering.chapters import (
    write_checks,
    write_declared,
    write_messages,
    write_outcomes,
    write_sections,
    write_sources,
    write_values,
)
from ruletrail.rendering.dated import describe_in_force
from ruletrail.rendering.first_screens import write_first_screen
from ruletrail.rendering.list_tables import write_lists
from ruletrail.rendering.readings import (
    Reading,
    fact_of,
    name_report,
    show_in_table,
    show_with_unit,
)
from ruletrail.rendering.rooms import Room

_RowWriter = Callable[[Reading, str], tuple[str, str, str]]


def summarise(
    reading: Reading, *, brief: bool = False, rest: str = "brief_rest", room: Room | None = None
) -> Page:
    """Say everything that a person wants to know of one evaluation, or the first screen alone.

    `rest` names the phrase that ends the first screen: where all the rest is found.
    """
    room = (room or Room()) if brief else None
    title, rulebook = describe_report(reading), describe_rulebook(reading, brief=brief)
    answer = find_answer(reading)
    lead = (*write_draft_warning(reading), *write_first_screen(reading, answer, room))
    chapters = () if brief else _write_chapters(reading)
    footer = (reading.say(rest if brief else "support", report=name_report(reading)),)
    return Page(reading.language, title, (rulebook,), lead, chapters, footer)


def _write_chapters(reading: Reading) -> tuple[Chapter, ...]:
    chapters = (
        Chapter(reading.say("decisions"), tuple(write_outcomes(reading))),
        Chapter(reading.say("sections_why"), tuple(write_sections(reading))),
        Chapter(reading.say("checks"), tuple(write_checks(reading))),
        Chapter(reading.say("declared"), tuple(write_declared(reading))),
        Chapter(reading.say("messages"), tuple(write_messages(reading))),
        Chapter(reading.say("lists"), tuple(write_lists(reading))),
        Chapter(reading.say("why"), tuple(write_values(reading))),
        Chapter(reading.say("sources"), (*write_sources(reading), *write_appendices(reading))),
    )
    return tuple(chapter for chapter in chapters if chapter.blocks)


def describe_report(reading: Reading) -> str:
    """Say whose report it is, and which form it fills in."""
    rulebook, subject = reading.document["rulebook"], describe_subject(reading)
    what = f"{rulebook['name']} {rulebook['edition']}"
    return f"{subject}, {what}" if subject else what


def describe_subject(reading: Reading) -> str:
    """Say whose report it is."""
    return name_subject(reading.document["report"]["subject"], reading.language)


def describe_rulebook(reading: Reading, *, brief: bool = False) -> str:
    """Say which rulebook answered; `brief` leaves to a warning that it is a draft."""
    rulebook = reading.document["rulebook"]
    details = {key: rulebook[key] for key in ("title", "name", "edition", "version")}
    if brief:
        return reading.say("rulebook_brief", **details)
    return reading.say("rulebook", **details, status=reading.say(rulebook["status"]))


def write_draft_warning(reading: Reading) -> Iterator[Block]:
    """Warn where a draft answered."""
    if reading.document["rulebook"]["status"] != "published":
        yield Paragraph(reading.say("draft_warning"), "bad", "banner")


def write_appendices(reading: Reading) -> Iterator[Block]:
    """Write what the answer stands on and few readers look up: constants, and what was declared."""
    document = reading.document
    declared = [code for code in document["fields"] if code in document["report"]["fields"]]
    for phrase, codes, row in (
        ("parameters", list(document["parameters"]), _constant_row),
        ("reported", declared, _report_row),
    ):
        if codes:
            title = reading.say(phrase, count=len(codes))
            yield Folded(title, partial(_list_values, reading, title, codes, row), tuple(codes))


def _list_values(reading: Reading, title: str, codes: list[str], row: _RowWriter) -> Table:
    columns = tuple(map(reading.say, ("code", "label", "value")))
    rows = tuple(row(reading, code) for code in codes)
    return Table(title, columns, rows, explains=True)


def _constant_row(reading: Reading, code: str) -> tuple[str, str, str]:
    entry = reading.document["parameters"][code]
    value = show_with_unit(reading, code, fact_of(entry["value"]))
    since = describe_in_force(reading, entry)
    return mark_code(code), entry["label"], f"{value}; {since}" if since else value


def _report_row(reading: Reading, code: str) -> tuple[str, str, str]:
    written = reading.document["report"]["fields"][code]
    label = str(reading.document["fields"][code]["label"])
    return mark_code(code), label, show_in_table(reading, code, written)
