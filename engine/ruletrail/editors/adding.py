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
from ruletrail.editors.names import Texts, evaluate_example
from ruletrail.examples import Example, examples_file, read_examples
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import split_lines
from ruletrail.formats import Locale
from ruletrail.library import Source, examine_rulebook
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import ProblemsError, refusal
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import FieldDeclaration, Schema

_MOST_FIELDS = 12
"""Fields that a new example begins with, where there is none to be like."""

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
    body = _Skeleton(name, examination.linked, examination.schema).write(examples)
    if not isinstance(listed, SequenceNode) or not items:
        if isinstance(node, MappingNode) and "examples" in node.keys:
            raise refusal("example-by-hand", node.keys["examples"].mark)
        head = _head(examination.rulebook, source) if node is None else "examples:\n"
        return _append(file.path, text, head + _indent(body, 2), name, is_new=not is_there)
    return _insert(file.path, text, items, body, name)


def _readable(source: Source, linked: LinkedRulebook | None) -> tuple[Example, ...]:
    try:
        return read_examples(source, linked).examples if linked is not None else ()
    except ProblemsError:
        return ()


def _head(rulebook: Rulebook | None, source: Source) -> str:
    identity = rulebook.identity if rulebook is not None else None
    reference = identity.reference if identity is not None else _of_path(source)
    return f"test: 1\nrulebook: {reference}\nexamples:\n"


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
    """What a new example is written from."""

    name: str
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
                report = (
                    f"  like: {_scalar(example.name)}\n  change: {{{code}: {_as_written(value)}}}"
                )
                return self._item(report, record.status)
        return self._item(self._fields(), self._status())

    def _item(self, report: str, status: str) -> str:
        return f"- name: {_scalar(self.name)}\n{report}\n  expect: {{status: {status}}}"

    def _fields(self) -> str:
        lines = [f"      {code}: {value}" for code, value in self._invented().items()]
        return "\n".join(
            ["  report:", "    fields:", *lines] if lines else ["  report: {fields: {}}"]
        )

    def _invented(self) -> dict[str, str]:
        declared = self.schema.fields if self.schema is not None else {}
        return {code: _invent(each) for code, each in list(declared.items())[:_MOST_FIELDS]}

    def _status(self) -> str:
        """Evaluate what was invented: what is expected is then what comes out."""
        if self.linked is None:
            return "complete"
        invented = ", ".join(f"{code}: {value}" for code, value in self._invented().items())
        text = f"rulebook: {self.linked.rulebook.identity}\nfields: {{{invented}}}"
        node, _ = read_text(text, "", RULEBOOK_LIMITS)
        if not isinstance(node, MappingNode):
            return "complete"
        record = evaluate_example(Example(self.name, node.mark, node, node), self.linked)
        return record.status if record is not None else "complete"


def _invent(field: FieldDeclaration) -> str:
    """Write a value that a field may hold, to be changed by hand."""
    if field.words:
        return _scalar(field.words[0])
    if field.format == "date":
        return "2024-01-31"
    return {"number": "1", "boolean": "false"}.get(field.type, '"…"')


def _as_written(node: ScalarNode) -> str:
    return json.dumps(node.text, ensure_ascii=False) if node.style == "quoted" else node.text


def _scalar(text: str) -> str:
    """Write a text in YAML: in quotes unless it surely needs none."""
    is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _NO_TEXTS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
