"""What changes with a day: which entry is in force, since when, and what it rests on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ruletrail.formats import Format, show_fact
from ruletrail.rendering.readings import Reading, fact_of, show, written_of
from ruletrail.values import Fact, Missing

Json = Mapping[str, Any]


def in_force_of(entry: Json, answer: Json | None = None) -> Json | None:
    """Return the entry that is in force: of a constant's values, or of a called one's versions."""
    entries = entry.get("values", entry.get("versions"))
    at = (entry if answer is None else answer).get("in_force")
    return None if entries is None or at is None else entries[at]


def with_own_basis(entry: Json) -> Json:
    """Give an entry the sources and evidence of what of it is in force, where this has its own."""
    found = in_force_of(entry)
    own = {key: found[key] for key in ("source", "evidence") if key in found} if found else {}
    return {**entry, **own}


def describe_in_force(reading: Reading, entry: Json, answer: Json | None = None) -> str:
    """Say since when what is in force is so, and on which day; empty for what never changes."""
    if "values" not in entry and "versions" not in entry:
        return ""
    day = reading.say("on_day", code=entry["day"], value=_show_day(reading, entry["day"]))
    found = in_force_of(entry, answer)
    if found is None:
        return reading.say("none_in_force", day=day)
    first = _show(reading, found["from"])
    until = reading.say("in_force_until", last=_show(reading, found["until"])) \
        if "until" in found else ""  # fmt: skip
    return reading.say("in_force_since", first=first, until=until, day=day)


def _show(reading: Reading, text: str) -> str:
    return show_fact(date.fromisoformat(text), Format(), reading.language)


def _show_day(reading: Reading, code: str) -> str:
    return show(reading, code, _fact(reading, code))


def _fact(reading: Reading, code: str) -> Fact:
    if code in reading.steps:
        return fact_of(reading.steps[code]["value"])
    written = written_of(reading, code)
    return Missing((code,)) if written is None else fact_of(written)
