"""What commands share: find the rulebook and the report that the arguments name, and evaluate."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TypeVar, get_args

from ruletrail.answers import Evaluation
from ruletrail.api import (
    Plan,
    check_day,
    find_reference,
    find_source,
    name_meant,
    search_libraries,
)
from ruletrail.cli.consoles import Console
from ruletrail.documents import (
    LIST_REPORT_LIMITS,
    REPORT_LIMITS,
    Node,
    Nulls,
    read_document,
    read_start,
    take_nulls,
)
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import replace
from ruletrail.files import as_text, is_file, is_folder, is_same, is_there
from ruletrail.formulas import Formula
from ruletrail.intake import find_remarks, is_whole
from ruletrail.library import Libraries, Source, load_compiled, source_of_path
from ruletrail.library.bases import list_files
from ruletrail.library.listings import read_listing
from ruletrail.library.places import list_in_folder
from ruletrail.linking import has_rows
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    misuse,
    quote,
    quote_to_write,
    refusal,
    sort_problems,
    term,
    without_consequences,
)
from ruletrail.references import parse_reference, version_key
from ruletrail.rendering.readings import quote_word
from ruletrail.reports import Report, read_reference

T = TypeVar("T")


def add_evaluation_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a report and the rulebook that answers."""
    parser.add_argument("report", metavar="REPORT")
    parser.add_argument("--rulebook", metavar="REF|PATH")
    add_as_of(parser)
    add_library(parser)


def add_nulls(parser: argparse.ArgumentParser) -> None:
    """Add the argument that says what null means in a report."""
    parser.add_argument("--nulls", choices=get_args(Nulls), default="refused")


def name_to_ask_on(options: argparse.Namespace) -> tuple[str, str]:
    """Return the report's name for a command that asks on, and the options that it needs again.

    Neither for a stream, which is read once.
    """
    if options.report == "-":
        return "", ""
    named = [("--rulebook", options.rulebook), ("--as-of", options.as_of)]
    named += [("--library", each) for each in options.library]
    nulls = getattr(options, "nulls", "refused")  # a seal reads none
    if nulls != "refused":
        named.append(("--nulls", nulls))
    words = [word for name, value in named if value for word in (name, quote_word(str(value)))]
    return str(options.report), " ".join(words)


def refuse_swapped(options: argparse.Namespace) -> None:
    """Refuse a code in the place of the report, and the report in that of the code."""
    given, code = str(options.report), str(options.code or "")
    if code and given != "-" and not is_there(Path(given)) and is_file(Path(code)):
        instead = f"ruletrail {options.command} {code} {given}"
        raise misuse(term("report-first"), advice="write-instead", instead=quote_to_write(instead))


def evaluate_report(
    options: argparse.Namespace,
    console: Console,
    output: str | None = None,
    check: Callable[[Plan], None] = lambda _: None,
    *,
    is_shown: bool = False,
) -> Evaluation:
    """Read and evaluate the report that the arguments name; an `output` may be no file of it.

    What else is asked is put to `check` before the work: it raises what the rulebook alone refuses.
    `is_shown` tells that the first screen follows on the same terminal, which says what in the
    report looks like a slip: nobody reads it twice.
    """
    given = read_given(options.report, console)
    node, problems, source = read_and_find(*given, options, options.nulls)
    plan = Plan.of_functions(load_asked(source, load_compiled))
    if output:
        refuse_inputs(output, [options.report], source)
    newer = find_newer(node, options)
    is_told = is_shown and console.is_watched
    report = check_given(plan, node, problems, options.report, console, more=newer, is_told=is_told)
    check(plan)
    return evaluate_twice(plan, report)


def read_and_find(
    data: bytes, name: str, options: argparse.Namespace, nulls: Nulls = "refused"
) -> tuple[Node | None, list[Problem], Source]:
    """Read a report, and find the rulebook that answers it.

    One that is too large for most rulebooks is read all the same where its rulebook has lists.
    """
    node, problems = take_nulls(*read_document(data, name, REPORT_LIMITS), nulls)
    if len(data) > REPORT_LIMITS.size:
        larger, found = take_nulls(*read_document(data, name, LIST_REPORT_LIMITS), nulls)
        is_read = larger is not None and is_whole(found)
        source = find_asked(options, larger, found) if is_read else None
        if source is not None and has_rows(load_asked(source, load_compiled).linked):
            return larger, found, source
    return node, problems, find_asked(options, node, problems)


def load_asked(source: Source, load: Callable[[Source], T]) -> T:
    """Load a rulebook; what is wrong with it is said of paths that open from the working folder.

    A trail names the file by its place in the library, so that it is the same in every folder.
    """
    try:
        return load(source)
    except ProblemsError:
        load(source.by_path())
        raise


def check_given(
    plan: Plan,
    node: Node | None,
    problems: list[Problem],
    written: str,
    console: Console,
    *,
    more: Sequence[Problem] = (),
    is_told: bool = False,
) -> Report:
    """Check a report; another document of ours in its place is said to be one.

    What is admitted and yet looks like a slip is remarked, unless it `is_told` elsewhere, with
    `more`, and changes nothing.
    """
    try:
        report = plan.check(node, problems)
    except ProblemsError as error:
        raise _explain(error.problems, node, written) from error
    slips = [] if is_told or node is None else find_remarks(node, plan.linked)
    remarks = [*more, *slips]
    if remarks:
        console.show_remarks(open_marks(remarks, written))
    return report


def _explain(problems: Iterable[Problem], node: Node | None, written: str) -> ProblemsError:
    from ruletrail.documents import explain_document, name_written  # noqa: PLC0415 - rare

    found = [
        replace(problem, advice="empty-report") if problem.code == "empty-document" else problem
        for problem in explain_document(problems, node, ("report",))
    ]
    return ProblemsError(sort_problems(open_marks(name_written(found, written), written)))


def open_marks(problems: Iterable[Problem], written: str) -> list[Problem]:
    """Name the report in marks as the user did, so that they open; a trail has its name alone."""
    return [
        replace(problem, mark=replace(problem.mark, file=as_text(Path(written).as_posix())))
        if problem.mark.file == Path(written).name
        else problem
        for problem in problems
    ]


def read_given(written: str, console: Console) -> tuple[bytes, str]:
    """Return a report's bytes, from a file or, for `-`, standard input; and its name for marks."""
    if written == "-":
        return console.read_input(LIST_REPORT_LIMITS.size), "-"
    try:
        return read_path(written)
    except ProblemsError as error:
        if not is_there(Path(written)) and _is_rulebook(written):
            from ruletrail.documents.recognising import wrong_file  # noqa: PLC0415 - rare

            raise ProblemsError([wrong_file("rulebook", written)]) from error
        raise


def read_path(written: str) -> tuple[bytes, str]:
    """Return the bytes of a report's file, and its name for marks."""
    # one byte more than the limit: what is too large may be no report at all, and is told so
    size = LIST_REPORT_LIMITS.size + 1
    return read_start(Path(written), written, size, ends=_REPORT_ENDS), Path(written).name


_REPORT_ENDS = (".yaml", ".yml", ".json")
"""How the names of reports end."""


def _is_rulebook(written: str) -> bool:
    """Tell whether a word that names no file is the reference of a rulebook that is there."""
    reference = parse_reference(written)
    with suppress(ProblemsError):
        return reference is not None and bool(find_reference(reference, "", Mark(written)))
    return False


def find_asked(options: argparse.Namespace, node: Node | None, problems: list[Problem]) -> Source:
    """Find the rulebook that the arguments name, else the one that the report names."""
    if node is None or not is_whole(problems):
        raise _explain(problems, node, options.report)
    reference, mark, found = read_reference(node)
    if reference is None or found:
        found = name_meant(found, node, asked_libraries(options))
        known = [*problems, *without_consequences(problems, found)]
        raise _explain(known, node, options.report)
    if options.rulebook:
        return find_rulebook(options)
    try:
        return find_reference(reference, check_day(options.as_of), mark, asked_libraries(options))
    except ProblemsError as error:
        found = [_name_file(each) for each in error.problems]
        raise ProblemsError(open_marks(found, options.report)) from error


def _name_file(problem: Problem) -> Problem:
    """Say of a rulebook that is in no library, nor like one, how its file is named."""
    is_unlike = problem.code == "rulebook-unknown" and not problem.suggestion
    return (
        replace(problem, advice="rulebook-by-file") if is_unlike and not problem.advice else problem
    )


def find_newer(node: Node | None, options: argparse.Namespace) -> list[Problem]:
    """Find that a report pins a version of which there is a newer one.

    The answer is that of the version that it names, and says nothing of others: its trail is the
    same in every library.
    """
    asked, mark, _ = read_reference(node) if node is not None else (None, None, ())
    if asked is None or mark is None or not asked.version or options.rulebook:
        return []
    day, libraries = check_day(options.as_of), asked_libraries(options)
    # where nothing answers the edition, or two do, there is nothing newer to name
    with suppress(ProblemsError):
        found = read_listing(find_reference(asked.edition_only, day, mark, libraries))
        if found is None or version_key(found.reference.version) <= version_key(asked.version):
            return []
        newer = found.reference
        details = {
            "asked": quote(str(asked)),
            "version": newer.version,
            "edition": quote_to_write(f"rulebook: {asked.edition_only}"),
            "command": quote_to_write(f"ruletrail diff {asked} {newer}"),
        }
        return [Problem("newer-version", mark, details)]
    return []


_STANDARD_INPUT = "/dev/stdin"
"""What `-` reads, where the system has a name for it: a file, by `< FILE`."""


def refuse_inputs(
    output: str, given: Iterable[str], source: Source, place: Path | int | None = None
) -> None:
    """Refuse an output that is a file which the command reads, by whatever name or link.

    `given` are the files that the user named; the rulebook's own are known. `place` is where the
    output is, if its name does not say it: the number of an open descriptor.
    """
    place = Path(output) if place is None else place
    inputs = [Path(_STANDARD_INPUT if name == "-" else name) for name in given]
    for path in chain(inputs, list_files(source)):
        if output and is_same(place, path):
            raise refusal("output-is-input", output, file=quote(output), input=quote(str(path)))


class EvaluatorsDisagreeError(Exception):
    """The two evaluators gave different records of one report: a defect of ours."""


def evaluate_twice(plan: Plan, report: Report) -> Evaluation:
    """Evaluate by the reference and by the compiled functions; give what both agree on."""
    record = evaluate_record(plan.linked, report)
    if plan.functions.evaluate_record(report) != record:
        raise EvaluatorsDisagreeError(plan.reference)
    return Evaluation(plan.linked, record)


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add the argument that chooses a version by a date."""
    parser.add_argument("--as-of", metavar="DATE", default="", dest="as_of")


def add_library(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names a folder of rulebooks."""
    parser.add_argument(
        "--library",
        metavar="DIR",
        action="append",
        default=[],
    )


def asked_libraries(options: argparse.Namespace) -> Libraries:
    """Find the libraries that references are looked up in, those that the arguments name first."""
    return search_libraries(options.library)


def find_rulebook(options: argparse.Namespace) -> Source:
    """Find the rulebook that the arguments name, on the date that they name."""
    return _find_source(options, drafts=False)


def find_own_rulebook(options: argparse.Namespace) -> Source:
    """Find the rulebook whose text is asked for, also one of which there are only drafts.

    A draft gives no answer to a report that does not pin it; its author reads it by its name.
    Marks can be opened from the working folder: nothing of them goes into a trail.
    """
    return _find_source(options, drafts=True).by_path()


def _find_source(options: argparse.Namespace, *, drafts: bool) -> Source:
    day, libraries = check_day(options.as_of), asked_libraries(options)
    return find_source(options.rulebook, day, libraries=libraries, drafts=drafts)


def find_sources(
    written: Sequence[str], libraries: Libraries
) -> tuple[list[Source], list[Problem]]:
    """Find the rulebooks that words name: each by reference or path, or all those of a folder.

    Without a word, all those of the nearest library. Gives what was found, and what is wrong with
    the other words.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    for word in written or _nearest_folders(libraries):
        try:
            folder = Path(word)
            is_one = not word or not is_folder(folder)
            sources += (
                [source_as_written(word, libraries)]
                if is_one
                else list_in_folder(folder, libraries)
            )
        except ProblemsError as error:
            problems += error.problems
    return sources, problems


def _nearest_folders(libraries: Libraries) -> list[str]:
    """Name the folders of the libraries that the user named, else of the nearest one."""
    given = [each for each in libraries if each.origin == "given"]
    nearest = [each for each in libraries if each.origin == "nearest"]
    if not given and not nearest:
        raise refusal("rulebooks-not-found", ".", text=quote("."))
    return [str(library.rulebooks) for library in given or nearest]


def source_as_written(written: str, libraries: Libraries) -> Source:
    """Find a rulebook, or its draft, with marks that can be opened; a path stays as it is given."""
    source = find_source(written, libraries=libraries, drafts=True)
    is_path = source.root is None
    return take_file(Path(written), libraries) if is_path else source.by_path()


def take_file(path: Path, libraries: Libraries) -> Source:
    """Take the file that the user names as a rulebook, which may lie anywhere."""
    return source_of_path(path, path.as_posix(), libraries)


def remark_points(condition: Formula, option: str, console: Console) -> None:
    """Remark on numbers in an option's condition whose point probably was to part thousands."""
    if "." not in condition.text:
        return
    from ruletrail.lints import find_thousands_asked  # noqa: PLC0415 - rare, and slow to import

    found = find_thousands_asked(condition, option)
    if found:
        console.show_remarks(found)


def place_at_code(problem: Problem, code: str, rulebook: str) -> Problem:
    """Put what is wrong with a code at the code; let one that nobody knows point to the list."""
    if problem.code == "code-not-encoded":
        return replace(problem, mark=Mark(code))
    if problem.code != "unknown-step":
        return problem
    details = {**problem.details, "rulebook": rulebook}
    return replace(problem, mark=Mark(code), details=details, advice=problem.advice or "codes-of")
