"""What is still to be asked, as a page for people: what to ask first, what may be enough, the rest.

Labels come from the form and the rulebook; inputs stand in the form's order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import (
    Format,
    Locale,
    show_called,
    show_count,
    show_fact,
    show_number,
    with_unit,
)
from ruletrail.formulas import list_of
from ruletrail.formulas.foreign_words import translate_condition
from ruletrail.linking import LinkedRulebook, choices_of, label_of, unit_of
from ruletrail.needs.finding import Needs
from ruletrail.rendering.blocks import Block, Chapter, Item, Items, Page, Paragraph
from ruletrail.rendering.markdown import write_markdown
from ruletrail.rendering.pages import write_html
from ruletrail.rendering.phrases import say
from ruletrail.rendering.readings import Reading, name_row, quote_word, read_trail
from ruletrail.rendering.summaries import (
    describe_report,
    describe_rulebook,
    write_draft_warning,
)
from ruletrail.rendering.texts import write_text
from ruletrail.rulebooks import Decision, Rule, Section
from ruletrail.rulebooks.entries import parse_template
from ruletrail.trails import Record, cut_code, entry_of
from ruletrail.trails.document import write_identity, write_report, write_steps
from ruletrail.trails.steps import format_on_page

MOST_NAMED = 30
"""Inputs of one list that are told by name in text, and before the folded rest on a page."""
_ALL = "needed.html"
"""The file that the command writes which tells all of a list."""

_WRITERS = {"text": write_text, "markdown": write_markdown, "html": write_html}


def write_head(record: Record) -> dict[str, Any]:
    """Write of a report's trail what the page shows of it: whose it is, and what rows are called.

    The steps of a long list take many times as long as finding what is still to be asked.
    """
    head = write_identity(record.linked)
    named = [parse_template(each.get("row", "")) for each in head.get("lists", {}).values()]
    codes = {name for template in named if template is not None for name in template.names}
    conclusions = tuple(each for each in record.conclusions if each.entry.code in codes)
    steps = write_steps(replace(record, conclusions=conclusions))
    return {**head, "report": write_report(record.report), "steps": steps}


def write_page(
    needs: Needs,
    linked: LinkedRulebook,
    form: str,
    language: Locale | None = None,
    trail: Mapping[str, Any] | None = None,
    *,
    brief: bool = False,
    file: str = "",
) -> str:
    """Write what is still to be asked as `text`, `markdown` or `html`; see `make_page`."""
    page = make_page(
        needs, linked, language, trail, brief=brief, file=file, is_whole=form != "text"
    )
    return _WRITERS[form](page)


def make_page(
    needs: Needs,
    linked: LinkedRulebook,
    language: Locale | None = None,
    trail: Mapping[str, Any] | None = None,
    *,
    brief: bool = False,
    file: str = "",
    is_whole: bool = False,
) -> Page:
    """Make the page; without a language in the rulebook's own.

    The report's `trail`, or its head, says whose the report is, and what its rows are called.
    `brief` says what to ask first, and counts the rest. `file` is how a command names the
    report. Where it `is_whole` the rest of a long list is on the page, folded; else it names the
    command that tells it.
    """
    language = language or linked.rulebook.locale
    reading = read_trail(trail, language) if trail is not None else None
    writer = _Writer(needs, linked, language, reading, file, is_whole=is_whole)
    title, subtitles, lead = writer.title(), tuple(writer.subtitles()), tuple(writer.lead())
    if brief:
        return Page(writer.language, title, subtitles, (*lead, *writer.counts()), (), ())
    chapters = tuple(chapter for chapter in writer.chapters() if chapter.blocks)
    footer = (writer.say("footer"),) if needs.irrelevant else ()
    return Page(writer.language, title, subtitles, lead, chapters, footer)


@dataclass(frozen=True, slots=True)
class _Writer:
    needs: Needs
    linked: LinkedRulebook
    language: Locale
    reading: Reading | None
    file: str = ""
    is_whole: bool = False

    def say(self, phrase: str, **details: object) -> str:
        return _PHRASES[self.language][phrase].format(**details)

    def count(self, phrase: str, count: int, **details: object) -> str:
        shown = show_count(count, self.language)
        return self.say(f"{phrase}_one" if count == 1 else phrase, count=shown, **details)

    def title(self) -> str:
        whose = describe_report(self.reading) if self.reading is not None else ""
        if self.needs.target is None:
            return self.say("title_whole" if whose else "title_whole_alone", whose=whose)
        if not whose:
            return self.say("title_alone", what=self.name(self.needs.target))
        # the label has a line of its own
        return self.say("title", what=self.needs.target, whose=whose)

    def subtitles(self) -> Iterator[str]:
        what = self.name(self.needs.target) if self.needs.target is not None else ""
        if what != self.needs.target and self.reading is not None:
            yield from filter(None, [what])
        if self.reading is not None:
            yield describe_rulebook(self.reading)
        else:
            yield f"{self.linked.rulebook.title} · {self.linked.rulebook.identity}"

    def ask(self, code: str) -> str:
        """Name an input that is asked for; a statement that is true or false becomes a question."""
        if not self._is_yes_or_no(code) or label_of(self.linked, entry_of(code)).endswith("?"):
            return self.name(code)
        return self.name(code, self.say("yes_or_no"))

    def _is_yes_or_no(self, code: str) -> bool:
        """Tell a field that is true or false, or one of two words that say so."""
        signature = self.linked.signatures.get(entry_of(code))
        if signature is None or signature.type != "text":
            return signature is not None and signature.type == "boolean"
        said = sorted(map(translate_condition, signature.choices))
        return said == ["false", "true"]

    def name(self, code: str, asked: str = "") -> str:
        """Name a code with its label; `asked` is what stands behind that where it is asked for."""
        label, (over, row, name) = label_of(self.linked, entry_of(code)), cut_code(code)
        told = [] if label in (code, entry_of(code), name) else [label]
        if row and self.reading is not None and self.reading.lists.get(over, {}).get("row"):
            told.append(name_row(self.reading, over, row))
        return f"{code} ({', '.join(told)}{asked})" if told else code + asked

    def outcome(self, word: str) -> str:
        """Say an outcome in the author's words, of sections and checks in ours."""
        needs, linked = self.needs, self.linked
        if needs.target is None:
            return self.say(word)
        entry = linked.rulebook.entries[entry_of(needs.target)]
        if word in _NON_VALUES or not isinstance(entry, Rule | Decision):
            return say(word, self.language)
        if isinstance(entry, Rule):
            return self._value(entry.code, word)
        cases = entry.cases if isinstance(entry.cases, tuple) else ()
        labels = (case.label for case in cases if case.outcome == word and case.label)
        return next(labels, word.replace("_", " "))

    def _value(self, code: str, word: str) -> str:
        kind = self.linked.signatures[code].type
        if kind == "number":
            number = Fraction(word)
            shown = show_number(number, format_on_page(self.linked, code, number), self.language)
            return with_unit(shown, unit_of(self.linked, code) or "")
        if kind == "date":
            return show_fact(date.fromisoformat(word), Format(), self.language)
        if kind == "boolean":
            return show_fact(word == "true", Format(), self.language)
        return show_called(word, choices_of(self.linked, code))

    # -- What stands first -------------------------------------------------------------------------

    def lead(self) -> Iterator[Block]:
        if self.reading is not None:
            yield from write_draft_warning(self.reading)
        needs, is_whole = self.needs, self.needs.target is None
        outcome = self.outcome(needs.outcome)
        if needs.settled:
            phrase = "settled_error" if needs.outcome == "error" else "settled"
            text = self.say("settled_whole" if is_whole else phrase, outcome=outcome)
            yield Paragraph(text, "good", "banner")
            yield from self._by_hand()
            yield from self._fields_elsewhere()
            return
        is_by_hand = bool(needs.by_hand or needs.judged)
        is_unasked = needs.unasked.issuperset(needs.relevant)
        # what nobody is to write does not hold up the whole report
        is_open_on_paper = is_whole and is_by_hand and is_unasked
        phrase = "answered" if needs.answered else "on_paper" if is_open_on_paper else "open"
        text = self.say(f"{phrase}_whole" if is_whole else phrase, outcome=outcome)
        yield Paragraph(text, "note" if needs.answered else "open", "banner")
        yield from self._by_hand()
        if is_unasked:
            yield Paragraph(self.say("unasked_else" if is_by_hand else "unasked_all"))
        elif needs.next not in (None, *needs.unasked) and not needs.answered:
            yield Paragraph(self.say("next", what=self.ask(str(needs.next))))
        if needs.foreseen is not None:
            foreseen = self.outcome(needs.foreseen)
            yield Paragraph(self.say("foreseen", outcome=foreseen), "note")
        yield from self._fields_elsewhere()

    def _by_hand(self) -> Iterator[Block]:
        """Say what is done on the form alone, and judged by people: no list here can hold it."""
        for phrase, codes in (("by_hand", self.needs.by_hand), ("judged", self.needs.judged)):
            if codes:
                named = "; ".join(map(self.name, codes))
                yield Paragraph(self.count(phrase, len(codes), named=named), "open")

    def _fields_elsewhere(self) -> Iterator[Block]:
        """Say of a part that what its fields need is another question than whether it is due."""
        target = self.needs.target
        is_part = target is not None and isinstance(
            self.linked.rulebook.entries.get(target), Section
        )
        # of fields that are not encoded the whole report knows no more
        if is_part and self.needs.outcome != "not_due" and not self.needs.by_hand:
            report = self.file or say("report_word", self.language)
            yield Paragraph(self.say("fields_elsewhere", report=report), "note")

    def counts(self) -> Iterator[Block]:
        """Count what the lists name, for who asks for one thing at a time."""
        # one that is asked for first has been named
        if len(self.needs.relevant) > (0 if self.needs.answered else 1):
            yield Paragraph(self.count("may_matter", len(self.needs.relevant)))
        if self.needs.irrelevant and not self.needs.settled:
            # of others is spoken where some were named before
            named = self.needs.relevant or self.needs.next
            phrase = "cannot_matter" if named else "cannot_matter_alone"
            yield Paragraph(self.count(phrase, len(self.needs.irrelevant)))

    # -- The lists ---------------------------------------------------------------------------------

    def chapters(self) -> Iterator[Chapter]:
        needs = self.needs
        if needs.answered and needs.relevant:
            # no set of them is needed; each may change what is answered already
            optional = [code for code in needs.relevant if code not in needs.unasked]
            yield Chapter(self.say("optional"), tuple(self._listed(optional)))
            others = [code for code in needs.relevant if code in needs.unasked]
            yield Chapter(self.say("unasked"), tuple(self._listed(others)))
        elif needs.alternatives == (needs.relevant,):
            asked = [code for code in needs.relevant if code not in needs.unasked]
            others = [code for code in needs.relevant if code in needs.unasked]
            yield Chapter(self.count("wanted", len(asked)), tuple(self._listed(asked)))
            yield Chapter(self.say("unasked"), tuple(self._listed(others)))
        elif needs.alternatives:
            yield from self._offered()
        mattered = set(needs.irrelevant) - set(needs.unread)
        dropped = [code for code in needs.irrelevant if code in mattered]
        blocks = list(self._listed(dropped))
        if needs.unread:
            blocks.append(self._unread(is_alone=not needs.relevant and not dropped))
        yield Chapter(self.say("irrelevant"), tuple(blocks))

    def _offered(self) -> Iterator[Chapter]:
        """Offer the sets that may be enough; none of inputs alone that nobody is to write."""
        needs = self.needs
        sets = [codes for codes in needs.alternatives if not needs.unasked.issuperset(codes)]
        if sets:
            yield Chapter(self.say("alternatives"), tuple(self._alternatives(sets)))
        offered = {code for codes in sets for code in codes}
        others = [code for code in needs.relevant if code not in offered]
        asked = [code for code in others if code not in needs.unasked]
        unasked = [code for code in others if code in needs.unasked]
        phrase = "relevant" if sets else "relevant_alone"
        yield Chapter(self.say(phrase), tuple(self._listed(asked)))
        yield Chapter(self.say("unasked"), tuple(self._listed(unasked)))

    def _unread(self, *, is_alone: bool) -> Block:
        """Say what no calculation reads; a few by their names. Alone none was named before."""
        needs = self.needs
        phrase = "unread_whole" if needs.target is None else "unread"
        if len(needs.unread) > _MOST_UNREAD:
            told = f"{phrase}_alone" if is_alone else phrase
            return Paragraph(self.count(told, len(needs.unread)))
        why = self.say(f"{phrase}_this")
        return Items(tuple(Item(f"{self.name(code)}: {why}") for code in needs.unread))

    def _alternatives(self, sets: Sequence[Sequence[str]]) -> Iterator[Block]:
        phrase, is_alone = "alternatives_mean", len(sets) == 1
        if is_alone:
            phrase += "_one" if len(sets[0]) == 1 else "_group"
        yield Paragraph(self.say(phrase))
        if is_alone:
            yield from self._listed(sets[0])
        else:
            yield Items(tuple(map(self._alternative, sets)), numbered=True)
        if self.needs.cut:
            yield Paragraph(self.say("cut"), "note")

    def _alternative(self, codes: Sequence[str]) -> Item:
        if len(codes) == 1:
            return Item(self._told(codes[0]), self._serves(codes[0]))
        return Item(self.count("together", len(codes)), items=tuple(self._items(codes)))

    def _listed(self, codes: Sequence[str]) -> Iterator[Block]:
        if codes:
            yield Items(tuple(self._items(codes)))

    def _items(self, codes: Sequence[str]) -> Iterable[Item]:
        yield from self._each(codes[:MOST_NAMED])
        rest = codes[MOST_NAMED:]
        if rest and self.is_whole:
            below = tuple(self._each(rest))
            yield Item(self.count("more_below", len(rest)), items=below, is_folded=True)
        elif rest:
            report = self.file or say("report_word", self.language)
            target = f" {quote_word(self.needs.target)}" if self.needs.target else ""
            command = f"ruletrail needed {report}{target} -o {_ALL}"
            yield Item(self.count("more", len(rest), command=command))

    def _each(self, codes: Sequence[str]) -> Iterator[Item]:
        """Name each input with what it serves; where that is as of the one above, so it says."""
        before: tuple[str, ...] = ()
        again = (self.say("serves", what=say("as_above", self.language)),)
        for code in codes:
            served = self._serves(code)
            # of more than are named only the count is known to be the same
            is_whole = code in self.needs.serves and not self.needs.serves[code].others
            is_told = served and served == before and is_whole
            yield Item(self._told(code), again if is_told else served, code=code)
            before = served

    def _serves(self, code: str) -> tuple[str, ...]:
        """Say what an input serves that is asked for, in the author's words."""
        served = self.needs.serves.get(code)
        if served is None:
            return ()
        what = ", ".join(map(self._name_served, served.codes))
        if served.others:
            what += self.count("others", served.others)
        return (self.say("serves", what=what),)

    def _name_served(self, code: str) -> str:
        """Name what is served: what stands on the form by its code, all else by its label."""
        linked = self.linked
        is_printed = code in linked.schema.fields or code in linked.schema.cells
        label = label_of(linked, code)
        if is_printed or label == code:
            return self.name(code)
        return say("quoted_sentence", self.language, text=label)

    def _told(self, code: str) -> str:
        """Name an input, and say of one that nobody is to write whose it is."""
        needs, name = self.needs, self.name(code)
        if code in needs.relevant and code not in needs.unasked:
            return self.ask(code)
        if code not in needs.undue or (code in needs.relevant and code not in needs.unasked):
            return name
        entries, over = self.linked.rulebook.entries.values(), entry_of(code)
        parts = [
            entry.code
            for entry in entries
            if isinstance(entry, Section)
            and (over in entry.fields or over in map(list_of, entry.fields))
        ]
        return f"{name}: {self.count('undue', len(parts), parts=', '.join(parts))}"


_MOST_UNREAD = 3
"""How many inputs that no calculation reads are named; more of them are counted."""

_NON_VALUES = frozenset({"undetermined", "not_applicable", "not_encoded", "error"})

_PHRASES: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "title": "Che cosa serve ancora: {what}, {whose}",
        "title_alone": "Che cosa serve ancora: {what}",
        "title_whole": "Che cosa serve ancora: {whose}",
        "title_whole_alone": "Che cosa serve ancora alla relazione",
        "settled": "Già deciso: {outcome}. Nessuno dei dati che mancano può cambiarlo.",
        "settled_error": "Con i dati che ci sono non si può calcolare ({outcome}), e nessuno di "
        "quelli che mancano può cambiarlo: perché, lo dice `ruletrail explain`.",
        "settled_whole": "Non serve altro: nessuno dei dati che mancano può cambiare la risposta "
        "(relazione {outcome}).",
        "complete": "completa",
        "incomplete": "da completare a mano",
        "invalid": "da correggere",
        "open": "Non ancora deciso: la risposta dipende da dati che mancano.",
        "open_whole": "La risposta dipende ancora da dati che mancano.",
        "on_paper_whole": "Nulla di ciò che serve manca: resta aperto solo ciò che si fa a mano.",
        "answered": "Così com'è la risposta c'è già: {outcome}. Quello che manca può restare "
        "vuoto; se lo si scrive, può cambiarla.",
        "answered_whole": "Non manca nulla che serva: così com'è la relazione è {outcome}. Quello "
        "che manca può restare vuoto; se lo si scrive, può cambiare la risposta.",
        "optional": "Che cosa può restare vuoto, ma conta se lo si scrive",
        "next": "Da chiedere per primo: {what}",
        "yes_or_no": ": sì o no?",
        "foreseen": "Una volta dati tutti, qualunque sia il loro valore, la risposta sarà: "
        "{outcome}.",
        "fields_elsewhere": "Qui si dice solo se è dovuto: che cosa serve ancora ai suoi campi lo "
        "dice `ruletrail needed {report}`.",
        "unasked_all": "Non c'è nulla da scrivere: quello che può contare ancora è di parti non "
        "dovute, e lo aspettano solo controlli o frasi.",
        "unasked": "Non da scrivere: è di parti non dovute, e lo aspettano solo controlli o frasi",
        "unasked_else": "Oltre a questo non c'è nulla da scrivere: quello che può contare ancora è "
        "di parti non dovute, e lo aspettano solo controlli o frasi.",
        "by_hand": "Da compilare a mano sul modulo: {named} (non codificati qui)",
        "by_hand_one": "Da compilare a mano sul modulo: {named} (non codificato qui)",
        "judged": "Da giudicare a mano: {named} (non codificati qui)",
        "judged_one": "Da giudicare a mano: {named} (non codificato qui)",
        "undue": "è di parti non dovute ({parts})",
        "undue_one": "è di una parte non dovuta ({parts})",
        "may_matter": "Possono contare ancora {count} dati.",
        "may_matter_one": "Può contare ancora un dato.",
        "cannot_matter": "Altri {count} dati mancano e non contano più.",
        "cannot_matter_one": "Un altro dato manca e non conta più.",
        "cannot_matter_alone": "{count} dati mancano e non contano più.",
        "cannot_matter_alone_one": "Un dato manca e non conta più.",
        "wanted": "Servono questi, salvo quelli che gli altri rendono superflui",
        "wanted_one": "Serve questo",
        "alternatives": "Che cosa può bastare",
        "alternatives_mean": "Ognuno di questi gruppi, da solo, può decidere la risposta: secondo "
        "i valori, può bastare o può servire altro.",
        "alternatives_mean_one": "Questo dato, da solo, può decidere la risposta: secondo il suo "
        "valore, può bastare o può servire altro.",
        "alternatives_mean_group": "Questi dati, insieme, possono decidere la risposta: secondo i "
        "loro valori, possono bastare o può servire altro.",
        "cut": "Possono esserci altri gruppi, che qui non sono elencati.",
        "together": "Questi {count} dati insieme",
        "together_one": "Questo dato",
        "relevant": "Che cosa può contare ancora, oltre a questi",
        "relevant_alone": "Che cosa può contare ancora",
        "irrelevant": "Che cosa manca e non conta più",
        "unread": "Altri {count} dati mancano e non riguardano questa risposta.",
        "unread_alone": "{count} dati mancano e non riguardano questa risposta.",
        "unread_this": "non riguarda questa risposta",
        "unread_whole": "Altri {count} dati mancano e nessun calcolo li usa.",
        "unread_whole_alone": "{count} dati mancano e nessun calcolo li usa.",
        "unread_whole_this": "nessun calcolo lo usa",
        "serves": "Serve a: {what}",
        "others": " e altri {count}",
        "others_one": " e un altro",
        "more": "e altri {count}: li elenca tutti `{command}`",
        "more_one": "e un altro: lo dice `{command}`",
        "more_below": "e altri {count}",
        "more_below_one": "e un altro",
        "footer": "Un dato che «non conta più» non cambia la risposta, qualunque valore prenda e "
        "anche se resta vuoto.",
    },
    "en": {
        "title": "What is still needed: {what}, {whose}",
        "title_alone": "What is still needed: {what}",
        "title_whole": "What is still needed: {whose}",
        "title_whole_alone": "What the report still needs",
        "settled": "Settled: {outcome}. No input that is missing can change it.",
        "settled_error": "With the inputs that are there it cannot be computed ({outcome}), and "
        "none that is missing can change it: `ruletrail explain` says why.",
        "settled_whole": "Nothing more is needed: no input that is missing can change the answer "
        "(report {outcome}).",
        "complete": "complete",
        "incomplete": "to be completed by hand",
        "invalid": "invalid",
        "open": "Not settled yet: the answer depends on inputs that are missing.",
        "open_whole": "The answer still depends on inputs that are missing.",
        "on_paper_whole": "Nothing that is needed is missing: what is open is done by hand alone.",
        "answered": "As it stands there is an answer: {outcome}. What is missing may stay empty; "
        "once it is written it may change it.",
        "answered_whole": "Nothing that is needed is missing: as it stands the report is "
        "{outcome}. What is missing may stay empty; once it is written it may change the answer.",
        "optional": "What may stay empty, but matters once it is written",
        "next": "To ask first: {what}",
        "yes_or_no": ": yes or no?",
        "foreseen": "Once all are given, whatever they are, the answer will be: {outcome}.",
        "fields_elsewhere": "This only says whether it is due: what its fields still need, "
        "`ruletrail needed {report}` says.",
        "unasked_all": "There is nothing to write: what can still matter is of parts that are not "
        "due, and only checks or sentences wait for it.",
        "unasked": "Not to be written: of parts that are not due, only checks or sentences wait",
        "unasked_else": "Besides this there is nothing to write: what can still matter is of parts "
        "that are not due, and only checks or sentences wait for it.",
        "by_hand": "To be filled in by hand on the form: {named} (not encoded here)",
        "by_hand_one": "To be filled in by hand on the form: {named} (not encoded here)",
        "judged": "To be judged by hand: {named} (not encoded here)",
        "judged_one": "To be judged by hand: {named} (not encoded here)",
        "undue": "it is of parts that are not due ({parts})",
        "undue_one": "it is of a part that is not due ({parts})",
        "may_matter": "{count} inputs can still matter.",
        "may_matter_one": "One input can still matter.",
        "cannot_matter": "{count} more inputs are missing and cannot matter any more.",
        "cannot_matter_one": "One more input is missing and cannot matter any more.",
        "cannot_matter_alone": "{count} inputs are missing and cannot matter any more.",
        "cannot_matter_alone_one": "One input is missing and cannot matter any more.",
        "wanted": "These are needed, except those that the others make unnecessary",
        "wanted_one": "This one is needed",
        "alternatives": "What may be enough",
        "alternatives_mean": "Each of these groups can settle the answer by itself: whether it "
        "does, or more is needed, depends on the values.",
        "alternatives_mean_one": "This input can settle the answer by itself: whether it does, or "
        "more is needed, depends on its value.",
        "alternatives_mean_group": "Together these inputs can settle the answer: whether they do, "
        "or more is needed, depends on their values.",
        "cut": "There may be more groups, which are not listed here.",
        "together": "These {count} inputs together",
        "together_one": "This input",
        "relevant": "What can still matter besides these",
        "relevant_alone": "What can still matter",
        "irrelevant": "What is missing and cannot matter any more",
        "unread": "{count} more inputs are missing and do not concern this answer.",
        "unread_alone": "{count} inputs are missing and do not concern this answer.",
        "unread_this": "does not concern this answer",
        "unread_whole": "{count} more inputs are missing, and no calculation uses them.",
        "unread_whole_alone": "{count} inputs are missing, and no calculation uses them.",
        "unread_whole_this": "no calculation uses it",
        "serves": "Needed by: {what}",
        "others": " and {count} more",
        "others_one": " and one more",
        "more": "and {count} more: `{command}` lists them all",
        "more_one": "and one more: `{command}` names it",
        "more_below": "and {count} more",
        "more_below_one": "and one more",
        "footer": "An input that cannot matter does not change the answer, whatever it is and "
        "also if it stays empty.",
    },
}
