"""What changed between two rulebooks, as a page for people: the verdict first, then each change.

All of it is read from a `Difference`, so that every form says the same; labels and units are those
of the rulebooks.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice
from typing import Any

from ruletrail.api import Plan
from ruletrail.differences.changes import Change, Difference, Finding, Witness
from ruletrail.differences.constants import Said, write_said
from ruletrail.differences.impacts import VALUE, Impact, Transition, Who, text_of_word
from ruletrail.differences.phrases import PHRASES
from ruletrail.differences.pieces import show_value
from ruletrail.differences.reach import ADMISSION, STATUS, Pair
from ruletrail.differences.versions import next_version
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_called, show_fact, show_number, with_unit
from ruletrail.linking import (
    LinkedRulebook,
    choices_of,
    label_of,
    labels_of_outcomes,
    unit_of,
)
from ruletrail.rendering.blocks import (
    Block,
    Chapter,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
    Tone,
)
from ruletrail.rendering.expressions import write_formula
from ruletrail.rendering.markdown import write_markdown
from ruletrail.rendering.pages import write_html
from ruletrail.rendering.phrases import say
from ruletrail.rendering.texts import write_text
from ruletrail.rulebooks import Decision, Rule
from ruletrail.trails import entry_of
from ruletrail.trails.steps import format_on_page
from ruletrail.values import read_date

MOST_LISTED = 40
"""Changes of one chapter that are listed, unless all are asked for."""
_MOST_WORDS = 12
_MOST_INPUTS = 8
_NO_OUTCOME = frozenset({"error", "missing", "not_applicable", "not_encoded", "undetermined"})
"""What a decision comes to where no case of it is its outcome."""
_MOST_OUTCOMES = 6
_FORMULAS = frozenset({"formula", "condition"})
"""Parts of a rulebook that are read as formulas, and so written as the pages of answers do."""
_KINDS_OF_FORMULAS = frozenset({"rule", "section", "check", "message", "property"})
"""Entries that are told, where they are new or gone, by the first formula that they have."""
_SHORT = 40
"""Characters of what was and is that stand on one line."""
_LONGEST = 160
"""Characters that a page shows of a text; programs get all of it."""

_WRITERS = {"text": write_text, "markdown": write_markdown, "html": write_html}


def write_page(page: Page, form: str) -> str:
    """Write a page as `text`, `markdown` or `html`."""
    return _WRITERS[form](page)


def make_page(
    difference: Difference, plans: tuple[Plan, Plan], language: Locale, *, is_whole: bool = False
) -> Page:
    """Make the page; `is_whole` lists all changes, and all reports that were named."""
    writer = _Writer(difference, plans, language, is_whole)
    chapters = tuple(chapter for chapter in writer.chapters() if chapter.blocks)
    title = writer.say("title", old=difference.old, new=difference.new)
    subtitles = (plans[1].title,)
    return Page(language, title, subtitles, tuple(writer.lead()), chapters, (writer.say("footer"),))


@dataclass(frozen=True)
class _Writer:
    difference: Difference
    plans: tuple[Plan, Plan]
    language: Locale
    is_whole: bool

    @cached_property
    def pair(self) -> Pair:
        """What rests on what; of thousands of entries it is found once for all that is told."""
        return Pair(*self.plans)

    def say(self, phrase: str, **details: object) -> str:
        return PHRASES[self.language][phrase].format(**details)

    def count(self, phrase: str, count: int, **details: object) -> str:
        shown = self.number(count)
        return self.say(f"{phrase}_one" if count == 1 else phrase, count=shown, **details)

    def number(self, number: int) -> str:
        return show_fact(Fraction(number), Format(), self.language)

    # -- What stands first -------------------------------------------------------------------------

    def lead(self) -> Iterator[Block]:
        difference = self.difference
        found = {
            outcomes: sum(each.outcomes == outcomes for each in difference.findings)
            for outcomes in ("differ", "unsettled")
        }
        yield self._banner(found["differ"], found["unsettled"])
        verdict = difference.version
        because = ", ".join(verdict.because)
        names = [each.rpartition("@")[2] for each in (verdict.old, verdict.new)]
        phrase = f"version_{verdict.reason}"
        if verdict.needed == "none" and verdict.is_enough:
            phrase = "version_none" if verdict.reason == "enough" else phrase
        tone: Tone = "plain" if verdict.is_enough else "bad"
        yield Paragraph(
            self.say(
                phrase,
                old=names[0],
                new=names[1],
                needed=self.say(verdict.needed),
                next=next_version(names[0], verdict.needed),
                because=because,
            ),
            tone,
        )

    def _banner(self, differ: int, unsettled: int) -> Block:
        difference = self.difference
        if differ:
            text = self.count("differ", differ)
            if unsettled:
                text = f"{text} {self.count('also_unsettled', unsettled)}"
            return Paragraph(text, "bad", "banner")
        if difference.impact is not None and difference.impact.differs:
            return Paragraph(self.say("in_reports"), "bad", "banner")
        if unsettled:
            return Paragraph(self.count("unsettled", unsettled), "open", "banner")
        return Paragraph(self.say("same" if difference.findings else "equal"), "good", "banner")

    # -- Changes -----------------------------------------------------------------------------------

    def chapters(self) -> Iterator[Chapter]:
        findings = self.difference.findings
        if self.difference.impact is not None:
            blocks = _Impacts(self, self.difference.impact).write()
            yield Chapter(self.say("chapter_reports"), tuple(blocks))
        words = [each for each in findings if not each.change.is_meaning]
        for outcomes, tone in (("differ", "bad"), ("unsettled", "open"), ("same", "plain")):
            chosen = [
                each for each in findings if each.outcomes == outcomes and each.change.is_meaning
            ]
            listed = self._items(chosen, tone, MOST_LISTED)  # type: ignore[arg-type]  # a tone
            yield Chapter(self.say(f"chapter_{outcomes}"), tuple(listed))
        listed = self._items(words, "plain", _MOST_WORDS)
        yield Chapter(self.say("chapter_words"), tuple(listed))

    def _items(self, findings: Sequence[Finding], tone: Tone, most: int) -> Iterator[Block]:
        shown = findings if self.is_whole else findings[:most]
        items = [self._item(each, tone) for each in shown]
        rest = len(findings) - len(shown)
        items += [Item(self.count("more", rest))] if rest else []
        if items:
            yield Items(tuple(items))

    def _item(self, finding: Finding, tone: Tone) -> Item:
        line, *rest = self.change(finding.change)
        return Item(line, (*rest, *self._tell(finding)), tone=tone)

    def change(self, change: Change) -> tuple[str, ...]:
        """Say a change: in a line, or, where it says much, in a title and what was and is."""
        what = self.say(f"kind_{change.kind}")
        if change.code:
            what = f"{what} {self.name(change.code)}"
        line = what
        if not change.is_of_entry:
            own = f"at_{change.at}"
            is_named = not change.code and own in PHRASES[self.language]
            part = self.say(own if is_named else f"part_{change.part}")
            is_told = change.at in ("", change.part) or change.at == _PLACES.get(change.part)
            phrase = "change" if is_told or is_named else "change_at"
            line = self.say(phrase, what=what, part=part, at=change.at)
        old, new = (
            None if each is None else _cut(self.written(change, each, said, plan))
            for each, said, plan in zip(
                (change.old, change.new), change.said, self.plans, strict=True
            )
        )
        if old is None or new is None:
            phrase = "inline_added" if old is None else "inline_removed"
            return (self.say(phrase, line=line, old=old, new=new),)
        if max(len(old), len(new)) <= _SHORT:
            return (self.say("inline", line=line, old=old, new=new),)
        return line, self.say("before", old=old), self.say("after", new=new)

    def written(self, change: Change, text: str, said: Said | None, plan: Plan) -> str:
        """Write what a change was or is: formulas, numbers and days as on any page."""
        if change.part == "validity" and (day := read_date(text)) is not None:
            return show_fact(day, Format(), self.language)
        if said is None:
            of_formula = change.part in _FORMULAS
            of_formula |= change.part == "entry" and change.kind in _KINDS_OF_FORMULAS
            return self.formula(text, plan) if of_formula else text
        return write_said(said, plan.linked, change.code, self.language)

    def formula(self, text: str, plan: Plan) -> str:
        """Write a formula, or a comparison in one, as every page does."""
        return write_formula(text, partial(choices_of, plan.linked), self.language)

    def because(self, text: str) -> str:
        """Write what came out otherwise in a step of the new rulebook; nothing for nothing."""
        return _cut(self.formula(text, self.plans[-1]))

    def _tell(self, finding: Finding) -> Iterator[str]:
        """Say what comes of a change."""
        if finding.witness is not None:
            yield from self._tell_witness(finding.witness, finding.change)
        elif finding.change.is_meaning:
            why = self.say(f"why_{finding.why}") if finding.why else ""
            yield self.say(f"reason_{finding.reason}", why=why)
        if finding.outcomes == "unsettled":
            yield self.say("reaches", codes=self._list(finding.reached))

    def _list(self, codes: Collection[str]) -> str:
        shown = [self.code(code) for code in islice(codes, _MOST_OUTCOMES)]
        rest = len(codes) - len(shown)
        return ", ".join([*shown, *([self.count("more", rest)] if rest else [])])

    def code(self, code: str) -> str:
        """Give a code, and what stands for the whole answer or report in words."""
        return self.say(code) if code in (STATUS, ADMISSION) else code

    # -- Witnesses ---------------------------------------------------------------------------------

    def _tell_witness(self, witness: Witness, change: Change) -> Iterator[str]:
        outcomes = list(self._outcomes(witness))
        shown = outcomes[:_MOST_OUTCOMES]
        rest = len(outcomes) - len(shown) + witness.more
        shown += [self.count("more", rest)] if rest else []
        told = "; ".join(shown)
        yield self.say("witness", report=self._report(witness, change), outcomes=told) + "."
        if witness.step and witness.because:
            yield self.say(
                "parts", step=self.name(witness.step), because=self.because(witness.because)
            )
        elif witness.step:
            yield self.say("parts_step", step=self.name(witness.step))

    def _outcomes(self, witness: Witness) -> Iterator[str]:
        for side, phrase in ((witness.new, "refused_new"), (witness.old, "refused_old")):
            if side.refused:
                yield self.say(phrase, codes=", ".join(side.refused))
        for code in witness.old.outcomes:
            old, new = (each.outcomes.get(code) for each in (witness.old, witness.new))
            phrase = (
                "outcome_added" if old is None else "outcome_gone" if new is None else "outcome"
            )
            before = "" if old is None else self.outcome(code, old)
            after = "" if new is None else self.outcome(code, new)
            yield self.say(phrase, code=self.code(code), old=before, new=after)

    def _report(self, witness: Witness, change: Change) -> str:
        fields = witness.report.get("fields", {})
        codes = witness.changed
        own = (change.code,) if change.kind == "field" else ()
        if not witness.base:
            # a made report means nothing to anybody: what the outcomes rest on is told
            first = list(witness.old.outcomes)[:1]
            told = self.pair.behind(first) if first else ()
            known = (code for code in (*own, *told) if code.partition(".")[0] in fields)
            codes = tuple(islice(dict.fromkeys([*codes, *known]), _MOST_INPUTS))
        shown = ", ".join(self._input(fields, code) for code in codes)
        if witness.base:
            name = _cut(witness.base)
            phrase = "base_changed" if codes else "base"
            return self.say(phrase, name=name, changed=shown)
        return self.say("made", changed=shown) if shown else self.say("made_empty")

    def _input(self, fields: dict[str, Any], code: str) -> str:
        over, _, name = code.partition(".")
        rows = fields.get(over) if name else None
        value = rows[0].get(name) if rows else fields.get(code)
        if value is None:
            return self.say("empty", code=code)
        if isinstance(value, list):
            return self.count("rows", len(value), code=code)
        shown = "true" if value is True else "false" if value is False else str(value)
        return self.say("is", code=code, value=_cut(self.text(code, shown)))

    def text(self, code: str, text: str) -> str:
        """Write a text as the form calls it: the new one, if it does."""
        names = (choices_of(plan.linked, code) for plan in reversed(self.plans))
        return show_called(text, next((each for each in names if text in each), {}))

    # -- Names and values --------------------------------------------------------------------------

    def linked(self, code: str) -> LinkedRulebook:
        """Give the rulebook that knows a code: the new one, if it does."""
        for plan in reversed(self.plans):
            linked, rulebook = plan.linked, plan.linked.rulebook
            if code in rulebook.entries or code in rulebook.parameters:
                return linked
        return self.plans[1].linked

    def name(self, code: str) -> str:
        """Give a code with its label; that of a row, `LIST[2].NAME`, with its rule's."""
        if code == STATUS:
            return self.say(STATUS)
        entry = entry_of(code)
        label = label_of(self.linked(entry), entry)
        return code if label == entry else f"{code}, {_cut(label)}"

    def outcome(self, code: str, outcome: Any) -> str:
        """Say what an outcome came to."""
        if isinstance(outcome, list):
            return ", ".join(self.outcome(code, each) for each in outcome[:_MOST_OUTCOMES])
        if isinstance(outcome, dict):
            key, value = next(iter(outcome.items()))
            day = read_date(value) if key == "date" else None
            if day is not None:
                return show_fact(day, Format(), self.language)
            return self.quoted(code, value) if key == "text" else say(key, self.language)
        if isinstance(outcome, bool):
            return show_fact(outcome, Format(), self.language)
        linked = self.linked(code)
        is_value = isinstance(linked.rulebook.entries.get(code), Rule) and outcome[-1:].isdigit()
        if is_value:  # its texts stand in a mapping
            return self.quantity(linked, code, Fraction(outcome))
        return self.word(code, outcome)

    def word(self, code: str, word: str) -> str:
        """Say a word of an outcome: of a rule a truth, a text, or that it has a value or none."""
        entry = self.linked(code).rulebook.entries.get(code)
        if isinstance(entry, Decision):
            cases = entry.cases if isinstance(entry.cases, tuple) else ()
            is_case = word in {case.outcome for case in cases}
            # what is no case of it is that there is no outcome, and why
            shown = word if is_case or word not in _NO_OUTCOME else say(word, self.language)
            return labels_of_outcomes(entry, self.language).get(word, shown)
        if word == VALUE or not word:
            return self.say("value" if word else "absent")
        if code == STATUS:
            return self.say(f"word_{word}")
        if not isinstance(entry, Rule):
            return say(word, self.language) if word in _WORDS else word
        text = text_of_word(word)
        if text is not None:
            return self.quoted(code, text)
        return say(word, self.language) if word in _NO_OUTCOME else word

    def quoted(self, code: str, text: str) -> str:
        """Write a text that is a value: by its name in the form, else as the rulebook has it."""
        named = self.text(code, text)
        return _cut(show_value(named) if named == text else named)

    def quantity(self, linked: LinkedRulebook, code: str, number: Fraction) -> str:
        """Write a number of a rule with its unit."""
        shown = show_number(number, format_on_page(linked, code, number), self.language)
        return with_unit(shown, unit_of(linked, code) or "")


_PLACES = {
    "condition": "when", "rounding": "round", "threshold": "formula", "validity": "in_force.from",
    "source": "source",
}  # fmt: skip
"""The place that a part mostly stands at, which needs not be said."""
_WORDS = frozenset({
    "due", "not_due", "passed", "failed", "undetermined", "not_applicable", "not_encoded", "error",
    "missing",
})  # fmt: skip


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


# -- Reports ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Impacts:
    """What comes of a change for reports: a table of counts, then whose they are."""

    writer: _Writer
    impact: Impact

    def write(self) -> Iterator[Block]:
        writer, tally = self.writer, self.impact.tally
        number = writer.number
        if tally.changed:
            phrase = "reports_one" if tally.changed == 1 else "reports"
            told = writer.say(
                phrase, changed=number(tally.changed), compared=number(tally.compared)
            )
            yield Paragraph(told, "bad")
        else:
            few = {0: "reports_none_zero", 1: "reports_none_one"}
            told = writer.say(
                few.get(tally.compared, "reports_none"), compared=number(tally.compared)
            )
            yield Paragraph(told, "good" if tally.compared else "open")
        counts = [tally.refused_old, tally.refused_new, tally.refused]
        if any(counts):
            named = zip(("old", "new", "both"), counts, strict=True)
            refused = [writer.say(f"count_{name}", count=number(n)) for name, n in named if n]
            yield Paragraph(writer.say("refused", counts=", ".join(refused)), "open")
            yield Items(tuple(self._problems()))
        yield from self._passed_over()
        if tally.transitions:
            yield self._table()
            yield from self._who()

    def _problems(self) -> Iterator[Item]:
        for place, problem in self.impact.tally.told:
            shown = self.writer.say("row", row=place) if place.isdigit() else place
            message = problem.message(self.writer.language)
            yield Item(self.writer.say("problem", place=shown, message=message), tone="open")

    def _passed_over(self) -> Iterator[Block]:
        impact = self.impact
        if impact.passed_count:
            yield Paragraph(self.writer.count("passed_over", impact.passed_count), "open")
            items = [Item(_cut(name), tone="open") for name in impact.passed_over]
            rest = impact.passed_count - len(items)
            items += [Item(self.writer.count("more", rest))] if rest else []
            yield Items(tuple(items))

    def _rows(self) -> Iterator[tuple[str, str, str, Transition]]:
        for code, changes in self.impact.by_outcome().items():
            for old, new, transition in changes:
                yield code, old, new, transition

    def _table(self) -> Table:
        writer = self.writer
        columns = tuple(
            writer.say(f"col_{name}") for name in ("outcome", "old", "new", "count", "by")
        )
        rows = tuple(
            (
                writer.code(code), writer.word(code, old), writer.word(code, new),
                writer.number(transition.count), self._by(code, transition),
            )
            for code, old, new, transition in self._rows()
        )  # fmt: skip
        return Table("", columns, rows, headed=True)

    def _by(self, code: str, transition: Transition) -> str:
        least, most = transition.least, transition.most
        if least is None or most is None:
            return ""
        linked = self.writer.linked(code)
        ends = (least, most, transition.total)
        shown = [_signed(self.writer.quantity(linked, code, each), each) for each in ends]
        if transition.count == 1:
            return shown[0]
        phrase = "by_alike" if least == most else "by"
        return self.writer.say(phrase, least=shown[0], most=shown[1], total=shown[2])

    def _who(self) -> Iterator[Block]:
        writer = self.writer
        for code, old, new, transition in self._rows():
            title = self._title(code, old, new)
            # which outcome it is stands above; a value is told of each
            is_told = old == new == VALUE
            items = [Item(self._name(code, each, is_told=is_told)) for each in transition.who]
            rest = transition.count - len(items)
            items += [Item(writer.count("more", rest))] if rest else []
            details = tuple(self._parting(transition))
            yield Items((Item(title, details, tuple(items)),))

    def _title(self, code: str, old: str, new: str) -> str:
        """Say how an outcome changes; one that one version alone has does not go from or to it."""
        writer, name = self.writer, self.writer.name(code)
        words = {"old": writer.word(code, old), "new": writer.word(code, new)}
        if old and new:
            return writer.say("moved" if old == new == VALUE else "who", title=name, **words)
        return writer.say("outcome_gone" if old else "outcome_added", code=name, **words)

    def _parting(self, transition: Transition) -> Iterable[str]:
        step = self.writer.name(transition.step) if transition.step else ""
        if step and transition.because:
            because = self.writer.because(transition.because)
            return [self.writer.say("parts", step=step, because=because)]
        return [self.writer.say("parts_step", step=step)] if step else []

    def _name(self, code: str, who: Who, *, is_told: bool) -> str:
        writer = self.writer
        place = who.file or writer.say("row", row=writer.number(who.row))
        shown = ", ".join(_cut(text) for _, text in who.subject)
        named = f"{place}, {shown}" if shown else place
        if not is_told:
            return named
        old, new = writer.outcome(code, who.old), writer.outcome(code, who.new)
        return writer.say("from_to", who=named, old=old, new=new)


def _signed(shown: str, number: Fraction) -> str:
    return f"+{shown}" if number > 0 else shown
