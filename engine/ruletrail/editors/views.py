"""What requests see: the documents as they were when one came, and what is remembered between them.

A `View` is made for each request and does not change. A `Memory` is one server's, and belongs to
the thread that works answers out. Only the text of a document that the editor has open is asked
about; it comes from the editor, and no file is opened here.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ruletrail.editors.diagnosing import Check, Finding, diagnose, source_of_document
from ruletrail.editors.names import Knowledge, learn_from_files
from ruletrail.editors.places import forget_text
from ruletrail.editors.working import GoOn
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.files import split_lines
from ruletrail.formats import Locale
from ruletrail.library import Source
from ruletrail.problems import Problem

_FRESH = 2.0
"""Seconds for which what was learnt of the same texts is taken as it is.

An editor asks five questions after each letter; what lies in files may have changed later.
"""

_OLD = 300.0
"""Seconds for which it is taken as it is while the files that it was learnt from are the same.

Not all that a rulebook depends on is such a file: a schema may come to lie where it is looked for
first.
"""

_SETTLED = 2.0
"""Seconds since when a file must be as it is: one that is being written may change once more."""

_SEVERITIES = {"error": 1, "warning": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose in the editor."""

    language: Locale
    root: Path = Path()
    """The opened folder, from which paths of settings go."""
    report: Path | None = None
    example: str = ""

    def read(self, options: object) -> "Settings":
        """Take what options say: `report`, `example`, `language`; what is no choice is left."""
        chosen = options if isinstance(options, dict) else {}
        report, example = chosen.get("report"), chosen.get("example")
        language = chosen.get("language")
        read = self
        if isinstance(report, str) and _can_be_named(report):
            read = replace(read, report=Path(self.root, report) if report else None)
        if isinstance(example, str):
            read = replace(read, example=example)
        return replace(read, language=language) if language in ("it", "en") else read


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the editor has open, as it was at one moment."""

    path: Path
    text: str
    version: int | None


_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class _Remembered:
    texts: Mapping[Path, str]
    choice: tuple[Path | None, str]
    learnt_at: float
    """By a clock that only goes on."""
    files: Mapping[Path, _Stamp] | None
    """The files and folders that it was learnt from, as they were; None where one had just changed.
    """
    knowledge: Knowledge | None

    def is_fresh(self, now: float) -> bool:
        """Tell whether what lies in files is as it was."""
        age = now - self.learnt_at
        if age <= _FRESH:
            return True
        return age <= _OLD and self.files is not None and self.files == read_stamps(self.files)


def read_stamps(paths: Iterable[Path]) -> dict[Path, _Stamp]:
    """Return when files and folders were changed, and how large they are; None where none is."""
    return {path: _read_stamp(path) for path in paths}


def _read_stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _settled(paths: Iterable[Path], begun: float) -> dict[Path, _Stamp] | None:
    """Return the stamps of files and folders, if none was changed lately."""
    stamps = read_stamps(paths)
    latest = max((stamp[0] for stamp in stamps.values() if stamp is not None), default=0)
    return stamps if latest < (begun - _SETTLED) * 1_000_000_000 else None


@dataclass(slots=True)
class Memory:
    """What an editor cannot keep; all of it goes when a rulebook's last document is closed."""

    known: dict[Path, Knowledge] = field(default_factory=dict)
    """The last names that could be read of each rulebook."""
    learnt: dict[Path, _Remembered] = field(default_factory=dict)
    shown: dict[Path, dict[Path, list[Finding]]] = field(default_factory=dict)
    """Of each rulebook, the problems that are shown, by file."""
    failed: dict[Path, list[Problem]] = field(default_factory=dict)
    """Of each rulebook, what running its examples found, until something is typed."""
    chosen: dict[Path, str] = field(default_factory=dict)
    """Of each rulebook, the example whose values are wanted."""
    settings: Settings | None = None
    """The settings by which things are shown."""

    def forget(self, path: Path) -> dict[Path, list[Finding]]:
        """Forget a rulebook; return where its problems were shown."""
        for kept in (self.known, self.learnt, self.failed, self.chosen):
            kept.pop(path, None)
        forget_text()
        return self.shown.pop(path, {})


@dataclass(frozen=True, slots=True)
class Asked:
    """A place that is asked about, in a document that is open, of a rulebook that is known."""

    uri: str
    path: Path
    source: Source
    knowledge: Knowledge
    text: str
    lines: Sequence[str]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class View:
    """The documents of one moment, the user's choices, and the protocol's units."""

    types: Any
    """The protocol's types, which come with the extra."""
    uris: Any
    codec: Any
    check: Check
    settings: Settings
    memory: Memory
    documents: Mapping[str, Document]
    """By URI, without escapes."""
    capabilities: Any = None
    """What the editor can do, as it said."""
    effects: list[Callable[[Any], None]] = field(default_factory=list)
    """What the server is to send when the answer is there: diagnostics, messages, edits."""
    go_on: GoOn = lambda: None

    # -- Documents ---------------------------------------------------------------------------------

    @property
    def language(self) -> Locale:
        """The language of all that people read."""
        return self.settings.language

    @property
    def texts(self) -> dict[Path, str]:
        """The unsaved texts by path."""
        return {document.path: document.text for document in self.documents.values()}

    def document(self, uri: str) -> Document | None:
        """Return a document that is open, else None."""
        return self.documents.get(unquote(uri))

    def uri_of(self, path: Path) -> str:
        """Return the URI of a path."""
        return str(self.uris.from_fs_path(str(path)))

    def source(self, uri: str) -> Source | None:
        """Find the rulebook of a document."""
        path = path_of(self.uris, uri)
        return self.rulebook(path) if path is not None else None

    def rulebook(self, path: Path) -> Source | None:
        """Find the rulebook of a document; one that merely lies beside it is no link out, no pipe.

        What the editor has open may be a link, or be no file yet.
        """
        source = source_of_document(path)
        if source is None or source.path in self.texts:
            return source
        return replace(source, root=source.path.parent)

    def edited(self) -> set[Path]:
        """Return the rulebooks that are open, or whose layout or examples are."""
        sources = map(source_of_document, self.texts)
        return {source.path for source in sources if source is not None}

    # -- What is known -----------------------------------------------------------------------------

    def knowledge(self, source: Source) -> Knowledge | None:
        """Learn a rulebook's names; while its YAML is broken, return the last ones."""
        memory, path, texts = self.memory, source.path, self.texts
        example = memory.chosen.get(path, self.settings.example)
        choice = (self.settings.report if path not in memory.chosen else None, example)
        kept = memory.learnt.get(path)
        if (
            kept is None
            or (kept.texts, kept.choice) != (texts, choice)
            or not kept.is_fresh(time.monotonic())
        ):
            kept = self._learn(source, texts, choice)
            if path in self.edited():
                memory.learnt[path] = kept
                if kept.knowledge is not None:
                    memory.known[path] = kept.knowledge
        return kept.knowledge if kept.knowledge is not None else memory.known.get(path)

    def _learn(
        self, source: Source, texts: Mapping[Path, str], choice: tuple[Path | None, str]
    ) -> _Remembered:
        self.go_on()
        begun = time.time()
        learnt = learn_from_files(source, texts, *choice)
        # of what is open the text counts, and not the file
        folders = {path.parent for path in learnt.files}
        files = _settled(folders | (learnt.files - texts.keys()), begun)
        return _Remembered(texts, choice, time.monotonic(), files, learnt.knowledge)

    def ask(self, parameters: Any) -> Asked | None:
        """Take the place that is asked about; None in a document that is not open, or unknown."""
        uri = parameters.text_document.uri
        document, source = self.document(uri), self.source(uri)
        known = self.knowledge(source) if document is not None and source is not None else None
        if document is None or source is None or known is None:
            return None
        lines = split_lines(document.text)
        line = min(parameters.position.line, len(lines) - 1)
        column = self.column(lines[line], parameters.position.character)
        return Asked(uri, document.path, source, known, "\n".join(lines), lines, line, column)

    # -- Problems ----------------------------------------------------------------------------------

    def refresh(self, source: Source | None) -> None:
        """Find the problems of a rulebook again, and show them; of None, of all that are shown."""
        if source is None:
            # a schema, or a report: whatever rulebook is open may read it
            for path in list(self.memory.shown):
                self.refresh(self.rulebook(path))
            return
        self.memory.failed.pop(source.path, None)
        self.show(source, diagnose(source, self.texts, self.check))

    def show(self, source: Source, found: Mapping[Path, list[Finding]]) -> None:
        """Show the problems of a rulebook in the place of those that are shown."""
        for path in set(self.memory.shown.get(source.path, ())) - set(found):
            self.publish(path, [])
        for path, findings in found.items():
            self.publish(path, findings)
        self.memory.shown[source.path] = dict(found)

    def publish(self, path: Path, findings: Iterable[Finding]) -> None:
        """Show the problems of one file."""
        diagnostics = [self.diagnostic(finding) for finding in findings]
        published = self.types.PublishDiagnosticsParams(
            uri=self.uri_of(path), diagnostics=diagnostics
        )
        self.effects.append(lambda server: server.text_document_publish_diagnostics(published))

    def diagnostic(self, finding: Finding) -> Any:
        """Write a problem as the protocol does."""
        problem, language = finding.problem, self.language
        written = problem.mark.text
        return self.types.Diagnostic(
            range=self.range(written, finding.line, finding.start, finding.end),
            message=f"{problem.message(language)}\n→ {problem.hint(language)}",
            severity=self.types.DiagnosticSeverity(_SEVERITIES[problem.severity]),
            code=problem.code,
            source="ruletrail",
        )

    def redraw(self) -> None:
        """Have the editor ask for values and offers again, if it can."""
        workspace = getattr(self.capabilities, "workspace", None)
        if getattr(getattr(workspace, "inlay_hint", None), "refresh_support", False):
            self.effects.append(lambda server: server.workspace_inlay_hint_refresh(None))
        if getattr(getattr(workspace, "code_lens", None), "refresh_support", False):
            self.effects.append(lambda server: server.workspace_code_lens_refresh(None))

    def say(self, kind: str, text: str) -> None:
        """Have the editor show a sentence: an `Info` or an `Error`."""
        shown = self.types.ShowMessageParams(getattr(self.types.MessageType, kind), text)
        self.effects.append(lambda server: server.window_show_message(shown))

    # -- Units -------------------------------------------------------------------------------------

    def column(self, written: str, units: int) -> int:
        """Return the column that lies so many of the editor's units into a line, or its end."""
        if written.isascii():
            return min(units, len(written))
        ends = accumulate(map(self.codec.client_num_units, written))
        return next((at for at, end in enumerate(ends) if end > units), len(written))

    def range(self, written: str, line: int, start: int, end: int) -> Any:
        """Return a range of a line in the editor's units; without its text, as it is counted."""
        count, types = self.codec.client_num_units, self.types
        units = [
            count(written[:column]) + max(column - len(written), 0)
            for column in (start, max(end, start))
        ]
        return types.Range(*(types.Position(line, unit) for unit in units))


def path_of(uris: Any, uri: str) -> Path | None:
    """Return the path that a URI names; None where no system has such a file."""
    try:
        path = uris.to_fs_path(uri) or ""
    except ValueError:
        return None
    return Path(path) if path and _can_be_named(path) else None


def _can_be_named(path: str) -> bool:
    """Tell whether a system could have a file of this name."""
    try:
        os.fsencode(path)
    except ValueError:
        return False
    return "\x00" not in path
