"""Steps and sentences of a trail as constant text with holes, made by the writer of trails.

What varies in a step's structure is decided by booleans, outcomes, non-values, the class of what
stands where a number or a text may, and which of a section's fields are absent. For each
combination that is met, the step is concluded with a mark in the place of every number and text,
written by `trails`, and cut at the marks: that is a variant. What a report holds stands in none.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Preparer
from ruletrail.compiled.record_building import Answer, conclude
from ruletrail.compiled.slots import ClauseSlots, Results, Slot, StepSlots, read_slot
from ruletrail.digests import canonical_json, digest_of
from ruletrail.evaluations.messages import normalise, sentence_of, show_sentence
from ruletrail.formats import show_ratio
from ruletrail.formulas import Formula
from ruletrail.formulas.operations import CHOICE
from ruletrail.linking import (
    clauses_of,
    constants_of,
    kind_of_entry,
    sentences_of,
    split_rule,
)
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Clause, Decision, Rule, Section, Sentence
from ruletrail.trails import Conclusion, PrintedMatch, Record, ShownMessage
from ruletrail.trails.document import write_result
from ruletrail.trails.steps import shape_of, write_message, write_step
from ruletrail.values import Fact, Missing, to_json, write_ratio

MOST_VARIANTS = 16
"""Variants of a step that are kept; most have under five, and a rulebook may have 10,000 steps."""

SMALL_DECIMALS = 2
"""Numbers at such a scale are whole mostly, those at a larger one hardly ever."""

LARGE = 1000
"""Whole numbers from here on are written anew each time; less than it are looked up."""

Notices = Sequence[tuple[str, Any]]
"""What a variant means for the result: what stands under which key, beside the step's member."""

Shown = tuple[int, bytes, str]
"""A sentence: the place of its step, its member in the result, its text as it is matched."""

_NOWHERE = Mark("", 1, 1)


class Frame:
    """What the templates of a function share: the marks for facts, and where each fact is."""

    def __init__(self, function: Function, preparer: Preparer) -> None:
        """Choose a mark that no text of the rulebook holds, for none holds a digest of itself."""
        self.linked, self.assumed = function.linked, preparer.assumed
        self.is_split = len(function.functions) > 1
        self.mark = digest_of([self.linked.digest, self.linked.schema_digest])
        self.marks = re.compile(
            rf'"digest":"{self.mark} (cut);",|({{"text":)?"{self.mark} ([^;]+);"(?(2)}})'
        )
        rulebook = self.linked.rulebook
        self.fields = {
            code: (at, field) for at, (code, field) in enumerate(preparer.fields.items())
        }
        self.steps = {step.entry.code: (at, step) for at, step in enumerate(function.steps)}
        self.places = {code: place for place, code in enumerate(rulebook.entries)}
        self.constants: dict[str, Fact] = constants_of(self.linked)
        marked = {code: f"{self.mark} read {code};" for code in (*self.fields, *rulebook.entries)}
        self.facts: Mapping[str, Fact] = {**marked, **self.constants}
        self.names: dict[str, object] = {f"c{at}": code for code, (at, _) in self.fields.items()}
        """Constants of the printed code: a field's code, and its bytes where it is missing."""
        for code, (at, _) in self.fields.items():
            self.names[f"g{at}"] = canonical_json(to_json(Missing((code,)))).encode()

    def values_of(self, sentence: Sentence) -> dict[str, tuple[int, Slot]]:
        """Find the values in a sentence that reports change: in a function's results, or -1."""
        found = {}
        for name in sentence.templates[self.linked.rulebook.locale].names:
            if name in self.steps:
                slots = self.steps[name][1]
                found[name] = slots.function, slots.fact
            elif name in self.fields and name not in self.constants:
                at, field = self.fields[name]
                found[name] = -1, Slot(at, field.kind, 10**field.scale)
        return found


_Clauses = list[tuple[Clause, ClauseSlots | None]]


def _arrange(slots: StepSlots) -> tuple[_Clauses, _Clauses, _Clauses]:
    """Part clauses as canonical JSON has them: the cases, the formula of the whole, its `when`."""
    entry = slots.entry
    clauses = list(zip(clauses_of(entry), slots.clauses, strict=True))
    if isinstance(entry, Decision):
        return clauses, [], []
    if isinstance(entry, Rule):
        first, own, others = split_rule(entry, clauses)
        return [it for pair in others for it in pair], [own], [] if first is None else [first]
    return [], clauses, []


class StepTemplate(dict[Any, tuple[object, ...]]):
    """The variants of one step, by what decides them.

    One that was not met before is made, and the first are kept. A variant is: the constants around
    the holes, the step's member in the result, its fact as others read it, its notices, and the
    sentence whose values are put in anew for each report.
    """

    def __init__(self, frame: Frame, number: int, slots: StepSlots) -> None:
        """Find what decides, and the holes in the order in which canonical JSON has them."""
        super().__init__()
        self.frame, self.number, self.slots, self.entry = frame, number, slots, slots.entry
        self.decisive: dict[str, str] = {}
        """The code of what decides, by the variable, or `A` for the fields that are absent."""
        self.definitions: dict[str, str] = {}
        """The printed code of bytes, by the variable that holds them."""
        self.holes: list[tuple[str, str]] = []
        """Holes by their names in marks, with the printed code of the bytes that fill them."""
        entry = slots.entry
        self.fills_sentences = any(map(frame.values_of, sentences_of(entry)))
        cases, whole, when = _arrange(slots)
        self._put_clauses(cases)
        for truth in slots.truths:
            self._put(truth)
        if slots.agreement >= 0:
            self._put_declared()
        self.cut = 2 * len(self.holes) + 1
        self.holes.append(("cut", "EMPTY"))
        if self.fills_sentences:
            self.holes.append(("message", f"m{number}"))
        self._put_clauses(whole)
        reads = sorted(set(frame.linked.reads[entry.code]).difference(frame.constants))
        self.reads = [(code, f'"{code}":'.encode()) for code in reads if code in frame.steps]
        """The steps that it reads, with the beginnings of their members among the digests."""
        for code in reads:
            self._put_read(code)
        if isinstance(entry, Rule) and entry.rounding is not None:
            self._put_unrounded()
        self.fact = self._put(slots.fact, is_free=isinstance(entry, Rule))
        self._put_clauses(when)
        if isinstance(entry, Section) and entry.fields:
            self.decisive["A"] = f"(A and A & s{number})"

    # -- Holes, and what decides -------------------------------------------------------------------

    def _put(self, slot: Slot, *, is_free: bool = True, may_skip: bool = False) -> str:
        """Put a hole for a number, a day or a free text and return its code.

        All else decides.
        """
        at, name = f"v{slot.position}", f"b{slot.position}"
        if slot.fact is not None:
            return ""
        is_day = slot.kind == "date"
        if not (slot.is_number or is_day or (slot.kind == "text" and is_free)):
            self.decisive[at] = at
            return ""
        kind, code = "str", f"TEXT({at})"
        if slot.is_number:
            is_pair = slot.bottom >= 0
            code = f"PAIR({at}, v{slot.bottom})" if is_pair else _write_number(at, slot.power)
            kind = "int"
        elif is_day:
            kind, code = "int", f"DAY({at})"
        if slot.may_be_non_value or may_skip:
            self.decisive[at] = f"({kind} if {at}.__class__ is {kind} else {at})"
            code = f"({code}) if {at}.__class__ is {kind} else EMPTY"
        self.definitions.setdefault(name, code)
        self.holes.append((at, name))
        return name

    def _put_clauses(self, clauses: Sequence[tuple[Clause, ClauseSlots | None]]) -> None:
        """Put parts; only those in a branch or behind the condition of a rule can be skipped."""
        for clause, slots in clauses:
            if slots is None or not isinstance(clause.content, Formula):
                continue
            may_skip = any(part.operation is CHOICE for part in clause.content.parts)
            if isinstance(self.entry, Rule) and (self.entry.when or self.entry.exceptions):
                may_skip = may_skip or clause is not self.entry.when
            for part in slots.parts:
                self._put(part, may_skip=may_skip)
            self.decisive |= {f"v{flag}": f"v{flag}" for flag in slots.replaced.values()}
            if slots.value.kind in ("boolean", "none"):
                self._put(slots.value)

    def _put_unrounded(self) -> None:
        """Put the value before rounding.

        A formula that is one code has it where `when` is false too.
        """
        if self.slots.unrounded is not None:
            self._put(self.slots.unrounded, may_skip=True)
            return
        formula, when = self.slots.clauses[-1], self.slots.clauses[0]
        if formula is None or when is None:
            return
        is_conditional, truth = formula is not when, when.value
        if self._put(formula.value, may_skip=is_conditional) and is_conditional:
            name, code = self.holes.pop()
            held = f"v{truth.position}" if truth.fact is None else f"{truth.fact is True}"
            self.holes.append((name, f"({code} if {held} is True else EMPTY)"))

    def _put_declared(self) -> None:
        """Put what the report declares for a rule: its text, and its value as a number's."""
        (at, field), agreement = self.frame.fields[self.entry.code], f"v{self.slots.agreement}"
        self.decisive[agreement] = agreement
        self.definitions[f"d{at}"] = f"QUOTE(F[c{at}]) if {agreement} is not None else EMPTY"
        exact = f"({_write_field(at, field)} if {agreement} is not None else EMPTY)"
        self.holes.append(("text", f"d{at}"))
        self.holes.append(("exact", f"d{at}" if field.kind == "number" else exact))

    def _put_read(self, code: str) -> None:
        """Put the fact of a field, or of an earlier step: of this function, or kept by another."""
        if code in self.frame.steps:
            number, step = self.frame.steps[code]
            name = f"t{number}" if step.function == self.slots.function else f"K[{number}]"
        else:
            at, field = self.frame.fields[code]
            name, written = f"f{at}", _write_field(at, field)
            may_lack = code not in self.frame.assumed
            self.definitions[name] = (
                f"g{at} if S[{at}] is None else {written}" if may_lack else written
            )
        self.holes.append((f"read {code}", name))

    # -- Variants ----------------------------------------------------------------------------------

    def _conclude(self, key: Any) -> tuple[Report, Conclusion]:
        """Conclude the entry with marks in the place of what only a report knows."""
        frame, entry = self.frame, self.entry
        met = dict(zip(self.decisive, (key,) if len(self.decisive) == 1 else key, strict=True))
        absent = met.pop("A", ())
        held = {name: f"{frame.mark} {name};" for name, _ in self.holes if name.startswith("v")}
        held |= {name: what for name, what in met.items() if what not in (int, str)}
        # a value that the step's text does not show is any text
        results = cast(
            "Results", defaultdict(str, {int(at[1:]): what for at, what in held.items()})
        )
        declared = Declared(f"{frame.mark} exact;", f"{frame.mark} text;")
        fields = {}
        if isinstance(entry, Section):
            fields = {code: declared for code in entry.fields if code not in absent}
        elif self.slots.agreement >= 0 and results[self.slots.agreement] is not None:
            fields = {entry.code: declared}
        schema = frame.linked.schema
        report = Report(Reference("", ""), {}, fields, (), _NOWHERE, _NOWHERE, schema)
        return report, conclude(self.slots, results, report, frame.facts)

    def __missing__(self, key: Any) -> tuple[object, ...]:
        """Make a variant."""
        frame, entry, linked = self.frame, self.entry, self.frame.linked
        report, conclusion = self._conclude(key)
        sentence, facts = sentence_of(conclusion), frame.facts
        said = [show_sentence(linked, report, facts, entry.code, sentence)] if sentence else []
        shown, printed = said[0] if said else None, PrintedMatch(0, ())
        record = Record(linked, report, facts, (conclusion,), tuple(said), printed, "complete")
        step = {**write_step(record, conclusion, shown), "place": frame.places[entry.code]}
        step["digest"] = f"{frame.mark} cut;"
        result, filled = write_result(record), None
        notices: list[tuple[str, Any]] = [("missing", f'"{code}"') for code in result["missing"]]
        notices += [(agreement, f'"{entry.code}"') for agreement in result["declared"]]
        for part in ("not_encoded", "errors"):
            notices += [(part, canonical_json(each)) for each in result[part]]
        if shown is not None and frame.values_of(shown.sentence):
            step["message"] = f"{frame.mark} message;"
            filled = SentenceTemplate(frame, shown)
        elif shown is not None:
            member = canonical_json(result["messages"][0]).encode()
            notices.append(("messages", (step["place"], member, normalise(shown.text))))
        if isinstance(entry, Rule):
            word = f'"{entry.code}":' if result["values"] else ""
        else:
            word = canonical_json(result[f"{kind_of_entry(entry)}s"])[1:-1]
        fact = canonical_json(to_json(conclusion.fact)).encode()
        made = (*self._cut(canonical_json(step)), word.encode(), fact, notices, filled)
        if len(self) < MOST_VARIANTS:
            self[key] = made
        return made

    def _cut(self, text: str) -> list[bytes]:
        """Cut a text, and a comma, at the marks.

        The text around a hole that is not there is empty.
        """
        names = [name for name, _ in self.holes]
        pieces, end, at = [b""] * (len(names) + 1), 0, 0
        for found in self.frame.marks.finditer(text):
            pieces[at] = text[end : found.start()].encode()
            end, at = found.end(), names.index(found[1] or found[3], at) + 1
        pieces[at] = text[end:].encode()
        pieces[-1] += b","
        return pieces


class SentenceTemplate:
    """A sentence with holes for how each value of a report is shown, the value, and its text."""

    def __init__(self, frame: Frame, message: ShownMessage) -> None:
        """Cut a message that was shown with marks in the place of facts."""
        self.frame, self.message, self.place = frame, message, frame.places[message.step]
        values, mark = frame.values_of(message.sentence), frame.mark
        self.values = [
            (name, shape_of(frame.linked, name), *place) for name, place in values.items()
        ]
        marks = re.compile(rf'"{mark} (\w+);"|{{"text":"{mark} read (\w+);"}}|{mark} read (\w+);')
        self.formats = []
        """Formats, and what takes the values that stand in each: there are three for each name."""
        for text in self._write(message, {name: f"{mark} {name};" for name in values}):
            found = [(each.lastindex or 0, each) for each in marks.finditer(text)]
            order = [3 * list(values).index(each[group]) + group - 1 for group, each in found]
            self.formats.append((marks.sub("%s", text.replace("%", "%%")), itemgetter(*order)))

    def _write(self, message: ShownMessage, displays: Mapping[str, str]) -> list[str]:
        """Write a message in the step, in the result, and as it is matched with the paper."""
        written = write_message(message, self.frame.linked.rulebook.locale)
        for name, display in displays.items():
            written["arguments"][name]["display"] = display
        member = canonical_json({"step": message.step, "text": message.text})
        return [canonical_json(written), member, normalise(message.text)]

    def fill(self, answer: Answer, report: Report) -> tuple[bytes, Shown]:
        """Write the sentence, and what the result says of it."""
        values: list[str] = []
        locale = self.frame.linked.rulebook.locale
        for _, shape, chunk, slot in self.values:
            held = answer.inputs.slots if chunk < 0 else answer.results[chunk]
            top: Any = held[slot.position]
            if top.__class__ is not int or slot.fact is not None or slot.kind == "date":
                written = self._write(self._show(answer, report), {})
                break
            bottom: Any = slot.power if slot.bottom < 0 else held[slot.bottom]
            written_with = answer.inputs.decimals[slot.position] if chunk < 0 else None
            decimals = shape.count(top, bottom, written_with)
            counted = "" if decimals is None else f'"decimals":{decimals},'
            values += (
                f'{{{counted}"grouping":{"true" if shape.grouping else "false"}}}',
                f'"{top}"' if bottom == 1 else f'"{write_ratio(top, bottom)}"',
                show_ratio(top, bottom, decimals, locale, grouping=shape.grouping),
            )
        else:
            # a number has no sign that JSON escapes, that joins a letter, or that has two forms
            written = [text % take(values) for text, take in self.formats]
        return written[0].encode(), (self.place, written[1].encode(), written[2])

    def _show(self, answer: Answer, report: Report) -> ShownMessage:
        """Show the sentence by the ordinary writer, where some values are no numbers."""
        facts = dict(self.frame.constants)
        for name, _, chunk, slot in self.values:
            fact = read_slot(slot, answer.inputs.slots if chunk < 0 else answer.results[chunk])
            if fact is not None:
                facts[name] = fact
        step, sentence = self.message.step, self.message.sentence
        return show_sentence(self.frame.linked, report, facts, step, sentence)


# -- Printed code ----------------------------------------------------------------------------------


def _write_field(at: int, field: TypedField) -> str:
    """Print the bytes of a field that is there."""
    if field.kind == "number":
        return _write_number(f"S[{at}]", 10**field.scale)
    if field.kind == "date":
        return f"DAY(S[{at}])"
    return f"TEXT(S[{at}])" if field.kind == "text" else f"(TRUE if S[{at}] else FALSE)"


def _write_number(at: str, power: int) -> str:
    """Print the bytes of a whole number over a power of ten; most have no needless zeros."""
    if power == 1:
        return f"SMALL[{at}] if 0 <= {at} < {LARGE} else WHOLE % {at}"
    decimals = len(str(power)) - 1
    if decimals <= SMALL_DECIMALS:
        return f"WHOLE % ({at} // {power}) if {at} % {power} == 0 else DECIMAL({at}, {power})"
    fine = f"FINE{decimals} % divmod({at}, {power})"
    return f"{fine} if {at} > 0 and {at} % 10 else DECIMAL({at}, {power})"
