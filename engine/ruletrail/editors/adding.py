"""One more example: the skeleton that an editor writes into the file of a rulebook's examples."""

import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    decode_text,
    items_of,
    members_of,
    read_text,
    reading_unsaved,
    text_of,
)
from ruletrail.editors.invented_reports import write_reports
from ruletrail.editors.names import Texts, evaluate_example
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import Example, examples_file, read_examples
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import split_lines
from ruletrail.formats import Locale
from ruletrail.intake import check_report
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError, has_errors, refusal
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import Schema, check_schema

_NEW = {"it": "nuovo esempio", "en": "new example"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_àèéìòù]*(?: [A-Za-z0-9_àèéìòù]+)*")
_NO_TEXTS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Addition:
    """A new example: the text to insert into a file, after a line; or the file's whole text."""

    path: Path
    line: int
    text: str
    name: str
    is_new: bool
    last: str | None = None
    """The line after which it goes, where that is the last one and has no end."""


def add_example(source: Source, texts: Texts, language: Locale) -> Addition:
    """Write the skeleton of one more example, which expects the outcome that it has now.

    It is like the last one there is, with one of its fields to change; the first one has some of
    the schema's fields. Raises `ProblemsError` where a list is not written so that it can grow.
    """
    with reading_unsaved(texts):
        file = examples_file(source)
        is_there = file.path in texts or file.is_there
        shown = (PurePosixPath(source.shown).parent / file.path.name).as_posix()
        data = file.read(shown, RULEBOOK_LIMITS.size) if is_there else b""
        text = texts[file.path] if file.path in texts else decode_text(data, shown)
        examination = examine_rulebook(source)
        examples = _readable(source, examination.linked)
    node, problems = read_text(text, shown, RULEBOOK_LIMITS) if text.strip() else (None, [])
    if problems:
        raise ProblemsError(problems)
    listed = members_of(node).get("examples")
    items = items_of(listed)
    name = _new_name(items, _NEW[language])
    reference = _reference(examination.rulebook, source)
    # what has errors is linked as far as it goes, and may lack what evaluating asks for
    linked = None if has_errors(examination.problems) else examination.linked
    schema = linked.schema if linked is not None else examination.schema
    body = _Skeleton(name, reference, linked, schema).write(examples)
    if not isinstance(listed, SequenceNode) or not items:
        if isinstance(node, MappingNode) and "examples" in node.keys:
            raise refusal("example-by-hand", node.keys["examples"].mark)
        head = "examples:\n"
        head = f"test: 1\nrulebook: {reference}\n{head}" if node is None else head
        return _append(file.path, text, head + _indent(body, 2), name, is_new=not is_there)
    return _insert(file.path, text, items, body, name)


def _readable(source: Source, linked: LinkedRulebook | None) -> tuple[Example, ...]:
    try:
        return read_examples(source, linked).examples if linked is not None else ()
    except ProblemsError:
        return ()


def _reference(rulebook: Rulebook | None, source: Source) -> str:
    identity = rulebook.identity if rulebook is not None else None
    return identity.reference if identity is not None else _of_path(source)


def _of_path(source: Source) -> str:
    """Name a rulebook that cannot be read as the place of its file does."""
    return f"{source.path.parent.name}/{source.path.stem}"


def _append(path: Path, text: str, body: str, name: str, *, is_new: bool) -> Addition:
    lines = split_lines(text)
    last = lines[-1] or None
    return Addition(path, len(lines) - (last is None), body, name, is_new, last)


def _insert(path: Path, text: str, items: Sequence[Node], body: str, name: str) -> Addition:
    """Insert an item after the last one, indented as it is."""
    lines, mark = split_lines(text), items[-1].mark
    dash = lines[mark.line - 1].find("-")
    is_block = dash >= 0 and lines[mark.line - 1][: mark.column - 1].strip() == "-"
    if not is_block:
        raise refusal("example-by-hand", mark)
    last = mark.line
    for number in range(mark.line, len(lines)):
        content = lines[number]
        if content.strip() and len(content) - len(content.lstrip(" ")) <= dash:
            break
        last = number + 1 if content.strip() else last
    open_line = lines[-1] if last == len(lines) else None
    return Addition(path, last, _indent(body, dash), name, is_new=False, last=open_line)


def _indent(body: str, margin: int) -> str:
    return "".join(" " * margin + line + "\n" for line in split_lines(body.removesuffix("\n")))


def _new_name(items: Sequence[Node], word: str) -> str:
    taken = {text_of(members_of(item).get("name")) for item in items}
    number = 1
    while (name := word if number == 1 else f"{word} {number}") in taken:
        number += 1
    return name


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """What a new example is written from; `linked` is None where nothing can be evaluated."""

    name: str
    reference: str
    linked: LinkedRulebook | None
    schema: Schema | None

    def write(self, examples: Sequence[Example]) -> str:
        """Write the item, its first line with the dash."""
        for example in reversed(examples):
            fields = members_of(members_of(example.report).get("fields"))
            scalars = {code: it for code, it in fields.items() if isinstance(it, ScalarNode)}
            record = evaluate_example(example, self.linked) if self.linked is not None else None
            if scalars and record is not None:
                code, value = next(iter(scalars.items()))
                report = f"like: {_scalar(example.name)}\nchange: {{{code}: {_as_written(value)}}}"
                return self._item(report, f"status: {record.status}")
        return self._item(*self._invent())

    def _item(self, report: str, expected: str) -> str:
        lines = [f"name: {_scalar(self.name)}", *split_lines(report.rstrip("\n"))]
        lines += [f"expect: {{{expected}}}"] if expected else []
        return "- " + "\n  ".join(lines)

    def _invent(self) -> tuple[str, str]:
        """Invent a report that the form admits, and what comes out; if none, why it is refused."""
        report, expected = "", ""
        computed = self.linked.rulebook.entries if self.linked is not None else ()
        for report in write_reports(self.schema, computed):
            is_admitted, expected = self._judge(report)
            if is_admitted:
                break
        return f"report:\n{_indent(report, 2)}", expected

    def _judge(self, report: str) -> tuple[bool, str]:
        """Tell whether a report is admitted, and what is to be expected of it, as far as known."""
        text = f"rulebook: {json.dumps(self.reference)}\n{report}"
        node, problems = read_text(text, "", RULEBOOK_LIMITS)
        if not isinstance(node, MappingNode) or problems or self.schema is None:
            return False, ""
        if self.linked is None:
            return not check_schema(node, self.schema)[1], ""
        checked, problems = check_report(node, self.linked)
        if checked is None:
            return False, f"problems: [{', '.join(dict.fromkeys(each.code for each in problems))}]"
        return True, f"status: {evaluate_record(self.linked, checked).status}"


def _as_written(node: ScalarNode) -> str:
    return json.dumps(node.text, ensure_ascii=False) if node.style == "quoted" else node.text


def _scalar(text: str) -> str:
    """Write a text in YAML: in quotes unless it surely needs none."""
    is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _NO_TEXTS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
