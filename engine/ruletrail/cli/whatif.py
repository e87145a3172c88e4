"""`ruletrail whatif REPORT TARGET`: what would change an outcome, and by how much."""

import argparse
from collections.abc import Iterable

from ruletrail.answers import Evaluation
from ruletrail.api import Plan
from ruletrail.cli.consoles import Console, choose_form
from ruletrail.cli.evaluations import add_evaluation_arguments, add_nulls, evaluate_report
from ruletrail.counterfactuals import (
    WhatIf,
    ask_what_if,
    check_asked,
    find_set_remarks,
    is_target,
    list_outcomes,
    mean_outcome,
    outcomes_of,
    read_settings,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Problem, ProblemsError, make_inert, misuse, quote, term
from ruletrail.rendering import FORMS, change_lines, read_wording, render_changes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    add_nulls(parser)
    parser.add_argument("target", metavar="TARGET", nargs="?", default="")
    parser.add_argument("--set", metavar="FIELD=VALUE", action="append", default=[], dest="values")
    parser.add_argument("--want", metavar="TARGET=OUTCOME", default="")
    parser.add_argument("--vary", metavar="FIELD,…", default="")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--precision", action="store_true")
    parser.add_argument("--format", choices=FORMS)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, look for what would change the target, render."""
    form = choose_form(options, "text")
    target, want = _read_goal(options, console.language)
    settings = _read_settings(options.values)

    def check(plan: Plan) -> None:
        _check_want(options, plan.linked)
        # where inputs are named too, what is wrong with them is told beside
        check_asked(plan.linked, target, "" if options.vary else want, settings)

    try:
        evaluation = evaluate_report(options, console, options.output, check)
    except ProblemsError as error:
        raise ProblemsError(map(_at_word, error.problems)) from error
    values = read_settings(evaluation.record.linked, settings)
    try:
        found = ask_what_if(
            evaluation.record,
            target,
            values=values,
            want=want,
            vary=tuple(code for code in options.vary.split(",") if code),
            pairs=options.pairs,
            precision=options.precision,
        )
    except ProblemsError as error:
        raise ProblemsError(map(_at_word, error.problems)) from error
    remarks = [_at_word(each) for each in find_set_remarks(evaluation.record.linked, values)]
    if remarks:
        console.show_remarks(remarks)
    _write(evaluation, found, form, options, console)
    return 0


def _at_word(problem: Problem) -> Problem:
    """Put a problem at a word of the command: that has no line, and no column."""
    mark = problem.mark
    is_word = mark.file.startswith("--")
    return replace(problem, mark=replace(mark, line=0, column=0)) if is_word else problem


def _read_goal(options: argparse.Namespace, language: Locale) -> tuple[str, str]:
    """Read the target, and the outcome that is wanted of it; `--want` names both."""
    is_setting = "=" in (options.target or "")
    if not options.want and (not options.target or is_setting):
        # help is for whoever needs it
        from ruletrail.cli.help_texts import EXAMPLES, translate_metavar  # noqa: PLC0415

        word, example = translate_metavar("TARGET", language), EXAMPLES["whatif"][0]
        setting = f" --set {options.target}" if is_setting else ""
        details = {"word": quote(word), "example": quote(f"ruletrail {example}{setting}")}
        raise misuse(term("no-argument"), advice="like-example", **details)
    if not options.want and options.vary:
        raise misuse(term("only-with"), option="`--vary`", other="`--want`")
    if not options.want:
        return options.target, ""
    target, _, want = options.want.partition("=")
    return target.strip(), want.strip()


def _check_want(options: argparse.Namespace, linked: LinkedRulebook) -> None:
    """Refuse a `--want` that lacks its target or its outcome, or that is at odds with the command.

    The rulebook tells which of the two a lone word is, and what a shell cut in two.
    """
    written, named = options.want.strip(), options.target or ""
    target, _, want = (each.strip() for each in written.partition("="))
    if written and not (target and want):
        raise _refuse_alone(linked, target or want, named)
    if not written or named in ("", target):
        return
    said = {"option": "`--want`", "word": quote(written)}
    if is_target(linked, target):
        whole = mean_outcome(linked, target, f"{want} {named}")
        if whole in outcomes_of(linked, target):
            quoted, instead = f"--want '{target}={want} {named}'", f"--want {target}={whole}"
            said |= {"quoted": quote(quoted), "instead": quote(instead)}
            raise misuse(term("want-cut"), advice="want-in-quotes", **said)
    raise misuse(term("two-targets"), advice="target-of-want", target=quote(named), **said)


def _refuse_alone(linked: LinkedRulebook, word: str, named: str) -> ProblemsError:
    """Return the error of a target without its outcome, or of an outcome without its target."""
    said = {"option": "`--want`", "word": quote(word)}
    if is_target(linked, word):
        allowed = list_outcomes(linked, word)
        advice = "outcome-of-target" if allowed else "no-outcomes"
        return misuse(term("not-wanted"), advice=advice, target=word, allowed=allowed, **said)
    if named and "=" not in named:
        instead = quote(f"--want {named}={word}")
        return misuse(term("not-wanted"), advice="write-instead", instead=instead, **said)
    outcome = make_inert(word)
    return misuse(term("not-wanted"), advice="target-of-outcome", outcome=outcome, **said)


def _read_settings(written: Iterable[str]) -> dict[str, str]:
    """Read the values to try; a field has one."""
    settings: dict[str, str] = {}
    for code, value in (_cut(each, "--set") for each in written):
        first = settings.setdefault(code, value)
        if first != value:
            details = {"option": quote(f"--set {code}"), "first": quote(first)}
            raise misuse(term("option-twice"), advice="option-once", **details, second=quote(value))
    return settings


def _cut(written: str, option: str) -> tuple[str, str]:
    code, sign, value = written.partition("=")
    if not sign or not code:
        raise misuse(term("not-setting"), option=quote(option), word=quote(written))
    return code.strip(), value.strip()


def _write(
    evaluation: Evaluation,
    found: WhatIf,
    form: str,
    options: argparse.Namespace,
    console: Console,
) -> None:
    language = console.language if console.chosen else None
    document, answer = evaluation.trail.to_dict(), found.to_dict()
    wording = None if form == "json" else read_wording(evaluation.record, language)
    if form == "text" and not options.output and console.is_terminal:
        width = console.width
        console.write_toned(change_lines(document, answer, language, wording, width=width))
        return
    text = render_changes(document, answer, form, language, wording)
    if options.output:
        console.write_file(options.output, text.encode("utf-8"))
    else:
        console.write_form(text, form)
