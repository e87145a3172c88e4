"""`ruletrail whatif REPORT TARGET`: what would change an outcome, and by how much."""

import argparse
import re
from collections.abc import Iterable
from contextlib import suppress

from ruletrail.answers import Evaluation
from ruletrail.api import Plan
from ruletrail.cli.consoles import Console, choose_form
from ruletrail.cli.evaluations import (
    add_evaluation_arguments,
    add_nulls,
    evaluate_report,
    load_asked,
    name_to_ask_on,
    read_and_find,
    read_given,
)
from ruletrail.cli.leftover_words import as_word
from ruletrail.counterfactuals import (
    WhatIf,
    ask_what_if,
    check_asked,
    check_target,
    find_set_remarks,
    is_target,
    list_outcomes,
    mean_outcome,
    outcomes_of,
    read_settings,
    targets_near,
)
from ruletrail.documents.recognising import as_argument
from ruletrail.fast_dataclasses import replace
from ruletrail.intake import without_zeros
from ruletrail.library import load_compiled
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Problem,
    ProblemsError,
    make_inert,
    misuse,
    quote,
    quote_to_write,
    term,
)
from ruletrail.rendering import FORMS, change_lines, read_wording, render_changes

_OTHER_SIGN = re.compile(r"(?P<code>[A-Za-z][\w.\[\]]*)(?: *: *| +)(?P<value>[^\s=]+)")
"""A code and its value, with another sign than `=` between them."""
_MOST_NEAR = 6
"""How many targets are named to somebody who named none."""


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
    _read_inputs(options.vary)  # refused before the work
    target, want = _read_goal(options)
    if not options.want and not target:
        raise _refuse_without_target(options, console)
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
            vary=_read_inputs(options.vary),
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
    """Put a problem at a word of the command: that has no line, no column, and no quotes."""
    mark = problem.mark
    if not mark.file.startswith("--"):
        return problem
    problem = replace(problem, mark=replace(mark, line=0, column=0))
    if problem.advice != "number-in-quotes":
        return problem
    # what stands in quotes in a report is here a number with zeros before it
    instead = quote_to_write(without_zeros(problem.details["number"].strip("`")))
    return replace(problem, advice="write-instead", details={**problem.details, "instead": instead})


def _read_goal(options: argparse.Namespace) -> tuple[str, str]:
    """Read the target, and the outcome that is wanted of it; `--want` names both.

    A target that lacks is empty: the rulebook tells which there are.
    """
    if not options.want and options.vary:
        raise misuse(term("only-with"), option="`--vary`", other="`--want`")
    if not options.want:
        return ("" if "=" in options.target else options.target), ""
    target, _, want = options.want.partition("=")
    return target.strip(), want.strip()


def _refuse_without_target(options: argparse.Namespace, console: Console) -> ProblemsError:
    """Return the error of a command without target: what to write names one of this report.

    Where nobody can tell which rulebook answers the report, it is any example.
    """
    # help is for whoever needs it
    from ruletrail.cli.help_texts import EXAMPLES, translate_metavar  # noqa: PLC0415

    settings = [*options.values, *([options.target] if "=" in options.target else [])]
    cut = [_cut(each, "--set") for each in settings]
    near = _list_near(options, console, [code for code, _ in cut])[:_MOST_NEAR]
    example = f"whatif {as_argument(options.report)} {near[0]}" if near else EXAMPLES["whatif"][0]
    words = [f"--set {as_argument(code)}={as_argument(value)}" for code, value in cut]
    details = {
        "word": quote(translate_metavar("TARGET", console.language)),
        "example": quote_to_write(" ".join(["ruletrail", example, *words])),
        "known": ", ".join(map(quote, near[1:])),
    }
    advice = "target-like" if len(near) > 1 else "like-example"
    return misuse(term("no-argument"), advice=advice, **details)


def _list_near(options: argparse.Namespace, console: Console, codes: Iterable[str]) -> list[str]:
    """List the targets of the report's rulebook that are nearest to some codes; none if unknown."""
    with suppress(ProblemsError):
        given = read_given(options.report, console)
        _, _, source = read_and_find(*given, options, options.nulls)
        return targets_near(load_asked(source, load_compiled).linked, codes)
    return []


def _check_want(options: argparse.Namespace, linked: LinkedRulebook) -> None:
    """Refuse a `--want` that lacks its target or its outcome, or that is at odds with the command.

    The rulebook tells which of the two a lone word is, and what a shell cut in two.
    """
    written, named = options.want.strip(), options.target or ""
    target, _, want = (each.strip() for each in written.partition("="))
    if written and not (target and want):
        raise _refuse_alone(linked, target or want, options)
    if not written or named in ("", target):
        return
    said = {"option": "`--want`", "word": quote(written)}
    if is_target(linked, target):
        whole = mean_outcome(linked, target, f"{want} {named}")
        if whole in outcomes_of(linked, target):
            quoted, instead = f"--want '{target}={want} {named}'", f"--want {target}={whole}"
            said |= {"quoted": quote_to_write(quoted), "instead": quote_to_write(instead)}
            raise misuse(term("want-cut"), advice="want-in-quotes", **said)
    if not _are_one(linked, named, target):
        raise misuse(term("two-targets"), advice="target-of-want", target=quote(named), **said)


def _are_one(linked: LinkedRulebook, named: str, target: str) -> bool:
    """Tell whether a code, or words of a title, and a target are one: then nothing is at odds."""
    with suppress(ProblemsError):
        return check_target(linked, named) == check_target(linked, target)
    return False


def _refuse_alone(linked: LinkedRulebook, word: str, options: argparse.Namespace) -> ProblemsError:
    """Return the error of a target without its outcome, or of an outcome without its target.

    What to write never repeats an outcome that the target has not.
    """
    said, named = {"option": "`--want`", "word": quote(word)}, options.target or ""
    target = word if is_target(linked, word) else ""
    if not target and named and "=" not in named:
        # of `part 3` a shell makes two words
        target = check_target(linked, f"{word} {named}" if named.isdigit() else named)
        if _has_outcome(linked, target, word):
            instead = quote_to_write(_write_command(options, f"{target}={word}"))
            return misuse(term("not-wanted"), advice="write-instead", instead=instead, **said)
    if target:
        allowed = list_outcomes(linked, target)
        advice = "outcome-of-target" if allowed else "no-outcomes"
        return misuse(term("not-wanted"), advice=advice, target=target, allowed=allowed, **said)
    targets = [code for code in linked.rulebook.entries if is_target(linked, code)]
    if any(_has_outcome(linked, code, word) for code in targets):
        outcome = make_inert(word)
        return misuse(term("not-wanted"), advice="target-of-outcome", outcome=outcome, **said)
    examples = [f"{code}={each}" for code in targets for each in outcomes_of(linked, code)[:1]]
    if not examples:
        return misuse(term("not-wanted"), advice="no-outcomes", **said)
    example = quote_to_write(f"--want {examples[0]}")
    return misuse(term("not-wanted"), advice="outcome-of-none", example=example, **said)


def _write_command(options: argparse.Namespace, want: str) -> str:
    """Write the whole command with an outcome that is wanted, which names its target by itself."""
    _, beside = name_to_ask_on(options)
    words = ["ruletrail whatif", as_argument(options.report), beside]
    words += ["--want", as_word(want)]
    words += [word for each in options.values for word in ("--set", as_word(each))]
    words += ["--vary", as_word(options.vary)] if options.vary else []
    words += [f"--{each}" for each in ("pairs", "precision") if getattr(options, each)]
    words += ["--format", options.format] if options.format else []
    words += ["-o", as_argument(options.output)] if options.output else []
    return " ".join(filter(None, words))


def _has_outcome(linked: LinkedRulebook, target: str, written: str) -> bool:
    """Tell whether a target has an outcome that is called so."""
    return mean_outcome(linked, target, written) in outcomes_of(linked, target)


def _read_inputs(written: str) -> tuple[str, ...]:
    """Read the codes of inputs between commas; an empty one is a slip, and none is left out."""
    codes = [code.strip() for code in written.split(",")] if written else []
    if not all(codes):
        instead = quote_to_write(f"--vary {','.join(filter(None, codes)) or 'R03,R06'}")
        details = {"option": quote("--vary"), "word": quote(written), "instead": instead}
        raise misuse(term("empty-between-commas"), advice="write-instead", **details)
    return tuple(codes)


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
    meant = _OTHER_SIGN.fullmatch(written)
    if meant is not None:
        setting = as_word(f"{meant['code']}={meant['value']}")
        instead = quote_to_write(f"{option} {setting}")
        details = {"option": quote(option), "word": quote(written), "instead": instead}
        raise misuse(term("not-setting"), advice="write-instead", **details)
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
    named = name_to_ask_on(options)
    wording = None if form == "json" else read_wording(evaluation.record, language, *named)
    if form == "text" and not options.output and console.is_terminal:
        width = console.width
        console.write_toned(change_lines(document, answer, language, wording, width=width))
        return
    text = render_changes(document, answer, form, language, wording)
    if options.output:
        console.write_file(options.output, text.encode("utf-8"), form=form)
    else:
        console.write_form(text, form)
