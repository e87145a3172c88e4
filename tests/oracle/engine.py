"""Asks ruletrail, in every way it can be asked, and says where it differs from the oracle."""

import contextlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import ruletrail
from ruletrail.cli import main

from .documents import Report, Rulebook, as_json, inline, report_text
from .evaluation import Answer, Oracle
from .printed import matched, on_paper
from .values import Num, with_decimals, written

RESULT = ("status", "values", "lists", "decisions", "sections", "checks", "messages", "declared")
FORMATS = ("text", "markdown", "html", "json")
RESULT += ("missing", "not_encoded", "errors")


class Folder:
    """A folder in which rulebooks are written, one after the other."""

    def __init__(self, path: Path) -> None:
        """Keep the folder."""
        self.path = path
        self.rulebook = path / "prova.yaml"
        self.last: tuple[str, str, dict, ruletrail.Plan] | None = None

    def write(self, rulebook: Rulebook) -> Path:
        """Write a rulebook and its schema."""
        self.rulebook.write_text(rulebook.text(), encoding="utf-8")
        (self.path / "prova.schema.json").write_text(rulebook.schema_text(), encoding="utf-8")
        _write_files(self.path, rulebook.files)
        return self.rulebook

    def load(self, rulebook: Rulebook) -> ruletrail.Plan:
        """Write a rulebook and load it; the last one is kept."""
        key = rulebook.text(), rulebook.schema_text(), rulebook.files
        if self.last is None or self.last[:3] != key:
            self.last = (*key, ruletrail.load(self.write(rulebook)))
        return self.last[3]

    def load_overlay(self, base: str, over: str, whole: Rulebook) -> ruletrail.Plan:
        """Write a rulebook and the one that it extends into a library of their own."""
        library = self.path / "library" / "rulebooks" / "prova"
        schemas = self.path / "library" / "schemas"
        for folder in (library, schemas):
            folder.mkdir(parents=True, exist_ok=True)
        (schemas / "prova.schema.json").write_text(whole.schema_text(), encoding="utf-8")
        _write_files(library, whole.files)
        (library / "2023.yaml").write_text(base, encoding="utf-8")
        (library / "2024.yaml").write_text(over, encoding="utf-8")
        return ruletrail.load(library / "2024.yaml")

    def load_reference(self, rulebook: Rulebook) -> ruletrail.Plan:
        """Load it with so many messages that nothing is compiled: the reference answers."""
        padded = replace(rulebook, content=dict(rulebook.content))
        many = {"n": [str(number) for number in range(1001)]}
        pad = {"for_each": many, "when": "false", "text": {rulebook.locale: "x"}}
        padded.content["messages"] = {**padded.entries("messages"), "pad_{n}": pad}
        return self.load(padded)


def _write_files(folder: Path, files: dict[str, str]) -> None:
    """Write the files of tables."""
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def as_mapping(report: Report) -> dict[str, object]:
    """Return a report as Python values."""
    return {"rulebook": "prova/2024", "fields": {c: plain(v) for c, v in report.items()}}


def plain(value: object) -> object:
    """Return a value as a caller from Python has it."""
    if isinstance(value, list):
        return [{cell: plain(item) for cell, item in row.items()} for row in value]
    if not isinstance(value, Num):
        return value
    return int(value.text) if value.text.lstrip("-").isdigit() else Decimal(value.text)


def dressed(report: Report, rng: Random) -> str:
    """Write a report as JSON in one of many ways: white space, escapes, order, exponents."""
    cells = list(report.items())
    rng.shuffle(cells)
    comma, colon = rng.choice([(",", ":"), (", ", ": "), ("\n,\t", " : "), (" ,", ":\r\n ")])
    plain = rng.random() < 0.5
    written_cells = [
        json.dumps(code) + colon + _dressed(value, rng, plain=plain) for code, value in cells
    ]
    parts = [f'"rulebook"{colon}"prova/2024"', f'"fields"{colon}{{{comma.join(written_cells)}}}']
    if rng.random() < 0.3:
        parts.reverse()
    return rng.choice(["{", "{ ", "{\n"]) + comma.join(parts) + rng.choice(["}", " }", "}\n"])


def _dressed(value: object, rng: Random, *, plain: bool) -> str:
    """Write a value of JSON."""
    if isinstance(value, list):
        return "[" + ", ".join(_dressed(row, rng, plain=plain) for row in value) + "]"
    if isinstance(value, dict):
        cells = [f'"{key}": {_dressed(item, rng, plain=plain)}' for key, item in value.items()]
        return "{" + ", ".join(cells) + "}"
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if not isinstance(value, Num):
        return json.dumps(value, ensure_ascii=not plain)
    if plain or "e" in value.text.lower() or rng.random() < 0.6:
        return value.text
    whole = without_exponent(Num(value.text)).replace(".", "").replace("-", "").lstrip("0") or "0"
    sign = "-" if value.text.startswith("-") else ""
    mark = rng.choice(["e", "E"])
    if rng.random() < 0.5 and len(whole) > 1:
        return f"{sign}{whole[0]}.{whole[1:]}{mark}{len(whole) - 1 - value.decimals:+d}"
    return f"{sign}{whole}{mark}{-value.decimals}"


def printed_differences(
    plan: ruletrail.Plan, oracle: Oracle, report: Report, rng: Random
) -> list[str]:
    """Let a report carry some of its sentences and others, and compare what matched."""
    answer = oracle.answer(report)
    sentences = [message["text"] for message in answer.messages]
    paper = on_paper(sentences, rng)
    mapping = {**as_mapping(report), "printed": {"messages": paper}}
    seen = plan.evaluate(mapping).trail.to_dict()["result"]
    found = different(f"printed {paper}", matched(sentences, paper), seen["printed"])
    return found + different("status", answer.status, seen["status"])


def yaml_text(report: Report) -> str:
    """Write a report as YAML, plain where that is possible."""
    lines = ["rulebook: prova/2024", "fields:" if report else "fields: {}"]
    for code, value in report.items():
        text = without_exponents(value)
        if isinstance(value, Num):
            text = without_exponent(value)
        elif isinstance(value, str) and re.fullmatch("[A-Za-z]+|\\d{4}-.*", value):
            text = value if value not in {"true", "false"} else text
        lines.append(f"  {code}: {text}")
    return "\n".join(lines) + "\n"


def without_exponents(value: object) -> str:
    """Write a value of YAML on one line; days are plain, as often as not."""
    if isinstance(value, list):
        cells = [[f"{c}: {without_exponents(v)}" for c, v in row.items()] for row in value]
        return "[" + ", ".join("{" + ", ".join(row) + "}" for row in cells) + "]"
    if isinstance(value, date) and value.day % 2:
        return value.isoformat()
    return without_exponent(value) if isinstance(value, Num) else inline(as_json(value))


def without_exponent(number: Num) -> str:
    """Write a number with the same decimals, but no exponent."""
    sign = "-" if number.text.startswith("-") and number.value == 0 else ""
    return sign + with_decimals(number.value, number.decimals)


def shown_fields(oracle: Oracle) -> set[str]:
    """List the fields that sentences show, whose decimals as written count."""
    texts = inline(oracle.rulebook.content)
    return {code for code in oracle.rulebook.fields if f"{{{code}}}" in texts}


def other_numbers(report: Report, kept: set[str]) -> dict[str, object]:
    """Return a report with fractions and floats for numbers, where they are the same."""
    mapping = as_mapping(report)
    for index, (code, value) in enumerate(report.items()):
        if isinstance(value, Num) and code not in kept:
            number = float(value.value)
            exact = Fraction(Decimal(repr(number))) == value.value
            mapping["fields"][code] = number if exact and index % 2 else value.value
        if isinstance(value, date) and index % 2:
            mapping["fields"][code] = value.isoformat()
    return mapping


def ways(
    plan: ruletrail.Plan, folder: Folder, report: Report, which: int, oracle: Oracle
) -> Iterator[tuple]:
    """Evaluate a report from a mapping and from bytes, and sometimes in other ways."""
    data = dressed(report, Random(which)).encode()  # noqa: S311
    kept = set(oracle.codes("rules")) | shown_fields(oracle)
    yield "mapping", plan.evaluate(as_mapping(report))
    yield "bytes", plan.evaluate(data)
    if which % 10 in {2, 3}:
        yield "yaml", plan.evaluate(yaml_text(report).encode())
    elif which % 10 in {4, 5}:
        yield "numbers", plan.evaluate(other_numbers(report, kept))
    if which % 10 == 0:
        path = folder.path / "report.json"
        path.write_bytes(data)
        yield "file", plan.evaluate(path)
    elif which % 10 == 1:
        yield "report", plan.evaluate(plan.read(data))


def differences(wanted: Answer, evaluation: ruletrail.Evaluation, *, steps: bool) -> list[str]:
    """Compare an evaluation's attributes and its trail with what the oracle says."""
    found = []
    values = {code: written(_exact(value)) for code, value in evaluation.values.items()}
    seen = {
        "status": evaluation.status,
        "values": values,
        "lists": {
            name: [as_written(row) for row in rows] for name, rows in evaluation.lists.items()
        },
        "decisions": dict(evaluation.decisions),
        "sections": dict(evaluation.sections),
        "checks": dict(evaluation.checks),
        "missing": list(evaluation.missing),
    }
    texts = [message["text"] for message in wanted.messages]
    if texts != list(evaluation.messages):
        found.append(f"messages: oracle {texts}, engine {evaluation.messages}")
    for key, value in seen.items():
        found += different(key, getattr(wanted, key), value)
    if steps:
        found += trail_differences(wanted, evaluation.trail.to_dict())
    return found


def as_written(row: Mapping) -> dict:
    """Write what a row came to as trails do."""
    return {cell: written(_exact(value)) for cell, value in row.items()}


def trail_differences(wanted: Answer, trail: dict) -> list[str]:
    """Compare a trail's result and steps with what the oracle says."""
    found = []
    result = trail["result"]
    for key in RESULT:
        found += different(f"result.{key}", getattr(wanted, key), result.get(key, {}))
    found += different("order", _ids(wanted.steps), _ids(trail["steps"]))
    for mine, other in zip(wanted.steps, trail["steps"], strict=False):
        flat = dict(other)
        flat["agreement"] = other.get("declared", {}).get("agreement")
        flat["rounding.from"] = other.get("rounding", {}).get("from")
        found += within(str(mine["id"]), mine, flat)
    return found


def within(path: str, mine: object, other: object) -> list[str]:
    """Demand that all the oracle notes stands in a trail, which may say more."""
    if isinstance(mine, dict) and isinstance(other, dict) and not path.endswith("value"):
        return [
            text
            for key, value in mine.items()
            for text in within(f"{path}.{key}", value, other.get(key))
        ]
    if isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
        pairs = enumerate(zip(mine, other, strict=True))
        return [t for index, (a, b) in pairs for t in within(f"{path}[{index}]", a, b)]
    return different(path, mine, other)


def _ids(steps: list) -> list:
    """List the codes of steps."""
    return [step["id"] for step in steps if not step["id"].startswith("pad_")]


def _exact(value: object) -> object:
    """Return a number as a fraction; anything else as it is."""
    return Fraction(value) if isinstance(value, Decimal | Fraction) else value


def different(what: str, mine: object, other: object) -> list[str]:
    """Say how two answers differ; none where they do not. True is not 1 here."""
    same = mine == other and isinstance(mine, bool) is isinstance(other, bool)
    if same and isinstance(mine, dict):
        same = all(isinstance(mine[key], bool) is isinstance(other[key], bool) for key in mine)
    return [] if same else [f"{what}: oracle {mine!r}, engine {other!r}"]


def write_pages(evaluation: ruletrail.Evaluation) -> int:
    """Write an answer in every form that people read, which none may fail; returns how many."""
    writers = (evaluation.to_text, evaluation.to_markdown, evaluation.to_html)
    return sum(bool(write(language)) for write in writers for language in ("it", "en"))


def command(*arguments: object) -> tuple[int, str]:
    """Run a command of ruletrail in this process: its status and what it printed."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
    printed = out.buffer.getvalue().decode() + errors.buffer.getvalue().decode()
    return int(status or 0), printed


def tool_differences(folder: Folder, report: Report, code: str | None) -> list[str]:
    """Run every command that shows something of a rulebook; none may fail."""
    path, book = folder.path / "report.json", folder.rulebook
    path.write_text(report_text(report), encoding="utf-8")
    calls = [
        ("check", book),
        ("check", book, "--format", "json"),
        ("docs", book, "--format", "markdown"),
        ("docs", book, "--format", "html"),
        ("graph", book),
        ("show", book, "--resolved"),
        ("fmt", "--check", book),
        ("batch", "--explain-plan", "--rulebook", book),
        *([("explain", path, code, "--rulebook", book)] if code else []),
        *(("evaluate", path, "--rulebook", book, "--format", form) for form in FORMATS),
    ]
    found = []
    for call in calls:
        status, printed = command(*call)
        if status not in {0, 1} or "Traceback" in printed:
            found.append(f"{call}: status {status}: {printed[:2000]}")
    return found


def verified(folder: Folder, plan: ruletrail.Plan, report: Report) -> list[str]:
    """Let the checker derive a trail again."""
    path = folder.path / "kept.trail.json"
    path.write_bytes(plan.evaluate(as_mapping(report)).trail.to_json().encode() + b"\n")
    status, printed = command("verify", path)
    return [f"verify: status {status}: {printed}"] if status else []


def command_differences(folder: Folder, report: Report, wanted: Answer) -> list[str]:
    """Evaluate at the command line (both evaluators), then verify the trail it wrote."""
    path, trail = folder.path / "report.json", folder.path / "report.trail.json"
    path.write_text(report_text(report), encoding="utf-8")
    rulebook = ["--rulebook", folder.rulebook]
    status, printed = command("evaluate", path, *rulebook, "--format", "json", "-o", trail)
    if status != (0 if wanted.status == "complete" else 1):
        return [f"evaluate: status {status}: {printed}"]
    found = trail_differences(wanted, json.loads(trail.read_bytes()))
    status, printed = command("verify", trail, "--replay", *rulebook)
    return found + ([f"verify: status {status}: {printed}"] if status else [])
