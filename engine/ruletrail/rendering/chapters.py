"""The chapters of a whole trail, each from the steps of one kind."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ruletrail.rendering.blocks import Block, Folded, Item, Items, Paragraph, Table, Tone
from ruletrail.rendering.conclusions import (
    calculate,
    describe_basis,
    describe_branches,
    describe_declared,
    describe_rounding,
    describe_when,
    explain_outcome,
    word_of,
)
from ruletrail.rendering.phrases import say_count
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_gap,
    fact_of,
    name_code,
    show_declared,
    show_with_unit,
)
from ruletrail.rendering.reasons import draw_step
from ruletrail.values import is_non_value

_SEVERITIES = ("error", "warning", "info")
_CHECK_TONES: Mapping[str, Tone] = {"error": "bad", "warning": "open", "info": "note"}
_OPEN_WORDS = frozenset({"undetermined", "not_encoded"})


def write_outcomes(reading: Reading) -> Iterator[Block]:
    """Write each decision with its reason, the comparisons drawn."""
    for step in reading.of_kind("decision"):
        yield Items(
            (
                Item(
                    f"{_title(step)}: {explain_outcome(reading, step)}",
                    (describe_basis(reading, step),),
                    tone=_tone(step),
                ),
            )
        )
        yield from draw_step(reading, step)


def write_sections(reading: Reading) -> Iterator[Block]:
    """Write which parts of the form are due and why, parts of parts below them."""
    steps = reading.of_kind("section")
    known = {step["id"] for step in steps}
    if steps:
        yield Items(
            tuple(
                _section(reading, step, steps) for step in steps if step.get("part_of") not in known
            )
        )


def _section(reading: Reading, step: Step, steps: Iterable[Step]) -> Item:
    below = tuple(
        _section(reading, part, steps) for part in steps if part.get("part_of") == step["id"]
    )
    return Item(
        f"{_title(step)}: {explain_outcome(reading, step)}",
        tuple(_describe_fields(reading, step)),
        below,
        _tone(step),
    )


def _describe_fields(reading: Reading, step: Step) -> Iterator[str]:
    outcome = step["outcome"]
    if "fields_not_encoded" in step and outcome != "not_due":
        yield reading.say(
            "fields_not_encoded" if outcome == "due" else "fields_not_encoded_idle",
            why=step["fields_not_encoded"],
        )
    if step["empty"] and outcome != "not_due":
        fields = "; ".join(name_code(reading, code) for code in step["empty"])
        yield reading.say(
            "fields_empty" if outcome == "due" else "fields_empty_idle", fields=fields
        )
    if step["fields"] and outcome == "due":
        yield reading.say("fields_filled", count=len(step["filled"]), total=len(step["fields"]))
    if step["filled"] and outcome == "not_due":
        yield reading.say("fields_filled_idle", fields=", ".join(step["filled"]))


def _title(step: Step) -> str:
    return str(step["id"]) if step["label"] == step["id"] else f"{step['label']} ({step['id']})"


def _tone(step: Step) -> Tone:
    outcome = step["outcome"]
    if outcome == "error":
        return "bad"
    unfinished = (
        step["kind"] == "section"
        and outcome == "due"
        and (step["empty"] or "fields_not_encoded" in step)
    )
    if outcome in _OPEN_WORDS or unfinished:
        return "open"
    return "note" if outcome in ("not_due", "not_applicable") else "good"


# -- Checks


def write_checks(reading: Reading) -> Iterator[Block]:
    """List the checks that did not pass, worst first, and count the others."""
    steps = reading.of_kind("check")
    by_outcome: dict[str, list[Step]] = {}
    for step in steps:
        by_outcome.setdefault(step["outcome"], []).append(step)
    passed, idle = by_outcome.pop("passed", []), by_outcome.pop("not_applicable", [])
    told = sorted((s for group in by_outcome.values() for s in group), key=_severity)
    if told:
        yield Items(tuple(_check(reading, step) for step in told))
    elif steps:
        yield Paragraph(reading.say("checks_none_failed"), "good")
    for phrase, group in (("checks_passed", passed), ("checks_idle", idle)):
        if group:
            title = say_count(phrase, reading.language, len(group))
            yield Folded(title, partial(_list_checks, reading, title, group))


def _list_checks(reading: Reading, title: str, steps: list[Step]) -> Table:
    columns = (reading.say("check_code"), reading.say("label"), reading.say("check_why"))
    return Table(
        title,
        columns,
        tuple((step["id"], step["label"], explain_outcome(reading, step)) for step in steps),
    )


def _severity(step: Step) -> tuple[int, int]:
    return (
        ("error", "failed").index(step["outcome"]) if step["outcome"] in ("error", "failed") else 2,
        _SEVERITIES.index(step["severity"]),
    )


def _check(reading: Reading, step: Step) -> Item:
    severity = reading.say(f"severity_{step['severity']}")
    text = reading.say(
        "check_line", severity=severity, outcome=word_of(reading, step), label=_title(step)
    )
    message = (step["message"]["text"],) if "message" in step else ()
    tone = _CHECK_TONES[step["severity"]] if step["outcome"] == "failed" else _tone(step)
    return Item(
        text, (*message, explain_outcome(reading, step), describe_basis(reading, step)), tone=tone
    )


# -- Declared values and sentences


def write_declared(reading: Reading) -> Iterator[Block]:
    """Count how declared and computed values agree; show both numbers of each that does not."""
    agreements: Mapping[str, list[str]] = reading.document["result"]["declared"]
    total = sum(len(codes) for codes in agreements.values())
    if not total:
        yield Paragraph(reading.say("declared_none"))
        return
    order = ("differs", "equal", "rounded", "truncated", "blank", "unverified")
    present = [(name, len(agreements[name])) for name in order if name in agreements]
    counts = ", ".join(
        f"{count} {reading.say(name + '_1' if count == 1 else name)}" for name, count in present
    )
    tone: Tone = (
        "bad" if "differs" in agreements else "open" if "unverified" in agreements else "good"
    )
    yield Paragraph(say_count("declared_count", reading.language, total, counts=counts), tone)
    told = [
        _disagreement(reading, reading.steps[code], name)
        for name in ("differs", "unverified")
        for code in agreements.get(name, ())
    ]
    if told:
        yield Items(tuple(told))


def _disagreement(reading: Reading, step: Step, agreement: str) -> Item:
    declared = show_declared(reading, step["id"], step["declared"]["value"])
    details = {"code": name_code(reading, step["id"]), "declared": declared}
    computed = show_with_unit(reading, step["id"], fact_of(step["value"]))
    if agreement == "differs":
        return Item(
            reading.say("declared_differs", **details, computed=computed),
            (calculate(reading, step),),
            tone="bad",
        )
    return Item(
        reading.say(
            "declared_other", **details, agreement=reading.say(f"{agreement}_1"), computed=computed
        ),
        tone="open",
    )


def write_messages(reading: Reading) -> Iterator[Block]:
    """Write the sentences that the evaluation shows, and how many of them are printed."""
    language = reading.document["rulebook"]["locale"]
    shown = [reading.steps[message["step"]] for message in reading.document["result"]["messages"]]
    if not shown:
        yield Paragraph(reading.say("no_messages"))
    else:
        yield Items(
            tuple(
                Item(
                    step["message"]["text"],
                    tuple(_message_details(reading, step)),
                    language=language,
                )
                for step in shown
            )
        )
    if "printed" not in reading.document["report"]:
        yield Paragraph(reading.say("printed_absent"))
        return
    printed = reading.document["result"]["printed"]
    yield Paragraph(
        say_count("printed_matched", reading.language, printed["matched"]),
        "good" if printed["matched"] else "open",
    )
    if printed["unmatched"]:
        yield Items(
            tuple(
                Item(reading.say("printed_unmatched", text=text), tone="open")
                for text in printed["unmatched"]
            )
        )


def _message_details(reading: Reading, step: Step) -> Iterator[str]:
    for argument in step["message"]["arguments"].values():
        fact = fact_of(argument["value"])
        if is_non_value(fact):
            yield reading.say("sentence_gap", gap=describe_gap(reading, fact))
    basis = {**step["message"], "mark": step["mark"]}
    yield f"{step['id']}; {describe_basis(reading, basis if 'evidence' in basis or 'source' in basis else step)}"


# -- Values


def write_values(reading: Reading) -> Iterator[Block]:
    """Write each computed value, formula and numbers; rules of one `for_each` share a table."""
    groups: dict[str, list[Step]] = {}
    for step in reading.of_kind("rule"):
        groups.setdefault(step["mark"], []).append(step)
    for steps in groups.values():
        if len(steps) == 1:
            yield Items((_rule(reading, steps[0]),))
        else:
            yield from _rows(reading, steps)


def _rule(reading: Reading, step: Step) -> Item:
    label = "" if step["label"] == step["id"] else step["label"]
    lines = (
        label,
        describe_rounding(reading, step),
        describe_when(reading, step),
        describe_declared(reading, step),
    )
    details = tuple(
        line
        for line in (*lines, *describe_branches(reading, step), describe_basis(reading, step))
        if line
    )
    return Item(
        calculate(reading, step),
        details,
        tone="plain" if step["outcome"] == "value" else _tone(step),
    )


def _rows(reading: Reading, steps: list[Step]) -> Iterator[Block]:
    caption = (
        f"{_shared_start([step['label'] for step in steps]) or steps[0]['label']} ({len(steps)})"
    )
    columns = (reading.say("code"), reading.say("calculation"), reading.say("declared_column"))
    rows = tuple(
        (
            step["id"],
            calculate(reading, step).removeprefix(f"{step['id']} = "),
            _declared_cell(reading, step),
        )
        for step in steps
    )
    yield Table(caption, columns, rows)
    yield Paragraph(describe_basis(reading, steps[0]), "note")


def _shared_start(labels: list[str]) -> str:
    """Return the whole words that all labels start with."""
    first, last = min(labels).split(" "), max(labels).split(" ")
    alike = [
        one
        for one, _ in itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(first, last, strict=False)
        )
    ]
    return " ".join(alike).rstrip(" ,:;(-")


def _declared_cell(reading: Reading, step: Step) -> str:
    return describe_declared(reading, step) or "–"


def write_sources(reading: Reading) -> Iterator[Block]:
    """Cite the sources, and identify rulebook, report, engine and trail."""
    document: Mapping[str, Any] = reading.document
    sources = list_titles(reading, document["sources"])
    digests = (
        Item(reading.say("engine", **document["engine"])),
        Item(reading.say("digest_rulebook", digest=document["rulebook"]["digest"])),
        Item(reading.say("digest_report", digest=document["report"]["digest"])),
        Item(reading.say("digest_trail", digest=document["digest"])),
    )
    yield Items((*sources, *digests))


def list_titles(reading: Reading, names: Iterable[str]) -> tuple[Item, ...]:
    """Write the full titles of sources, under the names that the steps cite them by."""
    known = reading.document["sources"]
    return tuple(
        Item(f"{name}: {known[name]['title']}", _link(known[name]))
        for name in names
        if name in known
    )


def _link(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(entry["url"]),) if "url" in entry else ()
