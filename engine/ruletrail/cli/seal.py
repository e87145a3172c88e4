"""`ruletrail seal REPORT`: evaluate, and keep report, trail and rulebook as a final record."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruletrail.answers import Evaluation
from ruletrail.api import Plan
from ruletrail.archives import (
    SealedRecord,
    Sealing,
    gather,
    is_time,
    read_texts,
    record_to_dict,
    seal,
)
from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import (
    add_evaluation_arguments,
    check_given,
    evaluate_twice,
    find_newer,
    load_asked,
    name_to_ask_on,
    open_marks,
    read_and_find,
    read_given,
)
from ruletrail.cli.whole_numbers import Whole
from ruletrail.formats import name_subject
from ruletrail.library import load_compiled
from ruletrail.library.manifests import check_published
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    has_errors,
    make_inert,
    misuse,
    quote,
    quote_to_write,
    term,
)
from ruletrail.rendering import (
    find_answer,
    read_wording,
    state_disagreement,
    state_in_a_line,
)
from ruletrail.rendering.answers import Answer, join_ranges, list_holders, parts_by_field
from ruletrail.rendering.readings import ask_of, quote_word
from ruletrail.reports import Report
from ruletrail.trails.unasked import list_unasked, order_codes, place_form

ARCHIVE = "ruletrail-archive.sqlite"
"""The archive that is meant when none is named: in the folder where the command is called."""

_MOST_TOLD = 5
"""How many printed sentences are told of each kind; the trail holds all of them."""
_MOST_FIELDS = 12
"""How many missing fields are told one by one, as on a first screen so many things to do."""

_DIVISION = "division_by_zero"
_ALLOWED_BY = {"incomplete": "--allow-incomplete", "invalid": "--allow-invalid"}
_ADVICE = {
    "missing": "write-missing",
    "missing-many": "write-missing-many",
    "later": "settle-first",
    "later-one": "settle-first",
}
_TEXTS = {
    "it": {
        "fresh": "sigillato come record {number}: {rulebook}, {subject}: {status}",
        "known": "già sigillato come record {number}, nulla è cambiato: {rulebook}, {subject}:"
        " {status}",
        "corrects": "corregge il record {latest}; il primo di questo soggetto ed edizione è il"
        " record {first}",
        "kept": "attenzione: --correction-of {asked} non vale qui: questa risposta era già"
        " sigillata come record {number}, che corregge il record {latest}",
        "kept_first": "attenzione: --correction-of {asked} non vale qui: questa risposta era già"
        " sigillata come record {number}, che non corregge alcun record",
        "head": "testa della catena, da annotare altrove: {head}",
        "alike": "attenzione: il record {number} è di {subject}, che ha solo altre maiuscole:"
        " questo record non lo corregge",
        "later": "attenzione: il record {number}, che viene prima, è datato {time}, cioè dopo: una"
        " delle due date è sbagliata",
        "made": "archivio nuovo: {file}",
        "draft": "attenzione: {rulebook} è una bozza: il record serve a provarla, non a decidere",
        "contrary": "attenzione: {what}: {text}",
        "undecided": "attenzione: non è stabilito se il modulo stampi a ragione: {text}",
        "unmatched": "attenzione: il modulo stampa anche ciò che nessuna regola prevede: {text}",
    },
    "en": {
        "fresh": "sealed as record {number}: {rulebook}, {subject}: {status}",
        "known": "sealed already as record {number}, nothing changed: {rulebook}, {subject}:"
        " {status}",
        "corrects": "corrects record {latest}; the first of this subject and edition is record"
        " {first}",
        "kept": "beware: --correction-of {asked} does not count here: this answer was sealed"
        " already as record {number}, which corrects record {latest}",
        "kept_first": "beware: --correction-of {asked} does not count here: this answer was sealed"
        " already as record {number}, which corrects no record",
        "head": "head of the chain, to be written down elsewhere: {head}",
        "alike": "beware: record {number} is of {subject}, which has other capitals only: this"
        " record does not correct it",
        "later": "beware: record {number}, which comes before, is dated {time}, which is later: one"
        " of the two dates is wrong",
        "made": "new archive: {file}",
        "draft": "beware: {rulebook} is a draft: the record serves to try it out, not to decide",
        "contrary": "warning: {what}: {text}",
        "undecided": "warning: it is not settled whether the form rightly prints: {text}",
        "unmatched": "warning: the form also prints what no rule foresees: {text}",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    parser.add_argument("--archive", metavar="FILE", default=ARCHIVE)
    parser.add_argument("--allow-incomplete", action="store_true", dest="allow_incomplete")
    parser.add_argument("--allow-invalid", action="store_true", dest="allow_invalid")
    parser.add_argument("--correction-of", metavar="N", type=Whole(1), dest="correction_of")
    parser.add_argument("--sealed-at", metavar="TIME", default="", dest="sealed_at")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate and seal; status 1 when the report is not complete and nobody allowed that."""
    sealed_at = options.sealed_at or datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not is_time(sealed_at):
        raise misuse(term("not-time"), option="`--sealed-at`", word=quote(sealed_at))
    given, name = read_given(options.report, console)
    plan, texts, report = _prepare(options, console, given, name)
    evaluation = evaluate_twice(plan, report)
    allowed = {
        "complete": True,
        "incomplete": options.allow_incomplete,
        "invalid": options.allow_invalid,
    }
    if not allowed[evaluation.status]:
        refused = _refusal(evaluation, name, options)
        console.show_problems(open_marks(refused, options.report))
        _tell_printed(evaluation, console)
        return 1
    sealable = gather(evaluation.trail, plan.linked, given, texts, sealed_at)
    sealing = seal(Path(options.archive), sealable, options.correction_of)
    _show(sealing, evaluation, console, options.archive)
    corrected = sealing.record.corrects.latest if sealing.record.corrects is not None else None
    if options.correction_of not in (None, corrected):
        _tell_otherwise(sealing, options.correction_of, console)
    if sealing.alike is not None:
        told, other = _TEXTS[console.language]["alike"], sealing.alike
        subject = make_inert(name_subject(other.subject, console.language))
        console.note(told.format(number=other.number, subject=subject))
    if sealing.later is not None:
        told, other = _TEXTS[console.language]["later"], sealing.later
        console.note(told.format(number=other.number, time=show_time(other)))
    if plan.linked.rulebook.status == "draft":
        told = _TEXTS[console.language]["draft"]
        console.note(told.format(rulebook=plan.linked.rulebook.identity))
    _tell_printed(evaluation, console)
    return 0


def show_time(record: SealedRecord) -> str:
    """Write the moment of sealing for people, who need not know what a `Z` means."""
    return f"{record.sealed_at.removesuffix('Z').replace('T', ' ')} UTC"


def _tell_otherwise(sealing: Sealing, asked: int, console: Console) -> None:
    """Say that what is sealed already stays as it was sealed, whatever it was to correct now."""
    corrects = sealing.record.corrects
    told = _TEXTS[console.language]["kept_first" if corrects is None else "kept"]
    latest = corrects.latest if corrects is not None else ""
    console.note(told.format(asked=asked, number=sealing.record.number, latest=latest))


def _tell_printed(evaluation: Evaluation, console: Console) -> None:
    """Say which printed sentences are not this answer's: they are sealed, and are no problem.

    Those that contradict it come first, as on the page; no rule says what is left after them.
    """
    language = console.language
    wording = read_wording(evaluation.record, language)
    undecided = [*(each.text for each in wording.undecided), *wording.waiting]
    if not (wording.contradictions or undecided or wording.unmatched):
        return
    document = evaluation.trail.to_dict()
    found = find_answer(document, wording)
    contrary = [each.text for each in found.contradictions]
    groups = {"contrary": contrary, "undecided": undecided, "unmatched": found.unknown}
    what = state_disagreement(document, language, wording)
    for phrase, sentences in groups.items():
        if sentences:
            shown = _join(sentences)
            text = _TEXTS[language][phrase].format(what=what[:1].lower() + what[1:], text=shown)
            console.note(text)


def _prepare(
    options: argparse.Namespace, console: Console, given: bytes, name: str
) -> tuple[Plan, Mapping[str, bytes], Report]:
    """Find the rulebook, refuse one that is not what was published, and read the report by it."""
    node, problems, source = read_and_find(given, name, options)
    plan = Plan.of_functions(load_asked(source, load_compiled))
    texts = read_texts(source, plan.linked)
    published = check_published(plan.linked, source)
    if has_errors(published):
        raise ProblemsError(published)
    if published:
        console.show_remarks(published)
    newer = find_newer(node, options)
    return plan, texts, check_given(plan, node, problems, options.report, console, more=newer)


def _refusal(evaluation: Evaluation, name: str, options: argparse.Namespace) -> Iterator[Problem]:
    """Yield that nothing was sealed, and everything that is open, as `evaluate` says it."""
    trail, wording = evaluation.trail.to_dict(), read_wording(evaluation.record, None)
    result, answer = trail["result"], find_answer(trail, wording)
    status, mark = result["status"], Mark(name)
    asked, sealed = _name_for_commands(options)
    command = quote_to_write(f"ruletrail seal {sealed} {_ALLOWED_BY[status]}")
    details = {"status": term(f"status-{status}"), "command": command}
    # messages that the form has though nobody knows whether rightly
    idle = _list_unworded(trail).difference(each.step for each in wording.undecided)
    advice = f"seal-{status}"
    if status == "incomplete":
        advice = _advise(result, idle, is_asked=answer.is_lacking)
    yield Problem("seal-not-complete", mark, details, advice=advice)
    due = {code for code, outcome in result["sections"].items() if outcome == "due"}
    zeros = {code for each in answer.troubles if each.is_of_zeros for code in each.roots}
    for code, why, more in _open(trail, answer):
        named = {"what": _name(trail, code), "step": code}
        commands = {"report": make_inert(asked), "sealed": make_inert(sealed)}
        # the sentence holds words of ours, which hold the name
        details = {**named, **commands, "text": term(f"open-{why}"), **more}
        advice = _ADVICE.get(why, "explain-step")
        if why == "error" and code in zeros:
            advice = "zeros-right"
        if why.startswith("later") and not more["first"]:
            advice = "settle-by-hand"
        if why.startswith("waits"):
            advice = _of_many("leave-blank", answer.unasked[code])
        if why == "not-encoded":
            by_hand = "print-or-not" if code in idle else "judge-by-hand"
            advice = "fill-in-by-hand" if code in due else by_hand
        yield Problem("seal-open", mark, details, advice=advice)


def _name_for_commands(options: argparse.Namespace) -> tuple[str, str]:
    """Write the report as a command that asks on has it, and as the one that seals it again."""
    asked = ask_of(*name_to_ask_on(options)) or str(options.report)
    is_told = options.archive != ARCHIVE
    return asked, asked + (f" --archive {quote_word(options.archive)}" if is_told else "")


def _advise(result: Mapping[str, Any], idle: set[str], *, is_asked: bool) -> str:
    """Name the hint of an incomplete report by what is open: values, work by hand, neither."""
    is_by_hand = any(each["step"] not in idle for each in result["not_encoded"])
    if is_asked:
        return "seal-in-part" if is_by_hand else "seal-incomplete"
    return "seal-by-hand" if is_by_hand else "seal-left-open"


def _list_unworded(trail: Mapping[str, Any]) -> set[str]:
    """Name the sentences whose words nobody knows: nothing hangs on any of them."""
    return {each["id"] for each in trail["steps"] if "text_not_encoded" in each}


def _join(codes: Sequence[str]) -> str:
    rest = len(codes) - _MOST_TOLD
    return ", ".join(map(quote, codes[:_MOST_TOLD])) + (f", … (+{rest})" if rest > 0 else "")


def _name_codes(codes: Sequence[str]) -> str:
    """Name the first of some codes; those that count up as first and last."""
    ranges = join_ranges(tuple(codes))
    shown = ", ".join(
        quote(first) if first == last else f"{quote(first)}-{quote(last)}"
        for first, last in ranges[:_MOST_TOLD]
    )
    rest = codes[codes.index(ranges[_MOST_TOLD][0]) :] if len(ranges) > _MOST_TOLD else ()
    return f"{shown}, … (+{len(rest)})" if rest else shown


def _open(trail: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield each code that is open, why, and details; what is missing in the form's order."""
    result = trail["result"]
    severities = {step["id"]: step.get("severity") for step in trail["steps"]}
    for error in _roots(trail, result["errors"]):
        cause = term("division-by") if error["cause"] == _DIVISION else term(_cause(error))
        yield error["step"], "error", {"cause": cause, "of": quote(error["of"])}
    for code, outcome in result["checks"].items():
        if outcome == "failed" and severities.get(code) == "error":
            yield code, "failed", {}
    for code in result["declared"].get("differs", ()):
        yield code, "differs", {}
    later = [each for each in answer.loose if each.is_for_later]
    asked = set(result["missing"]).difference(list_unasked(trail), *(each.codes for each in later))
    yield from _list_missing(order_codes(place_form(trail), asked), answer)
    for each in later:
        if each.section is not None:
            details = {"codes": _name_codes(each.codes), "first": _name_codes(each.first)}
            yield each.section["id"], _of_many("later", each.codes), details
    for each in result["not_encoded"]:
        yield each["step"], "not-encoded", {"why": quote(each["why"])}
    holding = parts_by_field(answer) if answer.unasked else {}
    for code, codes in answer.unasked.items():
        why = _of_many("waits", list_holders(holding, codes))
        yield code, why, {"codes": _name_codes(codes)}


def _list_missing(
    asked: Sequence[str], answer: Answer
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield each field that is missing; of very many, each part with those that it lacks."""
    told = set[str]()
    for due in answer.due if len(asked) > _MOST_FIELDS else ():
        codes = [code for code in due.empty if code in asked and code not in told]
        if len(codes) > 1:
            details = {"codes": _name_codes(codes), "count": str(len(codes))}
            yield due.section["id"], "missing-many", details
            told.update(codes)
    for code in asked:
        if code not in told:
            yield code, "missing", {}


def _of_many(why: str, codes: Sequence[str]) -> str:
    """Name what is said of one code otherwise than of several."""
    return f"{why}-one" if len(codes) == 1 else why


def _cause(error: Mapping[str, str]) -> str:
    return f"cause-{error['cause']}"


def _roots(
    trail: Mapping[str, Any], errors: Sequence[Mapping[str, str]]
) -> Iterator[Mapping[str, str]]:
    """Yield the errors of steps that took theirs over from no other step."""
    found = {error["step"]: (error["cause"], error["of"]) for error in errors}
    reads = {step["id"]: step["reads"] for step in trail["steps"]}
    for error in errors:
        if not any(found.get(code) == found[error["step"]] for code in reads[error["step"]]):
            yield error


def _name(trail: Mapping[str, Any], code: str) -> str:
    """Write a code with what it is called, where the trail says so."""
    steps: Iterator[Mapping[str, Any]] = iter(trail["steps"])
    step = next((each for each in steps if each["id"] == code), {})
    # what the form calls it, as every page does
    shown = trail["fields"].get(code, {}).get("label") or step.get("label", "")
    return f"{quote(code)} ({make_inert(shown)})" if shown else quote(code)


def _show(sealing: Sealing, evaluation: Evaluation, console: Console, archive: str) -> None:
    record, corrects = sealing.record, sealing.record.corrects
    if console.format == "json":
        written = {"sealed": sealing.fresh, "digest": record.digest, "head": sealing.head}
        console.write_json({**written, "record": record_to_dict(record)})
        return
    texts = _TEXTS[console.language]
    if sealing.fresh and record.number == 1:
        console.write(texts["made"].format(file=make_inert(archive)) + "\n")
    details = {
        "number": record.number,
        "rulebook": record.rulebook,
        "subject": make_inert(name_subject(record.subject, console.language)),
        # what `evaluate` says of the same answer
        "status": state_in_a_line(
            evaluation.trail.to_dict(),
            console.language,
            read_wording(evaluation.record, console.language),
        ),
    }
    console.write(texts["fresh" if sealing.fresh else "known"].format(**details) + "\n")
    if corrects is not None:
        text = texts["corrects"].format(first=corrects.first, latest=corrects.latest)
        console.write(text + "\n")
    console.write(texts["head"].format(head=sealing.head) + "\n")
