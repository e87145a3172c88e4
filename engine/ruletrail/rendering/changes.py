"""What would change an outcome, for people: one line a change, and what cannot change it.

It is read from the answer's document for programs (docs/what-if.md) beside the report's trail; the
numbers are those of the document, shown as the trail's are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from ruletrail.fast_dataclasses import replace
from ruletrail.formats import with_unit
from ruletrail.rendering.blocks import Block, Chapter, Item, Items, Page, Paragraph, mark_code
from ruletrail.rendering.cited_codes import write_cited
from ruletrail.rendering.expressions import write_part
from ruletrail.rendering.readings import (
    Reading,
    cell_of,
    describe_non_value,
    fact_of,
    name_code,
    name_outcome,
    name_report,
    quote_text,
    quote_word,
    say_points,
    show_declared,
    show_plain,
    show_with_unit,
    title_of,
    unit_of,
)
from ruletrail.rendering.standings import say_wait
from ruletrail.rendering.summaries import (
    describe_report,
    describe_rulebook,
    write_draft_warning,
)
from ruletrail.trails.steps import has_cents
from ruletrail.values import Missing, read_date, read_number

Answer = Mapping[str, Any]
_MOST_READ = 6
_LEAST_ALIKE = 3
_MOST_STEPS = 40
"""More steps that differ are counted and not listed."""
_MOST_PAIRS = 12
"""More pairs are counted: those are listed whose values move least, measured by themselves."""


def describe_changes(reading: Reading, answer: Answer) -> Page:
    """Say what would change one target."""
    target = answer["target"]
    title = reading.say("title_changes", code=target, report=describe_report(reading))
    now = _tell_now(reading, answer)
    # what was asked for comes first, and what stands there is not said again
    parts = (
        ("set", _write_trial), ("want", _write_goal), ("", _write_alone), ("pairs", _write_pairs),
        ("precision", _write_precision),
    )  # fmt: skip
    chapters = []
    for key, write in parts:
        blocks = tuple(write(reading, answer)) if not key or key in answer else ()
        if blocks:
            phrase = f"changes_{key}" if key else _phrase_alone(answer)
            heading = reading.say(phrase)
            if "set" in answer and key != "set":
                # beside other values each reader takes what follows for theirs
                heading = reading.say("changes_as_it_is", title=heading)
            chapters.append(Chapter(heading, blocks))
    if chapters:
        names = tuple(write_cited(reading, _list_deciding(chapters), ()))
        chapters[-1] = replace(chapters[-1], blocks=(*chapters[-1].blocks, *names))
    lead = (*write_draft_warning(reading), Paragraph(now, weight="banner"))
    if _waits(reading, target) and answer["flips"]:
        lead = (*lead, Paragraph(reading.say("changes_needed", **_name_command(reading, target))))
    subtitles, footer = (describe_rulebook(reading),), (reading.say("support"),)
    return Page(reading.language, title, subtitles, lead, tuple(chapters), footer)


def _list_deciding(chapters: Iterable[Chapter]) -> list[Block]:
    """List the comparisons that decide, whose codes are called nowhere else on the page."""
    blocks = [block for chapter in chapters for block in chapter.blocks]
    items = [item for block in blocks if isinstance(block, Items) for item in block.items]
    return [Paragraph(detail) for item in items for detail in item.details]


def write_margins(reading: Reading, answers: Sequence[Answer]) -> Iterator[Block]:
    """Say for several targets what would change each, as a chapter of the whole answer."""
    for answer in answers:
        now = _tell_now(reading, answer)
        lines = tuple(_list_flips(reading, answer, answer["flips"]))
        rest = tuple(_list_rest(reading, answer))
        yield Items((Item(now, items=(*lines, *rest)),))


def _waits(reading: Reading, target: str) -> bool:
    return isinstance(fact_of(reading.steps[target]["value"]), Missing)


def _name_command(reading: Reading, target: str) -> dict[str, str]:
    return {"report": name_report(reading), "target": quote_word(target)}


def _tell_now(reading: Reading, answer: Answer) -> str:
    """Say what the target comes to; of one that is open, what it waits for."""
    target = answer["target"]
    step, now = reading.steps[target], _outcome(reading, target, answer["outcome"])
    gap = fact_of(step["value"])
    told = f"{title_of(reading, target)}: {now}"
    if isinstance(gap, Missing):
        told += f": {say_wait(reading, step) or describe_non_value(reading, gap)}"
    return told


def _outcome(reading: Reading, target: str, outcome: str) -> str:
    return name_outcome(reading, target, outcome)


# -- Each input alone ------------------------------------------------------------------------------


def _phrase_alone(answer: Answer) -> str:
    return "changes_else" if _told_before(answer) else "changes"


def _told_before(answer: Answer) -> set[tuple[str, Any]]:
    """List the changes of one input that bring about what was asked for."""
    joints = answer.get("want", {"found": ()})["found"]
    moves = [joint["changes"][0] for joint in joints if len(joint["changes"]) == 1]
    return {(move["input"], move["to"]) for move in moves}


def _write_alone(reading: Reading, answer: Answer) -> Iterator[Block]:
    told = _told_before(answer)
    flips = [each for each in answer["flips"] if (each["input"], each["to"]) not in told]
    lines = tuple(_list_flips(reading, answer, flips))
    if lines:
        yield Items(lines)
    elif not told and not answer["steady"] and not answer["unsettled"]:
        outcome = _outcome(reading, answer["target"], answer["outcome"])
        yield Paragraph(reading.say("changes_never", outcome=outcome))
    elif not told:
        target = answer["target"]
        phrase = "changes_none_open" if _waits(reading, target) else "changes_none"
        yield Paragraph(reading.say(phrase, **_name_command(reading, target)))
    rest = tuple(_list_rest(reading, answer))
    if rest:
        yield Items(rest)


def _list_rest(reading: Reading, answer: Answer) -> Iterator[Item]:
    """Say which inputs cannot change the target, and of which that is not known."""
    if answer["steady"]:
        codes = ", ".join(map(mark_code, answer["steady"]))
        yield Item(reading.say_count("changes_steady", len(answer["steady"]), codes=codes))
    known = {flip["input"] for flip in answer["flips"]}
    for each in answer["unsettled"]:
        yield _tell_unsettled(reading, each, "_more" if each["input"] in known else "")


def _tell_unsettled(reading: Reading, each: Answer, more: str = "") -> Item:
    why = reading.say(f"unsettled_{each['reason']}")
    code = name_code(reading, each["input"])
    return Item(reading.say(f"changes_unsettled{more}", code=code, why=why), tone="open")


def _list_flips(reading: Reading, answer: Answer, flips: Sequence[Answer]) -> Iterator[Item]:
    """Tell each change; inputs that move by as much, as addends do, are told at once."""
    for _, alike in groupby(flips, lambda flip: _key_of(reading, flip)):
        group = list(alike)
        told = [group] if len(group) >= _LEAST_ALIKE else [[flip] for flip in group]
        for each in told:
            outcome = _outcome(reading, answer["target"], each[0]["outcome"])
            move = _tell_moves(reading, each) if len(each) > 1 else _tell_move(reading, each[0])
            text = reading.say("flip", outcome=outcome, move=move)
            yield Item(text, (_tell_binding(reading, each[0]),))


def _key_of(reading: Reading, flip: Answer) -> tuple[object, ...]:
    """Return what flips have in common that are told at once; of others, what no other has."""
    if flip["margin"] is None or not _is_number(reading, flip["input"]):
        return (flip["input"], flip["to"])
    rises = _number(flip["to"]) > _number(flip["value"])
    because = (flip.get("step"), flip["because"], *flip.get("missing", ()))
    return (flip["outcome"], rises, flip["margin"], flip["unit"], *because)


def _tell_moves(reading: Reading, flips: Sequence[Answer]) -> str:
    """Say of several numbers by how much any one of them has to move, and where to."""
    first = flips[0]
    rises = _number(first["to"]) > _number(first["value"])
    margin, unit = show_declared(reading, first["input"], first["margin"]), first["unit"] or ""
    margin = say_points(reading, margin) if unit == "%" else with_unit(margin, unit)
    named = ", ".join(
        reading.say(
            "moved_to",
            code=mark_code(flip["input"]),
            value=_show(reading, flip["input"], flip["to"]),
        )
        for flip in flips
    )
    phrase = "any_rises" if rises else "any_falls"
    return reading.say(phrase, margin=margin, codes=named)


def _tell_move(reading: Reading, flip: Answer) -> str:
    """Say how an input would have to move: falls to, rises to, is."""
    code = flip["input"]
    name = name_code(reading, code)
    if flip["margin"] is None:
        # a number that is missing would do so with others too
        phrase = "move_is_such" if _is_number(reading, code) else "move_is"
        return reading.say(phrase, code=name, value=_show_moved(reading, code, flip["to"]))
    if _type_of(reading, code) == "date":
        phrase = "move_later" if flip["to"] > flip["value"] else "move_earlier"
        value, count = _show(reading, code, flip["to"]), int(flip["margin"])
        return reading.say_count(phrase, count, code=name, value=value)
    if not _is_number(reading, code):
        length = len(flip["to"])
        phrase = "move_longer" if length > len(flip["value"]) else "move_shorter"
        phrase += "_1" if length == 1 else ""
        return reading.say(phrase, code=name, length=length, margin=flip["margin"])
    rises = _number(flip["to"]) > _number(flip["value"])
    margin = show_declared(reading, code, flip["margin"])
    unit = flip["unit"] or ""
    # of a percentage the margin has another unit, else that of the value, just told
    margin = say_points(reading, margin) if unit == "%" else margin
    is_count = "." not in flip["margin"] and not has_cents(unit)
    phrase = f"move_{'rises' if rises else 'falls'}{'_count' if is_count else ''}"
    return reading.say(
        phrase,
        code=name,
        value=_show_moved(reading, code, flip["to"]),
        margin=margin,
    )


def _show_moved(reading: Reading, code: str, value: object) -> str:
    """Show where an input would have to move, a number in its unit."""
    unit = unit_of(reading, code) if _is_number(reading, code) else ""
    return with_unit(_show(reading, code, value), unit)


def _is_number(reading: Reading, code: str) -> bool:
    return _type_of(reading, code) == "number"


def _type_of(reading: Reading, code: str) -> str:
    """Return the type of a field, or of a cell of a row."""
    declared = reading.document["fields"].get(code) or cell_of(reading, code) or {}
    return str(declared.get("type", ""))


def _number(written: str) -> Fraction:
    number = read_number(written)
    if number is None:
        raise TypeError("a number of a report keeps to the limits of numbers")
    return number


def _show(reading: Reading, code: str, value: object) -> str:
    if isinstance(value, bool) or (isinstance(value, str) and _is_number(reading, code)):
        return show_declared(reading, code, value)
    if _type_of(reading, code) == "date":
        return show_plain(reading, read_date(str(value)) or str(value))
    return quote_text(reading, code, str(value))


def _tell_binding(reading: Reading, flip: Answer) -> str:
    """Name the comparison that decides, as readers meet it; or what is then missing."""
    missing = flip.get("missing", ())
    if missing:
        codes = ", ".join(name_code(reading, code) for code in missing)
        return reading.say_count("changes_missing", len(missing), codes=codes)
    step = flip["step"]
    because = write_part(reading, step, flip["because"])
    return reading.say("changes_because", because=because, step=mark_code(step))


# -- What was asked for beside ---------------------------------------------------------------------


def _write_goal(reading: Reading, answer: Answer) -> Iterator[Block]:
    goal = answer["want"]
    if goal["met"]:
        yield Paragraph(reading.say("want_met"))
        return
    yield from _write_joint(reading, answer, goal["found"], "want_none")
    if goal["unsettled"]:
        yield Items(tuple(_tell_unsettled(reading, each) for each in goal["unsettled"]))


def _write_pairs(reading: Reading, answer: Answer) -> Iterator[Block]:
    """Write the pairs; those that bring about what was asked for are told before."""
    told = answer.get("want", {"found": ()})["found"]
    others = [joint for joint in answer["pairs"] if joint not in told]
    if answer["pairs"] and not others:
        yield Paragraph(reading.say("pairs_told"))
        return
    none = "pairs_none" if len(answer["steady"]) > 1 else "pairs_few"
    yield from _write_joint(reading, answer, others, none)


def _write_joint(
    reading: Reading, answer: Answer, found: Sequence[Answer], none: str
) -> Iterator[Block]:
    if not found:
        yield Paragraph(reading.say(none))
        return
    items, ranked = [], found
    if len(found) > _MOST_PAIRS:
        ranked = sorted(found, key=lambda joint: _rank_moves(reading, joint))
    for joint in ranked[:_MOST_PAIRS]:
        moves = reading.say("moves_and").join(
            _tell_move(reading, each) for each in joint["changes"]
        )
        outcome = _outcome(reading, answer["target"], joint["outcome"])
        text = reading.say("flip", outcome=outcome, move=moves)
        items.append(Item(text, (_tell_binding(reading, joint),)))
    rest = len(found) - len(items)
    if rest:
        items.append(Item(reading.say_count("pairs_more", rest)))
    yield Items(tuple(items))
    margins = [[each["margin"] for each in joint["changes"]] for joint in found]
    if any(len(each) > 1 and None not in each for each in margins):
        yield Paragraph(reading.say("pairs_near"), "note")


def _rank_moves(reading: Reading, joint: Answer) -> tuple[int, Fraction]:
    """Rank what moves by how far that is beside its own size; what is zero or no number is far."""
    moved = [
        Fraction(each["margin"]) / abs(_number(each["value"]))
        for each in joint["changes"]
        if each["margin"] is not None
        and _is_number(reading, each["input"])
        and _number(each["value"])
    ]
    return len(joint["changes"]) - len(moved), sum(moved, Fraction(0))


def _write_trial(reading: Reading, answer: Answer) -> Iterator[Block]:
    """Write both answers side by side, and the first step where the trails part."""
    trial, target = answer["set"], answer["target"]
    for code, value in trial["values"].items():
        given = "" if value is None else _show_moved(reading, code, value)
        shown = given or reading.say("set_blank")
        yield Paragraph(reading.say("is", name=name_code(reading, code), value=shown))
    for code, declared in trial.get("declared", {}).items():
        yield Paragraph(_tell_declared(reading, code, declared), tone="open")
    before, after = (
        _outcome(reading, target, each) for each in (answer["outcome"], trial["outcome"])
    )
    phrase = "set_same" if answer["outcome"] == trial["outcome"] else "set_changes"
    title = title_of(reading, target)
    text = reading.say(phrase, title=title, before=before, after=after)
    yield Paragraph(text, weight="title")
    if trial["first"] is None:
        yield Paragraph(reading.say("set_nothing"))
        return
    step = trial["first"]["step"]
    because = write_part(reading, step, trial["first"]["because"])
    yield Paragraph(reading.say("set_first", step=title_of(reading, step), because=because))
    listed = trial["steps"][:_MOST_STEPS]
    yield Items(tuple(_tell_part(reading, each) for each in listed))
    rest = len(trial["steps"]) - len(listed)
    if rest:
        yield Paragraph(reading.say_count("set_more", rest))


def _tell_declared(reading: Reading, code: str, declared: Answer) -> str:
    """Say of a value that the rulebook computes that another one changes nothing, and what does."""
    reads = list(reading.steps[code]["reads"])
    shown = ", ".join(map(mark_code, reads[:_MOST_READ])) + (", …" if reads[_MOST_READ:] else "")
    phrase = "set_computed" if reads else "set_computed_alone"
    text = reading.say(phrase, code=mark_code(code), reads=shown)
    if declared["agreement"] != "differs":
        return text
    computed = show_with_unit(reading, code, fact_of(declared["computed"]))
    return f"{text} {reading.say('set_differs', computed=computed)}"


def _tell_part(reading: Reading, part: Answer) -> Item:
    code = part["step"]
    before, after = (_show_fact(reading, part, part[key]) for key in ("before", "after"))
    return Item(reading.say("set_step", title=title_of(reading, code), before=before, after=after))


def _show_fact(reading: Reading, part: Answer, written: Any) -> str:
    if part["kind"] == "rule":
        return show_with_unit(reading, part["step"], fact_of(written))
    return _outcome(reading, part["step"], written)


def _write_precision(reading: Reading, answer: Answer) -> Iterator[Block]:
    found = answer["precision"]
    yield Paragraph(
        reading.say("precision_survives" if found["survives"] else "precision_not"),
        tone="good" if found["survives"] else "open",
    )
    items = list(_list_flips(reading, answer, found["flips"]))
    if found["firm"]:
        codes = ", ".join(map(mark_code, found["firm"]))
        items.append(Item(reading.say_count("precision_firm", len(found["firm"]), codes=codes)))
    items += [_tell_unsettled(reading, each) for each in found["unsettled"]]
    if found["unrounded"] is None:
        items.append(Item(reading.say("unrounded_unknown"), tone="open"))
    else:
        outcome = _outcome(reading, answer["target"], found["unrounded"])
        items.append(Item(reading.say("unrounded", outcome=outcome)))
    yield Items(tuple(items))
