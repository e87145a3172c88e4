"""`ruletrail prove RULEBOOK…`: gaps, overlaps, dead cases, errors, roundings, over all reports."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from ruletrail.api import Plan
from ruletrail.cli.consoles import Console, tell_written, write_whole
from ruletrail.cli.evaluations import (
    add_library,
    asked_libraries,
    find_sources,
    remark_points,
)
from ruletrail.cli.progress import Progress
from ruletrail.cli.whole_numbers import Whole
from ruletrail.examples import examples_file, reports_beside
from ruletrail.files import (
    is_folder,
    is_possible,
    is_there,
    make_folder,
    refuse_closed_folder,
    remove_folders,
)
from ruletrail.formats import Locale
from ruletrail.library import Source, load_linked
from ruletrail.library.remembering import remembering
from ruletrail.linking import link_condition, names_of_choices
from ruletrail.problems import (
    Problem,
    ProblemsError,
    misuse,
    quote,
    quote_to_write,
    refusal,
    sort_problems,
    term,
    unwritable,
)
from ruletrail.proofs import LIMITS, Limits, Proof, prove, same_codes
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import canonical_json

_LIMITS = ("work", "work_all", "timeout", "timeout_all")
"""The options that limit a proof."""
_QUESTIONS = 3
"""For so many of the hardest questions there is work, unless somebody says otherwise."""
_SECONDS = 0.5
"""What a million steps may take, at least."""
_MOST = 3_600
_PROPERTY = "--property"
_TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {"one": "1 esempio", "many": "{} esempi",
           "none": "nessun esempio da scrivere per {}: nulla lo mostra"},
    "en": {"one": "1 example", "many": "{} examples",
           "none": "no example to write for {}: nothing shows one"},
}  # fmt: skip
_COMPARED = (Rule, Decision, Section, Check)
_TWO = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK|DIR", nargs="*")
    add_library(parser)
    parser.add_argument("--property", metavar="FORMULA", action="append", default=[])
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    for option in _LIMITS:
        metavar = "MILLIONS" if option.startswith("work") else "SECONDS"
        name = f"--{option.replace('_', '-')}"
        parser.add_argument(name, metavar=metavar, type=Whole(1, _MOST))
    parser.add_argument("--write-examples", metavar="DIR")


@remembering()
def run(options: argparse.Namespace, console: Console) -> int:
    """Prove what can be proved of each rulebook; 1 where something is wrong or open."""
    _check(options)
    sources, problems = find_sources(options.rulebooks, asked_libraries(options))
    if problems:
        raise ProblemsError(sort_problems(problems))
    if options.same:
        return _compare(sources, options, console)
    targets = _example_targets(sources, options)
    proofs: list[Proof] = []
    for source, target in zip(sources, targets, strict=True):
        try:
            plan = Plan(load_linked(source))
            proofs.append(_prove(source, plan, options, console))
            if target is not None:
                _write_examples(plan, proofs[-1], target, console)
        except ProblemsError as error:
            # as `check` has it: a rulebook with errors is 1, one that cannot be read is 2
            problems += error.problems
    if problems:
        return _refuse(proofs, sort_problems(problems), options, console)
    _write(proofs, options, console)
    return 0 if all(proof.is_settled for proof in proofs) else 1


def _check(options: argparse.Namespace) -> None:
    for option in (_PROPERTY, "--write-examples") if options.same else ():
        if getattr(options, option.strip("-").replace("-", "_")):
            raise misuse(term("not-together"), option="`--same`", other=f"`{option}`")


def limits_of(options: argparse.Namespace) -> Limits:
    """Take the limits that are given; who admits more work for a question, admits more of all."""
    work = options.work or LIMITS.work
    in_all = options.work_all or max(LIMITS.work_in_all, _QUESTIONS * work)
    usual = max(LIMITS.seconds, work * _SECONDS)
    usual_in_all = max(LIMITS.seconds_in_all, in_all * _SECONDS)
    return Limits(work, in_all, options.timeout or usual, options.timeout_all or usual_in_all)


def _refuse(
    proofs: Sequence[Proof],
    problems: Sequence[Problem],
    options: argparse.Namespace,
    console: Console,
) -> int:
    """Show what is wrong with rulebooks, beside what was proved of others; the status is check's.

    A property that is no condition of a rulebook is a wrong command. Programs get one object.
    """
    from ruletrail.cli.check import is_unreadable  # noqa: PLC0415 - rare, and slow to import

    if proofs and options.format == "text":
        _write(proofs, options, console)
    console.show_problems(problems)
    is_wrong_call = any((problem.mark.file or "").startswith(_PROPERTY) for problem in problems)
    return 2 if is_wrong_call or is_unreadable(problems) else 1


def _prove(source: Source, plan: Plan, options: argparse.Namespace, console: Console) -> Proof:
    # of several rulebooks a code that one lacks is told with the one that lacks it
    is_one = len(options.rulebooks) == 1 and not is_folder(Path(options.rulebooks[0]))
    place = _PROPERTY if is_one else f"{_PROPERTY} ({plan.reference})"
    asked = [(text, link_condition(plan.linked, text, place)) for text in options.property]
    for _, condition in asked:
        remark_points(condition, place, console)
    with Progress(console.err, len(plan.linked.steps) + len(asked)) as progress:
        return prove(
            plan,
            asked,
            limits=limits_of(options),
            reports=reports_beside(source, plan.linked),
            tell=lambda _: progress.tick(),
        )


def _write(proofs: Sequence[Proof], options: argparse.Namespace, console: Console) -> None:
    if options.format == "json":
        answers = [answer.to_dict() for proof in proofs for answer in proof.answers]
        console.write_json_text(canonical_json({"questions": answers}) + "\n")
        return
    # the form for programs is in no language
    from ruletrail.proofs.pages import write_proof  # noqa: PLC0415

    texts = [write_proof(proof, console.language, is_full=options.full) for proof in proofs]
    console.write("\n".join(texts))


# -- Two rulebooks ---------------------------------------------------------------------------------


def _compare(sources: Sequence[Source], options: argparse.Namespace, console: Console) -> int:
    """Tell of each code that both rulebooks have whether it is the same for all reports of both."""
    if len(sources) != _TWO:
        from ruletrail.cli.absent_arguments import write_two  # noqa: PLC0415 - rare, and slow

        two = write_two(options.rulebooks, asked_libraries(options), console.language)
        example = quote_to_write(f"ruletrail prove --same {two}")
        raise misuse(
            term("two-rulebooks"), advice="like-example", option="`--same`", example=example
        )
    old, new = (Plan(load_linked(source)) for source in sources)
    others = new.linked.rulebook.entries
    codes = [
        entry.code
        for entry in old.linked.steps
        if isinstance(entry, _COMPARED) and entry.code in others
    ]
    answers = same_codes(old, new, codes, limits=limits_of(options))
    names = {**names_of_choices(old.linked), **names_of_choices(new.linked)}
    proof = Proof(f"{old.reference} ↔ {new.reference}", answers, names)
    _write([proof], options, console)
    return 0 if all(answer.answer == "proved" for answer in answers) else 1


# -- Examples --------------------------------------------------------------------------------------


def _example_targets(
    sources: Sequence[Source], options: argparse.Namespace
) -> Sequence[Path | None]:
    """Find the files of examples to write, which may not be there yet; no two may be one.

    That they cannot be written is told before the proof, which may take minutes.
    """
    if options.write_examples is None:
        return [None] * len(sources)
    folder = Path(options.write_examples)
    if not is_possible(options.write_examples):
        raise unwritable(options.write_examples)
    try:
        # one that is not there is made once there is something to write
        refuse_closed_folder(next(each for each in (folder, *folder.parents) if is_there(each)))
    except OSError as error:
        raise unwritable(str(folder), error) from error
    paths = [folder / examples_file(source).path.name for source in sources]
    for at, path in enumerate(paths):
        if path in paths[:at]:
            pair = (quote(str(sources[each].path)) for each in (paths.index(path), at))
            raise misuse(term("not-together"), **dict(zip(("option", "other"), pair, strict=True)))
        if is_there(path):
            raise refusal("file-exists", str(path), file=quote(str(path)))
    return paths


def _write_examples(plan: Plan, proof: Proof, path: Path, console: Console) -> None:
    """Write the examples of one rulebook, and tell people what was written, or that nothing was."""
    from ruletrail.proofs.example_files import list_shown, write_examples  # noqa: PLC0415 - on demand

    text = write_examples(plan.linked, proof.answers, console.language)
    texts = _TEXTS[console.language]
    if text is None:
        said = texts["none"].format(plan.reference)
    else:
        _write_file(path, text)
        count = len(list_shown(proof.answers))
        counted = texts["one" if count == 1 else "many"].format(count)
        said = tell_written(str(path), counted, console.language)
    if console.format == "text":
        console.note(said)


def _write_file(path: Path, text: str) -> None:
    """Write a file of examples, in a folder that is made where it is not there."""
    try:
        made = make_folder(path.parent)
    except OSError as error:
        raise unwritable(str(path.parent), error) from error
    try:
        write_whole(path, text.encode("utf-8"))
    except ProblemsError:
        remove_folders(made)
        raise
