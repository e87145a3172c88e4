"""How the parts of a form stand, a line each, and why.

Where the first screen is all there is, a reason that stands elsewhere on it is not told again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

from ruletrail.rendering.answers import Answer, list_textless
from ruletrail.rendering.blocks import Item, Tone, mark_code
from ruletrail.rendering.conclusions import doubt_of, explain_section, join_reason
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    title_of,
)
from ruletrail.rendering.rooms import Room
from ruletrail.values import ErrorValue, Fact, Missing

_MOST_NAMED = 4


def list_standings(
    reading: Reading, answer: Answer, numbers: Mapping[str, int], room: Room | None
) -> tuple[Item, ...]:
    """Say of each part how it stands; `numbers` are the points that say already why one is due."""
    return tuple(_stand(reading, answer, numbers, step, room) for step in answer.parts.get("", ()))


def is_always(step: Step) -> bool:
    """Tell whether a part is due whatever the report says."""
    return step.get("condition") == "true" and "part_of" not in step


def say_wait(reading: Reading, step: Step) -> str:
    """Say how many values a step waits for where they are too many to name here; else empty."""
    fact = fact_of(step["value"])
    codes = fact.codes if isinstance(fact, Missing) else ()
    return _count_missing(reading, codes) if len(codes) > _MOST_NAMED else ""


def _count_missing(reading: Reading, codes: Collection[str]) -> str:
    return reading.say("gap_count", count=len(codes))


def _stand(
    reading: Reading, answer: Answer, numbers: Mapping[str, int], step: Step, room: Room | None
) -> Item:
    """Say in one line how a part of the form stands; parts of it that are not due are left out."""
    shown = [each for each in answer.parts.get(step["id"], ()) if each["outcome"] != "not_due"]
    groups = _group_open(shown) if room is not None else ([each] for each in shown)
    below = tuple(
        _stand(reading, answer, numbers, group[0], room)
        if len(group) == 1
        else _stand_together(reading, group)
        for group in groups
    )
    word, tone = _state(step, below, is_unfinished=step["id"] in answer.unfinished)
    textless = list_textless(reading, step) if word == "filled_in" else []
    word, tone = ("textless", "open") if textless else (word, tone)
    is_due = step["outcome"] == "due" and not is_always(step)
    named = ", ".join(map(mark_code, textless[:_MOST_NAMED]))
    named += " …" if len(textless) > _MOST_NAMED else ""
    outcome = reading.say(f"due_and_{word}" if is_due else word, fields=named)
    text = f"{title_of(reading, step['id'])}: {outcome}"
    if is_always(step):
        return Item(text + doubt_of(reading, step), items=below, tone=tone)
    if step["outcome"] == "due" and step["id"] in numbers:
        told = reading.say("see_point", number=numbers[step["id"]])
        return Item(f"{text}, {told}", items=below, tone=tone)
    # decisions are not followed: their own reasons stand below, with the codes beside the labels
    reason = say_wait(reading, step) or explain_section(reading, step, follow=False)
    said = text + doubt_of(reading, step, reason)
    if room is not None and not _has_reason(room, tone):
        return Item(said, items=below, tone=tone)
    if room is not None and tone == "good" and not room.has_full_reasons:
        reason = explain_section(reading, step, is_brief=True)
    return Item(join_reason(reading, step, said, reason), items=below, tone=tone)


def _has_reason(room: Room, tone: Tone) -> bool:
    """Tell whether there is room for why a part stands so: what is open is always told."""
    return {"good": room.has_due_reasons, "note": room.has_undue_reasons}.get(tone, True)


def _group_open(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Group neighbours that wait for the same values, or for many, or that one error keeps open."""

    def kept_by(step: Step) -> Fact | str:
        fact = fact_of(step["value"])
        if isinstance(fact, Missing) and step["outcome"] == "undetermined":
            return fact if len(fact.codes) <= _MOST_NAMED else Missing(())
        # what is settled has its own line
        return fact if isinstance(fact, ErrorValue) else str(step["id"])

    for _, group in groupby(steps, kept_by):
        yield list(group)


def _stand_together(reading: Reading, steps: list[Step]) -> Item:
    """Say of several parts, by their codes, what keeps them all open."""
    first = steps[0]
    phrase = "parts_undetermined" if first["outcome"] == "undetermined" else first["outcome"]
    named = ", ".join(mark_code(step["id"]) for step in steps)
    facts = [fact_of(step["value"]) for step in steps]
    codes = {code for fact in facts if isinstance(fact, Missing) for code in fact.codes}
    is_many = len(codes) > _MOST_NAMED
    reason = _count_missing(reading, codes) if is_many else describe_non_value(reading, facts[0])
    return Item(join_reason(reading, first, f"{named}: {reading.say(phrase)}", reason), tone="open")


def _state(step: Step, below: tuple[Item, ...], *, is_unfinished: bool) -> tuple[str, Tone]:
    """Return the word for how a section stands, its parts considered, and the tone."""
    if step["outcome"] != "due":
        return str(step["outcome"]), "note" if step["outcome"] == "not_due" else "open"
    if is_unfinished:
        return "to_complete" if step["filled"] else "to_fill_in", "open"
    if any(item.tone != "good" for item in below):
        return "to_complete", "open"
    return "filled_in", "good"
