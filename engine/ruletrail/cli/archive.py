"""`ruletrail archive list|show N|verify|export N`: what was sealed, and is it unaltered."""

import argparse
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ruletrail.archives import (
    SealedRecord,
    export_record,
    list_records,
    read_labels,
    read_record,
    read_result,
    record_to_dict,
    verify_archive,
)
from ruletrail.cli.consoles import Console
from ruletrail.cli.progress import Progress
from ruletrail.cli.seal import ARCHIVE, show_time
from ruletrail.cli.status_words import name_outcome, name_status
from ruletrail.cli.whole_numbers import Whole
from ruletrail.formats import LOCALES, name_subject, show_count
from ruletrail.library.manifests import is_digest
from ruletrail.problems import Problem, make_inert, misuse, quote, sort_problems, term
from ruletrail.rendering.problems import problems_json

_TEXTS = {
    "it": {
        "corrects": "corregge {}", "latest": "corregge", "head": "testa della catena: {}",
        "whole": "{}, catena intatta", "broken": "{}, {} problemi", "broken_1": "{}, 1 problema",
        "records": "{} record", "records_1": "1 record",
        "at": "l'impronta attesa è quella del record {}", "exported": "record {} esportato in {}",
        "record": "record", "sealed_at": "sigillato", "rulebook": "rulebook",
        "subject": "soggetto", "status": "stato", "digest": "impronta", "previous": "precedente",
        "parts": "parti", "outcomes": "esiti",
    },
    "en": {
        "corrects": "corrects {}", "latest": "corrects", "head": "head of the chain: {}",
        "whole": "{}, chain intact", "broken": "{}, {} problems", "broken_1": "{}, 1 problem",
        "records": "{} records", "records_1": "1 record",
        "at": "the expected digest is that of record {}", "exported": "record {} exported to {}",
        "record": "record", "sealed_at": "sealed", "rulebook": "rulebook",
        "subject": "subject", "status": "status", "digest": "digest", "previous": "previous",
        "parts": "parts", "outcomes": "outcomes",
    },
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("list", "show", "verify", "export"):
        action = actions.add_parser(name)
        action.add_argument("--archive", metavar="FILE", default=ARCHIVE)
        action.add_argument("--format", choices=("text", "json"), default="text")
        action.add_argument("--lang", choices=LOCALES, default=argparse.SUPPRESS)
        if name in ("show", "export"):
            action.add_argument("number", metavar="N", type=Whole(1))
        if name == "export":
            action.add_argument("-o", metavar="DIR", dest="output", required=True)
        if name == "verify":
            action.add_argument("--expect-head", metavar="sha256:…", default="", dest="expect_head")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do one of the four; `verify` ends with status 1 when anything does not hold."""
    path = Path(options.archive)
    match options.action:
        case "list":
            _list(path, console)
        case "show":
            _show(path, *read_record(path, _number(options.number), check_trail=_check), console)
        case "export":
            _export(path, _number(options.number), options.output, console)
        case _:
            return _verify(path, options.expect_head, console)
    return 0


def _check(trail: bytes, file: str) -> list[Problem]:
    """Have the independent checker derive a stored trail again."""
    from ruletrail.verification import (  # noqa: PLC0415 - `list` does without it
        check_trail,
        read_trail,
    )

    return check_trail(read_trail(trail, file))


def _number(written: int) -> int:
    """Refuse a number that no record can have: SQLite could not even be asked for it."""
    if written >= 2**63:
        raise misuse(term("not-record"), word=quote(str(written)[:40]))
    return written


def _json(record: SealedRecord) -> dict[str, Any]:
    return {**record_to_dict(record), "digest": record.digest}


def _list(path: Path, console: Console) -> None:
    records = list_records(path)
    head = records[-1].digest if records else ""
    if console.format == "json":
        console.write_json({"head": head, "records": [_json(record) for record in records]})
        return
    texts = _TEXTS[console.language]
    for record in records:
        status = name_status(record.status, console.language)
        line = f"{record.number:>6}  {show_time(record)}  {record.rulebook:24}  {status:13}"
        line += f"  {make_inert(name_subject(record.subject, console.language))}"
        if record.corrects is not None:
            line += f"  ({texts['corrects'].format(record.corrects.latest)})"
        console.write(line + "\n")
    console.write(texts["head"].format(head) + "\n")


def _show(
    path: Path, record: SealedRecord, contents: Mapping[str, bytes], console: Console
) -> None:
    result = read_result(path, record, contents)
    if console.format == "json":
        console.write_json({**_json(record), "result": result})
        return
    texts = _TEXTS[console.language]
    shown = {
        "record": str(record.number),
        "sealed_at": show_time(record),
        "rulebook": record.rulebook,
        "subject": make_inert(name_subject(record.subject, console.language)),
        "status": name_status(record.status, console.language),
        "digest": record.digest,
        "previous": record.previous or "-",
    }
    if record.corrects is not None:
        shown["latest"] = str(record.corrects.latest)
    for name, value in shown.items():
        console.write(f"{texts[name]:12} {value}\n")
    console.write(texts["outcomes"] + "\n")
    labels = read_labels(contents)
    for code, outcome in [*result["decisions"].items(), *result["sections"].items()]:
        said = make_inert(name_outcome(outcome, console.language))
        label = labels.get(code, "")
        console.write(f"  {make_inert(code):24} {said:15}  {make_inert(label)}".rstrip() + "\n")
    console.write(texts["parts"] + "\n")
    for name, part in record.parts.items():
        size = show_count(part.size, console.language)
        console.write(f"  {part.digest}  {size:>9}  {make_inert(name)}\n")


def _export(path: Path, number: int, folder: str, console: Console) -> None:
    record = export_record(path, number, Path(folder), check_trail=_check)
    shown = make_inert(folder)
    if console.format == "json":
        written = {"exported": record.number, "folder": shown, "digest": record.digest}
        console.write_json(written)
    else:
        text = _TEXTS[console.language]["exported"]
        console.write(text.format(record.number, shown) + "\n")


def _verify(path: Path, expected: str, console: Console) -> int:
    if expected and not is_digest(expected):
        raise misuse(term("not-digest"), option="`--expect-head`", word=quote(expected))
    texts = _TEXTS[console.language]
    with ExitStack() as stack:
        found = verify_archive(
            path,
            expected,
            check_trail=_check,
            begin=lambda count: stack.enter_context(Progress(console.err, count)).tick,
        )
    shown = sort_problems(found.problems)
    if console.format == "json":
        written = {"records": found.records, "head": found.head, "expected_at": found.expected_at}
        console.write_json({**written, "problems": problems_json(shown, console.language)})
    else:
        console.show_problems(shown)
        problems = len(found.problems)
        text = texts["broken_1" if problems == 1 else "broken" if problems else "whole"]
        records = texts["records_1" if found.records == 1 else "records"].format(found.records)
        console.write(text.format(records, problems) + "\n")
        console.write(texts["head"].format(found.head or "-") + "\n")
        if found.expected_at is not None:
            console.write(texts["at"].format(found.expected_at) + "\n")
    return 1 if found.problems else 0
