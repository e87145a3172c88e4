"""`ruletrail verify TRAIL`: derive every step again; `--replay` evaluates the report again.

What each of them proves, and what neither can, is a table in `docs/trail.md`.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ruletrail.cli.consoles import Console
from ruletrail.problems import Mark, Problem, ProblemsError, misuse, quote, refusal, term
from ruletrail.verification import (
    LARGEST_TRAIL,
    StoredTrail,
    check_trail,
    find_difference,
    list_long_tables,
    read_trail,
    show,
)

if TYPE_CHECKING:
    from ruletrail.api import Plan

VERIFIED, FAILED = 0, 1
_PROVED = {
    "it": "{steps} della traccia di {rulebook}: le impronte corrispondono, e ogni"
    " passo, ogni frase, gli esiti e lo stato ({status}) seguono da ciò che la traccia dice di"
    " leggere\n",
    "en": "{steps} of the trail of {rulebook}: the digests match, and every step,"
    " every sentence, the outcomes and the status ({status}) follow from what the trail says it"
    " reads\n",
}
_STEPS = {
    "it": ("verificato 1 passo", "verificati {} passi"),
    "en": ("verified 1 step", "verified {} steps"),
}
_REPLAYED = {
    "it": "valutata di nuovo con {rulebook}: la stessa traccia, byte per byte\n",
    "en": "evaluated again with {rulebook}: the same trail, byte for byte\n",
}
_REPLAYED_ELSEWHERE = {
    "it": "valutata di nuovo con {rulebook}: la stessa traccia, salvo i nomi dei file del"
    " rulebook\n",
    "en": "evaluated again with {rulebook}: the same trail, but for the names of the rulebook's"
    " files\n",
}
_NOT_PROVED = {
    "it": "che la relazione sia vera non si vede da una traccia; che le formule siano quelle del"
    " rulebook lo prova `--replay`\n",
    "en": "that the report is true cannot be seen from a trail; that the formulas are the"
    " rulebook's is proved by `--replay`\n",
}


_ROWS = {
    "it": "delle tabelle lunghe ({tables}) la traccia tiene solo la riga che ha risposto: che sia"
    " una riga della tabella, o che non ce ne sia una, lo prova solo `--replay`\n",
    "en": "of long tables ({tables}) the trail keeps only the row that answered: that it is a row"
    " of the table, or that there is none, is proved by `--replay` alone\n",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("trail", metavar="TRAIL")
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--rulebook", metavar="REF|PATH")
    parser.add_argument("--library", metavar="DIR", action="append", default=[])
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Check the trail, replay it when asked, and say what was proved."""
    for given, name in ((options.rulebook, "--rulebook"), (options.library, "--library")):
        if given and not options.replay:
            raise misuse(term("only-with"), option=f"`{name}`", other="`--replay`")
    stored = _read(options.trail, console)
    problems, last = check_trail(stored), _NOT_PROVED
    if not problems and options.replay:
        problems, is_same = replay_trail(stored, options.rulebook, options.library)
        last = _REPLAYED if is_same else _REPLAYED_ELSEWHERE
    if problems:
        console.show_problems(problems)
        return FAILED
    _say(stored.document, console, last, replayed=options.replay)
    return VERIFIED


def _read(written: str, console: Console) -> StoredTrail:
    if written == "-":
        return read_trail(console.read_input(LARGEST_TRAIL), "-")
    from ruletrail.documents import read_bytes  # noqa: PLC0415 - standard input needs no files

    path = Path(written)
    data = read_bytes(path, written, LARGEST_TRAIL)
    try:
        return read_trail(data, path.name)
    except ProblemsError as error:
        from ruletrail.documents import explain_failure  # noqa: PLC0415 - rare

        raise explain_failure(error, data, written, but=("trail",)) from error


def _say(
    document: dict[str, Any], console: Console, last: Mapping[str, str], *, replayed: bool
) -> None:
    status, steps = document["result"]["status"], len(document["steps"])
    reference, tables = reference_of(document), [] if replayed else list_long_tables(document)
    if console.format == "json":
        answer = {"verified": True, "steps": steps, "rulebook": reference, "status": status}
        rows = {"rows_not_proved": tables} if tables else {}
        console.write_json({**answer, "replayed": replayed, **rows, "digest": document["digest"]})
        return
    from ruletrail.cli.status_words import name_status  # noqa: PLC0415 - programs need none

    named = name_status(status, console.language)
    counted = _STEPS[console.language][steps != 1].format(steps)
    console.write(_PROVED[console.language].format(steps=counted, rulebook=reference, status=named))
    if tables:
        console.write(_ROWS[console.language].format(tables=", ".join(tables)))
    console.write(last[console.language].format(rulebook=reference))


def reference_of(document: dict[str, Any]) -> str:
    """Return the reference of a trail's rulebook, pinned to its version."""
    identity = document["rulebook"]
    return f"{identity['name']}/{identity['edition']}@{identity['version']}"


def replay_trail(
    stored: StoredTrail, rulebook: str | None = None, library: Sequence[str] = ()
) -> tuple[list[Problem], bool]:
    """Evaluate the trail's report again; the same rulebook version must give the same trail.

    Returns what is wrong, and whether the trail is the same to the byte: a rulebook's file may have
    another name here, as in an export, and marks say it. `rulebook` names a file or a reference in
    place of the library's own, `library` folders to look in first. The report goes through its JSON
    Schema again, so a report that the engine would have refused fails here.
    """
    from ruletrail.api import Plan  # noqa: PLC0415 - the checker alone needs no evaluator
    from ruletrail.library import load_linked  # noqa: PLC0415

    asked, mark = rulebook or reference_of(stored.document), Mark(stored.file)
    unknown = {"rulebook-unknown", "file-unreadable", "reference-form"}
    try:
        plan = Plan(load_linked(_find_source(stored, rulebook, library, mark)))
    except ProblemsError as error:
        if unknown.isdisjoint(problem.code for problem in error.problems):
            raise
        return [Problem("trail-rulebook-unknown", mark, {"text": quote(asked)})], False
    return replay_by(plan, stored, asked)


def replay_by(plan: "Plan", stored: StoredTrail, asked: str) -> tuple[list[Problem], bool]:
    """Replay a trail by a rulebook that is found already; `asked` is how it was asked for."""
    mark = Mark(stored.file)
    try:
        evaluation = plan.evaluate(_read_again(plan, stored.document["report"], mark))
    except ProblemsError as error:
        return list(error.problems), False
    derived = evaluation.trail.to_dict()
    named, used = reference_of(stored.document), reference_of(derived)
    if named != used:
        details = {"text": quote(used), "named": quote(named)}
        return [Problem("trail-rulebook-changed", mark, details, advice="rulebook-of-trail")], False
    if derived["rulebook"]["digest"] != stored.document["rulebook"]["digest"]:
        return [Problem("trail-rulebook-changed", mark, {"text": quote(asked)})], False
    text = evaluation.trail.to_json() + "\n"
    return _compare(stored, json.loads(text), mark), text == stored.text


def _compare(stored: StoredTrail, again: dict[str, Any], mark: Mark) -> list[Problem]:
    """Find where the trails differ, files called as the stored one calls them.

    Digests need no comparing: those of the stored trail were found to be of what it says.
    """
    written, derived = _without_digests(stored.document), _without_digests(again)
    _rename_files(derived, written)
    difference = find_difference(written, derived)
    if difference is None:
        return []
    place, found, wanted = difference
    details = {"place": quote(place), "found": quote(show(found)), "derived": quote(show(wanted))}
    is_moved = _without_marks(written) == _without_marks(derived)
    advice = "marks-differ" if is_moved else ""
    return [Problem("trail-replay", mark, details, advice=advice)]


def _rename_files(document: dict[str, Any], model: dict[str, Any]) -> None:
    """Call files in marks as another trail does, if each has one name there, and none shares it.

    But versions of an edition: each of two libraries may call its own `EDITION.yaml`.
    """
    marked, other = _list_marked(document), _list_marked(model)
    files = {(_file(ours), _file(theirs)) for ours, theirs in zip(marked, other, strict=False)}
    names = dict(files)
    taken = Counter(names.values())
    is_own = all(taken[name] == 1 or _is_version(file, name) for file, name in files)
    if len(names) == len(files) and is_own:
        for each in marked:
            file = _file(each)
            each["mark"] = names.get(file, file) + each["mark"].removeprefix(file)


def _is_version(file: str, name: str) -> bool:
    """Tell `EDITION@VERSION.yaml` beside what is called `EDITION.yaml`, or is it; in any folder."""
    from ruletrail.references import SUFFIX, own_folder  # noqa: PLC0415 - as above

    ours, theirs = PurePosixPath(file).name, PurePosixPath(name).name
    edition = own_folder(ours).partition("@")[0]
    return theirs in (ours, edition + SUFFIX)


def _list_marked(document: dict[str, Any]) -> list[dict[str, Any]]:
    """List the steps and cases, which have marks."""
    found = [each for step in document["steps"] for each in (step, *step.get("cases", ()))]
    return [each for each in found if "mark" in each]


def _file(marked: dict[str, Any]) -> str:
    return str(marked["mark"].rsplit(":", 2)[0])


def _find_source(
    stored: StoredTrail, rulebook: str | None, library: Sequence[str], mark: Mark
) -> Any:
    """Find the rulebook; only the user chooses by a path, a trail names a version of the library's.

    So nobody who writes a trail chooses what is opened.
    """
    from ruletrail.api import (  # noqa: PLC0415 - as above
        find_reference,
        find_source,
        search_libraries,
    )
    from ruletrail.references import parse_reference  # noqa: PLC0415

    libraries = search_libraries(library)
    if rulebook:
        return find_source(rulebook, mark=mark, libraries=libraries)
    written = reference_of(stored.document)
    reference = parse_reference(written)
    if reference is None:
        raise refusal("reference-form", mark, text=quote(written))
    return find_reference(reference, "", mark, libraries)


def _without_digests(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the digests of document and steps, so that a difference names what differs."""
    contents = [
        {key: value for key, value in each.items() if key != "digest"}
        for each in (document, *document["steps"])
    ]
    return {**contents[0], "steps": contents[1:]}


def _without_marks(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out where steps and cases stand in the rulebook's files."""
    steps = [{**step, "mark": ""} for step in document["steps"]]
    for step in steps:
        if "cases" in step:
            step["cases"] = [
                {key: value for key, value in case.items() if key != "mark"}
                for case in step["cases"]
            ]
    return {**document, "steps": steps}


def _read_again(plan: "Plan", report: dict[str, Any], mark: Mark) -> Any:
    """Put the trail's report through its schema, which may ask for what stands there empty."""
    from ruletrail.reports import list_shells  # noqa: PLC0415 - as above

    refused: ProblemsError | None = None
    for shell in list_shells(report["subject"], report.get("printed", {}).get("messages", ())):
        try:
            return plan.check(_report_node(report, shell, mark), [])
        except ProblemsError as error:
            refused = refused or error
    raise refused or TypeError("a report may always stand as it is")


def _report_node(report: dict[str, Any], shell: dict[str, Any], mark: Mark) -> Any:
    """Give the trail's report the shape of a document, each value written as it was declared."""
    from ruletrail.documents import MappingNode, ScalarNode, SequenceNode  # noqa: PLC0415

    def mapping(values: dict[str, Any]) -> MappingNode:
        return MappingNode(values, {key: ScalarNode(key, "quoted", mark) for key in values}, mark)

    def scalar(written: Any, *, subject: bool = False) -> ScalarNode:
        if isinstance(written, bool):
            return ScalarNode("true" if written else "false", "literal", mark)
        if isinstance(written, dict):
            return ScalarNode(written["date" if "date" in written else "text"], "quoted", mark)
        if not subject:
            return ScalarNode(written, "number", mark)
        return ScalarNode(written, "quoted" if written in ("true", "false") else "plain", mark)

    def rows(written: list[dict[str, Any]]) -> SequenceNode:
        cells = ({name: scalar(cell) for name, cell in row.items()} for row in written)
        return SequenceNode(tuple(map(mapping, cells)), mark)

    fields = report["fields"]
    values: dict[str, Any] = {"rulebook": ScalarNode(report["rulebook"], "quoted", mark)}
    if "subject" in shell:
        named = shell["subject"].items()
        scalars = {key: scalar(written, subject=True) for key, written in named}
        values["subject"] = mapping(scalars)
    values["fields"] = mapping(
        {
            code: rows(written) if isinstance(written, list) else scalar(written)
            for code, written in fields.items()
        }
    )
    if "printed" in shell:
        values["printed"] = mapping(
            {
                key: SequenceNode(tuple(ScalarNode(text, "quoted", mark) for text in texts), mark)
                for key, texts in shell["printed"].items()
            }
        )
    return mapping(values)
