"""`ruletrail batch INPUT -o OUTPUT`: many reports, one row out for each, in order."""

import argparse
import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from ruletrail.api import check_day, find_source
from ruletrail.batches.checkpoints import Partial, Start
from ruletrail.batches.jobs import Job
from ruletrail.batches.row_intake import RowForm, find_reference
from ruletrail.batches.rows import BEGIN, Place, RawRow, cut_chunks
from ruletrail.batches.running import Summary, run_batch
from ruletrail.batches.sources import FORMATS, Source, check_header, format_of_name, open_source
from ruletrail.batches.trail_filter import parse_filter
from ruletrail.batches.writing import layout_of
from ruletrail.cli.consoles import DONE, OUR_DEFECT, UNSATISFIED, Console, OutputLostError
from ruletrail.cli.evaluations import add_as_of, find_rulebook
from ruletrail.cli.progress import RowProgress
from ruletrail.library import load_linked
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, ProblemsError, quote, refusal, unwritable
from ruletrail.versions import ENGINE_VERSION

_MOST_WORKERS = 256
_LOOKED_AT = 10_000
"""How many rows are read, at most, to find the rulebook that they name."""

_TEXTS = {
    "it": "{rows} righe, {problems} con problemi",
    "en": "{rows} rows, {problems} with problems",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    help_ = "JSONL, CSV, Parquet, -"
    parser.add_argument("input", metavar="INPUT", nargs="?", default="", help=help_)
    parser.add_argument("-o", metavar="OUTPUT", dest="output", default="", help=help_)
    parser.add_argument("--from", choices=FORMATS, dest="source_form", default="")
    parser.add_argument("--to", choices=FORMATS, dest="output_form", default="")
    parser.add_argument("--rulebook", metavar="REF|PATH", default="")
    add_as_of(parser)
    parser.add_argument("--workers", metavar="N", type=int)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--trails", metavar="DIR", default="")
    parser.add_argument("--only", metavar="CONDITION", default="")
    help_ = "problems of the call"
    parser.add_argument("--format", choices=("text", "json"), default="text", help=help_)
    parser.add_argument("--explain-plan", action="store_true", dest="explain_plan")


def run(options: argparse.Namespace, console: Console) -> int:
    """Find the plan, answer every row, put the output in its place."""
    source = _open(options, console) if options.input else None
    if options.explain_plan:
        from ruletrail.batches.unsupported_keywords import explain_rows  # noqa: PLC0415 - on demand
        from ruletrail.compiled import explain_plan  # noqa: PLC0415 - the same

        linked = _load(options, source)[0]
        console.write(explain_plan(linked) + explain_rows(linked))
        return DONE
    if source is None or not options.output:
        raise _usage("INPUT -o OUTPUT")
    form = _check_output(options, source)
    linked, looked = _load(options, source)
    job = _make_job(options, console, source, linked, form)
    summary = _run(options, console, source, job, looked)
    if summary.problems or console.err.isatty():
        console.note(_TEXTS[console.language].format(rows=summary.rows, problems=summary.problems))
    return OUR_DEFECT if summary.defects else UNSATISFIED if summary.problems else DONE


def _usage(text: str) -> ProblemsError:
    return refusal("usage", "ruletrail", text=quote(text))


def _form_of(written: str, asked: str) -> str:
    """Return the form of an input or output; a name that says none raises `ProblemsError`."""
    form = format_of_name(written, asked)
    if not form:
        raise refusal("batch-format", written, text=quote(written))
    return form


def _open(options: argparse.Namespace, console: Console) -> Source:
    form = _form_of(options.input, options.source_form)
    return open_source(options.input, form, lambda: console.input)


def _check_output(options: argparse.Namespace, source: Source) -> str:
    """Refuse what would fail, or lose something, before rows are read; return the form."""
    output = str(options.output)
    form = _form_of(output, options.output_form)
    if output == "-" and form == "parquet":
        raise refusal("batch-parquet-stream", "-")
    if options.resume and "-" in (output, options.input):
        raise refusal("batch-resume-stream", "--resume")
    if options.only and not options.trails:
        raise _usage("--only … --trails DIR")
    if options.workers is not None and not 1 <= options.workers <= _MOST_WORKERS:
        raise _usage(f"--workers {options.workers}")
    if output != "-":
        path = Path(output)
        if source.size is not None and path.exists() and path.samefile(options.input):
            raise refusal("batch-output-is-input", output, file=quote(output))
        if path.is_dir() or not path.name:
            raise unwritable(str(path))
    return form


def _form(source: Source, rulebook: str = "") -> RowForm:
    return RowForm(source.form, source.name, source.header, source.delimiter, rulebook)


def _load(
    options: argparse.Namespace, source: Source | None
) -> tuple[LinkedRulebook, Iterator[RawRow] | None]:
    """Load the rulebook asked for, or that the first rows name.

    Returns the rows too where they can be read only once.
    """
    if options.rulebook:
        return load_linked(find_rulebook(options)), None
    if source is None:
        raise _usage("INPUT --rulebook REF")
    form, rows = _form(source), source.read(BEGIN)
    looked: list[RawRow] = []
    for raw in islice(rows, _LOOKED_AT):
        looked.append(raw)
        reference = find_reference(raw, form)
        if reference is not None:
            day, mark = check_day(options.as_of), Mark(source.name, raw.line, 1)
            linked = load_linked(find_source(str(reference), day, mark))
            return linked, chain(looked, rows) if source.size is None else None
    raise refusal("batch-no-rulebook", source.name)


def _make_job(
    options: argparse.Namespace, console: Console, source: Source, linked: LinkedRulebook, form: str
) -> Job:
    """Check header and filter, and collect what workers need."""
    if source.form != "jsonl":
        check_header(source.header, source.name, linked, named=bool(options.rulebook))
    has_column = source.form == "jsonl" or "rulebook" in source.header
    rulebook = "" if has_column else linked.rulebook.identity.reference
    only = parse_filter(options.only, linked) if options.only else None
    if options.trails:
        try:
            Path(options.trails).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(options.trails, error) from error
    # problems stand in the output, which must not depend on where it is made
    language = console.language if console.chosen else linked.rulebook.locale
    return Job(
        linked, _form(source, rulebook), layout_of(linked, form, language), only, options.trails
    )


def _run(
    options: argparse.Namespace,
    console: Console,
    source: Source,
    job: Job,
    looked: Iterator[RawRow] | None,
) -> Summary:
    """Answer every row; `looked` are all rows of an input that can be read only once."""
    packing = None
    if job.layout.form == "parquet":
        from ruletrail.batches.parquet import Batches  # noqa: PLC0415 - an extra

        packing = Batches(job.linked, job.layout)

    def answer(sink: "Partial | _Stream", start: Start) -> Summary:
        chunks = (
            cut_chunks(looked)
            if looked is not None
            else source.chunks(start.place, by_columns=job.is_by_columns)
        )
        with RowProgress(console, source.size, source.form, start.place) as progress:
            return run_batch(
                job,
                chunks,
                sink,
                start=start,
                workers=options.workers,
                cores=_count_cores(),
                packing=packing,
                tick=progress.tick,
            )

    if options.output == "-":
        return answer(_Stream(console, job.layout.form), Start())
    partial = Partial(Path(options.output), _identify(options, source, job))
    try:
        summary = answer(partial, partial.begin(resume=options.resume))
        partial.finish(packing.convert if packing is not None else None)
    finally:
        partial.leave()
    return summary


def _count_cores() -> int:
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
    }


class _Stream:
    """Standard output as a sink: rows appear as they are done."""

    def __init__(self, console: Console, form: str) -> None:
        self._console, self._form = console, form

    def add(self, data: bytes, place: Place, problems: int, defects: int) -> None:  # noqa: ARG002
        """Write rows and hand them on; when nobody can read them the run ends."""
        text = data.decode("utf-8")
        if self._form == "jsonl":
            self._console.write_json_text(text)
        else:
            self._console.write_lines(text)
        self._console.flush()
        if self._console.is_lost:
            raise OutputLostError
