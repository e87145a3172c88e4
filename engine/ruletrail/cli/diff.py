"""`ruletrail diff OLD NEW`: what changed in meaning, what comes of it, which version it is."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ruletrail.api import Plan
from ruletrail.batches.dialects import DECIMALS, ENCODINGS
from ruletrail.batches.rows import BEGIN
from ruletrail.batches.sources import BY_COLUMNS, BY_ROWS, FORMATS, FirstRows, settle_dialect
from ruletrail.batches.worker_pool import prepare_workers
from ruletrail.cli.batch import LARGE, WORKER_IMPORTS, count_cores
from ruletrail.cli.consoles import DONE, UNSATISFIED, Console, choose_form
from ruletrail.cli.endings import ends_in_order
from ruletrail.cli.evaluations import (
    add_library,
    add_nulls,
    asked_libraries,
    load_asked,
    refuse_inputs,
    source_as_written,
)
from ruletrail.cli.progress import Progress, RowProgress
from ruletrail.cli.row_sources import open_rows
from ruletrail.differences import Difference, Impact, Pair, compare
from ruletrail.differences.impacts import MOST_NAMED
from ruletrail.differences.inputs import (
    ImpactJob,
    is_by_columns,
    list_codes,
    list_reports,
    make_forms,
    measure_folder,
    measure_rows,
)
from ruletrail.examples import Examples, examples_file, read_examples
from ruletrail.files import is_folder
from ruletrail.library import Source, load_quick
from ruletrail.problems import ProblemsError, misuse, quote, term
from ruletrail.rendering import FORMS
from ruletrail.trails import canonical_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    add_library(parser)
    parser.add_argument("--reports", metavar="DIR|FILE", dest="input", default="")
    parser.add_argument("--from", choices=FORMATS, dest="source_form", default="")
    parser.add_argument("--keep", metavar="COLUMN,…", action="append", default=[])
    parser.add_argument("--decimal", choices=DECIMALS, default="")
    parser.add_argument("--encoding", choices=ENCODINGS, default="")
    parser.add_argument("--sheet", metavar="NAME", default="")
    add_nulls(parser)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--format", choices=FORMS)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Load both, compare them, and what both answer to the reports that are given."""
    form = choose_form(options, "text")
    _refuse_without_reports(options)
    libraries = asked_libraries(options)
    sources = [source_as_written(written, libraries) for written in (options.old, options.new)]
    old, new = (_load(source) for source in sources)
    for source in sources if options.output else ():
        refuse_inputs(options.output, _list_inputs(options.input), source)
    difference = compare(old, new, _read_examples(sources, (old, new)))
    if options.input:
        with ends_in_order(console):
            difference = difference.with_impact(_measure(options, console, Pair(old, new)))
    _write(difference, (old, new), form, options, console)
    return UNSATISFIED if difference.may_differ else DONE


def _refuse_without_reports(options: argparse.Namespace) -> None:
    """Refuse what says how reports are read where none are given: it would be lost."""
    of_reports = {
        "--from": options.source_form,
        "--keep": options.keep,
        "--decimal": options.decimal,
        "--encoding": options.encoding,
        "--sheet": options.sheet,
    }
    for option, given in of_reports.items():
        if given and not options.input:
            raise misuse(term("only-with"), option=quote(option), other="`--reports`")


def _list_inputs(name: str) -> list[str]:
    """List the files that reports are read from: one, or those of a folder."""
    if name in ("", "-") or not is_folder(Path(name)):
        return [name] if name else []
    return [str(Path(name, each)) for each in list_reports(Path(name)).reports]


def _load(source: Source) -> Plan:
    linked, functions = load_asked(source, load_quick)
    return Plan(linked) if functions is None else Plan.of_functions(functions)


def _read_examples(
    sources: Iterable[Source], plans: Iterable[Plan]
) -> Iterator[tuple[int, Examples]]:
    """Read the examples beside both rulebooks; wrong ones are left out."""
    for at, (source, plan) in enumerate(zip(sources, plans, strict=True)):
        if not examples_file(source).is_there:
            continue
        try:
            yield at, read_examples(source, plan.linked)
        except ProblemsError:
            continue  # `check` tells what is wrong with them; here they are only tried


def _measure(options: argparse.Namespace, console: Console, pair: Pair) -> Impact:
    """Count what changes for the reports of a folder, or for the rows of an input."""
    most, folder = (None if options.all else MOST_NAMED), Path(options.input)
    if options.input == "-" or not is_folder(folder):
        return _measure_rows(options, console, pair, most)
    listing = list_reports(folder)
    with Progress(console.err, len(listing.reports)) as progress:
        return measure_folder(pair, folder, listing, most, options.nulls, progress.tick)


def _measure_rows(
    options: argparse.Namespace, console: Console, pair: Pair, most: int | None
) -> Impact:
    source = open_rows(options, console)
    keep = list(_split(options.keep))
    by_columns = is_by_columns(pair, source, keep)
    size, cores = BY_COLUMNS if by_columns else BY_ROWS, count_cores()
    first = FirstRows(source, size)
    source = settle_dialect(source, first, pair.new.linked, options.decimal)
    forms, carried = make_forms(pair, source, keep, options.nulls)
    job = ImpactJob(pair, list_codes(pair), most, forms, carried, by_columns)
    given = first.all()
    chunks = source.chunks(BEGIN, size) if given is None else given
    if by_columns and cores > 1 and (source.size or 0) > LARGE:
        prepare_workers(WORKER_IMPORTS)
    with RowProgress(console, source.size, source.form, BEGIN) as progress:
        return measure_rows(job, chunks, options.input, cores, progress.tick)


def _split(keep: Sequence[str]) -> Iterator[str]:
    for written in keep:
        yield from (name for each in written.split(",") if (name := each.strip()))


def _write(
    difference: Difference,
    plans: tuple[Plan, Plan],
    form: str,
    options: argparse.Namespace,
    console: Console,
) -> None:
    if form == "json":
        text = canonical_json(difference.to_dict()) + "\n"
    else:
        # the form for programs is in no language
        from ruletrail.differences.pages import make_page, write_page  # noqa: PLC0415

        language = console.language if console.chosen else plans[1].linked.rulebook.locale
        page = make_page(difference, plans, language, is_whole=options.all)
        if form == "text" and not options.output and console.is_terminal:
            from ruletrail.rendering.texts import write_lines  # noqa: PLC0415 - on a terminal alone

            console.write_toned(write_lines(page, console.width))
            return
        text = write_page(page, form)
    if options.output:
        console.write_file(options.output, text.encode("utf-8"), form=form)
    else:
        console.write_form(text, form)
