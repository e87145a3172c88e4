"""Where a command writes: results on one stream, problems on the other, in one language.

A stream that cannot be written is the user's trouble and never stops a command amid its work: the
rest goes nowhere, and `finish` says so at the end. A pipe that nobody reads any more is no trouble.
"""

import argparse
import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, TextIO, cast

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.files import write_given
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import (
    Problem,
    escape_invisible,
    make_inert,
    misuse,
    quote,
    refusal,
    term,
    unwritable,
)

if TYPE_CHECKING:
    from ruletrail.rendering.texts import Line

StreamName = Literal["stdout", "stderr"]

DONE, UNSATISFIED, NO_ANSWER, OUR_DEFECT, INTERRUPTED = 0, 1, 2, 3, 130
"""The exit statuses; the last is what shells give a program that Ctrl-C ended."""


_FOR_PROGRAMS = ("json", "sarif")
"""The forms of results in which a call says nothing to people beside them."""

_WRITTEN: Mapping[Locale, str] = {"it": "scritto {}", "en": "wrote {}"}
_OTHER_FORM: Mapping[Locale, str] = {
    "it": " ({}, come chiede `--format`, e non ciò che dice il nome)",
    "en": " ({}, as `--format` asks, and not what the name says)",
}
_FORMS = {"json": "JSON", "html": "HTML", "markdown": "Markdown"}
_TEXT_FORM: Mapping[Locale, str] = {"it": "testo", "en": "text"}

_COLOURS: Mapping[str, str] = {"good": "32", "open": "33", "bad": "31"}
"""The terminal's own colour for each tone, so that they suit a light and a dark ground alike."""

_NARROWEST, _PAGE = 40, 100
"""Columns below which a page is not made narrower, and those that it has at most."""


class OutputLostError(Exception):
    """Nobody can read standard output any more: work for it alone may stop."""


class _Sink(io.TextIOBase):
    """A stream that is not there: it takes what is written, or refuses it."""

    def __init__(self, *, refuses: bool) -> None:
        self._refuses = refuses

    def write(self, text: str) -> int:
        if self._refuses and text:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return len(text)


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
    ends_process: bool = False
    """Whether the process ends with this call, so that its streams are ours to end."""
    is_lost: bool = False
    """Whether standard output goes nowhere: a closed pipe, a full disk."""
    unwritten: dict[StreamName, OSError | ValueError] = field(default_factory=dict)
    """Why a stream could not be written; a closed pipe is not among these."""
    is_for_programs: bool = False
    """Whether standard output holds a result that a sentence for people would spoil."""

    def write(self, text: str) -> None:
        """Write a result for people, as well as the terminal's character set can."""
        self._use("stdout", lambda stream: _write_text(stream, _make_lines_inert(text)))

    @property
    def is_terminal(self) -> bool:
        """Whether somebody reads standard output as it is written."""
        try:
            return self.out.isatty()
        except ValueError:  # a stream that was closed under us
            return False

    @property
    def is_watched(self) -> bool:
        """Whether somebody reads standard error as it is written."""
        try:
            return self.err.isatty()
        except ValueError:  # a stream that was closed under us
            return False

    @property
    def width(self) -> int:
        """The columns of the terminal; those of a page where it does not say."""
        try:
            # a terminal that does not know says 0
            return max(os.get_terminal_size(self.out.fileno()).columns or _PAGE, _NARROWEST)
        except (OSError, ValueError):
            return _PAGE

    def write_toned(self, lines: Iterable["Line"]) -> None:
        """Write lines of a page for people, in the colours of their tones where those are shown."""
        is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        colours = {} if is_plain or not self.is_terminal else _COLOURS
        written = [
            _colour(
                make_inert(line.text),
                colours.get(line.tone, ""),
                bold=line.strong and bool(colours),
            )
            for line in lines
        ]
        self._use("stdout", lambda stream: _write_text(stream, "\n".join(written) + "\n"))

    def write_machine(self, text: str) -> None:
        """Write a result for programs: UTF-8 whatever the terminal says."""
        self.is_for_programs = True
        self._use("stdout", lambda stream: _write_bytes(stream, text.encode("utf-8", "replace")))

    def send(self, data: bytes) -> bool:
        """Write bytes and hand them to the system; tell whether anybody can read them."""
        self.is_for_programs = True
        self._use("stdout", lambda stream: _write_bytes(stream, data))
        self.flush()
        return not self.is_lost

    def write_json(self, document: object) -> None:
        """Write a result for programs as a line of JSON."""
        self.write_json_text(json.dumps(document, ensure_ascii=False) + "\n")

    def write_json_text(self, text: str) -> None:
        """Write a result that is JSON already; a terminal gets its invisible characters escaped."""
        self.write_machine(escape_invisible(text) if self.out.isatty() else text)

    def write_lines(self, text: str) -> None:
        """Write lines that hold somebody's texts; on a terminal they are made inert."""
        self.write_machine(_make_lines_inert(text) if self.out.isatty() else text)

    def write_form(self, text: str, form: str) -> None:
        """Write a result in one of the forms of an explanation."""
        if form == "text":
            self.write(text)
        elif form == "json":
            self.write_json_text(text)
        else:
            self.write_machine(text)

    def note(self, text: str) -> None:
        """Write a remark for people on the stream of problems."""
        self._use("stderr", lambda stream: _write_text(stream, _make_lines_inert(text) + "\n"))

    def write_file(self, name: str, data: bytes, said: str = "", form: str = "") -> None:
        """Write the file that `-o` names, and tell people so, with what it holds.

        That is told to programs too where `--format` asked for another form than the name promises.
        """
        write_whole(Path(name), data)
        promised = ENDS.get(Path(name).suffix.lower(), form)
        other = form if form and promised != form else ""
        if self.format not in _FOR_PROGRAMS or other:
            self.note(tell_written(name, said, self.language, other))

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems: one JSON object on standard output where JSON was asked for, else text."""
        if self.format == "sarif":
            from ruletrail.rendering.sarif import failure_to_sarif  # noqa: PLC0415 - rare

            self.write_json(failure_to_sarif(problems, self.language))
        elif self.format in _FOR_PROGRAMS:
            self.write_json_text(self._problems(problems, "json"))
        else:
            text = self._problems(problems, "text")
            self._use("stderr", lambda stream: _write_text(stream, text))
        self.flush()

    def show_remarks(self, problems: Iterable[Problem]) -> None:
        """Show problems beside a result that stands on standard output."""
        form = "json" if self.format == "json" else "text"
        text = self._problems(problems, form)
        if form == "json" and self.err.isatty():
            text = escape_invisible(text)
        self._use("stderr", lambda stream: _write_text(stream, text))

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
        self.note(texts[self.language].format(type(error).__name__))

    def flush(self) -> None:
        """Hand everything to the system, so that what cannot be written is noticed here."""
        self._use("stdout", lambda stream: stream.flush())
        self._use("stderr", lambda stream: stream.flush())

    def finish(self, status: int) -> int:
        """Hand everything over and return the exit status, worse if something was not written.

        The stream that still works says what was not, unless it holds a result for programs.
        """
        self.flush()
        if not self.unwritten or status not in (DONE, UNSATISFIED, NO_ANSWER):
            return status
        problems = [problem for name in self.unwritten for problem in self._lost(name)]
        if "stdout" in self.unwritten:
            self.format = "text"
            self.show_problems(problems)
        elif not self.is_for_programs and self.format in _FOR_PROGRAMS:
            self.show_problems(problems)
        elif not self.is_for_programs:
            self.write(self._problems(problems, "text"))
            self.flush()
        return NO_ANSWER

    def _lost(self, name: StreamName) -> Sequence[Problem]:
        return unwritable(name, self.unwritten[name], shown=term(name)).problems

    def _use(self, name: StreamName, act: Callable[[TextIO], object]) -> None:
        """Do something with a stream; if that fails, all that follows goes nowhere."""
        stream = self.out if name == "stdout" else self.err
        try:
            act(stream)
        except BrokenPipeError:
            self._lose(name, stream)
        except (OSError, ValueError) as error:
            # a stream that was closed under us is a `ValueError`
            self.unwritten[name] = error
            self._lose(name, stream)

    def _lose(self, name: StreamName, stream: TextIO) -> None:
        if self.ends_process:
            _divert(stream)
        sink = cast("TextIO", _Sink(refuses=False))
        if name == "stdout":
            self.out, self.is_lost = sink, True
        else:
            self.err = sink

    def abandon(self) -> None:
        """End by Ctrl-C: write nothing more, not even what waits in buffers for Python's exit."""
        if not self.ends_process:
            return
        import signal  # noqa: PLC0415 - rare

        # what still ends this process is short, and a second Ctrl-C would only show its inside
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for stream in (self.out, self.err):
            _divert(stream)

    @property
    def input(self) -> BinaryIO:
        """Standard input; one that is closed raises `ProblemsError`."""
        if self.stdin is not None:
            return self.stdin
        # Python gives a process no stream for an input that was closed when it began
        if sys.stdin is None:
            raise refusal("file-unreadable", "-", advice="input-closed", file="`-`")
        return sys.stdin.buffer

    def read_input(self, limit: int) -> bytes:
        """Read standard input, one byte more than the limit at most."""
        try:
            data: bytes | None = self.input.read(limit + 1)
        except (OSError, ValueError) as error:
            from ruletrail.documents import unreadable  # noqa: PLC0415 - rare

            raise unreadable("-", error) from error
        if data is None:  # an input that does not wait, and has nothing yet
            raise refusal("file-unreadable", "-", file="`-`")
        return data


def _colour(inert: str, colour: str, *, bold: bool) -> str:
    """Put a line that is inert already in a colour, or in bold letters."""
    codes = ";".join([*(["1"] if bold else []), *([colour] if colour else [])])
    return f"\x1b[{codes}m{inert}\x1b[0m" if codes and inert else inert


def _make_lines_inert(text: str) -> str:
    """Make every line inert, whoever wrote it: a file's name may hold more than letters."""
    return "\n".join(map(make_inert, text.split("\n")))


def _write_text(stream: TextIO, text: str) -> None:
    if isinstance(getattr(stream, "buffer", None), io.RawIOBase):
        _write_bytes(stream, text.replace("\n", os.linesep).encode(stream.encoding, "replace"))
    else:
        stream.write(text)


def _write_bytes(stream: TextIO, data: bytes) -> None:
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8"))
        return
    stream.flush()
    rest = memoryview(data)
    while rest:
        # without a buffer (`python -u`) the system takes what it has room for, and says how much
        written = buffer.write(rest)
        if written is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[written:]


def _divert(stream: TextIO) -> None:
    """Send what a stream of this process still holds into nothing."""
    if stream not in (sys.stdout, sys.stderr):
        return
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
        stream.flush()
    except (OSError, ValueError):
        return


def open_console(words: Sequence[str], *, ends_process: bool) -> Console:
    """Open the process's streams; language and format are read early, for problems of the call."""
    if ends_process:
        _fill_closed_places()
        _wait_for_others()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Python gives a process None for a stream that was closed when it began
    closed = cast("TextIO", _Sink(refuses=True))
    out, err = (cast("TextIO | None", stream) or closed for stream in (sys.stdout, sys.stderr))
    asked = _option(words, "--lang")
    language = next((known for known in LOCALES if known == asked), system_language())
    form = _option(words, "--format") or "text"
    is_chosen = asked in LOCALES
    return Console(out, err, language, form, chosen=is_chosen, ends_process=ends_process)


def _fill_closed_places() -> None:
    """Put something in the place of standard streams that are closed.

    Otherwise the next file that is opened gets the number of such a stream, and what a library or a
    worker writes there would end in it. What is opened for reading alone refuses to be written just
    as what is closed does, also where it is asked for by its name, `/dev/stdout`.
    """
    for number, flags in enumerate((os.O_RDWR, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(number)
        except OSError:
            _open_at(number, flags)


def _wait_for_others() -> None:
    """Let reading and writing wait, whatever another program that shares a stream has chosen.

    Otherwise "nothing yet" is taken for the end of the input, and a full pipe for a full disk.
    """
    for number in range(3):
        with suppress(OSError):
            os.set_blocking(number, True)


def _open_at(number: int, flags: int) -> None:
    try:
        opened = os.open(os.devnull, flags)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        os.set_inheritable(number, True)
    except OSError:
        return


ONE_DASH = re.compile("-[A-Za-z][A-Za-z-]+")
"""A word of letters after one hyphen: an option that lacks the other, and no name of a file."""


def list_values(words: Sequence[str], name: str) -> list[str]:
    """List the values of an option, as often as it is written."""
    found = []
    for index, word in enumerate(words):
        if word.startswith(name + "="):
            found.append(word.partition("=")[2])
        if word == name and index + 1 < len(words):
            found.append(words[index + 1])
    return found


def _option(words: Sequence[str], name: str) -> str:
    return next(iter(list_values(words, name)), "")


def system_language() -> Locale:
    """Return the language of the system's locale, English where it is neither."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    first = next((name for name in names if name), None)
    if first is None:
        import locale  # noqa: PLC0415 - where the environment says it, the library is not needed

        first = locale.getlocale()[0] or ""
    return "it" if first.lower().startswith("it") else "en"


ENDS = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json",
    ".txt": "text",
}  # fmt: skip
"""What an output's name says of its form."""
_SHORT = (".html", ".md", ".json", ".txt")


def choose_form(
    options: argparse.Namespace, usual: str, forms: Container[str] = frozenset(ENDS.values())
) -> str:
    """Return the form asked for, else that of the output's name; one without any has the usual.

    A name that promises another form (`.pdf`) raises `ProblemsError`: it would hold something else.
    """
    suffix = Path(options.output or "").suffix.lower()
    is_promise = any(char.isalpha() for char in suffix)
    if options.format or not is_promise:
        form: str = options.format or usual
        return form
    if ENDS.get(suffix) not in forms:
        known = ", ".join(f"`{end}`" for end in _SHORT if ENDS[end] in forms)
        raise misuse(term("not-form"), advice="output-forms", form=quote(suffix), known=known)
    return ENDS[suffix]


def tell_written(name: str, said: str, language: Locale, other: str = "") -> str:
    """Say that a file was written, and what it holds where there is more to say.

    `other` is the form that was asked for where the name promises another.
    """
    written = _WRITTEN[language].format(make_inert(name))
    if other:
        written += _OTHER_FORM[language].format(_FORMS.get(other, _TEXT_FORM[language]))
    return f"{written}: {said}" if said else written


def write_mended(path: Path, before: bytes, after: bytes) -> None:
    """Write a file that was read and mended, unless somebody wrote it meanwhile."""
    try:
        is_changed = path.read_bytes() != before
    except OSError as error:
        raise unwritable(str(path), error) from error
    if is_changed:
        raise refusal("output-unwritable", str(path), advice="file-changed", file=quote(str(path)))
    write_whole(path, after)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what cannot be written raises `ProblemsError`.

    A link is followed; what is no ordinary file (a device, a pipe) is written to and never
    replaced.
    """
    try:
        write_given(path, data)
    except BrokenPipeError:
        return  # a pipe that nobody reads, as with standard output
    except (OSError, ValueError) as error:
        raise unwritable(str(path), error) from error
