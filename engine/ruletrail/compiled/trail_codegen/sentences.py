"""The sentences with values of a report in them: written once with marks, filled for each report."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.slots import StepSlots, read_slot
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
        names: Sequence[str],
        mark: str,
    ) -> None:
        """Cut a message that was shown with marks in the place of these facts."""
        self.plan, self.place, self.message = plan, place, message
        self.locale = plan.rulebook.locale
        self.known = {each.name: each.fact for each in message.arguments if each.name not in names}
        self.shapes = [(name, shape_of(plan, name)) for name in names]
        marks = re.compile(rf'"{mark} (\w+);"|{{"text":"{mark} read (\w+);"}}|{mark} read (\w+);')
        self.formats = []
        """Formats, each with the values that stand in it: there are three for each name."""
        for text in self._write(message, names, mark):
            found = [(each.lastindex or 0, each) for each in marks.finditer(text)]
            order = [3 * names.index(each[group]) + group - 1 for group, each in found]
            self.formats.append((marks.sub("%s", text.replace("%", "%%")), order))

    def _write(self, message: ShownMessage, names: Sequence[str] = (), mark: str = "") -> list[str]:
        """Write a message in the step, in the result, and as it is matched with the paper."""
        written = write_message(message, self.locale)
        for name in names:
            written["arguments"][name]["display"] = f"{mark} {name};"
        member = canonical_json({"step": message.step, "text": message.text})
        return [canonical_json(written), member, normalise(message.text)]

    def fill(
        self, steps: Mapping[str, tuple[int, StepSlots]], answer: Answer, report: Report
    ) -> tuple[bytes, Shown]:
        """Write the sentence, and what the result says of it."""
        facts, values = dict(self.known), list[str]()
        for name, shape in self.shapes:
            text, fact = None, None
            if name in steps:
                slots = steps[name][1]
                fact = read_slot(slots.fact, answer.results[slots.chunk])
            elif name in report.fields:
                fact, text = report.fields[name].value, report.fields[name].text
            if fact is not None:
                facts[name] = fact
            if fact.__class__ is Fraction:
                top, bottom = fact.numerator, fact.denominator
                decimals = shape.count(top, bottom, text)
                counted = "" if decimals is None else f'"decimals":{decimals},'
                values += (
                    f'{{{counted}"grouping":{"true" if shape.grouping else "false"}}}',
                    f'"{write_ratio(top, bottom)}"',
                    show_ratio(top, bottom, decimals, self.locale, grouping=shape.grouping),
                )
        if len(values) == 3 * len(self.shapes):
            # a number has no sign that JSON escapes, that joins a letter, or that has two forms
            texts = [text % tuple([values[at] for at in order]) for text, order in self.formats]
        else:
            code, said = self.message.step, self.message.sentence
            texts = self._write(show_sentence(self.plan, report, facts, code, said))
        return texts[0].encode(), (self.place, texts[1].encode(), texts[2])
