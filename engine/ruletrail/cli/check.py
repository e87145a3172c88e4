"""`ruletrail check RULEBOOK…`: all problems of rulebooks, their schemas, layouts and examples."""

import argparse
import io
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from ruletrail.cli.consoles import Console, write_mended, write_whole
from ruletrail.cli.evaluations import add_library, asked_libraries, find_sources
from ruletrail.cli.progress import Progress
from ruletrail.cli.read import examine_layout, layout_file
from ruletrail.cli.text_diffs import write_diff
from ruletrail.documents import decode_text, reading_unsaved
from ruletrail.examples import (
    examples_file,
    find_misnamed,
    judge_reports,
    read_examples,
    reports_beside,
)
from ruletrail.files import show_path
from ruletrail.formats import Locale
from ruletrail.library import Libraries, Source, list_rulebooks, load_linked
from ruletrail.library.listings import find_repeated, leave_misplaced
from ruletrail.library.manifests import record_published
from ruletrail.library.remembering import forget, remembering
from ruletrail.linking import LinkedRulebook
from ruletrail.lints import Gathered, count_lints, gather, mend
from ruletrail.problems import (
    Problem,
    ProblemsError,
    has_errors,
    make_inert,
    misuse,
    quote,
    sort_problems,
    tell_together,
    term,
)
from ruletrail.rendering.sarif import to_sarif
from ruletrail.schemas import Schema

_LOADING = 2
_MENDED = {
    "it": ("corretto 1 problema", "corretti {} problemi"),
    "en": ("1 problem mended", "{} problems mended"),
}
_UNTRIED = {
    "it": (
        "1 altra correzione non provata: troppe prima di lei non si potevano fare",
        "{} altre correzioni non provate: troppe prima di loro non si potevano fare",
    ),
    "en": (
        "1 more mend was not tried: too many before it could not be made",
        "{} more mends were not tried: too many before them could not be made",
    ),
}
_RECORDED: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "recorded": "registrato {} nel manifesto, {}", "already": "{} era già registrato",
        "draft": "non registrato {}: è una bozza, e si registra ciò che è pubblicato",
        "outside": "non registrato {}: il file non sta in una raccolta",
        "errors": "non registrato {}: ha errori",
    },
    "en": {
        "recorded": "recorded {} in the manifest, {}", "already": "{} was recorded already",
        "draft": "not recorded {}: it is a draft, and what is published is recorded",
        "outside": "not recorded {}: the file lies in no library",
        "errors": "not recorded {}: it has errors",
    },
}  # fmt: skip
_NOTHING = {"it": "nessun problema\n", "en": "no problems\n"}
_UNREADABLE = frozenset(
    {"file-unreadable", "folder-not-found", "reference-form", "rulebooks-not-found", "wrong-file"}
    | {"rulebook-unknown", "rulebook-draft", "rulebook-not-in-force", "output-unwritable"}
)
_BEYOND = frozenset({"out-of-range", "wrong-size"})
_OF_LIMITS = frozenset({
    "condition-always-true", "condition-never-true", "condition-subsumed", "case-subsumed",
    "constant-out-of-range", "scale-without-least", "table-row-unasked",
})  # fmt: skip
"""What is found by the limits of the schema's numbers."""
_OF_ANOTHER = frozenset({"examples-of-another", "layout-of-another"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK|DIR", nargs="*")
    add_library(parser)
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--prove", action="store_true")


@remembering()
def run(options: argparse.Namespace, console: Console) -> int:
    """Check each rulebook and show every problem; status 2 if one cannot be read, or mended."""
    if options.dry_run and not options.fix:
        raise misuse(term("only-with"), option="`--dry-run`", other="`--fix`")
    libraries = asked_libraries(options)
    sources, problems = find_sources(options.rulebooks, libraries)
    if not options.rulebooks:
        problems += _find_repeated(libraries)
    with Progress(console.err, len(sources) * (count_lints() + _LOADING)) as progress:
        for source in sources:
            try:
                fixed = fix_one(source, console, is_dry=options.dry_run) if options.fix else None
                found = check_one(source, progress, fixed)
                if options.prove and not has_errors(found):
                    found += prove_one(source)
                problems += record_one(source, found, console) if options.record else found
            except ProblemsError as error:
                problems += error.problems
    # before they are sorted, which keeps the first fifty of each file
    cannot_read = is_unreadable(problems)
    problems = sort_problems(tell_together(problems) if options.format == "text" else problems)
    if options.format == "sarif":
        console.write_json(to_sarif(problems, console.language))
    elif problems or options.format == "json":
        console.show_problems(problems)
    else:
        console.write(_NOTHING[console.language])
    if cannot_read:
        return 2
    counting = ("error", "warning") if options.strict else ("error",)
    return 1 if any(problem.severity in counting for problem in problems) else 0


def is_unreadable(problems: Iterable[Problem]) -> bool:
    """Tell whether a rulebook could not be read at all, or what was made of it not written.

    Both are worse than one with errors: what was asked for was not done.
    """
    return any(problem.code in _UNREADABLE for problem in problems)


def _find_repeated(libraries: Libraries) -> Iterator[Problem]:
    """Yield the references that lie in two places, which nobody can ask for."""
    yield from find_repeated(leave_misplaced(list_rulebooks(*libraries)))


def check_one(source: Source, progress: Progress, known: Gathered | None = None) -> list[Problem]:
    """Check one rulebook and what lies beside it; `known` is what is gathered of it already."""
    gathered = known if known is not None else gather(source, progress.tick)
    for _ in range(1 if known is None else count_lints() + _LOADING):
        progress.tick()
    found = check_beside(source, gathered.schema, gathered.linked)
    problems = list(gathered.problems)
    if any(problem.code == "rulebook-misplaced" for problem in problems):
        # what lies beside it names its place, and is not to blame; neither is its base, where
        # the head is a copy of that one's
        found = (problem for problem in found if problem.code not in _OF_ANOTHER)
        problems = [problem for problem in problems if problem.code != "extends-cycle"]
    undeclared = {each.details["code"] for each in problems if each.code == "required-undeclared"}
    # that an example lacks a field which the schema asks for by mistake is told in the schema
    asked = (each for each in found if quote(each.absent) not in undeclared)
    crossed = {
        _name_fields(each, "properties")
        for each in problems
        if each.code == "schema-limits-crossed"
    }
    doubtful = {
        _name_fields(each, "properties")
        for each in problems
        if each.code == "thousands-point" and "properties" in (each.pointer or "").split("/")
    }
    if doubtful:
        # what holds only within limits that may be a thousand times as wide waits for these
        problems = [each for each in problems if each.code not in _OF_LIMITS]
    wrong = crossed | doubtful
    return [*problems, *(each for each in asked if not _is_beyond(each, wrong))]


def _is_beyond(problem: Problem, wrong: Collection[tuple[str, ...]]) -> bool:
    """Tell of an example's value that the limits in its place are wrong, or in doubt."""
    return problem.code in _BEYOND and _name_fields(problem, "fields") in wrong


def _name_fields(problem: Problem, below: str) -> tuple[str, ...]:
    """Name the field, and that of its rows, on the way to what is wrong in a schema or example."""
    steps = (problem.pointer or "").split("/")
    if below == "fields":
        at = next((at for at, step in enumerate(steps) if step in (below, "change")), len(steps))
        return tuple(step for step in steps[at + 1 :] if not step.isdigit())
    named = (after for before, after in pairwise(steps) if before == below)
    return tuple(name for name in named if name != "fields")


def prove_one(source: Source) -> list[Problem]:
    """Prove the properties of a rulebook without errors."""
    from ruletrail.proofs import judge_properties  # noqa: PLC0415 - only where it is asked for

    linked = load_linked(source)
    if not linked.rulebook.properties:
        return []
    return judge_properties(linked, reports=reports_beside(source, linked))


def check_source(source: Source) -> list[Problem]:
    """Check one rulebook for who shows no progress: servers, and the processes that they have."""
    return check_one(source, Progress(io.StringIO(), 1))


# -- Mending what is certain -----------------------------------------------------------------------


def fix_one(source: Source, console: Console, *, is_dry: bool) -> Gathered | None:
    """Mend a rulebook's file by the hints that are certain, and say what was mended, or would be.

    It is written whole or not at all, and only if what was mended reads as the same document. What
    was gathered on the way of the file as it is now need not be gathered again.
    """
    data = source.read()
    before = decode_text(data, source.shown)

    rounds: list[tuple[str, Gathered]] = []

    def check(written: str) -> Sequence[Problem]:
        with reading_unsaved({source.path: written}):
            found = gather(source)
        rounds[1:] = [(written, found)]  # the first, of what is there, and the last
        return found.problems

    mended = mend(before, source.shown, check)
    if mended.untried:
        console.note(tell_untried(mended.untried, source.shown, console.language))
    if mended.fixed and is_dry:
        _show_changes(before, mended.text, source.shown, console)
    elif mended.fixed:
        after = mended.text.encode()
        after = BOM_UTF8 + after if data.startswith(BOM_UTF8) else after
        write_mended(source.path, data, after)
        forget()
        console.note(tell_mended(len(mended.fixed), source.shown, console.language))
    now = source.read()
    return next((found for text, found in rounds if text.encode() == now), None)


def _show_changes(before: str, after: str, shown: str, console: Console) -> None:
    """Show a diff: as the result, or beside it where that is for programs."""
    lines = list(write_diff(before, after, shown))
    if console.format == "text":
        console.write("".join(f"{line}\n" for line in lines))
    else:
        console.note("\n".join(lines))


def tell_mended(count: int, file: str, language: Locale) -> str:
    """Say how many problems were mended, in a file."""
    one, more = _MENDED[language]
    return f"{make_inert(file)}: {one if count == 1 else more.format(count)}"


def tell_untried(count: int, file: str, language: Locale) -> str:
    """Say how many problems have a hint that is certain, and were not tried, in a file."""
    one, more = _UNTRIED[language]
    return f"{make_inert(file)}: {one if count == 1 else more.format(count)}"


def check_beside(
    source: Source, schema: Schema | None, linked: LinkedRulebook | None
) -> Iterator[Problem]:
    """Yield the problems of a rulebook's layout and examples, as far as its schema is known."""
    layout = layout_file(source)
    try:
        if layout.is_there:
            shown = (PurePosixPath(source.shown).parent / layout.path.name).as_posix()
            yield from examine_layout(layout, shown, schema, linked)[1]
    except ProblemsError as error:
        yield from error.problems
    try:
        if examples_file(source).is_there:
            examples = read_examples(source, linked).examples
            yield from judge_reports(examples, linked) if linked is not None else ()
        else:
            yield from find_misnamed(source)
    except ProblemsError as error:
        yield from error.problems


def record_one(source: Source, problems: list[Problem], console: Console) -> list[Problem]:
    """Add a published version without errors to its manifest; return the problems left.

    People are told that it was added, and where; or why there was nothing to add.
    """
    texts = _RECORDED[console.language]
    if has_errors(problems):
        _note(texts["errors"].format(source.shown), console)
        return problems
    linked = load_linked(source)
    made, reference = record_published(linked, source), str(linked.rulebook.identity)
    if made is None:
        is_draft, is_alone = linked.rulebook.status != "published", source.library is None
        why = "draft" if is_draft else "outside" if is_alone else "already"
        _note(texts[why].format(reference), console)
        return problems
    path, text = made
    write_whole(path, text.encode())
    _note(texts["recorded"].format(reference, show_path(path)), console)
    return [problem for problem in problems if problem.code != "published-unrecorded"]


def _note(text: str, console: Console) -> None:
    """Tell people what was done beside the answer; programs read the manifest."""
    if console.format == "text":
        console.note(text)
