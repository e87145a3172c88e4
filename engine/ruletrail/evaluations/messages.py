"""The sentences that an evaluation shows, and which of them the report prints too."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ruletrail.formats import Format, show_fact
from ruletrail.linking import PLACEHOLDERS, LinkedRulebook
from ruletrail.reports import Report
from ruletrail.rulebooks import Sentence, fill_template
from ruletrail.trails import (
    Argument,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    MessageConclusion,
    PrintedMatch,
    RuleConclusion,
    SectionConclusion,
    ShownMessage,
    format_of,
)
from ruletrail.values import Fact, Missing

_TYPOGRAPHY = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘ʼ`´", "'"))
_WORD = re.compile(r"\w")
_SPACE = re.compile(r"\s+")


def show_messages(
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    conclusions: Iterable[Conclusion],
) -> Iterator[ShownMessage]:
    """Yield the sentences of an evaluation in the order of the rulebook, in its locale."""
    found = {conclusion.entry.code: sentence_of(conclusion) for conclusion in conclusions}
    for code in linked.rulebook.entries:
        sentence = found[code]
        if sentence is not None:
            template = sentence.templates[linked.rulebook.locale]
            arguments = tuple(
                _argument(linked, report, facts, name) for name in dict.fromkeys(template.names)
            )
            text = fill_template(template, {argument.name: argument.text for argument in arguments})
            yield ShownMessage(code, sentence, arguments, text)


def _argument(
    linked: LinkedRulebook, report: Report, facts: Mapping[str, Fact], name: str
) -> Argument:
    if name in PLACEHOLDERS and name not in linked.signatures:
        identity = linked.rulebook.identity
        text = {
            "edition": identity.edition,
            "rulebook": identity.name,
            "version": identity.version,
        }[name]
        return Argument(name, text, Format(), text)
    fact = facts.get(name, Missing((name,)))
    shape = format_of(linked, report, name, fact)
    return Argument(name, fact, shape, show_fact(fact, shape, linked.rulebook.locale))


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
        case RuleConclusion():
            return None


def match_printed(printed: Sequence[str], messages: Iterable[ShownMessage]) -> PrintedMatch:
    """Take every message found whole out of the printed text; what remains is unmatched.

    White space, hyphens and apostrophes are made alike first; longer messages are taken out first,
    so that one that stands inside another cannot break it.
    """
    rest, matched = normalise(" ".join(printed)), 0
    texts = sorted(
        (normalise(message.text) for message in messages), key=lambda text: (-len(text), text)
    )
    for text in texts:
        at = _find_whole(text, rest)
        if at >= 0:
            rest = f"{rest[:at]}\n{rest[at + len(text) :]}"
            matched += 1
    return PrintedMatch(
        matched, tuple(piece.strip() for piece in rest.split("\n") if piece.strip())
    )


def _find_whole(text: str, printed: str) -> int:
    """Find where a text stands with no letter or digit around it; -1 where it does not."""
    at = printed.find(text) if text else -1
    while at >= 0:
        around = (printed[at - 1 : at], printed[at + len(text) : at + len(text) + 1])
        if not any(_WORD.match(character) for character in around):
            return at
        at = printed.find(text, at + 1)
    return -1


def normalise(text: str) -> str:
    """Write white space, hyphens and apostrophes in one way, so that typography does not count."""
    return _SPACE.sub(" ", text.translate(_TYPOGRAPHY)).strip()
