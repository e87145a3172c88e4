"""A whole trail for a reader who must decide: the answer first, what to do, then why."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ruletrail.rendering.blocks import (
    Block,
    Chapter,
    Folded,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
    Tone,
)
from ruletrail.rendering.chapters import (
    write_checks,
    write_declared,
    write_messages,
    write_outcomes,
    write_sections,
    write_sources,
    write_values,
)
from ruletrail.rendering.conclusions import explain_outcome
from ruletrail.rendering.expressions import read_expression, with_numbers
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    name_code,
    show_declared,
    show_reported,
    show_with_unit,
    unit_of,
)
from ruletrail.values import Fact

TONES: dict[str, Tone] = {"complete": "good", "incomplete": "open", "invalid": "bad"}
_MOST_NAMED = 12
_RowWriter = Callable[[Reading, str], tuple[str, str, str]]


def summarise(reading: Reading) -> Page:
    """Say everything that a person wants to know of one evaluation."""
    chapters = (
        Chapter(reading.say("decisions"), tuple(write_outcomes(reading))),
        Chapter(reading.say("sections"), tuple(write_sections(reading))),
        Chapter(reading.say("checks"), tuple(write_checks(reading))),
        Chapter(reading.say("declared"), tuple(write_declared(reading))),
        Chapter(reading.say("messages"), tuple(write_messages(reading))),
        Chapter(reading.say("why"), tuple(write_values(reading))),
        Chapter(reading.say("sources"), (*write_sources(reading), *write_appendices(reading))),
    )
    subject = describe_subject(reading)
    title = reading.say("title_of" if subject else "title", subject=subject)
    kept = tuple(chapter for chapter in chapters if chapter.blocks)
    subtitles, footer = (describe_rulebook(reading),), (reading.say("support"),)
    return Page(reading.language, title, subtitles, tuple(write_lead(reading)), kept, footer)


def describe_subject(reading: Reading) -> str:
    """Say whose report it is."""
    subject = reading.document["report"]["subject"]
    values = [
        reading.say("true" if value else "false") if isinstance(value, bool) else value
        for value in subject.values()
    ]
    return ", ".join(f"{key} {value}" for key, value in zip(subject, values, strict=True))


def describe_rulebook(reading: Reading) -> str:
    """Say which rulebook answered."""
    rulebook = reading.document["rulebook"]
    return reading.say("rulebook", **{**rulebook, "status": reading.say(rulebook["status"])})


def write_draft_warning(reading: Reading) -> Iterator[Block]:
    """Warn where a draft answered."""
    if reading.document["rulebook"]["status"] != "published":
        yield Paragraph(reading.say("draft_warning"), "bad", heading=True)


def write_lead(reading: Reading) -> Iterator[Block]:
    """Say the status in plain words, and what to do next."""
    yield from write_draft_warning(reading)
    status = reading.document["result"]["status"]
    yield Paragraph(describe_status(reading), TONES[status], heading=True)
    todo = tuple(_list_work(reading))
    if todo:
        yield Paragraph(reading.say("to_do") + ":")
        yield Items(todo)
    else:
        yield Paragraph(reading.say("nothing_to_do"))
    warnings = _failed(reading, "warning")
    if warnings:
        yield Paragraph(reading.say("read_warnings", count=len(warnings)), "open")


def _failed(reading: Reading, severity: str) -> list[Step]:
    checks = reading.of_kind("check")
    return [it for it in checks if it["outcome"] == "failed" and it["severity"] == severity]


def describe_status(reading: Reading) -> str:
    """Say the status in plain words; of an invalid report, what makes it so."""
    result = reading.document["result"]
    said = reading.say(f"status_{result['status']}")
    if result["status"] != "invalid":
        return said
    causes = (
        ("invalid_check", bool(_failed(reading, "error"))),
        ("invalid_declared", "differs" in result["declared"]),
        ("invalid_error", bool(result["errors"])),
    )
    return said + "; ".join(reading.say(phrase) for phrase, holds in causes if holds) + "."


def _list_work(reading: Reading) -> Iterator[Item]:
    result = reading.document["result"]
    yield from _list_errors(reading)
    for step in _failed(reading, "error"):
        message = step["message"]["text"] if "message" in step else step["label"]
        reason = f"{step['id']}: {explain_outcome(reading, step)}"
        yield Item(reading.say("correct_check", message=message), (reason,), tone="bad")
    for step in reading.of_kind("rule"):
        if step.get("declared", {}).get("agreement") == "differs":
            yield Item(_correct(reading, step), tone="bad")
    needing = _list_needing(reading)
    for code in result["missing"]:
        needed = needing.get(code, [])
        details = (reading.say("needed_by", steps=_name_some(needed)),) if needed else ()
        yield Item(reading.say("fill_in", field=name_field(reading, code)), details, tone="open")
    not_encoded: dict[str, list[str]] = {}
    for entry in result["not_encoded"]:
        not_encoded.setdefault(entry["why"], []).append(entry["step"])
    for why, steps in not_encoded.items():
        text = reading.say("not_encoded_yet", step=name_code(reading, steps[0]))
        more = (reading.say("concerns", steps=_name_some(steps[1:])),) if steps[1:] else ()
        yield Item(text, (reading.say("because", why=why), *more), tone="open")


def name_field(reading: Reading, code: str) -> str:
    """Write a field's code, what the form calls it, and its unit."""
    unit = unit_of(reading, code)
    return name_code(reading, code) + (f", {unit}" if unit else "")


def _correct(reading: Reading, step: Step) -> str:
    code = step["id"]
    declared = show_declared(reading, code, step["declared"]["value"])
    computed = show_with_unit(reading, code, fact_of(step["value"]))
    named = name_code(reading, code)
    return reading.say("correct_declared", code=named, declared=declared, computed=computed)


def _list_needing(reading: Reading) -> dict[str, list[str]]:
    """Name, by missing field, the steps left open by it and the due sections where it is empty."""
    needing: dict[str, list[str]] = {}
    for step in reading.steps.values():
        for code in _missed_by(step):
            steps = needing.setdefault(code, [])
            if len(steps) <= _MOST_NAMED:  # one more than is named, which says that there are more
                steps.append(step["id"])
    return needing


def _missed_by(step: Step) -> frozenset[str]:
    is_due = step["kind"] == "section" and step["outcome"] == "due"
    own: Any = step["value"]
    is_open = step["kind"] != "message" and isinstance(own, dict)
    missing = own.get("missing", ()) if is_open else ()
    return frozenset([*(step["empty"] if is_due else ()), *missing])


def _list_errors(reading: Reading) -> Iterator[Item]:
    """List each error once, at the steps where it arises, with the formula and its numbers."""
    groups: dict[tuple[str, str], list[str]] = {}
    for error in reading.document["result"]["errors"]:
        groups.setdefault((error["cause"], error["of"]), []).append(error["step"])
    for (cause, of), steps in groups.items():
        error = fact_of({"error": {"cause": cause, "of": of}})
        roots = dict.fromkeys(step for step in steps if not _inherits(reading, step, error))
        text = reading.say("look_into_error", cause=describe_non_value(reading, error))
        details = tuple(_show_root(reading, reading.steps[code]) for code in roots)
        others = [code for code in steps if code not in roots]
        more = (reading.say("concerns", steps=_name_some(others)),) if others else ()
        yield Item(text, (*details, *more), tone="bad")


def _inherits(reading: Reading, code: str, error: Fact) -> bool:
    return any(fact_of(read["value"]) == error for read in reading.steps[code]["reads"].values())


def _show_root(reading: Reading, step: Step) -> str:
    expression = read_expression(reading, step, step)
    if expression is not None:
        return f"{step['id']}: {with_numbers(expression)}"
    if step["kind"] == "decision":
        return f"{step['id']}: {explain_outcome(reading, step)}"
    return str(step["id"])


def _name_some(codes: list[str]) -> str:
    shown = ", ".join(codes[:_MOST_NAMED])
    return shown + (" …" if len(codes) > _MOST_NAMED else "")


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
            yield Folded(title, partial(_list_values, reading, title, codes, row))


def _list_values(reading: Reading, title: str, codes: list[str], row: _RowWriter) -> Table:
    columns = tuple(map(reading.say, ("code", "label", "value")))
    return Table(title, columns, tuple(row(reading, code) for code in codes))


def _constant_row(reading: Reading, code: str) -> tuple[str, str, str]:
    entry = reading.document["parameters"][code]
    return code, entry["label"], show_with_unit(reading, code, fact_of(entry["value"]))


def _report_row(reading: Reading, code: str) -> tuple[str, str, str]:
    written = reading.document["report"]["fields"][code]
    value = written["text"] if isinstance(written, dict) else show_reported(reading, code)
    return code, str(reading.document["fields"][code]["label"]), value
