"""`ruletrail schema KIND`: the JSON Schemas, for editors and programs.

Those of our own documents come with the package, written in Italian; `english.json` beside them has
the English for each text that an editor shows. That of the reports of one rulebook is the file that
the rulebook names, in the language of its author.
"""

import argparse
import json
from collections.abc import Mapping
from typing import Any

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook, refuse_inputs
from ruletrail.documents import SCHEMA_LIMITS
from ruletrail.formats import Locale
from ruletrail.library import load_linked
from ruletrail.library.sources import find_schema, own_schema_file, show_schema
from ruletrail.problems import ProblemsError, misuse, quote, quote_to_write, term

EDITED = ("rulebook", "test", "layout")
"""What authors write, and editors complete."""
_REPORT = "report"
KINDS = (*EDITED, "trail", _REPORT)
SHOWN = frozenset({"title", "description", "enumDescriptions", "examples", "defaultSnippets"})
"""The keywords that editors show, and by which nothing is checked."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("kind", metavar="|".join(KINDS), choices=KINDS)
    parser.add_argument("rulebook", metavar="REF|PATH", nargs="?", default="")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the schema; one of ours in the language asked for."""
    if bool(options.rulebook) != (options.kind == _REPORT):
        raise _refuse_rulebook(options.rulebook, console)
    if options.kind == _REPORT:
        data = _read_asked(options)
    else:
        data = read_schema(options.kind, console.language)
    if options.output:
        console.write_file(options.output, data)
    else:
        console.write_lines(data.decode("utf-8-sig"))
    return 0


def read_schema(kind: str, language: Locale) -> bytes:
    """Read the schema of one of our own documents, as it is in Italian or put into English."""
    data = _read_own(f"{kind}.schema.json")
    if language == "it":
        return data
    english = put_texts(json.loads(data), json.loads(_read_own("english.json")))
    return (json.dumps(english, ensure_ascii=False, indent=2) + "\n").encode()


def _read_own(name: str) -> bytes:
    return own_schema_file(name).read(name, SCHEMA_LIMITS.size)


def put_texts(schema: Any, texts: Mapping[str, str]) -> Any:
    """Put texts in the place of those that editors show; what a document is checked by stays."""
    if isinstance(schema, list):
        return [put_texts(each, texts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        # a mapping under such a name declares a key of the document that is called so
        key: _put(value, texts)
        if key in SHOWN and not isinstance(value, dict)
        else put_texts(value, texts)
        for key, value in schema.items()
    }


def _put(shown: Any, texts: Mapping[str, str]) -> Any:
    """Put texts in the place of all that a text, an example or a snippet is made of."""
    if isinstance(shown, str):
        return texts.get(shown, shown)
    if isinstance(shown, list):
        return [_put(each, texts) for each in shown]
    if isinstance(shown, dict):
        return {texts.get(key, key): _put(value, texts) for key, value in shown.items()}
    return shown


def _refuse_rulebook(written: str, console: Console) -> ProblemsError:
    """Return the error of a rulebook that is missing, or that this kind has no use for."""
    if written:
        return misuse(term("only-with"), option=quote(written), other=quote(_REPORT))
    from ruletrail.cli.help_texts import translate_metavar  # noqa: PLC0415 - rare

    word = quote(translate_metavar("REF|PATH", console.language))
    example = quote_to_write("ruletrail schema report sociale/2024")
    return misuse(term("no-argument"), advice="like-example", word=word, example=example)


def _read_asked(options: argparse.Namespace) -> bytes:
    """Read the schema of a rulebook's reports; one that does not load shows its problems."""
    source = find_own_rulebook(options)
    rulebook = load_linked(source).rulebook
    if options.output:
        refuse_inputs(options.output, [], source)
    file = find_schema(rulebook.report, rulebook.report_mark, source)
    return file.read(show_schema(file, source), SCHEMA_LIMITS.size)
