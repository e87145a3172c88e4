"""`ruletrail batch INPUT -o OUTPUT`: many reports, one row out for each, in order."""

import argparse
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ruletrail.analysis.inference import infer_facts, is_covered
from ruletrail.api import check_day, find_reference
from ruletrail.batches.carrying import choose_columns, choose_keys, list_alike
from ruletrail.batches.cells import Carried
from ruletrail.batches.checkpoints import Partial, Start, growing_files
from ruletrail.batches.dialects import DECIMALS, ENCODINGS, OFFICE, PLAIN, Dialect, Encoding
from ruletrail.batches.fine_numbers import tell_finer
from ruletrail.batches.jobs import Job, is_trail_name
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.row_intake import RowForm, row_reference
from ruletrail.batches.rows import CHUNK_ROWS, Chunk, Counts, Place, RawRow
from ruletrail.batches.running import Summary, run_batch
from ruletrail.batches.sources import (
    BY_COLUMNS,
    BY_ROWS,
    FORMATS,
    OF_FILES,
    RULEBOOK,
    SUBJECT,
    FirstRows,
    Source,
    check_header,
    format_of_name,
    is_read,
    open_source,
    refuse_stream,
    settle_dialect,
    tell_header,
)
from ruletrail.batches.trail_filter import SHOWN, parse_filter
from ruletrail.batches.worker_pool import prepare_workers
from ruletrail.batches.writing import layout_of, tell_place
from ruletrail.cli.consoles import (
    DONE,
    OUR_DEFECT,
    UNSATISFIED,
    Console,
    OutputLostError,
    tell_written,
)
from ruletrail.cli.endings import ends_in_order
from ruletrail.cli.evaluate import STATUSES
from ruletrail.cli.evaluations import (
    add_as_of,
    add_library,
    add_nulls,
    asked_libraries,
    find_rulebook,
    load_asked,
    refuse_inputs,
    remark_points,
)
from ruletrail.cli.progress import RowProgress
from ruletrail.cli.whole_numbers import Whole
from ruletrail.documents import REPORT_LIMITS, explain_failure, read_start, unreadable
from ruletrail.documents.recognising import (
    is_answer_line,
    is_of_answers,
    recognise,
    wrong_file,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.files import (
    is_file,
    is_folder,
    is_there,
    names_descriptor,
    open_descriptor,
    plain_name,
)
from ruletrail.formats import Locale, show_count
from ruletrail.library import Source as Rulebook
from ruletrail.library import load_linked
from ruletrail.library.bases import list_files
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    misuse,
    quote,
    refusal,
    term,
    unwritable,
)
from ruletrail.references import Reference
from ruletrail.versions import ENGINE_VERSION

if TYPE_CHECKING:
    from ruletrail.batches.parquet import Batches
    from ruletrail.batches.workbook_writing import Workbook

_STANDARD_OUTPUT = "/dev/stdout"
_EXAMPLE = "batch 2024.csv -o out.csv --rulebook sociale/2024"
_MOST_WORKERS = 256
LARGE = 1 << 24
"""Bytes of an input that has many pieces, whatever its form."""
WORKER_IMPORTS = "ruletrail.batches.worker_imports"
_LOOKED_AT = 10_000
"""How many rows are read, at most, to find the rulebook that they name."""

_ROWS = frozenset({"table", "lines", "parquet", "workbook"})
"""Kinds of files that hold a report a row."""
_NEVER_ROWS = frozenset({"pdf", "image", "sqlite", "html"})
"""Kinds that hold none, whatever the file is called."""
_BINARY, _OF_LINES = frozenset({"parquet", "workbook"}), frozenset({"csv", "jsonl"})
_OF_CALL = frozenset({"usage", "file-unreadable", "folder-not-found", "missing-extra"})
"""Problems that say nothing of what a file holds."""

_TEXTS = {
    "it": {
        "rows": ("riga", "righe"),
        "complete": ("completa", "complete"),
        "incomplete": ("da completare", "da completare"),
        "invalid": ("da correggere", "da correggere"),
        "problems": ("con problemi", "con problemi"),
    },
    "en": {
        "rows": ("row", "rows"),
        "complete": ("complete", "complete"),
        "incomplete": ("incomplete", "incomplete"),
        "invalid": ("invalid", "invalid"),
        "problems": ("with problems", "with problems"),
    },
}
"""What rows come to, of one and of several."""

_TO_REVIEW = {
    "it": "di cui {} con controlli da rivedere",
    "en": "{} of them with checks to look at",
}
"""What is said of complete rows in which a check failed."""

_ALL = {
    "it": (
        "tutti i problemi sono nella colonna `problems` di {}",
        "tutti i problemi sono sotto `problems` in {}",
    ),
    "en": ("all problems are in the column `problems` of {}", "all problems are in {}: `problems`"),
}
_WHY = {
    "it": "perché una riga non è completa, oltre a ciò che manca, lo dice con `--reasons`",
    "en": "why a row is not complete, beside what is missing, it says with `--reasons`",
}
_BELOW = {
    "it": "le righe si contano sotto l'intestazione: la {} è la riga {} del file",
    "en": "rows are counted below the header: row {} is line {} of the file",
}
_WORDS_CHOSEN = {
    "it": "con `--lang it` il foglio le scrive in italiano",
    "en": "with `--lang en` the sheet says them in words",
}
_CODES_OF_SHEET = {
    "it": "che cosa vogliono dire codici e parole sta nell'ultimo foglio",
    "en": "what codes and words mean stands in the last sheet",
}
_WORDS_OF_NON_VALUES = {
    "missing": "undetermined",
    "not_applicable": "not_applicable",
    "not_encoded": "not_encoded",
    "error": "error",
}
"""What stands for an outcome that there is none of, by what it is instead."""
_WORDS_OF_CELLS = {"it": "le parole del risultato", "en": "the words of the answers"}


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
        if options.format == "json":
            raise misuse(term("not-together"), option="`--explain-plan`", other="`--format json`")
        from ruletrail.batches.unsupported_keywords import explain_rows  # noqa: PLC0415 - on demand
        from ruletrail.compiled import explain_plan  # noqa: PLC0415 - the same

        first = FirstRows(source, _size(options)) if source is not None else ()
        linked = load_asked(_find_rulebook(options, source, first), load_linked)
        language = console.language
        console.write(explain_plan(linked, language) + explain_rows(linked, language))
        return DONE
    if source is None or not options.output:
        raise _lacks("INPUT" if source is None else "-o OUTPUT", _EXAMPLE)
    form = _check_output(options)
    first = FirstRows(source, _size(options))
    rulebook = _find_rulebook(options, source, first)
    linked = load_asked(rulebook, load_linked)
    for name in _list_outputs(options, rulebook):
        place = _number_of(console.out) if name == "-" else None
        refuse_inputs(name, [options.input], rulebook, place)
    source = settle_dialect(source, first, linked, options.decimal)
    job = _make_job(options, console, source, linked, form)
    summary = _run(options, console, source, job, first.all())
    described = _describe(summary, console.language)
    is_file = not _is_stream(options.output)
    told = tell_written(options.output, described, console.language) if is_file else described
    console.note(told)
    counts = summary.counts
    finer = list(tell_finer(counts, linked.schema, source.shown, console.language))
    if finer:
        console.show_remarks(finer)
    if console.is_watched:
        for line in _tell(summary, job, options.output, console):
            console.note(line)
    return OUR_DEFECT if counts.defects else UNSATISFIED if counts.problems else DONE


def _needs_workers(options: argparse.Namespace) -> bool:
    """Tell that workers are surely needed: a large input by columns has many pieces."""
    try:
        size = Path(options.input).stat().st_size if _is_by_columns(options) else 0
    except (OSError, ValueError):
        return False
    count = options.workers if options.workers is not None else count_cores()
    return bool(options.output) and not options.explain_plan and count > 1 and size > LARGE


def _describe(summary: Summary, language: Locale) -> str:
    """Say how many rows there were, and what they came to."""
    texts = _TEXTS[language]

    def count(name: str, number: int) -> str:
        return f"{show_count(number, language)} {texts[name][number != 1]}"

    names = ("problems", "complete", "incomplete", "invalid")
    found = [count(name, n) for name in names if (n := getattr(summary.counts, name))]
    if summary.counts.to_review:
        said = _TO_REVIEW[language].format(show_count(summary.counts.to_review, language))
        found.insert(found.index(count("complete", summary.counts.complete)) + 1, said)
    return ", ".join([count("rows", summary.rows), *found])


def _tell(summary: Summary, job: Job, output: str, console: Console) -> Iterator[str]:
    """Say of the first rows with problems what is wrong; and what the words of answers mean."""
    language, is_workbook = console.language, job.layout.form == "xlsx"
    texts, counts = _TEXTS[language], summary.counts
    for row, problem in counts.told:
        yield f"{texts['rows'][0]} {show_count(row, language)}: {tell_place(problem, language)}"
        yield f"  → {problem.hint(language)}"
    row, mark = (counts.told[0][0], counts.told[0][1].mark) if counts.told else (0, Mark(""))
    if mark.line > row > 0 and job.form.header:
        shown = (show_count(number, language) for number in (row, mark.line))
        yield _BELOW[language].format(*shown)
    if counts.problems:
        yield _ALL[language][job.layout.form == "jsonl"].format(quote(output))
    if (counts.incomplete or counts.invalid) and not job.layout.has_reasons:
        yield _WHY[language]
    is_foreign = language != "en" and not (is_workbook and console.chosen)
    words = list(_list_words(job, summary)) if is_foreign else []
    if words:
        from ruletrail.cli.status_words import name_outcome, name_status  # noqa: PLC0415 - shown

        named = [
            f"{word} = {(name_status if word in STATUSES else name_outcome)(word, language)}"
            for word in words
        ]
        yield f"{_WORDS_OF_CELLS[language]}: {', '.join(named)}"
        if is_workbook:
            yield _WORDS_CHOSEN[language]
    if is_workbook:
        yield _CODES_OF_SHEET[language]


def _list_words(job: Job, summary: Summary) -> Iterator[str]:
    """List the words that answers stand in: the statuses that occur, and what else may."""
    layout, counts = job.layout, summary.counts
    found = [name for name in STATUSES if getattr(counts, name)]
    if not found:
        return
    yield from found
    yield from ("due", "not_due") if layout.sections else ()
    yield from ("passed", "failed") if layout.checks else ()
    facts = infer_facts(job.linked)
    nodes = (node for code in layout.outcomes if (node := facts.get(code)) is not None)
    possible = frozenset[str]().union(*(node.non_values for node in nodes))
    # of complete reports nothing is open, and an error makes one invalid
    is_open = bool(counts.incomplete or counts.invalid)
    met = {"missing": is_open, "not_encoded": is_open, "error": bool(counts.invalid)}
    for kind, word in _WORDS_OF_NON_VALUES.items():
        if kind in possible and met.get(kind, True):
            yield word


def _form_of(written: str, asked: str) -> str:
    """Return the form of an output; a name that says none raises `ProblemsError`."""
    form = format_of_name(written, asked)
    if not form and is_folder(Path(written)):
        raise unreadable(written, IsADirectoryError())
    if not form:
        raise refusal("batch-format", written, advice="form-of-output", text=quote(written))
    return form


def _form_of_input(written: str, asked: str) -> str:
    """Return the form of an input; one that is not there is told so before its name is blamed."""
    form, path = format_of_name(written, asked), Path(written)
    if not form and not is_there(path):
        if not path.suffix:
            raise refusal("folder-not-found", written, advice="nor-file", text=quote(written))
        raise unreadable(written, FileNotFoundError())
    if is_folder(path):
        raise refusal("file-unreadable", written, advice="folder-of-reports", file=quote(written))
    if not form:
        raise refusal("batch-format", written, text=quote(written))
    return form


def open_rows(options: argparse.Namespace, console: Console) -> Source:
    """Open the input; a file that no batch is made of is said to be what it is."""
    path, start = Path(options.input), b""
    if is_file(path):  # what is no ordinary file can be read only once
        start = read_start(path, options.input, REPORT_LIMITS.size)
    if recognise(start, options.input) in _NEVER_ROWS:
        raise explain_failure(ProblemsError([]), start, options.input)
    try:
        return _but_answers(_open_form(options, console), start, options)
    except ProblemsError as error:
        if {problem.code for problem in error.problems} & _OF_CALL:
            raise
        kind = recognise(start, options.input)
        if kind in _BINARY and format_of_name(options.input, options.source_form) in _OF_LINES:
            told = replace(wrong_file(kind, options.input), wording="wrong-file-named")
            raise ProblemsError([told]) from error
        raise explain_failure(error, start, options.input, but=_ROWS) from error


def _but_answers(source: Source, start: bytes, options: argparse.Namespace) -> Source:
    """Refuse answers of ours in the place of reports; a header is told by its rulebook, if any."""
    if source.header:
        # `diff` reads rows too, by the rulebooks that it compares
        is_told = "rulebook" not in options or options.rulebook or RULEBOOK in source.header
        is_ours = not is_told and is_of_answers(source.header)
    else:
        is_ours = is_answer_line(start.partition(b"\n")[0].decode("utf-8", "replace"))
    if is_ours:
        raise ProblemsError([wrong_file("answers", source.shown)])
    return source


def _open_form(options: argparse.Namespace, console: Console) -> Source:
    form = _form_of_input(options.input, options.source_form)
    if (options.encoding and form != "csv") or (options.sheet and form != "xlsx"):
        option, other = ("--encoding", "CSV") if options.encoding else ("--sheet", ".xlsx")
        raise misuse(term("only-for"), option=quote(option), other=other)
    encoding: Encoding = options.encoding or "utf-8"
    sheet = options.sheet
    return open_source(options.input, form, lambda: console.input, encoding=encoding, sheet=sheet)


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


def _lacks(word: str, example: str) -> ProblemsError:
    """Return the error of an argument that is missing, with a whole command to copy."""
    shown = quote(f"ruletrail {example}")
    return misuse(term("no-argument"), advice="like-example", word=quote(word), example=shown)


def _find_rulebook(
    options: argparse.Namespace, source: Source | None, first: Iterable[RawRow]
) -> Rulebook:
    """Find the rulebook asked for, or the first one that is there among those that rows name.

    That a row names none that is there is a problem of the row, unless all do.
    """
    if options.rulebook:
        return find_rulebook(options)
    if source is None:
        raise _lacks("--rulebook", "batch --explain-plan --rulebook sociale/2024")
    day, form = check_day(options.as_of), RowForm(source.form, source.name, source.header)
    form = replace(form, dialect=source.dialect)
    libraries = asked_libraries(options)
    failed: dict[Reference, tuple[Problem, ...]] = {}
    for raw in islice(first, _LOOKED_AT):
        reference = row_reference(raw, form)
        if reference is None or reference in failed:
            continue
        try:
            return find_reference(reference, day, Mark(source.shown, raw.line, 1), libraries)
        except ProblemsError as error:
            failed[reference] = error.problems
    raise ProblemsError(next(iter(failed.values()), [_without_rulebook(source)]))


def _without_rulebook(source: Source) -> Problem:
    """Say that no row names a rulebook; of a table whose first line names no column, that too."""
    mark, advice = Mark(source.shown, 1, 1), tell_header(source.header)
    is_header = any(name == RULEBOOK or name.startswith(SUBJECT) for name in source.header)
    if source.header and not is_header and not advice:
        details = {"text": quote(source.header[0])}
        if source.sheets:
            from ruletrail.batches.workbooks import advise_sheet  # noqa: PLC0415 - needs the extra

            # codes without a rulebook are as likely as a sheet of something else
            details |= advise_sheet(source.sheets)[1]
            return Problem("batch-no-rulebook", mark, details, "", "rulebook-or-sheet")
        return Problem("batch-no-rulebook", mark, details, "", "rulebook-of-table")
    return Problem("batch-no-rulebook", mark, {}, "", advice)


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
    if options.trails:
        try:
            Path(options.trails).mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise unwritable(options.trails, error) from error
    # problems stand in the output, which must not depend on where it is made
    language = console.language if console.chosen else linked.rulebook.locale
    style = _style(options, source, form)
    # a workbook is for people, and has them anyway
    says_why = {"has_reasons": options.reasons or form == "xlsx"}
    layout = layout_of(linked, form, language, carried, has_row=True, style=style, **says_why)
    # lines of JSON that hold what travels are written one by one
    is_plain = (form != "jsonl" or not carried.kept) and is_covered(linked)
    columns_from = CHUNK_ROWS if _is_by_columns(options) and is_plain else None
    return Job(linked, row_form, layout, only, options.trails, columns_from)


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
        chunks = source.chunks(start.place, _size(options)) if given is None else given
        with RowProgress(console, source.size, source.form, start.place) as progress:
            return run_batch(
                job,
                chunks,
                sink,
                start=start,
                workers=options.workers,
                cores=count_cores(),
                tick=progress.tick,
            )

    if _is_stream(options.output):
        return _answer_stream(options.output, console, job.layout.form, answer)
    partial = Partial(Path(options.output), _identify(options, source, job))
    try:
        summary = answer(partial, partial.begin(resume=options.resume))
        partial.finish(packing.convert if packing is not None else None)
    finally:
        partial.leave()
    return summary


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
        "from": source.form,
        "to": job.layout.form,
        "language": job.layout.language,
        "trails": options.trails,
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
