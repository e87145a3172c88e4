"""What entries rest on, and what sentences say: sources, evidence, languages, placeholders."""

from collections.abc import Iterator
from datetime import date, timedelta

from ruletrail.documents import MappingNode
from ruletrail.library import Listing
from ruletrail.linking import sentences_of
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Mark, Problem, quote, term
from ruletrail.references import version_key
from ruletrail.rulebooks import Entry, Parameter, Scale, Table

_CITED = frozenset({"seed", "quoted"})
"""The evidence of sentences that stand on a form or in a source, word for word."""


def find_ungrounded(subject: Subject) -> Iterator[Problem]:
    """Find entries without a source or without evidence."""
    rulebook = subject.rulebook
    entries: list[Entry | Parameter | Scale | Table] = [
        *rulebook.parameters.values(),
        *rulebook.lookups.values(),
        *subject.entries,
    ]
    for entry in entries:
        own = entry.bases[1:] if isinstance(entry, Parameter | Scale | Table) else ()
        # where each dated entry says what it rests on, nothing is left to say of all of them
        bases = own if own and not entry.basis.sources else (entry.basis,)
        if any(not basis.sources and basis.evidence != "assumed" for basis in bases):
            yield Problem("entry-without-source", entry.mark, {"code": quote(entry.code)})
        known = own if own and entry.basis.evidence is None else (entry.basis,)
        if any(basis.evidence is None for basis in known):
            yield Problem("entry-without-evidence", entry.mark, {"code": quote(entry.code)})


def find_sentences(subject: Subject) -> Iterator[Problem]:
    """Find sentences that lack a language others have, or show other values in one."""
    said = [(entry, sentence) for entry in subject.entries for sentence in sentences_of(entry)]
    spoken = sorted({language for _, sentence in said for language in sentence.templates})
    for entry, sentence in said:
        # what somebody else wrote stays as it is: a translation would be a sentence of our own
        is_cited = (sentence.basis.evidence or entry.basis.evidence) in _CITED
        for language in () if is_cited else spoken:
            if language not in sentence.templates:
                yield Problem("message-untranslated", sentence.mark, {"language": term(language)})
        names = {frozenset(template.names) for template in sentence.templates.values()}
        if len(names) > 1:
            odd = sorted(frozenset.union(*names) - frozenset.intersection(*names))
            yield Problem(
                "placeholders-differ",
                sentence.mark,
                {"names": ", ".join(quote(name) for name in odd)},
            )


# -- Validity in time ------------------------------------------------------------------------------


def find_validity(subject: Subject) -> Iterator[Problem]:
    """Find days in the wrong order; compare those of published versions, one with the one before.

    A draft is in nobody's way yet, but its own two days can be told now.
    """
    rulebook = subject.rulebook
    in_force = subject.resolved.get("in_force")
    if not isinstance(in_force, MappingNode):
        return
    mark = in_force.mark
    begins, ends = _day(rulebook.in_force_from), _day(rulebook.in_force_to)
    if begins is None:
        return
    if ends is not None and ends < begins:
        yield Problem(
            "in-force-reversed", mark, {"from": begins.isoformat(), "to": ends.isoformat()}
        )
        return
    if rulebook.status != "published":
        return
    published = [
        each for each in subject.neighbours if each.status == "published" and each.in_force_from
    ]
    own = rulebook.identity
    earlier = [each for each in published if _key(each) < (own.edition, version_key(own.version))]
    if earlier:
        yield from _compare(max(earlier, key=_key), begins, mark)


def _compare(before: Listing, begins: date, mark: Mark) -> Iterator[Problem]:
    """Compare with the version before: one with an end must end the day before.

    One that begins on the same day is corrected by this one, which answers from then on.
    """
    other = quote(str(before.reference))
    ends = _day(before.in_force_to)
    if ends is None or before.in_force_from == begins.isoformat():
        return
    if ends >= begins:
        yield Problem("in-force-overlap", mark, {"other": other, "day": begins.isoformat()})
    elif ends + timedelta(days=1) < begins:
        yield Problem(
            "in-force-gap",
            mark,
            {"other": other, "from": ends.isoformat(), "to": begins.isoformat()},
        )


def _key(listing: Listing) -> tuple[str, tuple[int, ...]]:
    return listing.reference.edition, version_key(listing.reference.version)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
