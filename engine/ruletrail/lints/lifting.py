"""What a rulebook of an earlier language means otherwise once a later one reads it.

It must link in the later language; what changes all the same is told, and the author decides.
"""

from collections.abc import Iterator

from ruletrail.documents import reading_unsaved
from ruletrail.fast_dataclasses import replace
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking import LinkedRulebook, sentences_of
from ruletrail.linking.linked_rulebook import choices_of, labels_of_outcomes
from ruletrail.lints.gathering import make_subject, read_schema_tree
from ruletrail.lints.left_out import find_left_out
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, tell_once
from ruletrail.rulebooks import Decision, Rule, Sentence


def judge_lift(source: Source, lifted: str) -> list[Problem]:
    """Tell what a rulebook means otherwise by its text in a later language.

    Raises `ProblemsError` where it does not link so: a code or a field has a name that the later
    language takes, a formula compares a day with a text.
    """
    before = examine_rulebook(source).linked
    with reading_unsaved({source.path: lifted}):
        after = examine_rulebook(source)
        if after.linked is None or after.resolved is None or has_errors(after.problems):
            raise ProblemsError(after.problems)
        schema = read_schema_tree(after.linked, source)
        if before is None or schema is None:
            return []
        subject = make_subject(after.linked, after.resolved, source, schema)
    earlier = {source.shown: before.rulebook.language, **subject.languages}
    return [
        *_as_own(find_left_out(replace(subject, languages=earlier)), source),
        *_find_days(before, after.linked),
        *tell_once((None, each) for each in _find_labels(after.linked)),
    ]


def _as_own(found: Iterator[Problem], source: Source) -> Iterator[Problem]:
    """Tell the author of a formula what there is to do, which is less than in an inherited one."""
    for each in found:
        is_own = each.mark.file == source.shown
        yield replace(each, advice="left-out-of-own") if is_own else each


def _find_days(before: LinkedRulebook, after: LinkedRulebook) -> Iterator[Problem]:
    """Find the fields and parameters that were texts and are days, where something reads them."""
    read = {code for codes in after.reads.values() for code in codes} | set(_shown(after))
    for code, signature in after.signatures.items():
        known = before.signatures.get(code)
        parameter = after.rulebook.parameters.get(code)
        is_given = parameter is not None or code in after.schema.fields
        was_text = known is not None and known.type == "text"
        if code in read and is_given and was_text and signature.type == "date":
            mark = parameter.value_mark if parameter is not None else after.rulebook.report_mark
            advice = "" if parameter is not None else "day-of-form"
            yield Problem("language-changes", mark, {"code": quote(code)}, advice=advice)


def _shown(linked: LinkedRulebook) -> Iterator[str]:
    for _, name in _shown_in(linked):
        yield name


def _shown_in(linked: LinkedRulebook) -> Iterator[tuple[Sentence, str]]:
    """Yield each sentence with the names that it shows, each name once."""
    for entry in linked.rulebook.entries.values():
        for sentence in sentences_of(entry):
            names = (name for each in sentence.templates.values() for name in each.names)
            for name in dict.fromkeys(names):
                yield sentence, name


def _find_labels(linked: LinkedRulebook) -> Iterator[Problem]:
    """Find the sentences that show a text by what it is called, where they showed the text."""
    locale = linked.rulebook.locale
    for sentence, name in _shown_in(linked):
        entry = linked.rulebook.entries.get(name)
        labels = choices_of(linked, name) if entry is None or isinstance(entry, Rule) else {}
        if isinstance(entry, Decision):
            labels = labels_of_outcomes(entry, locale)
        text, label = next(((t, each) for t, each in labels.items() if t != each), ("", ""))
        if label:
            details = {"code": quote(name), "text": quote(text), "label": quote(label)}
            yield _changed(sentence.mark, details)


def _changed(mark: Mark, details: dict[str, str]) -> Problem:
    return Problem("language-changes", mark, details, "", "label-shown", wording="label-shown")
