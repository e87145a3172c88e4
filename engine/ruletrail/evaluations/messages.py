"""The sentences that an evaluation shows, and which of them the report prints too."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ruletrail.formats import Format, Locale, show_fact
from ruletrail.formulas import list_of
from ruletrail.linking import PLACEHOLDERS, LinkedRulebook, name_text
from ruletrail.reports import Report
from ruletrail.rulebooks import Sentence, fill_template, measure_filled
from ruletrail.trails import (
    AllRowsConclusion,
    Argument,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    MessageConclusion,
    PrintedMatch,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    ShownMessage,
    code_in_row,
    format_of,
)
from ruletrail.trails.document import refuse_sentences
from ruletrail.values import Fact, Missing

_DASHES, _APOSTROPHES = "‐‑‒–—−", "’‘ʼ`´"
_SPACES = (
    "  ",
    *"\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007",
    *"\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
)
"""All white space but one blank."""

_SHORT = 4_096
"""Characters of paper and texts together up to which nothing is worth preparing."""

_OPENING = 64
"""Characters that tell where a text may stand; nearly all texts that are not there fail by them."""


def show_messages(
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    conclusions: Iterable[Conclusion],
) -> Iterator[ShownMessage]:
    """Yield what conclusions say, in the order of the rulebook and in its locale.

    Raises `ProblemsError` before a sentence is filled in that no trail has room for.
    """
    shown = 0
    found: dict[str, list[Conclusion]] = {}
    for conclusion in conclusions:
        found.setdefault(conclusion.entry.code, []).append(conclusion)
    for code in linked.rulebook.entries:
        for conclusion in found.get(code, ()):
            sentence = sentence_of(conclusion)
            if sentence is not None:
                row = conclusion.row if isinstance(conclusion, CheckConclusion) else 0
                message = show_sentence(
                    linked, report, facts, code, sentence, row=row, before=shown
                )
                shown += len(message.text)
                yield message


def show_sentence(
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    code: str,
    sentence: Sentence,
    *,
    language: Locale | None = None,
    row: int = 0,
    before: int = 0,
) -> ShownMessage:
    """Fill a sentence of a step, in the locale of the rulebook unless another is asked for.

    In a row, `LIST.NAME` is that row's. Raises `ProblemsError` where it is longer than a trail has
    room for, `before` characters of others counted.
    """
    language = language or linked.rulebook.locale
    template = sentence.templates[language]
    arguments = tuple(
        [
            _argument(linked, report, facts, name, language, row)
            for name in dict.fromkeys(template.names)
        ]
    )
    texts = {argument.name: argument.text for argument in arguments}
    refuse_sentences(linked, before + measure_filled(template, texts))
    return ShownMessage(code_in_row(code, row), sentence, arguments, fill_template(template, texts))


def _argument(  # noqa: PLR0917 - the name and all that it is read from
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    name: str,
    language: Locale,
    row: int,
) -> Argument:
    if name in PLACEHOLDERS and name not in linked.signatures:
        identity = linked.rulebook.identity
        text = {
            "edition": identity.edition,
            "rulebook": identity.name,
            "version": identity.version,
        }[name]
        return Argument(name, text, Format(), text)
    code = code_in_row(name, row) if list_of(name) else name
    fact = facts.get(code, Missing((code,)))
    shape = format_of(linked, report, name, fact, row)
    if isinstance(fact, str):
        return Argument(name, fact, shape, name_text(linked, name, fact, language))
    return Argument(name, fact, shape, show_fact(fact, shape, language))


def sentence_of(conclusion: Conclusion) -> Sentence | None:
    """Return the sentence that a conclusion shows, if it has one."""
    match conclusion:
        case DecisionConclusion():
            chosen = [
                c.case
                for c in conclusion.cases
                if c.case.outcome == conclusion.fact and c.truth is not False
            ]
            return chosen[0].message if chosen else None
        case SectionConclusion():
            shown = {"due": conclusion.entry.when_due, "not_due": conclusion.entry.when_not_due}
            return shown.get(conclusion.fact) if isinstance(conclusion.fact, str) else None
        case CheckConclusion():
            return conclusion.entry.message if conclusion.fact == "failed" else None
        case MessageConclusion():
            text = conclusion.entry.text
            return text if conclusion.fact == "shown" and isinstance(text, Sentence) else None
        case RuleConclusion() | RowsConclusion() | AllRowsConclusion():
            return None


def match_printed(printed: Sequence[str], messages: Iterable[ShownMessage]) -> PrintedMatch:
    """Take every message found whole out of the printed text; what remains is unmatched."""
    return match_texts(printed, [normalise(message.text) for message in messages])


def match_texts(printed: Sequence[str], texts: Iterable[str]) -> PrintedMatch:
    """Take every text, normalised already, out of the printed ones, where no letter runs into it.

    Longer ones are taken out first, so that one that stands inside another cannot break it.
    """
    if not printed:
        return PrintedMatch(0, ())
    paper = normalise(" ".join(printed))
    wanted = [text for _, text in sorted([(-len(text), text) for text in texts if text])]
    is_short = len(paper) + sum(map(len, wanted)) <= _SHORT
    rest, matched = (_take_from_short if is_short else _take_from_long)(paper, wanted)
    pieces = [piece.strip() for piece in rest.split("\n")]
    return PrintedMatch(matched, tuple([piece for piece in pieces if piece]))


def _take_from_short(rest: str, wanted: Sequence[str]) -> tuple[str, int]:
    """Take texts out by looking at each place where they stand."""
    matched = 0
    for text in wanted:
        at = rest.find(text)
        while at >= 0:
            end = at + len(text)
            around = rest[at - 1 : at] + rest[end : end + 1]
            if not (around.strip(" \n") and any(map(_is_word, around))):
                rest, matched = f"{rest[:at]}\n{rest[end:]}", matched + 1
                break
            at = rest.find(text, at + 1)
    return rest, matched


def _take_from_long(paper: str, wanted: Sequence[str]) -> tuple[str, int]:
    """Take texts out of a paper that is prepared once for all of them."""
    prepared = Paper([paper])
    matched = sum(prepared.take(text, len(list(same))) for text, same in groupby(wanted))
    return "\n".join(prepared.texts), matched


class Paper:
    """Printed texts, normalised already, out of which sentences are taken one after the other.

    Each takes one search, so that no text is compared at place after place: a tab is written before
    and a carriage return after each sign that is no part of a word, and the other way round about
    the whole; nothing normalised has them. A text written so is found only where no letter runs
    into it. Signs that the paper has not need none. Between texts, and in the place of what was
    taken out, is a new line: nothing is found across two.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Prepare the texts, and list how they go on wherever a sentence may begin."""
        whole = "\n".join(texts)
        self._around = {ord(sign): f"\t{sign}\r" for sign in set(whole) if not _is_word(sign)}
        self._rest = self._mark(whole)
        self._openings = _find_openings(self._rest)
        self._texts: tuple[str, ...] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are left, in order."""
        if self._texts is None:
            pieces = self._rest.replace("\t", "").replace("\r", "").split("\n")
            self._texts = tuple([text for piece in pieces if (text := piece.strip())])
        return self._texts

    def take(self, text: str, times: int = 1) -> int:
        """Take a sentence out where it stands first, so many times; returns how often it did."""
        sought = self._mark(text)
        begin = taken = 0
        # an empty one stands everywhere
        for _ in range(times) if text and _has_openings(sought, self._openings) else ():
            at = self._rest.find(sought, begin)
            if at < 0:
                break
            rest = self._rest
            self._rest = f"{rest[: at + 1]}\t\n\r{rest[at + len(sought) - 1 :]}"
            self._texts = None
            taken += 1
            # it may stand just before too, where this one ran into it
            begin = max(at - len(sought), 0)
        return taken

    def may_begin(self, text: str) -> bool:
        """Tell whether a sentence that begins so may be there; where it is, it is so."""
        begun = f"\r{text.translate(self._around)}"
        return bool(text) and _has_openings(begun, self._openings)

    def put(self, texts: Sequence[str]) -> None:
        """Go on with pieces of the texts that are left, from each of which something was taken."""
        self._rest, self._texts = self._mark("\n".join(texts)), None

    def _mark(self, text: str) -> str:
        return f"\r{text.translate(self._around)}\t"


def _find_openings(rest: str) -> list[str]:
    """List how the paper goes on wherever a text may begin, in order."""
    pieces, at = {rest[1 : 1 + _OPENING]}, rest.find("\t")
    while at >= 0:
        # a text may begin at the sign itself, if what stands before it is taken out, or after it
        pieces.update((rest[at : at + _OPENING], rest[at + 3 : at + 3 + _OPENING]))
        at = rest.find("\t", at + 1)
    return sorted(pieces)


def _has_openings(sought: str, openings: Sequence[str]) -> bool:
    """Tell whether the paper goes on like a text at its start, and at words further on."""
    end = len(sought) - (2 if sought.endswith("\r\t") else 0)
    at = 1
    while 0 < at < end:
        piece = sought[at : min(at + _OPENING, end)]
        place = bisect_left(openings, piece)
        if not any(each.startswith(piece) for each in openings[place : place + 1]):
            return False
        at = sought.find("\r", at + _OPENING, end) + 1
    return True


def normalise(text: str) -> str:
    """Write white space, hyphens and apostrophes in one way, so that typography does not count."""
    # a search for a sign that the text's own width has no room for costs nothing
    for sign in _DASHES:
        text = text.replace(sign, "-")
    for sign in _APOSTROPHES:
        text = text.replace(sign, "'")
    if any(map(text.__contains__, _SPACES)):
        text = " ".join(text.split())
    return text.strip()


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
