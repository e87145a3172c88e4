"""Where a command writes: results on one stream, problems on the other, in one language.

A closed pipe or a console with a small character set never crashes a command.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import write_given
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import Problem, ProblemsError, quote, refusal


@dataclass(slots=True)
class Console:
    """The streams of one call, the language of its texts and the form of its results."""

    out: TextIO
    err: TextIO
    language: Locale
    format: str = "text"
    chosen: bool = False
    """Whether the language was asked for; otherwise a trail speaks its rulebook's."""
    stdin: BinaryIO | None = None

    def write(self, text: str) -> None:
        """Write a result for people, as well as the terminal's character set can."""
        self.out.write(text)

    def write_machine(self, text: str) -> None:
        """Write a result for programs: UTF-8 whatever the terminal says."""
        buffer = getattr(self.out, "buffer", None)
        if buffer is None:
            self.out.write(text)
        else:
            self.out.flush()
            buffer.write(text.encode("utf-8", "replace"))

    def write_json(self, document: object) -> None:
        """Write a result for programs as a line of JSON."""
        self.write_machine(json.dumps(document, ensure_ascii=False) + "\n")

    def note(self, text: str) -> None:
        """Write a remark for people on the stream of problems."""
        self.err.write(text + "\n")

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems: one JSON object on standard output where JSON was asked for, else text."""
        if self.format in ("json", "sarif"):
            self.write_machine(self._problems(problems, "json"))
        else:
            self.err.write(self._problems(problems, "text"))
        self.flush()

    def show_remarks(self, problems: Iterable[Problem]) -> None:
        """Show problems beside a result that stands on standard output."""
        self.err.write(self._problems(problems, "json" if self.format == "json" else "text"))

    def _problems(self, problems: Iterable[Problem], form: str) -> str:
        from ruletrail.rendering.problems import problems_json, problems_text  # noqa: PLC0415 - rare

        if form == "text":
            return problems_text(problems, self.language)
        document = {"problems": problems_json(problems, self.language)}
        return json.dumps(document, ensure_ascii=False) + "\n"

    def show_defect(self, error: Exception) -> None:
        """Say that we failed, not the caller's document."""
        texts = {
            "it": "difetto di ruletrail, non del documento: {}; con RULETRAIL_DEBUG=1 si vede dove",
            "en": "a defect of ruletrail, not of the document: {}; RULETRAIL_DEBUG=1 shows where",
        }
        self.err.write(texts[self.language].format(type(error).__name__) + "\n")

    def flush(self) -> None:
        """Hand everything to the system, so that a closed pipe is noticed here."""
        self.out.flush()
        self.err.flush()

    def abandon(self) -> None:
        """Stop writing to a pipe that nobody reads; Python would complain at exit."""
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())
        except (OSError, io.UnsupportedOperation):
            self.out = io.StringIO()

    def read_input(self, limit: int) -> bytes:
        """Read standard input, one byte more than the limit at most."""
        stream = self.stdin if self.stdin is not None else sys.stdin.buffer
        return stream.read(limit + 1)


def open_console(words: Sequence[str]) -> Console:
    """Open the process's streams; language and format are read early, for problems of the call."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    asked = _option(words, "--lang")
    language = next((known for known in LOCALES if known == asked), system_language())
    form = _option(words, "--format") or "text"
    return Console(sys.stdout, sys.stderr, language, form, chosen=asked in LOCALES)


def _option(words: Sequence[str], name: str) -> str:
    for index, word in enumerate(words):
        if word.startswith(name + "="):
            return word.partition("=")[2]
        if word == name and index + 1 < len(words):
            return words[index + 1]
    return ""


def system_language() -> Locale:
    """Return the language of the system's locale, English where it is neither."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    first = next((name for name in names if name), None)
    if first is None:
        import locale  # noqa: PLC0415 - where the environment says it, the library is not needed

        first = locale.getlocale()[0] or ""
    return "it" if first.lower().startswith("it") else "en"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what cannot be written raises `ProblemsError`.

    A link is followed; what is no ordinary file (a device, a pipe) is written to and never
    replaced.
    """
    try:
        write_given(path, data)
    except (OSError, ValueError) as error:
        raise unwritable(path) from error


def unwritable(path: Path) -> ProblemsError:
    """Return the error of a file or folder that cannot be written."""
    return refusal("output-unwritable", str(path), file=quote(str(path)))
