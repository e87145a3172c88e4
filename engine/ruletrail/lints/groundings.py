"""What entries rest on, and what sentences say: sources, evidence, languages, placeholders."""

from collections.abc import Iterator

from ruletrail.lints.subjects import Subject
from ruletrail.plans import sentences_of
from ruletrail.problems import Problem, quote, term
from ruletrail.rulebooks import Entry, Parameter


def find_ungrounded(subject: Subject) -> Iterator[Problem]:
    """Find entries without a source or without evidence."""
    entries: list[Entry | Parameter] = [*subject.rulebook.parameters.values(), *subject.entries]
    for entry in entries:
        if not entry.basis.sources and entry.basis.evidence != "assumed":
            yield Problem("entry-without-source", entry.mark, {"code": quote(entry.code)})
        if entry.basis.evidence is None:
            yield Problem("entry-without-evidence", entry.mark, {"code": quote(entry.code)})


def find_sentences(subject: Subject) -> Iterator[Problem]:
    """Find sentences that lack a language others have, whose languages show different values, or that show a group."""
    sentences = [sentence for entry in subject.entries for sentence in sentences_of(entry)]
    spoken = sorted({language for sentence in sentences for language in sentence.templates})
    for sentence in sentences:
        for language in spoken:
            if language not in sentence.templates:
                yield Problem("message-untranslated", sentence.mark, {"language": term(language)})
        names = {frozenset(template.names) for template in sentence.templates.values()}
        if len(names) > 1:
            odd = sorted(frozenset.union(*names) - frozenset.intersection(*names))
            yield Problem("placeholders-differ", sentence.mark, {"names": ", ".join(quote(name) for name in odd)})
