"""`ruletrail batch INPUT -o OUTPUT`: many reports, one row out for each, in order."""

import argparse
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ruletrail.analysis.inference import is_covered
from ruletrail.batches.answer_sizes import bound_by_answers, cut_chunks
from ruletrail.batches.carrying import choose_columns, choose_keys, list_alike
from ruletrail.batches.cells import Carried
from ruletrail.batches.checkpoints import Partial, Start, growing_files
from ruletrail.batches.dialects import DECIMALS, ENCODINGS, OFFICE, PLAIN, Dialect
from ruletrail.batches.fine_numbers import tell_finer
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import CHUNK_ROWS, Chunk, Counts, Place
from ruletrail.batches.running import Summary, run_batch
from ruletrail.batches.sources import (
    BY_COLUMNS,
    BY_ROWS,
    FORMATS,
    MOVED,
    OF_FILES,
    RULEBOOK,
    FirstRows,
    Source,
    check_header,
    format_of_name,
    is_read,
    refuse_moved,
    refuse_stream,
    settle_dialect,
)
from ruletrail.batches.trail_files import is_trail_name, made_folder, name_run, without_halves
from ruletrail.batches.trail_filter import SHOWN, parse_filter
from ruletrail.batches.worker_pool import prepare_workers
from ruletrail.batches.writing import layout_of
from ruletrail.cli.batch_summaries import column_notes, describe, tell
from ruletrail.cli.consoles import (
    DONE,
    OUR_DEFECT,
    UNSATISFIED,
    Console,
    OutputLostError,
    tell_written,
)
from ruletrail.cli.endings import ends_in_order
from ruletrail.cli.evaluations import (
    add_as_of,
    add_library,
    add_nulls,
    load_asked,
    refuse_inputs,
    remark_points,
)
from ruletrail.cli.progress import RowProgress
from ruletrail.cli.row_sources import find_rulebook_of_rows, lacks_argument, open_rows
from ruletrail.cli.whole_numbers import Whole
from ruletrail.documents import unreadable
from ruletrail.documents.recognising import as_argument
from ruletrail.fast_dataclasses import replace
from ruletrail.files import is_folder, names_descriptor, open_descriptor, plain_name
from ruletrail.formats import Locale
from ruletrail.library import Source as Rulebook
from ruletrail.library import load_linked
from ruletrail.library.bases import list_files
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError, misuse, quote, refusal, term, unwritable
from ruletrail.versions import ENGINE_VERSION

if TYPE_CHECKING:
    from ruletrail.batches.parquet import Batches
    from ruletrail.batches.workbook_writing import Workbook

_STANDARD_OUTPUT = "/dev/stdout"
_MOST_WORKERS = 256
LARGE = 1 << 24
"""Bytes of an input that has many pieces, whatever its form."""
WORKER_IMPORTS = "ruletrail.batches.worker_imports"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("input", metavar="INPUT", nargs="?", default="")
    parser.add_argument("-o", metavar="OUTPUT", dest="output", default="")
    parser.add_argument("--from", choices=FORMATS, dest="source_form", default="")
    parser.add_argument("--to", choices=FORMATS, dest="output_form", default="")
    parser.add_argument("--rulebook", metavar="REF|PATH", default="")
    add_as_of(parser)
    add_library(parser)
    add_nulls(parser)
    parser.add_argument("--keep", metavar="COLUMN,…|all", action="append", default=[])
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("--decimal", choices=DECIMALS, default="")
    parser.add_argument("--encoding", choices=ENCODINGS, default="")
    parser.add_argument("--sheet", metavar="NAME", default="")
    parser.add_argument("--workers", metavar="N", type=Whole(1, _MOST_WORKERS))
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--trails", metavar="DIR", default="")
    parser.add_argument("--only", metavar="CONDITION", default="")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--explain-plan", action="store_true", dest="explain_plan")


def run(options: argparse.Namespace, console: Console) -> int:
    """Find the plan, answer every row, put the output in its place."""
    with ends_in_order(console):
        return _answer(options, console)


def _answer(options: argparse.Namespace, console: Console) -> int:
    if _needs_workers(options):
        prepare_workers(WORKER_IMPORTS)
    source = open_rows(options, console) if options.input else None
    if options.explain_plan:
        return _explain_plan(options, console, source)
    if source is None or not options.output:
        raise lacks_argument("INPUT" if source is None else "-o OUTPUT", _write_example(options))
    form = _check_output(options)
    first = FirstRows(source, _size(options))
    rulebook = find_rulebook_of_rows(options, source, first)
    linked = load_asked(rulebook, load_linked)
    for name in _list_outputs(options, rulebook):
        place = _number_of(console.out) if name == "-" else None
        refuse_inputs(name, [options.input], rulebook, place)
    source = settle_dialect(source, first, linked, options.decimal)
    job = _make_job(options, console, source, linked, form)
    with column_notes(options.workers or count_cores(), console):
        summary = _run(options, console, source, job, first.all())
    described = describe(summary, console.language)
    is_file = not _is_stream(options.output)
    told = tell_written(options.output, described, console.language) if is_file else described
    console.note(told)
    counts = summary.counts
    finer = list(tell_finer(counts, linked.schema, source.shown, console.language))
    if finer:
        console.show_remarks(finer)
    if console.is_watched:
        for line in tell(summary, job, options.output, console):
            console.note(line)
    return OUR_DEFECT if counts.defects else UNSATISFIED if counts.problems else DONE


def _write_example(options: argparse.Namespace) -> str:
    """Write a whole command with what was named; rows that were may name their rulebook."""
    given, output = options.input or "2024.csv", options.output or "out.csv"
    words = ["batch", as_argument(given), "-o", as_argument(output)]
    rulebook = options.rulebook or ("" if options.input else "sociale/2024")
    return " ".join([*words, *(["--rulebook", as_argument(rulebook)] if rulebook else [])])


def _explain_plan(options: argparse.Namespace, console: Console, source: Source | None) -> int:
    """Say how rows would be answered, and answer none."""
    if options.format == "json":
        raise misuse(term("not-together"), option="`--explain-plan`", other="`--format json`")
    from ruletrail.batches.unsupported_keywords import explain_rows  # noqa: PLC0415 - on demand
    from ruletrail.compiled import explain_plan  # noqa: PLC0415 - the same

    first = FirstRows(source, _size(options)) if source is not None else ()
    linked = load_asked(find_rulebook_of_rows(options, source, first), load_linked)
    language = console.language
    console.write(explain_plan(linked, language) + explain_rows(linked, language))
    return DONE


def _needs_workers(options: argparse.Namespace) -> bool:
    """Tell that workers are surely needed: a large input by columns has many pieces."""
    try:
        size = Path(options.input).stat().st_size if _is_by_columns(options) else 0
    except (OSError, ValueError):
        return False
    count = options.workers if options.workers is not None else count_cores()
    return bool(options.output) and not options.explain_plan and count > 1 and size > LARGE


def _form_of(written: str, asked: str) -> str:
    """Return the form of an output; a name that says none raises `ProblemsError`."""
    form = format_of_name(written, asked)
    if not form and is_folder(Path(written)):
        raise unreadable(written, IsADirectoryError())
    if not form:
        raise refusal("batch-format", written, advice="form-of-output", text=quote(written))
    return form


def _is_stream(output: str) -> bool:
    """Tell an output that is open already, and so grows under no name of ours, from a file."""
    return output == "-" or names_descriptor(Path(output))


def _check_output(options: argparse.Namespace) -> str:
    """Refuse what would fail, or lose something, before rows are read; return the form."""
    output = str(options.output)
    is_stream, asked = _is_stream(output), format_of_name(output, options.output_form)
    form = "jsonl" if is_stream and not asked else _form_of(output, asked)
    if is_stream and form in OF_FILES:
        raise refuse_stream(form, output)
    if options.resume and (is_stream or options.input == "-"):
        raise refusal("batch-resume-stream", "--resume")
    if options.only and not options.trails:
        raise misuse(term("only-with"), option="`--only`", other="`--trails`")
    _check_place(output, options.trails, is_stream=is_stream)
    return form


def _check_place(output: str, trails: str, *, is_stream: bool) -> None:
    """Refuse a place that no file can take, and one that a row's trail would take."""
    if not is_stream and (is_folder(Path(output)) or not Path(output).name):
        raise unwritable(output)
    try:
        # a name of standard output leads to the file behind a redirection, where there is one
        written = plain_name(Path(_STANDARD_OUTPUT if output == "-" else output))
        place = Path(os.path.realpath(written))
        is_trail = is_trail_name(place.name) and place.parent == Path(os.path.realpath(trails))
    except ValueError as error:
        raise unwritable(output, error) from error
    if trails and is_trail:
        raise refusal("output-unwritable", output, advice="trail-name", file=quote(output))


def _number_of(stream: TextIO) -> int:
    """Return the number of a stream's descriptor; one that no file has for a stream without."""
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return -1


def _list_outputs(options: argparse.Namespace, rulebook: Rulebook) -> Iterator[str]:
    """Yield the files that the command writes, as far as an input may be one of them."""
    yield options.output
    if not _is_stream(options.output):
        yield from map(str, growing_files(Path(options.output)))
    if options.trails:
        names = {path.name for path in (Path(options.input), *list_files(rulebook))}
        yield from (str(Path(options.trails) / name) for name in names if is_trail_name(name))


def _size(options: argparse.Namespace) -> BlockSize:
    """Return how much is answered at once; of a Parquet output that is a group of its rows."""
    is_table = format_of_name(options.output, options.output_form) == "parquet"
    return BY_COLUMNS if is_table or _is_by_columns(options) else BY_ROWS


def _is_by_columns(options: argparse.Namespace) -> bool:
    """Tell whether columns can answer: trails are of single rows, and columns are an extra."""
    return not options.trails and all(map(find_spec, ("numpy", "pyarrow")))


def _make_job(
    options: argparse.Namespace, console: Console, source: Source, linked: LinkedRulebook, form: str
) -> Job:
    """Check header and filter, and collect what workers need."""
    carried = _choose_carried(options, source, linked)
    alike = list_alike(carried.kept, source.header, source.shown, linked)
    if alike:
        console.show_remarks(alike)
    row_form = replace(_form(source, linked, carried), nulls=options.nulls)
    if source.schema is not None and form != "parquet":
        from ruletrail.batches.parquet import check_kept  # noqa: PLC0415 - an extra

        check_kept(source.schema, source.shown, carried.names)
    only = parse_filter(options.only, linked) if options.only else None
    if only is not None:
        remark_points(only, SHOWN, console)
    # problems stand in the output, which must not depend on where it is made
    language = console.language if console.chosen else linked.rulebook.locale
    style = _style(options, source, form)
    # a workbook is for people, and has them anyway
    says_why = {"has_reasons": options.reasons or form == "xlsx"}
    layout = layout_of(linked, form, language, carried, has_row=True, style=style, **says_why)
    # lines of JSON that hold what travels are written one by one
    is_plain = (form != "jsonl" or not carried.kept) and is_covered(linked)
    columns_from = CHUNK_ROWS if _is_by_columns(options) and is_plain else None
    run = name_run("" if _is_stream(options.output) else options.output)
    return Job(linked, row_form, layout, only, options.trails, columns_from, run)


def _choose_carried(options: argparse.Namespace, source: Source, linked: LinkedRulebook) -> Carried:
    """Choose what travels to the output, and check the columns of a table."""
    if source.form == "jsonl":
        return choose_keys(options.keep, source.shown, linked)
    carried = choose_columns(options.keep, source.header, source.shown, linked)
    named = bool(options.rulebook)
    check_header(
        source.header, source.shown, linked, named=named, kept=carried.kept, sheets=source.sheets
    )
    return carried


def _form(source: Source, linked: LinkedRulebook, carried: Carried) -> RowForm:
    has_column = source.form == "jsonl" or RULEBOOK in source.header
    rulebook = "" if has_column else linked.rulebook.identity.reference
    passed = frozenset(name for name in carried.kept if not is_read(name, linked))
    types = {}
    if source.schema is not None:
        from ruletrail.batches.parquet import check_types, types_of  # noqa: PLC0415 - an extra

        check_types(source.schema, source.shown, passed, linked.schema.lists)
        types = types_of(source.schema)
    return RowForm(source.form, source.name, source.header, source.dialect, rulebook, passed, types)


def _style(options: argparse.Namespace, source: Source, form: str) -> Dialect:
    """Return how CSV is written: as the input is, or as `--decimal` says.

    Of a workbook that says how its texts write numbers too.
    """
    if source.form == "csv":
        return source.dialect.for_answers()
    if options.decimal and form != "csv" and source.form != "xlsx":
        raise misuse(term("only-for"), option="`--decimal`", other="CSV, .xlsx")
    return OFFICE if options.decimal == "comma" else PLAIN


def _run(
    options: argparse.Namespace,
    console: Console,
    source: Source,
    job: Job,
    given: Iterator[Chunk] | None,
) -> Summary:
    """Answer every row; `given` are all pieces of an input that can be read only once."""
    packing = _choose_packing(job, console.language if console.chosen else None)

    def answer(sink: "Partial | _Stream", start: Start) -> Summary:
        size = bound_by_answers(_size(options), job.linked)
        chunks = source.chunks(start.place, size) if given is None else cut_chunks(given, size)
        shown = RowProgress(console, source.size, source.form, start.place)
        with _steady(source, options.input), shown as progress:
            return run_batch(
                job,
                _while_steady(chunks, source, options.input),
                sink,
                start=start,
                workers=options.workers,
                cores=count_cores(),
                tick=progress.tick,
            )

    with made_folder(job.trails):
        if _is_stream(options.output):
            with without_halves(job.trails, job.run):
                return _answer_stream(options.output, console, job.layout.form, answer)
        partial = Partial(Path(options.output), _identify(options, source, job))
        try:
            start = partial.begin(resume=options.resume)
            # from here on no other run writes this output
            with without_halves(job.trails, job.run), _without_moved(partial):
                summary = answer(partial, start)
            partial.finish(packing.convert if packing is not None else None)
        finally:
            partial.leave()
    return summary


def _while_steady(chunks: Iterator[Chunk], source: Source, written: str) -> Iterator[Chunk]:
    """Yield the pieces of an input, as long as it stays the file that it was."""
    for chunk in chunks:
        refuse_moved(source, written)
        yield chunk


@contextmanager
def _steady(source: Source, written: str) -> Iterator[None]:
    """Refuse an input that did not stay the same, also where it could not be read any more."""
    try:
        yield
    except ProblemsError:
        refuse_moved(source, written)
        raise
    refuse_moved(source, written)


@contextmanager
def _without_moved(partial: Partial) -> Iterator[None]:
    """Keep nothing of an input that did not stay the same: no run may go on from it."""
    try:
        yield
    except ProblemsError as error:
        if any(problem.code == MOVED for problem in error.problems):
            partial.give_up()
        raise


def _choose_packing(job: Job, language: Locale | None) -> "Batches | Workbook | None":
    """Return what makes a file of rows of cells, for the forms that need it.

    A workbook says outcomes and what is missing in the language that was chosen; where none was,
    they are codes. What these mean stands in a sheet of its own.
    """
    if job.layout.form == "parquet":
        from ruletrail.batches.parquet import Batches  # noqa: PLC0415 - an extra

        return Batches(job.linked, job.layout, job.form.types)
    if job.layout.form == "xlsx":
        from ruletrail.batches.workbook_writing import Workbook  # noqa: PLC0415 - only for one
        from ruletrail.cli import legends  # noqa: PLC0415 - the same

        legend = legends.make_legend(job, job.layout.language)
        if language is None:
            return Workbook(job.layout, legend=legend)
        words, named = legends.name_words(job, language), legends.name_missing(job.linked)
        return Workbook(job.layout, words, name_missing=named, legend=legend)
    return None


def _answer_stream(
    output: str, console: Console, form: str, answer: "Callable[[_Stream, Start], Summary]"
) -> Summary:
    """Answer onto what is open already: standard output, or a descriptor that the output names."""
    if output == "-":
        return answer(_Stream(console, form), Start())
    try:
        stream = io.TextIOWrapper(open_descriptor(Path(output)), "utf-8", newline="")
    except OSError as error:
        raise unwritable(output, error) from error
    there = Console(stream, console.err, console.language)
    try:
        return answer(_Stream(there, form), Start())
    except OutputLostError as lost:
        if there.unwritten:
            raise unwritable(output, there.unwritten["stdout"]) from lost
        raise
    finally:
        with suppress(OSError, ValueError):
            stream.close()  # what it still holds is what could not be written


def count_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _identify(options: argparse.Namespace, source: Source, job: Job) -> dict[str, str]:
    """Return all that the rows depend on, so that a run is resumed with the same only."""
    return {
        "engine": ENGINE_VERSION,
        "rulebook": job.linked.digest,
        "schema": job.linked.schema_digest,
        "input": source.identity,
        "name": source.name,
        "from": source.form,
        "to": job.layout.form,
        "language": job.layout.language,
        # where they are, for the same words mean another folder elsewhere
        "trails": os.path.realpath(options.trails) if options.trails else "",
        "only": options.only,
        "keep": ",".join(job.layout.carried.names),
        "encoding": options.encoding,
        "decimal": options.decimal,
        "sheet": options.sheet,
        "nulls": options.nulls,
        "reasons": str(job.layout.has_reasons),
    }


class _Stream:
    """A stream as a sink: rows appear as they are done."""

    def __init__(self, console: Console, form: str) -> None:
        self._console, self._form = console, form

    def add(self, data: bytes, place: Place, counts: Counts) -> None:  # noqa: ARG002
        """Write rows and hand them on; when nobody can read them the run ends."""
        text = data.decode("utf-8")
        if self._form == "jsonl":
            self._console.write_json_text(text)
        else:
            self._console.write_lines(text)
        self._console.flush()
        if self._console.is_lost:
            raise OutputLostError
