"""The sentences with values of a report in them: written once with marks, filled for each report."""

import re
from collections.abc import Callable, Sequence

from ruletrail.compiled.trail_codegen.json_bytes import write_pair
from ruletrail.evaluations.messages import normalise
from ruletrail.formats import show_ratio
from ruletrail.linking import LinkedRulebook
from ruletrail.trails import ShownMessage, canonical_json
from ruletrail.trails.steps import shape_of, write_message

Shown = tuple[int, bytes, str]
"""A sentence: the place of its step, its member in the result, its text as it is matched."""

Read = Callable[[str], tuple[object, int, str | None]]
"""Reads a fact as its slot holds it, what a whole number is over, and the text of a field."""


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
        self.place, self.message, self.locale = place, message, plan.rulebook.locale
        self.shapes = [(name, shape_of(plan, name)) for name in names]
        written = write_message(message, self.locale)
        for name in names:
            written["arguments"][name]["display"] = f"{mark} {name};"
        member = canonical_json({"step": message.step, "text": message.text})
        marks = re.compile(rf'"{mark} (\w+);"|{{"text":"{mark} read (\w+);"}}|{mark} read (\w+);')
        texts = [canonical_json(written).replace("%", "%%"), member.replace("%", "%%")]
        texts.append(normalise(message.text).replace("%", "%%"))
        self.texts = [
            (
                marks.sub("%s", text),
                [3 * names.index(found[found.lastindex or 0]) + (found.lastindex or 0) - 1
                 for found in marks.finditer(text)],
            )
            for text in texts
        ]  # fmt: skip

    def fill(self, read: Read) -> tuple[bytes, Shown] | None:
        """Write the sentence and what the result says of it; None where a value is no number.

        A number has no sign that JSON escapes, that joins a letter, or that is written in two ways.
        """
        values: list[str] = []
        for name, shape in self.shapes:
            top, bottom, text = read(name)
            if top.__class__ is not int:
                return None
            decimals = shape.count(top, bottom, text)
            counted = "" if decimals is None else f'"decimals":{decimals},'
            values += (
                f'{{{counted}"grouping":{"true" if shape.grouping else "false"}}}',
                f'"{top}"' if bottom == 1 else write_pair(top, bottom).decode(),
                show_ratio(top, bottom, decimals, self.locale, grouping=shape.grouping),
            )
        filled = [text % tuple([values[at] for at in order]) for text, order in self.texts]
        return filled[0].encode(), (self.place, filled[1].encode(), filled[2])
