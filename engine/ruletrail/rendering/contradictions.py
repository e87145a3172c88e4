"""Printed sentences that do not agree with the answer, and what each of them would need."""

from collections.abc import Iterator, Mapping, Sequence

from ruletrail.rendering.blocks import Item
from ruletrail.rendering.conclusions import word_of
from ruletrail.rendering.readings import Reading, Step, title_of
from ruletrail.rendering.reasons import say_needed
from ruletrail.rendering.wordings import Contradiction

_TWO = 2


def list_contradictions(
    reading: Reading, contradictions: Sequence[Contradiction], numbers: Mapping[str, int]
) -> Iterator[Item]:
    """List them: one by one those that deny a due part, which is a point; the others together.

    `numbers` are those of the points, by section.
    """
    apart = [each for each in contradictions if _denies_due(reading, each, numbers)]
    together = [each for each in contradictions if each not in apart]
    yield from (_contradict(reading, each, numbers) for each in apart)
    if len(together) < _TWO:
        yield from (_contradict(reading, each, numbers) for each in together)
        return
    sentences = tuple(
        Item(
            reading.say("quoted_sentence", text=each.text), _why(reading, each, numbers), (), "bad"
        )
        for each in together
    )
    text = reading.say("contradictions", count=len(sentences))
    yield Item(text, items=sentences, tone="bad")


def state_contradiction(reading: Reading, contradiction: Contradiction) -> str:
    """Say that a printed sentence is not this answer's, and that it is the opposite where it is."""
    step = reading.steps[contradiction.step]
    phrase = "contradicts" if _has_opposite(step) else "not_foreseen"
    return reading.say(phrase, text=contradiction.text)


def begin_sentence(text: str) -> str:
    """Write a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def _has_opposite(step: Step) -> bool:
    """Tell whether what a step did not come to is the opposite of what it did come to.

    A sentence apart depends on whatever its condition asks, so it may be true all the same.
    """
    return step["kind"] != "message" and len(step.get("cases", ())) <= _TWO


def _denies_due(reading: Reading, contradiction: Contradiction, numbers: Mapping[str, int]) -> bool:
    step = reading.steps[contradiction.step]
    return contradiction.step in numbers and step["outcome"] == "due"


def _contradict(reading: Reading, contradiction: Contradiction, numbers: Mapping[str, int]) -> Item:
    why = _why(reading, contradiction, numbers)
    return Item(state_contradiction(reading, contradiction), why, tone="bad")


def _why(
    reading: Reading, contradiction: Contradiction, numbers: Mapping[str, int]
) -> tuple[str, ...]:
    """Say which point or answer a sentence contradicts, or what it would need to be printed."""
    step, number = reading.steps[contradiction.step], numbers.get(contradiction.step)
    if step["kind"] == "message":
        return (begin_sentence(say_needed(reading, step)),)
    what = f"{title_of(reading, step['id'])}: {word_of(reading, step)}"
    phrase = "contradicts_answer" if number is None else "contradicts_point"
    return (begin_sentence(reading.say(phrase, number=number, what=what)),)
