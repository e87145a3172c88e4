"""The sentences with values of a report in them: written once with marks, filled for each report."""

import re
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.slots import Slot, read_slot
from ruletrail.evaluations.messages import normalise, show_sentence
from ruletrail.formats import show_ratio
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Report
from ruletrail.trails import ShownMessage, canonical_json
from ruletrail.trails.steps import shape_of, write_message
from ruletrail.values import write_ratio

Shown = tuple[int, bytes, str]
"""A sentence: the place of its step, its member in the result, its text as it is matched."""


class SentenceTemplate:
    """A sentence with holes for how a value is shown, the value, and its text."""

    def __init__(
        self,
        plan: LinkedRulebook,
        place: int,
        message: ShownMessage,
        places: Mapping[str, tuple[int, Slot]],
        mark: str,
    ) -> None:
        """Cut a message that was shown with marks in the place of these facts."""
        self.plan, self.place, self.message = plan, place, message
        self.locale = plan.rulebook.locale
        self.known = {each.name: each.fact for each in message.arguments if each.name not in places}
        names = list(places)
        self.values = [(name, shape_of(plan, name), *place) for name, place in places.items()]
        marks = re.compile(rf'"{mark} (\w+);"|{{"text":"{mark} read (\w+);"}}|{mark} read (\w+);')
        self.formats = []
        """Formats, and what takes the values that stand in each: there are three for each name."""
        for text in self._write(message, names, mark):
            found = [(each.lastindex or 0, each) for each in marks.finditer(text)]
            order = [3 * names.index(each[group]) + group - 1 for group, each in found]
            self.formats.append((marks.sub("%s", text.replace("%", "%%")), itemgetter(*order)))

    def _write(self, message: ShownMessage, names: Sequence[str] = (), mark: str = "") -> list[str]:
        """Write a message in the step, in the result, and as it is matched with the paper."""
        written = write_message(message, self.locale)
        for name in names:
            written["arguments"][name]["display"] = f"{mark} {name};"
        member = canonical_json({"step": message.step, "text": message.text})
        return [canonical_json(written), member, normalise(message.text)]

    def fill(self, answer: Answer, report: Report, texts: Mapping[str, str]) -> tuple[bytes, Shown]:
        """Write the sentence, and what the result says of it."""
        values: list[str] = []
        for name, shape, chunk, slot in self.values:
            held = answer.inputs.slots if chunk < 0 else answer.results[chunk]
            top: Any = held[slot.position]
            if top.__class__ is not int or slot.fact is not None:
                written = self._write(self._show(answer, report))
                break
            bottom: Any = slot.power if slot.bottom < 0 else held[slot.bottom]
            decimals = shape.count(top, bottom, texts.get(name) if chunk < 0 else None)
            counted = "" if decimals is None else f'"decimals":{decimals},'
            values += (
                f'{{{counted}"grouping":{"true" if shape.grouping else "false"}}}',
                f'"{top}"' if bottom == 1 else f'"{write_ratio(top, bottom)}"',
                show_ratio(top, bottom, decimals, self.locale, grouping=shape.grouping),
            )
        else:
            # a number has no sign that JSON escapes, that joins a letter, or that has two forms
            written = [text % take(values) for text, take in self.formats]
        return written[0].encode(), (self.place, written[1].encode(), written[2])

    def _show(self, answer: Answer, report: Report) -> ShownMessage:
        """Show the sentence by the ordinary writer, where some values are no numbers."""
        facts = dict(self.known)
        for name, _, chunk, slot in self.values:
            fact = read_slot(slot, answer.inputs.slots if chunk < 0 else answer.results[chunk])
            if fact is not None:
                facts[name] = fact
        return show_sentence(self.plan, report, facts, self.message.step, self.message.sentence)
