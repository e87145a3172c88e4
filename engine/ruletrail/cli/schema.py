"""`ruletrail schema KIND`: the JSON Schemas, for editors and programs.

Those of our own documents come with the package; that of the reports of one rulebook is the file
that the rulebook names.
"""

import argparse
from pathlib import Path

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.evaluations import add_as_of, add_library, find_rulebook, refuse_inputs
from ruletrail.documents import SCHEMA_LIMITS
from ruletrail.library import load_linked
from ruletrail.library.sources import find_schema, own_schema_file
from ruletrail.problems import ProblemsError, misuse, quote, term

EDITED = ("rulebook", "test", "layout")
"""What authors write, and editors complete."""
_REPORT = "report"
KINDS = (*EDITED, "trail", _REPORT)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("kind", metavar="|".join(KINDS), choices=KINDS)
    parser.add_argument("rulebook", metavar="REF|PATH", nargs="?", default="")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the schema, byte for byte."""
    if bool(options.rulebook) != (options.kind == _REPORT):
        raise _refuse_rulebook(options.rulebook, console)
    data = _read_asked(options) if options.kind == _REPORT else read_schema(options.kind)
    if options.output:
        write_whole(Path(options.output), data)
    else:
        console.write_lines(data.decode("utf-8-sig"))
    return 0


def _refuse_rulebook(written: str, console: Console) -> ProblemsError:
    """Return the error of a rulebook that is missing, or that this kind has no use for."""
    if written:
        return misuse(term("only-with"), option=quote(written), other=quote(_REPORT))
    from ruletrail.cli.help_texts import translate_metavar  # noqa: PLC0415 - rare

    word = quote(translate_metavar("REF|PATH", console.language))
    example = quote("ruletrail schema report sociale/2024")
    return misuse(term("no-argument"), advice="like-example", word=word, example=example)


def read_schema(kind: str) -> bytes:
    """Read the schema of one of our own documents."""
    file = own_schema_file(f"{kind}.schema.json")
    return file.read(file.path.name, SCHEMA_LIMITS.size)


def _read_asked(options: argparse.Namespace) -> bytes:
    """Read the schema of a rulebook's reports; one that does not load shows its problems."""
    source = find_rulebook(options)
    rulebook = load_linked(source).rulebook
    if options.output:
        refuse_inputs(options.output, [], source)
    file = find_schema(rulebook.report, rulebook.report_mark, source)
    return file.read(rulebook.report, SCHEMA_LIMITS.size)
