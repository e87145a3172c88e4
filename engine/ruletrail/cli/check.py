"""`ruletrail check RULEBOOK…`: all problems of rulebooks, their schemas, layouts and examples."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote as percent_encode

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.evaluations import source_as_written
from ruletrail.cli.progress import Progress
from ruletrail.cli.read import examine_layout, layout_file
from ruletrail.examples import examples_file, read_examples
from ruletrail.formats import Locale
from ruletrail.library import Source, load_linked
from ruletrail.library.manifests import record_published
from ruletrail.linking import LinkedRulebook
from ruletrail.lints import count_lints, gather
from ruletrail.problems import Problem, ProblemsError, has_errors, sort_problems
from ruletrail.schemas import Schema
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION

_LOADING = 2
_NOTHING = {"it": "nessun problema\n", "en": "no problems\n"}
_UNREADABLE = frozenset(
    {"file-unreadable", "reference-form", "wrong-file"}
    | {"rulebook-unknown", "rulebook-draft", "rulebook-not-in-force"}
)
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK", nargs="+")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--strict", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Check each rulebook and show every problem; status 2 if one cannot be read at all."""
    problems: list[Problem] = []
    with Progress(console.err, len(options.rulebooks) * (count_lints() + _LOADING)) as progress:
        for written in options.rulebooks:
            try:
                source = source_as_written(written)
                found = check_one(source, progress)
                problems += record_one(source, found) if options.record else found
            except ProblemsError as error:
                problems += error.problems
    # before they are sorted, which keeps the first fifty of each file
    is_unreadable = any(problem.code in _UNREADABLE for problem in problems)
    problems = sort_problems(problems)
    if options.format == "sarif":
        console.write_json(to_sarif(problems, console.language))
    elif problems or options.format == "json":
        console.show_problems(problems)
    else:
        console.write(_NOTHING[console.language])
    if is_unreadable:
        return 2
    counting = ("error", "warning") if options.strict else ("error",)
    return 1 if any(problem.severity in counting for problem in problems) else 0


def check_one(source: Source, progress: Progress) -> list[Problem]:
    """Check one rulebook and what lies beside it."""
    gathered = gather(source, progress.tick)
    progress.tick()
    return [*gathered.problems, *check_beside(source, gathered.schema, gathered.linked)]


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
            read_examples(source, linked)
    except ProblemsError as error:
        yield from error.problems


def record_one(source: Source, problems: list[Problem]) -> list[Problem]:
    """Add a published version without errors to its manifest; return the problems left."""
    made = record_published(load_linked(source), source) if not has_errors(problems) else None
    if made is None:
        return problems
    path, text = made
    write_whole(path, text.encode())
    return [problem for problem in problems if problem.code != "published-unrecorded"]


# -- SARIF 2.1.0, the form in which code hosts show findings beside the lines ----------------------


def to_sarif(problems: Sequence[Problem], language: Locale) -> dict[str, Any]:
    """Return one run with a rule for each code that was found."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": ENGINE_NAME,
        "version": ENGINE_VERSION,
        "rules": [_rule(code, problems, language) for code in codes],
    }
    results = [_result(problem, codes.index(problem.code), language) for problem in problems]
    # columns count code points, as our marks do; SARIF would take UTF-16 units otherwise
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, problems: Sequence[Problem], language: Locale) -> dict[str, Any]:
    first = next(problem for problem in problems if problem.code == code)
    return {
        "id": code,
        "defaultConfiguration": {"level": _SARIF_LEVELS[first.severity]},
        "help": {"text": first.hint(language)},
        "helpUri": f"docs/problems/{code}.md",
    }


def _result(problem: Problem, index: int, language: Locale) -> dict[str, Any]:
    mark = problem.mark
    region: dict[str, Any] = {"startLine": max(mark.line, 1), "startColumn": max(mark.column, 1)}
    if mark.text:
        region["snippet"] = {"text": mark.text}
    location = {"artifactLocation": {"uri": percent_encode(mark.file, safe="/")}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": _SARIF_LEVELS[problem.severity],
        "message": {"text": f"{problem.message(language)}. {problem.hint(language)}"},
        "locations": [{"physicalLocation": location}],
    }
