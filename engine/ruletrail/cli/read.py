"""`ruletrail read FORM --rulebook REF`: a printed form, text or PDF, becomes a report.

The report goes to standard output, lines that were not understood to standard error.
"""

import argparse
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_rulebook, refuse_inputs
from ruletrail.documents import (
    FORM_ENDS,
    RULEBOOK_LIMITS,
    decode_text,
    explain_failure,
    explain_ours,
    read_bytes,
    read_document,
)
from ruletrail.documents.recognising import as_argument, is_cut_in_cells, wrong_file
from ruletrail.fast_dataclasses import replace
from ruletrail.files import (
    behind_link,
    is_file,
    is_folder,
    is_plain,
    is_special,
    is_there,
    names_descriptor,
    refuse_read_only,
    split_lines,
    write_whole,
)
from ruletrail.formats import Locale
from ruletrail.layouts import (
    Layout,
    Reading,
    build_layout,
    link_layout,
    list_findings,
    read_form,
    text_of_pdf,
    write_report,
)
from ruletrail.layouts.pdf import SIGNATURE
from ruletrail.library import Source, load_linked, own_schema
from ruletrail.library.named_files import NamedFile, blame_quotes
from ruletrail.library.sources import beside
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Problem,
    ProblemsError,
    make_inert,
    misuse,
    quote,
    quote_to_write,
    refusal,
    sort_problems,
    tell_together,
    term,
    unwritable,
)
from ruletrail.references import parse_reference
from ruletrail.schemas import Schema, check_schema

LARGEST_FORM = 16 * 1024 * 1024
_LAYOUT_SUFFIX = ".layout.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("form", metavar="FORM")
    parser.add_argument("--rulebook", metavar="REF|PATH", required=True)
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("-o", metavar="FILE", dest="output")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Read the form; status 1 when a value was ambiguous or an expected one was not found."""
    _check_output(options)
    source = find_rulebook(options).by_path()
    linked = load_linked(source)
    layout = load_layout(source, linked)
    name, most = options.form, LARGEST_FORM
    is_piped = name == "-"
    data = (
        console.read_input(most) if is_piped else read_bytes(Path(name), name, most, ends=FORM_ENDS)
    )
    reading = _keep_version(read_data(data, layout, linked.schema, name), options.rulebook)
    report = write_report(reading)
    if options.output:
        path, written = Path(options.output), report.encode("utf-8")
        kept = path.with_name(f"{path.name}.bak") if _holds_other(path, written) else None
        for each in filter(None, (path, kept)):
            refuse_inputs(str(each), [name, str(layout_file(source).path)], source)
        with _keeping(path, kept) as kept:
            console.write_file(options.output, written, describe(reading, console.language))
        if kept is not None:
            console.note(_KEPT[console.language].format(make_inert(str(kept))))
    else:
        console.write_machine(report)
    findings = list_findings(reading, name, linked)
    if findings:
        is_for_people = options.format != "json"
        console.show_remarks(tell_together(findings) if is_for_people else findings)
    return 0 if reading.is_certain else 1


def _check_output(options: argparse.Namespace) -> None:
    """Refuse a name that promises another form than a report has: its holder would not open."""
    path = Path(options.output or "")
    if any(map(str.isalpha, path.suffix)) and path.suffix.lower() not in ENDS:
        instead = quote_to_write(f"-o {as_argument(str(path.with_suffix('.yaml')))}")
        raise misuse(
            term("not-form"), advice="report-forms", form=quote(path.suffix), instead=instead
        )


def _keep_version(reading: Reading, asked: str) -> Reading:
    """Let the report pin the version that was asked for: that one answers it, also a draft.

    Who names none has the report as the layout names it, answered by what answers the edition.
    """
    reference = parse_reference(asked)
    if reference is None or not reference.version:
        return reading
    return replace(reading, rulebook=str(reference))


def _holds_other(path: Path, written: bytes) -> bool:
    """Tell whether another report stands there: somebody may have completed it by hand."""
    if names_descriptor(path) or not is_file(path):
        return False  # what is open already is written to where it stands
    return read_bytes(path, str(path), LARGEST_FORM) not in (b"", written)


@contextmanager
def _keeping(path: Path, kept: Path | None) -> Iterator[Path | None]:
    """Keep a copy of a file while it is written anew, beside what was kept before.

    It is for the same eyes as the file, and goes again where the file is not written.
    """
    if kept is None:
        yield None
        return
    try:
        refuse_read_only(behind_link(path))
    except OSError as error:
        raise unwritable(str(path), error) from error
    try:
        held = read_bytes(path, str(path), LARGEST_FORM)
        place, number = kept, 1
        while _is_kept(place, held):
            number += 1
            place = kept.with_name(f"{kept.name}{number}")
        is_new = not is_there(place)
        write_whole(place, held, like=path)
    except OSError as error:
        raise unwritable(str(kept), error) from error
    try:
        yield place
    except ProblemsError:
        if is_new:
            place.unlink(missing_ok=True)
        raise


def _is_kept(place: Path, held: bytes) -> bool:
    """Tell whether what bears a name stays: another report, or a pipe, which is no file at all."""
    is_pipe = is_special(place) and not is_folder(place)
    return is_pipe or (is_plain(place) and _holds_other(place, held))


_KEPT = {
    "it": "quello che c'era prima, diverso, è ora in {}",
    "en": "what was there before, which was another, is now in {}",
}
ENDS = (".yaml", ".yml", ".txt")
_COUNTED = {
    "it": {
        "read": ("{} valore letto", "{} valori letti"),
        "blank": ("{} in bianco sul modulo", "{} in bianco sul modulo"),
        "doubtful": ("{} non letto con certezza", "{} non letti con certezza"),
        "lines": ("{} riga non compresa", "{} righe non comprese"),
    },
    "en": {
        "read": ("{} value read", "{} values read"),
        "blank": ("{} blank on the form", "{} blank on the form"),
        "doubtful": ("{} not read for certain", "{} not read for certain"),
        "lines": ("{} line not understood", "{} lines not understood"),
    },
}
"""What is counted of a form, one and several of it."""
_MOST_NAMED = 6
"""So many blank values are named; whoever left more of them blank has the paper beside."""


def describe(reading: Reading, language: Locale) -> str:
    """Say how many values were read, are blank, could not be read, and what else was there."""
    counts = {
        "read": len(reading.fields),
        "blank": len(reading.blank),
        "doubtful": len(reading.ambiguous) + len(reading.absent),
        "lines": len(reading.unread),
    }
    texts = _COUNTED[language]
    told = {name: texts[name][n != 1].format(n) for name, n in counts.items()}
    if 0 < len(reading.blank) <= _MOST_NAMED:
        told["blank"] += f" ({', '.join(reading.blank)})"
    return ", ".join(told.values())


def read_data(data: bytes, layout: Layout, schema: Schema, name: str) -> Reading:
    """Read a form's data, a PDF or text; a file of another kind is said to be one."""
    if not data.removeprefix(BOM_UTF8).strip():
        raise refusal("empty-document", name, advice="empty-form")
    if data.startswith(SIGNATURE):
        return read_form(text_of_pdf(data, name), layout, schema, name)
    try:
        text = decode_text(data, name)
        reading = read_form(text, layout, schema, name)
    except ProblemsError as error:
        raise explain_failure(error, data, name, but=("text",)) from error
    # a rulebook and a layout hold the labels of their form, and so some of its rows
    ours = explain_ours([], data, name) if not reading.is_certain else []
    # a sheet of the form, saved with its cells between commas, has a value here and there
    is_lost = len(reading.fields) < len(reading.ambiguous) + len(reading.absent)
    is_sheet = is_lost and is_cut_in_cells([line for line in split_lines(text) if line.strip()])
    if ours or is_sheet:
        raise ProblemsError(ours or [wrong_file("table", name)])
    return reading


def load_layout(source: Source, linked: LinkedRulebook) -> Layout:
    """Load the layout beside a rulebook; none, or one with errors, raises `ProblemsError`."""
    file = layout_file(source)
    shown = beside(source.shown, file.path.name)
    if not file.is_there:
        raise refusal("layout-not-found", shown, file=quote(shown))
    layout, problems = examine_layout(file, shown, linked.schema, linked)
    if layout is None or problems:
        raise ProblemsError(sort_problems(problems))
    return layout


def layout_file(source: Source) -> NamedFile:
    """Return where the layout of a rulebook's edition lies, or would; all versions share it."""
    return source.beside(source.path.name.removesuffix(".yaml").partition("@")[0] + _LAYOUT_SUFFIX)


def examine_layout(
    file: NamedFile, shown: str, schema: Schema | None, linked: LinkedRulebook | None
) -> tuple[Layout | None, list[Problem]]:
    """Read a layout as far as it goes; names are checked if schema and rulebook are known."""
    data = file.read(shown, RULEBOOK_LIMITS.size)
    node, problems = read_document(data, shown, RULEBOOK_LIMITS)
    if node is None or problems:
        return None, problems
    _, problems = check_schema(node, own_schema("layout.schema.json"))
    if problems:
        return None, problems
    layout, problems = build_layout(node)
    if layout is None:
        return None, problems
    if schema is not None:
        problems = [*problems, *link_layout(layout, schema)]
    identity = linked.rulebook.identity if linked is not None else None
    if identity is not None and layout.rulebook not in (identity.reference, str(identity)):
        details = {"text": quote(layout.rulebook), "rulebook": quote(str(identity))}
        problem = Problem("layout-of-another", layout.mark, details)
        problems = [*problems, blame_quotes(problem, layout.rulebook)]
    return layout, problems
