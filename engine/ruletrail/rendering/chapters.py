"""The chapters of a whole trail, each from the steps of one kind."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

from ruletrail.fast_dataclasses import replace
from ruletrail.rendering.answers import SEVERITIES, list_placed, list_textless
from ruletrail.rendering.blocks import (
    Block,
    Folded,
    Item,
    Items,
    Paragraph,
    Table,
    Tone,
    mark_code,
    plain,
)
from ruletrail.rendering.conclusions import (
    calculate,
    describe_basis,
    describe_branches,
    describe_declared,
    describe_not_encoded,
    describe_rounding,
    describe_when,
    explain_idle,
    explain_outcome,
    tag_of,
    word_of,
)
from ruletrail.rendering.contradictions import state_contradiction
from ruletrail.rendering.exceptions import describe_exceptions
from ruletrail.rendering.first_screens import CHECK_TONES, show_unknown
from ruletrail.rendering.lookups import draw_lookups
from ruletrail.rendering.readings import (
    Reading,
    Step,
    fact_of,
    label_of,
    language_of_sentence,
    name_code,
    name_report,
    name_row,
    say_sentence,
    show_declared,
    show_with_unit,
    title_of,
)
from ruletrail.rendering.reasons import draw_step
from ruletrail.rendering.unknown_sentences import Alike, judge_unknown
from ruletrail.trails.conclusions import cut_code, entry_of

_OWN = frozenset({"inferred", "assumed"})
"""The evidence of sentences that are the author's, and stand on no form."""

_OPEN_WORDS = frozenset({"missing", "undetermined", "not_encoded"})


def write_outcomes(reading: Reading) -> Iterator[Block]:
    """Write each decision with its reason, the comparisons drawn."""
    for step in reading.of_kind("decision"):
        text = f"{title_of(reading, step['id'])}: {explain_outcome(reading, step)}"
        basis, tag = describe_basis(reading, step), tag_of(reading, step)
        yield Items((Item(text, tone=_tone(step), basis=basis, code=step["id"], tag=tag),))
        yield from draw_step(reading, step)
        yield from draw_lookups(reading, step)


def write_sections(reading: Reading) -> Iterator[Block]:
    """Write which parts of the form are due and why, parts of parts below them."""
    steps = reading.of_kind("section")
    known = {step["id"] for step in steps}
    if steps:
        tops = (step for step in steps if step.get("part_of") not in known)
        parts: dict[str, list[Step]] = {}
        for step in steps:
            parts.setdefault(step.get("part_of", ""), []).append(step)
        placed = list_placed(steps)
        yield Items(tuple(_section(reading, step, parts, placed) for step in tops))


def _section(
    reading: Reading, step: Step, parts: Mapping[str, Iterable[Step]], placed: Collection[str]
) -> Item:
    """Write a part of the form; `placed` are the fields that it need not give up where not due."""
    below = tuple(_section(reading, part, parts, placed) for part in parts.get(step["id"], ()))
    text = f"{title_of(reading, step['id'])}: {explain_outcome(reading, step)}"
    details, basis = tuple(_describe_fields(reading, step, placed)), describe_basis(reading, step)
    tag = tag_of(reading, step)
    return Item(text, details, below, _tone(step), basis=basis, code=step["id"], tag=tag)


def _describe_fields(reading: Reading, step: Step, placed: Collection[str]) -> Iterator[str]:
    outcome = step["outcome"]
    idle = "" if outcome == "due" else "_idle"
    yield from describe_not_encoded(reading, step)
    if step["empty"] and outcome != "not_due":
        # what is to be filled in stands on the first screen with its labels
        name = name_code if idle else lambda _, code: mark_code(code)
        fields = "; ".join(name(reading, code) for code in step["empty"])
        yield reading.say_count(f"fields_empty{idle}", len(step["empty"]), fields=fields)
    if step["fields"] and outcome == "due":
        answered = {*step["filled"], *step["empty"]}
        # of the fields of rows every row has its own
        total = len(answered.union(step["fields"]).difference(map(entry_of, _of_rows(answered))))
        yield reading.say("fields_filled", count=len(step["filled"]), total=total)
        textless = ", ".join(map(mark_code, list_textless(reading, step)))
        yield from [reading.say("fields_textless", fields=textless)] if textless else []
        answered |= set(map(entry_of, answered))
        left = {code for code in step["optional"] if code not in answered}
        blank = [name_code(reading, code) for code in step["fields"] if code in left]
        if blank:
            yield reading.say_count("fields_optional", len(blank), fields="; ".join(blank))
    idle_fields = [code for code in step["filled"] if code not in placed]
    if idle_fields and outcome == "not_due":
        fields = ", ".join(map(mark_code, idle_fields))
        yield reading.say_count("fields_filled_idle", len(idle_fields), fields=fields)


def _of_rows(codes: Iterable[str]) -> Iterator[str]:
    yield from (code for code in codes if "[" in code)


def _tone(step: Step) -> Tone:
    outcome = step["outcome"]
    if outcome == "error":
        return "bad"
    is_due = step["kind"] == "section" and outcome == "due"
    unfinished = is_due and (step["empty"] or "fields_not_encoded" in step)
    if outcome in _OPEN_WORDS or unfinished:
        return "open"
    return "note" if outcome in ("not_due", "not_applicable") else "good"


def write_checks(reading: Reading) -> Iterator[Block]:
    """List the checks that did not pass, worst first, and count the others."""
    steps = reading.checks
    by_outcome: dict[str, list[Step]] = {}
    for step in steps:
        by_outcome.setdefault(step["outcome"], []).append(step)
    passed, idle = by_outcome.pop("passed", []), by_outcome.pop("not_applicable", [])
    told = sorted((s for group in by_outcome.values() for s in group), key=_severity)
    if told:
        yield Items(tuple(_check(reading, step) for step in told))
    elif passed:
        yield Paragraph(reading.say("checks_none_failed"), "good")
    for phrase, group in (("checks_passed", passed), ("checks_idle", idle)):
        if group:
            title = reading.say_count(phrase, len(group))
            write = partial(_list_checks, reading, title, group)
            yield Folded(title, write, _codes_of(group))


def _codes_of(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(step["id"] for step in steps)


def _list_checks(reading: Reading, title: str, steps: list[Step]) -> Table:
    columns = tuple(map(reading.say, ("check_code", "label", "check_why")))
    rows = (
        (mark_code(step["id"]), step["label"], explain_outcome(reading, step)) for step in steps
    )
    return Table(title, columns, tuple(rows), explains=True, widest=3)


def _severity(step: Step) -> tuple[int, int]:
    worst = {"error": 0, "failed": 1}.get(step["outcome"], 2)
    return worst, SEVERITIES.index(step["severity"])


def _check(reading: Reading, step: Step) -> Item:
    severity, outcome = reading.say(f"check_{step['severity']}"), word_of(reading, step)
    has_failed, title = step["outcome"] == "failed", title_of(reading, step["id"])
    if has_failed and (label := label_of(reading, step["id"])):
        # its own words may deny what the outcome's deny
        title = title.replace(label, reading.say("quoted_sentence", text=label), 1)
    text = reading.say("check_line", severity=severity, outcome=outcome, label=title)
    message = (say_sentence(reading, step),) if "message" in step else ()
    details, basis = (*message, explain_outcome(reading, step)), describe_basis(reading, step)
    tone = CHECK_TONES[step["severity"]] if has_failed else _tone(step)
    sign, tag = "!" if has_failed else "", tag_of(reading, step)
    return Item(text, details, tone=tone, basis=basis, code=step["id"], sign=sign, tag=tag)


def write_declared(reading: Reading) -> Iterator[Block]:
    """Count how declared and computed values agree; show both numbers of each that does not."""
    agreements: Mapping[str, list[str]] = reading.document["result"]["declared"]
    total = sum(len(codes) for codes in agreements.values())
    if not total:
        yield Paragraph(reading.say("declared_none"))
        return
    order = ("differs", "equal", "rounded", "truncated", "blank", "unverified")
    present = [(name, len(agreements[name])) for name in order if name in agreements]
    words = (reading.say(name + "_1" if count == 1 else name) for name, count in present)
    counts = ", ".join(f"{count} {word}" for (_, count), word in zip(present, words, strict=True))
    tone: Tone = "open" if "unverified" in agreements else "good"
    tone = "bad" if "differs" in agreements else tone
    yield Paragraph(reading.say_count("declared_count", total, counts=counts), tone)
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
    fact = fact_of(step["value"])
    computed = show_with_unit(reading, step["id"], fact)
    idle = explain_idle(reading, step)
    if agreement == "differs" and idle:
        text = reading.say("declared_idle", why=idle, **details)
        return Item(text, (calculate(reading, step),), tone="bad")
    if agreement == "differs":
        text = reading.say("declared_differs", **details, computed=computed)
        return Item(text, (calculate(reading, step),), tone="bad")
    details["agreement"] = reading.say(f"{agreement}_1")
    computed = show_with_unit(reading, step["id"], fact, in_brackets=True)
    return Item(reading.say("declared_other", **details, computed=computed), tone="open")


def write_messages(reading: Reading) -> Iterator[Block]:
    """Write the sentences that the evaluation shows, and the author's own apart from them."""
    shown = [reading.steps[message["step"]] for message in reading.document["result"]["messages"]]
    own = [step for step in shown if _basis_of(step).get("evidence") in _OWN]
    cited = [step for step in shown if _basis_of(step).get("evidence") not in _OWN]
    if not shown and "printed" not in reading.document["report"]:
        return  # neither side has a sentence
    if not shown:
        yield Paragraph(reading.say("no_messages"))
    if cited:
        yield Items(tuple(_message(reading, step) for step in cited))
    yield from _write_printed(reading)
    if own:
        yield Paragraph(reading.say("own_sentences"), weight="title")
        yield Items(tuple(_message(reading, step) for step in own))


def _write_printed(reading: Reading) -> Iterator[Block]:
    """Count the sentences that the form prints too, and quote whatever else it prints."""
    if "printed" not in reading.document["report"]:
        yield Paragraph(reading.say("printed_absent"))
        return
    matched = reading.document["result"]["printed"]["matched"]
    count = reading.say_count("printed_matched", matched)
    yield Paragraph(count, "good" if matched else "open")
    wording, said = reading.wording, Alike(reading)
    denied, unknown = judge_unknown(reading)
    contrary = (*wording.contradictions, *denied)
    others = [
        *(Item(state_contradiction(reading, each), tone="bad") for each in contrary),
        *(
            Item(reading.say("printed_open", text=each.text), tone="open")
            for each in wording.undecided
        ),
        *(Item(reading.say("printed_waiting", text=text), tone="open") for text in wording.waiting),
        *(_unknown(reading, text, said) for text in unknown),
    ]
    if others:
        yield Items(tuple(others))


def _unknown(reading: Reading, text: str, said: Alike) -> Item:
    shown = show_unknown(reading, text, said)
    return replace(shown, text=reading.say("printed_unmatched", text=text))


def _basis_of(step: Step) -> Step:
    """Return what a step's sentence rests on: its own basis, else that of the step."""
    entry: Step = {**step["message"], "mark": step["mark"]}
    return entry if "evidence" in entry or "source" in entry else step


def _message(reading: Reading, step: Step) -> Item:
    """Write a sentence with what it comes from."""
    entry = _basis_of(step)
    basis = f"{mark_code(step['id'])}; {describe_basis(reading, entry)}"
    code = step["id"] if step["kind"] == "message" else ""
    text, language = say_sentence(reading, step), language_of_sentence(reading, step)
    return Item(text, language=language, basis=basis, code=code, tag=tag_of(reading, entry))


def write_values(reading: Reading) -> Iterator[Block]:
    """Write each computed value, formula and numbers; rules of one `for_each` share a table."""
    groups: dict[str, list[Step]] = {}
    for step in reading.of_kind("rule"):
        groups.setdefault(step["mark"], []).append(step)
    briefs = dict(_brief_rows(reading, [steps[0] for steps in groups.values()]))
    for steps in groups.values():
        if "row" in steps[0]:
            title, brief = title_of_rows(steps[0]), briefs.get(steps[0]["id"], "")
            write = partial(_table_of_rows, reading, title, steps)
            yield Folded(title, write, _codes_of(steps), brief)
        elif len(steps) == 1:
            yield Items((_rule(reading, steps[0]),))
            yield from draw_lookups(reading, steps[0])
        else:
            yield from _rows(reading, steps)


def _brief_rows(reading: Reading, firsts: Iterable[Step]) -> Iterator[tuple[str, str]]:
    """Say once of each list, at its first rule, what is computed in each row, and where that is."""
    by_list: dict[str, list[Step]] = {}
    for step in firsts:
        if "row" in step:
            by_list.setdefault(step["list"], []).append(step)
    for over, steps in by_list.items():
        names = (step["label"] or cut_code(step["id"])[2] for step in steps)
        first = steps[0]["id"]
        brief = reading.say(
            "rows_elsewhere",
            report=name_report(reading),
            title=label_of(reading, over) or over,
            names="; ".join(map(str, names)),
            chapter=reading.say("lists"),
            example=steps[-1]["id"],
        )
        yield first, brief


def _rule(reading: Reading, step: Step) -> Item:
    lines = (
        label_of(reading, step["id"]),
        describe_rounding(reading, step),
        describe_when(reading, step),
        describe_declared(reading, step),
        *describe_exceptions(reading, step),
        *describe_branches(reading, step),
    )
    tone: Tone = "plain" if step["outcome"] == "value" else _tone(step)
    details, basis = tuple(line for line in lines if line), describe_basis(reading, step)
    text, tag = calculate(reading, step), tag_of(reading, step)
    return Item(text, details, tone=tone, basis=basis, code=step["id"], tag=tag)


def _rows(reading: Reading, steps: list[Step]) -> Iterator[Block]:
    heading = reading.wording.headings.get(steps[0]["id"], "")
    name = heading or _shared_start([step["label"] for step in steps]) or steps[0]["label"]
    columns, names = ["code", "calculation", "declared_column"], _name_rows(reading, steps)
    if any(names):
        columns.insert(1, "label")
    rows = []
    for step, named in zip(steps, names, strict=True):
        code = mark_code(step["id"])
        calculation = calculate(reading, step).removeprefix(f"{code} = ").removeprefix(f"{code}: ")
        declared = describe_declared(reading, step, phrase="declared_cell")
        label = [named] if any(names) else []
        rows.append((code, *label, calculation, declared or "–"))
    widest: Literal[2, 3] = 3 if any(names) else 2
    yield Table(name, tuple(map(reading.say, columns)), tuple(rows), explains=True, widest=widest)
    yield Paragraph(describe_basis(reading, steps[0]), "note")


def title_of_rows(step: Step) -> str:
    """Write what an entry of rows is called, with its code without the number of a row."""
    _, _, name = cut_code(step["id"])
    code = f"{step['list']}.{name}"
    label = step["label"] if step["label"] != code else ""
    return f"{label} ({plain(mark_code(code))})" if label else code


def _table_of_rows(reading: Reading, title: str, steps: list[Step]) -> Table:
    """Write how a rule came out in each row."""
    rows = []
    for step in steps:
        code = mark_code(step["id"])
        calculation = calculate(reading, step).removeprefix(f"{code} = ").removeprefix(f"{code}: ")
        why = (*describe_exceptions(reading, step), *describe_branches(reading, step))
        declared = describe_declared(reading, step, phrase="declared_cell")
        named = name_row(reading, step["list"], step["row"])
        rows.append((code, named, "; ".join((calculation, *why)), declared or "–"))
    columns = ("code", "row", "calculation", "declared_column")
    return Table(title, tuple(map(reading.say, columns)), tuple(rows), explains=True, widest=3)


def _name_rows(reading: Reading, steps: list[Step]) -> list[str]:
    """Name each of some rules alike by what the form calls it and none of the others.

    Where the form has no names for them, the author's tell no more than the codes.
    """
    labels = [label_of(reading, step["id"]) for step in steps]
    if all(label == step["label"] for label, step in zip(labels, steps, strict=True)):
        return ["" for _ in steps]
    names = [label.split(" ") for label in labels]
    while all(len(words) > 1 for words in names) and len({words[-1] for words in names}) == 1:
        for words in names:
            del words[-1]
    # at the start only what a sign parts from the rest: the end of a phrase is no name
    alike = itertools.takewhile(lambda each: len(set(each)) == 1, zip(*names, strict=False))
    shared = [each[0] for each in alike]
    cut = max((at for at, word in enumerate(shared, 1) if word[-1:] in _PARTING), default=0)
    return [" ".join(words[cut:] or words).strip(" ,:;-") for words in names]


_PARTING = (",", ":", ";", "-", "–")


def _shared_start(labels: list[str]) -> str:
    """Return what all labels start with, up to the last sign that parts what is not alike.

    Of `Average hours, row A` and `Average hours, row B` the rest, `row`, would say nothing.
    """
    pairs = zip(min(labels).split(" "), max(labels).split(" "), strict=False)
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)
    words = " ".join(word for word, _ in alike)
    cut = max(words.rfind(sign) for sign in ",:;(")
    return (words[:cut] if cut > 0 else words).rstrip(" ,:;(-")


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
    found = [(name, known[name]) for name in names if name in known]
    return tuple(Item(f"{name}: {of['title']}", _link(of)) for name, of in found)


def _link(source: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(source["url"]),) if "url" in source else ()
