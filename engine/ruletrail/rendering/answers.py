"""What an answer asks of its reader: what is wrong, due, missing, contradicted, to be looked at.

Steps, codes and facts, found in the trail by what its rulebook says of them and by no rulebook's
names; words are made of them elsewhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of
from ruletrail.problems import Problem
from ruletrail.rendering.loose_fields import Loose, list_loose
from ruletrail.rendering.readings import Reading, Step, fact_of, unit_of, written_of
from ruletrail.rendering.unknown_sentences import judge_unknown
from ruletrail.rendering.wordings import Contradiction
from ruletrail.trails import entry_of
from ruletrail.trails.slips import find_slips, list_blanks
from ruletrail.trails.steps import MONEY
from ruletrail.trails.unasked import find_unasked, list_unasked
from ruletrail.values import Fact, NotApplicable, is_non_value, read_number

MOST_NAMED = 12
_SHORTEST_RANGE = 3
_DIVISION = "division_by_zero"
_WORD = re.compile(r"[^\W\d]\w*(?:\.\w+)?")
"""A code in a formula: of the form, of a step, of a group, or of a cell of rows."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error: the steps where it arises, and those that it only reaches."""

    error: Fact
    roots: tuple[str, ...]
    others: tuple[str, ...]
    is_of_zeros: bool = False
    """Whether values that the report states are zero, and divide: they may well be right."""
    stated: tuple[str, ...] = ()
    """Of these steps, those of which the report states a value: with such zeros it had none."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due section with something to do: what is empty, why its fields are not known, amounts."""

    section: Step
    empty: tuple[str, ...]
    not_encoded: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """Fields that are filled in though no section that has them is due."""

    section: Step
    filled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByHand:
    """What is not encoded for one reason, besides due sections; what the form prints of it."""

    why: str
    steps: tuple[str, ...]
    printed: tuple[str, ...] = ()
    is_task: bool = True
    """Whether anything hangs on it: on sentences whose words nobody knows nothing does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a first screen says; every part in the order of the rulebook or of the form."""

    status: str
    troubles: tuple[Trouble, ...]
    failed: tuple[Step, ...]
    """Checks of any severity: errors first, then those that an outcome hangs on, then the worst."""
    differing: tuple[Step, ...]
    due: tuple[Due, ...]
    unfinished: frozenset[str]
    """Due sections with something to do."""
    parts: Mapping[str, tuple[Step, ...]]
    """Sections by the one that they are parts of; those of none by an empty name."""
    needing: Mapping[str, list[str]]
    """By missing field, the values, outcomes and parts that it leaves open."""
    loose: tuple[Loose, ...]
    idle: tuple[Idle, ...]
    blank: tuple[str, ...]
    """Fields that hold nothing but blanks, which whoever reads them takes for a text."""
    hollow: tuple[str, ...]
    """Fields of due parts that hold an empty text, which counts as filled in; no failed check reads
    them, which would say so itself."""
    slips: tuple[Problem, ...]
    """Other values that are admitted, and most probably are not what was meant."""
    contradictions: tuple[Contradiction, ...]
    unknown: tuple[str, ...]
    """Printed texts that no sentence of the rulebook accounts for."""
    by_hand: tuple[ByHand, ...]
    sections: tuple[Step, ...]
    decisions: tuple[Step, ...]
    amounts: tuple[str, ...]
    """Sums of money that no other step reads, known or not: what the answer comes to."""

    is_lacking: bool
    """Whether any value is missing that is asked for."""
    unasked: Mapping[str, tuple[str, ...]]
    """By check that stays open, the fields it waits for that only parts have which are not due."""

    @property
    def is_by_hand(self) -> bool:
        """Whether all that is open is what the rulebook does not encode."""
        return self.status == "incomplete" and not self.is_lacking

    @property
    def is_left_open(self) -> bool:
        """Whether what is open asks nothing of anybody."""
        return self.is_by_hand and not self.due and not any(each.is_task for each in self.by_hand)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do, to correct or to look at."""
        asking = (self.due, self.loose, self.idle, self.blank, self.hollow, self.slips)
        found = (self.troubles, self.failed, self.differing, *asking)
        printed = (self.contradictions, self.unknown)
        judged = any(each.is_task for each in self.by_hand)
        return self.status == "complete" and not judged and not any((*found, *printed))


def find_answer(reading: Reading) -> Answer:
    """Find in a trail what its reader must know first."""
    sections = reading.of_kind("section")
    due = tuple(_list_due(reading, sections))
    asked = {code for each in due for code in each.empty}
    idle = tuple(_list_idle(sections))
    denied, unknown = judge_unknown(reading)
    unfinished = frozenset(str(each.section["id"]) for each in due)
    return Answer(
        reading.document["result"]["status"],
        tuple(_list_troubles(reading)),
        tuple(sorted(_failed(reading), key=partial(_rank_failed, reading))),
        tuple(step for step in reading.of_kind("rule") if _differs(step)),
        due,
        unfinished,
        _group_parts(reading, sections),
        _list_needing(reading),
        list_loose(reading.document, sections, asked),
        idle,
        tuple(_list_blank(reading, idle)),
        tuple(_list_hollow(reading, sections)),
        (*find_slips(reading.document, reading.wording.schema), *reading.wording.cut),
        (*reading.wording.contradictions, *denied),
        unknown,
        tuple(_list_by_hand(reading, unfinished)),
        sections,
        reading.of_kind("decision"),
        tuple(_list_amounts(reading)),
        not set(list_unasked(reading.document)).issuperset(reading.document["result"]["missing"]),
        find_unasked(reading.document),
    )


SEVERITIES = ("error", "warning", "info")


def _failed(reading: Reading) -> list[Step]:
    return [step for step in reading.checks if step["outcome"] == "failed"]


def _rank_failed(reading: Reading, step: Step) -> tuple[bool, bool, int]:
    """Rank errors first, then what a decision or a part reads too, then the other severities.

    A warning of what nothing else reads may wait; a note of what decides outcomes may not.
    """
    kinds = {kind for code in step["reads"] for kind in reading.kinds_reading(code)}
    place = SEVERITIES.index(step["severity"])
    return place > 0, kinds.isdisjoint(("decision", "section")), place


def _differs(step: Step) -> bool:
    return bool(step.get("declared", {}).get("agreement") == "differs")


def _list_troubles(reading: Reading) -> Iterator[Trouble]:
    groups: dict[tuple[str, str], list[str]] = {}
    for error in reading.document["result"]["errors"]:
        groups.setdefault((error["cause"], error["of"]), []).append(error["step"])
    for (cause, of), steps in groups.items():
        error = fact_of({"error": {"cause": cause, "of": of}})
        roots = {step: None for step in steps if not _inherits(reading, step, error)}
        others = tuple(step for step in steps if step not in roots)
        zeros = cause == _DIVISION and any(_divides(reading, root, of) for root in roots)
        denied = tuple(root for root in roots if zeros and _is_stated(reading.steps[root]))
        yield Trouble(error, tuple(roots), others, zeros and not denied, denied)


def _is_stated(step: Step) -> bool:
    """Tell whether the report states a value, other than zero, that could not be computed."""
    stated = read_number(str(step.get("declared", {}).get("value", "")))
    return stated is not None and stated != 0


def _divides(reading: Reading, root: str, of: str) -> bool:
    """Tell whether the divisor that a step names comes from the report, not from constants.

    Rows are read one by one, and so are the members of a group, whose name no step reads.
    """
    words, seen = set(_WORD.findall(of)), {root}
    named = words.union(map(list_of, words))
    reads = reading.steps[root]["reads"] if words else {}
    waiting = [each for each in reads.items() if entry_of(each[0]) in named] or [*reads.items()]
    while waiting:
        code, read = waiting.pop()
        if read["from"] in ("report", "list"):
            return True
        if code in reading.steps and code not in seen:
            seen.add(code)
            waiting.extend(reading.steps[code]["reads"].items())
    return False


def _inherits(reading: Reading, code: str, error: Fact) -> bool:
    return any(fact_of(read["value"]) == error for read in reading.steps[code]["reads"].values())


def _list_due(reading: Reading, sections: tuple[Step, ...]) -> Iterator[Due]:
    for step in sections:
        not_encoded = str(step.get("fields_not_encoded", ""))
        if step["outcome"] == "due" and (step["empty"] or not_encoded):
            yield Due(step, tuple(step["empty"]), not_encoded, tuple(_amounts_of(reading, step)))


def _amounts_of(reading: Reading, section: Step) -> Iterator[str]:
    """Yield the rules whose values a section's sentence shows."""
    for code, argument in section.get("message", {}).get("arguments", {}).items():
        rule = reading.steps.get(code)
        has_value = not is_non_value(fact_of(argument["value"]))
        if rule is not None and rule["kind"] == "rule" and has_value:
            yield code


def _list_idle(sections: tuple[Step, ...]) -> Iterator[Idle]:
    kept = list_placed(sections)
    for step in sections:
        filled = tuple(code for code in step["filled"] if code not in kept)
        if step["outcome"] == "not_due" and filled:
            kept.update(filled)
            yield Idle(step, filled)


def _list_blank(reading: Reading, idle: tuple[Idle, ...]) -> Iterator[str]:
    """Yield the texts of the report that are blanks; what is to be taken out needs no text."""
    told = {code for each in idle for code in each.filled}
    yield from (code for code in list_blanks(reading.document) if code not in told)


def _list_hollow(reading: Reading, sections: tuple[Step, ...]) -> Iterator[str]:
    told = {code for step in _failed(reading) for code in step["reads"]}
    for step in sections:
        for code in list_textless(reading, step) if step["outcome"] == "due" else ():
            if code not in told and not written_of(reading, code)["text"]:
                told.add(code)
                yield code


def list_textless(reading: Reading, step: Step) -> list[str]:
    """List the fields that a section needs and has as a text that says nothing: empty, or blank.

    They count as filled in (docs/semantics.md, 11.3); to a reader they are not.
    """
    optional = {*step["optional"]}
    return [
        code
        for code in step["filled"]
        if code not in optional and entry_of(code) not in optional and _is_textless(reading, code)
    ]


def find_required_texts(reading: Reading, answer: Answer) -> dict[str, Step]:
    """Find the fields without a text that a due part needs, with the part.

    Of one whose check failed the check tells.
    """
    asked = {*answer.blank, *answer.hollow}
    found: dict[str, Step] = {}
    for step in answer.sections:
        for code in list_textless(reading, step) if step["outcome"] == "due" else ():
            if code in asked:
                found.setdefault(code, step)
    return found


def _is_textless(reading: Reading, code: str) -> bool:
    written = written_of(reading, code)
    return isinstance(written, dict) and not str(written.get("text", "…")).strip()


def list_placed(sections: tuple[Step, ...]) -> set[str]:
    """List the fields that nobody knows enough to have taken out: of two parts one is enough.

    Those of parts that are due, or may become so; and the optional ones of parts that have such a
    sister whose own fields are not known: they may be the sister's too.
    """
    placed = {
        code
        for step in sections
        if step["outcome"] != "not_due"
        for code in (*step["fields"], *step["filled"])
    }
    return placed.union(_list_placeless(sections))


def _list_placeless(sections: tuple[Step, ...]) -> Iterator[str]:
    wholes = {
        step.get("part_of", "")
        for step in sections
        if step["outcome"] != "not_due" and step.get("fields_not_encoded")
    } - {""}
    yield from (
        code for step in sections if step.get("part_of") in wholes for code in step["optional"]
    )


def _list_by_hand(reading: Reading, due: frozenset[str]) -> Iterator[ByHand]:
    groups: dict[str, list[str]] = {}
    for entry in reading.document["result"]["not_encoded"]:
        if entry["step"] not in due:
            groups.setdefault(entry["why"], []).append(entry["step"])
    texts: dict[str, list[tuple[int, str]]] = {}
    for at, each in enumerate(reading.wording.undecided):
        texts.setdefault(each.step, []).append((at, each.text))
    for why, steps in groups.items():
        found = sorted(text for step in dict.fromkeys(steps) for text in texts.get(step, ()))
        printed = tuple(text for _, text in found)
        # no step reads a sentence, and nobody can judge one whose words are not known
        is_task = bool(printed) or any("text_not_encoded" not in reading.steps[at] for at in steps)
        yield ByHand(why, tuple(steps), printed, is_task)


def _list_amounts(reading: Reading) -> Iterator[str]:
    rules = reading.of_kind("rule")
    read = {code for step in rules for code in step["reads"]}
    for step in rules:
        is_money = unit_of(reading, step["id"]) in MONEY
        is_read = "row" in step or step["id"] in read
        if is_money and not is_read and not isinstance(fact_of(step["value"]), NotApplicable):
            yield str(step["id"])


def _group_parts(reading: Reading, sections: tuple[Step, ...]) -> Mapping[str, tuple[Step, ...]]:
    groups: dict[str, list[Step]] = {}
    for step in sections:
        whole = step.get("part_of", "")
        groups.setdefault(whole if whole in reading.steps else "", []).append(step)
    return {whole: tuple(parts) for whole, parts in groups.items()}


def _list_needing(reading: Reading) -> dict[str, list[str]]:
    needing: dict[str, list[str]] = {}
    for step in reading.steps.values():
        own: Any = step["value"]
        # a check that cannot be made yet is no reason to fill in a form
        is_open = step["kind"] not in ("message", "check", "rows") and isinstance(own, dict)
        for code in own.get("missing", ()) if is_open else ():
            steps = needing.setdefault(code, [])
            if len(steps) <= MOST_NAMED:  # one more than is named, which says that there are more
                steps.append(step["id"])
    return needing


def parts_by_field(answer: Answer) -> Mapping[str, list[tuple[int, str]]]:
    """Find of each field, and of each list, the parts that have it, numbered in their order."""
    parts: dict[str, list[tuple[int, str]]] = {}
    for at, step in enumerate(answer.sections):
        for field in {*step["fields"], *filter(None, map(list_of, step["fields"]))}:
            parts.setdefault(field, []).append((at, str(step["id"])))
    return parts


def list_holders(holding: Mapping[str, list[tuple[int, str]]], fields: Iterable[str]) -> list[str]:
    """List the parts that have some fields, or cells of lists, in the order of the form."""
    found = {part for field in {*map(entry_of, fields)} for part in holding.get(field, ())}
    return [part for _, part in sorted(found)]


def join_ranges(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Write codes that count up, three or more, as first and last; others as they are, twice."""
    found: list[tuple[str, str]] = []
    for _, run in groupby(enumerate(codes), key=lambda pair: _rank(pair[1], pair[0])):
        members = [code for _, code in run]
        if len(members) >= _SHORTEST_RANGE:
            found.append((members[0], members[-1]))
        else:
            found.extend((code, code) for code in members)
    return found


def _rank(code: str, at: int) -> tuple[str, int]:
    """Return the same for codes of one stem whose numbers count up with their places."""
    stem = code.rstrip("0123456789")
    return (stem, int(code[len(stem) :]) - at) if stem != code else (code, 0)
