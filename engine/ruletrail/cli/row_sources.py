"""Opening an input of rows: told what it is where it is none, and by which rulebook it is read."""

import argparse
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from ruletrail.api import check_day, find_reference
from ruletrail.batches.dialects import Encoding
from ruletrail.batches.row_intake import RowForm, row_reference
from ruletrail.batches.rows import RawRow
from ruletrail.batches.sources import (
    RULEBOOK,
    SUBJECT,
    Source,
    format_of_name,
    open_source,
    tell_header,
)
from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import asked_libraries, find_rulebook
from ruletrail.documents import REPORT_LIMITS, explain_failure, read_start, unreadable
from ruletrail.documents.recognising import is_answer_line, is_of_answers, recognise, wrong_file
from ruletrail.fast_dataclasses import replace
from ruletrail.files import is_file, is_folder, is_there
from ruletrail.library import Source as Rulebook
from ruletrail.problems import Mark, Problem, ProblemsError, misuse, quote, refusal, term
from ruletrail.references import Reference

_LOOKED_AT = 10_000
"""How many rows are read, at most, to find the rulebook that they name."""
_ROWS = frozenset({"table", "lines", "parquet", "workbook"})
"""Kinds of files that hold a report a row."""
_NEVER_ROWS = frozenset({"pdf", "image", "sqlite", "html"})
"""Kinds that hold none, whatever the file is called."""
_BINARY, _OF_LINES = frozenset({"parquet", "workbook"}), frozenset({"csv", "jsonl"})
_OF_CALL = frozenset({"usage", "file-unreadable", "folder-not-found", "missing-extra"})
"""Problems that say nothing of what a file holds."""


def open_rows(options: argparse.Namespace, console: Console) -> Source:
    """Open the input; a file that no batch is made of is said to be what it is."""
    path, start = Path(options.input), b""
    if is_file(path):  # what is no ordinary file can be read only once
        start = read_start(path, options.input, REPORT_LIMITS.size)
    kind = recognise(start, options.input)
    if kind in _NEVER_ROWS:
        raise explain_failure(ProblemsError([]), start, options.input)
    # what stands before its first line break may be text all the same, and a header
    if kind in _BINARY and format_of_name(options.input, options.source_form) in _OF_LINES:
        told = replace(wrong_file(kind, options.input), wording="wrong-file-named")
        raise ProblemsError([told])
    try:
        return _but_answers(_open_form(options, console), start, options)
    except ProblemsError as error:
        if {problem.code for problem in error.problems} & _OF_CALL:
            raise
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
        advice = "json-as-lines" if path.suffix.lower() == ".json" else ""
        raise refusal("batch-format", written, advice=advice, text=quote(written))
    return form


def find_rulebook_of_rows(
    options: argparse.Namespace, source: Source | None, first: Iterable[RawRow]
) -> Rulebook:
    """Find the rulebook asked for, or the first one that is there among those that rows name.

    That a row names none that is there is a problem of the row, unless all do.
    """
    if options.rulebook:
        return find_rulebook(options)
    if source is None:
        raise lacks_argument("--rulebook", "batch --explain-plan --rulebook sociale/2024")
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


def lacks_argument(word: str, example: str) -> ProblemsError:
    """Return the error of an argument that is missing, with a whole command to copy."""
    shown = quote(f"ruletrail {example}")
    return misuse(term("no-argument"), advice="like-example", word=quote(word), example=shown)
