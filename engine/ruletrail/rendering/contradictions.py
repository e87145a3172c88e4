"""Printed sentences that do not agree with the answer, and what each of them would need."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Expression as Node
from ruletrail.formulas import Name, list_of, walk_expression
from ruletrail.rendering.blocks import Item, mark_code
from ruletrail.rendering.conclusions import word_of
from ruletrail.rendering.expressions import decisive_parts, read_expression
from ruletrail.rendering.readings import Reading, Step, title_of
from ruletrail.rendering.reasons import say_needed
from ruletrail.rendering.rooms import LONGEST_CUT, Room
from ruletrail.rendering.texts import cut_at_word
from ruletrail.rendering.wordings import Contradiction
from ruletrail.trails import entry_of

_TWO, _MOST_NAMED = 2, 4


def list_contradictions(
    reading: Reading,
    contradictions: Sequence[Contradiction],
    numbers: Mapping[str, int],
    room: Room | None = None,
) -> Iterator[Item]:
    """List them as one point: one sentence by itself, more of them below it.

    `numbers` are those of the other points, by section. Where `room` has long quotes cut, there are
    as many sentences as it says, and the count of all others.
    """
    most = len(contradictions)
    if room is not None and room.cuts_quotes:
        most = room.sentences
        contradictions = [
            replace(each, text=cut_at_word(each.text, LONGEST_CUT)) for each in contradictions
        ]
    if len(contradictions) < _TWO:
        yield from (_contradict(reading, each, numbers) for each in contradictions)
        return
    sentences = [
        Item(
            reading.say("quoted_sentence", text=each.text), _why(reading, each, numbers), (), "bad"
        )
        for each in contradictions[:most]
    ]
    if len(contradictions) > most:
        more = reading.say_count("more_sentences", len(contradictions) - most)
        sentences.append(Item(more, tone="bad"))
    text = reading.say("contradictions", count=len(contradictions))
    yield Item(text, items=tuple(sentences), tone="bad")


def name_disagreement(reading: Reading, contradictions: Sequence[Contradiction]) -> str:
    """Say in a few words that the form prints what this answer is not; empty where it does not."""
    if not contradictions:
        return ""
    steps = [reading.steps[each.step] for each in contradictions if not each.said]
    phrase = "contrary" if any(map(_has_opposite, steps)) else "disagreeing"
    phrase = phrase if steps else "perhaps_contrary"
    return reading.say_count(phrase, len(contradictions))


def warn_of_copies(reading: Reading, contradictions: Sequence[Contradiction]) -> str:
    """Say that the form contradicts the answer, and which values to look at before all else."""
    what = name_disagreement(reading, contradictions)
    codes, many = _list_copied(reading, contradictions)
    named = [*map(mark_code, codes)]
    named += [
        reading.say("copied_behind", code=mark_code(code), count=count)
        for code, count in many.items()
    ]
    if not named:
        return f"{what}." if what else ""
    return reading.say("copied_first", what=what, codes=", ".join(named))


def _list_copied(
    reading: Reading, contradictions: Sequence[Contradiction]
) -> tuple[list[str], Mapping[str, int]]:
    """List, in the order of the form, the values of the report that contradicted outcomes rest on.

    What a rule computes is not copied, though the form may print it too: what it is computed from
    is. Where that is much, there is the rule with how many values it reads. Of a condition only
    those parts count that settle it: the form agrees with all others.
    """
    found: set[str] = set()
    many: dict[str, int] = {}
    waiting = [each.step for each in contradictions]
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        reads = _reads_that_settle(reading, reading.steps[at])
        copied = {_copied_in(reading, code) for code, read in reads.items() if _is_copied(read)}
        copied.discard("")
        if reading.steps[at]["kind"] == "rule" and len(copied) > _MOST_NAMED:
            many[at] = len(copied)
        else:
            found |= copied
        computed = [code for code in reads if code in reading.steps and code not in seen]
        seen.update(computed)
        waiting += computed
    places = {code: at for at, code in enumerate((*reading.document["fields"], *reading.lists))}
    last = len(places)
    kept = {code: many[code] for code in sorted(many, key=lambda each: places.get(each, last))}
    return sorted(found, key=places.__getitem__), kept


def _reads_that_settle(reading: Reading, step: Step) -> Mapping[str, Any]:
    """Return what a step reads in those parts of its conditions that settle them; of a rule all.

    Of a part of a part that is its own condition, that the other is due, or both.
    """
    reads: Mapping[str, Any] = step["reads"]
    if step["kind"] in ("rule", "rows") or "all_rows" in step:
        return reads
    clauses = (step.get("when", {}), step, *step.get("cases", ()))
    expressions = [read_expression(reading, step, clause) for clause in clauses]
    parts = [part for each in expressions if each is not None for part in decisive_parts(each)]
    whole, outcome = step.get("part_of", ""), step["outcome"]
    if whole in reading.steps and reading.steps[whole]["outcome"] == outcome:
        parts = [Name(whole, (0, 0)), *(parts if step["due"] is (outcome == "due") else ())]
    return _reads_in(step, parts)


def _reads_in(step: Step, parts: Iterable[Node]) -> Mapping[str, Any]:
    """Return what a step reads in some parts: members of groups, and cells with their lists."""
    nodes = (node for part in parts for node in walk_expression(part))
    named, groups = {node.code for node in nodes if isinstance(node, Name)}, step.get("groups", {})
    codes = {code for name in named for code in groups.get(name, (name,))}
    codes |= {*filter(None, map(list_of, codes))}
    return {code: read for code, read in step["reads"].items() if entry_of(code) in codes}


def _is_copied(read: Mapping[str, Any]) -> bool:
    return read["from"] in ("report", "list")


def _copied_in(reading: Reading, code: str) -> str:
    """Return the field, or the list of rows, that a code read from the report is copied into.

    Empty where the report does not state it.
    """
    field = code.partition("[")[0].partition(".")[0]
    return field if field in reading.document["report"]["fields"] else ""


def state_contradiction(reading: Reading, contradiction: Contradiction) -> str:
    """Say that a printed sentence is not this answer's, and that it is the opposite where it is."""
    step = reading.steps[contradiction.step]
    phrase = "contradicts" if _has_opposite(step) else "not_foreseen"
    phrase = "may_contradict" if contradiction.said else phrase
    return reading.say(phrase, text=contradiction.text)


def begin_sentence(text: str) -> str:
    """Write a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def _has_opposite(step: Step) -> bool:
    """Tell whether what a step did not come to is the opposite of what it did come to.

    A sentence apart depends on whatever its condition asks, so it may be true all the same.
    """
    return step["kind"] != "message" and len(step.get("cases", ())) <= _TWO


def _contradict(reading: Reading, contradiction: Contradiction, numbers: Mapping[str, int]) -> Item:
    why = _why(reading, contradiction, numbers)
    return Item(state_contradiction(reading, contradiction), why, tone="bad")


def _why(
    reading: Reading, contradiction: Contradiction, numbers: Mapping[str, int]
) -> tuple[str, ...]:
    """Say which point or answer a sentence contradicts, or what it would need to be printed."""
    step, number = reading.steps[contradiction.step], numbers.get(contradiction.step)
    if contradiction.said:
        details = {"code": mark_code(step["id"]), "text": contradiction.said}
        return (begin_sentence(reading.say("negation_alone", **details)),)
    if step["kind"] == "message":
        return (begin_sentence(say_needed(reading, step)),)
    what = f"{title_of(reading, step['id'])}: {word_of(reading, step)}"
    phrase = "contradicts_answer" if number is None else "contradicts_point"
    return (begin_sentence(reading.say(phrase, number=number, what=what)),)
