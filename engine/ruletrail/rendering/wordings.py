"""What a rulebook says that a trail does not hold: labels, sentences not shown, other languages.

A trail stands alone and is rendered without them too. Where the rulebook is at hand, a page has its
author's words in place of codes, and tells printed sentences that say the opposite of the answer.
"""

from collections.abc import Iterator, Mapping

from ruletrail.evaluations.messages import Paper, match_texts, normalise, show_sentence
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formats import Locale
from ruletrail.linking import labels_of_outcomes
from ruletrail.problems import Problem, ProblemsError
from ruletrail.rulebooks import (
    Check,
    Decision,
    Entry,
    Message,
    Rule,
    Section,
    Sentence,
    fill_template,
)
from ruletrail.schemas import Schema
from ruletrail.trails import (
    AllRowsConclusion,
    CheckConclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    ShownMessage,
    outcome_word,
)
from ruletrail.values import NotApplicable, NotEncoded, is_non_value


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A printed sentence that is the one for an outcome which a step did not come to."""

    step: str
    text: str
    said: str = ""
    """What the step says here, where the sentence is another by a negation alone: nobody knows the
    sentence, and it may say the opposite."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What outcomes and tables are called; contradictions, and what is printed besides."""

    outcomes: Mapping[tuple[str, str], str]
    """Labels by decision and outcome."""
    contradictions: tuple[Contradiction, ...] = ()
    undecided: tuple[Contradiction, ...] = ()
    """Printed sentences of which the rulebook does not know whether they belong here; `step` is the
    message that says why."""
    waiting: tuple[str, ...] = ()
    """Those of which nobody knows before more values are there."""
    unmatched: tuple[str, ...] | None = None
    """What is printed that no sentence of the rulebook says; None where only the trail is known."""
    sentences: Mapping[str, ShownMessage] = field(default_factory=dict)
    """By step, what it says in the reader's language, where its author wrote that too."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """By rule, the title of the table that the rules of its `for_each` form."""
    file: str = ""
    """The report as whoever asked named it, for commands to ask on; empty where nobody did."""
    others: str = ""
    """The options of such commands that it is asked about with, as a shell reads them."""
    schema: Schema | None = None
    """What the report was checked against; None where only the trail is known."""
    cut: tuple[Problem, ...] = ()
    """Of which texts of the report a `#` cut off the rest, which the trail does not hold."""


_LONGEST_GAP = 40
"""Characters that a value which is missing may have on the form."""

NO_WORDING = Wording({})


def read_wording(
    record: Record, language: Locale | None = None, file: str = "", others: str = ""
) -> Wording:
    """Read from an evaluation's rulebook what its trail leaves out, for a reader's language.

    `file` is how whoever asks named the report, `others` with which options.
    """
    rulebook = record.linked.rulebook
    outcomes = {
        (entry.code, outcome): label
        for entry in rulebook.entries.values()
        if isinstance(entry, Decision)
        for outcome, label in labels_of_outcomes(entry, language or rulebook.locale).items()
    }
    rules = (entry for entry in rulebook.entries.values() if isinstance(entry, Rule))
    headings = {rule.code: rule.heading for rule in rules if rule.heading}
    paper = Paper(record.printed.unmatched)
    # the longest first, so that one that stands inside another cannot break it
    known = sorted(_list_known(record), key=lambda each: -sum(map(len, each.pieces)))
    found = [each for each in known if _take_out(paper, each.pieces)]
    places = {code: place for place, code in enumerate(record.linked.rulebook.entries)}
    found.sort(key=lambda each: places[each.step])
    waiting = tuple(each.text for each in found if each.is_open)
    denied = [Contradiction(each.step, each.text) for each in found if not each.is_open]
    mirrors = _find_mirrors(record, {each.step for each in denied})
    contradictions = tuple(each for each in denied if each.step not in mirrors)
    undecided = tuple(
        Contradiction(mirrors[each.step], each.text) for each in denied if each.step in mirrors
    )
    told = _translate(record, language)
    return Wording(
        outcomes, contradictions, undecided, waiting, paper.texts, told, headings, file, others,
        record.linked.schema, record.report.cut,
    )  # fmt: skip


def _translate(record: Record, language: Locale | None) -> dict[str, ShownMessage]:
    """Fill in the sentences shown that the author wrote in the reader's language too."""
    linked = record.linked
    if language is None or language == linked.rulebook.locale:
        return {}
    told, size = dict[str, ShownMessage](), 0
    for shown in record.messages:
        if language in shown.sentence.templates:
            again = told[shown.step] = _show_again(record, shown, language, size)
            size += len(again.text)
    return told


def _show_again(record: Record, shown: ShownMessage, language: Locale, before: int) -> ShownMessage:
    """Fill a sentence in once more in another language, in its row if it is of one.

    It is held to the limit of the first: `before` characters of others were filled in already.
    """
    over, _, rest = shown.step.partition("[")
    row, _, name = rest.partition("].")
    code = f"{over}.{name}" if row else shown.step
    return show_sentence(
        record.linked,
        record.report,
        record.facts,
        code,
        shown.sentence,
        language=language,
        row=int(row or 0),
        before=before,
    )


def _take_out(paper: Paper, pieces: tuple[str, ...]) -> bool:
    """Take a sentence out of the first text that holds it; tells whether one did.

    Between its pieces anything short may stand: a value that the report does not hold.
    """
    if len(pieces) == 1:
        return paper.take(pieces[0]) > 0
    left = paper.texts if paper.may_begin(pieces[0]) else ()
    for at, text in enumerate(left):
        said = _find_whole(text, pieces)
        match = match_texts([text], [said]) if said else None
        if match is not None and match.matched:
            paper.put((*left[:at], *match.unmatched, *left[at + 1 :]))
            return True
    return False


def _find_whole(text: str, pieces: tuple[str, ...]) -> str:
    """Return the part of a text that begins and ends as a sentence does whose values are missing.

    Empty where there is none.
    """
    first, *others = pieces
    begin = text.find(first) if first and others[-1] else -1
    end = begin + len(first)
    for piece in others if begin >= 0 else ():
        at = text.find(piece, end, end + _LONGEST_GAP + len(piece))
        if at < 0:
            return ""
        end = at + len(piece)
    return text[begin:end] if begin >= 0 else ""


def _find_mirrors(record: Record, steps: set[str]) -> Mapping[str, str]:
    """Find, for messages that are not shown, the one that would say what stands in their place.

    It depends on the same codes, it applies, and what it says is not encoded: so nobody knows
    whether the sentence that is not shown is printed all the same.
    """
    unknown = {
        frozenset(record.linked.reads[each.entry.code]): each.entry.code
        for each in record.conclusions
        if isinstance(each.entry, Message) and isinstance(each.fact, NotEncoded)
    }
    entries, reads = record.linked.rulebook.entries, record.linked.reads
    found = {code: unknown.get(frozenset(reads[code]), "") for code in steps}
    return {
        code: mirror
        for code, mirror in found.items()
        if mirror and reads[code] and isinstance(entries[code], Message)
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """A sentence that the rulebook has: its text, and that in pieces around missing values.

    It is open where nobody can tell yet whether the form should print it, or with which values.
    """

    step: str
    text: str
    pieces: tuple[str, ...]
    is_open: bool


def _list_known(record: Record) -> Iterator[_Known]:
    """Yield the sentences that settled steps did not come to, and those that wait for values."""
    if not record.printed.unmatched:
        return
    size = 0
    for conclusion in record.conclusions:
        entry, fact = conclusion.entry, conclusion.fact
        is_all = isinstance(conclusion, RowsConclusion | AllRowsConclusion)
        if isinstance(fact, NotApplicable) or is_all:
            continue
        row = conclusion.row if isinstance(conclusion, CheckConclusion | RuleConclusion) else 0
        is_open = is_non_value(fact)
        reached = "" if is_open else outcome_word(fact)
        for outcome, sentence in _sentences(entry):
            try:
                shown = show_sentence(
                    record.linked, record.report, record.facts, entry.code, sentence,
                    row=row, before=size,
                )  # fmt: skip
            except ProblemsError:
                continue  # what no trail has room for stands on no paper
            size += len(shown.text)
            pieces = _cut_at_gaps(shown, record.linked.rulebook.locale)
            has_gaps = len(pieces) > 1
            if outcome != reached or has_gaps:
                text = " … ".join(pieces) if has_gaps else shown.text
                yield _Known(entry.code, text, pieces, is_open or has_gaps)


def _cut_at_gaps(shown: ShownMessage, locale: str) -> tuple[str, ...]:
    """Cut a sentence where it shows values that there are not."""
    gap = "\n"  # which no normalised text holds
    texts = {
        each.name: gap if is_non_value(each.fact) else normalise(each.text)
        for each in shown.arguments
    }
    template = shown.sentence.templates[locale]
    literals = tuple(each.replace("\n", " ") for each in template.literals)
    filled = fill_template(replace(template, literals=literals), texts)
    return tuple(normalise(piece) for piece in filled.split(gap))


def _sentences(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    """Yield each outcome of an entry that has a sentence, and the sentence."""
    found: list[tuple[str, object]] = []
    match entry:
        case Decision(cases=tuple() as cases):
            found = [(case.outcome, case.message) for case in cases]
        case Section():
            found = [("due", entry.when_due), ("not_due", entry.when_not_due)]
        case Check():
            found = [("failed", entry.message)]
        case Message():
            found = [("shown", entry.text)]
    yield from ((outcome, said) for outcome, said in found if isinstance(said, Sentence))
